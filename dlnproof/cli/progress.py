"""The progress bar of a terminal; in a pipe it is nothing at all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.console import Console

REFRESH_SECONDS = 0.2


class Progress:
    """A bar below the lines that are printed: how many claims are done and which are being checked."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Any = None
        self._task: Any = None
        self._drawn = 0.0

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            # no thread of its own: workers are forked from this process
            self._bar = Bar(
                BarColumn(bar_width=24, complete_style="green", finished_style="green", pulse_style="green"),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                auto_refresh=False,
                transient=True,
            )
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def count(self, done: int, total: int) -> None:
        """Show that `done` of `total` claims are judged."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
            self._draw()

    def watch(self, names: Sequence[str]) -> None:
        """Show what is running now."""
        if self._bar is not None:
            self._bar.update(self._task, description=", ".join(names))
            self._draw()

    def _draw(self) -> None:
        if time.monotonic() - self._drawn > REFRESH_SECONDS:
            self._bar.refresh()
            self._drawn = time.monotonic()
