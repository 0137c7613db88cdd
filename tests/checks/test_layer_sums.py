"""Equations with sums over layers: true ones are proved for every depth, broken twins refuted, and a referee agrees."""

from __future__ import annotations

import random

import asked
import pytest
import sympy
from known_layer_sums import BROKEN, TRUE, D, E, H, Phi, S, V, W, gamma, i, j, k, share, square
from layer_sum_referee import differ_at
from sympy import Eq, MatrixSymbol, Q, Trace

import dlnproof as dp
from dlnproof.claims.claim import Identity, Induction
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.verdict import Finding, decide


@pytest.mark.parametrize(("left", "right"), [item[1:] for item in TRUE], ids=[item[0] for item in TRUE])
def test_a_true_identity_about_sums_is_proved_for_every_depth(left, right):
    found = asked.evidence(Identity(left, right))
    assert decide(found) == "proved"
    assert {item.scope for item in found if item.finding is Finding.PROOF} == {"all sizes, all depths"}


@pytest.mark.parametrize(("left", "wrong"), [item[1:] for item in BROKEN], ids=[item[0] for item in BROKEN])
def test_a_broken_identity_about_sums_is_refuted_at_a_named_depth(left, wrong):
    found = asked.evidence(Identity(left, wrong))
    assert decide(found) == "refuted"
    assert any("H" in item.counterexample["sizes"] for item in found if item.counterexample)


def test_what_holds_at_depth_1_only_is_refuted_at_depth_2():
    found = asked.evidence(Identity(S(square(W[i]) * square(W[j]), (i, 1, H), (j, i + 1, H)), sympy.Integer(0)))
    assert [item.counterexample["sizes"]["H"] for item in found if item.counterexample] == [2]


def test_what_holds_up_to_depth_2_only_is_refuted_at_depth_3():
    # the sum over pairs i < j is the one pair (1, 2) at depth 2
    found = asked.evidence(
        Identity(S(gamma[i] * gamma[j], (i, 1, H), (j, i + 1, H)), S(gamma[i] * gamma[i + 1], (i, 1, H - 1)))
    )
    assert [item.counterexample["sizes"]["H"] for item in found if item.counterexample] == [3]


def test_a_split_needs_its_place_to_lie_inside():
    halves = S(square(W[i]), (i, 1, k)) + S(square(W[i]), (i, k + 1, H))
    assert asked.identity(S(square(W[i]), (i, 1, H)), halves, k <= H) == "proved"
    assert (
        asked.identity(S(square(W[i]), (i, 1, H)), S(square(W[i]), (i, 1, k)) + S(square(W[i]), (i, k, H)), k <= H)
        == "refuted"
    )


# random sums, rewritten by true rules and by edits; the referee evaluates both exactly at depths 1 to 4


def _summand(source, index):
    whole = [W.product(H, 1), V.product(H, 1), Phi, share(index), share(index, V), share(index, W, V, V)]
    local = [W[index], V[index], D[index]]
    choice = source.randrange(4)
    if choice == 0:
        return Trace(source.choice(whole).T * source.choice(whole))
    if choice == 1:
        return gamma[index] * Trace(source.choice(local).T * source.choice(local))
    if choice == 2:
        return square(source.choice(local)) * index
    return Trace(source.choice(whole[3:]).T * source.choice(whole[:3])) * gamma[index]


def _random_sum(source):
    first, last = source.choice([(1, H), (2, H), (1, H - 1), (1, H)])
    if source.random() < 0.6:
        return _summand(source, i), [(i, sympy.Integer(first), sympy.sympify(last))]
    inner = source.choice([(j, i + 1, H), (j, sympy.Integer(1), i - 1), (j, i, H)])
    return _summand(source, i) * _summand(source, j), [(i, sympy.Integer(first), sympy.sympify(last)), inner]


def _rewritten(source, summand, ranges):
    """Return the sum with its outer range written another way."""
    (index, first, last), *rest = ranges

    def moved(value):
        return summand.subs(index, value), [(b, lo.subs(index, value), hi.subs(index, value)) for b, lo, hi in rest]

    rule = source.choice(["shift", "reverse", "first", "last", "twice"])
    if rule == "shift":
        by = source.choice([1, 2])
        body, inner = moved(index + by)
        return S(body, (index, first - by, last - by), *inner)
    if rule == "reverse":
        body, inner = moved(first + last - index)
        return S(body, (index, first, last), *inner)
    if rule == "twice":
        return S(summand, *ranges) / 3 + 2 * S(summand, *ranges) / 3
    end, rest_range = (first, (index, first + 1, last)) if rule == "first" else (last, (index, first, last - 1))
    if (first, last) != (1, H):  # another range may be empty
        return S(summand, *ranges)
    body, inner = moved(end)
    return (S(body, *inner) if inner else body) + S(summand, rest_range, *rest)


def _edited(source, summand, ranges):
    (index, first, last), *rest = ranges
    edit = source.choice(["last", "first", "factor", "inner", "sign"])
    if edit == "last":
        return S(summand, (index, first, last - 1), *rest)
    if edit == "first":
        return S(summand, (index, first + 1, last), *rest)
    if edit == "inner" and rest:
        bound, low, high = rest[0]
        return S(summand, ranges[0], (bound, low + 1, high))
    return S(summand, *ranges) * (2 if edit == "factor" else -1)


def _one_round(seed):
    source = random.Random(seed)
    summand, ranges = _random_sum(source)
    left = S(summand, *ranges)
    right = _rewritten(source, summand, ranges)
    assert not differ_at(left, right), "the rule itself is wrong"
    assert asked.identity(left, right) == "proved", (left, right)
    wrong = _edited(source, summand, ranges)
    different = differ_at(left, wrong)
    found = asked.identity(left, wrong)
    assert found == ("refuted" if different else "proved"), (left, wrong, different)


@pytest.mark.parametrize("seed", range(10))
def test_random_sums_rewritten_are_proved_and_edited_are_refuted(seed):
    _one_round(seed)


@pytest.mark.sweep
@pytest.mark.parametrize("start", range(100, 400, 20))
def test_many_random_sums(start):
    for seed in range(start, start + 20):
        _one_round(seed)


# induction and equations for every layer

n = sympy.Symbol("n", integer=True, nonnegative=True)
R = MatrixSymbol("R", W.width(0), W.width(0))
BALANCED = dp.every(Eq(W[k + 1].T * W[k + 1], W[k] * W[k].T), (k, 1, H - 1))
SLIDE = Identity(W[n + 1].T * W[n + 1] * W.product(n, 1), W.product(n, 1) * R)
POWER = Identity(W.product(n, 1).T * W.product(n, 1), R**n)
START = [Eq(R, W[1].T * W[1]), Q.symmetric(R)]


def induction(*statements, assuming):
    return asked.verdict(Induction(n, 0, H, statements), assuming)


def test_powers_of_balanced_layers_are_proved_by_induction():
    assert induction(SLIDE, POWER, assuming=[BALANCED, *START]) == "proved"


@pytest.mark.parametrize(
    ("statements", "assuming"),
    [
        ((SLIDE, POWER), START),  # layers that are not balanced
        ((SLIDE, Identity(POWER.left, R ** (n + 1))), [BALANCED, *START]),
        ((SLIDE, Identity(POWER.left, 2 * R**n)), [BALANCED, *START]),
        ((Identity(SLIDE.left, SLIDE.right * R),), [BALANCED, *START]),
    ],
    ids=["not balanced", "exponent", "factor", "one power too many"],
)
def test_a_false_induction_is_refuted(statements, assuming):
    assert induction(*statements, assuming=assuming) == "refuted"


def test_a_true_statement_without_the_equation_that_carries_it_is_not_proved():
    # the powers alone: what the step needs, that W_{n+1}^T W_{n+1} slides past the product, is not among the equations
    assert induction(POWER, assuming=[BALANCED, *START]) == "undecided"


def test_a_counterexample_satisfies_an_equation_for_every_layer():
    # true for balanced layers only at the two layers named; the third layer is free
    found = asked.evidence(Identity(W[1] * W[1].T, 2 * W[2].T * W[2]), (BALANCED,))
    (instance,) = [item.counterexample for item in found if item.counterexample]
    assert decide(found) == "refuted"
    assert instance["sizes"]["H"] == 2


# what is refused


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: S(square(W[i])), "ranges=.*needs a range; write dp.layer_sum"),
        (lambda: S(square(W[i]), (i, 1)), "a range is .index, first, last."),
        (lambda: S(square(W[i]), (H * 2, 1, H)), "index=2.H: the index of a sum is an integer symbol"),
        (lambda: S(square(W[i]), (i, 1, i)), "the range of i depends on itself"),
        (lambda: S(square(W[i]), (i, 1, H), (i, 1, H)), "i is bound twice"),
        (lambda: S(square(W[i]), (i, 1, j), (j, 1, H)), "j is bound further in; put its range first"),
        (lambda: S(square(W[i]), (i, 1, H**2)), "not affine in depth and layer indices"),
        (lambda: S(W[i], (i, 1, H)), "depends on the layer; sum matrices of one shape"),
        (lambda: dp.layer_scalar("1g"), "a scalar has a name"),
        (lambda: gamma[sympy.Symbol("x")], "a layer index is an integer"),
        (lambda: dp.Chain("D", H, widths="W"), "widths is another chain or one positive integer size"),
        (lambda: dp.Chain("D", H + 1, widths=W), "has depth H . 1; give both chains the same depth"),
        (lambda: dp.differential(square(W[i]), {W: D, W[i]: D[i]}), "a chain and one of its layers are both varied"),
        (lambda: dp.differential(square(E), {W: dp.Chain("Z", H)}), "must have its depth and widths; write dp.Chain"),
        (lambda: dp.differential(square(E), {W: lambda layer: W[layer].T}), "the direction of layer k of .* must be"),
        (lambda: dp.every(W[i], (i, 1, H)), "an equation for every layer is Eq"),
        (lambda: asked.identity(S(square(W[i + 1]), (i, 1, H)), 0), "with i in 1..H does not exist at any depth"),
        (
            lambda: asked.identity(S(Trace(MatrixSymbol("Z", W.width(i), W.width(i))), (i, 1, H)), 0),
            "one letter for every layer is a chain",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_the_rule_and_the_next_step(make, words):
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize(
    "expression",
    [
        S(square(W[2 * i]), (i, 1, 1)) - square(W[2]),
        S(1 / (1 + gamma[i]), (i, 1, H)),
        Trace((S(R**i, (i, 1, H))).inverse()),
    ],
    ids=str,
)
def test_what_the_algebra_of_sums_lacks_is_never_guessed(expression):
    assert _answer(expression, expression) in {"proved", "undecided"}
    assert _answer(expression, 2 * expression) != "proved"


def _answer(left, right):
    try:
        return asked.identity(left, right)
    except UnsupportedError:
        return "undecided"


def test_substituting_a_symbol_for_the_depth_does_not_capture_a_bound_index():
    total = S(gamma[i], (i, 1, k))
    assert total.subs(k, i) == S(gamma[j], (j, 1, i))
    assert total.subs(i, 5) == total
    assert total.free_symbols == {k}


def test_sums_print_as_sums():
    assert str(S(gamma[i], (i, 1, H))) == "sum(gamma[i], (i, 1, H))"
    assert sympy.latex(S(gamma[i], (i, 1, H))) == r"\sum_{i=1}^{H} \gamma_{i}"
