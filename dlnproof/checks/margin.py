"""The comparisons in the asserts of a theorem, one by one: by what margin each was decided, and what a strict one would say.

A derivation file is loaded with `a <= b` in an assert written as `compare(a, "<=", b, negated)`, which gives the same answer.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

NAME = "__dlnproof_compare__"
_SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_DO: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# what makes an assert stronger: under an even number of `not` equality is excluded, under an odd number it is included
_STRICT = {False: {"<=": "<", ">=": ">"}, True: {"<": "<=", ">": ">="}}


@dataclass(slots=True)
class Margins:
    """The smallest relative margin |a - b| / max(|a|, |b|) of the comparisons so far, None before the first."""

    smallest: float | None = None

    def note(self, left: Any, right: Any) -> None:
        """Take in one comparison; what is no real number is left out, and so is a number beside itself (`p.loss > p.loss`)."""
        if left is right and not isinstance(left, int):
            return
        first, second = _number(left), _number(right)
        if first is None or second is None:
            return
        size = max(abs(first), abs(second))
        margin = abs(first - second) / size if size else 0.0
        if margin == margin and (self.smallest is None or margin < self.smallest):
            self.smallest = margin


_MARGINS: ContextVar[Margins | None] = ContextVar("margins", default=None)
_ALL_STRICT: ContextVar[list[str] | None] = ContextVar("all_strict", default=None)


@contextmanager
def margins() -> Iterator[Margins]:
    """Collect the margins of the comparisons inside the block."""
    found = Margins()
    token = _MARGINS.set(found)
    try:
        yield found
    finally:
        _MARGINS.reset(token)


@contextmanager
def all_strict(strict: bool = True) -> Iterator[list[str]]:
    """Read every non-strict comparison of an assert as a strict one inside the block: a twin that is often false.

    The value lists the comparisons that were read so.
    """
    changed: list[str] = []
    token = _ALL_STRICT.set(changed if strict else None)
    try:
        yield changed
    finally:
        _ALL_STRICT.reset(token)


def compare(left: Any, sign: str, right: Any, negated: bool) -> Any:
    """Return `left sign right`, as Python does; `negated` says whether the comparison stands under an odd number of `not`."""
    changed = _ALL_STRICT.get()
    if changed is not None and sign in _STRICT[negated]:
        if sign not in changed:
            changed.append(sign)
        sign = _STRICT[negated][sign]
    found = _MARGINS.get()
    if found is not None:
        found.note(left, right)
    return _DO[sign](left, right)


def watch_asserts(statement: ast.stmt) -> ast.stmt:
    """Return a statement whose ordering comparisons in asserts, chains excepted, go through `compare`."""
    return _Asserts().visit(statement)  # type: ignore[no-any-return]


class _Asserts(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        node.test = _Comparisons().visit(node.test)
        return node


class _Comparisons(ast.NodeTransformer):
    def __init__(self) -> None:
        self._negated = False

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        turns = isinstance(node.op, ast.Not)
        self._negated ^= turns
        self.generic_visit(node)
        self._negated ^= turns
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        sign = _SIGNS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if sign is None:
            return node
        arguments = [node.left, ast.Constant(sign), node.comparators[0], ast.Constant(self._negated)]
        call = ast.Call(ast.Name(NAME, ast.Load()), arguments, [])
        for part in (call, call.func, arguments[1], arguments[3]):
            ast.copy_location(part, node)
        return call


def _number(value: Any) -> float | None:
    """Return a real number as a float, for a ball its midpoint; nothing rests on it but what is shown or tried next."""
    from flint import arb, fmpq, fmpz

    try:
        if isinstance(value, arb):
            return float(arb(value).mid())
        if isinstance(value, (fmpq, fmpz)):
            return float(Fraction(str(value)))
        if isinstance(value, (int, Fraction, float)):
            return float(value)
    except (OverflowError, ValueError):
        pass
    return None
