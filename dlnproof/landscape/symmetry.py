"""Continuous symmetries of the loss: how many dimensions of equal loss pass through a point, exactly.

Layer k and k + 1 may be changed to (I + e M) W_k and W_{k+1} (I + e M)^{-1}. The end-to-end matrix stays; with noise
on a neuron only the diagonal of M may act on it, with decay on either layer only a skew M is allowed (and with both
nothing acts on the neurons with noise). Without decay on the first layer W_1 -> W_1 + e Z with Z S = 0 changes nothing
either. If the data commute with rotations of the inputs and the outputs, S a = a S and b C = C a for skew a and b, then
W_1 -> W_1 exp(-e a), W_H -> exp(e b) W_H keeps the loss as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import fmpq, fmpq_mat

from dlnproof.landscape.derivatives import Form
from dlnproof.rings.rational import pivot_columns


def orbit_dimension(form: Form, weights: Sequence[fmpq_mat]) -> int:
    """Return the dimension of the orbit of `weights` under the continuous symmetries of the loss named above."""
    tangents = [_flatten(move) for move in tangent_moves(form, weights)]
    return fmpq_mat(tangents).rank() if tangents else 0


def tangent_moves(form: Form, weights: Sequence[fmpq_mat]) -> Iterator[list[fmpq_mat]]:
    """Yield directions, one matrix a layer, that are tangent to the orbit; together they span its tangent space."""
    still = [fmpq_mat(weight.nrows(), weight.ncols()) for weight in weights]
    for k in range(len(weights) - 1):
        free = not form.decay[k] and not form.decay[k + 1]
        for generator in _generators(weights[k].nrows(), free, form.noise[k]):
            move = list(still)
            move[k], move[k + 1] = generator * weights[k], -(weights[k + 1] * generator)
            yield move
    if not form.decay[0]:
        for row in null_space(form.input_moment):
            for i in range(weights[0].nrows()):
                shift = fmpq_mat(weights[0].nrows(), weights[0].ncols())
                for j, value in enumerate(row):
                    shift[i, j] = value
                yield [shift, *still[1:]]
    for inner, outer in data_rotations(form):
        move = list(still)
        move[0] = -(weights[0] * inner)
        move[-1] = move[-1] + outer * weights[-1]
        yield move


def data_rotations(form: Form) -> Iterator[tuple[fmpq_mat, fmpq_mat]]:
    """Yield a basis of the pairs (a, b) of skew matrices, d_0 x d_0 and d_H x d_H, with S a = a S and b C = C a."""
    inputs, outputs = form.input_moment.nrows(), form.cross_moment.nrows()
    basis = [(skew, fmpq_mat(outputs, outputs)) for skew in _skew(inputs)]
    basis += [(fmpq_mat(inputs, inputs), skew) for skew in _skew(outputs)]
    if not basis:
        return
    # one row a basis pair: S a - a S and b C - C a, entry by entry; a relation between the rows is a pair that commutes
    defects = []
    for a, b in basis:
        first = form.input_moment * a - a * form.input_moment
        second = b * form.cross_moment - form.cross_moment * a
        defects.append([*first.entries(), *second.entries()])
    for combination in null_space(fmpq_mat(defects).transpose()):
        a, b = fmpq_mat(inputs, inputs), fmpq_mat(outputs, outputs)
        for factor, (left, right) in zip(combination, basis, strict=True):
            if factor:
                a, b = a + left * factor, b + right * factor
        yield a, b


def null_space(matrix: fmpq_mat) -> list[list[fmpq]]:
    """Return a basis of {x : matrix x = 0}, each vector as a list."""
    reduced, rank = matrix.rref()
    pivots = pivot_columns(matrix)
    table = reduced.tolist()
    vectors = []
    for free in range(matrix.ncols()):
        if free in pivots:
            continue
        vector = [fmpq(0)] * matrix.ncols()
        vector[free] = fmpq(1)
        for row, pivot in zip(table[:rank], pivots, strict=True):
            vector[pivot] = -row[free]
        vectors.append(vector)
    return vectors


def _generators(size: int, free: bool, variances: Sequence[fmpq]) -> Iterator[fmpq_mat]:
    """Yield a basis of the matrices M of one hidden layer: all or skew ones, off the diagonal between neurons without noise."""
    for i in range(size):
        for j in range(size):
            quiet = not variances[i] and not variances[j]
            if free and (i == j or quiet):
                yield _unit(size, i, j)
            elif not free and j < i and quiet:
                yield _unit(size, i, j) - _unit(size, j, i)


def _skew(size: int) -> Iterator[fmpq_mat]:
    for i in range(size):
        for j in range(i):
            yield _unit(size, i, j) - _unit(size, j, i)


def _unit(size: int, i: int, j: int) -> fmpq_mat:
    unit = fmpq_mat(size, size)
    unit[i, j] = 1
    return unit


def _flatten(move: Sequence[fmpq_mat]) -> list[fmpq]:
    return [entry for matrix in move for entry in matrix.entries()]
