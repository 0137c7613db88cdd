"""Inequality steps: proved by squares that add up to the difference exactly, refuted by an exact instance that violates them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import sympy
from flint import fmpq
from sympy import Q
from sympy.assumptions import AppliedPredicate

from dlnproof.checks.comparison import difference_at
from dlnproof.checks.context import Context
from dlnproof.checks.counterexample import Instance, shrunk
from dlnproof.checks.equality import equality_evidence
from dlnproof.checks.find_squares import find_squares
from dlnproof.checks.recomputation import printed, recompute, sign_of
from dlnproof.checks.refutation import SEARCH
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.small_instances import rational_instances
from dlnproof.checks.statement import Statement, prepare
from dlnproof.claims.claim import Relation, Square
from dlnproof.errors import UnsupportedError, bad
from dlnproof.language.evaluate import Values
from dlnproof.language.from_sympy import Reader
from dlnproof.language.sampling import size_symbols, sizes_from
from dlnproof.language.sides import as_expression, number_in
from dlnproof.language.symbolic_powers import offsets
from dlnproof.rings.fields import Rationals
from dlnproof.rings.matrices import NotExactError
from dlnproof.verdict import Evidence, Finding

METHOD = "sum of squares"
_SIZES = (1, 2, 3, 4, 6)
_MARGINS = tuple(map(sympy.Rational, ("1", "1/4", "1/100")))
_STRETCHES = (fmpq(1, 10), fmpq(10))
# what the sign of previous - expression must be for the step to be violated
_VIOLATED = {
    Relation.GE: operator.lt,
    Relation.GT: operator.le,
    Relation.LE: operator.gt,
    Relation.LT: operator.ge,
}


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
    previous, expression = (number_in(as_expression(side)) for side in (previous, expression))
    for side in (previous, expression):
        if getattr(side, "is_Matrix", False):
            raise bad("side", side, "an inequality is between scalars", "take a Trace(...) or compare entries")
    assuming = tuple(assuming)
    larger, smaller = (previous, expression) if relation in (Relation.GE, Relation.GT) else (expression, previous)
    given = squares is not None
    facts: tuple[Any, ...] = assuming
    sides = (larger, smaller)
    if squares is None:
        sides, facts = with_roots(sides, assuming)
        squares = _strict_squares(*sides, facts) if relation.is_strict else find_squares(*sides, facts)
    if squares is not None:
        found = list(_certificate(*sides, relation, squares, facts, context, part))
        yield from found
        if any(item.finding is Finding.PROOF for item in found):
            return
    yield from _violation(previous, relation, expression, assuming, context, part, certified=given)


def _strict_squares(larger: Any, smaller: Any, assuming: tuple[Any, ...]) -> tuple[Square, ...] | None:
    """Return squares of which one is a positive number, where such are found, else any."""
    for margin in _MARGINS:
        squares = find_squares(larger, smaller + margin, assuming)
        if squares is not None:
            return (*squares, Square(margin, sympy.Integer(1)))
    return find_squares(larger, smaller, assuming)


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
    """Return the sum of `weight * ||root||_F^2`."""
    return sympy.Add(*(square.weight * _square(square.root) for square in squares))


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
    doubtful = [square.weight for square in squares if not sympy.sympify(square.weight).is_nonnegative]
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


def _certainly_positive(square: Square) -> bool:
    root = sympy.sympify(square.root)
    if getattr(root, "is_Matrix", False):
        return False
    return bool(sympy.sympify(square.weight).is_positive and root.is_nonzero and root.is_real)


def _inconclusive(outcome: str, part: str | None) -> Evidence:
    return Evidence(method=METHOD, finding=Finding.INCONCLUSIVE, outcome=outcome, part=part)


def _violation(
    previous: Any,
    relation: Relation,
    expression: Any,
    assuming: tuple[Any, ...],
    context: Context,
    part: str | None,
    *,
    certified: bool,
) -> Iterator[Evidence]:
    """Yield an exact instance at which the inequality fails, or say that none was found and what to do."""
    started = perf_counter()
    statement = prepare(previous, expression, assuming)
    instance = _search(statement, relation, context.seed)
    if instance is None:
        advice = "correct the squares" if certified else "give squares=[...] that add up to the difference"
        yield Evidence(
            method=SEARCH,
            finding=Finding.INCONCLUSIVE,
            outcome=f"no violation found; {advice}",
            seconds=perf_counter() - started,
            part=part,
        )
        return
    left, right = recompute(previous, expression, instance)
    confirmed = _violated(relation, left[0, 0] - right[0, 0])
    yield Evidence(
        method=SEARCH,
        finding=Finding.CONFIRMED if confirmed else Finding.CANDIDATE,
        outcome=f"violated, {'' if confirmed else 'not '}confirmed by SymPy",
        seconds=perf_counter() - started,
        part=part,
        counterexample=instance.to_json(printed(previous, left), printed(expression, right)),
    )


def _stretched(statement: Statement, values: Values) -> Iterator[Values]:
    """Yield the instance, and with small and large matrices: what equations and orthogonality say is not changed."""
    yield values
    assumptions = statement.assumptions
    if assumptions.equations:
        return
    ring = Rationals()
    free = [name for name in values.matrices if "orthogonal" not in assumptions.properties.get(name, frozenset())]
    for factor in _STRETCHES:
        scaled = {name: ring.scale(factor, values.matrices[name]) for name in free}
        yield replace(values, matrices={**values.matrices, **scaled})


def _violated(relation: Relation, difference: Any) -> bool:
    sign = sign_of(difference)
    if not sign and not difference.is_Rational:
        return False
    return bool(_VIOLATED[relation](sign, 0))


def _search(statement: Statement, relation: Relation, seed: int) -> Instance | None:
    def wrong(values: Values) -> bool:
        try:
            ((difference,),) = difference_at(statement, Rationals(), values)
        except (NotExactError, ZeroDivisionError):
            return False
        return bool(_VIOLATED[relation](difference, 0))

    symbolic = bool(size_symbols(statement.reader.vocabulary))
    for level in _SIZES if symbolic else (1,):
        sizes = sizes_from(statement.reader.vocabulary, level)
        if sizes is None:
            continue
        for drawn in rational_instances(statement, sizes, stable_seed(seed, "inequality", level)):
            for values in _stretched(statement, drawn):
                if wrong(values):
                    return Instance(shrunk(statement, values, wrong))
    return None
