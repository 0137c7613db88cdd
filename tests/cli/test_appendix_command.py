"""`dlnproof appendix` prints what the last check left, and says how much of it no longer fits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_commands import dln, write


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_appendix_shows_the_verdicts_of_the_last_check_and_runs_none():
    write("a.py", "proved", "tested")
    dln("check", "a.py", "--seed", "7")
    done = dln("appendix", "a.py", "-o", "out.tex")
    assert done.stdout == "wrote out.tex: 2 claims\n"
    assert done.stderr == ""
    text = Path("out.tex").read_text(encoding="ascii")
    assert "proved" in text
    assert "tested" in text


def test_claims_that_were_never_checked_or_changed_since_are_counted_in_a_warning():
    write("a.py", "proved", "tested")
    dln("check", "a.py")
    write("a.py", "paper.identity('proved', 2, 2)", "tested", "verified")
    done = dln("appendix", "a.py", "-o", "out.tex")
    assert done.stderr == "warning: 2 of 3 claims are shown as not checked; run dlnproof check, or add --check\n"
    assert "not checked" in Path("out.tex").read_text(encoding="ascii")


def test_check_runs_one_first_and_gives_its_exit_status():
    write("a.py", "proved", "half")
    done = dln("appendix", "a.py", "-o", "out.tex", "--check", status=3)
    assert "2 claims: 1 proved, 1 undecided" in done.stdout
    assert done.stderr == ""


def test_bad_input_beside_good_files_is_told_and_the_rest_is_printed():
    write("a.py", "proved")
    done = dln("appendix", "a.py", "none.py", "-o", "out.tex", status=2)
    assert "bad input: none.py: no such file or folder" in done.stderr
    assert Path("out.tex").exists()


WORDINGS = [
    ("out.html", "dlnproof: --output='out.html': HTML is not supported yet; write a .tex file, or a .pdf file\n"),
    ("out.docx", "dlnproof: --output='out.docx': the appendix is a .tex or a .pdf file; write -o appendix.tex\n"),
    ("none/out.tex", "dlnproof: --output='none/out.tex': there is no such folder; create it first\n"),
]


@pytest.mark.parametrize(("output", "message"), WORDINGS)
def test_an_output_that_cannot_be_written_is_refused_before_any_work(output, message):
    write("a.py", "proved")
    assert dln("appendix", "a.py", "-o", output, status=2).stderr == message


def test_figures_lie_beside_the_text_and_one_that_fails_is_told():
    draws = "def draw(figure):\n    figure.subplots().plot([0, 1])\ndef fails():\n    1 / 0"
    figures = "paper.figure('one', draw, caption='One.')\npaper.figure('two', fails, caption='Two.')"
    write("a.py", "proved", draws, figures)
    dln("check", "a.py")
    done = dln("appendix", "a.py", "-o", "out.tex")
    assert done.stdout == "wrote out.tex: 1 claims, 1 figure beside it\n"
    problem = "ZeroDivisionError: division by zero"
    assert done.stderr == f"warning: figure p/two (a.py:9) is left out: {problem}; correct its function\n"
    assert r"\dlngraphics{out-p-one.pdf}" in Path("out.tex").read_text(encoding="ascii")
    assert Path("out-p-one.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is optional")
def test_a_pdf_is_made_where_pdflatex_is_installed():
    write("a.py", "proved")
    dln("appendix", "a.py", "-o", "out.pdf", "--check")
    assert Path("out.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in Path().iterdir()) == [".dlnproof", "a.py", "out.pdf"]
