"""Bartlett, Helmbold and Long (2018): targets with a negative eigenvalue -lambda are out of reach, and when they are not.

One step on such an eigenvalue is theta_+ = theta (1 - eta theta^{L-2} (theta^L + lambda)), from theta = 1. For even L the power
theta^L is never negative; for odd L >= 3 the interval [0, 1] is invariant as long as eta <= 1/(1 + lambda), with a regulariser
toward the identity and with convex combinations with the identity too. With eta = u/(1 + lambda), p = theta^{L-2} and
s = theta^L in [0, 1] these are inequalities of polynomials on a box for every L >= 2, and by name for every odd L up to 9.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_mirror import paper
from bartlett_helmbold_long_2018_positive_rate import net, turned
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Interval, MatrixSymbol, Q, Rational, Trace, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), targets with a negative eigenvalue (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
ODD = range(3, 10, 2)
square = lambda matrix: Trace(matrix.T * matrix)

# e1: even depth, all sizes; Phi = P - N with N = M M^T the negative part, P N = 0; A = B^2 with B = Theta^{L/2}

d = symbols("d", integer=True, positive=True)
B, P, M = (MatrixSymbol(name, d, d) for name in ("B", "P", "M"))
negative_part = [Q.symmetric(B), Q.symmetric(P), Eq(P * M, 0 * M)]
EVEN = r"$\|B^2-P+MM^\top\|_F^2\ge\|MM^\top\|_F^2$ for symmetric $B,P$ with $PM=0$."
residual = B * B - P + M * M.T
paper.derivation(
    "even-depth",
    [
        square(residual),
        dp.ge(
            square(M * M.T),
            r"$\|B^2-P\|_F^2+2\|BM\|_F^2$ is dropped",
            squares=[B * B - P, (2, B * M)],
        ),
    ],
    EVEN,
    remark=r"For $L$ even, all layers equal to a symmetric $\Theta$ and $\Phi=P-MM^\top$, $B=\Theta^{L/2}$ has $B^2=\Theta^L$:"
    r" $2l\ge\sum_{\lambda_i<0}\lambda_i^2$, whatever update led to $\Theta$.",
    source=SOURCE,
    assuming=negative_part,
)
paper.derivation(
    "even-depth-mutant-odd",
    [square(B - P + M * M.T), dp.ge(square(M * M.T))],
    r"Negative control: $B$, which need not be a square, in place of $B^2$.",
    assuming=negative_part,
    **PLANTED,
)
paper.derivation(
    "even-depth-mutant-orthogonality",
    [square(residual), dp.ge(square(M * M.T))],
    r"Negative control: $PM=0$ dropped.",
    assuming=negative_part[:2],
    **PLANTED,
)

# e2, e3, e4: the interval [0, 1], for every depth L >= 2 and by name

theta, u, w, p, s = symbols("theta u w p s", nonnegative=True)
lam = symbols("lambda", nonnegative=True)
general = theta * (1 - u / (1 + lam) * p * (s + lam))
stepped = lambda depth, rate: theta * (1 - rate * theta ** (depth - 2) * (theta**depth + lam))
box = {theta: (0, 1), u: (0, 1), lam: (0, oo)}
whole = {**box, p: (0, 1), s: (0, 1)}
STEP = r"$\theta_+=\theta(1-\eta\theta^{L-2}(\theta^L+\lambda))$"
RATE = r"$\eta=u/(1+\lambda)$, $0\le u\le1$, $\theta\in[0,1]$, $p=\theta^{L-2}$, $s=\theta^L$"
paper.inequality(
    "odd-depth",
    general,
    dp.ge(0),
    over=whole,
    statement=rf"Every $L\ge2$, {RATE}: {STEP} is at least 0.",
    source=SOURCE,
)
paper.inequality(
    "odd-depth-top",
    general,
    dp.le(theta),
    over=whole,
    statement=rf"Every $L\ge2$, {RATE}: {STEP} is at most $\theta$.",
    remark="So $[0,1]$ is invariant.",
    source=SOURCE,
    uses=["odd-depth"],
)
REGULARISED = (
    r"$\theta_++w(1-\theta)$, the step with the regulariser $\frac\kappa2\sum_i\|\Theta_i-I\|_F^2$, $w=\eta\kappa\le1$,"
)
PROJECTED = r"$(1-w)\theta_++w$, $0\le w\le1$, a convex combination of the step with the identity,"
BALL = (
    r"A projection to a ball round $I$ is such a combination, with one $w$ in Frobenius norm (shrinking), with one for each"
    r" eigenvalue in operator norm ($\theta_+$ clipped at $1-\rho$)."
)
families = {  # what happens to a step, its ranges, its name
    "odd-depth": (lambda step: step, {}, r"$\theta_+$", ""),
    "odd-depth-regularised": (lambda step: step + w * (1 - theta), {w: (0, 1)}, REGULARISED, ""),
    "odd-depth-projected": (lambda step: (1 - w) * step + w, {w: (0, 1)}, PROJECTED, BALL),
}
for family in ("odd-depth-regularised", "odd-depth-projected"):
    change, extra, what, remark = families[family]
    for label, bound, side in ((family, dp.ge(0), "at least 0"), (f"{family}-top", dp.le(1), "at most 1")):
        paper.inequality(
            label,
            change(general),
            bound,
            over=whole | extra,
            statement=rf"Every $L\ge2$, {RATE}, {STEP}: {what} is {side}.",
            remark=remark,
            source=SOURCE,
        )
paper.inequality(
    "odd-depth-projected-mutant",
    (1 - w) * general + w,
    dp.ge(0),
    over=whole | {w: (0, 1), u: (0, 2)},
    statement="Negative control: twice the rate.",
    **PLANTED,
)
for L in ODD:
    for family, (change, extra, what, _) in families.items():
        paper.inequality(
            f"{family}-{L}",
            change(stepped(L, u / (1 + lam))),
            dp.ge(0),
            over=box | extra,
            statement=rf"$L={L}$, $\eta=u/(1+\lambda)$, $0\le u\le1$, $\theta\in[0,1]$, {STEP}: {what} is at least 0.",
            source=SOURCE,
        )
paper.inequality(
    "odd-depth-threshold",
    stepped(3, (1 + u) / (1 + lam)).subs(theta, 1),
    dp.lt(0),
    over={u: Interval.open(0, oo)},
    statement=r"With $\eta=(1+u)/(1+\lambda)$, $u>0$, already the first step $\theta_1=1-\eta(1+\lambda)$, the same for every $L$, is"
    " negative.",
    source=SOURCE,
)
rate, size = symbols("eta lambda", positive=True)
paper.identity(
    "one-layer-converges",
    (theta - rate * (theta + size)) + size,
    (1 - rate) * (theta + size),
    r"$L=1$: $\theta_++\lambda=(1-\eta)(\theta+\lambda)$.",
    remark=r"So $\theta$ converges to $-\lambda$ for every $\eta<2$, and $L=1$ is excluded from the bounds.",
    source=SOURCE,
)
paper.inequality(
    "odd-depth-mutant-rate",
    stepped(3, u / (1 + lam)),
    dp.ge(0),
    over=box | {u: (0, Rational(11, 10))},
    statement="Negative control: a rate a tenth larger, $L=3$.",
    **PLANTED,
)
paper.inequality(
    "odd-depth-mutant-one-layer",
    theta - u / (1 + lam) * (theta + lam),
    dp.ge(0),
    over=box,
    statement="Negative control: $L=1$ allowed.",
    **PLANTED,
)
paper.inequality(
    "odd-depth-regularised-mutant",
    stepped(3, u / (1 + lam)) + w * (1 - theta),
    dp.le(1),
    over=box | {w: (0, Rational(11, 10))},
    statement=r"Negative control: the condition $\eta\le1/\kappa$ dropped; $\eta\kappa=\frac{11}{10}$.",
    **PLANTED,
)

# the statements, at random symmetric targets with known eigenvalues

spectra = st.lists(dp.rationals(-2, 2, max_denominator=4), min_size=1, max_size=3).filter(lambda found: min(found) < 0)
slopes = st.tuples(dp.rationals(-1, 1, max_denominator=3), dp.rationals(-1, 1, max_denominator=3))
shares = dp.rationals(0, 1, exclude_min=True, max_denominator=6)
LOSS = r"$l(t)\ge\frac12\sum_{\lambda_i<0}\lambda_i^2$"
scalar = lambda depth, target: net(depth, [[target]])


def negative_squares(eigenvalues):
    """Return the sum of the squares of the negative numbers."""
    return sum(min(value, 0) ** 2 for value in eigenvalues)


def allowed(depth, eigenvalues, share):
    """Return a rate: any for even depth, at most 1/(1 + lambda) for odd."""
    return share / (1 - min(eigenvalues)) if depth % 2 else 3 * share


@paper.theorem(
    "negative-eigenvalue",
    rf"$\Phi$ symmetric with a negative eigenvalue, $L$ even at any rate, or $L\ge3$ odd at $\eta\le1/(1+\lambda)$, $-\lambda$ the"
    rf" most negative one: {LOSS} for all $t$.",
    source=SOURCE,
    uses=["even-depth", "odd-depth", "odd-depth-top", "equal-layers", "eigenvalue-step"],
)
@settings(max_examples=60)
@given(st.sampled_from((2, 3, 4)), spectra, slopes, shares)
def negative_eigenvalues_are_out_of_reach(depth, eigenvalues, turns, share):
    problem = net(depth, turned(eigenvalues, turns))
    for weights in dp.gradient_descent(problem, problem.identity, allowed(depth, eigenvalues, share), 2):
        assert 2 * problem.loss(weights) >= negative_squares(eigenvalues)


@paper.theorem(
    "nonnegative-iff",
    r"$L\ge3$ odd, $\Phi=-\lambda\le0$: $\theta(t)\ge0$ for all $t$ if and only if $\eta\le1/(1+\lambda)$, and then $\theta\le1$; at"
    r" $\eta=1/(1+\lambda)$ the orbit is $1,0,0,\dots$",
    source=SOURCE,
    uses=["odd-depth", "odd-depth-top", "odd-depth-threshold"],
)
@settings(max_examples=40)
@given(st.sampled_from((3, 5)), dp.rationals(0, 3), st.just(Fraction(1)) | dp.rationals(0, 2, exclude_min=True))
def sign_of_the_orbit(depth, eigenvalue, share):
    problem = scalar(depth, -eigenvalue)
    path = dp.gradient_descent(problem, problem.identity, share / (1 + eigenvalue), 3)
    orbit = [weights[0][0][0] for weights in path]
    assert (min(orbit) >= 0) is (share <= 1)
    assert share > 1 or max(orbit) <= 1
    assert share != 1 or orbit == [1, 0, 0, 0]


@paper.theorem(
    "regularised",
    rf"With $\frac\kappa2\sum_i\|\Theta_i-I\|_F^2$ added, $\Phi$ symmetric: {LOSS} for $L$ even at any rate, and for $L\ge3$ odd at"
    r" $\eta\le\min(1/(1+\lambda),1/\kappa)$ ($l$ without the penalty).",
    source=SOURCE,
    uses=["even-depth", "odd-depth-regularised", "odd-depth-regularised-top", "equal-layers"],
)
@settings(max_examples=40)
@given(st.sampled_from((2, 3)), spectra, slopes, shares, dp.rationals(0, 3, exclude_min=True, max_denominator=4))
def regularised_descent_keeps_its_distance(depth, eigenvalues, turns, share, kappa):
    problem = net(depth, turned(eigenvalues, turns))
    rate = allowed(depth, eigenvalues, share)
    if depth % 2:
        rate = min(rate, 1 / kappa)
    pull = dp.toward_identity(kappa)
    for weights in dp.gradient_descent(problem, problem.identity, rate, 2, regulariser=pull):
        assert 2 * problem.loss(weights) >= negative_squares(eigenvalues)


@paper.theorem(
    "step-and-project",
    rf"Each layer put back into a ball round $I$, in Frobenius or operator norm, $\Phi$ symmetric (here diagonal): {LOSS} for $L$"
    r" even at any rate, for $L\ge3$ odd at $\eta\le1/(1+\lambda)$; enclosed, up to $10^{-12}$.",
    source=SOURCE,
    uses=["odd-depth-projected", "odd-depth-projected-top", "even-depth", "equal-layers"],
)
@settings(max_examples=40)
@given(
    st.integers(2, 5), spectra, shares, dp.rationals(0, 2, exclude_min=True), st.sampled_from(("frobenius", "operator"))
)
def projected_steps(depth, eigenvalues, share, radius, norm):
    problem = net(depth, turned(eigenvalues, ()))
    ball = dp.ball_around_identity(radius, norm=norm)
    rate = allowed(depth, eigenvalues, share)
    path = dp.gradient_descent(problem, problem.identity, rate, 3, project=ball, bits=128, accuracy=60)
    assert all(2 * loss > negative_squares(eigenvalues) - Fraction(1, 10**12) for loss in path.losses)


ESCAPE = "$L=3$, $\\Phi=-1$, "


@paper.theorem(
    "escape",
    ESCAPE + r"$\eta=\frac35>\frac12$: $\theta=1,-\frac15,-\frac{3497}{15625}$, $l_1<\frac12$; after 200 enclosed steps"
    r" $|\theta^3+1|<10^{-8}$.",
    source=SOURCE,
)
@given(st.just(scalar(3, -1)))
def escape_at_a_large_rate(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 2)
    assert [weights[0][0][0] for weights in path] == [1, Fraction(-1, 5), Fraction(-3497, 15625)]
    assert 2 * path.losses[1] < 1
    far = dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 200, bits=128, accuracy=80)
    assert far.losses[-1] < Fraction(1, 2 * 10**16)


@paper.theorem(
    "escape-regularised",
    ESCAPE
    + r"$\eta=\frac12$, $\kappa=\frac{11}5>\frac1\eta$: $\theta=1,0,\frac{11}{10},-\frac{84051}{200000}$ and $l_3<0.42854$.",
    source=SOURCE,
)
@given(st.just(scalar(3, -1)))
def escape_with_a_large_regulariser(problem):
    pull = dp.toward_identity(Fraction(11, 5))
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 2), 3, regulariser=pull)
    assert [weights[0][0][0] for weights in path] == [1, 0, Fraction(11, 10), Fraction(-84051, 200000)]
    assert path.losses[3] < Fraction(42854, 100000)


@paper.theorem(
    "one-layer",
    r"$L=1$, $\Phi=-1$, $\eta=\frac12$: $\theta=1,0,-\frac12,-\frac34,-\frac78$.",
    source=SOURCE,
    uses=["one-layer-converges"],
)
@given(st.just(scalar(1, -1)))
def one_layer_converges(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 2), 4)
    assert [weights[0][0][0] for weights in path] == [1, 0, Fraction(-1, 2), Fraction(-3, 4), Fraction(-7, 8)]


DEFECTIVE = r"\Phi=\begin{pmatrix}-1&1\\0&-1\end{pmatrix}"


@paper.theorem(
    "defective-eigenvalue",
    rf"A negative eigenvalue alone is no obstacle: ${DEFECTIVE}$, $\eta=1/(20L)$. $\|E(t)\|_F<10^{{-8}}$ for the first time at"
    " $t=665$ for $L=2$ and $t=819$ for $L=3$ (enclosed steps).",
    source=SOURCE,
)
@given(st.sampled_from(((2, 665), (3, 819))))
def defective_eigenvalues_are_learnt(case):
    depth, first = case
    problem = net(depth, [[-1, 1], [0, -1]])
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 20 * depth), first, bits=330, accuracy=120)
    *before, last = path.losses
    assert last < Fraction(1, 2 * 10**16)
    assert all(loss > Fraction(1, 2 * 10**16) for loss in before)


@paper.theorem(
    "negative-eigenvalue-mutant-odd",
    rf"Negative control: $L$ odd at any rate; {ESCAPE}$\eta=\frac35$ escapes at once.",
    twin_of="negative-eigenvalue",
    **PLANTED,
)
@given(st.just(scalar(3, -1)))
def odd_depth_at_any_rate(problem):
    for weights in dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 3):
        assert 2 * problem.loss(weights) >= 1


@paper.theorem(
    "negative-eigenvalue-mutant-one-layer",
    r"Negative control: $L=1$ allowed; $\Phi=-1$, $\eta=\frac12$.",
    twin_of="negative-eigenvalue",
    **PLANTED,
)
@given(st.just(scalar(1, -1)))
def one_layer_at_a_small_rate(problem):
    for weights in dp.gradient_descent(problem, problem.identity, Fraction(1, 2), 3):
        assert 2 * problem.loss(weights) >= 1


@paper.theorem(
    "negative-eigenvalue-mutant-regulariser",
    rf"Negative control: with the regulariser, $\eta\le1/(1+\lambda)$ alone; {ESCAPE}$\eta=\frac12$, $\kappa=\frac{{11}}5$.",
    twin_of="regularised",
    **PLANTED,
)
@given(st.just(scalar(3, -1)))
def regulariser_without_its_condition(problem):
    pull = dp.toward_identity(Fraction(11, 5))
    for weights in dp.gradient_descent(problem, problem.identity, Fraction(1, 2), 3, regulariser=pull):
        assert 2 * problem.loss(weights) >= 1


@paper.theorem(
    "step-and-project-mutant-rate",
    rf"Negative control: $L$ odd at any rate; {ESCAPE}$\eta=\frac35$, balls of radius 2 has $l_1<\frac12$.",
    twin_of="step-and-project",
    **PLANTED,
)
@given(st.just(scalar(3, -1)))
def projected_steps_at_any_rate(problem):
    ball = dp.ball_around_identity(2, norm="operator")
    path = dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 2, project=ball, bits=128, accuracy=60)
    assert not any(2 * loss < 1 for loss in path.losses)


@paper.theorem(
    "negative-eigenvalue-mutant-every-target",
    rf"Negative control: every $\Phi$ with a negative real eigenvalue; ${DEFECTIVE}$, $L=2$, $\eta=\frac1{{40}}$ has"
    r" $l<1=\frac12\sum\lambda_i^2$ within 60 steps.",
    twin_of="negative-eigenvalue",
    **PLANTED,
)
@given(st.just(net(2, [[-1, 1], [0, -1]])))
def every_target_with_a_negative_eigenvalue(problem):
    assert not dp.gradient_descent(problem, problem.identity, Fraction(1, 40), 60, bits=128).losses[-1] < 1
