"""Figures as files: the same bytes for the same picture, with an alternative text, whatever the user's own style is."""

from pathlib import Path

import matplotlib as mpl
import pytest

from dlnproof.errors import InputError
from dlnproof.landscape.dataset import read_dataset
from dlnproof.landscape.overview import overview
from dlnproof.report.figures import FORMATS, Picture, render
from dlnproof.report.landscape_figure import picture_of

IRIS = Path(__file__).parents[2] / "derivations" / "data" / "iris.csv"
SIGNATURES = {"pdf": b"%PDF-", "png": b"\x89PNG", "svg": b"<?xml"}


def line(figure):
    figure.subplots().plot([0, 1], [1, 3])


LINE = Picture(line, "A line", "A line that rises from 1 to 3.")


@pytest.fixture(scope="module")
def iris():
    data = read_dataset(IRIS, "species")
    return overview(data, data.problem((4, 2, 3)))


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_picture_gives_the_same_bytes(format):
    first = render(LINE, format)
    with mpl.rc_context({"font.size": 30, "svg.hashsalt": "other"}):
        assert render(LINE, format) == first
        assert mpl.rcParams["font.size"] == 30  # the user's own settings are as before
    assert first.startswith(SIGNATURES[format])
    assert b"20" + b"26-" not in first  # no date


@pytest.mark.parametrize("format", ["png", "svg"])
def test_the_alternative_text_is_in_the_file(format):
    assert b"A line that rises from 1 to 3." in render(LINE, format)


def test_a_pdf_has_title_and_alternative_text_and_no_raster():
    content = render(LINE, "pdf")
    assert b"/Title (A line)" in content
    assert b"/Subject (A line that rises from 1 to 3.)" in content
    assert b"/Subtype /Image" not in content


def test_another_format_is_refused():
    with pytest.raises(InputError, match=r"format='gif': a figure is one of pdf, png, svg; name the file FIGURE\.pdf"):
        render(LINE, "gif")


def test_the_picture_of_iris_says_what_it_shows(iris):
    picture = picture_of(iris, None, 0)
    assert picture.title == "Loss landscape of iris.csv, deep linear network 4-2-3"
    assert "25.9535 (rank 2, global minimum), 46.1264 (rank 2, strict saddles)" in picture.alt
    assert "through the origin, the global minimum and saddle {1, 3}" in picture.alt
    assert len(render(picture, "pdf")) < 200_000


def test_the_plane_is_through_the_chosen_points(iris):
    assert "through the origin, the saddle {1, 3} and saddle {1}" in picture_of(iris, (2, 4), 0).alt


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ((1, 8), "--plane='1,8': the table has 7 critical values; name two"),
        ((7, 1), "--plane='7,1': value 7 is that of the origin; name another"),
        ((2, 2), "--plane='2,2': a plane needs two different points"),
    ],
)
def test_a_plane_that_is_none_is_refused(iris, chosen, message):
    with pytest.raises(InputError) as caught:
        picture_of(iris, chosen, 0)
    assert message in str(caught.value)
