"""Squares for a difference that has sums over layers: found for the summands over each range by themselves.

A sum over layers of nonnegative terms is nonnegative, so it is enough that the terms under each kind of sum are a sum of squares.
What is found is only a proposal, which is checked like squares that a user wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy

from dlnproof.checks.find_squares import find_squares
from dlnproof.claims.claim import Square
from dlnproof.errors import UnsupportedError
from dlnproof.language.every_layer import EveryLayer, with_instances
from dlnproof.language.pulled_out import Ranges, pulled_out
from dlnproof.language.sum_terms import needs_sums


def squares_over_layers(larger: Any, smaller: Any, assuming: Iterable[Any]) -> tuple[Square, ...] | None:
    """Return squares that add up to `larger - smaller`, some of them summed over layers, or None where none are found."""
    assuming = tuple(assuming)
    if not needs_sums(larger) and not needs_sums(smaller):
        return find_squares(larger, smaller, with_instances(assuming, larger, smaller))
    facts = [item for item in assuming if not isinstance(item, EveryLayer)]
    try:
        groups = _by_ranges(larger - smaller)
    except UnsupportedError:
        return None
    for parts in _arrangements(groups):
        found = _of_groups(parts, facts)
        if found is not None:
            return found
    return None


def _of_groups(groups: Mapping[Ranges, Any], facts: list[Any]) -> tuple[Square, ...] | None:
    found: list[Square] = []
    for ranges, summand in groups.items():
        squares = find_squares(summand, sympy.Integer(0), facts)
        if squares is None:
            return None
        found += [replace(square, ranges=ranges) for square in squares]
    return tuple(found)


def _arrangements(groups: Mapping[Ranges, Any]) -> Iterator[Mapping[Ranges, Any]]:
    """Yield the groups, and with the first or the last term of every simple sum put beside what stands outside the sums."""
    yield groups
    if () not in groups:
        return
    for at_start in (True, False):
        rest: dict[Ranges, Any] = {(): groups[()]}
        for ranges, summand in groups.items():
            if len(ranges) != 1:
                rest[ranges] = rest.get(ranges, sympy.Integer(0)) + (summand if ranges else 0)
                continue
            ((index, first, last),) = ranges
            end, left = (first, (first + 1, last)) if at_start else (last, (first, last - 1))
            rest[()] += summand.xreplace({index: end})
            rest[((index, *left),)] = summand
        yield {ranges: summand for ranges, summand in rest.items() if summand != 0}


def _by_ranges(expression: Any) -> dict[Ranges, Any]:
    """Return the summands of each kind of sum, added up: what the indices are called does not matter."""
    groups: dict[Ranges, Any] = {}
    for ranges, summand in pulled_out(expression):
        names = {index: sympy.Symbol(f"@layer{place}", integer=True) for place, (index, _, _) in enumerate(ranges)}
        own = tuple((names[index], first.xreplace(names), last.xreplace(names)) for index, first, last in ranges)
        groups[own] = groups.get(own, sympy.Integer(0)) + summand.xreplace(names)
    return {ranges: summand for ranges, summand in groups.items() if summand != 0}
