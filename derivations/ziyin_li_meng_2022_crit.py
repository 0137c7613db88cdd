r"""Ziyin, Li and Meng (2022): all stationary points. With noise they are flat points of sub-networks; which are saddles.

A set of active neurons and their signs are a vector r with entries -1, 0, 1: r o r o r = r, r^T r = k of them active. One hidden
layer: u = beta r, W = r w^T; c = b0 - A0 v is what the rest of the network leaves to fit. More layers: two neighbouring layers
W_1, W_2 of a network of any depth, S the averaged form above W_2, V the averaged second moment of what enters W_1, C is b0 seen
through the other layers; the flat point is W_1 = r w^T, W_2 = p r^T.
"""

from sympy import (
    DiagMatrix,
    DiagonalOf,
    Eq,
    HadamardProduct,
    Identity,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Q,
    Trace,
    symbols,
)
from ziyin_li_meng_2022 import S2, W1, W2, C, V, X, d1, d2, data, g1, g2, lifted, n, paper, s1, u1
from ziyin_li_meng_2022_one import b0, beta, gu, gw, q, r, regularised, w, written
from ziyin_li_meng_2022_reduce import A0

import dlnproof as dp

CRIT = "Ziyin, Li and Meng (2022), stationary points (restated)"
PLANTED = {"source": f"planted beside {CRIT}", "expect": "refuted"}
k = symbols("k", positive=True)
tau, delta = symbols("tau delta", nonnegative=True)
ACTIVE = [Eq(HadamardProduct(r, r, r), r), Eq(r.T * r, k * Identity(1))]

# one hidden layer: the equations, neuron by neuron

free_gu = symbols("gamma_u", positive=True)
J = regularised(written, b0, free_gu)
left = b0 - A0 * W1.T * u1
slope_w = 2 * (gw * W1 + s1 * DiagMatrix(HadamardProduct(u1, u1)) * W1 * A0 - u1 * left.T)
slope_u = 2 * (free_gu * u1 + s1 * HadamardProduct(DiagonalOf(W1 * A0 * W1.T), u1) - W1 * left)
paper.gradient(
    "crit-equations",
    J,
    {W1: slope_w, u1: slope_u},
    r"$D=1$: half of row $j$ of $\nabla_WJ$ is $[\gamma_wI+\sigma^2u_j^2A_0]w_j-u_jc$, half of entry $j$ of $\nabla_uJ$ is"
    r" $(\gamma_u+\sigma^2w_j^\top A_0w_j)u_j-w_j^\top c$, with $c=b_0-A_0v$.",
    source=CRIT,
    uses=["average-one"],
)
paper.gradient(
    "crit-equations-mutant",
    J,
    {W1: 2 * (gw * W1 + s1 * W1 * A0 - u1 * left.T)},
    r"Negative control: $\sigma^2A_0$ without $u_j^2$.",
    **PLANTED,
)
# x_j = w_j/u_j has |x_j|^2 = gamma_u/gamma_w by balance; two neurons with u_j^2 = tau + delta, tau: c = M(tau) M(tau + delta) a
a = MatrixSymbol("a", n, 1)
M = lambda vector, level: gw * vector + s1 * level * A0 * vector
x_low, x_high = M(a, tau + delta), M(a, tau)
lost = 2 * s1 * delta * gw * Trace(a.T * A0 * a)
spent = [(s1**2 * delta * (2 * tau + delta), A0 * a)]
paper.identity(
    "crit-two-neurons",
    M(x_low, tau),
    M(x_high, tau + delta),
    r"$M(\tau)M(\tau+\delta)a=M(\tau+\delta)M(\tau)a$ with $M(\tau)=\gamma_wI+\sigma^2\tau A_0$.",
    remark=r"$M(\tau)$ is positive definite, so any $c$ is $M(\tau)M(\tau+\delta)a$, and then $M(\tau)^{-1}c=M(\tau+\delta)a$,"
    r" $M(\tau+\delta)^{-1}c=M(\tau)a$.",
    source=CRIT,
)
paper.identity(
    "crit-two-neurons-mutant",
    M(x_low, tau),
    M(x_high, tau),
    r"Negative control: the same level on both sides.",
    **PLANTED,
)
paper.derivation(
    "crit-decreasing",
    [
        Trace(x_low.T * x_low),
        dp.ge(Trace(x_high.T * x_high) + lost, r"what is left is $|A_0a|^2$", squares=spent),
    ],
    r"$|M(\tau)^{-1}c|^2\geq|M(\tau+\delta)^{-1}c|^2+2\sigma^2\delta\gamma_wa^\top A_0a$ for $\tau\geq0$, $\delta\geq0$,"
    r" $c=M(\tau)M(\tau+\delta)a$.",
    remark=r"So it decreases strictly in $\tau$ if $\sigma>0$ and $X^\top c\neq0$. Balance makes it $\gamma_u/\gamma_w$ for every active"
    r" neuron, so all of them have the same $u_j^2=\beta^2$ and $w_j/u_j$.",
    source=CRIT,
    uses=["crit-equations", "crit-two-neurons", "balance"],
)
paper.derivation(
    "crit-decreasing-mutant",
    [Trace(x_low.T * x_low), dp.ge(Trace(x_high.T * x_high) + 2 * lost, squares=spent)],
    r"Negative control: $4\sigma^2\delta\gamma_wa^\top A_0a$ for $2\sigma^2\delta\gamma_wa^\top A_0a$.",
    **PLANTED,
)
y = MatrixSymbol("y", n, 1)
target = gw * y + tau * A0 * y
paper.derivation(
    "crit-far",
    [Trace(target.T * target), dp.ge(tau**2 * Trace(y.T * A0 * A0 * y), squares=[(gw**2, y), (2 * gw * tau, X.T * y)])],
    r"$|z|^2\geq\tau^2|[\tau A_0+\gamma_wI]^{-1}A_0z|^2$ for $\tau\geq0$ and every $z=(\tau A_0+\gamma_wI)y$.",
    source=CRIT,
)
paper.derivation(
    "crit-far-mutant",
    [
        Trace(target.T * target),
        dp.ge(4 * tau**2 * Trace(y.T * A0 * A0 * y), squares=[(gw**2, y), (2 * gw * tau, X.T * y)]),
    ],
    r"Negative control: $4\tau^2$ in the place of $\tau^2$.",
    **PLANTED,
)
paper.identity(
    "crit-in-range",
    Trace((A0 * y).T * A0 * y),
    0,
    r"If $c=A_0y$ and $A_0c=0$, then $|c|^2=0$.",
    remark=r"$b_0-A_0v$ is such a $c$; if it is zero all $w_j=0$, and by balance $u_j=0$: no neuron is active.",
    source=CRIT,
    assuming=[Eq(A0 * A0 * y, 0 * y)],
)
paper.identity(
    "crit-in-range-mutant",
    Trace(y.T * y),
    0,
    r"Negative control: $A_0c=0$ makes $|c|^2=0$, in the range or not.",
    assuming=[Eq(A0 * y, 0 * y)],
    **PLANTED,
)

# the flat point with k active neurons: stationary, with its value

cross = beta * (s1 + k) * A0 * w + gw / beta * w
Jk = regularised(written, cross, gu)
flat = {W1: r * w.T, u1: beta * r}
v1 = (s1 + k) * beta * w
depth_of = -k / (s1 + k) * Trace(v1.T * A0 * v1)
FLAT = (
    r"$D=1$, $k$ active neurons: with $b_0=(\beta(\sigma^2+k)A_0+\gamma_w/\beta)w$, $\gamma_u=\gamma_w|w|^2/\beta^2$ the gradient"
    r" with respect to $SYMBOL$ vanishes at $u=\beta r$, $W=rw^\top$ for all $r\in\{-1,0,1\}^d$ with $|r|^2=k$."
)
for name, symbol in (("w", W1), ("u", u1)):
    paper.identity(
        f"crit-flat-{name}",
        dp.gradient(Jk, symbol).subs(flat),
        0 * symbol,
        FLAT.replace("SYMBOL", symbol.name[0]),
        source=CRIT,
        assuming=ACTIVE,
        uses=["average-one"],
    )
    paper.identity(
        f"crit-flat-{name}-mutant",
        dp.gradient(regularised(written, beta * (s1 + d1) * A0 * w + gw / beta * w, gu), symbol).subs(flat),
        0 * symbol,
        r"Negative control: $d$ in the place of $k$ in the equation of $\beta$.",
        assuming=ACTIVE,
        **PLANTED,
    )
paper.identity(
    "crit-value",
    Jk.subs(flat),
    depth_of,
    r"The value there is $-\frac k{k+\sigma^2}v_1^\top A_0v_1$ with $v_1=(\sigma^2+k)\beta w$.",
    remark=r"$v_1$ does not depend on $k$ (crit-same-predictor): the value is less the more neurons are active.",
    source=CRIT,
    assuming=ACTIVE,
    uses=["crit-flat-w", "crit-flat-u"],
)
paper.identity(
    "crit-value-mutant",
    Jk.subs(flat),
    -(s1 + d1) * d1 * beta**2 * Trace(w.T * A0 * w),
    r"Negative control: the value of the global minimum for every $k$.",
    assuming=ACTIVE,
    **PLANTED,
)
mu1 = gw / ((s1 + k) * beta**2)
paper.identity(
    "crit-same-predictor",
    A0 * v1 + mu1 * v1,
    cross,
    r"$(A_0+\mu_1I)v_1=b_0$ with $\mu_1=\gamma_w/((\sigma^2+k)\beta^2)$, $v_1=(\sigma^2+k)\beta w$.",
    remark=r"$\mu_1|v_1|=\kappa$ (crit-same-length) has one solution $\mu_1$ (crit-decreasing, $1/\mu_1$ for $\tau$), the same for all"
    r" $k$, $d$ and $\sigma$.",
    source=CRIT,
    uses=["crit-same-length", "crit-decreasing"],
)
paper.identity(
    "crit-same-predictor-mutant",
    A0 * v1 + gw / beta**2 * v1,
    cross,
    r"Negative control: $\mu_1$ without $\sigma^2+k$.",
    **PLANTED,
)
paper.identity(
    "crit-same-length",
    mu1**2 * Trace(v1.T * v1),
    gw * gu,
    r"$\mu_1^2|v_1|^2=\gamma_u\gamma_w=\kappa^2$ for these $\mu_1$, $v_1$ and $\gamma_u=\gamma_w|w|^2/\beta^2$.",
    source=CRIT,
)
paper.identity(
    "crit-same-length-mutant", mu1**2 * Trace(v1.T * v1), gw**2, r"Negative control: $\mu_1|v_1|=\gamma_w$.", **PLANTED
)
needed = lambda count: gw * gu + count * gw * (s1 + k) * Trace(w.T * A0 * w)
paper.derivation(
    "crit-existence",
    [
        Trace(cross.T * cross),
        dp.ge(needed(2), r"what is left is $|A_0w|^2$", squares=[(beta**2 * (s1 + k) ** 2, A0 * w)]),
    ],
    r"A point with $k$ active neurons, $b_0=(\beta(\sigma^2+k)A_0+\gamma_w/\beta)w$, has $|b_0|^2\geq\gamma_u\gamma_w+2\gamma_w"
    r"(\sigma^2+k)w^\top A_0w$.",
    remark=r"So it needs $|b_0|^2>\gamma_u\gamma_w$ ($X^\top w=0$ makes $b_0=\gamma_ww/\beta$, in the range of $A_0$ zero). Conversely"
    r" $|[\beta^2(\sigma^2+k)A_0+\gamma_wI]^{-1}b_0|^2$ decreases strictly from $|b_0|^2/\gamma_w^2$ (crit-decreasing) to $0$ (crit-far):"
    r" it is $\gamma_u/\gamma_w$ for one $\beta>0$.",
    source=CRIT,
    uses=["crit-flat-w", "crit-decreasing", "crit-far"],
)
paper.derivation(
    "crit-existence-mutant",
    [Trace(cross.T * cross), dp.ge(needed(4), squares=[(beta**2 * (s1 + k) ** 2, A0 * w)])],
    r"Negative control: $4\gamma_w(\sigma^2+k)w^\top A_0w$.",
    **PLANTED,
)
sphere_point = {W1: q * w.T, u1: beta * q}
for name, symbol in (("w", W1), ("u", u1)):
    slope = dp.gradient(Jk.subs(s1, 0), symbol).subs(sphere_point)
    paper.identity(
        f"crit-sphere-{name}",
        slope,
        0 * symbol,
        r"Without noise, $D=1$: the gradient with respect to $" + symbol.name[0] + r"$ vanishes at $u=\beta q$,"
        r" $W=qw^\top$ for every $q$ with $|q|^2=k$.",
        remark=r"For $d\geq2$ these points are a continuum.",
        source=CRIT,
        assuming=[Eq(q.T * q, k * Identity(1))],
    )
    paper.identity(
        f"crit-sphere-{name}-mutant",
        dp.gradient(Jk, symbol).subs(sphere_point),
        0 * symbol,
        r"Negative control: the same with noise.",
        assuming=[Eq(q.T * q, k * Identity(1))],
        **PLANTED,
    )

# any depth: a neuron that is not active next to active ones makes a strict saddle

p, i = MatrixSymbol("p", d2, 1), MatrixSymbol("i", d1, 1)
D1, D2 = MatrixSymbol("D1", d1, n), MatrixSymbol("D2", d2, d1)
local = data + g1 * Trace(W1.T * W1) + g2 * Trace(W2.T * W2)
point = {W1: r * w.T, W2: p * r.T}
ones = OneMatrix(d1, 1)
all_active = {W1: ones * w.T, W2: p * ones.T}
above, below = Trace(p.T * S2 * p), Trace(w.T * V * w)
symmetric = [Q.symmetric(S2), Q.symmetric(V)]
paper.identity(
    "crit-neighbours",
    dp.gradient(local, W1).subs(point),
    2 * r * (g1 * w + (k + s1) * above * V * w - C.T * p).T,
    r"Any depth ($S$, $V$, $C$ as in rows-and-columns): at $W_k=rw^\top$, $W_{k+1}=pr^\top$, $r\in\{-1,0,1\}^d$, the gradient with respect to"
    r" $W_k$ is $2r(\gamma_kw+(|r|^2+\sigma_k^2)\,p^\top Sp\,Vw-C^\top p)^\top$.",
    source=CRIT,
    assuming=[*ACTIVE, *symmetric],
    uses=["layer", "layer-input"],
)
paper.identity(
    "crit-neighbours-mutant",
    dp.gradient(local, W1).subs(all_active),
    2 * ones * (g1 * w + d1 * (1 + s1) * above * V * w - C.T * p).T,
    r"Negative control: $d(1+\sigma^2)$ in the place of $d+\sigma^2$, all neurons active.",
    assuming=symmetric,
    **PLANTED,
)
spread_point = {W1: q * w.T, W2: p * q.T}
quiet = dp.gradient(local, W1).subs(s1, 0).subs(spread_point)
paper.identity(
    "crit-neighbours-sphere",
    quiet,
    2 * q * (g1 * w + k * above * V * w - C.T * p).T,
    r"Any depth, no noise in hidden layer $k$: at $W_k=qw^\top$, $W_{k+1}=pq^\top$ the gradient with respect to $W_k$ is"
    r" $2q(\gamma_kw+|q|^2p^\top Sp\,Vw-C^\top p)^\top$, for every $q$.",
    remark=r"So there is no active set, and a continuum of stationary points if $d_k\geq2$.",
    source=CRIT,
    assuming=[Eq(q.T * q, k * Identity(1)), *symmetric],
    uses=["layer", "layer-input"],
)
paper.identity(
    "crit-neighbours-sphere-mutant",
    quiet,
    2 * q * (g1 * w + above * V * w - C.T * p).T,
    r"Negative control: without $|q|^2$.",
    assuming=symmetric,
    **PLANTED,
)
still = [Eq(C.T * p, g1 * w + (k + s1) * above * V * w), Eq(g1 * Trace(w.T * w), g2 * Trace(p.T * p))]
paper.identity(
    "crit-balance",
    g1 * point[W1] * point[W1].T,
    g2 * point[W2].T * point[W2],
    r"Any depth, with noise too: if $\gamma_k|w|^2=\gamma_{k+1}|p|^2$ (balance) the whole matrices agree there,"
    r" $\gamma_kW_kW_k^\top=\gamma_{k+1}W_{k+1}^\top W_{k+1}$.",
    source=CRIT,
    assuming=still[1:],
    uses=["balance", "crit-neighbours"],
)
paper.identity(
    "crit-balance-mutant",
    point[W1] * point[W1].T,
    point[W2].T * point[W2],
    r"Negative control: without the decays.",
    assuming=still[1:],
    **PLANTED,
)
inactive = [Eq(HadamardProduct(i, r), 0 * i), Eq(i.T * i, Identity(1))]
curvature = dp.hessian_form(local, {W1: D1, W2: D2}).subs({**point, D1: i * w.T, D2: p * i.T})
paper.identity(
    "crit-inactive",
    curvature,
    -4 * s1 * above * below,
    r"Any depth, any widths: if neuron $j$ of hidden layer $k$ is not active, the second variation along $e_jw^\top$ in $W_k$ and"
    r" $pe_j^\top$ in $W_{k+1}$, copies of an active neuron, is $-4\sigma_k^2\,p^\top Sp\,w^\top Vw$ where crit-neighbours vanishes,"
    r" $C^\top p=\gamma_kw+(|r|^2+\sigma_k^2)p^\top Sp\,Vw$, and $\gamma_k|w|^2=\gamma_{k+1}|p|^2$.",
    source=CRIT,
    assuming=[*ACTIVE, *inactive, *symmetric, *still],
    uses=["crit-neighbours", "balance"],
)
paper.identity(
    "crit-inactive-mutant",
    curvature,
    -2 * s1 * above * below,
    r"Negative control: half of it.",
    assuming=[*ACTIVE, *inactive, *symmetric, *still],
    **PLANTED,
)
paper.identity(
    "crit-inactive-strict",
    data.subs(point) + 2 * Trace(C.T * p * r.T * r * w.T),
    k * (k + s1) * above * below,
    r"There $\mathbb Ef^2=k(k+\sigma_k^2)\,p^\top Sp\,w^\top Vw$ with $k=|r|^2$ active neurons.",
    remark=r"$\mathbb Ef^2\geq s\,v^\top A_0v$ is positive unless $A_0v=0$, and then $b_0^\top v=0$ and by Euler's relation all weights are"
    r" zero. So if $\sigma_k>0$ a stationary point with active and inactive neurons in layer $k$ is a strict saddle.",
    source=CRIT,
    assuming=[*ACTIVE, *symmetric],
    uses=["crit-inactive", "lower-form", "euler-second"],
)
paper.identity(
    "crit-inactive-strict-mutant",
    data.subs(all_active) + 2 * d1 * Trace(C.T * p * w.T),
    d1**2 * (1 + s1) * above * below,
    r"Negative control: $d^2(1+\sigma^2)$, all neurons active.",
    assuming=symmetric,
    **PLANTED,
)
outer = beta**2 * r * r.T
paper.identity(
    "crit-fold",
    MatMul(w * r.T, lifted(outer, s1), r * w.T),
    beta**2 * k * (k + s1) * w * w.T,
    r"Two hidden layers or more, from the top: with $u=\beta r$, $W_D=rw^\top$ the form handed to layer $D-1$ is"
    r" $\beta^2k(k+\sigma_D^2)\,ww^\top$.",
    remark=r"It is that of a network with one hidden layer less and output weights along $w$: the argument for $D=1$, with the second"
    r" moment of $h_{D-1}$ for $A_0$, applies to one layer after the other.",
    source=CRIT,
    assuming=ACTIVE,
    uses=["layer", "crit-decreasing"],
)
paper.identity(
    "crit-fold-mutant",
    MatMul(w * ones.T, lifted(beta**2 * ones * ones.T, s1), ones * w.T),
    beta**2 * d1**2 * (1 + s1) * w * w.T,
    r"Negative control: $d^2(1+\sigma^2)$ in the place of $d(d+\sigma^2)$, all neurons active.",
    **PLANTED,
)
