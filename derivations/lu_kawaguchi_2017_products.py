"""Lu and Kawaguchi (2017), Section 3: the lemmas on perturbed products, and the errata of the proofs, on exact problems.

Depth H counts weight matrices, W_k: d_k x d_{k-1}, d_p = min_k d_k, X: d_0 x m, Y: d_H x m, R = W_H ... W_1. Critical points are
exact. Local minima are those of the classification, the points of least loss: from every other critical point an exact curve leads
down (theorem-2.1-plus). Erratum numbers (E2, ...) are this catalogue's.
"""

from hypothesis import given, settings
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
any_weights = dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3)).flatmap(
    lambda problem: st.tuples(st.just(problem), dp.weights(problem))
)


def product(matrices):
    """Return the product W_k ... W_j of matrices given first layer first, or None of no matrices."""
    result = None
    for matrix in matrices:
        result = matrix if result is None else matrix * result
    return result


def end_to_end(point):
    """Return R = W_H ... W_1 at a point, exactly."""
    return product(point.problem.read_weights(point.weights))


def leads_down(point):
    """Return whether the point is left by an exact curve with L - slope t^order + ..., slope > 0: it is no local minimum."""
    return point.kind.is_saddle and point.problem.escape_direction(point.weights).slope > 0


def products_of_equal_loss(problem, product):
    """Return both numbers R whose loss is that of `product`, for d_0 = d_H = 1 and X != 0."""
    return product, 2 * problem.cross_moment[0, 0] / problem.input_moment[0, 0] - product


def ranks_at(problem, weights, layer):
    """Return rank(B Y A^T), rank A and rank B for A = W_{i-1} ... W_1 X, B = (W_H ... W_{i+1})^T, i the layer."""
    matrices = problem.read_weights(weights)
    inner, after = product([problem.X, *matrices[: layer - 1]]), product(matrices[layer:])
    block = problem.Y * inner.transpose()
    if after is None:
        return block.rank(), inner.rank(), problem.widths[-1]
    return (after.transpose() * block).rank(), inner.rank(), after.rank()


# Section 3: perturbed products

d0, d_h, h, k, n, p = symbols("d_0 d_H h k n p", integer=True, positive=True)
A, B, K = MatrixSymbol("A", p, k), MatrixSymbol("B", k, n), MatrixSymbol("K", k, p)
G, R = MatrixSymbol("G", p, p), MatrixSymbol("Rnear", p, n)

paper.identity(
    "lemma-3.4",
    A * (B + A.T * G.inverse() * (R - A * B)),
    R,
    r"If $A$ has full row rank, so that $G=AA^\top$ is invertible, every $R'$ is a product: $R'=AB'$ with"
    r" $B'=B+A^\top G^{-1}(R'-AB)$.",
    remark=r"$B'$ is near $B$ if $R'$ is near $AB$.",
    source="Lu and Kawaguchi (2017), Lemma 3.4 (without its superfluous condition d_1 <= d_3)",
    assuming=[Q.invertible(G), Eq(A * A.T, G)],
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
R1, R2, Rout = MatrixSymbol("R1", d_h, p), MatrixSymbol("R2", p, d0), MatrixSymbol("Rnear", d_h, p)
one_sided_inverses = [Eq(Nplus * N, Identity(p)), Eq(M * Mplus, Identity(p))]
moved_first = Wfirst + Mplus * (R2 - M * Wfirst)

paper.identity(
    "theorem-3.1",
    (Wlast + (R1 - Wlast * N) * Nplus) * N * M * moved_first,
    R1 * R2,
    r"If $N^+N=I$ and $MM^+=I$: $W_H'NMW_1'=R_1R_2$ with $W'_H=W_H+(R_1-W_HN)N^+$, $W'_1=W_1+M^+(R_2-MW_1)$.",
    remark=r"There are such $N^+$, $M^+$ for $N=W_{H-1}\cdots W_{p+1}$, $M=W_p\cdots W_2$ where $\operatorname{rank}R=d_p$: a"
    r" factored $R'=R_1R_2$ is the product of weights of which only $W_1$ and $W_H$ have moved, continuously.",
    source="Lu and Kawaguchi (2017), Theorem 3.1, in our shorter proof",
    assuming=one_sided_inverses,
)
paper.identity(
    "theorem-3.1-outputs",
    (Wlast + (Rout - Wlast * N) * Nplus) * N,
    Rout,
    r"If $N^+N=I$: $W_H'N=R'$ with $W_H'=W_H+(R'-W_HN)N^+$.",
    remark=r"This is the case $p=0$, $d_0$ the least width, $N=W_{H-1}\cdots W_1$: only $W_H$ moves. The case $p=H$ is"
    r" lemma-3.4 with $A=W_H\cdots W_2$: only $W_1$ moves.",
    source="Lu and Kawaguchi (2017), Theorem 3.1, in our shorter proof",
    assuming=[Eq(Nplus * N, Identity(p))],
)
paper.identity(
    "theorem-3.1-outputs-mutant",
    (Wlast + (Rout - Wlast * N) * Nplus) * N,
    Rout,
    r"Negative control: the same with a pseudo-inverse of $N$, $NN^+N=N$, whatever the rank of $N$.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 3.1",
    assuming=[Eq(N * Nplus * N, N)],
    expect="refuted",
)
paper.identity(
    "theorem-3.1-mutant",
    Wlast * N * M * moved_first,
    R1 * R2,
    r"Negative control: moving $W_1$ alone as in theorem-3.1 reaches $R_1R_2$.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 3.1",
    assuming=one_sided_inverses,
    expect="refuted",
)


def network_and_target(problem):
    """Return a strategy of (problem, W with rank R = d_p, V, t): the target R' is the product of the W_k + t V_k / 8."""
    least = min(problem.widths)
    full = dp.weights(problem).filter(lambda weights: product(problem.read_weights(weights)).rank() == least)
    start = dp.bound(full, "rank R = d_p", otherwise=dp.weights(problem))
    return st.tuples(st.just(problem), start, dp.weights(problem), st.integers(-4, 4))


def read_target(drawn):
    """Return the matrices W_1, ..., W_H and R', a matrix of rank at most d_p."""
    problem, weights, directions, step = drawn
    matrices = list(problem.read_weights(weights))
    moved = [
        matrix + change * step / 8 for matrix, change in zip(matrices, problem.read_weights(directions), strict=True)
    ]
    return matrices, product(moved)


def left_inverse(matrix):
    """Return the pseudo-inverse (M^T M)^{-1} M^T of a matrix of full column rank."""
    return (matrix.transpose() * matrix).inv() * matrix.transpose()


def right_inverse(matrix):
    """Return the pseudo-inverse M^T (M M^T)^{-1} of a matrix of full row rank."""
    return matrix.transpose() * (matrix * matrix.transpose()).inv()


def moved_ends(matrices, p, target):
    """Return W_1', W_H' of theorem-3.1 for the narrowest layer p (0 and H included), or None where R' is too far."""
    first, middle, last = matrices[0], matrices[1:-1], matrices[-1]
    if p == 0:
        return first, last + (target - product(matrices)) * left_inverse(product(matrices[:-1]))
    if p == len(matrices):
        return first + right_inverse(product(matrices[1:])) * (target - product(matrices)), last
    one = target * right_inverse(product(matrices[:p]))
    if one.rank() < one.ncols():
        return None
    two = left_inverse(one) * target
    before, behind = product(middle[: p - 1]), product(middle[p - 1 :])
    first = two if before is None else first + right_inverse(before) * (two - before * first)
    last = one if behind is None else last + (one - last * behind) * left_inverse(behind)
    return first, last


@paper.theorem(
    "theorem-3.1-weights",
    r"Theorem 3.1 at exact weights: if $\operatorname{rank}R=d_p$, then $R'=W_H'W_{H-1}\cdots W_2W_1'$ with the $W_1'$, $W_H'$ of"
    r" theorem-3.1, for every $R'$ of rank at most $d_p$ and every narrowest layer $p=0,\dots,H$ where $R'B_p^+$ has rank"
    r" $d_p$; and $\operatorname{rank}R'\leq\operatorname{rank}W_{H-1}\cdots W_2$.",
    remark=r"$R'B_p^+$ has rank $d_p$ near $R$. The inequality of ranks is necessary, and without $\operatorname{rank}R=d_p$ it"
    r" fails for some $R'$ (and see C4).",
    source="Lu and Kawaguchi (2017), Theorem 3.1",
    uses=["theorem-3.1", "theorem-3.1-factors", "lemma-3.4", "theorem-3.1-outputs"],
    twins=["without rank R = d_p"],
)
@settings(max_examples=80, deadline=None)
@given(networks.flatmap(network_and_target))
def near_products_are_reached_by_the_ends(drawn):
    matrices, target = read_target(drawn)
    widths, middle = drawn[0].widths, product(matrices[1:-1])
    assert middle is None or target.rank() <= middle.rank()
    for p in (place for place, width in enumerate(widths) if width == min(widths)):
        if product(matrices).rank() == widths[p]:
            ends = moved_ends(matrices, p, target)
            if ends is not None:
                assert product([ends[0], *matrices[1:-1], ends[1]]) == target


@paper.twin("theorem-3.1-weights", "moving the first layer alone suffices")
@given(networks.flatmap(network_and_target))
def near_products_are_reached_by_the_first_layer(drawn):
    matrices, target = read_target(drawn)
    rest = product(matrices[1:])
    # over the rationals the columns of both span those of the sum of squares
    assert (rest * rest.transpose() + target * target.transpose()).rank() == rest.rank()


# the rank inequality of the proof of Theorem 3.2, and what rests on it


@paper.theorem(
    "theorem-3.2-rank",
    r"At a local minimum, with $X$, $Y$ of full row rank, $A=W_{i-1}\cdots W_1X$, $B^\top=W_H\cdots W_{i+1}$ of ranks $s_1,"
    r" s_2$: the block that (3) fixes in $W_i$ has rank at least $s_1+s_2-\max(d_i,d_{i-1})$ (E2). Its rank is computed as"
    r" that of $BYA^\top$.",
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
    r"If $Y$ has full row rank, $\operatorname{rank}BYA^\top\geq s_1+s_2-m$, $m$ the number of samples, at any weights.",
    remark=r"This does not save Theorem 3.2. Theorems 2.1-2.3 survive by Claim A.",
    source="Lu and Kawaguchi (2017), proof of Theorem 3.2, corrected",
    assuming=[dp.full_row_rank("Y")],
    corrects="theorem-3.2-rank",
    uses=["frobenius"],
    twins=["without full_row_rank('Y')", "strict"],
)
@settings(max_examples=80, deadline=None)
@given(any_weights)
def corrected_rank_inequality(drawn):
    problem, weights = drawn
    for layer in range(1, problem.layers + 1):
        block, s1, s2 = ranks_at(problem, weights, layer)
        assert block >= s1 + s2 - problem.X_shape[1]


@paper.twin("theorem-3.2-rank-corrected", "the largest width in place of the samples, as printed")
@given(any_weights)
def printed_rank_inequality_at_any_weights(drawn):
    problem, weights = drawn
    for layer in range(1, problem.layers + 1):
        block, s1, s2 = ranks_at(problem, weights, layer)
        assert block >= s1 + s2 - max(problem.widths[layer], problem.widths[layer - 1])


@paper.theorem(
    "theorem-3.2",
    r"With $X$, $Y$ of full row rank every local minimum has one of equal loss whose factors have full rank (E3). At two layers"
    r" of widths 1: one of the two products $w_2w_1$ of that loss does not vanish.",
    source="Lu and Kawaguchi (2017), Theorem 3.2",
    assuming=FULL_ROW_RANK,
    expect="refuted",
)
@given(scalar_minima)
def minima_with_full_rank_factors(point):
    assert any(value != 0 for value in products_of_equal_loss(point.problem, end_to_end(point)[0, 0]))


@paper.theorem(
    "theorem-3.3",
    r"With $X$, $Y$ of full row rank every local minimum with factors of full rank has one of equal loss with"
    r" $\operatorname{rank}R=d_p$ (E4). At $d=(1,2,1)$, $X=(1,0)$, $Y=(0,1)$: one of the two products $R$ of that loss does not"
    r" vanish.",
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
        result = product(problem.read_weights(weights))[0, 0]
        assert any(value != 0 for value in products_of_equal_loss(problem, result))


@paper.theorem(
    "theorem-3.3-corrected",
    r"If $X$ has full row rank and $\operatorname{rank}YX^\top=\min(d_0,d_H)$, every local minimum has $\operatorname{rank}R=d_p$"
    r" already.",
    remark=r"Theorem 2.1, whose proof rests on 3.2 and 3.3, survives without them: claim-a, theorem-2.1-plus.",
    source="Lu and Kawaguchi (2017), Theorem 3.3, corrected",
    assuming=[dp.full_row_rank("X"), dp.full_rank("YX^T")],
    corrects="theorem-3.3",
    uses=["claim-a-minima", "theorem-2.1-plus"],
    twins=["without full_rank('YX^T')"],
)
@settings(max_examples=60, deadline=None)
@given(minima)
def minima_have_products_of_full_rank(point):
    assert end_to_end(point).rank() == min(point.problem.widths)


@paper.twin("theorem-3.3-corrected", "at every critical point")
@given(networks.flatmap(dp.critical_points))
def critical_points_have_products_of_full_rank(point):
    assert end_to_end(point).rank() == min(point.problem.widths)


@paper.theorem(
    "theorem-2.2-rank",
    r"With $X$ of full row rank every local minimum of (2), the $R$ of a local minimum of $L$, has"
    r" $\sum_id_{p_i}=\operatorname{rank}R=d_p$ (E9).",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2",
    assuming=[dp.full_row_rank("X")],
    expect="refuted",
)
@given(minima)
def minima_of_the_largest_rank(point):
    assert end_to_end(point).rank() == min(point.problem.widths)


@paper.theorem(
    "theorem-2.2-rank-corrected",
    r"If $X$ has full row rank, $\operatorname{rank}R=\min(d_p,\operatorname{rank}YX^\top)$ at every local minimum of $L$.",
    remark=r"Theorem 2.2 survives: where the rank is smaller than $d_p$ no positive singular value is left out.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, corrected",
    assuming=[dp.full_row_rank("X")],
    corrects="theorem-2.2-rank",
    uses=["eckart-young", "theorem-2.1-plus"],
)
@settings(max_examples=60, deadline=None)
@given(minima)
def rank_of_minima(point):
    assert end_to_end(point).rank() == min(*point.problem.widths, point.problem.cross_moment.rank())


@paper.twin("theorem-2.2-rank-corrected", "the rank of the data left out, as printed")
@given(minima)
def minima_of_the_largest_rank_again(point):
    assert end_to_end(point).rank() == min(point.problem.widths)


@paper.twin("theorem-2.2-rank-corrected", "at every critical point")
@given(networks.flatmap(dp.critical_points))
def rank_of_critical_points(point):
    assert end_to_end(point).rank() == min(*point.problem.widths, point.problem.cross_moment.rank())
