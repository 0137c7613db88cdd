"""Enclosures over balls: they contain the exact loss, gradient and Hessian at every rational point of the balls."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.landscape.enclosure import certainly_nonzero
from dlnproof.landscape.noisy_enclosure import ball_net
from dlnproof.landscape.problem import Problem

RADIUS = Fraction(1, 64)


def holds(ball: arb, number: fmpq) -> bool:
    """Whether the ball contains the number; at a low precision `contains` would first round it to a wider ball."""
    with ctx.workprec(4000):
        return bool(ball.contains(number))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Problem, list[list[list[Fraction]]], list[list[list[Fraction]]]]:
    """A problem with all sizes drawn by themselves, centres of weights and a point within RADIUS of them."""
    widths = tuple(draw(st.lists(st.integers(1, 3), min_size=2, max_size=5)))
    entry = st.fractions(-2, 2, max_denominator=3)
    X = [[draw(entry) for _ in range(4)] for _ in range(widths[0])]
    Y = [[draw(entry) for _ in range(4)] for _ in range(widths[-1])]
    decay = tuple(draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(2)])) for _ in widths[1:])
    problem = Problem(widths=widths, X=X, Y=Y, scale=Fraction(2, 3), decay=decay)
    centre = [[[draw(entry) for _ in range(c)] for _ in range(r)] for r, c in problem.shapes]
    shift = st.fractions(-RADIUS, RADIUS, max_denominator=256)
    inside = [[[x + draw(shift) for x in row] for row in weight] for weight in centre]
    return problem, centre, inside


def flat(layers: list[list[list[Fraction]]]) -> list[fmpq]:
    return [fmpq(x.numerator, x.denominator) for layer in layers for row in layer for x in row]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases())
def test_enclosures_contain_the_exact_values_inside_the_balls(
    case: tuple[Problem, list[list[list[Fraction]]], list[list[list[Fraction]]]],
) -> None:
    problem, centre, inside = case
    (exact,) = flat([[[problem.loss(inside)]]])
    gradient, hessian = flat(problem.gradient(inside)), flat([problem.hessian(inside)])
    with ctx.workprec(128):
        net = ball_net(problem)
        middle = [arb(x) for x in flat(centre)]
        spread = arb(0, arb(fmpq(RADIUS.numerator, RADIUS.denominator)))
        weights = net.split([value + spread for value in middle])
        losses = [net.loss(weights), net.loss_near([value.mid() for value in middle], [spread * 2] * len(middle))]
        slopes, curvature = net.gradient(weights), net.hessian(weights).entries()
    assert all(holds(ball, exact) for ball in losses)
    assert all(holds(ball, x) for ball, x in zip(slopes, gradient, strict=True))
    assert all(holds(ball, x) for ball, x in zip(curvature, hessian, strict=True))


def test_a_ball_around_zero_is_not_certainly_nonzero_and_neither_is_it_zero() -> None:
    assert certainly_nonzero(arb(2, 1))
    assert not certainly_nonzero(arb(1, 1))
    assert not arb(1, 2) == 0  # noqa: SIM201 - the comparison itself is what this is about
    assert not certainly_nonzero(arb_mat([[arb(0, 1)]]).det())
