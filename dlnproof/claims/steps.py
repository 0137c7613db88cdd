"""The lines of a derivation: `eq`, `ge`, `le`, `gt`, `lt`, each read "the line before is ... this one"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dlnproof.claims.claim import Relation, Square, Step
from dlnproof.errors import bad


def read_squares(squares: Iterable[Any] | None, where: str) -> tuple[Square, ...] | None:
    """Return the weighted squares that the user wrote as `root`, `(weight, root)` or `(weight, root, (i, 1, H))`."""
    if squares is None:
        return None
    if isinstance(squares, (str, bytes)) or not isinstance(squares, Iterable):
        raise bad(
            "squares",
            squares,
            "squares must be a list of roots or (weight, root) pairs",
            f"write squares=[...] in {where}",
        )
    read = []
    for item in squares:
        if isinstance(item, tuple):
            if len(item) < 2 or not all(isinstance(over, tuple) for over in item[2:]):
                rule = "a weighted square is a pair (weight, root), or (weight, root, (i, 1, H)) summed over layers"
                raise bad("squares", item, rule, f"give two entries in {where}")
            read.append(Square(item[0], item[1], _read_ranges(item[2:])))
        else:
            read.append(Square(1, item))
    if not read:
        raise bad(
            "squares",
            squares,
            "at least one square is needed",
            f"name the squares that are dropped, or leave squares out of {where}",
        )
    return tuple(read)


def _read_ranges(ranges: tuple[Any, ...]) -> tuple[tuple[Any, Any, Any], ...]:
    """Return ranges of layers as they are kept; raise InputError for what is none."""
    if not ranges:
        return ()
    from dlnproof.language.layer_sum import layer_sum  # SymPy is slow to import: sums only

    return tuple(layer_sum(1, *ranges).ranges)


def _step(relation: Relation, expression: Any, reason: str, squares: Iterable[Any] | None) -> Step:
    if not isinstance(reason, str):
        raise bad("reason", reason, "the reason of a step is a sentence (a string)", "quote it")
    return Step(relation, expression, reason, read_squares(squares, f"the step {relation.value!r}"))


def eq(expression: Any, reason: str = "") -> Step:
    """Return the step "the line before equals `expression`"."""
    return _step(Relation.EQ, expression, reason, None)


def ge(expression: Any, reason: str = "", *, squares: Iterable[Any] | None = None) -> Step:
    """Return the step "the line before is at least `expression`", proved by `previous - expression = sum of squares`.

    `squares` lists roots, or (weight, root) pairs with a nonnegative weight; a matrix root S stands for tr(S^T S). A pair
    with ranges, (weight, root, (i, 1, H)), stands for the sum of its squares over layers.
    """
    return _step(Relation.GE, expression, reason, squares)


def le(expression: Any, reason: str = "", *, squares: Iterable[Any] | None = None) -> Step:
    """Return the step "the line before is at most `expression`", proved by `expression - previous = sum of squares`."""
    return _step(Relation.LE, expression, reason, squares)


def gt(expression: Any, reason: str = "", *, squares: Iterable[Any] | None = None) -> Step:
    """Return the step "the line before exceeds `expression`"; one of the squares must be positive whatever the symbols are."""
    return _step(Relation.GT, expression, reason, squares)


def lt(expression: Any, reason: str = "", *, squares: Iterable[Any] | None = None) -> Step:
    """Return the step "the line before is below `expression`"; one of the squares must be positive whatever the symbols are."""
    return _step(Relation.LT, expression, reason, squares)
