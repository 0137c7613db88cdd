"""What may not refute: floats, open comparisons of balls, minima that a search missed, functions that are not functions."""

import random

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.instances import check_theorem
from dlnproof.claims.paper import Paper
from dlnproof.verdict import Finding, Verdict, decide

paper = Paper("doubtful", title="Doubtful failures", authors=["A"], year=2026)
SMALL = dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3))
TWO = dp.problems(layers=2, widths=st.integers(1, 2))
BAD = dp.problems(layers=3, widths=1, decay=st.just("1/20"), data=dp.Problem((1, 1), [[1]], [[1]]))


def check(label, **options):
    claim = next(claim for claim in paper.claims if claim.label == label)
    (evidence,) = check_theorem(claim, Context(**{"seconds": 20.0, "examples": 40, **options}))
    return evidence


# floats -------------------------------------------------------------------------------------------------------------


@paper.theorem("float-true")
@given(SMALL)
def float_true(problem):
    assert float(problem.loss(problem.origin)) >= 0


@paper.theorem("numpy-true")
@given(SMALL)
def numpy_true(problem):
    assert np.all(np.zeros(2) == 0)
    assert problem.layers > 0


@paper.theorem("midpoint-true")
@given(SMALL)
def midpoint_true(problem):
    assert problem.global_minimum().mid() >= 0


@paper.theorem("drawn-float-true")
@given(SMALL, st.floats(0, 1))
def drawn_float_true(problem, x):
    assert problem.layers > 0
    assert x >= 0


@paper.theorem("constant-true")
@given(SMALL)
def constant_true(problem):
    assert problem.loss(problem.origin) > -1e-9


@pytest.mark.parametrize("label", ["float-true", "numpy-true", "midpoint-true", "drawn-float-true", "constant-true"])
def test_a_theorem_that_passes_in_floating_point_is_only_tested(label):
    evidence = check(label)
    assert evidence.finding is Finding.AGREES
    assert decide([evidence]) is Verdict.TESTED
    assert evidence.details["floating point"]


@paper.theorem("float-false")
@given(SMALL)
def float_false(problem):
    assert float(problem.loss(problem.origin)) == 0


@paper.theorem("midpoint-false")
@given(TWO)
def midpoint_false(problem):
    for point in problem.local_minima(starts=2):
        assert point.loss.mid() == problem.global_minimum().mid() - 1


@paper.theorem("drawn-float-false")
@given(SMALL, st.floats(0, 1))
def drawn_float_false(problem, x):
    assert problem.loss(problem.origin) < x


@pytest.mark.parametrize("label", ["float-false", "midpoint-false", "drawn-float-false"])
def test_a_failure_in_floating_point_is_a_candidate_never_a_refutation(label):
    evidence = check(label)
    assert evidence.finding is Finding.CANDIDATE
    assert decide([evidence]) is Verdict.UNDECIDED
    assert evidence.counterexample["failed"].startswith("assert ")


# balls --------------------------------------------------------------------------------------------------------------


@paper.theorem("open-equality")
@given(TWO)
def open_equality(problem):
    for point in problem.local_minima(starts=2):
        assert point.loss == problem.global_minimum()


@paper.theorem("open-order")
@given(dp.problems(layers=2, widths=[3, 1, 3]))
def open_order(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=2):
        assert point.loss <= best


@paper.theorem("open-overlap")
@given(dp.problems(layers=2, widths=[3, 1, 3]))
def open_overlap(problem):
    for point in problem.local_minima(starts=2):
        assert not dp.enclose("1/3").overlaps(point.loss - problem.global_minimum() + dp.enclose("1/3"))


@paper.theorem("open-branch")
@given(dp.problems(layers=2, widths=[3, 1, 3]))
def open_branch(problem):
    for point in problem.local_minima(starts=2):
        attained = point.loss <= problem.global_minimum()
        if not attained:
            assert problem.layers == 7


@paper.theorem("radius")
@given(TWO)
def radius(problem):
    for point in problem.local_minima(starts=2):
        assert point.loss.rad() > 1


@paper.theorem("own-balls")
@given(SMALL)
def own_balls(problem):
    assert arb(2).sqrt() ** 2 == 2 or problem.layers == 0


# true theorems: what fails is only what is not known


@paper.theorem("digits")
@given(TWO)
def digits(problem):
    assert len({point.loss.str(35) for point in problem.local_minima(starts=2)}) <= 1


@paper.theorem("name-of-a-kind", source="Lu and Kawaguchi (2017), Theorem 2.3")
@given(dp.problems(layers=2, widths=[2, 1, 2]))
def name_of_a_kind(problem):
    assert all(point.kind.name == "global minimum" for point in problem.local_minima(starts=2))


@paper.theorem("problem-made-in-the-body")
@given(dp.problems(layers=2, widths=[2, 1, 2]))
def problem_made(problem):
    deeper = dp.Problem((2, 1, 1, 2), problem.X, problem.Y)
    assert isinstance(deeper, dp.Problem)
    assert deeper.global_minimum() <= dp.Problem((2, 2, 1, 2), problem.X, problem.Y).global_minimum()


@paper.theorem("flow", source="gradient_descent.md, bhl18.h1")
@given(dp.networks_from_identity(2, 2, target="symmetric"))
def flow(drawn):
    problem, start = drawn
    (imbalance,) = dp.gradient_flow(problem, start, ["1/20"]).imbalance(1)
    assert imbalance == 0 * imbalance


@paper.theorem("eigenvalues")
@given(dp.networks_from_identity(2, 2, target="symmetric"))
def eigenvalues(drawn):
    problem, start = drawn
    assert all(value.imag == 0 for value in dp.gradient_descent(problem, start, "1/20", 1).eigenvalues(1))


@paper.theorem("open-threshold")
@given(dp.problems(layers=2, widths=[2, 1, 1], decay=dp.rationals(1, 2)))
def open_threshold(problem):
    if problem.cross_moment.rank():
        assert problem.thresholds().zero_is_only_minimiser == problem.global_minimisers().is_trivial


UNKNOWN = ["digits", "name-of-a-kind", "problem-made-in-the-body", "flow", "eigenvalues", "open-threshold"]
OPEN = ["open-equality", "open-order", "open-overlap", "open-branch", "radius", "own-balls"]


@pytest.mark.parametrize("label", OPEN + UNKNOWN)
def test_a_failure_that_balls_leave_open_is_a_candidate(label):
    evidence = check(label, examples=20 if label in UNKNOWN else 40)
    assert evidence.finding is Finding.CANDIDATE
    assert decide([evidence]) is Verdict.UNDECIDED


def test_the_reason_says_how_to_write_the_assert():
    assert check("open-order").outcome.endswith("write what must never certainly happen: assert not a > b")


@paper.theorem("open-but-certain")
@given(BAD)
def open_but_certain(problem):
    points = problem.local_minima(starts=12)
    losses = [point.loss for point in points]
    assert not max(losses) > min(losses), f"{float(max(losses))} > {losses[0].mid()}"


@paper.theorem("certain-strict-order")
@given(TWO)
def certain_strict_order(problem):
    gap = dp.enclose(problem.loss(problem.origin)) - problem.global_minimum()
    assert gap < 0 or (gap.sqrt() > 3 and gap > 9)


@pytest.mark.parametrize("label", ["open-but-certain", "certain-strict-order"])
def test_open_comparisons_do_not_save_a_theorem_that_fails_whatever_their_answers(label):
    # the message of an assert may print floats: it is made after the failure
    assert check(label).finding is Finding.CONFIRMED


# searches -----------------------------------------------------------------------------------------------------------


@paper.theorem("some-minimum-is-global")
@given(BAD, st.integers(0, 30))
def some_minimum_is_global(problem, seed):
    # true; a search from the origin finds the origin only
    assert any(not point.loss > dp.enclose("3/20") for point in problem.local_minima(starts=[[[[seed % 2]]] * 3]))


@paper.theorem("minima-exist")
@given(BAD)
def minima_exist(problem):
    assert len(problem.local_minima(starts=2)) > 2


@paper.theorem("best-is-global")
@given(BAD, st.integers(0, 30))
def best_is_global(problem, seed):
    # true; raises where the search finds nothing, fails where it misses the global minimum
    assert not min(point.loss for point in problem.local_minima(starts=[[[[seed % 2]]] * 3])) > dp.enclose("3/20")


@paper.theorem("at-most-one")
@given(dp.problems(layers=1, widths=2, assuming=[dp.full_row_rank("X")]))
def at_most_one(problem):
    # true; the search returns the same minimum from every start
    assert len(problem.local_minima(starts=3)) <= 1


@paper.theorem("not-three")
@given(dp.problems(layers=1, widths=2, assuming=[dp.full_row_rank("X")]))
def not_three(problem):
    points = problem.local_minima(starts=3)
    assert len(points) != 3


@pytest.mark.parametrize(
    "label", ["some-minimum-is-global", "minima-exist", "best-is-global", "at-most-one", "not-three"]
)
def test_what_a_search_did_not_find_or_found_twice_refutes_nothing(label):
    evidence = check(label)
    assert evidence.finding is Finding.CANDIDATE
    assert decide([evidence]) is Verdict.UNDECIDED


@paper.theorem("one-value")
@given(BAD)
def one_value(problem):
    points = problem.local_minima(starts=12)
    assert all(not p.loss > q.loss for p in points for q in points)


def test_two_points_of_the_many_found_are_the_counterexample():
    evidence = check("one-value")
    assert evidence.finding is Finding.CONFIRMED
    assert len(evidence.counterexample["points"]) == 2


# functions ----------------------------------------------------------------------------------------------------------

CALLS = {"once": 0, "later": 0}


@paper.theorem("fails-once")
@given(SMALL)
def fails_once(problem):
    CALLS["once"] += 1
    assert problem.layers > 0
    assert CALLS["once"] != 7


@paper.theorem("fails-later")
@given(SMALL)
def fails_later(problem):
    CALLS["later"] += 1
    assert problem.layers > 0
    assert CALLS["later"] < 20


@paper.theorem("random")
@given(SMALL)
def at_random(problem):
    assert problem.layers > 0
    assert random.getrandbits(3) != 0


def test_a_function_that_draws_its_own_random_numbers_is_at_most_tested():
    assert decide([check("random")]) in (Verdict.TESTED, Verdict.UNDECIDED)


@pytest.mark.parametrize("label", ["fails-once", "fails-later"])
def test_a_function_of_more_than_its_values_is_never_refuted(label):
    evidence = check(label)
    assert evidence.finding in (Finding.INCONCLUSIVE, Finding.CANDIDATE)
    assert decide([evidence]) is Verdict.UNDECIDED


def test_a_failure_that_does_not_repeat_is_called_not_reproducible():
    CALLS["later"] = 0
    assert check("fails-later").outcome.startswith("not reproducible: ")


class Odd:
    """A value that cannot be written exactly."""


@paper.theorem("odd-value")
@given(SMALL, st.builds(Odd))
def odd_value(problem, odd):
    assert problem.loss(problem.origin) == 0 or odd is None


def test_a_value_that_cannot_be_written_exactly_leaves_a_candidate():
    evidence = check("odd-value")
    assert evidence.finding is Finding.CANDIDATE
    assert "Odd cannot be written exactly" in evidence.outcome


@paper.theorem("wrong-classifier")
@given(dp.problems(layers=2, widths=2).flatmap(dp.critical_points))
def wrong_classifier(point):
    assert point.kind.name != "global minimum"


def test_a_defect_of_the_first_road_is_not_confirmed_by_the_second(monkeypatch):
    """Mutant: the classification of the search calls everything a non-strict saddle; the referee does not."""
    from dlnproof.landscape import critical_point as module
    from dlnproof.landscape.classification import Classification
    from dlnproof.landscape.problem import Problem

    wrong = Classification("non-strict saddle", (0, 0, 1), "mutant")
    monkeypatch.setattr(Problem, "classify", lambda *_: wrong)
    assert module.critical_point is not None

    @paper.theorem("mutant")
    @given(dp.problems(layers=2, widths=2).flatmap(dp.critical_points))
    def mutant(point):
        assert point.kind.name != "non-strict saddle"

    evidence = check("mutant")
    assert evidence.finding is Finding.CANDIDATE
    assert evidence.outcome == "the second road does not fail"


def test_a_wrong_loss_of_the_first_road_is_not_confirmed(monkeypatch):
    from dlnproof.landscape import derivatives

    exact = derivatives.loss
    monkeypatch.setattr(derivatives, "loss", lambda form, weights: exact(form, weights) - 1000)

    @paper.theorem("wrong-loss")
    @given(SMALL)
    def wrong_loss(problem):
        assert problem.loss(problem.origin) >= 0

    evidence = check("wrong-loss")
    assert evidence.finding is Finding.CANDIDATE
    assert evidence.outcome == "the second road does not fail"
