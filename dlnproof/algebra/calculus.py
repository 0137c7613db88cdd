"""Differentiation of diagrams: deleting one atom of a letter leaves its legs open; the differential puts another letter there.

For a scalar f of W: gradient(f)_{ij} = df/dW_{ij}, of the shape of W; for any formula the differential along W -> W + t D is
the sum over the atoms W of the diagram with that one atom replaced by D (all for every size at once).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flint import fmpq

from dlnproof.algebra.canonical import canonical
from dlnproof.algebra.diagram import Atom, Diagram, Letter, Wiring, shift, unwired
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
            total = total + substituted(marked, {_MARK: change})
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


def substituted(polynomial: Polynomial, formulas: Mapping[Letter, Polynomial]) -> Polynomial:
    """Return the polynomial with every atom of the given letters replaced by a formula of the same shape.

    The formulas must not contain these letters.
    """
    names = {letter: other for letter in formulas if (other := _only_letter(formulas[letter])) is not None}
    polynomial = collect(
        wired(monomial, _renamed(diagram, names), coefficient)
        if not names.keys().isdisjoint(diagram.letters())
        else (monomial, diagram, coefficient)
        for monomial, diagram, coefficient in polynomial
    )
    for letter in formulas.keys() - names.keys():
        while any(letter in diagram.letters() for _, diagram in polynomial.terms):
            polynomial = collect(
                new
                for term in polynomial
                for new in (_filled(*term, letter, formulas[letter]) if letter in term[1].letters() else (term,))
            )
    return polynomial


def _renamed(diagram: Diagram, names: Mapping[Letter, Letter]) -> Wiring:
    wiring = unwired(diagram)
    return wiring._replace(atoms=[(names.get(letter, letter), legs) for letter, legs in wiring.atoms])


def _only_letter(formula: Polynomial) -> Letter | None:
    """Return the letter that a formula consists of, its legs being the rows and columns in order; None for any other."""
    if len(formula.terms) != 1:
        return None
    ((monomial, diagram, coefficient),) = formula
    atoms = diagram.open.atoms
    if monomial or coefficient != 1 or diagram.closed or len(atoms) != 1:
        return None
    letter, legs = atoms[0]
    return letter if legs == (*diagram.rows, *diagram.columns) and len(set(legs)) == len(legs) else None


def _filled(
    monomial: Monomial, diagram: Diagram, coefficient: fmpq, letter: Letter, formula: Polynomial
) -> Iterator[tuple[Monomial, Diagram, fmpq]]:
    """Yield the terms that come of one atom of a letter when a formula takes its place."""
    wiring = unwired(diagram)
    place = next(number for number, (own, _) in enumerate(wiring.atoms) if own == letter)
    legs = wiring.atoms[place][1]
    rest = [atom for number, atom in enumerate(wiring.atoms) if number != place]
    for own, inside, weight in formula:
        inner = unwired(inside)
        offset = len(wiring.sizes)
        pairs = [(leg, end + offset) for leg, end in zip(legs, (*inner.rows, *inner.columns), strict=True)]
        atoms = [*rest, *shift(inner.atoms, offset)]
        joined = Wiring([*wiring.sizes, *inner.sizes], atoms, wiring.rows, wiring.columns)
        yield wired(times(monomial, own), joined.identified(pairs), coefficient * weight)


def _occurrences(polynomial: Polynomial, letters: frozenset[Letter]) -> Iterator[tuple[Monomial, Wiring, fmpq, int]]:
    for monomial, diagram, coefficient in polynomial:
        wiring = unwired(diagram)
        for place, (letter, _) in enumerate(wiring.atoms):
            if letter in letters:
                yield monomial, wiring, coefficient, place
