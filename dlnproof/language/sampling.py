"""Instances of a claim: values for its symbols that satisfy the assumptions, drawn over any ring.

Symmetric, diagonal and invertible matrices are drawn as such, orthogonal ones by the Cayley transform times a diagonal of
signs (so that both components of the orthogonal group are reached), positive definite ones as B^T B + I. An equation
`Eq(S, formula)` that defines a matrix S gives S its value; other equations are the caller's affair (`solves`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import sympy
from flint import fmpq

from dlnproof.language.assumptions import Assumptions
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.vocabulary import Vocabulary
from dlnproof.rings.matrices import MatrixRing
from dlnproof.rings.prime_field import PrimeField

Entry = Callable[[], Any]
_SIZE_RANGE = 12


def size_symbols(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the names of the symbols that occur in sizes."""
    return frozenset(symbol.name for size in vocabulary.sizes.values() for symbol in size.free_symbols)


def concrete(vocabulary: Vocabulary) -> bool:
    """Return whether every size of the claim is a number."""
    return not size_symbols(vocabulary)


def dimension(size: Any, sizes: Mapping[str, int]) -> int:
    """Return the integer value of a size expression."""
    if size.is_Integer:
        return int(size)
    return sizes[size.name] if size.is_Symbol else int(size.subs({s: sizes[s.name] for s in size.free_symbols}))


def usable(vocabulary: Vocabulary, sizes: Mapping[str, int]) -> bool:
    """Return whether every size symbol may take its value and no dimension of the claim is below 1."""
    return all(
        allowed(vocabulary.scalars[name], Fraction(value))
        for name, value in sizes.items()
        if name in vocabulary.scalars
    ) and all(dimension(size, sizes) >= 1 for size in vocabulary.sizes.values())


def sizes_from(vocabulary: Vocabulary, level: int) -> dict[str, int] | None:
    """Return sizes near `level`: for each symbol the first value from there on that it may take; None where that fails."""
    names = sorted(size_symbols(vocabulary))
    for start in range(level, level + _SIZE_RANGE):
        sizes = {}
        for name in names:
            symbol = vocabulary.scalars[name]
            value = next((v for v in range(start, start + _SIZE_RANGE) if allowed(symbol, Fraction(v))), None)
            if value is None:
                return None
            sizes[name] = value
        if usable(vocabulary, sizes):
            return sizes
    return None


def draw_matrix(
    ring: MatrixRing, rows: int, columns: int, properties: frozenset[str], entry: Entry, signs: random.Random
) -> Any:
    """Return a matrix with the given properties whose free entries come from `entry`; ZeroDivisionError asks for another draw."""
    if {"orthogonal", "positive definite"} <= properties:
        return ring.identity(rows)  # the only one
    if "orthogonal" in properties:
        flips = [signs.choice((1, -1)) for _ in range(rows)]
        flip = ring.generate(rows, rows, lambda i, j: ring.number(fmpq(flips[i] if i == j else 0)))
        if "diagonal" in properties:
            return flip
        cayley = _cayley(ring, rows, entry)
        return (
            ring.matmul(ring.matmul(cayley, flip), ring.transpose(cayley))
            if "symmetric" in properties
            else (ring.matmul(flip, cayley))
        )
    free = ring.generate(rows, columns, lambda i, j: entry())  # noqa: ARG005
    if "diagonal" in properties:
        free = _diagonal(ring, free)
        if "positive definite" in properties:
            return ring.add(ring.matmul(free, free), ring.identity(rows))
        return _regular(ring, free) if "invertible" in properties else free
    if "positive definite" in properties:
        return ring.add(ring.matmul(ring.transpose(free), free), ring.identity(rows))
    if "antisymmetric" in properties:
        zero, table = ring.number(fmpq(0)), ring.rows(free)
        upper = ring.generate(rows, rows, lambda i, j: table[i][j] if i < j else zero)
        return ring.add(upper, ring.scale(ring.number(fmpq(-1)), ring.transpose(upper)))
    if "symmetric" in properties:
        table = ring.rows(free)
        free = ring.generate(rows, rows, lambda i, j: table[min(i, j)][max(i, j)])
    return _regular(ring, free) if "invertible" in properties else free


def _regular(ring: MatrixRing, matrix: Any) -> Any:
    """Return the matrix; raise ZeroDivisionError when it has no inverse."""
    ring.inverse(matrix)
    return matrix


def _cayley(ring: MatrixRing, size: int, entry: Entry) -> Any:
    """Return (I - A)(I + A)^{-1} for a random antisymmetric A."""
    zero, minus = ring.number(fmpq(0)), ring.number(fmpq(-1))
    upper = ring.generate(size, size, lambda i, j: entry() if i < j else zero)
    skew = ring.add(upper, ring.scale(minus, ring.transpose(upper)))
    one = ring.identity(size)
    return ring.matmul(ring.add(one, ring.scale(minus, skew)), ring.inverse(ring.add(one, skew)))


def _diagonal(ring: MatrixRing, matrix: Any) -> Any:
    table = ring.rows(matrix)
    return ring.generate(len(table), len(table), lambda i, j: table[i][i] if i == j else ring.number(fmpq(0)))


def definitions(assumptions: Assumptions) -> list[tuple[Any, Any]]:
    """Return the equations that define a symbol by a formula without it, in an order that resolves them.

    A matrix symbol must stand alone on one side; a scalar one may occur linearly, with a coefficient that is known to be
    nonzero (a b = 0 defines neither a nor b).
    """
    found: list[tuple[Any, Any]] = []
    defined: set[Any] = set()
    for left, right in assumptions.equations:
        for symbol, formula in _solutions(left, right):
            free: set[Any] = getattr(formula, "free_symbols", set())
            if symbol not in defined and symbol not in free and not free & defined:
                if (
                    symbol.name in assumptions.properties
                    or symbol.name in assumptions.fixed
                    or symbol in _inside(found)
                ):
                    continue
                found.append((symbol, formula))
                defined.add(symbol)
                break
    return found


def _inside(found: list[tuple[Any, Any]]) -> set[Any]:
    """Return the symbols in earlier formulas: they were used to define something and keep their values."""
    return {symbol for _, formula in found for symbol in formula.free_symbols}


def _solutions(left: Any, right: Any) -> Iterator[tuple[Any, Any]]:
    for symbol, formula in ((left, right), (right, left)):
        # an integer symbol may be a size, which is chosen and not computed
        if isinstance(symbol, sympy.MatrixSymbol) or (isinstance(symbol, sympy.Symbol) and not symbol.is_integer):
            yield symbol, formula
    if getattr(left, "is_Matrix", False) or getattr(right, "is_Matrix", False):
        return
    difference = sympy.expand(left - right)
    for symbol in sorted(
        (s for s in difference.free_symbols if isinstance(s, sympy.Symbol) and not s.is_integer), key=str
    ):
        slope = difference.coeff(symbol, 1)
        rest = sympy.expand(difference - slope * symbol)
        if slope.is_nonzero and symbol not in slope.free_symbols | rest.free_symbols:
            yield symbol, -rest / slope


def circle_point(ring: Any, tangent: Any) -> tuple[Any, Any]:
    """Return (cosine, sine) of the angle whose half has this tangent."""
    one = ring.number(fmpq(1))
    over = ring.reciprocal(one + tangent * tangent)
    return (one - tangent * tangent) * over, (tangent + tangent) * over


def draw_values(
    vocabulary: Vocabulary,
    assumptions: Assumptions,
    ring: MatrixRing,
    sizes: Mapping[str, int],
    *,
    entry: Entry,
    number: Callable[[Any], Any],
    angle: Callable[[], Any],
    angles: Iterable[str],
    signs: random.Random,
    matrix: Callable[[str, int, int], Any] | None = None,
) -> Values:
    """Return values for every symbol of the vocabulary at the given sizes.

    `entry` draws a matrix entry, `number` a value for a scalar symbol, `angle` the tangent of half an angle, `matrix` (when
    given) a whole matrix without stated properties.
    """
    matrices: dict[str, Any] = {}
    for name, symbol in sorted(vocabulary.letters.items()):
        if name in vocabulary.bound:
            continue
        rows, columns = (dimension(size, sizes) for size in symbol.shape)
        properties = assumptions.properties.get(name, frozenset())
        if matrix is not None and not properties:
            matrices[name] = matrix(name, rows, columns)
        else:
            matrices[name] = draw_matrix(ring, rows, columns, properties, entry, signs)
    scalars = {
        name: number(symbol)
        for name, symbol in sorted(vocabulary.scalars.items())
        if name not in sizes and name not in angles
    }
    points = {}
    for name in sorted(angles):
        points[name] = circle_point(ring, angle())
    values = Values(dict(sizes), matrices, scalars, points)
    for symbol, formula in definitions(assumptions):
        target = matrices if isinstance(symbol, sympy.MatrixSymbol) else scalars
        target[symbol.name] = Evaluator(ring, values).evaluate(formula)
    return values


def residues(
    vocabulary: Vocabulary,
    assumptions: Assumptions,
    field: PrimeField,
    sizes: Mapping[str, int],
    angles: Iterable[str],
    seed: int,
) -> Values:
    """Return uniformly random residues for every symbol; scalars are squares, so that their roots multiply."""
    source = random.Random(seed)

    def residue() -> Any:
        return field.number(fmpq(source.randrange(1, field.modulus)))

    def square(symbol: Any) -> Any:
        value = residue()
        return value * value if symbol.is_nonnegative else value

    return draw_values(
        vocabulary,
        assumptions,
        field,
        sizes,
        entry=residue,
        number=square,
        angle=residue,
        angles=angles,
        signs=source,
        matrix=lambda _, rows, columns: field.draw(source, rows, columns),
    )


def allowed(symbol: Any, value: Fraction) -> bool:
    """Return whether a rational value satisfies everything that a scalar symbol declares."""
    declared = getattr(symbol, "_assumptions_orig", {})
    return all(
        (_MEANING[key](value) if key in _MEANING else _known_of(value, key)) is wanted
        for key, wanted in declared.items()
        if key != "commutative"
    )


def _known_of(value: Fraction, key: str) -> Any:
    return getattr(sympy.Rational(value.numerator, value.denominator), f"is_{key}", None)


_MEANING: dict[str, Callable[[Fraction], bool]] = {
    "real": lambda value: True,  # noqa: ARG005
    "integer": lambda value: value.denominator == 1,
    "positive": lambda value: value.numerator > 0,
    "negative": lambda value: value.numerator < 0,
    "nonnegative": lambda value: value.numerator >= 0,
    "nonpositive": lambda value: value.numerator <= 0,
    "nonzero": lambda value: value.numerator != 0,
}
