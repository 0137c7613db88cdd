"""Bartlett, Helmbold and Long (2018): the linear rate toward positive definite targets, and what the condition number misses.

With M = max(1, lambda_max), m = min(1, lambda_min) and eta <= 1/(L M^{2-2/L}) every step multiplies ||E||_F by at most
1 - eta L m^{2-2/L}. The argument is the convexity of theta^L on each eigenvalue: for lambda >= 1 the tangent at theta, for
lambda < 1 the tangent at theta_+, which no crossing keeps above r = lambda^{1/L}.
"""

from fractions import Fraction
from itertools import pairwise
from math import ceil

from bartlett_helmbold_long_2018_positive import DEPTHS, paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Interval, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), positive definite targets (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}

# d3: the tangent of theta^L, for every depth by induction, and by name

L = symbols("L", integer=True, positive=True)
x, y, lam, eta = symbols("x y lambda eta", positive=True)
a, b, u = symbols("a b u", nonnegative=True)
TANGENT = r"$x^L\ge y^L+Ly^{L-1}(x-y)$ for $x,y\ge0$"
gap = lambda number: x**number - y**number - number * y ** (number - 1) * (x - y)
paper.identity(
    "tangent-step-up",
    gap(L + 1),
    x * gap(L) + L * y ** (L - 1) * (x - y) ** 2,
    r"$\Delta_L=x^L-y^L-Ly^{L-1}(x-y)$ has $\Delta_{L+1}=x\Delta_L+Ly^{L-1}(x-y)^2$ for every $L$.",
    remark=rf"As $\Delta_1=0$, {TANGENT} and every $L$, by induction.",
    source=SOURCE,
)
paper.identity(
    "tangent-step-up-mutant",
    gap(L + 1),
    x * gap(L) + y ** (L - 1) * (x - y) ** 2,
    "Negative control: the factor $L$ left out.",
    **PLANTED,
)
for number in DEPTHS:
    paper.inequality(
        f"tangent-{number}",
        a**number,
        dp.ge(b**number + number * b ** (number - 1) * (a - b)),
        over={a: (0, oo), b: (0, oo)},
        statement=rf"{TANGENT}, $L={number}$.",
        source=SOURCE,
    )
paper.inequality(
    "tangent-mutant",
    a**3,
    dp.ge(b**3 + 4 * b**2 * (a - b)),
    over={a: (0, oo), b: (0, oo)},
    statement="Negative control: the slope $L+1$ in place of $L$, $L=3$.",
    **PLANTED,
)
paper.identity(
    "rate-large",
    lam - (y**L + L * y ** (L - 1) * (eta * y ** (L - 1) * (lam - y**L))),
    (lam - y**L) * (1 - eta * L * y ** (2 * L - 2)),
    r"$\lambda-(y^L+Ly^{L-1}\cdot\eta y^{L-1}(\lambda-y^L))=(\lambda-y^L)(1-\eta Ly^{2L-2})$ for every $L$.",
    remark=r"$\lambda\ge1$: the tangent at $y=\theta$ gives $\lambda-\theta_+^L\le(\lambda-\theta^L)(1-\eta L\theta^{2L-2})$, and $\theta\ge1$.",
    source=SOURCE,
    uses=["tangent-step-up"],
)
paper.identity(
    "rate-small",
    x**L - L * y ** (L - 1) * eta * x ** (L - 1) * (x**L - lam) - lam,
    (x**L - lam) * (1 - eta * L * (x * y) ** (L - 1)),
    r"$x^L-Ly^{L-1}\cdot\eta x^{L-1}(x^L-\lambda)-\lambda=(x^L-\lambda)(1-\eta L(xy)^{L-1})$ for every $L$.",
    remark=r"$\lambda<1$: the tangent at $y=\theta_+$, $x=\theta$, gives $\theta_+^L-\lambda\le(\theta^L-\lambda)"
    r"(1-\eta L(\theta\theta_+)^{L-1})$, and $\theta,\theta_+\ge r$, so $(\theta\theta_+)^{L-1}\ge\lambda^{2-2/L}$.",
    source=SOURCE,
    uses=["tangent-step-up", "no-crossing-small"],
)
paper.identity(
    "rate-large-mutant",
    lam - (y**L + L * y ** (L - 1) * (eta * y ** (L - 1) * (lam - y**L))),
    (lam - y**L) * (1 - eta * L * y ** (L - 1)),
    r"Negative control: $\theta^{L-1}$ in place of $\theta^{2L-2}$.",
    **PLANTED,
)
k, part = symbols("k w", nonnegative=True)
paper.inequality(
    "rate-start",
    ((1 - part) * a + part * b - 1) ** 2,
    dp.le((1 - part) * (a - 1) ** 2 + part * (b - 1) ** 2),
    over={part: (0, 1)},
    statement=r"$((1-w)a+wb-1)^2\le(1-w)(a-1)^2+w(b-1)^2$ for $a,b\ge0$, $0\le w\le1$.",
    remark=r"With $a=\lambda_{\min}$, $b=\lambda_{\max}$ this bounds $(\lambda-1)^2$ of every eigenvalue of $\Phi$, so"
    r" $l(0)\le\frac d2\max((\lambda_{\max}-1)^2,(1-\lambda_{\min})^2)$.",
    source=SOURCE,
)
MANY = r"$(M/m)^{2-2/L}\cdot\frac12\ln(l(0)/\varepsilon)$ steps bring the loss to $\varepsilon$"


def turned(diagonal, slopes):
    """Return Q diag(...) Q^T as rows, Q a product of plane rotations with rational slopes."""
    size = len(diagonal)
    rows = [[diagonal[i] * int(i == j) for j in range(size)] for i in range(size)]
    for place, t in zip(range(size - 1), slopes, strict=False):
        co, si = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        turn = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
        turn[place][place], turn[place][place + 1] = co, -si
        turn[place + 1][place], turn[place + 1][place + 1] = si, co
        half = [[sum(turn[i][m] * rows[m][j] for m in range(size)) for j in range(size)] for i in range(size)]
        rows = [[sum(half[i][m] * turn[j][m] for m in range(size)) for j in range(size)] for i in range(size)]
    return rows


def net(layers, target):
    """Return the problem of square layers with this target."""
    size = len(target)
    one = [[int(i == j) for j in range(size)] for i in range(size)]
    return dp.Problem((size,) * (layers + 1), X=one, Y=target)


root = dp.rationals("2/3", "3/2", max_denominator=6)
spectra = st.lists(root, min_size=1, max_size=3)
angles = st.tuples(dp.rationals(-1, 1, max_denominator=3), dp.rationals(-1, 1, max_denominator=3))
rates = dp.rationals(0, 1, exclude_min=True, max_denominator=5)
RATE = r"$\|E(t+1)\|_F\le(1-\eta Lm^{2-2/L})\|E(t)\|_F$"


@paper.theorem(
    "rate",
    rf"$\Phi$ positive definite, $M=\max(1,\lambda_{{\max}})$, $m=\min(1,\lambda_{{\min}})$, $0<\eta\le1/(LM^{{2-2/L}})$: {RATE}.",
    source=SOURCE,
    uses=["equal-layers", "eigenvalue-step", "no-crossing-small", "no-crossing-large", "rate-large", "rate-small"],
)
@settings(max_examples=60)
@given(st.integers(1, 4), spectra, angles, rates)
def linear_rate(number, roots, slopes, share):
    problem = net(number, turned([root**number for root in roots], slopes))
    least, most = min(1, *roots), max(1, *roots)
    rate = share / (number * most ** (2 * number - 2))
    losses = dp.gradient_descent(problem, problem.identity, rate, 2).losses
    factor = 1 - rate * number * least ** (2 * number - 2)
    assert all(after <= factor**2 * before for before, after in pairwise(losses))


@paper.theorem(
    "rate-steps",
    rf"{MANY} at $\eta=1/(LM^{{2-2/L}})$, $\Phi$ positive definite, here for $\varepsilon=l(0)/100$ (enclosed, $\ln100<4.6052$).",
    source=SOURCE,
    uses=["rate", "exponential-tangent"],
)
@settings(max_examples=20)
@given(st.integers(1, 4), spectra, angles)
def number_of_steps(number, roots, slopes):
    problem = net(number, turned([root**number for root in roots], slopes))
    ratio = max(1, *roots) / min(1, *roots)
    steps = ceil(ratio ** (2 * number - 2) * Fraction(23026, 10000))
    rate = 1 / (number * max(Fraction(1), *roots) ** (2 * number - 2))
    path = dp.gradient_descent(problem, problem.identity, rate, steps, bits=128, accuracy=80)
    assert 100 * path.losses[-1] <= path.losses[0]


@paper.theorem(
    "rate-mutant-step",
    r"Negative control: $\eta\le1/(L\lambda_{\max}^{2-2/L})$ without $\max(1,\cdot)$; $L=3$, $\Phi=\frac18$, $\eta=\frac{16}3$ goes"
    r" $1,-\frac{11}3,\frac{2580677}{729}$.",
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
    r" learn in one step, but $\theta_1=\frac{11}8$.",
    twin_of="rate",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[4]])))
def factor_without_the_minimum(problem):
    before, after = (problem.loss(w) for w in dp.gradient_descent(problem, problem.identity, Fraction(1, 8), 1))
    assert after <= (1 - Fraction(1, 8) * 2 * 4) ** 2 * before


# d4: the condition number alone does not bound the number of steps

above_one = Interval(1, oo)
r, s, gone = symbols("r s g", nonnegative=True)
paper.inequality(
    "slow-growth",
    k * part * (s - a),
    dp.le(k * s),
    over={part: (0, 1), a: (0, oo), k: (0, oo), s: (0, oo)},
    statement=r"$kw(s-a)\le ks$ for $a,k,s\ge0$, $0\le w\le1$.",
    remark=r"With $\Phi=sI$, $\eta=2w/(Ls^{2-2/L})$, $\theta^L=a$, $k=\frac2L\theta^{L-2}s^{2/L-2}$: the relative growth of a step,"
    r" $\eta\theta^{L-2}(s-a)$, is at most $\frac2L\theta^{L-2}s^{2/L-1}$ at every depth.",
    source=SOURCE,
)
growth = lambda number: 2 * a ** (number - 2) * (r**number - a**number) / (number * r ** (2 * number - 2))
for number in range(3, 11):
    paper.inequality(
        f"slow-growth-{number}",
        growth(number),
        dp.le(2 * a ** (number - 2) / (number * r ** (number - 2))),
        over={a: (0, oo), r: above_one},
        statement=rf"$\Phi=sI$, $s=r^L\ge1$, $L={number}$: at the rate $2/(Ls^{{2-2/L}})$ a step multiplies"
        r" $\theta\ge0$ by at most $1+\frac2L(\theta/r)^{L-2}$.",
        source=SOURCE,
    )
paper.inequality(
    "slow-growth-mutant",
    growth(4),
    dp.le(a**2 / (4 * r**2)),
    over={a: (0, oo), r: above_one},
    statement="Negative control: half of this growth, $L=4$.",
    **PLANTED,
)
paper.inequality(
    "repelling",
    1 - 2 * (1 + gone),
    dp.lt(-1),
    over={gone: Interval.open(0, oo)},
    statement=r"$1-2(1+g)<-1$ for $g>0$.",
    remark=r"At the rate $2(1+g)/(L\lambda^{2-2/L})$ this is the multiplier $1-\eta L\lambda^{2-2/L}$ at $r$: $r$ repels, and"
    " only an exact hit reaches it.",
    source=SOURCE,
    uses=["multiplier"],
)
SLOW = r"$\frac{\ln2}4s^{1-2/L}$"


@paper.theorem(
    "condition-number-is-not-enough",
    rf"$\Phi=s=m^L$ ($\kappa=1$), $L\ge3$, $\eta\le2/(Ls^{{2-2/L}})$: fewer than {SLOW} steps do not bring $\theta^L$ above 2 (here with"
    r" $\frac{69}{100}<\ln2$).",
    source=SOURCE,
    uses=["slow-growth", "repelling", "exponential-tangent"],
)
@settings(max_examples=30)
@given(st.integers(3, 5), st.integers(2, 8), dp.rationals(0, 1, exclude_min=True))
def many_steps_at_condition_number_one(number, root, share):
    problem = dp.Problem((1,) * (number + 1), X=[[1]], Y=[[root**number]])
    rate = 2 * share / (number * root ** (2 * number - 2))
    steps = (69 * root ** (number - 2) - 1) // 400
    path = dp.gradient_descent(problem, problem.identity, rate, steps, bits=128)
    assert all(weights[0][0][0] ** number <= 2 for weights in path)


@paper.theorem(
    "condition-number-mutant-rate",
    r"Negative control: at any rate; $L=3$, $s=20^3$, $\eta=\frac{19}{7999}$ hits $\theta=20$ in one step, the bound is more than 3.",
    twin_of="condition-number-is-not-enough",
    **PLANTED,
)
@given(st.just(dp.Problem((1,) * 4, X=[[1]], Y=[[8000]])))
def few_steps_at_a_lucky_rate(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(19, 7999), 1)
    assert all(weights[0][0][0] ** 3 <= 2 for weights in path)


@paper.theorem(
    "condition-number-measured",
    r"Measured in floating point at 60 equally spaced rates up to $2/(Ls^{2-2/L})$, $s=1000$: at least 41 steps to"
    r" $|\theta^L-s|\le s/100$ for $L=4$ (the bound is 5.5), at least 181 for $L=10$ (43.5).",
    source=SOURCE,
)
@given(st.sampled_from(((4, 41), (10, 181))))
def measured_steps(case):
    number, least = case
    largest = 2 / (number * 1000.0 ** (2 - 2 / number))
    for tick in range(1, 61):
        theta, steps = 1.0, 0
        while abs(theta**number - 1000) > 10 and steps < 1000:
            theta -= largest * tick / 60 * theta ** (number - 1) * (theta**number - 1000)
            steps += 1
        assert steps >= least


# d5: beyond the monotone range, in floating point only


@paper.theorem(
    "beyond-monotone",
    r"For $\eta=1.95/(L\lambda^{2-2/L})$ and below, $\lambda\in[1.01,100]$, $L\in\{2,3,5,10,30\}$, descent in floating point is within"
    r" $10^{-6}r$ of $r$ after 20000 steps.",
    source=SOURCE,
)
@settings(max_examples=40)
@given(st.sampled_from((2, 3, 5, 10, 30)), st.integers(101, 10000), st.integers(1, 39))
def larger_rates_still_converge(number, hundredths, twentieths):
    target = hundredths / 100
    rate = twentieths / 20 / (number * target ** (2 - 2 / number))
    theta = 1.0
    for _ in range(20000):
        theta -= rate * theta ** (number - 1) * (theta**number - target)
    assert abs(theta / target ** (1 / number) - 1) <= 1e-6
