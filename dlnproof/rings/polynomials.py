"""Polynomials in the entries of matrices (exact entrywise answers), and truncated series along a direction (derivatives)."""

from __future__ import annotations

from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, nmod_poly

from dlnproof.rings.matrices import MatrixRing, NotExactError
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField


class EntryPolynomials(MatrixRing):
    """Polynomials with rational coefficients in named generators (python-flint `fmpq_mpoly`)."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.context = fmpq_mpoly_ctx.get(names or ("unused",), Ordering.degrevlex)
        self.generators = dict(zip(names, self.context.gens(), strict=False))

    def number(self, value: fmpq) -> Any:
        """Return a constant."""
        return self.context.constant(value)

    def reciprocal(self, value: Any) -> Any:
        """Return 1 / value for a constant; raise NotExactError for anything else."""
        if not value.is_constant():
            raise NotExactError("a quotient of entries is not a polynomial")
        return self.context.constant(1 / fmpq(value.leading_coefficient()))

    def root(self, value: Any, degree: int) -> Any:
        """Return the root of a perfect power that is constant; raise NotExactError elsewhere."""
        raise NotExactError(f"a root of degree {degree} of {value} is not a polynomial")


class Series(MatrixRing):
    """Truncated power series in one variable modulo a prime: the coefficients of f(W + t D) up to t^order.

    They give first and second derivatives of an original formula exactly, by no rule of differentiation at all.
    """

    def __init__(self, order: int, modulus: int = SAFE_PRIME) -> None:
        self.order, self.modulus = order, modulus
        self.field = PrimeField(modulus)

    def number(self, value: fmpq) -> Any:
        """Return a constant series."""
        return _Truncated(nmod_poly([int(self.field.number(value))], self.modulus), self.order)

    def lift(self, constant: Any, slope: Any) -> Any:
        """Return the series constant + t slope of two residues."""
        return _Truncated(nmod_poly([int(constant), int(slope)], self.modulus), self.order)

    def coefficient(self, value: Any, power: int) -> Any:
        """Return the coefficient of t^power as a residue."""
        return value.polynomial[power]

    def reciprocal(self, value: Any) -> Any:
        """Return 1 / value by Newton's recursion; raise ZeroDivisionError when the constant term is zero."""
        constant = value.polynomial[0]
        if int(constant) == 0:
            raise ZeroDivisionError("constant term 0")
        inverse = self.lift(1 / constant, 0)
        two = self.number(fmpq(2))
        for _ in range(self.order.bit_length() + 1):
            inverse = inverse * (two - value * inverse)
        return inverse

    def root(self, value: Any, degree: int) -> Any:
        """Return the root of a constant series; raise NotExactError elsewhere."""
        if value.polynomial.degree() > 0:
            raise NotExactError("the root of a varying quantity is not supported here")
        return self.lift(self.field.root(value.polynomial[0], degree), 0)


class _Truncated:
    """A polynomial modulo t^(order + 1)."""

    __slots__ = ("order", "polynomial")

    def __init__(self, polynomial: Any, order: int) -> None:
        self.polynomial, self.order = polynomial, order

    def __add__(self, other: _Truncated) -> _Truncated:
        return _Truncated(self.polynomial + other.polynomial, self.order)

    def __sub__(self, other: _Truncated) -> _Truncated:
        return _Truncated(self.polynomial - other.polynomial, self.order)

    def __mul__(self, other: _Truncated) -> _Truncated:
        product = self.polynomial * other.polynomial
        if product.degree() > self.order:
            product = nmod_poly([int(product[k]) for k in range(self.order + 1)], product.modulus())
        return _Truncated(product, self.order)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Truncated):
            return bool(self.polynomial == other.polynomial)
        return bool(self.polynomial == other)

    __hash__ = None  # type: ignore[assignment]
