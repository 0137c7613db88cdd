r"""An equation assumed for every layer: `dp.every(Eq(W[k+1].T*W[k+1], W[k]*W[k].T), (k, 1, H - 1))`.

Where a proof needs an equation at some layers only, it is used there: at those values of the index at which all its single
layers are named by the claim or its other equations, or, under sums over layers, wherever one of its sides occurs. A
counterexample satisfies it at every layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sympy
from sympy.core.relational import Relational

from dlnproof.algebra.affine import Region, implied, region
from dlnproof.errors import UnsupportedError, bad
from dlnproof.language.chain import PartialProduct, without_empty
from dlnproof.language.depth import has_symbolic_exponent
from dlnproof.language.index_facts import affine, range_constraints, scope_of
from dlnproof.language.layer_sum import is_layer_sum, rebuilt
from dlnproof.language.terms import product, scaled


class EveryLayer(sympy.Basic):  # type: ignore[misc]
    """`left = right` for every integer index in first..last; `args` are (left, right, index, first, last)."""

    @property
    def sides(self) -> tuple[Any, Any]:
        """The two sides."""
        return self.args[0], self.args[1]

    @property
    def range(self) -> tuple[Any, Any, Any]:
        """The index and its first and last value."""
        return self.args[2], self.args[3], self.args[4]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the equation and of the range, without the index."""
        index, first, last = self.range
        inside: set[Any] = set().union(*(side.free_symbols for side in self.sides))
        ends: set[Any] = first.free_symbols | last.free_symbols
        return (inside - {index}) | ends

    def renamed(self) -> EveryLayer:
        """Return the same with an index of its own: the claim may use the name for one layer."""
        index, first, last = self.range
        fresh = sympy.Symbol("@layer", integer=True)  # no name that a user would choose
        return EveryLayer(*(side.xreplace({index: fresh}) for side in self.sides), fresh, first, last)

    def at(self, value: Any) -> Any:
        """Return the equation at one value of the index."""
        left, right = (without_empty(side.xreplace({self.args[2]: sympy.sympify(value)})) for side in self.sides)
        return sympy.Eq(left, right, evaluate=False)

    def written_out(self, at: Callable[[Any], Any]) -> Iterator[Any]:
        """Yield the equation at every value of the index, at the depth to which `at` brings formulas."""
        _, first, last = self.range
        ends = at(first), at(last)
        if not all(end.is_Integer for end in ends):
            raise UnsupportedError(f"the range of {self} at a depth that the claim does not name is not supported yet")
        for value in range(int(ends[0]), int(ends[1]) + 1):
            left, right = map(at, self.at(value).args)
            if left != right:
                yield sympy.Eq(left, right, evaluate=False)

    def _latex(self, printer: Any) -> str:
        left, right = map(printer.doprint, self.sides)
        index, first, last = map(printer.doprint, self.range)
        return rf"{left} = {right} \text{{ for }} {index} = {first}, \ldots, {last}"

    def _sympystr(self, printer: Any) -> str:
        left, right = map(printer.doprint, self.sides)
        index, first, last = map(printer.doprint, self.range)
        return f"{left} = {right} for {index} = {first}..{last}"


def every(equation: Any, over: tuple[Any, Any, Any]) -> EveryLayer:
    """Return the assumption that an equation holds for every layer: `dp.every(Eq(left, right), (k, 1, H - 1))`.

    Raises InputError for what is no equation and for a range that is none.
    """
    if not isinstance(equation, sympy.Eq):
        raise bad(
            "equation", equation, "an equation for every layer is Eq(left, right)", "write dp.every(Eq(...), (k, 1, H))"
        )
    if not isinstance(over, (tuple, sympy.Tuple)) or len(over) != 3:
        raise bad("range", over, "a range is (index, first, last)", "write (k, 1, H - 1)")
    index, first, last = map(sympy.sympify, over)
    if not isinstance(index, sympy.Symbol) or not index.is_integer:
        raise bad("index", index, "the index of a range is an integer symbol", 'write symbols("k", integer=True)')
    affine(first), affine(last)
    return EveryLayer(equation.lhs, equation.rhs, index, first, last)


def with_instances(assuming: Sequence[Any], left: Any, right: Any) -> tuple[Any, ...]:
    """Return the assumptions with every `EveryLayer` replaced by its equations at the layers that the claim names."""
    general = [item.renamed() for item in assuming if isinstance(item, EveryLayer)]
    if not general:
        return tuple(assuming)
    others = [item for item in assuming if not isinstance(item, EveryLayer)]
    sides = [left, right, *(side for item in others if isinstance(item, sympy.Eq) for side in item.args)]
    order = [item for item in others if isinstance(item, Relational) and not isinstance(item, sympy.Eq)]
    named = {(part.name, sympy.expand(part.top)) for side in sides for part in _layers(side)}
    roots = scope_of(sides, order)
    found: list[Any] = []
    for item in general:
        index, first, last = item.range
        layers = {(part.name, part.top) for side in item.sides for part in _layers(side)}
        for name, top in sorted(named, key=str):
            for own, place in layers:
                value = sympy.expand(index + top - place)
                if own != name or index in value.free_symbols or not _known(roots, [value - first, last - value]):
                    continue
                instance = item.at(value)
                if (
                    instance not in found
                    and {(owner, sympy.expand(layer.xreplace({index: value}))) for owner, layer in layers} <= named
                ):
                    found.append(instance)
    return (*others, *found)


def _layers(expression: Any) -> list[Any]:
    nodes = sympy.preorder_traversal(sympy.sympify(expression))
    return [node for node in nodes if isinstance(node, PartialProduct) and node.is_layer]


def _known(roots: Iterable[Region], needs: Iterable[Any], ranges: Iterable[Any] = ()) -> bool:
    inside = region(range_constraints(ranges))
    needs = [affine(need) for need in needs]
    return all(implied(root | inside, need) for root in roots for need in needs)


# under sums: a side of the equation that stands in a product is replaced, for whatever index it stands there


def replaced_everywhere(expression: Any, rules: Sequence[EveryLayer], roots: Sequence[Region]) -> Any:
    """Return the expression with the left side of every rule replaced by its right side, in products and under sums."""
    return _replaced(sympy.sympify(expression), rules, roots, ())


def _replaced(node: Any, rules: Sequence[EveryLayer], roots: Sequence[Region], ranges: tuple[Any, ...]) -> Any:
    if is_layer_sum(node):
        own = node.renamed(index for index, _, _ in ranges)
        return rebuilt(_replaced(own.summand, rules, roots, (*ranges, *own.ranges)), own.ranges)
    if isinstance(node, PartialProduct | sympy.MatrixSymbol) or not getattr(node, "args", ()):
        return node
    if isinstance(node, sympy.MatMul):
        scalars, matrices = node.as_coeff_matrices()
        factors = [_replaced(factor, rules, roots, ranges) for factor in _flat(matrices)]
        while (shorter := _one(factors, rules, roots, ranges)) is not None:
            factors = shorter
        return scaled(scalars, product(factors))
    parts = [_replaced(part, rules, roots, ranges) for part in node.args]
    return node if all(new is old for new, old in zip(parts, node.args, strict=True)) else node.func(*parts)


def _flat(matrices: Iterable[Any]) -> list[Any]:
    return [factor for item in matrices for factor in (_flat(item.args) if isinstance(item, sympy.MatMul) else [item])]


def _one(
    factors: list[Any], rules: Sequence[EveryLayer], roots: Sequence[Region], ranges: tuple[Any, ...]
) -> list[Any] | None:
    for rule in rules:
        index, first, last = rule.range
        left, right = rule.sides
        pattern = _flat([left])
        for place in range(len(factors) - len(pattern) + 1):
            slice_ = factors[place : place + len(pattern)]
            for value in _values(pattern, slice_, index):
                here = [factor.xreplace({index: value}) for factor in pattern]
                if all(map(_same, here, slice_)) and _known(roots, [value - first, last - value], ranges):
                    new = right.xreplace({index: value})
                    return [*factors[:place], *_flat([new]), *factors[place + len(pattern) :]]
    return None


def _values(pattern: Sequence[Any], factors: Sequence[Any], index: Any) -> Iterator[Any]:
    """Yield the values of the index at which the pattern may stand for the factors."""
    for one, two in zip(pattern, factors, strict=True):
        for wanted, got in zip(_indices(one), _indices(two), strict=False):
            try:
                coefficient = affine(wanted).coefficient(str(index))
            except UnsupportedError:
                continue
            if abs(coefficient) == 1:
                yield sympy.expand(index + coefficient * (got - wanted))
                return


def _indices(factor: Any) -> tuple[Any, ...]:
    if isinstance(factor, sympy.Transpose):
        return _indices(factor.arg)
    if isinstance(factor, PartialProduct):
        return factor.top, factor.bottom
    return (factor.exp,) if has_symbolic_exponent(factor) else ()


def _same(first: Any, second: Any) -> bool:
    if first == second:
        return True
    if isinstance(first, sympy.Transpose) and isinstance(second, sympy.Transpose):
        return _same(first.arg, second.arg)
    if isinstance(first, PartialProduct) and isinstance(second, PartialProduct):
        same = (first.name, first.depth, first.widths) == (second.name, second.depth, second.widths)
        return same and not any(sympy.expand(a - b) for a, b in zip(_indices(first), _indices(second), strict=True))
    return False
