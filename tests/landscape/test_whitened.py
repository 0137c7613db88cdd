"""Many outputs with decay and white inputs: soft thresholding, Schatten quasi-norms, and the second road."""

from fractions import Fraction as F  # noqa: N817

import pytest
from exact_problems import POSITIVE, matrices, weights
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.whitened import white_level

I2 = [[1, 0], [0, 1]]


def ball(value):
    return arb(fmpq(value.numerator, value.denominator))


def diagonal(values, rows, columns):
    return [[values[i] if i == j and i < len(values) else 0 for j in range(columns)] for i in range(rows)]


def test_two_layers_threshold_the_singular_values_softly():
    # 1/2 (s - sigma)^2 + 2 sqrt(g1 g2) s, unequal decays with sqrt(g1 g2) = 1/2: s = max(sigma - 1, 0)
    problem = Problem((3, 4, 2), diagonal([1, 1, 1], 3, 3), diagonal([3, F(1, 2)], 2, 3), decay=(F(1, 8), 2))
    least = F(1, 2) + 2 + F(1, 8)
    assert problem.global_minimum().contains(least)
    assert problem.referee().global_minimum().contains(least)


def test_a_bottleneck_keeps_the_largest_singular_values_only():
    values = {1: F(5, 2) + 2, 2: F(5, 2) + F(3, 2)}
    for width, least in values.items():
        problem = Problem((2, width, 2), I2, diagonal([3, 2], 2, 2), decay=F(1, 2))
        assert problem.global_minimum().contains(least)


def test_an_irrational_singular_value_is_enclosed():
    # C C^T = [[2, 1], [1, 1]]: sigma = (sqrt 5 +- 1) / 2; soft thresholding at 1: only (1 + sqrt 5) / 2 stays
    problem = Problem((2, 2, 2), I2, [[1, 1], [0, 1]], decay=F(1, 2))
    golden = (1 + arb(5).sqrt()) / 2
    assert problem.global_minimum().overlaps(golden - arb(1) / 2 + (1 / golden) ** 2 / 2)


def test_one_input_and_one_output_agree_with_the_scalar_reduction():
    # TV6 (a): b = 2, decay 1, D = 2: a tie with the origin, value 0
    tie = Problem.from_moments((1, 2, 3, 2), [[1]], [[2], [0]], scale=1, decay=1)
    assert tie.global_minimum().contains(0)
    single = Problem.from_moments((1, 2, 3, 1), [[2]], [[5]], scale=F(1, 3), decay=(F(1, 5), 1, F(1, 2)))
    double = Problem.from_moments((1, 2, 3, 2), [[2]], [[3], [4]], scale=F(1, 3), decay=(F(1, 5), 1, F(1, 2)))
    assert single.global_minimum().overlaps(double.global_minimum())


def test_weights_of_the_equality_case_attain_the_minimum():
    # three layers, decays (1/4, 2, 1/2): W_k = (prod g)^{1/6} / sqrt(g_k) s^{1/3}; prod g = 1/4; R = diag(8, 1)
    # stationarity c (s - sigma) 2 scale + 2 (prod g)^{1/3} s^{-1/3} = 0 fixes sigma; take prod g = 1/8 instead: kap = 1/2
    decays = (F(1, 4), 2, F(1, 4))
    gamma = F(1, 8)
    assert decays[0] * decays[1] * decays[2] == gamma
    sigma = 8 + F(1, 2)  # scale 1/2: s - sigma + 2 kap s^{-1/3} = 0 with kap = 1/2, s = 8
    problem = Problem((2, 2, 3, 2), I2, diagonal([sigma, 1], 2, 2), decay=decays)
    # s^{1/3} = 2, kap^{1/2} = 2^{-1/2}: W_1 = 2 (1/2 / (1/4))^{1/2} = 2 sqrt 2, W_2 = 1, W_3 = 2 sqrt 2: rescale to rationals
    value = F(1, 2) * (8 - sigma) ** 2 + 3 * F(1, 2) * 4 + F(1, 2)
    assert problem.global_minimum().contains(value)
    rational = Problem((2, 2, 3, 2), I2, diagonal([sigma, 1], 2, 2), decay=(F(1, 2), F(1, 2), F(1, 2)))
    weights = [diagonal([2], 2, 2), diagonal([2], 3, 2), diagonal([2], 2, 3)]
    assert rational.is_critical(weights)
    assert rational.loss(weights) == value
    assert rational.global_minimum().contains(value)
    assert rational.classify(weights).is_local_minimum


@pytest.mark.parametrize(
    ("moment", "level"),
    [
        ([[2, 0], [0, 2]], 2),
        ([[1, 1], [1, 1]], 2),
        ([[0, 0], [0, 3]], 3),
        ([[1, 0], [0, 2]], None),
        ([[0, 0], [0, 0]], None),
    ],
)
def test_white_inputs_are_multiples_of_a_projector(moment, level):
    problem = Problem.from_moments((2, 2, 2), moment, [[0, 0], [0, 0]])
    assert white_level(problem.form) == level
    assert problem.referee()._white_level() == level


def test_coloured_inputs_and_noise_are_not_known():
    for options in ({"decay": 1, "noise": 1}, {"decay": 0, "noise": 1}):
        with pytest.raises(UnsupportedError, match="not known in closed form"):
            Problem((2, 2, 2), I2, I2, **options).global_minimum()
    with pytest.raises(UnsupportedError, match=r"except for white inputs"):
        Problem((2, 2, 2), [[1, 0], [0, 2]], I2, decay=1).global_minimum()


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_no_weights_go_below_and_both_roads_agree(data):
    layers = data.draw(st.integers(2, 4))
    sizes = [data.draw(st.integers(1, 3)) for _ in range(layers + 1)]
    level = data.draw(st.sampled_from([1, F(1, 2), 3]))
    moment = diagonal([level] * data.draw(st.integers(1, sizes[0])), sizes[0], sizes[0])
    shown = [row[i] != 0 for i, row in enumerate(moment)]
    cross = [
        [value if seen else 0 for value, seen in zip(row, shown, strict=True)]
        for row in data.draw(matrices(sizes[-1], sizes[0]))
    ]
    decay = data.draw(st.lists(POSITIVE, min_size=layers, max_size=layers))
    problem = Problem.from_moments(sizes, moment, cross, scale=data.draw(POSITIVE), decay=[g / 4 for g in decay])
    least = problem.global_minimum()
    assert least.overlaps(problem.referee().global_minimum())
    for _ in range(4):
        assert not ball(problem.loss(data.draw(weights(problem)))) < least


# s = sigma - decay / scale for two layers: sigma = (10, 5), decay 1/2, scale 1/2 leave s = (9, 4), of which width 1 takes one;
# for three layers s = r^3 where sigma = r^3 + (decay / scale) / r: sigma = 8 + 1/2, r = 2 (both by the minimum of f(s; sigma))
@pytest.mark.parametrize(
    ("widths", "Y", "decay", "weights", "kind"),
    [
        ((2, 1, 2), [[10, 0], [0, 5]], F(1, 2), [[[3, 0]], [[3], [0]]], "global minimum"),
        ((2, 1, 2), [[10, 0], [0, 5]], F(1, 2), [[[0, 2]], [[0], [2]]], "strict saddle"),
        ((2, 1, 1, 2), [[F(17, 2), 0], [0, 1]], F(1, 2), [[[2, 0]], [[2]], [[2], [0]]], "global minimum"),
        ((2, 1, 1, 2), [[F(17, 2), 0], [0, 1]], F(1, 2), [[[0, 0]], [[0]], [[0], [0]]], "local minimum"),
    ],
)
def test_rational_critical_points_of_white_inputs_are_told_global_or_not(widths, Y, decay, weights, kind):
    problem = Problem(widths, [[1, 0], [0, 1]], Y, decay=decay)
    found = problem.classify(weights)
    assert (found.name, found.is_global_minimum) == (kind, kind == "global minimum")
    assert problem.referee().classify(weights).name == kind
