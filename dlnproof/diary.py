"""The diary of a long search for a counterexample: one line an instance, written at once, so that a kill loses none.

Lines are JSON, appended to `.dlnproof/falsify/PAPER--LABEL.jsonl`. A last line cut short by a crash is dropped; a diary that
was kept for another state of the claim is set aside.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(".dlnproof") / "falsify"
FORMAT = "dlnproof-diary/1"


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: whose diary it is, and the content address of the claim."""

    format: str = FORMAT
    claim: str
    key: str


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finished instance: how it was made, its answer, its margin, seconds spent since the start of its session.

    `choices` (hexadecimal) make the instance again; they are kept for near misses. `seed` stands in the first of a session.
    """

    way: str
    answer: str
    at: float
    margin: float | None = None
    choices: str | None = None
    seed: int | None = None
    card: dict[str, Any] | None = None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a diary adds up to: sessions, seconds and instances, the best (smallest) margin, near misses best first."""

    sessions: int = 0
    seconds: float = 0.0
    instances: int = 0
    rejected: int = 0
    margin: float | None = None
    near_misses: tuple[tuple[float, str], ...] = ()
    counterexample: dict[str, Any] | None = None


def diary_path(claim_id: str, folder: Path | str = ".") -> Path:
    """Return where the diary of a claim is kept."""
    return Path(folder) / FOLDER / f"{claim_id.replace('/', '--')}.jsonl"


class Diary:
    """A diary that is open for writing; every line is in the hands of the operating system when `write` returns."""

    def __init__(self, path: Path, claim_id: str, key: str, *, fresh: bool = False) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if fresh or read_diary(path, key) is None:
            _set_aside(path)
            _append(path, msgspec.json.encode(Heading(claim=claim_id, key=key)) + b"\n")
        else:
            _end_last_line(path)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)

    def write(self, line: Line) -> None:
        """Append one line."""
        os.write(self._file, msgspec.json.encode(line, enc_hook=str) + b"\n")

    def close(self) -> None:
        """Close the file; what was written is on the disk afterwards."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)


def read_diary(path: Path, key: str) -> list[Line] | None:
    """Return the lines of a diary that was kept for this state of the claim, None where there is none."""
    try:
        head, *rest = path.read_bytes().split(b"\n")
        heading = msgspec.json.decode(head, type=Heading)
    except (OSError, msgspec.DecodeError):
        return None
    if heading.format != FORMAT or heading.key != key:
        return None
    lines = []
    for text in rest:
        with contextlib.suppress(msgspec.DecodeError):  # cut short by a crash
            lines.append(msgspec.json.decode(text, type=Line))
    return lines


def totals(lines: Iterable[Line], kept: int = 16) -> Totals:
    """Add up a diary."""
    sessions = instances = rejected = 0
    spent = last = 0.0
    near: dict[str, float] = {}
    margin: float | None = None
    card = None
    for line in lines:
        if line.seed is not None:
            sessions += 1
            spent, last = spent + last, 0.0
        last = line.at
        instances += line.answer in ("passed", "failed")
        rejected += line.answer not in ("passed", "failed", "started")
        card = line.card or card
        if line.margin is not None and line.answer == "passed":
            margin = line.margin if margin is None else min(margin, line.margin)
            if line.choices is not None:
                near[line.choices] = line.margin
    best = sorted((value, choices) for choices, value in near.items())[:kept]
    return Totals(
        sessions=sessions,
        seconds=spent + last,
        instances=instances,
        rejected=rejected,
        margin=margin,
        near_misses=tuple(best),
        counterexample=card,
    )


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def _end_last_line(path: Path) -> None:
    if not path.read_bytes().endswith(b"\n"):
        _append(path, b"\n")


def _set_aside(path: Path) -> None:
    if path.exists():
        os.replace(path, path.with_suffix(".old.jsonl"))
