"""Formulas from text and LaTeX: what each construct means, which names are vectors, and what the sizes turn out to be."""

from __future__ import annotations

import pytest
import sympy
from sympy import DiagMatrix, HadamardProduct, Identity, KroneckerProduct, MatrixSymbol, OneMatrix, Trace
from sympy.matrices.expressions.diagonal import DiagonalOf

import dlnproof as dp
from dlnproof.checks.statement import prepare
from dlnproof.language.parser.declarations import declare, declare_symbols
from dlnproof.language.parser.formulas import parse, parse_together
from dlnproof.language.vec import vec

n, m, p, q = sympy.symbols("n m p q", integer=True, positive=True)
g, c = sympy.symbols("g c", real=True)
A, B, C, X = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n), MatrixSymbol("C", n, m), MatrixSymbol("X", m, p)
u, v, x = MatrixSymbol("u", n, 1), MatrixSymbol("v", n, 1), MatrixSymbol("x", m, 1)
NAMES = declare_symbols([A, B, C, X, u, v, x, g, c, n, m, p])

MEANINGS = [
    ("A*B - 2*B*A", A * B - 2 * B * A),
    ("A B C", A * B * C),
    ("A' + A^T + A.T", 3 * A.T),
    ("A^-1", A.inverse()),
    ("A^-T", A.inverse().T),
    ("inv(A + B)'", (A + B).inverse().T),
    ("A^2*B^3", A * A * B * B * B),
    ("|C|^2", Trace(C.T * C)),
    ("||C||_F^2", Trace(C.T * C)),
    ("|C*x - u|^4", Trace((C * x - u).T * (C * x - u)) ** 2),
    ("|A|^2|B|^2", Trace(A.T * A) * Trace(B.T * B)),
    ("norm(C)^2", Trace(C.T * C)),
    ("<A, B>", Trace(A.T * B)),
    ("tr(A*B)/2", Trace(A * B) / 2),
    ("trace(A)", Trace(A)),
    ("A .* B", HadamardProduct(A, B)),
    ("A ∘ B", HadamardProduct(A, B)),
    ("A .^ 2", HadamardProduct(A, A)),
    ("kron(A, C)", KroneckerProduct(A, C)),
    ("A ⊗ C", KroneckerProduct(A, C)),
    ("diag(u)*A", DiagMatrix(u) * A),
    ("diag(A)'*u", Trace(DiagonalOf(A).T * u)),
    ("vec(C)", vec(C)),
    ("A + 3*I", A + 3 * Identity(n)),
    ("A + I_n", A + Identity(n)),
    ("eye(n)", Identity(n)),
    ("ones(n)'*A*ones(n)", Trace(OneMatrix(1, n) * A * OneMatrix(n, 1))),
    ("ones(n, m)", OneMatrix(n, m)),
    ("u'*A*v + g", Trace(u.T * A * v) + g),
    ("u'*v*A", Trace(u.T * v) * A),
    ("A*u'*v", Trace(u.T * v) * A),
    ("u*v'*A*u", Trace(v.T * A * u) * u),
    ("(g + 1)*A/(2*n)", (g + 1) / (2 * n) * A),
    ("A - 0", A),
    ("sqrt(2)*A", sympy.sqrt(2) * A),
    ("0.5*A", A / 2),
    ("n*tr(A)", n * Trace(A)),
    ("-A^2", -A * A),
    ("1/2 A", A / 2),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_a_formula_means_what_a_reader_takes_it_for(text, meaning):
    assert prepare(parse(text, NAMES), meaning).holds


LATEX = [
    (r"\frac12\|W_2W_1X-Y\|_F^2", "1/2*|W2*W1*X - Y|^2"),
    (r"\tfrac{1}{2} \left\lVert W_{2} W_{1} X - Y \right\rVert_{\mathrm{F}}^{2}", "1/2*|W2*W1*X - Y|^2"),
    (r"\frac{\lambda}{2}\operatorname{tr}(W_1^\top W_1)", "lambda/2*tr(W1'*W1)"),
    (r"\frac\lambda2 \mathrm{tr}\left(W_1^{T}W_1\right)", "lambda/2*|W1|^2"),
    (r"\tr\bigl( A^{\intercal} B \bigr)", "<A, B>"),
    (r"\langle A, BC\rangle", "tr(A'*B*C)"),
    (r"A^{-\top} \cdot B^{-1}", "inv(A)'*inv(B)"),
    (r"A \odot B + B \circ A", "2*(A .* B)"),
    (r"(A \otimes B)(C \otimes D)", "kron(A*C, B*D)"),
    (r"\operatorname{diag}(u) A \operatorname{diag}(v)", "diag(u)*A*diag(v)"),
    (r"\mathbf{1}_n^\top A \mathbf 1_m", "ones(n)'*A*ones(m)"),
    (r"W_1W_{2} - \hat{W}\bar X", "W_1*W2 - W_hat*X_bar"),
    (r"\mathbf{W}_{12} + \boldsymbol{\Sigma}", "W12 + Sigma"),
    (r"\|u\|^2 + \lvert v \rvert^2", "|u|^2 + |v|^2"),
    (r"A^{\odot 2} + 2 I", "A.^2 + 2*I"),
    (r"\sqrt{2 g}\,A,", "sqrt(2*g)*A"),
    (
        r"$ \mathbb{E}_{\epsilon}\left[ (u^\top\operatorname{diag}(\epsilon)x)^2 \right] $",
        "E_epsilon[(u'*diag(epsilon)*x)^2]",
    ),
]


@pytest.mark.parametrize(("latex", "text"), LATEX)
def test_latex_and_text_have_one_meaning(latex, text):
    left, right = parse_together([latex, text], equal=True).expressions
    assert prepare(left, right).holds


def test_a_layer_above_is_another_name_than_a_layer_below():
    names = set(parse_together([r"W^{(1)} W_1"]).matrices)
    assert names == {"W_1", "W1"}


def test_unicode_names_and_signs_are_read():
    assert parse("λ*W₁ᵀ·W₂").free_symbols == parse("lambda*W1'*W2").free_symbols


def test_sizes_of_a_net_are_named_after_its_layers():
    formulas = parse_together(["|W2*W1*X - Y|^2"])
    shapes = {name: tuple(map(str, matrix.shape)) for name, matrix in formulas.matrices.items()}
    assert shapes == {"W2": ("d2", "d1"), "W1": ("d1", "d0"), "X": ("d0", "m"), "Y": ("d2", "m")}


def test_a_size_never_takes_the_name_of_a_scalar_in_the_formula():
    formulas = parse_together(["|X|^2/m"])
    assert formulas.scalars["m"] not in formulas.matrices["X"].shape


def test_a_declared_size_is_the_scalar_of_that_name():
    formulas = parse_together(["|X|^2/m"], declare(shapes=["X=d,m"]))
    assert formulas.scalars["m"] == formulas.matrices["X"].shape[1]


VECTORS = [
    ("X*w - y", {"w", "y"}),
    ("|w|^2 + g*|W|^2", {"w"}),
    ("u'*W*x + g", {"u", "x"}),
    ("W*X + lambda*W*X", set()),
    ("diag(a)*W", {"a"}),
    ("g*x'*A*x", {"x"}),
    ("u*v'", {"u", "v"}),
    ("c*W*b", {"b"}),
    ("E_epsilon[diag(epsilon)*W]", {"epsilon"}),
    ("2*g*W1 + W1", set()),
]


@pytest.mark.parametrize(("text", "vectors"), VECTORS)
def test_a_small_letter_is_a_vector_only_where_it_is_used_as_one(text, vectors):
    matrices = parse_together([text]).matrices
    assert {name for name, matrix in matrices.items() if matrix.shape[1] == 1} == vectors


def test_declarations_overrule_the_conventions():
    assert not getattr(
        parse("K*A", declare(scalars=["K"])).free_symbols & {sympy.Symbol("K", real=True)}, "is_Matrix", False
    )
    assert parse("A*phi", declare(vectors=["phi"])).shape[1] == 1


def test_noise_has_the_declared_variance_or_sigma_squared():
    plain = parse("E_epsilon[(u'*diag(epsilon)*x)^2]")
    named = parse("E_epsilon[(u'*diag(epsilon)*x)^2]", declare(noise=["epsilon=sigma2"]))
    assert {"sigma"} == {str(s) for s in plain.free_symbols} - {"u", "x", "n"}
    assert {"sigma2"} == {str(s) for s in named.free_symbols} - {"u", "x", "n"}


def test_a_name_under_a_root_is_positive_and_the_reader_is_told():
    formulas = parse_together(["sqrt(g)*A"])
    assert formulas.implied == ("g > 0",)


def test_a_formula_with_assumptions_shares_its_names_with_them():
    formulas = parse_together(["tr(Q'*A*Q)", "tr(A)"], assuming=["orthogonal(Q)", "A*A' = I"])
    assert [type(fact).__name__ for fact in formulas.assuming] == ["AppliedPredicate", "Equality"]
    assert formulas.assuming[1].lhs.free_symbols <= {formulas.matrices["A"], *formulas.matrices["A"].shape}


def test_the_gradient_of_a_parsed_loss_is_the_textbook_one():
    # chain rule: W2^T (W2 W1 X - Y) X^T + 2 g W1
    formulas = parse_together(["1/2*|W2*W1*X - Y|^2 + g*|W1|^2", "W2'*(W2*W1*X - Y)*X' + 2*g*W1"])
    loss, expected = formulas.expressions
    assert prepare(dp.gradient(loss, formulas.matrix("W1")), expected).holds
