"""Rationals, balls and multiprecision numbers: exact roots or a refusal, and no global precision touched."""

import mpmath
import pytest
from flint import arb, ctx, fmpq

from dlnproof.rings.fields import Balls, Multiprecision, Rationals
from dlnproof.rings.matrices import NotExactError


@pytest.mark.parametrize("ring", [Rationals(), Multiprecision(40)], ids=lambda ring: type(ring).__name__)
@pytest.mark.parametrize("degree", [2, 3, 5])
def test_roots_of_perfect_powers(ring, degree):
    value = ring.number(fmpq(4**degree, 9**degree))
    assert abs(ring.root(value, degree) - ring.number(fmpq(4, 9))) < ring.number(fmpq(1, 10**35))


def test_a_root_that_is_not_in_the_ring_is_refused():
    with pytest.raises(NotExactError, match="no rational root of degree 2"):
        Rationals().root(fmpq(2), 2)
    with pytest.raises(NotExactError, match="is negative"):
        Rationals().root(fmpq(-4), 2)
    with pytest.raises(NotExactError, match="is negative"):
        Multiprecision(30).root(mpmath.mpf(-1), 2)


def test_roots_of_very_large_rationals_are_exact():
    big = fmpq(10**60 + 3, 10**58 + 7)
    assert Rationals().root(big**6, 3) == big**2
    with pytest.raises(NotExactError):
        Rationals().root(big**6 + 1, 3)


def test_balls_keep_their_precision_and_restore_the_global_one():
    before = ctx.prec
    ring = Balls(512)
    with ring.precision():
        assert ctx.prec == 512
        assert ring.root(ring.number(fmpq(2)), 2).rad() < arb("1e-150")
    assert ctx.prec == before


def test_multiprecision_leaves_the_global_context_alone():
    before = mpmath.mp.dps
    Multiprecision(90).number(fmpq(1, 3))
    assert mpmath.mp.dps == before
