"""From the floor of a degenerate valley to the rank stratum below it: a small gradient is not a nearby critical point.

Without decay and noise, where the data have lower rank than every layer could carry, the global minima meet in singular
strata and the loss is flat to high order around them: A = B = diag(1, e) fits diag(1, 0) with a gradient of e^3, but
the nearest critical point lies at distance e. A search that ends there is moved: the layer with the smallest superfluous
singular values is rounded to the rank of F* (module `exact_fit`), and the rational global minimum beside the rounded
weights is taken. The move is part of what is reported; `certify` itself never makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dlnproof.landscape.exact_fit import ExactFit, exact_fit
from dlnproof.landscape.reduction import Reduction, to_array
from dlnproof.rings.double import Array

# how far a search may have ended from the stratum, relative to the size of its weights
_REACH = 1e-2
_ROUNDING = 1e-7


def fit_near(reduction: Reduction, point: Array) -> ExactFit | None:
    """Return the rational global minimum beside a point (n numbers), or None where the formulas find none.

    Singular values so small that they are rounding errors are dropped first: kept, they would make of a point that lost
    rank a nearby one of another rank, and another inertia.
    """
    weights = [weight[0] for weight in reduction.net.split(point[None])]
    least = _ROUNDING * max(reduction.net.natural_weight, float(np.abs(point).max()))
    cleaned = []
    for weight in weights:
        left, sizes, right = np.linalg.svd(weight, full_matrices=False)
        cleaned.append((left * np.where(sizes < least, 0.0, sizes)) @ right if sizes[-1] < least else weight)
    return _measured(exact_fit(reduction, cleaned), weights)


def snap_to_stratum(reduction: Reduction, weights: Sequence[Array]) -> ExactFit | None:
    """Return the rational global minimum on the rank stratum beside `weights` (H matrices), or None where none is near.

    For problems without decay and noise. Its `displacement` is the largest change of a weight, rounding included.
    """
    if reduction.has_decay or reduction.has_noise or not reduction.seen:
        return None
    rank = int(reduction.target.rank())
    scale = max(reduction.net.natural_weight, max(float(np.abs(weight).max()) for weight in weights))
    rounded = [_round(weight, rank) for weight in weights]
    moves = [float(np.abs(near - weight).max()) for near, weight in zip(rounded, weights, strict=True)]
    for layer in sorted(range(len(weights)), key=moves.__getitem__):
        if min(weights[layer].shape) <= rank or moves[layer] > _REACH * scale:
            continue
        fit = exact_fit(reduction, [*weights[:layer], rounded[layer], *weights[layer + 1 :]])
        if fit is not None:
            return _measured(fit, weights)
    return None


def _measured(fit: ExactFit | None, weights: Sequence[Array]) -> ExactFit | None:
    """Return the fit with its distance from the weights that led to it."""
    if fit is None:
        return None
    changes = (to_array(exact) - weight for exact, weight in zip(fit.weights, weights, strict=True))
    return replace(fit, displacement=max(float(np.abs(change).max()) for change in changes))


def _round(weight: Array, rank: int) -> Array:
    """Return the nearest matrix of at most the given rank."""
    left, sizes, right = np.linalg.svd(weight, full_matrices=False)
    nearest: Array = (left[:, :rank] * sizes[:rank]) @ right[:rank]
    return nearest
