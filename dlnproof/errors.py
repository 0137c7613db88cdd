"""The errors a user can meet: each says `name=value`, the rule that was broken and the next step."""

from __future__ import annotations


class DlnproofError(Exception):
    """The one root class of every error that dlnproof raises on purpose."""


class InputError(DlnproofError, ValueError):
    """Bad input: ragged data, a float where an exact number is needed, an unknown label (exit status 2)."""


class UnsupportedError(DlnproofError):
    """The engine does not know this construct or this question yet: the claim becomes `undecided`, never a guess."""


class DisagreementError(DlnproofError):
    """Two independent exact procedures contradict each other: a defect of dlnproof, always reported loudly."""


def bad(name: str, value: object, rule: str, next_step: str) -> InputError:
    """Return (not raise) an `InputError` worded `name=value: rule; next step`."""
    shown = repr(value)
    if len(shown) > 200:
        shown = shown[:197] + "..."
    return InputError(f"{name}={shown}: {rule}; {next_step}")
