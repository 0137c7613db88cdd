"""Vector fields along which the loss does not change, exactly: what makes critical points non-isolated.

A field is a tuple of matrices A_0, ..., A_H and a translation T:  dW_k = A_k W_k - W_k A_{k-1}  (+ T for k = 1). It
changes R = W_H ... W_1 by A_H R - R A_0 + W_H ... W_2 T, so with S = XX^T, C = YX^T and decay g_k the loss is
constant along the flows of these, from every point:

* hidden layer 0 < k < H: A_k any d_k x d_k matrix when g_k = g_{k+1} = 0 (the group GL(d_k)), antisymmetric otherwise
  (O(d_k)): the decay changes by 2 <A_k, g_k W_k W_k^T - g_{k+1} W_{k+1}^T W_{k+1}>, an inner product with a symmetric
  matrix;
* unseen inputs, when g_1 = 0: T S = 0 (then T C^T = 0 too, the rows of C being in the range of S);
* data: A_H antisymmetric, A_0 S antisymmetric and A_H C = -C A_0^T, with A_0 antisymmetric when g_1 > 0. These turn
  equal singular values of the data into each other; a linear system over Q has them as its exact solutions.

Multiplicative noise breaks O(d_k) to signed permutations; `reduce` refuses it before this module is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

from dlnproof.landscape.enclosure import Matrices
from dlnproof.landscape.reduction import Reduction, to_float
from dlnproof.rings.double import Array

# sparse matrices: (row, column) -> entry
Entries = Mapping[tuple[int, int], fmpq]
_LARGEST_SYSTEM = 60


@dataclass(frozen=True, eq=False)
class Field:
    """One field: `turns[k]` holds the entries of A_k, `shift` those of T."""

    turns: Mapping[int, Entries]
    shift: Entries


def layer_fields(reduction: Reduction) -> list[Field]:
    """Return a basis of the fields of hidden layers and unseen inputs."""
    widths, decay = reduction.widths, reduction.decay
    one, fields = fmpq(1), []
    for k in range(1, len(widths) - 1):
        free = not decay[k - 1] and not decay[k]
        for p in range(widths[k]):
            for q in range(widths[k]):
                if free:
                    fields.append(Field({k: {(p, q): one}}, {}))
                elif p < q:
                    fields.append(Field({k: {(p, q): one, (q, p): -one}}, {}))
    if not decay[0] and not reduction.sees_all_inputs:
        for row in nullspace(reduction.problem.input_moment):
            for p in range(widths[1]):
                fields.append(Field({}, {(p, j): value for j, value in enumerate(row) if value}))
    return fields


def data_fields(reduction: Reduction) -> list[Field]:
    """Return a basis of the data fields, or none when the linear system for them would be large.

    Leaving fields out is safe: a point whose nullity they would explain is refused, never certified wrongly.
    """
    last, first = reduction.widths[-1], reduction.widths[0]
    unknowns: list[tuple[int, Entries]] = []
    one = fmpq(1)
    for p in range(last):
        for q in range(p + 1, last):
            unknowns.append((1, {(p, q): one, (q, p): -one}))
    for p in range(first):
        for q in range(first):
            if not reduction.decay[0]:
                unknowns.append((0, {(p, q): one}))
            elif p < q:
                unknowns.append((0, {(p, q): one, (q, p): -one}))
    if not unknowns or len(unknowns) > _LARGEST_SYSTEM:
        return []
    moment, cross = reduction.problem.input_moment, reduction.problem.cross_moment
    columns = []
    for side, entries in unknowns:
        turn = _dense(entries, last if side else first)
        if side:
            columns.append([fmpq(0)] * (first * first) + (turn * cross).entries())
        else:
            columns.append((turn * moment + moment * turn.transpose()).entries() + (cross * turn.transpose()).entries())
    fields = []
    for row in nullspace(fmpq_mat(columns).transpose()):
        sides: tuple[dict[tuple[int, int], fmpq], dict[tuple[int, int], fmpq]] = ({}, {})
        for value, (side, entries) in zip(row, unknowns, strict=True):
            for place, entry in entries.items():
                if value:
                    sides[side][place] = sides[side].get(place, fmpq(0)) + value * entry
        fields.append(Field({0: sides[0], len(reduction.decay): sides[1]}, {}))
    return fields


def nullspace(matrix: fmpq_mat) -> list[list[fmpq]]:
    """Return a basis of {v: M v = 0} over Q, from the reduced row echelon form."""
    reduced, rank = matrix.rref()
    table, size = reduced.tolist(), matrix.ncols()
    pivots = [next(j for j in range(size) if table[i][j]) for i in range(rank)]
    basis = []
    for free in sorted(set(range(size)) - set(pivots)):
        vector = [fmpq(0)] * size
        vector[free] = fmpq(1)
        for i, j in enumerate(pivots):
            vector[j] = -table[i][free]
        basis.append(vector)
    return basis


def _dense(entries: Entries, size: int) -> fmpq_mat:
    result = fmpq_mat(size, size)
    for place, value in entries.items():
        result[place] = value
    return result


def proposed_directions(fields: Sequence[Field], weights: Sequence[Array]) -> Array:
    """Return the fields at the weights in float64, one column each, shape (n, fields)."""
    size = sum(weight.size for weight in weights)
    result = np.zeros((size, len(fields)))
    starts = np.cumsum([0, *(weight.size for weight in weights)])
    for column, field in enumerate(fields):
        parts = [np.zeros_like(weight) for weight in weights]
        for k, entries in field.turns.items():
            for (p, q), value in entries.items():
                number = to_float(value)
                if k > 0:
                    parts[k - 1][p] += number * weights[k - 1][q]
                if k < len(weights):
                    parts[k][:, q] -= number * weights[k][:, p]
        for place, value in field.shift.items():
            parts[0][place] += to_float(value)
        for k, part in enumerate(parts):
            result[starts[k] : starts[k + 1], column] = part.ravel()
    return result


def enclosed_directions(fields: Sequence[Field], mixture: Array, weights: Matrices) -> list[list[arb]]:
    """Return enclosures of the fields sum_f mixture[f, a] field_f at ball weights: one list of n balls for each a.

    `mixture` is taken exactly; the sums over it are balls, so each result encloses one exact symmetry of the loss.
    """
    sizes = [weights[0].ncols(), *(weight.nrows() for weight in weights)]
    columns = []
    for a in range(mixture.shape[1]):
        turns: dict[int, list[list[arb]]] = {}
        moved: dict[tuple[int, int], arb] = {}
        for factor, field in zip(mixture[:, a].tolist(), fields, strict=True):
            exact = arb(factor)
            for k, entries in field.turns.items():
                table = turns.setdefault(k, [[arb(0)] * sizes[k] for _ in range(sizes[k])])
                for (p, q), value in entries.items():
                    table[p][q] += exact * value
            for place, value in field.shift.items():
                moved[place] = moved.get(place, arb(0)) + exact * value
        matrices = {k: arb_mat(table) for k, table in turns.items()}
        column: list[arb] = []
        for k, weight in enumerate(weights, 1):
            part = arb_mat(weight.nrows(), weight.ncols())
            if k in matrices:
                part = part + matrices[k] * weight
            if k - 1 in matrices:
                part = part - weight * matrices[k - 1]
            if k == 1:
                for (p, q), ball in moved.items():
                    part[p, q] = part[p, q] + ball
            column.extend(part.entries())
        columns.append(column)
    return columns
