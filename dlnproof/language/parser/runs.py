"""How a product without brackets is read: which factors make a number u^T ... x, and which are multiplied as matrices."""

from __future__ import annotations

from collections.abc import Sequence

from dlnproof.language.parser.dimensions import Shape
from dlnproof.language.parser.syntax import Tree


def runs_of(factors: Sequence[tuple[Tree, Shape]]) -> list[list[Tree]]:
    """Return the products u^T ... x that are numbers, and the rest of the factors as one product.

    A number ends where a row vector has met a column vector; a row vector after a matrix that is no column starts one.
    Where x^T y A could also be a product of three matrices, both readings have one value.
    """
    numbers: list[list[Tree]] = []
    rest: list[tuple[Tree, Shape]] = []
    place = 0
    while place < len(factors):
        if _is_row(factors[place][1]) and not (rest and _is_column(rest[-1][1])):
            stop = next((k for k in range(place, len(factors)) if _is_column(factors[k][1])), None)
            if stop is not None:
                numbers.append([factor for factor, _ in factors[place : stop + 1]])
                place = stop + 1
                continue
        rest.append(factors[place])
        place += 1
    return [*numbers, [factor for factor, _ in rest]] if rest else numbers


def _is_row(shape: Shape) -> bool:
    return shape is not None and shape[0].is_one()


def _is_column(shape: Shape) -> bool:
    return shape is not None and shape[1].is_one()
