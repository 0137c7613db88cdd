"""Inequalities of scalars on a box: exact signs for quotients of polynomials, two interval arithmetics for roots, exp and log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from time import perf_counter
from typing import Any

import sympy
from flint import fmpq

from dlnproof.checks.bernstein_cells import Signs, certificate_agrees, corners_and_centres, signs_on
from dlnproof.checks.context import Context
from dlnproof.checks.interval_cells import interval_evidence, point_enclosure
from dlnproof.checks.recomputation import sign_of
from dlnproof.checks.seeds import stable_seed
from dlnproof.claims.claim import Claim, Inequality, Range, Relation
from dlnproof.errors import DisagreementError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.rings.bernstein import Side
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField
from dlnproof.rings.quotients import QuotientReader
from dlnproof.verdict import Evidence, Finding

SIGNS, RESIDUES, SEARCH = "Bernstein coefficients", "modular evaluation of the certificate", "counterexample search"
_POINTS = 4000


def check_inequality(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for an inequality on a box."""
    body = claim.body
    assert isinstance(body, Inequality)
    larger, smaller = map(sympy.sympify, (body.left, body.right))
    if body.relation in (Relation.LE, Relation.LT):
        larger, smaller = smaller, larger
    if (found := _violation(body, larger, smaller)) is not None:
        yield found
        return
    scope = ", ".join(map(str, body.over)) or "constants"
    reader = QuotientReader([item.symbol for item in body.over])
    # side by side: SymPy would cancel a pole that both sides have
    first, second = reader.read(larger), reader.read(smaller)
    quotient = None if first is None or second is None else first - second
    if quotient is None:
        yield from interval_evidence(larger - smaller, body, scope, context.seconds / 2)
        return
    if quotient.denominator == 0:
        yield _undecided("the formula is undefined everywhere: a denominator is zero")
        return
    proofs: list[Evidence] = []
    for sides in _boxes(body.over):
        one_box = list(_on_box(body, quotient, (larger, smaller), sides, scope, context))
        if not all(item.finding is Finding.PROOF for item in one_box):
            yield from (item for item in one_box if item.finding is not Finding.PROOF)
            return
        proofs = one_box if not proofs else [_joined(a, b) for a, b in zip(proofs, one_box, strict=True)]
    yield from proofs


def _on_box(
    body: Inequality, quotient: Any, sides_of: tuple[Any, Any], sides: Sequence[Side], scope: str, context: Context
) -> Iterator[Evidence]:
    started = perf_counter()
    signs = signs_on(quotient.numerator, quotient.denominator, sides, context.seconds / 2)
    if signs is None:
        yield _undecided(
            "no sign was found on every part of the box within the budget; narrow the ranges, or factor what vanishes inside"
        )
        return
    if signs.poles:
        yield _undecided("a denominator may vanish within the ranges; leave out that end with a SymPy Interval")
        return
    if not (signs.positive if body.relation.is_strict else signs.nonnegative):
        where = next(item for item in signs.cells if item.sign <= 0 or not item.strict)
        yield _undecided(f"the coefficients do not show the sign near {_near(body.over, sides, where.cell)}")
        return
    yield Evidence(
        method=SIGNS,
        finding=Finding.PROOF,
        outcome="positive" if signs.positive else "nonnegative",
        seconds=perf_counter() - started,
        scope=scope,
        details={"cells": len(signs.cells), "factors": len(signs.cells[0].factors)},
    )
    yield _second_road(body, signs, sides_of, scope, context)


def _second_road(body: Inequality, signs: Signs, sides_of: tuple[Any, Any], scope: str, context: Context) -> Evidence:
    started, field = perf_counter(), PrimeField()
    larger, smaller = sides_of

    def written(place: Sequence[Any]) -> Any:
        scalars = {item.symbol.name: value for item, value in zip(body.over, place, strict=True)}
        evaluator = Evaluator(field, Values({}, {}, scalars))
        return evaluator.evaluate(larger) - evaluator.evaluate(smaller)

    if not certificate_agrees(signs, written, stable_seed(context.seed, "inequality")):
        raise DisagreementError(
            f"the coefficients found for {larger} - {smaller} do not give its values modulo {field.modulus}; "
            "this is a defect of dlnproof, please report it"
        )
    degree = sum(abs(f.exponent) * sum(length - 1 for length in f.coefficients.shape) for f in signs.cells[0].factors)
    bound = len(signs.cells) * (2 * (degree + 1) / SAFE_PRIME) ** 2
    return Evidence(
        method=RESIDUES,
        finding=Finding.PROOF,
        outcome="the coefficients give the original formula, and the cells fill the box",
        seconds=perf_counter() - started,
        scope=scope,
        details={"prime": str(field.modulus), "error_bound": f"{bound:.1e}"},
    )


def _joined(first: Evidence, second: Evidence) -> Evidence:
    """Return one piece of evidence for two parts of the box."""
    details = {
        key: value + second.details[key] if isinstance(value, int) else value for key, value in first.details.items()
    }
    return Evidence(
        method=first.method,
        finding=first.finding,
        outcome=min(first.outcome, second.outcome),  # "nonnegative" before "positive"
        seconds=first.seconds + second.seconds,
        scope=first.scope,
        details=details,
    )


def _boxes(ranges: Sequence[Range]) -> Iterator[tuple[Side, ...]]:
    """Yield the parts of the box on which no variable is unbounded on both sides."""
    yield from product(*map(_sides, ranges))


def _sides(item: Range) -> list[Side]:
    if item.low.is_infinite and item.high.is_infinite:
        return [Side(fmpq(0), None), Side(fmpq(0), None, mirrored=True)]
    if item.low.is_infinite:
        return [Side(-_rational(item.high), None, item.high_open, mirrored=True)]
    high = None if item.high.is_infinite else _rational(item.high)
    return [Side(_rational(item.low), high, item.low_open, item.high_open)]


def _near(ranges: Sequence[Range], sides: Sequence[Side], cell: Any) -> str:
    place = [side.at(u) for side, u in zip(sides, cell.point([fmpq(1, 2)] * len(sides)), strict=True)]
    return ", ".join(f"{item.symbol} = {value}" for item, value in zip(ranges, place, strict=True)) or "every point"


def _rational(value: Any) -> fmpq:
    return fmpq(int(value.p), int(value.q))


def _undecided(outcome: str) -> Evidence:
    return Evidence(method=SIGNS, finding=Finding.INCONCLUSIVE, outcome=outcome)


# a point at which the inequality fails


def _violation(body: Inequality, larger: Any, smaller: Any) -> Evidence | None:
    """Return an exact rational point at which the inequality fails, with SymPy's exact sign as the confirmation."""
    started = perf_counter()
    symbols = [item.symbol for item in body.over]
    value_near = point_enclosure(larger - smaller, symbols)
    boxes = list(_boxes(body.over))
    for sides in boxes:
        for place in corners_and_centres(sides, _POINTS // len(boxes)):
            if value_near(place) > 0:
                continue  # certain: the inequality holds here
            point = {s: sympy.Rational(int(v.p), int(v.q)) for s, v in zip(symbols, place, strict=True)}
            if not all(map(_declared_so, point.keys(), point.values())) or not _fails(body, larger, smaller, point):
                continue
            left, right = (sympy.sympify(side).subs(point) for side in (body.left, body.right))
            return Evidence(
                method=SEARCH,
                finding=Finding.CONFIRMED,
                outcome="violated, confirmed by SymPy",
                seconds=perf_counter() - started,
                counterexample={
                    "sizes": {},
                    "values": {str(symbol): str(value) for symbol, value in point.items()},
                    "left": str(left),
                    "right": str(right),
                },
            )
    return None


def _declared_so(symbol: Any, value: Any) -> bool:
    """Return whether a value is what its symbol was declared to be (nonzero, say)."""
    facts = symbol.assumptions0.items()
    return all(getattr(value, f"is_{fact}", wanted) in (wanted, None) for fact, wanted in facts)


def _fails(body: Inequality, larger: Any, smaller: Any, point: dict[Any, Any]) -> bool:
    difference = sympy.sympify(larger - smaller).subs(point)
    if not (difference.is_number and difference.is_real):
        return False
    if any(part.is_infinite or part is sympy.nan for part in sympy.preorder_traversal(difference)):
        return False
    sign = sign_of(difference)
    if sign < 0:
        return True
    return bool(body.relation.is_strict and sign == 0 and difference.is_Rational)
