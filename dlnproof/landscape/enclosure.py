"""Loss, gradient and Hessian of a deep linear net over balls (`arb`), here without noise: every result is an enclosure.

    L = c (tr(R S R^T) - 2 tr(R C^T) + t) + sum_k g_k ||W_k||_F^2,   R = W_H ... W_1,   S = XX^T, C = YX^T, t = tr(YY^T)

The exact data are rounded outwards to the working precision, so the results hold for every point of the given balls.
Points are row-major lists of balls, layer 1 first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import arb, arb_mat, ctx

Matrices: TypeAlias = tuple[arb_mat, ...]


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Run the block with `bits` of precision and restore the precision that was set before."""
    with ctx.workprec(bits):
        yield


@dataclass(frozen=True, eq=False)
class BallNet:
    """The loss of one problem over balls, at the precision that was set when it was made (see `noisy_enclosure.ball_net`)."""

    widths: tuple[int, ...]
    scale: arb
    decay: tuple[arb, ...]
    decayed: tuple[bool, ...]
    moment: arb_mat
    cross: arb_mat
    output: arb

    def split(self, point: Sequence[arb]) -> Matrices:
        """Return the weight matrices of a point."""
        result, start = [], 0
        for rows, columns in zip(self.widths[1:], self.widths, strict=False):
            stop = start + rows * columns
            result.append(arb_mat(rows, columns, list(point[start:stop])))
            start = stop
        return tuple(result)

    def loss(self, weights: Matrices) -> arb:
        """Return an enclosure of L."""
        product = weights[0]
        for weight in weights[1:]:
            product = weight * product
        total = self.output + dot(product * self.moment, product) - 2 * dot(product, self.cross)
        total = self.scale * total
        for present, decay, weight in zip(self.decayed, self.decay, weights, strict=True):
            if present:
                total += decay * dot(weight, weight)
        return total

    def gradient(self, weights: Matrices) -> list[arb]:
        """Return an enclosure of the gradient, row-major."""
        below, above = products(weights)
        inner = (below[-1] * self.moment - self.cross) * (2 * self.scale)
        result: list[arb] = []
        for k, weight in enumerate(weights):
            part = above[k + 1].transpose() * inner * below[k].transpose()
            if self.decayed[k]:
                part = part + weight * (2 * self.decay[k])
            result.extend(part.entries())
        return result

    def loss_near(self, centre: Sequence[arb], change: Sequence[arb]) -> arb:
        """Return an enclosure of L over centre + change, narrow (of second order) where the gradient is small.

        Mean value theorem along the segment from the centre: L = L(centre) + <grad L(somewhere on it), change>; every
        change must contain 0, so that centre + change contains the segment.
        """
        box = [value + part for value, part in zip(centre, change, strict=True)]
        slopes = self.gradient(self.split(box))
        middle = self.loss(self.split(centre))
        return sum((slope * part for slope, part in zip(slopes, change, strict=True)), middle)

    def hessian(self, weights: Matrices) -> arb_mat:
        """Return an enclosure of the Hessian; its entries are symmetric as balls.

        Block (i, j), i >= j, maps D_j[s, t] to D_i[p, q]: 2c (A_i^T A_j)[p, s] (B_{i-1} S B_{j-1}^T)[q, t], and for i
        > j also (A_i^T G B_{j-1}^T)[p, t] (W_{i-1}..W_{j+1})[q, s]; the diagonal gets 2 g_i.
        """
        below, above = products(weights)
        twice = 2 * self.scale
        inner = (below[-1] * self.moment - self.cross) * twice
        offsets = [0]
        for weight in weights:
            offsets.append(offsets[-1] + weight.nrows() * weight.ncols())
        table: list[list[Any]] = [[0] * offsets[-1] for _ in range(offsets[-1])]
        for i, weight in enumerate(weights):
            outer = above[i + 1].transpose()
            spread, pull = below[i] * self.moment * twice, outer * inner
            middle: arb_mat | None = None
            for j in range(i, -1, -1):
                left, right = (outer * above[j + 1]).tolist(), (spread * below[j].transpose()).tolist()
                if j < i - 1:
                    middle = weights[j + 1] if middle is None else middle * weights[j + 1]
                cross = (pull * below[j].transpose()).tolist() if j < i else None
                between = middle.tolist() if middle is not None else None
                _fill(table, offsets[i], offsets[j], left, right, cross, between)
            if self.decayed[i]:
                double = 2 * self.decay[i]
                for place in range(offsets[i], offsets[i] + weight.nrows() * weight.ncols()):
                    table[place][place] += double
        return arb_mat(table)


def _fill(
    table: list[list[Any]],
    row: int,
    column: int,
    left: list[list[arb]],
    right: list[list[arb]],
    cross: list[list[arb]] | None,
    between: list[list[arb]] | None,
) -> None:
    """Write one block and its transpose; `between` None stands for the identity of adjacent layers."""
    wide, narrow = len(right), len(right[0])
    for p, left_row in enumerate(left):
        for q, right_row in enumerate(right):
            here = row + p * wide + q
            target = table[here]
            for s, factor in enumerate(left_row):
                base = column + s * narrow
                if cross is None and base > here:
                    break
                weight = None if cross is None else ((1 if q == s else 0) if between is None else between[q][s])
                for t, other in enumerate(right_row):
                    entry = factor * other
                    if cross is not None and weight is not None and not (isinstance(weight, int) and weight == 0):
                        entry += cross[p][t] * weight
                    target[base + t] = entry
                    table[base + t][here] = entry


def products(weights: Matrices) -> tuple[list[arb_mat], list[arb_mat]]:
    """Return [B_0..B_H] with B_k = W_k..W_1 and [A_0..A_H] with A_k = W_H..W_{k+1}."""
    below, above = [unit(weights[0].ncols())], [unit(weights[-1].nrows())]
    for weight in weights:
        below.append(weight * below[-1])
    for weight in reversed(weights):
        above.append(above[-1] * weight)
    return below, above[::-1]


def unit(size: int) -> arb_mat:
    """Return the identity matrix."""
    return arb_mat(size, size, [1 if i == j else 0 for i in range(size) for j in range(size)])


def certainly_nonzero(ball: arb) -> bool:
    """Return whether no number of the ball is zero; False says nothing (`ball == 0` is not the opposite)."""
    return bool(ball != 0)


def dot(left: arb_mat, right: arb_mat) -> arb:
    """Return tr(left^T right)."""
    return sum((a * b for a, b in zip(left.entries(), right.entries(), strict=True)), arb(0))
