r"""Ziyin, Li and Meng (2022): the origin. No hidden layer, one, two or more; at the boundary; with some or all decays zero.

J is the averaged loss with decay, less its value at zero, so zero is a local minimum where J >= 0 nearby. Two layers W_i, W_j of
a network of any depth: f has the mean b^T W_j M W_i c seen by b0, where b comes from the layers above, M from those between and
c from b0 and the layers below; |b| |M|_F |c| is at most |b0| times the product of the norms of all other layers.
"""

from sympy import (
    DiagMatrix,
    Eq,
    Identity,
    KroneckerProduct,
    MatMul,
    MatrixSymbol,
    Trace,
    ZeroMatrix,
    symbols,
)
from ziyin_li_meng_2022 import W1, W2, X, d1, d2, d3, g1, lifted, moment, moment1, n, paper, s1, s2, u1
from ziyin_li_meng_2022_one import b0, delta, gw, regularised
from ziyin_li_meng_2022_reduce import A0, NAMES, NOISES, OUTPUTS, WEIGHTS, apart, means_squares, noise_squares, off_mean
from ziyin_li_meng_2022_reduce import r as rank

import dlnproof as dp

ORIGIN = "Ziyin, Li and Meng (2022), the origin (restated)"
PLANTED = {"source": f"planted beside {ORIGIN}", "expect": "refuted"}
squared_norm = lambda matrix: Trace(matrix.T * matrix)

# no hidden layer: L = E (u^T x - y)^2 + gamma |u|^2

u, e, t = MatrixSymbol("u", n, 1), MatrixSymbol("e", n, 1), MatrixSymbol("t", n, 1)
gamma = symbols("gamma", positive=True)
ridge = lambda vector, target, g: (
    Trace(vector.T * A0 * vector) - 2 * Trace(target.T * vector) + g * squared_norm(vector)
)
solved = A0 * e + gamma * e
paper.minimum(
    "origin-none",
    ridge(u, solved, gamma),
    at={u: e},
    value=-Trace(solved.T * e),
    squares=[X.T * (u - e), (gamma, u - e)],
    statement=r"$D=0$, $\gamma>0$: $e=(A_0+\gamma I)^{-1}b_0$ is the global minimum, the only one ($\gamma|u-e|^2$ is among the squares).",
    source=ORIGIN,
)
paper.derivation(
    "origin-none-mutant",
    [ridge(u, solved, gamma), dp.ge(Trace(solved.T * e), squares=[X.T * (u - e), (gamma, u - e)])],
    "Negative control: the value with the other sign.",
    **PLANTED,
)
paper.gradient(
    "origin-none-slope",
    ridge(u, b0, gamma),
    {u: 2 * (A0 * u + gamma * u - b0)},
    r"$D=0$: the gradient at $u=0$ is $-2b_0$: zero is stationary only for $b_0=0$.",
    source=ORIGIN,
)
paper.gradient(
    "origin-none-slope-mutant",
    ridge(u, b0, gamma),
    {u: 2 * (A0 * u + gamma * u) - b0},
    r"Negative control: $-b_0$ at zero.",
    **PLANTED,
)
hidden = [Eq(X.T * t, 0 * (X.T * t))]
paper.identity(
    "origin-none-flat",
    ridge(u + t, A0 * e, 0),
    ridge(u, A0 * e, 0),
    r"$D=0$, $\gamma=0$: $J(u+t)=J(u)$ for every $t$ with $X^\top t=0$: with a singular $A_0$ the minimum is not unique.",
    source=ORIGIN,
    assuming=hidden,
)
paper.identity(
    "origin-none-flat-mutant",
    ridge(u + t, A0 * e, gamma),
    ridge(u, A0 * e, gamma),
    "Negative control: the same with decay.",
    assuming=hidden,
    **PLANTED,
)

# one hidden layer: gamma_u = |b0|^2/gamma_w + delta

written = Trace(MatMul(A0, moment1))
J = regularised(written, b0, squared_norm(b0) / gw + delta)
v = W1.T * u1
share = 1 + s1 / d1
below_squares = [(s1, off_mean(d1) * DiagMatrix(u1) * W1 * X), (gw, W1 - u1 * b0.T / gw), (delta, u1)]
paper.derivation(
    "origin-below",
    [J, dp.ge(share * Trace(v.T * A0 * v), r"three squares", squares=below_squares)],
    r"$D=1$, $\gamma_u=|b_0|^2/\gamma_w+\delta$, $\delta\geq0$: $J\geq s\,v^\top A_0v\geq0$ at all weights, the difference being"
    r" $\sigma^2|C\operatorname{Diag}(u)WX|^2+\gamma_w\|W-ub_0^\top/\gamma_w\|^2+\delta|u|^2$: if $|b_0|^2\leq\gamma_u\gamma_w$ zero"
    r" is a global minimum, noise or not.",
    source=ORIGIN,
    uses=["average-one"],
)
paper.derivation(
    "origin-below-mutant",
    [J, dp.ge(2 * share * Trace(v.T * A0 * v), squares=below_squares)],
    r"Negative control: $J\geq2s\,v^\top A_0v$.",
    **PLANTED,
)
paper.identity(
    "origin-below-strict",
    squared_norm(X.T * (u1 * b0.T / gw).T * u1),
    squared_norm(u1) ** 2 * squared_norm(X.T * b0) / gw**2,
    r"Where $W=ub_0^\top/\gamma_w$, $v^\top A_0v=|u|^4b_0^\top A_0b_0/\gamma_w^2$: with $b_0\neq0$ in the range of $A_0$ it vanishes"
    r" for $u=0$ only, and then $W=0$ (with $b_0=0$, $W=0$ and $\delta=\gamma_u>0$): zero is a strict minimum and the only one, also at"
    r" the boundary $\delta=0$.",
    source=ORIGIN,
    uses=["origin-below", "crit-in-range"],
)
paper.identity(
    "origin-below-strict-mutant",
    squared_norm(X.T * (u1 * b0.T / gw).T * u1),
    squared_norm(u1) * squared_norm(X.T * b0) / gw**2,
    r"Negative control: $|u|^2$ in the place of $|u|^4$.",
    **PLANTED,
)
DW, Du, unit = MatrixSymbol("DW", d1, n), MatrixSymbol("Du", d1, 1), MatrixSymbol("q", d1, 1)
at_zero = {W1: ZeroMatrix(d1, n), u1: ZeroMatrix(d1, 1)}
gu = symbols("gamma_u", positive=True)
second = dp.hessian_form(regularised(written, b0, gu), {W1: DW, u1: Du}).subs(at_zero)
form = 2 * gw * squared_norm(DW) + 2 * gu * squared_norm(Du) - 4 * Trace(b0.T * DW.T * Du)
paper.identity(
    "origin-hessian-one",
    second,
    form,
    r"$D=1$: the Hessian at zero is $2\gamma_w\|D_W\|^2+2\gamma_u|D_u|^2-4b_0^\top D_W^\top D_u$; noise has no part in it.",
    source=ORIGIN,
    uses=["average-one"],
)
paper.identity(
    "origin-hessian-one-mutant",
    second,
    2 * gw * squared_norm(DW) + 2 * gu * squared_norm(Du) - 2 * Trace(b0.T * DW.T * Du),
    "Negative control: the mixed term counted once.",
    **PLANTED,
)
boundary = {DW: unit * b0.T / gw, Du: unit}
paper.identity(
    "origin-boundary",
    form.subs(gu, squared_norm(b0) / gw + delta).subs(boundary),
    2 * delta * squared_norm(unit),
    r"$D=1$: along $D_u=q$, $D_W=qb_0^\top/\gamma_w$ the Hessian at zero is $2\delta|q|^2$ with $\delta=\gamma_u-|b_0|^2/\gamma_w$:"
    r" singular at the boundary $|b_0|^2=\gamma_u\gamma_w$, where zero is a strict minimum all the same (origin-below-strict), and"
    r" negative beyond.",
    source=ORIGIN,
    uses=["origin-hessian-one"],
)
paper.identity(
    "origin-boundary-mutant",
    form.subs(gu, squared_norm(b0) / gw + delta).subs(boundary),
    2 * delta * squared_norm(unit) - 2 * squared_norm(b0) * squared_norm(unit) / gw,
    "Negative control: negative at the boundary already.",
    **PLANTED,
)
# the smaller root of (2 gamma_w - lambda)(2 gamma_u - lambda) = 4 |b0|^2, written by 2 gamma_w - lambda = P > 0
P = symbols("P", positive=True)
least = symbols("lambda", real=True)
by_root = {gw: (least + P) / 2, gu: (least + 4 * squared_norm(b0) / P) / 2}
eigen = form.subs(by_root)
paper.derivation(
    "origin-eigenvalue",
    [eigen, dp.ge(least * (squared_norm(DW) + squared_norm(Du)), squares=[(P, DW - 2 * Du * b0.T / P)])],
    r"$D=1$: if $(2\gamma_w-\lambda)(2\gamma_u-\lambda)=4|b_0|^2$ and $P=2\gamma_w-\lambda>0$, the Hessian at zero is at least"
    r" $\lambda(\|D_W\|^2+|D_u|^2)$, with equality along $D_W=2D_ub_0^\top/P$: $\lambda$ is its least eigenvalue.",
    source=ORIGIN,
    uses=["origin-hessian-one"],
)
paper.derivation(
    "origin-eigenvalue-mutant",
    [eigen, dp.ge((least + 1) * (squared_norm(DW) + squared_norm(Du)), squares=[(P, DW - 2 * Du * b0.T / P)])],
    r"Negative control: $\lambda+1$.",
    **PLANTED,
)
paper.identity(
    "origin-eigenvalue-formula",
    (by_root[gw] + by_root[gu] - least) ** 2,
    (by_root[gw] - by_root[gu]) ** 2 + 4 * squared_norm(b0),
    r"This $\lambda$ is $\gamma_u+\gamma_w-\sqrt{(\gamma_u-\gamma_w)^2+4|b_0|^2}$.",
    source=ORIGIN,
    uses=["origin-eigenvalue"],
)
paper.identity(
    "origin-eigenvalue-formula-mutant",
    (by_root[gw] + by_root[gu] - least) ** 2,
    (by_root[gw] - by_root[gu]) ** 2 + squared_norm(b0),
    r"Negative control: $|b_0|^2$ without the $4$ under the root.",
    **PLANTED,
)
paper.identity(
    "origin-eigenvalue-sign",
    least * (2 * by_root[gw] + 2 * by_root[gu] - least),
    4 * (by_root[gw] * by_root[gu] - squared_norm(b0)),
    r"$\lambda\,(\gamma_u+\gamma_w+\sqrt{\cdot})=4(\gamma_u\gamma_w-|b_0|^2)$: zero is a strict saddle exactly if"
    r" $|b_0|^2>\gamma_u\gamma_w$.",
    source=ORIGIN,
    uses=["origin-eigenvalue-formula"],
)
paper.identity(
    "origin-eigenvalue-sign-mutant",
    least * (2 * by_root[gw] + 2 * by_root[gu] - least),
    2 * (by_root[gw] * by_root[gu] - squared_norm(b0)),
    r"Negative control: half of it.",
    **PLANTED,
)

# two hidden layers or more

b, c, Z = MatrixSymbol("b", d2, 1), MatrixSymbol("c", n, 1), MatrixSymbol("Z", d2, rank)
neighbours = (
    Trace(MatMul(A0, W1.T, lifted(W2.T * Z * Z.T * W2, s1), W1))
    - 2 * Trace(b.T * W2 * W1 * c)
    + g1 * squared_norm(W1)
    + (squared_norm(b) * squared_norm(c) / g1 + delta) * squared_norm(W2)
)
neighbour_squares = [
    *noise_squares(W2.T * Z, [rank], [(W1, s1)], 1),
    (g1, W1 - W2.T * b * c.T / g1),
    (1 / (2 * g1), KroneckerProduct(apart(b, W2), c.T)),
    (delta, W2),
]
paper.derivation(
    "origin-deep",
    [neighbours, dp.ge(0, r"$\mathbb Ef^2$, one completed square, Lagrange's identity", squares=neighbour_squares)],
    r"Any depth, widths, data and noise, two neighbouring layers with $\gamma_i,\gamma_j>0$: $\mathbb Ef^2-2b_0^\top v+\gamma_i"
    r"\|W_i\|^2+\gamma_j\|W_j\|^2\geq\delta\|W_j\|^2$ where $\gamma_i\gamma_j\geq|b|^2|c|^2$, $\delta=\gamma_j-|b|^2|c|^2/\gamma_i$."
    r" With $D\geq2$ hidden layers $|b||c|\leq|b_0|\prod_{k\neq i,j}\|W_k\|_F$ is small for small weights, so with decay zero is a"
    r" local minimum, and a strict one: $J=0$ leaves $\delta W_j=0$, $W_i=W_j^\top bc^\top/\gamma_i$ and no decay elsewhere.",
    source=ORIGIN,
    uses=["norm-of-a-product", "layer-input", "lower-form"],
)
paper.derivation(
    "origin-deep-mutant",
    [neighbours - (squared_norm(b) * squared_norm(c) / g1) * squared_norm(W2), dp.ge(0, squares=neighbour_squares)],
    r"Negative control: the same for every $\gamma_j=\delta\geq0$.",
    **PLANTED,
)
Wj, Wi, M = MatrixSymbol("Wj", d3, d2), W1, MatrixSymbol("M", d2, d1)
top = MatrixSymbol("b", d3, 1)
R = symbols("R", real=True)
bounded = squared_norm(top) * squared_norm(M) * squared_norm(c) / g1
two_decays = R**2 - 2 * Trace(top.T * Wj * M * Wi * c) + g1 * squared_norm(Wi) + (bounded + delta) * squared_norm(Wj)
far_squares = [
    R,
    (g1, Wi - M.T * Wj.T * top * c.T / g1),
    (1 / (2 * g1), KroneckerProduct(apart(top, Wj), M, c.T)),
    (1 / (2 * g1), KroneckerProduct(apart(Wj.T * top, M), c.T)),
    (delta, Wj),
]
paper.derivation(
    "origin-two-decays",
    [two_decays, dp.ge(0, r"as for neighbours, $M$ between the two layers", squares=far_squares)],
    r"The same for two layers with others between them, $\mathbb Ef^2=R^2$: $J\geq0$ where $\gamma_i\gamma_j\geq|b|^2\|M\|_F^2|c|^2$:"
    r" for $D\geq2$ zero is a local minimum as soon as two decays are positive, whatever the others are.",
    source=ORIGIN,
    uses=["origin-deep", "norm-of-a-product"],
)
paper.derivation(
    "origin-two-decays-mutant",
    [two_decays - bounded * squared_norm(Wj), dp.ge(0, squares=far_squares)],
    r"Negative control: the same for every $\gamma_j=\delta\geq0$.",
    **PLANTED,
)
root = MatrixSymbol("Z", n, rank)
paper.derivation(
    "origin-no-signal",
    [Trace(A0 * root * root.T) + g1 * squared_norm(W1), dp.ge(0, squares=[X.T * root, (g1, W1)])],
    r"$b_0=0$: $J$ is $\operatorname{tr}A_0S_0$ and the decay, neither negative ($S_0=ZZ^\top$): zero is a global minimum whatever"
    r" the decays.",
    source=ORIGIN,
    uses=["lower-form"],
)
paper.derivation(
    "origin-no-signal-mutant",
    [Trace(A0 * root * root.T) - 2 * Trace(b0.T * c), dp.ge(0, squares=[X.T * root])],
    r"Negative control: with $b_0$.",
    **PLANTED,
)

# the Hessian at zero, and the barrier around it

decays = symbols("gamma_1:6", positive=True)


def whole(depth, scale=1):
    """Return at D hidden layers, all weights times `scale`: the average of f^2, b0^T v, and the decay."""
    layers = list(zip([scale * W for W in WEIGHTS[:depth]], NOISES, strict=False))[::-1]
    output = scale * OUTPUTS[depth - 1]
    seen = output
    for W, _ in layers:
        seen = W.T * seen
    weights = [*(W for W, _ in layers[::-1]), output]
    decay = sum(g * squared_norm(W) for g, W in zip(decays, weights, strict=False))
    return Trace(MatMul(A0, moment(output, *layers))), Trace(b0.T * seen), decay


step = symbols("t", positive=True)
for depth, name in list(NAMES.items())[1:3]:
    (square, linear, decay), (square_t, linear_t, decay_t) = whole(depth), whole(depth, step)
    paper.identity(
        f"origin-hessian-{name}",
        square_t - 2 * linear_t + decay_t,
        step**2 * decay - 2 * step ** (depth + 1) * linear + step ** (2 * depth + 2) * square,
        rf"$D={depth}$, all widths, any noise: along every ray $tW$ from zero the terms of $J$ have degree $2$ (the decay), $D+1$"
        r" and $2D+2$ in $t$: the Hessian at zero is $2\sum_k\gamma_k\|D_k\|^2$, with decay positive definite.",
        source=ORIGIN,
        uses=["layer", "layer-input"],
    )
    paper.identity(
        f"origin-hessian-{name}-mutant",
        square_t - 2 * linear_t + decay_t,
        step**2 * decay - 2 * step**2 * linear + step ** (2 * depth + 2) * square,
        r"Negative control: $b_0^\top v$ as a term of degree two.",
        **PLANTED,
    )
h, room = symbols("h epsilon", positive=True)
for depth, name in list(NAMES.items())[1:]:
    sizes, roots = symbols(f"x1:{depth + 2}", positive=True), symbols(f"g1:{depth + 2}", positive=True)
    product_, kappa = 1, 1
    for size, root in zip(sizes, roots, strict=True):
        product_, kappa = product_ * size, kappa * root
    numbers = [root * size**2 for size, root in zip(sizes, roots, strict=True)]
    slope = ((depth + 1) * kappa - room) / (2 * product_ ** (depth - 1))  # |b0|
    total = sum(number ** (depth + 1) for number in numbers)
    start = R**2 - 2 * (slope * product_ ** (depth + 1) - h**2) + total
    squares = [R, (2, h), *means_squares(numbers)]
    paper.derivation(
        f"origin-barrier-{name}",
        [start, dp.ge(room * product_**2, "means", squares=squares)],
        rf"$D={depth}$: $J\geq\epsilon\pi^{{2/(D+1)}}>0$ wherever $0<\pi=\prod_k\|W_k\|_F<((D+1)\kappa/2|b_0|)^{{(D+1)/(D-1)}}$:"
        r" $\|W_k\|_F=x_k^{D+1}$, $\gamma_k=g_k^{D+1}$, $\kappa=\prod_kg_k$, $\mathbb Ef^2=R^2$, $b_0^\top v=|b_0|\pi-h^2$ and"
        r" $2|b_0|\pi^{(D-1)/(D+1)}=(D+1)\kappa-\epsilon$.",
        source=ORIGIN,
        uses=[f"means-{name}", "norm-of-a-product"],
    )
    paper.derivation(
        f"origin-barrier-{name}-mutant",
        [start - total, dp.ge(room * product_**2, squares=squares)],
        r"Negative control: without the decay.",
        **PLANTED,
    )

# exactly one positive decay, or none: rank-one weights along b0 go down

p, q = MatrixSymbol("p", d1, 1), MatrixSymbol("q", d2, 1)
tau, B = symbols("tau B", positive=True)
rest = symbols("gamma", nonnegative=True)
units = [Eq(p.T * p, Identity(1)), Eq(q.T * q, Identity(1)), Eq(c.T * c, Identity(1))]
average = Trace(MatMul(A0, moment(q, (q * p.T, s2), (p * c.T, s1))))
for place in (1, 2, 3):
    scales = [tau if k == place else step for k in (1, 2, 3)]
    first, middle, last = scales[0] * p * c.T, scales[1] * q * p.T, scales[2] * q
    decayed = (first, middle, last)[place - 1]
    J2 = Trace(MatMul(A0, moment(last, (middle, s2), (first, s1)))) - 2 * B * Trace(c.T * first.T * middle.T * last)
    paper.identity(
        f"origin-one-decay-{place}",
        J2 + rest * squared_norm(decayed),
        tau**2 * step**4 * average - 2 * tau * step**2 * B + rest * tau**2,
        rf"$D=2$, decay in layer {place} alone: at rank-one weights of norm $\tau$ there and $t$ in the two others, along $b_0=Bc$,"
        r" $J=\tau^2t^{2D}m-2\tau t^DB+\gamma\tau^2$, $m$ the average of $f^2$ at unit norms,"
        r" $\gamma\geq0$. (Without any decay, $\tau=t$: $-2Bt^{D+1}+mt^{2D+2}$.)",
        source=ORIGIN,
        assuming=units,
        uses=["layer", "layer-input"],
    )
    paper.identity(
        f"origin-one-decay-{place}-mutant",
        J2 + rest * squared_norm(decayed),
        tau**2 * step**4 * average - tau * step**2 * B + rest * tau**2,
        "Negative control: the linear term counted once.",
        assuming=units,
        **PLANTED,
    )
m, T = symbols("m T", positive=True)
best = T * B / (m * T**2 + rest)
down = m * best**2 * T**2 - 2 * best * T * B + rest * best**2
paper.identity(
    "origin-one-decay-down",
    down,
    -(B**2) * T**2 / (m * T**2 + rest),
    r"At $\tau=TB/(mT^2+\gamma)$, $T=t^D$, $\gamma>0$, it is $-B^2T^2/(mT^2+\gamma)<0$ for every $t>0$, and these weights tend to zero with"
    r" $t$: with one positive decay, $b_0\neq0$ and $D\geq2$, zero is a saddle, although its Hessian is positive semidefinite.",
    source=ORIGIN,
    uses=["origin-one-decay-1", "origin-one-decay-2", "origin-one-decay-3", "origin-hessian-two"],
)
paper.identity(
    "origin-one-decay-down-mutant",
    down,
    -2 * (B**2) * T**2 / (m * T**2 + rest),
    r"Negative control: twice as deep.",
    **PLANTED,
)
