"""Critical points of a problem with one output and decay in every layer, settled by its rational equation.

A critical point with v = (W_H ... W_1)^T != 0 is a flat point of a sub-network (`stationary`); if its Hessian has no negative
eigenvalue all neurons of the layers with noise are active, and w = t^2 / rho, t = ||v||, rho = decay_1 ||W_1||_F^2 / scale, is a
root of the equation: its sign change there says whether the point is a local minimum, and the exact comparison of the roots'
losses whether it is a global one. Source: Ziyin, Li and Meng (2022), z22.reduce and z22.crit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mat

from dlnproof.errors import DisagreementError
from dlnproof.landscape import noise
from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.derivatives import Form, end_to_end
from dlnproof.landscape.scalar_output import ScalarReduction
from dlnproof.landscape.variances import is_uniform
from dlnproof.rings.rational import inner_product, is_zero
from dlnproof.rings.real_roots import rational_root


def settle_scalar(form: Form, weights: Sequence[fmpq_mat], kind: Classification) -> Classification:
    """Return `kind` with what the equation says: minimum or saddle, global or not; unchanged for other problems and points.

    The point is critical; only a kind that is open (undecided, or a local minimum not known to be global) is changed.
    """
    one_output = weights[-1].nrows() == 1 and len(weights) > 1 and all(form.decay) and not is_zero(form.cross_moment)
    if not one_output or kind.name not in (Kind.UNDECIDED, Kind.LOCAL_MINIMUM) or kind.is_global is not None:
        return kind
    reduction = ScalarReduction.of(form)
    vector = end_to_end(weights)
    if is_zero(vector):
        return _compare(kind, any(item is None for item in reduction.minima())) if _is_origin(weights) else kind
    share = form.decay[0] / form.scale * inner_product(weights[0], weights[0])
    root = rational_root(inner_product(vector, vector) / share)
    item = next((item for item in reduction.stationary() if item.root == root), None)
    if item is None:
        return kind
    is_flat = reduction.exact_loss(root) == rational_root(noise.loss(form, weights))
    is_least = any(other is not None and other.root == root for other in reduction.minima())
    isolated = all(layer.count(fmpq(0)) <= 1 for layer in form.noise)
    if not all(map(is_uniform, form.noise)):
        # which neurons are active at other stationary points is not known there: only the least loss settles anything
        return _compare(replace(kind, strict=isolated), True) if is_flat and is_least else kind
    if not is_flat:
        raise DisagreementError("the loss of a critical point is not the one that its root of the equation has")
    if not item.is_local_minimum:
        reason = f"the Hessian is semidefinite, and the reduced objective has no minimum at the {item.multiplicity}-fold root"
        return Classification(Kind.NON_STRICT_SADDLE, kind.inertia, reason)
    settled = replace(kind, name=Kind.LOCAL_MINIMUM, strict=isolated)
    if kind.name == Kind.UNDECIDED:
        settled = replace(settled, reason=f"the reduced objective has a minimum at the {item.multiplicity}-fold root")
    return _compare(settled, is_least)


def _is_origin(weights: Sequence[fmpq_mat]) -> bool:
    return all(is_zero(weight) for weight in weights)


def _compare(kind: Classification, is_least: bool) -> Classification:
    if is_least:
        reason = f"{kind.reason}; its loss is the global minimum, exactly"
        return replace(kind, name=Kind.GLOBAL_MINIMUM, is_global=True, reason=reason)
    return replace(kind, is_global=False, reason=f"{kind.reason}; another stationary point has a smaller loss")
