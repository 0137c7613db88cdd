"""The commutation matrix, which exchanges vec(A) and vec(A^T), as a SymPy expression that the engine reads and prints."""

from __future__ import annotations

from typing import Any

import sympy

from dlnproof.algebra.diagram import Wiring
from dlnproof.algebra.polynomial import Polynomial, single
from dlnproof.errors import bad


class Commutation(sympy.MatrixExpr):  # type: ignore[misc]
    """K(m, n), the permutation with K(m, n) vec(A) = vec(A^T) for A of shape m x n."""

    @property
    def shape(self) -> tuple[Any, Any]:
        """mn x mn."""
        return self.args[0] * self.args[1], self.args[0] * self.args[1]

    def _eval_transpose(self) -> Commutation:
        return Commutation(self.args[1], self.args[0])

    def _sympystr(self, printer: Any) -> str:
        return f"K({', '.join(map(printer.doprint, self.args))})"

    def _latex(self, printer: Any) -> str:
        return f"K_{{{','.join(map(printer.doprint, self.args))}}}"


def commutation(rows: Any, columns: Any) -> Any:
    """Return the commutation matrix K(m, n): K(m, n) vec(A) = vec(A^T) for A of shape m x n.

    For A of shape m x n and B of shape p x q: K(m, p) (A kron B) K(q, n) = B kron A in the layout of `dp.vec`.
    Raises InputError for what is no size.
    """
    sizes = [sympy.sympify(size) for size in (rows, columns)]
    for name, size in zip(("rows", "columns"), sizes, strict=True):
        if not (size.is_integer and size.is_positive):
            raise bad(name, size, "a size is a positive integer", 'write symbols("n", integer=True, positive=True)')
    return Commutation(*sizes)


def read_commutation(reader: Any, expression: Commutation) -> Polynomial:
    """Return K(m, n) as a wiring: its row index (i, j) and its column index (j, i) are the same two indices."""
    slow, fast = (reader.sizes_of(size) for size in expression.args)
    one, other = tuple(range(len(slow))), tuple(range(len(slow), len(slow) + len(fast)))
    return single(Wiring([*slow, *fast], [], (*one, *other), (*other, *one)))
