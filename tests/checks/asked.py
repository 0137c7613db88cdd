"""Claims put to the checks, and what comes back: the verdict as a word, and the evidence behind it."""

from __future__ import annotations

from typing import Any

from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.claims.claim import Claim, Derivation, Gradient, HessianForm, Identity, Minimum
from dlnproof.claims.steps import read_squares
from dlnproof.verdict import Evidence, decide


def evidence(body: Any, assuming=(), seed: int = 0) -> list[Evidence]:
    claim = Claim(paper="asked", label="claim", body=body, assuming=tuple(assuming))
    return list(run_checks(claim, Context(seed=seed, seconds=60.0)))


def verdict(body: Any, assuming=(), seed: int = 0) -> str:
    return str(decide(evidence(body, assuming, seed)))


def identity(left: Any, right: Any, *assuming: Any) -> str:
    return verdict(Identity(left, right), assuming)


def derivation(start: Any, *steps: Any, assuming=()) -> str:
    return verdict(Derivation(start, tuple(steps)), assuming)


def gradient(loss: Any, formulas: Any, *assuming: Any) -> str:
    return verdict(Gradient(loss, formulas), assuming)


def hessian(loss: Any, directions: Any, formula: Any, *assuming: Any) -> str:
    return verdict(HessianForm(loss, directions, formula), assuming)


def minimum(loss: Any, at: Any, value: Any, squares=None, *assuming: Any) -> str:
    return verdict(Minimum(loss, at, value, read_squares(squares, "the test")), assuming)
