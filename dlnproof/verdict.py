"""Verdicts, computed from evidence by the rules below and by nothing else.

A check returns `Evidence`; what it found is one of six `Finding`s. `decide` turns the evidence for one claim (or for one
part of it, such as a derivation step) into a `Verdict`; `weakest` joins parts and ancestors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import msgspec


class Verdict(StrEnum):
    """What is known about a claim; the order of `STRENGTH` says which of two is weaker."""

    PROVED = "proved"
    VERIFIED = "verified"
    TESTED = "tested"
    UNDECIDED = "undecided"
    REFUTED = "refuted"
    CONFLICT = "conflict"
    ERROR = "error"
    CITED = "cited"


# a cited fact is not weaker than a proof: what rests on it is *conditional* on it, and says so
STRENGTH: tuple[Verdict, ...] = (
    Verdict.ERROR,
    Verdict.CONFLICT,
    Verdict.REFUTED,
    Verdict.UNDECIDED,
    Verdict.TESTED,
    Verdict.VERIFIED,
    Verdict.PROVED,
    Verdict.CITED,
)


class Finding(StrEnum):
    """What one check found."""

    PROOF = "proof"  # an exact argument that covers the whole scope of the claim
    CERTIFIED = "certified"  # exact or certified on every instance examined
    AGREES = "agrees"  # floating point or sampling only, no counterexample
    INCONCLUSIVE = "inconclusive"  # nothing decided; `outcome` says why
    CANDIDATE = "candidate"  # a counterexample that no other code has confirmed yet
    CONFIRMED = "confirmed"  # a counterexample confirmed exactly by code other than the search that found it


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one check: `method` names the procedure, `outcome` is a short phrase, `details` are JSON values.

    `part` names the piece of the claim it speaks of ("step 2"); `None` means the whole claim. `counterexample`, with
    finding `candidate` or `confirmed`, is in the form of the JSON schema: numbers are exact strings.
    """

    method: str
    finding: Finding
    outcome: str
    seconds: float = 0.0
    part: str | None = None
    scope: str | None = None
    details: dict[str, Any] = {}
    counterexample: dict[str, Any] | None = None


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the weakest of `verdicts`; there must be at least one."""
    return min(verdicts, key=STRENGTH.index)


def decide_part(evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict that the evidence for one statement supports (design rules; two roads for `proved`)."""
    findings = {item.finding for item in evidence}
    roads = {item.method for item in evidence if item.finding is Finding.PROOF}
    if Finding.CONFIRMED in findings:
        return Verdict.CONFLICT if roads else Verdict.REFUTED
    if Finding.CANDIDATE in findings:
        # an unconfirmed counterexample refutes nothing, and nothing may be called proved or tested beside it
        return Verdict.UNDECIDED
    if len(roads) >= 2:
        return Verdict.PROVED
    if Finding.CERTIFIED in findings:
        return Verdict.VERIFIED
    if Finding.AGREES in findings:
        return Verdict.TESTED
    return Verdict.UNDECIDED


def decide(evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict of a claim: the weakest over its parts; evidence without a part counts for every part.

    One refuted part refutes the claim, even beside a part that is still undecided.
    """
    whole = [item for item in evidence if item.part is None]
    names = sorted({item.part for item in evidence if item.part is not None})
    if not names:
        return decide_part(whole)
    verdicts = [decide_part(whole + [item for item in evidence if item.part == name]) for name in names]
    return weakest(verdicts)


def with_ancestors(own: Verdict, ancestors: Iterable[Verdict]) -> Verdict:
    """Return the verdict to show for a claim that uses claims with the verdicts `ancestors`.

    The weakest counts; resting on a refuted, conflicting or failed claim leaves a claim `undecided`, it does not refute it.
    """
    if own in (Verdict.REFUTED, Verdict.CONFLICT, Verdict.ERROR):
        return own
    floor = {Verdict.REFUTED: Verdict.UNDECIDED, Verdict.CONFLICT: Verdict.UNDECIDED, Verdict.ERROR: Verdict.UNDECIDED}
    return weakest([own, *(floor.get(verdict, verdict) for verdict in ancestors)])
