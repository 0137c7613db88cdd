"""A ball, a float or a problem is watched whichever way the code of a theorem comes by it: nothing open refutes."""

from pathlib import Path

import pytest

from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.running.load import load_here
from dlnproof.verdict import Verdict, decide

HEAD = """
import builtins, contextlib, dataclasses, functools, importlib
import dlnproof as dp
import sympy
from fractions import Fraction
import own_helpers
from own_helpers import holds as holds_too
from hypothesis import given
from hypothesis import strategies as st
paper = dp.Paper("p", title="t", authors=["A"], year=2026)
ROOT = dp.enclose(2).sqrt()
def holds():
    return dp.enclose(2).sqrt() ** 2 SAYS
@functools.lru_cache
def cached():
    return dp.enclose(2).sqrt() ** 2 SAYS
class Rule:
    root = ROOT
    def method(self):
        return dp.enclose(2).sqrt() ** 2 SAYS
    @staticmethod
    def static():
        return dp.enclose(2).sqrt() ** 2 SAYS
    @property
    def told(self):
        return self.root**2 SAYS
@dataclasses.dataclass
class Kept:
    value: object
KEPT, CALLS, ROOTS = Kept(ROOT), {"a": holds, "b": lambda: dp.enclose(2).sqrt() ** 2 SAYS}, [ROOT]
part = functools.partial(holds)
def by_default(make=dp.enclose):
    return make(2).sqrt() ** 2 SAYS
def through(function):
    @functools.wraps(function)
    def inner():
        return function()
    return inner
@through
def wrapped():
    return dp.enclose(2).sqrt() ** 2 SAYS
@contextlib.contextmanager
def block():
    yield dp.enclose(2).sqrt() ** 2 SAYS
def from_inside():
    from dlnproof import enclose
    return enclose(2).sqrt() ** 2 SAYS
def sibling_inside():
    from own_helpers import holds
    return holds()
def in_block():
    with block() as answer:
        return answer
def in_a_match():
    match ROOT**2 SAYS:
        case True:
            return True
        case _:
            return False
def theorem(label, call):
    @paper.theorem(label, "a statement")
    @given(st.integers(0, 3))
    def test(q):
        assert call()
"""
ROADS = {
    "by name": "holds",
    "cached": "cached",
    "method": "Rule().method",
    "static method": "Rule.static",
    "property": "lambda: Rule().told",
    "in a dictionary": 'CALLS["a"]',
    "lambda in a dictionary": 'CALLS["b"]',
    "sibling": "own_helpers.holds",
    "sibling by name": "holds_too",
    "sibling imported inside": "sibling_inside",
    "library imported inside": "from_inside",
    "importlib": 'lambda: importlib.import_module("dlnproof").enclose(2).sqrt() ** 2 SAYS',
    "getattr": 'lambda: getattr(dp, "enc" + "lose")(2).sqrt() ** 2 SAYS',
    "builtins": 'lambda: builtins.__import__("dlnproof").enclose(2).sqrt() ** 2 SAYS',
    "partial": "part",
    "default": "by_default",
    "wrapped": "wrapped",
    "context manager": "in_block",
    "match": "in_a_match",
    "constant": "lambda: ROOT**2 SAYS",
    "constant in a list": "lambda: ROOTS[0] ** 2 SAYS",
    "constant in an object": "lambda: KEPT.value**2 SAYS",
    "inside max": "lambda: max([ROOT**2, ROOT]) SAYS",
}
SAYS_NOTHING_FALSE, IS_FALSE = "== 2", "> 3"


def name(label):
    return label.replace(" ", "-")


def verdicts(says, roads=None):
    roads = ROADS if roads is None else roads
    written = HEAD + "".join(f"theorem({name(label)!r}, {call})\n" for label, call in roads.items())
    Path("own_helpers.py").write_text(
        "import dlnproof\ndef holds():\n    return dlnproof.enclose(2).sqrt() ** 2 SAYS\n".replace("SAYS", says)
    )
    Path("roads.py").write_text(written.replace("SAYS", says))
    (loaded,) = load_here([Path("roads.py")])
    assert not loaded.problems
    with loaded.importable():
        return {
            claim.label: decide(list(run_checks(claim, Context(seed=0, seconds=30.0))))
            for paper in loaded.papers
            for claim in paper.claims
        }


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_an_open_comparison_refutes_nothing_on_any_road():
    assert set(verdicts(SAYS_NOTHING_FALSE).values()) == {Verdict.UNDECIDED}


def test_a_false_one_is_refuted_on_nearly_every_road():
    unclear = {label for label, verdict in verdicts(IS_FALSE).items() if verdict is not Verdict.REFUTED}
    assert unclear <= {"importlib", "builtins", "constant", "match", "inside-max"}  # not known to be exact, or a ball of its own


ROUNDS = {
    "a power": "lambda: 3**-1 + 3**-2 - 3**-1 == 3**-2",
    "a quotient": "lambda: 1 / 10 + 2 / 10 == 3 / 10",
    "a module that is not known": 'lambda: __import__("decimal").Decimal(2).sqrt() ** 2 == 2',
    "a root": "lambda: (2 ** Fraction(1, 2)) ** 2 == 2",
    "an equation of SymPy as written": "lambda: (sympy.Symbol('x') + 1) ** 2 == ((sympy.Symbol('x') + 1) ** 2).expand()",
}


def test_what_rounds_refutes_nothing_and_verifies_nothing():
    assert set(verdicts(SAYS_NOTHING_FALSE, ROUNDS).values()) <= {Verdict.UNDECIDED, Verdict.TESTED}
