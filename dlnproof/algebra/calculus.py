"""Differentiation of diagrams: deleting one atom of a letter leaves its legs open; the differential puts another letter there.

For a scalar f of W: gradient(f)_{ij} = df/dW_{ij}, of the shape of W; for any formula the differential along W -> W + t D is
the sum over the atoms W of the diagram with that one atom replaced by D (all for every size at once).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flint import fmpq

from dlnproof.algebra.diagram import Atom, Diagram, Letter, Wiring, unwired
from dlnproof.algebra.inverses import Inverse
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import Monomial, times


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

    def vary() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, wiring, coefficient, place in _occurrences(polynomial, frozenset(directions)):
            atoms: list[Atom] = list(wiring.atoms)
            letter, legs = atoms[place]
            atoms[place] = (directions[letter], legs)
            yield wired(monomial, Wiring(wiring.sizes, atoms, wiring.rows, wiring.columns), coefficient)

    inverses = list(inverses)
    total = collect(vary())
    occurring = polynomial.letters() if inverses else frozenset()
    for inverse in inverses:
        if inverse.letter.name not in occurring:
            continue
        inner = differential(inverse.denominator, directions, inverses)
        if inner:
            Z = inverse.matrix()
            change = Z.matmul(inner).matmul(Z).scaled(fmpq(-1))
            marked = _one_by_one(polynomial, inverse.letter)
            total = total + substituted(marked, _MARK, change)
    return total


_MARK = Letter("@varying")


def _one_by_one(polynomial: Polynomial, letter: Letter) -> Polynomial:
    """Return the sum over the atoms of a letter of the diagram with that one atom marked."""

    def mark() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, wiring, coefficient, place in _occurrences(polynomial, frozenset([letter])):
            atoms: list[Atom] = list(wiring.atoms)
            atoms[place] = (_MARK, atoms[place][1])
            yield wired(monomial, Wiring(wiring.sizes, atoms, wiring.rows, wiring.columns), coefficient)

    return collect(mark())


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
