"""Partial products of a chain of layers as letters that join: P(a, b) P(b-1, c) = P(a, c), and P(b-1, b) = I.

Joining wherever two segments meet ends in a unique form, because concatenation is associative. Two joined diagrams are equal
for every depth iff they are isomorphic: split every segment at all layer indices that occur, and the gaps between indices
are independent matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flint import fmpq

from dlnproof.algebra.diagram import Diagram, Letter, Wiring, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import Monomial


@dataclass(frozen=True, slots=True)
class Segment:
    """W_top ... W_bottom of the chain `name`; `below` is the text of bottom - 1."""

    name: str
    top: str
    bottom: str
    below: str

    @property
    def letter(self) -> Letter:
        """The letter of the segment."""
        return Letter(f"{self.name}[{self.top}..{self.bottom}]")


@dataclass(slots=True)
class Segments:
    """The segments that a claim mentions, by the name of their letter."""

    known: dict[str, Segment] = field(default_factory=dict)

    def letter(self, segment: Segment) -> Letter:
        """Return the letter of a segment, which is remembered."""
        self.known.setdefault(segment.letter.name, segment)
        return segment.letter

    def joined(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial with all segments that meet joined."""
        if not self.known:
            return polynomial

        def join() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
            for monomial, diagram, coefficient in polynomial:
                wiring, changed = unwired(diagram), False
                while (shorter := self._one_join(wiring)) is not None:
                    wiring, changed = shorter, True
                yield wired(monomial, wiring, coefficient) if changed else (monomial, diagram, coefficient)

        return collect(join())

    def _one_join(self, wiring: Wiring) -> Wiring | None:
        ends: list[list[tuple[int, int]]] = [[] for _ in wiring.sizes]
        for number, (_, legs) in enumerate(wiring.atoms):
            for place, leg in enumerate(legs):
                ends[leg].append((number, place))
        outputs = {*wiring.rows, *wiring.columns}
        for index, meeting in enumerate(ends):
            if len(meeting) != 2 or index in outputs or {place for _, place in meeting} != {0, 1}:
                continue
            left, right = sorted(
                meeting, key=lambda end: -end[1]
            )  # the column leg of the left meets the row leg of the right
            first = self.known.get(wiring.atoms[left[0]][0].name)
            second = self.known.get(wiring.atoms[right[0]][0].name)
            if first and second and left[0] != right[0] and (first.name, first.below) == (second.name, second.top):
                letter = self.letter(Segment(first.name, first.top, second.bottom, second.below))
                legs = (wiring.atoms[left[0]][1][0], wiring.atoms[right[0]][1][1])
                return _replaced(wiring, {left[0], right[0]}, index, (letter, legs))
        return None


def _replaced(wiring: Wiring, gone: set[int], index: int, atom: tuple[Letter, tuple[int, ...]]) -> Wiring:
    """Return the wiring with two atoms and the index between them replaced by one atom."""
    kept = [old for number, old in enumerate(wiring.atoms) if number not in gone]

    def moved(legs: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(leg - (leg > index) for leg in legs)

    return Wiring(
        [size for place, size in enumerate(wiring.sizes) if place != index],
        [(letter, moved(legs)) for letter, legs in (*kept, atom)],
        moved(wiring.rows),
        moved(wiring.columns),
        wiring.closed,
    )
