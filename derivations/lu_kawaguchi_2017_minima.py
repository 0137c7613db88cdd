"""Lu and Kawaguchi (2017): Claim A and Theorem 2.1 without conditions on the data, at exact points.

The moves of Claim A are made at exact weights for any matrix G in the place of the gradient of the loss, so for every loss at
once; the strengthened Theorem 2.1 is tested at exact critical points of the square loss, with exact curves that lead down.
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017 import paper
from lu_kawaguchi_2017_products import end_to_end, leads_down, networks, product
from sympy import Matrix, Rational, eye, kronecker_product, zeros

import dlnproof as dp

SOURCE = "this project's form of Lu and Kawaguchi (2017), Theorem 2.1"
points = networks.flatmap(dp.critical_points)
low_points = points.filter(lambda point: end_to_end(point).rank() < min(point.problem.widths))
STEPS = [Rational(1, step) for step in range(1, 30)]


def exact(matrix):
    """Return a matrix of rationals as a SymPy matrix."""
    return Matrix(matrix.nrows(), matrix.ncols(), [Rational(str(entry)) for entry in matrix.entries()])


def above(matrices, i):
    """Return A_i = W_H ... W_{i+1}."""
    found = product(matrices[i:])
    return eye(matrices[-1].rows) if found is None else found


def below(matrices, i):
    """Return B_i = W_i ... W_1."""
    found = product(matrices[:i])
    return eye(matrices[0].cols) if found is None else found


def is_critical(matrices, G):
    """Return whether A_k^T G B_{k-1}^T = 0 for every layer k."""
    layers = range(1, len(matrices) + 1)
    return all((above(matrices, k).T * G * below(matrices, k - 1).T).is_zero_matrix for k in layers)


def slope_without_gradient(matrices, numbers):
    """Return a combination G of all matrices with A_k^T G B_{k-1}^T = 0 for every k."""
    rows, columns = matrices[-1].rows, matrices[0].cols
    layers = range(1, len(matrices) + 1)
    system = Matrix.vstack(*(kronecker_product(below(matrices, k - 1), above(matrices, k).T) for k in layers))
    found = zeros(rows * columns, 1)
    for number, vector in zip(numbers, system.nullspace(), strict=False):
        found += number * vector
    return Matrix(columns, rows, list(found)).T


def along(matrices, directions, step):
    """Return the weights W_k + step * D_k."""
    return [matrix + step * directions.get(k, zeros(*matrix.shape)) for k, matrix in enumerate(matrices, 1)]


def moves_below(matrices, j, z):
    """Return the directions of (2) in the layers 1, ..., j: u_k in the kernel of A_k, v_1 = z, v_{k+1}^T u_k = 1."""
    tops = {k: above(matrices, k).nullspace()[0] for k in range(1, j + 1)}
    bottoms = {1: z} | {k + 1: tops[k] / tops[k].dot(tops[k]) for k in range(1, j)}
    return {k: tops[k] * bottoms[k].T for k in tops}


def moves_above(matrices, j, top):
    """Return the directions of (3) in the layers j + 2, ..., H, u_H = top, v_k orthogonal to B_{k-1}; None without room."""
    depth = len(matrices)
    kernels = {k: below(matrices, k - 1).T.nullspace() for k in range(j + 2, depth + 1)}
    if not all(kernels.values()):
        return None
    bottoms = {k: kernels[k][0] for k in kernels}
    tops = {k: bottoms[k + 1] / bottoms[k + 1].dot(bottoms[k + 1]) for k in range(j + 2, depth)} | {depth: top}
    return {k: tops[k] * bottoms[k].T for k in tops}


def leaves_critical_points(matrices, G):
    """Return whether the moves of Claim A lead from weights that are critical for G to others that are not, R unchanged."""
    depth, start = len(matrices), matrices
    j = next(i for i in range(depth) if above(matrices, i + 1).rank() == matrices[i].rows)
    if (above(matrices, j + 1).T * G).is_zero_matrix:
        rows = [row for row in range(G.rows) if not G[row, :].is_zero_matrix]
        directions = moves_above(matrices, j, eye(G.rows)[:, rows[0]]) if j + 1 < depth else None
        if directions is None:
            return False
        # all but finitely many steps keep A_{j+1} injective and make A_{j+1}^T G nonzero
        candidates = (along(start, directions, step) for step in STEPS)
        found = (
            moved
            for moved in candidates
            if above(moved, j + 1).rank() == start[j].rows and not (above(moved, j + 1).T * G).is_zero_matrix
        )
        matrices = next(found, None)
        if matrices is None:
            return False
    slope = above(matrices, j + 1).T * G
    column = next(column for column in range(slope.cols) if not slope[:, column].is_zero_matrix)
    directions = moves_below(matrices, j, eye(slope.cols)[:, column])
    reached = [along(matrices, directions, step) for step in STEPS[: j + 1]]
    return any(product(moved) == product(start) and not is_critical(moved, G) for moved in reached)


def with_slope(problem):
    """Return a strategy of (problem, weights of rank R < d_p, the coefficients of G)."""
    least, numbers = min(problem.widths), st.lists(st.integers(-2, 2), min_size=9, max_size=9)
    low = dp.weights(problem).filter(lambda weights: product(problem.read_weights(weights)).rank() < least)
    start = dp.bound(low, "rank R < d_p", otherwise=dp.weights(problem))
    return st.tuples(st.just(problem), start, numbers)


@paper.theorem(
    "claim-a-moves",
    r"Claim A at exact weights: let $\operatorname{rank}R<d_p$, $G\neq0$ any matrix for which all $A_k^\top GB_{k-1}^\top=0$. The"
    r" moves of (2) and (3), at small steps, lead to weights with the same product at which one of these does not vanish.",
    remark=r"The steps can be as small as one likes: no such $W$ is a local minimum of any $\ell(W_H\cdots W_1)$ with"
    r" $\nabla\ell(R)=G$.",
    source="this project's proof of Lu and Kawaguchi (2017), Theorem 2.1, Claim A, steps (1)-(3)",
    uses=["claim-a"],
    twins=["without rank R < d_p"],
)
@settings(max_examples=60, deadline=None)
@given(networks.flatmap(with_slope))
def moves_leave_critical_points(drawn):
    problem, weights, numbers = drawn
    matrices = [exact(matrix) for matrix in problem.read_weights(weights)]
    G = slope_without_gradient(matrices, numbers)
    if not G.is_zero_matrix:
        assert is_critical(matrices, G)
        assert leaves_critical_points(matrices, G)


def residual(point):
    """Return G X^T = R XX^T - Y X^T, exactly."""
    return end_to_end(point) * point.problem.input_moment - point.problem.cross_moment


@paper.theorem(
    "claim-a-minima",
    r"Claim A for the square loss and any data: a critical point with $\operatorname{rank}R<d_p$ and $(RX-Y)X^\top\neq0$ is left"
    r" by an exact curve along which the loss falls, so it is no local minimum.",
    source="this project's proof of Lu and Kawaguchi (2017), Theorem 2.1, Claim A, steps (1)-(3)",
    uses=["claim-a"],
)
@settings(max_examples=40, deadline=None)
@given(low_points)
def minima_of_low_rank(point):
    assert residual(point).rank() == 0 or leads_down(point)


@paper.twin("claim-a-minima", "whatever the rank of R")
@given(points)
def minima_of_any_rank(point):
    assert residual(point).rank() == 0 or leads_down(point)


@paper.twin("claim-a-minima", "at every critical point")
@given(low_points)
def critical_points_of_low_rank(point):
    assert residual(point).rank() == 0


def constrained(problem):
    """Return the two-layer problem with d_p hidden neurons: the least loss over rank R <= d_p."""
    return dp.Problem((problem.widths[0], min(problem.widths), problem.widths[-1]), problem.X, problem.Y)


@paper.theorem(
    "theorem-2.1-plus",
    r"For the square loss, any widths and any data: a critical point $W$ is a local minimum exactly if $R$ has the least loss on"
    r" $\operatorname{rank}R\leq d_p$; every other one is left by an exact curve along which the loss falls.",
    remark=r"This is a strengthening of Theorems 2.1-2.3, without conditions on the data. The proof gives more: for every"
    r" differentiable convex $\ell$, $W$ is a local minimum of $\ell(W_H\cdots W_1)$ exactly if $R$ is one of $\ell$ on"
    r" $\operatorname{rank}R\leq d_p$, by Claim A where $\operatorname{rank}R<d_p$, by Theorem 3.1 where it is $d_p$, and by"
    r" continuity of the product.",
    source=SOURCE,
    uses=[
        "claim-a",
        "convex-any-loss",
        "theorem-3.1-factors",
        "theorem-3.1",
        "theorem-3.1-outputs",
        "lemma-3.4",
        "rotation",
        "achour-malgouyres-gerchinovitz-2021/reduction-onto",
    ],
    twins=["strict"],
)
@settings(max_examples=80, deadline=None)
@given(points)
def minima_are_those_of_the_product(point):
    assert dp.enclose(point.loss) <= constrained(point.problem).global_minimum() or leads_down(point)


@paper.twin("theorem-2.1-plus", "the bottleneck left out")
@given(points)
def minima_are_those_without_constraint(point):
    problem = point.problem
    free = dp.Problem((problem.widths[0], problem.widths[-1]), problem.X, problem.Y)
    assert dp.enclose(point.loss) <= free.global_minimum() or leads_down(point)
