"""Squares that a difference shows as it is written: `g*tr(R^T R) + x^2` is a sum of squares, and R stays factored."""

from __future__ import annotations

from typing import Any

import sympy

from dlnproof.claims.claim import Square
from dlnproof.language.terms import product


def written_squares(difference: Any) -> tuple[Square, ...] | None:
    """Return the squares of which the difference is written as a sum, or None where some term is none."""
    found: list[Square] = []
    for term in sympy.Add.make_args(sympy.sympify(difference)):
        if term == 0:
            continue
        square = _square(term)
        if square is None:
            return None
        found.append(square)
    return tuple(found)


def _square(term: Any) -> Square | None:
    weight, root, matrix = sympy.Integer(1), sympy.Integer(1), None
    for factor in sympy.Mul.make_args(term):
        if factor.is_nonnegative:
            weight *= factor
        elif isinstance(factor, sympy.Pow) and factor.exp.is_Integer and factor.exp.is_even and factor.exp > 0:
            root *= factor.base ** (factor.exp / 2)
        elif isinstance(factor, sympy.Trace) and matrix is None:
            half = _half(factor.arg)
            if half is None:
                return None
            weight, matrix = weight * half[0], half[1]
        else:
            return None
    return Square(weight, root if matrix is None else root * matrix)


def _half(argument: Any) -> tuple[Any, Any] | None:
    """Return (c, R) when the argument of a trace is c R^T R, its factors turned round as a trace allows, with a c >= 0."""
    coefficient, factors = argument.as_coeff_matrices() if isinstance(argument, sympy.MatMul) else (1, [argument])
    coefficient = sympy.sympify(coefficient)
    count = len(factors)
    if count % 2 or not coefficient.is_nonnegative:
        return None
    for start in range(count // 2):
        around = [*factors[start:], *factors[:start]]
        first, second = (product(part) for part in (around[: count // 2], around[count // 2 :]))
        if sympy.Transpose(second).doit() == first:
            return coefficient, second
    return None
