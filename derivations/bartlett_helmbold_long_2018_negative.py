"""Bartlett, Helmbold and Long (2018): targets with a negative eigenvalue -lambda are out of reach, and when they are not.

One step on such an eigenvalue is theta_+ = theta (1 - eta theta^{L-2} (theta^L + lambda)), from theta = 1. For even L the power
theta^L is never negative; for odd L the interval [0, 1] is invariant as long as eta <= 1/(1 + lambda), with a regulariser
toward the identity and with convex combinations with the identity too. With eta = u/(1 + lambda) these are inequalities of
polynomials on a box, here by name for every odd L up to 9. Product targets Phi = QP extend the even case to symmetric
orthogonal Q.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_positive import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, Interval, MatrixSymbol, Q, Rational, Trace, oo, sqrt, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), targets with a negative eigenvalue (restated)"
OWN = "this catalogue, a generalisation of Bartlett, Helmbold and Long (2018), targets with a negative eigenvalue"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
ODD = range(3, 10, 2)
square = lambda matrix: Trace(matrix.T * matrix)

# e1: even depth, all sizes; Phi = P - N with N = M M^T the negative part, P N = 0; A = B^2 with B = Theta^{L/2}

d = symbols("d", integer=True, positive=True)
B, P, M = (MatrixSymbol(name, d, d) for name in ("B", "P", "M"))
negative_part = [Q.symmetric(B), Q.symmetric(P), Eq(P * M, 0 * M)]
EVEN = (
    r"$L$ even, all layers equal and symmetric, $\Theta^L=B^2$, $\Phi=P-N$ with $N=MM^\top$, $PN=0$:"
    r" $2l=\|B^2-P+N\|_F^2\ge\|N\|_F^2=\sum_{\lambda_i<0}\lambda_i^2$, at any rate and under any update that keeps the layers so."
)
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
    source=SOURCE,
    assuming=negative_part,
)
paper.derivation(
    "even-depth-mutant-odd",
    [square(B - P + M * M.T), dp.ge(square(M * M.T))],
    r"Negative control: the same for $\Theta^L=B$ that need not be a square.",
    assuming=negative_part,
    **PLANTED,
)
paper.derivation(
    "even-depth-mutant-orthogonality",
    [square(residual), dp.ge(square(M * M.T))],
    r"Negative control: $PN=0$ dropped.",
    assuming=negative_part[:2],
    **PLANTED,
)

# e2, e3, e4: odd depth, the interval [0, 1]

theta, u, w = symbols("theta u w", nonnegative=True)
v = symbols("v", real=True)
lam = symbols("lambda", nonnegative=True)
stepped = lambda depth, rate: theta * (1 - rate * theta ** (depth - 2) * (theta**depth + lam))
box = {theta: (0, 1), u: (0, 1), lam: (0, oo)}
STEP = r"$\theta_+=\theta(1-\eta\theta^{L-2}(\theta^L+\lambda))$"

for L in ODD:
    descent = stepped(L, u / (1 + lam))
    paper.inequality(
        f"odd-depth-{L}",
        descent,
        dp.ge(0),
        over=box,
        statement=rf"$L={L}$, $\eta\le1/(1+\lambda)$: {STEP} is in $[0,\theta]$ for $\theta\in[0,1]$, so from $\theta=1$ it stays"
        r" there, $\theta^L\ge0$ and $l\ge\lambda^2/2$ for all time.",
        source=SOURCE,
    )
    paper.inequality(
        f"odd-depth-regularised-{L}",
        descent + w * (1 - theta),
        dp.ge(0),
        over=box | {w: (0, 1)},
        statement=rf"$L={L}$, with the regulariser $\frac\kappa2\sum_i\|\Theta_i-I\|_F^2$, $\eta\kappa=w\le1$,"
        r" $\eta\le1/(1+\lambda)$: the step does not leave $[0,1]$ below.",
        source=SOURCE,
    )
    paper.inequality(
        f"odd-depth-regularised-top-{L}",
        descent + w * (1 - theta),
        dp.le(1),
        over=box | {w: (0, 1)},
        statement=rf"$L={L}$, with the regulariser: nor above.",
        source=SOURCE,
    )
    paper.inequality(
        f"odd-depth-projected-{L}",
        (1 - w) * descent + w,
        dp.ge(0),
        over=box | {w: (0, 1)},
        statement=rf"$L={L}$: a convex combination of the step with the identity (a projection of all layers to a ball round $I$)"
        r" stays nonnegative; and below $(1-w)+w=1$.",
        source=SOURCE,
    )
paper.inequality(
    "odd-depth-threshold",
    stepped(3, (1 + u) / (1 + lam)).subs(theta, 1),
    dp.lt(0),
    over={u: Interval.open(0, oo)},
    statement=r"The rate $1/(1+\lambda)$ is exact: with $\eta=(1+u)/(1+\lambda)$, $u>0$, already the first step"
    r" $\theta_1=1-\eta(1+\lambda)$, the same for every odd $L$, is negative.",
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
for L in range(2, 11, 2):
    paper.inequality(
        f"even-depth-scalar-{L}",
        (v**L + lam) ** 2,
        dp.ge(lam**2),
        over={v: (-oo, oo), lam: (0, oo)},
        statement=rf"$L={L}$: $(\theta^L+\lambda)^2\ge\lambda^2$ for every real $\theta$, whatever the rate.",
        source=SOURCE,
    )

# runs: escapes and their conditions

scalar = lambda depth, target: dp.Problem((1,) * (depth + 1), X=[[1]], Y=[[target]])
NEGATIVE = dp.networks_from_identity(st.integers(2, 3), st.integers(1, 2), target="negative eigenvalue")


def least_loss(problem: dp.Problem) -> Fraction:
    """Return 1/2 of the square of the most negative diagonal entry: the least eigenvalue is not above it."""
    diagonal = [Fraction(str(problem.Y[k, k])) for k in range(problem.widths[0])]
    return min(Fraction(0), *diagonal) ** 2 / 2


@paper.theorem(
    "negative-eigenvalue",
    r"$\Phi$ symmetric with a negative eigenvalue, $L$ even at any rate or $L$ odd at $\eta\le1/(1+\lambda)$: the loss stays"
    r" at least $\frac12\max_k(\Phi_{kk})_-^2\le\frac12\sum_{\lambda_i<0}\lambda_i^2$.",
    source=SOURCE,
    uses=["even-depth", "equal-layers", *(f"odd-depth-{L}" for L in ODD)],
)
@settings(max_examples=60)
@given(NEGATIVE, dp.rationals(0, 1, exclude_min=True))
def negative_eigenvalues_are_out_of_reach(net, share):
    problem, start = net
    size = sum(abs(Fraction(str(entry))) for entry in problem.Y.entries())
    rate = share / (1 + size) if problem.layers % 2 else 3 * share
    for weights in dp.gradient_descent(problem, start, rate, 3):
        assert problem.loss(weights) >= least_loss(problem)


@paper.theorem(
    "negative-eigenvalue-mutant-odd",
    r"Negative control: $L$ odd at any rate; $L=3$, $\Phi=-1$, $\eta=\frac35$ escapes at once.",
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
    r"Negative control: with the regulariser, $\eta\le1/(1+\lambda)$ alone; $L=3$, $\Phi=-1$, $\eta=\frac12$,"
    r" $\kappa=\frac{11}5$ has $l_3<\frac12$.",
    twin_of="negative-eigenvalue",
    **PLANTED,
)
@given(st.just(scalar(3, -1)))
def regulariser_without_its_condition(problem):
    pull = dp.toward_identity(Fraction(11, 5))
    for weights in dp.gradient_descent(problem, problem.identity, Fraction(1, 2), 3, regulariser=pull):
        assert 2 * problem.loss(weights) >= 1


@paper.theorem(
    "negative-eigenvalue-mutant-every-target",
    r"Negative control: every $\Phi$ with a negative real eigenvalue; $\Phi=\begin{pmatrix}-1&1\\0&-1\end{pmatrix}$, $L=2$,"
    r" $\eta=\frac18$ has $l<1=\frac12\sum\lambda_i^2$ within 10 steps.",
    twin_of="negative-eigenvalue",
    **PLANTED,
)
@given(st.just(dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[-1, 1], [0, -1]])))
def every_target_with_a_negative_eigenvalue(problem):
    assert not dp.gradient_descent(problem, problem.identity, Fraction(1, 8), 10, bits=128).losses[-1] < 1


@paper.theorem(
    "escape",
    r"$L=3$, $\Phi=-1$, $\eta=\frac35$: $\theta=1,-\frac15,-\frac{3497}{15625}$; after 200 steps $|\theta^3+1|<10^{-8}$.",
    source=SOURCE,
)
@given(st.just(scalar(3, -1)))
def escape_at_a_large_rate(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 2)
    assert [weights[0][0][0] for weights in path] == [1, Fraction(-1, 5), Fraction(-3497, 15625)]
    assert dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 200, bits=128).losses[-1] < Fraction(
        1, 2 * 10**16
    )


@paper.theorem(
    "step-and-project",
    r"Each layer put back into a ball round $I$ (Frobenius norm, $\eta\le1/(1+\lambda)$ for odd $L$, any rate for even $L$): the"
    r" loss stays at least $\lambda^2/2$ for $\Phi=-\lambda$.",
    source=SOURCE,
    uses=[*(f"odd-depth-projected-{L}" for L in ODD), *(f"even-depth-scalar-{L}" for L in range(2, 11, 2))],
)
@settings(max_examples=40)
@given(
    st.integers(2, 5),
    dp.rationals(0, 3),
    dp.rationals(0, 1, exclude_min=True),
    dp.rationals(0, 1, exclude_min=True),
)
def projected_steps(depth, eigenvalue, share, radius):
    problem = scalar(depth, -eigenvalue)
    rate = share / (1 + eigenvalue) if depth % 2 else 3 * share
    ball = dp.ball_around_identity(radius)
    for weights in dp.gradient_descent(problem, problem.identity, rate, 3, project=ball):
        assert 2 * problem.loss(weights) >= eigenvalue**2


# e6: product targets Phi = QP, P positive definite, Q symmetric and orthogonal: the layers mirror each other

X, Y, E, T, S = (MatrixSymbol(name, d, d) for name in ("X", "Y", "E", "T", "S"))
mirror, F = MatrixSymbol("Q", d, d), MatrixSymbol("F", d, d)
reflection = [Q.symmetric(mirror), Eq(mirror * mirror, Identity(d))]
MIRROR = {"source": OWN, "assuming": reflection}
paper.identity(
    "mirror-product",
    mirror * T.T * mirror * (mirror * S.T * mirror),
    mirror * (S * T).T * mirror,
    r"Mirrors $X\mapsto QX^\top Q$ reverse products: with $\Theta_i=Q\Theta_{L+1-i}^\top Q$ for all $i$, $A=QA^\top Q$, i.e. $QA$"
    r" is symmetric.",
    **MIRROR,
)
mirrored = [*reflection, Eq(mirror * E.T * mirror, E)]
other = (mirror * Y.T * mirror).T * E * (mirror * X.T * mirror).T
paper.identity(
    "mirror-gradient",
    mirror * other.T * mirror,
    X.T * E * Y.T,
    r"If layer $i$ has $X=\Theta_{L:i+1}$ above and $Y=\Theta_{i-1:1}$ below, its mirror image $L+1-i$ has $QY^\top Q$ above and"
    r" $QX^\top Q$ below; with $E=QE^\top Q$ ($\Phi=QP$, $P$ symmetric) the gradients are mirror images as well. So"
    r" $\Theta_i=Q\Theta_{L+1-i}^\top Q$ is preserved by every step at any rate, for every depth.",
    source=OWN,
    assuming=mirrored,
    uses=["gradient", "mirror-product"],
)
paper.identity(
    "mirror-gradient-mutant",
    mirror * other.T * mirror,
    X.T * E * Y.T,
    r"Negative control: the same for every target.",
    source=f"planted beside {OWN}",
    expect="refuted",
    assuming=reflection,
)
paper.identity(
    "mirror-target",
    mirror * (mirror * P).T * mirror,
    mirror * P,
    r"$\Phi=QP$ is its own mirror image when $P$ is symmetric.",
    source=OWN,
    assuming=[*reflection, Q.symmetric(P)],
)
paper.identity(
    "mirror-even",
    mirror * (mirror * F.T * mirror * F),
    F.T * mirror * F,
    r"$L$ even, $F=\Theta_{L/2:1}$: $QA=F^\top QF$, so by Sylvester's law $QA$ has no more positive eigenvalues than $Q$.",
    source=OWN,
    assuming=reflection,
)
paper.cite(
    "sylvester-hoffman-wielandt",
    r"Sylvester's law of inertia for $F^\top QF$, and $\|S-P\|_F^2\ge\sum_k(\lambda_k(S)-\lambda_k(P))^2$ for symmetric $S$, $P$"
    " with sorted eigenvalues.",
    source="Horn and Johnson, Matrix Analysis, 2nd edition, Theorem 4.5.8 and Corollary 6.3.8",
)
MIRRORED = dp.Problem((3,) * 5, X=[[1, 0, 0], [0, 1, 0], [0, 0, 1]], Y=[[2, 1, 0], [-1, -2, -1], [0, -1, -2]])


@paper.theorem(
    "mirror-barrier",
    r"$Q=\operatorname{diag}(1,-1,-1)$, $P$ tridiagonal $(1,2,1)$, $\det\Phi=4>0$, $L=4$, $\eta=\frac1{100}$: 300 enclosed steps"
    r" keep $l\ge\frac12(4+(2-\sqrt2)^2)=5-2\sqrt2$.",
    source=OWN,
    uses=["mirror-gradient", "mirror-target", "mirror-even", "sylvester-hoffman-wielandt"],
)
@given(st.just(MIRRORED))
def mirrored_targets_are_out_of_reach(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 100), 300, bits=128)
    assert all(loss > dp.enclose(5 - 2 * sqrt(2)) for loss in path.losses)
