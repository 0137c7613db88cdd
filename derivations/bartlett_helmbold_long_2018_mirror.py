"""Targets Phi = QP, P positive definite, Q symmetric and orthogonal: a symmetry of descent that keeps it away from them.

The mirror image of a net Theta is S_i = Q Theta_{L+1-i}^T Q, i = 1..L. Its end-to-end matrix is Q A^T Q, so a target with
Q Phi^T Q = Phi gives mirrored residuals, mirrored gradients and mirrored steps at any rate; the identity is its own mirror image,
hence so are all iterates, by induction on the step, and QA stays symmetric. For even L, QA = F^T Q F with F = Theta_{L/2:1}, so QA
has no more positive eigenvalues than Q. Symmetric Phi is the case Q = sign(Phi); every 2 x 2 target of negative determinant is
one, Q a reflection.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018_positive_rate import net, paper, turned
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Q, sqrt, symbols

import dlnproof as dp

OWN = "this catalogue, a generalisation of Bartlett, Helmbold and Long (2018), targets with a negative eigenvalue"
PLANTED = {"source": f"planted beside {OWN}", "expect": "refuted"}

d, L, i = symbols("d L i", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
eta = symbols("eta", positive=True)
Theta, S = dp.Chain("Theta", L, widths=d), dp.Chain("S", L, widths=d)
mirror, A, E, F, G, P, T = (MatrixSymbol(name, d, d) for name in ("Q", "A", "E", "F", "G", "P", "T"))
reflection = [Q.symmetric(mirror), Eq(mirror * mirror, Identity(d))]
image = lambda matrix: mirror * matrix.T * mirror
reverse = dp.Chain("R", L, widths=d)
lower = reverse.product(n, 1)
paper.induction(
    "mirror-reversal",
    (n, 0, L),
    [
        Eq(reverse[n + 1] * lower, Theta[L - n].T * lower, evaluate=False),
        Eq(lower, Theta.product(L, L + 1 - n).T, evaluate=False),
    ],
    r"The reversed net $R_i=\Theta_{L+1-i}^\top$ has the partial products $R_{n:1}=\Theta_{L:L+1-n}^\top$, for every depth.",
    source=OWN,
    assuming=[dp.every(Eq(reverse[i], Theta[L + 1 - i].T), (i, 1, L))],
)
paper.induction(
    "mirror-product",
    (n, 0, L),
    [
        Eq(S[n + 1] * S.product(n, 1), mirror * reverse[n + 1] * lower * mirror, evaluate=False),
        Eq(S.product(n, 1), mirror * lower * mirror, evaluate=False),
    ],
    r"If $S_i=QR_iQ$ for all $i$, $Q=Q^\top$, $Q^2=I$, then $S_{n:1}=QR_{n:1}Q$, for every depth.",
    remark=r"So the mirror image has $S_{n:1}=Q\Theta_{L:L+1-n}^\top Q$, the end-to-end matrix $QA^\top Q$ and, the two nets exchanged,"
    r" $S_{L:L+1-n}=Q\Theta_{n:1}^\top Q$.",
    source=OWN,
    assuming=[*reflection, dp.every(Eq(S[i], mirror * reverse[i] * mirror), (i, 1, L))],
    uses=["mirror-reversal"],
)
slope = lambda chain, k, residual: chain.product(L, k + 1).T * residual * chain.product(k - 1, 1).T
products = [
    Eq(S.product(i - 1, 1), image(Theta.product(L, L + 2 - i)), evaluate=False),
    Eq(S.product(L, i + 1), image(Theta.product(L - i, 1)), evaluate=False),
]
paper.identity(
    "mirror-gradient",
    slope(S, i, image(E)),
    image(slope(Theta, L + 1 - i, E)),
    r"If $S_{i-1:1}=Q\Theta_{L:L+2-i}^\top Q$ and $S_{L:i+1}=Q\Theta_{L-i:1}^\top Q$ then, with the residual $QE^\top Q$, the gradient in"
    r" layer $i$ of $S$ is $QG^\top Q$, $G$ that in layer $L+1-i$ of $\Theta$ with the residual $E$, for every depth.",
    source=OWN,
    assuming=[*reflection, *products],
    uses=["gradient", "mirror-product"],
)
above, below = MatrixSymbol("X", d, d), MatrixSymbol("Y", d, d)
paper.identity(
    "mirror-gradient-mutant",
    image(image(below).T * E * image(above).T),
    above.T * E * below.T,
    r"Negative control: the same for every target. If layer $i$ has $X=\Theta_{L:i+1}$ above and $Y=\Theta_{i-1:1}$ below, the"
    r" opposite layer has $QY^\top Q$ above and $QX^\top Q$ below, here with $E$ in place of $QE^\top Q$.",
    assuming=reflection,
    **PLANTED,
)
paper.identity(
    "mirror-target",
    image(mirror * P),
    mirror * P,
    r"$\Phi=QP$ is its own mirror image when $P$ is symmetric.",
    source=OWN,
    assuming=[*reflection, Q.symmetric(P)],
)
paper.identity(
    "mirror-residual",
    image(A) - mirror * P,
    image(A - mirror * P),
    r"The residual of the image, $QA^\top Q-\Phi$, is $Q(A-\Phi)^\top Q$ for $\Phi=QP$.",
    source=OWN,
    assuming=[*reflection, Q.symmetric(P)],
    uses=["mirror-target"],
)
paper.identity(
    "mirror-step",
    image(T) - eta * image(G),
    image(T - eta * G),
    r"A step of the image is the image of the step: $QT^\top Q-\eta QG^\top Q=Q(T-\eta G)^\top Q$ at any rate $\eta$.",
    remark=r"So a net that is its own mirror image, $\Theta_i=Q\Theta_{L+1-i}^\top Q$ for all $i$, stays so.",
    source=OWN,
    uses=["mirror-gradient", "mirror-residual"],
)
paper.identity(
    "mirror-symmetric",
    mirror * image(A),
    (mirror * A).T,
    r"$Q(QA^\top Q)=(QA)^\top$ for $Q=Q^\top$, $Q^2=I$.",
    remark=r"So $QA$ is symmetric if $A=QA^\top Q$.",
    source=OWN,
    assuming=reflection,
)
paper.identity(
    "mirror-even",
    mirror * (image(F) * F),
    F.T * mirror * F,
    r"$Q(QF^\top Q)F=F^\top QF$ for $Q^2=I$.",
    remark=r"For even $L$ a net that is its own mirror image has $A=(QF^\top Q)F$, $F=\Theta_{L/2:1}$, so $QA=F^\top QF$.",
    source=OWN,
    assuming=reflection,
    uses=["mirror-product"],
)
paper.cite(
    "sylvester-hoffman-wielandt",
    r"Sylvester's law of inertia for $F^\top QF$, and $\|S-P\|_F^2\ge\sum_k(\lambda_k(S)-\lambda_k(P))^2$ for symmetric $S$, $P$"
    " with sorted eigenvalues.",
    source="Horn and Johnson, Matrix Analysis, 2nd edition, Theorem 4.5.8 and Corollary 6.3.8",
)
s, gap = symbols("sigma g", nonnegative=True)
paper.inequality(
    "mirror-eigenvalue",
    (s + gap) ** 2,
    dp.ge(s**2),
    statement=r"$(\sigma-\lambda)^2\ge\sigma^2$ for $\lambda=-g\le0\le\sigma$.",
    remark=r"So each of the $n_-$ smallest eigenvalues $\lambda$ of $QA$, which are not positive, adds at least $\sigma_k(\Phi)^2$ to"
    r" $\|QA-P\|_F^2=2l$.",
    source=OWN,
)


def positive_eigenvalues(rows: list[list[Fraction]]) -> int:
    """Return how many eigenvalues of a symmetric matrix are positive: the sign changes of its characteristic polynomial."""
    matrix = fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])
    signs = [value > 0 for value in matrix.charpoly().coeffs() if value != 0]
    return sum(one != other for one, other in pairwise(signs))


def product_of(left, right):
    """Return the product of two matrices given by their rows."""
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*right, strict=True)] for row in left
    ]


signs = st.lists(st.sampled_from((1, -1)), min_size=1, max_size=3).filter(lambda chosen: -1 in chosen)
slopes = st.tuples(dp.rationals(-1, 1, max_denominator=3), dp.rationals(-1, 1, max_denominator=3))
any_rate = dp.rationals(0, 3, exclude_min=True, max_denominator=6)
entry = dp.rationals(-2, 2, max_denominator=4)


@paper.theorem(
    "mirror-inertia",
    r"$F^\top QF$ has no more positive eigenvalues than $Q$, whatever $F$.",
    source="Sylvester's law of inertia, at random matrices",
    uses=["sylvester-hoffman-wielandt"],
)
@settings(max_examples=40)
@given(signs, slopes, st.lists(entry, min_size=9, max_size=9))
def inertia_does_not_grow(chosen, turns, entries):
    size = len(chosen)
    factor = [entries[size * k : size * k + size] for k in range(size)]
    form = product_of([list(column) for column in zip(*factor, strict=True)], product_of(turned(chosen, turns), factor))
    assert positive_eigenvalues(form) <= chosen.count(1)


@paper.theorem(
    "mirror",
    r"$\Phi=QP$, $Q\ne I$, $L$ even, any rate: $\Theta_i=Q\Theta_{L+1-i}^\top Q$, and $l(t)\ge\frac12\sum\sigma_k(\Phi)^2$ over the $n_-$"
    " smallest singular values, $n_-$ the number of eigenvalues $-1$ of $Q$.",
    source=OWN,
    uses=[
        *("mirror-step", "mirror-symmetric", "mirror-even", "mirror-eigenvalue", "mirror-inertia"),
        "sylvester-hoffman-wielandt",
    ],
)
@settings(max_examples=40)
@given(
    st.sampled_from((2, 4)), signs, slopes, slopes, st.lists(dp.rationals("1/4", 2), min_size=3, max_size=3), any_rate
)
def mirrored_targets_keep_their_distance(depth, chosen, turns, others, values, rate):
    size = len(chosen)
    reflected, stretch = turned(chosen, turns), turned(values[:size], others)
    problem = net(depth, product_of(reflected, stretch))
    least = sum(value**2 for value in sorted(values[:size])[: chosen.count(-1)])
    for weights in dp.gradient_descent(problem, problem.identity, rate, 2):
        for layer, opposite in zip(weights, reversed(weights), strict=True):
            turned_over = [list(column) for column in zip(*opposite, strict=True)]
            assert layer == product_of(product_of(reflected, turned_over), reflected)
        assert 2 * problem.loss(weights) >= least


@paper.theorem(
    "mirror-mutant-odd",
    r"Negative control: $L$ odd; $d=1$, $Q=-1$, $\Phi=-1$, $L=3$, $\eta=\frac35$ has $l_1<\frac12$.",
    twin_of="mirror",
    **PLANTED,
)
@given(st.just(net(3, [[-1]])))
def mirrored_targets_at_odd_depth(problem):
    for weights in dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 2):
        assert 2 * problem.loss(weights) >= 1


@paper.theorem(
    "mirror-two-by-two",
    r"Every $2\times2$ target with $\det\Phi<0$, $L$ even, any rate: $l(t)\ge\frac12\sigma_{\min}(\Phi)^2$.",
    source=OWN,
    uses=["mirror"],
)
@settings(max_examples=40)
@given(st.sampled_from((2, 4)), st.lists(entry, min_size=4, max_size=4), any_rate)
def two_by_two_targets_of_negative_determinant(depth, entries, rate):
    a, b, c, e = entries
    sign = -1 if a * e - b * c > 0 else 1  # a second column of the other sign makes it negative
    problem = net(depth, [[a, sign * b], [c, sign * e]])
    norm, determinant = a * a + b * b + c * c + e * e, a * e - b * c
    for weights in dp.gradient_descent(problem, problem.identity, rate, 2):
        twice = 2 * problem.loss(weights)
        # sigma_min^2 is the smaller root of x^2 - ||Phi||^2 x + det^2
        assert 2 * twice >= norm or twice**2 - norm * twice + determinant**2 <= 0


HALF_TURN = r"$Q=\operatorname{diag}(1,-1,-1)$, $P$ tridiagonal $(1,2,1)$, $\det\Phi=4>0$"
MIRRORED = [[2, 1, 0], [-1, -2, -1], [0, -1, -2]]


@paper.theorem(
    "mirror-barrier",
    rf"{HALF_TURN}, $L=4$, $\eta=\frac1{{100}}$: 300 enclosed steps keep $l>5-2\sqrt2=\frac12(4+(2-\sqrt2)^2)$.",
    source=OWN,
    uses=["mirror"],
)
@given(st.just(net(4, MIRRORED)))
def mirrored_targets_are_out_of_reach(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 100), 300, bits=128)
    assert all(loss > dp.enclose(5 - 2 * sqrt(2)) for loss in path.losses)


@paper.theorem(
    "mirror-vector",
    rf"{HALF_TURN}, $L=4$, $\eta=\frac1{{100}}$: after 4000 enclosed steps $l=2.17189$ to five digits, above $5-2\sqrt2=2.17157\ldots$",
    source=OWN,
    uses=["mirror-barrier"],
)
@given(st.just(net(4, MIRRORED)))
def loss_after_four_thousand_steps(problem):
    last = dp.gradient_descent(problem, problem.identity, Fraction(1, 100), 4000, bits=1800).losses[-1]
    assert abs(last - dp.enclose("2.17189")) < dp.enclose("5/1000000")
    assert last > dp.enclose(5 - 2 * sqrt(2))


@paper.theorem(
    "mirror-flow",
    rf"Under gradient flow, {HALF_TURN}, $L=3$: $l>5-2\sqrt2$ at $t=0,\frac12,1$ (enclosed).",
    remark=r"The bound holds at every odd depth and time: the mirror image is kept as by descent, and $\det QA$ never vanishes, so the"
    r" signature of $QA$ is constant.",
    source=OWN,
    uses=["mirror-step", "mirror-symmetric", "mirror-eigenvalue", "sylvester-hoffman-wielandt"],
)
@given(st.just(net(3, MIRRORED)))
def flow_keeps_its_distance_at_odd_depth(problem):
    path = dp.gradient_flow(problem, problem.identity, [Fraction(1, 2), 1], bits=96, accuracy=20)
    assert all(loss > dp.enclose(5 - 2 * sqrt(2)) for loss in path.losses)
