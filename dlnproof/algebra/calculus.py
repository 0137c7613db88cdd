"""Differentiation of diagrams: deleting one atom of a letter leaves its legs open; the differential puts another letter there.

For a scalar f of W: gradient(f)_{ij} = df/dW_{ij}, of the shape of W; for any formula the differential along W -> W + t D is
the sum over the atoms W of the diagram with that one atom replaced by D (all for every size at once).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flint import fmpq

from dlnproof.algebra.canonical import canonical
from dlnproof.algebra.diagram import Atom, Diagram, Letter, Wiring, unwired
from dlnproof.algebra.inverses import Inverse
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import Monomial, times
from dlnproof.algebra.words import as_cycle, exchanged, is_word


def gradient(
    polynomial: Polynomial, letter: Letter, *, row: bool, column: bool, inverses: Iterable[Inverse] = ()
) -> Polynomial:
    """Return the gradient of a scalar polynomial; `row`, `column` say which legs the letter has (a vector has one).

    It is the differential along a fresh letter, which is then taken out. `inverses` are the inverses of formulas that occur.
    """
    direction = Letter("@direction")
    varied = differential(polynomial, {letter: direction}, inverses)

    def cut() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, wiring, coefficient, place in _occurrences(varied, frozenset([direction])):
            legs = list(wiring.atoms[place][1])
            rows = (legs.pop(0),) if row else ()
            columns = (legs.pop(0),) if column else ()
            left = [atom for number, atom in enumerate(wiring.atoms) if number != place]
            yield wired(monomial, Wiring(wiring.sizes, left, rows, columns), coefficient)

    return collect(cut())


def differential(
    polynomial: Polynomial, directions: Mapping[Letter, Letter], inverses: Iterable[Inverse] = ()
) -> Polynomial:
    """Return d/dt at t = 0 of the polynomial along W -> W + t D for every pair W: D.

    An inverse Z of a formula F varies by dZ = -Z dF Z.
    """

    inverses = list(inverses)
    total = _one_by_one(polynomial, directions)
    occurring = polynomial.letters() if inverses else frozenset()
    for inverse in inverses:
        if inverse.letter.name not in occurring:
            continue
        inner = differential(inverse.denominator, directions, inverses)
        if inner:
            Z = inverse.matrix()
            change = Z.matmul(inner).matmul(Z).scaled(fmpq(-1))
            marked = _one_by_one(polynomial, {inverse.letter: _MARK})
            total = total + substituted(marked, _MARK, change)
    return total


_MARK = Letter("@varying")


def _one_by_one(polynomial: Polynomial, instead: Mapping[Letter, Letter]) -> Polynomial:
    """Return the sum over the atoms of the given letters of the diagram with the letter of that one atom exchanged."""
    terms = []
    for monomial, diagram, coefficient in polynomial:
        for number, part in enumerate((diagram.open, *diagram.closed)):
            for place, (letter, _) in enumerate(part.atoms):
                if letter in instead:
                    terms.append(_exchanged(monomial, diagram, coefficient, number, place, instead[letter]))
    return collect(terms)


def _exchanged(
    monomial: Monomial, diagram: Diagram, coefficient: fmpq, number: int, place: int, letter: Letter
) -> tuple[Monomial, Diagram, fmpq]:
    """Return the term with another letter on one atom; `number` 0 is the open part, 1 the first closed one, and so on."""
    if number == 0 and is_word(diagram):
        return monomial, exchanged(diagram, place, letter), coefficient
    part = diagram.closed[number - 1] if number else diagram.open
    atoms: list[Atom] = list(part.atoms)
    atoms[place] = (letter, atoms[place][1])
    if number == 0:
        wiring = Wiring(part.sizes, atoms, diagram.rows, diagram.columns, diagram.closed)
        return wired(monomial, wiring, coefficient)
    component = as_cycle(atoms, part.sizes) or canonical(Wiring(part.sizes, atoms, (), ()))[1].closed[0]
    others = diagram.closed[: number - 1] + diagram.closed[number:]
    closed = tuple(sorted((*others, component))) if others else (component,)
    return monomial, diagram._replace(closed=closed), coefficient


def substituted(polynomial: Polynomial, letter: Letter, formula: Polynomial) -> Polynomial:
    """Return the polynomial with every atom of a letter replaced by a formula of the same shape."""
    while True:
        terms: list[tuple[Monomial, Diagram, fmpq]] = []
        changed = False
        for monomial, diagram, coefficient in polynomial:
            wiring = unwired(diagram)
            place = next((number for number, (own, _) in enumerate(wiring.atoms) if own == letter), None)
            if place is None:
                terms.append((monomial, diagram, coefficient))
                continue
            changed = True
            legs = wiring.atoms[place][1]
            rest = [atom for number, atom in enumerate(wiring.atoms) if number != place]
            for own, inside, weight in formula:
                inner = unwired(inside)
                offset = len(wiring.sizes)
                moved = [(name, tuple(leg + offset for leg in inner_legs)) for name, inner_legs in inner.atoms]
                pairs = [(leg, end + offset) for leg, end in zip(legs, (*inner.rows, *inner.columns), strict=True)]
                joined = Wiring([*wiring.sizes, *inner.sizes], [*rest, *moved], wiring.rows, wiring.columns)
                terms.append(wired(times(monomial, own), joined.identified(pairs), coefficient * weight))
        if not changed:
            return polynomial
        polynomial = collect(terms)


def _occurrences(polynomial: Polynomial, letters: frozenset[Letter]) -> Iterator[tuple[Monomial, Wiring, fmpq, int]]:
    for monomial, diagram, coefficient in polynomial:
        wiring = unwired(diagram)
        for place, (letter, _) in enumerate(wiring.atoms):
            if letter in letters:
                yield monomial, wiring, coefficient, place
