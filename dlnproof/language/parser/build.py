"""The tree of a formula, its sizes known, as a SymPy expression of the engine's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

from dlnproof.errors import InputError
from dlnproof.language.expectation import expectation
from dlnproof.language.parser import syntax
from dlnproof.language.parser.declarations import Declarations
from dlnproof.language.parser.shapes import Shapes
from dlnproof.language.parser.sizes import expression_of
from dlnproof.language.parser.syntax import Tree, bare
from dlnproof.language.terms import product, scaled, total, transposed
from dlnproof.language.vec import vec


class Builder:
    """Builds expressions over one set of symbols."""

    def __init__(self, shapes: Shapes, declared: Declarations, positive: frozenset[str]) -> None:
        self._shapes, self._declared = shapes, declared
        self.matrices: dict[str, Any] = {
            name: declared.symbols.get(name) or sympy.MatrixSymbol(name, *map(expression_of, sizes))
            for name, sizes in shapes.names.items()
        }
        self._sizes: Mapping[str, Any] = {
            str(symbol): symbol
            for matrix in self.matrices.values()
            for size in matrix.shape
            for symbol in sympy.sympify(size).free_symbols
        } | {name: expression_of(size) for name, size in shapes.sizes.items()}
        self._positive = positive
        self.scalars: dict[str, Any] = {}

    def build(self, tree: Tree) -> Any:
        """Return the expression; a 1 x 1 matrix is the scalar that stands in it."""
        expression = self._new(tree)
        if is_matrix(expression) and expression.shape == (1, 1):
            return sympy.Trace(expression)
        return expression

    def scalar(self, name: str) -> Any:
        """Return the symbol of a scalar, or of a size."""
        if name not in self.scalars:
            made = self._declared.symbols.get(name) or self._sizes.get(name)
            if made is None:
                made = sympy.Symbol(name, positive=True) if name in self._positive else sympy.Symbol(name, real=True)
            self.scalars[name] = made
        return self.scalars[name]

    def _new(self, tree: Tree) -> Any:
        match tree:
            case syntax.Number(value=value):
                return sympy.Rational(value.numerator, value.denominator)
            case syntax.Name(name=name):
                return self.matrices[name] if name in self.matrices else self.scalar(name)
            case syntax.IdentityMatrix():
                return sympy.Identity(expression_of(self._shapes.identities[tree][0]))
            case syntax.Ones():
                return sympy.OneMatrix(*map(expression_of, self._shapes.identities[tree]))
            case syntax.Sum(terms=terms):
                return self._sum([(sign, self.build(term)) for sign, term in terms])
            case syntax.Product():
                return self._product(tree)
            case syntax.Entrywise(factors=parts):
                return self._entrywise([self.build(part) for part in parts])
            case syntax.Kronecker(factors=parts):
                return self._kronecker(list(map(self.build, parts)))
            case syntax.Transposed(inner=inner):
                return _transposed(self.build(inner))
            case syntax.Power(base=base, exponent=exponent):
                return self._power(base, sympy.Rational(exponent.numerator, exponent.denominator))
            case syntax.EntryPower(base=base, exponent=exponent):
                value = self.build(base)
                return sympy.HadamardPower(value, exponent) if is_matrix(value) else value**exponent
            case syntax.Group(inner=inner):
                return self.build(inner)
            case syntax.Norm(inner=inner):
                return sympy.sqrt(self.squared_norm(inner))
            case syntax.Inner(left=left, right=right):
                first, second = self.build(left), self.build(right)
                return sympy.Trace(product([_transposed(first), second])) if is_matrix(first) else first * second
            case syntax.Call(function=function, arguments=arguments):
                return self._call(function, [self.build(argument) for argument in arguments])
            case syntax.Expected(noises=noises, inner=inner):
                variances = {self.matrices[name]: self._variance(name) for name in noises}
                return expectation(self.build(inner), variances)

    def _variance(self, noise: str) -> Any:
        name = self._declared.noise.get(noise)
        if name is not None:
            return self.scalar(name)
        return self.scalar("sigma" if len(self._shapes.kinds.noises) == 1 else f"sigma_{noise}") ** 2

    def _sum(self, terms: list[tuple[int, Any]]) -> Any:
        matrices = [scaled(sympy.Integer(sign), value) for sign, value in terms if is_matrix(value)]
        if not matrices:
            return sympy.Add(*(sign * value for sign, value in terms))
        return total(matrices) if len(matrices) > 1 else matrices[0]

    def _product(self, tree: syntax.Product) -> Any:
        inside = {factor for run in self._shapes.segments[tree] for factor in run}
        coefficient = sympy.Integer(1)
        for divided, factor in tree.factors:
            if factor in inside:
                continue
            value = self.build(factor)
            if divided and value == 0:
                raise InputError("division by zero in a denominator; check the formula")
            coefficient = coefficient / value if divided else coefficient * value
        matrix = None
        for run in self._shapes.segments[tree]:
            factors = [self._new(factor) for factor in run]
            scalars = [value for value in factors if not is_matrix(value)]
            coefficient = coefficient * sympy.Mul(*scalars)
            matrices = [value for value in factors if is_matrix(value)]
            if not matrices:
                continue
            value = product(matrices)
            if value.shape == (1, 1):
                coefficient = coefficient * sympy.Trace(value)
            else:
                matrix = value
        return coefficient if matrix is None else scaled(coefficient, matrix)

    def _entrywise(self, values: list[Any]) -> Any:
        return sympy.HadamardProduct(*values) if is_matrix(values[0]) else sympy.Mul(*values)

    def _kronecker(self, values: list[Any]) -> Any:
        matrices = [value for value in values if is_matrix(value)]
        scalar = sympy.Mul(*(value for value in values if not is_matrix(value)))
        if not matrices:
            return scalar
        return scaled(scalar, sympy.KroneckerProduct(*matrices) if len(matrices) > 1 else matrices[0])

    def _power(self, base: Tree, exponent: Any) -> Any:
        inner = bare(base)
        if isinstance(inner, syntax.Norm):
            return self.squared_norm(inner.inner) ** (exponent / 2)
        value = self.build(base)
        if not is_matrix(value):
            if value == 0 and exponent < 0:
                raise InputError("division by zero in a power; check the formula")
            return value**exponent
        if exponent == -1:
            return sympy.Inverse(value)
        return value if exponent == 1 else sympy.MatPow(value, exponent)

    def squared_norm(self, tree: Tree) -> Any:
        """Return tr(A^T A), or the square of a scalar."""
        value = self.build(tree)
        return sympy.Trace(product([_transposed(value), value])) if is_matrix(value) else value**2

    def _call(self, function: str, values: list[Any]) -> Any:
        value = values[0]
        if function == "kron":
            return self._kronecker(values)
        if function == "sqrt":
            return sympy.sqrt(value)
        if not is_matrix(value):
            return value if function == "tr" else 1 / value
        if function == "tr":
            return sympy.Trace(value)
        if function == "vec":
            return vec(value)
        if function == "inv":
            return sympy.Inverse(value)
        if function == "diag" and 1 in value.shape:
            return DiagMatrix(value)
        return DiagonalOf(value)


def is_matrix(expression: Any) -> bool:
    """Return whether an expression is a matrix."""
    return bool(getattr(expression, "is_Matrix", False))


def _transposed(value: Any) -> Any:
    return transposed(value) if is_matrix(value) else value
