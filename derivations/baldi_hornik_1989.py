"""Baldi and Hornik (1989): principal components and two linear layers without local minima.

E = ||Y - A B X||_F^2 without the factor 1/2, X: n x m, Y: q x m, B: p x n, A: q x p; S = XX^T = Sigma_XX, T = YX^T = Sigma_YX,
Sigma = T S^{-1} T^T, P the orthogonal projection onto the columns of A. Facts are numbered as in the paper, by our reading.
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017 import planted, square
from lu_kawaguchi_2017_products import end_to_end, left_inverse
from sympy import Eq, MatrixSymbol, Q, Trace, ZeroMatrix, symbols

import dlnproof as dp

paper = dp.Paper(
    "baldi-hornik-1989",
    title="Neural networks and principal component analysis: Learning from examples without local minima",
    authors=["Pierre Baldi", "Kurt Hornik"],
    year=1989,
    venue="Neural Networks 2, 53-58",
)
FACT = "Baldi and Hornik (1989), Fact {} (restated)"


n, m, p, q = symbols("n m p q", integer=True, positive=True)
X, Y = MatrixSymbol("X", n, m), MatrixSymbol("Y", q, m)
A, B, A2, B2 = MatrixSymbol("A", q, p), MatrixSymbol("B", p, n), MatrixSymbol("A2", q, p), MatrixSymbol("B2", p, n)
S, P, W = MatrixSymbol("S", n, n), MatrixSymbol("P", q, q), MatrixSymbol("W", q, n)
error = square(Y - A * B * X)

# equations (6), (7) of the paper in our count: what is critical

EQUATIONS = "Baldi and Hornik (1989), critical points (restated)"
paper.gradient(
    "critical",
    error,
    {A: 2 * (A * B * X - Y) * X.T * B.T, B: 2 * A.T * (A * B * X - Y) * X.T},
    r"$\nabla_AE=2(AB\Sigma_{XX}-\Sigma_{YX})B^\top$, $\nabla_BE=2A^\top(AB\Sigma_{XX}-\Sigma_{YX})$, for all sizes.",
    source=EQUATIONS,
)
paper.gradient(
    "critical-mutant",
    error,
    {A: (A * B * X - Y) * X.T * B.T},
    r"Negative control: the gradient of $\frac12E$.",
    **planted(EQUATIONS),
)

# Facts 1 and 2: convex in each factor

paper.derivation(
    "F1",
    [
        square(Y - A * B2 * X),
        dp.eq(
            error + 2 * Trace((A * B * X - Y).T * A * (B2 - B) * X) + square(A * (B2 - B) * X),
            "expand around $B$",
        ),
        dp.ge(error + 2 * Trace((A * B * X - Y).T * A * (B2 - B) * X), "convexity", squares=[(1, A * (B2 - B) * X)]),
    ],
    "Fact 1: for fixed $A$, $E$ is convex in $B$: it lies above its tangents, for any data.",
    remark=r"So a $B$ with $\nabla_BE=0$ is a minimum over $B$.",
    source=FACT.format(1),
    uses=["critical"],
)
paper.derivation(
    "F1-mutant",
    [
        square(Y - A * B2 * X),
        dp.ge(
            error + 2 * Trace((A * B * X - Y).T * A * (B2 - B) * X) + 2 * square(A * (B2 - B) * X),
            "twice the square",
        ),
    ],
    r"Negative control: above its tangents by twice the square.",
    **planted(FACT.format(1)),
)
paper.derivation(
    "F2",
    [
        square(Y - A2 * B * X),
        dp.eq(
            error + 2 * Trace((A * B * X - Y).T * (A2 - A) * B * X) + square((A2 - A) * B * X),
            "expand around $A$",
        ),
        dp.ge(error + 2 * Trace((A * B * X - Y).T * (A2 - A) * B * X), "convexity", squares=[(1, (A2 - A) * B * X)]),
    ],
    "Fact 2: for fixed $B$, $E$ is convex in $A$: it lies above its tangents, for any data.",
    source=FACT.format(2),
    uses=["critical"],
)
paper.derivation(
    "F2-mutant",
    [
        square(Y - A2 * B2 * X),
        dp.ge(error + 2 * Trace((A * B * X - Y).T * ((A2 - A) * B + A * (B2 - B)) * X), "jointly"),
    ],
    r"Negative control: above its tangents in both factors together.",
    **planted(FACT.format(2)),
)
paper.hessian(
    "not-convex",
    error,
    {A: A2, B: B2},
    2 * square(A2 * B * X + A * B2 * X) + 4 * Trace((A * B * X - Y).T * A2 * B2 * X),
    r"In both factors together the second differential along $A'$, $B'$ has the term $4\langle ABX-Y,A'B'X\rangle$"
    r" besides a square.",
    source=FACT.format("1 and 2"),
)
paper.hessian(
    "not-convex-mutant",
    error,
    {A: A2, B: B2},
    2 * square(A2 * B * X + A * B2 * X),
    r"Negative control: that term forgotten, as if $E$ were convex.",
    **planted(FACT.format("1 and 2")),
)

at_origin = {A: ZeroMatrix(q, p), B: ZeroMatrix(p, n)}
downwards = dp.hessian_form(error, {A: Y * X.T * B2.T, B: B2}).subs(at_origin).doit()
paper.identity(
    "not-convex-origin",
    downwards,
    -4 * square(Y * X.T * B2.T),
    r"At $A=0$, $B=0$ the second differential along $A'=\Sigma_{YX}B'^\top$ and $B'$ is $-4\|\Sigma_{YX}B'^\top\|_F^2$.",
    remark=r"So $E$ is not convex in both factors together if $\Sigma_{YX}\neq0$.",
    source=FACT.format("1 and 2"),
    uses=["not-convex"],
)
paper.identity(
    "not-convex-origin-mutant",
    downwards,
    4 * square(Y * X.T * B2.T),
    r"Negative control: the other sign, as if $E$ were convex there.",
    **planted(FACT.format("1 and 2")),
)

# Fact 3: critical points project onto the columns of A, whatever its rank; A^- is a generalised inverse, P = A A^- symmetric

Aminus = MatrixSymbol("Aminus", p, q)
onto = [Q.symmetric(P), Eq(P * A, A), Eq(A * Aminus, P)]
normal = Eq(A.T * A * B * S, A.T * Y * X.T)
paper.derivation(
    "F3-normal",
    [
        A * B * S,
        dp.eq(P * A * B * S, "$PA=A$"),
        dp.eq(Aminus.T * A.T * A * B * S, "$P=P^T$"),
        dp.eq(Aminus.T * A.T * Y * X.T, "$\\nabla_BE=0$"),
        dp.eq(P * Y * X.T, "$P=(AA^-)^T$"),
    ],
    r"Fact 3: where $\nabla_BE=0$, $AB\Sigma_{XX}=P_A\Sigma_{YX}$, for $A$ of any rank.",
    source=FACT.format(3),
    assuming=[*onto, normal],
    uses=["critical"],
)
paper.identity(
    "F3-normal-mutant",
    A * B * S,
    Y * X.T,
    r"Negative control: the projection forgotten.",
    assuming=[normal],
    **planted(FACT.format(3)),
)
paper.derivation(
    "F3",
    [A * B, dp.eq(A * B * S * S.inverse(), "$SS^{-1}=I$"), dp.eq(P * Y * X.T * S.inverse(), "$ABS=P_A\\Sigma_{YX}$")],
    r"Fact 3: if $\Sigma_{XX}$ is invertible, $AB\Sigma_{XX}=P_A\Sigma_{YX}$ gives"
    r" $W=AB=P_A\Sigma_{YX}\Sigma_{XX}^{-1}$.",
    source=FACT.format(3),
    assuming=[Q.invertible(S), Eq(A * B * S, P * Y * X.T)],
    uses=["F3-normal"],
)
paper.identity(
    "F3-mutant",
    A * B,
    P * Y * X.T,
    r"Negative control: without the factor $\Sigma_{XX}^{-1}$.",
    assuming=[Q.invertible(S), Eq(A * B * S, P * Y * X.T)],
    **planted(FACT.format(3)),
)
Sigma = MatrixSymbol("Sigma", q, q)
commute = [Q.symmetric(P), Q.symmetric(Sigma), Eq(P * P, P), Eq(P * Sigma * P, P * Sigma)]
paper.derivation(
    "F3-commutes",
    [P * Sigma, dp.eq(P * Sigma * P, "$\\nabla_AE=0$, transposed"), dp.eq(Sigma * P, "transposed")],
    r"Fact 3: if $P_A\Sigma P_A=P_A\Sigma$, then $P_A\Sigma=\Sigma P_A$.",
    remark="The condition is that of F3-second-equation, transposed: it holds at a critical point.",
    source=FACT.format(3),
    assuming=commute,
    uses=["F3-second-equation"],
)
paper.identity(
    "F3-commutes-mutant",
    P * Sigma,
    Sigma * P,
    r"Negative control: the same for every projection.",
    assuming=commute[:3],
    **planted(FACT.format(3)),
)
T = MatrixSymbol("T", q, n)
inverse_gram = [Q.symmetric(S), Q.invertible(S), Q.symmetric(P), Eq(A * B, P * T * S.inverse())]
paper.identity(
    "F3-second-equation",
    (A * B * S - T) * (A * B).T,
    P * T * S.inverse() * T.T * P - T * S.inverse() * T.T * P,
    r"Fact 3: for $W=AB=P_A\Sigma_{YX}\Sigma_{XX}^{-1}$, $(W\Sigma_{XX}-\Sigma_{YX})W^\top=P_A\Sigma P_A-\Sigma P_A$"
    r" with $\Sigma=\Sigma_{YX}\Sigma_{XX}^{-1}\Sigma_{YX}^\top$.",
    remark=r"The left side is $\frac12\nabla_AE\,A^\top$, so both vanish at a critical point.",
    source=FACT.format(3),
    assuming=inverse_gram,
    uses=["F3"],
)
paper.identity(
    "F3-second-equation-mutant",
    (A * B * S - T) * (A * B).T,
    P * T * S.inverse() * T.T * P,
    r"Negative control: the second term forgotten.",
    assuming=inverse_gram,
    **planted(FACT.format(3)),
)

Gram = MatrixSymbol("H", p, p)
full_rank = [Q.symmetric(S), Q.invertible(S), Q.symmetric(P), Q.symmetric(Gram), Q.invertible(Gram)]
full_rank += [Eq(P * A, A), Eq(A.T * A, Gram), Eq(T * S.inverse() * T.T, Sigma)]
solution = Gram.inverse() * A.T * T * S.inverse()
paper.identity(
    "F3-converse-first",
    A.T * (A * solution * S - T),
    ZeroMatrix(p, n),
    r"The converse of Fact 3, $A$ of full rank $p$, $H=A^\top A$: $B=H^{-1}A^\top\Sigma_{YX}\Sigma_{XX}^{-1}$ makes"
    r" $\frac12\nabla_BE=A^\top(AB\Sigma_{XX}-\Sigma_{YX})$ zero.",
    source=FACT.format(3),
    assuming=full_rank,
)
paper.identity(
    "F3-converse-first-mutant",
    A.T * (A * solution * S - T),
    ZeroMatrix(p, n),
    r"Negative control: the same with any $H$ in the place of $A^\top A$.",
    assuming=full_rank[:5],
    **planted(FACT.format(3)),
)
paper.derivation(
    "F3-converse-full-rank",
    [
        (A * solution * S - T) * solution.T,
        dp.eq((P * T - T) * solution.T, "$P_A=AH^{-1}A^T$"),
        dp.eq(P * Sigma * A * Gram.inverse() - Sigma * A * Gram.inverse(), "insert $B$"),
        dp.eq(Sigma * P * A * Gram.inverse() - Sigma * A * Gram.inverse(), "$P_A\\Sigma=\\Sigma P_A$"),
        dp.eq(ZeroMatrix(q, p), "$P_AA=A$"),
    ],
    r"And $\frac12\nabla_AE=(AB\Sigma_{XX}-\Sigma_{YX})B^\top=0$ if $P_A\Sigma=\Sigma P_A$ with $P_A=AH^{-1}A^\top$:"
    r" $(A,B)$ is critical.",
    source=FACT.format(3),
    assuming=[*full_rank, Eq(A * Gram.inverse() * A.T, P), Eq(P * Sigma, Sigma * P)],
    uses=["F3-converse-first"],
)
paper.identity(
    "F3-converse-full-rank-mutant",
    (A * solution * S - T) * solution.T,
    ZeroMatrix(q, p),
    r"Negative control: the same for a projection that does not commute with $\Sigma$.",
    assuming=full_rank,
    **planted(FACT.format(3)),
)

# Fact 4: the value, and the best choice of eigenvectors

explained = Y * X.T * S.inverse() * X * Y.T
gram = [Q.symmetric(S), Q.invertible(S), Eq(X * X.T, S), Q.symmetric(P), Eq(P * P, P)]
paper.identity(
    "F4-value",
    square(Y - P * Y * X.T * S.inverse() * X),
    Trace(Y * Y.T) - Trace(P * explained),
    r"Fact 4: for $W=P_A\Sigma_{YX}\Sigma_{XX}^{-1}$, $E=\operatorname{tr}\Sigma_{YY}-\operatorname{tr}P_A\Sigma$.",
    remark=r"Where $P_A$ projects onto the eigenvectors $i\in I$ of $\Sigma$, this is"
    r" $\operatorname{tr}\Sigma_{YY}-\sum_{i\in I}\lambda_i$.",
    source=FACT.format(4),
    assuming=gram,
    uses=["F3", "F3-commutes"],
)
paper.identity(
    "F4-value-mutant",
    square(Y - P * Y * X.T * S.inverse() * X),
    Trace(Y * Y.T) - 2 * Trace(P * explained),
    r"Negative control: the selected eigenvalues counted twice.",
    assuming=gram,
    **planted(FACT.format(4)),
)
C = MatrixSymbol("C", p, p)
U = MatrixSymbol("U", q, p)
paper.identity(
    "F4-factors",
    (U * C) * (C.inverse() * U.T * T * S.inverse()),
    U * U.T * T * S.inverse(),
    r"Fact 4: $A=U_IC$, $B=C^{-1}U_I^\top\Sigma_{YX}\Sigma_{XX}^{-1}$ for any invertible $C$ give"
    r" $W=U_IU_I^\top\Sigma_{YX}\Sigma_{XX}^{-1}$.",
    source=FACT.format(4),
    assuming=[Q.invertible(C), Q.invertible(S)],
)
paper.identity(
    "F4-factors-mutant",
    (U * C) * (C.T * U.T * T * S.inverse()),
    U * U.T * T * S.inverse(),
    r"Negative control: $C^\top$ in the place of $C^{-1}$.",
    assuming=[Q.invertible(C), Q.invertible(S)],
    **planted(FACT.format(4)),
)
shallow = dp.problems(layers=2, widths=st.integers(1, 3))


@paper.theorem(
    "F4",
    "Fact 4: every critical point that is not a global minimum is a saddle with a direction of negative curvature.",
    remark=r"The paper asks for $\Sigma_{XX}$ invertible and distinct positive eigenvalues; neither is needed for"
    r" this.",
    source=FACT.format(4),
    uses=["F4-value", "F4-factors", "F3-second-equation", "lu-kawaguchi-2017/rotation"],
    twins=["without two layers"],
)
@settings(max_examples=80, deadline=None)
@given(dp.problems(layers=dp.bound(2, "two layers", otherwise=3), widths=st.integers(1, 3)).flatmap(dp.critical_points))
def other_points_are_strict_saddles(point):
    assert point.inertia[1] > 0 or not dp.enclose(point.loss) > point.problem.global_minimum()


def two_minima(problem):
    """Return a strategy of two global minima of the problem."""
    minima = dp.critical_points(problem, kind="global minimum")
    return st.tuples(minima, minima)


@paper.theorem(
    "F4-map",
    r"Fact 4: with $\Sigma_{XX}$ invertible and distinct eigenvalues of $\Sigma$ the map $W=AB$ of least error is unique.",
    source=FACT.format(4),
    assuming=[dp.invertible_gram(), dp.distinct_eigenvalues()],
    uses=["F3", "F4-value"],
    twins=["without invertible_gram()", "without distinct_eigenvalues()"],
)
@settings(max_examples=60, deadline=None)
@given(shallow.flatmap(two_minima))
def best_map_is_the_only_one(drawn):
    first, second = drawn
    assert end_to_end(first) == end_to_end(second)


@paper.theorem(
    "F4-unique",
    r"Negative control: the map $W$ of least error is unique without distinct eigenvalues ($X=Y=I_2$, $p=1$).",
    source=f"planted beside {FACT.format(4)}",
    expect="refuted",
    twin_of="F4-map",
)
@given(st.just(dp.Problem((2, 1, 2), X=[[1, 0], [0, 1]], Y=[[1, 0], [0, 1]])).flatmap(two_minima))
def best_map_is_unique(drawn):
    first, second = drawn
    assert end_to_end(first) == end_to_end(second)


def output_layers(problem):
    """Return a strategy of (problem, A of full column rank): any A, or that of a critical point."""
    known = dp.critical_points(problem).map(lambda point: point.weights)
    last = st.one_of(dp.weights(problem), known).map(lambda weights: problem.read_weights(weights)[-1])
    return st.tuples(st.just(problem), last.filter(lambda matrix: matrix.rank() == matrix.ncols()))


@paper.theorem(
    "F3-converse-points",
    r"Fact 3 and its converse at exact $A$ of full rank $p$, $\Sigma_{XX}$ invertible, with $H=A^\top A$, $P_A=AH^{-1}A^\top$,"
    r" $B=H^{-1}A^\top\Sigma_{YX}\Sigma_{XX}^{-1}$: $(A,B)$ is critical exactly if $P_A\Sigma=\Sigma P_A$.",
    source=FACT.format(3),
    assuming=[dp.invertible_gram()],
    uses=["F3-converse-full-rank", "F3-commutes"],
)
@settings(max_examples=60, deadline=None)
@given(shallow.filter(lambda problem: problem.widths[1] <= problem.widths[2]).flatmap(output_layers))
def critical_exactly_where_they_commute(drawn):
    problem, outer = drawn
    back, moment = left_inverse(outer), problem.cross_moment
    best = moment * problem.input_moment.inv()
    P, Sigma = outer * back, best * moment.transpose()
    assert problem.is_critical([back * best, outer]) == (P * Sigma == Sigma * P)


@paper.theorem(
    "F3-converse",
    r"Negative control: the converse of Fact 3, that $W=P_A\Sigma_{YX}\Sigma_{XX}^{-1}$ and $P_A\Sigma=\Sigma P_A$ make $(A,B)$"
    r" critical, for $A$ of any rank; here at $A=0$, where both hold. ($x=y=1$, $A=0$, $B=1$: $\partial E/\partial A=-2$.)",
    source=f"planted beside {FACT.format(3)}",
    expect="refuted",
    twin_of="F3-converse-points",
)
@given(st.sampled_from([dp.Problem((1, 1, 1), X=[[1]], Y=[[1]], scale=1)]))
def zero_output_layers_are_critical(problem):
    assert problem.is_critical([[[1]], [[0]]])
