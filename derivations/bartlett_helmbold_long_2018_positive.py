"""Bartlett, Helmbold and Long (2018): gradient descent from the identity toward positive definite targets.

For a normal target all layers stay equal and descent acts on eigenvalues one by one. For an eigenvalue lambda = r^L > 0 one
step is theta_+ = theta - eta theta^{L-1} (theta^L - lambda), from theta = 1. What holds for all time is an invariant interval of
this map: an inequality of polynomials on a box, by name for every L from 2 to 10.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018 import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Interval, MatrixSymbol, Rational, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), positive definite targets (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
DEPTHS = range(2, 11)

# d1: a normal target keeps the layers equal

d = symbols("d", integer=True, positive=True)
Theta, Phi = MatrixSymbol("Theta", d, d), MatrixSymbol("Phi", d, d)
normal = [Eq(Theta * Phi, Phi * Theta), Eq(Theta.T * Theta, Theta * Theta.T), Eq(Theta.T * Phi, Phi * Theta.T)]
for depth in range(2, 7):
    E = Theta**depth - Phi
    paper.identity(
        f"equal-layers-{depth}",
        Theta.T * E,
        E * Theta.T,
        rf"$L={depth}$: for equal normal layers that commute with $\Phi$ and $\Phi^\top$ the residual $E=\Theta^L-\Phi$ commutes"
        r" with $\Theta^\top$, so that all layers have the same gradient $G_i=(\Theta^\top)^{L-i}E\,(\Theta^\top)^{i-1}$.",
        source=SOURCE,
        assuming=normal,
        uses=["gradient"],
    )
paper.identity(
    "equal-layers-mutant",
    Theta.T * (Theta**2 - Phi),
    (Theta**2 - Phi) * Theta.T,
    "Negative control: the same for every target and all equal layers, $L=2$.",
    **PLANTED,
)


@paper.theorem(
    "equal-layers",
    "For a normal target all layers stay equal, at any rate.",
    source=SOURCE,
    uses=[f"equal-layers-{depth}" for depth in range(2, 7)],
)
@settings(max_examples=40)
@given(
    dp.networks_from_identity(st.integers(2, 3), st.integers(1, 3), target=["normal", "symmetric", "rotation"]),
    dp.rationals(0, 2, exclude_min=True),
)
def layers_stay_equal(net, rate):
    problem, start = net
    for weights in dp.gradient_descent(problem, start, rate, 2):
        assert all(layer == weights[0] for layer in weights)


@paper.theorem(
    "equal-layers-every-target-mutant",
    r"Negative control: the layers stay equal for every target. For $\Phi=\begin{pmatrix}1&1\\0&1\end{pmatrix}$, $L=2$, they"
    " differ after two steps.",
    twin_of="equal-layers",
    **PLANTED,
)
@given(st.just(dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[1, 1], [0, 1]])))
def layers_stay_equal_for_every_target(problem):
    for first, second in dp.gradient_descent(problem, problem.identity, Fraction(1, 4), 2):
        assert first == second


# d2: no crossing; S(theta) = sum_k theta^k r^{L-1-k} = (theta^L - r^L) / (theta - r)

u = symbols("u", nonnegative=True)
x, y = symbols("x y", nonnegative=True)
r, lam, eta = symbols("r lambda eta", positive=True)
geometric = lambda theta, depth: sum(theta**k * r ** (depth - 1 - k) for k in range(depth))
below_one, above_one = Interval.Lopen(0, 1), Interval(1, oo)

for L in DEPTHS:
    paper.inequality(
        f"no-crossing-small-{L}",
        x ** (L - 1) * geometric(x, L),
        dp.le(geometric(1, L)),
        over={x: (0, 1), r: below_one},
        statement=rf"$L={L}$, $r=\lambda^{{1/L}}\le1$: $\theta^{{L-1}}S(\theta)\le S(1)$ on $[0,1]$, so a rate"
        r" $\eta\le1/S(1)=(1-r)/(1-\lambda)$ gives $\theta_+-r=(\theta-r)(1-\eta\theta^{L-1}S(\theta))\ge0$ whenever"
        r" $r\le\theta\le1$: no crossing, ever.",
        source=SOURCE,
    )
    paper.inequality(
        f"no-crossing-large-{L}",
        (r * u) ** (L - 1) * geometric(r * u, L),
        dp.le(L * r ** (2 * L - 2)),
        over={u: (0, 1), r: above_one},
        statement=rf"$L={L}$, $r=\lambda^{{1/L}}\ge1$: $\theta^{{L-1}}S(\theta)\le L\lambda^{{2-2/L}}$ for $\theta=ru\le r$, so a"
        r" rate $\eta\le1/(L\lambda^{2-2/L})$ gives $r-\theta_+=(r-\theta)(1-\eta\theta^{L-1}S(\theta))\ge0$: no crossing, ever.",
        source=SOURCE,
    )
    paper.inequality(
        f"tangent-{L}",
        x**L,
        dp.ge(y**L + L * y ** (L - 1) * (x - y)),
        over={x: (0, oo), y: (0, oo)},
        statement=rf"$x^L\ge y^L+Ly^{{L-1}}(x-y)$ for $x,y\ge0$, $L={L}$.",
        source=SOURCE,
    )
    paper.identity(
        f"tangent-step-{L}",
        lam - (y**L + L * y ** (L - 1) * (eta * y ** (L - 1) * (lam - y**L))),
        (lam - y**L) * (1 - eta * L * y ** (2 * L - 2)),
        rf"$L={L}$: the tangent at $y=\theta$ in the direction of the step leaves the residual"
        r" $(\lambda-\theta^L)(1-\eta L\theta^{2L-2})$.",
        source=SOURCE,
    )
    paper.identity(
        f"tangent-step-back-{L}",
        x**L - L * y ** (L - 1) * eta * x ** (L - 1) * (x**L - lam) - lam,
        (x**L - lam) * (1 - eta * L * (x * y) ** (L - 1)),
        rf"$L={L}$, $\lambda<1$: the tangent at $y=\theta_+\ge r$ leaves the residual"
        r" $(\theta^L-\lambda)(1-\eta L\theta^{L-1}\theta_+^{L-1})$, where both powers are at least $\lambda^{1-1/L}$.",
        source=SOURCE,
    )
paper.inequality(
    "no-crossing-small-mutant",
    x**2 * geometric(x, 3) * Rational(11, 10),
    dp.le(geometric(1, 3)),
    over={x: (0, 1), r: below_one},
    statement="Negative control: a rate a tenth larger, $L=3$.",
    **PLANTED,
)
paper.inequality(
    "no-crossing-large-mutant",
    (r * u) ** 2 * geometric(r * u, 3),
    dp.le(3 * r**3),
    over={u: (0, 1), r: above_one},
    statement=r"Negative control: a rate $\eta\le1/(L\lambda)$ in place of $1/(L\lambda^{2-2/L})$, $L=3$.",
    **PLANTED,
)
paper.inequality(
    "tangent-mutant",
    x**3,
    dp.ge(y**3 + 4 * y**2 * (x - y)),
    over={x: (0, oo), y: (0, oo)},
    statement="Negative control: the slope $L+1$ in place of $L$, $L=3$.",
    **PLANTED,
)
paper.inequality(
    "no-crossing-small-threshold",
    1 - (1 + u) * (1 - r),
    dp.lt(r),
    over={u: Interval.open(0, oo), r: Interval.open(0, 1)},
    statement=r"The rate $(1-\lambda^{1/L})/(1-\lambda)$ is exact for $\lambda<1$ and every $L$: with"
    r" $\eta=(1+u)(1-r)/(1-\lambda)$, $u>0$, the first step $\theta_1=1-\eta(1-\lambda)$ is already below $r$.",
    source=SOURCE,
)
paper.inequality(
    "no-crossing-small-threshold-mutant",
    1 - (1 + u) * (1 - r),
    dp.lt(r),
    over={u: (0, oo), r: Interval.open(0, 1)},
    statement="Negative control: the rate itself crosses already.",
    **PLANTED,
)

# d3: the linear rate

Bound = tuple[Fraction, Fraction]


def spectrum_between(problem: dp.Problem) -> Bound:
    """Return m <= min(1, lambda_min) and M >= max(1, lambda_max) of a positive definite target: det / M^{d-1} and trace."""
    target, size = problem.Y, problem.widths[0]
    trace = sum((Fraction(str(target[i, i])) for i in range(size)), Fraction(0))
    largest = max(Fraction(1), trace)
    return min(Fraction(1), Fraction(str(target.det())) / largest ** (size - 1)), largest


positive_nets = dp.networks_from_identity(st.integers(1, 3), st.integers(1, 2), target="positive definite")
STEPS = ("no-crossing-small", "no-crossing-large", "tangent", "tangent-step", "tangent-step-back")
RATE = r"$\|E(t+1)\|_F\le(1-\eta Lm^{2-2/L})\|E(t)\|_F$"


@paper.theorem(
    "rate",
    rf"$\Phi$ positive definite, $M\ge\max(1,\lambda_{{\max}})$, $m\le\min(1,\lambda_{{\min}})$, $\eta=1/(LM^2)$: {RATE}, here"
    r" with $m^2\le m^{2-2/L}$.",
    source=SOURCE,
    uses=[
        "equal-layers",
        *(f"{step}-{L}" for L in DEPTHS for step in STEPS),
    ],
)
@settings(max_examples=60)
@given(positive_nets)
def linear_rate(net):
    problem, start = net
    m, M = spectrum_between(problem)
    path = dp.gradient_descent(problem, start, 1 / (problem.layers * M**2), 3)
    losses = [problem.loss(weights) for weights in path]
    assert all(after <= (1 - (m / M) ** 2) ** 2 * before for before, after in pairwise(losses))


@paper.theorem(
    "rate-mutant-step",
    r"Negative control: $\eta\le1/(L\lambda_{\max}^{2-2/L})$ without $\max(1,\cdot)$; $L=3$, $\Phi=1/8$, $\eta=16/3$.",
    twin_of="rate",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1, 1), X=[[1]], Y=[["1/8"]])))
def step_without_the_maximum(problem):
    losses = [problem.loss(weights) for weights in dp.gradient_descent(problem, problem.identity, Fraction(16, 3), 2)]
    assert losses[2] <= losses[1] <= losses[0]


@paper.theorem(
    "rate-mutant-factor",
    r"Negative control: the factor $1-\eta L\lambda_{\min}^{2-2/L}$ without $\min(1,\cdot)$; $L=2$, $\Phi=4$, $\eta=1/8$ would"
    " learn in one step.",
    twin_of="rate",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[4]])))
def factor_without_the_minimum(problem):
    before, after = (problem.loss(w) for w in dp.gradient_descent(problem, problem.identity, Fraction(1, 8), 1))
    assert after <= (1 - Fraction(1, 8) * 2 * 4) ** 2 * before


@paper.theorem(
    "exact-hit",
    r"A larger rate may hit the target exactly in finite time: $L=2$, $\lambda=4$, $\eta=1/3$ gives $\theta_1=2$.",
    source=SOURCE,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[4]])))
def hits_exactly(problem):
    assert dp.gradient_descent(problem, problem.identity, Fraction(1, 3), 1)[1] == [[[2]], [[2]]]


# d4: the condition number alone does not bound the number of steps

growth = lambda depth: 2 * x ** (depth - 2) * (r**depth - x**depth) / (depth * r ** (2 * depth - 2))
for L in range(3, 11):
    paper.inequality(
        f"slow-growth-{L}",
        growth(L),
        dp.le(2 * x ** (L - 2) / (L * r ** (L - 2))),
        over={x: (0, oo), r: above_one},
        statement=rf"$\Phi=sI$, $s=r^L$, $L={L}$: at the largest rate that can converge, $2/(Ls^{{2-2/L}})$, a step multiplies"
        r" $\theta$ by at most $1+\frac2L(\theta/r)^{L-2}$, so with $\theta^L\le2$ by $1+2^{2-2/L}s^{2/L-1}/L$: to reach"
        r" $\theta^L=2$ takes at least $\frac{\ln2}4s^{1-2/L}$ steps although the condition number is 1.",
        source=SOURCE,
    )
paper.inequality(
    "slow-growth-mutant",
    growth(4),
    dp.le(x**2 / (4 * r**2)),
    over={x: (0, oo), r: above_one},
    statement="Negative control: half of this growth, $L=4$.",
    **PLANTED,
)


@paper.theorem(
    "condition-number-is-not-enough",
    r"$\Phi=m^L$ ($\kappa=1$), $\eta\le2/(Lm^{2L-2})$: fewer than $\frac{69}{400}m^{L-2}$ steps do not bring $\theta^L$ above 2"
    r" ($\frac{69}{100}<\ln2$).",
    source=SOURCE,
    uses=[f"slow-growth-{L}" for L in range(3, 11)],
)
@settings(max_examples=30)
@given(st.integers(3, 5), st.integers(2, 8), dp.rationals(0, 1, exclude_min=True))
def many_steps_at_condition_number_one(depth, root, share):
    problem = dp.Problem((1,) * (depth + 1), X=[[1]], Y=[[root**depth]])
    rate = 2 * share / (depth * root ** (2 * depth - 2))
    steps = (69 * root ** (depth - 2) - 1) // 400
    path = dp.gradient_descent(problem, problem.identity, rate, steps, bits=128)
    # theta^L < s throughout, so theta^L > 2 says that the loss is below (s - 2)^2 / 2
    assert not any(2 * loss < (root**depth - 2) ** 2 for loss in path.losses)
