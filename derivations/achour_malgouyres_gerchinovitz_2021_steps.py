"""Achour, Malgouyres and Gerchinovitz (2021): steps (b)-(d) of our proof of the classification, for every depth and any data.

Letters as in the first file: A = A_i, B = B_{j-1}, M = W_{i-1} ... W_{j+1}, E_k = A_k D_k B_{k-1} along W_k + t D_k, and second
variation Q = |sum_k E_k|^2 + 2 sum_{i>j} <G, A_i D_i M D_j B_{j-1}>. A pivot (i, j), i > j, is tightened if M or the
complementary block B_{j-1} Y^T A_i has rank r.
"""

from achour_malgouyres_gerchinovitz_2021 import PROOF, SOURCE, G, N, P, R, Rp, Y, n, p, paper, planted, square
from sympy import Eq, Identity, MatrixSymbol, Q, Trace, ZeroMatrix, symbols

import dlnproof as dp

B_STEP, C_STEP, D_STEP = (SOURCE.format(PROOF.format(step)) for step in ("(b)", "(c)", "(d)"))
a, b, c, d, r, x, y = symbols("a b c d r x y", integer=True, positive=True)
H, i, j = symbols("H i j", integer=True, positive=True)

# the second variation, for every depth: the layers i > j apart from the others

W = dp.Chain("W", H)
target = MatrixSymbol("Y", W.width(H), W.width(0))
E = W.product(H, 1) - target
Di, Dj = MatrixSymbol("Di", W.width(i), W.width(i - 1)), MatrixSymbol("Dj", W.width(j), W.width(j - 1))
upper = W.product(H, i + 1) * Di * W.product(i - 1, 1)
lower = W.product(H, j + 1) * Dj * W.product(j - 1, 1)
crossed = W.product(H, i + 1) * Di * W.product(i - 1, j + 1) * Dj * W.product(j - 1, 1)
variation = dp.hessian_form(Trace(E.T * E) / 2, {W[i]: Di, W[j]: Dj}, assuming=[i > j])

paper.identity(
    "T1-variation",
    variation,
    square(upper + lower) + 2 * Trace(E.T * crossed),
    r"The second variation in two layers $i>j$ of a network of any depth is $\|E_i+E_j\|_F^2+2\langle"
    r" G,A_iD_iM_{ij}D_jB_{j-1}\rangle$.",
    remark="$Q$ is quadratic, so all layers together give the sum over the pairs.",
    source=SOURCE.format("second-order expansion"),
    assuming=[i > j],
)
paper.identity(
    "T1-variation-mutant",
    variation,
    square(upper + lower) + Trace(E.T * crossed),
    r"Negative control: the mixed term counted once.",
    assuming=[i > j],
    **planted(SOURCE.format("second-order expansion")),
)

# the rank identity: N = F E of full rank factors, U N V of the same rank, Z any generalised inverse of U N V

F, K = MatrixSymbol("F", a, r), MatrixSymbol("K", r, b)
U, V = MatrixSymbol("U", x, a), MatrixSymbol("V", b, y)
Z, left, right = MatrixSymbol("Z", y, x), MatrixSymbol("Lf", r, x), MatrixSymbol("Rt", y, r)
inverses = [Eq(left * U * F, Identity(r)), Eq(K * V * right, Identity(r))]

paper.derivation(
    "rank-identity-core",
    [
        K * V * Z * U * F,
        dp.eq(left * U * F * K * V * Z * U * F * K * V * right, "$L\\,UF=I$, $KV\\,R=I$"),
        dp.eq(left * U * F * K * V * right, "$Z$ is a generalised inverse of $UNV$"),
        dp.eq(Identity(r), "the one-sided inverses"),
    ],
    "If $N=FK$, $Z$ is a generalised inverse of $UNV$, $UF$ has a left and $KV$ a right inverse, then $KVZUF=I_r$.",
    remark=r"There are such inverses, for $N=FK$ with $r=\operatorname{rank}N$ inner columns, exactly if"
    r" $\operatorname{rank}UNV=r$.",
    source=B_STEP,
    assuming=[*inverses, Eq(U * F * K * V * Z * U * F * K * V, U * F * K * V)],
)
paper.identity(
    "rank-identity-core-mutant",
    K * V * Z * U * F,
    Identity(r),
    r"Negative control: the same without equality of ranks.",
    assuming=[Eq(U * F * K * V * Z * U * F * K * V, U * F * K * V)],
    **planted(B_STEP),
)
paper.identity(
    "rank-identity",
    F * K * V * Z * U * F * K,
    F * K,
    "If $N=FK$ and $KVZUF=I_r$, then $N=NVZUN$.",
    remark=r"So $N=NV(UNV)^-UN$ for any generalised inverse if $\operatorname{rank}UNV=\operatorname{rank}N=r$.",
    source=B_STEP,
    assuming=[Eq(K * V * Z * U * F, Identity(r))],
    uses=["rank-identity-core"],
)
paper.identity(
    "rank-identity-mutant",
    F * K * V * Z * U * F * K,
    F * K,
    r"Negative control: the same without equality of ranks.",
    assuming=[Eq(U * F * K * V * Z * U * F * K * V, U * F * K * V)],
    **planted(B_STEP),
)

# (b) the outer block has rank r exactly if B G^T A = 0

A, B = MatrixSymbol("A", p, c), MatrixSymbol("B", d, n)
inner, outer = MatrixSymbol("Kin", c, n), MatrixSymbol("Kout", p, d)
factors = [Eq(A * inner, R), Eq(outer * B, R)]

paper.derivation(
    "T1-b-split",
    [
        B * Y.T * A,
        dp.eq(B * (R - G).T * A, "$Y=R-G$"),
        dp.eq(B * R.T * A - B * G.T * A, "expand"),
    ],
    r"(b) For $Y=R-G$ the outer block is $BY^\top A=N_1+N_2$, $N_1=BR^\top A$, $N_2=-BG^\top A$.",
    remark="Here $A=A_i$, $B=B_{j-1}$.",
    source=B_STEP,
    assuming=[Eq(Y, R - G)],
)
paper.identity(
    "T1-b-split-mutant",
    B * Y.T * A,
    B * R.T * A + B * G.T * A,
    r"Negative control: the sign of $G$.",
    assuming=[Eq(Y, R - G)],
    **planted(B_STEP),
)
paper.identity(
    "T1-b-left",
    outer * B * G.T * A,
    ZeroMatrix(p, c),
    r"(b) If $R=K'B$ and $RG^\top=0$, then $K'BG^\top A=0$.",
    remark="So $K'N_2=0$ at a critical point.",
    source=B_STEP,
    assuming=[Eq(outer * B, R), Eq(R * G.T, ZeroMatrix(p, p))],
    uses=["P1-right"],
)
paper.identity(
    "T1-b-right",
    B * G.T * A * inner,
    ZeroMatrix(d, n),
    r"(b) If $R=AK$ and $G^\top R=0$, then $BG^\top AK=0$.",
    remark="So $N_2K=0$ at a critical point.",
    source=B_STEP,
    assuming=[Eq(A * inner, R), Eq(G.T * R, ZeroMatrix(n, n))],
    uses=["P1-left"],
)
paper.identity(
    "T1-b-left-mutant",
    outer * B * G.T * A,
    ZeroMatrix(p, c),
    r"Negative control: $K'N_2=0$ where only $R^\top G=0$.",
    assuming=[Eq(outer * B, R), Eq(R.T * G, ZeroMatrix(n, n))],
    **planted(B_STEP),
)
paper.identity(
    "T1-b-right-mutant",
    B * G.T * A,
    ZeroMatrix(d, c),
    r"Negative control: $N_2=0$ at every critical point.",
    assuming=[*factors, Eq(G.T * R, ZeroMatrix(n, n))],
    **planted(B_STEP),
)
penrose = [Eq(R * Rp * R, R), Eq(R * Rp, P), Q.symmetric(P), Eq(Rp * R, N), Q.symmetric(N)]
cube = Rp * Rp.T * Rp
paper.derivation(
    "T1-b-inverse",
    [
        R.T * R * cube * R * R.T,
        dp.eq(R.T * R * Rp * Rp.T * N * R.T, "$R^+R=N$"),
        dp.eq(R.T * Rp.T * R.T, "$NR^\\top=R^\\top$, $R^\\top RR^+=R^\\top$"),
        dp.eq(R.T, "transpose of $RR^+R=R$"),
    ],
    r"(b) $Z=R^+R^{+\top}R^+$ satisfies $R^\top R\,Z\,RR^\top=R^\top$.",
    remark=r"It is the pseudo-inverse of $K'NK=RR^\top R$, which has rank $r$.",
    source=B_STEP,
    assuming=penrose,
)
paper.identity(
    "T1-b-inverse-mutant",
    R.T * R * Rp * Rp.T * Rp * R * R.T,
    2 * R.T,
    r"Negative control: twice $R^\top$.",
    assuming=penrose,
    **planted(B_STEP),
)
block, Zr = MatrixSymbol("Nij", d, c), MatrixSymbol("Zr", n, p)
paper.derivation(
    "T1-b",
    [
        block,
        dp.eq(block * inner * Zr * outer * block, "the rank identity"),
        dp.eq(B * R.T * A * inner * Zr * outer * B * R.T * A, "$N_2K=0$, $K'N_2=0$"),
        dp.eq(B * R.T * R * Zr * R * R.T * A, "$AK=R=K'B$"),
        dp.eq(B * R.T * A, "$R^\\top R\\,Z\\,RR^\\top=R^\\top$"),
    ],
    r"(b) If $N=NKZK'N$, $NK=BR^\top R$, $K'N=RR^\top A$, $R^\top RZRR^\top=R^\top$, $AK=R=K'B$, then $N=BR^\top"
    r" A=N_1$.",
    remark=r"By the rank identity the first condition holds where $N=B_{j-1}Y^\top A_i$ has rank $r$; so then"
    r" $B_{j-1}G^\top A_i=0$. Conversely $N=N_1$ has rank $r$, since $K'N_1K=RR^\top R$.",
    source=B_STEP,
    assuming=[
        Eq(block * inner * Zr * outer * block, block),
        Eq(block * inner, B * R.T * R),
        Eq(outer * block, R * R.T * A),
        Eq(R.T * R * Zr * R * R.T, R.T),
        *factors,
    ],
    uses=["rank-identity", "T1-b-split", "T1-b-left", "T1-b-right", "T1-b-inverse"],
)
paper.identity(
    "T1-b-mutant",
    block,
    B * R.T * A,
    r"Negative control: $N=N_1$ whatever the rank of $N$.",
    assuming=[
        Eq(block * inner, B * R.T * R),
        Eq(outer * block, R * R.T * A),
        *factors,
    ],
    **planted(B_STEP),
)

# (c) the inner block of rank r

M, Di, Dj = MatrixSymbol("M", a, b), MatrixSymbol("Di", c, a), MatrixSymbol("Dj", b, d)
Aprev, Bj = (
    MatrixSymbol("Aprev", p, a),
    MatrixSymbol("Bj", b, n),
)  # A_{i-1} and B_j, so that A_j = A_{i-1} M, B_{i-1} = M B_j

paper.identity(
    "T1-c",
    A * Di * M * Dj * B,
    (A * Di * M * Bj) * Rp * (Aprev * M * Dj * B),
    "(c) If $M=MB_jR^+A_{i-1}M$, then $A_iD_iMD_jB_{j-1}=E_iR^+E_j$, with $E_i=A_iD_iMB_j$, $E_j=A_{i-1}MD_jB_{j-1}$.",
    remark="If $M_{ij}$ has rank $r$ the condition is the rank identity for $R=A_{i-1}M_{ij}B_j$.",
    source=C_STEP,
    assuming=[Eq(M * Bj * Rp * Aprev * M, M)],
    uses=["rank-identity"],
)
paper.identity(
    "T1-c-mutant",
    A * Di * M * Dj * B,
    (A * Di * M * Bj) * Rp * (Aprev * M * Dj * B),
    r"Negative control: the same for $M_{ij}$ of any rank.",
    assuming=[Eq(R * Rp * R, R), Eq(Aprev * M * Bj, R)],
    **planted(C_STEP),
)

# (d) tightened: G and R^+ act on complementary spaces, and sigma_{r+1} <= s <= sigma_r

D = MatrixSymbol("E", p, n)
s = symbols("s", positive=True)
Cg, Cr = MatrixSymbol("Cg", x, p), MatrixSymbol("Cr", y, n)
outside_left, outside_right = Identity(p) - P, Identity(n) - N
first, second = outside_left * D * N, P * D * outside_right
spaces = [Q.symmetric(P), Eq(P * P, P), Q.symmetric(N), Eq(N * N, N)]
where = [Eq(P * G, ZeroMatrix(p, n)), Eq(G * N, ZeroMatrix(p, n)), Eq(N * Rp, Rp), Eq(Rp * P, Rp)]
ahead, after = MatrixSymbol("Ai", p, c), MatrixSymbol("Aj", p, a)
between, Bi = MatrixSymbol("Wij", a, c), MatrixSymbol("Bi", b, n)
Dii, Djj = MatrixSymbol("Di", c, b), MatrixSymbol("Dj", a, d)

paper.identity(
    "T1-d-critical",
    Trace(G.T * after * between * Dii * Bi * Rp * after * Djj * B),
    0,
    r"(d) For $i\leq j$, $A_i=A_jW_j\cdots W_{i+1}$, $\langle G,E_iR^+E_j\rangle=0$ if $A_j^\top GB_{j-1}^\top=0$.",
    remark="The condition is that the gradient in $W_j$ vanishes.",
    source=D_STEP,
    assuming=[Eq(after.T * G * B.T, ZeroMatrix(a, d))],
)
paper.identity(
    "T1-d-critical-mutant",
    Trace(G.T * ahead * Dii * Bi * Rp * after * Djj * B),
    0,
    r"Negative control: the same for $i>j$.",
    assuming=[Eq(after.T * G * B.T, ZeroMatrix(a, d))],
    **planted(D_STEP),
)
paper.identity(
    "T1-d-outer",
    Trace(G.T * A * Di * M * Dj * B),
    Trace(G.T * A * Di * M * Bj * Rp * Aprev * M * Dj * B),
    r"(d) Where $B_{j-1}G^\top A_i=0$, $\langle G,A_iD_iM_{ij}D_jB_{j-1}\rangle=\langle G,E_iR^+E_j\rangle$ (both are"
    r" zero).",
    remark=r"By (b) this is where the outer block has rank $r$. So $Q=\|E\|_F^2+2\langle G,ER^+E\rangle$,"
    r" $E=\sum_kE_k$, at every tightened point.",
    source=D_STEP,
    assuming=[Eq(B * G.T * A, ZeroMatrix(d, c))],
    uses=["T1-b", "T1-c", "T1-d-critical", "T1-variation"],
)
paper.identity(
    "T1-d-outer-mutant",
    Trace(G.T * A * Di * M * Dj * B),
    Trace(G.T * A * Di * M * Bj * Rp * Aprev * M * Dj * B),
    r"Negative control: the same at every critical point, tightened or not.",
    assuming=[Eq(Aprev.T * G, ZeroMatrix(a, n))],
    **planted(D_STEP),
)
paper.identity(
    "T1-d-cross",
    Trace(G.T * D * Rp * D),
    Trace(G.T * first * Rp * second),
    r"(d) If $PG=0=GN$, $R^+=NR^+P$: $\langle G,ER^+E\rangle=\langle G,aR^+b\rangle$ with $a=P^\perp EN$,"
    r" $b=PEN^\perp$.",
    source=D_STEP,
    assuming=[*spaces, *where],
    uses=["P1-left", "P1-right"],
)
paper.identity(
    "T1-d-cross-mutant",
    Trace(G.T * D * Rp * D),
    Trace(G.T * first * Rp * second),
    r"Negative control: the same for any $G$, $R^+$, $P$ and $N$.",
    **planted(D_STEP),
)
paper.derivation(
    "T1-d-parts",
    [
        square(D),
        dp.ge(
            square(first) + square(second),
            "the other two corners",
            squares=[(1, P * D * N), (1, outside_left * D * outside_right)],
        ),
    ],
    r"(d) $\|E\|_F^2\geq\|a\|_F^2+\|b\|_F^2$: the corners of $E$ are orthogonal.",
    source=D_STEP,
    assuming=spaces,
)
paper.derivation(
    "T1-d-parts-mutant",
    [square(D), dp.ge(square(first) + 2 * square(second), "one corner twice")],
    r"Negative control: $\|E\|_F^2\geq\|a\|_F^2+2\|b\|_F^2$.",
    assuming=spaces,
    **planted(D_STEP),
)
f, g = MatrixSymbol("a", p, n), MatrixSymbol("b", p, n)
bounded = [
    Eq(G * G.T, s**2 * Identity(p) - Cg.T * Cg),
    Eq(Rp * Rp.T, Identity(n) / s**2 - Cr.T * Cr),
]
form = square(f) + square(g) + 2 * Trace(G.T * f * Rp * g)
paper.derivation(
    "T1-d",
    [form, dp.ge(0, "squares", squares=[(1, g + Rp.T * f.T * G), (s**2, f * Cr.T), (1, Cg * f * Rp)])],
    r"(d) $\|a\|_F^2+\|b\|_F^2+2\langle G,aR^+b\rangle\geq0$ if $GG^\top=s^2I-C^\top C$ and"
    r" $R^+R^{+\top}=I/s^2-D^\top D$.",
    remark=r"The conditions are $\|G\|_2\leq s$ and $\|R^+\|_2\leq1/s$: at a tightened point with $R$ of the $r$"
    r" largest singular values, $s=\sigma_r\geq\sigma_{r+1}$, the Hessian is positive semidefinite. Not a global"
    r" minimum, it is a non-strict saddle.",
    source=D_STEP,
    assuming=bounded,
    uses=["T1-d-outer", "T1-d-cross", "T1-d-parts"],
)
paper.derivation(
    "T1-d-mutant",
    [form, dp.ge(0, "squares")],
    r"Negative control: the same without the bound on $G$.",
    assuming=bounded[1:],
    **planted(D_STEP),
)
