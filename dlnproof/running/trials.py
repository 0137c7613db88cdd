"""Trial runs of derivation files in child processes: all together first, then one by one what did not come through.

A file that never ends, or kills its process, must be known before it is loaded in earnest. Files of one paper import each
other, so to try each by itself would execute the first of them once for every other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dlnproof.record import Ending
from dlnproof.running.pool import Ended, Job, Send, Watch, run_jobs

Load = Callable[..., Any]
"""`load(paths, note=)` loads files in order; `note(path, line)` is told each statement before it runs."""


def failed_trials(
    load: Load,
    paths: Sequence[Path],
    seconds: float,
    memory: int,
    at_once: int,
    watch: Watch | None,
    fork: bool,
) -> dict[Path, Ended]:
    """Return how loading ended for each file that cannot be loaded within the budget; the last message is the line."""
    alone = list(paths)
    if len(paths) > 1:
        share = -(-len(paths) // at_once)
        parts = [tuple(paths[start : start + share]) for start in range(0, len(paths), share)]
        jobs = [Job(f"load {len(part)} files", _try_in_order, (load, part), seconds, memory) for part in parts]
        alone = []
        for ended in run_jobs(jobs, at_once=at_once, watch=watch, fork=fork):
            _, part = ended.job.args
            through = {part[int(number)] for number in ended.messages}
            alone += [] if ended.ending is Ending.COMPLETE else [path for path in part if path not in through]
    jobs = [Job(f"load {path.name}", _try, (load, path), seconds, memory) for path in alone]
    runs = run_jobs(jobs, at_once=at_once, watch=watch, fork=fork)
    return {ended.job.args[1]: ended for ended in runs if ended.ending is not Ending.COMPLETE}


def _try_in_order(send: Send, load: Load, paths: Sequence[Path]) -> None:
    """Load the files and send the number of each that is through when the next one begins."""
    begun: list[Path] = []

    def note(path: Path, line: int) -> None:  # noqa: ARG001
        if begun[-1:] != [path]:
            if begun:
                send(str(paths.index(begun[-1])).encode())
            begun.append(path)

    load(paths, note=note)


def _try(send: Send, load: Load, path: Path) -> None:
    load([path], note=lambda _, line: send(str(line).encode()))
