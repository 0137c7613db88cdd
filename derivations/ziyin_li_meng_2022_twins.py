"""Ziyin, Li and Meng (2022): false twins, claims of the catalogue with one slip each: a check that passes all is noticed."""

from sympy import DiagMatrix, MatMul, MatrixSymbol, Trace
from ziyin_li_meng_2022 import (
    A0,
    AVERAGE,
    BALANCE,
    W1,
    W2,
    W3,
    X,
    averaged,
    d1,
    lifted,
    linear,
    moment,
    moment1,
    moment2,
    moment3,
    net1,
    net2,
    net3,
    noise1,
    one,
    paper,
    paths1,
    paths2,
    paths3,
    s1,
    s3,
    slope1,
    slope2,
    square,
    three,
    two,
    u1,
    u2,
    u3,
    x,
    y,
)

import dlnproof as dp

PLANTED = {"source": f"planted beside {AVERAGE}", "expect": "refuted"}
S = MatrixSymbol("S", d1, d1)


paper.identity(
    "average-one-mutant",
    averaged(net1, one),
    Trace(X * X.T * moment(u1, (W1, 0))) - 2 * Trace(y.T * u1.T * W1 * X) + Trace(y * y.T),
    r"Negative control: the recursion without its variance, $D=1$.",
    **PLANTED,
)
paper.identity(
    "average-two-mutant",
    averaged(net2, two),
    Trace(MatMul(X, X.T, moment2)) - Trace(y.T * u2.T * W2 * W1 * X) + Trace(y * y.T),
    r"Negative control: the linear term counted once, $D=2$.",
    **PLANTED,
)
paper.identity(
    "average-three-mutant",
    averaged(net3, three),
    Trace(MatMul(X, X.T, moment(u3, (W3, s3), (W2, 0), (W1, s1))))
    - 2 * Trace(y.T * u3.T * W3 * W2 * W1 * X)
    + Trace(y * y.T),
    r"Negative control: the noise of the middle layer forgotten, $D=3$.",
    **PLANTED,
)
paper.derivation(
    "paths-one-mutant",
    [
        dp.expectation(Trace(net1 * x) ** 2, one),
        dp.eq(Trace(MatMul(x.T, moment1, x)), "recursion"),
        dp.eq(paths1[0] + 2 * paths1[1], "the set {1} twice"),
    ],
    r"Negative control: a pair of paths through one neuron counted twice, $D=1$.",
    **PLANTED,
)
paper.derivation(
    "paths-two-mutant",
    [
        dp.expectation(Trace(net2 * x) ** 2, two),
        dp.eq(Trace(MatMul(x.T, moment2, x)), "recursion"),
        dp.eq(sum(paths2[:-1]), "the sets {}, {1}, {2}"),
    ],
    r"Negative control: paths that meet in both layers forgotten, $D=2$.",
    **PLANTED,
)
paper.derivation(
    "paths-three-mutant",
    [
        dp.expectation(Trace(net3 * x) ** 2, three),
        dp.eq(Trace(MatMul(x.T, moment3, x)), "recursion"),
        dp.eq(sum(paths3[:-1]), "seven of the eight sets of layers"),
    ],
    r"Negative control: paths that meet in all three layers forgotten, $D=3$.",
    **PLANTED,
)
paper.derivation(
    "layer-mutant",
    [
        dp.expectation(W1.T * DiagMatrix(noise1) * S * DiagMatrix(noise1) * W1, one),
        dp.eq(W1.T * lifted(S, s1**2) * W1, "the diagonal apart"),
    ],
    r"Negative control: the square of the variance in the place of the variance.",
    **PLANTED,
)
paper.identity(
    "layer-input-mutant",
    dp.expectation(Trace(A0 * W1.T * DiagMatrix(noise1) * S * DiagMatrix(noise1) * W1), one),
    Trace(A0 * W1.T * S * W1),
    r"Negative control: one layer averaged as if its noise were constant.",
    **PLANTED,
)
paper.identity(
    "mean-output-mutant",
    dp.expectation(net3, three),
    (1 + s1) * u3.T * W3 * W2 * W1,
    r"Negative control: the mean output scaled by a second moment of the noise.",
    **PLANTED,
)

# balance

PLANTED = {"source": f"planted beside {BALANCE}", "expect": "refuted"}
paper.identity(
    "rows-and-columns-no-noise-mutant",
    W1 * slope1.subs(s1, 0).T,
    -slope2.subs(s1, 0).T * W2,
    r"Negative control: the two matrices without noise with opposite signs.",
    **PLANTED,
)
paper.identity(
    "euler-first-mutant",
    Trace(W1.T * slope1),
    2 * square - linear,
    r"Negative control: the linear term of $\langle W_k,\nabla_k\rangle$ halved.",
    **PLANTED,
)
paper.identity(
    "euler-second-mutant",
    Trace(W2.T * slope2),
    square - 2 * linear,
    r"Negative control: the quadratic term of $\langle W_{k+1},\nabla_{k+1}\rangle$ halved.",
    **PLANTED,
)
