"""Small linear combinations of SymPy expressions that keep like terms together: what differentiation builds its answers from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from dlnproof.language.layer_sum import MatrixLayerSum, rebuilt


class Combination:
    """A sum of `coefficient * expression`, equal expressions collected; scalars have `shape` None."""

    __slots__ = ("shape", "terms")

    def __init__(self, shape: tuple[Any, Any] | None, terms: Iterable[tuple[Any, Any]] = ()) -> None:
        self.shape = shape
        self.terms: dict[Any, Any] = {}
        for coefficient, expression in terms:
            self.add(coefficient, expression)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        for expression, coefficient in self.terms.items():
            yield coefficient, expression

    def add(self, coefficient: Any, expression: Any) -> None:
        """Add a term; numerical factors and zeros of the expression are taken out first."""
        if expression == 0 or getattr(expression, "is_ZeroMatrix", False) or coefficient == 0:
            return
        if isinstance(expression, sympy.MatAdd):
            for term in expression.args:
                self.add(coefficient, term)
            return
        if self.shape is not None and isinstance(expression, sympy.MatMul):
            inner, matrices = expression.as_coeff_matrices()
            if inner != 1:
                coefficient, expression = (
                    coefficient * inner,
                    sympy.MatMul(*matrices) if len(matrices) > 1 else matrices[0],
                )
        elif self.shape is None and isinstance(expression, sympy.Mul):
            inner, expression = expression.as_coeff_Mul()
            coefficient = coefficient * inner
        new = self.terms.get(expression, 0) + coefficient
        if new == 0:
            self.terms.pop(expression, None)
        else:
            self.terms[expression] = new

    def expression(self) -> Any:
        """Return the sum as one SymPy expression."""
        coefficient, rest = self.factored()
        return coefficient * rest if self.shape is None else scaled(coefficient, rest)

    def factored(self) -> tuple[Any, Any]:
        """Return (c, rest) with sum = c * rest, where c is what all coefficients share up to sign (else 1)."""
        terms = list(self)
        if not terms:
            return sympy.Integer(1), sympy.Integer(0) if self.shape is None else sympy.ZeroMatrix(*self.shape)
        if len(terms) == 1:
            return terms[0]
        common = terms[0][0]
        if common.could_extract_minus_sign():
            common = -common
        if all(coefficient in (common, -common) for coefficient, _ in terms):
            terms = [(sympy.Integer(1 if coefficient == common else -1), item) for coefficient, item in terms]
        else:
            common = sympy.Integer(1)
        if self.shape is None:
            return common, sympy.Add(*(coefficient * item for coefficient, item in terms))
        return common, total(scaled(coefficient, item) for coefficient, item in terms)


def total(terms: Iterable[Any]) -> Any:
    """Return the matrix sum of the terms in SymPy's own order, so that equal sums are equal expressions."""
    return sympy.MatAdd(*terms).doit(deep=False)


def scaled(coefficient: Any, matrix: Any) -> Any:
    """Return `coefficient * matrix` without spreading the coefficient over a sum."""
    if coefficient == 1:
        return matrix
    factors = matrix.args if isinstance(matrix, sympy.MatMul) else (matrix,)
    return sympy.MatMul(coefficient, *factors)


def times(coefficient: Any, expression: Any) -> Any:
    """Return `coefficient * expression` for a scalar or a matrix expression."""
    return scaled(coefficient, expression) if getattr(expression, "is_Matrix", False) else coefficient * expression


def product(factors: Iterable[Any]) -> Any:
    """Return the matrix product of the factors, flattened, identities dropped; the single factor if there is one."""
    flat: list[Any] = []
    first = None
    for factor in factors:
        first = factor if first is None else first
        if isinstance(factor, sympy.MatMul):
            flat.extend(factor.args)
        elif not isinstance(factor, sympy.Identity):
            flat.append(factor)
    if not flat:
        return first
    return flat[0] if len(flat) == 1 else sympy.MatMul(*flat)


def transposed(matrix: Any) -> Any:
    """Return the transpose, distributed over sums and products and undone on transposes."""
    if isinstance(matrix, sympy.Transpose):
        return matrix.arg
    if isinstance(matrix, sympy.MatMul):
        scalars, matrices = matrix.as_coeff_matrices()
        return scaled(scalars, product(transposed(factor) for factor in reversed(matrices)))
    if isinstance(matrix, sympy.MatAdd):
        return total(transposed(term) for term in matrix.args)
    if isinstance(matrix, MatrixLayerSum):
        return rebuilt(transposed(matrix.summand), matrix.ranges)
    if isinstance(matrix, sympy.HadamardProduct):
        return sympy.HadamardProduct(*(transposed(factor) for factor in matrix.args))
    if isinstance(matrix, sympy.Identity):
        return matrix
    if isinstance(matrix, sympy.ZeroMatrix):
        return sympy.ZeroMatrix(matrix.shape[1], matrix.shape[0])
    return sympy.Transpose(matrix)


def trace_key(matrix: Any) -> Any:
    """Return whichever of M and M^T comes first, so that tr(M) and tr(M^T) are collected."""
    own, mirrored = _transposes(matrix), _transposes(matrix, mirrored=True)
    if own < mirrored:
        return matrix
    mirror = transposed(matrix)
    if mirrored < own:
        return mirror
    return min(matrix, mirror, key=_reading)


def _transposes(matrix: Any, *, mirrored: bool = False) -> int:
    """Return how many transposes are written in a matrix formula, or in its `transposed`."""
    if isinstance(matrix, sympy.Transpose):
        return _transposes(matrix.arg) + (not mirrored)
    parts = [part for part in matrix.args if getattr(part, "is_Matrix", False)]
    if isinstance(matrix, (sympy.MatMul, sympy.MatAdd, sympy.HadamardProduct)):
        return sum([_transposes(part, mirrored=mirrored) for part in parts])
    turns = mirrored and not isinstance(matrix, (sympy.Identity, sympy.ZeroMatrix))
    return sum(map(_transposes, parts)) + turns


def _reading(matrix: Any) -> tuple[int, Any]:
    """Return (number of transposes, structure): fewer transposes read better."""
    if isinstance(matrix, sympy.MatrixSymbol):
        return 0, matrix.name
    parts = [_reading(part) if getattr(part, "is_Matrix", False) else (0, str(part)) for part in matrix.args]
    own = int(isinstance(matrix, sympy.Transpose))
    return own + sum(count for count, _ in parts), f"{type(matrix).__name__}({','.join(text for _, text in parts)})"
