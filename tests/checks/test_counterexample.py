"""Counterexamples: small, satisfying what is assumed, and confirmed by code that is not the search."""

from fractions import Fraction

import asked
import pytest
import sympy
from explicit import explicit
from known_identities import A, B, I, S, V, X, a, g, h, k, n, one, sq, u
from sympy import Eq, MatrixSymbol, Q, Trace, symbols

from dlnproof.checks.counterexample import Instance, differs, find_counterexample
from dlnproof.checks.recomputation import confirmed_difference, recompute, sign_of
from dlnproof.checks.small_instances import satisfying_instance
from dlnproof.checks.statement import prepare
from dlnproof.claims.claim import Identity as IdentityBody
from dlnproof.verdict import Finding, decide


def example(left, right, *assuming):
    (found,) = [
        item.counterexample for item in asked.evidence(IdentityBody(left, right), assuming) if item.counterexample
    ]
    return found


def rational(table):
    return sympy.Matrix([[sympy.Rational(cell) for cell in row] for row in table])


def test_a_counterexample_is_small():
    found = example(A * B, B * A)
    assert found["sizes"] == {"n": 2}
    entries = [Fraction(cell) for name in "AB" for row in found["values"][name] for cell in row]
    assert all(entry in (0, 1) for entry in entries)
    assert sum(entries) <= 3


def test_a_counterexample_satisfies_what_is_assumed():
    symmetric = rational(example(S * A, A * S, Q.symmetric(S))["values"]["S"])
    assert symmetric == symmetric.T
    orthogonal = rational(example(V * A, A * V, Q.orthogonal(V))["values"]["V"])
    assert orthogonal * orthogonal.T == sympy.eye(orthogonal.rows)
    found = example(A * A * B, B * A, Eq(A * B, B * A))["values"]
    assert rational(found["A"]) * rational(found["B"]) == rational(found["B"]) * rational(found["A"])
    found = example(Trace(S), sq(A), Eq(S, X * X.T))["values"]
    assert rational(found["S"]) == rational(found["X"]) * rational(found["X"]).T


def test_a_counterexample_respects_what_symbols_declare():
    values = example(g * A, h * A)["values"]
    assert all(Fraction(values[name]) > 0 for name in "gh")
    assert Fraction(example(k**2 * A, k * A)["values"]["k"]).denominator == 1
    negative = symbols("z", negative=True)
    assert Fraction(example(negative**2 * A, -negative * A)["values"]["z"]) < 0


def test_the_values_of_both_sides_are_printed_as_they_are():
    found = example(sq(A) + 1, sq(A) + 2)
    matrices = {name: rational(table) for name, table in found["values"].items()}
    for side, printed in ((sq(A) + 1, found["left"]), (sq(A) + 2, found["right"])):
        assert sympy.Rational(printed) == explicit(side, matrices, found["sizes"])


def test_an_irrational_difference_is_confirmed_as_well():
    assert asked.identity(sympy.sqrt(n) * A, A) == "refuted"
    assert asked.identity(sympy.sqrt(2) * A, sympy.Rational(141421356, 10**8) * A) == "refuted"


def test_a_very_small_irrational_difference_is_confirmed_as_well():
    assert asked.identity(sympy.sqrt(2) * A, sympy.Rational(141421356237309504880168872421, 10**29) * A) == "refuted"


def test_a_true_statement_has_no_counterexample():
    assert find_counterexample(prepare(Trace(A * B), Trace(B * A)), 0) is None


def test_some_instance_satisfies_consistent_assumptions_and_none_contradictory_ones():
    assert satisfying_instance(prepare(A, B, [Eq(A * A, A)]), 0) is not None
    assert satisfying_instance(prepare(A, B, [Eq(A * A, A), Eq(A, 2 * I)]), 0) is None


def test_a_candidate_that_is_none_is_not_confirmed():
    false = prepare(A * B, B * A)
    instance = find_counterexample(false, 0)
    assert isinstance(instance, Instance)
    assert differs(false, instance.values)
    assert confirmed_difference(A * B, A * B, instance) is None
    left, right = recompute(A * B, B * A, instance)
    assert left != right


def test_an_unconfirmed_candidate_refutes_nothing(monkeypatch):
    from dlnproof.checks import refutation

    monkeypatch.setattr(refutation, "confirmed_difference", lambda *_: None)
    found = asked.evidence(IdentityBody(A * B, B * A))
    assert Finding.CANDIDATE in {item.finding for item in found}
    assert decide(found) == "undecided"


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (sympy.sqrt(2) - sympy.Rational(7, 5), 1),
        (sympy.sqrt(2) * sympy.sqrt(3) - sympy.sqrt(6), 0),
        (sympy.sqrt(5 + 2 * sympy.sqrt(6)) - sympy.sqrt(2) - sympy.sqrt(3), 0),
        (-sympy.sqrt(5), -1),
        (sympy.Integer(0), 0),
    ],
)
def test_signs_of_irrational_numbers(number, sign):
    assert sign_of(number) == sign


def test_a_polynomial_that_vanishes_at_small_integers_is_refuted():
    t = Trace(A)
    assert asked.identity(t * (t**2 - 1) * (t**2 - 4) * (t**2 - 9), 0) == "refuted"


def test_a_long_word_is_refuted_by_a_factor():
    word = sympy.MatMul(*(MatrixSymbol(f"L{i}", n, n) for i in range(32)))
    assert asked.identity(Trace(word), 2 * Trace(word)) == "refuted"


# what SymPy's doit leaves unevaluated inside a trace
LEFT_UNEVALUATED = [
    (Trace(one.T * u) ** 2, sq(u)),
    (Trace(sympy.HadamardProduct(A, A) * B), Trace(A * B)),
    (Trace(sympy.HadamardPower(A, 2) * B), Trace(A * B)),
    (Trace(sympy.DiagMatrix(sympy.HadamardProduct(u, u))), Trace(one.T * u)),
    (Trace(sympy.KroneckerProduct(A, one * one.T)), Trace(A)),
    (a / (g + sq(u)) + Trace(one.T * u), a / (g + sq(u))),
]


@pytest.mark.parametrize(
    ("left", "right"), LEFT_UNEVALUATED, ids=["ones", "hadamard", "hadamard power", "diagonal", "kronecker", "quotient"]
)
def test_a_false_claim_about_ones_and_entrywise_products_is_refuted(left, right):
    assert asked.identity(left, right) == "refuted"


def test_a_surd_beside_an_entrywise_product_is_refuted():
    product = sympy.HadamardProduct(A, A)
    assert asked.identity(sympy.sqrt(2) + Trace(product * B), sympy.sqrt(2) + Trace(A * B)) == "refuted"
