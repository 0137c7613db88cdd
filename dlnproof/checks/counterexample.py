"""The search for a counterexample of an equation: small sizes, small integers, as many zeros as possible.

The size is first lowered as far as residues modulo a prime stay different (for a formula without equations among its
assumptions a nonzero canonical form makes them different from some size on), then small integer instances are drawn there,
and the first one at which the two formulas differ is shrunk entry by entry. Finding is all that happens here: what is found
counts only after `recomputation` has confirmed it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import lcm
from typing import Any

import sympy
from flint import arb, fmpq

from dlnproof.checks.modular import agree_at, difference_at, draw, generic_sizes, stable_seed
from dlnproof.checks.statement import Statement
from dlnproof.errors import UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import allowed, definitions, draw_values, size_symbols
from dlnproof.rings.fields import Balls, Rationals
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import PrimeField

_DRAWS = 120
_MIXED_SIZES = 60
_SCALARS = tuple(
    Fraction(value) for value in ("1", "2", "1/2", "3", "1/3", "4", "5", "1/4", "0", "-1", "-2", "-1/2", "7", "9", "-3")
)
# points of the unit circle and their like: what equations between scalars have rational solutions in
_CIRCLE = tuple(Fraction(value) for value in ("3/5", "4/5", "5/13", "12/13", "-3/5", "-4/5", "0", "1"))
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
    for sizes in _candidate_sizes(statement, seed):
        for values in rational_instances(statement, sizes, stable_seed(seed, "search", sorted(sizes.items()))):
            if differs(statement, values):
                return Instance(_shrunk(statement, values))
    return None


def satisfying_instance(statement: Statement, seed: int) -> Values | None:
    """Return some rational instance that satisfies the assumptions: the claim is not vacuous."""
    names = sorted(size_symbols(statement.reader.vocabulary))
    for size in (2, 1, 3):
        sizes = dict.fromkeys(names, size)
        found = next(rational_instances(statement, sizes, stable_seed(seed, "witness", size)), None)
        if found is not None:
            return found
    return None


def satisfiable(statement: Statement, seed: int) -> bool:
    """Return whether some real instance satisfies the assumptions: a rational one, or one with a real root of a polynomial."""
    return satisfying_instance(statement, seed) is not None or _has_algebraic_instance(statement)


def _has_algebraic_instance(statement: Statement) -> bool:
    """Return whether every equation is a polynomial in a scalar of its own with rational coefficients and an allowed root."""
    taken: set[Any] = set()
    for left, right in statement.assumptions.equations:
        if getattr(left, "is_Matrix", False) or len((left - right).free_symbols) != 1:
            return False
        (symbol,) = (left - right).free_symbols
        if symbol in taken or not isinstance(symbol, sympy.Symbol) or not (left - right).is_polynomial(symbol):
            return False
        taken.add(symbol)
        polynomial = sympy.Poly(left - right, symbol)
        low = 0 if symbol.is_nonnegative else None
        high = 0 if symbol.is_nonpositive else None
        excluded = int(polynomial.eval(0) == 0 and bool(symbol.is_nonzero))
        if polynomial.domain not in (sympy.ZZ, sympy.QQ) or polynomial.count_roots(low, high) <= excluded:
            return False
    return True


def quadratic_points(equations: Sequence[tuple[Any, Any]]) -> Iterator[dict[Any, Any]]:
    """Yield the real solutions, in square roots, of equations that each fix one scalar symbol."""
    solutions: list[list[tuple[Any, Any]]] = []
    for left, right in equations:
        difference = None if getattr(left, "is_Matrix", False) else sympy.expand(left - right)
        if difference is None or len(difference.free_symbols) != 1:
            return
        (symbol,) = difference.free_symbols
        if not difference.is_polynomial(symbol) or sympy.Poly(difference, symbol).domain not in (sympy.ZZ, sympy.QQ):
            return
        roots = set(sympy.Poly(difference, symbol).real_roots())
        fitting = [root for root in sorted(roots) if not root.has(sympy.CRootOf) and (root > 0 or not symbol.is_positive)]
        solutions.append([(symbol, root) for root in fitting])
    for choice in product(*solutions):
        yield dict(choice)


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
    if statement.certified_by_uses:
        for size in (1, 2, 3):
            yield dict.fromkeys(names, size)
        yield {name: 1 + place % 3 for place, name in enumerate(names)}
        yield {name: 3 - place % 3 for place, name in enumerate(names)}
        return
    largest = max(generic_sizes(statement, seed).values())
    for size in range(1, largest + 1):
        sizes = dict.fromkeys(names, size)
        if _differ_modulo(statement, sizes, seed):
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
    try:
        return not agree_at(statement, field, draw(statement, field, sizes, stable_seed(seed, "sizes")))
    except UnsupportedError:
        return False


def rational_instances(statement: Statement, sizes: Mapping[str, int], seed: int) -> Iterator[Values]:
    """Yield small rational instances of these sizes that satisfy every assumption."""
    reader, assumptions = statement.reader, statement.assumptions
    source = random.Random(seed)
    roots = _root_degree(statement)
    defined = {symbol.name for symbol, _ in definitions(assumptions)}

    for attempt in range(_DRAWS * (4 if statement.certified_by_uses else 1)):
        reach = 1 + attempt // 40

        def entry(reach: int = reach) -> fmpq:
            return fmpq(source.randint(-reach, reach))

        def number(symbol: Any, attempt: int = attempt) -> fmpq:
            wanted = _CIRCLE if statement.certified_by_uses and attempt % 2 else _SCALARS
            choices = [value for value in wanted if allowed(symbol, value)] or [Fraction(1)]
            value = source.choice(choices[: 2 + attempt // 10] if wanted is _SCALARS else choices)
            return fmpq(value.numerator, value.denominator) ** roots

        def special(name: str, rows: int, columns: int, reach: int = reach) -> Any:  # noqa: ARG001
            return _structured(source, rows, columns, reach)

        try:
            values = draw_values(
                reader.vocabulary,
                assumptions,
                _RATIONALS,
                sizes,
                entry=entry,
                number=number,
                angle=lambda: fmpq(source.choice((1, 2, 3)), source.choice((1, 2, 3))),
                angles=reader.relations.angles,
                signs=source,
                matrix=special if statement.certified_by_uses else None,
            )
            if _satisfies(statement, values, defined):
                yield values
        except (ZeroDivisionError, NotExactError):
            continue


def _structured(source: random.Random, rows: int, columns: int, reach: int) -> Any:
    """Return a matrix of the kinds that equations tend to like: zero, padded identity or signs, rank one, or any small one."""
    kind = source.randrange(6)
    order = list(range(max(rows, columns)))
    source.shuffle(order)
    signs = [source.choice((-1, 1)) for _ in order]
    left = [source.randint(-reach, reach) for _ in range(rows)]
    right = [source.randint(-reach, reach) for _ in range(columns)]
    cut = source.randint(0, min(rows, columns))

    def entry(i: int, j: int) -> fmpq:
        if kind == 0:
            return fmpq(0)
        if kind == 1:
            return fmpq(int(i == j))
        if kind == 2:
            return fmpq(signs[i] if order[i] == j else 0)
        if kind == 3:
            return fmpq(left[i] * right[j])
        if kind == 4:
            return fmpq(int(i == j and i < cut))
        return fmpq(source.randint(-reach, reach))

    return _RATIONALS.generate(rows, columns, entry)


def _satisfies(statement: Statement, values: Values, defined: set[str]) -> bool:
    if any(
        name in defined and not allowed(statement.reader.vocabulary.scalars[name], Fraction(int(value.p), int(value.q)))
        for name, value in values.scalars.items()
    ):
        return False
    evaluator = Evaluator(_RATIONALS, values)
    return all(_equal(evaluator, left, right) for left, right in statement.assumptions.equations)


def _equal(evaluator: Evaluator, left: Any, right: Any) -> bool:
    first, second = evaluator.evaluate(left), evaluator.evaluate(right)
    return bool(first == second)


def _root_degree(statement: Statement) -> int:
    """Return q such that q-th powers have every root that the formulas take of a symbol (noise takes that of its variance)."""
    degree = 2 if statement.reader.vocabulary.bound else 1
    for form in (statement.left_form, statement.right_form):
        for monomial, _, _ in form:
            degree = lcm(degree, *(exponent.denominator for _, exponent in monomial))
    return degree


def _shrunk(statement: Statement, values: Values) -> Values:
    """Return an instance with as many zeros and ones as a single pass over the entries finds."""
    if statement.certified_by_uses:
        return values
    defined = {symbol.name for symbol, _ in definitions(statement.assumptions)}
    for name in sorted(values.matrices):
        if name in defined or statement.assumptions.properties.get(name, frozenset()) - {"symmetric"}:
            continue
        rows, columns = _RATIONALS.shape(values.matrices[name])
        for i, j in ((i, j) for i in range(rows) for j in range(columns)):
            values = _smaller_entry(statement, values, name, i, j)
    for name in sorted(values.scalars):
        if name not in defined:
            values = _smaller_scalar(statement, values, name)
    return values


def _smaller_entry(statement: Statement, values: Values, name: str, i: int, j: int) -> Values:
    symmetric = "symmetric" in statement.assumptions.properties.get(name, frozenset())
    for target in (0, 1):
        table = [list(row) for row in _RATIONALS.rows(values.matrices[name])]
        if table[i][j] == target:
            return values
        table[i][j] = fmpq(target)
        if symmetric:
            table[j][i] = fmpq(target)
        trial = _redefined(statement, values, {**values.matrices, name: _RATIONALS.matrix(table)}, values.scalars)
        if trial is not None and differs(statement, trial):
            return trial
    return values


def _smaller_scalar(statement: Statement, values: Values, name: str) -> Values:
    symbol = statement.reader.vocabulary.scalars[name]
    for target in _SCALARS[:4]:
        if values.scalars[name] == fmpq(target.numerator, target.denominator):
            return values
        if not allowed(symbol, target):
            continue
        scalars = {**values.scalars, name: fmpq(target.numerator, target.denominator)}
        trial = _redefined(statement, values, values.matrices, scalars)
        if trial is not None and differs(statement, trial):
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
            target[symbol.name] = Evaluator(_RATIONALS, trial).evaluate(formula)
    except (ZeroDivisionError, NotExactError):
        return None
    return trial
