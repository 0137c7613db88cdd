"""Laurent and von Brecht (2018): wide deep linear networks with any differentiable convex loss, and why both words are needed.

L = l(W_H ... W_1), l convex and differentiable, all hidden widths at least min(d_0, d_H): every local minimum is global. The
proof here is this catalogue's: where rank R < d_p, G = 0 by Claim A (proved step by step as lu-kawaguchi-2017/claim-a); where
it is d_p the product is an open map. C1-C3 are exact counterexamples to weaker conditions, each with its certificate.
"""

from hypothesis import given, settings
from lu_kawaguchi_2017 import planted, square
from lu_kawaguchi_2017_products import end_to_end, networks
from sympy import Eq, Identity, MatrixSymbol, Rational, Trace, ZeroMatrix, hessian, oo, sqrt, symbols

import dlnproof as dp

paper = dp.Paper(
    "laurent-von-brecht-2018",
    title="Deep Linear Networks with Arbitrary Loss: All Local Minima Are Global",
    authors=["Thomas Laurent", "James von Brecht"],
    year=2018,
    venue="Proceedings of the 35th International Conference on Machine Learning, PMLR 80, 2902-2907",
    url="https://arxiv.org/abs/1712.01473",
)
THEOREM = "Laurent and von Brecht (2018), Theorem 1 (restated)"
COUNTER = "this project's counterexample beside Laurent and von Brecht (2018), Theorem 1: {}"


half = Rational(1, 2)
p, d, m, k, h = symbols("p d m k h", integer=True, positive=True)
Wlast, Wfirst = MatrixSymbol("W_H", p, h), MatrixSymbol("W_1", k, d)
R, Near, G = MatrixSymbol("R", p, d), MatrixSymbol("Near", p, d), MatrixSymbol("G", p, d)
rows, columns = MatrixSymbol("M", p, k), MatrixSymbol("N", h, d)
right, left = MatrixSymbol("Mplus", k, p), MatrixSymbol("Nplus", d, h)

paper.identity(
    "open-last",
    rows * (Wfirst + right * (Near - rows * Wfirst)),
    Near,
    r"If $M=W_H\cdots W_2$ has a right inverse, $MM^+=I$, then $MW_1'=R'$ for every $R'$ with"
    r" $W_1'=W_1+M^+(R'-MW_1)$.",
    remark=r"If $d_H\leq d_0$ and $\operatorname{rank}R=d_H$ there is such an $M^+$, and $W_1'$ is near $W_1$ for"
    r" $R'$ near $R$: the product is open there.",
    source=THEOREM,
    assuming=[Eq(rows * right, Identity(p))],
)
paper.identity(
    "open-last-mutant",
    rows * (Wfirst + right * (Near - rows * Wfirst)),
    Near,
    r"Negative control: the same with a generalised inverse of $M$ of any rank.",
    assuming=[Eq(rows * right * rows, rows)],
    **planted(THEOREM),
)
paper.identity(
    "open-first",
    (Wlast + (Near - Wlast * columns) * left) * columns,
    Near,
    r"If $N=W_{H-1}\cdots W_1$ has a left inverse, $N^+N=I$, then $W_H'N=R'$ for every $R'$ with"
    r" $W_H'=W_H+(R'-W_HN)N^+$.",
    remark=r"If $d_0\leq d_H$ and $\operatorname{rank}R=d_0$ there is such an $N^+$: the product is open there.",
    source=THEOREM,
    assuming=[Eq(left * columns, Identity(d))],
)
paper.identity(
    "open-first-mutant",
    (Wlast + (Near - Wlast * columns) * left) * columns,
    Near,
    r"Negative control: the same with a generalised inverse of $N$ of any rank.",
    assuming=[Eq(columns * left * columns, columns)],
    **planted(THEOREM),
)
paper.derivation(
    "critical-wide",
    [
        G,
        dp.eq(right.T * rows.T * G, "$MM^+=I$"),
        dp.eq(ZeroMatrix(p, d), "$M^TG=0$"),
    ],
    r"Where $M=W_H\cdots W_2$ has a right inverse, the gradient in $W_1$, $M^\top G$, vanishes only if $G=0$.",
    source=THEOREM,
    assuming=[Eq(rows * right, Identity(p)), Eq(rows.T * G, ZeroMatrix(k, d))],
)
paper.identity(
    "critical-wide-mutant",
    G,
    ZeroMatrix(p, d),
    r"Negative control: the same for $M$ of any rank.",
    assuming=[Eq(rows.T * G, ZeroMatrix(k, d))],
    **planted(THEOREM),
)
paper.derivation(
    "critical-wide-first",
    [
        G,
        dp.eq(G * columns.T * left.T, "$N^+N=I$"),
        dp.eq(ZeroMatrix(p, d), "$GN^T=0$"),
    ],
    r"Where $N=W_{H-1}\cdots W_1$ has a left inverse, the gradient in $W_H$, $GN^\top$, vanishes only if $G=0$.",
    source=THEOREM,
    assuming=[Eq(left * columns, Identity(d)), Eq(G * columns.T, ZeroMatrix(p, h))],
)
paper.identity(
    "critical-wide-first-mutant",
    G,
    ZeroMatrix(p, d),
    r"Negative control: the same for $N$ of any rank.",
    assuming=[Eq(G * columns.T, ZeroMatrix(p, h))],
    **planted(THEOREM),
)
X, Y, S = MatrixSymbol("X", d, m), MatrixSymbol("Y", p, m), MatrixSymbol("S", h, p)
loss = lambda matrix: half * square(S * (matrix * X - Y))
slope = S.T * S * (R * X - Y) * X.T
paper.gradient(
    "weighted-gradient",
    loss(R),
    {R: slope},
    r"The loss $\ell(R)=\frac12\|S(RX-Y)\|_F^2$ has the gradient $G=S^\top S(RX-Y)X^\top$.",
    remark="It is a convex loss that is not the square loss.",
    source=THEOREM,
)
paper.gradient(
    "weighted-gradient-mutant",
    loss(R),
    {R: S.T * S * R * X * X.T},
    r"Negative control: the targets forgotten.",
    **planted(THEOREM),
)
paper.derivation(
    "weighted-convex",
    [
        loss(Near),
        dp.eq(loss(R) + Trace(slope.T * (Near - R)) + half * square(S * (Near - R) * X), "expand around $R$"),
        dp.ge(loss(R) + Trace(slope.T * (Near - R)), "convexity", squares=[(half, S * (Near - R) * X)]),
        dp.eq(loss(R), "$G=0$"),
    ],
    r"$G=0$ makes $R$ a global minimum of this $\ell$, for every $S$ and any data: $\ell(R')\geq\ell(R)$.",
    source=THEOREM,
    assuming=[Eq(slope, ZeroMatrix(p, d))],
    uses=["weighted-gradient"],
)
paper.derivation(
    "weighted-convex-mutant",
    [loss(Near), dp.ge(loss(R), "convexity")],
    r"Negative control: every $R$ is a global minimum.",
    **planted(THEOREM),
)
minima = networks.flatmap(dp.critical_points).filter(lambda point: point.kind.is_local_minimum)


@paper.theorem(
    "T1",
    r"For the square loss, if all hidden widths are at least $\min(d_0,d_H)$, at every local minimum"
    r" $G=(RX-Y)X^\top=0$, and it is a global minimum, for any data.",
    remark=r"The proof is for every differentiable convex $\ell$: Claim A where $\operatorname{rank}R<\min(d_0,d_H)$;"
    r" where it is equal, one end of the network has an inverse, so $G=0$ again; and $G=0$ is enough for a convex"
    r" $\ell$. C1-C3: none of wide, differentiable, convex can be left out.",
    source=THEOREM,
    assuming=[dp.no_bottleneck()],
    uses=[
        "lu-kawaguchi-2017/claim-a",
        "lu-kawaguchi-2017/any-loss-gradient",
        "lu-kawaguchi-2017/convex-any-loss",
        "open-last",
        "open-first",
        "critical-wide",
        "critical-wide-first",
    ],
    twins=["without no_bottleneck()"],
)
@settings(max_examples=40, deadline=None)
@given(minima)
def minima_of_wide_networks(point):
    problem = point.problem
    assert (end_to_end(point) * problem.input_moment - problem.cross_moment).rank() == 0
    assert not dp.enclose(point.loss) > problem.global_minimum()


@paper.twin("T1", "every critical point")
@given(networks.flatmap(dp.critical_points))
def critical_points_of_wide_networks(point):
    assert point.kind.is_global_minimum


# C1: a narrow hidden layer, a strongly convex quadratic loss; W_2 = (a, 1)^T, W_1 = (c, b), r_11 = ac, ...

a, c = symbols("a c", real=True)
gap = symbols("gap", nonnegative=True)
b = Rational(1, 3) + gap


def weighted(r11, r12, r21, r22):
    """Return 2 l(R) = (r11 - 1)^2 + (r22 - 1/2)^2 + 3 r12^2 + 3 r21^2."""
    return (r11 - 1) ** 2 + (r22 - half) ** 2 + 3 * r12**2 + 3 * r21**2


C1 = COUNTER.format("hidden widths below min(d_0, d_H)")
sum_of_squares = [(1, b - half), (1, a * c), (Rational(1, 3), a - 3 * c), (3 * gap**2 + 2 * gap, a)]
paper.derivation(
    "C1",
    [weighted(a * c, a * b, c, b), dp.ge(1, "sum of squares", squares=sum_of_squares)],
    r"For $2\ell(R)=(r_{11}-1)^2+(r_{22}-\frac12)^2+3r_{12}^2+3r_{21}^2$, $d=(2,1,2)$, $W_2=(a,1)^\top$, $W_1=(c,b)$:"
    r" $2\ell\geq1$ for all $a$, $c$ and $b=\frac13+\mathrm{gap}\geq\frac13$.",
    source=C1,
)
paper.derivation(
    "C1-mutant",
    [weighted(a * c, a * b, c, b), dp.ge(Rational(5, 4), "a larger bound")],
    r"Negative control: $2\ell\geq\frac54$ there.",
    **planted(C1),
)
paper.identity(
    "C1-value",
    weighted(0, 0, 0, half),
    1,
    r"The bound is attained: $2\ell=1$ at $R=\operatorname{diag}(0,\frac12)$, that is at $a=c=0$, $b=\frac12$.",
    remark=r"So this point is a local minimum: the second entry of $W_2$ stays near 1 and scales away (C1-scaling).",
    source=C1,
    uses=["C1"],
)
paper.identity(
    "C1-value-mutant",
    weighted(0, 0, 0, Rational(1, 3)),
    1,
    r"Negative control: the same at $b=\frac13$.",
    **planted(C1),
)
scale = symbols("s", positive=True)
w1, w2, v1, v2 = symbols("w_1 w_2 v_1 v_2", real=True)
paper.identity(
    "C1-scaling",
    weighted(*((x / scale) * (y * scale) for x in (w1, w2) for y in (v1, v2))),
    weighted(*(x * y for x in (w1, w2) for y in (v1, v2))),
    r"$W_2/s$, $sW_1$ have the same loss $\ell(W_2W_1)$.",
    remark=r"So near $W_2=(0,1)^\top$ the second entry of $W_2$, which is positive there, may be taken as 1.",
    source=C1,
    uses=["C1"],
)
paper.identity(
    "C1-scaling-mutant",
    weighted(*(x * (y * scale) for x in (w1, w2) for y in (v1, v2))),
    weighted(*(x * y for x in (w1, w2) for y in (v1, v2))),
    r"Negative control: one layer scaled alone.",
    **planted(C1),
)
t = symbols("t", real=True)
names = w1, w2, v1, v2
example = weighted(*(x * y for x in (w1, w2) for y in (v1, v2))) / 2
there = {w1: 0, w2: 1, v1: 0, v2: half}
others = [(15 - sqrt(145)) / 8, (15 + sqrt(145)) / 8]
characteristic = t * (t - Rational(5, 4)) * (t - others[0]) * (t - others[1])
paper.identity(
    "C1-hessian",
    hessian(example, names).subs(there).charpoly(t).as_expr(t),
    characteristic,
    r"The Hessian of $\ell(W_2W_1)$ at $W_2=(0,1)^\top$, $W_1=(0,\frac12)$ has the eigenvalues $0$, $\frac54$,"
    r" $\frac18(15\pm\sqrt{145})$.",
    remark="The last two are positive; $0$ belongs to the scaling.",
    source=C1,
    uses=["C1-scaling"],
)
paper.identity(
    "C1-hessian-mutant",
    hessian(example, names).subs({**there, v2: 0}).charpoly(t).as_expr(t),
    characteristic,
    r"Negative control: the same eigenvalues at $W_1=0$.",
    **planted(C1),
)
paper.inequality(
    "C1-better",
    weighted(1, 0, 0, 0) / 2,
    dp.le(Rational(1, 8)),
    statement=r"$\ell(\operatorname{diag}(1,0))\leq\frac18$.",
    remark=r"$\operatorname{diag}(1,0)$ is a product of rank one, and $\frac18<\frac12$: that local minimum is not"
    r" global.",
    source=C1,
    uses=["C1-value"],
)
paper.inequality(
    "C1-better-mutant",
    weighted(1, 0, 0, 0) / 2,
    dp.lt(Rational(1, 8)),
    statement=r"Negative control: $\ell(\operatorname{diag}(1,0))<\frac18$.",
    **planted(C1),
)

# C2: a convex loss that is not differentiable, l = sum |r_ij - y_ij|, Y = E_21, at W_2 = E_11, W_1 = E_22

C2 = COUNTER.format("not differentiable")
al, be, p1, q1, p2, q2, p3, q3 = symbols("alpha beta a b_2 c d f_2 e", real=True)
r11, r12 = al * q2 + p1 * p3, al * q3 + p1 * be
r21, r22 = q1 * q2 + p2 * p3, q1 * q3 + p2 * be
relation = be * q1 * r11 + al * p3 * r22 - q1 * p3 * r12
paper.identity(
    "C2",
    al * be * r21,
    relation,
    r"$W_2=\begin{pmatrix}\alpha&a\\b_2&c\end{pmatrix}$, $W_1=\begin{pmatrix}d&e\\f_2&\beta\end{pmatrix}$, $R=W_2W_1$:"
    r" $\alpha\beta r_{21}=\beta b_2r_{11}+\alpha f_2r_{22}-b_2f_2r_{12}$.",
    source=C2,
)
paper.identity(
    "C2-mutant",
    al * be * r21,
    relation + 2 * q1 * p3 * r12,
    r"Negative control: the last sign exchanged.",
    **planted(C2),
)
x, y, z = symbols("x y z", nonnegative=True)
f, g = symbols("f g", nonnegative=True)
u, v = symbols("u v", positive=True)
near = {g: (0, Rational(1, 4)), f: (0, Rational(1, 4)), u: (half, oo), v: (half, oo)}
paper.inequality(
    "C2-bound",
    u * v * (x + y + z),
    dp.ge(v * g * x + u * f * y + g * f * z),
    over=near,
    statement=r"$\alpha\beta(x+y+z)\geq\beta|b_2|x+\alpha|f_2|y+|b_2f_2|z$ for all $x,y,z\geq0$ if"
    r" $|b_2|,|f_2|\leq\frac14$ and $\alpha,\beta\geq\frac12$ (written with $u=\alpha$, $v=\beta$, $g=|b_2|$,"
    r" $f=|f_2|$).",
    remark=r"With $x=|r_{11}|$, $y=|r_{22}|$, $z=|r_{12}|$ the identity gives $|r_{21}|\leq x+y+z$, so $\ell\geq"
    r" x+y+z+1-|r_{21}|\geq1$: $R=0$, $\ell=1$, is a local minimum; the global minimum is 0.",
    source=C2,
    uses=["C2"],
)
paper.inequality(
    "C2-bound-mutant",
    u * v * (x + y + z),
    dp.ge(4 * v * g * x + u * f * y + g * f * z),
    over=near,
    statement=r"Negative control: the first term four times.",
    **planted(C2),
)

# C3: differentiable but not convex, one neuron

C3 = COUNTER.format("not convex")
quartic = 3 * t**4 - 4 * t**3 - 12 * t**2
paper.identity(
    "C3-factor",
    quartic + 5,
    (t + 1) ** 2 * (3 * t**2 - 10 * t + 5),
    r"$\ell(t)=3t^4-4t^3-12t^2$, $t=w_2w_1$: $\ell(t)+5=(t+1)^2(3t^2-10t+5)$.",
    source=C3,
)
paper.identity(
    "C3-factor-mutant",
    quartic + 5,
    (t + 1) ** 2 * (3 * t**2 - 10 * t - 5),
    r"Negative control: a sign exchanged.",
    **planted(C3),
)
paper.inequality(
    "C3",
    3 * t**2 - 10 * t + 5,
    dp.gt(0),
    over={t: (-oo, 0)},
    statement=r"The second factor is positive for $t\leq0$.",
    remark=r"So $w_2w_1=-1$ is a local minimum with $\ell=-5$.",
    source=C3,
    uses=["C3-factor"],
)
paper.inequality(
    "C3-mutant",
    3 * t**2 - 10 * t + 5,
    dp.gt(0),
    over={t: (-oo, 1)},
    statement=r"Negative control: the same for $t\leq1$.",
    **planted(C3),
)
paper.inequality(
    "C3-better",
    quartic,
    dp.lt(-5),
    over={t: (Rational(19, 10), 2)},
    statement=r"For $\frac{19}{10}\leq t\leq2$ the loss is below $-5$.",
    remark="At $t=2$ it is $-32$: that local minimum is not global.",
    source=C3,
    uses=["C3"],
)
paper.inequality(
    "C3-better-mutant",
    quartic,
    dp.ge(-5),
    over={t: (-3, 3)},
    statement=r"Negative control: $\ell\geq-5$ everywhere.",
    **planted(C3),
)
