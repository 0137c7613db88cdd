"""The picture of a landscape: critical values against rank, and the loss on a plane through two critical points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from dlnproof.errors import bad
from dlnproof.landscape.classification import Kind
from dlnproof.landscape.listing import CriticalValue
from dlnproof.landscape.loss_plane import Slice, balanced_point, random_direction, slice_loss
from dlnproof.landscape.overview import Overview
from dlnproof.report.figures import BLUE, ORANGE, VERMILION, Picture
from dlnproof.rings.double import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# shape and filling tell the classes apart without colour
GLOBAL, LOCAL = "global minimum", "local minimum"
STYLES: dict[str, dict[str, Any]] = {
    GLOBAL: {"marker": "*", "s": 170, "facecolor": BLUE, "edgecolor": "white"},
    LOCAL: {"marker": "s", "s": 34, "facecolor": BLUE, "edgecolor": "white"},
    "strict saddles": {"marker": "o", "s": 30, "facecolor": VERMILION, "edgecolor": "white"},
    "non-strict saddles": {"marker": "D", "s": 28, "facecolor": "white", "edgecolor": VERMILION},
    "strict and non-strict saddles": {"marker": "D", "s": 28, "facecolor": "white", "edgecolor": ORANGE},
}
_MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """One critical value: rank of the end-to-end matrix, loss, class (a key of STYLES), and a short label or nothing."""

    rank: int
    loss: float
    points: str
    label: str = ""


def picture_of(facts: Overview, chosen: tuple[int, int] | None, seed: int) -> Picture:
    """Return the picture of a landscape; `chosen` are the numbers of the two critical values that span the plane.

    Default: the global minimum and the lowest saddle value (a random direction where there is none). With decay or noise
    the certified local minima stand for the critical values. Raises: InputError for a number that is not in the list.
    """
    network = "-".join(map(str, facts.problem.widths))
    title = f"Loss landscape of {facts.dataset.name}, deep linear network {network}"
    others: list[Mark] = []
    if facts.listing is None:
        marks, points = _minima_of(facts)
        others = _saddles_of(facts)
    else:
        marks = [_mark(value) for value in facts.listing.values]
        points = [balanced_point(facts.problem, value.stratum) for value in facts.listing.values]
    pair = _pair(marks, chosen)
    names = [_name(marks, number) for number in pair]
    if len(pair) == 2:
        plane = slice_loss(facts.problem, points[pair[0]], points[pair[1]], (names[0], names[1]))
    else:
        other = random_direction(facts.problem, points[pair[0]], seed)
        plane = slice_loss(facts.problem, points[pair[0]], other, (names[0], None))
    return landscape_picture(title, [*marks, *others], plane)


def _pair(marks: Sequence[Mark], chosen: tuple[int, int] | None) -> list[int]:
    """Return the places of the two points that span the plane, or of one."""
    if chosen is None:
        origin_free = [place for place, mark in enumerate(marks) if mark.rank]
        return origin_free[:2] or [0]
    for number in chosen:
        if number > len(marks):
            raise bad("--plane", f"{chosen[0]},{chosen[1]}", f"the table has {len(marks)} critical values", "name two")
        if not marks[number - 1].rank:
            raise bad("--plane", f"{chosen[0]},{chosen[1]}", f"value {number} is that of the origin", "name another")
    if chosen[0] == chosen[1]:
        raise bad("--plane", f"{chosen[0]},{chosen[1]}", "a plane needs two different points", "write --plane 1,2")
    return [number - 1 for number in chosen]


def _mark(value: CriticalValue) -> Mark:
    kinds = value.stratum.kinds
    points = (
        kinds[0] if kinds[0] == Kind.GLOBAL_MINIMUM else " and ".join(kind.split()[0] for kind in kinds) + " saddles"
    )
    chosen = "{" + ", ".join(map(str, value.eigenvalues)) + "}"
    index = "" if value.index is None or points == Kind.GLOBAL_MINIMUM else f" ({value.index})"
    return Mark(value.stratum.rank, float(value.loss), points, chosen + index)


def _minima_of(facts: Overview) -> tuple[list[Mark], list[list[Array]]]:
    """Return the certified local minima of different loss, lowest first, with midpoints of their weights."""
    found = sorted(facts.local_minima or (), key=lambda point: float(point.loss))
    distinct = [
        point for place, point in enumerate(found) if not place or not point.loss.overlaps(found[place - 1].loss)
    ]
    if not distinct:
        raise bad("--figure", facts.dataset.name, "no local minimum was certified, nothing to draw", "add --starts 32")
    marks = []
    for point in distinct:
        known = facts.minimum is not None and bool(point.loss.overlaps(facts.minimum))
        marks.append(Mark(_rank(point.midpoint), float(point.loss), GLOBAL if known else "local minimum"))
    return marks, [point.midpoint for point in distinct]


def _saddles_of(facts: Overview) -> list[Mark]:
    """Return the saddles of one output with decay: of rank 1, or the origin."""
    saddles = [family for family in facts.stationary or () if not family.kind.endswith("minimum")]
    return [Mark(int(family.root is not None), float(family.value), f"{family.kind}s") for family in saddles]


def _rank(weights: Sequence[Array]) -> int:
    """Return the numerical rank of the end-to-end matrix."""
    product = weights[0]
    for weight in weights[1:]:
        product = weight @ product
    size = float(np.linalg.norm(product))
    return int(np.linalg.matrix_rank(product, 1e-9 * size)) if size > 1e-12 else 0


def _name(marks: Sequence[Mark], place: int) -> str:
    mark = marks[place]
    if mark.points in (GLOBAL, LOCAL):
        return mark.points
    return "saddle " + mark.label.partition("}")[0] + "}"


def landscape_picture(title: str, marks: Sequence[Mark], plane: Slice) -> Picture:
    """Return the picture with the marks on the left and the plane on the right."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
        _draw_values(left, marks)
        _draw_plane(figure, right, plane)

    return Picture(draw, title, _alternative(title, marks, plane))


def _draw_values(axes: Axes, marks: Sequence[Mark]) -> None:
    for points, style in STYLES.items():
        chosen = [mark for mark in marks if mark.points == points]
        if chosen:
            losses = [mark.loss for mark in chosen]
            axes.scatter([mark.rank for mark in chosen], losses, label=points, linewidths=0.9, zorder=3, **style)
    labelled = [mark for mark in marks if mark.label]
    if len(labelled) <= _MOST_LABELS:
        for mark, height in _apart(sorted(labelled, key=lambda mark: mark.loss), marks):
            axes.annotate(mark.label, (mark.rank, height), xytext=(8, 0), textcoords="offset points", va="center",
                          fontsize=7.5, annotation_clip=False)  # fmt: skip
    ranks = sorted({mark.rank for mark in marks})
    ticks = MaxNLocator(8, integer=True).tick_values(ranks[0], ranks[-1])
    axes.set_xticks([tick for tick in ticks if ranks[0] <= tick <= ranks[-1]])
    room = 0.45 * (ranks[-1] - ranks[0] or 1) if labelled and len(labelled) <= _MOST_LABELS else 0.3
    axes.set_xlim(ranks[0] - 0.3, ranks[-1] + room)
    axes.set_ylim(*_limits(marks))
    axes.set_xlabel("rank of the network on the data")
    axes.set_ylabel("loss at critical points")
    axes.set_title("(a) " + _meaning(labelled))
    axes.legend(loc="lower left", handletextpad=0.3, borderaxespad=0.2)
    axes.grid(axis="y", linewidth=0.4, color="0.9", zorder=0)


def _meaning(labelled: Sequence[Mark]) -> str:
    if not labelled:
        return "critical values"
    return "values: {eigenvalues}" + (" (index)" if any("(" in mark.label for mark in labelled) else "")


def _limits(marks: Sequence[Mark]) -> tuple[float, float]:
    """Return limits with room for the legend below the lowest value."""
    low, high = min(mark.loss for mark in marks), max(mark.loss for mark in marks)
    span = (high - low) or abs(high) or 1.0
    return low - (0.1 + 0.09 * len({mark.points for mark in marks})) * span, high + 0.08 * span


def _apart(labelled: Sequence[Mark], marks: Sequence[Mark]) -> list[tuple[Mark, float]]:
    """Return heights for the labels, a little apart where the values of one rank nearly agree."""
    low, high = _limits(marks)
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
    first, second = plane.names
    floor = float(plane.loss.min())
    highest = max(_at(plane, 0, 0), _at(plane, 1, 0), _at(plane, 0, 1))
    # levels are dense near the lowest value and stop a little above the origin: beyond, the loss is a steep polynomial
    top = highest + 0.6 * ((highest - floor) or 1.0)
    levels = floor + (top - floor) * np.linspace(0, 1, 19) ** 1.6
    filled = axes.contourf(plane.s, plane.t, plane.loss, levels=levels, cmap="Blues_r", extend="max")
    axes.contour(plane.s, plane.t, plane.loss, levels=levels[1:], colors="0.25", linewidths=0.35)
    bar = figure.colorbar(filled, ax=axes, pad=0.02, fraction=0.06)
    bar.set_label("loss")
    bar.set_ticks(
        [tick for tick in MaxNLocator(6).tick_values(levels[0], levels[-1]) if levels[0] <= tick <= levels[-1]]
    )
    names = [("origin", 0.0, 0.0, "o"), (first, 1.0, 0.0, "*")] + ([(second, 0.0, 1.0, "D")] if second else [])
    for name, s, t, marker in names:
        axes.scatter([s], [t], marker=marker, s=110 if marker == "*" else 36, facecolor="white", edgecolor="black",
                     linewidths=0.9, zorder=4)  # fmt: skip
        axes.annotate(name, (s, t), xytext=(0, 8), textcoords="offset points", ha="center", va="bottom", fontsize=7.5,
                      bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
                      zorder=5)  # fmt: skip
    axes.set_xlabel(f"s, towards A: {first}")
    axes.set_ylabel(f"t, towards B: {second or 'a random direction'}")
    axes.set_title("(b) loss at the weights s A + t B")
    axes.set_aspect("equal")
    axes.set_xticks([0, 0.5, 1])
    axes.set_yticks([0, 0.5, 1])
    for side in axes.spines.values():
        side.set_visible(True)


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
    left = f"Left: critical values against rank: {listed}{more}"
    return f"{title}. {left}. Right: contours of the loss on the plane through {through}."
