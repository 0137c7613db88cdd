"""The whole appendix: wording, links, order, determinism, and that pdflatex takes it by itself and inside a host."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import appendix_sample
import msgspec
import pytest
from sympy import MatrixSymbol, symbols

from dlnproof.claims.paper import Paper
from dlnproof.errors import InputError
from dlnproof.report.latex import render_appendix
from dlnproof.report.page import reading_order

HOSTS = {
    "bare": r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\begin{document}
\section{Main} Text.
\input{appendix}
\section{After} The host goes on.
\end{document}
""",
    "full": r"""\documentclass[11pt]{article}
\usepackage{amsmath,amssymb,amsthm,mathtools,xcolor}
\usepackage[authoryear]{natbib}
\usepackage{hyperref}
\newcommand{\R}{\mathbb{R}}
\newcommand{\dlnsection}{\subsection}\newcommand{\dlnsectionnumber}{\thesubsection}
\begin{document}
\section{Main} Text~\citep{a}.
\appendix \section{Verification}
\input{appendix}
\begin{thebibliography}{9}\bibitem[A(2000)]{a} A.\end{thebibliography}
\end{document}
""",
}


@pytest.fixture(scope="module")
def sample() -> str:
    return render_appendix(appendix_sample.papers(), appendix_sample.records(), appendix_sample.ENVIRONMENT)


def _claim(text: str, name: str) -> str:
    """Return the part of the appendix that shows one claim."""
    start = text.index(rf"\dlnclaimhead{{{name}}}")
    ends = [place for mark in (r"\dlnclaimhead{", r"\stepcounter{dlnpaper}", r"\dlnsection*{Sources}")
            if (place := text.find(mark, start + 1)) > 0]  # fmt: skip
    return text[start : min(ends)]


def test_the_legend_explains_the_five_verdicts_with_signs_that_need_no_colour(sample: str) -> None:
    legend = sample[sample.index("Computed verdicts") : sample.index(r"\stepcounter{dlnpaper}")]
    for word, sign in [("proved", r"$\blacksquare$"), ("verified", r"$\checkmark$"), ("tested", r"$\approx$"),
                       ("undecided", "?"), ("refuted", r"$\times$")]:  # fmt: skip
        assert rf"\dlnverdict{{{word}}}{{{sign}}}" in legend


def test_a_proved_claim_shows_scope_formula_source_and_evidence(sample: str) -> None:
    claim = _claim(sample, "lu-kawaguchi-2017/gradient")
    assert r"\dlnverdict{proved}{$\blacksquare$}}{, for all sizes}" in claim
    assert r"\nabla_{W_{1}} \mathcal{L} & {}= W_{2}^{\top} ( W_{2} W_{1} X - Y ) X^{\top} + 2 \gamma_{1} W_{1}" in claim
    assert r"\dlnfield{Source}{equation (2) [\ref{dln:source:lu-kawaguchi-2017}].}" in claim
    assert r"error at most $4.6 \cdot 10^{-18}$" in claim
    assert r"50$ digits, residuals $1.3 \cdot 10^{-51}$, $2.2 \cdot 10^{-101}$" in claim
    assert "0.003" not in claim


def test_what_follows_in_words_only_is_said_to_be_unchecked(sample: str) -> None:
    assert r"\dlnfield{Remark}{Not checked: It is $2$ round.}" in sample


def test_a_misprint_stands_directly_before_its_correction_and_links_to_it(sample: str) -> None:
    wrong = _claim(sample, "lu-kawaguchi-2017/gradient-misprint")
    right = _claim(sample, "lu-kawaguchi-2017/gradient-corrected")
    assert wrong + right in sample  # side by side, though another claim was written between them
    assert r"\dlnheading{Printed error (refuted, as expected)}" in wrong
    assert r"\dlnfield{Corrected by}{Claim~\ref{dln:lu-kawaguchi-2017/gradient-corrected}.}" in wrong
    assert r"\dlnfield{Corrects}{Claim~\ref{dln:lu-kawaguchi-2017/gradient-misprint}.}" in right
    assert r"$W_{1} = \begin{pmatrix} 1 & 0 \\ 0 & -\tfrac{3}{4} \end{pmatrix}$" in wrong


def test_a_false_statement_that_nothing_corrects_is_not_called_a_printed_error(sample: str) -> None:
    assert r"\dlnheading{False statement (refuted, as expected)}" in _claim(sample, "size-free/one-value")


def test_a_derivation_shows_its_chain_reasons_squares_and_the_wrong_step(sample: str) -> None:
    claim = _claim(sample, "size-free/cauchy-schwarz")
    assert r"{}\geq ( \mathbf{1}_{n}^{\top} v )^{2} && \text{\footnotesize (2) drop the square}" in claim
    assert r"\dlnfield{Squares}{step 2: the line before minus this one equals $\tfrac{1}{2} \lVert v" in claim
    assert "steps 1--2: canonical form: equal" in claim
    wrong = _claim(sample, "size-free/wrong-step")
    assert wrong.count(r"\textbf{wrong step}") == 1
    assert "(2) drop the cross term, which a longer reason explains at some length --- \\textbf{wrong step}" in wrong
    assert "step $2$ is wrong" in wrong


def test_a_theorem_shows_what_it_assumes_uses_and_is_conditional_on(sample: str) -> None:
    claim = _claim(sample, "lu-kawaguchi-2017/no-bad-local-minima")
    assert r"\dlnfield{Assuming}{$\operatorname{rank} X = d_0$.}" in claim
    assert r"\dlnfield{Conditional on}{Claim~\ref{dln:lu-kawaguchi-2017/eckart-young}.}" in claim
    assert r"\dlnverdict{verified}{$\checkmark$}}{, 200 instances}" in claim


def test_an_open_question_says_so_beside_its_verdict_and_is_not_counted_as_a_result(sample: str) -> None:
    claim = _claim(sample, "size-free/conjecture")
    assert r"{open, \dlnverdict{verified}{$\checkmark$}}{, 60 instances}" in claim
    assert r"\dlnheading{Open question}" in claim
    assert r"\dlnfield{Open}{no counterexample in 180 instances, smallest margin 1.5e-03.}" in claim
    records = appendix_sample.records()
    verdict = records["size-free/one-value"].verdict
    name = "size-free/conjecture"
    records[name] = msgspec.structs.replace(records[name], verdict=verdict, as_expected=False)
    assert r"\dlnheading{Open question, now refuted}" in _claim(
        render_appendix(appendix_sample.papers(), records), name
    )


def test_cited_undecided_and_unchecked_claims_say_so(sample: str) -> None:
    assert "cited, not checked here." in _claim(sample, "lu-kawaguchi-2017/eckart-young")
    assert r"\dlnfield{Why}{out of time after 60 s.}" in _claim(sample, "size-free/slow")
    unchecked = _claim(sample, "size-free/never-checked")
    assert r"\dlnverdict{not checked}{$\square$}" in unchecked
    assert "not checked: no record of a check of this claim." in unchecked


def test_without_records_every_claim_is_not_checked() -> None:
    text = render_appendix(appendix_sample.papers(), {})
    body = text[text.index(r"\stepcounter{dlnpaper}") :]
    assert set(re.findall(r"\\dlnverdict\{([a-z ]+)\}", body)) == {"not checked", "cited"}


def test_an_unexpected_refutation_is_said_aloud() -> None:
    records = appendix_sample.records()
    wrong = records["lu-kawaguchi-2017/gradient-misprint"]
    name = "lu-kawaguchi-2017/whitened"
    records[name] = msgspec.structs.replace(records[name], verdict=wrong.verdict, counterexample=wrong.counterexample)
    text = render_appendix(appendix_sample.papers(), records)
    assert r"\dlnheading{Refuted, against expectation}" in _claim(text, name)


def test_a_printed_error_that_is_not_refuted_is_not_presented_as_one_that_is() -> None:
    records = appendix_sample.records()
    del records["lu-kawaguchi-2017/gradient-misprint"]
    text = render_appendix(appendix_sample.papers(), records)
    assert r"\dlnheading{Printed error (not refuted yet)}" in _claim(text, "lu-kawaguchi-2017/gradient-misprint")


def test_the_same_input_gives_the_same_bytes_and_only_ascii(sample: str) -> None:
    again = render_appendix(appendix_sample.papers(), appendix_sample.records(), appendix_sample.ENVIRONMENT)
    assert again == sample
    assert sample.isascii()


def test_the_reproducibility_line_has_versions_and_seed(sample: str) -> None:
    assert "dlnproof 0.1.0, python 3.12.3, sympy 1.14.0, python-flint 0.8.0, engine 3f1c22ab, seed 0" in sample
    assert "To reproduce" not in render_appendix(appendix_sample.papers(), {})


def test_titles_authors_and_private_macros_of_users_are_made_safe() -> None:
    paper = Paper("odd", title=r"100% of $\R^n$ \input{x}", authors=["A & B_c"], year=2020)
    A = MatrixSymbol("A", 2, 2)
    paper.identity("x", A, A, r"In $\R^n$, 5 % of \catcode.")
    text = render_appendix([paper], {})
    assert r"\providecommand{\R}{\operatorname{R}}" in text
    assert r"100\% of $\R^n$ \textbackslash{}input\{x\}" in text
    assert r"A \& B\_c" in text
    assert "\\catcode" not in text


def test_claims_that_correct_each_other_or_a_later_one_keep_a_finite_order() -> None:
    paper = Paper("p", title="t", authors=["A"], year=2020)
    (a,) = symbols("a,")
    paper.identity("late-fix", a, a, corrects="wrong")
    paper.identity("other", a, a, corrects="other")
    paper.identity("wrong", a, 2 * a, expect="refuted", corrects="late-fix")
    assert [claim.label for claim in reading_order(paper)] == ["wrong", "late-fix", "other"]


def test_bad_arguments_are_named() -> None:
    paper = Paper("p", title="t", authors=["A"], year=2020)
    with pytest.raises(InputError, match=r"papers='p': 2 papers have this key; give each paper its own key"):
        render_appendix([paper, paper], {})
    with pytest.raises(InputError, match=r"line_width=10: formulas need at least 150 points; "):
        render_appendix([paper], {}, line_width=10)


def test_an_appendix_of_nothing_is_still_a_document() -> None:
    assert r"\dlnsection*{Sources}" not in render_appendix([], {})


def compile_twice(folder: Path, name: str) -> str:
    """Run pdflatex twice and return the log of the second run; a missing program is a failure, not a skip."""
    program = shutil.which("pdflatex")
    assert program, "pdflatex is missing: install texlive-latex-base and texlive-latex-recommended"
    for _ in range(2):
        run = subprocess.run(
            [program, "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
            cwd=folder, capture_output=True, text=True, errors="replace", check=False, timeout=120,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-2000:]
    return (folder / f"{name}.log").read_text(errors="replace")


def _assert_quiet(log: str) -> None:
    widest = max((float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)), default=0.0)
    assert widest < 10
    assert "Warning" not in log
    assert "undefined" not in log


@pytest.mark.slow
def test_the_appendix_compiles_by_itself_without_warnings(sample: str, tmp_path: Path) -> None:
    (tmp_path / "appendix.tex").write_text(sample)
    log = compile_twice(tmp_path, "appendix")
    _assert_quiet(log)
    assert re.search(r"Output written on appendix.pdf \([4-7] pages", log)


@pytest.mark.slow
@pytest.mark.parametrize("host", sorted(HOSTS))
def test_the_appendix_compiles_inside_a_host_without_warnings(sample: str, tmp_path: Path, host: str) -> None:
    (tmp_path / "appendix.tex").write_text(sample)
    (tmp_path / "host.tex").write_text(HOSTS[host])
    log = compile_twice(tmp_path, "host")
    _assert_quiet(log)


@pytest.mark.slow
def test_odd_text_compiles(tmp_path: Path) -> None:
    odd = (
        "".join(map(chr, range(32, 127)))
        + " Ångström Łódź Żółć ş ğ ı ė ḍ 中 “q” … γ ≤ ∈ $x_1 ≥ \\foo 2$ $\\input{x}$ \\bar{a}"
    )
    paper = Paper("odd", title=odd, authors=[odd], year=2020, venue=odd, url="https://x.org/a_b~c%20#d")
    A, scalar = MatrixSymbol("A é_%&#", 2, 2), symbols("lambda_{x}^y")
    paper.identity("label_1.x-y", scalar * A, A.T, odd, source=odd, assuming=[odd])
    (tmp_path / "odd.tex").write_text(render_appendix([paper], {}, {"python": odd}))
    log = compile_twice(tmp_path, "odd")
    assert "Missing character" not in log
    assert "undefined" not in log
