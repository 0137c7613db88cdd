"""`dlnproof falsify FILE::LABEL`: search for a counterexample as hard as the budget allows, and go on where it stopped."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from dlnproof.claims.claim import Expectation, Theorem
from dlnproof.cli.counterexample import describe
from dlnproof.cli.lines import seconds
from dlnproof.cli.progress import Progress
from dlnproof.cli.studies import write_json
from dlnproof.cli.target import read_target
from dlnproof.diary import Totals, diary_path
from dlnproof.errors import InputError, bad
from dlnproof.ledger import Ledger
from dlnproof.record import SCHEMA, Ending, Outcome
from dlnproof.running.falsify import falsify
from dlnproof.running.session import Settings, environment
from dlnproof.verdict import Evidence, Finding


def falsify_claim(target: str, *, budget: float, seed: int, json: Path | None, fresh: bool) -> int:
    """Search for a counterexample of one theorem and print what was found; return the exit status.

    0: as expected (refuted where that is expected, no counterexample where it is not); 1: refuted against expectation;
    3: no counterexample of a claim that is expected to be refuted, or nothing could be decided.
    """
    settings = Settings(seconds=budget, jobs=1, seed=seed, fresh=fresh)
    ledger = Ledger.open()
    meant = read_target(target, settings, ledger)
    if len(meant.claims) != 1:
        raise bad("FILE", target, "falsify attacks one claim", f"write {target}::{meant.claims[0].label}")
    claim = meant.claims[0]
    if not isinstance(claim.body, Theorem):
        rule = f"{claim.id} is no theorem but {_with_article(claim.kind)}, which check decides"
        raise bad("LABEL", claim.label, rule, "run dlnproof check")
    console = Console(highlight=False)
    with Progress(console) as progress:
        outcome, diary = falsify(meant.collection, claim, settings, ledger, progress.watch)
    found = next((item for item in outcome.evidence if item.finding is Finding.CONFIRMED), None)
    for line in _lines(claim.id, outcome, found, diary):
        console.print(line, soft_wrap=True)
    if json is not None:
        content = {
            "schema": SCHEMA,
            "claim": claim.id,
            "refuted": found is not None,
            "counterexample": None if found is None else found.counterexample,
            "outcome": _outcome(outcome),
            "diary": diary,
            "environment": environment(seed),
        }
        write_json(msgspec.json.format(msgspec.json.encode(content, enc_hook=str), indent=2) + b"\n", json)
    if outcome.ending in (Ending.BAD_INPUT, Ending.FAILED):
        raise InputError(outcome.reason or outcome.ending.value)
    expected = claim.expect is Expectation.REFUTED
    if found is not None:
        return 0 if expected else 1
    doubtful = expected or not diary.instances or any(item.finding is Finding.CANDIDATE for item in outcome.evidence)
    return 3 if doubtful else 0


def _outcome(outcome: Outcome) -> str:
    return "; ".join(item.outcome for item in outcome.evidence) or outcome.reason or outcome.ending.value


def _lines(name: str, outcome: Outcome, found: Evidence | None, diary: Totals) -> list[Text]:
    head = Text(f"{name}  ", "bold")
    if found is not None:
        head.append("refuted", "red")
        lines = [head, *(Text(f"      {text}") for text in describe(found.counterexample or {}))]
    else:
        head.append(_outcome(outcome), "yellow")
        lines = [head]
    best = "none of its comparisons had a margin" if diary.margin is None else f"best margin {diary.margin:.3g}"
    sessions = "session" if diary.sessions == 1 else "sessions"
    lines.append(
        Text(
            f"diary: {diary.instances} instances in {seconds(diary.seconds)}, {diary.sessions} {sessions}, {best}; "
            f"{diary_path(name)}",
            "dim",
        )
    )
    return lines


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
