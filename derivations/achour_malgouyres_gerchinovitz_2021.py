"""Achour, Malgouyres and Gerchinovitz (2021): which critical points of a deep linear network are minima, strict, non-strict.

H weight matrices W_k: d_k x d_{k-1}, R = W_H ... W_1 of rank r, A_i = W_H ... W_{i+1}, B_i = W_i ... W_1, for i > j
M = W_{i-1} ... W_{j+1}; inputs that are the identity (claims "reduction-..."), so L = 1/2 ||R - Y||_F^2, G = R - Y,
Sigma = YY^T. P, N are the orthogonal projections onto the range of R and of R^T, Rp is the pseudo-inverse of R. The criterion
is restated from memory of the paper, without its conditions on the data; these steps prove it for every depth, all widths and
any data: the proof, and that no condition is needed, are this project's.
"""

from lu_kawaguchi_2017 import planted, square
from sympy import Eq, Identity, MatrixSymbol, Q, Rational, Trace, ZeroMatrix, symbols

import dlnproof as dp

paper = dp.Paper(
    "achour-malgouyres-gerchinovitz-2021",
    title="The loss landscape of deep linear neural networks: a second-order analysis",
    authors=["El Mehdi Achour", "François Malgouyres", "Sébastien Gerchinovitz"],
    year=2021,
    venue="Journal of Machine Learning Research 25 (242), 1-76 (2024), arXiv:2107.13289",
    url="https://arxiv.org/abs/2107.13289",
)
SOURCE = "Achour, Malgouyres and Gerchinovitz (2021), {}"
CRITICAL = SOURCE.format("critical points and their values (Proposition 1 in our count)")
PROOF = "proof of the classification (Theorem 1 in our count), in our version, step {}"


half = Rational(1, 2)
n, p, m, r, w, h, k, q = symbols("n p m r w h k q", integer=True, positive=True)  # n = d_0 inputs, p = d_H outputs
X, Y = MatrixSymbol("X", n, m), MatrixSymbol("Y", p, n)
C, W1, WH, B = MatrixSymbol("C", p, h), MatrixSymbol("W1", h, n), MatrixSymbol("WH", p, w), MatrixSymbol("B", w, n)
G, R, P, N = MatrixSymbol("G", p, n), MatrixSymbol("R", p, n), MatrixSymbol("P", p, p), MatrixSymbol("N", n, n)
Rp = MatrixSymbol("Rp", n, p)

# inputs that are not the identity: those outside the range of X do not enter, the others are absorbed in W_1

T, U, S, V = MatrixSymbol("T", m, m), MatrixSymbol("U", n, r), MatrixSymbol("S", r, r), MatrixSymbol("V", m, r)
Z, target = MatrixSymbol("Z", h, r), MatrixSymbol("Y", p, m)
compact = [Eq(U.T * U, Identity(r)), Eq(V.T * V, Identity(r)), Q.invertible(S)]
reduced = square(C * W1 * U * S - target * V) + square(target - target * V * V.T)

paper.identity(
    "reduction",
    square(C * W1 * U * S * V.T - target),
    reduced,
    r"Any data: with the compact decomposition $X=USV^\top$ the loss is that of the inputs $I_r$, $r=\operatorname{rank}X$, the"
    r" targets $YV$ and the first layer $W_1US$, plus a constant.",
    source=SOURCE.format("any data instead of $XX^T$ invertible, in our version"),
    assuming=compact,
)
paper.identity(
    "reduction-mutant",
    square(C * W1 * U * S * V.T - target),
    square(C * W1 * U * S - target * V),
    "Negative control: the constant forgotten.",
    assuming=compact,
    **planted(SOURCE.format("any data")),
)
paper.identity(
    "reduction-onto",
    (Z * S.inverse() * U.T) * U * S,
    Z,
    r"$W_1=ZS^{-1}U^\top$ has $W_1US=Z$: every first layer $Z$ of the reduced network is $W_1US$ of some $W_1$.",
    remark=r"So $W_1\mapsto W_1US$ is linear and onto: kinds of critical points agree, and inertias up to zeros.",
    source=SOURCE.format("any data instead of $XX^T$ invertible, in our version"),
    assuming=compact[::2],
    uses=["reduction"],
)
paper.identity(
    "reduction-onto-mutant",
    (Z * S.inverse().T * U.T) * U * S,
    Z,
    r"Negative control: $S^{-\top}$ in the place of $S^{-1}$.",
    assuming=compact[::2],
    **planted(SOURCE.format("any data")),
)

# P1: critical points and their values

paper.identity(
    "P1-left",
    (C * W1).T * G,
    ZeroMatrix(n, n),
    r"Where the gradient in $W_1$ vanishes, $C^\top G=0$, also $R^\top G=0$ for $R=CW_1$, $C=W_H\cdots W_2$.",
    source=CRITICAL,
    assuming=[Eq(C.T * G, ZeroMatrix(h, n))],
)
paper.identity(
    "P1-right",
    G * (WH * B).T,
    ZeroMatrix(p, p),
    r"Where the gradient in $W_H$ vanishes, $GB^\top=0$, also $GR^\top=0$ for $R=W_HB$, $B=W_{H-1}\cdots W_1$.",
    source=CRITICAL,
    assuming=[Eq(G * B.T, ZeroMatrix(p, w))],
)
paper.identity(
    "P1-left-mutant",
    (C * W1).T * G,
    ZeroMatrix(n, n),
    r"Negative control: $R^\top G=0$ wherever the gradient in $W_H$ vanishes.",
    assuming=[Eq(G * W1.T, ZeroMatrix(p, h))],
    **planted(CRITICAL),
)
paper.identity(
    "P1-right-mutant",
    G * (WH * B).T,
    ZeroMatrix(p, p),
    r"Negative control: $GR^\top=0$ wherever the gradient in $W_1$ vanishes.",
    assuming=[Eq(WH.T * G, ZeroMatrix(w, n))],
    **planted(CRITICAL),
)
pseudo = [Eq(R * Rp, P), Q.symmetric(P), Eq(P * R, R)]
paper.derivation(
    "P1-projection",
    [
        R,
        dp.eq(P * R, "the projection onto the range of $R$"),
        dp.eq(Rp.T * R.T * R, "$P=P^T=(RR^+)^T$"),
        dp.eq(Rp.T * R.T * Y, "$R^TG=0$"),
        dp.eq(P * Y, "$P=(RR^+)^T$"),
    ],
    r"Where $R^\top G=0$, that is $R^\top R=R^\top Y$, $R=PY$.",
    remark="This holds at every critical point.",
    source=CRITICAL,
    assuming=[*pseudo, Eq(R.T * R, R.T * Y)],
    uses=["P1-left"],
)
paper.identity(
    "P1-projection-mutant",
    R,
    P * Y,
    r"Negative control: $R=PY$ at any point.",
    assuming=pseudo,
    **planted(CRITICAL),
)
mirrored = [Eq(Rp * R, N), Q.symmetric(N), Eq(R * N, R)]
paper.derivation(
    "P1-projection-right",
    [
        R,
        dp.eq(R * N, "the projection onto the range of $R^T$"),
        dp.eq(R * R.T * Rp.T, "$N=N^T=(R^+R)^T$"),
        dp.eq(Y * R.T * Rp.T, "$GR^T=0$"),
        dp.eq(Y * N, "$N=(R^+R)^T$"),
    ],
    r"Where $GR^\top=0$, that is $RR^\top=YR^\top$, $R=YN$.",
    source=CRITICAL,
    assuming=[*mirrored, Eq(R * R.T, Y * R.T)],
    uses=["P1-right"],
)
paper.identity(
    "P1-projection-right-mutant",
    R,
    Y * N,
    r"Negative control: $R=YN$ where only $R^\top G=0$.",
    assuming=[*mirrored, Eq(R.T * R, R.T * Y)],
    **planted(CRITICAL),
)
paper.derivation(
    "P1-commutes",
    [P * Y * Y.T, dp.eq(Y * N * Y.T, "$PY=YN$"), dp.eq(Y * Y.T * P, "the transpose of $PY=YN$")],
    r"If $PY=YN$, $P$ commutes with $\Sigma=YY^\top$.",
    remark=r"At a critical point both are $R$, so the range of $R$ is spanned by eigenvectors of $\Sigma$.",
    source=CRITICAL,
    assuming=[Q.symmetric(P), Q.symmetric(N), Eq(P * Y, Y * N)],
    uses=["P1-projection", "P1-projection-right"],
)
paper.identity(
    "P1-commutes-mutant",
    P * Y * Y.T,
    Y * Y.T * P * P,
    r"Negative control: the same with one projection too many, for any symmetric $P$.",
    assuming=[Q.symmetric(P), Q.symmetric(N), Eq(P * Y, Y * N)],
    **planted(CRITICAL),
)
projection = [Q.symmetric(P), Eq(P * P, P)]
paper.identity(
    "P1-value",
    square(P * Y - Y),
    Trace(Y * Y.T) - Trace(P * Y * Y.T),
    r"$2L=\|Y\|_F^2-\operatorname{tr}P\Sigma$ for $R=PY$.",
    remark=r"At a critical point this is $\|Y\|_F^2$ less the sum of the selected eigenvalues.",
    source=CRITICAL,
    assuming=projection,
    uses=["P1-projection", "P1-commutes"],
)
paper.identity(
    "P1-value-mutant",
    square(P * Y - Y),
    Trace(Y * Y.T) + Trace(P * Y * Y.T),
    r"Negative control: the selected eigenvalues added.",
    assuming=projection,
    **planted(CRITICAL),
)

# every choice of eigenvectors occurs: W_H = U, W_1 = U^T Y, identities (or unit columns) between them

Basis = MatrixSymbol("Us", p, r)
selected = [Eq(Basis.T * Basis, Identity(r)), Eq(Basis * Basis.T * Y * Y.T, Y * Y.T * Basis * Basis.T)]
paper.identity(
    "P1-occurs-first",
    Basis.T * (Basis * Basis.T * Y - Y),
    ZeroMatrix(r, n),
    r"For orthonormal columns $U_S$ and $W_H=U_S$, $W_1=U_S^\top Y$ the gradient in $W_1$, $U_S^\top(U_SU_S^\top"
    r" Y-Y)$, vanishes.",
    remark=r"With eigenvectors $U_S$ of $\Sigma$, and identities or unit columns in the layers between, every $S$"
    r" occurs.",
    source=CRITICAL,
    assuming=selected[:1],
)
paper.derivation(
    "P1-occurs",
    [
        (Basis * Basis.T * Y - Y) * (Basis.T * Y).T,
        dp.eq(Basis * Basis.T * Y * Y.T * Basis - Y * Y.T * Basis, "expand"),
        dp.eq(Y * Y.T * Basis * Basis.T * Basis - Y * Y.T * Basis, "$U_SU_S^T$ commutes with $\\Sigma$"),
        dp.eq(ZeroMatrix(p, r), "$U_S^TU_S=I$"),
    ],
    r"And that in $W_H$, $(U_SU_S^\top Y-Y)(U_S^\top Y)^\top$, if $U_SU_S^\top$ commutes with $\Sigma$.",
    remark=r"So the point is critical, with the value $\frac12(\|Y\|_F^2-\sum_{i\in S}\lambda_i)$.",
    source=CRITICAL,
    assuming=selected,
    uses=["P1-occurs-first", "P1-value"],
)
paper.identity(
    "P1-occurs-first-mutant",
    Basis.T * (Basis * Basis.T * Y - Y),
    ZeroMatrix(r, n),
    r"Negative control: the same for columns of any length.",
    **planted(CRITICAL),
)
paper.identity(
    "P1-occurs-mutant",
    (Basis * Basis.T * Y - Y) * (Basis.T * Y).T,
    ZeroMatrix(p, r),
    r"Negative control: the same for orthonormal vectors that are no eigenvectors.",
    assuming=selected[:1],
    **planted(CRITICAL),
)

# (a) an eigenvalue left out exceeds a selected one: the two-sided rotation

c, s = symbols("c s", real=True)  # cosine and sine of the angle t
sigma, gap = symbols("sigma_s gap", positive=True)
us, uq = MatrixSymbol("u_s", p, 1), MatrixSymbol("u_q", p, 1)
vs, vq = MatrixSymbol("v_s", n, 1), MatrixSymbol("v_q", n, 1)
one, nought = Identity(1), ZeroMatrix(1, 1)
rest = (Identity(p) - us * us.T - uq * uq.T) * MatrixSymbol("Z", p, n) * (Identity(n) - vs * vs.T - vq * vq.T)
pairs = [Eq(c**2 + s**2, 1), Eq(us.T * us, one), Eq(uq.T * uq, one), Eq(us.T * uq, nought)]
pairs += [Eq(vs.T * vs, one), Eq(vq.T * vq, one), Eq(vs.T * vq, nought)]
turned = sigma * (c * us + s * uq) * (c * vs + s * vq).T
goal = sigma * us * vs.T + (sigma + gap) * uq * vq.T
A_STEP = SOURCE.format(PROOF.format("(a)"))
level = (sigma + gap) ** 2 + square(rest)

paper.derivation(
    "T1-a",
    [
        square(turned + rest - goal),
        dp.eq(level - 2 * sigma * gap * s**2, "expand; the pairs are orthonormal"),
        dp.le(level, "lower for $t\\neq0$", squares=[(2 * sigma * gap, s)]),
    ],
    r"(a) For orthonormal pairs, $c=\cos t$, $s=\sin t$: turning $\sigma_su_sv_s^\top$ by $t$ towards $u_q$, $v_q$"
    r" changes $2L$, $Y=\sigma_su_sv_s^\top+\sigma_qu_qv_q^\top$ and an orthogonal rest, by"
    r" $-2\sigma_s(\sigma_q-\sigma_s)\sin^2t\leq0$, $\sigma_q=\sigma_s+\mathrm{gap}$. ($Z$: what $R-Y$ has on the"
    r" other singular vectors.)",
    remark=r"If $R$ selects $\sigma_s>0$ and leaves out $\sigma_q$, this is the path $W_H\to O_tW_H$, $W_1\to"
    r" W_1O_t'^\top$ of rotations of $(u_s,u_q)$ and $(v_s,v_q)$: a strict saddle, second derivative of $L$"
    r" $-2\sigma_s(\sigma_q-\sigma_s)$.",
    source=A_STEP,
    assuming=pairs,
    uses=["P1-commutes"],
)
paper.identity(
    "T1-a-mutant",
    square(turned + rest - goal),
    level - 2 * (sigma + gap) * gap * s**2,
    r"Negative control: the larger singular value as the factor.",
    assuming=pairs,
    **planted(A_STEP),
)
