"""Watched balls answer as python-flint does and note exactly the comparisons that are open."""

from fractions import Fraction

import pytest
from flint import acb, arb, arb_mat, fmpq
from hypothesis import given
from hypothesis import strategies as st

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.journal import Journal
from dlnproof.checks.plan import run_checks
from dlnproof.checks.watching import WatchedBall, WatchedMatrix, watch
from dlnproof.rings.ball import enclose
from dlnproof.verdict import Verdict, decide

NUMBERS = st.fractions(-2, 2, max_denominator=4)
RADII = st.sampled_from(["0", "0", "0.25", "1"])
BALLS = st.builds(lambda x, r: arb(fmpq(x.numerator, x.denominator), r), NUMBERS, RADII)
COMPARISONS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@given(BALLS, BALLS, st.sampled_from(sorted(COMPARISONS)), st.booleans())
def test_answers_are_those_of_python_flint_and_open_ones_are_noted(left, right, sign, watch_left):
    journal = Journal(file=__file__)
    compare, opposite = COMPARISONS[sign], COMPARISONS[OPPOSITE[sign]]
    first, second = (watch(left, journal), right) if watch_left else (left, watch(right, journal))
    assert compare(first, second) == compare(left, right)
    decided = compare(left, right) or opposite(left, right)
    assert len(journal.undecided) == (not decided)


@given(BALLS, BALLS)
def test_what_is_computed_from_a_watched_ball_is_watched_and_equal(left, right):
    journal = Journal(file=__file__)
    ball = watch(left, journal)
    for plain, watched in (
        (left + right, ball + right), (right - left, right - ball), (left * 3, 3 * ball), (abs(left), abs(ball)), (-left, -ball),
        (left**2, ball**2), (left.exp(), ball.exp()), (left.max(right), ball.max(right)),
        (sum([left, right]), sum([ball, right])),
    ):  # fmt: skip
        assert isinstance(watched, WatchedBall)
        assert arb.str(watched) == str(plain)
    assert journal.undecided == journal.floats == journal.loose == []


@given(BALLS, BALLS)
def test_containing_and_overlapping_are_certain_only_when_they_are(left, right):
    journal = Journal(file=__file__)
    ball = watch(left, journal)
    assert ball.overlaps(right) == left.overlaps(right)
    assert ball.contains(right) == left.contains(right)
    certain = not left.overlaps(right) or left == right
    assert len(journal.undecided) == (0 if certain else 2)


def test_answers_can_be_turned_one_by_one():
    journal = Journal(file=__file__, answers={1: True})
    ball = watch(arb(1, "0.5"), journal)
    assert [ball > 1, ball > 1, ball > 1, ball.overlaps(arb(1))] == [False, True, False, True]
    assert [question.question for question in journal.undecided] == [">", ">", ">", "overlaps"]
    assert all(question.line for question in journal.undecided)


def test_floats_and_facts_about_the_ball_are_noted():
    journal = Journal(file=__file__)
    ball = watch(arb(1, "0.5"), journal)
    float(ball), ball.mid(), ball.rad(), ball.upper(), ball.str(5, radius=False), repr(ball)
    assert f"{ball}" == str(arb(1, "0.5"))
    assert [what for what, _ in journal.floats] == ["float", "mid"]
    assert {what for what, _ in journal.loose} == {"rad", "upper", "str", "repr"}


def test_numbers_that_are_known_exactly_are_compared_exactly_and_stay_known_in_sums_and_products():
    journal = Journal(file=__file__)
    third = watch(enclose(Fraction(1, 3)), journal)
    assert third == Fraction(1, 3)
    assert not third > Fraction(1, 3)
    assert 3 * third - 1 == 0
    assert -(third / 2) + Fraction(1, 6) <= abs(enclose(0))
    assert journal.undecided == []
    assert not third.exp() > third.exp()
    assert len(journal.undecided) == 1


def test_the_parts_of_a_complex_ball_are_watched():
    journal = Journal(file=__file__)
    ball = watch(acb(arb(1), arb(0, "0.1")), journal)
    assert not ball.imag > 0
    assert ball.real == 1
    assert not ball.imag < 0
    assert len(journal.undecided) == 2


def test_the_entries_of_a_watched_matrix_are_watched():
    journal = Journal(file=__file__)
    matrix = watch(arb_mat([[arb(1, "0.1"), 2], [3, 4]]), journal)
    for entry in (
        matrix[0, 0],
        (matrix * matrix)[1, 0],
        matrix.transpose().det(),
        matrix.tolist()[0][1],
        matrix.trace(),
    ):
        assert isinstance(entry, WatchedBall)
    assert isinstance(matrix.inv(), WatchedMatrix)
    assert not matrix[0, 0] > 1
    assert len(journal.undecided) == 1


def test_watching_twice_and_inside_lists_changes_nothing():
    journal = Journal(file=__file__)
    ball = watch(arb(2), journal)
    assert watch(ball, journal) is ball
    assert isinstance(watch([1, (arb(2),)], journal)[1][0], WatchedBall)
    with pytest.raises(ValueError, match="hash"):
        hash(watch(arb(1, "0.1"), journal))


def test_open_comparisons_of_a_trajectory_or_a_flow_refute_nothing_and_certain_ones_do():
    rotation = [["-99/101", "-20/101"], ["20/101", "-99/101"]]
    paper = dp.Paper("p", title="t", authors=["a"], year=2026)

    @given(st.just(dp.Problem((2,) * 4, X=[[1, 0], [0, 1]], Y=rotation)))
    def wide(problem):  # the loss is near 10^-16, enclosed to 10^-14
        assert dp.gradient_descent(problem, problem.identity, "1/30", 272, bits=128).losses[272] < Fraction(1, 10**16)

    @given(st.just([[1, 2], [2, 4]]))
    def equal(target):
        (one,), (other,) = dp.two_layer_flow(target, [1]), dp.two_layer_flow(target, [1])
        assert one[0, 0] >= other[0, 0]

    @given(st.just(dp.Problem((1, 1), X=[[1]], Y=[[2]])))
    def short(problem):
        assert dp.gradient_descent(problem, problem.identity, "1/3", 3, bits=64)[3][0][0][0] < 1

    verdicts = [
        decide(list(run_checks(paper.theorem(f.__name__, "x")(f) and paper.claims[-1], Context(seconds=20))))
        for f in (wide, equal, short)
    ]
    assert verdicts == [Verdict.UNDECIDED, Verdict.UNDECIDED, Verdict.REFUTED]
