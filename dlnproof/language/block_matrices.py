"""Block matrices multiplied out: a formula with BlockMatrix becomes a grid of formulas without, or a scalar formula without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeAlias

import sympy

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.terms import product, scaled, transposed

Grid: TypeAlias = tuple[tuple[Any, ...], ...]
_ADVICE = "write it as a BlockMatrix with the same partition"


def has_blocks(expression: Any) -> bool:
    """Return whether a BlockMatrix occurs."""
    return bool(getattr(expression, "has", None)) and bool(expression.has(sympy.BlockMatrix))


def in_blocks(expression: Any) -> Any:
    """Return the grid of blocks of a matrix expression, as a tuple of rows; a formula without block matrices as it is.

    A scalar formula comes back without block matrices, its traces being sums over the diagonal blocks.
    Raises InputError for partitions that do not fit, UnsupportedError for what is not multiplied out, such as an inverse.
    """
    if not has_blocks(expression):
        return expression
    if isinstance(expression, sympy.BlockMatrix):
        rows, columns = expression.blockshape
        grid = tuple(tuple(expression.blocks[i, j] for j in range(columns)) for i in range(rows))
        if any(has_blocks(block) for row in grid for block in row):
            raise UnsupportedError(f"a block matrix inside a block matrix is not supported yet: {_ADVICE}")
        return grid
    parts = [in_blocks(part) for part in expression.args]
    if isinstance(expression, sympy.Transpose):
        return tuple(tuple(transposed(block) for block in column) for column in zip(*parts[0], strict=True))
    if isinstance(expression, sympy.Trace):
        return _trace(parts[0], expression)
    if isinstance(expression, sympy.MatAdd):
        return reduce(_added, _partitioned_alike(parts, expression))
    if isinstance(expression, sympy.MatMul):
        return _multiplied(parts, expression)
    if isinstance(expression, sympy.MatPow) and expression.exp.is_Integer and expression.exp > 0:
        return reduce(lambda a, b: _product(a, b, expression), [parts[0]] * int(expression.exp))
    if isinstance(expression, sympy.Add | sympy.Mul | sympy.Pow):
        return expression.func(*parts)
    what = (
        "the inverse of a block matrix"
        if isinstance(expression, sympy.Inverse | sympy.MatPow)
        else type(expression).__name__
    )
    raise UnsupportedError(
        f"{what} in {str(expression)[:80]} is not multiplied out; claim the product instead: M*N = Identity says that N = M^-1"
    )


def like(grid: Grid, other: Any) -> Grid:
    """Return another side of an equation in blocks: an identity, zero or all-ones matrix takes the partition of the grid."""
    return _like(grid, other, other)


def _like(grid: Grid, other: Any, where: Any) -> Grid:
    if isinstance(other, tuple):
        return other
    heights, widths = [row[0].shape[0] for row in grid], [block.shape[1] for block in grid[0]]
    if isinstance(other, sympy.Identity) and heights == widths:
        return tuple(
            tuple(sympy.Identity(a) if i == j else sympy.ZeroMatrix(a, b) for j, b in enumerate(widths))
            for i, a in enumerate(heights)
        )
    if other == 0 or isinstance(other, sympy.ZeroMatrix):
        return tuple(tuple(sympy.ZeroMatrix(a, b) for b in widths) for a in heights)
    if isinstance(other, sympy.OneMatrix):
        return tuple(tuple(sympy.OneMatrix(a, b) for b in widths) for a in heights)
    if isinstance(other, sympy.MatMul) and len(other.as_coeff_matrices()[1]) == 1:
        coefficient, (matrix,) = other.as_coeff_matrices()
        return tuple(tuple(scaled(coefficient, block) for block in row) for row in _like(grid, matrix, where))
    if len(heights) == len(widths) == 1:
        return ((other,),)
    raise InputError(f"cannot split {other} into the blocks of {str(where)[:80]}; {_ADVICE}")


def _partitioned_alike(parts: Sequence[Any], where: Any) -> list[Grid]:
    grid = next(part for part in parts if isinstance(part, tuple))
    return [_like(grid, part, where) for part in parts]


def _added(first: Grid, second: Grid) -> Grid:
    return tuple(tuple(a + b for a, b in zip(*rows, strict=True)) for rows in zip(first, second, strict=True))


def _multiplied(parts: Sequence[Any], where: Any) -> Grid:
    scalars = [part for part in parts if not isinstance(part, tuple) and not getattr(part, "is_Matrix", False)]
    matrices = [
        part
        for part in parts
        if isinstance(part, tuple) or (getattr(part, "is_Matrix", False) and not isinstance(part, sympy.Identity))
    ]
    grids = [part if isinstance(part, tuple) else ((part,),) for part in matrices]
    grid = reduce(lambda a, b: _product(a, b, where), grids)
    factor = sympy.Mul(*scalars)
    return grid if factor == 1 else tuple(tuple(scaled(factor, block) for block in row) for row in grid)


def _product(first: Grid, second: Grid, where: Any) -> Grid:
    if [block.shape[1] for block in first[0]] != [row[0].shape[0] for row in second]:
        raise InputError(
            f"the blocks in {str(where)[:80]} do not fit: columns of the left, rows of the right; {_ADVICE}"
        )
    columns = list(zip(*second, strict=True))
    return tuple(
        tuple(
            reduce(lambda a, b: a + b, [product([a, b]) for a, b in zip(row, column, strict=True)])
            for column in columns
        )
        for row in first
    )


def _trace(grid: Grid, where: Any) -> Any:
    if [row[0].shape[0] for row in grid] != [block.shape[1] for block in grid[0]]:
        raise InputError(f"the blocks on the diagonal of {str(where)[:80]} are not square; {_ADVICE}")
    return sympy.Add(*(sympy.Trace(row[place]) for place, row in enumerate(grid)))
