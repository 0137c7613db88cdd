"""Kawaguchi (2016), Lemmas 4.1 and 4.3 for every depth, in the vec and Kronecker form in which the paper prints them.

Layout: vec stacks columns, so vec(W_k^T) lists the rows of W_k one after the other, and vec(A W B)^T-wise
vec((A W B)^T) = (A kron B^T) vec(W^T). E = RX - Y with R = W_H ... W_1; k is any layer, for the mixed block 1 < k.
"""

from kawaguchi_2016 import paper
from sympy import KroneckerProduct, MatrixSymbol, Trace, symbols

import dlnproof as dp

H, k, m = symbols("H k m", integer=True, positive=True)
W = dp.Chain("W", H)
X, Y = MatrixSymbol("X", W.width(0), m), MatrixSymbol("Y", W.width(H), m)
E = W.product(H, 1) * X - Y
loss = Trace(E.T * E) / 2
above, below = W.product(H, k + 1), W.product(k - 1, 1) * X
between = W.product(k - 1, 2)
D1 = MatrixSymbol("D1", W.width(1), W.width(0))
Dk = MatrixSymbol("Dk", W.width(k), W.width(k - 1))
a, b = MatrixSymbol("a", W.width(k), 1), MatrixSymbol("b", W.width(k - 1), 1)
rows = dp.vec(Dk.T)

paper.identity(
    "lemma-4.1-any-depth",
    dp.vec(dp.gradient(loss, W[k]).T),
    KroneckerProduct(above.T, below) * dp.vec(E.T),
    r"For every depth and every layer, with $A=W_H\cdots W_{k+1}$ and $B=W_{k-1}\cdots W_1X$:"
    r" $\operatorname{vec}(\nabla_{W_k}L^\top)=(A^\top\otimes B)\operatorname{vec}((RX-Y)^\top)$.",
    source="Kawaguchi (2016), Lemma 4.1",
)
paper.identity(
    "lemma-4.1-any-depth-mutant",
    dp.vec(dp.gradient(loss, W[k]).T),
    KroneckerProduct(above.T, below) * dp.vec(E.T) / 2,
    r"Negative control: with the loss halved once more.",
    source="planted beside Kawaguchi (2016), Lemma 4.1",
    expect="refuted",
)
paper.identity(
    "lemma-4.3-block-kk",
    dp.hessian_form(loss, {W[k]: Dk}),
    Trace(rows.T * KroneckerProduct(above.T * above, below * below.T) * rows),
    r"Block $(k,k)$ at every depth: along $D_k$ alone $\mathrm d^2L$ is the quadratic form of $\bigl((W_H\cdots"
    r" W_{k+1})^\top W_H\cdots W_{k+1}\bigr)\otimes\bigl(W_{k-1}\cdots W_1XX^\top(W_{k-1}\cdots W_1)^\top\bigr)$ in"
    r" $\operatorname{vec}(D_k^\top)$.",
    source="Kawaguchi (2016), Lemma 4.3",
    uses=["lemma-4.1-any-depth"],
)
paper.identity(
    "lemma-4.3-block-kk-mutant",
    dp.hessian_form(loss, {W[k]: Dk}),
    Trace(rows.T * KroneckerProduct(above.T * above, below * below.T) * rows) / 2,
    r"Negative control: the block halved, as if $L$ were not already half the square.",
    source="planted beside Kawaguchi (2016), Lemma 4.3",
    expect="refuted",
)

# the mixed block; its residual term on D_k = a b^T, which span all directions in layer k: the t-th row of A^T E X^T is the
# column (X r A)_{., t} of the paper, r = E^T
rank_one = {W[1]: D1, W[k]: Dk}
mixed = (
    dp.hessian_form(loss, rank_one, assuming=[k > 1])
    - dp.hessian_form(loss, {W[1]: D1})
    - dp.hessian_form(loss, {W[k]: Dk})
)
first = KroneckerProduct(above.T * W.product(H, 2), below * X.T)
paper.identity(
    "lemma-4.3-block-k1",
    mixed,
    2 * Trace(rows.T * first * dp.vec(D1.T)) + 2 * Trace(E.T * above * Dk * between * D1 * X),
    r"Block $(k,1)$ at every depth, $1<k$: the mixed part of $\mathrm d^2L$ along $D_1$, $D_k$ is twice the bilinear"
    r" form of $(W_H\cdots W_{k+1})^\top W_H\cdots W_2\otimes W_{k-1}\cdots W_1XX^\top$ plus twice the residual term"
    r" $\langle E,W_H\cdots W_{k+1}D_kW_{k-1}\cdots W_2D_1X\rangle$.",
    source="Kawaguchi (2016), Lemma 4.3",
    assuming=[k > 1],
    uses=["lemma-4.1-any-depth"],
)
paper.identity(
    "lemma-4.3-block-k1-residual",
    Trace(E.T * above * a * b.T * between * D1 * X),
    Trace(KroneckerProduct(b.T * between, a.T * above.T * E * X.T) * dp.vec(D1.T)),
    r"The residual term of block $(k,1)$ on $D_k=ab^\top$: row $b^\top W_{k-1}\cdots W_2\otimes a^\top(XE^\top"
    r" W_H\cdots W_{k+1})^\top$ applied to $\operatorname{vec}(D_1^\top)$.",
    remark=r"For $a=e_t$, $t=1,\dots,d_k$, these are the stacked blocks of the paper.",
    source="Kawaguchi (2016), Lemma 4.3, second term",
    assuming=[k > 1],
)
paper.identity(
    "lemma-4.3-block-k1-mutant",
    mixed,
    2 * Trace(rows.T * first * dp.vec(D1.T)),
    r"Negative control: the mixed block without its residual term.",
    source="planted beside Kawaguchi (2016), Lemma 4.3",
    assuming=[k > 1],
    expect="refuted",
)
