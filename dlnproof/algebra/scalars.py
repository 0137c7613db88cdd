"""Scalar coefficients: monomials with rational exponents in named generators, over the rationals.

A generator is a name: a scalar symbol, a size, a prime under a root (`#2` with exponent 1/2 is the square root of 2), or an
opaque scalar whose meaning a `relations.Relation` gives. Monomials in positive symbols with rational exponents, and
products of fractional powers of distinct primes, are linearly independent over the rationals (Besicovitch 1940), so two
coefficients without further relations are equal as functions iff they are equal as dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq, fmpz

Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[str, Exponent], ...]
ScalarPolynomial: TypeAlias = dict[Monomial, fmpq]

ONE: Monomial = ()


def power_of(name: str, exponent: Exponent = 1) -> Monomial:
    """Return the monomial `name^exponent`."""
    return ((name, exponent),) if exponent else ONE


def times(left: Monomial, right: Monomial) -> Monomial:
    """Return the product of two monomials: exponents add up, generators stay sorted."""
    if not left:
        return right
    if not right:
        return left
    exponents = dict(left)
    for name, exponent in right:
        total = exponents.get(name, 0) + exponent
        if total:
            exponents[name] = total
        else:
            del exponents[name]
    return tuple(sorted(exponents.items()))


def raised(monomial: Monomial, exponent: Exponent) -> Monomial:
    """Return `monomial^exponent` (the caller answers for the sign of the generators when the exponent is not an integer)."""
    if not exponent:
        return ONE
    return tuple((name, _plain(own * exponent)) for name, own in monomial)


def _plain(exponent: Exponent) -> Exponent:
    return int(exponent) if exponent == int(exponent) else exponent


def split_primes(monomial: Monomial) -> tuple[fmpq, Monomial]:
    """Return (c, rest) with `monomial = c * rest` where every prime generator of `rest` has an exponent in (0, 1)."""
    coefficient = fmpq(1)
    rest = monomial
    for name, exponent in monomial:
        if name[0] == "#":
            whole = exponent.__floor__()
            if whole:
                coefficient *= fmpq(int(name[1:])) ** whole
                rest = times(rest, power_of(name, -whole))
    return coefficient, rest


def rational_power(base: fmpq, exponent: Fraction) -> tuple[fmpq, Monomial]:
    """Return (c, m) with `base^exponent = c * m` for a positive rational base, m a monomial in primes."""
    monomial = ONE
    for integer, sign in ((base.p, 1), (base.q, -1)):
        for prime, multiplicity in fmpz(integer).factor():
            monomial = times(monomial, power_of(f"#{prime}", _plain(sign * multiplicity * exponent)))
    return split_primes(monomial)


def add_into(target: ScalarPolynomial, monomial: Monomial, coefficient: fmpq) -> None:
    """Add `coefficient * monomial` to `target`, which keeps no zero terms."""
    total = target.get(monomial, 0) + coefficient
    if total:
        target[monomial] = total
    else:
        target.pop(monomial, None)


def generators(monomials: Iterable[Monomial]) -> frozenset[str]:
    """Return the names of the generators that occur."""
    return frozenset(name for monomial in monomials for name, _ in monomial)
