"""The evidence for a claim as one short paragraph: which procedures, what each found, how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dlnproof.report.escape import Latex, escape_text
from dlnproof.report.values import is_matrix, value_latex

if TYPE_CHECKING:
    from dlnproof.record import EvidenceRecord

# how a detail reads; `{}` is its value. Any other detail that is short reads "name value".
PHRASES: Mapping[str, str] = {
    "error_bound": "error at most {}",
    "seed": "seed {}",
    "digits": "{} digits",
    "instances": "{} instances",
    "examples": "{} examples",
    "samples": "{} samples",
    "trials": "{} trials",
    "points": "{} points",
    "residual": "residual {}",
    "residuals": "residuals {}",
    "largest_width": "largest width {}",
    "width": "width {}",
    "tolerance": "tolerance {}",
    "margin": "smallest margin {}",
    "smallest_margin": "smallest margin {}",
    "prime": "prime {}",
    "sizes": "sizes {}",
}
LONGEST = 90


def evidence_latex(evidence: Iterable[EvidenceRecord]) -> list[Latex]:
    """Return one line for each group of parts ("steps 1--3") with the same evidence; the whole claim comes first.

    Times are left out: the page is the same for the same findings.
    """
    by_part: dict[str | None, list[str]] = {}
    for item in evidence:
        by_part.setdefault(item.part, []).append(_item(item))
    groups: dict[str, list[str]] = {}
    for part in sorted(by_part, key=_order):
        groups.setdefault("; ".join(dict.fromkeys(by_part[part])), []).append(part or "")
    return [Latex(f"{_parts(parts)}{text}.") for text, parts in groups.items()]


def _item(item: EvidenceRecord) -> str:
    details = [_detail(key, value) for key, value in item.details.items()]
    shown = ", ".join(text for text in details if text)
    head = f"{escape_text(item.method)}: {escape_text(item.outcome)}"
    return f"{head} ({shown})" if shown else head


def _detail(key: str, value: Any) -> str:
    if value is None or isinstance(value, bool) or value in ("", [], {}) or len(str(value)) > LONGEST:
        return ""
    listed = isinstance(value, list | tuple) and not is_matrix(value)
    shown = ", ".join(map(value_latex, value)) if listed else value_latex(value)
    phrase = PHRASES.get(key)
    return phrase.format(shown) if phrase else f"{escape_text(key.replace('_', ' '))} {shown}"


def _parts(parts: list[str]) -> str:
    """Return the words in front of a group: `step 2: `, `steps 1--3: `, nothing for the whole claim."""
    if parts == [""]:
        return ""
    numbers = [match and int(match[1]) for match in (re.fullmatch(r"step (\d+)", part) for part in parts)]
    if len(parts) > 1 and all(numbers):
        steps = [number for number in numbers if number]
        if steps == list(range(steps[0], steps[-1] + 1)):
            return f"steps {steps[0]}--{steps[-1]}: "
        return "steps " + ", ".join(map(str, steps)) + ": "
    return escape_text(", ".join(part or "whole claim" for part in parts)) + ": "


def _order(part: str | None) -> tuple[int, str]:
    digits = re.search(r"\d+", part or "")
    return (-1 if part is None else int(digits[0]) if digits else 10**9, part or "")
