"""Quotients of polynomials in the entries of matrices: exact entrywise answers for formulas with inverses and denominators."""

from __future__ import annotations

from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from dlnproof.rings.matrices import MatrixRing, NotExactError


class EntryQuotients(MatrixRing):
    """Quotients of polynomials with rational coefficients in named generators, in lowest terms.

    Two formulas of one value here agree at all entries at which both exist.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.context = fmpq_mpoly_ctx.get(names or ("unused",), Ordering.degrevlex)
        self._one = self.context.constant(fmpq(1))
        self.generators = {
            name: _Fraction(generator, self._one) for name, generator in zip(names, self.context.gens(), strict=False)
        }

    def number(self, value: fmpq) -> Any:
        """Return a constant."""
        return _Fraction(self.context.constant(value), self._one)

    def reciprocal(self, value: Any) -> Any:
        """Return 1 / value; raise ZeroDivisionError for zero."""
        if value == 0:
            raise ZeroDivisionError("division by zero")
        return _Fraction(value.denominator, value.numerator)

    def root(self, value: Any, degree: int) -> Any:
        """Return the root of a quotient that has one in the ring: of none here."""
        raise NotExactError(f"a root of degree {degree} is no quotient of polynomials: {value.numerator}")


class _Fraction:
    """numerator / denominator without a common factor."""

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: Any, denominator: Any) -> None:
        if not denominator.is_constant():
            common = numerator.gcd(denominator)
            if not common.is_constant():
                numerator, denominator = numerator / common, denominator / common
        self.numerator, self.denominator = numerator, denominator

    def __add__(self, other: _Fraction) -> _Fraction:
        return _Fraction(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )

    def __sub__(self, other: _Fraction) -> _Fraction:
        return _Fraction(
            self.numerator * other.denominator - other.numerator * self.denominator,
            self.denominator * other.denominator,
        )

    def __mul__(self, other: _Fraction) -> _Fraction:
        return _Fraction(self.numerator * other.numerator, self.denominator * other.denominator)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Fraction):
            return bool(self.numerator * other.denominator == other.numerator * self.denominator)
        return other == 0 and bool(self.numerator == 0)

    __hash__ = None  # type: ignore[assignment]
