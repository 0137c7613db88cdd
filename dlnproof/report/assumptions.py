"""Assumptions as the reader meets them: equations, predicates in words, or the formula that an assumption carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.assumptions import AppliedPredicate

from dlnproof.report.escape import Latex, escape_text
from dlnproof.report.formulas import formula, formula_pieces, is_formula
from dlnproof.report.measure import measure

_LONG = 200.0
WORDS: Mapping[str, str] = {
    "positive_definite": "positive definite",
    "lower_triangular": "lower triangular",
    "upper_triangular": "upper triangular",
    "fullrank": "of full rank",
    "real_elements": "real",
    "integer_elements": "integer",
}


def assumption_latex(assumption: Any) -> Latex:
    """Return one assumption as running text."""
    latex = getattr(assumption, "latex", None)
    if isinstance(latex, str):
        return escape_text(f"${latex}$")
    if isinstance(assumption, AppliedPredicate):
        name = str(getattr(assumption.function, "name", assumption.function))
        subjects = ", ".join(f"${formula(argument)}$" for argument in assumption.arguments)
        return Latex(f"{subjects} is {escape_text(WORDS.get(name, name.replace('_', ' ')))}")
    if is_formula(assumption):
        return Latex(f"${_breakable(assumption)}$")
    description = getattr(assumption, "description", None)
    return escape_text(description if isinstance(description, str) else str(assumption))


def _breakable(assumption: Any) -> str:
    """Return the formula, one too long for a line with breaks allowed where a display would break."""
    whole = formula(assumption)
    if not isinstance(assumption, sympy.Eq) or measure(whole) <= _LONG:
        return whole
    sides = [
        "".join((r"\allowbreak " if piece.level is not None else " ") + piece.latex for piece in formula_pieces(side))
        for side in assumption.args
    ]
    return " = ".join(sides)
