"""Formulas with their expectations taken: `E_e[diag(e)*S*diag(e)]` is `S + sigma^2*diag(diagonal(S))`."""

from __future__ import annotations

from typing import Any

from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.from_sympy import Reader
from dlnproof.language.printing.expression import to_sympy


def averaged(expression: Any) -> Any:
    """Return the expression with every expectation in it taken, for all sizes; one without expectations as it is.

    Raises UnsupportedError where a moment is missing or the result is no matrix formula.
    """
    if not expression.has(ScalarExpectation, MatrixExpectation):
        return expression
    reader = Reader()
    return to_sympy(reader.read(expression), reader, getattr(expression, "shape", None))
