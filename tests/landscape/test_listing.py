"""The lowest critical values without listing all: order, exactness, counts, and the index formula of two layers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlnproof.claims.strategies.critical_points import critical_points
from dlnproof.claims.strategies.problems import problems
from dlnproof.landscape.listing import list_critical_values
from dlnproof.landscape.problem import Problem

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
TWO_LAYERS = problems(layers=st.just(2), widths=st.integers(1, 4))


def diagonal(*entries):
    return [[entry if i == j else 0 for j in range(len(entries))] for i, entry in enumerate(entries)]


@QUIET
@given(TWO_LAYERS.flatmap(critical_points))
def test_the_index_of_a_two_layer_point_is_that_of_its_stratum(point):
    listed = list_critical_values(point.problem).values
    places = [value for value in listed if value.exact.exact() == point.loss]
    assert point.problem.inertia(point.weights)[1] in {value.index for value in places}


def test_the_index_counts_rotations_and_free_neurons():
    # landscape.md V2 (2,1,1), V3 (3,0,1), V4 (2,2,0); d = (2,1,2), Y = diag(2, 1)
    values = list_critical_values(Problem((2, 1, 2), diagonal(1, 1), diagonal(2, 1))).values
    assert [(value.eigenvalues, value.index) for value in values] == [((1,), 0), ((2,), 1), ((), 2)]


@settings(max_examples=30, deadline=None)
@given(problems(layers=st.integers(1, 3), widths=st.integers(1, 3)))
def test_the_listing_is_the_strata_sorted_by_their_exact_values(problem):
    listing = list_critical_values(problem)
    strata = problem.strata()
    assert sorted(value.stratum.counts for value in listing.values) == sorted(stratum.counts for stratum in strata)
    assert listing.total == len(strata)
    assert listing.ordered
    assert list(dict.fromkeys(value.exact.exact() for value in listing.values)) == problem.critical_values()
    assert listing.values[0].stratum.kinds == ("global minimum",)


def test_few_of_many_values_are_the_lowest():
    # 2^12 - 1 choices of at most 11 of 12 eigenvalues
    size = 12
    problem = Problem((size, size - 1, size), diagonal(*[1] * size), diagonal(*range(1, size + 1)))
    every = list_critical_values(problem, most=5000)
    few = list_critical_values(problem, most=25)
    assert every.total == few.total == len(every.values) == 2**size - 1
    assert [value.exact for value in few.values] == [value.exact for value in every.values[:25]]
    assert few.by_rank[2] == 66


@pytest.mark.parametrize(("hidden", "gap"), [(1, 4), (2, 2)])
def test_repeated_eigenvalues_are_one_choice(hidden, gap):
    # Sigma = diag(4, 4, 1): choices of 0, 1 or 2 copies of 4
    values = list_critical_values(Problem((3, hidden, 3), diagonal(1, 1, 1), diagonal(2, 2, 1), scale=1)).values
    assert values[-1].gap == gap * hidden * (1 if hidden == 1 else 2)
    assert len(values) == (3 if hidden == 1 else 5)
