"""Equations among the assumptions: used when they help, never believed when nothing satisfies them."""

import contextlib

import asked
import pytest
from known_identities import A, B, C, D, I, O, S, X, a, b, g, m, n, r, sq, u, v
from sympy import Eq, Identity, MatrixSymbol, Q, Symbol, Trace, ZeroMatrix, cos, sin, sqrt, symbols

from dlnproof.claims.claim import Identity as IdentityBody
from dlnproof.errors import InputError, UnsupportedError

U, V = MatrixSymbol("U", n, r), MatrixSymbol("V", m, r)
T = MatrixSymbol("T", r, r)
M = MatrixSymbol("M", n, m)

CONTRADICTORY = [
    ("two values", A * B, 2 * A * B, (Eq(A * B, I), Eq(A * B, 2 * I))),
    ("norm minus one", A, B, (Eq(sq(C), -1),)),
    ("orthogonal and too long", A, 2 * A, (Q.orthogonal(A), Eq(A, 2 * I))),
    ("true all the same", Trace(A * B), Trace(B * A), (Eq(sq(C), -1),)),
    ("proved from the contradiction", A * A.T * B, O, (Eq(A * A.T, O), Eq(A * A.T, I))),
    ("commutator is the identity", A * B - B * A, I, (Eq(A * B - B * A, I),)),
    ("symmetric and antisymmetric unit", Trace(S * B), 0, (Q.symmetric(S), Eq(S, -S.T), Eq(S * S, I))),
    ("positive symbol", g * A, -A, (Eq(g, b), Eq(b, -1))),
]


@pytest.mark.parametrize(
    ("left", "right", "assuming"), [c[1:] for c in CONTRADICTORY], ids=[c[0] for c in CONTRADICTORY]
)
def test_contradictory_assumptions_prove_and_refute_nothing(left, right, assuming):
    with contextlib.suppress(UnsupportedError):
        assert asked.identity(left, right, *assuming) == "undecided"


def test_a_proof_from_assumptions_that_nothing_satisfies_is_called_vacuous():
    found = asked.evidence(IdentityBody(Trace(A * B), Trace(B * A)), (Eq(sq(C), -1),))
    assert any("vacuous" in item.outcome for item in found)


def test_an_invertible_matrix_with_zero_gram_is_vacuous():
    assert asked.identity(A * A.T * B, O, Q.invertible(A), Eq(A * A.T, O)) == "undecided"


def test_an_inverse_of_a_matrix_with_zero_gram_is_vacuous():
    assert asked.identity(A * A.T * A.inverse(), O, Eq(A * A.T, O)) == "undecided"


@pytest.mark.parametrize(
    ("left", "right", "assuming"),
    [
        (B, O, (Q.invertible(A), Eq(A * B, O))),
        (B, C, (Q.invertible(A), Eq(A * B, A * C))),
        (B, O, (Q.fullrank(A), Eq(B * A, O))),
        (A, I, (Q.orthogonal(A), Q.positive_definite(A))),
        (A, I, (Q.diagonal(A), Q.orthogonal(A), Q.positive_definite(A))),
    ],
    ids=["kernel", "cancel on the left", "full rank", "orthogonal and positive", "signs that are positive"],
)
def test_what_an_invertible_matrix_implies_is_not_refuted(left, right, assuming):
    assert asked.identity(left, right, *assuming) != "refuted"


def test_kernel_of_a_general_matrix_is_refuted():
    assert asked.identity(B, O, Eq(A * B, O)) == "refuted"


@pytest.mark.parametrize("equations", [(Eq(A, B), Eq(B, C)), (Eq(B, C), Eq(A, B)), (Eq(A, B * B.T), Eq(B, C * D))])
def test_a_chain_of_definitions_is_followed_in_any_order(equations):
    claim = (A, C) if equations[0] == Eq(A, B) or equations[1] == Eq(A, B) else (A, C * D * D.T * C.T)
    assert asked.identity(*claim, *equations) == "proved"


def test_a_product_that_is_zero_has_two_cases():
    assert asked.identity(a * A, 0 * A, Eq(a * b, 0)) == "refuted"


def test_the_root_of_a_square_is_not_the_number():
    assert asked.identity(sqrt(g) * A, a * A, Eq(g, a**2)) == "refuted"


def test_scalars_under_equations():
    assert asked.identity((a**2 + b**2) * A, A, Eq(a**2 + b**2, 1)) == "proved"
    assert asked.identity((a + b) * A, A, Eq(a**2 + b**2, 1)) == "refuted"
    assert asked.identity((a + b) ** 2 * A, A, Eq(a + b, 1)) == "proved"
    assert asked.identity(a * A, A, Eq(a**2, 1)) == "refuted"
    assert asked.identity(a * A, 0 * A, Eq(a, b), Eq(b, -a)) != "refuted"
    assert asked.identity(a * A, b * A, Eq(b, a), Eq(b, a - 1)) == "undecided"


def test_a_singular_value_decomposition_by_equations_is_not_refuted():
    equations = (Eq(U.T * U, Identity(r)), Eq(V.T * V, Identity(r)), Eq(M, U * T * V.T))
    assert asked.identity(sq(M), sq(T), *equations) in ("proved", "undecided")
    assert asked.identity(sq(M), Trace(T) ** 2, *equations) in ("refuted", "undecided")


def test_sizes_that_are_equal_by_assumption():
    assert asked.identity(Trace(Identity(n)), m, Eq(n, m)) == "proved"


def test_sizes_that_are_not_equal_are_told_apart():
    assert asked.identity(Trace(Identity(n)), m) == "refuted"


def test_plain_size_symbols_that_are_equal_by_assumption():
    N, P = Symbol("N"), Symbol("P")
    K = MatrixSymbol("K", N, N)
    assert asked.identity(N * Trace(K), P * Trace(K), Eq(N, P)) in ("proved", "undecided")


def test_an_angle_may_stand_outside_cosine_and_sine():
    t = symbols("t", real=True)
    with contextlib.suppress(UnsupportedError):
        assert asked.identity(t * cos(t) + t, t * (cos(t) + 1)) in ("proved", "undecided")


def test_equal_angles_have_equal_cosines():
    t, s = Symbol("t"), Symbol("s")
    with contextlib.suppress(UnsupportedError):
        assert asked.identity(cos(t) * A, cos(s) * A, Eq(t, s)) in ("proved", "undecided")


def test_an_angle_given_by_an_equation_is_not_refuted():
    t = Symbol("t")
    with contextlib.suppress(UnsupportedError):
        assert asked.identity(cos(t), 1, Eq(t, 0)) != "refuted"
        assert asked.identity(sin(t), 0, Eq(t, 0)) != "refuted"


@pytest.mark.parametrize("item", [Q.symmetric(A * B), Q.unitary(A), a > 0], ids=str)
def test_an_assumption_outside_the_language_is_said_to_be_so(item):
    with pytest.raises((UnsupportedError, InputError)):
        asked.identity(A, B, item)


@pytest.mark.parametrize("item", ["symmetric", 3, A], ids=str)
def test_what_is_no_assumption_is_refused(item):
    with pytest.raises(InputError, match=r"an assumption is Eq\(left, right\) or a predicate"):
        asked.identity(A, B, item)


def test_only_a_square_matrix_can_be_symmetric():
    with pytest.raises(InputError, match=r"X \(n x m\).*only a square matrix.*write Eq\(A\.T\*A, Identity\(n\)\)"):
        asked.identity(X, X, Q.orthogonal(X))


def test_a_predicate_of_a_scalar_must_be_declared_by_the_symbol():
    with pytest.raises(
        InputError, match=r'a scalar carries its assumptions itself; write symbols\("a", positive=True\)'
    ):
        asked.identity(a, a, Q.positive(a))
    assert asked.identity(g * A, A * g, Q.positive(g)) == "proved"


def test_an_assumption_that_is_false_is_refused():
    with pytest.raises(InputError, match="an assumption that is false makes the claim empty"):
        asked.identity(A, B, Eq(g, -1))


def test_unit_vectors():
    unit = (Eq(u.T * u, Identity(1)), Eq(v.T * v, Identity(1)))
    assert asked.identity(sq(u * v.T), 1, *unit) == "proved"
    assert asked.identity(sq(u - v), 2, *unit) == "refuted"
    assert asked.identity(sq(u - v), 2 - 2 * Trace(u.T * v), *unit) == "proved"
    assert asked.identity((I - u * u.T) * u, ZeroMatrix(n, 1), *unit) == "proved"


DECLARED = [
    ("nonnegative", {"nonnegative": True}, lambda c: Eq(c**2, 1), 1),
    ("negative", {"negative": True}, lambda c: Eq(c**2, 1), -1),
    ("not positive", {"real": True, "positive": False}, lambda c: Eq(c**2, 1), -1),
    ("rational", {"rational": True}, lambda c: Eq(c**3, 2), 5),
    ("integer", {"integer": True}, lambda c: Eq((2 * c - 1) * (c - 1), 0), 1),
    ("odd", {"odd": True}, lambda c: Eq((c - 1) * (c - 2), 0), 1),
    ("prime", {"prime": True}, lambda c: Eq((c - 1) * (c - 2), 0), 2),
]


@pytest.mark.parametrize(
    ("declared", "equation", "value"), [case[1:] for case in DECLARED], ids=[case[0] for case in DECLARED]
)
def test_a_root_that_the_symbol_rules_out_refutes_nothing(declared, equation, value):
    c = Symbol("c", **declared)
    assert asked.identity(c, value, equation(c)) in {"undecided", "proved"}


def test_a_root_that_the_symbol_allows_refutes():
    c, t = Symbol("c", nonnegative=True), Symbol("t", real=True)
    assert asked.identity(c, 1, Eq(c**4 + c**3 - 2 * c, 0)) == "refuted"  # 0 is such a c
    assert asked.identity(t, 1, Eq(t**2, 1)) == "refuted"


def test_two_equations_of_one_scalar_leave_their_common_roots():
    t = Symbol("t", real=True)
    assert asked.identity(t**9, 8, Eq(t**4 + t, 2), Eq(t**3, 1)) == "refuted"
    assert asked.identity(t**2 + t, 2, Eq(t**4, 1), Eq(t**3 + t, 2)) == "proved"
