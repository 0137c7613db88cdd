"""The slips of formulas about chains: a layer index or the end of a sum off by one, a transpose, a factor.

Each edit changes one place of the formula; the one that is suggested makes the two sides equal for every depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import sympy
from sympy.core.relational import Relational

from dlnproof.checks.layer_sums import summation
from dlnproof.checks.statement import prepare
from dlnproof.errors import DlnproofError
from dlnproof.language.all_layers import small_depths
from dlnproof.language.chain import PartialProduct
from dlnproof.language.depth import at_depth, exists
from dlnproof.language.layer_sum import LayerValue, is_layer_sum, rebuilt
from dlnproof.language.sum_terms import needs_sums
from dlnproof.language.terms import times

_FACTORS = (sympy.Integer(2), sympy.Rational(1, 2), sympy.Integer(-1))
_CANDIDATES = 120  # counted, not timed: what is suggested does not depend on how busy the machine is


class ChainSlip(NamedTuple):
    """The corrected formula, what was wrong in words, and the kind of slip."""

    formula: Any
    words: str
    kind: str


def chain_slip(left: Any, right: Any, assuming: tuple[Any, ...]) -> ChainSlip | None:
    """Return the smallest edit of `right` that makes `left = right` true, for formulas that need the algebra of sums."""
    left, right = sympy.sympify(left), sympy.sympify(right)
    if not (needs_sums(left) or needs_sums(right)):
        return None
    plain = [item for item in assuming if isinstance(item, Relational) and not isinstance(item, sympy.Eq)]
    some = small_depths([left, right], plain)[:1]
    for slip in islice((*_whole(right), *_slips(right)), _CANDIDATES):
        try:
            if (
                all(_equal_at(left, slip.formula, chosen) for chosen in some)
                and summation(left, slip.formula, assuming).holds
            ):
                return slip
        except (DlnproofError, ValueError):
            continue  # an edit whose shapes or indices do not fit
    return None


def _equal_at(left: Any, formula: Any, chosen: Mapping[Any, int]) -> bool:
    """Return whether the two sides agree at one depth: a quick test that every edit which helps passes."""
    return exists(formula, chosen) and prepare(at_depth(left, chosen), at_depth(formula, chosen)).holds


def _whole(formula: Any) -> Iterator[ChainSlip]:
    for factor in _FACTORS:
        words = f"the sign of {formula} is wrong" if factor == -1 else f"the factor {factor} of {formula} is missing"
        new = times(factor, formula)
        yield ChainSlip(new, f"{words}: write {new}", "factor")


def _slips(node: Any) -> Iterator[ChainSlip]:
    yield from _here(node)
    for place, part in enumerate(getattr(node, "args", ()) if not is_layer_sum(node) else (node.summand,)):
        for slip in _slips(part):
            formula = _put(node, place, slip.formula)
            if formula is not None:
                yield slip._replace(formula=formula)


def _put(node: Any, place: int, part: Any) -> Any:
    if is_layer_sum(node):
        return rebuilt(part, node.ranges)
    args = [*node.args[:place], part, *node.args[place + 1 :]]
    try:
        return node.func(*args)
    except (ValueError, TypeError):
        return None  # the part has changed its shape or its kind


def _here(node: Any) -> Iterator[ChainSlip]:
    if isinstance(node, PartialProduct):
        for new in _moved(node):
            yield ChainSlip(new, f"the index of {node} is off by one: write {new}", "index")
        yield ChainSlip(node.T, f"the transpose of {node} is missing: write {node.T}", "transpose")
    elif isinstance(node, sympy.Transpose) and isinstance(node.arg, PartialProduct):
        yield ChainSlip(node.arg, f"the transpose of {node.arg} is too much: write {node.arg}", "transpose")
    elif isinstance(node, LayerValue):
        for shift in (1, -1):
            new = LayerValue(node.symbol, sympy.expand(node.index + shift))
            yield ChainSlip(new, f"the index of {node} is off by one: write {new}", "index")
    elif is_layer_sum(node):
        yield from _ranges(node)
        for factor in _FACTORS[:2]:
            new = times(factor, node)
            yield ChainSlip(new, f"the factor {factor} of {node} is missing: write {new}", "factor")


def _moved(part: PartialProduct) -> Iterator[Any]:
    make: Callable[[Any, Any], Any] = part.chain.product
    moves = [(1, 1), (-1, -1)] if part.is_layer else [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1)]
    for top, bottom in moves:
        try:
            yield make(part.top + top, part.bottom + bottom)
        except DlnproofError:
            continue


def _ranges(node: Any) -> Iterator[ChainSlip]:
    ranges = node.ranges
    for place, (index, first, last) in enumerate(ranges):
        for low, high in ((first, last + 1), (first, last - 1), (first - 1, last), (first + 1, last)):
            moved = (index, sympy.expand(low), sympy.expand(high))
            new = rebuilt(node.summand, [*ranges[:place], moved, *ranges[place + 1 :]])
            words = f"the sum over {index} runs from {moved[1]} to {moved[2]}, not from {first} to {last}: write {new}"
            yield ChainSlip(new, words, "range")
