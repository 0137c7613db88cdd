"""Bartlett, Helmbold and Long (2018): the power projection algorithm learns a gamma-positive target at an explicit linear rate.

0 < g <= lambda_min(sym Phi), Theta_i(0) = g^{1/L} I, M >= ||Phi|| + ||Phi - g I||_F and eta <= 1/(4 L M^{2-2/L}) give
l(t+1) <= (1 - eta L g^{2-2/L}) l(t). In the constants m = M^{1/L}, so that M^{2-2/L} = m^{2L-2}.
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from bartlett_helmbold_long_2018_near_identity import norm_above
from bartlett_helmbold_long_2018_power_projection import PLANTED, SOURCE, paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Interval, MatrixSymbol, Rational, Trace, exp, oo, symbols

import dlnproof as dp

square = lambda matrix: Trace(matrix.T * matrix)
d = symbols("d", integer=True, positive=True)
W, M, N, K = (MatrixSymbol(name, d, d) for name in ("W", "M", "N", "K"))

# f4: the argument, step by step

skew = Eq(K.T, -K)
after = M * M.T - W * W.T + K
paper.derivation(
    "power-projection-nonexpansive",
    [
        square(after - N * N.T),
        dp.ge(
            square(after),
            r"$\|NN^\top\|_F^2+2\|N^\top W\|_F^2$ is dropped",
            squares=[N * N.T, (2, N.T * W)],
        ),
    ],
    r"The projection onto $C_g$ does not go away from a target in $C_g$: with $\operatorname{sym}B=gI+MM^\top-NN^\top$, $M^\top N=0$,"
    r" $\Phi=gI+WW^\top+K'$, $K=\operatorname{skew}B-K'$, $\|B-\Phi\|_F\ge\|A-\Phi\|_F$ for $A=gI+MM^\top+\operatorname{skew}B$.",
    source=SOURCE,
    assuming=[Eq(M.T * N, 0 * N), skew],
    uses=["projection"],
)
paper.derivation(
    "power-projection-nonexpansive-mutant",
    [square(after - N * N.T), dp.ge(square(after))],
    r"Negative control: the same for any splitting $MM^\top-NN^\top$, without $M^\top N=0$.",
    assuming=[skew],
    **PLANTED,
)
m, number, y = symbols("m L y", positive=True)
x = symbols("x", nonnegative=True)
L = symbols("L", integer=True, positive=True)
paper.identity(
    "power-projection-move",
    m ** (L - 1) * m**L / (4 * L * m ** (2 * L - 2)),
    m / (4 * L),
    r"$m^{L-1}m^L/(4Lm^{2L-2})=m/(4L)$ for every $L$.",
    remark=r"As $\|\Theta_i\|\le m$ and $\|E\|_F\le\|\Phi-gI\|_F\le M=m^L$ this bounds $\eta\|G_i\|$: along a step layers stay below"
    r" $z=m(1+\frac1{4L})$.",
    source=SOURCE,
    uses=["gradient", "power-projection-nonexpansive", "factors-singular-values"],
)
paper.inequality(
    "power-projection-growth",
    (2 * number - 2) / (4 * number),
    dp.le(Rational(1, 2)),
    over={number: Interval(1, oo)},
    statement=r"$\frac{2L-2}{4L}\le\frac12$ for every real $L\ge1$.",
    remark=r"So $(1+\frac1{4L})^{2L-2}\le e^{(2L-2)/(4L)}\le e^{1/2}$, and $(1+\frac1{4L})^{L-2}\le e^{1/4}$ as half of this:"
    r" $z^{2L-2}\le m^{2L-2}e^{1/2}$ and $(L-1)z^{L-2}M\le Lm^{2L-2}e^{1/4}$.",
    source=SOURCE,
    uses=["exponential-tangent"],
)
paper.inequality(
    "power-projection-step",
    (exp(Rational(1, 2)) + exp(Rational(1, 4))) / 4,
    dp.lt(Rational(734, 1000)),
    statement=r"$\frac14(e^{1/2}+e^{1/4})<0.734$.",
    remark=r"The Hessian is below $\beta=Lm^{2L-2}(e^{1/2}+e^{1/4})$ wherever layers are below $z$ and $\|E\|\le M$, so $\eta\beta<0.734$.",
    source=SOURCE,
    uses=["hessian-bound", "power-projection-growth", "power-projection-move"],
)
paper.inequality(
    "power-projection-step-mutant",
    (exp(Rational(1, 2)) + exp(Rational(1, 4))) / 4,
    dp.lt(Rational(733, 1000)),
    statement=r"Negative control: $0.733$ in the place of $0.734$.",
    **PLANTED,
)
slope = symbols("G", nonnegative=True)
paper.inequality(
    "power-projection-decrease",
    slope * (1 - x / 2),
    dp.ge(slope * Rational(633, 1000)),
    over={x: (0, Rational(734, 1000)), slope: (0, oo)},
    statement=r"$G\,(1-\frac x2)\ge0.633\,G$ for $0\le x\le0.734$, $G\ge0$.",
    remark=r"Along $\Theta-\tau\eta\nabla l$ the loss has slope at most $-\eta\|\nabla l\|^2(1-\tau\eta\beta)<0$ as long as it has not risen, so it"
    r" never rises, and with $x=\eta\beta$ a step takes off at least $0.633\,\eta\|\nabla l\|^2$.",
    source=SOURCE,
    uses=["power-projection-step"],
)
loss, rate, spare = symbols("l eta s", nonnegative=True)
paper.inequality(
    "power-projection-factor",
    loss - Rational(633, 1000) * rate * (2 * number * x * loss + spare),
    dp.le((1 - rate * number * x) * loss),
    statement=r"$l-0.633\,\eta\|\nabla l\|^2\le(1-\eta Lg^{2-2/L})\,l$ if $\|\nabla l\|^2\ge2Lg^{2-2/L}l$: here $x=g^{2-2/L}$,"
    r" $\|\nabla l\|^2=2Lxl+s$, $s\ge0$.",
    remark=r"This is the gradient's bound at $\sigma_{\min}(\Theta_i)\ge g^{1/L}$. The left side bounds the loss after a gradient step and the"
    r" projection does not raise it: $l(t+1)\le(1-\eta Lg^{2-2/L})\,l(t)$.",
    source=SOURCE,
    uses=[
        "power-projection-decrease",
        "gradient-bound",
        "positive-singular-values",
        "factors-singular-values",
        "power-projection-nonexpansive",
    ],
)
paper.identity(
    "power-projection-count",
    number * x / (4 * number * y),
    x / y / 4,
    r"At the largest rate, $\eta=1/(4LM^{2-2/L})$, $\eta Lg^{2-2/L}=\frac14(g/M)^{2-2/L}$; $x=g^{2-2/L}$, $y=M^{2-2/L}$.",
    remark=r"As $(1-v)^t\le e^{-vt}$, $l(t)\le\varepsilon$ after at most $4(M/g)^{2-2/L}\ln(l(0)/\varepsilon)$ steps, rounded up.",
    source=SOURCE,
    uses=["power-projection-factor", "exponential-tangent"],
)

# runs: the rate on instances, at the largest rate that is allowed for an M with a rational L-th root

small = dp.rationals(-2, 2)
RATE = r"$l(t+1)\le(1-\eta Lg^{2-2/L})\,l(t)$"


def target_of(numbers: tuple[Fraction, ...]) -> tuple[dp.Problem, Fraction]:
    """Return the problem of the target (g + more) I + W W^T + K in C_g, g = h^L, and h."""
    a, b, turn, more, h, depth = numbers
    g = h**depth
    rows = [[g + more + a * a, a * b + turn], [a * b - turn, g + more + b * b]]
    return dp.Problem((2,) * (depth + 1), X=[[1, 0], [0, 1]], Y=rows), h


roots = dp.rationals(0, 2, exclude_min=True)
shifts = st.just(Fraction(0)) | dp.rationals(0, 1)
drawn_targets = st.tuples(small, small, small, shifts, roots, st.integers(1, 3))
targets = drawn_targets.filter(lambda numbers: any(numbers[:4])).map(target_of)


def root_above(problem: dp.Problem, margin: Fraction) -> Fraction:
    """Return a number m with m^L >= ||Phi|| + ||Phi - g I||_F, the last norm bounded by the sum of the entries' sizes."""
    target, depth = problem.Y, problem.layers
    rest = sum((abs(Fraction(str(target[i, j])) - margin * (i == j)) for i in (0, 1) for j in (0, 1)), Fraction(0))
    most, parts = norm_above(target) + rest, 64
    number = 0
    while Fraction(number, parts) ** depth < most:
        number += 1
    return Fraction(number, parts)


@paper.theorem(
    "power-projection-rate",
    rf"$0<g\le\lambda_{{\min}}(\operatorname{{sym}}\Phi)$, $M\ge\|\Phi\|+\|\Phi-gI\|_F$, $\eta\le1/(4LM^{{2-2/L}})$: {RATE}."
    r" Examined: $2\times2$ targets $\Phi\ne gI$, $L\le3$, $g$ and $M$ with rational $L$-th roots, the largest $\eta$ for this $M$, 2 enclosed"
    r" steps, with $<$ in place of $\le$.",
    source=SOURCE,
    uses=["power-projection-factor"],
)
@settings(max_examples=12)
@given(targets)
def power_projection_converges(drawn):
    problem, h = drawn
    depth = problem.layers
    rate = 1 / (4 * depth * root_above(problem, h**depth) ** (2 * depth - 2))
    kept = 1 - rate * depth * h ** (2 * depth - 2)
    losses = dp.power_projection(problem, h**depth, rate, 2).losses
    assert all(kept.denominator * after < kept.numerator * before for before, after in pairwise(losses))


@paper.theorem(
    "power-projection-active",
    r"$\Phi=\begin{pmatrix}1&-3\\3&2\end{pmatrix}$, $g=1$, $L=2$, $\eta=\frac1{20}$: $l=7.67275625$, $6.0420430378\ldots$, $4.5531958039\ldots$ after 1, 2,"
    r" 3 steps, where $A_{11}=g$; enclosed, both up to $10^{-20}$ of more decimals.",
    remark=r"$A_{11}=g$ is the sign of a projection that is active at every step.",
    source=SOURCE,
)
@given(st.just(dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[1, -3], [3, 2]])))
def projection_at_every_step(problem):
    path, tiny = dp.power_projection(problem, 1, Fraction(1, 20), 3, accuracy=80), dp.enclose(Fraction(1, 10**20))
    printed = ("7.67275625", "6.04204303781608065305753176208", "4.55319580394985519704553577")
    for step, value in enumerate(printed, 1):
        assert abs(path.losses[step] - dp.enclose(value)) < tiny
        assert abs(path.end_to_end(step)[0, 0] - 1) < tiny


scalar = lambda depth, target: dp.Problem((1,) * (depth + 1), X=[[1]], Y=[[target]])


@paper.theorem(
    "power-projection-mutant-step",
    r"Negative control: $\eta=1/(Lg^{2-2/L})$; $d=1$, $L=2$, $g=1$, $\Phi=4$ cycles between $A=1$ and $\frac{25}4$.",
    twin_of="power-projection-rate",
    **PLANTED,
)
@given(st.just(scalar(2, 4)))
def long_steps(problem):
    losses = dp.power_projection(problem, 1, Fraction(1, 2), 4, bits=None).losses
    assert losses[4] < losses[0]


@paper.theorem(
    "power-projection-mutant-rate",
    r"Negative control: the rate $1-2\eta Lg^{2-2/L}$; $L=1$, $g=1$, $\Phi=2$, $\eta=\frac14$: $\frac9{16}>\frac12$.",
    twin_of="power-projection-rate",
    **PLANTED,
)
@given(st.just(scalar(1, 2)))
def twice_the_rate(problem):
    before, after = dp.power_projection(problem, 1, Fraction(1, 4), 1, bits=None).losses
    assert 2 * after <= before


@paper.theorem(
    "power-projection-mutant-margin",
    r"Negative control: $g>\lambda_{\min}(\operatorname{sym}\Phi)$ allowed; $d=1$, $\Phi=\frac12$, $g=1$ keeps $A\ge1$,"
    r" $l\ge\frac18$.",
    twin_of="power-projection-rate",
    **PLANTED,
)
@given(st.just(scalar(2, "1/2")))
def margin_above_the_target(problem):
    losses = dp.power_projection(problem, 1, Fraction(1, 8), 2, bits=None).losses
    assert all(100 * after <= 99 * before for before, after in pairwise(losses))


# f5: the flow itself does not keep the margin


LEAVING = [[Fraction(1, 4), 5], [-5, 4]]


@paper.theorem(
    "flow-leaves-the-cone",
    r"Plain gradient flow from the identity leaves $\{u^\top Au>0\}$ although $\operatorname{sym}\Phi>0$:"
    r" $\Phi=\begin{pmatrix}1/4&5\\-5&4\end{pmatrix}$, enclosed: $\operatorname{sym}A(t)$ has an eigenvalue below $-0.147$ at $t=\frac13$ for $L=2$,"
    r" below $-0.39$ at $t=\frac16$ for $L=3$; for $L=2$ still $l<10^{-7}$ at $t=2$.",
    source=SOURCE,
)
@given(st.sampled_from(((2, Fraction(1, 3), Fraction(147, 1000)), (3, Fraction(1, 6), Fraction(39, 100)))))
def the_flow_leaves_the_cone(case):
    depth, time, below = case
    problem = dp.Problem((2,) * (depth + 1), X=[[1, 0], [0, 1]], Y=LEAVING)
    if depth == 2:
        found, last = dp.two_layer_flow(LEAVING, [time, 2])
        gaps = [last[i, j] - dp.enclose(LEAVING[i][j]) for i in (0, 1) for j in (0, 1)]
        assert sum(gap * gap for gap in gaps) / 2 < dp.enclose(Fraction(1, 10**7))
    else:
        found = dp.gradient_flow(problem, problem.identity, [time]).end_to_end(1)
    shift, off = dp.enclose(below), (found[0, 1] + found[1, 0]) / 2
    assert (found[0, 0] + shift) * (found[1, 1] + shift) < off * off


# open: floating point only


def float_losses(target: np.ndarray, margin: float, depth: int, rate: float, steps: int) -> list[float]:
    """Return the losses of float power projection on a 2 x 2 target; a rotation by phi has the root by phi/L."""
    value, losses = margin * np.eye(2), []
    for _ in range(steps + 1):
        losses.append(np.sum((value - target) ** 2) / 2)
        left, sizes, right = np.linalg.svd(value)
        rotation, part = left @ right, (right.T * sizes ** (1 / depth)) @ right
        angle = np.arctan2(rotation[1, 0], rotation[0, 0]) / depth
        root = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        below, layers = [np.eye(2)], []
        for _ in range(depth):
            layers.append(root @ part)
            part = root @ part @ root.T
            below.append(layers[-1] @ below[-1])
        pulled, product = below[-1] - target, np.eye(2)
        for k in range(depth - 1, -1, -1):
            product = product @ (layers[k] - rate * pulled @ below[k].T)
            pulled = layers[k].T @ pulled
        values, vectors = np.linalg.eigh((product + product.T) / 2)
        value = (vectors * np.maximum(values, margin)) @ vectors.T + (product - product.T) / 2
    return losses


@paper.theorem(
    "open-power-projection-norm",
    r"The rate $l(t+1)\le(1-\eta Lg^{2-2/L})\,l(t)$ already for $\eta\le1/(4L\|\Phi\|^{2-2/L})$. Searched in floating point:"
    r" $2\times2$ targets, $L=2$ to 5, 10 steps at the largest $\eta$.",
    source=SOURCE,
    expect="open",
    uses=["power-projection-factor"],
)
@settings(max_examples=10)
@given(st.integers(0, 2**16), st.integers(2, 5))
def power_projection_at_the_norm(seed, depth):
    generator = np.random.default_rng(seed)
    (a, b), turn, g = generator.standard_normal(2), 3 * generator.standard_normal(), generator.uniform(0.1, 2)
    target = np.array([[g + a * a, a * b + turn], [a * b - turn, g + b * b]])
    power = 2 - 2 / depth
    rate = 1 / (4 * depth * np.linalg.norm(target, 2) ** power)
    losses = float_losses(target, g, depth, rate, 10)
    for before, after in pairwise(losses):
        assert after <= (1 - rate * depth * g**power) * before
