"""Small rational instances of a statement that satisfy its assumptions, and whether there is any instance at all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any

import sympy
from flint import fmpq

from dlnproof.checks.comparison import difference_at
from dlnproof.checks.matrix_kinds import Bases, has_properties
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.solved_instances import solved_instance
from dlnproof.checks.statement import Statement
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import allowed, definitions, dimension, draw_values, sizes_from
from dlnproof.rings.fields import Rationals
from dlnproof.rings.matrices import NotExactError

_DRAWS = 120
_SCALARS = tuple(
    Fraction(value) for value in ("1", "2", "1/2", "3", "1/3", "4", "5", "1/4", "0", "-1", "-2", "-1/2", "7", "9", "-3")
)
# points of the unit circle and their like: what equations between scalars have rational solutions in
_CIRCLE = tuple(Fraction(value) for value in ("3/5", "4/5", "5/13", "12/13", "-3/5", "-4/5", "0", "1"))
_RATIONALS = Rationals()


def satisfying_instance(statement: Statement, seed: int) -> Values | None:
    """Return some rational instance that satisfies the assumptions: the claim is not vacuous."""
    for level in (2, 1, 3):
        sizes = sizes_from(statement.reader.vocabulary, level)
        if sizes is None:
            continue
        for values in rational_instances(statement, sizes, stable_seed(seed, "witness", level)):
            if _both_sides_exist(statement, values):
                return values
    return None


def _both_sides_exist(statement: Statement, values: Values) -> bool:
    try:
        difference_at(statement, _RATIONALS, values)
    except NotExactError:
        return True  # an irrational root exists all the same
    except ZeroDivisionError:
        return False
    return True


def satisfiable(statement: Statement, seed: int) -> bool:
    """Return whether some real instance satisfies the assumptions: a rational one, or one with a real root of a polynomial."""
    if statement.assumptions.equations and _has_algebraic_instance(statement):
        others = replace(statement, assumptions=replace(statement.assumptions, equations=()))
        return satisfying_instance(others, seed) is not None
    return satisfying_instance(statement, seed) is not None


def _has_algebraic_instance(statement: Statement) -> bool:
    """Return whether every equation is a polynomial in a scalar of its own with rational coefficients and an allowed root."""
    taken: set[Any] = set()
    for left, right in statement.assumptions.equations:
        if getattr(left, "is_Matrix", False) or len((left - right).free_symbols) != 1:
            return False
        (symbol,) = (left - right).free_symbols
        if symbol in taken or not isinstance(symbol, sympy.Symbol) or not (left - right).is_polynomial(symbol):
            return False
        taken.add(symbol)
        polynomial = sympy.Poly(left - right, symbol)
        low = 0 if symbol.is_nonnegative else None
        high = 0 if symbol.is_nonpositive else None
        excluded = int(polynomial.eval(0) == 0 and bool(symbol.is_nonzero))
        if polynomial.domain not in (sympy.ZZ, sympy.QQ) or polynomial.count_roots(low, high) <= excluded:
            return False
    return True


def rational_instances(
    statement: Statement, sizes: Mapping[str, int], seed: int, draws: range = range(_DRAWS)
) -> Iterator[Values]:
    """Yield small rational instances of these sizes that satisfy every assumption; `draws` numbers the attempts."""
    reader, assumptions = statement.reader, statement.assumptions
    source = random.Random(stable_seed(seed, draws.start))
    degrees = _root_degrees(statement)
    defined = {symbol.name for symbol, _ in definitions(assumptions)}

    for attempt in draws:
        reach = 1 + attempt // 40 if attempt % 10 < 9 else 60
        zeros = attempt % 3 > 0

        def entry(reach: int = reach, zeros: bool = zeros) -> fmpq:
            value = source.randint(-reach, reach)
            return fmpq(value if value or zeros else 1)

        def number(symbol: Any, attempt: int = attempt) -> fmpq:
            wanted = _CIRCLE if statement.certified_by_uses and attempt % 2 else _SCALARS
            degree = degrees.get(symbol.name, 1)
            choices = [value for value in wanted if allowed(symbol, value**degree)]
            if not choices:
                raise NotExactError(f"no small rational is allowed for {symbol}")
            value = source.choice(choices[: 2 + attempt // 10] if wanted is _SCALARS else choices)
            return fmpq(value.numerator, value.denominator) ** degree

        kinds = Bases(source, [dimension(size, sizes) for size in reader.vocabulary.sizes.values()])

        def special(name: str, rows: int, columns: int, reach: int = reach, kinds: Bases = kinds) -> Any:
            return kinds.matrix(tuple(map(str, reader.vocabulary.letters[name].shape)), (rows, columns), reach)

        try:
            if statement.certified_by_uses and attempt % 4:
                solved = solved_instance(statement, sizes, source)
                if solved is not None and _satisfies(statement, solved, defined):
                    yield solved
                continue
            values = draw_values(
                reader.vocabulary,
                assumptions,
                _RATIONALS,
                sizes,
                entry=entry,
                number=number,
                angle=lambda: fmpq(source.choice((1, 2, 3)), source.choice((1, 2, 3))),
                angles=reader.relations.angles,
                signs=source,
                matrix=special if statement.certified_by_uses else None,
            )
            if _satisfies(statement, values, defined):
                yield values
        except (ZeroDivisionError, NotExactError):
            continue


def _satisfies(statement: Statement, values: Values, defined: set[str]) -> bool:
    if any(
        name in defined and not allowed(statement.reader.vocabulary.scalars[name], Fraction(int(value.p), int(value.q)))
        for name, value in values.scalars.items()
    ):
        return False
    properties = statement.assumptions.properties
    if not all(
        has_properties(values.matrices[name], owned) for name, owned in properties.items() if name in values.matrices
    ):
        return False
    evaluator = Evaluator(_RATIONALS, values)
    return all(_equal(evaluator, left, right) for left, right in statement.assumptions.equations)


def _equal(evaluator: Evaluator, left: Any, right: Any) -> bool:
    first, second = evaluator.evaluate(left), evaluator.evaluate(right)
    return bool(first == second)


def _root_degrees(statement: Statement) -> dict[str, int]:
    """Return for every scalar under a root the q such that q-th powers have every root that the formulas take of it."""
    degrees: dict[str, int] = {}
    for form in (statement.left_form, statement.right_form):
        for monomial, _, _ in form:
            for name, exponent in monomial:
                if exponent.denominator > 1:
                    degrees[name] = lcm(degrees.get(name, 1), exponent.denominator)
    return degrees
