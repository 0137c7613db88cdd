"""Confirmation of a counterexample by other code: SymPy's own explicit matrices and numbers, never the engine."""

from __future__ import annotations

from typing import Any

import sympy
from flint import fmpq

from dlnproof.checks.counterexample import Instance
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.rings.fields import Rationals
from dlnproof.rings.matrices import MatrixRing, NotExactError

_DIGITS = 60


class _SympyNumbers(MatrixRing):
    """SymPy's exact numbers, entry by entry, roots included."""

    def number(self, value: fmpq) -> Any:
        return _number(value)

    def root(self, value: Any, degree: int) -> Any:
        if value.is_negative:
            raise NotExactError(f"value={value} is negative")
        return sympy.root(value, degree)


def recompute(left: Any, right: Any, instance: Instance) -> tuple[Any, Any]:
    """Return the values of two expressions at an instance as SymPy matrices of one shape (a scalar is 1 x 1)."""
    try:
        first, second = (_explicit(side, instance.values) for side in (left, right))
    except (AttributeError, TypeError, ValueError, NotImplementedError, KeyError):
        first, second = (_by_walking(side, instance.values) for side in (left, right))
    if first.shape != second.shape:  # a zero written as a scalar beside a matrix
        return (first, sympy.zeros(*first.shape)) if right == 0 else (sympy.zeros(*second.shape), second)
    return first, second


def confirmed_difference(left: Any, right: Any, instance: Instance) -> tuple[Any, Any] | None:
    """Return the values of the two sides as exact strings when they are confirmed to differ, else None."""
    first, second = recompute(left, right, instance)
    if not any(sign_of(entry) for entry in first - second):
        return None
    return printed(left, first), printed(right, second)


def sign_of(entry: Any) -> int:
    """Return the sign of a real number, 0 also when it cannot be told from zero.

    Rationals are exact; an irrational value has a sign if its 60 digits exceed 1e-40, far above their rounding.
    """
    if not entry.is_Rational:
        entry = sympy.radsimp(sympy.expand(entry))
    if entry.is_Rational:
        return int(sympy.sign(entry))
    value = sympy.N(entry, _DIGITS)
    return 0 if abs(value) <= sympy.Rational(1, 10**40) else 1 if value > 0 else -1


def printed(side: Any, matrix: Any) -> Any:
    """Return a value as exact strings: one for a scalar, rows of them for a matrix."""
    if not getattr(side, "is_Matrix", False) and matrix.shape == (1, 1):
        return str(matrix[0, 0])
    return [[str(entry) for entry in matrix.row(i)] for i in range(matrix.rows)]


def _explicit(expression: Any, values: Values) -> Any:
    rational = Rationals()
    expression = sympy.sympify(expression)
    if expression.has(ScalarExpectation, MatrixExpectation):
        raise NotImplementedError("SymPy cannot take this expectation")
    names = {symbol.name: symbol for symbol in expression.free_symbols}
    sized = expression.subs(
        {names[name]: size for name, size in values.sizes.items() if name in names}, simultaneous=True
    )
    replaced: dict[Any, Any] = {}
    for symbol in sized.free_symbols:
        if isinstance(symbol, sympy.MatrixSymbol):
            rows = rational.rows(values.matrices[symbol.name])
            replaced[symbol] = sympy.ImmutableMatrix([[_number(entry) for entry in row] for row in rows])
        elif symbol.name in values.scalars:
            replaced[symbol] = _number(values.scalars[symbol.name])
        else:
            cosine, sine = values.angles[symbol.name]
            replaced[sympy.cos(symbol)], replaced[sympy.sin(symbol)] = _number(cosine), _number(sine)
    result = sized.xreplace(replaced).doit()
    is_matrix = getattr(result, "is_Matrix", False)
    explicit = sympy.ImmutableMatrix(result.as_explicit()) if is_matrix else sympy.ImmutableMatrix([[result]])
    if not all(getattr(entry, "is_number", False) for entry in explicit):
        raise NotImplementedError("SymPy left a formula where a number is due")
    return explicit


def _by_walking(expression: Any, values: Values) -> Any:
    rational, ring = Rationals(), _SympyNumbers()
    copied = Values(
        values.sizes,
        {
            name: ring.matrix([[_number(e) for e in row] for row in rational.rows(m)])
            for name, m in values.matrices.items()
        },
        {name: _number(value) for name, value in values.scalars.items()},
        {name: (_number(cosine), _number(sine)) for name, (cosine, sine) in values.angles.items()},
    )
    result = Evaluator(ring, copied).evaluate(expression)
    return sympy.ImmutableMatrix(ring.rows(result) if getattr(expression, "is_Matrix", False) else [[result]])


def _number(value: fmpq) -> Any:
    return sympy.Rational(int(value.p), int(value.q))
