"""Gradient, Hessian and minimum claims: known derivatives are proved, misprints refuted."""

import asked
import pytest
from known_identities import A, B, C, I, S, X, Y, g, h, m, n, one, r, sq, u
from sympy import Eq, HadamardProduct, Identity, KroneckerProduct, MatrixSymbol, Q, Trace, cos, sin, symbols
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.vec import vec

W1, W2 = MatrixSymbol("W1", m, n), MatrixSymbol("W2", r, m)
D1, D2 = MatrixSymbol("D1", m, n), MatrixSymbol("D2", r, m)
R = MatrixSymbol("R", r, n)
t = symbols("t", real=True)
E = W2 * W1 - R
loss = sq(E) / 2 + g * sq(W1) + h * sq(W2)

GRADIENTS = [
    ("net", loss, {W1: W2.T * E + 2 * g * W1, W2: E * W1.T + 2 * h * W2}, ()),  # Kawaguchi 2016, Lemma 4.1
    ("linear", Trace(A * B), {A: B.T}, ()),
    ("transpose", Trace(A.T * B), {A: B}, ()),
    ("quadratic", Trace(X.T * A * X), {X: (A + A.T) * X}, ()),
    ("quadratic in a symmetric matrix", Trace(X.T * S * X), {X: 2 * S * X}, (Q.symmetric(S),)),
    ("cube", Trace(A**3), {A: 3 * (A.T) ** 2}, ()),
    ("square of a trace", Trace(A) ** 2, {A: 2 * Trace(A) * I}, ()),
    ("product of traces", Trace(A * B) * Trace(A), {A: Trace(A) * B.T + Trace(A * B) * I}, ()),
    ("vector", Trace(u.T * A * u), {u: (A + A.T) * u}, ()),
    ("row vector", Trace(u * u.T * A), {u: (A + A.T) * u}, ()),
    ("whitened", sq(B * X), {B: 2 * B}, (Eq(X * X.T, I),)),
    ("negative power", Trace(A**-2), {A: -2 * (A**-3).T}, (Q.invertible(A),)),
    ("vec", sq(KroneckerProduct(B, A) * vec(C) - vec(S)) / 2, {C: A.T * (A * C * B.T - S) * B}, ()),
    ("Kronecker", sq(KroneckerProduct(A, R)), {A: 2 * sq(R) * A}, ()),
    ("1 x 1", u.T * A * u, {u: (A + A.T) * u}, ()),
    ("reciprocal", 1 / (g + sq(A)), {A: -2 * A / (g + sq(A)) ** 2}, ()),
]

WRONG_GRADIENTS = [
    ("factor", loss, {W1: W2.T * E + g * W1}, ()),
    ("transpose", Trace(A * B), {A: B}, ()),
    ("half", Trace(X.T * A * X), {X: 2 * A * X}, ()),
    ("negative power", Trace(A**-2), {A: -2 * (A**-2).T}, ()),
    ("vec", sq(KroneckerProduct(B, A) * vec(C) - vec(S)) / 2, {C: A.T * (A * C * B - S) * B}, ()),
    ("Kronecker", sq(KroneckerProduct(A, R)), {A: sq(R) * A}, ()),
    ("one of two", loss, {W1: W2.T * E + 2 * g * W1, W2: W2}, ()),
    ("square of a trace", Trace(A) ** 2, {A: 2 * Trace(A) * A}, ()),
    ("sum of traces is not constant", Trace(A.T * A) + Trace(A), {A: 0 * A}, ()),  # SymPy 1.14 answers 0 here
]

SYMPY_CRASHES = [
    ("hadamard", Trace(HadamardProduct(A, A).T * B), {A: 2 * HadamardProduct(A, B)}, ()),
    ("diagonal", Trace(DiagMatrix(u) * A * DiagMatrix(u)), {u: 2 * DiagonalOf(DiagMatrix(u) * A)}, ()),
    ("inverse", Trace(A.inverse()), {A: -(A.inverse() * A.inverse()).T}, ()),
    ("quotient", sq(A) * (g + 1) / 2, {A: (g**2 - 1) / (g - 1) * A}, ()),
    ("circle", sq(A) / 2, {A: (cos(t) ** 2 + sin(t) ** 2) * A}, ()),
]

HESSIANS = [
    ("square", sq(A) / 2, {A: B}, sq(B), ()),
    ("net", sq(E) / 2, {W1: D1, W2: D2}, sq(W2 * D1 + D2 * W1) + 2 * Trace(E.T * D2 * D1), ()),
    ("one layer fixed", sq(E) / 2, {W1: D1}, sq(W2 * D1), ()),
    ("cube", Trace(A**3), {A: B}, 6 * Trace(A * B * B), ()),
    ("square of a trace", Trace(A) ** 2, {A: B}, 2 * Trace(B) ** 2, ()),
    ("fourth power", sq(A) ** 2, {A: B}, 8 * Trace(A.T * B) ** 2 + 4 * sq(A) * sq(B), ()),
    ("swapped directions", Trace(A * B), {A: B, B: A}, 2 * Trace(A * B), ()),
    ("own direction", sq(A), {A: A}, 2 * sq(A), ()),
    ("kronecker", Trace(KroneckerProduct(A, A)), {A: B}, 2 * Trace(B) ** 2, ()),
    ("linear", Trace(A * C), {A: B}, 0, ()),
]

WRONG_HESSIANS = [
    ("half", sq(A), {A: B}, sq(B), ()),
    ("no cross term", sq(E) / 2, {W1: D1, W2: D2}, sq(W2 * D1 + D2 * W1), ()),
    ("half a cross term", sq(E) / 2, {W1: D1, W2: D2}, sq(W2 * D1 + D2 * W1) + Trace(E.T * D2 * D1), ()),
    ("order", Trace(A**3), {A: B}, 3 * Trace(A * B * B), ()),
]


def _cases(table):
    return {"argvalues": [case[1:] for case in table], "ids": [case[0] for case in table]}


@pytest.mark.parametrize(("loss", "formulas", "assuming"), **_cases(GRADIENTS))
def test_a_known_gradient_is_proved(loss, formulas, assuming):
    assert asked.gradient(loss, formulas, *assuming) == "proved"


@pytest.mark.parametrize(("loss", "formulas", "assuming"), **_cases(WRONG_GRADIENTS))
def test_a_wrong_gradient_is_refuted(loss, formulas, assuming):
    assert asked.gradient(loss, formulas, *assuming) == "refuted"


@pytest.mark.parametrize(("loss", "formulas", "assuming"), **_cases(SYMPY_CRASHES))
def test_a_gradient_that_sympy_cannot_read_entry_by_entry_is_proved_all_the_same(loss, formulas, assuming):
    assert asked.gradient(loss, formulas, *assuming) == "proved"


@pytest.mark.parametrize(("loss", "directions", "formula", "assuming"), **_cases(HESSIANS))
def test_a_known_hessian_form_is_proved(loss, directions, formula, assuming):
    assert asked.hessian(loss, directions, formula, *assuming) == "proved"


@pytest.mark.parametrize(("loss", "directions", "formula", "assuming"), **_cases(WRONG_HESSIANS))
def test_a_wrong_hessian_form_is_refuted(loss, directions, formula, assuming):
    assert asked.hessian(loss, directions, formula, *assuming) == "refuted"


def test_the_gradient_in_a_matrix_that_does_not_occur_is_zero():
    assert asked.gradient(Trace(B), {A: 0 * A}) == "proved"


@pytest.mark.parametrize(
    ("loss", "formula"),
    [
        (Trace(A.inverse()), 2 * Trace(A.inverse() * B * A.inverse() * B * A.inverse())),
        (1 / (g + sq(A)), 8 * Trace(A.T * B) ** 2 / (g + sq(A)) ** 3 - 2 * sq(B) / (g + sq(A)) ** 2),
    ],
    ids=["inverse", "reciprocal"],
)
def test_a_hessian_form_of_a_quotient_is_proved(loss, formula):
    assert asked.hessian(loss, {A: B}, formula) == "proved"


def test_a_derivative_in_a_matrix_that_assumptions_constrain_is_not_guessed():
    with pytest.raises(UnsupportedError, match="which the assumptions constrain, is not supported yet"):
        asked.gradient(sq(S), {S: 2 * S}, Q.symmetric(S))


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (lambda: asked.gradient(sq(X), {X: 2 * X.T}), r"cannot compare .* \(n x m\) and .* \(m x n\)"),
        (lambda: asked.gradient(X * X.T, {X: X}), "a gradient is of a scalar, this is n x n; wrap it in Trace"),
        (lambda: asked.gradient(sq(X), {X.T: 2 * X.T}), "derivatives are taken with respect to a MatrixSymbol"),
        (lambda: asked.gradient("tr(A)", {A: I}), "build it from symbols, not from text"),
        (lambda: asked.gradient(Trace(A), {A: None}), "a side of a claim is a SymPy expression"),
        (lambda: asked.hessian(sq(X), {X: A}, sq(A)), "the direction of X must be n x m"),
    ],
)
def test_a_derivative_claim_that_makes_no_sense_is_refused(claim, message):
    with pytest.raises(InputError, match=message):
        claim()


# minima

v = MatrixSymbol("v", n, 1)


def test_the_minimum_of_a_quadratic_is_proved_with_its_square():
    # ||W - R||^2 at W = R; g ||W||^2 - 2 tr(W^T R) at W = R / g
    W, Z = MatrixSymbol("W", r, n), 0 * R
    assert asked.minimum(sq(W - R), {W: R}, 0, [W - R]) == "proved"
    loss = g * sq(W) - 2 * Trace(W.T * R)
    assert asked.minimum(loss, {W: R / g}, -sq(R) / g, [(g, W - R / g)]) == "proved"
    assert asked.minimum(loss, {W: Z}, 0) == "refuted"


@pytest.mark.parametrize("value", [1, sq(R), -sq(R)], ids=str)
def test_a_wrong_minimal_value_is_refuted(value):
    W = MatrixSymbol("W", r, n)
    assert asked.minimum(sq(W - R), {W: R}, value) == "refuted"


def test_a_point_that_is_not_stationary_is_refuted():
    W = MatrixSymbol("W", r, n)
    assert asked.minimum(sq(W - R), {W: 2 * R}, sq(R)) == "refuted"


def test_a_saddle_is_not_shown_to_be_a_minimum_by_squares():
    W = MatrixSymbol("W", n, n)
    assert asked.minimum(Trace(W * W), {W: 0 * W}, 0, [W]) == "refuted"  # tr(W^2) < 0 for a rotation by 90 degrees


def test_the_mean_minimises_the_sum_of_squared_distances():
    # K16, section on one layer in the smallest case: ||v - c 1||^2 over c is stationary where c = 1^T v / n
    centre = MatrixSymbol("c", 1, 1)
    mean = one.T * v / n
    loss = sq(v - one * centre)
    value = sq(v) - Trace(one.T * v) ** 2 / n
    assert asked.minimum(loss, {centre: mean}, value, [(n, centre - mean)]) == "proved"
    assert asked.minimum(loss, {centre: mean}, value) in ("proved", "undecided")  # no squares given


def test_half_the_mean_does_not_minimise_the_sum_of_squared_distances():
    centre = MatrixSymbol("c", 1, 1)
    value = sq(v) - Trace(one.T * v) ** 2 / n
    assert asked.minimum(sq(v - one * centre), {centre: one.T * v / (2 * n)}, value) == "refuted"


def test_a_minimum_over_scalars_is_decided_where_no_matrices_occur():
    x, y = symbols("x y", real=True)
    loss = (x**2 - 1) ** 2 + x**2 * y**2
    assert asked.minimum(loss, {x: 1, y: 0}, 0, [x**2 - 1, x * y]) == "proved"
    assert asked.minimum(loss, {x: 0, y: 0}, 1) == "refuted"
    with pytest.raises(UnsupportedError, match=r"in the scalar x of a loss with matrices .* write x as a 1 x 1 matrix"):
        asked.minimum(sq(R) * x**2, {x: 0}, 0)
    with pytest.raises(InputError, match=r"at\[x\].*x is a scalar; give the point that shape"):
        asked.minimum(loss, {x: R, y: 0}, 0)


def test_a_point_of_another_shape_is_refused():
    W = MatrixSymbol("W", r, n)
    with pytest.raises(InputError, match=r"at\[W\].*W is r x n; give the point that shape"):
        asked.minimum(sq(W), {W: Identity(n)}, 0)


def test_the_gradient_of_a_sum_of_traces_is_not_the_zero_of_sympy():
    assert asked.gradient(Trace(X.T * X) + Trace(Y.T * X), {X: 2 * X + Y}) == "proved"
