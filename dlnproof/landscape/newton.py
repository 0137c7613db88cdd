"""Regularised Newton descent on stacks of starts in float64: one step solves (H + m I) s = -gradient for all of them.

m > 0 is adapted point by point: it grows until H + m I is positive definite and the step lowers the loss as predicted,
and shrinks to almost nothing near a minimum, where convergence is quadratic. Symmetries leave null directions in H;
the gradient has no part in them, so a small m is enough. Points that have converged leave the stack. A point that
converged to a strict saddle is moved along its most negative direction and goes on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dlnproof.rings.double import Array, DoubleNet

ITERATIONS = 300
LEAST = 1e-9  # of m, relative to the size of H
FIRST = 3e-2
RULE = ((0.8, 0.2), (0.4, 0.7), (0.1, 1.5))  # m is multiplied by the second where drop / predicted exceeds the first
MOST = 2.0  # the factor elsewhere, after a step that was taken
BAD, INDEFINITE = 4.0, 8.0  # the factors after a step that was not taken, and where H + m I is not positive definite
NEGATIVE = 1e-7  # a curvature below minus this, relative to the largest, is a way down
ESCAPES = 6
ESCAPE_LENGTH = 1e-2  # of a move along a way down, relative to the size of the weights
_SMALL = 12  # up to this size the elimination runs over the whole stack, above it matrix by matrix
_STACK_SIZE = 1 << 18  # numbers in the Hessians of one stack: bounds the memory


def descend(net: DoubleNet, points: Array, limit: float) -> Array:
    """Return where the descents from a stack of points end: |gradient| <= limit and no way down, unless they stall."""
    most = max(8, _STACK_SIZE // net.size**2)
    parts = [_descend(net, points[i : i + most], limit) for i in range(0, len(points), most)]
    return np.concatenate(parts)


def _descend(net: DoubleNet, points: Array, limit: float) -> Array:
    points = points.copy()
    moving = np.arange(len(points))
    w = points.copy()
    value, (gradient, hessian) = net.value(w), net.derivatives(w)
    size = _size(hessian)
    shift = FIRST * size
    escapes = np.zeros(len(w), dtype=np.int64)
    for _ in range(ITERATIONS):
        step, definite = solve_definite(hessian, shift, -gradient)
        predicted = 0.5 * (shift * np.einsum("si,si->s", step, step) - np.einsum("si,si->s", gradient, step))
        trial = w + step
        with np.errstate(invalid="ignore", over="ignore"):
            after = net.value(trial)
            ratio = (value - after) / np.maximum(predicted, 1e-300)
        # below the resolution of the loss a drop is noise, and the step is taken on trust
        accepted = definite & ((ratio > 1e-3) | (predicted <= 1e-14 * np.abs(value)))
        factor = np.where(accepted, MOST, np.where(definite, BAD, INDEFINITE))
        for bound, less in reversed(RULE):
            factor = np.where(accepted & (ratio > bound), less, factor)
        shift = np.maximum(shift * factor, LEAST * size)
        if accepted.all():
            w, value, (gradient, hessian) = trial, after, net.derivatives(trial)
            size = _size(hessian)
        elif accepted.any():
            w[accepted], value[accepted] = trial[accepted], after[accepted]
            gradient[accepted], hessian[accepted] = net.derivatives(trial[accepted])
            size[accepted] = _size(hessian[accepted])
        steep = np.sqrt(np.einsum("si,si->s", gradient, gradient))
        resting = (steep <= limit) & accepted
        if resting.any():
            down = _leave_saddles(net, w, hessian, np.flatnonzero(resting), escapes)
            resting[down] = False
            if len(down):
                value[down], (gradient[down], hessian[down]) = net.value(w[down]), net.derivatives(w[down])
                size[down] = _size(hessian[down])
                shift[down] = FIRST * size[down]
        resting |= shift > 1e16 * size
        if resting.any():
            points[moving[resting]] = w[resting]
            keep = ~resting
            if not keep.any():
                return points
            moving, w, shift, size, escapes = moving[keep], w[keep], shift[keep], size[keep], escapes[keep]
            value, gradient, hessian = value[keep], gradient[keep], hessian[keep]
    points[moving] = w
    return points


def settle(net: DoubleNet, points: Array) -> Array:
    """Return the points after up to two Newton steps with the least m, each kept only where the gradient shrinks."""
    for _ in range(2):
        gradient, hessian = net.derivatives(points)
        step, definite = solve_definite(hessian, LEAST * _size(hessian), -gradient)
        trial = points + step
        after = np.linalg.norm(net.gradient(trial), axis=1)
        better = definite & (after < 0.5 * np.linalg.norm(gradient, axis=1))
        if not better.any():
            break
        points = np.where(better[:, None], trial, points)
    return points


def _leave_saddles(
    net: DoubleNet, w: Array, hessian: Array, places: NDArray[np.intp], escapes: NDArray[np.int64]
) -> NDArray[np.intp]:
    """Move those of the converged points at `places` that have a way down along it; return where they are."""
    matrices = hessian[places]
    # elimination tells most minima, at a fraction of the cost of eigenvalues
    _, definite = solve_definite(matrices, NEGATIVE * _size(matrices), np.zeros(matrices.shape[:2]))
    places = places[~definite]
    if not len(places):
        return places
    eigenvalues, vectors = np.linalg.eigh(hessian[places])
    bends = eigenvalues[:, 0] < -NEGATIVE * np.abs(eigenvalues).max(axis=1)
    moved = bends & (escapes[places] < ESCAPES)
    at: NDArray[np.intp] = places[moved]
    length = ESCAPE_LENGTH * np.maximum(np.linalg.norm(w[at], axis=1), net.natural_weight)
    w[at] += length[:, None] * vectors[moved, :, 0]
    escapes[at] += 1
    return at


def _size(hessian: Array) -> Array:
    result: Array = np.abs(np.einsum("sii->si", hessian)).max(axis=1) + 1e-300
    return result


def solve_definite(matrices: Array, shift: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return the solutions of (A + shift I) x = right on a stack, and where A + shift I is positive definite.

    Elsewhere the solution is 0. Cholesky's elimination, without pivoting: its pivots are positive exactly there.
    """
    size = matrices.shape[1]
    if size <= _SMALL:
        return _solve_stack(matrices, shift, right)
    from scipy.linalg.lapack import dposv  # slow to import, and small nets do without

    diagonal = np.arange(size)
    work = matrices.copy()
    work[:, diagonal, diagonal] += shift[:, None]
    solution, definite = np.zeros_like(right), np.zeros(len(right), dtype=bool)
    for i in range(len(right)):
        _, x, info = dposv(work[i].T, right[i], overwrite_a=1)
        if info == 0:
            solution[i], definite[i] = x, True
    return solution, definite


def _solve_stack(matrices: Array, shift: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Eliminate with the stack as the last axis, so that every operation runs over all matrices."""
    size = matrices.shape[1]
    work = np.empty((size, size + 1, len(right)))
    work[:, :size] = matrices.transpose(1, 2, 0)
    work[:, size] = right.T
    diagonal = np.arange(size)
    work[diagonal, diagonal] += shift
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for k in range(size):
            row = work[k, k + 1 :] / work[k, k]
            work[k + 1 :, k + 1 :] -= work[k + 1 :, k, None] * row[None]
            work[k, k + 1 :] = row
        solution = work[:, size]
        for k in range(size - 1, 0, -1):
            solution[:k] -= work[:k, k] * solution[k]
    # the pivots stay on the diagonal; a NaN behind a zero pivot is not positive
    definite = work[diagonal, diagonal].min(axis=0) > 0
    return np.where(definite[:, None], solution.T, 0.0), definite
