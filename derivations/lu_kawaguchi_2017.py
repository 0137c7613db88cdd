"""Lu and Kawaguchi (2017): depth alone makes no bad local minima. Formulas for all widths, then the theorems on exact problems.

Depth H counts weight matrices, W_k: d_k x d_{k-1}, d_p = min_k d_k, X: d_0 x m, Y: d_H x m, R = W_H ... W_1. Erratum numbers
(E2, ...) are this catalogue's. The wording of the printed proofs was not at hand: claims that stand for a slip in a proof
say so, and refute a form of the argument, not a quotation.
"""

from sympy import Eq, Identity, MatrixSymbol, Q, Rational, Trace, ZeroMatrix, cos, sin, symbols

import dlnproof as dp

paper = dp.Paper(
    "lu-kawaguchi-2017",
    title="Depth Creates No Bad Local Minima",
    authors=["Haihao Lu", "Kenji Kawaguchi"],
    year=2017,
    venue="arXiv:1702.08580",
    url="https://arxiv.org/abs/1702.08580",
)


def square(matrix):
    """Return the squared Frobenius norm, tr(M^T M)."""
    return Trace(matrix.T * matrix)


def planted(source):
    """Return the options of a claim that was planted beside `source`."""
    return {"source": f"planted beside {source}", "expect": "refuted"}


# facts from the literature

paper.cite(
    "eckart-young",
    r"Among matrices of rank at most $k$ the truncated singular value decomposition is nearest to $M$ in the Frobenius"
    r" norm; the squared distance is $\sum_{i>k}\sigma_i(M)^2$.",
    source="Eckart and Young (1936), The approximation of one matrix by another of lower rank, Psychometrika 1, 211-218",
)
paper.cite(
    "weyl",
    r"Singular values are continuous: $|\sigma_i(M')-\sigma_i(M)| \leq \|M'-M\|_2$ (Lemma 3.1 of the paper).",
    source="Weyl (1912), Math. Annalen 71, 441-479; Horn and Johnson, Matrix Analysis (2nd ed.), Corollary 7.3.5",
)
paper.cite(
    "frobenius",
    r"$\operatorname{rank} AB + \operatorname{rank} BC \leq \operatorname{rank} B + \operatorname{rank} ABC$, and with"
    r" $B = I_k$ (Sylvester) $\operatorname{rank} A + \operatorname{rank} C \leq k + \operatorname{rank} AC$.",
    source="Frobenius (1911); Horn and Johnson, Matrix Analysis (2nd ed.), 0.4.5(c) and (e)",
)

# Section 2: the two problems

d0, d_h, j, k, m, r = symbols("d_0 d_H j k m r", integer=True, positive=True)
half = Rational(1, 2)
X, Y, R = MatrixSymbol("X", d0, m), MatrixSymbol("Y", d_h, m), MatrixSymbol("R", d_h, d0)
W1, W2 = MatrixSymbol("W1", k, d0), MatrixSymbol("W2", d_h, k)

paper.identity(
    "eq-2-printed",
    square(W2 * W1 * X - Y),
    half * square(W2 * W1 * X - Y),
    r"$F(R)=\|RX-Y\|_F^2$ of (2) equals $L(W)$ of (1) at $R=W_2W_1$ (E10: the factor $\tfrac12$ is missing).",
    source="Lu and Kawaguchi (2017), equations 1 and 2",
    expect="refuted",
)
paper.identity(
    "eq-2",
    square(W2 * W1 * X - Y),
    2 * (half * square(W2 * W1 * X - Y)),
    r"$F(R)=2L(W)$ at $R=W_2W_1$.",
    remark=r"So both have the same minimisers.",
    source="Lu and Kawaguchi (2017), equations 1 and 2, corrected",
    corrects="eq-2-printed",
)

# Section 3: the normal equation of one layer, B = (W_H ... W_{i+1})^T, A = W_{i-1} ... W_1 X

A, B = MatrixSymbol("A", j, m), MatrixSymbol("B", k, d_h)
W, Wbar = MatrixSymbol("W", k, j), MatrixSymbol("Wbar", k, j)
layer = square(B.T * W * A - Y) / 2
at_solution = layer.subs(W, Wbar)
normal = Eq(B * B.T * Wbar * A * A.T, B * Y * A.T)

paper.gradient(
    "eq-3",
    layer,
    {W: B * B.T * W * A * A.T - B * Y * A.T},
    r"In one layer $W$, with $B^\top=W_H\cdots W_{i+1}$ and $A=W_{i-1}\cdots W_1X$, the gradient of $L$ is"
    r" $BB^\top WAA^\top-BYA^\top$: $W$ is stationary exactly if the normal equation $BB^\top WAA^\top=BYA^\top$ holds.",
    source="Lu and Kawaguchi (2017), equation 3",
)
paper.gradient(
    "eq-3-mutant",
    layer,
    {W: B * B.T * W * A * A.T - 2 * B * Y * A.T},
    r"Negative control: the gradient in one layer is $BB^\top WAA^\top-2BYA^\top$.",
    source="planted beside Lu and Kawaguchi (2017), equation 3",
    expect="refuted",
)
paper.derivation(
    "eq-3-suffices",
    [
        layer,
        dp.eq(at_solution + half * square(B.T * (W - Wbar) * A), "expand around a solution of the normal equation"),
        dp.ge(at_solution, "a square is nonnegative", squares=[(half, B.T * (W - Wbar) * A)]),
    ],
    r"A solution $\bar W$ of (3) minimises $L$ over its layer, the other layers fixed.",
    source="Lu and Kawaguchi (2017), equation 3",
    assuming=[normal],
    uses=["eq-3"],
)
paper.derivation(
    "eq-3-needed",
    [layer, dp.eq(at_solution + half * square(B.T * (W - Wbar) * A), "expand around any point")],
    r"Negative control: the same expansion around a point that need not solve (3).",
    source="planted beside Lu and Kawaguchi (2017), equation 3",
    expect="refuted",
)

# Theorem 2.2: the rank-constrained problem, reduced to a diagonal one

U, S, V = MatrixSymbol("U", d0, d0), MatrixSymbol("S", d0, d0), MatrixSymbol("V", m, d0)
T, Sigma = MatrixSymbol("T", d_h, d0), MatrixSymbol("Sigma", d_h, d0)
U2, V2 = MatrixSymbol("U2", d_h, d_h), MatrixSymbol("V2", d0, d0)
orthonormal = Eq(V.T * V, Identity(d0))

paper.derivation(
    "eq-4",
    [
        square(R * U * S * V.T - Y),
        dp.eq(square(R * U * S - Y * V) + square(Y) - square(Y * V), "expand; $V^T V=I$"),
        dp.eq(square(R * U * S - Y * V) + square(Y - Y * V * V.T), "what $Y$ has outside the row space of $X$"),
    ],
    r"For $X=USV^\top$ with $U$, $S$ of size $d_0$ and $V^\top V=I$: $\|RX-Y\|_F^2=\|RUS-YV\|_F^2+\|Y(I-VV^\top)\|_F^2$.",
    remark=r"The last term does not depend on $R$.",
    source="Lu and Kawaguchi (2017), equation 4 (proof of Theorem 2.2)",
    assuming=[orthonormal],
)
paper.identity(
    "eq-4-mutant",
    square(R * U * S * V.T - Y),
    square(R * U * S - Y * V),
    r"Negative control: equation 4 without the constant term.",
    source="planted beside Lu and Kawaguchi (2017), equation 4",
    assuming=[orthonormal],
    expect="refuted",
)
paper.identity(
    "eq-5",
    (T * S.inverse() * U.T) * U * S,
    T,
    r"For orthogonal $U$ and invertible $S$ every $R'$ is $RUS$ with $R=R'S^{-1}U^\top$.",
    remark=r"$S$ is invertible if $X$ has full row rank, and $R$, $R'$ have the same rank: (4) asks for the least"
    r" $\|R'-\hat Y\|_F^2$ over the same ranks, $\hat Y=YV$.",
    source="Lu and Kawaguchi (2017), equation 5 (proof of Theorem 2.2)",
    assuming=[Q.orthogonal(U), Q.invertible(S)],
)
paper.identity(
    "eq-6",
    square(R - U2 * Sigma * V2.T),
    square(U2.T * R * V2 - Sigma),
    r"With $\hat Y=U_2\Sigma V_2^\top$ and $T=U_2^\top R'V_2$, $U_2$ and $V_2$ orthogonal: $\|R'-\hat Y\|_F^2=\|T-\Sigma\|_F^2$.",
    source="Lu and Kawaguchi (2017), equation 6 (proof of Theorem 2.2)",
    assuming=[Q.orthogonal(U2), Q.orthogonal(V2)],
)
paper.identity(
    "eq-6-mutant",
    square(R - U2 * Sigma * V2.T),
    square(U2 * R * V2 - Sigma),
    r"Negative control: the change of variables of (6) without the transpose, $T=U_2R'V_2$.",
    source="planted beside Lu and Kawaguchi (2017), equation 6",
    assuming=[Q.orthogonal(U2), Q.orthogonal(V2)],
    expect="refuted",
)

# the critical points T* = L K of (6)

L, K, G = MatrixSymbol("L", d_h, r), MatrixSymbol("K", r, d0), MatrixSymbol("G", r, r)
P, M, N = MatrixSymbol("P", d_h, d_h), MatrixSymbol("M", d_h, d0), MatrixSymbol("N", d0, d0)
Pi1, Pi2 = MatrixSymbol("Pi1", d_h, d_h), MatrixSymbol("Pi2", d_h, d_h)
lambda1, lambda2 = symbols("lambda1 lambda2", positive=True)
AFTER_6 = "Lu and Kawaguchi (2017), proof of Theorem 2.2, after equation 6"

paper.derivation(
    "T-star",
    [
        L * K,
        dp.eq(L * G.inverse() * G * K, "$L$ has full column rank, $G=L^TL$"),
        dp.eq(L * G.inverse() * L.T * Sigma, "normal equation in $K$"),
    ],
    r"If $T^*=LK$, $L$ of full column rank, is stationary in $K$, that is $L^\top LK=L^\top\Sigma$, then $T^*=P_L\Sigma$ with"
    r" $P_L=L(L^\top L)^{-1}L^\top$.",
    source=AFTER_6,
    assuming=[Q.symmetric(G), Q.invertible(G), Eq(L.T * L, G), Eq(L.T * Sigma, G * K)],
    uses=["eq-3"],
)
paper.derivation(
    "T-star-right",
    [
        L * K,
        dp.eq(L * G * G.inverse() * K, "$K$ has full row rank, $G=KK^T$"),
        dp.eq(Sigma * K.T * G.inverse() * K, "normal equation in $L$"),
    ],
    r"If $T^*=LK$, $K$ of full row rank, is stationary in $L$, that is $LKK^\top=\Sigma K^\top$, then $T^*=\Sigma P_R$ with"
    r" $P_R=K^\top(KK^\top)^{-1}K$.",
    source=AFTER_6,
    assuming=[Q.symmetric(G), Q.invertible(G), Eq(K * K.T, G), Eq(Sigma * K.T, L * G)],
    uses=["eq-3"],
)
paper.derivation(
    "commuting",
    [
        P * M * M.T,
        dp.eq(M * N * M.T, "$PM=MN$"),
        dp.eq(M * M.T * P, "transpose of the same equation"),
    ],
    r"If $PM=MN$ with symmetric $P$, $N$, then $P$ commutes with $MM^\top$. For $M=\Sigma$, $P=P_L$, $N=P_R$,"
    r" $D=\Sigma\Sigma^\top$: $P_LD=DP_L$.",
    remark=r"Since $P_L^2=P_L$, this is the printed $P_LDP_L=DP_L$.",
    source=AFTER_6,
    assuming=[Q.symmetric(P), Q.symmetric(N), Eq(P * M, M * N)],
    uses=["T-star", "T-star-right"],
)
projection = [Q.symmetric(P), Eq(P * P, P), Eq(Sigma * Sigma.T, lambda1**2 * Pi1 + lambda2**2 * Pi2)]
paper.derivation(
    "H-T-star",
    [
        square(P * Sigma - Sigma),
        dp.eq(Trace(Sigma * Sigma.T) - Trace(P * Sigma * Sigma.T), "$P$ is a projection"),
        dp.eq(
            lambda1**2 * (Trace(Pi1) - Trace(P * Pi1)) + lambda2**2 * (Trace(Pi2) - Trace(P * Pi2)),
            "insert the eigenspaces of $\\Sigma\\Sigma^T$",
        ),
    ],
    r"For a symmetric projection $P_L$ and $\Sigma\Sigma^\top=\lambda_1^2\Pi_1+\lambda_2^2\Pi_2$:"
    r" $\|P_L\Sigma-\Sigma\|_F^2=(m_1-d_{p_1})\lambda_1^2+(m_2-d_{p_2})\lambda_2^2$ with $m_i=\operatorname{tr}\Pi_i$,"
    r" $d_{p_i}=\operatorname{tr}P_L\Pi_i$.",
    remark=r"This is $H(T^*)=\sum_i(m_i-d_{p_i})\lambda_i^2$ at $T^*=P_L\Sigma$ for two singular values, $\Pi_i$ their"
    r" eigenspaces. More of them are summed in the same way.",
    source="Lu and Kawaguchi (2017), proof of Theorem 2.2, value of H at T*",
    assuming=projection,
    uses=["T-star", "commuting"],
)
paper.identity(
    "H-T-star-mutant",
    square(P * Sigma - Sigma),
    lambda1**2 * Trace(P * Pi1) + lambda2**2 * Trace(P * Pi2),
    r"Negative control: $H(T^*)=\sum_id_{p_i}\lambda_i^2$, the chosen directions counted instead of the others.",
    source="planted beside Lu and Kawaguchi (2017), proof of Theorem 2.2",
    assuming=projection,
    expect="refuted",
)

# the rotation that lowers a critical point which chose sigma_s although sigma_q = sigma_s + gap was free

t = symbols("t", real=True)
sigma, gap = symbols("sigma_s gap", positive=True)
us, uq = MatrixSymbol("u_s", d_h, 1), MatrixSymbol("u_q", d_h, 1)
vs, vq = MatrixSymbol("v_s", d0, 1), MatrixSymbol("v_q", d0, 1)
one, nought = Identity(1), ZeroMatrix(1, 1)
left_pair = [Eq(us.T * us, one), Eq(uq.T * uq, one), Eq(us.T * uq, nought)]
pairs = [*left_pair, Eq(vs.T * vs, one), Eq(vq.T * vq, one), Eq(vs.T * vq, nought)]
turned_u, turned_v = cos(t) * us + sin(t) * uq, cos(t) * vs + sin(t) * vq
target = sigma * us * vs.T + (sigma + gap) * uq * vq.T
outside = (Identity(d_h) - us * us.T - uq * uq.T) * M * (Identity(d0) - vs * vs.T - vq * vq.T)


def turn(first, second, size):
    """Return the rotation by t in the plane of two orthonormal vectors."""
    plane = first * first.T + second * second.T
    return Identity(size) + (cos(t) - 1) * plane + sin(t) * (second * first.T - first * second.T)


path, exchange, one_sided = (
    sigma * turned_u * turned_v.T,
    cos(t) * sigma * us * vs.T + sin(t) * (sigma + gap) * uq * vq.T,
    sigma * turned_u * vs.T,
)
PATH = "Lu and Kawaguchi (2017), proof of Theorem 2.2, path out of a critical point (E1)"

paper.identity(
    "rotation-orthogonal",
    turn(us, uq, d_h).T * turn(us, uq, d_h),
    Identity(d_h),
    r"$O_t=I+(\cos t-1)(u_su_s^\top+u_qu_q^\top)+\sin t\,(u_qu_s^\top-u_su_q^\top)$ has $O_t^\top O_t=I$ for orthonormal"
    r" $u_s,u_q$.",
    remark=r"So $O_tTO_t'^\top$ has the rank of $T$.",
    source=PATH,
    assuming=left_pair,
)
paper.identity(
    "rotation-turns",
    turn(us, uq, d_h) * (sigma * us * vs.T + outside) * turn(vs, vq, d0).T,
    path + outside,
    r"Rotating both sides turns the chosen term only: $O_t(\sigma_su_sv_s^\top+Z)O_t'^\top=\sigma_su_s(t)v_s(t)^\top+Z$, with"
    r" $u_s(t)=\cos t\,u_s+\sin t\,u_q$, $v_s(t)$ likewise, orthonormal $u_s,u_q$ and $v_s,v_q$ and"
    r" $Z=(I-u_su_s^\top-u_qu_q^\top)M(I-v_sv_s^\top-v_qv_q^\top)$, $M$ any matrix.",
    source=PATH,
    assuming=pairs,
    uses=["rotation-orthogonal"],
)
paper.identity(
    "rotation-exchange",
    Trace(exchange.T * exchange) ** 2,
    Trace(exchange.T * exchange * exchange.T * exchange),
    r"A form of the path that does not keep the rank: $T_t=\cos t\,\sigma_su_sv_s^\top+\sin t\,\sigma_qu_qv_q^\top$ would have"
    r" rank one for every $t$, that is $(\operatorname{tr}T_t^\top T_t)^2=\operatorname{tr}(T_t^\top T_t)^2$."
    r" (Our reconstruction of E1, not a quotation: the printed formula was not consulted.)",
    source=PATH,
    assuming=pairs,
    expect="refuted",
)
paper.identity(
    "rotation-rank",
    Trace(path.T * path) ** 2,
    Trace(path.T * path * path.T * path),
    r"For the two-sided rotation $T_t=\sigma_su_s(t)v_s(t)^\top$:"
    r" $(\operatorname{tr}T_t^\top T_t)^2=\operatorname{tr}(T_t^\top T_t)^2$ at every $t$.",
    remark=r"That is, $T_t$ has rank one.",
    source=PATH,
)
paper.identity(
    "rotation-one-sided",
    square(one_sided - target),
    (sigma + gap) ** 2 - 2 * sigma * gap * sin(t) ** 2,
    r"A form of the path that keeps the rank but does not lower the loss: rotating the left singular vectors only,"
    r" $T_t=\sigma_su_s(t)v_s^\top$, would give $\|T_t-\Sigma\|_F^2=\sigma_q^2-2\sigma_s(\sigma_q-\sigma_s)\sin^2t$ for"
    r" $\Sigma=\sigma_su_sv_s^\top+\sigma_qu_qv_q^\top$, $\sigma_q=\sigma_s+\mathrm{gap}$. (Our reconstruction of E1, not a"
    r" quotation: the printed formula was not consulted.)",
    source=PATH,
    assuming=pairs,
    expect="refuted",
)
paper.derivation(
    "rotation",
    [
        square(path + outside - target),
        dp.eq((sigma + gap) ** 2 + square(outside) - 2 * sigma * gap * sin(t) ** 2, "all cross terms vanish"),
        dp.le((sigma + gap) ** 2 + square(outside), "lower for $t\\neq0$", squares=[(2 * sigma * gap, sin(t))]),
    ],
    r"Along $T_t=\sigma_su_s(t)v_s(t)^\top+Z$, $Z$ as in rotation-turns, for"
    r" $\Sigma=\sigma_su_sv_s^\top+\sigma_qu_qv_q^\top$, $\sigma_q=\sigma_s+\mathrm{gap}$:"
    r" $\|T_t-\Sigma\|_F^2=\sigma_q^2+\|Z\|_F^2-2\sigma_s(\sigma_q-\sigma_s)\sin^2t\leq\sigma_q^2+\|Z\|_F^2$.",
    remark=r"$\Sigma$ on the other singular vectors is taken into $Z$; the bound is the value at $t=0$. So a critical point"
    r" that skips a larger singular value is no local minimum.",
    source=PATH,
    assuming=pairs,
    uses=["rotation-turns", "rotation-rank"],
)
