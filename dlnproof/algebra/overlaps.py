"""Diagrams that are matrix words, a product read from its row index to its column index, and how two words overlap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dlnproof.algebra.diagram import Atom, Diagram, Letter, Size, Wiring
from dlnproof.algebra.polynomial import Polynomial, single
from dlnproof.algebra.rules import HOLE


class Word(NamedTuple):
    """Entries (letter, transposed) and the sizes between them, one more than entries; a vector can stand at either end."""

    entries: tuple[tuple[Letter, bool], ...]
    sizes: tuple[Size, ...]

    def part(self, start: int, stop: int) -> Polynomial:
        """Return the product of the entries start..stop-1, the identity when there are none."""
        return single(self._wiring(start, stop, []))

    def context(self, start: int, stop: int, *, turned: bool) -> Wiring:
        """Return the whole word with a hole in place of the entries start..stop-1; `turned` for an equation read backwards."""
        return self._wiring(0, len(self.entries), [(start, stop, turned)])

    def mirrored(self) -> Word:
        """Return the transpose."""
        entries = [(letter, not flag and not letter.symmetric) for letter, flag in reversed(self.entries)]
        return Word(tuple(entries), self.sizes[::-1])

    def _wiring(self, start: int, stop: int, holes: list[tuple[int, int, bool]]) -> Wiring:
        hidden = {place for first, last, _ in holes for place in range(first + 1, last)}
        kept = [place for place in range(start, stop + 1) if place not in hidden and self.sizes[place] != "1"]
        index = {place: number for number, place in enumerate(kept)}

        def legs(first: int, last: int, turned: bool) -> tuple[int, ...]:
            order = (last, first) if turned else (first, last)
            return tuple(index[place] for place in order if place in index)

        atoms: list[Atom] = [(HOLE, legs(first, last, turned)) for first, last, turned in holes]
        covered = {place for first, last, _ in holes for place in range(first, last)}
        atoms += [
            (letter, legs(place, place + 1, turned))
            for place, (letter, turned) in enumerate(self.entries)
            if start <= place < stop and place not in covered
        ]
        ends = [(index[place],) if place in index else () for place in (start, stop)]
        return Wiring([self.sizes[place] for place in kept], atoms, ends[0], ends[1])


def word_of(diagram: Diagram) -> Word | None:
    """Return the diagram as a matrix word, or None when it is none."""
    part = diagram.open
    if diagram.closed or len(diagram.rows) > 1 or len(diagram.columns) > 1 or not part.atoms:
        return None
    if not diagram.rows:
        turned = word_of(diagram._replace(rows=diagram.columns, columns=())) if diagram.columns else None
        return turned.mirrored() if turned else None
    left = list(part.atoms)
    place: int | None = diagram.rows[0]
    entries: list[tuple[Letter, bool]] = []
    sizes = [part.sizes[diagram.rows[0]]]
    while left:
        meeting = [atom for atom in left if place in atom[1]]
        if len(meeting) != 1 or place is None:
            return None
        letter, legs = meeting[0]
        left.remove(meeting[0])
        if len(legs) == 1:
            entries.append((letter, False))
            place = None
            sizes.append("1")
        elif legs[0] != legs[1]:
            entries.append((letter, legs[1] == place and not letter.symmetric))
            place = legs[0] + legs[1] - place
            sizes.append(part.sizes[place])
        else:
            return None
    ends_well = diagram.columns == (() if place is None else (place,))
    return Word(tuple(entries), tuple(sizes)) if ends_well else None


class Overlap(NamedTuple):
    """A word in which a first word begins at `first` and a second one at `second`."""

    whole: Word
    first: int
    second: int


def overlaps(first: Word, second: Word) -> Iterator[Overlap]:
    """Yield the words in which the end of the first is the start of the second, or the second lies inside the first."""
    for length in range(1, min(len(first.entries), len(second.entries))):
        if first.entries[-length:] == second.entries[:length]:
            entries = first.entries + second.entries[length:]
            yield Overlap(Word(entries, first.sizes + second.sizes[length + 1 :]), 0, len(first.entries) - length)
    for place in range(len(first.entries) - len(second.entries) + 1):
        if first.entries[place : place + len(second.entries)] == second.entries:
            yield Overlap(first, 0, place)
