r"""SymPy expressions as the field writes them: $W_{2} W_{1} X - Y$, $\lVert E \rVert_{\mathrm{F}}^{2}$, $\tfrac{1}{2}$.

Sums start with a positive term of high degree, `Trace(E.T * E)` is a squared norm, a sum of transposes is a transposed
sum, and a trace of a 1 x 1 matrix loses its sign. What the printer does not know is left to SymPy's own, which calls
the method `_latex(printer)` of an object that has one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from dlnproof.report.escape import MATHEMATICS, escape_code
from dlnproof.report.layout import Piece, join
from dlnproof.report.printer import FormulaPrinter


def formula_pieces(value: Any) -> list[Piece]:
    """Return a formula in pieces between which a line may end.

    `value` is a SymPy expression, an exact number or a nested sequence of them (a matrix); of anything else the text
    that Python writes for it is shown.
    """
    try:
        pieces = FormulaPrinter().pieces(_read(value), 0)
    except (NotImplementedError, AttributeError, TypeError, ValueError, IndexError, RecursionError):
        # one formula that cannot be set must not cost the reader the rest of the appendix
        return [Piece(r"\text{" + escape_code(str(value)) + "}")]
    return [Piece(_ascii(piece.latex), piece.level) for piece in pieces]


def formula(value: Any) -> str:
    """Return a formula as one line of LaTeX, for use between dollar signs."""
    return join(formula_pieces(value))


def is_formula(value: Any) -> bool:
    """Whether `value` is a SymPy object or a number, rather than an object that only has a description."""
    return isinstance(value, sympy.Basic | sympy.MatrixBase | int | Fraction) and not isinstance(value, bool)


def _read(value: Any) -> Any:
    if isinstance(value, list | tuple):
        rows = [[_read(entry) for entry in row] if isinstance(row, list | tuple) else [_read(row)] for row in value]
        return sympy.ImmutableMatrix(rows)
    if not is_formula(value):
        raise TypeError("not a formula")
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return sympy.Integer(value) if isinstance(value, int) else value


def _ascii(latex: str) -> str:
    return "".join(c if c.isascii() else MATHEMATICS[c] + " " if c in MATHEMATICS else "?" for c in latex)
