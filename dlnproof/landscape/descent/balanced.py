"""Positive parts and balanced factors of a matrix: in balls, or exactly where all their entries are rational.

Balls propose rational entries; what makes the result unique is then checked in exact arithmetic. Z is the positive part of a
symmetric S if and only if Z and Z - S are positive semidefinite and Z (Z - S) = 0. For A = R P the matrices
r orthogonal and p symmetric positive definite with r^L p^L = A have r^L = R, p^L = P by the uniqueness of the polar form, and r
is the principal root because another root r w, w^L = I, is at least 2 sin(pi/L) >= 4/L away from it in norm.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.rings.matrix_powers import definite_power, polar, rotation_power
from dlnproof.rings.rational import identity
from dlnproof.rings.spectral import frobenius_norm, positive_part

_NEXT = "use balls: bits=128"


def in_margin(matrix: arb_mat, margin: arb) -> arb_mat:
    """Return an enclosure of the projection onto {A: u^T A u >= margin |u|^2}."""
    half = arb(fmpq(1, 2))
    symmetric, skew = (matrix + matrix.transpose()) * half, (matrix - matrix.transpose()) * half
    least = arb_mat(identity(matrix.nrows())) * margin
    return positive_part(symmetric - least) + least + skew


def exactly_in_margin(matrix: fmpq_mat, margin: fmpq) -> fmpq_mat:
    """Return that projection exactly. Raises: UnsupportedError where an entry is irrational."""
    symmetric, skew = (matrix + matrix.transpose()) / 2, (matrix - matrix.transpose()) / 2
    least = identity(matrix.nrows()) * margin
    offset = symmetric - least
    with ctx.workprec(_bits(matrix)):
        found = _rational(positive_part(arb_mat(offset)))
    if not (
        found is not None
        and found == found.transpose()
        and found * (found - offset) == found * 0
        and _signs(found, strict=False)
        and _signs(found - offset, strict=False)
    ):
        raise UnsupportedError(f"the projection of a matrix is not known to be rational; {_NEXT}")
    return found + least + skew


def balanced(matrix: arb_mat, layers: int) -> list[arb_mat]:
    """Return enclosures of W_i = r^i p r^(1 - i), i = 1, ..., L."""
    rotation, stretch = polar(matrix)
    return _spread(rotation_power(rotation, Fraction(1, layers)), definite_power(stretch, Fraction(1, layers)), layers)


def exactly_balanced(matrix: fmpq_mat, layers: int) -> list[fmpq_mat]:
    """Return those factors exactly. Raises: UnsupportedError where an entry is irrational."""
    if layers == 1:
        return [matrix]
    with ctx.workprec(_bits(matrix)):
        rotation, stretch = polar(arb_mat(matrix))
        turn = rotation_power(rotation, Fraction(1, layers))
        root, part = _rational(turn), _rational(definite_power(stretch, Fraction(1, layers)))
        near = root is not None and frobenius_norm(turn - arb_mat(root)) * layers < 4
    if not (
        root is not None
        and part is not None
        and near
        and root * root.transpose() == identity(root.nrows())
        and part == part.transpose()
        and _signs(part, strict=True)
        and _power(root, layers) * _power(part, layers) == matrix
    ):
        raise UnsupportedError(f"the balanced factors of a matrix are not known to be rational; {_NEXT}")
    return _spread(root, part, layers)


def _spread(root: Any, part: Any, layers: int) -> list[Any]:
    factors, turned, back = [], part, root.transpose()
    for _ in range(layers):
        factors.append(root * turned)
        turned = root * turned * back
    return factors


def _bits(matrix: fmpq_mat) -> int:
    """Return a precision at which rational roots of this matrix can be told by their digits."""
    return 128 + 8 * max(max(int(entry.p).bit_length(), int(entry.q).bit_length()) for entry in matrix.entries())


def _rational(matrix: arb_mat) -> fmpq_mat | None:
    """Return the simplest rational entries near the middles of the balls, where they lie inside."""
    most = 1 << (ctx.prec // 3)
    rows: list[Sequence[fmpq]] = []
    for row in matrix.tolist():
        values = []
        for entry in row:
            middle = entry.mid().fmpq()
            near = Fraction(int(middle.p), int(middle.q)).limit_denominator(most)
            value = fmpq(near.numerator, near.denominator)
            if abs(middle - value) > entry.rad().fmpq():
                return None
            values.append(value)
        rows.append(values)
    return fmpq_mat(rows)


def _signs(matrix: fmpq_mat, *, strict: bool) -> bool:
    """Return whether a symmetric matrix is positive semidefinite, or definite: the coefficients of det(x + M)."""
    size = matrix.nrows()
    values = [value * (-1) ** (size - place) for place, value in enumerate(matrix.charpoly().coeffs())]
    return all(value > 0 if strict else value >= 0 for value in values)


def _power(matrix: fmpq_mat, exponent: int) -> fmpq_mat:
    result = matrix
    for _ in range(exponent - 1):
        result = result * matrix
    return result
