"""A chain of layers W_H, ..., W_1 of symbolic depth: its widths, its layers and its partial products as SymPy expressions."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from dlnproof.errors import bad


class PartialProduct(sympy.MatrixExpr):  # type: ignore[misc]
    """`W_a W_{a-1} ... W_b` of one chain (a >= b), of shape width(a) x width(b - 1); a single layer when a = b."""

    is_commutative = False

    def __new__(cls, name: Any, depth: Any, top: Any, bottom: Any) -> PartialProduct:
        return sympy.MatrixExpr.__new__(cls, name, depth, top, bottom)  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """The name of the chain."""
        return str(self.args[0])

    @property
    def depth(self) -> Any:
        """The number of layers of the chain."""
        return self.args[1]

    @property
    def top(self) -> Any:
        """The index of the left, last layer."""
        return self.args[2]

    @property
    def bottom(self) -> Any:
        """The index of the right, first layer."""
        return self.args[3]

    @property
    def shape(self) -> tuple[Any, Any]:
        """width(top) x width(bottom - 1)."""
        return width(self.name, self.top), width(self.name, self.bottom - 1)

    @property
    def is_layer(self) -> bool:
        """Whether this is one layer."""
        return bool(self.top == self.bottom)

    def _sympystr(self, printer: Any) -> str:
        if self.is_layer:
            return f"{self.name}[{printer.doprint(self.top)}]"
        return f"{self.name}.product({printer.doprint(self.top)}, {printer.doprint(self.bottom)})"

    def _latex(self, printer: Any) -> str:
        top, bottom = printer.doprint(self.top), printer.doprint(self.bottom)
        return f"{self.name}_{{{top}}}" if self.is_layer else f"{self.name}_{{{top}:{bottom}}}"


def width(name: str, index: Any) -> Any:
    """Return the width of layer `index` of the chain `name`, a positive integer."""
    return sympy.Function(f"d_{name}", integer=True, positive=True)(index)


def is_width(size: Any) -> bool:
    """Return whether a size is the width of a layer of some chain."""
    return isinstance(size, AppliedUndef) and str(size.func).startswith("d_")


class Chain:
    """The layers W_H, ..., W_1 of a deep linear network whose depth H may be a symbol.

    `chain[i]` is layer i, of shape width(i) x width(i - 1), `chain.product(a, b)` is W_a ... W_b, the identity when a = b - 1.
    Claims about a chain hold for every depth, every layer index in 1..H and all widths; for a pair of layers write `W[i]` and
    `W[i + k]` with a positive integer symbol k, or assume `i < j`.
    """

    def __init__(self, name: str, depth: Any) -> None:
        if not isinstance(name, str) or not name.isidentifier():
            raise bad("name", name, "a chain has a name like 'W'", "choose letters, digits and '_'")
        depth = sympy.sympify(depth)
        if not depth.is_integer or not depth.is_positive:
            raise bad(
                "depth", depth, "the depth is a positive integer", 'write symbols("H", integer=True, positive=True)'
            )
        self.name = name
        self.depth = depth

    def __repr__(self) -> str:
        return f"Chain({self.name!r}, {self.depth})"

    def width(self, index: Any) -> Any:
        """Return the width d_index; index 0 is the input dimension, index `depth` the output dimension."""
        return width(self.name, self._index("index", index))

    def __getitem__(self, index: Any) -> Any:
        return PartialProduct(sympy.Symbol(self.name), self.depth, *[self._index("layer", index)] * 2)

    def product(self, top: Any, bottom: Any) -> Any:
        """Return W_top ... W_bottom; the identity of size width(top) when top = bottom - 1."""
        top, bottom = self._index("top", top), self._index("bottom", bottom)
        length = sympy.expand(top - bottom + 1)
        if length == 0:
            return sympy.Identity(self.width(top))
        if length.is_negative:
            raise bad(
                "product",
                f"({top}, {bottom})",
                "a partial product runs from the top layer down",
                "swap the two indices",
            )
        return PartialProduct(sympy.Symbol(self.name), self.depth, top, bottom)

    def _index(self, name: str, index: Any) -> Any:
        index = sympy.expand(sympy.sympify(index))
        if index.is_integer is not True:
            raise bad(name, index, "a layer index is an integer", 'write symbols("i", integer=True, positive=True)')
        if (index - self.depth).is_positive or index.is_negative:
            raise bad(name, index, f"layers run from 1 to {self.depth}", "choose an index in that range")
        return index
