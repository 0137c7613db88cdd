"""Inverses of sums and products: letters with the relations Z F = F Z = I, completed, and denominators cleared from the ends.

An inverse of a polynomial F is an opaque letter Z. Its two relations are rewrite rules (the leading word of F next to Z), and
overlaps of such rules give further ones: from (I + AB)^{-1} and (I + BA)^{-1} comes the push-through rule. A matrix equation
whose terms still begin (or end) with an inverse is multiplied by its F, which loses nothing because F is invertible. All
of this is exact for every size; that the inverses exist is an assumption of any formula that contains them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flint import fmpq

from dlnproof.algebra.diagram import Diagram, Letter, Size, Wiring
from dlnproof.algebra.polynomial import Polynomial, single
from dlnproof.algebra.rules import Cancellation, Equation, one_step, orient, rewrite
from dlnproof.errors import UnsupportedError

_MOST_RULES = 40
_LONGEST_RULE = 9
_ROUNDS = 3


class Inverse(NamedTuple):
    """A letter Z with Z F = F Z = I; Z is a symmetric letter when F = F^T."""

    letter: Letter
    denominator: Polynomial
    size: Size

    def matrix(self) -> Polynomial:
        """Return Z as a polynomial."""
        return single(Wiring([self.size] * 2, [(self.letter, (0, 1))], (0,), (1,)))


def relations(inverses: Sequence[Inverse], first_number: int) -> list[Equation]:
    """Return the equations F Z = I and Z F = I, numbered downwards from `first_number`."""
    equations: list[Equation] = []
    for inverse in inverses:
        Z, F = inverse.matrix(), inverse.denominator
        one = single(Wiring([inverse.size], [], (0,), (0,)))
        for product in (F.matmul(Z), Z.matmul(F)):
            equations.append(orient(first_number - len(equations), product - one))
    return equations


def completed(equations: Sequence[Equation], cancellations: Sequence[Cancellation]) -> list[Equation]:
    """Return the equations with the consequences that overlaps of their leading words have, as far as a bound allows."""
    rules = list(equations)
    examined: set[tuple[int, int, bool, bool]] = set()
    for _ in range(_ROUNDS):
        new: list[Equation] = []
        for difference in _overlaps(rules, examined):
            try:
                reduced, _uses = rewrite(difference, cancellations, [*rules, *new])
                if not reduced:
                    continue
                equation = orient(min(rule.number for rule in (*rules, *new)) - 1, reduced)
            except UnsupportedError:
                continue
            if sum(1 for _ in equation.diagram.letters()) <= _LONGEST_RULE:
                new.append(equation)
            if len(rules) + len(new) >= _MOST_RULES:
                return [*rules, *new]
        if not new:
            break
        rules += new
    return rules


def traced(equations: Sequence[Equation], cancellations: Sequence[Cancellation]) -> list[Equation]:
    """Return the scalar equations that follow because a trace can be reduced at more than one place.

    The trace of a leading word, and of two of them in a row, is a cycle; where different rules apply to it their results are
    equal: tr (I + AB)^{-1} - n = tr (I + BA)^{-1} - m.
    """
    found: list[Equation] = []
    number = min((equation.number for equation in equations), default=0)
    for equation in equations:
        word = _word(equation.diagram)
        if word is None or equation.monomial or word.sizes[0] != word.sizes[-1]:
            continue
        cycle = word.part(0, len(word.entries)).trace()
        try:
            results = [rewrite(step, cancellations, [*equations, *found])[0] for step in one_step(cycle, equations)]
        except UnsupportedError:
            continue
        for other in results[1:]:
            difference = rewrite(other - results[0], cancellations, [*equations, *found])[0]
            if difference:
                try:
                    found.append(orient(number - 1 - len(found), difference))
                except UnsupportedError:
                    continue
    return found


class _Word(NamedTuple):
    """A matrix word: entries (letter, transposed) and the sizes between them, one more than entries."""

    entries: tuple[tuple[Letter, bool], ...]
    sizes: tuple[Size, ...]

    def part(self, start: int, stop: int) -> Polynomial:
        """Return the product of the entries start..stop-1, the identity when there are none."""
        atoms = []
        for place, (letter, transposed) in enumerate(self.entries[start:stop]):
            atoms.append((letter, (place + 1, place) if transposed else (place, place + 1)))
        return single(Wiring(self.sizes[start : stop + 1], atoms, (0,), (stop - start,)))


def _word(diagram: Diagram) -> _Word | None:
    """Return the diagram as a matrix word, read from its row index to its column index, or None when it is none."""
    part = diagram.open
    if diagram.closed or len(diagram.rows) != 1 or len(part.sizes) != len(part.atoms) + 1:
        return None
    left = list(part.atoms)
    place = diagram.rows[0]
    entries, sizes = [], [part.sizes[place]]
    while left:
        meeting = [atom for atom in left if place in atom[1]]
        if len(meeting) != 1 or len(meeting[0][1]) != 2 or meeting[0][1][0] == meeting[0][1][1]:
            return None
        letter, legs = meeting[0]
        left.remove(meeting[0])
        entries.append((letter, legs[1] == place and not letter.symmetric))
        place = legs[0] + legs[1] - place
        sizes.append(part.sizes[place])
    return _Word(tuple(entries), tuple(sizes)) if diagram.columns == (place,) else None


def _overlaps(rules: Sequence[Equation], examined: set[tuple[int, int, bool, bool]]) -> Iterator[Polynomial]:
    """Yield the differences of the two ways to rewrite a word in which two leading words overlap, end to start or one inside."""
    sides = []
    for rule in rules:
        plain = _word(rule.diagram)
        if plain is None or rule.monomial:
            continue
        short = rule.rest.scaled(-1 / rule.coefficient)
        turned = _Word(
            tuple((letter, not flag and not letter.symmetric) for letter, flag in reversed(plain.entries)),
            plain.sizes[::-1],
        )
        sides.append((rule.number, False, plain, short))
        if turned != plain:
            sides.append((rule.number, True, turned, short.transpose()))
    for one, one_turned, first, first_short in sides:
        for two, two_turned, second, second_short in sides:
            key = (one, two, one_turned, two_turned)
            if key in examined:
                continue
            examined.add(key)
            for length in range(1, min(len(first.entries), len(second.entries))):
                if first.entries[-length:] == second.entries[:length]:
                    tail = second.part(length, len(second.entries))
                    head = first.part(0, len(first.entries) - length)
                    yield first_short.matmul(tail) - head.matmul(second_short)
            inside = len(second.entries)
            for place in range(len(first.entries) - inside + 1) if one != two else ():
                if first.entries[place : place + inside] == second.entries:
                    head, tail = first.part(0, place), first.part(place + inside, len(first.entries))
                    yield first_short - head.matmul(second_short).matmul(tail)


class End(NamedTuple):
    """An inverse with which terms begin (or, `on_right`, end); `transposed` when it stands there as Z^T."""

    inverse: Inverse
    on_right: bool
    transposed: bool


def end_to_clear(polynomial: Polynomial, inverses: Sequence[Inverse]) -> End | None:
    """Return an inverse at an end of some term, the one with the most inverses inside its own F first."""
    by_name = {inverse.letter.name: inverse for inverse in inverses}
    found: list[End] = []
    for _, diagram, _ in polynomial:
        for on_right, outputs in ((False, diagram.rows), (True, diagram.columns)):
            if len(outputs) != 1:
                continue
            meeting = [atom for atom in diagram.open.atoms if outputs[0] in atom[1]]
            if len(meeting) == 1 and meeting[0][0].name in by_name and diagram.rows != diagram.columns:
                letter, legs = meeting[0]
                natural = legs[1 if on_right else 0] == outputs[0]
                found.append(End(by_name[letter.name], on_right, not natural and not letter.symmetric))

    def nesting(end: End) -> int:
        return len(end.inverse.denominator.letters() & set(by_name))

    return max(found, key=nesting, default=None)


def scale_of(denominator: Polynomial) -> fmpq:
    """Return the rational that makes the first coefficient of a denominator 1, so that (2F)^{-1} and F^{-1} share a letter."""
    return min(denominator, key=lambda term: (term[0], term[1]))[2]
