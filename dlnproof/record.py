"""What a run leaves behind: the values of the JSON schema `dlnproof/1`, read by `show`, the ledger and the report.

Renames break other tools and need a new schema version; additions do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from dlnproof.claims.claim import Claim, Expectation
from dlnproof.verdict import Evidence, Finding, Verdict

SCHEMA = "dlnproof/1"
HOLDING = frozenset({Verdict.PROVED, Verdict.VERIFIED, Verdict.TESTED, Verdict.CITED})
# the verdicts that answer an open question, and those that say something went wrong: the claim counts by them, not as open
ANSWERED = frozenset({Verdict.PROVED, Verdict.REFUTED})
FAILED = frozenset({Verdict.CONFLICT, Verdict.ERROR})


class Ending(StrEnum):
    """How the worker process of a claim ended."""

    COMPLETE = "complete"
    OUT_OF_TIME = "out of time"
    OUT_OF_MEMORY = "out of memory"
    BAD_INPUT = "bad input"  # the claim itself makes no sense: shapes that do not fit, a theorem that raises
    FAILED = "failed"  # an exception in a check, or a worker that died: a defect, not a property of the claim


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker of one claim delivered: evidence so far, how it ended (`reason`: why, in one line), wall time."""

    evidence: tuple[Evidence, ...] = ()
    ending: Ending = Ending.COMPLETE
    reason: str | None = None
    seconds: float = 0.0


class EvidenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence as the schema writes it."""

    method: str
    outcome: str
    seconds: float
    details: dict[str, Any]
    finding: Finding
    part: str | None = None
    scope: str | None = None
    counterexample: dict[str, Any] | None = None

    @classmethod
    def of(cls, item: Evidence) -> EvidenceRecord:
        """Return the record of `item`, seconds rounded to microseconds."""
        return cls(
            method=item.method,
            outcome=item.outcome,
            seconds=round(item.seconds, 6),
            details=item.details,
            finding=item.finding,
            part=item.part,
            scope=item.scope,
            counterexample=item.counterexample,
        )


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """How far the search for a counterexample of a theorem went: instances, and the nearest that one came to failing.

    `smallest_margin` is the least |a - b| / max(|a|, |b|) of the comparisons a < b, ... in its asserts, None without any.
    """

    instances: int
    smallest_margin: str | None = None

    def __str__(self) -> str:
        margin = "" if self.smallest_margin is None else f", smallest margin {self.smallest_margin}"
        return f"no counterexample in {self.instances} instances{margin}"


class ClaimRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One claim after a check: `verdict` counts its ancestors, `own_verdict` only its own evidence.

    `uses`, `corrects`, `conditional_on` are full ids. `reason` says why it is undecided or what went wrong. `searched` says
    how hard a theorem that was not refuted has been attacked.
    """

    id: str
    kind: str
    file: str
    label: str
    verdict: Verdict
    expect: Expectation
    as_expected: bool
    scope: str | None
    uses: tuple[str, ...]
    conditional_on: tuple[str, ...]
    evidence: tuple[EvidenceRecord, ...]
    counterexample: dict[str, Any] | None
    seconds: float
    own_verdict: Verdict
    reason: str | None = None
    statement: str = ""
    remark: str = ""
    source: str = ""
    corrects: str | None = None
    assuming: tuple[str, ...] = ()
    line: int = 0
    searched: Searched | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is an open question that this run has not answered either: it is not counted as a result."""
        return self.expect is Expectation.OPEN and self.verdict not in ANSWERED | FAILED


class StudyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a study: an assumption that was dropped or a twin that was attacked, and what became of it.

    `answer` is, for an assumption, "needed", "no counterexample", "not needed" or "undecided"; for a twin "refuted" or
    "survives". `outcome` says it in words.
    """

    name: str
    answer: str
    outcome: str
    seconds: float
    details: dict[str, Any] = {}
    counterexample: dict[str, Any] | None = None


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt about one claim beyond its verdict: which assumptions it needs, or which false twins its test refutes.

    `reason` says why there are no rows.
    """

    id: str
    kind: str
    rows: tuple[StudyRow, ...]
    seconds: float
    reason: str | None = None

    def count(self, answer: str) -> int:
        """Return how many rows have this answer."""
        return sum(row.answer == answer for row in self.rows)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How many claims have each verdict; open questions are counted as `open`, whatever speaks for them."""

    proved: int = 0
    verified: int = 0
    tested: int = 0
    undecided: int = 0
    refuted: int = 0
    conflict: int = 0
    error: int = 0
    cited: int = 0
    open: int = 0

    @classmethod
    def of(cls, claims: Iterable[ClaimRecord]) -> Summary:
        """Count the verdicts of `claims`."""
        return cls(**Counter("open" if claim.is_open else claim.verdict.value for claim in claims))


class InputProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of bad input: where it is and what to do about it (exit status 2)."""

    file: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}" if place else self.message


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run: what `dlnproof check --json FILE` writes."""

    schema: str = SCHEMA
    claims: tuple[ClaimRecord, ...]
    summary: Summary
    environment: dict[str, Any]
    problems: tuple[InputProblem, ...] = ()
    interrupted: bool = False
    studies: tuple[Study, ...] = ()

    @property
    def exit_status(self) -> int:
        """The exit status of the contract: 2 bad input, 1 against expectation, 3 nothing worse than undecided, 0."""
        if self.problems:
            return 2
        surprises = [claim for claim in self.claims if not claim.as_expected]
        if any(claim.verdict is not Verdict.UNDECIDED for claim in surprises):
            return 1
        return 3 if surprises else 0


def is_as_expected(verdict: Verdict, expect: Expectation) -> bool:
    """Return whether `verdict` is what the author expects.

    `undecided` is neither holding nor refuted; of an open question only a refutation is news, or a check that failed.
    """
    if expect is Expectation.OPEN:
        return verdict is not Verdict.REFUTED and verdict not in FAILED
    return verdict is Verdict.REFUTED if expect is Expectation.REFUTED else verdict in HOLDING


def describe_assumption(assumption: Any) -> str:
    """Return an assumption as text: its own `description` when it has one, else how Python writes it."""
    text = getattr(assumption, "description", None)
    return text if isinstance(text, str) else str(assumption)


def full_id(paper: str, name: str) -> str:
    """Return the id `paper/label` of a claim that is named by its label or already by its id."""
    return name if "/" in name else f"{paper}/{name}"


def make_record(
    claim: Claim,
    outcome: Outcome,
    *,
    verdict: Verdict,
    own_verdict: Verdict,
    scope: str | None,
    conditional_on: Iterable[str],
    counterexample: Mapping[str, Any] | None,
    reason: str | None,
    searched: Searched | None = None,
) -> ClaimRecord:
    """Return the record of `claim`, whose worker delivered `outcome`, with the verdicts that were computed from it."""
    return ClaimRecord(
        id=claim.id,
        kind=claim.kind,
        file=claim.file.replace("\\", "/").rsplit("/", 1)[-1],
        label=claim.label,
        verdict=verdict,
        expect=claim.expect,
        as_expected=is_as_expected(verdict, claim.expect),
        scope=scope,
        uses=tuple(full_id(claim.paper, name) for name in claim.uses),
        conditional_on=tuple(conditional_on),
        evidence=tuple(EvidenceRecord.of(item) for item in outcome.evidence),
        counterexample=None if counterexample is None else dict(counterexample),
        seconds=round(outcome.seconds, 6),
        own_verdict=own_verdict,
        reason=reason,
        statement=claim.statement,
        remark=claim.remark,
        source=claim.source,
        corrects=None if claim.corrects is None else full_id(claim.paper, claim.corrects),
        assuming=tuple(describe_assumption(item) for item in claim.assuming),
        line=claim.line,
        searched=searched,
    )


def to_json(run: RunRecord) -> bytes:
    """Return the JSON text of a run, indented by two spaces; values JSON does not know are written as text."""
    return msgspec.json.format(msgspec.json.encode(run, enc_hook=str), indent=2) + b"\n"


def from_json(data: bytes) -> RunRecord:
    """Read what `to_json` wrote.

    Raises: msgspec.ValidationError where it is not of the schema.
    """
    return msgspec.json.decode(data, type=RunRecord)
