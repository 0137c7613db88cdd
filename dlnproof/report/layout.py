r"""Breaking a formula into lines: pieces, the places between them where a line may end, and the best choice of breaks.

Brackets inside pieces have fixed sizes (`\bigl(`), never `\left(`, so a line may end between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dlnproof.report.measure import measure


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of LaTeX; a line may break before it when `level` is a number.

    Level 2 d is a sign of a sum inside d brackets, level 2 d + 1 a factor of a product there; low levels break first.
    """

    latex: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a broken formula, indented by `indent` steps."""

    indent: int
    latex: str


INDENT_WIDTH = 10.0  # one \quad


def join(pieces: Sequence[Piece]) -> str:
    """Return the LaTeX of `pieces` on one line."""
    return " ".join(piece.latex for piece in pieces)


def break_lines(pieces: Sequence[Piece], first: float, rest: float | None = None) -> list[Line]:
    """Return the lines of a formula: the first at most `first` points wide, the others at most `rest` with indent.

    The breaks minimise, in this order: what sticks out, the number of lines, the depth of the breaks, uneven lines.
    """
    rest = first if rest is None else rest
    widths = [measure(piece.latex) for piece in pieces]
    starts = [0] + [k for k, piece in enumerate(pieces) if k and piece.level is not None]
    if sum(widths) <= first or len(starts) == 1:
        return [Line(0, join(pieces))]
    prefix = [0.0]
    for width in widths:
        prefix.append(prefix[-1] + width)
    ends = [*starts[1:], len(pieces)]
    best: list[tuple[float, int]] = [(0.0, -1)] + [(float("inf"), -1)] * len(ends)
    for b, end in enumerate(ends):
        for a in range(b + 1):
            start = starts[a]
            level = pieces[start].level or 0
            indent = 0 if a == 0 else _indent(level)
            room = (first if a == 0 else rest) - INDENT_WIDTH * indent
            width = prefix[end] - prefix[start]
            cost = best[a][0] + 1e4 * max(0.0, width - room) + 100 + (_price(level) if a else 0)
            if b + 1 < len(ends):
                cost += 40 * max(0.0, 1 - width / room) ** 2
                # a term that must be broken itself starts a line, so that its parts stay together
                after = pieces[end].level or 0
                cost += 150 * any((pieces[starts[k]].level or 0) < after for k in range(a + 1, b + 1))
            if cost < best[b + 1][0]:
                best[b + 1] = (cost, a)
    cuts: list[int] = [len(ends)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    cuts.reverse()
    lines = []
    for a, b in pairwise(cuts):
        start, end = starts[a], ends[b - 1]
        text = join(pieces[start:end])
        if a == 0:
            lines.append(Line(0, text))
        else:
            level = pieces[start].level or 0
            lines.append(Line(_indent(level), (r"{}\cdot " if level % 2 else "{}") + text))
    return lines


def _price(level: int) -> int:
    """What a break costs, where a line costs 100: deep breaks and breaks inside a product are for the last need."""
    return 55 * level + 40 * (level % 2)


def _indent(level: int) -> int:
    return 2 + level // 2
