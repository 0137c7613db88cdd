"""What a check may spend and from where its randomness comes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The seed and the budget of one claim: `seconds` of wall time, `examples` instances for a theorem (None: the default)."""

    seed: int = 0
    seconds: float = 60.0
    examples: int | None = None
