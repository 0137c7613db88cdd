"""A trajectory as a figure: loss, determinant, eigenvalues in the plane, imbalance. Deterministic bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dlnproof.landscape.descent.trajectory import Trajectory

_MOST_POINTS = 400
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # told apart by colour-blind readers too


def plot_trajectory(trajectory: Trajectory, path: Any = None) -> Any:
    """Return the figure of a trajectory, and write it to `path` if one is given."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    last = len(trajectory) - 1
    steps = np.unique(np.linspace(0, last, min(last + 1, _MOST_POINTS)).round().astype(int)).tolist()
    square = trajectory.problem.widths[0] == trajectory.problem.widths[-1]
    with rc_context({"svg.hashsalt": "dlnproof", "pdf.fonttype": 42, "font.size": 9}):
        figure = Figure(figsize=(9.0, 5.4), layout="constrained")
        left, sign, middle, right = figure.subplots(2, 2).ravel()
        losses = [max(_middle(trajectory.losses[step]), 1e-300) for step in steps]
        left.semilogy(steps, losses, color=_COLOURS[0])
        left.set(xlabel="step", ylabel="loss", title="loss")
        if square:
            _determinants(sign, trajectory, steps)
            _eigenvalues(middle, trajectory, steps)
        else:
            sign.set_axis_off()
            middle.set_axis_off()
        sizes = [
            max((abs(_middle(entry)) for part in trajectory.imbalance(step) for entry in part.entries()), default=0.0)
            for step in steps
        ]
        right.plot(steps, sizes, color=_COLOURS[0])
        right.set(xlabel="step", ylabel="largest entry of an imbalance", title="imbalance")
        if path is not None:
            target = Path(path)
            empty = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}.get(target.suffix, {})
            figure.savefig(target, metadata=empty, dpi=160)
    return figure


_SIGNS = {1: ("+", "#0072B2"), -1: ("-", "#D55E00"), 0: ("0", "#000000"), None: ("not known", "#E69F00")}


def _determinants(axes: Any, trajectory: Trajectory, steps: list[int]) -> None:
    """Draw the size of the determinant at each step, coloured by its sign: a point at the foot where it is zero."""
    found: dict[int | None, list[tuple[int, float]]] = {}
    for step in steps:
        size = abs(_middle(trajectory.determinant(step)))
        found.setdefault(trajectory.determinant_sign(step), []).append((step, max(size, 1e-300)))
    for value, points in found.items():
        name, colour = _SIGNS[value]
        places, sizes = zip(*points, strict=True)
        axes.semilogy(places, sizes, ".", markersize=3, color=colour, label=f"sign {name}")
    axes.legend(frameon=False)
    axes.set(xlabel="step", ylabel="size of the determinant", title="determinant of the end-to-end matrix")


def _eigenvalues(axes: Any, trajectory: Trajectory, steps: list[int]) -> None:
    values = np.array([[complex(v.real.mid(), v.imag.mid()) for v in trajectory.eigenvalues(step)] for step in steps])
    for place in range(values.shape[1]):
        axes.plot(
            values[:, place].real, values[:, place].imag, ".", markersize=2, color=_COLOURS[place % len(_COLOURS)]
        )
    axes.plot(values[0].real, values[0].imag, "o", color="black", markersize=5, fillstyle="none", label="start")
    axes.plot(values[-1].real, values[-1].imag, "s", color="black", markersize=5, fillstyle="none", label="end")
    axes.axvline(0, color="0.7", linewidth=0.8)
    axes.legend(frameon=False)
    axes.set(xlabel="real part", ylabel="imaginary part", title="eigenvalues of the end-to-end matrix")


def _middle(value: Any) -> float:
    return float(value.mid()) if hasattr(value, "mid") else float(value)
