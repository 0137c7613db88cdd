"""What is known about the order of layer indices: which layer lies in which partial product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from dlnproof.errors import UnsupportedError
from dlnproof.language.chain import PartialProduct
from dlnproof.language.layer_sum import is_layer_sum


class Order:
    """Inequalities between integer index expressions, closed under addition along chains of differences.

    Facts come from the formulas themselves (a layer index lies in 1..H, a partial product (a, b) has 1 <= b <= a + 1 and
    a <= H) and from assumptions such as `i < j`.
    """

    def __init__(self, expressions: Iterable[Any], assuming: Iterable[Any] = ()) -> None:
        self.facts: list[tuple[Any, Any, int]] = []  # x <= y + w
        for expression in expressions:
            for part in _outside_sums(sympy.sympify(expression)):
                self._add(sympy.Integer(1), part.bottom)
                self._add(part.top, part.depth)
                self._add(part.bottom, part.top if part.is_layer else part.top + 1)
        for relation in assuming:
            if isinstance(relation, sympy.StrictLessThan):
                self._add(relation.lhs + 1, relation.rhs)
            elif isinstance(relation, sympy.StrictGreaterThan):
                self._add(relation.rhs + 1, relation.lhs)
            elif isinstance(relation, sympy.LessThan):
                self._add(relation.lhs, relation.rhs)
            elif isinstance(relation, sympy.GreaterThan):
                self._add(relation.rhs, relation.lhs)

    def _add(self, low: Any, high: Any) -> None:
        (left, a), (right, b) = _split(low), _split(high)
        self.facts.append((left, right, b - a))

    def at_most(self, low: Any, high: Any) -> bool | None:
        """Return whether low <= high follows (True), whether low > high follows (False), or neither (None)."""
        if self._follows(low, high):
            return True
        return False if self._follows(high + 1, low) else None

    def _follows(self, low: Any, high: Any) -> bool:
        if sympy.expand(high - low).is_nonnegative:
            return True
        (source, a), (target, b) = _split(low), _split(high)
        # Bellman-Ford: the least w known with source <= target + w
        best: dict[Any, int] = {target: 0}
        positive = [
            (sympy.Integer(0), name, -1)
            for x, y, _ in self.facts
            for name in (x, y)
            if name.is_Symbol and name.is_positive
        ]
        facts = self.facts + positive
        for _ in range(len(facts) + 1):
            for x, y, w in facts:
                if y in best and best[y] + w < best.get(x, 10**9):
                    best[x] = best[y] + w
        return source in best and best[source] <= b - a

    def covers(self, part: PartialProduct, index: Any) -> bool:
        """Return whether layer `index` lies in the partial product; raise UnsupportedError where that is not known."""
        above, below = self.at_most(part.bottom, index), self.at_most(index, part.top)
        if above is False or below is False:
            return False
        if above and below:
            return True
        raise UnsupportedError(
            f"whether layer {index} lies in {part} is not known, so this is not supported yet; assume their order, "
            f"for instance assuming=[{part.top} < {index}]"
        )


def _outside_sums(node: Any) -> Iterator[PartialProduct]:
    """Yield the partial products whose indices are free: what a bound index satisfies says nothing about a symbol."""
    if isinstance(node, PartialProduct):
        yield node
    elif not is_layer_sum(node):
        for part in getattr(node, "args", ()):
            yield from _outside_sums(part)


def _split(index: Any) -> tuple[Any, int]:
    """Return (symbolic part, integer part) of an index."""
    constant, rest = sympy.expand(index).as_coeff_Add()
    return (rest, int(constant)) if constant.is_Integer else (index, 0)
