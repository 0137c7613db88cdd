"""Examples a second of property tests on exact problems: derivatives in Q, and find-and-certify.

One example is a random problem of 2 or 3 layers of widths 2 and 3 with integer data. Exact: its gradient and Hessian at
small rational weights, in Q. Find-and-certify: one call of `local_minima` with one random start, to a certified minimum
with a ball of 128 bits. An empty body, which builds the same problems, is timed in the same run and taken off.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from clock import least_seconds  # first: it sets one thread before NumPy is imported

import numpy as np  # isort: skip

from dlnproof.landscape.problem import Problem

COUNT = 60


def make_examples() -> list[tuple[dict[str, Any], list[Any]]]:
    """Return arguments of problems, every second one with decay, and weights."""
    rng = np.random.default_rng(1)
    examples = []
    for i in range(COUNT):
        widths = tuple(rng.integers(2, 4, int(rng.integers(3, 5))).tolist())
        samples = widths[0] + 1
        X, Y = rng.integers(-3, 4, (widths[0], samples)), rng.integers(-3, 4, (widths[-1], samples))
        decay = Fraction(int(rng.integers(1, 20)), 21) if i % 2 else Fraction(0)
        shapes = zip(widths[1:], widths, strict=False)
        weights = [[[Fraction(int(k), 3) for k in rng.integers(-4, 5, b)] for _ in range(a)] for a, b in shapes]
        examples.append(({"widths": widths, "X": X.tolist(), "Y": Y.tolist(), "decay": decay}, weights))
    return examples


def run() -> None:
    """Print the rates."""
    print("property-test examples a second, 2 or 3 layers of widths 2 and 3, an empty body taken off")
    empty = _seconds(lambda _problem, _weights: None)
    rows: tuple[tuple[str, Callable[[Problem, Any], object], int], ...] = (
        ("gradient and Hessian in Q", _derive, 800),
        ("gradient and Hessian in Q, as Fractions", lambda p, w: (p.gradient(w), p.hessian(w)), 800),
        ("find and certify, one start", _certify, 100),
        ("find and certify, four starts", lambda p, _: p.local_minima(4), 0),
    )
    for what, body, goal in rows:
        rate = COUNT / (_seconds(body) - empty)
        print(f"  {what:<42} {rate:>7.0f} a second" + (f"   (goal {goal})" if goal else ""), flush=True)


def _derive(problem: Problem, weights: Any) -> None:
    matrices = problem.read_weights(weights)
    problem.gradient_matrices(matrices)
    problem.hessian_matrix(matrices)


def _certify(problem: Problem, _weights: Any) -> None:
    assert len(problem.local_minima(1)) == 1


def _seconds(body: Callable[[Problem, Any], object]) -> float:
    def work(examples: list[tuple[dict[str, Any], list[Any]]]) -> None:
        for arguments, weights in examples:
            body(Problem(**arguments), weights)

    return least_seconds(make_examples, work, 4)


if __name__ == "__main__":
    run()
