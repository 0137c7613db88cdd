"""Groebner bases modulo a prime: leading monomials and counts of points, against SymPy and against systems of known solutions."""

from itertools import product
from random import Random

import pytest
from sympy.polys.domains import GF
from sympy.polys.groebnertools import groebner
from sympy.polys.orderings import grevlex
from sympy.polys.rings import ring

from dlnproof.rings import groebner as module
from dlnproof.rings.groebner import TooLargeError, groebner_leads, standard_monomials

PRIME = 32003


def by_sympy(system, variables):
    polynomials, *_ = ring([f"x{k}" for k in range(variables)], GF(PRIME), grevlex)
    basis = groebner([polynomials.from_dict({m: c % PRIME for m, c in terms.items()}) for terms in system], polynomials)
    return sorted(tuple(polynomial.LM) for polynomial in basis)


def test_a_product_of_points_is_counted():
    # x^2 = 1, y^3 = x, z = x y: six points
    system = [{(2, 0, 0): 1, (0, 0, 0): -1}, {(0, 3, 0): 1, (1, 0, 0): -1}, {(0, 0, 1): 1, (1, 1, 0): -1}]
    assert standard_monomials(groebner_leads(system, PRIME)) == 6


def test_a_curve_has_infinitely_many_points_and_an_empty_set_none():
    assert standard_monomials(groebner_leads([{(1, 1): 1, (0, 0): -1}], PRIME)) is None
    assert standard_monomials(groebner_leads([{(1, 0): 1}, {(1, 0): 1, (0, 0): 1}], PRIME)) == 0
    assert standard_monomials([]) is None


@pytest.mark.parametrize("seed", range(12))
def test_the_leading_monomials_are_those_of_another_program(seed):
    random = Random(seed)
    variables, degree = 2 + seed % 2, 2 + seed % 3
    monomials = [m for m in product(range(degree + 1), repeat=variables) if sum(m) <= degree]
    system = [{m: random.randrange(-9, 10) for m in random.sample(monomials, 4)} for _ in range(variables)]
    assert sorted(groebner_leads(system, PRIME)) == by_sympy(system, variables)


def test_generic_quadrics_meet_in_two_to_the_power_of_their_number():
    random = Random(1)
    for variables in (2, 3, 4):
        monomials = [m for m in product(range(3), repeat=variables) if sum(m) <= 2]
        system = [{m: random.randrange(1, PRIME) for m in monomials} for _ in range(variables)]
        assert standard_monomials(groebner_leads(system, PRIME)) == 2**variables


def test_a_matrix_beyond_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_MOST_ENTRIES", 3)
    with pytest.raises(TooLargeError, match="a matrix of 2 x 3"):
        groebner_leads([{(2, 0): 1, (0, 0): 1}, {(0, 2): 1, (0, 0): 3}], PRIME)
