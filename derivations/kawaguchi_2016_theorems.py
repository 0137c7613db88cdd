"""Kawaguchi (2016): the theorems as property tests, against optimisers and at exact critical points, with their limits.

Depth H counts weight matrices W_H ... W_1 (the paper's H is one less), p is the least hidden width, C = W_H ... W_2,
L = 1/2 ||W_H ... W_1 X - Y||_F^2. The refuted claims are negative controls: a condition left out, a statement made stronger.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from kawaguchi_2016 import paper
from sympy import Matrix, Rational, eye

import dlnproof as dp

DATA = Path(__file__).parent / "data"
IRIS = [
    dp.read_problem(DATA / "iris.csv", target="species", widths=(4, *hidden, 3))
    for hidden in ((1,), (2,), (3,), (5,), (1, 2), (2, 2), (3, 2), (2, 3), (2, 2, 2))
]
PRINTED = [dp.invertible_gram(), dp.distinct_eigenvalues()]

networks = dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3))
deep = dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 2))
critical_points = networks.flatmap(dp.critical_points)
deep_points = deep.flatmap(dp.critical_points)
other_points = critical_points.filter(lambda point: not point.kind.is_global_minimum)


def product(matrices):
    """Return the product W_k ... W_j of weights given first layer first, or None of no weights."""
    result = None
    for matrix in matrices:
        result = matrix if result is None else matrix * result
    return result


def rank_between(point):
    """Return rank(W_{H-1} ... W_2), which is d_1 for two layers."""
    inner = product(point.problem.read_weights(point.weights)[1:-1])
    return point.problem.widths[1] if inner is None else inner.rank()


def exact(matrix):
    """Return a matrix of rationals as a SymPy matrix."""
    return Matrix(matrix.nrows(), matrix.ncols(), [Rational(str(entry)) for entry in matrix.entries()])


def projection(matrix):
    """Return the orthogonal projection onto the columns of a SymPy matrix."""
    return matrix * matrix.pinv()


# what is critical


@paper.theorem(
    "lemma-4.2-any-rank",
    r"At a critical point $R=P_CYX^\top(XX^\top)^{-1}$, $P_C$ the projection onto the columns of $C=W_H\cdots W_2$, whatever"
    r" the rank of $C$.",
    source="Kawaguchi (2016), Lemma 4.2",
    assuming=[dp.invertible_gram()],
    uses=["lemma-4.2"],
    twins=["without invertible_gram()"],
)
@given(critical_points)
def product_at_critical_points(point):
    first, *others = point.problem.read_weights(point.weights)
    C, W1, S, M = map(exact, (product(others), first, point.problem.input_moment, point.problem.cross_moment))
    assert projection(C) * M * S.pinv() == C * W1


@paper.theorem(
    "lemma-4.2-mutant",
    r"Negative control: $R=P_CYX^\top(XX^\top)^+$ at a critical point for any data.",
    source="planted beside Kawaguchi (2016), Lemma 4.2: the condition on $XX^\top$ left out",
    expect="refuted",
    twin_of="lemma-4.2-any-rank",
)
@given(dp.problems(layers=2, widths=[2, st.integers(1, 2), st.integers(1, 2)], samples=1).flatmap(dp.critical_points))
def product_at_critical_points_of_any_data(point):
    first, *others = point.problem.read_weights(point.weights)
    C, W1, S, M = map(exact, (product(others), first, point.problem.input_moment, point.problem.cross_moment))
    assert projection(C) * M * S.pinv() == C * W1


def conditions_of_lemma_4_4(point):
    """Return, for k = 2, ..., H, whether rows of W_{k-1} ... W_2 are combinations of rows of C; whether A_k^T G = 0."""
    problem = point.problem
    matrices = problem.read_weights(point.weights)
    C = product(matrices[1:])
    residual = product(matrices) * problem.input_moment - problem.cross_moment
    answers = []
    for k in range(2, problem.layers + 1):
        before, after = product(matrices[1 : k - 1]), product(matrices[k:])
        rows = eye(problem.widths[1]) if before is None else exact(before)
        spanned = Matrix.vstack(exact(C), rows).rank() == C.rank()
        pulled = residual if after is None else after.transpose() * residual
        answers.append((spanned, pulled.rank() == 0))
    return answers


@paper.theorem(
    "lemma-4.4",
    r"At a critical point with a semidefinite Hessian, for every $k=2,\dots,H$: the range of $(W_{k-1}\cdots W_2)^\top$ lies"
    r" in that of $C^\top C$, or $Xr\,W_H\cdots W_{k+1}=0$, where $r=(RX-Y)^\top$.",
    source="Kawaguchi (2016), Lemma 4.4",
)
@given(critical_points.filter(lambda point: 0 in point.inertia[:2]))
def semidefinite_points(point):
    assert all(spanned or vanishes for spanned, vanishes in conditions_of_lemma_4_4(point))


@paper.twin("lemma-4.4", "the converse")
@given(critical_points)
def points_with_the_condition_are_semidefinite(point):
    if all(spanned or vanishes for spanned, vanishes in conditions_of_lemma_4_4(point)):
        assert 0 in point.inertia[:2]


@paper.theorem(
    "lemma-4.4-mutant",
    r"Negative control: Lemma 4.4 with \emph{and} in place of \emph{or}.",
    source="planted beside Kawaguchi (2016), Lemma 4.4",
    expect="refuted",
    twin_of="lemma-4.4",
)
@given(critical_points.filter(lambda point: 0 in point.inertia[:2]))
def semidefinite_points_both(point):
    assert all(spanned and vanishes for spanned, vanishes in conditions_of_lemma_4_4(point))


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
    r"(i) $L$ is neither convex nor concave: along $W_1=aE_{1j}$, $W_H=bE_{11}$, the other layers $E_{11}$, its Hessian is"
    r" indefinite at $b=1$, $a=(|\langle e_1x_j^\top,Y\rangle|+1)/|x_j|^2$, with $x_j\neq0$ a row of $X$.",
    source="Kawaguchi (2016), Theorem 2.3 (i)",
    assuming=[dp.nonzero("X")],
    twins=["without nonzero('X')"],
)
@given(networks)
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


@paper.theorem(
    "theorem-2.3-ii",
    r"(ii) Every local minimum is a global minimum. Data as in the paper: $XX^\top$ invertible, $\Sigma$ with distinct"
    r" eigenvalues.",
    source="Kawaguchi (2016), Theorem 2.3 (ii)",
    assuming=PRINTED,
    uses=["lemma-4.1-two-layers", "lemma-4.1-three-layers", "lemma-4.1-four-layers"],
)
@settings(max_examples=60, deadline=None)
@given(dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3)))
def local_minima_are_global(problem):
    least = problem.global_minimum()
    for point in problem.local_minima(starts=3):
        assert not point.loss > least


@paper.twin("theorem-2.3-ii", "with weight decay, at three layers")
@given(dp.problems(layers=3, widths=st.integers(1, 2), decay=dp.rationals(0, 1, exclude_min=True)))
def local_minima_with_decay_are_global(problem):
    points = problem.local_minima(starts=8)
    assert not any(first.loss > second.loss for first in points for second in points)


@paper.twin("theorem-2.3-ii", "every critical point with a semidefinite Hessian")
@given(critical_points)
def second_order_points_are_global(point):
    assert point.inertia[1] > 0 or point.kind.is_global_minimum


@paper.theorem(
    "theorem-2.3-ii-iris",
    r"(ii) on the iris data (150 flowers, 4 measurements, 3 species), with one to three hidden layers.",
    source="Kawaguchi (2016), Theorem 2.3 (ii); data of Fisher (1936)",
    uses=["theorem-2.3-ii"],
)
@settings(deadline=None)
@given(st.sampled_from(IRIS))
def local_minima_are_global_on_iris(problem):
    least = problem.global_minimum()
    for point in problem.local_minima(starts=6):
        assert not point.loss > least


@paper.twin("theorem-2.3-ii-iris", "every critical point")
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def critical_points_of_iris_are_global(point):
    assert not dp.enclose(point.loss) > point.problem.global_minimum()


# Theorem 2.3 (iii), (iv): saddles


@paper.theorem(
    "theorem-2.3-iii",
    r"(iii) Every critical point that is not a global minimum is a saddle point; its loss is above the global minimum and at"
    r" most $\frac12\|Y\|_F^2$. (True for any data.)",
    source="Kawaguchi (2016), Theorem 2.3 (iii)",
    uses=["lemma-4.3-diagonal"],
    twins=["strict"],
)
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


@paper.theorem(
    "theorem-2.3-iv",
    r"(iv) If $\operatorname{rank}(W_{H-1}\cdots W_2)=p$, the Hessian at such a saddle has a negative eigenvalue.",
    source="Kawaguchi (2016), Theorem 2.3 (iv)",
    uses=["theorem-2.3-iii"],
)
@given(other_points)
def saddles_of_full_inner_rank_are_strict(point):
    if rank_between(point) == min(point.problem.widths[1:-1]):
        assert point.inertia[1] > 0


@paper.twin("theorem-2.3-iv", "whatever the rank")
@given(other_points)
def saddles_of_any_inner_rank_are_strict(point):
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
    r"(iii) and (iv) at exact critical points of the iris data.",
    source="Kawaguchi (2016), Theorem 2.3 (iii), (iv); data of Fisher (1936)",
    uses=["theorem-2.3-iv"],
)
@settings(max_examples=40, deadline=None)
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def saddles_on_iris(point):
    assert point.kind.is_saddle or point.kind.is_global_minimum
    if rank_between(point) == min(point.problem.widths[1:-1]) and not point.kind.is_global_minimum:
        assert point.inertia[1] > 0


@paper.twin("theorem-2.3-iv-iris", "whatever the rank")
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def saddles_of_any_inner_rank_are_strict_on_iris(point):
    assert point.inertia[1] > 0 or point.kind.is_global_minimum


@paper.theorem(
    "corollary-2.4",
    r"With two layers every critical point that is not a global minimum has a direction of negative curvature.",
    source="Kawaguchi (2016), Corollary 2.4",
    uses=["theorem-2.3-iv"],
    twins=["without two layers"],
)
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
@given(dp.problems(layers=dp.bound(st.integers(3, 5), "three layers or more", otherwise=2), widths=st.integers(1, 3)))
def origin_of_deep_networks(problem):
    assert problem.inertia(problem.origin) == (0, 0, problem.parameters)
    assert problem.classify(problem.origin).is_non_strict_saddle
