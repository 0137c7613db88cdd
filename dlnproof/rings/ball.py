"""Enclosures: exact numbers put into python-flint balls of a stated width, without any global precision."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from dlnproof.errors import InputError, bad
from dlnproof.rings.rational import read_integer, read_number
from dlnproof.rings.real_roots import RealRoot

_STEP = "give an int, a Fraction, an exact string or a SymPy number made of rationals, roots and CRootOf"
# a sum that cancels needs more bits inside than it delivers; one that is exactly zero never delivers any
_PRECISION_FACTORS = (1, 2, 4, 8)


class Enclosure(arb):
    """A ball whose `contains` decides rational numbers exactly; python-flint rounds them to the current precision first."""

    def contains(self, other: Any) -> bool:
        """Return whether the ball certainly holds `other`: an int, Fraction, fmpz, fmpq, or a ball."""
        if isinstance(other, (arb, float)) or not self.is_finite():
            return bool(super().contains(other))
        distance = self.mid().fmpq() - read_number(other, "other")
        return bool(abs(distance) <= self.rad().fmpq())


def _with_rational(name: str) -> Any:
    plain = getattr(arb, name)

    def compare(self: Enclosure, other: Any) -> Any:
        """Compare with a Fraction as with a ball around it; everything else as python-flint does."""
        return plain(self, arb(fmpq(other.numerator, other.denominator)) if isinstance(other, Fraction) else other)

    compare.__name__ = name
    return compare


# `minimum > point.loss` is natural to write where the loss of an exact point is a Fraction
for _name in ("__lt__", "__le__", "__gt__", "__ge__"):
    setattr(Enclosure, _name, _with_rational(_name))


def enclose(number: Any, bits: int = 128) -> arb:
    """Return a ball that certainly holds `number`, of about `bits` bits of relative accuracy.

    Takes int, Fraction, exact string, fmpq and real SymPy numbers made of rationals, sums, products, rational powers
    and CRootOf. Raises: InputError for floats, for expressions with free symbols or other functions, and for numbers
    that are not real.
    """
    bits = read_integer(bits, "bits", 2)
    if isinstance(number, arb):
        return number
    if isinstance(number, RealRoot):
        return Enclosure(number.enclose(bits))
    if not hasattr(number, "free_symbols") or getattr(number, "is_Rational", False):
        value = read_number(number, "number")
        with ctx.workprec(bits):
            return Enclosure(arb(value))
    result = arb.nan()
    for factor in _PRECISION_FACTORS:
        precision = factor * bits + 32
        with ctx.workprec(precision):
            result = _evaluate(number, precision)
        if result.rel_accuracy_bits() >= bits:
            break
    if not result.is_finite():
        raise bad("number", number, "no finite enclosure was found", _STEP)
    return Enclosure(result)


def _evaluate(number: Any, bits: int) -> arb:
    """Return a ball around a SymPy number, at the precision that the caller has set."""
    if number.is_Rational:
        return arb(fmpq(int(number.p), int(number.q)))
    if number.is_Add:
        return sum((_evaluate(term, bits) for term in number.args), arb(0))
    if number.is_Mul:
        product = arb(1)
        for term in number.args:
            product *= _evaluate(term, bits)
        return product
    if number.is_Pow:
        return _evaluate_power(number, bits)
    if type(number).__name__ == "ComplexRootOf":
        return _evaluate_root(number, bits)
    if getattr(number, "is_Float", False):
        raise bad("number", number, "float where an exact number is needed", "write Fraction(1, 3) or '0.1'")
    raise bad("number", number, "not an exact real number that can be enclosed", _STEP)


def _evaluate_power(number: Any, bits: int) -> arb:
    base, exponent = number.args
    if not exponent.is_Rational:
        raise bad("number", number, "an exponent must be rational", _STEP)
    value, top, bottom = _evaluate(base, bits), int(exponent.p), int(exponent.q)
    if bottom > 1:
        if not value >= 0:
            raise bad("number", number, "a root of a number that is not certainly nonnegative", _STEP)
        value = value.root(bottom)
    return value**top


def _evaluate_root(number: Any, bits: int) -> arb:
    """Return a ball around a real CRootOf; SymPy numbers the real roots first, in ascending order."""
    coefficients = number.poly.all_coeffs()[::-1]
    denominator = 1
    for coefficient in coefficients:
        denominator = denominator * int(coefficient.q) // _common(denominator, int(coefficient.q))
    integers = tuple(int(coefficient * denominator) for coefficient in coefficients)
    if not number.is_real:
        raise bad("number", number, "this root is not real", _STEP)
    try:
        return RealRoot(integers, int(number.index)).enclose(bits)
    except IndexError:
        raise InputError(f"number={number}: this root is not real; {_STEP}") from None


def _common(left: int, right: int) -> int:
    while right:
        left, right = right, left % right
    return left
