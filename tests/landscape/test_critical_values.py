"""Critical values and the global minimum without decay: exact sums of eigenvalues, coincidences decided without a tolerance."""

from fractions import Fraction as F  # noqa: N817
from itertools import combinations, pairwise

import pytest
import sympy
from exact_problems import problems
from flint import fmpq, fmpq_poly
from hypothesis import given, settings

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.critical_values import subset_sum_polynomial
from dlnproof.landscape.problem import Problem
from dlnproof.rings.ball import enclose
from dlnproof.rings.real_roots import rational_root, real_roots

I2 = [[1, 0], [0, 1]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
D321 = [[3, 0, 0], [0, 2, 0], [0, 0, 1]]


# Sigma = diag(9, 4, 1), ||Y||^2 = 14 (amg21, P1): twice the values
@pytest.mark.parametrize(
    ("hidden", "doubled"), [(1, [5, 10, 13, 14]), (2, [1, 4, 5, 9, 10, 13, 14]), (3, [0, 1, 4, 5, 9, 10, 13, 14])]
)
def test_the_values_are_the_sums_over_eigenvalue_subsets(hidden, doubled):
    problem = Problem((3, hidden, 3), I3, D321)
    assert problem.critical_values() == [F(value, 2) for value in doubled]
    assert all(type(value) is F for value in problem.critical_values())
    assert problem.global_minimum().contains(fmpq(doubled[0], 2))


def test_one_layer_has_a_single_critical_value():
    assert Problem((3, 3), I3, D321).critical_values() == [0]
    assert Problem((1, 1), [[1, 0]], [[3, 4]]).critical_values() == [8]


def test_repeated_and_zero_eigenvalues_give_each_value_once():
    doubled = Problem((3, 3, 3), I3, [[1, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert doubled.critical_values() == [0, F(1, 2), 1]
    assert Problem((3, 2, 3), I3, [[0, 0, 0]] * 3).critical_values() == [0]


def test_a_conjugate_pair_sums_to_a_fraction_and_its_members_stay_exact():
    # Sigma = Y Y^T = [[2, 1], [1, 1]], eigenvalues (3 +- sqrt 5) / 2, trace 3
    problem = Problem((2, 2, 2), I2, [[1, 1], [0, 1]])
    root = sympy.sqrt(5)
    assert problem.critical_values() == [0, sympy.Rational(3, 4) - root / 4, sympy.Rational(3, 4) + root / 4, F(3, 2)]
    assert isinstance(problem.critical_values()[0], F)


def test_equal_sums_of_different_irrational_eigenvalues_are_one_value():
    # eigenvalues 10 +- sqrt 2 and 20 +- sqrt 2: (10 + s) + (20 - s) = (10 - s) + (20 + s), and singles never meet
    polynomial = fmpq_poly([98, -20, 1]) * fmpq_poly([398, -40, 1])
    sums = real_roots(subset_sum_polynomial(polynomial, 2))
    assert dict(sums)[rational_root(fmpq(30))] == 2
    assert sum(multiplicity for _, multiplicity in sums) == 6


def test_values_of_degree_three_are_distinct_sorted_and_enclosed():
    problem = Problem((3, 2, 3), I3, [[1, 2, 0], [0, 1, 1], [1, 0, 1]])
    values = problem.critical_values()
    assert len(values) == 7
    assert all(left < right for left, right in pairwise(values))
    assert problem.global_minimum().overlaps(enclose(values[0]))
    assert enclose(values[0]).rel_accuracy_bits() >= 128


def test_subset_sums_of_integer_roots_are_the_subset_sums():
    roots = [-3, 1, 1, 4, 7]
    polynomial = fmpq_poly([1])
    for root in roots:
        polynomial *= fmpq_poly([-root, 1])
    for count in range(1, 6):
        expected = fmpq_poly([1])
        for subset in combinations(roots, count):
            expected *= fmpq_poly([-sum(subset), 1])
        assert subset_sum_polynomial(polynomial, count) == expected


@pytest.mark.parametrize(
    ("X", "Y", "least"),
    [([[1, 0]], [[0, 1]], F(1, 2)), ([[1, 1], [1, 1]], [[1, 1], [2, 0]], F(1)), ([[0], [0]], [[1], [2]], F(5, 2))],
)
def test_rank_deficient_inputs_are_no_exception(X, Y, least):
    problem = Problem((len(X), 2, len(Y)), X, Y)
    assert problem.critical_values()[0] == least
    assert problem.global_minimum().contains(fmpq(least.numerator, least.denominator))
    assert problem.referee().global_minimum().contains(fmpq(least.numerator, least.denominator))


@settings(max_examples=40, deadline=None)
@given(problems())
def test_both_roads_find_the_same_values_and_the_same_minimum(problem):
    values = problem.critical_values()
    assert problem.referee().critical_values() == values
    minimum = problem.global_minimum()
    assert minimum.overlaps(problem.referee().global_minimum())
    assert minimum.overlaps(enclose(values[0]))


def test_too_many_irrational_values_are_refused_with_a_reason():
    Y = [[F(1, 1 + i + j) if i >= j else 0 for j in range(12)] for i in range(12)]
    problem = Problem((12, 6, 12), [[int(i == j) for j in range(12)] for i in range(12)], Y)
    with pytest.raises(UnsupportedError, match=r"too many to tell apart exactly; reduce the widths"):
        problem.critical_values()


def test_with_decay_the_values_are_not_known_in_closed_form():
    problem = Problem((2, 2, 2), I2, I2, decay=1)
    with pytest.raises(UnsupportedError, match="not known in closed form"):
        problem.critical_values()
    coloured = Problem((2, 2, 2), [[1, 0], [0, 2]], I2, decay=1)
    with pytest.raises(UnsupportedError, match="not known in closed form"):
        coloured.global_minimum()
