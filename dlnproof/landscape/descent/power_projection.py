"""The power projection algorithm: a gradient step, a projection of the product, and factors that are balanced again.

C_g = {A: u^T A u >= g |u|^2} is closed and convex; with sym(A) = V diag(l) V^T the Frobenius projection onto it is
V diag(max(l, g)) V^T + (A - A^T)/2, because symmetric and antisymmetric parts are orthogonal. For A = R P, P = (A^T A)^(1/2),
the factors W_i = R^(i/L) P^(1/L) R^(-(i-1)/L) have the product A and are balanced: W_{i+1}^T W_{i+1} = W_i W_i^T.
Source: Bartlett, Helmbold and Long (2018), section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import acb_mat, arb, arb_mat, ctx, fmpq

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.descent.arithmetic import Balls, loss_in
from dlnproof.landscape.descent.precision import TooWideError, check_width, raised
from dlnproof.landscape.descent.trajectory import Trajectory
from dlnproof.landscape.problem import Problem
from dlnproof.rings.matrix_powers import definite_power, polar, rotation_power, square_root
from dlnproof.rings.rational import identity, read_integer, read_matrix, read_number

_ENOUGH = 2048  # bits from which on a matrix that seems singular is not taken for one whose balls are too wide


def power_projection(
    problem: Problem, margin: Any, rate: Any, steps: int, *, bits: int = 128, accuracy: int = 40
) -> Trajectory:
    """Return the iterates of the power projection algorithm on C_margin, from the product margin * I, enclosed in balls.

    A step: W_i <- W_i - rate * grad_i L, B = W_L ... W_1, A = the projection of B onto C_margin, W_i = the balanced factors of
    A. With a target Phi in C_margin, whitened inputs and rate <= 1/(4 L M^(2 - 2/L)), M = ||Phi|| + ||Phi - margin I||_F, the
    loss falls by the factor 1 - rate L margin^(2 - 2/L) a step. Raises: InputError for layers that are not square, or a margin
    or rate that is not positive; UnsupportedError with noise, and where balls stay too wide.
    Source: Bartlett, Helmbold and Long (2018), Theorem 5.
    """
    if len(set(problem.widths)) > 1:
        raise bad("widths", problem.widths, "power projection needs square layers", "use equal widths")
    count, wanted = read_integer(steps, "steps", 0), read_integer(accuracy, "accuracy", 1)
    step, least = read_number(rate, "rate"), read_number(margin, "margin")
    for name, value in (("rate", step), ("margin", least)):
        if value <= 0:
            raise bad(name, value, "a positive number is needed", f"write {name}=Fraction(1, 8)")
    precision = read_integer(bits, "bits", 16)
    while True:
        try:
            return Trajectory(problem, step, precision, _iterate(problem, least, step, count, precision, wanted))
        except TooWideError as found:
            precision = raised(precision, wanted, count, found.step)


def project_positive(matrix: Any, margin: Any, bits: int = 128) -> Any:
    """Return the projection of a square matrix onto C_margin as a python-flint matrix: exact where it lies inside, else balls.

    Raises: UnsupportedError where the eigenvalues of the symmetric part are not isolated.
    """
    exact = read_matrix(matrix, "matrix")
    with ctx.workprec(read_integer(bits, "bits", 16)):
        return _projected(arb_mat(exact), arb(read_number(margin, "margin")))


def balanced_factors(matrix: Any, layers: int, bits: int = 128) -> list[arb_mat]:
    """Return balls around the balanced factors W_1, ..., W_L of A, with W_L ... W_1 = A, by the principal root.

    Raises: UnsupportedError where A is singular or its orthogonal polar factor may have the eigenvalue -1.
    """
    exact = read_matrix(matrix, "matrix")
    with ctx.workprec(read_integer(bits, "bits", 16)):
        return _factors(arb_mat(exact), read_integer(layers, "layers", 1))


def _iterate(
    problem: Problem, margin: fmpq, rate: fmpq, count: int, bits: int, accuracy: int
) -> tuple[tuple[Any, ...], ...]:
    arithmetic, layers, size = Balls(bits), problem.layers, problem.widths[0]
    loss, step, least = loss_in(problem.form, arithmetic), arithmetic.number(rate), arithmetic.number(margin)
    with ctx.workprec(bits):
        weights: Sequence[arb_mat] = _factors(arb_mat(identity(size)) * least, layers)
        path = [tuple(weights)]
        for number in range(1, count + 1):
            moved = [weight - slope for weight, slope in zip(weights, loss.gradient(weights, step), strict=True)]
            product = moved[0]
            for weight in moved[1:]:
                product = weight * product
            try:
                weights = _factors(_projected(product, least), layers)
            except UnsupportedError:
                if bits < _ENOUGH:  # wide balls look singular
                    raise TooWideError(number) from None
                raise
            check_width(weights, accuracy, number, count)
            path.append(tuple(weights))
    return tuple(path)


def _projected(matrix: arb_mat, margin: arb) -> arb_mat:
    half = arb(fmpq(1, 2))
    symmetric, skew = (matrix + matrix.transpose()) * half, (matrix - matrix.transpose()) * half
    size = matrix.nrows()
    offset = symmetric - arb_mat(identity(size)) * margin
    if all(offset[i, j] == 0 for i in range(size) for j in range(size) if i != j):
        clipped = arb_mat(size, size)
        for i in range(size):
            clipped[i, i] = offset[i, i].max(arb(0))
        return clipped + arb_mat(identity(size)) * margin + skew
    if size == 2:
        return _plane(offset) + arb_mat(identity(2)) * margin + skew
    try:
        values, vectors = acb_mat(offset).eig(right=True)
    except ValueError:
        if all(value.real > 0 for value in acb_mat(offset).eig(multiple=True)):
            return matrix
        raise UnsupportedError("the eigenvalues of a symmetric part are not isolated; raise bits") from None
    if all(value.real > 0 for value in values):
        return matrix
    diagonal = acb_mat(size, size)
    for i, value in enumerate(values):
        diagonal[i, i] = value.real.max(arb(0))
    positive = vectors * diagonal * vectors.inv()
    return (
        arb_mat([[positive[i, j].real for j in range(size)] for i in range(size)])
        + arb_mat(identity(size)) * margin
        + skew
    )


def _plane(offset: arb_mat) -> arb_mat:
    """Return the positive part of a symmetric 2 x 2 matrix S of eigenvalues m + r and m - r, r >= 0.

    It is a I + b (S - m I) with a the half sum and b r the half difference of the positive parts of the eigenvalues, 0 <= b <= 1.
    """
    half = arb(fmpq(1, 2))
    mean = (offset[0, 0] + offset[1, 1]) * half
    across, along = (offset[0, 0] - offset[1, 1]) * half, (offset[0, 1] + offset[1, 0]) * half
    spread = square_root(across * across + along * along)  # a ball around 0 to the power 2 is undefined in python-flint
    if mean - spread > 0:
        return offset
    if mean + spread < 0:
        return arb_mat(2, 2)
    high, low = (mean + spread).max(arb(0)), (mean - spread).max(arb(0))
    sum_, difference = (high + low) * half, (high - low) * half
    share = (difference / spread).min(arb(1)).max(arb(0)) if spread > 0 else arb(fmpq(1, 2), fmpq(1, 2))
    return arb_mat(identity(2)) * sum_ + (offset - arb_mat(identity(2)) * mean) * share


def _factors(matrix: arb_mat, layers: int) -> list[arb_mat]:
    rotation, stretch = polar(matrix)
    root, part = rotation_power(rotation, Fraction(1, layers)), definite_power(stretch, Fraction(1, layers))
    factors, turned = [], part
    back = root.transpose()
    for _ in range(layers):
        factors.append(root * turned)
        turned = root * turned * back
    return factors
