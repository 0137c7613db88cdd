"""Polynomials in Bernstein form on a box: exact coefficients, halving, and the sign that the coefficients show.

On [0, 1] the basis is B_k(u) = C(d, k) u^k (1 - u)^(d - k), each positive inside, and of the basis only B_0 is not zero at 0
and only B_d at 1. A polynomial whose coefficients are all nonnegative is therefore nonnegative on the box, and positive at
every point of a face on which one of its coefficients is positive. An unbounded side x = low + u/(1 - u) is treated by its
numerator: (1 - u)^d p(low + u/(1 - u)) has the sign of p.

Source: Farouki, The Bernstein polynomial basis: a centennial retrospective, CAGD 29 (2012), sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb
from typing import Any

import numpy as np
from flint import fmpq

from dlnproof.errors import bad

Array = Any  # an object array of fmpq, one axis a variable


@dataclass(frozen=True, slots=True)
class Side:
    """The range of one variable: low <= x <= high (None: unbounded above), the ends themselves left out where open.

    With `mirrored` the variable is -x: a range that is unbounded below.
    """

    low: fmpq
    high: fmpq | None
    low_open: bool = False
    high_open: bool = False
    mirrored: bool = False

    def at(self, place: fmpq) -> fmpq:
        """Return the x that stands at u = place, 0 <= u <= 1 (u < 1 on an unbounded side)."""
        value = self.low + (place / (1 - place) if self.high is None else (self.high - self.low) * place)
        return -value if self.mirrored else value


@dataclass(frozen=True, slots=True)
class Cell:
    """The part of the unit box with `low <= u < low + 2^-level` in every variable, as a pair (numerator of low, level)."""

    corners: tuple[tuple[int, int], ...]

    def halves(self, axis: int) -> tuple[Cell, Cell]:
        """Return the two halves along an axis."""
        place, level = self.corners[axis]
        parts = []
        for offset in (0, 1):
            corners = list(self.corners)
            corners[axis] = (2 * place + offset, level + 1)
            parts.append(Cell(tuple(corners)))
        return parts[0], parts[1]

    def point(self, inside: Sequence[fmpq]) -> list[fmpq]:
        """Return the point of the unit box that stands at `inside` (each from 0 to 1) of this cell."""
        return [
            (fmpq(place) + share) / fmpq(2**level) for (place, level), share in zip(self.corners, inside, strict=True)
        ]


def whole_cell(dimension: int) -> Cell:
    """Return the unit box."""
    return Cell(((0, 0),) * dimension)


def tiles_the_box(cells: Iterable[Cell]) -> bool:
    """Return whether the cells are disjoint inside and fill the unit box (dyadic cells: none within another, volume 1)."""
    volume, seen = fmpq(0), []
    for cell in cells:
        volume += fmpq(1) / fmpq(2 ** sum(level for _, level in cell.corners))
        seen.append(cell)
    return volume == 1 and not any(
        _overlap(first, second) for place, first in enumerate(seen) for second in seen[:place]
    )


def _overlap(first: Cell, second: Cell) -> bool:
    for (a, fine), (b, coarse) in zip(first.corners, second.corners, strict=True):
        low, high = ((a, fine), (b, coarse)) if fine >= coarse else ((b, coarse), (a, fine))
        if low[0] >> (low[1] - high[1]) != high[0]:
            return False
    return True


def coefficients_on(terms: Mapping[tuple[int, ...], fmpq], sides: Sequence[Side]) -> Array:
    """Return the Bernstein coefficients on the box `sides` of the polynomial with these terms (exponents: coefficient)."""
    degrees = [max((exponents[axis] for exponents in terms), default=0) for axis in range(len(sides))]
    array = np.empty([degree + 1 for degree in degrees], dtype=object)
    array.fill(fmpq(0))
    for exponents, coefficient in terms.items():
        sign = -1 if sum(exponents[axis] for axis, side in enumerate(sides) if side.mirrored) % 2 else 1
        array[exponents] = sign * coefficient
    for axis, side in enumerate(sides):
        array = _along(_to_bernstein(degrees[axis], side), array, axis)
    return array


def halved(array: Array, axis: int) -> tuple[Array, Array]:
    """Return the coefficients on the two halves of the box along an axis (de Casteljau's algorithm as a matrix)."""
    degree = array.shape[axis] - 1
    left = [[fmpq(comb(i, j), 2**i) for j in range(degree + 1)] for i in range(degree + 1)]
    right = [row[::-1] for row in left[::-1]]
    return _along(left, array, axis), _along(right, array, axis)


def sign_shown(array: Array) -> int | None:
    """Return 1 or -1 when all coefficients are nonnegative or nonpositive, 0 when all are zero, None when they differ."""
    signs = {1 if entry > 0 else -1 for entry in array.flat if entry != 0}
    if len(signs) == 2:
        return None
    return signs.pop() if signs else 0


def nowhere_zero(array: Array, cell: Cell, sides: Sequence[Side]) -> bool:
    """Return whether coefficients of one sign show that the polynomial vanishes at no point of the cell within the range.

    Every face that the range holds must carry a nonzero coefficient; ends that the range leaves out are no faces.
    """
    choices = []
    for axis, ((place, level), side) in enumerate(zip(cell.corners, sides, strict=True)):
        last = array.shape[axis] - 1
        ends: list[slice] = [slice(None)]
        if not (side.low_open and place == 0):
            ends.append(slice(0, 1))
        if not ((side.high_open or side.high is None) and place == 2**level - 1):
            ends.append(slice(last, last + 1))
        choices.append(ends)
    return all(any(entry != 0 for entry in array[face].flat) for face in product(*choices))


def value_at(array: Array, place: Sequence[Any], number: Callable[[fmpq], Any]) -> Any:
    """Return the value at a point of the cell in any field, the sum of coefficient times basis; `number` reads an fmpq."""
    if not place:
        return number(array if isinstance(array, fmpq) else array[()])
    share, rest = place[0], number(fmpq(1)) - place[0]
    degree = len(array) - 1
    value = number(fmpq(0))
    for k, part in enumerate(array):
        basis = number(fmpq(comb(degree, k)))
        for factor in [share] * k + [rest] * (degree - k):
            basis = basis * factor
        value = value + basis * value_at(part, place[1:], number)
    return value


def _to_bernstein(degree: int, side: Side) -> list[list[fmpq]]:
    """Return the matrix that takes power coefficients in x to Bernstein coefficients on the side."""
    shift = [
        [fmpq(comb(k, i)) * side.low ** (k - i) if k >= i else fmpq(0) for k in range(degree + 1)]
        for i in range(degree + 1)
    ]
    if side.high is None:  # q(s), x = low + s, s = u/(1-u): (1-u)^d q is the sum of q_k u^k (1-u)^(d-k)
        return [[entry / comb(degree, i) for entry in row] for i, row in enumerate(shift)]
    width = side.high - side.low
    if width <= 0:
        raise bad("high", side.high, f"a range must go up from {side.low}", "exchange the two ends")
    scaled = [[entry * width**i for entry in row] for i, row in enumerate(shift)]
    lift = [
        [fmpq(comb(j, i), comb(degree, i)) if i <= j else fmpq(0) for i in range(degree + 1)] for j in range(degree + 1)
    ]
    return [
        [sum((lift[j][i] * scaled[i][k] for i in range(j + 1)), fmpq(0)) for k in range(degree + 1)]
        for j in range(degree + 1)
    ]


def _along(matrix: Sequence[Sequence[fmpq]], array: Array, axis: int) -> Array:
    table = np.empty((len(matrix), len(matrix)), dtype=object)
    for i, row in enumerate(matrix):
        for j, entry in enumerate(row):
            table[i, j] = entry
    return np.moveaxis(np.tensordot(table, array, axes=([1], [axis])), 0, axis)
