"""Numbers in the cells of a table: a column of decimals as integers times one exact unit, each cell read exactly.

A column of plain decimals is checked by one regular expression and split without further parsing, so a million cells
take a second; any other column is read cell by cell, and the first bad cell is named by line and column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from dlnproof.errors import InputError, bad
from dlnproof.rings.rational import read_number

MISSING_STEP = "fill it in or remove the row"
LARGEST_POWER = 1000
_MOST_CHARACTERS = 1000
_NAMES_OF_NOTHING = {"nan", "inf", "+inf", "-inf", "infinity", "-infinity", "na", "n/a", "null", "none", "?"}
_PLAIN = re.compile(r"(?:[+-]?(?:[0-9]{1,500}(?:\.[0-9]{0,500})?|\.[0-9]{1,500})(?:e[+-]?[0-9]{1,4})?,)*+", re.ASCII)
_ONE_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """The numbers integers[i] * unit, in the order of the rows; unit is a power of ten, or 1 over a denominator."""

    integers: Sequence[int]
    unit: fmpq


def read_column(cells: Sequence[str], name: str, lines: Sequence[int]) -> Column:
    """Return the exact numbers of one column; raises InputError that names line and column of the first bad cell."""
    text = ",".join(cells).lower() + ","
    if _PLAIN.fullmatch(text):
        lowered = text[:-1].split(",")
        # as many as before: no cell has a comma of its own
        plain = _read_plain(lowered) if len(lowered) == len(cells) else None
        if plain is not None:
            return plain
    return _common_unit([read_cell(cell, name, line) for cell, line in zip(cells, lines, strict=True)])


def read_cell(cell: str, column: str, line: int) -> fmpq:
    """Return the exact number in a cell; raises InputError that names its line and column."""
    where = f"line {line}, column {column!r}"
    if is_nothing(cell):
        raise bad("value", cell, f"{where}: not a finite number", MISSING_STEP)
    if len(cell) > _MOST_CHARACTERS:
        raise bad("value", cell, f"{where}: a number has at most {_MOST_CHARACTERS} characters", "round it")
    if _DECIMAL_COMMA.fullmatch(cell):
        raise bad("value", cell, f"{where}: a comma inside a number", "write a decimal point, no separators")
    if _is_out_of_range(cell):
        rule = f"{where}: the power of ten of a number is at most {LARGEST_POWER} in size"
        raise bad("value", cell, rule, "rescale this column")
    try:
        return read_number(cell, "value")
    except InputError:
        rule = f"{where}: an input column must hold numbers"
        raise bad("value", cell, rule, "encode or remove this column") from None


def is_nothing(cell: str) -> bool:
    """Return whether a cell holds a word for a missing or infinite number."""
    return cell.lower() in _NAMES_OF_NOTHING


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number, in range or not: else it is a name."""
    if _is_out_of_range(cell):
        return True
    try:
        read_number(cell, "value")
    except InputError:
        return False
    return True


def _is_out_of_range(cell: str) -> bool:
    """Return whether a cell is a decimal that is too long, or whose power of ten is too large."""
    found = _ONE_DECIMAL.fullmatch(cell)
    return found is not None and (len(cell) > _MOST_CHARACTERS or abs(int(found[1] or 0)) > LARGEST_POWER)


def _read_plain(cells: Sequence[str]) -> Column | None:
    """Return the column of cells that are certainly decimals, or None if a power of ten is too large."""
    integers, powers = [], []
    for cell in cells:
        digits, _, exponent = cell.partition("e")
        whole, _, part = digits.partition(".")
        integers.append(int(whole + part))
        powers.append(int(exponent) - len(part) if exponent else -len(part))
    least, largest = min(powers), max(powers)
    if max(abs(least), abs(largest)) > LARGEST_POWER:
        return None
    if least != largest:
        scales = [10**power for power in range(largest - least + 1)]
        integers = [number * scales[power - least] for number, power in zip(integers, powers, strict=True)]
    return Column(integers, fmpq(10) ** least)


def _common_unit(numbers: Sequence[fmpq]) -> Column:
    denominator = fmpz(1)
    for number in numbers:
        denominator = denominator.lcm(number.q)
    return Column([int((number * denominator).p) for number in numbers], fmpq(1, denominator))
