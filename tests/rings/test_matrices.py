"""One evaluator, many rings: every ring computes what plain fractions compute, and says when a value leaves it."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.rings.fields import Balls, Multiprecision, Rationals
from dlnproof.rings.polynomials import EntryPolynomials, Series
from dlnproof.rings.prime_field import PrimeField

RINGS = [Rationals(), PrimeField(), Multiprecision(40), EntryPolynomials(("x",)), Series(2), Balls(200)]
names = [type(ring).__name__ for ring in RINGS]
small = st.integers(-6, 6)


def tables(rows, columns):
    return st.lists(st.lists(small, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


def image(ring, number):
    return ring.number(fmpq(Fraction(number).numerator, Fraction(number).denominator))


def same(ring, found, wanted):
    """Whether a ring matrix has the wanted rational entries (balls: contains them)."""
    rows = ring.rows(found)
    assert (len(rows), len(rows[0])) == (len(wanted), len(wanted[0])) == tuple(ring.shape(found))
    for row, plain in zip(rows, wanted, strict=True):
        for entry, number in zip(row, plain, strict=True):
            if isinstance(ring, Balls):
                assert entry.contains(image(ring, number).mid()) or abs(entry - image(ring, number)) < arb("1e-50")
            elif isinstance(ring, Multiprecision):
                assert abs(entry - image(ring, number)) < mpmath.mpf(10) ** -30
            else:
                assert entry == image(ring, number)
    return True


def product(left, right):
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*right, strict=True)] for row in left
    ]


@pytest.mark.parametrize("ring", RINGS, ids=names)
@settings(max_examples=15)
@given(tables(2, 3), tables(3, 4), tables(2, 3), small)
def test_sums_products_and_their_kin(ring, left, right, other, factor):
    def of(table):
        return ring.matrix([[image(ring, entry) for entry in row] for row in table])

    assert same(ring, ring.matmul(of(left), of(right)), product(left, right))
    assert same(
        ring,
        ring.add(of(left), of(other)),
        [[a + b for a, b in zip(p, q, strict=True)] for p, q in zip(left, other, strict=True)],
    )
    assert same(ring, ring.transpose(of(left)), [list(row) for row in zip(*left, strict=True)])
    assert same(ring, ring.scale(image(ring, factor), of(left)), [[factor * a for a in row] for row in left])
    assert same(
        ring,
        ring.entrywise(of(left), of(other), lambda a, b: a * b),
        [[a * b for a, b in zip(p, q, strict=True)] for p, q in zip(left, other, strict=True)],
    )
    assert same(ring, ring.kronecker(of(left), of(other)), [[a * b for a in p for b in q] for p in left for q in other])
    square = product(left, [list(row) for row in zip(*other, strict=True)])
    assert same(ring, ring.matrix([[ring.trace(of(square))]]), [[square[0][0] + square[1][1]]])
    assert same(ring, ring.identity(3), [[int(i == j) for j in range(3)] for i in range(3)])


@pytest.mark.parametrize("ring", RINGS, ids=names)
def test_an_inverse_times_its_matrix_is_the_identity(ring):
    unit, general = [[1, 2, 0], [0, 1, 5], [0, 0, 1]], [[0, 2, 1], [3, 1, 4], [1, 5, 9]]  # a zero pivot on purpose
    table = unit if isinstance(ring, EntryPolynomials) else general
    matrix = ring.matrix([[image(ring, entry) for entry in row] for row in table])
    assert same(ring, ring.matmul(matrix, ring.inverse(matrix)), [[int(i == j) for j in range(3)] for i in range(3)])


@pytest.mark.parametrize(
    "ring", [Rationals(), PrimeField(), EntryPolynomials(("x",)), Series(2)], ids=lambda ring: type(ring).__name__
)
def test_a_singular_matrix_has_no_inverse(ring):
    with pytest.raises(ZeroDivisionError):
        ring.inverse(ring.matrix([[image(ring, 1), image(ring, 2)], [image(ring, 2), image(ring, 4)]]))
