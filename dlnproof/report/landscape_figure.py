"""The picture of a landscape: critical values against rank, and the loss on a plane through two critical points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlnproof.errors import InputError, bad
from dlnproof.landscape.classification import Kind
from dlnproof.landscape.listing import CriticalValue
from dlnproof.landscape.overview import Overview
from dlnproof.landscape.slices import Slice, balanced_point, random_direction, slice_loss
from dlnproof.report.figures import BLUE, ORANGE, VERMILION, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# shape and filling tell the classes apart without colour
STYLES = {
    "global minimum": {"marker": "*", "s": 120, "facecolor": BLUE, "edgecolor": BLUE},
    "local minimum": {"marker": "s", "s": 40, "facecolor": BLUE, "edgecolor": BLUE},
    "strict saddles": {"marker": "o", "s": 36, "facecolor": VERMILION, "edgecolor": VERMILION},
    "strict and non-strict saddles": {"marker": "D", "s": 34, "facecolor": "white", "edgecolor": ORANGE},
}
_MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """One critical value: rank of the end-to-end matrix, loss, class (a key of STYLES), and a short label or nothing."""

    rank: int
    loss: float
    points: str
    label: str = ""


def landscape_picture(title: str, marks: Sequence[Mark], plane: Slice, label_meaning: str) -> Picture:
    """Return the picture of a landscape with the marks on the left and the plane on the right."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.12))
        _draw_values(left, marks, label_meaning)
        _draw_plane(figure, right, plane)

    return Picture(draw, title, _alternative(title, marks, plane))


def _draw_values(axes: Axes, marks: Sequence[Mark], label_meaning: str) -> None:
    for points, style in STYLES.items():
        chosen = [mark for mark in marks if mark.points == points]
        if chosen:
            losses = [mark.loss for mark in chosen]
            axes.scatter([mark.rank for mark in chosen], losses, label=points, linewidths=1.1, zorder=3, **style)
    labelled = [mark for mark in marks if mark.label]
    if len(labelled) <= _MOST_LABELS:
        heights = _apart(sorted(labelled, key=lambda mark: mark.loss), marks)
        for mark, height in heights:
            axes.annotate(mark.label, (mark.rank, height), xytext=(9, 0), textcoords="offset points", va="center",
                          fontsize=7.5, annotation_clip=False)  # fmt: skip
    ranks = sorted({mark.rank for mark in marks})
    axes.set_xticks(range(ranks[0], ranks[-1] + 1)) if ranks[-1] - ranks[0] < 12 else None
    axes.set_xlim(ranks[0] - 0.35, ranks[-1] + 0.75)
    axes.set_ylim(*_limits([mark.loss for mark in marks]))
    axes.set_xlabel("rank of the end-to-end matrix on the data")
    axes.set_ylabel("loss at critical points")
    axes.set_title("(a) critical values" + (f", labelled by {label_meaning}" if label_meaning else ""))
    axes.legend(loc="lower left", handletextpad=0.3, borderaxespad=0.2)
    axes.grid(axis="y", linewidth=0.4, color="0.88", zorder=0)


def _limits(losses: Sequence[float]) -> tuple[float, float]:
    """Return limits with room for the legend below the lowest value."""
    low, high = min(losses), max(losses)
    span = (high - low) or abs(high) or 1.0
    return low - 0.3 * span, high + 0.08 * span


def _apart(labelled: Sequence[Mark], marks: Sequence[Mark]) -> list[tuple[Mark, float]]:
    """Return heights for the labels, a little apart where the values of one rank nearly agree."""
    low, high = _limits([mark.loss for mark in marks])
    least = 0.045 * (high - low)
    placed: list[tuple[Mark, float]] = []
    for rank in sorted({mark.rank for mark in labelled}):
        column = [mark for mark in labelled if mark.rank == rank]
        heights = [mark.loss for mark in column]
        for _ in range(60):
            for i in range(len(heights) - 1):
                lacking = least - (heights[i + 1] - heights[i])
                if lacking > 1e-12:
                    heights[i] -= lacking / 2
                    heights[i + 1] += lacking / 2
        placed += list(zip(column, heights, strict=True))
    return placed


def _draw_plane(figure: Figure, axes: Axes, plane: Slice) -> None:
    import numpy as np

    first, second = plane.names
    floor = float(plane.loss.min())
    corner = {name: _at(plane, s, t) for name, s, t in (("o", 0, 0), ("a", 1, 0), ("b", 0, 1))}
    # levels are dense near the lowest value and stop a little above the origin: beyond, the loss is a steep quartic
    top = max(corner.values()) + 0.6 * ((max(corner.values()) - floor) or 1.0)
    levels = floor + (top - floor) * np.linspace(0, 1, 19) ** 1.6
    filled = axes.contourf(plane.s, plane.t, plane.loss, levels=levels, cmap="cividis", extend="max")
    axes.contour(plane.s, plane.t, plane.loss, levels=levels[1::2], colors="white", linewidths=0.4, alpha=0.7)
    ticks = sorted({floor, *corner.values()})
    bar = figure.colorbar(filled, ax=axes, pad=0.02, fraction=0.06)
    bar.set_label("loss")
    bar.set_ticks(_ticks(levels))
    bar.outline.set_linewidth(0.5)  # type: ignore[operator]
    del ticks
    names = [("origin", 0.0, 0.0), (first, 1.0, 0.0)] + ([(second, 0.0, 1.0)] if second else [])
    markers = {"origin": "o", first: "*"}
    for name, s, t in names:
        marker = markers.get(name, "D")
        axes.scatter([s], [t], marker=marker, s=110 if marker == "*" else 42, facecolor="white", edgecolor="black",
                     linewidths=0.9, zorder=4)  # fmt: skip
        axes.annotate(name, (s, t), xytext=(0, 8), textcoords="offset points", ha="center", va="bottom", fontsize=7.5,
                      bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
                      zorder=5)  # fmt: skip
    axes.set_xlabel(f"s: towards the {first}")
    axes.set_ylabel(f"t: towards {second}" if second else "t: a random direction")
    axes.set_title("(b) loss on the plane W = s A + t B")
    axes.set_aspect("equal")
    for side in axes.spines.values():
        side.set_visible(True)


def _ticks(levels: Sequence[float]) -> list[float]:
    """Return round numbers between the first and the last level."""
    from matplotlib.ticker import MaxNLocator

    return [float(tick) for tick in MaxNLocator(6).tick_values(levels[0], levels[-1]) if levels[0] <= tick <= levels[-1]]


def _at(plane: Slice, s: float, t: float) -> float:
    i = int(abs(plane.s - s).argmin())
    j = int(abs(plane.t - t).argmin())
    return float(plane.loss[j, i])


def _alternative(title: str, marks: Sequence[Mark], plane: Slice) -> str:
    """Return what the picture shows, in words."""
    listed = ", ".join(f"{mark.loss:.6g} (rank {mark.rank}, {mark.points})" for mark in marks[:_MOST_LABELS])
    more = f" and {len(marks) - _MOST_LABELS} more" if len(marks) > _MOST_LABELS else ""
    first, second = plane.names
    through = f"the origin, the {first} and " + (second or "a random direction")
    return f"{title}. Left: critical values against rank: {listed}{more}. Right: contours of the loss on the plane through {through}."
