"""A claim about a chain of symbolic depth at one depth: index symbols become integers, sums are written out.

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
from dlnproof.language.chain import Chain, PartialProduct, is_width
from dlnproof.language.layer_sum import LayerValue, is_layer_sum
from dlnproof.language.terms import total

_SYMBOL_LIMIT = 4


def index_symbols(expressions: Iterable[Any]) -> list[Any]:
    """Return the free symbols that occur in layer indices, depths, ranges of sums and symbolic exponents, by name."""
    found: set[Any] = set()
    for expression in expressions:
        found |= _indices_in(sympy.sympify(expression))
    return sorted(found, key=str)


def _indices_in(node: Any) -> set[Any]:
    if is_layer_sum(node):
        found = _indices_in(node.summand)
        for index, first, last in reversed(node.ranges):
            found = (found - {index}) | first.free_symbols | last.free_symbols
        return found
    if _is_part(node):
        return {symbol for index in indices_of(node) for symbol in index.free_symbols}
    found = set(node.exp.free_symbols) if has_symbolic_exponent(node) else set()
    return found.union(*(_indices_in(part) for part in getattr(node, "args", ())))


def has_symbolic_exponent(node: Any) -> bool:
    """Return whether this is a matrix to the power of an index, such as A**i."""
    return isinstance(node, sympy.MatPow) and not node.exp.is_number


def indices_of(part: Any) -> tuple[Any, ...]:
    """Return the index expressions of a partial product (depth, top, bottom), a width or a scalar of a layer."""
    if isinstance(part, PartialProduct):
        return part.depth, part.top, part.bottom
    return (part.index,) if isinstance(part, LayerValue) else tuple(part.args)


def _is_part(node: Any) -> bool:
    return isinstance(node, PartialProduct | LayerValue) or (isinstance(node, AppliedUndef) and is_width(node))


def _parts(expression: Any) -> list[Any]:
    return [node for node in sympy.preorder_traversal(sympy.sympify(expression)) if _is_part(node)]


def assignments(
    expressions: Iterable[Any], order: Iterable[Any], largest: int | None = None
) -> Iterator[dict[Any, int]]:
    """Yield the assignments of integers to index symbols at which all partial products exist, small ones first."""
    expressions, order = list(map(sympy.sympify, expressions)), list(order)
    symbols = index_symbols(expressions)
    if len(symbols) > _SYMBOL_LIMIT:
        raise UnsupportedError(f"more than {_SYMBOL_LIMIT} layer indices in one claim are not supported yet")
    largest = largest or 2 * len(symbols) + 1
    reach = [range(1 if symbol.is_positive else 0, largest + 1) for symbol in symbols]
    choices = sorted(product(*reach), key=lambda values: (max(values, default=0), sum(values)))
    for values in choices:
        chosen = dict(zip(symbols, values, strict=True))
        ordered = all(relation.subs(chosen) == True for relation in order)  # noqa: E712
        if ordered and all(exists(expression, chosen) for expression in expressions):
            yield chosen


def exists(expression: Any, chosen: Mapping[Any, int]) -> bool:
    """Return whether all partial products and powers of an expression exist at one depth, those in its sums included."""
    if is_layer_sum(expression):
        return all(exists(expression.summand, inner) for inner in _within(expression.ranges, chosen))
    if _is_part(expression):
        return _exists(expression, chosen)
    if has_symbolic_exponent(expression) and _value(expression.exp, chosen) < 0:
        return False
    return all(exists(part, chosen) for part in getattr(expression, "args", ()))


def _within(ranges: Iterable[Any], chosen: Mapping[Any, int]) -> Iterator[dict[Any, int]]:
    """Yield the assignments inside a sum: every value of its indices beside what is chosen."""
    ranges = list(ranges)
    if not ranges:
        yield dict(chosen)
        return
    (index, first, last), *rest = ranges
    for value in range(_value(first, chosen), _value(last, chosen) + 1):
        yield from _within(rest, {**chosen, index: value})


def _value(index: Any, chosen: Mapping[Any, int]) -> int:
    return int(index.subs(chosen))


def _exists(part: Any, chosen: Mapping[Any, int]) -> bool:
    if not isinstance(part, PartialProduct):
        return _value(indices_of(part)[0], chosen) >= 0
    top, bottom, depth = (_value(index, chosen) for index in (part.top, part.bottom, part.depth))
    lowest = bottom if part.is_layer else bottom - 1
    return bottom >= 1 and lowest <= top <= depth


def breakpoints(expressions: Iterable[Any], chosen: Mapping[Any, int]) -> dict[Any, int]:
    """Return the integer of every breakpoint: top and bottom - 1 of each partial product, and each width index."""
    points: dict[Any, int] = {}
    for expression in expressions:
        for part in _parts(expression):
            ends = (part.top, part.bottom - 1) if isinstance(part, PartialProduct) else indices_of(part)
            for end in map(sympy.expand, ends):
                points[end] = _value(end, chosen)
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
    """Return the expression at one depth: `W[2]` becomes the matrix symbol W_2 of shape d_2 x d_1, a sum is written out."""
    return _placed(sympy.sympify(expression), chosen, {})


def _placed(node: Any, chosen: Mapping[Any, int], known: dict[Any, Any]) -> Any:
    found = known.get(node)
    if found is None:
        found = known[node] = _new(node, chosen, known)
    return found


def _new(node: Any, chosen: Mapping[Any, int], known: dict[Any, Any]) -> Any:
    if is_layer_sum(node):
        terms = [_placed(node.summand, inner, {}) for inner in _within(node.ranges, chosen)]
        if not getattr(node, "is_Matrix", False):
            return sympy.Add(*terms)
        if not terms:
            return sympy.ZeroMatrix(*(_placed(size, chosen, known) for size in node.shape))
        return total(terms) if len(terms) > 1 else terms[0]
    if isinstance(node, PartialProduct):
        return _layers(node, chosen)
    if isinstance(node, LayerValue):
        return sympy.Symbol(f"{node.symbol.name}_{_value(node.index, chosen)}", **node.symbol._assumptions_orig)
    if isinstance(node, AppliedUndef) and is_width(node):
        return _width(node.func, node.args[0], chosen)
    if isinstance(node, sympy.Symbol):
        return sympy.Integer(chosen[node]) if node in chosen else node
    if not getattr(node, "args", ()):
        return node
    parts = [_placed(part, chosen, known) for part in node.args]
    if has_symbolic_exponent(node) and parts[1] in (0, 1):
        return parts[0] if parts[1] == 1 else sympy.Identity(parts[0].shape[0])
    return node if all(new is old for new, old in zip(parts, node.args, strict=True)) else node.func(*parts)


def layers_at(chain: Chain, chosen: Mapping[Any, int]) -> list[Any]:
    """Return the layers of a chain at one depth, as matrix symbols, the first layer first."""
    return [at_depth(chain[layer], chosen) for layer in range(1, _value(chain.depth, chosen) + 1)]


def _width(function: Any, index: Any, chosen: Mapping[Any, int]) -> Any:
    return sympy.Symbol(f"{function}_{_value(index, chosen)}", integer=True, positive=True)


def _layers(part: PartialProduct, chosen: Mapping[Any, int]) -> Any:
    top, bottom = _value(part.top, chosen), _value(part.bottom, chosen)
    one = part.chain

    def size(index: int) -> Any:
        width = one.width(index)
        return _width(width.func, width.args[0], {}) if is_width(width) else at_depth(width, chosen)

    layers = [sympy.MatrixSymbol(f"{part.name}_{k}", size(k), size(k - 1)) for k in range(top, bottom - 1, -1)]
    if not layers:
        return sympy.Identity(size(top))
    return layers[0] if len(layers) == 1 else sympy.MatMul(*layers)
