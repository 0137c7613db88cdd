r"""Ziyin, Li and Meng (2022): the reduction to n variables, J >= g(v) with equality, for all widths and every number D of layers.

J is the averaged loss with decay, less its value at zero; v = W_1^T ... W_D^T u, s = prod_k (1 + s_k/d_k), kappa = (gamma_1 ...
gamma_{D+1})^{1/(D+1)}, g(v) = s v^T A0 v - 2 b0^T v + (D+1) kappa |v|^{2/(D+1)}. The averaged form above layer k is
S_k = c b b^T + Z Z^T with b = W_{k+1}^T ... W_D^T u; layer k hands the same down with c (1 + s_k/d_k): from S_D = u u^T
down to S_0 >= s v v^T. The decay: |v| <= prod |W_k|_F and the means. C = I - 1 1^T/d takes the mean off.
"""

from sympy import (
    DiagMatrix,
    HadamardProduct,
    Identity,
    KroneckerProduct,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Trace,
    symbols,
)
from ziyin_li_meng_2022 import (
    W1,
    W2,
    W3,
    X,
    d1,
    d2,
    d3,
    lifted,
    n,
    net1,
    net2,
    net3,
    noise1,
    noise2,
    one,
    paper,
    s1,
    s2,
    s3,
    three,
    two,
    u1,
    u2,
    u3,
    x,
)

import dlnproof as dp

REDUCE = "Ziyin, Li and Meng (2022), the lower bound (restated)"
PLANTED = {"source": f"planted beside {REDUCE}", "expect": "refuted"}
c = symbols("c", nonnegative=True)
r, N = symbols("r N", integer=True, positive=True)
p, q = symbols("p q", positive=True)
b, h, Z = MatrixSymbol("b", d1, 1), MatrixSymbol("h", d1, 1), MatrixSymbol("Z", d1, r)


def off_mean(d):
    """Return C = I - 1 1^T/d."""
    return Identity(d) - OneMatrix(d, d) / d


def squares_of(root, layers, weight):
    """Return squares that add up to weight E|root^T eps W ... eps h|^2: in each layer summed over, or each neuron kept apart.

    `layers` are pairs (W, variance) from above; the last W is the column h that enters the lowest noise.
    """
    (W, variance), *below = layers
    if not below:
        return [(weight, root.T * W), (weight * variance, DiagMatrix(W) * root)]
    columns = root.shape[1]
    wide = KroneckerProduct(W.T, OneMatrix(1, columns))
    apart = HadamardProduct(wide, OneMatrix(W.shape[1], 1) * dp.vec(root.T).T)
    return squares_of(W.T * root, below, weight) + squares_of(apart, below, weight * variance)


def spread(u, W):
    """Return the root of what the noise of one layer adds beyond its mean share: W^T diag(u) C, with its variance as weight."""
    return W.T * DiagMatrix(u) * off_mean(u.shape[0])


# the averaged square of the output: one layer, then one, two and three hidden layers from the average itself

S = c * b * b.T + Z * Z.T
GROWTH = r"$\mathbb Ef(x)^2\geq\prod_k(1+\sigma_k^2/d_k)\,(v^\top x)^2$, "
paper.derivation(
    "lower-step",
    [
        Trace(h.T * lifted(S, s1) * h),
        dp.ge(
            c * (1 + s1 / d1) * Trace(b.T * h) ** 2,
            "a variance is at least nothing, a mean square at least the square of the mean",
            squares=[Z.T * h, (s1, DiagMatrix(h) * Z), (c * s1, off_mean(d1) * HadamardProduct(b, h))],
        ),
    ],
    r"One layer, whatever lies above: if $S=c\,bb^\top+ZZ^\top$, $c\geq0$, then"
    r" $h^\top(S+\sigma^2\operatorname{Diag}(\operatorname{diag}S))h\geq c(1+\sigma^2/d)(b^\top h)^2$ for every $h$.",
    source=REDUCE,
    uses=["layer"],
)
paper.identity(
    "lower-form",
    lifted(S, s1),
    c * (1 + s1 / d1) * b * b.T
    + lifted(Z * Z.T, s1)
    + c * s1 * DiagMatrix(b) * off_mean(d1) * off_mean(d1).T * DiagMatrix(b),
    r"The same as matrices: what layer $k$ hands to the one below is again $c'bb^\top$ and a positive semidefinite rest, with"
    r" $c'=c(1+\sigma_k^2/d_k)$. From $S_D=uu^\top$ downwards: $S_0\succeq s\,vv^\top$ for every $D$.",
    source=REDUCE,
    uses=["lower-step", "layer-input"],
)
paper.derivation(
    "lower-one",
    [
        dp.expectation(Trace(net1 * x) ** 2, one),
        dp.ge((1 + s1 / d1) * Trace(u1.T * W1 * x) ** 2, squares=[(s1, off_mean(d1) * DiagMatrix(u1) * W1 * x)]),
    ],
    GROWTH + "$D=1$.",
    source=REDUCE,
    uses=["average-one"],
)
below = (1 + s1 / d1) * Trace(u2.T * W2 * W1 * x) ** 2
inner2 = dp.expectation(Trace(u2.T * W2 * DiagMatrix(noise1) * W1 * x) ** 2, one)
paper.derivation(
    "lower-two",
    [
        dp.expectation(Trace(net2 * x) ** 2, two),
        dp.ge((1 + s2 / d2) * inner2, "layer 2", squares=squares_of(spread(u2, W2), [(W1 * x, s1)], s2)),
        dp.ge(
            (1 + s2 / d2) * below,
            "layer 1",
            squares=[((1 + s2 / d2) * s1, off_mean(d1) * DiagMatrix(W2.T * u2) * W1 * x)],
        ),
    ],
    GROWTH + "$D=2$.",
    source=REDUCE,
    uses=["average-two"],
)
inner3 = dp.expectation(Trace(u3.T * W3 * DiagMatrix(noise2) * W2 * DiagMatrix(noise1) * W1 * x) ** 2, two)
inmost3 = dp.expectation(Trace(u3.T * W3 * W2 * DiagMatrix(noise1) * W1 * x) ** 2, one)
top = 1 + s3 / d3
paper.derivation(
    "lower-three",
    [
        dp.expectation(Trace(net3 * x) ** 2, three),
        dp.ge(top * inner3, "layer 3", squares=squares_of(spread(u3, W3), [(W2, s2), (W1 * x, s1)], s3)),
        dp.ge(
            top * (1 + s2 / d2) * inmost3,
            "layer 2",
            squares=squares_of(spread(W3.T * u3, W2), [(W1 * x, s1)], top * s2),
        ),
        dp.ge(
            top * (1 + s2 / d2) * (1 + s1 / d1) * Trace(u3.T * W3 * W2 * W1 * x) ** 2,
            "layer 1",
            squares=[(top * (1 + s2 / d2) * s1, off_mean(d1) * DiagMatrix(W2.T * W3.T * u3) * W1 * x)],
        ),
    ],
    GROWTH + "$D=3$.",
    source=REDUCE,
    uses=["average-three"],
)
paper.derivation(
    "lower-step-mutant",
    [
        Trace(h.T * lifted(S, s1) * h),
        dp.ge(
            c * (1 + s1) * Trace(b.T * h) ** 2,
            squares=[Z.T * h, (s1, DiagMatrix(h) * Z), (c * s1, off_mean(d1) * HadamardProduct(b, h))],
        ),
    ],
    r"Negative control: the factor $1+\sigma^2$ in the place of $1+\sigma^2/d$.",
    **PLANTED,
)

# the decay: the norm of a product and the means

paper.derivation(
    "norm-of-a-product",
    [
        Trace(b.T * Z * Z.T * b),
        dp.le(
            Trace(b.T * b) * Trace(Z.T * Z),
            "Lagrange's identity",
            squares=[(Rational(1, 2), KroneckerProduct(b, Z) - KroneckerProduct(Z, b))],
        ),
    ],
    r"$|Z^\top b|^2\leq\|Z\|_F^2|b|^2$; layer by layer $|v|\leq|u|\prod_k\|W_k\|_F$, for every $D$.",
    source=REDUCE,
)
paper.identity(
    "means-step",
    p ** (N + 2) + (N + 1) * q ** (N + 2) - (N + 2) * p * q ** (N + 1),
    p * (p ** (N + 1) + N * q ** (N + 1) - (N + 1) * p * q**N) + (N + 1) * q**N * (p - q) ** 2,
    r"$p^{N+1}+Nq^{N+1}-(N+1)pq^N\geq0$ for $p,q\geq0$ and every $N$: it vanishes for $N=0$, and $N+1$ has $p$ times the"
    r" same and a square. With $q^N$ a mean of $N$ numbers this takes the arithmetic-geometric inequality from $N$ to $N+1$.",
    source=REDUCE,
)
paper.identity(
    "means-step-mutant",
    p ** (N + 2) + (N + 1) * q ** (N + 2) - (N + 2) * p * q ** (N + 1),
    p * (p ** (N + 1) + N * q ** (N + 1) - (N + 1) * p * q**N) + N * q**N * (p - q) ** 2,
    "Negative control: one square too few.",
    **PLANTED,
)
y = symbols("y1:5", positive=True)
y1, y2, y3, y4 = y
MEANS = (
    r"$\sum_k\gamma_k\|W_k\|_F^2\geq(D+1)\prod_ky_k$ with $y_k^{D+1}=\gamma_k\|W_k\|_F^2$,"
    r" so $\geq(D+1)\kappa|v|^{2/(D+1)}$, "
)
paper.derivation("means-one", [y1**2 + y2**2, dp.ge(2 * y1 * y2, squares=[y1 - y2])], MEANS + "$D=1$.", source=REDUCE)
paper.derivation(
    "means-two",
    [
        y1**3 + y2**3 + y3**3,
        dp.ge(3 * y1 * y2 * y3, squares=[((y1 + y2 + y3) / 2, a - z) for a, z in ((y1, y2), (y2, y3), (y3, y1))]),
    ],
    MEANS + "$D=2$.",
    source=REDUCE,
)
paper.derivation(
    "means-three",
    [
        y1**4 + y2**4 + y3**4 + y4**4,
        dp.ge(4 * y1 * y2 * y3 * y4, squares=[y1**2 - y2**2, y3**2 - y4**2, (2, y1 * y2 - y3 * y4)]),
    ],
    MEANS + "$D=3$.",
    source=REDUCE,
)
# four terms y_k^5 and a fifth: p^5 + 4 q^5 - 5 p q^4 with q the geometric mean of four, q_k^4 = y_k^5
paper.derivation(
    "means-four",
    [
        p**5 + 4 * q**5,
        dp.ge(5 * p * q**4, squares=[(p**3, p - q), (2 * p**2 * q, p - q), (3 * p * q**2, p - q), (4 * q**3, p - q)]),
    ],
    MEANS
    + "$D=4$: $p^5=\\gamma_u|u|^2$ and $q^5$ the geometric mean of the other four, whose arithmetic mean is larger ($D=3$).",
    source=REDUCE,
    uses=["means-three"],
)
paper.derivation(
    "means-two-mutant",
    [
        y1**3 + y2**3 + y3**3,
        dp.ge(4 * y1 * y2 * y3, squares=[((y1 + y2 + y3) / 2, a - z) for a, z in ((y1, y2), (y2, y3), (y3, y1))]),
    ],
    "Negative control: the means with $D+2$ in the place of $D+1$, $D=2$.",
    **PLANTED,
)

# together: J = s V + R^2 - 2 B + the decay, with V = v^T A0 v, B = b0^T v and R^2 what the averaged square has above s V

V, R = symbols("V R", nonnegative=True)
B, size = symbols("B s", real=True)
BOUND = r"$J\geq sv^\top A_0v-2b_0^\top v+(D+1)\kappa|v|^{2/(D+1)}=g(v)$ at all weights, all widths, "
paper.derivation(
    "bound-two",
    [
        size * V + R**2 - 2 * B + y1**3 + y2**3 + y3**3,
        dp.ge(
            size * V - 2 * B + 3 * y1 * y2 * y3,
            squares=[R, *(((y1 + y2 + y3) / 2, a - z) for a, z in ((y1, y2), (y2, y3), (y3, y1)))],
        ),
    ],
    BOUND + "$D=2$.",
    source=REDUCE,
    uses=["lower-two", "norm-of-a-product", "means-two"],
)
paper.derivation(
    "bound-three",
    [
        size * V + R**2 - 2 * B + y1**4 + y2**4 + y3**4 + y4**4,
        dp.ge(
            size * V - 2 * B + 4 * y1 * y2 * y3 * y4,
            squares=[R, y1**2 - y2**2, y3**2 - y4**2, (2, y1 * y2 - y3 * y4)],
        ),
    ],
    BOUND + "$D=3$.",
    source=REDUCE,
    uses=["lower-three", "norm-of-a-product", "means-three"],
)

# g on a sphere: at v = (s A0 + mu I)^{-1} b0 it is smallest among all vectors of the same length; A0 = X X^T

v, e = MatrixSymbol("v", n, 1), MatrixSymbol("e", n, 1)
s, mu = symbols("s mu", positive=True)
target = s * X * X.T * e + mu * e  # b0, for the stationary e
paper.derivation(
    "sphere",
    [
        s * Trace(v.T * X * X.T * v) - 2 * Trace(target.T * v) + mu * Trace(v.T * v),
        dp.ge(-Trace(target.T * e), r"complete the squares at $e$", squares=[(s, X.T * (v - e)), (mu, v - e)]),
    ],
    r"Let $b_0=(sA_0+\mu I)e$, $\mu>0$. Then $sv^\top A_0v-2b_0^\top v+\mu|v|^2\geq-b_0^\top e$ for every $v$: among the $v$ of"
    r" the length of $e$, $g$ is least at $e$. With $|e|^2=z^{D+1}$, $\mu=\kappa z^{-D}$ its value is $-b_0^\top e+D\kappa z$:"
    r" the least of these over the roots $z$ of $F(z)=z^{D-1}b_0^\top(sz^DA_0+\kappa I)^{-2}b_0=1$, and $0$, is the least $g$.",
    source=REDUCE,
)
paper.derivation(
    "sphere-mutant",
    [
        s * Trace(v.T * X * X.T * v) - 2 * Trace(target.T * v) + mu * Trace(v.T * v),
        dp.ge(-Trace(target.T * e) / 2, squares=[(s, X.T * (v - e)), (mu, v - e)]),
    ],
    "Negative control: half the value.",
    **PLANTED,
)
