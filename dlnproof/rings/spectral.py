"""Functions of the spectrum of ball matrices, for every symmetric matrix within the balls: equal eigenvalues do no harm.

mpmath proposes eigenvectors; Gram and Schmidt in balls make of them an enclosure of an exactly orthogonal O, and
S = O diag(l) O^T with exact l is a symmetric matrix whose function O diag(f(l)) O^T is enclosed at once. Where f changes by at
most c |x - y| between any two eigenvalues of M and S, ||f(M) - f(S)||_F <= c ||M - S||_F (Bhatia, Matrix Analysis, section X.3):
a ball of that radius is added to every entry. The singular values of X are, up to sign, the eigenvalues of [[0, X], [X^T, 0]].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq
from mpmath import MPContext

from dlnproof.errors import UnsupportedError

_UNKNOWN = "the eigenvectors of a matrix are not known well enough; raise bits"


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """S = O diag(values) O^T beside a symmetric M: `vectors` encloses O, the values are exact, ||M - S||_F <= `distance`."""

    vectors: arb_mat
    values: tuple[arb, ...]
    distance: arb

    @property
    def low(self) -> arb:
        """A number that no eigenvalue of M or S is below."""
        return (min(self.values) - self.distance).lower()

    @property
    def high(self) -> arb:
        """A number that no eigenvalue of M or S is above."""
        return (max(self.values) + self.distance).upper()

    def applied(self, function: Callable[[arb], arb], lipschitz: arb) -> arb_mat:
        """Return an enclosure of f(M), where f changes by at most `lipschitz` |x - y| on [low, high]."""
        inner = diagonal([function(value) for value in self.values])
        return widened(self.vectors * inner * self.vectors.transpose(), (lipschitz * self.distance).upper())


def spectrum(matrix: arb_mat) -> Spectrum:
    """Return a spectral decomposition beside every symmetric matrix within the balls."""
    vectors = _orthogonal(_proposed_eigenvectors(matrix))
    turned = vectors.transpose() * matrix * vectors
    values = [turned[i, i].mid() for i in range(matrix.nrows())]
    distance = frobenius_norm(matrix - vectors * diagonal(values) * vectors.transpose())
    return Spectrum(vectors, tuple(values), distance)


def positive_part(matrix: arb_mat) -> arb_mat:
    """Return an enclosure of V diag(max(l, 0)) V^T for every symmetric V diag(l) V^T within the balls."""
    found = spectrum(matrix)
    return matrix if found.low > 0 else found.applied(lambda value: value.max(arb(0)), arb(1))


def shortened(matrix: arb_mat, radius: arb) -> arb_mat:
    """Return an enclosure of U diag(min(s, radius)) V^T for every square U diag(s) V^T within the balls."""
    size = matrix.nrows()
    doubled = arb_mat(2 * size, 2 * size)
    for i in range(size):
        for j in range(size):
            doubled[i, size + j] = doubled[size + j, i] = matrix[i, j]
    clipped = spectrum(doubled).applied(lambda value: value.min(radius).max(-radius), arb(1))
    return arb_mat([[clipped[i, size + j] for j in range(size)] for i in range(size)])


def square_root(value: arb) -> arb:
    """Return a ball around the square roots of the nonnegative numbers within a ball, 0 where there are none."""
    low, high = value.lower(), value.upper()
    return (low.sqrt() if low > 0 else arb(0)).union(high.sqrt() if high > 0 else arb(0))


def frobenius_norm(matrix: arb_mat) -> arb:
    """Return an upper bound of the Frobenius norm of every matrix within the balls."""
    return arb(
        square_root(sum((abs(entry).upper() * abs(entry).upper() for entry in matrix.entries()), arb(0))).upper()
    )


def widened(matrix: arb_mat, radius: arb) -> arb_mat:
    """Return the matrix with every entry's ball widened by a radius."""
    size, ball = matrix.nrows(), arb(0, radius)
    return arb_mat([[matrix[i, j] + ball for j in range(size)] for i in range(size)])


def diagonal(values: Sequence[arb]) -> arb_mat:
    """Return the diagonal matrix of these balls."""
    size = len(values)
    return arb_mat([[values[i] if i == j else arb(0) for j in range(size)] for i in range(size)])


def _proposed_eigenvectors(matrix: arb_mat) -> arb_mat:
    """Return approximate eigenvectors of the middle of the balls, as columns: nothing is claimed of them."""
    context, size = MPContext(), matrix.nrows()
    context.prec = ctx.prec + 20
    rows = [[_number(context, matrix[i, j] + matrix[j, i]) for j in range(size)] for i in range(size)]
    try:
        vectors = context.eigsy(context.matrix(rows))[1]
    except RuntimeError:  # no convergence
        raise UnsupportedError(_UNKNOWN) from None
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
            raise UnsupportedError(_UNKNOWN)
        columns.append([a / length for a in column])
    return arb_mat(columns).transpose()
