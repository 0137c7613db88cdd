"""Lu and Kawaguchi (2017): false twins, claims of the catalogue with one slip each: a check that passes all is noticed."""

from lu_kawaguchi_2017 import (
    PATH,
    A,
    B,
    G,
    K,
    L,
    M,
    N,
    P,
    S,
    Sigma,
    T,
    U,
    W,
    Wbar,
    at_solution,
    d_h,
    half,
    layer,
    left_pair,
    normal,
    outside,
    pairs,
    paper,
    path,
    sigma,
    square,
    t,
    turn,
    uq,
    us,
    vs,
)
from sympy import Eq, Identity, Q, Trace, cos, sin

import dlnproof as dp

PLANTED = "planted beside Lu and Kawaguchi (2017), "

paper.derivation(
    "eq-3-suffices-mutant",
    [layer, dp.eq(at_solution - half * square(B.T * (W - Wbar) * A), "expand")],
    r"Negative control: the expansion around a solution of (3) with the sign of the square exchanged.",
    source=PLANTED + "equation 3",
    assuming=[normal],
    expect="refuted",
)
paper.identity(
    "eq-5-mutant",
    (T * S.inverse() * U) * U * S,
    T,
    r"Negative control: $R=R'S^{-1}U$, the transpose forgotten, in place of $R'S^{-1}U^\top$.",
    source=PLANTED + "equation 5",
    assuming=[Q.orthogonal(U), Q.invertible(S)],
    expect="refuted",
)
paper.derivation(
    "T-star-mutant",
    [
        L * K,
        dp.eq(L * G.inverse() * G * K, "$G=L^TL$"),
        dp.eq(L * G.inverse() * L.T * Sigma, "without the normal equation"),
    ],
    r"Negative control: $T^*=P_L\Sigma$ for any $K$, stationary or not.",
    source=PLANTED + "proof of Theorem 2.2",
    assuming=[Q.symmetric(G), Q.invertible(G), Eq(L.T * L, G)],
    expect="refuted",
)
paper.derivation(
    "T-star-right-mutant",
    [L * K, dp.eq(L * G * G.inverse() * K, "$G=KK^T$"), dp.eq(Sigma * K.T * G * K, "the inverse forgotten")],
    r"Negative control: $T^*=\Sigma K^\top(KK^\top)K$, the inverse of $KK^\top$ forgotten.",
    source=PLANTED + "proof of Theorem 2.2",
    assuming=[Q.symmetric(G), Q.invertible(G), Eq(K * K.T, G), Eq(Sigma * K.T, L * G)],
    expect="refuted",
)
paper.derivation(
    "commuting-mutant",
    [P * M * M.T, dp.eq(M * N * M.T, "$PM=MN$"), dp.eq(M * M.T * P * P, "one factor $P$ too many")],
    r"Negative control: $PMM^\top=MM^\top P^2$ for any symmetric $P$, not only for a projection.",
    source=PLANTED + "proof of Theorem 2.2",
    assuming=[Q.symmetric(P), Q.symmetric(N), Eq(P * M, M * N)],
    expect="refuted",
)
plane = us * us.T + uq * uq.T
mirrored = Identity(d_h) + (cos(t) - 1) * plane + sin(t) * (uq * us.T + us * uq.T)
paper.identity(
    "rotation-orthogonal-mutant",
    mirrored.T * mirrored,
    Identity(d_h),
    r"Negative control: the sign of $u_su_q^\top$ in $O_t$ exchanged.",
    source="planted beside " + PATH,
    assuming=left_pair,
    expect="refuted",
)
paper.identity(
    "rotation-turns-mutant",
    turn(us, uq, d_h) * (sigma * us * vs.T + outside),
    path + outside,
    r"Negative control: the left singular vectors rotated, the right ones not.",
    source="planted beside " + PATH,
    assuming=pairs,
    expect="refuted",
)
paper.identity(
    "rotation-rank-mutant",
    Trace(path.T * path) ** 2,
    2 * Trace(path.T * path * path.T * path),
    r"Negative control: the condition for two equal singular values in place of that for rank one.",
    source="planted beside " + PATH,
    assuming=pairs,
    expect="refuted",
)
