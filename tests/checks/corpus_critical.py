"""Assumptions from optimisation: balancedness, critical points, normal equations, definitions, vanishing products."""

# ruff: noqa: E501 (a table: one identity an entry)

from corpus import (
    A,
    B,
    C,
    D,
    Dk,
    I,
    Ik,
    Ip,
    O,
    U,
    W,
    X,
    Y,
    a,
    b,
    c,
    com,
    dot,
    eta,
    family,
    g,
    h,
    inv,
    k,
    lam,
    n,
    p,
    q,
    sq,
    tr,
    u,
    w,
)
from sympy import Eq, MatrixSymbol, Q, Rational, ZeroMatrix

W1, W2, W3 = MatrixSymbol("W1", k, n), MatrixSymbol("W2", p, k), MatrixSymbol("W3", q, p)
balanced = (Eq(W2.T * W2, W1 * W1.T),)
Pp, Sigma = MatrixSymbol("Pp", p, p), MatrixSymbol("Sigma", p, p)
Z = MatrixSymbol("Z", p, n)
Xi = MatrixSymbol("Xi", n, n)
Hh, Bv = MatrixSymbol("Hh", n, n), MatrixSymbol("bv", n, 1)
Ux, Vx = MatrixSymbol("Ux", p, k), MatrixSymbol("Vx", n, k)
stationary2 = Eq((W2 * W1 - Z) * W1.T, ZeroMatrix(p, k))
stationary1 = Eq(W2.T * (W2 * W1 - Z), ZeroMatrix(k, n))
ridge1 = Eq(W2.T * (W2 * W1 - Z) + lam * W1, ZeroMatrix(k, n))
ridge2 = Eq((W2 * W1 - Z) * W1.T + lam * W2, ZeroMatrix(p, k))
residual = W2 * W1 - Z
pca = (Eq(Pp * Pp, Pp), Eq(Pp.T, Pp), Eq(Pp * Sigma * Pp, Sigma * Pp))

BALANCED = [
    *family("balanced: fourth power", W2 * W1 * W1.T * W2.T, (W2 * W2.T) ** 2, W2 * W2.T, 2 * (W2 * W2.T) ** 2, assuming=balanced,
            source="Arora, Cohen, Hazan 2018"),
    *family("balanced: right fourth power", W1.T * W2.T * W2 * W1, (W1.T * W1) ** 2, W1.T * W1, (W1.T * W1) ** 3,
            assuming=balanced, source="Arora, Cohen, Hazan 2018"),
    *family("balanced: equal norms", sq(W1), sq(W2), 2 * sq(W2), sq(W1) ** 2, assuming=balanced),
    *family("balanced: equal fourth norms", sq(W1.T * W1), sq(W2 * W2.T), sq(W2) ** 2, sq(W2), assuming=balanced),
    *family("balanced: norm of the product", sq(W2 * W1), tr((W1 * W1.T) ** 2), tr(W1 * W1.T), tr((W1 * W1.T) ** 3),
            assuming=balanced),
    *family("balanced: three layers", W3 * W2 * W1 * (W3 * W2 * W1).T, (W3 * W3.T) ** 3, (W3 * W3.T) ** 2, W3 * W3.T,
            assuming=(Eq(W3.T * W3, W2 * W2.T), Eq(W2.T * W2, W1 * W1.T)), source="Arora, Cohen, Hazan 2018"),
    *family("balanced: three layers from the right", (W3 * W2 * W1).T * W3 * W2 * W1, (W1.T * W1) ** 3, (W1.T * W1) ** 2,
            W1.T * W1, assuming=(Eq(W3.T * W3, W2 * W2.T), Eq(W2.T * W2, W1 * W1.T)), source="Arora, Cohen, Hazan 2018"),
    *family("balanced up to a constant", W2 * W1 * W1.T * W2.T, (W2 * W2.T) ** 2 - h * W2 * W2.T, (W2 * W2.T) ** 2 + h * W2 * W2.T,
            (W2 * W2.T) ** 2, assuming=(Eq(W2.T * W2 - W1 * W1.T, h * Ik),), source="lambda-balanced"),
    *family("balanced and rotated", (W2 * Dk.T).T * (W2 * Dk.T), (Dk * W1) * (Dk * W1).T, W1 * W1.T, Dk.T * W1 * W1.T * Dk,
            assuming=(*balanced, Q.orthogonal(Dk))),
    *family("balanced: end-to-end step", W2 * W2.T * Z + Z * W1.T * W1 - (W2 * W2.T * Z + Z * W1.T * W1),
            ZeroMatrix(p, n), Z, W2 * W2.T * Z, assuming=balanced),
]
CRITICAL = [
    *family("normal equations: value", sq(W * X - Y), sq(Y) - sq(W * X), sq(Y) + sq(W * X), sq(Y),
            assuming=(Eq((W * X - Y) * X.T, ZeroMatrix(p, n)),), source="least squares"),
    *family("normal equations: orthogonal residual", tr((W * X - Y) * X.T * W.T), 0, sq(Y), sq(W),
            assuming=(Eq((W * X - Y) * X.T, ZeroMatrix(p, n)),)),
    *family("normal equations, oriented", W * X * X.T * W.T, Y * X.T * W.T, W * X * Y.T * 2, Y * Y.T,
            assuming=(Eq(W * X * X.T, Y * X.T),)),
    *family("normal equations: cross terms", Y * X.T * W.T, W * X * Y.T, -W * X * Y.T, Y * Y.T, assuming=(Eq(W * X * X.T, Y * X.T),)),
    *family("normal equations solved", W, Y * X.T * inv(X * X.T), Y * X.T, 2 * W,
            assuming=(Eq(W * X * X.T, Y * X.T),)),
    *family("critical: layers' norms with decay", sq(W1), sq(W2), 2 * sq(W2), sq(W2) ** 2, assuming=(ridge1, ridge2)),
    *family("critical: balanced with decay", W1 * W1.T, W2.T * W2, 2 * W2.T * W2, Ik, assuming=(ridge1, ridge2)),
    *family("critical: decay absorbs the residual", tr(W2.T * residual * W1.T), -lam * sq(W1), lam * sq(W1), -sq(W1), assuming=(ridge1,)),
    *family("critical: value", sq(residual), sq(Z) - sq(W2 * W1), sq(Z) + sq(W2 * W1), sq(Z), assuming=(stationary1,),
            source="Baldi and Hornik 1989"),
    *family("critical: both layers", W2 * W1 * W1.T * W2.T, Z * W1.T * W2.T, Z * Z.T, W2 * W2.T, assuming=(stationary2,)),
    *family("critical: commutes", W2 * W1 * Z.T, Z * W1.T * W2.T, Z * Z.T, -Z * W1.T * W2.T, assuming=(stationary2,),
            source="Baldi and Hornik 1989"),
    *family("critical: projection", Pp * Sigma, Sigma * Pp, -Sigma * Pp, Sigma, assuming=(*pca, Q.symmetric(Sigma)),
            source="Baldi and Hornik 1989"),
    *family("critical: projected value", tr(Pp * Sigma), tr(Pp * Sigma * Pp), tr(Sigma), tr(Pp), assuming=pca[:2]),
    *family("critical: sandwich", Pp * Sigma * Pp, Pp * Sigma, Sigma, Pp, assuming=(Eq(Pp * Pp, Pp), Eq(Pp * Sigma, Sigma * Pp))),
    *family("critical: powers commute", Pp * Sigma**3 * Pp, Sigma**3 * Pp, Sigma**3, Sigma * Pp,
            assuming=(Eq(Pp * Pp, Pp), Eq(Pp * Sigma, Sigma * Pp))),
    *family("critical: complement", (Ip - Pp) * Sigma * Pp, ZeroMatrix(p, p), Sigma, Sigma * Pp,
            assuming=(Eq(Pp * Pp, Pp), Eq(Pp * Sigma, Sigma * Pp))),
    *family("critical point of a quadratic: value", dot(u, Hh * u) / 2 - dot(Bv, u), -dot(Bv, u) / 2, dot(Bv, u) / 2, -dot(Bv, u),
            assuming=(Q.symmetric(Hh), Eq(Hh * u, Bv))),
    *family("gradient step towards a minimum", w - eta * (Hh * w - Bv) - u, (I - eta * Hh) * (w - u), (I + eta * Hh) * (w - u), w - u,
            assuming=(Q.symmetric(Hh), Eq(Hh * u, Bv))),
    *family("scalar critical point", (a * b - c) * a, 0, a, b, assuming=(Eq(a * (a * b - c), 0),)),
    *family("autoencoder", sq(X - U * U.T * X), sq(X) - sq(U.T * X), sq(X) + sq(U.T * X), sq(X), assuming=(Eq(U.T * U, Ik),),
            source="principal components"),
    *family("interpolation", sq(W * X - Y + Z * X), sq(Z * X), sq(Z), sq(Y), assuming=(Eq(W * X, Y),)),
    *family("zero residual at the solution", (W * X - Y) * X.T, ZeroMatrix(p, n), Y * X.T, W, assuming=(Eq(Y, W * X),)),
    *family("teacher and student", sq(W * X - Y), tr((W - Z) * Xi * (W - Z).T), tr((W - Z) * (W - Z).T), tr((W + Z) * Xi * (W + Z).T),
            assuming=(Eq(Y, Z * X), Eq(Xi, X * X.T))),
    *family("definition in the middle", tr(W * Xi * W.T), sq(W * X), sq(W), sq(X), assuming=(Eq(X * X.T, Xi),)),
    *family("definition of an inverse", Xi * A, I, A, Xi, assuming=(Eq(Xi, inv(A)),)),
    *family("left inverse, given as an equation", A * B, I, A, B, assuming=(Eq(B * A, I),)),
    *family("generalised inverse", (A * B) ** 2, A * B, B * A, I, assuming=(Eq(A * B * A, A),)),
    *family("Penrose equations", A.T * A * B, A.T, A, B.T, assuming=(Eq(A * B * A, A), Eq((A * B).T, A * B)), source="Penrose 1955"),
    *family("uniqueness of the pseudo-inverse, first step", B.T * A.T * A, A, B, A.T, assuming=(Eq(A * B * A, A), Eq((A * B).T, A * B))),
    *family("vanishing product", (A + B) ** 2, A**2 + B**2 + B * A, A**2 + B**2, A**2 + B**2 - B * A, assuming=(Eq(A * B, O),)),
    *family("vanishing product, thrice", (A + B) ** 3, A**3 + B**3 + B * A**2 + B**2 * A, A**3 + B**3, A**3 + B**3 + B * A * B,
            assuming=(Eq(A * B, O),)),
    *family("lyapunov equation", tr(C), tr(A * B) + tr(B * A.T), tr(A * B), 2 * tr(A), assuming=(Eq(C, A * B + B * A.T),)),
    *family("lyapunov, symmetric", dot(u, C * u), 2 * dot(u, A * B * u), dot(u, A * B * u), dot(u, A * u),
            assuming=(Eq(A * B + B * A.T, C), Q.symmetric(B))),
    *family("riccati", inv(A) * C * inv(A), B + inv(A) * D, B + D * inv(A), B, assuming=(Eq(C, A * B * A + D * A),)),
]
VACUOUS = [
    ("unit commutator", tr(A) * tr(B), 0, (Eq(com(A, B), I),)),
    ("negative norm", A, B, (Eq(sq(A), -1),)),
    ("zero Gram of an invertible matrix", B, C, (Q.invertible(A), Eq(A.T * A, O))),
    ("idempotent of trace one half", A, B, (Eq(A * A, A), Eq(tr(A), Rational(1, 2)))),
    ("two values", A, O, (Eq(A, I), Eq(A, 2 * I))),
    ("nilpotent and invertible", B, O, (Eq(A * A, O), Q.invertible(A))),
    ("antisymmetric and positive definite", A * B, O, (Q.positive_definite(A), Eq(A.T, -A))),
    ("sum of squares is zero", B, O, (Eq(sq(A) + sq(B), -g),)),
]
ENTRIES = [*BALANCED, *CRITICAL]
