"""Slices: balanced points are critical, and the plane goes through them."""

from pathlib import Path

import numpy as np
import pytest

from dlnproof.landscape.listing import list_critical_values
from dlnproof.landscape.loss_plane import balanced_point, random_direction, slice_loss
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.read_problem import read_problem
from dlnproof.landscape.reduction import reduce

IRIS = Path(__file__).parents[2] / "derivations" / "data" / "iris.csv"
SMALL = Problem(
    (3, 4, 3, 5), [[1, 0, 2, 1], [0, 3, 1, 1], [1, 1, 0, 2]], [[k * j % 5 for j in range(4)] for k in range(5)]
)


@pytest.mark.parametrize("widths", [(4, 3), (4, 2, 3), (4, 3, 2, 3)])
def test_a_balanced_point_of_every_stratum_is_critical_and_has_its_loss(widths):
    problem = read_problem(IRIS, "species", widths)
    net = reduce(problem).net
    for value in list_critical_values(problem).values:
        point = np.concatenate([weight.ravel() for weight in balanced_point(problem, value.stratum)])[None]
        assert net.value(point)[0] == pytest.approx(float(value.loss), rel=1e-12)
        assert np.abs(net.gradient(point)).max() < 1e-10


def test_the_plane_has_the_losses_of_the_points_it_is_drawn_through():
    values = list_critical_values(SMALL).values
    first, second = (balanced_point(SMALL, value.stratum) for value in values[:2])
    plane = slice_loss(SMALL, first, second, ("a", "b"))
    net = reduce(SMALL).net
    for i, j in ((0, 0), (40, 90), (120, 3)):
        weights = [plane.s[i] * a + plane.t[j] * b for a, b in zip(first, second, strict=True)]
        point = np.concatenate([weight.ravel() for weight in weights])[None]
        assert plane.loss[j, i] == pytest.approx(net.value(point)[0], rel=1e-12)


def test_the_plane_of_a_problem_with_noise_has_its_averaged_loss():
    noisy = Problem((2, 3, 2, 1), [[1, 2], [0, 1]], [[3, 1]], decay="1/5", noise=[[0, 1, "1/2"], 2])
    first, second = ([np.full(shape, 0.1 * k + n) for k, shape in enumerate(noisy.shapes)] for n in (1.0, -0.5))
    plane = slice_loss(noisy, first, second, ("a", "b"))
    weights = [plane.s[7] * a + plane.t[50] * b for a, b in zip(first, second, strict=True)]
    point = np.concatenate([weight.ravel() for weight in weights])[None]
    assert plane.loss[50, 7] == pytest.approx(reduce(noisy).net.value(point)[0], rel=1e-12)


def test_a_random_direction_is_orthogonal_and_follows_the_seed():
    point = balanced_point(SMALL, list_critical_values(SMALL).values[0].stratum)
    one, again, other = (random_direction(SMALL, point, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])
    assert sum(float(np.sum(a * b)) for a, b in zip(one, point, strict=True)) == pytest.approx(0, abs=1e-10)
