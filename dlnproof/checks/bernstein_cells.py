"""The sign of a quotient of polynomials on a box: factors of one sign on each of finitely many cells, an exact certificate.

Numerator and denominator are factored over the rationals; a factor of even power has one sign anyway. The box is halved until
every other factor has Bernstein coefficients of one sign on every cell. The coefficients are the certificate: a second road
evaluates the quotient from them and from the formulas as they were written, at random residues modulo a prime.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from time import perf_counter
from typing import Any

from flint import fmpq

from dlnproof.rings.bernstein import (
    Cell,
    Side,
    coefficients_on,
    halved,
    nowhere_zero,
    sign_shown,
    tiles_the_box,
    value_at,
    whole_cell,
)
from dlnproof.rings.prime_field import PrimeField

LARGEST_CELLS = 8_000
LARGEST_COEFFICIENTS = 60_000  # of one factor on one cell


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor with its exponent, negative in a denominator, and its Bernstein coefficients on a cell."""

    exponent: int
    coefficients: Any


@dataclass(frozen=True, slots=True)
class SignedCell:
    """A cell on which every factor has a known sign: the quotient there is of the sign `sign`, nowhere 0 if `strict`."""

    cell: Cell
    factors: tuple[Factor, ...]
    sign: int
    strict: bool


@dataclass(frozen=True, slots=True)
class Signs:
    """The quotient `constant * product of factors` on a whole box, cell by cell; `poles` if the denominator may vanish."""

    sides: tuple[Side, ...]
    constant: fmpq
    cells: tuple[SignedCell, ...]
    poles: bool

    @property
    def nonnegative(self) -> bool:
        """Whether the quotient is defined and at least 0 on the whole box."""
        return not self.poles and all(cell.sign >= 0 for cell in self.cells)

    @property
    def positive(self) -> bool:
        """Whether the quotient is defined and greater than 0 on the whole box."""
        return not self.poles and all(cell.sign > 0 and cell.strict for cell in self.cells)


def signs_on(numerator: Any, denominator: Any, sides: Sequence[Side], seconds: float) -> Signs | None:
    """Return the signs of numerator/denominator on the box, or None when the cells or the time run out."""
    started = perf_counter()
    constant, factors = _factored(numerator, denominator, sides)
    if any(factor.coefficients.size > LARGEST_COEFFICIENTS for factor in factors):
        return None
    done: list[SignedCell] = []
    waiting: list[tuple[Cell, tuple[Factor, ...]]] = [(whole_cell(len(sides)), factors)]
    while waiting:
        if len(done) + len(waiting) > LARGEST_CELLS or perf_counter() - started > seconds:
            return None
        cell, here = waiting.pop()
        signed = _signed(cell, here, constant, sides)
        if signed is not None:
            done.append(signed)
            continue
        axis = _axis(cell, here)
        parts = [halved(factor.coefficients, axis) for factor in here]
        for number, half in enumerate(cell.halves(axis)):
            waiting.append((half, tuple(Factor(f.exponent, part[number]) for f, part in zip(here, parts, strict=True))))
    poles = any(
        factor.exponent < 0 and not nowhere_zero(factor.coefficients, item.cell, sides)
        for item in done
        for factor in item.factors
    )
    return Signs(tuple(sides), constant, tuple(done), poles)


def certificate_agrees(signs: Signs, difference: Any, seed: int, trials: int = 2) -> bool:
    """Return whether the coefficients of every cell give the original formula's value at random residues.

    `difference` maps a list of residues, one a variable, to the value of the formula as it was written. The cells must fill
    the box too. A wrong certificate of degree d passes a trial with probability at most d / p (Schwartz, Zippel).
    """
    if not tiles_the_box(item.cell for item in signs.cells):
        return False
    field, source = PrimeField(), random.Random(seed)
    one = field.number(fmpq(1))
    for item in signs.cells:
        agreed = 0
        while agreed < trials:
            place = [field.number(fmpq(source.randrange(1, field.modulus))) for _ in signs.sides]
            unit = [
                (field.number(fmpq(corner)) + share) / field.number(fmpq(2**level))
                for (corner, level), share in zip(item.cell.corners, place, strict=True)
            ]
            try:
                found = field.number(signs.constant)
                for factor in item.factors:
                    value = value_at(factor.coefficients, place, field.number)
                    for axis, (side, u) in enumerate(zip(signs.sides, unit, strict=True)):
                        if side.high is None:
                            value = value / _power(one - u, factor.coefficients.shape[axis] - 1, one)
                    found = found * value**factor.exponent if factor.exponent > 0 else found / value**-factor.exponent
                written = difference([_at(side, u, field, one) for side, u in zip(signs.sides, unit, strict=True)])
            except ZeroDivisionError:
                continue
            if found != written:
                return False
            agreed += 1
    return True


def corners_and_centres(sides: Sequence[Side], most: int) -> Iterator[list[fmpq]]:
    """Yield points of the range, corners first, then ever finer dyadic ones: where a violation may lie."""
    level, given = 1, 0
    while given < most:
        ticks = [fmpq(k, 2**level) for k in range(2**level + 1)]
        for place in product(ticks, repeat=len(sides)):
            if all(_allowed(side, u) for side, u in zip(sides, place, strict=True)):
                yield [side.at(u) for side, u in zip(sides, place, strict=True)]
                given += 1
                if given >= most:
                    return
        level += 1
        if level > 6:
            return


def _allowed(side: Side, place: fmpq) -> bool:
    if place == 0:
        return not side.low_open
    return place != 1 or not (side.high_open or side.high is None)


def _power(base: Any, exponent: int, one: Any) -> Any:
    return base**exponent if exponent else one


def _at(side: Side, place: Any, field: PrimeField, one: Any) -> Any:
    low = field.number(side.low)
    value = low + (place / (one - place) if side.high is None else field.number(side.high - side.low) * place)
    return -value if side.mirrored else value


def _factored(numerator: Any, denominator: Any, sides: Sequence[Side]) -> tuple[fmpq, tuple[Factor, ...]]:
    constant, factors = fmpq(1), []
    for polynomial, direction in ((numerator, 1), (denominator, -1)):
        if polynomial == 0:  # only the numerator: the quotient is zero wherever it is defined
            constant = fmpq(0)
            continue
        content, parts = polynomial.factor()
        constant *= fmpq(content) ** direction
        for part, multiplicity in parts:
            terms = {tuple(map(int, exponents[: len(sides)])): fmpq(c) for exponents, c in part.terms()}
            factors.append(Factor(direction * int(multiplicity), coefficients_on(terms, sides)))
    return constant, tuple(factors)


def _signed(cell: Cell, factors: Iterable[Factor], constant: fmpq, sides: Sequence[Side]) -> SignedCell | None:
    sign, strict = (1 if constant > 0 else -1 if constant < 0 else 0), True
    for factor in factors:
        shown = sign_shown(factor.coefficients)
        if shown is None:
            if factor.exponent % 2 or factor.exponent < 0:
                return None
            strict = False
            continue
        sign *= shown if factor.exponent % 2 else abs(shown)
        strict = strict and nowhere_zero(factor.coefficients, cell, sides)
    return SignedCell(cell, tuple(factors), sign, strict)


def _axis(cell: Cell, factors: Sequence[Factor]) -> int:
    """Return the axis to halve: the least halved one along which an undecided factor varies."""
    varying = [
        axis
        for axis in range(len(cell.corners))
        if any(f.coefficients.shape[axis] > 1 for f in factors if sign_shown(f.coefficients) is None)
    ]
    return min(varying or range(len(cell.corners)), key=lambda axis: cell.corners[axis][1])
