"""Inequality steps: proved by real squares that add up, refuted by an instance that satisfies what is declared."""

import contextlib

import asked
import pytest
import sympy
from known_identities import A, B, I, O, a, b, g, h, n, one, sq, u, v
from sympy import Eq, MatrixSymbol, Q, Rational, Symbol, Trace, sqrt, symbols

import dlnproof as dp
from dlnproof.errors import InputError

negative = symbols("negative", negative=True)
whole = symbols("whole", integer=True)
odd = symbols("odd", odd=True, positive=True)
prime = symbols("prime", prime=True)

PROVED = [
    ("a square", [a**2, dp.ge(0, squares=[a])], ()),
    ("below", [0, dp.le(a**2, squares=[a])], ()),
    ("young", [g * a**2 + b**2 / g, dp.ge(2 * a * b, squares=[sqrt(g) * a - b / sqrt(g)])], ()),
    ("matrix square", [sq(A - B), dp.ge(0, squares=[A - B])], ()),
    ("weights", [g * sq(A) + 2 * sq(B), dp.ge(0, squares=[(g, A), (2, B)])], ()),
    ("half of a square", [sq(A) + sq(B), dp.ge(2 * Trace(A.T * B), squares=[A - B])], ()),
    ("weight of a size", [n * sq(u), dp.ge(0, squares=[(n, u)])], ()),
    ("weight n - 1", [n * sq(u), dp.ge(sq(u), squares=[(n - 1, u)])], ()),
    ("lagrange", [n * sq(u), dp.ge(Trace(one.T * u) ** 2, squares=[(Rational(1, 2), u * one.T - one * u.T)])], ()),
    ("schwarz", [sq(u) * sq(v), dp.ge(Trace(u.T * v) ** 2, squares=[(Rational(1, 2), u * v.T - v * u.T)])], ()),
    ("strict by a constant", [a**2 + 1, dp.gt(0, squares=[a, 1])], ()),
    ("strict by a positive symbol", [sq(A) + g**2, dp.gt(0, squares=[A, g])], ()),
    ("strictly below", [-1 - a**2, dp.lt(0, squares=[1, a])], ()),
    ("under an equation", [sq(B), dp.ge(0, squares=[B * A])], (Eq(A * A.T, I),)),
    ("scalar trace as a root", [Trace(A) ** 2, dp.ge(0, squares=[Trace(A)])], ()),
    ("strict by a root that cannot vanish", [g**2 + a**2, dp.gt(0, squares=[sqrt(g**2 + a**2)])], ()),
    ("visible squares are found", [sq(A) + a**2 + b**2, dp.ge(0)], ()),
    ("negative symbol as a root", [negative**2, dp.gt(0, squares=[negative])], ()),
    ("symbolic powers", [g**n * sq(u + v), dp.ge(2 * g**n * Trace(u.T * v), squares=[(g**n, u), (g**n, v)])], ()),
    ("a symbolic power as a root", [a ** (2 * n) + b ** (2 * n), dp.ge(2 * a**n * b**n, squares=[a**n - b**n])], ()),
]  # fmt: skip

REFUTED = [
    ("not a square", [a**2 - 1, dp.ge(0)], ()),
    ("wrong direction", [a**2, dp.le(0)], ()),
    ("equality case of a strict step", [a**2, dp.gt(0, squares=[a])], ()),
    ("equality case of a strict matrix step", [sq(A), dp.gt(0, squares=[A])], ()),
    ("equality everywhere", [a, dp.lt(a)], ()),
    ("negative weight", [-(a**2), dp.ge(0, squares=[(-1, a)])], ()),
    ("squares that do not add up to a false step", [a**2 - b**2, dp.ge(0, squares=[a])], ()),
    ("trace of a square", [Trace(A * A), dp.ge(0)], ()),
    ("trace of a product", [Trace(A.T * B), dp.ge(0)], ()),
    ("indefinite symmetric", [Trace(u.T * A * u), dp.ge(0)], (Q.symmetric(A),)),
    ("positive symbol", [g, dp.ge(1)], ()),
    ("integer symbol", [whole, dp.ge(0)], ()),
    ("schwarz with the wrong constant", [sq(u) * sq(v), dp.ge(2 * Trace(u.T * v) ** 2)], ()),
    ("width one", [sq(u), dp.ge(Trace(one.T * u) ** 2)], ()),
    ("symbolic powers too large", [g**n * sq(u), dp.ge(g ** (n + 1) * sq(u), squares=[(g**n, u)])], ()),
]  # fmt: skip

UNDECIDED = [
    ("true, squares of something else", [a**2 + b**2, dp.ge(0, squares=[a])], ()),
    ("true, squares too small", [a**2 + b**2, dp.ge(0, squares=[(Rational(1, 2), a), b])], ()),
    ("strict, no positive square", [a**2 - a * b + b**2 + g, dp.gt(0, squares=[a, b])], ()),
    ("weight of unknown sign", [a**2 * b**2 + 1, dp.ge(0, squares=[(b, a), 1])], ()),
    ("contradictory assumptions", [-sq(A), dp.ge(1)], (Eq(Trace(B.T * B), -1),)),
    ("contradictory assumptions with squares", [sq(A), dp.ge(0, squares=[A])], (Eq(sq(B), -1),)),
]


@pytest.mark.parametrize(("lines", "assuming"), [case[1:] for case in PROVED], ids=[case[0] for case in PROVED])
def test_squares_that_add_up_prove(lines, assuming):
    assert asked.derivation(*lines, assuming=assuming) == "proved"


@pytest.mark.parametrize(("lines", "assuming"), [case[1:] for case in REFUTED], ids=[case[0] for case in REFUTED])
def test_a_false_step_is_refuted_with_or_without_squares(lines, assuming):
    assert asked.derivation(*lines, assuming=assuming) == "refuted"


@pytest.mark.parametrize(("lines", "assuming"), [case[1:] for case in UNDECIDED], ids=[case[0] for case in UNDECIDED])
def test_what_squares_do_not_prove_and_no_instance_violates_is_undecided(lines, assuming):
    assert asked.derivation(*lines, assuming=assuming) == "undecided"


# a root that is not real: its "square" can be negative
real = symbols("real", real=True)
plain = Symbol("plain")
IMAGINARY = [
    ("imaginary scalar", -(real**2), sympy.I * real),
    ("imaginary matrix", -sq(A), sympy.I * A),
    ("imaginary beside a symbolic power", -(real ** (2 * n)), sympy.I * real**n),
    ("root of a real symbol", real, sqrt(real)),
    ("root of a symbol without assumptions", plain, sqrt(plain)),
    ("root of a trace", Trace(A), sqrt(Trace(A))),
    ("fourth power of a root", real**2 * real, real * sqrt(real)),
]


@pytest.mark.parametrize(("left", "root"), [case[1:] for case in IMAGINARY], ids=[case[0] for case in IMAGINARY])
def test_a_root_that_need_not_be_real_proves_nothing(left, root):
    assert asked.derivation(left, dp.ge(0, squares=[root])) == "refuted"


def test_a_symbol_declared_complex_is_no_real_root():
    z = symbols("z", complex=True)
    with contextlib.suppress(InputError):
        assert asked.derivation(z**2, dp.ge(0, squares=[z])) != "proved"


# true steps: what is declared or assumed excludes every violation
DECLARED = [
    ("negative symbol beside a root", [-negative * sqrt(g), dp.gt(0)], ()),
    ("invertible", [sq(A), dp.gt(0)], (Q.invertible(A),)),
    ("full rank", [sq(A), dp.gt(0)], (Q.fullrank(A),)),
    ("positive definite and diagonal", [Trace(A), dp.gt(0)], (Q.diagonal(A), Q.positive_definite(A))),
    ("positive definite and orthogonal", [Trace(A), dp.gt(0)], (Q.orthogonal(A), Q.positive_definite(A))),
    ("odd number", [(odd - 2) ** 2, dp.ge(1)], ()),
    ("odd number beside a root", [sqrt(g) * (odd - 2) ** 2, dp.ge(sqrt(g))], ()),
    ("prime beside a root", [sqrt(g) * (prime - 4) ** 2, dp.ge(sqrt(g))], ()),
]


@pytest.mark.parametrize(
    ("lines", "assuming"),
    [pytest.param(*case[1:], id=case[0]) for case in DECLARED],
)
def test_an_instance_that_breaks_what_is_declared_refutes_nothing(lines, assuming):
    assert asked.derivation(*lines, assuming=assuming) != "refuted"


def test_a_symbol_that_no_rational_satisfies_refutes_nothing():
    irrational = symbols("irrational", positive=True, irrational=True)
    form = (irrational - 1) ** 2 - a * (irrational - 1) + a**2  # positive: x^2 - a x + a^2 vanishes only at x = a = 0
    assert asked.derivation(sympy.expand(form), dp.gt(0)) != "refuted"


def test_a_size_keeps_what_its_symbol_declares():
    even = symbols("even", even=True, positive=True)
    w = MatrixSymbol("w", even, 1)
    assert asked.derivation(even * sq(w), dp.ge(2 * sq(w))) != "refuted"


def test_a_violation_at_width_four_is_found():
    assert asked.derivation(n * sq(u), dp.le(3 * sq(u))) == "refuted"


def test_a_violation_beside_an_irrational_root_is_found():
    assert asked.derivation(sqrt(n) * sq(u), dp.le(sq(u))) == "refuted"


def test_a_violation_at_a_negative_number_beside_a_root_is_found():
    assert asked.derivation(a * sqrt(g), dp.ge(0)) == "refuted"


def test_a_refuted_step_prints_an_instance_that_violates_it():
    (example,) = [
        item.counterexample
        for item in asked.evidence(asked.Derivation(g, (dp.ge(h),)))
        if item.counterexample is not None
    ]
    assert example["step"] == 1
    assert Rational(example["left"]) < Rational(example["right"])
    assert all(Rational(value) > 0 for value in example["values"].values())


def test_an_inequality_between_matrices_is_refused():
    with pytest.raises(InputError, match="an inequality is between scalars"):
        asked.derivation(A, dp.ge(O, squares=[A]))


def test_a_proof_by_squares_still_has_two_roads():
    from dlnproof.verdict import Finding

    found = asked.evidence(asked.Derivation(sq(A - B), (dp.ge(0, squares=[A - B]),)))
    assert len({item.method for item in found if item.finding is Finding.PROOF}) == 2
