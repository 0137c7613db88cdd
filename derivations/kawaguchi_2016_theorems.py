"""Kawaguchi (2016): Theorem 2.3 and its corollary as property tests, against optimisers and at exact critical points.

Depth H counts weight matrices W_H ... W_1 (the paper's H is one less), p is the least hidden width, C = W_H ... W_2,
L = 1/2 ||W_H ... W_1 X - Y||_F^2. The refuted claims are negative controls: a condition left out, a statement made stronger.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from kawaguchi_2016 import paper
from kawaguchi_2016_lemmas import PRINTED
from lu_kawaguchi_2017_minima import constrained
from lu_kawaguchi_2017_minima import points as critical_points
from lu_kawaguchi_2017_products import networks, product

import dlnproof as dp

DATA = Path(__file__).parent / "data"
IRIS = [
    dp.read_problem(DATA / "iris.csv", target="species", widths=(4, *hidden, 3))
    for hidden in ((1,), (2,), (3,), (5,), (1, 2), (2, 2), (3, 2), (2, 3), (2, 2, 2))
]
DECAY = dp.bound(0, "no weight decay", otherwise=dp.rationals(0, 1, exclude_min=True))

deep = dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 2))
deep_points = deep.flatmap(dp.critical_points)
other_points = critical_points.filter(lambda point: not point.kind.is_global_minimum)


def rank_between(point):
    """Return rank(W_{H-1} ... W_2), which is d_1 for two layers."""
    inner = product(point.problem.read_weights(point.weights)[1:-1])
    return point.problem.widths[1] if inner is None else inner.rank()


def has_full_inner_rank(point):
    """Return whether rank(W_{H-1} ... W_2) = p, the least hidden width."""
    return rank_between(point) == min(point.problem.widths[1:-1])


# Theorem 2.3 (i): neither convex nor concave


def bent_point(problem):
    """Return W_1 = a E_{1j}, W_k = E_11: along a and b, with b in W_H, the Hessian is indefinite if row j of X is not 0."""
    S, M = problem.input_moment, problem.cross_moment
    row = next((j for j in range(S.nrows()) if S[j, j] != 0), 0)
    weights = [[[0] * columns for _ in range(rows)] for rows, columns in problem.shapes]
    weights[0][0][row] = (abs(M[0, row]) + 1) / S[row, row] if S[row, row] != 0 else 1
    for layer in weights[1:]:
        layer[0][0] = 1
    return weights


def without_inputs(problem):
    """Return the problem with X = 0."""
    inputs, samples = problem.X_shape
    return dp.Problem(problem.widths, X=[[0] * samples for _ in range(inputs)], Y=problem.Y)


@paper.theorem(
    "theorem-2.3-i",
    r"(i) $L$ is neither convex nor concave: at $W_1=aE_{1j}$, the other layers $E_{11}$, its Hessian has eigenvalues"
    r" of both signs, where $x_j\neq0$ is the first such row of $X$ and $a=(|\langle"
    r" e_1x_j^\top,Y\rangle|+1)/|x_j|^2$.",
    source="Kawaguchi (2016), Theorem 2.3 (i)",
    assuming=[dp.nonzero("X")],
    uses=["theorem-2.3-i-saddle", "theorem-2.3-i-orthogonal", "theorem-2.3-i-not-concave"],
    twins=["without nonzero('X')", "without two layers or more"],
)
@settings(max_examples=60, deadline=None)
@given(dp.problems(layers=dp.bound(st.integers(2, 4), "two layers or more", otherwise=1), widths=st.integers(1, 3)))
def not_convex_and_not_concave(problem):
    positive, negative, _ = problem.inertia(bent_point(problem))
    assert positive > 0
    assert negative > 0


@paper.theorem(
    "theorem-2.3-i-mutant",
    r"Negative control: the same for $X=0$.",
    source="planted beside Kawaguchi (2016), Theorem 2.3 (i): the condition on $X$ left out",
    expect="refuted",
    twin_of="theorem-2.3-i",
)
@given(networks.map(without_inputs))
def not_convex_and_not_concave_for_any_data(problem):
    positive, negative, _ = problem.inertia(bent_point(problem))
    assert positive > 0
    assert negative > 0


# Theorem 2.3 (ii): local minima


LU_KAWAGUCHI = ("claim-a", "convex-any-loss", "theorem-3.1", "theorem-3.1-factors", "eq-4", "H-T-star", "rotation")


@paper.theorem(
    "theorem-2.3-ii",
    "(ii) Every local minimum is a global minimum.",
    remark=r"The conditions on the data are the printed ones ($d_y\leq d_x$ is not assumed);"
    r" lu-kawaguchi-2017/theorem-2.1-plus needs none of them. The proof is Claim A where $\operatorname{rank}R<d_p$,"
    r" else an open product and the rank-constrained problem.",
    source="Kawaguchi (2016), Theorem 2.3 (ii)",
    assuming=PRINTED,
    uses=["theorem-2.3-ii-gradient", *(f"lu-kawaguchi-2017/{label}" for label in LU_KAWAGUCHI)],
    twins=["without no weight decay"],
)
@settings(max_examples=40, deadline=None)
@given(dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3), decay=DECAY))
def local_minima_are_global(problem):
    points = problem.local_minima(starts=3)
    for first in points:
        for second in points:
            assert not first.loss > second.loss
        assert any(problem.decay) or not first.loss > problem.global_minimum()


@paper.twin("theorem-2.3-ii", "every critical point with a semidefinite Hessian")
@given(critical_points)
def second_order_points_are_global(point):
    assert point.inertia[1] > 0 or point.kind.is_global_minimum


@paper.theorem(
    "theorem-2.3-ii-iris",
    "(ii) for the iris data (150 flowers, 4 measurements, 3 species) and one to three hidden layers: every local"
    " minimum that three starts lead to is a global minimum.",
    source="Kawaguchi (2016), Theorem 2.3 (ii); data of Fisher (1936)",
    uses=["theorem-2.3-ii"],
)
@settings(deadline=None)
@given(st.sampled_from(IRIS))
def local_minima_are_global_on_iris(problem):
    least = problem.global_minimum()
    for point in problem.local_minima(starts=3):
        assert not point.loss > least


@paper.twin("theorem-2.3-ii-iris", "every critical point")
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def critical_points_of_iris_are_global(point):
    assert not dp.enclose(point.loss) > point.problem.global_minimum()


# Theorem 2.3 (iii), (iv): saddles


@paper.theorem(
    "theorem-2.3-iii",
    r"(iii) Every critical point whose loss is above the global minimum is a saddle point; the loss at a critical"
    r" point is at most $\frac12\|Y\|_F^2$.",
    remark="The conditions on the data are the printed ones; theorem-2.3-plus needs none of them.",
    source="Kawaguchi (2016), Theorem 2.3 (iii)",
    assuming=PRINTED,
    uses=["theorem-2.3-iii-constant", "theorem-2.3-ii"],
    twins=["strict"],
)
@settings(max_examples=60, deadline=None)
@given(critical_points)
def other_critical_points_are_saddles(point):
    above = dp.enclose(point.loss) > point.problem.global_minimum()
    assert point.kind.is_saddle if above else point.kind.is_global_minimum
    assert point.loss <= point.problem.loss(point.problem.origin)


@paper.theorem(
    "theorem-2.3-iii-strict",
    r"Negative control: with three layers or more every such saddle has a direction of negative curvature.",
    source="planted beside Kawaguchi (2016), Theorem 2.3 (iii)",
    expect="refuted",
    twin_of="theorem-2.3-iii",
)
@given(deep_points)
def deep_saddles_are_strict(point):
    assert point.kind.is_global_minimum or point.inertia[1] > 0


RANK = "rank(W_{H-1} ... W_2) = p"


@paper.theorem(
    "theorem-2.3-iv",
    r"(iv) If $\operatorname{rank}(W_{H-1}\cdots W_2)=p$ at a critical point that is not a global minimum, its"
    r" Hessian has a negative eigenvalue.",
    remark="The conditions on the data are the printed ones; theorem-2.3-plus needs none of them.",
    source="Kawaguchi (2016), Theorem 2.3 (iv)",
    assuming=PRINTED,
    uses=["theorem-2.3-iii", "theorem-2.3-iv-step", "lu-kawaguchi-2017/rotation", "lu-kawaguchi-2017/frobenius"],
    twins=[f"without {RANK}"],
)
@settings(max_examples=60, deadline=None)
@given(dp.bound(other_points.filter(has_full_inner_rank), RANK, otherwise=other_points))
def saddles_of_full_inner_rank_are_strict(point):
    assert point.inertia[1] > 0


@paper.theorem(
    "theorem-2.3-plus",
    r"(iii) and (iv) for any data: a critical point is a saddle exactly if its loss is above the global minimum, and"
    r" then its Hessian has a negative eigenvalue if $\operatorname{rank}(W_{H-1}\cdots W_2)=p$.",
    remark="This is this project's strengthening.",
    source="this project's form of Kawaguchi (2016), Theorem 2.3 (iii), (iv)",
    uses=[
        "theorem-2.3-iii-constant",
        "theorem-2.3-iv-step",
        "lu-kawaguchi-2017/rotation",
        "lu-kawaguchi-2017/frobenius",
    ],
)
@settings(max_examples=80, deadline=None)
@given(critical_points)
def saddles_for_any_data(point):
    above = dp.enclose(point.loss) > point.problem.global_minimum()
    assert point.kind.is_saddle == above
    assert point.inertia[1] > 0 or not above or not has_full_inner_rank(point)


@paper.twin("theorem-2.3-plus", "whatever the rank")
@given(critical_points)
def strict_saddles_for_any_data(point):
    if dp.enclose(point.loss) > point.problem.global_minimum():
        assert point.inertia[1] > 0


@paper.theorem(
    "theorem-2.3-iv-mutant",
    r"Negative control: (iv) with rank $p-1$ instead of $p$.",
    source="planted beside Kawaguchi (2016), Theorem 2.3 (iv)",
    expect="refuted",
    twin_of="theorem-2.3-iv",
)
@given(deep_points)
def saddles_of_lower_inner_rank_are_strict(point):
    if rank_between(point) == min(point.problem.widths[1:-1]) - 1 and not point.kind.is_global_minimum:
        assert point.inertia[1] > 0


@paper.theorem(
    "theorem-2.3-iv-iris",
    r"(iii) and (iv) for the iris data: an exact critical point that is not a global minimum is a saddle, and its"
    r" Hessian has a negative eigenvalue if $\operatorname{rank}(W_{H-1}\cdots W_2)=p$.",
    source="Kawaguchi (2016), Theorem 2.3 (iii), (iv); data of Fisher (1936)",
    uses=["theorem-2.3-iv"],
)
@settings(max_examples=20, deadline=None)
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def saddles_on_iris(point):
    assert point.kind.is_saddle or point.kind.is_global_minimum
    if has_full_inner_rank(point) and not point.kind.is_global_minimum:
        assert point.inertia[1] > 0


@paper.twin("theorem-2.3-iv-iris", "whatever the rank")
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def saddles_of_any_inner_rank_are_strict_on_iris(point):
    assert point.inertia[1] > 0 or point.kind.is_global_minimum


@paper.theorem(
    "proposition-2.1",
    "With two layers every local minimum is a global minimum.",
    remark="This is the second part; the first, that $L$ is convex in each layer, is F1 and F2 of Baldi and Hornik."
    " The conditions on the data are the printed ones, and none of them is needed (corollary-2.4).",
    source="Kawaguchi (2016), Proposition 2.1 (Baldi and Hornik 1989)",
    assuming=PRINTED,
    uses=["corollary-2.4", "baldi-hornik-1989/F1", "baldi-hornik-1989/F2"],
    twins=["without no weight decay"],
)
@settings(max_examples=30, deadline=None)
@given(dp.problems(layers=2, widths=st.integers(1, 3), decay=DECAY))
def shallow_minima_are_global(problem):
    for point in problem.local_minima(starts=3):
        assert not point.loss > constrained(problem).global_minimum()


@paper.theorem(
    "corollary-2.4",
    r"With two layers every critical point that is not a global minimum has a direction of negative curvature.",
    source="Kawaguchi (2016), Corollary 2.4",
    uses=["theorem-2.3-plus"],
    twins=["without two layers"],
)
@settings(max_examples=60, deadline=None)
@given(dp.problems(layers=dp.bound(2, "two layers", otherwise=3), widths=st.integers(1, 4)).flatmap(dp.critical_points))
def shallow_saddles_are_strict(point):
    assert point.kind.is_global_minimum or point.inertia[1] > 0


@paper.theorem(
    "corollary-2.4-mutant",
    r"Negative control: with two layers these saddles are non-degenerate, their Hessian is invertible.",
    source="planted beside Kawaguchi (2016), Corollary 2.4",
    expect="refuted",
    twin_of="corollary-2.4",
)
@given(dp.problems(layers=2, widths=st.integers(1, 2)).flatmap(dp.critical_points))
def shallow_saddles_are_nondegenerate(point):
    assert point.kind.is_global_minimum or point.inertia[2] == 0


@paper.theorem(
    "corollary-2.4-deep",
    r"From three layers on $W=0$ has Hessian $0$; it is a saddle without negative curvature if $YX^\top\neq0$.",
    source="Kawaguchi (2016), Corollary 2.4",
    assuming=[dp.nonzero("YX^T")],
    uses=["corollary-2.4-origin"],
    twins=["without nonzero('YX^T')", "without three layers or more"],
)
@settings(max_examples=40, deadline=None)
@given(dp.problems(layers=dp.bound(st.integers(3, 5), "three layers or more", otherwise=2), widths=st.integers(1, 3)))
def origin_of_deep_networks(problem):
    assert problem.inertia(problem.origin) == (0, 0, problem.parameters)
    assert problem.classify(problem.origin).is_non_strict_saddle
