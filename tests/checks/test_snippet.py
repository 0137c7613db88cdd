"""The Python lines of a counterexample fail by themselves, at the same assert, whatever kind of values was drawn."""

import subprocess
import sys
from fractions import Fraction

import pytest

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.instances import check_theorem
from dlnproof.running.load import load_here
from dlnproof.verdict import Finding

SOURCE = """
from fractions import Fraction

from hypothesis import given, strategies as st
import dlnproof as dp

paper = dp.Paper("snippets", title="Snippets", authors=["A"], year=2026)
small = dp.problems(layers=2, widths=st.integers(1, 2))

@paper.theorem("problem", assuming=[dp.full_row_rank("X")])
@given(small)
def of_problem(problem):
    assert problem.loss(problem.origin) == 0

@paper.theorem("moments")
@given(st.just(dp.Problem.from_moments((1, 1), [["1/3"]], [[2]], 12)), st.integers(1, 3))
def of_moments(problem, factor):
    assert factor * problem.loss(problem.origin) < 3

@paper.theorem("point")
@given(small.flatmap(dp.critical_points))
def of_point(point):
    assert point.kind.is_global_minimum

@paper.theorem("minima")
@given(dp.problems(layers=3, widths=1, decay="1/20", data=dp.Problem((1, 1), [[1]], [[1]])))
def of_minima(problem):
    for point in problem.local_minima(starts=4):
        assert not point.loss < dp.enclose(Fraction(1, 3))

@paper.theorem("tuple")
@given(drawn=small.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem), dp.rationals(1, 2))))
def of_tuple(drawn):
    problem, weights, factor = drawn
    assert factor * problem.loss(weights) < 1

@paper.theorem("data")
@given(st.data(), st.integers(1, 2))
def of_data(data, factor):
    problem = data.draw(small, label="the problem")
    assert factor * problem.loss(data.draw(dp.weights(problem))) < 1

paper.theorem("lambda")(given(st.just(dp.Problem((1, 1), [[1]], [[1]])))(lambda problem: fails(problem)))

def fails(problem):
    assert problem.layers == 2
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    path = tmp_path_factory.mktemp("snippets") / "snippets.py"
    path.write_text(SOURCE)
    return load_here([path])[0]


def counterexample(loaded, label):
    claim = next(claim for claim in loaded.papers[0].claims if claim.label == label)
    (evidence,) = check_theorem(claim, Context(seconds=20.0, examples=40))
    assert evidence.finding is Finding.CONFIRMED, evidence.outcome
    return evidence.counterexample


@pytest.mark.parametrize("label", ["problem", "moments", "point", "minima", "tuple", "data"])
def test_running_the_lines_makes_the_assert_fail_again(loaded, label):
    found = counterexample(loaded, label)
    done = subprocess.run(
        [sys.executable, "-c", found["python"]], cwd=loaded.path.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("AssertionError")
    assert found["failed"] in done.stderr


def test_what_has_no_name_to_call_it_by_gets_no_lines(loaded):
    assert "python" not in counterexample(loaded, "lambda")


def test_a_saddle_comes_with_an_exact_way_down(loaded):
    (point,) = counterexample(loaded, "point")["points"]
    # W = 0 of a two-layer network: the loss of W + D is smaller by exactly what the card says
    problem = dp.Problem.from_json(counterexample(loaded, "point")["problem"])
    step = Fraction(point["step"])
    moved = [
        [[Fraction(w) + step * Fraction(d) for w, d in zip(*rows, strict=True)] for rows in zip(*layer, strict=True)]
        for layer in zip(point["weights"], point["escape direction"], strict=True)
    ]
    assert problem.loss(moved) == Fraction(point["loss"]) - Fraction(point["loss drop"])
