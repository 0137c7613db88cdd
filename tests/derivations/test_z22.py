"""Ziyin, Li and Meng (2022): averages over multiplicative noise and balance are proved, planted slips are refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from pathlib import Path

import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.claims.claim import Derivation, Expectation, Identity
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.rings.fields import Rationals
from dlnproof.running.load import load_here
from dlnproof.verdict import Verdict, decide

FILE = Path(__file__).parents[2] / "derivations" / "ziyin_li_meng_2022.py"
(LOADED,) = load_here([FILE])
CLAIMS = {claim.label: claim for paper in LOADED.papers for claim in paper.claims}
WITH_MUTANT = {
    "average-one": ("variance-mutant", "shared-mutant"),
    "average-two": ("last-layer-mutant", "additive-mutant"),
    "rescaling": ("rescaling-mutant",),
    "rows-and-columns": ("rows-and-columns-mutant",),
    "balance": ("balance-swapped", "balance-unweighted"),
    "euler-first": ("euler-mutant",),
    "euler-every-depth": ("euler-every-depth-mutant",),
    "slope-every-depth": ("slope-every-depth-mutant",),
    "neighbours-every-depth": ("neighbours-every-depth-mutant",),
    "value": ("value-mutant",),
}


def verdict_of(claim, seed=0):
    return decide(list(run_checks(claim, Context(seed=seed))))


def rational(number):
    exact = Fraction(number)
    return fmpq(exact.numerator, exact.denominator)


def value(expression, sizes, matrices, scalars):
    """Return the exact value of a claimed formula without expectations."""
    ring = Rationals()
    rows = {
        name: ring.matrix([[rational(entry) for entry in row] for row in matrix]) for name, matrix in matrices.items()
    }
    numbers = {name: rational(number) for name, number in scalars.items()}
    return Evaluator(ring, Values(sizes, rows, numbers)).evaluate(expression)


def averaged_square(u, layers, x, deviations):
    """Return E f(x)^2 by summing over all two-point noise patterns 1 +- sigma."""
    total, count = Fraction(0), 0
    for signs in product(*(product((1, -1), repeat=len(layer)) for layer in layers)):
        values = list(x)
        for layer, sign, deviation in zip(layers, signs, deviations, strict=True):
            sums = [sum(w * v for w, v in zip(row, values, strict=True)) for row in layer]
            values = [(1 + s * deviation) * total for s, total in zip(sign, sums, strict=True)]
        total += sum(a * b for a, b in zip(u, values, strict=True)) ** 2
        count += 1
    return rational(total / count)


def test_the_file_loads_without_bad_input():
    assert not LOADED.problems
    assert {paper.key for paper in LOADED.papers} == {"ziyin-li-meng-2022"}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.label)
def test_every_formula_is_proved_or_refuted_as_expected(claim):
    wanted = Verdict.REFUTED if claim.expect is Expectation.REFUTED else Verdict.PROVED
    assert verdict_of(claim) is wanted


def test_every_planted_slip_stands_beside_a_claim_that_holds():
    planted = {label for labels in WITH_MUTANT.values() for label in labels}
    assert planted == {label for label, claim in CLAIMS.items() if claim.expect is Expectation.REFUTED}
    assert all(CLAIMS[label].expect is Expectation.HOLDS for label in WITH_MUTANT)
    assert all(CLAIMS[label].statement.startswith("Negative control") for label in planted)
    assert all(CLAIMS[label].source.startswith("planted beside Ziyin") for label in planted)


@pytest.mark.parametrize("label", ["average-three", "paths-three"])
def test_a_variance_lost_at_three_layers_is_refuted(label):
    claim = CLAIMS[label]
    s2 = next(symbol for symbol in sympy.sympify(right_side(claim)).free_symbols if symbol.name == "s_2")
    left = claim.body.left if isinstance(claim.body, Identity) else claim.body.start
    lost = replace(claim, body=Identity(left, right_side(claim).subs(s2, 0)))
    assert verdict_of(lost) is Verdict.REFUTED


@cache
def claims_of_other_parts():
    files = load_here([FILE.with_name(f"{FILE.stem}_{part}.py") for part in ("reduce", "one", "origin", "crit")])
    return {claim.label: claim for file in files for paper in file.papers for claim in paper.claims}


@pytest.mark.parametrize(
    "label", ["global-one", "global-two", "global-three", "origin-deep", "origin-two-decays", "crit-inactive"]
)
def test_global_minima_the_origin_and_saddles_are_proved_for_all_widths(label):
    assert verdict_of(claims_of_other_parts()[label]) is Verdict.PROVED


def right_side(claim):
    body = claim.body
    return body.steps[-1].expression if isinstance(body, Derivation) else body.right


def test_balance_needs_every_one_of_its_assumptions():
    claim = CLAIMS["balance"]
    for place in range(len(claim.assuming)):
        fewer = claim.assuming[:place] + claim.assuming[place + 1 :]
        assert verdict_of(replace(claim, assuming=fewer)) is Verdict.REFUTED


def test_the_mutants_differ_from_the_truth_as_the_notes_say():
    # mutants of z22.avg: U=(1,1), W=(1;-1), x=1, sigma^2=1: truth 2, shared or lost variance 0
    sizes, variances = {"n": 1, "d_1": 2}, {"s_1": 1}
    one = {"u": [[1], [1]], "W1": [[1], [-1]], "x": [[1]]}
    assert averaged_square((1, 1), [[(1,), (-1,)]], (1,), (1,)) == 2
    assert value(CLAIMS["variance-mutant"].body.right, sizes, one, variances) == 0
    assert value(CLAIMS["shared-mutant"].body.right, sizes, one, variances) == 0
    # D=2, all widths and weights 1, sigma^2=1: truth 4, mutants 3 and 2
    sizes, variances = {"n": 1, "d_1": 1, "d_2": 1}, {"s_1": 1, "s_2": 1}
    ones = {"u": [[1]], "W1": [[1]], "W2": [[1]], "x": [[1]]}
    assert averaged_square((1,), [[(1,)], [(1,)]], (1,), (1, 1)) == 4
    assert value(CLAIMS["additive-mutant"].body.right, sizes, ones, variances) == 3
    assert value(CLAIMS["last-layer-mutant"].body.right, sizes, ones, variances) == 2
    assert value(right_side(CLAIMS["paths-two"]), sizes, ones, variances) == 4


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_recursion_and_path_form_are_the_sum_over_noise_patterns(data):
    # two-point noise 1 +- sigma has mean one and variance sigma^2; three hidden layers
    n, d1, d2, d3 = (data.draw(st.integers(1, 3)) for _ in range(4))
    draw = lambda rows, columns: [[data.draw(st.integers(-3, 3)) for _ in range(columns)] for _ in range(rows)]  # noqa: E731
    u, w3, w2, w1, x = draw(d3, 1), draw(d3, d2), draw(d2, d1), draw(d1, n), draw(n, 1)
    deviations = [data.draw(st.sampled_from([0, 1, 2, Fraction(1, 2)])) for _ in range(3)]
    truth = averaged_square([row[0] for row in u], [w1, w2, w3], [row[0] for row in x], deviations)
    sizes = {"n": n, "d_1": d1, "d_2": d2, "d_3": d3}
    matrices = {"u": u, "W3": w3, "W2": w2, "W1": w1, "x": x}
    scalars = dict(zip(("s_1", "s_2", "s_3"), (Fraction(root) ** 2 for root in deviations), strict=True))
    for step in CLAIMS["paths-three"].body.steps:
        assert value(step.expression, sizes, matrices, scalars) == truth


def test_flat_rank_one_weights_have_the_variance_of_the_second_test_vector():
    # TV2: D=2, widths 4 and 4, sigma^2=2, A0=diag(1,2), b_u=1, b_2=1/2, w=(3/5,4/5): V = E f^2 - (v'x)^2 = 656/5 over the inputs
    u, w2 = [[1]] * 4, [[Fraction(1, 2)] * 4] * 4
    w1 = [[Fraction(3, 5), Fraction(4, 5)]] * 4
    sizes, variances = {"n": 2, "d_1": 4, "d_2": 4}, {"s_1": 2, "s_2": 2}
    total = 0
    for x, weight in (((1, 0), 1), ((0, 1), 2)):
        matrices = {"u": u, "W2": w2, "W1": w1, "x": [[x[0]], [x[1]]]}
        mean = prod((4, 4, Fraction(1, 2))) * sum(a * b for a, b in zip(w1[0], x, strict=True))
        total += weight * (value(right_side(CLAIMS["paths-two"]), sizes, matrices, variances) - rational(mean**2))
    assert total == rational(Fraction(656, 5))
