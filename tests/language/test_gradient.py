"""Gradients, differentials and Hessian forms against SymPy's entry-by-entry derivative of explicit matrices.

SymPy's own *matrix* derivative is no referee: it answers 0 for a sum of traces.
"""

import random

import pytest
import sympy
from explicit import explicit
from formula_trees import Source, letters, to_sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import HadamardProduct, Identity, KroneckerProduct, MatrixSymbol, OneMatrix, Trace, symbols
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.hadamard import HadamardPower

import dlnproof as dp
from dlnproof.errors import InputError, UnsupportedError

n, m, r = symbols("n m r", integer=True, positive=True)
g, h = symbols("g h", positive=True)
SIZES = {"n": 3, "m": 2, "r": 4}
A, B, C = (MatrixSymbol(name, n, n) for name in "ABC")
W, D, X = MatrixSymbol("W", m, n), MatrixSymbol("D", m, n), MatrixSymbol("X", n, r)
u, v, e = (MatrixSymbol(name, n, 1) for name in "uve")
row, slope = MatrixSymbol("row", 1, n), MatrixSymbol("slope", 1, n)
one = MatrixSymbol("k", 1, 1)
R = MatrixSymbol("R", m, r)
misfit = W * X - R


def sq(matrix):
    return Trace(matrix.T * matrix)


LOSSES = [
    ("square", sq(W), W, D),
    ("sum of traces", sq(misfit) / 2 + g * sq(W) + Trace(W.T * D), W, MatrixSymbol("F", m, n)),
    ("quadratic form", Trace(u.T * A * u), u, e),
    ("row vector", Trace(row * A * row.T), row, slope),
    ("one by one", Trace(one * one) * Trace(A) + Trace(one), one, MatrixSymbol("l", 1, 1)),
    ("cube", Trace(A**3), A, B),
    ("fourth power", Trace((A * C) ** 2), A, B),
    ("transposed power", Trace((A.T) ** 3 * C), A, B),
    ("product of traces", Trace(A) * Trace(A * C) * Trace(A.T * A), A, B),
    ("power of a trace", Trace(A * C) ** 3, A, B),
    ("trace as a coefficient", Trace(Trace(A) * A * C), A, B),
    ("hadamard", Trace(HadamardProduct(A, C).T * A), A, B),
    ("hadamard with its transpose", Trace(HadamardProduct(A, A.T) * C), A, B),
    ("hadamard power", Trace(HadamardPower(A, 3) * C), A, B),
    ("diagonal matrix", Trace(DiagMatrix(u) * A * DiagMatrix(u) * C), u, e),
    ("diagonal part", Trace(DiagonalOf(A).T * DiagonalOf(A * C)), A, B),
    ("masked diagonal", Trace(DiagonalMatrix(A * C) * A), A, B),
    ("diagonal of a product", Trace(DiagMatrix(A * u) * A), A, B),
    ("ones", Trace(OneMatrix(n, n) * A * A), A, B),
    ("identity", Trace((A + Identity(n)) ** 2), A, B),
    ("scaled sum", Trace(g * (A + 2 * C) * (A - C)) / n, A, B),
    ("quotient", Trace(A * C) / (g + 1), A, B),
    ("reciprocal", 1 / (g + sq(A)), A, B),
    ("inverse", Trace(A.inverse() * C), A, B),
    ("inverse and matrix", Trace(A.inverse() * C * A), A, B),
    ("inverse of the transpose", Trace(A.T.inverse() * C * A.inverse()), A, B),
]
CASES = {"argvalues": [case[1:] for case in LOSSES], "ids": [case[0] for case in LOSSES]}


def entries(expressions, seed, sizes=None):
    """Return (matrices, numbers): random integers for every symbol at the small sizes."""
    sizes = sizes or SIZES
    source = random.Random(seed)
    found = {s for expression in expressions for s in sympy.sympify(expression).atoms(MatrixSymbol)}
    matrices = {}
    for symbol in sorted(found, key=str):
        rows, columns = (explicit(dimension, {}, sizes) for dimension in symbol.shape)
        matrices[symbol.name] = sympy.Matrix([[source.randint(-4, 4) for _ in range(columns)] for _ in range(rows)])
    return matrices, {**sizes, "g": 4, "h": 9, "a": 2, "b": -3}


def along(expression, directions, seed, order, sizes=None):
    """Return d^order/dt^order at 0 of the explicit formula along W + t D, and the values that were used."""
    matrices, numbers = entries([expression, *directions, *directions.values()], seed, sizes)
    t = sympy.Dummy("t")
    moved = {**matrices, **{w.name: matrices[w.name] + t * matrices[d.name] for w, d in directions.items()}}
    value = explicit(expression, moved, numbers)
    derive = lambda entry: sympy.diff(entry, t, order).subs(t, 0)  # noqa: E731
    return (value.applyfunc(derive) if getattr(value, "is_Matrix", False) else derive(value)), matrices, numbers


GRADIENTS = [pytest.param(*case[1:3], id=case[0]) for case in LOSSES]


@pytest.mark.parametrize(("loss", "symbol"), GRADIENTS)
def test_the_gradient_has_the_entries_that_sympy_derives(loss, symbol):
    formula = dp.gradient(loss, symbol)
    assert formula.shape == symbol.shape
    matrices, numbers = entries([loss, symbol], 5)
    free = sympy.Matrix(*matrices[symbol.name].shape, lambda i, j: sympy.Symbol(f"w{i}_{j}"))
    point = dict(zip(free, matrices[symbol.name], strict=True))
    value = explicit(loss, {**matrices, symbol.name: free}, numbers)
    wanted = free.applyfunc(lambda entry: sympy.diff(value, entry).subs(point))
    assert sympy.expand(explicit(formula, matrices, numbers) - wanted) == sympy.zeros(*wanted.shape)


@pytest.mark.parametrize(("loss", "symbol", "direction"), **CASES)
def test_differential_and_hessian_form_are_the_derivatives_along_a_line(loss, symbol, direction):
    for order, formula in (
        (1, dp.differential(loss, {symbol: direction})),
        (2, dp.hessian_form(loss, {symbol: direction})),
    ):
        wanted, matrices, numbers = along(loss, {symbol: direction}, 7, order)
        assert sympy.simplify(explicit(formula, matrices, numbers) - wanted) == 0


@pytest.mark.parametrize(
    "formula",
    [
        *(A * A * C, W * X, A.T * C * A, A.inverse(), Trace(A) * A),
        *(HadamardProduct(A, A), DiagMatrix(A * u), KroneckerProduct(A, W), DiagonalOf(A * A)),
    ],
    ids=str,
)
def test_the_differential_of_a_matrix_is_taken_entry_by_entry(formula):
    directions = {A: B, W: D}
    wanted, matrices, numbers = along(formula, directions, 11, 1)
    assert sympy.simplify(explicit(dp.differential(formula, directions), matrices, numbers) - wanted) == sympy.zeros(
        *wanted.shape
    )


def test_a_hessian_form_in_several_matrices_has_the_cross_terms():
    directions = {W: D, X: MatrixSymbol("E", n, r)}
    loss = sq(misfit) ** 2 + g * sq(W) * Trace(W * X * R.T)
    wanted, matrices, numbers = along(loss, directions, 13, 2)
    assert explicit(dp.hessian_form(loss, directions), matrices, numbers) == wanted


@pytest.mark.parametrize(
    "sizes", [{"n": 1, "m": 1, "r": 1}, {"n": 1, "m": 3, "r": 2}, {"n": 2, "m": 2, "r": 2}], ids=str
)
def test_a_gradient_formula_holds_at_widths_one_and_two(sizes):
    matrices, numbers = entries([misfit, W], 3, sizes)
    free = sympy.Matrix(*matrices["W"].shape, lambda i, j: sympy.Symbol(f"w{i}_{j}"))
    value = explicit(sq(misfit), {**matrices, "W": free}, numbers)
    wanted = free.applyfunc(lambda entry: sympy.diff(value, entry).subs(dict(zip(free, matrices["W"], strict=True))))
    assert explicit(dp.gradient(sq(misfit), W), matrices, numbers) == wanted


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_the_gradient_of_a_random_formula_is_its_derivative_along_every_direction(seed):
    source = Source(seed, special=False)
    tree = source.scalar(4)
    names = sorted(letters(tree))
    if not names:
        return
    try:
        loss = to_sympy(tree)
    except (TypeError, ValueError, AttributeError):
        return  # SymPy's own constructors raise
    symbols_in = [s for s in loss.atoms(MatrixSymbol) if s.name in names]
    if not symbols_in:
        return
    symbol = source.random.choice(sorted(symbols_in, key=str))
    direction = MatrixSymbol("Direction", *symbol.shape)
    try:
        formula, slope = dp.gradient(loss, symbol), dp.differential(loss, {symbol: direction})
    except UnsupportedError:
        assert loss.has(KroneckerProduct)
        return
    try:
        wanted, matrices, numbers = along(loss, {symbol: direction}, seed, 1)
        found = [explicit(value, matrices, numbers) for value in (Trace(direction.T * formula), slope)]
    except TypeError:
        return  # SymPy cannot evaluate a Kronecker product with a factor that it takes for a scalar
    assert [sympy.expand(value - wanted) for value in found] == [0, 0]


def test_the_gradient_is_right_where_sympys_matrix_derivative_answers_zero():
    loss = Trace(W.T * W) + Trace(W.T * D)
    assert dp.gradient(loss, W) == D + 2 * W
    # SymPy 1.14: loss.diff(W) == 0; the known bug is the reason for an engine of our own


def test_a_symbol_that_does_not_occur_has_gradient_zero():
    assert dp.gradient(Trace(A), W) == sympy.ZeroMatrix(m, n)
    assert dp.differential(Trace(A), {W: D}) == 0
    assert dp.hessian_form(Trace(A), {A: B}) == 0


def test_what_is_no_derivative_is_refused():
    with pytest.raises(InputError, match="derivatives are taken with respect to a MatrixSymbol"):
        dp.gradient(sq(W), W.T)
    with pytest.raises(InputError, match="derivatives are taken with respect to a MatrixSymbol"):
        dp.gradient(sq(W), g)
    with pytest.raises(InputError, match=r"a gradient is of a scalar, this is m x r; wrap it in Trace\(\.\.\.\)"):
        dp.gradient(misfit, W)
    with pytest.raises(InputError, match=r"a differential needs a direction; write \{W1: D1, \.\.\.\}"):
        dp.differential(sq(W), {})
    with pytest.raises(
        InputError, match="D='n x n': the direction of W must be m x n; give it the shape of the symbol"
    ):
        dp.hessian_form(sq(W), {W: MatrixSymbol("D", n, n)})
    with pytest.raises(UnsupportedError, match="not supported yet"):
        dp.gradient(sympy.Determinant(A), A)
