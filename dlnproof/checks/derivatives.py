"""Claims about derivatives: a gradient or the quadratic form of a Hessian against the loss that it is claimed of.

Three roads that share no rule of differentiation: the diagrams (all sizes), truncated series of the original loss modulo a
prime (all sizes), and SymPy's entry-by-entry derivative at small sizes; mpmath residuals beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

import sympy

from dlnproof.checks.context import Context
from dlnproof.checks.counterexample import satisfying_instance
from dlnproof.checks.directional import series_evidence
from dlnproof.checks.equality import refutation, residuals, vacuous
from dlnproof.checks.modular import modular_evidence
from dlnproof.checks.normal_form import normal_form_evidence
from dlnproof.checks.statement import Statement, prepare
from dlnproof.checks.sympy_entrywise import sympy_gradient_evidence, sympy_hessian_evidence
from dlnproof.claims.claim import Claim, Gradient, HessianForm
from dlnproof.errors import UnsupportedError
from dlnproof.language.differential import hessian_form
from dlnproof.language.gradient import gradient
from dlnproof.rings.matrices import NotExactError
from dlnproof.verdict import Evidence


def check_gradient(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for every formula of a gradient claim, one part per matrix."""
    body = claim.body
    assert isinstance(body, Gradient)
    for symbol, formula in body.formulas.items():
        part = f"gradient in {symbol}" if len(body.formulas) > 1 else None
        started = perf_counter()
        statement = prepare(gradient(body.loss, symbol), formula, claim.assuming)
        _refuse_constrained(statement, [symbol])
        direction = sympy.MatrixSymbol(_fresh(f"D_{symbol}", body.loss, formula), *symbol.shape)
        claimed = sympy.Trace(direction.T * formula)
        yield from _compared(
            statement,
            body.loss,
            {symbol: direction},
            1,
            claimed,
            context,
            part,
            started,
            lambda symbol=symbol, formula=formula, part=part: sympy_gradient_evidence(
                body.loss, symbol, formula, context, part
            ),
        )


def check_hessian(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for a Hessian-form claim."""
    body = claim.body
    assert isinstance(body, HessianForm)
    started = perf_counter()
    statement = prepare(hessian_form(body.loss, body.directions), body.formula, claim.assuming)
    _refuse_constrained(statement, list(body.directions))
    yield from _compared(
        statement,
        body.loss,
        body.directions,
        2,
        body.formula,
        context,
        None,
        started,
        lambda: sympy_hessian_evidence(body.loss, body.directions, body.formula, context),
    )


def _compared(
    statement: Statement,
    loss: Any,
    directions: Mapping[Any, Any],
    order: int,
    claimed: Any,
    context: Context,
    part: str | None,
    started: float,
    plain_reading: Any,
) -> Iterator[Evidence]:
    first = normal_form_evidence(statement, started, part)
    if not statement.holds:
        yield first
        yield from refutation(statement, context, part)
        return
    if statement.certified_by_uses and satisfying_instance(statement, context.seed) is None:
        yield vacuous(part)
        return
    yield first
    yield _second_road(statement, loss, directions, order, claimed, context, part)
    if not statement.assumptions.equations and not statement.assumptions.properties:
        yield from plain_reading()
    yield from residuals(statement, context, part)


def _second_road(
    statement: Statement,
    loss: Any,
    directions: Mapping[Any, Any],
    order: int,
    claimed: Any,
    context: Context,
    part: str | None,
) -> Evidence:
    if not statement.certified_by_uses:
        try:
            return series_evidence(loss, directions, order, claimed, statement, context.seed, part)
        except NotExactError:
            pass  # a root of a varying quantity has no series here: evaluate the derived formula instead
    return modular_evidence(statement, context.seed, part)


def _refuse_constrained(statement: Statement, symbols: list[Any]) -> None:
    for symbol in symbols:
        constrained = symbol.name in statement.assumptions.properties or any(
            symbol in side.free_symbols for pair in statement.assumptions.equations for side in pair
        )
        if constrained:
            raise UnsupportedError(
                f"a derivative with respect to {symbol}, which the assumptions constrain, is not supported yet"
            )


def _fresh(name: str, *expressions: Any) -> str:
    taken = {symbol.name for expression in expressions for symbol in getattr(expression, "free_symbols", ())}
    while name in taken:
        name += "_"
    return name
