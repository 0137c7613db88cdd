"""Independent opponents of the Newton method: SciPy's minimisers, heavy-ball gradient descent, and the user's own.

They share the loss and its gradient with it and nothing else. Ends are polished and certified like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from dlnproof.errors import bad
from dlnproof.rings.double import Array, DoubleNet

Search: TypeAlias = Callable[[DoubleNet, Array, float], Array]
# what a user gives: (loss and gradient of a row-major point, start) -> end
OwnMethod: TypeAlias = Callable[[Callable[[Array], tuple[float, Array]], Array], Any]
_SCIPY = {"bfgs": "BFGS", "l-bfgs": "L-BFGS-B", "trust-exact": "trust-exact"}
_OPTIONS: dict[str, dict[str, float]] = {
    "bfgs": {"gtol": 1e-8, "maxiter": 2000},
    "l-bfgs": {"gtol": 1e-10, "ftol": 0.0, "maxiter": 5000, "maxfun": 20000},
    "trust-exact": {"gtol": 1e-10, "maxiter": 1000},
}
_MOMENTUM = 0.9
_STEPS = 20_000
_PATIENCE = 50  # steps between two looks at the whole stack


def scipy_search(method: str) -> Search:
    """Return a search by SciPy, one start after the other."""
    from scipy.optimize import minimize  # slow to import, and only these methods need it

    def search(net: DoubleNet, points: Array, _limit: float) -> Array:
        hessian = (lambda w: net.hessian(w[None])[0]) if method == "trust-exact" else None
        ends: list[Sequence[float]] = []
        for point in points:
            found = minimize(
                _loss_and_gradient(net), point, jac=True, hess=hessian, method=_SCIPY[method], options=_OPTIONS[method]
            )
            ends.append(found.x)
        return np.array(ends)

    return search


def own_search(method: OwnMethod) -> Search:
    """Return a search by a function of the user: method(loss_and_gradient, start) -> end, vectors of length n."""

    def search(net: DoubleNet, points: Array, _limit: float) -> Array:
        ends = []
        for point in points:
            end = np.asarray(method(_loss_and_gradient(net), point.copy()), dtype=np.float64)
            if end.shape != point.shape:
                raise bad("method", method, f"it must return {len(point)} numbers", "return the last iterate")
            ends.append(end)
        return np.array(ends)

    return search


def heavy_ball(net: DoubleNet, points: Array, limit: float) -> Array:
    """Return the ends of gradient descent with momentum: v <- 9/10 v - rate grad L, w <- w + v.

    The rate of a point is adapted: a rise of the loss takes the step back, stops the ball and halves the rate.
    """
    points = points.copy()
    moving, w = np.arange(len(points)), points.copy()
    velocity, value, gradient = np.zeros_like(w), net.value(w), net.gradient(w)
    rate = 0.2 / np.maximum(np.abs(net.hessian(w)).sum(axis=2).max(axis=1), 1e-300)
    for step in range(1, _STEPS + 1):
        pushed = _MOMENTUM * velocity - rate[:, None] * gradient
        trial = w + pushed
        with np.errstate(invalid="ignore", over="ignore"):
            after = net.value(trial)
            lower = after <= value + 1e-14 * np.abs(value)
        w, velocity = np.where(lower[:, None], trial, w), np.where(lower[:, None], pushed, 0.0)
        value, gradient = np.where(lower, after, value), net.gradient(w)
        rate = np.where(lower, rate * 1.002, rate * 0.5)
        if step % _PATIENCE:
            continue
        resting = np.linalg.norm(gradient, axis=1) <= 1e3 * limit
        points[moving[resting]] = w[resting]
        keep = ~resting
        if not keep.any():
            return points
        moving, w, velocity, rate = moving[keep], w[keep], velocity[keep], rate[keep]
        value, gradient = value[keep], gradient[keep]
    points[moving] = w
    return points


def _loss_and_gradient(net: DoubleNet) -> Callable[[Array], tuple[float, Array]]:
    def evaluate(point: Array) -> tuple[float, Array]:
        stack = np.asarray(point, dtype=np.float64)[None]
        return float(net.value(stack)[0]), net.gradient(stack)[0]

    return evaluate
