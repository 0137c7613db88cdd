"""Derivation code with hooks computes what it computes without them, and tells what it looked at."""

import ast
import sys
import types
from fractions import Fraction

import pytest
import sympy
from flint import arb

from dlnproof.checks.hooks import watching
from dlnproof.checks.instrument import NAMES, instrumented_code, modules_of
from dlnproof.checks.journal import Journal

PROGRAM = b'''
from __future__ import annotations
import dataclasses, math, typing
from fractions import Fraction
import collections.abc as shapes

@dataclasses.dataclass
class Point:
    x: int
    y: Fraction = Fraction(1, 2)
    KIND: typing.ClassVar[str] = "point"

    def moved(self, by: int = 1) -> Point:
        return dataclasses.replace(self, x=self.x + by)

class Far(Point):
    def moved(self, by=1):
        return super().moved(by * 10)

def kind(value):
    match value:
        case Point(x=0):
            return "at zero"
        case [1, *rest] if len(rest) == 2:
            return rest
        case math.pi:
            return "pi"
        case None:
            return "nothing"
        case _:
            return f"{value!r:>5}|{value}"

answers = [kind(value) for value in (Point(0), Point(2), [1, 2, 3], math.pi, None, 7, "a")]
numbers = [7]
numbers.append(3)
numbers[0] /= 2
total = 8
total **= -1
chain = 1 < 2 <= 2 != 3 == 3.0
same = numbers is numbers, None is not numbers, not (1 > 2), 3 in numbers, [1, 2] == [1, 2], {1: 2} == {1: 2}
ends = min(3, 2), max([1, 5]), sorted({3, 1, 2}), sum(n for n in range(4)), pow(2, 5)
from_generators = max(n * n for n in (1, 2)), min([], default=4)
keyed = max(["a", "bbb"], key=len), int("12"), str(Fraction(1, 3)), round(Fraction(7, 3)), bool([])
far = Far(1).moved().moved().x
if (found := far) > 20:
    assert all(n > 0 for n in (1, 2)) and not any(n > 5 for n in range(3)), f"{found} {1 / 3}"
names = [field.name for field in dataclasses.fields(Point)]
is_sequence = isinstance([], shapes.Sequence)
spread = (lambda *a, **k: (a, k))(*numbers, key=min(*numbers))
'''
RESULTS = (
    "answers", "numbers", "total", "chain", "same", "ends", "from_generators", "keyed", "far", "found", "names", "is_sequence",
    "spread",
)  # fmt: skip


def results(code, **names):
    space = {"__name__": "program", "__file__": "program.py", **names}
    exec(code, space)
    return {name: space[name] for name in RESULTS} | {"points": repr(space["Far"](3).moved())}


def test_hooks_change_no_result(monkeypatch):
    monkeypatch.setitem(sys.modules, "program", types.ModuleType("program"))
    plain = results(compile(PROGRAM, "program.py", "exec", dont_inherit=True))
    assert str(results(instrumented_code(PROGRAM, "program.py"), **NAMES)) == str(plain)
    with watching(Journal(file="program.py")):
        assert str(results(instrumented_code(PROGRAM, "program.py"), **NAMES)) == str(plain)


def seen(expression, **names):
    journal = Journal(file="expression.py")
    space = {**NAMES, **names}
    with watching(journal):
        exec(instrumented_code(f"answer = {expression}".encode(), "expression.py"), space)
    return journal


OPEN, NEAR = arb(2, 1), arb(2)


ASKED_OPENLY = [
    "a < b", "b == a", "a != b", "1 < a <= 3", "[a] == [b]", "a in [b]", "min(a, b)", "max([a, b])", "sorted((b, a))",
    "{1: a} == {1: b}",
]  # fmt: skip
EXACT = [
    "a < 9", "a == c", "min(a, 9)", "[a] == [8]", "a is b", "a + b", "a / b", "x == y", "x / y", "x ** 2", "y ** -1",
]  # fmt: skip
ROUNDED = ["1 / 3", "2 ** -1", "pow(2, -1)", "x ** x", "a.mid()", "n < 1", "[n] == [1]", "max(n, 1)", "n.real"]


@pytest.mark.parametrize("expression", ASKED_OPENLY)
def test_an_open_question_is_noted(expression):
    assert seen(expression, a=OPEN, b=NEAR).undecided


@pytest.mark.parametrize("expression", EXACT)
def test_a_certain_or_an_exact_one_is_not(expression):
    journal = seen(expression, a=OPEN, b=NEAR, c=arb(7), x=Fraction(1, 3), y=Fraction(2))
    assert [*journal.undecided, *journal.floats, *journal.loose] == []


@pytest.mark.parametrize("expression", ROUNDED)
def test_a_float_is_noted(expression):
    assert seen(expression, a=OPEN, x=Fraction(1, 2), n=0.5).floats


@pytest.mark.parametrize("expression", ["str(a)", "repr([a])", "f'{a}'", "a.rad()", "format(a)"])
def test_a_question_about_the_ball_itself_is_noted(expression):
    journal = seen(expression, a=OPEN)
    assert journal.loose or not journal.is_asked_by_theorem()


def test_the_asserts_that_are_reached_are_noted_by_their_lines():
    code = b"def body(x):\n    if x:\n        assert x > 0\n    else:\n        assertion(x)\n"
    lines = []
    for file, value in (("theorem.py", 1), ("theorem.py", 0), ("sibling.py", 1)):
        journal = Journal(file="theorem.py")
        space = {**NAMES, "__file__": file, "assertion": abs}
        exec(instrumented_code(code, file), space)
        with watching(journal):
            space["body"](value)
        lines.append(journal.lines)
    assert lines == [{3}, {5}, set()]


def test_a_name_that_is_also_bound_otherwise_is_no_module():
    tree = ast.parse("import math, numpy as np, a.b\ndef f(math): return math.pi\nfor np in (): pass\nfrom x import y")
    assert modules_of(tree) == {"a"}


def test_formulas_of_sympy_are_compared_as_written_and_its_rational_matrices_exactly():
    x = sympy.Symbol("x")
    formulas = {"f": (x + 1) ** 2, "g": sympy.expand((x + 1) ** 2), "A": sympy.Matrix([[sympy.sqrt(2)]])}
    exact = {"P": sympy.Matrix([[1, sympy.Rational(1, 3)]]), "h": sympy.Rational(1, 2)}
    assert seen("f == g", **formulas).loose
    assert seen("A != A", **formulas).loose
    assert not seen("P == P, h == 2, h != h", **exact).loose
