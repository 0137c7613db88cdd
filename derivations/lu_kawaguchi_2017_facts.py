"""Lu and Kawaguchi (2017): what the proofs take from linear algebra. Cited facts on exact matrices, the steps of Lemma 3.2.

A cited fact is not checked by the citation: each stands beside a property test at random rational matrices.
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017 import paper, planted, square
from lu_kawaguchi_2017_products import product
from sympy import Eq, Identity, Matrix, MatrixSymbol, Q, ZeroMatrix, eye, symbols

import dlnproof as dp


def drawn_weights(layers):
    """Return a strategy of (problem, weights) for that many layers of widths 1 to 3."""
    problems = dp.problems(layers=layers, widths=st.integers(1, 3))
    return problems.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem)))


# Eckart and Young: M = Y X^T of a drawn problem, R = W_2 W_1 any matrix of rank at most k


def white(problem):
    """Return 1/2 ||W_2 W_1 - M||^2 for M = Y X^T."""
    size = problem.widths[0]
    identity = [[int(i == j) for j in range(size)] for i in range(size)]
    return dp.Problem(problem.widths, identity, problem.cross_moment)


def factored(problem):
    """Return a strategy of (problem, exact weights): random ones, or those of a critical point."""
    known = dp.critical_points(problem).map(lambda point: point.weights)
    return st.tuples(st.just(problem), st.one_of(dp.weights(problem), known))


factors = dp.problems(layers=2, widths=st.integers(1, 3)).map(white).flatmap(factored)


@paper.theorem(
    "eckart-young-instances",
    r"The theorem of Eckart and Young at exact matrices, random ones and critical ones: for $R=W_2W_1$ with $k$ hidden neurons"
    r" $\|R-M\|_F^2\geq\sum_{i>k}\sigma_i(M)^2$.",
    source="Eckart and Young (1936), as used by Lu and Kawaguchi (2017), proof of Theorem 2.2",
    uses=["eckart-young"],
    twins=["strict"],
)
@settings(max_examples=60, deadline=None)
@given(factors)
def no_matrix_of_low_rank_is_nearer(drawn):
    problem, weights = drawn
    assert dp.enclose(problem.loss(weights)) >= problem.global_minimum()


@paper.twin("eckart-young-instances", "one singular value more is lost")
@given(factors.filter(lambda drawn: drawn[0].widths[1] > 1))
def one_more_is_lost(drawn):
    problem, weights = drawn
    fewer = dp.Problem((problem.widths[0], problem.widths[1] - 1, problem.widths[2]), problem.X, problem.Y)
    assert not dp.enclose(problem.loss(weights)) < fewer.global_minimum()


# Weyl (Lemma 3.1): singular values counted exactly, by the signs in a characteristic polynomial with real roots only


def count_above(matrix, level):
    """Return how many singular values of the matrix exceed the level (>= 0)."""
    shifted = matrix * matrix.transpose()
    for i in range(shifted.nrows()):
        shifted[i, i] -= level * level
    signs = [value > 0 for value in shifted.charpoly().coeffs() if value != 0]
    return sum(signs[i] != signs[i + 1] for i in range(len(signs) - 1))  # Descartes' rule


def length_at_least(matrix):
    """Return a rational number that is at least the Frobenius norm."""
    return (1 + sum(entry * entry for entry in matrix.entries())) / 2


levels = st.integers(0, 4)


@paper.theorem(
    "weyl-instances",
    r"Lemma 3.1 at random exact matrices, with $\delta=\frac12(1+\|D\|_F^2)\geq\|D\|_F$ and $a=0,\dots,4$: no more singular"
    r" values of $M+D$ exceed $a+\delta$ than singular values of $M$ exceed $a$.",
    remark=r"For every $a\geq0$ and every $\delta\geq\|D\|_F$ this says $\sigma_i(M+D)\leq\sigma_i(M)+\|D\|_F$.",
    source="Weyl (1912), as used by Lu and Kawaguchi (2017), Lemma 3.1",
    uses=["weyl"],
)
@settings(max_examples=60, deadline=None)
@given(drawn_weights(2), levels)
def singular_values_move_little(drawn, level):
    problem, weights = drawn
    change = product(problem.read_weights(weights))
    assert count_above(problem.cross_moment + change, level + length_at_least(change)) <= (
        count_above(problem.cross_moment, level)
    )


@paper.twin("weyl-instances", "they move half as far")
@given(drawn_weights(2), levels)
def singular_values_move_half_as_far(drawn, level):
    problem, weights = drawn
    change = product(problem.read_weights(weights))
    assert count_above(problem.cross_moment + change, level + length_at_least(change) / 2) <= (
        count_above(problem.cross_moment, level)
    )


@paper.theorem(
    "frobenius-instances",
    r"The rank inequality of Frobenius at random exact weights of three layers:"
    r" $\operatorname{rank}W_3W_2+\operatorname{rank}W_2W_1\leq\operatorname{rank}W_2+\operatorname{rank}W_3W_2W_1$.",
    source="Frobenius (1911), as used by Lu and Kawaguchi (2017), proof of Theorem 3.2",
    uses=["frobenius"],
    twins=["strict"],
)
@settings(max_examples=60, deadline=None)
@given(drawn_weights(3))
def ranks_of_products(drawn):
    first, second, third = drawn[0].read_weights(drawn[1])
    whole, left, right = third * second * first, third * second, second * first
    assert left.rank() + right.rank() <= second.rank() + whole.rank()


# Lemma 3.2 (Wedin): M = U_1 S_1 V_1^T + U_2 S_2 V_2^T and Mbar likewise; R = (Mbar - M) V_1, S = (Mbar - M)^T U_1

LEMMA = "Lu and Kawaguchi (2017), Lemma 3.2"
OURS = f"this project's proof of {LEMMA}"
p, n, k, r, s, q = symbols("p n k r s q", integer=True, positive=True)
U1, V1, S1 = MatrixSymbol("U1", p, k), MatrixSymbol("V1", n, k), MatrixSymbol("S1", k, k)
U2, V2, S2 = MatrixSymbol("U2", p, r), MatrixSymbol("V2", n, s), MatrixSymbol("S2", r, s)
Ub1, Vb1, Sb1 = MatrixSymbol("Ub1", p, k), MatrixSymbol("Vb1", n, k), MatrixSymbol("Sb1", k, k)
Ub2, Vb2, Sb2 = MatrixSymbol("Ub2", p, r), MatrixSymbol("Vb2", n, s), MatrixSymbol("Sb2", r, s)
M, Mbar = U1 * S1 * V1.T + U2 * S2 * V2.T, Ub1 * Sb1 * Vb1.T + Ub2 * Sb2 * Vb2.T
left = [Eq(U1.T * U1, Identity(k)), Eq(U1.T * U2, ZeroMatrix(k, r)), Eq(Ub2.T * Ub2, Identity(r))]
right = [Eq(V1.T * V1, Identity(k)), Eq(V2.T * V1, ZeroMatrix(s, k)), Eq(Vb2.T * Vb2, Identity(s))]
bars = [Eq(Ub2.T * Ub1, ZeroMatrix(r, k)), Eq(Vb2.T * Vb1, ZeroMatrix(s, k))]

paper.identity(
    "lemma-3.2-left",
    Ub2.T * (Mbar - M) * V1,
    Sb2 * (Vb2.T * V1) - (Ub2.T * U1) * S1,
    r"With $M=U_1\Sigma_1V_1^\top+U_2\Sigma_2V_2^\top$, $\bar M$ likewise, of orthonormal columns, and $R=(\bar M-M)V_1$:"
    r" $\bar U_2^\top R=\bar\Sigma_2\,\bar V_2^\top V_1-\bar U_2^\top U_1\,\Sigma_1$.",
    source=OURS,
    assuming=[left[2], *right[:2], bars[0]],
)
paper.identity(
    "lemma-3.2-left-mutant",
    Ub2.T * (Mbar - M) * V1,
    Sb2 * (Vb2.T * V1) - (Ub2.T * U1) * S1,
    r"Negative control: the same where $\bar U_1$, $\bar U_2$ need not be orthogonal to each other.",
    assuming=[left[2], *right[:2]],
    **planted(LEMMA),
)
paper.identity(
    "lemma-3.2-right",
    Vb2.T * (Mbar - M).T * U1,
    Sb2.T * (Ub2.T * U1) - (Vb2.T * V1) * S1.T,
    r"For the same $M$, $\bar M$ and $S=(\bar M-M)^\top U_1$: $\bar V_2^\top S=\bar\Sigma_2^\top\,\bar U_2^\top U_1-\bar V_2^\top V_1\,\Sigma_1^\top$.",
    source=OURS,
    assuming=[right[2], *left[:2], bars[1]],
)
paper.identity(
    "lemma-3.2-right-mutant",
    Vb2.T * (Mbar - M).T * U1,
    Sb2.T * (Ub2.T * U1) - (Vb2.T * V1) * S1,
    r"Negative control: $\Sigma_1$ of any kind in the place of its transpose.",
    assuming=[right[2], *left[:2], bars[1]],
    **planted(LEMMA),
)
a, b = symbols("a b", real=True)
old, new = symbols("sigma sigmabar", nonnegative=True)
rest = (new * b - a * old) ** 2 + (new * a - old * b) ** 2
paper.derivation(
    "lemma-3.2-entry",
    [
        rest,
        dp.eq((new - old) ** 2 * (a**2 + b**2) + 2 * old * new * (a - b) ** 2, "expand"),
        dp.ge((new - old) ** 2 * (a**2 + b**2), "a square", squares=[(2 * old * new, a - b)]),
    ],
    r"For $\sigma,\bar\sigma\geq0$: $(\bar\sigma b-a\sigma)^2+(\bar\sigma a-\sigma b)^2\geq(\bar\sigma-\sigma)^2(a^2+b^2)$.",
    remark=r"It is used entry by entry, with $\bar\sigma$ a diagonal entry of $\bar\Sigma_2$ (0 where it has no such row or"
    r" column), $\sigma$ one of $\Sigma_1$, $a$, $b$ the entries of $\bar U_2^\top U_1$, $\bar V_2^\top V_1$.",
    source=OURS,
    uses=["lemma-3.2-left", "lemma-3.2-right"],
)
paper.derivation(
    "lemma-3.2-entry-mutant",
    [rest, dp.ge((new + old) ** 2 * (a**2 + b**2), "the sum instead of the gap")],
    r"Negative control: with $\bar\sigma+\sigma$ in the place of the gap.",
    **planted(LEMMA),
)
R, B = MatrixSymbol("R", p, k), MatrixSymbol("Ub2", p, r)
paper.derivation(
    "lemma-3.2",
    [
        square(R),
        dp.eq(square(B.T * R) + square(R - B * B.T * R), "$\\bar U_2^T\\bar U_2=I$"),
        dp.ge(square(B.T * R), "a square", squares=[(1, R - B * B.T * R)]),
    ],
    r"$\|R\|_F^2\geq\|\bar U_2^\top R\|_F^2$ for $\bar U_2$ of orthonormal columns.",
    remark=r"Likewise $\|S\|_F^2\geq\|\bar V_2^\top S\|_F^2$. With the entries summed,"
    r" $\rho^2\bigl(\|\bar U_2^\top U_1\|_F^2+\|\bar V_2^\top V_1\|_F^2\bigr)\leq\|R\|_F^2+\|S\|_F^2$ if all gaps"
    r" $|\bar\sigma-\sigma|\geq\rho$: Lemma 3.2 (Wedin) in the Frobenius norm (tested in lemma-3.2-instances).",
    source=OURS,
    assuming=[left[2]],
    uses=["lemma-3.2-entry"],
)
paper.derivation(
    "lemma-3.2-mutant",
    [square(R), dp.ge(square(B.T * R), "a square")],
    r"Negative control: the same for columns of any length.",
    **planted(LEMMA),
)

# at exact decompositions: Cayley transforms of skew matrices are orthogonal

SIZES = [(2, 1, 1), (1, 2, 1), (2, 2, 1), (3, 1, 1), (3, 2, 1), (3, 2, 2), (2, 3, 2), (3, 3, 1), (3, 3, 2)]
turns = st.lists(st.integers(-2, 2), min_size=4, max_size=4)
values = st.lists(st.integers(0, 4), min_size=3, max_size=3)
decompositions = st.tuples(turns, turns, values)


def orthogonal(numbers, size):
    """Return the orthogonal matrix (I - K)(I + K)^{-1} of the skew matrix K with these entries."""
    skew = Matrix(size, size, lambda i, j: 0 if i == j else numbers[i + j] * (1 if i < j else -1))
    return (eye(size) - skew) * (eye(size) + skew).inv()


def length(matrix):
    """Return the squared Frobenius norm."""
    return sum(entry**2 for entry in matrix)


def sides_of_wedin(sizes, first, second, choose):
    """Return both sides of Lemma 3.2, rho = min |sigmabar - sigma| or what `choose` takes of these gaps."""
    p, n, k = sizes
    (left, right, old), (bar_left, bar_right, new) = (
        (orthogonal(a, p), orthogonal(b, n), [int(value) for value in c]) for a, b, c in (first, second)
    )
    diagonal, bar_diagonal = (Matrix(p, n, lambda i, j, c=c: c[i] if i == j else 0) for c in (old, new))
    change = bar_left * bar_diagonal * bar_right.T - left * diagonal * right.T
    others = new[k : min(p, n)] + [0] * (p != n)
    gap = choose(abs(a - b) for a in others for b in old[:k])
    angles = length(bar_left[:, k:].T * left[:, :k]) + length(bar_right[:, k:].T * right[:, :k])
    return gap**2 * angles, length(change * right[:, :k]) + length(change.T * left[:, :k])


@paper.theorem(
    "lemma-3.2-instances",
    r"Lemma 3.2 in the Frobenius norm at exact decompositions of $M$, $\bar M$, sizes up to $3\times3$, whose first $k$"
    r" singular values are those of $\Sigma_1$, $\bar\Sigma_1$:"
    r" $\rho^2\bigl(\|\bar U_2^\top U_1\|_F^2+\|\bar V_2^\top V_1\|_F^2\bigr)\leq\|(\bar M-M)V_1\|_F^2+\|(\bar M-M)^\top U_1\|_F^2$,"
    r" $\rho$ the least distance of a $\sigma$ in $\Sigma_1$ from a $\bar\sigma$ in $\bar\Sigma_2$, or from 0 if $M$ is not square.",
    source=LEMMA,
    uses=["lemma-3.2"],
    twins=["strict"],
)
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SIZES), decompositions, decompositions)
def singular_subspaces_move_little(sizes, first, second):
    less, more = sides_of_wedin(sizes, first, second, min)
    assert less <= more


@paper.twin("lemma-3.2-instances", "the largest gap in place of the least")
@given(st.sampled_from(SIZES), decompositions, decompositions)
def singular_subspaces_move_less(sizes, first, second):
    less, more = sides_of_wedin(sizes, first, second, max)
    assert less <= more


# Lemma 3.3 as it should read, with the selection principle

paper.cite(
    "selection",
    r"Every sequence of orthogonal matrices of one size has a subsequence that converges to an orthogonal matrix.",
    source="Bolzano and Weierstrass; Horn and Johnson, Matrix Analysis (2nd ed.), Lemma 2.1.8",
)
Uo, Vo = MatrixSymbol("U", p, p), MatrixSymbol("V", n, n)
Limit, Sigma = MatrixSymbol("Mbar", p, n), MatrixSymbol("Sigma", p, n)
paper.derivation(
    "lemma-3.3",
    [Limit, dp.eq(Uo * (Uo.T * Limit * Vo) * Vo.T, "orthogonal"), dp.eq(Uo * Sigma * Vo.T, "$\\Sigma=U^T\\bar MV$")],
    r"If $\Sigma=U^\top\bar MV$ with orthogonal $U$, $V$, then $\bar M=U\Sigma V^\top$.",
    remark=r"Lemma 3.3 with the quantifiers exchanged: decompositions $M_n=U_n\Sigma_nV_n^\top$ of $M_n\to\bar M$ come near some"
    r" decomposition of $\bar M$. For along a subsequence $U_n\to U$, $V_n\to V$, and"
    r" $\Sigma_n=U_n^\top M_nV_n\to\Sigma=U^\top\bar MV$, diagonal and nonnegative as a limit.",
    source="Lu and Kawaguchi (2017), Lemma 3.3, corrected (E5)",
    assuming=[Q.orthogonal(Uo), Q.orthogonal(Vo), Eq(Uo.T * Limit * Vo, Sigma)],
    corrects="lemma-3.3-printed",
    uses=["selection", "weyl", "lemma-3.3-instance"],
)
paper.identity(
    "lemma-3.3-mutant",
    Limit,
    Uo * Sigma * Vo,
    r"Negative control: $\bar M=U\Sigma V$.",
    assuming=[Q.orthogonal(Uo), Q.orthogonal(Vo), Eq(Uo.T * Limit * Vo, Sigma)],
    **planted("Lu and Kawaguchi (2017), Lemma 3.3"),
)
