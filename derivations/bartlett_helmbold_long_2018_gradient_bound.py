"""Bartlett, Helmbold and Long (2018): the lower bound on the gradient of layers that are bounded below, all sizes.

Layers with sigma_min(Theta_i) >= c = 1 - a, 0 <= a <= 1, are written Theta_i^T Theta_i = c^2 I + Z_i^T Z_i (from the left) and
Theta_i Theta_i^T = c^2 I + V_i V_i^T (from the right), which says the same of square ones. E = A - Phi, l = 1/2 ||E||_F^2.
With c = 1 (divide the layers by c) one telescoping sum bounds the partial products at every depth; ||X E Y||_F is then bounded
below for every layer, and the L bounds add up.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018 import L, Theta, i, paper
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Trace, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), the gradient of layers near the identity (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
square = lambda matrix: Trace(matrix.T * matrix)

d = symbols("d", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
c, s, t = symbols("c s t", nonnegative=True)
X, Y, E, Z, V = (MatrixSymbol(name, d, d) for name in ("X", "Y", "E", "Z", "V"))
bounded_left = Eq(X.T * X, s**2 * Identity(d) + Z.T * Z)
bounded_right = Eq(Y * Y.T, t**2 * Identity(d) + V * V.T)

paper.derivation(
    "two-sided-bound",
    [
        square(X * E * Y),
        dp.ge(
            s**2 * t**2 * square(E),
            r"$X^\top X=s^2I+Z^\top Z$, $YY^\top=t^2I+VV^\top$",
            squares=[Z * E * Y, (s**2, E * V)],
        ),
    ],
    r"$\|XEY\|_F^2\ge s^2t^2\|E\|_F^2$ for $X^\top X=s^2I+Z^\top Z$, $YY^\top=t^2I+VV^\top$, all sizes.",
    remark=r"For square matrices the assumptions say $\sigma_{\min}(X)\ge s$ and $\sigma_{\min}(Y)\ge t$.",
    source=SOURCE,
    assuming=[bounded_left, bounded_right],
)
paper.derivation(
    "two-sided-bound-mutant",
    [square(X * E * Y), dp.ge(s**2 * square(E))],
    r"Negative control: $\|XEY\|_F^2\ge s^2\|E\|_F^2$ for any $Y$.",
    assuming=[bounded_left],
    **PLANTED,
)

# the product of n layers is bounded below by c^n: one more layer

width = lambda k: Identity(Theta.width(k))
paper.identity(
    "products-telescope",
    width(0) - Theta.product(L, 1).T * Theta.product(L, 1),
    dp.layer_sum(
        Theta.product(i - 1, 1).T * (width(i - 1) - Theta[i].T * Theta[i]) * Theta.product(i - 1, 1), (i, 1, L)
    ),
    r"$I-A^\top A=\sum_i\Theta_{i-1:1}^\top(I-\Theta_i^\top\Theta_i)\Theta_{i-1:1}$ for every depth and all widths.",
    remark=r"So a product of layers with $\Theta_i^\top\Theta_i\succeq I$ (or $\preceq I$) for all $i$ has $A^\top A\succeq I$"
    r" ($\preceq I$).",
    source=SOURCE,
)
paper.identity(
    "products-telescope-mutant",
    width(0) - Theta.product(L, 1).T * Theta.product(L, 1),
    dp.layer_sum(
        Theta.product(i - 1, 1).T * (width(i - 1) - Theta[i].T * Theta[i]) * Theta.product(i - 1, 1), (i, 2, L)
    ),
    "Negative control: the sum without its first layer.",
    **PLANTED,
)
T, P, W, U = (MatrixSymbol(name, d, d) for name in ("Theta", "P", "W", "U"))
x = MatrixSymbol("x", d, 1)
one_more = [Eq(P * P.T, s**2 * Identity(d) + W * W.T), Eq(T * T.T, c**2 * Identity(d) + U * U.T)]
paper.derivation(
    "products-bounded-below",
    [
        square((T * P).T * x),
        dp.ge(
            (s * c) ** 2 * square(x),
            r"$PP^\top=s^2I+WW^\top$, $\Theta\Theta^\top=c^2I+UU^\top$",
            squares=[(s**2, U.T * x), W.T * T.T * x],
        ),
    ],
    r"One more layer: $\|(\Theta P)^\top x\|^2\ge(sc)^2\|x\|^2$ for every $x$ if $PP^\top=s^2I+WW^\top$ and"
    r" $\Theta\Theta^\top=c^2I+UU^\top$.",
    remark=r"So $\sigma_{\min}(P)\ge c^n$ of a product of $n$ layers is passed on to $n+1$.",
    source=SOURCE,
    assuming=one_more,
)

# equality: all layers c I

same = dp.Chain("Theta", L, widths=d)
lower, b = same.product(n, 1), symbols("b", positive=True)
paper.induction(
    "scaled-identity-products",
    (n, 0, L),
    [Eq(same[n + 1] * lower, b * lower, evaluate=False), Eq(lower, b**n * Identity(d), evaluate=False)],
    r"If every layer is $bI$ then $\Theta_{n:1}=b^nI$, for every depth.",
    source=SOURCE,
    assuming=[dp.every(Eq(same[i], b * Identity(d)), (i, 1, L))],
)
paper.identity(
    "gradient-bound-equality",
    L * square(b ** (L - 1) * E),
    2 * L * b ** (2 * L - 2) * (square(E) / 2),
    r"$L\|b^{L-1}E\|_F^2=2Lb^{2(L-1)}\cdot\frac12\|E\|_F^2$.",
    remark=r"Equality: $\Theta_i=bI$ for all $i$ has $G_i=b^{L-1}E$, so that $\|\nabla l\|_F^2$ is the left side.",
    source=SOURCE,
    uses=["gradient", "scaled-identity-products"],
)

# two and three layers at once, from the assumptions on the layers alone

T1, T2, T3, V1, V2, Z2, Z3 = (MatrixSymbol(k, d, d) for k in ("Theta1", "Theta2", "Theta3", "V1", "V2", "Z2", "Z3"))
inner = lambda layer, rest: Eq(layer.T * layer, c**2 * Identity(d) + rest.T * rest)
outer = lambda layer, rest: Eq(layer * layer.T, c**2 * Identity(d) + rest * rest.T)
BOUND = r"$\sum_i\|G_i\|_F^2\ge L\,c^{2(L-1)}\|E\|_F^2=2L\,c^{2(L-1)}l$ for $d\times d$ layers, $\sigma_{\min}(\Theta_i)\ge c$, $L="
two = square(T2.T * E) + square(E * T1.T)
three = square(T2.T * T3.T * E) + square(T3.T * E * T1.T) + square(E * T1.T * T2.T)

paper.derivation(
    "gradient-bound-two-layers",
    [two, dp.ge(2 * c**2 * square(E), "each layer is bounded below", squares=[Z2.T * E, E * V1.T])],
    f"{BOUND}2$.",
    source=SOURCE,
    assuming=[inner(T1, V1), outer(T2, Z2)],
    uses=["gradient"],
)
paper.derivation(
    "gradient-bound-three-layers",
    [
        three,
        dp.ge(
            3 * c**4 * square(E),
            "each layer is bounded below",
            squares=[
                *(Z2.T * T3.T * E, (c**2, Z3.T * E)),
                *(Z3.T * E * T1.T, (c**2, E * V1.T)),
                *(E * T1.T * V2.T, (c**2, E * V1.T)),
            ],
        ),
    ],
    f"{BOUND}3$.",
    source=SOURCE,
    assuming=[inner(T1, V1), inner(T2, V2), outer(T2, Z2), outer(T3, Z3)],
    uses=["gradient"],
)
paper.derivation(
    "gradient-bound-mutant-factor",
    [two, dp.ge(4 * c**2 * square(E))],
    r"Negative control: the factor $4L$ before $l$, which belongs to the loss $\|E\|_F^2$ without $\frac12$.",
    assuming=[inner(T1, V1), outer(T2, Z2)],
    **PLANTED,
)

# the bound as it stands, at random weights


def least_singular_value(rows: list[list[Fraction]], parts: int = 64) -> Fraction:
    """Return the largest multiple of 1/parts up to 1 below sigma_min: all roots of a real-rooted polynomial are >= 0
    if and only if its coefficients alternate."""
    layer = fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])
    gram, size = layer.transpose() * layer, layer.nrows()
    one = fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    for number in range(parts, 0, -1):
        coefficients = (gram - one * fmpq(number, parts) ** 2).charpoly().coeffs()
        if all(value * (-1) ** (size - place) >= 0 for place, value in enumerate(coefficients)):
            return Fraction(number, parts)
    return Fraction(0)


nets = dp.networks_from_identity(st.integers(1, 3), st.integers(1, 3))
anywhere = nets.flatmap(lambda net: st.tuples(st.just(net[0]), dp.weights(net[0])))
BELOW = r"If $0\le a\le1$ and $\sigma_{\min}(\Theta_i)\ge1-a$ for all $i$ then $\|\nabla l\|_F^2\ge2L(1-a)^{2(L-1)}\,l$"


def squared_gradient(problem: dp.Problem, weights: list[list[list[Fraction]]]) -> Fraction:
    """Return the sum of the squares of all entries of the gradient."""
    return sum((entry**2 for layer in problem.gradient(weights) for row in layer for entry in row), Fraction(0))


@paper.theorem(
    "gradient-bound",
    f"{BELOW}.",
    source=SOURCE,
    uses=["gradient", "two-sided-bound", "products-telescope", "products-bounded-below"],
)
@given(anywhere)
def gradient_is_bounded_below(drawn):
    problem, weights = drawn
    depth, least = problem.layers, min(least_singular_value(layer) for layer in weights)
    assert squared_gradient(problem, weights) >= 2 * depth * least ** (2 * depth - 2) * problem.loss(weights)


@paper.theorem(
    "gradient-bound-attained",
    r"Equality at $\Theta_i=(1-a)I$: $\|\nabla l\|_F^2=2L(1-a)^{2(L-1)}\,l$.",
    source=SOURCE,
    uses=["gradient-bound-equality"],
)
@settings(max_examples=40)
@given(dp.networks_from_identity(st.integers(1, 4), st.integers(1, 3), start=dp.rationals(0, 1)))
def equality_at_multiples_of_the_identity(net):
    problem, weights = net
    depth, share = problem.layers, weights[0][0][0]
    assert squared_gradient(problem, weights) == 2 * depth * share ** (2 * depth - 2) * problem.loss(weights)


@paper.theorem(
    "gradient-bound-mutant-exponent",
    r"Negative control: the exponent $L-1$ in place of $2(L-1)$; at $d=1$, $L=3$, $\Theta_i=\frac12$, $\Phi=0$ the squared"
    r" gradient is $3/1024$, not $12/1024$.",
    twin_of="gradient-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1, 1), X=[[1]], Y=[[0]])))
def exponent_is_needed(problem):
    weights = [[[Fraction(1, 2)]]] * 3
    assert squared_gradient(problem, weights) >= 6 * Fraction(1, 2) ** 2 * problem.loss(weights)


@paper.theorem(
    "gradient-bound-mutant-loss",
    r"Negative control: the factor $4L$ at the same point, which belongs to the loss $\|E\|_F^2$ without $\frac12$.",
    twin_of="gradient-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1, 1), X=[[1]], Y=[[0]])))
def factor_is_that_of_the_halved_loss(problem):
    weights = [[[Fraction(1, 2)]]] * 3
    assert squared_gradient(problem, weights) >= 12 * Fraction(1, 2) ** 4 * problem.loss(weights)


@paper.theorem(
    "gradient-bound-mutant-range",
    "Negative control: $a>1$ allowed; $L=2$, $a=2$ at zero layers.",
    twin_of="gradient-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[1]])))
def range_is_needed(problem):
    assert squared_gradient(problem, problem.origin) >= 4 * (1 - 2) ** 2 * problem.loss(problem.origin)


@paper.theorem(
    "gradient-bound-mutant-eigenvalues",
    r"Negative control: eigenvalues in place of singular values; here all of them are 1, and the squared gradient is a ninth of"
    r" $2Ll$.",
    twin_of="gradient-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[17, 5], [5, -3]])))
def eigenvalues_do_not_do(problem):
    weights = [[[1, 0], [4, 1]], [[1, 4], [0, 1]]]
    assert squared_gradient(problem, weights) >= 4 * problem.loss(weights)
