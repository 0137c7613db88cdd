"""A theorem's function: accepted only as a @given function, filtered by its assumptions, still runnable by pytest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.claims.assumptions import full_row_rank, nonzero
from dlnproof.claims.paper import Paper
from dlnproof.claims.strategies.problems import problems
from dlnproof.claims.theorem import assumptions_of, body_of, filter_by_assumptions, satisfied
from dlnproof.errors import InputError
from dlnproof.landscape.problem import Problem

SINGULAR = Problem((2, 3), [[1, 1], [2, 2]], [[0, 1], [1, 0], [1, 1]])
REGULAR = Problem((2, 3), [[1, 0], [0, 1]], [[0, 1], [1, 0], [1, 1]])


def test_a_call_without_arguments_examines_only_instances_that_satisfy_the_assumptions():
    seen = []

    @settings(max_examples=60, database=None)
    @given(problems(layers=1, widths=st.integers(1, 3)))
    def function(problem):
        seen.append(problem.input_moment.rank() == problem.widths[0])

    filter_by_assumptions(function, [full_row_rank("X")], "label")()
    assert seen
    assert all(seen)


def test_the_paper_returns_the_function_and_a_failing_assert_fails_the_call():
    paper = Paper("p", title="T", authors=["A"], year=2020)

    @paper.theorem("false", assuming=[nonzero("Y")])
    @settings(max_examples=20, database=None)
    @given(problems(layers=1, widths=1))
    def false(problem):
        assert problem.loss(problem.origin) == 0

    with pytest.raises(AssertionError):
        false()
    assert paper.claims[0].body.function is false


def test_the_body_and_the_assumptions_of_a_function_registered_twice_are_found():
    def body(problem):
        assert problem is not None

    function = given(problems(layers=1, widths=2))(body)
    once = filter_by_assumptions(function, [full_row_rank("X")], "one")
    twice = filter_by_assumptions(once, [nonzero("Y")], "two")
    assert body_of(twice) is body
    assert [str(item) for item in assumptions_of(twice)] == ["full_row_rank('X')", "nonzero('Y')"]


def test_every_problem_among_the_values_counts_that_of_a_point_too():
    class Point:
        problem = SINGULAR

    assumptions = [full_row_rank("X")]
    assert satisfied(assumptions, (REGULAR, {"other": [REGULAR]}))
    assert not satisfied(assumptions, (REGULAR, [SINGULAR]))
    assert not satisfied(assumptions, {"point": Point()})


def _unmarked(problem):
    assert problem


@given(st.integers())
def _one_integer(n):
    assert n == n


@given(n=st.integers())
def _with_fixture(n, request):
    assert n == request


@given(st.integers(), m=st.integers())
def _mixed(n, m):
    assert n == m


@given(st.integers())
async def _asynchronous(n):
    assert n == n


@pytest.mark.parametrize(
    ("function", "assuming", "message"),
    [
        (3, (), "function=3: theorem 'label' decorates a function; write @given(dp.problems(...)) and def below it"),
        (
            _unmarked, (),
            "function='_unmarked': theorem 'label' must decorate a Hypothesis @given function; "
            "put @given(dp.problems(...)) between @paper.theorem(...) and def",
        ),
        (
            _with_fixture, (),
            "arguments=['request']: nothing draws these arguments of theorem 'label'; name a strategy for each in @given(...)",
        ),
        (
            _mixed, (),
            "function='_mixed': Hypothesis cannot use @given of theorem 'label'; name every strategy, @given(problem=...)",
        ),
        (_asynchronous, (), "function='_asynchronous': theorem 'label' must be a plain function; remove async or yield"),
        (
            _one_integer, ["X has full rank"],
            "assuming='X has full rank': theorem 'label' is tested on problems, so its assumptions are conditions on a problem; "
            "use dp.full_row_rank('X') or one of its neighbours",
        ),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(function, assuming, message):
    with pytest.raises(InputError) as caught:
        filter_by_assumptions(function, assuming, "label")
    assert str(caught.value) == message


def test_assumptions_about_no_problem_are_an_error_not_a_silent_pass():
    with pytest.raises(InputError, match="draws no problem that they could speak of"):
        satisfied([full_row_rank("X")], (3, "text"))
