"""Polynomials of diagrams: the operations of matrices, scalar coefficients, roots, and relations among them."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.algebra.diagram import Letter, Wiring
from dlnproof.algebra.polynomial import ZERO, Polynomial, constant, scalar, single
from dlnproof.algebra.relations import Relations
from dlnproof.algebra.scalars import power_of, raised, rational_power, split_primes, times
from dlnproof.errors import UnsupportedError


def matrix(name: str, rows: str = "n", columns: str = "n") -> Polynomial:
    return single(Wiring([rows, columns], [(Letter(name), (0, 1))], (0,), (1,)))


def vector(name: str, size: str = "n") -> Polynomial:
    return single(Wiring([size], [(Letter(name), (0,))], (0,), ()))


A, B, C = (matrix(name) for name in "ABC")
X, Y = matrix("X", "n", "m"), matrix("Y", "m", "n")
u, v = vector("u"), vector("v")
I = single(Wiring(["n"], [], (0,), (0,)))  # noqa: E741
ONES = single(Wiring(["n", "n"], [], (0,), (1,)))
n = scalar({power_of("n"): fmpq(1)})


def test_the_ring_axioms_hold():
    assert A.matmul(B + C) == A.matmul(B) + A.matmul(C)
    assert A.matmul(B).matmul(C) == A.matmul(B.matmul(C))
    assert A.matmul(I) == I.matmul(A) == A
    assert A - A == ZERO
    assert A.matmul(B) != B.matmul(A)


def test_transpose_and_trace():
    assert X.matmul(Y).transpose() == Y.transpose().matmul(X.transpose())
    assert X.matmul(Y).trace() == Y.matmul(X).trace()
    assert A.matmul(B).trace() != A.matmul(B.transpose()).trace()
    assert I.trace() == n
    assert ONES.matmul(ONES) == ONES.times_scalar(n)
    assert ONES.trace() == n


def test_hadamard_diagonal_and_kronecker():
    assert A.hadamard(B) == B.hadamard(A)
    assert A.hadamard(ONES) == A
    assert A.hadamard(I) == A.diagonal_part().diagonal_matrix()
    assert u.diagonal_matrix().matmul(v) == u.hadamard(v)
    assert u.diagonal_matrix().transpose() == u.diagonal_matrix()
    assert A.kronecker(B).trace() == A.trace().times_scalar(B.trace())
    assert A.kronecker(X).matmul(B.kronecker(Y)) == A.matmul(B).kronecker(X.matmul(Y))
    assert A.kronecker(B) != B.kronecker(A)


def test_powers_are_repeated_products():
    assert A.power(5, Polynomial.matmul) == A.matmul(A).matmul(A).matmul(A).matmul(A)
    assert A.power(3, Polynomial.hadamard) == A.hadamard(A).hadamard(A)


def test_too_many_terms_are_refused_and_not_computed():
    many = sum((matrix(f"L{i}") for i in range(600)), ZERO)
    with pytest.raises(UnsupportedError, match="more than 200000 terms"):
        many.matmul(many)


def test_a_stated_size_is_a_number_and_a_symbolic_one_a_generator():
    assert single(Wiring(["3"], [], (), ())) == constant(3)
    assert single(Wiring(["n"], [], (), ())) == n


@given(
    st.fractions(min_value=Fraction(1, 60), max_value=60, max_denominator=60),
    st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(-1, 2), Fraction(5, 4)]),
)
def test_a_rational_power_is_a_rational_times_roots_of_primes(base, exponent):
    coefficient, monomial = rational_power(fmpq(base.numerator, base.denominator), exponent)
    value = float(Fraction(int(coefficient.p), int(coefficient.q)))
    for name, power in monomial:
        assert 0 < power < 1
        value *= int(name[1:]) ** float(power)
    assert value == pytest.approx(float(base) ** float(exponent))


@given(
    st.fractions(min_value=Fraction(1, 30), max_value=30, max_denominator=30),
    st.fractions(min_value=Fraction(1, 30), max_value=30, max_denominator=30),
)
def test_roots_of_numbers_multiply(first, second):
    half = Fraction(1, 2)
    powers = [rational_power(fmpq(x.numerator, x.denominator), half) for x in (first, second, first * second)]
    joined = times(powers[0][1], powers[1][1])
    factor, rest = split_primes(joined)
    assert (powers[0][0] * powers[1][0] * factor, rest) == powers[2]


def test_exponents_add_and_vanish():
    half = power_of("g", Fraction(1, 2))
    assert times(half, half) == power_of("g")
    assert times(power_of("g"), raised(power_of("g"), -1)) == ()
    assert raised(power_of("g", Fraction(1, 2)), 2) == power_of("g")


def test_relations_reduce_roots_and_sines_and_clear_quotients():
    relations = Relations()
    base = scalar({power_of("g"): fmpq(1), (): fmpq(1)})
    root = scalar({power_of(relations.root(base, 2)): fmpq(1)})
    assert relations.reduced(root.times_scalar(root)) == base
    assert relations.reduced(root) == root
    cosine, sine = (scalar({power_of(name): fmpq(1)}) for name in relations.circle("t"))
    circle = cosine.times_scalar(cosine) + sine.times_scalar(sine)
    assert relations.reduced(circle) == constant(1)
    over = scalar({power_of(relations.reciprocal(base)): fmpq(1)})
    assert relations.cleared(over.times_scalar(base) - constant(1)) == (ZERO, base)
    assert relations.cleared(over - constant(1)) != ZERO


def test_one_base_has_one_root_and_one_reciprocal():
    relations = Relations()
    base = scalar({power_of("g"): fmpq(1), (): fmpq(1)})
    again = scalar({(): fmpq(1), power_of("g"): fmpq(1)})
    assert relations.root(base, 2) == relations.root(again, 2) != relations.root(base, 3)
    assert relations.reciprocal(base) == relations.reciprocal(again)
