"""Loss, gradient and Hessian against SymPy, against averages over all noise patterns and against the second road."""

from fractions import Fraction as F  # noqa: N817
from itertools import product

import pytest
import sympy
from exact_problems import POSITIVE, UNEQUAL, problems_with_weights
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.landscape.problem import Problem

DECAY = st.fractions(0, 2, max_denominator=3)


def symbolic(problem, X, Y, weights):
    """Return loss, gradient and Hessian at `weights`, derived entry by entry by SymPy from the definition of the loss."""
    symbols, layers = [], []
    for k, (rows, columns) in enumerate(problem.shapes):
        names = [[sympy.Symbol(f"w{k}_{i}_{j}") for j in range(columns)] for i in range(rows)]
        symbols += [name for row in names for name in row]
        layers.append(sympy.Matrix(names))
    end = sympy.eye(problem.widths[0])
    for layer in layers:
        end = layer * end
    error = end * sympy.Matrix(X) - sympy.Matrix(Y)
    loss = sympy.Rational(problem.scale) * sum(entry**2 for entry in error)
    for decay, layer in zip(problem.decay, layers, strict=True):
        loss += sympy.Rational(decay) * sum(entry**2 for entry in layer)
    loss = sympy.Poly(sympy.expand(loss), *symbols)
    point = [sympy.Rational(value) for layer in weights for row in layer for value in row]
    first = [loss.diff(symbol) for symbol in symbols]
    return (
        loss(*point),
        [slope(*point) for slope in first],
        [[slope.diff(symbol)(*point) for symbol in symbols] for slope in first],
    )


CASES = [
    ((3, 2, 1), [[1, 0, 2], [0, 1, -1], [2, 1, 1]], [[1, -2, 3]]),
    ((2, 1, 3), [[1, 2, 0], [3, -1, 1]], [[1, 0, 1], [2, 1, -1], [0, 1, 1]]),
    ((2, 2, 1, 2), [[1, 2], [-1, 1]], [[1, 1], [2, 0]]),
    ((2, 3), [[1, 0, 1], [2, 1, 0]], [[1, 2, 3], [0, 1, 0], [1, 1, -1]]),
]


@pytest.mark.parametrize(("widths", "X", "Y"), CASES)
@pytest.mark.parametrize("decayed", [False, True])
def test_loss_gradient_and_hessian_are_those_of_sympy(widths, X, Y, decayed):
    depth = len(widths) - 1
    problem = Problem(widths, X, Y, scale="3/4", decay=[F(k + 1, 3) for k in range(depth)] if decayed else 0)
    start = 0
    weights = []
    for rows, columns in problem.shapes:
        weights.append([[F((start + 3 * i + 5 * j) % 7 - 3, 2) for j in range(columns)] for i in range(rows)])
        start += 2
    loss, gradient, hessian = symbolic(problem, X, Y, weights)
    assert problem.loss(weights) == F(int(loss.p), int(loss.q))
    assert [value for layer in problem.gradient(weights) for row in layer for value in row] == gradient
    assert problem.hessian(weights) == hessian


def averaged_over_patterns(problem, X, Y, weights):
    """Return the average of the loss over all two-point noises 1 +- s, s^2 the variance (the variances here are squares)."""
    roots = [F(sympy.sqrt(sympy.Rational(variance))) for variance in problem.noise]
    neurons = [(k, i) for k, width in enumerate(problem.widths[1:-1]) for i in range(width)]
    total, count = sympy.Integer(0), 0
    for signs in product((1, -1), repeat=len(neurons)):
        factor = {place: 1 + sign * roots[place[0]] for place, sign in zip(neurons, signs, strict=True)}
        state = sympy.Matrix(X)
        for k, layer in enumerate(weights):
            state = sympy.Matrix(layer) * state
            if k < len(weights) - 1:
                state = sympy.diag(*[sympy.Rational(factor[k, i]) for i in range(state.rows)]) * state
        total += sum(entry**2 for entry in state - sympy.Matrix(Y))
        count += 1
    value = sympy.Rational(problem.scale) * total / count
    for decay, layer in zip(problem.decay, weights, strict=True):
        value += sympy.Rational(decay) * sum(sympy.Rational(entry) ** 2 for row in layer for entry in row)
    return value


# Ziyin, Li and Meng (2022): the variance is that of the noise, E e^2 = 1 + v, layer by layer
@pytest.mark.parametrize(("widths", "noise"), [((1, 2, 1), (1,)), ((2, 3, 2), ("4/9",)), ((2, 2, 1, 2), (1, "1/4"))])
def test_the_loss_with_noise_is_the_average_over_all_noise_patterns(widths, noise):
    X = [[1, 2, -1], [0, 1, 3]][: widths[0]]
    Y = [[1, 0, 2], [1, -1, 1]][: widths[-1]]
    problem = Problem(widths, X, Y, scale="2/3", decay="1/5", noise=noise)
    weights = [
        [[F(2 * i - 3 * j + k + 1, k + 1) for j in range(columns)] for i in range(rows)]
        for k, (rows, columns) in enumerate(problem.shapes)
    ]
    assert problem.loss(weights) == averaged_over_patterns(problem, X, Y, weights)


def test_the_squared_variance_is_a_mutant_that_is_caught():
    # U = (1, 1), W = (1; -1), x = 1, y = 0, variance 1: the truth is 2, "v (sum u_j w_j x)^2" gives 0 (same source)
    problem = Problem((1, 2, 1), [[1]], [[0]], scale=1, noise=1)
    assert problem.loss([[[1], [-1]], [[1, 1]]]) == 2


@settings(max_examples=40, deadline=None)
@given(problems_with_weights(decay=DECAY, noise=st.fractions(0, 2, max_denominator=2)))
def test_both_roads_agree_on_loss_gradient_and_hessian(drawn):
    problem, weights = drawn
    referee = problem.referee()
    assert referee.loss(weights) == problem.loss(weights)
    assert referee.gradient(weights) == problem.gradient(weights)
    assert referee.hessian(weights) == problem.hessian(weights)


@settings(max_examples=15, deadline=None)
@given(problems_with_weights(layers=st.just(2), widths=st.sampled_from(UNEQUAL), decay=POSITIVE))
def test_the_loss_along_a_line_has_the_gradient_and_the_hessian_as_its_derivatives(drawn):
    problem, weights = drawn
    direction = [
        [[(3 * i + j + k) % 5 - 2 for j in range(columns)] for i in range(rows)]
        for k, (rows, columns) in enumerate(problem.shapes)
    ]

    def along(t):
        moved = [
            [[a + t * b for a, b in zip(r, s, strict=True)] for r, s in zip(w, d, strict=True)]
            for w, d in zip(weights, direction, strict=True)
        ]
        return problem.loss(moved)

    # a polynomial of degree 4 in t: these central differences are exact
    first = (8 * (along(1) - along(-1)) - (along(2) - along(-2))) / 12
    second = (16 * (along(1) + along(-1)) - (along(2) + along(-2)) - 30 * along(0)) / 12
    flat = [F(value) for layer in direction for row in layer for value in row]
    slopes = [value for layer in problem.gradient(weights) for row in layer for value in row]
    assert sum(a * b for a, b in zip(flat, slopes, strict=True)) == first
    hessian = problem.hessian(weights)
    assert sum(a * b * hessian[i][j] for i, a in enumerate(flat) for j, b in enumerate(flat)) == second
