"""Rational matrices of the kinds that equations tend to like: in common bases, projections, frames, with given polynomials."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from math import lcm
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_poly

_DEGREE = 5
_KINDS = (
    *("zero", "identity", "signs", "diagonal", "leading", "rank one", "any"),
    *("shared", "own", "projector", "frame", "oblique", "rotation"),
)


def _made(rows: int, columns: int, entry: Callable[[int, int], fmpq]) -> fmpq_mat:
    return fmpq_mat(rows, columns, [entry(i, j) for i in range(rows) for j in range(columns)])


def _identity(length: int) -> fmpq_mat:
    return _made(length, length, lambda i, j: fmpq(int(i == j)))


class Bases:
    """Orthogonal bases, one for each size, and the numbers that matrices which are diagonal in them may share."""

    def __init__(self, source: random.Random, sizes: Sequence[int]) -> None:
        self.source = source
        self.rotated = source.random() < 0.5
        numbers = (fmpq(1), fmpq(2), fmpq(0), fmpq(-1), fmpq(1, 2), fmpq(3))
        shared = min(sizes, default=1) if source.random() < 0.6 else max(sizes, default=1)
        self.numbers = [source.choice(numbers) if place < shared else fmpq(0) for place in range(max(sizes, default=1))]
        self.preferred = source.choice((None, None, "shared", "shared", "own", "frame", "projector", "rotation"))
        self._bases: dict[tuple[str, int], fmpq_mat] = {}

    def basis(self, size: str, length: int) -> fmpq_mat:
        """Return the orthogonal matrix of a size, the same one each time."""
        if (size, length) not in self._bases:
            self._bases[size, length] = self.rotation(length) if self.rotated else _identity(length)
        return self._bases[size, length]

    def rotation(self, length: int) -> fmpq_mat:
        """Return a random rational orthogonal matrix."""
        source = self.source
        if source.random() < 0.3:
            order = list(range(length))
            source.shuffle(order)
            return _made(length, length, lambda i, j: fmpq(source.choice((-1, 1)) if order[i] == j else 0))
        skew = fmpq_mat(length, length)
        for i in range(length):
            for j in range(i):
                skew[i, j] = source.choice((0, 1, 1, -1, 2))
                skew[j, i] = -skew[i, j]
        one = _identity(length)
        cayley: fmpq_mat = (one - skew) * (one + skew).inv()
        return cayley

    def matrix(self, sizes: Sequence[str], shape: tuple[int, int], reach: int) -> fmpq_mat:
        """Return a matrix of a random kind."""
        rows, columns = shape
        source = self.source
        kind = self.preferred if self.preferred and source.random() < 0.75 else source.choice(_KINDS)
        if kind in ("shared", "own", "projector", "frame", "leading", "diagonal"):
            values = self._diagonal(kind, min(rows, columns), reach)
            core = fmpq_mat(rows, columns)
            for place, value in enumerate(values):
                core[place, place] = value
            if kind in ("leading", "diagonal"):
                return core
            return self.basis(sizes[0], rows) * core * self.basis(sizes[1], columns).transpose()
        if kind == "rotation" and rows == columns:
            return self.rotation(rows) * source.choice((1, 1, 2, -1))
        if kind == "oblique" and rows == columns:
            change = self._invertible(rows)
            return change * self.matrix_of_signs(rows, (0, 1)) * change.inv()
        if kind == "signs":
            order = list(range(max(rows, columns)))
            source.shuffle(order)
            return _made(rows, columns, lambda i, j: fmpq(source.choice((-1, 1)) if order[i] == j else 0))
        left = [source.randint(-reach, reach) for _ in range(rows)]
        right = [source.randint(-reach, reach) for _ in range(columns)]

        def entry(i: int, j: int) -> fmpq:
            values = {"zero": 0, "identity": int(i == j), "rank one": left[i] * right[j]}
            return fmpq(values[kind] if kind in values else source.randint(-reach, reach))

        return _made(rows, columns, entry)

    def _diagonal(self, kind: str, length: int, reach: int) -> list[fmpq]:
        source = self.source
        if kind == "shared":
            return self.numbers[:length]
        if kind == "frame":
            return [fmpq(1)] * length
        if kind == "leading":
            return [fmpq(int(place < source.randint(0, length))) for place in range(length)]
        if kind == "own":
            return [fmpq(source.randint(-reach, reach)) for _ in range(length)]
        return [fmpq(source.randint(0, 1)) for _ in range(length)]

    def matrix_of_signs(self, length: int, values: tuple[int, ...]) -> fmpq_mat:
        """Return a diagonal matrix with entries from the given values."""
        result = fmpq_mat(length, length)
        for place in range(length):
            result[place, place] = self.source.choice(values)
        return result

    def _invertible(self, length: int) -> fmpq_mat:
        """Return a unit lower triangular matrix with small entries."""
        result = _identity(length)
        for i in range(length):
            for j in range(i):
                result[i, j] = self.source.randint(-1, 1)
        return result

    def conjugated(self, matrix: fmpq_mat, size: str) -> Iterator[fmpq_mat]:
        """Yield the matrix in the common basis, then in a random one that need not be orthogonal, then as it is."""
        basis, change = self.basis(size, matrix.nrows()), self._invertible(matrix.nrows())
        yield change * matrix * change.inv()
        yield basis * matrix * basis.transpose()
        yield matrix


def annihilated(
    source: random.Random, length: int, gaps: Callable[[fmpq_mat], list[fmpq]], bases: Bases, size: str
) -> Iterator[fmpq_mat]:
    """Yield square matrices that may satisfy an equation which multiples of the identity turn into a polynomial.

    The polynomial is found by interpolation at t I; the matrices are direct sums of companion matrices of powers of its
    irreducible factors, conjugated.
    """
    one = _identity(length)
    try:
        values = [next((gap for gap in gaps(one * fmpq(point)) if gap), fmpq(0)) for point in range(_DEGREE + 1)]
    except ZeroDivisionError:
        return
    powers = fmpq_mat(_DEGREE + 1, _DEGREE + 1, [fmpq(x) ** k for x in range(_DEGREE + 1) for k in range(_DEGREE + 1)])
    solved = powers.solve(fmpq_mat(_DEGREE + 1, 1, values)).entries()
    common = lcm(*(int(value.q) for value in solved))
    polynomial = fmpz_poly([int((value * common).p) for value in solved])
    if polynomial.degree() < 1:
        return
    blocks = [factor**power for factor, most in polynomial.factor()[1] for power in range(1, most + 1)]
    blocks = [block for block in blocks if block.degree() <= length]
    for _ in range(3):
        chosen: list[fmpz_poly] = []
        left = length
        while left and (fitting := [block for block in blocks if block.degree() <= left]):
            chosen.append(source.choice(fitting))
            left -= chosen[-1].degree()
        if not left:
            yield from bases.conjugated(_direct_sum([_companion(block) for block in chosen], length), size)


def _companion(polynomial: fmpz_poly) -> fmpq_mat:
    length = polynomial.degree()
    result = fmpq_mat(length, length)
    for place in range(length):
        if place + 1 < length:
            result[place + 1, place] = 1
        result[place, length - 1] = -fmpq(polynomial[place], polynomial[length])
    return result


def _direct_sum(blocks: Sequence[fmpq_mat], length: int) -> fmpq_mat:
    result, start = fmpq_mat(length, length), 0
    for block in blocks:
        for i in range(block.nrows()):
            for j in range(block.ncols()):
                result[start + i, start + j] = block[i, j]
        start += block.nrows()
    return result


def has_properties(matrix: Any, properties: frozenset[str]) -> bool:
    """Return whether a rational matrix has all the stated properties."""
    turned = matrix.transpose() if properties else matrix
    if {"symmetric", "positive definite"} & properties and turned != matrix:
        return False
    if "antisymmetric" in properties and turned != matrix * fmpq(-1):
        return False
    if "orthogonal" in properties and matrix * turned != _identity(matrix.nrows()):
        return False
    if "diagonal" in properties and any(
        matrix[i, j] != 0 for i in range(matrix.nrows()) for j in range(matrix.ncols()) if i != j
    ):
        return False
    if "invertible" in properties and matrix.det() == 0:
        return False
    return "positive definite" not in properties or all(
        fmpq_mat([row[:length] for row in matrix.tolist()[:length]]).det() > 0
        for length in range(1, matrix.nrows() + 1)
    )
