"""Enclosures hold the number, are as narrow as asked for, leave the global precision alone and refuse what is not exact."""

from fractions import Fraction as F  # noqa: N817

import mpmath
import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import InputError
from dlnproof.rings.ball import enclose

x = sympy.Symbol("x")


@given(st.fractions(), st.sampled_from([53, 128, 300]))
def test_a_rational_lies_in_its_ball(number, bits):
    ball = enclose(number, bits)
    assert ball.contains(number)
    assert not ball.contains(number + F(1, 10**100) + abs(number) / 2 ** (bits - 2))
    assert isinstance(ball, arb)


@settings(max_examples=30)
@given(st.lists(st.integers(-9, 9), min_size=3, max_size=6).filter(lambda c: c[0] != 0), st.integers(0, 5))
def test_a_real_root_of_a_polynomial_is_enclosed_as_by_mpmath(coefficients, index):
    roots = sympy.Poly(coefficients, x).real_roots(radicals=False)
    if index < len(roots):
        ball = enclose(roots[index], 128)
        assert ball.rel_accuracy_bits() >= 120 or ball.contains(0)
        with mpmath.workdps(30):
            assert (
                abs(mpmath.mpf(str(ball.mid().str(40, radius=False))) - mpmath.mpf(str(roots[index].evalf(30)))) < 1e-20
            )


@pytest.mark.parametrize(
    ("number", "square"),
    [(sympy.sqrt(2), 2), (sympy.sqrt(2) * sympy.Rational(3, 2), F(9, 2)), (3 - 2 * sympy.sqrt(2) - 3, 8)],
)
def test_surds_are_enclosed(number, square):
    assert (enclose(number) ** 2).overlaps(enclose(square))


def test_cancellation_is_met_with_more_bits():
    tiny = sympy.sqrt(10**40 + 1) - 10**20
    ball = enclose(tiny, 128)
    assert ball.rel_accuracy_bits() >= 128
    assert ball > 0


def test_a_number_that_is_exactly_zero_has_a_ball_around_zero():
    hidden_zero = sympy.Add(sympy.sqrt(2), sympy.sqrt(3), -sympy.sqrt(5 + 2 * sympy.sqrt(6)), evaluate=False)
    assert enclose(hidden_zero).contains(0)


def test_the_precision_of_the_caller_is_restored():
    before = ctx.prec
    enclose(sympy.CRootOf(x**5 - x - 1, 0), 500)
    assert ctx.prec == before


def test_contains_decides_rationals_exactly_where_the_ball_is_narrower_than_a_double():
    assert enclose(F(7, 5)).contains(fmpq(7, 5))
    assert not enclose(F(7, 5)).contains(F(7, 5) + F(1, 10**30))


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (0.5, "float where an exact number is needed"),
        (sympy.Float(1), "float where an exact number is needed"),
        (x, "not an exact real number that can be enclosed"),
        (sympy.sin(1), "not an exact real number that can be enclosed"),
        (sympy.sqrt(-2), "not an exact real number that can be enclosed"),
        (sympy.CRootOf(x**3 - x - 1, 1), "this root is not real"),
        (2**sympy.pi, "an exponent must be rational"),
        ("one", "not an exact number"),
    ],
)
def test_what_is_not_an_exact_real_number_is_refused(number, rule):
    with pytest.raises(InputError, match="number=") as caught:
        enclose(number)
    assert rule in str(caught.value)
