"""Lu and Kawaguchi (2017): what corrects Theorem 3.2, and errata of single formulas (E5, E11-E14), beside what holds.

Numbers of errata are this catalogue's; the printed text is restated, not quoted. None of them touches Theorems 2.1-2.3,
which hold for any data (claim-a, theorem-2.1-plus).
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017 import paper, square
from lu_kawaguchi_2017_products import end_to_end, minima, networks, ranks_at
from sympy import Eq, HadamardProduct, Matrix, MatrixSymbol, OneMatrix, Q, Rational, Trace, ZeroMatrix, symbols

import dlnproof as dp

critical_points = networks.flatmap(dp.critical_points)


def has_room(point):
    """Return whether every layer has room for a completion of full rank: s_1 + s_2 - max(d_i, d_{i-1}) <= the fixed block's."""
    problem, weights = point.problem, point.weights
    for layer in range(1, problem.layers + 1):
        block, s1, s2 = ranks_at(problem, weights, layer)
        if block < s1 + s2 - max(problem.widths[layer], problem.widths[layer - 1]):
            return False
    return True


# E3: a layer may be changed outside the block that (3) fixes

p, q, k, j = symbols("p q k j", integer=True, positive=True)
After, Afterplus = MatrixSymbol("Ai", p, k), MatrixSymbol("Aiplus", k, p)
Before, Beforeplus = MatrixSymbol("Bi", j, q), MatrixSymbol("Biplus", q, j)
Layer, Free = MatrixSymbol("Wi", k, j), MatrixSymbol("K", k, j)
inverses = [Eq(After * Afterplus * After, After), Eq(Before * Beforeplus * Before, Before)]
paper.identity(
    "completion-of-a-layer",
    After * (Layer + Free - Afterplus * After * Free * Before * Beforeplus) * Before,
    After * Layer * Before,
    r"The end-to-end matrix $A_iW_iB_{i-1}$ does not change when $W_i$ is replaced by $W_i+K-A_i^+A_iKB_{i-1}B_{i-1}^+$, for any"
    r" $K$, $A_i^+$ and $B_{i-1}^+$ generalised inverses.",
    remark=r"So all but a block of rank $\operatorname{rank}(A_i^+RB_{i-1}^+)$ can be chosen.",
    source="Lu and Kawaguchi (2017), proof of Theorem 3.2",
    assuming=inverses,
)
paper.identity(
    "completion-of-a-layer-mutant",
    After * (Layer + Free - Afterplus * After * Free) * Before,
    After * Layer * Before + After * Free * Before,
    r"Negative control: the projection after the layer alone leaves $A_iKB_{i-1}$ over.",
    source="planted beside Lu and Kawaguchi (2017), proof of Theorem 3.2",
    assuming=inverses,
    expect="refuted",
)


@paper.theorem(
    "theorem-3.2-corrected",
    r"If $X$ has full row rank and $\operatorname{rank}YX^\top=\min(d_0,d_H)$, the block that (3) fixes in $W_i$ at a local"
    r" minimum, of the rank of $BYA^\top$, has rank at least $s_1+s_2-\max(d_i,d_{i-1})$ (E3).",
    remark=r"This is what a completion of full rank needs: Theorem 3.2 holds then. Theorems 2.1-2.3 survive without it.",
    source="Lu and Kawaguchi (2017), Theorem 3.2, corrected",
    assuming=[dp.full_row_rank("X"), dp.full_rank("YX^T")],
    corrects="theorem-3.2",
    uses=["theorem-3.3-corrected", "theorem-2.1-plus", "frobenius", "completion-of-a-layer"],
    twins=["without full_rank('YX^T')"],
)
@settings(max_examples=60, deadline=None)
@given(minima)
def minima_have_room_for_full_rank(point):
    assert has_room(point)


@paper.twin("theorem-3.2-corrected", "at every critical point")
@given(critical_points)
def critical_points_have_room_for_full_rank(point):
    assert has_room(point)


# E5: decompositions near a given one; E5': Lemma 3.3 is applied to an R of rank d_p < min(d_0, d_H)

e, u1, u2 = symbols("e u1 u2", real=True)
parallel = u1 * (2 * e * u1 + (1 + e**2) * u2) - u2 * ((1 + e**2) * u1 + 2 * e * u2)
kernel = u1 * e**2 * (4 * u1 + 5 * u2) - u2 * e**2 * (5 * u1 + 4 * u2)


def has_vector_near(matrix, place):
    """Return whether a left singular vector is within 1/4 of that unit vector e_i, for simple singular values.

    |u - e_i|^2 = 2 - 2 |u_i| <= 1/16 for one sign of u.
    """
    spaces = (matrix * matrix.T).eigenvects()
    assert all(count == 1 for _, count, _ in spaces)
    return any(u[place] ** 2 / u.dot(u) >= Rational(31, 32) ** 2 for _, _, (u,) in spaces)


@paper.theorem(
    "lemma-3.3-printed",
    r"E5, Lemma 3.3 at $\bar M=\bar U=\bar V=I_2$, of full rank: for one of $e=4^{-1},\dots,4^{-10}$ at least"
    r" $M=I_2+e\begin{pmatrix}0&1\\1&0\end{pmatrix}$ has a left singular vector within $\frac14$ of $(1,0)$, the first column of"
    r" $\bar U$.",
    source="Lu and Kawaguchi (2017), Lemma 3.3 (E5)",
    expect="refuted",
)
@given(st.just(10))
def singular_vectors_stay_near(last):
    small = [Rational(1, 4**n) for n in range(1, last + 1)]
    assert any(has_vector_near(Matrix([[1, number], [number, 1]]), 0) for number in small)


paper.identity(
    "lemma-3.3-instance",
    parallel,
    2 * e * (u1**2 - u2**2),
    r"For that $M$ and $u=(u_1,u_2)$: $u_1(M^\top Mu)_2-u_2(M^\top Mu)_1=2e(u_1^2-u_2^2)$.",
    remark=r"This vanishes at singular vectors: $u_1^2=u_2^2$, none is near $(1,0)$, however small $e\neq0$ is. Theorem 3.1"
    r" survives: theorem-3.1-factors needs no singular vectors.",
    source="Lu and Kawaguchi (2017), Lemma 3.3, corrected (E5)",
    corrects="lemma-3.3-printed",
)


@paper.theorem(
    "lemma-3.3-low-rank-printed",
    r"E5', Lemma 3.3 at $\bar M=E_{11}$ ($3\times3$, rank one), $\bar U=\bar V=I_3$: for one of $e=4^{-1},\dots,4^{-10}$ at least"
    r" $M=E_{11}+e\begin{pmatrix}2&1\\1&2\end{pmatrix}$, on the last two coordinates, has a left singular vector within"
    r" $\frac14$ of $(0,1,0)$.",
    source="Lu and Kawaguchi (2017), Lemma 3.3 as used for Theorem 3.1 (E5')",
    expect="refuted",
)
@given(st.just(10))
def singular_vectors_of_low_rank_stay_near(last):
    small = [Rational(1, 4**n) for n in range(1, last + 1)]
    near = (Matrix([[1, 0, 0], [0, 2 * number, number], [0, number, 2 * number]]) for number in small)
    assert any(has_vector_near(matrix, 1) for matrix in near)


paper.identity(
    "lemma-3.3-low-rank",
    kernel,
    4 * e**2 * (u1**2 - u2**2),
    r"For that $M$ and $u=(0,u_1,u_2)$: $u_1(M^\top Mu)_3-u_2(M^\top Mu)_2=4e^2(u_1^2-u_2^2)$.",
    remark=r"Singular vectors of the value zero do not move continuously either, so Theorem 3.1 needs the compact"
    r" decomposition (or the proof in theorem-3.1-factors).",
    source="Lu and Kawaguchi (2017), Lemma 3.3 as used for Theorem 3.1, corrected (E5')",
    corrects="lemma-3.3-low-rank-printed",
)

# E11: positive singular values; directions of the value zero add nothing to T* = P Sigma

d, h, n, a, b = symbols("d h n a b", integer=True, positive=True)
P, N, Sigma, Pi = (
    MatrixSymbol("P", h, h),
    MatrixSymbol("N", d, d),
    MatrixSymbol("Sigma", h, d),
    MatrixSymbol("Pi0", h, h),
)
projections = [*(Q.symmetric(each) for each in (P, N, Pi)), *(Eq(each * each, each) for each in (P, N, Pi))]
zero = [*projections, Eq(P * Sigma, Sigma * N), Eq(Pi * Sigma, ZeroMatrix(h, d))]
paper.identity(
    "eigenvalue-zero-printed",
    Pi * P * Pi,
    ZeroMatrix(h, h),
    r"E11: with $\lambda_r\geq0$ the eigenspace $\Pi_0$ of the value zero counts as one of those that $P_L$ selects from, and"
    r" the rank of $T^*=P_L\Sigma=\Sigma P_R$ is $\sum_id_{p_i}$ only if $P_L$ has no part in it: $\Pi_0P_L\Pi_0=0$.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2 (E11)",
    assuming=zero,
    expect="refuted",
)
paper.identity(
    "eigenvalue-zero",
    Pi * P * Sigma,
    ZeroMatrix(h, d),
    r"If $\Pi_0\Sigma=0$ and $P_L\Sigma=\Sigma P_R$, then $\Pi_0P_L\Sigma=\Pi_0\Sigma P_R=0$.",
    remark=r"Directions of the value zero add nothing to $T^*=P_L\Sigma$, so $\lambda_r>0$ is meant.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, corrected (E11)",
    assuming=zero,
    corrects="eigenvalue-zero-printed",
)


# E12: names of sizes, equations and matrices that are slipped; E13: the index p and the width d_p

T, V2 = MatrixSymbol("T", h, d), MatrixSymbol("V2", d, d)
U2 = MatrixSymbol("U2", h, h)
bases = [Q.orthogonal(U2), Q.orthogonal(V2)]
paper.identity(
    "minima-of-6-printed",
    square(Sigma - U2 * Sigma * V2.T),
    0,
    r"E12: the minima $T$ of (6), $\|T-\Sigma\|_F^2$, taken for minima $R'$ of (5), $\|R'-\hat Y\|_F^2$ with"
    r" $\hat Y=U_2\Sigma V_2^\top$. Where $\operatorname{rank}\Sigma\leq k$ both least values are 0, and $T=\Sigma$ would give"
    r" $\|\Sigma-\hat Y\|_F^2=0$.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2 (E12)",
    assuming=bases,
    expect="refuted",
)
paper.identity(
    "minima-of-6",
    square(U2 * T * V2.T - U2 * Sigma * V2.T),
    square(T - Sigma),
    r"$R'=U_2TV_2^\top$ has the value in (5) that $T$ has in (6): $\|R'-U_2\Sigma V_2^\top\|_F^2=\|T-\Sigma\|_F^2$.",
    remark=r"So a minimum $T$ of (6) gives the minimum $R'$ of (5): the printed reference to (6) should be to (5).",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, corrected (E12)",
    assuming=bases,
    corrects="minima-of-6-printed",
)
Ub, Vb, Sb = MatrixSymbol("Ubar", h, h), MatrixSymbol("Vbar", d, d), MatrixSymbol("Sigmabar", h, d)
same = [Q.orthogonal(U2), Q.orthogonal(V2), Q.orthogonal(Ub), Q.orthogonal(Vb)]
paper.identity(
    "lemma-3.2-bars-printed",
    square(Ub * Sb * Vb.T),
    square(U2 * Sigma * V2.T),
    r"E12: without the bars on the second $\Sigma_1,\Sigma_2$ of Lemma 3.2 any two matrices $M=U\Sigma V^\top$ and"
    r" $\bar M=\bar U\bar\Sigma\bar V^\top$ would have the same singular values, and so the same norm.",
    source="Lu and Kawaguchi (2017), Lemma 3.2 (E12)",
    assuming=same,
    expect="refuted",
)
paper.identity(
    "lemma-3.2-bars",
    square(Ub * Sigma * Vb.T),
    square(U2 * Sigma * V2.T),
    r"With the same $\Sigma$ they have: $\|\bar U\Sigma\bar V^\top\|_F=\|U\Sigma V^\top\|_F$ for orthogonal $U,V,\bar U,\bar V$.",
    remark=r"So $\bar\Sigma_1,\bar\Sigma_2$ are meant.",
    source="Lu and Kawaguchi (2017), Lemma 3.2, corrected (E12)",
    assuming=same,
    corrects="lemma-3.2-bars-printed",
)


def lies_in_block(matrix, rows, columns):
    """Return whether all entries outside the leading rows x columns block are zero."""
    inside = [(i, j) for i in range(min(rows, matrix.nrows())) for j in range(min(columns, matrix.ncols()))]
    return all(matrix[i, j] == 0 for i in range(matrix.nrows()) for j in range(matrix.ncols()) if (i, j) not in inside)


@paper.theorem(
    "sub-blocks-printed",
    r"E12: the cross moment $YX^\top$ lies in its block of the rows $1,\dots,d_1$ and columns $1,\dots,d_2$.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2 (E12)",
    expect="refuted",
)
@given(networks)
def moments_lie_in_the_printed_block(problem):
    assert lies_in_block(problem.cross_moment, problem.widths[1], problem.widths[2])


@paper.theorem(
    "sub-blocks",
    r"The cross moment $YX^\top$ has $d_H$ rows and $d_0$ columns.",
    remark=r"So the blocks of the proof are those of $1,\dots,d_H$ and $1,\dots,d_0$.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, corrected (E12)",
    corrects="sub-blocks-printed",
)
@settings(max_examples=20, deadline=None)
@given(networks)
def moments_have_the_corrected_sizes(problem):
    moment = problem.cross_moment
    assert (moment.nrows(), moment.ncols()) == (problem.widths[-1], problem.widths[0])


@paper.twin("sub-blocks", "the first two widths, as printed")
@given(networks)
def moments_lie_in_the_block_of_the_first_widths(problem):
    assert lies_in_block(problem.cross_moment, problem.widths[1], problem.widths[2])


@paper.theorem(
    "rank-bound-printed",
    r"E12: the rank of the product is at most $p$, the index of the narrowest layer, the last of them (for $d_p$, its width).",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2 (E12)",
    expect="refuted",
)
@given(critical_points)
def rank_is_at_most_the_index(point):
    widths = point.problem.widths
    assert end_to_end(point).rank() <= max(p for p, width in enumerate(widths) if width == min(widths))


@paper.theorem(
    "rank-bound",
    r"The rank of the product is at most $d_p=\min_kd_k$ (E12).",
    remark=r"As $d_p\leq\min(d_0,d_H)$ by definition, the printed condition $d_p\geq\min(d_H,d_0)$ can only be an equality (E13).",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, corrected (E12, E13)",
    corrects="rank-bound-printed",
    twins=["strict"],
)
@settings(max_examples=60, deadline=None)
@given(critical_points)
def rank_is_at_most_the_least_width(point):
    assert end_to_end(point).rank() <= min(point.problem.widths)


# E14: matrix completion, over the observed entries of M, Omega their indicator

A, B = MatrixSymbol("A", a, n), MatrixSymbol("B", n, b)
M, Omega = MatrixSymbol("M", a, b), MatrixSymbol("Omega", a, b)
seen = HadamardProduct(Omega, A * B - M)
stationary = HadamardProduct(Omega, HadamardProduct(Omega, A * B - M))
paper.gradient(
    "completion-printed",
    Trace(OneMatrix(b, a) * seen),
    {A: 2 * stationary * B.T},
    r"E14: the objective of matrix completion printed without its square, $\sum_{ij}\Omega_{ij}(AB-M)_{ij}$, has the"
    r" gradient of the least-squares objective in $A$, $2(\Omega\circ\Omega\circ(AB-M))B^\top$.",
    source="Lu and Kawaguchi (2017), Section 4 (E14)",
    expect="refuted",
)
paper.gradient(
    "completion",
    square(seen),
    {A: 2 * stationary * B.T, B: 2 * A.T * stationary},
    r"With the square, $\|\Omega\circ(AB-M)\|_F^2$ has the gradients $2(\Omega\circ\Omega\circ(AB-M))B^\top$ in $A$ and"
    r" $2A^\top(\Omega\circ\Omega\circ(AB-M))$ in $B$.",
    remark=r"It is convex in $R=AB$ (completion-convex): Claim A and theorem-2.1-plus apply.",
    source="Lu and Kawaguchi (2017), Section 4, corrected (E14)",
    corrects="completion-printed",
)
D = MatrixSymbol("D", a, b)
paper.derivation(
    "completion-convex",
    [
        square(seen + HadamardProduct(Omega, D)),
        dp.eq(
            square(seen) + 2 * Trace(seen.T * HadamardProduct(Omega, D)) + square(HadamardProduct(Omega, D)), "expand"
        ),
        dp.ge(
            square(seen) + 2 * Trace(seen.T * HadamardProduct(Omega, D)),
            "a square",
            squares=[(1, HadamardProduct(Omega, D))],
        ),
    ],
    r"It lies above its tangents in $R=AB$, for any $\Omega$: with $S=\Omega\circ(R-M)$,"
    r" $\|S+\Omega\circ D\|_F^2\geq\|S\|_F^2+2\langle S,\Omega\circ D\rangle$.",
    source="Lu and Kawaguchi (2017), Section 4, corrected (E14)",
    uses=["completion"],
)
paper.derivation(
    "completion-convex-mutant",
    [
        square(seen + HadamardProduct(Omega, D)),
        dp.eq(square(seen) + Trace(seen.T * HadamardProduct(Omega, D)) + square(HadamardProduct(Omega, D)), "expand"),
    ],
    r"Negative control: the tangent halved.",
    source="planted beside Lu and Kawaguchi (2017), Section 4 (E14)",
    expect="refuted",
)
