"""Figures as files: vector PDF, SVG or PNG whose bytes depend on the picture alone, with a text that stands in for it.

A figure is drawn without pyplot, so no window, no global state and no style file of the user takes part. Dates and
version numbers are left out of the metadata and the ids of SVG elements come from a fixed salt: the same figure gives the
same bytes. The alternative text goes to the title and the description that each format has.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlnproof.errors import bad

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("pdf", "png", "svg")
# distinct for every kind of colour vision, and in grey (Okabe and Ito 2008)
BLUE, ORANGE, GREEN, VERMILION, PURPLE, BLACK = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#000000"
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.labelsize": 9.0,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "dlnproof",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure to be drawn: `draw` fills an empty matplotlib figure of `size` inches, or returns a figure of its own.

    Title and alternative text go into the file.
    """

    draw: Callable[[Figure], Figure | None]
    title: str
    alt: str
    size: tuple[float, float] = (7.2, 3.4)


def render(picture: Picture, format: str, dots_per_inch: int = 150) -> bytes:
    """Return the bytes of a picture as pdf, png or svg; the same picture gives the same bytes.

    Raises: InputError for another format.
    """
    if format not in FORMATS:
        raise bad("format", format, f"a figure is one of {', '.join(FORMATS)}", "name the file FIGURE.pdf")
    import matplotlib as mpl  # slow to import, and only figures need it
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]  # its keys are spelled out in newer versions
        figure = Figure(figsize=picture.size, layout="constrained")
        FigureCanvasAgg(figure)
        drawn = picture.draw(figure)
        file = io.BytesIO()
        (figure if drawn is None else drawn).savefig(
            file, format=format, dpi=dots_per_inch, metadata=_metadata(picture, format)
        )
    return file.getvalue()


def _metadata(picture: Picture, format: str) -> dict[str, str | None]:
    """Return title and alternative text under the keys of the format, and what would change from run to run removed."""
    if format == "pdf":
        return {"Title": picture.title, "Subject": picture.alt, "Creator": "dlnproof", "Producer": None,
                "CreationDate": None}  # fmt: skip
    if format == "svg":
        return {"Title": picture.title, "Description": picture.alt, "Creator": "dlnproof", "Date": None}
    return {"Title": picture.title, "Description": picture.alt, "Software": "dlnproof"}
