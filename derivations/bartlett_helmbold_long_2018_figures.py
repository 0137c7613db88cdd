"""Bartlett, Helmbold and Long (2018): figures of descent from the identity. Floating point, to look at; no claim rests on them."""

from __future__ import annotations

from math import ceil, log

import numpy as np
from bartlett_helmbold_long_2018 import paper

import dlnproof as dp


def eigenvalues(figure) -> None:
    """Draw the eigenvalues of A(t) in the complex plane for three targets."""
    cases = (
        ("positive: 2 and 1/2", [[2, 0], [0, "1/2"]], "1/20"),
        ("negative: 1/2 and -1", [["1/2", 0], [0, -1]], "1/20"),
        ("rotation by 143 degrees", [["-4/5", "-3/5"], ["3/5", "-4/5"]], "1/20"),
    )
    for place, (name, target, rate) in enumerate(cases, 1):
        problem = dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=target)
        path = dp.gradient_descent(problem, problem.identity, rate, 150, bits=128)
        values = np.array([[complex(value) for value in path.eigenvalues(step)] for step in range(0, 151, 3)]).ravel()
        goal = np.linalg.eigvals(np.array([[as_float(entry) for entry in row] for row in target]))
        axes = figure.add_subplot(1, 3, place)
        axes.plot(values.real, values.imag, ".", markersize=3, color="#0072B2")
        axes.plot(goal.real, goal.imag, "x", color="#D55E00")
        axes.set(title=name, xlabel="real part", xlim=(-1.3, 2.2), ylim=(-1.2, 1.2))
    figure.axes[0].set_ylabel("imaginary part")


def as_float(entry: int | str) -> float:
    """Return an int or a fraction written as text as a float."""
    top, _, bottom = str(entry).partition("/")
    return int(top) / int(bottom or 1)


def success(figure) -> None:
    """Draw where descent at a small rate learns the target (a, 1/2; -1/2, b), and the line det = 0."""
    side = np.linspace(-2, 2, 81)
    a, b = np.meshgrid(side, side)
    target = np.stack([np.stack([a, np.full_like(a, 0.5)], -1), np.stack([np.full_like(a, -0.5), b], -1)], -2)
    # few steps: later, rounding breaks the symmetry that keeps exact descent from targets of negative determinant
    first = second = np.broadcast_to(np.eye(2), target.shape)
    for _ in range(300):
        gap = second @ first - target
        first, second = first - 0.05 * second.swapaxes(-1, -2) @ gap, second - 0.05 * gap @ first.swapaxes(-1, -2)
    losses = np.sum((second @ first - target) ** 2, axis=(-1, -2)) / 2
    axes = figure.add_subplot(1, 1, 1)
    shade = axes.pcolormesh(a, b, np.log10(losses + 1e-16), cmap="cividis", shading="nearest", rasterized=True)
    axes.contour(a, b, a * b + 0.25, levels=[0.0], colors="#D55E00")
    axes.set(xlabel="a", ylabel="b", title="loss after 300 steps; the line is det = 0")
    figure.colorbar(shade, label="log10 of the loss")


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
    for (name, pairs), mark, colour in zip(points.items(), "os^", ("#0072B2", "#D55E00", "#009E73"), strict=True):
        bound, measured = np.array(pairs).T
        axes.loglog(bound, np.maximum(measured, 1), mark, color=colour, label=name)
    ends = [1.0, 10.0 ** ceil(log(max(b for pairs in points.values() for b, _ in pairs), 10))]
    axes.loglog(ends, ends, color="#000000", linewidth=0.7, label="bound")
    axes.set(xlabel="bound on the number of steps", ylabel="measured")
    axes.legend()


paper.figure(
    "eigenvalue-paths",
    eigenvalues,
    caption=r"Eigenvalues of $A(t)$ from the identity, $L=2$, $\eta=\frac1{20}$ (crosses: those of the target). A negative"
    " eigenvalue is out of reach; a rotation short of a half turn is learnt along a straight segment.",
    alt="Three panels in the complex plane: paths reach the crosses for the positive and the rotated target, and stop at 0 for -1.",
)
paper.figure(
    "success-region",
    success,
    caption=r"Targets $\begin{pmatrix}a&1/2\\-1/2&b\end{pmatrix}$, $L=2$, descent at $\eta=\frac1{20}$ in floating point: the targets"
    r" with $\det\Phi<0$ are not learnt.",
    alt="A map of the plane (a, b): the loss is tiny where the determinant is positive and large where it is negative.",
)
paper.figure(
    "step-counts",
    counts,
    caption=r"Steps until the loss has fallen to $10^{-8}$ of its start, $d=1$, $L=2,3,5,8$, against the bounds for targets near the"
    " identity, positive definite targets, and power projection.",
    alt="Points of three kinds, all on or below the diagonal where the measured number of steps equals the bound.",
)
