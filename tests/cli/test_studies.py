"""`ablate` and `check --kill-rate` on the command line: lines, matrix, JSON, exit status, and the tables of the appendix."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = """
from hypothesis import given, settings, strategies as st
from sympy import MatrixSymbol, Q, symbols
import dlnproof as dp

paper = dp.Paper("studied", title="Studied", authors=["A"], year=2026)
n = symbols("n", integer=True, positive=True)
S = MatrixSymbol("S", n, n)
paper.identity("symmetric", S.T, S, "A symmetric matrix is its transpose.", assuming=[Q.symmetric(S)])

@paper.theorem("unique", "The minimum is unique.", assuming=[dp.full_row_rank("X")], twins=["without full_row_rank('X')"])
@settings(max_examples=40)
@given(dp.problems(layers=dp.bound(1, "one layer", otherwise=2), widths=st.integers(1, 2)))
def unique(problem):
    assert problem.inertia(problem.origin)[2] == 0

@paper.theorem("wide", "True with every assumption and without.", assuming=[dp.nonzero("X")])
@settings(max_examples=40)
@given(dp.problems(layers=1, widths=1))
def wide(problem):
    assert problem.loss(problem.origin) >= 0

@paper.twin("wide", "true, so it survives")
@settings(max_examples=20)
@given(dp.problems(layers=1, widths=1))
def true(problem):
    assert problem.layers == 1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    (folder / "studied.py").write_text(SOURCE)
    return folder


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "dlnproof.cli.main", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_ablate_names_the_assumption_and_shows_an_exact_problem():
    example = Path(__file__).parents[1] / "examples" / "theorems.py"
    done = run(example.parent.parent, "ablate", f"{example.name}::surjective-gradient")
    assert done.returncode == 2  # the path is the user's: relative to where the command runs
    done = run(example.parent, "ablate", f"{example.name}::surjective-gradient", "--budget", "20s", "--fresh")
    shutil.rmtree(example.parent / ".dlnproof", ignore_errors=True)
    assert done.returncode == 0, done.stderr
    assert "full_row_rank('X')  needed" in done.stdout
    assert "problem: widths = (1, 1)" in done.stdout
    assert "X = [0]" in done.stdout
    assert "failed: assert zero == 0" in done.stdout


def test_ablate_of_a_file_prints_a_matrix_and_writes_json(folder):
    done = run(folder, "ablate", "studied.py", "--json", "ablation.json")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    start = next(place for place, line in enumerate(lines) if line.split() == ["1", "2", "3", "4"])
    assert [line.split() for line in lines[start + 1 : start + 4]] == [
        ["studied/symmetric", "N", ".", ".", "."],
        ["studied/unique", ".", "N", "N", "."],
        ["studied/wide", ".", ".", ".", "o"],
    ]
    assert lines[-1].startswith("N needed, with an exact counterexample; p proved without it; o no counterexample")
    studies = json.loads((folder / "ablation.json").read_text())["studies"]
    assert [study["id"] for study in studies] == ["studied/symmetric", "studied/unique", "studied/wide"]
    (needed, bound) = studies[1]["rows"]
    assert (needed["answer"], bound["name"], bound["answer"]) == ("needed", "one layer", "needed")
    assert needed["counterexample"]["failed"] == "assert problem.inertia(problem.origin)[2] == 0"
    again = run(folder, "ablate", "studied.py", "--json", "again.json")
    assert again.stdout == done.stdout  # from the ledger, times and all
    assert json.loads((folder / "again.json").read_text())["studies"] == studies


def test_the_kill_rate_counts_twins_names_survivors_and_is_in_json_and_appendix(folder):
    done = run(folder, "check", "studied.py", "--kill-rate", "--budget", "4", "--json", "check.json")
    assert done.returncode == 3  # one twin survives
    assert "1 of 1 twins refuted  studied/unique" in done.stdout
    assert "0 of 1 twins refuted  studied/wide" in done.stdout
    assert "    true, so it survives: survives: holds on" in done.stdout
    assert "kill rate: 1 of 2 false twins refuted (50 %)" in done.stdout
    studies = json.loads((folder / "check.json").read_text())["studies"]
    assert [row["answer"] for study in studies for row in study["rows"]] == ["refuted", "survives"]
    run(folder, "ablate", "studied.py")
    assert run(folder, "appendix", "studied.py", "-o", "appendix.tex").returncode == 0
    text = (folder / "appendix.tex").read_text()
    assert r"\textbf{Assumptions, each dropped in turn}" in text
    assert r"Claim~\ref{dln:studied/unique} &  & $\bullet$ & $\bullet$ &  \\" in text
    assert r"\textbf{False twins: 1 of 2 refuted}" in text
    assert r"Claim~\ref{dln:studied/wide} & 0 & 1 \\" in text
    assert r"one layer is needed. Without it:" in text


@pytest.mark.slow
def test_the_appendix_with_studies_compiles(folder):
    done = run(folder, "appendix", "studied.py", "-o", "appendix.pdf")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("budget", "message"),
    [("soon", "'soon' is not a time; write 60, 60s or 5m"), ("0.01", "'0.01' is not at least 0.1 s")],
)
def test_a_budget_is_seconds_or_minutes(folder, budget, message):
    done = run(folder, "ablate", "studied.py", "--budget", budget)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
