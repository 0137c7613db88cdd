r"""Ziyin, Li and Meng (2022): equal decays gamma and many hidden layers. Zero becomes the only minimum; not always more.

P and E are the thresholds of prod_k gamma_k for a trivial minimum and for a single stationary point; both quotients are written
so that the limit D -> infinity can be read off. D = N + 1 >= 2.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import MatrixSymbol, Rational
from ziyin_li_meng_2022 import n, paper
from ziyin_li_meng_2022_reduce import s
from ziyin_li_meng_2022_thresholds import B, D, N, a, chain, exists, gamma, k, one, planted, trivial, y

import dlnproof as dp

LIMITS = "Ziyin, Li and Meng (2022), many hidden layers (restated)"
R = MatrixSymbol("R", n, n)

# many hidden layers, equal decays

bernoulli = lambda last: (
    one + (N + 1) * (R - one) + (R - one) * dp.layer_sum(last * R ** (k - 1), (k, 1, N)) * (R - one)
)
paper.identity(
    "limit-power",
    R ** (N + 1),
    bernoulli(N + 1 - k),
    r"For every square matrix $R$, a number too, and $D=N+1\geq2$: $R^D=I+D(R-I)+(R-I)\big[\sum_{k=1}^{D-1}(D-k)R^{k-1}\big](R-I)$.",
    remark=r"So $x^D\geq1+D(x-1)$ for $x\geq0$: for $x=1+\sigma^2/d$, $\sigma>0$, the factor $s=x^D$ grows beyond every bound with $D$.",
    source=LIMITS,
)
paper.identity("limit-power-mutant", R ** (N + 1), bernoulli(N - k), "Negative control: one less.", **planted(LIMITS))
against_trivial = (D * gamma / B) ** 2 * (D**2 * gamma * s * a / (B**2 * (D - 1))) ** (D - 1)
paper.identity(
    "limit-trivial",
    gamma ** (D + 1) / trivial,
    against_trivial,
    r"Equal decays, $B=|b_0|$, every $D\geq2$: $\prod\gamma_k/P=(D\gamma/|b_0|)^2(D^2\gamma sa/((D-1)|b_0|^2))^{D-1}$.",
    remark=r"It is more than 1 as soon as $D\gamma\geq|b_0|$ and $D\gamma sa\geq|b_0|^2$. So with $a=a_*$ and fixed $\gamma>0$ zero is the only"
    r" global minimum for all large $D$ (S2), noise or none.",
    source=LIMITS,
    uses=["sufficient-global"],
)
paper.identity(
    "limit-trivial-mutant",
    gamma ** (D + 1) / trivial,
    against_trivial / D,
    r"Negative control: $1/D$ of it.",
    **planted(LIMITS),
)
against_only = (
    (2 * D * gamma / ((D + 1) * B)) ** 2
    * (D / (D + 1)) ** (D - 1)
    * (4 * gamma * s * a * D / ((D - 1) * B**2)) ** (D - 1)
)
paper.identity(
    "limit-only",
    gamma ** (D + 1) / exists,
    against_only,
    r"Equal decays, $B=|b_0|$, every $D\geq2$: $\prod\gamma_k/E=(2D\gamma/((D+1)|b_0|))^2\,(D/(D+1))^{D-1}"
    r"(4D\gamma sa/((D-1)|b_0|^2))^{D-1}$.",
    remark=r"The powers are $(D^2/(D^2-1))^{D-1}(4\gamma sa/|b_0|^2)^{D-1}$: with $a=a_*$ the quotient exceeds 1, and zero is the only"
    r" stationary point (S1), for all large $D$ if $4\gamma a>|b_0|^2$, and whatever $\gamma>0$ if $\sigma>0$ (limit-power).",
    source=LIMITS,
    uses=["sufficient-only", "limit-power"],
)
paper.identity(
    "limit-only-mutant",
    gamma ** (D + 1) / exists,
    against_only / 2 ** (D - 1),
    r"Negative control: $2\gamma sa$ in the place of $4\gamma sa$.",
    **planted(LIMITS),
)
paper.inequality(
    "limit-persists",
    y**2 / 4 + Rational(1, 8),
    dp.lt(Rational(1, 2)),
    over={y: (Rational(1, 2), 1)},
    statement=r"$\frac14y^2+\frac18<\frac12$ for $\frac12\leq y\leq1$.",
    remark=r"No noise, $|b_0|=a=1$, $\gamma=\frac18$: this is $ay^{2D}+\gamma<|b_0|y^{D-1}$ (threshold-equation) where $y^{D-1}=\frac12$. So the"
    r" equation has roots: stationary points other than zero exist for every $D\geq2$.",
    source=LIMITS,
    uses=["threshold-equation"],
)
paper.inequality(
    "limit-persists-mutant",
    y**2 / 4 + Rational(1, 4),
    dp.lt(Rational(1, 2)),
    over={y: (Rational(1, 2), 1)},
    statement=r"Negative control: the same for $\gamma=\frac14$.",
    **planted(LIMITS),
)

# gamma = 1/8, a = b = 1, no noise

eighth = lambda depth: chain(depth, 1, 1, 0, Fraction(1, 8) ** (depth + 1))


@paper.theorem(
    "limit-example",
    r"No noise, widths 1, $A_0=b_0=1$, $\prod\gamma_k=8^{-D-1}$: the larger of two roots is the global minimum for $D=2,3,5$ (at $D=5$ with"
    r" $J=-0.2671\ldots$), and for $D=10$ a local minimum ($J=0.3574\ldots$) above zero, which is the global one.",
    source=LIMITS,
    uses=["limit-persists"],
)
@settings(deadline=None)
@given(st.sampled_from((2, 3, 5, 10)))
def the_nonzero_minimum_stops_to_be_global(depth):
    origin, _, larger = eighth(depth).stationary_points()
    assert larger.kind == ("global minimum" if depth < 10 else "local minimum")
    assert origin.kind == ("local minimum" if depth < 10 else "global minimum")
    assert depth != 5 or Fraction(-2672, 10**4) < larger.value < Fraction(-2671, 10**4)
    assert depth != 10 or Fraction(3574, 10**4) < larger.value < Fraction(3575, 10**4)


@paper.theorem(
    "limit-far",
    r"$D=300$, $\gamma=\frac18$: $t^{D-1}(1-t)^{D+1}-\gamma^{D+1}$ changes its sign in $(0.853738,0.853739)$, where $36.6<Dt(1-t)-t<36.7$.",
    remark=r"With $|v|=t$ this is the equation of the stationary points of the same problem, and $J=Dt(1-t)-t$.",
    source=LIMITS,
    uses=["threshold-equation", "value"],
)
@settings(deadline=None)
@given(st.just(300))
def a_root_persists_at_three_hundred_layers(depth):
    low, high = Fraction(853738, 10**6), Fraction(853739, 10**6)
    left, right = (t ** (depth - 1) * (1 - t) ** (depth + 1) * 8 ** (depth + 1) for t in (low, high))
    assert left > 1 > right
    assert depth * low * (1 - high) - high > Fraction(366, 10)
    assert depth * high * (1 - low) - low < Fraction(367, 10)


@paper.theorem(
    "limit-only-zero",
    r"Circulating version: without noise too zero is the only stationary point of deep networks with decay (here $D=20$, widths 1,"
    r" $\prod\gamma_k=8^{-21}$, $A_0=b_0=1$).",
    source="a version in circulation of Ziyin, Li and Meng (2022), many hidden layers",
    expect="refuted",
)
@settings(deadline=None)
@given(st.just(eighth(20)))
def zero_is_the_only_stationary_point_of_a_deep_network(problem):
    assert len(problem.stationary_points()) == 1
