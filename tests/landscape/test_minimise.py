"""The float64 search: its derivatives equal exact ones, its randomness is the seed, its opponents end where it ends."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from dlnproof.errors import InputError
from dlnproof.landscape.minimise import METHODS, minimise
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import reduce

WIDE = Problem(
    widths=(3, 2, 4, 2),
    X=[[1, 2, 0, -1], [0, 1, 1, 3], [1, 3, 1, 2]],
    Y=[[2, 0, 1, 1], [1, -1, 3, 0]],
    scale=Fraction(2, 3),
    decay=(Fraction(1, 3), 0, Fraction(1, 5)),
)
CHAIN = Problem(widths=(1, 1, 1, 1), X=[[1]], Y=[[1]], decay=Fraction(1, 20))


def test_double_loss_gradient_and_hessian_equal_the_exact_ones() -> None:
    rng = np.random.default_rng(3)
    weights = [rng.integers(-2, 3, shape) for shape in WIDE.shapes]
    net = reduce(WIDE).net
    point = np.concatenate([weight.ravel() for weight in weights]).astype(float)
    value, gradient, hessian = net.value(point[None]), net.gradient(point[None]), net.hessian(point[None])
    exact = [weight.tolist() for weight in weights]
    assert value[0] == pytest.approx(float(WIDE.loss(exact)), rel=1e-13)
    entries = [float(x) for layer in WIDE.gradient(exact) for row in layer for x in row]
    assert gradient[0] == pytest.approx(entries, rel=1e-11, abs=1e-11)
    assert np.allclose(hessian[0], np.array(WIDE.hessian(exact), dtype=float), rtol=1e-12, atol=1e-10)


def test_the_reduction_leaves_out_exactly_the_unseen_inputs() -> None:
    reduction = reduce(WIDE)  # the third input is the sum of the first two
    assert reduction.seen == (0, 1)
    assert reduction.basis * reduction.moment * reduction.basis.transpose() == WIDE.input_moment
    assert reduction.cross * reduction.basis.transpose() == WIDE.cross_moment


def test_the_same_seed_gives_the_same_descents() -> None:
    first, second, other = (minimise(WIDE, 4, seed) for seed in (7, 7, 8))
    for a, b in zip(first, second, strict=True):
        assert all(np.array_equal(v, w) for v, w in zip(a.weights, b.weights, strict=True))
    assert not np.array_equal(first[0].weights[0], other[0].weights[0])


def test_a_start_does_not_depend_on_how_many_there_are() -> None:
    few, many = minimise(CHAIN, 3, 5), minimise(CHAIN, 9, 5)
    for a, b in zip(few, many, strict=False):
        assert a.loss == pytest.approx(b.loss, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_ends_at_one_of_the_two_minimal_values_of_the_scalar_chain(method: str) -> None:
    # at w_1 = w_2 = w_3 = t the gradient vanishes where t = 0 or t^4 - t + 1/10 = 0; the larger root is the minimum
    root = max(t.real for t in np.roots([1, 0, 0, -1, 0.1]) if abs(t.imag) < 1e-12)
    low = 0.5 * (root**3 - 1) ** 2 + 0.15 * root**2
    losses = [descent.loss for descent in minimise(CHAIN, 12, 0, method)]
    assert all(min(abs(loss - low), abs(loss - 0.5)) < 1e-9 for loss in losses)


def test_starts_near_the_origin_find_its_basin_with_decay() -> None:
    wide = Problem(widths=(2, 2, 2, 2), X=[[1, 0], [0, 1]], Y=[[30, 1], [0, 20]], decay=Fraction(1, 20))
    assert any(np.abs(np.concatenate([w.ravel() for w in d.weights])).max() < 1e-9 for d in minimise(wide, 4, 0))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"starts": 0}, "starts=0: .*positive"), ({"starts": True}, "starts=True"), ({"method": "adam"}, "method='adam'")],
)
def test_bad_arguments_are_named(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        minimise(CHAIN, **arguments)  # type: ignore[arg-type]
