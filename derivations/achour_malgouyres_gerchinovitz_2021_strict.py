"""Achour, Malgouyres and Gerchinovitz (2021): step (e) of our proof of the classification, for every depth and any data.

Letters as in the steps before: A = A_i, B = B_{j-1}, M = W_{i-1} ... W_{j+1} of rank above r, A_j = A_{i-1} M, B_{i-1} = M B_j.
"""

from achour_malgouyres_gerchinovitz_2021 import PROOF, SOURCE, G, n, p, paper, planted, square
from achour_malgouyres_gerchinovitz_2021_steps import A, Aprev, B, Bj, M, a, b, c, d
from sympy import Eq, Interval, MatrixSymbol, Trace, ZeroMatrix, oo, symbols

import dlnproof as dp

E_STEP = SOURCE.format(PROOF.format("(e)"))

# (e) a pivot that is not tightened: B_{j-1} G^T A_i != 0, and M eta != 0 = A_j eta (or mirrored)

t = symbols("t", positive=True)
eta, xi = MatrixSymbol("eta", b, 1), MatrixSymbol("xi", a, 1)
u, v = MatrixSymbol("u", c, 1), MatrixSymbol("v", d, 1)
Ei = A * (t * u * xi.T) * M * Bj
kernel = [Eq(Aprev * M * eta, ZeroMatrix(p, 1))]
loose = square(Ei + Aprev * M * (eta * v.T / t) * B) + 2 * Trace(G.T * A * (t * u * xi.T) * M * (eta * v.T / t) * B)
sink = -B * G.T * A * u
paper.identity(
    "T1-e-curvature",
    loose,
    square(Ei) + 2 * Trace(xi.T * M * eta) * Trace(u.T * A.T * G * B.T * v),
    r"(e) With $A_j\eta=0$, $D_j=\eta v^\top/t$, $D_i=tu\xi^\top$: $E_j=0$ and"
    r" $Q=t^2\|A_iu\xi^\top B_{i-1}\|_F^2+2(\xi^\top M\eta)\,u^\top A_i^\top GB_{j-1}^\top v$.",
    source=E_STEP,
    assuming=kernel,
    uses=["T1-variation"],
)
paper.identity(
    "T1-e-curvature-mutant",
    loose,
    square(Ei) + 2 * Trace(xi.T * M * eta) * Trace(u.T * A.T * G * B.T * v),
    r"Negative control: the same for any $\eta$.",
    **planted(E_STEP),
)
paper.derivation(
    "T1-e",
    [
        square(A * (t * u * eta.T * M.T) * M * Bj)
        + 2 * Trace(eta.T * M.T * M * eta) * Trace(u.T * A.T * G * B.T * sink),
        dp.eq(
            t**2 * square(A * u * eta.T * M.T * M * Bj) - 2 * Trace(eta.T * M.T * M * eta) * square(B * G.T * A * u),
            r"(e) With $\xi=M\eta$ and $v=-g$, $g=B_{j-1}G^\top A_iu$: $Q=t^2\|A_iu\xi^\top"
            r" B_{i-1}\|_F^2-2\|M\eta\|^2\|g\|^2$.",
        ),
    ],
    r"(e) With $\xi=M\eta$ and $v=-B_{j-1}G^\top A_iu$: $Q=t^2\|A_iu\xi^\top"
    r" B_{i-1}\|_F^2-2\|M\eta\|^2\|B_{j-1}G^\top A_iu\|^2$.",
    remark=r"If $\operatorname{rank}A_j<\operatorname{rank}M$ there is an $\eta$ with $A_j\eta=0\neq M\eta$, and"
    r" $B_{j-1}G^\top A_iu\neq0$ for some $u$ by (b).",
    source=E_STEP,
    uses=["T1-e-curvature", "T1-b", "lu-kawaguchi-2017/frobenius"],
)
paper.identity(
    "T1-e-mutant",
    2 * Trace(eta.T * M.T * M * eta) * Trace(u.T * A.T * G * B.T * sink),
    2 * Trace(eta.T * M.T * M * eta) * square(B * G.T * A * u),
    r"Negative control: the sign of $v$.",
    **planted(E_STEP),
)
mirrored = square(A * (u * xi.T / t) * M * Bj + Aprev * M * (t * eta * v.T) * B)
mirrored += 2 * Trace(G.T * A * (u * xi.T / t) * M * (t * eta * v.T) * B)
other = [Eq(xi.T * M * Bj, ZeroMatrix(1, n))]
paper.identity(
    "T1-e-mirror",
    mirrored,
    t**2 * square(Aprev * M * eta * v.T * B) + 2 * Trace(xi.T * M * eta) * Trace(u.T * A.T * G * B.T * v),
    r"(e) Mirrored: with $\xi^\top MB_j=0$, $D_i=u\xi^\top/t$, $D_j=t\eta v^\top$: $E_i=0$ and $Q=t^2\|A_j\eta v^\top"
    r" B_{j-1}\|_F^2+2(\xi^\top M\eta)\,u^\top A_i^\top GB_{j-1}^\top v$.",
    remark=r"If $\operatorname{rank}B_{i-1}<\operatorname{rank}M$ there is such a $\xi$ with $\xi^\top M\neq0$; take"
    r" $\eta=M^\top\xi$ and the same $v$.",
    source=E_STEP,
    assuming=other,
    uses=["T1-variation"],
)
paper.identity(
    "T1-e-mirror-mutant",
    mirrored,
    t**2 * square(Aprev * M * eta * v.T * B) + Trace(xi.T * M * eta) * Trace(u.T * A.T * G * B.T * v),
    r"Negative control: the mixed term counted once.",
    assuming=other,
    **planted(E_STEP),
)
cost, gain = symbols("e b", real=True)
paper.inequality(
    "T1-e-step",
    gain / (1 + cost) * cost - 2 * gain,
    dp.lt(0),
    over={cost: (0, oo), gain: Interval.open(0, oo)},
    statement=r"(e) At $t^2=b/(1+e)$ the second variation $t^2e-2b$ is negative for all $e\geq0$, $b>0$.",
    remark="So a pivot that is not tightened makes a strict saddle.",
    source=E_STEP,
    uses=["T1-e", "T1-e-mirror"],
)
paper.inequality(
    "T1-e-step-mutant",
    gain * cost - 2 * gain,
    dp.lt(0),
    over={cost: (0, oo), gain: Interval.open(0, oo)},
    statement=r"Negative control: at $t^2=b$.",
    **planted(E_STEP),
)
