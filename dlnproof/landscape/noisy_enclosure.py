"""The loss averaged over multiplicative noise, its gradient and Hessian over balls (`arb`): every result an enclosure.

With v_ki the noise variance of neuron i of hidden layer k and N_k(M) = M + Diag(v_ki M_ii) the quadratic term of the loss becomes

    F = tr(W_H C_{H-1} W_H^T),   C_0 = S,   C_k = N_k(W_k C_{k-1} W_k^T),
    dF/dW_k = 2 T_k W_k C_{k-1},   T_H = I,   T_k = N_k(W_{k+1}^T T_{k+1} W_{k+1}),

and the linear term stays (Ziyin, Li and Meng 2022). The Hessian is built column by column: along a matrix unit D of
layer j, dC_j = N_j(D C_{j-1} W_j^T + transpose), dC_k = N_k(W_k dC_{k-1} W_k^T), block (i, j) = 2 T_i W_i dC_{i-1}.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flint import arb, arb_mat

from dlnproof.landscape.enclosure import BallNet, Matrices, dot, products, unit
from dlnproof.landscape.variances import variances_of
from dlnproof.rings.rational import read_number


@dataclass(frozen=True, eq=False)
class NoisyBallNet(BallNet):
    """The averaged loss of one problem over balls; `noise` holds the variances v_ki, a tuple a layer."""

    noise: tuple[tuple[arb, ...], ...] = ()

    def loss(self, weights: Matrices) -> arb:
        """Return an enclosure of L."""
        last, product = weights[-1], products(weights)[0][-1]
        square = dot(last * self._forward(weights)[-1], last)
        total = self.scale * (square - 2 * dot(product, self.cross) + self.output)
        for present, decay, weight in zip(self.decayed, self.decay, weights, strict=True):
            if present:
                total += decay * dot(weight, weight)
        return total

    def gradient(self, weights: Matrices) -> list[arb]:
        """Return an enclosure of the gradient, row-major."""
        below, above = products(weights)
        forward, backward = self._forward(weights), self._backward(weights)
        result: list[arb] = []
        for k, weight in enumerate(weights):
            linear = above[k + 1].transpose() * self.cross * below[k].transpose()
            part = (backward[k] * weight * forward[k] - linear) * (2 * self.scale)
            if self.decayed[k]:
                part = part + weight * (2 * self.decay[k])
            result.extend(part.entries())
        return result

    def hessian(self, weights: Matrices) -> arb_mat:
        """Return an enclosure of the Hessian; its entries are symmetric as balls."""
        linear = replace(self, moment=arb_mat(self.moment.nrows(), self.moment.ncols()))
        table: list[list[Any]] = BallNet.hessian(linear, weights).tolist()
        forward, backward = self._forward(weights), self._backward(weights)
        twice, depth = 2 * self.scale, len(weights)
        starts = [0]
        for weight in weights:
            starts.append(starts[-1] + weight.nrows() * weight.ncols())
        for j, weight in enumerate(weights):
            for s in range(weight.nrows()):
                for t in range(weight.ncols()):
                    here = starts[j] + s * weight.ncols() + t
                    direction = arb_mat(weight.nrows(), weight.ncols())
                    direction[s, t] = 1
                    self_part = (backward[j] * direction * forward[j] * twice).entries()
                    for k in range(here - starts[j], len(self_part)):
                        _add(table, starts[j] + k, here, self_part[k])
                    if j == depth - 1:
                        continue
                    half = direction * forward[j] * weight.transpose()
                    change = _spread(half + half.transpose(), self.noise[j])
                    for i in range(j + 1, depth):
                        for k, value in enumerate((backward[i] * weights[i] * change * twice).entries()):
                            _add(table, starts[i] + k, here, value)
                        if i < depth - 1:
                            change = _spread(weights[i] * change * weights[i].transpose(), self.noise[i])
        return arb_mat(table)

    def _forward(self, weights: Matrices) -> list[arb_mat]:
        moments = [self.moment]
        for variances, weight in zip(self.noise, weights[:-1], strict=True):
            moments.append(_spread(weight * moments[-1] * weight.transpose(), variances))
        return moments

    def _backward(self, weights: Matrices) -> list[arb_mat]:
        forms = [unit(weights[-1].nrows())]
        for variances, weight in zip(reversed(self.noise), reversed(weights[1:]), strict=True):
            forms.append(_spread(weight.transpose() * forms[-1] * weight, variances))
        return forms[::-1]


def ball_net(problem: Any) -> BallNet:
    """Return the loss of `problem` over balls at the current precision; from its exact attributes only."""
    decay = [read_number(value, "decay") for value in problem.decay]
    noise = variances_of(problem)
    common = (
        tuple(problem.widths),
        arb(read_number(problem.scale, "scale")),
        tuple(arb(value) for value in decay),
        tuple(bool(value) for value in decay),
        arb_mat(problem.input_moment),
        arb_mat(problem.cross_moment),
        arb(read_number(problem.output_moment, "output_moment")),
    )
    if not any(map(any, noise)):
        return BallNet(*common)
    return NoisyBallNet(*common, tuple(tuple(arb(value) for value in layer) for layer in noise))


def _spread(matrix: arb_mat, variances: tuple[arb, ...]) -> arb_mat:
    result = arb_mat(matrix)
    for i, variance in enumerate(variances):
        result[i, i] = matrix[i, i] * (1 + variance)
    return result


def _add(table: list[list[Any]], row: int, column: int, value: arb) -> None:
    """Add to an entry and to its mirror image, which keep the same ball."""
    table[row][column] = table[row][column] + value
    table[column][row] = table[row][column]
