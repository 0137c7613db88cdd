"""Exact input: numbers and matrices as users write them, read into python-flint rationals; a float is refused, never
rounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from dlnproof.errors import InputError, bad

Rows: TypeAlias = list[list[Fraction]]

_FRACTION = re.compile(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*\Z", re.ASCII)
_DECIMAL = re.compile(r"\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*\Z", re.ASCII)
# 1e400000 would be a number of a million bits: certainly a slip, and slow everywhere
_LARGEST_EXPONENT = 5000
# Python refuses to read an int of more than 4,300 digits
_MOST_CHARACTERS = 4000
_FLOAT_RULE = "float where an exact number is needed"
_FLOAT_STEP = "write Fraction(1, 3) or '0.1'"
_NUMBER_RULE = "not an exact number"
_NUMBER_STEP = "give an int, a Fraction, a decimal string such as '0.1' or a SymPy Rational"


def read_number(value: Any, name: str = "number") -> fmpq:
    """Return the rational number that `value` denotes: int, Fraction, decimal or fraction string, fmpq, fmpz, SymPy
    Rational.

    Raises: InputError for floats, NaN, truth values, malformed strings and everything else, worded with `name`.
    """
    if isinstance(value, fmpq):
        return value
    kind = type(value)
    if kind is int or kind is fmpz:
        return fmpq(value)
    if kind is Fraction:
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, str):
        return _read_text(value, name)
    if kind is bool or kind.__name__ in ("bool", "bool_"):
        raise bad(name, value, "a truth value where an exact number is needed", "write 0 or 1")
    if isinstance(value, Rational):
        return fmpq(int(value.numerator), int(value.denominator))
    if isinstance(value, Decimal) and value.is_finite():
        return fmpq(*value.as_integer_ratio())
    if isinstance(value, (Real, Decimal)) or getattr(value, "is_Float", False):
        raise bad(name, value, _FLOAT_RULE, _FLOAT_STEP)
    raise bad(name, value, _NUMBER_RULE, _NUMBER_STEP)


def _read_text(text: str, name: str) -> fmpq:
    """Return the number written as '3', '-3/4', '0.1' or '5.1e-3'."""
    if len(text) > _MOST_CHARACTERS:
        raise bad(name, text, f"a number has at most {_MOST_CHARACTERS} characters", "rescale or round it")
    ratio = _FRACTION.match(text)
    if ratio:
        numerator, denominator = int(ratio[1]), int(ratio[2])
        if denominator == 0:
            raise bad(name, text, "a fraction needs a nonzero denominator", _NUMBER_STEP)
        return fmpq(numerator, denominator)
    decimal = _DECIMAL.match(text)
    if decimal is None or not (decimal[2] or decimal[3]):
        raise bad(name, text, _NUMBER_RULE, _NUMBER_STEP)
    digits = decimal[3] or ""
    power = int(decimal[4] or 0) - len(digits)
    if abs(power) > _LARGEST_EXPONENT:
        raise bad(name, text, f"the exponent of a decimal is at most {_LARGEST_EXPONENT} in size", "rescale the data")
    number = fmpq(int((decimal[2] or "") + digits))
    number = number * fmpq(10) ** power
    return -number if decimal[1] == "-" else number


def read_matrix(value: Any, name: str = "matrix") -> fmpq_mat:
    """Return the rational matrix that `value` denotes: nested sequences, a NumPy integer array, a SymPy or flint
    matrix.

    Raises: InputError for ragged or empty rows, floats, NaN and anything that is not a matrix, worded with `name`.
    """
    if isinstance(value, fmpq_mat):
        return fmpq_mat(value)
    if isinstance(value, fmpz_mat):
        return fmpq_mat(value)
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind in ("f", "c"):
        raise bad(name, value, "a NumPy array of floats where exact numbers are needed", _FLOAT_STEP)
    rows = value.tolist() if hasattr(value, "tolist") else value
    if not _is_sequence(rows) or not all(_is_sequence(row) for row in rows):
        raise bad(name, value, "a matrix is a list of rows of equal length", "write [[1, 2], [3, 4]]")
    if not rows or not rows[0]:
        raise bad(name, value, "a matrix needs at least one row and one column", "check the data")
    width = len(rows[0])
    for place, row in enumerate(rows):
        if len(row) != width:
            rule = f"ragged rows: row 0 has {width} entries, row {place} has {len(row)}"
            raise bad(name, value, rule, "give every row the same length")
    if all(type(entry) is int for row in rows for entry in row):
        return fmpq_mat(len(rows), width, [entry for row in rows for entry in row])
    entries = []
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            entries.append(entry if type(entry) is fmpq else read_number(entry, f"{name}[{i}][{j}]"))
    return fmpq_mat(len(rows), width, entries)


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def read_integer(value: Any, name: str, least: int) -> int:
    """Return `value` as an int that is at least `least`; raises InputError otherwise."""
    try:
        number = read_number(value, name)
    except InputError:
        number = fmpq(1, 2)
    if number.q != 1 or number < least:
        raise bad(name, value, f"an integer of at least {least} is needed", f"write {name}={max(least, 1)} or more")
    return int(number.p)


def to_fraction(number: fmpq) -> Fraction:
    """Return the same number as a `fractions.Fraction`."""
    return _lowest_terms(int(number.p), int(number.q))


def to_rows(matrix: fmpq_mat) -> Rows:
    """Return the same matrix as a list of rows of Fractions."""
    return [[_lowest_terms(int(entry.p), int(entry.q)) for entry in row] for row in matrix.tolist()]


def _lowest_terms(numerator: int, denominator: int) -> Fraction:
    """Return a fraction that is in lowest terms already: what Fraction(p, q) does after its gcd (half of a Hessian's time)."""
    result: Any = object.__new__(Fraction)
    result._numerator = numerator
    result._denominator = denominator
    fraction: Fraction = result
    return fraction


def to_text(number: fmpq) -> str:
    """Return the exact string of a number, as the JSON schema writes it: '3' or '-3/4'."""
    return str(number.p) if number.q == 1 else f"{number.p}/{number.q}"


def to_text_rows(matrix: fmpq_mat) -> list[list[str]]:
    """Return the matrix as rows of exact strings."""
    return [[to_text(entry) for entry in row] for row in matrix.tolist()]


def identity(size: int) -> fmpq_mat:
    """Return the identity matrix of that size."""
    return rectangular_identity(size, size)


def rectangular_identity(rows: int, columns: int) -> fmpq_mat:
    """Return the rows x columns matrix with ones on its diagonal."""
    result = fmpq_mat(rows, columns)
    for i in range(min(rows, columns)):
        result[i, i] = 1
    return result


def is_zero(matrix: fmpq_mat) -> bool:
    """Return whether every entry is zero."""
    return not any(matrix.entries())


def trace(matrix: fmpq_mat) -> fmpq:
    """Return the sum of the diagonal entries."""
    return sum((matrix[i, i] for i in range(matrix.nrows())), fmpq(0))


def inner_product(left: fmpq_mat, right: fmpq_mat) -> fmpq:
    """Return tr(left^T right), the sum of the entrywise products."""
    return sum((a * b for a, b in zip(left.entries(), right.entries(), strict=True)), fmpq(0))


def pivot_columns(matrix: fmpq_mat) -> list[int]:
    """Return the indices of the first linearly independent columns, a basis of the column space."""
    reduced, rank = matrix.rref()
    columns: list[int] = []
    table = reduced.tolist()
    column = 0
    for row in table[:rank]:
        while not row[column]:
            column += 1
        columns.append(column)
    return columns


def take_columns(matrix: fmpq_mat, columns: Sequence[int]) -> fmpq_mat:
    """Return the matrix of the named columns, in that order (there must be at least one)."""
    return fmpq_mat([[row[j] for j in columns] for row in matrix.tolist()])


def take_rows(matrix: fmpq_mat, rows: Sequence[int]) -> fmpq_mat:
    """Return the matrix of the named rows, in that order (there must be at least one)."""
    table = matrix.tolist()
    return fmpq_mat([table[i] for i in rows])
