"""Assumptions as oriented rewrite rules on diagrams, with a certificate of every equation that was used.

A `Cancellation` joins what is left of two letters that meet at an index of their own (an inverse next to its matrix, an
orthogonal matrix next to its transpose). An `Equation` f = 0 replaces its leading term wherever it occurs inside a term.
Rewriting ends in a form that is zero only if the polynomial vanishes wherever the assumptions hold; the rules are not
known to be confluent, so a form that is not zero decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from flint import fmpq

from dlnproof.algebra.diagram import Atom, Diagram, Letter, Wiring, shift, unwired
from dlnproof.algebra.matching import embeddings, removed
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import ONE, Monomial, power_of, raised, times
from dlnproof.errors import UnsupportedError

HOLE = Letter("@hole")
STEP_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Two letters cancel where leg `first_leg` of the one and `second_leg` of the other share an index with nothing else."""

    first: Letter
    first_leg: int
    second: Letter
    second_leg: int


@dataclass(frozen=True, slots=True)
class Equation:
    """`coefficient * monomial * diagram + rest = 0`; the leading term is the one spelled out.

    It is `factor` times the difference of equation `number`; where it follows from other equations, `uses` says how: it is
    their sum. `falling` is set when no term has fewer letters than another: each step must then make a term smaller in order
    (or larger, if False), lest rewriting turn in a circle.
    """

    number: int
    coefficient: fmpq
    monomial: Monomial
    diagram: Diagram
    rest: Polynomial
    factor: Monomial = ONE
    uses: tuple[Use, ...] = ()
    falling: bool | None = None

    def polynomial(self) -> Polynomial:
        """Return the side of the equation that is zero."""
        return Polynomial({**self.rest.terms, (self.monomial, self.diagram): self.coefficient})


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
    number: int,
    difference: Polynomial,
    preference: Preference = Preference.HEAVIEST,
    defined: str | None = None,
    units: frozenset[str] = frozenset(),
    uses: tuple[Use, ...] = (),
) -> Equation:
    """Return the equation `difference = 0` solved for its leading term, chosen by `preference`.

    `defined` names the matrix that the equation defines, if it does; `units` are scalars known to be nonzero, by which a
    leading term with letters is divided. Raises UnsupportedError for a leading term that cannot be found again inside others.
    """
    if not difference:
        raise UnsupportedError("an assumption Eq(left, right) with equal sides says nothing; leave it out")

    def weight(term: tuple[Monomial, Diagram, fmpq]) -> tuple[int, int]:
        monomial, diagram, _ = term
        return weight_of(diagram), sum(abs(int(exponent)) for _, exponent in monomial)

    heaviest = max(map(weight, difference))
    candidates = [term for term in difference if weight(term) == heaviest]
    if preference is Preference.DEFINED and defined is not None:
        candidates = [
            term for term in difference if not term[0] and [letter.name for letter in term[1].letters()] == [defined]
        ] or candidates
    pick = min if preference is Preference.REVERSED else max
    monomial, diagram, coefficient = pick(candidates, key=lambda term: term[:2])
    factor = ONE
    if weight_of(diagram) and sum(other == diagram for _, other, _ in difference) == 1:
        factor = raised(tuple(item for item in monomial if item[0] in units), -1)
        difference, monomial = difference.scaled(fmpq(1), factor), times(monomial, factor)
        uses = tuple(replace(use, monomial=times(use.monomial, factor)) for use in uses)
    if not findable(diagram) or any(e < 0 for _, e in monomial):
        raise UnsupportedError("an assumption Eq(left, right) with this leading term is not supported yet")
    rest = collect(term for term in difference if term[:2] != (monomial, diagram))
    level = len({weight(term)[0] for term in difference}) == 1 and weight_of(diagram) > 0
    falling = preference is not Preference.REVERSED if level else None
    return Equation(number, coefficient, monomial, diagram, rest, factor, uses, falling)


def weight_of(diagram: Diagram) -> int:
    """Return the number of letters of a diagram."""
    return sum(1 for _ in diagram.letters())


def findable(diagram: Diagram) -> bool:
    """Return whether every output of the diagram is held by a letter, so that it can be found inside others."""
    wiring = unwired(diagram)
    touched = {leg for _, legs in wiring.atoms for leg in legs}
    return all(index in touched for index in (*wiring.rows, *wiring.columns))


def rewrite(
    polynomial: Polynomial,
    cancellations: Sequence[Cancellation],
    equations: Sequence[Equation],
    limit: int = STEP_LIMIT,
) -> tuple[Polynomial, list[Use]]:
    """Return (normal form, uses): polynomial = normal form + sum of the uses, modulo the cancellations.

    Raises UnsupportedError when rewriting does not end within `limit` steps.
    """
    uses: list[Use] = []
    pending = dict(cancelled(polynomial, cancellations).terms)
    settled: dict[tuple[Monomial, Diagram], fmpq] = {}
    for _ in range(limit):
        step = None
        while pending and step is None:
            key = next(iter(pending))
            coefficient = pending.pop(key)
            step = _step(key, cancellations, equations)
            if step is None:
                settled[key] = coefficient
        if step is None:
            return Polynomial(settled), uses
        use, rest = step
        uses.append(replace(use, coefficient=use.coefficient * coefficient))
        for key, weight in rest.terms.items():
            place = settled if key in settled else pending
            total = place.get(key, fmpq(0)) + coefficient * weight
            if total:
                place[key] = total
            else:
                del place[key]
    raise UnsupportedError(f"rewriting by the assumptions did not end within {limit} steps: not supported yet")


def _step(
    key: tuple[Monomial, Diagram], cancellations: Sequence[Cancellation], equations: Sequence[Equation]
) -> tuple[Use, Polynomial] | None:
    """Return (use, rest) with term = rest + use for the first place where an equation changes the term for good."""
    for equation, left, context in places(*key, equations):
        rest = cancelled(put(context, left, equation.rest, -1 / equation.coefficient), cancellations)
        share = fmpq(1)
        if key in rest.terms:  # the term leads back to itself: t = c t + other gives t = other / (1 - c)
            back = rest.terms[key]
            if back == 1:
                continue
            share = 1 / (1 - back)
            rest = Polynomial({other: weight * share for other, weight in rest.terms.items() if other != key})
        if equation.falling is not None and any((other < key) is not equation.falling for other in rest.terms):
            continue
        return Use(equation.number, share / equation.coefficient, times(left, equation.factor), context), rest
    return None


def put(context: Wiring, monomial: Monomial, inside: Polynomial, factor: fmpq) -> Polynomial:
    """Return `factor * monomial` times the context with a polynomial in its hole."""
    return collect(
        wired(times(monomial, own), filled(context, unwired(diagram)), factor * weight)
        for own, diagram, weight in inside
    )


def traced_back(uses: Iterable[Use], equations: Iterable[Equation]) -> list[Use]:
    """Return the uses with every equation that follows from others replaced by what it follows from."""
    derived = {equation.number: equation for equation in equations}
    found: list[Use] = []
    pending = list(uses)
    while pending:
        use = pending.pop()
        equation = derived.get(use.number)
        if equation is None or use.number >= 0:
            found.append(use)
            continue
        # the uses of a derived equation already carry its factor, and so does its polynomial
        monomial = times(use.monomial, raised(equation.factor, -1))
        pending.extend(
            Use(
                inner.number,
                use.coefficient * inner.coefficient,
                times(monomial, inner.monomial),
                filled(use.context, inner.context),
            )
            for inner in equation.uses
        )
    return found


def one_step(polynomial: Polynomial, equations: Sequence[Equation]) -> Iterator[Polynomial]:
    """Yield what a polynomial of one term becomes by one use of an equation, for every place where one applies."""
    ((monomial, diagram, coefficient),) = polynomial
    for equation, left, context in places(monomial, diagram, equations):
        yield put(context, left, equation.rest, -coefficient / equation.coefficient)


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
                    return removed(wiring, {one, two}, {index}).identified([(first, second)])
    return None


def _meets(atom: Atom, leg: int, letter: Letter, wanted: int) -> bool:
    return atom[0] == letter and (letter.symmetric or leg == wanted)


def places(
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
        for used, image in embeddings(pattern, wiring):
            outputs = {*pattern.rows, *pattern.columns}
            inner = {image[index] for index in image if index not in outputs}
            legs = tuple(image[index] for index in (*pattern.rows, *pattern.columns))
            holed = wiring._replace(atoms=[*wiring.atoms, (HOLE, legs)])
            yield equation, left, removed(holed, used, inner)


def filled(context: Wiring, inside: Wiring) -> Wiring:
    """Return the context with a wiring in its hole."""
    (hole,) = (atom for atom in context.atoms if atom[0] == HOLE)
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
