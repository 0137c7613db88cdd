"""Identities with a known answer: name, left, right, assumptions, and why it is true or false."""

from __future__ import annotations

from itertools import permutations

from sympy import (
    Eq,
    HadamardProduct,
    Identity,
    KroneckerProduct,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Q,
    Rational,
    Trace,
    ZeroMatrix,
    cos,
    sin,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf
from sympy.matrices.expressions.hadamard import HadamardPower

n, m, r, p = symbols("n m r p", integer=True, positive=True)
g, h = symbols("g h", positive=True)
a, b, t = symbols("a b t", real=True)
k = symbols("k", integer=True)
A, B, C, D, S, V = (MatrixSymbol(name, n, n) for name in "ABCDSV")
X, Y = MatrixSymbol("X", n, m), MatrixSymbol("Y", n, m)
Z = MatrixSymbol("Z", m, n)
W1, W2, W3 = MatrixSymbol("W1", m, n), MatrixSymbol("W2", r, m), MatrixSymbol("W3", p, r)
u, v, w = (MatrixSymbol(name, n, 1) for name in "uvw")
row = MatrixSymbol("row", 1, n)
x = MatrixSymbol("x", m, 1)
E = MatrixSymbol("E", m, m)
I, O = Identity(n), ZeroMatrix(n, n)  # noqa: E741
one = OneMatrix(n, 1)


def sq(matrix):
    """The squared Frobenius norm."""
    return Trace(matrix.T * matrix)


def commutator(first, second):
    return first * second - second * first


def hall(first, second, third):
    return commutator(commutator(first, second) ** 2, third)


def standard(*matrices):
    """The standard polynomial: the signed sum of the products in all orders."""
    total = None
    for order in permutations(range(len(matrices))):
        inversions = sum(order[j] > order[i] for i in range(len(order)) for j in range(i))
        term = (-1) ** inversions * MatMul(*(matrices[i] for i in order))
        total = term if total is None else total + term
    return total


def cayley_hamilton_2(matrix, one_matrix):
    """M^2 - tr(M) M + det(M) I, the determinant of a 2 x 2 matrix written by traces."""
    return matrix**2 - Trace(matrix) * matrix + (Trace(matrix) ** 2 - Trace(matrix**2)) / 2 * one_matrix


TRUE = [
    # sums and scalars
    ("distributive", A * (B + C), A * B + A * C, (), "ring axiom"),
    ("both sides", (A + B) * (C - D), A * C - A * D + B * C - B * D, (), "ring axiom"),
    ("scalars commute", (2 * A) * (g * B), 2 * g * A * B, (), "algebra over the reals"),
    ("cancel", A * B - B * A + B * A, A * B, (), "additive inverse"),
    ("binomial", (A + B) ** 2, A**2 + A * B + B * A + B**2, (), "noncommutative square"),
    ("zero factor", A * O, O, (), "zero"),
    ("zero as a number", A - A, 0, (), "a zero fits every shape"),
    ("integer symbol", (k + 1) ** 2 * A, (k**2 + 2 * k + 1) * A, (), "binomial theorem"),
    # transposes
    ("transpose of a product", (W3 * W2 * W1).T, W1.T * W2.T * W3.T, (), "reverse order"),
    ("transpose twice", (X.T).T, X, (), "involution"),
    ("gram is symmetric", (X * X.T).T, X * X.T, (), "reverse order"),
    ("outer product", (u * v.T).T, v * u.T, (), "reverse order"),
    ("row vector", (row * A).T, A.T * row.T, (), "reverse order at width 1"),
    # traces
    ("cyclic", Trace(A * B * C), Trace(C * A * B), (), "cyclicity"),
    ("cyclic rectangular", Trace(X * Z), Trace(Z * X), (), "cyclicity"),
    ("transpose in a trace", Trace(A * B.T), Trace(B * A.T), (), "tr M = tr M^T"),
    ("three symmetric", Trace(A * B * C), Trace(A * C * B), (Q.symmetric(A), Q.symmetric(B), Q.symmetric(C)), "tr M = tr M^T"),
    ("commutator has trace 0", Trace(A * B - B * A), 0, (), "cyclicity"),
    ("antisymmetric part", Trace((A - A.T) * S), 0, (Q.symmetric(S),), "orthogonal to symmetric"),
    ("powers", Trace((A * B) ** 3), Trace((B * A) ** 3), (), "cyclicity"),
    ("quadratic form", Trace(u.T * A * v), Trace(v.T * A.T * u), (), "tr M = tr M^T"),
    ("outer trace", Trace(u * v.T), Trace(v.T * u), (), "cyclicity at width 1"),
    ("expanded norm", sq(A - B), sq(A) - 2 * Trace(A.T * B) + sq(B), (), "bilinearity"),
    ("parallelogram", sq(A + B) + sq(A - B), 2 * sq(A) + 2 * sq(B), (), "bilinearity"),
    ("polarisation", (sq(A + B) - sq(A - B)) / 4, Trace(A.T * B), (), "bilinearity"),
    ("square of a trace", Trace(A) ** 2, Trace(A) * Trace(A.T), (), "tr M = tr M^T"),
    # sizes
    ("trace of the identity", Trace(I), n, (), "n ones"),
    ("sizes multiply", Trace(one.T * one) * A, n * A, (), "n ones"),
    ("sum of all entries", Trace(one.T * A * one), Trace(one * one.T * A), (), "cyclicity"),
    ("centring", (I - one * one.T / n) ** 2, I - one * one.T / n, (), "projection"),
    ("centring kills ones", (I - one * one.T / n) * one, ZeroMatrix(n, 1), (), "1^T 1 = n"),
    ("trace of centring", Trace(I - one * one.T / n), n - 1, (), "rank n - 1"),
    ("product of sizes", Trace(I) * Trace(Identity(m)), n * m, (), "sizes multiply"),
    ("lagrange", n * sq(u) - Trace(one.T * u) ** 2, sq(u * one.T - one * u.T) / 2, (), "Lagrange's identity"),
    ("lagrange for two", sq(u) * sq(v) - Trace(u.T * v) ** 2, sq(u * v.T - v * u.T) / 2, (), "Lagrange's identity"),
    # roots and scalars
    ("complete the square", g * a**2 + h * b**2, (sqrt(g) * a - sqrt(h) * b) ** 2 + 2 * sqrt(g * h) * a * b, (), "binomial"),
    ("roots multiply", sqrt(2) * sqrt(3) * A, sqrt(6) * A, (), "positive reals"),
    ("root of a size", sq(A / sqrt(n)), sq(A) / n, (), "sqrt(n)^2 = n"),
    ("root of a sum", sqrt(g + 1) * sqrt(g + 1) * A, (g + 1) * A, (), "sqrt(x)^2 = x"),
    ("cube root", (g ** Rational(1, 3)) ** 2 * g ** Rational(1, 3) * A, g * A, (), "exponents add"),
    ("quotient", A / (g + h) + h * B / (g + h), (A + h * B) / (g + h), (), "common denominator"),
    ("quotient of squares", (g**2 - h**2) / (g + h) * A, (g - h) * A, (), "g + h > 0"),
    ("partial fractions", (1 / g - 1 / (g + 1)) * A, A / (g * (g + 1)), (), "common denominator"),
    ("circle", (cos(t) * A) * (cos(t) * A) + sin(t) ** 2 * A**2, A**2, (), "cos^2 + sin^2 = 1"),
    ("rotation", sq(cos(t) * A + sin(t) * B) + sq(sin(t) * A - cos(t) * B), sq(A) + sq(B), (), "rotations are isometries"),
    # projections and orthogonal invariance
    ("complement", (I - S) ** 2, I - S, (Eq(S * S, S),), "projection"),
    ("complement is disjoint", S * (I - S), O, (Eq(S * S, S),), "projection"),
    ("reflection", (I - 2 * S) ** 2, I, (Eq(S * S, S),), "reflection"),
    ("householder", (I - 2 * u * u.T) ** 2, I, (Eq(u.T * u, Identity(1)),), "unit vector"),
    ("orthogonal norm", sq(V * A), sq(A), (Q.orthogonal(V),), "isometry"),
    ("orthogonal conjugation", Trace(V.T * A * V), Trace(A), (Q.orthogonal(V),), "cyclicity"),
    ("orthogonal inverse", V.inverse(), V.T, (Q.orthogonal(V),), "definition"),
    ("product of orthogonal", (V * S).T * (V * S), I, (Q.orthogonal(V), Q.orthogonal(S)), "group"),
    ("orthonormal columns", sq(X * W1), sq(W1), (Eq(X.T * X, Identity(m)),), "isometry of the column space"),
    ("thin projection", (X * X.T) ** 2, X * X.T, (Eq(X.T * X, Identity(m)),), "projection on the columns"),
    ("thin trace", Trace(X * X.T), m, (Eq(X.T * X, Identity(m)),), "rank m"),
    ("whitened", sq(W1 * X), sq(W1), (Eq(X * X.T, I),), "whitened data"),
    ("symmetric by equation", A.T * B, A * B, (Eq(A, A.T),), "definition"),
    ("antisymmetric", Trace(A), 0, (Eq(A.T, -A),), "antisymmetric matrices have trace 0"),
    ("definition", Trace(S), sq(X), (Eq(S, X * X.T),), "definition"),
    ("defined scalar", b * A, g**2 * A, (Eq(b, g**2),), "definition"),
    ("balanced", Trace(W2 * W1 * W1.T * W2.T), Trace((W2.T * W2) ** 2), (Eq(W1 * W1.T, W2.T * W2),), "balanced weights"),
    ("commuting", A * A * B, B * A * A, (Eq(A * B, B * A),), "powers commute"),
    ("irrelevant assumption", Trace(A * B), Trace(B * A), (Eq(C * C, C), Q.symmetric(D)), "cyclicity"),
    ("scalar assumption", a * A, A, (Eq(a, 1),), "substitution"),
    ("trace assumption", Trace(A) * B, ZeroMatrix(n, n), (Eq(Trace(A), 0),), "substitution"),
    # Hadamard, diagonal, Kronecker
    ("hadamard commutes", HadamardProduct(A, B), HadamardProduct(B, A), (), "entrywise"),
    ("hadamard is not transposed", HadamardProduct(A, B).T, HadamardProduct(A.T, B.T), (), "entrywise"),
    ("hadamard trace", Trace(one.T * HadamardProduct(A, B) * one), Trace(A.T * B), (), "sum of entrywise products"),
    ("hadamard with identity", HadamardProduct(A, I), DiagMatrix(DiagonalOf(A)), (), "keeps the diagonal"),
    ("hadamard square", HadamardPower(A, 2), HadamardProduct(A, A), (), "definition"),
    ("hadamard with ones", HadamardProduct(A, OneMatrix(n, n)), A, (), "unit of the entrywise product"),
    ("hadamard of outer products", HadamardProduct(u * v.T, A), DiagMatrix(u) * A * DiagMatrix(v), (), "row and column scaling"),
    ("hadamard of two outer products", HadamardProduct(u * u.T, v * v.T),
     HadamardProduct(u, v) * HadamardProduct(u, v).T, (), "entrywise"),
    ("diag times vector", DiagMatrix(u) * v, HadamardProduct(u, v), (), "definition"),
    ("diagonals commute", DiagMatrix(u) * DiagMatrix(v), DiagMatrix(v) * DiagMatrix(u), (), "entrywise"),
    ("diag trace", Trace(DiagMatrix(u)), Trace(one.T * u), (), "sum of the diagonal"),
    ("diagonal of a product", DiagonalOf(X * Z), HadamardProduct(X, Z.T) * OneMatrix(m, 1), (), "row sums"),
    ("diag in a trace", Trace(DiagMatrix(u) * A), Trace(u.T * DiagonalOf(A)), (), "definition"),
    ("diag of ones", DiagMatrix(one), I, (), "definition"),
    ("kronecker product rule", KroneckerProduct(A, E) * KroneckerProduct(B, E), KroneckerProduct(A * B, E * E), (),
     "mixed product"),
    ("kronecker trace", Trace(KroneckerProduct(A, E)), Trace(A) * Trace(E), (), "definition"),
    ("kronecker transpose", KroneckerProduct(A, X).T, KroneckerProduct(A.T, X.T), (), "definition"),
    ("kronecker sum", KroneckerProduct(A + B, X), KroneckerProduct(A, X) + KroneckerProduct(B, X), (), "bilinear"),
    ("kronecker of vectors", Trace(KroneckerProduct(u, x).T * KroneckerProduct(v, x)), Trace(u.T * v) * sq(x), (),
     "mixed product"),
    # inverses
    ("inverse left", A.inverse() * B * B.inverse() * A * C, C, (Q.invertible(A), Q.invertible(B)), "definition"),
    ("inverse of a product", (A * B).inverse(), B.inverse() * A.inverse(), (Q.invertible(A), Q.invertible(B)), "reverse order"),
    ("inverse of the transpose", A.T.inverse(), A.inverse().T, (Q.invertible(A),), "definition"),
    ("similarity", Trace(A.inverse() * B * A), Trace(B), (Q.invertible(A),), "cyclicity"),
    ("rescaling", X.T * A.inverse() * A * Y, X.T * Y, (Q.invertible(A),), "definition"),
    ("scaled inverse", (2 * A).inverse(), A.inverse() / 2, (Q.invertible(A),), "definition"),
    ("symmetric inverse", S.inverse().T, S.inverse(), (Q.symmetric(S), Q.invertible(S)), "definition"),
    ("negative powers", A**-2 * A**3, A, (Q.invertible(A),), "exponents add"),
]  # fmt: skip

FALSE = [
    ("commutes", A * B, B * A, (), "n = 2"),
    ("commutator is not zero", commutator(A, B), O, (), "n = 2"),
    ("transpose in the same order", (A * B).T, A.T * B.T, (), "n = 2"),
    ("missing transpose", sq(A), Trace(A * A), (), "A nilpotent"),
    ("sign", Trace(A - B), Trace(A + B), (), "B = I"),
    ("factor", sq(A - B), sq(A) - Trace(A.T * B) + sq(B), (), "cross term"),
    ("dropped term", sq(A - B), sq(A) + sq(B), (), "cross term"),
    ("not cyclic", Trace(A * B * C), Trace(A * C * B), (), "n = 2"),
    ("trace of a product", Trace(A * B), Trace(A) * Trace(B), (), "A = B = I_2"),
    ("square of a trace", Trace(A) ** 2, Trace(A**2), (), "A = I_2"),
    ("only for n = 1", Trace(A) * I, n * A, (), "A not a multiple of I"),
    ("size in a coefficient", (n - 5) * Trace(A), 0, (), "any n but 5"),
    ("size of the modular road", (n - 3) * Trace(A), 0, (), "any n but 3"),
    ("true at width one", n * A, A, (), "n = 2"),
    ("true at width one, vectors", Trace(one.T * u) ** 2, sq(u), (), "n = 2"),
    ("wrong size", Trace(X.T * X), m, (Eq(X * X.T, I),), "it is n"),
    ("centring trace", Trace(I - one * one.T / n), n, (), "rank n - 1"),
    ("roots", sqrt(2) * sqrt(3) * A, sqrt(5) * A, (), "A = I"),
    ("root of a sum of squares", sqrt(g**2 + h**2) * A, (g + h) * A, (), "g = h = 1"),
    ("quotient", A / (g + h), A / g + A / h, (), "g = h = 1"),
    ("circle", (cos(t) ** 2 - sin(t) ** 2) * A, A, (), "t = pi/2"),
    ("integer symbol", k**2 * A, k * A, (), "k = 2"),
    ("integer that vanishes often", k * (k - 1) * (k + 1) * A, O, (), "k = 2"),
    ("idempotent without assumption", S * S, S, (), "S = 2 I"),
    ("norm under a general matrix", sq(V * A), sq(A), (Q.invertible(V),), "V = 2 I"),
    ("orthogonal is not symmetric", V * A, V.T * A, (Q.orthogonal(V),), "a rotation"),
    ("orthogonal is not the identity", V * A, A, (Q.orthogonal(V),), "V = -I"),
    ("symmetric product", A * B, B * A, (Q.symmetric(A), Q.symmetric(B)), "n = 2"),
    ("symmetric word of four", Trace(A * B * C * D), Trace(A * C * B * D), tuple(map(Q.symmetric, (A, B, C, D))), "n = 2"),
    ("thin rows", X.T * X, Identity(m), (Eq(X * X.T, I),), "m > n"),
    ("balanced is not equal", Trace(W2 * W1 * W1.T * W2.T), sq(W2), (Eq(W1 * W1.T, W2.T * W2),), "W = 2 I"),
    ("commuting is not equal", A * A * B, B * A, (Eq(A * B, B * A),), "A = 2 I"),
    ("irrelevant assumption", A * B, B * A, (Eq(C * C, C),), "n = 2"),
    ("definition misused", Trace(S), Trace(X.T * Y), (Eq(S, X * X.T),), "Y = 0"),
    ("hadamard is not the product", HadamardProduct(A, B), A * B, (), "n = 2"),
    ("diag does not commute", DiagMatrix(u) * A, A * DiagMatrix(u), (), "n = 2"),
    ("diagonal of a product", DiagonalOf(A * B), HadamardProduct(DiagonalOf(A), DiagonalOf(B)), (), "n = 2"),
    ("kronecker order", KroneckerProduct(A, B), KroneckerProduct(B, A), (), "n = 2"),
    ("kronecker of a sum", KroneckerProduct(A + B, A + B), KroneckerProduct(A, A) + KroneckerProduct(B, B), (), "cross terms"),
    ("inverse of a product", (A * B).inverse(), A.inverse() * B.inverse(), (Q.invertible(A), Q.invertible(B)), "n = 2"),
    ("inverse moves", A.inverse() * B, B * A.inverse(), (Q.invertible(A),), "n = 2"),
    ("involution", A.inverse(), A, (Q.invertible(A),), "A = 2"),
    ("hall for all sizes", hall(A, B, C), O, (), "n = 3"),
    ("standard identity for all sizes", standard(A, B, C, D), O, (), "n = 3 (Amitsur and Levitzki 1950)"),
    ("cayley-hamilton for all sizes", cayley_hamilton_2(A, I), O, (), "n = 3"),
]  # fmt: skip


def fixed(size, count):
    return [MatrixSymbol(f"K{i}", size, size) for i in range(count)]


# accidents of stated sizes: (name, difference as a function of matrices and identity, number of letters, sizes where it vanishes)
ACCIDENTS = [
    ("commutator", lambda _, P, R: commutator(P, R), 2, {1}),  # numbers commute
    ("cayley-hamilton", lambda e, P: cayley_hamilton_2(P, e), 1, {1, 2}),  # at size 1 it is P^2 - P^2 + 0
    ("hall", lambda _, P, R, T: hall(P, R, T), 3, {1, 2}),  # Hall 1943: squares of commutators are central
    ("s4", lambda _, P, R, T, U: standard(P, R, T, U), 4, {1, 2}),  # Amitsur and Levitzki 1950
    ("s3", lambda _, P, R, T: standard(P, R, T), 3, {1}),  # 2 size > 3 fails
    ("trace of a product", lambda _, P, R: Trace(P * R) - Trace(P) * Trace(R), 2, {1}),
    ("transpose", lambda _, P: P - P.T, 1, {1}),
    ("hadamard", lambda _, P, R: HadamardProduct(P, R) - P * R, 2, {1}),
]
