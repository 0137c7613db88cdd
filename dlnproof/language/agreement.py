"""Whether two polynomials of one reader are equal, as far as cancellation shows: the cross-check of derived formulas."""

from __future__ import annotations

from dlnproof.algebra.diagram import Letter
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.rules import Cancellation, cancelled
from dlnproof.language.from_sympy import Reader
from dlnproof.language.vocabulary import inverse_of


def cancellations(reader: Reader) -> list[Cancellation]:
    """Return the pairs that cancel: a matrix and its inverse, an orthogonal matrix and its transpose."""
    vocabulary = reader.vocabulary
    rules = []
    for name in sorted(vocabulary.orthogonal):
        letter = Letter(name, name in vocabulary.symmetric)
        rules += [Cancellation(letter, 0, letter, 0), Cancellation(letter, 1, letter, 1)]
    for name in sorted(vocabulary.inverted):
        letter = Letter(name, name in vocabulary.symmetric)
        rules += [Cancellation(letter, 1, inverse_of(letter), 0), Cancellation(inverse_of(letter), 1, letter, 0)]
    return rules


def agree(reader: Reader, left: Polynomial, right: Polynomial) -> bool:
    """Return whether two polynomials that were derived differently are equal, as far as this can be seen without rules.

    Relations among scalars and inverses of sums make equal formulas look different: then nothing is concluded.
    """
    if reader.relations or reader.inverses:
        return True
    return not reader.joined(cancelled(left - right, cancellations(reader)))
