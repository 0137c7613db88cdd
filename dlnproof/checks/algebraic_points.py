"""Counterexamples at irrational scalars: equations that each fix one scalar, solved by real algebraic numbers.

Square roots stay in the formulas, which are then searched as any others. At a root of higher degree the matrices are drawn, the
two sides are told apart in balls around it, and SymPy confirms the difference at the algebraic number itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Any

import sympy
from flint import arb, fmpq

from dlnproof.checks.comparison import difference_at
from dlnproof.checks.counterexample import Instance
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.small_instances import rational_instances
from dlnproof.checks.statement import Statement
from dlnproof.language.evaluate import Values
from dlnproof.language.sampling import sizes_from
from dlnproof.rings.fields import Balls, Rationals
from dlnproof.rings.matrices import NotExactError

Point = Mapping[Any, Any]
_BITS = 192
_RADIUS = sympy.Rational(1, 2**200)
_LEVELS = (1, 2, 3)
_DRAWS = 12


def algebraic_points(equations: Sequence[tuple[Any, Any]]) -> Iterator[dict[Any, Any]]:
    """Yield the real solutions of equations that each fix one scalar symbol by a polynomial over the rationals."""
    solutions: dict[Any, list[Any]] = {}
    for left, right in equations:
        difference = None if getattr(left, "is_Matrix", False) else sympy.expand(left - right)
        if difference is None or len(difference.free_symbols) != 1:
            return
        (symbol,) = difference.free_symbols
        if not difference.is_polynomial(symbol) or sympy.Poly(difference, symbol).domain not in (sympy.ZZ, sympy.QQ):
            return
        roots = set(sympy.Poly(difference, symbol).real_roots())
        allowed = solutions.get(symbol)
        solutions[symbol] = (
            sorted(root for root in roots if _is_as_declared(root, symbol))
            if allowed is None
            else [root for root in allowed if root in roots]
        )
    for choice in product(*solutions.values()):
        yield dict(zip(solutions, choice, strict=True))


def _is_as_declared(root: Any, symbol: Any) -> bool:
    """Return whether a real number certainly has every property that the symbol declares."""
    sign = {
        "positive": root > 0,
        "negative": root < 0,
        "nonnegative": root >= 0,
        "nonpositive": root <= 0,
        "zero": root == 0,
        "nonzero": root != 0,
    }
    declared = getattr(symbol, "_assumptions_orig", {})
    return all(
        bool(sign[key]) is wanted if key in sign else getattr(root, f"is_{key}", None) is wanted
        for key, wanted in declared.items()
        if key != "commutative"
    )


def is_in_radicals(point: Point) -> bool:
    """Return whether every coordinate is written in square roots, so that the formulas can be read with it."""
    return not any(value.has(sympy.CRootOf) for value in point.values())


def differing_instance(statement: Statement, point: Point, seed: int) -> Instance | None:
    """Return rational values of all other symbols at which the two sides certainly differ at the point, or None."""
    free = replace(statement, assumptions=replace(statement.assumptions, equations=()))
    ring = Balls(_BITS)
    for level in _LEVELS:
        sizes = sizes_from(statement.reader.vocabulary, level)
        if sizes is None:
            continue
        for values in islice(rational_instances(free, sizes, stable_seed(seed, "algebraic", level)), _DRAWS):
            with ring.precision():
                try:
                    rows = difference_at(statement, ring, _as_balls(ring, values, point))
                except (NotExactError, ZeroDivisionError):
                    continue
                if any(not entry.contains(0) for row in rows for entry in row):
                    fixed = {symbol.name for symbol in point}
                    scalars = {name: value for name, value in values.scalars.items() if name not in fixed}
                    return Instance(replace(values, scalars=scalars))
    return None


def _as_balls(ring: Balls, values: Values, point: Point) -> Values:
    scalars = {name: arb(value) for name, value in values.scalars.items()}
    scalars.update((symbol.name, _ball(value)) for symbol, value in point.items())
    return Values(
        values.sizes,
        {
            name: ring.matrix([[arb(entry) for entry in row] for row in Rationals().rows(matrix)])
            for name, matrix in values.matrices.items()
        },
        scalars,
        {name: (arb(cosine), arb(sine)) for name, (cosine, sine) in values.angles.items()},
    )


def _ball(value: Any) -> Any:
    """Return a ball around a real algebraic number."""
    if value.is_Rational:
        return arb(fmpq(int(value.p), int(value.q)))
    if isinstance(value, sympy.CRootOf):
        middle = value.eval_rational(dx=_RADIUS)
        return arb(fmpq(int(middle.p), int(middle.q)), arb(fmpq(1, 2**200)))
    middle = sympy.Rational(str(sympy.N(value, 70)))  # in radicals: SymPy's digits are good to all but the last few
    return arb(fmpq(int(middle.p), int(middle.q)), arb(fmpq(1, 10**60)))
