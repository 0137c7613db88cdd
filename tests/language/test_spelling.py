"""Formulas spelled as words, against the same formulas read factor by factor."""

import random
from math import prod

import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Identity, MatAdd, MatMul, MatrixSymbol, Rational, Trace, Transpose, symbols

from dlnproof.errors import InputError
from dlnproof.language.from_sympy import Reader
from dlnproof.language.spelling import Spelling

n, m = symbols("n m", integer=True, positive=True)
g = symbols("g", real=True)
SIZES = (n, m, sympy.Integer(1), sympy.Integer(3))
SHAPES = {(rows, columns): [] for rows in SIZES for columns in SIZES}
for (rows, columns), known in SHAPES.items():
    known.extend(MatrixSymbol(f"{name}_{rows}_{columns}", rows, columns) for name in "AB")
    if rows == columns:
        known.append(MatrixSymbol(f"S_{rows}", rows, rows))


def formula(source: random.Random, rows, columns, depth: int):
    """A random matrix formula of this shape: sums, products, transposes, now and then an identity or a scalar factor."""
    kind = source.choice(["sum", "product", "product", "transpose", "letter"]) if depth else "letter"
    if kind == "sum":
        return MatAdd(*(formula(source, rows, columns, depth - 1) for _ in range(source.randint(2, 3))), evaluate=False)
    if kind == "product":
        inner = source.choice(SIZES)
        left, right = formula(source, rows, inner, depth - 1), formula(source, inner, columns, depth - 1)
        front = source.choice([(), (), (sympy.Rational(-2, 3),), (g,), (sympy.Integer(0),)])
        return MatMul(*front, left, right, evaluate=False)
    if kind == "transpose":
        return Transpose(formula(source, columns, rows, depth - 1))
    if rows == columns and source.random() < 0.1:
        return Identity(rows)
    return source.choice(SHAPES[rows, columns])


def polynomials(expressions, *, spelled: bool):
    reader = Reader()
    reader.vocabulary.symmetric = frozenset({"S_n", "S_m", "S_3", "S_1"})
    reader.vocabulary.diagonal = frozenset({"A_n_n"})
    reader.vocabulary.antisymmetric = frozenset({"B_m_m"})
    with pytest.MonkeyPatch.context() as patch:
        if not spelled:
            patch.setattr(Spelling, "words", lambda self, expression: None)  # noqa: ARG005
        return [reader.read(expression) for expression in expressions]


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SIZES), st.sampled_from(SIZES), st.integers(0, 3))
def test_a_spelled_formula_is_the_formula_read_factor_by_factor(seed, rows, columns, depth):
    expression = formula(random.Random(seed), rows, columns, depth)
    assert polynomials([expression], spelled=True) == polynomials([expression], spelled=False)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SIZES), st.integers(0, 3))
def test_products_of_traces_are_the_same_too(seed, size, depth):
    source = random.Random(seed)
    traces = [Trace(formula(source, size, size, depth)) for _ in range(2)]
    expressions = [*traces, traces[0] * traces[1] + g * traces[0]]
    assert polynomials(expressions, spelled=True) == polynomials(expressions, spelled=False)


def test_shapes_that_do_not_fit_are_refused_in_a_spelled_formula():
    A, B = MatrixSymbol("A", n, m), MatrixSymbol("B", n, m)
    for wrong, message in (
        (MatMul(A, B), "cannot multiply A"),
        (MatAdd(A, Transpose(B)), "cannot add"),
        (Trace(MatMul(A, Transpose(B))) + Trace(MatMul(A, MatrixSymbol("C", m, 3))), "take the trace of"),
    ):
        with pytest.raises(InputError, match=message):
            Reader().read(wrong)


def test_what_cancels_still_has_its_shape_examined():
    A, B = MatrixSymbol("A", n, m), MatrixSymbol("B", m, m)
    nothing = MatAdd(A, MatMul(-1, A), evaluate=False)
    assert not Reader().read(MatMul(nothing, B))
    with pytest.raises(InputError, match="cannot multiply"):
        Reader().read(MatMul(nothing, A))


@pytest.mark.parametrize("numbers", [(-1, Rational(1, 3)), (2, 3, -1), (0, 5), (Rational(1, 2), 2)])
def test_all_numbers_of_a_product_that_sympy_did_not_evaluate_count(numbers):
    A, B = MatrixSymbol("A", n, m), MatrixSymbol("B", m, n)
    total = prod(numbers, start=Rational(1))
    product = MatMul(*numbers, A, B)
    assert len([factor for factor in product.args if factor.is_Rational]) == len(numbers)
    assert Reader().read(product) == Reader().read(MatMul(A, B)).scaled(fmpq(int(total.p), int(total.q)))
