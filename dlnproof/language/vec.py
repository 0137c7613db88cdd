"""vec: the columns of a matrix stacked, as a SymPy expression that the engine reads."""

from __future__ import annotations

from typing import Any

import sympy

from dlnproof.errors import bad


class Vec(sympy.MatrixExpr):  # type: ignore[misc]
    """vec(A), of shape (rows * columns) x 1; entry i + rows * j is A[i, j]."""

    @property
    def arg(self) -> Any:
        """The matrix."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Any, Any]:
        """(rows * columns) x 1."""
        rows, columns = self.args[0].shape
        return rows * columns, sympy.Integer(1)

    def _sympystr(self, printer: Any) -> str:
        return f"vec({printer.doprint(self.arg)})"

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{vec}}\left({printer.doprint(self.arg)}\right)"


def vec(matrix: Any) -> Any:
    """Return vec(A), the columns of A stacked into one column of length rows * columns.

    With this layout vec(A X B) = (B^T kron A) vec(X); the rows of W, read one after the other, are vec(W^T).
    Raises InputError for what is no matrix.
    """
    if not getattr(matrix, "is_Matrix", False):
        raise bad("matrix", matrix, "vec is of a matrix", "give a MatrixSymbol or a matrix expression")
    return Vec(matrix)
