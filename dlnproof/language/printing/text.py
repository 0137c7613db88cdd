"""Plain text: `1/2*|W2*W1*X - Y|^2 + g*|W1|^2`, which `language.parser` reads back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dlnproof.language.printing.writer import ATOM, OPERATOR, PRODUCT, SUFFIX, SUM, Piece, Writer, size_factors


def to_text(expression: Any) -> str:
    """Return a SymPy expression of the engine's language as plain text; raise UnsupportedError for what has no sign there."""
    return _TextWriter().write(expression)


class _TextWriter(Writer):
    times = "*"
    matrix_times = "*"

    def name(self, symbol: Any) -> str:
        return str(symbol.name)

    def rational(self, number: Any) -> Piece:
        return (str(number), ATOM) if number.is_Integer else (str(number), PRODUCT)

    def quotient(self, above: Sequence[str], below: Sequence[Any]) -> Piece:
        shown = [self.at(part, OPERATOR) for part in below]
        under = shown[0] if len(shown) == 1 else f"({'*'.join(shown)})"
        return f"{'*'.join(above)}/{under}", PRODUCT

    def squared_norm(self, root: Any, power: int) -> Piece:
        return f"|{self.at(root, SUM)}|^{2 * power}", SUFFIX

    def function(self, name: str, argument: Any) -> Piece:
        return f"{name}({self.at(argument, SUM)})", ATOM

    def power(self, base: Any, exponent: Any, *, entrywise: bool = False, matrix: bool = False) -> Piece:  # noqa: ARG002
        shown = str(exponent) if exponent.is_Integer else f"({exponent})"
        return f"{self.at(base, ATOM)}{'.^' if entrywise else '^'}{shown}", SUFFIX

    def transpose(self, inner: Any) -> Piece:
        return f"{self.at(inner, SUFFIX)}'", SUFFIX

    def inverse(self, inner: Any) -> Piece:
        return f"{self.at(inner, ATOM)}^-1", SUFFIX

    def entrywise(self, factors: Sequence[Any]) -> Piece:
        return " .* ".join(self.at(factor, SUFFIX) for factor in factors), PRODUCT

    def kronecker(self, factors: Sequence[Any]) -> Piece:
        return f"kron({', '.join(self.at(factor, SUM) for factor in factors)})", ATOM

    def identity(self, size: Any) -> Piece:
        shown = _size(size)
        return (f"I_{shown}" if re.fullmatch(r"[A-Za-z]+\d*|\d+", shown) else f"eye({shown})"), ATOM

    def constant(self, value: int, shape: tuple[Any, Any]) -> Piece:
        if not value:
            return "0", ATOM
        rows, columns = map(_size, shape)
        if columns == "1":
            return f"ones({rows})", ATOM
        return (f"ones({columns})'", SUFFIX) if rows == "1" else (f"ones({rows}, {columns})", ATOM)

    def commutation(self, expression: Any) -> Piece:
        return f"K({expression.args[0]}, {expression.args[1]})", ATOM

    def expectation(self, expression: Any) -> Piece:
        names = ",".join(str(noise.vector) for noise in expression.noises)
        return f"E_{names if ',' not in names else '{' + names + '}'}[{self.at(expression.expression, SUM)}]", ATOM


def _size(size: Any) -> str:
    return "*".join(map(str, size_factors(size)))
