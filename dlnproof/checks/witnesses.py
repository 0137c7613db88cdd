"""Whether a failure that rests on points found by a search is a fact: a search shows the presence of minima, never their absence.

The assert must fail for a few of the points (the witnesses), must not fail without points, must still fail when further points
are found, whatever their loss and weights, and must not depend on how often a point was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, arb_mat

from dlnproof.checks.journal import Call
from dlnproof.checks.replay import Replay

Points = Mapping[Call, Sequence[Any]]
_OTHERS = 12
_EXTREMES = (-(10**9), 0, 10**9)


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The fewest points for which the assert fails, call by call; `reason` says why the failure is no fact, if it is not."""

    points: Points
    reason: str = ""


def find_witnesses(replay: Replay, found: Points) -> Witnesses:
    """Return the witnesses of a failure among the points that `local_minima` found."""
    if not found:
        return Witnesses(found)
    if _fails(replay, dict.fromkeys(found, ())):
        return Witnesses(
            found, "the assert fails without any local minimum too: a search that finds none shows nothing"
        )
    least = _fewest(replay, found)
    if least is None:
        return Witnesses(found, "not reproducible: the assert does not fail again for the same points")
    every = [point for points in least.values() for point in points]
    if len(every) > 1 and any(_fails(replay, {call: [point] * len(least[call]) for call in least}) for point in every):
        return Witnesses(least, "the assert depends on how many points were found, not on what they are")
    if not all(_fails(replay, larger) for larger in _supersets(least, found)):
        return Witnesses(least, "the assert may hold again when more points are found, and a search may miss some")
    return Witnesses(least)


def _fails(replay: Replay, given: Points) -> bool:
    return replay(given=given).failed is not None


def _fewest(replay: Replay, found: Points) -> Points | None:
    """Return a subset for which the assert still fails and from which no point can be left out."""
    kept: dict[Call, Sequence[Any]] = dict(found)
    if not _fails(replay, kept):
        return None
    for call, points in kept.items():  # the usual case first: one point is enough
        for point in points:
            alone = {other: [point] if other == call else [] for other in kept}
            if _fails(replay, alone):
                return alone
    for call in kept:
        place = 0
        while place < len(kept[call]):
            fewer = {**kept, call: [*kept[call][:place], *kept[call][place + 1 :]]}
            if _fails(replay, fewer):
                kept = fewer
            else:
                place += 1
    return kept


def _supersets(least: Points, found: Points) -> Iterator[Points]:
    """Yield larger families: the witnesses twice, other orders, all that was found, each witness beside another point."""
    yield {call: [*points, *points] for call, points in least.items()}
    yield found
    yield {call: list(reversed(points)) for call, points in found.items()}
    for call, points in found.items():
        others = [*points[:_OTHERS], *(extreme for point in least[call][:1] for extreme in _extremes(point))]
        for point in others:
            yield {**least, call: [point, *least[call]]}
            yield {**least, call: [*least[call], point]}


def _extremes(point: Any) -> Iterator[Any]:
    """Yield points that nobody found: very small, zero or very large losses and weights, to see what they would change."""
    for value in _EXTREMES:
        weights = tuple(arb_mat(w.nrows(), w.ncols(), [value] * (w.nrows() * w.ncols())) for w in point.weights)
        yield replace(point, loss=arb(value))
        yield replace(point, loss=arb(value), weights=weights)
