"""A slip in words: "the factor 2 of g*W1 is missing: write 2*g*W1"."""

from __future__ import annotations

from typing import Any

import sympy

from dlnproof.checks.edits import Edit, is_matrix
from dlnproof.errors import DlnproofError
from dlnproof.language.printing.text import to_text


def words_of(edit: Edit) -> str:
    """Return what was wrong and what to write instead."""
    old, new = told(edit.old), told(edit.new)
    if edit.kind == "factor":
        return _words_of_factor(edit, old, new)
    if edit.kind == "transpose":
        bare = isinstance(edit.old, sympy.Transpose)
        return f"the transpose of {new if bare else old} is {'too much' if bare else 'missing'}: write {new}"
    return {
        "letter": f"{old} stands where {new} is needed: write {new}",
        "swap": f"the factors of {old} are exchanged: write {new}",
        "order": f"the factors of {old} stand in the wrong order: write {new}",
        "extra factor": f"the factor {old} is too much: write {new}",
        "missing factor": f"a factor {old} is missing: write {new}",
        "extra term": f"the term {old} is too much: write {new}",
        "entrywise": f"{old} is an entrywise product where a matrix product is needed: write {new}",
        "matrix product": f"{old} is a matrix product where an entrywise product is needed: write {new}",
        "exponent": f"the exponent of {old} is wrong: write {new}",
        "index": f"the index of {old} is off by one: write {new}",
    }[edit.kind]


def _words_of_factor(edit: Edit, old: str, new: str) -> str:
    factor = edit.factor
    if factor == -1:
        return f"the sign of {old} is wrong: write {new}"
    numerator, denominator = factor.as_numer_denom()
    if denominator != 1 and numerator in (1, -1) and not _divides_visibly(edit, denominator):
        return f"the factor {factor} of {old} is missing: write {new}"
    if denominator != 1 and numerator in (1, -1):
        sign = " and its sign is wrong" if numerator == -1 else ""
        return f"the factor {denominator} of {old} is too much{sign}: write {new}"
    return f"the factor {factor} of {old} is missing: write {new}"


def _coefficient(side: Any) -> Any:
    if isinstance(side, sympy.MatMul):
        return side.as_coeff_matrices()[0]
    return sympy.Integer(1) if is_matrix(side) else side


def _divides_visibly(edit: Edit, denominator: Any) -> bool:
    """Return whether the written coefficient contains the factor that is too much."""
    coefficient = _coefficient(edit.old)
    if denominator.is_Integer:
        number = coefficient.as_coeff_Mul()[0] if isinstance(coefficient, sympy.Expr) else coefficient
        return bool(number.is_Rational and number.p % denominator == 0)
    return denominator in sympy.Mul.make_args(coefficient)


def told(expression: Any) -> str:
    """Return an expression as text; as SymPy prints it where the notation has no sign for it."""
    try:
        return to_text(expression)
    except DlnproofError:
        return str(expression)
