"""Drawn rationals are exact, inside their bounds, readable, and shrink to zero or the nearest simple number."""

from fractions import Fraction

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from dlnproof.claims.strategies.rationals import rationals
from dlnproof.errors import InputError

BOUNDS = st.fractions(-3, 3, max_denominator=7)


@given(st.data(), BOUNDS, BOUNDS, st.booleans(), st.booleans())
def test_draws_respect_the_bounds(data, first, second, open_low, open_high):
    low, high = min(first, second), max(first, second)
    if high - low < Fraction(1, 10):
        return
    drawn = data.draw(rationals(low, high, exclude_min=open_low, exclude_max=open_high))
    assert isinstance(drawn, Fraction)
    assert low < drawn < high if open_low and open_high else low <= drawn <= high
    assert drawn != low or not open_low
    assert drawn != high or not open_high
    assert drawn.denominator <= 20


@given(rationals(min_value="0.1", exclude_min=True, max_denominator=9))
def test_decimal_strings_are_exact_bounds(number):
    assert number > Fraction(1, 10)


@pytest.mark.parametrize(
    ("strategy", "condition", "expected"),
    [
        (rationals(), lambda _: True, 0),
        (rationals(), lambda x: x > 2, 3),
        (rationals(0, 1, exclude_min=True), lambda _: True, 1),
        (rationals(0, 1, exclude_min=True, exclude_max=True), lambda _: True, Fraction(1, 2)),
        (rationals(max_value=-3), lambda _: True, -3),
        (rationals(), lambda x: abs(x) > 100, 101),
    ],
)
def test_draws_shrink_to_simple_numbers(strategy, condition, expected):
    options = settings(max_examples=5000, database=None)
    assert abs(find(strategy, condition, settings=options)) == abs(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"min_value": 0.1}, "min_value=0.1: float where an exact number is needed; write Fraction(1, 3) or '0.1'"),
        ({"max_value": "abc"}, "max_value='abc': not an exact number; "),
        ({"min_value": 2, "max_value": 1}, "min_value=2: it exceeds max_value=1; exchange the two"),
        ({"exclude_min": True}, "exclude_min=True: there is no min_value to exclude; give min_value"),
        ({"exclude_max": True}, "exclude_max=True: there is no max_value to exclude; give max_value"),
        (
            {"max_denominator": 0},
            "max_denominator=0: the largest denominator is a positive integer; write max_denominator=20",
        ),
        (
            {"min_value": 0, "max_value": "1/9", "exclude_min": True, "exclude_max": True, "max_denominator": 9},
            "no fraction with denominator at most 9 lies between the bounds; raise max_denominator or widen the interval",
        ),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(InputError) as caught:
        rationals(**arguments)
    assert message in str(caught.value)
