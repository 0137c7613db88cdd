r"""The appendix: every claim of the given papers with its computed verdict, as LaTeX.

The text compiles by itself (pdflatex; Debian's texlive-latex-base and -recommended) and can be `\input` into the body
of a document that loads amsmath and amssymb; xcolor and hyperref are used where the document loads them. Two passes
resolve the references.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jinja2

from dlnproof.claims.paper import Paper
from dlnproof.errors import bad
from dlnproof.report.bibliography import Bibliography, slug
from dlnproof.report.bodies import reasons
from dlnproof.report.escape import Latex, escape_text, math_commands
from dlnproof.report.page import Page, corrections
from dlnproof.report.verdicts import LEGEND, VERDICTS

if TYPE_CHECKING:
    from dlnproof.record import ClaimRecord, Study
    from dlnproof.report.drawing import Drawn

LINE_WIDTH = 325.0  # a little under the text width of LaTeX's article class, in points at 10pt type


def render_appendix(
    papers: Sequence[Paper],
    records: Mapping[str, ClaimRecord],
    environment: Mapping[str, Any] | None = None,
    *,
    line_width: float = LINE_WIDTH,
    studies: Mapping[str, Sequence[Study]] | None = None,
    figures: Mapping[str, Drawn] | None = None,
) -> str:
    """Return the LaTeX appendix of `papers`, with the verdicts in `records` (by id), as ASCII text without a date.

    A claim without a record is shown as not checked. `environment` (versions and seed, as in the JSON of a check) makes
    the reproducibility line. `studies` (by id) are ablations and attacks on false twins, `figures` (by id) the files
    that lie beside the text. `line_width`: room for a formula, in points at 10pt type; give less for a narrow column.
    Raises: InputError when two papers have one key, or `line_width` is below 150.
    """
    if line_width < 150:
        raise bad("line_width", line_width, "formulas need at least 150 points", "set the appendix in one column")
    keys = Counter(paper.key for paper in papers)
    for key, count in keys.items():
        if count > 1:
            raise bad("papers", key, f"{count} papers have this key", "give each paper its own key")
    bibliography = Bibliography(papers)
    known = {claim.id for paper in papers for claim in paper.claims}
    page = Page(records, bibliography, corrections(papers), known, line_width, studies, figures)
    return _TEMPLATES.get_template("appendix.tex.j2").render(
        legend=LEGEND,
        verdicts=VERDICTS,
        commands=math_commands(_typed(papers)),
        papers=[page.paper(paper) for paper in papers],
        has_figures=any(paper.figures for paper in papers),
        sources=bibliography.entries,
        environment=_environment(environment),
    )


def _typed(papers: Sequence[Paper]) -> Iterator[str]:
    """Yield every text that users typed and that may hold formulas."""
    for paper in papers:
        yield from (paper.title, paper.venue, *paper.authors)
        for claim in paper.claims:
            yield from (claim.statement, claim.remark, claim.source, *reasons(claim))
        for figure in paper.figures:
            yield from (figure.caption, figure.alt)


def _environment(environment: Mapping[str, Any] | None) -> Latex:
    """Return "dlnproof 0.1.0, python 3.12.1, seed 0" from the environment of a check; nested values are left out."""
    if not environment:
        return Latex("")
    flat = {key: value for key, value in environment.items() if isinstance(value, str | int | float)}
    return escape_text(", ".join(f"{key} {value}" for key, value in flat.items()))


def _finalize(value: Any) -> Any:
    """Escape what a template prints unless this package made it as LaTeX: nothing that a user typed gets through."""
    return value if isinstance(value, Latex | jinja2.Undefined) else escape_text(str(value))


_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("dlnproof.report"),
    block_start_string="<%",
    block_end_string="%>",
    variable_start_string="<<",
    variable_end_string=">>",
    comment_start_string="<#",
    comment_end_string="#>",
    autoescape=False,  # HTML escaping; LaTeX escaping is the work of `finalize`
    finalize=_finalize,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters["latex"] = lambda text: Latex(text)  # joined from pieces that are LaTeX already
_TEMPLATES.filters["slug"] = slug
