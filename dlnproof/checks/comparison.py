"""The difference of the two original formulas of a statement at given values, over any ring."""

from __future__ import annotations

from typing import Any

from dlnproof.checks.statement import Statement
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.rings.prime_field import PrimeField


def agree_at(statement: Statement, field: PrimeField, values: Values) -> bool:
    """Return whether the two original formulas take the same value."""
    difference = difference_at(statement, field, values)
    return all(int(entry) == 0 for row in difference for entry in row)


def difference_at(statement: Statement, ring: Any, values: Values) -> list[list[Any]]:
    """Return the rows of left - right at the given values; a scalar is a 1 x 1 matrix, a zero fits every shape."""
    evaluator = Evaluator(ring, values)
    sides = []
    for side in (statement.left, statement.right):
        value = evaluator.evaluate(side)
        sides.append([list(row) for row in ring.rows(value)] if getattr(side, "is_Matrix", False) else [[value]])
    left, right = sides
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return left if statement.right == 0 else right
    return [[a - b for a, b in zip(first, second, strict=True)] for first, second in zip(left, right, strict=True)]
