"""Kawaguchi (2016), Section 4: the lemmas on critical points and their Hessians as property tests, at exact points.

Depth H counts weight matrices W_H ... W_1 (the paper's H is one less), C = W_H ... W_2, P_C the projection onto its columns,
r = (RX - Y)^T. The refuted claims are negative controls: a condition left out, a statement made stronger.
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from kawaguchi_2016 import paper
from lu_kawaguchi_2017_minima import exact
from lu_kawaguchi_2017_minima import points as critical_points
from lu_kawaguchi_2017_products import product
from sympy import Matrix, eye

import dlnproof as dp

PRINTED = [dp.invertible_gram(), dp.full_rank("YX^T"), dp.distinct_eigenvalues()]


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
@settings(max_examples=60, deadline=None)
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


semidefinite = critical_points.filter(lambda point: 0 in point.inertia[:2])


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
@settings(max_examples=60, deadline=None)
@given(semidefinite)
def semidefinite_points(point):
    assert all(spanned or vanishes for spanned, vanishes in conditions_of_lemma_4_4(point))


@paper.twin("lemma-4.4", "the converse")
@given(critical_points)
def points_with_the_condition_are_semidefinite(point):
    if all(spanned or vanishes for spanned, vanishes in conditions_of_lemma_4_4(point)):
        assert 0 in point.inertia[:2]


@paper.theorem(
    "lemma-4.4-mutant",
    r"Negative control: Lemma 4.4 with 'and' in place of 'or'.",
    source="planted beside Kawaguchi (2016), Lemma 4.4",
    expect="refuted",
    twin_of="lemma-4.4",
)
@given(semidefinite)
def semidefinite_points_both(point):
    assert all(spanned and vanishes for spanned, vanishes in conditions_of_lemma_4_4(point))


def conditions_of_corollary_4_5(point):
    """Return, for k = 2, ..., H, whether rank(W_H ... W_k) >= rank(W_{k-1} ... W_2) or X r W_H ... W_{k+1} = 0."""
    matrices = point.problem.read_weights(point.weights)
    answers = []
    for k, (_, vanishes) in enumerate(conditions_of_lemma_4_4(point), 2):
        before = product(matrices[1 : k - 1])
        rank = point.problem.widths[1] if before is None else before.rank()
        answers.append(vanishes or product(matrices[k - 1 :]).rank() >= rank)
    return answers


@paper.theorem(
    "corollary-4.5",
    r"At a critical point with a semidefinite Hessian, for every $k=2,\dots,H$:"
    r" $\operatorname{rank}(W_H\cdots W_k)\geq\operatorname{rank}(W_{k-1}\cdots W_2)$, or $Xr\,W_H\cdots W_{k+1}=0$.",
    source="Kawaguchi (2016), Corollary 4.5",
    uses=["lemma-4.4"],
)
@settings(max_examples=60, deadline=None)
@given(semidefinite)
def semidefinite_points_by_ranks(point):
    assert all(conditions_of_corollary_4_5(point))


@paper.twin("corollary-4.5", "the converse")
@given(critical_points)
def points_with_the_ranks_are_semidefinite(point):
    assert not all(conditions_of_corollary_4_5(point)) or 0 in point.inertia[:2]


# Lemma 4.6: which projection P_C belongs to a positive semidefinite Hessian

wide, slim = st.integers(2, 3), st.integers(1, 2)
shallow, deep = dp.problems(layers=2, widths=[wide, slim, wide]), dp.problems(layers=3, widths=[wide, slim, slim, wide])
best_of_few = st.one_of(shallow, deep).flatmap(lambda problem: dp.critical_points(problem, kind="global minimum"))
curved_up = st.one_of(critical_points, best_of_few).filter(
    lambda point: point.inertia[1] == 0 and not is_stationary_in_R(point)
)


def is_stationary_in_R(point):
    """Return whether X r = 0, that is (RX - Y) X^T = 0."""
    problem = point.problem
    end = product(problem.read_weights(point.weights))
    return (end * problem.input_moment - problem.cross_moment).rank() == 0


def projection_and_moment(point):
    """Return rank C, P_C and Sigma = Y X^T (X X^T)^+ X Y^T, as SymPy matrices."""
    C = exact(product(point.problem.read_weights(point.weights)[1:]))
    S, M = exact(point.problem.input_moment), exact(point.problem.cross_moment)
    return C.rank(), projection(C), M * S.pinv() * M.T


def takes_the_largest(point, rank, explained):
    """Return whether tr(P_C Sigma) is the sum of the largest `rank` eigenvalues: no R of that rank explains more."""
    problem = point.problem
    if rank == 0:
        return explained == 0
    best = dp.Problem((problem.widths[0], rank, problem.widths[-1]), problem.X, problem.Y).global_minimum()
    return not dp.enclose(problem.loss(problem.origin)) - dp.enclose(explained) / 2 > best


def polynomials(matrix):
    """Return I, M, M^2, ... as columns: every polynomial in M is a combination of them."""
    return Matrix.hstack(*((matrix**power).reshape(len(matrix), 1) for power in range(matrix.rows)))


@paper.theorem(
    "lemma-4.6",
    r"If the Hessian is positive semidefinite at a critical point with $Xr\neq0$, $P_C$ is a polynomial in $\Sigma$,"
    r" and $\operatorname{tr}P_C\Sigma$ is the sum of its $\bar p=\operatorname{rank}C$ largest eigenvalues.",
    remark=r"So $P_C=U_{\bar p}U_{\bar p}^\top$ is the projection onto the eigenvectors of the $\bar p$ largest"
    r" eigenvalues, as printed: a projection that is a polynomial in $\Sigma$ is one onto eigenspaces.",
    source="Kawaguchi (2016), Lemma 4.6",
    assuming=PRINTED,
    uses=["lemma-4.2-any-rank", "lemma-4.4"],
    twins=["without distinct_eigenvalues()"],
)
@settings(max_examples=60, deadline=None)
@given(curved_up)
def projection_at_semidefinite_points(point):
    rank, P, Sigma = projection_and_moment(point)
    powers = polynomials(Sigma)
    assert Matrix.hstack(powers, P.reshape(len(P), 1)).rank() == powers.rank()
    assert takes_the_largest(point, rank, (P * Sigma).trace())


@paper.twin("lemma-4.6", "at every critical point")
@given(critical_points)
def projection_at_critical_points(point):
    rank, P, Sigma = projection_and_moment(point)
    assert takes_the_largest(point, rank, (P * Sigma).trace())


@paper.theorem(
    "lemma-4.6-any-eigenvalues",
    r"Without distinct eigenvalues: if the Hessian is positive semidefinite at a critical point with $Xr\neq0$, $P_C$"
    r" commutes with $\Sigma$, and $\operatorname{tr}P_C\Sigma$ is the sum of the $\operatorname{rank}C$ largest"
    r" eigenvalues.",
    remark=r"$P_C$ itself is not determined: for $X=Y=I_2$, $W_1=W_2^\top=(\frac35,\frac45)$ it is"
    r" $\frac1{25}\begin{pmatrix}9&12\\12&16\end{pmatrix}$ (V13).",
    source="this project's form of Kawaguchi (2016), Lemma 4.6",
    assuming=[dp.invertible_gram()],
    uses=["lemma-4.2-any-rank", "lemma-4.4"],
)
@settings(max_examples=60, deadline=None)
@given(curved_up)
def projection_for_any_eigenvalues(point):
    rank, P, Sigma = projection_and_moment(point)
    assert P * Sigma == Sigma * P
    assert takes_the_largest(point, rank, (P * Sigma).trace())


@paper.twin("lemma-4.6-any-eigenvalues", "the converse")
@given(critical_points)
def semidefinite_where_the_projection_is_so(point):
    rank, P, Sigma = projection_and_moment(point)
    if P * Sigma == Sigma * P and takes_the_largest(point, rank, (P * Sigma).trace()):
        assert point.inertia[1] == 0
