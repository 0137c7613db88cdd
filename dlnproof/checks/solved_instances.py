"""Instances of general equations: symbols drawn one after another, solved for where the equations are linear in them.

Every equation is met when the last of its symbols is drawn. If it is linear there, it is solved exactly and a random solution
taken (critical points for the data, matrices that commute with a given one); if not, matrices of many shapes are tried:
diagonal ones in common orthogonal bases (balanced layers, normal and commuting matrices), projections, frames, and matrices
with a given annihilating polynomial. What comes out is checked again by the caller.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import fmpq, fmpq_mat

from dlnproof.checks.matrix_kinds import Bases, annihilated, has_properties
from dlnproof.checks.statement import Statement
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import allowed, circle_point, definitions, dimension, draw_matrix
from dlnproof.rings.fields import Rationals
from dlnproof.rings.matrices import NotExactError

_TRIES = 14
_RATIONALS = Rationals()
_NUMBERS = tuple(
    Fraction(text)
    for text in (
        "1",
        "2",
        "0",
        "-1",
        "3",
        "1/2",
        "3/5",
        "4/5",
        "-2",
        "5",
        "4",
        "1/3",
        "2/3",
        "3/2",
        "5/13",
        "12/13",
        "-1/2",
    )
)


@lru_cache(maxsize=256)
def _fitting(symbol: Any) -> tuple[Fraction, ...]:
    return tuple(value for value in _NUMBERS if allowed(symbol, value))


def solved_instance(statement: Statement, sizes: Mapping[str, int], source: random.Random) -> Values | None:
    """Return rational values at these sizes that were drawn to satisfy the equations, or None where drawing got stuck."""
    return _Drawing(statement, sizes, source).run()


class _Drawing:
    def __init__(self, statement: Statement, sizes: Mapping[str, int], source: random.Random) -> None:
        self.statement, self.sizes, self.source = statement, dict(sizes), source
        self.vocabulary, self.assumptions = statement.reader.vocabulary, statement.assumptions
        self.matrices: dict[str, Any] = {}
        self.scalars: dict[str, Any] = {}
        angles = sorted(statement.reader.relations.angles)
        self.angles = {
            name: circle_point(_RATIONALS, fmpq(source.randint(1, 3), source.randint(1, 3))) for name in angles
        }
        self.reach = source.choice((1, 1, 2, 3))
        self.bases = Bases(source, [dimension(size, sizes) for size in self.vocabulary.sizes.values()])
        self.names = {name for name in self.vocabulary.letters if name not in self.vocabulary.bound} | {
            name for name in self.vocabulary.scalars if name not in sizes and name not in self.angles
        }
        self.equations = [
            (pair, {symbol.name for side in pair for symbol in side.free_symbols} & self.names)
            for pair in self.assumptions.equations
        ]

    def run(self) -> Values | None:
        """Draw all symbols in a random order, those that an equation defines mostly last."""
        order = sorted(self.names)
        self.source.shuffle(order)
        defined = [symbol.name for symbol, _ in definitions(self.assumptions) if symbol.name in self.names]
        if self.source.random() < 0.7:
            order = [name for name in order if name not in defined] + defined
        for name in order:
            due = [pair for pair, names in self.equations if name in names and names <= self._known() | {name}]
            place = self.matrices if name in self.vocabulary.letters else self.scalars
            value = self._value(name, due)
            if value is None:
                return None
            place[name] = value
        return Values(self.sizes, self.matrices, self.scalars, self.angles)

    def _known(self) -> set[str]:
        return {*self.matrices, *self.scalars}

    def _value(self, name: str, due: Sequence[tuple[Any, Any]]) -> Any:
        candidates = self._matrices(name, due) if name in self.vocabulary.letters else self._numbers(name)
        if due:
            linear = self._solution(name, due)
            if linear is not None:
                return linear if self._fits(name, linear) else None
        for _, value in zip(
            range(_TRIES if name in self.vocabulary.letters else len(_NUMBERS)), candidates, strict=False
        ):
            if self._fits(name, value) and not any(self._gaps(name, value, due)):
                return value
        return None

    def _fits(self, name: str, value: Any) -> bool:
        if name in self.vocabulary.letters:
            return has_properties(value, self.assumptions.properties.get(name, frozenset()))
        return allowed(self.vocabulary.scalars[name], Fraction(int(value.p), int(value.q)))

    def _gaps(self, name: str, value: Any, due: Sequence[tuple[Any, Any]]) -> list[fmpq]:
        """Return the entries of left - right of the equations that are due when the symbol takes a value."""
        is_matrix = name in self.vocabulary.letters
        matrices = {**self.matrices, name: value} if is_matrix else self.matrices
        scalars = self.scalars if is_matrix else {**self.scalars, name: value}
        evaluator = Evaluator(_RATIONALS, Values(self.sizes, matrices, scalars, self.angles))
        gaps: list[fmpq] = []
        for pair in due:
            first, second = (_entries(evaluator, side) for side in pair)
            gaps += [a - b for a, b in zip(first, second * (len(first) if len(second) == 1 else 1), strict=True)]
        return gaps

    def _solution(self, name: str, due: Sequence[tuple[Any, Any]]) -> Any:
        """Return a random solution of equations that are linear in the symbol, None where they are not or have none."""
        basis = list(self._basis(name))
        if not basis or "orthogonal" in self.assumptions.properties.get(name, frozenset()):
            return None
        zero = basis[0] - basis[0]

        def combined(weights: Sequence[fmpq]) -> Any:
            return sum((item * weight for item, weight in zip(basis, weights, strict=True)), zero)

        try:
            constant = self._gaps(name, zero, due)
            columns = [[a - b for a, b in zip(self._gaps(name, item, due), constant, strict=True)] for item in basis]
            probe = [fmpq(self.source.randint(-3, 3)) for _ in basis]
            expected = [
                sum((w * column[i] for w, column in zip(probe, columns, strict=True)), constant[i])
                for i in range(len(constant))
            ]
            if self._gaps(name, combined(probe), due) != expected:
                return None
        except (ZeroDivisionError, NotExactError):
            return None
        weights = _any_solution(columns, constant, lambda: fmpq(self.source.randint(-self.reach, self.reach)))
        return None if weights is None else combined(weights)

    def _basis(self, name: str) -> Iterator[Any]:
        if name not in self.vocabulary.letters:
            yield fmpq(1)
            return
        rows, columns = self._shape(name)
        properties = self.assumptions.properties.get(name, frozenset())
        for i in range(rows):
            for j in range(columns):
                unit = fmpq_mat(rows, columns)
                if "diagonal" in properties and i != j:
                    continue
                if {"symmetric", "positive definite"} & properties and i > j:
                    continue
                if "antisymmetric" in properties and i >= j:
                    continue
                unit[i, j] = 1
                if {"symmetric", "positive definite"} & properties and i != j:
                    unit[j, i] = 1
                if "antisymmetric" in properties:
                    unit[j, i] = -1
                yield unit

    def _shape(self, name: str) -> tuple[int, int]:
        rows, columns = (dimension(size, self.sizes) for size in self.vocabulary.letters[name].shape)
        return rows, columns

    def _matrices(self, name: str, due: Sequence[tuple[Any, Any]]) -> Iterator[Any]:
        """Yield matrices of many kinds that might satisfy the equations."""
        shape = self._shape(name)
        texts = tuple(str(size) for size in self.vocabulary.letters[name].shape)
        properties = self.assumptions.properties.get(name, frozenset())
        if due and shape[0] == shape[1]:
            yield from annihilated(
                self.source, shape[0], lambda value: self._gaps(name, value, due), self.bases, texts[0]
            )
        while True:
            try:
                yield self.bases.matrix(texts, shape, self.reach)
                if properties:
                    entry: Callable[[], fmpq] = lambda: fmpq(self.source.randint(-self.reach, self.reach))  # noqa: E731
                    yield draw_matrix(_RATIONALS, *shape, properties, entry, self.source)
            except ZeroDivisionError:
                continue

    def _numbers(self, name: str) -> Iterator[fmpq]:
        values = list(_fitting(self.vocabulary.scalars[name]))
        self.source.shuffle(values)
        for value in values:
            yield fmpq(value.numerator, value.denominator)


def _entries(evaluator: Evaluator, side: Any) -> list[Any]:
    value = evaluator.evaluate(side)
    return list(value.entries()) if getattr(side, "is_Matrix", False) else [value]


def _any_solution(columns: Sequence[Sequence[fmpq]], constant: Sequence[fmpq], free: Callable[[], fmpq]) -> Any:
    """Return weights x with sum x_k columns[k] + constant = 0, the free ones drawn; None where there are none."""
    count = len(columns)
    table = fmpq_mat(
        len(constant), count + 1, [e for i in range(len(constant)) for e in (*(c[i] for c in columns), -constant[i])]
    )
    reduced, rank = table.rref()
    weights = [free() for _ in range(count)]
    pivots = []
    for row in range(rank):
        pivot = next(place for place in range(count + 1) if reduced[row, place] != 0)
        if pivot == count:
            return None
        pivots.append(pivot)
    for row, pivot in enumerate(pivots):
        weights[pivot] = reduced[row, count] - sum(
            (reduced[row, place] * weights[place] for place in range(count) if place not in pivots), fmpq(0)
        )
    return weights
