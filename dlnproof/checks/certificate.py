"""The certificate of a proof under equations, verified at unrestricted random residues.

The first road says: multipliers * (left - right) = sum of contexts with (the equation's difference) in their hole. Both sides
are evaluated here, the left one from the original formulas.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from flint import fmpq

from dlnproof.algebra.contract import contract
from dlnproof.algebra.diagram import unwired
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.rules import HOLE, Use
from dlnproof.algebra.scalars import Monomial
from dlnproof.checks.comparison import difference_at
from dlnproof.checks.statement import Statement
from dlnproof.errors import UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import dimension
from dlnproof.rings.prime_field import PrimeField


def certificate_holds(statement: Statement, field: PrimeField, values: Values) -> bool:
    """Return whether the certificate of the statement adds up at the given residues."""
    modulus = field.modulus
    difference = np.array(
        [[int(entry) for entry in row] for row in difference_at(statement, field, values)], dtype=object
    )
    evaluator = Evaluator(field, values)
    vocabulary = statement.reader.vocabulary
    tensors = {
        (letter_name): _tensor(
            evaluator.evaluate(symbol), symbol, field, is_diagonal=letter_name in vocabulary.diagonal
        )
        for letter_name, symbol in vocabulary.letters.items()
    }
    for name in vocabulary.inverted:
        symbol = vocabulary.letters[name]
        tensors[f"{name}^-1"] = _tensor(field.inverse(evaluator.evaluate(symbol)), symbol, field)
    sizes = {text: dimension(expression, values.sizes) for text, expression in vocabulary.sizes.items()}
    for inverse in statement.reader.inverses.values():
        value = _form_value(inverse.denominator, evaluator, tensors, sizes, modulus)
        inverted = field.inverse(field.matrix([[field.number(fmpq(int(entry))) for entry in row] for row in value]))
        tensors[inverse.letter.name] = np.array(
            [[int(entry) for entry in row] for row in field.rows(inverted)], dtype=object
        )
    for factor, on_right in statement.multipliers:
        value = _form_value(factor, evaluator, tensors, sizes, modulus)
        difference = (difference.dot(value) if on_right else value.dot(difference)) % modulus
    total = np.zeros_like(difference)
    for use in statement.uses:
        total = (total + _use_value(statement, use, evaluator, tensors, sizes, modulus)) % modulus
    return bool(np.all((difference - total) % modulus == 0))


def _form_value(
    form: Polynomial,
    evaluator: Evaluator,
    tensors: Mapping[str, Any],
    sizes: Mapping[str, int],
    modulus: int,
) -> Any:
    field, total = evaluator.ring, None
    for monomial, diagram, coefficient in form:
        wiring = unwired(diagram)
        filled = {letter: tensors[letter.name] for letter, _ in wiring.atoms}
        weight = int(field.number(coefficient)) * _monomial_value(monomial, evaluator, sizes)
        value = contract(wiring, sizes, filled, modulus) * weight % modulus
        total = value if total is None else (total + value) % modulus
    return total


def _use_value(
    statement: Statement,
    use: Use,
    evaluator: Evaluator,
    tensors: Mapping[str, Any],
    sizes: Mapping[str, int],
    modulus: int,
) -> Any:
    left, right = statement.assumptions.equations[use.number]
    field = evaluator.ring
    gap = [
        [int(a) - int(b) for a, b in zip(first, second, strict=True)]
        for first, second in zip(_rows(evaluator, left), _rows(evaluator, right), strict=True)
    ]
    (hole,) = (legs for letter, legs in use.context.atoms if letter == HOLE)
    shape = [sizes[use.context.sizes[leg]] for leg in hole]
    filled = {letter: tensors.get(letter.name) for letter, _ in use.context.atoms}
    filled[HOLE] = np.array(gap, dtype=object).reshape(shape)
    weight = int(field.number(use.coefficient)) * _monomial_value(use.monomial, evaluator, sizes) % modulus
    return contract(use.context, sizes, filled, modulus) * weight % modulus


def _rows(evaluator: Evaluator, side: Any) -> Any:
    value = evaluator.evaluate(side)
    return evaluator.ring.rows(value) if getattr(side, "is_Matrix", False) else [[value]]


def _tensor(matrix: Any, symbol: Any, field: PrimeField, *, is_diagonal: bool = False) -> Any:
    array = np.array([[int(entry) for entry in row] for row in field.rows(matrix)], dtype=object)
    if is_diagonal and 1 not in array.shape:
        return np.array([array[place, place] for place in range(len(array))], dtype=object)
    return array.reshape([length for length, size in zip(array.shape, symbol.shape, strict=True) if size != 1])


def _monomial_value(monomial: Monomial, evaluator: Evaluator, sizes: Mapping[str, int]) -> int:
    field, values = evaluator.ring, evaluator.values
    result = field.number(fmpq(1))
    for name, exponent in monomial:
        if name.startswith(("@cos:", "@sin:")):
            base = values.angles[name[5:]][name.startswith("@sin:")]
        elif name[0] == "#":
            base = field.number(fmpq(int(name[1:])))
        elif name[0] == "@":
            raise UnsupportedError("an assumption Eq(left, right) together with the root of a sum is not supported yet")
        else:
            base = values.scalars[name] if name in values.scalars else field.number(fmpq(sizes[name]))
        if exponent.denominator != 1:
            base = field.root(base, exponent.denominator)
        result = result * base**exponent.numerator
    return int(result)
