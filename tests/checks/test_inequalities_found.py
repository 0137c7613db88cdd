"""Inequalities without given squares: true ones are proved by squares that are found, false ones end in an exact violation."""

from __future__ import annotations

import pytest
import sympy
from asked import derivation, identity
from inequalities import EQUAL_SOMEWHERE, HOLD, STRICT, UNDER_ASSUMPTIONS

import dlnproof as dp
from dlnproof.language.parser.declarations import declare
from dlnproof.language.parser.formulas import parse_together


def asked(larger, smaller, positive, shapes=(), assuming=(), relation=dp.ge):
    formulas = parse_together([larger, smaller], declare(shapes=shapes), assuming=assuming)
    named = {
        symbol: sympy.Symbol(symbol.name, positive=True)
        for side in formulas.expressions
        for symbol in side.free_symbols
        if isinstance(symbol, sympy.Symbol) and symbol.name in positive
    }
    left, right = (side.xreplace(named) for side in formulas.expressions)
    return derivation(left, relation(right), assuming=formulas.assuming)


@pytest.mark.parametrize(
    ("larger", "smaller", "false", "positive", "shapes", "assuming"),
    [*HOLD, *UNDER_ASSUMPTIONS],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_inequality_is_proved_and_its_false_twins_are_refuted(larger, smaller, false, positive, shapes, assuming):
    assert asked(larger, smaller, positive, shapes, assuming) == "proved"
    for side in false:
        assert asked(larger, side, positive, shapes, assuming) == "refuted", side


@pytest.mark.parametrize(("larger", "smaller", "positive"), STRICT)
def test_a_strict_inequality_is_proved_by_a_margin(larger, smaller, positive):
    assert asked(larger, smaller, positive, relation=dp.gt) == "proved"


@pytest.mark.parametrize(("larger", "smaller", "positive"), EQUAL_SOMEWHERE)
def test_a_strict_inequality_with_a_case_of_equality_is_refuted(larger, smaller, positive):
    assert asked(larger, smaller, positive, relation=dp.gt) == "refuted"


def test_the_wrong_direction_in_a_chain_is_found_at_its_step():
    n, m = sympy.symbols("n m", integer=True, positive=True)
    A, B = sympy.MatrixSymbol("A", n, m), sympy.MatrixSymbol("B", n, m)
    both = sympy.Trace(A.T * A) + sympy.Trace(B.T * B)
    assert derivation(2 * sympy.Trace(A.T * B), dp.le(both), dp.le(2 * both)) == "proved"
    assert derivation(2 * sympy.Trace(A.T * B), dp.le(both), dp.le(both / 2)) == "refuted"


H, i, j, m = sympy.symbols("H i j m", integer=True, positive=True)
lam = sympy.symbols("lambda", positive=True)
W = dp.Chain("W", H)
X, Y = sympy.MatrixSymbol("X", W.width(0), m), sympy.MatrixSymbol("Y", W.width(H), m)
E = W.product(H, 1) * X - Y


def square(matrix):
    return sympy.Trace(matrix.T * matrix)


norms = dp.layer_sum(square(W[j]), (j, 1, H))
slopes = dp.layer_sum(square(W.product(H, j + 1).T * E * X.T * W.product(j - 1, 1).T), (j, 1, H))
LAYERS = [
    ("a loss", square(E), dp.ge(0), "proved"),
    ("a bound by the cross term", square(E), dp.ge(2 * sympy.Trace(E.T * Y) - square(Y)), "proved"),
    ("decay added", square(E) + lam * norms, dp.ge(square(E)), "proved"),
    ("a descent", -slopes, dp.le(0), "proved"),
    ("squares over layers", norms, dp.ge(0, squares=[(1, W[j], (j, 1, H))]), "proved"),
    ("squares over too few layers", norms, dp.ge(0, squares=[(1, W[j], (j, 1, H - 1))]), "undecided"),
    ("the end-to-end matrix against a layer", square(W.product(H, 1)), dp.ge(square(W[1])), "refuted"),
    ("two layers", square(W[i]), dp.ge(square(W[i + 1])), "refuted"),
    ("decay left out", square(E), dp.ge(square(E) + lam * norms), "refuted"),
    ("a strict step with a case of equality", norms, dp.gt(0), "refuted"),
]


@pytest.mark.parametrize(("name", "start", "step", "verdict"), LAYERS, ids=[case[0] for case in LAYERS])
def test_an_inequality_about_layers_is_decided_for_every_depth(name, start, step, verdict):
    assert derivation(start, step) == verdict, name


def test_a_weight_that_is_negative_somewhere_in_the_range_of_a_sum_proves_nothing():
    low = dp.layer_sum(j * square(W[1]), (j, -2, 1))
    assert derivation(low, dp.ge(0, squares=[(j, W[1], (j, -2, 1))])) == "refuted"


def test_an_equation_for_every_layer_may_use_the_name_of_a_layer_of_the_claim():
    balanced = dp.every(sympy.Eq(W[i + 1].T * W[i + 1], W[i] * W[i].T), (i, 1, H - 1))
    assert identity(square(W[i + 1]), square(W[i]), balanced) == "proved"
    assert identity(square(W[i + 1]), square(W[i])) == "refuted"
