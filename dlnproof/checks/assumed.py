"""Assumptions at one depth, and what is said when no instance satisfies them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy.core.relational import Equality, Relational

from dlnproof.language.every_layer import EveryLayer
from dlnproof.language.from_sympy import Reader
from dlnproof.verdict import Evidence, Finding


def assumptions_at(assuming: Iterable[Any], at: Callable[[Any], Any]) -> list[Any]:
    """Return the assumptions at one depth; inequalities between layer indices have done their work there."""
    found: list[Any] = []
    for item in assuming:
        if isinstance(item, EveryLayer):
            found += [equation for equation in item.written_out(at) if not _says_nothing(*equation.args)]
        elif isinstance(item, Equality):
            sides = at(item.lhs), at(item.rhs)
            found += [] if _says_nothing(*sides) else [Equality(*sides, evaluate=False)]
        elif not isinstance(item, Relational):
            found.append(at(item))
    return found


def _says_nothing(left: Any, right: Any) -> bool:
    """Return whether an equation is true as it stands, as one that speaks of an empty product is."""
    if left == right:
        return True
    reader = Reader()
    return reader.read(left) == reader.read(right) and not reader.inverses


def vacuous(part: str | None) -> Evidence:
    """Return the evidence that the assumptions could not be satisfied by any instance that was tried."""
    return Evidence(
        method="assumptions",
        finding=Finding.INCONCLUSIVE,
        outcome="vacuous: no instance was found that satisfies the assumptions",
        part=part,
    )
