"""Figures of a paper: collected, drawn in processes of their own, placed in the appendix with caption and alternative text."""

import time

import pytest
from test_appendix import HOSTS, compile_twice

from dlnproof.claims.paper import Paper
from dlnproof.errors import InputError
from dlnproof.report.drawing import draw_figures
from dlnproof.report.latex import render_appendix
from dlnproof.running.load import LoadedFile, load

FILE = """
from matplotlib.figure import Figure
from dlnproof.claims.paper import Paper

paper = Paper("p", title="t", authors=["A. B"], year=2026)

def line(figure):
    figure.subplots().plot([0, 1], [1, 3])

def own():
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2, 0])
    return figure

def fails(figure):
    raise ValueError("no root in [0, 1]")

paper.figure("line", line, caption="A line $y=2x+1$, 100%.", alt="A line that rises from 1 to 3.")
paper.figure("own", own, caption="A figure made elsewhere.")
paper.figure("fails", fails, caption="None.")
paper.figure("line", line, caption="The label is taken.")
paper.figure("last", own, caption="After a bad line.")
"""


def line(figure):
    figure.subplots().plot([0, 1], [1, 3])


def loaded_with(tmp_path, **functions):
    paper = Paper("p", title="t", authors=["A. B"], year=2026)
    for label, function in functions.items():
        paper.figure(label, function, caption=f"The figure {label}.")
    return LoadedFile(tmp_path / "p.py", (paper,))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    path = tmp_path_factory.mktemp("figures") / "p.py"
    path.write_text(FILE)
    collection = load([path])
    return collection, draw_figures(collection.files, "out")


def test_a_paper_keeps_its_figures_in_order_and_they_are_no_claims(drawn):
    (paper,) = drawn[0].papers
    assert [figure.label for figure in paper.figures] == ["line", "own", "fails", "last"]
    assert [figure.takes_figure for figure in paper.figures] == [True, False, True, False]
    assert paper.figures[1].alt == "A figure made elsewhere."
    assert paper.figures[0].line == 18
    assert paper.claims == ()


def test_a_bad_figure_call_is_stepped_over(drawn):
    (problem,) = drawn[0].problems
    assert problem.line == 21
    assert "label='line': paper 'p' already has this figure (line 18); choose another label" in problem.message


def test_the_files_are_vector_pdfs_of_the_same_bytes_in_both_kinds_of_process(drawn):
    collection, figures = drawn
    assert [item.file for item in figures.values()] == [
        f"out-p-{name}.pdf" for name in ("line", "own", "fails", "last")
    ]
    again = draw_figures(collection.files, "out", fork=False)
    assert again == figures
    content = figures["p/line"].content
    assert content.startswith(b"%PDF-")
    assert b"/Subject (A line that rises from 1 to 3.)" in content
    assert b"/CreationDate" not in content


def test_a_figure_that_raises_hangs_or_draws_nothing_costs_only_itself(tmp_path):
    def hangs():
        time.sleep(600)

    def fails():
        raise ValueError("no root in [0, 1]")

    def empty(figure):
        assert figure is not None

    loaded = loaded_with(tmp_path, hangs=hangs, fails=fails, empty=empty, none=lambda: None, line=line)
    figures = draw_figures([loaded], "out", seconds=3)
    assert {item.id: item.problem for item in figures.values()} == {
        "p/hangs": "out of time after 3 s",
        "p/fails": "ValueError: no root in [0, 1]",
        "p/empty": "ValueError: the function drew nothing",
        "p/none": "TypeError: the function returned NoneType, no matplotlib figure",
        "p/line": "",
    }
    assert figures["p/line"].content is not None


REFUSED = [
    ({"label": "a b"}, "label='a b': a label is letters, digits, '-', '_' or '.'"),
    ({"function": 3}, "function=3: figure 'f' is drawn by a function without arguments, or of one matplotlib figure"),
    ({"function": lambda left, right: (left, right)}, "give the other arguments defaults"),
    ({"caption": " "}, "caption=' ': figure 'f' is described in words; write caption='...'"),
    ({"alt": 3}, "alt=3: figure 'f' is described in words"),
]


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_bad_arguments_are_refused(changed, message):
    arguments = {"label": "f", "function": line, "caption": "A line.", "alt": "", **changed}
    paper = Paper("p", title="t", authors=["A. B"], year=2026)
    with pytest.raises(InputError) as caught:
        paper.figure(arguments.pop("label"), arguments.pop("function"), **arguments)
    assert message in str(caught.value)
    assert paper.figures == ()


def test_the_appendix_places_figures_with_caption_and_says_which_were_not_drawn(drawn):
    collection, figures = drawn
    text = render_appendix(collection.papers, {}, figures=figures)
    assert text.isascii()
    assert r"\usepackage{graphicx}" in text
    assert r"\dlnfigure{p/line}{\dlngraphics{out-p-line.pdf}{A line that rises from 1 to 3.}}" in text
    assert r"{A line $y=2x+1$, 100\%.}" in text
    assert r"\dlnfigure{p/fails}{\dlnnofigure{ValueError: no root in [0, 1]}}" in text
    assert "graphicx" not in render_appendix([Paper("q", title="t", authors=["A. B"], year=2026)], {})


@pytest.mark.slow
@pytest.mark.parametrize("host", ["alone", "bare", "graphicx"])
def test_pdflatex_takes_the_figures_by_itself_and_inside_a_host(tmp_path, drawn, host):
    collection, figures = drawn
    folder = tmp_path if host == "alone" else tmp_path / "pictures"
    folder.mkdir(exist_ok=True)
    for item in figures.values():
        if item.content is not None:
            (folder / item.file).write_bytes(item.content)
    (tmp_path / "appendix.tex").write_text(render_appendix(collection.papers, {}, figures=figures))
    main = "appendix"
    if host != "alone":
        loads = r"\usepackage{graphicx}\newcommand{\dlnfigures}{pictures/}" if host == "graphicx" else ""
        (tmp_path / "host.tex").write_text(HOSTS["bare"].replace(r"\begin{document}", loads + r"\begin{document}"))
        main = "host"
    log = compile_twice(tmp_path, main)
    assert "undefined" not in log
    assert ("out-p-line.pdf" in log) == (host != "bare")
