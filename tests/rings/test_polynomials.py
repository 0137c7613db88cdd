"""Truncated series and entry polynomials: plain polynomial arithmetic, and a refusal where a value is none."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.polynomials import EntryPolynomials, Series
from dlnproof.rings.prime_field import SAFE_PRIME


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5))
def test_series_multiply_like_polynomials_cut_off(a, b, c, d):
    ring = Series(2)
    value = ring.lift(a, b) * ring.lift(c, d)
    coefficients = [int(ring.coefficient(value, k)) for k in range(3)]
    assert coefficients == [x % SAFE_PRIME for x in (a * c, a * d + b * c, b * d)]
    cut = value * ring.lift(0, 1)
    assert int(ring.coefficient(cut, 3)) == 0


@given(st.integers(1, 9), st.integers(-9, 9), st.integers(1, 4))
def test_the_reciprocal_of_a_series_times_the_series_is_one(constant, slope, order):
    ring = Series(order)
    value = ring.lift(constant, slope)
    assert ring.reciprocal(value) * value == ring.number(fmpq(1))


def test_a_series_without_constant_term_has_no_reciprocal():
    with pytest.raises(ZeroDivisionError):
        Series(2).reciprocal(Series(2).lift(0, 1))


def test_the_root_of_a_varying_series_is_refused():
    with pytest.raises(NotExactError):
        Series(2).root(Series(2).lift(4, 1), 2)
    assert Series(2).root(Series(2).lift(4, 0), 2) * Series(2).root(Series(2).lift(4, 0), 2) == Series(2).number(
        fmpq(4)
    )


def test_entry_polynomials_are_equal_exactly_when_their_coefficients_are():
    ring = EntryPolynomials(("x", "y"))
    x, y = ring.generators["x"], ring.generators["y"]
    assert (x + y) ** 2 == x * x + 2 * x * y + y * y
    assert x * y != y
    assert ring.reciprocal(ring.number(fmpq(3))) == ring.number(fmpq(1, 3))
    with pytest.raises(NotExactError, match="a quotient of entries is not a polynomial"):
        ring.reciprocal(x)


def test_a_root_of_a_constant_polynomial_is_refused_too():
    with pytest.raises(NotExactError):
        EntryPolynomials(("x",)).root(EntryPolynomials(("x",)).number(fmpq(4)), 2)
