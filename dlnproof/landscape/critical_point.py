"""Exact rational critical points without decay and noise, built rather than searched for, from every reachable class.

Choose a rational subspace that Sigma maps into itself, U: d_H x r its basis, r <= r_max; with V = (U^T U)^{-1} U^T Z,
Z S = C,

    W_1 = g_1 [V; J_1],   W_k = g_k [[I_r, 0], [0, J_k]] g_{k-1}^{-1},   W_H = [U, J_H] g_{H-1}^{-1}

has R = U V + J_H ... J_1. The gauge g_k is invertible; the junk J is chosen so that the gradient vanishes: G = -(I -
P) C and (J_H ... J_{k+1})^T G (J_{k-1} ... J_1)^T = 0 for every k. Rows of W_1 orthogonal to the data are free.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat, fmpq_poly

from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.landscape.classification import Classification
from dlnproof.landscape.data import regression
from dlnproof.landscape.symmetry import null_space
from dlnproof.rings.rational import Rows, identity, to_fraction, to_rows

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """An exact critical point of a problem: weights, loss, kind and the inertia of its Hessian."""

    problem: Problem
    weights: tuple[Rows, ...]
    loss: Fraction
    kind: Classification
    inertia: tuple[int, int, int]

    def to_json(self) -> dict[str, Any]:
        """Return weights, loss, kind and inertia as JSON values, numbers as exact strings."""
        weights = [[[str(entry) for entry in row] for row in weight] for weight in self.weights]
        return {"weights": weights, "loss": str(self.loss), "kind": self.kind.name, "inertia": list(self.inertia)}


def critical_point(problem: Problem, weights: Any) -> CriticalPoint | None:
    """Return the critical point with the given exact weights, or None where the gradient is not exactly zero."""
    matrices = problem.read_weights(weights)
    kind = problem.classify(matrices)
    if not kind.is_critical or kind.inertia is None:
        return None
    rows = tuple(to_rows(matrix) for matrix in matrices)
    return CriticalPoint(problem, rows, to_fraction(problem.loss_number(matrices)), kind, kind.inertia)


def sample_critical_point(problem: Problem, random: Random) -> CriticalPoint:
    """Return a random exact critical point; small draws of `random` give simple points, so Hypothesis can shrink
    them.

    Every class that has rational points is reached: any rational invariant subspace, global minima, strict and
    non-strict saddles. Criticality is verified exactly; a draw that fails falls back to the origin. Raises:
    UnsupportedError with decay or noise, where no such construction is known.
    """
    if not problem.is_plain:
        raise UnsupportedError(
            "critical_points: exact critical points are built without decay and noise only; use local_minima"
        )
    coefficients = regression(problem.form.input_moment, problem.form.cross_moment)
    layered = problem.layers > 1
    weights = _Construction(problem, random, coefficients).weights() if layered else [coefficients]
    weights[0] = weights[0] + _free_rows(problem, random)
    point = critical_point(problem, weights) or critical_point(problem, problem.origin)
    if point is None:  # the origin of two layers or more, and any solution of one layer, is critical
        raise DisagreementError("neither the constructed point nor the origin is critical")
    return point


def _free_rows(problem: Problem, random: Random) -> fmpq_mat:
    """Return a random N with N S = 0, of the shape of W_1."""
    rows, columns = problem.shapes[0]
    result = fmpq_mat(rows, columns)
    directions = null_space(problem.form.input_moment)
    if directions and random.randint(0, 1):
        for i in range(rows):
            for direction in directions:
                factor = random.randint(-1, 1)
                for j, value in enumerate(direction):
                    result[i, j] += factor * value
    return result


class _Construction:
    """The blocks of one random critical point of a network of two layers or more."""

    def __init__(self, problem: Problem, random: Random, coefficients: fmpq_mat) -> None:
        self.problem, self.random, self.coefficients = problem, random, coefficients
        self.hidden = problem.widths[1:-1]
        self.selected = self._invariant_columns()
        self.rank = len(self.selected)

    def _invariant_columns(self) -> list[list[fmpq]]:
        """Return columns that span a random rational invariant subspace, of dimension at most r_max."""
        spectrum, chosen = self.problem.spectrum, list[list[fmpq]]()
        factors = {root.coefficients: multiplicity for root, multiplicity in spectrum.positive}
        # any eigenvalues, or (on the way to global minima and non-strict saddles) the largest of them
        largest = self.random.randint(0, 1)
        limit = self.random.randint(0, spectrum.rank_limit) if largest else spectrum.rank_limit
        for coefficients, multiplicity in factors.items():
            degree = len(coefficients) - 1
            fitting = min(multiplicity, (limit - len(chosen)) // degree)
            take = fitting if largest else self.random.randint(0, fitting)
            kernel = null_space(_polynomial_of_matrix(fmpq_poly(list(coefficients)), spectrum.sigma))
            target = len(chosen) + take * degree
            while len(chosen) < target:
                vector = self._combination(kernel)
                tower = [vector]
                for _ in range(degree - 1):
                    tower.append(spectrum.sigma * tower[-1])
                extended = [*chosen, *(column.entries() for column in tower)]
                if fmpq_mat(extended).rank() == len(extended):
                    chosen = extended
        return chosen

    def _combination(self, vectors: list[list[fmpq]]) -> fmpq_mat:
        """Return a random combination of `vectors` with small integer coefficients, as a column."""
        factors = [self.random.randint(-2, 2) for _ in vectors]
        if not any(factors):
            factors[self.random.randint(0, len(vectors) - 1)] = 1
        return fmpq_mat(vectors).transpose() * fmpq_mat(len(factors), 1, factors)

    def weights(self) -> list[fmpq_mat]:
        """Return the weights, gauge applied."""
        blocks = self._blocks()
        for k, size in enumerate(self.hidden):
            gauge, inverse = self._gauge(size)
            blocks[k], blocks[k + 1] = gauge * blocks[k], blocks[k + 1] * inverse
        return blocks

    def _blocks(self) -> list[fmpq_mat]:
        """Return the weights before the gauge: selected part and junk side by side."""
        shapes, rank = self.problem.shapes, self.rank
        blocks = [fmpq_mat(rows, columns) for rows, columns in shapes]
        if rank:
            basis = fmpq_mat(self.selected).transpose()
            transposed = basis.transpose()
            inner = (transposed * basis).solve(transposed * self.coefficients)
            _write(blocks[0], inner, 0, 0)
            _write(blocks[-1], basis, 0, 0)
            for block in blocks[1:-1]:
                _write(block, identity(rank), 0, 0)
        junk = self._junk()
        for k, block in enumerate(blocks):
            row, column = (0 if k == len(blocks) - 1 else rank), (0 if k == 0 else rank)
            for i, j, value in junk[k]:
                block[row + i, column + j] = value
        return blocks

    def _junk(self) -> list[list[tuple[int, int, fmpq]]]:
        """Return the nonzero entries (i, j, value) of J_1, ..., J_H.

        Two of the layers are left zero, which makes every product with one layer left out vanish; where a hidden
        layer has no junk neuron, or nothing is left to explain (G = 0) and one layer is zero, the others are free.
        """
        depth = self.problem.layers
        full = self.rank == self.problem.spectrum.rank
        narrow = min(self.hidden) == self.rank
        zeros = 0 if narrow else 1 if full else 2
        places = list(range(depth))
        silent = {places.pop(self.random.randint(0, len(places) - 1)) for _ in range(zeros)}
        density = self.random.randint(0, 2)
        junk: list[list[tuple[int, int, fmpq]]] = []
        for k, (rows, columns) in enumerate(self.problem.shapes):
            height = rows if k == depth - 1 else rows - self.rank
            width = columns if k == 0 else columns - self.rank
            entries = []
            if k not in silent and density:
                for i in range(height):
                    for j in range(width):
                        value = self.random.randint(-density, density)
                        if value:
                            entries.append((i, j, fmpq(value)))
            junk.append(entries)
        return junk

    def _gauge(self, size: int) -> tuple[fmpq_mat, fmpq_mat]:
        """Return a random invertible matrix and its inverse: identity, or a product of unit triangular ones and a
        scaling.
        """
        gauge = identity(size)
        if self.random.randint(0, 1):
            lower, upper = identity(size), identity(size)
            for i in range(size):
                upper[i, i] = fmpq((1, -1, 2, -2)[self.random.randint(0, 3)])
                for j in range(i):
                    lower[i, j], upper[j, i] = self.random.randint(-1, 1), self.random.randint(-1, 1)
            gauge = lower * upper
        return gauge, gauge.inv()


def _write(target: fmpq_mat, block: fmpq_mat, row: int, column: int) -> None:
    for i in range(block.nrows()):
        for j in range(block.ncols()):
            target[row + i, column + j] = block[i, j]


def _polynomial_of_matrix(polynomial: fmpq_poly, matrix: fmpq_mat) -> fmpq_mat:
    unit = identity(matrix.nrows())
    result = unit * fmpq(0)
    for coefficient in reversed(polynomial.coeffs()):
        result = result * matrix + unit * coefficient
    return result
