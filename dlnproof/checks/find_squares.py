"""A sum of squares for a difference, searched among roots that its diagrams show.

The difference is written as sum G_ij <u_i, u_j> over candidate roots u_i. Where that is possible in one way only, G = L D L^T
gives the squares; else a linear program looks for nonnegative weights of squares of u_i, u_i + q u_j and u_i - q u_j, and the
weights of its vertex are solved for exactly. What is found is only a proposal: the certificate is checked like one that a user
wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any, NamedTuple

import sympy
from flint import fmpq, fmpq_mat

from dlnproof.algebra.diagram import Diagram
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.scalars import Monomial, raised, times
from dlnproof.checks.roots import Root, halves, inner, parts, turned, with_diagonals
from dlnproof.checks.statement import Statement, normaliser, prepare
from dlnproof.checks.written_squares import written_squares
from dlnproof.claims.claim import Square
from dlnproof.errors import DlnproofError, UnsupportedError
from dlnproof.language.printing.expression import to_sympy
from dlnproof.language.sampling import size_symbols

_MOST_ROOTS = 40
_QUOTIENTS = tuple(map(Fraction, ("1", "2", "1/2", "3", "1/3")))
Key = tuple[Monomial, Diagram]


class Combination(NamedTuple):
    """weight * |sum of coefficient * root|^2."""

    weight: Fraction
    terms: tuple[tuple[Fraction, int], ...]


def find_squares(larger: Any, smaller: Any, assuming: Iterable[Any]) -> tuple[Square, ...] | None:
    """Return squares that add up to `larger - smaller`, or None when the visible roots give none."""
    if written := written_squares(larger - smaller):
        return written
    try:
        statement = prepare(larger, smaller, assuming)
        if statement.holds:
            return ()
        if statement.reader.relations or statement.reader.inverses or statement.multipliers:
            return None
        return _searched(statement)
    except DlnproofError:
        return None


def _searched(statement: Statement) -> tuple[Square, ...] | None:
    vocabulary = statement.reader.vocabulary
    sizes = size_symbols(vocabulary) | set(vocabulary.sizes)
    clearing = _clearing(statement.normal_form, sizes)
    difference = statement.normal_form.scaled(fmpq(1), clearing)
    shown = [
        (times(m, clearing), d) for form in (difference, statement.left_form, statement.right_form) for m, d, _ in form
    ]
    shown += [(m, d) for m, d, _ in difference]
    shown = list(dict.fromkeys(shown))

    def is_positive(name: str) -> bool:
        symbol = vocabulary.scalars.get(name, statement.reader.layer_values.get(name))
        return name in sizes or (symbol is not None and bool(symbol.is_nonnegative))

    visible = halves(shown, is_positive, lambda name: name in sizes)
    for roots in (
        visible,
        turned(visible),
        turned([*visible, *parts(shown, is_positive)]),
        turned(with_diagonals(visible)),
    ):
        if len(roots) > _MOST_ROOTS:
            roots = roots[:_MOST_ROOTS]
        found = _of_roots(statement, difference, roots)
        if found is not None:
            weight = _monomial(raised(clearing, -1), statement)
            return tuple(Square(square.weight * weight, square.root) for square in found)
    return None


def _clearing(polynomial: Polynomial, sizes: Iterable[str]) -> Monomial:
    """Return the monomial of sizes that clears the negative powers of sizes: a positive factor."""
    least: dict[str, Any] = {}
    for monomial, _, _ in polynomial:
        for name, exponent in monomial:
            if name in sizes and exponent < least.get(name, 0):
                least[name] = exponent
    return tuple((name, -exponent) for name, exponent in sorted(least.items()))


def _of_roots(statement: Statement, difference: Polynomial, roots: Sequence[Root]) -> tuple[Square, ...] | None:
    normal = normaliser(statement)
    products: dict[tuple[int, int], Polynomial] = {}
    for i, first in enumerate(roots):
        for j in range(i, len(roots)):
            if first.legs == roots[j].legs:
                products[i, j] = normal(inner(first, roots[j]))
    for combinations_ in (_by_pivots(difference, products, len(roots)), _by_program(difference, products)):
        if combinations_ is not None:
            squares = [_as_square(item, roots, statement) for item in combinations_]
            if all(square is not None for square in squares):
                return tuple(square for square in squares if square is not None)
    return None


# one decomposition: pivots


def _by_pivots(
    difference: Polynomial, products: dict[tuple[int, int], Polynomial], count: int
) -> list[Combination] | None:
    left = dict(difference.terms)
    gram = [[Fraction(0)] * count for _ in range(count)]
    for (i, j), value in products.items():
        if len(value.terms) != 1:
            return None
        ((key, own),) = value.terms.items()
        if key in left:
            part = left.pop(key) / own
            fraction = Fraction(int(part.p), int(part.q))
            gram[i][j] = gram[j][i] = fraction if i == j else fraction / 2
    if left:
        return None
    found = []
    for k in range(count):
        pivot = gram[k][k]
        if pivot < 0 or (pivot == 0 and any(gram[k])):
            return None
        if pivot:
            row = [entry / pivot for entry in gram[k]]
            found.append(Combination(pivot, tuple((c, place) for place, c in enumerate(row) if c)))
            gram = [[gram[i][j] - pivot * row[i] * row[j] for j in range(count)] for i in range(count)]
    return found


# many decompositions: a linear program


def _by_program(difference: Polynomial, products: dict[tuple[int, int], Polynomial]) -> list[Combination] | None:
    squares = list(_candidates(products))
    if not squares:
        return None
    keys = {
        key: row for row, key in enumerate(dict.fromkeys(k for p in (difference, *products.values()) for k in p.terms))
    }
    columns = [_square_of(terms, products) for terms in squares]
    support = _vertex(difference.terms, columns, keys)
    if support is None:
        return None
    weights = _exact(difference.terms, [columns[k] for k in support], keys)
    if weights is None or any(weight < 0 for weight in weights):
        return None
    return [Combination(weight, squares[k]) for k, weight in zip(support, weights, strict=True) if weight]


def _candidates(products: dict[tuple[int, int], Polynomial]) -> Iterator[tuple[tuple[Fraction, int], ...]]:
    for i, j in products:
        if i == j:
            yield ((Fraction(1), i),)
        else:
            for quotient in _QUOTIENTS:
                yield ((Fraction(1), i), (quotient, j))
                yield ((Fraction(1), i), (-quotient, j))


def _square_of(
    terms: tuple[tuple[Fraction, int], ...], products: dict[tuple[int, int], Polynomial]
) -> dict[Key, Fraction]:
    total: dict[Key, Fraction] = {}
    for a, (first, i) in enumerate(terms):
        for second, j in terms[a:]:
            factor = first * second * (1 if i == j else 2)
            for key, value in products[min(i, j), max(i, j)].terms.items():
                total[key] = total.get(key, Fraction(0)) + factor * Fraction(int(value.p), int(value.q))
    return total


def _vertex(wanted: Any, columns: Sequence[dict[Key, Fraction]], keys: dict[Key, int]) -> list[int] | None:
    # imported on use: SciPy is slow to import
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csc_array

    entries = [
        (keys[key], number, float(value)) for number, column in enumerate(columns) for key, value in column.items()
    ]
    rows, places, values = zip(*entries, strict=True)
    right = np.zeros(len(keys))
    for key, value in wanted.items():
        right[keys[key]] = float(Fraction(int(value.p), int(value.q)))
    matrix = csc_array((values, (rows, places)), shape=(len(keys), len(columns)))
    costs = [1.0 + 0.01 * len(column) for column in columns]
    solution = linprog(costs, A_eq=matrix, b_eq=right, method="highs-ds")
    if solution.status != 0:
        return None
    return [number for number, weight in enumerate(solution.x) if weight > 1e-9]


def _exact(wanted: Any, columns: Sequence[dict[Key, Fraction]], keys: dict[Key, int]) -> list[Fraction] | None:
    """Solve for the weights of the columns in rational numbers; None where they do not give what is wanted."""
    table = fmpq_mat(len(keys), len(columns) + 1)
    for number, column in enumerate(columns):
        for key, value in column.items():
            table[keys[key], number] = fmpq(value.numerator, value.denominator)
    for key, value in wanted.items():
        table[keys[key], len(columns)] = value
    reduced, rank = table.rref()
    weights = [Fraction(0)] * len(columns)
    for row in range(rank):
        pivot = next(k for k in range(len(columns) + 1) if reduced[row, k])
        if pivot == len(columns):
            return None
        entry = reduced[row, len(columns)]
        weights[pivot] = Fraction(int(entry.p), int(entry.q))
    return weights


# back to formulas


def _as_square(item: Combination, roots: Sequence[Root], statement: Statement) -> Square | None:
    """Return the square of a matrix with the entries of the combination, the legs in an arrangement that can be written."""
    used = [roots[place] for _, place in item.terms]
    count = len(used[0].legs)
    for order in permutations(range(count)):
        for split in dict.fromkeys((count // 2, (count + 1) // 2, count)):
            try:
                matrices = [_written(root, order[:split], order[split:], statement) for root in used]
            except UnsupportedError:
                continue
            total = _scaled(item.terms[0][0], matrices[0])
            for (coefficient, _), matrix in zip(item.terms[1:], matrices[1:], strict=True):
                total = total + _scaled(coefficient, matrix)
            return Square(_rational(item.weight), total)
    return None


def _written(root: Root, rows: tuple[int, ...], columns: tuple[int, ...], statement: Statement) -> Any:
    reader = statement.reader
    if not root.legs:
        return to_sympy(root.polynomial((), ()), reader)
    sides = [sympy.Mul(*(_size(root.legs[k], statement) for k in side)) for side in (rows, columns)]
    return to_sympy(root.polynomial(rows, columns), reader, (sides[0], sides[1]))


def _size(text: str, statement: Statement) -> Any:
    return sympy.Integer(text) if text.isdigit() else statement.reader.vocabulary.sizes[text]


def _monomial(monomial: Monomial, statement: Statement) -> Any:
    vocabulary = statement.reader.vocabulary
    known = {**vocabulary.sizes, **vocabulary.scalars, **statement.reader.layer_values}
    return sympy.Mul(*(known[name] ** sympy.Rational(str(exponent)) for name, exponent in monomial))


def _scaled(factor: Fraction, matrix: Any) -> Any:
    return _rational(factor) * matrix


def _rational(value: Fraction) -> Any:
    return sympy.Rational(value.numerator, value.denominator)
