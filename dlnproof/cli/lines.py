"""The lines of `check`: one a claim and the summary; colours only repeat what the words say."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from dlnproof.claims.claim import Expectation
from dlnproof.cli.counterexample import describe
from dlnproof.record import ANSWERED, ClaimRecord, RunRecord
from dlnproof.verdict import Verdict

ID_WIDTH = 44
NOTE_WIDTH = 42
REASON_WIDTH = 110  # the whole reason is in `show` and in the JSON
COLOURS = {
    Verdict.PROVED: "green",
    Verdict.VERIFIED: "green",
    Verdict.TESTED: "cyan",
    Verdict.CITED: "blue",
    Verdict.UNDECIDED: "yellow",
    Verdict.REFUTED: "red",
    Verdict.CONFLICT: "bold red",
    Verdict.ERROR: "bold red",
}
MARKS = {"good": "✓", "open question": "○", "undecided": "?", "bad": "✗"}
PLAIN_MARKS = {"good": "+", "open question": "o", "undecided": "?", "bad": "!"}
MARK_COLOURS = {"good": "green", "open question": "cyan", "undecided": "yellow", "bad": "bold red"}


def claim_lines(record: ClaimRecord, console: Console, id_width: int = ID_WIDTH) -> list[Text]:
    """Return the line of a claim, and below it the counterexample if it was refuted against expectation."""
    standing = _standing(record)
    marks = MARKS if (console.encoding or "").lower().startswith("utf") else PLAIN_MARKS
    line = Text()
    line.append(marks[standing], MARK_COLOURS[standing])
    colour = "green" if standing == "good" and record.verdict is Verdict.REFUTED else COLOURS[record.verdict]
    line.append(f" {record.verdict:<10}", colour)
    line.append(f" {record.id:<{id_width}}", "bold" if standing == "bad" else "")
    line.append(f" {note(record):<{NOTE_WIDTH}}", "" if standing != "good" else "dim")
    line.append(f" {seconds(record.seconds):>8}", "dim")
    lines = [line]
    if standing == "bad" and record.counterexample:
        lines.extend(Text(f"      {text}") for text in describe(record.counterexample))
        meant = (item.details["did you mean"] for item in record.evidence if "did you mean" in item.details)
        lines.extend(Text(f"      did you mean: {words}") for words in meant)
    return lines


def note(record: ClaimRecord) -> str:
    """Return what stands beside the verdict: scope, expectation, what it is conditional on, or why it is undecided."""
    parts = []
    if record.expect is Expectation.OPEN:
        parts.append(f"open question, now {record.verdict}" if record.verdict in ANSWERED else "open")
    if record.reason:
        parts.append(_shorten(record.reason))
    elif record.is_open and record.searched is not None:
        parts.append(str(record.searched))
    elif record.expect is Expectation.REFUTED:
        parts.append("expected refuted" if record.as_expected else f"expected refuted, but {record.verdict}")
    if record.scope and not record.reason and not (record.is_open and record.searched):
        parts.append(record.scope)
    if record.verdict is Verdict.CITED and record.source:
        parts.append(record.source)
    if record.conditional_on and record.verdict is not Verdict.UNDECIDED:
        shown = ", ".join(record.conditional_on[:2])
        more = len(record.conditional_on) - 2
        parts.append(f"conditional on {shown}" + (f" and {more} more" if more > 0 else ""))
    if not parts and _standing(record) == "bad":
        parts.append("against expectation")
    return ", ".join(parts)


def summary_lines(run: RunRecord, from_ledger: int, elapsed: float) -> list[Text]:
    """Return the summary: how many claims have each verdict, how many are as expected, and what is left to do."""
    counts = {name: count for name, count in _counts(run) if count}
    text = f"{len(run.claims)} {_plural('claim', len(run.claims))}"
    if counts:
        text += ": " + ", ".join(f"{count} {name}" for name, count in counts.items())
    expected_refuted = sum(record.expect is Expectation.REFUTED and record.as_expected for record in run.claims)
    if expected_refuted:
        refuted = counts.get("refuted", 0)
        how_many = "as" if refuted == expected_refuted else expected_refuted
        text = text.replace(f"{refuted} refuted", f"{refuted} refuted ({how_many} expected)")
    good = sum(record.as_expected for record in run.claims)
    lines = [Text(text)]
    tail = f"{good} of {len(run.claims)} as expected; {from_ledger} from the ledger; {seconds(elapsed)}"
    if run.problems:
        tail += f"; {len(run.problems)} bad {_plural('input', len(run.problems))}, see above"
    if run.interrupted:
        tail = f"interrupted: {tail}; the results so far are in the ledger"
    colour = {0: "yellow" if run.interrupted else "green", 3: "yellow"}.get(run.exit_status, "red")
    lines.append(Text(tail, colour))
    return lines


def seconds(value: float) -> str:
    """Return a duration for people."""
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def widest(ids: Sequence[str]) -> int:
    """Return the width of the column of ids."""
    return min(ID_WIDTH, max(map(len, ids), default=0))


def _shorten(reason: str) -> str:
    return reason if len(reason) <= REASON_WIDTH else f"{reason[: REASON_WIDTH - 4]} ..."


def _standing(record: ClaimRecord) -> str:
    if record.is_open:
        return "open question"
    if record.as_expected:
        return "good"
    return "undecided" if record.verdict is Verdict.UNDECIDED else "bad"


def _counts(run: RunRecord) -> list[tuple[str, int]]:
    order = ("proved", "verified", "tested", "cited", "open", "undecided", "refuted", "conflict", "error")
    return [(name, getattr(run.summary, name)) for name in order]


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
