"""Bartlett, Helmbold and Long (2018): the power projection algorithm on C_g = {A: u^T A u >= g |u|^2}.

Here: the projection, what a matrix of C_g has, and its balanced factors. A in C_g is written A = g I + W W^T + K, K antisymmetric.
A = R P (polar), r = R^{1/L} orthogonal, p = P^{1/L} symmetric; the balanced factors are Theta_i = r^i p r^{-(i-1)}.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_near_identity import paper
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Q, Trace, sqrt, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), the power projection algorithm (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
square = lambda matrix: Trace(matrix.T * matrix)

d, m = symbols("d m", integer=True, positive=True)
g = symbols("g", nonnegative=True)
W, M, N, K = (MatrixSymbol(name, d, d) for name in ("W", "M", "N", "K"))
u = MatrixSymbol("u", d, m)
skew = Eq(K.T, -K)

# f1: the projection

parts = [Eq(M.T * N, 0 * N), skew]
difference = M * M.T - N * N.T - W * W.T + K
paper.derivation(
    "projection",
    [
        square(difference),
        dp.ge(
            square(N * N.T),
            r"$\|MM^\top-WW^\top+K\|_F^2+2\|N^\top W\|_F^2$ is dropped",
            squares=[M * M.T - W * W.T + K, (2, N.T * W)],
        ),
    ],
    r"$\operatorname{sym}B=gI+MM^\top-NN^\top$, $M^\top N=0$: each $A=gI+WW^\top+K'$ of $C_g$ has $\|B-A\|_F\ge\|NN^\top\|_F$, the"
    r" distance of $gI+MM^\top+\operatorname{skew}B$ from $B$; $K=\operatorname{skew}B-K'$ is antisymmetric.",
    remark=r"Every matrix of $C_g$ is such an $A$, and $MM^\top$, $NN^\top$ are the positive and the negative part of"
    r" $\operatorname{sym}B-gI$: the projection clips the eigenvalues of the symmetric part below at $g$.",
    source=SOURCE,
    assuming=parts,
)
paper.derivation(
    "projection-mutant",
    [square(difference), dp.ge(square(M * M.T) + square(N * N.T))],
    r"Negative control: no point of $C_g$ is nearer than $gI+\operatorname{skew}B$.",
    assuming=parts,
    **PLANTED,
)

small = dp.rationals(-3, 3)
margins = dp.rationals(0, 2, exclude_min=True)
pairs = st.tuples(small, small, small, small)


def member_of(numbers: tuple[Fraction, ...], margin: Fraction) -> list[list[Fraction]]:
    """Return g I + w w^T + K of C_g, 2 x 2."""
    a, b, turn, _ = numbers
    return [[margin + a * a, a * b + turn], [a * b - turn, margin + b * b]]


def plane(numbers: tuple[Fraction, ...]) -> list[list[Fraction]]:
    """Return the 2 x 2 matrix of four numbers."""
    a, b, c, e = numbers
    return [[a, b], [c, e]]


def angle_of_gaps(matrix: list[list[Fraction]], found: object, other: list[list[Fraction]]) -> object:
    """Return <B - Z, A - Z>, a ball, for the projection Z of B: nonpositive for every A in C_g, and for no other Z in C_g."""
    gaps = [(dp.enclose(matrix[i][j]) - found[i, j], dp.enclose(other[i][j]) - found[i, j]) for i, j in PLACES]
    return sum(one * two for one, two in gaps)


PLACES = [(0, 0), (0, 1), (1, 0), (1, 1)]
TINY = dp.enclose(Fraction(1, 10**20))


@paper.theorem(
    "projection-instances",
    r"The projection $Z$ of a $2\times2$ matrix $B$ onto $C_g$, as computed by clipping and up to $10^{-20}$: the diagonal and the"
    r" determinant of $\operatorname{sym}Z-gI$ are nonnegative, so $Z$ is in $C_g$, and $\langle B-Z,A-Z\rangle\le0$ for members"
    r" $A=gI+ww^\top+K$ of $C_g$.",
    source=SOURCE,
    uses=["projection"],
)
@settings(max_examples=40)
@given(pairs, pairs, margins)
def projections_are_nearest(matrix, other, margin):
    found = dp.project_positive(plane(matrix), margin)
    diagonal = [found[k, k] - dp.enclose(margin) for k in (0, 1)]
    off = (found[0, 1] + found[1, 0]) / 2
    assert all(entry > -TINY for entry in diagonal)
    assert diagonal[0] * diagonal[1] - off * off > -TINY
    assert angle_of_gaps(plane(matrix), found, member_of(other, margin)) < TINY


SHEAR = [[Fraction(1), Fraction(4)], [Fraction(0), Fraction(1)]]
HALF = Fraction(1, 2)


def distance_squared(one: list[list[Fraction]], two: list[list[Fraction]]) -> Fraction:
    """Return ||A - B||_F^2."""
    return sum(((one[i][j] - two[i][j]) ** 2 for i, j in PLACES), Fraction(0))


def rational(matrix: fmpq_mat) -> list[list[Fraction]]:
    """Return the entries as Fractions."""
    return [[Fraction(int(entry.p), int(entry.q)) for entry in row] for row in matrix.tolist()]


@paper.theorem(
    "projection-mutant-shift",
    r"Negative control: shifting $A$ by a multiple of the identity into $C_g$ is nearest; $A=\begin{pmatrix}1&4\\0&1\end{pmatrix}$,"
    r" $g=\frac12$ has to be shifted by $\frac32$, distance $\frac3{\sqrt2}=2.1213$, the projection is at distance $\frac32$.",
    twin_of="projection-instances",
    **PLANTED,
)
@given(st.just(SHEAR))
def shifting_is_nearest(matrix):
    shifted = [[matrix[i][j] + Fraction(3, 2) * (i == j) for j in (0, 1)] for i in (0, 1)]
    nearest = rational(dp.project_positive(matrix, HALF, bits=None))
    assert distance_squared(matrix, shifted) <= distance_squared(matrix, nearest)


@paper.theorem(
    "projection-mutant-skew",
    r"Negative control: dropping the antisymmetric part as well is nearest; the same $A$, $g$: distance $\frac{\sqrt{41}}2=3.2016$.",
    twin_of="projection-instances",
    **PLANTED,
)
@given(st.just(SHEAR))
def dropping_the_rest_is_nearest(matrix):
    nearest = rational(dp.project_positive(matrix, HALF, bits=None))
    half = (nearest[0][1] + nearest[1][0]) / 2
    dropped = [[nearest[0][0], half], [half, nearest[1][1]]]
    assert distance_squared(matrix, dropped) <= distance_squared(matrix, nearest)


@paper.theorem(
    "projection-mutant-singular-values",
    r"Negative control: clipping the singular values of $A$ at $g$ from below gives a member of $C_g$; the same $A$, $g=\frac12$: its"
    r" singular values are $\sqrt5\pm2$, and the symmetric part of the result has the eigenvalue $-0.809$.",
    twin_of="projection-instances",
    **PLANTED,
)
@given(st.just(HALF))
def clipping_singular_values_is_enough(margin):
    # A = U diag(s, 1/s) V^T with s = sqrt 5 + 2; (A^T)^(-1) = U diag(1/s, s) V^T, so A' = x A + y (A^T)^(-1) has the
    # singular values s and g where x s + y/s = s and x/s + y s = g
    s = dp.enclose(sqrt(5)) + 2
    y = (s * margin.numerator / margin.denominator - 1) / (s * s - 1 / (s * s))
    x = 1 - y / (s * s)
    diagonal, off = x + y, (4 * x - 4 * y) / 2
    assert diagonal >= off + dp.enclose(margin)


# f2: what positivity gives

member = g * Identity(d) + W * W.T + K
paper.derivation(
    "positive-singular-values",
    [
        square(member * u),
        dp.ge(
            g**2 * square(u),
            r"$\|(A-gI)u\|^2+2g\|W^\top u\|^2$ is dropped",
            squares=[(W * W.T + K) * u, (2 * g, W.T * u)],
        ),
    ],
    r"$A=gI+WW^\top+K$ of $C_g$ has $\|Au\|_F\ge g\|u\|_F$ for all $u$, so $\sigma_{\min}(A)\ge g$.",
    remark=r"As $C_g$ is convex and holds $gI$, $\det A>0$ for $g>0$.",
    source=SOURCE,
    assuming=[skew],
)
paper.derivation(
    "positive-product-mutant",
    [Trace(u.T * member * member * u), dp.ge(0)],
    "Negative control: the product of positive matrices is positive.",
    assuming=[skew],
    **PLANTED,
)

# the eigenvalue e^{i phi} of R, R^T (x + i y) = e^{-i phi} (x + i y), c + i s = e^{i phi}

R, P, r = (MatrixSymbol(name, d, d) for name in ("R", "P", "r"))
x, y = (MatrixSymbol(name, d, 1) for name in ("x", "y"))
c, sine = symbols("c s", real=True)
form = lambda matrix: Trace(x.T * matrix * x + y.T * matrix * y)
paper.identity(
    "polar-angle",
    form(R * P),
    c * form(P),
    r"$A=RP$, $P$ symmetric, $R^\top(x+iy)=(c-is)(x+iy)$, as for an eigenvalue $c+is=e^{i\varphi}$ of $R$:"
    r" $x^\top Ax+y^\top Ay=c\,(x^\top Px+y^\top Py)$.",
    source=SOURCE,
    assuming=[Q.symmetric(P), Eq(R.T * x, c * x + sine * y), Eq(R.T * y, c * y - sine * x)],
)
paper.derivation(
    "positive-form",
    [
        form(member),
        dp.ge(g * (square(x) + square(y)), r"$\|W^\top x\|^2+\|W^\top y\|^2$ is dropped", squares=[W.T * x, W.T * y]),
    ],
    r"$A=gI+WW^\top+K$ of $C_g$ has $x^\top Ax+y^\top Ay\ge g(\|x\|^2+\|y\|^2)$.",
    source=SOURCE,
    assuming=[skew],
)
a, nonnegative = symbols("a c", nonnegative=True)
Z = MatrixSymbol("Z", d, d)
paper.derivation(
    "positive-angle",
    [
        a * nonnegative * (square(x) + square(y)),
        dp.ge(nonnegative * form(P), r"$P=aI-ZZ^\top$", squares=[(nonnegative, Z.T * x), (nonnegative, Z.T * y)]),
        dp.eq(form(R * P), "the angle's identity"),
        dp.eq(form(member), "$RP=A$"),
        dp.ge(g * (square(x) + square(y)), "the form's bound", squares=[W.T * x, W.T * y]),
    ],
    r"$A=RP=gI+WW^\top+K$ of $C_g$, $P\le aI$, $R^\top(x+iy)=(c-is)(x+iy)$, $c\ge0$: $ac(\|x\|^2+\|y\|^2)\ge g(\|x\|^2+\|y\|^2)$.",
    remark=r"$c<0$ is impossible for $g>0$, as $c\,(x^\top Px+y^\top Py)$ is positive. With $a=\|A\|$ every eigenvalue $e^{i\varphi}$ of $R$ has"
    r" $\cos\varphi\ge g/\|A\|>0$: $|\varphi|<\frac\pi2$.",
    source=SOURCE,
    assuming=[
        skew,
        Q.symmetric(P),
        Eq(P, a * Identity(d) - Z * Z.T),
        Eq(R.T * x, nonnegative * x + sine * y),
        Eq(R.T * y, nonnegative * y - sine * x),
        Eq(R * P, member),
    ],
    uses=["polar-angle", "positive-form"],
)
paper.derivation(
    "positive-form-mutant",
    [form(member), dp.ge((g + 1) * (square(x) + square(y)))],
    "Negative control: $g+1$ in the place of $g$.",
    assuming=[skew],
    **PLANTED,
)
paper.cite(
    "principal-root",
    r"A real matrix without eigenvalues in $(-\infty,0]$ has exactly one $L$-th root with all eigenvalues in"
    r" $\{z\ne0:|\arg z|<\pi/L\}$, and it is real.",
    source="Higham, Functions of Matrices, Theorem 7.2",
)
L, i = symbols("L i", integer=True, positive=True)
paper.identity(
    "principal-root-orthogonal",
    (r.T.inverse()) ** 5,
    R,
    r"$L=5$, $R$ orthogonal: $r^L=R$ gives $(r^{-\top})^L=R$.",
    remark=r"If $r$ is the principal root then so is $r^{-\top}$ ($1/\bar z$ has the argument of $z$), and $r^{-\top}=r$: the principal"
    r" root of an orthogonal matrix is orthogonal, for every $L$.",
    source=SOURCE,
    assuming=[Q.invertible(r), Q.orthogonal(R), Eq(r**5, R)],
    uses=["principal-root", "positive-angle"],
)
theta = symbols("theta", real=True)
paper.inequality(
    "no-root-without-positivity",
    theta**2,
    dp.gt(-1),
    statement=r"Without positivity there need not be a root: $d=1$, $L=2$, $A=-1$ is no square, as $\theta^2>-1$.",
    source=SOURCE,
)

# f3: balanced factors

p = MatrixSymbol("p", d, d)
n = symbols("n", integer=True, nonnegative=True)
turns = [Q.orthogonal(r), Q.symmetric(p)]
factor, following = r**i * p * r.T ** (i - 1), r ** (i + 1) * p * r.T**i
paper.identity(
    "factors-balanced",
    following.T * following,
    factor * factor.T,
    r"$\Theta_i=r^ip\,r^{-(i-1)}$, $r$ orthogonal, $p$ symmetric: $\Theta_{i+1}^\top\Theta_{i+1}=\Theta_i\Theta_i^\top$ for every $i$.",
    remark=r"For $A=RP$ they are taken with $r=R^{1/L}$, $p=P^{1/L}$.",
    source=SOURCE,
    assuming=turns,
    uses=["principal-root-orthogonal"],
)
paper.identity(
    "factors-singular-values",
    following.T * following,
    r**i * p**2 * r.T**i,
    r"$\Theta_{i+1}^\top\Theta_{i+1}=r^ip^2r^{-i}$ for every $i$.",
    remark=r"So with $p=P^{1/L}$ every layer has the singular values $\sigma(A)^{1/L}$.",
    source=SOURCE,
    assuming=turns,
)
paper.identity(
    "factors-product",
    (r ** (n + 1) * p * r.T**n) * (r**n * p**n),
    r ** (n + 1) * p ** (n + 1),
    r"$\Theta_{n+1}\cdot r^np^n=r^{n+1}p^{n+1}$ for every $n\ge0$.",
    remark=r"So by induction $\Theta_{n:1}=r^np^n$, and $\Theta_{L:1}=r^Lp^L=RP=A$.",
    source=SOURCE,
    assuming=turns,
)


@paper.theorem(
    "factors-exact",
    r"The exact balanced factors, by the principal root: for $r$ the rotation with cosine $\frac{12}{13}$, $p=\operatorname{diag}(1,2)$,"
    r" $A=r^Lp^L$, $L=2,3,4$, they are $r^ip\,r^{-(i-1)}$.",
    source=SOURCE,
    uses=["factors-balanced", "factors-product"],
)
@given(st.sampled_from((2, 3, 4)))
def factors_of_a_rational_product(depth):
    root = fmpq_mat([[12, -5], [5, 12]]) / 13
    part = fmpq_mat([[1, 0], [0, 2]])
    product = root * part
    wanted = [product]
    for _ in range(depth - 1):
        product = root * product * part
        wanted.append(root * wanted[-1] * root.transpose())
    assert dp.balanced_factors(rational(product), depth, bits=None) == wanted


paper.identity(
    "factors-mutant-product",
    r * p * r * p,
    r**2 * p**2,
    r"Negative control: $\Theta_i=R^{1/L}P^{1/L}$ for every $i$, $L=2$.",
    assuming=turns,
    **PLANTED,
)
paper.identity(
    "factors-mutant-balanced",
    (r * p).T * r * p,
    r * p * (r * p).T,
    r"Negative control: those factors are balanced.",
    assuming=turns,
    **PLANTED,
)
