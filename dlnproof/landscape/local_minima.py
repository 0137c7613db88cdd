"""Local minima and critical points of a problem: starts, float64 searches, and only what is certified is returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np

from dlnproof.errors import bad
from dlnproof.landscape.certify import BITS, Cause, CertifiedPoint, Refusal, certify_stack, from_exact
from dlnproof.landscape.minimise import Descent, Method, Starts, minimise_reduced, search_any_index
from dlnproof.landscape.reduction import Reduction, reduce
from dlnproof.landscape.snap import snap_to_stratum


@dataclass(frozen=True, eq=False)
class CertifiedPoints(Sequence[CertifiedPoint]):
    """Certified points in the order of the starts that led there, and the starts that led to none.

    Several starts may lead to one point or to points of one orbit. `uncertified` says, for every other start, why.
    """

    points: tuple[CertifiedPoint, ...]
    uncertified: tuple[Refusal, ...]

    @overload
    def __getitem__(self, index: int) -> CertifiedPoint: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[CertifiedPoint]: ...

    def __getitem__(self, index: int | slice) -> CertifiedPoint | Sequence[CertifiedPoint]:
        return self.points[index]

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.points)} certified, {len(self.uncertified)} uncertified)"


class LocalMinima(CertifiedPoints):
    """Certified local minima, and the starts that led to none."""


def local_minima(
    problem: Any, starts: Starts = 8, seed: int = 0, method: Method = "newton", bits: int = BITS
) -> LocalMinima:
    """Return the certified local minima that the starts lead to; deterministic under `seed`.

    `starts` is a number of random starts or a list of weights, `method` one of `minimise.METHODS` or a function (see
    `minimise`). Every returned point is a genuine local minimum with a certified enclosure of its loss, narrower than
    1e-25 relatively at the default 128 bits; that *all* minima were found is not claimed.
    Raises: InputError for bad arguments.
    """
    _check(seed, bits)
    reduction = reduce(problem)
    points: list[CertifiedPoint] = []
    refused: list[Refusal] = []
    descents = minimise_reduced(reduction, starts, seed, method)
    for descent, result in zip(descents, certify_descents(reduction, descents, bits), strict=True):
        if isinstance(result, Refusal):
            refused.append(result)
        elif result.inertia[1]:
            reason = f"a strict saddle, certified, of inertia {result.inertia}: not a local minimum"
            refused.append(Refusal(reason, descent.loss, descent.gradient_norm, Cause.SADDLE, descent.start))
        else:
            points.append(result)
    return LocalMinima(tuple(points), tuple(refused))


def critical_points_near(problem: Any, starts: Starts = 8, seed: int = 0, bits: int = BITS) -> CertifiedPoints:
    """Return the certified critical points, of any index, that Levenberg-Marquardt on the gradient leads to.

    `starts` is a number of random starts or a list of weights. Every returned point is a genuine critical point with
    its exact inertia; a start that ends at none, or at a degenerate one, is in `uncertified` with the reason.
    Raises: InputError for bad arguments.
    """
    _check(seed, bits)
    reduction = reduce(problem)
    results = certify_descents(reduction, search_any_index(reduction, starts, seed), bits)
    points = tuple(result for result in results if isinstance(result, CertifiedPoint))
    return CertifiedPoints(points, tuple(result for result in results if isinstance(result, Refusal)))


def _check(seed: int, bits: int) -> None:
    for name, value, least, step in (("seed", seed, 0, 0), ("bits", bits, 64, BITS)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise bad(name, value, f"{name} is an integer of at least {least}", f"write {name}={step}")


def certify_descents(reduction: Reduction, descents: Sequence[Descent], bits: int) -> list[CertifiedPoint | Refusal]:
    """Return what is certified at the end of every search, or on the rank stratum beside it (module `snap`)."""
    ends = [np.concatenate([weight.ravel() for weight in descent.weights]) for descent in descents]
    finite = [i for i, end in enumerate(ends) if np.isfinite(end).all()]
    certified = certify_stack(reduction, np.array([ends[i] for i in finite]), bits) if finite else []
    results = dict(zip(finite, certified, strict=True))
    found: list[CertifiedPoint | Refusal] = []
    for i, descent in enumerate(descents):
        result = results.get(i)
        if result is None:
            reason = "the descent diverged"
            result = Refusal(reason, descent.loss, descent.gradient_norm, Cause.NOT_CONVERGED)
        elif isinstance(result, Refusal):
            fit = snap_to_stratum(reduction, descent.weights)
            if fit is not None:
                result = from_exact(reduction, fit, bits)
            elif not descent.converged:
                reason = f"the descent has not converged (gradient {descent.gradient_norm:.1e}); {result.reason}"
                result = replace(result, reason=reason, cause=Cause.NOT_CONVERGED)
        found.append(replace(result, start=descent.start) if isinstance(result, Refusal) else result)
    return found
