"""Bartlett, Helmbold and Long (2018), descent: the statements for every rate and depth, their planted slips, exact vectors."""

from __future__ import annotations

from fractions import Fraction as F  # noqa: N817
from pathlib import Path

import pytest
from flint import arb, ctx, fmpq

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.claims.claim import Expectation
from dlnproof.running.load import load_here
from dlnproof.verdict import Verdict, decide

FOLDER = Path(__file__).parents[2] / "derivations"
LOADED = load_here(sorted(FOLDER.glob("bartlett_helmbold_long_2018*.py")))
CLAIMS = {claim.label: claim for file in LOADED for paper in file.papers for claim in paper.claims}
NEW = [claim for claim in CLAIMS.values() if not claim.file.endswith("bartlett_helmbold_long_2018.py")]
FORMULAS = [claim for claim in NEW if claim.kind not in ("theorem", "citation")]
# one depth of a family that is claimed by name for each
SKIPPED = tuple(f"-{depth}" for depth in range(4, 11))
CHEAP = [claim for claim in FORMULAS if not claim.label.endswith(SKIPPED)]
I2 = [[1, 0], [0, 1]]


def verdict_of(claim):
    return decide(list(run_checks(claim, Context(seconds=20))))


def net(layers, target):
    size = len(target)
    return dp.Problem((size,) * (layers + 1), X=[[int(i == j) for j in range(size)] for i in range(size)], Y=target)


def test_the_files_load_without_bad_input():
    assert not [problem for file in LOADED for problem in file.problems]
    assert {claim.paper for claim in NEW} == {"bartlett-helmbold-long-2018"}


def test_what_is_planted_says_so():
    for claim in NEW:
        planted = claim.expect is Expectation.REFUTED
        assert claim.statement.startswith("Negative control") is planted, claim.label
        assert ("mutant" in claim.label) is planted, claim.label


def test_statements_by_name_cover_every_depth_up_to_ten():
    for family in ("no-crossing-small", "no-crossing-large", "tangent", "tangent-step", "tangent-step-back"):
        assert {f"{family}-{depth}" for depth in range(2, 11)} <= CLAIMS.keys()
    for family in ("odd-depth", "odd-depth-regularised", "odd-depth-projected"):
        assert {f"{family}-{depth}" for depth in range(3, 10, 2)} <= CLAIMS.keys()


@pytest.mark.parametrize("claim", CHEAP, ids=lambda claim: claim.label)
def test_every_formula_is_proved_or_refuted_as_expected(claim):
    assert verdict_of(claim) is (Verdict.REFUTED if claim.expect is Expectation.REFUTED else Verdict.PROVED)


# exact vectors, from the notes on gradient descent


def test_loss_and_gradients_of_three_layers():
    problem = net(3, [[1, 0], [0, -1]])
    weights = [[[1, 1], [0, 1]], [[1, 0], [2, 1]], [[1, -1], [0, F(1, 2)]]]
    assert problem.loss(weights) == F(61, 8)
    first, second, third = problem.gradient(weights)
    assert first == [[3, F(9, 2)], [F(5, 2), F(13, 4)]]
    assert second == [[-4, -2], [F(23, 4), F(13, 4)]]
    assert third == [[-4, -10], [F(7, 2), F(19, 2)]]


def test_two_steps_toward_a_positive_target():
    problem = net(2, [[2, 1], [1, 2]])
    path = dp.gradient_descent(problem, problem.identity, F(1, 8), 2)
    assert path[1] == [[[F(9, 8), F(1, 8)], [F(1, 8), F(9, 8)]]] * 2
    assert path[2][0] == path[2][1] == [[F(1267, 1024), F(243, 1024)], [F(243, 1024), F(1267, 1024)]]
    assert path.losses == [2, F(529, 512), F(46831989649, 137438953472)]


def test_layers_part_at_the_second_step_toward_a_target_that_is_not_normal():
    problem = net(2, [[1, 1], [0, 1]])
    path = dp.gradient_descent(problem, problem.identity, F(1, 4), 2)
    assert path[2] == [[[1, F(3, 8)], [0, F(33, 32)]], [[F(33, 32), F(3, 8)], [0, 1]]]
    assert path.losses == [F(1, 2), F(1, 8), F(873, 32768)]
    assert path.imbalance(2)[0].entries() == [fmpq(-79, 1024), 0, 0, fmpq(79, 1024)]


def test_one_step_toward_a_target_near_the_identity():
    problem = net(2, [[F(4, 5), 0], [0, 1]])
    before, after = dp.gradient_descent(problem, problem.identity, F(1, 20), 1).losses
    assert after / before == F(3243601, 4000000)


def test_two_steps_on_eigenvalues_above_and_below_one():
    problem = net(2, [[4, 0], [0, F(1, 4)]])
    _, first, second = dp.gradient_descent(problem, problem.identity, F(1, 8), 2)
    assert first[0] == [[F(11, 8), 0], [0, F(29, 32)]]
    assert second[0] == [[F(7117, 4096), 0], [0, F(220603, 262144)]]


def test_the_step_without_the_maximum_runs_away():
    problem = net(3, [[F(1, 8)]])
    path = dp.gradient_descent(problem, problem.identity, F(16, 3), 2)
    assert [weights[0][0][0] for weights in path] == [1, F(-11, 3), F(2580677, 729)]


def test_power_projection_cycles_at_a_long_step():
    path = dp.power_projection(net(2, [[4]]), 1, F(1, 2), 4, bits=None)
    assert [path.end_to_end(step)[0, 0] for step in range(5)] == [1, fmpq(25, 4), 1, fmpq(25, 4), 1]


def test_the_escape_of_a_regularised_scalar_and_the_irrational_rate_of_three_layers():
    path = dp.gradient_descent(
        net(3, [[F(-1, 2)]]), net(3, [[1]]).identity, F(1, 2), 2, regulariser=dp.toward_identity(1)
    )
    assert [weights[0][0][0] for weights in path] == [1, F(1, 4), F(1247, 2048)]
    assert path.losses[1] == F(1089, 8192)
    # eta = 1/(3 * 4^(4/3)), between its rational neighbours of 40 digits
    with ctx.workprec(200):
        rate = (1 / (3 * arb(4) ** (arb(4) / 3))).mid().fmpq()
    path = dp.gradient_descent(
        net(3, [[4]]), net(3, [[1]]).identity, F(int(rate.p), int(rate.q)), 3, bits=192, accuracy=100
    )
    printed = ("1.15749013123685914559590132591", "1.32975368611182348215156369011", "1.48279482803394133144850546778")
    for weights, value in zip(path[1:], printed, strict=True):
        assert weights[0][0][0].str(30, radius=False) == value
