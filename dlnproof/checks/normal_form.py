"""The first road: the canonical form of the difference of two formulas."""

from __future__ import annotations

from time import perf_counter

from dlnproof.checks.statement import Statement
from dlnproof.verdict import Evidence, Finding

METHOD = "canonical form"


def normal_form_evidence(statement: Statement, started: float, part: str | None = None) -> Evidence:
    """Return a proof when the canonical form of the difference is zero, else no conclusion.

    Zero means equal for every size and every value that satisfies the assumptions (`algebra.polynomial`, `algebra.rules`).
    """
    details = {
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
    return Evidence(
        method=METHOD,
        finding=Finding.INCONCLUSIVE,
        outcome=f"not equal: {len(statement.normal_form.terms)} terms remain",
        seconds=perf_counter() - started,
        part=part,
        details=details,
    )
