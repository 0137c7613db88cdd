"""What may stand on a side of a claim: a SymPy expression, never text; a 1 x 1 matrix beside a scalar is a number."""

from __future__ import annotations

from typing import Any

import sympy

from dlnproof.errors import InputError, bad


def as_expression(side: Any) -> Any:
    """Return a side of a claim as a SymPy expression; raise InputError for text and for what is no expression."""
    if isinstance(side, str):
        raise InputError(
            f"expression={side!r}: a side of a claim is a SymPy expression; build it from symbols, not from text"
        )
    try:
        made = sympy.sympify(side, strict=True)  # strict: lists and what else may hold text are refused
    except sympy.SympifyError:
        made = None
    if not isinstance(made, sympy.Expr | sympy.MatrixBase):
        rule = "a side of a claim is a SymPy expression"
        raise bad("expression", side, rule, "give a scalar or a matrix expression on both sides")
    return made


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Return the two sides; a 1 x 1 matrix, such as u^T A v, beside a scalar is the number that it holds."""
    if getattr(left, "is_Matrix", False) != getattr(right, "is_Matrix", False):
        return number_in(left), number_in(right)
    return left, right


def number_in(side: Any) -> Any:
    """Return the number that a 1 x 1 matrix holds, as its trace; everything else as it is."""
    return sympy.Trace(side) if getattr(side, "is_Matrix", False) and side.shape == (1, 1) else side
