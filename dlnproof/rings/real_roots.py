"""Real algebraic numbers: the real roots of rational polynomials, isolated by balls and put in order exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly

from dlnproof.errors import DisagreementError
from dlnproof.rings.rational import to_fraction

FIRST_BITS = 96
_MOST_BITS = 1 << 20


@dataclass(frozen=True, slots=True)
class RealRoot:
    """The root number `index` (ascending, from 0) among the real roots of an irreducible primitive integer polynomial.

    `coefficients` run from the constant term up, the leading one is positive: equal numbers have equal fields.
    """

    coefficients: tuple[int, ...]
    index: int

    @property
    def is_rational(self) -> bool:
        """Whether the polynomial is linear."""
        return len(self.coefficients) == 2

    def rational(self) -> fmpq:
        """Return the value of a rational root."""
        return fmpq(-self.coefficients[0], self.coefficients[1])

    def enclose(self, bits: int) -> arb:
        """Return a ball that holds the root, of relative accuracy about `bits`."""
        if self.is_rational:
            with ctx.workprec(bits):
                return arb(self.rational())
        return _isolate(self.coefficients, bits)[self.index]

    def after(self, factor: fmpq, shift: fmpq) -> RealRoot:
        """Return the number factor * root + shift (factor nonzero), again in canonical form."""
        if self.is_rational:
            return rational_root(factor * self.rational() + shift)
        moved = fmpq_poly(list(self.coefficients))(fmpq_poly([-shift / factor, 1 / factor]))
        coefficients = _canonical(moved.numer())
        count = len(_isolate(self.coefficients, FIRST_BITS))
        return RealRoot(coefficients, self.index if factor > 0 else count - 1 - self.index)

    def exact(self) -> Any:
        """Return a Fraction if the root is rational, else the SymPy number: a quadratic surd or a CRootOf."""
        if self.is_rational:
            return to_fraction(self.rational())
        import sympy  # only irrational values need it, and it is slow to import

        if len(self.coefficients) == 3:
            c, b, a = (sympy.Integer(coefficient) for coefficient in self.coefficients)
            sign = 1 if self.index == 1 else -1
            return -b / (2 * a) + sign * sympy.sqrt(b * b - 4 * a * c) / (2 * a)
        x = sympy.Symbol("x")
        return sympy.CRootOf(sympy.Poly(self.coefficients[::-1], x, domain="ZZ"), self.index)


def rational_root(value: fmpq) -> RealRoot:
    """Return the canonical form of a rational number."""
    return RealRoot((-int(value.p), int(value.q)), 0)


def real_roots(polynomial: fmpq_poly | fmpz_poly) -> list[tuple[RealRoot, int]]:
    """Return the distinct real roots with their multiplicities, ascending."""
    integral = polynomial.numer() if isinstance(polynomial, fmpq_poly) else polynomial
    found: list[tuple[RealRoot, int]] = []
    for factor, multiplicity in integral.factor()[1]:
        coefficients = _canonical(factor)
        if len(coefficients) == 2:
            found.append((RealRoot(coefficients, 0), multiplicity))
        else:
            count = len(_isolate(coefficients, FIRST_BITS))
            found.extend((RealRoot(coefficients, index), multiplicity) for index in range(count))
    multiplicities = dict(found)
    return [(root, multiplicities[root]) for root in ascending(multiplicities)]


def ascending(roots: Iterable[RealRoot]) -> list[RealRoot]:
    """Return distinct roots in ascending order: the balls are narrowed until they are disjoint, so the order is
    exact.
    """
    items = list(roots)
    if all(root.is_rational for root in items):
        return sorted(items, key=lambda root: to_fraction(root.rational()))
    bits = FIRST_BITS
    while bits <= _MOST_BITS:
        balls = [(root.enclose(bits), root) for root in items]
        balls.sort(key=lambda pair: to_fraction(pair[0].mid().fmpq()))
        with ctx.workprec(bits + 32):
            if all(left[0] < right[0] for left, right in pairwise(balls)):
                return [root for _, root in balls]
        bits *= 2
    raise DisagreementError(f"two distinct algebraic numbers were not separated at {_MOST_BITS} bits")


def _canonical(polynomial: fmpz_poly) -> tuple[int, ...]:
    """Return the coefficients of the primitive polynomial with a positive leading coefficient."""
    content = polynomial.content()
    if polynomial.leading_coefficient() < 0:
        content = -content
    return tuple(int(coefficient) // int(content) for coefficient in polynomial.coeffs())


@lru_cache(maxsize=4096)
def _isolate(coefficients: tuple[int, ...], bits: int) -> tuple[arb, ...]:
    """Return disjoint balls around the real roots of a squarefree integer polynomial, ascending.

    Flint isolates every complex root and marks the real ones by an imaginary part that is exactly zero.
    """
    with ctx.workprec(bits):
        roots: Any = fmpz_poly(list(coefficients)).complex_roots()
        real = [root.real for root, _ in roots if root.imag == 0]
    return tuple(sorted(real, key=lambda ball: to_fraction(ball.mid().fmpq())))
