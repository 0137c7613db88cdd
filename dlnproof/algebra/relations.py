"""Scalars that stand in a relation: roots, reciprocals, cosine and sine, sizes that are sums; and reduction by them.

An opaque generator t comes with a polynomial that it satisfies: t^q = base (a root), t * base = 1 (a reciprocal), s^2 = 1 - c^2
(a sine), t = base (a compound size). Reducing rewrites powers of roots and sines; `cleared` then multiplies by the bases of
all reciprocals. A polynomial that reduces to zero is zero wherever the relations hold. The converse can fail (square roots
of related bases), so a nonzero reduced form refutes nothing by itself once there are relations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from dlnproof.algebra.polynomial import Polynomial, collect, constant, scalar
from dlnproof.algebra.scalars import Monomial, power_of, times


@dataclass(slots=True)
class Relations:
    """The relations among the generators of one claim, collected while it is read.

    `powers[t] = (q, base)` means t^q = base; `reciprocals[t] = base` means t * base = 1; `angles` lists the angles whose
    cosine and sine occur.
    """

    powers: dict[str, tuple[int, Polynomial]] = field(default_factory=dict)
    reciprocals: dict[str, Polynomial] = field(default_factory=dict)
    angles: set[str] = field(default_factory=set)

    def root(self, base: Polynomial, degree: int) -> str:
        """Return the generator of the nonnegative root of that degree."""
        name = f"@root{degree}:{key_of(base)}"
        self.powers.setdefault(name, (degree, base))
        return name

    def reciprocal(self, base: Polynomial) -> str:
        """Return the generator of 1/base."""
        name = f"@one_over:{key_of(base)}"
        self.reciprocals.setdefault(name, base)
        return name

    def circle(self, angle: str) -> tuple[str, str]:
        """Return the generators of the cosine and the sine of an angle."""
        cosine, sine = f"@cos:{angle}", f"@sin:{angle}"
        self.angles.add(angle)
        self.powers.setdefault(sine, (2, scalar({(): fmpq(1), power_of(cosine, 2): fmpq(-1)})))
        return cosine, sine

    def __bool__(self) -> bool:
        return bool(self.powers or self.reciprocals)

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial with every power t^q of a root or sine replaced by its base."""
        if not self.powers:
            return polynomial
        while True:
            terms: list[Any] = []
            changed = False
            for monomial, diagram, coefficient in polynomial:
                found = next(
                    ((name, e) for name, e in monomial if name in self.powers and e >= self.powers[name][0]), None
                )
                if found is None:
                    terms.append((monomial, diagram, coefficient))
                    continue
                changed = True
                name, _ = found
                degree, base = self.powers[name]
                rest = times(monomial, power_of(name, -degree))
                terms.extend(Polynomial({(rest, diagram): coefficient}).times_scalar(base))
            if not changed:
                return polynomial
            polynomial = collect(terms)

    def cleared(self, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Return (factor * polynomial, factor): no reciprocals are left, and the factor, of denominators, is nonzero."""
        polynomial = self.reduced(polynomial)
        factor = constant(1)
        # a base may contain other reciprocals: clear the outermost (longest name) first
        for name in sorted(self.reciprocals, key=len, reverse=True):
            highest = max((dict(monomial).get(name, 0) for monomial, _, _ in polynomial), default=0)
            if not highest:
                continue
            base = self.reciprocals[name]
            powers = [constant(1)]
            for _ in range(int(highest)):
                powers.append(powers[-1].times_scalar(base))
            terms: list[Any] = []
            for monomial, diagram, coefficient in polynomial:
                exponent = dict(monomial).get(name, 0)
                rest = times(monomial, power_of(name, -exponent))
                terms.extend(Polynomial({(rest, diagram): coefficient}).times_scalar(powers[int(highest - exponent)]))
            polynomial = self.reduced(collect(terms))
            factor = factor.times_scalar(powers[-1])
        return polynomial, factor


def replaced_generator(polynomial: Polynomial, name: str, value: Polynomial) -> Polynomial:
    """Return the polynomial with a generator (in nonnegative integer powers) replaced by a scalar polynomial."""
    terms: list[Any] = []
    for monomial, diagram, coefficient in polynomial:
        exponent = dict(monomial).get(name, 0)
        rest = Polynomial({(times(monomial, power_of(name, -exponent)), diagram): coefficient})
        for _ in range(int(exponent)):
            rest = rest.times_scalar(value)
        terms.extend(rest)
    return collect(terms)


def key_of(base: Polynomial) -> str:
    """Return a text that is the same for equal polynomials and for no others."""
    return repr(sorted((_text(monomial), diagram, str(coefficient)) for monomial, diagram, coefficient in base))


def _text(monomial: Monomial) -> str:
    return "*".join(f"{name}^{exponent}" for name, exponent in monomial)
