"""Fractional powers of ball matrices: of symmetric positive definite ones, and of rotations by less than a half turn.

A definite M: mpmath proposes eigenvectors, Gram and Schmidt in balls make of them an enclosure of an exactly orthogonal O, and
S = O diag(l) O^T is a symmetric matrix whose power O diag(l^a) O^T is enclosed at once. For symmetric M and S with eigenvalues in
[low, high], ||M^a - S^a||_F <= max |a| x^(a-1) ||M - S||_F over that range (Bhatia, Matrix Analysis, section X.3): that ball is
added to every entry. Equal eigenvalues and bad conditioning do no harm.

A rotation R: R^(1/2) is the polar factor of I + R, since (1 + z)/|1 + z| = e^(i phi/2) for z = e^(i phi); two such roots bring
every angle below pi/4, where the binomial series at the identity converges, ||I - R^(1/4)|| = 2 sin(pi/8) < 0.766.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq
from mpmath import MPContext

from dlnproof.errors import UnsupportedError
from dlnproof.rings.rational import identity

_NEAR = fmpq(4, 5)  # a bound of ||I - R^(1/4)|| that leaves room for the radius of the balls
_MOST_TERMS = 60_000


def square_root(value: arb) -> arb:
    """Return a ball around the square roots of the nonnegative numbers within a ball, 0 where there are none."""
    low, high = value.lower(), value.upper()
    return (low.sqrt() if low > 0 else arb(0)).union(high.sqrt() if high > 0 else arb(0))


def definite_power(matrix: arb_mat, exponent: Fraction) -> arb_mat:
    """Return an enclosure of M^a, |a| <= 1, for every symmetric positive definite M within the balls.

    Raises: UnsupportedError where M is not certainly positive definite.
    """
    size, power = matrix.nrows(), arb(fmpq(exponent.numerator, exponent.denominator))
    vectors = _orthogonal(_proposed_eigenvectors(matrix))
    turned = vectors.transpose() * matrix * vectors
    values = [turned[i, i].mid() for i in range(size)]
    distance = _norm(matrix - vectors * _diagonal(values) * vectors.transpose())
    low, high = (min(values) - distance).lower(), (max(values) + distance).upper()
    if not low > 0:
        raise UnsupportedError(
            "a matrix is not certainly positive definite; raise bits, or keep away from singular layers"
        )
    slope = abs(power) * arb.max(low ** (power - 1), high ** (power - 1))
    root = vectors * _diagonal([value**power for value in values]) * vectors.transpose()
    return _widened(root, (slope * distance).upper())


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
    power, spread = fmpq(exponent.numerator, exponent.denominator), _norm(matrix - matrix.mid())
    if not spread < fmpq(3, 100):
        raise UnsupportedError("a rotation is not known well enough for its root; raise bits")
    offset = _identity(matrix) - matrix.mid()
    return _widened(_series(offset, power), (arb(power) * spread / (1 - arb(_NEAR))).upper())


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
                return _widened(result, tail)
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


def _proposed_eigenvectors(matrix: arb_mat) -> arb_mat:
    """Return approximate eigenvectors of the middle of the balls, as columns: nothing is claimed of them."""
    context, size = MPContext(), matrix.nrows()
    context.prec = ctx.prec + 20
    rows = [[_number(context, matrix[i, j] + matrix[j, i]) for j in range(size)] for i in range(size)]
    vectors = context.eigsy(context.matrix(rows))[1]
    return arb_mat([[_ball(vectors[i, j]) for j in range(size)] for i in range(size)])


def _number(context: MPContext, ball: arb) -> object:
    mantissa, exponent = ball.mid().man_exp()
    return context.ldexp(int(mantissa), int(exponent))


def _ball(number: object) -> arb:
    sign, mantissa, exponent, _ = number._mpf_  # type: ignore[attr-defined]
    return arb(fmpq(-int(mantissa) if sign else int(mantissa))) * arb(2) ** int(exponent)


def _orthogonal(vectors: arb_mat) -> arb_mat:
    """Return an enclosure of the orthogonal matrix that Gram and Schmidt make of linearly independent columns."""
    size = vectors.nrows()
    columns: list[list[arb]] = []
    for place in range(size):
        column = [vectors[i, place] for i in range(size)]
        for earlier in columns:
            share = sum((a * b for a, b in zip(column, earlier, strict=True)), arb(0))
            column = [a - share * b for a, b in zip(column, earlier, strict=True)]
        length = square_root(sum((a * a for a in column), arb(0)))
        if not length > 0:
            raise UnsupportedError("the eigenvectors of a matrix are not known well enough; raise bits")
        columns.append([a / length for a in column])
    return arb_mat(columns).transpose()


def _identity(matrix: arb_mat) -> arb_mat:
    return arb_mat(identity(matrix.nrows()))


def _diagonal(values: list[arb]) -> arb_mat:
    return arb_mat([[value if i == j else arb(0) for j in range(len(values))] for i, value in enumerate(values)])


def _norm(matrix: arb_mat) -> arb:
    """Return an upper bound of the Frobenius norm of every matrix within the balls."""
    return arb(
        square_root(sum((abs(entry).upper() * abs(entry).upper() for entry in matrix.entries()), arb(0))).upper()
    )


def _widened(matrix: arb_mat, radius: arb) -> arb_mat:
    size, ball = matrix.nrows(), arb(0, radius)
    return arb_mat([[matrix[i, j] + ball for j in range(size)] for i in range(size)])
