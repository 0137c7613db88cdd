"""The two papers of the catalogue: every claim names its source, its links exist, and it gets the verdict it expects."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.claims.claim import Expectation, Gradient, Identity
from dlnproof.ledger import Ledger
from dlnproof.record import is_as_expected
from dlnproof.running.load import Collection, load_here
from dlnproof.running.session import Settings, check_collection
from dlnproof.running.sources import find_files
from dlnproof.verdict import Verdict, decide

FOLDER = Path(__file__).parents[2] / "derivations"
ALL_FILES, PROBLEMS = find_files([FOLDER])
FILES = [file for file in ALL_FILES if file.name.startswith(("lu_kawaguchi_2017", "kawaguchi_2016"))]
LOADED = load_here(FILES)
EVERYTHING = Collection(LOADED, linked=load_here([file for file in ALL_FILES if file not in FILES]))
LINKABLE = {claim.id: claim for claim, _ in EVERYTHING.places}
PAPERS = {paper.key: paper for file in LOADED for paper in file.papers}
CLAIMS = {claim.id: claim for paper in PAPERS.values() for claim in paper.claims}
FORMULAS = [claim for claim in CLAIMS.values() if claim.kind not in ("theorem", "citation")]
ALLOWED = {"dlnproof", "sympy", "hypothesis", "pathlib"}


def verdict_of(claim, seed=0):
    return decide(list(run_checks(claim, Context(seed=seed))))


def full_id(claim, name):
    return name if "/" in name else f"{claim.paper}/{name}"


def test_both_papers_are_loaded_without_bad_input():
    assert not PROBLEMS
    assert not [problem for file in LOADED for problem in file.problems]
    assert set(PAPERS) == {"lu-kawaguchi-2017", "kawaguchi-2016"}


def test_every_claim_has_a_statement_and_names_its_paper_and_place():
    for claim in CLAIMS.values():
        assert len(claim.statement) > 20, claim.id
        if claim.kind != "citation":
            assert any(character.isdigit() for character in claim.source), claim.id
            assert "Kawaguchi (201" in claim.source, claim.id


def test_links_name_claims_that_exist_and_corrections_correct_refuted_claims():
    for claim in LINKABLE.values():
        for name in claim.uses:
            used = LINKABLE[full_id(claim, name)]
            assert used.expect is Expectation.HOLDS, (claim.id, name)
        if claim.corrects is not None:
            assert claim.expect is Expectation.HOLDS
            assert LINKABLE[full_id(claim, claim.corrects)].expect is Expectation.REFUTED, claim.id


def test_what_is_planted_says_so_and_is_expected_to_be_refuted():
    for claim in CLAIMS.values():
        assert claim.statement.startswith("Negative control") == (
            claim.source.startswith("planted") and claim.expect is Expectation.REFUTED
        ), claim.id


def test_no_claim_quotes_a_printed_path_that_was_not_consulted():
    reconstructed = [claim for claim in CLAIMS.values() if "reconstruction" in claim.statement]
    assert {claim.label for claim in reconstructed} == {"rotation-exchange", "rotation-one-sided"}
    corrected = {full_id(claim, claim.corrects) for claim in CLAIMS.values() if claim.corrects}
    assert not corrected & {claim.id for claim in reconstructed}  # a corrected claim is shown as a printed error


def test_derivation_files_import_only_what_a_clone_without_internals_has():
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            siblings = {other.stem for other in FILES}
            assert {name.partition(".")[0] for name in names} <= ALLOWED | siblings, file.name
            assert not [name for name in names if name.startswith("dlnproof.")], file.name


def test_the_iris_data_are_those_of_the_examples():
    # Fisher (1936): 150 flowers, 50 of each species
    data = FOLDER / "data" / "iris.csv"
    species = Counter(line.rpartition(",")[2] for line in data.read_text().split()[1:])
    assert sorted(species.values()) == [50, 50, 50]
    assert data.read_bytes() == (Path(__file__).parents[1] / "examples" / "data" / "iris.csv").read_bytes()


@pytest.mark.parametrize("claim", FORMULAS, ids=lambda claim: claim.id)
def test_every_formula_is_proved_or_refuted_as_expected(claim):
    wanted = Verdict.REFUTED if claim.expect is Expectation.REFUTED else Verdict.PROVED
    assert verdict_of(claim) is wanted


@pytest.mark.parametrize("label", ["eq-4", "eq-4-mutant", "T-star", "rotation", "rotation-exchange", "lemma-3.4"])
def test_flipping_an_expectation_is_noticed(label):
    claim = CLAIMS[f"lu-kawaguchi-2017/{label}"]
    other = {Expectation.HOLDS: Expectation.REFUTED, Expectation.REFUTED: Expectation.HOLDS}[claim.expect]
    verdict = verdict_of(replace(claim, expect=other))
    assert is_as_expected(verdict, claim.expect)
    assert not is_as_expected(verdict, other)


def test_a_slip_planted_in_any_proved_identity_is_never_proved():
    for claim in FORMULAS:
        zero = getattr(claim.body, "right", 0) == 0 or getattr(
            claim.body.right, "is_ZeroMatrix", False
        )  # twice it is no slip
        if isinstance(claim.body, Identity) and claim.expect is Expectation.HOLDS and not zero:
            slipped = replace(claim, body=Identity(claim.body.left, 2 * claim.body.right))
            assert verdict_of(slipped) is Verdict.REFUTED, claim.id


def test_a_slip_planted_in_any_proved_gradient_is_refuted():
    for claim in FORMULAS:
        if isinstance(claim.body, Gradient) and claim.expect is Expectation.HOLDS:
            symbol, formula = next(iter(claim.body.formulas.items()))
            slipped = replace(claim, body=Gradient(claim.body.loss, {symbol: formula + symbol}))
            assert verdict_of(slipped) is Verdict.REFUTED, claim.id


def test_the_reduction_needs_its_assumption():
    claim = CLAIMS["lu-kawaguchi-2017/eq-4"]
    assert verdict_of(replace(claim, assuming=())) is Verdict.REFUTED


@pytest.mark.slow
def test_the_whole_catalogue_is_as_expected_and_a_flipped_theorem_is_not():
    flipped = "kawaguchi-2016/theorem-2.3-iii-strict"
    run = check_collection(EVERYTHING, Settings(jobs=2, seconds=60.0), Ledger(None))
    records = {record.id: record for record in run.claims}
    assert [record.id for record in run.claims if not record.as_expected] == []
    found = {record.verdict for record in run.claims if record.kind == "theorem"}
    # `tested` is for statements that float64 alone has looked at, and for open questions
    assert {Verdict.VERIFIED, Verdict.REFUTED} <= found <= {Verdict.VERIFIED, Verdict.TESTED, Verdict.REFUTED}
    assert not is_as_expected(records[flipped].verdict, Expectation.HOLDS)
    assert msgspec.json.encode(records[flipped].counterexample, enc_hook=str)
