"""Bartlett, Helmbold and Long (2018): gradient descent from the identity. The formulas behind it, for all widths and depths.

Theta_i: d_i x d_{i-1}, i = 1..L, end-to-end matrix A = Theta_L ... Theta_1, target Phi: d_L x d_0, E = A - Phi, excess loss
l = 1/2 ||E||_F^2 (isotropic inputs), G_i its gradient in Theta_i, Theta_{b:a} = Theta_b ... Theta_a, the empty product is I. In
the paper all widths equal d, a special case. Where a transposition is dropped or factors change sides, the layers are d x d.
"""

from sympy import Eq, Identity, MatrixSymbol, Q, Rational, Trace, symbols

import dlnproof as dp

paper = dp.Paper(
    "bartlett-helmbold-long-2018",
    title="Gradient Descent with Identity Initialization Efficiently Learns Positive Definite Linear Transformations"
    " by Deep Residual Networks",
    authors=["Peter L. Bartlett", "David P. Helmbold", "Philip M. Long"],
    year=2018,
    venue="Proceedings of the 35th International Conference on Machine Learning",
    url="https://arxiv.org/abs/1802.06093",
)
GRADIENT, HESSIAN, FLOW, STEP, DYNAMICS = (
    f"Bartlett, Helmbold and Long (2018), {what} (restated)"
    for what in (
        "the gradient of the excess loss",
        "the Hessian of the excess loss",
        "balancedness under gradient flow",
        "balancedness under gradient descent",
        "the end-to-end matrix under gradient flow",
    )
)
half = Rational(1, 2)
square = lambda matrix: Trace(matrix.T * matrix)

# any depth: the layers are a chain

L, i, j = symbols("L i j", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
a, eta = symbols("a eta", positive=True)
Theta, Delta = dp.Chain("Theta", L), dp.Chain("D", L, widths=dp.Chain("Theta", L))
A = Theta.product(L, 1)
E = A - MatrixSymbol("Phi", Theta.width(L), Theta.width(0))
loss = half * square(E)
Di, Dj = (MatrixSymbol(f"D_{k}", Theta.width(k), Theta.width(k - 1)) for k in (i, j))
after = lambda k: Theta.product(L, k + 1)
before = lambda k: Theta.product(k - 1, 1)
slope = lambda k: after(k).T * E * before(k).T

# two and three named layers of any widths, and two square ones

d, d0, d1, d2, d3 = symbols("d d_0 d_1 d_2 d_3", integer=True, positive=True)
T1, T2 = MatrixSymbol("Theta1", d1, d0), MatrixSymbol("Theta2", d2, d1)
T3 = MatrixSymbol("Theta3", d3, d2)
A2, A3 = T2 * T1, T3 * T2 * T1
E2, E3 = (product - MatrixSymbol("Phi", product.shape[0], d0) for product in (A2, A3))
G1, G2, G3 = T2.T * T3.T * E3, T3.T * E3 * T1.T, E3 * T1.T * T2.T
Q1, Q2, Phi = (MatrixSymbol(name, d, d) for name in ("Theta1", "Theta2", "Phi"))
F = Q2 * Q1 - Phi

paper.cite("exponential-tangent", r"$1+y\le e^y$ for all real $y$.", source="convexity of the exponential")

# a1: the gradient

paper.gradient(
    "gradient",
    loss,
    {Theta[i]: slope(i)},
    r"$G_i=\Theta_{L:i+1}^\top E\,\Theta_{i-1:1}^\top$ for every depth, every layer and all widths.",
    source=GRADIENT,
)
paper.gradient(
    "gradient-mutant",
    loss,
    {Theta[i]: after(i).T * A * before(i).T},
    r"Negative control: $A$ in the place of $E=A-\Phi$.",
    source=f"planted beside {GRADIENT}",
    expect="refuted",
)
square_layers = dp.Chain("Theta", L, widths=d)
gap = square_layers.product(L, 1) - Phi
paper.gradient(
    "gradient-transposes",
    half * square(gap),
    {square_layers[i]: square_layers.product(L, i + 1).T * gap * square_layers.product(i - 1, 1)},
    r"Negative control: $\Theta_{L:i+1}^\top E\,\Theta_{i-1:1}$, the second transposition left out, for $d\times d$ layers.",
    source=f"planted beside {GRADIENT}",
    expect="refuted",
)

# a2: the Hessian

along_i, along_j = after(i) * Di * before(i), after(j) * Dj * before(j)
mixed = after(j) * Dj * Theta.product(j - 1, i + 1) * Di * before(i)
# the same along all layers at once
layers, pairs = (i, 1, L), (j, i + 1, L)
every_first = dp.layer_sum(after(i) * Delta[i] * before(i), layers)
every_pair = after(j) * Delta[j] * Theta.product(j - 1, i + 1) * Delta[i] * before(i)
whole = lambda factor, *ranges: square(every_first) + factor * dp.layer_sum(Trace(E.T * every_pair), *ranges)
block = dp.differential(dp.differential(loss, {Theta[i]: Di}, [i < j]), {Theta[j]: Dj}, [i < j])
ALL_PAIRS = (
    r"$D^2l[D,D]=\|\sum_i\Theta_{L:i+1}D_i\Theta_{i-1:1}\|_F^2"
    r"+2\sum_{i<j}\langle E,\Theta_{L:j+1}D_j\Theta_{j-1:i+1}D_i\Theta_{i-1:1}\rangle$"
)

paper.identity(
    "first-variation",
    dp.differential(loss, {Theta: Delta}),
    dp.layer_sum(Trace(slope(i).T * Delta[i]), layers),
    r"$Dl[D]=\sum_i\langle G_i,D_i\rangle$, all layers at once, for every depth.",
    source=GRADIENT,
    uses=["gradient"],
)
paper.identity(
    "first-variation-mutant",
    dp.differential(loss, {Theta: Delta}),
    dp.layer_sum(Trace(slope(i).T * Delta[i]), (i, 1, L - 1)),
    "Negative control: the last layer left out.",
    source=f"planted beside {GRADIENT}",
    expect="refuted",
)
paper.hessian("hessian", loss, {Theta: Delta}, whole(2, layers, pairs), f"{ALL_PAIRS} for every depth.", source=HESSIAN)
PLANTED = {"source": f"planted beside {HESSIAN}", "expect": "refuted"}
paper.hessian(
    "hessian-mutant",
    loss,
    {Theta: Delta},
    whole(1, layers, pairs),
    "Negative control: coefficient 1 instead of 2 before the residual's term, every depth.",
    **PLANTED,
)
paper.hessian(
    "hessian-mutant-pairs",
    loss,
    {Theta: Delta},
    square(every_first) + 2 * dp.layer_sum(Trace(E.T * every_pair.subs(j, i + 1)), (i, 1, L - 1)),
    "Negative control: only pairs of neighbouring layers.",
    **PLANTED,
)
paper.hessian(
    "hessian-mutant-gauss-newton",
    loss,
    {Theta: Delta},
    square(every_first),
    "Negative control: the residual's term left out (Gauss-Newton), every depth.",
    **PLANTED,
)
paper.hessian(
    "hessian-layer",
    loss,
    {Theta[i]: Di},
    square(along_i),
    r"$D^2l[D_i,D_i]=\|\Theta_{L:i+1}D_i\Theta_{i-1:1}\|_F^2$ along one layer, for every depth.",
    source=HESSIAN,
)
paper.identity(
    "hessian-block",
    block,
    Trace(along_j.T * along_i) + Trace(E.T * mixed),
    r"For two layers $i<j$ of a net of any depth $D^2l[D_i,D_j]=\langle\Theta_{L:j+1}D_j\Theta_{j-1:1},"
    r"\Theta_{L:i+1}D_i\Theta_{i-1:1}\rangle+\langle E,\Theta_{L:j+1}D_j\Theta_{j-1:i+1}D_i\Theta_{i-1:1}\rangle$.",
    source=HESSIAN,
    assuming=[i < j],
)
paper.identity(
    "hessian-block-mutant",
    block,
    Trace(along_j.T * along_i),
    r"Negative control: the same block without the residual's term (the Gauss-Newton approximation).",
    source=f"planted beside {HESSIAN}",
    assuming=[i < j],
    expect="refuted",
)
paper.hessian(
    "hessian-pair",
    loss,
    {Theta[i]: Di, Theta[j]: Dj},
    square(along_j + along_i) + 2 * Trace(E.T * mixed),
    r"Along two layers $i<j$ together, $X_k=\Theta_{L:k+1}D_k\Theta_{k-1:1}$: $D^2l[D,D]=\|X_i+X_j\|_F^2"
    r"+2\langle E,\Theta_{L:j+1}D_j\Theta_{j-1:i+1}D_i\Theta_{i-1:1}\rangle$, for every depth.",
    source=HESSIAN,
    assuming=[i < j],
    uses=["hessian-layer", "hessian-block"],
)
# h1: what gradient flow conserves and gradient descent does not

outer, inner = Theta[i + 1].T * Theta[i + 1], Theta[i] * Theta[i].T
stepped = lambda k: Theta[k] - eta * slope(k)
moved = stepped(i + 1).T * stepped(i + 1) - stepped(i) * stepped(i).T
normality = Eq(Phi * Phi.T, Phi.T * Phi)
G = Identity(d) - Phi
start = Identity(d) - eta * G

paper.identity(
    "conserved",
    dp.differential(outer, {Theta[i + 1]: -slope(i + 1)}),
    dp.differential(inner, {Theta[i]: -slope(i)}),
    r"Gradient flow changes $\Theta_{i+1}^\top\Theta_{i+1}$ and $\Theta_i\Theta_i^\top$ at the same rate, for every depth.",
    source=FLOW,
    uses=["gradient", "neighbours"],
)
FIRST = r"$\Theta_{i+1}^\top G_{i+1}=G_i\Theta_i^\top$ for neighbours $i$, $i+1$, every depth."
paper.identity("neighbours", Theta[i + 1].T * slope(i + 1), slope(i) * Theta[i].T, FIRST, source=FLOW)
paper.identity(
    "conserved-mutant",
    dp.differential(Q2 * Q2.T, {Q2: -F * Q1.T}),
    dp.differential(Q1.T * Q1, {Q1: -Q2.T * F}),
    r"Negative control: $\Theta_2\Theta_2^\top-\Theta_1^\top\Theta_1$, the factors on the wrong side, is conserved.",
    source=f"planted beside {FLOW}",
    expect="refuted",
)
paper.identity(
    "drift",
    moved - (outer - inner),
    eta**2 * (slope(i + 1).T * slope(i + 1) - slope(i) * slope(i).T),
    r"A step of gradient descent changes $D_i=\Theta_{i+1}^\top\Theta_{i+1}-\Theta_i\Theta_i^\top$ by exactly"
    r" $\eta^2(G_{i+1}^\top G_{i+1}-G_iG_i^\top)$, for every depth.",
    source=STEP,
    uses=["neighbours"],
)
PLANTED = {"source": f"planted beside {STEP}", "expect": "refuted"}
paper.identity("drift-mutant", moved, outer - inner, "Negative control: gradient descent conserves $D_i$.", **PLANTED)
paper.identity(
    "conserved-every-depth",
    dp.differential(outer - inner, {Theta: lambda k: -slope(k)}),
    0 * outer,
    r"$D_i=\Theta_{i+1}^\top\Theta_{i+1}-\Theta_i\Theta_i^\top$ has the derivative 0 under gradient flow of all layers, for every"
    r" depth and $i=1,\dots,L-1$.",
    source=FLOW,
    uses=["conserved"],
)
paper.identity(
    "conserved-transposes-mutant",
    dp.differential(Theta[i + 1].T * Theta[i + 1] + inner, {Theta: lambda k: -slope(k)}),
    0 * outer,
    r"Negative control: the sum $\Theta_{i+1}^\top\Theta_{i+1}+\Theta_i\Theta_i^\top$ in place of the difference.",
    source=f"planted beside {FLOW}",
    expect="refuted",
)
paper.identity(
    "drift-total",
    dp.layer_sum(Trace(moved - (outer - inner)), (i, 1, L - 1)),
    eta**2 * (square(slope(L)) - square(slope(1))),
    r"Traces added up over the layers, $\sum_i\operatorname{tr}(D_i(t+1)-D_i(t))=\eta^2(\|G_L\|_F^2-\|G_1\|_F^2)$.",
    source=STEP,
    uses=["drift"],
)
paper.identity(
    "first-step",
    start.T * start - start * start.T,
    eta**2 * (G.T * G - G * G.T),
    r"$\Theta=I-\eta G$, $G=I-\Phi$, has $\Theta^\top\Theta-\Theta\Theta^\top=\eta^2(G^\top G-GG^\top)$.",
    remark=r"From the identity every layer is this $\Theta$ after the first step, so this is $D_i$ then.",
    source=STEP,
    uses=["drift"],
)
BALANCED = r"For a normal target, $\Phi\Phi^\top=\Phi^\top\Phi$, $\Theta=I-\eta(I-\Phi)$ has $\Theta^\top\Theta=\Theta\Theta^\top$."
paper.identity("first-step-normal", start.T * start, start * start.T, BALANCED, source=STEP, assuming=[normality])
ALWAYS = r"Negative control: $\Theta=I-\eta(I-\Phi)$ has $\Theta^\top\Theta=\Theta\Theta^\top$ for every target."
paper.identity("first-step-mutant", start.T * start, start * start.T, ALWAYS, **PLANTED)

# h2: the end-to-end matrix under gradient flow, one layer's share of A' at a time, and of balanced layers

R = T1.T * T1
top2, top3 = T2 * T2.T, T3 * T3.T
two = [Eq(T2.T * T2, T1 * T1.T)]
three = [*two, Eq(T3.T * T3, T2 * T2.T)]
flow2 = dp.differential(A2, {T1: -T2.T * E2, T2: -E2 * T1.T})
flow3 = dp.differential(A3, {T1: -G1, T2: -G2, T3: -G3})
share = dp.differential(A, {Theta[i]: -slope(i)})
fall = dp.differential(loss, {Theta[i]: -slope(i)})
PLANTED = {"source": f"planted beside {DYNAMICS}", "expect": "refuted"}

paper.identity(
    "end-to-end",
    share,
    -after(i) * after(i).T * E * before(i).T * before(i),
    r"Layer $i$ adds $-\Theta_{L:i+1}\Theta_{L:i+1}^\top E\,\Theta_{i-1:1}^\top\Theta_{i-1:1}$ to $A'$, for every depth.",
    source=DYNAMICS,
    uses=["gradient"],
)
paper.identity(
    "end-to-end-mutant", share, -E * before(i).T * before(i), "Negative control: a factor is left out.", **PLANTED
)
total_share = after(i) * after(i).T * E * before(i).T * before(i)
flow = dp.differential(A, {Theta: lambda k: -slope(k)})
paper.identity(
    "end-to-end-every-depth",
    flow,
    -dp.layer_sum(total_share, layers),
    r"$A'=-\sum_i\Theta_{L:i+1}\Theta_{L:i+1}^\top E\,\Theta_{i-1:1}^\top\Theta_{i-1:1}$ for every depth.",
    source=DYNAMICS,
    uses=["end-to-end"],
)
paper.identity(
    "end-to-end-range-mutant",
    flow,
    -dp.layer_sum(total_share, (i, 1, L - 1)),
    "Negative control: the last layer's share left out.",
    **PLANTED,
)
paper.identity(
    "decrease-every-depth",
    dp.differential(loss, {Theta: lambda k: -slope(k)}),
    -dp.layer_sum(square(slope(i)), layers),
    r"$l'=-\sum_i\|G_i\|_F^2$ under gradient flow, for every depth.",
    source=DYNAMICS,
)
paper.identity("decrease", fall, -square(slope(i)), r"Layer $i$ adds $-\|G_i\|_F^2$ to $l'$.", source=DYNAMICS)
paper.identity("decrease-mutant", fall, -half * square(slope(i)), "Negative control: half of this decrease.", **PLANTED)
ROOT = r"$AA^\top=(\Theta_L\Theta_L^\top)^L$ for balanced layers, $L={}$."
paper.identity("root-two", A2 * A2.T, top2**2, ROOT.format(2), assuming=two, source=DYNAMICS)
paper.identity("root-three", A3 * A3.T, top3**3, ROOT.format(3), assuming=three, source=DYNAMICS)
paper.identity("root-mutant", A2 * A2.T, top2**2, "Negative control: for layers that are not balanced.", **PLANTED)
ROOTS = r", $S=\Theta_L\Theta_L^\top$, $R=\Theta_1^\top\Theta_1$, $L="
ARE_ROOTS = {"remark": r"For balanced layers $S=(AA^\top)^{1/L}$ and $R=(A^\top A)^{1/L}$.", "source": DYNAMICS}
paper.identity("flow-two", flow2, -top2 * E2 - E2 * R, f"$A'=-SE-ER${ROOTS}2$.", uses=["root-two"], **ARE_ROOTS)
rate = -top3 * top3 * E3 - top3 * E3 * R - E3 * R * R
together = {"uses": ["root-three"], "assuming": three} | ARE_ROOTS
paper.identity("flow-three", flow3, rate, f"Balanced layers have $A'=-S^2E-SER-ER^2${ROOTS}3$.", **together)
paper.identity("flow-mutant", flow3, rate, "Negative control: this rate for layers that are not balanced.", **PLANTED)

# balanced layers of every depth: by induction on the number n of layers, from the right and from the left

width_first, width_last = Theta.width(0), Theta.width(L)
near, far = MatrixSymbol("R", width_first, width_first), MatrixSymbol("S", width_last, width_last)
lower, upper = Theta.product(n, 1), Theta.product(L, L - n + 1)
balanced = dp.every(Eq(outer, inner), (i, 1, L - 1))
from_right = [balanced, Eq(near, Theta[1].T * Theta[1]), Q.symmetric(near)]
from_left = [balanced, Eq(far, Theta[L] * Theta[L].T), Q.symmetric(far)]
slides = Eq(Theta[n + 1].T * Theta[n + 1] * lower, lower * near, evaluate=False)
slides_left = Eq(upper * Theta[L - n] * Theta[L - n].T, far * upper, evaluate=False)
power_right, power_left = Eq(lower.T * lower, near**n), Eq(upper * upper.T, far**n)
count = (n, 0, L)
paper.induction(
    "powers-right",
    count,
    [slides, power_right],
    r"Balanced layers of every depth: $\Theta_{n:1}^\top\Theta_{n:1}=(\Theta_1^\top\Theta_1)^n$, in particular"
    r" $A^\top A=(\Theta_1^\top\Theta_1)^L$.",
    source=DYNAMICS,
    assuming=from_right,
)
paper.induction(
    "powers-left",
    count,
    [slides_left, power_left],
    r"Balanced layers of every depth: the product of the last $n$ layers has $\Theta_{L:L-n+1}\Theta_{L:L-n+1}^\top"
    r"=(\Theta_L\Theta_L^\top)^n$, in particular $AA^\top=(\Theta_L\Theta_L^\top)^L$.",
    source=DYNAMICS,
    assuming=from_left,
)
ONE_MORE = (
    r"Negative control: the exponent one too large, $\Theta_{n:1}^\top\Theta_{n:1}=(\Theta_1^\top\Theta_1)^{n+1}$."
)
wrong_power = Eq(lower.T * lower, near ** (n + 1))
paper.induction("powers-mutant", count, [slides, wrong_power], ONE_MORE, assuming=from_right, **PLANTED)
UNBALANCED = "Negative control: the powers for layers that are not balanced."
paper.induction("powers-unbalanced", count, [slides, power_right], UNBALANCED, assuming=from_right[1:], **PLANTED)
rate = -dp.layer_sum(far ** (L - i) * E * near ** (i - 1), layers)
powers = [dp.every(power_right, count), dp.every(power_left, count), Q.symmetric(near), Q.symmetric(far)]
paper.identity(
    "flow",
    flow,
    rate,
    r"$A'=-\sum_iS^{L-i}ER^{i-1}$ if $\Theta_{n:1}^\top\Theta_{n:1}=R^n$ and $\Theta_{L:L-n+1}\Theta_{L:L-n+1}^\top=S^n$ for all"
    r" $n\le L$, as for balanced layers of every depth, $R=\Theta_1^\top\Theta_1$, $S=\Theta_L\Theta_L^\top$.",
    remark=r"As $R$ and $S$ are positive semidefinite they are the roots, $A'=-\sum_i(AA^\top)^{(L-i)/L}E(A^\top A)^{(i-1)/L}$.",
    source=DYNAMICS,
    assuming=powers,
    uses=["end-to-end-every-depth", "powers-right", "powers-left"],
)
shifted = -dp.layer_sum(far ** (L - i) * E * near**i, layers)
SHIFTED = r"Negative control: $R^i$ in the place of $R^{i-1}$."
paper.identity("flow-shifted-mutant", flow, shifted, SHIFTED, assuming=powers, **PLANTED)
FREE = "Negative control: this rate of every depth for layers that are not balanced."
paper.identity("flow-unbalanced-mutant", flow, rate, FREE, assuming=powers[2:], **PLANTED)

left, right = MatrixSymbol("P", d3, d3), MatrixSymbol("Q", d0, d0)
u, v = MatrixSymbol("u", d3, 1), MatrixSymbol("v", d0, 1)
paper.identity(
    "singular-value",
    u.T * (left**2 * E3 + left * E3 * right + E3 * right**2) * v,
    3 * a**2 * u.T * E3 * v,
    r"If $u^\top P=au^\top$ and $Qv=av$ then $u^\top(P^2E+PEQ+EQ^2)v=3a^2u^\top Ev$.",
    remark=r"For $L=3$, $P=(AA^\top)^{1/3}$, $Q=(A^\top A)^{1/3}$, unit singular vectors $u,v$ of $A$ and $a=s^{2/3}$ this is"
    r" $s'=u^\top A'v=-3s^{4/3}u^\top Ev$.",
    source=DYNAMICS,
    assuming=[Eq(u.T * left, a * u.T), Eq(right * v, a * v)],
    uses=["flow-three"],
)
