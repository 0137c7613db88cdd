"""A run gives the same results whatever the number of workers, looks up what it may and tries again what it must."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from planted import by_label

from dlnproof.claims.paper import Paper
from dlnproof.ledger import Ledger
from dlnproof.record import to_json
from dlnproof.running.load import Collection, LoadedFile, load
from dlnproof.running.session import Settings, check_collection
from dlnproof.verdict import Verdict

LABELS = ("proved-1", "verified", "tested", "half", "refuted", "conflict", "steps", "unsupported", "raise", "silent")


def collection(*claims, key="p", file=__file__):
    paper = Paper(key, title="t", authors=["a"], year=2026)
    for item in claims:
        label, options = item if isinstance(item, tuple) else (item, {})
        paper.identity(label, 1, options.pop("right", 1), **options)
    return Collection((LoadedFile(Path(file), (paper,)),))


class Counting:
    """Listens to a run and counts which claims were really checked and which were looked up."""

    def __init__(self):
        self.told = []

    def __call__(self, shown):
        self.told.append((shown.record.label, shown.from_ledger))

    @property
    def checked(self):
        return [label for label, looked_up in self.told if not looked_up]


def run(papers, ledger=None, tell=lambda _: None, **settings):
    options = {"jobs": 2, "seconds": 20.0, **settings}
    return check_collection(papers, Settings(**options), ledger or Ledger(None), check=by_label, tell=tell)


def without_seconds(value):
    if isinstance(value, dict):
        return {key: without_seconds(item) for key, item in value.items() if key != "seconds"}
    return [without_seconds(item) for item in value] if isinstance(value, list) else value


def test_one_worker_and_two_give_the_same_json_apart_from_seconds():
    results = []
    for jobs in (1, 2, 3):
        record = run(collection(*LABELS, ("tested-last", {"uses": ["proved-1"]})), jobs=jobs)
        results.append(without_seconds(msgspec.json.decode(to_json(record))))
    assert results[0] == results[1] == results[2]


def test_spawned_workers_load_the_file_again_and_give_the_same_results(tmp_path):
    path = tmp_path / "a.py"
    labels = ("proved-1", "steps", "raise", "unsupported")
    claims = "".join(f"paper.identity({label!r}, 1, 1)\n" for label in labels)
    start = 'from dlnproof.claims.paper import Paper\npaper = Paper("p", title="t", authors=["a"], year=2026)\n'
    path.write_text(start + claims, encoding="utf-8")
    results = []
    for fork in (True, False):
        record = run(load([path], fork=fork), fork=fork)
        results.append([(claim.verdict, claim.scope, claim.reason, claim.counterexample) for claim in record.claims])
    assert results[0] == results[1]
    assert [item[0] for item in results[1]] == ["proved", "refuted", "error", "undecided"]


def test_claims_are_told_in_the_order_in_which_they_are_written_even_when_they_use_later_ones():
    counting = Counting()
    run(collection(("proved-a", {"uses": ["proved-c"]}), "proved-b", "proved-c"), tell=counting)
    assert [label for label, _ in counting.told] == ["proved-a", "proved-b", "proved-c"]


STATUS = [
    (["proved", ("refuted", {"expect": "refuted"})], 0),
    (["proved", "half"], 3),
    (["half", "refuted"], 1),
    (["half", "raise"], 1),
    (["conflict"], 1),
    ([("proved", {"expect": "refuted"})], 1),
    ([("verified", {"expect": "refuted"})], 1),
    ([("half", {"expect": "refuted"})], 3),
    (["proved", ("proved-2", {"uses": ["nothing"]})], 2),
    (["refuted", ("proved-2", {"corrects": "nothing"})], 2),
    ([("proved", {"uses": ["refuted"]}), ("refuted", {"expect": "refuted"})], 3),
    ([], 0),
]


@pytest.mark.parametrize(("claims", "status"), STATUS)
def test_the_exit_status_follows_the_contract(claims, status):
    assert run(collection(*claims)).exit_status == status


def test_a_bad_link_costs_only_its_own_claim():
    record = run(collection("proved", ("proved-x", {"uses": ["y"]}), ("verified", {"uses": ["proved-x"]})))
    assert [claim.verdict for claim in record.claims] == [Verdict.PROVED, Verdict.ERROR, Verdict.UNDECIDED]
    (problem,) = record.problems
    assert problem.message.startswith("uses='y': p/proved-x names a claim that is not among those that were loaded")


def test_a_claim_that_makes_no_sense_is_bad_input_and_costs_only_itself():
    record = run(collection("senseless", "proved"))
    assert [claim.verdict for claim in record.claims] == [Verdict.ERROR, Verdict.PROVED]
    assert [problem.message for problem in record.problems] == ["W1=(2, 3): shapes do not fit; transpose one factor"]
    assert record.exit_status == 2


def test_a_circle_is_told_once():
    papers = collection(("proved-a", {"uses": ["proved-b"]}), ("proved-b", {"uses": ["proved-a"]}))
    assert len(run(papers).problems) == 1


def test_nothing_is_checked_again_when_nothing_changed():
    ledger, counting = Ledger(None), Counting()
    first = run(collection("proved", "verified", "half", "refuted"), ledger)
    second = run(collection("proved", "verified", "half", "refuted"), ledger, counting)
    assert counting.checked == []
    assert first == second


CHANGES = [
    ({"seed": 1}, ("proved", {}), True),
    ({"fresh": True}, ("proved", {}), True),
    ({}, ("proved", {"right": 2}), True),
    ({}, ("proved", {"assuming": ["symmetric"]}), True),
    ({}, ("proved", {"statement": "in other words"}), False),
    ({}, ("proved", {"source": "Lemma 2"}), False),
    ({}, ("proved", {"expect": "refuted"}), False),
    ({"seconds": 30.0}, ("proved", {}), False),
    ({"jobs": 1}, ("proved", {}), False),
]


@pytest.mark.parametrize(("settings", "claim", "again"), CHANGES)
def test_a_claim_is_checked_again_exactly_when_its_evidence_could_differ(settings, claim, again):
    ledger, counting = Ledger(None), Counting()
    run(collection("proved"), ledger)
    record = run(collection(claim), ledger, counting, **settings)
    assert counting.checked == (["proved"] if again else [])
    assert record.claims[0].statement == claim[1].get("statement", "")


def test_a_change_of_what_a_claim_uses_checks_the_claim_again():
    ledger, counting = Ledger(None), Counting()
    uses = ("verified", {"uses": ["proved"]})
    run(collection("proved", uses, "tested"), ledger)
    run(collection(("proved", {"right": 2}), ("verified", {"uses": ["proved"]}), "tested"), ledger, counting)
    assert counting.checked == ["proved", "verified"]


@pytest.mark.parametrize("label", ["forever", "raise", "segfault"])
def test_what_was_stopped_or_failed_is_tried_again(label):
    ledger, counting = Ledger(None), Counting()
    for _ in range(2):
        run(collection(label), ledger, counting, seconds=0.5)
    assert counting.checked == [label, label]


def test_an_undecided_claim_is_tried_again_with_a_larger_budget_only():
    ledger, counting = Ledger(None), Counting()
    for seconds in (10.0, 5.0, 20.0):
        run(collection("half"), ledger, counting, seconds=seconds)
    assert [looked_up for _, looked_up in counting.told] == [False, True, False]


def test_only_selects_by_id_or_label_and_still_counts_what_the_selected_claims_use():
    papers = collection("refuted", ("proved-1", {"uses": ["tested"]}), "tested")
    record = run(papers, only="proved*")
    assert [(claim.label, claim.verdict) for claim in record.claims] == [("proved-1", Verdict.TESTED)]
    assert [claim.label for claim in run(papers, only="p/tes*").claims] == ["tested"]


def test_ctrl_c_kills_the_workers_and_keeps_what_is_known(tmp_path):
    ledger = Ledger.open(tmp_path)

    def press(shown):
        assert shown.record.label == "proved"
        raise KeyboardInterrupt

    record = run(collection("proved", "forever"), ledger, press)
    assert record.interrupted
    assert [claim.label for claim in record.claims] == ["proved"]
    assert set(Ledger.open(tmp_path).entries) == {"p/proved"}


def test_a_citation_needs_no_worker_and_is_as_expected():
    paper = Paper("p", title="t", authors=["a"], year=2026)
    paper.cite("fact", "x", source="someone")
    paper.identity("proved", 1, 1, uses=["fact"])
    record = run(Collection((LoadedFile(Path(__file__), (paper,)),)))
    assert [claim.verdict for claim in record.claims] == [Verdict.CITED, Verdict.PROVED]
    assert record.claims[1].conditional_on == ("p/fact",)
    assert record.summary.cited == 1
    assert record.exit_status == 0
