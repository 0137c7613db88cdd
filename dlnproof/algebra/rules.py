"""Assumptions as oriented rewrite rules on diagrams, with a certificate of every equation that was used.

A `Cancellation` joins what is left of two letters that meet at an index of their own (an inverse next to its matrix, an
orthogonal matrix next to its transpose). An `Equation` f = 0 replaces its leading term wherever it occurs inside a term.
Rewriting ends in a form that is zero only if the polynomial vanishes wherever the assumptions hold; the rules are not
known to be confluent, so a form that is not zero decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from flint import fmpq

from dlnproof.algebra.diagram import Atom, Diagram, Index, Letter, Wiring, shift, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import Monomial, power_of, times
from dlnproof.errors import UnsupportedError

HOLE = Letter("@hole")
_STEP_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Two letters cancel where leg `first_leg` of the one and `second_leg` of the other share an index with nothing else."""

    first: Letter
    first_leg: int
    second: Letter
    second_leg: int


@dataclass(frozen=True, slots=True)
class Equation:
    """`coefficient * monomial * diagram + rest = 0`; the leading term is the one spelled out."""

    number: int
    coefficient: fmpq
    monomial: Monomial
    diagram: Diagram
    rest: Polynomial


@dataclass(frozen=True, slots=True)
class Use:
    """One use of equation `number`: the term `coefficient * monomial * context`, the equation's difference in its hole."""

    number: int
    coefficient: fmpq
    monomial: Monomial
    context: Wiring


class Preference(Enum):
    """Which term of an equation leads where more than one could."""

    HEAVIEST = "most atoms, then highest degree, then the last in order"
    DEFINED = "the symbol that an equation defines is replaced by its formula; else as HEAVIEST"
    REVERSED = "most atoms, then highest degree, then the first in order"


def orient(
    number: int, difference: Polynomial, preference: Preference = Preference.HEAVIEST, defined: str | None = None
) -> Equation:
    """Return the equation `difference = 0` solved for its leading term, chosen by `preference`.

    `defined` names the matrix that the equation defines, if it does. Raises UnsupportedError for a leading term that cannot
    be found again inside other terms.
    """
    if not difference:
        raise UnsupportedError("an assumption Eq(left, right) with equal sides says nothing; leave it out")

    def weight(term: tuple[Monomial, Diagram, fmpq]) -> tuple[int, int]:
        monomial, diagram, _ = term
        return sum(1 for _ in diagram.letters()), sum(abs(int(exponent)) for _, exponent in monomial)

    heaviest = max(map(weight, difference))
    candidates = [term for term in difference if weight(term) == heaviest]
    if preference is Preference.DEFINED and defined is not None:
        candidates = [
            term for term in difference if not term[0] and [letter.name for letter in term[1].letters()] == [defined]
        ] or candidates
    pick = min if preference is Preference.REVERSED else max
    monomial, diagram, coefficient = pick(candidates, key=lambda term: term[:2])
    wiring = unwired(diagram)
    touched = {leg for _, legs in wiring.atoms for leg in legs}
    if any(index not in touched for index in (*wiring.rows, *wiring.columns)) or any(e < 0 for _, e in monomial):
        raise UnsupportedError("an assumption Eq(left, right) with this leading term is not supported yet")
    rest = collect(term for term in difference if term[:2] != (monomial, diagram))
    return Equation(number, coefficient, monomial, diagram, rest)


def rewrite(
    polynomial: Polynomial, cancellations: Sequence[Cancellation], equations: Sequence[Equation]
) -> tuple[Polynomial, list[Use]]:
    """Return (normal form, uses): polynomial = normal form + sum of the uses, modulo the cancellations.

    Raises UnsupportedError when rewriting does not end within a step limit.
    """
    uses: list[Use] = []
    pending = dict(cancelled(polynomial, cancellations).terms)
    settled: dict[tuple[Monomial, Diagram], fmpq] = {}
    for _ in range(_STEP_LIMIT):
        found = None
        while pending and found is None:
            monomial, diagram = next(iter(pending))
            coefficient = pending.pop((monomial, diagram))
            found = next(_places(monomial, diagram, equations), None)
            if found is None:
                settled[monomial, diagram] = coefficient
        if found is None:
            return Polynomial(settled), uses
        equation, left, context = found
        factor = coefficient / equation.coefficient
        uses.append(Use(equation.number, factor, left, context))
        rest = collect(
            wired(times(left, own), _filled(context, replacement), -factor * weight)
            for own, replacement, weight in equation.rest
        )
        for key, weight in cancelled(rest, cancellations).terms.items():
            place = settled if key in settled else pending
            total = place.get(key, fmpq(0)) + weight
            if total:
                place[key] = total
            else:
                del place[key]
    raise UnsupportedError(f"rewriting by the assumptions did not end within {_STEP_LIMIT} steps: not supported yet")


def one_step(polynomial: Polynomial, equations: Sequence[Equation]) -> Iterator[Polynomial]:
    """Yield what a polynomial of one term becomes by one use of an equation, for every place where one applies."""
    ((monomial, diagram, coefficient),) = polynomial
    for equation, left, context in _places(monomial, diagram, equations):
        factor = coefficient / equation.coefficient
        yield collect(
            wired(times(left, own), _filled(context, replacement), -factor * weight)
            for own, replacement, weight in equation.rest
        )


def cancelled(polynomial: Polynomial, cancellations: Sequence[Cancellation]) -> Polynomial:
    """Return the polynomial with every cancelling pair removed."""
    if not cancellations:
        return polynomial

    def shorten() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, diagram, coefficient in polynomial:
            wiring = unwired(diagram)
            changed = False
            while (shorter := _without_pair(wiring, cancellations)) is not None:
                wiring, changed = shorter, True
            yield wired(monomial, wiring, coefficient) if changed else (monomial, diagram, coefficient)

    return collect(shorten())


def _without_pair(wiring: Wiring, cancellations: Sequence[Cancellation]) -> Wiring | None:
    ends: list[list[tuple[int, int]]] = [[] for _ in wiring.sizes]
    for number, (_, legs) in enumerate(wiring.atoms):
        for place, leg in enumerate(legs):
            ends[leg].append((number, place))
    outputs = {*wiring.rows, *wiring.columns}
    for index, meeting in enumerate(ends):
        if len(meeting) != 2 or index in outputs or meeting[0][0] == meeting[1][0]:
            continue
        for rule in cancellations:
            for (one, one_leg), (two, two_leg) in (meeting, meeting[::-1]):
                if _meets(wiring.atoms[one], one_leg, rule.first, rule.first_leg) and _meets(
                    wiring.atoms[two], two_leg, rule.second, rule.second_leg
                ):
                    pair = (wiring.atoms[one][1][1 - one_leg], wiring.atoms[two][1][1 - two_leg])
                    first, second = (end - (end > index) for end in pair)
                    return _removed(wiring, {one, two}, {index}).identified([(first, second)])
    return None


def _meets(atom: Atom, leg: int, letter: Letter, wanted: int) -> bool:
    return atom[0] == letter and (letter.symmetric or leg == wanted)


def _removed(wiring: Wiring, atoms: set[int], indices: set[Index]) -> Wiring:
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


def _places(
    monomial: Monomial, diagram: Diagram, equations: Sequence[Equation]
) -> Iterator[tuple[Equation, Monomial, Wiring]]:
    """Yield (equation, left-over monomial, context with a hole) for every place where a leading term occurs."""
    wiring = unwired(diagram)
    for equation in equations:
        exponents = dict(monomial)
        if any(exponents.get(name, 0) < exponent for name, exponent in equation.monomial):
            continue
        left = monomial
        for name, exponent in equation.monomial:
            left = times(left, power_of(name, -exponent))
        pattern = unwired(equation.diagram)
        for used, image in _embeddings(pattern, wiring):
            outputs = {*pattern.rows, *pattern.columns}
            inner = {image[index] for index in image if index not in outputs}
            legs = tuple(image[index] for index in (*pattern.rows, *pattern.columns))
            holed = wiring._replace(atoms=[*wiring.atoms, (HOLE, legs)])
            yield equation, left, _removed(holed, used, inner)


def _embeddings(pattern: Wiring, host: Wiring) -> Iterator[tuple[set[int], dict[Index, Index]]]:
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

    def fits(index: Index, target: Index) -> bool:
        if pattern.sizes[index] != host.sizes[target]:
            return False
        return index in outer or (target not in host_outer and host_degree[target] == degree[index])

    def extend(place: int, used: set[int], image: dict[Index, Index]) -> Iterator[tuple[set[int], dict[Index, Index]]]:
        if place == len(pattern.atoms):
            yield set(used), dict(image)
            return
        letter, legs = pattern.atoms[place]
        for number, (other, targets) in enumerate(host.atoms):
            if number in used or other != letter:
                continue
            for order in {targets, targets[::-1]} if letter.symmetric else {targets}:
                new = dict(image)
                if all(fits(leg, to) and new.setdefault(leg, to) == to for leg, to in zip(legs, order, strict=True)):
                    yield from extend(place + 1, used | {number}, new)

    yield from extend(0, set(), {})


def _filled(context: Wiring, replacement: Diagram) -> Wiring:
    """Return the context with a diagram in its hole."""
    (hole,) = (atom for atom in context.atoms if atom[0] == HOLE)
    inside = unwired(replacement)
    offset = len(context.sizes)
    pairs = [(outer, inner + offset) for outer, inner in zip(hole[1], (*inside.rows, *inside.columns), strict=True)]
    joined = Wiring(
        [*context.sizes, *inside.sizes],
        [*(atom for atom in context.atoms if atom is not hole), *shift(inside.atoms, offset)],
        context.rows,
        context.columns,
        context.closed,
    )
    return joined.identified(pairs)
