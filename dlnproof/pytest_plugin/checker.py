"""What checks the claims of one pytest run: the workers of `dlnproof check`, and a ledger that ends with the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlnproof.claims.claim import Claim
from dlnproof.ledger import Ledger
from dlnproof.record import ClaimRecord, InputProblem
from dlnproof.running.load import Collection, LoadedFile, load
from dlnproof.running.session import Settings, check_collection


class Checker:
    """Checks claims one at a time; what a claim uses is checked once in a run, and nothing is read from or left on disk."""

    def __init__(self, budget: float, seed: int, examples: int | None) -> None:
        self._budget, self._seed, self._examples = budget, seed, examples
        self._ledger = Ledger(None)
        self._folders: dict[Path, Collection] = {}

    @property
    def records(self) -> Mapping[str, ClaimRecord]:
        """What is known so far, by claim id."""
        return {name: entry.record for name, entry in self._ledger.entries.items()}

    def check(
        self, loaded: LoadedFile, claim: Claim, budget: float | None = None
    ) -> tuple[ClaimRecord | None, tuple[InputProblem, ...]]:
        """Return the record of the claim, and what is wrong with its file."""
        seconds = self._budget if budget is None else budget
        settings = Settings(seconds=seconds, jobs=1, seed=self._seed, only=claim.id, examples=self._examples)
        run = check_collection(self._collection(loaded), settings, self._ledger)
        if run.interrupted:
            raise KeyboardInterrupt
        return next((record for record in run.claims if record.id == claim.id), None), run.problems

    def _collection(self, loaded: LoadedFile) -> Collection:
        """Return the file alone, or with the rest of its folder where its claims are linked with another paper's."""
        keys = {paper.key for paper in loaded.papers}
        claims = [claim for paper in loaded.papers for claim in paper.claims]
        linked = [name for claim in claims for name in (*claim.uses, claim.corrects or "") if "/" in name]
        if all(name.partition("/")[0] in keys for name in linked):
            return Collection((loaded,))
        folder = loaded.path.parent
        if folder not in self._folders:
            self._folders[folder] = load([folder])
        return self._folders[folder]


_CHECKER = pytest.StashKey[Checker]()


def checker_of(config: pytest.Config) -> Checker:
    """Return the checker of this run; a Hypothesis profile that was asked for by name sets the number of instances."""
    if _CHECKER not in config.stash:
        examples = None
        if config.getoption("--hypothesis-profile", default=None):
            from hypothesis import settings

            examples = settings.default.max_examples if settings.default is not None else None
        budget, seed = config.getoption("--dlnproof-budget"), config.getoption("--dlnproof-seed")
        config.stash[_CHECKER] = Checker(budget, seed, examples)
    return config.stash[_CHECKER]
