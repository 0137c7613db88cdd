"""An equation between block matrices: one equation for every block, and the multiplying out confirmed at random matrices."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from dlnproof.checks.comparison import agree_at
from dlnproof.checks.generic_sizes import draw
from dlnproof.checks.statement import unread
from dlnproof.errors import DisagreementError, InputError, UnsupportedError
from dlnproof.language.block_matrices import has_blocks, in_blocks, like
from dlnproof.language.chain import PartialProduct, is_width
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.layer_sum import LayerValue, MatrixLayerSum, ScalarLayerSum
from dlnproof.language.sampling import sizes_from
from dlnproof.language.sides import as_expression
from dlnproof.rings.prime_field import PrimeField
from dlnproof.verdict import Evidence

Check = Callable[[Any, Any, str | None], Iterator[Evidence]]
_OPAQUE = (
    PartialProduct,
    LayerValue,
    ScalarLayerSum,
    MatrixLayerSum,
    ScalarExpectation,
    MatrixExpectation,
    sympy.cos,
    sympy.sin,
)
_LEVEL = 3
_SPREAD = 4
_TRIES = 12


def block_evidence(left: Any, right: Any, seed: int, part: str | None, check: Check) -> Iterator[Evidence]:
    """Yield the evidence of `check` for every pair of blocks; `part` is then "block (i, j)".

    Every block is decided by the roads of `check`. That the blocks are those of the two formulas as written is confirmed
    modulo a prime, without the assumptions: a disagreement is a DisagreementError, a formula that has no value there an
    UnsupportedError.
    """
    sides = [(side, in_blocks(side)) for side in (left, right)]
    pairs = list(_pairs(sides[0][1], sides[1][1], part))
    for side, blocks in sides:
        if has_blocks(side) and not _is_multiplied_out(side, blocks, seed):
            raise DisagreementError(f"not equal to its blocks: {side}; please report this")
    for name, first, second in pairs:
        yield from check(first, second, name)


def _pairs(one: Any, two: Any, part: str | None) -> Iterator[tuple[str | None, Any, Any]]:
    if not isinstance(one, tuple) and not isinstance(two, tuple):
        yield part, as_expression(one), as_expression(two)
        return
    grids = (one, like(one, two)) if isinstance(one, tuple) else (like(two, one), two)
    shapes = [[[block.shape for block in row] for row in grid] for grid in grids]
    if shapes[0] != shapes[1]:
        raise InputError(f"cannot compare block matrices of different partitions: {shapes[0]} and {shapes[1]}")
    for i, rows in enumerate(zip(*grids, strict=True), 1):
        for j, (first, second) in enumerate(zip(*rows, strict=True), 1):
            name = f"block ({i}, {j})"
            yield name if part is None else f"{part}, {name}", first, second


def _with_parts_named(*sides: Any) -> list[Any]:
    """Return the sides with a symbol for each part that has no value of its own: a formula true of symbols is true of them."""
    parts = sorted({part for side in sides for part in side.atoms(*_OPAQUE)}, key=sympy.default_sort_key)
    names = {
        part: sympy.MatrixSymbol(f"part{place}", *part.shape)
        if getattr(part, "is_Matrix", False)
        else sympy.Symbol(f"part{place}", real=True)
        for place, part in enumerate(parts)
    }
    named = [side.xreplace(names) for side in sides]
    widths = sorted({size for side in named for size in side.atoms(AppliedUndef)}, key=str)
    sizes = {
        size: sympy.Symbol(f"width{place}", integer=True, positive=True)
        for place, size in enumerate(size for size in widths if is_width(size))
    }
    return [side.xreplace(sizes) for side in named]


def _is_multiplied_out(side: Any, blocks: Any, seed: int) -> bool:
    """Return whether a formula and the grid (or the scalar formula) made of it agree at random residues of random sizes."""
    whole = sympy.BlockMatrix([list(row) for row in blocks]) if isinstance(blocks, tuple) else blocks
    statement = unread(*_with_parts_named(side, whole))
    least = sizes_from(statement.reader.vocabulary, _LEVEL)
    if least is None:
        raise UnsupportedError(f"the sizes in the blocks of {str(side)[:80]} are not supported yet")
    field, tries = PrimeField(), random.Random(seed)
    for _ in range(_TRIES):  # (A^T A)^-1, say, needs more rows than columns
        sizes = {name: size + tries.randrange(_SPREAD) for name, size in least.items()}
        with suppress(UnsupportedError):
            return agree_at(statement, field, draw(statement, field, sizes, seed, attempts=3))
    raise UnsupportedError(f"no sizes at which {str(side)[:80]} has a value were found: not supported yet")
