"""The commutation matrix, which stands in the blocks of a Hessian: the engine prints it and does not read it."""

from __future__ import annotations

from typing import Any

import sympy


class Commutation(sympy.MatrixExpr):  # type: ignore[misc]
    """K(m, n), the permutation with K(m, n) vec(A) = vec(A^T) for A of shape m x n."""

    @property
    def shape(self) -> tuple[Any, Any]:
        """mn x mn."""
        return self.args[0] * self.args[1], self.args[0] * self.args[1]
