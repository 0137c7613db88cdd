"""A bound that the author of a theorem marks as an assumption, so that it can be dropped to see whether it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq_mat
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.assumptions import Assumption
from dlnproof.errors import bad


@dataclass(slots=True)
class Conditions:
    """How instances are drawn: without the condition named `dropped`; with single entries of the data edited, or not; with
    `data` (X, Y) in place of drawn ones of their shape.

    `met` lists the conditions that the drawing came to: marked bounds, and the assumptions of `dp.problems`.
    """

    dropped: str | None = None
    edits: bool = False
    data: tuple[fmpq_mat, fmpq_mat] | None = None
    met: dict[str, Assumption | None] = field(default_factory=dict)


_CONDITIONS: ContextVar[Conditions | None] = ContextVar("conditions", default=None)


@contextmanager
def conditions(
    dropped: str | None = None, *, edits: bool = False, data: tuple[fmpq_mat, fmpq_mat] | None = None
) -> Iterator[Conditions]:
    """Draw under these conditions inside the block; the value lists every condition that was met."""
    current = Conditions(dropped, edits, data)
    token = _CONDITIONS.set(current)
    try:
        yield current
    finally:
        _CONDITIONS.reset(token)


def bound(values: Any, name: str, *, otherwise: Any) -> SearchStrategy[Any]:
    """Return a strategy of `values` whose bound is an assumption of the theorem: `dlnproof ablate` draws `otherwise` instead.

    `values` and `otherwise` are strategies or single values; `name` says the bound in words, e.g.
    `layers=dp.bound(st.integers(3, 5), "at least three layers", otherwise=st.integers(1, 2))`, or
    `decay=dp.bound(dp.rationals(0, exclude_min=True), "decay > 0", otherwise=0)`.  Raises InputError for an empty name.
    """
    if not isinstance(name, str) or not name.strip():
        raise bad(
            "name", name, "a bound is named in words", 'write dp.bound(st.integers(3, 5), "depth > 2", otherwise=2)'
        )
    inside, outside = (item if isinstance(item, SearchStrategy) else st.just(item) for item in (values, otherwise))
    return _draw_bounded(inside, outside, name)


@st.composite
def _draw_bounded(draw: DrawFn, inside: SearchStrategy[Any], outside: SearchStrategy[Any], name: str) -> Any:
    current = _CONDITIONS.get()
    if current is not None:
        current.met[name] = None
        if current.dropped == name:
            return draw(outside)
    return draw(inside)


def edits_entries() -> bool:
    """Return whether problems are drawn with edits of single entries, so that a search can move in small steps."""
    current = _CONDITIONS.get()
    return current is not None and current.edits


def replaced(X: fmpq_mat, Y: fmpq_mat, any_samples: bool = False) -> tuple[fmpq_mat, fmpq_mat]:
    """Return the data that stand in place of drawn ones, where their shapes fit, else the drawn ones.

    With `any_samples` the number of columns is free.
    """
    current = _CONDITIONS.get()
    if current is None or current.data is None:
        return X, Y
    others = current.data
    rows = [matrix.nrows() for matrix in (X, Y, *others)]
    fits = rows[:2] == rows[2:] and (any_samples or X.ncols() == others[0].ncols())
    return (fmpq_mat(others[0]), fmpq_mat(others[1])) if fits else (X, Y)


def required(assumption: Assumption) -> bool:
    """Return whether an assumption of a strategy counts in this draw, and note that it was met."""
    current = _CONDITIONS.get()
    if current is None:
        return True
    current.met[str(assumption)] = assumption
    return current.dropped != str(assumption)
