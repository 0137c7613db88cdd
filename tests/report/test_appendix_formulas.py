"""SymPy expressions print as the field writes them, for any expression without raising, and break to the line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    Eq,
    Function,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    Matrix,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Rational,
    Symbol,
    Trace,
    ZeroMatrix,
    kronecker_product,
    sqrt,
    symbols,
)  # fmt: skip

import dlnproof as dp
from dlnproof.report.assumptions import assumption_latex
from dlnproof.report.bodies import body_latex
from dlnproof.report.formulas import formula, formula_pieces
from dlnproof.report.layout import INDENT_WIDTH, break_lines, join
from dlnproof.report.measure import measure
from dlnproof.report.names import symbol_latex

n, n0, n1, n2, m = symbols("n n0 n1 n2 m", integer=True, positive=True)
g1, g2, a, b = symbols("gamma1 gamma2 a b", positive=True)
W1, W2, D1 = MatrixSymbol("W1", n1, n0), MatrixSymbol("W2", n2, n1), MatrixSymbol("D1", n1, n0)
X, Y, G = MatrixSymbol("X", n0, m), MatrixSymbol("Y", n2, m), MatrixSymbol("G", n1, n1)
G1 = MatrixSymbol("G1", n, n)
u, x, v, one = MatrixSymbol("u", n1, 1), MatrixSymbol("x", n0, 1), MatrixSymbol("v", n, 1), OneMatrix(n, 1)
E = W2 * W1 * X - Y

NAMES = [
    ("W1", "W_{1}"), ("W12", "W_{12}"), ("gamma1", r"\gamma_{1}"), ("lambda", r"\lambda"), ("epsilon", r"\epsilon"),
    ("Sigma_xx", r"\Sigma_{xx}"), ("Xd", r"X_{\mathrm{d}}"), ("loss", r"\mathrm{loss}"), ("T_star", r"T^{\ast}"),
    ("W_hat_1", r"\hat{W}_{1}"), ("theta_max", r"\theta_{\mathrm{max}}"), ("γ2", r"\gamma_{2}"), ("x'", r"\mathrm{x'}"),
    ("a b", r"\mathrm{a\ b}"), ("What", r"\hat{W}"), ("", r"\mathrm{?}"), ("sigma_alpha2", r"\sigma_{\alpha 2}"),
]  # fmt: skip
FORMULAS = [
    (W2 * W1 * X - Y, "W_{2} W_{1} X - Y"),
    (Trace(E.T * E) / 2, r"\tfrac{1}{2} \lVert W_{2} W_{1} X - Y \rVert_{\mathrm{F}}^{2}"),
    (Trace(W1 * W1.T), r"\lVert W_{1} \rVert_{\mathrm{F}}^{2}"),
    (Trace(v.T * v), r"\lVert v \rVert^{2}"),
    (W2.T * E * X.T + 2 * g1 * W1, r"W_{2}^{\top} ( W_{2} W_{1} X - Y ) X^{\top} + 2 \gamma_{1} W_{1}"),
    (Trace(E.T * W2 * D1 * X), r"\operatorname{tr}\bigl( ( W_{2} W_{1} X - Y )^{\top} W_{2} D_{1} X \bigr)"),
    (Trace(u.T * W1 * x) ** 2, r"( u^{\top} W_{1} x )^{2}"),
    (Trace(G) ** 2, r"\operatorname{tr}( G )^{2}"),
    (Trace(one.T * v), r"\mathbf{1}_{n}^{\top} v"),
    (OneMatrix(n, m), r"\mathbf{1}_{n \times m}"),
    (v * one.T - one * v.T, r"v \mathbf{1}_{n}^{\top} - \mathbf{1}_{n} v^{\top}"),
    (-W1, "- W_{1}"),
    (g1 / n * (W1 + D1), r"\frac{\gamma_{1}}{n} ( D_{1} + W_{1} )"),
    (2 * sqrt(g1 * g2) * a * b, r"2 a b \sqrt{\gamma_{1} \gamma_{2}}"),
    (a**2 - 2 * a * b + b**2, "a^{2} - 2 a b + b^{2}"),
    (b - a, "b - a"),
    ((a + b) ** 2 / (a * b), r"\frac{( a + b )^{2}}{a b}"),
    (1 / sqrt(a), r"\frac{1}{\sqrt{a}}"),
    (3 * 2**n, r"3 \cdot 2^{n}"),
    ((-1) ** n, "( -1 )^{n}"),
    (Mul(-1, a + b, evaluate=False), "- ( a + b )"),
    (G.T.inverse(), r"G^{-\top}"),
    (Inverse(G) * G.T, r"G^{-1} G^{\top}"),
    ((G * G.T).inverse(), r"G^{-\top} G^{-1}"),
    (G**3, "G^{3}"),
    (HadamardProduct(W1, D1), r"W_{1} \odot D_{1}"),
    (HadamardProduct(W1 * D1.T, G) * W1, r"\bigl( ( W_{1} D_{1}^{\top} ) \odot G \bigr) W_{1}"),
    (kronecker_product(G, W1 + D1), r"G \otimes ( D_{1} + W_{1} )"),
    (DiagMatrix(u), r"\operatorname{diag}( u )"),
    (Identity(n0), "I_{n_{0}}"),
    (ZeroMatrix(n, m), "0"),
    (W1[0, 1], "W_{1}[0, 1]"),
    (Matrix([[1, Rational(-3, 4)]]), r"\begin{pmatrix} 1 & -\tfrac{3}{4} \end{pmatrix}"),
    (Eq(X * X.T, Identity(n0)), "X X^{\\top} = I_{n_{0}}"),
    (Rational(-3, 4), r"-\tfrac{3}{4}"),
    (Fraction(1, 3), r"\tfrac{1}{3}"),
    (0, "0"),
    ([[1, 2], [3, 4]], r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"),
    (MatrixSymbol("T_star", n, n).T, r"{T^{\ast}}^{\top}"),
    ("not a formula", r"\text{\texttt{not a formula}}"),
]


@pytest.mark.parametrize(("name", "latex"), NAMES)
def test_names_get_subscripts_greek_letters_and_accents(name: str, latex: str) -> None:
    assert symbol_latex(name) == latex


@pytest.mark.parametrize(("value", "latex"), FORMULAS, ids=[latex for _, latex in FORMULAS])
def test_expressions_print_in_the_style_of_the_field(value: Any, latex: str) -> None:
    assert formula(value) == latex


def test_a_trace_that_is_not_a_square_is_not_printed_as_a_norm() -> None:
    # tr(W1^T D1) has two factors but two different ones; tr(G G) is no norm either
    for expr in (Trace(W1.T * D1), Trace(G * G), Trace(G * G * G.T), Trace((G.T * W1) * (W1.T * G.T))):
        assert "Vert" not in formula(expr)


def test_an_object_with_its_own_latex_prints_by_it() -> None:
    class Depth(Symbol):
        def _latex(self, _: Any) -> str:
            return "H"

    assert formula(2 * Depth("depth")) == "2 H"


def test_a_long_sum_breaks_at_its_signs_and_every_line_fits() -> None:
    letters = [MatrixSymbol(f"A{k}", n, n) for k in range(1, 13)]
    terms = ((-1) ** k * Trace(A * G1 * A) + k * Trace(A.T * A) for k, A in enumerate(letters))
    pieces = formula_pieces(sum(terms, Integer(0)))
    lines = break_lines(pieces, 200)
    assert len(lines) > 3
    assert all(measure(line.latex) + INDENT_WIDTH * line.indent <= 200 for line in lines)
    assert all(line.latex.startswith(("{}+", "{}-")) for line in lines[1:])
    # nothing is lost or doubled: the lines joined are the formula
    assert " ".join(line.latex.removeprefix("{}") for line in lines) == join(pieces)


def test_a_long_product_breaks_between_factors_with_a_visible_dot() -> None:
    product = W1 * X
    for _ in range(6):
        product = product * X.T * X
    lines = break_lines(formula_pieces(product), 100)
    assert len(lines) > 1
    assert all(line.latex.startswith(r"{}\cdot ") for line in lines[1:])


def _scalars() -> st.SearchStrategy[Any]:
    return st.sampled_from(
        [a, b, g1, n, Integer(2), Integer(-1), Rational(-1, 3), sqrt(a), 1 / a, Function("f")(a), Symbol("é%_&")]
    )


def _matrices() -> st.SearchStrategy[Any]:
    S, T = MatrixSymbol("S", n, n), MatrixSymbol("T_hat", n, n)
    leaves = st.sampled_from(
        [S, T, S.T, Identity(n), ZeroMatrix(n, n), OneMatrix(n, n), v * v.T, Inverse(S), v * one.T]
    )

    def extend(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            pairs.map(lambda p: p[0] + p[1]),
            pairs.map(lambda p: p[0] - p[1]),
            pairs.map(lambda p: p[0] * p[1]),
            pairs.map(lambda p: HadamardProduct(*p)),
            inner.map(lambda p: p.T),
            st.tuples(_scalars(), inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, inner).map(lambda p: Trace(p[0].T * p[0]) * p[1]),
        )

    return st.recursive(leaves, extend, max_leaves=6)


@settings(max_examples=60, deadline=None)
@given(_matrices(), _scalars(), st.integers(120, 400))
def test_any_expression_prints_with_balanced_braces_and_brackets(matrix: Any, scalar: Any, width: int) -> None:
    for expr in (matrix, scalar * Trace(matrix), Trace(matrix.T * matrix) ** 2 + scalar):
        pieces = formula_pieces(expr)
        lines = break_lines(pieces, width)
        shown = join(pieces)
        assert shown.isascii()
        assert r"\text{\texttt" not in shown  # not the fallback for what cannot be printed
        for latex in (shown, *(line.latex for line in lines)):
            assert latex.count("{") == latex.count("}")
        assert shown.count("(") == shown.count(")")
        assert shown.count("lVert") == shown.count("rVert")
        assert "} _{" not in shown


def test_a_sum_over_layers_is_a_sum_with_its_range_and_brackets_only_where_a_factor_follows():
    H, i = symbols("H i", integer=True, positive=True)
    Theta = dp.Chain("Theta", H)
    D, gamma = dp.Chain("D", H, widths=Theta), dp.layer_scalar("gamma")
    first = dp.layer_sum(Theta.product(H, i + 1) * D[i] * Theta.product(i - 1, 1), (i, 1, H))
    total = r"\sum_{i=1}^{H} \Theta_{H:i + 1} D_{i} \Theta_{i - 1:1}"
    assert formula(first) == total
    assert formula(first * MatrixSymbol("R", *[Theta.width(0)] * 2)) == rf"\bigl( {total} \bigr) R"
    assert formula(dp.layer_sum(gamma[i], (i, 1, H))) == r"\sum_{i=1}^{H} \gamma_{i}"
    assert formula(Theta.product(H, 1).T) == r"\Theta_{H:1}^{\top}"


def test_the_ranges_of_a_box_and_a_long_assumption_break_to_the_line():
    numbers = symbols("b_2 f_2 alpha beta r_11 r_12 r_22 x y z", real=True)
    paper = dp.Paper("p", title="t", authors=["A"], year=2026)
    claim = paper.inequality("box", sum(numbers), dp.le(3), over={name: (0, Rational(1, 4)) for name in numbers})
    rows = [row for row in body_latex(claim, 345.0).splitlines() if r"\in" in row]
    assert len(rows) > 1
    assert all(measure(row) < 345 for row in rows)
    product = Mul(*[W1.T * W2.T * Y * X.T * X * Y.T * W2 * W1] * 3)
    assert r"\allowbreak" in assumption_latex(Eq(product, Identity(n0)))
    assert r"\allowbreak" not in assumption_latex(Eq(W1.T * W1, Identity(n0)))
