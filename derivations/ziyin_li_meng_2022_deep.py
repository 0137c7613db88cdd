r"""Ziyin, Li and Meng (2022): two, three and four hidden layers. The closed form is stationary, with its value, for all widths.

A solution is written by its free constants b_u, b_2, ..., b_D > 0, w: n x 1 and gamma_1: u = b_u 1, W_i = b_i 1 1^T, W_1 = 1 w^T
(signs r_k of the neurons change nothing), v = beta mu d_1 w with beta = b_u b_2 ... b_D, mu = d_2 ... d_D. Balance gives the
other decays, rho = gamma_1 d_1 |w|^2 = gamma_i b_i^2 d_i d_{i-1} = gamma_u b_u^2 d_D, and the scalar equation is
b0 = (s A0 + rho/|v|^2) v. So every decay, every width and every b0 in the range of s A0 + mu I is reached.
"""

from math import prod

from sympy import Add, Identity, MatAdd, MatMul, MatrixSymbol, OneMatrix, Trace, ZeroMatrix, symbols
from ziyin_li_meng_2022 import d1, d2, d3, lifted, n, paper
from ziyin_li_meng_2022_reduce import A0, NAMES, NOISES, d4

import dlnproof as dp

DEEP = "Ziyin, Li and Meng (2022), two hidden layers or more (restated)"
PLANTED = {"source": f"planted beside {DEEP}", "expect": "refuted"}
gamma1, bu, b2, b3, b4 = symbols("gamma_1 b_u b_2 b_3 b_4", positive=True)
w = MatrixSymbol("w", n, 1)
SIZES, INNER = (d1, d2, d3, d4), (b2, b3, b4)


class Solution:
    """The closed form of D hidden layers: its weights, v, rho, b0 and decays, and the gradient of J there."""

    def __init__(self, depth, norm=lambda d: d, factor=lambda s, d: 1 + s / d):
        self.sizes, self.noises, inner = SIZES[:depth], NOISES[:depth], INNER[: depth - 1]
        ones = [OneMatrix(d, 1) for d in self.sizes]
        scale = bu * prod(inner) * prod(self.sizes[1:])
        self.shrinkage = prod(factor(s, d) for s, d in zip(self.noises, self.sizes, strict=True))
        self.v = scale * d1 * w
        self.rho = gamma1 * d1 * Trace(w.T * w)
        self.target = self.shrinkage * scale * d1 * A0 * w + gamma1 / scale * w
        spans = zip(inner, self.sizes[1:], self.sizes, strict=False)
        self.decays = [gamma1, *(self.rho / (b**2 * d * below) for b, d, below in spans)]
        self.decays.append(self.rho / (bu**2 * norm(self.sizes[-1])))
        # products without evaluation: SymPy would look for what is diagonal in each
        self.weights = [MatMul(ones[0], w.T)]
        self.weights += [MatMul(b, above, below.T) for b, above, below in zip(inner, ones[1:], ones, strict=False)]
        self.weights.append(MatMul(bu, ones[-1].T))

    def slope(self, k):
        """Return half the gradient with respect to W_k at the point; k = D + 1 is the row of output weights."""
        above, below = Identity(1), A0
        for W, s in zip(self.weights[: k - 1], self.noises, strict=False):
            below = lifted(MatMul(W, below, W.T), s)
        mean = Identity(1)
        for W, s in zip(self.weights[: k - 1 : -1], self.noises[k - 1 :][::-1], strict=True):
            above = lifted(MatMul(W.T, above, W), s)
            mean = MatMul(mean, W)
        left = MatMul(above, self.weights[k - 1], below)
        first = MatMul(mean.T, self.target.T, *(W.T for W in self.weights[: k - 1]))
        return MatAdd(left, MatMul(-1, first), MatMul(self.decays[k - 1], self.weights[k - 1]))

    def value(self):
        """Return J at the point."""
        form = Identity(1)
        for W, s in zip(self.weights[::-1], (*self.noises[::-1], 0), strict=True):
            form = MatMul(W.T, form, W)
            form = lifted(form, s) if s != 0 else form
        mean = MatMul(*self.weights[::-1])
        norms = [gamma * Trace(MatMul(W.T, W)) for gamma, W in zip(self.decays, self.weights, strict=True)]
        return Add(Trace(MatMul(A0, form)), -2 * Trace(MatMul(mean, self.target)), *norms)


FORM = (
    r"$u=b_u\mathbf1$, $W_i=b_i\mathbf1\mathbf1^\top$, $W_1=\mathbf1w^\top$, all $b>0$, with $v=W_1^\top\cdots W_D^\top u$,"
    r" $\rho=\gamma_1\|W_1\|^2$, $\gamma_k=\rho/\|W_k\|^2$ and $b_0=(sA_0+\rho|v|^{-2}I)v$."
)
for depth, name in list(NAMES.items())[1:]:
    solution = Solution(depth)
    for k in range(1, depth + 2):
        layer = f"layer ${k}$" if k <= depth else "the output layer"
        paper.identity(
            f"still-{name}-{k}",
            solution.slope(k),
            ZeroMatrix(*solution.weights[k - 1].shape),
            rf"$D={depth}$, all widths: the gradient of $J$ with respect to {layer} vanishes at the closed form {FORM}",
            source=DEEP,
            uses=["layer", "layer-input"],
        )
    value, length = Trace(solution.target.T * solution.v), Trace(solution.v.T * solution.v)
    paper.derivation(
        f"attained-{name}",
        [
            solution.value(),
            dp.eq(
                solution.shrinkage * Trace(solution.v.T * A0 * solution.v) - 2 * value + (depth + 1) * solution.rho,
                "$g(v)$",
            ),
            dp.eq(depth * solution.rho - value, r"$(sA_0+\rho/|v|^2)v=b_0$"),
        ],
        rf"$D={depth}$: at the closed form $J=sv^\top A_0v-2b_0^\top v+(D+1)\rho=D\rho-b_0^\top v$.",
        remark=r"With $\rho=\kappa z$, $|v|^2=z^{D+1}$ (share) this is $g(v)=\psi(z)$.",
        source=DEEP,
        uses=["layer", "layer-input", f"share-{name}"],
    )
    paper.identity(
        f"share-{name}",
        prod(solution.decays) * length,
        solution.rho ** (depth + 1),
        rf"$D={depth}$: $\rho^{{D+1}}=\gamma_1\cdots\gamma_{{D+1}}|v|^2$ at the closed form, that is $\rho=\kappa|v|^{{2/(D+1)}}$.",
        source=DEEP,
    )

wrong = Solution(2, norm=lambda _: 1).slope(3)
paper.identity(
    "balance-two-mutant",
    wrong,
    ZeroMatrix(*wrong.shape),
    r"Negative control, $D=2$: $\gamma_ub_u^2=\rho$ without the width (all $b_i$ equal for equal decays).",
    **PLANTED,
)
wrong = Solution(2, factor=lambda s, _: 1 + s).slope(1)
paper.identity(
    "shrinkage-two-mutant",
    wrong,
    ZeroMatrix(*wrong.shape),
    r"Negative control, $D=2$: $s=\prod_k(1+\sigma_k^2)$ in the place of $\prod_k(1+\sigma_k^2/d_k)$.",
    **PLANTED,
)
