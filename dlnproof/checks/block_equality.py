"""An equation between block matrices: one equation for every block, and the whole once more at random matrices."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from dlnproof.checks.comparison import agree_at
from dlnproof.checks.generic_sizes import draw
from dlnproof.checks.statement import unread
from dlnproof.errors import DisagreementError, InputError, UnsupportedError
from dlnproof.language.block_matrices import in_blocks, like
from dlnproof.language.sampling import sizes_from
from dlnproof.language.sides import as_expression
from dlnproof.rings.prime_field import PrimeField
from dlnproof.verdict import Evidence, Verdict, decide

Check = Callable[[Any, Any, str | None], Iterator[Evidence]]
_LEVEL = 3


def block_evidence(
    left: Any, right: Any, assuming: tuple[Any, ...], seed: int, part: str | None, check: Check
) -> Iterator[Evidence]:
    """Yield the evidence of `check` for every pair of blocks; `part` is then "block (i, j)".

    Where all blocks are equal the two formulas as they were written must agree modulo a prime, else DisagreementError.
    """
    one, two = in_blocks(left), in_blocks(right)
    found: list[Evidence] = []
    for name, first, second in _pairs(one, two, part):
        for item in check(first, second, name):
            found.append(item)
            yield item
    if decide(found) is Verdict.PROVED and not _agree(left, right, assuming, seed):
        raise DisagreementError(f"equal in every block but not as a whole: {left} and {right}; please report this")


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


def _agree(left: Any, right: Any, assuming: tuple[Any, ...], seed: int) -> bool:
    try:
        statement = unread(left, right, assuming)
        sizes = sizes_from(statement.reader.vocabulary, _LEVEL)
        if sizes is None or statement.certified_by_uses:
            return True
        apart = random.Random(seed)
        sizes = {name: size + apart.randrange(3) for name, size in sizes.items()}
        field = PrimeField()
        return agree_at(statement, field, draw(statement, field, sizes, seed))
    except (UnsupportedError, ZeroDivisionError):
        return True  # nothing to compare with: the blocks have their own two roads
