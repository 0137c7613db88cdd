"""Bartlett, Helmbold and Long (2018): gradient descent from the identity toward normal and positive definite targets.

For a normal target all layers stay equal, normal and commuting with it, at every depth, and descent acts on eigenvalues one by
one: for an eigenvalue lambda = r^L > 0 one step is theta_+ = theta - eta theta^{L-1} (theta^L - lambda), from theta = 1. The
residual theta - r is multiplied by 1 - eta T_L(theta), T_L(theta) = theta^{L-1} S_L(theta), S_L(theta) = sum_k theta^k r^{L-1-k} =
(theta^L - lambda)/(theta - r). What holds for all time is an invariant interval: a bound of T_L on it, for every depth by
S_{L+1} = r S_L + theta^L and T_{L+1} = theta r T_L + theta^{2L}, and by name for every L up to 10.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018 import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Interval, MatrixSymbol, Q, Rational, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), positive definite targets (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
DEPTHS = range(2, 11)

# d1: a normal target keeps the layers equal; B = Theta^{L-1}, so E = B Theta - Phi and the gradient is B^T E

d, depth, i = symbols("d L i", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
Theta, Phi, B, E = (MatrixSymbol(name, d, d) for name in ("Theta", "Phi", "B", "E"))
layers = dp.Chain("W", depth, widths=d)
lower = layers.product(n, 1)
commute = lambda one, other: Eq(one * other, other * one)
normal = [
    *(commute(Theta, Phi), commute(Theta.T, Phi)),
    *(commute(Theta.T, Theta), Eq(Phi.T * Phi, Phi * Phi.T)),
]
with_power = [*normal, *(commute(one, other) for one in (B, B.T) for other in (Theta, Phi)), commute(B.T, B)]
paper.induction(
    "equal-layers-product",
    (n, 0, depth),
    [Eq(layers[n + 1] * lower, Theta * lower, evaluate=False), Eq(lower, Theta**n, evaluate=False)],
    r"If all layers are equal to $\Theta$ then $\Theta_{n:1}=\Theta^n$, for every depth.",
    source=SOURCE,
    assuming=[dp.every(Eq(layers[i], Theta), (i, 1, depth))],
)
paper.induction(
    "equal-layers-powers",
    (n, 0, depth),
    [Eq(Theta.T * Theta**n, Theta**n * Theta.T, evaluate=False), Eq(Phi * Theta**n, Theta**n * Phi, evaluate=False)],
    r"For a normal $\Theta$ that commutes with $\Phi$ and $\Phi^\top$ the powers $\Theta^n$ commute with $\Theta^\top$ and $\Phi$.",
    source=SOURCE,
    assuming=normal,
)
paper.induction(
    "equal-layers-gradient",
    (n, 0, depth),
    [Eq(E * Theta.T**n, Theta.T**n * E, evaluate=False)],
    r"$E$ commutes with $(\Theta^\top)^n$ if it does with $\Theta^\top$.",
    remark=r"$E=\Theta^L-\Phi$ does: all layers have the same gradient $(\Theta^\top)^{L-i}E(\Theta^\top)^{i-1}=(\Theta^\top)^{L-1}E$.",
    source=SOURCE,
    assuming=[commute(Theta.T, E)],
    uses=["gradient", "equal-layers-product", "equal-layers-powers"],
)
eta = symbols("eta", positive=True)
stepped = Theta - eta * B.T * (B * Theta - Phi)
STEP = r"$\Theta_+=\Theta-\eta B^\top(B\Theta-\Phi)$"
KEPT = (
    r"If $\Theta,\Phi,B$ are normal, $B,B^\top$ commute with $\Theta$ and $\Phi$ (as $B=\Theta^{L-1}$ does), and $\Theta,\Theta^\top$ with"
    rf" $\Phi$: for {STEP} "
)
for name, left, right, what in (
    ("target", stepped * Phi, Phi * stepped, r"$\Theta_+$ commutes with $\Phi$."),
    ("transposed-target", stepped.T * Phi, Phi * stepped.T, r"$\Theta_+^\top$ commutes with $\Phi$."),
    ("normal", stepped.T * stepped, stepped * stepped.T, r"$\Theta_+$ is normal."),
):
    paper.identity(
        f"equal-layers-kept-{name}",
        left,
        right,
        KEPT + what,
        source=SOURCE,
        assuming=with_power,
        uses=["equal-layers-powers", "equal-layers-gradient"],
    )
paper.identity(
    "equal-layers-kept-symmetric",
    stepped.T,
    stepped,
    rf"If $\Phi$, $\Theta$ and $B$ are symmetric and commute then {STEP} is symmetric.",
    source=SOURCE,
    assuming=[
        *(Q.symmetric(matrix) for matrix in (Theta, Phi, B)),
        *(commute(Theta, Phi), commute(B, Theta), commute(B, Phi)),
    ],
)
paper.identity(
    "equal-layers-mutant",
    Theta.T * (Theta**2 - Phi),
    (Theta**2 - Phi) * Theta.T,
    r"Negative control: $E=\Theta^2-\Phi$ commutes with $\Theta^\top$ for every target.",
    **PLANTED,
)
value, target, power = symbols("theta lambda b", positive=True)
column = MatrixSymbol("v", d, 1)
paper.induction(
    "eigenvalue-powers",
    (n, 0, depth),
    [Eq(Theta**n * column, value**n * column, evaluate=False)],
    r"$\Theta v=\theta v$ gives $\Theta^nv=\theta^nv$.",
    source=SOURCE,
    assuming=[Eq(Theta * column, value * column)],
)
paper.identity(
    "eigenvalue-step",
    (Theta - eta * B * (B * Theta - Phi)) * column,
    (value - eta * power * (power * value - target)) * column,
    r"If $\Phi v=\lambda v$, $\Theta v=\theta v$, $Bv=bv$ then $\Theta-\eta B(B\Theta-\Phi)$ multiplies $v$ by $\theta-\eta b(b\theta-\lambda)$.",
    remark=r"For symmetric $\Phi$ this is one step, $B=\Theta^{L-1}$, $b=\theta^{L-1}$: the scalar map.",
    source=SOURCE,
    assuming=[Eq(Theta * column, value * column), Eq(Phi * column, target * column), Eq(B * column, power * column)],
    uses=["eigenvalue-powers", "equal-layers-kept-symmetric"],
)
paper.identity(
    "eigenvalue-step-mutant",
    (Theta - eta * B * (B * Theta - Phi)) * column,
    (value - eta * (power * value - target)) * column,
    r"Negative control: the factor $\theta^{L-1}$ left out.",
    assuming=[Eq(Theta * column, value * column), Eq(Phi * column, target * column), Eq(B * column, power * column)],
    **PLANTED,
)
KINDS = ["normal", "symmetric", "rotation"]
KEPT_STEPS = [f"equal-layers-kept-{name}" for name in ("target", "transposed-target", "normal", "symmetric")]


@paper.theorem(
    "equal-layers",
    "For a normal target all layers stay equal and commute with it, at any rate.",
    source=SOURCE,
    uses=["equal-layers-gradient", *KEPT_STEPS],
)
@settings(max_examples=40)
@given(
    dp.networks_from_identity(st.integers(2, 3), st.integers(1, 3), target=KINDS),
    dp.rationals(0, 2, exclude_min=True),
)
def layers_stay_equal(net, rate):
    problem, start = net
    for weights in dp.gradient_descent(problem, start, rate, 2):
        first, *others = problem.read_weights(weights)
        assert first * problem.Y == problem.Y * first
        assert all(layer == first for layer in others)


@paper.theorem(
    "equal-layers-complex",
    r"$\Phi=\begin{pmatrix}a&-b\\b&a\end{pmatrix}$, $z=a+ib$: the layers are $w=x+iy$ with $w_+=w-\eta\bar w^{L-1}(w^L-z)$, from"
    " $w=1$.",
    source=SOURCE,
    uses=["equal-layers"],
)
@settings(max_examples=30)
@given(st.integers(1, 4), dp.rationals(-2, 2), dp.rationals(-2, 2), dp.rationals(0, 1, exclude_min=True))
def complex_eigenvalues(number, a, b, rate):
    def times(one, other):
        return one[0] * other[0] - one[1] * other[1], one[0] * other[1] + one[1] * other[0]

    problem = dp.Problem((2,) * (number + 1), X=[[1, 0], [0, 1]], Y=[[a, -b], [b, a]])
    x, y = Fraction(1), Fraction(0)
    for weights in dp.gradient_descent(problem, problem.identity, rate, 2):
        assert weights == [[[x, -y], [y, x]]] * number
        conjugate, whole = (Fraction(1), Fraction(0)), (Fraction(1), Fraction(0))
        for _ in range(number - 1):
            conjugate = times(conjugate, (x, -y))
        for _ in range(number):
            whole = times(whole, (x, y))
        gap = times(conjugate, (whole[0] - a, whole[1] - b))
        x, y = x - rate * gap[0], y - rate * gap[1]


@paper.theorem(
    "equal-layers-first-step",
    r"For every target all layers are $I-\eta(I-\Phi)$ after the first step.",
    source=SOURCE,
    uses=["gradient"],
)
@settings(max_examples=30)
@given(
    dp.networks_from_identity(st.integers(1, 4), st.integers(1, 3), target="generic"),
    dp.rationals(0, 2, exclude_min=True),
)
def first_step_is_the_same_for_all_layers(net, rate):
    problem, start = net
    size = problem.widths[0]
    phi = [[Fraction(str(problem.Y[i, j])) for j in range(size)] for i in range(size)]
    layer = [[(1 - rate) * int(i == j) + rate * phi[i][j] for j in range(size)] for i in range(size)]
    assert dp.gradient_descent(problem, start, rate, 1)[1] == [layer] * problem.layers


@paper.theorem(
    "equal-layers-every-target-mutant",
    r"Negative control: the layers stay equal for every target. For $\Phi=\begin{pmatrix}1&1\\0&1\end{pmatrix}$, $L=2$, they"
    " differ after two steps.",
    twin_of="equal-layers",
    **PLANTED,
)
@given(st.just(dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[1, 1], [0, 1]])))
def layers_stay_equal_for_every_target(problem):
    for first, second in dp.gradient_descent(problem, problem.identity, Fraction(1, 4), 2):
        assert first == second


# d2: no crossing, for every depth by induction on L; t stands for T_L, S for S_L, p for a power of theta or of u = theta/r

x, r, S, u, p, m, share = symbols("x r S u p n w", nonnegative=True)
unit = {x: (0, 1), p: (0, 1), share: (0, 1)}
paper.inequality(
    "no-crossing-small",
    x * r * (share * S) + p,
    dp.le(r * S + 1),
    over=unit,
    statement=r"$\theta r\,wS+p\le rS+1$ for $\theta,w,p\in[0,1]$, $r,S\ge0$.",
    remark=r"This is the step from $T_L(\theta)=wS_L(1)\le S_L(1)$ to $T_{L+1}(\theta)=\theta rT_L(\theta)+\theta^{2L}\le"
    r" rS_L(1)+1=S_{L+1}(1)$. As $T_1=S_1=1$, $T_L\le S_L(1)=(1-\lambda)/(1-r)$ on $[0,1]$ at every depth.",
    source=SOURCE,
)
paper.inequality(
    "no-crossing-large",
    u * (share * m) + p,
    dp.le(m + 1),
    over={u: (0, 1), p: (0, 1), share: (0, 1)},
    statement=r"$u\,wn+p\le n+1$ for $u,w,p\in[0,1]$, $n\ge0$.",
    remark=r"This is the step from $T_n=wnr^{2n-2}\le nr^{2n-2}$ to $T_{n+1}/r^{2n}=uT_n/r^{2n-2}+u^{2n}\le n+1$ at $\theta=ru$. As $T_1=1$,"
    r" $T_L\le Lr^{2L-2}=L\lambda^{2-2/L}$ on $[0,r]$ at every depth.",
    source=SOURCE,
)
paper.inequality(
    "no-crossing-uniform",
    r * (share * m) + 1,
    dp.le(m + 1),
    over={r: (0, 1), share: (0, 1)},
    statement=r"$r\,wn+1\le n+1$ for $r,w\in[0,1]$, $n\ge0$.",
    remark=r"So $S_n(1)\le n$ gives $S_{n+1}(1)=rS_n(1)+1\le n+1$ and $1/L\le(1-r)/(1-\lambda)$ for $r<1$: the rate"
    r" $1/(L\max(1,\lambda)^{2-2/L})$ is below both thresholds.",
    source=SOURCE,
)
paper.inequality(
    "crossing-window-step",
    u * (m * p) + u**2 * p,
    dp.ge((m + 1) * u**2 * p),
    over={u: (0, 1)},
    statement=r"$u\,np+u^2p\ge(n+1)u^2p$ for $0\le u\le1$, $n,p\ge0$.",
    remark=r"With $p=u^{2n-2}$, $\theta=ru$: from $T_n\ge nr^{2n-2}p$ follows $T_{n+1}\ge(n+1)r^{2n}u^2p$, so"
    r" $T_L(ru)\ge Lr^{2L-2}u^{2L-2}$ at every depth.",
    source=SOURCE,
)
paper.inequality(
    "crossing-window",
    1 - (1 + m) * (1 / (1 + m) + S),
    dp.lt(0),
    over={S: Interval.open(0, oo), m: Interval.open(0, oo)},
    statement=r"$1-(1+v)(\frac1{1+v}+s)<0$ for $s,v>0$.",
    remark=r"For $\lambda>1$, $\eta=(1+v)/(L\lambda^{2-2/L})$, $u^{2L-2}=\frac1{1+v}+s$ the factor $1-\eta T_L(ru)\le1-(1+v)u^{2L-2}$ is"
    " negative and the step crosses $r$. A monotone infinite orbit that never hits $r$ converges to $r$ and enters this window, so"
    r" that $\eta\le1/(L\lambda^{2-2/L})$ is necessary.",
    source=SOURCE,
    uses=["crossing-window-step"],
)
paper.inequality(
    "crossing-window-mutant",
    1 - (1 + m) * (1 / (1 + m) + S),
    dp.lt(0),
    over={m: Interval.open(0, oo)},
    statement="Negative control: for $s=0$ too.",
    **PLANTED,
)
root = symbols("r", positive=True)
paper.identity(
    "exact-hit-rate",
    1 - (root - 1) / (root**depth - 1) * (1 - root**depth),
    root,
    r"Every depth, $\lambda=r^L\ne1$: $\theta_1=1-\eta(1-\lambda)$ is exactly $r$ at the rate $\eta=(r-1)/(\lambda-1)$.",
    source=SOURCE,
)

# by name

geometric = lambda theta, number: sum(theta**k * r ** (number - 1 - k) for k in range(number))
below_one, above_one = Interval.Lopen(0, 1), Interval(1, oo)
NAMES = r"$S_L(\theta)=\sum_{k<L}\theta^kr^{L-1-k}$, $T_L=\theta^{L-1}S_L$"
for L in DEPTHS:
    paper.inequality(
        f"no-crossing-small-{L}",
        x ** (L - 1) * geometric(x, L),
        dp.le(geometric(1, L)),
        over={x: (0, 1), r: below_one},
        statement=rf"{NAMES}, $L={L}$, $0<r\le1$: $T_L(\theta)\le S_L(1)$ on $[0,1]$.",
        remark=r"So $\eta\le(1-r)/(1-\lambda)$ gives $\theta_+-r=(\theta-r)(1-\eta T_L(\theta))\ge0$ for $r\le\theta\le1$: no crossing.",
        source=SOURCE,
    )
    paper.inequality(
        f"no-crossing-large-{L}",
        (r * u) ** (L - 1) * geometric(r * u, L),
        dp.le(L * r ** (2 * L - 2)),
        over={u: (0, 1), r: above_one},
        statement=rf"{NAMES}, $L={L}$, $r\ge1$: $T_L(\theta)\le Lr^{{2L-2}}$ for $\theta=ru$, $0\le u\le1$.",
        remark=r"So $\eta\le1/(L\lambda^{2-2/L})$ gives $r-\theta_+=(r-\theta)(1-\eta T_L(\theta))\ge0$: no crossing.",
        source=SOURCE,
    )
paper.inequality(
    "no-crossing-small-mutant",
    x**2 * geometric(x, 3) * Rational(11, 10),
    dp.le(geometric(1, 3)),
    over={x: (0, 1), r: below_one},
    statement="Negative control: a rate a tenth larger, $L=3$.",
    **PLANTED,
)
paper.inequality(
    "no-crossing-large-mutant",
    (r * u) ** 2 * geometric(r * u, 3),
    dp.le(3 * r**3),
    over={u: (0, 1), r: above_one},
    statement=r"Negative control: a rate $\eta\le1/(L\lambda)$ in place of $1/(L\lambda^{2-2/L})$, $L=3$.",
    **PLANTED,
)
paper.inequality(
    "no-crossing-small-threshold",
    1 - (1 + u) * (1 - r),
    dp.lt(r),
    over={u: Interval.open(0, oo), r: Interval.open(0, 1)},
    statement=r"Every $L$, $0<r<1$, $\lambda=r^L$, $\eta=(1+u)(1-r)/(1-\lambda)$, $u>0$: the first step $\theta_1=1-\eta(1-\lambda)$ is below"
    " $r$.",
    source=SOURCE,
)
paper.inequality(
    "no-crossing-small-threshold-mutant",
    1 - (1 + u) * (1 - r),
    dp.lt(r),
    over={u: (0, oo), r: Interval.open(0, 1)},
    statement="Negative control: the rate itself crosses already.",
    **PLANTED,
)

# the thresholds, at random eigenvalues with rational roots


def orbit(number, root, rate, steps):
    """Return theta_0, ..., theta_steps of the target root^number."""
    problem = dp.Problem((1,) * (number + 1), X=[[1]], Y=[[root**number]])
    return [weights[0][0][0] for weights in dp.gradient_descent(problem, problem.identity, rate, steps)]


def largest_rate(number, root):
    """Return the threshold of the rate."""
    if root == 1:
        return Fraction(1, number)
    small = (1 - root) / (1 - root**number)
    return small if root < 1 else 1 / (number * root ** (2 * number - 2))


@paper.theorem(
    "monotone",
    r"$\lambda=r^L$: at $\eta\le(1-r)/(1-\lambda)$ for $\lambda<1$, $\eta\le1/(L\lambda^{2-2/L})$ for $\lambda\ge1$, no step of the orbit leads"
    " away from $r$ or across it.",
    remark="So it is monotone, and its limit is $r$.",
    source=SOURCE,
    uses=["no-crossing-small", "no-crossing-large", "no-crossing-uniform"],
)
@settings(max_examples=40)
@given(st.integers(1, 4), dp.rationals("1/4", 3, max_denominator=6), dp.rationals(0, 1, exclude_min=True))
def orbit_is_monotone(number, root, part):
    path = orbit(number, root, part * largest_rate(number, root), 3)
    for before, after in pairwise(path):
        assert min(before, root) <= after <= max(before, root)


@paper.theorem(
    "monotone-mutant-rate",
    r"Negative control: at twice the rate for $\lambda>1$; $L=2$, $\lambda=4$, $\eta=\frac14$ goes $1,\frac74,\frac{553}{256}$.",
    twin_of="monotone",
    **PLANTED,
)
@given(st.just(Fraction(2)))
def orbit_at_twice_the_rate(root):
    path = orbit(2, root, 2 * largest_rate(2, root), 2)
    for before, after in pairwise(path):
        assert min(before, root) <= after <= max(before, root)


@paper.theorem(
    "exact-hit",
    r"A larger rate may hit the target exactly in finite time: $L=2$, $\lambda=4$, $\eta=1/3$ gives $\theta_1=2$.",
    source=SOURCE,
    uses=["exact-hit-rate"],
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[4]])))
def hits_exactly(problem):
    assert dp.gradient_descent(problem, problem.identity, Fraction(1, 3), 1)[1] == [[[2]], [[2]]]
