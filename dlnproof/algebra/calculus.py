"""Differentiation of diagrams: deleting one atom of a letter leaves its legs open; the differential puts another letter there.

For a scalar f of W: gradient(f)_{ij} = df/dW_{ij}, of the shape of W; for any formula the differential along W -> W + t D is
the sum over the atoms W of the diagram with that one atom replaced by D (all for every size at once).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flint import fmpq

from dlnproof.algebra.diagram import Atom, Diagram, Letter, Wiring, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import Monomial, times


def gradient(polynomial: Polynomial, letter: Letter, *, row: bool, column: bool) -> Polynomial:
    """Return the gradient of a scalar polynomial; `row`, `column` say which legs the letter has (a vector has one)."""

    def cut() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, wiring, coefficient, place in _occurrences(polynomial, frozenset([letter])):
            legs = list(wiring.atoms[place][1])
            rows = (legs.pop(0),) if row else ()
            columns = (legs.pop(0),) if column else ()
            left = [atom for number, atom in enumerate(wiring.atoms) if number != place]
            yield wired(monomial, Wiring(wiring.sizes, left, rows, columns), coefficient)

    return collect(cut())


def differential(polynomial: Polynomial, directions: Mapping[Letter, Letter]) -> Polynomial:
    """Return d/dt at t = 0 of the polynomial along W -> W + t D for every pair W: D."""

    def vary() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, wiring, coefficient, place in _occurrences(polynomial, frozenset(directions)):
            atoms: list[Atom] = list(wiring.atoms)
            letter, legs = atoms[place]
            atoms[place] = (directions[letter], legs)
            yield wired(monomial, Wiring(wiring.sizes, atoms, wiring.rows, wiring.columns), coefficient)

    return collect(vary())


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
