"""Bharadwaj and Hosten (2023): how many complex critical points a regularised deep linear network has.

L = 1/2 ||W_H ... W_1 X - Y||_F^2 + 1/2 sum_k sum_ij Lambda_k[i,j] W_k[i,j]^2 with generic data and generic Lambda. The two
formulas below are this project's, read off the paper's tables: for chains of single neurons, and for one hidden layer and one
sample. The identities of their proofs are checked here, the conclusions from them are remarks. Counts at data are in `bharadwaj_hosten_2023_counts`.
"""

from lu_kawaguchi_2017 import planted
from sympy import Eq, Identity, MatrixSymbol, OneMatrix, Q, Rational, Trace, ZeroMatrix, diff, hessian, symbols

import dlnproof as dp

paper = dp.Paper(
    "bharadwaj-hosten-2023",
    title="Complex Critical Points of Deep Linear Neural Networks",
    authors=["Ayush Bharadwaj", "Serkan Hoşten"],
    year=2023,
    venue="arXiv:2301.12651",
    url="https://arxiv.org/abs/2301.12651",
)
CHAIN = "this project's count beside Bharadwaj and Hosten (2023), chains of single neurons"
LAYER = "this project's formula for the table of Bharadwaj and Hosten (2023), one hidden layer, one sample"
half = Rational(1, 2)


# chains (1, ..., 1): 1 + (H - 1) 2^H critical points

w, r, x, y, mu = symbols("w r x y lambda", real=True)
loss = half * (w * r * x - y) ** 2 + half * mu * w**2
stationary = (w * r * x - y) * w * r * x + mu * w**2
paper.identity(
    "chain-stationary",
    w * diff(loss, w),
    stationary,
    r"For $L=\frac12(ux-y)^2+\frac12\sum_k\lambda_kw_k^2$, $u=w_1\cdots w_H=w_kr$:"
    r" $w_k\partial_kL=(ux-y)ux+\lambda_kw_k^2$.",
    remark=r"So at a critical point $\lambda_kw_k^2=t$ for all $k$, with $t=-(ux-y)ux$.",
    source=CHAIN,
)
paper.identity(
    "chain-stationary-mutant",
    w * diff(loss, w),
    stationary + mu * w**2,
    r"Negative control: the decay counted twice.",
    **planted(CHAIN),
)
H = symbols("H", integer=True, positive=True)
t, u, c, weight = symbols("t u c Lambda", real=True)
l1, l2, l3, l4, w1, w2, w3, w4 = symbols("l1 l2 l3 l4 w1 w2 w3 w4", real=True)
balance = [Eq(a * b**2, t) for a, b in ((l1, w1), (l2, w2), (l3, w3), (l4, w4))]
paper.identity(
    "chain-product",
    l1 * l2 * l3 * l4 * (w1 * w2 * w3 * w4) ** 2,
    t**4,
    r"If $\lambda_kw_k^2=t$ for $k=1,\dots,4$ and $u=w_1w_2w_3w_4$, then $u^2\prod_k\lambda_k=t^4$.",
    remark=r"For every depth $u^2\prod_k\lambda_k=t^H$.",
    source=CHAIN,
    assuming=balance,
    uses=["chain-stationary"],
)
paper.identity(
    "chain-product-mutant",
    l1 * l2 * l3 * l4 * (w1 * w2 * w3 * w4) ** 2,
    t**4,
    r"Negative control: the same where only the first layer is stationary.",
    assuming=balance[:1],
    **planted(CHAIN),
)
beyond = symbols("h", integer=True, nonnegative=True)  # H = h + 2
paper.identity(
    "chain-degree",
    (u * x * (y - u * x)) ** (beyond + 2) - weight * u**2,
    u**2 * (u**beyond * (x * (y - u * x)) ** (beyond + 2) - weight),
    r"$(ux(y-ux))^H-\Lambda u^2=u^2\bigl(u^{H-2}(x(y-ux))^H-\Lambda\bigr)$ for every depth $H=h+2\geq2$.",
    remark=r"With $\Lambda=\prod_k\lambda_k$, apart from $u=0$ (then $t=0$ and $W=0$) $u$ is a root of the second"
    r" factor, of degree $2H-2$ in $u$ for $x\neq0$.",
    source=CHAIN,
    uses=["chain-product"],
)
paper.identity(
    "chain-degree-mutant",
    (u * x * (y - u * x)) ** (beyond + 2) - weight * u**2,
    u**2 * (u ** (beyond + 1) * (x * (y - u * x)) ** (beyond + 2) - weight),
    r"Negative control: one degree more.",
    **planted(CHAIN),
)
paper.identity(
    "chain-count",
    1 + (2 * H - 2) * 2 ** (H - 1),
    1 + (H - 1) * 2**H,
    "$1+(2H-2)2^{H-1}=1+(H-1)2^H$.",
    remark=r"This is the number of critical points, the origin included: each of the $2H-2$ values of $u$ (simple"
    r" roots for generic data) gives $t$ and $w_k=\pm\sqrt{t/\lambda_k}$ with product $u$, $2^{H-1}$ choices of"
    r" signs. Real ones: one and $2^{H-1}$ for each real $u$ with $t>0$.",
    source=CHAIN,
    uses=["chain-degree"],
)
paper.identity(
    "chain-count-mutant",
    1 + (2 * H - 2) * 2**H,
    1 + (H - 1) * 2**H,
    r"Negative control: $2^H$ choices of signs.",
    **planted(CHAIN),
)

# one hidden layer, one sample: a hidden neuron with input weights w_j and output weights v_k

dx, d, dy, m = symbols("d_x d d_y m", integer=True, positive=True)
W1, W2 = MatrixSymbol("W1", d, dx), MatrixSymbol("W2", dy, d)
e, inputs, outputs = MatrixSymbol("e", dy, 1), MatrixSymbol("x", dx, 1), MatrixSymbol("a", d, 1)
Din, Dout, Dk = MatrixSymbol("P", dx, dx), MatrixSymbol("Q", dy, dy), MatrixSymbol("C", d, d)
a, ek = symbols("a e_k", real=True)
decays = [Q.symmetric(Din), Q.invertible(Din), Q.symmetric(Dout), Q.invertible(Dout)]
out = -a * Dout.inverse() * e
answer = Trace(inputs.T * (-Trace(out.T * e) * Din.inverse() * inputs))
inverse_s, quadric = Trace(inputs.T * Din.inverse() * inputs), Trace(e.T * Dout.inverse() * e)
paper.identity(
    "layer-neuron",
    answer,
    a * inverse_s * quadric,
    r"$v=-aQ^{-1}e$ and $w=-(v^\top e)P^{-1}x$ give $w^\top x=a\,(x^\top P^{-1}x)(e^\top Q^{-1}e)$, for all sizes and"
    r" symmetric invertible $P$, $Q$.",
    remark=r"With $P=\operatorname{diag}(p_j)$, $Q=\operatorname{diag}(q_k)$, $e=W_2W_1x-y$ these are the equations"
    r" of a neuron with input weights $w$, output weights $v$ and $a=w^\top x$. So it is inactive, $a=0$, or"
    r" $\sum_ke_k^2/q_k=1/s$, a quadric, $s=\sum_jx_j^2/p_j$.",
    source=LAYER,
    assuming=decays,
)
paper.identity(
    "layer-neuron-mutant",
    answer,
    a**2 * inverse_s * quadric,
    r"Negative control: one factor $a$ too many.",
    assuming=decays,
    **planted(LAYER),
)
row = -ek * Dk * outputs
paper.identity(
    "layer-residual",
    Trace(row.T * outputs) - ek,
    -ek * (1 + Trace(outputs.T * Dk * outputs)),
    r"With output weights $v_k=-e_kCa$ of all neurons, $C$ symmetric, $v_k^\top a-e_k=-e_k(1+a^\top Ca)$, for any"
    r" number of neurons.",
    remark=r"With $C=\operatorname{diag}(1/q_{ki})_i$ and $e_k=v_k^\top a-y_k$ this reads"
    r" $y_k=-e_k(1+\sum_ia_i^2/q_{ki})$: $e$ is a critical point of the distance to $-y$ on the quadrics of the $r$"
    r" active neurons, of which there are $2^r\binom{d_y}r$; $2^r$ signs of $a$.",
    source=LAYER,
    assuming=[Q.symmetric(Dk)],
    uses=["layer-neuron"],
)
paper.identity(
    "layer-residual-mutant",
    Trace(row.T * outputs) - ek,
    -ek * (1 + Trace(outputs.T * Dk.T * Dk * outputs)),
    r"Negative control: $C^2$ in the place of $C$.",
    assuming=[Q.symmetric(Dk)],
    **planted(LAYER),
)
g1, g2 = symbols("gamma_1 gamma_2", positive=True)
paper.identity(
    "layer-plain",
    g1 * g2 * W1 * inputs,
    Trace(e.T * e) * Trace(inputs.T * inputs) * W1 * inputs,
    r"The same with one decay for each layer, all sizes: $\gamma_1\gamma_2W_1x=\|e\|^2\|x\|^2W_1x$ where"
    r" $\gamma_1W_1=-W_2^\top ex^\top$, $\gamma_2W_2=-ex^\top W_1^\top$.",
    remark="The two conditions are those of a critical point, with $e=W_2W_1x-y$.",
    source=LAYER,
    assuming=[Eq(g1 * W1, -W2.T * e * inputs.T), Eq(g2 * W2, -e * inputs.T * W1.T)],
)
paper.identity(
    "layer-plain-mutant",
    g1 * g2 * W1 * inputs,
    Trace(e.T * e) * W1 * inputs,
    r"Negative control: without $\|x\|^2$.",
    assuming=[Eq(g1 * W1, -W2.T * e * inputs.T), Eq(g2 * W2, -e * inputs.T * W1.T)],
    **planted(LAYER),
)


# equality in the formula: at y = 0 the system of the r active neurons can be solved; its solutions are simple and persist

neurons = symbols("r", integer=True, positive=True)
C = MatrixSymbol("c", neurons, neurons)
scaled, inverse = MatrixSymbol("cE", neurons, neurons), MatrixSymbol("Z", neurons, neurons)
change, growth = MatrixSymbol("epsilon", neurons, 1), MatrixSymbol("beta", neurons, 1)
ones, none = OneMatrix(neurons, 1), ZeroMatrix(neurons, 1)
start = -C.T.inverse() * ones
GENERIC = (
    "this project's proof of equality in its formula beside Bharadwaj and Hosten (2023), one hidden layer, one sample"
)
paper.cite(
    "ed-degree",
    r"A generic point has at most $d_1\cdots d_r\sum_{i_1+\dots+i_r\leq n-r}\prod_j(d_j-1)^{i_j}$ critical points of the distance on"
    r" the zeros in $\mathbb C^n$ of $r$ polynomials of degrees $d_j$ (codimension $r$); for quadrics $2^r\binom nr$.",
    source="Draisma, Horobet, Ottaviani, Sturmfels and Thomas (2016), The Euclidean distance degree of an algebraic variety,"
    " Found. Comput. Math. 16, 99-149, Proposition 2.6",
)
paper.identity(
    "layer-start",
    ones + C.T * start,
    none,
    r"$b=-c^{-\top}1$ solves the equations $1+\sum_ib_ic_{ik}=0$, $k\in K$, for invertible $c$.",
    remark=r"Here $y=0$, $K$ is a set of as many outputs as active neurons, $c=(1/q_{ki})_{i,k\in K}$, $b_i=a_i^2$."
    r" With $e_k=0$ outside $K$ and the $e_k^2$, $k\in K$, that solve $\sum_kc_{ik}e_k^2=1/s_i$ all equations hold:"
    r" $2^r\binom{d_y}r$ solutions $(e,b)$.",
    source=GENERIC,
    assuming=[Q.invertible(C)],
    uses=["layer-neuron", "layer-residual"],
)
paper.identity(
    "layer-start-mutant",
    ones + C * start,
    none,
    r"Negative control: neurons and outputs exchanged.",
    assuming=[Q.invertible(C)],
    **planted(GENERIC),
)
paper.derivation(
    "layer-simple",
    [change, dp.eq(inverse * scaled * change, "$Z=(cE)^{-1}$"), dp.eq(none, "$cE\\epsilon=0$")],
    r"If $cE$ is invertible, $cE\epsilon=0$ only if $\epsilon=0$.",
    remark=r"So those solutions are simple. Along $(\epsilon,\beta)$ the equations change, to first order and with"
    r" $E=\operatorname{diag}(e_k)_K$ invertible, by $2cE\epsilon$ (quadrics), $Ec^\top\beta$ (residuals in $K$) and"
    r" $\epsilon_k(1+\sum_ib_ic_{ik})$ (residuals outside, a factor that is not 0). If all vanish, $\epsilon=0$"
    r" outside $K$, and in $K$.",
    source=GENERIC,
    assuming=[Eq(inverse * scaled, Identity(neurons)), Eq(scaled * change, none)],
    uses=["layer-start"],
)
paper.identity(
    "layer-simple-mutant",
    change,
    none,
    r"Negative control: the same where $cE$ may be singular.",
    assuming=[Eq(scaled * change, none)],
    **planted(GENERIC),
)
paper.derivation(
    "layer-simple-squares",
    [growth, dp.eq(inverse.T * scaled.T * growth, "$Z=(cE)^{-1}$"), dp.eq(none, "$Ec^T\\beta=0$")],
    r"And $Ec^\top\beta=(cE)^\top\beta=0$ only if $\beta=0$.",
    remark=r"Simple solutions persist for $y$ near 0, so for generic $y$ there are at least $2^r\binom{d_y}r$"
    r" solutions $(e,b)$, with $2^r$ signs of $a$ to each, which give the weights.",
    source=GENERIC,
    assuming=[Eq(scaled * inverse, Identity(neurons)), Eq(scaled.T * growth, none)],
    uses=["layer-simple"],
)
paper.identity(
    "layer-simple-squares-mutant",
    growth,
    none,
    r"Negative control: the same where $cE$ may be singular.",
    assuming=[Eq(scaled.T * growth, none)],
    **planted(GENERIC),
)
active = symbols("r", integer=True, nonnegative=True)
paper.identity(
    "layer-formula",
    2**active * 2**active,
    4**active,
    r"$2^r\cdot2^r=4^r$ for every $r\geq0$.",
    remark=r"$2^r$ signs times $2^r\binom{d_y}r$ solutions: for generic data exactly $4^r\binom{d_y}r$ critical"
    r" points have a given set of $r$ active neurons, at least by layer-simple-squares and at most by ed-degree, so"
    r" $N_{\mathbb C}=\sum_r\binom dr\binom{d_y}r4^r$.",
    source=GENERIC,
    uses=["layer-simple-squares", "ed-degree"],
)
paper.identity(
    "layer-formula-mutant",
    2**active * 2**active,
    2 ** (active + 1),
    r"Negative control: $2^{r+1}$.",
    **planted(GENERIC),
)

# the real ones: critical points come in pairs, but for the origin

V1, V2, X, Y = (
    MatrixSymbol(name, *shape) for name, shape in (("W1", (d, dx)), ("W2", (dy, d)), ("X", (dx, m)), ("Y", (dy, m)))
)
D1, D2 = MatrixSymbol("Gamma1", d, d), MatrixSymbol("Gamma2", dy, dy)
both = (
    half * Trace((V2 * V1 * X - Y).T * (V2 * V1 * X - Y)) + half * Trace(V1.T * D1 * V1) + half * Trace(V2.T * D2 * V2)
)
PARITY = "this project's remark beside Bharadwaj and Hosten (2023), numbers of real critical points"
paper.identity(
    "parity",
    both.subs({V1: -V1, V2: -V2}),
    both,
    r"$(W_1,W_2)\mapsto(-W_1,-W_2)$ keeps the loss with decays $\frac12\operatorname{tr}W_k^\top\Gamma_kW_k$, two"
    r" layers.",
    remark="So it does with any decay that is quadratic in each layer. Critical points come in pairs, except"
    " $W_1=W_2=0$, which is one: their number is odd, real or complex, where they are finitely many.",
    source=PARITY,
)
paper.identity(
    "parity-mutant",
    both.subs({V1: -V1}),
    both,
    r"Negative control: the sign of one layer alone.",
    **planted(PARITY),
)


# a strict local minimum that is not global, with one hidden neuron and decays of its own for every weight

X1 = "this project's example beside Bharadwaj and Hosten (2023): a spurious minimum with one hidden layer"
weights = a1, a2, b1, b2 = symbols("u_1 u_2 v_1 v_2", real=True)
example = half * ((a1 * b1 - 1) ** 2 + (a1 * b2) ** 2 + (a2 * b1) ** 2 + (a2 * b2 - half) ** 2)
example += half * (a1**2 + a2**2 / 100 + b1**2 / 100 + b2**2)
best = dict(zip(weights, (Rational(3, 10), 0, 3, 0), strict=True))
worse = dict(zip(weights, (0, 2, 0, Rational(1, 5)), strict=True))


def steepness(point):
    """Return |grad L|^2 at a point."""
    return sum(diff(example, name) ** 2 for name in weights).subs(point)


def minor(point, size):
    """Return the leading principal minor of the Hessian at a point."""
    return hessian(example, weights).subs(point)[:size, :size].det()


paper.identity(
    "X1-critical",
    steepness(best) + steepness(worse),
    0,
    r"$d=(2,1,2)$, $X=I$, $Y=\operatorname{diag}(1,\frac12)$,"
    r" $L+\frac12(u_1^2+\frac{u_2^2}{100}+\frac{v_1^2}{100}+v_2^2)$, $W_2=u$,"
    r" $W_1=v^\top$: $u=(\frac3{10},0)$, $v=(3,0)$ and $u=(0,2)$, $v=(0,\frac15)$ are critical.",
    source=X1,
)
paper.identity(
    "X1-critical-mutant",
    steepness({**worse, a2: 3}),
    0,
    r"Negative control: $u=(0,3)$, $v=(0,\frac15)$ is critical.",
    **planted(X1),
)
LOCAL, BEST = ("26/25", "13/250", "3963/25000", "7926/15625"), ("10", "901/10", "8109/2500", "861381/250000")
origin = dict.fromkeys(weights, 0)
for name, point, loss_there, minors, where in (
    ("", worse, "109/200", LOCAL, r"$u=(0,2)$, $v=(0,\frac15)$"),
    ("best-", best, "11/50", BEST, r"$u=(\frac3{10},0)$, $v=(3,0)$"),
):
    numbers = [("value", "the loss", example.subs(point), loss_there, example.subs(origin))]
    for size, value in enumerate(minors, 1):
        what = f"the leading minor of order {size} of the Hessian"
        numbers.append((f"minor-{size}", what, minor(point, size), value, minor(origin, size)))
    for label, what, number, value, elsewhere in numbers:
        paper.identity(
            f"X1-{name}{label}",
            number,
            Rational(value),
            rf"At {where} {what} is ${value}$.",
            remark="All four leading minors are positive: a strict local minimum." if label == "minor-4" else "",
            source=X1,
            uses=["X1-critical"],
        )
        paper.identity(
            f"X1-{name}{label}-mutant",
            elsewhere,
            Rational(value),
            f"Negative control: {what} is the same at the origin.",
            **planted(X1),
        )
paper.inequality(
    "X1",
    example.subs(best),
    dp.lt(example.subs(worse)),
    statement="$L$ is smaller at the first point than at the second.",
    remark="So the second point is a strict local minimum that is not global.",
    source=X1,
    uses=["X1-minor-1", "X1-minor-2", "X1-minor-3", "X1-minor-4", "X1-value", "X1-best-value"],
)
paper.inequality(
    "X1-mutant",
    example.subs(worse),
    dp.le(example.subs(best)),
    statement="Negative control: the second point has the smaller loss.",
    **planted(X1),
)
