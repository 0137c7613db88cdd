"""Enclosures: exact numbers put into python-flint balls of a stated width, without any global precision."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpz

from dlnproof.errors import InputError, bad
from dlnproof.rings.rational import read_integer, read_number
from dlnproof.rings.real_roots import RealRoot

_STEP = "give an int, a Fraction, an exact string or a SymPy number made of rationals, roots and CRootOf"
# a sum that cancels needs more bits inside than it delivers; one that is exactly zero never delivers any
_PRECISION_FACTORS = (1, 2, 4, 8)


class Enclosure(arb):
    """A ball that knows more than its end points: `rational` is the number in it where that is known and rational.

    Two such numbers, and exact numbers, are compared exactly, where balls alone would leave equality open. A Fraction may stand
    beside it in arithmetic, and `contains` decides rational numbers exactly (python-flint rounds them first).
    """

    rational: fmpq | None = None

    @classmethod
    def of(cls, ball: arb, rational: fmpq | None = None) -> Enclosure:
        """Return the ball, with the rational number in it where that is known."""
        result = cls(ball)
        result.rational = rational
        return result

    def contains(self, other: Any) -> bool:
        """Return whether the ball certainly holds `other`: an int, Fraction, fmpz, fmpq, or a ball."""
        if isinstance(other, (arb, float)) or not self.is_finite():
            return bool(super().contains(other))
        distance = self.mid().fmpq() - read_number(other, "other")
        return bool(abs(distance) <= self.rad().fmpq())


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    f"__{name}__": getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")
}


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    **{f"__{letter}{name}__": getattr(operator, name) for letter in ("", "r") for name in ("add", "sub", "mul", "truediv")},
    **{f"__{name}__": getattr(operator, name) for name in ("neg", "pos", "abs")},
}


def rational_in(value: Any) -> fmpq | None:
    """Return an exact number, or the rational number that a ball is known to hold, else None."""
    if isinstance(value, arb):
        return getattr(value, "rational", None)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    return fmpq(value) if isinstance(value, (int, fmpz, fmpq)) else None


def compare_exactly(name: str, left: Any, right: Any) -> bool | None:
    """Return the comparison `name` ("__lt__", ...) of two numbers that are known exactly, None where one is not."""
    first, second = rational_in(left), rational_in(right)
    return None if first is None or second is None else _COMPARE[name](first, second)


def operate_exactly(name: str, *numbers: Any) -> fmpq | None:
    """Return the sum, difference, ... of numbers that are known exactly, None where one is not or the operation is another."""
    known = [rational_in(number) for number in numbers]
    if name not in OPERATIONS or any(number is None for number in known):
        return None
    first, *second = reversed(known) if name in ("__radd__", "__rsub__", "__rmul__", "__rtruediv__") else known
    return None if "div" in name and second == [0] else OPERATIONS[name](first, *second)


def with_fractions(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a ball that takes a Fraction as it takes an fmpq."""

    def call(self: arb, *args: Any, **named: Any) -> Any:
        return method(self, *(rational_in(item) if isinstance(item, Fraction) else item for item in args), **named)

    call.__name__ = method.__name__
    return call


def _comparison(name: str) -> Any:
    plain = with_fractions(getattr(arb, name))

    def compare(self: Enclosure, other: Any) -> Any:
        """Compare exactly where both numbers are known, else as python-flint compares balls."""
        exact = compare_exactly(name, self, other)
        return plain(self, other) if exact is None else exact

    compare.__name__ = name
    return compare


def _operation(name: str) -> Any:
    plain = with_fractions(getattr(arb, name))

    def operate(self: Enclosure, *others: Any) -> Any:
        """Return what python-flint does, as an enclosure: a Fraction may stand beside it too."""
        result = plain(self, *others)
        return Enclosure.of(result, operate_exactly(name, self, *others)) if isinstance(result, arb) else result

    operate.__name__ = name
    return operate


# `minimum > point.loss` and `minimum + Fraction(1, 3)` are natural to write
for _name in _COMPARE:
    setattr(Enclosure, _name, _comparison(_name))
for _name in OPERATIONS:
    setattr(Enclosure, _name, _operation(_name))


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
        return Enclosure.of(number.enclose(bits), number.rational() if number.is_rational else None)
    if not hasattr(number, "free_symbols") or getattr(number, "is_Rational", False):
        value = read_number(number, "number")
        with ctx.workprec(bits):
            return Enclosure.of(arb(value), value)
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
