"""The body of a theorem with the library's names bound anew, so that all balls it meets are watched, not only those it was given.

`dp.enclose`, `dp.gradient_flow`, ... return observed values, and a problem that the body makes is observed like a drawn one; on
the second road it is a referee. Functions that the body reaches are copied with the same change; nothing global is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any

from dlnproof.checks.assertions import functions_of
from dlnproof.checks.journal import Journal
from dlnproof.checks.observation import observe, plain
from dlnproof.landscape.problem import Problem
from dlnproof.rings.ball import enclose


def rebind(body: Callable[..., None], journal: Journal) -> Callable[..., None]:
    """Return the body, whose balls and problems from the library are observed by `journal`."""
    library = _Library(journal)
    spaces: dict[int, dict[str, Any]] = {}
    copies: dict[FunctionType, FunctionType] = {}
    for function in functions_of(body):
        home = id(function.__globals__)
        if home not in spaces:
            _forget(function.__globals__)
            spaces[home] = {name: library.stand_in(value) for name, value in function.__globals__.items()}
        copies[function] = _with_globals(function, spaces[home])
    for space in spaces.values():
        for name, value in space.items():
            if isinstance(value, FunctionType) and value in copies:
                space[name] = copies[value]
    return copies[body] if isinstance(body, FunctionType) else body


def _forget(names: Mapping[str, Any]) -> None:
    """Clear the caches of the functions of a module: an answer that another run left open is asked for again."""
    for value in names.values():
        if hasattr(value, "cache_clear") and getattr(value, "__module__", None) == names.get("__name__"):
            value.cache_clear()


def _with_globals(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    copied = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


class _Library:
    """What stands in for the library in the body."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def stand_in(self, value: Any) -> Any:
        """Return what stands in for a function, for `Problem` or for a module of the library; any other value as it is."""
        if isinstance(value, ModuleType) and value.__name__.split(".")[0] == "dlnproof":
            return _Namespace(value, self)
        if isinstance(value, type) and issubclass(value, Problem):
            return _Maker(value, self)
        made = isinstance(value, FunctionType) and value.__module__.startswith("dlnproof.landscape.")
        return self.observed(value) if made or value is enclose else value

    def observed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, called with plain values, with its result observed."""

        def call(*args: Any, **kwargs: Any) -> Any:
            result = function(*map(plain, args), **{name: plain(value) for name, value in kwargs.items()})
            if self._journal.referee and isinstance(result, Problem):
                result = result.referee()
            return observe(result, self._journal)

        return call


class _Namespace:
    """A module of the library whose functions are observed."""

    def __init__(self, module: ModuleType, library: _Library) -> None:
        self._module, self._library = module, library

    def __getattr__(self, name: str) -> Any:
        return self._library.stand_in(getattr(self._module, name))


class _Maker:
    """The class `Problem`, whose new problems are observed."""

    def __init__(self, kind: type, library: _Library) -> None:
        self._kind, self._library = kind, library

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._library.observed(self._kind)(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._kind, name)
        return self._library.observed(attribute) if callable(attribute) else attribute

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self._kind)
