"""Gradient and Hessian of a deep linear net on stacks of points, written once for float64 arrays and for balls.

`Stack` is either a NumPy array or `Balls`: both have @, *, +, -, `swapaxes`, `reshape` and indexing. Weights are stacks
W_k of shape (points, d_k, d_{k-1}). With noise variances v_k (d_k numbers) on hidden layer k and N_k(M) = M + Diag(v_ki M_ii),

    L = c (tr(W_H C_{H-1} W_H^T) - 2 tr(R C^T) + t) + sum_k g_k ||W_k||_F^2,
    C_0 = S,  C_k = N_k(W_k C_{k-1} W_k^T);   T_H = I,  T_k = N_k(W_{k+1}^T T_{k+1} W_{k+1}),

of which the noise-free loss is the case v = 0 (C_k = B_k S B_k^T, T_k = A_k^T A_k). Source: Ziyin, Li and Meng (2022).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Stack: TypeAlias = Any
# None stands for the identity where a function says so
Factor: TypeAlias = Any
Blocks: TypeAlias = dict[tuple[int, int], Stack]


@lru_cache(maxsize=256)
def unit(size: int) -> NDArray[np.float64]:
    """Return the identity matrix as an array that must not be written to."""
    matrix = np.eye(size)
    matrix.flags.writeable = False
    return matrix


def transposed(stack: Stack) -> Stack:
    """Return the stack of transposed matrices."""
    return stack.swapaxes(-1, -2)


def products(weights: Sequence[Stack]) -> tuple[list[Factor], list[Factor]]:
    """Return [B_0, ..., B_H] with B_k = W_k..W_1 and [None, A_1, ..., A_H] with A_k = W_H..W_{k+1}; None: identity."""
    below: list[Factor] = [None]
    for weight in weights:
        below.append(times(weight, below[-1]))
    above: list[Factor] = [None]
    for weight in reversed(weights[1:]):
        above.append(times(above[-1], weight))
    return below, [None, *above[::-1]]


def times(left: Factor, right: Factor) -> Factor:
    """Return left @ right, where None stands for the identity."""
    if left is None or right is None:
        return right if left is None else left
    return left @ right


def flip(stack: Factor) -> Factor:
    """Return the transposed stack, None for the identity."""
    return None if stack is None else transposed(stack)


def gradient(weights: Sequence[Stack], inner: Callable[[Stack], Stack], decay: Sequence[Factor]) -> list[Stack]:
    """Return dL/dW_k without noise; `inner` maps R to 2c (R S - C), `decay` holds 2 g_k or None."""
    below, above = products(weights)
    middle = inner(below[-1])
    parts = []
    for k, weight in enumerate(weights):
        part = times(times(flip(above[k + 1]), middle), flip(below[k]))
        parts.append(part if decay[k] is None else part + weight * decay[k])
    return parts


def derivatives(
    weights: Sequence[Stack], inner: Callable[[Stack], Stack], moment: Stack, decay: Sequence[Factor]
) -> tuple[list[Stack], Blocks]:
    """Return dL/dW_k and the blocks (i, j), i >= j, of the Hessian without noise; `moment` is 2c S.

    Block (i, j) maps D_j[s, t] to D_i[p, q]: 2c (A_i^T A_j)[p, s] (B_{i-1} S B_{j-1}^T)[q, t], and for i > j also
    (A_i^T G B_{j-1}^T)[p, t] (W_{i-1}..W_{j+1})[q, s].
    """
    below, above = products(weights)
    turned = [flip(product) for product in below]
    middle = inner(below[-1])
    parts: list[Stack] = []
    blocks: Blocks = {}
    for i, weight in enumerate(weights):
        outer, spread = flip(above[i + 1]), times(below[i], moment)
        pull = times(outer, middle)
        part = times(pull, turned[i])
        parts.append(part if decay[i] is None else part + weight * decay[i])
        between: Factor = None
        for j in range(i, -1, -1):
            left = times(outer, above[j + 1])
            right = times(spread, turned[j])
            left = unit(weight.shape[-2])[None] if left is None else left
            if j < i - 1:
                between = times(between, weights[j + 1])
            cross = times(pull, turned[j]) if j < i else None
            blocks[i, j] = _block(left, right, cross, between, weight, weights[j])
        if decay[i] is not None:
            blocks[i, i] = blocks[i, i] + _diagonal(weight, decay[i])
    return parts, blocks


def _block(left: Stack, right: Stack, cross: Factor, between: Factor, one: Stack, two: Stack) -> Stack:
    """Return left[p, s] right[q, t] + cross[p, t] between[q, s] as a stack of n_i x n_j matrices."""
    rows, columns = one.shape[-2] * one.shape[-1], two.shape[-2] * two.shape[-1]
    block = right[..., None, :, None, :] * left[..., :, None, :, None]
    if cross is not None:
        link = unit(one.shape[-1])[None] if between is None else between
        block = block + cross[..., :, None, None, :] * link[..., None, :, :, None]
    return block.reshape(-1, rows, columns)


def _diagonal(weight: Stack, decay: Stack) -> Stack:
    """Return the matrix 2 g I of one layer: `decay` is 2 g."""
    size = weight.shape[-2] * weight.shape[-1]
    return decay * unit(size)[None]


def moments_forward(weights: Sequence[Stack], moment: Stack, noise: Sequence[Stack]) -> list[Stack]:
    """Return [C_0, ..., C_{H-1}]."""
    moments = [moment]
    for weight, variance in zip(weights, noise, strict=False):
        moments.append(spread(weight @ moments[-1] @ transposed(weight), variance))
    return moments


def moments_backward(weights: Sequence[Stack], noise: Sequence[Stack]) -> list[Factor]:
    """Return [T_1, ..., T_H], None standing for the identity T_H."""
    forms: list[Factor] = [None]
    for weight, variance in zip(reversed(weights[1:]), reversed(noise), strict=True):
        forms.append(spread(times(times(transposed(weight), forms[-1]), weight), variance))
    return forms[::-1]


def spread(matrices: Stack, variances: Stack) -> Stack:
    """Return N(M) = M + Diag(v_i M_ii) over the last two axes."""
    return matrices + matrices * (variances * unit(matrices.shape[-1]))


def noisy_gradient(
    weights: Sequence[Stack], moment: Stack, cross: Stack, noise: Sequence[Stack], decay: Sequence[Factor]
) -> list[Stack]:
    """Return dL/dW_k of the averaged loss; `moment` is 2c S, `cross` is 2c C, `decay` holds 2 g_k or None."""
    below, above = products(weights)
    forward, backward = moments_forward(weights, moment, noise), moments_backward(weights, noise)
    parts = []
    for k, weight in enumerate(weights):
        linear = times(times(flip(above[k + 1]), cross), flip(below[k]))
        part = times(backward[k], weight) @ forward[k] - linear
        parts.append(part if decay[k] is None else part + weight * decay[k])
    return parts


def noisy_derivatives(
    weights: Sequence[Stack], moment: Stack, cross: Stack, noise: Sequence[Stack], decay: Sequence[Factor]
) -> tuple[list[Stack], Blocks]:
    """Return gradient and Hessian blocks (i, j), i >= j, of the averaged loss (arguments as for `noisy_gradient`).

    The linear term gives the second part of `derivatives` with G = -2c C. The quadratic term propagates each matrix
    unit D of layer j: dC_j = N_j(D C_{j-1} W_j^T + transpose), dC_k = N_k(W_k dC_{k-1} W_k^T); block (i, j) is T_i W_i
    dC_{i-1}, and block (j, j) is T_j kron C_{j-1}.
    """
    below, above = products(weights)
    forward, backward = moments_forward(weights, moment, noise), moments_backward(weights, noise)
    blocks: Blocks = {}
    for j, weight in enumerate(weights):
        left = unit(weight.shape[-2])[None] if backward[j] is None else backward[j]
        blocks[j, j] = _block(left, forward[j], None, None, weight, weight)
        if decay[j] is not None:
            blocks[j, j] = blocks[j, j] + _diagonal(weight, decay[j])
        if j == len(weights) - 1:
            continue
        rows, columns = weight.shape[-2], weight.shape[-1]
        half = forward[j] @ transposed(weight)
        # (points, s, t, p, q): the row p = s of D C_{j-1} W_j^T is row t of C_{j-1} W_j^T
        change = half[:, None, :, None, :] * unit(rows)[None, :, None, :, None]
        change = spread(change + transposed(change), noise[j])
        between: Factor = None
        for i in range(j + 1, len(weights)):
            upper = weights[i][:, None, None]
            outer = None if backward[i] is None else backward[i][:, None, None]
            response = times(outer, upper @ change)
            quadratic = response.reshape(-1, rows * columns, weights[i].shape[-2] * weights[i].shape[-1])
            link = unit(weights[i].shape[-1])[None] if between is None else between
            pull = times(times(flip(above[i + 1]), cross), flip(below[j]))
            pull = pull if len(pull.shape) == 3 else pull[None]
            linear = (pull[..., :, None, None, :] * link[..., None, :, :, None]).reshape(
                -1, weights[i].shape[-2] * weights[i].shape[-1], rows * columns
            )
            blocks[i, j] = transposed(quadratic) - linear
            between = times(weights[i], between)
            if i < len(weights) - 1:
                change = spread(upper @ change @ transposed(upper), noise[i])
    return noisy_gradient(weights, moment, cross, noise, decay), blocks
