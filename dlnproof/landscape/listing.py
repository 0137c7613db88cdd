"""The lowest critical values of a plain problem, however many there are, with what is known of the points at each.

A stratum takes r of the positive eigenvalues of Sigma (see `strata`); the choices of each rank come largest sum first, so
the lowest values are found without listing all. With two layers the index is the same at every point of a stratum S: with
g = rank Sigma - r (the rank of the residual on the data),

    index = (d_1 - r) g + #{(s, q): s in S, q not in S, lambda_q > lambda_s}.

Proof: with W_2 = [A_1, 0, A_3, 0] and W_1 = [B_1; B_2; 0; 0] by a change of basis of the hidden layer (A_1 B_1 = R, [A_1
A_3] and [B_1; B_2] of full rank), each of the d_1 - r other neurons meets the gradient in g hyperbolic planes; on what
is left the form is a sum of squares but for |a|^2 + |b|^2 - 2 (sigma_q / sigma_s) a b for every pair (s, q).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import comb

from flint import arb, ctx, fmpq

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.landscape.strata import Stratum
from dlnproof.rings.real_roots import RealRoot

# beyond, the polynomial whose roots are all the sums takes minutes: (number of sums)^2 x bits of a coefficient
_MOST_WORK = 2_000_000
_GUARD_BITS = 32


@dataclass(frozen=True, slots=True)
class CriticalValue:
    """One stratum: its loss, how far that lies above the global minimum, and the index of its points.

    `exact` is None where the loss is only enclosed. `index` is the number of negative eigenvalues of the Hessian where it
    is the same at every point of the stratum (two layers, or a minimum), else None.
    """

    stratum: Stratum
    exact: RealRoot | None
    loss: arb
    gap: arb
    index: int | None

    @property
    def eigenvalues(self) -> tuple[int, ...]:
        """The numbers of the eigenvalues that are taken, 1 for the largest; a repeated one is named as often."""
        return tuple(place + 1 for place, count in enumerate(self.stratum.counts) for _ in range(count))


@dataclass(frozen=True, slots=True)
class Listing:
    """The lowest critical values, ascending, the global minimum first; `total` counts all strata.

    `by_rank[r]` counts the strata of rank r. `ordered`: the order is certain, exact ties included.
    """

    values: tuple[CriticalValue, ...]
    total: int
    by_rank: tuple[int, ...]
    ordered: bool


def list_critical_values(problem: Problem, most: int = 100, bits: int = 128) -> Listing:
    """Return the `most` lowest critical values of a problem without decay and noise (all, if there are no more)."""
    spectrum, one_layer = problem.spectrum, problem.layers == 1
    multiplicities = [multiplicity for _, multiplicity in spectrum.positive]
    limit = spectrum.rank if one_layer else min(spectrum.rank_limit, spectrum.rank)
    by_rank = (*(0 for _ in range(limit)), 1) if one_layer else _count(multiplicities, limit)
    weights = [root.enclose(bits + _GUARD_BITS).mid().fmpq() for root, _ in spectrum.positive]
    chosen = [pair for r, count in enumerate(by_rank) if count for pair in _largest(weights, multiplicities, r, most)]
    chosen.sort(key=lambda pair: (-pair[0], sum(pair[1]), pair[1]))
    is_exact = _is_affordable(spectrum, limit)
    least = _stratum(problem, _greedy(multiplicities, limit))
    values = tuple(_value(problem, _stratum(problem, counts), least, is_exact, bits) for _, counts in chosen[:most])
    ordered = all(
        left.loss < right.loss or (left.exact is not None and left.exact == right.exact)
        for left, right in pairwise(values)
    )
    return Listing(values, sum(by_rank), by_rank, ordered)


def _stratum(problem: Problem, counts: tuple[int, ...]) -> Stratum:
    spectrum, form = problem.spectrum, problem.form
    sizes = (spectrum.input_rank, *problem.widths[1:])
    unseen = problem.widths[0] - spectrum.input_rank
    return Stratum(sizes, unseen, spectrum, form.scale, form.scale * form.output_moment, counts)


def _value(problem: Problem, stratum: Stratum, least: Stratum, is_exact: bool, bits: int) -> CriticalValue:
    exact = _exact(stratum, is_exact)
    loss = stratum.enclose(bits) if exact is None else exact.enclose(bits)
    precision = bits + _GUARD_BITS
    with ctx.workprec(precision):
        gap = arb(0)
        for (root, _), more, count in zip(problem.spectrum.positive, least.counts, stratum.counts, strict=True):
            if more != count:
                gap += (more - count) * root.enclose(precision)
        gap *= arb(problem.form.scale)
    with ctx.workprec(bits):
        return CriticalValue(stratum, exact, loss, gap + 0, _index(stratum, least))


def _exact(stratum: Stratum, is_affordable: bool) -> RealRoot | None:
    """Return the exact value where it is rational or its polynomial is small enough to find."""
    if not is_affordable and not stratum.has_rational_points:
        return None
    try:
        return stratum.root
    except UnsupportedError:
        return None


def _index(stratum: Stratum, least: Stratum) -> int | None:
    if stratum.counts == least.counts:
        return 0
    if len(stratum.sizes) != 3:
        return None
    pairs, left_out = 0, 0
    for (_, multiplicity), count in zip(stratum.spectrum.positive, stratum.counts, strict=True):
        pairs += count * left_out
        left_out += multiplicity - count
    return (stratum.sizes[1] - stratum.rank) * stratum.residual_rank + pairs


def _greedy(multiplicities: list[int], rank: int) -> tuple[int, ...]:
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


def _largest(
    weights: list[fmpq], multiplicities: list[int], rank: int, most: int
) -> Iterator[tuple[fmpq, tuple[int, ...]]]:
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


def _total(weights: list[fmpq], counts: tuple[int, ...]) -> fmpq:
    return sum((weight * count for weight, count in zip(weights, counts, strict=True) if count), fmpq(0))


def _is_affordable(spectrum: Spectrum, limit: int) -> bool:
    """Return whether the polynomials of all sums of irrational eigenvalues are small enough to factorise."""
    factors = {root.coefficients: multiplicity for root, multiplicity in spectrum.positive if not root.is_rational}
    degree = sum((len(coefficients) - 1) * multiplicity for coefficients, multiplicity in factors.items())
    bits = max((abs(number).bit_length() for coefficients in factors for number in coefficients), default=0)
    sums = max((comb(degree, count) for count in range(1, min(limit, degree) + 1)), default=0)
    return sums * sums * bits <= _MOST_WORK
