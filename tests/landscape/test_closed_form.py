"""The least loss with decay and noise against the published test vectors and against the second road."""

from fractions import Fraction as F  # noqa: N817

import pytest
from exact_problems import POSITIVE, problems, weights
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.scalar_output import ScalarReduction

NOISE = st.sampled_from([0, F(1, 2), 1, 2])


def scalar(hidden, A, b, gamma, noise=0, scale=1):
    """Return the problem whose J of Ziyin, Li and Meng (2022) is loss / scale: decay = scale * gamma."""
    gammas = [F(value) * scale for value in (gamma if isinstance(gamma, tuple) else (gamma,) * (len(hidden) + 1))]
    return Problem.from_moments((len(A), *hidden, 1), A, [b], scale=scale, decay=gammas, noise=noise)


TV1 = ((2,), [[1, 0], [0, 2]], [F(21, 2), 20], (16, F(25, 4)), (1,))
TV2 = ((4, 4), [[1, 0], [0, 2]], [F(78, 5), F(176, 5)], 16, 2)
TV5 = ((1, 1), [[1, 0], [0, F(1, 10000)]], [3, F(3, 16)], 1, 0)
TV5B = ((1, 1), [[1, 0], [0, F(1, 10000)]], [3, F(1, 5)], 1, 0)
TV6A = ((1, 1), [[1]], [2], 1, 0)
TV6B = ((1, 1), [[1]], [F(16561, 9000)], 1, 0)


# source: the test vectors TV1-TV6 of the project notes on Ziyin, Li and Meng (2022)
@pytest.mark.parametrize(
    ("vector", "least"),
    [
        (TV1, F(-123, 2)),
        (TV2, F(-4304, 25)),
        (TV5, "-3.392484810963430587134251991744"),
        (TV5B, "-8.999100098087543178909187105390"),
        (TV6A, 0),
        (TV6B, 0),
        (((1, 1), [[1]], [9], (8, 1, 1), 0), -56),  # mutant "(prod gamma)^(1/D)" gives -46.241
        (((1, 1), [[1]], [2], 1, 0), 0),  # mutants "D for D + 1", "2/D for 2/(D + 1)" give -1 and -1/4
        (((2,), [[1]], [26], 1, 0), -625),  # z22.d1 (c)
        (((2, 2), [[1, 0], [0, 100]], [F(17, 2), 0], 1, 0), -60),  # z22.bounds
    ],
)
@pytest.mark.parametrize("scale", [1, F(1, 3)])
def test_the_published_minima_are_enclosed(vector, least, scale):
    problem = scalar(*vector, scale=scale)
    exact = arb(least) if isinstance(least, str) else arb(fmpq(F(least).numerator, F(least).denominator))
    value = exact * fmpq(F(scale).numerator, F(scale).denominator)
    tolerance = arb(0, 1e-14) if isinstance(least, str) else arb(0)
    assert problem.global_minimum().overlaps(value + tolerance)
    assert problem.referee().global_minimum().overlaps(value + tolerance)


def test_the_number_of_stationary_values_is_that_of_the_theory():
    # TV5 has four positive roots by Sturm, TV2 two, one hidden layer at most one (z22.deep)
    counts = []
    for vector in (TV5, TV2, TV1, (((2,), [[1]], [1], 2, 0))):
        problem = scalar(*vector)
        counts.append(len(ScalarReduction.of(problem.form).stationary()))
    assert counts == [4, 2, 1, 0]


def test_the_published_minimisers_are_critical_with_the_published_value():
    first = scalar(*TV1)
    point = [[[F(3, 4), 1], [F(3, 4), 1]], [[2, 2]]]
    assert first.is_critical(point)
    assert first.loss(point) == F(-123, 2)
    kind = first.classify(point)
    assert (kind.name, kind.is_strict) == ("global minimum", True)
    second = scalar(*TV2)
    point = [[[F(3, 5), F(4, 5)]] * 4, [[F(1, 2)] * 4] * 4, [[1, 1, 1, 1]]]
    assert second.is_critical(point)
    assert second.loss(point) == F(-4304, 25)
    assert second.classify(point).is_local_minimum


def test_a_nonzero_bad_local_minimum_is_seen_as_such():
    problem = scalar(*TV6B)
    bad = [[[F(9, 10)]]] * 3
    assert problem.loss(bad) == F(278559, 10**6)
    kind = problem.classify(bad)
    assert (kind.name, kind.is_global_minimum, kind.is_strict) == ("local minimum", False, True)
    assert problem.classify(problem.origin).is_global_minimum


def test_a_tie_of_the_origin_with_another_minimum_leaves_both_global():
    problem = scalar(*TV6A)
    assert problem.classify([[[1]]] * 3).is_global_minimum
    assert problem.classify(problem.origin).is_global_minimum


def test_without_noise_one_hidden_layer_has_a_sphere_of_minima():
    # z22.d1 (c): U = (3, 4), W = (3; 4)
    problem = scalar((2,), [[1]], [26], 1)
    kind = problem.classify([[[3], [4]], [[3, 4]]])
    assert (kind.name, kind.inertia, kind.is_strict) == ("global minimum", (3, 0, 1), False)


def test_ridge_regression_is_exact_for_many_outputs():
    problem = Problem((2, 3), [[1, 0], [0, 2]], [[1, 0], [0, 1], [1, 1]], scale=1, decay=1)
    minimiser = [[F(1, 2), 0], [0, F(2, 5)], [F(1, 2), F(2, 5)]]
    assert problem.is_critical([minimiser])
    assert problem.classify([minimiser]).name == "global minimum"
    value = problem.loss([minimiser])
    assert problem.global_minimum().contains(fmpq(value.numerator, value.denominator))


def test_what_has_no_closed_form_or_no_minimum_says_so():
    with pytest.raises(UnsupportedError, match="the infimum is not attained"):
        scalar((2, 2), [[1]], [1], (1, 0, 1)).global_minimum()
    with pytest.raises(UnsupportedError, match="more than one output"):
        Problem((2, 2, 2), [[1, 0], [0, 1]], [[1, 0], [0, 1]], noise=1).global_minimum()


def test_noise_without_decay_shrinks_what_can_be_explained():
    # min J = -b' A^+ b / s with s = 1 + 1 / 2
    assert scalar((2,), [[2]], [6], 0, noise=1).global_minimum().contains(-12)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_no_weights_go_below_the_minimum_and_both_roads_agree(data):
    problem = data.draw(problems(layers=st.integers(1, 3), decay=POSITIVE, noise=NOISE, outputs=1))
    least = problem.global_minimum()
    assert least.overlaps(problem.referee().global_minimum())
    for _ in range(5):
        loss = problem.loss(data.draw(weights(problem)))
        assert not arb(fmpq(loss.numerator, loss.denominator)) < least
