"""Inequality steps: proved by squares that add up to the difference exactly, refuted by an exact instance that violates them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy
from sympy import Q
from sympy.assumptions import AppliedPredicate

from dlnproof.checks.context import Context
from dlnproof.checks.equality import equality_evidence
from dlnproof.checks.squares_over_layers import squares_over_layers
from dlnproof.checks.violation import violation, violation_at_depths
from dlnproof.claims.claim import Relation, Square
from dlnproof.errors import UnsupportedError, bad
from dlnproof.language.block_matrices import in_blocks
from dlnproof.language.chain import PartialProduct
from dlnproof.language.from_sympy import Reader
from dlnproof.language.layer_sum import LayerValue, rebuilt
from dlnproof.language.sides import as_expression, number_in
from dlnproof.language.sum_terms import needs_sums
from dlnproof.language.symbolic_powers import offsets
from dlnproof.verdict import Evidence, Finding

METHOD = "sum of squares"
_MARGINS = tuple(map(sympy.Rational, ("1", "1/4", "1/100")))


def inequality_evidence(
    previous: Any,
    relation: Relation,
    expression: Any,
    squares: tuple[Square, ...] | None,
    assuming: Iterable[Any],
    context: Context,
    part: str | None = None,
) -> Iterator[Evidence]:
    """Yield the evidence for `previous relation expression` between scalars."""
    previous, expression = (in_blocks(number_in(as_expression(side))) for side in (previous, expression))
    for side in (previous, expression):
        if isinstance(side, tuple) or getattr(side, "is_Matrix", False):
            raise bad("side", side, "an inequality is between scalars", "take a Trace(...) or compare entries")
    assuming = tuple(assuming)
    larger, smaller = (previous, expression) if relation in (Relation.GE, Relation.GT) else (expression, previous)
    given = squares is not None
    facts: tuple[Any, ...] = assuming
    sides = (larger, smaller)
    if squares is None:
        sides, facts = with_roots(sides, assuming)
        squares = _strict_squares(*sides, facts) if relation.is_strict else squares_over_layers(*sides, facts)
    if squares is not None:
        found = list(_certificate(*sides, relation, squares, facts, context, part))
        yield from found
        if any(item.finding is Finding.PROOF for item in found):
            return
    if any(needs_sums(side) or side.has(PartialProduct) for side in (previous, expression)):
        yield from violation_at_depths(previous, relation, expression, assuming, context, part, certified=given)
    else:
        yield from violation(previous, relation, expression, assuming, context, part, certified=given)


def _strict_squares(larger: Any, smaller: Any, assuming: tuple[Any, ...]) -> tuple[Square, ...] | None:
    """Return squares of which one is a positive number, where such are found, else any."""
    for margin in _MARGINS:
        squares = squares_over_layers(larger, smaller + margin, assuming)
        if squares is not None:
            return (*squares, Square(margin, sympy.Integer(1)))
    return squares_over_layers(larger, smaller, assuming)


def with_roots(sides: tuple[Any, Any], assuming: tuple[Any, ...]) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
    """Return sides and assumptions with every positive definite S written L*L' with an invertible L: each S is of this form."""
    taken = {str(symbol) for side in (*sides, *assuming) for symbol in getattr(side, "free_symbols", ())}
    replaced: dict[Any, Any] = {}
    for fact in assuming:
        if isinstance(fact, AppliedPredicate) and fact.function == Q.positive_definite:
            symbol = fact.arguments[0]
            name = f"L_{symbol}"
            while name in taken:
                name += "_"
            root = sympy.MatrixSymbol(name, *symbol.shape)
            replaced[symbol] = root * root.T
    if not replaced:
        return sides, assuming
    kept = [fact for fact in assuming if not (isinstance(fact, AppliedPredicate) and fact.arguments[0] in replaced)]
    facts = [*(fact.xreplace(replaced) for fact in kept), *(Q.invertible(value.args[0]) for value in replaced.values())]
    return (sympy.sympify(sides[0]).xreplace(replaced), sympy.sympify(sides[1]).xreplace(replaced)), tuple(facts)


def total(squares: Iterable[Square]) -> Any:
    """Return the sum of `weight * ||root||_F^2`, over layers where a square has ranges."""
    return sympy.Add(*(rebuilt(square.weight * _square(square.root), square.ranges) for square in squares))


def _square(root: Any) -> Any:
    return sympy.Trace(root.T * root) if getattr(root, "is_Matrix", False) else root**2


def _certificate(
    larger: Any,
    smaller: Any,
    relation: Relation,
    squares: tuple[Square, ...],
    assuming: tuple[Any, ...],
    context: Context,
    part: str | None,
) -> Iterator[Evidence]:
    for square in squares:  # read before squaring: SymPy turns (I x)^2 into -x^2 and forgets where it came from
        reader = Reader(least=offsets((square.root, square.weight)))
        try:
            reader.read(sympy.sympify(square.root)), reader.read(sympy.sympify(square.weight))
        except UnsupportedError as error:
            yield _inconclusive(f"the square of {square.root} is not known to be that of a real number: {error}", part)
            return
    doubtful = [square.weight for square in squares if not _is_nonnegative(square)]
    if doubtful:
        yield _inconclusive(
            f"the weight {doubtful[0]} is not known to be nonnegative; declare its symbols positive", part
        )
        return
    if relation.is_strict and not any(_certainly_positive(square) for square in squares):
        yield _inconclusive("no square is positive for every value, so the inequality is not shown to be strict", part)
        return
    evidence = list(equality_evidence(larger - smaller, total(squares), assuming, context, part))
    if sum(item.finding is Finding.PROOF for item in evidence) < 2:
        yield _inconclusive("the squares do not add up to the difference of the two sides", part)
        return
    for item in evidence:
        yield Evidence(
            method=f"{METHOD}, {item.method}",
            finding=item.finding,
            outcome=item.outcome,
            seconds=item.seconds,
            part=part,
            scope=item.scope,
            details=item.details,
        )


def _is_nonnegative(square: Square) -> bool:
    """Return whether the weight is nonnegative; what its symbol says of a summed index need not hold in the whole range."""
    weight = sympy.sympify(square.weight)
    weight = weight.xreplace({value: value.symbol for value in weight.atoms(LayerValue)})
    return bool(weight.is_nonnegative) and not weight.free_symbols & {index for index, _, _ in square.ranges}


def _certainly_positive(square: Square) -> bool:
    root = sympy.sympify(square.root)
    if getattr(root, "is_Matrix", False) or square.ranges:
        return False
    return bool(sympy.sympify(square.weight).is_positive and root.is_nonzero and root.is_real)


def _inconclusive(outcome: str, part: str | None) -> Evidence:
    return Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=outcome, part=part)
