"""A figure of a paper: a function that draws it, a caption and a text for those who cannot see it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlnproof.errors import bad


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFigure:
    """A figure of a paper, drawn when an appendix is printed; no check looks at it.

    `function` takes nothing and returns a matplotlib figure, or takes an empty one (`takes_figure`) and draws on it.
    `file`, `line` say where it was written.
    """

    paper: str
    label: str
    function: Callable[..., Any]
    takes_figure: bool
    caption: str
    alt: str
    file: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        """The id of the figure: `paper/label`."""
        return f"{self.paper}/{self.label}"


def takes_a_figure(function: Any, label: str) -> bool:
    """Return whether `function` wants the figure to draw on; one that needs more arguments is refused."""
    rule = f"figure {label!r} is drawn by a function without arguments, or of one matplotlib figure"
    if not callable(function):
        raise bad("function", function, rule, "write def draw(figure): ... and pass draw")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False  # a builtin that does not say
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [item for item in parameters if item.default is item.empty and item.kind in (*places, item.KEYWORD_ONLY)]
    if len(needed) > 1 or any(item.kind is item.KEYWORD_ONLY for item in needed):
        raise bad("function", getattr(function, "__name__", function), rule, "give the other arguments defaults")
    return bool(needed)
