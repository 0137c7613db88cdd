"""Variations of all layers of a chain at once: W_k -> W_k + t D_k turns a partial product into sums over layers.

d/dt W_{a:b} = sum_{s=b}^{a} W_{a:s+1} D_s W_{s-1:b}, and half of the second derivative is the sum over b <= s < r <= a of
W_{a:r+1} D_r W_{r-1:s+1} D_s W_{s-1:b}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

import sympy

from dlnproof.errors import bad
from dlnproof.language.chain import Chain, PartialProduct
from dlnproof.language.depth import assignments, at_depth, index_symbols, layers_at
from dlnproof.language.layer_sum import fresh_indices, layer_sum
from dlnproof.language.terms import product

_DEPTHS = 5


class Variation(NamedTuple):
    """The direction of every layer of a chain: `direction(k)` is that of layer k; `inner`, `outer` are unused index symbols."""

    direction: Callable[[Any], Any]
    inner: Any
    outer: Any

    def first(self, part: PartialProduct) -> Any:
        """Return the first derivative of a partial product."""
        if part.is_layer:
            return self.direction(part.top)
        chain, s = part.chain, self.inner
        factors = [chain.product(part.top, s + 1), self.direction(s), chain.product(s - 1, part.bottom)]
        return layer_sum(product(factors), (s, part.bottom, part.top))

    def second(self, part: PartialProduct) -> Any | None:
        """Return half of the second derivative of a partial product, None for a single layer."""
        if part.is_layer:
            return None
        chain, s, r = part.chain, self.inner, self.outer
        above, between = chain.product(part.top, r + 1), chain.product(r - 1, s + 1)
        factors = [above, self.direction(r), between, self.direction(s), chain.product(s - 1, part.bottom)]
        return layer_sum(product(factors), (s, part.bottom, part.top), (r, s + 1, part.top))


def variations(directions: Mapping[Any, Any], expression: Any) -> dict[Chain, Variation]:
    """Return the variation of every chain in `directions`: of W along another chain D, or along k -> a formula for layer k."""
    names = fresh_indices(_names(expression))
    found: dict[Chain, Variation] = {}
    for chain, direction in directions.items():
        if not isinstance(chain, Chain):
            continue
        if any(isinstance(other, PartialProduct) and other.chain == chain for other in directions):
            raise bad("directions", chain, "a chain and one of its layers are both varied", "give one of the two")
        found[chain] = Variation(_of_layer(chain, direction), next(names), next(names))
    return found


def _of_layer(chain: Chain, direction: Any) -> Callable[[Any], Any]:
    index = sympy.Symbol("k", integer=True, positive=True)
    if isinstance(direction, Chain):
        if (direction.depth, direction.widths) != (chain.depth, chain.widths):
            raise bad(
                "directions",
                direction,
                f"the direction of {chain} must have its depth and widths",
                f'write dp.Chain("{direction.name}", {chain.depth}, widths={chain.name})',
            )
        return direction.__getitem__
    if not callable(direction) or isinstance(direction, sympy.Basic):
        rule = f"the direction of all layers of {chain} is a chain, or a function of the layer"
        raise bad("directions", direction, rule, f'write dp.Chain("D", {chain.depth}, widths={chain.name})')
    shape = getattr(direction(index), "shape", None)
    if shape != chain[index].shape:
        wanted = " x ".join(map(str, chain[index].shape))
        got = " x ".join(map(str, shape)) if shape else "no matrix"
        raise bad("directions", got, f"the direction of layer k of {chain} must be {wanted}", "give it that shape")
    made: Callable[[Any], Any] = direction
    return made


def _names(expression: Any) -> set[str]:
    nodes = sympy.preorder_traversal(sympy.sympify(expression))
    return {str(node) for node in nodes if isinstance(node, sympy.Symbol | sympy.MatrixSymbol)}


def small_depths(expressions: Iterable[Any], order: Iterable[Any] = ()) -> list[dict[Any, int]]:
    """Return a few small depths and indices at which all the expressions exist, for a cross-check of derived formulas."""
    expressions = list(expressions)
    symbols = index_symbols(expressions)
    found = list(islice(assignments(expressions, order, 3), 40))
    found.sort(key=lambda chosen: (abs(max(chosen.values(), default=0) - 2), [chosen[symbol] for symbol in symbols]))
    return found[:_DEPTHS]


def directions_at(directions: Mapping[Any, Any], expression: Any, chosen: Mapping[Any, int]) -> dict[Any, Any]:
    """Return directions at one depth: a pair of chains becomes one pair of matrix symbols for every layer."""
    found: dict[Any, Any] = {}
    varied = variations(directions, expression)
    for symbol, direction in directions.items():
        if isinstance(symbol, Chain):
            for layer, matrix in enumerate(layers_at(symbol, chosen), 1):
                found[matrix] = at_depth(varied[symbol].direction(sympy.Integer(layer)), chosen)
        else:
            found[at_depth(symbol, chosen)] = at_depth(direction, chosen)
    return found
