"""Every rank pattern of every stratum is built, and its dimension, kind and value hold at the point that was built."""

from fractions import Fraction as F  # noqa: N817
from random import Random

import pytest
from flint import fmpq_mat

from dlnproof.landscape.canonical_form import pattern_of
from dlnproof.landscape.critical_point import build_critical_point, sample_critical_point, sample_in_stratum
from dlnproof.landscape.derivatives import end_to_end
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.symmetry import null_space
from dlnproof.rings.rational import pivot_columns, take_columns, take_rows


def diagonal(*values, rows=None, columns=None):
    rows, columns = rows or len(values), columns or len(values)
    return [[values[i] if i == j and i < len(values) else 0 for j in range(columns)] for i in range(rows)]


# unequal widths, repeated and zero eigenvalues, more outputs than inputs, inputs that the data do not show
PROBLEMS = {
    "square": Problem((2, 2, 2, 2), diagonal(1, 1), diagonal(2, 1)),
    "repeated": Problem((3, 3, 3), diagonal(1, 1, 1), diagonal(2, 2, 1)),
    "zero eigenvalue": Problem((3, 2, 3), diagonal(1, 1, 1), diagonal(2, 1, 0)),
    "more outputs": Problem((2, 3, 4), diagonal(1, 2), diagonal(2, 1, rows=4, columns=2)),
    "bottleneck": Problem((2, 1, 3, 2), [[1, 1], [0, 1]], [[2, 0], [1, 1]]),
    "unseen inputs": Problem((3, 2, 2, 2), [[1, 2], [2, 4], [0, 1]], [[1, 0], [1, 1]]),
    "one direction seen": Problem((2, 2, 2, 1, 2), [[1], [2]], [[1], [3]]),
    "no correlation": Problem((2, 2, 2), [[1, 0], [1, 0]], [[0, 1], [0, 2]]),
}
CASES = [
    (name, stratum, pattern)
    for name, problem in PROBLEMS.items()
    for stratum in problem.strata()
    if stratum.has_rational_points
    for pattern in stratum.rank_patterns()
]


def reduced(problem, weights):
    """Return the columns seen, W with W_1 in the seen inputs, F, F*, T and C in them."""
    form, seen = problem.form, pivot_columns(problem.form.input_moment)
    moment = take_rows(take_columns(form.input_moment, seen), seen)
    cross = take_columns(form.cross_moment, seen)
    basis = take_columns(form.input_moment, seen) * moment.inv()
    return seen, basis, moment, cross, cross * moment.inv(), end_to_end(weights) * basis


def unit(size, i, j):
    result = fmpq_mat(size, size)
    result[i, j] = 1
    return result


def commuting(equations, left, right):
    """Yield pairs (a, b), a: left x left, b: right x right, that satisfy the linear equations."""
    pairs = [(unit(left, i, j), fmpq_mat(right, right)) for i in range(left) for j in range(left)]
    pairs += [(fmpq_mat(left, left), unit(right, i, j)) for i in range(right) for j in range(right)]
    rows = [[entry for matrix in equations(a, b) for entry in matrix.entries()] for a, b in pairs]
    for vector in null_space(fmpq_mat(rows).transpose()):
        a, b = fmpq_mat(left, left), fmpq_mat(right, right)
        for factor, (one, two) in zip(vector, pairs, strict=True):
            a, b = a + one * factor, b + two * factor
        yield a, b


def tangents(problem, weights):
    """Return the directions in which the stratum moves: hidden bases, stabiliser of (F, G), rotations of P, unseen inputs."""
    form, shapes = problem.form, problem.shapes
    moves = []

    def move(changes):
        moves.append([entry for k, shape in enumerate(shapes) for entry in changes.get(k, fmpq_mat(*shape)).entries()])

    for k in range(problem.layers - 1):
        for i in range(shapes[k][0]):
            for j in range(shapes[k][0]):
                g = unit(shapes[k][0], i, j)
                move({k: g * weights[k], k + 1: -(weights[k + 1] * g)})
    for vector in null_space(form.input_moment):
        for i in range(shapes[0][0]):
            shift = fmpq_mat(*shapes[0])
            for j, value in enumerate(vector):
                shift[i, j] = value
            move({0: shift})
    seen, basis, moment, cross, best, fit = reduced(problem, weights)
    pulled = (fit * moment - cross).transpose()

    def act(a, b):
        inner = weights[0] * basis * b
        first = fmpq_mat(*shapes[0])
        for place, column in enumerate(seen):
            for i in range(shapes[0][0]):
                first[i, column] = -inner[i, place]
        move({0: first, problem.layers - 1: a * weights[-1]})

    outputs, inputs = problem.widths[-1], len(seen)
    for a, b in commuting(lambda a, b: (a * fit - fit * b, b * pulled - pulled * a), outputs, inputs):
        act(a, b)
    sigma = best * cross.transpose()
    columns = pivot_columns(sigma)
    if columns:
        block = take_columns(sigma, columns)
        inverse = block * (block.transpose() * sigma * block).inv() * block.transpose()
        for a, _ in commuting(lambda a, b: (a * sigma - sigma * a, a + a.transpose(), b), outputs, 1):
            act(a, moment * best.transpose() * inverse * a * best)
    return fmpq_mat(moves)


@pytest.mark.parametrize("case", range(len(CASES)))
def test_a_built_point_has_its_pattern_its_kind_its_value_and_the_dimension_of_its_pattern(case):
    name, stratum, pattern = CASES[case]
    problem = PROBLEMS[name]
    point = build_critical_point(problem, stratum.counts, pattern, Random(case))
    weights = problem.read_weights(point.weights)
    assert pattern_of(problem, weights) == pattern
    assert point.kind.name == stratum.kind_of(pattern)
    assert point.loss == stratum.value
    moves = tangents(problem, weights)
    assert moves.rank() == pattern.dimension + stratum.dimension_of_choices <= point.inertia[2]
    assert not any((moves * problem.hessian_matrix(weights)).entries())


def test_the_catalogue_of_patterns_is_not_small():
    assert len(CASES) > 100


@pytest.mark.parametrize("name", ["square", "zero eigenvalue", "bottleneck"])
def test_random_draws_reach_every_stratum_every_kind_and_every_pattern(name):
    problem = PROBLEMS[name]
    wanted = {
        (stratum.value, pattern, stratum.kind_of(pattern))
        for stratum in problem.strata()
        if stratum.has_rational_points
        for pattern in stratum.rank_patterns()
    }
    reached = set()
    for seed in range(900):
        point = sample_critical_point(problem, Random(seed))
        reached.add((point.loss, pattern_of(problem, problem.read_weights(point.weights)), point.kind.name))
        if reached == wanted:
            break
    assert reached == wanted


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_kind_can_be_asked_for_in_every_stratum_that_has_it(name):
    problem = PROBLEMS[name]
    for stratum in problem.strata():
        for kind in stratum.kinds if stratum.has_rational_points else ():
            for seed in range(3):
                point = sample_in_stratum(problem, stratum, kind, Random(seed))
                assert (point.kind.name, point.loss) == (kind, stratum.value)


def test_wide_networks_are_sampled_too():
    problem = Problem((6, 9, 7, 8, 5), diagonal(1, 2, 3, 4, 5, 6), diagonal(3, 3, 2, 1, rows=5, columns=6))
    first = problem.strata()[1]
    kinds = [sample_in_stratum(problem, first, kind, Random(1)).kind.name for kind in first.kinds]
    assert kinds == ["strict saddle", "non-strict saddle"]


def test_plain_draws_give_plain_points():
    class Plain(Random):
        def randint(self, a, b):
            return min(max(0, a), b)

    point = sample_critical_point(PROBLEMS["square"], Plain())
    entries = {entry for weight in point.weights for row in weight for entry in row}
    assert entries <= {F(0), F(1), F(2), F(-1)}
