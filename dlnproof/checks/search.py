"""The search: Hypothesis draws instances of a theorem and shrinks a failing one, within the time and silently."""

from __future__ import annotations

import functools
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from flint import ctx
from hypothesis import HealthCheck, Phase, Verbosity, configuration, reject
from hypothesis.errors import Flaky, HypothesisException, Unsatisfiable, UnsatisfiedAssumption

from dlnproof.checks.assertions import Assert, asserts_reached_by, failed_assert, watched_lines
from dlnproof.checks.context import Context
from dlnproof.checks.floats import floats_in
from dlnproof.checks.journal import Journal
from dlnproof.checks.observation import observe
from dlnproof.checks.regions import Regions
from dlnproof.checks.replay import BITS, DATA, Instance, Recorder
from dlnproof.claims.theorem import assumptions_of, body_of, problems_in, satisfied
from dlnproof.errors import DlnproofError, InputError, UnsupportedError

DEFAULT_EXAMPLES = 200
_SOFT_SHARE = 0.7  # of the budget: then no instance is started any more
_SHRINK_SHARE = 0.25  # of the budget, from the first failure on
_PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failing instance with its assert."""

    instance: Instance
    failed: Assert


@dataclass(slots=True)
class Search:
    """What the search saw: counts, regions, the last failure, and why it stopped early."""

    instances: int = 0
    reached: int = 0
    rejected: int = 0
    repeated: int = 0
    not_supported: int = 0
    points: int = 0
    uncertified: int = 0
    open_comparisons: int = 0
    widest: str = ""
    regions: Regions = field(default_factory=Regions)
    floats: set[str] = field(default_factory=set)
    first_not_supported: UnsupportedError | None = None
    failure: Failure | None = None
    passing: Instance | None = None
    out_of_time: bool = False


class _Stop(BaseException):
    """Leaves the Hypothesis engine at once: it catches every Exception, but no other BaseException."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error


def search(function: Callable[..., None], where: str, context: Context) -> Search:
    """Run the `@given` function on up to `context.examples` instances (default 200) and return what was seen.

    Reproducible: the seed decides the draws; no example database is read or written, nothing is printed.
    Raises InputError naming the claim if the theorem raises anything but an AssertionError.
    """
    explorer = _Explorer(function, context)
    handle: Any = function.hypothesis  # type: ignore[attr-defined]
    written = handle.inner_test

    @functools.wraps(body_of(function))
    def examined(*args: Any, **kwargs: Any) -> None:
        explorer.examine(args, kwargs)

    with _settings(function, context), _no_files():
        handle.inner_test = examined
        try:
            function()
        except _Stop as stop:
            if stop.error is not None:
                raise _named(stop.error, where) from stop.error
            explorer.seen.out_of_time = True
        except (AssertionError, Flaky, Unsatisfiable):
            pass  # failures are recorded with their values, a replay decides whether they are facts
        except (InputError, HypothesisException) as error:
            raise _named(error, where) from error
        finally:
            handle.inner_test = written
    return explorer.seen


def _named(error: Exception, where: str) -> DlnproofError:
    if isinstance(error, DlnproofError) and not isinstance(error, InputError):
        return error  # a defect of dlnproof is not the author's
    detail = f"{type(error).__name__}: {error}"
    return InputError(
        f"claim={where!r}: the theorem raised {detail}; a theorem may only fail by assert, mend its function"
    )


class _Explorer:
    """What stands in for the body while Hypothesis draws: it observes, counts, and stops in time."""

    def __init__(self, function: Callable[..., None], context: Context) -> None:
        self.seen = Search()
        self._body = body_of(function)
        self._file = self._body.__code__.co_filename
        self._assumptions = assumptions_of(function)
        self._asserts = asserts_reached_by(self._body)
        self._passed: set[object] = set()
        self._deadline = time.monotonic() + _SOFT_SHARE * context.seconds
        self._shrink_seconds = _SHRINK_SHARE * context.seconds

    def examine(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Run the body once on what Hypothesis drew."""
        if time.monotonic() > self._deadline:
            raise _Stop
        seen, journal = self.seen, Journal(file=self._file)
        key = _key(args, kwargs)
        if key is not None and key in self._passed:
            seen.repeated += 1  # the same values by other choices: passed before, and no new instance
            return
        try:
            if not satisfied(self._assumptions, (args, kwargs)):
                reject()
            instance = self._run(args, kwargs, journal)
        except UnsatisfiedAssumption:
            seen.rejected += 1
            raise
        except UnsupportedError as error:
            seen.not_supported += 1
            seen.first_not_supported = seen.first_not_supported or error
            reject()
        except AssertionError:
            raise
        except Exception as error:
            if isinstance(error, HypothesisException):
                raise  # the engine's own signals
            raise _Stop(error) from error
        self._passed.add(key)
        seen.passing = instance
        self._count(args, kwargs, journal)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any], journal: Journal) -> Instance:
        """Run the body on observed values; return the instance as plain values, so that it can be run again."""
        draws: list[Any] = []

        def instance() -> Instance:
            named = {name: DATA if _is_data(value) else value for name, value in kwargs.items()}
            return Instance(tuple(DATA if _is_data(value) else value for value in args), named, tuple(draws))

        def seen_by_body(value: Any) -> Any:
            return Recorder(value, journal, draws) if _is_data(value) else observe(value, journal)

        with watched_lines(self._file) as lines, ctx.workprec(BITS):
            try:
                self._body(*map(seen_by_body, args), **{name: seen_by_body(value) for name, value in kwargs.items()})
            except AssertionError as error:
                failed = failed_assert(error.__traceback__, self._file)
                if failed is None:
                    raise _Stop(
                        _ForeignAssertError(str(error) or "an assert outside the theorem's file failed")
                    ) from error
                if self.seen.failure is None:
                    self._deadline = min(self._deadline, time.monotonic() + self._shrink_seconds)
                self.seen.failure = Failure(instance(), failed)
                raise
        self.seen.reached += any(item.holds_line(line) for item in self._asserts for line in lines)
        return instance()

    def _count(self, args: tuple[Any, ...], kwargs: dict[str, Any], journal: Journal) -> None:
        seen = self.seen
        seen.instances += 1
        seen.points += journal.points
        seen.uncertified += journal.uncertified
        seen.open_comparisons += len(journal.undecided)
        seen.floats.update(what for what, _ in journal.floats)
        if floats_in((args, kwargs)):
            seen.floats.add("drawn floats")
        for question in journal.undecided:
            if question.radius and (not seen.widest or float(question.radius) > float(seen.widest)):
                seen.widest = question.radius
        for problem in dict.fromkeys(problems_in((args, kwargs))):
            seen.regions.add(problem)


class _ForeignAssertError(Exception):
    """An assert of other code failed inside the theorem: an error there, not a counterexample."""


def _key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    """Return what identifies an instance, None where its values cannot be compared (`data` draws inside the body)."""
    if any(_is_data(value) for value in (*args, *kwargs.values())):
        return None
    key = (args, tuple(sorted(kwargs.items())))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _is_data(value: Any) -> bool:
    return hasattr(value, "draw") and hasattr(value, "conjecture_data")


@contextmanager
def _settings(function: Any, context: Context) -> Iterator[None]:
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
        database=None,
        deadline=None,
        derandomize=False,
        phases=_PHASES,
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )(function)
    try:
        yield
    finally:
        for name in names:
            function.__dict__.pop(name, None)
        function.__dict__.update(kept)


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
