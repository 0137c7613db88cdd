"""From what a worker delivered to the record that is shown: verdict, scope, reason and counterexample of one claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dlnproof.claims.claim import Citation, Claim
from dlnproof.record import ClaimRecord, Ending, Outcome, Searched, make_record
from dlnproof.verdict import STRENGTH, Evidence, Finding, Verdict, decide, decide_part, with_ancestors

# the findings on which each verdict rests: their scope is the claim's
SUPPORT: Mapping[Verdict, tuple[Finding, ...]] = {
    Verdict.PROVED: (Finding.PROOF,),
    Verdict.VERIFIED: (Finding.CERTIFIED, Finding.PROOF),
    Verdict.TESTED: (Finding.AGREES, Finding.CERTIFIED, Finding.PROOF),
    Verdict.REFUTED: (Finding.CONFIRMED,),
    Verdict.CONFLICT: (Finding.CONFIRMED,),
}

# how the evidence of a theorem calls its counts
INSTANCES, ATTACKED, MARGIN = "with an assert reached", "attacked on", "smallest relative margin"


def judge(claim: Claim, outcome: Outcome, ancestors: Mapping[str, ClaimRecord]) -> ClaimRecord:
    """Return the record of a claim whose `ancestors` (everything it uses, directly or not) are judged already."""
    own = own_verdict(claim, outcome)
    verdict = with_ancestors(own, (record.verdict for record in ancestors.values()))
    weaker = [
        name
        for name, record in ancestors.items()
        if record.is_open or record.verdict is Verdict.CITED or STRENGTH.index(record.verdict) < STRENGTH.index(own)
    ]
    return make_record(
        claim,
        outcome,
        verdict=verdict,
        own_verdict=own,
        scope=_scope(own, outcome.evidence),
        conditional_on=weaker,
        counterexample=_counterexample(outcome.evidence) if own in (Verdict.REFUTED, Verdict.CONFLICT) else None,
        reason=_reason(verdict, own, outcome, ancestors),
        searched=None if own in (Verdict.REFUTED, Verdict.CONFLICT) else _searched(outcome.evidence),
    )


def own_verdict(claim: Claim, outcome: Outcome) -> Verdict:
    """Return the verdict of the claim's own evidence.

    A check that failed, or a claim that makes no sense, is an error. One that was stopped decides nothing, unless it had
    confirmed a counterexample.
    """
    if outcome.ending in (Ending.FAILED, Ending.BAD_INPUT):
        return Verdict.ERROR
    if isinstance(claim.body, Citation):
        return Verdict.CITED
    verdict = decide(outcome.evidence)
    if outcome.ending is not Ending.COMPLETE and verdict not in (Verdict.REFUTED, Verdict.CONFLICT):
        return Verdict.UNDECIDED
    return verdict


def outcome_of(record: ClaimRecord) -> Outcome:
    """Return the (complete) outcome from which `record` was made."""
    evidence = tuple(
        Evidence(
            method=item.method,
            finding=item.finding,
            outcome=item.outcome,
            seconds=item.seconds,
            part=item.part,
            scope=item.scope,
            details=item.details,
            counterexample=item.counterexample,
        )
        for item in record.evidence
    )
    return Outcome(evidence=evidence, seconds=record.seconds)


def bad_input(reason: str) -> Outcome:
    """Return the outcome of a claim that cannot be checked at all."""
    return Outcome(ending=Ending.BAD_INPUT, reason=reason)


def _scope(verdict: Verdict, evidence: Sequence[Evidence]) -> str | None:
    """Return the scope of the evidence that the verdict rests on; parts of different scope are listed."""
    scopes: dict[str, None] = {}
    for part in dict.fromkeys(item.part for item in evidence):
        for finding in SUPPORT.get(verdict, ()):
            found = [item.scope for item in evidence if item.part == part and item.finding is finding and item.scope]
            if found:
                scopes[found[0]] = None
                break
    return "; ".join(scopes) or None


def _counterexample(evidence: Sequence[Evidence]) -> dict[str, Any] | None:
    """Return the confirmed counterexample of the first wrong part; of a derivation it names the step."""
    confirmed = [item for item in evidence if item.finding is Finding.CONFIRMED and item.counterexample is not None]
    if not confirmed:
        return None
    first = min(confirmed, key=lambda item: _number(item.part))
    step = re.fullmatch(r"step (\d+)", first.part or "")
    found = dict(first.counterexample or {})
    return {"step": int(step[1]), **found} if step else found


def _searched(evidence: Sequence[Evidence]) -> Searched | None:
    """Return how many instances of a theorem were examined, drawn and aimed at, and the smallest margin of them all."""
    drawn = [item.details for item in evidence if INSTANCES in item.details]
    if not drawn:
        return None
    instances = sum(int(details[INSTANCES]) + int(details.get(ATTACKED, 0)) for details in drawn)
    found = [str(details[MARGIN]) for details in drawn if MARGIN in details]
    return Searched(instances=instances, smallest_margin=min(found, key=float, default=None))


def _number(part: str | None) -> int:
    digits = re.search(r"\d+", part or "")
    return int(digits[0]) if digits else 0


def _reason(verdict: Verdict, own: Verdict, outcome: Outcome, ancestors: Mapping[str, ClaimRecord]) -> str | None:
    """Say in one line why a claim is undecided or in error; other verdicts need no reason."""
    if verdict is Verdict.ERROR:
        return outcome.reason
    if verdict is not Verdict.UNDECIDED:
        return None
    if own is not Verdict.UNDECIDED:
        name, record = min(ancestors.items(), key=lambda pair: STRENGTH.index(pair[1].verdict))
        return f"rests on {name}, which is {record.verdict}"
    if outcome.reason is not None:
        return outcome.reason
    return "; ".join(_say_undecided(outcome.evidence)[:2]) or "no check says anything about this claim"


def _say_undecided(evidence: Sequence[Evidence]) -> list[str]:
    said: dict[str, None] = {}
    whole = [item for item in evidence if item.part is None]
    names = [part for part in dict.fromkeys(item.part for item in evidence) if part is not None]
    parts: list[str | None] = [*names] or [None]
    for part in parts:
        members = whole if part is None else whole + [item for item in evidence if item.part == part]
        if decide_part(members) is not Verdict.UNDECIDED:
            continue
        prefix = "" if part is None else f"{part}: "
        for item in members:
            if item.finding is Finding.CANDIDATE:
                said[f"{prefix}a counterexample that exact arithmetic did not confirm ({item.method})"] = None
        for item in members:
            if item.finding is Finding.INCONCLUSIVE:
                said[prefix + item.outcome] = None
        lonely = [item.method for item in members if item.finding is Finding.PROOF]
        if lonely and not said:
            said[f"{prefix}only one exact procedure decides it ({lonely[0]})"] = None
    return list(said)
