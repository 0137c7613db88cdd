"""Two formulas compared: the verdict, its scope, the counterexample, and that planted falsehoods are refuted."""

from __future__ import annotations

import pytest
import sympy

from dlnproof.checks.compare import compare
from dlnproof.errors import UnsupportedError
from dlnproof.language.parser.formulas import parse_together
from dlnproof.verdict import Verdict


def compared(left, right, *assuming):
    formulas = parse_together([left, right], equal=True, assuming=assuming)
    return compare(*formulas.expressions, formulas.assuming)


TRUE = [
    ("|A + B|^2", "|A|^2 + 2*tr(A'*B) + |B|^2", ()),
    (r"\|A B\|_F^2", r"\operatorname{tr}(B^\top A^\top A B)", ()),
    ("(I + A*B)^-1*A", "A*(I + B*A)^-1", ()),
    ("kron(A, B)*kron(C, D)", "kron(A*C, B*D)", ()),
    ("kron(B', A)*vec(X)", "vec(A*X*B)", ()),
    ("tr(Q'*A*Q)", "tr(A)", ("orthogonal(Q)",)),
    ("|W*X|^2", "|W|^2", ("X*X' = I",)),
    ("E_e[(u'*diag(e)*W*x)^2]", "(u'*W*x)^2 + sigma^2*|u .* (W*x)|^2", ()),
    ("x'*A*y", "y'*A'*x", ()),
]


@pytest.mark.parametrize(("left", "right", "assuming"), TRUE)
def test_equal_formulas_are_proved_equal_for_all_sizes(left, right, assuming):
    found = compared(left, right, *assuming)
    assert found.verdict is Verdict.PROVED
    assert found.scope == "all sizes"
    assert found.suggestion is None
    assert found.counterexample is None


FALSE = [
    ("A*B", "B*A"),
    ("(A + B)^2", "A^2 + 2*A*B + B^2"),
    ("|A + B|^2", "|A|^2 + |B|^2"),
    ("tr(A*B)", "tr(A)*tr(B)"),
    ("diag(u)*A", "A*diag(u)"),
    ("kron(A, B)", "kron(B, A)"),
    ("E_e[(u'*diag(e)*W*x)^2]", "(u'*W*x)^2"),
    ("(I + A*B)^-1", "(I + B*A)^-1"),
]


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_different_formulas_are_refuted_by_a_confirmed_counterexample(left, right):
    found = compared(left, right)
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    assert found.counterexample["left"] != found.counterexample["right"]


def test_what_the_engine_lacks_is_undecided_and_says_why():
    n = sympy.Symbol("n", integer=True, positive=True)
    A = sympy.MatrixSymbol("A", n, n)
    try:
        found = compare(sympy.Determinant(A), sympy.Determinant(A.T))
    except UnsupportedError:
        pytest.fail("an unsupported construct is a verdict here, not an error")
    assert found.verdict is Verdict.UNDECIDED
    assert "not supported yet" in found.reason
