"""Kronecker products and vec, symbols of a composite size among them, and the Hessian blocks written with them."""

# ruff: noqa: E501 (a table: one identity an entry)

from corpus import (
    A,
    Am,
    B,
    Bm,
    H,
    I,
    Im,
    Ip,
    M,
    N,
    P,
    S,
    Sm,
    X,
    Y,
    com,
    dot,
    false,
    family,
    g,
    h,
    inv,
    k,
    m,
    n,
    p,
    q,
    sq,
    tr,
    u,
    v,
)
from sympy import Eq, HadamardProduct, KroneckerProduct, MatrixSymbol, Q

from dlnproof.language.vec import vec

kron = KroneckerProduct
Xm, Xn = MatrixSymbol("Xm", m, n), MatrixSymbol("Xn", n, m)
J, Jm = MatrixSymbol("J", p, q), MatrixSymbol("Jm", m, k)
vnm, wnm = MatrixSymbol("vnm", n * m, 1), MatrixSymbol("wnm", n * m, 1)
Big, Big2 = MatrixSymbol("Big", n * m, n * m), MatrixSymbol("Big2", n * m, n * m)
W1, W2 = MatrixSymbol("W1", k, n), MatrixSymbol("W2", p, k)
D1, D2 = MatrixSymbol("D1", k, n), MatrixSymbol("D2", p, k)
um, vm = MatrixSymbol("um", m, 1), MatrixSymbol("vm", m, 1)

ENTRIES = [
    *family("mixed product", kron(A, Am) * kron(B, Bm), kron(A * B, Am * Bm), kron(B * A, Am * Bm), kron(B, Bm) * kron(A, Am), source="PMB 511"),
    *family("rectangular mixed product", kron(M, J) * kron(Jm, J.T), kron(M * Jm, J * J.T), kron(N * Jm, J * J.T), 2 * kron(M * Jm, J * J.T)),
    *family("transpose of a Kronecker product", kron(A, M).T, kron(A.T, M.T), kron(A, M.T), kron(A.T, N.T), source="PMB 510"),
    *family("trace of a Kronecker product", tr(kron(A, Am)), tr(A) * tr(Am), tr(A) + tr(Am), n * tr(Am), source="PMB 515"),
    *family("inverse of a Kronecker product", inv(kron(A, Am)), kron(inv(A), inv(Am)), kron(inv(A), Am), kron(A, Am), source="PMB 512"),
    *family("norm of a Kronecker product", sq(kron(M, J)), sq(M) * sq(J), sq(M) + sq(J), tr(M.T * N) * sq(J)),
    *family("Kronecker product with the unit", kron(I, Am) * kron(A, Im), kron(A, Am), kron(A.T, Am), kron(A, Im), source="HJ topics 4.2"),
    *family("factors on different sides commute", kron(A, Im) * kron(I, Am), kron(I, Am) * kron(A, Im), kron(A, Im), kron(A * A, Am)),
    *family("Kronecker product distributes", kron(A + B, Am), kron(A, Am) + kron(B, Am), kron(A, Am) - kron(B, Am), kron(A, Am)),
    *family("Kronecker product and scalars", kron(g * A, h * Am), g * h * kron(A, Am), (g + h) * kron(A, Am), g * kron(A, Am)),
    *family("power of a Kronecker product", kron(A, Am) ** 3, kron(A**3, Am**3), kron(A**3, Am), kron(A, Am)),
    *family("trace of a squared Kronecker product", tr(kron(A, Am) ** 2), tr(A * A) * tr(Am * Am), tr(A) ** 2 * tr(Am) ** 2, tr(A * A) * tr(Am)),
    *family("Kronecker sum squared", (kron(A, Im) + kron(I, Am)) ** 2, kron(A * A, Im) + 2 * kron(A, Am) + kron(I, Am * Am),
            kron(A * A, Im) + kron(A, Am) + kron(I, Am * Am), kron(A * A, Im) + kron(I, Am * Am), source="HJ topics 4.4"),
    *family("trace of a Kronecker sum", tr(kron(A, Im) + kron(I, Am)), m * tr(A) + n * tr(Am), tr(A) + tr(Am), n * tr(A) + m * tr(Am)),
    *family("Kronecker sums commute", com(kron(A, Im) + kron(I, Am), kron(A * A, Im)), 0 * kron(A, Am), kron(A, Am), kron(A * A * A, Im)),
    *family("Kronecker product of orthogonal matrices", kron(H, Sm).T * kron(H, Sm), kron(I, Im), kron(H, Im), kron(I, Sm),
            assuming=(Q.orthogonal(H), Q.orthogonal(Sm))),
    *family("Kronecker product of projectors", kron(P, Im) ** 2, kron(P, Im), kron(I, Im), 2 * kron(P, Im), assuming=(Eq(P * P, P),)),
    *family("Kronecker product of columns", kron(u, um) * kron(v, vm).T, kron(u * v.T, um * vm.T), kron(v * u.T, um * vm.T),
            kron(u * v.T, vm * um.T)),
    *family("inner product of Kronecker columns", tr(kron(u, um).T * kron(v, vm)), dot(u, v) * dot(um, vm), dot(u, v) + dot(um, vm),
            dot(u, u) * dot(um, vm)),
    *family("symmetric Kronecker product", kron(S, Sm).T, kron(S, Sm), -kron(S, Sm), kron(S, Im),
            assuming=(Q.symmetric(S), Q.symmetric(Sm))),
    # vec
    *family("vec of a triple product", vec(A * M * Am), kron(Am.T, A) * vec(M), kron(Am, A) * vec(M), kron(Am.T, A.T) * vec(M),
            source="PMB 520"),
    *family("vec of a left product", vec(A * M), kron(Im, A) * vec(M), kron(Im, A.T) * vec(M), vec(M)),
    *family("vec of a right product", vec(M * Am), kron(Am.T, I) * vec(M), kron(Am, I) * vec(M), vec(M)),
    *family("vec of an outer product", vec(u * vm.T), kron(vm, u), kron(vm, v), -kron(vm, u), source="PMB 520"),
    *family("inner product of vecs", tr(vec(M).T * vec(N)), tr(M.T * N), tr(M.T * M), tr(M.T * N) / 2, source="PMB 521"),
    *family("quadratic form in a Kronecker product", tr(vec(M).T * kron(Am, A) * vec(M)), tr(M.T * A * M * Am.T), tr(M.T * A * M * Am),
            tr(M.T * M * Am), source="PMB 521"),
    *family("bilinear form", tr(vec(M).T * kron(Sm, S) * vec(N)), tr(M.T * S * N * Sm), tr(M.T * S * N), tr(M.T * M * Sm),
            assuming=(Q.symmetric(S), Q.symmetric(Sm))),
    *family("Sylvester operator", (kron(Im, A) + kron(Am.T, I)) * vec(M), vec(A * M + M * Am), vec(A * M - M * Am), vec(A * M + M * Am.T)),
    *family("Lyapunov operator", (kron(I, A) + kron(A, I)) * vec(B), vec(A * B + B * A.T), vec(A * B + B * A), vec(A * B)),
    *family("vec of a sum", vec(M + 2 * N), vec(M) + 2 * vec(N), vec(M) + vec(N), 2 * vec(M) + vec(N)),
    *family("transposes through the trace", tr(vec(A.T).T * vec(B)), tr(A * B), tr(A.T * B), tr(A) * tr(B)),
    *family("vec of the unit", tr(vec(I).T * vec(A)), tr(A), n, sq(A)),
    *family("norm of vec", tr(vec(M).T * vec(M)), sq(M), tr(M.T * N), sq(M) / 2),
    *family("unit vec as a projector", vec(I) * vec(I).T * vec(A), tr(A) * vec(I), n * vec(A), vec(A)),
    # composite sizes met with a symbol of that size
    *family("quadratic form of a long vector", tr(vnm.T * kron(A, Am) * vnm), tr(vnm.T * kron(A, Am).T * vnm), tr(vnm.T * kron(A, Am.T) * vnm),
            tr(vnm.T * vnm)),
    *family("long vector through the mixed product", kron(A, Am) * kron(B, Bm) * vnm, kron(A * B, Am * Bm) * vnm, kron(B * A, Am * Bm) * vnm,
            vnm),
    *family("big matrix against a Kronecker product", tr(Big * kron(A, Am)), tr(kron(A, Am) * Big), tr(kron(A.T, Am) * Big), tr(Big)),
    *family("big matrix and a long vector", tr(vnm.T * Big * wnm), tr(wnm.T * Big.T * vnm), tr(wnm.T * Big * vnm), tr(vnm.T * wnm)),
    *family("conjugated big matrix", tr(kron(A, Am) * Big * kron(inv(A), inv(Am))), tr(Big), tr(Big.T) * 2, tr(Big) * n),
    *family("big unit", Big * kron(I, Im), Big, Big.T, 2 * Big),
    *family("big matrix plus a Kronecker sum", (Big + kron(A, Im)) * vnm, Big * vnm + kron(A, Im) * vnm, Big * vnm, kron(A, Im) * vnm),
    *family("long vector projected", kron(P, Im) * kron(P, Im) * vnm, kron(P, Im) * vnm, vnm, 2 * kron(P, Im) * vnm, assuming=(Eq(P * P, P),)),
    *family("big symmetric", (kron(A, Am).T * Big * kron(A, Am)).T, kron(A, Am).T * Big * kron(A, Am), Big, kron(A, Am) * Big * kron(A, Am).T,
            assuming=(Q.symmetric(Big),)),
    *family("vec meets a big matrix", tr(vec(Xm).T * Big * vec(Xm)), tr(vec(Xm).T * Big.T * vec(Xm)), tr(vec(Xm).T * vec(Xm)),
            tr(Big)),
    *family("resolvent of a Kronecker product", inv(kron(A, Am) + g * kron(I, Im)) * kron(A, Am),
            kron(I, Im) - g * inv(kron(A, Am) + g * kron(I, Im)), kron(I, Im), kron(I, Im) + g * inv(kron(A, Am) + g * kron(I, Im))),
    # blocks of the Hessian
    *family("Hessian block of a layer", tr(vec(D1).T * kron(X * X.T, W2.T * W2) * vec(D1)), sq(W2 * D1 * X), sq(W2 * D1), sq(D1 * X),
            source="Kawaguchi 2016, Lemma 4.3"),
    *family("Hessian block of the last layer", tr(vec(D2.T).T * kron(Ip, W1 * X * X.T * W1.T) * vec(D2.T)), sq(D2 * W1 * X), sq(D2 * W1),
            tr(D2.T * D2), source="Kawaguchi 2016, Lemma 4.3"),
    *family("gradient in vec form", kron(X, W2.T) * vec(W2 * W1 * X - Y), vec(W2.T * (W2 * W1 * X - Y) * X.T), -vec(W2.T * (W2 * W1 * X - Y) * X.T), vec(W2.T * (W2 * W1 * X + Y) * X.T), source="Kawaguchi 2016, Lemma 4.1"),
    *family("Jacobian of the first layer", kron(X.T, W2) * vec(D1), vec(W2 * D1 * X), -vec(W2 * D1 * X), vec(W2 * W1 * X)),
    *false("Kronecker products do not commute", kron(A, B), kron(B, A)),
    *false("Hadamard is not Kronecker", tr(HadamardProduct(A, B)), tr(kron(A, B))),
    *false("vec of the transpose", vec(A.T), vec(A)),
]
