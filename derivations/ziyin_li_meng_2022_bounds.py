r"""Ziyin, Li and Meng (2022): how long the predictor of a nonzero stationary point is, from below and from above, at every depth.

A stationary root is b0 = (s A0 + mu I) v, mu > 0, with rho = mu |v|^2 = gamma_k |W_k|^2 in every layer, so prod_k gamma_k = mu
rho^D: any widths, any decays. In kappa^{D+1} = prod_k gamma_k and z: rho = kappa z, t = |v| = z^{(D+1)/2}, mu = kappa z^{-D}.
Equal widths d0: b = |W_i|_F / d0 for 2 <= i <= D; with noise this is the size of every entry of W_i.
"""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, KroneckerProduct, MatrixSymbol, Trace, symbols
from ziyin_li_meng_2022 import X, n, paper
from ziyin_li_meng_2022_reduce import mu, s

import dlnproof as dp

BOUNDS = "Ziyin, Li and Meng (2022), bounds on the nonzero solutions (restated)"
PLANTED = {"source": f"planted beside {BOUNDS}", "expect": "refuted"}
FALSE = {"source": "a version in circulation of Ziyin, Li and Meng (2022), bounds on b", "expect": "refuted"}
D, d0, r = symbols("D d_0 r", integer=True, positive=True)
rho, a, b, gamma, B = symbols("rho a b gamma B", positive=True)
loss = symbols("ell", nonnegative=True)
v, target = MatrixSymbol("v", n, 1), MatrixSymbol("b_0", n, 1)
Y = MatrixSymbol("Y", n, r)
norm = lambda vector: Trace(vector.T * vector)
length = Eq(v.T * v, rho / mu * Identity(1))

# every stationary root

stationary = s * X * X.T * v + mu * v
below = [(rho ** (D - 1) * s**2, X * X.T * v), (2 * s * mu * rho ** (D - 1), X.T * v)]
paper.derivation(
    "bounds-lower",
    [rho ** (D - 1) * norm(stationary), dp.ge(mu * rho**D, "the terms with the data are squares", squares=below)],
    r"If $b_0=(sA_0+\mu I)v$ and $|v|^2=\rho/\mu$, then $\rho^{D-1}|b_0|^2\geq\mu\rho^D$, every $D$.",
    remark=r"So it is at every stationary root, all widths, any decays, with $\mu\rho^D=\prod_k\gamma_k$.",
    source=BOUNDS,
    assuming=[length],
    uses=["sphere"],
)
paper.derivation(
    "bounds-lower-everywhere",
    [rho ** (D - 1) * norm(stationary), dp.ge(D**2 * mu * rho**D, squares=below)],
    r"Negative control: at every stationary root $\rho^{D-1}|b_0|^2\geq D^2\mu\rho^D$, as at global minima.",
    assuming=[length],
    **PLANTED,
)
kappa, y = symbols("kappa y", positive=True)
paper.identity(
    "bounds-length",
    (kappa * y**2) ** (D - 1) * B**2 - a**2 * kappa ** (D + 1),
    kappa ** (D - 1) * ((y ** (D - 1) * B) ** 2 - (a * kappa) ** 2),
    r"With $\rho=\kappa y^2$, $\prod\gamma_k=\kappa^{D+1}$, $B=|b_0|$: $\rho^{D-1}|b_0|^2-a^2\prod\gamma_k=\kappa^{D-1}[(y^{D-1}|b_0|)^2-(a\kappa)^2]$,"
    r" every $D$.",
    remark=r"As $|v|=y^{D+1}$, for $D\geq2$ bounds-lower ($a=1$) is $|v|\geq(\kappa/|b_0|)^{(D+1)/(D-1)}$, and bounds-global ($a=D$) is"
    r" $|v|\geq(D\kappa/|b_0|)^{(D+1)/(D-1)}$.",
    source=BOUNDS,
)
paper.identity(
    "bounds-length-mutant",
    (kappa * y**2) ** (D - 1) * B**2 - a**2 * kappa ** (D + 1),
    kappa ** (D - 1) * ((y ** (D - 1) * B) ** 2 - a**2 * kappa),
    r"Negative control: $a\sqrt\kappa$ in the place of $a\kappa$.",
    **PLANTED,
)
spread = s * (a * v + Y * Y.T * v) + mu * v
above = [(s**2, Y * Y.T * v), (2 * s * (s * a + mu), Y.T * v), (mu**2 + 2 * s * a * mu, v)]
paper.derivation(
    "bounds-upper",
    [norm(spread), dp.ge((s * a) ** 2 * norm(v), squares=above)],
    r"If $b_0=sA_0v+\mu v$ and $A_0v=a_*v+YY^\top v$, then $|b_0|^2\geq(sa_*)^2|v|^2$.",
    remark=r"So $|v|\leq|b_0|/(sa_*)$ at every stationary root, all widths, every depth: $v$ lies in the span of the eigenvectors that $b_0$ sees,"
    r" where $A_0v$ is of this form with the least eigenvalue $a_*$ seen.",
    source=BOUNDS,
    uses=["sphere"],
)
e1, e2 = symbols("lambda delta_1", positive=True)
paper.inequality(
    "bounds-upper-largest",
    (s * e1 + mu) ** 2,
    dp.ge((s * (e1 + e2)) ** 2),
    statement=r"Circulating version: $|v|\leq|b_0|/(sa_{\max})$ with the largest eigenvalue. Here $v$ is an eigenvector of the eigenvalue"
    r" $\lambda$, $a_{\max}=\lambda+\delta_1$; both sides are divided by $|v|^2$.",
    **FALSE,
)

# a global minimum other than zero: J = D rho - b0^T v = -ell <= 0

least = [length, Eq(target.T * v, (D * rho + loss) * Identity(1))]
lagrange = [(mu * rho ** (D - 2) / 2, KroneckerProduct(target, v) - KroneckerProduct(v, target))]
improved = [
    rho ** (D - 1) * norm(target),
    dp.eq(mu * rho ** (D - 2) * norm(target) * norm(v), r"$\mu|v|^2=\rho$"),
    dp.ge(mu * rho ** (D - 2) * Trace(target.T * v) ** 2, "Lagrange's identity", squares=lagrange),
]
paper.derivation(
    "bounds-global",
    [
        *improved,
        dp.ge(D**2 * mu * rho**D, r"$\ell\geq0$", squares=[(mu * rho ** (D - 2) * (2 * D * rho * loss + loss**2), 1)]),
    ],
    r"If $|v|^2=\rho/\mu$ and $D\rho-b_0^\top v=-\ell\leq0$, then $\rho^{D-1}|b_0|^2\geq D^2\mu\rho^D$, every $D$.",
    remark=r"So it is at a global minimum other than zero, where $J=D\rho-b_0^\top v\leq0$ and $\mu\rho^D=\prod_k\gamma_k$: all widths, any decays.",
    source=BOUNDS,
    assuming=least,
    uses=["value"],
)
paper.derivation(
    "bounds-global-mutant",
    [*improved, dp.ge((D + 1) ** 2 * mu * rho**D, squares=[(mu * rho ** (D - 2) * loss**2, 1)])],
    r"Negative control: $D+1$ in the place of $D$.",
    assuming=least,
    **PLANTED,
)

# equal widths: |W_i|_F = d0 b, so rho = gamma d0^2 b^2; equal decays: prod gamma_k = gamma^{D+1}; gamma_u = d0 gamma: d0 times it

share, size = gamma * (d0 * b) ** 2, symbols("sigma2", nonnegative=True)
shrinkage = (size + d0) ** D / d0**D
paper.identity(
    "bounds-width-lower",
    share ** (D - 1) * B**2 - gamma ** (D + 1),
    gamma ** (D - 1) * ((d0 * b) ** (2 * D - 2) * B**2 - gamma**2),
    r"Equal widths $d_0$, equal decays, $B=|b_0|$, $\rho=\gamma d_0^2b^2$: $\rho^{D-1}|b_0|^2-\prod\gamma_k=\gamma^{D-1}[(d_0b)^{2D-2}|b_0|^2-\gamma^2]$.",
    remark=r"So bounds-lower is $(d_0b)^{D-1}|b_0|\geq\gamma$; for $D\geq2$: $b\geq\frac1{d_0}(\gamma/|b_0|)^{1/(D-1)}$.",
    source=BOUNDS,
    uses=["bounds-lower"],
)
paper.identity(
    "bounds-width-lower-mutant",
    share ** (D - 1) * B**2 - gamma ** (D + 1),
    gamma ** (D - 1) * ((d0 * b) ** (2 * D - 2) * B**2 - d0 * gamma**2),
    r"Negative control: $(d_0b)^{D-1}|b_0|\geq\sqrt{d_0}\,\gamma$ for equal decays.",
    **PLANTED,
)
paper.identity(
    "bounds-width-length",
    share ** (D + 1),
    ((d0 * b) ** (D + 1)) ** 2 * gamma ** (D + 1),
    r"Equal widths and decays, $\rho=\gamma d_0^2b^2$: $\rho^{D+1}=|v|^2\prod\gamma_k$ for $|v|=(d_0b)^{D+1}$.",
    source=BOUNDS,
)
paper.identity(
    "bounds-width-length-mutant",
    share ** (D + 1),
    ((d0 * b) ** D) ** 2 * gamma ** (D + 1),
    r"Negative control: $|v|=(d_0b)^D$.",
    **PLANTED,
)
paper.identity(
    "bounds-width-upper",
    shrinkage * a * (d0 * b) ** (D + 1),
    d0 * (size + d0) ** D * a * b ** (D + 1),
    r"$sa_*|v|=d_0(\sigma^2+d_0)^Da_*b^{D+1}$ for $s=(1+\sigma^2/d_0)^D$ and $|v|=(d_0b)^{D+1}$.",
    remark=r"So $sa_*|v|\leq|b_0|$ is $b\leq[|b_0|/(d_0(\sigma^2+d_0)^Da_*)]^{1/(D+1)}$.",
    source=BOUNDS,
    uses=["bounds-upper", "bounds-width-length"],
)
paper.identity(
    "bounds-width-upper-mutant",
    shrinkage * a * (d0 * b) ** (D + 1),
    (size + d0) ** D * a * b ** (D + 1),
    r"Negative control: the factor $d_0$ forgotten.",
    **PLANTED,
)
paper.identity(
    "bounds-recalled",
    share ** (D - 1) * B**2 - d0 * gamma ** (D + 1),
    gamma ** (D - 1) * ((d0 * b) ** (2 * D - 2) * B**2 - d0 * gamma**2),
    r"In the normalisation $\gamma_u=d_0\gamma$, $\prod\gamma_k=d_0\gamma^{D+1}$, $\rho=\gamma d_0^2b^2$ ($B=|b_0|$): $\rho^{D-1}|b_0|^2-\prod\gamma_k="
    r"\gamma^{D-1}[(d_0b)^{2D-2}|b_0|^2-d_0\gamma^2]$.",
    remark=r"By balance $b_u=b_i=b$ there. So for $D\geq2$ bounds-lower is the recalled $b\geq\frac1{d_0}(\gamma\sqrt{d_0}/|b_0|)^{1/(D-1)}$.",
    source=BOUNDS,
    uses=["bounds-lower"],
)
paper.identity(
    "bounds-recalled-mutant",
    share ** (D - 1) * B**2 - d0 * gamma ** (D + 1),
    gamma ** (D - 1) * ((d0 * b) ** (2 * D - 2) * B**2 - gamma**2),
    r"Negative control: no $\sqrt{d_0}$ in this normalisation.",
    **PLANTED,
)
paper.identity(
    "bounds-recalled-upper",
    (shrinkage * a) ** 2 * share ** (D + 1) / (d0 * gamma ** (D + 1)),
    d0 * ((size + d0) ** D * a * b ** (D + 1)) ** 2,
    r"There, with $|v|^2=\rho^{D+1}/(d_0\gamma^{D+1})$, $(sa_*|v|)^2=d_0[(\sigma^2+d_0)^Da_*b^{D+1}]^2$.",
    remark=r"So $sa_*|v|\leq|b_0|$ is the recalled $b\leq[|b_0|/(\sqrt{d_0}(\sigma^2+d_0)^Da_*)]^{1/(D+1)}$.",
    source=BOUNDS,
    uses=["bounds-upper"],
)
paper.identity(
    "bounds-recalled-upper-mutant",
    (shrinkage * a) ** 2 * share ** (D + 1) / (d0 * gamma ** (D + 1)),
    d0**2 * ((size + d0) ** D * a * b ** (D + 1)) ** 2,
    r"Negative control: $d_0$ in the place of $\sqrt{d_0}$ in this normalisation.",
    **PLANTED,
)

# the bounds and the circulating ones on exact problems


def moment_problem(widths, inputs, target, **options):
    """Return the problem with loss E(f(x) - y)^2 and these second moments."""
    return dp.Problem.from_moments(widths, inputs, [target], scale=1, **options)


def entry_squared(weights):
    """Return b^2 = |W_2|_F^2 / d0^2 of weights of two hidden layers of one width."""
    rows = weights[1]
    return sum((entry * entry for row in rows for entry in row), Fraction(0)) / len(rows) ** 2


@paper.theorem(
    "bounds-tested",
    r"Where zero is no global minimum, all have $(D\kappa/|b_0|)^{(D+1)/(D-1)}<|v|<|b_0|/(sa_*)$, certainly, in balls ($D=2,3$, widths at most 3,"
    r" drawn decays and noise).",
    source=BOUNDS,
    assuming=[dp.nonzero("YX^T")],
    uses=["bounds-global", "bounds-upper"],
)
@settings(max_examples=12, deadline=None)
@given(
    st.integers(3, 4).flatmap(
        lambda layers: dp.problems(
            layers=layers,
            widths=[st.integers(1, 2), *[st.integers(1, 3)] * (layers - 1), 1],
            decay=dp.rationals(min_value=Fraction(1, 100), max_value=Fraction(1, 8), max_denominator=100),
            noise=dp.rationals(min_value=0, max_value=2),
        )
    )
)
def the_predictor_of_a_global_minimum_is_within_the_bounds(problem):
    hidden, limits, families = problem.layers - 1, problem.thresholds(), problem.global_minimisers().families
    assume(not any(family.is_origin for family in families))  # a tie with zero attains the lower bound
    for family in families:
        square = sum(entry * entry for entry in family.predictor)
        # least_norm = (kappa / |b0|)^{(D+1)/(D-1)}; both sides to the power 2 (D - 1)
        assert square ** (hidden - 1) > limits.least_norm ** (2 * hidden - 2) * hidden ** (2 * hidden + 2)
        assert square < limits.largest_norm**2


@paper.theorem(
    "bounds-root-width",
    r"Circulating version: for equal widths and equal decays $b\geq\frac1{d_0}(\gamma\sqrt{d_0}/|b_0|)^{1/(D-1)}$ at the global minimum."
    r" Here $D=2$, $d_0=9$, $A_0=\gamma=1$, $b_0=24641/11000$: $b=11/90$, $J=-561561/10^6$.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(moment_problem((1, 9, 9, 1), [[1]], [Fraction(24641, 11000)], decay=1)))
def the_recalled_lower_bound_holds_for_equal_decays(problem):
    column = [[Fraction(11, 30)]] * 9
    weights = [column, [[Fraction(11, 90)] * 9] * 9, [[Fraction(11, 30)] * 9]]
    best = problem.global_minimisers().exact_value
    is_best = problem.loss(weights) == best == Fraction(-561561, 10**6)
    # 81 b^2 |b0|^2 >= 9 gamma^2
    assert not is_best or 81 * entry_squared(weights) * Fraction(24641, 11000) ** 2 >= 9


@paper.theorem(
    "bounds-width-largest",
    r"Circulating version: $b\leq[|b_0|/(d_0(\sigma^2+d_0)^Da_{\max})]^{1/(D+1)}$ at the global minimum, with the largest eigenvalue. Here"
    r" $D=2$, $d_0=2$, $\sigma=0$, $\gamma=1$, $A_0=\operatorname{diag}(1,100)$, $b_0=(17/2,0)$: $b=1$, $J=-60$.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(moment_problem((2, 2, 2, 1), [[1, 0], [0, 100]], [Fraction(17, 2), 0], decay=1)))
def the_upper_bound_holds_with_the_largest_eigenvalue(problem):
    weights = [[[2, 0], [0, 0]], [[2, 0], [0, 0]], [[2, 0]]]
    best = problem.global_minimisers().exact_value
    is_best = problem.loss(weights) == best == -60
    # b^6 <= (|b0| / (d0 d0^2 a_max))^2
    assert not is_best or entry_squared(weights) ** 3 <= (Fraction(17, 2) / 800) ** 2


@paper.theorem(
    "bounds-width-least",
    r"With the least eigenvalue that $b_0$ sees the same minimum is within the bounds: $\frac14\cdot\frac{2}{17}\leq b=1$ and $1\leq\frac{17}{16}$.",
    source=BOUNDS,
    uses=["bounds-width-lower", "bounds-width-upper"],
)
@settings(deadline=None)
@given(st.just(moment_problem((2, 2, 2, 1), [[1, 0], [0, 100]], [Fraction(17, 2), 0], decay=1)))
def the_bounds_hold_with_the_least_eigenvalue(problem):
    weights = [[[2, 0], [0, 0]], [[2, 0], [0, 0]], [[2, 0]]]
    assert problem.loss(weights) == problem.global_minimisers().exact_value
    assert 4 * entry_squared(weights) * Fraction(17, 2) ** 2 >= 1
    assert entry_squared(weights) ** 3 <= (Fraction(17, 2) / 8) ** 2


@paper.theorem(
    "bounds-exponent",
    r"Circulating version: $b\geq\frac1{d_0}(\gamma/|b_0|)^{1/D}$ at every stationary root. Here $D=2$, all widths 1, $A_0=\gamma=1$,"
    r" $b_0=\frac{17}8$: $b=\frac12$, while $\frac12\geq\frac8{17}$ as it should.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(moment_problem((1, 1, 1, 1), [[1]], [Fraction(17, 8)], decay=1)))
def the_exponent_of_the_lower_bound_is_one_over_depth(problem):
    weights = [[[Fraction(1, 2)]]] * 3
    assert not problem.is_critical(weights) or entry_squared(weights) >= Fraction(8, 17)
