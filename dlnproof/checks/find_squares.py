"""A sum of squares for a difference, searched among the visible factors: the halves of its own square terms.

Every term tr(u^T u), s^2 or their product with an even monomial shows a factor u. The difference is written as
sum G_ij <u_i, u_j> with a rational symmetric matrix G, and G = L D L^T gives weights D and roots L^T u when no pivot is
negative. What is found is only a proposal: the certificate is checked like one that a user wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import sympy
from flint import fmpq

from dlnproof.algebra.diagram import Component, Diagram, Letter
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.scalars import Monomial, raised
from dlnproof.checks.statement import prepare
from dlnproof.claims.claim import Square
from dlnproof.errors import UnsupportedError
from dlnproof.language.vocabulary import Vocabulary


class Factor(NamedTuple):
    """A visible factor: a scalar monomial times a matrix word (empty for a scalar) times scalar components."""

    monomial: Monomial
    word: tuple[tuple[Letter, bool], ...]
    closed: tuple[Component, ...]


def find_squares(larger: Any, smaller: Any, assuming: Iterable[Any]) -> tuple[Square, ...] | None:
    """Return squares that add up to `larger - smaller`, or None when the visible factors give none."""
    statement = prepare(larger, smaller, assuming)
    reader = statement.reader
    if reader.relations or reader.inverses or statement.has_chain or not statement.normal_form:
        return None
    vocabulary = reader.vocabulary
    try:
        factors = _visible_factors(statement.normal_form, vocabulary)
        roots = [_as_expression(factor, vocabulary) for factor in factors]
        grams = [_gram(statement.normal_form, roots, reader, share=share) for share in (False, True)]
    except UnsupportedError:
        return None
    pivots = next((found for gram in grams if gram is not None and (found := _pivots(gram)) is not None), None)
    if pivots is None:
        return None
    squares = []
    for weight, row in pivots:
        terms = [sympy.Rational(c.numerator, c.denominator) * roots[place] for place, c in enumerate(row) if c]
        root = terms[0]
        for term in terms[1:]:
            root = root + term
        squares.append(Square(sympy.Rational(weight.numerator, weight.denominator), root))
    return tuple(squares)


def _visible_factors(polynomial: Polynomial, vocabulary: Vocabulary) -> list[Factor]:
    factors: dict[Factor, None] = {}
    for monomial, diagram, coefficient in polynomial:
        half = _half_monomial(monomial, vocabulary)
        if coefficient <= 0 or half is None:
            continue
        odd: list[Component] = []
        closed: list[Component] = []
        for component in sorted(set(diagram.closed)):
            count = diagram.closed.count(component)
            closed += [component] * (count // 2)
            odd += [component] * (count % 2)
        if not odd:
            factors[Factor(half, (), tuple(closed))] = None
        elif len(odd) == 1:
            for word in _halves(odd[0]):
                factors[Factor(half, word, tuple(closed))] = None
        elif len(odd) == 2:  # |u|^2 |v|^2 shows u v^T and v u^T, whose difference is Lagrange's
            for first in _halves(odd[0]):
                for second in _halves(odd[1]):
                    for one, two in ((first, second), (second, first)):
                        mirrored = tuple((letter, not flag and not letter.symmetric) for letter, flag in reversed(two))
                        factors[Factor(half, one + mirrored, tuple(closed))] = None
    return list(factors)


def _half_monomial(monomial: Monomial, vocabulary: Vocabulary) -> Monomial | None:
    """Return the square root of a monomial: real when every odd power is of a nonnegative symbol or a size."""
    for name, exponent in monomial:
        symbol = vocabulary.scalars.get(name)
        if exponent % 2 and (symbol is None or not symbol.is_nonnegative):
            return None
    return raised(monomial, Fraction(1, 2))


def _halves(component: Component) -> list[tuple[tuple[Letter, bool], ...]]:
    """Return the words u with component = tr(u^T u)."""
    word = _cycle(component)
    if word is None or len(word) % 2:
        return []
    half = len(word) // 2
    found = []
    closes = all(len(legs) == 2 for _, legs in component.atoms)
    for turn in range(len(word)) if closes else (0,):
        turned = word[turn:] + word[:turn]
        first, second = turned[:half], turned[half:]
        mirrored = tuple((letter, not flag and not letter.symmetric) for letter, flag in reversed(second))
        if first == mirrored:
            found.append(second)
    return found


def _cycle(component: Component) -> tuple[tuple[Letter, bool], ...] | None:
    """Return a component as a cyclic word, or None when an index has other than two ends."""
    length = len(component.atoms)
    degree = [0] * len(component.sizes)
    for _, legs in component.atoms:
        for leg in legs:
            degree[leg] += 1
    if any(len(legs) != 2 for _, legs in component.atoms):
        return _vector_path(component)
    if any(count != 2 for count in degree):
        return None
    if length != len(component.sizes):
        return None
    left, place, word = list(component.atoms), 0, []
    while left:
        atom = next((item for item in left if place in item[1]), None)
        if atom is None:
            return None
        left.remove(atom)
        letter, legs = atom
        word.append((letter, legs[1] == place and legs[0] != place and not letter.symmetric))
        place = legs[0] + legs[1] - place
    return tuple(word)


def _vector_path(component: Component) -> tuple[tuple[Letter, bool], ...] | None:
    """Return a component that runs from a vector to a vector, u^T A ... v, as a word."""
    ends = [atom for atom in component.atoms if len(atom[1]) == 1]
    if len(ends) != 2 or any(len(legs) > 2 for _, legs in component.atoms):
        return None
    left = list(component.atoms)
    left.remove(ends[0])
    word = [(ends[0][0], True)]
    place = ends[0][1][0]
    while left:
        meeting = [item for item in left if place in item[1]]
        if len(meeting) != 1:
            return None
        left.remove(meeting[0])
        letter, legs = meeting[0]
        if len(legs) == 1:
            word.append((letter, False))
            break
        word.append((letter, legs[1] == place and not letter.symmetric))
        place = legs[0] + legs[1] - place
    return None if left else tuple(word)


def _as_expression(factor: Factor, vocabulary: Vocabulary) -> Any:
    scalar = sympy.Integer(1)
    for name, exponent in factor.monomial:
        base = sympy.Integer(name[1:]) if name[0] == "#" else vocabulary.scalars[name]
        scalar *= base ** sympy.Rational(exponent.numerator, exponent.denominator)
    for component in factor.closed:
        word = _cycle(component)
        if word is None:
            raise UnsupportedError("a hyperedge among the visible factors is not supported yet")
        scalar *= sympy.Trace(_product(word, vocabulary))
    return scalar * _product(factor.word, vocabulary) if factor.word else scalar


def _product(word: tuple[tuple[Letter, bool], ...], vocabulary: Vocabulary) -> Any:
    matrices = []
    for letter, transposed in word:
        symbol = vocabulary.letters.get(letter.name)
        if symbol is None:
            raise UnsupportedError("an inverse among the visible factors is not supported yet")
        matrices.append(symbol.T if transposed else symbol)
    return sympy.MatMul(*matrices) if len(matrices) > 1 else matrices[0]


def _gram(difference: Polynomial, roots: list[Any], reader: Any, *, share: bool) -> list[list[Fraction]] | None:
    """Return a symmetric G with difference = sum G_ij <root_i, root_j>.

    A term goes to the first pair that has it, or (`share`) in equal parts to all roots whose square it is.
    """
    left: dict[tuple[Monomial, Diagram], fmpq] = dict(difference.terms)
    count = len(roots)
    gram = [[Fraction(0)] * count for _ in range(count)]
    pairs: dict[tuple[Monomial, Diagram], list[tuple[int, int, fmpq]]] = {}
    for i in range(count):
        for j in range(i, count):
            if getattr(roots[i], "shape", None) != getattr(roots[j], "shape", None):
                continue
            inner = reader.read(_inner(roots[i], roots[j]))
            if len(inner.terms) != 1:
                return None
            ((key, value),) = inner.terms.items()
            pairs.setdefault(key, []).append((i, j, value))
    for key, places in pairs.items():
        if key not in left:
            continue
        squares = [place for place in places if place[0] == place[1]]
        chosen = squares if share and squares else places[:1]
        total = left.pop(key)
        for i, j, value in chosen:
            part = total / value / len(chosen)
            fraction = Fraction(int(part.p), int(part.q))
            gram[i][j] = gram[j][i] = fraction if i == j else fraction / 2
    return None if left else gram


def _inner(first: Any, second: Any) -> Any:
    return sympy.Trace(first.T * second) if getattr(first, "is_Matrix", False) else first * second


def _pivots(gram: list[list[Fraction]]) -> list[tuple[Fraction, list[Fraction]]] | None:
    """Return (weight, row) with G = sum weight row row^T and all weights positive, or None when G is not nonnegative."""
    work = [row[:] for row in gram]
    size = len(work)
    found = []
    for k in range(size):
        pivot = work[k][k]
        if pivot < 0 or (pivot == 0 and any(work[k])):
            return None
        if pivot == 0:
            continue
        row = [entry / pivot for entry in work[k]]
        found.append((pivot, row))
        work = [[work[i][j] - pivot * row[i] * row[j] for j in range(size)] for i in range(size)]
    return found
