"""`dlnproof show ID`: everything the last check found about one claim."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.text import Text

from dlnproof.claims.claim import Expectation
from dlnproof.cli.check import warn
from dlnproof.cli.counterexample import PYTHON, describe
from dlnproof.cli.lines import COLOURS, seconds
from dlnproof.errors import InputError, bad
from dlnproof.ledger import Ledger
from dlnproof.record import ClaimRecord, EvidenceRecord
from dlnproof.verdict import Verdict

INDENT = 16


def show_claim(name: str, *, latex: bool = False, python: bool = False) -> int:
    """Print the claim with this id (or label, where only one claim has it) from the ledger of this folder.

    `latex` and `python` print its counterexample only, as LaTeX or as lines of Python that fail.
    """
    console = Console(highlight=False)
    ledger = Ledger.open()
    for message in ledger.messages:
        warn(f"warning: {message}")
    records = {entry.record.id: entry.record for entry in ledger.entries.values()}
    record = find_record(name, records)
    if latex or python:
        console.print(_written(record, python), markup=False, soft_wrap=True, end="")
        return 0
    for line in describe_claim(record, records):
        console.print(line, soft_wrap=True)
    return 0


def _written(record: ClaimRecord, python: bool) -> str:
    """Return the counterexample in another language.  Raises: InputError where there is none."""
    if record.counterexample is None:
        raise bad(
            "ID", record.id, f"it is {record.verdict} and has no counterexample", "leave --latex and --python out"
        )
    if python:
        code = record.counterexample.get(PYTHON)
        if not isinstance(code, str):
            rule = "its counterexample is no call of a theorem's function by name"
            raise bad("ID", record.id, rule, "read it as text or as LaTeX")
        return code
    from dlnproof.report.counterexamples import counterexample_latex

    return f"{counterexample_latex(record.counterexample)}\n"


def find_record(name: str, records: Mapping[str, ClaimRecord]) -> ClaimRecord:
    """Return the record that `name` means.

    Raises: InputError where no claim or more than one has this name.
    """
    if name in records:
        return records[name]
    if not records:
        raise InputError(f"ID={name!r}: no check has been run in this folder; run dlnproof check first")
    same_label = [record for record in records.values() if record.label == name]
    if len(same_label) == 1:
        return same_label[0]
    if same_label:
        ids = ", ".join(record.id for record in same_label)
        raise bad("ID", name, "more than one claim has this label", f"write one of {ids}")
    near = difflib.get_close_matches(name, [*records, *(record.label for record in records.values())], n=1)
    hint = f'did you mean "{near[0]}"?' if near else "run dlnproof check on its file first"
    raise bad("ID", name, "the ledger of this folder has no such claim", hint)


def describe_claim(record: ClaimRecord, records: Mapping[str, ClaimRecord]) -> list[Text]:
    """Return the lines that show a claim; `records` say how the claims it is linked with stand."""
    head = Text()
    head.append(record.id, "bold")
    head.append("  ")
    head.append(record.verdict, COLOURS[record.verdict])
    if record.scope and record.verdict is record.own_verdict:
        head.append(f" ({record.scope})")
    if record.is_open:
        head.append(", an open question", "cyan")
    elif record.expect is Expectation.OPEN:
        head.append(", an open question until now", "bold yellow")
    elif not record.as_expected:
        head.append(f", expected: {record.expect}", "yellow")
    elif record.verdict is Verdict.REFUTED:
        head.append(", as expected", "green")
    users = sorted(other.id for other in records.values() if record.id in other.uses)
    corrected_by = sorted(other.id for other in records.values() if other.corrects == record.id)
    lines = [head]
    lines += _field("why", [record.reason] if record.reason else [])
    if record.own_verdict is not record.verdict:
        lines += _field("by itself", [f"{record.own_verdict}{f' ({record.scope})' if record.scope else ''}"])
    lines += _field("open", [str(record.searched)] if record.is_open and record.searched else [])
    lines += _field("statement", [record.statement] if record.statement else ["(none was written)"])
    lines += _field("remark", [f"(not checked) {record.remark}"] if record.remark else [])
    lines += _field("kind", [record.kind])
    lines += _field("source", [record.source] if record.source else ["(none was written)"])
    lines += _field("written in", [f"{record.file}:{record.line}"])
    lines += _field("assuming", list(record.assuming) or ["nothing"])
    lines += _field("uses", _with_verdicts(record.uses, records) or ["nothing"])
    lines += _field("conditional on", _with_verdicts(record.conditional_on, records))
    lines += _field("used by", _with_verdicts(users, records) or ["nothing"])
    lines += _field("corrects", _with_verdicts([record.corrects] if record.corrects else [], records))
    lines += _field("corrected by", _with_verdicts(corrected_by, records))
    lines += _field("evidence", [text for item in record.evidence for text in _say_evidence(item)] or ["none"])
    lines += _field("counterexample", describe(record.counterexample) if record.counterexample else [])
    lines += _field("took", [seconds(record.seconds)])
    return lines


def _field(name: str, values: Iterable[str]) -> list[Text]:
    lines = []
    for number, value in enumerate(values):
        line = Text("  ")
        line.append(f"{name if not number else '':<{INDENT}}", "dim")
        line.append(value)
        lines.append(line)
    return lines


def _with_verdicts(names: Iterable[str], records: Mapping[str, ClaimRecord]) -> list[str]:
    return [f"{name} ({_stands(records[name]) if name in records else 'not checked'})" for name in names]


def _stands(record: ClaimRecord) -> str:
    return f"open, {record.verdict}" if record.is_open else str(record.verdict)


def _say_evidence(item: EvidenceRecord) -> list[str]:
    place = f"{item.part}: " if item.part else ""
    scope = f", {item.scope}" if item.scope else ""
    lines = [f"{place}{item.method}: {item.outcome} [{item.finding}{scope}] {seconds(item.seconds)}"]
    return lines + [f"    {line}" for line in describe(item.details)]
