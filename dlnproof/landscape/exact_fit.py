"""Exact global minima without decay: near a float64 point, a rational one that fits as well as any linear map.

Without decay L = floor + c tr((F - F*) T (F - F*)^T), T positive definite, F = W_H ... W_1 P (module `reduction`), so
a point is a global minimum as soon as F = F* (d_H x q), and there H = 2c J^T (I kron T) J with J the Jacobian of F:
inertia (rank J, 0, n - rank J). The float64 weights are rounded to a grid and one or two layers are then moved by
exact formulas so that F = F* holds in Q:

* one layer k where A_k = W_H..W_{k+1} has full row rank and B_{k-1} = W_{k-1}..W_1 P has full column rank:
  W_k += A_k^+ (F* - F) B_{k-1}^+. Then F is a submersion at the point and rank J = q d_H.
* else F* = U V of rank r is threaded through one layer j of rank r, W_j = C D: the layers above carry C_j = C, C_k =
  W_k C_{k-1}, and W_H += (U - W_H C_{H-1}) C_{H-1}^+ ends at U; the layers below carry D down to V in the same way.
  rank J is computed in Q.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat

from dlnproof.landscape.reduction import Reduction, to_array
from dlnproof.rings.double import Array
from dlnproof.rings.rational import identity, pivot_columns, take_columns, take_rows

# the rounding of the float64 weights, and how far the exact point may lie from them, relative to the natural weight
_GRID_BITS = 30
_REACH = 1e-5
_RANK_LEVEL = 1e-6
Rationals = tuple[fmpq_mat, ...]


@dataclass(frozen=True, eq=False)
class ExactFit:
    """A rational global minimum: weights, inertia (positive, negative, zero), distance from the float64 point."""

    weights: Rationals
    inertia: tuple[int, int, int]
    displacement: float


def exact_fit(reduction: Reduction, weights: Sequence[Array]) -> ExactFit | None:
    """Return an exact global minimum within a small distance of `weights`, or None where the formulas find none.

    For problems without decay only; both the fit F = F* and the rank are checked in Q before the point is returned.
    """
    scale = max(reduction.net.natural_weight, max(float(np.abs(weight).max()) for weight in weights))
    rounded = [_on_grid(weight, scale) for weight in weights]
    size = sum(weight.size for weight in weights)
    if not reduction.seen:
        return ExactFit(tuple(rounded), (0, 0, size), 0.0)
    basis = to_array(reduction.basis)
    if not _fits_nearly(reduction, weights, basis):
        return None
    for attempt in (_move_one_layer, _thread_rank):
        moved = attempt(reduction, [weights[0] @ basis, *weights[1:]], [rounded[0] * reduction.basis, *rounded[1:]])
        if moved is None:
            continue
        lifted = lift_first(reduction, rounded[0], moved)
        displacement = max(float(np.abs(to_array(w) - v).max()) for w, v in zip(lifted, weights, strict=True))
        if displacement > _REACH * scale or _product(moved) != reduction.target:
            continue
        rank = _jacobian(moved).rank()
        return ExactFit(lifted, (rank, 0, size - rank), displacement)
    return None


def lift_first(reduction: Reduction, first: fmpq_mat, seen: Sequence[fmpq_mat]) -> Rationals:
    """Return weights whose first layer W satisfies W P = seen[0], equal to `first` in the directions P does not see."""
    change = seen[0] - first * reduction.basis
    lifted = fmpq_mat(first)
    for place, column in enumerate(reduction.seen):
        for i in range(first.nrows()):
            lifted[i, column] += change[i, place]
    return (lifted, *seen[1:])


def _on_grid(weight: Array, scale: float) -> fmpq_mat:
    """Return the weights rounded to a multiple of a power of two: small rationals near the floats."""
    power = _GRID_BITS - int(np.ceil(np.log2(scale)))
    factor = fmpq(2) ** power
    integers = np.rint(np.ldexp(weight, power)).ravel().tolist()
    return fmpq_mat(weight.shape[0], weight.shape[1], [fmpq(int(value)) / factor for value in integers])


def _fits_nearly(reduction: Reduction, weights: Sequence[Array], basis: Array) -> bool:
    product = weights[0] @ basis
    for weight in weights[1:]:
        product = weight @ product
    target = to_array(reduction.target)
    return bool(np.abs(product - target).max() <= 1e-4 * max(float(np.abs(target).max()), reduction.net.natural_weight))


def _partial_products(weights: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    below, above = [np.eye(weights[0].shape[1])], [np.eye(weights[-1].shape[0])]
    for weight in weights:
        below.append(weight @ below[-1])
    for weight in reversed(weights):
        above.append(above[-1] @ weight)
    return below, above[::-1]


def _move_one_layer(reduction: Reduction, floats: Sequence[Array], exact: Sequence[fmpq_mat]) -> Rationals | None:
    below, above = _partial_products(floats)
    margins = [_margin(above[k + 1].T) * _margin(below[k]) for k in range(len(floats))]
    best = int(np.argmax(margins))
    if margins[best] < _RANK_LEVEL:
        return None
    outer, inner = _chain(exact[best + 1 :], reduction.widths[-1]), _chain(exact[:best], len(reduction.seen))
    left, right = left_inverse(outer.transpose()), left_inverse(inner)
    if left is None or right is None:
        return None
    change = left.transpose() * (reduction.target - _product(exact)) * right
    return (*exact[:best], exact[best] + change, *exact[best + 1 :])


def _thread_rank(reduction: Reduction, floats: Sequence[Array], exact: Sequence[fmpq_mat]) -> Rationals | None:
    rank = reduction.target.rank()
    for j, weight in enumerate(floats):
        sizes = np.linalg.svd(weight, compute_uv=False)
        if rank > len(sizes):
            return None
        if rank < len(sizes) and sizes[rank] > _RANK_LEVEL * max(float(sizes[0]), reduction.net.natural_weight):
            continue
        if rank == 0:
            return (*exact[:j], fmpq_mat(*weight.shape), *exact[j + 1 :])
        moved = _thread_layer(reduction, floats, exact, j, rank)
        if moved is not None:
            return moved
    return None


def _thread_layer(
    reduction: Reduction, floats: Sequence[Array], exact: Sequence[fmpq_mat], j: int, rank: int
) -> Rationals | None:
    """Return the weights with F = F* where layer j has rank r, from the factors W_j = C D that the floats propose."""
    target = reduction.target
    columns = take_columns(target, pivot_columns(target))
    rows = take_rows(target.rref()[0], range(rank))
    _, above = _partial_products(floats)
    left, sizes, right = np.linalg.svd(floats[j])
    factor, other = left[:, :rank] * sizes[:rank], right[:rank]
    # A_j C = U g for some invertible g: choose C so that g = I
    gauge = np.linalg.lstsq(to_array(columns), above[j + 1] @ factor, rcond=None)[0]
    if np.linalg.cond(gauge) > 1e8:
        return None
    scale = reduction.net.natural_weight
    top = columns if j == len(exact) - 1 else _on_grid(factor @ np.linalg.inv(gauge), scale)
    bottom = rows if j == 0 else _on_grid(gauge @ other, scale)
    result = list(exact)
    result[j] = top * bottom
    upper = top
    for k in range(j + 1, len(exact) - 1):
        upper = exact[k] * upper
    if j < len(exact) - 1:
        inverse = left_inverse(upper)
        if inverse is None:
            return None
        result[-1] = exact[-1] + (columns - exact[-1] * upper) * inverse
    lower = bottom
    for k in range(j - 1, 0, -1):
        lower = lower * exact[k]
    if j > 0:
        inverse = left_inverse(lower.transpose())
        if inverse is None:
            return None
        result[0] = exact[0] + inverse.transpose() * (rows - lower * exact[0])
    return tuple(result)


def left_inverse(matrix: fmpq_mat) -> fmpq_mat | None:
    """Return (M^T M)^{-1} M^T, or None unless M has full column rank."""
    turned = matrix.transpose()
    square = turned * matrix
    return None if square.det() == 0 else square.inv() * turned


def _margin(matrix: Array) -> float:
    """Return the smallest singular value over the largest, 0 where full column rank is impossible."""
    if matrix.shape[0] < matrix.shape[1]:
        return 0.0
    sizes = np.linalg.svd(matrix, compute_uv=False)
    return float(sizes[-1] / sizes[0]) if sizes[0] > 0 else 0.0


def _chain(weights: Sequence[fmpq_mat], size: int) -> fmpq_mat:
    """Return the product of consecutive layers, the identity of that size when there are none."""
    return _product(weights) if weights else identity(size)


def _product(weights: Sequence[fmpq_mat]) -> fmpq_mat:
    result = weights[0]
    for weight in weights[1:]:
        result = weight * result
    return result


def _jacobian(weights: Sequence[fmpq_mat]) -> fmpq_mat:
    """Return the transposed Jacobian of F = W_H ... W_1 P: a row for each weight, a column for each entry of F."""
    rows = []
    for k in range(len(weights)):
        outer = _chain(weights[k + 1 :], weights[-1].nrows()).tolist()
        inner = _chain(weights[:k], weights[0].ncols()).tolist()
        for p in range(weights[k].nrows()):
            for q in range(weights[k].ncols()):
                rows.append([line[p] * value for line in outer for value in inner[q]])
    return fmpq_mat(rows)
