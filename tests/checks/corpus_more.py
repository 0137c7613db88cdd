"""Further identities: filters and regressions, averages, entrywise products, roots of polynomials, block matrices, norms."""

# ruff: noqa: E501 (a table: one identity an entry)

from corpus import (
    A,
    Am,
    B,
    C,
    I,
    Im,
    K,
    M,
    N,
    S,
    W,
    X,
    Y,
    dot,
    family,
    g,
    inv,
    k,
    lam,
    m,
    n,
    one,
    p,
    sq,
    t,
    tr,
    u,
    v,
    x,
)
from sympy import (
    BlockMatrix,
    Determinant,
    Eq,
    HadamardPower,
    HadamardProduct,
    Identity,
    KroneckerProduct,
    MatrixSymbol,
    OneMatrix,
    Q,
    Trace,
    ZeroMatrix,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

import dlnproof as dp

hp = HadamardProduct
R, Z, Bn = MatrixSymbol("R", p, p), MatrixSymbol("Z", n, m), MatrixSymbol("Bn", m, n)
e, delta = MatrixSymbol("e", n, 1), MatrixSymbol("delta", p, 1)
sigma2, mu = symbols("sigma2 mu3", positive=True)
root = symbols("root", positive=True)
A2, B2 = MatrixSymbol("A2", 2, 2), MatrixSymbol("B2", 2, 2)
gain = S * W.T * inv(W * S * W.T + R)
P = X * inv(X.T * X) * X.T
Schur = Am - Bn * inv(A) * Z
whole = BlockMatrix([[A, Z], [Bn, Am]])
zero = ZeroMatrix(n, m)
W1, W2 = MatrixSymbol("W1", k, n), MatrixSymbol("W2", p, k)
E = W2 * W1 * X - Y
length = sqrt(sq(A))

FILTERS = [
    *family("covariance after a measurement", inv(inv(S) + W.T * inv(R) * W), S - gain * W * S, S + gain * W * S, S - gain * W),
    *family("Joseph's form", (I - gain * W) * S * (I - gain * W).T + gain * R * gain.T, (I - gain * W) * S, (I + gain * W) * S,
            assuming=(Q.symmetric(S), Q.symmetric(R))),
    *family("smoothing twice", inv(X * X.T + lam * I) * X * X.T * inv(X * X.T + lam * I),
            inv(X * X.T + lam * I) - lam * inv(X * X.T + lam * I) ** 2, inv(X * X.T + lam * I) + lam * inv(X * X.T + lam * I) ** 2),
    *family("norm of a projection", sq(P), m, n),
    *family("projection by another basis", X * Am * inv((X * Am).T * X * Am) * (X * Am).T, P, I - P, assuming=(Q.invertible(Am),)),
    *family("variance of weighted least squares", inv(X.T * inv(S) * X) * X.T * inv(S) * S * inv(S) * X * inv(X.T * inv(S) * X),
            inv(X.T * inv(S) * X), inv(X.T * S * X), assuming=(Q.symmetric(S),)),
    *family("leaving one sample out", dot(u, inv(A - u * u.T) * u), dot(u, inv(A) * u) / (1 - dot(u, inv(A) * u)),
            dot(u, inv(A) * u) / (1 + dot(u, inv(A) * u))),
    *family("two rank one updates cancel", (1 + dot(v, inv(A) * u)) * (1 - dot(v, inv(A + u * v.T) * u)), 1, 1 + dot(u, v)),
    *family("arithmetic minus harmonic mean", (A + B) / 2 - 2 * inv(inv(A) + inv(B)), (A - B) * inv(A + B) * (A - B) / 2,
            (A - B) * inv(A + B) * (A - B)),
    *family("cross blocks of an inverse", inv(A) * Z * inv(Am - Bn * inv(A) * Z), inv(A - Z * inv(Am) * Bn) * Z * inv(Am),
            inv(A - Z * inv(Am) * Bn) * Z),
    *family("Sylvester, squared", A * A * K - K * B * B, A * C + C * B, A * C - C * B, assuming=(Eq(A * K, C + K * B),)),
    *family("Lyapunov, inverted", inv(S) * A + A.T * inv(S), -inv(S) * C * inv(S), inv(S) * C * inv(S),
            assuming=(Eq(A * S + S * A.T, -C), Q.symmetric(S))),
    *family("posterior mean", lam * inv(inv(S) + lam * X * X.T) * X, S * X * inv(X.T * S * X + Im / lam), S * X * inv(X.T * S * X + lam * Im)),
    *family("critical layers with unequal decay", lam * W1 * W1.T, g * W2.T * W2, lam * W2.T * W2,
            assuming=(Eq(W2.T * E * X.T, -lam * W1), Eq(E * X.T * W1.T, -g * W2))),
]
ENTRYWISE = [
    *family("quadratic form of an entrywise product", dot(u, hp(A, B) * v), tr(DiagMatrix(u) * A * DiagMatrix(v) * B.T),
            tr(DiagMatrix(u) * A * DiagMatrix(v) * B)),
    *family("diagonal of a product", DiagonalOf(A * B.T), hp(A, B) * one, hp(A, B.T) * one),
    *family("entrywise binomial", HadamardPower(M + N, 2), HadamardPower(M, 2) + 2 * hp(M, N) + HadamardPower(N, 2),
            HadamardPower(M, 2) + hp(M, N) + HadamardPower(N, 2)),
    *family("off the diagonal", sq(A - DiagonalMatrix(A)), sq(A) - sq(DiagonalOf(A)), sq(A) + sq(DiagonalOf(A))),
    *family("pairwise distances", tr(one.T * (DiagonalOf(X * X.T) * one.T + one * DiagonalOf(X * X.T).T - 2 * X * X.T) * one),
            2 * n * sq(X) - 2 * sq(X.T * one), n * sq(X) - 2 * sq(X.T * one)),
    *family("variance", sq(u - one * one.T * u / n), sq(u) - dot(one, u) ** 2 / n, sq(u) - dot(one, u) ** 2),
]
AVERAGES = [
    *family("noise on inputs", dp.expectation(sq(W * DiagMatrix(e) * u), {e: sigma2}),
            sq(W * u) + sigma2 * dot(hp(u, u), DiagonalOf(W.T * W)), sq(W * u) + sigma2 * sq(W * u)),
    *family("noise on both sides", dp.expectation(DiagMatrix(e) * A * DiagMatrix(e), {e: sigma2}), A + sigma2 * DiagonalMatrix(A), A + sigma2 * A),
    *family("two noises squared", dp.expectation(dot(delta, W * e) ** 2, {e: sigma2, delta: t}),
            tr(OneMatrix(1, p) * W * one) ** 2 + sigma2 * sq(W.T * OneMatrix(p, 1)) + t * sq(W * one) + sigma2 * t * sq(W),
            tr(OneMatrix(1, p) * W * one) ** 2 + sigma2 * sq(W.T * OneMatrix(p, 1)) + t * sq(W * one)),
    *family("third power", dp.expectation(HadamardPower(e, 3), {e: [sigma2, mu]}), (1 + 3 * sigma2 + mu) * one, (1 + 3 * sigma2) * one),
    *family("square of a squared norm", dp.expectation(dot(e, e) ** 2, {e: [sigma2, 0, 3 * sigma2**2]}),
            n * (n - 1) * (1 + sigma2) ** 2 + n * (1 + 6 * sigma2 + 3 * sigma2**2), n**2 * (1 + sigma2) ** 2),
]
SCALARS = [
    *family("root of a cubic in a coefficient", x**4 * A, (x**2 + x) * A, (x**2 + x + 1) * A, assuming=(Eq(x**3, x + 1),)),
    *family("inverse of a cube root", A / root, root**2 * A / 2, root**2 * A, assuming=(Eq(root**3, 2),)),
    *family("norm, not squared", (length - 1) ** 2, sq(A) - 2 * length + 1, sq(A) - length + 1),
    *family("norm of a multiple", sqrt(sq(2 * A)), 2 * length, 4 * length),
    *family("normalised matrix", sq(A / length), 1, length),
]
BLOCKS = [
    *family("square of a block matrix", whole**2, BlockMatrix([[A * A + Z * Bn, A * Z + Z * Am], [Bn * A + Am * Bn, Bn * Z + Am * Am]]),
            BlockMatrix([[A * A + Z * Bn, A * Z + Z * Am], [Bn * A + Am * Bn, Am * Am]])),
    *family("trace of its square", tr(whole * whole), tr(A * A) + 2 * tr(Z * Bn) + tr(Am * Am), tr(A * A) + tr(Z * Bn) + tr(Am * Am)),
    *family("block elimination", BlockMatrix([[I, zero], [Bn * inv(A), Im]]) * BlockMatrix([[A, Z], [zero.T, Schur]]), whole, whole.T),
    *family("block inverse", whole * BlockMatrix([[inv(A) + inv(A) * Z * inv(Schur) * Bn * inv(A), -inv(A) * Z * inv(Schur)],
                                                  [-inv(Schur) * Bn * inv(A), inv(Schur)]]), Identity(n + m), 2 * Identity(n + m)),
]
EXCHANGES = [
    *family("commutation matrix", dp.commutation(n, m) * dp.vec(X), dp.vec(X.T), dp.vec(X)),
    *family("Kronecker factors exchanged", dp.commutation(n, m) * KroneckerProduct(Am, A) * dp.commutation(m, n), KroneckerProduct(A, Am),
            KroneckerProduct(Am, A)),
    *family("trace of an exchange", tr(dp.commutation(n, n) * KroneckerProduct(A, B)), tr(A * B), tr(A) * tr(B)),
    *family("twice the symmetric part", (Identity(n * n) + dp.commutation(n, n)) * dp.vec(A), dp.vec(A + A.T), 2 * dp.vec(A)),
]
STATED = [
    *family("adjugate at two", Trace(A2) * Identity(2) - A2, (tr(A2) ** 2 - tr(A2 * A2)) / 2 * inv(A2), (tr(A2) ** 2 - tr(A2 * A2)) * inv(A2)),
    *family("trace of the inverse at two", tr(inv(A2)), 2 * tr(A2) / (tr(A2) ** 2 - tr(A2 * A2)), tr(A2) / (tr(A2) ** 2 - tr(A2 * A2))),
    *family("determinant at two", Determinant(A2), (tr(A2) ** 2 - tr(A2 * A2)) / 2, tr(A2) ** 2 - tr(A2 * A2)),
    *family("entry of a product", (A2 * B2)[0, 1], A2[0, 0] * B2[0, 1] + A2[0, 1] * B2[1, 1], A2[0, 0] * B2[0, 1] + A2[1, 0] * B2[1, 1]),
]
ENTRIES = [*FILTERS, *ENTRYWISE, *AVERAGES, *SCALARS, *BLOCKS, *EXCHANGES, *STATED]
