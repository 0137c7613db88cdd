"""Exact input: every exact way to write a number is read without loss, everything else is refused in one sentence."""

from decimal import Decimal
from fractions import Fraction as F  # noqa: N817

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.errors import InputError
from dlnproof.rings.rational import (
    pivot_columns,
    read_integer,
    read_matrix,
    read_number,
    to_fraction,
    to_rows,
    to_text,
    to_text_rows,
)


@given(st.fractions())
def test_a_fraction_survives_every_representation(number):
    exact = fmpq(number.numerator, number.denominator)
    assert read_number(number) == exact
    assert to_fraction(exact) == number
    assert read_number(to_text(exact)) == exact
    assert read_number(sympy.Rational(number.numerator, number.denominator)) == exact


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_decimal_string_is_read_exactly(number):
    assert to_fraction(read_number(str(number))) == F(number)
    assert to_fraction(read_number(number)) == F(number)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.1", F(1, 10)), ("-3/4", F(-3, 4)), ("+.5", F(1, 2)), ("5.", F(5)), ("1e3", F(1000)), (" 7 ", F(7)),
        ("2.50E-2", F(1, 40)), (fmpz(4), F(4)), (np.int32(-2), F(-2)), (np.uint8(200), F(200)), (10**40, F(10**40)),
    ],
)  # fmt: skip
def test_known_numbers(value, expected):
    assert to_fraction(read_number(value)) == expected


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (0.1, "float where an exact number is needed; write Fraction(1, 3) or '0.1'"),
        (np.float64(1), "float where an exact number is needed"),
        (np.float32(1), "float where an exact number is needed"),
        (sympy.Float(1), "float where an exact number is needed"),
        (float("inf"), "float where an exact number is needed"),
        (Decimal("NaN"), "float where an exact number is needed"),
        (True, "a truth value where an exact number is needed"),
        (np.bool_(True), "a truth value where an exact number is needed"),
        (1j, "not an exact number"),
        (sympy.sqrt(2), "not an exact number"),
        (sympy.Symbol("x"), "not an exact number"),
        ("", "not an exact number"),
        (".", "not an exact number"),
        ("inf", "not an exact number"),
        ("1_000", "not an exact number"),
        ("0x10", "not an exact number"),
        ("1e-6000", "the exponent of a decimal is at most 5000 in size"),
        ("__import__('os')", "not an exact number"),
        ([1], "not an exact number"),
    ],
)
def test_what_is_not_an_exact_number_is_refused(value, rule):
    with pytest.raises(InputError) as caught:
        read_number(value, "rate")
    assert str(caught.value).startswith("rate=")
    assert rule in str(caught.value)


def test_matrices_of_every_origin_are_equal():
    expected = fmpq_mat(2, 3, [1, 2, 3, 4, 5, 6])
    rows = [[1, 2, 3], [4, 5, 6]]
    for given_ in (rows, tuple(map(tuple, rows)), np.array(rows), sympy.Matrix(rows), fmpz_mat(rows), expected):
        assert read_matrix(given_) == expected
    assert read_matrix(expected) is not expected
    assert to_text_rows(expected / 4) == [["1/4", "1/2", "3/4"], ["1", "5/4", "3/2"]]
    assert to_rows(expected) == rows


@pytest.mark.parametrize(
    "value", ["[[1]]", 5, [[[1]]], {0: [1]}, [[1], 2], np.array([1, 2]), np.zeros((0, 2), dtype=int)]
)
def test_what_is_not_a_matrix_is_refused(value):
    with pytest.raises(InputError):
        read_matrix(value, "A")


def test_integers_are_checked_against_their_least_value():
    assert read_integer(np.int64(3), "starts", 1) == 3
    for value in (0, -1, "1/2", 1.0, None):
        with pytest.raises(InputError, match="an integer of at least 1 is needed"):
            read_integer(value, "starts", 1)


def test_pivot_columns_are_the_first_independent_ones():
    assert pivot_columns(fmpq_mat([[0, 1, 2, 0], [0, 2, 4, 1]])) == [1, 3]
    assert pivot_columns(fmpq_mat(2, 2)) == []
