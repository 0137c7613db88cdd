"""The wording of what the reader of formulas refuses: shapes that do not fit, constructs outside the language."""

from __future__ import annotations

from typing import Any

from dlnproof.algebra.diagram import Size
from dlnproof.errors import InputError, UnsupportedError


def named(matrix: Any) -> str:
    return f"{matrix} ({matrix.shape[0]} x {matrix.shape[1]})"


def misfit(action: str, first: Any, second: Any, left: Size, right: Size) -> InputError:
    joined = {"multiply": "by", "add": "and"}.get(action, "and")
    widths = [size.partition("(")[0] for size in (left, right)]
    layers = widths[0] == widths[1] and widths[0].startswith("d_") and "(" in left
    hint = "is a layer index off by one?" if layers else "transpose one factor?"
    return InputError(f"cannot {action} {named(first)} {joined} {named(second)}: {left} != {right}; {hint}")


def unsupported(what: str, expression: Any) -> UnsupportedError:
    return UnsupportedError(f"{what} in {str(expression)[:80]} is not supported yet")
