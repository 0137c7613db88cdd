"""The difference of two formulas made as small as the assumptions allow, with what was used on the way.

First by rewriting, under each way to orient the assumed equations; denominators are cleared where they stand at an end. Where
that leaves something, the consequences of the equations are completed and a combination of them is searched for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

import sympy
from flint import fmpq

from dlnproof.algebra.completion import completed, traced
from dlnproof.algebra.inverses import end_to_clear, relations
from dlnproof.algebra.polynomial import Polynomial, scalar
from dlnproof.algebra.rules import (
    STEP_LIMIT,
    Cancellation,
    Equation,
    Preference,
    Use,
    orient,
    rewrite,
    traced_back,
    weight_of,
)
from dlnproof.algebra.scalars import Monomial
from dlnproof.algebra.span import combination
from dlnproof.errors import UnsupportedError
from dlnproof.language.agreement import cancellations
from dlnproof.language.assumptions import Assumptions
from dlnproof.language.from_sympy import Reader
from dlnproof.language.symbolic_powers import power_relations

_MOST_MULTIPLIERS = 12
_QUICK_STEPS = 500
_POWERS = -1_000_000  # numbers of relations of powers, below those of all consequences


class Effort(Enum):
    """How much is tried: the relations of the inverses as they are, then their consequences, then combinations of equations."""

    QUICK = 0
    REWRITING = 1
    THOROUGH = 2


class Multiplier(NamedTuple):
    """What a difference was multiplied by: an invertible matrix on the left or right, or a scalar that is not zero."""

    factor: Polynomial
    on_right: bool = False
    is_scalar: bool = False


class Normal(NamedTuple):
    """`multipliers * difference = form + uses of the assumed equations`, modulo the cancellations and relations."""

    form: Polynomial
    uses: tuple[Use, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()


def normal_form(
    reader: Reader,
    difference: Polynomial,
    differences: Sequence[Polynomial],
    assumptions: Assumptions,
    *,
    effort: Effort,
) -> Normal:
    """Return the normal form under the first way to orient the assumed equations that makes it zero, else under the first."""
    search = _Search(reader, differences, assumptions, (difference, *differences))
    first: Normal | None = None
    failure: UnsupportedError | None = None
    for rules, limit in search.stages(effort):
        for preference in Preference if differences else (Preference.HEAVIEST,):
            try:
                found = search.rewritten(difference, [*rules, *search.oriented(preference)], limit)
            except UnsupportedError as error:
                failure = failure or error
                continue
            if not found.form:
                return found
            first = first or found
    found_later: Normal | None = None
    if effort is Effort.THOROUGH and (differences or search.basic or search.powers):
        found_later = search.combined(difference, first)
    elif effort is Effort.QUICK and differences and not search.basic:
        found_later = search.combined_as_given(difference, first)
    if found_later is not None:
        return found_later
    if first is None and effort is Effort.QUICK:
        return Normal(difference)
    if first is None:
        assert failure is not None
        raise failure
    return first


class _Search:
    """The rules of one claim: relations of its inverses, assumed equations, scalars that are known to be nonzero."""

    def __init__(
        self,
        reader: Reader,
        differences: Sequence[Polynomial],
        assumptions: Assumptions,
        forms: Sequence[Polynomial],
    ) -> None:
        self.reader, self.differences, self.assumptions = reader, differences, assumptions
        self.units = _units(reader, forms)
        self.pairs = cancellations(reader)
        self.inverses = reader.all_inverses()
        self.basic = relations(self.inverses, self.units)
        self.powers = [
            orient(_POWERS - place, form, units=self.units)
            for place, form in enumerate(power_relations(reader, self.pairs))
        ]

    def stages(self, effort: Effort) -> Iterator[tuple[list[Equation], int]]:
        """Yield relations to rewrite by, and in how many steps: as they are, then with their consequences."""
        yield [*self.basic, *self.powers], _QUICK_STEPS if self.basic else STEP_LIMIT
        if self.basic and effort is not Effort.QUICK:
            yield self.relations, STEP_LIMIT

    @property
    def relations(self) -> list[Equation]:
        """The relations of the inverses and what follows from them, and those of powers."""
        return [*_consequences(_Relations(tuple(self.basic), tuple(self.pairs), self.units)), *self.powers]

    def oriented(self, preference: Preference) -> list[Equation]:
        """Return the assumed equations, each solved for a leading term."""
        defined = {equation: symbol.name for symbol, equation in _defining(self.assumptions)}
        return [
            orient(number, form, preference, defined.get(self.assumptions.equations[number]), self.units)
            for number, form in enumerate(self.differences)
        ]

    def rewritten(self, difference: Polynomial, rules: Sequence[Equation], limit: int = STEP_LIMIT) -> Normal:
        """Return the rewritten difference, the assumed equations that were used, and what cleared its denominators."""
        multipliers: list[Multiplier] = []
        difference = self.reader.relations.reduced(difference)
        if not self.differences:  # equations speak of single layers, around which the partial products stay split
            difference = self.reader.joined(difference)
        while True:
            form, uses = rewrite(difference, self.pairs, rules, limit)
            form = self.reader.relations.reduced(self.reader.joined(form))
            step = self._cleared(difference, form) if form and len(multipliers) < _MOST_MULTIPLIERS else None
            if step is None:
                return Normal(form, _assumed(uses, rules), tuple(multipliers))
            difference, multiplier = step
            multipliers.append(multiplier)

    def _cleared(self, difference: Polynomial, form: Polynomial) -> tuple[Polynomial, Multiplier] | None:
        """Return the difference times one of its denominators, and that denominator, or None when there is none."""
        relations = self.reader.relations
        if any(name in relations.reciprocals for monomial, _, _ in form for name, _ in monomial):
            larger, factor = relations.cleared(difference)
            return larger, Multiplier(factor, is_scalar=True)
        lowest = _denominator(form, {name for eq in self.differences for name in _plain_scalars(eq)})
        if lowest:
            factor = scalar({lowest: fmpq(1)})
            return difference.times_scalar(factor), Multiplier(factor, is_scalar=True)
        end = end_to_clear(form, self.inverses)
        if end is None:
            return None
        factor = end.inverse.denominator.transpose() if end.transposed else end.inverse.denominator
        larger = difference.matmul(factor) if end.on_right else factor.matmul(difference)
        return larger, Multiplier(factor, end.on_right)

    def combined(self, difference: Polynomial, first: Normal | None) -> Normal | None:
        """Return a normal form that is zero by consequences of the equations, or None."""
        if (found := self.combined_as_given(difference, first)) is not None or not self.differences:
            return found
        try:
            given = self.oriented(Preference.HEAVIEST)
            rules = [*completed([*self.basic, *given], self.pairs, self.units, lowest=-1_000), *self.powers]
            rewritten = self.rewritten(difference, rules)
        except UnsupportedError:
            return None
        return (
            rewritten
            if not rewritten.form
            else self._as_combination([rewritten, *self._starts(difference, first)], rules)
        )

    def combined_as_given(self, difference: Polynomial, first: Normal | None) -> Normal | None:
        """Return a normal form that is zero because the difference is a combination of the equations, or None."""
        return self._as_combination(self._starts(difference, first), [*self.relations, *self._oriented_singly()])

    def _starts(self, difference: Polynomial, first: Normal | None) -> list[Normal]:
        plain = Normal(self.reader.relations.reduced(difference))
        return [plain] if first is None else [first, plain]

    def _as_combination(self, starts: Sequence[Normal], rules: Sequence[Equation]) -> Normal | None:
        for start in starts:
            uses = combination(start.form, rules, self.pairs, self.units)
            if uses is not None:
                return Normal(Polynomial({}), (*start.uses, *_assumed(uses, rules)), start.multipliers)
        return None

    def _oriented_singly(self) -> Iterator[Equation]:
        """Yield those assumed equations that can be solved for a term."""
        for number, form in enumerate(self.differences):
            try:
                yield orient(number, form, units=self.units)
            except UnsupportedError:
                continue


@dataclass(frozen=True, eq=False, slots=True)
class _Relations:
    """Relations of inverses, equal to others that say the same: one claim is prepared several times."""

    equations: tuple[Equation, ...]
    pairs: tuple[Cancellation, ...]
    units: frozenset[str]

    def _key(self) -> tuple[object, ...]:
        told = tuple((rule.number, tuple(rule.polynomial().terms.items())) for rule in self.equations)
        return told, self.pairs, self.units

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Relations) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


@lru_cache(maxsize=32)
def _consequences(given: _Relations) -> tuple[Equation, ...]:
    rules = completed(given.equations, given.pairs, given.units)
    return (*rules, *traced(rules, given.pairs, given.units))


def _assumed(uses: Sequence[Use], rules: Sequence[Equation]) -> tuple[Use, ...]:
    """Return the uses of assumed equations behind all uses; relations of inverses hold by themselves."""
    return tuple(use for use in traced_back(uses, rules) if use.number >= 0)


def _units(reader: Reader, forms: Sequence[Polynomial]) -> frozenset[str]:
    """Return the scalars that are not zero: declared so, sizes, and those by which the claim divides."""
    declared = {name for name, symbol in reader.vocabulary.scalars.items() if symbol.is_nonzero}
    divided = {name for form in forms for monomial, _, _ in form for name, exponent in monomial if exponent < 0}
    return frozenset(declared | divided | set(reader.vocabulary.sizes) | set(reader.relations.reciprocals))


def _plain_scalars(difference: Polynomial) -> set[str]:
    """Return the scalars of an equation that has no letters."""
    if any(weight_of(diagram) for _, diagram, _ in difference):
        return set()
    return {name for monomial, _, _ in difference for name, _ in monomial}


def _denominator(form: Polynomial, names: set[str]) -> Monomial:
    """Return the least monomial in these scalars that clears their negative powers."""
    lowest: dict[str, Any] = {}
    for monomial, _, _ in form:
        for name, exponent in monomial:
            if name in names and exponent < 0:
                lowest[name] = max(lowest.get(name, 0), -exponent)
    return tuple(sorted(lowest.items()))


def _defining(assumptions: Assumptions) -> Iterator[tuple[Any, tuple[Any, Any]]]:
    """Yield (matrix symbol, equation) for every equation with a matrix symbol alone on one side and not on the other."""
    for equation in assumptions.equations:
        for symbol, formula in (equation, equation[::-1]):
            if isinstance(symbol, sympy.MatrixSymbol) and symbol not in getattr(formula, "free_symbols", ()):
                yield symbol, equation
                break
