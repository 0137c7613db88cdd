"""The plain reading of "check a derivation": SymPy differentiates explicit small matrices entry by entry.

It shares nothing with the engine but the formula itself; being about a few small sizes it never proves more than these.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

import sympy

from dlnproof.errors import DisagreementError
from dlnproof.verdict import Evidence, Finding

METHOD = "SymPy, entry by entry"
_SIZES = (2, 1, 3, 2, 1, 2)
_WORK_LIMIT = 40_000
_SYMBOLIC_LIMIT = 300


# what SymPy raises where it cannot make a construct explicit or differentiate it: then there is no plain reading to show
_BEYOND_SYMPY = (NotImplementedError, AttributeError, TypeError, ValueError, KeyError, sympy.PolynomialError)


def sympy_gradient_evidence(loss: Any, symbol: Any, formula: Any, part: str | None) -> Iterator[Evidence]:
    """Yield the comparison of the formula with SymPy's derivative of the explicit loss, entry by entry."""
    started = perf_counter()
    try:
        explicit = Explicit.small({symbol.name}, loss, formula)
        if explicit is None or symbol.name not in explicit.matrices:
            return
        weights = explicit.matrices[symbol.name]
        value = explicit.of(loss)[0, 0]
        claimed = explicit.of(formula)
        derived = [sympy.diff(value, weights[i, j]) for i in range(weights.rows) for j in range(weights.cols)]
        verdicts = [_same(slope, other) for slope, other in zip(derived, claimed, strict=True)]
    except _BEYOND_SYMPY:
        return
    yield from _evidence(verdicts, explicit, started, part, f"gradient of {loss} in {symbol}")


def sympy_hessian_evidence(loss: Any, directions: Mapping[Any, Any], formula: Any) -> Iterator[Evidence]:
    """Yield the comparison of the formula with the second derivative in t of the explicit loss along W + t D."""
    started = perf_counter()
    try:
        weights = {symbol.name for symbol in directions}
        explicit = Explicit.small(weights, loss, formula, *directions, *directions.values())
        if explicit is None:
            return
        t = sympy.Dummy("t")
        moved = explicit.moved({symbol.name: (direction.name, t) for symbol, direction in directions.items()})
        second = sympy.diff(moved.of(loss)[0, 0], t, 2).subs(t, 0)
        verdicts = [_same(second, explicit.of(formula)[0, 0])]
    except _BEYOND_SYMPY:
        return
    yield from _evidence(verdicts, explicit, started, None, f"second derivative of {loss}")


def _same(left: Any, right: Any) -> bool | None:
    """Return whether SymPy can show two explicit formulas equal (True) or different (False); None when it cannot tell."""
    difference = sympy.expand(left - right)
    if difference == 0:
        return True
    symbols = sorted(difference.free_symbols, key=str)
    place = {symbol: sympy.Rational(number + 2, 7) for number, symbol in enumerate(symbols)}
    value = sympy.N(difference.subs(place, simultaneous=True), 40)
    if value.is_number and value.is_finite and abs(value) > sympy.Rational(1, 10**20):
        return False
    return True if sympy.simplify(difference) == 0 else None


def _evidence(
    verdicts: list[bool | None], explicit: Explicit, started: float, part: str | None, what: str
) -> Iterator[Evidence]:
    wrong = verdicts.count(False)
    if wrong:
        raise DisagreementError(
            f"SymPy's entry-by-entry derivative differs from the proved {what} in {wrong} entries at sizes {explicit.sizes}; "
            "this is a defect of dlnproof, please report it"
        )
    if None in verdicts:
        return
    yield Evidence(
        method=METHOD,
        finding=Finding.CERTIFIED,
        outcome="equal",
        seconds=perf_counter() - started,
        part=part,
        scope="these sizes",
        details={"sizes": explicit.sizes, "entries": len(verdicts)},
    )


class Explicit:
    """Small explicit matrices of symbols in the place of matrix symbols."""

    def __init__(self, sizes: dict[str, int], matrices: dict[str, Any], numbers: dict[Any, int]) -> None:
        self.sizes, self.matrices, self.numbers = sizes, matrices, numbers

    @classmethod
    def small(cls, weights: set[str], *expressions: Any) -> Explicit | None:
        """Return explicit matrices of small sizes, or None where that is too much for SymPy.

        The entries of the weights are symbols; those of the other matrices are symbols too while that is little work, else
        small integers.
        """
        symbols = sorted(
            {symbol for expression in expressions for symbol in sympy.sympify(expression).free_symbols}, key=str
        )
        letters = [symbol for symbol in symbols if isinstance(symbol, sympy.MatrixSymbol)]
        names = sorted(
            {s for letter in letters for size in letter.shape for s in sympy.sympify(size).free_symbols}, key=str
        )
        for shrink in (0, 1, 2):
            numbers = {name: max(1, _SIZES[place % len(_SIZES)] - shrink) for place, name in enumerate(names)}
            shapes = {
                letter.name: [int(sympy.sympify(size).subs(numbers)) for size in letter.shape] for letter in letters
            }
            work = 1
            for rows, columns in shapes.values():
                work *= rows * columns
            if work <= _WORK_LIMIT and all(max(shape) <= 4 for shape in shapes.values()):
                break
        else:
            return None
        source = random.Random(work)

        def entry(name: str, i: int, j: int) -> Any:
            if name in weights or work <= _SYMBOLIC_LIMIT:
                return sympy.Symbol(f"{name}_{i}{j}", real=True)
            return sympy.Integer(source.choice((-3, -2, -1, 1, 2, 3)))

        matrices = {
            name: sympy.ImmutableMatrix([[entry(name, i, j) for j in range(columns)] for i in range(rows)])
            for name, (rows, columns) in shapes.items()
        }
        return cls({str(name): value for name, value in numbers.items()}, matrices, numbers)

    def moved(self, slopes: Mapping[str, tuple[str, Any]]) -> Explicit:
        """Return the matrices W + t D for every `slopes[W] = (D, t)`."""
        matrices = dict(self.matrices)
        for name, (direction, t) in slopes.items():
            matrices[name] = self.matrices[name] + t * self.matrices[direction]
        return Explicit(self.sizes, matrices, self.numbers)

    def of(self, expression: Any) -> Any:
        """Return the explicit value of an expression as a matrix (a scalar is 1 x 1)."""
        sized = sympy.sympify(expression).subs(self.numbers, simultaneous=True)
        symbols = [symbol for symbol in sized.free_symbols if isinstance(symbol, sympy.MatrixSymbol)]
        result = sized.xreplace({symbol: self.matrices[symbol.name] for symbol in symbols}).doit()
        if not getattr(result, "is_Matrix", False):
            return sympy.ImmutableMatrix([[result]])
        return sympy.ImmutableMatrix(result.as_explicit())
