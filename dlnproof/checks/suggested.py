"""Evidence against an equation, with the small edit that would make it true beside the counterexample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dlnproof.checks.did_you_mean import did_you_mean
from dlnproof.verdict import Evidence, Finding


def with_suggestion(found: Iterable[Evidence], left: Any, right: Any, assuming: Iterable[Any]) -> Iterator[Evidence]:
    """Yield the evidence for `left = right`; a confirmed counterexample says in its details what was probably meant."""
    for item in found:
        if item.finding is Finding.CONFIRMED:
            suggestion = did_you_mean(left, right, assuming)
            if suggestion is not None:
                details = {**item.details, "did you mean": suggestion.words, "slip": suggestion.kind}
                yield msgspec.structs.replace(item, details=details)
                continue
        yield item
