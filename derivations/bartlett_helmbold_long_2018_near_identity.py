"""Bartlett, Helmbold and Long (2018): targets near the identity are learnt at a linear rate, with explicit constants.

If ||Phi - I||_F <= 1/5 and 0 < eta <= 1/(8L) then l(t+1) <= (1 - eta L/2) l(t) and max_i ||Theta_i(t) - I|| <= c/L with
c = ln(5)/3, for every size and depth. The argument: r_{t+1} = r_t + eta (1 + r_t)^{L-1} e_t bounds max_i ||Theta_i - I||, where
e_t = ||E(t)||_F; while r_t <= c/L the Hessian is below 3.6 L, so e falls at least as fast as r rises, and integrating
(1 - r)^{2(L-1)} (1 + r)^{-(L-1)} >= e^{-3Lr} over the path bounds r in turn.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018_gradient_bound import paper
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Interval, MatrixSymbol, Rational, Trace, exp, log, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), targets near the identity, with explicit constants"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
square = lambda matrix: Trace(matrix.T * matrix)
c, q = log(5) / 3, Rational(3, 4)
later = c + exp(c) / 40  # c': where a step of eta = 1/(8L) from r = c/L with e <= 1/5 can get to, times L
x, y = symbols("x y", nonnegative=True)
L = symbols("L", positive=True)

# a3: the bound on the Hessian, term by term

d = symbols("d", integer=True, positive=True)
a, b = symbols("a b", real=True)
paper.inequality(
    "hessian-bound-pairs",
    2 * a * b,
    dp.le(a**2 + b**2),
    statement=r"$2\|D_i\|_F\|D_j\|_F\le\|D_i\|_F^2+\|D_j\|_F^2$; every layer is in $L-1$ pairs, so the residual's term of"
    r" $D^2l[D,D]$ is at most $(L-1)z^{L-2}\|E\|\sum_i\|D_i\|_F^2$.",
    source=SOURCE,
)
for number in (2, 3, 4):
    terms = [MatrixSymbol(f"D{place}", d, d) for place in range(1, number + 1)]
    total = sum(terms[1:], terms[0])
    gaps = [one - other for place, one in enumerate(terms) for other in terms[place + 1 :]]
    paper.derivation(
        f"hessian-bound-sum-{number}",
        [
            number * sum(square(term) for term in terms),
            dp.ge(square(total), "the differences of all pairs", squares=gaps),
        ],
        rf"$\|\sum_iM_i\|_F^2\le L\sum_i\|M_i\|_F^2$ for $L={number}$ matrices; with $M_i=\Theta_{{L:i+1}}D_i\Theta_{{i-1:1}}$ of"
        r" norm at most $z^{L-1}\|D_i\|_F$ this gives $Lz^{2L-2}$.",
        source=SOURCE,
    )
paper.derivation(
    "hessian-bound-sum-mutant",
    [2 * sum(square(term) for term in terms[:3]), dp.ge(square(terms[0] + terms[1] + terms[2]))],
    "Negative control: the factor 2 for three matrices.",
    **PLANTED,
)


def semidefinite(matrix: fmpq_mat) -> bool:
    """Return whether a symmetric matrix has no negative eigenvalue: all its characteristic coefficients alternate."""
    size = matrix.nrows()
    return all(value * (-1) ** (size - place) >= 0 for place, value in enumerate(matrix.charpoly().coeffs()))


def norm_at_most(matrix: fmpq_mat, bound: Fraction) -> bool:
    """Return whether the operator norm is at most the bound."""
    size, most = matrix.nrows(), fmpq(bound.numerator, bound.denominator)
    one = fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    return semidefinite(one * most**2 - matrix.transpose() * matrix)


def norm_above(matrix: fmpq_mat, parts: int = 64) -> Fraction:
    """Return the least multiple of 1/parts that is not below the operator norm."""
    low, high = -1, int(sum(abs(entry) for entry in matrix.entries()) * parts) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if norm_at_most(matrix, Fraction(middle, parts)) else (middle, high)
    return Fraction(high, parts)


nets = dp.networks_from_identity(st.integers(2, 3), st.integers(1, 2))
anywhere = nets.flatmap(lambda net: st.tuples(st.just(net[0]), dp.weights(net[0])))


def hessian_below(problem: dp.Problem, weights: list[list[list[Fraction]]], bound: Fraction) -> bool:
    """Return whether no eigenvalue of the Hessian exceeds the bound in absolute value."""
    rows = problem.hessian(weights)
    hessian = fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])
    size, most = hessian.nrows(), fmpq(bound.numerator, bound.denominator)
    one = fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    return semidefinite(one * most - hessian) and semidefinite(one * most + hessian)


HESSIAN = r"$\|D^2l\|\le Lz^{2L-2}+(L-1)z^{L-2}\|E\|$ for $\|\Theta_i\|\le z$, whatever the size"


@paper.theorem(
    "hessian-bound",
    f"{HESSIAN}.",
    source=SOURCE,
    uses=["hessian", "hessian-bound-pairs", *(f"hessian-bound-sum-{number}" for number in (2, 3, 4))],
)
@settings(max_examples=60)
@given(anywhere)
def hessian_is_bounded(drawn):
    problem, weights = drawn
    layers, depth = problem.read_weights(weights), problem.layers
    product = layers[0]
    for layer in layers[1:]:
        product = layer * product
    z, e = max(norm_above(layer) for layer in layers), norm_above(product - problem.Y)
    assert hessian_below(problem, weights, depth * z ** (2 * depth - 2) + (depth - 1) * z ** (depth - 2) * e)


@paper.theorem(
    "hessian-bound-mutant-residual",
    r"Negative control: without the residual's term; $d=1$, $L=2$, $\Theta_i=1$, $\Phi=-1$ has the eigenvalue $4>2$.",
    twin_of="hessian-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[-1]])))
def bound_without_the_residual(problem):
    assert hessian_below(problem, problem.identity, Fraction(2))


@paper.theorem(
    "hessian-bound-mutant-coefficient",
    r"Negative control: the coefficient 1 in place of $L-1$; the same point with $L=3$ has the eigenvalue $7>5$.",
    twin_of="hessian-bound",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1, 1), X=[[1]], Y=[[-1]])))
def bound_with_coefficient_one(problem):
    assert hessian_below(problem, problem.identity, Fraction(5))


# c1: the constants

paper.inequality(
    "near-identity-radius",
    later,
    dp.lt(Rational(29, 50)),
    statement=r"A step from $r\le c/L$ ends below $c'/L$, $c'=c+e^c/40<0.58$ (as $(1+c/L)^{L-1}\le e^c$, $e_t\le\frac15$).",
    source=SOURCE,
)
paper.inequality(
    "near-identity-curvature",
    exp(2 * x) + exp(x) / 5,
    dp.lt(Rational(18, 5)),
    over={x: (0, Rational(29, 50))},
    statement=r"On the way the Hessian is below $L(e^{2c'}+e^{c'}/5)<3.6L$, so that $\eta\beta<\frac12$ for $\eta\le1/(8L)$.",
    source=SOURCE,
    uses=["hessian-bound", "near-identity-radius"],
)
paper.inequality(
    "near-identity-curvature-mutant",
    exp(2 * x) + exp(x) / 5,
    dp.lt(Rational(7, 2)),
    over={x: (0, Rational(29, 50))},
    statement="Negative control: below $3.5L$.",
    **PLANTED,
)
paper.inequality(
    "near-identity-decrease",
    (1 - y) ** 2,
    dp.ge(1 - 2 * y),
    over={y: (0, oo)},
    statement=r"$l(t+1)\le l(t)-q\eta\|\nabla l\|^2$ with $q=\frac34$ ($1-\eta\beta/2\ge q$) and $\|\nabla l\|^2\ge2L"
    r"(1-r)^{2(L-1)}l$ give $e_{t+1}\le e_t(1-y)$, $y=q\eta L(1-r_t)^{2(L-1)}$.",
    source=SOURCE,
    uses=["gradient-bound", "near-identity-curvature"],
)
paper.cite("exponential-tangent", r"$1+y\le e^y$ for all real $y$.", source="convexity of the exponential")
paper.inequality(
    "near-identity-weight",
    x / (L - x),
    dp.le(x / (L - 1)),
    over={x: (0, 1), L: Interval.open(1, oo)},
    statement=r"For every depth: $(1-x/L)^{-(L-1)}=(1+\frac x{L-x})^{L-1}\le e^x$ for $0\le x\le1$. With $x=Lr$ the weight"
    r" $h(r)=(1-r)^{2(L-1)}(1+r)^{-(L-1)}$ is at least $e^{-3Lr}$, so $d_0\ge qL\int_0^{r}h\ge q(1-e^{-3Lr})/3$.",
    source=SOURCE,
    uses=["exponential-tangent"],
)
paper.inequality(
    "near-identity-weight-mutant",
    x / (L - x),
    dp.le(x / L),
    over={x: (0, 1), L: Interval.open(1, oo)},
    statement=r"Negative control: $L$ in place of $L-1$.",
    **PLANTED,
)
paper.identity(
    "near-identity-threshold",
    q * (1 - exp(-3 * c)) / 3,
    Rational(1, 5),
    r"$\frac15=q(1-e^{-3c})/3$: $d_0\le\frac15$ gives $r\le c/L$, which closes the induction.",
    source=SOURCE,
    uses=["near-identity-weight"],
)
paper.inequality(
    "near-identity-factor",
    2 * q * exp(-2 * c),
    dp.gt(Rational(1, 2)),
    statement=r"$2q(1-c/L)^{2(L-1)}\ge2qe^{-2c}=\frac32\,5^{-2/3}>\frac12$: the loss falls by the factor $1-\eta L/2$.",
    source=SOURCE,
    uses=["near-identity-weight", "near-identity-decrease"],
)

near = dp.networks_from_identity(st.integers(1, 3), st.integers(1, 3), target="near identity")
NEAR = r"$\|\Phi-I\|_F\le\frac15$, $\eta=1/(8L)$: $l(t+1)\le(1-\eta L/2)\,l(t)$ and $\|\Theta_i(t)-I\|\le\ln5/(3L)$"
STEPS = ["near-identity-threshold", "near-identity-factor", "near-identity-curvature", "near-identity-decrease"]


@paper.theorem("near-identity", f"{NEAR}.", source=SOURCE, uses=STEPS)
@settings(max_examples=60)
@given(near)
def near_targets_are_learnt(net):
    problem, start = net
    path = dp.gradient_descent(problem, start, Fraction(1, 8 * problem.layers), 3)
    for before, after in pairwise(path):
        assert problem.loss(after) <= Fraction(15, 16) * problem.loss(before)
        for layer, one in zip(problem.read_weights(after), problem.read_weights(start), strict=True):
            assert norm_at_most(layer - one, Fraction(536, 1000 * problem.layers))


@paper.theorem(
    "near-identity-mutant-distance",
    r"Negative control: $l(0)\le1$ suffices; $d=1$, $L=2$, $\Phi=-\frac14$ has $l(0)=\frac{25}{32}$ and $l(t)\ge\frac1{32}$ at"
    " any rate.",
    twin_of="near-identity",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[["-1/4"]])))
def any_target_at_distance_one(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 16), 80, bits=128)
    assert not any(16 * after > 15 * before for before, after in pairwise(path.losses))


@paper.theorem(
    "near-identity-mutant-rate",
    r"Negative control: $\eta=1$ at every depth; $L=4$, $\Phi=\frac65$: the loss goes $0.02$, $0.3816$, $0.7090$.",
    twin_of="near-identity",
    **PLANTED,
)
@given(st.just(dp.Problem((1,) * 5, X=[[1]], Y=[["6/5"]])))
def any_rate_near_the_identity(problem):
    losses = [problem.loss(weights) for weights in dp.gradient_descent(problem, problem.identity, 1, 2)]
    assert losses[2] <= losses[1] <= losses[0]


@paper.theorem(
    "near-identity-mutant-half",
    r"Negative control: the same rate at $l(0)=\frac12$; $\Phi=0$, $d=1$, $L=2$ converges only polynomially.",
    twin_of="near-identity",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[0]])))
def linear_rate_at_one_half(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 16), 80, bits=128)
    assert not any(16 * after > 15 * before for before, after in pairwise(path.losses))
