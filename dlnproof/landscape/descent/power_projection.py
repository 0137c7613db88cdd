"""The power projection algorithm: a gradient step, a projection of the product, and factors that are balanced again.

C_g = {A: u^T A u >= g |u|^2} is closed and convex; with sym(A) = V diag(l) V^T the Frobenius projection onto it is
V diag(max(l, g)) V^T + (A - A^T)/2, because symmetric and antisymmetric parts are orthogonal. For A = R P, P = (A^T A)^(1/2),
the factors W_i = R^(i/L) P^(1/L) R^(-(i-1)/L) have the product A and are balanced: W_{i+1}^T W_{i+1} = W_i W_i^T.
Source: Bartlett, Helmbold and Long (2018), section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.descent.arithmetic import MOST_BITS, Balls, Exact, loss_in
from dlnproof.landscape.descent.balanced import balanced, exactly_balanced, exactly_in_margin, in_margin
from dlnproof.landscape.descent.precision import TooWideError, check_width, raised
from dlnproof.landscape.descent.trajectory import Trajectory
from dlnproof.landscape.problem import Problem
from dlnproof.rings.rational import identity, read_integer, read_matrix, read_number

_ENOUGH = 2048  # bits from which on a matrix that seems singular is not taken for one whose balls are too wide


def power_projection(
    problem: Problem, margin: Any, rate: Any, steps: int, *, bits: int | None = 128, accuracy: int = 40
) -> Trajectory:
    """Return the iterates of the power projection algorithm on C_margin, from the product margin * I.

    A step: W_i <- W_i - rate * grad_i L, B = W_L ... W_1, A = the projection of B onto C_margin, W_i = the balanced factors of
    A. With a target Phi in C_margin, whitened inputs and rate <= 1/(4 L M^(2 - 2/L)), M = ||Phi|| + ||Phi - margin I||_F, the
    loss falls by the factor 1 - rate L margin^(2 - 2/L) a step. The iterates are enclosed in balls of at least `bits` bits; with
    bits=None they are exact. Raises: InputError for layers that are not square, or a margin or rate that is not positive;
    UnsupportedError with noise, where balls stay too wide, and where exact iterates would be irrational.
    Source: Bartlett, Helmbold and Long (2018), Theorem 5.
    """
    if len(set(problem.widths)) > 1:
        raise bad("widths", problem.widths, "power projection needs square layers", "use equal widths")
    count, wanted = read_integer(steps, "steps", 0), read_integer(accuracy, "accuracy", 1)
    step, least = read_number(rate, "rate"), read_number(margin, "margin")
    for name, value in (("rate", step), ("margin", least)):
        if value <= 0:
            raise bad(name, value, "a positive number is needed", f"write {name}=Fraction(1, 8)")
    if bits is None:
        return Trajectory(problem, step, None, _iterate(problem, least, step, count, Exact(MOST_BITS), wanted))
    precision = read_integer(bits, "bits", 16)
    while True:
        try:
            path = _iterate(problem, least, step, count, Balls(precision), wanted)
            return Trajectory(problem, step, precision, path)
        except TooWideError as found:
            precision = raised(precision, wanted, count, found.step)


def project_positive(matrix: Any, margin: Any, bits: int | None = 128) -> Any:
    """Return the projection of a square matrix onto C_margin as a python-flint matrix, in balls, or exact with bits=None.

    Raises: UnsupportedError where bits=None and an entry is irrational.
    """
    exact, least = read_matrix(matrix, "matrix"), read_number(margin, "margin")
    if bits is None:
        return exactly_in_margin(exact, least)
    with ctx.workprec(read_integer(bits, "bits", 16)):
        return in_margin(arb_mat(exact), arb(least))


def balanced_factors(matrix: Any, layers: int, bits: int | None = 128) -> list[Any]:
    """Return the balanced factors W_1, ..., W_L of A, W_L ... W_1 = A, by the principal root: balls, or exact with bits=None.

    Raises: UnsupportedError where A is singular or its orthogonal polar factor may have the eigenvalue -1, and where bits=None
    and an entry is irrational.
    """
    exact, count = read_matrix(matrix, "matrix"), read_integer(layers, "layers", 1)
    if bits is None:
        return exactly_balanced(exact, count)
    with ctx.workprec(read_integer(bits, "bits", 16)):
        return balanced(arb_mat(exact), count)


def _iterate(
    problem: Problem, margin: fmpq, rate: fmpq, count: int, arithmetic: Exact | Balls, accuracy: int
) -> tuple[tuple[Any, ...], ...]:
    layers, precision = problem.layers, arithmetic.bits if isinstance(arithmetic, Balls) else None
    loss, step, least = loss_in(problem.form, arithmetic), arithmetic.number(rate), arithmetic.number(margin)
    project: Callable[[Any, Any], Any] = exactly_in_margin if precision is None else in_margin
    factor: Callable[[Any, int], list[Any]] = exactly_balanced if precision is None else balanced
    with ctx.workprec(precision or 64):
        weights: Sequence[Any] = factor(arithmetic.matrix(identity(problem.widths[0])) * least, layers)
        path = [tuple(weights)]
        for number in range(1, count + 1):
            moved = [weight - slope for weight, slope in zip(weights, loss.gradient(weights, step), strict=True)]
            product = moved[0]
            for weight in moved[1:]:
                product = weight * product
            try:
                weights = factor(project(product, least), layers)
            except UnsupportedError:
                if precision is not None and precision < _ENOUGH:  # wide balls look singular
                    raise TooWideError(number) from None
                raise
            if isinstance(arithmetic, Balls):
                check_width(weights, accuracy, number, count)
            elif (reason := arithmetic.trouble(weights)) is not None:
                raise UnsupportedError(f"steps={count}: after step {number} {reason}")
            path.append(tuple(weights))
    return tuple(path)
