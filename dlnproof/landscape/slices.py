"""Slices across the orbits of critical points, proposed in float64: which directions are null, and which symmetries
explain them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb

from dlnproof.landscape.enclosure import Matrices
from dlnproof.landscape.fields import FieldStack, symmetries
from dlnproof.landscape.reduction import Reduction
from dlnproof.rings.double import Array

# how far below the largest an eigenvalue is taken for a zero; tried in turn, the balls decide
_NULL_LEVELS = (1e-13, 1e-11, 1e-9, 1e-7)
# a Hessian below this, relative to the natural size of curvatures, is taken for zero: its point is too near a flat one
_VANISHING = 1e-7


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
    fields: FieldStack
    mixture: Array


def propose_frames(reduction: Reduction, points: Array) -> list[Frame | Failure]:
    """Return, for every point of a stack, the slice that its float64 Hessian proposes.

    A slice has exactly as many independent symmetry fields as null vectors; where no count of null vectors fits, the
    point is degenerate as far as float64 can see.
    """
    hessians = reduction.net.hessian(points)
    finite = [bool(np.isfinite(hessian).all()) for hessian in hessians]
    eigenvalues, vectors = np.linalg.eigh(np.where(np.array(finite)[:, None, None], hessians, 0.0))
    size = np.abs(eigenvalues)
    relative = size / np.maximum(size.max(axis=1, keepdims=True), 1e-300)
    counts = np.array([(relative <= level).sum(axis=1) for level in _NULL_LEVELS])
    found: list[Frame | Failure] = [Failure("the weights or the Hessian are not finite in float64")] * len(points)
    least = _VANISHING * reduction.net.natural_curvature
    flat = [bool(finite[i] and size[i].max(initial=0.0) < least) for i in range(len(points))]
    open_places = [i for i in range(len(points)) if finite[i] and not flat[i]]
    for i in range(len(points)):
        if flat[i]:
            found[i] = _propose(symmetries(reduction, False), eigenvalues[i], vectors[i], [points.shape[1]], None)
    for with_data in (False, True):
        fields = symmetries(reduction, with_data)
        some = [i for i in open_places if counts[-1, i]]
        directions = fields.directions(reduction.net.split(points[some])) if some else np.zeros((0, 0, 0))
        row = dict(zip(some, directions, strict=True))
        for i in open_places:
            found[i] = _propose(fields, eigenvalues[i], vectors[i], counts[:, i].tolist(), row.get(i))
        open_places = [i for i in open_places if isinstance(found[i], Failure)]
        if not open_places:
            break
    return found


def _propose(
    fields: FieldStack, eigenvalues: Array, vectors: Array, counts: Sequence[int], directions: Array | None
) -> Frame | Failure:
    dimension = 0
    order = np.argsort(np.abs(eigenvalues), kind="stable")
    for count in dict.fromkeys(counts):
        null, across = np.sort(order[:count]), np.sort(order[count:])
        mixture = np.zeros((len(fields.fields), 0))
        dimension = 0
        if count and directions is not None and len(directions):
            mixture, dimension = _mixture(directions @ vectors[:, null])
        if dimension == count:
            return Frame(vectors[:, across], eigenvalues[across], vectors[:, null], fields, mixture)
    return Failure(f"degenerate: nullity {counts[-1]}, orbit dimension {dimension}", degenerate=True)


def _mixture(seen: Array) -> tuple[Array, int]:
    """Return the mixture of fields whose null parts are near unit vectors, and how many independent ones there are."""
    left, sizes, right = np.linalg.svd(seen, full_matrices=False)
    if not sizes[0] > 1e-9:
        return np.zeros((len(seen), 0)), 0
    rank = int(np.sum(sizes > 1e-6 * sizes[0]))
    mixture = (left[:, :rank] / sizes[:rank]) @ right[:rank]
    return mixture, rank
