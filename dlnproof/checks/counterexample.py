"""The search for a counterexample of an equation: small sizes, small integers, as many zeros as possible.

The size is first lowered as far as residues modulo a prime stay different (for a formula without equations among its
assumptions a nonzero canonical form makes them different from some size on), then small integer instances are drawn there,
and the first one at which the two formulas differ is shrunk entry by entry. Finding is all that happens here: what is found
counts only after `recomputation` has confirmed it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice, product
from typing import Any

from flint import arb, fmpq

from dlnproof.checks.comparison import agree_at, difference_at
from dlnproof.checks.generic_sizes import draw, generic_sizes, size_degree
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.small_instances import rational_instances
from dlnproof.checks.statement import Statement
from dlnproof.errors import UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import allowed, definitions, size_symbols, sizes_from, usable
from dlnproof.rings.fields import Balls, Rationals
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import PrimeField

_MIXED_SIZES = 60
_ROUNDS = (range(24), range(24, 100))
_HOPELESS = 2
_MIXED_SOLVED = 5
_SHRUNK_SCALARS = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3))
_RATIONALS = Rationals()


@dataclass(frozen=True, slots=True)
class Instance:
    """Rational values at which the two sides of a statement differ."""

    values: Values

    def to_json(self, left: Any, right: Any) -> dict[str, Any]:
        """Return the counterexample in the form of the JSON schema; `left`, `right` are the values of the two sides."""
        values: dict[str, Any] = {
            name: [[str(entry) for entry in row] for row in _RATIONALS.rows(matrix)]
            for name, matrix in sorted(self.values.matrices.items())
        }
        values.update((name, str(value)) for name, value in sorted(self.values.scalars.items()))
        values.update(
            (f"{function}({name})", str(value))
            for name, point in sorted(self.values.angles.items())
            for function, value in zip(("cos", "sin"), point, strict=True)
        )
        return {"sizes": dict(sorted(self.values.sizes.items())), "values": values, "left": left, "right": right}


def find_counterexample(statement: Statement, seed: int) -> Instance | None:
    """Return a small instance that satisfies the assumptions and at which the sides differ, or None."""
    if statement.certified_by_uses:
        return _among_solutions(statement, seed)
    for sizes in _candidate_sizes(statement, seed):
        for values in rational_instances(statement, sizes, stable_seed(seed, "search", sorted(sizes.items()))):
            if differs(statement, values):
                return Instance(shrunk(statement, values, partial(differs, statement)))
    return None


def _among_solutions(statement: Statement, seed: int) -> Instance | None:
    """Return an instance that satisfies general equations and at which the sides differ: a few draws at all sizes, then more.

    Sizes at which the first draws satisfied nothing are given up, unless there are none at all.
    """
    tried = list(_candidate_sizes(statement, seed))
    for draws in _ROUNDS:
        fruitful = []
        for sizes in tried:
            found = False
            for values in rational_instances(
                statement, sizes, stable_seed(seed, "search", sorted(sizes.items())), draws
            ):
                found = True
                if differs(statement, values):
                    return Instance(values)
            fruitful += [sizes] * found
        tried = fruitful or tried[:_HOPELESS]
    return None


def differs(statement: Statement, values: Values) -> bool:
    """Return whether the sides certainly differ at rational values: exactly, or as balls where a root is irrational."""
    try:
        return any(entry != 0 for row in difference_at(statement, _RATIONALS, values) for entry in row)
    except NotExactError:
        return _balls_differ(statement, values)
    except ZeroDivisionError:
        return False


def _balls_differ(statement: Statement, values: Values) -> bool:
    ring = Balls(192)
    with ring.precision():
        as_balls = Values(
            values.sizes,
            {
                name: ring.matrix([[arb(entry) for entry in row] for row in _RATIONALS.rows(matrix)])
                for name, matrix in values.matrices.items()
            },
            {name: arb(value) for name, value in values.scalars.items()},
            {name: (arb(cosine), arb(sine)) for name, (cosine, sine) in values.angles.items()},
        )
        try:
            return any(not entry.contains(0) for row in difference_at(statement, ring, as_balls) for entry in row)
        except (NotExactError, ZeroDivisionError):
            return False


def _candidate_sizes(statement: Statement, seed: int) -> Iterator[dict[str, int]]:
    """Yield size assignments worth a search, the most promising first."""
    names = sorted(size_symbols(statement.reader.vocabulary))
    if not names:
        yield {}
        return
    vocabulary = statement.reader.vocabulary
    if statement.certified_by_uses:
        levels = [sizes for level in (1, 2, 3) if (sizes := sizes_from(vocabulary, level)) is not None]
        ways = [dict(zip(names, values, strict=True)) for values in islice(product((2, 1, 3), repeat=len(names)), 729)]
        random.Random(seed).shuffle(ways)
        mixed = [sizes for sizes in ways if len(set(sizes.values())) > 1 and usable(vocabulary, sizes)]
        yield from (*levels, *mixed[:_MIXED_SOLVED])
        return
    largest = max(generic_sizes(statement, seed).values()) + size_degree(statement)
    for level in range(1, largest + 1):
        sizes = sizes_from(vocabulary, level)
        if sizes is not None and _differ_modulo(statement, sizes, seed):
            yield _lowered(statement, sizes, seed)
            yield sizes
            return
    yield from _mixed_sizes(statement, names, seed)


def _mixed_sizes(statement: Statement, names: list[str], seed: int) -> Iterator[dict[str, int]]:
    """Yield small unequal sizes at which residues differ: A (A^T A)^{-1} A^T is I for square A only."""
    source = random.Random(seed)
    choices = [dict(zip(names, values, strict=True)) for values in islice(product((1, 2, 3), repeat=len(names)), 2_000)]
    source.shuffle(choices)
    tried = sorted(choices[:_MIXED_SIZES], key=lambda sizes: sum(sizes.values()))
    yield from (sizes for sizes in tried if _differ_modulo(statement, sizes, seed))


def _lowered(statement: Statement, sizes: Mapping[str, int], seed: int) -> dict[str, int]:
    lowered = dict(sizes)
    for name in sorted(lowered):
        for smaller in range(1, lowered[name]):
            trial = {**lowered, name: smaller}
            if _differ_modulo(statement, trial, seed):
                lowered = trial
                break
    return lowered


def _differ_modulo(statement: Statement, sizes: Mapping[str, int], seed: int) -> bool:
    field = PrimeField()
    if not usable(statement.reader.vocabulary, sizes):
        return False
    try:
        return not agree_at(statement, field, draw(statement, field, sizes, stable_seed(seed, "sizes")))
    except UnsupportedError:
        return False


def shrunk(statement: Statement, values: Values, wrong: Callable[[Values], bool]) -> Values:
    """Return an instance that is still `wrong`, with as many zeros and ones as one pass over the entries finds."""
    if statement.certified_by_uses:
        return values
    defined = {symbol.name for symbol, _ in definitions(statement.assumptions)}
    for name in sorted(values.matrices):
        if name in defined or statement.assumptions.properties.get(name, frozenset()) - {"symmetric"}:
            continue
        rows, columns = _RATIONALS.shape(values.matrices[name])
        for i, j in ((i, j) for i in range(rows) for j in range(columns)):
            values = _smaller_entry(statement, values, name, (i, j), wrong)
    for name in sorted(values.scalars):
        if name not in defined:
            values = _smaller_scalar(statement, values, name, wrong)
    return values


def _smaller_entry(
    statement: Statement, values: Values, name: str, place: tuple[int, int], wrong: Callable[[Values], bool]
) -> Values:
    i, j = place
    symmetric = "symmetric" in statement.assumptions.properties.get(name, frozenset())
    for target in (0, 1):
        table = [list(row) for row in _RATIONALS.rows(values.matrices[name])]
        if table[i][j] == target:
            return values
        table[i][j] = fmpq(target)
        if symmetric:
            table[j][i] = fmpq(target)
        trial = _redefined(statement, values, {**values.matrices, name: _RATIONALS.matrix(table)}, values.scalars)
        if trial is not None and wrong(trial):
            return trial
    return values


def _smaller_scalar(statement: Statement, values: Values, name: str, wrong: Callable[[Values], bool]) -> Values:
    symbol = statement.reader.vocabulary.scalars[name]
    for target in _SHRUNK_SCALARS:
        if values.scalars[name] == fmpq(target.numerator, target.denominator):
            return values
        if not allowed(symbol, target):
            continue
        scalars = {**values.scalars, name: fmpq(target.numerator, target.denominator)}
        trial = _redefined(statement, values, values.matrices, scalars)
        if trial is not None and wrong(trial):
            return trial
    return values


def _redefined(
    statement: Statement, values: Values, matrices: Mapping[str, Any], scalars: Mapping[str, Any]
) -> Values | None:
    """Return the instance with changed values, its defined symbols computed anew; None where that fails."""
    new_matrices, new_scalars = dict(matrices), dict(scalars)
    trial = Values(values.sizes, new_matrices, new_scalars, values.angles)
    try:
        for symbol, formula in definitions(statement.assumptions):
            target = new_matrices if symbol.name in new_matrices else new_scalars
            value = target[symbol.name] = Evaluator(_RATIONALS, trial).evaluate(formula)
            if target is new_scalars and not allowed(symbol, Fraction(int(value.p), int(value.q))):
                return None
    except (ZeroDivisionError, NotExactError):
        return None
    return trial
