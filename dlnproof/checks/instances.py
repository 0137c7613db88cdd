"""A theorem on many exact instances: drawn by Hypothesis, attacked by optimisers, and reported with what was really examined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlnproof.checks.confirmation import confirm
from dlnproof.checks.context import Context
from dlnproof.checks.floats import float_uses
from dlnproof.checks.search import Search, search
from dlnproof.claims.claim import Claim, Theorem
from dlnproof.claims.theorem import body_of
from dlnproof.errors import UnsupportedError, bad
from dlnproof.verdict import Evidence, Finding

METHOD = "property test"
CONFIRMATION = "second road"


def check_theorem(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for a theorem: it held on N instances, or it fails on one that other code confirms.

    Certified if every comparison was exact or between balls, `agrees` if floating point was involved; inconclusive if the
    theorem is vacuous (no instance satisfies its assumptions, or none reaches an assert) or a failure is not reproducible.
    Raises InputError, naming the claim, if its function raises anything but an AssertionError; UnsupportedError if most
    instances ask what is not known yet.
    """
    if not isinstance(claim.body, Theorem):
        raise bad("claim", claim.id, f"a {claim.kind} is not a theorem", "give a claim made by @paper.theorem")
    if not __debug__:
        raise UnsupportedError(
            "asserts are switched off (python -O), so that no theorem can fail: not supported; run without -O"
        )
    function = claim.body.function
    seen = search(function, claim.id, context)
    details = _details(seen, context)
    if seen.failure is not None:
        result = confirm(body_of(function), seen.failure.instance, seen.failure.failed, seen.passing)
        outcome = result.reason
        if result.finding is Finding.CONFIRMED:
            outcome = f"fails: {seen.failure.failed.text}; {result.reason}"
        yield Evidence(
            method=METHOD if result.finding is not Finding.CONFIRMED else CONFIRMATION,
            finding=result.finding,
            outcome=outcome,
            details=details,
            counterexample=result.counterexample,
        )
        return
    yield _passing(claim, seen, details)


def _passing(claim: Claim, seen: Search, details: dict[str, Any]) -> Evidence:
    """Return the evidence of a search without a failure."""
    if seen.first_not_supported is not None and seen.not_supported > seen.reached:
        total = seen.not_supported + seen.instances
        raise UnsupportedError(f"{seen.not_supported} of {total} instances: {seen.first_not_supported}") from None
    vacuous = _vacuous(claim, seen)
    if vacuous:
        return Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=vacuous, details=details)
    assert isinstance(claim.body, Theorem)
    uses = [*float_uses(body_of(claim.body.function)), *sorted(seen.floats)]
    outcome = f"holds on {seen.reached} instances"
    if uses:
        details["floating point"] = uses
        outcome += f" in floating point ({', '.join(uses)})"
    if seen.out_of_time:
        outcome += ", stopped by the budget"
    if seen.not_supported:
        outcome += f"; {seen.not_supported} more ask what is not known yet"
    scope = f"{seen.reached} instances" + ("" if seen.regions.empty else f": {seen.regions.scope}")
    finding = Finding.AGREES if uses else Finding.CERTIFIED
    return Evidence(method=METHOD, finding=finding, outcome=outcome, scope=scope, details=details)


def _vacuous(claim: Claim, seen: Search) -> str:
    """Return why nothing was examined, empty if something was."""
    if seen.instances == 0:
        if seen.out_of_time:
            return "out of time: no instance was examined; raise --budget"
        names = ", ".join(str(item) for item in claim.assuming)
        what = f"satisfies the assumptions ({names})" if names else "is accepted"
        return f"vacuous: none of {seen.rejected} instances {what}"
    if seen.reached:
        return ""
    if seen.uncertified and not seen.points:
        return f"vacuous: no point was certified on {seen.instances} instances ({seen.uncertified} starts were not)"
    return f"vacuous: no assert was reached on {seen.instances} instances"


def _details(seen: Search, context: Context) -> dict[str, Any]:
    """Return the counts as JSON values."""
    details: dict[str, Any] = {
        "instances": seen.instances,
        "with an assert reached": seen.reached,
        "repeated": seen.repeated,
        "rejected": seen.rejected,
        "seed": context.seed,
        "regions": {} if seen.regions.empty else seen.regions.to_json(),
    }
    if seen.points or seen.uncertified:
        details |= {"certified points": seen.points, "starts not certified": seen.uncertified}
    if seen.open_comparisons:
        details |= {"comparisons equal to the printed width": seen.open_comparisons, "largest width": seen.widest}
    if seen.not_supported:
        details |= {"not known yet": seen.not_supported, "reason": str(seen.first_not_supported)}
    if seen.out_of_time:
        details["stopped by the budget"] = True
    return details
