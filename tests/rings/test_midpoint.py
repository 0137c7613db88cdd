"""Midpoint-radius stacks enclose the exact rational results, also where float64 cancels or underflows."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from flint import fmpq

from dlnproof.rings.midpoint import Balls, concatenate, enclose_rationals, product_row_sums, row_sums, upwards


def draw(random: Random, rows: int, columns: int) -> tuple[Balls, list[list[Fraction]]]:
    """A matrix of balls of mixed sizes and one exact rational matrix inside it."""
    mid, rad = np.zeros((rows, columns)), np.zeros((rows, columns))
    exact: list[list[Fraction]] = []
    for i in range(rows):
        exact.append([])
        for j in range(columns):
            mid[i, j] = random.uniform(-1, 1) * 10 ** random.choice([-160, -8, 0, 0, 0, 3, 16])
            rad[i, j] = random.choice([0.0, abs(mid[i, j]) * 2.0**-50, 1e-9])
            part = Fraction(random.randint(-1000, 1000), 1000)
            exact[i].append(Fraction(mid[i, j]) + part * Fraction(rad[i, j]))
    return Balls(mid, rad), exact


def violations(balls: Balls, exact: list[list[Fraction]]) -> int:
    """How many of the exact numbers lie outside their ball, decided in Q."""
    pairs = zip(balls.mid.ravel().tolist(), balls.rad.ravel().tolist(), [x for row in exact for x in row], strict=True)
    return sum(abs(number - Fraction(mid)) > Fraction(rad) for mid, rad, number in pairs)


def times(left: list[list[Fraction]], right: list[list[Fraction]]) -> list[list[Fraction]]:
    columns = list(zip(*right, strict=True))
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in left]


def check(seed: int, rounds: int) -> int:
    """Compare sums, differences, entrywise products and matrix products with exact ones; return how many entries."""
    random, checks = Random(seed), 0
    for _ in range(rounds):
        n, k, m = random.randint(1, 5), random.randint(1, 9), random.randint(1, 5)
        (a, exact_a), (b, exact_b), (c, exact_c) = draw(random, n, k), draw(random, k, m), draw(random, n, k)
        rows = list(zip(exact_a, exact_c, strict=True))
        results = [
            (a @ b, times(exact_a, exact_b)),
            (a + c, [[x + y for x, y in zip(*pair, strict=True)] for pair in rows]),
            (a - c, [[x - y for x, y in zip(*pair, strict=True)] for pair in rows]),
            (a * c, [[x * y for x, y in zip(*pair, strict=True)] for pair in rows]),
        ]
        for balls, exact in results:
            assert violations(balls, exact) == 0
            checks += balls.mid.size
    return checks


def test_sums_and_products_hold_the_exact_results() -> None:
    assert check(0, 40) > 1000


@pytest.mark.slow
def test_sums_and_products_hold_the_exact_results_in_forty_thousand_checks() -> None:
    assert check(1, 1200) > 40_000


def test_the_check_itself_refuses_radii_that_leave_the_rounding_errors_out() -> None:
    random, missed = Random(2), 0
    for _ in range(60):
        (a, exact_a), (b, exact_b) = draw(random, 3, 6), draw(random, 6, 3)
        mid = a.mid @ b.mid
        rad = np.abs(a.mid) @ b.rad + a.rad @ np.abs(b.mid) + a.rad @ b.rad
        missed += violations(Balls(mid, rad * (1 - 2.0**-40)), times(exact_a, exact_b))
    assert missed > 20


@pytest.mark.parametrize(
    ("left", "right", "exact"),
    [
        ([[1e16, 1.0, -1e16]], [[1.0], [1.0], [1.0]], Fraction(1)),  # cancellation: float64 may answer 0
        ([[1e-200, 1e-200]], [[1e-200], [1e-200]], 2 * Fraction(1e-200) ** 2),  # the products underflow to 0
        ([[1e150]], [[5e-324]], Fraction(1e150) * Fraction(5e-324)),  # u |b| underflows
        ([[2.0**-1074]], [[0.5]], Fraction(1, 2**1075)),
    ],
)
def test_cancellation_and_underflow_are_inside_the_radius(
    left: list[list[float]], right: list[list[float]], exact: Fraction
) -> None:
    assert violations(Balls(np.array(left)) @ Balls(np.array(right)), [[exact]]) == 0


def test_overflow_never_looks_like_a_proof() -> None:
    with np.errstate(all="ignore"):
        product = Balls(np.array([[1e200, -1e200]])) @ np.array([[1e200], [1e200]])
    assert not bool(product.magnitude[0, 0] < 1)


def test_rational_numbers_are_enclosed_and_exact_ones_have_radius_zero() -> None:
    numbers = [fmpq(1, 3), fmpq(5, 8), fmpq(-(10**40), 7), fmpq(0)]
    balls = enclose_rationals(numbers, (2, 2))
    assert violations(balls, [[Fraction(int(x.p), int(x.q)) for x in numbers]]) == 0
    assert balls.rad.ravel()[1] == balls.rad.ravel()[3] == 0


def test_row_sums_bound_exact_sums_and_the_rounding_errors_of_products() -> None:
    random = Random(3)
    rng = np.random.default_rng(3)
    for _ in range(20):
        left, right = rng.standard_normal((4, 7)) * 10.0 ** random.randint(-3, 3), rng.standard_normal((7, 5))
        product = left @ right
        bounds = product_row_sums(left, right, product)
        exact = times(*([[Fraction(x) for x in row] for row in matrix.tolist()] for matrix in (left, right)))
        for i, row in enumerate(exact):
            errors = sum(abs(x - Fraction(y)) for x, y in zip(row, product[i].tolist(), strict=True))
            assert errors <= Fraction(bounds[i])
        sums = row_sums(np.abs(left))
        for i, entries in enumerate(np.abs(left).tolist()):
            assert sum(map(Fraction, entries)) <= Fraction(sums[i])


def test_stacks_are_cut_joined_and_turned_with_their_radii() -> None:
    balls = Balls(np.arange(12.0).reshape(2, 2, 3), 0.5)
    assert balls.swapaxes(1, 2).shape == (2, 3, 2)
    assert balls[0].rad.shape == (2, 3)
    assert concatenate([balls.reshape(2, 6), balls.reshape(2, 6)], axis=1).shape == (2, 12)
    assert (-balls).mid[1, 1, 2] == -11
    assert upwards(np.array([1.0]))[0] > 1
