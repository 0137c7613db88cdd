"""Which checks a claim gets: one entry per kind of claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from dlnproof.checks.context import Context
from dlnproof.claims.claim import (
    Citation,
    Claim,
    Derivation,
    Gradient,
    HessianForm,
    Identity,
    Induction,
    Inequality,
    Minimum,
    Theorem,
)
from dlnproof.verdict import Evidence

Check: TypeAlias = Callable[[Claim, Context], Iterator[Evidence]]


def run_checks(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for a claim as it is produced; a cited fact has none.

    Raises UnsupportedError for what cannot be decided yet, InputError for a claim that makes no sense, DisagreementError
    when two exact procedures contradict each other.
    """
    check = _CHECKS[type(claim.body)]()
    yield from check(claim, context)


def _identity() -> Check:
    from dlnproof.checks.equality import check_identity

    return check_identity


def _derivation() -> Check:
    from dlnproof.checks.chain import check_derivation

    return check_derivation


def _induction() -> Check:
    from dlnproof.checks.induction import check_induction

    return check_induction


def _gradient() -> Check:
    from dlnproof.checks.derivatives import check_gradient

    return check_gradient


def _hessian() -> Check:
    from dlnproof.checks.derivatives import check_hessian

    return check_hessian


def _minimum() -> Check:
    from dlnproof.checks.minimum import check_minimum

    return check_minimum


def _inequality() -> Check:
    from dlnproof.checks.inequality_on_box import check_inequality

    return check_inequality


def _theorem() -> Check:
    from dlnproof.checks.instances import check_theorem

    return check_theorem


def _citation() -> Check:
    return lambda claim, context: iter(())  # noqa: ARG005


# imported on use: a run that needs no theorem pays for no Hypothesis, and the other way round
_CHECKS: dict[type[Any], Callable[[], Check]] = {
    Identity: _identity,
    Derivation: _derivation,
    Induction: _induction,
    Gradient: _gradient,
    HessianForm: _hessian,
    Minimum: _minimum,
    Inequality: _inequality,
    Theorem: _theorem,
    Citation: _citation,
}
