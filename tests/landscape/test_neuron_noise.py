"""Noise of a variance of its own on every neuron: the averaged loss by enumeration, the least loss and all its minimisers."""

from fractions import Fraction as F  # noqa: N817
from itertools import product

import numpy as np
import pytest
from flint import fmpq

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import reduce


def times(left, right):
    return [
        [sum((a * b for a, b in zip(row, column, strict=True)), F(0)) for column in zip(*right, strict=True)]
        for row in left
    ]


def averaged(X, Y, weights, deviations, decay, scale):
    """Return the loss averaged over the two-point noises 1 +- s of every hidden neuron, by its definition."""
    flat = [s for layer in deviations for s in layer]
    total = F(0)
    for signs in product((1, -1), repeat=len(flat)):
        factors = iter([1 + sign * s for sign, s in zip(signs, flat, strict=True)])
        state = X
        for k, weight in enumerate(weights):
            state = times(weight, state)
            if k < len(deviations):
                state = [[next_factor * x for x in row] for row, next_factor in [(row, next(factors)) for row in state]]
        total += sum((a - b) ** 2 for row, other in zip(state, Y, strict=True) for a, b in zip(row, other, strict=True))
    norms = (g * sum(x * x for row in weight for x in row) for g, weight in zip(decay, weights, strict=True))
    return scale * total / 2 ** len(flat) + sum(norms)


def some_weights(problem):
    return [
        [[F(2 * i - 3 * j + k + 1, k + 2) for j in range(columns)] for i in range(rows)]
        for k, (rows, columns) in enumerate(problem.shapes)
    ]


X, Y = [[F(1), F(2)], [F(0), F(-1)]], [[F(1), F(3)], [F(2), F(-1)]]
DEVIATIONS = ([F(0), F(1), F(1, 2)], [F(2), F(1, 3)])
DECAY = (F(1, 5), F(0), F(1, 2))
MIXED = Problem((2, 3, 2, 2), X, Y, scale=F(2, 3), decay=DECAY, noise=[[s * s for s in layer] for layer in DEVIATIONS])


def test_the_loss_is_the_average_over_all_noise_patterns_on_both_roads():
    weights = some_weights(MIXED)
    truth = averaged(X, Y, weights, DEVIATIONS, DECAY, F(2, 3))
    assert MIXED.loss(weights) == MIXED.referee().loss(weights) == truth


def test_derivatives_agree_in_the_rationals_in_hyper_dual_numbers_and_in_floats():
    weights = some_weights(MIXED)
    gradient = [x for layer in MIXED.gradient(weights) for row in layer for x in row]
    assert gradient == [x for layer in MIXED.referee().gradient(weights) for row in layer for x in row]
    assert MIXED.hessian(weights) == MIXED.referee().hessian(weights)
    net, point = reduce(MIXED).net, np.array([[float(x) for layer in weights for row in layer for x in row]])
    assert net.value(point)[0] == pytest.approx(float(MIXED.loss(weights)), rel=1e-13)
    assert np.allclose(net.gradient(point)[0], np.array(gradient, dtype=float), rtol=1e-12)
    assert np.allclose(net.hessian(point)[0], np.array(MIXED.hessian(weights), dtype=float), rtol=1e-12)


def scalar(noise, cross=(6, F(64, 5)), decay=(16, 1)):
    """One output, A = diag(1, 2), two hidden neurons."""
    return Problem.from_moments((2, 2, 1), [[1, 0], [0, 2]], [list(cross)], scale=1, decay=decay, noise=noise)


# variances 25/18 and 25/32 act like h = 1 / (18/25 + 32/25) = 1/2: s = 3/2, kap = 4, v = (12/5, 16/5), t = 4, rho = 16 and
# p = (3/5, 4/5) solve z22.reduce with s = prod (1 + 1 / sum_i 1 / v_i) exactly: J = -b^T v + kap t = -984/25
def test_a_rational_minimiser_has_neurons_in_proportion_to_their_precision():
    problem = scalar([[F(25, 18), F(25, 32)]])
    found = problem.global_minimisers()
    (family,) = found.families
    minimiser = [[[F(9, 25), F(12, 25)], [F(12, 25), F(16, 25)]], [[F(12, 5), F(16, 5)]]]
    assert found.exact_value == F(-984, 25)
    assert found.count == family.signs == 4
    assert family.exact_weights == minimiser
    # the variance of the prediction: (s - 1) v^T A v = 1/2 (144/25 + 2 * 256/25)
    assert family.prediction_variance.contains(fmpq(328, 25))
    for a, b in product((1, -1), repeat=2):
        flipped = [[[a * x for x in minimiser[0][0]], [b * x for x in minimiser[0][1]]], [[F(12, 5) * a, F(16, 5) * b]]]
        kind = problem.classify(flipped)
        assert problem.loss(flipped) == F(-984, 25)
        assert (kind.name, kind.is_strict) == ("global minimum", True)
    assert problem.global_minimum().overlaps(problem.referee().global_minimum())


def test_optimisers_find_nothing_below_the_closed_form_and_reach_it():
    problem = scalar([[F(1, 9), 7]], decay=(1, 2))
    best = problem.global_minimum()
    for method in ("newton", "bfgs"):
        points = problem.local_minima(6, method=method)
        assert points
        assert not any(point.loss < best for point in points)
        assert any(point.loss.overlaps(best) for point in points)


def test_a_neuron_without_noise_takes_all_and_the_noise_costs_nothing():
    noisy, quiet = scalar([[0, 5]]), scalar(0)
    assert noisy.global_minimum().overlaps(quiet.global_minimum())
    (family,) = noisy.global_minimisers().families
    assert (family.signs, family.spheres, family.count) == (1, (0,), 2)
    # two of three neurons without noise: a circle, which the symmetry of the loss turns
    three = Problem.from_moments((1, 3, 1), [[1]], [[26]], scale=1, decay=1, noise=[[0, 3, 0]])
    (circle,) = three.global_minimisers().families
    assert circle.spheres == (1,)
    assert circle.exact_weights == [[[5], [0], [0]], [[5, 0, 0]]]
    turned = [[[3], [0], [4]], [[3, 0, 4]]]
    assert three.loss(turned) == three.loss(circle.exact_weights) == -625
    assert three.classify(turned).name == "global minimum"
    assert not three.classify(turned).is_strict


def test_equal_variances_are_one_number_and_the_json_keeps_different_ones():
    assert scalar([[2, 2]]) == scalar(2)
    assert scalar([["2", 2]]).noise == (2,)
    assert MIXED.noise == ((0, 1, F(1, 4)), (4, F(1, 9)))
    assert (
        Problem.from_json(MIXED.to_json()) == MIXED != Problem((2, 3, 2, 2), X, Y, scale=F(2, 3), decay=DECAY, noise=1)
    )


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        ([[1, 2, 3]], r"noise\[0\]=\[1, 2, 3\]: hidden layer 1 has 2 neurons, 3 variances are given; give one number"),
        ([[1, -2]], "noise=.*: noise is nonnegative"),
        ([1, 2], "noise has one number for each of the 1 hidden layers"),
        ([[1, 0.5]], r"noise\[0\]\[1\]=0.5"),
    ],
)
def test_variances_that_do_not_fit_are_named(noise, message):
    with pytest.raises(InputError, match=message):
        scalar(noise)


def test_what_is_not_known_for_different_variances_is_refused():
    with pytest.raises(UnsupportedError, match="all neurons of a hidden layer have the same variance"):
        scalar([[1, 2]]).stationary_points()
