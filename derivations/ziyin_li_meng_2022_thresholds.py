r"""Ziyin, Li and Meng (2022): how much decay makes zero the global minimum (P), and the only stationary point (E).

With y^{D+1} = t the length of the predictor, G = prod_k gamma_k = kappa^{D+1} and A0 b0 = a b0, the equation of the stationary
points is s a y^{2D} - |b0| y^{D-1} + kappa = 0, and on the ray of b0 the reduced objective is y^2 (s a y^{2D} - 2 |b0| y^{D-1} +
(D+1) kappa): one function alpha y^{2D} - beta y^{D-1} + kappa' twice. Its least value decides. D = N + 1 >= 2 below.
"""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, KroneckerProduct, MatrixSymbol, Poly, Rational, Trace, oo, symbols
from ziyin_li_meng_2022 import X, n, paper
from ziyin_li_meng_2022_reduce import s

import dlnproof as dp

THRESHOLDS = "Ziyin, Li and Meng (2022), thresholds of the decay (restated)"
SUFFICIENT = "Ziyin, Li and Meng (2022), sufficient conditions for a trivial minimum (restated)"
N, r, k, j = symbols("N r k j", integer=True, positive=True)
D = N + 1
c, x, y, y0, kappa, B, a, gamma, G = symbols("c x y y_0 kappa B a gamma G", positive=True)
e, f = symbols("e f", nonnegative=True)
R = MatrixSymbol("R", n, n)
one = Identity(n)
planted = lambda source: {"source": f"planted beside {source}", "expect": "refuted"}

# one function of one variable


def weighted_means(last):
    """Return both sides of f(R) = (R - I) [nonnegative powers] (R - I), the second sum up to `last`."""
    low = dp.layer_sum((k + 1) * R**k, (k, 0, N - 1))
    high = dp.layer_sum(j * R ** (2 * N + 1 - j), (j, 1, last))
    return (
        N * R ** (2 * N + 2) - (2 * N + 2) * R**N + (N + 2) * one,
        (R - one) * ((N + 2) * low + N * high) * (R - one),
    )


paper.identity(
    "threshold-lemma",
    *weighted_means(N + 1),
    r"For every $D=N+1\geq2$ and every square matrix $R$, a number too: $(D-1)R^{2D}-2DR^{D-1}+(D+1)I=(R-I)\big[(D+1)\sum_{k=0}^{D-2}"
    r"(k+1)R^k+(D-1)\sum_{j=1}^DjR^{2D-1-j}\big](R-I)$.",
    remark=r"All coefficients are positive: $f(x)=(D-1)x^{2D}-2Dx^{D-1}+D+1$ is positive for $x\geq0$, except for $f(1)=0$.",
    source=THRESHOLDS,
)
paper.identity(
    "threshold-lemma-mutant",
    *weighted_means(N),
    "Negative control: the second sum without its last power.",
    **planted(THRESHOLDS),
)
steep, linear = (D - 1) * c / y0 ** (2 * D), 2 * D * c / y0 ** (D - 1)
written = steep * (x * y0) ** (2 * D) - linear * (x * y0) ** (D - 1) + kappa
means = (D - 1) * x ** (2 * D) - 2 * D * x ** (D - 1) + D + 1
paper.identity(
    "threshold-least",
    written,
    c * means + kappa - (D + 1) * c,
    r"With $\alpha=(D-1)c/y_0^{2D}$, $\beta=2Dc/y_0^{D-1}$ and $f(x)=(D-1)x^{2D}-2Dx^{D-1}+D+1$: $\alpha y^{2D}-\beta y^{D-1}"
    r"+\kappa=cf(y/y_0)+\kappa-(D+1)c$. Every $D\geq2$.",
    remark=r"Any $\alpha,\beta>0$ are of this form. By threshold-lemma the least value over $y\geq0$ is $\kappa-(D+1)c$, at $y=y_0$ only.",
    source=THRESHOLDS,
    uses=["threshold-lemma"],
)
paper.identity(
    "threshold-least-mutant",
    written,
    c * means + kappa - D * c,
    r"Negative control: the least value $\kappa-Dc$.",
    **planted(THRESHOLDS),
)
low, high = symbols("eta_1 eta_2", positive=True)
TWICE = 2 ** (2 * D) * D ** (2 * D)  # (2D)^{2D}
powers = [Eq(high**N, low ** (2 * N + 2))]


def sign_of_the_least_value(share):
    """Return both sides of beta^{2D} (D-1)^{D-1} (D+1)^{D+1} = (2D)^{2D} alpha^{D-1} share^{D+1}."""
    return (
        TWICE * (c / low) ** (2 * D) * (D - 1) ** (D - 1) * (D + 1) ** (D + 1),
        TWICE * ((D - 1) * c / high) ** (D - 1) * share ** (D + 1),
    )


paper.identity(
    "threshold-sign",
    *sign_of_the_least_value((D + 1) * c),
    r"$\beta^{2D}(D-1)^{D-1}(D+1)^{D+1}=(2D)^{2D}\alpha^{D-1}((D+1)c)^{D+1}$ for these $\alpha,\beta$, with $\eta_1=y_0^{D-1}$,"
    r" $\eta_2=y_0^{2D}$, so $\eta_2^{D-1}=\eta_1^{2D}$.",
    remark=r"So the least value $\kappa-(D+1)c$ has the sign of $(2D)^{2D}\alpha^{D-1}\kappa^{D+1}-\beta^{2D}(D-1)^{D-1}(D+1)^{D+1}$.",
    source=THRESHOLDS,
    assuming=powers,
    uses=["threshold-least"],
)
paper.identity(
    "threshold-sign-mutant",
    *sign_of_the_least_value(D * c),
    r"Negative control: $Dc$ in the place of $(D+1)c$.",
    assuming=powers,
    **planted(THRESHOLDS),
)

# the two thresholds, for A0 b0 = a b0

b, v = MatrixSymbol("b_0", n, 1), MatrixSymbol("v", n, 1)
seen = [Eq(X * X.T * b, a * b)]
shrunk = (s * y ** (2 * D) * X * X.T + kappa * one) * b
paper.identity(
    "threshold-equation",
    shrunk,
    (s * a * y ** (2 * D) + kappa) * b,
    r"If $A_0b_0=ab_0$, then $(sz^DA_0+\kappa I)b_0=(saz^D+\kappa)b_0$ with $z=y^2$, every $D\geq2$.",
    remark=r"So $F(z)=z^{D-1}|b_0|^2/(saz^D+\kappa)^2$, and $F(z)=1$ if and only if $say^{2D}-|b_0|y^{D-1}+\kappa=0$. All widths.",
    source=THRESHOLDS,
    assuming=seen,
)
paper.identity(
    "threshold-equation-mutant",
    shrunk,
    (s * a * y ** (2 * D) + 2 * kappa) * b,
    r"Negative control: $2\kappa$ in the place of $\kappa$.",
    assuming=seen,
    **planted(THRESHOLDS),
)
exists = B ** (2 * D) * (D + 1) ** (D + 1) * (D - 1) ** (D - 1) / (TWICE * (s * a) ** (D - 1))
trivial = B ** (2 * D) * (D - 1) ** (D - 1) / (D ** (2 * D) * (s * a) ** (D - 1))


def sign(power, product):
    """Return (2D)^{2D} alpha^{D-1} product - power (D-1)^{D-1} (D+1)^{D+1}: alpha = s a, kappa'^{D+1} and beta^{2D} given."""
    return TWICE * (s * a) ** (D - 1) * product - power * (D - 1) ** (D - 1) * (D + 1) ** (D + 1)


paper.identity(
    "threshold-E",
    sign(B ** (2 * D), G),
    TWICE * (s * a) ** (D - 1) * (G - exists),
    r"$\alpha=sa$, $\beta=B=|b_0|$, $G=\prod\gamma_k=\kappa^{D+1}$: $(2D)^{2D}\alpha^{D-1}\kappa^{D+1}-\beta^{2D}(D-1)^{D-1}(D+1)^{D+1}="
    r"(2D)^{2D}(sa)^{D-1}(G-E)$ with $E=|b_0|^{2D}(D+1)^{D+1}(D-1)^{D-1}/((2D)^{2D}(sa)^{D-1})$. Every $D\geq2$.",
    remark=r"This is the sign of threshold-sign for the equation of threshold-equation: if $A_0b_0=ab_0$, $F(z)=1$ has a root if and only if"
    r" $\prod\gamma_k\leq E$, a single one at equality.",
    source=THRESHOLDS,
    uses=["threshold-sign", "threshold-equation"],
)
paper.identity(
    "threshold-E-mutant",
    sign(B ** (2 * D), G),
    TWICE * (s * a) ** (D - 1) * (G - trivial),
    "Negative control: $P$ in the place of $E$.",
    **planted(THRESHOLDS),
)
paper.identity(
    "threshold-P",
    sign(2 ** (2 * D) * B ** (2 * D), (D + 1) ** (D + 1) * G),
    TWICE * (D + 1) ** (D + 1) * (s * a) ** (D - 1) * (G - trivial),
    r"$\alpha=sa$, $\beta=2B=2|b_0|$, $\kappa'=(D+1)\kappa$, $G=\prod\gamma_k$: $(2D)^{2D}\alpha^{D-1}\kappa'^{D+1}-\beta^{2D}(D-1)^{D-1}"
    r"(D+1)^{D+1}=(2D)^{2D}(D+1)^{D+1}(sa)^{D-1}(G-P)$ with $P=|b_0|^{2D}(D-1)^{D-1}/(D^{2D}(sa)^{D-1})$. Every $D\geq2$.",
    remark=r"By threshold-sign $say^{2D}-2|b_0|y^{D-1}+(D+1)\kappa$ is positive for all $y\geq0$ if and only if $\prod\gamma_k>P$, and at"
    r" $\prod\gamma_k=P$ it vanishes at one $y>0$.",
    source=THRESHOLDS,
    uses=["threshold-sign"],
)
paper.identity(
    "threshold-P-mutant",
    sign(2 ** (2 * D) * B ** (2 * D), (D + 1) ** (D + 1) * G),
    TWICE * (D + 1) ** (D + 1) * (s * a) ** (D - 1) * (G - exists),
    "Negative control: $E$ in the place of $P$.",
    **planted(THRESHOLDS),
)

# what they decide for any A0: p and q are the parts of v inside and outside of the span of the eigenvectors that b0 sees

p, q = MatrixSymbol("p", n, 1), MatrixSymbol("q", n, 1)
Y, Z = MatrixSymbol("Y", n, r), MatrixSymbol("Z", n, r)
t = y ** (D + 1)
inside = [Eq(p.T * p, y ** (2 * D + 2) * Identity(1)), Eq(b.T * p, (B * t - e) * Identity(1))]
quadratic = s * (a * Trace(p.T * p) + Trace(p.T * Y * Y.T * p) + Trace(q.T * Z * Z.T * q))
PARTS = (
    r"$v=p+q$, $p$ in the span of the eigenvectors that $b_0$ sees, so $v^\top A_0v=a_*|p|^2+|Y^\top p|^2+|Z^\top q|^2$, $b_0^\top v="
    r"b_0^\top p=B|p|-e$ with $B=|b_0|$, $e\geq0$; $|p|=y^{D+1}\leq|v|$. "
)
squares = [(s, Y.T * p), (s, Z.T * q), (2 * e, 1), (f, 1)]
paper.derivation(
    "sufficient-global",
    [
        quadratic - 2 * Trace(b.T * p) + (D + 1) * kappa * y**2 + f,
        dp.ge(s * a * t**2 - 2 * B * t + (D + 1) * kappa * y**2, squares=squares),
        dp.eq(y**2 * (s * a * y ** (2 * D) - 2 * B * y ** (D - 1) + (D + 1) * kappa)),
    ],
    PARTS
    + r"With $(D+1)\kappa|v|^{2/(D+1)}=(D+1)\kappa y^2+f$, $f\geq0$: $sv^\top A_0v-2b_0^\top v+(D+1)\kappa|v|^{2/(D+1)}\geq y^2(sa_*y^{2D}"
    r"-2|b_0|y^{D-1}+(D+1)\kappa)$. Every $D\geq2$.",
    remark=r"The left side is $g(v)\leq J$: by threshold-P $\prod\gamma_k>P(a_*)$ makes zero the only global minimum (S2), for all widths.",
    source=SUFFICIENT,
    assuming=inside,
    uses=["threshold-P", "lower-form", "norm-of-a-product"],
)
paper.derivation(
    "sufficient-global-mutant",
    [
        quadratic - 2 * Trace(b.T * p) + (D + 1) * kappa * y**2 + f,
        dp.ge(s * a * t**2 - B * t + (D + 1) * kappa * y**2, squares=squares),
    ],
    r"Negative control: the linear term counted once.",
    assuming=inside,
    **planted(SUFFICIENT),
)
still = [Eq(b.T * p, (s * a * t**2 + kappa * y**2 + f) * Identity(1)), Eq(p.T * p, t**2 * Identity(1))]
product = Trace(b.T * b) * Trace(p.T * p)
lagrange = [(Rational(1, 2), KroneckerProduct(b, p) - KroneckerProduct(p, b))]
slack = [(f**2 + 2 * f * (s * a * t**2 + kappa * y**2), 1)]
paper.derivation(
    "sufficient-only",
    [
        product,
        dp.ge(Trace(b.T * p) ** 2, "Lagrange's identity", squares=lagrange),
        dp.ge((s * a * t**2 + kappa * y**2) ** 2, squares=slack),
    ],
    r"If $b_0^\top p=sa_*|p|^2+\kappa y^2+f$, $f\geq0$, $|p|=y^{D+1}$, then $|b_0|^2|p|^2\geq(sa_*|p|^2+\kappa y^2)^2$. Every $D\geq2$.",
    remark=r"So it is at a stationary point, where $b_0^\top v=\operatorname{tr}A_0S_0+\rho$ (euler-second), $\operatorname{tr}A_0S_0\geq sv^\top A_0v"
    r"\geq sa_*|p|^2$ and $\rho^{D+1}=\prod\gamma_k\|W_k\|_F^2\geq\kappa^{D+1}|v|^2$: $sa_*y^{2D}-|b_0|y^{D-1}+\kappa\leq0$ or $y=0$, and"
    r" $y=0$ only at zero. By threshold-E $\prod\gamma_k>E(a_*)$ leaves zero as the only stationary point (S1), for all widths.",
    source=SUFFICIENT,
    assuming=still,
    uses=["threshold-E", "euler-second", "lower-form", "norm-of-a-product"],
)
paper.derivation(
    "sufficient-only-mutant",
    [product, dp.ge((s * a * t**2 + 2 * kappa * y**2) ** 2, squares=[*lagrange, *slack])],
    r"Negative control: $2\kappa$ in the place of $\kappa$.",
    assuming=still,
    **planted(SUFFICIENT),
)
trial = x * b
mean = Trace(b.T * X * X.T * b) / Trace(b.T * b)
on_the_ray = s * Trace(trial.T * X * X.T * trial) - 2 * Trace(b.T * trial)
paper.identity(
    "sufficient-trial",
    on_the_ray,
    s * mean * Trace(trial.T * trial) - 2 * Trace(b.T * b) * x,
    r"At $v=\tau b_0$, $\tau>0$: $sv^\top A_0v-2b_0^\top v=sa_b|v|^2-2|b_0||v|$ with $a_b=b_0^\top A_0b_0/|b_0|^2$.",
    remark=r"So by threshold-P, if $\prod\gamma_k<P(a_b)$, some such $v$ has $g(v)<0$, and the global minimum is not zero (S3). All widths, every"
    r" $D\geq2$.",
    source=SUFFICIENT,
    uses=["threshold-P"],
)
paper.identity(
    "sufficient-trial-mutant",
    on_the_ray,
    s * mean * Trace(trial.T * trial) - Trace(b.T * b) * x,
    r"Negative control: the linear term counted once.",
    **planted(SUFFICIENT),
)
simple = B ** (2 * D) / (D ** (D + 1) * (s * a) ** (D - 1))
paper.identity(
    "sufficient-simple",
    trivial,
    ((D - 1) / D) ** (D - 1) * simple,
    r"$B=|b_0|$: $P=(1-1/D)^{D-1}|b_0|^{2D}/(D^{D+1}(sa)^{D-1})$. Every $D\geq2$.",
    remark=r"So for equal decays $(D\gamma)^{D+1}(sa_*)^{D-1}\geq|b_0|^{2D}$ implies $\prod\gamma_k>P(a_*)$.",
    source=SUFFICIENT,
    uses=["sufficient-global"],
)
paper.identity(
    "sufficient-simple-mutant",
    trivial,
    ((D - 1) / D) ** D * simple,
    r"Negative control: the power $D$ in the place of $D-1$.",
    **planted(SUFFICIENT),
)

# on exact problems: A0 = a, b0 = b, one neuron a layer


def closed_form(depth, a, b, s):
    """Return P and E, the same for one hidden layer."""
    base = b ** (2 * depth) * Fraction(max(depth - 1, 1)) ** (depth - 1) / (s * a) ** (depth - 1)
    lower = base / Fraction(depth) ** (2 * depth)
    return lower, base * Fraction(depth + 1) ** (depth + 1) / Fraction(2 * depth) ** (2 * depth) if depth > 1 else lower


def chain(depth, a, b, noise, product):
    """Return the problem of one neuron a layer whose decays have this product."""
    decay = [product, *[1] * depth]
    return dp.Problem.from_moments((1,) * (depth + 2), [[a]], [[b]], scale=1, decay=decay, noise=noise)


def sturm(depth, a, b, s, product):
    """Return the number of positive roots of w^{D-1} b^{2D} = G (1 + s a w)^{2D}, the equation in w = 1/mu, by Sturm."""
    w = symbols("w")
    exact = lambda number: Rational(number.numerator, number.denominator)
    equation = w ** (depth - 1) * exact(b) ** (2 * depth) - exact(product) * (1 + exact(s * a) * w) ** (2 * depth)
    return Poly(equation, w).count_roots(0, oo) - (equation.subs(w, 0) == 0)


positive = dp.rationals(min_value=Fraction(1, 4), max_value=4, max_denominator=4)
EDGES = (1 - Fraction(1, 1000), Fraction(1), 1 + Fraction(1, 1000))


@paper.theorem(
    "threshold-P-tested",
    r"One input, $A_0=a$, widths 1, $D=1,2,3,5$, exactly: at $(1-\frac1{1000})P$ zero is no global minimum, at $(1+\frac1{1000})P$ it is the only one;"
    r" at $P$ it ties with one other value of $v$ for $D\geq2$ and is the only one for $D=1$.",
    source=THRESHOLDS,
    uses=["threshold-P", "threshold-equation"],
)
@settings(max_examples=15, deadline=None)
@given(st.sampled_from((1, 2, 3, 5)), positive, positive, st.sampled_from((Fraction(0), Fraction(1, 2))))
def the_global_minimum_changes_at_P(depth, a, b, noise):
    bound, _ = closed_form(depth, a, b, (1 + noise) ** depth)
    below, at, above = (chain(depth, a, b, noise, edge * bound).global_minimisers().families for edge in EDGES)
    assert [item.is_origin for item in below] == [False]
    assert sorted(item.is_origin for item in at) == ([False, True] if depth > 1 else [True])
    assert [item.is_origin for item in above] == [True]


@paper.theorem(
    "threshold-E-tested",
    r"One input, $A_0=a$, widths 1, $D=2,3,5$, exactly and by Sturm's count: $F(z)=1$ has two positive roots at $(1-\frac1{1000})E$, one at $E$, none at"
    r" $(1+\frac1{1000})E$; for $D=1$, $E=P$, these numbers are one, none, none.",
    source=THRESHOLDS,
    uses=["threshold-E"],
)
@settings(max_examples=10, deadline=None)
@given(st.sampled_from((1, 2, 3, 5)), positive, positive, st.sampled_from((Fraction(0), Fraction(1, 2))))
def the_number_of_roots_changes_at_E(depth, a, b, noise):
    s = (1 + noise) ** depth
    _, bound = closed_form(depth, a, b, s)
    for edge, count in zip(EDGES, (2, 1, 0) if depth > 1 else (1, 0, 0), strict=True):
        assert len(chain(depth, a, b, noise, edge * bound).stationary_points()) == 1 + count
        assert sturm(depth, a, b, s, edge * bound) == count


@paper.theorem(
    "sufficient-tested",
    r"S1, S2 and S3 on drawn problems, with the least eigenvalue that $b_0$ sees as an exact algebraic number: $\prod\gamma_k>E(a_*)$"
    r" leaves one stationary point, sub-networks counted; $\prod\gamma_k>P(a_*)$ one global minimum, zero; $\prod\gamma_k<P(a_b)$ not zero.",
    source=SUFFICIENT,
    assuming=[dp.nonzero("YX^T")],
    uses=["sufficient-only", "sufficient-global", "sufficient-trial"],
)
@settings(max_examples=20, deadline=None)
@given(
    dp.problems(
        layers=st.integers(2, 4).map(lambda hidden: hidden + 1),
        widths=st.integers(1, 2),
        decay=dp.rationals(min_value=Fraction(1, 8), max_value=3),
        noise=dp.rationals(min_value=0, max_value=2),
    ).filter(lambda problem: problem.widths[-1] == 1)
)
def the_conditions_decide_as_they_say(problem):
    answers = problem.thresholds()
    if answers.zero_is_only_stationary_point:
        assert len(problem.stationary_points()) == 1
    if answers.zero_is_only_minimiser:
        assert problem.global_minimisers().is_trivial
    if answers.minimum_is_nonzero:
        assert not any(family.is_origin for family in problem.global_minimisers().families)


@paper.theorem(
    "sufficient-simple-tested",
    r"Two eigenvalues, widths 1, equal decays, no noise: if $(D\gamma)^{D+1}a_*^{D-1}\geq|b_0|^{2D}$, zero is a global minimum ($D=1,2,3$;"
    r" for $D=1$ the condition is $\gamma\geq|b_0|$).",
    source=SUFFICIENT,
    uses=["sufficient-simple"],
)
@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.tuples(positive, positive), st.tuples(st.integers(0, 3), st.integers(1, 3)), positive)
def enough_decay_makes_zero_a_global_minimum(depth, eigenvalues, target, gamma):
    size = sum(entry * entry for entry in target)
    least = min(value for value, entry in zip(eigenvalues, target, strict=True) if entry)
    assume((depth * gamma) ** (2 * depth + 2) * least ** (2 * depth - 2) >= size ** (2 * depth))
    inputs = [[eigenvalues[0], 0], [0, eigenvalues[1]]]
    problem = dp.Problem.from_moments((2,) + (1,) * (depth + 1), inputs, [list(target)], scale=1, decay=gamma)
    assert any(family.is_origin for family in problem.global_minimisers().families)
