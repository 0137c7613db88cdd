"""Gradient flow: two independent enclosures agree, conserved quantities are conserved, float64 only explores."""

from fractions import Fraction as F  # noqa: N817

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from dlnproof.errors import InputError
from dlnproof.landscape.descent.explore import explore_descent
from dlnproof.landscape.descent.flow import gradient_flow, two_layer_flow
from dlnproof.landscape.descent.normal_flow import normal_flow
from dlnproof.landscape.descent.steps import gradient_descent
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


@pytest.mark.parametrize(
    ("target", "layers"),
    [
        ([[-1]], 3),
        ([[F(1, 2)]], 4),
        ([[0]], 2),
        ([[2, 1], [1, -1]], 2),
        ([[F(-4, 5), F(-3, 5)], [F(3, 5), F(-4, 5)]], 2),
    ],
)
def test_the_closed_form_of_a_normal_target_and_taylor_steps_enclose_the_same_matrix(target, layers):
    problem = whitened(target, layers)
    taylor = gradient_flow(problem, problem.identity, [F(1, 4)], bits=64).end_to_end(1)
    (closed,) = normal_flow(target, layers, [F(1, 4)])
    for left, right in zip(taylor.entries(), closed.entries(), strict=True):
        assert left.overlaps(right)
        assert right.rad() < 2.0**-60


def test_the_flow_toward_zero_and_of_one_layer_are_elementary():
    # L = 3: theta' = -theta^5, so theta^-4 = 1 + 4 t; L = 1: an exponential
    assert normal_flow([[0]], 3, [5])[0][0, 0].overlaps(arb(21) ** arb(fmpq(-3, 4)))
    assert normal_flow([[3]], 1, [0])[0][0, 0] == 1


def test_a_target_that_is_not_normal_has_no_such_closed_form():
    with pytest.raises(InputError, match="needs a normal target of size 1 or 2; use gradient_flow"):
        normal_flow([[1, 1], [0, 1]], 2, [1])


def test_rounding_escapes_from_a_protected_target_and_balls_do_not():
    # section g of the notes on descent: two layers never leave det A > 0 for this target
    target = [[1, 2], [0, -1]]
    found = explore_descent(whitened(target, 2), [np.eye(2)[None]] * 2, 0.05, 3000)
    assert found.losses[-1, 0] < 1e-3
    path = gradient_descent(whitened(target, 2), whitened(target, 2).identity, F(1, 20), 1200, bits=1024)
    assert path.determinant_sign(1200) == 1
    assert path.losses[1200] > F(857864, 10_000_000)
