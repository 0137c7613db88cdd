"""Drawn values as the body of a theorem sees them while it is checked: the same problems and points, with a journal.

An observed problem is a subclass instance with the same content; it equals the original. Its methods run on the original, so
that the library never meets a watched ball; the balls in what they return are watched, and what `local_minima` returns is
recorded, or replaced by the points that a replay gives.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from types import FunctionType
from typing import Any

from flint import fmpq

from dlnproof.checks.journal import Call, Journal
from dlnproof.checks.watching import watch
from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.descent.trajectory import Trajectory
from dlnproof.landscape.problem import Problem

_NONE_IS_OPEN = frozenset({"determinant_sign", "dimension"})  # whose None says that the answer is not known
_EXACT = frozenset({Fraction, int, bool, str, fmpq, type(None)})  # nothing in them to observe


def _frozen(value: Any) -> Any:
    """Return arguments as nested tuples, by which a call is known again."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    return tuple(_frozen(item) for item in rows) if isinstance(rows, (list, tuple)) else rows


def observe(value: Any, journal: Journal) -> Any:
    """Return drawn values with every problem, every point and every ball in them observed by `journal`."""
    if type(value) in _EXACT:
        return value
    if isinstance(value, Problem):
        return _observed_problem(value, journal)
    if isinstance(value, Trajectory):
        return _viewed(value, journal)
    if isinstance(getattr(value, "problem", None), Problem):
        return _observed_point(value, _observed_problem(value.problem, journal), journal)
    if isinstance(value, Classification):
        return _observed_kind(value, journal)
    if isinstance(value, Mapping):
        return {key: observe(item, journal) for key, item in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(observe(item, journal) for item in value)
    kind: Any = type(value)
    if kind.__module__.startswith("dlnproof.landscape.") and _speaks_of_balls(kind):
        return _viewed(value, journal)
    return watch(value, journal)


def plain(value: Any) -> Any:
    """Return an observed problem or point as it was before; anything else is returned as it is."""
    return getattr(value, "_observed", value)


def _observed_problem(problem: Problem, journal: Journal) -> Problem:
    if hasattr(problem, "_observed"):
        problem = problem._observed
    kind: Any = type(problem)
    result: Problem = object.__new__(_observed_class(kind))
    result.__dict__.update(problem.__dict__, _observed=problem, _journal=journal)
    return result


def _observed_point(point: Any, problem: Problem, journal: Journal) -> Any:
    """Return a copy of a point (frozen) whose problem is observed and whose balls are watched."""
    result = copy.copy(point)
    for name in ("loss", "weights", "problem", "kind"):
        if hasattr(point, name):
            value = problem if name == "problem" else observe(getattr(point, name), journal)
            object.__setattr__(result, name, value)
    return result


def _observed_kind(kind: Classification, journal: Journal) -> Classification:
    """Return a kind with open questions as one whose answers are noted where they only say what is known.

    The name "local minimum" may be that of a global one, and `None` is no answer; the properties raise where they are open.
    """
    open_names = {name for name in ("strict", "is_global") if getattr(kind, name) is None}
    if kind.name == Kind.UNDECIDED or (kind.name == Kind.LOCAL_MINIMUM and kind.is_global is None):
        open_names.add("name")
    if not open_names or hasattr(kind, "_observed"):
        return kind
    view: Classification = object.__new__(_kind_class())
    view.__dict__.update(_observed=kind, _journal=journal, _open=open_names)
    return view


@cache
def _kind_class() -> Any:
    def attribute(name: str, always: bool = False) -> property:
        def answer(self: Any) -> Any:
            if (always or name in self._open) and self._journal.is_asked_by_theorem():
                self._journal.note_loose(f"kind.{name}")
            return getattr(self._observed, name)

        return property(answer)

    fields_of_kind = {field.name for field in fields(Classification)}
    names = {name for name in dir(Classification) if not name.startswith("_")} | fields_of_kind
    body: dict[str, Any] = {name: attribute(name, name in ("reason", "to_json")) for name in names}
    body["__eq__"] = lambda self, other: self._observed == plain(other)
    body["__hash__"] = lambda self: hash(self._observed)
    body["__repr__"] = lambda self: repr(self._observed)
    return type("Classification", (Classification,), body)


class _Minima(Sequence[Any]):
    """The points that a search found, observed; `uncertified` as the search reported it."""

    def __init__(self, points: Sequence[Any], uncertified: tuple[Any, ...]) -> None:
        self._points = tuple(points)
        self.uncertified = uncertified

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, place: Any) -> Any:
        return self._points[place]


@cache
def _observed_class(kind: Any) -> Any:
    """Return the subclass of `Problem` (or of its referee) whose balls and minima go through the journal."""

    def watched(name: str) -> Callable[..., Any]:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            journal: Journal = self._journal
            call: Call = (name, self._observed, args, tuple(sorted(kwargs.items())))
            if call not in journal.memory:
                journal.memory[call] = getattr(self._observed, name)(*args, **kwargs)
            return watch(journal.memory[call], journal)

        return method

    def local_minima(self: Any, *args: Any, **kwargs: Any) -> Sequence[Any]:
        journal: Journal = self._journal
        # starts may be given as lists of weights
        call: Call = (self._observed, _frozen(args), _frozen(sorted(kwargs.items())))
        uncertified: tuple[Any, ...] = ()
        if call in journal.given:
            found = journal.given[call]
        elif call in journal.minima:
            found = journal.minima[call]
        else:
            result = self._observed.local_minima(*args, **kwargs)
            uncertified = tuple(getattr(result, "uncertified", ()))
            found = tuple(result)
            journal.uncertified += len(uncertified)
        journal.minima[call] = found
        return _Minima([_observed_point(point, self, journal) for point in found], uncertified)

    body: dict[str, Any] = {name: _passed_on(name) for name in _methods(kind)}
    body["local_minima"] = local_minima
    for name in ("global_minimum", "critical_values"):
        if hasattr(kind, name):
            body[name] = watched(name)
    return type(kind.__name__, (kind,), body)  # the author's own mistakes are told in the author's words


def _methods(kind: Any) -> list[str]:
    """Return the names of the public methods of a class, static and class methods left out."""
    found = ((name, inspect.getattr_static(kind, name)) for name in dir(kind) if not name.startswith("_"))
    return [name for name, attribute in found if isinstance(attribute, FunctionType)]


def _passed_on(name: str) -> Callable[..., Any]:
    """Return a method that runs on the original, with plain arguments, and whose result is observed."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        named = {key: plain(value) for key, value in kwargs.items()}
        result = getattr(self._observed, name)(*map(plain, args), **named)
        if result is None and name in _NONE_IS_OPEN:
            self._journal.note_loose(name)
        return observe(result, self._journal)

    method.__name__ = name
    return method


@cache
def _speaks_of_balls(kind: type) -> bool:
    """Return whether a field, a property or a method of a class of the landscape may be or return a ball."""
    if not is_dataclass(kind):
        return False
    told = [str(field.type) for field in fields(kind)]
    for name in dir(kind):
        attribute = inspect.getattr_static(kind, name)
        function = getattr(attribute, "fget", None) or getattr(attribute, "func", None) or attribute
        told.append(str(getattr(function, "__annotations__", {}).get("return", "")))
    return any(word in text for text in told for word in ("arb", "acb", "Enclosure", "Matrix"))


def _viewed(value: Any, journal: Journal) -> Any:
    """Return a value that equals this one and whose fields, properties and methods give watched balls."""
    if hasattr(value, "_observed"):
        return value
    kind: Any = type(value)
    view = object.__new__(_view_class(kind))
    view.__dict__.update(_observed=value, _journal=journal)
    return view


@cache
def _view_class(kind: Any) -> Any:
    left_open = {field.name for field in fields(kind) if str(field.type) == "bool | None"} | _NONE_IS_OPEN

    def attribute(name: str) -> property:
        def read(self: Any) -> Any:
            value = getattr(self._observed, name)
            if value is None and name in left_open:
                self._journal.note_loose(f"{kind.__name__}.{name}")
            return observe(value, self._journal)

        return property(read)

    methods = _methods(kind)
    names = {name for name in dir(kind) if not name.startswith("_")} | {field.name for field in fields(kind)}
    body: dict[str, Any] = {name: attribute(name) for name in names - set(methods)}
    body |= {name: _passed_on(name) for name in methods}
    if issubclass(kind, Sequence):
        body["__len__"] = lambda self: len(self._observed)
        body["__getitem__"] = lambda self, place: observe(self._observed[place], self._journal)
        body["__iter__"] = lambda self: (observe(item, self._journal) for item in self._observed)
    body["__eq__"] = lambda self, other: self._observed == plain(other)
    body["__hash__"] = lambda self: hash(self._observed)
    body["__repr__"] = lambda self: repr(self._observed)
    return type(kind.__name__, (kind,), body)
