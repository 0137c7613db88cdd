"""Consequences of equations: where two leading words overlap, the two ways to rewrite must agree (Knuth and Bendix 1970).

Every consequence carries the uses of the equations from which it follows, so that a proof by it can be traced back to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from dlnproof.algebra.overlaps import Word, overlaps, word_of
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.rules import (
    Cancellation,
    Equation,
    Use,
    cancelled,
    one_step,
    orient,
    put,
    rewrite,
    weight_of,
)
from dlnproof.algebra.scalars import ONE
from dlnproof.errors import UnsupportedError

_MOST_RULES = 40
_LONGEST_RULE = 8
_ROUNDS = 3
_STEPS = 200


class _Side(NamedTuple):
    """An equation whose leading term is a word, read forwards or turned (transposed)."""

    equation: Equation
    turned: bool
    word: Word


def completed(
    equations: Sequence[Equation],
    cancellations: Sequence[Cancellation],
    units: frozenset[str],
    lowest: int = 0,
) -> list[Equation]:
    """Return the equations with the consequences that overlaps of their leading words have, as far as a bound allows.

    Consequences are numbered downwards, below all equations and below `lowest`.
    """
    rules = list(equations)
    examined: set[tuple[int, int, bool, bool]] = set()
    lowest = min(lowest, *(rule.number for rule in rules), 0)
    for _ in range(_ROUNDS):
        new: list[Equation] = []
        for difference, uses in _critical_pairs(rules, cancellations, examined):
            try:
                reduced, further = rewrite(difference, cancellations, [*rules, *new], _STEPS)
                if not reduced:
                    continue
                minus = [replace(use, coefficient=-use.coefficient) for use in further]
                lowest -= 1
                equation = orient(lowest, reduced, units=units, uses=(*uses, *minus))
            except UnsupportedError:
                continue
            if weight_of(equation.diagram) <= _LONGEST_RULE:
                new.append(equation)
            if len(rules) + len(new) >= _MOST_RULES:
                return [*rules, *new]
        if not new:
            break
        rules += new
    return rules


def _critical_pairs(
    rules: Sequence[Equation],
    cancellations: Sequence[Cancellation],
    examined: set[tuple[int, int, bool, bool]],
) -> Iterator[tuple[Polynomial, tuple[Use, ...]]]:
    """Yield (difference of the two ways to rewrite a common word, the uses whose sum it is)."""
    sides: list[_Side] = []
    for rule in rules:
        word = None if rule.monomial else word_of(rule.diagram)
        if word is not None:
            sides.append(_Side(rule, False, word))
            if word.mirrored() != word:
                sides.append(_Side(rule, True, word.mirrored()))
    for one in sides:
        for two in sides:
            key = (one.equation.number, two.equation.number, one.turned, two.turned)
            if key in examined:
                continue
            examined.add(key)
            for whole, first, second in overlaps(one.word, two.word):
                if one.equation is two.equation and one.turned == two.turned and first == second:
                    continue
                used = (_use(one, whole, first), _use(two, whole, second))
                ways = [_shortened(side, use) for side, use in zip((one, two), used, strict=True)]
                # word = use + way for each of the two, so the difference of the ways is that of the uses, reversed
                difference = cancelled(ways[0] - ways[1], cancellations)
                minus = replace(used[0], coefficient=-used[0].coefficient)
                yield difference, (minus, used[1])


def _use(side: _Side, whole: Word, start: int) -> Use:
    context = whole.context(start, start + len(side.word.entries), turned=side.turned)
    return Use(side.equation.number, 1 / side.equation.coefficient, side.equation.factor, context)


def _shortened(side: _Side, use: Use) -> Polynomial:
    equation = side.equation
    return put(use.context, ONE, equation.rest, -1 / equation.coefficient)


def traced(
    equations: Sequence[Equation], cancellations: Sequence[Cancellation], units: frozenset[str]
) -> list[Equation]:
    """Return the scalar equations that follow because a trace can be reduced at more than one place.

    The trace of a leading word is a cycle; where different rules apply to it their results are equal:
    tr (I + AB)^{-1} - n = tr (I + BA)^{-1} - m. For relations of inverses only: no use is recorded.
    """
    found: list[Equation] = []
    number = min((equation.number for equation in equations), default=0)
    for equation in equations:
        word = word_of(equation.diagram)
        if word is None or equation.monomial or word.sizes[0] != word.sizes[-1]:
            continue
        cycle = word.part(0, len(word.entries)).trace()
        try:
            results = [
                rewrite(step, cancellations, [*equations, *found], _STEPS)[0] for step in one_step(cycle, equations)
            ]
        except UnsupportedError:
            continue
        for other in results[1:]:
            try:
                difference = rewrite(other - results[0], cancellations, [*equations, *found], _STEPS)[0]
                if difference:
                    found.append(orient(number - 1 - len(found), difference, units=units))
            except UnsupportedError:
                continue
    return found
