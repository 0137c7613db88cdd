"""Equations for every index by induction: the base and every step each by two roads, a counterexample only of what is claimed.

The base of an equation is the equation at the first index, its step the equation at index + 1 under all the equations at index
(those whose partial products exist there) beside the assumptions of the claim. Each is checked as an identity for every depth.
A step that fails does not refute what is claimed, since it speaks of matrices for which only some layers are known to satisfy
the assumptions; so what refutes is searched among the equations themselves, at concrete depths under all assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import sympy
from msgspec import structs

from dlnproof.checks.assumed import assumptions_at
from dlnproof.checks.context import Context
from dlnproof.checks.equality import equality_with
from dlnproof.checks.layer_sums import depths_of
from dlnproof.checks.refutation import SEARCH, refutation
from dlnproof.checks.statement import prepare
from dlnproof.claims.claim import Claim, Identity, Induction
from dlnproof.errors import UnsupportedError
from dlnproof.language.chain import without_empty
from dlnproof.language.depth import at_depth
from dlnproof.language.index_facts import covers
from dlnproof.verdict import Evidence, Finding


def check_induction(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for base and step of every equation, then, if one is open, a counterexample where there is one."""
    body = claim.body
    assert isinstance(body, Induction)
    open_parts = False
    for part, statement, assuming in _obligations(body, claim.assuming):
        proofs = set()
        for evidence in _proof(body.index, statement, assuming, context, part):
            proofs |= {evidence.method} if evidence.finding is Finding.PROOF else set()
            yield structs.replace(evidence, scope=evidence.scope and f"{evidence.scope}, by induction on {body.index}")
        open_parts = open_parts or len(proofs) < 2
    if open_parts:
        yield from _counterexample(body, claim.assuming, context)


def _obligations(body: Induction, assuming: tuple[Any, ...]) -> Iterator[tuple[str, Identity, tuple[Any, ...]]]:
    """Yield (part, equation, assumptions) for the base and the step of every equation."""
    index, first, last = body.index, sympy.sympify(body.first), sympy.sympify(body.last)
    many = len(body.statements) > 1
    inside = [sympy.Ge(index, first, evaluate=False), sympy.Le(index + 1, last, evaluate=False)]
    for number, statement in enumerate(body.statements, 1):
        name = f" of equation {number}" if many else ""
        yield f"base{name}", _at(statement, index, first), assuming
        after = _at(statement, index, index + 1)
        known = [
            sympy.Eq(other.left, other.right, evaluate=False)
            for other in body.statements
            if covers([after.left, after.right], [other.left, other.right], inside)
        ]
        yield f"step{name}", after, (*assuming, *inside, *known)


def _at(statement: Identity, index: Any, value: Any) -> Identity:
    sides = (sympy.sympify(side).xreplace({index: value}) for side in (statement.left, statement.right))
    return Identity(*map(without_empty, sides))


def _proof(
    index: Any, statement: Identity, assuming: tuple[Any, ...], context: Context, part: str
) -> Iterator[Evidence]:
    """Yield proofs, from the equations that mention the index if they suffice, from all equations otherwise."""
    index_free = [item for item in assuming if isinstance(item, sympy.Eq) and index not in item.free_symbols]
    local = tuple(item for item in assuming if item not in index_free)
    tried: list[tuple[Any, ...]] = [local, assuming] if index_free else [assuming]
    failure: UnsupportedError | None = None
    for chosen in tried:
        try:
            found = list(equality_with(statement.left, statement.right, chosen, context, part))
        except UnsupportedError as error:
            failure = error
            continue
        if len({item.method for item in found if item.finding is Finding.PROOF}) >= 2:
            yield from found
            return
    yield Evidence(
        method="induction",
        finding=Finding.INCONCLUSIVE,
        outcome=str(failure) if failure else "the assumed equations do not give it",
        part=part,
    )


def _counterexample(body: Induction, assuming: Sequence[Any], context: Context) -> Iterator[Evidence]:
    index = body.index
    order = [sympy.Ge(index, body.first, evaluate=False), sympy.Le(index, body.last, evaluate=False)]
    for number, statement in enumerate(body.statements, 1):
        part = f"equation {number}"
        for chosen in depths_of((statement.left, statement.right), order, context.seed):
            at = partial(at_depth, chosen=chosen)
            there = prepare(at(statement.left), at(statement.right), assumptions_at(assuming, at))
            if there.holds:
                continue
            for evidence in refutation(there, context, part):
                if evidence.counterexample is not None:
                    sizes = {
                        **{str(symbol): value for symbol, value in chosen.items()},
                        **evidence.counterexample["sizes"],
                    }
                    yield structs.replace(evidence, counterexample={**evidence.counterexample, "sizes": sizes})
                    return
    yield Evidence(
        method=SEARCH, finding=Finding.INCONCLUSIVE, outcome="no counterexample found at small depths", part=None
    )
