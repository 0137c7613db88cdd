"""Every formula of the catalogue that holds has a false twin that is refuted.

The twin is written beside it, by a label that continues its own or the one that it corrects, or else it is made here: a slip of
the formula (`slips`), which the checks must refute. What is written is refuted where the catalogue itself is checked.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from slips import slips
from sympy import preorder_traversal

from dlnproof.checks.compare import compare
from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.claims.claim import Expectation, Identity
from dlnproof.running.load import load_here
from dlnproof.running.sources import find_files
from dlnproof.verdict import Verdict, decide

FILES, _ = find_files([Path(__file__).parents[2] / "derivations"])
PAPERS = {paper.key: paper for file in load_here(FILES) for paper in file.papers}
MOST_SLIPS = 4  # a slip may be harmless: twice nothing is nothing


def without_a_twin(paper):
    """Return the formulas that hold and have no false twin of their own."""
    formulas = [claim for claim in paper.claims if claim.kind not in ("theorem", "citation")]
    false = {claim.label for claim in formulas if claim.expect is Expectation.REFUTED}
    return [
        claim
        for claim in formulas
        if claim.expect is Expectation.HOLDS
        and claim.corrects not in false
        and not any(label.startswith(f"{claim.label}-") for label in false)
    ]


def by_paper_and_kind(claims):
    groups = {}
    for claim in claims:
        groups.setdefault((claim.paper, claim.kind), []).append(claim)
    return list(groups.values())


def length(claim):
    return sum(1 for side in (claim.body.left, claim.body.right) for _ in preorder_traversal(side))


ALONE = [claim for paper in PAPERS.values() for claim in without_a_twin(paper)]
SAMPLE = [min(group, key=length) for group in by_paper_and_kind(ALONE) if group[0].kind in ("identity", "inequality")]


def verdict_of(claim, body):
    if isinstance(body, Identity):
        return compare(body.left, body.right, claim.assuming, suggest=False).verdict
    return decide(list(run_checks(replace(claim, body=body), Context(seed=0))))


def a_slip_is_refuted(claim):
    return any(verdict_of(claim, body) is Verdict.REFUTED for body in islice(slips(claim), MOST_SLIPS))


@pytest.mark.parametrize("claim", SAMPLE, ids=lambda claim: claim.id)
def test_a_formula_without_a_written_twin_is_refuted_after_a_slip(claim):
    assert a_slip_is_refuted(claim)


@pytest.mark.sweep
@pytest.mark.parametrize("claim", ALONE, ids=lambda claim: claim.id)
def test_every_formula_without_a_written_twin_is_refuted_after_a_slip(claim):
    assert a_slip_is_refuted(claim)


def test_a_slip_can_be_made_in_every_formula_without_a_written_twin():
    assert [claim.id for claim in ALONE if next(slips(claim), None) is None] == []
