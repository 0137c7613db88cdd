"""A theorem as a Hypothesis `@given` function: what it draws, what it assumes, and its body without Hypothesis.

The assumptions are applied inside the function through `function.hypothesis.inner_test`, the hook that Hypothesis
documents for this, so they also hold when pytest or the user calls the function.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from dlnproof.claims.assumptions import Assumption, read_assumptions
from dlnproof.errors import bad

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

TheoremFunction = TypeVar("TheoremFunction", bound=Callable[..., None])
_RAW = "_dlnproof_body"


def filter_by_assumptions(function: TheoremFunction, assuming: Any, label: str) -> TheoremFunction:
    """Return `function`, changed so that an instance that fails one of the assumptions is rejected, not examined.

    The function stays callable without arguments (by pytest too); several theorems may share it.
    Raises InputError if it is no `@given` function, needs arguments that nothing draws, or an assumption is none.
    """
    where = f"theorem {label!r}"
    if not callable(function) or isinstance(function, type):
        raise bad("function", function, f"{where} decorates a function", "write @given(dp.problems(...)) and def below it")
    if not getattr(function, "is_hypothesis_test", False):
        raise bad(
            "function",
            getattr(function, "__name__", function),
            f"{where} must decorate a Hypothesis @given function",
            "put @given(dp.problems(...)) between @paper.theorem(...) and def",
        )
    missing = [name for name in inspect.signature(function).parameters]
    if missing:
        raise bad("arguments", missing, f"nothing draws these arguments of {where}", "name a strategy for each in @given(...)")
    assumptions = read_assumptions(assuming, where)
    handle: Any = function.hypothesis  # type: ignore[attr-defined]
    body = getattr(handle.inner_test, _RAW, handle.inner_test)
    if inspect.iscoroutinefunction(body) or inspect.isgeneratorfunction(body):
        raise bad("function", body.__name__, f"{where} must be a plain function", "remove async or yield")
    if assumptions:
        handle.inner_test = _assuming(handle.inner_test, body, assumptions, where)
    return function


def body_of(function: Callable[..., None]) -> Callable[..., None]:
    """Return what the author wrote under `@given`: the function of the drawn values, without any assumption."""
    inner: Callable[..., None] = function.hypothesis.inner_test  # type: ignore[attr-defined]
    raw: Callable[..., None] = getattr(inner, _RAW, inner)
    return raw


def problems_in(value: object) -> Iterator[Problem]:
    """Yield every problem among drawn values: a problem itself, that of a point, those in a sequence or mapping."""
    from dlnproof.landscape.problem import Problem

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
    inner: Callable[..., None], body: Callable[..., None], assumptions: tuple[Assumption, ...], where: str
) -> Callable[..., None]:
    from hypothesis import assume

    @functools.wraps(body)
    def examined(*args: Any, **kwargs: Any) -> None:
        drawn = [*problems_in(args), *problems_in(kwargs)]
        if not drawn:
            names = [str(item) for item in assumptions]
            raise bad("assuming", names, f"{where} draws no problem that it could speak of", "draw one with dp.problems(...)")
        for problem in drawn:
            for assumption in assumptions:
                assume(assumption.holds(problem))
        inner(*args, **kwargs)

    setattr(examined, _RAW, body)
    return examined
