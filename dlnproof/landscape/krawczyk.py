"""Existence, enclosure and inertia of a critical point: Krawczyk's test on a slice across the orbit.

Critical points of L are not isolated: L is constant along the flows of its symmetry fields (module `fields`). Let Q_1
(n x p, p = n - z) be exact, m exact, and look at the slice w = m + Q_1 y. Balls prove, for the box |y_i| <= rho:

1. K(box) = -Y g(m) + (I - Y Q_1^T H(box) Q_1) box lies inside the box, g = Q_1^T grad L, Y = diag(1 / eigenvalue).
   Brouwer's theorem, applied to y -> y - Y g(m + Q_1 y), then gives a zero w* of Q_1^T grad L on the slice.
2. The matrix [Q_1 | G(w)] is invertible for every w of the box, G = z symmetry fields. They are orthogonal to grad L
   *identically*, so at w* the gradient is orthogonal to n independent vectors: grad L(w*) = 0.
3. Q_1^T H(box) Q_1 is strictly diagonally dominant with a positive and b negative diagonal entries, a + b = p. By
   Gershgorin the form H(w*) restricted to the range of Q_1 has inertia (a, b, 0); the z independent vectors G(w*) lie
   in the kernel of H(w*), being tangent to the orbit of w*, all of whose points are critical. So H(w*) has inertia
   exactly (a, b, z).
4. If b = 0, w* is a local minimum: it is a strict one on the slice by 3, the flows of the z fields move the slice
   over a whole neighbourhood of w* by 2 (inverse function theorem), and L is constant along them. If b > 0 it is not
   one.

A small gradient alone proves nothing: where the nullity exceeds the number of independent symmetries the point is
refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat

from dlnproof.landscape.enclosure import BallNet, Matrices, ball_net, certainly_nonzero, working_precision
from dlnproof.landscape.fields import Field, data_fields, enclosed_directions, layer_fields, proposed_directions
from dlnproof.landscape.reduction import Reduction
from dlnproof.rings.double import Array

# how far below the largest an eigenvalue is taken for a zero; tried in turn, the balls decide
_NULL_LEVELS = (1e-13, 1e-11, 1e-9, 1e-7)
_NEARLY_NULL = 1e-6


@dataclass(frozen=True, eq=False)
class Enclosed:
    """A certified critical point: balls around its weights and its loss, and its inertia (positive, negative, zero)."""

    weights: Matrices
    loss: arb
    inertia: tuple[int, int, int]
    method: str
    displacement: float


@dataclass(frozen=True)
class Failure:
    """Why no critical point was certified; `degenerate` when the nullity is not explained by symmetries."""

    reason: str
    degenerate: bool = False


@dataclass(frozen=True, eq=False)
class Frame:
    """A proposed slice: z null vectors, p others (columns) with their eigenvalues, the mixture of symmetry fields."""

    across: Array
    curvature: Array
    null: Array
    fields: Sequence[Field]
    mixture: Array


def enclose_critical_point(reduction: Reduction, point: Array, bits: int) -> Enclosed | Failure:
    """Return a certified critical point near `point` (n numbers, row-major), or the reason why there is none.

    The balls have about `bits` bits. Source: Krawczyk (1969); Neumaier, Interval Methods for Systems of Equations,
    section 5.1.
    """
    frame = propose_frame(reduction, point)
    if isinstance(frame, Failure):
        return frame
    with working_precision(bits):
        net = ball_net(reduction.problem)
        scale = max(reduction.net.natural_weight, float(np.abs(point).max()))
        middle = refine(net, frame, point, scale, bits)
        if isinstance(middle, Failure):
            return middle
        nearest = np.array([float(value) for value in middle])
        if np.abs(nearest - point).max() > 1e-11 * scale:
            better = propose_frame(reduction, nearest)
            frame = frame if isinstance(better, Failure) else better
        return _test_slice(net, frame, middle, scale, float(np.abs(nearest - point).max()), bits)


def propose_frame(reduction: Reduction, point: Array) -> Frame | Failure:
    """Return the slice that the float64 Hessian proposes, with exactly as many symmetry fields as null vectors."""
    _, _, hessians = reduction.net.derivatives(point[None])
    eigenvalues, vectors = np.linalg.eigh(hessians[0])
    size = np.abs(eigenvalues)
    largest = size.max() or 1.0
    weights = [weight[0] for weight in reduction.net.split(point[None])]
    counts = []
    for level in _NULL_LEVELS:
        count = int(np.sum(size <= level * largest))
        if count not in counts:
            counts.append(count)
    dimension = 0
    for sources in ((layer_fields,), (layer_fields, data_fields)):
        fields = [field for source in sources for field in source(reduction)] if max(counts) else []
        directions = proposed_directions(fields, weights)
        for count in counts:
            null = size <= np.sort(size)[count - 1] if count else np.zeros(len(size), dtype=bool)
            mixture, dimension = _mixture(vectors[:, null].T @ directions, count)
            if dimension == count:
                return Frame(vectors[:, ~null], eigenvalues[~null], vectors[:, null], fields, mixture)
    return Failure(f"degenerate: nullity {counts[-1]}, orbit dimension {dimension}", degenerate=True)


def _mixture(seen: Array, count: int) -> tuple[Array, int]:
    """Return the mixture of fields whose null parts are near unit vectors, and how many independent ones there are."""
    if count == 0 or seen.shape[1] == 0:
        return np.zeros((seen.shape[1], 0)), 0
    _, sizes, right = np.linalg.svd(seen, full_matrices=False)
    rank = int(np.sum(sizes > 1e-6 * max(sizes[0], 1e-300)))
    if sizes[0] < 1e-9:
        return np.zeros((seen.shape[1], 0)), 0
    return right[:rank].T / sizes[:rank], rank


def refine(net: BallNet, frame: Frame, point: Array, scale: float, bits: int) -> list[arb] | Failure:
    """Return an exact point with a gradient small to the working precision, by Newton with the float64 inverse.

    `scale` is the natural size of weights: a step longer than a small part of it ends the search.
    """
    middle = [arb(value) for value in point.tolist()]
    reach = 1e-4 * scale
    last = np.inf
    for _ in range(4 + bits // 16):
        gradient = np.array([float(value.mid()) for value in net.gradient(net.split(middle))])
        step = -frame.across @ ((frame.across.T @ gradient) / frame.curvature)
        length = float(np.abs(step).max()) if step.size else 0.0
        if not length <= reach:
            return Failure("Newton's method leaves the point: no critical point is near")
        if length > 0.5 * last:
            break
        middle = [(value + arb(change)).mid() for value, change in zip(middle, step.tolist(), strict=True)]
        last = length
        if length <= 2.0 ** (8 - bits) * scale:
            break
    return middle


def _test_slice(
    net: BallNet, frame: Frame, middle: Sequence[arb], scale: float, displacement: float, bits: int
) -> Enclosed | Failure:
    """Return the certified point after steps 1 to 4 of the module's argument, in balls throughout."""
    size, across = frame.across.shape
    basis = arb_mat(size, across, frame.across.ravel().tolist())
    turned = basis.transpose()
    inverses = [1 / arb(value) for value in frame.curvature.tolist()]
    gradient = arb_mat(size, 1, net.gradient(net.split(middle)))
    moves = [inverse * value for inverse, value in zip(inverses, (turned * gradient).entries(), strict=True)]
    largest = max((float(abs(move).upper()) for move in moves), default=0.0)
    radius = arb(4 * largest + 2.0 ** (12 - bits) * scale)
    box = basis * arb_mat(across, 1, [arb(0, radius)] * across)
    weights = net.split([value + spread for value, spread in zip(middle, box.entries(), strict=True)])
    curvature = (turned * net.hessian(weights) * basis).tolist()
    positive = 0
    for i, row in enumerate(curvature):
        rest = sum((abs(value) for j, value in enumerate(row) if j != i), arb(0))
        reach = abs(moves[i]) + radius * (abs(1 - inverses[i] * row[i]) + abs(inverses[i]) * rest)
        if not reach < radius:
            return _failure("Krawczyk's test does not map the box into itself", frame)
        if not abs(row[i]) > rest:
            return _failure("the signs of the curvatures are not separated from zero", frame)
        positive += bool(row[i] > 0)
    fields = enclosed_directions(frame.fields, frame.mixture, weights)
    if fields and not spans(basis, fields):
        return Failure("the symmetry fields are not certified transversal to the slice")
    inertia = (positive, across - positive, size - across)
    loss = net.loss_near(middle, box.entries())
    return Enclosed(weights, loss, inertia, "Krawczyk's test on a slice across the orbit", displacement)


def _failure(reason: str, frame: Frame) -> Failure:
    """Return the refusal, called degenerate where a tiny curvature makes a degenerate point the likely cause."""
    size = np.abs(frame.curvature)
    nearly = int(np.sum(size < _NEARLY_NULL * size.max()))
    if not nearly:
        return Failure(f"{reason}: no critical point is certified here")
    zero = frame.null.shape[1]
    return Failure(f"degenerate: nullity {zero + nearly} (nearly), orbit dimension {zero}; {reason}", degenerate=True)


def spans(basis: arb_mat, fields: Sequence[Sequence[arb]]) -> bool:
    """Return whether [basis | fields] is certainly invertible for every choice of its balls."""
    table = [[*row, *(field[i] for field in fields)] for i, row in enumerate(basis.tolist())]
    return certainly_nonzero(arb_mat(table).det())
