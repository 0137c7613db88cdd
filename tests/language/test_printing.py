"""Formulas back as text, LaTeX and SymPy: what a person would write, and the same formula when it is read again."""

from __future__ import annotations

import pytest
import sympy
from formula_trees import Source, to_sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.checks.statement import prepare
from dlnproof.errors import UnsupportedError
from dlnproof.language.from_sympy import Reader
from dlnproof.language.parser.declarations import declare_symbols
from dlnproof.language.parser.formulas import parse, parse_together
from dlnproof.language.printing.expression import to_sympy as from_diagrams
from dlnproof.language.printing.latex import to_latex
from dlnproof.language.printing.text import to_text

# (text, what its diagrams are printed as)
FROM_DIAGRAMS = [
    ("X'*W1'*W2'*W2*W1*X - X'*W1'*W2'*Y", "X'*W1'*W2'*(W2*W1*X - Y)"),
    ("W2'*(W2*W1*X - Y)*X' + 2*g*W1", "W2'*(W2*W1*X - Y)*X' + 2*g*W1"),
    ("tr(X*X'*W'*W)", "|W*X|^2"),
    ("tr((A*B)'*C)", "tr(A*B*C')"),
    ("tr(A)^2 - tr(A^2)", "tr(A)^2 - tr(A*A)"),
    ("kron(A, B)*kron(C, D)", "kron(A*C, B*D)"),
    ("kron(B', A)*vec(X)", "vec(A*X*B)"),
    ("diag(u)*(A .* B)*diag(v)", "diag(u)*(A .* B)*diag(v)"),
    ("A .* (u*v')", "diag(u)*A*diag(v)"),
    ("(u .* v)'*x + tr(I_n)", "u'*diag(x)*v + n"),
    ("diag(A*diag(v)*A')", "diagonal(A*diag(v)*A')"),
    ("A*ones(n)", "A*ones(n)"),
    ("(A - A)*B", "0"),
    ("inv(A)*B + inv(A)*C", "A^-1*(B + C)"),
]


@pytest.mark.parametrize(("text", "printed"), FROM_DIAGRAMS)
def test_diagrams_print_as_longest_products_with_common_ends_pulled_out(text, printed):
    expression = parse(text)
    reader = Reader()
    shape = expression.shape if getattr(expression, "is_Matrix", False) else None
    assert to_text(from_diagrams(reader.read(expression), reader, shape)) == printed


# (text, LaTeX); the text prints as itself
WRITTEN = [
    ("1/2*|W2*W1*X - Y|^2 + g*|W1|^2", None),
    ("1/2*|W2*W1*X - Y|^2", r"\tfrac{1}{2} \lVert W_{2} W_{1} X - Y \rVert_{\mathrm{F}}^{2}"),
    ("gamma1*W_hat*A^-1'", r"\gamma_{1} \hat{W} A^{-\top}"),
    ("(u'*W*x)^2", r"(u^{\top} W x)^{2}"),
    ("-(A + B)*C", r"-(A + B) C"),
    ("A - 3/4*B", r"A - \tfrac{3}{4} B"),
    ("g/(2*n)*A", r"\frac{g}{2 n} A"),
    ("(A .* B)*C", r"(A \odot B) C"),
    ("kron(A, B)", r"A \otimes B"),
    ("ones(n)'*A", r"\mathbf{1}_{n}^{\top} A"),
    ("|x|^2*tr(A)", r"\operatorname{tr}(A) \lVert x \rVert^{2}"),
    ("E_epsilon[diag(epsilon)*W]", r"\mathbb{E}_{\epsilon}\left[ \operatorname{diag}(\epsilon) W \right]"),
]


@pytest.mark.parametrize(("text", "latex"), WRITTEN)
def test_a_formula_is_written_as_it_was_typed(text, latex):
    expression = parse(text)
    assert latex is None or to_latex(expression) == latex
    assert (
        prepare(parse(to_text(expression), _declared(expression)), expression).holds
        if "E_" not in text
        else to_text(expression) == text
    )


def _declared(expression):
    nodes = list(sympy.preorder_traversal(expression))
    sizes = [size for node in nodes if getattr(node, "is_Matrix", False) for size in node.shape]
    symbols = [node for node in nodes if isinstance(node, sympy.Symbol | sympy.MatrixSymbol)]
    return declare_symbols([*symbols, *(symbol for size in sizes for symbol in sympy.sympify(size).free_symbols)])


@given(st.integers(min_value=0, max_value=10**9))
@settings(max_examples=150, deadline=None)
def test_what_is_printed_reads_back_as_the_same_formula(seed):
    # parse(print(e)) == e for all sizes, for e as it was written and as its diagrams print
    source = Source(f"printing {seed}")
    tree = source.scalar(3) if source.chance(0.5) else source.matrix(source.dimension(), source.dimension(), 3)
    try:
        expression = sympy.sympify(to_sympy(tree))
    except (TypeError, ValueError, AttributeError):
        return  # SymPy's own constructors do not make it
    reader = Reader()
    try:
        polynomial = reader.read(expression)
    except UnsupportedError:
        return
    if len(polynomial.terms) > 30:
        return
    shape = expression.shape if getattr(expression, "is_Matrix", False) else None
    declared = _declared(expression)
    for formula in (expression, from_diagrams(polynomial, reader, shape)):
        for write in (to_text, to_latex):
            again = parse(write(formula), declared)
            assert reader.read(again) == polynomial or prepare(again, expression).holds


def test_a_diagram_that_is_no_matrix_formula_is_refused():
    # the complete graph on four indices is not series-parallel
    from dlnproof.algebra.diagram import Wiring
    from dlnproof.algebra.polynomial import single

    reader = Reader()
    n = sympy.Symbol("n", integer=True, positive=True)
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    letters = [reader.vocabulary.letter(sympy.MatrixSymbol(name, n, n)) for name in "ABCDEF"]
    size = reader.vocabulary.size(n)
    polynomial = single(Wiring([size] * 4, list(zip(letters, pairs, strict=True)), (), ()))
    with pytest.raises(UnsupportedError):
        from_diagrams(polynomial, reader)


def test_the_appendix_printer_is_read_back_too():
    from dlnproof.report.formulas import formula

    loss = parse("1/2*|W2*W1*X - Y|^2 + g*tr(W1'*W1*W1'*W1)")
    again, expected = parse_together([formula(loss), "1/2*|W2*W1*X - Y|^2 + g*|W1'*W1|^2"], equal=True).expressions
    assert prepare(again, expected).holds
