r"""The symbols of a paper, declared once: $W_{1} \in \mathbb{R}^{n_{1} \times n_{0}}$, positive integers $n$, ..."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy
from sympy.matrices.expressions import MatrixExpr, MatrixSymbol

from dlnproof.claims.claim import Claim
from dlnproof.report.bodies import expressions
from dlnproof.report.escape import Latex
from dlnproof.report.formulas import formula

Symbols = dict[str, Any]


def shared_symbols(claims: Iterable[Claim]) -> Symbols:
    """Return the symbols of a paper by name; where two claims give one name two meanings, the first meaning."""
    shared: Symbols = {}
    for claim in claims:
        for symbol in claim_symbols(claim):
            shared.setdefault(str(symbol.name), symbol)
    return shared


def own_symbols(claim: Claim, shared: Symbols) -> list[Any]:
    """Return the symbols of `claim` whose meaning differs from the one in `shared`."""
    return [symbol for symbol in claim_symbols(claim) if shared.get(str(symbol.name)) != symbol]


def claim_symbols(claim: Claim) -> list[Any]:
    """Return the matrix and scalar symbols of a claim, those of its sizes included, in a fixed order."""
    found: set[Any] = set()
    for value in expressions(claim):
        if isinstance(value, sympy.Basic | sympy.MatrixBase):
            # bound indices and the names of chains are no symbols of their own
            found |= value.atoms(MatrixSymbol) | {item for item in value.free_symbols if isinstance(item, sympy.Symbol)}
            for part in sympy.preorder_traversal(value):
                if isinstance(part, MatrixExpr):
                    found |= {symbol for size in part.shape for symbol in getattr(size, "free_symbols", ())}
    named = [symbol for symbol in found if isinstance(symbol, MatrixSymbol) or type(symbol) is sympy.Symbol]
    return sorted(named, key=_order)


def declare(symbols: Sequence[Any]) -> Latex:
    """Return the declarations of `symbols`, matrices grouped by shape and scalars by range, without full stop."""
    groups: dict[str, list[str]] = {}
    for symbol in symbols:
        if isinstance(symbol, MatrixSymbol):
            groups.setdefault(_space(symbol), []).append(formula(symbol))
    parts = ["$" + r",\, ".join(names) + rf" \in {space}$" for space, names in groups.items()]
    ranges: dict[str, list[str]] = {}
    for symbol in symbols:
        if not isinstance(symbol, MatrixSymbol):
            ranges.setdefault(_range(symbol), []).append(formula(symbol))
    for kind in ("positive integers", "integers", "positive numbers", "nonnegative numbers", "real numbers"):
        if kind in ranges:
            word = kind if len(ranges[kind]) > 1 else _SINGULAR[kind]
            parts.append(f"{word} " + ", ".join(f"${name}$" for name in ranges[kind]))
    return Latex("; ".join(parts))


_SINGULAR = {
    "positive integers": "a positive integer",
    "integers": "an integer",
    "positive numbers": "a positive number",
    "nonnegative numbers": "a nonnegative number",
    "real numbers": "a real number",
}


def _space(symbol: Any) -> str:
    rows, columns = symbol.shape
    if columns == 1:
        return rf"\mathbb{{R}}^{{{formula(rows)}}}"
    return rf"\mathbb{{R}}^{{{formula(rows)} \times {formula(columns)}}}"


def _range(symbol: Any) -> str:
    if symbol.is_integer:
        return "positive integers" if symbol.is_positive else "integers"
    if symbol.is_positive:
        return "positive numbers"
    return "nonnegative numbers" if symbol.is_nonnegative else "real numbers"


def _order(symbol: Any) -> tuple[Any, ...]:
    """A key that puts matrices before scalars and W2 before W10; symbols of one name by what is assumed of them."""
    name = str(symbol.name)
    head = name.rstrip("0123456789")
    digits = name[len(head) :]
    return not isinstance(symbol, MatrixSymbol), head, int(digits) if digits else -1, sympy.srepr(symbol)
