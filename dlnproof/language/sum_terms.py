"""Formulas with sums over layers into terms of the algebra: pulled out, read as diagrams, their indices kept as affine forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import sympy
from flint import fmpq

from dlnproof.algebra.affine import region
from dlnproof.algebra.diagram import Letter, unwired
from dlnproof.algebra.index_polynomial import power, product
from dlnproof.algebra.layer_terms import POWER, RECIPROCAL, SCALAR, SEGMENT, Item, Run, Term, Width
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.rules import cancelled
from dlnproof.algebra.scalars import ONE, Monomial, ScalarPolynomial, power_of, times
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.agreement import cancellations
from dlnproof.language.chain import PartialProduct, is_width
from dlnproof.language.depth import has_symbolic_exponent
from dlnproof.language.from_sympy import Reader
from dlnproof.language.index_facts import affine, range_constraints
from dlnproof.language.layer_sum import LayerValue, is_layer_sum
from dlnproof.language.pulled_out import pulled_out


def needs_sums(expression: Any) -> bool:
    """Return whether a formula needs the algebra of sums over layers.

    It has a sum, a scalar of a layer, or a power A**i beside partial products; powers alone are read as `symbolic_powers` do.
    """
    nodes = [node for node in sympy.preorder_traversal(sympy.sympify(expression)) if isinstance(node, sympy.Basic)]
    if any(is_layer_sum(node) or isinstance(node, LayerValue) for node in nodes):
        return True
    return any(map(has_symbolic_exponent, nodes)) and any(isinstance(node, PartialProduct) for node in nodes)


def difference_terms(reader: Reader, left: Any, right: Any, indices: Iterable[Any]) -> list[Term]:
    """Return terms whose sum is `left - right`; `indices` are the free index symbols of the claim.

    Raises UnsupportedError for what the language lacks.
    """
    free = {symbol.name for symbol in indices}
    read = []
    for sign, side in ((1, left), (-1, right)):
        for ranges, summand in pulled_out(side):
            _refuse_changing_letters(summand, {index for index, _, _ in ranges})
            polynomial = reader.expanded_sizes(reader.read(summand)).scaled(fmpq(sign))
            read.append((ranges, cancelled(polynomial, cancellations(reader))))
    if reader.inverses or reader.relations:
        raise UnsupportedError(
            "a quotient, a root or an inverse of a sum beside a sum over layers is not supported yet"
        )
    # a letter is seen as its own first power once all powers are known, hence only now
    terms = [
        term
        for ranges, polynomial in read
        for term in _terms(
            reader,
            polynomial,
            region(range_constraints(ranges)),
            frozenset(str(index) for index, _, _ in ranges),
            free,
        )
    ]
    return _cleared(terms, free)


def _terms(reader: Reader, polynomial: Polynomial, where: Any, bound: frozenset[str], free: set[str]) -> Iterator[Term]:
    vocabulary = reader.vocabulary
    for monomial, diagram, coefficient in polynomial:
        wiring = unwired(diagram)
        weight: ScalarPolynomial = {ONE: fmpq(coefficient)}
        scalars: Monomial = ()
        items: list[Item] = [(_run(reader, letter), legs) for letter, legs in wiring.atoms]
        for name, exponent in monomial:
            size, value = vocabulary.sizes.get(name), reader.layer_values.get(name)
            if value is not None or (size is not None and is_width(size)):
                owner, index = _indexed(value if value is not None else size)
                if exponent.denominator != 1:
                    raise UnsupportedError(f"a root of {name} is not supported yet")
                run = Run(SCALAR if exponent > 0 else RECIPROCAL, owner, (affine(index),))
                items += [(run, ())] * abs(int(exponent))
            elif name in bound | free and exponent > 0 and exponent.denominator == 1:
                weight = product(weight, power({power_of(name): fmpq(1)}, int(exponent)))
            elif name in bound:
                raise UnsupportedError("a quotient by a summed layer index is not supported yet")
            else:
                scalars = times(scalars, power_of(name, exponent))
        sizes = tuple(_size(vocabulary.sizes[text]) if text in vocabulary.sizes else text for text in wiring.sizes)
        yield Term(where, bound, weight, scalars, sizes, tuple(items), wiring.rows, wiring.columns)


def _indexed(scalar: Any) -> tuple[str, Any]:
    """Return the name and the layer of a scalar of a layer or of a width."""
    return (str(scalar.symbol), scalar.index) if isinstance(scalar, LayerValue) else (str(scalar.func), scalar.args[0])


def _size(size: Any) -> Any:
    return Width(str(size.func), affine(size.args[0])) if is_width(size) else str(size)


def _run(reader: Reader, letter: Letter) -> Letter | Run:
    part = reader.partial_products.get(letter.name)
    if part is not None:
        return Run(SEGMENT, part.name, (affine(part.top), affine(part.bottom) - 1))
    raised = reader.segments.as_power(letter)
    return letter if raised is None else Run(POWER, raised[0].name, (raised[1],), raised[0].symmetric)


def _cleared(terms: list[Term], free: set[str]) -> list[Term]:
    """Return the terms times powers of free indices that clear their quotients, such as the 1/H of an average.

    An index that divides is nonzero, so that the product of a difference vanishes iff the difference does.
    """
    owed: dict[str, int] = {}
    for term in terms:
        for name, exponent in term.scalars:
            if name in free and exponent < 0 and exponent.denominator == 1:
                owed[name] = max(owed.get(name, 0), -int(exponent))
    if not owed:
        return terms
    found = []
    for term in terms:
        own, weight = dict(term.scalars), term.weight
        for name, exponent in owed.items():
            weight = product(weight, power({power_of(name): fmpq(1)}, exponent + int(own.pop(name, 0))))
        found.append(replace(term, weight=weight, scalars=tuple(sorted(own.items()))))
    return found


def _refuse_changing_letters(summand: Any, bound: set[Any]) -> None:
    """Raise InputError for a matrix symbol whose shape depends on a bound index: it would be another matrix in every layer."""
    for symbol in summand.free_symbols:
        if isinstance(symbol, sympy.MatrixSymbol):
            sizes = {inner for size in symbol.shape for inner in size.free_symbols}
            if sizes & bound:
                raise InputError(
                    f"{symbol}: its shape changes with the layer that is summed over; one letter for every layer is a chain: "
                    f'write {symbol} = dp.Chain("{symbol}", depth, widths=...)'
                )
