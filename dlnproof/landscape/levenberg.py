"""Levenberg-Marquardt on the gradient, on stacks of starts in float64: it ends at critical points of any index.

Each step lowers |grad L|^2 / 2: with the Hessian H = Q diag(l) Q^T it is -Q diag(l / (l^2 + m)) Q^T grad L, m > 0
adapted point by point. Null directions of symmetries are never moved along. A small gradient at the end proves nothing.
"""

from __future__ import annotations

import numpy as np

from dlnproof.rings.double import Array, DoubleNet

_ITERATIONS = 200
_LEAST = 1e-16  # of m, relative to the largest squared eigenvalue
_FLAT = 1e-9  # an eigenvalue below this, relative to the largest, is no curvature


def approach(net: DoubleNet, points: Array, limit: float) -> Array:
    """Return where the searches from a stack of points end: |gradient| <= limit, unless they stall or run too long."""
    points = points.copy()
    moving = np.arange(len(points))
    w = points.copy()
    eigenvalues, slope, vectors, steep = _spectrum(net, w)
    shift = 1e-2 * np.square(eigenvalues).max(axis=1)
    for _ in range(_ITERATIONS):
        step = -slope * eigenvalues / (np.square(eigenvalues) + shift[:, None] + 1e-300)
        trial = w + np.einsum("sij,sj->si", vectors, step)
        with np.errstate(invalid="ignore", over="ignore"):
            after = np.linalg.norm(net.gradient(trial), axis=1)
        expected = np.linalg.norm(slope + eigenvalues * step, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = (steep**2 - after**2) / np.maximum(steep**2 - expected**2, 1e-300)
        better = after < steep
        shift = np.where(better, np.where(ratio > 0.7, 0.1, 1.0), 8.0) * shift
        places = np.flatnonzero(better)
        if len(places):
            w[places] = trial[places]
            eigenvalues[places], slope[places], vectors[places], steep[places] = _spectrum(net, w[places])
        largest = np.square(eigenvalues).max(axis=1)
        shift = np.maximum(shift, _LEAST * largest)
        resting = (steep <= limit) | (shift > 1e12 * largest) | ~np.isfinite(steep)
        if resting.any():
            points[moving[resting]] = w[resting]
            keep = ~resting
            if not keep.any():
                return points
            moving, w, shift = moving[keep], w[keep], shift[keep]
            eigenvalues, slope, vectors, steep = eigenvalues[keep], slope[keep], vectors[keep], steep[keep]
    points[moving] = w
    return points


def polish(net: DoubleNet, points: Array) -> Array:
    """Return the points after up to three pseudo-inverse Newton steps, each kept only where the gradient shrinks."""
    for _ in range(3):
        eigenvalues, slope, vectors, steep = _spectrum(net, points)
        curved = np.abs(eigenvalues) > _FLAT * np.abs(eigenvalues).max(axis=1, keepdims=True)
        step = np.where(curved, -slope / np.where(curved, eigenvalues, 1.0), 0.0)
        trial = points + np.einsum("sij,sj->si", vectors, step)
        better = np.linalg.norm(net.gradient(trial), axis=1) < steep
        if not better.any():
            break
        points = np.where(better[:, None], trial, points)
    return points


def _spectrum(net: DoubleNet, w: Array) -> tuple[Array, Array, Array, Array]:
    """Return Hessian eigenvalues, the gradient in their basis, the eigenvectors and |gradient|, for every point."""
    gradient, hessian = net.derivatives(w)
    finite = np.isfinite(hessian).all(axis=(1, 2), keepdims=True)
    eigenvalues, vectors = np.linalg.eigh(np.where(finite, hessian, 0.0))
    slope = np.einsum("sij,si->sj", vectors, gradient)
    return eigenvalues, slope, vectors, np.linalg.norm(gradient, axis=1)
