"""Local minima from random starts: certified, complete on small known landscapes, deterministic, never a saddle."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import InputError
from dlnproof.landscape import local_minima as module
from dlnproof.landscape.certify import Cause
from dlnproof.landscape.local_minima import LocalMinima, local_minima
from dlnproof.landscape.minimise import Descent
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.recertify import recertify

I2 = [[1, 0], [0, 1]]


def chain(layers: int, decay: Fraction) -> Problem:
    return Problem(widths=(1,) * (layers + 1), X=[[1]], Y=[[1]], decay=decay)


def values(found: LocalMinima) -> list[str]:
    return sorted({point.loss.str(10, radius=False) for point in found})


def test_a_scalar_chain_with_decay_has_five_minima_of_two_values() -> None:
    # L = 1/2 (w3 w2 w1 - 1)^2 + 1/20 sum w^2: the origin and the sign patterns with product 1 of |w_k| = t, the largest
    # root of t^4 - t + 1/10 (theory/landscape.md section 4: 1 + 2^{H-1} minima)
    found = local_minima(chain(3, Fraction(1, 20)), starts=32)
    assert not found.uncertified
    signs = {tuple(int(np.sign(round(float(w[0, 0].mid()), 6))) for w in point.weights) for point in found}
    assert signs == {(0, 0, 0), (1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)}
    root = max(
        (r.real for r, _ in fmpz_poly([1, -10, 0, 0, 10]).complex_roots() if r.imag == 0), key=lambda r: float(r)
    )
    low = (root**3 - 1) ** 2 / 2 + 3 * root**2 / 20
    for point in found:
        assert point.loss.overlaps(low) or point.loss.contains(fmpq(1, 2))
        assert point.kind.is_strict


@pytest.mark.parametrize(("layers", "minima"), [(4, 9), (5, 17)])
def test_longer_chains_have_as_many_minima_as_published(layers: int, minima: int) -> None:
    found = local_minima(chain(layers, Fraction(1, 20)), starts=160)
    places = {tuple(round(float(w[0, 0].mid()), 6) + 0.0 for w in point.weights) for point in found}
    assert len(places) == minima


def test_a_bottleneck_without_decay_has_the_reduced_rank_minimum_only() -> None:
    # ||Y||^2/2 - 4/2 with Y = diag(2, 1)
    found = local_minima(Problem(widths=(2, 1, 2), X=I2, Y=[[2, 0], [0, 1]]), starts=6)
    assert len(found) == 6
    assert all(point.loss.contains(fmpq(1, 2)) and point.inertia == (3, 0, 1) for point in found)


def test_decay_gives_spurious_minima_one_for_each_set_of_singular_values() -> None:
    # three layers, Y = diag(3, 5): each singular value is fitted or dropped, by itself
    found = local_minima(Problem(widths=(2, 2, 2, 2), X=I2, Y=[[3, 0], [0, 5]], decay=Fraction(1, 2)), starts=40)
    assert not found.uncertified
    assert len(values(found)) >= 2
    assert any(p.loss > q.loss for p in found for q in found)
    assert any(point.loss.contains(17) for point in found)  # the origin: (9 + 25)/2


def test_a_local_minima_object_is_a_sequence() -> None:
    found = local_minima(chain(3, Fraction(1, 20)), starts=4)
    assert len(found) == 4
    assert found[0] is next(iter(found))
    assert list(found[1:3]) == [found[1], found[2]]
    assert repr(found) == "LocalMinima(4 certified, 0 uncertified)"


def test_the_same_seed_gives_the_same_balls() -> None:
    problem = Problem(
        widths=(3, 2, 3), X=[[1, 2, 0, 1], [0, 1, 1, 0], [1, 0, 2, 2]], Y=[[1, 0, 2, 1], [0, 3, 1, 1], [2, 0, 0, 1]]
    )
    first, second = local_minima(problem, 5, seed=3), local_minima(problem, 5, seed=3)
    assert [p.loss.str(30, more=True) for p in first] == [p.loss.str(30, more=True) for p in second]
    assert [str(p.weights) for p in first] == [str(p.weights) for p in second]


def test_a_descent_that_ends_at_a_saddle_is_reported_and_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = (np.array([[0.0, 1.0]]), np.array([[0.0], [1.0]]))  # V2 of theory/landscape.md
    monkeypatch.setattr(module, "minimise_reduced", lambda *_: [Descent(0, weights, 2.0, 0.0, True)])
    found = local_minima(Problem(widths=(2, 1, 2), X=I2, Y=[[2, 0], [0, 1]]), starts=1)
    assert len(found) == 0
    (refusal,) = found.uncertified
    assert (refusal.cause, refusal.start) == (Cause.SADDLE, 0)
    assert "inertia (2, 1, 1)" in refusal.reason


def test_a_diverged_descent_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = (np.array([[np.nan]]), np.array([[1.0]]))
    monkeypatch.setattr(module, "minimise_reduced", lambda *_: [Descent(0, weights, np.nan, np.nan, False)])
    found = local_minima(chain(2, Fraction(1)), starts=1)
    assert [refusal.cause for refusal in found.uncertified] == [Cause.NOT_CONVERGED]


def test_a_minimum_that_is_degenerate_is_refused_not_returned() -> None:
    # two scalar layers, decay 1/2, y = 1: L = (w2 w1)^2/2 + (w1 - w2)^2/2 + 1/2 is flat to fourth order along w1 = w2
    found = local_minima(chain(2, Fraction(1, 2)), starts=4)
    assert len(found) == 0
    assert {refusal.cause for refusal in found.uncertified} <= {Cause.DEGENERATE, Cause.NOT_CONVERGED}


def test_noise_is_part_of_the_certified_loss() -> None:
    # one input, decay 1 twice, noise 1 on two neurons: |C| = 1 <= 1, so the origin is the only minimum (z22.d1 (a))
    noisy = Problem.from_moments(widths=(1, 2, 1), input_moment=[[1]], cross_moment=[[1]], decay=2, scale=1, noise=(1,))
    found = local_minima(noisy, 4)
    assert len(found) == 4
    assert all(point.loss.contains(0) and point.inertia == (4, 0, 0) for point in found)


@pytest.mark.parametrize(
    ("arguments", "words"), [({"starts": 0}, "starts=0"), ({"seed": -1}, "seed=-1"), ({"bits": 10}, "bits=10")]
)
def test_bad_arguments_are_named(arguments: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        local_minima(chain(2, Fraction(1)), **arguments)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Random exact problems of two or three layers, widths 1..3: low rank, few samples, zeros and repeats included."""
    widths = draw(st.lists(st.integers(1, 3), min_size=3, max_size=4))
    samples = draw(st.integers(1, 4))
    entry = st.fractions(-3, 3, max_denominator=3)
    X = [[draw(entry) for _ in range(samples)] for _ in range(widths[0])]
    Y = [[draw(entry) for _ in range(samples)] for _ in range(widths[-1])]
    decay = draw(st.one_of(st.just(Fraction(0)), st.fractions(Fraction(1, 20), 1, max_denominator=20)))
    return Problem(widths=tuple(widths), X=X, Y=Y, decay=decay)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems())
def test_certified_minima_of_random_problems_are_consistent_and_no_lower_than_the_global_minimum(
    problem: Problem,
) -> None:
    found = local_minima(problem, 4)
    for point in found:
        assert sum(point.inertia) == problem.parameters
        assert point.inertia[1] == 0
        assert point.loss.rad() <= arb(1e-25) * (1 + abs(point.loss))
        if not any(problem.decay):
            # Lu and Kawaguchi (2017), Theorem 2.3: every local minimum is global
            assert point.loss.overlaps(problem.global_minimum())
        if point.exact is not None:
            exact = [[[Fraction(int(x.p), int(x.q)) for x in row] for row in weight.tolist()] for weight in point.exact]
            assert problem.is_critical(exact)
            assert point.loss.overlaps(arb(fmpq(*problem.loss(exact).as_integer_ratio())))
    for point in found[:1]:
        recertify(point)


def test_nearly_every_converged_start_of_random_problems_is_certified() -> None:
    rng = np.random.default_rng(11)
    certified = refused = 0
    for trial in range(60):
        widths = tuple(int(d) for d in rng.integers(1, 4, rng.integers(3, 5)))
        samples = int(rng.integers(1, 5))
        X, Y = rng.integers(-3, 4, (widths[0], samples)), rng.integers(-3, 4, (widths[-1], samples))
        if trial % 3 == 0:  # a target of rank one
            Y = np.outer(rng.integers(-2, 3, widths[-1]), rng.integers(-2, 3, samples))
        decay = Fraction(int(rng.integers(1, 20)), 21) if trial % 2 else Fraction(0)
        found = local_minima(Problem(widths=widths, X=X.tolist(), Y=Y.tolist(), decay=decay), 8, seed=trial)
        certified, refused = certified + len(found), refused + len(found.uncertified)
    assert certified >= 0.99 * (certified + refused)
