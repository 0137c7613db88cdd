"""Falsify one theorem in a worker process that keeps a diary; a counterexample that was confirmed goes to the ledger."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable
from pathlib import Path

from dlnproof.checks.context import Context
from dlnproof.claims.claim import Claim
from dlnproof.diary import Diary, Line, Totals, diary_path, read_diary, totals
from dlnproof.ledger import Ledger, StudyEntry
from dlnproof.record import Outcome, Study, StudyRow
from dlnproof.running.load import Collection
from dlnproof.running.pool import Watch, run_jobs
from dlnproof.running.session import FALSIFICATION, Settings
from dlnproof.running.studies import keys_of
from dlnproof.running.worker import make_job, read_outcome
from dlnproof.verdict import Evidence, Finding


def falsify(
    collection: Collection, claim: Claim, settings: Settings, ledger: Ledger, watch: Watch | None = None
) -> tuple[Outcome, Totals]:
    """Search for a counterexample of a theorem for `settings.seconds`; return what was found and the diary's totals.

    The search goes on where the diary of this state of the claim ends; `settings.fresh` begins a new diary.
    """
    file = next(place for item, place in collection.places if item is claim)
    key = keys_of(item for item, _ in collection.places)[claim.id]
    path = diary_path(claim.id)
    check = functools.partial(_falsify_with_diary, path=path, key=key, fresh=settings.fresh)
    job = make_job(
        claim,
        loaded=file,
        check=check,
        seed=settings.seed,
        seconds=settings.seconds,
        memory=settings.memory,
        fork=settings.fork,
    )
    (ended,) = run_jobs([job], at_once=1, watch=watch, fork=settings.fork)
    outcome = read_outcome(ended)
    confirmed = [item for item in outcome.evidence if item.finding is Finding.CONFIRMED]
    if confirmed:
        row = StudyRow(
            name="counterexample",
            answer="refuted",
            outcome=confirmed[0].outcome,
            seconds=round(outcome.seconds, 6),
            details=confirmed[0].details,
            counterexample=confirmed[0].counterexample,
        )
        study = Study(id=claim.id, kind=FALSIFICATION, rows=(row,), seconds=round(outcome.seconds, 6))
        ledger.put_study(StudyEntry(key=key, seed=settings.seed, budget=settings.seconds, study=study))
        ledger.save()
    return outcome, totals(read_diary(path, key) or ())


def _falsify_with_diary(claim: Claim, context: Context, *, path: Path, key: str, fresh: bool) -> Iterable[Evidence]:
    from dlnproof.checks.falsify import falsify as search

    before = totals(() if fresh else read_diary(path, key) or ())
    diary = Diary(path, claim.id, key, fresh=fresh)
    started = time.monotonic()

    def spent() -> float:
        return round(time.monotonic() - started, 4)

    def note(way: str, answer: str, margin: float | None, choices: str | None) -> None:
        diary.write(Line(way=way, answer=answer, at=spent(), margin=margin, choices=choices))

    try:
        diary.write(Line(way="", answer="started", at=0.0, seed=context.seed))
        evidence = search(claim, context, note, near_misses=before.near_misses, session=before.sessions)
        if evidence.counterexample is not None and evidence.finding is Finding.CONFIRMED:
            diary.write(Line(way="", answer="refuted", at=spent(), card=evidence.counterexample))
        yield evidence
    finally:
        diary.close()
