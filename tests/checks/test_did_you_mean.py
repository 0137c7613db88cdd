"""The catalogue of slips: each is named, the named edit makes the formula true, and nothing is named where none helps."""

from __future__ import annotations

import pytest
import sympy
from formula_edits import broken
from formula_trees import Source, to_sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import MatrixSymbol, Trace

import dlnproof as dp
from dlnproof.checks.did_you_mean import did_you_mean
from dlnproof.checks.statement import prepare
from dlnproof.language.parser.formulas import parse_together

# (left, right with a slip, kind, words)
SLIPS = [
    (
        "W2'*(W2*W1*X - Y)*X' + 2*g*W1",
        "W2'*(W2*W1*X - Y)*X' + g*W1",
        "factor",
        "the factor 2 of g*W1 is missing: write 2*g*W1",
    ),
    ("|A|^2 + tr(B)", "2*|A|^2 + tr(B)", "factor", "the factor 2 of 2*|A|^2 is too much: write |A|^2"),
    ("1/2*|A|^2", "|A|^2", "factor", "the factor 1/2 of |A|^2 is missing: write 1/2*|A|^2"),
    ("W2'*(W2*W1*X - Y)*X'", "W2'*(W2*W1*X + Y)*X'", "factor", "the sign of Y is wrong: write -Y"),
    (
        "lambda*|A|^2/n + |A|^4",
        "lambda*|A|^2 + |A|^4",
        "factor",
        "the factor 1/n of lambda*|A|^2 is missing: write lambda*|A|^2/n",
    ),
    ("tr(A*B) + tr(A'*A)", "tr(A'*B) + tr(A'*A)", "transpose", "the transpose of A is too much: write A"),
    ("A*B' + B*A", "A*B + B*A", "transpose", "the transpose of B is missing: write B'"),
    ("1/2*|A*X - Y|^2", "1/2*|X*A - Y|^2", "swap", "the factors of X*A are exchanged: write A*X"),
    ("A*B*C", "A*C*B", "swap", "the factors of C*B are exchanged: write B*C"),
    ("inv(A)*B", "B*inv(A)", "swap", "the factors of B*A^-1 are exchanged: write A^-1*B"),
    ("diag(u)*A", "diag(v)*A", "letter", "v stands where u is needed: write u"),
    ("lambda*A + gamma*B", "gamma*A + gamma*B", "letter", "gamma stands where lambda is needed: write lambda"),
    ("A*X - Y", "A*X - Y + 2*X", "extra term", "the term 2*X is too much: write A*X - Y"),
    ("W2'*(W2*X - Y) + 2*g*W1", "W2'*(W2*X - Y)", "missing term", "the term 2*g*W1 is missing"),
    ("(A + B)^2", "A^2 + 2*A*B + B^2", "wrong term", "2*A*B stands where A*B + B*A is needed"),
    ("A*B*A", "A*B", "missing factor", None),
    ("A*B", "A*B*A", "extra factor", "the factor A is too much: write A*B"),
    ("|A|^4 + tr(B)", "|A|^2 + tr(B)", "exponent", "the exponent of |A|^2 is wrong: write |A|^4"),
    ("g*|W|^2 + |W*X|^2", "|W|^2 + |W*X|^2", "factor", "the factor g of |W|^2 is missing: write g*|W|^2"),
    ("B*C*A", "A*B*C", "order", "the factors of A*B*C stand in the wrong order: write B*C*A"),
    ("E_e[|diag(e)*W*x|^2]", "(1 + 2*sigma^2)*|W*x|^2", "factor", None),
]


@pytest.mark.parametrize(("left", "right", "kind", "words"), SLIPS)
def test_the_slip_is_named_and_undone(left, right, kind, words):
    first, second = parse_together([left, right], equal=True).expressions
    suggestion = did_you_mean(first, second)
    assert suggestion is not None
    assert suggestion.kind == kind
    assert words is None or suggestion.words.startswith(words)
    assert prepare(first, suggestion.formula).holds
    assert set(suggestion.to_json()) == {"words", "formula", "slip"}


NONE = [("A*B", "A*B"), ("|A*B|^2", "tr(A)^3 + tr(B)"), ("A*B*C*D", "D'*C'*B'*A'*A*B")]


@pytest.mark.parametrize(("left", "right"), NONE)
def test_nothing_is_suggested_where_nothing_is_wrong_or_nothing_small_helps(left, right):
    assert did_you_mean(*parse_together([left, right], equal=True).expressions) is None


def test_assumptions_count_when_a_slip_is_undone():
    left, right = parse_together(["tr(Q'*A*Q)", "2*tr(A)"], assuming=["orthogonal(Q)"]).expressions
    facts = parse_together(["tr(Q'*A*Q)", "2*tr(A)"], assuming=["orthogonal(Q)"]).assuming
    suggestion = did_you_mean(left, right, facts)
    assert suggestion is not None
    assert suggestion.words == "the factor 2 of 2*tr(A) is too much: write tr(A)"
    assert did_you_mean(left, right) is None


def test_an_equation_among_the_assumptions_counts_too():
    formulas = parse_together(["|W*X|^2", "2*|W|^2"], assuming=["X*X' = I"])
    suggestion = did_you_mean(*formulas.expressions, formulas.assuming)
    assert suggestion is not None
    assert suggestion.kind == "factor"


def test_a_layer_index_off_by_one_is_named():
    H, i = sympy.symbols("H i", integer=True, positive=True)
    W = dp.Chain("W", H)
    left, right = Trace(W[i].T * W[i]), Trace(W[i + 1].T * W[i + 1])
    suggestion = did_you_mean(left, right)
    assert suggestion is not None
    assert suggestion.kind == "index"


def test_a_gradient_of_any_depth_with_a_wrong_factor_is_named():
    H, i, m = sympy.symbols("H i m", integer=True, positive=True)
    W = dp.Chain("W", H)
    X, Y = MatrixSymbol("X", W.width(0), m), MatrixSymbol("Y", W.width(H), m)
    E = W.product(H, 1) * X - Y
    gradient = dp.gradient(Trace(E.T * E) / 2, W[i])
    wrong = 2 * W.product(H, i + 1).T * E * X.T * W.product(i - 1, 1).T
    suggestion = did_you_mean(gradient, wrong)
    assert suggestion is not None
    assert suggestion.kind == "factor"


def test_input_that_cannot_be_compared_has_no_suggestion():
    n, m = sympy.symbols("n m", integer=True, positive=True)
    assert did_you_mean(MatrixSymbol("A", n, m), MatrixSymbol("B", m, n)) is None


@given(st.integers(min_value=0, max_value=10**9))
@settings(max_examples=40, deadline=None)
def test_whatever_is_suggested_is_true(seed):
    source = Source(f"slip {seed}", special=False)
    tree = source.matrix(source.dimension(), source.dimension(), 2)
    try:
        left, right = to_sympy(tree), to_sympy(broken(tree, source))
    except (TypeError, ValueError, AttributeError):
        return  # SymPy's own constructors do not make it
    suggestion = did_you_mean(left, right)
    if suggestion is not None:
        assert prepare(left, suggestion.formula).holds
        assert not prepare(left, right).holds
