"""The strength of a theorem's test: each of its false twins is attacked as the theorem is, and must be refuted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from dlnproof.checks.context import Context
from dlnproof.checks.explorer import Attack
from dlnproof.checks.falsify import falsify
from dlnproof.checks.instances import examine
from dlnproof.checks.margin import all_strict
from dlnproof.claims.claim import Claim, Theorem
from dlnproof.claims.twins import Twin
from dlnproof.errors import DlnproofError
from dlnproof.verdict import Evidence, Finding

METHOD = "false twin"
_NOTHING_STRICT = "no comparison of an assert could be made strict"


def kill(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield one piece of evidence for each false twin of a theorem; its part is the twin's name.

    `confirmed`: refuted, by an exact counterexample that other code has confirmed. Anything else: the twin survives.
    """
    twins = claim.body.twins if isinstance(claim.body, Theorem) else ()
    for twin in twins:
        started = time.monotonic()
        try:
            found = _attack(claim, twin, replace(context, seconds=context.seconds / len(twins)))
        except DlnproofError as error:
            found = Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=str(error))
        killed = found.finding is Finding.CONFIRMED
        yield Evidence(
            method=METHOD,
            finding=found.finding,
            outcome="refuted" if killed else f"survives: {found.outcome}",
            seconds=time.monotonic() - started,
            part=twin.name,
            details={key: found.details[key] for key in ("instances", "seed") if key in found.details},
            counterexample=found.counterexample,
        )


def _attack(claim: Claim, twin: Twin, context: Context) -> Evidence:
    if twin.function is not None:
        claim = replace(claim, body=Theorem(twin.function))
    attack = Attack(twin.without, pass_over_exceptions=twin.without is not None)
    started = time.monotonic()
    with all_strict(twin.strict) as changed:
        found, _ = examine(claim, context, attack)
        if twin.strict and not changed:
            return Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=_NOTHING_STRICT)
        left = context.seconds - (time.monotonic() - started)
        if found.finding is Finding.CONFIRMED or left <= 0:
            return found
        harder = falsify(claim, replace(context, seconds=left), attack=attack)
        return harder if harder.finding is Finding.CONFIRMED else found
