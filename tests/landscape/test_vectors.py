"""Every exact test vector of the landscape without decay, by both roads; a broken criterion must fail on its vector."""

from fractions import Fraction as F  # noqa: N817

import pytest

from dlnproof.errors import DisagreementError
from dlnproof.landscape import classify_plain
from dlnproof.landscape.problem import Problem
from dlnproof.rings.rational import identity

I2 = [[1, 0], [0, 1]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
E11 = [[1, 0], [0, 0]]
Z2 = [[0, 0], [0, 0]]
D21 = [[2, 0], [0, 1]]
SQUARE = (2, 2, 2, 2)

# name: widths, X, Y, weights, loss, kind, inertia. Source: project notes, table of test vectors V1-V15
# (classification of Achour, Malgouyres and Gerchinovitz 2021, generalised)
VECTORS = {
    "V1": ((2, 2, 2), I2, D21, [D21, I2], 0, "global minimum", (4, 0, 4)),
    "V2": ((2, 1, 2), I2, D21, [[[0, 1]], [[0], [1]]], 2, "strict saddle", (2, 1, 1)),
    "V3": ((2, 1, 2), I2, D21, [[[2, 0]], [[1], [0]]], F(1, 2), "global minimum", (3, 0, 1)),
    "V4": ((2, 1, 2), I2, D21, [[[0, 0]], [[0], [0]]], F(5, 2), "strict saddle", (2, 2, 0)),
    "V5": (SQUARE, I2, D21, [Z2, Z2, Z2], F(5, 2), "non-strict saddle", (0, 0, 12)),
    "V6": (SQUARE, I2, D21, [[[2, 0], [0, 0]], E11, E11], F(1, 2), "non-strict saddle", (3, 0, 9)),
    "V7": (SQUARE, I2, D21, [[[2, 0], [0, 0]], I2, E11], F(1, 2), "strict saddle", (4, 1, 7)),
    "V8": (SQUARE, I2, D21, [[[0, 1], [0, 0]], E11, [[0, 0], [1, 0]]], 2, "strict saddle", (2, 1, 9)),
    "V10": ((1, 1, 1, 1, 1), [[1]], [[1]], [[[0]], [[0]], [[0]], [[5]]], F(1, 2), "non-strict saddle", (0, 0, 4)),
    "V11": ((3, 1, 1, 1), I3, [[2, 0, 0]], [[[0, -1, 1]], [[0]], [[0]]], 2, "non-strict saddle", (0, 0, 5)),
    "V12": (
        (3, 1, 1, 2, 3),
        I3,
        [[5, 0, 0], [0, 4, 0], [0, 0, 1]],
        [[[0, 0, -1]], [[0]], [[0], [0]], [[0, 0], [1, -1], [0, 0]]],
        21,
        "non-strict saddle",
        (0, 0, 12),
    ),
    "V13": ((2, 1, 2), I2, I2, [[["3/5", "4/5"]], [["3/5"], ["4/5"]]], F(1, 2), "global minimum", (2, 0, 2)),
    "V14": ((2, 1, 2), [[1], [0]], [[1], [0]], [[[0, 5]], [[0], [1]]], F(1, 2), "strict saddle", (1, 1, 2)),
    "V15": ((1, 1, 1), [[1, 0]], [[0, 1]], [[[1]], [[0]]], F(1, 2), "global minimum", (1, 0, 1)),
    # mutant m2 of Lu and Kawaguchi (2017), Theorem 2.3: a semidefinite Hessian does not make a minimum
    "m2": ((1, 1, 1, 1), [[1]], [[1]], [[[0]], [[0]], [[0]]], F(1, 2), "non-strict saddle", (0, 0, 3)),
}


def problem_of(name):
    widths, X, Y, weights, loss, kind, inertia = VECTORS[name]
    return Problem(widths, X, Y), weights, loss, kind, inertia


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("road", ["first", "second"])
def test_loss_kind_and_inertia_of_the_catalogue_are_exact(name, road):
    problem, weights, loss, kind, inertia = problem_of(name)
    if road == "second":
        problem = problem.referee()
    assert problem.loss(weights) == loss
    assert problem.is_critical(weights)
    assert problem.classify(weights).name == kind
    assert problem.inertia(weights) == problem.classify(weights).inertia == inertia


@pytest.mark.parametrize("name", VECTORS)
def test_scaling_the_loss_changes_no_kind(name):
    widths, X, Y, weights, loss, kind, inertia = VECTORS[name]
    scaled = Problem(widths, X, Y, scale="7/3")
    assert scaled.loss(weights) == F(14, 3) * loss
    assert (scaled.classify(weights).name, scaled.inertia(weights)) == (kind, inertia)


def blocks(form, weights, above, below, i, j):
    inner = identity(weights[j - 1].nrows())
    for weight in weights[j : i - 1]:
        inner = weight * inner
    return inner, below[j - 1] * form.cross_moment.transpose() * above[i]


def mutated(tightened):
    """Return a broken `loose_pivot` with the given rule of when a pivot is tightened."""

    def loose_pivot(form, weights, above, below, rank):
        for j in range(1, len(weights)):
            for i in range(j + 1, len(weights) + 1):
                inner, outer = blocks(form, weights, above, below, i, j)
                crossed = form.cross_moment.transpose()
                parts = {"inner": inner, "outer": outer, "above": above[i], "below": below[j - 1]}
                parts["above_crossed"], parts["below_crossed"] = crossed * above[i], below[j - 1] * crossed
                if not tightened({key: part.rank() == rank for key, part in parts.items()}):
                    return i, j
        return None

    return loose_pivot


MUTANTS = {
    "both blocks required": (lambda r: r["inner"] and r["outer"], ["V6"]),
    "only the inner block": (lambda r: r["inner"], ["V6"]),
    "three separate blocks": (lambda r: r["above"] or r["inner"] or r["below"], ["V11", "V12"]),
    "the cross moment on each outer block": (
        lambda r: r["above_crossed"] or r["inner"] or r["below_crossed"],
        ["V12"],
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_unmutated_rule_written_again_agrees_on_the_catalogue(name, monkeypatch):
    monkeypatch.setattr(classify_plain, "loose_pivot", mutated(lambda r: r["inner"] or r["outer"]))
    problem, weights, _, kind, _ = problem_of(name)
    assert problem.classify(weights).name == kind


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_pivot_rule_contradicts_the_inertia_on_its_vector(mutant, monkeypatch):
    rule, names = MUTANTS[mutant]
    monkeypatch.setattr(classify_plain, "loose_pivot", mutated(rule))
    for name in names:
        problem, weights, *_ = problem_of(name)
        with pytest.raises(DisagreementError, match=r"classified as strict saddle .* inertia"):
            problem.classify(weights)


@pytest.mark.parametrize("name", ["V2", "V8"])  # V2: "r = r_max is global", V8: "tightened is enough"
def test_forgetting_which_eigenvalues_are_selected_contradicts_the_inertia(name, monkeypatch):
    monkeypatch.setattr(classify_plain, "is_top", lambda *_: True)
    problem, weights, *_ = problem_of(name)
    with pytest.raises(DisagreementError):
        problem.classify(weights)


def test_a_point_with_a_nonzero_gradient_is_not_critical():
    problem = Problem((2, 1, 2), I2, D21)
    kind = problem.classify([[[1, 0]], [[1], [0]]])
    assert kind.name == "not critical"
    assert not kind.is_critical
    assert not kind.is_saddle
    assert not kind.is_local_minimum
    assert kind.inertia is None
