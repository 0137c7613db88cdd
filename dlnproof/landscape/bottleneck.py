"""Without decay a net with a bottleneck is a two-layer net in disguise: certify there, lift back.

Let p be the narrowest hidden layer, A = W_H ... W_{p+1} (d_H x d_p) and B = W_p ... W_1 P (d_p x q; P, T, F* as in
`reduction`). Then L = l(A, B) = floor + c tr((A B - F*) T (A B - F*)^T), the loss of a two-layer net. If N =
W_{H-1}..W_{p+1} has full column rank and M = W_p..W_2 full row rank, then (W_1, .., W_H) -> (A, B) is a submersion,
because W_H alone moves A = W_H N everywhere and W_1 alone moves B = M W_1 P everywhere. So a critical point of l
whose (A*, B*) is near gives a critical point of L,

    W_H* = W_H + (A* - A) N^+,    W_1* P = W_1 P + M^+ (B* - B),    the other layers unchanged,

of the same loss, the same numbers of positive and negative curvatures, and a local minimum exactly if (A*, B*) is
one: submersions are open, and at a critical point the Hessian of L is that of l pulled back. Nothing is asked of the
hidden layers wider than d_p, whose superfluous directions are no symmetries of the kind in `fields`. Source: Lu and
Kawaguchi (2017), Theorem 3.1, the idea.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import arb_mat, fmpq, fmpq_mat

from dlnproof.landscape.enclosure import Matrices, certainly_nonzero, unit, working_precision
from dlnproof.landscape.reduction import Reduction, reduce, to_array
from dlnproof.landscape.slices import Enclosed, Failure
from dlnproof.rings.double import Array

_RANK_LEVEL = 1e-7
# a certifier of a stack of points (points x n) with balls of a number of bits
Road = Callable[[Reduction, Array, int], list[Enclosed | Failure]]


@dataclass(frozen=True, eq=False)
class TwoLayers:
    """The problem that a bottleneck leaves: second moments T and F* T, widths (q, d_p, d_H), no decay."""

    widths: tuple[int, ...]
    scale: fmpq
    input_moment: fmpq_mat
    cross_moment: fmpq_mat
    output_moment: fmpq
    decay: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The shapes of the two layers."""
        return [(self.widths[1], self.widths[0]), (self.widths[2], self.widths[1])]


@lru_cache(maxsize=16)
def two_layers(reduction: Reduction) -> Reduction:
    """Return the reduction of the two-layer problem that the narrowest hidden layer leaves, of the same loss."""
    output = reduction.floor / reduction.scale + sum(
        (a * b for a, b in zip(reduction.target.entries(), reduction.cross.entries(), strict=True)), fmpq(0)
    )
    widths = (len(reduction.seen), min(reduction.widths[1:-1]), reduction.widths[-1])
    return reduce(TwoLayers(widths, reduction.scale, reduction.moment, reduction.cross, output))


def enclose_at_bottleneck(reduction: Reduction, points: Array, bits: int, road: Road) -> list[Enclosed | Failure]:
    """Return, for every point of a stack, a certified critical point of a net without decay near it, found in its
    two-layer net by `road`, or why there is none.

    For at least two layers, no noise and data with at least one direction seen.
    """
    weights = reduction.net.split(points)
    narrow = min(range(1, len(weights)), key=lambda k: reduction.widths[k])
    inner, outer = weights[0] @ to_array(reduction.basis), weights[-1]
    for weight in weights[1:narrow]:
        inner = weight @ inner
    for weight in reversed(weights[narrow:-1]):
        outer = outer @ weight
    count = len(points)
    small = np.concatenate([inner.reshape(count, -1), outer.reshape(count, -1)], axis=1)
    results = road(two_layers(reduction), small, bits)
    if len(weights) == 2 and reduction.sees_all_inputs:
        return results
    found: list[Enclosed | Failure] = []
    for place, result in enumerate(results):
        lifted: Enclosed | Failure = result
        if isinstance(result, Enclosed):
            with working_precision(bits):
                lifted = _lift_point(reduction, [weight[place] for weight in weights], narrow, result)
        found.append(lifted)
    return found


def _lift_point(reduction: Reduction, weights: Sequence[Array], narrow: int, found: Enclosed) -> Enclosed | Failure:
    """Return the critical point of the net that lies over one of its two-layer net."""
    for chain in (weights[1:narrow], weights[narrow:-1]):
        least = _least_singular_value(chain)
        if least < _RANK_LEVEL * reduction.net.natural_weight ** len(chain):
            # a point of full rank may lie there, but so does one that is not: what is near says nothing about the start
            reason = f"degenerate: the layers beside the bottleneck nearly lose rank (singular value {least:.1e})"
            return Failure(reason, degenerate=True)
    lifted = _lift(reduction, weights, narrow, found.weights)
    if lifted is None:
        return Failure("the layers beside the bottleneck are not certified of full rank")
    positive, negative, _ = found.inertia
    size = sum(weight.size for weight in weights)
    moved = np.array([float(value.mid()) for weight in lifted for value in weight.entries()])
    displacement = float(np.abs(moved - np.concatenate([weight.ravel() for weight in weights])).max())
    method = f"{found.method}, in the two-layer net of the bottleneck"
    return Enclosed(lifted, found.loss, (positive, negative, size - positive - negative), method, displacement)


def _least_singular_value(chain: Sequence[Array]) -> float:
    """Return the smallest singular value of the product of consecutive layers, infinity when there are none."""
    if not chain:
        return math.inf
    product = chain[0]
    for weight in chain[1:]:
        product = weight @ product
    return float(np.linalg.svd(product, compute_uv=False)[-1])


def _lift(reduction: Reduction, weights: Sequence[Array], narrow: int, found: Matrices) -> Matrices | None:
    """Return balls around W*, or None when N or M is not certified of full rank."""
    result = [arb_mat(weight.tolist()) for weight in weights]
    below, above = unit(reduction.widths[1]), unit(reduction.widths[narrow])
    for weight in result[1:narrow]:
        below = weight * below
    for weight in result[narrow:-1]:
        above = weight * above
    wide, tall = below * below.transpose(), above.transpose() * above
    if not (certainly_nonzero(wide.det()) and certainly_nonzero(tall.det())):
        return None
    change = below.transpose() * wide.inv() * (found[0] - below * (result[0] * arb_mat(reduction.basis)))
    first = result[0].tolist()
    for place, column in enumerate(reduction.seen):
        for i, row in enumerate(first):
            row[column] += change[i, place]
    result[-1] = result[-1] + (found[1] - result[-1] * above) * tall.inv() * above.transpose()
    return (arb_mat(first), *result[1:])
