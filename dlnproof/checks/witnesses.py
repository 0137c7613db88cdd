"""Whether a failure that rests on points found by a search is a fact: a search shows the presence of minima, never their absence.

The assert must fail for a few of the points (the witnesses), must not fail without points, must still fail when further points
are found, and must not depend on how often a point was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlnproof.checks.journal import Call
from dlnproof.checks.replay import Replay

Points = Mapping[Call, Sequence[Any]]
_SUPERSETS = 12


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The fewest points for which the assert fails, call by call; `reason` says why the failure is no fact, if it is not."""

    points: Points
    reason: str = ""

    @property
    def all(self) -> list[Any]:
        """The witnesses of all calls."""
        return [point for found in self.points.values() for point in found]


def find_witnesses(replay: Replay, found: Points) -> Witnesses:
    """Return the witnesses of a failure among the points that `local_minima` found."""
    if not found:
        return Witnesses(found)
    if not replay(given=dict.fromkeys(found, ())).passed:
        return Witnesses(found, "the assert fails without any local minimum too: a search that finds none shows nothing")
    least = _fewest(replay, found)
    if least is None:
        return Witnesses(found, "the assert fails for the points together, but not reproducibly")
    every = [(call, point) for call, points in least.items() for point in points]
    if len(every) > 1 and any(not replay(given=_repeated(least, point)).passed for _, point in every):
        return Witnesses(least, "the assert depends on how many points were found, not on what they are")
    for larger in _supersets(least, found):
        if replay(given=larger).passed:
            return Witnesses(least, "the assert holds again when more points are found")
    return Witnesses(least)


def _fewest(replay: Replay, found: Points) -> Points | None:
    """Return a subset for which the assert still fails and from which no point can be left out."""
    kept = {call: list(points) for call, points in found.items()}
    if replay(given=kept).passed:
        return None
    # a few quick guesses first: one point, then one pair, of one call
    for call, points in kept.items():
        for point in points:
            alone = {other: [point] if other == call else [] for other in kept}
            if not replay(given=alone).passed:
                return alone
    for call in kept:
        place = 0
        while place < len(kept[call]):
            fewer = {other: [*points] for other, points in kept.items()}
            del fewer[call][place]
            if replay(given=fewer).passed:
                place += 1
            else:
                kept = fewer
    return kept


def _repeated(least: Points, point: Any) -> Points:
    """Return the same number of points, all of them `point`."""
    return {call: [point] * len(points) for call, points in least.items()}


def _supersets(least: Points, found: Points) -> list[Points]:
    """Return larger families: witnesses twice, in reverse, each with another point, all that was found."""
    families: list[Points] = [
        {call: [*points, *points] for call, points in least.items()},
        {call: list(reversed(points)) for call, points in least.items()},
        found,
        {call: list(reversed(points)) for call, points in found.items()},
    ]
    for call, points in found.items():
        for point in points[: _SUPERSETS]:
            families.append({other: [point, *items] if other == call else items for other, items in least.items()})
    return families
