"""The second road to every exact fact: Fraction loops, hyper-dual numbers, rational congruence.

It shares no code with the first road. Matrices are lists of rows of Fractions. The averaged loss is evaluated from
above, S_H = I, S_{k-1} = W_k^T N_k(S_k) W_k, and its derivatives are read off hyper-dual numbers a + b e + c f + d e f
(e^2 = f^2 = 0) instead of any formula for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, TypeAlias

Rows: TypeAlias = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Hyperdual:
    """a + b e + c f + d e f with e^2 = f^2 = 0: after a polynomial, b and c are first derivatives and d the mixed
    second one.
    """

    a: Fraction
    b: Fraction
    c: Fraction
    d: Fraction

    def __add__(self, other: Any) -> Hyperdual:
        if not isinstance(other, Hyperdual):
            return Hyperdual(self.a + other, self.b, self.c, self.d)
        return Hyperdual(self.a + other.a, self.b + other.b, self.c + other.c, self.d + other.d)

    def __mul__(self, other: Any) -> Hyperdual:
        if not isinstance(other, Hyperdual):
            return Hyperdual(self.a * other, self.b * other, self.c * other, self.d * other)
        mixed = self.a * other.d + self.b * other.c + self.c * other.b + self.d * other.a
        first, second = self.a * other.b + self.b * other.a, self.a * other.c + self.c * other.a
        return Hyperdual(self.a * other.a, first, second, mixed)

    __radd__ = __add__
    __rmul__ = __mul__


@dataclass(frozen=True, slots=True)
class PlainForm:
    """Second moments, scale, decay and noise as Fractions."""

    input_moment: Rows
    cross_moment: Rows
    output_moment: Fraction
    scale: Fraction
    decay: tuple[Fraction, ...]
    noise: tuple[tuple[Fraction, ...], ...]


def multiply(left: Rows, right: Rows) -> Rows:
    """Return the matrix product, entry by entry."""
    columns = list(zip(*right, strict=True))
    return [[_dot(row, column) for column in columns] for row in left]


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    total: Any = Fraction(0)
    for a, b in zip(left, right, strict=True):
        if (type(a) is not Fraction or a) and (type(b) is not Fraction or b):
            total = total + a * b
    return total


def transpose(matrix: Rows) -> Rows:
    """Return the transposed matrix."""
    return [list(column) for column in zip(*matrix, strict=True)]


def loss(form: PlainForm, weights: Sequence[Rows]) -> Any:
    """Return the averaged loss; entries may be Fractions or hyper-dual numbers."""
    square = multiply(transpose(weights[-1]), weights[-1])
    product = weights[-1]
    for variances, weight in zip(reversed(form.noise), reversed(weights[:-1]), strict=True):
        noisy = [list(row) for row in square]
        for i, row in enumerate(noisy):
            row[i] = row[i] * (1 + variances[i])
        square = multiply(multiply(transpose(weight), noisy), weight)
        product = multiply(product, weight)
    quadratic = sum((_dot(a, b) for a, b in zip(square, form.input_moment, strict=True)), Fraction(0))
    cross = sum((_dot(a, b) for a, b in zip(product, form.cross_moment, strict=True)), Fraction(0))
    total = (quadratic + cross * Fraction(-2) + form.output_moment) * form.scale
    for decay, weight in zip(form.decay, weights, strict=True):
        if decay:
            total = total + sum((_dot(row, row) for row in weight), Fraction(0)) * decay
    return total


def _seeded(weights: Sequence[Rows], first: int, second: int) -> list[Rows]:
    """Return the weights with e added to the entry number `first` and f to the entry number `second` (row-major)."""
    zero, one = Fraction(0), Fraction(1)
    place, seeded = 0, []
    for weight in weights:
        rows = []
        for row in weight:
            entries: list[Any] = []
            for value in row:
                seed = place in (first, second)
                marks = (one if place == first else zero, one if place == second else zero)
                entries.append(Hyperdual(value, *marks, zero) if seed else value)
                place += 1
            rows.append(entries)
        seeded.append(rows)
    return seeded


def _count(weights: Sequence[Rows]) -> int:
    return sum(len(weight) * len(weight[0]) for weight in weights)


def gradient(form: PlainForm, weights: Sequence[Rows]) -> list[Fraction]:
    """Return the gradient as one row-major list."""
    return [_part(loss(form, _seeded(weights, k, -1)), "b") for k in range(_count(weights))]


def hessian(form: PlainForm, weights: Sequence[Rows]) -> Rows:
    """Return the Hessian, entry by entry from hyper-dual evaluations of the loss."""
    size = _count(weights)
    table: Rows = [[Fraction(0)] * size for _ in range(size)]
    for p in range(size):
        for q in range(p + 1):
            table[p][q] = table[q][p] = _part(loss(form, _seeded(weights, p, q)), "d")
    return table


def _part(value: Any, name: str) -> Fraction:
    return getattr(value, name) if isinstance(value, Hyperdual) else Fraction(0)


def inertia(matrix: Rows) -> tuple[int, int, int]:
    """Return (positive, negative, zero) of a symmetric matrix by congruence: pivots of size 1, or 2 where the
    diagonal vanishes.
    """
    work = [list(row) for row in matrix]
    positive = negative = 0
    while work:
        size = len(work)
        pivot = next((k for k in range(size) if work[k][k]), None)
        if pivot is not None:
            value = work[pivot][pivot]
            positive, negative = (positive + 1, negative) if value > 0 else (positive, negative + 1)
            rest = [k for k in range(size) if k != pivot]
            work = [[work[i][j] - work[i][pivot] * work[pivot][j] / value for j in rest] for i in rest]
            continue
        pair = next(((p, q) for p in range(size) for q in range(p) if work[p][q]), None)
        if pair is None:
            return positive, negative, size
        # the block [[0, v], [v, 0]] has one eigenvalue of each sign; its Schur complement is what is left
        p, q = pair
        value = work[p][q]
        positive, negative = positive + 1, negative + 1
        rest = [k for k in range(size) if k not in pair]
        work = [[work[i][j] - (work[i][p] * work[q][j] + work[i][q] * work[p][j]) / value for j in rest] for i in rest]
    return positive, negative, 0


def solve_consistent(matrix: Rows, right: Rows) -> Rows | None:
    """Return one solution Z of matrix Z = right by Gauss-Jordan elimination, or None if there is none."""
    width = len(matrix[0])
    work = [list(row) + list(tail) for row, tail in zip(matrix, right, strict=True)]
    pivots: list[int] = []
    for column in range(width):
        here = len(pivots)
        found = next((i for i in range(here, len(work)) if work[i][column]), None)
        if found is None:
            continue
        work[here], work[found] = work[found], work[here]
        lead = work[here][column]
        work[here] = [entry / lead for entry in work[here]]
        for i, row in enumerate(work):
            if i != here and row[column]:
                factor = row[column]
                work[i] = [entry - factor * pivot for entry, pivot in zip(row, work[here], strict=True)]
        pivots.append(column)
    if any(any(row[width:]) for row in work[len(pivots) :]):
        return None
    solution: Rows = [[Fraction(0)] * len(right[0]) for _ in range(width)]
    for row, column in zip(work, pivots, strict=False):
        solution[column] = row[width:]
    return solution


def rank(matrix: Rows) -> int:
    """Return the rank: the number of nonzero eigenvalues of the Gram matrix."""
    positive, _, _ = inertia(multiply(matrix, transpose(matrix)))
    return positive


def additive_compound(matrix: Rows, order: int) -> Rows:
    """Return the symmetric matrix on the `order`-subsets whose eigenvalues are the sums of `order` eigenvalues of
    `matrix`.
    """
    subsets = list(combinations(range(len(matrix)), order))
    return [[_compound_entry(matrix, rows, columns) for columns in subsets] for rows in subsets]


def _compound_entry(matrix: Rows, rows: tuple[int, ...], columns: tuple[int, ...]) -> Fraction:
    if rows == columns:
        return sum((matrix[i][i] for i in rows), Fraction(0))
    out, into = set(rows) - set(columns), set(columns) - set(rows)
    if len(out) != 1:
        return Fraction(0)
    (i,), (j,) = out, into
    sign = (-1) ** (rows.index(i) + columns.index(j))
    return Fraction(sign * matrix[i][j])


def characteristic_polynomial(matrix: Rows) -> list[Fraction]:
    """Return the monic characteristic polynomial, constant term first (Faddeev and LeVerrier)."""
    size = len(matrix)
    coefficients = [Fraction(1)]
    current: Rows = [[Fraction(0)] * size for _ in range(size)]
    for order in range(1, size + 1):
        current = multiply(matrix, current)
        for i in range(size):
            current[i][i] += coefficients[-1]
        trace = sum((_dot(matrix[i], [row[i] for row in current]) for i in range(size)), Fraction(0))
        coefficients.append(-trace / order)
    return coefficients[::-1]
