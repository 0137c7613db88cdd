"""Small pieces of the language: transposes undone, like terms collected, assumptions sorted, sizes named."""

import pytest
import sympy
from sympy import Eq, HadamardProduct, Identity, MatrixSymbol, Q, Trace, ZeroMatrix, symbols

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.assumptions import read_assumptions
from dlnproof.language.sampling import definitions
from dlnproof.language.terms import Combination, product, scaled, trace_key, transposed
from dlnproof.language.vocabulary import Vocabulary

n, m = symbols("n m", integer=True, positive=True)
A, B, S = (MatrixSymbol(name, n, n) for name in "ABS")
X = MatrixSymbol("X", n, m)
g = symbols("g", positive=True)


@pytest.mark.parametrize(
    ("matrix", "wanted"),
    [
        (A, A.T),
        (A.T, A),
        (A * X, X.T * A.T),
        (A + B, A.T + B.T),
        (2 * A * B, 2 * B.T * A.T),
        (HadamardProduct(A, B), HadamardProduct(A.T, B.T)),
        (Identity(n), Identity(n)),
        (ZeroMatrix(n, m), ZeroMatrix(m, n)),
        (A.inverse(), sympy.Transpose(A.inverse())),
    ],
    ids=str,
)
def test_a_transpose_is_distributed_and_undone(matrix, wanted):
    assert transposed(matrix).doit() == wanted.doit()
    assert transposed(transposed(matrix)) == matrix


def test_like_terms_are_collected_and_cancel():
    combination = Combination((n, n), [(1, A), (2, B), (3, A), (-2, B)])
    assert list(combination) == [(4, A)]
    assert Combination((n, n), [(1, A), (-1, A)]).expression() == ZeroMatrix(n, n)
    assert Combination(None, [(2, Trace(A)), (-2, Trace(A))]).expression() == 0
    assert Combination((n, n), [(1, 2 * g * A), (1, A)]).expression() == (2 * g + 1) * A


def test_a_common_coefficient_is_taken_out_once():
    coefficient, rest = Combination((n, n), [(sympy.Integer(2), A), (sympy.Integer(-2), B)]).factored()
    assert coefficient == 2
    assert rest == A - B


def test_products_are_flat_and_without_identities():
    assert product([Identity(n), A * B, Identity(n), A]) == A * B * A
    assert product([Identity(n), Identity(n)]) == Identity(n)
    assert scaled(1, A) == A
    assert scaled(2, A + B) == sympy.MatMul(2, A + B)


def test_a_trace_and_the_trace_of_the_transpose_have_one_key():
    assert trace_key(A * B.T) == trace_key(B * A.T)
    assert trace_key(A.T * B.T) == trace_key(B * A)


def test_predicates_give_properties():
    read = read_assumptions([Q.orthogonal(A), Q.positive_definite(S), Q.symmetric(A)])
    assert read.having("orthogonal") == {"A"}
    assert read.having("symmetric") == {"A", "S"}
    assert read.having("invertible") == {"A", "S"}


def test_equations_that_define_a_symbol_are_told_from_the_rest():
    define = definitions(read_assumptions([Eq(S, A * A.T)]))
    assert define == [(S, A * A.T)]
    assert definitions(read_assumptions([Eq(A * A.T, Identity(n))])) == []
    assert definitions(read_assumptions([Eq(S, A * A.T), Eq(S, B)])) in ([(S, A * A.T)], [(S, A * A.T), (B, S)])


@pytest.mark.parametrize("item", [Q.positive(symbols("x")), "S", 1, Q.symmetric(X)], ids=str)
def test_a_bad_assumption_is_refused(item):
    with pytest.raises(InputError):
        read_assumptions([item])


def test_an_unknown_predicate_is_unsupported():
    with pytest.raises(UnsupportedError, match="not supported yet"):
        read_assumptions([Q.upper_triangular(A)])


def test_equal_sizes_have_one_name():
    vocabulary = Vocabulary()
    assert vocabulary.size((n + 1) ** 2) == vocabulary.size(n**2 + 2 * n + 1)
    assert vocabulary.size(3) == "3"
    assert vocabulary.size(n) == "n"
    assert vocabulary.size(n + m) == vocabulary.size(m + n)
