r"""Ziyin, Li and Meng (2022): the origin with no hidden layer or one; at the boundary |b0|^2 = gamma_u gamma_w.

J is the averaged loss with decay, less its value at zero, so zero is a global minimum where J >= 0 everywhere.
"""

from sympy import DiagMatrix, Eq, MatMul, MatrixSymbol, Trace, ZeroMatrix, symbols
from ziyin_li_meng_2022 import W1, X, d1, moment1, n, paper, s1, u1
from ziyin_li_meng_2022_one import b0, delta, gw, regularised
from ziyin_li_meng_2022_origin import ORIGIN, PLANTED, squared_norm
from ziyin_li_meng_2022_reduce import A0, apart, off_mean

import dlnproof as dp

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
    statement=r"$D=0$, $\gamma>0$, $b_0=(A_0+\gamma I)e$: $J$ has the global minimum $-b_0^\top e$ at $u=e$.",
    source=ORIGIN,
)
paper.derivation(
    "origin-none-only",
    [ridge(u, solved, gamma), dp.ge(gamma * squared_norm(u - e) - Trace(solved.T * e), squares=[X.T * (u - e)])],
    r"$D=0$: it is the only one, $J\geq\gamma|u-e|^2-b_0^\top e$ for every $u$.",
    source=ORIGIN,
    uses=["origin-none"],
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
    r"$D=0$: the gradient is $2(A_0u+\gamma u-b_0)$, at $u=0$ it is $-2b_0$.",
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
    r"$D=0$, $\gamma=0$, $b_0=A_0e$: $J(u+t)=J(u)$ for every $t$ with $X^\top t=0$.",
    remark=r"So with a singular $A_0$ the minimum is not unique.",
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
    [
        J,
        dp.ge(share * Trace(v.T * A0 * v), r"three squares", squares=below_squares),
        dp.ge(0, squares=[(share, X.T * v)]),
    ],
    r"$D=1$, all widths, noise or not: if $|b_0|^2\leq\gamma_u\gamma_w$ zero is a global minimum, $J\geq s\,v^\top A_0v\geq0$ at all"
    r" weights ($\gamma_u=|b_0|^2/\gamma_w+\delta$, $\delta\geq0$).",
    source=ORIGIN,
    uses=["average-one"],
)
paper.derivation(
    "origin-below-mutant",
    [J, dp.ge(2 * share * Trace(v.T * A0 * v), squares=below_squares)],
    r"Negative control: $J\geq2s\,v^\top A_0v$.",
    **PLANTED,
)
# strict, at the boundary too: part of |X^T v|^2 is left where W = u b0^T/gamma_w + E, since X^T v = |u|^2 X^T b0/gamma_w + X^T E^T u
xi, size = symbols("xi nu", nonnegative=True)
E = W1 - u1 * b0.T / gw
known = [Eq(squared_norm(X), xi), Eq(squared_norm(u1), size)]
theta = gw / (gw + 2 * share * xi * size)
strict_squares = [
    (s1, off_mean(d1) * DiagMatrix(u1) * W1 * X),
    (2 * share * xi * size / (gw + 2 * share * xi * size) * share, X.T * v),
    (theta * share / 2, size / gw * X.T * b0 + 2 * X.T * E.T * u1),
    (theta * gw / 2, E),
    (theta * share / 2, apart(E.T * u1, X)),
    (theta * share * xi / 2, apart(u1, E)),
]
left = lambda count: (
    count * delta * squared_norm(u1)
    + gw / 2 * squared_norm(E)
    + theta * share / 2 * squared_norm(u1) ** 2 / gw**2 * squared_norm(X.T * b0)
)
paper.derivation(
    "origin-below-strict",
    [J, dp.ge(left(1), "the squares left over", squares=strict_squares)],
    r"$D=1$, $\gamma_u=|b_0|^2/\gamma_w+\delta$, $\delta\geq0$, at all weights: $J\geq\delta|u|^2+\frac12(\gamma_w"
    r"\|W-ub_0^\top/\gamma_w\|^2+\theta s|u|^4b_0^\top A_0b_0/\gamma_w^2)$, $\theta=\gamma_w/(\gamma_w+2s\operatorname{tr}A_0|u|^2)$.",
    remark=r"If $b_0\neq0$ is in the range of $A_0$, $b_0^\top A_0b_0>0$ (crit-in-range), and if $b_0=0$, $\delta=\gamma_u>0$: so $J>0$"
    r" except at zero, which is a strict minimum and the only one, at the boundary $\delta=0$ too.",
    source=ORIGIN,
    assuming=known,
    uses=["origin-below", "crit-in-range"],
)
paper.derivation(
    "origin-below-strict-mutant",
    [J, dp.ge(left(2), squares=strict_squares)],
    r"Negative control: $2\delta|u|^2$ in the place of $\delta|u|^2$.",
    assuming=known,
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
    r"$D=1$, any noise: the Hessian at zero is $2\gamma_w\|D_W\|^2+2\gamma_u|D_u|^2-4b_0^\top D_W^\top D_u$.",
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
    form.subs(boundary),
    2 * (gu - squared_norm(b0) / gw) * squared_norm(unit),
    r"$D=1$: along $D_u=q$, $D_W=qb_0^\top/\gamma_w$ the Hessian at zero is $2(\gamma_u-|b_0|^2/\gamma_w)|q|^2$: zero at the boundary"
    r" $|b_0|^2=\gamma_u\gamma_w$ and negative beyond.",
    remark=r"At the boundary zero is a strict minimum although its Hessian is singular (origin-below-strict).",
    source=ORIGIN,
    uses=["origin-hessian-one"],
)
paper.identity(
    "origin-boundary-mutant",
    form.subs(boundary),
    2 * (gu - 2 * squared_norm(b0) / gw) * squared_norm(unit),
    "Negative control: negative at the boundary already.",
    **PLANTED,
)
# the smaller root of (2 gamma_w - lambda)(2 gamma_u - lambda) = 4 |b0|^2, written by 2 gamma_w - lambda = P > 0
P = symbols("P", positive=True)
least = symbols("lambda", real=True)
by_root = {gw: (least + P) / 2, gu: (least + 4 * squared_norm(b0) / P) / 2}
eigen = form.subs(by_root)
along = {DW: 2 * Du * b0.T / P}
lowest = [(P, DW - along[DW])]
paper.derivation(
    "origin-eigenvalue",
    [eigen, dp.ge(least * (squared_norm(DW) + squared_norm(Du)), squares=lowest)],
    r"$D=1$: if $(2\gamma_w-\lambda)(2\gamma_u-\lambda)=4|b_0|^2$ and $2\gamma_w-\lambda>0$, the Hessian at zero is at least"
    r" $\lambda(\|D_W\|^2+|D_u|^2)$.",
    source=ORIGIN,
    uses=["origin-hessian-one"],
)
paper.identity(
    "origin-eigenvector",
    eigen.subs(along),
    least * (squared_norm(along[DW]) + squared_norm(Du)),
    r"Equality along $D_W=2D_ub_0^\top/(2\gamma_w-\lambda)$, for every $D_u$: $\lambda$ is the least eigenvalue.",
    source=ORIGIN,
    uses=["origin-eigenvalue"],
)
paper.identity(
    "origin-eigenvector-mutant",
    eigen.subs(DW, Du * b0.T / P),
    least * (squared_norm(Du * b0.T / P) + squared_norm(Du)),
    r"Negative control: the same along half of $D_W$.",
    **PLANTED,
)
paper.derivation(
    "origin-eigenvalue-mutant",
    [eigen, dp.ge((least + 1) * (squared_norm(DW) + squared_norm(Du)), squares=lowest)],
    r"Negative control: $\lambda+1$.",
    **PLANTED,
)
paper.identity(
    "origin-eigenvalue-formula",
    (by_root[gw] + by_root[gu] - least) ** 2,
    (by_root[gw] - by_root[gu]) ** 2 + 4 * squared_norm(b0),
    r"$(\gamma_u+\gamma_w-\lambda)^2=(\gamma_u-\gamma_w)^2+4|b_0|^2$ for this $\lambda$.",
    remark=r"$2\gamma_w-\lambda>0$ and $2\gamma_u-\lambda\geq0$, so $\lambda=\gamma_u+\gamma_w-\sqrt{(\gamma_u-\gamma_w)^2+4|b_0|^2}$.",
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
    r"$\lambda\,(2\gamma_u+2\gamma_w-\lambda)=4(\gamma_u\gamma_w-|b_0|^2)$.",
    remark=r"As $2\gamma_u+2\gamma_w-\lambda>0$, zero is a strict saddle exactly if $|b_0|^2>\gamma_u\gamma_w$.",
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
