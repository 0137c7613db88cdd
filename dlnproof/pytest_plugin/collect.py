"""A derivation file as pytest sees it: one test a claim, one that fails for each bad line, and its ordinary tests."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dlnproof.claims.claim import Claim, Theorem
from dlnproof.pytest_plugin.checker import Checker, checker_of
from dlnproof.record import ClaimRecord, InputProblem
from dlnproof.running.load import LoadedFile, load_here
from dlnproof.verdict import Verdict


class DerivationFile(pytest.Module):
    """A module whose claims are tests; what else in it is a test by pytest's rules is one as well."""

    @functools.cached_property
    def loaded(self) -> LoadedFile:
        """What running the file statement by statement gave."""
        (loaded,) = load_here([self.path])
        return loaded

    def _getobj(self) -> Any:
        """Return the module that was loaded: pytest would import the file a second time, and make its papers twice."""
        return self.loaded.module

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield the claims that are written in this file, in their order."""
        for number, problem in enumerate(self.loaded.problems):
            name = f"line-{problem.line}" if problem.line else f"problem-{number}"
            yield BadInput.from_parent(self, name=name, problem=problem)
        claims = [claim for paper in self.loaded.papers for claim in paper.claims]
        theorems: set[int] = set()
        for claim in claims:
            if isinstance(claim.body, Theorem):
                theorems.add(id(claim.body.function))
            written = Path(claim.file)
            if written == self.path.resolve() or written.name.startswith("_"):  # such a sibling is no file of its own
                yield ClaimTest.from_parent(self, name=claim.id, claim=claim, checker=checker_of(self.config))
        if self.loaded.module is not None:
            yield from (node for node in super().collect() if id(getattr(node, "obj", None)) not in theorems)


class BadInput(pytest.Item):
    """A line of a derivation file that could not be read; it fails, and costs no claim beside it."""

    def __init__(self, *, problem: InputProblem, **options: Any) -> None:
        super().__init__(**options)
        self._problem = problem

    def runtest(self) -> None:
        """Fail with the message that `dlnproof check` prints."""
        pytest.fail(f"bad input: {self._problem}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the line is."""
        return self.path, (self._problem.line or 1) - 1, f"bad input in {self.path.name}"


class NotAsExpectedError(Exception):
    """The verdict of a claim is not the one that its author expects."""


class ClaimTest(pytest.Item):
    """A claim as a test: it passes when the computed verdict is as its author expects; `undecided` never is."""

    def __init__(self, *, claim: Claim, checker: Checker, **options: Any) -> None:
        super().__init__(**options)
        self._claim, self._checker = claim, checker
        own: Iterator[pytest.Mark] = iter(())
        if isinstance(claim.body, Theorem):
            own = iter(getattr(claim.body.function, "pytestmark", ()))
        self._budget: float | None = None
        for mark in own:
            if mark.name == "dlnproof":
                self._budget = mark.kwargs.get("budget", self._budget)
            else:
                self.add_marker(getattr(pytest.mark, mark.name)(*mark.args, **mark.kwargs))
        self.add_marker(pytest.mark.dlnproof(kind=claim.kind, expect=claim.expect.value))

    def runtest(self) -> None:
        """Check the claim, with what it uses, and compare the verdict with what is expected."""
        parent = self.parent
        assert isinstance(parent, DerivationFile)
        record, problems = self._checker.check(parent.loaded, self._claim, self._budget)
        if record is not None:
            self.user_properties += [
                ("claim", record.id),
                ("verdict", record.verdict.value),
                ("expect", record.expect.value),
                ("scope", record.scope or ""),
                *([("searched", str(record.searched))] if record.searched else []),
            ]
        if record is None or not record.as_expected:
            raise NotAsExpectedError(_explain(self._claim, record, problems, self._checker))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what `dlnproof show` shows of the claim; a traceback through the checker would help nobody."""
        if isinstance(excinfo.value, NotAsExpectedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the claim is written."""
        return self.path, self._claim.line - 1 if self._claim.line else None, self._claim.id


def _explain(claim: Claim, record: ClaimRecord | None, problems: Iterable[InputProblem], checker: Checker) -> str:
    if record is None:
        return "\n".join([f"{claim.id} was not checked", *map(str, problems)])
    from dlnproof.cli.show import describe_claim

    head = f"{record.id} is {record.verdict}, expected: {record.expect}"
    if record.verdict is Verdict.UNDECIDED:
        head += " (undecided never passes)"
    lines = [line.plain for line in describe_claim(record, checker.records)]
    return "\n".join([head, *lines])
