"""Derivatives for printing: what is returned has been derived on two roads that share no rule of differentiation.

`language.gradient` and `language.differential` compare the derivative of the expression with that of its diagrams. Where
roots or quotients of sums keep the diagrams from being compared, or a gradient is read off them, a truncated series of the
original formula along a random direction modulo a prime takes their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from dlnproof.errors import UnsupportedError
from dlnproof.language.composite import factorisations
from dlnproof.language.differential import hessian_form
from dlnproof.language.from_sympy import Reader
from dlnproof.language.gradient import gradient
from dlnproof.language.vec import Vec


def confirmed_gradient(loss: Any, weight: Any) -> Any:
    """Return the gradient of a scalar formula in a matrix symbol, for all sizes; raise UnsupportedError where one road fails."""
    result = gradient(loss, weight)
    direction = sympy.MatrixSymbol(fresh_name("D", loss), *weight.shape)
    claimed = sympy.Integer(0) if getattr(result, "is_ZeroMatrix", False) else sympy.Trace(direction.T * result)
    _confirm(loss, {weight: direction}, 1, claimed, result)
    return result


def confirmed_hessian_form(loss: Any, directions: Mapping[Any, Any]) -> Any:
    """Return d^2/dt^2 at t = 0 along W -> W + t D, for all sizes; raise UnsupportedError where one road fails."""
    result = hessian_form(loss, directions)
    _confirm(loss, directions, 2, result, result)
    return result


def _confirm(loss: Any, directions: Mapping[Any, Any], order: int, claimed: Any, result: Any) -> None:
    reader = Reader(splits=factorisations([loss, result]))
    for expression in (loss, result):
        reader.read(expression)
    if not (reader.relations or loss.has(Vec, sympy.KroneckerProduct)):
        return  # the diagrams have been compared
    # imported on use: NumPy costs `dlnproof grad` a tenth of a second
    from dlnproof.checks.directional import series_evidence
    from dlnproof.checks.statement import prepare
    from dlnproof.rings.matrices import NotExactError
    from dlnproof.verdict import Finding

    try:
        evidence = series_evidence(loss, directions, order, claimed, prepare(result, result), 0, None)
    except NotExactError as error:
        raise UnsupportedError(
            f"a derivative of {loss} has no second confirmation: {error}; not supported yet"
        ) from error
    if evidence.finding is not Finding.PROOF:
        raise UnsupportedError(f"a derivative of {loss} was not confirmed on a second road: not supported yet")


def fresh_name(name: str, *expressions: Any) -> str:
    """Return a name that no symbol of the expressions has."""
    taken = {str(symbol.name) for expression in expressions for symbol in expression.free_symbols}
    while name in taken:
        name += "_"
    return name
