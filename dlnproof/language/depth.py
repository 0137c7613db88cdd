"""A claim about a chain of symbolic depth at one depth: index symbols become integers, layers become matrix symbols.

An assignment is *generic* when different breakpoints (the ends of the partial products that occur) get different integers.
Every partial product between neighbouring breakpoints then has a layer of its own, so its value is an arbitrary matrix, and an
equation that holds there for all sizes holds at every depth with breakpoints in the same order: a longer gap is a product,
which is a matrix, and an empty gap is an identity matrix of equal sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from dlnproof.errors import UnsupportedError
from dlnproof.language.chain import PartialProduct, is_width

_SYMBOL_LIMIT = 4


def index_symbols(expressions: Iterable[Any]) -> list[Any]:
    """Return the symbols that occur in layer indices and depths, by name."""
    found: set[Any] = set()
    for expression in expressions:
        for part in _parts(expression):
            indices = part.args[1:] if isinstance(part, PartialProduct) else part.args
            found |= {symbol for index in indices for symbol in index.free_symbols}
    return sorted(found, key=str)


def _parts(expression: Any) -> list[Any]:
    return [
        node
        for node in sympy.preorder_traversal(sympy.sympify(expression))
        if isinstance(node, PartialProduct) or (isinstance(node, AppliedUndef) and is_width(node))
    ]


def assignments(
    expressions: Iterable[Any], order: Iterable[Any], largest: int | None = None
) -> Iterator[dict[Any, int]]:
    """Yield the assignments of integers to index symbols at which all partial products exist, small ones first."""
    expressions, order = list(expressions), list(order)
    symbols = index_symbols(expressions)
    if len(symbols) > _SYMBOL_LIMIT:
        raise UnsupportedError(f"more than {_SYMBOL_LIMIT} layer indices in one claim are not supported yet")
    largest = largest or 2 * len(symbols) + 1
    parts = [part for expression in expressions for part in _parts(expression)]
    choices = sorted(product(range(1, largest + 1), repeat=len(symbols)), key=lambda values: (max(values), sum(values)))
    for values in choices:
        chosen = dict(zip(symbols, values, strict=True))
        if all(_exists(part, chosen) for part in parts) and all(relation.subs(chosen) == True for relation in order):  # noqa: E712
            yield chosen


def _exists(part: Any, chosen: Mapping[Any, int]) -> bool:
    if not isinstance(part, PartialProduct):
        return bool(part.args[0].subs(chosen) >= 0)
    top, bottom, depth = (int(index.subs(chosen)) for index in (part.top, part.bottom, part.depth))
    lowest = bottom if part.is_layer else bottom - 1
    return bottom >= 1 and lowest <= top <= depth


def breakpoints(expressions: Iterable[Any], chosen: Mapping[Any, int]) -> dict[Any, int]:
    """Return the integer of every breakpoint: top and bottom - 1 of each partial product, and each width index."""
    points: dict[Any, int] = {}
    for expression in expressions:
        for part in _parts(expression):
            ends = (part.top, part.bottom - 1) if isinstance(part, PartialProduct) else part.args
            for end in map(sympy.expand, ends):
                points[end] = int(end.subs(chosen))
    return points


def generic_assignments(expressions: Iterable[Any], order: Iterable[Any]) -> list[dict[Any, int]]:
    """Return one generic assignment for every order in which the breakpoints can stand, the smallest of each."""
    expressions = list(expressions)
    found: dict[tuple[str, ...], dict[Any, int]] = {}
    for chosen in assignments(expressions, order):
        points = breakpoints(expressions, chosen)
        if len(set(points.values())) == len(points):
            found.setdefault(tuple(str(point) for point in sorted(points, key=points.__getitem__)), chosen)
    return list(found.values())


def at_depth(expression: Any, chosen: Mapping[Any, int]) -> Any:
    """Return the expression at one depth: `W[2]` becomes the matrix symbol W_2 of shape d_2 x d_1."""
    expression = sympy.sympify(expression)
    replaced: dict[Any, Any] = {}
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, PartialProduct):
            replaced[node] = _layers(node, chosen)
        elif isinstance(node, AppliedUndef) and is_width(node):
            replaced[node] = _width(node.func, node.args[0], chosen)
    result = expression.xreplace(replaced) if replaced else expression
    left_over = {symbol: value for symbol, value in chosen.items() if symbol in result.free_symbols}
    return result.subs(left_over) if left_over else result


def _width(function: Any, index: Any, chosen: Mapping[Any, int]) -> Any:
    return sympy.Symbol(f"{function}_{int(index.subs(chosen))}", integer=True, positive=True)


def _layers(part: PartialProduct, chosen: Mapping[Any, int]) -> Any:
    top, bottom = int(part.top.subs(chosen)), int(part.bottom.subs(chosen))
    function = sympy.Function(f"d_{part.name}")

    def size(index: int) -> Any:
        return _width(function, sympy.Integer(index), {})

    layers = [sympy.MatrixSymbol(f"{part.name}_{k}", size(k), size(k - 1)) for k in range(top, bottom - 1, -1)]
    if not layers:
        return sympy.Identity(size(top))
    return layers[0] if len(layers) == 1 else sympy.MatMul(*layers)
