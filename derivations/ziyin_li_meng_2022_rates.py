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

strong = symbols("sigma2", positive=True)
for label, value, step, text, remark, slip, wrong in (
    ("width-one", d * exact, dp.le(sigma2), r"dV\leq\sigma^2v_1^\top A_0v_1", "", dp.le(sigma2 / 2), "half of it"),
    (
        "width-one-below",
        d * exact,
        dp.ge(sigma2 - 2 * sigma2**2 / d),
        r"dV\geq(\sigma^2-2\sigma^4/d)v_1^\top A_0v_1",
        r"With rate-width-one, $dV\to\sigma^2v_1^\top A_0v_1$ as $d\to\infty$.",
        dp.ge(sigma2 - sigma2**2 / d),
        "half of the deviation",
    ),
    ("noise-one", sigma2 * exact, dp.le(d), r"\sigma^2V\leq d\,v_1^\top A_0v_1", "", dp.le(d / 2), "half of it"),
    (
        "noise-one-below",
        (sigma2 * exact).subs(sigma2, strong),
        dp.ge(d - 2 * d**2 / strong),
        r"\sigma^2V\geq(d-2d^2/\sigma^2)v_1^\top A_0v_1",
        r"With rate-noise-one, $\sigma^2V\to d\,v_1^\top A_0v_1$ as $\sigma\to\infty$: exponent 1 in $\sigma^2$.",
        dp.ge(d - d**2 / strong),
        "half of the deviation",
    ),
):
    paper.inequality(
        f"rate-{label}",
        value,
        step,
        statement=f"$D=1$: ${text}$.",
        remark=remark,
        source=RATES,
        uses=["variance-exact"],
    )
    paper.inequality(f"rate-{label}-mutant", value, slip, statement=f"Negative control: {wrong}.", **PLANTED)
more, q0, q1, r0, r1, lead, slack = symbols("eta q_0 q_1 r_0 r_1 ell_0 ell_1", nonnegative=True)
optimal = [Eq(q1 + r1 + lead, q0 + r0), Eq((1 + more) * q0 + r0 + slack, (1 + more) * q1 + r1)]
paper.derivation(
    "rate-shrinks",
    [more * q1, dp.ge(more * q0, "both are minima", squares=[(lead, 1), (slack, 1)])],
    r"For $g_s=sq+r$ with $q=v^\top A_0v$, a minimiser $v_1$ of $g_1$ ($q_1,r_1$) and one $v$ of $g_s$, $s=1+\eta$ ($q_0,r_0$):"
    r" $g_1(v_1)\leq g_1(v)$ and $g_s(v)\leq g_s(v_1)$ give $\eta v^\top A_0v\leq\eta v_1^\top A_0v_1$.",
    remark=r"So $v^\top A_0v$ is largest without noise, and $V\leq(s-1)v_1^\top A_0v_1$ for every $D$.",
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
    r"For every square matrix $R$, a number too, and every $D=N+1\geq2$:"
    r" $DR^{D-1}(R-I)=R^D-I+(R-I)\big[\sum_{k=1}^{D-1}kR^{k-1}\big](R-I)$.",
    source=RATES,
)
paper.identity("rate-width-mutant", *tangent(k - 1), "Negative control: one power too few.", **PLANTED)
steep, fall, gap = symbols("P e f", nonnegative=True)
wide = [Eq(D * sigma2 * steep, d * more + d * fall), Eq(q1, q0 + gap)]
paper.derivation(
    "rate-width-bound",
    [
        D * sigma2 * steep * q1,
        dp.ge(d * more * q0, squares=[(d * more * gap, 1), (d * fall * q1, 1)]),
    ],
    r"If $D\frac{\sigma^2}dP=s-1+e$ and $v_1^\top A_0v_1=v^\top A_0v+f$, $e,f\geq0$, then $d(s-1)v^\top A_0v\leq D\sigma^2P\,v_1^\top A_0v_1$.",
    remark=r"By rate-width at $R=1+\sigma^2/d$ ($e$ is a sum of nonnegative powers) and rate-shrinks this holds for $P=(1+\sigma^2/d)^{D-1}$: $V$"
    r" falls at least like $1/d$.",
    source=RATES,
    assuming=wide,
    uses=["rate-width", "rate-shrinks"],
)
paper.derivation(
    "rate-width-bound-mutant",
    [D * sigma2 * steep * q1, dp.ge(d * more * (q1 + gap), squares=[(d * fall * q1, 1)])],
    r"Negative control: $v_1^\top A_0v_1+f$ on the right.",
    assuming=wide,
    **PLANTED,
)
part, rest, over, under = symbols("h q e f", nonnegative=True)
bernoulli = [Eq(part**D, 1 - D * rest + over), Eq(rest**D, rest - under), Eq(part, 1 - rest)]
spare = [(part**D * under, 1), (over * part, 1), (D, rest)]
paper.derivation(
    "rate-free",
    [part**D * (1 - rest**D), dp.ge(1 - (D + 1) * rest, squares=spare)],
    r"If $h+q=1$, $h^D=1-Dq+e$, $q^D=q-f$ with $h,q,e,f\geq0$, then $h^D(1-q^D)\geq1-(D+1)q$. Every $D\geq2$.",
    remark=r"No decay: $V=\frac{s-1}{s^2}b_0^\top A_0^+b_0$, $s=(1+x)^D$, $x=\sigma^2/d$. With $q=1/(1+x)$, where $e\geq0$ by limit-power and $f\geq0$ as $q\leq1$,"
    r" $x^D\frac{s-1}{s^2}=h^D(1-q^D)\leq1$: so $V\sim(d/\sigma^2)^Db_0^\top A_0^+b_0$ as $\sigma\to\infty$.",
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
    r"If $s=1+Dx+\ell$, $x,\ell\geq0$, then $1-s\cdot\frac{s-1}{s^2}=\frac1s\leq\frac1{1+Dx}$.",
    remark=r"No decay, fixed $d$, $x=\sigma^2/d$, $s=(1+x)^D$: $\ell\geq0$ by limit-power, so $(1+\sigma^2/d)^DV\to b_0^\top A_0^+b_0$ as"
    r" $D\to\infty$.",
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
    statement=r"$\frac{s-1}{s^2}\geq\frac29$ for $2\leq s\leq3$.",
    remark=r"No decay, $\sigma=1$, $d=D$: $2\leq s=(1+1/D)^D<3$, so $V\geq\frac29b_0^\top A_0^+b_0$ at every such $D$: it does not vanish when"
    r" the width grows with the depth.",
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
    r"$A_0=\operatorname{diag}(1,3)$, $b_0=(4,5)$, $\gamma=0.3$, one neuron a layer of variance $1/d$, $d=10^4$: $dV=21.8097\ldots,"
    r"45.4813\ldots,69.2174\ldots$ for $D=1,2,3$, below $Dv_1^\top A_0v_1$ by less than $0.06\%$; $v_1$ is $v$ without noise.",
    remark=r"Width $d$ with $\sigma^2=1$ has the same $s=(1+1/d)^D$ and so the same $V$; $dV$ tends to $D\sigma^2v_1^\top A_0v_1$.",
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
    r"The same data, $d=4$: for $D=2$ zero is not the global minimum at $\sigma^2=160$ ($V>0$) and the only one at $256$; for $D=3$ at $15$"
    r" and $16$.",
    remark=r"With decay and $D\geq2$, $V=0$ exactly beyond a finite noise.",
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
    r"The same data, $d=4$, $\sigma^2=1$: $V=3.49\ldots,5.18\ldots,5.64\ldots,5.43\ldots$ for $D=1,2,3,4$ and"
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
    r"There, $s=(5/4)^D$: $\prod\gamma_k>P(a_*)$ for $D=12,\ldots,40$; for $D=22,\ldots,40$ $D\gamma\geq|b_0|$ and $D\gamma sa_*\geq|b_0|^2$"
    r" as well.",
    remark=r"So $V=0$ there (S2), and at every $D\geq22$ (limit-trivial).",
    source=RATES,
    uses=["sufficient-global", "limit-trivial"],
)
@settings(deadline=None)
@given(st.just(range(12, 41)))
def decay_wins_at_every_larger_depth(depths):
    for depth in depths:
        s = Fraction(5, 4) ** depth
        # |b0|^2 = 41 enters P by its D-th power
        trivial, _ = closed_form(depth, 1, 1, s)
        assert Fraction(3, 10) ** (depth + 1) > trivial * 41**depth
        if depth >= 22:
            assert (depth * Fraction(3, 10)) ** 2 >= 41
            assert depth * Fraction(3, 10) * s >= 41


@paper.theorem(
    "rate-wide-tested",
    r"$2\leq(1+1/D)^D<3$ for $D=1,\ldots,400$, exactly; at $D=400$ the factor $\frac{s-1}{s^2}$ is within $10^{-3}$ of $0.232544$.",
    remark=r"$(e-1)/e^2=0.232544\ldots$ is its limit.",
    source=RATES,
    uses=["rate-wide"],
)
@settings(deadline=None)
@given(st.just(range(1, 401)))
def the_shrinkage_of_a_square_network_stays_bounded(depths):
    for depth in depths:
        s = (1 + Fraction(1, depth)) ** depth
        assert 2 <= s < 3
    assert abs((s - 1) / s**2 - Fraction(232544, 10**6)) < Fraction(1, 10**3)
