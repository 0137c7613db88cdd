"""Scalars modulo relations, symbolic exponents, sizes in coefficients, and identities of fixed or compound sizes."""

# ruff: noqa: E501 (a table: one identity an entry)

import sympy as sp
from corpus import A, B, C, D, I, K, O, a, b, c, com, dot, eta, false, family, g, h, inv, n, one, sq, tr, u, x
from sympy import Eq, Identity, MatrixSymbol, Rational, ZeroMatrix, sqrt, symbols

cs = (Eq(c**2 + x**2, 1),)
gold = (Eq(g**2, g + 1),)
N2, N3 = MatrixSymbol("N2", 2, 2), MatrixSymbol("N3", 3, 3)
K1, K2, K3, K4 = (MatrixSymbol(f"K{place}", 2, 2) for place in (1, 2, 3, 4))
k1, k2 = MatrixSymbol("k1", 2, 1), MatrixSymbol("k2", 2, 1)
I2, I3 = Identity(2), Identity(3)
mixed, mixed2 = MatrixSymbol("Mx", n, 2), MatrixSymbol("My", n, 2)
e, i, j = symbols("e i j", integer=True, positive=True)
even, plus = MatrixSymbol("Even", 2 * n, 2 * n), MatrixSymbol("Plus", n + 1, n + 1)
even2, plus2 = MatrixSymbol("Even2", 2 * n, 2 * n), MatrixSymbol("Plus2", n + 1, n)
one1, one2 = MatrixSymbol("one1", 1, 1), MatrixSymbol("one2", 1, 1)
theta = symbols("theta", real=True)


def s4(F1, F2, F3, F4):
    """Return the standard polynomial of degree four."""
    from itertools import permutations

    total = None
    for order in permutations(range(4)):
        sign = 1
        for first in range(4):
            for second in range(first + 1, 4):
                sign = -sign if order[first] > order[second] else sign
        word = [F1, F2, F3, F4]
        term = sign * word[order[0]] * word[order[1]] * word[order[2]] * word[order[3]]
        total = term if total is None else total + term
    return total


def hall(F1, F2, F3):
    """Return the commutator of a squared commutator with a third matrix."""
    return com(com(F1, F2) ** 2, F3)


def rotation(cosine, sine):
    """Return cosine I + sine G for a generator G of the rotations of a plane."""
    return cosine * I + sine * K


SCALARS = [
    *family("circle", (c**2 - x**2) * A, (1 - 2 * x**2) * A, (2 * x**2 - 1) * A, A, assuming=cs),
    *family("circle, fourth powers", c**4 + x**4, 1 - 2 * c**2 * x**2, 1, 1 - c**2 * x**2, assuming=cs),
    *family("circle, times a matrix", (c * A + x * B) * (c * A - x * B), c**2 * A * A - (1 - c**2) * B * B - c * x * A * B + c * x * B * A,
            c**2 * A * A - (1 - c**2) * B * B, c**2 * A * A - B * B, assuming=cs),
    *family("rotation of a pair", sq(c * A + x * B) + sq(c * B - x * A), sq(A) + sq(B), sq(A) - sq(B), 2 * sq(A), assuming=cs),
    *family("plane rotation", rotation(c, x).T * rotation(c, x), I, (c**2 - x**2) * I, c * I,
            assuming=(*cs, Eq(K.T, -K), Eq(K * K, -I))),
    *family("angles", (sp.cos(theta) ** 2 - sp.sin(theta) ** 2) * A, (2 * sp.cos(theta) ** 2 - 1) * A, (1 - 2 * sp.cos(theta) ** 2) * A, A),
    *family("golden ratio", g**4, 3 * g + 2, 3 * g + 1, 2 * g + 3, assuming=gold),
    *family("inverse of the golden ratio", 1 / g, g - 1, g + 1, 1 - g, assuming=gold),
    *family("root of a cubic", x**5, x**2 * (x + 1), x**2 + x, x**3, assuming=(Eq(x**3, x + 1),)),
    *family("radicals", (sqrt(2) + sqrt(3)) ** 2 * A, (5 + 2 * sqrt(6)) * A, (5 + sqrt(6)) * A, 5 * A),
    *family("radical in a denominator", A / (sqrt(2) - 1), (sqrt(2) + 1) * A, (sqrt(2) - 1) * A, A),
    *family("roots of symbols", (sqrt(g) * A - sqrt(h) * B).T * (sqrt(g) * A - sqrt(h) * B),
            g * A.T * A - sqrt(g * h) * (A.T * B + B.T * A) + h * B.T * B, g * A.T * A + h * B.T * B,
            g * A.T * A - g * h * (A.T * B + B.T * A) + h * B.T * B),
    *family("cube roots", g ** Rational(1, 3) * g ** Rational(2, 3) * A, g * A, g**2 * A, A),
    *family("root of a sum", sqrt(g + h) ** 3 / sqrt(g + h), g + h, sqrt(g + h), g - h),
    *family("root of a sum of squares", (sqrt(1 + a**2) - a) * (sqrt(1 + a**2) + a) * A, A, a * A, -A),
    *family("root as a denominator", 1 / (sqrt(g + h) - sqrt(g)), (sqrt(g + h) + sqrt(g)) / h, (sqrt(g + h) - sqrt(g)) / h, 1 / h),
    *family("solution of a quadratic", g**2 - 2 * a * g, h, -h, 0, assuming=(Eq(g, a + sqrt(a**2 + h)),)),
    *family("partial fractions", 1 / (g * (g + h)), (1 / g - 1 / (g + h)) / h, 1 / g - 1 / (g + h), 1 / g**2),
    *family("sum of fractions", 1 / g + 1 / h, (g + h) / (g * h), 1 / (g + h), (g + h) / 2),
    *family("telescoping", 1 / (n * (n + 1)), 1 / n - sp.Integer(1) / (n + 1), 1 / n, 1 / n + sp.Integer(1) / (n + 1)),
    *family("nested fractions", 1 / (1 + 1 / g), g / (1 + g), (1 + g) / g, 1 + g),
    *family("scaled gradient", (a**2 - b**2) / (g + h) * A, (a - b) * (a + b) * A / (g + h), (a - b) ** 2 * A / (g + h), (a - b) * A),
    *family("sizes as coefficients", tr(I) * tr(A), n * tr(A), tr(A), n**2 * tr(A)),
    *family("norm of the unit", sq(I), n, n**2, 1),
    *family("centring is idempotent", (I - one * one.T / n) ** 2, I - one * one.T / n, I - 2 * one * one.T / n, I),
    *family("centring kills constants", (I - one * one.T / n) * one, ZeroMatrix(n, 1), one, one / n),
    *family("variance", dot(u, (I - one * one.T / n) * u) / n, dot(u, u) / n - (dot(one, u) / n) ** 2, dot(u, u) / n,
            dot(u, u) / n - dot(one, u) ** 2 / n),
    *family("product of traces", tr(A) * tr(B) * tr(A), tr(A) ** 2 * tr(B), tr(A) * tr(B), tr(A * A * B)),
    *family("traceless part", tr(A - tr(A) / n * I), 0, tr(A), n),
    *family("norm of the traceless part", sq(A - tr(A) / n * I), sq(A) - tr(A) ** 2 / n, sq(A) - tr(A) ** 2, sq(A)),
    *family("powers with a symbolic exponent", a**e * a * A, a ** (e + 1) * A, a**e * A, a ** (e + 2) * A),
    *family("powers with a symbolic exponent multiply", g**e * g**j, g ** (e + j), g ** (e * j), g**e + g**j),
    *family("power of a power", (g**e) ** 2, g ** (2 * e), g ** (e + 2), g**e),
    *family("geometric sum, one more term", (g ** (e + 1) - g) / (g - 1) + 1 - 1, g * (g**e - 1) / (g - 1), (g**e - 1) / (g - 1), g**e),
    *family("powers of a matrix", A**e * A, A ** (e + 1), A**e, A ** (e + 2)),
    *family("powers of a matrix join", A**e * A**j, A ** (e + j), A**j, A**e * A**e),
    *family("power of a transpose", (A**e).T * A.T, (A.T) ** (e + 1), A ** (e + 1), (A.T) ** e),
    *family("trace of powers", tr(A**e * B * A), tr(A ** (e + 1) * B), tr(A**e * B), tr(B * A * A)),
    *family("power of a multiple", (g * A) ** e, g**e * A**e, g * A**e, g ** (e + 1) * A**e),
    *family("power of a conjugate", (inv(A) * B * A) ** e, inv(A) * B**e * A, A * B**e * inv(A), inv(A) * B * A),
    *family("power commutes", A**e * (A + I) * B, (A + I) * A**e * B, A**e * B, (A + I) * B),
    *family("power against the inverse", A ** (e + 1) * inv(A), A**e, A ** (e + 2), A),
    *family("gradient flow step", (I - eta * A) ** e * (I - eta * A), (I - eta * A) ** (e + 1), (I - eta * A) ** e, (I + eta * A) ** (e + 1)),
]
SIZES = [
    *family("Cayley-Hamilton at two", N2 * N2, tr(N2) * N2 - (tr(N2) ** 2 - tr(N2 * N2)) / 2 * I2, tr(N2) * N2,
            tr(N2) * N2 + (tr(N2) ** 2 - tr(N2 * N2)) / 2 * I2, source="HJ 2.4"),
    *family("Cayley-Hamilton at three", N3**3, tr(N3) * N3**2 - (tr(N3) ** 2 - tr(N3 * N3)) / 2 * N3
            + (tr(N3) ** 3 - 3 * tr(N3) * tr(N3 * N3) + 2 * tr(N3**3)) / 6 * I3, tr(N3) * N3**2 - (tr(N3) ** 2 - tr(N3 * N3)) / 2 * N3,
            tr(N3) * N3**2, source="HJ 2.4"),
    *family("trace powers at two", tr(N2**3), 3 * tr(N2) * tr(N2**2) / 2 - tr(N2) ** 3 / 2, tr(N2) * tr(N2**2), tr(N2) ** 3),
    *family("inverse at two", (tr(N2) ** 2 - tr(N2 * N2)) / 2 * inv(N2), tr(N2) * I2 - N2, tr(N2) * I2 + N2, N2),
    *family("standard identity", s4(K1, K2, K3, K4), 0 * K1, K1, tr(K1) * K2, source="Amitsur and Levitzki 1950"),
    *family("Hall", hall(K1, K2, K3), 0 * K1, K1, K1 * K2, source="Hall 1943"),
    *family("squared commutator at two", com(K1, K2) ** 2, tr(com(K1, K2) ** 2) / 2 * I2, tr(com(K1, K2) ** 2) * I2, 0 * K1),
    *family("traceless at two", com(com(K1, K2) ** 2, com(K3, K4)), 0 * K1, com(K1, K2), com(K3, K4)),
    *family("numbers commute", one1 * one2, one2 * one1, one1, one2),
    *family("a number is its trace", tr(one1 * one2), tr(one1) * tr(one2), tr(one1), tr(one1) + tr(one2)),
    *family("mixed sizes", sq(mixed * N2), tr(N2.T * mixed.T * mixed * N2), tr(mixed.T * mixed * N2), sq(mixed)),
    *family("unit of size two", tr(mixed * I2 * mixed.T) + tr(I2), sq(mixed) + 2, sq(mixed) + n, sq(mixed)),
    *family("size two over all sizes", mixed.T * mixed2 - tr(mixed.T * mixed2) * I2,
            -(tr(mixed.T * mixed2) * I2 - mixed.T * mixed2), mixed.T * mixed2, 0 * N2),
    *family("even size", tr(Identity(2 * n)), 2 * n, n, n + 2),
    *family("even size inside a product", tr(even * even2), tr(even2 * even), tr(even) * tr(even2), tr(even.T * even2)),
    *family("one more", tr(Identity(n + 1)), n + 1, n, n + 2),
    *family("one more, rectangular", sq(plus * plus2), tr(plus2.T * plus.T * plus * plus2), sq(plus2), tr(plus2 * plus2.T)),
    *family("push-through with a size n + 1", plus2 * inv(I + plus2.T * plus2), inv(Identity(n + 1) + plus2 * plus2.T) * plus2,
            plus2, plus2 * inv(I - plus2.T * plus2)),
    *family("Cayley-Hamilton mixed", mixed * (N2 * N2 - tr(N2) * N2 + (tr(N2) ** 2 - tr(N2 * N2)) / 2 * I2), 0 * mixed, mixed, mixed * N2),
    *false("Hall for all sizes", hall(A, B, C), O),
    *false("standard identity for all sizes", s4(A, B, C, D), O),
    *false("Cayley-Hamilton for all sizes", A * A, tr(A) * A - (tr(A) ** 2 - tr(A * A)) / 2 * I),
    *false("commutator squared for all sizes", com(A, B) ** 2, tr(com(A, B) ** 2) / 2 * I),
    *false("standard identity at three", s4(N3, N3.T, N3 * N3.T, N3 * N3), 0 * N3),
    *false("number of rows", tr(I), 3),
    *false("trace of one entry", tr(A * B), tr(A) * tr(B)),
    *false("mixed sizes do not commute", mixed.T * mixed2, mixed2.T * mixed),
]
ENTRIES = [*SCALARS, *SIZES]
