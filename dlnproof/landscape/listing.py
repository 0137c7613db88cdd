"""The critical values of a plain problem one by one: which eigenvalues each takes, its exact value, its critical points.

A critical point of rank r = rank(R X) takes r of the positive eigenvalues of Sigma, with multiplicities, r <= r_max:
its loss is scale (t - sum of those). Which classes of points have that choice is known from amg21.T1: the r_max largest
are the global minima; any choice other than the r largest has strict saddles only; the r largest, r < r_max, have
strict saddles, and from three layers on non-strict ones too. With two layers the index is the same at every point of a
choice S: with g = rank Sigma - r (the rank of R X - Y on the data),

    index = (d_1 - r) g + #{(s, q): s in S, q not in S, lambda_q > lambda_s}.

Proof: with W_2 = [A_1, 0, A_3, 0] and W_1 = [B_1; B_2; 0; 0] by a change of basis of the hidden layer (A_1 B_1 = R, [A_1
A_3] and [B_1; B_2] of full rank), each of the d_1 - r other neurons meets the gradient in g hyperbolic planes; on what
is left the form is a sum of squares but for |a|^2 + |b|^2 - 2 (sigma_q / sigma_s) a b for every pair (s, q).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from math import comb
from typing import TypeAlias

from flint import arb, ctx, fmpq

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.critical_values import critical_roots
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.rings.real_roots import RealRoot, rational_root

GLOBAL = "global minimum"
STRICT = "strict saddles"
MIXED = "strict and non-strict saddles"
# beyond, the polynomial whose roots are all the sums takes minutes: (number of sums)^2 x bits of a coefficient
_MOST_WORK = 2_000_000
_Counts: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CriticalValue:
    """One choice of eigenvalues: how often each distinct one is taken, the loss, its height above the minimum, the points.

    `exact` is None where only `loss`, a ball, is known. `index` is the number of negative eigenvalues of the Hessian
    where it is the same at every point of the choice (two layers, or a minimum), else None.
    """

    rank: int
    counts: _Counts
    exact: RealRoot | None
    loss: arb
    gap: arb
    points: str
    index: int | None

    @property
    def eigenvalues(self) -> tuple[int, ...]:
        """The numbers of the eigenvalues that are taken, 1 for the largest; a repeated one is named as often."""
        return tuple(place + 1 for place, count in enumerate(self.counts) for _ in range(count))


@dataclass(frozen=True, slots=True)
class Listing:
    """The lowest critical values, ascending, the global minimum first; `total` counts all choices of eigenvalues.

    `by_rank[r]` counts the choices of rank r. `ordered`: the order is certain, exact ties included.
    """

    values: tuple[CriticalValue, ...]
    total: int
    by_rank: tuple[int, ...]
    ordered: bool


def list_critical_values(
    form: Form, spectrum: Spectrum, widths: tuple[int, ...], most: int = 100, bits: int = 128
) -> Listing:
    """Return the `most` lowest critical values of a plain problem (all, if there are no more)."""
    rank = spectrum.rank
    layers = len(widths) - 1
    limit = rank if layers == 1 else min(spectrum.rank_limit, rank)
    multiplicities = [multiplicity for _, multiplicity in spectrum.positive]
    by_rank = _count(multiplicities, limit) if layers > 1 else (*(0 for _ in range(limit)), 1)
    ranks = range(limit + 1) if layers > 1 else (limit,)
    balls = [root.enclose(bits + 32) for root, _ in spectrum.positive]
    weights = [ball.mid().fmpq() for ball in balls]
    chosen = [pair for r in ranks for pair in _largest(weights, multiplicities, r, most)]
    chosen.sort(key=lambda pair: (-pair[0], sum(pair[1]), pair[1]))
    roots = _exact_roots(form, spectrum, layers, limit)
    values = []
    top = _greedy(multiplicities, limit)
    for _, counts in chosen[:most]:
        with ctx.workprec(bits + 32):
            gap = arb(form.scale) * _dot(balls, [a - b for a, b in zip(top, counts, strict=True)])
            loss = arb(form.scale) * (arb(form.output_moment) - _dot(balls, counts))
        exact = _exact(form, spectrum, counts, loss, roots)
        with ctx.workprec(bits):
            enclosed = exact.enclose(bits) if exact is not None else loss + 0
            found = CriticalValue(
                sum(counts),
                counts,
                exact,
                enclosed,
                gap + 0,
                _points(counts, top, multiplicities, layers),
                _index(counts, top, multiplicities, widths),
            )
        values.append(found)
    ordered = all(
        left.loss < right.loss or (left.exact is not None and left.exact == right.exact)
        for left, right in zip(values, values[1:], strict=False)
    )
    return Listing(tuple(values), sum(by_rank), by_rank, ordered)


def _points(counts: _Counts, top: _Counts, multiplicities: list[int], layers: int) -> str:
    if counts == top:
        return GLOBAL
    highest = counts == _greedy(multiplicities, sum(counts))
    return MIXED if highest and layers > 2 else STRICT


def _index(counts: _Counts, top: _Counts, multiplicities: list[int], widths: tuple[int, ...]) -> int | None:
    if counts == top:
        return 0
    if len(widths) != 3:
        return None
    left = [multiplicity - count for multiplicity, count in zip(multiplicities, counts, strict=True)]
    pairs = sum(count * sum(left[:place]) for place, count in enumerate(counts))
    return (widths[1] - sum(counts)) * sum(left) + pairs


def _greedy(multiplicities: list[int], rank: int) -> _Counts:
    """Return how often each eigenvalue is taken by the `rank` largest."""
    counts = []
    for multiplicity in multiplicities:
        counts.append(min(multiplicity, rank))
        rank -= counts[-1]
    return tuple(counts)


def _count(multiplicities: list[int], limit: int) -> tuple[int, ...]:
    """Return how many choices there are of every rank up to the limit: coefficients of prod (1 + x + ... + x^m)."""
    counts = [1] + [0] * limit
    for multiplicity in multiplicities:
        counts = [sum(counts[max(0, r - multiplicity) : r + 1]) for r in range(limit + 1)]
    return tuple(counts)


def _largest(weights: list[fmpq], multiplicities: list[int], rank: int, most: int) -> Iterator[tuple[fmpq, _Counts]]:
    """Yield the `most` choices of `rank` eigenvalues with the largest sums, largest first.

    Every choice comes from the largest one by moves from an eigenvalue to the next smaller, each lowering the sum.
    """
    start = _greedy(multiplicities, rank)
    queue = [(-_total(weights, start), start)]
    seen = {start}
    while queue and most:
        negative, counts = heapq.heappop(queue)
        yield -negative, counts
        most -= 1
        for place in range(len(counts) - 1):
            if counts[place] and counts[place + 1] < multiplicities[place + 1]:
                moved = (*counts[:place], counts[place] - 1, counts[place + 1] + 1, *counts[place + 2 :])
                if moved not in seen:
                    seen.add(moved)
                    heapq.heappush(queue, (-_total(weights, moved), moved))


def _total(weights: list[fmpq], counts: _Counts) -> fmpq:
    return sum((weight * count for weight, count in zip(weights, counts, strict=True) if count), fmpq(0))


def _dot(balls: list[arb], counts: list[int] | _Counts) -> arb:
    return sum((ball * count for ball, count in zip(balls, counts, strict=True) if count), arb(0))


def _exact_roots(form: Form, spectrum: Spectrum, layers: int, limit: int) -> list[RealRoot] | None:
    """Return every critical value exactly, or None where that would take too long."""
    factors = {root.coefficients: multiplicity for root, multiplicity in spectrum.positive if not root.is_rational}
    degree = sum((len(coefficients) - 1) * multiplicity for coefficients, multiplicity in factors.items())
    bits = max((abs(number).bit_length() for coefficients in factors for number in coefficients), default=0)
    sums = max((comb(degree, count) for count in range(1, min(limit, degree) + 1)), default=0)
    if sums * sums * bits > _MOST_WORK:
        return None
    try:
        return critical_roots(form, spectrum, layers)
    except UnsupportedError:
        return None


def _exact(
    form: Form, spectrum: Spectrum, counts: _Counts, loss: arb, roots: list[RealRoot] | None
) -> RealRoot | None:
    """Return the exact critical value of a choice: rational, or the one listed root that its ball does not exclude."""
    taken = [(root, count) for (root, _), count in zip(spectrum.positive, counts, strict=True) if count]
    if all(root.is_rational for root, _ in taken):
        total = sum((root.rational() * count for root, count in taken), fmpq(0))
        return rational_root(form.scale * (form.output_moment - total))
    left = [root for root in roots or () if root.enclose(128).overlaps(loss)]
    return left[0] if len(left) == 1 else None
