"""One run of the body of a theorem on given values, with what it looked at and how it ended."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import ctx
from hypothesis.errors import HypothesisDeprecationWarning

from dlnproof.checks.assertions import Assert, failed_assert
from dlnproof.checks.hooks import watching
from dlnproof.checks.journal import Journal
from dlnproof.checks.observation import observe
from dlnproof.checks.rebinding import rebind
from dlnproof.errors import UnsupportedError

BITS = 128  # the precision at which the body computes with balls


@dataclass(frozen=True, slots=True)
class Instance:
    """The values that were drawn for one run: positional and named, and those that `data.draw` gave inside the body."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    draws: tuple[Any, ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """All the values, in order."""
        return (*self.args, *self.kwargs.values(), *self.draws)


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended: it passed, or an assert failed (`failed`), or it stopped for another reason (`stopped`)."""

    journal: Journal
    failed: Assert | None = None
    stopped: str = ""

    @property
    def passed(self) -> bool:
        """Whether every assert that was reached held."""
        return self.failed is None and not self.stopped


class Recorder:
    """Stands for Hypothesis' `data` object: hands out observed draws and keeps the plain ones."""

    def __init__(self, source: Any, journal: Journal, values: list[Any]) -> None:
        self._source, self._journal, self.values = source, journal, values

    def draw(self, strategy: Any, label: Any = None) -> Any:
        """Draw from the strategy, as `data.draw` does."""
        self.values.append(self._source.draw(strategy, label))
        return observe(self.values[-1], self._journal)


@dataclass(slots=True)
class _Script:
    """Hands out the draws of an earlier run again."""

    values: Sequence[Any]
    journal: Journal
    place: int = 0

    def draw(self, strategy: Any, label: Any = None) -> Any:  # noqa: ARG002 (the names of data.draw)
        if self.place >= len(self.values):
            raise IndexError("the run drew more values than before")
        self.place += 1
        return observe(self.values[self.place - 1], self.journal)


DATA = "data object of Hypothesis"  # what stands in an instance for the `data` argument


def run(body: Callable[..., None], instance: Instance, journal: Journal) -> Run:
    """Run the body once on the instance; whatever it raises is described, not passed on."""
    script = _Script(instance.draws, journal)

    def given(value: Any) -> Any:
        return script if isinstance(value, str) and value is DATA else observe(value, journal)

    try:
        with watching(journal):
            rebind(body, journal)(
                *map(given, instance.args), **{name: given(value) for name, value in instance.kwargs.items()}
            )
    except AssertionError as error:
        failed = failed_assert(error.__traceback__, journal.file)
        if failed is None:
            return Run(journal, stopped="an assert outside the theorem's file failed")
        return Run(journal, failed=failed)
    except UnsupportedError as error:
        return Run(journal, stopped=str(error))
    except Exception as error:
        return Run(journal, stopped=f"{type(error).__name__}: {error}")
    return Run(journal)


@dataclass(frozen=True, slots=True)
class Replay:
    """The body and an instance, to be run again and again: with other points, or with open comparisons answered otherwise."""

    body: Callable[..., None]
    instance: Instance
    bits: int = BITS
    memory: dict[Any, Any] = field(default_factory=dict)
    referee: bool = False

    def __call__(
        self, *, given: Mapping[Any, Sequence[Any]] | None = None, answers: Mapping[int, bool] | None = None
    ) -> Run:
        """Run once; `given` replaces the points of calls of local_minima, `answers` the k-th open comparison's answer."""
        file = self.body.__code__.co_filename
        journal = Journal(
            file=file, given=given or {}, answers=answers or {}, memory=self.memory, referee=self.referee
        )
        with ctx.workprec(self.bits), warnings.catch_warnings():
            # `assume` in a body that is run again is no misuse: an instance that fails it stops the run
            warnings.simplefilter("ignore", HypothesisDeprecationWarning)
            return run(self.body, self.instance, journal)
