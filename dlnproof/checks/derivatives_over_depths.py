"""Derivatives of formulas with sums over layers, and along all layers at once, for every depth.

First road: the derived formula and the claimed one have one canonical form of sums. Second road: at concrete depths, sums
written out, truncated series of the original loss along the directions of all layers, modulo a prime, against the claimed
formula (`checks.layer_sums` says which depths and why).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
import sympy
from sympy.core.relational import Relational

from dlnproof.checks.assumed import assumptions_at
from dlnproof.checks.context import Context
from dlnproof.checks.directional import METHOD, series_evidence
from dlnproof.checks.layer_sums import SCOPE, counterexamples, depths_of, first_road, named, summation
from dlnproof.checks.statement import prepare
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.all_layers import directions_at
from dlnproof.language.chain import Chain, PartialProduct
from dlnproof.language.depth import at_depth
from dlnproof.language.sum_terms import needs_sums
from dlnproof.verdict import Evidence, Finding


def speaks_of_sums(loss: Any, directions: Mapping[Any, Any], *formulas: Any) -> bool:
    """Return whether a derivative claim has a sum over layers or varies a whole chain."""
    return any(map(needs_sums, (sympy.sympify(loss), *map(sympy.sympify, formulas)))) or any(
        isinstance(symbol, Chain) for symbol in directions
    )


def derivative_evidence(
    loss: Any,
    directions: Mapping[Any, Any],
    order: int,
    derived: Any,
    claimed: Any,
    assuming: tuple[Any, ...],
    context: Context,
    part: str | None,
    scalar: Any = None,
) -> Iterator[Evidence]:
    """Yield the evidence that `claimed` is the derivative `derived` of the loss along the directions.

    `scalar` is the claimed derivative along the directions as a number where `claimed` is a gradient.
    """
    _refuse_constrained(directions, assuming)
    started = perf_counter()
    claim = summation(derived, claimed, assuming)
    yield first_road(claim, started, part)
    if not claim.holds:
        yield from counterexamples(claim, context, part)
        return
    along = claimed if scalar is None else scalar
    needed = (loss, along, *(chain.product(chain.depth, 1) for chain in directions if isinstance(chain, Chain)))
    layers = [symbol for symbol in directions if not isinstance(symbol, Chain)]
    started, details = perf_counter(), {}
    taken = depths_of((*needed, *layers), claim.assumptions.order, context.seed)
    for chosen in taken:
        at = partial(at_depth, chosen=chosen)
        statement = prepare(at(derived), at(claimed), assumptions_at(assuming, at))
        if not statement.holds:
            raise DisagreementError(
                f"equal for every depth but not at {named(chosen)}: {derived} and {claimed}; please report this"
            )
        there = directions_at(directions, loss, chosen)
        evidence = series_evidence(at(loss), there, order, at(along), statement, context.seed, part)
        details = evidence.details
        if evidence.finding is not Finding.PROOF:
            yield msgspec.structs.replace(evidence, outcome=f"{evidence.outcome} at {named(chosen)}")
            return
    yield Evidence(
        method=METHOD,
        finding=Finding.PROOF,
        outcome="equal",
        seconds=perf_counter() - started,
        part=part,
        scope=SCOPE,
        details={**details, "depths": [named(chosen) for chosen in taken]},
    )


def _refuse_constrained(directions: Mapping[Any, Any], assuming: tuple[Any, ...]) -> None:
    """Raise UnsupportedError for a derivative along weights that the assumptions tie down."""
    for symbol in directions:
        for item in assuming:
            ties = not isinstance(item, Relational) or isinstance(item, sympy.Eq)
            if isinstance(symbol, sympy.MatrixSymbol):
                tied = symbol in item.free_symbols
            else:
                tied = any(part.name == symbol.name for part in item.atoms(PartialProduct))
            if ties and tied:
                raise UnsupportedError(
                    f"a derivative with respect to {symbol}, which the assumptions constrain, is not supported yet"
                )
