"""Loss, gradient and Hessian of a deep linear net at one point in float64: few NumPy calls, for searches from few starts.

With the Jacobian J = [A_1 kron B_0^T ... A_H kron B_{H-1}^T] of R = W_H ... W_1 (row-major, d_H d_0 x n) and G = 2c (R - R*) S,

    gradient = J^T vec(G) + 2 g w,   Hessian = J^T (I kron 2c S) J + 2 Diag(g) + the terms of second order,

which are <G, A_i D_i M_ij D_j B_{j-1}> for the layers i > j, M_ij = W_{i-1} ... W_{j+1}. A net with noise is evaluated by
`DoubleNet` itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dlnproof.rings.double import Array, DoubleNet, layer_slices
from dlnproof.rings.stacks import unit


@dataclass(frozen=True, eq=False)
class OnePoint:
    """The loss of one net at single points, each a row-major vector of length n."""

    net: DoubleNet

    def value(self, point: Array) -> float:
        """Return L."""
        net = self.net
        if net.is_noisy:
            return float(net.value(point[None])[0])
        weights = self._split(point)
        product = weights[0]
        for weight in weights[1:]:
            product = weight @ product
        excess = product - net.target
        total = net.floor + net.scale * float(np.vdot(excess @ net.moment, excess))
        if self._equal_decay is not None:
            return total + self._equal_decay * float(point @ point)
        return total + float((self._twice_decay * point) @ point) / 2

    def gradient(self, point: Array) -> Array:
        """Return the gradient."""
        if self.net.is_noisy:
            slope: Array = self.net.gradient(point[None])[0]
            return slope
        weights = self._split(point)
        below, above = self._products(weights)
        pull = self._residual(below[-1]).ravel()
        result: Array = pull @ self._jacobian(below, above) + self._twice_decay * point
        return result

    def derivatives(self, point: Array) -> tuple[Array, Array]:
        """Return the gradient and the Hessian (n x n)."""
        net = self.net
        if net.is_noisy:
            gradients, hessians = net.derivatives(point[None])
            return gradients[0], hessians[0]
        weights = self._split(point)
        below, above = self._products(weights)
        inner = self._residual(below[-1])
        jacobian = self._jacobian(below, above)
        gradient = inner.ravel() @ jacobian + self._twice_decay * point
        outputs, inputs = inner.shape
        weighted = self._moment @ jacobian.reshape(outputs, inputs, -1)
        hessian = jacobian.T @ weighted.reshape(outputs * inputs, -1)
        self._add_second_order(hessian, weights, below, above, inner)
        hessian.reshape(-1)[:: len(point) + 1] += self._twice_decay
        return gradient, hessian

    def _add_second_order(
        self, hessian: Array, weights: list[Array], below: list[Array], above: list[Array], inner: Array
    ) -> None:
        """Add cross[p, t] between[q, s] to the block of the layers i > j at (p q, s t), and to its transpose."""
        places = self._places
        for i in range(1, len(weights)):
            pull = above[i + 1].T @ inner if i < len(weights) - 1 else inner
            between = unit(weights[i].shape[1])
            for j in range(i - 1, -1, -1):
                if j < i - 1:
                    between = weights[j + 1] if j == i - 2 else between @ weights[j + 1]
                cross = pull @ below[j - 1].T if j else pull
                part = cross[:, None, None, :] * between[None, :, :, None]
                rows, columns = places[i], places[j]
                block = part.reshape(rows.stop - rows.start, columns.stop - columns.start)
                hessian[rows, columns] += block
                hessian[columns, rows] += block.T

    def _split(self, point: Array) -> list[Array]:
        return [point[place].reshape(shape) for place, shape in self._shapes]

    def _products(self, weights: list[Array]) -> tuple[list[Array], list[Array]]:
        """Return [B_1, ..., B_H] and [A_0 (unused, empty), A_1, ..., A_{H-1}]."""
        below, above = [weights[0]], [weights[-1]]
        for weight in weights[1:]:
            below.append(weight @ below[-1])
        for weight in weights[-2:0:-1]:
            above.append(above[-1] @ weight)
        return below, [np.empty(0), *reversed(above)] if len(weights) > 1 else [np.empty(0)]

    def _jacobian(self, below: list[Array], above: list[Array]) -> Array:
        """Return J: dR[a, b] / dW_k[p, q] = A_k[a, p] B_{k-1}[q, b]."""
        widths, depth = self.net.widths, len(below)
        outputs, inputs = widths[-1], widths[0]
        result = np.empty((outputs, inputs, self._places[-1].stop))
        for k, place in enumerate(self._places):
            outer = above[k + 1] if k < depth - 1 else unit(outputs)
            lower = below[k - 1].T if k else unit(inputs)
            part = result[:, :, place].reshape(outputs, inputs, widths[k + 1], widths[k])
            np.multiply(outer[:, None, :, None], lower[None, :, None, :], out=part)
        return result.reshape(outputs * inputs, -1)

    def _residual(self, product: Array) -> Array:
        """Return G = 2c (R - R*) S."""
        result: Array = (product - self.net.target) @ self._moment
        return result

    @cached_property
    def _moment(self) -> Array:
        return 2 * self.net.scale * self.net.moment

    @cached_property
    def _places(self) -> list[slice]:
        return layer_slices(self.net.widths)

    @cached_property
    def _shapes(self) -> list[tuple[slice, tuple[int, int]]]:
        widths = self.net.widths
        return list(zip(self._places, zip(widths[1:], widths, strict=False), strict=False))

    @cached_property
    def _equal_decay(self) -> float | None:
        return self.net.decay[0] if len(set(self.net.decay)) == 1 else None

    @cached_property
    def _twice_decay(self) -> Array:
        sizes = [place.stop - place.start for place in self._places]
        return np.repeat([2 * decay for decay in self.net.decay], sizes)
