"""Bartlett, Helmbold and Long (2018): far from the identity; flow against descent, and what is open.

Gradient flow from the identity keeps det A > 0, so a target with a negative determinant is out of reach. Descent with a fixed
rate need not: for a target that is not normal it may cross det A = 0. The crossings are certificates: balls that hold the exact
iterates have a determinant that is certainly negative and a loss that is certainly below the flow's barrier.
"""

from fractions import Fraction

import numpy as np
from bartlett_helmbold_long_2018_negative import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import MatrixSymbol, Q, sqrt, symbols

import dlnproof as dp

SOURCE = "this catalogue, on gradient flow and descent of Bartlett, Helmbold and Long (2018) far from the identity"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}

# g4: two layers, the flow of the orthogonal factor R of A = R P does not depend on P

d = symbols("d", integer=True, positive=True)
X, Y, Phi = (MatrixSymbol(name, d, d) for name in ("X", "Y", "Phi"))
R = X * Y.inverse()
paper.identity(
    "riccati",
    Phi * Y * Y.inverse() - X * Y.inverse() * (Phi.T * X) * Y.inverse(),
    Phi - R * Phi.T * R,
    r"With $X'=\Phi Y$, $Y'=\Phi^\top X$ the quotient $R=XY^{-1}$ has $R'=X'Y^{-1}-XY^{-1}Y'Y^{-1}=\Phi-R\Phi^\top R$.",
    source=SOURCE,
    assuming=[Q.invertible(Y)],
)
paper.identity(
    "riccati-orthogonal",
    (Phi * Y).T * X + X.T * (Phi * Y),
    (Phi.T * X).T * Y + Y.T * (Phi.T * X),
    r"$X^\top X-Y^\top Y$ does not change, so from $X=Y=I$ the quotient $R=XY^{-1}$ stays orthogonal.",
    source=SOURCE,
)
paper.identity(
    "riccati-mutant",
    (Phi * Y).T * X + X.T * (Phi * Y),
    -((Phi.T * X).T * Y + Y.T * (Phi.T * X)),
    r"Negative control: $X^\top X+Y^\top Y$ does not change.",
    **PLANTED,
)

half_turn = dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[1, 2], [0, -1]])
TIMES = [Fraction(1, 2), 2]


@paper.theorem(
    "flow-barrier",
    r"$\Phi=\begin{pmatrix}1&2\\0&-1\end{pmatrix}$, $L=2$ and $3$: the flow, enclosed, has $\det A>0$ and"
    r" $l>\frac12\sigma_{\min}(\Phi)^2=\frac{3-2\sqrt2}2$ at $t=\frac12,2$.",
    source=SOURCE,
    uses=["end-to-end-every-depth", "conserved-every-depth"],
)
@given(st.sampled_from((2, 3)))
def flow_keeps_its_determinant(depth):
    problem = dp.Problem((2,) * (depth + 1), X=[[1, 0], [0, 1]], Y=[[1, 2], [0, -1]])
    path = dp.gradient_flow(problem, problem.identity, TIMES)
    assert all(path.determinant(step) > 0 for step in range(3))
    assert all(loss > dp.enclose((3 - 2 * sqrt(2)) / 2) for loss in path.losses)


@paper.theorem(
    "flow-barrier-mutant-one-layer",
    r"Negative control: the sign of the determinant is kept for $L=1$; $d=1$, $\Phi=-1$ at $t=1$.",
    twin_of="flow-barrier",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1), X=[[1]], Y=[[-1]])))
def one_layer_flows_through_zero(problem):
    assert not dp.gradient_flow(problem, problem.identity, [1]).determinant(1) < 0


@paper.theorem(
    "flow-barrier-mutant-start",
    r"Negative control: the sign is kept from every start; $d=1$, $L=2$, $\Theta=(2,\frac12)$, $\Phi=-1$ at $t=2$.",
    twin_of="flow-barrier",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[-1]])))
def unbalanced_flow_through_zero(problem):
    assert not dp.gradient_flow(problem, [[[2]], [["1/2"]]], [2]).determinant(1) < 0


# g5: certified crossings of descent at a fixed rate


@paper.theorem(
    "descent-keeps-the-sign",
    r"$L=2$, $\Phi=\begin{pmatrix}1&2\\0&-1\end{pmatrix}$, $\eta=\frac1{50}$: the mirror symmetry protects descent,"
    r" $l$ stays above the flow's barrier in 600 enclosed steps and $\det A>0$ in every 50th.",
    source=SOURCE,
    uses=["mirror-gradient", "mirror-even"],
)
@given(st.just(half_turn))
def protected_by_symmetry(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 50), 600, bits=128)
    assert all(path.determinant(step) > 0 for step in range(0, 601, 50))
    assert all(loss > dp.enclose((3 - 2 * sqrt(2)) / 2) for loss in path.losses)


CROSSES = "Negative control: descent at a small fixed rate keeps the sign of the determinant"


@paper.theorem(
    "crossing-two-by-two",
    rf"{CROSSES}. $L=3$, $\Phi=\begin{{pmatrix}}1&2\\0&-1\end{{pmatrix}}$, $\eta=\frac1{{10}}$: $\det A<-0.237$ after 365 steps.",
    twin_of="descent-keeps-the-sign",
    **PLANTED,
)
@given(st.just(dp.Problem((2,) * 4, X=[[1, 0], [0, 1]], Y=[[1, 2], [0, -1]])))
def three_layers_of_size_two(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 10), 365, bits=128)
    assert not path.determinant(365) < Fraction(-237, 1000)


@paper.theorem(
    "crossing-three-by-three",
    rf"{CROSSES}. $L=2$, a $3\times3$ target with $\det\Phi=-4$, $\eta=\frac1{{20}}$: $\det A<-0.44$ after 200 steps.",
    twin_of="descent-keeps-the-sign",
    **PLANTED,
)
@given(
    st.just(
        dp.Problem(
            (3,) * 3,
            X=[[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            Y=[[-2, -1, 0], ["3/5", "2/5", -1], ["4/5", "11/5", 2]],
        )
    )
)
def two_layers_of_size_three(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 20), 200, bits=128)
    assert not path.determinant(200) < Fraction(-44, 100)


@paper.theorem(
    "crossing-certificates",
    r"The losses after these crossings: $l_{365}=0.0498430423519775$ and $l_{200}=0.135808852384385$ (to 15 digits), below the"
    r" barriers $0.0857864$ and $0.171573$ of the flow.",
    source=SOURCE,
)
@given(
    st.sampled_from(
        (
            (3, Fraction(1, 10), 365, "0.0498430423519775", [[1, 2], [0, -1]]),
            (2, Fraction(1, 20), 200, "0.135808852384385", [[-2, -1, 0], ["3/5", "2/5", -1], ["4/5", "11/5", 2]]),
        )
    )
)
def losses_after_the_crossing(case):
    depth, rate, steps, value, target = case
    size = len(target)
    problem = dp.Problem((size,) * (depth + 1), X=[[int(i == j) for j in range(size)] for i in range(size)], Y=target)
    last = dp.gradient_descent(problem, problem.identity, rate, steps, bits=128).losses[-1]
    assert abs(last - dp.enclose(value)) < dp.enclose(Fraction(1, 10**15))


@paper.theorem(
    "mirror-mutant-odd-descent",
    r"Negative control: the mirror barrier holds for descent at odd depth. $Q=\operatorname{diag}(1,-1,-1)$, $P$ tridiagonal"
    r" $(1,2,1)$, $L=3$, $\eta=\frac1{20}$: $l<0.52<5-2\sqrt2$ after 250 steps.",
    twin_of="mirror-barrier",
    **PLANTED,
)
@given(st.just(dp.Problem((3,) * 4, X=[[1, 0, 0], [0, 1, 0], [0, 0, 1]], Y=[[2, 1, 0], [-1, -2, -1], [0, -1, -2]])))
def odd_depth_is_not_protected(problem):
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 20), 250, bits=128)
    assert not path.losses[-1] < Fraction(52, 100)


# open: floating point only, shown as tested and never as more


@paper.theorem(
    "open-polar-criterion",
    r"Open for $L\ge3$, $d\ge3$: the flow from $I$ converges if and only if the orthogonal polar factor of $\Phi$ has no"
    r" eigenvalue $-1$. Floating point only: rotations by at most 3 radians about random axes, $d=3$, $L=3$, where descent at"
    r" $\eta=1/(20L)$ falls below $10^{-3}$ of the initial loss.",
    source=SOURCE,
)
@settings(max_examples=40)
@given(st.integers(0, 2**16), st.integers(10, 30))
def rotations_short_of_a_half_turn(seed, tenths):
    generator = np.random.default_rng(seed)
    frame = np.linalg.qr(generator.standard_normal((3, 3)))[0]
    angle = tenths / 10
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    target = frame @ turn @ frame.T
    layers = [np.eye(3)] * 3
    for _ in range(1500):
        first, second, third = layers
        gap = third @ second @ first - target
        slopes = (second.T @ third.T @ gap, third.T @ gap @ first.T, gap @ first.T @ second.T)
        layers = [layer - slope / 60 for layer, slope in zip(layers, slopes, strict=True)]
    gap = layers[2] @ layers[1] @ layers[0] - target
    assert np.sum(gap**2) <= 1e-3 * np.sum((np.eye(3) - target) ** 2)


@paper.theorem(
    "open-distance-one",
    r"Open for $L\ge3$, $d\ge3$: the flow converges for every $\|\Phi-I\|_F<1$. Floating point only: descent, $L=3$, $d=3$,"
    r" $\eta=1/(10L)$, $\|\Phi-I\|_F=\frac9{10}$, no step keeps more than $0.99$ of the loss.",
    source=SOURCE,
)
@settings(max_examples=60)
@given(st.integers(0, 2**16))
def targets_at_distance_below_one(seed):
    change = np.random.default_rng(seed).standard_normal((3, 3))
    target = np.eye(3) + 0.9 * change / np.linalg.norm(change)
    layers, before = [np.eye(3)] * 3, 0.405
    for _ in range(100):
        first, second, third = layers
        gap = third @ second @ first - target
        slopes = (second.T @ third.T @ gap, third.T @ gap @ first.T, gap @ first.T @ second.T)
        layers = [layer - slope / 30 for layer, slope in zip(layers, slopes, strict=True)]
        after = np.sum((layers[2] @ layers[1] @ layers[0] - target) ** 2) / 2
        assert after <= 0.99 * before
        before = after
