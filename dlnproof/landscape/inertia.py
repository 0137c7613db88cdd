"""Inertia of a rational symmetric matrix, from its characteristic polynomial."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flint import fmpq_mat, fmpz, fmpz_mat

from dlnproof.errors import DisagreementError


def inertia(matrix: fmpq_mat) -> tuple[int, int, int]:
    """Return (positive, negative, zero): how many eigenvalues of a symmetric rational matrix have each sign.

    Every root of the characteristic polynomial of a symmetric matrix is real, so Descartes' rule of signs counts its
    positive roots (sign changes of the coefficients) and its negative roots exactly, multiplicities included.
    """
    integral, _ = matrix.numer_denom()
    return inertia_of_integral(integral)


def inertia_of_integral(matrix: fmpz_mat) -> tuple[int, int, int]:
    """Return the inertia of a symmetric matrix of integers."""
    coefficients = matrix.charpoly().coeffs()
    size = matrix.nrows()
    zero = next(k for k, coefficient in enumerate(coefficients) if coefficient)
    positive = _sign_changes(coefficients)
    negative = _sign_changes([-c if k % 2 else c for k, c in enumerate(coefficients)])
    if positive + negative + zero != size:
        raise DisagreementError(f"a matrix of size {size} with inertia {positive, negative, zero} is not symmetric")
    return positive, negative, zero


def _sign_changes(coefficients: Sequence[fmpz]) -> int:
    signs = [coefficient > 0 for coefficient in coefficients if coefficient]
    return sum(a != b for a, b in pairwise(signs))
