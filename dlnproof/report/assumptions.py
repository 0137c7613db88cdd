"""Assumptions as the reader meets them: equations, predicates in words, or the formula that an assumption carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy.assumptions import AppliedPredicate

from dlnproof.report.escape import Latex, escape_text
from dlnproof.report.formulas import formula, is_formula

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
        return Latex(f"${formula(assumption)}$")
    description = getattr(assumption, "description", None)
    return escape_text(description if isinstance(description, str) else str(assumption))
