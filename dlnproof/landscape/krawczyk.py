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

Steps 1 to 3 need matrices, which float64 balls provide first (module `contraction`): they prove a contraction on a
box of weights, and the gradient at a point refined with balls of the asked precision then locates w* in it. Where
float64 fails, balls of that precision do all of it. A small gradient alone proves nothing: where the nullity exceeds
the number of independent symmetries the point is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from dlnproof.landscape.contraction import Contraction, prove_contractions
from dlnproof.landscape.enclosure import BallNet, certainly_nonzero, working_precision
from dlnproof.landscape.fields import enclosed_directions
from dlnproof.landscape.noisy_enclosure import ball_net
from dlnproof.landscape.reduction import Reduction
from dlnproof.landscape.slices import Enclosed, Failure, Frame, propose_frames
from dlnproof.rings.double import Array
from dlnproof.rings.midpoint import UNIT, upwards

FAST_METHOD = "Krawczyk's test on a slice across the orbit, in float64 midpoint-radius matrices and a ball residual"
SLOW_METHOD = "Krawczyk's test on a slice across the orbit, in balls"
_NEARLY_NULL = 1e-6


def enclose_critical_points(reduction: Reduction, points: Array, bits: int) -> list[Enclosed | Failure]:
    """Return, for every point of a stack (points x n, row-major), a certified critical point near it or why there is
    none.

    The balls have about `bits` bits. Source: Krawczyk (1969); Neumaier, Interval Methods for Systems of Equations,
    section 5.1.
    """
    frames = propose_frames(reduction, points)
    found: list[Enclosed | Failure] = [frame if isinstance(frame, Failure) else Failure("") for frame in frames]
    places = [i for i, frame in enumerate(frames) if isinstance(frame, Frame)]
    usable = [frame for frame in frames if isinstance(frame, Frame)]
    contractions = prove_contractions(reduction, points[places], usable) if places else []
    with working_precision(bits):
        net = ball_net(reduction.problem)
        for place, frame, contraction in zip(places, usable, contractions, strict=True):
            result = locate(net, frame, contraction, bits) if contraction is not None else None
            found[place] = result or _enclose_in_balls(reduction, net, frame, points[place], bits)
    return found


def locate(net: BallNet, frame: Frame, contraction: Contraction, bits: int) -> Enclosed | None:
    """Return balls around the critical point that `contraction` holds, or None where it leaves the proved box."""
    point, size = contraction.centre, float(np.abs(contraction.centre).max(initial=1e-300))
    middle = refine(net, frame, point, size, bits)
    if isinstance(middle, Failure):
        return None
    gradient = net.gradient(net.split(middle))
    values = np.array([float(value.mid()) for value in gradient])
    errors = np.array([float(value.rad()) for value in gradient]) * (1 + 4 * UNIT) + np.abs(values) * (2 * UNIT)
    length = len(values)
    slope = np.abs(frame.across.T @ values) + upwards(
        np.abs(frame.across).T @ (errors + (length + 2) * UNIT * np.abs(values)), length
    )
    radius = float(upwards(np.max(slope / np.abs(frame.curvature), initial=0.0) / (1 - contraction.rate), 8))
    moved = np.array([float((value - start).mid()) for value, start in zip(middle, point.tolist(), strict=True)])
    spreads = upwards(radius * contraction.spread)
    # the cube around the refined middle must lie in the box for which the contraction was proved
    if not np.all(upwards(np.abs(moved) + spreads) <= contraction.reach):
        return None
    balls = [arb(0, spread) for spread in spreads.tolist()]
    weights = net.split([value + ball for value, ball in zip(middle, balls, strict=True)])
    positive = int(np.sum(frame.curvature > 0))
    inertia = (positive, len(frame.curvature) - positive, length - len(frame.curvature))
    return Enclosed(weights, net.loss_near(middle, balls), inertia, FAST_METHOD, float(np.abs(moved).max(initial=0.0)))


def _enclose_in_balls(reduction: Reduction, net: BallNet, frame: Frame, point: Array, bits: int) -> Enclosed | Failure:
    scale = max(reduction.net.natural_weight, float(np.abs(point).max()))
    middle = refine(net, frame, point, scale, bits)
    if isinstance(middle, Failure):
        return middle
    nearest = np.array([float(value) for value in middle])
    if np.abs(nearest - point).max() > 1e-11 * scale:
        (better,) = propose_frames(reduction, nearest[None])
        frame = frame if isinstance(better, Failure) else better
    return _test_slice(net, frame, middle, scale, float(np.abs(nearest - point).max()), bits)


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
    fields = enclosed_directions(frame.fields.fields, frame.mixture, weights)
    if fields and not spans(basis, fields):
        return Failure("the symmetry fields are not certified transversal to the slice")
    inertia = (positive, across - positive, size - across)
    loss = net.loss_near(middle, box.entries())
    return Enclosed(weights, loss, inertia, SLOW_METHOD, displacement)


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
