"""Kawaguchi (2016): the theorems as property tests, against optimisers and at exact critical points, with their limits.

Depth H counts weight matrices W_H ... W_1 (the paper's H is one less), p is the least hidden width, C = W_H ... W_2,
L = 1/2 ||W_H ... W_1 X - Y||_F^2. The refuted claims are negative controls: a condition left out, a statement made stronger.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from kawaguchi_2016 import paper
from sympy import Matrix

import dlnproof as dp

DATA = Path(__file__).parent / "data"
IRIS = [
    dp.read_problem(DATA / "iris.csv", target="species", widths=(4, *hidden, 3))
    for hidden in ((1,), (2,), (3,), (5,), (1, 2), (2, 2), (3, 2), (2, 3), (2, 2, 2))
]
PRINTED = [dp.invertible_gram(), dp.distinct_eigenvalues()]

networks = dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3))
deep = dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 2))
critical_points = networks.flatmap(dp.critical_points)
deep_points = deep.flatmap(dp.critical_points)


def product(matrices):
    """Return the product W_k ... W_j of weights given first layer first, or None of no weights."""
    result = None
    for matrix in matrices:
        result = matrix if result is None else matrix * result
    return result


def rank_between(point):
    """Return rank(W_{H-1} ... W_2), which is d_1 for two layers."""
    inner = product(point.problem.read_weights(point.weights)[1:-1])
    return point.problem.widths[1] if inner is None else inner.rank()


def exact(matrix):
    """Return a matrix of rationals as a SymPy matrix."""
    return Matrix([[int(entry.p) for entry in row] for row in matrix.tolist()]).applyfunc(lambda entry: entry) if False else Matrix(
        matrix.nrows(), matrix.ncols(), lambda i, j: Matrix([[int(matrix[i, j].p)]])[0] / int(matrix[i, j].q)
    )
