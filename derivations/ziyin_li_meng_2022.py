"""Ziyin, Li and Meng (2022): exact solutions of deep linear networks with decay and noise. The averaged loss, for all widths.

D hidden layers, W_k: d_k x d_{k-1}, d_0 = n inputs, one output with weights u: d_D x 1. The output of hidden layer k is
multiplied entry by entry by epsilon_k, independent entries of mean one and variance s_k = sigma_k^2: f(x) =
u^T diag(epsilon_D) W_D ... diag(epsilon_1) W_1 x. Loss: the mean of (f(x) - y)^2 plus gamma_k ||W_k||_F^2, gamma_u ||u||^2;
decay is no part of the averages below. A0 = E xx^T, b0 = E xy, v = W_1^T ... W_D^T u; X: n x m and y: 1 x m hold m samples.
"""

from sympy import (
    DiagMatrix,
    DiagonalOf,
    Eq,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Q,
    Trace,
    symbols,
)

import dlnproof as dp

paper = dp.Paper(
    "ziyin-li-meng-2022",
    title="Exact Solutions of a Deep Linear Network",
    authors=["Liu Ziyin", "Botao Li", "Xiangming Meng"],
    year=2022,
    venue="Advances in Neural Information Processing Systems 35",
    url="https://arxiv.org/abs/2202.04777",
)
AVERAGE, BALANCE = (
    f"Ziyin, Li and Meng (2022), {what} (restated)" for what in ("the averaged loss", "balance at a stationary point")
)
n, d1, d2, d3, m = symbols("n d_1 d_2 d_3 m", integer=True, positive=True)
s1, s2, s3 = symbols("s_1 s_2 s_3", nonnegative=True)
x, X, y = MatrixSymbol("x", n, 1), MatrixSymbol("X", n, m), MatrixSymbol("y", 1, m)
W1, W2, W3 = MatrixSymbol("W1", d1, n), MatrixSymbol("W2", d2, d1), MatrixSymbol("W3", d3, d2)
u1, u2, u3 = (MatrixSymbol("u", size, 1) for size in (d1, d2, d3))
noise1, noise2, noise3 = (MatrixSymbol(f"epsilon{k}", size, 1) for k, size in enumerate((d1, d2, d3), 1))
squared = lambda matrix: HadamardProduct(matrix, matrix)
# sums and products without evaluation: SymPy would ask of every part of a moment whether it is diagonal
lifted = lambda moment, variance: MatAdd(moment, MatMul(variance, DiagMatrix(DiagonalOf(moment))))


def moment(u, *layers):
    """Return S_0 from S_D = u u^T downwards: S_{k-1} = W_k^T (S_k + s_k diag(S_k)) W_k for each pair (W_k, s_k)."""
    result = u * u.T
    for weight, variance in layers:
        result = MatMul(weight.T, lifted(result, variance), weight)
    return result


# the noisy network, its outputs without noise, and the variances

net1 = u1.T * DiagMatrix(noise1) * W1
net2 = u2.T * DiagMatrix(noise2) * W2 * DiagMatrix(noise1) * W1
net3 = u3.T * DiagMatrix(noise3) * W3 * DiagMatrix(noise2) * W2 * DiagMatrix(noise1) * W1
one, two, three = {noise1: s1}, {noise1: s1, noise2: s2}, {noise1: s1, noise2: s2, noise3: s3}
moment1, moment2 = moment(u1, (W1, s1)), moment(u2, (W2, s2), (W1, s1))
moment3 = moment(u3, (W3, s3), (W2, s2), (W1, s1))
h1, h2, h3 = W1 * x, W2 * W1 * x, W3 * W2 * W1 * x
b2, b3 = W2.T * W3.T * u3, W3.T * u3

# the averaged loss at one, two and three hidden layers, and the average of f(x)^2 by sets of layers with a common neuron


def averaged(net, noise):
    """Return the averaged loss of a noisy network, summed over all samples."""
    return dp.expectation(Trace((net * X - y).T * (net * X - y)), noise)


paths1 = [Trace(u1.T * h1) ** 2, s1 * Trace(squared(u1).T * squared(h1))]
paths2 = [
    Trace(u2.T * h2) ** 2,
    s1 * Trace(squared(W2.T * u2).T * squared(h1)),
    s2 * Trace(squared(u2).T * squared(h2)),
    s1 * s2 * Trace(squared(u2).T * squared(W2) * squared(h1)),
]
paths3 = [
    Trace(u3.T * h3) ** 2,
    s1 * Trace(squared(b2).T * squared(h1)),
    s2 * Trace(squared(b3).T * squared(h2)),
    s3 * Trace(squared(u3).T * squared(h3)),
    s1 * s2 * Trace(squared(b3).T * squared(W2) * squared(h1)),
    s1 * s3 * Trace(squared(u3).T * squared(W3 * W2) * squared(h1)),
    s2 * s3 * Trace(squared(u3).T * squared(W3) * squared(h2)),
    s1 * s2 * s3 * Trace(squared(u3).T * squared(W3) * squared(W2) * squared(h1)),
]

RECURSION = (
    r"The sum over all samples of $\mathbb E(f(x)-y)^2$ is $\operatorname{tr}(XX^\top S_0)-2v^\top Xy^\top+\|y\|^2$ with"
    r" $S_D=uu^\top$, $S_{k-1}=W_k^\top(S_k+\sigma_k^2\operatorname{Diag}(\operatorname{diag}S_k))W_k$, "
)
PATHS = (
    r"$\mathbb Ef(x)^2=x^\top S_0x=\sum_KP_K\prod_{k\in K}\sigma_k^2$ over the sets $K$ of hidden layers, with"
    r" $h_k=W_k\cdots W_1x$, $b_k=W_{k+1}^\top\cdots W_D^\top u$, squares by entries $a^{\circ2}$, $D=DEPTH$: "
)
PAIRS = (
    r"$P_K$ is a sum over the pairs of paths through the network which share their neurons in $K$, so"
    r" $\mathbb Ef(x)^2=\sum_{p,q}w_pw_qx_{p_0}x_{q_0}\prod_k(1+\sigma_k^2[p_k=q_k])$."
)
TERMS = (
    r"$P_\emptyset=(u^\top h_1)^2$, $P_1=u^{\circ2\top}h_1^{\circ2}$.",
    r"$P_\emptyset=(u^\top h_2)^2$, $P_1=b_1^{\circ2\top}h_1^{\circ2}$, $P_2=u^{\circ2\top}h_2^{\circ2}$,"
    r" $P_{12}=u^{\circ2\top}W_2^{\circ2}h_1^{\circ2}$.",
    r"$P_\emptyset=(u^\top h_3)^2$, $P_k=b_k^{\circ2\top}h_k^{\circ2}$ ($b_3=u$),"
    r" $P_{12}=b_2^{\circ2\top}W_2^{\circ2}h_1^{\circ2}$, $P_{13}=u^{\circ2\top}(W_3W_2)^{\circ2}h_1^{\circ2}$,"
    r" $P_{23}=u^{\circ2\top}W_3^{\circ2}h_2^{\circ2}$, $P_{123}=u^{\circ2\top}W_3^{\circ2}W_2^{\circ2}h_1^{\circ2}$.",
)

for depth, (name, net, noise, form, mean, sets) in enumerate(
    (
        ("one", net1, one, moment1, u1.T * W1, paths1),
        ("two", net2, two, moment2, u2.T * W2 * W1, paths2),
        ("three", net3, three, moment3, u3.T * W3 * W2 * W1, paths3),
    ),
    1,
):
    paper.identity(
        f"average-{name}",
        averaged(net, noise),
        Trace(MatMul(X, X.T, form)) - 2 * Trace(y.T * mean * X) + Trace(y * y.T),
        RECURSION + f"$D={depth}$, all widths.",
        source=AVERAGE,
        uses=["layer"],
    )
    paper.derivation(
        f"paths-{name}",
        [
            dp.expectation(Trace(net * x) ** 2, noise),
            dp.eq(Trace(MatMul(x.T, form, x)), "recursion"),
            dp.eq(sum(sets), f"the {len(sets)} sets of layers"),
        ],
        PATHS.replace("DEPTH", str(depth)) + TERMS[depth - 1],
        remark=PAIRS,
        source=AVERAGE,
        uses=[f"average-{name}"],
    )

# one more layer, whatever lies above and below it: the induction for every D

S, A0 = MatrixSymbol("S", d1, d1), MatrixSymbol("A0", n, n)
paper.derivation(
    "layer",
    [
        dp.expectation(W1.T * DiagMatrix(noise1) * S * DiagMatrix(noise1) * W1, one),
        dp.eq(
            W1.T * HadamardProduct(S, OneMatrix(d1, d1) + s1 * Identity(d1)) * W1, "$E\\epsilon_i\\epsilon_j=1+s[i=j]$"
        ),
        dp.eq(W1.T * lifted(S, s1) * W1, "the diagonal apart"),
    ],
    r"Averaging over the noise of one layer, the others fixed, takes the form $S_k$ above it to"
    r" $S_{k-1}=W_k^\top(S_k+\sigma_k^2\operatorname{Diag}(\operatorname{diag}S_k))W_k$, for every matrix $S_k$.",
    remark=r"From $S_D=uu^\top$ downwards, $\mathbb Ef(x)^2=x^\top S_0x$ for every $D$.",
    source=AVERAGE,
)
paper.identity(
    "layer-input",
    dp.expectation(Trace(A0 * W1.T * DiagMatrix(noise1) * S * DiagMatrix(noise1) * W1), one),
    Trace(A0 * W1.T * lifted(S, s1) * W1),
    r"The same over the inputs: $\operatorname{tr}A_0W_k^\top\operatorname{Diag}(\epsilon)S_k\operatorname{Diag}(\epsilon)W_k$ has"
    r" the mean $\operatorname{tr}A_0W_k^\top(S_k+\sigma_k^2\operatorname{Diag}(\operatorname{diag}S_k))W_k$.",
    remark=r"With $A_0=\mathbb Exx^\top$ the averaged loss has $\mathbb Ef^2=\operatorname{tr}A_0S_0$, for every $D$.",
    source=AVERAGE,
    uses=["layer"],
)
paper.identity(
    "mean-output",
    dp.expectation(net3, three),
    u3.T * W3 * W2 * W1,
    r"The mean of the network is $v^\top=u^\top W_3W_2W_1$, $D=3$.",
    source=AVERAGE,
)

# the noise got wrong

PLANTED = {"source": f"planted beside {AVERAGE}", "expect": "refuted"}
last = paths2[0] + paths2[2]
output1, output2 = (dp.expectation(Trace(net * x) ** 2, noise) for net, noise in ((net1, one), (net2, two)))

paper.identity(
    "variance-mutant", output1, s1 * paths1[0], r"Negative control: $\mathbb E\epsilon_i^2=\sigma^2$.", **PLANTED
)
SHARED = r"Negative control: one noise for the whole layer, $(1+\sigma^2)(u^\top W_1x)^2$."
paper.identity("shared-mutant", output1, (1 + s1) * paths1[0], SHARED, **PLANTED)
paper.identity(
    "last-layer-mutant", output2, last, "Negative control: only the noise of the last layer counts.", **PLANTED
)
paper.identity(
    "additive-mutant",
    output2,
    last + paths2[1],
    r"Negative control: the noise of two layers adds up, $1+D\sigma^2$ where all widths are one.",
    **PLANTED,
)

# balance: two neighbouring layers W_1, W_2 of a network of any depth and the noise between them. S is the averaged form above
# W_2, noise included, V the averaged second moment of what enters W_1, C is b_0 seen through the other layers.

c, T = MatrixSymbol("c", d1, 1), MatrixSymbol("T", d1, d1)
S2, V, C = MatrixSymbol("S", d2, d2), MatrixSymbol("V", n, n), MatrixSymbol("C", d2, n)
G1, G2 = MatrixSymbol("G1", d1, n), MatrixSymbol("G2", d2, d1)
g1, g2 = symbols("gamma_1 gamma_2", positive=True)
D, q, b, rho = symbols("D q b rho", real=True)
square, linear = Trace(V * W1.T * lifted(W2.T * S2 * W2, s1) * W1), Trace(C.T * W2 * W1)
data = square - 2 * linear
slope1, slope2 = dp.gradient(data, W1), dp.gradient(data, W2)
still = [Eq(G1, -2 * g1 * W1), Eq(G2, -2 * g2 * W2), Eq(DiagonalOf(W1 * G1.T), DiagonalOf(G2.T * W2))]
PLANTED = {"source": f"planted beside {BALANCE}", "expect": "refuted"}

PART = (
    r"$\operatorname{tr}VW_k^\top(Q+\sigma_k^2\operatorname{Diag}(\operatorname{diag}Q))W_k-2\operatorname{tr}C^\top W_{k+1}W_k$,"
    r" $Q=W_{k+1}^\top SW_{k+1}$,"
)
paper.identity(
    "rescaling",
    W2 * DiagMatrix(c).inverse() * DiagMatrix(noise1) * DiagMatrix(c) * W1,
    W2 * DiagMatrix(noise1) * W1,
    r"Row $j$ of $W_k$ times $c_j\neq0$ and column $j$ of $W_{k+1}$ over $c_j$: $W_{k+1}\operatorname{Diag}(\epsilon)W_k$ is the same"
    r" for every noise.",
    source=BALANCE,
)
TURNED = "Negative control: the same with any invertible matrix in the place of a diagonal one."
turned = W2 * T.inverse() * DiagMatrix(noise1) * T * W1
paper.identity("rescaling-mutant", turned, W2 * DiagMatrix(noise1) * W1, TURNED, assuming=[Q.invertible(T)], **PLANTED)
paper.identity(
    "rows-and-columns",
    DiagonalOf(W1 * slope1.T),
    DiagonalOf(slope2.T * W2),
    f"At any weights the gradients of {PART} agree on row $j$ of $W_k$ and column $j$ of $W_{{k+1}}$:"
    r" $\operatorname{diag}(W_k\nabla_k^\top)=\operatorname{diag}(\nabla_{k+1}^\top W_{k+1})$.",
    remark="In two neighbouring layers the data part has this form, whatever the depth (layer, layer-input).",
    source=BALANCE,
    uses=["rescaling", "layer"],
)
paper.identity(
    "rows-and-columns-mutant",
    W1 * slope1.T,
    slope2.T * W2,
    "Negative control: the same off the diagonal, which noise does not allow.",
    **PLANTED,
)
paper.identity(
    "rows-and-columns-no-noise",
    W1 * slope1.subs(s1, 0).T,
    slope2.subs(s1, 0).T * W2,
    r"The same without noise in layer $k$: the whole matrices agree, $W_k\nabla_k^\top=\nabla_{k+1}^\top W_{k+1}$.",
    source=BALANCE,
)
paper.identity(
    "balance",
    g1 * DiagonalOf(W1 * W1.T),
    g2 * DiagonalOf(W2.T * W2),
    r"If $\nabla_k=-2\gamma_kW_k$, $\nabla_{k+1}=-2\gamma_{k+1}W_{k+1}$, as at every stationary point, and row $j$, column $j$ agree"
    r" (rows-and-columns): $\gamma_k\|W_k[j,:]\|^2=\gamma_{k+1}\|W_{k+1}[:,j]\|^2$.",
    source=BALANCE,
    assuming=still,
    uses=["rows-and-columns"],
)
paper.identity(
    "balance-swapped",
    g2 * DiagonalOf(W1 * W1.T),
    g1 * DiagonalOf(W2.T * W2),
    r"Negative control: $\gamma_k$ and $\gamma_{k+1}$ exchanged.",
    assuming=still,
    **PLANTED,
)
equal = DiagonalOf(W1 * W1.T), DiagonalOf(W2.T * W2)
paper.identity("balance-unweighted", *equal, "Negative control: balance without the decays.", assuming=still, **PLANTED)
paper.identity(
    "euler-first",
    Trace(W1.T * slope1),
    2 * square - 2 * linear,
    r"$\langle W_k,\nabla_k\rangle=2\operatorname{tr}VW_k^\top(Q+\sigma_k^2\operatorname{Diag}(\operatorname{diag}Q))W_k"
    r"-2\operatorname{tr}C^\top W_{k+1}W_k$ for the data part of rows-and-columns.",
    remark=r"In a network this is $2\operatorname{tr}A_0S_0-2b_0^\top v$, whichever the layer.",
    source=BALANCE,
)
paper.identity(
    "euler-second",
    Trace(W2.T * slope2),
    2 * square - 2 * linear,
    r"$\langle W_{k+1},\nabla_{k+1}\rangle$ is the same number.",
    source=BALANCE,
    uses=["euler-first"],
)
paper.identity(
    "euler-shares",
    g1 * Trace(W1.T * W1),
    b - q,
    r"If $\nabla_k=-2\gamma_kW_k$ and $\langle W_k,\nabla_k\rangle=2\operatorname{tr}A_0S_0-2b_0^\top v$:"
    r" $\gamma_k\|W_k\|_F^2=b_0^\top v-\operatorname{tr}A_0S_0$.",
    source=BALANCE,
    assuming=[still[0], Eq(Trace(W1.T * G1), 2 * q - 2 * b)],
    uses=["euler-first", "euler-second"],
)
paper.identity(
    "euler-mutant",
    Trace(W1.T * slope1),
    2 * square - 4 * linear,
    "Negative control: the linear term taken as one of degree two.",
    **PLANTED,
)

# the same without noise, for every depth and all layers at once

H, i = symbols("H i", integer=True, positive=True)
W = dp.Chain("W", H)
second, first = MatrixSymbol("A0", W.width(0), W.width(0)), MatrixSymbol("C", W.width(H), W.width(0))
end = W.product(H, 1)
deep_square, deep_linear = Trace(second * end.T * end), Trace(first.T * end)
deep = deep_square - 2 * deep_linear
slope = lambda layer: W.product(H, layer + 1).T * (end * (second + second.T) - 2 * first) * W.product(layer - 1, 1).T
inner = Trace(W[i].T * slope(i))
SLOPE = (
    r"Without noise, for every depth: with respect to $W_k$ the gradient of $\operatorname{tr}A_0E^\top E-2\operatorname{tr}C^\top E$,"
    r" $E=W_{H:1}$, is $\nabla_k=W_{H:k+1}^\top(E(A_0+A_0^\top)-2C)W_{k-1:1}^\top$."
)
paper.identity(
    "euler-every-depth",
    dp.layer_sum(inner, (i, 1, H)),
    H * (2 * deep_square - 2 * deep_linear),
    r"Without noise, for every depth: $\sum_k\langle W_k,\nabla_k\rangle=H(2\operatorname{tr}A_0W_{H:1}^\top W_{H:1}"
    r"-2\operatorname{tr}C^\top W_{H:1})$.",
    source=BALANCE,
    uses=["slope-every-depth"],
)
paper.gradient("slope-every-depth", deep, {W[i]: slope(i)}, SLOPE, source=BALANCE)
paper.identity(
    "euler-every-depth-mutant",
    dp.layer_sum(inner, (i, 1, H)),
    (H - 1) * (2 * deep_square - 2 * deep_linear),
    "Negative control: one layer counted too few.",
    **PLANTED,
)
paper.identity(
    "neighbours-every-depth",
    W[i] * slope(i).T,
    slope(i + 1).T * W[i + 1],
    r"$W_k\nabla_k^\top=\nabla_{k+1}^\top W_{k+1}$ without noise, for neighbouring layers of every depth.",
    source=BALANCE,
)
paper.gradient(
    "slope-every-depth-mutant",
    deep,
    {W[i]: 2 * slope(i)},
    "Negative control: twice the gradient.",
    **PLANTED,
)
paper.identity(
    "neighbours-every-depth-mutant",
    W[i] * slope(i).T,
    W[i + 1].T * slope(i + 1),
    "Negative control: the second product transposed.",
    **PLANTED,
)
paper.identity(
    "value",
    q - 2 * b + (D + 1) * rho,
    D * rho - b,
    r"$J=\operatorname{tr}A_0S_0-2b_0^\top v+(D+1)\rho=D\rho-b_0^\top v$ where every $\gamma_k\|W_k\|_F^2=\rho=b_0^\top"
    r" v-\operatorname{tr}A_0S_0$, as at a stationary point.",
    source=BALANCE,
    assuming=[Eq(q, b - rho)],
    uses=["euler-shares", "average-three"],
)
LAYERS = r"Negative control: $D+1$ layers counted instead of $D$, $J=(D+1)\rho-b_0^\top v$."
paper.identity(
    "value-mutant", q - 2 * b + (D + 1) * rho, (D + 1) * rho - b, LAYERS, assuming=[Eq(q, b - rho)], **PLANTED
)
