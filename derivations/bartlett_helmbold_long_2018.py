"""Bartlett, Helmbold and Long (2018): gradient descent from the identity. The formulas behind it, for all widths and depths.

Theta_i: d_i x d_{i-1}, i = 1..L, end-to-end matrix A = Theta_L ... Theta_1, target Phi: d_L x d_0, E = A - Phi, excess loss
l = 1/2 ||E||_F^2 (isotropic inputs). The paper has all widths equal to d: that case is included. G_i is the gradient of l in
Theta_i, Theta_{b:a} = Theta_b ... Theta_a, the empty product is I. Where a transposition is dropped or two factors change sides,
the layers are d x d, so that the wrong formula makes sense.
"""

from sympy import Eq, Identity, MatrixSymbol, Rational, Trace, symbols

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

L, i, j = symbols("L i j", integer=True, positive=True)
eta = symbols("eta", positive=True)
half = Rational(1, 2)


def square(matrix):
    """Return the squared Frobenius norm, tr(M^T M)."""
    return Trace(matrix.T * matrix)


# any depth: the layers are a chain

Theta = dp.Chain("Theta", L)
Phi = MatrixSymbol("Phi", Theta.width(L), Theta.width(0))
E = Theta.product(L, 1) - Phi
loss = half * square(E)
Di, Dj = (MatrixSymbol(f"D_{k}", Theta.width(k), Theta.width(k - 1)) for k in (i, j))


def after(k):
    """Return Theta_L ... Theta_{k+1}."""
    return Theta.product(L, k + 1)


def before(k):
    """Return Theta_{k-1} ... Theta_1."""
    return Theta.product(k - 1, 1)


def slope(k):
    """Return G_k = Theta_{L:k+1}^T E Theta_{k-1:1}^T."""
    return after(k).T * E * before(k).T


# named layers at depth 2, 3, 4, of any widths, and two square ones

d, d0, d1, d2, d3, d4 = symbols("d d_0 d_1 d_2 d_3 d_4", integer=True, positive=True)
T1, T2 = MatrixSymbol("Theta1", d1, d0), MatrixSymbol("Theta2", d2, d1)
T3, T4 = MatrixSymbol("Theta3", d3, d2), MatrixSymbol("Theta4", d4, d3)
D1, D2 = MatrixSymbol("D1", d1, d0), MatrixSymbol("D2", d2, d1)
D3, D4 = MatrixSymbol("D3", d3, d2), MatrixSymbol("D4", d4, d3)
E2, E3, E4 = (
    product - MatrixSymbol("Phi", rows, d0) for product, rows in ((T2 * T1, d2), (T3 * T2 * T1, d3), (T4 * T3 * T2 * T1, d4))
)
Q1, Q2, P = (MatrixSymbol(name, d, d) for name in ("Theta1", "Theta2", "Phi"))
F = Q2 * Q1 - P

# a1: the gradient

GRADIENT = r"$G_i=\Theta_{L:i+1}^\top E\,\Theta_{i-1:1}^\top$"
SOURCE = "Bartlett, Helmbold and Long (2018)"

paper.gradient(
    "gradient",
    loss,
    {Theta[i]: slope(i)},
    GRADIENT + " for every depth, every layer and all widths.",
    source=SOURCE + ", the gradient of the excess loss (restated)",
)
paper.gradient(
    "gradient-mutant",
    loss,
    {Theta[i]: 2 * slope(i)},
    r"Negative control: $2G_i$, the gradient of $\|E\|_F^2$.",
    source="planted beside " + SOURCE + ", the gradient",
    expect="refuted",
)
paper.gradient(
    "gradient-target-mutant",
    loss,
    {Theta[i]: after(i).T * Theta.product(L, 1) * before(i).T},
    r"Negative control: the gradient without the target, $\Theta_{L:i+1}^\top A\,\Theta_{i-1:1}^\top$.",
    source="planted beside " + SOURCE + ", the gradient",
    expect="refuted",
)
paper.gradient(
    "gradient-transposes",
    half * square(F),
    {Q2: F * Q1},
    r"Negative control: $G_2=E\,\Theta_1$, the transposition dropped, for two $d\times d$ layers.",
    source="planted beside " + SOURCE + ", the gradient",
    expect="refuted",
)

# a2: the Hessian

first = after(j) * Dj * Theta.product(j - 1, 1) + after(i) * Di * before(i)
mixed = after(j) * Dj * Theta.product(j - 1, i + 1) * Di * before(i)
HESSIAN = SOURCE + ", the Hessian of the excess loss (restated)"

paper.hessian(
    "hessian-layer",
    loss,
    {Theta[i]: Di},
    square(after(i) * Di * before(i)),
    r"$D^2l[D_i,D_i]=\|\Theta_{L:i+1}D_i\Theta_{i-1:1}\|_F^2$ along one layer, for every depth.",
    source=HESSIAN,
)
paper.hessian(
    "hessian-pair",
    loss,
    {Theta[i]: Di, Theta[j]: Dj},
    square(first) + 2 * Trace(E.T * mixed),
    r"Along two layers $i<j$ of a net of any depth $D^2l=\|\Theta_{L:j+1}D_j\Theta_{j-1:1}+\Theta_{L:i+1}D_i\Theta_{i-1:1}\|_F^2"
    r"+2\langle E,\Theta_{L:j+1}D_j\Theta_{j-1:i+1}D_i\Theta_{i-1:1}\rangle$. All layers and pairs together are the Hessian.",
    source=HESSIAN,
    assuming=[i < j],
    uses=["hessian-layer"],
)
paper.hessian(
    "hessian-pair-mutant",
    loss,
    {Theta[i]: Di, Theta[j]: Dj},
    square(first) + Trace(E.T * mixed),
    r"Negative control: the term of the residual counted once instead of twice.",
    source="planted beside " + HESSIAN,
    assuming=[i < j],
    expect="refuted",
)
paper.hessian(
    "hessian-layer-mutant",
    loss,
    {Theta[i]: Di},
    half * square(after(i) * Di * before(i)),
    r"Negative control: half of that form, as if the Hessian were the second term of the Taylor expansion.",
    source="planted beside " + HESSIAN,
    expect="refuted",
)

first2 = T2 * D1 + D2 * T1
first3 = T3 * first2 + D3 * T2 * T1
first4 = T4 * first3 + D4 * T3 * T2 * T1
mixed2 = D2 * D1
mixed3 = T3 * mixed2 + D3 * first2
mixed4 = T4 * mixed3 + D4 * first3
ALL_PAIRS = r"$D^2l[D,D]=\|\sum_i\Theta_{L:i+1}D_i\Theta_{i-1:1}\|_F^2+2\sum_{i<j}\langle E,\Theta_{L:j+1}D_j\Theta_{j-1:i+1}D_i\Theta_{i-1:1}\rangle$"

for depth, residual, directions, rate, curve in (
    ("two", E2, {T1: D1, T2: D2}, first2, mixed2),
    ("three", E3, {T1: D1, T2: D2, T3: D3}, first3, mixed3),
    ("four", E4, {T1: D1, T2: D2, T3: D3, T4: D4}, first4, mixed4),
):
    paper.hessian(
        f"hessian-{depth}-layers",
        half * square(residual),
        directions,
        square(rate) + 2 * Trace(residual.T * curve),
        ALL_PAIRS + f" with {depth} layers of any widths.",
        source=HESSIAN,
        uses=["hessian-pair"],
    )
paper.hessian(
    "hessian-three-layers-mutant",
    half * square(E3),
    {T1: D1, T2: D2, T3: D3},
    square(first3) + 2 * Trace(E3.T * (T3 * D2 * D1 + D3 * D2 * T1)),
    r"Negative control: with three layers only the pairs of neighbours counted.",
    source="planted beside " + HESSIAN,
    expect="refuted",
)
