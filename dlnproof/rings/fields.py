"""The exact rationals, balls and multiprecision numbers as matrix rings for evaluating formulas."""

from __future__ import annotations

from typing import Any

import mpmath
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpz

from dlnproof.rings.matrices import FlintMatrixRing, MatrixRing, NotExactError


class Rationals(FlintMatrixRing):
    """Exact rational arithmetic."""

    def number(self, value: fmpq) -> Any:
        """Return the rational itself."""
        return value

    def flat(self, rows: int, columns: int, entries: list[Any]) -> Any:
        """Return the rational matrix, row by row."""
        return fmpq_mat(rows, columns, entries)

    def root(self, value: Any, degree: int) -> Any:
        """Return the rational nonnegative root where there is one; raise NotExactError elsewhere."""
        if value < 0:
            raise NotExactError(f"value={value} is negative")
        parts = [fmpz(int(part)).root(degree) for part in (value.p, value.q)]
        root = fmpq(parts[0], parts[1])
        if root**degree != value:
            raise NotExactError(f"value={value} has no rational root of degree {degree}")
        return root


class Balls(FlintMatrixRing):
    """Real balls (Arb) at a stated precision; use inside `with ring.precision():`."""

    def __init__(self, bits: int = 256) -> None:
        self.bits = bits

    def precision(self) -> Any:
        """Return the context in which the ring computes at its precision."""
        return ctx.workprec(self.bits)

    def number(self, value: fmpq) -> Any:
        """Return a ball around a rational."""
        return arb(value)

    def flat(self, rows: int, columns: int, entries: list[Any]) -> Any:
        """Return the ball matrix, row by row."""
        return arb_mat(rows, columns, entries)

    def root(self, value: Any, degree: int) -> Any:
        """Return a ball around the nonnegative root."""
        if value < 0:
            raise NotExactError(f"value={value} is negative")
        return value.root(degree)


class Multiprecision(MatrixRing):
    """mpmath numbers in a context of their own with a stated number of decimal digits: residuals, never verdicts."""

    def __init__(self, digits: int) -> None:
        self.context = mpmath.mp.clone()
        self.context.dps = digits

    def number(self, value: fmpq) -> Any:
        """Return the nearest number of the context."""
        return self.context.mpf(int(value.p)) / int(value.q)

    def root(self, value: Any, degree: int) -> Any:
        """Return the nonnegative root."""
        if value < 0:
            raise NotExactError(f"value={value} is negative")
        return self.context.root(value, degree)
