"""Sizes that are large enough for a second proof, and random residues at them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dlnproof.algebra.polynomial import Polynomial
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.statement import Statement
from dlnproof.errors import UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import allowed, dimension, residues, size_symbols, usable
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField

_DRAWS = 60
_LARGEST_SIZE = 64
_SIZE_ORDERS = 24


def size_degree(statement: Statement) -> int:
    """Return the highest total degree in the sizes of a coefficient of either side."""
    if not any(monomial for form in (statement.left_form, statement.right_form) for monomial, _ in form.terms):
        return 0
    names = size_symbols(statement.reader.vocabulary)
    texts = set(statement.reader.vocabulary.sizes) | names
    exponents = 2 if statement.reader.powers or statement.reader.scalar_powers else 0  # looked at more than once
    return exponents + max(
        (
            int(sum(abs(Fraction(exponent)) for name, exponent in monomial if name in texts)) + 1
            for form in (statement.left_form, statement.right_form)
            for monomial, _, _ in form
            if any(name in texts for name, _ in monomial)
        ),
        default=0,
    )


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
        while value in taken or not allowed(vocabulary.scalars[name], Fraction(value)):
            value += 1
            if value > _LARGEST_SIZE:
                raise UnsupportedError(f"a size {name} with these assumptions is not supported yet")
        taken.add(value)
        sizes[name] = value

    def too_small(text: str, size: Any) -> bool:
        return dimension(size, sizes) < (1 if size.is_Integer else max(1, needed.get(text, 0)))

    composite = [(text, size) for text, size in vocabulary.sizes.items() if not size.is_Symbol]
    first = True  # every symbol was allowed its value above
    while any(too_small(*item) for item in composite) or not (first or usable(vocabulary, sizes)):
        first = False
        sizes = {name: value + 1 for name, value in sizes.items()}
        if max(sizes.values(), default=_LARGEST_SIZE + 1) > _LARGEST_SIZE:
            raise UnsupportedError("sizes above the bound for a second, modular proof are too large: not supported yet")
    return sizes


def sizes_with_values(statement: Statement, field: PrimeField, seed: int) -> dict[str, int]:
    """Return generic sizes at which both sides have values: A^T A, say, needs at least as many rows as columns."""
    reader = statement.reader
    if not (reader.inverses or reader.vocabulary.inverted):
        return generic_sizes(statement, seed)
    for attempt in range(_SIZE_ORDERS):
        sizes = generic_sizes(statement, stable_seed(seed, "order", attempt), level=attempt > 0)
        if attempt % 2:  # an antisymmetric matrix has an inverse at even sizes only
            sizes = {name: value + 1 for name, value in sizes.items()}
            if not usable(reader.vocabulary, sizes):
                continue
        try:
            draw(statement, field, sizes, seed, attempts=3)
        except UnsupportedError:
            continue
        return sizes
    raise UnsupportedError("no sizes at which every inverse of the claim exists were found: not supported yet")


def _index_counts(form: Polynomial) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, diagram, _ in form:
        sizes = diagram.open.sizes
        for component in diagram.closed:
            sizes += component.sizes
        for size in set(sizes):
            count = sizes.count(size)
            if count > counts.get(size, 0):
                counts[size] = count
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
            if not _may_have_no_value(statement):
                return values
            evaluator = Evaluator(field, values)
            evaluator.evaluate(statement.left), evaluator.evaluate(statement.right)
        except (NotExactError, ZeroDivisionError):
            continue
        return values
    raise UnsupportedError(f"no residues modulo {SAFE_PRIME} at which both sides have values: not supported yet")


def _may_have_no_value(statement: Statement) -> bool:
    """Return whether a formula may have no value at some residues: it divides, inverts or takes roots."""
    reader = statement.reader
    was_not_read = not statement.left_form and not statement.right_form
    if was_not_read or reader.relations or reader.inverses or reader.vocabulary.inverted:
        return True
    return any(
        exponent < 0 or exponent.denominator > 1
        for form in (statement.left_form, statement.right_form)
        for monomial, _, _ in form
        for _, exponent in monomial
    )
