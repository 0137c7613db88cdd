"""Classification of critical points with decay or noise: inertia, symmetry orbits, and the exact arguments that
settle more.

A negative eigenvalue makes a strict saddle; a Hessian that is positive off the tangent space of a symmetry orbit
makes a local minimum (all of the orbit is critical with one value, and the normal Hessian is positive definite). The
origin, one layer, and two layers with a small residual are settled beyond that; everything else is `undecided`, with
the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from flint import arb, fmpq, fmpq_mat

from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.derivatives import Form, end_to_end, residual_gradient
from dlnproof.landscape.symmetry import orbit_dimension
from dlnproof.rings.rational import is_zero

InertiaOf: TypeAlias = Callable[[fmpq_mat], tuple[int, int, int]]


def classify_regularised(
    form: Form, weights: Sequence[fmpq_mat], inertia: tuple[int, int, int], inertia_of: InertiaOf
) -> Classification:
    """Return the kind of a point that is known to be critical; `inertia` is that of its Hessian.

    `inertia_of` counts the signs of the eigenvalues of a rational symmetric matrix. A local minimum of which nothing
    says whether it is global has `is_global=None`; see `settle_globally` for a comparison with known values.
    """
    _, negative, zero = inertia
    definite = zero == 0
    if negative:
        return Classification(Kind.STRICT_SADDLE, inertia, "the Hessian has a negative eigenvalue")
    if len(weights) == 1:
        reason = "one layer: the loss is convex"
        return Classification(Kind.GLOBAL_MINIMUM, inertia, reason, strict=definite, is_global=True)
    if all(is_zero(weight) for weight in weights):
        settled = classify_origin(form, inertia)
        if settled is not None:
            return settled
    if len(weights) == 2 and residual_is_small(form, weights, inertia_of):
        reason = "two layers: convex bound, ||G||_2 <= 2 sqrt(decay_1 decay_2) at a critical point"
        strict = True if definite else False if orbit_dimension(form, weights) else None
        return Classification(Kind.GLOBAL_MINIMUM, inertia, reason, strict=strict, is_global=True)
    if definite:
        return Classification(Kind.LOCAL_MINIMUM, inertia, "the Hessian is positive definite", strict=True)
    orbit = orbit_dimension(form, weights)
    if zero == orbit:
        reason = f"the Hessian is positive definite off the {orbit}-dimensional symmetry orbit"
        return Classification(Kind.LOCAL_MINIMUM, inertia, reason, strict=False)
    reason = f"the Hessian is semidefinite and singular in {zero} directions, of which symmetry explains {orbit}"
    return Classification(Kind.UNDECIDED, inertia, reason)


def classify_origin(form: Form, inertia: tuple[int, int, int]) -> Classification | None:
    """Return the kind of the origin of a network of two layers or more whose Hessian has no negative eigenvalue
    there.

    With C = 0 the loss is at least its value at the origin. Two layers: the Hessian at the origin is the quadratic
    form q = sum decay_k ||W_k||^2 - 2 scale <C, W_2 W_1>, and L - L(0) = q + scale * (a nonnegative square), so q >=
    0 suffices; where both vanish, W_2 W_1 X = 0, hence <C, W_2 W_1> = 0 and the decay term alone is zero: strict if
    all decays are positive. Three layers or more, C != 0: if two decays are positive, decay_i x_i^2 + decay_j x_j^2
    dominates 2 scale |C| prod_k x_k near the origin (x_k = ||W_k||): a local minimum, strict if all are. If fewer
    are, rank-one weights along C descend: a saddle, and its Hessian 2 diag(decay_k) has no negative eigenvalue.
    Source: Ziyin, Li and Meng (2022), the origin; the extension to matrix outputs is elementary.
    """
    every = all(form.decay)
    if is_zero(form.cross_moment):
        reason = "the origin without cross moment: every term of the loss is at its least"
        return Classification(Kind.GLOBAL_MINIMUM, inertia, reason, strict=every, is_global=True)
    if len(form.decay) == 2:
        reason = "the origin of two layers: the Hessian bounds the loss from below everywhere"
        return Classification(Kind.GLOBAL_MINIMUM, inertia, reason, strict=every, is_global=True)
    if sum(bool(decay) for decay in form.decay) >= 2:
        reason = "the origin of three layers or more: two positive decays dominate the product of the weights"
        return Classification(Kind.LOCAL_MINIMUM, inertia, reason, strict=every)
    reason = "the origin of three layers or more with fewer than two positive decays: the loss descends along rank one"
    return Classification(Kind.NON_STRICT_SADDLE, inertia, reason)


def residual_is_small(form: Form, weights: Sequence[fmpq_mat], inertia_of: InertiaOf) -> bool:
    """Return whether G = 2 scale (R S - C) has norm at most 2 sqrt(decay_1 decay_2): a critical point is then global.

    For any W', by convexity and decay_1 ||W_1'||^2 + decay_2 ||W_2'||^2 >= 2 sqrt(decay_1 decay_2) ||R'||_*,
    L(W') >= f(R) + <G, R' - R> + ||G||_2 ||R'||_* >= f(R) - <G, R> = L(W), since <G, R> = -2 decay_k ||W_k||^2.
    """
    if form.is_noisy:
        return False
    inner = residual_gradient(form, end_to_end(weights))
    bound = fmpq_mat(inner.ncols(), inner.ncols())
    for i in range(inner.ncols()):
        bound[i, i] = 4 * form.decay[0] * form.decay[1]
    return inertia_of(bound - inner.transpose() * inner)[1] == 0


def settle_globally(kind: Classification, value: fmpq, others: Sequence[fmpq], least: arb | None) -> Classification:
    """Return `kind` with the question settled whether a local minimum is global, where a comparison does so.

    `value` is its loss, `others` are losses of other points, `least` encloses the global minimum where that is known.
    """
    if kind.name != Kind.LOCAL_MINIMUM or kind.is_global is not None:
        return kind
    if any(other < value for other in others) or (least is not None and arb(value) > least):
        return replace(kind, is_global=False, reason=f"{kind.reason}; another point has a smaller loss")
    if least is not None and least.is_exact() and least == arb(value):
        reason = f"{kind.reason}; its loss is the known global minimum"
        return replace(kind, name=Kind.GLOBAL_MINIMUM, is_global=True, reason=reason)
    return kind
