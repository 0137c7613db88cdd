"""Theorems as users write them, true and false: no true one is ever refuted, every false one is, within a minute."""

from pathlib import Path

import pytest

from dlnproof.checks.context import Context
from dlnproof.checks.instances import check_theorem
from dlnproof.landscape.problem import Problem
from dlnproof.running.load import load_here
from dlnproof.verdict import Verdict, decide

FOLDER = Path(__file__).parent / "theorems"
LOADED = load_here([FOLDER / "true_theorems.py", FOLDER / "false_theorems.py"])
TRUE, FALSE = ({claim.label: claim for claim in file.papers[0].claims} for file in LOADED)
SOME_TRUE = [
    "local-minima-are-global",
    "critical-values-contain-critical-losses",
    "two-layers-at-zero",
    "origin-of-two-layers-with-one-output",
    "noise-never-lowers-the-minimum",
    "near-identity-targets-are-learnt",
]
SOME_FALSE = [
    "decay-makes-no-bad-minima",
    "minima-have-the-largest-rank",
    "non-strict-saddles-are-at-zero",
    "threshold-four-times-too-low",
    "the-loss-is-convex",
    "layers-stay-equal-for-every-target",
]
sweep = pytest.mark.sweep


def check(claim, **options):
    (evidence,) = check_theorem(claim, Context(**{"seconds": 54.0, **options}))
    return evidence


def test_the_corpus_is_read_without_harm_and_is_large():
    assert not [problem for file in LOADED for problem in file.problems]
    assert len(TRUE) >= 40
    assert len(FALSE) >= 60
    assert all(
        claim.expect == ("holds" if claim.label in TRUE else "refuted")
        for file in LOADED
        for claim in file.papers[0].claims
    )


@pytest.mark.parametrize("label", SOME_TRUE)
def test_a_true_theorem_is_verified(label):
    evidence = check(TRUE[label], examples=25)
    assert decide([evidence]) is Verdict.VERIFIED, evidence.outcome


@pytest.mark.parametrize("label", SOME_FALSE)
def test_a_false_theorem_is_refuted_by_a_small_problem(label):
    evidence = check(FALSE[label])
    assert decide([evidence]) is Verdict.REFUTED, evidence.outcome
    problem = Problem.from_json(evidence.counterexample["problem"])
    assert problem.parameters <= 12


@sweep
@pytest.mark.parametrize("label", sorted(set(TRUE) - set(SOME_TRUE)))
def test_no_true_theorem_is_refuted(label):
    evidence = check(TRUE[label])
    assert decide([evidence]) in (Verdict.VERIFIED, Verdict.TESTED), evidence.outcome


@sweep
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("label", sorted(TRUE))
def test_no_true_theorem_is_refuted_by_another_seed(label, seed):
    assert decide([check(TRUE[label], seed=seed)]) is not Verdict.REFUTED


@sweep
@pytest.mark.parametrize("label", sorted(set(FALSE) - set(SOME_FALSE)))
def test_every_false_theorem_is_refuted_within_a_minute(label):
    evidence = check(FALSE[label])
    assert decide([evidence]) is Verdict.REFUTED, evidence.outcome
