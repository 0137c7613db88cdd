"""The variances of multiplicative noise: one number for all hidden layers, one a layer, or one a neuron.

Inside, every hidden layer k has a tuple (v_k1, ..., v_k d_k). What the averaged loss needs of a layer is in one number: with
independent noise of variances v_i, weights q_i = p_i^2 of a unit vector p and sum_i q_i = 1, the least of sum_i v_i q_i^2 is

    h = 1 / sum_i 1 / v_i   (0 where some v_i is 0),   at q_i = h / v_i (on the neurons without noise, where there are some):

v / d for d equal variances. Source: Ziyin, Li and Meng (2022), extended to neurons of different variances by Cauchy and Schwarz.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from flint import fmpq

from dlnproof.errors import bad
from dlnproof.landscape.data import read_per_layer
from dlnproof.rings.rational import read_number, to_fraction, to_text

Variances: TypeAlias = tuple[tuple[fmpq, ...], ...]


def read_variances(value: Any, hidden: Sequence[int]) -> Variances:
    """Return the variance of every hidden neuron from one number, one a hidden layer, or a list of d_k of them for layer k.

    Raises: InputError for a negative variance and for lists that do not fit the widths.
    """
    items = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(items, Sequence) or isinstance(items, (str, bytes)) or len(items) != len(hidden):
        layers = read_per_layer(items, "noise", len(hidden), "hidden layers")
        return tuple((variance,) * width for variance, width in zip(layers, hidden, strict=True))
    result = []
    for place, (item, width) in enumerate(zip(items, hidden, strict=True)):
        name = f"noise[{place}]"
        many = item.tolist() if hasattr(item, "tolist") else item
        if isinstance(many, Sequence) and not isinstance(many, (str, bytes)):
            if len(many) != width:
                rule = f"hidden layer {place + 1} has {width} neurons, {len(many)} variances are given"
                raise bad(name, item, rule, "give one number for the layer, or one a neuron")
            numbers = tuple(read_number(entry, f"{name}[{i}]") for i, entry in enumerate(many))
        else:
            numbers = (read_number(many, name),) * width
        if any(number < 0 for number in numbers):
            raise bad("noise", value, "noise is nonnegative", "write noise=0 for none")
        result.append(numbers)
    return tuple(result)


def variances_of(problem: Any) -> Variances:
    """Return the variance of every hidden neuron of a problem, none where it has no attribute `noise`."""
    hidden = problem.widths[1:-1]
    return read_variances(getattr(problem, "noise", None) or 0, hidden)


def is_uniform(layer: Sequence[fmpq]) -> bool:
    """Return whether all neurons of a layer have the same variance."""
    return len(set(layer)) == 1


def shown(variances: Variances) -> tuple[Any, ...]:
    """Return one Fraction a hidden layer, or a tuple of them where its neurons differ."""
    return tuple(_one_or_all([to_fraction(v) for v in layer]) for layer in variances)


def as_text(variances: Variances) -> list[Any]:
    """Return the same as exact strings."""
    return [
        list(value) if isinstance(value := _one_or_all([to_text(v) for v in layer]), tuple) else value
        for layer in variances
    ]


def _one_or_all(layer: Sequence[Fraction] | Sequence[str]) -> Any:
    return layer[0] if len(set(layer)) == 1 else tuple(layer)


def least_spread(layer: Sequence[fmpq]) -> fmpq:
    """Return h = 1 / sum_i 1 / v_i, 0 where a neuron of the layer has no noise."""
    if not all(layer):
        return fmpq(0)
    return 1 / sum((1 / variance for variance in layer), fmpq(0))
