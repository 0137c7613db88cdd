"""Polynomials in index variables over the rationals: how often a term of a sum over layers is counted."""

from __future__ import annotations

from functools import cache
from math import comb

from flint import fmpq

from dlnproof.algebra.affine import Affine
from dlnproof.algebra.scalars import ONE, ScalarPolynomial, add_into, power_of, times


def of_affine(form: Affine) -> ScalarPolynomial:
    """Return an affine form as a polynomial."""
    total: ScalarPolynomial = {}
    for name, coefficient in form.terms:
        add_into(total, power_of(name), fmpq(coefficient))
    add_into(total, ONE, fmpq(form.constant))
    return total


def plus(left: ScalarPolynomial, right: ScalarPolynomial, factor: fmpq | int = 1) -> ScalarPolynomial:
    """Return `left + factor * right`."""
    total = dict(left)
    for monomial, coefficient in right.items():
        add_into(total, monomial, coefficient * factor)
    return total


def product(left: ScalarPolynomial, right: ScalarPolynomial) -> ScalarPolynomial:
    """Return the product."""
    total: ScalarPolynomial = {}
    for one, first in left.items():
        for two, second in right.items():
            add_into(total, times(one, two), first * second)
    return total


def power(base: ScalarPolynomial, exponent: int) -> ScalarPolynomial:
    """Return the power with an exponent >= 0."""
    result: ScalarPolynomial = {ONE: fmpq(1)}
    for _ in range(exponent):
        result = product(result, base)
    return result


def substituted(polynomial: ScalarPolynomial, name: str, value: Affine) -> ScalarPolynomial:
    """Return the polynomial with a variable replaced by an affine form."""
    if not any(own == name for monomial in polynomial for own, _ in monomial):
        return polynomial
    inner, total = of_affine(value), ScalarPolynomial()
    for monomial, coefficient in polynomial.items():
        exponent = int(dict(monomial).get(name, 0))
        rest = tuple(item for item in monomial if item[0] != name)
        total = plus(total, product({rest: coefficient}, power(inner, exponent)))
    return total


def summed(polynomial: ScalarPolynomial, name: str, low: Affine, high: Affine) -> ScalarPolynomial:
    """Return the sum of the polynomial over name = low, ..., high, right wherever high >= low - 1."""
    total: ScalarPolynomial = {}
    above, below = of_affine(high + 1), of_affine(low)
    for monomial, coefficient in polynomial.items():
        exponent = int(dict(monomial).get(name, 0))
        rest = tuple(item for item in monomial if item[0] != name)
        counted = plus(_at(_power_sum(exponent), above), _at(_power_sum(exponent), below), -1)
        total = plus(total, product({rest: coefficient}, counted))
    return total


@cache
def _power_sum(exponent: int) -> tuple[fmpq, ...]:
    """Return the coefficients of F_k(n) = 0^k + ... + (n-1)^k, from n^(k+1) = sum over j <= k of binomial(k+1, j) F_j(n)."""
    found = [fmpq(0)] * (exponent + 1) + [fmpq(1)]
    for lower in range(exponent):
        for place, coefficient in enumerate(_power_sum(lower)):
            found[place] -= comb(exponent + 1, lower) * coefficient
    return tuple(coefficient / (exponent + 1) for coefficient in found)


def _at(coefficients: tuple[fmpq, ...], value: ScalarPolynomial) -> ScalarPolynomial:
    total: ScalarPolynomial = {}
    for coefficient in reversed(coefficients):
        total = plus(product(total, value), {ONE: coefficient})
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}
