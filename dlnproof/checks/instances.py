"""A theorem on many exact instances: drawn by Hypothesis, attacked by optimisers, and reported with what was really examined."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import msgspec

from dlnproof.checks.confirmation import Confirmation, confirm
from dlnproof.checks.context import Context
from dlnproof.checks.explorer import Attack, Failure, Search
from dlnproof.checks.floats import float_uses, own_balls
from dlnproof.checks.replay import Instance
from dlnproof.checks.search import search
from dlnproof.checks.simplify import KeptExamples, simplify
from dlnproof.claims.claim import Claim, Expectation, Theorem
from dlnproof.claims.theorem import body_of
from dlnproof.errors import UnsupportedError, bad
from dlnproof.verdict import Evidence, Finding

_PLAIN = Attack()
METHOD = "property test"
CONFIRMATION = "second road"
MARGIN = "smallest relative margin"


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
    started = time.monotonic()
    evidence, seen = examine(claim, context)
    if evidence.finding in (Finding.CERTIFIED, Finding.AGREES) and not seen.out_of_time:
        left = context.seconds - (time.monotonic() - started)
        evidence = _attacked(claim, replace(context, seconds=left), evidence)
    yield evidence


def _attacked(claim: Claim, context: Context, passed: Evidence) -> Evidence:
    """Return what became of a theorem that holds on the drawn instances when small margins are aimed at.

    Briefly; longer if it is an open question; one that its author expects to be refuted for as long as the budget lasts.
    """
    from dlnproof.checks.falsify import BRIEFLY, LONGER, UNTIL_THE_END, falsify  # it builds on this module

    efforts = {Expectation.HOLDS: BRIEFLY, Expectation.OPEN: LONGER, Expectation.REFUTED: UNTIL_THE_END}
    attack = Attack(pass_over_exceptions=True)  # the author's function has been seen to work
    harder = falsify(claim, context, attack=attack, effort=efforts[claim.expect])
    if harder.finding is not Finding.INCONCLUSIVE:
        return harder
    details = passed.details | {"attacked on": harder.details.get("instances", 0)}
    margins = [found.details[MARGIN] for found in (passed, harder) if MARGIN in found.details]
    if margins:
        details[MARGIN] = min(margins, key=float)
    return msgspec.structs.replace(passed, details=details)


def examine(claim: Claim, context: Context, attack: Attack = _PLAIN) -> tuple[Evidence, Search]:
    """Return the evidence of one search for a counterexample, and what the search saw.

    If no failure is confirmed, a second search passes over what cannot be: a fact may stand beside it.
    """
    assert isinstance(claim.body, Theorem)
    function = claim.body.function
    body = body_of(function)
    started = time.monotonic()
    choices = KeptExamples()
    seen = search(function, claim.id, context, attack, choices)
    if seen.failure is None:
        details = _details(seen, context)
        return _passing(claim, seen, details), seen
    result = confirm_one(body, seen)
    if result.finding is Finding.CONFIRMED:
        result = simplified(function, claim.id, context, attack, seen, choices, result)
    if result.finding is Finding.CANDIDATE and not float_uses(body) and not own_balls(body):
        left = context.seconds - (time.monotonic() - started)
        again = replace(attack, counts=lambda failure: _is_fact(body, failure, seen.passing))
        other = search(function, claim.id, replace(context, seconds=max(left, 0.0), seed=context.seed + 1), again)
        if other.failure is not None:
            seen, result = other, confirm_one(body, other)
    return evidence_of(result, seen, context), seen


def simplified(
    function: Callable[..., None],
    where: str,
    context: Context,
    attack: Attack,
    seen: Search,
    choices: KeptExamples,
    result: Confirmation,
) -> Confirmation:
    """Return the confirmation of the same failure on simpler data, or `result` where that is not confirmed."""
    simple = simplify(function, where, context, attack, seen, choices)
    if simple is seen or simple.failure is None:
        return result
    other = confirm(body_of(function), simple.failure.instance, simple.failure.failed, seen.passing)
    return other if other.finding is Finding.CONFIRMED else result


def confirm_one(body: Callable[..., None], seen: Search) -> Confirmation:
    """Return what became of the shrunk failure, or, where that is only a candidate, of the first that is confirmed."""
    assert seen.failure is not None
    result = confirm(body, seen.failure.instance, seen.failure.failed, seen.passing)
    if result.finding is not Finding.CANDIDATE:
        return result
    for failure in seen.first_failures:
        other = confirm(body, failure.instance, failure.failed, seen.passing)
        if other.finding is Finding.CONFIRMED:
            return other
    return result


def evidence_of(result: Confirmation, seen: Search, context: Context) -> Evidence:
    """Return the evidence of a search that ended with a failure."""
    confirmed = result.finding is Finding.CONFIRMED
    failed = (result.counterexample or {}).get("failed", "")
    return Evidence(
        method=CONFIRMATION if confirmed else METHOD,
        finding=result.finding,
        outcome=f"fails: {failed}; {result.reason}" if confirmed else result.reason,
        details=_details(seen, context),
        counterexample=result.counterexample,
    )


def _is_fact(body: Callable[..., None], failure: Failure, passing: Instance | None) -> bool:
    return confirm(body, failure.instance, failure.failed, passing).finding is Finding.CONFIRMED


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
    if seen.margin is not None:
        details[MARGIN] = f"{seen.margin:.3g}"
    if seen.raised:
        details |= {"raised": seen.raised, "first exception": seen.first_raised}
    if seen.not_supported:
        details |= {"not known yet": seen.not_supported, "reason": str(seen.first_not_supported)}
    if seen.out_of_time:
        details["stopped by the budget"] = True
    return details
