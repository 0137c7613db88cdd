"""`dlnproof doctor`: what is installed, and a self-test that counts only if a planted falsehood is refuted."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from dlnproof.ledger import Ledger
from dlnproof.record import ClaimRecord
from dlnproof.running.limits import DEFAULT_MEMORY, count_cores
from dlnproof.running.load import Collection, load_here
from dlnproof.running.pool import FORK
from dlnproof.running.session import Settings, check_collection, environment
from dlnproof.running.worker import Check, run_checks

LIBRARIES = ("typer", "rich", "jinja2", "msgspec")
PROGRAMS = {"pdflatex": "appendix -o FILE.pdf", "Singular": "elimination in small landscapes"}
SELF_TEST_SECONDS = 20.0


def examine(check: Check = run_checks) -> int:
    """Print versions, optional programs and the self-test; return 0 if every test came out as it must, else 1."""
    console = Console(highlight=False)
    for name, value in (*environment(0).items(), *_libraries()):
        if name != "seed":
            console.print(f"  {name:<14} {value}", markup=False, soft_wrap=True)
    workers = f"{count_cores()} cores, {'fork' if FORK else 'spawn'}, {DEFAULT_MEMORY >> 20} MiB for each claim"
    console.print(f"  {'workers':<14} {workers}", markup=False, soft_wrap=True)
    for program, purpose in PROGRAMS.items():
        found = shutil.which(program)
        state = f"found: {found}" if found else f"not installed (optional: {purpose})"
        console.print(f"  {program:<14} {state}", markup=False, soft_wrap=True)
    console.print(f"  {'platform':<14} {platform.platform()}", markup=False, soft_wrap=True)
    records = self_test(check)
    good = bool(records) and all(record.as_expected for record in records)
    for record in records:
        mark = "passed" if record.as_expected else "FAILED"
        reason = f" ({record.reason})" if record.reason else ""
        text = f"  self-test      {mark}: {record.statement}: {record.verdict}{reason}"
        console.print(text, style="green" if record.as_expected else "bold red", markup=False, soft_wrap=True)
    if good:
        console.print("everything needed is there", style="green")
    else:
        text = "the self-test failed: do not trust verdicts of this installation; reinstall dlnproof"
        console.print(text, style="bold red")
    return 0 if good else 1


def self_test(check: Check = run_checks) -> tuple[ClaimRecord, ...]:
    """Check the derivation file beside this module in worker processes and return the records of its claims."""
    collection = Collection(load_here([Path(__file__).with_name("self_test.py")]))
    settings = Settings(seconds=SELF_TEST_SECONDS, jobs=1, fresh=True)
    return check_collection(collection, settings, Ledger(None), check=check).claims


def _libraries() -> Iterator[tuple[str, str]]:
    for name in LIBRARIES:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name, "missing"
