"""Bernstein coefficients on a box: they give the polynomial's values, halving keeps them, and their signs prove what they say."""

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.rings.bernstein import (
    Cell,
    Side,
    coefficients_on,
    halved,
    nowhere_zero,
    sign_shown,
    tiles_the_box,
    value_at,
    whole_cell,
)

SIDES = (Side(fmpq(1, 2), fmpq(3)), Side(fmpq(1), None), Side(fmpq(2), None, mirrored=True))
rationals = st.fractions(min_value=0, max_value=1, max_denominator=9).filter(lambda x: x < 1)
terms = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4)), st.integers(-9, 9), min_size=1, max_size=6
)


def q(value):
    return fmpq(value.numerator, value.denominator)


def polynomial_at(coefficients, x):
    return sum((c * x[0] ** a[0] * x[1] ** a[1] * x[2] ** a[2] for a, c in coefficients.items()), fmpq(0))


def scaled_value(coefficients, array, place):
    """The polynomial at a point of the unit box, times (1 - u)^degree for each unbounded side."""
    value = polynomial_at(coefficients, [side.at(u) for side, u in zip(SIDES, place, strict=True)])
    for axis, side in enumerate(SIDES):
        if side.high is None:
            value *= (1 - place[axis]) ** (array.shape[axis] - 1)
    return value


@given(terms, st.tuples(rationals, rationals, rationals))
def test_the_coefficients_give_the_polynomial_on_bounded_unbounded_and_mirrored_sides(drawn, place):
    coefficients, place = {a: fmpq(c) for a, c in drawn.items()}, [q(u) for u in place]
    array = coefficients_on(coefficients, SIDES)
    assert value_at(array, place, lambda number: number) == scaled_value(coefficients, array, place)


@given(terms, st.tuples(rationals, rationals, rationals), st.integers(0, 2))
def test_halving_keeps_the_values(drawn, place, axis):
    coefficients, inside = {a: fmpq(c) for a, c in drawn.items()}, [q(u) for u in place]
    array = coefficients_on(coefficients, SIDES)
    for cell, part in zip(whole_cell(3).halves(axis), halved(array, axis), strict=True):
        expected = scaled_value(coefficients, array, cell.point(inside))
        assert value_at(part, inside, lambda number: number) == expected


def test_a_sign_is_shown_only_by_coefficients_of_one_sign():
    unit = (Side(fmpq(0), fmpq(1)),)
    assert sign_shown(coefficients_on({(2,): fmpq(1), (0,): fmpq(1)}, unit)) == 1
    assert sign_shown(coefficients_on({(1,): fmpq(1), (0,): fmpq(-1)}, unit)) == -1
    assert sign_shown(coefficients_on({(1,): fmpq(2), (0,): fmpq(-1)}, unit)) is None


def test_a_zero_at_an_end_counts_unless_the_range_leaves_the_end_out():
    terms = {(1,): fmpq(1)}  # x on [0, 1] and on (0, 1]
    for side, expected in ((Side(fmpq(0), fmpq(1)), False), (Side(fmpq(0), fmpq(1), low_open=True), True)):
        assert nowhere_zero(coefficients_on(terms, (side,)), whole_cell(1), (side,)) is expected


def test_cells_that_overlap_or_leave_a_gap_do_not_tile_the_box():
    left, right = whole_cell(2).halves(0)
    low, high = right.halves(1)
    assert tiles_the_box([left, low, high])
    assert not tiles_the_box([left, low])
    assert not tiles_the_box([left, left])
    assert not tiles_the_box([left, low, Cell(((2, 2), (0, 0)))])
