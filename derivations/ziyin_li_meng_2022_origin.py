r"""Ziyin, Li and Meng (2022): the origin with two hidden layers or more, with decay in all layers, in two, in one or in none.

J is the averaged loss with decay, less its value at zero, so zero is a local minimum where J >= 0 nearby. Two layers W_i, W_j of
a network of any depth: f has the mean b^T W_j M W_i c seen by b0, where b comes from the layers above, M from those between and
c from b0 and the layers below; |b| |M|_F |c| is at most |b0| times the product of the norms of all other layers.
"""

from functools import cache
from itertools import combinations
from math import prod

from sympy import (
    Eq,
    Identity,
    KroneckerProduct,
    MatMul,
    MatrixSymbol,
    Rational,
    Trace,
    symbols,
)
from ziyin_li_meng_2022 import W1, W2, X, d1, d2, d3, g1, lifted, moment, n, paper, s1, s2
from ziyin_li_meng_2022_one import b0, delta
from ziyin_li_meng_2022_reduce import A0, NAMES, NOISES, OUTPUTS, WEIGHTS, apart, means_squares, noise_squares
from ziyin_li_meng_2022_reduce import r as rank

import dlnproof as dp

ORIGIN = "Ziyin, Li and Meng (2022), the origin (restated)"
PLANTED = {"source": f"planted beside {ORIGIN}", "expect": "refuted"}
squared_norm = lambda matrix: Trace(matrix.T * matrix)

# two hidden layers or more

b, c, Z = MatrixSymbol("b", d2, 1), MatrixSymbol("c", n, 1), MatrixSymbol("Z", d2, rank)
neighbours = (
    Trace(MatMul(A0, W1.T, lifted(W2.T * Z * Z.T * W2, s1), W1))
    - 2 * Trace(b.T * W2 * W1 * c)
    + g1 * squared_norm(W1)
    + (4 * squared_norm(b) * squared_norm(c) / g1 + delta) * squared_norm(W2)
)
half = g1 / 2 * squared_norm(W1) + (2 * squared_norm(b) * squared_norm(c) / g1 + delta / 2) * squared_norm(W2)
neighbour_squares = [
    *noise_squares(W2.T * Z, [rank], [(W1, s1)], 1),
    (g1 / 2, W1 - 2 * W2.T * b * c.T / g1),
    (1 / g1, KroneckerProduct(apart(b, W2), c.T)),
    (delta / 2, W2),
]
paper.derivation(
    "origin-deep",
    [neighbours, dp.ge(half, r"$\mathbb Ef^2$, one completed square, Lagrange's identity", squares=neighbour_squares)],
    r"Two neighbouring layers, whatever is above and below, all widths and noise: $\mathbb Ef^2-2b^\top W_jW_ic+\gamma_i"
    r"\|W_i\|^2+\gamma_j\|W_j\|^2\geq\frac12(\gamma_i\|W_i\|^2+\gamma_j\|W_j\|^2)$ wherever $\gamma_i\gamma_j\geq4|b|^2|c|^2$; $\mathbb Ef^2="
    r"\operatorname{tr}A_0W_i^\top(Q+\sigma_i^2\operatorname{Diag}(\operatorname{diag}Q))W_i$, $Q=W_j^\top ZZ^\top W_j$,"
    r" $\gamma_j=4|b|^2|c|^2/\gamma_i+\delta$.",
    remark=r"In a network of any depth $|b||c|\leq|b_0|\prod_{k\neq i,j}\|W_k\|_F$ (norm-of-a-product), small for small weights if $D\geq2$:"
    r" zero is a local minimum if $\gamma_i,\gamma_j>0$. For $J$ itself this is origin-minimum-two, -three, -four.",
    source=ORIGIN,
    uses=["layer-input", "lower-form"],
)
paper.derivation(
    "origin-deep-mutant",
    [
        neighbours - 2 * squared_norm(b) * squared_norm(c) / g1 * squared_norm(W2),
        dp.ge(half, squares=neighbour_squares),
    ],
    r"Negative control: the same where $\gamma_i\gamma_j\geq2|b|^2|c|^2$.",
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
    r"Two layers with others between them, all widths: $\mathbb Ef^2-2b^\top W_jMW_ic+\gamma_i\|W_i\|^2+\gamma_j\|W_j\|^2\geq0$ wherever"
    r" $\gamma_i\gamma_j\geq|b|^2\|M\|_F^2|c|^2$ ($\mathbb Ef^2=R^2$, $\gamma_j=|b|^2\|M\|_F^2|c|^2/\gamma_i+\delta$).",
    remark=r"So for $D\geq2$ zero is a local minimum as soon as two decays are positive, whatever the others are: for $J$ itself this is"
    r" origin-minimum-two, -three, -four and those of the other pairs of layers.",
    source=ORIGIN,
)
paper.derivation(
    "origin-two-decays-mutant",
    [two_decays - bounded / 2 * squared_norm(Wj), dp.ge(0, squares=far_squares)],
    r"Negative control: the same where $\gamma_i\gamma_j\geq\frac12|b|^2\|M\|_F^2|c|^2$.",
    **PLANTED,
)

# the same on J itself: |W_k|^2 = N_k for k != i and gamma_j = 4 |b0|^2 prod_{k != i, j} N_k/gamma_i + delta

norms = symbols("N1:6", nonnegative=True)
positive, free = symbols("gamma_1:6", positive=True), symbols("gamma_1:6", nonnegative=True)


@cache
def data_part(depth):
    """Return J without decay at D hidden layers, and what of E f^2 the noise adds as squares."""
    layers, output = list(zip(WEIGHTS[:depth], NOISES, strict=False))[::-1], OUTPUTS[depth - 1]
    linear = output.T
    for W, _ in layers:
        linear = linear * W
    return Trace(MatMul(A0, moment(output, *layers))) - 2 * Trace(linear * b0), noise_squares(output, [], layers, 1)


class TwoDecays:
    """J at D hidden layers, its layers 1, ..., D + 1 from below, and half the decay of the layers i < j."""

    def __init__(self, depth, i, j):
        self.data, self.noise = data_part(depth)
        self.u = OUTPUTS[depth - 1]
        self.weights = [*WEIGHTS[:depth], self.u.T]
        self.i, self.g = i, positive[i - 1]
        self.known = [
            Eq(squared_norm(W), N) for k, (W, N) in enumerate(zip(self.weights, norms, strict=False), 1) if k != i
        ]
        decays = [g for g, _ in zip(free, self.weights, strict=False)]
        decays[i - 1] = self.g
        decays[j - 1] = 4 * squared_norm(b0) * self.norm_of(k for k in range(1, depth + 2) if k != j) / self.g + delta
        self.decay = [g * squared_norm(W) for g, W in zip(decays, self.weights, strict=True)]
        self.half = sum(part / 2 if k in (i, j) else part for k, part in enumerate(self.decay, 1))
        self.last = (delta / 2, self.weights[j - 1])

    def norm_of(self, places):
        """Return the product of |W_k|^2 over the places, but layer i."""
        return prod(norms[k - 1] for k in places if k != self.i)

    def value(self):
        """Return J."""
        return self.data + sum(self.decay)

    def squares(self):
        """Return what J is more than that: E f^2, a completed square, and the norm of a product, layer by layer."""
        below, above, lost = b0, self.u, []
        for k in range(1, self.i):
            W = self.weights[k - 1]
            lost.append((self.norm_of(range(k + 1, len(self.weights) + 1)) / self.g, apart(below, W.T)))
            below = W * below
        for k in range(len(self.weights) - 1, self.i, -1):
            W = self.weights[k - 1]
            lost.append((self.norm_of(range(self.i, k)) / self.g, KroneckerProduct(apart(above, W), below.T)))
            above = W.T * above
        completed = (self.g / 2, self.weights[self.i - 1] - 2 * above * below.T / self.g)
        return [*self.noise, completed, *lost, self.last]


for depth, name in list(NAMES.items())[1:]:
    for i, j in combinations(range(1, depth + 2), 2):
        pair = TwoDecays(depth, i, j)
        squares = pair.squares()
        label = f"origin-minimum-{name}" + (f"-{i}-{j}" if (i, j) != (1, 2) else "")
        paper.derivation(
            label,
            [pair.value(), dp.ge(pair.half, "no noise, one completed square, norms", squares=squares)],
            rf"$D={depth}$, all widths, data and noise, $\gamma_{i},\gamma_{j}>0$, all other $\gamma_k\geq0$:"
            rf" $J\geq\frac12(\gamma_{i}\|W_{i}\|^2+\gamma_{j}\|W_{j}\|^2)+\sum_{{k\neq{i},{j}}}\gamma_k\|W_k\|^2\geq0=J(0)$ wherever"
            rf" $4|b_0|^2\prod_{{k\neq{i},{j}}}\|W_k\|^2\leq\gamma_{i}\gamma_{j}$, $W_{depth + 1}=u^\top$: zero is a local minimum, and with all"
            r" $\gamma_k>0$ a strict one.",
            source=ORIGIN,
            assuming=pair.known,
            uses=[f"average-{name}" if depth < 4 else "layer-input", "origin-deep", "origin-two-decays"],
        )
        paper.derivation(
            f"{label}-mutant",
            [pair.value(), dp.ge(sum(pair.decay), squares=squares)],
            "Negative control: the whole decay in the place of half of it.",
            assuming=pair.known,
            **PLANTED,
        )

root = MatrixSymbol("Z", n, rank)
paper.derivation(
    "origin-no-signal",
    [Trace(A0 * root * root.T) + g1 * squared_norm(W1), dp.ge(0, squares=[X.T * root, (g1, W1)])],
    r"$\operatorname{tr}A_0S_0+\gamma\|W\|^2\geq0$ for $S_0=ZZ^\top$, a decay $\gamma>0$ and all weights $W$.",
    remark=r"If $b_0=0$, $J$ is $\operatorname{tr}A_0S_0$ and the decays: zero is a global minimum whatever they are.",
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

decays = symbols("gamma_1:6", nonnegative=True)


def whole(depth, scale=1):
    """Return at D hidden layers, all weights times `scale`: the average of f^2, b0^T v, and the decay."""
    layers = list(zip([scale * W for W in WEIGHTS[:depth]], NOISES, strict=False))[::-1]
    output = seen = scale * OUTPUTS[depth - 1]
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
        rf"$D={depth}$, all widths, any noise: at the weights $tW$, $t>0$, $J$ is $t^2\sum_k\gamma_k\|W_k\|^2-2t^{{D+1}}b_0^\top v"
        r"+t^{2D+2}\,\mathbb Ef^2$, the sum, $v$ and $\mathbb Ef^2$ taken at $W$.",
        remark=r"So the Hessian at zero is $2\sum_k\gamma_k\|D_k\|^2$: positive definite with decay in every layer.",
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
        remark=r"There are such $R$ and $h$ at all weights: $\mathbb Ef^2\geq0$ and $b_0^\top v\leq|b_0||v|\leq|b_0|\pi$.",
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
B, m, t = symbols("B mu t", positive=True)
units = [Eq(p.T * p, Identity(1)), Eq(q.T * q, Identity(1)), Eq(c.T * c, Identity(1))]
units.append(Eq(Trace(MatMul(A0, moment(q, (q * p.T, s2), (p * c.T, s1)))), m))


def along_signal(scales, gammas, target=B):
    """Return J, D = 2, at rank-one weights of the norms given along b0 = B c."""
    first, middle, last = scales[0] * p * c.T, scales[1] * q * p.T, scales[2] * q
    linear = -2 * target * Trace(c.T * first.T * middle.T * last)
    decay = sum(g * squared_norm(W) for g, W in zip(gammas, (first, middle, last), strict=True))
    return Trace(MatMul(A0, moment(last, (middle, s2), (first, s1)))) + linear + decay


tau, lowest = t**2 * B / (m * t**4 + g1), B**2 * t**4 / (m * t**4 + g1)
for place in (1, 2, 3):
    start = along_signal([tau if k == place else t for k in (1, 2, 3)], [g1 if k == place else 0 for k in (1, 2, 3)])
    paper.derivation(
        f"origin-one-decay-{place}",
        [start, dp.eq(-lowest), dp.lt(0, squares=[(1 / (m * t**4 + g1), B * t**2)])],
        rf"$D=2$, all widths, decay $\gamma>0$ in layer {place} alone, $b_0=Bc$, $|c|=1$: $J=-B^2t^4/(\mu t^4+\gamma)<0$ for every $t>0$ at rank-one"
        r" weights along $b_0$, of norm $\tau=t^2B/(\mu t^4+\gamma)$ in this layer and $t$ in the two others, if the average $\mu$ of $f^2$ at"
        r" unit norms is positive.",
        remark=r"$b_0\neq0$ in the range of $A_0$ makes $\mu\geq s\,c^\top A_0c>0$.",
        source=ORIGIN,
        assuming=units,
        uses=["average-two"],
    )
    paper.derivation(
        f"origin-one-decay-{place}-mutant",
        [start, dp.eq(-lowest)],
        r"Negative control: the same whatever the average $\mu$ is.",
        assuming=units[:-1],
        **PLANTED,
    )
bounded = lambda factor: dp.le(factor * t**2 * B / g1, squares=[(m * t**2 * B / (g1 * (m * t**4 + g1)), t**2)])
paper.derivation(
    "origin-one-decay-down",
    [tau, bounded(1)],
    r"These weights tend to zero with $t$: $\tau=t^2B/(\mu t^4+\gamma)\leq t^2B/\gamma$.",
    remark=r"So with one positive decay, $b_0\neq0$ and $D=2$, zero is a saddle, although its Hessian is positive semidefinite"
    r" (origin-hessian-two).",
    source=ORIGIN,
    uses=["origin-one-decay-1", "origin-one-decay-2", "origin-one-decay-3", "origin-hessian-two"],
)
paper.derivation(
    "origin-one-decay-down-mutant",
    [tau, bounded(Rational(1, 2))],
    r"Negative control: half of the bound.",
    **PLANTED,
)
bare = lambda target: along_signal([t, t, t], [0, 0, 0], target)
paper.derivation(
    "origin-no-decay",
    [bare((m * t**3 + room) / 2), dp.eq(-room * t**3), dp.lt(0, squares=[(room * t, t)])],
    r"$D=2$, all widths, no decay, $b_0=Bc$: $J=-(2B-\mu t^3)t^3<0$ wherever $\mu t^3<2B$ ($2B=\mu t^3+\epsilon$) at rank-one weights along $b_0$"
    r" of norm $t$.",
    remark=r"So without decay zero is no local minimum if $b_0\neq0$.",
    source=ORIGIN,
    assuming=units,
    uses=["average-two"],
)
paper.derivation(
    "origin-no-decay-mutant",
    [bare((m * t**3 + room) / 2), dp.eq(-room * t**3)],
    r"Negative control: the same whatever the average $\mu$ is.",
    assuming=units[:-1],
    **PLANTED,
)
