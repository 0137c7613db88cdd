"""The second road to a certified critical point: interval Newton on a bordered system, with a gauge of its own.

With B (n x z) a random gauge, w_0 the centre and unknowns (w, mu),

    F(w, mu) = [grad L(w) + B mu ; B^T (w - w_0)],      DF = [[H(w), B], [B^T, 0]].

If centre - DF(box)^{-1} F(centre), by elimination in balls, lies inside the box, the box holds exactly one zero (w*,
mu*). The z symmetry fields G are orthogonal to grad L identically, so G(w*)^T B mu* = 0; where G(w)^T B is invertible
over the box, mu* = 0 and w* is critical. Inertia: if no pivot of H(box) + s B B^T = L D L^T holds zero, it has a
positive and b negative eigenvalues, a + b = n; then H(w*) has at least b negative ones (H is smaller) and a - z
positive ones (they differ by rank z), and at least z zeros, the orbit: exactly these.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from dlnproof.landscape.enclosure import BallNet, certainly_nonzero, working_precision
from dlnproof.landscape.fields import enclosed_directions
from dlnproof.landscape.krawczyk import refine
from dlnproof.landscape.noisy_enclosure import ball_net
from dlnproof.landscape.reduction import Reduction
from dlnproof.landscape.slices import Enclosed, Failure, Frame, propose_frames
from dlnproof.rings.double import Array

_METHOD = "interval Newton on a bordered system"
# radii of the boxes that are tried in turn, powers of two above the precision: wider for ill-conditioned points
_BOXES = (24, 48, 72)


def enclose_by_bordering(reduction: Reduction, points: Array, bits: int) -> list[Enclosed | Failure]:
    """Return, for every point of a stack (points x n), a certified critical point near it or why there is none."""
    frames = propose_frames(reduction, points)
    return [_enclose(reduction, frame, point, bits) for frame, point in zip(frames, points, strict=True)]


def _enclose(reduction: Reduction, frame: Frame | Failure, point: Array, bits: int) -> Enclosed | Failure:
    if isinstance(frame, Failure):
        return frame
    with working_precision(bits):
        net = ball_net(reduction.problem)
        scale = max(reduction.net.natural_weight, float(np.abs(point).max()))
        centre = refine(net, frame, point, scale, bits)
        if isinstance(centre, Failure):
            return centre
        displacement = float(np.abs(np.array([float(value) for value in centre]) - point).max())
        result: Enclosed | Failure = Failure("no box was tried")
        for exponent in _BOXES:
            result = _test_bordered(net, frame, centre, scale * 2.0 ** (exponent - bits), displacement)
            if isinstance(result, Enclosed):
                break
        return result


def _test_bordered(
    net: BallNet, frame: Frame, centre: Sequence[arb], radius: float, displacement: float
) -> Enclosed | Failure:
    size, zero = frame.null.shape
    rng = np.random.default_rng(zero)
    turn = np.linalg.qr(rng.standard_normal((zero, zero)))[0]
    floats = frame.null @ turn + 0.2 * rng.standard_normal((size, zero)) / size**0.5
    gauge = arb_mat(size, zero, floats.ravel().tolist())
    gradient = net.gradient(net.split(centre))
    spread = arb(0, radius)
    weights = net.split([value + spread for value in centre])
    hessian = net.hessian(weights)
    table = [[*row, *border] for row, border in zip(hessian.tolist(), gauge.tolist(), strict=True)]
    table += [[*column, *([arb(0)] * zero)] for column in gauge.transpose().tolist()]
    try:
        step = arb_mat(table).solve(arb_mat(size + zero, 1, [*gradient, *([arb(0)] * zero)]))
    except ZeroDivisionError:
        return Failure("the bordered matrix is not certified invertible")
    if not all(spread.contains_interior(value) for value in step.entries()[:size]):
        return Failure("interval Newton does not map the box into itself: no critical point is certified here")
    if zero:
        fields = arb_mat(enclosed_directions(frame.fields.fields, frame.mixture, weights))
        if not certainly_nonzero((fields * gauge).det()):
            return Failure("the symmetry fields are not certified transversal to the gauge")
    stretch = arb(float(np.abs(frame.curvature).max()) if frame.curvature.size else 1.0)
    # in a basis that nearly diagonalises it no pivot is small by accident, as at a point whose Hessian has a zero diagonal
    basis = arb_mat(size, size, np.concatenate([frame.across, frame.null], axis=1).ravel().tolist())
    shifted = basis.transpose() * (hessian + gauge * gauge.transpose() * stretch) * basis
    signs = pivot_signs(shifted.tolist())
    if signs is None or not certainly_nonzero(basis.det()):
        return Failure("a pivot of the shifted Hessian is not separated from zero")
    negative = sum(sign < 0 for sign in signs)
    narrow = net.split([value - change for value, change in zip(centre, step.entries(), strict=False)])
    # the segment from the centre to the zero needs a change that contains 0
    loss = net.loss_near(centre, [arb(0).union(-change) for change in step.entries()[:size]])
    return Enclosed(narrow, loss, (size - zero - negative, negative, zero), _METHOD, displacement)


def pivot_signs(table: list[list[arb]]) -> list[int] | None:
    """Return the signs of D in A = L D L^T for every symmetric A of the balls, or None when a pivot may be zero."""
    signs = []
    for k in range(len(table)):
        pivot = table[k][k]
        if not certainly_nonzero(pivot):
            return None
        signs.append(1 if pivot > 0 else -1)
        for i in range(k + 1, len(table)):
            factor = table[i][k] / pivot
            for j in range(k + 1, i + 1):
                table[i][j] = table[i][j] - factor * table[j][k]
    return signs
