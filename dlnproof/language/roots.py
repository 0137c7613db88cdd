"""Reading a root of a scalar: of a rational its prime powers, of a symbol a rational exponent, else an opaque generator."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, Any

import sympy
from flint import fmpq

from dlnproof.algebra.polynomial import Polynomial, scalar
from dlnproof.algebra.scalars import power_of, rational_power
from dlnproof.language.printing.recognise import norm_root
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
    if base.is_nonnegative is not True and base.is_negative is not False and not is_sum_of_squares(base):
        what = f"a root of {base}, which is not known to be nonnegative (declare its symbols positive),"
        raise unsupported(what, expression)
    value = reader.read(base)
    content = content_of(value)
    coefficient, monomial = rational_power(content, abs(exponent))
    generator = scalar({power_of(reader.relations.root(value.scaled(1 / content), exponent.denominator)): fmpq(1)})
    power = generator.power(abs(exponent.numerator), Polynomial.times_scalar)
    power = power.times_scalar(scalar({monomial: coefficient}))
    return power if exponent > 0 else reader.reciprocal(power, expression)


def content_of(value: Polynomial) -> fmpq:
    """Return the positive rational c for which value / c has coprime integer coefficients, 1 for zero."""
    coefficients = [coefficient for _, _, coefficient in value]
    if not coefficients:
        return fmpq(1)
    return fmpq(gcd(*(int(c.p) for c in coefficients)), lcm(*(int(c.q) for c in coefficients)))


def is_sum_of_squares(expression: Any) -> bool:
    """Return whether a real scalar is written as a sum of products of squares, squared norms and nonnegative numbers."""
    if isinstance(expression, sympy.Add | sympy.Mul):
        return all(map(is_sum_of_squares, expression.args))
    if isinstance(expression, sympy.Trace):
        coefficient, factors = (
            expression.arg.as_coeff_matrices() if isinstance(expression.arg, sympy.MatMul) else (1, [expression.arg])
        )
        bare = sympy.Trace(sympy.MatMul(*factors))
        return sympy.sympify(coefficient).is_nonnegative is True and norm_root(bare) is not None
    if isinstance(expression, sympy.Pow) and expression.exp.is_Integer and expression.exp.is_even:
        return True
    return expression.is_nonnegative is True
