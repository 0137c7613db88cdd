"""Residues modulo the safe prime: roots that multiply as positive real roots do, poles and non-squares refused."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import SAFE_PRIME, PrimeField


def test_the_modulus_is_a_safe_prime_in_which_small_primes_have_roots():
    from sympy import isprime

    assert isprime(SAFE_PRIME)
    assert isprime((SAFE_PRIME - 1) // 2)
    assert SAFE_PRIME % 4 == 3
    field = PrimeField()
    for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23):
        assert field.root(field.number(fmpq(prime)), 2) ** 2 == field.number(fmpq(prime))


@given(st.integers(1, SAFE_PRIME - 1), st.integers(1, SAFE_PRIME - 1), st.sampled_from([2, 3, 4, 6]))
def test_roots_modulo_the_prime_multiply_like_positive_roots(first, second, degree):
    field = PrimeField()
    a, b = (field.number(fmpq(value)) ** 2 for value in (first, second))
    assert field.root(a * b, degree) == field.root(a, degree) * field.root(b, degree)
    assert field.root(a, degree) ** degree == a


def test_a_non_residue_has_no_root():
    field = PrimeField()
    with pytest.raises(NotExactError, match="is not a square modulo"):
        field.root(field.number(fmpq(-1)), 2)


def test_a_denominator_that_vanishes_modulo_the_prime_is_a_pole():
    with pytest.raises(ZeroDivisionError):
        PrimeField().number(fmpq(1, SAFE_PRIME))
