"""Text typed by users is escaped, formulas in it survive when they are safe, and the result is ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.report.escape import escape_code, escape_text, is_safe_math, math_commands

ESCAPED = [
    ("plain words", "plain words"),
    ("50 % of A & B #1", r"50 \% of A \& B \#1"),
    ("a_b^c~d", r"a\_b\textasciicircum{}c\textasciitilde{}d"),
    ("{x} \\input{secret}", r"\{x\} \textbackslash{}input\{secret\}"),
    ("a < b > c | d", r"a \textless{} b \textgreater{} c \textbar{} d"),
    ("costs $5", r"costs \$5"),
    (r"costs \$5 and \$6", r"costs \$5 and \$6"),
    ("rank $X_1$ is $\\le 3$", "rank $X_1$ is $\\le 3$"),
    (r"\(a+b\) and \[c\]", "$a+b$ and $c$"),
    ("Müller, Łukasz, Erdős, Şahin", r"M\"{u}ller, \L{}ukasz, Erd\H{o}s, \c{S}ahin"),
    ("naïve", r"na\"{\i}ve"),
    ('a "quoted" word', "a ``quoted'' word"),
    ("n ≥ 2, γ in ℝ", r"n $\geq$ 2, $\gamma$ in $\mathbb{R}$"),
    ("$n ≥ 2$", r"$n \geq  2$"),
    ("two\n\nparagraphs", "two paragraphs"),
    ("中", "[U+4E2D]"),
    ("100%: $a % b$", r"100\%: $a \% b$"),
]
UNSAFE = [
    r"\input{x}", r"\end{document}", "a}", "{a", r"\left( a", r"\begin{tikzpicture}x\end{tikzpicture}", "a & b", "x^",
    r"\def\x{1}", r"\begin{pmatrix} 1", r"\write18{ls}", "^^41", "  ", r"\begin {document}", r"\csname x\endcsname",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "shown"), ESCAPED)
def test_prose_is_escaped_and_mathematics_is_kept(typed: str, shown: str) -> None:
    assert escape_text(typed) == shown


@pytest.mark.parametrize("body", UNSAFE)
def test_a_formula_that_could_harm_the_page_is_shown_as_source(body: str) -> None:
    assert not is_safe_math(body)
    shown = escape_text(f"see ${body}$ here")
    assert "\\input" not in shown
    assert "\\end{" not in shown
    assert "\\def" not in shown


@pytest.mark.parametrize(
    "body", [r"\|A\|_F^2", r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\left\{ a \right\}", r"\R^n"]
)
def test_ordinary_formulas_are_safe(body: str) -> None:
    assert is_safe_math(body)


def test_code_is_set_by_character_numbers_and_may_break_after_separators() -> None:
    assert escape_code("a_b") == r"\texttt{a\char95{}\allowbreak{}b}"
    assert escape_code("x < {y}") == r"\texttt{x \char60{} \char123{}y\char125{}}"


def test_private_macros_in_formulas_are_listed_once_and_sorted() -> None:
    assert math_commands([r"$\R^n \tr A$ and \undefined", r"$\tr$", r"\endinput"]) == ["R", "tr"]


@given(st.text(max_size=60))
def test_any_text_becomes_ascii_with_balanced_braces(typed: str) -> None:
    for shown in (escape_text(typed), escape_code(typed)):
        assert shown.isascii()
        bare = shown.replace(r"\{", "").replace(r"\}", "").replace(r"\\", "")
        assert bare.count("{") == bare.count("}")


@given(st.text(alphabet="\\${}&#%_^~ab []()", max_size=30))
def test_no_dollar_or_special_sign_survives_outside_formulas(typed: str) -> None:
    shown = escape_text(typed)
    assert shown.replace(r"\$", "").count("$") % 2 == 0
    outside = "".join(shown.replace(r"\$", "").split("$")[::2])
    for sign in "&#%_":
        assert outside.count(sign) == outside.count("\\" + sign)
