"""The comparisons in the asserts of a theorem, one by one: by what margin each was decided, and what a strict one would say.

A derivation file is loaded (see `instrument`) with `a <= b` in an assert written as `compare(a, "<=", b, negated)`, and
`all(values)` as `all(each(values))`, which give the same answers: an assert about every one of nothing has examined nothing.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

NAME, EACH = "__dlnproof_compare__", "__dlnproof_each__"
SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
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
    """The smallest relative margin |a - b| / max(|a|, |b|) of the comparisons so far, None before the first.

    `elements` counts what the calls of `all` and `any` in asserts looked at.
    """

    smallest: float | None = None
    elements: int = 0

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


def each(values: Iterable[Any]) -> Iterator[Any]:
    """Yield the values, which are arguments of `all` or `any` in an assert, and count them."""
    found = _MARGINS.get()
    for value in values:
        if found is not None:
            found.elements += 1
        yield value


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
