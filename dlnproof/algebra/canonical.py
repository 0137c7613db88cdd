"""Canonical form of diagrams: two wirings get the same `Diagram` iff they are isomorphic.

Paths (matrix products) are read from their outputs and cycles (traces of products) from their least rotation, both in
linear or near-linear time. Everything else, wherever reading meets a tie, goes to `symmetry.least_code`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from dlnproof.algebra.diagram import Atom, Component, Diagram, Index, Letter, Size, Wiring
from dlnproof.algebra.symmetry import least_code

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
    roots = list(dict.fromkeys(wiring.rows + wiring.columns))
    try:
        open_part, label = _read(sizes, atoms, incidence, roots)
    except _TieError:
        order, used = _reach(atoms, incidence, roots)
        open_part, label = least_code(sizes, [atoms[number] for number in sorted(used)], order, roots)
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
    if all(len(incidence[index]) == 2 for index in members) and all(len(atoms[number][1]) == 2 for number in own):
        return _least_rotation(sizes, atoms, incidence, members[0])
    return least_code(sizes, [atoms[number] for number in own], members, [])[0]


def _least_rotation(sizes: Sequence[Size], atoms: Sequence[Atom], incidence: _Incidence, start: Index) -> Component:
    """Return the canonical form of a cycle of matrices, read in either direction from any place."""
    word: list[tuple[Letter, int]] = []
    along: list[Size] = []
    index = start
    number, place = incidence[start][0]
    while True:
        letter, legs = atoms[number]
        word.append((letter, 0 if letter.symmetric else place))
        along.append(sizes[index])
        exit_place = 1 - place
        index = legs[exit_place]
        ends = incidence[index]
        number, place = ends[1] if ends[0] == (number, exit_place) else ends[0]
        if index == start and (number, place) == incidence[start][0]:
            break
    length = len(word)
    back = [(letter, 0 if letter.symmetric else 1 - place) for letter, place in reversed(word)]
    # read backwards, atom i of `back` starts at the index where atom length-1-i of `word` ends
    back_along = [along[(length - i) % length] for i in range(length)]
    best = min(
        (tuple(sequence[turn:] + sequence[:turn]), tuple(ends[turn:] + ends[:turn]))
        for sequence, ends in ((word, along), (back, back_along))
        for turn in _least_turns(sequence)
    )
    cycle = []
    for i, (letter, place) in enumerate(best[0]):
        here, there = i, (i + 1) % length
        legs = (here, there) if place == 0 else (there, here)
        cycle.append((letter, tuple(sorted(legs)) if letter.symmetric else legs))
    return Component(tuple(cycle), best[1])


def _least_turns(word: list[tuple[Letter, int]]) -> list[int]:
    """Return the places where the least rotation can start: those of the least entry."""
    least = min(word)
    return [turn for turn, entry in enumerate(word) if entry == least]
