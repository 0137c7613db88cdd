"""Drawn critical points are exact and of every kind; drawn weights are degenerate on purpose."""

from collections import Counter
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st

from dlnproof.claims.strategies.critical_points import critical_points
from dlnproof.claims.strategies.problems import problems
from dlnproof.claims.strategies.rationals import rationals
from dlnproof.claims.strategies.weights import weights
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.problem import Problem

QUIET = settings(
    max_examples=300, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
# deep, no bottleneck, distinct eigenvalues: V6, V7, V8 of landscape.md live here
DEEP = Problem((2, 2, 2, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]])


def kinds(strategy) -> Counter:
    seen: Counter = Counter()

    @seed(3)
    @QUIET
    @given(strategy)
    def look(point):
        assert point.problem.is_critical(point.weights)
        seen[point.kind.name] += 1

    look()
    return seen


def test_every_kind_is_reached_on_one_deep_problem():
    seen = kinds(critical_points(DEEP))
    assert set(seen) == {"global minimum", "strict saddle", "non-strict saddle"}
    assert min(seen.values()) >= 15


def test_every_kind_is_reached_on_drawn_problems():
    seen = kinds(problems(layers=st.integers(2, 4), widths=st.integers(1, 3)).flatmap(critical_points))
    assert min(seen[kind] for kind in ("global minimum", "strict saddle", "non-strict saddle")) >= 15


def test_two_layers_have_no_non_strict_saddle():
    # Kawaguchi (2016), Corollary 2.4: two matrices, any data
    seen = kinds(problems(layers=2, widths=st.integers(1, 3)).flatmap(critical_points))
    assert "non-strict saddle" not in seen
    assert seen["strict saddle"] >= 15


def test_with_decay_the_origin_and_other_points_with_two_zero_layers_are_drawn():
    strategy = problems(
        layers=st.integers(2, 4), widths=st.integers(1, 3), decay=rationals(0, 1), noise=rationals(0, 1)
    )
    assert sum(kinds(strategy.flatmap(critical_points)).values()) >= 250


def test_points_shrink_to_the_origin():
    found = find(
        critical_points(DEEP), lambda point: point.kind.name == "non-strict saddle", settings=settings(database=None)
    )
    assert all(entry == 0 for layer in found.weights for row in layer for entry in row)


def test_one_layer_with_decay_has_the_ridge_regression_only():
    found = find(critical_points(Problem((2, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]], decay="1/2")), lambda _: True)
    assert found.kind.name == "global minimum"
    assert found.weights == ([[1, 0], [0, Fraction(1, 2)]],)


@pytest.mark.parametrize("kind", ["global minimum", "strict saddle", "non-strict saddle"])
def test_a_kind_and_a_rank_can_be_asked_for(kind):
    rank = 2 if kind == "global minimum" else 1
    assert set(kinds(critical_points(DEEP, kind=kind, rank=rank))) == {kind}


def test_a_kind_that_the_problem_does_not_have_is_refused_with_those_it_has():
    shallow = Problem((2, 2, 2), [[1, 0], [0, 1]], [[1, 1], [0, 1]])
    rule = "no rational critical point of the problem is of that kind and rank; choose one of .rank, kind. = "
    with pytest.raises(InputError, match=rule + r"\(0, 'strict saddle'\), \(2, 'global minimum'\)"):
        critical_points(shallow, kind="non-strict saddle")
    with pytest.raises(InputError, match=rule):
        critical_points(shallow, rank=1)
    with pytest.raises(InputError, match="kind='saddle': not a kind of point"):
        critical_points(shallow, kind="saddle")
    with pytest.raises(UnsupportedError, match="strata: known without decay and noise only"):
        critical_points(Problem((1, 1, 1), [[1]], [[1]], decay=1), kind="strict saddle")


def test_a_drawn_problem_without_points_of_that_kind_is_rejected():
    drawn = problems(layers=2, widths=st.integers(1, 2)).flatmap(lambda p: critical_points(p, rank=1))
    assert sum(kinds(drawn).values()) >= 50


@given(problems(layers=3, widths=st.integers(1, 3)).flatmap(lambda p: st.tuples(st.just(p), weights(p))))
def test_weights_have_the_shapes_of_the_problem(drawn):
    problem, point = drawn
    assert [(len(layer), len(layer[0])) for layer in point] == problem.shapes
    assert problem.loss(point) >= 0


def test_weights_are_zero_identity_like_and_deficient_on_purpose():
    seen: Counter = Counter()

    @seed(0)
    @QUIET
    @given(weights(Problem((3, 3, 3), [[1], [0], [2]], [[1], [2], [0]])))
    def look(point):
        ranks = [_rank(layer) for layer in point]
        seen["zero"] += ranks == [0, 0]
        seen["one zero layer"] += sorted(ranks)[0] == 0 < sorted(ranks)[1]
        seen["deficient"] += 0 < min(ranks) < 3
        seen["generic"] += ranks == [3, 3]
        seen["identity"] += all(layer[i][j] == (i == j) for layer in point for i in range(3) for j in range(3))

    look()
    assert min(seen.values()) >= 5, seen


def _rank(layer) -> int:
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in layer]).rank()


@pytest.mark.parametrize(("strategy", "what"), [(critical_points, "critical points"), (weights, "weights")])
def test_only_a_problem_has_points(strategy, what):
    with pytest.raises(InputError, match=f"problem=3: {what} belong to a problem; write dp.problems"):
        strategy(3)
