"""SymPy formulas of products, sums and transposes of matrix symbols as sums of words: most formulas, read with least work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from flint import fmpq

from dlnproof.algebra import word_sums
from dlnproof.algebra.word_sums import Factor, WordSum
from dlnproof.language.vocabulary import Vocabulary


class Spelling:
    """Spells the formulas of one claim, over the factors that its matrix symbols are."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._known: dict[Any, WordSum | None] = {}

    def words(self, expression: Any) -> WordSum | None:
        """Return the matrix expression as a sum of words.

        None where something else occurs, shapes do not fit or everything cancels: these are the affair of the reader.
        """
        speller = SPELLED.get(type(expression))
        if speller is None:
            return None
        known = self._known.get(expression, self)
        if known is self:
            known = self._known[expression] = speller(self, expression)
        return known  # type: ignore[return-value]

    def _matrix_symbol(self, symbol: Any) -> WordSum | None:
        vocabulary = self.vocabulary
        letter = vocabulary.letter(symbol)
        if letter.name in vocabulary.diagonal or letter.name in vocabulary.antisymmetric:
            return None
        row, column = symbol.shape
        return {(Factor(letter, vocabulary.size(row), vocabulary.size(column)),): fmpq(1)}

    def _transpose(self, expression: Any) -> WordSum | None:
        words = self.words(expression.args[0])
        return None if words is None else word_sums.transpose(words)

    def _sum(self, expression: Any) -> WordSum | None:
        sums = []
        for term in expression.args:
            words = self.words(term)
            if words is None:
                return None
            sums.append(words)
        return word_sums.total(sums)

    def _product(self, expression: Any) -> WordSum | None:
        sums = []
        number = sympy.S.One  # a product that SymPy was told not to evaluate has several numbers
        for factor in expression.args:
            words = self.words(factor)
            if words is not None:
                sums.append(words)
            elif factor.is_Rational:
                number = number * factor
            else:
                return None
        if not sums or number is sympy.S.Zero:
            return None
        result = word_sums.product(sums)
        if result is None or number is sympy.S.One:
            return result
        return word_sums.scaled(result, fmpq(int(number.p), int(number.q)))


SPELLED: dict[type, Callable[[Spelling, Any], WordSum | None]] = {
    sympy.MatrixSymbol: Spelling._matrix_symbol,
    sympy.Transpose: Spelling._transpose,
    sympy.MatAdd: Spelling._sum,
    sympy.MatMul: Spelling._product,
}
