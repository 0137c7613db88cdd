"""Affine forms in integer index variables, and systems of inequalities between them: where a layer index may run.

A constraint is a form g that stands for g >= 0, a region a frozenset of constraints. Elimination (Fourier and Motzkin) with
constants rounded down finds a region empty only when it holds no integer point; it finds every empty region whose
constraints compare two variables (x - y >= c) or bound one, because such systems are totally unimodular.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import gcd
from typing import NamedTuple, TypeAlias

_MOST_CONSTRAINTS = 600
Terms: TypeAlias = tuple[tuple[str, int], ...]


class Affine(NamedTuple):
    """`sum of coefficient * variable + constant`, variables sorted, no coefficient zero."""

    terms: Terms
    constant: int = 0

    def __add__(self, other: object) -> Affine:
        if isinstance(other, int):
            return Affine(self.terms, self.constant + other)
        assert isinstance(other, Affine)
        total = dict(self.terms)
        for name, coefficient in other.terms:
            total[name] = total.get(name, 0) + coefficient
        return Affine(tuple(sorted((name, c) for name, c in total.items() if c)), self.constant + other.constant)

    def __neg__(self) -> Affine:
        return self.scaled(-1)

    def __sub__(self, other: object) -> Affine:
        return self + (-other if isinstance(other, int | Affine) else other)

    def scaled(self, factor: int) -> Affine:
        """Return `factor * self`."""
        terms = tuple((name, factor * c) for name, c in self.terms) if factor else ()
        return Affine(terms, factor * self.constant)

    def coefficient(self, name: str) -> int:
        """Return the coefficient of a variable."""
        return next((c for own, c in self.terms if own == name), 0)

    def replaced(self, name: str, value: Affine) -> Affine:
        """Return the form with a variable replaced by a form."""
        coefficient = self.coefficient(name)
        if not coefficient:
            return self
        return Affine(tuple(item for item in self.terms if item[0] != name), self.constant) + value.scaled(coefficient)

    def names(self) -> set[str]:
        """Return the variables that occur."""
        return {name for name, _ in self.terms}

    def tight(self) -> Affine:
        """Return the constraint `self >= 0` with coprime coefficients and its constant rounded down."""
        divisor = gcd(*(c for _, c in self.terms)) if self.terms else 1
        if divisor <= 1:
            return self
        return Affine(tuple((name, c // divisor) for name, c in self.terms), self.constant // divisor)


Region: TypeAlias = frozenset[Affine]


def variable(name: str) -> Affine:
    """Return the form that is one variable."""
    return Affine(((name, 1),))


def number(value: int) -> Affine:
    """Return the constant form."""
    return Affine((), value)


def region(constraints: Iterable[Affine]) -> Region:
    """Return the constraints as a region, each in lowest terms, those that always hold left out."""
    return frozenset(tight for g in constraints if (tight := g.tight()).terms or tight.constant < 0)


@lru_cache(maxsize=200_000)
def feasible(constraints: Region) -> bool:
    """Return False only when no integers satisfy the constraints (and then always, for constraints x - y >= c and x >= c)."""
    bounds = _differences(constraints)
    return _reduced(constraints, ()) is not None if bounds is None else not _has_negative_cycle(bounds)


def _differences(constraints: Region) -> list[tuple[str, str, int]] | None:
    """Return (x, y, c) for constraints y <= x + c, where `""` stands for zero; None when some compare other than two."""
    found = []
    for terms, constant in constraints:
        if not terms:
            found.append(("", "", constant))
        elif len(terms) == 1 and abs(terms[0][1]) == 1:
            name, coefficient = terms[0]
            found.append((name, "", constant) if coefficient == 1 else ("", name, constant))
        elif len(terms) == 2 and terms[0][1] * terms[1][1] == -1:
            (one, coefficient), (two, _) = terms
            found.append((one, two, constant) if coefficient == 1 else (two, one, constant))
        else:
            return None
    return found


def _has_negative_cycle(bounds: list[tuple[str, str, int]]) -> bool:
    """Return whether constraints y <= x + c contradict each other (Bellman and Ford): exact, over the integers too."""
    distance = dict.fromkeys([name for x, y, _ in bounds for name in (x, y)], 0)
    for _ in range(len(distance) + 1):
        changed = False
        for x, y, c in bounds:
            if distance[x] + c < distance[y]:
                distance[y], changed = distance[x] + c, True
        if not changed:
            return False
    return True


def projected(constraints: Region, away: Iterable[str]) -> Region | None:
    """Return what the constraints say about the other variables, None when nothing satisfies them.

    Exact when the variables that go have coefficients 1 and -1 only, as layer indices have.
    """
    gone = tuple(away)
    if not gone:
        return constraints if feasible(constraints) else None
    table = _reduced(constraints, gone)
    return None if table is None else frozenset(Affine(terms, constant) for terms, constant in table.items())


def _reduced(constraints: Region, away: tuple[str, ...]) -> dict[Terms, int] | None:
    table: dict[Terms, int] = {}
    if not _put(table, constraints):
        return None
    wanted = set(away)
    while True:
        solved = _equation(table, wanted)
        if solved is not None:
            name, value = solved
            forms = [Affine(terms, constant).replaced(name, value) for terms, constant in table.items()]
            table = {}
            if not _put(table, forms):
                return None
            continue
        counts: dict[str, list[int]] = {}
        for terms in table:
            for name, coefficient in terms:
                if not away or name in wanted:
                    counts.setdefault(name, [0, 0])[coefficient > 0] += 1
        if not counts:
            return table
        name = min(counts, key=lambda own: (counts[own][0] * counts[own][1] - sum(counts[own]), own))
        above: list[Affine] = []
        below: list[Affine] = []
        rest: list[Affine] = []
        for terms, constant in table.items():
            form = Affine(terms, constant)
            coefficient = form.coefficient(name)
            (rest if not coefficient else below if coefficient > 0 else above).append(form)
        if len(above) * len(below) > _MOST_CONSTRAINTS:
            return table  # too many to combine: nothing is concluded
        table = {}
        crossed = (
            low.scaled(-high.coefficient(name)) + high.scaled(low.coefficient(name)) for low in below for high in above
        )
        if not (_put(table, rest) and _put(table, crossed)):
            return None


def _equation(table: dict[Terms, int], wanted: set[str]) -> tuple[str, Affine] | None:
    """Return a variable and its value from two opposite constraints that make an equation, if there are any."""
    for terms, constant in table.items():
        if table.get(tuple((name, -c) for name, c in terms)) == -constant:
            for name, coefficient in terms:
                if abs(coefficient) == 1 and (not wanted or name in wanted):
                    rest = Affine(tuple(item for item in terms if item[0] != name), constant)
                    return name, rest.scaled(-coefficient)
    return None


def _put(table: dict[Terms, int], forms: Iterable[Affine]) -> bool:
    """Add constraints, the tightest of each direction; return False when one of them or two opposite ones contradict."""
    for form in forms:
        terms, constant = form.tight()
        if not terms:
            if constant < 0:
                return False
            continue
        if constant < table.get(terms, constant + 1):
            table[terms] = constant
            opposite = table.get(tuple((name, -c) for name, c in terms))
            if opposite is not None and opposite + constant < 0:
                return False
    return True


def implied(constraints: Region, g: Affine) -> bool:
    """Return whether g >= 0 follows (exactly so where `feasible` is exact)."""
    if g in constraints or (not g.terms and g.constant >= 0):
        return True
    return not feasible(constraints | {(-g - 1).tight()})


def possible(constraints: Region, g: Affine) -> bool:
    """Return whether g >= 0 is compatible with the constraints."""
    return feasible(constraints | {g.tight()})
