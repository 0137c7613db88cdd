"""Falsify a theorem as hard as a budget allows: small margins are aimed at, and near misses are varied, until one fails.

Two ways take turns. `aimed`: Hypothesis draws, and moves what it drew towards small margins (`target`). `varied`: the choices
behind the nearest misses, those of earlier sessions too, are changed a little; every instance comes from the theorem's own
strategy, so it is one that the theorem speaks of.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, TypeAlias

from dlnproof.checks.confirmation import Confirmation
from dlnproof.checks.context import Context
from dlnproof.checks.explorer import Attack, Explorer, Search, StopSearch
from dlnproof.checks.instances import MARGIN, confirm_one, evidence_of, simplified
from dlnproof.checks.search import SOFT_SHARE, in_place_of_body, named, search, settings_of_check
from dlnproof.checks.simplify import KeptExamples
from dlnproof.claims.claim import Claim, Theorem
from dlnproof.claims.strategies.bound import conditions
from dlnproof.claims.theorem import body_of
from dlnproof.verdict import Evidence, Finding

Note: TypeAlias = Callable[[str, str, float | None, str | None], None]
_PLAIN = Attack()
AIMED, VARIED = "aimed", "varied"
METHOD = "falsify"
_SLICE = 0.2  # of the budget goes to one turn
_MOST_SECONDS = 8.0  # for one turn
_EXAMPLES = 300  # instances of one turn
_LENGTH = 400  # bytes of choices; a strategy takes as many as it needs
_KEPT = 16
_TIES_KEPT = 4
_FOR_SHRINKING = 0.25  # of the budget, kept back
_CANDIDATES = 5  # failures that could not be confirmed before the search is given up as one of doubt


@dataclass(slots=True)
class _Pool:
    """The nearest misses: margin and choices, best first."""

    near: list[tuple[float, bytes]] = field(default_factory=list)

    def admits(self, margin: float | None) -> bool:
        if margin is None:
            return False
        if margin == 0 and sum(not other for other, _ in self.near) >= _TIES_KEPT:
            return False  # equality, which is often that of trivial data, must not crowd out what is nearly equal
        return len(self.near) < _KEPT or margin < self.near[-1][0]

    def add(self, margin: float, choices: bytes) -> None:
        if all(choices != other for _, other in self.near):
            self.near = sorted([*self.near, (margin, choices)])[:_KEPT]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to go on: `turns` (None: until the time is over) of `examples` instances each."""

    turns: int | None = None
    examples: int = _EXAMPLES


UNTIL_THE_END = Effort()
BRIEFLY = Effort(turns=2, examples=60)
LONGER = Effort(turns=6, examples=120)


def _unnoted(_way: str, _answer: str, _margin: float | None, _choices: str | None) -> None:
    """Keep no diary."""


def falsify(
    claim: Claim,
    context: Context,
    note: Note = _unnoted,
    *,
    near_misses: tuple[tuple[float, str], ...] = (),
    session: int = 0,
    attack: Attack = _PLAIN,
    effort: Effort = UNTIL_THE_END,
) -> Evidence:
    """Search for at most `context.seconds` and return a confirmed counterexample, a candidate, or that there was none.

    `note(way, answer, margin, choices)` is called for every finished instance. `near_misses` and `session` continue an
    earlier search. Raises InputError naming the claim where its function raises anything but an AssertionError.
    """
    assert isinstance(claim.body, Theorem)
    function = claim.body.function
    end = time.monotonic() + (1 - _FOR_SHRINKING) * context.seconds
    pool = _Pool([(margin, bytes.fromhex(choices)) for margin, choices in near_misses])
    varied = _Varied(function, claim.id, pool, note, Random(f"{context.seed} {session}"), attack)
    doubt: tuple[Confirmation, Search] | None = None
    doubts = turn = 0
    totals = Search()
    while time.monotonic() < end and doubts < _CANDIDATES and turn != effort.turns:
        left = end - time.monotonic()
        share = replace(
            context,
            seed=context.seed + 1000 * session + turn,
            seconds=min(left, max(0.5, _SLICE * context.seconds), _MOST_SECONDS),
        )
        if turn % 2 == 0:
            choices = KeptExamples()
            seen = _aimed(claim, replace(share, examples=effort.examples), note, attack, choices)
        else:
            choices = varied.choices
            seen = varied.run(share, context, None if effort.turns is None else effort.examples)
        turn += 1
        _add_up(totals, seen)
        if seen.failure is not None:
            result = confirm_one(body_of(function), seen)
            if result.finding is Finding.CONFIRMED:
                again = replace(attack, aim=True)
                result = simplified(function, claim.id, context, again, seen, choices, result)
                return evidence_of(result, seen, context)
            doubt, doubts = (result, seen), doubts + 1
    if doubt is not None:
        return evidence_of(doubt[0], doubt[1], context)
    margin = "" if totals.margin is None else f", smallest relative margin {totals.margin:.3g}"
    outcome = f"no counterexample in {totals.reached} instances{margin}"
    if not totals.reached:
        outcome = f"no instance reached an assert ({totals.rejected} rejected, {totals.not_supported} not known yet)"
    details: dict[str, Any] = {"instances": totals.reached, "seed": context.seed}
    if totals.margin is not None:
        details[MARGIN] = f"{totals.margin:.3g}"
    return Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=outcome, details=details)


def _aimed(claim: Claim, context: Context, note: Note, attack: Attack, choices: KeptExamples) -> Search:
    """One turn of Hypothesis."""
    assert isinstance(claim.body, Theorem)
    aimed = replace(attack, aim=True, tell=lambda answer, margin: note(AIMED, answer, margin, None))
    # the search stops at a share of its budget: this turn has the whole of it
    return search(claim.body.function, claim.id, replace(context, seconds=context.seconds / SOFT_SHARE), aimed, choices)


class _Varied:
    """Turns that vary the choices of near misses; what they learn is kept from one turn to the next."""

    def __init__(
        self,
        function: Callable[..., None],
        where: str,
        pool: _Pool,
        note: Note,
        random: Random,
        attack: Attack,
    ) -> None:
        self._attack = attack
        self._function, self._where, self._pool, self._note, self._random = function, where, pool, note, random
        self._last: tuple[str, float | None] = ("", None)
        self.choices = KeptExamples()

    def run(self, context: Context, whole: Context, most: int | None) -> Search:
        """Vary choices until the time (or the number of tries) is over or an instance fails, then shrink that."""
        attack = replace(self._attack, tell=self._hear)
        end = time.monotonic() + context.seconds
        tries = 0
        with conditions(attack.dropped, edits=True) as met:
            explorer = Explorer(self._function, attack, met, end + whole.seconds, whole.seconds)
            with (
                in_place_of_body(self._function, explorer),
                settings_of_check(self._function, context, attack, self.choices),
            ):
                fuzz = _fuzz_target(self._function)
                try:
                    while time.monotonic() < end and explorer.seen.failure is None and tries != most:
                        self._try(fuzz)
                        tries += 1
                except StopSearch as stop:
                    if stop.error is not None:
                        raise named(stop.error, self._where) from stop.error
        if explorer.seen.failure is None:
            return explorer.seen
        return self._shrunk(explorer.seen, whole)

    def _hear(self, answer: str, margin: float | None) -> None:
        self._last = (answer, margin)

    def _try(self, fuzz: Callable[[bytes], bytes | None]) -> None:
        self._last = ("rejected", None)
        choices = self._next()
        used: bytes | None = None
        try:
            used = fuzz(choices)
        except AssertionError:
            used = choices
        answer, margin = self._last
        kept = used is not None and answer == "passed" and self._pool.admits(margin)
        if kept and used is not None and margin is not None:
            self._pool.add(margin, used)
        shown = used.hex() if used is not None and (kept or answer == "failed") else None
        self._note(VARIED, answer, margin, shown)

    def _next(self) -> bytes:
        """Return new choices: fresh ones now and then, else those of a near miss with a few bytes changed."""
        random = self._random
        if not self._pool.near or random.random() < 0.15:
            return random.randbytes(_LENGTH)
        best = min(random.randrange(len(self._pool.near)) for _ in range(2))
        choices = bytearray(self._pool.near[best][1])
        for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
            if not choices:
                break
            place = random.randrange(len(choices))
            way = random.randrange(4)
            if way == 0:
                choices[place] = random.randrange(256)
            elif way == 1:
                choices[place] = (choices[place] + random.choice((-2, -1, 1, 2))) % 256
            elif way == 2:
                choices[place:] = random.randbytes(len(choices) - place)
            else:
                other = random.choice(self._pool.near)[1]
                choices[place:] = other[place:]
        return bytes(choices) + random.randbytes(_LENGTH)  # a changed choice may need more of them

    def _shrunk(self, seen: Search, whole: Context) -> Search:
        """Let Hypothesis shrink the failing instance, which it finds in its database."""
        attack = replace(self._attack, aim=True)
        given = replace(whole, seconds=_FOR_SHRINKING * whole.seconds, examples=1)
        again = search(self._function, self._where, given, attack, self.choices)
        if again.failure is None:
            return seen
        again.first_failures += seen.first_failures
        return again


def _fuzz_target(function: Any) -> Callable[[bytes], bytes | None]:
    """Return Hypothesis' function of bytes for what stands in place of the body now (its property keeps the first)."""
    handle = function.hypothesis
    for name in [name for name in vars(handle) if name.endswith("__cached_target")]:
        delattr(handle, name)
    target: Callable[[bytes], bytes | None] = handle.fuzz_one_input
    return target


def _add_up(totals: Search, seen: Search) -> None:
    for name in ("instances", "reached", "rejected", "not_supported"):
        setattr(totals, name, getattr(totals, name) + getattr(seen, name))
    if seen.margin is not None and (totals.margin is None or seen.margin < totals.margin):
        totals.margin = seen.margin
