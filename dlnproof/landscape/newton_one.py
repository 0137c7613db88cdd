"""The descent of module `newton` for one start at a time, by the same rule: arrays over few starts cost more than they save."""

from __future__ import annotations

import math

import numpy as np

from dlnproof.landscape.newton import (
    BAD,
    ESCAPE_LENGTH,
    ESCAPES,
    FIRST,
    INDEFINITE,
    ITERATIONS,
    LEAST,
    MOST,
    NEGATIVE,
    RULE,
)
from dlnproof.rings.double import Array, DoubleNet
from dlnproof.rings.one_point import OnePoint

_SMALL = 12  # up to this size NumPy alone solves; above it LAPACK's driver, which SciPy is slow to import


def descend_one(net: DoubleNet, start: Array, limit: float) -> Array:
    """Return where the descent from one point ends, two steps of polish included; see `newton.descend`."""
    here = OnePoint(net)
    point = start
    value, (gradient, hessian) = here.value(point), here.derivatives(point)
    size = _size(hessian)
    shift, escapes = FIRST * size, 0
    for _ in range(ITERATIONS):
        step = solve_one(hessian, shift, gradient)
        if step is None:
            shift *= INDEFINITE
        else:
            predicted = 0.5 * (shift * float(step @ step) - float(gradient @ step))
            trial = point + step
            after = here.value(trial)
            ratio = (value - after) / max(predicted, 1e-300)
            if ratio > 1e-3 or predicted <= 1e-14 * abs(value):
                shift *= next((less for bound, less in RULE if ratio > bound), MOST)
                point, value, (gradient, hessian) = trial, after, here.derivatives(trial)
                size = _size(hessian)
                shift = max(shift, LEAST * size)
                if math.sqrt(float(gradient @ gradient)) <= limit:
                    down = way_down(hessian) if escapes < ESCAPES else None
                    if down is None:
                        break
                    escapes += 1
                    length = ESCAPE_LENGTH * max(float(np.linalg.norm(point)), net.natural_weight)
                    point = point + length * down
                    value, (gradient, hessian) = here.value(point), here.derivatives(point)
                    size = _size(hessian)
                    shift = FIRST * size
            else:
                shift *= BAD
        if not shift <= 1e16 * size:
            break
    return _settle(here, point, gradient, hessian)


def _settle(here: OnePoint, point: Array, gradient: Array, hessian: Array) -> Array:
    """Return the point after up to two Newton steps with the least shift, each kept only where the gradient shrinks."""
    for last in (False, True):
        step = solve_one(hessian, LEAST * _size(hessian), gradient)
        if step is None:
            break
        trial = point + step
        slope = here.gradient(trial) if last else None
        if slope is None:
            slope, hessian = here.derivatives(trial)
        if not float(slope @ slope) < 0.25 * float(gradient @ gradient):
            break
        point, gradient = trial, slope
    return point


def way_down(hessian: Array) -> Array | None:
    """Return the unit eigenvector of the least eigenvalue where that is clearly negative, else None."""
    if solve_one(hessian, NEGATIVE * _size(hessian), hessian[0]) is not None:
        return None
    eigenvalues, vectors = np.linalg.eigh(hessian)
    direction: Array = vectors[:, 0]
    return direction if eigenvalues[0] < -NEGATIVE * np.abs(eigenvalues).max() else None


def solve_one(matrix: Array, shift: float, gradient: Array) -> Array | None:
    """Return the solution of (A + shift I) x = -gradient, or None where A + shift I is not positive definite."""
    work = matrix.copy()
    work.reshape(-1)[:: len(matrix) + 1] += shift
    if len(matrix) > _SMALL:
        from scipy.linalg.lapack import dposv

        _, solution, info = dposv(work.T, gradient, overwrite_a=1)
        return -solution if info == 0 else None
    try:
        np.linalg.cholesky(work)
        return np.asarray(-np.linalg.solve(work, gradient), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None


def _size(hessian: Array) -> float:
    return float(np.abs(hessian.reshape(-1)[:: len(hessian) + 1]).max()) + 1e-300
