"""Words: diagrams that are one path or one cycle of matrices, put together and read off without any search.

A path from the row index to the column index is numbered along the way, so that atom i lies between the indices i and i + 1; no
other canonical diagram has its column index there (see `canonical`). A cycle is numbered from its least rotation, read in
either direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from dlnproof.algebra.diagram import UNIT, Atom, Component, Diagram, Index, Letter, Size, unlike_factors

Entry: TypeAlias = tuple[Letter, int]
"""A letter of a cycle and the leg that it has on the index before it (0 for a symmetric letter)."""


def is_word(diagram: Diagram) -> bool:
    """Return whether the open part is a path of matrices from row to column, such as A B^T, or an identity matrix."""
    atoms, sizes = diagram.open
    last = len(sizes) - 1
    if last != len(atoms) or diagram.columns != (last,) or diagram.rows != (0,):
        return False
    if last == 1:  # not an index of a row or column of ones next to a loop or a vector
        legs = atoms[0][1]
        return len(legs) == 2 and legs[0] != legs[1]
    return True


def joined(left: Diagram, right: Diagram) -> Diagram:
    """Return the product of two words; raise UnsupportedError where the indices that meet have different sizes."""
    atoms, sizes = left.open
    own_atoms, own_sizes = right.open
    offset = len(sizes) - 1
    if sizes[-1] != own_sizes[0]:
        raise unlike_factors()
    shifted = [(letter, (legs[0] + offset, legs[1] + offset)) for letter, legs in own_atoms]
    closed = tuple(sorted(left.closed + right.closed)) if left.closed and right.closed else left.closed or right.closed
    part = Component((*atoms, *shifted), sizes + own_sizes[1:])
    return Diagram(part, (0,), (offset + len(own_sizes) - 1,), closed)


def transposed(word: Diagram) -> Diagram:
    """Return the transpose of a word."""
    atoms, sizes = word.open
    last = len(sizes) - 1
    turned: list[Atom] = []
    for letter, legs in reversed(atoms):
        one, two = last - legs[0], last - legs[1]
        turned.append((letter, (two, one) if letter.symmetric else (one, two)))
    return Diagram(Component(tuple(turned), sizes[::-1]), (0,), (last,), word.closed)


def traced(word: Diagram) -> Diagram:
    """Return the trace of a word with at least one letter."""
    atoms, sizes = word.open
    if sizes[0] != sizes[-1]:
        raise unlike_factors()
    entries = [(letter, 0 if letter.symmetric or legs[0] < legs[1] else 1) for letter, legs in atoms]
    component = cycle(entries, sizes[:-1])
    return Diagram(UNIT.open, (), (), tuple(sorted((*word.closed, component))) if word.closed else (component,))


def exchanged(word: Diagram, place: int, letter: Letter) -> Diagram:
    """Return the word with another letter at a place."""
    atoms = list(word.open.atoms)
    legs = atoms[place][1]
    atoms[place] = (letter, (place, place + 1) if letter.symmetric else legs)
    return Diagram(Component(tuple(atoms), word.open.sizes), word.rows, word.columns, word.closed)


def as_cycle(atoms: Sequence[Atom], sizes: Sequence[Size]) -> Component | None:
    """Return the canonical form of atoms whose indices are numbered along a cycle; None when they are not."""
    length = len(sizes)
    if len(atoms) != length:
        return None
    entries = []
    for here, (letter, legs) in enumerate(atoms):
        there = here + 1 if here + 1 < length else 0
        if legs == (here, there):
            entries.append((letter, 0))
        elif legs == (there, here):
            entries.append((letter, 0 if letter.symmetric else 1))
        else:
            return None
    return cycle(entries, sizes)


def cycle(entries: Sequence[Entry], sizes: Sequence[Size]) -> Component:
    """Return the canonical form of a cycle whose entry i lies between index i, of size `sizes[i]`, and the next index.

    It is the least reading, in either direction, that begins with the row leg of the least letter.
    """
    least = min([letter for letter, _ in entries])
    readings = []
    for start, (letter, place) in enumerate(entries):
        if letter == least:
            if place == 0:
                readings.append(_turned(entries, sizes, start))
            if place == 1 or letter.symmetric:
                readings.append(_reversed(entries, sizes, start))
    word, along = min(readings) if len(readings) > 1 else readings[0]
    ahead, behind = _legs(len(word))
    atoms = [(letter, (behind if place else ahead)[here]) for here, (letter, place) in enumerate(word)]
    letter, legs = atoms[-1]
    if letter.symmetric:
        atoms[-1] = (letter, tuple(sorted(legs)))
    return Component(tuple(atoms), tuple(along))


@lru_cache(maxsize=256)
def _legs(length: int) -> tuple[tuple[tuple[Index, ...], ...], tuple[tuple[Index, ...], ...]]:
    """Return the legs of the entries of a cycle, one after the other, in both orientations."""
    ahead = tuple((here, (here + 1) % length) for here in range(length))
    return ahead, tuple((there, here) for here, there in ahead)


def _turned(entries: Sequence[Entry], sizes: Sequence[Size], start: int) -> tuple[list[Entry], list[Size]]:
    """Return the cycle as read from entry `start` on."""
    return [*entries[start:], *entries[:start]], [*sizes[start:], *sizes[:start]]


def _reversed(entries: Sequence[Entry], sizes: Sequence[Size], start: int) -> tuple[list[Entry], list[Size]]:
    """Return the cycle as read backwards from entry `start` on, which begins at the index after it."""
    length = len(entries)
    word = [
        (letter, 0 if letter.symmetric else 1 - place)
        for letter, place in (*entries[start::-1], *entries[: start - length : -1])
    ]
    first = (start + 1) % length
    return word, [*sizes[first::-1], *sizes[: first - length : -1]]
