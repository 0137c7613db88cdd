"""Quotients of polynomials in named real variables, from a formula: numerator and denominator over the rationals (flint)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

_LARGEST_POWER = 400


@dataclass(frozen=True, slots=True)
class Quotient:
    """numerator / denominator, not reduced: a pole of the formula as it was written stays a pole."""

    numerator: Any
    denominator: Any

    def __add__(self, other: Quotient) -> Quotient:
        if self.denominator == other.denominator:
            return Quotient(self.numerator + other.numerator, self.denominator)
        return Quotient(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )

    def __sub__(self, other: Quotient) -> Quotient:
        return self + Quotient(-other.numerator, other.denominator)

    def __mul__(self, other: Quotient) -> Quotient:
        return Quotient(self.numerator * other.numerator, self.denominator * other.denominator)

    def __pow__(self, exponent: int) -> Quotient:
        if exponent < 0:
            return Quotient(self.denominator**-exponent, self.numerator**-exponent)
        return Quotient(self.numerator**exponent, self.denominator**exponent)


class QuotientReader:
    """Reads SymPy expressions in given symbols; `read` returns None for what is no quotient of polynomials."""

    def __init__(self, symbols: Sequence[Any]) -> None:
        names = tuple(f"x{place}" for place in range(len(symbols))) or ("unused",)
        self.context = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        self._generators = dict(zip(symbols, self.context.gens(), strict=False))

    def read(self, expression: Any) -> Quotient | None:
        """Return the quotient that the expression is, None where a root or another function occurs."""
        if expression in self._generators:
            return self._constant_denominator(self._generators[expression])
        if expression.is_Rational:
            return self._constant_denominator(self.context.constant(fmpq(int(expression.p), int(expression.q))))
        if expression.is_Add or expression.is_Mul:
            parts = [self.read(part) for part in expression.args]
            if any(part is None for part in parts):
                return None
            result = parts[0]
            for part in parts[1:]:
                result = result + part if expression.is_Add else result * part  # type: ignore[operator]
            return result
        if expression.is_Pow and expression.exp.is_Integer and abs(int(expression.exp)) <= _LARGEST_POWER:
            base = self.read(expression.base)
            return None if base is None else base ** int(expression.exp)
        return None

    def _constant_denominator(self, numerator: Any) -> Quotient:
        return Quotient(numerator, self.context.constant(fmpq(1)))
