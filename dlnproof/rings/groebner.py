"""Groebner bases modulo a prime (F4: many S-polynomials at once, reduced by one row reduction), and what can be counted there.

Order: total degree, ties by reverse lexicographic. A polynomial is its monomials (tuples of exponents) in descending order and
their coefficients. Rows with a known pivot are eliminated sparsely in NumPy (products of residues below 2^31 stay below 2^62),
what is left by python-flint's `nmod_mat`. Pairs are discarded by the criteria of Gebauer and
Moeller (1988). Source: Faugere (1999), a new efficient algorithm for computing Groebner bases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from flint import nmod_mat
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Monomial: TypeAlias = tuple[int, ...]
_MOST_ENTRIES = 60_000_000


class TooLargeError(Exception):
    """A row reduction would need more memory than it may take."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """Monomials in descending order with their coefficients, the first one 1."""

    monomials: tuple[Monomial, ...]
    coefficients: tuple[int, ...]

    @property
    def lead(self) -> Monomial:
        """The largest monomial."""
        return self.monomials[0]


def order(monomial: Monomial) -> tuple[int, Monomial]:
    """Return the key of the degree reverse lexicographic order."""
    return sum(monomial), tuple(-exponent for exponent in reversed(monomial))


def groebner_leads(system: Sequence[Mapping[Monomial, int]], modulus: int) -> list[Monomial]:
    """Return the leading monomials of a Groebner basis of the ideal of `system`, minimal ones only.

    `system` maps exponents to coefficients. Raises: TooLargeError.
    """
    basis: list[Polynomial] = []
    pairs: list[tuple[int, int]] = []
    alive: list[int] = []
    for polynomial in sorted(_row_reduce([_read(terms, modulus) for terms in system], modulus), key=_lead_order):
        alive, pairs = _update(basis, alive, pairs, polynomial)
    while pairs:
        degrees = [sum(_lcm(basis[i].lead, basis[j].lead)) for i, j in pairs]
        lowest = min(degrees)
        chosen = [pair for pair, degree in zip(pairs, degrees, strict=True) if degree == lowest]
        pairs = [pair for pair, degree in zip(pairs, degrees, strict=True) if degree != lowest]
        for polynomial in sorted(_reduce(basis, alive, chosen, modulus), key=_lead_order):
            alive, pairs = _update(basis, alive, pairs, polynomial)
    return _minimal(basis[k].lead for k in alive)


def _lead_order(polynomial: Polynomial) -> tuple[int, Monomial]:
    return order(polynomial.lead)


def _read(terms: Mapping[Monomial, int], modulus: int) -> dict[Monomial, int]:
    return {monomial: value % modulus for monomial, value in terms.items() if value % modulus}


def _update(
    basis: list[Polynomial], alive: list[int], pairs: list[tuple[int, int]], polynomial: Polynomial
) -> tuple[list[int], list[tuple[int, int]]]:
    """Append the polynomial; return the elements that stay useful and the pairs that stay necessary (Gebauer, Moeller)."""
    new, lead = len(basis), polynomial.lead
    basis.append(polynomial)
    kept = []
    for i, j in pairs:
        lcm = _lcm(basis[i].lead, basis[j].lead)
        needless = _divides(lead, lcm) and lcm != _lcm(basis[i].lead, lead) and lcm != _lcm(basis[j].lead, lead)
        if not needless:
            kept.append((i, j))
    # of the new pairs keep one for each minimal lcm, and none for an lcm that a coprime pair has
    by_lcm: dict[Monomial, list[int]] = {}
    for k in alive:
        by_lcm.setdefault(_lcm(basis[k].lead, lead), []).append(k)
    minimal = _minimal(by_lcm)
    for lcm in minimal:
        if not any(_coprime(basis[k].lead, lead) for k in by_lcm[lcm]):
            kept.append((by_lcm[lcm][0], new))
    return [k for k in alive if not _divides(lead, basis[k].lead)] + [new], kept


def _minimal(monomials: Iterable[Monomial]) -> list[Monomial]:
    """Return the monomials that no other one divides."""
    found: list[Monomial] = []
    for monomial in sorted(set(monomials), key=sum):
        if not any(_divides(other, monomial) for other in found):
            found.append(monomial)
    return found


def _reduce(
    basis: Sequence[Polynomial], alive: Sequence[int], pairs: Sequence[tuple[int, int]], modulus: int
) -> list[Polynomial]:
    """Return the new polynomials that the S-polynomials of the pairs leave, of new leading monomials."""
    rows: dict[tuple[int, Monomial], None] = {}
    for i, j in pairs:
        lcm = _lcm(basis[i].lead, basis[j].lead)
        rows[i, _quotient(lcm, basis[i].lead)] = None
        rows[j, _quotient(lcm, basis[j].lead)] = None
    known = {_product(factor, basis[k].lead) for k, factor in rows}
    waiting = [_product(factor, monomial) for k, factor in rows for monomial in basis[k].monomials]
    seen = set(waiting) | known
    waiting = [monomial for monomial in seen if monomial not in known]
    while waiting:
        monomial = waiting.pop()
        reducer = next((k for k in alive if _divides(basis[k].lead, monomial)), None)
        if reducer is None:
            continue
        factor = _quotient(monomial, basis[reducer].lead)
        rows[reducer, factor] = None
        for other in basis[reducer].monomials:
            shifted = _product(factor, other)
            if shifted not in seen:
                seen.add(shifted)
                waiting.append(shifted)
    # one row for each leading monomial is a pivot row; the others are what is to be reduced
    pivots: dict[Monomial, tuple[int, Monomial]] = {}
    others = []
    for k, factor in rows:
        lead = _product(factor, basis[k].lead)
        if pivots.setdefault(lead, (k, factor)) != (k, factor):
            others.append((k, factor))
    return _row_reduce(_eliminate(basis, pivots, others, seen, modulus), modulus)


def _eliminate(
    basis: Sequence[Polynomial],
    pivots: Mapping[Monomial, tuple[int, Monomial]],
    others: Sequence[tuple[int, Monomial]],
    monomials: Iterable[Monomial],
    modulus: int,
) -> list[dict[Monomial, int]]:
    """Return the multiples `others` of basis elements with every pivot monomial eliminated: all rows at once, sparse pivots."""
    columns = sorted({*monomials, *pivots}, key=order, reverse=True)
    if len(others) * len(columns) > _MOST_ENTRIES:
        raise TooLargeError(f"a matrix of {len(others)} x {len(columns)}")
    place = {monomial: k for k, monomial in enumerate(columns)}

    def read(k: int, factor: Monomial) -> tuple[Integers, Integers]:
        where = [place[_product(factor, monomial)] for monomial in basis[k].monomials]
        return np.array(where), np.array(basis[k].coefficients, dtype=np.int64)

    # columns first: eliminating one monomial touches contiguous rows of the table
    table = np.zeros((len(columns), len(others)), dtype=np.int64)
    for column, (k, factor) in enumerate(others):
        where, values = read(k, factor)
        table[where, column] = values
    for number, monomial in enumerate(columns):
        if monomial not in pivots:
            continue
        factors = table[number]
        if not factors.any():
            continue
        where, values = read(*pivots[monomial])
        table[where] = (table[where] - values[:, None] * factors) % modulus
    rows = []
    for column in range(len(others)):
        support = np.flatnonzero(table[:, column])
        if len(support):
            rows.append({columns[k]: int(table[k, column]) for k in support})
    return rows


def _row_reduce(rows: Sequence[Mapping[Monomial, int]], modulus: int) -> list[Polynomial]:
    """Return the reduced row echelon form of the polynomials."""
    columns = sorted({monomial for row in rows for monomial in row}, key=order, reverse=True)
    if not rows:
        return []
    if len(rows) * len(columns) > _MOST_ENTRIES:
        raise TooLargeError(f"a matrix of {len(rows)} x {len(columns)}")
    place = {monomial: k for k, monomial in enumerate(columns)}
    width = len(columns)
    entries = [0] * (len(rows) * width)
    for r, row in enumerate(rows):
        start = r * width
        for monomial, value in row.items():
            entries[start + place[monomial]] = value
    reduced, rank = nmod_mat(len(rows), width, entries, modulus).rref()
    table = reduced.entries()
    found = []
    for r in range(rank):
        line = table[r * width : (r + 1) * width]
        support = [k for k, value in enumerate(line) if value]
        found.append(Polynomial(tuple(columns[k] for k in support), tuple(int(line[k]) for k in support)))
    return found


def standard_monomials(leads: Sequence[Monomial]) -> int | None:
    """Return how many monomials no leading monomial divides: the dimension of the quotient ring, None if infinite."""
    return _count(tuple(_minimal(leads)), len(leads[0])) if leads else None


@lru_cache(maxsize=100_000)
def _count(leads: tuple[Monomial, ...], variables: int) -> int | None:
    if not variables:
        return 0 if leads else 1
    bounds = [lead[-1] for lead in leads if not any(lead[:-1])]
    if not bounds:
        return None
    total = 0
    for exponent in range(min(bounds)):
        below = _minimal(lead[:-1] for lead in leads if lead[-1] <= exponent)
        counted = _count(tuple(below), variables - 1)
        if counted is None:
            return None
        total += counted
    return total


def _product(left: Monomial, right: Monomial) -> Monomial:
    return tuple(map(int.__add__, left, right))


def _quotient(left: Monomial, right: Monomial) -> Monomial:
    return tuple(map(int.__sub__, left, right))


def _lcm(left: Monomial, right: Monomial) -> Monomial:
    return tuple(map(max, left, right))


def _divides(left: Monomial, right: Monomial) -> bool:
    return all(map(int.__le__, left, right))


def _coprime(left: Monomial, right: Monomial) -> bool:
    return not any(map(min, left, right))
