"""The fast half of Krawczyk's test: a contraction, an inertia and transversality, proved in float64 for a whole box.

Notation of module `krawczyk`: columns Q_1 (n x p), eigenvalues l_1..l_p and z symmetry fields G, all exact float64
numbers that the Hessian at m proposed. For the box of weights W = m + [-r, r]^n, midpoint-radius matrices prove

1. D = Q_1^T H(w) Q_1 - diag(l) satisfies sum_j |D_ij| <= q |l_i|, q < 1, for every i and every w in W. So each map
   y -> y - diag(1/l) Q_1^T grad L(m' + Q_1 y) contracts by q in the maximum norm while m' + Q_1 y stays in W, and by
   Gershgorin Q_1^T H(w) Q_1 has as many positive and negative eigenvalues as there are positive and negative l_i.
   In particular Q_1 has full column rank.
2. [Q_1 | G(w)] is invertible for every w in W. With Q_0 (n x z) the null vectors,
   [Q_1 | Q_0]^T [Q_1 | G] = [[I + E_11, B], [E_01, I + E]], and in the maximum norm
   ||E|| + ||E_01|| ||B|| / (1 - ||E_11||) < 1 makes this product, hence [Q_1 | G], invertible.

Then, for every m' with m' + Q_1 [-rho, rho]^p inside W, rho >= max |diag(1/l) Q_1^T grad L(m')| / (1 - q): the map of
1 sends this cube into itself, its fixed point w* has Q_1^T grad L(w*) = 0, and the arguments 2 to 4 of `krawczyk` hold.
`krawczyk` takes m' and its gradient from balls of any precision; no matrix is needed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlnproof.landscape.fields import FieldStack
from dlnproof.landscape.midpoint_net import midpoint_net
from dlnproof.landscape.reduction import Reduction
from dlnproof.landscape.slices import Frame
from dlnproof.rings.double import Array
from dlnproof.rings.midpoint import UNIT, Balls, product_row_sums, row_sums, upwards

# boxes that are tried in turn, as multiples of the size of the weights: small ones bend less, large ones hold more
_BOXES = (2.0**-46, 2.0**-38)
# numbers in the stacks of Hessians that are tested at once: bounds the memory
_STACK_SIZE = 4_000_000


@dataclass(frozen=True, eq=False)
class Contraction:
    """Facts 1 and 2 of the module for the box of half-width `reach` around `centre`; `spread` bounds |Q_1| summed over
    its rows.
    """

    centre: Array
    reach: float
    rate: float
    spread: Array


def prove_contractions(reduction: Reduction, points: Array, frames: Sequence[Frame]) -> list[Contraction | None]:
    """Return what is proved for a box around every point; None where float64 proves nothing."""
    found: list[Contraction | None] = [None] * len(points)
    groups: dict[tuple[int, int], list[int]] = {}
    for place, frame in enumerate(frames):
        groups.setdefault((frame.null.shape[1], id(frame.fields)), []).append(place)
    most = max(1, _STACK_SIZE // max(1, points.shape[1]) ** 2)
    for members in groups.values():
        for start in range(0, len(members), most):
            places = members[start : start + most]
            for box in _BOXES:
                results = _prove_stack(reduction, points[places], [frames[i] for i in places], box)
                for place, result in zip(places, results, strict=True):
                    found[place] = result
                places = [i for i in places if found[i] is None]
                if not places:
                    break
    return found


def _prove_stack(reduction: Reduction, points: Array, frames: Sequence[Frame], box: float) -> list[Contraction | None]:
    """Test points whose slices have the same dimension and the same fields."""
    across = np.stack([frame.across for frame in frames])
    null = np.stack([frame.null for frame in frames])
    curvature = np.stack([frame.curvature for frame in frames])
    gradient = reduction.net.gradient(points)
    steps = np.einsum("snp,sp->sn", across, np.einsum("snp,sn->sp", across, gradient) / curvature)
    scale = np.maximum(reduction.net.natural_weight, np.abs(points).max(axis=1))
    reach = 8 * np.abs(steps).max(axis=1, initial=0.0) + box * scale
    weights = Balls(points, np.broadcast_to(reach[:, None], points.shape))
    rates = contraction_rates(midpoint_net(reduction).hessian(weights), across, curvature)
    good = rates < 1
    if null.shape[2]:
        mixture = np.stack([frame.mixture for frame in frames])
        good = good & _transversal(reduction, frames[0].fields, mixture, weights, across, null)
    spread = row_sums(np.abs(across))
    return [
        Contraction(points[i], float(reach[i]), float(rates[i]), spread[i]) if good[i] else None
        for i in range(len(points))
    ]


def contraction_rates(hessians: Balls, across: Array, curvature: Array) -> Array:
    """Return upper bounds q of max_i sum_j |(Q_1^T H Q_1 - diag(l))_ij| / |l_i| over all H of the balls (s x n x n).

    Two products of matrices for the midpoints; radii and rounding errors enter by their row sums, products of matrices
    and vectors only.
    """
    turned, length = across.swapaxes(1, 2), across.shape[1]
    half = hessians.mid @ across
    middle = turned @ half
    diagonal = np.arange(middle.shape[1])
    middle[:, diagonal, diagonal] -= curvature
    # the subtraction rounds once more, relative to its result
    size = row_sums(np.abs(middle)) * (1 + 4 * UNIT)
    first = upwards((hessians.rad @ row_sums(np.abs(across))[..., None])[..., 0], length)
    first = first + product_row_sums(hessians.mid, across, half)
    second = upwards((np.abs(turned) @ first[..., None])[..., 0], length) + product_row_sums(turned, half, middle)
    ratio: Array = upwards((size + second) / np.abs(curvature)).max(axis=1, initial=0.0)
    return ratio


def _transversal(
    reduction: Reduction, fields: FieldStack, mixture: Array, weights: Balls, across: Array, null: Array
) -> NDArray[np.bool_]:
    """Return, for every point, whether fact 2 is proved."""
    net = midpoint_net(reduction)
    tangents = fields.enclosed(mixture, net.split(weights))
    unit = np.eye(null.shape[2])
    # rows of these are columns of E and B: their column sums are taken
    defect = (tangents @ null - unit).magnitude
    beside = (tangents @ across).magnitude
    turned = Balls(across.swapaxes(1, 2))
    inner = row_sums((turned @ across - np.eye(across.shape[2])).magnitude).max(axis=1, initial=0.0)
    outer = row_sums((Balls(null.swapaxes(1, 2)) @ across).magnitude).max(axis=1, initial=0.0)
    defects = row_sums(defect.swapaxes(1, 2)).max(axis=1)
    besides = row_sums(beside.swapaxes(1, 2)).max(axis=1, initial=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = upwards(defects + upwards(outer * besides / (1 - inner)))
        proved: NDArray[np.bool_] = (inner < 0.5) & (total < 1)
    return proved
