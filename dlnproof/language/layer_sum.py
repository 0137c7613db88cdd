r"""Sums over layers, `sum_{i=1}^{H} f(i)`, and scalars of a layer, `gamma_i`, as SymPy expressions of symbolic depth.

A sum binds its index: the name of the index does not matter, and a range whose end lies below its start is empty, so the sum
is zero (also where SymPy's own Sum would count backwards).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sympy

from dlnproof.errors import bad


class _Bound:
    """What the scalar and the matrix sum share: `args` are the summand and one (index, first, last) for each range."""

    args: tuple[Any, ...]

    @property
    def summand(self) -> Any:
        """What is summed."""
        return self.args[0]

    @property
    def ranges(self) -> tuple[tuple[Any, Any, Any], ...]:
        """The ranges (index, first, last), the outermost first; later ones may depend on earlier indices."""
        return tuple(tuple(item) for item in self.args[1:])

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the summand and of the ranges, without the bound indices."""
        found = set(self.summand.free_symbols)
        for index, first, last in reversed(self.ranges):
            found = (found - {index}) | first.free_symbols | last.free_symbols
        return found

    def renamed(self, avoid: Iterable[Any]) -> Any:
        """Return the same sum with bound indices that are not in `avoid`."""
        taken = {str(symbol) for symbol in avoid}
        if not any(str(index) in taken for index, _, _ in self.ranges):
            return self
        taken |= {str(symbol) for symbol in self.free_symbols} | {str(index) for index, _, _ in self.ranges}
        names = fresh_indices(taken)
        summand, ranges = self.summand, [list(item) for item in self.ranges]
        for place, (index, _, _) in enumerate(self.ranges):
            new = {index: next(names)}
            ranges[place][0] = new[index]
            summand = summand.xreplace(new)
            for later in ranges[place + 1 :]:
                later[1:] = [bound.xreplace(new) for bound in later[1:]]
        return rebuilt(summand, ranges)

    def _xreplace(self, rule: Mapping[Any, Any]) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        bound = {index for index, _, _ in self.ranges}
        kept = {old: new for old, new in rule.items() if old not in bound}
        coming = {symbol for new in kept.values() for symbol in getattr(new, "free_symbols", ())}
        if bound & coming:
            renamed = self.renamed(coming)
            return renamed._xreplace(rule)[0], True
        changed = False
        parts = []
        for part in (self.summand, *(bound for _, *ends in self.ranges for bound in ends)):
            new, different = part._xreplace(kept)
            parts.append(new)
            changed = changed or different
        if not changed:
            return self, False
        ends = iter(parts[1:])
        return rebuilt(parts[0], [(index, next(ends), next(ends)) for index, _, _ in self.ranges]), True

    def _eval_subs(self, old: Any, new: Any) -> Any:
        return self._xreplace({old: new})[0]

    def _sympystr(self, printer: Any) -> str:
        ranges = ", ".join(f"({', '.join(map(printer.doprint, item))})" for item in self.ranges)
        return f"sum({printer.doprint(self.summand)}, {ranges})"

    def _latex(self, printer: Any) -> str:
        signs = "".join(
            rf"\sum_{{{printer.doprint(index)}={printer.doprint(first)}}}^{{{printer.doprint(last)}}} "
            for index, first, last in self.ranges
        )
        inner = printer.doprint(self.summand)
        return signs + (rf"\left({inner}\right)" if isinstance(self.summand, sympy.Add | sympy.MatAdd) else inner)


class ScalarLayerSum(_Bound, sympy.Expr):  # type: ignore[misc]
    """A sum of scalars over layers."""

    is_commutative = True
    is_real = True


class MatrixLayerSum(_Bound, sympy.MatrixExpr):  # type: ignore[misc]
    """A sum of matrices of one shape over layers."""

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of the summand."""
        rows, columns = self.args[0].shape
        return rows, columns

    def _eval_transpose(self) -> Any:
        return rebuilt(sympy.Transpose(self.summand).doit(), self.ranges)


class LayerValue(sympy.Expr):  # type: ignore[misc]
    """`gamma_i`: the scalar `gamma` of layer i."""

    is_commutative = True

    @property
    def symbol(self) -> Any:
        """The symbol that carries the name and what is assumed of every value."""
        return self.args[0]

    @property
    def index(self) -> Any:
        """The layer."""
        return self.args[1]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the index."""
        return set(self.index.free_symbols)

    def _eval_is_real(self) -> Any:
        return self.symbol.is_real

    def _eval_is_positive(self) -> Any:
        return self.symbol.is_positive

    def _eval_is_nonnegative(self) -> Any:
        return self.symbol.is_nonnegative

    def _sympystr(self, printer: Any) -> str:
        return f"{self.symbol}[{printer.doprint(self.index)}]"

    def _latex(self, printer: Any) -> str:
        return rf"{printer.doprint(self.symbol)}_{{{printer.doprint(self.index)}}}"


class LayerScalar:
    """A scalar for every layer: `gamma = dp.layer_scalar("gamma", positive=True)`, then `gamma[i]`."""

    def __init__(self, symbol: Any) -> None:
        self.symbol = symbol

    def __repr__(self) -> str:
        return f"layer_scalar({self.symbol.name!r})"

    def __getitem__(self, index: Any) -> Any:
        index = sympy.expand(sympy.sympify(index))
        if index.is_integer is not True:
            raise bad("layer", index, "a layer index is an integer", 'write symbols("i", integer=True, positive=True)')
        return LayerValue(self.symbol, index)


def layer_scalar(name: str, **assumptions: bool) -> LayerScalar:
    """Return one scalar per layer, `gamma[i]`; `assumptions` are those of sympy.Symbol and hold for every layer.

    Raises InputError for a name that is none.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise bad("name", name, "a scalar has a name like 'gamma'", "choose letters, digits and '_'")
    return LayerScalar(sympy.Symbol(name, **({"real": True} | assumptions)))


def layer_sum(summand: Any, *ranges: tuple[Any, Any, Any]) -> Any:
    """Return the sum of a scalar or matrix expression over layers: `layer_sum(f, (i, 1, H), (j, i + 1, H))`.

    Each range is (index, first, last) with an integer symbol as index and ends that are affine in depth and indices; the
    first range is the outermost, later ones may use earlier indices. An empty range gives zero. The index is bound: what it is
    called does not matter. The shape of a matrix summand must not depend on it (a letter for every layer is a `dp.Chain`).
    Claims with such sums are decided for every depth (see `dlnproof.algebra.layer_sums` for what is complete).
    Raises InputError for a range that is none.
    """
    summand = sympy.sympify(summand)
    if not ranges:
        raise bad("ranges", ranges, "a sum over layers needs a range", "write dp.layer_sum(f, (i, 1, H))")
    read: list[tuple[Any, Any, Any]] = []
    for item in ranges:
        if not isinstance(item, (tuple, sympy.Tuple)) or len(item) != 3:
            raise bad("range", item, "a range is (index, first, last)", "write (i, 1, H)")
        index, first, last = map(sympy.sympify, item)
        if not isinstance(index, sympy.Symbol) or not index.is_integer:
            raise bad("index", index, "the index of a sum is an integer symbol", 'write symbols("i", integer=True)')
        for end in (first, last):
            if end.is_integer is not True or not end.is_polynomial() or sympy.total_degree(end) > 1:
                raise bad("range", item, f"the end {end} is not affine in depth and layer indices", "write (i, 1, H)")
        if index in first.free_symbols | last.free_symbols:
            raise bad("range", item, f"the range of {index} depends on itself", "use another index")
        if index in {earlier for earlier, _, _ in read}:
            raise bad("range", item, f"{index} is bound twice", "use another index")
        read.append((index, first, last))
    for place, (index, _, _) in enumerate(read):
        for other, first, last in read[:place]:
            if index in first.free_symbols | last.free_symbols:
                raise bad("range", (other, first, last), f"{index} is bound further in", "put its range first")
    if getattr(summand, "is_Matrix", False):
        used = {symbol for size in summand.shape for symbol in sympy.sympify(size).free_symbols}
        if any(index in used for index, _, _ in read):
            shape = " x ".join(map(str, summand.shape))
            raise bad("summand", summand, f"its shape {shape} depends on the layer", "sum matrices of one shape")
    return rebuilt(summand, read)


def rebuilt(summand: Any, ranges: Iterable[Any]) -> Any:
    """Return a sum over ranges that are known to be in order."""
    ranges = [sympy.Tuple(*item) for item in ranges]
    if not ranges:
        return summand
    if isinstance(summand, _Bound):
        inner = summand.renamed(index for index, _, _ in ranges)
        summand, ranges = inner.args[0], [*ranges, *inner.args[1:]]
    if summand == 0 or getattr(summand, "is_ZeroMatrix", False):
        return summand
    kind = MatrixLayerSum if getattr(summand, "is_Matrix", False) else ScalarLayerSum
    return kind(summand, *ranges)


def is_layer_sum(node: Any) -> bool:
    """Return whether an expression is a sum over layers."""
    return isinstance(node, _Bound)


def fresh_indices(taken: Iterable[str]) -> Iterator[Any]:
    """Yield index symbols whose names are not taken: i, j, k, ..., then i1, j1, ..."""
    taken = set(taken)
    for number in range(1_000):
        for letter in "ijkpqrst":
            name = f"{letter}{number or ''}"
            if name not in taken:
                taken.add(name)
                yield sympy.Symbol(name, integer=True, positive=True)
