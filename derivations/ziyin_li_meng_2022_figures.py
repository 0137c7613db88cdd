"""Ziyin, Li and Meng (2022): figures from the exact formulas. Thresholds and roots are exact, minima certified, curves drawn in floats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from ziyin_li_meng_2022 import paper
from ziyin_li_meng_2022_thresholds import closed_form
from ziyin_li_meng_2022_variance import network, variance_of
from ziyin_li_meng_2022_vectors import fifth

# distinct for every kind of colour vision (Okabe and Ito 2008), and told apart by dashes and marks as well
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
DEPTH_STYLES = ((1, BLUE, "-", "o"), (2, ORANGE, "--", "s"), (3, GREEN, "-.", "^"))
DEPTHS = range(1, 13)
TOP = 1.1  # of the decays drawn
KINDS = {"strict saddle": ("v", "white"), "local minimum": ("o", "0.75"), "global minimum": ("o", "black")}


def decay_at(product: Fraction, depth: int) -> float:
    """Return the decay of each of D + 1 layers whose product is given."""
    return float(product) ** (1 / (depth + 1))


def draw_phases(figure: Any) -> None:
    """Draw the decays at which zero becomes the global minimum and the only stationary point, depth by depth."""
    panels = figure.subplots(1, 2, sharey=True)
    for axes, noise, title in zip(panels, (0, Fraction(1, 4)), ("no noise", r"noise $\sigma^2=d/4$"), strict=True):
        bounds = [closed_form(depth, 1, Fraction(1), (1 + noise) ** depth) for depth in DEPTHS]
        lower, upper = ([decay_at(pair[k], depth) for depth, pair in zip(DEPTHS, bounds, strict=True)] for k in (0, 1))
        between = [high - low for low, high in zip(lower, upper, strict=True)]
        beyond = [TOP - high for high in upper]
        axes.bar(DEPTHS, lower, width=0.86, color=BLUE, alpha=0.8, label="$<P$: not trivial")
        axes.bar(DEPTHS, between, 0.86, lower, color=ORANGE, hatch="///", edgecolor="white", linewidth=0,
                 label="$P$ to $E$: coexistence")  # fmt: skip
        axes.bar(DEPTHS, beyond, 0.86, upper, color="0.9", label="$>E$: trivial")
        axes.set(title=title, xlabel="hidden layers $D$", xticks=DEPTHS[::2], xlim=(0.4, 12.6), ylim=(0, TOP))
        axes.tick_params(axis="x", length=0)
    panels[0].axhline(0.25, color="black", linewidth=0.9, linestyle=":")
    panels[0].set_ylabel(r"decay $\gamma$ of every layer")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)


def draw_rays(figure: Any) -> None:
    """Draw the loss along the ray of weights through zero and the minimum, as a whole and near zero."""
    decay = 0.15
    whole, near = figure.subplots(1, 2, width_ratios=(1.25, 1))
    for axes, low, high, count in ((whole, -0.45, 1.3, 351), (near, -0.28, 0.28, 225)):
        grid = [low + (high - low) * k / (count - 1) for k in range(count)]
        axes.axhline(0, color="0.75", linewidth=0.7)
        for depth, colour, dash, _ in ((0, VERMILION, ":", ""), *DEPTH_STYLES):
            values = [y ** (2 * depth + 2) - 2 * y ** (depth + 1) + (depth + 1) * decay * y**2 for y in grid]
            axes.plot(grid, values, dash, color=colour, label=f"$D={depth}$", linewidth=1.5)
    near.plot([0], [0], "o", color="black", markersize=3.5)
    whole.set(xlabel="every weight $y$", ylabel="$L(y)-L(0)$", xlim=(-0.45, 1.3), ylim=(-1, 0.5))
    near.set(title="near zero", xlabel="every weight $y$", xlim=(-0.28, 0.28), ylim=(-0.03, 0.03))
    near.set(xticks=(-0.2, 0, 0.2), yticks=(-0.02, 0, 0.02))
    # the part that the right panel shows
    whole.plot((-0.28, 0.28, 0.28, -0.28, -0.28), (-0.03, -0.03, 0.03, 0.03, -0.03), color="0.3", linewidth=0.8)
    figure.legend(*whole.get_legend_handles_labels(), loc="outside upper center", ncols=4)


def draw_variance(figure: Any) -> None:
    """Draw the certified prediction variance at the global minimum against noise, width and depth."""
    left, middle, right = figure.subplots(1, 3, sharey=True)
    noises = [Fraction(round(10 ** (k / 8 + 1)), 1000) for k in range(41)]
    widths = [2**k for k in range(11)]
    depths = range(1, 13)
    variances = middles(network(depth, 1, Fraction(1, 4)) for depth in depths)
    right.plot(depths[3:], variances[3:], "o", color="black", markersize=3.5)
    for depth, colour, dash, mark in DEPTH_STYLES:
        over_noise = middles(network(depth, 1, noise / 4) for noise in noises)
        over_width = middles(network(depth, 1, Fraction(1, width)) for width in widths)
        left.plot([float(noise) for noise in noises], over_noise, dash, color=colour, linewidth=1.3)
        middle.plot(
            widths, over_width, dash, marker=mark, color=colour, linewidth=1.1, markersize=3.5, label=f"$D={depth}$"
        )
        right.plot([depth], variances[depth - 1 : depth], mark, color=colour, markersize=5)
    left.set(title="$d=4$", xscale="log", xlabel=r"noise $\sigma^2$", xticks=(0.01, 1, 100), ylim=(-0.25, 6.6))
    left.set_ylabel("prediction variance $V$")
    middle.set(title=r"$\sigma^2=1$", xscale="log", xlabel="width $d$", xticks=(1, 10, 100, 1000))
    right.set(title=r"$d=4$, $\sigma^2=1$", xlabel="hidden layers $D$", xticks=(1, 4, 7, 10))
    figure.legend(*middle.get_legend_handles_labels(), loc="outside upper center", ncols=3)


def middles(problems: Iterable[Any]) -> list[float]:
    """Return the prediction variances at the global minima; the radius of a ball is far below what a picture shows."""
    return [float(variance_of(problem).mid()) for problem in problems]


def response(pairs: Sequence[tuple[float, float]], depth: int) -> Callable[[float], float]:
    """Return F(z) = z^{D-1} sum_i b_i^2 / (a_i z^D + 1)^2 for the pairs (a_i, b_i)."""
    return lambda z: z ** (depth - 1) * sum((b / (a * z**depth + 1)) ** 2 for a, b in pairs)


def draw_roots(figure: Any) -> None:
    """Draw F(z) for one and for two eigenvalues, D = 2, and the kinds of the stationary points at the roots."""
    axes = figure.subplots()
    axes.axhline(1, color="0.7", linewidth=0.8)
    grid = [10 ** (k / 80 - 1.65) for k in range(333)]
    for name, pairs, colour, dash, order in (
        ("two eigenvalues", ((1.0, 3.0), (1e-4, 3 / 16)), VERMILION, "-", 2),
        ("one eigenvalue", ((1.0, 3.0),), BLUE, "--", 3),
    ):
        curve = response(pairs, 2)
        axes.plot(grid, [curve(z) for z in grid], dash, color=colour, label=name, linewidth=1.5, zorder=order)
    for item in fifth.stationary_points():
        if item.root is None:
            continue
        z = float(item.root.enclose(64).mid()) ** 0.5  # w = z^2 for kappa = 1
        mark, face = KINDS[item.kind]
        known = item.kind in axes.get_legend_handles_labels()[1]
        axes.plot([z], [1], mark, color="black", markerfacecolor=face, markersize=6.5, linestyle="none", zorder=4,
                  label=None if known else item.kind)  # fmt: skip
        rising = item.kind == "strict saddle"
        place = {"xytext": (-5 if rising else 6, 5), "ha": "right" if rising else "left"}
        axes.annotate(f"{z:.3g}", (z, 1), textcoords="offset points", fontsize=8, **place)
    axes.set(xscale="log", yscale="log", xlabel="$z$", ylabel="$F(z)$", xlim=(0.0224, 320), ylim=(0.02, 6))
    axes.legend(loc="lower left")


paper.figure(
    "phases",
    draw_phases,
    caption=r"What equal decays $\gamma$ do at each depth, $|b_0|=a=1$. Below $P$ (blue) the global minimum is not zero; between $P$ and $E$"
    r" (hatched) zero is the global minimum and other points are stationary; above $E$ (grey) zero is the only stationary point. For $D=1$,"
    r" $P=E$. Dotted: $\gamma=\frac14$, the limit of $E$ without noise.",
    alt="Two panels of bars over the number of hidden layers, 1 to 12, in three parts each. Without noise the hatched middle part"
    " widens from nothing at one layer to between 0.08 and 0.28 at twelve; with noise both thresholds fall towards zero.",
)
paper.figure(
    "rays",
    draw_rays,
    caption=r"The loss along the ray through zero and the minimum, all weights equal to $y$, one neuron a layer, $A_0=b_0=1$, $\gamma=0.15$,"
    r" no noise; right: the part in the frame. Zero is no stationary point for $D=0$, a strict saddle for $D=1$, a local minimum behind a barrier for"
    r" $D\geq2$.",
    alt="Four curves of the loss. Near zero: a slope for no hidden layer, a maximum for one, minima for two and three, with a barrier on the"
    " side of the lower minimum.",
)
paper.figure(
    "variance",
    draw_variance,
    caption=r"The prediction variance $V$ at the global minimum, $A_0=\operatorname{diag}(1,3)$, $b_0=(4,5)$, $\gamma=0.3$, against noise, width and"
    r" (right: $d=4$, $\sigma^2=1$) depth. For $D=1$ it is $\frac{\sigma^2d}{(\sigma^2+d)^2}v_1^\top A_0v_1$, largest at $\sigma^2=d$; for"
    r" $D\geq2$ it drops to zero where zero becomes the minimum, here for $D=10,11,12$.",
    alt="Three panels. Against noise, three humps; those of two and three hidden layers drop to zero at finite noise. Against width, humps that"
    " fall like one over the width. Against depth, a rise to 5.6 at three layers, then a fall, and zero from ten layers on.",
)
paper.figure(
    "roots",
    draw_roots,
    caption=r"$F(z)=1$ for $D=2$, $\kappa=s=1$: two roots with $A_0=1$, $b_0=3$; four with $A_0=\operatorname{diag}(1,1/10000)$, $b_0=(3,3/16)$, marked"
    r" by the kind of stationary point: the second is the global minimum, the largest a bad local minimum.",
    alt="Two curves F(z) on logarithmic axes. The dashed one crosses the level 1 twice, the other four times: saddle, global minimum, saddle,"
    " local minimum.",
)
