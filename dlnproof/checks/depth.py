"""Claims about chains of symbolic depth: the second road, and counterexamples, at concrete depths.

The canonical form joins partial products for every depth at once. The second road evaluates the original formulas at one
generic assignment of layer indices for every order that their breakpoints can take (which covers every depth, see
`language.depth`), and besides at all small depths, where products are empty and indices coincide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any

import msgspec

from dlnproof.checks.modular import METHOD
from dlnproof.checks.statement import Statement
from dlnproof.errors import UnsupportedError
from dlnproof.language.depth import assignments, at_depth, generic_assignments
from dlnproof.verdict import Evidence, Finding

_SMALL_DEPTHS = 3
_MOST = 24


def depths(expressions: Sequence[Any], order: Sequence[Any]) -> list[dict[Any, int]]:
    """Return the depths to evaluate at: all small ones, then a generic one for every order of the breakpoints."""
    small = list(islice(assignments(expressions, order, _SMALL_DEPTHS), _MOST))
    generic = [chosen for chosen in generic_assignments(expressions, order) if chosen not in small]
    if not generic and not small:
        raise UnsupportedError("no depth at which all partial products of the claim exist was found: not supported yet")
    return [*small, *generic]


def second_road_at_depths(
    statement: Statement,
    expressions: Sequence[Any],
    check: Callable[[Callable[[Any], Any]], Evidence],
    part: str | None,
) -> Evidence:
    """Return the second proof for all depths from `check`, run at each of the depths.

    `check(at)` returns the evidence at one depth, `at` brings a formula there.
    """
    started = perf_counter()
    order = statement.assumptions.order
    generic = generic_assignments(expressions, order)
    chosen_depths = depths(expressions, order)
    for chosen in chosen_depths:
        evidence = check(partial(at_depth, chosen=chosen))
        if evidence.finding is not Finding.PROOF:
            return msgspec.structs.replace(evidence, outcome=f"{evidence.outcome} at {_named(chosen)}", part=part)
    return Evidence(
        method=METHOD,
        finding=Finding.PROOF if generic else Finding.INCONCLUSIVE,
        outcome="equal" if generic else "equal at small depths only",
        seconds=perf_counter() - started,
        part=part,
        scope=statement.scope,
        details={**evidence.details, "depths": [_named(chosen) for chosen in chosen_depths]},
    )


def counterexample_at_depths(
    expressions: Sequence[Any],
    order: Sequence[Any],
    refute: Callable[[Callable[[Any], Any]], Iterator[Evidence]],
    part: str | None,
) -> Iterator[Evidence]:
    """Yield a counterexample at the smallest depth that has one, its depth and indices among its sizes.

    `refute(at)` yields the evidence against the statement at one depth; `expressions` name depth and layers.
    """
    for chosen in depths(expressions, order):
        for evidence in refute(partial(at_depth, chosen=chosen)):
            if evidence.counterexample is not None:
                sizes = {**{str(symbol): value for symbol, value in chosen.items()}, **evidence.counterexample["sizes"]}
                yield msgspec.structs.replace(evidence, counterexample={**evidence.counterexample, "sizes": sizes})
                return
    yield Evidence(
        method="counterexample search",
        finding=Finding.INCONCLUSIVE,
        outcome="no counterexample found at small depths",
        part=part,
    )


def _named(chosen: dict[Any, int]) -> str:
    return ", ".join(f"{symbol}={value}" for symbol, value in sorted(chosen.items(), key=lambda item: str(item[0])))
