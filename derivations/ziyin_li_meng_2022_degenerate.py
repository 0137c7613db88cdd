r"""Ziyin, Li and Meng (2022): some or all decays zero. The infimum is -b0^T A0^+ b0/s; it is attained without any decay only.

b0 = A0 t lies in the range of A0, so that b0^T A0^+ b0 = t^T A0 t. Flat weights along t: u = a_{D+1} 1, W_k = a_k 1 1^T, W_1 = a_1 1
t^T/(s d_1 ... d_D) with a_1 ... a_{D+1} = 1 have v = t/s. A layer without decay may be large and let all others be small.
"""

from math import prod

from sympy import DiagonalOf, Eq, MatMul, MatrixSymbol, OneMatrix, Trace, symbols
from ziyin_li_meng_2022 import G1, W1, W2, X, g2, moment, n, paper, s1, s2, u1, u2
from ziyin_li_meng_2022_reduce import A0, NAMES, Network

import dlnproof as dp

DEGENERATE = "Ziyin, Li and Meng (2022), some decays zero (restated)"
PLANTED = {"source": f"planted beside {DEGENERATE}", "expect": "refuted"}
t = MatrixSymbol("t", n, 1)
signal = Trace(t.T * A0 * t)
gammas = symbols("gamma_1:5", nonnegative=True)
epsilon = symbols("epsilon", positive=True)
squared_norm = lambda matrix: Trace(matrix.T * matrix)

for depth, name in list(NAMES.items())[:3]:
    net = Network(depth)
    weights = [*(W for W, _ in net.layers[::-1]), net.u]
    decay = sum(g * squared_norm(W) for g, W in zip(gammas, weights, strict=False))
    rest = -2 * Trace((A0 * t).T * net.v) + decay
    last = (net.shrinkage, X.T * (net.v - t / net.shrinkage))
    paper.derivation(
        f"degenerate-bound-{name}",
        [
            net.average() + rest,
            *net.noise_steps(rest),
            dp.ge(decay - signal / net.shrinkage, "complete the square at $t/s$", squares=[last]),
        ],
        rf"$D={depth}$, all widths, $b_0=A_0t$, decays $\gamma_k\geq0$: $J\geq-t^\top A_0t/s+\sum_k\gamma_k\|W_k\|^2$ at all weights.",
        remark=r"If a $\gamma_k>0$ and $b_0\neq0$ the value $-t^\top A_0t/s<0$ is not attained: it would need $W_k=0$, but then $J\geq0$.",
        source=DEGENERATE,
        uses=[f"average-{name}", "lower-form"],
    )
    paper.derivation(
        f"degenerate-bound-{name}-mutant",
        [net.average(depth) + rest, dp.ge(decay - signal / (2 * net.shrinkage), squares=[last])],
        r"Negative control: half of it.",
        **PLANTED,
    )


def along(scales, layers):
    """Return the flat weights along t: W_1, ..., W_D and u, layer k of norm proportional to scales[k]."""
    sizes = [W.shape[0] for W, _ in layers]
    share = prod((1 + s / d) * d for (_, s), d in zip(layers, sizes, strict=True))
    ones = [OneMatrix(d, 1) for d in sizes]
    first = scales[0] / share * ones[0] * t.T
    inner = [MatMul(a, above, below.T) for a, above, below in zip(scales[1:-1], ones[1:], ones, strict=False)]
    return [first, *inner, scales[-1] * ones[-1]]


def value_along(scales, layers, decays):
    """Return J there and its decay."""
    *hidden, output = along(scales, layers)
    form = moment(output, *[(W, s) for W, (_, s) in zip(hidden, layers, strict=True)][::-1])
    mean = output.T
    for W in hidden[::-1]:
        mean = mean * W
    decay = sum(g * squared_norm(W) for g, W in zip(decays, [*hidden, output], strict=True))
    return Trace(MatMul(A0, form)) - 2 * Trace(mean * A0 * t) + decay, decay


for depth, name, layers in ((1, "one", [(W1, s1)]), (2, "two", [(W1, s1), (W2, s2)])):
    share = prod(1 + s / W.shape[0] for W, s in layers)
    for free in range(depth + 1):
        decays = [0 if k == free else g for k, g in enumerate(gammas[: depth + 1])]
        scales = [epsilon ** (-depth) if k == free else epsilon for k in range(depth + 1)]
        value, _ = value_along(scales, layers, decays)
        _, unit = value_along([1] * (depth + 1), layers, decays)
        paper.identity(
            f"degenerate-approached-{name}-{free + 1}",
            value,
            epsilon**2 * unit - signal / share,
            rf"$D={depth}$, no decay in layer {free + 1}: at flat weights along $t$, $\epsilon$ times as large in the other layers and"
            r" $\epsilon^{-D}$ times in this one, $J=-t^\top A_0t/s+\epsilon^2\sum_k\gamma_k\|W_k\|^2$, the norms at $\epsilon=1$.",
            remark=r"With $\epsilon\to0$ the bound $-t^\top A_0t/s$ is the infimum of $J$.",
            source=DEGENERATE,
            uses=[f"degenerate-bound-{name}"],
        )
        paper.identity(
            f"degenerate-approached-{name}-{free + 1}-mutant",
            value,
            epsilon**2 * unit - signal,
            r"Negative control: the infimum without $1/s$.",
            **PLANTED,
        )
# no decay at all: attained

for depth, name, layers, output in ((1, "one", [(W1, s1)], u1), (2, "two", [(W1, s1), (W2, s2)], u2)):
    net = Network(depth)
    share = net.shrinkage
    loss = net.average() - 2 * Trace((A0 * t).T * net.v)
    squares = [square for step in net.noise_steps(0) for square in step.squares]
    squares = [(square.weight, square.root) for square in squares] + [(share, X.T * (net.v - t / share))]
    symbols_ = [*(W for W, _ in layers), output]
    paper.minimum(
        f"degenerate-attained-{name}",
        loss,
        at=dict(zip(symbols_, along([1] * (depth + 1), layers), strict=True)),
        value=-signal / share,
        squares=squares,
        statement=rf"$D={depth}$, all widths, no decay in any layer: the global minimum is $-t^\top A_0t/s$, attained and stationary at"
        r" the flat weights along $t$.",
        source=DEGENERATE,
        uses=[f"degenerate-bound-{name}"],
    )
    paper.derivation(
        f"degenerate-attained-{name}-mutant",
        [loss, dp.ge(-signal / (2 * share), squares=squares)],
        "Negative control: half of the value.",
        **PLANTED,
    )
free_first = [Eq(G1, 0 * G1), Eq(DiagonalOf(W1 * G1.T), DiagonalOf((-2 * g2 * W2).T * W2))]
paper.identity(
    "degenerate-stationary",
    DiagonalOf(W2.T * W2),
    0 * DiagonalOf(W2.T * W2),
    r"If $\gamma_k=0<\gamma_{k+1}$, every column of $W_{k+1}$ has norm $0$ at every stationary point ($\nabla_k=0$,"
    r" $\nabla_{k+1}=-2\gamma_{k+1}W_{k+1}$, and rows-and-columns).",
    remark=r"Then $v=0$ and $J\geq0$: no stationary point has the infimum if $b_0\neq0$.",
    source=DEGENERATE,
    assuming=free_first,
    uses=["rows-and-columns"],
)
paper.identity(
    "degenerate-stationary-mutant",
    DiagonalOf(W1 * W1.T),
    0 * DiagonalOf(W1 * W1.T),
    r"Negative control: $W_k=0$ too.",
    assuming=free_first,
    **PLANTED,
)
