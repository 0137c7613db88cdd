"""Strict inequalities with roots, exp and log on a bounded box: branch and bound in two interval arithmetics, Arb and mpmath's.

Each road covers the whole box by cells on which its own enclosure of the difference is positive. They share the bisection
rule and nothing else: the arithmetic, its rounding and its elementary functions are two independent libraries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import add, mul
from time import perf_counter
from typing import Any

import sympy
from flint import arb, ctx, fmpq
from mpmath.ctx_iv import MPIntervalContext

from dlnproof.claims.claim import Inequality
from dlnproof.errors import UnsupportedError
from dlnproof.verdict import Evidence, Finding

BALLS, INTERVALS = "branch and bound, Arb", "branch and bound, mpmath intervals"
BITS = 128
_MOST_CELLS = 20_000


def interval_evidence(difference: Any, body: Inequality, scope: str, seconds: float) -> Iterator[Evidence]:
    """Yield the evidence of both roads that `difference` is positive on the box of `body`.

    Raises: UnsupportedError for an unbounded range or a function without an enclosure.
    """
    if any(end.is_infinite for item in body.over for end in (item.low, item.high)):
        raise UnsupportedError(
            "an inequality with roots, exp or log on an unbounded range is not supported yet; bound the range"
        )
    box = [tuple(fmpq(int(end.p), int(end.q)) for end in (item.low, item.high)) for item in body.over]
    symbols = [item.symbol for item in body.over]
    for method, enclosure in ((BALLS, _arb), (INTERVALS, _mpmath)):
        started = perf_counter()
        cells = _cover(box, enclosure(difference, symbols), seconds / 2)
        proved = cells is not None
        yield Evidence(
            method=method,
            finding=Finding.PROOF if proved else Finding.INCONCLUSIVE,
            outcome="positive" if proved else "not shown to be positive on every part of the box within the budget",
            seconds=perf_counter() - started,
            scope=scope if proved else None,
            details={"cells": cells, "bits": BITS} if proved else {},
        )
        if not proved:
            return


def point_enclosure(difference: Any, symbols: Sequence[Any]) -> Callable[[Sequence[fmpq]], arb]:
    """Return a function that encloses the difference at a rational point; a ball of everything where it cannot."""
    enclosure = _arb_value(difference, symbols)

    def at(place: Sequence[fmpq]) -> arb:
        try:
            return enclosure([(value, value) for value in place])
        except UnsupportedError:
            return arb("nan")

    return at


def _cover(box: Sequence[tuple[fmpq, ...]], positive: Callable[[Any], bool], seconds: float) -> int | None:
    """Return the number of cells on which `positive` is certain and which cover the box, or None."""
    started, waiting, done = perf_counter(), [tuple(box)], 0
    while waiting:
        if done + len(waiting) > _MOST_CELLS or perf_counter() - started > seconds:
            return None
        cell = waiting.pop()
        if positive(cell):
            done += 1
            continue
        if not cell:
            return None
        axis = max(range(len(cell)), key=lambda place: cell[place][1] - cell[place][0])
        low, high = cell[axis]
        middle = (low + high) / 2
        for part in ((low, middle), (middle, high)):
            waiting.append((*cell[:axis], part, *cell[axis + 1 :]))
    return done


def _arb(difference: Any, symbols: Sequence[Any]) -> Callable[[Any], bool]:
    enclosure = _arb_value(difference, symbols)
    return lambda cell: bool(enclosure(cell) > 0)


def _arb_value(difference: Any, symbols: Sequence[Any]) -> Callable[[Any], arb]:
    functions = {sympy.exp: lambda x: x.exp(), sympy.log: lambda x: x.log()}

    def power(base: Any, exponent: Any) -> Any:
        if exponent.is_Integer:
            return _integer_power(base, int(exponent))
        return base ** arb(fmpq(int(exponent.p), int(exponent.q)))

    def number(value: Any) -> Any:
        if value is sympy.pi:
            return arb.pi()
        if value is sympy.E:
            return arb(1).exp()
        return arb(fmpq(int(value.p), int(value.q)))

    def enclosure(cell: Any) -> arb:
        with ctx.workprec(BITS):
            ranges = [arb((low + high) / 2, (high - low) / 2) for low, high in cell]
            value = _walk(difference, dict(zip(symbols, ranges, strict=True)), number, power, functions)
            return value if isinstance(value, arb) else arb(value)

    return enclosure


def _integer_power(base: arb, exponent: int) -> arb:
    """Return base^exponent by products: python-flint's own power of a ball that holds 0 is undefined."""
    if exponent < 0:
        return 1 / _integer_power(base, -exponent)
    factor = base if exponent % 2 else abs(base)
    return reduce(mul, [factor] * exponent, arb(1))


def _mpmath(difference: Any, symbols: Sequence[Any]) -> Callable[[Any], bool]:
    iv = MPIntervalContext()
    iv.prec = BITS
    functions = {sympy.exp: iv.exp, sympy.log: iv.log}

    def rational(value: Any) -> Any:
        return iv.mpf(int(value.p)) / iv.mpf(int(value.q))

    def power(base: Any, exponent: Any) -> Any:
        if exponent.is_Integer:
            return base ** int(exponent)
        if not base.a > 0:
            return iv.mpf(["-inf", "inf"])
        return iv.exp(iv.log(base) * rational(exponent))

    def number(value: Any) -> Any:
        if value is sympy.pi:
            return iv.pi
        return iv.exp(iv.mpf(1)) if value is sympy.E else rational(value)

    def positive(cell: Any) -> bool:
        ranges = [iv.mpf([rational(low).a, rational(high).b]) for low, high in cell]
        try:
            value = _walk(difference, dict(zip(symbols, ranges, strict=True)), number, power, functions)
        except (ValueError, ZeroDivisionError):  # a logarithm or a quotient that this cell leaves undefined
            return False
        return bool(value.a > 0)

    return positive


def _walk(expression: Any, values: dict[Any, Any], number: Any, power: Any, functions: dict[Any, Any]) -> Any:
    """Return the enclosure of an expression, by the operations of one arithmetic."""

    def walk(node: Any) -> Any:
        if node in values:
            return values[node]
        if node.is_Rational or node in (sympy.pi, sympy.E):
            return number(node)
        if node.is_Add or node.is_Mul:
            return reduce(add if node.is_Add else mul, map(walk, node.args))
        if isinstance(node, sympy.exp):
            return functions[sympy.exp](walk(node.args[0]))
        if isinstance(node, sympy.log):
            return functions[sympy.log](walk(node.args[0]))
        if node.is_Pow and node.exp.is_Rational:
            return power(walk(node.base), node.exp)
        raise UnsupportedError(f"{node} has no enclosure here; inequalities take +, *, rational powers, exp and log")

    return walk(expression)
