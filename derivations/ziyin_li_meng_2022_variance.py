r"""Ziyin, Li and Meng (2022): the variance of the prediction over the noise at a global minimum, and how fast it vanishes.

V = E_x Var f = tr(A0 S_0) - v^T A0 v. At flat weights, W_k = b_k r_k r_{k-1}^T with signs r_k: d_k x 1, W_1 = r_1 w^T, u = b_u r_D,
V = (s - 1) v^T A0 v with s = prod_k (1 + sigma_k^2/d_k) and v = (s A0 + mu I)^{-1} b0. D = 1: v_1 = s v is free of the noise.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, HadamardProduct, MatMul, MatrixSymbol, OneMatrix, Rational, Trace, symbols
from ziyin_li_meng_2022 import X, d1, d2, lifted, moment, n, paper, s1, s2
from ziyin_li_meng_2022_reduce import mu, s

import dlnproof as dp

VARIANCE = "Ziyin, Li and Meng (2022), prediction variance (restated)"
PLANTED = {"source": f"planted beside {VARIANCE}", "expect": "refuted"}
FALSE = {"source": "a version in circulation of Ziyin, Li and Meng (2022), prediction variance", "expect": "refuted"}
A0 = X * X.T
c, bu, b2, length = symbols("c b_u b_2 t", positive=True)
w, v, e, p = (MatrixSymbol(name, n, 1) for name in ("w", "v", "e", "p"))
r = MatrixSymbol("r", d1, 1)
signs = [Eq(HadamardProduct(r, r), OneMatrix(d1, 1))]
form = lambda vector: Trace(vector.T * A0 * vector)

# one layer, and so every number of layers: from S_D = u u^T downwards S_k = c r r^T, at last S_0 = s v v^T

handed = MatMul(p, r.T, lifted(c * r * r.T, s1), r, p.T)
paper.identity(
    "variance-layer",
    handed,
    c * (1 + s1 / d1) * d1**2 * p * p.T,
    r"One layer: $S_k=c\,rr^\top$ and $W_k=rp^\top$ with signs $r\in\{\pm1\}^d$ give $S_{k-1}=c(1+\sigma^2/d)d^2pp^\top$, which is $1+\sigma^2/d$ times"
    r" $c(W_k^\top r)(W_k^\top r)^\top$.",
    remark=r"Layer by layer from $S_D=uu^\top$ this makes $S_0=s\,vv^\top$ and $V=(s-1)v^\top A_0v$ at flat weights, for every number of layers.",
    source=VARIANCE,
    assuming=signs,
    uses=["layer", "layer-input"],
)
paper.identity(
    "variance-layer-mutant",
    handed,
    c * (1 + s1) * d1**2 * p * p.T,
    r"Negative control: the factor $1+\sigma^2$.",
    assuming=signs,
    **PLANTED,
)
inputs = MatrixSymbol("A0", n, n)
first, second = MatMul(OneMatrix(d1, 1), w.T), MatMul(b2, OneMatrix(d2, 1), OneMatrix(d1, 1).T)
total = Trace(MatMul(inputs, moment(bu * OneMatrix(d2, 1), (second, s2), (first, s1))))
mean = (bu * b2 * d2 * d1) ** 2 * Trace(inputs * w * w.T)
paper.identity(
    "variance-two",
    total,
    (1 + s1 / d1) * (1 + s2 / d2) * mean,
    r"$D=2$, all widths: $\operatorname{tr}A_0S_0=s\,v^\top A_0v$, so $V=(s-1)v^\top A_0v$, at $W_1=\mathbf1w^\top$, $W_2=b_2\mathbf1\mathbf1^\top$,"
    r" $u=b_u\mathbf1$; $v=b_ub_2d_2d_1w$.",
    source=VARIANCE,
    uses=["average-two"],
)
paper.identity(
    "variance-two-mutant",
    total,
    (1 + s1 / d1 + s2 / d2) * mean,
    r"Negative control, $D=2$: the layers added up, $s-1=\sum_k\sigma_k^2/d_k$.",
    **PLANTED,
)

# one bound for all: b0 = A0 h with h = s v + mu e, where v = A0 e

seen = s * A0 * e + mu * e
paper.derivation(
    "variance-bound",
    [
        form(seen),
        dp.ge(s**2 * form(A0 * e), "the other terms are squares", squares=[(2 * s * mu, A0 * e), (mu**2, X.T * e)]),
    ],
    r"$h^\top A_0h\geq s^2v^\top A_0v$ for $v=A_0e$, $h=sA_0e+\mu e$.",
    remark=r"As $b_0=(sA_0+\mu I)v=A_0h$, the left side is $b_0^\top A_0^+b_0$. So $V=(s-1)v^\top A_0v\leq\frac{s-1}{s^2}b_0^\top A_0^+b_0$ for all widths"
    r" and decays, every number of layers.",
    source=VARIANCE,
    uses=["variance-layer"],
)
paper.derivation(
    "variance-bound-mutant",
    [form(seen), dp.ge((s + 1) ** 2 * form(A0 * e), squares=[(2 * s * mu, A0 * e), (mu**2, X.T * e)])],
    r"Negative control: $(s+1)^2$ in the place of $s^2$.",
    **PLANTED,
)
x = symbols("x", nonnegative=True)
share = x / (1 + x) ** 2  # (s - 1) / s^2 at s = 1 + x
for label, most, fewer, text in (
    ("noise", x, x / 2, "s-1"),
    ("quarter", Rational(1, 4), Rational(1, 5), r"\frac14"),
    ("inverse", 1 / (1 + x), 1 / (1 + x) ** 2, r"\frac1s"),
):
    paper.inequality(
        f"variance-{label}",
        share,
        dp.le(most),
        statement=rf"$\frac{{s-1}}{{s^2}}\leq{text}$ for $s=1+x\geq1$.",
        source=VARIANCE,
        uses=["variance-bound"],
    )
    paper.inequality(
        f"variance-{label}-mutant",
        share,
        dp.le(fewer),
        statement=rf"Negative control: a smaller bound than ${text}$.",
        **PLANTED,
    )

# one hidden layer, exactly: t = |v_1|

shrunk = s * A0 * v / s + (s * c / length) * v / s
paper.identity(
    "variance-shrinkage",
    shrunk,
    A0 * v + c / length * v,
    r"$D=1$, $\kappa=c$, $|v_1|=t$: $sA_0v+\mu v=A_0v_1+\mu_1v_1$ for $v=v_1/s$, $\mu=\kappa/|v|=s\kappa/t$, $\mu_1=\kappa/|v_1|$. So $v$ solves"
    r" $sA_0v+\mu v=b_0$ exactly if $v_1$ solves $A_0v_1+\mu_1v_1=b_0$.",
    remark=r"So $v_1$ does not depend on noise or width.",
    source=VARIANCE,
)
paper.identity(
    "variance-shrinkage-mutant",
    shrunk,
    A0 * v + c / (s * length) * v,
    r"Negative control: $\mu$ unchanged.",
    **PLANTED,
)
sigma2, d = symbols("sigma2", nonnegative=True), symbols("d", positive=True)
exact = sigma2 * d / (sigma2 + d) ** 2
paper.identity(
    "variance-exact",
    (sigma2 / d) * form(v / (1 + sigma2 / d)),
    exact * form(v),
    r"$D=1$: $(s-1)v^\top A_0v=\frac{\sigma^2d}{(\sigma^2+d)^2}v_1^\top A_0v_1$, which is $V$, for $v=v_1/s$, $s=1+\sigma^2/d$.",
    source=VARIANCE,
    uses=["variance-layer", "variance-shrinkage"],
)
paper.identity(
    "variance-exact-mutant",
    (sigma2 / d) * form(v / (1 + sigma2 / d)),
    sigma2 / d * form(v),
    r"Negative control: $V=(\sigma^2/d)v_1^\top A_0v_1$ for $D=1$, the shrinkage forgotten.",
    **PLANTED,
)
paper.identity(
    "variance-largest",
    Rational(1, 4) - exact,
    ((sigma2 - d) / (2 * (sigma2 + d))) ** 2,
    r"$\frac14-\frac{\sigma^2d}{(\sigma^2+d)^2}=\big(\frac{\sigma^2-d}{2(\sigma^2+d)}\big)^2$: for $D=1$, $V$ is largest at $\sigma^2=d$, where it is"
    r" $\frac14v_1^\top A_0v_1$.",
    remark=r"It falls on both sides.",
    source=VARIANCE,
    uses=["variance-exact"],
)
paper.identity(
    "variance-largest-mutant",
    Rational(1, 2) - exact,
    ((sigma2 - d) / (sigma2 + d)) ** 2 / 2,
    r"Negative control: half in the place of a quarter.",
    **PLANTED,
)
paper.inequality(
    "variance-monotone",
    exact.subs(d, 4),
    dp.ge(exact.subs({d: 4, sigma2: sigma2 + 3})),
    statement=r"Circulating version: $V$ decreases in $\sigma^2$. Here $D=1$, $d=4$, from $\sigma^2$ to $\sigma^2+3$.",
    **FALSE,
)

# A0 = diag(1, 3), b0 = (4, 5), decay 3/10 in every layer: b0^T A0^+ b0 = 73/3


def network(depth, width, variance, decay=Fraction(3, 10)):
    """Return the problem with hidden layers of one width and one variance of the noise."""
    widths = (2, *[width] * depth, 1)
    return dp.Problem.from_moments(widths, [[1, 0], [0, 3]], [[4, 5]], scale=1, decay=decay, noise=variance)


def variance_of(problem):
    """Return a ball around the prediction variance at the global minimum, which has to be unique as a predictor."""
    (family,) = problem.global_minimisers().families
    return family.prediction_variance


@paper.theorem(
    "variance-uniform",
    r"$V\leq\min\{s-1,\frac14,\frac1s\}b_0^\top A_0^+b_0$ at the global minima, certainly, in balls: $A_0=\operatorname{diag}(1,3)$,"
    r" $b_0=(4,5)$, $D=1,2,3$, equal widths $d\leq4$, noise $\sigma^2\leq20$, decay $\frac1{100}\leq\gamma\leq1$.",
    source=VARIANCE,
    uses=["variance-bound", "variance-noise", "variance-quarter", "variance-inverse"],
)
@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 3),
    st.integers(1, 4),
    dp.rationals(min_value=0, max_value=20),
    dp.rationals(min_value=Fraction(1, 100), max_value=1, max_denominator=100),
)
def the_variance_is_within_the_uniform_bound(depth, width, variance, decay):
    s = (1 + variance / width) ** depth
    for family in network(depth, width, variance, decay).global_minimisers().families:
        assert family.prediction_variance <= dp.enclose(min(s - 1, Fraction(1, 4), 1 / s) * Fraction(73, 3))
