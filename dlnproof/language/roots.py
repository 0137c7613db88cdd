"""Reading a root of a scalar: of a rational its prime powers, of a symbol a rational exponent, else an opaque generator."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq

from dlnproof.algebra.polynomial import Polynomial, scalar
from dlnproof.algebra.scalars import power_of, rational_power
from dlnproof.language.refusals import unsupported

if TYPE_CHECKING:
    from dlnproof.language.from_sympy import Reader


def root_of(reader: Reader, base: Any, exponent: Fraction, expression: Any) -> Polynomial:
    """Return base^exponent; raise UnsupportedError for a base that is not known to be nonnegative."""
    if base.is_Rational and base > 0:
        coefficient, monomial = rational_power(fmpq(int(base.p), int(base.q)), exponent)
        return scalar({monomial: coefficient})
    if base.is_Symbol and base.is_nonnegative:
        return scalar({power_of(reader.vocabulary.scalar(base), exponent): fmpq(1)})
    if base.is_nonnegative is not True and base.is_negative is not False:
        what = f"a root of {base}, which is not known to be nonnegative (declare its symbols positive),"
        raise unsupported(what, expression)
    generator = scalar({power_of(reader.relations.root(reader.read(base), exponent.denominator)): fmpq(1)})
    power = generator.power(abs(exponent.numerator), Polynomial.times_scalar)
    return power if exponent > 0 else reader.reciprocal(power, expression)
