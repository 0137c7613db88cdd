"""Which parts of a formula contain the weights in focus, and how a partial product splits around its layers in focus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import Any

import sympy

from dlnproof.errors import UnsupportedError
from dlnproof.language.chain import Chain, PartialProduct
from dlnproof.language.order import Order


class Focus:
    """The weights with respect to which a formula is differentiated: matrix symbols, layers of chains or whole chains."""

    def __init__(self, weights: Sequence[Any], expression: Any, assuming: Iterable[Any] = ()) -> None:
        self.chains = {weight for weight in weights if isinstance(weight, Chain)}
        self.symbols = {weight for weight in weights if not isinstance(weight, PartialProduct | Chain)}
        self.layers_in_focus = [weight for weight in weights if isinstance(weight, PartialProduct)]
        self._order = Order([expression, *self.layers_in_focus], assuming)
        self._known: dict[Any, bool] = {}

    def in_(self, node: Any) -> bool:
        """Return whether the formula contains a weight in focus."""
        known = self._known.get(node)
        if known is None:
            known = bool(self.symbols & getattr(node, "free_symbols", set())) or any(
                part.chain in self.chains or self.inside(part) for part in self._products(node)
            )
            self._known[node] = known
        return known

    def _products(self, node: Any) -> list[PartialProduct]:
        if not (self.layers_in_focus or self.chains) or not hasattr(node, "atoms"):
            return []
        return [part for part in sympy.preorder_traversal(node) if isinstance(part, PartialProduct)]

    def inside_some(self, part: PartialProduct) -> bool:
        """Return whether a layer of this chain, by itself, is in focus."""
        return any(layer.name == part.name for layer in self.layers_in_focus)

    def inside(self, part: PartialProduct) -> list[PartialProduct]:
        """Return the layers in focus that lie in a partial product, from the top down."""
        found = [
            layer for layer in self.layers_in_focus if layer.name == part.name and self._order.covers(part, layer.top)
        ]
        if len(found) < 2:
            return found
        return sorted(found, key=cmp_to_key(self._compare))

    def _compare(self, first: PartialProduct, second: PartialProduct) -> int:
        below = self._order.at_most(first.top, second.top)
        if below is None:
            # layer 1 lies below and the last layer above whatever is not the same layer
            lower, upper = sorted(
                (first.top, second.top), key=lambda top: (top == first.depth, not top.is_Integer, str(top))
            )
            raise UnsupportedError(
                f"the order of {first} and {second} is not known, so this is not supported yet; "
                f"assume it: assuming=[{lower} < {upper}]"
            )
        return 1 if below else -1

    def layers(self, part: PartialProduct) -> list[Any]:
        """Return the factors of a partial product split around every layer in focus, empty products left out."""
        factors: list[Any] = []
        rest: PartialProduct | None = part
        for layer in self.inside(part):
            assert rest is not None
            left, right = split_around(rest, layer)
            factors += [*left, layer]
            rest = right[0] if right else None
        return [*factors, rest] if rest is not None else factors


def split_around(part: PartialProduct, layer: PartialProduct) -> tuple[list[Any], list[Any]]:
    """Return what stands left and right of a layer in W_a ... W_b: at most one partial product each."""
    chain = part.chain
    left = chain.product(part.top, layer.top + 1) if part.top != layer.top else None
    right = chain.product(layer.top - 1, part.bottom) if part.bottom != layer.top else None
    return [left] if left is not None else [], [right] if right is not None else []
