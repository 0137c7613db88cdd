"""What one run of a theorem looked at: points, comparisons of balls that were not decided, and any use of floats."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

Call: TypeAlias = tuple[Any, ...]
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A comparison that the balls left open: where it stood, how it was answered, and the radius of the difference."""

    line: int
    question: str
    answer: bool
    radius: str


@dataclass(slots=True)
class Journal:
    """A recorder for one run of the body of a theorem, the functions written in `file`.

    `answers` turns the k-th open comparison to answers[k] (default: the answer of python-flint); `given` replaces the points
    that a call of `local_minima` finds; `memory` keeps the balls that the problems have computed, and may be shared. With
    `referee` the problems that the body makes itself go by the second road too.
    """

    file: str = ""
    answers: Mapping[int, bool] = field(default_factory=dict)
    given: Mapping[Call, Sequence[Any]] = field(default_factory=dict)
    memory: dict[Call, Any] = field(default_factory=dict)
    referee: bool = False
    undecided: list[Undecided] = field(default_factory=list)
    floats: list[tuple[str, Place]] = field(default_factory=list)
    loose: list[tuple[str, Place]] = field(default_factory=list)
    minima: dict[Call, Sequence[Any]] = field(default_factory=dict)
    uncertified: int = 0
    lines: set[int] = field(default_factory=set)

    def place(self) -> Place:
        """Return line and column in the theorem's file of the expression that is being evaluated, (0, 0) if none is."""
        frame = sys._getframe(1)
        while frame.f_code.co_filename != self.file:
            if frame.f_back is None:
                return 0, 0
            frame = frame.f_back
        line, _, column, _ = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
        return line or frame.f_lineno, column or 0

    def is_asked_by_theorem(self) -> bool:
        """Return whether the caller of the calling function stands in the folder of the theorem's file."""
        return Path(sys._getframe(2).f_code.co_filename).parent == Path(self.file).parent

    def open_question(self, question: str, default: bool, radius: str) -> bool:
        """Record a comparison that is not decided and return how this run answers it."""
        answer = self.answers.get(len(self.undecided), default)
        self.undecided.append(Undecided(self.place()[0], question, answer, radius))
        return answer

    def note_float(self, what: str) -> None:
        """Record that a ball was turned into a float or a midpoint: from there on nothing is certain."""
        self.floats.append((what, self.place()))

    def note_loose(self, what: str) -> None:
        """Record a question about a ball itself (its radius, its bounds), whose answer is no fact about the number."""
        self.loose.append((what, self.place()))

    @property
    def points(self) -> int:
        """How many certified points the run was given."""
        return sum(len(found) for found in self.minima.values())
