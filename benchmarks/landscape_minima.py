"""Local minima per second, found and polished until Newton's step is lost in rounding, against SciPy in one thread.

dlnproof: `minimise` on a stack of starts, from the exact problem to the float64 ends. Peers, one start after the other:
`scipy.optimize.minimize` with BFGS or trust-exact on a loss and gradient written out for these nets in NumPy, evaluated
together (`jac=True`), its default gtol, then Newton steps with the Hessian shifted by 1e-10 until the gradient is as
small as dlnproof's. The Hessian of both peers is that of dlnproof for one point (the smaller part of their time).
Both get the same starts, and a minimum counts only where |gradient| <= 1e-8 and no curvature is below -1e-6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clock import least_seconds, print_ratio  # first: it sets one thread before NumPy is imported

import numpy as np  # isort: skip
from fractions import Fraction

from scipy.optimize import minimize as scipy_minimize

from dlnproof.landscape.minimise import minimise_reduced, random_starts
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import reduce

NETS = ((2, 2, 2), (3, 3, 3, 3), (6, 3, 6))
STARTS = {8: 2048, 27: 512, 36: 512}
PEER_STARTS = 40
GOALS = {8: (25, 80), 27: (6, 25), 36: (6, 25)}


def make_problem(widths: tuple[int, ...], decay: Fraction) -> Problem:
    """Return a problem with integer data, more samples than inputs."""
    rng = np.random.default_rng(sum(widths))
    samples = widths[0] + 2
    X, Y = rng.integers(-2, 3, (widths[0], samples)), rng.integers(-3, 4, (widths[-1], samples))
    return Problem(widths, X.tolist(), Y.tolist(), decay=decay)


def loss_and_gradient(problem: Problem) -> Callable[[Any], tuple[float, Any]]:
    """Return what a user of SciPy would write for a net of two or three layers."""
    X, Y = (np.array(matrix.tolist(), dtype=float) for matrix in (problem.X, problem.Y))
    S, C, t, decay = X @ X.T, Y @ X.T, float((Y * Y).sum()), float(problem.decay[0])
    d = problem.widths
    one, two = d[1] * d[0], d[1] * d[0] + d[2] * d[1]

    def of_two(w: Any) -> tuple[float, Any]:
        first, second = w[:one].reshape(d[1], d[0]), w[one:].reshape(d[2], d[1])
        product = second @ first
        moved = product @ S
        inner = moved - C
        loss = 0.5 * (float(((moved - 2 * C) * product).sum()) + t) + decay * float(w @ w)
        parts = ((second.T @ inner).ravel(), (inner @ first.T).ravel())
        return loss, np.concatenate(parts) + 2 * decay * w

    def of_three(w: Any) -> tuple[float, Any]:
        first, second, third = w[:one].reshape(d[1], d[0]), w[one:two].reshape(d[2], d[1]), w[two:].reshape(d[3], d[2])
        lower = second @ first
        product = third @ lower
        moved = product @ S
        inner = moved - C
        loss = 0.5 * (float(((moved - 2 * C) * product).sum()) + t) + decay * float(w @ w)
        back = third.T @ inner
        parts = ((second.T @ back).ravel(), (back @ first.T).ravel(), (inner @ lower.T).ravel())
        return loss, np.concatenate(parts) + 2 * decay * w

    return of_two if len(d) == 3 else of_three


def run() -> None:
    """Print the ratios."""
    print("local minima, found and polished, per minimum; peers: scipy.optimize.minimize, then Newton steps")
    for widths in NETS:
        for decay in (Fraction(0), Fraction(1, 8)):
            problem = make_problem(widths, decay)
            net = reduce(problem).net
            count = STARTS[net.size]
            reduction = reduce(problem)
            ends = np.array([_flat(d.weights) for d in minimise_reduced(reduction, count, 0)])
            good = _count_minima(net, ends)
            assert good >= 0.99 * count, f"{good} of {count} starts ended at a minimum"
            own = least_seconds(lambda r=reduction: r, lambda r, c=count: minimise_reduced(r, c, 0), 3) / good
            points = random_starts(net, PEER_STARTS, 0)
            label = f"{net.size} parameters, {len(widths) - 1} layers{', decay' if decay else ''}"
            for method, goal in zip(("BFGS", "trust-exact"), GOALS[net.size], strict=True):
                evaluate = loss_and_gradient(problem)
                search = _search(net, evaluate, method)
                found = _count_minima(net, np.array([search(point) for point in points]))
                work = lambda starts, s=search: [s(point) for point in starts]  # noqa: E731
                theirs = least_seconds(lambda p=points: p, work, 2) / max(found, 1)
                print_ratio(label, own, f"{method} ({found} of {PEER_STARTS} minima; goal {goal} x)", theirs)


def _search(net: Any, evaluate: Callable[[Any], tuple[float, Any]], method: str) -> Callable[[Any], Any]:
    hessian = (lambda w: net.hessian(w[None])[0]) if method == "trust-exact" else None

    def search(start: Any) -> Any:
        w = scipy_minimize(evaluate, start, jac=True, hess=hessian, method=method).x
        for _ in range(6):
            gradient = evaluate(w)[1]
            if np.linalg.norm(gradient) <= 1e-11:
                break
            matrix = net.hessian(w[None])[0]
            w = w - np.linalg.solve(matrix + 1e-10 * np.abs(matrix).max() * np.eye(len(w)), gradient)
        return w

    return search


def _flat(weights: Any) -> Any:
    return np.concatenate([weight.ravel() for weight in weights])


def _count_minima(net: Any, points: Any) -> int:
    steep = np.linalg.norm(net.gradient(points), axis=1)
    return int(np.sum((steep <= 1e-8) & (np.linalg.eigvalsh(net.hessian(points))[:, 0] >= -1e-6)))


if __name__ == "__main__":
    run()
