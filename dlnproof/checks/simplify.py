"""A shrunk counterexample made readable: plain data, few samples, and entries that are small integers, else small fractions.

Hypothesis shrinks the seeds behind data, not their entries. Here the same choices are replayed with other data in their place,
so that the instance stays one of the theorem's own strategy, with its filters and assumptions. Data of the same ranks (a
counterexample that is not degenerate says more) are taken over while the same assert fails, by at least a tenth of the margin
it had.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat
from hypothesis.database import InMemoryExampleDatabase

from dlnproof.checks.context import Context
from dlnproof.checks.explorer import Attack, Search
from dlnproof.checks.search import search
from dlnproof.claims.theorem import problems_in
from dlnproof.rings.rational import to_fraction

Data: TypeAlias = tuple[fmpq_mat, fmpq_mat]
_SECONDS, _SHARE = 4.0, 0.1  # spent at most, and of the budget
_DENOMINATORS = (1, 2, 3, 4, 6)
_MARGIN_KEPT = 0.1
# diagonals of plain outputs: distinct, all one, and distinct with 3^2 + 4^2 = 5^2
_DIAGONALS: tuple[Callable[[int], list[int]], ...] = (
    lambda size: list(range(size, 0, -1)),
    lambda size: [1] * size,
    lambda size: sorted({5, 4, 3, *range(6, 3 + size)}, reverse=True)[:size],
)


class KeptExamples(InMemoryExampleDatabase):
    """The failing choices of one search, kept however often they are replayed."""

    def delete(self, key: bytes, value: bytes) -> None:
        """Keep it."""


def simplify(
    function: Callable[..., None], where: str, context: Context, attack: Attack, seen: Search, database: Any
) -> Search:
    """Return a search that ended with the same failure on simpler data, or `seen` where there is none."""
    assert seen.failure is not None
    drawn = list(dict.fromkeys(problems_in(seen.failure.instance.values)))
    X, Y = (drawn[0].X, drawn[0].Y) if len(drawn) == 1 else (None, None)
    if X is None or Y is None:
        return seen
    end = time.monotonic() + min(_SECONDS, _SHARE * context.seconds)
    best, data = seen, (X, Y)
    changed = True
    while changed and time.monotonic() < end:
        changed = False
        for proposals in (plainer, with_fewer_samples, *_entries(data)):
            for other in proposals(data):
                if time.monotonic() > end:
                    break
                if _ranks(other) != _ranks(data):
                    continue
                found = _replay(function, where, context, replace(attack, data=other), database)
                if _is_as_bad(found, best):
                    best, data, changed = found, other, True
                    break
    return best


def plainer(data: Data) -> Iterator[Data]:
    """Yield X = diag(1, ..., 1, 0, ...) with a diagonal Y, of the ranks of the data, where that is simpler."""
    inputs, outputs = (matrix.nrows() for matrix in data)
    rank_X, rank_Y = _ranks(data)
    for diagonal in _DIAGONALS:
        X, Y = fmpq_mat(inputs, inputs), fmpq_mat(outputs, inputs)
        for k in range(rank_X):
            X[k, k] = 1
        for k, value in enumerate(diagonal(min(rank_Y, inputs))):
            Y[k, k] = value
        if _size((X, Y)) < _size(data):
            yield X, Y


def with_fewer_samples(data: Data) -> Iterator[Data]:
    """Yield the data without one of their samples, the last one first."""
    samples = data[0].ncols()
    for left_out in reversed(range(samples if samples > 1 else 0)):
        kept = [column for column in range(samples) if column != left_out]
        X, Y = (fmpq_mat([[matrix[i, j] for j in kept] for i in range(matrix.nrows())]) for matrix in data)
        yield X, Y


def _entries(data: Data) -> Iterator[Callable[[Data], Iterator[Data]]]:
    """Yield, for each entry, what yields the data with that entry made simpler (the shape may have changed by then)."""
    for number, matrix in enumerate(data):
        for place in range(matrix.nrows() * matrix.ncols()):

            def proposals(current: Data, number: int = number, place: int = place) -> Iterator[Data]:
                if place >= current[number].nrows() * current[number].ncols():
                    return
                row, column = divmod(place, current[number].ncols())
                for value in simpler(to_fraction(current[number][row, column])):
                    other = [fmpq_mat(matrix) for matrix in current]
                    other[number][row, column] = fmpq(value.numerator, value.denominator)
                    yield other[0], other[1]

            yield proposals


def simpler(value: Fraction) -> Iterator[Fraction]:
    """Yield simpler numbers: 0, 1, -1, its absolute value, integers nearer to zero, fractions near it of small denominator."""
    near = [value.limit_denominator(limit) for limit in _DENOMINATORS]
    halves = [Fraction(int(value / 2)), Fraction(int(value))]
    tried = {value}
    for other in (Fraction(0), Fraction(1), Fraction(-1), abs(value), *halves, *near):
        if other not in tried and _cost(other) < _cost(value):
            tried.add(other)
            yield other


def _cost(value: Fraction) -> tuple[int, int, bool]:
    return value.denominator, abs(value.numerator), value < 0


def _size(data: Data) -> tuple[int, int, int]:
    """Return how large data are: samples, denominators, numerators, signs and entries off the diagonal added up."""
    entries = [
        (to_fraction(matrix[i, j]), i == j)
        for matrix in data
        for i in range(matrix.nrows())
        for j in range(matrix.ncols())
    ]
    told = sum(abs(value.numerator) + (value < 0) + (value != 0 and not diagonal) for value, diagonal in entries)
    return data[0].ncols(), sum(value.denominator for value, _ in entries), told


def _ranks(data: Data) -> tuple[int, ...]:
    return tuple(matrix.rank() for matrix in data)


def _replay(function: Callable[..., None], where: str, context: Context, attack: Attack, database: Any) -> Search:
    return search(function, where, replace(context, seconds=10.0, examples=1), replace(attack, replays=True), database)


def _is_as_bad(found: Search, best: Search) -> bool:
    if found.failure is None or best.failure is None or found.failure.failed != best.failure.failed:
        return False
    if best.failure.margin is None or found.failure.margin is None:
        return True
    return found.failure.margin >= _MARGIN_KEPT * best.failure.margin
