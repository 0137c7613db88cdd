"""Loss, gradient and Hessian with multiplicative noise on the hidden neurons, exactly.

Neuron i of hidden layer k is multiplied by an independent random number of mean 1 and variance v_ki. The average
over the noise keeps the mean predictor R = W_H ... W_1 in the linear term; the quadratic term becomes F = tr(W_H
C_{H-1} W_H^T) with

    C_0 = S,   C_k = N_k(W_k C_{k-1} W_k^T),   N_k(M) = M + Diag(v_ki M_ii),   k < H,

and, from above, T_H = I, T_k = N_k(W_{k+1}^T T_{k+1} W_{k+1}), dF/dW_k = 2 T_k W_k C_{k-1} (N_k is its own adjoint).
Source: Ziyin, Li and Meng (2022), the averaged loss.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from dlnproof.landscape import derivatives
from dlnproof.landscape.derivatives import Form, decay_term, end_to_end, layer_offsets, products_above, products_below
from dlnproof.rings.rational import identity, inner_product


def spread_by_noise(matrix: fmpq_mat, variances: Sequence[fmpq]) -> fmpq_mat:
    """Return N(M) = M + Diag(v_i M_ii)."""
    if not any(variances):
        return matrix
    result = fmpq_mat(matrix)
    for i, variance in enumerate(variances):
        result[i, i] = matrix[i, i] * (1 + variance)
    return result


def moments_forward(form: Form, weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """Return [C_0, ..., C_{H-1}], the second moments of the noisy activations."""
    moments = [form.input_moment]
    for variances, weight in zip(form.noise, weights[:-1], strict=True):
        moments.append(spread_by_noise(weight * moments[-1] * weight.transpose(), variances))
    return moments


def moments_backward(form: Form, weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """Return [T_1, ..., T_H], the quadratic forms by which each layer's output enters F."""
    forms = [identity(weights[-1].nrows())]
    for variances, weight in zip(reversed(form.noise), reversed(weights[1:]), strict=True):
        forms.append(spread_by_noise(weight.transpose() * forms[-1] * weight, variances))
    return forms[::-1]


def loss(form: Form, weights: Sequence[fmpq_mat]) -> fmpq:
    """Return the loss averaged over the noise."""
    last = weights[-1]
    square = inner_product(last * moments_forward(form, weights)[-1], last)
    cross = inner_product(end_to_end(weights), form.cross_moment)
    return form.scale * (square - 2 * cross + form.output_moment) + decay_term(form, weights)


def gradient(form: Form, weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """Return the gradient of the averaged loss, layer by layer."""
    below, above = products_below(weights), products_above(weights)
    forward, backward = moments_forward(form, weights), moments_backward(form, weights)
    result = []
    for k, weight in enumerate(weights):
        quadratic = backward[k] * weight * forward[k]
        linear = above[k + 1].transpose() * form.cross_moment * below[k].transpose()
        result.append((quadratic - linear) * (2 * form.scale) + weight * (2 * form.decay[k]))
    return result


def hessian(form: Form, weights: Sequence[fmpq_mat]) -> fmpq_mat:
    """Return the Hessian of the averaged loss, row-major, layer 1 first.

    The linear term and the decay come from the noise-free formula with S = 0; the quadratic term is propagated along
    every matrix unit D_j: dC_j = N_j(D_j C_{j-1} W_j^T + transpose), then upwards, and the block (i, j) is 2 T_i W_i
    dC_{i-1}.
    """
    depth = len(weights)
    empty = fmpq_mat(form.input_moment.nrows(), form.input_moment.nrows())
    linear = Form(empty, form.cross_moment, form.output_moment, form.scale, form.decay, form.noise)
    table = derivatives.hessian(linear, weights).tolist()
    forward, backward = moments_forward(form, weights), moments_backward(form, weights)
    offsets = layer_offsets(weights)
    twice = 2 * form.scale
    for j in range(depth):
        rows, columns = weights[j].nrows(), weights[j].ncols()
        for s in range(rows):
            for t in range(columns):
                here = offsets[j] + s * columns + t
                direction = fmpq_mat(rows, columns)
                direction[s, t] = 1
                _add_column(table, here, offsets[j], backward[j] * direction * forward[j] * twice)
                if j == depth - 1:
                    continue
                half = direction * forward[j] * weights[j].transpose()
                change = spread_by_noise(half + half.transpose(), form.noise[j])
                for i in range(j + 1, depth):
                    _add_column(table, here, offsets[i], backward[i] * weights[i] * change * twice, mirror=True)
                    if i < depth - 1:
                        change = spread_by_noise(weights[i] * change * weights[i].transpose(), form.noise[i])
    return fmpq_mat(table)


def _add_column(table: list[list[fmpq]], column: int, start: int, values: fmpq_mat, mirror: bool = False) -> None:
    """Add the row-major `values` to a column of the table from row `start` on (and to the mirrored row)."""
    for k, value in enumerate(values.entries()):
        if value:
            table[start + k][column] += value
            if mirror:
                table[column][start + k] += value
