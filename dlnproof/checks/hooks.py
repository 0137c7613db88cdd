"""What derivation code calls, as it is loaded, wherever it looks into a value: nothing that can round goes unseen.

While a theorem runs, a ball or a problem that did not come through the journal (a constant of the module, the work of a helper)
is watched from its first use on, and a float is noted where it is compared or comes out of a division or a power. Outside a
theorem every hook returns what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from types import BuiltinFunctionType, FunctionType, GeneratorType, ModuleType
from typing import Any

from flint import acb, arb, arb_mat, fmpq, fmpq_mat, fmpz

from dlnproof.checks.journal import Journal
from dlnproof.checks.observation import observe
from dlnproof.landscape.problem import Problem

_JOURNAL: ContextVar[Journal | None] = ContextVar("journal", default=None)
_PLAIN = frozenset(
    {
        int,
        bool,
        str,
        bytes,
        Fraction,
        fmpq,
        fmpz,
        fmpq_mat,
        type(None),
        range,
        type,
        ModuleType,
        FunctionType,
        BuiltinFunctionType,
    }
)
_CONTAINERS = frozenset({list, tuple, set, frozenset, dict})
_ITERATORS = (GeneratorType, map, filter, zip, enumerate, reversed)
_ENOUGH = 64
_ROUNDED = ("numpy", "mpmath", "decimal")


@contextmanager
def watching(journal: Journal) -> Iterator[None]:
    """Make the hooks of derivation code watch what they meet by `journal` inside the block."""
    token = _JOURNAL.set(journal)
    try:
        yield
    finally:
        _JOURNAL.reset(token)


def watched(value: Any) -> Any:
    """Return a value whose attribute is wanted, or that an operation gave: a ball or a problem watched, a float noted."""
    journal, kind = _JOURNAL.get(), type(value)
    if journal is None or kind in _PLAIN or kind in _CONTAINERS or (kind is float and len(journal.floats) >= _ENOUGH):
        return value
    return _watched_by(journal, value)


def weighed(value: Any) -> Any:
    """Return a value that is compared, ordered or printed, watched with everything in it."""
    journal = _JOURNAL.get()
    return value if journal is None else _weighed_by(journal, value)


def equated(value: Any) -> Any:
    """Return a side of `==` or `!=`, watched; SymPy compares what was written, not what it is equal to."""
    journal = _JOURNAL.get()
    if journal is None:
        return value
    if not _is_compared_exactly(value):
        journal.note_loose("SymPy's ==")
    return _weighed_by(journal, value)


def reached(file: str, line: int) -> None:
    """Note that a statement that may be an assert is reached; only those of the theorem's own file count."""
    journal = _JOURNAL.get()
    if journal is not None and file == journal.file:
        journal.lines.add(line)


def _is_compared_exactly(value: Any) -> bool:
    """Return whether `==` tells whether two such values are equal: not of formulas of SymPy, but of its rational numbers."""
    if getattr(value, "is_Matrix", False):
        return hasattr(value, "flat") and all(entry.is_Rational for entry in value.flat())
    return getattr(value, "is_Rational", None) is not False


def _weighed_by(journal: Journal, value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {_weighed_by(journal, key): _weighed_by(journal, item) for key, item in value.items()}
    if kind in _CONTAINERS:
        return kind(_weighed_by(journal, item) for item in value)
    if isinstance(value, _ITERATORS):
        return (_weighed_by(journal, item) for item in value)
    return _watched_by(journal, value)


def _watched_by(journal: Journal, value: Any) -> Any:
    kind = type(value)
    if isinstance(value, float | complex) or _is_rounded(value, kind):
        if len(journal.floats) < _ENOUGH:  # a loop in floats needs no more notes
            journal.note_float(kind.__name__)
        return value
    if kind.__module__.startswith("dlnproof.checks.") or hasattr(value, "_observed"):
        return value
    if kind.__module__.startswith("dlnproof.") or isinstance(value, arb | acb | arb_mat):
        if journal.referee and isinstance(value, Problem):
            value = value.referee()
        return observe(value, journal)
    return value


def _is_rounded(value: Any, kind: type) -> bool:
    """Return whether a number or an array is one that rounds; arrays of integers and of exact objects do not."""
    if kind.__module__.partition(".")[0] not in _ROUNDED:
        return getattr(value, "is_Float", False) is True
    dtype = getattr(value, "dtype", None)
    return dtype is None or getattr(dtype, "kind", "f") in "fc"


HOOKS: Mapping[str, Callable[[Any], Any]] = {
    f"__dlnproof_{hook.__name__}__": hook for hook in (watched, weighed, equated)
}
