"""Bartlett, Helmbold and Long (2018): gradient descent from the identity toward positive definite targets.

For a normal target all layers stay equal and descent acts on eigenvalues one by one. For an eigenvalue lambda = r^L > 0 one step
is theta_+ = theta - eta theta^{L-1} (theta^L - lambda), from theta = 1. What holds for all time is an invariant interval of this map:
an inequality of polynomials on a box, by name for every L from 2 to 10.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018 import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, Interval, MatrixSymbol, Q, Rational, oo, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), positive definite targets (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
DEPTHS = range(2, 11)

# d1: a normal target keeps the layers equal

d = symbols("d", integer=True, positive=True)
Theta, Phi = MatrixSymbol("Theta", d, d), MatrixSymbol("Phi", d, d)
normal = [Eq(Theta * Phi, Phi * Theta), Eq(Theta.T * Theta, Theta * Theta.T), Eq(Theta.T * Phi, Phi * Theta.T)]
for depth in (2, 3, 4):
    E = Theta**depth - Phi
    first, last = Theta.T ** (depth - 1) * E, E * Theta.T ** (depth - 1)
    paper.identity(
        f"equal-layers-{depth}",
        first,
        last,
        rf"$L={depth}$: equal normal layers that commute with $\Phi$ and $\Phi^\top$ have equal gradients: the first layer's is"
        " the last one's.",
        source=SOURCE,
        assuming=normal,
        uses=["gradient"],
    )
paper.identity(
    "equal-layers-mutant",
    Theta.T * (Theta**2 - Phi),
    (Theta**2 - Phi) * Theta.T,
    "Negative control: the same for every target and all equal layers, $L=2$.",
    **PLANTED,
)

# d2: no crossing

s, u, v = symbols("s u v", nonnegative=True)
r, p, lam, eta = symbols("r p lambda eta", positive=True)
x, y = symbols("x y", nonnegative=True)
unit = Interval(0, 1)
geometric = lambda a, b, depth: sum(a**k * b ** (depth - 1 - k) for k in range(depth))

for L in DEPTHS:
    slope = lambda theta, L=L: theta ** (L - 1) * geometric(theta, r, L)
    paper.inequality(
        f"no-crossing-small-{L}",
        slope(x),
        dp.le(geometric(1, r, L)),
        over={x: (0, 1), r: Interval.Lopen(0, 1)},
        statement=rf"$L={L}$, $r=\lambda^{{1/L}}\le1$: $\theta^{{L-1}}S(\theta)\le S(1)$ on $[0,1]$, so that a rate"
        r" $\eta\le1/S(1)=(1-r)/(1-r^L)$ keeps $\theta_+-r=(\theta-r)(1-\eta\theta^{L-1}S(\theta))\ge0$: no crossing, ever.",
        source=SOURCE,
    )
    paper.inequality(
        f"no-crossing-large-{L}",
        slope(x),
        dp.le(L * r ** (2 * L - 2)),
        over={x: (0, oo), r: (0, oo)},
        statement="",
        source=SOURCE,
    ) if False else paper.inequality(
        f"no-crossing-large-{L}",
        slope(r * x),
        dp.le(L * r ** (2 * L - 2)),
        over={x: (0, 1), r: Interval(1, oo)},
        statement=rf"$L={L}$, $r=\lambda^{{1/L}}\ge1$: $\theta^{{L-1}}S(\theta)\le L\lambda^{{2-2/L}}$ for $0\le\theta\le r$, so"
        r" that a rate $\eta\le1/(L\lambda^{2-2/L})$ never crosses.",
        source=SOURCE,
    )
    paper.inequality(
        f"tangent-{L}",
        x**L,
        dp.ge(y**L + L * y ** (L - 1) * (x - y)),
        over={x: (0, oo), y: (0, oo)},
        statement=rf"$x^L\ge y^L+Ly^{{L-1}}(x-y)$ for $x,y\ge0$, $L={L}$.",
        source=SOURCE,
    )
