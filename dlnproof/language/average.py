"""Reading an expectation: independent noise vectors of mean one, averaged away diagram by diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlnproof.algebra.averaging import average
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.language.expectation import refuse_what_is_not_polynomial

if TYPE_CHECKING:
    from dlnproof.language.from_sympy import Reader


def average_of(reader: Reader, expression: Any) -> Polynomial:
    """Return the expectation of a polynomial in the noise; raise UnsupportedError where its moments do not determine it."""
    refuse_what_is_not_polynomial(expression.expression, expression.noises)
    value = reader.read(expression.expression)
    for noise in expression.noises:
        cumulants = [reader.read(cumulant) for cumulant in noise.cumulants]
        value = average(value, reader.vocabulary.letter(noise.vector), cumulants)
        reader.vocabulary.bound.add(noise.vector.name)
    return value
