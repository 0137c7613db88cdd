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


_NUMBERED = "is read where all sizes are numbers; with symbolic sizes it is not supported yet"
_INSTEAD = {
    "MatrixElement": f"an entry {_NUMBERED}: compare the matrices, or write u.T*A*v with any two vectors u, v",
    "Determinant": f"a determinant {_NUMBERED}: give numbers, or claim what it is needed for, such as A*B = Identity(n)",
    "MatrixSlice": f"a slice {_NUMBERED}: name the parts and put them together with BlockMatrix",
    "BlockMatrix": "block matrices are read in identities and derivations, here they are not supported yet: use the blocks",
    "Abs": "an absolute value is not supported yet: write a square, or declare the symbol positive",
}


def outside(expression: Any) -> UnsupportedError:
    """Return the refusal of a construct that the language lacks, with what to write instead where that is known."""
    kind = type(expression).__name__
    instead = _INSTEAD.get(kind)
    return unsupported(kind, expression) if instead is None else UnsupportedError(f"{str(expression)[:80]}: {instead}")
