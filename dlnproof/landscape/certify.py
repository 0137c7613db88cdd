"""From a float64 point to a certified critical point (enclosure, inertia, kind, loss), or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq_mat

from dlnproof.errors import bad
from dlnproof.landscape.bottleneck import Road, enclose_at_bottleneck
from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.enclosure import Matrices, working_precision
from dlnproof.landscape.exact_fit import ExactFit
from dlnproof.landscape.krawczyk import enclose_critical_points
from dlnproof.landscape.read_points import read_doubles, to_doubles
from dlnproof.landscape.reduction import Reduction, reduce
from dlnproof.landscape.residuals import residuals
from dlnproof.landscape.slices import Enclosed, Failure
from dlnproof.landscape.snap import fit_near
from dlnproof.rings.double import Array

BITS = 128


class Cause(StrEnum):
    """Why a start gave no certified local minimum."""

    NOT_CONVERGED = "not converged"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"
    NOT_ENCLOSED = "not enclosed"


@dataclass(frozen=True)
class Refusal:
    """A float64 point that was not certified, of which nothing is claimed; `start` is the start that led there."""

    reason: str
    loss_estimate: float
    gradient_norm: float
    cause: Cause = Cause.NOT_ENCLOSED
    start: int | None = None


@dataclass(frozen=True, eq=False)
class CertifiedPoint:
    """A genuine critical point inside the balls `weights` (W_k: d_k x d_{k-1}); `loss` encloses its loss.

    `inertia` (positive, negative, zero) is that of its Hessian, exactly; `kind` follows from it. `exact` holds the
    weights in Q where the point is a rational one. `proof` says how it was proved, in JSON values.
    """

    loss: arb
    weights: Matrices
    problem: Any
    inertia: tuple[int, int, int]
    kind: Classification
    proof: Mapping[str, Any]
    exact: tuple[fmpq_mat, ...] | None = None

    def __repr__(self) -> str:
        return f"CertifiedPoint(loss={self.loss.str(12)}, inertia={self.inertia}, kind={self.kind.name!r})"

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """How the point was proved, with the gradient at its midpoints in mpmath at two precisions, in JSON values."""
        return {**self.proof, "residuals": residuals(self.problem, self.weights)}

    def to_json(self) -> dict[str, Any]:
        """Return loss, inertia, kind and certificate as JSON values."""
        digits = int(0.302 * int(self.proof["bits"]))
        values = {"loss": self.loss.str(digits), "inertia": list(self.inertia), "kind": self.kind.to_json()}
        return {**values, "certificate": self.certificate}

    @property
    def midpoint(self) -> list[Array]:
        """The midpoints of the weight balls in float64."""
        return [to_doubles(weight) for weight in self.weights]


def certify(problem: Any, weights: Sequence[Any], bits: int = BITS) -> CertifiedPoint | Refusal:
    """Return the certified critical point near `weights`, or a refusal with its reason; balls of about `bits` bits.

    `weights` (W_k: d_k x d_{k-1}, first layer first) are floats or balls, whose midpoints are taken; they only propose.
    Raises: InputError for wrong shapes, non-finite entries or fewer than 64 bits.
    """
    reduction = reduce(problem)
    point = np.concatenate([weight.ravel() for weight in read_doubles(reduction.widths, weights)])
    (result,) = certify_stack(reduction, point[None], bits)
    return result


def certify_stack(
    reduction: Reduction, points: Array, bits: int = BITS, road: Road = enclose_critical_points
) -> list[CertifiedPoint | Refusal]:
    """Return, for every point of a stack (points x n), the certified critical point near it, found by `road`, or why
    there is none.
    """
    if bits < 64:
        raise bad("bits", bits, "at least 64 bits are needed to certify", "write bits=128")
    found: dict[int, CertifiedPoint] = {}
    failures: dict[int, Failure] = {}
    waiting = list(range(len(points)))
    if not reduction.has_decay and not reduction.has_noise:
        for i in waiting:
            fit = fit_near(reduction, points[i])
            if fit is not None:
                found[i] = from_exact(reduction, fit, bits)
        waiting = [i for i in waiting if i not in found]
        if waiting and len(reduction.widths) > 2 and reduction.seen:
            for i, result in zip(waiting, enclose_at_bottleneck(reduction, points[waiting], bits, road), strict=True):
                if isinstance(result, Enclosed):
                    found[i] = _from_balls(reduction, result, bits)
                else:
                    failures[i] = result
            waiting = [i for i in waiting if i not in found]
    results = road(reduction, points[waiting], bits) if waiting else []
    for i, result in zip(waiting, results, strict=True):
        if isinstance(result, Enclosed):
            found[i] = _from_balls(reduction, result, bits)
        elif result.degenerate or i not in failures:
            failures[i] = result
    return [found[i] if i in found else _refuse(reduction, points[i], failures[i]) for i in range(len(points))]


def _refuse(reduction: Reduction, point: Array, failure: Failure) -> Refusal:
    cause = Cause.DEGENERATE if failure.degenerate else Cause.NOT_ENCLOSED
    net = reduction.net
    gradient = float(np.linalg.norm(net.gradient(point[None])))
    return Refusal(failure.reason, float(net.value(point[None])[0]), gradient, cause)


def from_exact(reduction: Reduction, fit: ExactFit, bits: int) -> CertifiedPoint:
    """Return the certified point of a rational global minimum."""
    kind = Classification(
        Kind.GLOBAL_MINIMUM, fit.inertia, "fits the data as well as any linear map, in Q", fit.inertia[2] == 0, True
    )
    with working_precision(bits):
        weights = tuple(arb_mat(weight) for weight in fit.weights)
        loss = arb(reduction.floor)
    proof = {"method": "exact fit in Q", "bits": bits, "displacement": fit.displacement, "radius": "0"}
    return CertifiedPoint(loss, weights, reduction.problem, fit.inertia, kind, proof, fit.weights)


def _from_balls(reduction: Reduction, found: Enclosed, bits: int) -> CertifiedPoint:
    negative, zero = found.inertia[1], found.inertia[2]
    if negative:
        kind = Classification(Kind.STRICT_SADDLE, found.inertia, "certified negative curvature", None)
    else:
        reason = "positive definite across its orbit" if zero else "positive definite Hessian"
        kind = Classification(Kind.LOCAL_MINIMUM, found.inertia, reason, zero == 0)
    radius = max((float(value.rad()) for weight in found.weights for value in weight.entries()), default=0.0)
    proof = {"method": found.method, "bits": bits, "displacement": found.displacement, "radius": f"{radius:.2e}"}
    return CertifiedPoint(found.loss, found.weights, reduction.problem, found.inertia, kind, proof)
