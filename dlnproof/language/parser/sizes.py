"""Names for the sizes that were found: W_k is d_k x d_{k-1}, data have m columns, everything else takes the next free letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sympy

from dlnproof.language.parser.dimensions import Dimension, size_symbol

_LETTERS = ("n", "p", "q", "r", "s", "t", "k", "l", "j", "h", "a", "b", "c", "d", "e", "f")
_DATA = ("X", "Y")


def name_sizes(dimensions: Iterable[Dimension], taken: Iterable[str]) -> None:
    """Give every unknown size a symbol whose name is free."""
    used = set(taken)
    unknown = list(dict.fromkeys(item for dimension in dimensions for item in _leaves(dimension) if not item.known()))
    waiting = []
    for dimension in unknown:
        wanted = next((name for name in _wanted(dimension) if name not in used), None)
        if wanted is None:
            waiting.append(dimension)
        else:
            used.add(wanted)
            dimension.given = size_symbol(wanted)
    free = (
        name
        for round_ in range(len(waiting) + 1)
        for name in (f"{letter}{round_ or ''}" for letter in _LETTERS)
        if name not in used
    )
    for dimension, name in zip(waiting, free, strict=False):
        dimension.given = size_symbol(name)


def _leaves(dimension: Dimension) -> list[Dimension]:
    root = dimension.root()
    return [leaf for part in root.parts for leaf in _leaves(part)] if root.parts is not None else [root]


def _wanted(dimension: Dimension) -> list[str]:
    """Return the names that the letters of a size suggest, the best first."""
    layers, data = set(), set()
    for letter, side in dimension.letters:
        layer = re.fullmatch(r"W_?(\d+)", letter)
        if layer:
            layers.add(int(layer[1]) - (side == "columns"))
        elif letter in _DATA and side == "columns":
            data.add("m")
    return [*(f"d{k}" for k in sorted(layers) if k >= 0), *sorted(data)]


def expression_of(dimension: Dimension) -> Any:
    """Return a size as SymPy knows it."""
    root = dimension.root()
    if root.parts is not None:
        return sympy.Mul(*map(expression_of, root.parts))
    assert root.given is not None
    return root.given
