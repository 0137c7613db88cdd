"""Dropping assumptions: what is needed gets an exact counterexample that breaks it, what is not needed gets none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Q, symbols

import dlnproof as dp
from dlnproof.checks.ablation import ablate
from dlnproof.checks.context import Context
from dlnproof.checks.kill import kill
from dlnproof.claims.paper import Paper
from dlnproof.errors import InputError
from dlnproof.landscape.problem import Problem
from dlnproof.running.load import load_here
from dlnproof.verdict import Finding

paper = Paper("ablated", title="Ablated", authors=["A"], year=2026)


@paper.theorem("unique", assuming=[dp.full_row_rank("X"), dp.nonzero("Y")], twins=["without full_row_rank('X')"])
@given(dp.problems(layers=1, widths=st.integers(1, 3)))
def unique(problem):
    # rank X = d_0 is what makes the Hessian definite; Y does not enter it
    assert problem.inertia(problem.origin)[2] == 0


# Ziyin, Li and Meng (2022): three layers and decay in every layer make the origin a strict local minimum, z22.origin
DEEP = dp.bound(st.integers(3, 4), "at least three layers", otherwise=2)
DECAY = dp.bound(dp.rationals(0, 2, exclude_min=True), "decay > 0", otherwise=0)


@paper.theorem("origin", twins=["without at least three layers", "without decay > 0"])
@given(dp.problems(layers=DEEP, widths=st.integers(1, 2), decay=DECAY))
def origin(problem):
    assert problem.classify(problem.origin).is_local_minimum


@paper.theorem("inside", "an assumption of the strategy is one of the theorem")
@given(dp.problems(layers=1, widths=st.integers(1, 2), assuming=[dp.full_row_rank("X")]))
def inside(problem):
    assert problem.inertia(problem.origin)[2] == 0


@paper.theorem("false", assuming=[dp.full_row_rank("X")])
@given(dp.problems(layers=1, widths=st.integers(1, 2)))
def false(problem):
    assert problem.loss(problem.origin) == 0


@paper.theorem("never-broken", assuming=[dp.no_decay()])
@given(dp.problems(layers=1, widths=1))
def never_broken(problem):
    assert problem.loss(problem.origin) >= 0


@paper.theorem("raises", assuming=[dp.full_row_rank("X")])
@given(dp.problems(layers=1, widths=st.integers(1, 2)))
def raises(problem):
    assert problem.input_moment.inv() * problem.input_moment == problem.input_moment**0


@paper.theorem("strict")
@settings(max_examples=30)
@given(dp.problems(layers=2, widths=1))
def strict(problem):
    assert problem.loss(problem.origin) >= problem.layers - 2


@paper.twin("strict", "one more")
@given(dp.problems(layers=2, widths=1))
def one_more(problem):
    assert problem.loss(problem.origin) >= 1


@paper.twin("strict", "a true statement survives")
@given(dp.problems(layers=2, widths=1))
def survives(problem):
    assert problem.loss(problem.origin) > -1


n, m = symbols("n m", integer=True, positive=True)
S, A = MatrixSymbol("S", n, n), MatrixSymbol("A", n, n)
paper.identity("symmetric", S * A.T, (A * S).T, assuming=[Q.symmetric(S), Eq(A * A.T, Identity(n))])


def study(label, run=ablate, **options):
    claim = next(claim for claim in paper.claims if claim.label == label)
    evidence = run(claim, Context(**{"seconds": 20.0, "examples": 60, **options}))
    return {item.part: item for item in evidence}


def test_an_assumption_is_needed_if_an_exact_counterexample_breaks_it_and_no_other():
    found = study("unique")
    needed = found["full_row_rank('X')"]
    assert needed.finding is Finding.CONFIRMED
    problem = Problem.from_json(needed.counterexample["problem"])
    assert not dp.full_row_rank("X").holds(problem)
    assert dp.nonzero("Y").holds(problem)
    assert problem.inertia(problem.origin)[2] > 0


def test_an_assumption_that_is_not_needed_has_no_counterexample_in_the_instances_that_break_it():
    found = study("unique")["nonzero('Y')"]
    assert found.finding is Finding.CERTIFIED
    count = found.details["instances"]
    assert count > 0
    assert found.outcome == f"no counterexample in {count} instances"


def test_marked_bounds_are_dropped_like_assumptions():
    found = study("origin")
    assert set(found) == {"at least three layers", "decay > 0"}
    assert all(item.finding is Finding.CONFIRMED for item in found.values())
    assert len(found["at least three layers"].counterexample["problem"]["widths"]) == 3
    assert set(found["decay > 0"].counterexample["problem"]["decay"]) == {"0"}


def test_an_assumption_written_in_the_strategy_counts():
    assert study("inside")["full_row_rank('X')"].finding is Finding.CONFIRMED


def test_an_identity_is_needed_proved_without_or_open():
    found = study("symmetric")
    assert found[str(Q.symmetric(S))].finding is Finding.CONFIRMED
    assert found[str(Eq(A * A.T, Identity(n)))].outcome == "not needed: proved without it"


@pytest.mark.parametrize(
    ("label", "part", "outcome"),
    [
        ("false", None, "refuted with all its assumptions: there is nothing to drop"),
        ("strict", None, "no assumption and no marked bound to drop"),
        ("never-broken", "no_decay()", "undecided: none of"),
        ("raises", "full_row_rank('X')", "undecided: without it the theorem raises ZeroDivisionError"),
    ],
)
def test_what_cannot_be_decided_says_why(label, part, outcome):
    found = study(label)[part]
    assert found.finding is Finding.INCONCLUSIVE
    assert found.outcome.startswith(outcome)


def test_a_bound_is_a_plain_strategy_where_nothing_is_dropped():
    @settings(max_examples=20, database=None)
    @given(DEEP)
    def drawn(layers):
        assert layers in (3, 4)

    drawn()


# false twins


def test_twins_by_function_and_by_dropping_are_refuted_and_a_true_one_survives():
    found = study("strict", kill, seconds=6.0)
    assert found["one more"].finding is Finding.CONFIRMED
    assert found["a true statement survives"].outcome.startswith("survives: holds on")
    for label in ("unique", "origin"):
        assert all(item.outcome == "refuted" for item in study(label, kill).values())


STRICT = """
from hypothesis import given, settings
import dlnproof as dp

paper = dp.Paper("strict", title="Strict", authors=["A"], year=2026)

@paper.theorem("bound", twins=["strict"])
@settings(max_examples=30)
@given(dp.problems(layers=2, widths=1))
def bound(problem):
    assert problem.layers == 2 and not problem.loss(problem.origin) < 0

@paper.theorem("equality", twins=["strict"])
@settings(max_examples=5)
@given(dp.problems(layers=2, widths=1))
def equality(problem):
    assert problem.layers == 2
"""


def test_a_strict_twin_reads_the_comparisons_of_a_file_as_strict(tmp_path):
    path = tmp_path / "strict.py"
    path.write_text(STRICT)
    (loaded,) = load_here([path])
    answers = [next(iter(kill(claim, Context(seconds=2.0)))) for claim in loaded.papers[0].claims]
    assert answers[0].finding is Finding.CONFIRMED
    assert answers[0].counterexample["failed"] == "assert problem.layers == 2 and not problem.loss(problem.origin) < 0"
    assert answers[1].outcome == "survives: no comparison of an assert could be made strict"


def test_a_negative_control_is_a_claim_and_a_twin():
    other = Paper("controls", title="Controls", authors=["A"], year=2026)
    other.theorem("true")(given(dp.problems(1, 1))(lambda problem: problem.layers))
    other.theorem("false", expect="refuted", twin_of="true")(given(dp.problems(1, 1))(lambda problem: problem.layers))
    assert [twin.name for twin in other.claims[0].body.twins] == ["false"]
    assert [claim.label for claim in other.claims] == ["true", "false"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"twins": "strict"}, r"twins='strict': the false twins of theorem 'a' are a list; write twins=\['strict'\]"),
        ({"twins": ["weaker"]}, r"twins='weaker': a false twin .* is 'strict' or 'without NAME'"),
        ({"twin_of": "b", "expect": "refuted"}, r"twin_of='b': the twin 'a' belongs to a theorem .* written before it"),
        ({"twin_of": "b"}, r"expect='holds': 'a' is a false twin, so it is expected to be refuted"),
    ],
)
def test_twins_that_make_no_sense_are_refused(options, message):
    fresh = Paper("fresh", title="Fresh", authors=["A"], year=2026)
    with pytest.raises(InputError, match=message):
        fresh.theorem("a", **options)(given(dp.problems(1, 1))(lambda problem: problem.layers))


def test_a_bound_without_a_name_is_refused():
    with pytest.raises(InputError, match="name='': a bound is named in words"):
        dp.bound(3, "", otherwise=2)
