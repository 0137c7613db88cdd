"""Bartlett, Helmbold and Long (2018): targets near the identity are learnt at a linear rate, with explicit constants.

If ||Phi - I||_F <= 1/5 and 0 < eta <= 1/(8L) then l(t+1) <= (1 - eta L/2) l(t) and max_i ||Theta_i(t) - I|| <= c/L with
c = ln(5)/3, for every size and depth. The argument: r_{t+1} = r_t + eta (1 + r_t)^{L-1} e_t bounds max_i ||Theta_i - I||, where
e_t = ||E(t)||_F, as ||G_i|| <= (1 + r_t)^{L-1} e_t. While r_t <= c/L the Hessian is below 3.6 L on the way, the loss falls by q eta ||grad||^2, q = 3/4, and e falls
at least as fast as r rises. So e_t + V(r_t) never rises, where V(r) = q (1 - e^{-3Lr})/3 is the integral of q L e^{-3Lr}, a lower
bound of the weight q L h(r), h(r) = (1 - r)^{2(L-1)} (1 + r)^{-(L-1)}; hence V(r_t) <= ||Phi - I||_F <= 1/5 = V(c/L), which keeps
r_t <= c/L. The constants 3/4 and ln(5)/3 enter only in inequalities between numbers; the steps hold for every 0 < q < 1.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018_hessian_bound import norm_above as norm_above
from bartlett_helmbold_long_2018_hessian_bound import norm_at_most, paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Interval, Rational, exp, log, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), targets near the identity, with explicit constants"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
c, q = log(5) / 3, Rational(3, 4)
later = c + exp(c) / 40  # c': L times where a step of eta = 1/(8L) from r = c/L with e <= 1/5 can get to
x, y, s, w = symbols("x y s w", nonnegative=True)
L, share = symbols("L q", positive=True)
ONE = Interval(1, oo)

# powers of every depth; the remarks take one cited fact, 1 + y <= e^y

paper.inequality(
    "near-identity-growth",
    (L - 1) * x / L,
    dp.le(x),
    over={L: ONE},
    statement=r"$(L-1)x/L\le x$ for $x\ge0$, $L\ge1$.",
    remark=r"So $(1+x/L)^{L-1}\le e^{(L-1)x/L}\le e^x$ at every depth.",
    source=SOURCE,
)
paper.inequality(
    "near-identity-weight",
    x / (L - x),
    dp.le(x / (L - 1)),
    over={x: (0, 1), L: Interval.open(1, oo)},
    statement=r"$\frac x{L-x}\le\frac x{L-1}$ for $0\le x\le1$, $L>1$.",
    remark=r"So $(1-x/L)^{-(L-1)}=(1+\frac x{L-x})^{L-1}\le e^x$ at every depth $L>1$, that is, $(1-x/L)^{L-1}\ge e^{-x}$.",
    source=SOURCE,
)
paper.inequality(
    "near-identity-weight-mutant",
    x / (L - x),
    dp.le(x / L),
    over={x: (0, 1), L: Interval.open(1, oo)},
    statement=r"Negative control: $L$ in place of $L-1$.",
    **PLANTED,
)

# the constants

paper.inequality(
    "near-identity-radius",
    later,
    dp.lt(Rational(29, 50)),
    statement=r"$c'=c+e^c/40<0.58$, $c=\frac13\ln5$.",
    remark=r"A step of $\eta\le1/(8L)$ from $r\le c/L$ with $e_t\le\frac15$ ends at most at $c'/L$, as $(1+c/L)^{L-1}\le e^c$.",
    source=SOURCE,
    uses=["near-identity-growth"],
)
paper.inequality(
    "near-identity-radius-mutant",
    later,
    dp.lt(Rational(57, 100)),
    statement=r"Negative control: $c'<0.57$.",
    **PLANTED,
)
paper.inequality(
    "near-identity-curvature",
    exp(2 * x) + exp(x) / 5,
    dp.lt(Rational(18, 5)),
    over={x: (0, Rational(29, 50))},
    statement=r"$e^{2x}+\frac15e^x<3.6$ for $0\le x\le0.58$.",
    remark=r"With $\|\Theta_i\|\le1+x/L$, $\|E\|\le\frac15$ the bound on the Hessian is $\beta\le L(e^{2x}+\frac15e^x)<3.6L$, so"
    r" $\eta\beta<\frac9{20}<\frac12$ for $\eta\le1/(8L)$.",
    source=SOURCE,
    uses=["near-identity-growth"],
)
paper.inequality(
    "near-identity-curvature-mutant",
    exp(2 * x) + exp(x) / 5,
    dp.lt(Rational(7, 2)),
    over={x: (0, Rational(29, 50))},
    statement="Negative control: below $3.5$.",
    **PLANTED,
)
paper.identity(
    "near-identity-threshold",
    q * (1 - exp(-3 * c)) / 3,
    Rational(1, 5),
    r"$V(c/L)=\frac15$ for $V(r)=q(1-e^{-3Lr})/3$, $q=\frac34$, $c=\frac13\ln5$.",
    source=SOURCE,
)
paper.inequality(
    "near-identity-factor",
    2 * q * exp(-2 * c),
    dp.gt(Rational(5129, 10000)),
    statement=r"$2qe^{-2c}>0.5129$ for $q=\frac34$, $c=\frac13\ln5$.",
    remark=r"As $(1-c/L)^{L-1}\ge e^{-c}$ this is at most $2q(1-c/L)^{2(L-1)}$, which therefore exceeds $\frac12$.",
    source=SOURCE,
    uses=["near-identity-weight"],
)
paper.inequality(
    "near-identity-factor-mutant",
    2 * q * exp(-2 * c),
    dp.gt(Rational(5130, 10000)),
    statement="Negative control: above 0.513.",
    **PLANTED,
)
paper.inequality(
    "near-identity-steps",
    exp(-Rational(1, 16)),
    dp.gt(Rational(15, 16)),
    statement=r"$e^{-1/16}>\frac{15}{16}$.",
    remark=r"The factor $(\frac{15}{16})^t$ of $\eta=1/(8L)$ is at most $e^{-t/16}$, which is at most $\varepsilon/l(0)$ after"
    r" $t\ge16\ln(l(0)/\varepsilon)$ steps.",
    source=SOURCE,
)

# one step, for any share q of the decrease

paper.inequality(
    "near-identity-segment",
    s * (1 - s * (1 - share) * w),
    dp.ge(share * s),
    over={s: (0, 1), share: Interval.open(0, 1), w: (0, 1)},
    statement=r"$s(1-\frac12s\eta\beta)\ge qs$ for $0\le s\le1$, $0<q<1$, $\eta\beta=2(1-q)w$, $0\le w\le1$.",
    remark=r"As long as the sublevel set is not left, the loss at the share $s$ of the step is at most"
    r" $l(t)-s(1-\frac12s\eta\beta)\eta\|\nabla l\|^2\le l(t)-qs\eta\|\nabla l\|^2$; so the set is never left.",
    source=SOURCE,
)
paper.inequality(
    "near-identity-segment-mutant",
    s * (1 - s * (1 - share) * w),
    dp.ge(share * s),
    over={s: (0, 1), share: Interval.open(0, 1), w: (0, 2)},
    statement=r"Negative control: $0\le w\le2$, that is, $\eta\beta\le4(1-q)$.",
    **PLANTED,
)
paper.inequality(
    "near-identity-decrease",
    (1 - y) ** 2,
    dp.ge(1 - 2 * y),
    over={y: (0, oo)},
    statement=r"$(1-y)^2\ge1-2y$ for $y\ge0$.",
    remark=r"So $e_{t+1}^2\le(1-2y)e_t^2$ with $y=q\eta L(1-r_t)^{2(L-1)}\le1$ gives $e_{t+1}\le(1-y)e_t$.",
    source=SOURCE,
)
u, v, eta, e = symbols("u v eta e", positive=True)
depth = symbols("L", integer=True, positive=True)
paper.identity(
    "near-identity-trade",
    share * eta * depth * u ** (2 * depth - 2) * e,
    share * depth * (u ** (2 * depth - 2) / v ** (depth - 1)) * (eta * v ** (depth - 1) * e),
    r"$q\eta Lu^{2(L-1)}e=qLh\cdot\eta v^{L-1}e$ for $h=u^{2(L-1)}v^{-(L-1)}$.",
    remark=r"With $u=1-r_t$, $v=1+r_t$, $r_{t+1}-r_t=\eta v^{L-1}e_t$ the fall of $e_t$, at least the left side, is at least"
    r" $qLh(r_t)\,(r_{t+1}-r_t)$.",
    source=SOURCE,
)
g, rest, delta = symbols("g v delta", nonnegative=True)
paper.inequality(
    "near-identity-potential",
    share * L * (g + rest) * delta,
    dp.ge(share / 3 * g * (3 * L * delta * w)),
    over={w: (0, 1)},
    statement=r"$qL(g+v)\delta\ge\frac q3g\cdot3L\delta w$ for $q,L>0$, $g,v,\delta\ge0$, $0\le w\le1$.",
    remark=r"The right side is the rise $V(r+\delta)-V(r)$ with $g=e^{-3Lr}$, $1-e^{-3L\delta}=3L\delta w$; the fall of $e$ is at least"
    r" $qLh\delta$ with $h=g+v\ge g$. So $e_t+V(r_t)$ never rises.",
    source=SOURCE,
    uses=["near-identity-weight", "near-identity-growth", "near-identity-trade"],
)
paper.inequality(
    "near-identity-potential-mutant",
    share * L * (g + rest) * delta,
    dp.ge(share * g * (3 * L * delta * w)),
    over={w: (0, 1)},
    statement=r"Negative control: the right side three times as large.",
    **PLANTED,
)

# the statement, at random targets: exactly for three steps, in balls for deep nets

near = dp.networks_from_identity(st.integers(1, 3), st.integers(1, 3), target="near identity")
rates = dp.rationals(0, 1, exclude_min=True)
NEAR = (
    r"$\|\Phi-I\|_F\le\frac15$, $0<\eta\le1/(8L)$: $l(t+1)\le(1-\eta L/2)\,l(t)$ and $\|\Theta_i(t)-I\|\le\ln5/(3L)$ for all $t$,"
    " whatever the size and the depth"
)
CONSTANTS = [f"near-identity-{step}" for step in ("threshold", "factor", "radius", "curvature", "steps")]
STEPS = [f"near-identity-{step}" for step in ("segment", "decrease", "trade", "potential")]


@paper.theorem(
    "near-identity",
    f"{NEAR}.",
    source=SOURCE,
    uses=["exponential-tangent", "gradient-bound", "hessian-bound", "hessian-bound-factor", *CONSTANTS, *STEPS],
)
@settings(max_examples=60)
@given(near, rates)
def near_targets_are_learnt(net, part):
    problem, start = net
    path = dp.gradient_descent(problem, start, part / (8 * problem.layers), 3)
    for before, after in pairwise(path):
        assert problem.loss(after) <= (1 - part / 16) * problem.loss(before)
        for layer, one in zip(problem.read_weights(after), problem.read_weights(start), strict=True):
            # 0.536 < ln(5)/3
            assert norm_at_most(layer - one, Fraction(536, 1000 * problem.layers))


def rises(path):
    """Return whether some loss certainly exceeds 15/16 of the one before."""
    return any(16 * after > 15 * before for before, after in pairwise(path.losses))


deep = dp.networks_from_identity(st.integers(4, 30), st.integers(1, 5), target="near identity")


@paper.theorem(
    "near-identity-deep",
    r"$\|\Phi-I\|_F\le\frac15$, $\eta=1/(8L)$, $4\le L\le30$, $d\le5$: $l(t+1)\le\frac{15}{16}l(t)$ for the first 20 steps (enclosed).",
    source=SOURCE,
    uses=["near-identity"],
)
@settings(max_examples=15)
@given(deep)
def deep_nets_learn_near_targets(net):
    problem, start = net
    losses = dp.gradient_descent(problem, start, Fraction(1, 8 * problem.layers), 20, bits=128, accuracy=80).losses
    assert all(16 * after <= 15 * before for before, after in pairwise(losses))


@paper.theorem(
    "near-identity-recursion",
    r"$r_0=0$, $r_{t+1}=r_t+\eta(1+r_t)^{L-1}e_t$, $\|\Phi-I\|_F\le\frac15$, $\eta\le1/(8L)$: $e_t+\frac14(1-e^{-3Lr_t})\le e_0$ and"
    r" $r_t\le\ln5/(3L)$ for the first 10 steps (enclosed).",
    source=SOURCE,
    uses=["near-identity"],
)
@settings(max_examples=20)
@given(dp.networks_from_identity(st.integers(1, 6), st.integers(1, 3), target="near identity"), rates)
def potential_never_rises(net, part):
    problem, start = net
    number = problem.layers
    rate = part / (8 * number)
    losses = dp.gradient_descent(problem, start, rate, 10, bits=128, accuracy=80).losses
    reach, limit = dp.enclose(0), dp.enclose(5).log() / (3 * number)
    first = (2 * losses[0]).sqrt()
    for before, after in pairwise(losses):
        reach = reach + dp.enclose(rate) * (1 + reach) ** (number - 1) * (2 * before).sqrt()
        assert (2 * after).sqrt() + (1 - (-3 * number * reach).exp()) / 4 <= first
        assert reach <= limit


@paper.theorem(
    "near-identity-mutant-distance",
    r"Negative control: $l(0)\le1$ suffices; $d=1$, $L=2$, $\Phi=-\frac14$ has $l(0)=\frac{25}{32}$ and $l(t)\ge\frac1{32}$.",
    twin_of="near-identity",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[["-1/4"]])))
def any_target_at_distance_one(problem):
    assert not rises(dp.gradient_descent(problem, problem.identity, Fraction(1, 16), 80, bits=128))


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
    assert not rises(dp.gradient_descent(problem, problem.identity, Fraction(1, 16), 80, bits=128))


# open: closeness in operator norm; the proof needs the Frobenius norm of E

wide = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda sizes: dp.networks_from_identity(*sizes, target="rotation")
)


@paper.theorem(
    "near-identity-operator-norm",
    r"Open: $l(t+1)\le(1-\eta L/2)\,l(t)$ for $\|\Phi-I\|\le\frac15$ in operator norm, $\eta\le1/(8L)$. Attacked with $\Phi=I\pm\frac15R$,"
    r" $R$ a random rotation, $d\le4$, $L\le4$, $\eta=1/(8L)$: 5 enclosed steps.",
    source=SOURCE,
    expect="open",
)
@settings(max_examples=20)
@given(wide, st.sampled_from((1, -1)))
def near_in_operator_norm(net, sign):
    turned, start = net
    size = turned.widths[0]
    target = [[int(i == j) + sign * Fraction(str(turned.Y[i, j])) / 5 for j in range(size)] for i in range(size)]
    problem = dp.Problem(turned.widths, X=[[int(i == j) for j in range(size)] for i in range(size)], Y=target)
    path = dp.gradient_descent(problem, start, Fraction(1, 8 * problem.layers), 5, bits=128, accuracy=60)
    for before, after in pairwise(path.losses):
        assert 16 * after < 15 * before
