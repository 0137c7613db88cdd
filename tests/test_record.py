"""The JSON of a check has the keys of the schema `dlnproof/1`, and the exit status follows from it."""

from __future__ import annotations

import msgspec
import pytest

from dlnproof.claims.claim import Expectation
from dlnproof.claims.paper import Paper
from dlnproof.record import (
    InputProblem,
    Outcome,
    RunRecord,
    Summary,
    from_json,
    is_as_expected,
    make_record,
    to_json,
)
from dlnproof.verdict import Evidence, Finding, Verdict

# examples/cli.md, "The JSON of `check`"
CLAIM_KEYS = {
    "id", "kind", "file", "label", "verdict", "expect", "as_expected", "scope", "uses", "conditional_on", "evidence",
    "counterexample", "seconds",
}  # fmt: skip
EVIDENCE_KEYS = {"method", "outcome", "seconds", "details"}
SUMMARY_KEYS = {"proved", "verified", "tested", "undecided", "refuted", "conflict", "error"}


def record(verdict=Verdict.PROVED, expect="holds", **options):
    claim = Paper("p", title="t", authors=["a"], year=2026).identity("gradient", 1, 1, expect=expect, **options)
    evidence = Evidence(method="canonical form", finding=Finding.PROOF, outcome="equal", seconds=0.003)
    return make_record(
        claim,
        Outcome(evidence=(evidence,), seconds=0.01),
        verdict=verdict,
        own_verdict=verdict,
        scope="all sizes",
        conditional_on=(),
        counterexample=None,
        reason=None,
    )


def run(*claims, **options):
    return RunRecord(claims=claims, summary=Summary.of(claims), environment={"seed": 0}, **options)


def test_the_json_has_every_key_of_the_contract():
    data = msgspec.json.decode(to_json(run(record(statement="s", remark="r", source="chain rule", uses=["other"]))))
    assert data["schema"] == "dlnproof/1"
    assert {"schema", "claims", "summary", "environment"} <= set(data)
    (claim,) = data["claims"]
    assert set(claim) >= CLAIM_KEYS
    assert set(claim["evidence"][0]) >= EVIDENCE_KEYS
    assert set(data["summary"]) == SUMMARY_KEYS | {"cited", "open"}
    names = claim["id"], claim["kind"], claim["file"], claim["label"]
    assert names == ("p/gradient", "identity", "test_record.py", "gradient")
    standing = claim["verdict"], claim["expect"], claim["as_expected"], claim["uses"]
    assert standing == ("proved", "holds", True, ["p/other"])
    assert (claim["statement"], claim["remark"], claim["source"]) == ("s", "r", "chain rule")
    assert claim["counterexample"] is None
    assert data["summary"]["proved"] == 1


def test_a_run_survives_the_way_through_json():
    given = run(record(), problems=(InputProblem(file="a.py", line=3, message="m"),), interrupted=True)
    assert from_json(to_json(given)) == given


def test_a_summary_counts_every_verdict():
    records = [record(verdict) for verdict in Verdict]
    assert msgspec.structs.asdict(Summary.of(records)) == {verdict.value: 1 for verdict in Verdict} | {"open": 0}


def test_open_questions_are_counted_as_open_until_they_are_answered():
    counted = msgspec.structs.asdict(Summary.of(record(verdict, "open") for verdict in Verdict))
    still_open = {Verdict.VERIFIED, Verdict.TESTED, Verdict.UNDECIDED, Verdict.CITED}
    assert counted == {verdict.value: int(verdict not in still_open) for verdict in Verdict} | {"open": 4}


@pytest.mark.parametrize(
    ("expect", "verdicts"),
    [
        (Expectation.HOLDS, {Verdict.PROVED, Verdict.VERIFIED, Verdict.TESTED, Verdict.CITED}),
        (Expectation.REFUTED, {Verdict.REFUTED}),
        (Expectation.OPEN, set(Verdict) - {Verdict.REFUTED, Verdict.CONFLICT, Verdict.ERROR}),
    ],
)
def test_conflict_and_error_are_never_as_expected_and_undecided_only_where_the_question_is_open(expect, verdicts):
    assert {verdict for verdict in Verdict if is_as_expected(verdict, expect)} == verdicts


STATUS = [
    ([record()], (), 0),
    ([record(), record(Verdict.UNDECIDED)], (), 3),
    ([record(Verdict.UNDECIDED), record(Verdict.REFUTED)], (), 1),
    ([record(Verdict.CONFLICT)], (), 1),
    ([record(Verdict.ERROR)], (), 1),
    ([record(Verdict.REFUTED, "refuted")], (), 0),
    ([record(Verdict.PROVED, "refuted")], (), 1),
    ([record(Verdict.UNDECIDED, "refuted")], (), 3),
    ([record(Verdict.UNDECIDED, "open"), record(Verdict.TESTED, "open")], (), 0),
    ([record(Verdict.REFUTED, "open")], (), 1),
    ([record()], (InputProblem(file="a.py", message="m"),), 2),
    ([record(Verdict.CONFLICT)], (InputProblem(file="a.py", message="m"),), 2),
    ([], (), 0),
]


@pytest.mark.parametrize(("claims", "problems", "status"), STATUS)
def test_the_exit_status_follows_the_contract(claims, problems, status):
    assert run(*claims, problems=problems).exit_status == status


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (InputProblem(file="a.py", line=3, message="m"), "a.py:3: m"),
        (InputProblem(file="a.py", message="m"), "a.py: m"),
        (InputProblem(file="", message="m"), "m"),
    ],
)
def test_a_problem_is_written_with_its_place(problem, text):
    assert str(problem) == text
