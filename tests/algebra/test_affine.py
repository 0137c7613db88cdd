"""Regions of layer indices: feasibility and projection against enumeration, sums of powers against addition."""

from __future__ import annotations

import random
from itertools import product

import pytest
from flint import fmpq

from dlnproof.algebra.affine import Affine, feasible, implied, number, projected, region, variable
from dlnproof.algebra.index_polynomial import substituted, summed
from dlnproof.algebra.scalars import power_of

NAMES = ("x", "y", "z")


def _drawn(source, general):
    constraints = [variable(name) for name in NAMES] + [number(4) - variable(name) for name in NAMES]
    for _ in range(source.randint(1, 4)):
        one, two = source.sample(NAMES, 2)
        factor = source.choice([1, 2]) if general else 1
        constraints.append(variable(one).scaled(factor) - variable(two) + source.randint(-4, 2))
    return region(constraints)


def _points(constraints):
    for values in product(range(5), repeat=3):
        point = dict(zip(NAMES, values, strict=True))
        if all(sum(c * point[name] for name, c in g.terms) + g.constant >= 0 for g in constraints):
            yield point


@pytest.mark.parametrize("seed", range(200))
def test_a_region_of_differences_is_feasible_exactly_when_it_holds_a_point(seed):
    constraints = _drawn(random.Random(seed), general=False)
    assert feasible(constraints) == any(_points(constraints))


@pytest.mark.parametrize("seed", range(200))
def test_a_general_region_that_holds_a_point_is_never_called_empty(seed):
    constraints = _drawn(random.Random(seed), general=True)
    if any(_points(constraints)):
        assert feasible(constraints)


@pytest.mark.parametrize("seed", range(60))
def test_a_projection_keeps_exactly_the_shadows_of_points(seed):
    constraints = _drawn(random.Random(seed), general=False)
    shadows = {(point["x"], point["y"]) for point in _points(constraints)}
    left = projected(constraints, ["z"])
    found = {(point["x"], point["y"]) for point in _points(left)} if left is not None else set()
    assert found == shadows


def test_what_follows_is_implied_and_what_may_fail_is_not():
    x, y = variable("x"), variable("y")
    constraints = region([x - 1, y - x - 1])
    assert implied(constraints, y - 2)
    assert not implied(constraints, y - 3)


@pytest.mark.parametrize("exponent", range(5))
@pytest.mark.parametrize(("low", "high"), [(1, 5), (3, 3), (4, 3), (-2, 2)])
def test_a_sum_of_powers_in_closed_form_is_the_sum(exponent, low, high):
    closed = summed({power_of("x", exponent): fmpq(1)}, "x", variable("a"), variable("b"))
    value = substituted(substituted(closed, "a", number(low)), "b", number(high))
    assert value.get((), fmpq(0)) == sum(fmpq(x) ** exponent for x in range(low, high + 1))


def test_constraints_are_tightened_to_integers():
    assert Affine((("x", 2),), -3).tight() == Affine((("x", 1),), -2)
