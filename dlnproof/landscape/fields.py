"""Vector fields along which the loss does not change, exactly: what makes critical points non-isolated.

A field is a tuple of matrices A_0, ..., A_H and a translation T:  dW_k = A_k W_k - W_k A_{k-1}  (+ T for k = 1). It
changes R = W_H ... W_1 by A_H R - R A_0 + W_H ... W_2 T, so with S = XX^T, C = YX^T and decay g_k the loss is
constant along the flows of these, from every point:

* hidden layer 0 < k < H: A_k any d_k x d_k matrix when g_k = g_{k+1} = 0 (the group GL(d_k)), antisymmetric otherwise
  (O(d_k)): the decay changes by 2 <A_k, g_k W_k W_k^T - g_{k+1} W_{k+1}^T W_{k+1}>, an inner product with a symmetric
  matrix. With multiplicative noise on neurons p or q of the layer, entry (p, q) of A_k changes Diag(v_i M_ii) unless p = q,
  so among and towards these neurons A_k is diagonal when g_k = g_{k+1} = 0 and zero otherwise;
* unseen inputs, when g_1 = 0: T S = 0 (then T C^T = 0 too, the rows of C being in the range of S);
* data: A_H antisymmetric, A_0 S antisymmetric and A_H C = -C A_0^T, with A_0 antisymmetric when g_1 > 0. These turn
  equal singular values of the data into each other; a linear system over Q has them as its exact solutions.

The last two keep the quadratic term with noise as well: they change nothing behind the first or before the last noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

from dlnproof.landscape.enclosure import Matrices
from dlnproof.landscape.reduction import Reduction
from dlnproof.rings.double import Array
from dlnproof.rings.midpoint import Balls, concatenate, enclose_rationals

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
        free, variances = not decay[k - 1] and not decay[k], reduction.noise[k - 1]
        for p in range(widths[k]):
            for q in range(widths[k]):
                quiet = not variances[p] and not variances[q]
                if free and (p == q or quiet):
                    fields.append(Field({k: {(p, q): one}}, {}))
                elif p < q and not free and quiet:
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


@dataclass(frozen=True, eq=False)
class FieldStack:
    """Fields as arrays: `turns[k]` holds A_k of every field (f x d_k x d_k), `shift` T (f x d_1 x d_0), None if all 0."""

    fields: tuple[Field, ...]
    turns: Mapping[int, Balls]
    shift: Balls | None

    def directions(self, weights: Sequence[Array]) -> Array:
        """Return the fields at a stack of weights in float64, shape (points, f, n)."""
        if not self.fields:
            return np.zeros((len(weights[0]), 0, sum(weight[0].size for weight in weights)))
        parts = []
        for k, weight in enumerate(weights, 1):
            part = np.zeros((len(weight), len(self.fields), *weight.shape[1:]))
            if k in self.turns:
                part += self.turns[k].mid @ weight[:, None]
            if k - 1 in self.turns:
                part -= weight[:, None] @ self.turns[k - 1].mid
            if k == 1 and self.shift is not None:
                part += self.shift.mid
            parts.append(part.reshape(*part.shape[:2], -1))
        return np.concatenate(parts, axis=2)

    def enclosed(self, mixture: Array, weights: Sequence[Balls]) -> Balls:
        """Return enclosures of the fields sum_f mixture[., f, a] field_f at ball weights, shape (points, z, n).

        `mixture` (points x f x z) is taken exactly: each row of the result encloses one exact symmetry of the loss.
        """
        points, count, mixed = mixture.shape
        turned = mixture.swapaxes(1, 2)

        def mix(stack: Balls) -> Balls:
            return (turned @ stack.reshape(count, -1)).reshape(points, mixed, *stack.shape[1:])

        turns = {k: mix(stack) for k, stack in self.turns.items()}
        parts: list[Balls] = []
        for k, weight in enumerate(weights, 1):
            part: Balls | Array = np.zeros((points, mixed, *weight.shape[1:]))
            if k in turns:
                part = turns[k] @ weight[:, None]
            if k - 1 in turns:
                part = -(weight[:, None] @ turns[k - 1] - part)
            if k == 1 and self.shift is not None:
                part = mix(self.shift) + part
            whole = part if isinstance(part, Balls) else Balls(part)
            parts.append(whole.reshape(points, mixed, -1))
        return concatenate(parts, axis=2)


def stack_fields(reduction: Reduction, fields: Sequence[Field]) -> FieldStack:
    """Return the fields as arrays of balls; radius 0 for the fields of hidden layers, whose entries are integers."""
    widths = reduction.widths
    turns = {}
    for k in sorted({k for field in fields for k, entries in field.turns.items() if entries}):
        turns[k] = _stack([field.turns.get(k, {}) for field in fields], (widths[k], widths[k]))
    shifts = [field.shift for field in fields]
    return FieldStack(tuple(fields), turns, _stack(shifts, (widths[1], widths[0])) if any(shifts) else None)


def _stack(tables: Sequence[Entries], shape: tuple[int, int]) -> Balls:
    mid, rad = np.zeros((len(tables), *shape)), np.zeros((len(tables), *shape))
    for place, entries in enumerate(tables):
        if entries:
            balls = enclose_rationals(entries.values(), (len(entries),))
            rows, columns = zip(*entries, strict=True)
            mid[place, rows, columns], rad[place, rows, columns] = balls.mid, balls.rad
    return Balls(mid, rad)


@lru_cache(maxsize=16)
def symmetries(reduction: Reduction, with_data: bool) -> FieldStack:
    """Return the fields of hidden layers and unseen inputs, with those of the data when asked for."""
    fields = layer_fields(reduction)
    return stack_fields(reduction, [*fields, *data_fields(reduction)] if with_data else fields)


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
