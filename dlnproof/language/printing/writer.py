"""What the three notations share: precedence, signs, the order of terms and factors. A notation says how each piece is set."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeAlias

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.special import GenericIdentity, GenericZeroMatrix

from dlnproof.errors import UnsupportedError
from dlnproof.language.commutation import Commutation
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.printing.recognise import is_negative, norm_root, ordered_terms, structure
from dlnproof.language.vec import Vec

SUM, PRODUCT, OPERATOR, SUFFIX, ATOM = range(5)
# the text of a piece, and how tightly it holds together
Piece: TypeAlias = tuple[str, int]


class Writer(ABC):
    """Writes one expression; a subclass is one notation."""

    times: ClassVar[str]  # between scalars, and between a scalar and a matrix
    matrix_times: ClassVar[str]

    def write(self, expression: Any) -> str:
        """Return the expression as text; raise UnsupportedError for what the notation has no sign for."""
        return self.at(expression, SUM)

    def at(self, expression: Any, level: int) -> str:
        """Return the piece, in brackets unless it holds together at least as tightly as `level`."""
        text, own = self.piece(expression)
        return text if own >= level else self.brackets(text)

    def piece(self, expression: Any) -> Piece:
        """Return the text of a piece and its level."""
        for kind in type(expression).__mro__:
            if kind in _KINDS:
                return _KINDS[kind](self, expression)
        raise UnsupportedError(f"writing {type(expression).__name__} as a formula is not supported yet")

    # the notation

    def brackets(self, text: str) -> str:
        """Return the text in brackets."""
        return f"({text})"

    @abstractmethod
    def name(self, symbol: Any) -> str:
        """Return the name of a matrix or scalar symbol."""

    @abstractmethod
    def rational(self, number: Any) -> Piece:
        """Return a nonnegative rational number."""

    @abstractmethod
    def quotient(self, above: Sequence[str], below: Sequence[Any]) -> Piece:
        """Return a quotient of scalars: `above` set already, at most a product, `below` expressions."""

    @abstractmethod
    def squared_norm(self, root: Any, power: int) -> Piece:
        """Return |root|^(2 power)."""

    @abstractmethod
    def function(self, name: str, argument: Any) -> Piece:
        """Return tr, diag, diagonal, vec, sqrt, cos or sin of an expression."""

    @abstractmethod
    def power(self, base: Any, exponent: Any, *, entrywise: bool = False, matrix: bool = False) -> Piece:
        """Return a power."""

    @abstractmethod
    def transpose(self, inner: Any) -> Piece:
        """Return a transpose."""

    @abstractmethod
    def inverse(self, inner: Any) -> Piece:
        """Return the inverse of a matrix."""

    @abstractmethod
    def entrywise(self, factors: Sequence[Any]) -> Piece:
        """Return a Hadamard product."""

    @abstractmethod
    def kronecker(self, factors: Sequence[Any]) -> Piece:
        """Return a Kronecker product."""

    @abstractmethod
    def identity(self, size: Any) -> Piece:
        """Return an identity matrix."""

    @abstractmethod
    def constant(self, value: int, shape: tuple[Any, Any]) -> Piece:
        """Return a matrix whose entries are all 0 or all 1."""

    def commutation(self, expression: Any) -> Piece:
        """Return K(m, n)."""
        raise UnsupportedError(f"writing {expression} in this notation is not supported yet")

    def expectation(self, expression: Any) -> Piece:
        """Return an expectation over noise."""
        raise UnsupportedError(
            f"writing {expression} in this notation is not supported yet; take the expectation first"
        )

    # what is the same in all of them

    def sum(self, expression: Any) -> Piece:
        """Return a sum: positive terms first, products of many matrices first."""
        text = ""
        for term in ordered_terms(expression):
            negative = is_negative(term)
            body = self.product(term, negate=True)[0] if negative else self.at(term, PRODUCT)
            text += f" {'-' if negative else '+'} {body}" if text else f"-{body}" if negative else body
        return text, SUM

    def product(self, expression: Any, *, negate: bool = False) -> Piece:
        """Return a product: the number, letters, traces, then the matrices in their order."""
        scalar, matrices = expression.as_coeff_matrices() if isinstance(expression, sympy.MatMul) else (expression, [])
        number, rest = scalar.as_coeff_Mul()
        number = -number if negate else number
        above, below = self._scalars(number, rest, lonely=not matrices)
        heads = [self.quotient(above, below)[0]] if below else above
        if not matrices:
            whole = (
                self.quotient(above, below)
                if below
                else (self.times.join(heads), PRODUCT if len(heads) > 1 else OPERATOR)
            )
            return (f"-{whole[0]}", SUM) if number.is_negative else whole
        body = self.matrix_times.join(
            self.at(factor, OPERATOR if len(matrices) > 1 or heads else SUM) for factor in matrices
        )
        text = self.times.join([*heads, body])
        return (f"-{text}", SUM) if number.is_negative else (text, PRODUCT)

    def _scalars(self, number: Any, rest: Any, *, lonely: bool) -> tuple[list[str], list[Any]]:
        """Return the factors above the line, as text, and those below it; `lonely` when no matrix follows."""
        above: list[str] = []
        below: list[Any] = []
        numerator, denominator = (
            abs(number).as_numer_denom() if number.is_Rational else (sympy.Integer(1), sympy.Integer(1))
        )
        factors = list(sympy.Mul.make_args(rest)) if number.is_Rational else [number, *sympy.Mul.make_args(rest)]
        scalars = [factor for factor in factors if factor != 1]
        for factor in sorted(
            scalars, key=lambda item: (isinstance(item, sympy.Add) or item.has(sympy.Trace), structure(item))
        ):
            if isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0:
                below.append(sympy.Pow(factor.base, -factor.exp))
            else:
                above.append(self.at(factor, OPERATOR))
        if not below:
            shown = abs(number) if number.is_Rational else sympy.Integer(1)
            needed = shown != 1 or (lonely and not above)
            return [*([self.rational(shown)[0]] if needed else []), *above], []
        if numerator != 1 or not above:
            above.insert(0, str(numerator))
        return above, [*([denominator] if denominator != 1 else []), *below]

    def number(self, value: Any) -> Piece:
        """Return a rational number."""
        if value.is_negative:
            return f"-{self.rational(-value)[0]}", SUM
        return self.rational(value)

    def scalar_power(self, expression: Any) -> Piece:
        """Return a power of a scalar: a root, a quotient or a squared norm where it is one."""
        base, exponent = expression.args
        if not exponent.is_Rational:
            raise UnsupportedError(f"writing the exponent {exponent} is not supported yet")
        if exponent < 0:
            return self.quotient(["1"], [sympy.Pow(base, -exponent)])
        if exponent == sympy.Rational(1, 2):
            return self.function("sqrt", base)
        if isinstance(base, sympy.Trace) and exponent.is_Integer and norm_root(base) is not None:
            return self.squared_norm(norm_root(base), int(exponent))
        return self.power(base, exponent)

    def trace(self, expression: Any) -> Piece:
        """Return a trace: a squared norm, or the 1 x 1 matrix itself, where it is one."""
        root = norm_root(expression)
        if root is not None:
            return self.squared_norm(root, 1)
        if expression.arg.shape == (1, 1) and isinstance(expression.arg, sympy.MatMul):
            return self.number_in(expression.arg)
        return self.function("tr", expression.arg)

    def number_in(self, matrix: Any) -> Piece:
        """Return the entry of a 1 x 1 product."""
        return self.product(matrix)


def size_factors(size: Any) -> list[Any]:
    """Return the factors of a size, a power as often as it says: n^2*m is n, n, m."""
    factors: list[Any] = []
    for factor in sympy.Mul.make_args(sympy.sympify(size)):
        base, exponent = factor.as_base_exp()
        factors += [base] * int(exponent) if exponent.is_Integer and exponent > 0 else [factor]
    return sorted(factors, key=str)


_KINDS: dict[type, Callable[[Any, Any], Piece]] = {
    sympy.Symbol: lambda w, e: (w.name(e), ATOM),
    sympy.MatrixSymbol: lambda w, e: (w.name(e), ATOM),
    sympy.Rational: Writer.number,
    sympy.Add: Writer.sum,
    sympy.MatAdd: Writer.sum,
    sympy.Mul: Writer.product,
    sympy.MatMul: Writer.product,
    sympy.Pow: Writer.scalar_power,
    sympy.Trace: Writer.trace,
    sympy.Transpose: lambda w, e: w.transpose(e.arg),
    sympy.Inverse: lambda w, e: w.inverse(e.arg),
    sympy.MatPow: lambda w, e: w.inverse(e.base) if e.exp == -1 else w.power(e.base, e.exp, matrix=True),
    sympy.HadamardProduct: lambda w, e: w.entrywise(e.args),
    sympy.HadamardPower: lambda w, e: w.power(e.base, e.exp, entrywise=True),
    sympy.KroneckerProduct: lambda w, e: w.kronecker(e.args),
    DiagMatrix: lambda w, e: w.function("diag", e.args[0]),
    DiagonalMatrix: lambda w, e: w.function("diag", DiagonalOf(e.arg)),
    DiagonalOf: lambda w, e: w.function("diagonal", e.arg),
    Vec: lambda w, e: w.function("vec", e.arg),
    sympy.cos: lambda w, e: w.function("cos", e.args[0]),
    sympy.sin: lambda w, e: w.function("sin", e.args[0]),
    sympy.Identity: lambda w, e: w.identity(e.shape[0]),
    sympy.ZeroMatrix: lambda w, e: w.constant(0, e.shape),
    sympy.OneMatrix: lambda w, e: w.constant(1, e.shape),
    GenericIdentity: lambda w, e: ("1", ATOM),  # noqa: ARG005
    GenericZeroMatrix: lambda w, e: ("0", ATOM),  # noqa: ARG005
    Commutation: lambda w, e: w.commutation(e),
    ScalarExpectation: lambda w, e: w.expectation(e),
    MatrixExpectation: lambda w, e: w.expectation(e),
}
