"""`dlnproof ablate FILE[::LABEL]`: which assumptions and marked bounds a claim needs, as lines and as a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from dlnproof.claims.claim import Citation, Claim, Expectation, Theorem
from dlnproof.cli.counterexample import describe
from dlnproof.cli.progress import Progress
from dlnproof.cli.studies import write_studies
from dlnproof.cli.target import read_target
from dlnproof.errors import bad
from dlnproof.ledger import Ledger
from dlnproof.record import Study, StudyRow
from dlnproof.running.limits import count_cores
from dlnproof.running.session import Settings
from dlnproof.running.studies import Kind, study

COLOURS: Mapping[str, str] = {
    "needed": "green",
    "not needed": "cyan",
    "no counterexample": "cyan",
    "undecided": "yellow",
}
SIGNS: Mapping[str, str] = {"needed": "N", "not needed": "p", "no counterexample": "o", "undecided": "?"}
LEGEND = "N needed, with an exact counterexample; p proved without it; o no counterexample; ? undecided; . not assumed"


def print_ablation(target: str, *, budget: float, jobs: int | None, seed: int, json: Path | None, fresh: bool) -> int:
    """Drop each assumption of the claims in turn and print what became of them; return the exit status.

    0: every one is answered; 1: a claim is refuted with all its assumptions; 3: something is undecided.
    """
    settings = Settings(seconds=budget, jobs=jobs or count_cores(), seed=seed, fresh=fresh)
    ledger = Ledger.open()
    meant = read_target(target, settings, ledger)
    chosen = [claim.id for claim in meant.claims if meant.single or can_be_ablated(claim)]
    if not chosen:
        raise bad(
            "FILE", target, "no claim of it has an assumption", "write assuming=[...], or mark a bound by dp.bound"
        )
    console = Console(highlight=False)
    with Progress(console) as progress:

        def tell(found: Study) -> None:
            for line in lines_of(found, cards=meant.single):
                console.print(line, soft_wrap=True)

        found = study(meant.collection, chosen, Kind.ABLATION, settings, ledger, tell=tell, watch=progress.watch)
    if not meant.single:
        for text in matrix(found):
            console.print(text, soft_wrap=True, markup=False)
    if json is not None:
        write_studies(found, seed, json)
    if meant.collection.problems:
        return 2
    return _status(found)


def can_be_ablated(claim: Claim) -> bool:
    """Return whether a claim that is expected to hold may have something to drop (bounds show only when instances are drawn)."""
    if isinstance(claim.body, Citation) or claim.expect is Expectation.REFUTED:
        return False
    return isinstance(claim.body, Theorem) or bool(claim.assuming)


def lines_of(found: Study, *, cards: bool) -> list[Text]:
    """Return the lines of one claim: each assumption with its answer, below it the counterexample if `cards`."""
    if not found.rows:
        return [Text(f"{found.id}: {found.reason}", "dim")]
    lines = [Text(found.id, "bold")]
    width = max(len(row.name) for row in found.rows)
    for row in found.rows:
        line = Text(f"  {row.name:<{width}}  ")
        line.append(say(row), COLOURS[row.answer])
        line.append(f"  {row.seconds:.2f} s", "dim")
        lines.append(line)
        if cards and row.counterexample:
            lines += [Text(f"      {text}") for text in describe(row.counterexample)]
    return lines


def say(row: StudyRow) -> str:
    """Return the answer in words."""
    return "needed: a counterexample without it" if row.answer == "needed" else row.outcome


def matrix(studies: Sequence[Study]) -> list[str]:
    """Return the table of claims against assumptions, one letter a cell, with its legend; empty if nothing was dropped."""
    shown = [found for found in studies if found.rows]
    names = list(dict.fromkeys(row.name for found in shown for row in found.rows))
    if not names:
        return []
    width = max(len(found.id) for found in shown)
    heads = [str(number) for number in range(1, len(names) + 1)]
    size = len(heads[-1])
    lines = ["", " " * width + "  " + " ".join(head.rjust(size) for head in heads)]
    for found in shown:
        answers = {row.name: SIGNS[row.answer] for row in found.rows}
        cells = " ".join(answers.get(name, ".").rjust(size) for name in names)
        lines.append(f"{found.id:<{width}}  {cells}")
    lines += [f"{head.rjust(size)} {name}" for head, name in zip(heads, names, strict=True)]
    return [*lines, LEGEND]


def _status(studies: Sequence[Study]) -> int:
    if any(found.reason and found.reason.startswith("refuted") for found in studies):
        return 1
    undecided = any(found.count("undecided") for found in studies)
    stopped = any(not found.rows and found.reason and not found.reason.startswith("no assumption") for found in studies)
    return 3 if undecided or stopped else 0
