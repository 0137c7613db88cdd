"""A problem read from a CSV file: numbers as exact decimals, a text target as one-hot classes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from dlnproof.landscape.data import read_widths
from dlnproof.landscape.dataset import read_dataset
from dlnproof.landscape.problem import Problem


def read_problem(
    path: str | os.PathLike[str], target: str | Sequence[str], widths: Any, *, intercept: bool = False, **options: Any
) -> Problem:
    """Return the problem of predicting column `target` (or several) of a CSV file from all of its other columns.

    The first line names the columns, each further line is a sample. Inputs must be numbers and are read as exact
    decimals (0.1 is 1/10): X is d_0 x m. A numeric target makes one row of Y; a text target becomes one-hot, one row a
    class, the classes in sorted order. `intercept` adds a last row of ones to X. Only second moments enter the loss:
    a file of more than about 100,000 cells is read in blocks and the problem holds its exact moments, not X and Y.
    `options` are those of `Problem`: scale, decay, noise. Raises: InputError, naming line and column, for missing,
    ragged, non-finite or non-numeric data and for widths that do not fit.
    """
    sizes = read_widths(widths)
    return read_dataset(path, target, intercept=intercept).problem(sizes, **options)
