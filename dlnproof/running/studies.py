"""Studies: what is learnt about claims beyond their verdicts, in worker processes, and remembered in the ledger."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from dlnproof.checks.context import Context
from dlnproof.claims.claim import Claim, Theorem
from dlnproof.claims.twins import Twin
from dlnproof.ledger import Ledger, StudyEntry
from dlnproof.record import Ending, Outcome, Study, StudyRow
from dlnproof.running.keys import claim_keys
from dlnproof.running.links import link
from dlnproof.running.load import Collection
from dlnproof.running.pool import Watch, run_jobs
from dlnproof.running.session import Settings
from dlnproof.running.worker import Check, import_what_was_missing, make_job, read_outcome
from dlnproof.verdict import Evidence, Finding


class Kind(StrEnum):
    """The kinds of study."""

    ABLATION = "ablation"  # each assumption is dropped in turn
    TWINS = "twins"  # each false twin is attacked


def ablate(claim: Claim, context: Context) -> Iterable[Evidence]:
    """Drop each assumption of the claim in turn (the engine is imported on the first call)."""
    from dlnproof.checks.ablation import ablate as planned

    return planned(claim, context)


def kill(claim: Claim, context: Context) -> Iterable[Evidence]:
    """Attack each false twin of the claim (the engine is imported on the first call)."""
    from dlnproof.checks.kill import kill as planned

    return planned(claim, context)


CHECKS: Mapping[Kind, Check] = {Kind.ABLATION: ablate, Kind.TWINS: kill}
_ANSWERS: Mapping[Kind, Mapping[Finding, str]] = {
    Kind.ABLATION: {
        Finding.CONFIRMED: "needed",
        Finding.PROOF: "not needed",
        Finding.CERTIFIED: "no counterexample",
        Finding.AGREES: "no counterexample",
    },
    Kind.TWINS: {Finding.CONFIRMED: "refuted"},
}
_ELSE: Mapping[Kind, str] = {Kind.ABLATION: "undecided", Kind.TWINS: "survives"}


def study(
    collection: Collection,
    chosen: Sequence[str],
    kind: Kind,
    settings: Settings,
    ledger: Ledger,
    *,
    tell: Callable[[Study], None] = lambda _: None,
    watch: Watch | None = None,
) -> tuple[Study, ...]:
    """Return the studies of the chosen claims, in their order; those that would only repeat the ledger come from it.

    `settings.seconds` is the budget of one claim's ablation, and of one twin.
    """
    claims = {claim.id: claim for claim, _ in collection.places}
    files = {claim.id: file for claim, file in collection.places}
    keys = keys_of(claims.values())
    known = dict(_known(chosen, kind, keys, settings, ledger))
    jobs = [
        make_job(
            claims[name],
            loaded=files[name],
            check=CHECKS[kind],
            seed=settings.seed,
            seconds=settings.seconds * _parts(claims[name], kind),
            memory=settings.memory,
            fork=settings.fork,
        )
        for name in chosen
        if name not in known
    ]
    told = 0

    def tell_in_order() -> None:
        nonlocal told
        while told < len(chosen) and chosen[told] in known:
            tell(known[chosen[told]])
            told += 1

    tell_in_order()
    with contextlib.ExitStack() as finally_:
        finally_.callback(ledger.save)
        running = run_jobs(jobs, at_once=settings.jobs, watch=watch, fork=settings.fork)
        for ended in finally_.enter_context(contextlib.closing(running)):
            if settings.fork:
                import_what_was_missing(ended)
            name, outcome = ended.job.name, read_outcome(ended)
            known[name] = _read(claims[name], kind, outcome)
            if outcome.ending is Ending.COMPLETE:
                entry = StudyEntry(key=keys[name], seed=settings.seed, budget=settings.seconds, study=known[name])
                ledger.put_study(entry)
            tell_in_order()
    return tuple(known[name] for name in chosen)


def keys_of(claims: Iterable[Claim]) -> Mapping[str, str]:
    """Return the content address of every claim."""
    everything = list(claims)
    links = link(everything)
    return claim_keys(everything, links.uses, links.order)


def remembered(claims: Sequence[Claim], kind: Kind, ledger: Ledger) -> dict[str, Study]:
    """Return the last studies of the claims as they are written now, by id."""
    keys = keys_of(claims)
    entries = {claim.id: ledger.find_study(kind, claim.id) for claim in claims}
    return {name: entry.study for name, entry in entries.items() if entry is not None and entry.key == keys[name]}


def _known(
    chosen: Sequence[str], kind: Kind, keys: Mapping[str, str], settings: Settings, ledger: Ledger
) -> Iterator[tuple[str, Study]]:
    for name in chosen:
        entry = None if settings.fresh else ledger.find_study(kind, name)
        if entry is not None and entry.fits(keys[name], settings.seed, settings.seconds):
            yield name, entry.study


def _parts(claim: Claim, kind: Kind) -> int:
    return max(1, len(_twins(claim))) if kind is Kind.TWINS else 1


def _twins(claim: Claim) -> tuple[Twin, ...]:
    return claim.body.twins if isinstance(claim.body, Theorem) else ()


def _read(claim: Claim, kind: Kind, outcome: Outcome) -> Study:
    """Return the study that a worker delivered; a twin that it did not come to has survived."""
    rows = [
        StudyRow(
            name=item.part,
            answer=_ANSWERS[kind].get(item.finding, _ELSE[kind]),
            outcome=item.outcome,
            seconds=round(item.seconds, 6),
            details=item.details,
            counterexample=item.counterexample,
        )
        for item in outcome.evidence
        if item.part is not None
    ]
    if kind is Kind.TWINS:
        attacked = {row.name for row in rows}
        left = [twin.name for twin in _twins(claim) if twin.name not in attacked]
        why = f"survives: {outcome.reason or 'not attacked'}"
        rows += [StudyRow(name=name, answer=_ELSE[kind], outcome=why, seconds=0.0) for name in left]
    reasons = [item.outcome for item in outcome.evidence if item.part is None]
    reason = outcome.reason or ("; ".join(reasons) if reasons else None)
    return Study(id=claim.id, kind=kind.value, rows=tuple(rows), seconds=round(outcome.seconds, 6), reason=reason)
