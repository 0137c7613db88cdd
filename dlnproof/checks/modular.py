"""The second road: both original formulas at random matrices modulo a large prime (Schwartz 1980, Zippel 1979).

The sizes are at least the number of indices that the diagrams of the claim have of each size, so that formulas which agree
there for all residues agree for all sizes; a wrong identity survives one evaluation with probability at most
`2 q degree / p` (q the common denominator of the roots). Under equations that are not definitions the certificate of the
first road is evaluated instead: left - right = sum of contexts with (the equation's difference) in their hole.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from time import perf_counter

from dlnproof.checks.certificate import certificate_holds
from dlnproof.checks.comparison import agree_at
from dlnproof.checks.generic_sizes import draw, size_degree, sizes_with_values
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.statement import Statement
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.evaluate import Values
from dlnproof.language.sampling import usable
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField
from dlnproof.verdict import Evidence, Finding

METHOD = "modular evaluation"
TRIALS = 1  # the chance of error of one evaluation modulo a prime of 62 bits is below 1e-15 and is printed
_DRAWS = 60


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
    trials = max(TRIALS, size_degree(statement) + 1)
    for trial in range(trials):
        values = draw_larger(statement, field, sizes, trial, seed)
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
        details={"sizes": sizes, "prime": str(field.modulus), "trials": trials, "error_bound": _error_bound(statement)},
    )


def draw_larger(statement: Statement, field: PrimeField, sizes: Mapping[str, int], trial: int, seed: int) -> Values:
    """Return residues at sizes that grow with the trial, for coefficients that are polynomials in the sizes.

    A coefficient of degree k in the sizes that vanishes at k + 1 points of a line through them in a random direction vanishes
    on the line, so it is zero up to the chance of the direction.
    """
    drawn = stable_seed(seed, "modular", trial)
    if trial and size_degree(statement):
        source = random.Random(stable_seed(seed, "direction"))
        slopes = {name: source.randint(1, 3) for name in sorted(sizes)}
        for grown in (
            {name: value + trial * slopes[name] for name, value in sizes.items()},
            {name: value + 6 * trial for name, value in sizes.items()},
        ):
            if usable(statement.reader.vocabulary, grown):
                try:
                    return draw(statement, field, grown, drawn, attempts=3)
                except UnsupportedError:
                    continue
    return draw(statement, field, sizes, drawn)


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
