"""Gradient descent: exact on rationals, or an enclosure of the exact iterates in balls, the precision raised where needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import ctx, fmpq

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.descent.arithmetic import Balls, Exact, Loss, Matrix, loss_in
from dlnproof.landscape.descent.layerwise import Projection, Regulariser
from dlnproof.landscape.descent.precision import TooWideError, check_width, raised
from dlnproof.landscape.descent.trajectory import Trajectory
from dlnproof.landscape.problem import Problem, Weights
from dlnproof.rings.rational import read_integer, read_number

# exact iterates grow by a factor of 2H - 1 in length a step
MOST_BITS = 1 << 20
_BETWEEN_LOOKS = 8  # steps: a look at the radii costs as much as a step


def gradient_descent(
    problem: Problem,
    start: Weights,
    rate: Any,
    steps: int,
    *,
    regulariser: Regulariser | None = None,
    project: Projection | None = None,
    bits: int | None = None,
    accuracy: int = 40,
    most_bits: int = MOST_BITS,
) -> Trajectory:
    """Return the iterates W(0) = start, W(t + 1) = P(W(t) - rate * (grad L(W(t)) + grad of the regulariser)), t < steps.

    `regulariser` and the projection P = `project` treat every layer alike (see `toward_identity`, `ball_around_identity`).
    Without `bits` everything is exact: iterate t is a list of H matrices of Fractions. With `bits` the iterates are Arb balls
    that hold the exact ones; `bits` is where the precision starts, and it is raised until every entry is known to an
    absolute or relative error of 2^-accuracy. Raises: InputError for bad input, UnsupportedError when an exact entry outgrows
    `most_bits` bits (exact numbers lengthen by the degree of the gradient each step), when balls stay too wide at 2^16 bits,
    and with noise. Source: Bartlett, Helmbold and Long (2018), section 2.
    """
    count = read_integer(steps, "steps", 0)
    step = read_number(rate, "rate")
    if step <= 0:
        raise bad("rate", rate, "the step size is positive", "write rate=Fraction(1, 8)")
    limit = read_integer(most_bits, "most_bits", 1)
    weights = problem.read_weights(start)
    if (regulariser or project) and any(rows != columns for rows, columns in problem.shapes):
        raise bad(
            "widths", problem.widths, "layers are compared with the identity, so they are square", "use equal widths"
        )
    if bits is None:
        path = _iterate(problem, weights, step, count, Exact(limit), regulariser, project, 0)
        return Trajectory(problem, step, None, path)
    precision, wanted = read_integer(bits, "bits", 16), read_integer(accuracy, "accuracy", 1)
    while True:
        try:
            path = _iterate(problem, weights, step, count, Balls(precision), regulariser, project, wanted)
            return Trajectory(problem, step, precision, path)
        except TooWideError as found:
            precision = raised(precision, wanted, count, found.step)


def _iterate(
    problem: Problem,
    start: Sequence[Matrix],
    rate: fmpq,
    count: int,
    arithmetic: Exact | Balls,
    regulariser: Regulariser | None,
    project: Projection | None,
    accuracy: int,
) -> tuple[tuple[Matrix, ...], ...]:
    loss, step = loss_in(problem.form, arithmetic), arithmetic.number(rate)
    weights = [arithmetic.matrix(weight) for weight in start]
    path = [tuple(weights)]
    with ctx.workprec(arithmetic.bits if isinstance(arithmetic, Balls) else 64):
        for number in range(1, count + 1):
            weights = _step(loss, weights, step, arithmetic, regulariser, project)
            if isinstance(arithmetic, Exact):
                if (reason := arithmetic.trouble(weights)) is not None:
                    raise UnsupportedError(f"steps={count}: after step {number} {reason}")
            elif number % _BETWEEN_LOOKS == 0 or number == count:
                check_width(weights, accuracy, number, count)
            path.append(tuple(weights))
    return tuple(path)


def _step(
    loss: Loss,
    weights: list[Matrix],
    rate: Any,
    arithmetic: Exact | Balls,
    regulariser: Regulariser | None,
    project: Projection | None,
) -> list[Matrix]:
    moved = [weight - slope for weight, slope in zip(weights, loss.gradient(weights, rate), strict=True)]
    if regulariser is not None:
        pulls = (regulariser.gradient(weight, arithmetic) * rate for weight in weights)
        moved = [weight - pull for weight, pull in zip(moved, pulls, strict=True)]
    return moved if project is None else [project.apply(weight, arithmetic) for weight in moved]
