"""Bharadwaj and Hosten (2023): how many complex critical points a regularised deep linear network has.

L = 1/2 ||W_H ... W_1 X - Y||_F^2 + 1/2 sum_k sum_ij Lambda_k[i,j] W_k[i,j]^2 with generic data and generic Lambda. The two
formulas
below are this project's, read off the paper's tables: for chains of single neurons with a proof, for one hidden layer and one
sample with a proof of the upper bound. Counts at data of the claims' own are exact: standard monomials of a Groebner basis.
"""

from functools import lru_cache
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, MatrixSymbol, Rational, Symbol, Trace, diff, groebner, hessian, symbols

import dlnproof as dp

paper = dp.Paper(
    "bharadwaj-hosten-2023",
    title="Complex Critical Points of Deep Linear Neural Networks",
    authors=["Ayush Bharadwaj", "Serkan Hoşten"],
    year=2023,
    venue="arXiv:2301.12651",
    url="https://arxiv.org/abs/2301.12651",
)
CHAIN = "this project's count beside Bharadwaj and Hosten (2023), chains of single neurons"
LAYER = "this project's formula for the table of Bharadwaj and Hosten (2023), one hidden layer, one sample"
half = Rational(1, 2)


def planted(source):
    """Return the options of a claim that was planted beside `source`."""
    return {"source": f"planted beside {source}", "expect": "refuted"}


# chains (1, ..., 1): 1 + (H - 1) 2^H critical points

w, r, x, y, mu = symbols("w r x y lambda", real=True)
loss = half * (w * r * x - y) ** 2 + half * mu * w**2
stationary = (w * r * x - y) * w * r * x + mu * w**2
paper.identity(
    "chain-stationary",
    w * diff(loss, w),
    stationary,
    r"For $L=\frac12(ux-y)^2+\frac12\sum_k\lambda_kw_k^2$, $u=w_1\cdots w_H=w_kr$: $w_k\partial_kL=(ux-y)ux+\lambda_kw_k^2$, so"
    r" $\lambda_kw_k^2=t$ for all $k$ with $t=-(ux-y)ux$.",
    source=CHAIN,
)
paper.identity(
    "chain-stationary-mutant",
    w * diff(loss, w),
    stationary + mu * w**2,
    r"Negative control: the decay counted twice.",
    **planted(CHAIN),
)
H = symbols("H", integer=True, positive=True)
t, u, c, weight = symbols("t u c Lambda", real=True)
l1, l2, l3, l4, w1, w2, w3, w4 = symbols("l1 l2 l3 l4 w1 w2 w3 w4", real=True)
balance = [Eq(a * b**2, t) for a, b in ((l1, w1), (l2, w2), (l3, w3), (l4, w4))]
paper.identity(
    "chain-product",
    l1 * l2 * l3 * l4 * (w1 * w2 * w3 * w4) ** 2,
    t**4,
    r"So $u^2\prod_k\lambda_k=t^H$, here $H=4$.",
    source=CHAIN,
    assuming=balance,
    uses=["chain-stationary"],
)
paper.identity(
    "chain-product-mutant",
    l1 * l2 * l3 * l4 * (w1 * w2 * w3 * w4) ** 2,
    t**4,
    r"Negative control: the same where only the first layer is stationary.",
    assuming=balance[:1],
    **planted(CHAIN),
)
paper.identity(
    "chain-degree",
    (u * x * (y - u * x)) ** 4 - weight * u**2,
    u**2 * (u**2 * (x * (y - u * x)) ** 4 - weight),
    r"Apart from $u=0$ (then $t=0$ and $W=0$): $u^{H-2}(x(y-ux))^H=\prod_k\lambda_k$, of degree $2H-2$ in $u$ for"
    r" $x\neq0$; here"
    r" $H=4$.",
    source=CHAIN,
    uses=["chain-product"],
)
paper.identity(
    "chain-degree-mutant",
    (u * x * (y - u * x)) ** 4 - weight * u**2,
    u**2 * (u * (x * (y - u * x)) ** 4 - weight),
    r"Negative control: degree $2H-3$.",
    **planted(CHAIN),
)
paper.identity(
    "chain-count",
    1 + (2 * H - 2) * 2 ** (H - 1),
    1 + (H - 1) * 2**H,
    r"Each such $u$ gives $t$ and the $w_k=\pm\sqrt{t/\lambda_k}$ with product $u$, $2^{H-1}$ choices of signs:"
    r" $1+(2H-2)2^{H-1}=1+(H-1)2^H$ critical points, the origin included. (Generic data: the roots are simple.)",
    source=CHAIN,
    uses=["chain-degree"],
)
paper.identity(
    "chain-count-mutant",
    1 + (2 * H - 2) * 2**H,
    1 + (H - 1) * 2**H,
    r"Negative control: $2^H$ choices of signs.",
    **planted(CHAIN),
)

# one hidden layer, one sample: a hidden neuron with input weights w_j and output weights v_k

x1, x2, e1, e2, a, b, y1 = symbols("x_1 x_2 e_1 e_2 a b y_1", real=True)
p1, p2, q1, q2, s1 = symbols("p_1 p_2 q_1 q_2 s_1", positive=True)
v1, v2 = -e1 * a / q1, -e2 * a / q2
pull = v1 * e1 + v2 * e2
paper.identity(
    "layer-neuron",
    -pull * x1 / p1 * x1 - pull * x2 / p2 * x2,
    a * (x1**2 / p1 + x2**2 / p2) * (e1**2 / q1 + e2**2 / q2),
    r"With $e=W_2W_1x-y$, $a=W_1x$: $v_k=-e_ka/q_k$ and $w_j=-(\sum_kv_ke_k)x_j/p_j$ give $a=\sum_jw_jx_j$ equal to"
    r" $a\,s\sum_ke_k^2/q_k$, $s=\sum_jx_j^2/p_j$: a neuron is inactive, $a=0$, or $\sum_ke_k^2/q_k=1/s$, a quadric. Two"
    r" inputs, two"
    r" outputs.",
    source=LAYER,
)
paper.identity(
    "layer-neuron-mutant",
    -pull * x1 / p1 * x1 - pull * x2 / p2 * x2,
    a**2 * (x1**2 / p1 + x2**2 / p2) * (e1**2 / q1 + e2**2 / q2),
    r"Negative control: one factor $a$ too many.",
    **planted(LAYER),
)
paper.identity(
    "layer-residual",
    (-e1 * a / q1) * a + (-e1 * b / q2) * b - e1,
    -e1 * (1 + a**2 / q1 + b**2 / q2),
    r"And $e_k=\sum_iv_{ki}a_i-y_k$ reads $-y_k=e_k(1+\sum_ia_i^2/q_{ki})$: $e$ is a critical point of the distance to"
    r" $-y$ on the"
    r" quadrics of the $r$ active neurons, of which there are $2^r\binom{d_y}r$; $2^r$ signs of $a$. Two neurons.",
    source=LAYER,
    uses=["layer-neuron"],
)
paper.identity(
    "layer-residual-mutant",
    (-e1 * a / q1) * a + (-e1 * b / q2) * b - e1,
    -e1 * (1 + a / q1 + b / q2),
    r"Negative control: $a$ in the place of $a^2$.",
    **planted(LAYER),
)
dx, d, dy = symbols("d_x d d_y", integer=True, positive=True)
W1, W2 = MatrixSymbol("W1", d, dx), MatrixSymbol("W2", dy, d)
e, inputs = MatrixSymbol("e", dy, 1), MatrixSymbol("x", dx, 1)
g1, g2 = symbols("gamma_1 gamma_2", positive=True)
paper.identity(
    "layer-plain",
    g1 * g2 * W1 * inputs,
    Trace(e.T * e) * Trace(inputs.T * inputs) * W1 * inputs,
    r"The same with one decay for each layer, all sizes: $\gamma_1\gamma_2a=\|e\|^2\|x\|^2a$ at every critical point.",
    source=LAYER,
    assuming=[Eq(g1 * W1, -W2.T * e * inputs.T), Eq(g2 * W2, -e * inputs.T * W1.T)],
)
paper.identity(
    "layer-plain-mutant",
    g1 * g2 * W1 * inputs,
    Trace(e.T * e) * W1 * inputs,
    r"Negative control: without $\|x\|^2$.",
    assuming=[Eq(g1 * W1, -W2.T * e * inputs.T), Eq(g2 * W2, -e * inputs.T * W1.T)],
    **planted(LAYER),
)


# exact counts at generic data


@lru_cache(maxsize=64)
def number_of_critical_points(widths):
    """Return the number of complex critical points, with multiplicity, for one sample and decays that are all different."""
    primes = iter((2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43))
    outputs, energy, names = [Rational(next(primes)) for _ in range(widths[0])], Rational(0), []
    for k in range(1, len(widths)):
        rows = []
        for i in range(widths[k]):
            row = [Symbol(f"w{k}_{i}_{j}") for j in range(widths[k - 1])]
            energy += sum(Rational(next(primes), 7) * name**2 for name in row) / 2
            rows.append(sum(name * value for name, value in zip(row, outputs, strict=True)))
            names += row
        outputs = rows
    energy += sum((value - Rational(3 + 2 * k, 5 + k)) ** 2 for k, value in enumerate(outputs)) / 2
    basis = groebner([diff(energy, name) for name in names], *names, order="grevlex")
    leading = [poly.monoms(order="grevlex")[0] for poly in basis.polys]
    found, front = set(), [(0,) * len(names)]
    while front:
        monomial = front.pop()
        if monomial in found or any(all(a >= b for a, b in zip(monomial, lead, strict=True)) for lead in leading):
            continue
        found.add(monomial)
        front += [tuple(e + (i == k) for i, e in enumerate(monomial)) for k in range(len(names))]
    return len(found)


@paper.theorem(
    "chain-counts",
    r"Chains of two to four single neurons have $1+(H-1)2^H=5,17,49$ complex critical points, counted with multiplicity at one"
    r" set of data.",
    source=CHAIN,
    uses=["chain-count"],
)
@settings(max_examples=10, deadline=None)
@given(st.sampled_from([(1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1, 1)]))
def chains(widths):
    depth = len(widths) - 1
    assert number_of_critical_points(widths) == 1 + (depth - 1) * 2**depth


@paper.theorem(
    "layer-counts",
    r"One hidden layer, one sample: $\sum_r\binom dr\binom{d_y}r4^r$ complex critical points, at one set of data each; an"
    r" upper bound"
    r" by layer-neuron and layer-residual, equality is not proved. Reached here: $d,d_y\leq2$ and $d=1$, $d_y\leq3$.",
    source=LAYER,
    uses=["layer-neuron", "layer-residual"],
)
@settings(max_examples=20, deadline=None)
@given(st.sampled_from([(1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 2, 1), (1, 2, 2), (2, 1, 1), (2, 1, 2)]))
def one_hidden_layer(widths):
    _, hidden, outputs = widths
    assert number_of_critical_points(widths) == sum(
        comb(hidden, r) * comb(outputs, r) * 4**r for r in range(hidden + 1)
    )


@paper.twin("chain-counts", "as many as the Bezout number of the gradient")
@given(st.sampled_from([(1, 1, 1), (1, 1, 1, 1)]))
def chains_reach_bezout(widths):
    depth = len(widths) - 1
    assert number_of_critical_points(widths) == (2 * depth - 1) ** depth


@paper.twin("layer-counts", "the bound (1 + 4 d_y)^d is reached")
@given(st.sampled_from([(1, 2, 2), (1, 2, 1)]))
def one_hidden_layer_reaches_bound(widths):
    _, hidden, outputs = widths
    assert number_of_critical_points(widths) == (1 + 4 * outputs) ** hidden


# a strict local minimum that is not global, with one hidden neuron and decays of its own for every weight

X1 = "this project's example beside Bharadwaj and Hosten (2023): a spurious minimum with one hidden layer"
weights = a1, a2, b1, b2 = symbols("u_1 u_2 v_1 v_2", real=True)
example = half * ((a1 * b1 - 1) ** 2 + (a1 * b2) ** 2 + (a2 * b1) ** 2 + (a2 * b2 - half) ** 2)
example += half * (a1**2 + a2**2 / 100 + b1**2 / 100 + b2**2)
best = dict(zip(weights, (Rational(3, 10), 0, 3, 0), strict=True))
worse = dict(zip(weights, (0, 2, 0, Rational(1, 5)), strict=True))


def steepness(point):
    """Return |grad L|^2 at a point."""
    return sum(diff(example, name) ** 2 for name in weights).subs(point)


def minor(point, size):
    """Return the leading principal minor of the Hessian at a point."""
    return hessian(example, weights).subs(point)[:size, :size].det()


paper.identity(
    "X1-critical",
    steepness(best) + steepness(worse),
    0,
    r"$d=(2,1,2)$, $X=I$, $Y=\operatorname{diag}(1,\frac12)$,"
    r" $L+\frac12(u_1^2+\frac{u_2^2}{100}+\frac{v_1^2}{100}+v_2^2)$, $W_2=u$,"
    r" $W_1=v^\top$: $u=(\frac3{10},0)$, $v=(3,0)$ and $u=(0,2)$, $v=(0,\frac15)$ are critical.",
    source=X1,
)
paper.identity(
    "X1-critical-mutant",
    steepness({**worse, a2: 3}),
    0,
    r"Negative control: $u=(0,3)$, $v=(0,\frac15)$ is critical.",
    **planted(X1),
)
for size, value in enumerate(("26/25", "13/250", "3963/25000", "7926/15625"), 1):
    paper.identity(
        f"X1-minor-{size}",
        minor(worse, size),
        Rational(value),
        rf"At $u=(0,2)$, $v=(0,\frac15)$ the leading minor of order {size} of the Hessian is ${value}>0$: a strict local"
        rf" minimum.",
        source=X1,
        uses=["X1-critical"],
    )
    paper.identity(
        f"X1-minor-{size}-mutant",
        minor({**worse, a2: 0, b2: 0}, size),
        Rational(value),
        f"Negative control: the same minor of order {size} at the origin.",
        **planted(X1),
    )
paper.inequality(
    "X1",
    example.subs(best),
    dp.lt(example.subs(worse)),
    statement=r"$L=\frac{11}{50}$ at the first point, $\frac{109}{200}$ at the second: a strict local minimum that is not"
    r" global.",
    source=X1,
    uses=["X1-critical", "X1-minor-4"],
)
paper.inequality(
    "X1-mutant",
    example.subs(worse),
    dp.le(example.subs(best)),
    statement="Negative control: the second point has the smaller loss.",
    **planted(X1),
)
