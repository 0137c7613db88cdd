"""Rewriting by assumptions: what cancels, what is replaced, and the certificate that adds up."""

import contextlib
import random

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.algebra.contract import contract
from dlnproof.algebra.diagram import Letter, Wiring, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, single
from dlnproof.algebra.rules import HOLE, Cancellation, cancelled, orient, rewrite
from dlnproof.errors import UnsupportedError

PRIME = 2**61 - 1
SIZES = {"n": 4}
A, B, C, Z, Q = (Letter(name) for name in "ABCZQ")
ORTHOGONAL = [Cancellation(Q, 0, Q, 0), Cancellation(Q, 1, Q, 1)]
INVERSE = [Cancellation(A, 1, Z, 0), Cancellation(Z, 1, A, 0)]


def word(text: str, closed: bool = False) -> Polynomial:
    """Return a product of letters; a small letter is a transpose; `closed` takes the trace."""
    length = len(text)
    atoms = []
    for i, name in enumerate(text):
        legs = (i, (i + 1) % length if closed else i + 1)
        atoms.append((Letter(name.upper()), legs if name.isupper() else legs[::-1]))
    outputs = ((), ()) if closed else ((0,), (length,))
    return single(Wiring(["n"] * (length + (not closed)), atoms, *outputs))


IDENTITY = single(Wiring(["n"], [], (0,), (0,)))


def value(polynomial, tensors):
    total = 0
    for monomial, diagram, coefficient in polynomial:
        weight = int(coefficient.p) * pow(int(coefficient.q), -1, PRIME)
        for name, exponent in monomial:
            weight *= SIZES[name] ** exponent
        total = (total + contract(unwired(diagram), SIZES, tensors, PRIME) * weight) % PRIME
    return total


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("AZ", None),
        ("ZA", None),
        ("BAZC", "BC"),
        ("BAAZZC", "BC"),
        ("za", None),
        ("aZ", "aZ"),
        ("ABZ", "ABZ"),
        ("azB", "B"),
    ],
)
def test_an_inverse_cancels_next_to_its_matrix_and_nowhere_else(text, rest):
    assert cancelled(word(text), INVERSE) == (word(rest) if rest else IDENTITY)


@pytest.mark.parametrize(
    ("text", "rest"), [("Qq", None), ("qQ", None), ("BQqC", "BC"), ("QQ", "QQ"), ("QBq", "QBq"), ("QQqq", None)]
)
def test_an_orthogonal_matrix_cancels_next_to_its_transpose(text, rest):
    assert cancelled(word(text), ORTHOGONAL) == (word(rest) if rest else IDENTITY)


def test_a_cycle_cancels_to_the_size():
    size = single(Wiring(["n"], [], (), ()))
    assert cancelled(word("AZ", closed=True), INVERSE) == size
    assert cancelled(word("qQ", closed=True), ORTHOGONAL) == size
    assert cancelled(word("ABZ", closed=True), INVERSE) == word("B", closed=True)


def test_nothing_cancels_where_a_third_tensor_meets():
    # (Q o Q) with both legs shared is no product: sum over i of Q_ij^2 u_i
    wiring = Wiring(["n", "n"], [(Q, (0, 1)), (Q, (0, 1)), (Letter("u"), (0,))], (1,), ())
    assert cancelled(single(wiring), ORTHOGONAL) == single(wiring)
    shared = Wiring(["n"] * 3, [(Q, (0, 1)), (Q, (0, 2))], (0, 1), (2,))
    assert cancelled(single(shared), ORTHOGONAL) == single(shared)


def test_an_equation_is_solved_for_its_longest_term():
    equation = orient(0, word("AA") - word("A"))
    assert equation.diagram == next(iter(word("AA")))[1]


def test_an_equation_without_content_is_refused():
    with pytest.raises(UnsupportedError, match="with equal sides says nothing"):
        orient(0, word("A") - word("A"))


def test_rewriting_reaches_the_consequence():
    projection = orient(0, word("AA") - word("A"))
    form, uses = rewrite(word("AAAAB"), [], [projection])
    assert form == word("AB")
    assert len(uses) == 3
    traced, _ = rewrite(word("AAA", closed=True), [], [projection])
    assert traced == word("A", closed=True)


LHS = ["AA", "AB", "Aa", "aA", "ABA", "BB"]
RHS = ["A", "B", "BA", "C", "b", None]


@settings(max_examples=60)
@given(
    st.integers(0, 2**32),
    st.sampled_from(LHS),
    st.sampled_from(RHS),
    st.text("ABCabc", min_size=2, max_size=6),
    st.booleans(),
)
def test_the_uses_of_the_equations_add_up_to_what_was_rewritten(seed, left, right, text, closed):
    if len(left) <= len(right or ""):
        return
    difference = word(left) - (word(right) if right else IDENTITY)
    equation = orient(0, difference)
    start = word(text, closed=closed) + word("AB", closed=closed).scaled(fmpq(3, 7))
    try:
        form, uses = rewrite(start, [], [equation])
    except UnsupportedError:
        return
    source = random.Random(seed)
    tensors = {
        Letter(name): np.array([[source.randrange(PRIME) for _ in range(4)] for _ in range(4)], dtype=object)
        for name in "ABC"
    }
    gap = value(difference, tensors)
    total = value(form, tensors) if form else 0
    for use in uses:
        weight = int(use.coefficient.p) * pow(int(use.coefficient.q), -1, PRIME)
        for name, exponent in use.monomial:
            weight *= SIZES[name] ** exponent
        total = (total + contract(use.context, SIZES, {**tensors, HOLE: gap}, PRIME) * weight) % PRIME
    assert np.all((value(start, tensors) - total) % PRIME == 0)


def test_rules_that_turn_in_circles_are_given_up_or_end():
    circle = [orient(0, word("AB") - word("BA")), orient(1, word("BA") - word("AB"))]
    with contextlib.suppress(UnsupportedError):
        form, _ = rewrite(word("ABAB"), [], circle)
        assert form == collect(form)
