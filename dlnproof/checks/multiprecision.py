"""Residuals of an equation in mpmath at two precisions: a plain numerical look that proves nothing and must not disagree."""

from __future__ import annotations

import random
from time import perf_counter
from typing import Any

import mpmath
from flint import fmpq

from dlnproof.checks.comparison import difference_at
from dlnproof.checks.generic_sizes import draw
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.statement import Statement
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import draw_values, size_symbols, usable
from dlnproof.rings.fields import Multiprecision
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import PrimeField
from dlnproof.verdict import Evidence, Finding

METHOD = "multiprecision"
PRECISIONS = (50, 100)


def multiprecision_evidence(statement: Statement, seed: int, part: str | None = None) -> Evidence | None:
    """Return the residuals |left - right| at 50 and 100 digits on one random instance, or None where none can be drawn.

    An equality has residuals that shrink with the precision. Raises DisagreementError when an equality that the canonical
    form asserts does not.
    """
    if statement.certified_by_uses:
        return None
    started = perf_counter()
    names = sorted(size_symbols(statement.reader.vocabulary))
    sizes = {name: 2 + place % 3 for place, name in enumerate(names)}
    if not usable(statement.reader.vocabulary, sizes):
        return None
    try:  # floating point would not notice a matrix that is singular at these sizes
        draw(statement, PrimeField(), sizes, seed, attempts=3)
    except UnsupportedError:
        return None
    residuals = []
    for digits in PRECISIONS:
        residual = _residual(statement, sizes, digits, stable_seed(seed, METHOD))
        if residual is None:
            return None
        residuals.append(residual)
    small = all(
        residual <= mpmath.mpf(10) ** (-digits * 3 // 5) for residual, digits in zip(residuals, PRECISIONS, strict=True)
    )
    if statement.holds and not small:
        raise DisagreementError(
            f"the canonical form says that {statement.left} equals {statement.right}, the residual at {PRECISIONS[0]} digits "
            f"is {mpmath.nstr(residuals[0], 3)}; this is a defect of dlnproof, please report it"
        )
    return Evidence(
        method=METHOD,
        finding=Finding.AGREES if small else Finding.INCONCLUSIVE,
        outcome="residuals vanish" if small else "residuals do not vanish",
        seconds=perf_counter() - started,
        part=part,
        details={
            "digits": list(PRECISIONS),
            "residuals": [mpmath.nstr(residual, 3) for residual in residuals],
            "sizes": sizes,
        },
    )


def _residual(statement: Statement, sizes: dict[str, int], digits: int, seed: int) -> Any:
    ring = Multiprecision(digits)
    source = random.Random(seed)

    def entry() -> Any:
        return ring.number(fmpq(source.randint(-999, 999), 500))

    def number(symbol: Any) -> Any:
        value = fmpq(source.randint(1, 999), 500)
        return ring.number(-value if symbol.is_negative else fmpq(source.randint(1, 9)) if symbol.is_integer else value)

    for _ in range(20):
        try:
            values = draw_values(
                statement.reader.vocabulary,
                statement.assumptions,
                ring,
                sizes,
                entry=entry,
                number=number,
                angle=entry,
                angles=statement.reader.relations.angles,
                signs=source,
            )
            rows = difference_at(statement, ring, values)
            scale = max([ring.context.mpf(1), *_sizes_of_sides(statement, ring, values)])
        except (NotExactError, ZeroDivisionError):
            continue
        # relative to the two sides, which may be as large as the claim's own numbers
        return max(abs(cell) for row in rows for cell in row) / scale
    return None


def _sizes_of_sides(statement: Statement, ring: Multiprecision, values: Values) -> list[Any]:
    evaluator = Evaluator(ring, values)
    entries: list[Any] = []
    for side in (statement.left, statement.right):
        value = evaluator.evaluate(side)
        entries += [cell for row in value for cell in row] if getattr(side, "is_Matrix", False) else [value]
    return [abs(entry) for entry in entries]
