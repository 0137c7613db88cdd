"""Bartlett, Helmbold and Long (2018): an upper bound on the Hessian without the dimension, for all sizes and depths.

If ||Theta_i|| <= z for all i then |D^2 l[D, D]| <= (L z^{2L-2} + (L-1) z^{L-2} ||E||) sum_i ||D_i||_F^2. The argument: the first
term is the square of a sum of L matrices Theta_{L:i+1} D_i Theta_{i-1:1}, the second a sum over pairs of layers of
<E, P Q> with P = Theta_{L:j+1} D_j Theta_{j-1:i+1} and Q = D_i Theta_{i-1:1}. A bound ||X|| <= x is written
X^T X = x^2 I - U^T U (from the left) or X X^T = x^2 I - V V^T (from the right), which says the same of square matrices.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_gradient_bound import paper
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, Interval, KroneckerProduct, MatrixSymbol, Trace, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), the bound on the Hessian of the excess loss (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
square = lambda matrix: Trace(matrix.T * matrix)

d, L, i, j = symbols("d L i j", integer=True, positive=True)
e, x, y, w, z = symbols("e x y w z", positive=True)
E, X, Y, Z, U, V, R = (MatrixSymbol(name, d, d) for name in ("E", "X", "Y", "Z", "U", "V", "R"))
Di, Dj = MatrixSymbol("D_i", d, d), MatrixSymbol("D_j", d, d)
M = dp.Chain("M", L, widths=d)
below = lambda matrix, bound, rest: Eq(matrix.T * matrix, bound**2 * Identity(d) - rest.T * rest)
below_right = lambda matrix, bound, rest: Eq(matrix * matrix.T, bound**2 * Identity(d) - rest * rest.T)

# a3, the first term: a sum of L matrices, each bounded by its direction

squares = dp.layer_sum(square(M[i]), (i, 1, L))
pairs = (i, 1, L), (j, i + 1, L)
paper.identity(
    "hessian-bound-sum",
    L * squares - square(dp.layer_sum(M[i], (i, 1, L))),
    dp.layer_sum(square(M[i] - M[j]), *pairs),
    r"$L\sum_i\|M_i\|_F^2-\|\sum_iM_i\|_F^2=\sum_{i<j}\|M_i-M_j\|_F^2$ for any number $L$ of matrices.",
    source=SOURCE,
)
paper.identity(
    "hessian-bound-sum-mutant",
    (L - 1) * squares - square(dp.layer_sum(M[i], (i, 1, L))),
    dp.layer_sum(square(M[i] - M[j]), *pairs),
    "Negative control: the factor $L-1$ for $L$ matrices.",
    **PLANTED,
)
paper.derivation(
    "hessian-bound-factor",
    [
        square(X * Di * Y),
        dp.le(
            x**2 * y**2 * square(Di),
            r"$X^\top X=x^2I-U^\top U$, $YY^\top=y^2I-VV^\top$",
            squares=[U * Di * Y, (x**2, Di * V)],
        ),
    ],
    r"$\|XDY\|_F^2\le x^2y^2\|D\|_F^2$ for $X^\top X=x^2I-U^\top U$, $YY^\top=y^2I-VV^\top$, that is, $\|X\|\le x$, $\|Y\|\le y$.",
    remark=r"With $X=\Theta_{L:i+1}$, $Y=\Theta_{i-1:1}$ the bound of the norm is $z^{L-1}\|D_i\|_F$.",
    source=SOURCE,
    assuming=[below(X, x, U), below_right(Y, y, V)],
)
paper.derivation(
    "hessian-bound-factor-mutant",
    [square(X * Di * Y), dp.le(x**2 * square(Di))],
    r"Negative control: $\|XDY\|_F^2\le x^2\|D\|_F^2$ for any $Y$.",
    assuming=[below(X, x, U)],
    **PLANTED,
)

# a3, the residual's term: one pair of layers, then all pairs

P, Q = MatrixSymbol("P", d, d), MatrixSymbol("Q", d, d)
paper.derivation(
    "hessian-bound-residual",
    [
        2 * Trace(E.T * P * Q),
        dp.le(
            e * (square(P) / w + w * square(Q)),
            r"$EE^\top=e^2I-RR^\top$",
            squares=[(w / e, e * Q - P.T * E / w), (1 / (w * e), R.T * P)],
        ),
    ],
    r"$2\langle E,PQ\rangle\le e(w^{-1}\|P\|_F^2+w\|Q\|_F^2)$ for $EE^\top=e^2I-RR^\top$, that is, $\|E\|\le e$, and every $w>0$.",
    remark=r"With $-P$ for $P$ it bounds the absolute value.",
    source=SOURCE,
    assuming=[below_right(E, e, R)],
)
paper.derivation(
    "hessian-bound-residual-mutant",
    [2 * Trace(E.T * P * Q), dp.le(e * (square(P) + square(Q)) / 2)],
    "Negative control: half of this bound.",
    assuming=[below_right(E, e, R)],
    **PLANTED,
)
first, second, share, other = symbols("a b v w", nonnegative=True)
paper.inequality(
    "hessian-bound-pair",
    x * (z**2 * first * share) / z + z * (x**2 * second * other) / x,
    dp.le(x * z * (first + second)),
    over={share: (0, 1), other: (0, 1)},
    statement=r"$\frac xz\,(vz^2a)+\frac zx\,(wx^2b)\le xz(a+b)$ for $a,b\ge0$, $x,z>0$, $0\le v,w\le1$.",
    remark=r"This bounds one pair $i<j$: $\|P\|_F^2=vz^2a$ for $P=\Theta_{L:j+1}D_j\Theta_{j-1:i+1}$, $a=\|D_j\|_F^2$, $\|Q\|_F^2=wx^2b$"
    r" for $Q=D_i\Theta_{i-1:1}$, $b=\|D_i\|_F^2$, and $xz=z_0^{L-2}$ for layers of norm at most $z_0$.",
    source=SOURCE,
    uses=["hessian-bound-factor", "hessian-bound-residual"],
)
paper.inequality(
    "hessian-bound-pair-mutant",
    x * (z**2 * first * share) / z + z * (x**2 * second * other) / x,
    dp.le(x * z * (first + second) / 2),
    over={share: (0, 1), other: (0, 1)},
    statement="Negative control: half of this bound.",
    **PLANTED,
)
paper.identity(
    "hessian-bound-count",
    dp.layer_sum(square(M[i]) + square(M[j]), *pairs),
    (L - 1) * squares,
    r"Every layer is in $L-1$ pairs: $\sum_{i<j}(\|D_i\|_F^2+\|D_j\|_F^2)=(L-1)\sum_i\|D_i\|_F^2$.",
    source=SOURCE,
)
paper.identity(
    "hessian-bound-count-mutant",
    dp.layer_sum(square(M[i]) + square(M[j]), *pairs),
    L * squares,
    "Negative control: in $L$ pairs.",
    **PLANTED,
)
paper.identity(
    "hessian-bound-sharp",
    (L * z ** (L - 1)) ** 2 + 2 * (L * (L - 1) / 2) * e * z ** (L - 2),
    (L * z ** (2 * L - 2) + (L - 1) * z ** (L - 2) * e) * L,
    r"$(Lz^{L-1})^2+L(L-1)e\,z^{L-2}=L(Lz^{2L-2}+(L-1)z^{L-2}e)$.",
    remark=r"So the bound is sharp: at $d=1$, $\Theta_i=z$, $z^L-\Phi=e$, along $D_i=1$ the left side is the Hessian's form"
    r" $(\sum_iz^{L-1})^2+2\sum_{i<j}e\,z^{L-2}$, the right side the bound times $\sum_iD_i^2=L$.",
    source=SOURCE,
    uses=["hessian"],
)

# a4: targets of norm at most z^L

paper.identity(
    "hessian-bound-simple-sum",
    L * z ** (2 * L - 2) + (L - 1) * z ** (L - 2) * (z**L + z**L),
    (3 * L - 2) * z ** (2 * L - 2),
    r"$Lz^{2L-2}+(L-1)z^{L-2}(z^L+z^L)=(3L-2)z^{2L-2}$: in the bound on the Hessian $\|A\|,\|\Phi\|$ are replaced by $z^L$.",
    source=SOURCE,
)
paper.identity(
    "hessian-bound-simple-sum-mutant",
    L * z ** (2 * L - 2) + (L - 1) * z ** (L - 2) * (z**L + z**L),
    (2 * L - 1) * z ** (2 * L - 2),
    r"Negative control: $2L-1$, the bound of $\|\Phi\|$ left out.",
    **PLANTED,
)
paper.identity(
    "hessian-frobenius-block",
    square(KroneckerProduct(X, Y)),
    square(X) * square(Y),
    r"$\|X\otimes Y\|_F^2=\|X\|_F^2\|Y\|_F^2$.",
    remark=r"The map $D_i\mapsto FD_i^\top Y^\top$, $F=\Theta_{L:j+1}^\top E\,\Theta_{i-1:1}^\top$, $Y=\Theta_{j-1:i+1}$, of the pair"
    r" $i<j$ is $F\otimes Y$ up to the order of entries;"
    r" $\Theta_{L:i+1}\Theta_{L:i+1}^\top\otimes\Theta_{i-1:1}^\top\Theta_{i-1:1}$ is layer $i$'s share of the first term.",
    source=SOURCE,
)
paper.identity(
    "hessian-frobenius-pair",
    Trace(E.T * X * Dj * Y * Di * Z),
    Trace(Dj.T * (X.T * E * Z.T) * Di.T * Y.T),
    r"$\langle E,XD_jYD_iZ\rangle=\langle D_j,FD_i^\top Y^\top\rangle$ with $F=X^\top EZ^\top$.",
    source=SOURCE,
)
paper.derivation(
    "hessian-frobenius-size",
    [square(X), dp.le(d * x**2, r"$X^\top X=x^2I-U^\top U$", squares=[U])],
    r"$\|X\|_F^2\le d\,x^2$ for $X^\top X=x^2I-U^\top U$, that is, $\|X\|\le x$.",
    source=SOURCE,
    assuming=[below(X, x, U)],
)
paper.derivation(
    "hessian-frobenius-size-mutant",
    [square(X), dp.le(x**2)],
    r"Negative control: $\|X\|_F^2\le x^2$.",
    assuming=[below(X, x, U)],
    **PLANTED,
)
number = symbols("n", positive=True)
paper.inequality(
    "hessian-frobenius-count",
    4 * number * (number - 1),
    dp.le((2 * number) ** 2),
    over={number: Interval(1, oo)},
    statement=r"$4n(n-1)\le(2n)^2$ for $n\ge1$.",
    remark=r"The last step, $n=L$: $L$ shares of the first term, each at most $d\,z^{2L-2}$, and $L(L-1)$ ordered pairs, each at most"
    r" $d\,z^{L-2}\cdot2z^L$, have together a norm of at most $(L+2\sqrt{L(L-1)})\,d\,z^{2L-2}\le3Ld\,z^{2L-2}$.",
    source=SOURCE,
    uses=["hessian-frobenius-block", "hessian-frobenius-size"],
)
q, rest, size, norm = symbols("q v d z", nonnegative=True)
paper.inequality(
    "hessian-frobenius-loose",
    size * q,
    dp.le(size**5 * (q + rest) * (1 + norm) ** 2),
    over={size: (1, oo)},
    statement=r"$d\,q\le d^5(q+v)(1+z)^2$ for $d\ge1$ and $q,v,z\ge0$.",
    remark=r"With $q=z^{2L-2}$, $q+v=(1+z)^{2L-2}$: the often quoted $3Ld^5(1+z)^{2L}$ is true and loose.",
    source=SOURCE,
)


def semidefinite(matrix: fmpq_mat) -> bool:
    """Return whether a symmetric matrix has no negative eigenvalue: all its characteristic coefficients alternate."""
    size = matrix.nrows()
    return all(value * (-1) ** (size - place) >= 0 for place, value in enumerate(matrix.charpoly().coeffs()))


def unit(size: int) -> fmpq_mat:
    """Return the identity."""
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def norm_at_most(matrix: fmpq_mat, bound: Fraction) -> bool:
    """Return whether the operator norm is at most the bound."""
    most = fmpq(bound.numerator, bound.denominator)
    return semidefinite(unit(matrix.nrows()) * most**2 - matrix.transpose() * matrix)


def norm_above(matrix: fmpq_mat, parts: int = 64) -> Fraction:
    """Return the least multiple of 1/parts that is not below the operator norm."""
    low, high = -1, int(sum(abs(entry) for entry in matrix.entries()) * parts) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if norm_at_most(matrix, Fraction(middle, parts)) else (middle, high)
    return Fraction(high, parts)


def hessian_of(problem: dp.Problem, weights: list[list[list[Fraction]]]) -> fmpq_mat:
    """Return the Hessian in all weights."""
    return fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in problem.hessian(weights)])


def hessian_below(problem: dp.Problem, weights: list[list[list[Fraction]]], bound: Fraction) -> bool:
    """Return whether no eigenvalue of the Hessian exceeds the bound in absolute value."""
    hessian, most = hessian_of(problem, weights), fmpq(bound.numerator, bound.denominator)
    one = unit(hessian.nrows())
    return semidefinite(one * most - hessian) and semidefinite(one * most + hessian)


def end_to_end(layers: list[fmpq_mat]) -> fmpq_mat:
    """Return the product of the layers, the first one on the right."""
    product = layers[0]
    for layer in layers[1:]:
        product = layer * product
    return product


nets = dp.networks_from_identity(st.integers(2, 3), st.integers(1, 2))
anywhere = nets.flatmap(lambda net: st.tuples(st.just(net[0]), dp.weights(net[0])))
HESSIAN = r"$\|D^2l\|\le Lz^{2L-2}+(L-1)z^{L-2}\|E\|$ for $d\times d$ layers, $\|\Theta_i\|\le z$, whatever $d$"


@paper.theorem(
    "hessian-bound",
    f"{HESSIAN}.",
    source=SOURCE,
    uses=[
        "hessian",
        "products-telescope",
        "hessian-bound-sum",
        "hessian-bound-factor",
        "hessian-bound-residual",
        "hessian-bound-pair",
        "hessian-bound-count",
    ],
)
@settings(max_examples=60)
@given(anywhere)
def hessian_is_bounded(drawn):
    problem, weights = drawn
    layers, depth = problem.read_weights(weights), problem.layers
    z, e = max(norm_above(layer) for layer in layers), norm_above(end_to_end(layers) - problem.Y)
    assert hessian_below(problem, weights, depth * z ** (2 * depth - 2) + (depth - 1) * z ** (depth - 2) * e)


@paper.theorem(
    "hessian-bound-attained",
    r"Equality at $d=1$, $\Theta_i=z\ge0$, $\Phi\le z^L$, along $D_i=1$: the entries of the Hessian add up to $L$ times the bound.",
    source=SOURCE,
    uses=["hessian-bound-sharp"],
)
@settings(max_examples=40)
@given(st.integers(1, 5), dp.rationals(0, 2), dp.rationals(0, 3))
def hessian_bound_is_attained(depth, z, e):
    problem = dp.Problem((1,) * (depth + 1), X=[[1]], Y=[[z**depth - e]])
    rows = problem.hessian([[[z]]] * depth)
    residual = (depth - 1) * z ** (depth - 2) * e if depth > 1 else 0
    assert sum(sum(row) for row in rows) == depth * (depth * z ** (2 * depth - 2) + residual)


@paper.theorem(
    "hessian-bound-simple",
    r"If $\|\Phi\|\le z^L$ too, then $\|D^2l\|\le(3L-2)z^{2L-2}$ and $\|D^2l\|_F\le3Ld\,z^{2L-2}$.",
    source=SOURCE,
    uses=[
        "hessian-bound",
        "hessian-bound-simple-sum",
        *(f"hessian-frobenius-{step}" for step in ("block", "pair", "size", "count")),
    ],
)
@settings(max_examples=60)
@given(anywhere)
def hessian_is_bounded_by_the_layers(drawn):
    problem, weights = drawn
    depth, size = problem.layers, problem.widths[0]
    z, target = max(norm_above(layer) for layer in problem.read_weights(weights)), norm_above(problem.Y)
    while z**depth < target:
        z += Fraction(1, 8)
    assert hessian_below(problem, weights, (3 * depth - 2) * z ** (2 * depth - 2))
    total = sum(entry**2 for entry in hessian_of(problem, weights).entries())
    assert Fraction(str(total)) <= (3 * depth * size * z ** (2 * depth - 2)) ** 2


ONE = r"$d=1$, $L={}$, $\Theta_i=1$, $\Phi=-1$"


@paper.theorem(
    "hessian-bound-mutant-residual",
    rf"Negative control: without the residual's term; {ONE.format(2)} has the eigenvalue $4>2$.",
    twin_of="hessian-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[-1]])))
def bound_without_the_residual(problem):
    assert hessian_below(problem, problem.identity, Fraction(2))


@paper.theorem(
    "hessian-bound-mutant-coefficient",
    rf"Negative control: the coefficient 1 in place of $L-1$; {ONE.format(3)} has the eigenvalue $7>5$.",
    twin_of="hessian-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1, 1), X=[[1]], Y=[[-1]])))
def bound_with_coefficient_one(problem):
    assert hessian_below(problem, problem.identity, Fraction(5))


@paper.theorem(
    "hessian-bound-simple-mutant",
    rf"Negative control: $2L-1$ in place of $3L-2$; {ONE.format(2)} has the eigenvalue $4>3$.",
    twin_of="hessian-bound-simple",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[-1]])))
def bound_without_the_target(problem):
    assert hessian_below(problem, problem.identity, Fraction(3))


@paper.theorem(
    "hessian-bound-mutant-convex",
    rf"Negative control: the Hessian is positive semidefinite at $\Theta_i=I$; {ONE.format(2)} has the eigenvalue $-2$.",
    twin_of="hessian-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[-1]])))
def hessian_at_the_identity_is_not_convex(problem):
    assert semidefinite(hessian_of(problem, problem.identity))
