"""Expectations over noise: derivatives pass under them, impossible moments and what is no polynomial are refused by name."""

from __future__ import annotations

import pytest
import sympy
from sympy import DiagMatrix, HadamardProduct, MatrixSymbol, OneMatrix, Trace
from sympy.matrices.expressions.diagonal import DiagonalOf

import dlnproof as dp
from dlnproof.checks.statement import prepare
from dlnproof.language.parser.formulas import parse
from dlnproof.language.printing.averaged import averaged
from dlnproof.language.printing.text import to_text

n, m, p = sympy.symbols("n m p", integer=True, positive=True)
s, third, fourth = sympy.symbols("s mu3 mu4", positive=True)
e, x, one = MatrixSymbol("e", n, 1), MatrixSymbol("x", n, 1), OneMatrix(n, 1)
U, W = MatrixSymbol("U", p, n), MatrixSymbol("W", n, m)
D, Y = MatrixSymbol("D", n, m), MatrixSymbol("Y", p, m)


def square(matrix):
    return Trace(matrix.T * matrix)


LOSS = dp.expectation(square(U * DiagMatrix(e) * W - Y), {e: s})
DIAGONAL = DiagMatrix(DiagonalOf(U.T * U))


def test_a_gradient_passes_under_the_expectation():
    gradient = dp.gradient(LOSS, W)
    assert prepare(gradient, 2 * U.T * (U * W - Y) + 2 * s * DIAGONAL * W).holds
    assert not prepare(gradient, 2 * U.T * (U * W - Y) + s * DIAGONAL * W).holds


def test_a_second_differential_passes_under_the_expectation():
    form = dp.hessian_form(LOSS, {W: D})
    assert prepare(form, 2 * square(U * D) + 2 * s * Trace(DIAGONAL * D * D.T)).holds
    assert not prepare(form, 2 * square(U * D)).holds


def test_an_expectation_inside_a_product_keeps_its_noise_inside():
    # d/dx (x'x E(e'x)^2) = 2 x E(e'x)^2 + 2 x'x (1 1'x + s x)
    inner = dp.expectation(Trace(e.T * x) ** 2, {e: s})
    gradient = dp.gradient(Trace(x.T * x) * inner, x)
    assert prepare(gradient, 2 * inner * x + 2 * Trace(x.T * x) * (Trace(one.T * x) * one + s * x)).holds


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("E_e[diag(e)*S*diag(e)]", "sigma^2*diag(diagonal(S)) + S"),
        ("E_e[(u'*diag(e)*v)^2]", "sigma^2*|u .* v|^2 + (u'*v)^2"),
        ("E_e[|diag(e)*A|^2]", "sigma^2*|A|^2 + |A|^2"),
        ("A*B", "A*B"),
    ],
)
def test_an_expectation_that_is_taken_prints_without_the_noise(text, printed):
    assert to_text(averaged(parse(text))) == printed


IMPOSSIBLE = [
    ({e: -s}, "a variance is not negative"),
    ({e: [1, 0, sympy.Rational(1, 2)]}, "at least the variance to the power 2"),
    ({e: Trace(e.T * e)}, "moments do not depend on the noise"),
    ({}, "over at least one noise vector"),
    ({e: []}, "the variance of e is missing"),
    ({W: s}, "the noise is a vector symbol"),
]


@pytest.mark.parametrize(("noise", "words"), IMPOSSIBLE)
def test_noise_that_no_law_has_is_refused(noise, words):
    with pytest.raises(dp.InputError, match=words):
        dp.expectation(Trace(e.T * x), noise)


NOT_POLYNOMIAL = [
    1 / (1 + Trace(e.T * e)),
    Trace(DiagMatrix(e).inverse()),
    sympy.sqrt(1 + Trace(e.T * x) ** 2),
    sympy.cos(Trace(e.T * x)),
]


@pytest.mark.parametrize("expression", NOT_POLYNOMIAL, ids=str)
def test_what_is_no_polynomial_in_the_noise_is_refused(expression):
    with pytest.raises(dp.UnsupportedError, match="no polynomial in the noise"):
        prepare(dp.expectation(expression, {e: s}), s)


def test_a_moment_that_is_needed_is_asked_for_by_its_order():
    with pytest.raises(dp.UnsupportedError, match="central moment of order 3"):
        prepare(dp.expectation(Trace(e.T * x) ** 3, {e: s}), s)


def test_the_fourth_moment_counts_where_indices_coincide():
    # E(e'x)^4 for independent entries: Leonov and Shiryaev (1959)
    total, squares = Trace(one.T * x), HadamardProduct(x, x)
    value = (
        total**4 + 6 * s * total**2 * Trace(x.T * x) + 4 * third * total * Trace(one.T * HadamardProduct(x, squares))
    )
    value += 3 * s**2 * Trace(x.T * x) ** 2 + (fourth - 3 * s**2) * Trace(squares.T * squares)
    claimed = dp.expectation(Trace(e.T * x) ** 4, {e: [s, third, fourth]})
    assert prepare(claimed, value).holds
    assert not prepare(claimed, value + third * total * Trace(x.T * x)).holds


def test_noise_in_an_assumption_is_outside_too():
    averaged_ = dp.expectation(Trace(e.T * x), {e: s})
    with pytest.raises(dp.InputError, match="noise=e: this noise is averaged away and also stands outside"):
        prepare(averaged_, Trace(one.T * x), [sympy.Eq(e, x)])
