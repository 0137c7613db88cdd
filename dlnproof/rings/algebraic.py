"""Rational functions of a real algebraic number, as balls and as canonical algebraic numbers."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly

from dlnproof.errors import DisagreementError
from dlnproof.rings.real_roots import FIRST_BITS, RealRoot, rational_root, real_roots


@dataclass(frozen=True, slots=True)
class RationalFunction:
    """numerator / denominator, polynomials with rational coefficients."""

    numerator: fmpq_poly
    denominator: fmpq_poly

    def enclose(self, point: arb) -> arb:
        """Return a ball around the value at every point of the ball, at the current precision."""
        return evaluate(self.numerator, point) / evaluate(self.denominator, point)

    def at(self, root: RealRoot) -> RealRoot:
        """Return the value at an algebraic number, at which the denominator must not vanish.

        The minimal polynomial of the value divides the characteristic polynomial of the multiplication by it on
        Q[x] / (minimal polynomial of the root); a ball says which of its roots the value is.
        """
        if root.is_rational:
            point = root.rational()
            return rational_root(self.numerator(point) / self.denominator(point))
        modulus = fmpq_poly(list(root.coefficients))
        one, inverse, _ = self.denominator.xgcd(modulus)
        element = (self.numerator * inverse) % modulus / one[0]
        degree = modulus.degree()
        columns = []
        for power in range(degree):
            image = (element * fmpq_poly([0] * power + [1])) % modulus
            columns.append([image[k] for k in range(degree)])
        candidates = [value for value, _ in real_roots(fmpq_mat(columns).charpoly())]
        return choose(candidates, root, self)


def choose(candidates: list[RealRoot], root: RealRoot, function: RationalFunction) -> RealRoot:
    """Return the candidate that equals the function at the root, which is known to be one of them."""
    bits = FIRST_BITS
    while True:
        with ctx.workprec(bits):
            value = function.enclose(root.enclose(bits))
            near = [item for item in candidates if item.enclose(bits).overlaps(value)]
        if len(near) == 1:
            return near[0]
        if not near:
            raise DisagreementError("an algebraic number is not a root of its characteristic polynomial")
        bits *= 2


def evaluate(polynomial: fmpq_poly, point: arb) -> arb:
    """Return a ball around the polynomial on the ball (Horner)."""
    value = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = value * point + arb(coefficient)
    return value


def square_root(value: fmpq) -> fmpq | None:
    """Return the nonnegative square root of a rational number if it is rational, else None."""
    if value < 0:
        return None
    top, bottom = value.p.isqrt(), value.q.isqrt()
    return fmpq(top, bottom) if top * top == value.p and bottom * bottom == value.q else None
