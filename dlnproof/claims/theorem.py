"""A theorem as a Hypothesis `@given` function: what it draws, what it assumes, and its body without Hypothesis.

The assumptions are applied inside the function through `function.hypothesis.inner_test`, the hook that Hypothesis
documents for this, so they also hold when pytest or the user calls the function.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from dlnproof.claims.assumptions import Assumption, read_assumptions
from dlnproof.errors import bad

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

TheoremFunction = TypeVar("TheoremFunction", bound=Callable[..., None])
_BODY, _ASSUMED = "_dlnproof_body", "_dlnproof_assuming"


def filter_by_assumptions(function: TheoremFunction, assuming: Any, label: str) -> TheoremFunction:
    """Return `function`, changed so that an instance that fails one of the assumptions is rejected, not examined.

    The function stays callable without arguments (by pytest too); several theorems may share it.
    Raises InputError if it is no `@given` function, needs arguments that nothing draws, or an assumption is none.
    """
    where = f"theorem {label!r}"
    if not callable(function) or isinstance(function, type):
        raise bad(
            "function", function, f"{where} decorates a function", "write @given(dp.problems(...)) and def below it"
        )
    if not getattr(function, "is_hypothesis_test", False):
        raise bad(
            "function",
            getattr(function, "__name__", function),
            f"{where} must decorate a Hypothesis @given function",
            "put @given(dp.problems(...)) between @paper.theorem(...) and def",
        )
    parameters = inspect.signature(function).parameters
    missing = list(parameters)
    if any(item.kind is inspect.Parameter.VAR_KEYWORD for item in parameters.values()):
        # what Hypothesis returns in place of a test whose @given it cannot use
        rule = f"Hypothesis cannot use @given of {where}"
        raise bad("function", function.__name__, rule, "name every strategy, @given(problem=...)")
    if missing:
        raise bad(
            "arguments", missing, f"nothing draws these arguments of {where}", "name a strategy for each in @given(...)"
        )
    assumptions = read_assumptions(assuming, where)
    handle: Any = function.hypothesis  # type: ignore[attr-defined]
    body = getattr(handle.inner_test, _BODY, handle.inner_test)
    if inspect.iscoroutinefunction(body) or inspect.isgeneratorfunction(body):
        raise bad("function", body.__name__, f"{where} must be a plain function", "remove async or yield")
    if assumptions:
        handle.inner_test = _assuming(handle.inner_test, body, assumptions)
    return function


def body_of(function: Callable[..., None]) -> Callable[..., None]:
    """Return what the author wrote under `@given`: the function of the drawn values, without any assumption."""
    inner: Callable[..., None] = function.hypothesis.inner_test  # type: ignore[attr-defined]
    raw: Callable[..., None] = getattr(inner, _BODY, inner)
    return raw


def assumptions_of(function: Callable[..., None]) -> tuple[Assumption, ...]:
    """Return the assumptions by which `filter_by_assumptions` filters the instances of the function."""
    assumptions: tuple[Assumption, ...] = getattr(function.hypothesis.inner_test, _ASSUMED, ())  # type: ignore[attr-defined]
    return assumptions


def satisfied(assumptions: Iterable[Assumption], values: object) -> bool:
    """Return whether every problem among drawn values satisfies every assumption.

    Raises InputError where there is no problem that an assumption could speak of.
    """
    drawn, conditions = list(problems_in(values)), tuple(assumptions)
    if conditions and not drawn:
        names = [str(assumption) for assumption in conditions]
        raise bad(
            "assuming", names, "the theorem draws no problem that they could speak of", "draw one with dp.problems(...)"
        )
    return all(assumption.holds(problem) for problem in drawn for assumption in conditions)


def problems_in(value: object) -> Iterator[Problem]:
    """Yield every problem among drawn values: a problem itself, that of a point, those in a sequence or mapping."""
    from dlnproof.landscape.problem import Problem

    if type(value) in (Fraction, int, str):
        return
    if isinstance(value, Problem):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from problems_in(item)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from problems_in(item)
    elif isinstance(getattr(value, "problem", None), Problem):
        yield value.problem  # type: ignore[attr-defined]


def _assuming(
    inner: Callable[..., None], body: Callable[..., None], assumptions: tuple[Assumption, ...]
) -> Callable[..., None]:
    from hypothesis import assume

    @functools.wraps(body)
    def examined(*args: Any, **kwargs: Any) -> None:
        assume(satisfied(assumptions, (args, kwargs)))
        inner(*args, **kwargs)

    setattr(examined, _BODY, body)
    setattr(examined, _ASSUMED, (*getattr(inner, _ASSUMED, ()), *assumptions))
    return examined
