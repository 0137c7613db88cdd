"""Inequalities without given squares: true ones are proved by squares that are found, false ones end in an exact violation."""

from __future__ import annotations

import pytest
import sympy
from asked import derivation
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
