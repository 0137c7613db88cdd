"""1,000 certified steps of gradient descent of a three-layer 3 x 3 net in balls, against the same steps in `mpmath.iv`.

Both enclose the exact iterates at the same precision, the one at which the balls end narrower than 2^-40; the peer runs fewer
steps and is scaled up, since its cost a step is the same at every step.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mpmath.ctx_iv import MPIntervalContext

from clock import least_of_both, print_ratio
from dlnproof import Problem, gradient_descent

STEPS, PEER_STEPS, LAYERS, WIDTH = 1000, 20, 3, 3
TARGET = [[2, 1, 0], [1, 2, 1], [0, 1, 2]]
RATE = Fraction(1, 50)
IDENTITY = [[int(i == j) for j in range(WIDTH)] for i in range(WIDTH)]


def certified() -> int:
    """Run the steps in balls and return the precision that they needed."""
    problem = Problem(widths=(WIDTH,) * (LAYERS + 1), X=IDENTITY, Y=TARGET)
    path = gradient_descent(problem, problem.identity, RATE, STEPS, bits=128)
    assert path.bits is not None
    return path.bits


def intervals(bits: int) -> None:
    """Run the first steps in mpmath's interval arithmetic, with the same products of matrices."""
    iv = MPIntervalContext()
    iv.prec = bits
    rate = iv.mpf(RATE.numerator) / RATE.denominator
    target = [[iv.mpf(entry) for entry in row] for row in TARGET]
    weights = [[[iv.mpf(entry) for entry in row] for row in IDENTITY] for _ in range(LAYERS)]
    for _ in range(PEER_STEPS):
        below = [weights[0]]
        for weight in weights[1:]:
            below.append(_times(weight, below[-1]))
        inner = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(below[-1], target, strict=True)]
        moved: list[Any] = []
        for k in range(LAYERS - 1, -1, -1):
            slope = _times(inner, _transposed(below[k - 1])) if k else inner
            moved.append(
                [[w - rate * s for w, s in zip(*rows, strict=True)] for rows in zip(weights[k], slope, strict=True)]
            )
            inner = _times(_transposed(weights[k]), inner) if k else inner
        weights = moved[::-1]


def _times(left: list[list[Any]], right: list[list[Any]]) -> list[list[Any]]:
    columns = _transposed(right)
    return [[sum((a * b for a, b in zip(row, c, strict=True)), 0) for c in columns] for row in left]


def _transposed(matrix: list[list[Any]]) -> list[list[Any]]:
    return [list(row) for row in zip(*matrix, strict=True)]


def run() -> None:
    """Print the ratio."""
    print(f"{STEPS} certified steps of descent, {LAYERS} layers of width {WIDTH}")
    bits = certified()
    own, peer = least_of_both(lambda: None, lambda _: certified(), lambda _: intervals(bits), 8)
    peer *= STEPS / PEER_STEPS
    print_ratio(f"balls, raised to {bits} bits", own, f"mpmath.iv at {bits} bits, scaled from {PEER_STEPS} steps", peer)


if __name__ == "__main__":
    run()
