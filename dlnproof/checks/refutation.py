"""The refutation of an equation: a counterexample with its confirmation, or the residuals that speak for it."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Any, TypeAlias

from msgspec import structs

from dlnproof.checks.algebraic_points import algebraic_points, differing_instance, is_in_radicals
from dlnproof.checks.context import Context
from dlnproof.checks.counterexample import Instance, find_counterexample
from dlnproof.checks.multiprecision import multiprecision_evidence
from dlnproof.checks.recomputation import confirmed_difference
from dlnproof.checks.statement import Statement, prepare
from dlnproof.verdict import Evidence, Finding

SEARCH = "counterexample search"
Searched: TypeAlias = tuple[Instance | None] | None  # what a search that was made found


def refutation(
    statement: Statement, context: Context, part: str | None = None, searched: Searched = None
) -> Iterator[Evidence]:
    """Yield a counterexample of the statement with its confirmation, or say that none was found."""
    started = perf_counter()
    (instance,) = searched or (find_counterexample(statement, context.seed),)
    if instance is None and (found := _at_a_root(statement, context, part)) is not None:
        yield found
        return
    if instance is None:
        yield Evidence(
            method=SEARCH,
            finding=Finding.INCONCLUSIVE,
            outcome="no counterexample found, and the rules for these assumptions do not decide",
            seconds=perf_counter() - started,
            part=part,
        )
        yield from residuals(statement, context, part)
        return
    sides = confirmed_difference(statement.left, statement.right, instance)
    yield Evidence(
        method=SEARCH,
        finding=Finding.CANDIDATE if sides is None else Finding.CONFIRMED,
        outcome="counterexample, not confirmed by SymPy" if sides is None else "counterexample, confirmed by SymPy",
        seconds=perf_counter() - started,
        part=part,
        counterexample=instance.to_json(*(sides or (None, None))),
    )


def _at_a_root(statement: Statement, context: Context, part: str | None) -> Evidence | None:
    """Return a counterexample at an irrational scalar: equations that fix scalars, solved by algebraic numbers."""
    equations = statement.assumptions.equations
    if not equations or statement.assumptions.properties:
        return None
    for point in algebraic_points(equations):
        sides = [side.xreplace(point) for side in (statement.left, statement.right)]
        found = (
            refutation(prepare(*sides), context, part)
            if is_in_radicals(point)
            else _at_a_higher_root(sides[0], sides[1], differing_instance(statement, point, context.seed), part)
        )
        for evidence in found:
            if evidence.finding is Finding.CONFIRMED and evidence.counterexample is not None:
                fixed = {str(symbol): str(value) for symbol, value in point.items()}
                values = {**evidence.counterexample["values"], **fixed}
                return structs.replace(evidence, counterexample={**evidence.counterexample, "values": values})
    return None


def _at_a_higher_root(left: Any, right: Any, instance: Instance | None, part: str | None) -> Iterator[Evidence]:
    values = None if instance is None else confirmed_difference(left, right, instance)
    if instance is not None and values is not None:
        yield Evidence(
            method=SEARCH,
            finding=Finding.CONFIRMED,
            outcome="counterexample at an algebraic number, confirmed by SymPy",
            part=part,
            counterexample=instance.to_json(*values),
        )


def residuals(statement: Statement, context: Context, part: str | None) -> Iterator[Evidence]:
    """Yield the multiprecision residuals where an instance can be drawn."""
    evidence = multiprecision_evidence(statement, context.seed, part)
    if evidence is not None:
        yield evidence
