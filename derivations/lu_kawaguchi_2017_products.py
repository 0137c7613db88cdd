"""Lu and Kawaguchi (2017), Section 3: the lemmas on perturbed products, and the errata of the proofs, on exact problems.

Depth H counts weight matrices, W_k: d_k x d_{k-1}, d_p = min_k d_k, X: d_0 x m, Y: d_H x m, R = W_H ... W_1. Critical points are
exact. Erratum numbers (E2, ...) are this catalogue's.
"""

from hypothesis import given
from hypothesis import strategies as st
from lu_kawaguchi_2017 import paper
from sympy import Eq, Identity, MatrixSymbol, Q, symbols

import dlnproof as dp

FULL_ROW_RANK = [dp.full_row_rank("X"), dp.full_row_rank("Y")]
networks = dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3))
small = dp.problems(layers=st.integers(1, 2), widths=st.integers(1, 2))
small_minima = small.flatmap(dp.critical_points).filter(lambda point: point.kind.is_local_minimum)
scalar = dp.problems(layers=2, widths=1)
scalar_minima = scalar.flatmap(dp.critical_points).filter(lambda point: point.kind.is_local_minimum)
minima = networks.flatmap(dp.critical_points).filter(lambda point: point.kind.is_local_minimum)


def forward(problem, weights, layers):
    """Return W_layers ... W_1 X, exactly."""
    result = problem.X
    for matrix in problem.read_weights(weights)[:layers]:
        result = matrix * result
    return result


def ranks_at(problem, weights, layer):
    """Return rank(B Y A^T), rank A and rank B for A = W_{i-1} ... W_1 X, B = (W_H ... W_{i+1})^T, i the layer."""
    matrices = problem.read_weights(weights)
    inner = forward(problem, weights, layer - 1)
    block, after = problem.Y * inner.transpose(), None
    for matrix in reversed(matrices[layer:]):
        block = matrix.transpose() * block
        after = matrix if after is None else after * matrix
    return block.rank(), inner.rank(), problem.widths[-1] if after is None else after.rank()


def correlates_fully(problem):
    """Return whether rank(Y X^T) = min(d_0, d_H)."""
    return problem.cross_moment.rank() == min(problem.widths[0], problem.widths[-1])


# Section 3: perturbed products

d0, d_h, h, k, n, p = symbols("d_0 d_H h k n p", integer=True, positive=True)
A, B, K = MatrixSymbol("A", p, k), MatrixSymbol("B", k, n), MatrixSymbol("K", k, p)
G, R = MatrixSymbol("G", p, p), MatrixSymbol("Rnear", p, n)

paper.identity(
    "lemma-3.4",
    A * (B + A.T * G.inverse() * (R - A * B)),
    R,
    r"If $A$ has full row rank, $G=AA^\top$, every $R'$ near $AB$ is a product: $R'=AB'$ with"
    r" $B'=B+A^\top G^{-1}(R'-AB)$ near $B$.",
    source="Lu and Kawaguchi (2017), Lemma 3.4 (without its superfluous condition d_1 <= d_3)",
    assuming=[Q.symmetric(G), Q.invertible(G), Eq(A * A.T, G)],
)
paper.identity(
    "lemma-3.4-mutant",
    A * (B + K * (R - A * B)),
    R,
    r"Negative control: the same with a pseudo-inverse $K$ of $A$, $AKA=A$, whatever the rank of $A$.",
    source="planted beside Lu and Kawaguchi (2017), Lemma 3.4",
    assuming=[Eq(A * K * A, A)],
    expect="refuted",
)

Wlast, Wfirst = MatrixSymbol("W_H", d_h, h), MatrixSymbol("W_1", k, d0)
N, Nplus = MatrixSymbol("N", h, p), MatrixSymbol("Nplus", p, h)
M, Mplus = MatrixSymbol("M", p, k), MatrixSymbol("Mplus", k, p)
R1, R2 = MatrixSymbol("R1", d_h, p), MatrixSymbol("R2", p, d0)
one_sided_inverses = [Eq(Nplus * N, Identity(p)), Eq(M * Mplus, Identity(p))]
moved_first = Wfirst + Mplus * (R2 - M * Wfirst)

paper.identity(
    "theorem-3.1",
    (Wlast + (R1 - Wlast * N) * Nplus) * N * M * moved_first,
    R1 * R2,
    r"Let $N=W_{H-1}\cdots W_{p+1}$, $M=W_p\cdots W_2$ and $\operatorname{rank}R=d_p$, so that $N^+N=I$, $MM^+=I$. A"
    r" factored $R'=R_1R_2$ is the product of weights of which only $W_1$ and $W_H$ have moved, continuously:"
    r" $W'_H=W_H+(R_1-W_HN)N^+$, $W'_1=W_1+M^+(R_2-MW_1)$.",
    source="Lu and Kawaguchi (2017), Theorem 3.1, in our shorter proof",
    assuming=one_sided_inverses,
)
paper.identity(
    "theorem-3.1-mutant",
    Wlast * N * M * moved_first,
    R1 * R2,
    r"Negative control: moving $W_1$ alone reaches every product near $R$.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 3.1",
    assuming=one_sided_inverses,
    expect="refuted",
)

e, u1, u2 = symbols("e u1 u2", real=True)
parallel = u1 * (2 * e * u1 + (1 + e**2) * u2) - u2 * ((1 + e**2) * u1 + 2 * e * u2)

paper.identity(
    "lemma-3.3-printed",
    parallel,
    0,
    r"E5, a consequence of Lemma 3.3 as stated: singular vectors of $\bar M=I_2$, which are all vectors $u$, stay near"
    r" singular vectors of $M=I_2+e\begin{pmatrix}0&1\\1&0\end{pmatrix}$. Here: $M^\top Mu$ is parallel to $u$.",
    source="Lu and Kawaguchi (2017), Lemma 3.3 (E5)",
    expect="refuted",
)
paper.identity(
    "lemma-3.3-instance",
    parallel,
    2 * e * (u1**2 - u2**2),
    r"$u$ is a singular vector of that $M$, $e\neq0$, only if $u_1^2=u_2^2$: none is near $(1,0)$, however small $e$ is.",
    source="Lu and Kawaguchi (2017), Lemma 3.3, corrected (E5)",
    corrects="lemma-3.3-printed",
)


# the rank inequality of the proof of Theorem 3.2, and what rests on it


@paper.theorem(
    "theorem-3.2-rank",
    r"At a local minimum, with $X$, $Y$ of full row rank, $A=W_{i-1}\cdots W_1X$, $B^\top=W_H\cdots W_{i+1}$ of ranks $s_1,"
    r" s_2$: the block that (3) fixes in $W_i$ has rank at least $s_1+s_2-\max(d_i,d_{i-1})$ (E2). Its rank is that of"
    r" $BYA^\top$.",
    source="Lu and Kawaguchi (2017), proof of Theorem 3.2",
    assuming=FULL_ROW_RANK,
    expect="refuted",
)
@given(small_minima)
def printed_rank_inequality(point):
    problem, weights = point.problem, point.weights
    for layer in range(1, problem.layers + 1):
        block, s1, s2 = ranks_at(problem, weights, layer)
        assert block >= s1 + s2 - max(problem.widths[layer], problem.widths[layer - 1])


@paper.theorem(
    "theorem-3.2-rank-instance",
    r"The inequality of E2 at the global minimum $W_1=0$ of $d=(2,2)$, $X=(I_2\;0)$, $Y=(0\;I_2)$: it asks for rank 2 of"
    r" a block that is zero.",
    source="Lu and Kawaguchi (2017), proof of Theorem 3.2 (E2)",
    assuming=FULL_ROW_RANK,
    expect="refuted",
)
@given(st.just(dp.Problem((2, 2), X=[[1, 0, 0, 0], [0, 1, 0, 0]], Y=[[0, 0, 1, 0], [0, 0, 0, 1]])))
def printed_rank_inequality_at_one_instance(problem):
    assert problem.classify(problem.origin).is_global_minimum
    block, s1, s2 = ranks_at(problem, problem.origin, 1)
    assert block >= s1 + s2 - 2


@paper.theorem(
    "theorem-3.2-rank-corrected",
    r"If $Y$ has full row rank, that block has rank at least $s_1+s_2-m$, $m$ the number of samples, at any weights.",
    source="Lu and Kawaguchi (2017), proof of Theorem 3.2, corrected",
    assuming=[dp.full_row_rank("Y")],
    corrects="theorem-3.2-rank",
    uses=["frobenius"],
    twins=["without full_row_rank('Y')", "strict"],
)
@given(
    dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3)).flatmap(
        lambda problem: st.tuples(st.just(problem), dp.weights(problem))
    )
)
def corrected_rank_inequality(drawn):
    problem, weights = drawn
    for layer in range(1, problem.layers + 1):
        block, s1, s2 = ranks_at(problem, weights, layer)
        assert block >= s1 + s2 - problem.X_shape[1]


@paper.twin("theorem-3.2-rank-corrected", "the largest width in place of the samples, as printed")
@given(
    dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3)).flatmap(
        lambda problem: st.tuples(st.just(problem), dp.weights(problem))
    )
)
def printed_rank_inequality_at_any_weights(drawn):
    problem, weights = drawn
    for layer in range(1, problem.layers + 1):
        block, s1, s2 = ranks_at(problem, weights, layer)
        assert block >= s1 + s2 - max(problem.widths[layer], problem.widths[layer - 1])


@paper.theorem(
    "theorem-3.2",
    r"With $X$, $Y$ of full row rank every local minimum has one of equal loss whose factors have full rank (E3). Widths 1:"
    r" all minima have the same product, so the product must not vanish.",
    source="Lu and Kawaguchi (2017), Theorem 3.2",
    assuming=FULL_ROW_RANK,
    expect="refuted",
)
@given(scalar_minima)
def minima_with_full_rank_factors(point):
    assert forward(point.problem, point.weights, 2).rank() == 1


@paper.theorem(
    "theorem-3.3",
    r"With $X$, $Y$ of full row rank every local minimum with factors of full rank has one of equal loss with"
    r" $\operatorname{rank}R=d_p$ (E4). At $d=(1,2,1)$, $X=(1,0)$, $Y=(0,1)$, where $L=\frac12(R^2+1)$, all minima have the"
    r" same product, so it must not vanish.",
    source="Lu and Kawaguchi (2017), Theorem 3.3 and its use in the proof of Theorem 2.1",
    assuming=FULL_ROW_RANK,
    expect="refuted",
)
@given(
    st.just(dp.Problem((1, 2, 1), X=[[1, 0]], Y=[[0, 1]])).flatmap(
        lambda problem: st.tuples(st.just(problem), dp.weights(problem))
    )
)
def minima_with_product_of_full_rank(drawn):
    problem, weights = drawn
    full = all(matrix.rank() == 1 for matrix in problem.read_weights(weights))
    if full and problem.classify(weights).is_local_minimum:
        assert forward(problem, weights, 2).rank() == 1


@paper.theorem(
    "theorem-3.3-corrected",
    r"If also $\operatorname{rank}YX^\top=\min(d_0,d_H)$, every local minimum has $\operatorname{rank}R=d_p$ already.",
    source="Lu and Kawaguchi (2017), Theorem 3.3, corrected",
    assuming=[dp.full_row_rank("X")],
    corrects="theorem-3.3",
    uses=["eckart-young"],
)
@given(minima.filter(lambda point: correlates_fully(point.problem)))
def minima_have_products_of_full_rank(point):
    assert forward(point.problem, point.weights, point.problem.layers).rank() == min(point.problem.widths)


@paper.twin("theorem-3.3-corrected", "whatever the rank of the cross moment")
@given(minima)
def all_minima_have_products_of_full_rank(point):
    assert forward(point.problem, point.weights, point.problem.layers).rank() == min(point.problem.widths)


@paper.twin("theorem-3.3-corrected", "at every critical point")
@given(networks.flatmap(dp.critical_points).filter(lambda point: correlates_fully(point.problem)))
def critical_points_have_products_of_full_rank(point):
    assert forward(point.problem, point.weights, point.problem.layers).rank() == min(point.problem.widths)


@paper.theorem(
    "theorem-2.2-rank",
    r"With $X$ of full row rank every local minimum has $\sum_id_{p_i}=\operatorname{rank}R=d_p$ (E9).",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2",
    assuming=[dp.full_row_rank("X")],
    expect="refuted",
)
@given(minima)
def minima_of_the_largest_rank(point):
    assert forward(point.problem, point.weights, point.problem.layers).rank() == min(point.problem.widths)


@paper.theorem(
    "theorem-2.2-rank-corrected",
    r"With $X$ of full row rank every local minimum has $\operatorname{rank}R=\min(d_p,\operatorname{rank}YX^\top)$.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, corrected",
    assuming=[dp.full_row_rank("X")],
    corrects="theorem-2.2-rank",
    uses=["eckart-young"],
)
@given(minima)
def rank_of_minima(point):
    problem = point.problem
    rank = forward(problem, point.weights, problem.layers).rank()
    assert rank == min(min(problem.widths), problem.cross_moment.rank())


@paper.twin("theorem-2.2-rank-corrected", "the rank of the data left out, as printed")
@given(minima)
def minima_of_the_largest_rank_again(point):
    assert forward(point.problem, point.weights, point.problem.layers).rank() == min(point.problem.widths)


@paper.twin("theorem-2.2-rank-corrected", "at every critical point")
@given(networks.flatmap(dp.critical_points))
def rank_of_critical_points(point):
    problem = point.problem
    rank = forward(problem, point.weights, problem.layers).rank()
    assert rank == min(min(problem.widths), problem.cross_moment.rank())
