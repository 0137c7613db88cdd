"""How the strategies read their arguments: exact numbers, and "a value or a strategy of values"."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dlnproof.errors import bad
from dlnproof.rings.rational import read_number, to_fraction


def read_rational(name: str, value: Any) -> Fraction:
    """Return `value`, any exact number that a problem accepts, as a fraction.  Raises InputError for floats."""
    return to_fraction(read_number(value, name))


def sizes(name: str, value: Any) -> SearchStrategy[int]:
    """Return `value`, a positive integer or a strategy of them, as a strategy that refuses anything else it draws."""
    if isinstance(value, SearchStrategy):
        return value.map(lambda drawn: read_size(name, drawn))
    return st.just(read_size(name, value))


def read_size(name: str, value: Any) -> int:
    """Return the positive integer `value`.  Raises InputError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        rule = "a positive integer or a strategy of them is needed"
        raise bad(name, value, rule, f"write {name}=3 or {name}=st.integers(1, 3)")
    if value < 1:
        raise bad(name, value, f"{name} must be at least 1", f"write {name}=st.integers(1, 3)")
    return value
