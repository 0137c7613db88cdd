"""Copies of one diagram inside another: a pattern whose inner indices meet nothing else in the host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dlnproof.algebra.diagram import Atom, Index, Letter, Wiring


def embeddings(pattern: Wiring, host: Wiring) -> Iterator[tuple[set[int], dict[Index, Index]]]:
    """Yield (atoms used, image of each index) for every copy of the pattern whose inner indices meet nothing else."""
    degree = [0] * len(pattern.sizes)
    for _, legs in pattern.atoms:
        for leg in legs:
            degree[leg] += 1
    host_degree = [0] * len(host.sizes)
    for _, legs in host.atoms:
        for leg in legs:
            host_degree[leg] += 1
    outer = {*pattern.rows, *pattern.columns}
    host_outer = {*host.rows, *host.columns}
    at: list[list[int]] = [[] for _ in host.sizes]
    by_letter: dict[Letter, list[int]] = {}
    for number, (letter, legs) in enumerate(host.atoms):
        by_letter.setdefault(letter, []).append(number)
        for leg in legs:
            at[leg].append(number)
    if any(len(by_letter.get(letter, ())) < count for letter, count in Counter(a for a, _ in pattern.atoms).items()):
        return
    atoms = _connected(pattern)

    def fits(index: Index, target: Index) -> bool:
        if pattern.sizes[index] != host.sizes[target]:
            return False
        return index in outer or (target not in host_outer and host_degree[target] == degree[index])

    def extend(place: int, used: set[int], image: dict[Index, Index]) -> Iterator[tuple[set[int], dict[Index, Index]]]:
        if place == len(atoms):
            yield set(used), dict(image)
            return
        letter, legs = atoms[place]
        anchor = next((image[leg] for leg in legs if leg in image), None)
        for number in dict.fromkeys(by_letter[letter] if anchor is None else at[anchor]):
            other, targets = host.atoms[number]
            if number in used or other != letter:
                continue
            for order in {targets, targets[::-1]} if letter.symmetric else {targets}:
                new = dict(image)
                if all(fits(leg, to) and new.setdefault(leg, to) == to for leg, to in zip(legs, order, strict=True)):
                    yield from extend(place + 1, used | {number}, new)

    yield from extend(0, set(), {})


def _connected(pattern: Wiring) -> list[Atom]:
    """Return the atoms in an order in which each shares an index with an earlier one, where it can."""
    left, seen, order = list(pattern.atoms), set[Index](), []
    while left:
        atom = next((atom for atom in left if seen.intersection(atom[1])), left[0])
        left.remove(atom)
        order.append(atom)
        seen.update(atom[1])
    return order


def removed(wiring: Wiring, atoms: set[int], indices: set[Index]) -> Wiring:
    """Return the wiring without the given atoms and indices."""
    place: dict[Index, Index] = {}
    for index in range(len(wiring.sizes)):
        if index not in indices:
            place[index] = len(place)
    return Wiring(
        [size for index, size in enumerate(wiring.sizes) if index not in indices],
        [
            (letter, tuple(place[leg] for leg in legs))
            for number, (letter, legs) in enumerate(wiring.atoms)
            if number not in atoms
        ],
        tuple(place[index] for index in wiring.rows),
        tuple(place[index] for index in wiring.columns),
        wiring.closed,
    )
