"""Groebner bases modulo a prime (F4: many S-polynomials at once, reduced by one row reduction), and what can be counted there.

Order: total degree, ties by reverse lexicographic. A monomial is one integer, an exponent in every byte (`Packing`): a product
is a sum. A polynomial is its monomials in descending order and their coefficients. Rows with a known pivot are eliminated
sparsely in NumPy (products of residues below 2^31 stay below 2^62), what is left by python-flint's `nmod_mat`. Pairs are
discarded by the criteria of Gebauer and Moeller (1988). Source: Faugere (1999), a new efficient algorithm for computing
Groebner bases.
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
Exponents: TypeAlias = tuple[int, ...]
Monomial: TypeAlias = int
_MOST_ENTRIES = 60_000_000
_MOST_DEGREE = 63


class TooLargeError(Exception):
    """A row reduction would need more memory than it may take, or a degree is beyond what a byte holds."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Monomials of a number of variables as integers, exponent i in byte i, the highest bit of every byte left free.

    `ones` has 1 and `guards` 128 in every byte. a times `ones` has the sums of the first exponents in its bytes, the total degree
    on top: as integers they are in degree reverse lexicographic order. b with all guards set, minus a, keeps the guard of the
    bytes where b >= a.
    """

    variables: int
    ones: int
    guards: int
    bytes: int

    @classmethod
    def of(cls, variables: int) -> Packing:
        """Return the packing for that many variables."""
        ones = sum(1 << 8 * k for k in range(variables))
        return cls(variables, ones, ones << 7, (1 << 8 * variables) - 1)

    def pack(self, exponents: Exponents) -> Monomial:
        """Return the monomial; raises TooLargeError for a degree above 63 (a product of two has to fit)."""
        if sum(exponents) > _MOST_DEGREE:
            raise TooLargeError(f"a monomial of degree {sum(exponents)}")
        return int.from_bytes(bytes(exponents), "little")

    def unpack(self, monomial: Monomial) -> Exponents:
        """Return the exponents."""
        return tuple(monomial.to_bytes(self.variables, "little"))

    def order(self, monomial: Monomial) -> int:
        """Return the key of the degree reverse lexicographic order."""
        return monomial * self.ones & self.bytes

    def degree(self, monomial: Monomial) -> int:
        """Return the total degree."""
        return self.order(monomial) >> 8 * (self.variables - 1)

    def divides(self, left: Monomial, right: Monomial) -> bool:
        """Return whether `left` divides `right`."""
        return (right | self.guards) - left & self.guards == self.guards

    def lcm(self, left: Monomial, right: Monomial) -> Monomial:
        """Return the least common multiple."""
        larger = (left | self.guards) - right & self.guards
        larger -= larger >> 7
        result = left & larger | right & ~larger
        if self.degree(result) > _MOST_DEGREE:
            raise TooLargeError(f"a monomial of degree {self.degree(result)}")
        return result


@dataclass(frozen=True, slots=True)
class Polynomial:
    """Monomials in descending order with their coefficients, the first one 1."""

    monomials: tuple[Monomial, ...]
    coefficients: tuple[int, ...]

    @property
    def lead(self) -> Monomial:
        """The largest monomial."""
        return self.monomials[0]


def groebner_leads(system: Sequence[Mapping[Exponents, int]], modulus: int) -> list[Exponents]:
    """Return the leading monomials of a Groebner basis of the ideal of `system`, minimal ones only.

    `system` maps exponents to coefficients. Raises: TooLargeError.
    """
    variables = next((len(exponents) for terms in system for exponents in terms), 0)
    packing = Packing.of(variables)
    basis: list[Polynomial] = []
    pairs: list[tuple[int, int]] = []
    alive: list[int] = []
    given = _row_reduce([_read(terms, modulus, packing) for terms in system], modulus, packing)
    for polynomial in sorted(given, key=lambda item: packing.order(item.lead)):
        alive, pairs = _update(basis, alive, pairs, polynomial, packing)
    while pairs:
        degrees = [packing.degree(packing.lcm(basis[i].lead, basis[j].lead)) for i, j in pairs]
        lowest = min(degrees)
        chosen = [pair for pair, degree in zip(pairs, degrees, strict=True) if degree == lowest]
        pairs = [pair for pair, degree in zip(pairs, degrees, strict=True) if degree != lowest]
        found = _reduce(basis, alive, chosen, modulus, packing)
        for polynomial in sorted(found, key=lambda item: packing.order(item.lead)):
            alive, pairs = _update(basis, alive, pairs, polynomial, packing)
    return _minimal(packing.unpack(basis[k].lead) for k in alive)


def _read(terms: Mapping[Exponents, int], modulus: int, packing: Packing) -> dict[Monomial, int]:
    return {packing.pack(exponents): value % modulus for exponents, value in terms.items() if value % modulus}


def _update(
    basis: list[Polynomial], alive: list[int], pairs: list[tuple[int, int]], polynomial: Polynomial, packing: Packing
) -> tuple[list[int], list[tuple[int, int]]]:
    """Append the polynomial; return the elements that stay useful and the pairs that stay necessary (Gebauer, Moeller)."""
    new, lead = len(basis), polynomial.lead
    basis.append(polynomial)
    divides, common = packing.divides, packing.lcm
    kept = []
    for i, j in pairs:
        lcm = common(basis[i].lead, basis[j].lead)
        needless = divides(lead, lcm) and lcm != common(basis[i].lead, lead) and lcm != common(basis[j].lead, lead)
        if not needless:
            kept.append((i, j))
    # of the new pairs keep one for each minimal lcm, and none for an lcm that a coprime pair has
    by_lcm: dict[Monomial, list[int]] = {}
    for k in alive:
        by_lcm.setdefault(common(basis[k].lead, lead), []).append(k)
    minimal: list[Monomial] = []
    for lcm in sorted(by_lcm, key=packing.order):
        if not any(divides(other, lcm) for other in minimal):
            minimal.append(lcm)
    for lcm in minimal:
        if not any(basis[k].lead + lead == lcm for k in by_lcm[lcm]):
            kept.append((by_lcm[lcm][0], new))
    return [k for k in alive if not divides(lead, basis[k].lead)] + [new], kept


def _minimal(monomials: Iterable[Exponents]) -> list[Exponents]:
    """Return the monomials that no other one divides."""
    found: list[Exponents] = []
    for monomial in sorted(set(monomials), key=sum):
        if not any(_divides(other, monomial) for other in found):
            found.append(monomial)
    return found


def _reduce(
    basis: Sequence[Polynomial], alive: Sequence[int], pairs: Sequence[tuple[int, int]], modulus: int, packing: Packing
) -> list[Polynomial]:
    """Return the new polynomials that the S-polynomials of the pairs leave, of new leading monomials."""
    rows: dict[tuple[int, Monomial], None] = {}
    for i, j in pairs:
        lcm = packing.lcm(basis[i].lead, basis[j].lead)
        rows[i, lcm - basis[i].lead] = None
        rows[j, lcm - basis[j].lead] = None
    known = {factor + basis[k].lead for k, factor in rows}
    seen = {factor + monomial for k, factor in rows for monomial in basis[k].monomials} | known
    waiting = [monomial for monomial in seen if monomial not in known]
    guards, leads = packing.guards, [(k, basis[k].lead) for k in alive]
    while waiting:
        monomial = waiting.pop()
        guarded = monomial | guards
        reducer = next((k for k, lead in leads if guarded - lead & guards == guards), None)
        if reducer is None:
            continue
        factor = monomial - basis[reducer].lead
        rows[reducer, factor] = None
        for other in basis[reducer].monomials:
            shifted = factor + other
            if shifted not in seen:
                seen.add(shifted)
                waiting.append(shifted)
    # one row for each leading monomial is a pivot row; the others are what is to be reduced
    pivots: dict[Monomial, tuple[int, Monomial]] = {}
    others = []
    for k, factor in rows:
        lead = factor + basis[k].lead
        if pivots.setdefault(lead, (k, factor)) != (k, factor):
            others.append((k, factor))
    return _row_reduce(_eliminate(basis, pivots, others, seen, modulus, packing), modulus, packing)


def _eliminate(
    basis: Sequence[Polynomial],
    pivots: Mapping[Monomial, tuple[int, Monomial]],
    others: Sequence[tuple[int, Monomial]],
    monomials: Iterable[Monomial],
    modulus: int,
    packing: Packing,
) -> list[dict[Monomial, int]]:
    """Return the multiples `others` of basis elements with every pivot monomial eliminated: all rows at once, sparse pivots."""
    columns = sorted({*monomials, *pivots}, key=packing.order, reverse=True)
    if len(others) * len(columns) > _MOST_ENTRIES:
        raise TooLargeError(f"a matrix of {len(others)} x {len(columns)}")
    place = {monomial: k for k, monomial in enumerate(columns)}

    def read(k: int, factor: Monomial) -> tuple[Integers, Integers]:
        where = [place[factor + monomial] for monomial in basis[k].monomials]
        return np.array(where), np.array(basis[k].coefficients, dtype=np.int64)

    # columns first: eliminating one monomial touches contiguous rows of the table
    table = np.zeros((len(columns), len(others)), dtype=np.int64)
    for column, (k, factor) in enumerate(others):
        where, values = read(k, factor)
        table[where, column] = values
    # with a small modulus no sum of so many products overflows: residues are taken once, when a row is read
    at_once = modulus**2 * (len(pivots) + 1) < 1 << 62
    for number, monomial in enumerate(columns):
        if monomial not in pivots:
            continue
        factors = table[number] % modulus
        touched = np.flatnonzero(factors)
        if not len(touched):
            continue
        where, values = read(*pivots[monomial])
        part = (where[:, None], touched) if 3 * len(touched) < len(factors) else (where,)
        change = values[:, None] * (factors[touched] if len(part) == 2 else factors)
        table[part] = table[part] - change if at_once else (table[part] - change) % modulus
    table %= modulus
    rows = []
    for column in range(len(others)):
        support = np.flatnonzero(table[:, column])
        if len(support):
            rows.append({columns[k]: int(table[k, column]) for k in support})
    return rows


def _row_reduce(rows: Sequence[Mapping[Monomial, int]], modulus: int, packing: Packing) -> list[Polynomial]:
    """Return the reduced row echelon form of the polynomials."""
    columns = sorted({monomial for row in rows for monomial in row}, key=packing.order, reverse=True)
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


def standard_monomials(leads: Sequence[Exponents]) -> int | None:
    """Return how many monomials no leading monomial divides: the dimension of the quotient ring, None if infinite."""
    return _count(tuple(_minimal(leads)), len(leads[0])) if leads else None


@lru_cache(maxsize=100_000)
def _count(leads: tuple[Exponents, ...], variables: int) -> int | None:
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


def _divides(left: Exponents, right: Exponents) -> bool:
    return all(map(int.__le__, left, right))
