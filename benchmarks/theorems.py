"""Property tests of theorems: exact examples a second, and certified minima a second.

The property: along one layer the loss is its exact second-order expansion, L(W + D) - L(W) = <G_k, D> + 1/2 H[D, D], with
gradient and Hessian computed exactly. The time of the same search with an empty body is subtracted. Peer: the same body on
problems, weights and direction drawn by Hypothesis' own `st.lists(st.fractions())`, entry by entry, drawing included in both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

import dlnproof as dp
from clock import least_seconds, print_ratio
from dlnproof.checks.context import Context
from dlnproof.checks.search import search
from dlnproof.rings.rational import inner_product

EXAMPLES = 300
ENOUGH = 600.0
FRACTIONS = st.fractions(min_value=-9, max_value=9, max_denominator=4)


def expansion(drawn: Any) -> None:
    """Check the expansion along the first layer, in python-flint matrices (the fast path of a problem)."""
    problem, weights, direction = drawn
    first, *others = problem.read_weights(weights)
    step = problem.read_weights(direction)[0]
    here = [first, *others]
    size = step.nrows() * step.ncols()
    column = fmpq_mat(problem.parameters, 1, step.entries() + [0] * (problem.parameters - size))
    slope = inner_product(problem.gradient_matrices(here)[0], step)
    curvature = (column.transpose() * problem.hessian_matrix(here) * column)[0, 0]
    assert problem.loss_number([first + step, *others]) - problem.loss_number(here) == slope + curvature / 2


def nothing(drawn: Any) -> None:
    """The empty body."""


def by_seeds(body: Callable[[Any], None]) -> Any:
    """Return the test on problems as dlnproof draws them."""
    shapes = dp.problems(layers=st.integers(2, 3), widths=st.integers(2, 3), samples=st.integers(2, 3))
    drawn = shapes.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem), dp.weights(problem)))
    return given(drawn)(lambda drawn: body(drawn))


def by_fractions(body: Callable[[Any], None]) -> Any:
    """Return the same test with every entry drawn by itself."""

    def matrix(rows: int, columns: int) -> Any:
        row = st.lists(FRACTIONS, min_size=columns, max_size=columns)
        return st.lists(row, min_size=rows, max_size=rows)

    @st.composite
    def values(draw: Any) -> Any:
        layers = draw(st.integers(2, 3))
        widths = [draw(st.integers(2, 3)) for _ in range(layers + 1)]
        samples = draw(st.integers(2, 3))
        problem = dp.Problem(widths, draw(matrix(widths[0], samples)), draw(matrix(widths[-1], samples)))
        points = [[draw(matrix(*shape)) for shape in problem.shapes] for _ in range(2)]
        return problem, *points

    return given(values())(lambda drawn: body(drawn))


def searched(make: Callable[[Callable[[Any], None]], Any], body: Callable[[Any], None]) -> tuple[float, int]:
    """Return the least wall time of a search over distinct examples, and their number."""
    counts: list[int] = []

    def work(function: Any) -> None:
        counts.append(search(function, "benchmark", Context(seconds=ENOUGH, examples=EXAMPLES)).instances)

    return least_seconds(lambda: make(body), work, 3), min(counts)


def certified(starts: int = 2, problems: int = 20) -> tuple[float, int]:
    """Return the wall time of finding and certifying minima of random problems, and how many were certified."""
    found = 0
    sample = [
        dp.Problem(
            [2 + (k + i) % 2 for i in range(3 + k % 2)],
            [[Fraction((7 * k + 3 * i * j + i) % 11 - 5) for j in range(4)] for i in range(2 + k % 2)],
            [[Fraction((5 * k + 2 * i + 3 * j * j) % 9 - 4) for j in range(4)] for i in range(2 + (k + 2 + k % 2) % 2)],
        )
        for k in range(problems)
    ]
    sample[0].local_minima(starts=1)  # imports are not timed
    started = time.perf_counter()
    for problem in sample:
        found += len(problem.local_minima(starts=starts))
    return time.perf_counter() - started, found


def run() -> None:
    """Print the rates and the ratio."""
    print("theorems as property tests, 2-3 layers of width 2-3:")
    full, count = searched(by_seeds, expansion)
    empty, _ = searched(by_seeds, nothing)
    peer, peers = searched(by_fractions, expansion)
    body = (full - empty) / count
    print(f"  gradient and Hessian form, exact: {1 / body:.0f} examples a second, empty body excluded")
    print(f"  drawing included: {count / full:.0f} distinct examples a second")
    print_ratio("one example, drawing included", full / count, "Hypothesis, st.lists(st.fractions())", peer / peers)
    seconds, found = certified()
    print(f"  find and certify: {found / seconds:.0f} certified minima a second ({found} in {seconds:.2f} s)")


if __name__ == "__main__":
    run()
