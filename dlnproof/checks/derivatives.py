"""Claims about derivatives: a gradient or the quadratic form of a Hessian against the loss that it is claimed of.

Three roads that share no rule of differentiation: the diagrams (all sizes), truncated series of the original loss modulo a
prime (all sizes), and SymPy's entry-by-entry derivative at small sizes; mpmath residuals beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import sympy

from dlnproof.checks.assumed import assumptions_at, vacuous
from dlnproof.checks.context import Context
from dlnproof.checks.depth import second_road_at_depths
from dlnproof.checks.derivatives_over_depths import derivative_evidence, speaks_of_sums
from dlnproof.checks.directional import series_evidence
from dlnproof.checks.equality import over_depths
from dlnproof.checks.modular import modular_evidence
from dlnproof.checks.normal_form import normal_form_evidence
from dlnproof.checks.refutation import refutation, residuals
from dlnproof.checks.small_instances import satisfiable
from dlnproof.checks.statement import Statement, prepare
from dlnproof.checks.suggested import with_suggestion
from dlnproof.checks.sympy_entrywise import sympy_gradient_evidence, sympy_hessian_evidence
from dlnproof.claims.claim import Claim, Gradient, HessianForm
from dlnproof.errors import UnsupportedError
from dlnproof.language.assumptions import read_assumptions
from dlnproof.language.differential import hessian_form
from dlnproof.language.gradient import as_scalar, gradient
from dlnproof.language.sides import alike, as_expression
from dlnproof.rings.matrices import NotExactError
from dlnproof.verdict import Evidence


@dataclass(frozen=True, slots=True)
class _Derivative:
    """`claimed` is the derivative of that order of the loss along `directions`; `statement` compares it with the derived one."""

    loss: Any
    directions: Mapping[Any, Any]
    order: int
    claimed: Any
    statement: Statement
    assuming: tuple[Any, ...]
    context: Context
    part: str | None
    started: float

    def at(self, place: Callable[[Any], Any]) -> _Derivative:
        """Return the same claim at one depth of its chains."""
        assuming = tuple(assumptions_at(self.assuming, place))
        return _Derivative(
            place(self.loss),
            {place(symbol): place(direction) for symbol, direction in self.directions.items()},
            self.order,
            place(self.claimed),
            prepare(place(self.statement.left), place(self.statement.right), assuming),
            assuming,
            self.context,
            self.part,
            self.started,
        )


def check_gradient(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for every formula of a gradient claim, one part per matrix."""
    body = claim.body
    assert isinstance(body, Gradient)
    body = Gradient(as_scalar(body.loss), body.formulas)
    order = read_assumptions(claim.assuming).order
    for symbol, claimed_formula in body.formulas.items():
        formula = as_expression(claimed_formula)
        part = f"gradient in {symbol}" if len(body.formulas) > 1 else None
        started = perf_counter()
        if speaks_of_sums(body.loss, {}, formula):
            yield from _gradient_under_sums(body.loss, symbol, formula, claim.assuming, context, part)
            continue
        statement = prepare(gradient(body.loss, symbol, order), formula, claim.assuming)
        direction = sympy.MatrixSymbol(_fresh("D", body.loss, formula), *symbol.shape)
        claimed = sympy.Trace(direction.T * formula) if getattr(formula, "is_Matrix", False) else sympy.Integer(0)
        derivative = _Derivative(
            body.loss, {symbol: direction}, 1, claimed, statement, claim.assuming, context, part, started
        )
        yield from with_suggestion(_evidence(derivative), statement.left, formula, claim.assuming)
        if _is_plain(statement):
            yield from sympy_gradient_evidence(body.loss, symbol, formula, part)


def check_hessian(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for a Hessian-form claim."""
    body = claim.body
    assert isinstance(body, HessianForm)
    loss = as_scalar(body.loss)
    body = HessianForm(loss, body.directions, alike(loss, as_expression(body.formula))[1])
    started = perf_counter()
    order = read_assumptions(claim.assuming).order
    if speaks_of_sums(body.loss, body.directions, body.formula):
        derived = hessian_form(body.loss, body.directions, order)
        yield from derivative_evidence(
            body.loss, body.directions, 2, derived, body.formula, claim.assuming, context, None
        )
        return
    statement = prepare(hessian_form(body.loss, body.directions, order), body.formula, claim.assuming)
    derivative = _Derivative(
        body.loss, body.directions, 2, body.formula, statement, claim.assuming, context, None, started
    )
    yield from with_suggestion(_evidence(derivative), statement.left, body.formula, claim.assuming)
    if _is_plain(statement):
        yield from sympy_hessian_evidence(body.loss, body.directions, body.formula)


def _gradient_under_sums(
    loss: Any, symbol: Any, formula: Any, assuming: tuple[Any, ...], context: Context, part: str | None
) -> Iterator[Evidence]:
    derived = gradient(loss, symbol, read_assumptions(assuming).order)
    direction = sympy.MatrixSymbol(_fresh("D", loss, formula), *symbol.shape)
    along = sympy.Trace(direction.T * formula) if getattr(formula, "is_Matrix", False) else sympy.Integer(0)
    yield from derivative_evidence(
        loss, {symbol: direction}, 1, derived, formula, assuming, context, part, scalar=along
    )


def _evidence(derivative: _Derivative) -> Iterator[Evidence]:
    statement, context, part = derivative.statement, derivative.context, derivative.part
    _refuse_constrained(derivative)
    first = normal_form_evidence(statement, derivative.started, part)
    if statement.holds and statement.assumptions.equations and not satisfiable(statement, context.seed):
        yield vacuous(part)
        return
    yield first
    if not statement.holds:
        if statement.has_chain:
            yield from over_depths(statement, derivative.assuming, context, part)
        else:
            yield from refutation(statement, context, part)
    elif statement.has_chain:
        expressions = (derivative.loss, derivative.claimed, *derivative.directions, *derivative.directions.values())
        yield second_road_at_depths(statement, expressions, lambda at: _second_road(derivative.at(at)), part)
    else:
        yield _second_road(derivative)
        yield from residuals(statement, context, part)


def _second_road(derivative: _Derivative) -> Evidence:
    statement, seed, part = derivative.statement, derivative.context.seed, derivative.part
    if not statement.certified_by_uses:
        try:
            return series_evidence(
                derivative.loss, derivative.directions, derivative.order, derivative.claimed, statement, seed, part
            )
        except NotExactError:
            pass  # a root of a varying quantity has no series here: evaluate the derived formula instead
    return modular_evidence(statement, seed, part)


def _is_plain(statement: Statement) -> bool:
    """Whether SymPy's explicit matrices of free entries are instances of the statement, and it was proved."""
    assumptions = statement.assumptions
    return statement.holds and not (statement.has_chain or assumptions.equations or assumptions.properties)


def _refuse_constrained(derivative: _Derivative) -> None:
    assumptions = derivative.statement.assumptions
    for symbol in derivative.directions:
        owned = assumptions.properties.get(symbol.name, frozenset())  # that it is invertible ties no entry down
        constrained = bool(owned - {"invertible"}) or any(
            symbol in side.free_symbols for pair in assumptions.equations for side in pair
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
