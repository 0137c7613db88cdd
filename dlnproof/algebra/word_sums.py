"""Sums of words as they are written: formulas of products, sums and transposes before they become diagrams.

A word is a tuple of factors, each a matrix or the transpose of one, so that products and transposes are operations on tuples;
only the words that are left in the end are turned into diagrams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from flint import fmpq

from dlnproof.algebra.diagram import UNIT, Component, Diagram, Index, Letter, Size, Wiring
from dlnproof.algebra.polynomial import Polynomial, collect, guard, wired
from dlnproof.algebra.scalars import ONE, Monomial
from dlnproof.algebra.words import cycle


class Factor:
    """A matrix (`place` 0) or its transpose (`place` 1) of shape `row` x `column`; a factor is equal to itself only.

    `place` is the leg of the letter that comes first; a symmetric letter is its own `transpose`.
    """

    __slots__ = ("column", "letter", "place", "row", "transpose")

    def __init__(self, letter: Letter, row: Size, column: Size, transpose: Factor | None = None) -> None:
        self.letter, self.row, self.column = letter, row, column
        self.place = 0 if transpose is None else 1
        self.transpose: Factor = transpose or (self if letter.symmetric else Factor(letter, column, row, self))


Word: TypeAlias = tuple[Factor, ...]
WordSum: TypeAlias = Mapping[Word, fmpq]
"""Nonempty words of one shape with nonzero coefficients; at least one."""


def product(sums: Sequence[WordSum]) -> WordSum | None:
    """Return the product of one or more sums; None for shapes that do not fit and where everything cancels."""
    result = sums[0]
    for words in sums[1:]:
        joined = _joined(result, words)
        if joined is None:
            return None
        result = joined
    return result


def _joined(left: WordSum, right: WordSum) -> WordSum | None:
    if next(iter(left))[-1].column != next(iter(right))[0].row:
        return None
    if len(left) == len(right) == 1:
        ((first, coefficient),), ((second, weight),) = left.items(), right.items()
        return {first + second: coefficient * weight}
    guard(len(left) * len(right))
    return _collected(
        (first + second, coefficient * weight)
        for first, coefficient in left.items()
        for second, weight in right.items()
    )


def total(sums: Iterable[WordSum]) -> WordSum | None:
    """Return the sum; None for shapes that differ and where everything cancels."""
    sums = list(sums)
    shapes = {(word[0].row, word[-1].column) for word in map(next, map(iter, sums))}
    return _collected(item for words in sums for item in words.items()) if len(shapes) == 1 else None


def transpose(words: WordSum) -> WordSum:
    """Return the transpose."""
    return {tuple([factor.transpose for factor in word[::-1]]): coefficient for word, coefficient in words.items()}


def scaled(words: WordSum, number: fmpq) -> WordSum | None:
    """Return the sum times a number; None for zero."""
    return {word: coefficient * number for word, coefficient in words.items()} if number else None


def is_square(words: WordSum) -> bool:
    """Return whether the words begin and end at indices of one size."""
    word = next(iter(words))
    return word[0].row == word[-1].column


def polynomial(words: WordSum) -> Polynomial:
    """Return the sum as a polynomial of diagrams."""
    return collect([_term(word, coefficient) for word, coefficient in words.items()])


def trace(words: WordSum) -> Polynomial:
    """Return the trace of a sum of square words as a polynomial of diagrams."""
    return collect([_traced(word, coefficient) for word, coefficient in words.items()])


def _term(word: Word, coefficient: fmpq) -> tuple[Monomial, Diagram, fmpq]:
    sizes = (word[0].row, *[factor.column for factor in word])
    if "1" in sizes:
        return wired(ONE, _wiring(word, sizes), coefficient)
    atoms = [
        (factor.letter, (here + 1, here) if factor.place else (here, here + 1)) for here, factor in enumerate(word)
    ]
    return ONE, Diagram(Component(tuple(atoms), sizes), (0,), (len(word),)), coefficient


def _traced(word: Word, coefficient: fmpq) -> tuple[Monomial, Diagram, fmpq]:
    sizes = [factor.row for factor in word]
    if "1" in sizes:
        wiring = _wiring(word, (*sizes, sizes[0]))
        ends = list(zip(wiring.rows, wiring.columns, strict=True))
        return wired(ONE, wiring.identified(ends)._replace(rows=(), columns=()), coefficient)
    component = cycle([(factor.letter, factor.place) for factor in word], sizes)
    return ONE, Diagram(UNIT.open, (), (), (component,)), coefficient


def _wiring(word: Word, sizes: Sequence[Size]) -> Wiring:
    """Return the wiring of a word with these sizes between its factors, of which those that are 1 have no index."""
    ends: list[tuple[Index, ...]] = []
    kept: list[Size] = []
    for size in sizes:
        ends.append(() if size == "1" else (len(kept),))
        kept += [] if size == "1" else [size]
    atoms = [
        (factor.letter, ends[here + 1] + ends[here] if factor.place else ends[here] + ends[here + 1])
        for here, factor in enumerate(word)
    ]
    return Wiring(kept, atoms, ends[0], ends[-1])


def _collected(items: Iterable[tuple[Word, fmpq]]) -> WordSum | None:
    found: dict[Word, fmpq] = {}
    for word, coefficient in items:
        old = found.get(word)
        found[word] = coefficient if old is None else old + coefficient
    return {word: coefficient for word, coefficient in found.items() if coefficient} or None
