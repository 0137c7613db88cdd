"""Matrices over any commutative ring: the arithmetic that evaluates a formula, once for every kind of number.

`MatrixRing` works entry by entry on nested tuples (polynomials, multiprecision numbers); `FlintMatrixRing` hands whole
matrices to python-flint (residues modulo a prime, rationals, balls). Indices start at 0; matrices are rows x columns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from flint import fmpq

from dlnproof.errors import DlnproofError


class NotExactError(DlnproofError):
    """A value leaves the ring: the square root of a rational that is no square, or of a non-residue."""


class MatrixRing(ABC):
    """A commutative ring of numbers and dense matrices over it, as nested tuples unless a subclass says otherwise."""

    @abstractmethod
    def number(self, value: fmpq) -> Any:
        """Return the image of a rational number."""

    @abstractmethod
    def root(self, value: Any, degree: int) -> Any:
        """Return a root of that degree, always the same for equal arguments; raise NotExactError where there is none."""

    def reciprocal(self, value: Any) -> Any:
        """Return 1 / value; raise ZeroDivisionError for zero."""
        return self.number(fmpq(1)) / value

    def is_zero(self, value: Any) -> bool:
        """Return whether the number is exactly zero."""
        return bool(value == 0)

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Return the matrix with the given rows of ring numbers."""
        return tuple(tuple(row) for row in rows)

    def rows(self, matrix: Any) -> Sequence[Sequence[Any]]:
        """Return the rows of a matrix."""
        result: Sequence[Sequence[Any]] = matrix
        return result

    def shape(self, matrix: Any) -> tuple[int, int]:
        """Return (rows, columns)."""
        return len(matrix), len(matrix[0])

    def generate(self, rows: int, columns: int, entry: Callable[[int, int], Any]) -> Any:
        """Return the matrix whose entry at (i, j) is `entry(i, j)`."""
        return self.matrix([[entry(i, j) for j in range(columns)] for i in range(rows)])

    def identity(self, size: int) -> Any:
        """Return the identity matrix."""
        zero, one = self.number(fmpq(0)), self.number(fmpq(1))
        return self.generate(size, size, lambda i, j: one if i == j else zero)

    def add(self, left: Any, right: Any) -> Any:
        """Return the sum of two matrices."""
        return self.entrywise(left, right, lambda a, b: a + b)

    def scale(self, factor: Any, matrix: Any) -> Any:
        """Return the matrix times a number."""
        return self.matrix([[factor * entry for entry in row] for row in self.rows(matrix)])

    def matmul(self, left: Any, right: Any) -> Any:
        """Return the matrix product."""
        columns = list(zip(*right, strict=True))
        return tuple(tuple(_dot(row, column) for column in columns) for row in left)

    def transpose(self, matrix: Any) -> Any:
        """Return the transpose."""
        return self.matrix(list(zip(*self.rows(matrix), strict=True)))

    def entrywise(self, left: Any, right: Any, operation: Callable[[Any, Any], Any]) -> Any:
        """Return the matrix of `operation` applied entry by entry."""
        return self.matrix(
            [
                [operation(a, b) for a, b in zip(first, second, strict=True)]
                for first, second in zip(self.rows(left), self.rows(right), strict=True)
            ]
        )

    def trace(self, matrix: Any) -> Any:
        """Return the trace of a square matrix."""
        total = self.number(fmpq(0))
        for place, row in enumerate(self.rows(matrix)):
            total = total + row[place]
        return total

    def kronecker(self, left: Any, right: Any) -> Any:
        """Return the Kronecker product, the left factor's indices slow."""
        return self.matrix(
            [[a * b for a in first for b in second] for first in self.rows(left) for second in self.rows(right)]
        )

    def inverse(self, matrix: Any) -> Any:
        """Return the inverse; raise ZeroDivisionError for a singular matrix."""
        size = self.shape(matrix)[0]
        zero, one = self.number(fmpq(0)), self.number(fmpq(1))
        work = [[*row, *(one if i == j else zero for j in range(size))] for i, row in enumerate(self.rows(matrix))]
        for column in range(size):
            pivot = next((i for i in range(column, size) if not self.is_zero(work[i][column])), None)
            if pivot is None:
                raise ZeroDivisionError("singular matrix")
            work[column], work[pivot] = work[pivot], work[column]
            factor = self.reciprocal(work[column][column])
            work[column] = [factor * entry for entry in work[column]]
            for i in range(size):
                if i != column and not self.is_zero(work[i][column]):
                    weight = work[i][column]
                    work[i] = [a - weight * b for a, b in zip(work[i], work[column], strict=True)]
        return self.matrix([row[size:] for row in work])


def _dot(row: Sequence[Any], column: Sequence[Any]) -> Any:
    total = row[0] * column[0]
    for a, b in zip(row[1:], column[1:], strict=True):
        total = total + a * b
    return total


class FlintMatrixRing(MatrixRing):
    """A ring whose matrices are python-flint matrices."""

    @abstractmethod
    def flat(self, rows: int, columns: int, entries: list[Any]) -> Any:
        """Return the flint matrix with the given entries, row by row."""

    def matrix(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Return the flint matrix with the given rows."""
        return self.flat(len(rows), len(rows[0]), [entry for row in rows for entry in row])

    def rows(self, matrix: Any) -> Sequence[Sequence[Any]]:
        """Return the rows of a matrix."""
        table: list[list[Any]] = matrix.tolist()
        return table

    def shape(self, matrix: Any) -> tuple[int, int]:
        """Return (rows, columns)."""
        return matrix.nrows(), matrix.ncols()

    def add(self, left: Any, right: Any) -> Any:
        """Return the sum of two matrices."""
        return left + right

    def scale(self, factor: Any, matrix: Any) -> Any:
        """Return the matrix times a number."""
        return matrix * factor

    def matmul(self, left: Any, right: Any) -> Any:
        """Return the matrix product."""
        return left * right

    def transpose(self, matrix: Any) -> Any:
        """Return the transpose."""
        return matrix.transpose()

    def inverse(self, matrix: Any) -> Any:
        """Return the inverse; raise ZeroDivisionError for a singular matrix."""
        return matrix.inv()
