"""What `FILE::LABEL` on the command line means: a derivation file and one of its claims, or all of them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dlnproof.claims.claim import Claim
from dlnproof.cli.check import load_or_default, tell_problems
from dlnproof.errors import InputError, bad
from dlnproof.ledger import Ledger
from dlnproof.running.load import Collection
from dlnproof.running.session import Settings


@dataclass(frozen=True, slots=True)
class Target:
    """The claims that were meant, and everything that was loaded with them."""

    collection: Collection
    claims: tuple[Claim, ...]
    single: bool


def read_target(text: str, settings: Settings, ledger: Ledger) -> Target:
    """Load the file and return its claims, or the one whose label or id was given.

    Raises: InputError where the file has no claims, or none of this label.
    """
    path, _, label = text.partition("::")
    collection = load_or_default([Path(path)], settings, ledger)
    tell_problems(collection.problems)
    claims = [claim for paper in collection.papers for claim in paper.claims]
    if not claims:
        raise InputError(f"{path}: there is no claim in it; name a derivation file, FILE.py or FILE.py::LABEL")
    if not label:
        return Target(collection, tuple(claims), single=False)
    found = [claim for claim in claims if label in (claim.label, claim.id)]
    if not found:
        raise bad("LABEL", label, f"{path} has no such claim", _suggest(label, [claim.label for claim in claims]))
    return Target(collection, tuple(found), single=True)


def _suggest(label: str, labels: Sequence[str]) -> str:
    near = difflib.get_close_matches(label, labels, n=1)
    return f'did you mean "{near[0]}"?' if near else f"its first label is {labels[0]!r}"
