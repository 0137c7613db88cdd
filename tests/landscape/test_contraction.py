"""The fast half of Krawczyk's test: enclosures of derivatives, certified points against exact ones, planted falsehoods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from flint import ctx, fmpq

from dlnproof.landscape import krawczyk
from dlnproof.landscape.bordered import enclose_by_bordering
from dlnproof.landscape.certify import Cause, CertifiedPoint, Refusal, certify, certify_stack
from dlnproof.landscape.contraction import contraction_rates, prove_contractions
from dlnproof.landscape.critical_point import CriticalPoint, sample_critical_point
from dlnproof.landscape.krawczyk import FAST_METHOD, SLOW_METHOD
from dlnproof.landscape.local_minima import local_minima
from dlnproof.landscape.midpoint_net import MidpointNet, midpoint_net
from dlnproof.landscape.noisy_enclosure import ball_net
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import reduce
from dlnproof.landscape.slices import Frame, propose_frames
from dlnproof.landscape.symmetry import orbit_dimension
from dlnproof.rings.double import Array
from dlnproof.rings.midpoint import Balls

I2 = [[1, 0], [0, 1]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
THIRD = Fraction(1, 3)


def random_problem(rng: np.random.Generator, kind: int) -> Problem:
    """Small exact problems of every kind: decay everywhere, in some layers, nowhere; noise in some layers or none."""
    widths = tuple(rng.integers(1, 4, int(rng.integers(3, 5))).tolist())
    samples = int(rng.integers(1, 5))
    X, Y = rng.integers(-3, 4, (widths[0], samples)), rng.integers(-3, 4, (widths[-1], samples))
    depth = len(widths) - 1
    decay = [Fraction(int(g), 7) for g in rng.integers(0 if kind % 3 else 1, 4, depth)] if kind % 4 else [0] * depth
    noise = [Fraction(int(v), 2) for v in rng.integers(0, 3, depth - 1)] if kind % 2 else [0] * (depth - 1)
    return Problem(widths, X.tolist(), Y.tolist(), scale=Fraction(2, 3), decay=decay, noise=noise)


def outside(balls: Balls, exact: list[fmpq]) -> int:
    pairs = zip(balls.mid.ravel().tolist(), balls.rad.ravel().tolist(), exact, strict=True)
    return sum(abs(Fraction(int(x.p), int(x.q)) - Fraction(m)) > Fraction(r) for m, r, x in pairs)


def check_derivatives(rounds: int) -> int:
    """Compare enclosures of gradient and Hessian over a box with exact values at a rational point in it."""
    rng, checks = np.random.default_rng(4), 0
    for kind in range(rounds):
        problem = random_problem(rng, kind)
        point = rng.uniform(-2, 2, problem.parameters)
        box = 10.0 ** rng.integers(-14, -2)
        offsets = [Fraction(int(k), 10) * Fraction(box) for k in rng.integers(-10, 11, problem.parameters)]
        exact = [Fraction(x) + part for x, part in zip(point.tolist(), offsets, strict=True)]
        weights, start = [], 0
        for rows, columns in problem.shapes:
            weights.append([exact[start + i * columns : start + (i + 1) * columns] for i in range(rows)])
            start += rows * columns
        matrices = problem.read_weights(weights)
        net, balls = midpoint_net(reduce(problem)), Balls(point[None], np.full((1, len(point)), box))
        gradient = [x for matrix in problem.gradient_matrices(matrices) for x in matrix.entries()]
        assert outside(net.gradient(balls), gradient) == 0
        assert outside(net.hessian(balls), problem.hessian_matrix(matrices).entries()) == 0
        checks += len(gradient) + len(gradient) ** 2
    return checks


def test_gradients_and_hessians_over_boxes_hold_the_exact_ones() -> None:
    assert check_derivatives(24) > 2000


@pytest.mark.slow
def test_gradients_and_hessians_over_boxes_hold_the_exact_ones_in_forty_thousand_checks() -> None:
    assert check_derivatives(500) > 40_000


@pytest.mark.parametrize("kind", range(8))
def test_balls_of_128_bits_hold_exact_derivatives_of_every_kind_of_problem(kind: int) -> None:
    rng = np.random.default_rng(kind)
    problem = random_problem(rng, kind)
    weights = [rng.integers(-3, 4, shape).tolist() for shape in problem.shapes]
    matrices = problem.read_weights(weights)
    with ctx.workprec(128):
        net = ball_net(problem)
        balls = net.split([matrix_entry for matrix in matrices for matrix_entry in _arbs(matrix.entries())])
        loss, gradient, hessian = net.loss(balls), net.gradient(balls), net.hessian(balls).entries()
    exact = [x for matrix in problem.gradient_matrices(matrices) for x in matrix.entries()]
    with ctx.workprec(4000):
        assert loss.contains(problem.loss_number(matrices))
        assert all(ball.contains(x) for ball, x in zip(gradient, exact, strict=True))
        assert all(
            ball.contains(x) for ball, x in zip(hessian, problem.hessian_matrix(matrices).entries(), strict=True)
        )


def _arbs(entries: list[fmpq]) -> list[object]:
    from flint import arb

    return [arb(entry) for entry in entries]


# certified points against exact critical points


def exact_critical_point(rng: np.random.Generator, seed: int) -> tuple[Problem, CriticalPoint]:
    """A rational critical point of a problem without decay: any class, repeated, zero and irrational eigenvalues."""
    widths = tuple(rng.integers(1, 4, int(rng.integers(3, 5))).tolist())
    if seed % 3 == 0:
        Y = np.outer(rng.integers(-2, 3, widths[-1]), rng.integers(-2, 3, widths[0]))
    elif seed % 3 == 1:
        Y = np.zeros((widths[-1], widths[0]), dtype=int)
        np.fill_diagonal(Y, rng.integers(1, 6, min(Y.shape)))
    else:
        Y = rng.integers(-3, 4, (widths[-1], widths[0]))
    X = np.eye(widths[0], dtype=int) if seed % 2 else np.diag(rng.integers(0, 3, widths[0]))
    problem = Problem(widths, X.tolist(), (Y @ X).tolist())
    return problem, sample_critical_point(problem, Random(seed))


def check_exact_points(rounds: int, first: int = 0) -> Counter[str]:
    """Certify beside exact critical points: every loss must hold the exact one, every index must be the exact one."""
    rng, seen = np.random.default_rng(first), Counter[str]()
    for seed in range(first, first + rounds):
        problem, exact = exact_critical_point(rng, seed)
        floats = [np.array([[float(x) for x in row] for row in weight]) for weight in exact.weights]
        point = certify(problem, [weight + 1e-9 * rng.standard_normal(weight.shape) for weight in floats])
        orbit = orbit_dimension(problem.form, problem.read_weights(exact.weights))
        kind = "orbit" if exact.inertia[2] == orbit else "degenerate"
        if isinstance(point, Refusal):
            seen[f"{kind} {exact.kind.name} refused"] += 1
            assert point.cause is Cause.DEGENERATE
            assert kind == "degenerate"
            continue
        seen[f"{kind} {exact.kind.name} certified"] += 1
        with ctx.workprec(4000):
            assert point.loss.contains(fmpq(*exact.loss.as_integer_ratio()))
        seen["checks"] += 1
        if not exact.kind.is_global_minimum:
            # beside a global minimum the fit in Q may be one of another rank of the Jacobian; it says so exactly
            assert point.inertia == exact.inertia
        assert point.inertia[1] > 0 or exact.kind.is_global_minimum
    return seen


def test_certified_points_beside_exact_ones_have_their_loss_and_their_index() -> None:
    seen = check_exact_points(160)
    assert seen["checks"] > 100
    assert seen["orbit strict saddle certified"] > 5
    assert seen["degenerate non-strict saddle refused"] > 5
    assert not seen["degenerate non-strict saddle certified"]


@pytest.mark.slow
def test_there_is_no_violation_in_four_thousand_certified_points() -> None:
    seen = check_exact_points(6000, first=1000)
    assert seen["checks"] >= 4000
    assert not seen["degenerate non-strict saddle certified"]


def shrunk(rng: np.random.Generator) -> tuple[Problem, list[Array], Fraction, tuple[int, int, int]]:
    """A rational minimum of two layers with equal decay: Y of rational singular values, soft-thresholded by 2 g."""
    # X = I, scale 1/2: the minimum of (s - r)^2 / 2 + 2 g r is r = s - 2 g; w = sqrt(r) is rational for r = k^2
    decay, roots = Fraction(int(rng.integers(1, 5)), 8), [Fraction(int(k), 2) for k in rng.choice(8, 2, False) + 1]
    values = [root**2 + 2 * decay for root in roots]
    problem = Problem((2, 2, 2), I2, [[values[0], 0], [0, values[1]]], decay=decay)
    weights = [np.diag([float(root) for root in roots])] * 2
    loss = sum((2 * decay * s - 2 * decay**2 for s in values), Fraction(0))
    return problem, weights, loss, (7, 0, 1)


def test_minima_with_decay_hold_the_exact_weights_up_to_the_gauge_and_the_exact_loss() -> None:
    rng = np.random.default_rng(6)
    for _ in range(25):
        problem, weights, loss, inertia = shrunk(rng)
        point = certify(problem, weights)
        assert isinstance(point, CertifiedPoint)
        assert point.inertia == inertia
        product = point.weights[1] * point.weights[0]
        with ctx.workprec(4000):
            assert point.loss.contains(fmpq(*loss.as_integer_ratio()))
            exact = [fmpq(round(4 * float(w) ** 2), 4) for w in (weights[0][0, 0], weights[0][1, 1])]
            assert product[0, 0].contains(exact[0])
            assert product[1, 1].contains(exact[1])
            assert product[0, 1].contains(0)


# every kind of problem by every method, with its known least value and its source

TV1 = Problem.from_moments(
    (2, 2, 1), [[1, 0], [0, 2]], [[Fraction(21, 2), 20]], scale=1, decay=(16, Fraction(25, 4)), noise=1
)
CATALOGUE = [
    # theory/weight_decay_and_noise.md, TV1: J = -123/2, 4 isolated minima
    ("noise", TV1, Fraction(-123, 2), (6, 0, 0)),
    # the same without noise: v1' A0 v1 with s = 1, O(2) orbits; -J = v1' A0 v1 = 123/2 * 3/2
    ("no noise", Problem.from_moments((2, 2, 1), [[1, 0], [0, 2]], [[Fraction(21, 2), 20]], scale=1,
                                      decay=(16, Fraction(25, 4))), Fraction(-369, 4), (5, 0, 1)),
    # X = I: sum of 2 sqrt(g1 g2) s - 2 g1 g2 over the singular values s; decay 1/2 and 1/8, so sqrt(g1 g2) = 1/4
    ("decay by layer", Problem((2, 2, 2), I2, [[2, 0], [0, 1]], decay=(Fraction(1, 2), Fraction(1, 8))),
     Fraction(5, 4), (7, 0, 1)),
    # V3 of theory/landscape.md: ||Y||^2/2 - 4/2
    ("bottleneck", Problem((2, 1, 2), I2, [[2, 0], [0, 1]]), Fraction(1, 2), (3, 0, 1)),
    ("deep bottleneck", Problem((2, 3, 1, 3, 2), I2, [[2, 0], [0, 1]]), Fraction(1, 2), (3, 0, 15)),
    # every linear map is a product of these: the least value is 0
    ("wide", Problem((3, 3, 3), I3, [[1, 2, 0], [0, 1, 0], [0, 0, 3]]), Fraction(0), (9, 0, 9)),
]  # fmt: skip


@pytest.mark.parametrize("method", ["newton", "bfgs", "l-bfgs", "trust-exact", "momentum"])
@pytest.mark.parametrize(
    ("problem", "least", "inertia"), [entry[1:] for entry in CATALOGUE], ids=[entry[0] for entry in CATALOGUE]
)
def test_every_method_finds_the_known_minimum_of_every_kind_of_problem(
    problem: Problem, least: Fraction, inertia: tuple[int, int, int], method: str
) -> None:
    found = local_minima(problem, 3, method=method)
    assert len(found) == 3, found.uncertified
    for point in found:
        assert point.inertia == inertia
        assert point.kind.is_local_minimum
        with ctx.workprec(4000):
            assert point.loss.contains(fmpq(*least.as_integer_ratio()))


ROADS: list[Callable[..., object]] = [krawczyk.enclose_critical_points, enclose_by_bordering]


@pytest.mark.parametrize("name", [entry[0] for entry in CATALOGUE])
def test_float64_balls_and_bordering_certify_the_same_index(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = next(entry[1] for entry in CATALOGUE if entry[0] == name)
    reduction = reduce(problem)
    ends = [np.concatenate([w.ravel() for w in point.midpoint]) for point in local_minima(problem, 2)]
    stack = np.array(ends)
    fast, bordered = (certify_stack(reduction, stack, 128, road) for road in ROADS)  # type: ignore[arg-type]
    monkeypatch.setattr(krawczyk, "prove_contractions", lambda _, points, __: [None] * len(points))
    slow = certify_stack(reduction, stack)
    for points in (fast, bordered, slow):
        assert all(isinstance(point, CertifiedPoint) for point in points)
    for one, two, three in zip(fast, bordered, slow, strict=True):
        assert isinstance(one, CertifiedPoint)
        assert isinstance(two, CertifiedPoint)
        assert isinstance(three, CertifiedPoint)
        assert one.inertia == two.inertia == three.inertia
        assert one.loss.overlaps(two.loss)
        assert one.loss.overlaps(three.loss)
        if one.exact is None:
            assert one.proof["method"].startswith(FAST_METHOD)
            assert three.proof["method"].startswith(SLOW_METHOD)


def test_the_certificate_shows_residuals_that_shrink_with_the_precision() -> None:
    (point, *_) = local_minima(Problem((2, 2, 2), I2, [[2, 1], [0, 1]], decay=THIRD), 1)
    shown = point.certificate["residuals"]
    assert list(shown) == ["30 digits", "60 digits"]
    assert float(shown["30 digits"]) < 1e-27
    assert float(shown["60 digits"]) < 1e-36
    assert point.to_json()["certificate"]["residuals"] == shown


# planted falsehoods


def frame_at(problem: Problem, point: Array) -> Frame:
    (frame,) = propose_frames(reduce(problem), point[None])
    assert isinstance(frame, Frame)
    return frame


def minimum(problem: Problem) -> Array:
    (point, *_) = local_minima(problem, 1)
    return np.concatenate([weight.ravel() for weight in point.midpoint])


DECAYED = Problem((2, 2, 2), I2, [[2, 0], [0, 1]], decay=Fraction(1, 4))


def test_a_wrong_eigenvalue_or_a_wrong_direction_proves_no_contraction() -> None:
    point, reduction = minimum(DECAYED), reduce(DECAYED)
    frame = frame_at(DECAYED, point)
    (right,) = prove_contractions(reduction, point[None], [frame])
    assert right is not None
    assert right.rate < 1e-6
    flipped = Frame(frame.across, -frame.curvature, frame.null, frame.fields, frame.mixture)
    assert prove_contractions(reduction, point[None], [flipped]) == [None]
    # the null direction among the others: curvature zero, whatever is claimed of it
    mixed = Frame(
        np.hstack([frame.across[:, 1:], frame.null]), frame.curvature, frame.across[:, :1], frame.fields, frame.mixture
    )
    assert prove_contractions(reduction, point[None], [mixed]) == [None]


def test_symmetry_fields_that_are_dependent_are_not_transversal() -> None:
    # O(3) at weights of rank one in the hidden layer: three generators, of which two are independent
    problem = Problem((2, 3, 2), I2, [[3, 0], [0, 0]], decay=Fraction(1, 4))
    point = minimum(problem)
    frame = frame_at(problem, point)
    assert frame.null.shape[1] == 2
    wrong = np.hstack([frame.mixture[:, :1], frame.mixture[:, :1]])
    dependent = Frame(frame.across, frame.curvature, frame.null, frame.fields, wrong)
    assert prove_contractions(reduce(problem), point[None], [frame])[0] is not None
    assert prove_contractions(reduce(problem), point[None], [dependent]) == [None]


def test_the_number_of_independent_generators_is_that_of_the_point_not_of_the_group() -> None:
    # rank 1 of 3 hidden neurons are used: O(3)/O(2) has dimension 2, and the origin is fixed by all of O(3)
    used = Problem((2, 3, 2), I2, [[3, 0], [0, 0]], decay=Fraction(1, 4))
    (point, *_) = local_minima(used, 1)
    assert point.inertia == (10, 0, 2)
    trivial = Problem((2, 3, 2), I2, [[1, 0], [0, 1]], decay=3)
    (origin, *_) = local_minima(trivial, 1)
    assert origin.inertia == (12, 0, 0)


def test_a_hessian_enclosure_that_is_off_by_a_little_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    point, reduction = minimum(DECAYED), reduce(DECAYED)
    frame = frame_at(DECAYED, point)
    right = MidpointNet.hessian

    def wrong(self: MidpointNet, points: Balls) -> Balls:
        hessian = right(self, points)
        return Balls(hessian.mid, hessian.rad + 1.0)

    monkeypatch.setattr(MidpointNet, "hessian", wrong)
    assert prove_contractions(reduction, point[None], [frame]) == [None]


def test_the_rate_bounds_every_matrix_of_the_balls() -> None:
    rng = np.random.default_rng(8)
    basis = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    curvature = rng.uniform(1, 3, 6) * rng.choice([-1, 1], 6)
    mid = basis @ np.diag(curvature) @ basis.T
    balls = Balls(mid[None], np.full((1, 6, 6), 0.01))
    rate = contraction_rates(balls, basis[None], curvature[None])[0]
    for _ in range(50):
        sample = mid + rng.uniform(-0.01, 0.01, (6, 6))
        defect = np.abs(basis.T @ sample @ basis - np.diag(curvature)).sum(axis=1) / np.abs(curvature)
        assert defect.max() <= rate
    assert 0.01 < rate < 0.3


@pytest.mark.parametrize("seed", range(20))
def test_a_gradient_of_1e_12_on_the_slope_of_a_degenerate_valley_is_refused(seed: int) -> None:
    # rank-one Y and full-rank weights whose superfluous singular values are e ~ 1e-4: the gradient is of order e^3
    rng = np.random.default_rng(seed)
    Y = np.outer(rng.integers(1, 4, 3), rng.integers(1, 4, 3))
    problem = Problem((3, 3, 3), I3, Y.tolist())
    left, sizes, right = np.linalg.svd(Y.astype(float))
    roots = np.sqrt([sizes[0], *10.0 ** rng.uniform(-8.4, -7.6, 2)])
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    refusal = certify(problem, [turn.T @ np.diag(roots) @ right, left @ np.diag(roots) @ turn])
    assert isinstance(refusal, Refusal)
    assert refusal.cause is Cause.DEGENERATE
    assert refusal.gradient_norm < 1e-10


def test_every_certified_index_of_converged_points_is_had_and_degenerate_points_are_all_refused() -> None:
    # chains with y = decay * 2 have the flat minimum w1 = w2: quartic, no index; see the theory of two scalar layers
    for decay in (Fraction(1, 2), Fraction(1), Fraction(3, 2)):
        found = local_minima(Problem((1, 1, 1), [[1]], [[2 * decay]], decay=decay), 6)
        assert len(found) == 0
    certified = total = 0
    rng = np.random.default_rng(12)
    for kind in range(40):
        widths = tuple(rng.integers(1, 4, int(rng.integers(3, 5))).tolist())
        X, Y = rng.integers(-3, 4, (widths[0], 4)), rng.integers(-3, 4, (widths[-1], 4))
        noise = Fraction(1, 2) if kind % 3 == 0 else 0
        decay = [Fraction(int(g), 9) for g in rng.integers(1, 9, len(widths) - 1)]
        found = local_minima(Problem(widths, X.tolist(), Y.tolist(), decay=decay, noise=noise), 5, seed=kind)
        certified, total = certified + len(found), total + len(found) + len(found.uncertified)
    assert certified >= 0.99 * total
