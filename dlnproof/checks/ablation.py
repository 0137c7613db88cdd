"""Ablation: each assumption of a claim, and each marked bound, is dropped in turn to see whether the claim needs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dlnproof.checks.context import Context
from dlnproof.claims.claim import Citation, Claim, Theorem
from dlnproof.errors import DlnproofError, UnsupportedError
from dlnproof.verdict import Evidence, Finding, Verdict, decide

METHOD = "ablation"
EXAMPLES = 300  # of instances that break the dropped assumption
_SHARE_OF_THE_WHOLE = 0.25


def ablate(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield one piece of evidence for each assumption and marked bound of a claim; its part is the assumption's name.

    `confirmed`: needed, with an exact counterexample that breaks this assumption and no other. `certified`, `agrees`: no
    counterexample among the instances that break it. `proof`: the claim is proved without it. Else `inconclusive`.
    """
    started = time.monotonic()
    whole, names = _whole(claim, replace(context, seconds=_SHARE_OF_THE_WHOLE * context.seconds))
    if whole is Verdict.REFUTED:
        yield _nothing("refuted with all its assumptions: there is nothing to drop")
        return
    if not names:
        yield _nothing("no assumption and no marked bound to drop")
        return
    for place, name in enumerate(names):
        left = context.seconds - (time.monotonic() - started)
        share = replace(context, seconds=max(1.0, left / (len(names) - place)))
        began = time.monotonic()
        found = _without(claim, name, share)
        yield Evidence(
            method=METHOD,
            finding=found.finding,
            outcome=found.outcome,
            seconds=time.monotonic() - began,
            part=name,
            details=found.details,
            counterexample=found.counterexample,
        )


def _nothing(outcome: str) -> Evidence:
    return Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=outcome)


def _whole(claim: Claim, context: Context) -> tuple[Verdict, list[str]]:
    """Return the verdict of the claim as it is written, and the names of what can be dropped."""
    named = {str(item): None for item in claim.assuming}
    if isinstance(claim.body, Citation):
        return Verdict.CITED, []
    if isinstance(claim.body, Theorem):
        from dlnproof.checks.instances import examine

        evidence, seen = examine(claim, context)
        return decide([evidence]), list(named | dict.fromkeys(seen.conditions.met))
    return (decide(_check(claim, context)) if named else Verdict.UNDECIDED), list(named)


def _check(claim: Claim, context: Context) -> list[Evidence]:
    from dlnproof.checks.plan import run_checks

    return list(run_checks(claim, context))


def _without(claim: Claim, name: str, context: Context) -> Evidence:
    """Return what is found about the claim without one condition."""
    try:
        if isinstance(claim.body, Theorem):
            return _theorem_without(claim, name, context)
        return _formula_without(claim, name, context)
    except UnsupportedError as error:
        return _nothing(f"undecided: {error}")
    except DlnproofError as error:
        return _nothing(f"undecided: the claim makes no sense without it ({error})")


def _theorem_without(claim: Claim, name: str, context: Context) -> Evidence:
    from dlnproof.checks.explorer import Attack
    from dlnproof.checks.instances import examine

    attack = Attack(dropped=name, pass_over_exceptions=True)
    evidence, seen = examine(claim, replace(context, examples=context.examples or EXAMPLES), attack)
    details: dict[str, Any] = {"instances": seen.reached, "seed": context.seed}
    if evidence.finding is Finding.CONFIRMED:
        return Evidence(
            method=METHOD,
            finding=Finding.CONFIRMED,
            outcome="needed",
            details=details,
            counterexample=evidence.counterexample,
        )
    if evidence.finding in (Finding.CERTIFIED, Finding.AGREES):
        outcome = f"no counterexample in {seen.reached} instances"
        return Evidence(method=METHOD, finding=evidence.finding, outcome=outcome, details=details)
    if not seen.instances and seen.raised:
        return _nothing(f"undecided: without it the theorem raises {seen.first_raised}")
    if not seen.instances and not seen.out_of_time:
        return _nothing(f"undecided: none of {seen.rejected} drawn instances breaks it; widen the strategy")
    return _nothing(f"undecided: {evidence.outcome}")


def _formula_without(claim: Claim, name: str, context: Context) -> Evidence:
    weaker = replace(claim, assuming=tuple(item for item in claim.assuming if str(item) != name))
    evidence = _check(weaker, context)
    verdict = decide(evidence)
    if verdict is Verdict.REFUTED:
        found = next(item.counterexample for item in evidence if item.finding is Finding.CONFIRMED)
        return Evidence(method=METHOD, finding=Finding.CONFIRMED, outcome="needed", counterexample=found)
    if verdict is Verdict.PROVED:
        return Evidence(method=METHOD, finding=Finding.PROOF, outcome="not needed: proved without it")
    if verdict in (Verdict.VERIFIED, Verdict.TESTED):
        outcome = f"no counterexample ({verdict} without it)"
        return Evidence(method=METHOD, finding=Finding.AGREES, outcome=outcome)
    return _nothing(
        "undecided: " + ("; ".join(dict.fromkeys(item.outcome for item in evidence))[:200] or "no evidence")
    )
