"""Real roots of rational polynomials: canonical, ordered exactly, moved by affine maps without a loss."""

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.rings.real_roots import RealRoot, ascending, rational_root, real_roots

SQRT2 = RealRoot((-2, 0, 1), 1)


@settings(max_examples=40)
@given(st.lists(st.fractions(-5, 5, max_denominator=6), min_size=1, max_size=5))
def test_the_roots_of_a_product_of_linear_factors_are_those_numbers(numbers):
    polynomial = fmpq_poly([1])
    for number in numbers:
        polynomial *= fmpq_poly([fmpq(-number.numerator, number.denominator), 3])
    found = real_roots(polynomial)
    expected = sorted({number / 3 for number in numbers})
    assert [root.exact() for root, _ in found] == expected
    assert [multiplicity for _, multiplicity in found] == [[n / 3 for n in numbers].count(value) for value in expected]


def test_only_real_roots_are_returned():
    assert [root.exact() for root, _ in real_roots(fmpq_poly([1, 0, 1]) * fmpq_poly([-2, 0, 0, 1]))] == [
        sympy.CRootOf(sympy.Symbol("x") ** 3 - 2, 0)
    ]


@pytest.mark.parametrize("factor", [fmpq(3), fmpq(-1, 2)])
def test_an_affine_map_moves_a_root_to_the_root_with_that_value(factor):
    for root, _ in real_roots(fmpq_poly([1, -3, 0, 1])):
        moved = root.after(factor, fmpq(5, 7))
        assert moved.enclose(200).overlaps(root.enclose(200) * factor + fmpq(5, 7))
        assert moved.after(1 / factor, -fmpq(5, 7) / factor) == root


def test_the_conjugates_of_a_surd_are_ordered_by_value():
    assert [root.exact() for root in ascending([SQRT2, RealRoot((-2, 0, 1), 0)])] == [-sympy.sqrt(2), sympy.sqrt(2)]


def test_numbers_closer_than_the_first_precision_are_still_ordered():
    below = rational_root(fmpq(int(sympy.integer_nthroot(2 * 10**120, 2)[0]), 10**60))
    assert ascending([SQRT2, below]) == [below, SQRT2]
    above = rational_root(below.rational() + fmpq(1, 10**60))
    assert ascending([above, SQRT2, below]) == [below, SQRT2, above]
