"""The sampler of exact critical points: every class occurs, both roads and the inertia agree on each point."""

from collections import Counter
from random import Random

import pytest
from exact_problems import problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.critical_point import critical_point, sample_critical_point
from dlnproof.landscape.problem import Problem

I2 = [[1, 0], [0, 1]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def kinds(problem, draws):
    return Counter(sample_critical_point(problem, Random(seed)).kind.name for seed in range(draws))


def test_two_layers_have_strict_saddles_and_global_minima_only():
    counted = kinds(Problem((3, 2, 3), I3, [[3, 0, 0], [0, 2, 0], [0, 0, 1]]), 60)
    assert set(counted) == {"strict saddle", "global minimum"}


@pytest.mark.parametrize("widths", [(3, 2, 2, 3), (3, 3, 3, 3), (3, 2, 4, 3, 3)])
@pytest.mark.parametrize("diagonal", [(3, 2, 1), (2, 2, 1), (2, 1, 0)])
def test_three_layers_or_more_reach_every_class(widths, diagonal):
    Y = [[diagonal[i] if i == j else 0 for j in range(3)] for i in range(3)]
    counted = kinds(Problem(widths, I3, Y), 120)
    assert set(counted) == {"strict saddle", "non-strict saddle", "global minimum"}
    assert min(counted.values()) >= 5


def test_an_irrational_spectrum_is_reached_through_its_rational_subspaces():
    # eigenvalues (3 +- sqrt 5) / 2: only rank 0 and rank 2 have rational points
    problem = Problem((2, 2, 2), I2, [[1, 1], [0, 1]])
    losses = {sample_critical_point(problem, Random(seed)).loss for seed in range(40)}
    assert losses == {0, problem.loss(problem.origin)}


def test_draws_reach_every_rational_critical_value():
    problem = Problem((3, 2, 3), I3, [[3, 0, 0], [0, 2, 0], [0, 0, 1]])
    losses = {sample_critical_point(problem, Random(seed)).loss for seed in range(80)}
    assert sorted(losses) == problem.critical_values()


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_a_drawn_point_is_critical_with_a_critical_value_and_both_roads_agree_on_its_kind(problem, random):
    point = sample_critical_point(problem, random)
    assert problem.is_critical(point.weights)
    assert point.loss in problem.critical_values()
    assert point.inertia == problem.inertia(point.weights)
    second = problem.referee().classify(point.weights)
    assert (second.name, second.inertia) == (point.kind.name, point.inertia)


def test_the_same_seed_draws_the_same_point():
    problem = Problem((3, 2, 2), I3, [[3, 1, 0], [0, 2, 1]])
    assert sample_critical_point(problem, Random(5)) == sample_critical_point(problem, Random(5))


def test_a_point_with_a_gradient_is_no_critical_point():
    assert critical_point(Problem((1, 1, 1), [[1]], [[1]]), [[[1]], [[2]]]) is None


def test_a_point_can_be_written_as_json():
    problem = Problem((2, 1, 2), I2, [[2, 0], [0, 1]])
    point = critical_point(problem, [[[0, 1]], [[0], [1]]])
    assert point.to_json() == {
        "weights": [[["0", "1"]], [["0"], ["1"]]], "loss": "2", "kind": "strict saddle", "inertia": [2, 1, 1],
    }  # fmt: skip


def test_decay_is_refused_rather_than_answered_by_the_origin_alone():
    with pytest.raises(UnsupportedError, match="without decay and noise only; use local_minima"):
        sample_critical_point(Problem((1, 1, 1), [[1]], [[1]], decay=1), Random(0))
