"""Search for critical points in float64: starts, methods, ends. These are proposals that `certify` proves or refuses.

`newton` (module `newton`) descends to local minima on all starts at once; BFGS, L-BFGS and trust-exact of SciPy and
gradient descent with momentum (module `opponents`) are its independent opponents, and a function is the user's own.
`levenberg` (module of that name) ends at critical points of any index.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from dlnproof.errors import bad
from dlnproof.landscape.levenberg import approach, polish
from dlnproof.landscape.newton import descend, settle
from dlnproof.landscape.newton_one import descend_one
from dlnproof.landscape.opponents import OwnMethod, Search, heavy_ball, own_search, scipy_search
from dlnproof.landscape.read_points import read_doubles
from dlnproof.landscape.reduction import Reduction, reduce
from dlnproof.rings.double import Array, DoubleNet

METHODS = ("newton", "bfgs", "l-bfgs", "trust-exact", "momentum")
ANY_INDEX = "levenberg"
_STEEPNESS = 1e-11  # |gradient| below this, relative to the gradient's natural size, ends the descent
_FEW = 4  # up to this many starts go one by one
Method: TypeAlias = str | OwnMethod
# a number of random starts, or the starts themselves, each a list of the H weight matrices
Starts: TypeAlias = int | Sequence[Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Descent:
    """Where one start ended: weights in float64, loss, gradient norm, and whether the method says it converged."""

    start: int
    weights: tuple[Array, ...]
    loss: float
    gradient_norm: float
    converged: bool


def minimise(problem: Any, starts: Starts = 8, seed: int = 0, method: Method = "newton") -> list[Descent]:
    """Return one float64 descent per start; random start i depends on (seed, i) only.

    `starts` is a number, or the starts themselves (each H matrices). Random ones are Gaussian at several scales; with
    decay every fourth is near the origin, whose basin is easily missed. `method` is one of `METHODS`, or a function
    method(loss_and_gradient, start) -> end on row-major vectors, of which loss_and_gradient(w) gives the loss and its
    gradient. Nothing here is certified. Raises: InputError for an unknown method or fewer than one start.
    """
    return minimise_reduced(reduce(problem), starts, seed, method)


def minimise_reduced(reduction: Reduction, starts: Starts, seed: int, method: Method = "newton") -> list[Descent]:
    """Return the descents of a problem whose exact reduction is at hand."""
    net = reduction.net
    search = _search(method)
    points = read_starts(reduction, starts, seed)
    limit = _STEEPNESS * net.natural_gradient
    with np.errstate(all="ignore"):  # a search may diverge: its end says so
        return _descents(net, search(net, points, limit), limit)


def search_any_index(reduction: Reduction, starts: Starts, seed: int) -> list[Descent]:
    """Return where Levenberg-Marquardt on the gradient ends: critical points of any index."""
    net = reduction.net
    points = read_starts(reduction, starts, seed)
    limit = _STEEPNESS * net.natural_gradient
    with np.errstate(all="ignore"):
        return _descents(net, polish(net, approach(net, points, limit)), limit)


def read_starts(reduction: Reduction, starts: Starts, seed: int) -> Array:
    """Return the stack of starting points, given or random."""
    if isinstance(starts, Sequence) and not isinstance(starts, (str, bytes)) and len(starts):
        points = [read_doubles(reduction.widths, start) for start in starts]
        return np.array([np.concatenate([weight.ravel() for weight in point]) for point in points])
    if not isinstance(starts, int) or isinstance(starts, bool) or starts < 1:
        rule = "the number of starts is a positive integer, or the starts are a list of weights"
        raise bad("starts", starts, rule, "write starts=8")
    return random_starts(reduction.net, starts, seed)


def random_starts(net: DoubleNet, starts: int, seed: int) -> Array:
    """Return the stack of random starting points, shape (starts, n)."""
    base = net.natural_weight
    scales = (1.0, 0.5, 2.0, _near_origin(net, base) if any(net.decay) else 1.5)
    # drawn start after start: the first ones do not depend on how many follow
    points = np.random.default_rng(seed).standard_normal((starts, net.size))
    points *= base * np.resize(scales, starts)[:, None]
    for weight in net.split(points):
        weight /= math.sqrt(max(weight.shape[1:]))
    return points


def _search(method: Method) -> Search:
    if callable(method):
        named = own_search(method)
    elif method == "newton":
        return _newton
    elif method == "momentum":
        named = heavy_ball
    elif method in METHODS:
        named = scipy_search(method)
    else:
        raise bad("method", method, f"the methods are {', '.join(METHODS)}, or a function", "choose one of them")
    return lambda net, points, limit: polish(net, named(net, points, limit))


def _newton(net: DoubleNet, points: Array, limit: float) -> Array:
    if len(points) <= _FEW:
        return np.array([descend_one(net, point, limit) for point in points])
    return settle(net, descend(net, points, limit))


def _descents(net: DoubleNet, points: Array, limit: float) -> list[Descent]:
    losses, gradients = net.value(points), np.linalg.norm(net.gradient(points), axis=1)
    matrices = net.split(points)
    found = []
    for i in range(len(points)):
        weights = tuple(weight[i] for weight in matrices)
        found.append(Descent(i, weights, float(losses[i]), float(gradients[i]), bool(gradients[i] <= 1e3 * limit)))
    return found


def _near_origin(net: DoubleNet, base: float) -> float:
    """Return a scale of starts, relative to `base`, in the basin of the origin: decay outweighs c |C| |W|^H there."""
    depth = len(net.decay)
    pull = 2 * net.scale * float(np.linalg.norm(net.cross, 2)) if net.cross.size else 0.0
    if depth < 3 or pull == 0:
        return 0.05
    return min(0.05, 0.3 * (min(net.decay) / pull) ** (1 / (depth - 2)) / base) or 0.05
