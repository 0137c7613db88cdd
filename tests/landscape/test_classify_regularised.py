"""Kinds of points with decay and noise: the origin, symmetry orbits, the convex bound of two layers, and honest silence."""

from fractions import Fraction as F  # noqa: N817

import pytest
from exact_problems import POSITIVE, problems, problems_with_weights
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.classification import Classification
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.symmetry import orbit_dimension

I2 = [[1, 0], [0, 1]]


def test_the_origin_of_three_decayed_layers_is_a_bad_strict_local_minimum():
    # C5 (counterexample to "no bad local minima" with decay): Hessian I/10, L = 1/2 > L(1, 1, 1) = 3/20
    problem = Problem((1, 1, 1, 1), [[1]], [[1]], decay=F(1, 20))
    kind = problem.classify(problem.origin)
    assert problem.hessian(problem.origin) == [[F(1, 10) if i == j else 0 for j in range(3)] for i in range(3)]
    assert kind.name == "local minimum"
    assert kind.is_strict
    assert kind.is_global_minimum is False
    assert problem.loss(problem.origin) == F(1, 2)
    assert problem.loss([[[1]], [[1]], [[1]]]) == F(3, 20)


def scalar_chain(gammas, target):
    """Return J + E y^2 with J of Ziyin, Li and Meng (2022): x = 1, widths 1, scale 1."""
    return Problem.from_moments((1,) * (len(gammas) + 1), [[1]], [[target]], scale=1, decay=gammas)


# z22.origin: two layers are decided by ||b||^2 <= gamma_u gamma_w, not strict; three or more by two positive decays
@pytest.mark.parametrize(
    ("gammas", "target", "name", "strict"),
    [
        ((1, 1), 1, "global minimum", True),  # the Hessian is singular here, yet the minimum is strict
        ((1, 1), 2, "strict saddle", True),
        ((F(3, 2), F(3, 2)), 2, "strict saddle", True),
        ((1, 0), 1, "strict saddle", True),
        ((1, 0), 0, "global minimum", False),
        ((1, 1, 1), 5, "local minimum", True),
        ((1, 1, 0), 1, "local minimum", False),
        ((1, 0, 0), 1, "non-strict saddle", False),
        ((0, 0, 0), 1, "non-strict saddle", False),
        ((1, 0, 0), 0, "global minimum", False),
        ((1, 1, 1), 0, "global minimum", True),
    ],
)
def test_the_origin_is_settled_for_every_pattern_of_decays(gammas, target, name, strict):
    for problem in (scalar_chain(gammas, target), scalar_chain(gammas, target).referee()):
        kind = problem.classify(problem.origin)
        assert kind.name == name
        assert kind.is_strict is strict


def test_the_exact_values_named_for_the_saddles_at_the_origin_are_negative():
    # z22.origin, exactly one positive decay and none: J = -9999/10^8 and J = -1999/10^6
    assert scalar_chain((1, 0, 0), 1).loss([[[F(1, 100)]], [[F(1, 10)]], [[F(1, 10)]]]) == F(-9999, 10**8)
    assert scalar_chain((0, 0, 0), 1).loss([[[F(1, 10)]]] * 3) == F(-1999, 10**6)


def test_two_layers_at_the_boundary_have_a_global_minimum_at_the_origin_for_matrix_outputs():
    # ||2 scale C||_2 = 2 sqrt(decay_1 decay_2) exactly
    problem = Problem((2, 2, 2), I2, [[2, 0], [0, 1]], decay=1)
    assert problem.inertia(problem.origin) == (6, 0, 2)
    kind = problem.classify(problem.origin)
    assert (kind.name, kind.is_strict) == ("global minimum", True)
    beyond = Problem((2, 2, 2), I2, [[F(201, 100), 0], [0, 1]], decay=1)
    assert beyond.classify(beyond.origin).name == "strict saddle"


def test_a_symmetry_orbit_explains_the_singular_directions_of_a_minimum():
    # two layers, Y = diag(2, 1), decay 1/2: soft thresholding of the singular values, W_1 = W_2 = diag(sqrt, sqrt)
    problem = Problem((2, 2, 2), I2, [[F(3, 2), 0], [0, F(3, 4)]], decay=F(1, 4))
    weights = [[[1, 0], [0, F(1, 2)]]] * 2
    assert problem.is_critical(weights)
    kind = problem.classify(weights)
    assert kind.inertia == (7, 0, 1)
    assert orbit_dimension(problem.form, problem.read_weights(weights)) == 1
    assert kind.name == "global minimum"
    assert kind.is_strict is False
    assert problem.referee().classify(weights).name == "global minimum"


def test_dropping_a_direction_of_the_two_layer_minimum_leaves_a_strict_saddle():
    problem = Problem((2, 2, 2), I2, [[F(3, 2), 0], [0, F(3, 4)]], decay=F(1, 4))
    assert problem.classify([[[0, 0], [0, F(1, 2)]]] * 2).name == "strict saddle"


def test_a_deep_orbit_is_a_local_minimum_without_being_called_global():
    # three layers, W_k = diag(1, 0): (1 - y) + 2 decay = 0 with y = 3/2 and decay 1/4; inputs that are not white
    problem = Problem((2, 2, 2, 2), [[1, 0], [0, 2]], [[F(3, 2), 0], [0, 0]], decay=F(1, 4))
    weights = [[[1, 0], [0, 0]]] * 3
    kind = problem.classify(weights)
    assert kind.name == "local minimum"
    assert kind.inertia[2] == orbit_dimension(problem.form, problem.read_weights(weights)) == 2
    assert not kind.is_strict
    with pytest.raises(UnsupportedError, match="whether this local minimum is global is undecided"):
        _ = kind.is_global_minimum


def test_a_singular_hessian_at_a_double_root_of_the_equation_is_a_non_strict_saddle():
    # z22.deep at its threshold, D = 2, b = a = 1, prod gamma = 27/256: the double root, v = 1/4, gamma_k w_k^2 = 3/16
    problem = scalar_chain((F(3, 4), F(3, 4), F(3, 16)), 1)
    weights = [[[F(1, 2)]], [[F(1, 2)]], [[1]]]
    for asked in (problem, problem.referee()):
        kind = asked.classify(weights)
        assert (kind.name, kind.inertia) == ("non-strict saddle", (2, 0, 1))
        assert "no minimum at the 2-fold root" in kind.reason
    # along the weights that keep the decay shares equal the loss falls on one side
    nearby = [[[F(49, 100)]], [[F(49, 100)]], [[F(98, 100)]]]
    assert problem.loss(nearby) < problem.loss(weights)


def test_a_singular_hessian_beyond_symmetry_is_undecided_and_refuses_questions():
    # two outputs: nothing but symmetry explains singular directions there
    problem = Problem((1, 1, 1, 2), [[1]], [[1], [0]], scale=1, decay=(F(3, 4), F(3, 4), F(3, 16)))
    kind = problem.classify([[[F(1, 2)]], [[F(1, 2)]], [[1], [0]]])
    assert kind.name == "undecided"
    assert "singular in 1 directions, of which symmetry explains 0" in kind.reason
    open_kind = Classification("undecided", (1, 0, 1), "a reason")
    for question in ("is_global_minimum", "is_local_minimum", "is_saddle", "is_non_strict_saddle", "is_strict"):
        with pytest.raises(UnsupportedError, match="a reason"):
            getattr(open_kind, question)
    assert open_kind.is_critical
    assert not open_kind.is_strict_saddle


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="name='minimum': not a kind of point; choose one of"):
        Classification("minimum", None, "")


@settings(max_examples=30, deadline=None)
@given(problems(layers=st.integers(3, 4), decay=POSITIVE, noise=st.sampled_from([0, F(1, 2), 1])))
def test_with_decay_in_three_layers_or_more_the_origin_is_a_strict_minimum(problem):
    kind = problem.classify(problem.origin)
    assert kind.is_local_minimum
    assert kind.is_strict


@settings(max_examples=30, deadline=None)
@given(problems(layers=st.just(2), decay=POSITIVE, noise=st.sampled_from([0, 1])))
def test_the_origin_of_two_layers_is_global_or_a_strict_saddle(problem):
    assert problem.classify(problem.origin).name in {"global minimum", "strict saddle"}
    assert problem.referee().classify(problem.origin).name == problem.classify(problem.origin).name


@settings(max_examples=40, deadline=None)
@given(problems_with_weights(decay=st.sampled_from([0, F(1, 2)]), noise=st.sampled_from([0, 1])))
def test_the_loss_has_no_slope_or_curvature_along_its_symmetries(drawn):
    from dlnproof.landscape.symmetry import tangent_moves
    from dlnproof.rings.rational import inner_product

    problem, weights = drawn
    matrices = problem.read_weights(weights)
    gradient = problem.gradient_matrices(matrices)
    for move in tangent_moves(problem.form, matrices):
        assert sum(inner_product(a, b) for a, b in zip(gradient, move, strict=True)) == 0
