"""An inequality that fails: the search for an exact instance that violates it, and its confirmation by SymPy.

What speaks of layers of a chain or sums over them is searched at concrete depths, sums written out.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
from flint import fmpq

from dlnproof.checks.assumed import assumptions_at
from dlnproof.checks.comparison import difference_at
from dlnproof.checks.context import Context
from dlnproof.checks.counterexample import Instance, shrunk
from dlnproof.checks.layer_sums import depths_of
from dlnproof.checks.recomputation import printed, recompute, sign_of
from dlnproof.checks.refutation import SEARCH
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.small_instances import rational_instances
from dlnproof.checks.statement import Statement, prepare
from dlnproof.claims.claim import Relation
from dlnproof.language.assumptions import read_assumptions
from dlnproof.language.depth import at_depth
from dlnproof.language.evaluate import Values
from dlnproof.language.every_layer import EveryLayer
from dlnproof.language.sampling import size_symbols, sizes_from
from dlnproof.rings.fields import Rationals
from dlnproof.rings.matrices import NotExactError
from dlnproof.verdict import Evidence, Finding

_SIZES = (1, 2, 3, 4, 6)
_SIZES_AT_DEPTHS = (1, 2, 3)
_MOST_DEPTHS = 8
_STRETCHES = (fmpq(1, 10), fmpq(10))
# what the sign of previous - expression must be for the step to be violated
_VIOLATED = {
    Relation.GE: operator.lt,
    Relation.GT: operator.le,
    Relation.LE: operator.gt,
    Relation.LT: operator.ge,
}


def violation_at_depths(
    previous: Any,
    relation: Relation,
    expression: Any,
    assuming: tuple[Any, ...],
    context: Context,
    part: str | None,
    *,
    certified: bool,
) -> Iterator[Evidence]:
    """Yield an exact instance at the smallest depth that has one, the depth and the layer indices among its sizes."""
    order = [item for item in assuming if not isinstance(item, EveryLayer)]
    for chosen in depths_of((previous, expression), read_assumptions(order).order, context.seed)[:_MOST_DEPTHS]:
        at = partial(at_depth, chosen=chosen)
        sides = at(previous), at(expression)
        facts = tuple(assumptions_at(assuming, at))
        for item in violation(
            sides[0], relation, sides[1], facts, context, part, certified=certified, levels=_SIZES_AT_DEPTHS
        ):
            if item.counterexample is not None:
                sizes = {**{str(name): value for name, value in chosen.items()}, **item.counterexample["sizes"]}
                yield msgspec.structs.replace(item, counterexample={**item.counterexample, "sizes": sizes})
                return
    yield _not_found(certified, "no violation found at small depths", 0.0, part)


def _not_found(certified: bool, outcome: str, seconds: float, part: str | None) -> Evidence:
    advice = "correct the squares" if certified else "give squares=[...] that add up to the difference"
    return Evidence(
        method=SEARCH,
        finding=Finding.INCONCLUSIVE,
        outcome=f"{outcome}; {advice}",
        seconds=seconds,
        part=part,
    )


def violation(
    previous: Any,
    relation: Relation,
    expression: Any,
    assuming: tuple[Any, ...],
    context: Context,
    part: str | None,
    *,
    certified: bool,
    levels: Sequence[int] = _SIZES,
) -> Iterator[Evidence]:
    """Yield an exact instance at which the inequality fails, or say that none was found and what to do."""
    started = perf_counter()
    statement = prepare(previous, expression, assuming)
    instance = _search(statement, relation, context.seed, levels)
    if instance is None:
        yield _not_found(certified, "no violation found", perf_counter() - started, part)
        return
    left, right = recompute(previous, expression, instance)
    confirmed = _violated(relation, left[0, 0] - right[0, 0])
    yield Evidence(
        method=SEARCH,
        finding=Finding.CONFIRMED if confirmed else Finding.CANDIDATE,
        outcome=f"violated, {'' if confirmed else 'not '}confirmed by SymPy",
        seconds=perf_counter() - started,
        part=part,
        counterexample=instance.to_json(printed(previous, left), printed(expression, right)),
    )


def _stretched(statement: Statement, values: Values) -> Iterator[Values]:
    """Yield the instance, and with small and large matrices: what equations and orthogonality say is not changed."""
    yield values
    assumptions = statement.assumptions
    if assumptions.equations:
        return
    ring = Rationals()
    free = [name for name in values.matrices if "orthogonal" not in assumptions.properties.get(name, frozenset())]
    for factor in _STRETCHES:
        scaled = {name: ring.scale(factor, values.matrices[name]) for name in free}
        yield replace(values, matrices={**values.matrices, **scaled})


def _violated(relation: Relation, difference: Any) -> bool:
    sign = sign_of(difference)
    if not sign and not difference.is_Rational:
        return False
    return bool(_VIOLATED[relation](sign, 0))


def _search(statement: Statement, relation: Relation, seed: int, levels: Sequence[int]) -> Instance | None:
    def wrong(values: Values) -> bool:
        try:
            ((difference,),) = difference_at(statement, Rationals(), values)
        except (NotExactError, ZeroDivisionError):
            return False
        return bool(_VIOLATED[relation](difference, 0))

    symbolic = bool(size_symbols(statement.reader.vocabulary))
    for level in levels if symbolic else (1,):
        sizes = sizes_from(statement.reader.vocabulary, level)
        if sizes is None:
            continue
        for drawn in rational_instances(statement, sizes, stable_seed(seed, "inequality", level)):
            for values in _stretched(statement, drawn):
                if wrong(values):
                    return Instance(shrunk(statement, values, wrong))
    return None
