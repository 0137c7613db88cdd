"""Loss, gradient and Hessian of a deep linear net in float64, on stacks of points: floats propose, they decide nothing.

The data enter through S = X X^T (`moment`), one solution R* (`target`) of R* S = Y X^T and the least square loss
(`floor`):

    L = floor + c tr((R - R*) S (R - R*)^T) + sum_k g_k ||W_k||_F^2,   R = W_H ... W_1,

a sum without cancellation near the minimum. A point is a row-major vector of all weights, layer 1 first, of length
n = sum_k d_k d_{k-1}; a stack is an array of shape (points, n). Every result has the stack as its first axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class DoubleNet:
    """The loss of one problem in float64; `widths` d_0..d_H, `decay` g_1..g_H, `scale` c."""

    widths: tuple[int, ...]
    scale: float
    decay: tuple[float, ...]
    moment: Array
    target: Array
    floor: float

    @property
    def size(self) -> int:
        """The number n of parameters."""
        return sum(a * b for a, b in zip(self.widths[1:], self.widths, strict=False))

    @property
    def natural_weight(self) -> float:
        """The size of weights whose product has the size of the least-squares solution R* (1 if that is 0)."""
        size = float(np.linalg.norm(self.target, 2)) if self.target.size else 0.0
        return size ** (1 / len(self.decay)) if size > 0 else 1.0

    def split(self, points: Array) -> list[Array]:
        """Return the weight matrices of a stack, W_k of shape (points, d_k, d_{k-1})."""
        result, start = [], 0
        for rows, columns in zip(self.widths[1:], self.widths, strict=False):
            stop = start + rows * columns
            result.append(points[:, start:stop].reshape(-1, rows, columns))
            start = stop
        return result

    def value(self, points: Array) -> Array:
        """Return L at every point."""
        weights = self.split(points)
        product = weights[0]
        for weight in weights[1:]:
            product = weight @ product
        return self._value(weights, product - self.target)

    def gradient(self, points: Array) -> Array:
        """Return the gradient at every point, shape (points, n)."""
        weights = self.split(points)
        below, above = _products(weights)
        inner = 2 * self.scale * ((below[-1] - self.target) @ self.moment)
        return np.concatenate(self._gradient(weights, below, above, inner), axis=1)

    def derivatives(self, points: Array) -> tuple[Array, Array, Array]:
        """Return (L, gradient, Hessian) at every point, shapes (points,), (points, n), (points, n, n)."""
        weights = self.split(points)
        below, above = _products(weights)
        excess = below[-1] - self.target
        inner = 2 * self.scale * (excess @ self.moment)
        gradient = np.concatenate(self._gradient(weights, below, above, inner), axis=1)
        return self._value(weights, excess), gradient, self._hessian(weights, below, above, inner)

    def _value(self, weights: Sequence[Array], excess: Array) -> Array:
        total: Array = self.floor + self.scale * np.sum((excess @ self.moment) * excess, axis=(1, 2))
        for decay, weight in zip(self.decay, weights, strict=True):
            if decay:
                total = total + decay * np.sum(weight * weight, axis=(1, 2))
        return total

    def _gradient(
        self, weights: Sequence[Array], below: Sequence[Array], above: Sequence[Array], inner: Array
    ) -> list[Array]:
        parts = []
        for k, weight in enumerate(weights):
            part = _t(above[k + 1]) @ inner @ _t(below[k])
            if self.decay[k]:
                part = part + 2 * self.decay[k] * weight
            parts.append(part.reshape(len(part), -1))
        return parts

    def _hessian(self, weights: Sequence[Array], below: Sequence[Array], above: Sequence[Array], inner: Array) -> Array:
        points, size, depth = len(inner), self.size, len(weights)
        result = np.empty((points, size, size))
        starts = np.cumsum([0, *(weight[0].size for weight in weights)]).tolist()
        spread = [2 * self.scale * (lower @ self.moment) for lower in below]
        for i in range(depth):
            middle: Array | None = None
            pull = _t(above[i + 1]) @ inner
            for j in range(i, -1, -1):
                left, right = _t(above[i + 1]) @ above[j + 1], spread[i] @ _t(below[j])
                block = left[:, :, None, :, None] * right[:, None, :, None, :]
                if j < i - 1:
                    middle = weights[j + 1] if middle is None else middle @ weights[j + 1]
                if j < i:
                    cross = pull @ _t(below[j])
                    if middle is None:
                        diagonal = np.arange(self.widths[i])
                        block[:, :, diagonal, diagonal, :] += cross[:, :, None, :]
                    else:
                        block += middle[:, None, :, :, None] * cross[:, :, None, None, :]
                flat = block.reshape(points, starts[i + 1] - starts[i], starts[j + 1] - starts[j])
                result[:, starts[i] : starts[i + 1], starts[j] : starts[j + 1]] = flat
                if j < i:
                    result[:, starts[j] : starts[j + 1], starts[i] : starts[i + 1]] = _t(flat)
            if self.decay[i]:
                diagonal = np.arange(starts[i], starts[i + 1])
                result[:, diagonal, diagonal] += 2 * self.decay[i]
        return result


def _t(stack: Array) -> Array:
    return stack.transpose(0, 2, 1)


def _products(weights: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    """Return the stacks [B_0..B_H] with B_k = W_k..W_1 and [A_0..A_H] with A_k = W_H..W_{k+1}."""
    points = len(weights[0])
    below = [np.broadcast_to(np.eye(weights[0].shape[2]), (points, weights[0].shape[2], weights[0].shape[2]))]
    for weight in weights:
        below.append(weight @ below[-1])
    above = [np.broadcast_to(np.eye(weights[-1].shape[1]), (points, weights[-1].shape[1], weights[-1].shape[1]))]
    for weight in reversed(weights):
        above.append(above[-1] @ weight)
    return below, above[::-1]
