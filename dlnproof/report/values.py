"""Exact values as records write them (strings like "-3/4", nested lists, balls) turned into LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dlnproof.report.escape import Latex, escape_text
from dlnproof.report.measure import measure

LARGEST = 6  # rows or columns of a matrix that is printed entry by entry
LONGEST = 24  # digits of a number that is printed in full
WIDEST = 280.0

_RATIONAL = re.compile(r"(-?)(\d+)(?:/(\d+))?\Z")
_REAL = r"[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?"
_DECIMAL = re.compile(rf"\[?\s*({_REAL})?(?:\s*\+/-\s*({_REAL}))?\s*\]?\Z")  # a ball about 0 may lack its midpoint
_POWER = re.compile(r"(\d+)(?:\^|\*\*)(-?\d+)(?: ?([+-]) ?(\d+))?\Z")
_SCIENTIFIC = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:[eE]([+-]?\d+))?\Z")


def value_math(value: Any) -> str | None:
    """Return `value` (a number, a matrix, a list of numbers) as mathematics, or None when it is none of these."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return number_math(str(value))
    if isinstance(value, str):
        return number_math(value)
    if is_matrix(value):
        return matrix_math(value)
    if isinstance(value, list | tuple):
        entries = [value_math(entry) for entry in value]
        if entries and all(entry is not None for entry in entries):
            return "(" + r",\, ".join(entry or "" for entry in entries) + ")"
    return None


def number_math(text: str, *, entry: bool = False) -> str | None:
    r"""Return a number: `-3/4` is $-\tfrac{3}{4}$; a long one is cut and marked by an approximation sign.

    An `entry` of a matrix is shown short: of a ball only the first digits of its midpoint.
    """
    rational = _RATIONAL.match(text.strip())
    if rational:
        sign, above, below = rational.groups()
        if len(above) + len(below or "") > LONGEST:
            return r"{\approx}\," + _rounded(sign, int(above), int(below or 1))
        return sign + (above if below in (None, "1") else rf"\tfrac{{{above}}}{{{below}}}")
    power = _POWER.match(text.strip())
    if power:
        base, exponent, sign, more = power.groups()
        return f"{base}^{{{exponent}}}" + (f" {sign} {more}" if sign else "")
    decimal = _DECIMAL.match(text.strip())
    if not decimal or decimal[0].strip(" []") == "":
        return None
    middle, radius = decimal[1] or "0", decimal[2]
    if radius is None or entry:
        return power_of_ten(middle, digits=8 if entry else 16)
    return rf"{power_of_ten(middle, digits=12)} \pm {power_of_ten(radius, digits=4)}"


def power_of_ten(text: str, digits: int = 16) -> str:
    r"""Return a decimal number, its exponent spelled out ($1.2 \cdot 10^{-52}$), its head cut to `digits` signs."""
    match = _SCIENTIFIC.match(text.strip())
    if not match:
        return text
    head, exponent = match.groups()
    if len(head) > digits:
        head = head[:digits] + r"{\ldots}"
    if exponent is None or int(exponent) == 0:
        return head
    power = f"10^{{{int(exponent)}}}"
    return power if head in ("1", "1.0", "+1") else rf"{head} \cdot {power}"


def is_matrix(value: Any) -> bool:
    """Whether `value` is a list of rows of one length, of numbers or number strings."""
    if not isinstance(value, list | tuple) or not all(isinstance(row, list | tuple) and row for row in value):
        return False
    return len({len(row) for row in value}) == 1 and all(
        isinstance(entry, int | str) and not isinstance(entry, bool) and number_math(str(entry)) is not None
        for row in value
        for entry in row
    )


def matrix_math(rows: Sequence[Sequence[Any]]) -> str:
    """Return a matrix; one that is too large to print is described by its shape and its nonzero entries."""
    shown = [[number_math(str(entry), entry=True) or "?" for entry in row] for row in rows]
    if len(rows) == len(rows[0]) == 1:
        return shown[0][0]
    if len(rows) <= LARGEST and len(rows[0]) <= LARGEST:
        text = r"\begin{pmatrix} " + r" \\ ".join(" & ".join(row) for row in shown) + r" \end{pmatrix}"
        if measure(text) <= WIDEST:
            return text
    entries = [
        (f"({i + 1},{j + 1})", entry) for i, row in enumerate(shown) for j, entry in enumerate(row) if entry != "0"
    ]
    shape = rf"\text{{a }} {len(rows)} \times {len(rows[0])} \text{{ matrix}}"
    if not entries:
        return shape + r"\text{ of zeros}"
    if len(entries) > LARGEST:
        return shape + rf"\text{{ with {len(entries)} nonzero entries, in the ledger}}"
    listed = r",\ ".join(f"{entry} \\text{{ at }} {place}" for place, entry in entries)
    return shape + r"\text{, zero but for } " + listed


def value_latex(value: Any) -> Latex:
    """Return any JSON value as running text: mathematics where it is a number or matrix, else escaped text."""
    math = value_math(value)
    if math is not None:
        return Latex(f"${math}$")
    if isinstance(value, Mapping):
        pairs = [(escape_text(str(key).replace("_", " ")), value_latex(item)) for key, item in value.items()]
        return Latex(", ".join(f"{name} {shown}" for name, shown in pairs))
    if isinstance(value, list | tuple):
        return Latex(", ".join(value_latex(item) for item in value))
    if isinstance(value, bool):
        return Latex("yes" if value else "no")
    return escape_text("none" if value is None else str(value))


def _rounded(sign: str, above: int, below: int) -> str:
    """Return the first digits of a rational number whose exact form is too long for a page."""
    digits = 8
    shift = len(str(below)) - len(str(above)) + digits
    scaled = above * 10 ** max(shift, 0) // (below * 10 ** max(-shift, 0))
    text, exponent = str(scaled), -shift
    head = f"{text[0]}.{text[1:digits]}"
    exponent += len(text) - 1
    if -4 <= exponent <= 6:
        places = max(0, digits - 1 - exponent)
        whole = scaled // 10 ** max(0, shift - places) if shift >= places else scaled * 10 ** (places - shift)
        number = str(whole).rjust(places + 1, "0")
        head, exponent = (number[:-places] + "." + number[-places:] if places else number), 0
    return sign + head + (rf" \cdot 10^{{{exponent}}}" if exponent else "")
