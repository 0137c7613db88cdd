"""Every instance with decay and noise that the project notes on Ziyin, Li and Meng (2022) give with numbers: truths and mutants.

The mutants are evaluated too: each must differ from the truth on its own instance.
"""

from fractions import Fraction as F  # noqa: N817

import pytest
from flint import arb, ctx, fmpq
from test_closed_form import TV1, TV2, TV5, TV6B, scalar

from dlnproof.landscape.problem import Problem
from dlnproof.landscape.scalar_output import ScalarReduction


def reduction_of(problem):
    return ScalarReduction.of(problem.form)


def near(value, text, digits=9):
    return value.overlaps(arb(text) + arb(0, 10**-digits) * arb(text))


# z22.avg


def test_noise_acts_on_every_neuron_by_itself():
    # truth 2, mutant sigma^2 (sum_j u_j w_j x)^2 = 0
    problem = Problem((1, 2, 1), [[1]], [[0]], scale=1, noise=1)
    assert problem.loss([[[1], [-1]], [[1, 1]]]) == 2
    assert problem.referee().loss([[[1], [-1]], [[1, 1]]]) == 2


def test_noise_of_two_layers_multiplies():
    # truth 4; mutants 1 + D sigma^2 = 3 and last layer only = 2
    problem = Problem((1, 1, 1, 1), [[1]], [[0]], scale=1, noise=1)
    assert problem.loss([[[1]]] * 3) == 4


# z22.balance, TV1 and TV2


def squares(matrix):
    return sum(F(entry) ** 2 for row in matrix for entry in row)


def test_decay_shares_are_equal_at_a_stationary_point_and_the_mutants_are_not():
    gamma_w, gamma_u = TV1[3]
    W, U = [[F(3, 4), 1]] * 2, [[2, 2]]
    assert [gamma_w * squares([row]) for row in W] == [gamma_u * F(u) ** 2 for u in U[0]]
    assert gamma_u * squares([W[0]]) != gamma_w * F(2) ** 2  # gamma_u <-> gamma_w
    assert (squares(U), squares(W)) == (8, F(25, 8))  # unweighted
    # J = D rho - b^T v with rho = gamma_w ||W||^2
    assert scalar(*TV1).loss([W, U]) == gamma_w * squares(W) - (F(21, 2) * 3 + 20 * 4)


def test_outer_weights_of_equal_widths_are_not_equal_to_the_inner_ones():
    (family,) = scalar(*TV2).global_minimisers().families
    W1, W2, U = family.exact_weights
    assert (U[0][0], W2[0][0], W1[0]) == (1, F(1, 2), [F(3, 5), F(4, 5)])  # b_u = sqrt(d) b
    assert 16 * squares(W1) == 16 * squares(W2) == 16 * squares(U)


# z22.reduce and z22.d1


@pytest.mark.parametrize(
    ("weights", "gammas", "b", "value"),
    [
        ((F(7, 10), F(7, 10)), (F(3, 2), F(3, 2)), 2, F(-2499, 10000)),  # threshold ||b|| <= gamma_u gamma_w is false
        ((F(1, 100), F(1, 10), F(1, 10)), (1, 0, 0), 1, F(-9999, 10**8)),  # exactly one positive decay
        ((F(1, 10), F(1, 10), F(1, 10)), (0, 0, 0), 1, F(-1999, 10**6)),  # none
    ],
)
def test_scalar_chains_have_the_published_values(weights, gammas, b, value):
    problem = scalar((1,) * (len(weights) - 1), [[1]], [b], gammas)
    assert problem.loss([[[w]] for w in weights]) == value
    assert problem.classify(problem.origin).is_saddle


def test_the_quotient_of_the_decays_is_that_way_round():
    # z22.d1 (b), TV1: b = 2 solves ||[b^2 (sigma^2 + d) A + gamma_w]^{-1} b0||^2 = gamma_u / gamma_w = 25/64
    left = (F(21, 2) / (4 * 3 * 1 + 16)) ** 2 + (F(20) / (4 * 3 * 2 + 16)) ** 2
    assert left == F(25, 4) / 16 != 16 / F(25, 4)
    mutant = (F(21, 2) / (4 * 3 + 16)) ** 2 + (F(20) / (4 * 4 * 2 + 16)) ** 2  # (1 + sigma^2) d = 4 for sigma^2 + d = 3
    assert mutant != left


def test_the_values_of_irrational_minima_refute_the_mutant_of_the_geometric_mean():
    # gamma = (8, 1, 1), b = 9: truth -56 at t = 8; with (prod gamma)^{1/D} it would be -46.241...
    problem = scalar((1, 1), [[1]], [9], (8, 1, 1))
    found = problem.global_minimisers()
    assert found.exact_value == -56
    assert found.families[0].predictor[0].overlaps(8)


# z22.deep: TV2, TV5, TV6


@pytest.mark.parametrize(
    ("vector", "roots"),
    [
        (
            TV2,
            [
                ("0.1754471887310420146760021644499", "2.784861686351270966114621007518"),
                ("4", "-172.16"),
            ],
        ),
        (
            TV5,
            [
                ("0.1135392586851227613692735335583", "0.1120814473044949576124964843957"),
                ("1.765005863394555061816404995651", "-3.392484810963430587134251991744"),
                ("36.54081343459840234630963352222", "22.67613491565644837654707180512"),
                ("85.88918082325043054416835480462", "13.53248899409500186834041941168"),
            ],
        ),
    ],
)
def test_every_published_root_and_its_value_is_enclosed(vector, roots):
    problem = scalar(*vector)
    reduction = reduction_of(problem)
    found = reduction.stationary()
    assert len(found) == len(roots)
    with ctx.workprec(200):
        kap = arb(reduction.decay_product).root(reduction.hidden + 1)
        for item, (z, value) in zip(found, roots, strict=True):
            # w = 1 / mu = z^D / kap
            assert near((item.root.enclose(200) * kap).root(reduction.hidden), z, 25)
            assert near(reduction.loss(item.root, 200), value, 25)


def test_two_nonzero_roots_can_tie():
    # A = diag(1, 1/10000), b = (3, 0.19714...): z = 1.77... and 97.07... both give -3.40407...; of the notes' digits of b_2 the
    # ...7905599... are a slip for ...7909595...: at their number the two losses differ by 7.6e-8
    problem = scalar((1, 1), [[1, 0], [0, F(1, 10000)]], [3, F("0.1971405790959557094011754886071")], 1)
    reduction = reduction_of(problem)
    minima = [item for item in reduction.stationary() if item.is_local_minimum]
    with ctx.workprec(160):
        assert [near(reduction.loss(item.root, 160), "-3.4040743321155474", 14) for item in minima] == [True, True]
        assert near(minima[0].root.enclose(160).sqrt(), "1.77132839157946788", 14)
        assert near(minima[1].root.enclose(160).sqrt(), "97.0764874068770521", 14)
    # the number above is rounded, so exactly one of the two is the least
    assert len(problem.global_minimisers().families) == 1


def test_a_bad_nonzero_minimum_exists_while_the_origin_is_global():
    # TV6 (b)
    kinds = [(family.active, family.kind) for family in scalar(*TV6B).stationary_points()]
    assert kinds == [((0, 0), "global minimum"), ((1, 1), "strict saddle"), ((1, 1), "local minimum")]


def test_the_largest_root_can_be_a_bad_minimum():
    kinds = [family.kind for family in scalar(*TV5).stationary_points()]
    assert kinds == ["local minimum", "strict saddle", "global minimum", "strict saddle", "local minimum"]


# z22.bounds


def test_the_recalled_lower_bound_is_false_at_a_strict_global_minimum():
    # D = 2, d0 = 9, sigma = 0, A = gamma = 1, b0 = 24641/11000: b = 11/90 < 11000/73923, J = -561561/10^6
    problem = scalar((9, 9), [[1]], [F(24641, 11000)], 1)
    found = problem.global_minimisers()
    assert found.exact_value == F(-561561, 10**6)
    (family,) = found.families
    b = F(11, 90)
    flat = [[[b]] * 9, [[b] * 9] * 9, [[3 * b] * 9]]  # b_u = sqrt(d0) b; W_1 = r w' with ||w|| = b_u = 3 b for n = 1
    flat[0] = [[3 * b]] * 9
    assert problem.is_critical(flat)
    assert problem.loss(flat) == found.exact_value
    assert b < F(11000, 73923)
    assert F(1, 9) / F(24641, 11000) <= b  # the correct bound (1/d0) (gamma / ||b0||)^{1/(D-1)}
    assert family.dimension == 16


def test_the_largest_eigenvalue_gives_no_upper_bound():
    # D = 2, d0 = 2, A = diag(1, 100), b0 = (17/2, 0): b = 1 is global, J = -60; b^3 <= 17/16 holds, b^3 <= 17/1600 does not
    problem = scalar((2, 2), [[1, 0], [0, 100]], [F(17, 2), 0], 1)
    found = problem.global_minimisers()
    assert found.exact_value == -60
    assert found.families[0].predictor[0].overlaps(8)
    limits = problem.thresholds()
    assert limits.largest_norm.overlaps(arb(17) / 2)


def test_the_exponent_of_the_lower_bound_is_one_over_d_minus_one():
    # D = 2, widths 1, A = gamma = 1, b0 = 17/8: the root b = 1/2 >= 8/17, but (8/17)^{1/2} > 1/2
    problem = scalar((1, 1), [[1]], [F(17, 8)], 1)
    weights = [[[F(1, 2)]]] * 3
    assert problem.is_critical(weights)
    assert F(1, 2) >= F(8, 17)
    assert F(8, 17) > F(1, 4)
    assert problem.thresholds().least_norm < arb(1) / 8  # ||v|| = b^3 = 1/8 is stationary, (8/17)^3 its lower bound


@pytest.mark.parametrize(("depth", "value", "nontrivial"), [(5, "-0.267", True), (10, "0.357", False)])
def test_without_noise_the_nonzero_point_persists_at_every_depth(depth, value, nontrivial):
    # gamma = 1/8 < ||b0||^2 / (4 a) = 1/4, b0 = a = 1: J = -0.267 at D = 5, +0.357 at D = 10
    problem = scalar((1,) * depth, [[1]], [1], F(1, 8))
    reduction = reduction_of(problem)
    last = reduction.stationary()[-1]
    assert last.is_local_minimum
    assert near(reduction.loss(last.root, 128), value, 2)
    assert problem.global_minimisers().is_trivial == (not nontrivial)


# z22.var


@pytest.mark.parametrize(("depth", "found"), [(1, "21.8097"), (2, "45.4813"), (3, "69.2174")])
def test_the_variance_decays_like_one_over_the_width(depth, found):
    # A = diag(1, 3), b0 = (4, 5), gamma = 0.3, sigma^2 = 1, d = 10^4: d V
    problem = scalar((10**4,) * depth, [[1, 0], [0, 3]], [4, 5], F(3, 10), 1)
    reduction = reduction_of(problem)
    best = next(item for item in reduction.minima() if item is not None)
    with ctx.workprec(128):
        assert near(reduction.variance().enclose(best.root.enclose(128)) * 10**4, found, 4)


def test_large_noise_makes_deep_minima_trivial():
    # d = 4, gamma = 0.3: V = 0 exactly for D = 2 at sigma^2 = 256 and D = 3 at 16; D = 1: sigma^2 V tends to a limit
    for depth, noise in ((2, 256), (3, 16)):
        assert scalar((4,) * depth, [[1, 0], [0, 3]], [4, 5], F(3, 10), noise).global_minimisers().is_trivial
    for noise in (16, 256):
        assert not scalar((4,), [[1, 0], [0, 3]], [4, 5], F(3, 10), noise).global_minimisers().is_trivial


def test_depth_makes_minima_with_noise_trivial_from_ten_layers_on():
    # gamma = 0.3, d = 4, sigma^2 = 1: D_0 = 10; before that V rises to 5.64 at D = 3
    data = ([[1, 0], [0, 3]], [4, 5], F(3, 10), 1)
    (family,) = scalar((4,) * 3, *data).global_minimisers().families
    assert near(family.prediction_variance, "5.64", 3)
    assert not scalar((4,) * 9, *data).global_minimisers().is_trivial
    assert scalar((4,) * 10, *data).global_minimisers().is_trivial


def test_the_mutants_of_the_variance_are_wrong_on_their_vectors():
    reduction = reduction_of(scalar(*TV1))
    assert reduction.shrinkage - 1 == fmpq(1, 2)
    v1 = F(9, 4) * (3**2 + 2 * 4**2)  # (s v)^T A (s v)
    assert F(1, 2) * v1 == F(369, 8) != F(41, 2)
    assert reduction_of(scalar(*TV2)).shrinkage - 1 == fmpq(5, 4) != 2 * fmpq(2, 4)
