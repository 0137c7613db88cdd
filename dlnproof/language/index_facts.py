"""Layer indices as affine forms, and where a claim lives: the indices at which all its partial products exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import sympy

from dlnproof.algebra.affine import Affine, Region, feasible, projected, region, variable
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.chain import PartialProduct
from dlnproof.language.depth import has_symbolic_exponent, index_symbols, indices_of
from dlnproof.language.layer_sum import LayerValue, is_layer_sum

_MOST_CASES = 64


def affine(index: Any) -> Affine:
    """Return an index expression as an affine form; raise UnsupportedError where it is none with integer coefficients."""
    terms: dict[str, int] = {}
    constant = 0
    for term, coefficient in sympy.expand(sympy.sympify(index)).as_coefficients_dict().items():
        if not coefficient.is_Integer or not (term == 1 or isinstance(term, sympy.Symbol)):
            raise UnsupportedError(
                f"the layer index {index}, not affine with integer coefficients, is not supported yet"
            )
        if term == 1:
            constant = int(coefficient)
        else:
            terms[term.name] = int(coefficient)
    return Affine(tuple(sorted((name, c) for name, c in terms.items() if c)), constant)


def order_constraints(order: Iterable[Any]) -> Iterator[Affine]:
    """Yield assumed inequalities between indices as constraints."""
    for relation in order:
        low, high = affine(relation.lts), affine(relation.gts)
        yield high - low - (1 if isinstance(relation, sympy.StrictLessThan | sympy.StrictGreaterThan) else 0)


def range_constraints(ranges: Iterable[tuple[Any, Any, Any]]) -> list[Affine]:
    """Return first <= index <= last for every range."""
    found = []
    for index, first, last in ranges:
        own = affine(index)
        found += [own - affine(first), affine(last) - own]
    return found


class _Need(NamedTuple):
    part: Any
    constraint: Affine
    ranges: tuple[tuple[Any, Any, Any], ...]


def scope_of(expressions: Iterable[Any], order: Iterable[Any] = ()) -> list[Region]:
    """Return disjoint regions of the free indices that together are where all parts of the expressions exist.

    Inside a sum a part must exist for every value of the index. Raises InputError when it does so at no depth.
    """
    expressions = list(map(sympy.sympify, expressions))
    base = list(order_constraints(order))
    for symbol in index_symbols(expressions):
        if symbol.is_nonnegative:
            base.append(variable(symbol.name) - (1 if symbol.is_positive else 0))
    roots = [region(base)]
    if not feasible(roots[0]):
        raise InputError("assuming: no layer indices satisfy the assumed order; check the inequalities")
    for need in dict.fromkeys(need for expression in expressions for need in _needs(expression, ())):
        refined = [part for root in roots for part in _where(root, need)]
        if not refined:
            ranges = ", ".join(f"{index} in {first}..{last}" for index, first, last in need.ranges)
            raise InputError(
                f"{need.part}{f' with {ranges}' if ranges else ''} does not exist at any depth: layers run from 1 to the depth; "
                "check its indices and the ranges of the sums around it"
            )
        roots = refined
        if len(roots) > _MOST_CASES:
            raise UnsupportedError(
                "a claim whose partial products exist in so many separate cases is not supported yet"
            )
    return roots


def covers(expressions: Iterable[Any], others: Iterable[Any], order: Iterable[Any] = ()) -> bool:
    """Return whether all parts of `others` certainly exist wherever all parts of `expressions` do."""
    roots = scope_of(expressions, order)
    needs = [need for other in others for need in _needs(sympy.sympify(other), ())]
    return all(list(_where(root, need)) == [root] for root in roots for need in needs)


def _where(root: Region, need: _Need) -> Iterator[Region]:
    """Yield the parts of a region where a need is met for every value of the indices that are summed."""
    ranges = range_constraints(need.ranges)
    against = root | region([*ranges, -need.constraint - 1])
    bad = projected(against, [str(index) for index, _, _ in need.ranges])
    if bad is None:
        yield root
        return
    if any(g.names() & {str(index) for index, _, _ in need.ranges} for g in bad):
        raise UnsupportedError(f"deciding where {need.part} exists is not supported yet")
    met = root
    for g in sorted(bad - root):
        part = met | {(-g - 1).tight()}
        if feasible(part):
            yield part
        met = met | {g}


def _needs(node: Any, ranges: tuple[Any, ...]) -> Iterator[_Need]:
    if is_layer_sum(node):
        fresh = node.renamed(index for index, _, _ in ranges)
        yield from _needs(fresh.summand, (*ranges, *fresh.ranges))
        return
    if isinstance(node, PartialProduct):
        depth, top, bottom = map(affine, indices_of(node))
        yield _Need(node, bottom - 1, ranges)
        yield _Need(node, depth - top, ranges)
        if not node.is_layer:
            yield _Need(node, top - bottom + 1, ranges)
        return
    if isinstance(node, LayerValue):
        yield _Need(node, affine(node.index), ranges)
        return
    if has_symbolic_exponent(node):
        yield _Need(node, affine(node.exp), ranges)
    for part in getattr(node, "args", ()):
        yield from _needs(part, ranges)
