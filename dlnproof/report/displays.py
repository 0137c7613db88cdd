r"""Chains of formulas as displays: aligned at the relation signs, broken to the line width, reasons at the right.

The display is amsmath's `flalign*`, flush left with a small indent, so that long and short formulas start at one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlnproof.report.escape import Latex
from dlnproof.report.layout import INDENT_WIDTH, Line, Piece, break_lines, join
from dlnproof.report.measure import measure

LEFT_INDENT = 15.0  # \dlnindent
RELATION = 15.0  # a relation sign with its spaces
SHORT = 78.0  # a left side up to this width may share its line with the first right side
NOTE_WIDTH = 106.0
LETTER = 4.0  # a letter of a note, in \footnotesize
NO_NOTE = Latex("")


@dataclass(frozen=True, slots=True)
class Link:
    """One further line of a chain: its relation sign, its formula, and a note (a reason) to print beside it."""

    relation: str
    pieces: Sequence[Piece]
    note: Latex = NO_NOTE


@dataclass(frozen=True, slots=True)
class _Row:
    left: str  # in front of the relation signs
    right: str
    note: Latex = NO_NOTE


def chain(start: Sequence[Piece], links: Sequence[Link], width: float, *, hang: bool = True) -> Latex:
    """Return the display `start relation_1 formula_1 relation_2 formula_2 ...` for lines of `width` points.

    A short start stands in front of the relation signs, unless `hang` is false.
    """
    width -= LEFT_INDENT
    notes = max((min(NOTE_WIDTH, _text_width(link.note)) for link in links), default=0.0)
    room = width - (notes + INDENT_WIDTH if notes else 0.0)
    beside = bool(notes) and all(_fits(part, room) for part in [start, *(link.pieces for link in links)])
    if not beside:
        room = width
    rows = _standing(start, links, room, beside)
    if hang and measure(join(start)) <= SHORT:
        hanging = _hanging(start, links, room, beside)
        unbroken = len(hanging) == len(links) * (2 if notes and not beside else 1)
        rows = hanging if unbroken or len(hanging) < len(rows) else rows
    return display([_latex(row) for row in rows])


def display(rows: Sequence[str]) -> Latex:
    """Return the display with these rows; an empty one when there are none."""
    if not rows:
        return Latex("")
    return Latex("\\begin{flalign*}\n" + " \\\\\n".join(rows) + "\n\\end{flalign*}")


def rows_of(shown: Latex) -> list[str]:
    """Return the rows of a display, so that several can be stacked into one."""
    return shown.removeprefix("\\begin{flalign*}\n").removesuffix("\n\\end{flalign*}").split(" \\\\\n")


def _fits(pieces: Sequence[Piece], room: float) -> bool:
    """Whether a formula can be broken into lines that fit into `room` beside the notes."""
    inner = room - RELATION - INDENT_WIDTH
    return all(measure(line.latex) + INDENT_WIDTH * line.indent <= inner for line in break_lines(pieces, inner))


def _hanging(start: Sequence[Piece], links: Sequence[Link], room: float, beside: bool) -> list[_Row]:
    """Return the rows where the start shares its line with the first relation."""
    room -= measure(join(start))
    rows = [row for link in links for row in _link(link, room, 0, beside)]
    return [_Row(join(start), rows[0].right, rows[0].note), *rows[1:]]


def _standing(start: Sequence[Piece], links: Sequence[Link], room: float, beside: bool) -> list[_Row]:
    """Return the rows where the start has its own lines, or everything one line if that fits."""
    first, *others = links
    if not others and not first.note and measure(join(start)) + RELATION + measure(join(first.pieces)) <= room:
        return [_Row("", f"{join(start)} {first.relation} {join(first.pieces)}")]
    rows = [_Row("", _indented(line, 0)) for line in break_lines(start, room)]
    return rows + [row for link in links for row in _link(link, room, 1, beside)]


def _link(link: Link, room: float, indent: int, beside: bool) -> list[_Row]:
    width = room - RELATION - indent * INDENT_WIDTH
    first, *others = break_lines(link.pieces, width)
    shown = [Line(0, f"{{}}{link.relation} {first.latex}"), *others]
    rows = [_Row("", _indented(line, indent)) for line in shown]
    if link.note and beside:
        return [*rows[:-1], _Row("", rows[-1].right, link.note)]
    if link.note:
        aside = rf"\parbox[t]{{{room - 3 * INDENT_WIDTH:.0f}pt}}{{\raggedright\footnotesize {link.note}}}"
        return [*rows, _Row("", _indented(Line(2, aside), indent))]
    return rows


def _indented(line: Line, base: int) -> str:
    steps = base + line.indent
    return (r"\qquad" * (steps // 2) + r"\quad" * (steps % 2) + " " + line.latex).strip()


def _latex(row: _Row) -> str:
    head = (rf"\dlnindent {row.left}").strip() + f" & {row.right} &&"
    if not row.note:
        return head
    if _text_width(row.note) <= NOTE_WIDTH:
        return rf"{head} \text{{\footnotesize {row.note}}}"
    return rf"{head} \parbox[t]{{{NOTE_WIDTH:.0f}pt}}{{\raggedright\footnotesize {row.note}}}"


def _text_width(note: Latex) -> float:
    return LETTER * len(note)
