"""Values of SymPy formulas at explicit matrices, node by node: a reading of its own, by SymPy's dense matrices only.

SymPy's own `doit` leaves many products unevaluated (all-ones matrices, Hadamard products inside a trace), so the recursion is
spelled out here.
"""

from __future__ import annotations

from functools import reduce

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf


def explicit(expression, matrices, numbers):
    """Return a SymPy number or dense matrix; `matrices` by name of the matrix symbol, `numbers` by name of the scalar or size."""

    def size(dimension):
        return int(sympy.sympify(dimension).subs({s: numbers[s.name] for s in sympy.sympify(dimension).free_symbols}))

    def of(node):
        shape = node.shape if getattr(node, "is_Matrix", False) else None
        if isinstance(node, sympy.MatrixSymbol):
            return sympy.Matrix(matrices[node.name])
        if isinstance(node, sympy.Symbol):
            return sympy.sympify(numbers[node.name])
        if isinstance(node, sympy.Identity):
            return sympy.eye(size(shape[0]))
        if isinstance(node, sympy.ZeroMatrix):
            return sympy.zeros(*map(size, shape))
        if isinstance(node, sympy.OneMatrix):
            return sympy.ones(*map(size, shape))
        if isinstance(node, sympy.MatrixBase) or not node.args:
            return node
        if isinstance(node, sympy.MatPow):  # Inverse is one
            return of(node.args[0]) ** node.args[1]
        parts = [of(part) for part in node.args]
        if isinstance(node, sympy.MatMul):
            scalars = [part for part in parts if not getattr(part, "is_Matrix", False)]
            dense = reduce(lambda a, b: a * b, [part for part in parts if getattr(part, "is_Matrix", False)])
            return dense * sympy.Mul(*scalars)
        if isinstance(node, sympy.MatAdd):
            return reduce(lambda a, b: a + b, parts)
        if isinstance(node, sympy.Transpose):
            return parts[0].T
        if isinstance(node, sympy.Trace):
            return parts[0].trace()
        if isinstance(node, sympy.HadamardProduct):
            return reduce(lambda a, b: a.multiply_elementwise(b), parts)
        if isinstance(node, sympy.HadamardPower):
            return parts[0].applyfunc(lambda entry: entry ** node.args[1])
        if isinstance(node, sympy.KroneckerProduct):
            return reduce(_kronecker, parts)
        if isinstance(node, DiagMatrix):
            return sympy.diag(*parts[0])
        if isinstance(node, DiagonalOf):
            return sympy.Matrix(parts[0].rows, 1, lambda i, j: parts[0][i, i])  # noqa: ARG005
        if isinstance(node, DiagonalMatrix):
            return sympy.diag(*(parts[0][i, i] for i in range(parts[0].rows)))
        return node.func(*parts)

    return of(sympy.sympify(expression))


def _kronecker(left, right):
    rows, columns = right.shape
    return sympy.Matrix(
        left.rows * rows, left.cols * columns, lambda i, j: left[i // rows, j // columns] * right[i % rows, j % columns]
    )
