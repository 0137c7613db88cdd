"""Timing: the least of repeated runs in one thread, and the line that names the peer and the ratio."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

from dlnproof.running.limits import use_one_thread

use_one_thread()  # before NumPy is imported


def least_seconds(prepare: Callable[[], Any], work: Callable[[Any], object], repetitions: int) -> float:
    """Return the least wall time of `work(prepare())`; `prepare` is not timed and makes fresh symbols for every run."""
    return min(_seconds(prepare, work) for _ in range(repetitions))


def least_of_both(
    prepare: Callable[[], Any], own: Callable[[Any], object], peer: Callable[[Any], object], rounds: int
) -> tuple[float, float]:
    """Return the least wall times of both works, run in turns so that both meet the same load of the machine."""
    taken = [(_seconds(prepare, own), _seconds(prepare, peer), _seconds(prepare, own)) for _ in range(rounds)]
    return min(min(before, after) for before, _, after in taken), min(theirs for _, theirs, _ in taken)


def _seconds(prepare: Callable[[], Any], work: Callable[[Any], object]) -> float:
    given = prepare()
    gc.collect()
    started = time.perf_counter()
    work(given)
    return time.perf_counter() - started


def print_ratio(what: str, own: float, peer: str, theirs: float) -> None:
    """Print both times and how many times faster dlnproof was."""
    print(f"  {what:<34} {_show(own):>10}   {peer:<52} {_show(theirs):>10}   {_ratio(theirs / own):>6} x", flush=True)


def _show(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _ratio(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
