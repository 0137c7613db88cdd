"""False twins of formulas, made without knowing them: a factor 2, a sign, an inequality turned round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy

from dlnproof.claims.claim import (
    Claim,
    Derivation,
    Gradient,
    HessianForm,
    Identity,
    Induction,
    Inequality,
    Minimum,
    Relation,
)

REVERSED = {
    Relation.GE: Relation.LT,
    Relation.GT: Relation.LE,
    Relation.LE: Relation.GT,
    Relation.LT: Relation.GE,
}


def slips(claim: Claim) -> Iterator[Any]:
    """Yield bodies near that of the claim, the likeliest to be false first."""
    body = claim.body
    if isinstance(body, Identity):
        yield from (replace(body, **{side: value}) for side, value in _sides(body))
    elif isinstance(body, Induction):
        first, *others = body.statements
        for side, value in _sides(first):
            yield replace(body, statements=(replace(first, **{side: value}), *others))
    elif isinstance(body, Gradient):
        for symbol, formula in body.formulas.items():
            yield from (replace(body, formulas={**body.formulas, symbol: value}) for value in _changed(formula))
    elif isinstance(body, HessianForm):
        yield from (replace(body, formula=value) for value in _changed(body.formula))
    elif isinstance(body, Inequality):
        yield replace(body, relation=REVERSED[body.relation])
    elif isinstance(body, Minimum):
        yield replace(body, value=body.value + 1)
    elif isinstance(body, Derivation):
        yield from _steps(body)


def _sides(identity: Identity) -> Iterator[tuple[str, Any]]:
    for side in ("right", "left"):
        for value in _changed(getattr(identity, side)):
            yield side, value


def _changed(formula: Any) -> Iterator[Any]:
    """Yield the formula with another factor and with the sign of each of its terms wrong."""
    formula = sympy.sympify(formula)
    if formula == 0 or getattr(formula, "is_ZeroMatrix", False):
        return
    twice = sympy.MatMul if getattr(formula, "is_Matrix", False) else sympy.Mul
    yield twice(2, formula, evaluate=False)
    terms = formula.args if isinstance(formula, sympy.Add | sympy.MatAdd) else ()
    for place, term in enumerate(terms):
        yield formula.func(*terms[:place], -term, *terms[place + 1 :])


def _steps(body: Derivation) -> Iterator[Derivation]:
    """Yield one step alone, made wrong: what is before it is no matter."""
    lines = [body.start, *(step.expression for step in body.steps)]
    for place in reversed(range(len(body.steps))):
        step = body.steps[place]
        changed = [replace(step, expression=value) for value in _changed(step.expression)]
        if step.relation is not Relation.EQ:
            changed = [replace(step, relation=REVERSED[step.relation], squares=None)]
        yield from (Derivation(lines[place], (other,)) for other in changed)
