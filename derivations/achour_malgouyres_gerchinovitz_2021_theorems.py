"""Achour, Malgouyres and Gerchinovitz (2021): the classification on exact critical points of every stratum, and its mutants.

No condition on the data or on the eigenvalues of Sigma. The criterion is written out below, with ranks alone; it is compared
with the exact inertia of the Hessian. r = rank(RX), r_max = min(rank X, d_1, ..., d_H).
"""

from achour_malgouyres_gerchinovitz_2021 import PROOF, SOURCE, paper
from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017_products import networks, product

import dlnproof as dp

points = networks.flatmap(dp.critical_points)
CLASSES = SOURCE.format("the classification (Theorem 1 in our count), without conditions on the data")
VALUES = SOURCE.format("the critical values (Proposition 1 in our count), without conditions on the data")


def partial(problem, weights, top, bottom):
    """Return W_top ... W_bottom as an exact matrix, None for the empty product."""
    return product(problem.read_weights(weights)[bottom - 1 : top])


def rank_of_fit(problem, weights):
    """Return r = rank(RX) = rank(R XX^T)."""
    return (partial(problem, weights, problem.layers, 1) * problem.input_moment).rank()


def r_max(problem):
    """Return min(rank X, d_1, ..., d_H)."""
    return min(problem.input_moment.rank(), *problem.widths[1:])


def outer_block(problem, weights, i, j, matrix):
    """Return W_{j-1} ... W_1 M^T W_H ... W_{i+1} for a matrix M (d_H x d_0)."""
    outer = matrix.transpose()
    before, after = partial(problem, weights, j - 1, 1), partial(problem, weights, problem.layers, i + 1)
    outer = outer if before is None else before * outer
    return outer if after is None else outer * after


def pivots(problem):
    """Return all pivots (i, j), i > j."""
    return [(i, j) for i in range(2, problem.layers + 1) for j in range(1, i)]


def blocks(problem, weights):
    """Return the ranks of the inner and of the outer block of every pivot, by pivot."""
    found = {}
    for i, j in pivots(problem):
        inner = partial(problem, weights, i - 1, j + 1)
        outer = outer_block(problem, weights, i, j, problem.cross_moment)
        found[i, j] = (problem.widths[j] if inner is None else inner.rank(), outer.rank())
    return found


def whitened(problem):
    """Return the problem with the identity as inputs and Y X^T as targets."""
    size = problem.widths[0]
    return dp.Problem(problem.widths, [[int(i == j) for j in range(size)] for i in range(size)], problem.cross_moment)


def is_tightened(problem, weights):
    """Return whether a block of every pivot has rank r."""
    r = rank_of_fit(problem, weights)
    return all(r in pair for pair in blocks(problem, weights).values())


def best_of_rank(problem, r):
    """Return the least loss over rank(RX) <= r."""
    if not r:
        return dp.enclose(problem.loss(problem.origin))
    return dp.Problem((problem.widths[0], r, problem.widths[-1]), problem.X, problem.Y).global_minimum()


def selects_largest(point):
    """Return whether R selects the r largest eigenvalues: its loss is the least one of its rank."""
    return not dp.enclose(point.loss) > best_of_rank(point.problem, rank_of_fit(point.problem, point.weights))


def is_global(point):
    """Return whether the loss is the global minimum."""
    return not dp.enclose(point.loss) > point.problem.global_minimum()


others = points.filter(lambda point: not is_global(point))


@paper.theorem(
    "P1",
    r"The loss at a critical point is $\frac12(\|Y\|_F^2-\sum_{i\in S}\lambda_i)$ for a set $S$ of"
    r" $r=\operatorname{rank}RX$ positive eigenvalues of $\Sigma$, $r\leq r_{\max}$.",
    source=VALUES,
    uses=["P1-value", "reduction"],
)
@given(points)
def loss_is_a_listed_value(point):
    r = rank_of_fit(point.problem, point.weights)
    assert r <= r_max(point.problem)
    assert point.loss in [stratum.value for stratum in point.problem.strata() if stratum.rank == r]


SPECTRUM = [[3, 0, 0], [0, 2, 0], [0, 0, 1]]
EYE = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
TWICE_THE_LOSS = [
    ((3, 1, 3), (5, 10, 13, 14)),
    ((3, 2, 3), (1, 4, 5, 9, 10, 13, 14)),
    ((3, 3, 3), (0, 1, 4, 5, 9, 10, 13, 14)),
]


@paper.theorem(
    "P1-values",
    r"$X=I$, $Y=\operatorname{diag}(3,2,1)$, so $\Sigma=\operatorname{diag}(9,4,1)$, $\|Y\|_F^2=14$: the values of"
    r" $2L$ at critical points are $5,10,13,14$ with one hidden neuron, $1,4,5,9,10,13,14$ with two, and $0$ besides"
    r" with three.",
    remark=r"They are $14$ less each sum of at most $r_{\max}$ eigenvalues.",
    source=VALUES,
    uses=["P1", "P1-occurs"],
)
@settings(max_examples=20, deadline=None)
@given(st.sampled_from(TWICE_THE_LOSS))
def values_of_three_eigenvalues(case):
    widths, values = case
    problem = dp.Problem(widths, EYE, SPECTRUM)
    assert sorted(2 * value for value in problem.critical_values()) == list(values)


@paper.twin("P1-values", "the zero eigenvalue left out of the sums")
@given(st.sampled_from(TWICE_THE_LOSS))
def values_without_the_origin(case):
    widths, values = case
    problem = dp.Problem(widths, EYE, SPECTRUM)
    assert sorted(2 * value for value in problem.critical_values()) == list(values[:-1])


@paper.twin("P1", "the least value of its rank")
@given(points)
def loss_is_the_least_of_its_rank(point):
    assert selects_largest(point)


@paper.theorem(
    "T1-b-instances",
    r"(b) At an exact critical point with $X=I$, for every pivot: the outer block $B_{j-1}Y^\top A_i$ has rank $r$ exactly if"
    r" $B_{j-1}G^\top A_i=0$.",
    source=SOURCE.format(PROOF.format("(b)")),
    uses=["T1-b"],
)
@settings(max_examples=40, deadline=None)
@given(networks.map(whitened).flatmap(dp.critical_points))
def outer_blocks_of_rank_r(point):
    problem, weights = point.problem, point.weights
    r = rank_of_fit(problem, weights)
    slope = partial(problem, weights, problem.layers, 1) - problem.cross_moment
    for i, j in pivots(problem):
        block, vanishing = (outer_block(problem, weights, i, j, matrix) for matrix in (problem.cross_moment, slope))
        assert (block.rank() == r) == (vanishing.rank() == 0)


@paper.twin("T1-b-instances", "for the end-to-end matrix in the place of the residual")
@given(networks.map(whitened).flatmap(dp.critical_points))
def outer_blocks_of_the_fit(point):
    problem, weights = point.problem, point.weights
    r, end = rank_of_fit(problem, weights), partial(problem, weights, problem.layers, 1)
    for i, j in pivots(problem):
        block, fit = (outer_block(problem, weights, i, j, matrix) for matrix in (problem.cross_moment, end))
        assert (block.rank() == r) == (fit.rank() == r)


@paper.theorem(
    "T1",
    r"Let $W$ be critical, not a global minimum. It is a saddle. If $R$ selects the $r$ largest eigenvalues of"
    r" $\Sigma$ and every pivot is tightened, the Hessian is positive semidefinite: a non-strict saddle. Otherwise it"
    r" has a negative eigenvalue: a strict saddle.",
    source=CLASSES,
    uses=["T1-a", "T1-d", "T1-e-step", "P1-commutes", "reduction-onto", "lu-kawaguchi-2017/theorem-2.1-plus"],
)
@settings(max_examples=150, deadline=None)
@given(others)
def saddles_are_strict_or_not(point):
    tight = is_tightened(point.problem, point.weights)
    assert (point.inertia[1] == 0) == (tight and selects_largest(point))
    assert point.kind.is_saddle


@paper.theorem(
    "T1-global",
    r"A critical point is a global minimum exactly if $G=0$ or $R$ selects the $r_{\max}$ largest eigenvalues; every other one"
    r" is a saddle.",
    source=CLASSES,
    uses=["T1"],
)
@settings(max_examples=60, deadline=None)
@given(points)
def global_minima(point):
    problem, weights = point.problem, point.weights
    slope = partial(problem, weights, problem.layers, 1) * problem.input_moment - problem.cross_moment
    best = rank_of_fit(problem, weights) == r_max(problem) and selects_largest(point)
    assert is_global(point) == (slope.rank() == 0 or best)
    assert point.kind.is_global_minimum == is_global(point)
    assert point.kind.is_saddle == (not is_global(point))


@paper.twin("T1-global", "every minimum of its rank is global")
@given(points)
def every_rank_is_global(point):
    assert is_global(point) == selects_largest(point)


@paper.theorem(
    "T1-two-layers",
    "With two layers every critical point that is not a global minimum has a direction of negative curvature.",
    remark=r"The only pivot has the blocks $I_{d_1}$ and $\Sigma_{XY}$.",
    source=CLASSES,
    uses=["T1"],
    twins=["without two layers"],
)
@settings(max_examples=60, deadline=None)
@given(dp.problems(layers=dp.bound(2, "two layers", otherwise=3), widths=st.integers(1, 3)).flatmap(dp.critical_points))
def shallow_saddles_are_strict(point):
    assert point.inertia[1] > 0 or is_global(point)


# exact points (test vectors), first layer first: the kind and the inertia that the criterion and the Hessian must give

I2, Y21, E11, E22, Z2 = [[1, 0], [0, 1]], [[2, 0], [0, 1]], [[1, 0], [0, 0]], [[0, 0], [0, 1]], [[0, 0], [0, 0]]
ZERO = [[0]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
square = dp.Problem((2, 2, 2, 2), I2, Y21)
narrow = dp.Problem((2, 1, 2), I2, Y21)
V6 = (square, [[[2, 0], [0, 0]], E11, E11])
V7 = (square, [[[2, 0], [0, 0]], I2, E11])
V11 = (dp.Problem((3, 1, 1, 1), I3, [[2, 0, 0]]), [[[0, -1, 1]], ZERO, ZERO])
V12 = (
    dp.Problem((3, 1, 1, 2, 3), I3, [[5, 0, 0], [0, 4, 0], [0, 0, 1]]),
    [[[0, 0, -1]], ZERO, [[0], [0]], [[0, 0], [1, -1], [0, 0]]],
)
V8 = (square, [[[0, 1], [0, 0]], E11, [[0, 0], [1, 0]]])
V2 = (narrow, [[[0, 1]], [[0], [1]]])
GLOBAL, STRICT, FLAT = "global minimum", "strict saddle", "non-strict saddle"
VECTORS = [
    (dp.Problem((2, 2, 2), I2, Y21), [Y21, I2], GLOBAL, (4, 0, 4), "0"),
    (*V2, STRICT, (2, 1, 1), "2"),
    (narrow, [[[2, 0]], [[1], [0]]], GLOBAL, (3, 0, 1), "1/2"),
    (narrow, [[[0, 0]], [[0], [0]]], STRICT, (2, 2, 0), "5/2"),
    (square, [Z2, Z2, Z2], FLAT, (0, 0, 12), "5/2"),
    (*V6, FLAT, (3, 0, 9), "1/2"),
    (*V7, STRICT, (4, 1, 7), "1/2"),
    (*V8, STRICT, (2, 1, 9), "2"),
    (dp.Problem((1, 1, 1, 1, 1), [[1]], [[1]]), [ZERO, ZERO, ZERO, [[5]]], FLAT, (0, 0, 4), "1/2"),
    (*V11, FLAT, (0, 0, 5), "2"),
    (*V12, FLAT, (0, 0, 12), "21"),
    (dp.Problem((2, 1, 2), I2, I2), [[["3/5", "4/5"]], [["3/5"], ["4/5"]]], GLOBAL, (2, 0, 2), "1/2"),
    (dp.Problem((2, 1, 2), [[1], [0]], [[1], [0]]), [[[0, 5]], [[0], [1]]], STRICT, (1, 1, 2), "1/2"),
    (dp.Problem((1, 1, 1), [[1, 0]], [[0, 1]]), [[[1]], ZERO], GLOBAL, (1, 0, 1), "1/2"),
]


@paper.theorem(
    "T1-vectors",
    "Kind, inertia and loss of fourteen exact critical points of two to four layers (the list VECTORS of the"
    " derivation file).",
    remark="They are the smallest that separate the criterion from its mutants.",
    source=CLASSES,
    uses=["T1"],
)
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(VECTORS))
def exact_points(vector):
    problem, weights, kind, inertia, loss = vector
    assert problem.classify(weights).name == kind
    assert problem.inertia(weights) == inertia
    assert str(problem.loss(weights)) == loss


# the criterion got wrong: each form of it fails at an exact point

PLANTED = {"source": f"planted beside {CLASSES}", "expect": "refuted", "twin_of": "T1"}


def is_flat(problem, weights):
    """Return whether the Hessian has no negative eigenvalue."""
    return problem.inertia(weights)[1] == 0


@paper.theorem(
    "T1-both-blocks", "Negative control: a pivot is tightened if both of its blocks have rank $r$.", **PLANTED
)
@given(st.sampled_from([V6]))
def both_blocks(vector):
    r = rank_of_fit(*vector)
    assert is_flat(*vector) == all(pair == (r, r) for pair in blocks(*vector).values())


@paper.theorem("T1-inner-block", "Negative control: only the inner block counts.", **PLANTED)
@given(st.sampled_from([V6]))
def inner_block(vector):
    r = rank_of_fit(*vector)
    assert is_flat(*vector) == all(inner == r for inner, _ in blocks(*vector).values())


@paper.theorem(
    "T1-any-selection",
    "Negative control: a tightened saddle is non-strict, whichever eigenvalues $R$ selects.",
    **PLANTED,
)
@given(st.sampled_from([V8]))
def any_selection(vector):
    assert is_flat(*vector) == is_tightened(*vector)


@paper.theorem(
    "T1-three-blocks",
    r"Negative control: the outer block cut into $W_H\cdots W_{i+1}$ and $W_{j-1}\cdots W_1$, one of three blocks of rank $r$.",
    **PLANTED,
)
@given(st.sampled_from([V11, V12]))
def three_blocks(vector):
    problem, weights = vector
    r, tight = rank_of_fit(*vector), True
    for i, j in pivots(problem):
        parts = [partial(problem, weights, *ends) for ends in ((problem.layers, i + 1), (i - 1, j + 1), (j - 1, 1))]
        sizes = (problem.widths[-1], problem.widths[j], problem.widths[0])
        tight &= r in [size if part is None else part.rank() for part, size in zip(parts, sizes, strict=True)]
    assert is_flat(*vector) == tight


@paper.theorem(
    "T1-moment-in-each-block",
    r"Negative control: the outer block cut in two, $\Sigma_{XY}$ as a factor of each part: one of $W_{i-1}\cdots W_{j+1}$,"
    r" $\Sigma_{XY}W_H\cdots W_{i+1}$, $W_{j-1}\cdots W_1\Sigma_{XY}$ has rank $r$.",
    **PLANTED,
)
@given(st.sampled_from([V12]))
def moment_in_each_block(vector):
    problem, weights = vector
    r, moment, tight = rank_of_fit(*vector), problem.cross_moment.transpose(), True
    for (i, j), (inner, _) in blocks(*vector).items():
        after, before = partial(problem, weights, problem.layers, i + 1), partial(problem, weights, j - 1, 1)
        upper = moment if after is None else moment * after
        lower = moment if before is None else before * moment
        tight &= r in (inner, upper.rank(), lower.rank())
    assert is_flat(*vector) == tight


@paper.theorem(
    "T1-pivots",
    r"The ranks of the inner and of the outer block at three exact points of $d=(2,2,2,2)$, $X=I$,"
    r" $Y=\operatorname{diag}(2,1)$, of the pivots $(2,1)$, $(3,1)$, $(3,2)$. $r=1$. V6: $(2,1)$, $(1,2)$, $(2,1)$,"
    r" all tightened. V7: pivot $(3,1)$ is $(2,2)$, not tightened. V8: all tightened, $2L=4$.",
    remark=r"So V8 selects the second eigenvalue, $S=\{2\}$.",
    source=CLASSES,
    uses=["T1"],
)
@settings(max_examples=10, deadline=None)
@given(st.just((V6, V7, V8)))
def ranks_of_pivots(vectors):
    first, second, third = vectors
    assert blocks(*first) == {(2, 1): (2, 1), (3, 1): (1, 2), (3, 2): (2, 1)}
    assert {rank_of_fit(*vector) for vector in vectors} == {1}
    assert is_tightened(*first)
    assert blocks(*second)[3, 1] == (2, 2)
    assert not is_tightened(*second)
    assert is_tightened(*third)
    assert 2 * third[0].loss(third[1]) == 4


@paper.twin("T1-pivots", "all three are tightened")
@given(st.just((V6, V7, V8)))
def all_pivots_are_tightened(vectors):
    assert all(is_tightened(*vector) for vector in vectors)


@paper.theorem(
    "T1-full-rank",
    "Negative control: a critical point of rank $r_{\\max}$ is a global minimum.",
    source=f"planted beside {CLASSES}",
    expect="refuted",
    twin_of="T1-global",
)
@given(st.sampled_from([V2]))
def points_of_full_rank(vector):
    problem, weights = vector
    if rank_of_fit(problem, weights) == min(problem.widths):
        assert not dp.enclose(problem.loss(weights)) > problem.global_minimum()
