"""A failing instance becomes a refutation only here: rebuilt from exact strings and failed again by other code.

Nothing of the search is trusted: the problem is read back from its JSON and switched to `Problem.referee()` (a second road to
every exact value), critical points are classified again, certified points are certified again with 256 bits, and the body
must fail at the same assert. A failure that rests on floats, on an open comparison of balls, or on what a search did not find
is a candidate with its reason, and refutes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dlnproof.checks.assertions import Assert
from dlnproof.checks.card import NotExactError, card, rebuild
from dlnproof.checks.floats import float_uses, floats_in, own_balls
from dlnproof.checks.journal import Journal
from dlnproof.checks.replay import DATA, Instance, Replay, Run
from dlnproof.checks.witnesses import Points, find_witnesses
from dlnproof.errors import DlnproofError
from dlnproof.verdict import Finding

BITS = 256
_MOST_ANSWERS = 256
_OPEN = "the assert fails only because a comparison of balls is open; write what must never certainly happen: assert not a > b"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a failing instance: confirmed, a candidate with its reason, or inconclusive (not reproducible)."""

    finding: Finding
    reason: str
    counterexample: dict[str, Any] | None = None


def confirm(
    body: Callable[..., None], instance: Instance, failed: Assert, passing: Instance | None = None
) -> Confirmation:
    """Return whether the failure of `failed` on `instance` is a refutation, by code other than the search that found it.

    `passing` is an instance that passed before: if it fails now, the theorem's function depends on more than its values.
    """
    first = Replay(body, instance)
    run = first()
    if run.failed is None:
        why = run.stopped or "the same values pass when the theorem is run again"
        return Confirmation(Finding.INCONCLUSIVE, f"not reproducible: {why}")
    if run.failed != failed and first().failed != run.failed:
        return Confirmation(Finding.INCONCLUSIVE, "not reproducible: the same values fail at different asserts")
    failed = run.failed
    if passing is not None and Replay(body, passing)().failed is not None:
        return Confirmation(Finding.INCONCLUSIVE, "not reproducible: values that passed before fail now")

    def candidate(reason: str) -> Confirmation:
        return Confirmation(Finding.CANDIDATE, reason, card(body, instance, _points(run), failed))

    doubt = _doubt_of_floats(body, instance, run, failed)
    if doubt:
        return candidate(doubt)
    witnesses = find_witnesses(first, run.journal.minima)
    if witnesses.reason:
        return candidate(witnesses.reason)
    try:
        second, given = _second_road(body, instance, witnesses.points)
    except NotExactError as error:
        return candidate(str(error))
    except DlnproofError as error:
        return candidate(f"the second road could not be taken: {error}")
    doubt = _doubt_of_second_road(second, given, failed)
    if doubt:
        return candidate(doubt)
    again = second(given=given)
    points = [point for found in again.journal.minima.values() for point in found]
    return Confirmation(
        Finding.CONFIRMED, "the same assert fails by the second road", card(body, instance, points, failed)
    )


def _points(run: Run) -> list[Any]:
    return [point for found in run.journal.minima.values() for point in found]


def _doubt_of_floats(body: Callable[..., None], instance: Instance, run: Run, failed: Assert) -> str:
    """Return why the failure may be a matter of floating point, empty if it cannot."""
    uses = float_uses(body)
    if uses:
        return f"the theorem computes in floating point ({', '.join(uses)}), which refutes nothing"
    if floats_in(instance.values):
        return "the theorem draws floats, which refute nothing"
    if own_balls(body):
        return (
            "the theorem makes its own balls with python-flint, whose open comparisons cannot be told from false ones"
        )
    return _doubt_of_balls(run.journal, failed)


def _doubt_of_balls(journal: Journal, failed: Assert) -> str:
    for what, place in (*journal.floats, *journal.loose):
        if not failed.in_message(place):
            if what.startswith("kind."):
                return f"the theorem asks for {what}, which says what is known of the point; ask kind.is_global_minimum, ..."
            return f"the theorem asks for {what!r} of a ball, which says nothing certain about the number in it"
    return ""


def _second_road(body: Callable[..., None], instance: Instance, witnesses: Points) -> tuple[Replay, Points]:
    """Return the replay on rebuilt values, and the witnesses certified again, for the calls as the rebuilt problems make them."""

    def read(value: Any) -> Any:
        return value if isinstance(value, str) and value is DATA else rebuild(value)

    rebuilt = Instance(
        tuple(map(read, instance.args)),
        {name: read(value) for name, value in instance.kwargs.items()},
        tuple(map(read, instance.draws)),
    )
    given = {}
    for call, found in witnesses.items():
        problem = rebuild(call[0])
        given[problem, *call[1:]] = [_certified_again(replace(point, problem=problem)) for point in found]
    return Replay(body, rebuilt, BITS, referee=True), given


def _certified_again(point: Any) -> Any:
    from dlnproof.landscape.recertify import recertify  # it brings in scipy

    again = recertify(point, bits=BITS)
    if not hasattr(again, "loss"):
        raise NotExactError(f"a point could not be certified again with {BITS} bits: {getattr(again, 'reason', again)}")
    return again


def _doubt_of_second_road(second: Replay, given: Points, failed: Assert) -> str:
    """Return why the failure is not confirmed on the second road, empty if every answer to open comparisons makes it fail."""
    pending: list[dict[int, bool]] = [{}]
    runs = 0
    while pending:
        answers = pending.pop()
        run = second(given=given, answers=answers)
        runs += 1
        if run.stopped:
            return f"the second road stops: {run.stopped}"
        if run.failed is None:
            if answers:
                return _OPEN
            return "the second road does not fail"
        if not answers and (run.failed.first, run.failed.last) != (failed.first, failed.last):
            return f"the second road fails elsewhere: {run.failed.text}"
        doubt = _doubt_of_balls(run.journal, run.failed)
        if doubt:
            return doubt
        if runs > _MOST_ANSWERS:
            return "too many comparisons of balls are open to decide whether the assert certainly fails"
        settled = {place: question.answer for place, question in enumerate(run.journal.undecided)}
        for place in range(len(answers), len(run.journal.undecided)):
            branch = {earlier: answer for earlier, answer in settled.items() if earlier < place}
            pending.append(branch | {place: not settled[place]})
    return ""
