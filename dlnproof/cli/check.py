"""`dlnproof check`: load, check, print one line a claim, remember, and answer with the exit status."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

import msgspec
from rich.console import Console

from dlnproof.cli.lines import claim_lines, summary_lines, widest
from dlnproof.cli.progress import Progress
from dlnproof.cli.studies import kill_twins, write_json
from dlnproof.ledger import Ledger
from dlnproof.record import InputProblem, RunRecord, to_json
from dlnproof.running.keys import file_key
from dlnproof.running.limits import count_cores
from dlnproof.running.load import Collection, load
from dlnproof.running.session import Settings, Shown, check_collection, select
from dlnproof.running.sources import default_path
from dlnproof.running.unchanged import fingerprint, recall, remember

INTERRUPTED = 130


def check_paths(
    paths: Sequence[Path],
    *,
    only: str | None,
    budget: float,
    jobs: int | None,
    seed: int,
    json: Path | None,
    fresh: bool,
    kill_rate: bool = False,
) -> int:
    """Check the claims in `paths` and return the exit status of the contract, or 130 after Ctrl-C.

    With `kill_rate` the false twins of the theorems are attacked too; one that survives is as bad as `undecided`.
    """
    settings = Settings(seconds=budget, jobs=jobs or count_cores(), seed=seed, fresh=fresh, only=only)
    ledger = Ledger.open()
    mark = fingerprint(paths, settings)
    known = None if kill_rate else recall(ledger, mark, settings)
    if known is not None:
        run = known
        _print_again(run)
    else:
        run, collection = run_on_terminal(paths, settings, ledger)
        # the mark says nothing of linked files
        remember(ledger, None if collection.linked else mark, run)
        if kill_rate and not run.interrupted:
            run = msgspec.structs.replace(run, studies=kill_twins(collection, settings, ledger))
    if json is not None:
        write_json(to_json(run), json)
    if run.interrupted:
        return INTERRUPTED
    survivors = any(study.count("survives") for study in run.studies)
    return 3 if survivors and run.exit_status == 0 else run.exit_status


def _print_again(run: RunRecord) -> None:
    """Print the lines of a run that is known from the ledger."""
    started = time.monotonic()
    console = Console(highlight=False)
    width = widest([record.id for record in run.claims])
    for record in run.claims:
        for line in claim_lines(record, console, width):
            console.print(line, soft_wrap=True)
    for line in summary_lines(run, len(run.claims), time.monotonic() - started):
        console.print(line, soft_wrap=True)


def run_on_terminal(paths: Sequence[Path], settings: Settings, ledger: Ledger) -> tuple[RunRecord, Collection]:
    """Load and check `paths`, printing lines to standard output and messages to standard error."""
    started = time.monotonic()
    signal.signal(signal.SIGTERM, _interrupt)  # so that the children go with the parent
    console = Console(highlight=False)
    with Progress(console) as progress:
        try:
            collection = load_or_default(paths, settings, ledger, progress)
        except KeyboardInterrupt:
            warn("interrupted while the files were loaded: nothing was checked")
            sys.exit(INTERRUPTED)
        claims = [claim for paper in collection.papers for claim in paper.claims]
        chosen = select(claims, settings.only)
        if claims and not chosen:
            problem = InputProblem(file="", message=_say_no_match(settings.only or "", [claim.id for claim in claims]))
            collection = replace(collection, problems=(*collection.problems, problem))
        width = widest(chosen)
        looked_up = 0

        def tell(shown: Shown) -> None:
            nonlocal looked_up
            looked_up += shown.from_ledger
            for line in claim_lines(shown.record, console, width):
                console.print(line, soft_wrap=True)
            progress.count(shown.done, shown.total)

        run = check_collection(collection, settings, ledger, tell=tell, watch=progress.watch)
    tell_problems(run.problems)
    for message in ledger.messages:
        warn(f"warning: {message}")
    for line in summary_lines(run, looked_up, time.monotonic() - started):
        console.print(line, soft_wrap=True)
    return run, collection


def load_or_default(
    paths: Sequence[Path], settings: Settings, ledger: Ledger, progress: Progress | None = None
) -> Collection:
    """Load `paths`, or without any the default folder; files that the ledger knows unchanged are spared the trial."""
    chosen: Sequence[Path] = paths
    if not chosen:
        found = default_path()
        if found is None:
            rule = "there is no folder derivations/ here and no catalogue was installed"
            message = f"{rule}; name a file, or write one: dlnproof new KEY"
            return Collection((), (InputProblem(file="", message=message),))
        chosen = [found]
    collection = load(
        chosen,
        seconds=settings.seconds,
        memory=settings.memory,
        at_once=settings.jobs,
        known=lambda path: not settings.fresh and ledger.has_loaded(str(path.resolve()), file_key(path)),
        watch=progress.watch if progress is not None else None,
        fork=settings.fork,
    )
    for file in collection.files:
        ledger.put_file(str(file.path.resolve()), file_key(file.path))
    return collection


def tell_problems(problems: Sequence[InputProblem]) -> None:
    """Print each piece of bad input to standard error."""
    for problem in problems:
        Console(stderr=True, highlight=False).print(f"bad input: {problem}", style="red", markup=False, soft_wrap=True)


def warn(message: str) -> None:
    """Print a warning to standard error."""
    Console(stderr=True, highlight=False).print(message, style="yellow", markup=False, soft_wrap=True)


def _say_no_match(only: str, ids: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(only, [*ids, *(name.partition("/")[2] for name in ids)], n=1)
    hint = f'did you mean "{near[0]}"?' if near else "use * for any text, e.g. --only 'gradient*'"
    return f"--only={only!r}: no claim has such an id or label; {hint}"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
