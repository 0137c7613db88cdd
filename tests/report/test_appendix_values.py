"""Counterexamples, evidence, sources and notation read as short exact sentences."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import MatrixSymbol, Q, symbols

from dlnproof.claims.paper import Paper
from dlnproof.record import EvidenceRecord
from dlnproof.report.assumptions import assumption_latex
from dlnproof.report.bibliography import Bibliography
from dlnproof.report.counterexamples import counterexample_latex
from dlnproof.report.evidence import evidence_latex
from dlnproof.report.notation import declare, own_symbols, shared_symbols
from dlnproof.report.values import number_math, value_latex
from dlnproof.verdict import Finding

n, p = symbols("n p", integer=True, positive=True)

NUMBERS = [
    ("3", "3"), ("-3/4", r"-\tfrac{3}{4}"), ("4/1", "4"), ("1e-52", "10^{-52}"), ("1.25e-52", r"1.25 \cdot 10^{-52}"),
    ("0.5", "0.5"), ("[0.25 +/- 1e-30]", r"0.25 \pm 10^{-30}"), ("+/- 2e-40", r"0 \pm 2 \cdot 10^{-40}"),
    ("2^61 - 1", "2^{61} - 1"), ("1" * 30, r"{\approx}\,1.1111111 \cdot 10^{29}"),
    ("1" * 20 + "/" + "3" * 20, r"{\approx}\,0.33333333"), ("nan", None), ("", None), ("1/2/3", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "math"), NUMBERS)
def test_numbers_print_exactly_or_marked_as_rounded(text: str, math: str | None) -> None:
    assert number_math(text) == math


def test_a_large_sparse_matrix_is_described_by_its_nonzero_entries() -> None:
    rows = [["0"] * 9 for _ in range(8)]
    rows[1][7] = "-1/2"
    assert value_latex(rows) == (
        r"$\text{a } 8 \times 9 \text{ matrix}\text{, zero but for } -\tfrac{1}{2} \text{ at } (2,8)$"
    )


def test_a_counterexample_of_an_identity_shows_the_values_and_both_sides() -> None:
    shown = counterexample_latex(
        {"sizes": {"n0": 2}, "values": {"W1": [["1", "0"]], "gamma1": "1/2"}, "left": [["2", "0"]], "right": "0"}
    )
    assert shown == (
        r"$n_{0} = 2$, $W_{1} = \begin{pmatrix} 1 & 0 \end{pmatrix}$, $\gamma_{1} = \tfrac{1}{2}$;" + "\n\\newline "
        r"left side $\begin{pmatrix} 2 & 0 \end{pmatrix}$, right side $0$."
    )


def test_the_way_down_from_a_saddle_is_printed_in_words() -> None:
    straight = {"weights": [[["0"]], [["0"]]], "escape direction": [[["1"]], [["-1"]]], "step": "2", "loss drop": "1/2"}
    curve = {"weights": [[["0"]]], "escape to": [[["3"]]], "loss drop": "1/8"}
    page = counterexample_latex({"problem": None, "points": [straight, curve], "failed": "assert x"})
    assert r"the loss at $W + tD$ is smaller by $\tfrac{1}{2}$ for $t =$ $2$, $D_{1} = 1$, $D_{2} = -1$" in page
    assert r"smaller by $\tfrac{1}{8}$ is the loss at $V_{1} = 3$" in page


def test_a_counterexample_of_a_theorem_shows_problem_points_and_the_assert_as_written() -> None:
    shown = counterexample_latex(
        {
            "problem": {"widths": [1, 1], "X": [["1"]], "Y": [["2"]], "scale": "1/2", "decay": ["0"], "noise": []},
            "points": [{"weights": [[["0.123456789012345 +/- 1e-30"]]], "loss": "1/2", "kind": "local minimum"}],
            "failed": "assert not p.loss > q.loss",
        }
    )
    assert "widths $(1,\\, 1)$, $X = 1$, $Y = 2$" in shown
    assert "scale" not in shown
    assert "decay" not in shown
    assert r"point 1: $W_{1} = 0.123456{\ldots}$, loss $\tfrac{1}{2}$, local minimum" in shown
    assert r"fails: \texttt{assert not p.\allowbreak{}loss \char62{} q.\allowbreak{}loss}" in shown


@pytest.mark.parametrize(
    "odd",
    [{}, {"points": None}, {"points": "none"}, {"values": {"A": {"x": [1, "a_b"]}}}, {"problem": None, "note": "50 %"},
     {"points": [[["1", "0"], ["0"]]], "left": {"a": None}}],
)  # fmt: skip
def test_a_counterexample_of_an_unknown_form_is_still_printed(odd: dict[str, Any]) -> None:
    assert counterexample_latex(odd).isascii()


def _item(part: str | None, outcome: str = "equal", **details: Any) -> EvidenceRecord:
    return EvidenceRecord(
        method="canonical form", outcome=outcome, seconds=0.5, details=details, finding=Finding.PROOF, part=part
    )


def test_evidence_names_method_outcome_and_numbers_but_no_times() -> None:
    assert evidence_latex(
        [_item(None, error_bound="1e-20", seed=0, residuals=["1e-51", "1e-101"], sizes_tried=[2, 3])]
    ) == [
        "canonical form: equal (error at most $10^{-20}$, seed $0$, residuals $10^{-51}$, $10^{-101}$, sizes tried $2$, $3$)."
    ]


def test_steps_with_the_same_evidence_share_a_line() -> None:
    items = [_item("step 10"), _item("step 2"), _item("step 3"), _item("step 1", "differ"), _item("step 4")]
    assert evidence_latex(items) == ["step 1: canonical form: differ.", "steps 2, 3, 4, 10: canonical form: equal."]
    assert evidence_latex([_item("step 1"), _item("step 2")]) == ["steps 1--2: canonical form: equal."]


def _papers() -> list[Paper]:
    first = Paper("lk", title="Depth", authors=["Haihao Lu", "Kawaguchi, Kenji"], year=2017)
    first.cite("a", source="Eckart and Young (1936), Theorem 1")
    second = Paper("k", title="No poor minima", authors=["Kenji Kawaguchi"], year=2016)
    return [first, second]


CITATIONS = [
    ("Lu and Kawaguchi (2017), Theorem 2.3", [r"[\ref{dln:source:lk}]"]),
    ("Kawaguchi (2016), Lemma 4.1", [r"[\ref{dln:source:k}]"]),
    ("true for two layers only: Kawaguchi (2016), Corollary 2.4", [r"[\ref{dln:source:k}]"]),
    ("LK17, equation (3)", [r"[\ref{dln:source:lk}]"]),
    ("Theorem 2.3", [r"[\ref{dln:source:lk}]"]),
    ("proof of Theorem 3.2", [r"[\ref{dln:source:lk}]"]),
    ("chain rule", []),
    ("Eckart and Young (1936), Theorem 1", [r"[\ref{dln:source:Eckart-and-Young-1936}]"]),
    ("Lu and Kawaguchi (2017) and Kawaguchi (2016)", [r"[\ref{dln:source:lk}]", r"[\ref{dln:source:k}]"]),
]


@pytest.mark.parametrize(("source", "numbers"), CITATIONS)
def test_a_source_is_followed_by_the_number_of_the_work_it_names(source: str, numbers: list[str]) -> None:
    papers = _papers()
    assert Bibliography(papers).cite(source, papers[0]) == " ".join([source, *numbers])


def test_the_list_of_sources_has_the_papers_first_and_each_work_once() -> None:
    keys = [entry.key for entry in Bibliography(_papers()).entries]
    assert keys == ["lk", "k", "Eckart-and-Young-1936"]


def test_symbols_are_declared_once_for_a_paper_and_again_where_they_differ() -> None:
    paper = Paper("p", title="t", authors=["A"], year=2020)
    A, B = MatrixSymbol("A", n, p), MatrixSymbol("B", n, p)
    first = paper.identity("first", A + B, B + A)
    other = paper.identity("other", MatrixSymbol("A", 2, 2), MatrixSymbol("A", 2, 2))
    shared = shared_symbols(paper.claims)
    assert declare(list(shared.values())) == r"$A,\, B \in \mathbb{R}^{n \times p}$; positive integers $n$, $p$"
    assert own_symbols(first, shared) == []
    assert declare(own_symbols(other, shared)) == r"$A \in \mathbb{R}^{2 \times 2}$"


def test_assumptions_print_as_predicates_formulas_or_their_own_words() -> None:
    S = MatrixSymbol("S", n, n)
    assert assumption_latex(Q.positive_definite(S)) == "$S$ is positive definite"
    assert assumption_latex(n > 2) == "$n > 2$"
    assert assumption_latex("a_b") == r"a\_b"
