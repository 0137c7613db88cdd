"""Theorems through the whole check: true ones are never refuted, false ones end with a small confirmed counterexample."""

import time
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.instances import check_theorem
from dlnproof.claims.paper import Paper
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.running.load import load_here
from dlnproof.verdict import Finding, Verdict, decide

paper = Paper("planted", title="Planted theorems", authors=["A"], year=2026)
SMALL = dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3))
DEEP = dp.problems(layers=3, widths=st.integers(1, 2), decay=dp.rationals(0, 1, exclude_min=True))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def check(label, **options):
    claim = next(claim for claim in paper.claims if claim.label == label)
    (evidence,) = check_theorem(claim, Context(**{"seconds": 20.0, "examples": 40, **options}))
    return evidence


# true theorems ------------------------------------------------------------------------------------------------------


@paper.theorem("lu-kawaguchi", source="Lu and Kawaguchi (2017), Theorem 2.3")
@given(dp.problems(layers=st.integers(2, 3), widths=st.integers(1, 3)))
def lu_kawaguchi(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=3):
        assert not point.loss > best


@paper.theorem("two-layers-strict", source="Kawaguchi (2016), Corollary 2.4")
@given(dp.problems(layers=2, widths=st.integers(1, 3)).flatmap(dp.critical_points))
def two_layers_strict(point):
    assert point.kind.is_global_minimum or point.kind.is_strict_saddle


@paper.theorem("origin", source="Ziyin, Li and Meng (2022)")
@given(dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 3), decay=dp.rationals(0, exclude_min=True)))
def origin(problem):
    kind = problem.classify(problem.origin)
    assert kind.is_local_minimum and kind.is_strict  # noqa: PT018


@paper.theorem("unique", assuming=[dp.full_row_rank("X")])
@given(dp.problems(layers=1, widths=st.integers(1, 3)))
def unique(problem):
    assert problem.inertia(problem.origin)[2] == 0


@paper.theorem("values", source="landscape.md, amg21.P1")
@given(dp.problems(layers=2, widths=st.integers(1, 3)).flatmap(lambda p: st.tuples(st.just(p), dp.critical_points(p))))
def values(drawn):
    problem, point = drawn
    assert any(dp.enclose(value).contains(dp.enclose(point.loss)) for value in problem.critical_values())


@paper.theorem("at-weights")
@given(st.data())
def at_weights(data):
    problem = data.draw(SMALL)
    assert not dp.enclose(problem.loss(data.draw(dp.weights(problem)))) < problem.global_minimum()


@paper.theorem("fixed-data")
@given(
    dp.problems(
        layers=2, widths=st.integers(1, 3), data=dp.Problem((2, 2), [[1, 2, 0], [0, 1, 1]], [[1, 0, 1], [2, 1, 0]])
    )
)
def fixed_data(problem):
    for point in problem.local_minima(starts=2):
        assert point.loss.overlaps(problem.global_minimum())


TRUE = ["lu-kawaguchi", "two-layers-strict", "origin", "unique", "values", "at-weights", "fixed-data"]


@pytest.mark.parametrize("label", TRUE)
def test_a_true_theorem_is_verified_with_its_counts(label):
    evidence = check(label)
    assert evidence.finding is Finding.CERTIFIED
    assert decide([evidence]) is Verdict.VERIFIED
    count = evidence.details["with an assert reached"]
    assert count + evidence.details["repeated"] == 40
    assert count >= (3 if label == "fixed-data" else 20)  # three hidden widths are all there is
    assert evidence.scope.startswith(f"{count} instances")
    assert evidence.counterexample is None


def test_details_say_which_regions_were_visited_and_how_many_points_were_certified():
    details = check("lu-kawaguchi").details
    count = details["instances"]
    assert details["regions"]["widths"] == [1, 3]
    assert sum(details["regions"]["layers"].values()) == details["regions"]["structure"]["no decay"] == count
    assert details["certified points"] + details["starts not certified"] == 3 * count
    assert details["seed"] == 0


# false theorems -----------------------------------------------------------------------------------------------------


@paper.theorem("zero-loss", expect="refuted")
@given(SMALL)
def zero_loss(problem):
    assert problem.loss(problem.origin) == 0, f"the loss is {problem.loss(problem.origin)}"


@paper.theorem("no-bad-minima-with-decay", expect="refuted")
@given(DEEP)
def no_bad_minima_with_decay(problem):
    points = problem.local_minima(starts=12)
    for p in points:
        for q in points:
            assert not p.loss > q.loss


@paper.theorem("all-saddles-strict", expect="refuted")
@given(dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3)).flatmap(dp.critical_points))
def all_saddles_strict(point):
    assert point.kind.is_global_minimum or point.kind.is_strict_saddle


@paper.theorem("unique-without-assumption", expect="refuted")
@given(dp.problems(layers=1, widths=st.integers(1, 3)))
def unique_without_assumption(problem):
    assert problem.inertia(problem.origin)[2] == 0


@paper.theorem("linear", expect="refuted")
@given(data=st.data(), factor=dp.rationals(1, 2))
def linear(data, factor):
    problem = data.draw(SMALL)
    point = data.draw(dp.weights(problem))
    scaled = [[[factor * entry for entry in row] for row in layer] for layer in point]
    assert problem.loss(scaled) == factor**2 * problem.loss(point)


@paper.theorem("explicit-example", expect="refuted")
@example(problem=dp.Problem((1, 1), [[7]], [[5]]))
@given(problem=SMALL)
def explicit_example(problem):
    assert problem.input_moment[0, 0] != 49


FALSE = {
    "zero-loss": {"widths": [1, 1], "X": [["1"]], "Y": [["1"]]},
    "no-bad-minima-with-decay": {"widths": [1, 1, 1, 1]},
    "all-saddles-strict": {"widths": [1, 1, 1, 1], "X": [["1"]], "Y": [["1"]]},
    "unique-without-assumption": {"widths": [1, 1], "X": [["0"]]},
    "linear": {"widths": [1, 1], "X": [["1"]]},
    "explicit-example": {"widths": [1, 1], "X": [["7"]], "Y": [["5"]]},
}


@pytest.mark.parametrize("label", FALSE)
def test_a_false_theorem_is_refuted_with_a_tiny_exact_problem(label):
    evidence = check(label)
    assert evidence.finding is Finding.CONFIRMED
    assert decide([evidence]) is Verdict.REFUTED
    problem = evidence.counterexample["problem"]
    assert {key: problem[key] for key in FALSE[label]} == FALSE[label]
    assert evidence.counterexample["failed"].startswith("assert ")
    dp.Problem.from_json(problem)


def test_the_failed_assert_is_quoted_as_written_on_one_line():
    failed = check("zero-loss").counterexample["failed"]
    assert failed == 'assert problem.loss(problem.origin) == 0, f"the loss is {problem.loss(problem.origin)}"'


def test_points_carry_weights_loss_kind_and_inertia():
    (point,) = check("all-saddles-strict").counterexample["points"]
    # V5 of landscape.md in its smallest form: the origin of a deep scalar chain
    known = {"weights": [[["0"]]] * 3, "loss": "1/2", "kind": "non-strict saddle", "inertia": [0, 0, 3]}
    assert {key: point[key] for key in known} == known
    assert Fraction(point["loss falls by"]) > 0
    one, other = check("no-bad-minima-with-decay").counterexample["points"]  # in the order of the search
    assert Fraction(one["loss"].split(" +/- ")[0]) != Fraction(other["loss"].split(" +/- ")[0])
    assert one["kind"] == other["kind"] == "local minimum"


def test_values_that_are_no_problem_are_named():
    values = check("linear").counterexample["values"]
    assert set(values) == {"factor", "draw 2"}
    assert Fraction(values["factor"]) >= 1


# what is neither ----------------------------------------------------------------------------------------------------


@paper.theorem("impossible", assuming=[dp.positive_decay()])
@given(SMALL)
def impossible(problem):
    assert problem.loss(problem.origin) == 7


@paper.theorem("nothing-accepted")
@given(SMALL)
def nothing_accepted(problem):
    assume(problem.layers > 5)
    assert problem.loss(problem.origin) == 7


@paper.theorem("no-assert-reached")
@given(SMALL)
def no_assert_reached(problem):
    if problem.layers > 5:
        assert problem.loss(problem.origin) == 7


@paper.theorem("no-points")
@given(dp.problems(layers=2, widths=2))
def no_points(problem):
    for point in problem.local_minima(starts=1)[:0]:
        assert point.loss < 0


@paper.theorem("no-assert")
@given(SMALL)
def no_assert(problem):
    problem.loss(problem.origin)


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("impossible", "vacuous: none of "),
        ("nothing-accepted", "vacuous: none of "),
        ("no-assert-reached", "vacuous: no assert was reached on "),
        ("no-points", "vacuous: no assert was reached on "),
        ("no-assert", "vacuous: no assert was reached on "),
    ],
)
def test_a_vacuous_theorem_is_undecided(label, outcome):
    evidence = check(label)
    assert evidence.finding is Finding.INCONCLUSIVE
    assert decide([evidence]) is Verdict.UNDECIDED
    assert evidence.outcome.startswith(outcome)


def test_a_vacuous_theorem_names_its_assumptions():
    assert check("impossible").outcome.endswith("instances satisfies the assumptions (positive_decay())")


@paper.theorem("raises")
@given(SMALL)
def raises(problem):
    assert 1 / (problem.layers - 2) < 3


@paper.theorem("bad-weights")
@given(SMALL)
def bad_weights(problem):
    assert problem.loss([]) == 0


@paper.theorem("assert-elsewhere")
@given(SMALL)
def assert_elsewhere(problem):
    assert problem.layers > 0
    exec(compile("assert False, 'inner'", "elsewhere.py", "exec"))


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("raises", "claim='planted/raises': the theorem raised ZeroDivisionError: "),
        ("bad-weights", "claim='planted/bad-weights': the theorem raised InputError: weights=[]: "),
        ("assert-elsewhere", "claim='planted/assert-elsewhere': the theorem raised "),
    ],
)
def test_an_exception_is_an_error_that_names_the_claim_never_a_refutation(label, message):
    with pytest.raises(InputError) as caught:
        check(label)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("; a theorem may only fail by assert, mend its function")


@paper.theorem("not-known")
@given(dp.problems(layers=2, widths=[2, 2, 2], decay=1, data=dp.Problem((2, 2), [[1, 0], [0, 2]], [[2, 0], [0, 1]])))
def not_known(problem):
    assert not problem.loss(problem.origin) < problem.global_minimum()


@paper.theorem("points-not-known")
@given(dp.problems(layers=2, widths=2, decay=1).flatmap(lambda p: dp.critical_points(p, kind="strict saddle")))
def points_not_known(point):
    assert point.kind.is_global_minimum


@pytest.mark.parametrize("label", ["not-known", "points-not-known"])
def test_what_is_not_supported_passes_through(label):
    with pytest.raises(UnsupportedError):
        check(label)


# how it runs --------------------------------------------------------------------------------------------------------


@paper.theorem("slow")
@given(SMALL)
def slow(problem):
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        problem.loss(problem.origin)
    assert problem.layers < 9


def test_the_budget_stops_the_search_and_is_reported():
    evidence = check("slow", seconds=0.5, examples=10**6)
    assert 1 <= evidence.details["instances"] <= 12
    assert evidence.outcome.endswith("stopped by the budget")
    assert evidence.details["stopped by the budget"] is True


def test_the_same_seed_gives_the_same_evidence_and_another_seed_another():
    first, again, other = check("two-layers-strict"), check("two-layers-strict"), check("two-layers-strict", seed=5)
    assert first == again  # counts, regions and details alike
    assert first.details["regions"] != other.details["regions"]


def test_nothing_is_printed_or_written_and_the_author_s_settings_stay(capsys, tmp_path):
    chosen = settings(max_examples=7, database=None)
    function = chosen(zero_loss)
    before = dict(function.__dict__)
    check("zero-loss")
    assert capsys.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert function.__dict__ == before
    with pytest.raises(AssertionError):
        function()


def test_only_a_theorem_is_accepted():
    claim = paper.cite("fact", source="somewhere")
    with pytest.raises(InputError, match="claim='planted/fact': a citation is not a theorem"):
        list(check_theorem(claim, Context()))


def test_details_count_the_kinds_of_drawn_points_and_the_smallest_margin_of_a_loaded_file(tmp_path):
    points = check("two-layers-strict").details["regions"]["points"]
    assert points["global minimum"] + points["strict saddle"] == 40
    assert points["a zero layer"] > 0
    assert points["layers of larger rank than the product"] > 0
    path = tmp_path / "margins.py"
    path.write_text(
        "from hypothesis import given\nimport dlnproof as dp\n"
        "paper = dp.Paper('margins', title='Margins', authors=['A'], year=2026)\n"
        "@paper.theorem('above')\n@given(dp.problems(layers=2, widths=1))\n"
        "def above(problem):\n    assert problem.loss(problem.origin) >= -1 and problem.layers <= 4\n"
    )
    (loaded,) = load_here([path])
    (evidence,) = check_theorem(loaded.papers[0].claims[0], Context(seconds=20.0, examples=20))
    assert evidence.details["smallest relative margin"] == "0.5"  # 2 layers against 4
    assert evidence.details["attacked on"] > 0
