"""The ranges of the scalars of an inequality: as the author wrote them, or from how a symbol was declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dlnproof.claims.claim import Range
from dlnproof.errors import bad


def read_ranges(sides: Iterable[Any], over: Mapping[Any, Any], label: str) -> tuple[Range, ...]:
    """Return one range for every symbol of the two sides, by name.

    Raises: InputError for a matrix, an integer symbol, a range that is empty or leaves what the symbol was declared to be,
    and a range of a symbol that does not occur.
    """
    import sympy

    symbols: set[Any] = set()
    sides = tuple(sides)
    for side in sides:
        if isinstance(side, (str, float)):
            raise bad(
                "side", side, f"a side of inequality {label!r} is an exact SymPy expression", "write it with symbols"
            )
    for side in map(sympy.sympify, sides):
        if getattr(side, "is_Matrix", False) or side.has(sympy.MatrixSymbol):
            raise bad(
                "side", side, f"inequality {label!r} is between scalars", "use paper.derivation for traces of matrices"
            )
        symbols |= side.free_symbols
    for symbol in over:
        if symbol not in symbols:
            raise bad(
                "over", symbol, f"inequality {label!r} has no such symbol", "leave it out, or correct the formula"
            )
    return tuple(_range(symbol, over.get(symbol), label) for symbol in sorted(symbols, key=str))


def _range(symbol: Any, given: Any, label: str) -> Range:
    import sympy

    if symbol.is_integer:
        raise bad(
            f"over[{symbol}]",
            symbol,
            "an inequality is over real numbers",
            "name the integer: one claim for each value",
        )
    if not symbol.is_extended_real:
        raise bad(
            f"over[{symbol}]", symbol, "an inequality is over real numbers", f"write symbols('{symbol}', real=True)"
        )
    declared = _declared(symbol)
    if given is None:
        return declared
    if isinstance(given, sympy.Interval):
        found = Range(symbol, given.start, given.end, bool(given.left_open), bool(given.right_open))
    elif isinstance(given, (tuple, list)) and len(given) == 2:
        low, high = map(sympy.sympify, given)
        found = Range(symbol, low, high, bool(low.is_infinite), bool(high.is_infinite))
    else:
        raise bad(
            f"over[{symbol}]",
            given,
            "a range is (low, high) or a SymPy Interval",
            f"correct it in inequality {label!r}",
        )
    for end in (found.low, found.high):
        if not (end.is_Rational or end.is_infinite):
            raise bad(
                f"over[{symbol}]", end, "the end of a range is rational or infinite", "widen it to a rational number"
            )
    if not found.low < found.high:
        raise bad(f"over[{symbol}]", given, "a range goes up from low to high", "exchange the two ends")
    below = found.low < declared.low or (found.low == declared.low and declared.low_open and not found.low_open)
    above = found.high > declared.high or (found.high == declared.high and declared.high_open and not found.high_open)
    if below or above:
        rule = f"{symbol} was declared so that it runs over {declared}; SymPy may have used it"
        raise bad(
            f"over[{symbol}]", given, rule, f"declare it with real=True, or narrow the range in inequality {label!r}"
        )
    return found


def _declared(symbol: Any) -> Range:
    import sympy

    low, low_open, high, high_open = -sympy.oo, True, sympy.oo, True
    if symbol.is_extended_nonnegative:
        low, low_open = sympy.Integer(0), bool(symbol.is_extended_positive)
    if symbol.is_extended_nonpositive:
        high, high_open = sympy.Integer(0), bool(symbol.is_extended_negative)
    return Range(symbol, low, high, low_open, high_open)
