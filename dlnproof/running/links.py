"""How claims are linked: what each uses, in which order they can be judged, which links lead nowhere or in circles."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dlnproof.claims.claim import Claim
from dlnproof.errors import bad
from dlnproof.record import full_id


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a set of claims, by full id.

    `order` puts every claim after the claims it uses; `broken` says what is wrong where the links of a claim are bad.
    """

    uses: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    broken: Mapping[str, str]

    def ancestors(self, claim_id: str) -> tuple[str, ...]:
        """Return what the claim uses, directly or not, in the order in which it is met."""
        found: dict[str, None] = {}
        ahead = list(reversed(self.uses.get(claim_id, ())))
        while ahead:
            name = ahead.pop()
            if name not in found and name != claim_id:
                found[name] = None
                ahead.extend(reversed(self.uses.get(name, ())))
        return tuple(found)


def link(claims: Iterable[Claim]) -> Links:
    """Resolve `uses` and `corrects` of `claims` and find unknown labels and circles."""
    by_id = {claim.id: claim for claim in claims}
    broken: dict[str, str] = {}
    uses: dict[str, tuple[str, ...]] = {}
    for claim in by_id.values():
        named = [("uses", name) for name in claim.uses]
        if claim.corrects is not None:
            named.append(("corrects", claim.corrects))
        for field, name in named:
            if full_id(claim.paper, name) not in by_id:
                rule = f"{claim.id} names a claim that is not among those that were loaded"
                broken.setdefault(claim.id, str(bad(field, name, rule, _suggest(claim, name, by_id))))
        uses[claim.id] = tuple(dict.fromkeys(full_id(claim.paper, name) for name in claim.uses))
    uses = {name: tuple(used for used in named if used in by_id) for name, named in uses.items()}
    while True:
        order, left = _sort(uses)
        if not left:
            return Links(uses, order, broken)
        circle = _find_circle(uses, left)
        path = " -> ".join([*circle, circle[0]])
        message = str(bad("uses", list(by_id[circle[0]].uses), f"{path} is a circle", "remove one of these uses"))
        for name in circle:
            broken.setdefault(name, message)
            uses[name] = tuple(used for used in uses[name] if used not in circle)


def _sort(uses: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], set[str]]:
    """Return the ids in an order that respects `uses` (as written where it can be), and those no order can hold."""
    place = {name: number for number, name in enumerate(uses)}
    missing = {name: len(used) for name, used in uses.items()}
    users: dict[str, list[str]] = {name: [] for name in uses}
    for name, used in uses.items():
        for other in used:
            users[other].append(name)
    ready = [(place[name], name) for name, count in missing.items() if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        _, name = heapq.heappop(ready)
        order.append(name)
        for user in users[name]:
            missing[user] -= 1
            if not missing[user]:
                heapq.heappush(ready, (place[user], user))
    return tuple(order), set(uses) - set(order)


def _find_circle(uses: Mapping[str, Sequence[str]], left: set[str]) -> list[str]:
    """Walk from a claim that is left over along claims that are left over until one comes back."""
    # every claim left over waits for another one left over, so the walk never stops before it closes
    walk = [next(name for name in uses if name in left)]
    while True:
        following = next(used for used in uses[walk[-1]] if used in left)
        if following in walk:
            return walk[walk.index(following) :]
        walk.append(following)


def _suggest(claim: Claim, name: str, by_id: Mapping[str, Claim]) -> str:
    names = [other.label for other in by_id.values() if other.paper == claim.paper and other is not claim]
    near = difflib.get_close_matches(name, [*names, *by_id], n=1)
    rest = "add the file of that paper to the command" if "/" in name else ""
    if near:
        return f'did you mean "{near[0]}"?' + (f" else {rest}" if rest else "")
    return rest or f"write the label of a claim of paper {claim.paper!r}, or paper/label"
