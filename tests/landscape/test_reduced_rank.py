"""Reduced-rank regression: exact where it can be, enclosed elsewhere, its loss the global minimum."""

from pathlib import Path

import numpy as np
import pytest
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.claims.strategies.problems import problems
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.read_problem import read_problem
from dlnproof.landscape.reduced_rank import reduced_rank

IRIS = Path(__file__).parents[2] / "derivations" / "data" / "iris.csv"
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
# eigenvalues (7 +- 3 sqrt 5) / 2 = 6.85, 0.146 and the square of the last entry
MIXED = [[1, 1, 0], [1, 2, 0], [0, 0, 7]]


def regression(problem):
    return reduced_rank(problem.form, problem.spectrum, problem.layers)


@settings(max_examples=40, deadline=None)
@given(problems(layers=st.integers(1, 3), widths=st.integers(1, 3)))
def test_its_loss_is_the_global_minimum(problem):
    found = regression(problem)
    if found.exact is not None:
        one_layer = Problem.from_moments(
            (problem.widths[0], problem.widths[-1]),
            problem.input_moment, problem.cross_moment, problem.output_moment, scale=problem.scale,
        )  # fmt: skip
        assert problem.global_minimum().contains(one_layer.loss([found.exact]))
        assert (found.exact * problem.input_moment).rank() <= found.rank


@pytest.mark.parametrize(
    ("hidden", "exact"),
    [
        (1, [[0, 0, 0], [0, 0, 0], [0, 0, 7]]),  # the largest eigenvalue is rational
        (2, None),  # the second is one of two conjugates
        (3, MIXED),
    ],
)
def test_it_is_exact_where_whole_factors_are_taken(hidden, exact):
    found = regression(Problem((3, hidden, 3), I3, MIXED))
    assert found.exact == (None if exact is None else fmpq_mat(exact))
    assert found.unique
    assert found.inputs_seen


def test_a_tie_is_said_not_to_be_unique():
    found = regression(Problem((3, 1, 3), I3, I3))
    assert found.exact.tolist()[0][0] == 1
    assert not found.unique


def test_a_multiple_irrational_eigenvalue_can_be_taken_in_part():
    block = [[1, 1, 0, 0], [1, 2, 0, 0], [0, 0, 1, 1], [0, 0, 1, 2]]
    found = regression(Problem((4, 1, 4), [[int(i == j) for i in range(4)] for j in range(4)], block))
    assert found.exact is None
    assert not found.unique
    assert abs(float(found.balls[0][0]) - (5 + 5**0.5) / 10) < 1e-14


def test_iris_agrees_with_numpy():
    problem = read_problem(IRIS, "species", (4, 2, 3))
    X = np.array([[float(x.p) / float(x.q) for x in row] for row in problem.X.tolist()])
    Y = np.array([[float(y.p) for y in row] for row in problem.Y.tolist()])
    full = Y @ np.linalg.pinv(X)
    vectors = np.linalg.eigh(full @ X @ Y.T)[1][:, 1:]
    expected = vectors @ vectors.T @ full
    balls = regression(problem).balls
    assert np.allclose([[float(x) for x in row] for row in balls], expected, rtol=1e-11)
    assert all(x.rad() < 1e-30 for row in balls for x in row)
