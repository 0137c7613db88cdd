"""Derivations: every step is checked against the line before it, and the first wrong one is named."""

import asked
import pytest
import sympy
from known_identities import A, B, C, a, b, g, n, sq
from sympy import MatrixSymbol, Trace

import dlnproof as dp
from dlnproof.claims.claim import Derivation
from dlnproof.verdict import Finding, decide


def test_a_derivation_of_true_steps_is_proved():
    lines = [sq(A - B), dp.eq(sq(A) - 2 * Trace(A.T * B) + sq(B)), dp.ge(-2 * Trace(A.T * B), squares=[A, B])]
    assert asked.derivation(*lines) == "proved"


@pytest.mark.parametrize("wrong", [1, 2, 3])
def test_the_counterexample_names_the_wrong_step(wrong):
    lines = [Trace(A * B * C), Trace(B * C * A), Trace(C * A * B), Trace(A * B * C)]
    lines[wrong:] = [line + Trace(A) for line in lines[wrong:]]
    found = asked.evidence(Derivation(lines[0], tuple(dp.eq(line) for line in lines[1:])))
    assert decide(found) == "refuted"
    assert [item.counterexample["step"] for item in found if item.counterexample] == [wrong]
    proofs = {item.part for item in found if item.finding is Finding.PROOF}
    assert proofs == {f"step {k}" for k in (1, 2, 3) if k != wrong}


def test_a_step_is_compared_with_the_line_before_and_not_with_the_start():
    assert asked.derivation(a, dp.eq(b), dp.eq(a)) == "refuted"  # a = a does not repair a = b
    assert asked.derivation(a**2, dp.ge(0, squares=[a]), dp.eq(0)) == "proved"


def test_an_undecided_step_leaves_the_derivation_undecided_and_a_wrong_one_refutes_it():
    open_step = dp.ge(0, squares=[g])  # true, but these squares do not add up
    assert asked.derivation(a**2 + b**2, open_step) == "undecided"
    assert asked.derivation(a**2 + b**2, open_step, dp.eq(1)) == "refuted"


def test_assumptions_hold_in_every_step():
    projection = sympy.Eq(A * A, A)
    lines = [A**3, dp.eq(A**2), dp.eq(A)]
    assert asked.derivation(*lines, assuming=[projection]) == "proved"
    assert asked.derivation(*lines) == "refuted"


def test_many_steps_on_explicit_lines():
    letters = [MatrixSymbol(f"L{i}", n, n) for i in range(6)]
    words = [Trace(sympy.MatMul(*letters[i:], *letters[:i])) for i in range(6)]
    assert asked.derivation(words[0], *map(dp.eq, words[1:])) == "proved"
