"""The record of a claim follows from its evidence, from how its worker ended and from what it uses."""

from __future__ import annotations

import msgspec
import pytest
from planted import COUNTEREXAMPLE, counterexample, proof

from dlnproof.claims.paper import Paper
from dlnproof.record import Ending, Outcome
from dlnproof.running.judge import judge, outcome_of
from dlnproof.verdict import Evidence, Finding, Verdict


def claim(label="c", **options):
    return Paper("p", title="t", authors=["a"], year=2026).identity(label, 1, 1, **options)


def outcome(*evidence, ending=Ending.COMPLETE, reason=None):
    return Outcome(evidence=evidence, ending=ending, reason=reason, seconds=1.5)


TWO_ROADS = (proof("canonical form"), proof("evaluation mod p"))
CERTIFIED = Evidence(method="exact instances", finding=Finding.CERTIFIED, outcome="holds", scope="20 instances")
SAMPLED = Evidence(method="floating point", finding=Finding.AGREES, outcome="agrees", scope="9 samples")
OPEN = Evidence(method="engine", finding=Finding.INCONCLUSIVE, outcome="DiagMatrix: not supported yet")
CANDIDATE = Evidence(method="search", finding=Finding.CANDIDATE, outcome="differs", counterexample=COUNTEREXAMPLE)

TABLE = [
    (outcome(*TWO_ROADS), Verdict.PROVED, "all sizes", None),
    (outcome(TWO_ROADS[0]), Verdict.UNDECIDED, None, "only one exact procedure decides it (canonical form)"),
    (outcome(CERTIFIED), Verdict.VERIFIED, "20 instances", None),
    (outcome(SAMPLED), Verdict.TESTED, "9 samples", None),
    (outcome(OPEN), Verdict.UNDECIDED, None, "DiagMatrix: not supported yet"),
    (outcome(), Verdict.UNDECIDED, None, "no check says anything about this claim"),
    (
        outcome(CANDIDATE, *TWO_ROADS),
        Verdict.UNDECIDED,
        None,
        "a counterexample that exact arithmetic did not confirm (search)",
    ),
    (outcome(counterexample()), Verdict.REFUTED, None, None),
    (outcome(counterexample(), *TWO_ROADS), Verdict.CONFLICT, None, None),
    (outcome(*TWO_ROADS, ending=Ending.OUT_OF_TIME, reason="out of time"), Verdict.UNDECIDED, None, "out of time"),
    (outcome(counterexample(), ending=Ending.OUT_OF_TIME, reason="out of time"), Verdict.REFUTED, None, None),
    (
        outcome(*TWO_ROADS, ending=Ending.OUT_OF_MEMORY, reason="out of memory"),
        Verdict.UNDECIDED,
        None,
        "out of memory",
    ),
    (outcome(*TWO_ROADS, ending=Ending.FAILED, reason="ValueError: x"), Verdict.ERROR, None, "ValueError: x"),
    (outcome(counterexample(), ending=Ending.FAILED, reason="ValueError: x"), Verdict.ERROR, None, "ValueError: x"),
]


@pytest.mark.parametrize(("given", "verdict", "scope", "reason"), TABLE)
def test_verdict_scope_and_reason_follow_from_the_outcome(given, verdict, scope, reason):
    record = judge(claim(), given, {})
    assert (record.verdict, record.own_verdict, record.scope, record.reason) == (verdict, verdict, scope, reason)
    assert (record.counterexample is not None) == (verdict in (Verdict.REFUTED, Verdict.CONFLICT))
    assert record.seconds == 1.5


def test_the_counterexample_of_a_derivation_names_the_first_wrong_step():
    record = judge(claim(), outcome(counterexample(part="step 10"), counterexample(part="step 2")), {})
    assert record.counterexample == {"step": 2, **COUNTEREXAMPLE}


def test_an_undecided_step_is_named_in_the_reason():
    evidence = [proof(road, part="step 1") for road in ("canonical form", "evaluation mod p")]
    unsupported = "sqrt: not supported yet"
    evidence.append(Evidence(method="engine", finding=Finding.INCONCLUSIVE, outcome=unsupported, part="step 2"))
    assert judge(claim(), outcome(*evidence), {}).reason == "step 2: sqrt: not supported yet"


def test_parts_of_different_scope_are_listed():
    evidence = [
        Evidence(method=road, finding=Finding.PROOF, outcome="equal", part=part, scope=scope)
        for road in ("canonical form", "evaluation mod p")
        for part, scope in (("step 1", "all sizes"), ("step 2", "n = 2"))
    ]
    assert judge(claim(), outcome(*evidence), {}).scope == "all sizes; n = 2"


def test_a_claim_is_as_weak_as_its_weakest_ancestor_and_conditional_on_what_is_weaker_or_cited():
    paper = Paper("p", title="t", authors=["a"], year=2026)
    fact = judge(paper.cite("fact", "x", source="s"), outcome(), {})
    strong = judge(paper.identity("strong", 1, 1), outcome(*TWO_ROADS), {})
    sampled = judge(paper.identity("sampled", 1, 1), outcome(SAMPLED), {})
    last = paper.identity("last", 1, 1, uses=["fact", "strong", "sampled"])
    record = judge(last, outcome(*TWO_ROADS), {item.id: item for item in (fact, strong, sampled)})
    assert (record.verdict, record.own_verdict) == (Verdict.TESTED, Verdict.PROVED)
    assert record.conditional_on == ("p/fact", "p/sampled")
    assert record.as_expected


def test_what_uses_an_open_question_is_conditional_on_it_unless_it_is_proved():
    paper = Paper("p", title="t", authors=["a"], year=2026)
    question = judge(paper.identity("question", 1, 1, expect="open"), outcome(CERTIFIED), {})
    solved = judge(paper.identity("solved", 1, 1, expect="open"), outcome(*TWO_ROADS), {})
    conjecture = judge(paper.cite("conjecture", "x", source="s", expect="open"), outcome(), {})
    given = {item.id: item for item in (question, solved, conjecture)}
    last = paper.identity("last", 1, 1, uses=["question", "solved", "conjecture"])
    assert [item.is_open for item in given.values()] == [True, False, True]
    assert judge(last, outcome(CERTIFIED), given).conditional_on == ("p/question", "p/conjecture")


def test_a_record_says_on_how_many_instances_a_theorem_was_attacked_and_the_smallest_margin():
    details = {"with an assert reached": 20, "attacked on": 40, "smallest relative margin": "1.5e-03"}
    held = judge(claim(), outcome(msgspec.structs.replace(CERTIFIED, details=details)), {})
    assert str(held.searched) == "no counterexample in 60 instances, smallest margin 1.5e-03"
    assert judge(claim(), outcome(counterexample(details=details)), {}).searched is None


def test_what_rests_on_a_refuted_claim_is_undecided_and_says_so():
    paper = Paper("p", title="t", authors=["a"], year=2026)
    wrong = judge(paper.identity("wrong", 1, 2), outcome(counterexample()), {})
    record = judge(paper.identity("user", 1, 1, uses=["wrong"]), outcome(*TWO_ROADS), {"p/wrong": wrong})
    assert (record.verdict, record.reason) == (Verdict.UNDECIDED, "rests on p/wrong, which is refuted")
    assert not record.as_expected


def test_evidence_survives_the_way_through_a_record():
    given = outcome(*TWO_ROADS, counterexample(part="step 2", details={"tries": 3}))
    assert outcome_of(judge(claim(), given, {})) == given
