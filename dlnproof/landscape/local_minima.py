"""Local minima of a problem: random starts, float64 descent, and only what is certified is returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np

from dlnproof.errors import bad
from dlnproof.landscape.certify import BITS, Cause, CertifiedPoint, Refusal, certify_stack
from dlnproof.landscape.minimise import Descent, minimise_reduced
from dlnproof.landscape.reduction import Reduction, reduce


@dataclass(frozen=True, eq=False)
class LocalMinima(Sequence[CertifiedPoint]):
    """Certified local minima in the order of the starts that led there, and the starts that led to none.

    Several starts may lead to one minimum or to points of one orbit. `uncertified` says, for every other start, why.
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
        return f"LocalMinima({len(self.points)} certified, {len(self.uncertified)} uncertified)"


def local_minima(problem: Any, starts: int = 8, seed: int = 0, method: str = "newton", bits: int = BITS) -> LocalMinima:
    """Return the certified local minima that `starts` random starts lead to; deterministic under `seed`.

    Every returned point is a genuine local minimum with a certified enclosure of its loss, narrower than 1e-25
    relatively at the default 128 bits; that *all* minima were found is not claimed.
    Raises: InputError for bad arguments; UnsupportedError for multiplicative noise.
    """
    for name, value, least in (("starts", starts, 1), ("seed", seed, 0), ("bits", bits, 64)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise bad(name, value, f"{name} is an integer of at least {least}", f"write {name}={max(least, 8)}")
    reduction = reduce(problem)
    descents = minimise_reduced(reduction, starts, seed, method)
    points, refused = [], []
    for descent, result in zip(descents, certify_descents(reduction, descents, bits), strict=True):
        if isinstance(result, Refusal):
            refused.append(replace(result, start=descent.start))
        elif result.inertia[1]:
            reason = f"a strict saddle, certified, of inertia {result.inertia}: not a local minimum"
            refused.append(Refusal(reason, descent.loss, descent.gradient_norm, Cause.SADDLE, descent.start))
        else:
            points.append(result)
    return LocalMinima(tuple(points), tuple(refused))


def certify_descents(
    reduction: Reduction, descents: Sequence[Descent], bits: int
) -> list[CertifiedPoint | Refusal]:
    """Return what is certified at the end of every descent."""
    ends = [np.concatenate([weight.ravel() for weight in descent.weights]) for descent in descents]
    finite = [i for i, end in enumerate(ends) if np.isfinite(end).all()]
    certified = certify_stack(reduction, np.array([ends[i] for i in finite]), bits) if finite else []
    results = dict(zip(finite, certified, strict=True))
    found: list[CertifiedPoint | Refusal] = []
    for i, descent in enumerate(descents):
        result = results.get(i) or Refusal(
            "the descent diverged", descent.loss, descent.gradient_norm, Cause.NOT_CONVERGED
        )
        if i in results and isinstance(result, Refusal) and not descent.converged:
            reason = f"the descent has not converged (gradient {descent.gradient_norm:.1e}); {result.reason}"
            result = replace(result, reason=reason, cause=Cause.NOT_CONVERGED)
        found.append(result)
    return found
