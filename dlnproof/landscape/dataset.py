"""Data for a problem from a table: exact second moments, streamed block by block; the samples themselves if they are few.

In a block the inputs are integers times one unit a column, M with units D (diagonal), so S gains D (M M^T) D and C
gains its rows likewise: integer products of any size, nothing is rounded and nothing overflows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat, fmpz_mat

from dlnproof.errors import bad
from dlnproof.landscape.cells import MISSING_STEP, Column, is_nothing, is_number, read_column
from dlnproof.landscape.data import read_widths
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.table import Block, Table

_MOST_CLASSES = 1000
_Output: TypeAlias = tuple[int, str]  # place of the target in the header, class ("" for a numeric target)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table read as a regression problem: names, number of samples, second moments, and the samples of a small table.

    S = X X^T (d_0 x d_0), C = Y X^T (d_H x d_0), t = tr(Y Y^T). `outputs` names the rows of Y: a numeric target, or
    target=class for a class. `samples` is (X, Y), or None where the file has more than one block.
    """

    name: str
    rows: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    outputs: tuple[str, ...]
    input_moment: fmpq_mat
    cross_moment: fmpq_mat
    output_moment: fmpq
    samples: tuple[fmpq_mat, fmpq_mat] | None

    def misfit(self, widths: Sequence[int]) -> str | None:
        """Return why the widths do not fit the data, or None if they do."""
        for index, size, what in ((0, self.inputs, "input columns"), (len(widths) - 1, self.outputs, "outputs")):
            if widths[index] != len(size):
                target = ",".join(self.targets)
                return f"{self.name} has {len(size)} {what} for target {target!r}, widths[{index}] is {widths[index]}"
        return None

    def fitting(self, widths: Sequence[int]) -> tuple[int, ...]:
        """Return the widths with the first and the last that the data have."""
        return (len(self.inputs), *widths[1:-1], len(self.outputs))

    def problem(self, widths: Any, **options: Any) -> Problem:
        """Return the problem of these data; raises InputError for widths that do not fit."""
        sizes = read_widths(widths)
        misfit = self.misfit(sizes)
        if misfit:
            raise bad("widths", sizes, misfit, f"write widths={self.fitting(sizes)}")
        if self.samples is not None:
            return Problem(sizes, *self.samples, **options)
        moments = (self.input_moment, self.cross_moment, self.output_moment)
        return Problem.from_moments(sizes, *moments, **options)


def read_dataset(path: str | os.PathLike[str], target: str | Sequence[str], *, intercept: bool = False) -> Dataset:
    """Return the data of predicting the target columns of a CSV file from all of its other columns.

    With `intercept` one more input, always 1, comes last. Raises: InputError, naming line and column, for missing,
    ragged, non-finite or non-numeric data and for an unknown target.
    """
    table = Table.open(Path(path))
    places = _target_places(table, target)
    inputs = [place for place in range(len(table.header)) if place not in places]
    if not inputs and not intercept:
        raise bad("target", target, "no input column is left", "leave at least one column that is not a target")
    sums = _Sums(len(inputs) + intercept)
    for block in table.blocks():
        sums.add(block, _read_inputs(table, block, inputs, intercept), _read_outputs(table, block, places, sums.kinds))
        if len(sums.cross) > _MOST_CLASSES:
            rule = f"column {','.join(table.header[place] for place in places)!r} has more than {_MOST_CLASSES} classes"
            raise bad("target", target, rule, "choose a target with fewer classes, or a column of numbers")
    outputs = sorted(sums.cross)
    names = tuple(table.header[place] + (f"={kind}" if kind else "") for place, kind in outputs)
    return Dataset(
        table.file.name,
        sums.rows,
        (*(table.header[place] for place in inputs), *(("1",) if intercept else ())),
        tuple(table.header[place] for place in places),
        names,
        sums.inputs,
        fmpq_mat([sums.cross[output].entries() for output in outputs]),
        sums.outputs,
        sums.samples(outputs),
    )


def _target_places(table: Table, target: str | Sequence[str]) -> list[int]:
    """Return where the targets are: one column, or several in a list or separated by commas."""
    if isinstance(target, str):
        names = [target] if target in table.header else [name.strip() for name in target.split(",")]
    else:
        names = list(target)
    for name in names:
        if name not in table.header:
            rule = f"{table.file.name} has no such column"
            raise bad("target", name, rule, f"choose one of {', '.join(table.header)}")
        if names.count(name) > 1:
            raise bad("target", target, f"the column {name!r} is named twice", "name every target once")
    if not names:
        raise bad("target", target, "a problem needs a target", f"choose one of {', '.join(table.header)}")
    return [table.header.index(name) for name in names]


@dataclass(slots=True)
class _Sums:
    """What has been summed so far; the last block is kept as long as it is the only one."""

    width: int
    rows: int = 0
    inputs: fmpq_mat = field(init=False)
    cross: dict[_Output, fmpq_mat] = field(default_factory=dict)
    outputs: fmpq = field(default_factory=lambda: fmpq(0))
    kinds: dict[int, bool] = field(default_factory=dict)
    only: tuple[Sequence[Column], dict[_Output, Column]] | None = None

    def __post_init__(self) -> None:
        self.inputs = fmpq_mat(self.width, self.width)

    def add(self, block: Block, inputs: Sequence[Column], outputs: dict[_Output, Column]) -> None:
        """Add the moments of one block."""
        self.only = None if self.rows else (inputs, outputs)
        self.rows += len(block.lines)
        integers, units = _integer_matrix(inputs), _diagonal(inputs)
        transposed = integers.transpose()
        self.inputs += units * fmpq_mat(integers * transposed) * units
        columns = list(outputs.values())
        cross = (_diagonal(columns) * fmpq_mat(_integer_matrix(columns) * transposed) * units).tolist()
        for output, row in zip(outputs, cross, strict=True):
            added = fmpq_mat([row])
            self.cross[output] = self.cross[output] + added if output in self.cross else added
        for column in columns:
            self.outputs += column.unit**2 * sum(number * number for number in column.integers)

    def samples(self, outputs: Sequence[_Output]) -> tuple[fmpq_mat, fmpq_mat] | None:
        """Return (X, Y) if there was one block only."""
        if self.only is None:
            return None
        inputs, columns = self.only
        ordered = [columns[output] for output in outputs]
        return (
            _diagonal(inputs) * fmpq_mat(_integer_matrix(inputs)),
            _diagonal(ordered) * fmpq_mat(_integer_matrix(ordered)),
        )


def _integer_matrix(columns: Sequence[Column]) -> fmpz_mat:
    """Return the integers of the columns, one row a column of the table."""
    entries = [number for column in columns for number in column.integers]
    return fmpz_mat(len(columns), len(columns[0].integers), entries)


def _diagonal(columns: Sequence[Column]) -> fmpq_mat:
    result = fmpq_mat(len(columns), len(columns))
    for place, column in enumerate(columns):
        result[place, place] = column.unit
    return result


def _read_inputs(table: Table, block: Block, places: Sequence[int], intercept: bool) -> list[Column]:
    columns = [read_column(block.columns[place], table.header[place], block.lines) for place in places]
    return [*columns, Column([1] * len(block.lines), fmpq(1))] if intercept else columns


def _read_outputs(table: Table, block: Block, places: Sequence[int], kinds: dict[int, bool]) -> dict[_Output, Column]:
    """Return the rows of Y: a numeric target gives one, a text target one for each class that the block has.

    Whether a target is numeric is settled by its first cell; `kinds` remembers it for the blocks that follow.
    """
    rows: dict[_Output, Column] = {}
    for place in places:
        name, cells = table.header[place], block.columns[place]
        numeric = kinds.setdefault(place, is_number(cells[0]) and not is_nothing(cells[0]))
        if numeric and not any(map(_is_name, cells)):
            rows[place, ""] = read_column(cells, name, block.lines)
            continue
        for line, cell in zip(block.lines, cells, strict=True):
            where = f"line {line}, column {name!r}"
            if is_nothing(cell):
                raise bad("value", cell, f"{where}: not a finite number or a class", MISSING_STEP)
            if is_number(cell) is not numeric:
                rule = f"{where}: the target mixes numbers and class names"
                raise bad("value", cell, rule, "write all numbers or all names")
        for kind in sorted(set(cells)):
            rows[place, kind] = Column([int(cell == kind) for cell in cells], fmpq(1))
    return rows


def _is_name(cell: str) -> bool:
    return is_nothing(cell) or not is_number(cell)
