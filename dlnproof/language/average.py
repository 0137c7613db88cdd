"""Reading an expectation: independent noise vectors of mean one, averaged away diagram by diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from dlnproof.algebra.averaging import average
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.language.refusals import unsupported

if TYPE_CHECKING:
    from dlnproof.language.from_sympy import Reader


def average_of(reader: Reader, expression: Any) -> Polynomial:
    """Return the expectation of a polynomial in the noise; raise UnsupportedError where its moments do not determine it."""
    value = reader.read(expression.expression)
    for noise in expression.noises:
        _refuse_hidden(reader, noise.vector.name, expression)
        cumulants = [reader.read(cumulant) for cumulant in noise.cumulants]
        value = average(value, reader.vocabulary.letter(noise.vector), cumulants)
        reader.vocabulary.bound.add(noise.vector.name)
    return value


def _refuse_hidden(reader: Reader, noise: str, expression: Any) -> None:
    """Raise UnsupportedError for a noise vector inside what is no polynomial in it."""
    hidden = [inverse.denominator for inverse in reader.inverses.values()]
    hidden += [*reader.relations.reciprocals.values(), *(base for _, base in reader.relations.powers.values())]
    hidden += [power.base for power in reader.powers.values()]
    scalars = [power for power in reader.scalar_powers.values() if power.has(sympy.MatrixSymbol)]
    named = {symbol.name for power in scalars for symbol in power.free_symbols}
    if noise in named or any(noise in form.letters() for form in hidden):
        raise unsupported(f"the noise {noise} inside an inverse, a quotient, a root or a symbolic power", expression)
