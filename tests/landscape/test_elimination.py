"""Critical values by elimination, without any theory, against the sums of eigenvalues; counts of critical points."""

import importlib.util
import shutil
import sys
from fractions import Fraction as F  # noqa: N817
from pathlib import Path

import pytest
from exact_problems import problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import UnsupportedError
from dlnproof.landscape import elimination
from dlnproof.landscape.problem import Problem
from dlnproof.rings import singular
from dlnproof.rings.ball import enclose

I2 = [[1, 0], [0, 1]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize(
    ("widths", "X", "Y"),
    [
        ((2, 1, 2), I2, [[1, 1], [0, 1]]),  # irrational eigenvalues
        ((2, 2, 2), I2, I2),  # repeated
        ((2, 2, 2), I2, [[2, 0], [0, 0]]),  # zero
        ((3, 2, 2), [[1, 2], [0, 1], [1, 1]], [[1, 0], [2, 1]]),  # rank-deficient inputs
        ((2, 1, 3), [[1], [2]], [[1], [0], [3]]),  # one sample
        ((2, 3, 2), I2, [[2, 1], [0, 1]]),
        ((3, 1, 3), I3, [[3, 0, 0], [0, 2, 0], [0, 0, 1]]),
        ((2, 1, 1, 2), I2, [[2, 0], [0, 1]]),
        ((1, 1, 1, 1), [[2]], [[3]]),
    ],
)
def test_elimination_finds_exactly_the_critical_values(widths, X, Y):
    problem = Problem(widths, X, Y, scale=F(1, 3))
    assert problem.eliminated_values() == problem.critical_values()


def test_one_layer_has_one_value_by_elimination_and_by_theory():
    # "every subset S occurs" (amg21, P1) fails for one layer: only the global minimum is critical
    problem = Problem((3, 2), [[1, 2], [0, 1], [1, 1]], [[1, 0], [2, 1]])
    assert problem.eliminated_values() == problem.critical_values() == [0]


def test_with_decay_the_stationary_values_are_among_the_eliminated_ones():
    # C5: three scalar layers with decay 1/20 have the bad minimum 1/2 at the origin
    problem = Problem((1, 1, 1, 1), [[1]], [[1]], decay=F(1, 20))
    assert F(1, 2) in problem.eliminated_values()
    for family in problem.stationary_points():
        assert any(family.value.overlaps(enclose(value)) for value in problem.eliminated_values())
    hidden = Problem((1, 2, 1), [[1]], [[3]], decay=F(1, 2))
    assert {F(9, 2), F(5, 2)} <= set(hidden.eliminated_values())  # v = b - kap = 2: 9/2 - v^2 / 2


def test_too_large_an_ideal_is_refused(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UnsupportedError, match="the Groebner basis grows beyond the limits; reduce the widths"):
        Problem((2, 2, 2, 2), I2, [[2, 0], [0, 1]]).eliminated_values()
    with pytest.raises(UnsupportedError, match="48 weights are too many; reduce the widths"):
        Problem((4, 4, 4, 4), [[1]] * 4, [[1]] * 4).eliminated_values()


@pytest.mark.skipif(not singular.is_installed(), reason="Singular is optional")
def test_singular_eliminates_and_counts_as_a_separate_process():
    problem = Problem((2, 2, 2, 2), I2, [[2, 0], [0, 1]])
    assert problem.eliminated_values() == problem.critical_values()
    assert singular.quotient_dimension([{(2, 0): 1, (0, 0): -1}, {(0, 3): 2, (1, 0): 5}], ["x", "y"], 32003, 20) == 6


def test_without_singular_there_is_no_answer_and_a_wrong_one_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert singular.eliminant([{(1,): 1}], ["T"], 5) is None
    assert singular.quotient_dimension([{(1,): 1}], ["x"], 7, 5) is None


def counts():
    """Return the benchmark module, whose systems are tested here on its smaller rows."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        spec = importlib.util.spec_from_file_location("counts", BENCHMARKS / "counts.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCHMARKS))
    return module


def test_the_tables_of_counts_are_reproduced_in_their_smaller_rows():
    # landscape.md section 4: bh23.F, 1 + (H - 1) 2^H, 1 + 4ab, Hadamard and plain decay
    module = counts()
    small = [row for rows in module.TABLES.values() for row in rows if row.known <= 81 and sum(row.widths) <= 7]
    assert len(small) > 20
    for row in small:
        assert module.count_here(row) == row.known


def test_real_points_of_chains_are_counted_exactly():
    module = counts()
    assert module.real_points_of_chain(1, 3, [1, 1]) == 3
    assert module.real_points_of_chain(1, 1, [5, 5]) == 1
    assert module.real_points_of_chain(1, 9, [1, 1, 1]) == 9


@settings(max_examples=25, deadline=None)
@given(problems(layers=st.just(2), widths=st.integers(1, 2)))
def test_both_roads_agree_on_random_small_problems(problem):
    try:
        assert elimination.eliminate_critical_values(problem)
    except UnsupportedError:
        return
    assert set(problem.critical_values()) <= set(problem.eliminated_values())
