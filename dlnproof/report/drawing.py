"""The figures of papers as files: each is drawn in a process of its own, so that one that fails or hangs costs only itself."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlnproof.claims.figure import PaperFigure
from dlnproof.record import Ending
from dlnproof.report.bibliography import slug
from dlnproof.report.figures import Picture, render
from dlnproof.running.limits import DEFAULT_MEMORY
from dlnproof.running.load import LoadedFile, load_here
from dlnproof.running.pool import FORK, Ended, Job, Send, run_jobs

DRAWING_SECONDS = 60.0
SIZE = (4.9, 3.0)  # inches: the text width of the appendix


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as a vector PDF for the file named `file`; without content, `problem` says in a line why there is none."""

    id: str
    file: str
    content: bytes | None = None
    problem: str = ""


def draw_figures(
    files: Iterable[LoadedFile],
    prefix: str,
    *,
    seconds: float = DRAWING_SECONDS,
    memory: int = DEFAULT_MEMORY,
    at_once: int = 1,
    fork: bool = FORK,
) -> dict[str, Drawn]:
    """Return the figures of the papers in `files`, by id; the file names start with `prefix`.

    Each figure may take `seconds` of wall time and `memory` bytes. The same figure gives the same bytes.
    """
    jobs, names = [], {}
    for loaded in files:
        for figure in (item for paper in loaded.papers for item in paper.figures):
            names[figure.id] = f"{slug(prefix)}-{slug(figure.id.replace('/', '-').replace('.', '-'))}.pdf"
            if fork:
                jobs.append(Job(figure.id, _draw, (figure, loaded), seconds, memory))
            else:
                jobs.append(Job(figure.id, _draw_reloaded, (str(loaded.path), figure.id), seconds, memory))
    if jobs and fork:
        for backend in ("agg", "pdf"):  # once here instead of once in every process
            importlib.import_module(f"matplotlib.backends.backend_{backend}")
    ended = {item.job.name: item for item in run_jobs(jobs, at_once=at_once, fork=fork)}
    return {name: _read(ended[name], file) for name, file in names.items()}


def _read(ended: Ended, file: str) -> Drawn:
    if ended.ending is Ending.COMPLETE and ended.messages:
        return Drawn(ended.job.name, file, content=ended.messages[-1])
    reason = " ".join((ended.reason or "it was not drawn").split())
    return Drawn(ended.job.name, file, problem=reason)


def _draw(send: Send, figure: PaperFigure, loaded: LoadedFile) -> None:
    import matplotlib as mpl

    mpl.use("Agg")  # a function that uses pyplot opens no window

    def draw(empty: Any) -> Any:
        drawn = figure.function(empty) if figure.takes_figure else figure.function()
        if drawn is None and figure.takes_figure:
            drawn = empty
        if not isinstance(drawn, mpl.figure.Figure):
            raise TypeError(f"the function returned {type(drawn).__name__}, no matplotlib figure")
        if not drawn.get_children()[1:]:
            raise ValueError("the function drew nothing")
        return drawn

    with loaded.importable():
        send(render(Picture(draw, figure.label, figure.alt, SIZE), "pdf"))


def _draw_reloaded(send: Send, path: str, name: str) -> None:
    """Load the derivation file in this process, then draw the figure with that id."""
    for loaded in load_here([Path(path)]):
        for figure in (item for paper in loaded.papers for item in paper.figures):
            if figure.id == name:
                _draw(send, figure, loaded)
                return
    raise LookupError(f"{name} is not there when {path} is loaded a second time")
