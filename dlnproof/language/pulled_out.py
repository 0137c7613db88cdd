"""Sums over layers pulled out of a formula: products of sums become sums over several indices, with names of their own.

Everything that a formula of the language does to a sum is linear in it (a trace, a transpose, a factor of a product), so each
formula is a combination of (ranges, summand without sums).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, product
from typing import Any, NamedTuple

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

from dlnproof.errors import UnsupportedError
from dlnproof.language.layer_sum import is_layer_sum
from dlnproof.language.vec import Vec

_MOST_SUMMANDS = 5_000
Ranges = tuple[tuple[Any, Any, Any], ...]


class Summand(NamedTuple):
    """`expression`, free of sums, summed over the ranges."""

    ranges: Ranges
    expression: Any


def pulled_out(expression: Any) -> list[Summand]:
    """Return summands that add up to the expression; the indices of each are fresh.

    Raises UnsupportedError for a sum inside a construct that is not linear in it, such as an inverse.
    """
    names = count(1)
    return [Summand(ranges, part) for ranges, part in _pulled(expression, names)]


def has_layer_sum(expression: Any) -> bool:
    """Return whether a sum over layers occurs."""
    return is_layer_sum(expression) or any(has_layer_sum(part) for part in getattr(expression, "args", ()))


def _pulled(node: Any, names: Iterator[int]) -> list[Summand]:
    if not has_layer_sum(node):
        return [Summand((), node)]
    if is_layer_sum(node):
        return _opened(node, names)
    if isinstance(node, sympy.Add | sympy.MatAdd):
        return [item for part in node.args for item in _pulled(part, names)]
    if isinstance(node, sympy.Pow | sympy.MatPow) and node.args[1].is_Integer and node.args[1] > 0:
        build = sympy.Mul if isinstance(node, sympy.Pow) else sympy.MatMul
        return _multiplied([_pulled(node.args[0], names) for _ in range(int(node.args[1]))], build)
    if isinstance(node, sympy.HadamardPower) and node.args[1].is_Integer and node.args[1] > 0:
        factors = [_pulled(node.args[0], names) for _ in range(int(node.args[1]))]
        return _multiplied(factors, sympy.HadamardProduct)
    build = next((_BUILD[kind] for kind in type(node).__mro__ if kind in _BUILD), None)
    if build is None:
        raise UnsupportedError(f"a sum over layers inside {type(node).__name__} is not supported yet")
    return _multiplied([_pulled(part, names) for part in node.args], build)


def _opened(node: Any, names: Iterator[int]) -> list[Summand]:
    summand, ranges = node.summand, []
    fresh: dict[Any, Any] = {}
    for index, first, last in node.ranges:
        ends = [end.xreplace(fresh) for end in (first, last)]
        fresh[index] = sympy.Symbol(f"@{next(names)}", integer=True)  # no name that a user would choose
        ranges.append((fresh[index], *ends))
    return [Summand((*ranges, *inner), part) for inner, part in _pulled(summand.xreplace(fresh), names)]


def _multiplied(factors: list[list[Summand]], build: Callable[..., Any]) -> list[Summand]:
    size = 1
    for factor in factors:
        size *= len(factor)
    if size > _MOST_SUMMANDS:
        raise UnsupportedError(f"a product of sums with more than {_MOST_SUMMANDS} summands is not supported yet")
    return [
        Summand(tuple(item for part in choice for item in part.ranges), build(*(part.expression for part in choice)))
        for choice in product(*factors)
    ]


_BUILD: dict[type, Callable[..., Any]] = {
    sympy.Mul: sympy.Mul,
    sympy.MatMul: sympy.MatMul,
    sympy.Trace: sympy.Trace,
    sympy.Transpose: sympy.Transpose,
    sympy.HadamardProduct: sympy.HadamardProduct,
    sympy.KroneckerProduct: sympy.KroneckerProduct,
    DiagMatrix: DiagMatrix,
    DiagonalOf: DiagonalOf,
    DiagonalMatrix: DiagonalMatrix,
    Vec: Vec,
}
