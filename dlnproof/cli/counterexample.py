"""A counterexample as a few readable lines: sizes and scalars in one line, matrices row by row, words as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 96
ROWS_SHOWN, DIGITS_SHOWN = 12, 9
ONE_OF = {"points": "point ", "weights": "W", "escape direction": "D", "escape to": "V"}
PYTHON = "python"  # lines to run, which `dlnproof show --python` prints


def describe(counterexample: Mapping[str, Any]) -> list[str]:
    """Return the lines that show a counterexample of the JSON schema, in the order of its entries."""
    lines: list[str] = []
    for name, value in counterexample.items():
        if name != PYTHON and value not in ([], ()):
            lines.extend(_describe(name, value))
    return lines


def _describe(name: str, value: Any) -> list[str]:
    if isinstance(value, Mapping):
        simple = {key: item for key, item in value.items() if _is_simple(item)}
        lines = []
        if simple:
            lines.append(f"{name}: " + ", ".join(f"{key} = {_say(item)}" for key, item in simple.items()))
        elif value:
            lines.append(f"{name}:")
        for key, item in value.items():
            if key not in simple:
                lines.extend(f"  {line}" for line in _describe(str(key), item))
        return lines
    if _is_matrix(value):
        return _write_matrix(name, value)
    if isinstance(value, (list, tuple)) and not _is_simple(value):
        one = ONE_OF.get(name, f"{name} ")
        named = [(f"{one}{number}", item) for number, item in enumerate(value, 1) if item is not None]
        return [line for entry, item in named for line in _describe(entry, item)]
    return [f"{name}: {_say(value)}"]


def _is_simple(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(not isinstance(item, (list, tuple, dict)) for item in value)
    return not isinstance(value, Mapping)


def _is_matrix(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and bool(value)
        and all(isinstance(row, (list, tuple)) and row and _is_simple(row) for row in value)
        and len({len(row) for row in value}) == 1
    )


def _write_matrix(name: str, rows: Sequence[Sequence[Any]]) -> list[str]:
    shown = [[_say_entry(entry) for entry in row] for row in rows[:ROWS_SHOWN]]
    widths = [max(len(row[place]) for row in shown) for place in range(len(shown[0]))]
    lead = f"{name} = "
    lines = []
    for number, row in enumerate(shown):
        text = "  ".join(entry.rjust(width) for entry, width in zip(row, widths, strict=True))
        lines.append(_shorten(f"{lead if not number else ' ' * len(lead)}[{text}]"))
    if len(rows) > ROWS_SHOWN:
        lines.append(f"{' ' * len(lead)}... {len(rows) - ROWS_SHOWN} more rows")
    return lines


def _say_entry(value: Any) -> str:
    """Return an entry of a matrix; of a ball the first digits of its midpoint, the JSON has all of them."""
    middle, separator, _ = str(value).partition("+/-")
    if not separator:
        return _say(value)
    middle = middle.strip()
    if not middle:
        return "~0"
    digits, exponent, power = middle.partition("e")
    return f"{digits[:DIGITS_SHOWN]}...{exponent}{power}" if len(digits) > DIGITS_SHOWN else middle


def _say(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join(_say(item) for item in value) + ")"
    if value is None:
        return "none"
    return _shorten(str(value))


def _shorten(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 4]} ..."
