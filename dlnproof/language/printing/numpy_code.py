"""NumPy code: `W2.T @ (W2 @ W1 @ X - Y) @ X.T`; every matrix is a two-dimensional array, a vector an n x 1 one.

In `g * A @ B` the signs bind alike, from the left: the first matrix alone is scaled, which gives the same product.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from typing import Any

import sympy

from dlnproof.language.printing.writer import ATOM, OPERATOR, PRODUCT, SUFFIX, SUM, Piece, Writer

_FUNCTIONS = {"tr": "np.trace", "diag": "np.diagflat", "sqrt": "np.sqrt", "cos": "np.cos", "sin": "np.sin"}


def to_numpy(expression: Any, arrays: Iterable[Any] = ()) -> str:
    """Return one line of NumPy code, for arrays of two dimensions; sizes are read off the arrays where they can be.

    `arrays` holds further matrix symbols that are at hand where the code runs, to read sizes off. Raises UnsupportedError for
    what NumPy has no word for.
    """
    return _NumpyWriter(expression, arrays).write(expression)


class _NumpyWriter(Writer):
    times = " * "
    matrix_times = " @ "

    def __init__(self, expression: Any, arrays: Iterable[Any]) -> None:
        self._sizes: dict[Any, str] = {}
        symbols = [node for node in sympy.preorder_traversal(expression) if isinstance(node, sympy.MatrixSymbol)]
        for symbol in [*sorted(set(symbols), key=str), *sorted(arrays, key=str)]:
            for axis, size in enumerate(symbol.shape):
                if isinstance(size, sympy.Symbol):
                    self._sizes.setdefault(size, f"{_identifier(symbol.name)}.shape[{axis}]")

    def name(self, symbol: Any) -> str:
        return self._sizes.get(symbol) or _identifier(str(symbol.name))

    def rational(self, number: Any) -> Piece:
        return (str(number), ATOM) if number.is_Integer else (f"{number.p} / {number.q}", PRODUCT)

    def quotient(self, above: Sequence[str], below: Sequence[Any]) -> Piece:
        shown = [self.at(part, OPERATOR) for part in below]
        under = shown[0] if len(shown) == 1 else f"({' * '.join(shown)})"
        return f"{' * '.join(above)} / {under}", PRODUCT

    def squared_norm(self, root: Any, power: int) -> Piece:
        text = f"np.sum({self.at(root, ATOM)} ** 2)"
        return (text, ATOM) if power == 1 else (f"{text} ** {power}", SUFFIX)

    def function(self, name: str, argument: Any) -> Piece:
        if name == "diagonal":
            return f"np.diag({self.write(argument)}).reshape(-1, 1)", ATOM
        if name == "vec":
            return f"{self.at(argument, ATOM)}.reshape(-1, 1, order='F')", ATOM
        return f"{_FUNCTIONS[name]}({self.write(argument)})", ATOM

    def power(self, base: Any, exponent: Any, *, entrywise: bool = False, matrix: bool = False) -> Piece:
        if matrix and not entrywise:
            return f"np.linalg.matrix_power({self.write(base)}, {exponent})", ATOM
        shown = str(exponent) if exponent.is_Integer else f"({exponent})"
        return f"{self.at(base, ATOM)} ** {shown}", SUFFIX

    def transpose(self, inner: Any) -> Piece:
        return f"{self.at(inner, ATOM)}.T", ATOM

    def inverse(self, inner: Any) -> Piece:
        return f"np.linalg.inv({self.write(inner)})", ATOM

    def entrywise(self, factors: Sequence[Any]) -> Piece:
        return " * ".join(self.at(factor, SUFFIX) for factor in factors), PRODUCT

    def kronecker(self, factors: Sequence[Any]) -> Piece:
        text = self.write(factors[0])
        for factor in factors[1:]:
            text = f"np.kron({text}, {self.write(factor)})"
        return text, ATOM

    def identity(self, size: Any) -> Piece:
        return f"np.eye({self.write(sympy.sympify(size))})", ATOM

    def constant(self, value: int, shape: tuple[Any, Any]) -> Piece:
        rows, columns = (self.write(sympy.sympify(size)) for size in shape)
        return f"np.{'ones' if value else 'zeros'}(({rows}, {columns}))", ATOM

    def commutation(self, expression: Any) -> Piece:
        rows, columns = (self.at(sympy.sympify(size), SUFFIX) for size in expression.args)
        count = f"{rows} * {columns}"
        return f"np.eye({count})[np.arange({count}).reshape(({rows}, {columns}), order='F').ravel()]", ATOM

    def number_in(self, matrix: Any) -> Piece:
        return f"({self.at(matrix, SUM)}).item()", ATOM


def _identifier(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) or name == "np" else name
