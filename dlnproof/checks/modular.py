"""The second road: both original formulas at random matrices modulo a large prime (Schwartz 1980, Zippel 1979).

The sizes are at least the number of indices that the diagrams of the claim have of each size, so that formulas which agree
there for all residues agree for all sizes; a wrong identity survives one evaluation with probability at most
`2 q degree / p` (q the common denominator of the roots). Under equations that are not definitions the certificate of the
first road is evaluated instead: left - right = sum of contexts with (the equation's difference) in their hole.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from time import perf_counter
from typing import Any

from dlnproof.algebra.polynomial import Polynomial
from dlnproof.checks.certificate import certificate_holds
from dlnproof.checks.comparison import agree_at
from dlnproof.checks.statement import Statement
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import dimension, residues, size_symbols
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField
from dlnproof.verdict import Evidence, Finding

METHOD = "modular evaluation"
TRIALS = 2
_DRAWS = 60
_LARGEST_SIZE = 64
_SIZE_ORDERS = 24


def modular_evidence(
    statement: Statement, seed: int, part: str | None = None, *, proved: bool | None = None
) -> Evidence:
    """Return a second proof when the original formulas agree at random residues above the size bound.

    `proved` says whether the first road proved the statement (by default: whether its canonical form is zero).

    Raises DisagreementError when the canonical form says equal and the residues say different.
    """
    started = perf_counter()
    proved = statement.holds if proved is None else proved
    field = PrimeField()
    sizes = sizes_with_values(statement, field, seed)
    for trial in range(TRIALS):
        values = draw(statement, field, sizes, stable_seed(seed, "modular", trial))
        agree = (
            certificate_holds(statement, field, values)
            if statement.certified_by_uses
            else agree_at(statement, field, values)
        )
        if not agree:
            if proved:
                raise DisagreementError(
                    f"the first proof says that {statement.left} equals {statement.right}, residues modulo {field.modulus} "
                    "say otherwise; this is a defect of dlnproof, please report it"
                )
            return Evidence(
                method=METHOD,
                finding=Finding.INCONCLUSIVE,
                outcome="different",
                seconds=perf_counter() - started,
                part=part,
                details={"sizes": sizes, "prime": str(field.modulus)},
            )
    return Evidence(
        method=METHOD,
        finding=Finding.PROOF if proved else Finding.INCONCLUSIVE,
        outcome="certificate holds" if statement.certified_by_uses else "equal",
        seconds=perf_counter() - started,
        part=part,
        scope=statement.scope,
        details={"sizes": sizes, "prime": str(field.modulus), "trials": TRIALS, "error_bound": _error_bound(statement)},
    )


def stable_seed(*parts: Any) -> int:
    """Return a seed that depends on the parts and on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big")


def generic_sizes(statement: Statement, seed: int, *, level: bool = False) -> dict[str, int]:
    """Return pairwise different sizes, each at least the number of indices of that size in any one diagram.

    With `level` all sizes start from the largest of these numbers, so that any of them can come out as the largest.
    """
    vocabulary = statement.reader.vocabulary
    needed: dict[str, int] = {}
    for form in (statement.left_form, statement.right_form):
        for size, count in _index_counts(form).items():
            needed[size] = max(needed.get(size, 0), count)
    names = sorted(size_symbols(vocabulary))
    random.Random(seed).shuffle(names)
    sizes: dict[str, int] = {}
    taken: set[int] = set()
    for name in names:
        value = max(3, max(needed.values(), default=0) if level else needed.get(name, 0))
        while value in taken:
            value += 1
        taken.add(value)
        sizes[name] = value

    def too_small(text: str, size: Any) -> bool:
        return bool(size.free_symbols) and dimension(size, sizes) < needed.get(text, 0)

    while any(too_small(text, size) for text, size in vocabulary.sizes.items()):
        sizes = {name: value + 1 for name, value in sizes.items()}
        if max(sizes.values()) > _LARGEST_SIZE:
            raise UnsupportedError("sizes above the bound for a second, modular proof are too large: not supported yet")
    return sizes


def sizes_with_values(statement: Statement, field: PrimeField, seed: int) -> dict[str, int]:
    """Return generic sizes at which both sides have values: A^T A, say, needs at least as many rows as columns."""
    reader = statement.reader
    if not (reader.inverses or reader.vocabulary.inverted):
        return generic_sizes(statement, seed)
    for attempt in range(_SIZE_ORDERS):
        sizes = generic_sizes(statement, stable_seed(seed, "order", attempt), level=attempt > 0)
        try:
            draw(statement, field, sizes, seed, attempts=3)
        except UnsupportedError:
            continue
        return sizes
    raise UnsupportedError("no sizes at which every inverse of the claim exists were found: not supported yet")


def _index_counts(form: Polynomial) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, diagram, _ in form:
        own: dict[str, int] = {}
        for component in (diagram.open, *diagram.closed):
            for size in component.sizes:
                own[size] = own.get(size, 0) + 1
        for size, count in own.items():
            counts[size] = max(counts.get(size, 0), count)
    return counts


def draw(
    statement: Statement, field: PrimeField, sizes: Mapping[str, int], seed: int, attempts: int = _DRAWS
) -> Values:
    """Return residues at which both formulas have values: poles and non-squares under a root are drawn again."""
    reader = statement.reader
    for attempt in range(attempts):
        try:
            values = residues(
                reader.vocabulary,
                statement.assumptions,
                field,
                sizes,
                reader.relations.angles,
                stable_seed(seed, attempt),
            )
            evaluator = Evaluator(field, values)
            evaluator.evaluate(statement.left), evaluator.evaluate(statement.right)
        except (NotExactError, ZeroDivisionError):
            continue
        return values
    raise UnsupportedError(f"no residues modulo {SAFE_PRIME} at which both sides have values: not supported yet")


def _error_bound(statement: Statement) -> str:
    """Return the bound on the probability that a false identity passes all trials, as a short decimal."""
    degree, roots = 1, 1
    for form in (statement.left_form, statement.right_form):
        for monomial, diagram, _ in form:
            own = sum(abs(Fraction(exponent)) for _, exponent in monomial) + sum(1 for _ in diagram.letters())
            roots = lcm(roots, *(exponent.denominator for _, exponent in monomial))
            degree = max(degree, int(own) + 1)
    reader = statement.reader
    inverses = len(reader.vocabulary.inverted) + len(reader.inverses) + len(reader.relations.reciprocals)
    degree *= 1 + 64 * inverses  # an inverse of size s has numerator and denominator of degree at most s <= 64
    return f"{float((2 * roots * degree / SAFE_PRIME) ** TRIALS):.1e}"
