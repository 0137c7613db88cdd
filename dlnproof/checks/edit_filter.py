"""A quick test that every edit which helps passes: equal values at one or two instances that satisfy the assumptions.

Residues modulo a prime where the assumptions can be drawn, small rational instances under equations, one concrete depth for a
chain, small sizes under an expectation (whose evaluation sums over patterns of the noise). What cannot be tested passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import sympy

from dlnproof.checks.depth import depths
from dlnproof.checks.edits import is_matrix
from dlnproof.checks.generic_sizes import draw, sizes_with_values
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.small_instances import rational_instances
from dlnproof.checks.statement import Statement, prepare
from dlnproof.errors import DlnproofError, UnsupportedError
from dlnproof.language.depth import at_depth
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.sampling import sizes_from
from dlnproof.rings.fields import Rationals
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import PrimeField

_INSTANCES = 2
Test = Callable[[Any], bool]


def edit_filter(statement: Statement, assuming: tuple[Any, ...]) -> Test | None:
    """Return the test of a right side against the left side of the statement, or None where there is no instance to test at."""
    if statement.has_chain:
        return _at_one_depth(statement, assuming)
    tests = [
        test
        for ring, values in _instances(statement)
        if (test := _comparison(ring, values, statement.left)) is not None
    ]
    return (lambda formula: all(test(formula) for test in tests)) if tests else None


def _at_one_depth(statement: Statement, assuming: tuple[Any, ...]) -> Test | None:
    at = partial(at_depth, chosen=depths((statement.left, statement.right), statement.assumptions.order)[-1])
    kept = [at(item) for item in assuming if not isinstance(item, sympy.core.relational.Relational)]
    if len(kept) < len([item for item in assuming if isinstance(item, sympy.Eq)]):
        return None
    there = edit_filter(prepare(at(statement.left), at(statement.right), kept), ())

    def test(formula: Any) -> bool:
        try:
            return there is None or there(at(formula))
        except (DlnproofError, KeyError):
            return True  # an index that this depth does not have

    return test


def _instances(statement: Statement) -> Iterator[tuple[Any, Values]]:
    if statement.certified_by_uses or statement.assumptions.equations:
        for level in (3, 2):
            sizes = sizes_from(statement.reader.vocabulary, level)
            if sizes is not None:
                found = rational_instances(statement, sizes, stable_seed("edit", level))
                yield from ((Rationals(), values) for values in islice(found, 1))
        return
    field = PrimeField()
    averaged = any(side.has(ScalarExpectation, MatrixExpectation) for side in (statement.left, statement.right))
    sizes = sizes_from(statement.reader.vocabulary, 3) if averaged else sizes_with_values(statement, field, 0)
    if sizes is None:
        raise UnsupportedError("no sizes for these formulas were found: not supported yet")
    yield field, draw(statement, field, sizes, 1)


def _comparison(ring: Any, values: Values, left: Any) -> Test | None:
    evaluator = Evaluator(ring, values)
    try:
        wanted = _rows(evaluator, left)
    except (NotExactError, ZeroDivisionError):
        return None

    def agrees(formula: Any) -> bool:
        try:
            return _rows(evaluator, formula) == wanted
        except (ValueError, ZeroDivisionError, DlnproofError):
            return False  # it has no value where the left side has one: a root, a pole, or sizes that do not fit

    return agrees


def _rows(evaluator: Evaluator, formula: Any) -> list[list[Any]]:
    value = evaluator.evaluate(formula)
    return [list(row) for row in evaluator.ring.rows(value)] if is_matrix(formula) else [[value]]
