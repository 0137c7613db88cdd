"""A run that would repeat itself: the same files, engine, seed and budget as a complete run before.

Its records come from the ledger and no derivation file is executed, which is what makes a second check fast.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from dlnproof.ledger import Ledger
from dlnproof.record import Ending, RunRecord, Summary
from dlnproof.running.keys import file_key
from dlnproof.running.session import FALSIFICATION, Settings, environment
from dlnproof.running.sources import default_path, find_files
from dlnproof.verdict import Verdict


def fingerprint(paths: Sequence[Path], settings: Settings) -> str | None:
    """Return what identifies a run: its files with all that they depend on, and its settings; None for bad paths."""
    chosen = list(paths) or [path for path in [default_path()] if path is not None]
    files, problems = find_files(chosen)
    if problems or not files:
        return None
    digest = hashlib.sha256(f"{settings.only!r} {settings.seed} {settings.seconds}".encode())
    for part in sorted(Path(__file__).parent.glob("*.py")):  # what judges evidence is not part of a file's own key
        digest.update(part.read_bytes())
    for file in files:
        digest.update(f"{file.resolve()} {file} {file_key(file)}\n".encode())
    return digest.hexdigest()


def recall(ledger: Ledger, mark: str | None, settings: Settings) -> RunRecord | None:
    """Return the record of the same run from the ledger, or None when anything must be checked again."""
    entries = ledger.find_run(mark) if mark is not None and not settings.fresh else None
    if not entries or not all(entry.fits(entry.key, settings.seed, settings.seconds) for entry in entries):
        return None
    for entry in entries:
        falsified = ledger.find_study(FALSIFICATION, entry.record.id)
        if falsified is not None and falsified.key == entry.key and entry.record.own_verdict is not Verdict.REFUTED:
            return None  # a counterexample has been found since
    records = tuple(entry.record for entry in entries)
    return RunRecord(claims=records, summary=Summary.of(records), environment=environment(settings.seed))


def remember(ledger: Ledger, mark: str | None, run: RunRecord) -> None:
    """Keep a run that ended completely and without bad input."""
    if mark is None or run.interrupted or run.problems:
        return
    names = [record.id for record in run.claims]
    if all(name in ledger.entries and ledger.entries[name].ending is Ending.COMPLETE for name in names):
        ledger.put_run(mark, names)
        ledger.save()
