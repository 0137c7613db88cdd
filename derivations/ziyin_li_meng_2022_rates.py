r"""Ziyin, Li and Meng (2022): how fast the prediction variance vanishes in width, noise and depth, as exact inequalities.

V = (s - 1) v^T A0 v with s = (1 + sigma^2/d)^D for equal widths d; for D = 1 it is sigma^2 d/(sigma^2 + d)^2 v_1^T A0 v_1, v_1 free
of the noise. Without decay v = A0^+ b0/s. Where only instances speak (the limit of v for D >= 2), the claim says so.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Rational, symbols
from ziyin_li_meng_2022 import paper
from ziyin_li_meng_2022_limits import R
from ziyin_li_meng_2022_thresholds import D, N, closed_form, k, one
from ziyin_li_meng_2022_variance import FALSE, d, exact, network, share, sigma2, variance_of, x

import dlnproof as dp

RATES = "Ziyin, Li and Meng (2022), rates of the prediction variance (restated)"
PLANTED = {"source": f"planted beside {RATES}", "expect": "refuted"}

# rates, as inequalities between exact functions

paper.inequality(
    "rate-width-one",
    d * exact,
    dp.le(sigma2),
    statement=r"$D=1$: $dV\leq\sigma^2v_1^\top A_0v_1$.",
    source=RATES,
    uses=["variance-exact"],
)
paper.inequality(
    "rate-width-one-mutant",
    d * exact,
    dp.le(sigma2 / 2),
    statement=r"Negative control: half of it.",
    **PLANTED,
)
paper.inequality(
    "rate-width-one-below",
    d * exact,
    dp.ge(sigma2 - 2 * sigma2**2 / d),
    statement=r"$D=1$: $dV\geq(\sigma^2-2\sigma^4/d)v_1^\top A_0v_1$, so $dV\to\sigma^2v_1^\top A_0v_1$ as $d\to\infty$.",
    source=RATES,
    uses=["variance-exact", "rate-width-one"],
)
paper.inequality(
    "rate-width-one-below-mutant",
    d * exact,
    dp.ge(sigma2 - sigma2**2 / d),
    statement=r"Negative control: half of the deviation.",
    **PLANTED,
)
paper.inequality(
    "rate-noise-one",
    sigma2 * exact,
    dp.le(d),
    statement=r"$D=1$: $\sigma^2V\leq d\,v_1^\top A_0v_1$.",
    source=RATES,
    uses=["variance-exact"],
)
paper.inequality(
    "rate-noise-one-mutant",
    sigma2 * exact,
    dp.le(d / 2),
    statement=r"Negative control: half of it.",
    **PLANTED,
)
strong = symbols("sigma2", positive=True)
paper.inequality(
    "rate-noise-one-below",
    (sigma2 * exact).subs(sigma2, strong),
    dp.ge(d - 2 * d**2 / strong),
    statement=r"$D=1$: $\sigma^2V\geq(d-2d^2/\sigma^2)v_1^\top A_0v_1$, so $\sigma^2V\to d\,v_1^\top A_0v_1$ as $\sigma\to\infty$: exponent"
    r" 1 in $\sigma^2$.",
    source=RATES,
    uses=["variance-exact", "rate-noise-one"],
)
paper.inequality(
    "rate-noise-one-below-mutant",
    (sigma2 * exact).subs(sigma2, strong),
    dp.ge(d - d**2 / strong),
    statement=r"Negative control: half of the deviation.",
    **PLANTED,
)
more, q0, q1, r0, r1, lead, slack = symbols("eta q_0 q_1 r_0 r_1 ell_0 ell_1", nonnegative=True)
optimal = [Eq(q1 + r1 + lead, q0 + r0), Eq((1 + more) * q0 + r0 + slack, (1 + more) * q1 + r1)]
paper.derivation(
    "rate-shrinks",
    [more * q1, dp.ge(more * q0, "both are minima", squares=[(lead, 1), (slack, 1)])],
    r"$v^\top A_0v$ is largest without noise: with $g_s=sq+r$, $q=v^\top A_0v$, a minimiser $v_1$ of $g_1$ ($q_1,r_1$) and one $v$ of $g_s$,"
    r" $s=1+\eta$ ($q_0,r_0$): $g_1(v_1)\leq g_1(v)$ and $g_s(v)\leq g_s(v_1)$ give $\eta q_0\leq\eta q_1$, so $V\leq(s-1)v_1^\top A_0v_1$"
    r" for every $D$.",
    source=RATES,
    assuming=optimal,
    uses=["variance-layer"],
)
paper.derivation(
    "rate-shrinks-mutant",
    [more * q1, dp.ge((1 + more) * q0, squares=[(lead, 1), (slack, 1)])],
    r"Negative control: $sq_0\leq\eta q_1$.",
    assuming=optimal,
    **PLANTED,
)


def tangent(weight):
    """Return both sides of D R^{D-1} (R - I) = R^D - I + (R - I) [sum of weight R^{k-1}] (R - I)."""
    inner = dp.layer_sum(weight * R ** (k - 1), (k, 1, N))
    return (N + 1) * R**N * (R - one), R ** (N + 1) - one + (R - one) * inner * (R - one)


paper.identity(
    "rate-width",
    *tangent(k),
    r"For every matrix $R$, a number too, and every $D=N+1$: $DR^{D-1}(R-I)=R^D-I+(R-I)[\text{nonnegative powers}](R-I)$. At"
    r" $R=1+\sigma^2/d$: $s-1\leq D\frac{\sigma^2}d(1+\sigma^2/d)^{D-1}$, so $dV\leq D\sigma^2(1+\sigma^2/d)^{D-1}v_1^\top A_0v_1$ with the"
    r" minimiser $v_1$ for $s=1$: $V$ falls at least like $1/d$.",
    source=RATES,
    uses=["rate-shrinks"],
)
paper.identity("rate-width-mutant", *tangent(k - 1), "Negative control: one power too few.", **PLANTED)
part, rest, over, under = symbols("h q e f", nonnegative=True)
bernoulli = [Eq(part**D, 1 - D * rest + over), Eq(rest**D, rest - under), Eq(part, 1 - rest)]
spare = [(part**D * under, 1), (over * part, 1), (D, rest)]
paper.derivation(
    "rate-free",
    [part**D * (1 - rest**D), dp.ge(1 - (D + 1) * rest, squares=spare)],
    r"No decay: $V=\frac{s-1}{s^2}b_0^\top A_0^+b_0$, $s=(1+x)^D$, $x=\sigma^2/d$; with $q=1/(1+x)$, $h=1-q$: $x^D\frac{s-1}{s^2}=h^D(1-q^D)"
    r"\leq1$, and $h^D=1-Dq+e$, $q^D=q-f$ with $e,f\geq0$ give $(\sigma^2/d)^DV\geq(1-\frac{D+1}{1+x})b_0^\top A_0^+b_0$: so"
    r" $V\sim(d/\sigma^2)^Db_0^\top A_0^+b_0$ as $\sigma\to\infty$, every $D\geq2$.",
    source=RATES,
    assuming=bernoulli,
    uses=["variance-layer", "limit-power"],
)
paper.derivation(
    "rate-free-mutant",
    [part**D * (1 - rest**D), dp.ge(1 - rest, squares=spare)],
    r"Negative control: $1$ in the place of $D+1$.",
    assuming=bernoulli,
    **PLANTED,
)
grown, excess = symbols("s", positive=True), symbols("ell", nonnegative=True)
growth = [Eq(excess, grown - 1 - D * x)]
limit = (1 + D * x) * (1 - grown * (grown - 1) / grown**2)
paper.derivation(
    "rate-free-depth",
    [limit, dp.eq((1 + D * x) / grown), dp.le(1, squares=[(excess / grown, 1)])],
    r"No decay, fixed $d$, $D\to\infty$: $s=1+D\sigma^2/d+\ell$, $\ell\geq0$, gives $1-s\cdot\frac{s-1}{s^2}\leq1/(1+D\sigma^2/d)$: so"
    r" $(1+\sigma^2/d)^DV\to b_0^\top A_0^+b_0$.",
    source=RATES,
    assuming=growth,
    uses=["variance-layer", "limit-power"],
)
paper.derivation(
    "rate-free-depth-mutant",
    [limit, dp.le(Rational(1, 2), squares=[(excess / grown, 1)])],
    r"Negative control: half of it.",
    assuming=growth,
    **PLANTED,
)
paper.inequality(
    "rate-wide",
    share.subs(x, x + 1),
    dp.ge(Rational(2, 9)),
    over={x: (0, 1)},
    statement=r"No decay, $\sigma=1$, $d=D$: $s=(1+1/D)^D$ lies between 2 and 3, where $\frac{s-1}{s^2}\geq\frac29$. So $V\geq\frac29b_0^\top"
    r" A_0^+b_0$ at every such $D$: it does not vanish when the width grows with the depth.",
    source=RATES,
    uses=["variance-layer"],
)
paper.inequality(
    "rate-wide-mutant",
    share.subs(x, x + 1),
    dp.ge(Rational(1, 4)),
    over={x: (0, 1)},
    statement=r"Negative control: $\frac14$ in the place of $\frac29$.",
    **PLANTED,
)

# A0 = diag(1, 3), b0 = (4, 5), decay 3/10 in every layer


@paper.theorem(
    "rate-width-tested",
    r"$dV\to D\sigma^2v_1^\top A_0v_1$ for $d\to\infty$, at $\sigma^2/d=10^{-4}$: $A_0=\operatorname{diag}(1,3)$, $b_0=(4,5)$, $\gamma=0.3$,"
    r" $\sigma^2=1$: $dV=21.8097\ldots,45.4813\ldots,69.2174\ldots$ for $D=1,2,3$, below the limit by less than $0.06\%$.",
    source=RATES,
    uses=["rate-width"],
)
@settings(deadline=None)
@given(st.sampled_from((1, 2, 3)))
def the_variance_falls_like_one_over_the_width(depth):
    # s and so V depend on sigma^2/d only: one neuron of variance 1/d
    found = variance_of(network(depth, 1, Fraction(1, 10**4))) * 10**4
    (quiet,) = network(depth, 1, 0).global_minimisers().families
    limit = depth * (quiet.predictor[0] ** 2 + 3 * quiet.predictor[1] ** 2)
    printed = {1: 218097, 2: 454813, 3: 692174}[depth]
    assert printed < found * 10**4 < printed + 1
    assert found < limit
    assert limit * 10**4 < found * 10006


@paper.theorem(
    "rate-noise-deep",
    r"Two hidden layers or more with decay: $V=0$ exactly beyond a finite noise. The same data, $d=4$: for $D=2$ zero is not the minimum at"
    r" $\sigma^2=160$ and the only one at $256$; for $D=3$ at $15$ and $16$.",
    source=RATES,
    uses=["limit-trivial"],
)
@settings(deadline=None)
@given(st.sampled_from(((2, 160, 256), (3, 15, 16))))
def noise_makes_the_minimum_trivial(case):
    depth, before, after = case
    assert variance_of(network(depth, 4, before)) > 0
    assert network(depth, 4, after).global_minimisers().is_trivial


@paper.theorem(
    "rate-noise-every-depth",
    r"Circulating version: $\sigma^2V$ tends to a positive limit for every $D$. Here $D=2$, $d=4$, $\sigma^2=256$: $V=0$.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(network(2, 4, 256)))
def the_variance_falls_like_one_over_the_noise(problem):
    assert not problem.global_minimisers().is_trivial


@paper.theorem(
    "rate-depth",
    r"$D\to\infty$ with decay and noise: the same data, $d=4$, $\sigma^2=1$: $V=3.49\ldots,5.18\ldots,5.64\ldots,5.43\ldots$ for $D=1,2,3,4$ and"
    r" positive at $D=9$; zero is the only global minimum at $D=10$ and $D=11$.",
    source=RATES,
    uses=["limit-trivial"],
)
@settings(deadline=None)
@given(st.sampled_from((1, 2, 3, 4, 9, 10, 11)))
def the_variance_rises_and_then_vanishes_with_depth(depth):
    problem = network(depth, 4, 1)
    printed = {1: 349, 2: 518, 3: 564, 4: 543}.get(depth)
    if printed is not None:
        assert Fraction(printed, 100) < variance_of(problem) < Fraction(printed + 1, 100)
    assert problem.global_minimisers().is_trivial == (depth >= 10)


@paper.theorem(
    "rate-depth-far",
    r"There $\prod\gamma_k>P(a_*)$ for $D=12,\ldots,40$, so $V=0$; from $D=22$ on $D\gamma\geq|b_0|$ and $D\gamma sa_*\geq|b_0|^2$ as well.",
    source=RATES,
    uses=["sufficient-global", "limit-trivial"],
)
@settings(max_examples=29, deadline=None)
@given(st.integers(12, 40))
def decay_wins_at_every_larger_depth(depth):
    s = Fraction(5, 4) ** depth
    # |b0|^2 = 41 enters P by its D-th power
    trivial, _ = closed_form(depth, 1, 1, s)
    assert Fraction(3, 10) ** (depth + 1) > trivial * 41**depth
    assert depth < 22 or ((depth * Fraction(3, 10)) ** 2 >= 41 and depth * Fraction(3, 10) * s >= 41)


@paper.theorem(
    "rate-wide-tested",
    r"$2\leq(1+1/D)^D<3$ for $D=1,\ldots,400$, exactly; at $D=400$ the factor $\frac{s-1}{s^2}$ is within $10^{-3}$ of $(e-1)/e^2="
    r"0.23254\ldots$.",
    source=RATES,
    uses=["rate-wide"],
)
@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400))
def the_shrinkage_of_a_square_network_stays_bounded(depth):
    s = (1 + Fraction(1, depth)) ** depth
    assert 2 <= s < 3
    s = (1 + Fraction(1, 400)) ** 400
    assert abs((s - 1) / s**2 - Fraction(232544, 10**6)) < Fraction(1, 10**3)
