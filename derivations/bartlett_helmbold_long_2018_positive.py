"""Bartlett, Helmbold and Long (2018): gradient descent from the identity toward positive definite targets.

Descent acts on eigenvalues one by one: for an eigenvalue lambda = r^L > 0 one step is theta_+ = theta - eta theta^{L-1}
(theta^L - lambda), from theta = 1. The residual theta - r is multiplied by 1 - eta T_L(theta), T_L(theta) = theta^{L-1} S_L(theta),
S_L(theta) = sum_k theta^k r^{L-1-k} = (theta^L - lambda)/(theta - r). What holds for all time is an invariant interval: a bound of
T_L on it, for every depth by S_{L+1} = r S_L + theta^L and T_{L+1} = theta r T_L + theta^{2L}, and by name for every L up to 10.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018_equal_layers import PLANTED, SOURCE, paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Interval, Rational, diff, oo, symbols

import dlnproof as dp

DEPTHS = range(2, 11)

# d2: no crossing, for every depth by induction on L; t stands for T_L, S for S_L, p for a power of theta or of u = theta/r

theta, base, eta = symbols("theta r eta", positive=True)
depth = symbols("L", integer=True, positive=True)
sum_of = lambda number: (theta**number - base**number) / (theta - base)
weighted = lambda number: theta ** (number - 1) * sum_of(number)
for name, left, right, what in (
    ("sums", sum_of(depth + 1), base * sum_of(depth) + theta**depth, r"$S_{L+1}=rS_L+\theta^L$"),
    (
        "weighted",
        weighted(depth + 1),
        theta * base * weighted(depth) + theta ** (2 * depth),
        r"$T_{L+1}=\theta rT_L+\theta^{2L}$",
    ),
):
    paper.identity(
        f"no-crossing-{name}",
        left,
        right,
        rf"{what} for every depth, $S_L(\theta)=(\theta^L-r^L)/(\theta-r)$, $T_L=\theta^{{L-1}}S_L$, $\theta\ne r$.",
        source=SOURCE,
    )
paper.identity(
    "no-crossing-factor",
    theta - eta * theta ** (depth - 1) * (theta**depth - base**depth) - base,
    (theta - base) * (1 - eta * weighted(depth)),
    r"$\theta_+-r=(\theta-r)(1-\eta T_L(\theta))$ for every depth, $\theta_+=\theta-\eta\theta^{L-1}(\theta^L-r^L)$,"
    r" $T_L(\theta)=\theta^{L-1}(\theta^L-r^L)/(\theta-r)$.",
    source=SOURCE,
)
paper.identity(
    "multiplier",
    diff(theta - eta * theta ** (depth - 1) * (theta**depth - base**depth), theta).subs(theta, base),
    1 - eta * depth * base ** (2 * depth - 2),
    r"The map $\theta\mapsto\theta-\eta\theta^{L-1}(\theta^L-r^L)$ has the derivative $1-\eta Lr^{2L-2}$ at $\theta=r$, for every depth.",
    source=SOURCE,
)
paper.identity(
    "no-crossing-factor-mutant",
    theta - eta * theta ** (depth - 1) * (theta**depth - base**depth) - base,
    (theta - base) * (1 - eta * sum_of(depth)),
    r"Negative control: $S_L$ in place of $T_L$.",
    **PLANTED,
)
x, r, S, u, p, m, share = symbols("x r S u p n w", nonnegative=True)
unit = {x: (0, 1), p: (0, 1), share: (0, 1)}
paper.inequality(
    "no-crossing-small",
    x * r * (share * S) + p,
    dp.le(r * S + 1),
    over=unit,
    statement=r"$\theta r\,wS+p\le rS+1$ for $\theta,w,p\in[0,1]$, $r,S\ge0$.",
    remark=r"This is the step from $T_L(\theta)=wS_L(1)\le S_L(1)$ to $T_{L+1}(\theta)=\theta rT_L(\theta)+\theta^{2L}\le"
    r" rS_L(1)+1=S_{L+1}(1)$. As $T_1=S_1=1$, $T_L\le S_L(1)=(1-\lambda)/(1-r)$ on $[0,1]$ at every depth.",
    source=SOURCE,
    uses=["no-crossing-sums", "no-crossing-weighted"],
)
paper.inequality(
    "no-crossing-large",
    u * (share * m) + p,
    dp.le(m + 1),
    over={u: (0, 1), p: (0, 1), share: (0, 1)},
    statement=r"$u\,wn+p\le n+1$ for $u,w,p\in[0,1]$, $n\ge0$.",
    remark=r"This is the step from $T_n=wnr^{2n-2}\le nr^{2n-2}$ to $T_{n+1}/r^{2n}=uT_n/r^{2n-2}+u^{2n}\le n+1$ at $\theta=ru$. As $T_1=1$,"
    r" $T_L\le Lr^{2L-2}=L\lambda^{2-2/L}$ on $[0,r]$ at every depth.",
    source=SOURCE,
    uses=["no-crossing-weighted"],
)
paper.inequality(
    "no-crossing-uniform",
    r * (share * m) + 1,
    dp.le(m + 1),
    over={r: (0, 1), share: (0, 1)},
    statement=r"$r\,wn+1\le n+1$ for $r,w\in[0,1]$, $n\ge0$.",
    remark=r"So $S_n(1)\le n$ gives $S_{n+1}(1)=rS_n(1)+1\le n+1$ and $1/L\le(1-r)/(1-\lambda)$ for $r<1$: the rate"
    r" $1/(L\max(1,\lambda)^{2-2/L})$ is below both thresholds.",
    source=SOURCE,
)
paper.inequality(
    "crossing-window-step",
    u * (m * p) + u**2 * p,
    dp.ge((m + 1) * u**2 * p),
    over={u: (0, 1)},
    statement=r"$u\,np+u^2p\ge(n+1)u^2p$ for $0\le u\le1$, $n,p\ge0$.",
    remark=r"With $p=u^{2n-2}$, $\theta=ru$: from $T_n\ge nr^{2n-2}p$ follows $T_{n+1}\ge(n+1)r^{2n}u^2p$, so"
    r" $T_L(ru)\ge Lr^{2L-2}u^{2L-2}$ at every depth.",
    source=SOURCE,
)
paper.inequality(
    "crossing-window",
    1 - (1 + m) * (1 / (1 + m) + S),
    dp.lt(0),
    over={S: Interval.open(0, oo), m: Interval.open(0, oo)},
    statement=r"$1-(1+v)(\frac1{1+v}+s)<0$ for $s,v>0$.",
    remark=r"For $\lambda>1$, $\eta=(1+v)/(L\lambda^{2-2/L})$, $u^{2L-2}=\frac1{1+v}+s$ the factor $1-\eta T_L(ru)\le1-(1+v)u^{2L-2}$ is"
    " negative and the step crosses $r$. A monotone infinite orbit that never hits $r$ converges to $r$ and enters this window, so"
    r" that $\eta\le1/(L\lambda^{2-2/L})$ is necessary.",
    source=SOURCE,
    uses=["crossing-window-step"],
)
paper.inequality(
    "crossing-window-mutant",
    1 - (1 + m) * (1 / (1 + m) + S),
    dp.lt(0),
    over={m: Interval.open(0, oo)},
    statement="Negative control: for $s=0$ too.",
    **PLANTED,
)
root = symbols("r", positive=True)
paper.identity(
    "exact-hit-rate",
    1 - (root - 1) / (root**depth - 1) * (1 - root**depth),
    root,
    r"Every depth, $\lambda=r^L\ne1$: $\theta_1=1-\eta(1-\lambda)$ is exactly $r$ at the rate $\eta=(r-1)/(\lambda-1)$.",
    source=SOURCE,
)

# by name

geometric = lambda theta, number: sum(theta**k * r ** (number - 1 - k) for k in range(number))
below_one, above_one = Interval.Lopen(0, 1), Interval(1, oo)
NAMES = r"$S_L(\theta)=\sum_{k<L}\theta^kr^{L-1-k}$, $T_L=\theta^{L-1}S_L$"
for L in DEPTHS:
    paper.inequality(
        f"no-crossing-small-{L}",
        x ** (L - 1) * geometric(x, L),
        dp.le(geometric(1, L)),
        over={x: (0, 1), r: below_one},
        statement=rf"{NAMES}, $L={L}$, $0<r\le1$: $T_L(\theta)\le S_L(1)$ on $[0,1]$.",
        remark=r"So $\eta\le(1-r)/(1-\lambda)$ gives $\theta_+-r=(\theta-r)(1-\eta T_L(\theta))\ge0$ for $r\le\theta\le1$: no crossing.",
        source=SOURCE,
    )
    paper.inequality(
        f"no-crossing-large-{L}",
        (r * u) ** (L - 1) * geometric(r * u, L),
        dp.le(L * r ** (2 * L - 2)),
        over={u: (0, 1), r: above_one},
        statement=rf"{NAMES}, $L={L}$, $r\ge1$: $T_L(\theta)\le Lr^{{2L-2}}$ for $\theta=ru$, $0\le u\le1$.",
        remark=r"So $\eta\le1/(L\lambda^{2-2/L})$ gives $r-\theta_+=(r-\theta)(1-\eta T_L(\theta))\ge0$: no crossing.",
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
    "no-crossing-small-threshold",
    1 - (1 + u) * (1 - r),
    dp.lt(r),
    over={u: Interval.open(0, oo), r: Interval.open(0, 1)},
    statement=r"Every $L$, $0<r<1$, $\lambda=r^L$, $\eta=(1+u)(1-r)/(1-\lambda)$, $u>0$: the first step $\theta_1=1-\eta(1-\lambda)$ is below"
    " $r$.",
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

# the thresholds, at random eigenvalues with rational roots


def orbit(number, root, rate, steps):
    """Return theta_0, ..., theta_steps of the target root^number."""
    problem = dp.Problem((1,) * (number + 1), X=[[1]], Y=[[root**number]])
    return [weights[0][0][0] for weights in dp.gradient_descent(problem, problem.identity, rate, steps)]


def largest_rate(number, root):
    """Return the threshold of the rate."""
    if root == 1:
        return Fraction(1, number)
    small = (1 - root) / (1 - root**number)
    return small if root < 1 else 1 / (number * root ** (2 * number - 2))


@paper.theorem(
    "monotone",
    r"$\lambda=r^L$: at $\eta\le(1-r)/(1-\lambda)$ for $\lambda<1$, $\eta\le1/(L\lambda^{2-2/L})$ for $\lambda\ge1$, no step of the orbit leads"
    " away from $r$ or across it.",
    remark="So it is monotone, and its limit is $r$.",
    source=SOURCE,
    uses=["no-crossing-factor", "no-crossing-small", "no-crossing-large", "no-crossing-uniform"],
)
@settings(max_examples=40)
@given(st.integers(1, 4), dp.rationals("1/4", 3, max_denominator=6), dp.rationals(0, 1, exclude_min=True))
def orbit_is_monotone(number, root, part):
    path = orbit(number, root, part * largest_rate(number, root), 3)
    for before, after in pairwise(path):
        assert min(before, root) <= after <= max(before, root)


@paper.theorem(
    "monotone-mutant-rate",
    r"Negative control: at twice the rate for $\lambda>1$; $L=2$, $\lambda=4$, $\eta=\frac14$ goes $1,\frac74,\frac{553}{256}$.",
    twin_of="monotone",
    **PLANTED,
)
@given(st.just(Fraction(2)))
def orbit_at_twice_the_rate(root):
    path = orbit(2, root, 2 * largest_rate(2, root), 2)
    for before, after in pairwise(path):
        assert min(before, root) <= after <= max(before, root)


@paper.theorem(
    "exact-hit",
    r"A larger rate may hit the target exactly in finite time: $L=2$, $\lambda=4$, $\eta=1/3$ gives $\theta_1=2$.",
    source=SOURCE,
    uses=["exact-hit-rate"],
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[4]])))
def hits_exactly(problem):
    assert dp.gradient_descent(problem, problem.identity, Fraction(1, 3), 1)[1] == [[[2]], [[2]]]
