"""Bartlett, Helmbold and Long (2018): how near the identity is near enough, for the flow and for descent.

The flow learns every target with ||Phi - I||_F < sigma_min(Phi): the loss falls, so sigma_min(A) >= c = sigma_min(Phi) -
||Phi - I||_F for all time, and the layers stay balanced, so each has sigma_min at least c^{1/L} and the loss falls at the rate
2 L c^{2-2/L}. For descent no initial loss above 1/2 will do: Phi = -s at even depth is out of reach, and Phi = 0 at the initial
loss 1/2 itself is reached only polynomially.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_near_identity import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Rational, Trace, sqrt, symbols

import dlnproof as dp

FLOW = "Bartlett, Helmbold and Long (2018), targets near the identity under gradient flow, with explicit constants"
LIMITS = "Bartlett, Helmbold and Long (2018), the distance from the identity matters (restated)"
PLANTED = {"expect": "refuted"}

# c2: sigma_min(A) >= sigma_min(Phi) - ||E||, all sizes, sigma_min(Phi) = delta + c

d = symbols("d", integer=True, positive=True)
Phi, E, Z, W = (MatrixSymbol(name, d, d) for name in ("Phi", "E", "Z", "W"))
c, delta = symbols("c delta", positive=True)
x = MatrixSymbol("x", d, 1)
s = delta + c
mixed = delta * Phi + s * E
bounds = [
    Eq(Phi.T * Phi, s**2 * Identity(d) + Z.T * Z),
    Eq(E.T * E, delta**2 * Identity(d) - W.T * W),
]
square = lambda vector: Trace(vector.T * vector)
paper.derivation(
    "flow-margin",
    [
        square((Phi + E) * x),
        dp.ge(
            c**2 * square(x),
            r"$\Phi^\top\Phi=s^2I+Z^\top Z$, $E^\top E=\delta^2I-W^\top W$",
            squares=[(c / s, Z * x), (c / delta, W * x), (1 / (s * delta), mixed * x)],
        ),
    ],
    r"If $\Phi^\top\Phi=s^2I+Z^\top Z$, $E^\top E=\delta^2I-W^\top W$ and $s=\delta+c$, $\delta,c>0$, then $\|(\Phi+E)x\|^2\ge c^2\|x\|^2$"
    r" for every $x$: $\sigma_{\min}(\Phi+E)\ge s-\delta$, for all sizes.",
    source=FLOW,
    assuming=bounds,
)
paper.derivation(
    "flow-margin-mutant",
    [square((Phi + E) * x), dp.ge(s**2 * square(x))],
    r"Negative control: $s^2$ in the place of $c^2$.",
    source=f"planted beside {FLOW}",
    assuming=bounds,
    **PLANTED,
)
RATE = r"If $d_0=\|\Phi-I\|_F<\sigma_{\min}(\Phi)$, $c=\sigma_{\min}(\Phi)-d_0$, then $l(t)\le e^{-2Lc^{2-2/L}t}\,l(0)$ under the flow"
QUARTERS = [Fraction(k, 4) for k in (1, 2, 4, 8)]


@paper.theorem(
    "flow-near-identity",
    rf"{RATE}. Here $L=2$ by its closed form at $t=\frac14,\frac12,1,2$, $d_0\le\rho<\frac12$ and the smaller $1-2\rho\le c$ for $c$.",
    remark=r"As $c\ge1-2d_0$ every target with $\|\Phi-I\|_F<\frac12$ is learnt.",
    source=FLOW,
    uses=["decrease-every-depth", "conserved-every-depth", "powers-right", "gradient-bound", "flow-margin"],
)
@settings(max_examples=15)
@given(
    dp.networks_from_identity(2, st.integers(1, 3), target="generic").filter(lambda net: any(net[0].Y.entries())),
    dp.rationals(0, "1/2", exclude_min=True, exclude_max=True),
)
def flow_learns_near_targets(net, radius):
    problem, _ = net
    size = problem.widths[0]
    spread = sum(abs(Fraction(str(entry))) for entry in problem.Y.entries())  # at least the Frobenius norm
    share = radius / spread
    target = [[int(i == j) + share * Fraction(str(problem.Y[i, j])) for j in range(size)] for i in range(size)]
    rate = 2 * 2 * (1 - 2 * radius)
    reached = dp.two_layer_flow(target, QUARTERS)
    goal = dp.Problem((size,) * 3, X=problem.identity[0], Y=target)
    start = goal.loss(goal.identity)
    for time, product in zip(QUARTERS, reached, strict=True):
        gap = sum((product[i, j] - dp.enclose(target[i][j])) ** 2 for i in range(size) for j in range(size))
        assert gap / 2 <= dp.enclose(start) * (-dp.enclose(rate * time)).exp()


@paper.theorem(
    "flow-near-identity-mutant-rate",
    r"Negative control: at twice the rate; $d=1$, $L=2$, $\Phi=\frac34$, $c=\frac12$ has $l(1)>e^{-4}l(0)$.",
    source=f"planted beside {FLOW}",
    twin_of="flow-near-identity",
    **PLANTED,
)
@given(st.just(Fraction(3, 4)))
def flow_at_twice_the_rate(target):
    (product,) = dp.two_layer_flow([[target]], [1])
    assert not (product[0, 0] - dp.enclose(target)) ** 2 > dp.enclose((1 - target) ** 2) * (-dp.enclose(4)).exp()


@paper.theorem(
    "flow-near-identity-deep",
    rf"{RATE}. Here $d=1$, $L=3$, $\Phi=(\frac78)^3$ and $(\frac9{{10}})^3$, enclosed at $t=1,2$.",
    source=FLOW,
    uses=["flow-near-identity"],
)
@given(st.sampled_from([Fraction(7, 8), Fraction(9, 10)]))
def deep_flow_learns_near_targets(root):
    problem = dp.Problem((1,) * 4, X=[[1]], Y=[[root**3]])
    margin = dp.enclose(2 * root**3 - 1)
    for time, loss in zip((1, 2), dp.gradient_flow(problem, problem.identity, [1, 2]).losses[1:], strict=True):
        rate = 6 * (margin.log() * 4 / 3).exp()
        assert loss <= dp.enclose(problem.loss(problem.identity)) * (-rate * time).exp()


# c3: no constant above 1/2

v = symbols("v", real=True)
apart = symbols("s", nonnegative=True)
level = symbols("k", positive=True)
paper.inequality(
    "distance-even-depth",
    (v**2 + apart) ** 2,
    dp.ge(apart**2),
    statement=r"$d=1$, $\Phi=-s\le0$, $L$ even, all layers $\theta$, $v=\theta^{L/2}$: $2l=(v^2+s)^2\ge s^2$ for every $\theta$.",
    source=LIMITS,
)
paper.identity(
    "distance-threshold",
    (1 + (sqrt(2 * level) - 1)) ** 2 / 2,
    level,
    r"$l(0)=(1+s)^2/2$ is $k$ for $s=\sqrt{2k}-1$.",
    remark=r"This $s$ is positive for every $k>\frac12$, and $-s$ is never learnt at even depth: no constant above $\frac12$ bounds the"
    " initial losses that are learnt at every depth.",
    source=LIMITS,
    uses=["distance-even-depth"],
)


@paper.theorem(
    "distance",
    r"$d=1$, $\Phi=-s<0$, $L$ even, any rate: $l(0)=(1+s)^2/2$, and $l(t)\ge s^2/2$.",
    source=LIMITS,
    uses=["distance-even-depth"],
)
@settings(max_examples=40)
@given(
    st.sampled_from((2, 4, 6)),
    dp.rationals(0, 2, exclude_min=True),
    dp.rationals(0, 3, exclude_min=True, max_denominator=6),
)
def negative_numbers_are_out_of_reach(layers, apart, rate):
    problem = dp.Problem((1,) * (layers + 1), X=[[1]], Y=[[-apart]])
    losses = dp.gradient_descent(problem, problem.identity, rate, 2).losses
    assert losses[0] == (1 + apart) ** 2 / 2
    for loss in losses:
        assert 2 * loss >= apart**2


@paper.theorem(
    "distance-mutant-odd",
    r"Negative control: $L$ odd; $L=3$, $s=1$, $\eta=\frac35$ has $l(1)<\frac12$.",
    source=f"planted beside {LIMITS}",
    twin_of="distance",
    **PLANTED,
)
@given(st.just(dp.Problem((1,) * 4, X=[[1]], Y=[[-1]])))
def negative_numbers_at_odd_depth(problem):
    for loss in dp.gradient_descent(problem, problem.identity, Fraction(3, 5), 2).losses:
        assert 2 * loss >= 1


u = symbols("u", nonnegative=True)
rate = symbols("eta", nonnegative=True)
for L in (2, 3, 4):
    power = 2 * L - 2
    paper.inequality(
        f"zero-target-{L}",
        (1 - (1 - rate * u) ** power) * (1 - rate) ** power,
        dp.le(u * (1 - rate * u) ** power * (1 - (1 - rate) ** power)),
        over={u: (0, 1), rate: (0, Rational(1, 2))},
        statement=rf"$u_+=u(1-\eta u)^{{{power}}}$ has $\frac1{{u_+}}-\frac1u\le(1-\eta)^{{-{power}}}-1$ (multiplied out), $0<u\le1$,"
        r" $0\le\eta\le\frac12$.",
        remark=rf"$u=\theta^{{{power}}}$ goes to $u_+$ for $\Phi=0$, $d=1$, $L={L}$: $1/u$ grows at most linearly, so $l$ falls only"
        " polynomially.",
        source=LIMITS,
    )
paper.inequality(
    "zero-target-mutant",
    (1 - (1 - rate * u) ** 2) * (1 - rate) ** 2,
    dp.le(u * (1 - rate * u) ** 2 * (1 - (1 - rate) ** 2) / 2),
    over={u: (0, 1), rate: (0, Rational(1, 2))},
    statement="Negative control: half of this growth.",
    source=f"planted beside {LIMITS}",
    **PLANTED,
)
depth = symbols("L", integer=True, positive=True)
slope = symbols("theta", positive=True)
paper.identity(
    "zero-target-flow",
    -(2 * depth - 2) * slope ** (-2 * depth + 1) * -(slope ** (2 * depth - 1)),
    2 * depth - 2,
    r"$\Phi=0$, $d=1$, every depth: $\theta'=-\theta^{2L-1}$ makes $\frac{d}{dt}\theta^{-(2L-2)}=2L-2$.",
    remark=r"So $\theta(t)=(1+(2L-2)t)^{-1/(2L-2)}$ for $L\ge2$.",
    source=LIMITS,
)
