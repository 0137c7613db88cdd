"""Critical points without decay up to changes of hidden bases: finitely many types, their dimensions, their kinds.

The net in the q = rank X inputs that the data show has sizes (d_0, ..., d_H) := (q, d_1, ..., d_H). At a critical point
with end-to-end matrix F (rank r) and residual G (rank g), the maps W_1: 0 -> 1, ..., W_H: H-1 -> H and G^T: H -> 0 form a
representation of the oriented cycle with vertices 0, ..., H. Criticality says B_{k-1} G^T A_k = 0 for every k: the path from
k to k - 1 that leaves out W_k is zero. A representation of an oriented cycle whose long paths vanish is a direct sum of
uniserial ones (Nakayama), each a walk a -> a+1 -> ... -> b along the cycle, here

    plain walks [a, b], 0 <= a <= b <= H,   and those through G^T: [a, b + H + 1] with b <= a - 2,

since longer ones contain a path that is zero. A `RankPattern` says how often each walk occurs: r times [0, H], g times
through G^T, and d_k walks pass through vertex k. It fixes the rank of every partial product, and every pattern occurs.

Dimension. The pairs (W, G) of one pattern M are one orbit of prod_{k=0}^{H} GL(d_k), of dimension sum_k d_k^2 - dim End M;
the pairs (F, G) of ranks (r, g) with F G^T = 0 and G^T F = 0 are one orbit of GL(d_0) x GL(d_H) with the pattern N on the
cycle of two vertices. All fibres of the first over the second look alike, so the weights with F and G given have dimension

    sum_{k=1}^{H-1} d_k^2 - dim End M + dim End N,

and homomorphisms between walks x = [a, b] and y = [c, d] are counted by the shifts t with c + t <= a <= d + t <= b, t a
multiple of the length of the cycle: the image is a quotient of x and a subwalk of y.

Kind. Every pivot of the classification (`classify_plain`) is read off the pattern: rank(W_{i-1} ... W_{j+1}) is the number of
walks that pass from j to i - 1, and the outer block has rank r exactly if no walk through G^T passes from i to j - 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

_MOST_STEPS = 200_000
_TRIES = 12


@dataclass(frozen=True, slots=True)
class RankPattern:
    """How often each walk (first vertex, last vertex, counted on past H for a walk through G^T) occurs, sorted."""

    sizes: tuple[int, ...]
    walks: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, sizes: Sequence[int], counts: Mapping[tuple[int, int], int]) -> RankPattern:
        """Return the pattern with the given positive counts of walks."""
        return cls(tuple(sizes), tuple(sorted((*walk, count) for walk, count in counts.items() if count)))

    def passing(self, start: int, stop: int) -> int:
        """Return how many walks pass from vertex `start` on to `stop` (a stop past H is reached through G^T)."""
        period = len(self.sizes)
        return sum(
            count * sum(first <= start + lap and stop + lap <= last for lap in (0, period))
            for first, last, count in self.walks
        )

    @property
    def rank(self) -> int:
        """The rank r of the end-to-end matrix."""
        return self.passing(0, len(self.sizes) - 1)

    @property
    def residual_rank(self) -> int:
        """The rank g of the residual G."""
        return self.passing(len(self.sizes) - 1, len(self.sizes))

    @property
    def is_tightened(self) -> bool:
        """Whether every pivot (i, j), i > j, has a block of rank r (Achour, Malgouyres and Gerchinovitz 2021)."""
        period, depth, rank = len(self.sizes), len(self.sizes) - 1, self.rank
        return all(
            self.passing(j, i - 1) == rank or not self.passing(i, j - 1 + period)
            for j in range(1, depth)
            for i in range(j + 1, depth + 1)
        )

    @property
    def dimension(self) -> int:
        """The dimension of the weights with this pattern and given F and G."""
        return fibre_dimension(self.sizes, self.rank, self.residual_rank, endomorphisms(self.walks, len(self.sizes)))


def endomorphisms(walks: Sequence[tuple[int, int, int]], period: int) -> int:
    """Return dim End of the sum of the walks (first, last, count) on a cycle of `period` vertices."""
    total = 0
    for a, b, many in walks:
        for c, d, other in walks:
            shifts = (-period, 0, period)
            total += many * other * sum(c + shift <= a <= d + shift <= b for shift in shifts)
    return total


def fibre_dimension(sizes: Sequence[int], rank: int, residual_rank: int, endomorphisms_of_pattern: int) -> int:
    """Return sum_{k=1}^{H-1} d_k^2 - dim End M + dim End N."""
    first, last = sizes[0] - rank - residual_rank, sizes[-1] - rank - residual_rank
    ends = [(0, 1, rank), (1, 2, residual_rank), (0, 0, first), (1, 1, last)]
    return sum(size * size for size in sizes[1:-1]) - endomorphisms_of_pattern + endomorphisms(ends, 2)


def patterns(sizes: Sequence[int], rank: int, residual_rank: int) -> Iterator[RankPattern]:
    """Yield every rank pattern with the given ranks of F and G; `sizes` are (q, d_1, ..., d_H)."""
    depth = len(sizes) - 1
    for crossing in _crossings(depth, residual_rank):
        for ends in _continue(sizes, rank, crossing, 0, _arrive(sizes, crossing)):
            counts: dict[tuple[int, int], int] = {}
            for (start, end), count in ends.items():
                walk = (start, end) if start >= 0 else (start + depth + 1, end + depth + 1)
                counts[walk] = count
            yield RankPattern.of(sizes, counts)


def largest_dimension(sizes: Sequence[int], rank: int, residual_rank: int) -> int | None:
    """Return the largest dimension of a pattern with these ranks, or None where the search for it is too long.

    dim End is a sum over the vertices p of (walks that end at p) x (walks that pass p and started no earlier), so it is
    minimised vertex by vertex over the numbers of walks alive, sorted by their start.
    """
    depth = len(sizes) - 1
    best: int | None = None
    steps = 0
    for crossing in _crossings(depth, residual_rank):
        start = _arrive(sizes, crossing)
        states = {} if start is None else {start: 0}
        for p in range(depth):
            reached: dict[tuple[int, ...], int] = {}
            for alive, cost in states.items():
                for ended in _choices(sizes, rank, p, alive):
                    steps += 1
                    if steps > _MOST_STEPS:
                        return None
                    after = _next(sizes, p, alive, ended)
                    total = cost + _cost(alive, ended)
                    if total < reached.get(after, total + 1):
                        reached[after] = total
            states = reached
        for alive, cost in states.items():
            last = _last(depth, rank, crossing, alive)
            if last is not None:
                total = cost + _cost(alive, last)
                best = total if best is None else min(best, total)
    return None if best is None else fibre_dimension(sizes, rank, residual_rank, best)


def random_pattern(
    sizes: Sequence[int], rank: int, residual_rank: int, random: Random, tightened: bool | None = None
) -> RankPattern:
    """Return a random rank pattern; every one has a chance, and small draws give short walks.

    With `tightened` only patterns that are (or are not): r < min(sizes), g > 0, and three layers or more if tightened.
    """
    for _ in range(_TRIES if tightened is not None else 1):
        pattern = _draw(sizes, rank, residual_rank, random)
        if tightened is None or pattern.is_tightened == tightened:
            return pattern
    depth = len(sizes) - 1
    loose = bool(residual_rank) and tightened is False
    counts = {(0, depth): rank, (depth, depth + 1): residual_rank - loose, (2, depth + 1): int(loose)}
    if depth == 2:
        counts = {(0, depth): rank, (depth, depth + 1): residual_rank}
    return _fill(sizes, counts, None)


def _draw(sizes: Sequence[int], rank: int, residual_rank: int, random: Random) -> RankPattern:
    """Draw the walks through G^T, then the plain ones from the left to the right, each as long as there is room."""
    depth = len(sizes) - 1
    counts: dict[tuple[int, int], int] = {(0, depth): rank}
    room = [size - rank for size in sizes]
    for left in range(residual_rank, 0, -1):
        # the walks still to come need one place each at both ends
        fitting = [
            (start, end)
            for start in range(depth, 1, -1)
            for end in range(start - 1)
            if all(room[k] > 0 for k in (*range(start, depth), *range(1, end + 1))) and room[0] >= left <= room[depth]
        ]
        start, end = fitting[random.randint(0, len(fitting) - 1)]
        for k in (*range(start, depth + 1), *range(end + 1)):
            room[k] -= 1
        walk = (start, end + depth + 1)
        counts[walk] = counts.get(walk, 0) + 1
    return _fill(sizes, counts, random)


def _fill(sizes: Sequence[int], counts: dict[tuple[int, int], int], random: Random | None) -> RankPattern:
    """Return the pattern with plain walks added until every vertex is full; without `random` of one vertex each."""
    depth = len(sizes) - 1
    started = RankPattern.of(sizes, counts)
    room = [size - started.passing(k, k) for k, size in enumerate(sizes)]
    for start in range(depth + 1):
        while room[start]:
            reach = start
            while reach < depth and room[reach + 1] and (start, reach + 1) != (0, depth):
                reach += 1
            end = start + random.randint(0, reach - start) if random is not None else start
            for k in range(start, end + 1):
                room[k] -= 1
            counts[start, end] = counts.get((start, end), 0) + 1
    return RankPattern.of(sizes, counts)


# In the searches a walk through G^T that starts at s counts as one that started at s - (H + 1) < 0 and passes vertex 0.
# The walks alive at vertex p are a tuple of counts by start, from -(H - 1) up to p: entry k belongs to start k - (H - 1).


def _crossings(depth: int, total: int) -> Iterator[tuple[int, ...]]:
    """Yield how many walks through G^T start at -(H - 1), ..., -1."""
    yield from _compositions(max(depth - 1, 0), total)


def _compositions(parts: int, total: int) -> Iterator[tuple[int, ...]]:
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(total + 1):
        for rest in _compositions(parts - 1, total - first):
            yield (first, *rest)


def _arrive(sizes: Sequence[int], crossing: tuple[int, ...]) -> tuple[int, ...] | None:
    new = sizes[0] - sum(crossing)
    return (*crossing, new) if new >= 0 else None


def _choices(sizes: Sequence[int], rank: int, p: int, alive: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield how many of the walks alive at vertex p < H end there, by start."""
    depth = len(sizes) - 1
    zero = depth - 1
    room = sizes[p + 1]

    def pick(place: int, kept: int) -> Iterator[tuple[int, ...]]:
        if place == len(alive):
            yield ()
            return
        count = alive[place]
        # a walk through G^T from s = start + H + 1 ends at vertex s - 2 at the latest
        most = 0 if place < zero and p >= place else count
        least = rank if place == zero else 0
        for keep in range(least, min(most, room - kept) + 1):
            for rest in pick(place + 1, kept + keep):
                yield (count - keep, *rest)

    yield from pick(0, 0)


def _next(sizes: Sequence[int], p: int, alive: tuple[int, ...], ended: tuple[int, ...]) -> tuple[int, ...]:
    kept = [count - gone for count, gone in zip(alive, ended, strict=True)]
    return (*kept, sizes[p + 1] - sum(kept))


def _last(depth: int, rank: int, crossing: tuple[int, ...], alive: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return how many walks end at vertex H, those on through G^T excepted, or None where the counts do not fit."""
    zero = depth - 1
    if alive[zero] != rank or any(alive[:zero]):
        return None
    ended = list(alive)
    for place, count in enumerate(crossing):
        ended[zero + place + 2] -= count
    return None if min(ended) < 0 else tuple(ended)


def _cost(alive: tuple[int, ...], ended: tuple[int, ...]) -> int:
    """Return the homomorphisms counted at one vertex: pairs (a walk that ends there, a walk there not older)."""
    total = younger = 0
    for count, gone in zip(reversed(alive), reversed(ended), strict=True):
        younger += count
        total += gone * younger
    return total


def _continue(
    sizes: Sequence[int], rank: int, crossing: tuple[int, ...], p: int, alive: tuple[int, ...] | None
) -> Iterator[dict[tuple[int, int], int]]:
    """Yield the counts of walks by (start, end) from vertex p on; a walk through G^T is counted where it ends."""
    if alive is None:
        return
    depth = len(sizes) - 1
    if p == depth:
        ended = _last(depth, rank, crossing, alive)
        if ended is not None:
            yield _record(ended, depth, depth)
        return
    for gone in _choices(sizes, rank, p, alive):
        for rest in _continue(sizes, rank, crossing, p + 1, _next(sizes, p, alive, gone)):
            yield _record(gone, p, depth) | rest


def _record(ended: tuple[int, ...], p: int, depth: int) -> dict[tuple[int, int], int]:
    return {(place - (depth - 1), p): count for place, count in enumerate(ended) if count}
