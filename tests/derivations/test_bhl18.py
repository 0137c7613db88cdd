"""Bartlett, Helmbold and Long (2018): every formula is proved for its whole scope, every planted slip is refuted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sympy
from sympy import ImmutableMatrix, MatrixSymbol

from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.claims.claim import Expectation, HessianForm
from dlnproof.claims.claim import Identity as Equation
from dlnproof.running.load import load_here
from dlnproof.verdict import Verdict, decide

FILE = Path(__file__).parents[2] / "derivations" / "bartlett_helmbold_long_2018.py"
(LOADED,) = load_here([FILE])
CLAIMS = {claim.label: claim for paper in LOADED.papers for claim in paper.claims}
ANY_DEPTH = {
    "gradient",
    "hessian-layer",
    "hessian-block",
    "hessian-pair",
    "neighbours",
    "conserved",
    "drift",
    "end-to-end",
    "decrease",
    "first-variation",
    "hessian",
    "conserved-every-depth",
    "drift-total",
    "end-to-end-every-depth",
    "decrease-every-depth",
    "flow",
}
BY_INDUCTION = {"powers-right", "powers-left"}
WITH_MUTANT = {  # what is claimed, and the slips of the theory notes beside it
    "gradient": ("gradient-mutant", "gradient-transposes"),
    "hessian-block": ("hessian-block-mutant",),
    "first-variation": ("first-variation-mutant",),
    "hessian": ("hessian-mutant", "hessian-mutant-pairs", "hessian-mutant-gauss-newton"),
    "conserved": ("conserved-mutant",),
    "conserved-every-depth": ("conserved-transposes-mutant",),
    "drift": ("drift-mutant",),
    "first-step-normal": ("first-step-mutant",),
    "end-to-end": ("end-to-end-mutant",),
    "end-to-end-every-depth": ("end-to-end-range-mutant",),
    "powers-right": ("powers-mutant", "powers-unbalanced"),
    "flow": ("flow-shifted-mutant", "flow-unbalanced-mutant"),
    "decrease": ("decrease-mutant",),
    "root-two": ("root-mutant",),
    "flow-three": ("flow-mutant",),
}


def evidence_of(claim, seed=0):
    return list(run_checks(claim, Context(seed=seed)))


def verdict_of(claim, seed=0):
    return decide(evidence_of(claim, seed))


def test_the_file_loads_without_bad_input():
    assert not LOADED.problems
    assert {paper.key for paper in LOADED.papers} == {"bartlett-helmbold-long-2018"}


@pytest.mark.parametrize(
    "claim", [claim for claim in CLAIMS.values() if claim.kind != "citation"], ids=lambda claim: claim.label
)
def test_every_formula_is_proved_or_refuted_as_expected(claim):
    wanted = Verdict.REFUTED if claim.expect is Expectation.REFUTED else Verdict.PROVED
    assert verdict_of(claim) is wanted


def test_every_planted_slip_stands_beside_a_claim_that_holds():
    planted = {label for labels in WITH_MUTANT.values() for label in labels}
    assert planted == {label for label, claim in CLAIMS.items() if claim.expect is Expectation.REFUTED}
    assert all(CLAIMS[label].expect is Expectation.HOLDS for label in WITH_MUTANT)
    assert all(CLAIMS[label].statement.startswith("Negative control") for label in planted)
    assert all(CLAIMS[label].source.startswith("planted beside Bartlett") for label in planted)


@pytest.mark.parametrize("label", sorted(ANY_DEPTH - {"hessian-pair", "hessian-block"}))
def test_claims_about_a_chain_are_proved_for_every_depth(label):
    proofs = [item for item in evidence_of(CLAIMS[label], seed=1) if item.finding.name == "PROOF"]
    assert len(proofs) >= 2
    assert {item.scope for item in proofs} == {"all sizes, all depths"}


@pytest.mark.parametrize("label", sorted(BY_INDUCTION))
def test_powers_of_balanced_layers_are_proved_for_every_depth_by_induction(label):
    proofs = [item for item in evidence_of(CLAIMS[label], seed=1) if item.finding.name == "PROOF"]
    assert {item.scope for item in proofs} == {"all sizes, all depths, by induction on n"}
    assert len({item.part for item in proofs}) == 4  # base and step of two equations


@pytest.mark.parametrize("label", ["flow", "root-two", "root-three", "flow-three", "first-step-normal"])
def test_balancedness_is_needed(label):
    claim = CLAIMS[label]
    assert claim.assuming
    assert verdict_of(replace(claim, assuming=())) is Verdict.REFUTED


def test_one_pair_of_balanced_neighbours_is_not_enough_for_three_layers():
    claim = CLAIMS["root-three"]
    assert verdict_of(replace(claim, assuming=claim.assuming[:1])) is Verdict.REFUTED


def test_a_dropped_square_in_a_hessian_form_is_refuted():
    claim = CLAIMS["hessian"]
    body = claim.body
    residual_only = replace(body, formula=sympy.Add(*body.formula.args[1:]))
    assert isinstance(body, HessianForm)
    assert verdict_of(replace(claim, body=residual_only)) is Verdict.REFUTED


def test_descent_moves_the_imbalance_on_the_worked_example():
    # test vector TV2 of the notes: L=2, eta=1/4, Phi=[[1,1],[0,1]], after two steps D_1 = diag(-79/1024, 79/1024)
    target, eta = ImmutableMatrix([[1, 1], [0, 1]]), sympy.Rational(1, 4)
    first = second = sympy.eye(2)
    for _ in range(2):
        error = second * first - target
        first, second = first - eta * second.T * error, second - eta * error * first.T
    part = sympy.Rational(79, 1024)
    assert second.T * second - first * first.T == sympy.diag(-part, part)


def test_the_conserved_quantity_with_its_factors_on_the_wrong_side_moves_on_the_worked_example():
    # mutant m1 of the notes: its rate along the gradient is [[2, 2], [2, -2]] at Theta_1=[[1,1],[0,1]], Theta_2=diag(1,2), Phi=0
    body = CLAIMS["conserved-mutant"].body
    assert isinstance(body, Equation)
    size = next(iter(body.left.atoms(MatrixSymbol))).shape[0]
    values = {"Theta1": [[1, 1], [0, 1]], "Theta2": [[1, 0], [0, 2]], "Phi": [[0, 0], [0, 0]]}
    both = []
    for side in (body.left, body.right):
        sized = side.subs(size, 2)
        matrices = {symbol: ImmutableMatrix(values[symbol.name]) for symbol in sized.atoms(MatrixSymbol)}
        both.append(sized.xreplace(matrices).doit().as_explicit())
    assert both[1] - both[0] == sympy.Matrix([[2, 2], [2, -2]])  # both are rates of descent
