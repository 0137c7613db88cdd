"""A problem read from a CSV file: numbers as exact decimals, a text target as one-hot classes."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

from flint import fmpq, fmpq_mat

from dlnproof.errors import InputError, bad
from dlnproof.landscape.data import read_widths
from dlnproof.landscape.problem import Problem
from dlnproof.rings.rational import read_number

_NAMES_OF_NOTHING = {"nan", "inf", "+inf", "-inf", "infinity", "-infinity", "na", "n/a", "null", "none"}
_MISSING_STEP = "fill it in or remove the row"


def read_problem(path: str | os.PathLike[str], target: str, widths: Any, **options: Any) -> Problem:
    """Return the problem of predicting column `target` of a CSV file from all of its other columns.

    The first line names the columns, each further line is a sample. Inputs must be numbers and are read as exact
    decimals (0.1 is 1/10): X is d_0 x m. A numeric target makes Y one row; a text target becomes one-hot, one row a
    class, the classes in sorted order. `options` are those of `Problem`: scale, decay, noise. Raises: InputError,
    naming row and column, for missing, ragged, non-finite or non-numeric data and for widths that do not fit.
    """
    file = Path(path)
    header, rows = _read_table(file)
    if target not in header:
        raise bad("target", target, f"{file.name} has no such column", f"choose one of {', '.join(header)}")
    sizes = read_widths(widths)
    place = header.index(target)
    inputs = [[_number(row[j], header[j], line) for line, row in rows] for j in range(len(header)) if j != place]
    outputs = _read_target(target, [(line, row[place]) for line, row in rows])
    for index, size, what in ((0, len(inputs), "input columns"), (len(sizes) - 1, len(outputs), "outputs")):
        if sizes[index] != size:
            rule = f"{file.name} has {size} {what} for target {target!r}, widths[{index}] is {sizes[index]}"
            fitting = (len(inputs), *sizes[1:-1], len(outputs))
            raise bad("widths", sizes, rule, f"write widths={fitting}")
    return Problem(sizes, fmpq_mat(inputs), fmpq_mat(outputs), **options)


def _read_table(file: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the column names and the samples with their line numbers; every cell is stripped and not empty."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except OSError as error:
        raise bad("path", str(file), f"the file cannot be read ({error.strerror})", "check the path") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise bad("path", str(file), f"not a CSV file in UTF-8 ({error})", "save it as comma-separated text") from None
    if len(lines) < 2:
        raise bad("path", str(file), "the file needs a header line and at least one sample", "add them")
    header = lines[0][1]
    if len(header) < 2:
        raise bad("path", str(file), "the file has one column only", "separate inputs and target by commas")
    for name in header:
        if not name or header.count(name) > 1:
            again = f"the column name {name!r} appears {header.count(name)} times in the header"
            rule = again if name else "a column has no name"
            raise bad("path", str(file), rule, "give every column its own name")
    for line, row in lines[1:]:
        if len(row) != len(header):
            rule = f"line {line} has {len(row)} cells, the header has {len(header)}"
            raise bad("path", str(file), rule, "give every sample the same columns")
        for name, cell in zip(header, row, strict=True):
            if not cell:
                raise bad("path", str(file), f"line {line}, column {name!r}: the value is missing", _MISSING_STEP)
    return header, lines[1:]


def _number(cell: str, column: str, line: int) -> fmpq:
    """Return the exact number in a cell; raises InputError that names its line and column."""
    where = f"line {line}, column {column!r}"
    if cell.lower() in _NAMES_OF_NOTHING:
        raise bad("value", cell, f"{where}: not a finite number", _MISSING_STEP)
    try:
        return read_number(cell, "value")
    except InputError:
        rule = f"{where}: an input column must hold numbers"
        raise bad("value", cell, rule, "encode or remove this column") from None


def _read_target(target: str, cells: list[tuple[int, str]]) -> list[list[fmpq]]:
    """Return the rows of Y: one row of numbers, or a one-hot row for each class in sorted order."""
    for line, cell in cells:
        if cell.lower() in _NAMES_OF_NOTHING:
            raise bad("value", cell, f"line {line}, column {target!r}: not a finite number or a class", _MISSING_STEP)
    numeric = [_is_number(cell) for _, cell in cells]
    if all(numeric):
        return [[_number(cell, target, line) for line, cell in cells]]
    if any(numeric):
        line, cell = cells[numeric.index(numeric[0] is False)]
        rule = f"line {line}, column {target!r}: the target mixes numbers and class names"
        raise bad("value", cell, rule, "write all numbers or all names")
    classes = sorted({cell for _, cell in cells})
    return [[fmpq(int(cell == name)) for _, cell in cells] for name in classes]


def _is_number(cell: str) -> bool:
    try:
        read_number(cell, "value")
    except InputError:
        return False
    return True
