"""The small slips of a formula, undone one at a time: a factor, a sign, a transpose, a neighbour, a letter, an index.

An edit changes one place of the expression (both halves of a squared norm count as one place). What it makes must fit: an
edit whose shapes do not is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import pairwise
from typing import Any, TypeAlias

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

from dlnproof.errors import InputError
from dlnproof.language.chain import PartialProduct
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.printing.recognise import norm_root
from dlnproof.language.printing.words import hadamard
from dlnproof.language.terms import product, scaled
from dlnproof.language.terms import transposed as distributed_transpose
from dlnproof.language.vec import Vec

TIERS = (1, 2, 3)
_Rebuild: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """`old` became `new` at one place, which made the whole `formula`; `kind` names the slip, `factor` what was multiplied."""

    formula: Any
    kind: str
    old: Any
    new: Any
    factor: Any = None


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What an edit may put in: matrix letters, scalar symbols and sizes of the claim, and the factors that occur in it."""

    matrices: Sequence[Any]
    scalars: Sequence[Any]
    sizes: Sequence[Any]
    factors: Sequence[Any] = ()


def edits(expression: Any, alphabet: Alphabet, tier: int) -> Iterator[Edit]:
    """Yield the edits of one tier: 1 the likeliest slips (factor 2, sign, transpose), 3 the least likely."""
    yield from _edits(expression, alphabet, tier, is_term=True)


def _edits(node: Any, alphabet: Alphabet, tier: int, *, is_term: bool) -> Iterator[Edit]:
    yield from _here(node, alphabet, tier, is_term)
    for part, rebuild in _parts(node):
        inside_sum = isinstance(node, sympy.Add | sympy.MatAdd) or _is_number(part)
        for edit in _edits(part, alphabet, tier, is_term=inside_sum):
            formula = rebuild(edit.formula)
            if formula is not None:
                yield replace(edit, formula=formula)


def _here(node: Any, alphabet: Alphabet, tier: int, is_term: bool) -> Iterator[Edit]:
    def made(kind: str, new: Any) -> Edit:
        return Edit(new, kind, node, new)

    def scaled_by(factor: Any) -> Edit:
        new = _times(factor, node)
        return Edit(new, "factor", node, new, factor)

    if tier == 1:
        if is_term:
            yield from map(scaled_by, (sympy.Integer(2), sympy.Rational(1, 2), sympy.Integer(-1)))
        if is_matrix(node):
            yield made("transpose", transposed(node))
    elif tier == 2:
        if is_term:
            yield from map(scaled_by, _less_likely_factors(alphabet))
        yield from _letters(node, alphabet, made)
        yield from _in_product(node, made)
        yield from _in_sum(node)
        yield from _indices(node, made)
    else:
        yield from _in_power(node, made)
        yield from _with_another(node, alphabet)
        if is_term:
            for scalar in alphabet.scalars:
                yield scaled_by(scalar)
                yield scaled_by(1 / scalar)


def _less_likely_factors(alphabet: Alphabet) -> Iterator[Any]:
    yield from map(sympy.Rational, ("4", "1/4", "-2", "-1/2", "3", "1/3"))
    for size in alphabet.sizes:
        yield 1 / size
        yield size


def _letters(node: Any, alphabet: Alphabet, made: Callable[..., Edit]) -> Iterator[Edit]:
    if isinstance(node, sympy.MatrixSymbol):
        yield from (made("letter", other) for other in alphabet.matrices if other != node)
    elif isinstance(node, sympy.Symbol):
        yield from (made("letter", other) for other in (*alphabet.scalars, *alphabet.sizes) if other != node)


def _in_product(node: Any, made: Callable[..., Edit]) -> Iterator[Edit]:
    if isinstance(node, sympy.MatMul):
        coefficient, factors = node.as_coeff_matrices()
        for place in range(len(factors) - 1):
            swapped = [*factors[:place], factors[place + 1], factors[place], *factors[place + 2 :]]
            pair = product(factors[place : place + 2])
            if (new := _matrix_product(coefficient, swapped)) is not None:
                yield Edit(new, "swap", pair, product(swapped[place : place + 2]))
        for turn in (1, -1) if len(factors) > 2 else ():
            if (new := _matrix_product(coefficient, [*factors[turn:], *factors[:turn]])) is not None:
                yield made("order", new)
        for place, factor in enumerate(factors):
            rest = [*factors[:place], *factors[place + 1 :]]
            if rest and (new := _matrix_product(coefficient, rest)) is not None:
                yield Edit(new, "extra factor", factor, new)
        for place in range(len(factors) - 1):
            yield from _entrywise(coefficient, factors, place)
    elif isinstance(node, sympy.HadamardProduct):
        new = _matrix_product(sympy.Integer(1), list(node.args))
        if new is not None:
            yield made("entrywise", new)
        for place, factor in enumerate(node.args):
            rest = [*node.args[:place], *node.args[place + 1 :]]
            yield Edit(hadamard(rest), "extra factor", factor, hadamard(rest))


def _entrywise(coefficient: Any, factors: list[Any], place: int) -> Iterator[Edit]:
    """Yield two neighbours of one shape multiplied entry by entry, as they are or the second transposed."""
    first, second = factors[place], factors[place + 1]
    for other in (second, transposed(second)) if second.shape[0] != 1 else (second,):
        if first.shape == other.shape and 1 not in first.shape:
            pair = sympy.HadamardProduct(first, other)
            new = _matrix_product(coefficient, [*factors[:place], pair, *factors[place + 2 :]])
            if new is not None:
                yield Edit(new, "matrix product", product([first, second]), pair)


def _with_another(node: Any, alphabet: Alphabet) -> Iterator[Edit]:
    """Yield a matrix or product with one more letter, as it is or transposed, at any place where it fits."""
    if not is_matrix(node) or isinstance(node, sympy.Identity | sympy.ZeroMatrix):
        return
    for factor in alphabet.factors:
        for another in (factor, transposed(factor)):
            if another.shape == node.shape:
                yield Edit(sympy.HadamardProduct(node, another), "missing factor", another, node)
    coefficient, factors = node.as_coeff_matrices() if isinstance(node, sympy.MatMul) else (sympy.Integer(1), [node])
    for letter in alphabet.factors:
        for another in dict.fromkeys((letter, transposed(letter))):
            for place in range(len(factors) + 1):
                new = _matrix_product(coefficient, [*factors[:place], another, *factors[place:]])
                if new is not None:
                    yield Edit(new, "missing factor", another, new)


def _in_sum(node: Any) -> Iterator[Edit]:
    if isinstance(node, sympy.Add | sympy.MatAdd) and len(node.args) > 1:  # unevaluated, a sum may have one term
        for place, term in enumerate(node.args):
            rest = [*node.args[:place], *node.args[place + 1 :]]
            yield Edit(_sum(rest), "extra term", term, _sum(rest))


def _in_power(node: Any, made: Callable[..., Edit]) -> Iterator[Edit]:
    if isinstance(node, sympy.Pow | sympy.MatPow | sympy.HadamardPower) and node.args[1].is_Integer:
        base, exponent = node.args
        yield from (made("exponent", type(node)(base, new)) for new in (exponent - 1, exponent + 1) if new > 0)
    elif isinstance(node, sympy.Symbol | sympy.Trace):
        yield made("exponent", node**2)


def _indices(node: Any, made: Callable[..., Edit]) -> Iterator[Edit]:
    """Yield a partial product with an end moved by one; a layer moves as a whole."""
    if not isinstance(node, PartialProduct):
        return
    chain = node.chain
    for shift in (1, -1):
        moves = [(shift, shift)] if node.is_layer else [(shift, 0), (0, shift), (shift, shift)]
        for top, bottom in moves:
            try:
                yield made("index", chain.product(node.top + top, node.bottom + bottom))
            except InputError:
                continue


# the places of an expression, and how it is put together again around a changed part


def _parts(node: Any) -> Iterator[tuple[Any, _Rebuild]]:
    if isinstance(node, sympy.MatMul):
        yield from _parts_of_product(node)
    elif isinstance(node, sympy.Trace) and norm_root(node) is not None:
        yield norm_root(node), lambda root: _squared(root) if is_matrix(root) else None
        yield node.arg, lambda part: _wrapped(node, part)  # one half alone
    elif isinstance(node, sympy.Transpose | sympy.Inverse | sympy.Trace | DiagonalOf | DiagonalMatrix | Vec):
        yield node.arg, lambda part: _wrapped(node, part)
    elif isinstance(node, DiagMatrix):
        yield node.args[0], lambda part: DiagMatrix(part) if 1 in part.shape else None
    elif isinstance(node, ScalarExpectation | MatrixExpectation):
        yield node.expression, lambda part: type(node)(part, *node.noises) if _alike(part, node.expression) else None
    elif isinstance(node, sympy.Pow | sympy.MatPow | sympy.HadamardPower):
        yield node.args[0], lambda base: type(node)(base, node.args[1]) if _alike(base, node.args[0]) else None
        if isinstance(node, sympy.Pow) and node.args[1].is_Integer and node.args[1] > 1:  # one of the factors alone
            yield node.args[0], lambda base: node / node.args[0] * base if _alike(base, node.args[0]) else None
    elif isinstance(node, sympy.Add | sympy.MatAdd | sympy.Mul | sympy.HadamardProduct | sympy.KroneckerProduct):
        for place, part in enumerate(node.args):
            yield part, partial(_replaced, node, place)


def _parts_of_product(node: Any) -> Iterator[tuple[Any, _Rebuild]]:
    coefficient, factors = node.as_coeff_matrices()
    if coefficient != 1 and not coefficient.is_Number:
        yield coefficient, lambda new: scaled(new, product(factors))
    for place, factor in enumerate(factors):
        yield factor, partial(_product_with, coefficient, factors, place)


def _product_with(coefficient: Any, factors: Sequence[Any], place: int, new: Any) -> Any:
    return _matrix_product(coefficient, [*factors[:place], new, *factors[place + 1 :]])


def _replaced(node: Any, place: int, new: Any) -> Any:
    old = node.args[place]
    if not _alike(new, old):
        return None
    args = [*node.args[:place], new, *node.args[place + 1 :]]
    return _sum(args) if isinstance(node, sympy.Add | sympy.MatAdd) else type(node)(*args)


def _wrapped(node: Any, part: Any) -> Any:
    needs_square = not isinstance(node, sympy.Transpose | Vec)
    if not is_matrix(part) or (needs_square and part.shape[0] != part.shape[1]):
        return None
    return transposed(part) if isinstance(node, sympy.Transpose) else type(node)(part)


def _matrix_product(coefficient: Any, factors: list[Any]) -> Any:
    """Return the product, or None where two neighbours do not fit."""
    if any(left.shape[1] != right.shape[0] for left, right in pairwise(factors)):
        return None
    return scaled(coefficient, product(factors))


def transposed(matrix: Any) -> Any:
    """Return the transpose; around a DiagMatrix unevaluated, for SymPy would ask of it whether it is diagonal."""
    return sympy.Transpose(matrix) if matrix.has(DiagMatrix) else distributed_transpose(matrix)


def _squared(root: Any) -> Any:
    return sympy.Trace(product([transposed(root), root]))


def _times(factor: Any, node: Any) -> Any:
    if not is_matrix(node):
        return factor * node
    coefficient, factors = node.as_coeff_matrices() if isinstance(node, sympy.MatMul) else (sympy.Integer(1), [node])
    return scaled(factor * coefficient, product(factors))


def _sum(terms: Sequence[Any]) -> Any:
    if len(terms) == 1:
        return terms[0]
    if is_matrix(terms[0]):
        return sympy.MatAdd(*terms)  # unevaluated: SymPy would ask of every DiagMatrix whether it is diagonal
    return reduce(lambda a, b: a + b, terms)


def _alike(first: Any, second: Any) -> bool:
    if is_matrix(first) != is_matrix(second):
        return False
    return not is_matrix(first) or first.shape == second.shape


def _is_number(node: Any) -> bool:
    return False if is_matrix(node) else isinstance(node, sympy.Trace)


def is_matrix(expression: Any) -> bool:
    """Return whether an expression is a matrix."""
    return bool(getattr(expression, "is_Matrix", False))
