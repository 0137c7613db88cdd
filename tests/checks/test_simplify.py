"""A counterexample ends with small integers in its data, stays inside the theorem's strategy, and keeps most of its margin."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.instances import check_theorem
from dlnproof.checks.simplify import simpler
from dlnproof.claims.paper import Paper
from dlnproof.landscape.problem import Problem
from dlnproof.verdict import Finding

paper = Paper("plain", title="Plain", authors=["A"], year=2026)


def few_entries(problem):
    """Whether at most ten in all: the sum of the sizes of the entries of X and Y."""
    return sum(abs(entry) for matrix in (problem.X, problem.Y) for entry in matrix.entries()) <= 10


@paper.theorem("small-data")
@given(dp.problems(layers=2, widths=st.integers(1, 2), samples=2))
def small_data(problem):
    assert few_entries(problem)


@paper.theorem("filtered", assuming=[dp.whitened()])
@given(dp.problems(layers=1, widths=2).filter(lambda problem: problem.cross_moment.rank() == 2))
def filtered(problem):
    assert problem.output_moment <= 4


@paper.theorem("pair")
@given(dp.problems(layers=2, widths=1), dp.problems(layers=1, widths=1))
def pair(first, second):
    assert first.output_moment == second.output_moment


def counterexample(label):
    claim = next(claim for claim in paper.claims if claim.label == label)
    (evidence,) = check_theorem(claim, Context(seconds=30.0, examples=100))
    assert evidence.finding is Finding.CONFIRMED
    return evidence.counterexample


def test_entries_become_small_integers_without_a_change_of_rank():
    problem = Problem.from_json(counterexample("small-data")["problem"])
    entries = [Fraction(str(entry)) for matrix in (problem.X, problem.Y) for entry in matrix.entries()]
    assert all(entry.denominator == 1 for entry in entries)
    assert 10 < sum(map(abs, entries)) <= 20
    assert problem.X.rank() > 0


def test_filters_and_assumptions_of_the_theorem_still_hold():
    problem = Problem.from_json(counterexample("filtered")["problem"])
    assert dp.whitened().holds(problem)
    assert problem.cross_moment.rank() == 2
    assert problem.output_moment > 4


def test_a_counterexample_of_two_problems_is_left_as_it_was_shrunk():
    assert len(counterexample("pair")["problems"]) == 2


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (Fraction(0), []),
        (Fraction(1), [0]),
        (Fraction(-7), [0, 1, -1, 7, -3]),
        (Fraction(22, 7), [0, 1, -1, 3, Fraction(13, 4), Fraction(19, 6)]),
    ],
)
def test_simpler_numbers_start_with_zero_and_end_with_continued_fractions(value, answer):
    assert list(simpler(value)) == answer
