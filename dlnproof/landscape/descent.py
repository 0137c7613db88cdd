"""Gradient descent in exact rational arithmetic."""

from __future__ import annotations

from typing import Any, TypeAlias

from flint import fmpq_mat

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.problem import Problem, Weights
from dlnproof.rings.rational import Rows, read_integer, read_number, to_rows

Iterate: TypeAlias = list[Rows]

# exact iterates grow by a factor of 2H - 1 in length a step
MOST_BITS = 1 << 20


def gradient_descent(
    problem: Problem, start: Weights, rate: Any, steps: int, *, momentum: Any = 0, most_bits: int = MOST_BITS
) -> list[Iterate]:
    """Return the iterates W(0) = start, W(t + 1) = W(t) - rate * grad L(W(t)), t < steps, exactly.

    With momentum b the heavy ball adds b (W(t) - W(t - 1)), W(-1) = W(0). Each iterate is a list of H matrices of
    Fractions that `problem.loss` accepts. Raises: InputError for bad input, UnsupportedError when an entry outgrows
    `most_bits` bits: exact numbers lengthen by the degree of the gradient each step.
    """
    count = read_integer(steps, "steps", 0)
    step = read_number(rate, "rate")
    if step <= 0:
        raise bad("rate", rate, "the step size is positive", "write rate=Fraction(1, 8)")
    inertia = read_number(momentum, "momentum")
    if not 0 <= inertia < 1:
        raise bad("momentum", momentum, "momentum is at least 0 and below 1", "write momentum=Fraction(9, 10)")
    limit = read_integer(most_bits, "most_bits", 1)
    weights = problem.read_weights(start)
    path = [[to_rows(weight) for weight in weights]]
    before = weights
    for number in range(1, count + 1):
        moved = zip(weights, problem.gradient_matrices(weights), before, strict=True)
        before, weights = weights, [w - slope * step + (w - last) * inertia for w, slope, last in moved]
        longest = max(_height(weight) for weight in weights)
        if longest > limit:
            raise UnsupportedError(
                f"steps={steps}: after step {number} an exact entry has {longest} bits, more than {limit}; "
                "take fewer steps, or raise most_bits"
            )
        path.append([to_rows(weight) for weight in weights])
    return path


def _height(matrix: fmpq_mat) -> int:
    """Return the length in bits of the longest numerator or denominator."""
    return max(max(int(entry.p).bit_length(), int(entry.q).bit_length()) for entry in matrix.entries())
