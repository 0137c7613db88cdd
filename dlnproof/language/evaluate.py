"""Evaluation of an original SymPy expression at given values, over any ring: the road that knows nothing of diagrams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import combinations, product
from math import comb, prod
from typing import Any

import sympy
from flint import fmpq
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.special import GenericIdentity, GenericZeroMatrix

from dlnproof.errors import UnsupportedError
from dlnproof.language.commutation import Commutation
from dlnproof.language.expectation import MatrixExpectation, Noise, ScalarExpectation, refuse_what_is_not_polynomial
from dlnproof.language.vec import Vec
from dlnproof.rings.matrices import MatrixRing


@dataclass(frozen=True, slots=True)
class Values:
    """One instance: an integer for every size, a matrix for every matrix symbol, a number for every scalar symbol.

    `matrices` and `scalars` hold elements of one ring; `angles` the (cosine, sine) of every angle, c^2 + s^2 = 1.
    """

    sizes: Mapping[str, int]
    matrices: Mapping[str, Any]
    scalars: Mapping[str, Any] = field(default_factory=dict)
    angles: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


class Evaluator:
    """Evaluates expressions at one instance; results are cached by expression."""

    def __init__(self, ring: MatrixRing, values: Values) -> None:
        self.ring, self.values = ring, values
        self._known: dict[Any, Any] = {}

    def evaluate(self, expression: Any) -> Any:
        """Return the ring number (scalar expression) or ring matrix (matrix expression) that the expression takes.

        Raises NotExactError where the value leaves the ring, ZeroDivisionError at a pole, UnsupportedError for a construct
        that is not of the language.
        """
        known = self._known.get(expression)
        if known is None:
            rule = _RULES.get(type(expression)) or _rule(expression)
            known = self._known[expression] = rule(self, expression)
        return known

    def dimension(self, size: Any) -> int:
        """Return the integer that a size expression takes."""
        if isinstance(size, int) or size.is_Integer:
            return int(size)
        if size.is_Symbol:
            return self.values.sizes[size.name]
        return int(size.subs({symbol: self.values.sizes[symbol.name] for symbol in size.free_symbols}))

    def _matrix_symbol(self, symbol: Any) -> Any:
        return self.values.matrices[symbol.name]

    def _scalar_symbol(self, symbol: Any) -> Any:
        if symbol.name in self.values.sizes:
            return self.ring.number(fmpq(self.values.sizes[symbol.name]))
        return self.values.scalars[symbol.name]

    def _explicit(self, matrix: Any) -> Any:
        return self.ring.matrix([[self.evaluate(matrix[i, j]) for j in range(matrix.cols)] for i in range(matrix.rows)])

    def _blocks(self, matrix: Any) -> Any:
        rows: list[list[Any]] = []
        for i in range(matrix.blockshape[0]):
            tables = [self.ring.rows(self.evaluate(matrix.blocks[i, j])) for j in range(matrix.blockshape[1])]
            rows += [[entry for part in parts for entry in part] for parts in zip(*tables, strict=True)]
        return self.ring.matrix(rows)

    def _determinant(self, expression: Any) -> Any:
        table = [list(row) for row in self.ring.rows(self.evaluate(expression.arg))]
        return _expanded(self.ring, table)

    def _entry(self, expression: Any) -> Any:
        matrix, *place = expression.args
        if not all(index.is_Integer and index >= 0 for index in place):
            raise UnsupportedError(f"the entry {expression} at an index that is no number is not supported yet")
        table = self.ring.rows(self.evaluate(matrix))
        if place[0] >= len(table) or place[1] >= len(table[0]):
            raise UnsupportedError(f"{expression}: a matrix of {len(table)} x {len(table[0])} has no such entry")
        return table[int(place[0])][int(place[1])]

    def _slice(self, expression: Any) -> Any:
        parent = self.evaluate(expression.parent)
        table, ranges = self.ring.rows(parent), []
        for part in (expression.rowslice, expression.colslice):
            start, stop, step = (self._exponent(sympy.sympify(item)) for item in part)
            if not all(item.is_Integer for item in (start, stop, step)):
                raise UnsupportedError(f"the slice {expression} with ends that are no numbers is not supported yet")
            ranges.append(range(int(start), int(stop), int(step)))
        if any(max(places, default=-1) >= size for places, size in zip(ranges, self.ring.shape(parent), strict=True)):
            raise UnsupportedError(f"{expression}: a matrix of {self.ring.shape(parent)} has no such part")
        return self.ring.matrix([[table[i][j] for j in ranges[1]] for i in ranges[0]])

    def _matrix_sum(self, expression: Any) -> Any:
        return reduce(self.ring.add, map(self.evaluate, expression.args))

    def _matrix_product(self, expression: Any) -> Any:
        scalars: list[Any] = []
        matrices: list[Any] = []
        for factor in expression.args:
            (matrices if getattr(factor, "is_Matrix", False) else scalars).append(self.evaluate(factor))
        product = reduce(self.ring.matmul, matrices)
        for factor in scalars:
            product = self.ring.scale(factor, product)
        return product

    def _exponent(self, exponent: Any) -> Any:
        """Return an exponent with its integer symbols, which are chosen like sizes, replaced by their values."""
        known = {
            symbol: self.values.sizes[symbol.name]
            for symbol in exponent.free_symbols
            if symbol.name in self.values.sizes
        }
        return exponent.subs(known) if known else exponent

    def _matrix_power(self, expression: Any) -> Any:
        base, exponent = expression.args[0], self._exponent(expression.args[1])
        if not exponent.is_Integer:
            raise UnsupportedError(f"the power {exponent} of a matrix is not supported yet")
        matrix = self.evaluate(base)
        if exponent < 0:
            matrix, exponent = self.ring.inverse(matrix), -exponent
        result = self.ring.identity(self.ring.shape(matrix)[0])
        for _ in range(int(exponent)):
            result = self.ring.matmul(result, matrix)
        return result

    def _inverse(self, expression: Any) -> Any:
        return self.ring.inverse(self.evaluate(expression.arg))

    def _transpose(self, expression: Any) -> Any:
        return self.ring.transpose(self.evaluate(expression.arg))

    def _trace(self, expression: Any) -> Any:
        return self.ring.trace(self.evaluate(expression.arg))

    def _identity(self, expression: Any) -> Any:
        return self.ring.identity(self.dimension(expression.shape[0]))

    def _constant(self, expression: Any, value: int) -> Any:
        entry = self.ring.number(fmpq(value))
        rows, columns = map(self.dimension, expression.shape)
        return self.ring.generate(rows, columns, lambda i, j: entry)  # noqa: ARG005

    def _zeros(self, expression: Any) -> Any:
        return self._constant(expression, 0)

    def _ones(self, expression: Any) -> Any:
        return self._constant(expression, 1)

    def _hadamard(self, expression: Any) -> Any:
        return reduce(lambda a, b: self.ring.entrywise(a, b, lambda x, y: x * y), map(self.evaluate, expression.args))

    def _hadamard_power(self, expression: Any) -> Any:
        base, exponent = expression.args
        if not exponent.is_Integer or exponent < 0:
            raise UnsupportedError(f"the entrywise power {exponent} is not supported yet")
        one = self.ring.number(fmpq(1))
        rows = self.ring.rows(self.evaluate(base))
        return self.ring.matrix(
            [[reduce(lambda a, b: a * b, [entry] * int(exponent), one) for entry in row] for row in rows]
        )

    def _diagonal_matrix(self, expression: Any) -> Any:
        entries = [entry for row in self.ring.rows(self.evaluate(expression.args[0])) for entry in row]
        zero = self.ring.number(fmpq(0))
        return self.ring.generate(len(entries), len(entries), lambda i, j: entries[i] if i == j else zero)

    def _diagonal_of(self, expression: Any) -> Any:
        rows = self.ring.rows(self.evaluate(expression.arg))
        return self.ring.matrix([[row[place]] for place, row in enumerate(rows)])

    def _masked_diagonal(self, expression: Any) -> Any:
        rows = self.ring.rows(self.evaluate(expression.arg))
        zero = self.ring.number(fmpq(0))
        return self.ring.generate(len(rows), len(rows), lambda i, j: rows[i][i] if i == j else zero)

    def _kronecker(self, expression: Any) -> Any:
        return reduce(self.ring.kronecker, map(self.evaluate, expression.args))

    def _vec(self, expression: Any) -> Any:
        rows = self.ring.rows(self.evaluate(expression.arg))
        return self.ring.matrix([[row[j]] for j in range(len(rows[0])) for row in rows])

    def _commutation(self, expression: Any) -> Any:
        rows, columns = map(self.dimension, expression.args)
        zero, one = self.ring.number(fmpq(0)), self.ring.number(fmpq(1))
        place = {i * columns + j: j * rows + i for i in range(rows) for j in range(columns)}
        return self.ring.generate(rows * columns, rows * columns, lambda r, c: one if place[r] == c else zero)

    def _rational(self, number: Any) -> Any:
        return self.ring.number(fmpq(int(number.numerator), int(number.denominator)))

    def _sum(self, expression: Any) -> Any:
        return reduce(lambda a, b: a + b, map(self.evaluate, expression.args))

    def _product(self, expression: Any) -> Any:
        return reduce(lambda a, b: a * b, map(self.evaluate, expression.args))

    def _power(self, expression: Any) -> Any:
        base, exponent = expression.args[0], self._exponent(expression.args[1])
        if not exponent.is_Rational:
            raise UnsupportedError(f"the exponent {exponent} is not supported yet")
        value = self.evaluate(base)
        if exponent == 0:
            return self.ring.number(fmpq(1))
        if exponent.q != 1:
            value = self.ring.root(value, int(exponent.q))
        if exponent.p < 0:
            if self.ring.is_zero(value):
                raise ZeroDivisionError(str(expression))
            value = self.ring.reciprocal(value)
        return reduce(lambda a, b: a * b, [value] * abs(int(exponent.p)))

    def _cosine(self, expression: Any) -> Any:
        return self.values.angles[expression.args[0].name][0]

    def _sine(self, expression: Any) -> Any:
        return self.values.angles[expression.args[0].name][1]


def _expanded(ring: MatrixRing, table: list[list[Any]]) -> Any:
    """Return the determinant by expanding along the first row: no division, so that it works in every ring."""
    if len(table) == 1:
        return table[0][0]
    if len(table) > _LARGEST_DETERMINANT:
        raise UnsupportedError(f"a determinant of size above {_LARGEST_DETERMINANT} is not supported yet")
    total, sign = ring.number(fmpq(0)), ring.number(fmpq(1))
    for place, entry in enumerate(table[0]):
        minor = [row[:place] + row[place + 1 :] for row in table[1:]]
        total = total + sign * entry * _expanded(ring, minor)
        sign = ring.number(fmpq(-1)) * sign
    return total


_LARGEST_DETERMINANT = 6
_PATTERN_LIMIT = 100_000


def _average(evaluator: Evaluator, expression: Any) -> Any:
    """Return the expectation as an exact finite sum over weighted patterns of every noise vector."""
    refuse_what_is_not_polynomial(expression.expression, expression.noises)
    ring = evaluator.ring
    rules = [(noise.vector, _patterns(evaluator, noise)) for noise in expression.noises]
    if prod(len(patterns) for _, patterns in rules) > _PATTERN_LIMIT:
        raise _too_many_patterns()
    total = None
    for choice in product(*(patterns for _, patterns in rules)):
        weight = ring.number(fmpq(1))
        matrices = dict(evaluator.values.matrices)
        for (vector, _), (entries, share) in zip(rules, choice, strict=True):
            weight = weight * share
            matrices[vector.name] = ring.matrix([entries] if vector.shape[1] != 1 else [[entry] for entry in entries])
        there = Evaluator(ring, replace(evaluator.values, matrices=matrices)).evaluate(expression.expression)
        if getattr(expression, "is_Matrix", False):
            there = ring.scale(weight, there)
            total = there if total is None else ring.add(total, there)
        else:
            total = weight * there if total is None else total + weight * there
    return total


def _too_many_patterns() -> UnsupportedError:
    return UnsupportedError(
        f"an expectation over more than {_PATTERN_LIMIT} noise patterns is not supported yet; use fewer noise vectors"
    )


def _patterns(evaluator: Evaluator, noise: Noise) -> list[tuple[list[Any], Any]]:
    """Return noise vectors and weights whose weighted sum is the expectation of every polynomial of the degree allowed.

    With a variance s^2 only, the degree is at most two, and f(1) (1 - n s^2) + s^2/2 sum_i (f(1 + e_i) + f(1 - e_i)) is
    exact. With cumulants up to order d the degree is at most d, and a term in more than d/2 different centred entries
    averages to zero: it is enough to vary d/2 entries at a time, by a discrete law with these moments, the others being 1.
    A set T of entries then counts sum_j (-1)^j binomial(n - |T|, j), j <= d/2 - |T|, times (inclusion and exclusion).
    """
    ring = evaluator.ring
    one, half = ring.number(fmpq(1)), ring.number(fmpq(1, 2))
    length = prod(evaluator.dimension(size) for size in noise.vector.shape)
    kappa = [one, *(evaluator.evaluate(cumulant) for cumulant in noise.cumulants)]
    if len(kappa) == 2:
        ones = [one] * length
        found = [(ones, one + ring.number(fmpq(-length)) * kappa[1])]
        for place in range(length):
            for value in (ring.number(fmpq(2)), ring.number(fmpq(0))):
                found.append(([*ones[:place], value, *ones[place + 1 :]], half * kappa[1]))
        return found
    law = _law(ring, kappa)
    most = min(len(kappa) // 2, length)
    if sum(comb(length, count) * len(law) ** count for count in range(most + 1)) > _PATTERN_LIMIT:
        raise _too_many_patterns()
    found = []
    for count in range(most + 1):
        share = ring.number(fmpq(sum((-1) ** j * comb(length - count, j) for j in range(most - count + 1))))
        for places in combinations(range(length), count):
            for pattern in product(law, repeat=count):
                entries = [one] * length
                for place, (value, _) in zip(places, pattern, strict=True):
                    entries[place] = value
                found.append((entries, reduce(lambda a, b: a * b, (weight for _, weight in pattern), share)))
    return found


def _law(ring: MatrixRing, kappa: list[Any]) -> list[tuple[Any, Any]]:
    """Return values 0, 1, ... and (signed) weights of a discrete law with the given cumulants, solved from its moments."""
    one = ring.number(fmpq(1))
    moments = [one]
    for order in range(1, len(kappa) + 1):
        terms = (
            ring.number(fmpq(comb(order - 1, k - 1))) * kappa[k - 1] * moments[order - k] for k in range(1, order + 1)
        )
        moments.append(reduce(lambda a, b: a + b, terms))
    points = [ring.number(fmpq(point)) for point in range(len(moments))]
    powers = ring.matrix(
        [[reduce(lambda a, b: a * b, [x] * order, one) for x in points] for order in range(len(moments))]
    )
    weights = ring.matmul(ring.inverse(powers), ring.matrix([[moment] for moment in moments]))
    return [(x, row[0]) for x, row in zip(points, ring.rows(weights), strict=True)]


def _rule(expression: Any) -> Callable[[Evaluator, Any], Any]:
    for kind in type(expression).__mro__:
        if kind in _RULES:
            return _RULES[kind]
    if hasattr(expression, "numerator") and not hasattr(expression, "free_symbols"):
        return Evaluator._rational
    raise UnsupportedError(f"{type(expression).__name__} in {str(expression)[:80]} is not supported yet")


_RULES: dict[type, Callable[[Evaluator, Any], Any]] = {
    sympy.MatrixSymbol: Evaluator._matrix_symbol,
    sympy.MatAdd: Evaluator._matrix_sum,
    sympy.MatMul: Evaluator._matrix_product,
    sympy.MatPow: Evaluator._matrix_power,
    sympy.Inverse: Evaluator._inverse,
    sympy.Transpose: Evaluator._transpose,
    sympy.Trace: Evaluator._trace,
    sympy.Identity: Evaluator._identity,
    sympy.ZeroMatrix: Evaluator._zeros,
    sympy.OneMatrix: Evaluator._ones,
    sympy.HadamardProduct: Evaluator._hadamard,
    sympy.HadamardPower: Evaluator._hadamard_power,
    DiagMatrix: Evaluator._diagonal_matrix,
    DiagonalOf: Evaluator._diagonal_of,
    DiagonalMatrix: Evaluator._masked_diagonal,
    sympy.KroneckerProduct: Evaluator._kronecker,
    Vec: Evaluator._vec,
    Commutation: Evaluator._commutation,
    GenericIdentity: lambda evaluator, expression: evaluator.ring.identity(1),  # noqa: ARG005
    GenericZeroMatrix: lambda evaluator, expression: evaluator.ring.scale(  # noqa: ARG005
        evaluator.ring.number(fmpq(0)), evaluator.ring.identity(1)
    ),
    sympy.MatrixBase: Evaluator._explicit,
    sympy.BlockMatrix: Evaluator._blocks,
    sympy.Determinant: Evaluator._determinant,
    MatrixElement: Evaluator._entry,
    sympy.MatrixSlice: Evaluator._slice,
    sympy.Rational: Evaluator._rational,
    sympy.Symbol: Evaluator._scalar_symbol,
    sympy.Add: Evaluator._sum,
    sympy.Mul: Evaluator._product,
    sympy.Pow: Evaluator._power,
    sympy.cos: Evaluator._cosine,
    sympy.sin: Evaluator._sine,
    ScalarExpectation: _average,
    MatrixExpectation: _average,
}
