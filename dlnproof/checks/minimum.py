"""Closed-form minima: value and stationarity at the claimed point, and a sum of squares for minimality.

`loss - value = sum of squares` with nonnegative weights proves that no point lies lower, so together with the value at the
point the minimum is global. At explicit small sizes SymPy derives the gradient entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from dlnproof.checks.context import Context
from dlnproof.checks.equality import equality_evidence
from dlnproof.checks.inequality import inequality_evidence
from dlnproof.claims.claim import Claim, Minimum, Relation, Square
from dlnproof.errors import UnsupportedError, bad
from dlnproof.language.gradient import gradient
from dlnproof.verdict import Evidence


def check_minimum(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence that the loss has the value at the point, is stationary there, and is nowhere less."""
    body = claim.body
    assert isinstance(body, Minimum)
    for symbol, value in body.at.items():
        wanted, got = (_shape_of(item) for item in (symbol, value))
        if wanted != got:
            raise bad(f"at[{symbol}]", got, f"{symbol} is {wanted}", "give the point that shape")
    yield from equality_evidence(_at(body.loss, body.at), body.value, claim.assuming, context, "value")
    explicit = any(isinstance(value, sympy.MatrixBase) for value in body.at.values())
    if explicit and not all(isinstance(symbol, sympy.MatrixSymbol) for symbol in body.at):
        rule = "a point of explicit matrices and scalars is not supported yet"
        raise UnsupportedError(f"{rule}; write the scalars as 1 x 1 matrices")
    if explicit:
        yield from _stationary_by_entries(body, claim, context)
    else:
        for symbol in body.at:
            slope = _at(_slope(body.loss, symbol), body.at)
            zero = sympy.ZeroMatrix(*symbol.shape) if isinstance(symbol, sympy.MatrixSymbol) else sympy.Integer(0)
            yield from equality_evidence(slope, zero, claim.assuming, context, f"stationary in {symbol}")
    loss, squares = _explicit(body) if explicit else (body.loss, body.squares)
    yield from inequality_evidence(
        loss, Relation.GE, body.value, squares, claim.assuming, context, "no point lies lower"
    )


def _shape_of(item: Any) -> str:
    return " x ".join(map(str, item.shape)) if getattr(item, "is_Matrix", False) else "a scalar"


def _slope(loss: Any, symbol: Any) -> Any:
    """Return the derivative of the loss in a matrix, or in a scalar where no matrices occur."""
    if isinstance(symbol, sympy.MatrixSymbol):
        return gradient(loss, symbol)
    if loss.has(sympy.MatrixSymbol):
        raise UnsupportedError(
            f"a minimum in the scalar {symbol} of a loss with matrices is not supported yet; write {symbol} as a 1 x 1 matrix"
        )
    return sympy.diff(loss, symbol)


def _at(expression: Any, point: Any) -> Any:
    """Return the expression with every symbol of the point replaced."""
    replaced = expression.xreplace(dict(point))
    return replaced.doit() if any(isinstance(value, sympy.MatrixBase) for value in point.values()) else replaced


def _explicit(body: Minimum) -> tuple[Any, tuple[Square, ...] | None]:
    """Return loss and squares in the entries of the matrices, where the point is given by explicit ones."""
    entries = _entries(body)
    if body.squares is None:
        return _at(body.loss, entries), None
    squares = []
    for square in body.squares:
        root = _at(sympy.sympify(square.root), entries)
        parts = list(sympy.ImmutableMatrix(root.as_explicit())) if getattr(root, "is_Matrix", False) else [root]
        squares += [Square(square.weight, part) for part in parts]
    return _at(body.loss, entries), tuple(squares)


def _entries(body: Minimum) -> dict[Any, Any]:
    """Return for every matrix of the point the explicit matrix of its entries, real scalar symbols W_00, W_01, ..."""
    return {
        symbol: sympy.ImmutableMatrix(
            *symbol.shape, lambda i, j, name=symbol.name: sympy.Symbol(f"{name}_{i}{j}", real=True)
        )
        for symbol in body.at
    }


def _stationary_by_entries(body: Minimum, claim: Claim, context: Context) -> Iterator[Evidence]:
    entries = _entries(body)
    explicit = _at(body.loss, entries)
    plugged = {
        entries[symbol][i, j]: value[i, j]
        for symbol, value in body.at.items()
        for i in range(value.rows)
        for j in range(value.cols)
    }
    for matrix in entries.values():
        for entry in matrix:
            slope = sympy.diff(explicit, entry).subs(plugged, simultaneous=True)
            yield from equality_evidence(slope, sympy.Integer(0), claim.assuming, context, f"stationary in {entry}")
