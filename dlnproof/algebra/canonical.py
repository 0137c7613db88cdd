"""Canonical form of diagrams: two wirings get the same `Diagram` iff they are isomorphic.

A path from row to column (a product of matrices) is numbered along the way, a path without outputs (u^T A B v) from the end
that reads least, a cycle (a trace of a product) from its least rotation. Any other part with outputs is read from these,
row before column. Whatever is left, and wherever reading meets a tie, goes to `symmetry.least_code`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from dlnproof.algebra.diagram import UNIT, Atom, Component, Diagram, Index, Letter, Size, Wiring
from dlnproof.algebra.symmetry import least_code
from dlnproof.algebra.words import Entry, cycle

_Incidence: TypeAlias = list[list[tuple[int, int]]]


class _TieError(Exception):
    """Reading met two atoms that it cannot tell apart."""


def canonical(wiring: Wiring) -> tuple[list[Size], Diagram]:
    """Return (isolated, diagram): the sizes of the summed indices without any atom, and the canonical diagram of the rest.

    The value of the wiring is the product of the isolated sizes times the value of the diagram.
    """
    sizes, atoms = wiring.sizes, wiring.atoms
    incidence: _Incidence = [[] for _ in sizes]
    for number, (_, legs) in enumerate(atoms):
        for place, leg in enumerate(legs):
            incidence[leg].append((number, place))
    open_part, label = _open(sizes, atoms, incidence, wiring)
    closed = list(wiring.closed)
    isolated = []
    seen = set(label)
    for index, size in enumerate(sizes):
        if index in seen:
            continue
        if not incidence[index]:
            isolated.append(size)
            continue
        members, own = _reach(atoms, incidence, [index])
        seen.update(members)
        closed.append(_closed(sizes, atoms, incidence, members, sorted(own)))
    closed += [Component((atom,), ()) for atom in atoms if not atom[1]]
    rows = tuple([label[index] for index in wiring.rows])
    columns = tuple([label[index] for index in wiring.columns])
    return isolated, Diagram(open_part, rows, columns, tuple(sorted(closed)))


def _open(
    sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, wiring: Wiring
) -> tuple[Component, dict[Index, int]]:
    """Return the canonical form of what hangs together with the outputs, and the number that each of its indices gets."""
    if not wiring.rows and not wiring.columns:
        return UNIT.open, {}
    if len(wiring.rows) == len(wiring.columns) == 1:
        word = _word(sizes, atoms, incidence, wiring.rows[0], wiring.columns[0])
        if word is not None:
            return word
    roots = list(dict.fromkeys(wiring.rows + wiring.columns))
    try:
        return _read(sizes, atoms, incidence, roots)
    except _TieError:
        order, used = _reach(atoms, incidence, roots)
        return least_code(sizes, [atoms[number] for number in sorted(used)], order, roots)


def _word(
    sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, row: Index, column: Index
) -> tuple[Component, dict[Index, int]] | None:
    """Return the path of matrices from row to column, numbered along the way; None when the open part is no such path."""
    if row == column or len(incidence[row]) != 1 or len(incidence[column]) != 1:
        return None
    label, index, here = {row: 0}, row, 0
    number, place = incidence[row][0]
    read: list[Atom] = []
    while True:
        letter, legs = atoms[number]
        if len(legs) != 2:
            return None
        read.append((letter, (here, here + 1) if letter.symmetric or place == 0 else (here + 1, here)))
        index = legs[1 - place]
        here += 1
        label[index] = here
        ends = incidence[index]
        if len(ends) != 2:
            break
        number, place = ends[1] if ends[0] == (number, 1 - place) else ends[0]
    return (Component(tuple(read), tuple([sizes[index] for index in label])), label) if index == column else None


def _reach(atoms: Sequence[Atom], incidence: _Incidence, roots: Sequence[Index]) -> tuple[list[Index], set[int]]:
    """Return the indices that hang together with `roots`, and the numbers of their atoms."""
    order, seen, used = list(roots), set(roots), set()
    for index in order:
        for number, _ in incidence[index]:
            if number not in used:
                used.add(number)
                for leg in atoms[number][1]:
                    if leg not in seen:
                        seen.add(leg)
                        order.append(leg)
    return order, used


def _read(
    sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, roots: Sequence[Index]
) -> tuple[Component, dict[Index, int]]:
    """Number the indices in the order of a breadth-first reading from `roots`; raise `_TieError` where it is not unique."""
    label = {index: place for place, index in enumerate(roots)}
    order = list(roots)
    used: set[int] = set()
    read: list[Atom] = []
    for index in order:
        waiting = []
        for number, place in incidence[index]:
            if number not in used:
                letter, legs = atoms[number]
                known = tuple([label.get(leg, -1) for leg in legs])
                if letter.symmetric:
                    waiting.append((letter, 0, tuple(sorted(known)), number))
                else:
                    waiting.append((letter, place, known, number))
        if len(waiting) > 1:
            waiting.sort()
            for first, second in pairwise(waiting):
                if first[:3] == second[:3] and first[3] != second[3] and -1 in first[2]:
                    raise _TieError
        for letter, _, _, number in waiting:
            if number in used:  # an atom with two legs on this index waits twice
                continue
            used.add(number)
            for leg in atoms[number][1]:
                if leg not in label:
                    label[leg] = len(order)
                    order.append(leg)
            read.append(_relabelled(letter, atoms[number][1], label))
    return Component(tuple(read), tuple([sizes[index] for index in order])), label


def _relabelled(letter: Letter, legs: tuple[Index, ...], label: dict[Index, int]) -> Atom:
    new = tuple([label[leg] for leg in legs])
    return letter, tuple(sorted(new)) if letter.symmetric else new


def _closed(
    sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, members: Sequence[Index], own: Sequence[int]
) -> Component:
    """Return the canonical form of a component without outputs."""
    if max([len(incidence[index]) for index in members]) <= 2 and max([len(atoms[number][1]) for number in own]) <= 2:
        ends = [(number, atoms[number][1][0]) for number in own if len(atoms[number][1]) == 1]
        ends += [(-1, index) for index in members if len(incidence[index]) == 1]
        if not ends:
            return _cycle(sizes, atoms, incidence, members[0])
        return min([_strand(sizes, atoms, incidence, number, index) for number, index in ends])
    return least_code(sizes, [atoms[number] for number in own], members, [])[0]


def _cycle(sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, start: Index) -> Component:
    """Return the canonical form of a cycle of matrices that goes through `start`."""
    entries: list[Entry] = []
    along: list[Size] = []
    index, first = start, incidence[start][0]
    number, place = first
    while True:
        letter, legs = atoms[number]
        entries.append((letter, 0 if letter.symmetric else place))
        along.append(sizes[index])
        index = legs[1 - place]
        ends = incidence[index]
        number, place = ends[1] if ends[0] == (number, 1 - place) else ends[0]
        if index == start and (number, place) == first:
            return cycle(entries, along)


def _strand(
    sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, number: int, index: Index
) -> Component:
    """Return a path without outputs as read from one end: the one-legged atom `number` on `index`, or the bare index (-1)."""
    read: list[Atom] = [(atoms[number][0], (0,))] if number >= 0 else []
    along = [sizes[index]]
    here = 0
    while True:
        onward = [end for end in incidence[index] if end[0] != number]
        if not onward:
            return Component(tuple(read), tuple(along))
        ((number, place),) = onward
        letter, legs = atoms[number]
        if len(legs) == 1:
            read.append((letter, (here,)))
            return Component(tuple(read), tuple(along))
        read.append((letter, (here, here + 1) if letter.symmetric or place == 0 else (here + 1, here)))
        index = legs[1 - place]
        along.append(sizes[index])
        here += 1
