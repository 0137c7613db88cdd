"""Weights that only propose: matrices of floats, rationals or balls, read into float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb

from dlnproof.errors import bad
from dlnproof.landscape.reduction import to_float
from dlnproof.rings.double import Array


def read_doubles(widths: Sequence[int], weights: Sequence[Any]) -> list[Array]:
    """Return the weights as float64 matrices; raises InputError where a shape or an entry is wrong."""
    if len(weights) != len(widths) - 1:
        raise bad("weights", weights, f"{len(widths) - 1} matrices are needed, one a layer", "give W_1 first")
    result = []
    for k, weight in enumerate(weights):
        matrix = to_doubles(weight)
        shape = (widths[k + 1], widths[k])
        if matrix.shape != shape:
            raise bad(f"weights[{k}]", matrix.tolist(), f"W_{k + 1} is {shape[0]} x {shape[1]}", "check the widths")
        if not np.isfinite(matrix).all():
            raise bad(f"weights[{k}]", matrix.tolist(), "weights are finite", "drop this start")
        result.append(matrix)
    return result


def to_doubles(weight: Any) -> Array:
    """Return a matrix of floats, rationals or balls in float64 (midpoints of balls)."""
    rows = weight.tolist() if hasattr(weight, "tolist") else weight
    return np.array([[_to_double(entry) for entry in row] for row in rows], dtype=np.float64)


def _to_double(entry: Any) -> float:
    if isinstance(entry, arb):
        return float(entry.mid())
    return to_float(entry) if hasattr(entry, "p") and hasattr(entry, "q") else float(entry)
