"""Sizes that are products, such as n*m, met with Kronecker products: into which factors an index of such a size splits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from dlnproof.language.commutation import Commutation
from dlnproof.language.vec import Vec


def factorisations(expressions: Iterable[Any]) -> dict[Any, tuple[Any, ...]]:
    """Return for a composite size the sizes of the factors in the order in which Kronecker products and vec stack them.

    The first factor is slow. A size that is stacked in two different orders is left out: a symbol of that size fits neither.
    """
    found: dict[Any, set[tuple[Any, ...]]] = {}
    for expression in expressions:
        for part in sympy.sympify(expression).atoms(sympy.KroneckerProduct, Vec, Commutation):
            if isinstance(part, Commutation):
                stacks = [part.args, tuple(reversed(part.args))]
            elif isinstance(part, Vec):
                stacks = [tuple(reversed(part.arg.shape))]
            else:
                stacks = [tuple(factor.shape[place] for factor in part.args) for place in (0, 1)]
            for stack in stacks:
                factors = tuple(sympy.expand(size) for size in stack if size != 1)
                if len(factors) > 1:
                    found.setdefault(sympy.expand(sympy.prod(factors)), set()).add(factors)
    flat = {size: {_flattened(factors, found) for factors in ways} for size, ways in found.items()}
    return {size: next(iter(ways)) for size, ways in flat.items() if len(ways) == 1}


def _flattened(factors: tuple[Any, ...], found: dict[Any, set[tuple[Any, ...]]]) -> tuple[Any, ...]:
    """Return the factors with those that are composite themselves replaced by their own, where there is one way."""
    flat: list[Any] = []
    for size in factors:
        ways = found.get(size, set())
        flat += _flattened(next(iter(ways)), found) if len(ways) == 1 else [size]
    return tuple(flat)
