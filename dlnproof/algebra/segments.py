"""Partial products of a chain of layers as letters that join: P(a, b) P(b-1, c) = P(a, c), and P(b-1, b) = I.

Joining wherever two segments meet ends in a unique form, because concatenation is associative. Two joined diagrams are equal
for every depth iff they are isomorphic: split every segment at all layer indices that occur, and the gaps between indices
are independent matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flint import fmpq

from dlnproof.algebra.affine import Affine
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
    powers: dict[str, tuple[Letter, Affine]] = field(default_factory=dict)

    def letter(self, segment: Segment) -> Letter:
        """Return the letter of a segment, which is remembered."""
        self.known.setdefault(segment.letter.name, segment)
        return segment.letter

    def power(self, base: Letter, exponent: Affine) -> Letter:
        """Return the letter of `base` to the power of an exponent, which is remembered."""
        signs = "".join(f"{c:+d}*{name}" for name, c in exponent.terms) + f"{exponent.constant:+d}"
        letter = Letter(f"{base.name}^({signs})", base.symmetric)
        self.powers.setdefault(letter.name, (base, exponent))
        return letter

    def as_power(self, letter: Letter) -> tuple[Letter, Affine] | None:
        """Return (base, exponent) of a power, and of a letter of which there are powers."""
        known = self.powers.get(letter.name)
        if known is None and any(base == letter for base, _ in self.powers.values()):
            return letter, Affine((), 1)
        return known

    def joined(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial with all segments that meet joined, and all powers of one letter."""
        if not (self.known or self.powers):
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
            if len(meeting) != 2 or index in outputs:
                continue
            if self.powers and (shorter := self._powers_joined(wiring, index, meeting)) is not None:
                return shorter
            if {place for _, place in meeting} != {0, 1}:
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

    def _powers_joined(self, wiring: Wiring, index: int, meeting: list[tuple[int, int]]) -> Wiring | None:
        (one, one_place), (two, two_place) = sorted(meeting, key=lambda end: -end[1])
        first, second = (self.as_power(wiring.atoms[number][0]) for number in (one, two))
        if one == two or first is None or second is None or first[0] != second[0]:
            return None
        if not first[0].symmetric and (one_place, two_place) != (1, 0):
            return None
        letter = self.power(first[0], first[1] + second[1])
        legs = (wiring.atoms[one][1][1 - one_place], wiring.atoms[two][1][1 - two_place])
        return _replaced(wiring, {one, two}, index, (letter, legs))


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
