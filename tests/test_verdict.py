"""Verdicts follow from evidence by the rules of the design, and no order or surplus of evidence can flatter them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.verdict import STRENGTH, Evidence, Finding, Verdict, decide, weakest, with_ancestors

FALSE = (Finding.CANDIDATE, Finding.CONFIRMED)


def found(finding, method="one", part=None):
    return Evidence(method=method, finding=finding, outcome="x", part=part)


EVIDENCE = st.lists(
    st.builds(
        found,
        st.sampled_from(Finding),
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from([None, "step 1", "step 2"]),
    ),
    max_size=6,
)
TABLE = [
    ([], Verdict.UNDECIDED),
    ([found(Finding.PROOF)], Verdict.UNDECIDED),
    ([found(Finding.PROOF), found(Finding.PROOF)], Verdict.UNDECIDED),  # one procedure run twice is one procedure
    ([found(Finding.PROOF), found(Finding.PROOF, "two")], Verdict.PROVED),
    ([found(Finding.PROOF), found(Finding.CERTIFIED)], Verdict.VERIFIED),
    ([found(Finding.CERTIFIED), found(Finding.AGREES)], Verdict.VERIFIED),
    ([found(Finding.AGREES)], Verdict.TESTED),
    ([found(Finding.INCONCLUSIVE)], Verdict.UNDECIDED),
    ([found(Finding.CANDIDATE), found(Finding.AGREES)], Verdict.UNDECIDED),
    ([found(Finding.CONFIRMED), found(Finding.AGREES)], Verdict.REFUTED),
    ([found(Finding.CONFIRMED), found(Finding.PROOF)], Verdict.CONFLICT),
    ([found(Finding.AGREES, part="step 1"), found(Finding.CONFIRMED, part="step 2")], Verdict.REFUTED),
    ([found(Finding.INCONCLUSIVE, part="step 1"), found(Finding.CONFIRMED, part="step 2")], Verdict.REFUTED),
    ([found(Finding.AGREES, part="step 1"), found(Finding.INCONCLUSIVE, part="step 2")], Verdict.UNDECIDED),
]


@pytest.mark.parametrize(("evidence", "verdict"), TABLE)
def test_a_verdict_follows_from_the_evidence(evidence, verdict):
    assert decide(evidence) is verdict


@given(EVIDENCE, st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(evidence, random):
    shuffled = list(evidence)
    random.shuffle(shuffled)
    assert decide(shuffled) is decide(evidence)


@given(EVIDENCE)
def test_a_confirmed_counterexample_is_never_outvoted(evidence):
    assert decide([*evidence, found(Finding.CONFIRMED)]) in (Verdict.REFUTED, Verdict.CONFLICT)


@given(EVIDENCE)
def test_nothing_is_refuted_without_a_confirmed_counterexample_nor_proved_without_two_roads(evidence):
    verdict = decide(evidence)
    findings = {item.finding for item in evidence}
    if verdict in (Verdict.REFUTED, Verdict.CONFLICT):
        assert Finding.CONFIRMED in findings
    if verdict is Verdict.PROVED:
        assert len({item.method for item in evidence if item.finding is Finding.PROOF}) >= 2
        assert findings.isdisjoint(FALSE)
    if verdict in (Verdict.VERIFIED, Verdict.TESTED):
        assert findings.isdisjoint(FALSE)


@given(st.sampled_from(Verdict), st.lists(st.sampled_from(Verdict), max_size=4))
def test_ancestors_never_strengthen_a_claim_and_never_refute_it(own, ancestors):
    shown = with_ancestors(own, ancestors)
    assert STRENGTH.index(shown) <= STRENGTH.index(own)
    if shown in (Verdict.REFUTED, Verdict.CONFLICT, Verdict.ERROR):
        assert shown is own


@given(st.lists(st.sampled_from(Verdict), min_size=1, max_size=5))
def test_the_weakest_of_several_is_one_of_them(verdicts):
    assert weakest(verdicts) in verdicts
    assert all(STRENGTH.index(weakest(verdicts)) <= STRENGTH.index(verdict) for verdict in verdicts)


def test_every_verdict_has_a_strength():
    assert sorted(STRENGTH) == sorted(Verdict)
