"""A shrunk counterexample made readable: the entries of its data become small integers, else small fractions.

Hypothesis shrinks the seeds behind data, not their entries. Here the same choices are replayed with other data in their place,
so that the instance stays one of the theorem's own strategy, with its filters and assumptions; data of the same ranks are taken
over while the same assert fails, by at least a tenth of the margin it had.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import fmpq
from hypothesis.database import InMemoryExampleDatabase

from dlnproof.checks.context import Context
from dlnproof.checks.explorer import Attack, Search
from dlnproof.checks.search import search
from dlnproof.claims.theorem import problems_in
from dlnproof.rings.rational import to_fraction

_SECONDS, _SHARE = 2.0, 0.1  # spent at most, and of the budget
_DENOMINATORS = (1, 2, 3, 4, 6)
_MARGIN_KEPT = 0.1


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
    best = seen
    changed = True
    while changed and time.monotonic() < end:
        changed = False
        for matrix in (X, Y):
            rank = matrix.rank()  # a counterexample that is not degenerate says more
            for place in range(matrix.nrows() * matrix.ncols()):
                row, column = divmod(place, matrix.ncols())
                written = matrix[row, column]
                for value in simpler(to_fraction(written)):
                    if time.monotonic() > end:
                        continue
                    matrix[row, column] = fmpq(value.numerator, value.denominator)
                    if matrix.rank() != rank:
                        continue
                    found = _replay(function, where, context, replace(attack, data=(X, Y)), database)
                    if _is_as_bad(found, best):
                        best, changed = found, True
                        break
                else:
                    matrix[row, column] = written
    return best


def simpler(value: Fraction) -> Iterator[Fraction]:
    """Yield simpler numbers, the simplest first: 0, 1, -1, integers nearer to zero, fractions near it of small denominator."""
    near = [value.limit_denominator(limit) for limit in _DENOMINATORS]
    halves = [Fraction(int(value / 2)), Fraction(int(value))]
    tried = {value}
    for other in (Fraction(0), Fraction(1), Fraction(-1), *halves, *near):
        if other not in tried and _cost(other) < _cost(value):
            tried.add(other)
            yield other


def _cost(value: Fraction) -> tuple[int, int, bool]:
    return value.denominator, abs(value.numerator), value < 0


def _replay(function: Callable[..., None], where: str, context: Context, attack: Attack, database: Any) -> Search:
    return search(function, where, replace(context, seconds=10.0, examples=1), replace(attack, replays=True), database)


def _is_as_bad(found: Search, best: Search) -> bool:
    if found.failure is None or best.failure is None or found.failure.failed != best.failure.failed:
        return False
    if best.failure.margin is None or found.failure.margin is None:
        return True
    return found.failure.margin >= _MARGIN_KEPT * best.failure.margin
