"""A CSV file as a table: the names of its columns, then its samples in blocks, each cell stripped and not empty."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlnproof.errors import InputError, bad
from dlnproof.landscape.cells import MISSING_STEP

BLOCK_CELLS = 100_000
_MOST_COLUMNS = 1000
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive samples of a table: the line where each ends in the file, and its cells column by column."""

    lines: Sequence[int]
    columns: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file in UTF-8, separated by commas, semicolons or tabulators: one header line, one line a sample."""

    file: Path
    delimiter: str
    header: tuple[str, ...]

    @classmethod
    def open(cls, file: Path) -> Table:
        """Return the table of a file whose header is in order; raises InputError otherwise."""
        delimiter = _delimiter(file)
        for _, cells in _records(file, delimiter):
            return cls(file, delimiter, _checked_header(file, cells))
        raise _too_short(file)

    def blocks(self) -> Iterator[Block]:
        """Yield the samples, about 100,000 cells at a time; raises InputError at the first missing or ragged line."""
        records = _records(self.file, self.delimiter)
        next(records)
        width, size = len(self.header), max(1, BLOCK_CELLS // len(self.header))
        lines: list[int] = []
        rows: list[list[str]] = []
        started = False
        for line, cells in records:
            if len(cells) != width:
                rule = f"line {line} has {len(cells)} cells, the header has {width}"
                raise bad("path", str(self.file), rule, "give every sample the same columns")
            if "" in cells:
                rule = f"line {line}, column {self.header[cells.index('')]!r}: the value is missing"
                raise bad("path", str(self.file), rule, MISSING_STEP)
            lines.append(line)
            rows.append(cells)
            if len(rows) == size:
                yield Block(lines, list(zip(*rows, strict=True)))
                lines, rows, started = [], [], True
        if rows:
            yield Block(lines, list(zip(*rows, strict=True)))
        elif not started:
            raise _too_short(self.file)


def _records(file: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and stripped cells of every line that is not blank."""
    number = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            for row in reader:
                number = reader.line_num
                cells = [cell.strip() for cell in row]
                if cells not in ([], [""]):
                    yield number, cells
    except OSError as error:
        raise _unreadable(file, error) from None
    except (csv.Error, UnicodeDecodeError) as error:
        rule = f"line {number + 1}: not a CSV file in UTF-8 ({error})"
        raise bad("path", str(file), rule, "save it as comma-separated text") from None


def _delimiter(file: Path) -> str:
    """Return the separator that gives the first line the most cells; a comma in a tie."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            line = next((line for line in stream if line.strip()), "")
    except OSError as error:
        raise _unreadable(file, error) from None
    counts = {}
    for delimiter in _DELIMITERS:
        try:
            counts[delimiter] = max((len(row) for row in csv.reader([line], delimiter=delimiter)), default=0)
        except csv.Error:
            counts[delimiter] = 0
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def _checked_header(file: Path, header: Sequence[str]) -> tuple[str, ...]:
    if len(header) < 2:
        raise bad("path", str(file), "the file has one column only", "separate inputs and target by commas")
    if len(header) > _MOST_COLUMNS:
        rule = f"the file has {len(header)} columns, at most {_MOST_COLUMNS} are read"
        raise bad("path", str(file), rule, "keep the columns of the problem only")
    for name in header:
        if not name or header.count(name) > 1:
            again = f"the column name {name!r} appears {header.count(name)} times in the header"
            rule = again if name else "a column has no name"
            raise bad("path", str(file), rule, "give every column its own name")
    return tuple(header)


def _unreadable(file: Path, error: OSError) -> InputError:
    return bad("path", str(file), f"the file cannot be read ({error.strerror})", "check the path")


def _too_short(file: Path) -> InputError:
    return bad("path", str(file), "the file needs a header line and at least one sample", "add them")
