"""Loss, gradient and Hessian of a deep linear net in float64, on stacks of points: floats propose, they decide nothing.

Without noise the data enter through S = X X^T (`moment`), one solution R* (`target`) of R* S = Y X^T and the least
square loss (`floor`):

    L = floor + c tr((R - R*) S (R - R*)^T) + sum_k g_k ||W_k||_F^2,   R = W_H ... W_1,

a sum without cancellation near the minimum. With multiplicative noise the averaged loss of module `stacks` is used,
with C = Y X^T (`cross`) and t = tr(Y Y^T) (`output`). A point is a row-major vector of all weights, layer 1 first, of
length n = sum_k d_k d_{k-1}; a stack is an array of shape (points, n). Every result has the stack as its first axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlnproof.rings import stacks

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class DoubleNet:
    """The loss of one problem in float64: widths d_0..d_H, scale c, decay g_1..g_H, noise variances v_ki of hidden neurons."""

    widths: tuple[int, ...]
    scale: float
    decay: tuple[float, ...]
    noise: tuple[tuple[float, ...], ...]
    moment: Array
    cross: Array
    target: Array
    floor: float
    output: float

    @property
    def size(self) -> int:
        """The number n of parameters."""
        return sum(a * b for a, b in zip(self.widths[1:], self.widths, strict=False))

    @cached_property
    def natural_weight(self) -> float:
        """The size of weights whose product has the size of the least-squares solution R* (1 if that is 0)."""
        size = float(np.linalg.norm(self.target, 2)) if self.target.size else 0.0
        return size ** (1 / len(self.decay)) if size > 0 else 1.0

    @cached_property
    def natural_curvature(self) -> float:
        """The size that the Hessian has when nothing cancels, at weights of the natural size."""
        size = 2 * self.scale * float(np.linalg.norm(self.moment, 2)) * self.natural_weight ** (2 * len(self.decay) - 2)
        for layer in self.noise:
            size *= 1 + max(layer)
        return size + 2 * max(self.decay)

    @property
    def natural_gradient(self) -> float:
        """The size that the gradient has when nothing cancels, at weights of the natural size (1 if that is 0)."""
        return self.natural_curvature * self.natural_weight or 1.0

    @cached_property
    def is_noisy(self) -> bool:
        """Whether some hidden layer has multiplicative noise."""
        return any(map(any, self.noise))

    def split(self, points: Array) -> list[Array]:
        """Return the weight matrices of a stack, W_k of shape (points, d_k, d_{k-1})."""
        return split(self.widths, points)

    def value(self, points: Array) -> Array:
        """Return L at every point."""
        weights = self.split(points)
        product = weights[0]
        for weight in weights[1:]:
            product = weight @ product
        total: Array
        if self.is_noisy:
            last = weights[-1]
            moment = stacks.moments_forward(weights[:-1], self.moment, self._noise)[-1]
            square, explained = np.sum((last @ moment) * last, axis=(1, 2)), np.sum(product * self.cross, axis=(1, 2))
            total = self.scale * (square - 2 * explained + self.output)
        else:
            excess = product - self.target
            total = self.floor + self.scale * np.sum((excess @ self.moment) * excess, axis=(1, 2))
        for decay, place in zip(self.decay, self._places, strict=True):
            if decay:
                part = points[:, place]
                total = total + decay * np.einsum("si,si->s", part, part)
        return total

    def gradient(self, points: Array) -> Array:
        """Return the gradient at every point, shape (points, n)."""
        weights = self.split(points)
        if self.is_noisy:
            parts = stacks.noisy_gradient(weights, self._moment, self._cross, self._noise, self._decay)
        else:
            parts = stacks.gradient(weights, self._residual_gradient, self._decay)
        return np.concatenate([part.reshape(len(points), -1) for part in parts], axis=1)

    def hessian(self, points: Array) -> Array:
        """Return the Hessian at every point, shape (points, n, n)."""
        return self.derivatives(points)[1]

    def derivatives(self, points: Array) -> tuple[Array, Array]:
        """Return gradient (points, n) and Hessian (points, n, n) at every point."""
        weights = self.split(points)
        if self.is_noisy:
            parts, blocks = stacks.noisy_derivatives(weights, self._moment, self._cross, self._noise, self._decay)
        else:
            parts, blocks = stacks.derivatives(weights, self._residual_gradient, self._moment, self._decay)
        gradient = np.concatenate([part.reshape(len(points), -1) for part in parts], axis=1)
        return gradient, assemble(self._places, blocks, len(points))

    def _residual_gradient(self, product: Array) -> Array:
        """Return 2c (R - R*) S."""
        result: Array = (product - self.target) @ self._moment
        return result

    @cached_property
    def _moment(self) -> Array:
        return 2 * self.scale * self.moment

    @cached_property
    def _noise(self) -> list[Array]:
        return [np.array(layer) for layer in self.noise]

    @cached_property
    def _cross(self) -> Array:
        return 2 * self.scale * self.cross

    @cached_property
    def _decay(self) -> list[float | None]:
        return [2 * decay if decay else None for decay in self.decay]

    @cached_property
    def _places(self) -> list[slice]:
        return layer_slices(self.widths)


def split(widths: Sequence[int], points: Array) -> list[Array]:
    """Return the weight matrices of a stack of points, W_k of shape (points, d_k, d_{k-1})."""
    result, start = [], 0
    for rows, columns in zip(widths[1:], widths, strict=False):
        stop = start + rows * columns
        result.append(points[:, start:stop].reshape(-1, rows, columns))
        start = stop
    return result


def layer_slices(widths: Sequence[int]) -> list[slice]:
    """Return where each layer lies in the row-major vector of all weights."""
    starts = np.cumsum([0, *(a * b for a, b in zip(widths[1:], widths, strict=False))]).tolist()
    return [slice(a, b) for a, b in pairwise(starts)]


def assemble(places: Sequence[slice], blocks: dict[tuple[int, int], Array], points: int) -> Array:
    """Return the symmetric matrices whose blocks (i, j), i >= j, are given; `places` as from `layer_slices`."""
    result = np.empty((points, places[-1].stop, places[-1].stop))
    for (i, j), block in blocks.items():
        result[:, places[i], places[j]] = block
        if j < i:
            result[:, places[j], places[i]] = block.swapaxes(-1, -2)
    return result
