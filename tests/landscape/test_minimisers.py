"""Global minimisers, stationary points and thresholds with decay and one output, against published numbers and exact Hessians."""

from fractions import Fraction as F  # noqa: N817
from itertools import combinations, product
from random import Random

import numpy as np
import pytest
from exact_problems import POSITIVE, problems
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from test_closed_form import NOISE, TV1, TV2, TV5, TV5B, TV6A, TV6B, scalar

from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import to_array
from dlnproof.landscape.scalar_output import ScalarReduction
from dlnproof.landscape.stationary import count_stationary
from dlnproof.rings.algebraic import RationalFunction, square_root
from dlnproof.rings.ball import enclose


def ball(value):
    value = F(value)
    return arb(fmpq(value.numerator, value.denominator))


def near(text):
    return arb(text) + arb(0, 1e-12)


# TV1, TV2 of the project notes on Ziyin, Li and Meng (2022): the minimiser, v, J and the variance V
def test_the_first_vector_has_four_flat_minimisers():
    found = scalar(*TV1).global_minimisers()
    (family,) = found.families
    assert found.exact_value == F(-123, 2)
    assert family.exact_weights == [[[F(3, 4), 1], [F(3, 4), 1]], [[2, 2]]]
    assert [entry.overlaps(value) for entry, value in zip(family.predictor, (3, 4), strict=True)] == [True, True]
    assert family.prediction_variance.contains(F(41, 2))
    assert found.count == family.signs == 4
    assert not found.is_trivial


def test_the_second_vector_has_all_sign_choices_of_both_layers():
    found = scalar(*TV2).global_minimisers()
    (family,) = found.families
    assert found.exact_value == F(-4304, 25)
    assert family.exact_weights == [[[F(3, 5), F(4, 5)]] * 4, [[F(1, 2)] * 4] * 4, [[1] * 4]]
    assert family.prediction_variance.contains(F(656, 5))
    assert found.count == 2**8


def test_every_sign_choice_is_a_minimiser():
    problem = scalar(*TV1)
    for signs in product((1, -1), repeat=2):
        flipped = [[[sign * F(3, 4), sign * 1] for sign in signs], [[2 * sign for sign in signs]]]
        assert problem.is_critical(flipped)
        assert problem.loss(flipped) == F(-123, 2)


# TV5: four roots; the global minimum is the second of them, or the last one where b_2 is a little larger
@pytest.mark.parametrize(("vector", "place", "z"), [(TV5, 1, "1.765005863394555"), (TV5B, 3, "100.000899795741")])
def test_the_least_root_is_chosen_among_four(vector, place, z):
    problem = scalar(*vector)
    reduction = ScalarReduction.of(problem.form)
    roots = reduction.stationary()
    assert [item.change for item in roots] == [1, -1, 1, -1]
    (family,) = problem.global_minimisers().families
    assert family.root == roots[place].root
    # z = (w kap)^{1/D}
    assert near(z).overlaps(family.root.enclose(128).sqrt())
    assert family.exact_weights is None


def test_a_tie_with_the_origin_is_decided_exactly():
    found = scalar(*TV6A).global_minimisers()
    assert [family.is_origin for family in found.families] == [True, False]
    assert found.exact_value == 0
    assert found.count == 1 + 4
    assert scalar(*TV6B).global_minimisers().is_trivial


def test_without_noise_the_minimisers_are_a_sphere():
    # z22.d1 (c): n = 1, d = 2, A = 1, b = 26: U = (3, 4) is one of them
    found = scalar((2,), [[1]], [26], 1).global_minimisers()
    (family,) = found.families
    assert (family.dimension, family.count, family.spheres) == (1, None, (1,))
    assert found.exact_value == -625
    assert scalar((3, 1, 2), [[1]], [26], 1, (1, 0, 0)).global_minimisers().families[0].spheres == (0, 1)


def test_irrational_geometric_means_of_the_decays_are_exact():
    # kap = sqrt(2) is irrational; D = 1, A = 1, b = 3: v = 3 - kap, J = -v^2
    found = scalar((1,), [[1]], [3], (1, 2)).global_minimisers()
    assert near("-2.51471862576142").overlaps(found.value)
    assert found.exact_value.is_irrational
    assert enclose(found.exact_value).overlaps(found.value)


def test_ridge_regression_and_no_correlation_have_one_minimiser():
    ridge = Problem((2, 3), [[1, 0], [0, 2]], [[1, 0], [0, 1], [1, 1]], scale=1, decay=1).global_minimisers()
    assert ridge.families[0].exact_weights == [[[F(1, 2), 0], [0, F(2, 5)], [F(1, 2), F(2, 5)]]]
    assert ridge.value.contains(ridge.exact_value)
    assert Problem((2, 2, 2), [[1, 0], [0, 0]], [[0, 1], [0, 2]], decay=1).global_minimisers().is_trivial


def test_an_infimum_that_is_not_attained_is_said_so_with_its_value():
    # z22.degenerate: inf J = -b^T A^+ b / s = -1
    problem = scalar((2, 2), [[1]], [1], (1, 0, 1))
    found = problem.global_minimisers()
    assert not found.is_attained
    assert found.families == ()
    assert found.value.contains(-1)
    with pytest.raises(UnsupportedError, match=r"the infimum is not attained, .* it is -1\.0"):
        problem.global_minimum()
    with pytest.raises(UnsupportedError, match=r"the infimum is not attained, .* it is 0\.5"):
        Problem((2, 1, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]], decay=(0, 1)).global_minimum()


def test_the_number_of_stationary_points_of_one_hidden_layer_is_a_power_of_three():
    # z22.crit: 3^d if ||b||^2 > gamma_u gamma_w, else 1; values with k active neurons -(k / (k + sigma^2)) v1' A v1
    for width in (1, 2, 3):
        families = scalar((width,), [[1, 0], [0, 2]], [F(21, 2), 20], (16, F(25, 4)), (1,)).stationary_points()
        assert count_stationary(families) == 3**width
        assert [f.kind for f in families] == ["strict saddle"] * width + ["global minimum"]
        for family in families[1:]:
            assert family.value.contains(F(-41 * 9, 4) * F(family.active[0], family.active[0] + 1))
    assert count_stationary(scalar((3,), [[1]], [1], 1, 1).stationary_points()) == 1


def test_two_hidden_layers_have_nine_stationary_points_where_the_notes_found_nine():
    # z22.crit: counts 9 for D = 2, d = (1, 1)
    families = scalar((1, 1), [[1]], [9], 1, F(1, 2)).stationary_points()
    assert count_stationary(families) == 9
    assert [f.kind for f in families] == ["local minimum", "strict saddle", "global minimum"]
    assert count_stationary(scalar((1, 1), [[1]], [9], 1, 40).stationary_points()) == 1


def sub_network(problem, active, root, values):
    """Return rational weights of the flat point on the first active neurons, or None where a root is irrational."""
    form = problem.form
    reduction = ScalarReduction.of(form, tuple(layer[:n] for layer, n in zip(form.noise, active, strict=True)))
    share, squared, predictor = values(reduction, root)
    counts = [squared, *map(fmpq, active), fmpq(1)]
    vectors = [predictor, *([1] * k + [0] * (d - k) for k, d in zip(active, problem.widths[1:-1], strict=True)), [1]]
    weights = []
    for k, decay in enumerate(form.decay):
        factor = square_root(share * form.scale / (decay * counts[k] * counts[k + 1]))
        if factor is None:
            return None
        weights.append([[factor * a * b for b in vectors[k]] for a in vectors[k + 1]])
    return weights


@pytest.mark.parametrize(
    ("vector", "active"), [(TV1, (2,)), (((2,), [[1]], [7], 3, 0), (1,)), (TV2, (4, 4)), (TV6B, (1, 1))]
)
def test_the_kinds_of_flat_points_are_those_of_their_hessians(vector, active):
    problem = scalar(*vector)

    def values(reduction, root):
        solved = (reduction.squared_norm().at(root).rational(), reduction.decay_share().at(root).rational())
        matrix = problem.form.input_moment * (reduction.shrinkage * root.rational())
        for i in range(matrix.nrows()):
            matrix[i, i] += 1
        vector = matrix.solve(problem.form.cross_moment.transpose()) * root.rational()
        return solved[1], solved[0], vector.entries()

    checked = 0
    for family in problem.stationary_points():
        if family.active not in (active, problem.widths[1:-1]) or not family.root.is_rational:
            continue
        weights = sub_network(problem, active, family.root, values)
        if weights is None:
            continue
        kind = problem.classify(weights)
        assert kind.name == family.kind
        assert family.value.contains(problem.loss(weights))
        checked += 1
    assert checked


def float_point(problem, family):
    """Return the flat point of a family on the first active neurons, in floats as exact Fractions."""
    reduction = ScalarReduction.of(problem.form, tuple(v[:n] for v, n in zip(problem.form.noise, family.active, strict=True)))
    w = family.root.enclose(100)
    predictor = np.linalg.solve(
        np.eye(problem.widths[0]) + float(arb(reduction.shrinkage) * w) * to_array(problem.input_moment),
        float(w) * to_array(problem.cross_moment)[0],
    )
    share = float(reduction.decay_share().enclose(w))
    units = [predictor / np.linalg.norm(predictor)]
    units += [
        np.array([k**-0.5] * k + [0.0] * (d - k)) for k, d in zip(family.active, problem.widths[1:-1], strict=True)
    ]
    units.append(np.ones(1))
    sizes = [(share * float(problem.scale / gamma)) ** 0.5 for gamma in problem.decay]
    layers = [size * np.outer(units[k + 1], units[k]) for k, size in enumerate(sizes)]
    return [[[F(float(x)) for x in row] for row in layer] for layer in layers]


@pytest.mark.parametrize("seed", range(8))
def test_floats_at_every_family_have_no_slope_and_curvature_down_exactly_at_strict_saddles(seed):
    random = Random(seed)
    hidden = tuple(random.randint(1, 3) for _ in range(random.choice([2, 2, 3])))
    noise = tuple(random.choice([F(1, 2), 1, 2]) for _ in hidden)
    gammas = tuple(F(random.randint(1, 6), 4) for _ in range(len(hidden) + 1))
    problem = scalar(hidden, [[random.randint(1, 3), 0], [0, F(1, 3)]], [random.randint(2, 9), 3], gammas, noise)
    for family in problem.stationary_points():
        if family.root is None:
            continue
        weights = float_point(problem, family)
        assert max(abs(x) for layer in problem.gradient(weights) for row in layer for x in row) < 1e-8
        hessian = np.array([[float(x) for x in row] for row in problem.hessian(weights)])
        assert (np.linalg.eigvalsh(hessian)[0] < -1e-7) == (family.kind == "strict saddle")


def test_an_inactive_neuron_with_noise_is_a_strict_saddle():
    # b and Gamma of TV1: one active neuron has s = 2, v = v1 / 2 = (9/4, 3); gamma_u u^4 = gamma_w ||v||^2 with u = 5/2
    problem = scalar((2,), [[1, 0], [0, 2]], [F(21, 2), 20], (F(50, 3), 6), (1,))
    family = next(f for f in problem.stationary_points() if f.active == (1,))
    assert (family.kind, family.points) == ("strict saddle", 4)
    weights = [[[F(9, 10), F(6, 5)], [0, 0]], [[F(5, 2), 0]]]
    assert problem.is_critical(weights)
    assert family.value.contains(problem.loss(weights))
    assert problem.classify(weights).name == "strict saddle"
    assert problem.escape_direction(weights).drop > 0


# thresholds: verified at (1 -+ 1/1000) times the threshold (z22.deep), and the tie TV6(a) at P exactly
@pytest.mark.parametrize("depth", [1, 2, 3, 5])
@pytest.mark.parametrize("noise", [0, F(1, 2)])
def test_the_thresholds_separate_zero_from_nonzero_minima(depth, noise):
    hidden = tuple(range(1, depth + 1))
    limits = scalar(hidden, [[2]], [3], 1, noise).thresholds()
    assert limits.is_isotropic
    for factor, trivial in ((F(1001, 1000), True), (F(999, 1000), False)):
        problem = scalar(hidden, [[2]], [3], (F(limits.trivial) * factor, *(1,) * depth), noise)
        answers = problem.thresholds()
        assert (answers.zero_is_only_minimiser, answers.minimum_is_nonzero) == (
            (True, None) if trivial else (None, True)
        )
        assert problem.global_minimisers().is_trivial == trivial
        if depth > 1:
            edge = scalar(hidden, [[2]], [3], (F(limits.only_zero) * factor, *(1,) * depth), noise)
            assert bool(edge.thresholds().zero_is_only_stationary_point) == trivial
            full = [f for f in edge.stationary_points() if f.active == hidden]
            assert len(full) == (0 if trivial else 2)


def test_at_the_threshold_one_hidden_layer_is_trivial_and_two_tie():
    one = scalar((2,), [[1]], [1], 1, 1)  # "strict < for triviality" is false: b0 = 1, gamma = 1
    assert one.thresholds().zero_is_only_stationary_point
    assert one.global_minimisers().is_trivial
    two = scalar(*TV6A)
    assert two.thresholds().trivial == 1
    assert two.thresholds().zero_is_only_minimiser is None
    assert len(two.global_minimisers().families) == 2


def test_the_double_root_at_the_second_threshold_is_a_non_strict_saddle():
    # z22.deep, D = 2, b = a = 1: prod gamma = E = 27/256
    problem = scalar((1, 1), [[1]], [1], (F(3, 4), F(3, 4), F(3, 16)))
    assert problem.thresholds().only_zero == F(27, 256)
    families = problem.stationary_points()
    assert [f.kind for f in families] == ["global minimum", "non-strict saddle"]


# z22.bounds: the correct lower bound is sharp at the isotropic tie; "a_max" is false at A = diag(1, 100)
@pytest.mark.parametrize("vector", [TV2, TV5, TV6A, ((2, 2), [[1, 0], [0, 100]], [F(17, 2), 0], 1, 0)])
def test_every_stationary_predictor_lies_within_the_bounds(vector):
    problem = scalar(*vector)
    limits = problem.thresholds()
    reduction = ScalarReduction.of(problem.form)
    for item in reduction.stationary():
        length = reduction.squared_norm().enclose(item.root.enclose(200)).sqrt()
        assert not length < limits.least_norm
        assert not length > limits.largest_norm


def test_the_variance_is_largest_where_noise_equals_width():
    # z22.var, D = 1: V = sigma^2 d / (sigma^2 + d)^2 v1' A v1, not monotone in sigma^2
    def variance(noise):
        (family,) = scalar((4,), [[1]], [5], 1, noise).global_minimisers().families
        return family.prediction_variance

    assert variance(1).contains(F(4, 25) * 16)
    assert variance(4).contains(F(1, 4) * 16)
    assert variance(1) < variance(4) > variance(9)


def test_a_planted_falsehood_about_the_global_minimum_is_contradicted(monkeypatch):
    problem = scalar(*TV5)
    assert problem.referee().classify(problem.origin).is_global_minimum is False
    monkeypatch.setattr(ScalarReduction, "minima", lambda _: [None])
    assert problem.classify(problem.origin).is_global_minimum
    with pytest.raises(DisagreementError, match=r"called global minimum, but the second road finds .*-3\.392"):
        problem.referee().classify(problem.origin)


def test_a_planted_falsehood_about_the_loss_at_a_root_is_contradicted(monkeypatch):
    problem = scalar(*TV6B)
    monkeypatch.setattr(ScalarReduction, "exact_loss", lambda _, root: root)
    with pytest.raises(DisagreementError, match="not the one that its root of the equation has"):
        problem.classify([[[F(9, 10)]]] * 3)


def test_questions_about_other_problems_are_refused():
    problem = Problem((2, 2, 2), [[1, 0], [0, 2]], [[1, 0], [0, 1]], decay=1)
    for question, text in (
        (problem.global_minimisers, "described for one output only"),
        (problem.stationary_points, "known for one output, two layers or more"),
        (problem.thresholds, "known for one output that correlates with the inputs"),
        (Problem((1, 1), [[1]], [[1]]).global_minimisers, "without decay they are the strata"),
    ):
        with pytest.raises(UnsupportedError, match=text):
            question()


def test_rational_functions_of_an_algebraic_number_are_canonical():
    from flint import fmpq_poly

    from dlnproof.rings.real_roots import real_roots

    root = real_roots(fmpq_poly([-2, 0, 1]))[1][0]  # sqrt 2
    square = RationalFunction(fmpq_poly([0, 0, 1]), fmpq_poly([1])).at(root)
    assert square.rational() == 2
    inverse = RationalFunction(fmpq_poly([1]), fmpq_poly([1, 1])).at(root)  # 1 / (1 + sqrt 2) = sqrt 2 - 1
    assert inverse == root.after(fmpq(1), fmpq(-1))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_minimisers_attain_the_minimum_with_equal_decay_shares(data):
    problem = data.draw(problems(layers=st.integers(2, 3), decay=POSITIVE, noise=NOISE, outputs=1))
    found = problem.global_minimisers()
    assert found.value.overlaps(problem.global_minimum())
    for family in found.families:
        if family.exact_weights is not None:
            assert problem.is_critical(family.exact_weights)
            assert found.value.contains(problem.loss(family.exact_weights))
        shares = [
            ball(gamma) * sum((entry * entry for row in layer for entry in row), arb(0))
            for gamma, layer in zip(problem.decay, family.weights, strict=True)
        ]
        assert all(left.overlaps(right) for left, right in combinations(shares, 2))
    trivial = [family for family in problem.stationary_points() if family.kind == "global minimum"]
    assert len(trivial) == len(found.families)
