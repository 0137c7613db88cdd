"""Formulas of stated sizes, entry by entry: both sides as polynomials in the entries of their matrices.

At fixed sizes more identities hold than for all sizes (Cayley-Hamilton, Hall, standard identities), so equal polynomials
prove the claim for these sizes and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from flint import fmpq

from dlnproof.checks.comparison import difference_at
from dlnproof.checks.statement import Statement
from dlnproof.errors import UnsupportedError
from dlnproof.language.evaluate import Values
from dlnproof.language.sampling import dimension, draw_values
from dlnproof.rings.entry_quotients import EntryQuotients
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.polynomials import EntryPolynomials
from dlnproof.verdict import Evidence, Finding

METHOD = "entry by entry"
_LARGEST = 400
_LARGEST_QUOTIENT = 18


def entrywise_evidence(statement: Statement, part: str | None = None) -> Evidence:
    """Return a proof for the stated sizes when all entries of the difference are the zero polynomial, else no conclusion.

    Raises UnsupportedError for roots and for assumptions beyond symmetric, diagonal and invertible matrices.
    """
    started = perf_counter()
    difference = entry_differences(statement)
    nonzero = sum(1 for row in difference for entry in row if entry != 0)
    return Evidence(
        method=METHOD,
        finding=Finding.INCONCLUSIVE if nonzero else Finding.PROOF,
        outcome=f"{nonzero} entries differ" if nonzero else "equal",
        seconds=perf_counter() - started,
        part=part,
        scope=None if nonzero else statement.scope,
        details={"entries": sum(len(row) for row in difference)},
    )


def entry_differences(statement: Statement) -> list[list[Any]]:
    """Return the entries of left - right as polynomials, or quotients of them, in the entries of the matrices and the scalars."""
    vocabulary, assumptions = statement.reader.vocabulary, statement.assumptions
    if assumptions.equations or statement.reader.relations.powers:
        raise UnsupportedError("fixed sizes together with equations or roots are not supported yet")
    if any(owned - {"symmetric", "diagonal", "invertible"} for owned in assumptions.properties.values()):
        raise UnsupportedError("fixed sizes together with this assumption are not supported yet")
    shapes = {
        name: [dimension(size, {}) for size in symbol.shape] for name, symbol in sorted(vocabulary.letters.items())
    }
    count = sum(rows * columns for rows, columns in shapes.values())
    if count > _LARGEST:
        raise UnsupportedError(f"more than {_LARGEST} entries at fixed sizes are not supported yet; use symbolic sizes")
    places = [f"{n}[{i},{j}]" for n, (r, c) in shapes.items() for i in range(r) for j in range(c)]
    kinds: list[type[EntryPolynomials | EntryQuotients]] = [EntryPolynomials]
    if count <= _LARGEST_QUOTIENT:
        kinds.append(EntryQuotients)
    for kind in kinds:
        ring = kind((*sorted(vocabulary.scalars), *places))
        try:
            return difference_at(statement, ring, _generic_values(statement, ring, places))
        except NotExactError:
            continue
        except ZeroDivisionError as error:
            raise UnsupportedError("a matrix that is singular whatever its entries has no inverse") from error
    raise UnsupportedError("fixed sizes together with roots, or with quotients of many entries, are not supported yet")


def _generic_values(statement: Statement, ring: EntryPolynomials | EntryQuotients, places: Sequence[str]) -> Values:
    """Return the matrices whose entries are the generators."""
    entries = iter([ring.generators[place] for place in places])
    return draw_values(
        statement.reader.vocabulary,
        statement.assumptions,
        ring,
        {},
        entry=lambda: next(entries),
        number=lambda symbol: ring.generators[symbol.name],
        angle=lambda: ring.number(fmpq(0)),
        angles=(),
        signs=random.Random(0),
    )
