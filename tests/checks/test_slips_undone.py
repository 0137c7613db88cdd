"""Every slip of the usual kinds, planted in true equations, is found again: named by rule, proved, and the same each time."""

from __future__ import annotations

import random

import sympy
from asked import evidence
from entrywise_identities import ENTRYWISE, NOISE
from sympy import MatrixSymbol, Trace

import dlnproof as dp
from dlnproof.checks.did_you_mean import did_you_mean
from dlnproof.checks.statement import prepare
from dlnproof.claims.claim import Derivation, Gradient, HessianForm, Identity
from dlnproof.language.parser.declarations import declare
from dlnproof.language.parser.formulas import parse_together
from dlnproof.language.terms import transposed

NETS = [
    ("1/2*|W2*W1*X - Y|^2", "1/2*tr(X'*W1'*W2'*W2*W1*X) - tr(X'*W1'*W2'*Y) + 1/2*|Y|^2"),
    ("|A - B|^2", "|A|^2 - 2*tr(A'*B) + |B|^2"),
    ("(A + B)*(A - B)", "A^2 - A*B + B*A - B^2"),
    ("(A*B*C)'", "C'*B'*A'"),
    ("|A*x - b|^2 + lambda*|x|^2", "x'*(A'*A + lambda*I)*x - 2*b'*A*x + |b|^2"),
    ("W2'*(W2*W1*X - Y)*X'", "W2'*W2*W1*X*X' - W2'*Y*X'"),
    ("(W2*W1*X - Y)*X'*W1'/m + lambda*W2", "W2*W1*X*X'*W1'/m - Y*X'*W1'/m + lambda*W2"),
    ("tr(W1'*W1 - W2*W2')", "|W1|^2 - |W2|^2"),
    ("(x + y)'*A*(x + y)", "x'*A*x + x'*A*y + y'*A*x + y'*A*y"),
    ("kron(A, B)*vec(X)", "vec(B*X*A')"),
]


def terms(side):
    return list(side.args) if isinstance(side, sympy.Add | sympy.MatAdd) else [side]


def slips(side, rng):
    """Yield the side with one slip: a factor, a sign, a lost term, a transpose, exchanged neighbours."""
    parts = terms(side)
    place = rng.randrange(len(parts))

    def with_term(new):
        return _sum(parts, place, new)

    for factor in (2, sympy.Rational(1, 2), -1):
        yield "factor", with_term(factor * parts[place])
    if len(parts) > 1:
        yield "term", with_term(None)
    letters = [node for node in sympy.preorder_traversal(side) if isinstance(node, MatrixSymbol)]
    square = [letter for letter in letters if letter.shape[0] == letter.shape[1]]
    if square:
        letter = rng.choice(sorted(set(square), key=str))
        yield "transpose", side.xreplace({letter: letter.T}).doit()
    for node in sympy.preorder_traversal(side):
        if isinstance(node, sympy.MatMul):
            scalar, factors = node.as_coeff_matrices()
            for k in range(len(factors) - 1):
                one, two = factors[k], factors[k + 1]
                if one != two and one.shape == two.shape == transposed(one).shape:
                    swapped = sympy.MatMul(scalar, *factors[:k], two, one, *factors[k + 2 :])
                    yield "swap", side.xreplace({node: swapped})
                    return


def _sum(parts, place, new):
    kept = [part for number, part in enumerate(parts) if number != place] + ([] if new is None else [new])
    total = kept[0]
    for part in kept[1:]:
        total = total + part
    return total


def test_slips_of_the_usual_kinds_are_undone():
    rng = random.Random(0)
    planted = named = 0
    for left, right, shapes, assuming in [
        *((left, right, (), ()) for left, right in NETS),
        *((entry.left, entry.right, entry.shapes, entry.assuming) for entry in [*ENTRYWISE, *NOISE][::3]),
    ]:
        formulas = parse_together([left, right], declare(shapes=shapes), equal=True, assuming=assuming)
        first, second = formulas.expressions
        for _, wrong in slips(second, rng):
            if prepare(first, wrong, formulas.assuming).holds:
                continue  # harmless
            planted += 1
            suggestion = did_you_mean(first, wrong, formulas.assuming)
            named += suggestion is not None and prepare(first, suggestion.formula, formulas.assuming).holds
    assert planted > 200
    assert named >= 0.96 * planted


n, m, p = sympy.symbols("n m p", integer=True, positive=True)
W, X, Y = MatrixSymbol("W", p, n), MatrixSymbol("X", n, m), MatrixSymbol("Y", p, m)
D = MatrixSymbol("D", p, n)
LOSS = Trace((W * X - Y).T * (W * X - Y)) / 2


def told(body):
    return [item.details["did you mean"] for item in evidence(body) if "did you mean" in item.details]


def test_the_evidence_of_a_refuted_identity_says_what_was_meant():
    (words,) = told(Identity(Trace(W.T * W), 2 * Trace(W.T * W)))
    assert words == "the factor 2 of 2*|W|^2 is too much: write |W|^2"


def test_the_evidence_of_a_refuted_gradient_says_what_was_meant():
    (words,) = told(Gradient(LOSS, {W: (W * X - Y) * X.T / 2}))
    assert words.startswith("the factor 2 of 1/2*(W*X - Y)*X' is missing")


def test_the_evidence_of_a_refuted_hessian_form_says_what_was_meant():
    (words,) = told(HessianForm(LOSS, {W: D}, 2 * Trace((D * X).T * D * X)))
    assert words == "the factor 2 of 2*|D*X|^2 is too much: write |D*X|^2"


def test_the_first_wrong_step_is_named_with_its_slip():
    lines = [dp.eq(Trace(X.T * W.T * W * X)), dp.eq(Trace(W * X * X.T * W.T)), dp.eq(3 * Trace(W * X * X.T * W.T))]
    found = evidence(Derivation(Trace((W * X).T * W * X), tuple(lines)))
    (item,) = [item for item in found if item.counterexample]
    assert item.part == "step 3"
    assert item.counterexample["step"] == 3
    assert "1/3" in item.details["did you mean"] or "factor 3" in item.details["did you mean"]


def test_the_answer_does_not_depend_on_anything_but_the_formulas():
    left, right = parse_together(["A*B*C + C*A*B", "A*C*B + C*B*A"], equal=True).expressions
    first, second = (did_you_mean(left, right) for _ in range(2))
    assert first == second
