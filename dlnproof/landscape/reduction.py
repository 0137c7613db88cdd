"""A problem without the inputs that its data never show, exactly, and the same problem in float64.

S = X X^T may be singular. With J its pivot columns, T = S[J, J] is positive definite and S = P T P^T, P = S[:, J]
T^{-1} (so P[J, :] = I), and C = Y X^T = C[:, J] P^T because the rows of C lie in the range of S. Hence the square
loss sees R only through F = R P (d_H x q, q = rank X):

    c ||R X - Y||_F^2 = floor + c tr((F - F*) T (F - F*)^T),   F* = C[:, J] T^{-1},   floor = c (tr YY^T - tr(F* C[:,
    J]^T)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from dlnproof.errors import bad
from dlnproof.landscape.variances import Variances, variances_of
from dlnproof.rings.double import Array, DoubleNet
from dlnproof.rings.rational import identity, inner_product, pivot_columns, read_number, take_columns, take_rows


@dataclass(frozen=True, eq=False)
class Reduction:
    """The exact data of one problem: `seen` J, `basis` P, `moment` T, `cross` C[:, J], `target` F*, `floor`."""

    problem: Any
    widths: tuple[int, ...]
    scale: fmpq
    decay: tuple[fmpq, ...]
    noise: Variances
    seen: tuple[int, ...]
    basis: fmpq_mat
    moment: fmpq_mat
    cross: fmpq_mat
    target: fmpq_mat
    floor: fmpq
    net: DoubleNet

    @property
    def has_decay(self) -> bool:
        """Whether any layer has decay."""
        return any(self.decay)

    @property
    def has_noise(self) -> bool:
        """Whether any hidden layer has multiplicative noise."""
        return any(map(any, self.noise))

    @property
    def sees_all_inputs(self) -> bool:
        """Whether S is invertible."""
        return len(self.seen) == self.widths[0]


def reduce(problem: Any) -> Reduction:
    """Return the exact reduction of `problem`, which needs the attributes of a `Problem` only.

    Raises: InputError when a row of Y X^T is not in the range of X X^T.
    """
    inputs, cross = problem.input_moment, problem.cross_moment
    widths = tuple(problem.widths)
    scale = read_number(problem.scale, "scale")
    decay = tuple(read_number(value, "decay") for value in problem.decay)
    noise = variances_of(problem)
    output = read_number(problem.output_moment, "output_moment")
    seen = tuple(pivot_columns(inputs))
    if seen:
        moment = take_rows(take_columns(inputs, seen), seen)
        inverse = moment.inv()
        whole = len(seen) == widths[0]
        basis = identity(widths[0]) if whole else take_columns(inputs, seen) * inverse
        visible = cross if whole else take_columns(cross, seen)
        target = visible * inverse
        consistent = whole or visible * basis.transpose() == cross
        explained = inner_product(target, visible)
    else:
        basis, explained = fmpq_mat(widths[0], 0), fmpq(0)
        moment, visible, target = fmpq_mat(0, 0), fmpq_mat(widths[-1], 0), fmpq_mat(widths[-1], 0)
        consistent = not any(cross.entries())
    if not consistent:
        rule = "no data have these moments: a row of Y X^T is not in the range of X X^T"
        raise bad("cross_moment", cross, rule, "give both moments of the same data")
    floor = scale * (output - explained)
    net = DoubleNet(
        widths,
        to_float(scale),
        tuple(map(to_float, decay)),
        tuple(tuple(map(to_float, layer)) for layer in noise),
        to_array(inputs),
        to_array(cross),
        _spread(target, seen, widths),
        to_float(floor),
        to_float(output),
    )
    return Reduction(problem, widths, scale, decay, noise, seen, basis, moment, visible, target, floor, net)


def to_float(number: fmpq) -> float:
    """Return the float nearest to an exact number (a quotient of Python integers is correctly rounded)."""
    return int(number.p) / int(number.q)


def to_array(matrix: fmpq_mat) -> Array:
    """Return the matrix in float64."""
    shape = (matrix.nrows(), matrix.ncols())
    return np.array([to_float(entry) for entry in matrix.entries()], dtype=np.float64).reshape(shape)


def _spread(target: fmpq_mat, seen: tuple[int, ...], widths: tuple[int, ...]) -> Array:
    """Return R* (d_H x d_0) with R* S = C, zero outside the columns J."""
    result = np.zeros((widths[-1], widths[0]))
    if seen:
        result[:, list(seen)] = to_array(target)
    return result
