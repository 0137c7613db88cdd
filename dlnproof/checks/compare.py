"""Two formulas compared for all sizes: equal by two roads, or a small exact counterexample and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dlnproof.checks.context import Context
from dlnproof.checks.did_you_mean import Suggestion, did_you_mean
from dlnproof.checks.equality import equality_evidence
from dlnproof.errors import UnsupportedError
from dlnproof.verdict import Evidence, Verdict, decide


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found about `left = right`; `reason` says why nothing could be decided."""

    verdict: Verdict
    evidence: tuple[Evidence, ...]
    suggestion: Suggestion | None = None
    reason: str = ""

    @property
    def scope(self) -> str:
        """What a proof covers: all sizes, all values, or these sizes."""
        return next((item.scope for item in self.evidence if item.scope), "")

    @property
    def counterexample(self) -> dict[str, Any] | None:
        """The confirmed counterexample, in the form of the JSON schema."""
        return next((item.counterexample for item in self.evidence if item.counterexample), None)


def compare(
    left: Any, right: Any, assuming: Iterable[Any] = (), context: Context | None = None, *, suggest: bool = True
) -> Comparison:
    """Return whether two SymPy expressions are equal for all sizes, with the evidence; `suggest` also looks for the slip.

    Raises InputError for shapes that cannot be compared and DisagreementError where two exact roads contradict each other.
    """
    assuming = tuple(assuming)
    found: list[Evidence] = []
    try:
        for item in equality_evidence(left, right, assuming, context or Context()):
            found.append(item)
            # further evidence could only repeat what is decided
            if decide(found) in (Verdict.PROVED, Verdict.REFUTED):
                break
    except UnsupportedError as error:
        return Comparison(Verdict.UNDECIDED, tuple(found), reason=str(error))
    verdict = decide(found)
    suggestion = did_you_mean(left, right, assuming) if suggest and verdict is Verdict.REFUTED else None
    reason = found[-1].outcome if verdict is Verdict.UNDECIDED and found else ""
    return Comparison(verdict, tuple(found), suggestion, reason)
