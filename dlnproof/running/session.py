"""A run: look up what is known, check the rest in worker processes, judge every claim, remember the results."""

from __future__ import annotations

import contextlib
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import dlnproof
from dlnproof.claims.claim import Citation, Claim
from dlnproof.ledger import Entry, Ledger
from dlnproof.record import ClaimRecord, Ending, InputProblem, Outcome, RunRecord, Summary
from dlnproof.running.judge import bad_input, judge, outcome_of
from dlnproof.running.keys import claim_keys, engine_version, versions
from dlnproof.running.limits import DEFAULT_MEMORY, DEFAULT_SECONDS, count_cores
from dlnproof.running.links import Links, link
from dlnproof.running.load import Collection, LoadedFile
from dlnproof.running.pool import FORK, Watch, run_jobs
from dlnproof.running.worker import Check, import_what_was_missing, make_job, read_outcome, run_checks
from dlnproof.verdict import Evidence, Finding

FALSIFICATION = "falsification"  # the kind of study that holds a counterexample found by `dlnproof falsify`
SAVE_EVERY = 5.0  # seconds between saves of the ledger while claims are being checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run: budget of each claim, workers, seed, trust in the ledger or not, which claims, instances of a theorem."""

    seconds: float = DEFAULT_SECONDS
    memory: int = DEFAULT_MEMORY
    jobs: int = field(default_factory=count_cores)
    seed: int = 0
    fresh: bool = False
    only: str | None = None
    examples: int | None = None
    fork: bool = FORK


@dataclass(frozen=True, slots=True)
class Shown:
    """What is told about a claim once it and all before it are judged: its record, and whether it was looked up."""

    record: ClaimRecord
    from_ledger: bool
    done: int
    total: int


Tell = Callable[[Shown], None]


def check_collection(
    collection: Collection,
    settings: Settings,
    ledger: Ledger,
    *,
    check: Check = run_checks,
    tell: Tell = lambda _: None,
    watch: Watch | None = None,
) -> RunRecord:
    """Check the claims of `collection` and return the record of the run; `ledger` has the new results afterwards.

    Claims are told in the order in which they are written. Ctrl-C kills the workers and returns what is known so far.
    """
    run = _Run(collection, settings, ledger, tell)
    interrupted = False
    try:
        run.look_up()
        jobs = [
            make_job(
                run.claims[name],
                loaded=run.files[name],
                check=check,
                seed=settings.seed,
                seconds=settings.seconds,
                memory=settings.memory,
                examples=settings.examples,
                fork=settings.fork,
            )
            for name in run.unknown()
        ]
        with contextlib.closing(run_jobs(jobs, at_once=settings.jobs, watch=watch, fork=settings.fork)) as results:
            for ended in results:
                if settings.fork:
                    import_what_was_missing(ended)
                run.learn(ended.job.name, read_outcome(ended))
    except KeyboardInterrupt:
        interrupted = True
    run.finish()
    return run.record(interrupted)


def select(claims: Iterable[Claim], only: str | None) -> tuple[str, ...]:
    """Return the ids of the claims whose id or label matches the pattern `only` (`*`, `?`, `[...]`); None: all."""
    return tuple(
        claim.id for claim in claims if only is None or fnmatchcase(claim.id, only) or fnmatchcase(claim.label, only)
    )


def environment(seed: int) -> dict[str, Any]:
    """Return what a reader needs to repeat the run: versions, the engine's digest and the seed."""
    return {
        "dlnproof": dlnproof.__version__,
        "python": platform.python_version(),
        **versions(),
        "engine": engine_version()[:16],
        "seed": seed,
    }


class _Run:
    """The state of one run: outcomes as they come in, and the records that can be made from them."""

    def __init__(self, collection: Collection, settings: Settings, ledger: Ledger, tell: Tell) -> None:
        self.settings = settings
        self.ledger = ledger
        self.tell = tell
        self.claims: dict[str, Claim] = {claim.id: claim for claim, _ in collection.places}
        self.files: dict[str, LoadedFile] = {claim.id: file for claim, file in collection.places}
        self.links: Links = link(self.claims.values())
        self.keys: Mapping[str, str] = claim_keys(self.claims.values(), self.links.uses, self.links.order)
        asked = [claim for paper in collection.papers for claim in paper.claims]
        self.chosen = select(asked, settings.only)
        needed = {other for name in self.chosen for other in (name, *self.links.ancestors(name))}
        self.needed = tuple(name for name in self.claims if name in needed)
        self.spoken_of = needed | {claim.id for claim in asked}
        self.problems = collection.problems
        self.outcomes: dict[str, Outcome] = {}
        self.records: dict[str, ClaimRecord] = {}
        self.looked_up: set[str] = set()
        self.told = 0
        self.saved = time.monotonic()

    def look_up(self) -> None:
        """Take from the ledger, or from the claim itself, whatever needs no worker."""
        for name in self.needed:
            claim = self.claims[name]
            if name in self.links.broken:
                self.outcomes[name] = bad_input(self.links.broken[name])
            elif isinstance(claim.body, Citation):
                self.outcomes[name] = Outcome()
            elif not self.settings.fresh:
                entry = self.ledger.find(
                    name, key=self.keys[name], seed=self.settings.seed, budget=self.settings.seconds
                )
                if entry is not None:
                    self.outcomes[name] = outcome_of(entry.record)
                    self.looked_up.add(name)
            falsified = self._falsified(name)
            if falsified is not None:
                self.outcomes[name] = falsified
        self._advance()

    def _falsified(self, name: str) -> Outcome | None:
        """Return the counterexample that `dlnproof falsify` has confirmed for this state of the claim: it stays one."""
        entry = self.ledger.find_study(FALSIFICATION, name)
        if entry is None or entry.key != self.keys[name] or name in self.links.broken:
            return None
        row = entry.study.rows[0]
        evidence = Evidence(
            method="falsify",
            finding=Finding.CONFIRMED,
            outcome=row.outcome,
            details=row.details,
            counterexample=row.counterexample,
        )
        return Outcome(evidence=(evidence,), seconds=row.seconds)

    def unknown(self) -> Iterator[str]:
        """Yield the ids of the claims that a worker must check."""
        yield from (name for name in self.needed if name not in self.outcomes)

    def learn(self, name: str, outcome: Outcome) -> None:
        """Take in the outcome of a worker, judge and tell what can be judged now, save the ledger now and then."""
        self.outcomes[name] = outcome
        self._advance()
        if time.monotonic() - self.saved > SAVE_EVERY:
            self.ledger.save()
            self.saved = time.monotonic()

    def finish(self) -> None:
        """Tell the claims that are judged but wait behind an unfinished one, and save the ledger."""
        for name in self.chosen[self.told :]:
            if name in self.records:
                self._tell(name)
        self.ledger.save()

    def record(self, interrupted: bool) -> RunRecord:
        """Return the record of the run."""
        records = tuple(self.records[name] for name in self.chosen if name in self.records)
        return RunRecord(
            claims=records,
            summary=Summary.of(records),
            environment=environment(self.settings.seed),
            problems=(*self.problems, *self._bad_claims()),
            interrupted=interrupted,
        )

    def _bad_claims(self) -> Iterator[InputProblem]:
        """Yield what makes no sense about the claims themselves; a circle is told once, at its first claim."""
        told = set()
        for name, claim in self.claims.items():
            if name not in self.spoken_of:
                continue
            message = self.links.broken.get(name)
            outcome = self.outcomes.get(name)
            if message is None and outcome is not None and outcome.ending is Ending.BAD_INPUT:
                message = outcome.reason
            if message is not None and message not in told:
                told.add(message)
                yield InputProblem(file=_relative(claim.file), line=claim.line, message=message)

    def _advance(self) -> None:
        for name in self.links.order:
            if name in self.outcomes and name not in self.records:
                ancestors = self.links.ancestors(name)
                if all(other in self.records for other in ancestors):
                    self._judge(name, ancestors)
        while self.told < len(self.chosen) and self.chosen[self.told] in self.records:
            self.told += 1
            self._tell(self.chosen[self.told - 1])

    def _judge(self, name: str, ancestors: Iterable[str]) -> None:
        claim, outcome = self.claims[name], self.outcomes[name]
        record = judge(claim, outcome, {other: self.records[other] for other in ancestors})
        self.records[name] = record
        if name in self.links.broken:
            return
        known = self.ledger.entries.get(name) if name in self.looked_up else None
        self.ledger.put(
            Entry(
                key=self.keys[name],
                seed=self.settings.seed,
                budget=self.settings.seconds if known is None else known.budget,
                ending=outcome.ending,
                record=record,
                path=_relative(claim.file),
            )
        )

    def _tell(self, name: str) -> None:
        done = len(self.records)
        self.tell(Shown(self.records[name], name in self.looked_up, done, len(self.needed)))


def _relative(file: str) -> str:
    path = Path(file)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)
