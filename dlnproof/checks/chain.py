"""A derivation, step by step: each line against the one before it, the first wrong one named."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dlnproof.checks.context import Context
from dlnproof.checks.equality import equality_evidence
from dlnproof.checks.inequality import inequality_evidence
from dlnproof.checks.suggested import with_suggestion
from dlnproof.claims.claim import Claim, Derivation, Relation
from dlnproof.verdict import Evidence


def check_derivation(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for every step; step k is the k-th line after the first, a counterexample carries its number."""
    assert isinstance(claim.body, Derivation)
    previous = claim.body.start
    for number, step in enumerate(claim.body.steps, 1):
        part = f"step {number}"
        if step.relation is Relation.EQ:
            found = equality_evidence(previous, step.expression, claim.assuming, context, part)
            found = with_suggestion(found, previous, step.expression, claim.assuming)
        else:
            found = inequality_evidence(
                previous, step.relation, step.expression, step.squares, claim.assuming, context, part
            )
        for evidence in found:
            if evidence.counterexample is not None:
                evidence = msgspec.structs.replace(evidence, counterexample={"step": number, **evidence.counterexample})
            yield evidence
        previous = step.expression
