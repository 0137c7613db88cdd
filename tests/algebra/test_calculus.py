"""Diagram calculus against polynomial expansion: the value along W + t D is a polynomial in t whose slope is the differential."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirings import random_wiring

from dlnproof.algebra import calculus
from dlnproof.algebra.contract import contract
from dlnproof.algebra.diagram import Letter, Wiring, unwired
from dlnproof.algebra.polynomial import ZERO, single

PRIME = 2**61 - 1
SIZES = {"n": 3}
A, B, U = Letter("A"), Letter("B"), Letter("u")
D, E = Letter("D"), Letter("e")


def tensors(source):
    square = lambda: np.array([[source.randint(-9, 9) for _ in range(3)] for _ in range(3)], dtype=object)  # noqa: E731
    vector = lambda: np.array([source.randint(-9, 9) for _ in range(3)], dtype=object)  # noqa: E731
    found = {letter: square() for letter in (A, B, D)}
    symmetric = square()
    found[Letter("S", True)] = symmetric + symmetric.T
    found.update({letter: vector() for letter in (U, Letter("v"), E)})
    found[Letter("c")] = np.array(source.randint(1, 9), dtype=object)
    return found


def value(polynomial, given_tensors):
    total = 0
    for monomial, diagram, coefficient in polynomial:
        weight = int(coefficient.p) * pow(int(coefficient.q), -1, PRIME)
        for name, exponent in monomial:
            weight *= SIZES[name] ** exponent
        total = (total + contract(unwired(diagram), SIZES, given_tensors, PRIME) * weight) % PRIME
    return total


def slope(polynomial, base, letter, direction):
    """Return f'(0) of f(t) = value at W + t D, exactly, from its values at 0..degree (Newton's forward differences)."""
    degree = 9
    values = [value(polynomial, {**base, letter: base[letter] + t * base[direction]}) for t in range(degree + 1)]
    total, differences = 0, values
    for k in range(1, degree + 1):
        differences = [b - a for a, b in pairwise(differences)]
        total = total + differences[0] * pow(k, -1, PRIME) * (-1) ** (k + 1)
    return total % PRIME


@settings(max_examples=80)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 6), st.sampled_from([(A, D), (U, E)]))
def test_the_differential_is_the_slope_along_the_direction(seed, indices, atoms, pair):
    source = random.Random(seed)
    polynomial = single(random_wiring(source, indices, atoms, sizes=("n",)))
    base = tensors(source)
    found = value(calculus.differential(polynomial, dict([pair])), base)
    assert np.all((found - slope(polynomial, base, *pair)) % PRIME == 0)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 6))
def test_the_gradient_contracted_with_a_direction_is_the_differential(seed, indices, atoms):
    source = random.Random(seed)
    wiring = random_wiring(source, indices, atoms, sizes=("n",))._replace(rows=(), columns=())
    polynomial, base = single(wiring), tensors(source)
    gradient = calculus.gradient(polynomial, A, row=True, column=True)
    entries = value(gradient, base) if gradient else np.zeros((3, 3), dtype=object)
    assert (np.sum(entries * base[D]) - np.sum(slope(polynomial, base, A, D))) % PRIME == 0
    vector = calculus.gradient(polynomial, U, row=True, column=False)
    column = value(vector, base) if vector else np.zeros((3, 1), dtype=object)
    assert (np.sum(column[:, 0] * base[E]) - np.sum(slope(polynomial, base, U, E))) % PRIME == 0


def test_the_gradient_of_a_trace_is_the_transposed_rest():
    trace = single(Wiring(["n", "n"], [(A, (0, 1)), (B, (1, 0))], (), ()))
    assert calculus.gradient(trace, A, row=True, column=True) == single(Wiring(["n", "n"], [(B, (1, 0))], (0,), (1,)))


def test_what_does_not_contain_the_letter_has_derivative_zero():
    trace = single(Wiring(["n"], [(B, (0, 0))], (), ()))
    assert calculus.gradient(trace, A, row=True, column=True) == ZERO
    assert calculus.differential(trace, {A: D}) == ZERO


@pytest.mark.parametrize("power", [1, 2, 5])
def test_a_power_of_a_trace_has_the_factor_of_the_power_rule(power):
    trace = single(Wiring(["n"] * power, [(A, (i, i)) for i in range(power)], (), ()))
    atoms = [(A, (i, i)) for i in range(power - 1)]
    rest = single(Wiring(["n"] * power, atoms, (power - 1,), (power - 1,)), power)
    assert calculus.gradient(trace, A, row=True, column=True) == rest
