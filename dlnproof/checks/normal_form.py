"""The first road: the canonical form of the difference of two formulas."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from dlnproof.algebra.size_bound import nonzero_from
from dlnproof.checks.statement import Statement
from dlnproof.language.sampling import size_symbols
from dlnproof.verdict import Evidence, Finding

METHOD = "canonical form"


def normal_form_evidence(statement: Statement, started: float, part: str | None = None) -> Evidence:
    """Return a proof when the canonical form of the difference is zero, else no conclusion.

    Zero means equal for every size and every value that satisfies the assumptions (`algebra.polynomial`, `algebra.rules`).
    """
    details: dict[str, Any] = {
        "terms": [len(statement.left_form.terms), len(statement.right_form.terms)],
        "rewrites": len(statement.uses),
    }
    if statement.holds:
        return Evidence(
            method=METHOD,
            finding=Finding.PROOF,
            outcome="equal",
            seconds=perf_counter() - started,
            part=part,
            scope=statement.scope,
            details=details,
        )
    smallest = _false_from(statement)
    if smallest is not None:
        details["false_for_all_sizes_at_least"] = smallest
    return Evidence(
        method=METHOD,
        finding=Finding.INCONCLUSIVE,
        outcome=f"not equal: {len(statement.normal_form.terms)} terms remain",
        seconds=perf_counter() - started,
        part=part,
        details=details,
    )


def _false_from(statement: Statement) -> int | None:
    """Return k with "false for all sizes >= k" where that is proved: free matrices, scalars without relations."""
    reader, assumptions = statement.reader, statement.assumptions
    sizes = size_symbols(reader.vocabulary)
    powers = reader.powers or reader.scalar_powers
    related = powers or reader.relations or reader.inverses or reader.vocabulary.inverted or statement.has_chain
    if not sizes or related or assumptions.equations or assumptions.properties:
        return None
    return nonzero_from(statement.normal_form, sizes)
