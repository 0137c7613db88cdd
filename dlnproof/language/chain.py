"""A chain of layers W_H, ..., W_1 of symbolic depth: its widths, its layers and its partial products as SymPy expressions."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from dlnproof.errors import bad


class PartialProduct(sympy.MatrixExpr):  # type: ignore[misc]
    """`W_a W_{a-1} ... W_b` of one chain (a >= b), of shape width(a) x width(b - 1); a single layer when a = b."""

    is_commutative = False

    def __new__(cls, name: Any, depth: Any, top: Any, bottom: Any, widths: Any = None) -> PartialProduct:
        widths = width_function(str(name)) if widths is None else widths
        return sympy.MatrixExpr.__new__(cls, name, depth, top, bottom, widths)  # type: ignore[no-any-return]

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
    def widths(self) -> Any:
        """The name of the function of a layer index that is its width, or the one width that all layers have."""
        return self.args[4]

    @property
    def chain(self) -> Chain:
        """The chain that this is a product of."""
        return Chain(self.name, self.depth, self.widths)

    @property
    def shape(self) -> tuple[Any, Any]:
        """width(top) x width(bottom - 1)."""
        return _width(self.widths, self.top), _width(self.widths, self.bottom - 1)

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the depth, of the indices and of a common width."""
        common = set() if self.widths.is_commutative is False else self.widths.free_symbols
        return set().union(common, *(index.free_symbols for index in self.args[1:4]))

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
        name = printer.doprint(self.args[0])
        return f"{name}_{{{top}}}" if self.is_layer else f"{name}_{{{top}:{bottom}}}"


def width_function(name: str) -> Any:
    """Return the symbol that names the width function of a chain: `d_W` for W."""
    return sympy.Symbol(f"d_{name}", commutative=False)


def _width(widths: Any, index: Any) -> Any:
    """Return the width of layer `index`: `d_W(index)`, or the common width of all layers."""
    if isinstance(widths, sympy.Symbol) and widths.is_commutative is False:
        return sympy.Function(widths.name, integer=True, positive=True)(index)
    return widths


def without_empty(expression: Any) -> Any:
    """Return the expression with partial products that are certainly empty (W_{b-1:b}), and A^0, written as identities."""
    if not hasattr(expression, "atoms"):
        return expression
    empty = {part for part in expression.atoms(PartialProduct) if sympy.expand(part.top - part.bottom) == -1}
    empty |= {part for part in expression.atoms(sympy.MatPow) if part.exp == 0}
    return expression.xreplace({part: sympy.Identity(part.shape[0]) for part in empty}) if empty else expression


def is_width(size: Any) -> bool:
    """Return whether a size is the width of a layer of some chain."""
    return isinstance(size, AppliedUndef) and str(size.func).startswith("d_")


class Chain:
    """The layers W_H, ..., W_1 of a deep linear network whose depth H may be a symbol.

    `chain[i]` is layer i, of shape width(i) x width(i - 1), `chain.product(a, b)` is W_a ... W_b, the identity when a = b - 1.
    Claims about a chain hold for every depth, every layer index in 1..H and all widths; for a pair of layers write `W[i]` and
    `W[i + k]` with a positive integer symbol k, or assume `i < j`.

    `widths` may name another chain, whose widths this one shares (directions and updated weights: `Chain("D", H, widths=W)`),
    or give one size that all layers have (`Chain("W", H, widths=d)`: every layer is d x d).
    """

    def __init__(self, name: str, depth: Any, widths: Any = None) -> None:
        if not isinstance(name, str) or not name.isidentifier():
            raise bad("name", name, "a chain has a name like 'W'", "choose letters, digits and '_'")
        depth = sympy.sympify(depth)
        if not depth.is_integer or not depth.is_positive:
            raise bad(
                "depth", depth, "the depth is a positive integer", 'write symbols("H", integer=True, positive=True)'
            )
        self.name = name
        self.depth = depth
        self.widths = self._read_widths(widths)

    def _read_widths(self, widths: Any) -> Any:
        if widths is None:
            return width_function(self.name)
        if isinstance(widths, Chain):
            if widths.depth != self.depth:
                raise bad(
                    "widths", widths, f"chain {self.name!r} has depth {self.depth}", "give both chains the same depth"
                )
            return widths.widths
        widths = sympy.sympify(widths) if not isinstance(widths, str) else widths
        if isinstance(widths, str) or (
            widths.is_commutative is not False and not (widths.is_integer and widths.is_positive)
        ):
            raise bad("widths", widths, "widths is another chain or one positive integer size", "write widths=W")
        return widths

    def __repr__(self) -> str:
        return f"Chain({self.name!r}, {self.depth})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return self.name, self.depth, self.widths

    def width(self, index: Any) -> Any:
        """Return the width d_index; index 0 is the input dimension, index `depth` the output dimension."""
        return _width(self.widths, self._index("index", index))

    def __getitem__(self, index: Any) -> Any:
        return self._part(*[self._index("layer", index)] * 2)

    def product(self, top: Any, bottom: Any) -> Any:
        """Return W_top ... W_bottom; the identity of size width(top) when top = bottom - 1."""
        top, bottom = self._index("top", top), self._index("bottom", bottom, past=1)
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
        return self._part(top, bottom)

    def _part(self, top: Any, bottom: Any) -> PartialProduct:
        return PartialProduct(sympy.Symbol(self.name), self.depth, top, bottom, self.widths)

    def _index(self, name: str, index: Any, past: int = 0) -> Any:
        index = sympy.expand(sympy.sympify(index))
        if index.is_integer is not True:
            raise bad(name, index, "a layer index is an integer", 'write symbols("i", integer=True, positive=True)')
        if (index - past - self.depth).is_positive or index.is_negative:
            raise bad(name, index, f"layers run from 1 to {self.depth}", "choose an index in that range")
        return index
