"""Exact rational numbers as a Hypothesis strategy; they shrink to small denominators, then to numerators near zero."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.strategies.arguments import read_rational
from dlnproof.errors import bad

_NEAR, _FAR = 8, 200  # how far from its bounds (or from 0) an unbounded draw goes, usually and now and then


def rationals(
    min_value: Any = None,
    max_value: Any = None,
    *,
    exclude_min: bool = False,
    exclude_max: bool = False,
    max_denominator: int = 20,
) -> SearchStrategy[Fraction]:
    """Return a strategy of fractions p/q with min_value <= p/q <= max_value and q <= max_denominator.

    `exclude_min`, `exclude_max` exclude the bound itself. Without a bound most draws are below 8 in size and some below
    200: unlike integers, every draw stays readable.  Raises InputError for floats, bad bounds and empty intervals.
    """
    low = None if min_value is None else read_rational("min_value", min_value)
    high = None if max_value is None else read_rational("max_value", max_value)
    if isinstance(max_denominator, bool) or not isinstance(max_denominator, int) or max_denominator < 1:
        raise bad(
            "max_denominator",
            max_denominator,
            "the largest denominator is a positive integer",
            "write max_denominator=20",
        )
    if exclude_min and low is None:
        raise bad("exclude_min", exclude_min, "there is no min_value to exclude", "give min_value")
    if exclude_max and high is None:
        raise bad("exclude_max", exclude_max, "there is no max_value to exclude", "give max_value")
    if low is not None and high is not None and low > high:
        raise bad("min_value", min_value, f"it exceeds max_value={max_value!r}", "exchange the two")
    ranges = [
        (q, near, far)
        for q in range(1, max_denominator + 1)
        if (near := _numerators(q, low, high, exclude_min, exclude_max, _NEAR))
        and (far := _numerators(q, low, high, exclude_min, exclude_max, _FAR))
    ]
    if not ranges:
        rule = f"no fraction with denominator at most {max_denominator} lies between the bounds"
        raise bad("min_value, max_value", (low, high), rule, "raise max_denominator or widen the interval")
    return _draw(ranges)


def _numerators(
    q: int, low: Fraction | None, high: Fraction | None, open_low: bool, open_high: bool, reach: int
) -> tuple[int, int] | None:
    """Return the least and largest numerator p such that p/q lies in the interval, cut to `reach` where it is unbounded."""
    zero = Fraction(0)
    start = low if low is not None else min(high or zero, zero) - reach
    stop = high if high is not None else max(low or zero, zero) + reach
    first, last = ceil(start * q), floor(stop * q)
    first += open_low and low is not None and first == low * q
    last -= open_high and high is not None and last == high * q
    return (first, last) if first <= last else None


@st.composite
def _draw(draw: DrawFn, ranges: list[tuple[int, tuple[int, int], tuple[int, int]]]) -> Fraction:
    q, near, far = draw(st.sampled_from(ranges))
    first, last = far if near != far and draw(st.integers(0, 9)) == 9 else near
    return Fraction(draw(st.integers(first, last)), q)
