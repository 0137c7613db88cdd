"""Gradient descent of many starts at once in float64: to look around, never as evidence.

Rounding breaks symmetries that exact descent keeps (an even number of layers never leaves a target of negative determinant,
rounded descent does after some 2,000 steps), so what is seen here is to be confirmed by `gradient_descent` with `bits=`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.problem import Problem
from dlnproof.rings.rational import read_integer


@dataclass(frozen=True, eq=False)
class Exploration:
    """Float losses, shape (steps + 1, starts), and the last weights, one array (starts, d_k, d_{k-1}) a layer."""

    losses: Any
    weights: tuple[Any, ...]


def explore_descent(problem: Problem, starts: Sequence[Any], rates: Any, steps: int) -> Exploration:
    """Return what float64 gradient descent does from a stack of starts, each with its own rate or all with one.

    `starts` holds one array (starts, d_k, d_{k-1}) a layer. A start that runs away ends in infinities, without a warning.
    Raises: InputError for shapes that do not fit, UnsupportedError with noise.
    """
    if problem.is_noisy:
        raise UnsupportedError("gradient descent with noise is not supported yet; average the loss, or set noise=0")
    weights = [np.array(layer, dtype=float) for layer in starts]
    if len(weights) != problem.layers or any(
        layer.shape != (len(weights[0]), *shape) for layer, shape in zip(weights, problem.shapes, strict=False)
    ):
        shapes = ", ".join(f"(B, {rows}, {columns})" for rows, columns in problem.shapes)
        raise bad(
            "starts", [layer.shape for layer in weights], f"the layers have the shapes {shapes}", "stack the starts"
        )
    count = read_integer(steps, "steps", 0)
    rate = np.broadcast_to(np.asarray(rates, dtype=float), (len(weights[0]),))[:, None, None]
    form = problem.form
    moment, cross = _floats(form.input_moment), _floats(form.cross_moment)
    outer, scale = _float(form.output_moment), _float(form.scale)
    decay = [_float(value) for value in form.decay]
    losses = np.empty((count + 1, len(weights[0])))
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(count + 1):
            below = [weights[0]]
            for layer in weights[1:]:
                below.append(layer @ below[-1])
            product = below[-1]
            seen = product @ moment
            losses[step] = scale * ((seen * product).sum((1, 2)) - 2 * (product * cross).sum((1, 2)) + outer)
            losses[step] += sum(d * (layer * layer).sum((1, 2)) for d, layer in zip(decay, weights, strict=True))
            if step == count:
                break
            inner, moved = 2 * scale * (seen - cross), list(weights)
            for k in range(len(weights) - 1, -1, -1):
                slope = inner @ below[k - 1].transpose(0, 2, 1) if k else inner
                moved[k] = weights[k] - rate * (slope + 2 * decay[k] * weights[k])
                inner = weights[k].transpose(0, 2, 1) @ inner
            weights = moved
    return Exploration(losses, tuple(weights))


def _float(value: Any) -> float:
    return int(value.p) / int(value.q)


def _floats(matrix: Any) -> Any:
    return np.array([[_float(entry) for entry in row] for row in matrix.tolist()])
