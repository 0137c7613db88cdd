"""Polynomials in the entries of matrices (exact entrywise answers), and truncated series along a direction (derivatives)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, nmod_mat, nmod_poly

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

    They give first and second derivatives of an original formula exactly, by no rule of differentiation at all. A matrix is
    the tuple of its coefficients A_0, ..., A_order, each a flint matrix of residues: whole products go to python-flint.
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

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Return the matrix with the given rows of series."""
        shape, powers = (len(rows), len(rows[0])), range(self.order + 1)
        entries = [entry.polynomial for row in rows for entry in row]
        return tuple(nmod_mat(*shape, [int(entry[k]) for entry in entries], self.modulus) for k in powers)

    def lift_matrix(self, constant: Any, slope: Any | None) -> Any:
        """Return the matrix constant + t slope of two matrices of residues."""
        zero = nmod_mat(constant.nrows(), constant.ncols(), self.modulus)
        return (constant, zero if slope is None else slope, *[zero] * (self.order - 1))

    def rows(self, matrix: Any) -> Sequence[Sequence[Any]]:
        """Return the rows of a matrix."""
        tables = [part.tolist() for part in matrix]
        places = range(matrix[0].ncols())
        return [[self._series([table[i][j] for table in tables]) for j in places] for i in range(matrix[0].nrows())]

    def shape(self, matrix: Any) -> tuple[int, int]:
        """Return (rows, columns)."""
        return matrix[0].nrows(), matrix[0].ncols()

    def add(self, left: Any, right: Any) -> Any:
        """Return the sum of two matrices."""
        return tuple([a + b for a, b in zip(left, right, strict=True)])

    def scale(self, factor: Any, matrix: Any) -> Any:
        """Return the matrix times a series."""
        polynomial = factor.polynomial
        if polynomial.degree() <= 0:
            constant = polynomial[0]
            return tuple([part * constant for part in matrix])
        return self.matmul(matrix, [polynomial[k] for k in range(self.order + 1)])

    def matmul(self, left: Any, right: Any) -> Any:
        """Return the matrix product."""
        parts = []
        for power in range(self.order + 1):
            part = left[0] * right[power]
            for k in range(1, power + 1):
                part = part + left[k] * right[power - k]
            parts.append(part)
        return tuple(parts)

    def transpose(self, matrix: Any) -> Any:
        """Return the transpose."""
        return tuple([part.transpose() for part in matrix])

    def trace(self, matrix: Any) -> Any:
        """Return the trace of a square matrix."""
        return self._series([self.field.trace(part) for part in matrix])

    def _series(self, coefficients: Sequence[Any]) -> Any:
        return _Truncated(nmod_poly([int(c) % self.modulus for c in coefficients], self.modulus), self.order)


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
