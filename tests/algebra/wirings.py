"""Random wirings, a referee that tries every bijection of indices, and the naive sum over all index values."""

from __future__ import annotations

import random
from itertools import permutations, product

from dlnproof.algebra.diagram import Component, Diagram, Letter, Wiring, unwired

LETTERS = (
    (Letter("A"), 2),
    (Letter("B"), 2),
    (Letter("S", True), 2),
    (Letter("u"), 1),
    (Letter("v"), 1),
    (Letter("c"), 0),
)


def random_wiring(source: random.Random, indices: int, atoms: int, sizes=("n", "n", "m")) -> Wiring:
    """Return a wiring in which any index may be shared by any number of atoms, one letter keeping its sizes or not."""
    kinds = [source.choice(LETTERS) for _ in range(atoms)]
    places = range(indices)
    return Wiring(
        [source.choice(sizes) for _ in places],
        [(letter, tuple(source.choice(places) for _ in range(legs))) for letter, legs in kinds],
        tuple(source.choice(places) for _ in range(source.randint(0, 2))),
        tuple(source.choice(places) for _ in range(source.randint(0, 1))),
    )


def relabelled(source: random.Random, wiring: Wiring) -> Wiring:
    """Return the same wiring with its indices renamed, its atoms in another order, symmetric letters turned."""
    new = list(range(len(wiring.sizes)))
    source.shuffle(new)
    sizes = [""] * len(new)
    for old, place in enumerate(new):
        sizes[place] = wiring.sizes[old]
    atoms = []
    for letter, legs in wiring.atoms:
        legs = tuple(new[leg] for leg in legs)
        atoms.append((letter, legs[::-1] if letter.symmetric and source.random() < 0.5 else legs))
    source.shuffle(atoms)
    return Wiring(sizes, atoms, tuple(new[i] for i in wiring.rows), tuple(new[i] for i in wiring.columns))


def rewired(source: random.Random, wiring: Wiring) -> Wiring:
    """Return the wiring with one leg of one atom moved, or one letter changed: mostly, not always, another diagram."""
    atoms = list(wiring.atoms)
    place = source.randrange(len(atoms))
    letter, legs = atoms[place]
    if legs and source.random() < 0.7:
        leg = source.randrange(len(legs))
        legs = (*legs[:leg], source.randrange(len(wiring.sizes)), *legs[leg + 1 :])
    else:
        letter = source.choice([other for other, count in LETTERS if count == len(legs)])
    atoms[place] = (letter, legs)
    return wiring._replace(atoms=atoms)


def isomorphic(first: Wiring, second: Wiring) -> bool:
    """Return whether some bijection of the indices carries one wiring to the other: every one is tried."""
    if sorted(first.sizes) != sorted(second.sizes) or len(first.atoms) != len(second.atoms):
        return False
    wanted = _bag(second.atoms, range(len(second.sizes)))
    for image in permutations(range(len(first.sizes))):
        if any(size != second.sizes[image[i]] for i, size in enumerate(first.sizes)):
            continue
        if (
            tuple(image[i] for i in first.rows) != second.rows
            or tuple(image[i] for i in first.columns) != second.columns
        ):
            continue
        if _bag(first.atoms, image) == wanted:
            return True
    return False


def _bag(atoms, image):
    return sorted(
        (letter, tuple(sorted(image[leg] for leg in legs)) if letter.symmetric else tuple(image[leg] for leg in legs))
        for letter, legs in atoms
    )


def naive_value(wiring: Wiring, dimensions, tensors, modulus: int):
    """Return {(values of rows, values of columns): residue}: the sum over all values of all indices, one by one."""
    total = {}
    for values in product(*(range(dimensions[size]) for size in wiring.sizes)):
        term = 1
        for letter, legs in wiring.atoms:
            term = term * int(tensors[letter][tuple(values[leg] for leg in legs)]) % modulus
        key = tuple(values[i] for i in wiring.rows), tuple(values[i] for i in wiring.columns)
        total[key] = (total.get(key, 0) + term) % modulus
    return total


def of_diagram(isolated, diagram: Diagram) -> Wiring:
    """Return a wiring of a canonical diagram, its isolated indices put back."""
    wiring = unwired(diagram)
    return wiring._replace(sizes=[*wiring.sizes, *isolated])


def cycle(word: str, size: str = "n") -> Component:
    """Return the trace of a word as an unlabelled component; a small letter is a transpose."""
    length = len(word)
    atoms = []
    for i, name in enumerate(word):
        legs = (i, (i + 1) % length)
        atoms.append((Letter(name.upper()), legs if name.isupper() else legs[::-1]))
    return Component(tuple(atoms), (size,) * length)
