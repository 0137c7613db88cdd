"""Certified points: known answers, exact containment, and planted falsehoods that must be refused."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import DisagreementError, InputError
from dlnproof.landscape import krawczyk, slices
from dlnproof.landscape.certify import Cause, CertifiedPoint, Refusal, certify
from dlnproof.landscape.enclosure import BallNet
from dlnproof.landscape.fields import Field, data_fields, enclosed_directions, layer_fields, stack_fields
from dlnproof.landscape.local_minima import local_minima
from dlnproof.landscape.midpoint_net import MidpointNet
from dlnproof.landscape.noisy_enclosure import ball_net
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.recertify import recertify
from dlnproof.landscape.reduction import reduce

I2 = [[1, 0], [0, 1]]
DIAGONAL = [[2, 0], [0, 1]]
E11 = [[1, 0], [0, 0]]


def holds(ball: arb, number: fmpq) -> bool:
    """Whether the ball contains the number; at the default precision `contains` would round 1/3 to a wider ball."""
    with ctx.workprec(4000):
        return bool(ball.contains(number))


def plain(widths: tuple[int, ...], Y: list[list[int]] = DIAGONAL, X: list[list[int]] = I2) -> Problem:
    return Problem(widths=widths, X=X, Y=Y)


# test vectors of theory/landscape.md (Achour et al. 2021; Lu and Kawaguchi 2017): weights, kind, inertia, 2 * loss
VECTORS = [
    ("V1", plain((2, 2, 2)), [DIAGONAL, I2], "global minimum", (4, 0, 4), 0),
    ("V2", plain((2, 1, 2)), [[[0, 1]], [[0], [1]]], "strict saddle", (2, 1, 1), 4),
    ("V3", plain((2, 1, 2)), [[[2, 0]], [[1], [0]]], "local minimum", (3, 0, 1), 1),
    ("V4", plain((2, 1, 2)), [[[0, 0]], [[0], [0]]], "strict saddle", (2, 2, 0), 5),
    ("V7", plain((2, 2, 2, 2)), [[[2, 0], [0, 0]], I2, E11], "strict saddle", (4, 1, 7), 1),
    ("V13", plain((2, 1, 2), I2), [[[0.6, 0.8]], [[0.6], [0.8]]], "local minimum", (2, 0, 2), 1),
    ("V15", plain((1, 1, 1), [[0, 1]], [[1, 0]]), [[[1]], [[0]]], "global minimum", (1, 0, 1), 1),
]


@pytest.mark.parametrize(("problem", "weights", "kind", "inertia", "double"), [v[1:] for v in VECTORS])
def test_critical_points_of_the_theory_are_certified_with_their_inertia(
    problem: Problem, weights: list[list[list[float]]], kind: str, inertia: tuple[int, int, int], double: int
) -> None:
    point = certify(problem, weights)
    assert isinstance(point, CertifiedPoint)
    assert (point.kind.name, point.inertia) == (kind, inertia)
    assert point.loss.contains(fmpq(double, 2))
    assert point.loss.rad() < 1e-25


@pytest.mark.parametrize(
    ("problem", "weights"),
    [
        (plain((2, 2, 2, 2)), [[[0, 0], [0, 0]]] * 3),  # V5
        (plain((2, 2, 2, 2)), [[[2, 0], [0, 0]], E11, E11]),  # V6
        (plain((1, 1, 1, 1, 1), [[1]], [[1]]), [[[0]], [[0]], [[0]], [[5]]]),  # V10
    ],
)
def test_degenerate_critical_points_are_refused_with_nullity_and_orbit_dimension(
    problem: Problem, weights: list[list[list[float]]]
) -> None:
    refusal = certify(problem, weights)
    assert isinstance(refusal, Refusal)
    assert refusal.cause is Cause.DEGENERATE
    assert "nullity" in refusal.reason
    assert "orbit dimension" in refusal.reason


def test_decay_makes_the_origin_a_strict_local_minimum_of_three_layers() -> None:
    # L = 1/2 (w3 w2 w1 - 1)^2 + 1/20 sum w^2 has Hessian I/10 at 0 (C5 of theory/landscape.md)
    point = certify(Problem(widths=(1, 1, 1, 1), X=[[1]], Y=[[1]], decay=Fraction(1, 20)), [[[0.0]], [[0.0]], [[0.0]]])
    assert isinstance(point, CertifiedPoint)
    assert point.inertia == (3, 0, 0)
    assert point.kind.is_local_minimum
    assert point.kind.is_strict
    assert point.loss.contains(fmpq(1, 2))


# planted falsehoods


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_a_tiny_gradient_on_the_plateau_around_a_degenerate_origin_proves_nothing(depth: int) -> None:
    problem = plain((1,) * (depth + 1), [[1]], [[1]])
    refusal = certify(problem, [[[1e-4]]] * depth)
    assert isinstance(refusal, Refusal)
    assert refusal.gradient_norm < 1e-7


def test_a_gradient_of_1e_12_in_a_valley_far_from_its_floor_is_refused() -> None:
    # Y = E11, A = B = diag(1, e): the gradient is e^3 = 1e-12, the nearest critical point lies at distance e = 1e-4
    valley = [[1.0, 0.0], [0.0, 1e-4]]
    refusal = certify(plain((2, 2, 2), E11), [valley, valley])
    assert isinstance(refusal, Refusal)
    assert refusal.gradient_norm < 1e-11


def test_a_point_beside_a_minimum_is_refused() -> None:
    problem = Problem(widths=(2, 2, 2), X=I2, Y=DIAGONAL, decay=Fraction(1, 4))
    (point, *_) = local_minima(problem, 1)
    shifted = [weight + 0.05 for weight in point.midpoint]
    assert isinstance(certify(problem, shifted), Refusal)


def test_a_hessian_enclosure_of_the_wrong_sign_certifies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem(widths=(2, 2, 2), X=I2, Y=DIAGONAL, decay=Fraction(1, 4))
    (point, *_) = local_minima(problem, 1)
    right, fast = BallNet.hessian, MidpointNet.hessian
    monkeypatch.setattr(BallNet, "hessian", lambda self, weights: -right(self, weights))
    monkeypatch.setattr(MidpointNet, "hessian", lambda self, points: -fast(self, points))
    assert isinstance(certify(problem, point.midpoint), Refusal)


def test_a_gradient_enclosure_that_is_off_certifies_no_other_point(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem(widths=(2, 2, 2), X=I2, Y=DIAGONAL, decay=Fraction(1, 4))
    (point, *_) = local_minima(problem, 1)
    right = BallNet.gradient
    monkeypatch.setattr(BallNet, "gradient", lambda self, w: [g + arb(1) / 8 for g in right(self, w)])
    assert isinstance(certify(problem, point.midpoint), Refusal)


def test_a_field_inside_the_slice_is_not_transversal() -> None:
    basis = arb_mat([[1, 0], [0, 1], [0, 0]])
    assert krawczyk.spans(basis, [[arb(1), arb(2), arb(3)]])
    assert not krawczyk.spans(basis, [[arb(1), arb(2), arb(0)]])
    assert not krawczyk.spans(basis, [[arb(1), arb(2), arb(1e-9, 1e-8)]])


def test_a_missing_symmetry_turns_a_certificate_into_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem(widths=(2, 2, 2), X=I2, Y=DIAGONAL, decay=Fraction(1, 4))
    (point, *_) = local_minima(problem, 1)
    assert point.inertia == (7, 0, 1)
    monkeypatch.setattr(slices, "symmetries", lambda reduction, _: stack_fields(reduction, []))
    refusal = certify(problem, point.midpoint)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "degenerate: nullity 1, orbit dimension 0"


def test_a_tampered_point_disagrees_with_its_referee() -> None:
    problem = Problem(widths=(2, 2, 2), X=I2, Y=DIAGONAL, decay=Fraction(1, 4))
    (point, *_) = local_minima(problem, 1)
    with ctx.workprec(128):
        off = point.loss + arb(1e-20)
    with pytest.raises(DisagreementError, match="disagree"):
        recertify(replace(point, loss=off))
    with pytest.raises(DisagreementError, match="disagree"):
        recertify(replace(point, inertia=(8, 0, 0)))


# symmetries


@pytest.mark.parametrize(
    ("problem", "layers", "data"),
    [
        (plain((2, 3, 2)), 9, 0),  # GL(3)
        (Problem(widths=(2, 3, 2), X=I2, Y=DIAGONAL, decay=1), 3, 0),  # O(3)
        (Problem(widths=(2, 3, 2), X=I2, Y=DIAGONAL, decay=(1, 0)), 3, 0),
        (Problem(widths=(2, 2, 3, 2), X=I2, Y=DIAGONAL, decay=(0, 0, 1)), 7, 0),  # GL(2) and O(3)
        (plain((2, 3, 2), I2), 9, 1),  # equal singular values turn together
        (plain((2, 1, 2), [[2], [1]], [[1], [0]]), 2, 2),  # GL(1), one unseen input; W_1 b with b S = 0 and its shear
    ],
)
def test_the_fields_are_counted_as_the_theory_counts_them(problem: Problem, layers: int, data: int) -> None:
    reduction = reduce(problem)
    assert len(layer_fields(reduction)) == layers
    assert len(data_fields(reduction)) == data


@pytest.mark.parametrize(
    "problem",
    [
        plain((3, 2, 2, 3), [[2, 0, 0], [0, 2, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        Problem(widths=(3, 2, 3, 2), X=[[1, 2], [0, 1], [1, 3]], Y=[[1, 0], [0, 1]], decay=(0, 0, Fraction(1, 3))),
        Problem(widths=(2, 2, 3, 2), X=I2, Y=I2, decay=(Fraction(1, 2), Fraction(1, 3), 2)),
    ],
)
def test_every_field_is_orthogonal_to_the_gradient_at_arbitrary_weights(problem: Problem) -> None:
    reduction = reduce(problem)
    fields: list[Field] = layer_fields(reduction) + data_fields(reduction)
    rng = np.random.default_rng(1)
    net = ball_net(problem)
    weights = tuple(arb_mat(rng.integers(-3, 4, shape).tolist()) for shape in problem.shapes)
    gradient = net.gradient(weights)
    directions = enclosed_directions(fields, np.eye(len(fields)), weights)
    for direction in directions:
        product = sum((a * b for a, b in zip(gradient, direction, strict=True)), arb(0))
        assert product.contains(0)
        assert product.rad() < 1e-9


# containment in exact rationals


@st.composite
def shrinkage(draw: st.DrawFn) -> tuple[Problem, fmpq]:
    """Two layers, decay g, X = I, Y of singular values s: the minimum is the sum of 2 g s - 2 g^2 (s > 2 g), s^2/2."""
    size = draw(st.integers(2, 3))
    values = [draw(st.fractions(Fraction(1, 4), 6, max_denominator=4)) for _ in range(size)]
    decay = draw(st.fractions(Fraction(1, 8), 2, max_denominator=8))
    order = draw(st.permutations(range(size)))
    Y = [[values[i] * (-1) ** i if order[i] == j else 0 for j in range(size)] for i in range(size)]
    identity = [[int(i == j) for j in range(size)] for i in range(size)]
    total = Fraction(0)
    for s in values:
        total += 2 * decay * s - 2 * decay**2 if s > 2 * decay else s * s / 2
    hidden = draw(st.integers(size, size + 1))
    return Problem(widths=(size, hidden, size), X=identity, Y=Y, decay=decay), fmpq(total.numerator, total.denominator)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shrinkage())
def test_certified_losses_with_decay_contain_the_exact_minimum_of_singular_value_shrinkage(
    case: tuple[Problem, fmpq],
) -> None:
    problem, minimum = case
    found = local_minima(problem, 3)
    for point in found:
        assert holds(point.loss, minimum)
        assert sum(point.inertia) == problem.parameters
    for refusal in found.uncertified:
        # a singular value exactly at the threshold 2 g makes the minimum degenerate
        assert refusal.cause in (Cause.DEGENERATE, Cause.NOT_CONVERGED)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(-5, 5), min_size=3, max_size=3),
    st.sampled_from([(3, 1, 3), (3, 2, 3), (3, 2, 4, 3), (3, 3, 1, 3), (3, 4, 3)]),
)
def test_certified_losses_without_decay_contain_the_exact_reduced_rank_minimum(
    values: list[int], widths: tuple[int, ...]
) -> None:
    Y = [[values[i] if (i + 1) % 3 == j else 0 for j in range(3)] for i in range(3)]
    problem = plain(widths, Y, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    squares = sorted((v * v for v in values), reverse=True)
    minimum = fmpq(sum(squares[min(widths) :]), 2)
    for point in local_minima(problem, 4):
        assert holds(point.loss, minimum)
        assert point.inertia[1] == 0


# precision, repetition and bad input


@pytest.mark.parametrize(
    "problem", [v[1] for v in VECTORS[:3]] + [Problem((2, 3, 2), I2, DIAGONAL, decay=Fraction(1, 3))]
)
def test_more_bits_give_a_narrower_overlapping_ball_by_either_road(problem: Problem) -> None:
    before = ctx.prec
    (point, *_) = local_minima(problem, 2)
    for again in (certify(problem, point.weights, bits=256), recertify(point, bits=256)):
        assert isinstance(again, CertifiedPoint)
        assert again.loss.overlaps(point.loss)
        assert again.inertia == point.inertia
        assert again.loss.rad() <= point.loss.rad()
    assert ctx.prec == before
    json.dumps(dict(point.certificate))


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[[1.0, 2.0]]], "2 matrices are needed"),
        ([[[1.0, 2.0]], [[1.0, 1.0]]], r"weights\[1\]=.*W_2 is 2 x 1"),
        ([[[1.0, float("nan")]], [[1.0], [1.0]]], r"weights\[0\]=.*finite"),
    ],
)
def test_weights_that_do_not_fit_are_named(weights: list[list[list[float]]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        certify(plain((2, 1, 2)), weights)
