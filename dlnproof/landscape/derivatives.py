"""Loss, gradient and Hessian without noise, exactly, from second moments.

With R = W_H ... W_1, A_k = W_H ... W_{k+1}, B_k = W_k ... W_1 (A_H = I, B_0 = I), second moments S = X X^T, C = Y
X^T, t = tr(Y Y^T), scale c and decay g_k:

    L = c (tr(R S R^T) - 2 tr(R C^T) + t) + sum_k g_k ||W_k||_F^2
    dL/dW_k = A_k^T G B_{k-1}^T + 2 g_k W_k,   G = 2 c (R S - C)
    block (i, j) of the Hessian:  2 c (A_i^T A_j) kron (B_{i-1} S B_{j-1}^T),   i >= j,
                                  plus the form <G, A_i D_i M_ij D_j B_{j-1}>   if i > j,

with M_ij = W_{i-1} ... W_{j+1}. Weights are in row-major order, layer 1 first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from dlnproof.rings.rational import identity, inner_product


@dataclass(frozen=True, slots=True)
class Form:
    """What the loss is made of: second moments, scale, decay per layer and noise variance per neuron of every hidden layer."""

    input_moment: fmpq_mat
    cross_moment: fmpq_mat
    output_moment: fmpq
    scale: fmpq
    decay: tuple[fmpq, ...]
    noise: tuple[tuple[fmpq, ...], ...]

    @property
    def is_noisy(self) -> bool:
        """Whether some hidden neuron has multiplicative noise."""
        return any(map(any, self.noise))


def products_below(weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """Return [B_0, ..., B_H] with B_k = W_k ... W_1."""
    below = [identity(weights[0].ncols())]
    for weight in weights:
        below.append(weight * below[-1])
    return below


def products_above(weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """Return [A_0, ..., A_H] with A_k = W_H ... W_{k+1}."""
    above = [identity(weights[-1].nrows())]
    for weight in reversed(weights):
        above.append(above[-1] * weight)
    return above[::-1]


def end_to_end(weights: Sequence[fmpq_mat]) -> fmpq_mat:
    """Return R = W_H ... W_1, of shape d_H x d_0."""
    result = weights[0]
    for weight in weights[1:]:
        result = weight * result
    return result


def residual_gradient(form: Form, product: fmpq_mat) -> fmpq_mat:
    """Return G = 2 c (R S - C), the gradient of the square loss with respect to the end-to-end matrix R."""
    return (product * form.input_moment - form.cross_moment) * (2 * form.scale)


def decay_term(form: Form, weights: Sequence[fmpq_mat]) -> fmpq:
    """Return sum_k g_k ||W_k||_F^2."""
    pairs = zip(form.decay, weights, strict=True)
    return sum((decay * inner_product(weight, weight) for decay, weight in pairs if decay), fmpq(0))


def loss(form: Form, weights: Sequence[fmpq_mat]) -> fmpq:
    """Return L at the weights."""
    product = end_to_end(weights)
    square = inner_product(product * form.input_moment, product) - 2 * inner_product(product, form.cross_moment)
    return form.scale * (square + form.output_moment) + decay_term(form, weights)


def gradient(form: Form, weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """Return dL/dW_k for every layer, of the shapes of the weights."""
    below, above = products_below(weights), products_above(weights)
    inner = residual_gradient(form, below[-1])
    result = []
    for place, weight in enumerate(weights):
        term = above[place + 1].transpose() * inner * below[place].transpose()
        result.append(term + weight * (2 * form.decay[place]) if form.decay[place] else term)
    return result


def hessian(form: Form, weights: Sequence[fmpq_mat]) -> fmpq_mat:
    """Return the symmetric matrix of second derivatives, of size sum_k d_k d_{k-1}."""
    below, above = products_below(weights), products_above(weights)
    inner = residual_gradient(form, below[-1])
    twice = 2 * form.scale
    offsets = layer_offsets(weights)
    size = offsets[-1]
    table = [[fmpq(0)] * size for _ in range(size)]
    for i in range(len(weights)):
        outer = above[i + 1].transpose()
        spread = below[i] * form.input_moment * twice
        pull = outer * inner
        middle = identity(weights[i].ncols())
        for j in range(i, -1, -1):
            left = (outer * above[j + 1]).tolist()
            right = (spread * below[j].transpose()).tolist()
            if j == i:
                _fill_diagonal(table, offsets[i], left, right, 2 * form.decay[i])
                continue
            if j < i - 1:
                middle = middle * weights[j + 1]
            cross = (pull * below[j].transpose()).tolist()
            _fill_block(table, offsets[i], offsets[j], left, right, middle.tolist(), cross)
    return fmpq_mat(table)


def layer_offsets(weights: Sequence[fmpq_mat]) -> list[int]:
    """Return where each layer starts in the row-major vector of all weights, and the total number last."""
    offsets = [0]
    for weight in weights:
        offsets.append(offsets[-1] + weight.nrows() * weight.ncols())
    return offsets


def _fill_diagonal(
    table: list[list[fmpq]], start: int, left: list[list[fmpq]], right: list[list[fmpq]], decay: fmpq
) -> None:
    """Write the block 2 c (A^T A) kron (B S B^T) + 2 g I of one layer."""
    width = len(right)
    for p, left_row in enumerate(left):
        for q, right_row in enumerate(right):
            row = table[start + p * width + q]
            for s, a in enumerate(left_row):
                if a:
                    base = start + s * width
                    row[base : base + width] = [a * b for b in right_row]
            if decay:
                row[start + p * width + q] += decay


def _fill_block(
    table: list[list[fmpq]],
    start_i: int,
    start_j: int,
    left: list[list[fmpq]],
    right: list[list[fmpq]],
    middle: list[list[fmpq]],
    cross: list[list[fmpq]],
) -> None:
    """Write the block of layers i > j and its transpose: left[p][s] right[q][t] + cross[p][t] middle[q][s]."""
    width_i, width_j = len(right), len(right[0])
    for p, left_row in enumerate(left):
        cross_row = cross[p]
        for q, right_row in enumerate(right):
            here = start_i + p * width_i + q
            row = table[here]
            for s, a in enumerate(left_row):
                m = middle[q][s]
                if not a and not m:
                    continue
                base = start_j + s * width_j
                for t in range(width_j):
                    value = a * right_row[t] + cross_row[t] * m
                    row[base + t] = value
                    table[base + t][here] = value
