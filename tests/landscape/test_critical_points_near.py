"""Critical points of any index: complete on small known landscapes, certified, and honest about what is not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from dlnproof.errors import InputError
from dlnproof.landscape.certify import Cause, CertifiedPoint
from dlnproof.landscape.local_minima import CertifiedPoints, certify_descents, critical_points_near, local_minima
from dlnproof.landscape.minimise import Descent
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.recertify import recertify
from dlnproof.landscape.reduction import reduce
from dlnproof.rings.double import Array

I2 = [[1, 0], [0, 1]]


def places(found: CertifiedPoints) -> dict[tuple[float, ...], tuple[int, int, int]]:
    """The distinct isolated points, by their rounded weights, with their inertia."""
    result = {}
    for point in found:
        key = tuple(round(x, 6) + 0.0 for weight in point.midpoint for x in weight.ravel().tolist())
        result[key] = point.inertia
    return result


@pytest.mark.parametrize(("layers", "count"), [(2, 3), (3, 9), (4, 17)])
def test_scalar_chains_have_all_their_real_critical_points_and_the_morse_sum_is_one(layers: int, count: int) -> None:
    # theory/landscape.md section 4: 1 + 2^{H-1} minima for H >= 3, sum (-1)^index = 1; real 3, 9, 17 for H = 2, 3, 4
    problem = Problem((1,) * (layers + 1), [[1]], [[1]], decay=Fraction(1, 20))
    found = places(critical_points_near(problem, 60 * layers))
    assert len(found) == count
    assert sum((-1) ** inertia[1] for inertia in found.values()) == 1
    minima = sum(inertia[1] == 0 for inertia in found.values())
    assert minima == (2 if layers == 2 else 1 + 2 ** (layers - 1))


def test_noise_has_three_to_the_width_stationary_points_of_the_known_values() -> None:
    # theory/weight_decay_and_noise.md, z22.crit: 3^d points; with k active neurons -(k/(k + sigma^2)) v1' A0 v1
    problem = Problem.from_moments(
        (2, 2, 1), [[1, 0], [0, 2]], [[Fraction(21, 2), 20]], scale=1, decay=(16, Fraction(25, 4)), noise=1
    )
    found = critical_points_near(problem, 120)
    assert not found.uncertified
    assert len(places(found)) == 9
    for point in found:
        active = {(4, 2, 0): 0, (5, 1, 0): 1, (6, 0, 0): 2}[point.inertia]
        value = fmpq(-active, active + 1) * fmpq(369, 4)
        assert point.loss.contains(value)


def test_saddles_without_decay_have_the_values_of_subsets_of_eigenvalues() -> None:
    # V2, V3, V4 of theory/landscape.md: 2 L = 5 - (sum of a subset of at most one of {4, 1})
    found = critical_points_near(Problem((2, 1, 2), I2, [[2, 0], [0, 1]]), 60)
    seen = {(round(2 * float(point.loss.mid()), 9), point.inertia) for point in found}
    assert seen == {(1.0, (3, 0, 1)), (4.0, (2, 1, 1)), (5.0, (2, 2, 0))}


@pytest.mark.parametrize("seed", range(3))
def test_points_of_any_index_are_certified_again_by_the_other_road(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Y = rng.integers(-3, 4, (3, 3)).tolist()
    problem = Problem((3, 2, 3), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], Y, decay=Fraction(1, 10) if seed else 0)
    found = critical_points_near(problem, 12, seed)
    indices = {point.inertia[1] for point in found}
    assert len(indices) > 1
    for point in found[:4]:
        assert isinstance(recertify(point), CertifiedPoint)  # raises where the two roads disagree


def test_a_search_that_ends_in_a_degenerate_valley_is_certified_on_the_stratum_below_it() -> None:
    valley = np.array([[1.0, 0.0], [0.0, 1e-4]])
    reduction = reduce(Problem((2, 2, 2), I2, [[1, 0], [0, 0]]))
    (point,) = certify_descents(reduction, [Descent(0, (valley, valley), 5e-17, 1.4e-12, True)], 128)
    assert isinstance(point, CertifiedPoint)
    assert point.exact is not None
    assert point.kind.is_global_minimum
    assert point.proof["displacement"] == pytest.approx(1e-4, rel=1e-3)
    assert point.inertia == (4, 0, 4)


def test_given_starts_are_taken_instead_of_random_ones() -> None:
    problem = Problem((1, 1, 1, 1), [[1]], [[1]], decay=Fraction(1, 20))
    near = [[[[0.01]], [[0.01]], [[-0.01]]], [[[Fraction(4, 5)]], [[1]], [[1]]]]
    found = critical_points_near(problem, near)
    assert [point.inertia for point in found] == [(3, 0, 0), (3, 0, 0)]
    assert abs(local_minima(problem, near)[0].midpoint[0][0, 0]) < 1e-9
    with pytest.raises(InputError, match=r"weights\[0\]=.*W_1 is 1 x 1"):
        critical_points_near(problem, [[[[1.0, 2.0]], [[1.0]], [[1.0]]]])


def test_the_users_own_method_is_polished_and_certified_like_any_other() -> None:
    problem = Problem((2, 2, 2), I2, [[2, 0], [0, 1]], decay=Fraction(1, 4))

    def plain_descent(evaluate: object, start: Array) -> Array:
        for _ in range(400):
            start = start - 0.1 * evaluate(start)[1]  # type: ignore[operator]
        return start

    found = local_minima(problem, 3, method=plain_descent)  # type: ignore[arg-type]
    assert len(found) == 3
    assert all(point.loss.contains(fmpq(5, 4)) for point in found)
    with pytest.raises(InputError, match="it must return 8 numbers"):
        local_minima(problem, 1, method=lambda *_: np.zeros(3))
    far = local_minima(problem, 1, method=lambda *_: np.full(8, np.inf))
    assert [refusal.cause for refusal in far.uncertified] == [Cause.NOT_CONVERGED]


def test_the_entry_points_of_a_problem_are_these() -> None:
    problem = Problem((2, 2, 2), I2, [[2, 0], [0, 1]], decay=Fraction(1, 4))
    assert len(problem.local_minima(2, seed=1, method="bfgs", bits=96)) == 2
    assert repr(problem.critical_points_near(2)).startswith("CertifiedPoints(")


def test_degenerate_ends_are_refused_with_the_reason() -> None:
    # the origin of three plain layers: every direction is null and no symmetry moves it
    found = critical_points_near(Problem((2, 2, 2, 2), I2, [[2, 0], [0, 1]]), [[[[0, 0], [0, 0]]] * 3])
    assert len(found) == 0
    assert found.uncertified[0].cause is Cause.DEGENERATE
    assert "nullity 12, orbit dimension 0" in found.uncertified[0].reason
