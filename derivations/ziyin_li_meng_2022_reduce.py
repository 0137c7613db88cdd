r"""Ziyin, Li and Meng (2022): the reduction to one variable, J >= g(v) >= psi(z), for all widths and one to four hidden layers.

J is the averaged loss with decay, less its value at zero; v = W_1^T ... W_D^T u, s = prod_k (1 + s_k/d_k), kappa = (gamma_1 ...
gamma_{D+1})^{1/(D+1)}, g(v) = s v^T A0 v - 2 b0^T v + (D+1) kappa |v|^{2/(D+1)}, |v|^2 = z^{D+1}, psi(z) = D kappa z - b0^T e
with (s A0 + kappa z^{-D} I) e = b0. The parts of the argument are claimed for every D: one layer of noise, the norm of a
product, the means, the sphere; the claims global-... put them together on J itself. C = I - 1 1^T/d takes the mean off.
"""

from itertools import combinations
from math import factorial, prod

from sympy import (
    DiagMatrix,
    Eq,
    HadamardProduct,
    Identity,
    KroneckerProduct,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Trace,
    symbols,
)
from ziyin_li_meng_2022 import W1, W2, W3, X, d1, d3, lifted, moment, n, paper, s1, s2, s3, u1, u2, u3

import dlnproof as dp

REDUCE = "Ziyin, Li and Meng (2022), the lower bound (restated)"
PLANTED = {"source": f"planted beside {REDUCE}", "expect": "refuted"}
NAMES = {1: "one", 2: "two", 3: "three", 4: "four"}
c = symbols("c", nonnegative=True)
r, N = symbols("r N", integer=True, positive=True)
p, q = symbols("p q", positive=True)
b, h, Z = MatrixSymbol("b", d1, 1), MatrixSymbol("h", d1, 1), MatrixSymbol("Z", d1, r)
A0 = X * X.T


def off_mean(d):
    """Return C = I - 1 1^T/d."""
    return Identity(d) - OneMatrix(d, d) / d


def apart(a, B):
    """Return Lagrange's root: |a|^2 |B|^2 - |B^T a|^2 is half its square."""
    return KroneckerProduct(a, B) - KroneckerProduct(B, a)


# one layer of noise, whatever lies above

S = c * b * b.T + Z * Z.T
step_squares = [Z.T * h, (s1, DiagMatrix(h) * Z), (c * s1, off_mean(d1) * HadamardProduct(b, h))]
paper.derivation(
    "lower-step",
    [
        Trace(h.T * lifted(S, s1) * h),
        dp.ge(
            c * (1 + s1 / d1) * Trace(b.T * h) ** 2,
            "a variance is at least nothing, a mean square at least the square of the mean",
            squares=step_squares,
        ),
    ],
    r"One layer, whatever lies above: if $S=c\,bb^\top+ZZ^\top$, $c\geq0$, then"
    r" $h^\top(S+\sigma^2\operatorname{Diag}(\operatorname{diag}S))h\geq c(1+\sigma^2/d)(b^\top h)^2$ for every $h$.",
    source=REDUCE,
    uses=["layer"],
)
paper.derivation(
    "lower-step-mutant",
    [Trace(h.T * lifted(S, s1) * h), dp.ge(c * (1 + s1) * Trace(b.T * h) ** 2, squares=step_squares)],
    r"Negative control: the factor $1+\sigma^2$ in the place of $1+\sigma^2/d$.",
    **PLANTED,
)
handed_down = lambda weight: (
    c * (1 + s1 / d1) * b * b.T
    + lifted(Z * Z.T, s1)
    + weight * DiagMatrix(b) * off_mean(d1) * off_mean(d1).T * DiagMatrix(b)
)
paper.identity(
    "lower-form",
    lifted(S, s1),
    handed_down(c * s1),
    r"The same as matrices: $S+\sigma^2\operatorname{Diag}(\operatorname{diag}S)=c(1+\sigma^2/d)bb^\top+ZZ^\top+\sigma^2"
    r"\operatorname{Diag}(\operatorname{diag}ZZ^\top)+c\sigma^2\operatorname{Diag}(b)CC^\top\operatorname{Diag}(b)$.",
    remark=r"What layer $k$ hands to the one below is again $c'bb^\top$ and a positive semidefinite rest: from $S_D=uu^\top$ downwards"
    r" $S_0\succeq s\,vv^\top$ for every $D$.",
    source=REDUCE,
    uses=["lower-step", "layer-input"],
)
paper.identity(
    "lower-form-mutant",
    lifted(S, s1),
    handed_down(c * s1 / d1),
    r"Negative control: the rest with $\sigma^2/d$ in the place of $\sigma^2$.",
    **PLANTED,
)

# the decay: the norm of a product and the means

paper.derivation(
    "norm-of-a-product",
    [
        Trace(b.T * Z * Z.T * b),
        dp.le(Trace(b.T * b) * Trace(Z.T * Z), "Lagrange's identity", squares=[(Rational(1, 2), apart(b, Z))]),
    ],
    r"$|Z^\top b|^2\leq\|Z\|_F^2|b|^2$.",
    remark=r"Layer by layer $|v|\leq|u|\prod_k\|W_k\|_F$, for every $D$.",
    source=REDUCE,
)
paper.derivation(
    "norm-of-a-product-mutant",
    [Trace(b.T * Z * Z.T * b), dp.le(Trace(b.T * b) * Trace(Z.T * Z) / 2, squares=[(Rational(1, 4), apart(b, Z))])],
    "Negative control: half of the bound.",
    **PLANTED,
)
means = lambda factor: p * (p ** (N + 1) + N * q ** (N + 1) - (N + 1) * p * q**N) + factor * q**N * (p - q) ** 2
paper.identity(
    "means-step",
    p ** (N + 2) + (N + 1) * q ** (N + 2) - (N + 2) * p * q ** (N + 1),
    means(N + 1),
    r"$m_{N+1}=p\,m_N+(N+1)q^N(p-q)^2$ for $m_N=p^{N+1}+Nq^{N+1}-(N+1)pq^N$, $p,q>0$, $N\geq1$.",
    remark=r"$m_0=0$, so $m_N\geq0$ for every $N$: with $q^N$ a mean of $N$ numbers this takes the arithmetic-geometric inequality"
    r" from $N$ to $N+1$.",
    source=REDUCE,
)
paper.identity(
    "means-step-mutant",
    p ** (N + 2) + (N + 1) * q ** (N + 2) - (N + 2) * p * q ** (N + 1),
    means(N),
    "Negative control: one square too few.",
    **PLANTED,
)


def means_squares(numbers):
    """Return squares that add up to sum_k y_k^n - n prod_k y_k for n nonnegative numbers (Hurwitz 1891), one for each pair."""
    count, squares = len(numbers), []
    for first, second in combinations(numbers, 2):
        others = [number for number in numbers if number not in (first, second)]
        weight = 0
        for k in range(1, count):
            powers = sum(first**j * second ** (count - k - 1 - j) for j in range(count - k))
            share = Rational(factorial(k - 1) * factorial(count - k - 1), factorial(count - 1))
            weight += share * powers * sum(prod(chosen) for chosen in combinations(others, k - 1))
        squares.append((weight, first - second))
    return squares


for depth, name in NAMES.items():
    y = symbols(f"y1:{depth + 2}", nonnegative=True)
    total = sum(number ** (depth + 1) for number in y)
    paper.derivation(
        f"means-{name}",
        [total, dp.ge((depth + 1) * prod(y), "one square for each pair", squares=means_squares(y))],
        rf"The arithmetic and the geometric mean of $D+1={depth + 1}$ numbers: $\sum_ky_k^{{D+1}}\geq(D+1)\prod_ky_k$, $y_k\geq0$.",
        source=REDUCE,
    )
    paper.derivation(
        f"means-{name}-mutant",
        [total, dp.ge((depth + 2) * prod(y), squares=means_squares(y))],
        rf"Negative control: the means with $D+2$ in the place of $D+1={depth + 1}$.",
        **PLANTED,
    )

# g on a sphere: at v = (s A0 + mu I)^{-1} b0 it is smallest among all vectors of the same length

v, e = MatrixSymbol("v", n, 1), MatrixSymbol("e", n, 1)
s, mu, nu = symbols("s mu nu", positive=True)
target = s * A0 * e + mu * e  # b0, for the stationary e
on_sphere = s * Trace(v.T * A0 * v) - 2 * Trace(target.T * v) + mu * Trace(v.T * v)
above = lambda count: count * mu * Trace((v - e).T * (v - e)) - Trace(target.T * e)
sphere_squares = [(s, X.T * (v - e))]
paper.derivation(
    "sphere",
    [on_sphere, dp.ge(above(1), r"complete the squares at $e$", squares=sphere_squares)],
    r"Let $b_0=(sA_0+\mu I)e$, $\mu>0$. Then $sv^\top A_0v-2b_0^\top v+\mu|v|^2\geq\mu|v-e|^2-b_0^\top e$ for every $v$.",
    source=REDUCE,
)
paper.derivation(
    "sphere-mutant",
    [on_sphere, dp.ge(above(2), squares=sphere_squares)],
    r"Negative control: $2\mu|v-e|^2$.",
    **PLANTED,
)
# two values y, z and the same b0 = (s A0 + mu I)(s A0 + nu I) a: e = (s A0 + nu I) a at z, f = (s A0 + mu I) a at y
kappa, z, y = symbols("kappa z y", positive=True)
depths = symbols("D", integer=True, positive=True)
at_z, at_y = (s * A0 * e + kappa * other**-depths * e for other in (y, z))
both = s * A0 * at_z + kappa * z**-depths * at_z
psi = lambda number, solution: depths * kappa * number - Trace(both.T * solution)
secant = lambda product_: depths * kappa * (z - y) + kappa * (z**-depths - y**-depths) * product_
paper.identity(
    "root-slope",
    psi(z, at_z) - psi(y, at_y),
    secant(Trace(at_z.T * at_y)),
    r"For every $D$: if $b_0=(sA_0+\kappa z^{-D}I)e=(sA_0+\kappa y^{-D}I)f$ then $\psi(z)-\psi(y)=D\kappa(z-y)"
    r"+\kappa(z^{-D}-y^{-D})e^\top f$, where $\psi(z)=D\kappa z-b_0^\top e$, $\psi(y)=D\kappa y-b_0^\top f$.",
    remark=r"In the limit $y\to z$, $\psi'(z)=D\kappa(1-F(z))$ with $F(z)=z^{-D-1}|e|^2=z^{D-1}b_0^\top(sz^DA_0+\kappa I)^{-2}b_0$.",
    source=REDUCE,
)
paper.identity(
    "root-slope-mutant",
    psi(z, at_z) - psi(y, at_y),
    secant(Trace(at_z.T * at_z)),
    r"Negative control: $|e|^2$ in the place of $e^\top f$.",
    **PLANTED,
)

# all of it on J: noise layer by layer, norms and means, the sphere

d4 = symbols("d_4", integer=True, positive=True)
s4 = symbols("s_4", nonnegative=True)
W4, u4 = MatrixSymbol("W4", d4, d3), MatrixSymbol("u", d4, 1)
T = symbols("T", positive=True)
WEIGHTS, NOISES, OUTPUTS = (W1, W2, W3, W4), (s1, s2, s3, s4), (u1, u2, u3, u4)


def noise_squares(root, sizes, layers, weight):
    """Return squares that add up to weight E|X^T W^T eps ... W^T eps W^T root|^2: each layer is summed over, or kept apart.

    `layers` are pairs (W, variance) from above; `sizes` are the factors of the number of columns of the root.
    """
    if not layers:
        return [(weight, root.T * X)]
    (W, variance), *below = layers
    wide = KroneckerProduct(W.T, *(OneMatrix(1, size) for size in sizes))
    kept = HadamardProduct(wide, OneMatrix(W.shape[1], 1) * dp.vec(root.T).T)
    return [
        *noise_squares(W.T * root, sizes, below, weight),
        *noise_squares(kept, [W.shape[0], *sizes], below, weight * variance),
    ]


class Network:
    """D hidden layers: `layers` are the pairs (W, variance) from above, `seen` is u, W_D^T u, ..., v."""

    def __init__(self, depth):
        self.depth, self.u = depth, OUTPUTS[depth - 1]
        self.layers = list(zip(WEIGHTS[:depth], NOISES, strict=False))[::-1]
        self.seen = [self.u]
        for W, _ in self.layers:
            self.seen.append(W.T * self.seen[-1])
        self.v = self.seen[-1]
        self.shares = [1 + variance / W.shape[0] for W, variance in self.layers]
        self.shrinkage = prod(self.shares)

    def average(self, k=0):
        """Return the average of f^2 with the noise of the k layers on top replaced by its share, 1 + sigma^2/d for each."""
        return prod(self.shares[:k]) * Trace(MatMul(A0, moment(self.seen[k], *self.layers[k:])))

    def noise_steps(self, rest):
        """Return the steps from average(0) + rest to average(D) + rest = s v^T A0 v + rest, one for each layer."""
        steps = []
        for k, (W, variance) in enumerate(self.layers):
            root = HadamardProduct(W.T, OneMatrix(W.shape[1], 1) * self.seen[k].T) * off_mean(W.shape[0])
            squares = noise_squares(root, [W.shape[0]], self.layers[k + 1 :], prod(self.shares[:k]) * variance)
            steps.append(dp.ge(self.average(k + 1) + rest, f"noise of layer {self.depth - k}", squares=squares))
        return steps


class Reduction:
    """J at D hidden layers, with |W_k|^2 = N_k, |v|^2 = T, gamma_k = y_k^{D+1}/N_k and q^{D+1} = T prod_k gamma_k for q = kappa z."""

    def __init__(self, depth):
        self.net = net = Network(depth)
        self.depth = depth
        y, self.norms = symbols(f"y1:{depth + 1}", positive=True), symbols(f"N1:{depth + 1}", positive=True)
        self.numbers = [*y, q / prod(y)]
        self.target = net.shrinkage * A0 * e + q / T * e
        weights = [W for W, _ in net.layers[::-1]]
        decay = [a ** (depth + 1) / N * Trace(W.T * W) for a, N, W in zip(y, self.norms, weights, strict=True)]
        decay.append(self.numbers[-1] ** (depth + 1) * prod(self.norms) / T * Trace(net.u.T * net.u))
        self.assuming = [Eq(Trace(W.T * W), N) for W, N in zip(weights, self.norms, strict=True)]
        self.assuming.append(Eq(Trace(net.v.T * net.v), T))
        self.linear = -2 * Trace(self.target.T * net.v)
        self.rest = self.linear + sum(decay)

    def reduced(self):
        """Return g(v) = s v^T A0 v - 2 b0^T v + (D+1) kappa z."""
        return self.net.average(self.depth) + self.linear + (self.depth + 1) * q

    def means_step(self):
        """Return the step to g(v): the means, and the norm of v against the norms of all layers."""
        weight = self.numbers[-1] ** (self.depth + 1) / T / 2
        norms = [
            (weight * prod(self.norms[: self.depth - 1 - k]), apart(self.net.seen[k], W))
            for k, (W, _) in enumerate(self.net.layers)
        ]
        return dp.ge(self.reduced(), "norms and means: $g(v)$", squares=[*means_squares(self.numbers), *norms])

    def sphere_step(self, count):
        """Return the step from g(v) to psi(z), with `count` = D times kappa z."""
        off, value = self.net.v - e, count * q - Trace(self.target.T * e)
        return dp.ge(value, "the sphere", squares=[(self.net.shrinkage, X.T * off), (q / T, off)])

    def lines(self):
        """Return J >= ... >= g(v) >= psi(z)."""
        start = self.net.average() + self.rest
        return [start, *self.net.noise_steps(self.rest), self.means_step(), self.sphere_step(self.depth)]


GLOBAL = (
    r"$D={}$, all widths, decays and noise: $J\geq g(v)\geq\psi(z)=D\kappa z-b_0^\top e$ at all weights with $v\neq0$, where"
    r" $z^{D+1}=|v|^2=T$, $(sA_0+\kappa z^{-D}I)e=b_0$; $q=\kappa z$, $\|W_k\|_F^2=N_k$, $\gamma_k=y_k^{D+1}/N_k$ and"
    r" $\gamma_1\cdots\gamma_{D+1}T=q^{D+1}$."
)
ATTAINED = (
    r"$\psi$ tends to $0$ at zero and to $\infty$, so where it is smallest and negative $F(z)=1$ (root-slope), and then $v=e$ is that"
    r" of the closed form, with $J=\psi(z)$ (attained): the global minimum is the least value of $\psi$ over the roots of $F$ and zero."
)
zero_v = lambda net: [Eq(net.v, 0 * net.v)]
for depth, name in NAMES.items():
    net = Network(depth)
    decayed = list(
        zip(symbols(f"gamma_1:{depth + 2}", nonnegative=True), [W for W, _ in net.layers] + [net.u], strict=True)
    )
    rest = sum(g * Trace(W.T * W) for g, W in decayed) - 2 * Trace(e.T * net.v)
    squares = [*noise_squares(net.u, [], net.layers, 1), *decayed]
    paper.derivation(
        f"global-zero-{name}",
        [net.average() + rest, dp.ge(0, squares=squares)],
        rf"$D={depth}$, all widths, noise and decays $\gamma_k\geq0$: $J\geq0=J(0)$ at all weights with $v=0$.",
        source=REDUCE,
        assuming=zero_v(net),
    )
    paper.derivation(
        f"global-zero-{name}-mutant",
        [net.average() + rest - 2 * decayed[0][0] * Trace(decayed[0][1].T * decayed[0][1]), dp.ge(0, squares=squares)],
        r"Negative control: one decay negative.",
        assuming=zero_v(net),
        **PLANTED,
    )
for depth, name in list(NAMES.items())[1:]:
    reduction = Reduction(depth)
    parts = [
        "lower-form",
        "norm-of-a-product",
        f"means-{name}",
        "sphere",
        "root-slope",
        f"attained-{name}",
        f"global-zero-{name}",
    ]
    paper.derivation(
        f"global-{name}",
        reduction.lines(),
        GLOBAL.replace("{}", str(depth)),
        remark=ATTAINED,
        source=REDUCE,
        assuming=reduction.assuming,
        uses=[f"average-{name}" if depth < 4 else "layer-input", *parts],
    )
    paper.derivation(
        f"global-{name}-mutant",
        [reduction.reduced(), reduction.sphere_step(depth + 1)],
        rf"Negative control: $(D+1)\kappa z$ in the place of $D\kappa z$ in $\psi$, $D={depth}$.",
        assuming=reduction.assuming,
        **PLANTED,
    )
