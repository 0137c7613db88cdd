"""Bartlett, Helmbold and Long (2018): figures of flow and descent from the identity. To look at; no claim rests on them."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, log

import numpy as np
from bartlett_helmbold_long_2018_far import paper
from bartlett_helmbold_long_2018_plane import gap_squared, smallest_singular_value_squared

import dlnproof as dp

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
TIMES = [Fraction(k, 16) for k in range(0, 129, 2)]


def eigenvalues(figure) -> None:
    """Draw the eigenvalues of A(t) under the flow in the complex plane for four targets."""
    cases = (
        ("positive definite", [[Fraction(5, 4), Fraction(3, 4)], [Fraction(3, 4), Fraction(5, 4)]]),
        ("negative eigenvalue", [[Fraction(3, 4), Fraction(5, 4)], [Fraction(5, 4), Fraction(3, 4)]]),
        ("rotation by 143°", [[Fraction(-4, 5), Fraction(-3, 5)], [Fraction(3, 5), Fraction(-4, 5)]]),
        ("twice $-1$, not normal", [[-1, 1], [0, -1]]),
    )
    for place, (name, target) in enumerate(cases, 1):
        path = dp.two_layer_flow(target, TIMES)
        numbers = np.array([[[float(entry.mid()) for entry in row] for row in value.tolist()] for value in path])
        values, goal = np.linalg.eigvals(numbers).ravel(), np.linalg.eigvals(np.array(target, dtype=float))
        axes = figure.add_subplot(1, 4, place)
        axes.axhline(0, color="0.85", linewidth=0.6, zorder=0)
        axes.axvline(0, color="0.85", linewidth=0.6, zorder=0)
        axes.plot(values.real, values.imag, ".", markersize=3.5, color=BLUE, label="$A(t)$")
        axes.plot([1], [0], "o", markersize=5, fillstyle="none", color="black", label="start")
        axes.plot(goal.real, goal.imag, "x", markersize=6, markeredgewidth=1.6, color=ORANGE, label="target")
        axes.set(title=name, xlabel="real part", xlim=(-2.4, 2.4), ylim=(-1.4, 1.4))
        axes.set_aspect("equal")
        axes.title.set_fontsize(8)
    figure.axes[0].set_ylabel("imaginary part")
    figure.axes[0].legend(loc="upper left", fontsize=6, frameon=False, handletextpad=0.1, borderpad=0.1)
    figure.set_size_inches(7.4, 1.75)


def learnt(target: list[list[Fraction]]) -> bool:
    """Return whether the flow is certainly within sigma_min(Phi) of the target at t = 64, from where it converges."""
    (found,) = dp.two_layer_flow(target, [64], bits=768)
    return bool(gap_squared(found, target) < smallest_singular_value_squared(target))


def success(figure) -> None:
    """Draw which 2 x 2 targets the flow learns, certified by the closed form, in two slices, and where it should."""
    side = [Fraction(2 * k + 1, 8) for k in range(-8, 8)]
    border = np.linspace(-2.0, 2.0, 801)
    for place, (upper, lower) in enumerate(((1, -1), (1, 1)), 1):
        axes = figure.add_subplot(1, 2, place)
        rows = [[[a, Fraction(upper, 2)], [Fraction(lower, 2), b]] for a in side for b in side]
        flags = np.array([learnt(target) for target in rows])
        points = np.array([[float(target[0][0]), float(target[1][1])] for target in rows])
        for right in (True, False):
            part = border[border > 0] if right else border[border < 0]
            edge = upper * lower / 4 / part
            if right or lower < 0:
                far = np.full_like(part, 2.0 if right else -2.0)
                axes.fill_between(part, np.clip(edge, -2, 2), far, color=BLUE, alpha=0.12, linewidth=0)
            visible = np.abs(edge) <= 2
            axes.plot(part[visible], edge[visible], color="black", linewidth=0.9)
        axes.plot(*points[flags].T, "o", markersize=3.2, color=BLUE, label="learnt")
        axes.plot(*points[~flags].T, "x", markersize=3.2, color=ORANGE, label="not learnt")
        sign = "-" if lower < 0 else ""
        title = rf"$\phi_{{12}}=\frac{{1}}{{2}},\ \phi_{{21}}={sign}\frac{{1}}{{2}}$"
        axes.set(xlabel=r"$\phi_{11}$", xlim=(-2, 2), ylim=(-2, 2), title=title)
        axes.set_aspect("equal")
    figure.axes[0].set_ylabel(r"$\phi_{22}$")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    figure.set_size_inches(6.2, 3.7)


def steps_until(target: float, depth: int, rate: float, start: float, least: float, share: float = 1e-8) -> int:
    """Return how many steps the scalar recursion, its product clipped below at `least`, takes to `share` of the loss."""
    theta, first = start ** (1 / depth), (start - target) ** 2
    for step in range(1_000_000):
        if (theta**depth - target) ** 2 <= share * first:
            return step
        theta = max(theta - rate * theta ** (depth - 1) * (theta**depth - target), least ** (1 / depth))
    return 1_000_000


def counts(figure) -> None:
    """Draw measured against promised numbers of steps until 1e-8 of the loss, d = 1."""
    need, points = log(1e8), {"near the identity": [], "positive definite": [], "power projection": []}
    for depth in (2, 3, 5, 8):
        for target in (0.82, 0.9, 1.1, 1.19):
            rate = 1 / (8 * depth)
            points["near the identity"].append((16 * need, steps_until(target, depth, rate, 1.0, 0.0)))
        for target in (1 / 50, 1 / 5, 3.0, 20.0):
            top, low = max(1.0, target) ** (2 - 2 / depth), min(1.0, target) ** (2 - 2 / depth)
            bound = top / low * need / 2
            points["positive definite"].append((bound, steps_until(target, depth, 1 / (depth * top), 1.0, 0.0)))
        for target in (1.5, 3.0, 8.0):
            most = (target + target - 1.0) ** (2 - 2 / depth)
            rate = 1 / (4 * depth * most)
            points["power projection"].append((4 * most * need, steps_until(target, depth, rate, 1.0, 1.0)))
    axes = figure.add_subplot(1, 1, 1)
    for (name, pairs), mark, colour in zip(points.items(), "os^", (BLUE, ORANGE, GREEN), strict=True):
        bound, measured = np.array(pairs).T
        axes.loglog(bound, np.maximum(measured, 1), mark, color=colour, markersize=5, alpha=0.8, label=name)
    top = 10.0 ** ceil(log(max(b for pairs in points.values() for b, _ in pairs), 10))
    axes.loglog([1, top], [1, top], color="black", linewidth=0.8)
    axes.annotate("bound", (top / 30, top / 30), xytext=(-6, 4), textcoords="offset points", ha="right", fontsize=8)
    axes.set(xlabel="bound on the number of steps", ylabel="steps taken", xlim=(5, top), ylim=(1, top))
    axes.grid(True, which="major", color="0.9", linewidth=0.5)
    axes.legend(frameon=False, loc="upper left")
    figure.set_size_inches(4.6, 3.4)


paper.figure(
    "eigenvalue-paths",
    eigenvalues,
    caption=r"Eigenvalues of $A(t)$ under the flow from the identity, $L=2$, closed form, $0\le t\le8$. Normal targets: each moves on"
    r" a straight segment; a positive one and a rotation short of a half turn are reached, a negative one stops at 0. The last"
    r" target, $\begin{pmatrix}-1&1\\0&-1\end{pmatrix}$, is not normal and is learnt around 0.",
    alt="Four panels in the complex plane: paths reach the crosses for the positive, the rotated and the non-normal target, and stop"
    " at 0 for the eigenvalue -1/2.",
)
paper.figure(
    "success-region",
    success,
    caption=r"Targets $\begin{pmatrix}\phi_{11}&\phi_{12}\\ \phi_{21}&\phi_{22}\end{pmatrix}$ that the flow from the identity learns, $L=2$. Shaded:"
    r" where it does by the criterion ($\det\Phi\ge0$, not symmetric negative semidefinite); black: $\det\Phi=0$. Dots: targets with"
    r" $\|A(t)-\Phi\|_F<\sigma_{\min}(\Phi)$ at $t=64$, certified by the closed form in balls; crosses: the others.",
    alt="Two maps of the plane. Dots fill exactly the regions where the determinant is positive; in the symmetric slice the region in the"
    " lower left corner, of negative definite targets, has crosses.",
)
paper.figure(
    "step-counts",
    counts,
    caption=r"Steps until the loss has fallen to $10^{-8}$ of its start, $d=1$, $L=2,3,5,8$, against the bounds for targets near the"
    " identity, positive definite targets, and power projection.",
    alt="Points of three kinds, all on or below the diagonal where the measured number of steps equals the bound.",
)
