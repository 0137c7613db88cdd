"""The words and signs of the verdicts on the page; each sign is readable in black and white."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlnproof.report.escape import Latex

NOT_CHECKED = "not checked"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of a verdict and what the verdict means."""

    sign: Latex
    meaning: Latex


LEGEND: Mapping[str, Mark] = {
    "proved": Mark(
        Latex(r"$\blacksquare$"),
        Latex("an exact argument covers the whole stated scope, and two independent exact procedures agree."),
    ),
    "verified": Mark(
        Latex(r"$\checkmark$"),
        Latex("exact or certified by balls on every instance examined; the claim speaks of more instances than those."),
    ),
    "tested": Mark(Latex(r"$\approx$"), Latex("floating point or sampling only; no counterexample was found.")),
    "undecided": Mark(Latex("?"), Latex("nothing could be decided within the budget; never to be read as a pass.")),
    "refuted": Mark(
        Latex(r"$\times$"),
        Latex("false: the counterexample was confirmed in exact or ball arithmetic by code other than the search."),
    ),
}
OTHERS: Mapping[str, Mark] = {
    "conflict": Mark(Latex("!"), Latex("proof and counterexample contradict each other: a defect of the tool.")),
    "error": Mark(Latex("!"), Latex("a check failed.")),
    "cited": Mark(Latex(r"$\dagger$"), Latex("taken from the literature, not checked here.")),
    OPEN: Mark(
        Latex(r"$\circ$"),
        Latex("nobody is known to have decided it; the verdict beside it says what speaks for it so far."),
    ),
    NOT_CHECKED: Mark(Latex(r"$\square$"), Latex("no check of this claim is on record.")),
}
VERDICTS: Mapping[str, Mark] = {**LEGEND, **OTHERS}
