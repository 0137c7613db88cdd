"""Fractional powers of ball matrices: of symmetric positive definite ones, and of rotations by less than a half turn.

A definite M has the power of the function x^a, which on eigenvalues in [low, high] changes by at most max |a| x^(a-1) |x - y|
(see `spectral`).

A rotation R: R^(1/2) is the polar factor of I + R, since (1 + z)/|1 + z| = e^(i phi/2) for z = e^(i phi); two such roots bring
every angle below pi/4, where the binomial series at the identity converges, ||I - R^(1/4)|| = 2 sin(pi/8) < 0.766.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq

from dlnproof.errors import UnsupportedError
from dlnproof.rings.rational import identity
from dlnproof.rings.spectral import frobenius_norm, spectrum, widened

_NEAR = fmpq(4, 5)  # a bound of ||I - R^(1/4)|| that leaves room for the radius of the balls
_MOST_TERMS = 60_000


def definite_power(matrix: arb_mat, exponent: Fraction) -> arb_mat:
    """Return an enclosure of M^a, |a| <= 1, for every symmetric positive definite M within the balls.

    Raises: UnsupportedError where M is not certainly positive definite.
    """
    power, found = arb(fmpq(exponent.numerator, exponent.denominator)), spectrum(matrix)
    if not found.low > 0:
        raise UnsupportedError(
            "a matrix is not certainly positive definite; raise bits, or keep away from singular layers"
        )
    slope = abs(power) * arb.max(found.low ** (power - 1), found.high ** (power - 1))
    return found.applied(lambda value: value**power, slope)


def rotation_power(rotation: arb_mat, exponent: Fraction) -> arb_mat:
    """Return an enclosure of the principal power R^a, 0 <= a <= 1, of every orthogonal R within the balls without eigenvalue -1.

    R^a = (R^(1/4))^(4 a), the exponent split into whole and broken part. Raises: UnsupportedError where an eigenvalue -1
    cannot be excluded.
    """
    quarter = _half_turned(_half_turned(rotation))
    whole, broken = divmod(4 * exponent, 1)
    result = _near_identity_power(quarter, broken) if broken else _identity(rotation)
    for _ in range(int(whole)):
        result = result * quarter
    return result


def polar(matrix: arb_mat) -> tuple[arb_mat, arb_mat]:
    """Return enclosures of (R, P) with M = R P, R orthogonal and P = (M^T M)^(1/2), for every invertible M within the balls."""
    square = matrix.transpose() * matrix
    inverse_root = definite_power(square, Fraction(-1, 2))
    return matrix * inverse_root, square * inverse_root


def _near_identity_power(matrix: arb_mat, exponent: Fraction) -> arb_mat:
    """Return M^a, 0 < a < 1, where ||I - M|| < 0.766.

    The series runs at the middle m of the balls, ||I - m|| <= q = 4/5; its derivative is at most sum_k |binom(a, k)| k q^(k-1) <=
    a / (1 - q), since |binom(a, k)| <= a/k, so the radius enters by that factor and does not grow from power to power.
    """
    power, spread = fmpq(exponent.numerator, exponent.denominator), frobenius_norm(matrix - matrix.mid())
    if not spread < fmpq(3, 100):
        raise UnsupportedError("a rotation is not known well enough for its root; raise bits")
    offset = _identity(matrix) - matrix.mid()
    return widened(_series(offset, power), (arb(power) * spread / (1 - arb(_NEAR))).upper())


def _series(offset: arb_mat, exponent: fmpq) -> arb_mat:
    """Return an enclosure of (I - offset)^a = sum_k binom(a, k) (-offset)^k for ||offset|| <= 4/5 and 0 < a < 1.

    The coefficients shrink in absolute value, so the terms from n on add up to at most |binom(a, n)| q^n / (1 - q).
    """
    wanted, ratio = arb(2) ** -ctx.prec, arb(_NEAR)
    result, power, coefficient, bound = _identity(offset), _identity(offset), arb(1), arb(1)
    with ctx.workprec(3 * ctx.prec):  # powers of balls lose bits where the norm of |offset| exceeds 1
        for number in range(1, _MOST_TERMS):
            coefficient = coefficient * arb((fmpq(number - 1) - exponent) / number)
            bound = (bound * ratio).upper()
            tail = (abs(coefficient) * bound / (1 - ratio)).upper()
            if tail < wanted:
                return widened(result, tail)
            power = power * offset
            result = result + power * coefficient
    raise UnsupportedError("a rotation is not known well enough for its root; raise bits")


def _half_turned(rotation: arb_mat) -> arb_mat:
    """Return the principal square root of a rotation."""
    try:
        return polar(_identity(rotation) + rotation)[0]
    except UnsupportedError:
        raise UnsupportedError(
            "an orthogonal matrix may have the eigenvalue -1, so it has no principal root; raise bits, or change the matrix"
        ) from None


def _identity(matrix: arb_mat) -> arb_mat:
    return arb_mat(identity(matrix.nrows()))
