r"""LaTeX as the field writes it: $\tfrac{1}{2} \lVert W_{2} W_{1} X - Y \rVert_{\mathrm{F}}^{2}$, which the parser reads back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sympy

from dlnproof.language.parser.names import LATEX_GREEK
from dlnproof.language.printing.writer import ATOM, OPERATOR, PRODUCT, SUFFIX, SUM, Piece, Writer, size_factors

_FUNCTIONS = {
    "tr": r"\operatorname{tr}",
    "diag": r"\operatorname{diag}",
    "diagonal": r"\operatorname{diag}",
    "vec": r"\operatorname{vec}",
}
_ACCENTS = {"hat": "hat", "tilde": "tilde", "bar": "bar"}


def to_latex(expression: Any) -> str:
    """Return a SymPy expression of the engine's language as LaTeX; raise UnsupportedError for what has no sign there."""
    return _LatexWriter().write(expression)


class _LatexWriter(Writer):
    times = " "
    matrix_times = " "

    def brackets(self, text: str) -> str:
        return rf"\left( {text} \right)" if r"\frac" in text or r"\left" in text else f"({text})"

    def name(self, symbol: Any) -> str:
        return latex_of_name(str(symbol.name))

    def rational(self, number: Any) -> Piece:
        return (str(number), ATOM) if number.is_Integer else (rf"\tfrac{{{number.p}}}{{{number.q}}}", ATOM)

    def quotient(self, above: Sequence[str], below: Sequence[Any]) -> Piece:
        under = self.write(below[0]) if len(below) == 1 else " ".join(self.at(part, OPERATOR) for part in below)
        return rf"\frac{{{' '.join(above)}}}{{{under}}}", OPERATOR

    def squared_norm(self, root: Any, power: int) -> Piece:
        below = "" if 1 in root.shape else r"_{\mathrm{F}}"
        return rf"\lVert {self.at(root, SUM)} \rVert{below}^{{{2 * power}}}", SUFFIX

    def function(self, name: str, argument: Any) -> Piece:
        if name == "sqrt":
            return rf"\sqrt{{{self.at(argument, SUM)}}}", ATOM
        if name in ("cos", "sin"):
            return rf"\{name} {self.at(argument, ATOM)}", OPERATOR
        return f"{_FUNCTIONS[name]}{self.brackets(self.at(argument, SUM))}", ATOM

    def power(self, base: Any, exponent: Any, *, entrywise: bool = False, matrix: bool = False) -> Piece:  # noqa: ARG002
        sign = r"\odot " if entrywise else ""
        return f"{self._base(base)}^{{{sign}{exponent}}}", SUFFIX

    def _base(self, base: Any) -> str:
        """Return a base that a superscript may follow."""
        text = self.at(base, ATOM)
        return self.brackets(text) if "^" in text and isinstance(base, sympy.Symbol | sympy.MatrixSymbol) else text

    def transpose(self, inner: Any) -> Piece:
        if isinstance(inner, sympy.Inverse):
            return rf"{self._base(inner.arg)}^{{-\top}}", SUFFIX
        return rf"{self._base(inner)}^{{\top}}", SUFFIX

    def inverse(self, inner: Any) -> Piece:
        return f"{self._base(inner)}^{{-1}}", SUFFIX

    def entrywise(self, factors: Sequence[Any]) -> Piece:
        return r" \odot ".join(self.at(factor, SUFFIX) for factor in factors), PRODUCT

    def kronecker(self, factors: Sequence[Any]) -> Piece:
        return r" \otimes ".join(self.at(factor, SUFFIX) for factor in factors), PRODUCT

    def identity(self, size: Any) -> Piece:
        return f"I_{{{_size(size)}}}", ATOM

    def constant(self, value: int, shape: tuple[Any, Any]) -> Piece:
        if not value:
            return "0", ATOM
        rows, columns = map(_size, shape)
        if shape[1] == 1:
            return rf"\mathbf{{1}}_{{{rows}}}", ATOM
        return (
            (rf"\mathbf{{1}}_{{{columns}}}^{{\top}}", SUFFIX)
            if shape[0] == 1
            else (rf"\mathbf{{1}}_{{{rows} \times {columns}}}", ATOM)
        )

    def commutation(self, expression: Any) -> Piece:
        return f"K_{{{', '.join(map(_size, expression.args))}}}", ATOM

    def expectation(self, expression: Any) -> Piece:
        names = ", ".join(self.name(noise.vector) for noise in expression.noises)
        return rf"\mathbb{{E}}_{{{names}}}\left[ {self.at(expression.expression, SUM)} \right]", ATOM


def latex_of_name(name: str) -> str:
    r"""Return the LaTeX of a name: W1 is W_{1}, gamma_1 is \gamma^{(1)}, sigma2 is \sigma_{2}, W_hat is \hat{W}."""
    parts = re.fullmatch(r"([A-Za-z]+?)(\d+)?((?:_[A-Za-z0-9]+)*)", name)
    if parts is None:
        return rf"\mathrm{{{name}}}"
    letter = parts[1]
    shown = rf"\{letter}" if letter in LATEX_GREEK else letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"
    marks = [mark for mark in parts[3].split("_") if mark]
    if marks and marks[0] in _ACCENTS:
        shown = rf"\{marks.pop(0)}{{{shown}}}"
    below = f"_{{{parts[2]}}}" if parts[2] else ""
    above = ""
    for mark in marks:
        if mark.isdigit():
            above = f"^{{({mark})}}"
        else:
            below += f"_{{{mark}}}" if not below else ""
    return shown + below + above


def _size(size: Any) -> str:
    parts = size_factors(size)
    return " ".join(latex_of_name(part.name) if isinstance(part, sympy.Symbol) else str(part) for part in parts)
