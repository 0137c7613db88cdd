"""Gradient descent: exact on rationals, or an enclosure of the exact iterates in balls, the precision raised where needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import ctx, fmpq

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.descent.arithmetic import MOST_BITS, Balls, Exact, Loss, Matrix, loss_in
from dlnproof.landscape.descent.layerwise import Projection, Regulariser
from dlnproof.landscape.descent.precision import TooWideError, check_width, raised
from dlnproof.landscape.descent.trajectory import Trajectory
from dlnproof.landscape.problem import Problem, Weights
from dlnproof.rings.rational import read_integer, read_number

_BETWEEN_LOOKS = 16  # steps: a look at the radii costs as much as a step


def gradient_descent(
    problem: Problem,
    start: Weights,
    rate: Any,
    steps: int,
    *,
    momentum: Any = 0,
    regulariser: Regulariser | None = None,
    project: Projection | None = None,
    bits: int | None = None,
    accuracy: int = 40,
    most_bits: int = MOST_BITS,
) -> Trajectory:
    """Return the iterates W(0) = start, W(t + 1) = P(W(t) - rate * (grad L(W(t)) + grad of the regulariser)), t < steps.

    With momentum b the heavy ball adds b (W(t) - W(t - 1)) before the projection, W(-1) = W(0).
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
    carried = read_number(momentum, "momentum")
    if not 0 <= carried < 1:
        raise bad("momentum", momentum, "momentum is at least 0 and below 1", "write momentum=Fraction(9, 10)")
    limit = read_integer(most_bits, "most_bits", 1)
    rule = Rule(step, carried, regulariser, project)
    weights = problem.read_weights(start)
    if (regulariser or project) and any(rows != columns for rows, columns in problem.shapes):
        raise bad(
            "widths", problem.widths, "layers are compared with the identity, so they are square", "use equal widths"
        )
    if bits is None:
        path = _iterate(problem, weights, rule, count, Exact(limit), 0)
        return Trajectory(problem, step, None, path)
    precision, wanted = read_integer(bits, "bits", 16), read_integer(accuracy, "accuracy", 1)
    while True:
        try:
            path = _iterate(problem, weights, rule, count, Balls(precision), wanted)
            return Trajectory(problem, step, precision, path)
        except TooWideError as found:
            precision = raised(precision, wanted, count, found.step)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one iterate follows from the two before it."""

    rate: fmpq
    momentum: fmpq
    regulariser: Regulariser | None
    project: Projection | None

    def step(self, loss: Loss, weights: list[Matrix], before: list[Matrix], arithmetic: Exact | Balls) -> list[Matrix]:
        """Return the next weights."""
        rate = arithmetic.number(self.rate)
        moved = [weight - slope for weight, slope in zip(weights, loss.gradient(weights, rate), strict=True)]
        if self.regulariser is not None:
            pulls = (self.regulariser.gradient(weight, arithmetic) * rate for weight in weights)
            moved = [weight - pull for weight, pull in zip(moved, pulls, strict=True)]
        if self.momentum:
            share = arithmetic.number(self.momentum)
            moved = [weight + (now - last) * share for weight, now, last in zip(moved, weights, before, strict=True)]
        return moved if self.project is None else [self.project.apply(weight, arithmetic) for weight in moved]


def _iterate(
    problem: Problem, start: Sequence[Matrix], rule: Rule, count: int, arithmetic: Exact | Balls, accuracy: int
) -> tuple[tuple[Matrix, ...], ...]:
    loss = loss_in(problem.form, arithmetic)
    weights = before = [arithmetic.matrix(weight) for weight in start]
    path = [tuple(weights)]
    with ctx.workprec(arithmetic.bits if isinstance(arithmetic, Balls) else 64):
        for number in range(1, count + 1):
            before, weights = weights, rule.step(loss, weights, before, arithmetic)
            if isinstance(arithmetic, Exact):
                if (reason := arithmetic.trouble(weights)) is not None:
                    raise UnsupportedError(f"steps={count}: after step {number} {reason}")
            elif number % _BETWEEN_LOOKS == 0 or number == count:
                check_width(weights, accuracy, number, count)
            path.append(tuple(weights))
    return tuple(path)
