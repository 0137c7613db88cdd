"""Contraction modulo a prime against the naive sum over all values of all indices."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from wirings import naive_value, random_wiring

from dlnproof.algebra.contract import contract
from dlnproof.algebra.diagram import Letter, Wiring

PRIME = 2**61 - 1
DIMENSIONS = {"n": 3, "m": 2}


@settings(max_examples=120)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(0, 5))
def test_a_contraction_is_the_sum_over_all_index_values(seed, indices, atoms):
    source = random.Random(seed)
    wiring = random_wiring(source, indices, atoms, sizes=("n",))
    tensors = {
        letter: np.array([source.randrange(PRIME) for _ in range(3 ** len(legs))], dtype=object).reshape(
            [3] * len(legs)
        )
        for letter, legs in wiring.atoms
    }
    found = contract(wiring, DIMENSIONS, tensors, PRIME)
    assert found.shape == (3 ** len(wiring.rows), 3 ** len(wiring.columns))
    for (rows, columns), wanted in naive_value(wiring, DIMENSIONS, tensors, PRIME).items():
        i = int(sum(v * 3**k for k, v in enumerate(reversed(rows))))
        j = int(sum(v * 3**k for k, v in enumerate(reversed(columns))))
        assert int(found[i, j]) == wanted


def test_an_output_that_stands_twice_sits_on_a_diagonal():
    wiring = Wiring(["n"], [(Letter("u"), (0,))], (0,), (0,))
    found = contract(wiring, DIMENSIONS, {Letter("u"): np.array([5, 6, 7], dtype=object)}, PRIME)
    assert found.tolist() == [[5, 0, 0], [0, 6, 0], [0, 0, 7]]


def test_indices_without_atoms_count_or_are_ones():
    assert contract(Wiring(["n", "m"], [], (), ()), DIMENSIONS, {}, PRIME).tolist() == [[6]]
    assert contract(Wiring(["n", "m"], [], (0,), (1,)), DIMENSIONS, {}, PRIME).tolist() == [[1, 1]] * 3


def test_a_tensor_that_overflows_64_bits_is_contracted_exactly():
    big = np.array([[PRIME - 1, PRIME - 2], [PRIME - 3, PRIME - 5]], dtype=object)
    wiring = Wiring(["m", "m", "m"], [(Letter("A"), (0, 1)), (Letter("A"), (1, 2))], (0,), (2,))
    assert contract(wiring, DIMENSIONS, {Letter("A"): big}, PRIME).tolist() == [[7, 12], [18, 31]]


def test_a_long_path_is_contracted():
    wiring = Wiring(["m"] * 61, [(Letter("A"), (i, i + 1)) for i in range(60)], (0,), (60,))
    one = np.array([[1, 1], [0, 1]], dtype=object)
    assert contract(wiring, DIMENSIONS, {Letter("A"): one}, PRIME).tolist() == [[1, 60], [0, 1]]
