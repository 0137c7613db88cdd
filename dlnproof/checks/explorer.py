"""What stands in for the body of a theorem while Hypothesis draws: it runs it on observed values, counts, and stops in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flint import ctx, fmpq_mat
from hypothesis import reject, target
from hypothesis.errors import HypothesisException, UnsatisfiedAssumption

from dlnproof.checks.assertions import Assert, asserts_reached_by, failed_assert, watched_lines
from dlnproof.checks.floats import floats_in
from dlnproof.checks.hooks import watching
from dlnproof.checks.instrument import REACHED
from dlnproof.checks.journal import Journal
from dlnproof.checks.margin import EACH, margins
from dlnproof.checks.observation import observe
from dlnproof.checks.regions import Regions
from dlnproof.checks.replay import BITS, DATA, Instance, Recorder
from dlnproof.claims.strategies.bound import Conditions
from dlnproof.claims.theorem import assumptions_of, body_of, problems_in, satisfied
from dlnproof.errors import UnsupportedError
from dlnproof.landscape.critical_point import CriticalPoint

_FAILURES_KEPT = 6
_MOST_PASSED_OVER = 25


@dataclass(frozen=True, slots=True)
class Failure:
    """A failing instance with its assert, and the smallest margin of the comparisons up to it."""

    instance: Instance
    failed: Assert
    margin: float | None = None


@dataclass(slots=True)
class Search:
    """What the search saw: counts, regions, the first failures and the last (the shrunk one), and why it stopped early."""

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
    first_failures: list[Failure] = field(default_factory=list)
    failure: Failure | None = None
    passing: Instance | None = None
    margin: float | None = None
    raised: int = 0
    first_raised: str = ""
    conditions: Conditions = field(default_factory=Conditions)
    out_of_time: bool = False


Tell: TypeAlias = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class Attack:
    """How to search.

    `dropped` names a condition of which every instance must break one; `pass_over_exceptions` counts an instance whose body
    raises as rejected; `aim` makes Hypothesis look for small margins; `counts` says whether a failure counts (else it is
    rejected); `tell` gets the answer and the margin of every finished instance. `replays` draws what the database has and
    nothing else, `data` (X, Y) stand in place of drawn ones of their shape.
    """

    dropped: str | None = None
    pass_over_exceptions: bool = False
    aim: bool = False
    counts: Callable[[Failure], bool] | None = None
    tell: Tell | None = None
    replays: bool = False
    data: tuple[fmpq_mat, fmpq_mat] | None = None


class StopSearch(BaseException):
    """Leaves the Hypothesis engine at once: it catches every Exception, but no other BaseException."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error


class Explorer:
    """Runs the body of a theorem on what Hypothesis drew, until `deadline`, or `shrink_seconds` after the first failure."""

    def __init__(
        self, function: Callable[..., None], attack: Attack, met: Conditions, deadline: float, shrink_seconds: float
    ) -> None:
        self.seen = Search(conditions=met)
        self.deadline = deadline
        self._attack = attack
        self._body = body_of(function)
        self._file = self._body.__code__.co_filename
        self._assumptions = assumptions_of(function)
        self._asserts = asserts_reached_by(self._body)
        self._counts_elements = EACH in self._body.__globals__
        self._passed: set[object] = set()
        self._shrink_seconds = shrink_seconds
        self._passed_over = 0
        self._failing = False

    def examine(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Run the body once on what Hypothesis drew."""
        if time.monotonic() > self.deadline:
            raise StopSearch
        seen, journal = self.seen, Journal(file=self._file)
        key = _key(args, kwargs)
        if key is not None and key in self._passed:
            seen.repeated += 1  # the same values by other choices: passed before, and no new instance
            return
        try:
            if not self._admits((args, kwargs)):
                reject()
            instance, margin = self._run(args, kwargs, journal)
        except UnsatisfiedAssumption:
            seen.rejected += 1
            self._tell("rejected", None)
            raise
        except UnsupportedError as error:
            seen.not_supported += 1
            seen.first_not_supported = seen.first_not_supported or error
            self._tell("not known", None)
            reject()
        except AssertionError:
            if not self._failing:  # what follows only shrinks it
                self._failing = True
                seen.reached += 1
                self._count(args, kwargs, journal)
            self._tell("failed", None)
            raise
        except Exception as error:
            if isinstance(error, HypothesisException):
                raise  # the engine's own signals
            if not self._attack.pass_over_exceptions:
                raise StopSearch(error) from error
            seen.raised += 1
            seen.first_raised = seen.first_raised or f"{type(error).__name__}: {error}"
            self._tell("raised", None)
            reject()
        self._passed.add(key)
        seen.passing = instance
        self._count(args, kwargs, journal)
        self._tell("passed", margin)
        if self._attack.aim and margin is not None:
            target(-margin)

    def _tell(self, answer: str, margin: float | None) -> None:
        if self._attack.tell is not None:
            self._attack.tell(answer, margin)

    def _admits(self, values: object) -> bool:
        """Return whether the instance satisfies the assumptions, and breaks the one that is dropped."""
        dropped = self._attack.dropped
        if dropped is None:
            return satisfied(self._assumptions, values)
        kept = [item for item in self._assumptions if str(item) != dropped]
        met = self.seen.conditions.met.get(dropped)
        broken = [item for item in self._assumptions if str(item) == dropped] or ([met] if met is not None else [])
        return satisfied(kept, values) and not (broken and satisfied(broken[:1], values))

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any], journal: Journal) -> tuple[Instance, float | None]:
        """Run the body on observed values; return the instance as plain values, so that it can be run again, and its margin."""
        draws: list[Any] = []

        def instance() -> Instance:
            named = {name: DATA if _is_data(value) else value for name, value in kwargs.items()}
            return Instance(tuple(DATA if _is_data(value) else value for value in args), named, tuple(draws))

        def seen_by_body(value: Any) -> Any:
            return Recorder(value, journal, draws) if _is_data(value) else observe(value, journal)

        # tracing is slow: only a function that was not loaded with hooks needs it
        has_hooks = REACHED in self._body.__globals__
        tracing: AbstractContextManager[set[int]] = (
            nullcontext(journal.lines) if has_hooks else watched_lines(self._file)
        )
        with tracing as lines, ctx.workprec(BITS), margins() as found, watching(journal):
            try:
                self._body(*map(seen_by_body, args), **{name: seen_by_body(value) for name, value in kwargs.items()})
            except AssertionError as error:
                failed = failed_assert(error.__traceback__, self._file)
                if failed is None:
                    raise StopSearch(
                        _ForeignAssertError(str(error) or "an assert outside the theorem's file failed")
                    ) from error
                self._take(Failure(instance(), failed, found.smallest))
                raise
        reached = [item for item in self._asserts if any(map(item.holds_line, lines))]
        # an assert about every one of nothing says nothing
        self.seen.reached += any(found.elements or not (item.of_all and self._counts_elements) for item in reached)
        if found.smallest is not None and (self.seen.margin is None or found.smallest < self.seen.margin):
            self.seen.margin = found.smallest
        return instance(), found.smallest

    def _take(self, failure: Failure) -> None:
        """Keep a failure, if it counts."""
        if self._attack.counts is not None and not self._attack.counts(failure):
            self._passed_over += 1
            if self._passed_over == _MOST_PASSED_OVER:
                raise StopSearch
            reject()
        seen = self.seen
        if seen.failure is None:
            self.deadline = min(self.deadline, time.monotonic() + self._shrink_seconds)
        if len(seen.first_failures) < _FAILURES_KEPT:
            seen.first_failures.append(failure)
        seen.failure = failure

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
        for point in _points_in((*args, *kwargs.values())):
            seen.regions.add_point(point)


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


def _points_in(values: Iterable[Any]) -> Iterator[CriticalPoint]:
    for value in values:
        if isinstance(value, CriticalPoint):
            yield value
        elif isinstance(value, tuple):
            yield from _points_in(value)


def _is_data(value: Any) -> bool:
    return hasattr(value, "draw") and hasattr(value, "conjecture_data")
