"""Sizes that are found by comparing: a union-find whose classes may be a given size or a product of sizes (Kronecker)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import sympy


class Dimension:
    """One size of a matrix: unknown, given (a SymPy symbol or integer), or the product of other sizes."""

    __slots__ = ("_parent", "given", "letters", "parts")

    def __init__(self, given: Any = None, letter: tuple[str, str] | None = None) -> None:
        self._parent: Dimension | None = None
        self.given = given
        self.parts: tuple[Dimension, ...] | None = None
        self.letters: list[tuple[str, str]] = [letter] if letter else []

    def root(self) -> Dimension:
        """Return the representative of the class."""
        node = self
        while node._parent is not None:
            node = node._parent
        return node

    def is_one(self) -> bool:
        """Return whether this size is known to be 1."""
        return bool(self.root().given == 1)

    def known(self) -> bool:
        """Return whether this size is given or a product."""
        root = self.root()
        return root.given is not None or root.parts is not None

    def join(self, other: Dimension) -> bool:
        """Make two sizes one; return False where they are given differently."""
        first, second = self.root(), other.root()
        if first is second:
            return True
        if first.given is not None and second.given is not None and first.given != second.given:
            return False
        if first.parts is not None and second.parts is not None and not _same_product(first.parts, second.parts):
            if len(first.parts) != len(second.parts):
                return False
            if not all(a.join(b) for a, b in zip(first.parts, second.parts, strict=True)):
                return False
        elif (first.parts is not None and second.given is not None) or (
            second.parts is not None and first.given is not None
        ):
            return False
        second._parent = first
        first.given = first.given if first.given is not None else second.given
        first.parts = first.parts if first.parts is not None else second.parts
        first.letters = first.letters + second.letters
        return True


def _same_product(first: Iterable[Dimension], second: Iterable[Dimension]) -> bool:
    """Return whether two products of given sizes are equal, in whatever order their factors stand."""
    left, right = ([dimension.root().given for dimension in parts] for parts in (first, second))
    return None not in left and None not in right and sympy.Mul(*left) == sympy.Mul(*right)


def one() -> Dimension:
    """Return the size 1."""
    return Dimension(sympy.Integer(1))


def product_of(dimensions: Iterable[Dimension]) -> Dimension:
    """Return the product of sizes; ones are dropped."""
    factors: list[Dimension] = []
    for dimension in dimensions:
        root = dimension.root()
        if root.parts is not None:
            factors += root.parts
        elif not root.is_one():
            factors.append(root)
    if not factors:
        return one()
    if len(factors) == 1:
        return factors[0]
    result = Dimension()
    result.parts = tuple(factors)
    return result


def shown_size(dimension: Dimension) -> str:
    """Return a size in words: its name, or whose rows or columns it counts."""
    root = dimension.root()
    if root.given is not None:
        return str(root.given)
    if root.parts is not None:
        return "*".join(map(shown_size, root.parts))
    if not root.letters:
        return "?"
    name, side = root.letters[0]
    return f"{side} of {name}"


def size_symbol(name: str) -> Any:
    """Return the symbol of a size."""
    return sympy.Symbol(name, integer=True, positive=True)


# the rows and columns of a matrix; None for a scalar
Shape: TypeAlias = tuple[Dimension, Dimension] | None
