"""Ziyin, Li and Meng (2022): figures from the exact formulas of the reduction, for equal decays and A0 = a I as b0 sees it."""

from __future__ import annotations

from typing import Any

from ziyin_li_meng_2022 import paper

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
DEPTHS = range(1, 11)


def thresholds(depth: int, b: float = 1.0, a: float = 1.0) -> tuple[float, float]:
    """Return the decays above which zero is the global minimum, and the only stationary point: P and E to the 1/(D+1)."""
    d = depth
    base = b ** (2 * d) * float(max(d - 1, 1)) ** (d - 1) / a ** (d - 1)
    trivial = base / float(d) ** (2 * d)
    only = base * float(d + 1) ** (d + 1) / float(2 * d) ** (2 * d) if d > 1 else trivial
    return trivial ** (1 / (d + 1)), only ** (1 / (d + 1))


def draw_phases(figure: Any) -> None:
    """Draw the decays of each kind of minimum against the depth."""
    axes = figure.subplots()
    trivial, only = zip(*(thresholds(depth) for depth in DEPTHS), strict=True)
    depths = list(DEPTHS)
    axes.fill_between(depths, 0, trivial, color=BLUE, alpha=0.25, linewidth=0)
    axes.fill_between(depths, trivial, only, color=ORANGE, alpha=0.35, linewidth=0)
    axes.plot(depths, trivial, "o-", color=BLUE, label="P: zero becomes the global minimum")
    axes.plot(depths, only, "s-", color=ORANGE, label="E: zero becomes the only stationary point")
    axes.set(xlabel="hidden layers D", ylabel="decay", xticks=depths, ylim=(0, 1.1))
    axes.legend()


def draw_rays(figure: Any) -> None:
    """Draw the loss along the ray of weights through zero and the minimum, for several depths."""
    axes = figure.subplots()
    decay, b = 0.15, 1.0
    axes.axhline(0, color="0.7", linewidth=0.7)
    grid = [k / 100 for k in range(126)]
    for depth, colour, dash in ((0, BLUE, "-"), (1, ORANGE, "--"), (2, GREEN, "-."), (3, VERMILION, ":")):
        values = [y ** (2 * depth + 2) - 2 * b * y ** (depth + 1) + (depth + 1) * decay * y**2 for y in grid]
        axes.plot(grid, values, dash, color=colour, label=f"D = {depth}")
    axes.set(
        xlabel="each weight, on the ray through zero and the minimum",
        ylabel="loss less its value at zero",
        ylim=(-1, 0.5),
    )
    axes.legend()


def draw_variance(figure: Any) -> None:
    """Draw the prediction variance at the global minimum of one hidden layer against noise and width."""
    left, right = figure.subplots(1, 2, sharey=True)
    noises = [10 ** (k / 20 - 2) for k in range(101)]
    for d, colour, dash in ((1, BLUE, "-"), (4, ORANGE, "--"), (16, GREEN, "-.")):
        left.plot(noises, [t * d / (t + d) ** 2 for t in noises], dash, color=colour, label=f"d = {d}")
    widths = range(1, 101)
    for t, colour, dash in ((0.25, BLUE, "-"), (1, ORANGE, "--"), (4, GREEN, "-.")):
        right.plot(widths, [t * d / (t + d) ** 2 for d in widths], dash, color=colour, label=f"variance {t:g}")
    left.set(xscale="log", xlabel="variance of the noise", ylabel="prediction variance", ylim=(0, 0.36))
    right.set(xscale="log", xlabel="width d")
    left.legend(loc="upper left")
    right.legend(loc="upper right")


def draw_roots(figure: Any) -> None:
    """Draw F(z) for one and for two eigenvalues that b0 sees, D = 2."""
    axes = figure.subplots()
    axes.axhline(1, color="0.7", linewidth=0.7)
    grid = [10 ** (k / 60 - 1.5) for k in range(241)]
    for name, parts, colour, dash in (
        ("two roots: one eigenvalue", ((1.0, 3.0),), BLUE, "--"),
        ("four roots: two eigenvalues", ((1.0, 3.0), (1e-4, 3 / 16)), VERMILION, "-"),
    ):
        values = [sum(z * (b / (a * z * z + 1)) ** 2 for a, b in parts) for z in grid]
        axes.plot(grid, values, dash, color=colour, label=name)
    axes.set(xscale="log", yscale="log", xlabel="z", ylabel="F(z)", ylim=(0.01, 30))
    axes.legend()


paper.figure(
    "phases",
    draw_phases,
    caption=r"Decay and depth, $|b_0|=a=s=1$, equal decays: below $P$ the global minimum is not zero, between them other"
    r" stationary points coexist with zero as the global minimum, above $E$ zero is the only stationary point.",
    alt="Two curves of decay thresholds over the number of hidden layers, 1 to 10; they meet at one layer, then E is above P.",
)
paper.figure(
    "rays",
    draw_rays,
    caption=r"The loss along the ray through zero and the minimum, one neuron a layer, $|b_0|=a=1$, $\gamma=0.15$: zero is"
    r" no stationary point for $D=0$, a saddle for $D=1$, a local minimum behind a barrier for $D\geq2$.",
    alt="Four curves of the loss: sloped at zero for D = 0, a maximum at zero for D = 1, a minimum there for D = 2 and 3.",
)
paper.figure(
    "variance",
    draw_variance,
    caption=r"Prediction variance at the global minimum, $D=1$, over $v_1^\top A_0v_1$: $\sigma^2d/(\sigma^2+d)^2$, largest"
    r" at $\sigma^2=d$.",
    alt="Curves that rise to one quarter where the variance of the noise equals the width, and fall on both sides.",
)
paper.figure(
    "roots",
    draw_roots,
    caption=r"$F(z)=1$ for $D=2$, $\kappa=s=1$: two roots with $A_0=1$, $b_0=3$; four with $A_0=\operatorname{diag}(1,1/10000)$,"
    r" $b_0=(3,3/16)$, of which the second is the global minimum.",
    alt="Two curves F(z) on logarithmic axes; one crosses the level 1 twice, the other four times.",
)
