"""Whether a polynomial is a combination of equations put into contexts: a search by linear algebra.

Rewriting uses an equation in one direction only and can miss a proof. Here every term of an equation is looked for in every
term at hand, which gives instances (the equation in a context, all zero); more terms come in with them, up to a bound. The
polynomial vanishes if it lies in the linear span of the instances, and the combination is the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush

from flint import fmpq

from dlnproof.algebra.diagram import Diagram
from dlnproof.algebra.polynomial import Polynomial, Term, wired
from dlnproof.algebra.rules import Cancellation, Equation, Use, cancelled, findable, places, put, weight_of
from dlnproof.algebra.scalars import ONE, Monomial, power_of, times

_MOST_INSTANCES = 300
_ROUNDS = 4
_SLACK = 2
_MOST_SPREAD = 6


def combination(
    polynomial: Polynomial,
    equations: Sequence[Equation],
    cancellations: Sequence[Cancellation],
    units: frozenset[str],
) -> list[Use] | None:
    """Return uses of the equations whose sum is the polynomial, or None where the search finds none within its bound."""
    patterns = [pattern for equation in equations for pattern in _orientations(equation)]
    if not patterns or not polynomial:
        return None
    spread = max(_spread(equation) for equation in equations)  # by so much one use of an equation may lengthen a term
    heaviest = max(weight_of(diagram) for _, diagram, _ in polynomial) + max(_SLACK, min(spread, _MOST_SPREAD))
    basis = _Echelon()
    basis.weights_of(polynomial)  # numbers its terms first
    instances: list[Use] = []
    known: set[object] = set()
    frontier: list[Term] = list(polynomial.terms)
    reached: set[Term] = set(frontier)
    for _ in range(_ROUNDS):
        following: list[Term] = []
        for monomial, diagram in frontier:
            for use, instance in _instances(monomial, diagram, patterns, cancellations, units):
                place = (use.number, wired(use.monomial, use.context, fmpq(1)))
                if place in known:
                    continue
                known.add(place)
                if max((weight_of(other) for _, other in instance.terms), default=0) > heaviest:
                    continue
                basis.add(instance, len(instances))
                instances.append(use)
                following += [term for term in instance.terms if term not in reached]
                reached.update(instance.terms)
                if len(instances) >= _MOST_INSTANCES:
                    break
            if len(instances) >= _MOST_INSTANCES:
                break
        weights = basis.weights_of(polynomial)
        if weights is not None:
            return [replace(instances[i], coefficient=instances[i].coefficient * w) for i, w in weights.items()]
        if not following or len(instances) >= _MOST_INSTANCES:
            return None
        frontier = following
    return None


def _spread(equation: Equation) -> int:
    weights = [weight_of(diagram) for _, diagram, _ in equation.polynomial()]
    return max(weights) - min(weights)


def _orientations(equation: Equation) -> Iterator[Equation]:
    """Yield the equation solved for each of its terms that can be found again inside others."""
    whole = equation.polynomial()
    for monomial, diagram, coefficient in whole:
        if findable(diagram) and (weight_of(diagram) or monomial):
            rest = Polynomial({key: value for key, value in whole.terms.items() if key != (monomial, diagram)})
            yield replace(equation, monomial=monomial, diagram=diagram, coefficient=coefficient, rest=rest)


def _instances(
    monomial: Monomial,
    diagram: Diagram,
    patterns: Sequence[Equation],
    cancellations: Sequence[Cancellation],
    units: frozenset[str],
) -> Iterator[tuple[Use, Polynomial]]:
    for pattern in patterns:
        borrowed = ONE  # a unit may be divided out, so every power of it is there
        exponents = dict(monomial)
        for name, exponent in pattern.monomial:
            if name in units and exponents.get(name, 0) < exponent:
                borrowed = times(borrowed, power_of(name, exponent - exponents.get(name, 0)))
        for _, left, context in places(times(monomial, borrowed), diagram, [pattern]):
            used = left if not borrowed else times(left, tuple((name, -exponent) for name, exponent in borrowed))
            instance = cancelled(put(context, used, pattern.polynomial(), fmpq(1)), cancellations)
            if instance:
                yield Use(pattern.number, fmpq(1), times(used, pattern.factor), context), instance


class _Echelon:
    """Rows of a linear system in echelon form, each with the combination of instances that it is."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[dict[int, fmpq], dict[int, fmpq]]] = {}
        self._places: dict[Term, int] = {}

    def add(self, row: Polynomial, number: int) -> None:
        """Add a row unless it depends on the others."""
        left, weights = self._reduced(row)
        if left:
            combined = {place: -weight for place, weight in weights.items()}
            combined[number] = fmpq(1)
            self._rows[max(left)] = left, combined

    def weights_of(self, polynomial: Polynomial) -> dict[int, fmpq] | None:
        """Return the combination of instances that is the polynomial, or None."""
        left, weights = self._reduced(polynomial)
        return None if left else {place: weight for place, weight in weights.items() if weight}

    def _reduced(self, polynomial: Polynomial) -> tuple[dict[int, fmpq], dict[int, fmpq]]:
        """Return (rest, weights): polynomial = rest + weighted instances, the rest without leading terms of rows.

        Terms are numbered as they come in, and the one that came last leads: terms of the claim are eliminated last.
        """
        row = {self._places.setdefault(term, len(self._places)): value for term, value in polynomial.terms.items()}
        queue = [-place for place in row]
        heapify(queue)
        weights: dict[int, fmpq] = {}
        settled: dict[int, fmpq] = {}
        while queue:
            place = -heappop(queue)
            value = row.pop(place, None)
            if not value:
                continue
            if place not in self._rows:
                settled[place] = value
                continue
            other, combined = self._rows[place]
            factor = value / other[place]
            for item, weight in other.items():
                if item != place:
                    if item not in row:
                        heappush(queue, -item)
                    row[item] = row.get(item, fmpq(0)) - factor * weight
            for number, weight in combined.items():
                weights[number] = weights.get(number, fmpq(0)) + factor * weight
        return settled, weights
