"""The certificate of a proof under equations, verified at unrestricted random residues.

The first road says: multipliers * (left - right) = sum of contexts with (the equation's difference) in their hole. Both sides
are evaluated here, the left one from the original formulas.
"""

from __future__ import annotations

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
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.sampling import dimension
from dlnproof.rings.prime_field import PrimeField


def certificate_holds(statement: Statement, field: PrimeField, values: Values) -> bool:
    """Return whether the certificate of the statement adds up at the given residues."""
    modulus = field.modulus
    valuation = _Valuation(statement, field, values)
    difference = np.array(
        [[int(entry) for entry in row] for row in difference_at(statement, field, values)], dtype=object
    )
    for factor, on_right, is_scalar in statement.multipliers:
        value = valuation.of_form(factor)
        if is_scalar:
            difference = difference * value[0, 0] % modulus
        else:
            difference = (difference.dot(value) if on_right else value.dot(difference)) % modulus
    total = np.zeros_like(difference)
    for use in statement.uses:
        total = (total + valuation.of_use(use)) % modulus
    return bool(np.all((difference - total) % modulus == 0))


class _Valuation:
    """The values of letters, generators and sizes of a statement at one instance of residues."""

    def __init__(self, statement: Statement, field: PrimeField, values: Values) -> None:
        self.statement, self.field, self.values = statement, field, values
        self.modulus = field.modulus
        self.evaluator = Evaluator(field, values)
        vocabulary = statement.reader.vocabulary
        self.sizes = {text: dimension(expression, values.sizes) for text, expression in vocabulary.sizes.items()}
        self.generators: dict[str, Any] = {}
        self.tensors: dict[str, Any] = {}
        for name, symbol in vocabulary.letters.items():
            if name in vocabulary.bound:  # averaged away: it stands in no form, and has no value
                continue
            self._keep(name, self.evaluator.evaluate(symbol), symbol, diagonal=name in vocabulary.diagonal)
        for name in vocabulary.inverted:
            symbol = vocabulary.letters[name]
            inverted = field.inverse(self.evaluator.evaluate(symbol))
            self._keep(f"{name}^-1", inverted, symbol, diagonal=name in vocabulary.diagonal)
        for name, power in statement.reader.powers.items():
            self.tensors[name] = _array(field, self.evaluator.evaluate(power.expression))
        for inverse in statement.reader.inverses.values():
            value = self.of_form(inverse.denominator)
            matrix = field.matrix([[field.number(fmpq(int(entry))) for entry in row] for row in value])
            legs = [self.sizes[size] for size in inverse.sizes * 2]
            self.tensors[inverse.letter.name] = _array(field, field.inverse(matrix)).reshape(legs)

    def _keep(self, name: str, matrix: Any, symbol: Any, *, diagonal: bool) -> None:
        array = _array(self.field, matrix)
        if diagonal and 1 not in array.shape:
            self.tensors[name] = np.array([array[place, place] for place in range(len(array))], dtype=object)
        else:
            legs = [self.sizes[size] for end in symbol.shape for size in self.statement.reader.sizes_of(end)]
            self.tensors[name] = array.reshape(legs)

    def of_form(self, form: Polynomial) -> Any:
        """Return the matrix that a polynomial of diagrams takes (a scalar is 1 x 1)."""
        total: Any = 0
        for monomial, diagram, coefficient in form:
            wiring = unwired(diagram)
            filled = {letter: self.tensors[letter.name] for letter, _ in wiring.atoms}
            weight = int(self.field.number(coefficient)) * self.of_monomial(monomial)
            total = (total + contract(wiring, self.sizes, filled, self.modulus) * weight) % self.modulus
        return total

    def of_use(self, use: Use) -> Any:
        """Return the value of an equation's difference in its context."""
        left, right = self.statement.assumptions.equations[use.number]
        rows, others = self._rows(left), self._rows(right)
        if len(rows) * len(rows[0]) < len(others) * len(others[0]):  # a zero fits every shape
            rows = [[0] * len(row) for row in others]
        elif len(rows) * len(rows[0]) > len(others) * len(others[0]):
            others = [[0] * len(row) for row in rows]
        gap = [
            [int(a) - int(b) for a, b in zip(first, second, strict=True)]
            for first, second in zip(rows, others, strict=True)
        ]
        (hole,) = (legs for letter, legs in use.context.atoms if letter == HOLE)
        filled = {letter: self.tensors.get(letter.name) for letter, _ in use.context.atoms}
        filled[HOLE] = np.array(gap, dtype=object).reshape([self.sizes[use.context.sizes[leg]] for leg in hole])
        weight = int(self.field.number(use.coefficient)) * self.of_monomial(use.monomial) % self.modulus
        return contract(use.context, self.sizes, filled, self.modulus) * weight % self.modulus

    def _rows(self, side: Any) -> Any:
        value = self.evaluator.evaluate(side)
        return self.field.rows(value) if getattr(side, "is_Matrix", False) else [[value]]

    def of_monomial(self, monomial: Monomial) -> int:
        """Return the residue of a monomial in the scalar generators."""
        result = self.field.number(fmpq(1))
        for name, exponent in monomial:
            base = self._generator(name)
            if exponent.denominator != 1:
                base = self.field.root(base, exponent.denominator)
            result = result * base**exponent.numerator
        return int(result)

    def _generator(self, name: str) -> Any:
        if name not in self.generators:
            self.generators[name] = self._value_of(name)
        return self.generators[name]

    def _value_of(self, name: str) -> Any:
        relations, values, field = self.statement.reader.relations, self.values, self.field
        if name.startswith(("@cos:", "@sin:")):
            return values.angles[name[5:]][name.startswith("@sin:")]
        if name in self.statement.reader.scalar_powers:
            return self.evaluator.evaluate(self.statement.reader.scalar_powers[name])
        if name in relations.reciprocals:
            return field.reciprocal(self._scalar(relations.reciprocals[name]))
        if name in relations.powers:
            degree, base = relations.powers[name]
            return field.root(self._scalar(base), degree)
        if name[0] == "#":
            return field.number(fmpq(int(name[1:])))
        return values.scalars[name] if name in values.scalars else field.number(fmpq(self.sizes[name]))

    def _scalar(self, form: Polynomial) -> Any:
        return self.field.number(fmpq(int(self.of_form(form)[0, 0])))


def _array(field: PrimeField, matrix: Any) -> Any:
    return np.array([[int(entry) for entry in row] for row in field.rows(matrix)], dtype=object)
