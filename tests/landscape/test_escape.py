"""Ways down from saddles: exact, of the order they say, with the drop they say, from every kind of saddle."""

from fractions import Fraction as F  # noqa: N817
from random import Random

import pytest
from exact_problems import problems
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_rank_patterns import CASES, PROBLEMS
from test_vectors import VECTORS, problem_of

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape import escape as escape_module
from dlnproof.landscape.critical_point import build_critical_point, sample_critical_point
from dlnproof.landscape.problem import Problem

SADDLES = [name for name, vector in VECTORS.items() if "saddle" in vector[5]]


def moved(weights, directions, t):
    """Return w + sum_p t^p D_p by plain arithmetic."""
    return [
        [
            [
                F(value) + sum(F(move[k][i][j]) * t**power for power, move in directions.items())
                for j, value in enumerate(row)
            ]
            for i, row in enumerate(weight)
        ]
        for k, weight in enumerate(weights)
    ]


def check(problem, weights, strict):
    weights = [[[F(value) for value in row] for row in weight] for weight in weights]
    found = problem.escape_direction(weights)
    second = problem.referee()
    assert second.loss(moved(weights, found.directions, found.step)) == second.loss(weights) - found.drop
    assert found.weights == moved(weights, found.directions, found.step)
    assert found.drop > 0 < found.slope
    assert (found.order == 2) == strict
    # the leading term is right: L(w) - L(w + ...) = slope t^order + O(t^{order + 1})
    t = F(1, 10**9)
    drop = second.loss(weights) - second.loss(moved(weights, found.directions, t))
    assert abs(drop / t**found.order - found.slope) < found.slope / 10
    return found


@pytest.mark.parametrize("name", SADDLES)
def test_every_saddle_of_the_catalogue_has_a_way_down(name):
    problem, weights, _, kind, _ = problem_of(name)
    check(problem, weights, kind == "strict saddle")


def test_the_order_of_the_way_out_of_the_origin_is_that_of_the_product():
    # three layers: L - L(0) = -2 y t^3 + t^6 along w_k = t; the construction ends at t^4 = t^2 t t^... with w_3 = O(t^2)
    chain = Problem((1, 1, 1, 1), [[1]], [[1]])
    found = check(chain, chain.origin, strict=False)
    assert found.order == 4
    assert sorted(found.directions) == [1, 2]
    with pytest.raises(UnsupportedError, match=r"a curve with the powers \[1, 2\] of t; read its directions"):
        _ = found.direction


def test_a_strict_saddle_has_a_straight_way_out():
    problem, weights, *_ = problem_of("V2")
    found = check(problem, weights, strict=True)
    assert list(found.directions) == [1]
    assert problem.loss(moved(weights, {1: found.direction}, found.step)) < 2
    assert found.method.startswith("rotation")
    assert set(found.to_json()) == {"directions", "order", "slope", "step", "drop", "weights", "method"}


def test_a_loose_pivot_names_itself():
    problem, weights, *_ = problem_of("V7")
    assert check(problem, weights, strict=True).method == "pivot (3, 1) is not tightened"


@pytest.mark.parametrize("case", [k for k, (_, s, p) in enumerate(CASES) if "saddle" in s.kind_of(p)])
def test_every_pattern_of_a_saddle_has_a_way_down_by_the_construction_of_the_proof(case):
    name, stratum, pattern = CASES[case]
    point = build_critical_point(PROBLEMS[name], stratum.counts, pattern, Random(case))
    kind = stratum.kind_of(pattern)
    found = check(PROBLEMS[name], point.weights, kind == "strict saddle")
    assert "negative direction" not in found.method


@pytest.mark.parametrize(("decay", "order"), [((0, 0, 0), 3), ((1, 0, 0), 5), ((0, 0, 2), 5)])
def test_the_origin_with_fewer_than_two_decays_is_left_along_rank_one(decay, order):
    problem = Problem.from_moments((2, 3, 2, 1), [[1, 0], [0, 2]], [[1, -3]], decay=decay, noise=1)
    found = problem.escape_direction(problem.origin)
    assert found.order == order
    assert problem.loss(found.weights) == problem.loss(problem.origin) - found.drop


def test_a_saddle_with_decay_or_noise_is_left_along_a_negative_direction():
    problem = Problem((2, 2, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]], decay="1/4", noise=1)
    found = check(problem, problem.origin, strict=True)
    assert found.method == "negative direction of the Hessian"


def test_a_double_root_of_the_scalar_equation_is_left_at_third_order():
    # z22.deep at its threshold: prod gamma = 27/256
    problem = Problem.from_moments((1, 1, 1, 1), [[1]], [[1]], scale=1, decay=(F(3, 4), F(3, 4), F(3, 16)))
    found = check(problem, [[[F(1, 2)]], [[F(1, 2)]], [[1]]], strict=False)
    assert (found.order, found.method) == (3, "a direction without curvature")


def test_a_minimum_and_a_point_with_a_slope_have_no_escape():
    problem = Problem((2, 1, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]])
    with pytest.raises(InputError, match="a global minimum has no way down nearby; give a saddle"):
        problem.escape_direction([[[2, 0]], [[1], [0]]])
    with pytest.raises(InputError, match="the gradient is not zero: not a saddle; follow the negative gradient"):
        problem.escape_direction([[[1, 0]], [[1], [0]]])


def test_a_curve_along_which_the_loss_rises_is_no_escape():
    problem, weights, *_ = problem_of("V2")
    still = [matrix * 0 for matrix in problem.read_weights(weights)]
    up = problem.read_weights([[[0, 1]], [[0], [0]]])
    for move in (still, up):
        assert escape_module._measure(problem, problem.read_weights(weights), {1: move}, "mutant") is None


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_every_drawn_saddle_has_a_way_down(problem, random):
    point = sample_critical_point(problem, random)
    assume(point.kind.is_saddle)
    check(problem, point.weights, point.kind.is_strict_saddle)
