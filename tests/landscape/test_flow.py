"""Gradient flow: two independent enclosures agree, conserved quantities are conserved, float64 only explores."""

from fractions import Fraction as F  # noqa: N817

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from dlnproof.errors import InputError
from dlnproof.landscape.descent.explore import explore_descent
from dlnproof.landscape.descent.flow import gradient_flow, two_layer_flow
from dlnproof.landscape.problem import Problem


def whitened(target, layers):
    size = len(target)
    return Problem((size,) * (layers + 1), X=[[int(i == j) for j in range(size)] for i in range(size)], Y=target)


@pytest.mark.parametrize("target", [[[2, 1], [1, 2]], [[1, 2], [0, -1]], [[0, -2], [1, 0]], [[1, 1], [1, 1]]])
def test_taylor_steps_and_the_closed_form_of_two_layers_enclose_the_same_matrix(target):
    times = [F(1, 2), F(3, 2)]
    problem = whitened(target, 2)
    path, closed = gradient_flow(problem, problem.identity, times, bits=96), two_layer_flow(target, times)
    for step, matrix in enumerate(closed, 1):
        for left, right in zip(path.end_to_end(step).entries(), matrix.entries(), strict=True):
            assert left.overlaps(right)
            assert left.rad() < 2.0**-40
            assert right.rad() < 2.0**-40


def test_one_layer_relaxes_exponentially():
    # W' = W - Phi has the solution Phi + e^-t (W(0) - Phi)
    problem = whitened([[3, -1], [2, 0]], 1)
    path = gradient_flow(problem, problem.identity, [1, 2], bits=96)
    with ctx.workprec(96):
        for step in (1, 2):
            shrink = (-arb(step)).exp()
            expected = [3 - 2 * shrink, -1 + shrink, 2 - 2 * shrink, shrink]
            assert all(a.overlaps(b) for a, b in zip(path.end_to_end(step).entries(), expected, strict=True))


def test_the_flow_conserves_the_imbalance_and_descends():
    problem = Problem((2, 3, 2), X=[[1, 2, 0], [0, 1, 1]], Y=[[1, 0, 2], [0, 1, 1]])
    start = [[[1, F(1, 2)], [0, 1], [1, -1]], [[1, 0, 1], [0, 1, 0]]]
    path = gradient_flow(problem, start, [F(1, 10), F(1, 4)], bits=128)
    (at_first,), (at_last,) = path.imbalance(0), path.imbalance(2)
    assert all(a.overlaps(b) for a, b in zip(at_first.entries(), at_last.entries(), strict=True))
    assert path.losses[0] > path.losses[1] > path.losses[2]


def test_with_decay_the_imbalance_decays_at_twice_the_rate():
    # D' = -4 g D where both layers have decay g: each W_i^T W_i loses 4 g W_i^T W_i on its own
    decay = F(1, 8)
    problem = Problem((1, 1, 1), X=[[1]], Y=[[2]], decay=decay)
    path = gradient_flow(problem, [[[2]], [[F(1, 2)]]], [1], bits=128)
    with ctx.workprec(128):
        expected = arb(fmpq(1, 4) - 4) * arb(fmpq(-1, 2)).exp()
    assert path.imbalance(1)[0][0, 0].overlaps(expected)


def test_a_negative_target_keeps_a_scalar_flow_above_zero():
    problem = whitened([[-1]], 3)
    path = gradient_flow(problem, problem.identity, [1, 10], bits=96)
    assert path.determinant(2) > 0
    assert path.losses[2] > F(1, 2)


def test_times_must_go_up():
    problem = whitened([[1]], 2)
    with pytest.raises(InputError, match="the times go up from 0"):
        gradient_flow(problem, problem.identity, [1, 1])
    with pytest.raises(InputError, match="needs a square target"):
        two_layer_flow([[1, 2]], [1])


def test_exploration_in_floats_follows_the_exact_losses():
    problem = Problem((2, 3, 2), X=[[1, 2, 0], [0, 1, 1]], Y=[[1, 0, 2], [0, 1, 1]], decay=(F(1, 4), F(1, 8)))
    starts = [np.ones((4, 3, 2)), np.full((4, 2, 3), 0.5)]
    found = explore_descent(problem, starts, [0.001, 0.01, 0.02, 1e9], 30)
    weights = [[[1, 1]] * 3, [[F(1, 2)] * 3] * 2]
    assert np.allclose(found.losses[0], float(problem.loss(weights)))
    assert (np.diff(found.losses[:, :3], axis=0) < 0).all()
    assert found.weights[0].shape == (4, 3, 2)


def test_stacks_of_another_shape_are_refused():
    with pytest.raises(InputError, match="stack the starts"):
        explore_descent(whitened([[1]], 2), [np.ones((4, 1, 1))], 0.1, 3)
