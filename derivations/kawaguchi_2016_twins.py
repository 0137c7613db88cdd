"""Kawaguchi (2016): false twins, each a claim of the catalogue with one slip, so that a check that passes all is noticed."""

import kawaguchi_2016_hessian as hessian
from kawaguchi_2016 import (
    D1,
    D2,
    D3,
    E2,
    E3,
    E4,
    W1,
    W2,
    W3,
    W4,
    A,
    B,
    X,
    a,
    b,
    first,
    half,
    pairs,
    paper,
    second,
    sigma,
    square,
    target,
    theta,
    u1,
    v1,
    x,
    y,
)
from kawaguchi_2016_hessian import E, above, between, k
from kawaguchi_2016_hessian import a as column
from kawaguchi_2016_hessian import b as row
from sympy import KroneckerProduct, Trace, cos

import dlnproof as dp

LEMMA = "planted beside Kawaguchi (2016), Lemma "

paper.gradient(
    "lemma-4.1-two-layers-mutant",
    half * square(E2),
    {W1: W2.T * E2 * X.T, W2: 2 * E2 * X.T * W1.T},
    r"Negative control: the factor $\frac12$ of the loss forgotten, $H=k=2$.",
    source=LEMMA + "4.1",
    expect="refuted",
)
paper.gradient(
    "lemma-4.1-three-layers-mutant",
    half * square(E3),
    {W3: -E3 * X.T * W1.T * W2.T},
    r"Negative control: the gradient with the sign of the residual exchanged, $H=k=3$.",
    source=LEMMA + "4.1",
    expect="refuted",
)
paper.gradient(
    "lemma-4.1-four-layers-mutant",
    half * square(E4),
    {W1: W2.T * W3.T * W4.T * E4 * X.T + W1},
    r"Negative control: the gradient of a loss with decay, $H=4$, $k=1$.",
    source=LEMMA + "4.1",
    expect="refuted",
)
paper.hessian(
    "second-differential-two-layers-mutant",
    half * square(E2),
    {W1: D1, W2: D2},
    square(first),
    r"Negative control: the second differential without the residual's term (the Gauss-Newton form).",
    source=LEMMA + "4.3",
    expect="refuted",
)
paper.hessian(
    "second-differential-three-layers-mutant",
    half * square(E3),
    {W1: D1, W2: D2, W3: D3},
    square(second) + 2 * Trace(E3.T * (W3 * D2 * D1 * X + D3 * D2 * W1 * X)),
    r"Negative control: the mixed term of the outer two layers forgotten.",
    source=LEMMA + "4.3",
    expect="refuted",
)
paper.hessian(
    "lemma-4.3-diagonal-mutant",
    half * square(E3),
    {W2: D2},
    2 * square(W3 * D2 * W1 * X),
    r"Negative control: the block within one layer doubled.",
    source=LEMMA + "4.3",
    expect="refuted",
)
paper.identity(
    "lemma-4.3-kronecker-mutant",
    KroneckerProduct(y, x).T * KroneckerProduct(A * A.T, B.T * B) * KroneckerProduct(y, x),
    KroneckerProduct(y.T * A * A.T * y, x.T * x),
    r"Negative control: the second factor of the block forgotten.",
    source=LEMMA + "4.3",
    expect="refuted",
)
paper.identity(
    "lemma-4.3-block-k1-residual-mutant",
    Trace(E.T * above * column * row.T * between * hessian.D1 * hessian.X),
    2 * Trace(KroneckerProduct(row.T * between, column.T * above.T * E * hessian.X.T) * dp.vec(hessian.D1.T)),
    r"Negative control: the residual's row of block $(k,1)$ doubled.",
    source=LEMMA + "4.3, second term",
    assuming=[k > 1],
    expect="refuted",
)
paper.minimum(
    "rank-one-mutant",
    half * square(a * b - target),
    at={a: u1, b: sigma * v1.T},
    value=half * sigma**2 * (1 + cos(theta) ** 2),
    statement=r"Negative control: the minimum of one hidden neuron is half the sum of both squared singular values.",
    source="planted beside Kawaguchi (2016), Proposition 2.1",
    assuming=pairs,
    expect="refuted",
)
