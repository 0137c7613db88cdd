"""The search: Hypothesis draws instances of a theorem and shrinks a failing one, within the time and silently."""

from __future__ import annotations

import functools
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, configuration
from hypothesis.errors import Flaky, HypothesisException, Unsatisfiable
from hypothesis.internal.conjecture import providers

from dlnproof.checks.context import Context
from dlnproof.checks.explorer import Attack, Explorer, Search, StopSearch
from dlnproof.claims.strategies.bound import conditions
from dlnproof.claims.theorem import body_of
from dlnproof.errors import DlnproofError, InputError

DEFAULT_EXAMPLES = 200
SOFT_SHARE = 0.7  # of the budget: then no instance is started any more
_SHRINK_SHARE = 0.25  # of the budget, from the first failure on
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
_PLAIN = Attack()


def search(
    function: Callable[..., None], where: str, context: Context, attack: Attack = _PLAIN, database: Any = None
) -> Search:
    """Run the `@given` function on up to `context.examples` instances (default 200) and return what was seen.

    Reproducible: the seed decides the draws; no example database is read or written but the one given, nothing is printed.
    Raises InputError naming the claim if the theorem raises anything but an AssertionError.
    """
    with conditions(attack.dropped, edits=attack.aim, data=attack.data) as met:
        deadline = time.monotonic() + SOFT_SHARE * context.seconds
        explorer = Explorer(function, attack, met, deadline, _SHRINK_SHARE * context.seconds)
        with in_place_of_body(function, explorer), settings_of_check(function, context, attack, database):
            try:
                function()
            except StopSearch as stop:
                if stop.error is not None:
                    raise named(stop.error, where) from stop.error
                explorer.seen.out_of_time = True
            except (AssertionError, Flaky, Unsatisfiable):
                pass  # failures are recorded with their values, a replay decides whether they are facts
            except (InputError, HypothesisException) as error:
                raise named(error, where) from error
    return explorer.seen


@contextmanager
def in_place_of_body(function: Callable[..., None], explorer: Explorer) -> Iterator[None]:
    """Let the explorer examine what the `@given` function draws inside the block."""
    handle: Any = function.hypothesis  # type: ignore[attr-defined]
    written = handle.inner_test

    @functools.wraps(body_of(function))
    def examined(*args: Any, **kwargs: Any) -> None:
        explorer.examine(args, kwargs)

    handle.inner_test = examined
    try:
        yield
    finally:
        handle.inner_test = written


def named(error: Exception, where: str) -> DlnproofError:
    """Return the error as one of the claim `where`, unless it is a defect of dlnproof."""
    if isinstance(error, DlnproofError) and not isinstance(error, InputError):
        return error
    detail = f"{type(error).__name__}: {error}"
    return InputError(
        f"claim={where!r}: the theorem raised {detail}; a theorem may only fail by assert, mend its function"
    )


@contextmanager
def settings_of_check(function: Any, context: Context, attack: Attack, database: Any) -> Iterator[None]:
    """Give the function the settings and the seed of this check; the author's own are put back afterwards."""
    names = (
        "_hypothesis_internal_use_settings",
        "_hypothesis_internal_use_seed",
        "_hypothesis_internal_settings_applied",
    )
    kept = {name: function.__dict__[name] for name in names if name in function.__dict__}
    chosen = kept.get(names[0]) if kept.get(names[2]) else None  # what the author wrote in @settings(max_examples=...)
    for name in names:
        function.__dict__.pop(name, None)
    hypothesis.seed(context.seed)(function)
    hypothesis.settings(
        max_examples=context.examples or (chosen.max_examples if chosen else DEFAULT_EXAMPLES),
        database=database,
        deadline=None,
        derandomize=False,
        phases=_phases(attack),
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )(function)
    try:
        with _no_files(), _no_constants_of_modules():
            yield
    finally:
        for name in names:
            function.__dict__.pop(name, None)
        function.__dict__.update(kept)


def _phases(attack: Attack) -> tuple[Phase, ...]:
    if attack.replays:
        return (Phase.reuse,)
    return (*_PHASES, Phase.target) if attack.aim else _PHASES


@contextmanager
def _no_files() -> Iterator[None]:
    """Keep Hypothesis from writing its folder of constants into the user's working directory."""
    before = configuration.storage_directory("", intent_to_write=False).home_directory
    with tempfile.TemporaryDirectory(prefix="dlnproof-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


@contextmanager
def _no_constants_of_modules() -> Iterator[None]:
    """Keep Hypothesis from reading the source of every module that is loaded for constants to draw.

    What is drawn for one seed would depend on how dlnproof is installed, and reading takes longer than many a check.
    """
    name = "_get_local_constants"
    written = getattr(providers, name, None)
    constants = getattr(providers, "Constants", None)
    if written is None or constants is None:  # another version of Hypothesis
        yield
        return
    setattr(providers, name, lambda: constants())
    try:
        yield
    finally:
        setattr(providers, name, written)
