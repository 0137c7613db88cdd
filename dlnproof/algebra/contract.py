"""The value of a wiring at given tensors modulo a prime: used to verify certificates, never to find them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlnproof.algebra.diagram import Letter, Wiring


def contract(wiring: Wiring, dimensions: Mapping[str, int], tensors: Mapping[Letter, Any], modulus: int) -> Any:
    """Return the array of shape (rows, columns) that the wiring takes; `tensors` are object arrays of Python integers.

    `dimensions` gives the integer of every size, `tensors` an array with one axis per leg for every letter. Indices are
    summed one atom at a time, reduced modulo the prime after each.
    """
    outputs = [*wiring.rows, *wiring.columns]
    pending = list(wiring.atoms)
    value: Any = np.array(1, dtype=object)
    axes: list[int] = []
    while pending:
        letter, legs = pending.pop(0)
        needed = {leg for _, later in pending for leg in later} | set(outputs)
        union = list(dict.fromkeys([*axes, *legs]))
        kept = [axis for axis in union if axis in needed]
        short = {axis: place for place, axis in enumerate(union)}  # NumPy knows few axis labels
        value = _objects(
            np.einsum(
                value,
                [short[axis] for axis in axes],
                tensors[letter],
                [short[leg] for leg in legs],
                [short[axis] for axis in kept],
            )
            % modulus
        )
        axes = kept
    for index in range(len(wiring.sizes)):
        if index not in axes:
            length = dimensions[wiring.sizes[index]]
            if index in outputs:
                value = _objects(np.multiply.outer(value, np.array([1] * length, dtype=object)))
                axes.append(index)
            elif all(index not in legs for _, legs in wiring.atoms):
                value = _objects(value * length % modulus)
    distinct = list(dict.fromkeys(outputs))
    short = {axis: place for place, axis in enumerate(axes)}
    value = _objects(np.einsum(value, [short[axis] for axis in axes], [short[axis] for axis in distinct]))
    return _spread(value, distinct, wiring, dimensions) % modulus


def _objects(value: Any) -> Any:
    """Return an array of Python integers: NumPy would turn a lone number into a 64-bit one, which overflows."""
    return np.asarray(value, dtype=object)


def _spread(value: Any, distinct: list[int], wiring: Wiring, dimensions: Mapping[str, int]) -> Any:
    """Return the value as a matrix; an output that appears twice sits on a diagonal."""
    lengths = [dimensions[wiring.sizes[index]] for index in (*wiring.rows, *wiring.columns)]
    result = np.zeros(lengths, dtype=object)
    outputs = [*wiring.rows, *wiring.columns]
    for position in np.ndindex(*value.shape):
        where = dict(zip(distinct, position, strict=True))
        result[tuple(where[index] for index in outputs)] = value[position]
    rows = int(np.prod([dimensions[wiring.sizes[index]] for index in wiring.rows], initial=1))
    columns = int(np.prod([dimensions[wiring.sizes[index]] for index in wiring.columns], initial=1))
    return result.reshape(rows, columns)
