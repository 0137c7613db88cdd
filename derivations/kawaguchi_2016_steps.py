"""Kawaguchi (2016), Theorem 2.3 (i)-(iv) step by step, for every depth and any data with X != 0, in this project's proofs.

H weight matrices, R = W_H ... W_1, E = RX - Y, M = W_{H-1} ... W_2, p the least hidden width. The printed conditions (XX^T
invertible, YX^T of full rank, distinct eigenvalues) are not used.
"""

from kawaguchi_2016 import half, paper, square
from sympy import Eq, Interval, MatrixSymbol, Trace, ZeroMatrix, oo, sqrt, symbols

import dlnproof as dp

STEP = "this project's proof of Kawaguchi (2016), Theorem 2.3 ({})"


def planted(part):
    """Return the options of a claim that was planted beside a part of the theorem."""
    return {"source": f"planted beside Kawaguchi (2016), Theorem 2.3 ({part})", "expect": "refuted"}


H, k, m = symbols("H k m", integer=True, positive=True)
d, q, w, h = symbols("d q w h", integer=True, positive=True)

# (i) along W_1 = s u, W_H = t v, RX = s t M

s, t, r = symbols("s t r", real=True)
Fit, Y = MatrixSymbol("M", q, m), MatrixSymbol("Y", q, m)
along = half * square(s * t * Fit - Y)
paper.identity(
    "theorem-2.3-i-plane",
    along,
    half * (s**2 * t**2 * square(Fit) - 2 * s * t * Trace(Fit.T * Y) + square(Y)),
    r"(i) Where $RX=stM$, $L=\frac12(s^2t^2\|M\|_F^2-2st\langle M,Y\rangle+\|Y\|_F^2)$.",
    remark=r"This is $L$ in the plane $W_1=su$, $W_H=tv$, the other layers fixed; if $X\neq0$ they can be chosen so"
    r" that $M\neq0$.",
    source=STEP.format("i"),
)
paper.identity(
    "theorem-2.3-i-plane-mutant",
    along,
    half * (s**2 * t**2 * square(Fit) - s * t * Trace(Fit.T * Y) + square(Y)),
    r"Negative control: the mixed term counted once.",
    **planted("i"),
)
norm, c = symbols("mu c", positive=True)
root = sqrt(c / norm)
quartic = lambda x, y, inner: (x**2 * y**2 * norm - 2 * x * y * inner) / 2
paper.identity(
    "theorem-2.3-i-saddle",
    (quartic(root, root, c) + quartic(-root, -root, c)) / 2 - quartic(0, 0, c),
    -(c**2) / (2 * norm),
    r"(i) If $\langle M,Y\rangle=c>0$, $\mu=\|M\|_F^2>0$: the mean of the losses at $s=t=\sqrt{c/\mu}$ and"
    r" $s=t=-\sqrt{c/\mu}$ is $c^2/2\mu$ lower than the loss in the middle.",
    remark=r"So $L$ is not convex; turn $v$ to $-v$ if $\langle M,Y\rangle<0$.",
    source=STEP.format("i"),
    uses=["theorem-2.3-i-plane"],
)
paper.identity(
    "theorem-2.3-i-saddle-mutant",
    (quartic(root, root, c) + quartic(-root, -root, c)) / 2 - quartic(0, 0, c),
    -(c**2) / norm,
    r"Negative control: twice that drop.",
    **planted("i"),
)
paper.inequality(
    "theorem-2.3-i-orthogonal",
    quartic(half, half, 0),
    dp.gt((quartic(1, 0, 0) + quartic(0, 1, 0)) / 2),
    statement=r"(i) If $\langle M,Y\rangle=0$, $\mu=\|M\|_F^2>0$: halfway between $(s,t)=(1,0)$ and $(0,1)$ the loss"
    r" is larger than their mean.",
    remark="So $L$ is not convex.",
    source=STEP.format("i"),
    uses=["theorem-2.3-i-plane"],
)
paper.inequality(
    "theorem-2.3-i-orthogonal-mutant",
    quartic(half, half, 0),
    dp.gt(norm / 16 + (quartic(1, 0, 0) + quartic(0, 1, 0)) / 2),
    statement=r"Negative control: larger by $\mu/16$.",
    **planted("i"),
)
paper.inequality(
    "theorem-2.3-i-not-concave",
    quartic(0, 1, r),
    dp.lt((quartic(1, 1, r) + quartic(-1, 1, r)) / 2),
    statement=r"(i) For any $r=\langle M,Y\rangle$ and $\mu=\|M\|_F^2>0$: the loss at $(s,t)=(0,1)$ is below the mean"
    r" of those at $(1,1)$ and $(-1,1)$.",
    remark="So $L$ is not concave: along $s$ it is a parabola with a positive leading coefficient.",
    source=STEP.format("i"),
    uses=["theorem-2.3-i-plane"],
)
paper.inequality(
    "theorem-2.3-i-not-concave-mutant",
    quartic(0, 1, r),
    dp.gt((quartic(1, 1, r) + quartic(-1, 1, r)) / 2),
    statement=r"Negative control: the other way.",
    **planted("i"),
)

# (ii) the gradient that Claim A speaks of

Any, Targets, Inputs = MatrixSymbol("R", q, d), MatrixSymbol("Y", q, m), MatrixSymbol("X", d, m)
paper.gradient(
    "theorem-2.3-ii-gradient",
    half * square(Any * Inputs - Targets),
    {Any: (Any * Inputs - Targets) * Inputs.T},
    r"(ii) For the square loss $\ell(R)=\frac12\|RX-Y\|_F^2$, $\nabla\ell(R)=(RX-Y)X^\top$.",
    remark=r"This is the $G$ of Claim A, which so reads: at a local minimum with $\operatorname{rank}R<d_p$,"
    r" $RXX^\top=YX^\top$, and $R$ is a global minimum of $\ell$.",
    source=STEP.format("ii"),
    uses=["lu-kawaguchi-2017/claim-a", "lu-kawaguchi-2017/convex-any-loss"],
)
paper.gradient(
    "theorem-2.3-ii-gradient-mutant",
    half * square(Any * Inputs - Targets),
    {Any: Any * Inputs * Inputs.T},
    r"Negative control: the targets forgotten.",
    **planted("ii"),
)

# (iii) no local maxima: L is a convex parabola along every single layer, at every depth

W = dp.Chain("W", H)
X, target = MatrixSymbol("X", W.width(0), m), MatrixSymbol("Y", W.width(H), m)
E = W.product(H, 1) * X - target
D = MatrixSymbol("D", W.width(k), W.width(k - 1))
pushed = W.product(H, k + 1) * D * W.product(k - 1, 1) * X
paper.derivation(
    "theorem-2.3-iii-layer",
    [
        half * square(E + pushed),
        dp.eq(half * square(E) + Trace(E.T * pushed) + half * square(pushed), "expand in one layer"),
        dp.ge(half * square(E) + Trace(E.T * pushed), "a square is nonnegative", squares=[(half, pushed)]),
    ],
    r"(iii) For any depth and layer, $E=RX-Y$ and $P=W_H\cdots W_{k+1}DW_{k-1}\cdots W_1X$: $L(W_k+D)=L(W)+\langle"
    r" E,P\rangle+\frac12\|P\|_F^2\geq L(W)+\langle E,P\rangle$.",
    remark="So along every single layer $L$ is a convex parabola: all diagonal entries of the Hessian are"
    " nonnegative, and $L$ is subharmonic.",
    source=STEP.format("iii"),
    uses=["lemma-4.3-block-kk"],
)
paper.derivation(
    "theorem-2.3-iii-layer-mutant",
    [
        half * square(E + pushed),
        dp.eq(half * square(E) + Trace(E.T * pushed) + square(pushed), "twice the square"),
    ],
    r"Negative control: the parabola with twice the curvature.",
    **planted("iii"),
)
paper.derivation(
    "theorem-2.3-iii-second-difference",
    [
        square(E + pushed) + square(E - pushed),
        dp.eq(2 * square(E) + 2 * square(pushed), "the mixed terms cancel"),
        dp.ge(2 * square(E), "a square is nonnegative", squares=[(2, pushed)]),
    ],
    r"(iii) $L(W_k+D)+L(W_k-D)=2L(W)+\|W_H\cdots W_{k+1}DW_{k-1}\cdots W_1X\|_F^2\geq2L(W)$, at every depth.",
    remark="At a local maximum the left side is at most $2L(W)$ for small $D$, so the square vanishes.",
    source=STEP.format("iii"),
    uses=["theorem-2.3-iii-layer"],
)
paper.derivation(
    "theorem-2.3-iii-second-difference-mutant",
    [square(E + pushed) + square(E - pushed), dp.eq(2 * square(E) + square(pushed), "one square")],
    r"Negative control: half of the square.",
    **planted("iii"),
)
Misfit, Push = MatrixSymbol("E", q, m), MatrixSymbol("P", q, m)
paper.identity(
    "theorem-2.3-iii-flat",
    square(Misfit + Push),
    square(Misfit),
    r"(iii) $\|E+P\|_F^2=\|E\|_F^2$ if $P=0$.",
    remark="So $L(W_k+D)=L(W)$ at a local maximum, for all small $D$ in one layer: the new point is again a local"
    " maximum of the same value, the next layer can be moved, and $L$ is constant on a neighbourhood; a polynomial,"
    " it is constant.",
    source=STEP.format("iii"),
    assuming=[Eq(Push, ZeroMatrix(q, m))],
    uses=["theorem-2.3-iii-second-difference"],
)
paper.identity(
    "theorem-2.3-iii-flat-mutant",
    square(Misfit + Push),
    square(Misfit),
    r"Negative control: the same where only $\langle E,P\rangle$ vanishes.",
    assuming=[Eq(Trace(Misfit.T * Push), 0)],
    **planted("iii"),
)
paper.identity(
    "theorem-2.3-iii-constant",
    square(Fit - Y) + square(-Fit - Y) - 2 * square(Y),
    2 * square(Fit),
    r"(iii) The second difference of $2L$ at $RX=M,-M,0$ is $\|M-Y\|_F^2+\|-M-Y\|_F^2-2\|Y\|_F^2=2\|M\|_F^2$.",
    remark="If $L$ is constant it is zero: $M=0$ for every $M=RX$ of a network, and $X=0$.",
    source=STEP.format("iii"),
    uses=["theorem-2.3-iii-flat"],
)
paper.identity(
    "theorem-2.3-iii-constant-mutant",
    square(Fit - Y) + square(-Fit - Y) - 2 * square(Y),
    square(Fit),
    r"Negative control: half of the second difference.",
    **planted("iii"),
)

# (iv) rank M = p, not a global minimum: a direction of negative curvature, in the first and the last layer

First, Last = MatrixSymbol("W1", h, d), MatrixSymbol("WH", q, w)
Inner, Input, Output = MatrixSymbol("M", w, h), MatrixSymbol("X", d, m), MatrixSymbol("Y", q, m)
error = Last * Inner * First * Input - Output
z, y = MatrixSymbol("z", h, 1), MatrixSymbol("y", w, 1)
a, b = MatrixSymbol("a", q, 1), MatrixSymbol("b", d, 1)
tau = symbols("tau", positive=True)
loss = half * square(error)
D1, DH = MatrixSymbol("D1", h, d), MatrixSymbol("DH", q, w)
paper.hessian(
    "theorem-2.3-iv-variation",
    loss,
    {First: D1, Last: DH},
    square(Last * Inner * D1 * Input + DH * Inner * First * Input) + 2 * Trace(error.T * DH * Inner * D1 * Input),
    r"(iv) The second variation of $L=\frac12\|W_HMW_1X-Y\|_F^2$ in the first and the last layer, along $D_1$, $D_H$.",
    remark=r"With $M=W_{H-1}\cdots W_2$ fixed it is that of a network of any depth.",
    source=STEP.format("iv"),
)
paper.hessian(
    "theorem-2.3-iv-variation-mutant",
    loss,
    {First: D1, Last: DH},
    square(Last * Inner * D1 * Input + DH * Inner * First * Input) - 2 * Trace(error.T * DH * Inner * D1 * Input),
    r"Negative control: the sign of the mixed term.",
    **planted("iv"),
)
seen = tau * a * z.T * Inner.T
variation = square(Last * Inner * (z * b.T / tau) * Input + seen * Inner * First * Input)
variation += 2 * Trace(error.T * seen * Inner * (z * b.T / tau) * Input)
slope = square(Inner * z) * Trace(a.T * error * Input.T * b)
paper.identity(
    "theorem-2.3-iv-loose",
    variation,
    tau**2 * square(a * z.T * Inner.T * Inner * First * Input) + 2 * slope,
    r"(iv) If $W_HMz=0$: along $D_1=zb^\top/\tau$, $D_H=\tau a(Mz)^\top$ the second variation is $\tau^2\|a(Mz)^\top"
    r" MW_1X\|_F^2+2\|Mz\|^2a^\top Gb$, $G=EX^\top$.",
    remark=r"If $\operatorname{rank}W_HM<p=\operatorname{rank}M$ there is such a $z$ with $Mz\neq0$; where $G\neq0$"
    r" choose $a^\top Gb<0$, and $\tau$ small makes it negative.",
    source=STEP.format("iv"),
    assuming=[Eq(Last * Inner * z, ZeroMatrix(q, 1))],
    uses=["theorem-2.3-iv-variation"],
)
paper.identity(
    "theorem-2.3-iv-loose-mutant",
    variation,
    tau**2 * square(a * z.T * Inner.T * Inner * First * Input) + 2 * slope,
    r"Negative control: the same for any $z$.",
    **planted("iv"),
)
mirrored = square(Last * Inner * (Inner.T * y * b.T * tau) * Input + (a * y.T / tau) * Inner * First * Input)
mirrored += 2 * Trace(error.T * (a * y.T / tau) * Inner * (Inner.T * y * b.T * tau) * Input)
paper.identity(
    "theorem-2.3-iv-loose-first",
    mirrored,
    tau**2 * square(Last * Inner * Inner.T * y * b.T * Input)
    + 2 * square(Inner.T * y) * Trace(a.T * error * Input.T * b),
    r"(iv) The mirror image, $y^\top MW_1=0$: along $D_1=\tau M^\top yb^\top$, $D_H=ay^\top/\tau$ the second"
    r" variation is $\tau^2\|W_HMM^\top yb^\top X\|_F^2+2\|M^\top y\|^2a^\top Gb$.",
    remark=r"If $\operatorname{rank}MW_1<p$ there is such a $y$ with $y^\top M\neq0$.",
    source=STEP.format("iv"),
    assuming=[Eq(y.T * Inner * First, ZeroMatrix(1, d))],
    uses=["theorem-2.3-iv-variation"],
)
paper.identity(
    "theorem-2.3-iv-loose-first-mutant",
    mirrored,
    tau**2 * square(Last * Inner * Inner.T * y * b.T * Input) + square(Inner.T * y) * Trace(a.T * error * Input.T * b),
    r"Negative control: the mixed term counted once.",
    assuming=[Eq(y.T * Inner * First, ZeroMatrix(1, d))],
    **planted("iv"),
)
gain, cost = symbols("b e", real=True)
paper.inequality(
    "theorem-2.3-iv-step",
    gain / (1 + cost) * cost - 2 * gain,
    dp.lt(0),
    over={cost: (0, oo), gain: Interval.open(0, oo)},
    statement=r"(iv) At $\tau^2=b/(1+e)$ the second variation $\tau^2e-2b$ is negative for all $e\geq0$, $b>0$.",
    remark=r"Here $b=-\|Mz\|^2a^\top Gb$ and $e$ is the factor of $\tau^2$. If $W_HM$ and $MW_1$ have rank $p$, so"
    r" has $R$ (Frobenius), and $W_1$, $W_H$ act as two factors of full rank: not the best, they can be rotated down.",
    source=STEP.format("iv"),
    uses=[
        "theorem-2.3-iv-loose",
        "theorem-2.3-iv-loose-first",
        "lu-kawaguchi-2017/frobenius",
        "lu-kawaguchi-2017/rotation",
    ],
)
paper.inequality(
    "theorem-2.3-iv-step-mutant",
    gain * cost - 2 * gain,
    dp.lt(0),
    over={cost: (0, oo), gain: Interval.open(0, oo)},
    statement=r"Negative control: at $\tau^2=b$, however large $e$ is.",
    **planted("iv"),
)
