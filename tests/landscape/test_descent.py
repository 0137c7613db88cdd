"""Gradient descent, exact and in balls: published iterates, certified crossings, and a clear end where numbers outgrow limits."""

from fractions import Fraction as F  # noqa: N817

import pytest
from flint import arb, ctx

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.descent.layerwise import ball_around_identity, toward_identity
from dlnproof.landscape.descent.steps import gradient_descent
from dlnproof.landscape.problem import Problem


def problem():
    return Problem(widths=(2, 2, 2), X=[[1, 0], [0, 1]], Y=[[2, 1], [1, 2]])


def test_the_losses_of_the_first_steps_are_exact():
    # example of the public interface
    path = gradient_descent(problem(), start=problem().identity, rate=F(1, 8), steps=2)
    assert [problem().loss(weights) for weights in path] == [2, F(529, 512), F(46831989649, 137438953472)]
    assert path[0] == problem().identity


def test_no_steps_return_the_start():
    assert list(gradient_descent(problem(), problem().origin, "0.1", 0)) == [problem().origin]


def test_a_critical_point_stays():
    path = gradient_descent(problem(), problem().origin, 1, 5)
    assert list(path) == [problem().origin] * 6


def test_numbers_that_outgrow_the_limit_end_the_descent():
    with pytest.raises(
        UnsupportedError, match=r"steps=50: after step \d+ an exact entry has \d+ bits, more than 10000"
    ):
        gradient_descent(problem(), problem().identity, F(1, 8), 50, most_bits=10_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": 0.1}, "rate=0.1: float where an exact number is needed"),
        ({"rate": 0}, "rate=0: the step size is positive"),
        ({"steps": -1}, "steps=-1: an integer of at least 0 is needed"),
        ({"start": [[[1]]]}, "weights are a list of H=2 matrices, has 1"),
        ({"bits": 8}, "bits=8: an integer of at least 16 is needed"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    with pytest.raises(InputError) as caught:
        gradient_descent(problem(), **({"start": problem().identity, "rate": F(1, 8), "steps": 1} | change))
    assert message in str(caught.value)


def chain(target, layers):
    """The loss 1/2 ||W_L ... W_1 - target||_F^2."""
    size = len(target)
    identity = [[int(i == j) for j in range(size)] for i in range(size)]
    return Problem(widths=(size,) * (layers + 1), X=identity, Y=target)


def scalars(path):
    return [weights[0][0][0] for weights in path]


# Bartlett, Helmbold and Long (2018), section 4, restated: exact iterates of the scalar case


def test_a_step_beyond_the_threshold_learns_a_negative_target_at_odd_depth():
    problem = chain([[-1]], 3)
    path = gradient_descent(problem, problem.identity, F(3, 5), 12, bits=64)
    exact = gradient_descent(problem, problem.identity, F(3, 5), 2)
    assert scalars(exact) == [1, F(-1, 5), F(-3497, 15625)]
    assert path.determinant_sign(12) == -1
    assert path.losses[1] < F(1, 2)


def test_the_penalty_toward_the_identity_is_part_of_every_step():
    problem = chain([[-1]], 3)
    path = gradient_descent(problem, problem.identity, F(1, 2), 3, regulariser=toward_identity(F(11, 5)))
    assert scalars(path) == [1, 0, F(11, 10), F(-84051, 200000)]
    gentle = chain([[F(-1, 2)]], 3)
    path = gradient_descent(gentle, gentle.identity, F(1, 2), 2, regulariser=toward_identity(1))
    assert scalars(path) == [1, F(1, 4), F(1247, 2048)]


@pytest.mark.parametrize("norm", ["frobenius", "operator"])
def test_step_and_project_keeps_scalar_layers_within_the_radius(norm):
    problem = chain([[-1]], 3)
    project = ball_around_identity(F(1, 4), norm=norm)
    path = gradient_descent(problem, problem.identity, F(1, 2), 6, project=project)
    assert scalars(path)[1:] == [F(3, 4)] * 6


def test_projections_of_matrices_agree_with_their_definition():
    problem = chain([[2, 1], [0, -3]], 2)
    radius = F(1, 3)
    for norm in ("frobenius", "operator"):
        path = gradient_descent(
            problem, problem.identity, F(1, 8), 3, bits=128, project=ball_around_identity(radius, norm=norm)
        )
        for weights in path[1:]:
            for layer in weights:
                offset = [[layer[i][j] - (i == j) for j in range(2)] for i in range(2)]
                square = sum(entry * entry for row in offset for entry in row)
                determinant = offset[0][0] * offset[1][1] - offset[0][1] * offset[1][0]
                # the larger singular value squared is a root of z^2 - square z + determinant^2
                largest = (square + (square * square - 4 * determinant * determinant).sqrt()) / 2
                assert (square if norm == "frobenius" else largest).overlaps(square * 0 + radius.numerator**2 / 9)


# section g of the same source: at small fixed rates descent is not the flow; certified crossings


@pytest.mark.parametrize(
    ("rate", "step", "determinant", "loss"),
    [(F(1, 10), 365, "-0.237768050864", "0.0498430423519775"), (F(1, 20), 1190, None, "0.0479393195240423")],
)
def test_three_layers_cross_the_barrier_of_a_target_of_negative_determinant(rate, step, determinant, loss):
    problem = chain([[1, 2], [0, -1]], 3)
    path = gradient_descent(problem, problem.identity, rate, step, bits=128, accuracy=64)
    assert path.determinant_sign(step) == -1
    assert path.losses[step].str(15, radius=False) == loss
    assert path.losses[step] < F(857864, 10_000_000)  # below sigma_min^2 / 2, which bounds the flow
    if determinant is not None:
        assert path.determinant(step).str(12, radius=False) == determinant


def test_an_even_number_of_layers_never_crosses_where_rounded_arithmetic_does():
    problem = chain([[1, 2], [0, -1]], 2)
    path = gradient_descent(problem, problem.identity, F(1, 20), 600, bits=128)
    assert {path.determinant_sign(step) for step in range(0, 601, 40)} == {1}
    assert path.losses[600] > F(857864, 10_000_000)


def test_balls_hold_the_exact_iterates():
    problem = Problem(
        (2, 3, 4), X=[[1, 2, 0], [0, 1, 1]], Y=[[1, 0, 2], [0, 1, 1], [3, 1, 0], [1, 1, 1]], decay=(F(1, 3), 0)
    )
    start = [[[1, F(1, 2)], [0, 1], [1, -1]], [[1, 0, 1], [0, 1, 0], [2, 1, 0], [0, 0, 1]]]
    exact = gradient_descent(problem, start, F(1, 50), 5)
    balls = gradient_descent(problem, start, F(1, 50), 5, bits=64)
    for rational, enclosed in zip(exact, balls, strict=True):
        for left, right in zip(rational, enclosed, strict=True):
            for row, other in zip(left, right, strict=True):
                for value, ball in zip(row, other, strict=True):
                    mid, rad = ball.mid().fmpq(), ball.rad().fmpq()
                    assert abs(F(int(mid.p), int(mid.q)) - value) <= F(int(rad.p), int(rad.q))


def test_the_precision_is_raised_until_the_balls_are_as_narrow_as_asked():
    problem = chain([[2, 1, 0], [1, 2, 1], [0, 1, 2]], 3)
    path = gradient_descent(problem, problem.identity, F(1, 50), 400, bits=32, accuracy=60)
    assert path.bits > 32
    assert max(entry.rad() for weight in path.iterates[-1] for entry in weight.entries()) < 2.0**-60


def test_a_descent_that_runs_away_is_refused():
    problem = chain([[4]], 3)
    with pytest.raises(UnsupportedError, match="the descent runs away; take a smaller rate"):
        gradient_descent(problem, problem.identity, 3, 50, bits=64)


def test_an_irrational_projection_asks_for_balls():
    problem = chain([[2, 1], [1, 3]], 2)
    with pytest.raises(UnsupportedError, match="use balls: bits=128"):
        gradient_descent(problem, problem.identity, 1, 1, project=ball_around_identity(F(1, 10)))


def test_a_trajectory_tells_loss_eigenvalues_determinant_and_imbalance_of_its_steps():
    problem = chain([[1, 1], [0, 1]], 2)
    path = gradient_descent(problem, problem.identity, F(1, 4), 2)
    assert path.losses == [F(1, 2), F(1, 8), F(873, 32768)]
    (imbalance,) = path.imbalance(2)
    assert [str(entry) for entry in imbalance.entries()] == ["-79/1024", "0", "0", "79/1024"]
    header, *rows = path.table()
    assert header == ("step", "loss", "eigenvalues", "sign of det", "imbalance")
    assert [row[3] for row in rows] == ["+", "+", "+"]
    assert "873/32768" in str(path)
    assert repr(path) == "Trajectory(2 steps, rate=1/4, exact)"


def test_a_trajectory_is_drawn_to_the_same_bytes_every_time(tmp_path):
    problem = chain([[1, 2], [0, -1]], 2)
    path = gradient_descent(problem, problem.identity, F(1, 10), 20, bits=64)
    for suffix in ("pdf", "svg"):
        first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
        path.plot(first)
        path.plot(second)
        assert first.read_bytes() == second.read_bytes()


def test_momentum_adds_a_part_of_the_last_step():
    # L = (w - 1)^2 / 2 from w = 0 with rate and momentum 1/2: 1/2, then 1/2 + 1/4 + 1/4, then 1 + 0 + 1/4
    line = Problem(widths=(1, 1), X=[[1]], Y=[[1]])
    path = gradient_descent(line, [[[0]]], F(1, 2), 3, momentum=F(1, 2))
    assert [weights[0][0][0] for weights in path] == [0, F(1, 2), 1, F(5, 4)]
    with pytest.raises(InputError, match="momentum=1: momentum is at least 0 and below 1"):
        gradient_descent(line, [[[0]]], F(1, 2), 3, momentum=1)


def test_a_layer_with_equal_singular_values_is_projected_in_operator_norm_too():
    # W - I = [[-1, -1], [1, -1]] has the singular value sqrt 2 twice, so it is shrunk to the radius: I + (W - I)/(3 sqrt 2)
    problem = chain([[0, -1], [1, 0]], 1)
    path = gradient_descent(
        problem, problem.identity, 1, 1, bits=96, project=ball_around_identity(F(1, 3), norm="operator")
    )
    with ctx.workprec(96):
        part = 1 / (3 * arb(2).sqrt())
        assert all(
            entry.overlaps(value) and entry.rad() < 2.0**-60
            for entry, value in zip(path.iterates[1][0].entries(), (1 - part, -part, part, 1 - part), strict=True)
        )


def test_scaled_and_residual_starts():
    problem = chain([[1, 2], [0, -1]], 2)
    assert problem.scaled_identity("1/2") == [[[F(1, 2), 0], [0, F(1, 2)]]] * 2
    start = problem.residual_weights([[[0, 1], [0, 0]], [[0, 0], [0, 0]]])
    path = gradient_descent(problem, start, F(1, 8), 1)
    assert [str(entry) for entry in path.residuals(0)[0].entries()] == ["0", "1", "0", "0"]
