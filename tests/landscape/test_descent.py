"""Exact gradient descent: published iterates, and a clear end where exact numbers outgrow their limit."""

from fractions import Fraction as F  # noqa: N817

import pytest

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.descent import gradient_descent
from dlnproof.landscape.problem import Problem


def problem():
    return Problem(widths=(2, 2, 2), X=[[1, 0], [0, 1]], Y=[[2, 1], [1, 2]])


def test_the_losses_of_the_first_steps_are_exact():
    # example of the public interface
    path = gradient_descent(problem(), start=problem().identity, rate=F(1, 8), steps=2)
    assert [problem().loss(weights) for weights in path] == [2, F(529, 512), F(46831989649, 137438953472)]
    assert path[0] == problem().identity


def test_no_steps_return_the_start():
    assert gradient_descent(problem(), problem().origin, "0.1", 0) == [problem().origin]


def test_a_critical_point_stays():
    path = gradient_descent(problem(), problem().origin, 1, 5)
    assert path == [problem().origin] * 6


def test_numbers_that_outgrow_the_limit_end_the_descent():
    with pytest.raises(
        UnsupportedError, match=r"steps=50: after step \d+ an exact entry has \d+ bits, more than 10000"
    ):
        gradient_descent(problem(), problem().identity, F(1, 8), 50, most_bits=10_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": 0.1}, "rate=0.1: float where an exact number is needed"),
        ({"rate": 0}, "rate=0: the step size is positive"),
        ({"steps": -1}, "steps=-1: an integer of at least 0 is needed"),
        ({"start": [[[1]]]}, "weights are a list of H=2 matrices, has 1"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    with pytest.raises(InputError) as caught:
        gradient_descent(problem(), **({"start": problem().identity, "rate": F(1, 8), "steps": 1} | change))
    assert message in str(caught.value)


def test_momentum_adds_a_part_of_the_last_step():
    # L = (w - 1)^2 / 2 from w = 0 with rate and momentum 1/2: 1/2, then 1/2 + 1/4 + 1/4, then 1 + 0 + 1/4
    line = Problem(widths=(1, 1), X=[[1]], Y=[[1]])
    path = gradient_descent(line, [[[0]]], F(1, 2), 3, momentum=F(1, 2))
    assert [weights[0][0][0] for weights in path] == [0, F(1, 2), 1, F(5, 4)]
    with pytest.raises(InputError, match="momentum=1: momentum is at least 0 and below 1"):
        gradient_descent(line, [[[0]]], F(1, 2), 3, momentum=1)
