"""Lu and Kawaguchi (2017): Claim A, the repaired heart of Theorem 2.1, and the steps of Theorems 3.1 and 2.2, for every depth.

A_i = W_H ... W_{i+1}, B_i = W_i ... W_1, R = A_i B_i, l any differentiable function of R, G its gradient there, so that the
gradient in W_k is A_k^T G B_{k-1}^T. Claim A (this project's; the printed route through Theorems 3.2 and 3.3 is broken): at a
local minimum with rank R < d_p, the least width, G = 0. Its proof moves the weights without changing the product. The claims
are its single steps; remarks say how they fit together.
"""

from lu_kawaguchi_2017 import paper, planted, square
from sympy import Eq, Identity, MatrixSymbol, Rational, Trace, ZeroMatrix, symbols

import dlnproof as dp

CLAIM = "this project's proof of Lu and Kawaguchi (2017), Theorem 2.1, Claim A, step {}"
FIRST, SECOND, THIRD = (CLAIM.format(step) for step in ("(1)", "(2)", "(3)"))


H, i, k, q = symbols("H i k q", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
W = dp.Chain("W", H)
V = dp.Chain("V", H, widths=W)  # the moved weights
whole = W.product(H, 1)
above = W.product(H, i + 1)
unseen_above = dp.every(Eq(above * V[i], above * W[i]), (i, 1, H))

# one layer, then the product of n layers
above_steps = [
    Eq(W.product(H, n + 2) * V[n + 1], W.product(H, n + 2) * W[n + 1], evaluate=False),
    Eq(W.product(H, n + 1) * V.product(n, 1), whole, evaluate=False),
]
below_steps = [
    Eq(V[n + 1] * W.product(n, 1), W.product(n + 1, 1), evaluate=False),
    Eq(V.product(n, 1), W.product(n, 1), evaluate=False),
]

# any differentiable loss l: where the end-to-end matrix moves by D, l changes by <G, D> to first order

Slope = MatrixSymbol("G", W.width(H), W.width(0))
paper.identity(
    "any-loss-gradient",
    dp.gradient(Trace(Slope.T * W.product(H, 1)), W[k]),
    W.product(H, k + 1).T * Slope * W.product(k - 1, 1).T,
    r"At every depth $H$ and in every layer $k$ the gradient of $\langle G,W_H\cdots W_1\rangle$ in $W_k$, $G$ held fixed, is"
    r" $A_k^\top GB_{k-1}^\top$.",
    remark=r"By the chain rule this is the gradient of $\ell(W_H\cdots W_1)$ for every differentiable $\ell$, $G=\nabla\ell(R)$.",
    source=CLAIM.format("(0)"),
)
paper.identity(
    "any-loss-gradient-mutant",
    dp.gradient(Trace(Slope.T * W.product(H, 1)), W[k]),
    2 * W.product(H, k + 1).T * Slope * W.product(k - 1, 1).T,
    r"Negative control: twice that gradient.",
    **planted(CLAIM.format("(0)")),
)

# (1) moves in the kernels of what lies above (or below) leave the product as it is

paper.induction(
    "claim-a-above",
    (n, 0, H),
    above_steps,
    r"(1), (2) If $A_kW_k'=A_kW_k$ for every layer $k$, then $W_H\cdots W_{n+1}W_n'\cdots W_1'=W_H\cdots W_1$ for"
    r" $n=0,\dots,H$, at every depth: the product is unchanged.",
    remark=r"With $W_k'=W_k$ for $k>j$ and $W_k'=W_k+eu_kv_k^\top$, $u_k\in\ker A_k$, for $k\leq j$ (claim-a-move) this moves the"
    r" layers $1,\dots,j$.",
    source=FIRST,
    assuming=[unseen_above],
    uses=["any-loss-gradient"],
)
paper.induction(
    "claim-a-above-mutant",
    (n, 0, H),
    above_steps,
    r"Negative control: the product unchanged whatever the moved layers.",
    **planted(FIRST),
)
d, h, w, p, m, a, b, r = symbols("d h w p m a b r", integer=True, positive=True)
e = symbols("e", positive=True)
Before, After = MatrixSymbol("Before", h, d), MatrixSymbol("After", p, w)
Layer, u, v = MatrixSymbol("Wk", w, h), MatrixSymbol("u", w, 1), MatrixSymbol("v", h, 1)
moved = Layer + e * u * v.T

paper.identity(
    "claim-a-move",
    After * moved,
    After * Layer,
    r"(1) $A_k(W_k+eu_kv_k^\top)=A_kW_k$ for $u_k\in\ker A_k$.",
    source=FIRST,
    assuming=[Eq(After * u, ZeroMatrix(p, 1))],
)
paper.identity(
    "claim-a-move-mutant",
    After * moved,
    After * Layer,
    r"Negative control: the same with $v_k\in\ker W_k$ in the place of $u_k\in\ker A_k$.",
    assuming=[Eq(Layer * v, ZeroMatrix(w, 1))],
    **planted(FIRST),
)
paper.identity(
    "claim-a-move-below",
    moved * Before,
    Layer * Before,
    r"(3) $(W_k+eu_kv_k^\top)B_{k-1}=W_kB_{k-1}$ for $v_k$ orthogonal to the range of $B_{k-1}$.",
    remark=r"Such a $v_k\neq0$ exists where $\operatorname{rank}B_{k-1}<d_{k-1}$.",
    source=THIRD,
    assuming=[Eq(v.T * Before, ZeroMatrix(1, d))],
)
paper.identity(
    "claim-a-move-below-mutant",
    moved * Before,
    Layer * Before,
    r"Negative control: the same with $u_k$ orthogonal to the range of $W_kB_{k-1}$.",
    assuming=[Eq(u.T * Layer * Before, ZeroMatrix(1, d))],
    **planted(THIRD),
)
unseen_below = dp.every(Eq(V[i] * W.product(i - 1, 1), W.product(i, 1)), (i, 1, H))
paper.induction(
    "claim-a-below",
    (n, 0, H),
    below_steps,
    r"(3) If $W_k'B_{k-1}=W_kB_{k-1}$ for every layer $k$, then $W_n'\cdots W_1'=B_n$ for $n=0,\dots,H$, at every depth.",
    remark=r"With $W_k'=W_k$ for $k\leq j+1$ this moves the layers $j+2,\dots,H$.",
    source=THIRD,
    assuming=[unseen_below],
    uses=["claim-a-move-below"],
)
paper.induction(
    "claim-a-below-mutant",
    (n, 0, H),
    below_steps,
    r"Negative control: the products unchanged whatever the moved layers.",
    **planted(THIRD),
)

# (2) criticality in layer j + 1 for all small e: the coefficient of e^j

z, up = MatrixSymbol("z", d, 1), MatrixSymbol("u2", a, 1)
step = MatrixSymbol("v2", w, 1)
G, one = MatrixSymbol("G", p, d), Identity(1)
Higher = MatrixSymbol("Ahigh", p, a)
paper.identity(
    "claim-a-coefficient",
    (up * step.T) * (u * z.T),
    up * z.T,
    r"(2) One more layer takes $u_kv_1^\top$ to $(u_{k+1}v_{k+1}^\top)(u_kv_1^\top)=u_{k+1}v_1^\top$ if $v_{k+1}^\top u_k=1$.",
    remark=r"So the coefficient of $e^j$ in $W_j'\cdots W_1'$ is $u_jv_j^\top\cdots u_1v_1^\top=u_jv_1^\top$.",
    source=SECOND,
    assuming=[Eq(step.T * u, one)],
    uses=["claim-a-above", "claim-a-move"],
)
paper.identity(
    "claim-a-coefficient-mutant",
    (up * step.T) * (u * z.T),
    up * z.T,
    r"Negative control: the same for any $v_{k+1}$.",
    **planted(SECOND),
)
paper.derivation(
    "claim-a-criticality",
    [
        Higher.T * G * z,
        dp.eq(Higher.T * G * z * u.T * u, "$u^Tu=1$"),
        dp.eq(ZeroMatrix(a, 1), "the coefficient of $e^j$ in the gradient in $W_{j+1}$ vanishes"),
    ],
    r"(2) If $A_{j+1}^\top G(u_jv_1^\top)^\top=0$, $u_j$ of length one, then $A_{j+1}^\top Gv_1=0$.",
    remark=r"The premise is the coefficient of $e^j$ in the gradient in $W_{j+1}$, which vanishes at critical points. With every"
    r" $v_1$ it gives $A_{j+1}^\top G=0$, and $G=0$ if $j+1=H$.",
    source=SECOND,
    assuming=[Eq(u.T * u, one), Eq(Higher.T * G * z * u.T, ZeroMatrix(a, w))],
    uses=["claim-a-coefficient"],
)
paper.identity(
    "claim-a-criticality-mutant",
    Higher.T * G * z,
    ZeroMatrix(a, 1),
    r"Negative control: the same where $u_j$ may vanish.",
    assuming=[Eq(Higher.T * G * z * u.T, ZeroMatrix(a, w))],
    **planted(SECOND),
)

# (3) A_{j+1} injective: the layers above are moved as well, and (2) holds for every moved A_{j+1}

left, kernel, between = MatrixSymbol("Lf", a, p), MatrixSymbol("x", b, 1), MatrixSymbol("Wij", a, b)
paper.derivation(
    "claim-a-kernels",
    [
        between * kernel,
        dp.eq(left * Higher * between * kernel, "$A_{j+1}$ has a left inverse"),
        dp.eq(ZeroMatrix(a, 1), "$x\\in\\ker A_i$"),
    ],
    r"(3) If $A_{j+1}$ has a left inverse and $A_{j+1}Mx=0$, then $Mx=0$: with $M=W_{j+1}\cdots W_{i+1}$, $A_i=A_{j+1}M$, the"
    r" kernel of $A_i$, $i\leq j$, is that of $M$.",
    remark=r"It does not change when the layers above $j+1$ move and $A_{j+1}'$ stays injective (small moves), so (2) gives"
    r" $A_{j+1}'^\top G=0$.",
    source=THIRD,
    assuming=[Eq(left * Higher, Identity(a)), Eq(Higher * between * kernel, ZeroMatrix(p, 1))],
    uses=["claim-a-criticality", "claim-a-below"],
)
paper.identity(
    "claim-a-kernels-mutant",
    between * kernel,
    ZeroMatrix(a, 1),
    r"Negative control: the same without injectivity.",
    assuming=[Eq(Higher * between * kernel, ZeroMatrix(p, 1))],
    **planted(THIRD),
)
last, first = MatrixSymbol("uH", p, 1), MatrixSymbol("vlow", a, 1)
paper.derivation(
    "claim-a",
    [
        last.T * G,
        dp.eq(first.T * first * last.T * G, "$v_{j+2}$ of length one"),
        dp.eq(ZeroMatrix(1, d), "the top coefficient in $e$ of $A_{j+1}'^\\top G$ vanishes"),
    ],
    r"(3) If $v_{j+2}u_H^\top G=0$ with $v_{j+2}$ of length one, then $u_H^\top G=0$.",
    remark=r"The premise is the top coefficient in $e$ of $A_{j+1}'^\top G=0$, for every $u_H$, so $G=0$. This ends the proof of"
    r" Claim A: at a local minimum of $\ell(W_H\cdots W_1)$, $\ell$ differentiable, with $\operatorname{rank}R<d_p$, $G=0$.",
    source=THIRD,
    assuming=[Eq(first.T * first, one), Eq(first * last.T * G, ZeroMatrix(a, d))],
    uses=["claim-a-kernels", "claim-a-coefficient"],
)
paper.identity(
    "claim-a-mutant",
    last.T * G,
    ZeroMatrix(1, d),
    r"Negative control: from $v_{j+2}u_H^\top Gz=0$ for one $z$ only.",
    assuming=[Eq(first.T * first, one), Eq(first * last.T * G * z, ZeroMatrix(a, 1))],
    **planted(THIRD),
)

# G = 0 at a convex loss

half = Rational(1, 2)
X, Y, T, C = MatrixSymbol("X", d, m), MatrixSymbol("Y", p, m), MatrixSymbol("T", a, p), MatrixSymbol("C", m, b)
R, Q = MatrixSymbol("R", p, d), MatrixSymbol("Q", p, d)
misfit = lambda matrix: half * square(T * (matrix * X - Y) * C)
slope = T.T * T * (R * X - Y) * C * C.T * X.T
paper.derivation(
    "convex",
    [
        misfit(Q),
        dp.eq(misfit(R) + Trace(slope.T * (Q - R)) + half * square(T * (Q - R) * X * C), "expand around $R$"),
        dp.ge(misfit(R) + Trace(slope.T * (Q - R)), "convexity", squares=[(half, T * (Q - R) * X * C)]),
        dp.eq(misfit(R), "$G=0$"),
    ],
    r"For every weighted square loss $\ell(R)=\frac12\|T(RX-Y)C\|_F^2$: if $G=T^\top T(RX-Y)CC^\top X^\top=0$, then"
    r" $\ell(Q)\geq\ell(R)$ for every $Q$.",
    source="this project's proof of Lu and Kawaguchi (2017), Theorem 2.1, for convex losses",
    assuming=[Eq(slope, ZeroMatrix(p, d))],
)
paper.derivation(
    "convex-mutant",
    [misfit(Q), dp.ge(misfit(R), "convexity")],
    r"Negative control: every $R$ is a global minimum.",
    **planted("Lu and Kawaguchi (2017), Theorem 2.1, for convex losses"),
)


gap, level = symbols("c l_R", real=True)
tangent = level + Trace(G.T * (Q - R))
paper.derivation(
    "convex-any-loss",
    [
        tangent + gap**2,
        dp.eq(level + gap**2, "$G=0$"),
        dp.ge(level, "convexity", squares=[(1, gap)]),
    ],
    r"$\ell_R+\langle G,Q-R\rangle+c^2\geq\ell_R$ if $G=0$.",
    remark=r"Of every differentiable convex $\ell$ the left side is $\ell(Q)$, $\ell_R=\ell(R)$, $c^2\geq0$ the height above the"
    r" tangent at $R$, so $G=\nabla\ell(R)=0$ makes $R$ a global minimum of $\ell$.",
    source="this project's proof of Lu and Kawaguchi (2017), Theorem 2.1, for convex losses",
    assuming=[Eq(G, ZeroMatrix(p, d))],
    uses=["any-loss-gradient"],
)
paper.derivation(
    "convex-any-loss-mutant",
    [tangent + gap**2, dp.ge(level, "convexity")],
    r"Negative control: the same where $G$ need not vanish.",
    **planted("Lu and Kawaguchi (2017), Theorem 2.1, for convex losses"),
)

# Theorem 3.1: the factors of R', and that they are near those of R

T31 = "this project's proof of Lu and Kawaguchi (2017), Theorem 3.1"
Ap, Bp, Rnear = MatrixSymbol("Ap", p, r), MatrixSymbol("Bp", r, d), MatrixSymbol("Rnear", p, d)
Bplus, Aplus, R1plus = MatrixSymbol("Bplus", d, r), MatrixSymbol("Aplus", r, p), MatrixSymbol("R1plus", r, p)
Zr = MatrixSymbol("Z", r, d)
factor = Rnear * Bplus
paper.derivation(
    "theorem-3.1-factors",
    [
        factor * R1plus * Rnear,
        dp.eq(factor * R1plus * factor * Zr, "$R'=R_1Z$: the columns of $R_1$ span those of $R'$"),
        dp.eq(factor * Zr, "$R_1^+R_1=I$: full column rank is kept near $R$"),
        dp.eq(Rnear, "$R'=R_1Z$"),
    ],
    r"With $R_1=R'B_p^+$, $R_2=R_1^+R'$: if $R_1^+R_1=I$ and $R'=R_1Z$ for some $Z$, then $R'=R_1R_2$.",
    remark=r"Both hold for $R'$ near $R$ with $\operatorname{rank}R'\leq d_p$: $R_1$ has full column rank $d_p$, so its columns"
    r" span those of $R'$.",
    source=T31,
    assuming=[Eq(R1plus * Rnear * Bplus, Identity(r)), Eq(Rnear * Bplus * Zr, Rnear)],
)
paper.identity(
    "theorem-3.1-factors-mutant",
    factor * R1plus * Rnear,
    Rnear,
    r"Negative control: the same for $R'$ and $R_1^+$ of any rank.",
    **planted(T31),
)
paper.identity(
    "theorem-3.1-start",
    Ap * Bp * Bplus,
    Ap,
    r"At $R'=R=A_pB_p$ the first factor is $RB_p^+=A_p$ if $B_pB_p^+=I$.",
    remark=r"$B_p$ has full row rank where $\operatorname{rank}R=d_p$. The factors depend continuously on $R'$.",
    source=T31,
    assuming=[Eq(Bp * Bplus, Identity(r))],
    uses=["theorem-3.1-factors"],
)
paper.identity(
    "theorem-3.1-start-mutant",
    Ap * Bp * Bplus,
    Ap,
    r"Negative control: with any generalised inverse of a $B_p$ of any rank.",
    assuming=[Eq(Bp * Bplus * Bp, Bp)],
    **planted(T31),
)
paper.identity(
    "theorem-3.1-second",
    Aplus * Ap * Bp,
    Bp,
    r"At $R'=R=A_pB_p$ the second factor is $A_p^+R=B_p$ if $A_p^+A_p=I$.",
    remark=r"$A_p$ has full column rank where $\operatorname{rank}R=d_p$.",
    source=T31,
    assuming=[Eq(Aplus * Ap, Identity(r))],
    uses=["theorem-3.1-factors"],
)
paper.identity(
    "theorem-3.1-second-mutant",
    Ap * Aplus * Ap * Aplus,
    Identity(p),
    r"Negative control: the projection $A_pA_p^+=(A_pA_p^+)^2$ is $I$ as well.",
    assuming=[Eq(Aplus * Ap, Identity(r))],
    **planted(T31),
)

# C4: without rank R = d_p Theorem 3.1 fails

al, be, b1, b2, b3, f1, f2, f3 = symbols("alpha beta b_1 b_2 b_3 f_1 f_2 f_3", real=True)
entries = al * f1 + b1 * f2, al * f3 + b1 * be, b2 * f1 + b3 * f2, b2 * f3 + b3 * be
paper.identity(
    "C4",
    al * be * entries[2],
    be * b2 * entries[0] + al * f2 * entries[3] - b2 * f2 * entries[1],
    r"$W_2=\begin{pmatrix}\alpha&b_1\\b_2&b_3\end{pmatrix}$, $W_1=\begin{pmatrix}f_1&f_3\\f_2&\beta\end{pmatrix}$, $R=W_2W_1$:"
    r" $\alpha\beta r_{21}=\beta b_2r_{11}+\alpha f_2r_{22}-b_2f_2r_{12}$ (C4).",
    remark=r"So near $W_2=E_{11}$, $W_1=E_{22}$, $R=0$, where $\alpha\beta\neq0$, no product is $eE_{21}$, $e\neq0$: Theorem 3.1"
    r" needs $\operatorname{rank}R=d_p$.",
    source="this project's counterexample beside Lu and Kawaguchi (2017), Theorem 3.1",
)
paper.identity(
    "C4-mutant",
    al * be * entries[2],
    be * b2 * entries[0] + al * f2 * entries[3] + b2 * f2 * entries[1],
    r"Negative control: the last sign exchanged.",
    **planted("Lu and Kawaguchi (2017), Theorem 3.1, C4"),
)
