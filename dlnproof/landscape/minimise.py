"""Search for local minima from random starts in float64: the proposals that `certify` then proves or refuses.

The default method is a trust-region Newton method on all starts at once: with H = Q diag(l) Q^T the step is -Q diag(1
/ (|l| + mu)) Q^T gradient, mu >= 0 the least with a step inside the trust radius, so that it descends along negative
curvature and never stops at a strict saddle. BFGS, L-BFGS and trust-exact of SciPy are independent opponents.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlnproof.errors import bad
from dlnproof.landscape.reduction import Reduction, reduce
from dlnproof.rings.double import Array, DoubleNet

METHODS = ("newton", "bfgs", "l-bfgs", "trust-exact")
_ITERATIONS = 200
_STEEPNESS = 1e-11  # |gradient| below this, relative to the gradient's natural size, ends the descent
_FLAT = 1e-11  # eigenvalues below this, relative to the largest, are no curvature
_ESCAPES = 6


@dataclass(frozen=True, eq=False)
class Descent:
    """Where one start ended: weights in float64, loss, gradient norm, and whether the method says it converged."""

    start: int
    weights: tuple[Array, ...]
    loss: float
    gradient_norm: float
    converged: bool


def minimise(problem: Any, starts: int = 8, seed: int = 0, method: str = "newton") -> list[Descent]:
    """Return one float64 descent per random start; start i depends on (seed, i) only.

    Starts are Gaussian at several scales; with decay every fourth is near the origin, whose basin is easily missed.
    Nothing here is certified. Raises: InputError for an unknown method or fewer than one start.
    """
    if not isinstance(starts, int) or isinstance(starts, bool) or starts < 1:
        raise bad("starts", starts, "the number of starts is a positive integer", "write starts=8")
    if method not in METHODS:
        raise bad("method", method, f"the methods are {', '.join(METHODS)}", "choose one of them")
    return minimise_reduced(reduce(problem), starts, seed, method)


def minimise_reduced(reduction: Reduction, starts: int, seed: int, method: str = "newton") -> list[Descent]:
    """Return the descents of a problem whose exact reduction is at hand."""
    net = reduction.net
    points = random_starts(net, starts, seed)
    search = _newton if method == "newton" else _scipy_search(method)
    points = _polish(net, search(net, points))
    losses, gradients = net.value(points), np.linalg.norm(net.gradient(points), axis=1)
    limit = 1e3 * _STEEPNESS * _natural_gradient(net)
    matrices = net.split(points)
    found = []
    for i in range(starts):
        weights = tuple(weight[i].copy() for weight in matrices)
        found.append(Descent(i, weights, float(losses[i]), float(gradients[i]), bool(gradients[i] <= limit)))
    return found


def random_starts(net: DoubleNet, starts: int, seed: int) -> Array:
    """Return the stack of random starting points, shape (starts, n)."""
    base = net.natural_weight
    scales = (1.0, 0.5, 2.0, _near_origin(net, base) if any(net.decay) else 1.5)
    rows = []
    for i in range(starts):
        rng = np.random.default_rng([seed, i])
        parts = [
            rng.standard_normal(a * b) * (scales[i % 4] * base / math.sqrt(max(a, b)))
            for a, b in zip(net.widths[1:], net.widths, strict=False)
        ]
        rows.append(np.concatenate(parts))
    return np.array(rows)


def _near_origin(net: DoubleNet, base: float) -> float:
    """Return a scale of starts, relative to `base`, in the basin of the origin: decay outweighs c |C| |W|^H there."""
    depth = len(net.decay)
    pull = 2 * net.scale * float(np.linalg.norm(net.target @ net.moment, 2)) if net.target.size else 0.0
    if depth < 3 or pull == 0:
        return 0.05
    return min(0.05, 0.3 * (min(net.decay) / pull) ** (1 / (depth - 2)) / base) or 0.05


def _natural_gradient(net: DoubleNet) -> float:
    """Return the size that a gradient has when nothing cancels: what a small gradient is compared with."""
    weight = net.natural_weight
    depth = len(net.decay)
    data = 2 * net.scale * float(np.linalg.norm(net.moment, 2)) * weight ** (2 * depth - 1) if net.moment.size else 0.0
    return data + 2 * max(net.decay) * weight or 1.0


def _newton(net: DoubleNet, points: Array) -> Array:
    """Return where the trust-region Newton method ends; rows are compacted to the ones that still move."""
    points = points.copy()
    limit = _STEEPNESS * _natural_gradient(net)
    moving = np.arange(len(points))
    w = points.copy()
    radius = np.maximum(0.5 * np.linalg.norm(w, axis=1), 1e-3)
    escapes = np.zeros(len(w), dtype=np.int64)
    value, eigenvalues, vectors, slope, steep = _spectrum(net, w)
    for _ in range(_ITERATIONS):
        step, predicted = _trust_step(eigenvalues, slope, radius)
        at_saddle = (steep <= limit) & _bends_down(eigenvalues) & (escapes < _ESCAPES)
        if at_saddle.any():
            # the gradient has vanished at a strict saddle: leave along the most negative direction
            step[at_saddle] = 0.0
            step[at_saddle, 0] = np.maximum(1e-3 * np.linalg.norm(w[at_saddle], axis=1), 1e-4)
            predicted[at_saddle] = 0.5 * np.abs(eigenvalues[at_saddle, 0]) * step[at_saddle, 0] ** 2
            escapes[at_saddle] += 1
        trial = w + np.einsum("sij,sj->si", vectors, step)
        drop = value - net.value(trial)
        ratio = drop / np.maximum(predicted, 1e-300)
        # below the resolution of the loss a drop is noise, and the step is taken on trust
        accepted = (ratio > 1e-4) | (predicted <= 1e-14 * np.abs(value))
        length = np.linalg.norm(step, axis=1)
        radius = np.where(accepted, np.where(ratio > 0.75, np.maximum(radius, 3 * length), radius), 0.25 * length)
        if accepted.any():
            w[accepted] = trial[accepted]
            here = _spectrum(net, w[accepted])
            value[accepted], eigenvalues[accepted], vectors[accepted], slope[accepted], steep[accepted] = here
        resting = (steep <= limit) & (~_bends_down(eigenvalues) | (escapes >= _ESCAPES))
        resting |= radius < 1e-15 * np.maximum(np.linalg.norm(w, axis=1), 1e-3)
        if resting.any():
            points[moving[resting]] = w[resting]
            keep = ~resting
            if not keep.any():
                return points
            moving, w, radius, escapes = moving[keep], w[keep], radius[keep], escapes[keep]
            value, eigenvalues, vectors, slope, steep = (x[keep] for x in (value, eigenvalues, vectors, slope, steep))
    points[moving] = w
    return points


def _bends_down(eigenvalues: Array) -> NDArray[np.bool_]:
    """Return, for every point, whether its Hessian has a clearly negative eigenvalue."""
    down: NDArray[np.bool_] = eigenvalues[:, 0] < -1e-7 * np.abs(eigenvalues).max(axis=1)
    return down


def _spectrum(net: DoubleNet, w: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return loss, Hessian eigenvalues and vectors, the gradient in that basis and its norm, for every point."""
    value, gradient, hessian = net.value(w), net.gradient(w), net.hessian(w)
    eigenvalues, vectors = np.linalg.eigh(hessian)
    slope = np.einsum("sij,si->sj", vectors, gradient)
    return value, eigenvalues, vectors, slope, np.linalg.norm(gradient, axis=1)


def _trust_step(eigenvalues: Array, slope: Array, radius: Array) -> tuple[Array, Array]:
    """Return the step in the eigenbasis and the decrease it predicts."""
    size = np.abs(eigenvalues)
    size = np.maximum(size, _FLAT * size.max(axis=1, keepdims=True) + 1e-300)
    shift = np.zeros(len(size))
    step = -slope / size
    length = np.linalg.norm(step, axis=1)
    for _ in range(4):
        long = length > 1.05 * radius
        if not long.any():
            break
        # Newton's method on 1/length = 1/radius, which is nearly linear in the shift
        lean = np.sum(step * step / (size + shift[:, None]), axis=1)
        correction = length**2 * (length - radius) / np.maximum(lean * radius, 1e-300)
        shift = np.where(long, shift + correction, shift)
        step = -slope / (size + shift[:, None])
        length = np.linalg.norm(step, axis=1)
    step *= np.minimum(1.0, 1.2 * radius / np.maximum(length, 1e-300))[:, None]
    return step, -np.sum(slope * step + 0.5 * eigenvalues * step * step, axis=1)


def _polish(net: DoubleNet, points: Array) -> Array:
    """Return the points after up to three pseudo-inverse Newton steps, each kept only where the gradient shrinks."""
    steep = np.linalg.norm(net.gradient(points), axis=1)
    for _ in range(3):
        _, eigenvalues, vectors, slope, _ = _spectrum(net, points)
        curved = np.abs(eigenvalues) > 1e-9 * np.abs(eigenvalues).max(axis=1, keepdims=True)
        step = np.where(curved, -slope / np.where(curved, eigenvalues, 1.0), 0.0)
        trial = points + np.einsum("sij,sj->si", vectors, step)
        after = np.linalg.norm(net.gradient(trial), axis=1)
        better = after < steep
        if not better.any():
            break
        points = np.where(better[:, None], trial, points)
        steep = np.where(better, after, steep)
    return points


def _scipy_search(method: str) -> Callable[[DoubleNet, Array], Array]:
    """Return a search by SciPy, one start after the other: code that shares nothing with the Newton method above."""
    from scipy.optimize import minimize  # slow to import, and only these methods need it

    name = {"bfgs": "BFGS", "l-bfgs": "L-BFGS-B", "trust-exact": "trust-exact"}[method]
    options: dict[str, dict[str, float]] = {
        "bfgs": {"gtol": 1e-10, "maxiter": 2000},
        "l-bfgs": {"gtol": 1e-10, "ftol": 0.0, "maxiter": 5000, "maxfun": 20000},
        "trust-exact": {"gtol": 1e-10, "maxiter": 1000},
    }

    def search(net: DoubleNet, points: Array) -> Array:
        ends: list[Sequence[float]] = []
        for point in points:
            found = minimize(
                lambda w: float(net.value(w[None])[0]),
                point,
                jac=lambda w: net.gradient(w[None])[0],
                hess=(lambda w: net.hessian(w[None])[0]) if method == "trust-exact" else None,
                method=name,
                options=options[method],
            )
            ends.append(found.x)
        return np.array(ends)

    return search
