"""What a reader sees in a SymPy expression: a squared norm, a transposed sum, the sign and the degree of a term."""

from __future__ import annotations

from itertools import islice
from typing import Any

import sympy
from sympy import Add, Pow
from sympy.core.sorting import default_sort_key
from sympy.matrices.expressions import (
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
)

_LARGEST_FACTOR = 60


def is_transposed_sum(expr: Any) -> bool:
    """Whether `expr` is a sum of products of transposed letters: $X^T W^T - Y^T$, read as $(W X - Y)^T$."""
    return isinstance(expr, MatAdd) and all(_is_transposed(term) for term in expr.args)


def is_column(expr: Any) -> bool:
    """Whether `expr` is a trace of a 1 x 1 matrix, which needs no trace sign."""
    return isinstance(expr, Trace) and expr.arg.shape == (1, 1)


def is_negative(term: Any) -> bool:
    """Whether the number in front of `term` is negative."""
    if isinstance(term, MatMul):
        term = term.as_coeff_matrices()[0]
    number = term.as_coeff_Mul()[0] if isinstance(term, sympy.Expr) and not isinstance(term, MatrixExpr) else term
    return bool(getattr(number, "is_Number", False) and number.is_negative)


def has_matrices(expr: Any) -> bool:
    """Whether a matrix or a trace occurs in `expr`."""
    return any(isinstance(part, MatrixExpr | Trace) for part in sympy.preorder_traversal(expr))


def ordered_terms(expr: Any) -> list[Any]:
    """Return the terms of a sum: positive ones first, of high degree first; polynomials in SymPy's order."""
    if isinstance(expr, Add) and not has_matrices(expr):
        terms = list(expr.as_ordered_terms())
        return sorted(terms, key=is_negative) if is_negative(terms[0]) else terms
    return sorted(expr.args, key=_term_key)


def _term_key(term: Any) -> tuple[Any, ...]:
    squared = any(isinstance(part, Trace) and norm_root(part) is not None for part in sympy.preorder_traversal(term))
    return is_negative(term), -degree(term), not squared, default_sort_key(term)


def degree(expr: Any) -> int:
    """Return the largest number of matrix letters in a product of `expr`."""
    if isinstance(expr, MatrixSymbol):
        return 1
    if isinstance(expr, Pow | MatPow):
        exponent = expr.args[1]
        return degree(expr.args[0]) * (int(exponent) if exponent.is_Integer and 0 < exponent < 100 else 1)
    degrees = [degree(part) for part in expr.args if isinstance(part, sympy.Basic)]
    return max(degrees, default=0) if isinstance(expr, Add | MatAdd) else sum(degrees)


def norm_root(trace: Any) -> Any:
    """Return A when `trace` is tr(A^T A) as written, of A or A^T the one with fewer transposes; else None."""
    if not isinstance(trace.arg, MatMul):
        return None
    factors = list(trace.arg.args)
    half = len(factors) // 2
    if len(factors) % 2 or not all(isinstance(factor, MatrixExpr) for factor in factors):
        return None
    if any(_is_large(factor) for factor in factors):
        return None
    pairs = zip(factors[:half], reversed(factors[half:]), strict=True)
    if any(Transpose(left).doit() != right.doit() for left, right in pairs):
        return None
    root = MatMul(*factors[half:]) if half > 1 else factors[half]
    other = Transpose(root).doit()
    return other if _transposes(other) < _transposes(root) else root


def structure(expr: Any) -> str:
    """Return a text that tells expressions apart and puts them in order; SymPy's own text would ask for signs and simplify."""
    if isinstance(expr, MatrixSymbol):
        return str(expr.name)
    if not getattr(expr, "args", ()):
        return str(expr)
    return f"{type(expr).__name__}({','.join(map(structure, expr.args))})"


def _is_large(expr: Any) -> bool:
    """Whether a factor is too large to be read as a root, and for SymPy to transpose it within seconds."""
    return next(islice(sympy.preorder_traversal(expr), _LARGEST_FACTOR, None), None) is not None


def _transposes(expr: Any) -> int:
    return sum(isinstance(part, Transpose) for part in sympy.preorder_traversal(expr))


def _is_transposed(term: Any) -> bool:
    factors = term.args if isinstance(term, MatMul) else (term,)
    letters = [f for f in factors if isinstance(f, MatrixExpr) and not isinstance(f, Identity | OneMatrix)]
    return bool(letters) and all(isinstance(f, Transpose) and isinstance(f.arg, MatrixSymbol) for f in letters)
