"""The gradient of a formula with sums over layers in one layer or matrix: shares are collected under the sums around them.

A partial product W_{a:b} with summed ends holds layer k only where b <= k <= a, which shortens the ranges around it: the
gradient of sum_i gamma_i |W_i|^2 in W_k is 2 gamma_k W_k, that of sum_i tr(C_i W_{i:1}) is a sum over i = k, ..., H.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sympy

from dlnproof.algebra.affine import Region, implied, region
from dlnproof.errors import UnsupportedError
from dlnproof.language.chain import PartialProduct
from dlnproof.language.focus import split_around
from dlnproof.language.index_facts import affine, range_constraints, scope_of
from dlnproof.language.layer_sum import is_layer_sum, rebuilt
from dlnproof.language.terms import Combination, product, times, transposed

Ranges = tuple[tuple[Any, Any, Any], ...]
Push = Callable[[Any, Any], Iterable[tuple[Any, Any, Any]]]


def gradient_under_sums(expression: Any, symbol: Any, order: Sequence[Any], push: Push) -> Any:
    """Return the gradient of a scalar expression in a matrix symbol or a layer.

    `push(node, adjoint)` yields (part, weight, share) for the parts of a node that is neither a sum nor a partial product.
    Raises UnsupportedError where it is not known whether the layer lies in a range.
    """
    collector = _Collector(symbol, scope_of([expression, symbol], order), push)
    found = Combination(symbol.shape)
    for share, ranges in collector.shares(expression, sympy.Integer(1), ()):
        coefficient, matrix = _coefficient(share)
        if ranges:
            found.add(sympy.Integer(1), rebuilt(times(coefficient, matrix), ranges))
        else:
            found.add(coefficient, matrix)
    return found.expression()


def _coefficient(share: Any) -> tuple[Any, Any]:
    if isinstance(share, sympy.MatMul):
        scalars, matrices = share.as_coeff_matrices()
        return scalars, product(matrices)
    return sympy.Integer(1), share


class _Collector:
    def __init__(self, symbol: Any, roots: Sequence[Region], push: Push) -> None:
        self.symbol, self.roots, self.push = symbol, roots, push

    def shares(self, node: Any, adjoint: Any, ranges: Ranges) -> Iterator[tuple[Any, Ranges]]:
        """Yield (share, ranges): the gradient is the sum of the shares over their ranges."""
        if not self.occurs(node):
            return
        if node == self.symbol and not isinstance(node, PartialProduct):
            yield adjoint, ranges
        elif is_layer_sum(node):
            taken = (
                {index for index, _, _ in ranges} | self.symbol.free_symbols | getattr(adjoint, "free_symbols", set())
            )
            own = node.renamed(taken)
            yield from self.shares(own.summand, adjoint, (*ranges, *own.ranges))
        elif isinstance(node, PartialProduct):
            yield from self._layer(node, adjoint, ranges)
        else:
            for part, weight, share in self.push(node, adjoint):
                yield from self.shares(part, times(weight, share), ranges)

    def occurs(self, node: Any) -> bool:
        """Return whether the symbol, or some product of its chain, occurs."""
        if isinstance(self.symbol, PartialProduct):
            return any(
                isinstance(part, PartialProduct) and part.name == self.symbol.name
                for part in sympy.preorder_traversal(node)
            )
        return self.symbol in getattr(node, "free_symbols", set())

    def _layer(self, part: PartialProduct, adjoint: Any, ranges: Ranges) -> Iterator[tuple[Any, Ranges]]:
        layer = self.symbol
        if part.is_layer:
            yield from self._at(part.top - layer.top, adjoint, ranges)
            return
        left, right = split_around(part, layer)
        share = product([*map(transposed, left), adjoint, *map(transposed, right)])
        yield from self._where([layer.top - part.bottom, part.top - layer.top], share, ranges)

    def _at(self, gap: Any, share: Any, ranges: Ranges) -> Iterator[tuple[Any, Ranges]]:
        """Yield the share where gap = 0: solved for the innermost bound index that it contains."""
        gap = sympy.expand(gap)
        solved = self._bound(gap, ranges)
        if solved is None:
            yield from self._where([gap, -gap], share, ranges)
            return
        place, sign = solved
        index, first, last = ranges[place]
        value = sympy.expand(index - sign * gap)
        later = tuple(
            (inner, low.xreplace({index: value}), high.xreplace({index: value}))
            for inner, low, high in ranges[place + 1 :]
        )
        yield from self._where([value - first, last - value], share.xreplace({index: value}), (*ranges[:place], *later))

    def _where(self, needs: Sequence[Any], share: Any, ranges: Ranges) -> Iterator[tuple[Any, Ranges]]:
        """Yield the share over the part of the ranges where all `needs` are >= 0."""
        if not needs:
            yield share, ranges
            return
        need, rest = sympy.expand(needs[0]), needs[1:]
        if self._known(need, ranges):
            yield from self._where(rest, share, ranges)
            return
        if self._known(-need - 1, ranges):
            return
        solved = self._bound(need, ranges)
        if solved is not None:
            place, sign = solved
            index, first, last = ranges[place]
            end = sympy.expand(index - sign * need)
            old = first if sign > 0 else last
            if self._known(sign * (end - old), ranges[:place]):
                shorter = (index, end, last) if sign > 0 else (index, first, end)
                yield from self._where(rest, share, (*ranges[:place], shorter, *ranges[place + 1 :]))
                return
        raise UnsupportedError(
            f"whether {need} >= 0 is not known, so where layer {self.symbol} lies in a sum is not supported yet; "
            f"assume it: assuming=[{need} >= 0]"
        )

    def _known(self, need: Any, ranges: Ranges) -> bool:
        inside = region(range_constraints(ranges))
        return all(implied(root | inside, affine(need)) for root in self.roots)

    def _bound(self, form: Any, ranges: Ranges) -> tuple[int, int] | None:
        """Return (place, sign) of the innermost bound index that the form contains with coefficient 1 or -1."""
        terms = affine(form)
        for place in range(len(ranges) - 1, -1, -1):
            coefficient = terms.coefficient(str(ranges[place][0]))
            if abs(coefficient) == 1:
                return place, coefficient
        return None
