r"""Ziyin, Li and Meng (2022): one hidden layer. The global minima in closed form, for all widths and any decays, noise or none.

J is the averaged loss with decay, less its value at zero; A0 = X X^T. A problem with a minimum other than zero is written by that
minimum: beta > 0 and w: n x 1 give gamma_u = gamma_w |w|^2/beta^2 and b0 = (beta (s + d) A0 + gamma_w/beta) w, where s = sigma^2.
The minimum is u = beta r, W = r w^T for signs r: d x 1; v = d beta w.
"""

from sympy import DiagMatrix, Eq, HadamardProduct, Identity, MatMul, MatrixSymbol, OneMatrix, Trace, symbols
from ziyin_li_meng_2022 import W1, X, d1, moment1, n, net1, one, paper, s1, u1
from ziyin_li_meng_2022_reduce import off_mean

import dlnproof as dp

ONE = "Ziyin, Li and Meng (2022), one hidden layer (restated)"
PLANTED = {"source": f"planted beside {ONE}", "expect": "refuted"}
beta, gw = symbols("beta gamma_w", positive=True)
delta = symbols("delta", nonnegative=True)
w, r, q, b0 = MatrixSymbol("w", n, 1), MatrixSymbol("r", d1, 1), MatrixSymbol("q", d1, 1), MatrixSymbol("b0", n, 1)
signs = [Eq(HadamardProduct(r, r), OneMatrix(d1, 1))]
A0 = X * X.T


def regularised(data, b, gu):
    """Return J with the cross moment b and the decays gamma_u, gamma_w from its average of f(x)^2."""
    return data - 2 * Trace(b.T * W1.T * u1) + gw * Trace(W1.T * W1) + gu * Trace(u1.T * u1)


# global optimality: J is its least value and three squares

average = dp.expectation(Trace((net1 * X).T * (net1 * X)), one)
written = Trace(MatMul(A0, moment1))
cross = beta * (s1 + d1) * A0 * w + gw / beta * w
gu = gw * Trace(w.T * w) / beta**2
least = -(s1 + d1) * d1 * beta**2 * Trace(w.T * A0 * w)
squares = [
    (s1, off_mean(d1) * DiagMatrix(u1) * W1 * X),
    (gw, W1 - u1 * w.T / beta),
    (1 + s1 / d1, X.T * (W1.T * u1 - d1 * beta * w)),
]
J = regularised(written, cross, gu)
flat = {W1: r * w.T, u1: beta * r}
paper.minimum(
    "global-one",
    regularised(average, cross, gu),
    at=flat,
    value=least,
    squares=squares,
    statement=r"One hidden layer, all widths: the global minimum of $J$ is $-(\sigma^2+d)d\beta^2w^\top A_0w$, attained and"
    r" stationary at $u=\beta r$, $W=rw^\top$ for all $2^d$ signs $r\in\{\pm1\}^d$, where"
    r" $\gamma_u=\gamma_w|w|^2/\beta^2$, $b_0=(\beta(\sigma^2+d)A_0+\gamma_w/\beta)w$, $\beta>0$.",
    source=ONE,
    assuming=signs,
    uses=["average-one"],
)
paper.derivation(
    "global-one-mutant",
    [regularised(average, cross, gu), dp.ge(least / 2, squares=squares)],
    "Negative control: half the depth of the minimum.",
    **PLANTED,
)
# equality: W = u w^T/beta, and where it holds J is the value and |X^T w|^2/beta^2 times what u misses

squared_norm = lambda root: Trace(root.T * root)
imbalance = squared_norm(W1 - u1 * w.T / beta)
others = [squares[0], squares[2]]
paper.derivation(
    "only-one-balanced",
    [J, dp.ge(least + gw * imbalance, "two squares", squares=others)],
    r"$J$ is at least this value and $\gamma_w\|W-uw^\top/\beta\|^2$: every global minimum has $W=uw^\top/\beta$.",
    source=ONE,
    uses=["global-one"],
)
paper.derivation(
    "only-one-balanced-mutant",
    [J, dp.ge(least + 2 * gw * imbalance, squares=others)],
    r"Negative control: twice the square.",
    **PLANTED,
)
uneven = squared_norm(HadamardProduct(u1, u1) - beta**2 * OneMatrix(d1, 1))
paper.identity(
    "only-one",
    J.subs(W1, u1 * w.T / beta),
    least + squared_norm(X.T * w) / beta**2 * (s1 * uneven + (squared_norm(u1) - d1 * beta**2) ** 2),
    r"At $W=uw^\top/\beta$, $J$ is the value of global-one and $|X^\top w|^2/\beta^2$ times $\sigma^2\sum_j(u_j^2-\beta^2)^2"
    r"+(|u|^2-d\beta^2)^2$.",
    remark=r"So if $\sigma>0$ and $X^\top w\neq0$ all $u_j^2$ are $\beta^2$ at a global minimum: the $2^d$ points are the only ones.",
    source=ONE,
    uses=["global-one", "only-one-balanced"],
)
paper.identity(
    "only-one-mutant",
    J.subs(W1, u1 * w.T / beta),
    least + squared_norm(X.T * w) / beta**2 * (squared_norm(u1) - d1 * beta**2) ** 2,
    r"Negative control: the sum over $j$ left out.",
    **PLANTED,
)
paper.identity(
    "still-one-mutant",
    dp.gradient(regularised(written, cross, gw * beta**2 / Trace(w.T * w)), u1).subs(flat),
    0 * u1,
    r"Negative control: $\gamma_w/\gamma_u$ in the place of $\gamma_u/\gamma_w$.",
    assuming=signs,
    **PLANTED,
)
wrong = beta * (1 + s1) * d1 * A0 * w + gw / beta * w
paper.identity(
    "factor-one-mutant",
    dp.gradient(regularised(written, wrong, gu), W1).subs(flat),
    0 * W1,
    r"Negative control: $(1+\sigma^2)d$ in the place of $\sigma^2+d$.",
    assuming=signs,
    **PLANTED,
)
paper.derivation(
    "trivial-one",
    [
        regularised(average, b0, Trace(b0.T * b0) / gw + delta),
        dp.ge(
            0,
            squares=[u1.T * W1 * X, (s1, DiagMatrix(u1) * W1 * X), (gw, W1 - u1 * b0.T / gw), (delta, u1)],
        ),
    ],
    r"If $|b_0|^2\leq\gamma_u\gamma_w$, zero is a global minimum: $J\geq0$ at all weights, all widths"
    r" ($\delta=\gamma_u-|b_0|^2/\gamma_w\geq0$).",
    remark=r"It is the only one (origin-below-strict).",
    source=ONE,
    uses=["average-one"],
)
paper.derivation(
    "trivial-one-mutant",
    [
        regularised(average, b0, Trace(b0.T * b0) / (4 * gw) + delta),
        dp.ge(0, squares=[u1.T * W1 * X, (s1, DiagMatrix(u1) * W1 * X), (gw, W1 - u1 * b0.T / gw), (delta, u1)]),
    ],
    r"Negative control: the same if $|b_0|^2\leq4\gamma_u\gamma_w$.",
    **PLANTED,
)
sphere = {W1: q * w.T, u1: beta * q}
paper.identity(
    "sphere-one",
    J.subs(s1, 0).subs(sphere),
    least.subs(s1, 0),
    r"Without noise the value of global-one is attained at $u=\beta q$, $W=qw^\top$ for every $q$ of length $\sqrt d$: a sphere of"
    r" global minima.",
    assuming=[Eq(q.T * q, d1 * Identity(1))],
    source=ONE,
    uses=["global-one"],
)

paper.identity(
    "sphere-one-mutant",
    J.subs(s1, 0).subs(sphere),
    least.subs(s1, 0) / 2,
    "Negative control: half of the value.",
    assuming=[Eq(q.T * q, d1 * Identity(1))],
    **PLANTED,
)

# the prediction variance at the minimum

v1 = (s1 + d1) * beta * w
paper.identity(
    "variance-one",
    Trace(MatMul(A0, moment1)).subs(flat) - Trace(w.T * A0 * w) * beta**2 * d1**2,
    s1 * d1 / (s1 + d1) ** 2 * Trace(v1.T * A0 * v1),
    r"Prediction variance at the minimum: $\operatorname{tr}A_0S_0-v^\top A_0v=\frac{\sigma^2d}{(\sigma^2+d)^2}v_1^\top A_0v_1$ with"
    r" $v=d\beta w$, $v_1=(\sigma^2+d)\beta w=sv$.",
    remark=r"$v_1$ does not depend on the noise (crit-same-predictor).",
    assuming=signs,
    source=ONE,
    uses=["average-one", "global-one"],
)
