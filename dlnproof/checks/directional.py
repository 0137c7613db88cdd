"""Derivatives of an original formula without any rule of differentiation: truncated series along W + t D modulo a prime."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from flint import fmpq

from dlnproof.algebra.polynomial import ZERO
from dlnproof.checks.generic_sizes import size_degree, sizes_with_values
from dlnproof.checks.modular import TRIALS, draw_larger
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.statement import Statement
from dlnproof.errors import DisagreementError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.rings.polynomials import Series
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField
from dlnproof.verdict import Evidence, Finding

METHOD = "series along a direction"


def series_evidence(
    loss: Any,
    directions: Mapping[Any, Any],
    order: int,
    claimed: Any,
    statement: Statement,
    seed: int,
    part: str | None,
) -> Evidence:
    """Return a proof when order! times the coefficient of t^order of loss(W + t D) equals `claimed` at random residues.

    `directions` maps weights to direction symbols, `claimed` is a scalar formula in both; `statement` is what the first road
    proved, its assumptions hold at the residues. Raises DisagreementError when the two roads differ.
    """
    started = perf_counter()
    field, ring = PrimeField(), Series(order)
    both = _together(loss, claimed, directions, statement)
    sizes = sizes_with_values(both, field, seed)
    trials = max(TRIALS, size_degree(both) + 1)
    for trial in range(trials):
        values = draw_larger(both, field, sizes, trial, stable_seed(seed, METHOD))
        lifted = _along(values, directions, ring)
        coefficient = ring.coefficient(Evaluator(ring, lifted).evaluate(loss), order)
        factorial = field.number(fmpq(1 if order == 1 else 2))
        if coefficient * factorial != Evaluator(field, values).evaluate(claimed):
            if statement.holds:
                raise DisagreementError(
                    f"the canonical form and the series along a direction disagree on a derivative of {loss}; "
                    "this is a defect of dlnproof, please report it"
                )
            return Evidence(
                method=METHOD,
                finding=Finding.INCONCLUSIVE,
                outcome="different",
                seconds=perf_counter() - started,
                part=part,
            )
    return Evidence(
        method=METHOD,
        finding=Finding.PROOF if statement.holds else Finding.INCONCLUSIVE,
        outcome="equal",
        seconds=perf_counter() - started,
        part=part,
        scope=statement.scope,
        details={"order": order, "sizes": sizes, "prime": str(SAFE_PRIME), "trials": trials},
    )


def _together(loss: Any, claimed: Any, directions: Mapping[Any, Any], statement: Statement) -> Statement:
    """Return loss and claimed formula in one vocabulary, so that one draw gives values to both."""
    reader = statement.reader  # what it has read already it does not read again
    for symbol, direction in directions.items():
        for matrix in (symbol, direction):
            if reader.vocabulary.letters.get(matrix.name) is not matrix:
                reader.read(matrix)
    forms = reader.read(loss), reader.read(claimed)
    for pair in statement.assumptions.equations:
        for side in pair:
            reader.read(side)
    return Statement(loss, claimed, statement.assumptions, reader, *forms, ZERO, ())


def _along(values: Values, directions: Mapping[Any, Any], ring: Series) -> Values:
    """Return the values as series: W + t D for each pair, everything else constant."""
    slopes = {symbol.name: direction.name for symbol, direction in directions.items()}
    matrices = {
        name: ring.lift_matrix(matrix, values.matrices.get(slopes.get(name, "")))
        for name, matrix in values.matrices.items()
    }
    scalars = {name: ring.lift(value, 0) for name, value in values.scalars.items()}
    angles = {name: (ring.lift(c, 0), ring.lift(s, 0)) for name, (c, s) in values.angles.items()}
    return Values(values.sizes, matrices, scalars, angles)
