"""Random formulas: rewritten by true rules they are proved, broken they are refuted; a wrong verdict is the worst outcome."""

from collections import Counter

import formula_referee
import pytest
import soundness
from formula_edits import EDITS, RULES
from formula_trees import Source, is_scalar, places

# what the engine may say of a true or a false pair without being wrong
SOUND = {
    True: {"proved", "tested", "undecided", "unsupported"},
    False: {"refuted", "tested", "undecided", "unsupported", "crash"},
}


@pytest.fixture(scope="module")
def outcome():
    return soundness.run(range(240))


@pytest.fixture(scope="module")
def outcome_at_stated_sizes():
    return soundness.run(range(60), stated=True)


def test_no_random_pair_gets_a_wrong_verdict(outcome, outcome_at_stated_sizes):
    for _, failures in (outcome, outcome_at_stated_sizes):
        wrong = [(result, case.told()) for case, result in failures if result not in SOUND[case.equal]]
        assert wrong == []


def test_every_true_random_pair_is_proved(outcome):
    assert [case.told() for case, _ in outcome[1] if case.equal] == []


def test_every_broken_random_pair_is_refuted(outcome):
    assert [case.told() for case, _ in outcome[1] if not case.equal] == []


def test_the_random_pairs_are_not_all_trivial(outcome):
    made = Counter(kind for kind, result in outcome[0].elements() if result not in ("trivial", "no formula"))
    assert made["true"] > 30
    assert made["broken"] > 60


@pytest.mark.slow
@pytest.mark.parametrize("stated", [False, True])
def test_thousands_of_random_pairs_get_no_wrong_verdict(stated):
    counts, failures = soundness.run(range(10_000, 12_500), stated=stated)
    print(sorted(counts.items()))
    assert [(result, case.told()) for case, result in failures if result not in SOUND[case.equal]] == []


# the instrument itself


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_changes_no_value(rule):
    applied = 0
    for seed in range(400):
        source = Source(f"rule/{rule.__name__}/{seed}")
        tree = _some_node(source, rule)
        if tree is None:
            continue
        node, new = tree
        assert formula_referee.equal(node, new, seed, instances=1), (node, new)
        applied += 1
        if applied == 6:
            break
    assert applied, f"{rule.__name__} never applied"


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_changes_values(edit):
    changed = 0
    for seed in range(200):
        source = Source(f"edit/{edit.__name__}/{seed}")
        tree = _some_node(source, edit)
        if tree is not None:
            node, new = tree
            equal = formula_referee.equal(node, new, seed, instances=1)
            changed += not equal
        if changed == 3:
            break
    assert changed >= 3


def _some_node(source, change):
    """Return a node of a random formula to which the rule or edit applies, and the new node."""
    tree = source.scalar(4) if source.chance(0.5) else source.matrix(source.dimension(), source.dimension(), 3)
    stack = [tree]
    while stack:
        node = stack.pop()
        new = change(node, source)
        if new is not None and is_scalar(new) == is_scalar(node):
            return node, new
        stack.extend(node[i] for i in places(node))
    return None


def test_the_referee_tells_known_pairs_apart():
    n = ("n",)
    a, b, o, g = (("letter", name, n, n) for name in ("A_nxn", "B_nxn", "O_n", "G_n"))
    assert formula_referee.equal(("trace", ("mul", a, b)), ("trace", ("mul", b, a)), 0)
    assert not formula_referee.equal(("mul", a, b), ("mul", b, a), 0)
    assert formula_referee.equal(("mul", o, ("T", o)), ("one", n), 0)
    assert formula_referee.equal(("mul", g, ("inverse", "G_n", n)), ("one", n), 0)
    assert not formula_referee.equal(o, ("T", o), 0)
    two = ("letter", "O_2", ("2",), ("2",))  # every reflection of the plane has trace 0, no rotation but one has
    assert not any(formula_referee.equal(("trace", two), ("number", 0), seed) for seed in range(20))
    assert formula_referee.equal(("times", ("surd", 2), ("surd", 2)), ("number", 2), 0)
    assert formula_referee.equal(("times", ("surd", 3), ("surd", 3)), ("number", 3), 0)


def test_the_prime_of_the_referee_is_a_prime_for_which_two_and_three_are_squares():
    from sympy import isprime

    assert isprime(formula_referee.PRIME)
    assert formula_referee.PRIME % 24 == 23
