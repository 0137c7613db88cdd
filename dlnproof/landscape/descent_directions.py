"""Directions in which the loss falls at a saddle: the constructions that `escape` describes, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpq, fmpq_mat

from dlnproof.errors import DisagreementError
from dlnproof.landscape.classify_plain import loose_pivot
from dlnproof.landscape.data import regression
from dlnproof.landscape.derivatives import products_above, products_below
from dlnproof.landscape.symmetry import null_space
from dlnproof.rings.rational import (
    identity,
    inner_product,
    is_zero,
    pivot_columns,
    take_columns,
    to_rows,
)

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

Move = list[fmpq_mat]
_DENOMINATORS = (1, 4, 32, 10**4, 10**8, 10**12)


def loose_pivot_direction(problem: Problem, weights: Sequence[fmpq_mat]) -> tuple[tuple[int, int], Move] | None:
    """Return a pivot (i, j) that is not tightened and a direction of negative curvature in the layers i and j (step e)."""
    net = _Seen(problem, weights)
    pivot = loose_pivot(problem.form, weights, net.whole_above, net.whole_below, net.rank)
    if pivot is None:
        return None
    i, j = pivot
    inner = identity(weights[j - 1].nrows())
    for weight in weights[j : i - 1]:
        inner = weight * inner
    # b(u, v) = u^T A_i^T G B_{j-1}^T v, as the largest entry of a matrix
    pulled = net.above[i].transpose() * net.residual * net.below[j - 1].transpose()
    if is_zero(pulled):
        return None
    row, column = _largest(pulled)
    u, v = fmpq_mat(pulled.nrows(), 1), fmpq_mat(pulled.ncols(), 1)
    u[row, 0], v[column, 0] = 1, 1
    move = net.still()
    for vector in null_space(net.above[j]):
        eta = fmpq_mat(len(vector), 1, vector)
        if not is_zero(inner * eta):
            move[j - 1] = eta * net.into(j, v).transpose()
            move[i - 1] = u * (inner * eta).transpose()
            return pivot, net.balanced(move, i)
    for vector in null_space(net.below[i - 1].transpose()):
        xi = fmpq_mat(len(vector), 1, vector)
        if not is_zero(xi.transpose() * inner):
            move[i - 1] = u * xi.transpose()
            move[j - 1] = inner.transpose() * xi * net.into(j, v).transpose()
            return pivot, net.balanced(move, j)
    return None


def rotation_directions(problem: Problem, weights: Sequence[fmpq_mat]) -> Iterator[Move]:
    """Yield rational directions near the rotation of a selected eigenvector into one of a larger eigenvalue left out.

    Not every one has negative curvature: the numbers are rounded, less and less.
    """
    net = _Seen(problem, weights)
    spectrum = problem.spectrum
    columns = pivot_columns(spectrum.sigma)
    selected = pivot_columns(net.fit * problem.form.input_moment)
    if not columns or not selected:
        return
    sigma = _to_array(spectrum.sigma)
    chosen = np.linalg.qr(_to_array(take_columns(net.fit * problem.form.input_moment, selected)))[0]
    inside, values = _eigenvectors(chosen @ chosen.T @ sigma @ chosen @ chosen.T, len(selected))
    rest = np.eye(len(sigma)) - chosen @ chosen.T
    outside, others = _eigenvectors(rest @ sigma @ rest, spectrum.rank - len(selected))
    pairs = sorted(
        ((others[q] - values[s], s, q) for s in range(len(values)) for q in range(len(others))), reverse=True
    )
    block = take_columns(spectrum.sigma, columns)
    inverse = block * (block.transpose() * spectrum.sigma * block).inv() * block.transpose()
    best = regression(problem.form.input_moment, problem.form.cross_moment)
    for denominator in _DENOMINATORS:
        for gap, s, q in pairs[:3]:
            if gap <= 0:
                continue
            u, w = _rounded(outside[:, q], denominator), _rounded(inside[:, s], denominator)
            turn = u * w.transpose() - w * u.transpose()
            if is_zero(turn):
                continue
            # b = S Z^T Sigma^+ k Z: then S b is skew and Z b = k Z, up to the directions that the data do not show
            inner = problem.form.input_moment * best.transpose() * inverse * turn * best
            move = net.still()
            move[-1] = turn * weights[-1]
            move[0] = move[0] - weights[0] * inner
            yield move


def negative_direction(problem: Problem, weights: Sequence[fmpq_mat]) -> Move:
    """Return a direction d with d^T (Hessian) d < 0, by congruence. Raises: DisagreementError if there is none."""
    hessian = problem.hessian_matrix(weights)
    vector = _negative_vector(hessian)
    if vector is None:
        raise DisagreementError("a strict saddle without a negative direction of its Hessian")
    return _split(problem, vector)


def flat_directions(problem: Problem, weights: Sequence[fmpq_mat]) -> Iterator[Move]:
    """Yield the vectors of a basis of the kernel of the Hessian and their negatives."""
    for vector in null_space(problem.hessian_matrix(weights)):
        for sign in (1, -1):
            yield _split(problem, [sign * value for value in vector])


def claim_a(problem: Problem, weights: Sequence[fmpq_mat]) -> dict[int, Move]:
    """Return the curve of step (A) from a non-strict saddle: powers of t to directions."""
    net = _Seen(problem, weights)
    depth = problem.layers
    kernels = [null_space(net.above[k]) for k in range(1, depth + 1)]
    j = 0
    while j < depth and kernels[j]:
        j += 1
    row, column = _largest(net.residual)
    move = net.still()
    u: list[fmpq] | None = None
    v = [fmpq(int(k == column)) for k in range(net.residual.ncols())]
    lower = net.above[j + 1].transpose() * net.residual
    if not is_zero(lower):
        _, column = _largest(lower)
        v = [fmpq(int(k == column)) for k in range(net.residual.ncols())]
    for k in range(1, j + 1):
        right = net.into(1, _column(v)) if u is None else _column(u)
        u = kernels[k - 1][0]
        move[k - 1] = _column(u) * right.transpose()
    steps = j
    if is_zero(lower):
        # A_{j+1} is injective: move the layers above as well, so that its gradient wakes up
        spaces = [null_space(net.below[k - 1].transpose()) for k in range(j + 2, depth + 1)]
        if not all(spaces):
            raise DisagreementError(
                "escape_direction: the point is called a non-strict saddle, but its product has full rank"
            )
        left = [space[0] for space in spaces]
        for place, k in enumerate(range(j + 2, depth + 1)):
            last = k == depth
            out = [fmpq(int(i == row)) for i in range(problem.widths[-1])] if last else left[place + 1]
            move[k - 1] = _column(out) * _column(left[place]).transpose()
            steps += 1
    return net.step_back(move, j + 1, steps)


class _Seen:
    """A critical point in the inputs that the data show: G, A_k and B_k there, and directions back in the original W_1."""

    def __init__(self, problem: Problem, weights: Sequence[fmpq_mat]) -> None:
        form = problem.form
        self.problem, self.weights = problem, list(weights)
        self.columns = pivot_columns(form.input_moment)
        self.whole_above, self.whole_below = products_above(weights), products_below(weights)
        self.fit = self.whole_below[-1]
        # in the basis of the seen inputs P = S[:, J] S[J, J]^{-1}: F = R P, and G = (R S - C)[:, J]
        block = take_columns(form.input_moment, self.columns)
        square = fmpq_mat([[block[i, j] for j in range(block.ncols())] for i in self.columns])
        self.basis = block * square.inv()
        self.above = self.whole_above
        self.below = [identity(len(self.columns)), *(below * self.basis for below in self.whole_below[1:])]
        self.residual = take_columns(self.fit * form.input_moment - form.cross_moment, self.columns)
        self.rank = (self.fit * form.input_moment).rank()

    def still(self) -> Move:
        """Return the direction that moves nothing."""
        return [fmpq_mat(*shape) for shape in self.problem.shapes]

    def into(self, layer: int, vector: fmpq_mat) -> fmpq_mat:
        """Return the right factor of a rank-one change of that layer: in layer 1 its entries sit at the seen inputs."""
        if layer != 1:
            return vector
        lifted = fmpq_mat(self.problem.widths[0], 1)
        for place, column in enumerate(self.columns):
            lifted[column, 0] = vector[place, 0]
        return lifted

    def balanced(self, move: Move, layer: int) -> Move:
        """Return the direction with that layer scaled so that the second variation s^2 a + 2 s b is least."""
        other = self.still()
        other[layer - 1] = move[layer - 1]
        hessian = self.problem.hessian_matrix(self.weights)
        partner = [whole - part for whole, part in zip(move, other, strict=True)]
        a, b = _quadratic(hessian, other, other), _quadratic(hessian, other, partner)
        factor = -b / a if a else (-1 if b > 0 else 1) * (1 + abs(_quadratic(hessian, partner, partner) / b))
        return [part * factor + rest for part, rest in zip(other, partner, strict=True)]

    def step_back(self, move: Move, layer: int, steps: int) -> dict[int, Move]:
        """Return the curve t `move` - t^p s N, N the first coefficient of the gradient of `layer` along t `move`."""
        points = [fmpq(k) for k in range(steps + 2)]
        values = [self._slope([w + m * t for w, m in zip(self.weights, move, strict=True)], layer) for t in points]
        order, slope = _first_coefficient(points, values)
        back = self.still()
        back[layer - 1] = -slope
        # |R| changes by t^{2p} at most: s small enough that the linear gain wins
        loss = self.problem.form
        changed = self.whole_above[layer] * slope * self.whole_below[layer - 1]
        square = 2 * loss.scale * inner_product(changed * loss.input_moment, changed)
        factor = min(fmpq(1), inner_product(slope, slope) / square) if square else fmpq(1)
        if order == 1:
            return {1: [a + b * factor for a, b in zip(move, back, strict=True)]}
        return {1: move, order: [b * factor for b in back]}

    def _slope(self, weights: Move, layer: int) -> fmpq_mat:
        return self.problem.gradient_matrices(weights)[layer - 1]


def _first_coefficient(points: Sequence[fmpq], values: Sequence[fmpq_mat]) -> tuple[int, fmpq_mat]:
    """Return (p, N) with the interpolating matrix polynomial t^p N + ..., N != 0."""
    vandermonde = fmpq_mat([[t**k for k in range(len(points))] for t in points]).inv()
    for power in range(len(points)):
        total = values[0] * fmpq(0)
        for k, value in enumerate(values):
            total = total + value * vandermonde[power, k]
        if not is_zero(total):
            return power, total
    raise DisagreementError("the perturbed gradient of a non-strict saddle vanishes, against Claim A")


def _split(problem: Problem, vector: Sequence[fmpq]) -> Move:
    """Return a row-major vector of all weights as one matrix a layer."""
    move, start = [], 0
    for rows, columns in problem.shapes:
        move.append(fmpq_mat(rows, columns, list(vector[start : start + rows * columns])))
        start += rows * columns
    return move


def _quadratic(matrix: fmpq_mat, left: Move, right: Move) -> fmpq:
    a = [entry for part in left for entry in part.entries()]
    b = [entry for part in right for entry in part.entries()]
    return inner_product(fmpq_mat(len(a), 1, a), matrix * fmpq_mat(len(b), 1, b))


def _negative_vector(matrix: fmpq_mat) -> list[fmpq] | None:
    """Return v with v^T M v < 0 by Gaussian congruence: M -> E M E^T, E collects the row operations."""
    size = matrix.nrows()
    work, basis = matrix.tolist(), identity(size).tolist()
    left = list(range(size))
    while left:
        negative = next((k for k in left if work[k][k] < 0), None)
        if negative is not None:
            return list(basis[negative])
        pivot = next((k for k in left if work[k][k] > 0), None)
        if pivot is None:
            pair = next(((p, q) for p in left for q in left if work[p][q]), None)
            if pair is None:
                return None
            p, q = pair
            sign = -1 if work[p][q] > 0 else 1
            return [a + sign * b for a, b in zip(basis[p], basis[q], strict=True)]
        left.remove(pivot)
        for i in left:
            if not work[i][pivot]:
                continue
            factor = work[i][pivot] / work[pivot][pivot]
            work[i] = [a - factor * b for a, b in zip(work[i], work[pivot], strict=True)]
            basis[i] = [a - factor * b for a, b in zip(basis[i], basis[pivot], strict=True)]
    return None


def _largest(matrix: fmpq_mat) -> tuple[int, int]:
    """Return the place of the first entry of largest size."""
    if not matrix.nrows() or not matrix.ncols():
        raise DisagreementError("escape_direction: the point is called a non-strict saddle, but it has no residual")
    places = ((i, j) for i in range(matrix.nrows()) for j in range(matrix.ncols()))
    return max(places, key=lambda place: abs(matrix[place]))


def _column(vector: Sequence[fmpq]) -> fmpq_mat:
    return fmpq_mat(len(vector), 1, list(vector))


def _eigenvectors(matrix: np.ndarray, count: int) -> tuple[np.ndarray, list[float]]:
    """Return the eigenvectors of the `count` largest eigenvalues of a symmetric matrix, as floats."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return vectors[:, ::-1][:, :count], [float(value) for value in values[::-1][:count]]


def _rounded(vector: np.ndarray, denominator: int) -> fmpq_mat:
    """Return the vector over its largest entry, rounded to rational numbers of at most that denominator."""
    scaled = vector / vector[int(np.argmax(np.abs(vector)))]
    fractions = [Fraction(float(value)).limit_denominator(denominator) for value in scaled]
    return fmpq_mat(len(fractions), 1, [fmpq(value.numerator, value.denominator) for value in fractions])


def _to_array(matrix: fmpq_mat) -> np.ndarray:
    return np.array([[float(entry) for entry in row] for row in to_rows(matrix)])
