"""Ways in which a wrong verdict could arise, each tried: zero divisors, singular inverses, special sizes, branches of roots."""

import asked
import pytest
from corpus import (
    A,
    Am,
    B,
    Ck,
    H,
    I,
    Ik,
    Im,
    K,
    L,
    M,
    N,
    O,
    P,
    S,
    Sm,
    T,
    U,
    a,
    b,
    c,
    com,
    dot,
    g,
    h,
    inv,
    k,
    m,
    n,
    one,
    sq,
    tr,
    u,
    v,
    x,
)
from sympy import DiagMatrix, Eq, KroneckerProduct, MatrixSymbol, Q, Trace, ZeroMatrix, sqrt, symbols

import dlnproof as dp
from dlnproof.errors import UnsupportedError

e = symbols("e", integer=True, positive=True)
maybe_negative = symbols("z", integer=True)
Big = MatrixSymbol("Big", n * m, n * m)
epsilon = MatrixSymbol("epsilon", n, 1)
nilpotent, projector = Eq(A * A, O), Eq(P * P, P)

FALSE = [
    ("a scalar that may be zero is not cancelled", a * A, b * A, (Eq(a * c, b * c),)),
    ("a product that is zero has two cases", b, 0 * b, (Eq(a * b, 0),)),
    ("a power does not make its base nonzero", b + a ** (e - 1), a ** (e - 1), (Eq(a * b, 0),)),
    ("an idempotent matrix need not be the unit", P, I, (projector,)),
    ("zero squares at a prime are not zero matrices", B, O, (Eq(sq(A), 0),)),
    ("orthonormal columns span the space only when they are as many", U * U.T, I, (Eq(U.T * U, Ik),)),
    ("a left inverse of a tall matrix is no right inverse", M * N.T, I, (Eq(N.T * M, Im),)),
    ("a square root has two signs", S, T, (Eq(S * S, T * T), Q.symmetric(S), Q.symmetric(T))),
    ("an angle is fixed up to a sign", c, 1, (Eq(c**2 + x**2, 1), Eq(x, 0))),
    ("minus one to an unknown power", (-1) ** e, 1, ()),
    ("powers do not distribute over products", (A * B) ** e, A**e * B**e, ()),
    ("a size is no number", A**n, A**3, ()),
    ("a zero first power is not excluded", A**e, O, (nilpotent,)),
    ("A = B A does not make B the unit", B, I, (Eq(A, B * A),)),
    ("orthogonal columns do not commute", u * v.T, v * u.T, (Eq(u.T * v, ZeroMatrix(1, 1)),)),
    ("diagonal matrices do not commute with others", inv(L) * A * L, A, (Q.diagonal(L),)),
    ("factors of a Kronecker product do not swap", tr(Big * KroneckerProduct(A, Am)), tr(Big * KroneckerProduct(Am, A)), ()),
    ("conjugation by a big matrix moves the factors", inv(Big) * KroneckerProduct(A, Am) * Big, KroneckerProduct(A, Am), ()),
    ("squares that commute", A * B, B * A, (Eq(A * B * A * B, B * A * B * A),)),
]


@pytest.mark.parametrize("case", FALSE, ids=[case[0] for case in FALSE])
def test_a_false_claim_is_refuted(case):
    _, left, right, assuming = case
    assert asked.identity(left, right, *assuming) == "refuted"


TRUE = [
    ("invertible idempotent", P, I, (projector, Q.invertible(P))),
    ("zero Gram matrix", A, O, (Eq(A.T * A, O),)),
    ("sum of Gram matrices is zero", A, O, (Eq(A * A.T + B * B.T, O),)),
    ("positive definite roots", S, T, (Eq(S * S, T * T), Q.positive_definite(S), Q.positive_definite(T))),
    ("a positive number with square one", g, 1, (Eq(g**2, 1),)),
    ("square and both orthonormal", n, m, (Eq(M * M.T, I), Eq(M.T * M, Im))),
    ("A = B A for an invertible A", B, I, (Eq(A, B * A), Q.invertible(A))),
    ("a zero norm", tr(A * B), 0, (Eq(sq(A), 0),)),
    ("a factor that vanishes", b * a**e, 0 * a, (Eq(a * b, 0),)),
]


@pytest.mark.parametrize("case", TRUE, ids=[case[0] for case in TRUE])
def test_what_holds_for_reasons_beyond_algebra_is_not_refuted(case):
    _, left, right, assuming = case
    assert asked.identity(left, right, *assuming) in ("proved", "undecided")


PROVED = [
    ("frames have rank k", tr(U * U.T), k, (Eq(U.T * U, Ik),)),
    ("a left inverse has trace m", tr(M * N.T), m, (Eq(N.T * M, Im),)),
    ("a one-sided inverse of a square matrix", B * A, I, (Eq(A * B, I),)),
    ("roots of positive numbers multiply", sqrt(g * h), sqrt(g) * sqrt(h), ()),
    ("even powers of minus one", (-1) ** e * (-1) ** e * A, A, ()),
    ("a power one less", A ** (e - 1) * A, A**e, ()),
    ("a power two less", A ** (e - 2) * A**2, A**e, ()),
    ("powers of an orthogonal matrix", (H**e).T * H**e, I, (Q.orthogonal(H),)),
    ("powers of a symmetric matrix", (S**e).T, S**e, (Q.symmetric(S),)),
    ("powers slide through", A * (B * A) ** e, (A * B) ** e * A, ()),
    ("powers and resolvents commute", A**e * inv(A + g * I), inv(A + g * I) * A**e, ()),
    ("inverse of an antisymmetric matrix", inv(K).T, -inv(K), (Eq(K.T, -K),)),
    ("big symmetric", tr(Big * KroneckerProduct(A, Am)), tr(Big * KroneckerProduct(A.T, Am.T)), (Q.symmetric(Big),)),
    ("big antisymmetric", tr(Big * KroneckerProduct(S, Sm)), 0, (Eq(Big.T, -Big), Q.symmetric(S), Q.symmetric(Sm))),
    ("conjugate of a Kronecker product", tr(inv(Big) * KroneckerProduct(A, Am) * Big), tr(A) * tr(Am), ()),
    ("rotation of a core", sq(U * Ck), sq(Ck), (Eq(U.T * U, Ik),)),
]


@pytest.mark.parametrize("case", PROVED, ids=[case[0] for case in PROVED])
def test_a_true_claim_is_proved(case):
    _, left, right, assuming = case
    assert asked.identity(left, right, *assuming) == "proved"


VACUOUS = [
    ("a zero denominator", 1 / (1 - dot(u, u)), 5, (Eq(dot(u, u), 1),)),
    ("a commutator that is the unit", tr(A * B - B * A), n, (Eq(com(A, B), I),)),
]


@pytest.mark.parametrize("case", VACUOUS, ids=[case[0] for case in VACUOUS])
def test_what_nothing_satisfies_is_undecided(case):
    _, left, right, assuming = case
    assert asked.identity(left, right, *assuming) == "undecided"


REFUSED = [
    ("an exponent that may be negative", A * a**maybe_negative, A, "write it with symbols declared integer=True, positive=True"),
    (
        "noise inside an inverse",
        dp.expectation(Trace(inv(DiagMatrix(epsilon) + A) * DiagMatrix(epsilon)), {epsilon: g}),
        tr(inv(A)),
        "which is no polynomial in the noise, is not supported yet",
    ),
    (
        "noise inside a quotient",
        dp.expectation(Trace(epsilon.T * u) / (1 + Trace(epsilon.T * u)), {epsilon: g}),
        Trace(one.T * u) / (1 + Trace(one.T * u)),
        "which is no polynomial in the noise, is not supported yet",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=[case[0] for case in REFUSED])
def test_what_is_outside_the_language_is_refused_by_name(case):
    _, left, right, words = case
    with pytest.raises(UnsupportedError, match=words):
        asked.identity(left, right)
