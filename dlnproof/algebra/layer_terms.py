"""Terms of sums over layers: a diagram whose letters carry layer indices, counted over a region of these indices.

A `Run` is a letter with indices: the partial product of a chain (top, below), a power of a letter (exponent), a scalar of a
layer (index). `settled` splits the region of a term until it is known which runs are empty and which meet: W_{i-1:1} is the
identity where i = 1 and a matrix of its own where i > 1, so boundary terms come out by themselves. In a settled term all
runs are longer than empty and all that meet are joined, hence two settled terms are equal at given integer indices iff
their diagrams are isomorphic with equal indices on corresponding runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from flint import fmpq

from dlnproof.algebra.affine import Affine, Region, feasible, possible
from dlnproof.algebra.diagram import Index, Letter, Size, merge
from dlnproof.algebra.index_polynomial import product
from dlnproof.algebra.scalars import ONE, Monomial, ScalarPolynomial, power_of, times

SEGMENT, POWER, SCALAR, RECIPROCAL = "segment", "power", "scalar", "reciprocal"


class Width(NamedTuple):
    """The width of a layer as a size."""

    name: str
    layer: Affine


class Run(NamedTuple):
    """A letter with layer indices: `ends` are (top, below) of a segment, the exponent of a power, the index of a scalar."""

    kind: str
    name: str
    ends: tuple[Affine, ...]
    symmetric: bool = False

    @property
    def length(self) -> Affine | None:
        """How many factors a segment or a power has; it is an identity when this is 0."""
        if self.kind == SEGMENT:
            return self.ends[0] - self.ends[1]
        return self.ends[0] if self.kind == POWER else None

    @property
    def anonymous(self) -> Letter:
        """The letter without its indices."""
        return Letter(f"{self.kind} {self.name}", self.symmetric)


Item: TypeAlias = tuple[Letter | Run, tuple[Index, ...]]


@dataclass(frozen=True, slots=True)
class Term:
    """`weight * scalars * diagram`, summed over all integers `bound` of the region; the other variables are free."""

    region: Region
    bound: frozenset[str]
    weight: ScalarPolynomial
    scalars: Monomial
    sizes: tuple[Size | Width, ...]
    items: tuple[Item, ...]
    rows: tuple[Index, ...]
    columns: tuple[Index, ...]

    def within(self, *constraints: Affine) -> Term:
        """Return the term over the part of its region that satisfies further constraints."""
        return replace(self, region=self.region | {g.tight() for g in constraints})

    def identified(self, pairs: Sequence[tuple[Index, Index]]) -> Term:
        """Return the term with the two indices of each pair made one."""
        stands_for = merge(len(self.sizes), pairs)
        kept = [index for index, root in enumerate(stands_for) if index == root]
        place = {index: number for number, index in enumerate(kept)}

        def moved(legs: tuple[Index, ...]) -> tuple[Index, ...]:
            return tuple(place[stands_for[leg]] for leg in legs)

        return replace(
            self,
            sizes=tuple(self.sizes[index] for index in kept),
            items=tuple((item, moved(legs)) for item, legs in self.items),
            rows=moved(self.rows),
            columns=moved(self.columns),
        )


def without_isolated(term: Term) -> Term:
    """Return the term with every summed index that no letter has taken out as a factor, its size."""
    used = {leg for _, legs in term.items for leg in legs} | {*term.rows, *term.columns}
    if len(used) == len(term.sizes):
        return term
    weight, scalars, items = term.weight, term.scalars, list(term.items)
    for index, size in enumerate(term.sizes):
        if index in used:
            continue
        if isinstance(size, Width):
            items.append((Run(SCALAR, size.name, (size.layer,)), ()))
        elif size.isdigit():
            weight = product(weight, {ONE: fmpq(int(size))})
        else:
            scalars = times(scalars, power_of(size))
    place = {index: number for number, index in enumerate(sorted(used))}

    def moved(legs: tuple[Index, ...]) -> tuple[Index, ...]:
        return tuple(place[leg] for leg in legs)

    return replace(
        term,
        weight=weight,
        scalars=scalars,
        sizes=tuple(term.sizes[index] for index in sorted(used)),
        items=tuple((item, moved(legs)) for item, legs in items),
        rows=moved(term.rows),
        columns=moved(term.columns),
    )


def settled(term: Term) -> Iterator[Term]:
    """Yield terms over disjoint parts of the region, with no run empty and all runs that meet joined; their sum is the term."""
    pending = [term]
    while pending:
        current = pending.pop()
        if not feasible(current.region):
            continue
        parts = _next(current)
        if parts is None:
            yield without_isolated(current)
        else:
            pending.extend(parts)


def _next(term: Term) -> list[Term] | None:
    for number, (run, legs) in enumerate(term.items):
        if isinstance(run, Run) and (length := run.length) is not None and possible(term.region, -length):
            if possible(term.region, length - 1):
                return [term.within(length - 1), term.within(-length)]
            rest = replace(term, items=term.items[:number] + term.items[number + 1 :])
            return [rest.identified([(legs[0], legs[1])])]
    return _join(term) or _cancel(term)


def _join(term: Term) -> list[Term] | None:
    ends: list[list[tuple[int, int]]] = [[] for _ in term.sizes]
    for number, (_, legs) in enumerate(term.items):
        for place, leg in enumerate(legs):
            ends[leg].append((number, place))
    outputs = {*term.rows, *term.columns}
    for index, meeting in enumerate(ends):
        if len(meeting) != 2 or index in outputs or meeting[0][0] == meeting[1][0]:
            continue
        for (one, one_place), (two, two_place) in (meeting, meeting[::-1]):
            first, second = term.items[one][0], term.items[two][0]
            if not (isinstance(first, Run) and isinstance(second, Run)):
                continue
            if (first.kind, first.name) != (second.kind, second.name):
                continue
            if not first.symmetric and (one_place, two_place) != (1, 0):
                continue
            if first.kind == POWER:
                joined = first._replace(ends=(first.ends[0] + second.ends[0],))
            else:
                gap = first.ends[1] - second.ends[0]
                apart = [side for side in (gap - 1, -gap - 1) if possible(term.region, side)]
                meets = possible(term.region.union({gap.tight(), (-gap).tight()}), Affine(()))
                if not meets:
                    continue
                if apart:
                    return [term.within(gap, -gap), *(term.within(side) for side in apart)]
                joined = first._replace(ends=(first.ends[0], second.ends[1]))
            outer = (term.items[one][1][1 - one_place], term.items[two][1][1 - two_place])
            kept = tuple(item for number, item in enumerate(term.items) if number not in (one, two))
            return [_without_index(replace(term, items=(*kept, (joined, outer))), index)]
    return None


def _without_index(term: Term, gone: Index) -> Term:
    def moved(legs: tuple[Index, ...]) -> tuple[Index, ...]:
        return tuple(leg - (leg > gone) for leg in legs)

    return replace(
        term,
        sizes=term.sizes[:gone] + term.sizes[gone + 1 :],
        items=tuple((item, moved(legs)) for item, legs in term.items),
        rows=moved(term.rows),
        columns=moved(term.columns),
    )


def _cancel(term: Term) -> list[Term] | None:
    """Cancel a scalar of a layer against its reciprocal where their indices are equal."""
    for one, (first, _) in enumerate(term.items):
        if not (isinstance(first, Run) and first.kind == RECIPROCAL):
            continue
        for two, (second, _) in enumerate(term.items):
            if not (isinstance(second, Run) and second.kind == SCALAR and second.name == first.name):
                continue
            gap = first.ends[0] - second.ends[0]
            apart = [side for side in (gap - 1, -gap - 1) if possible(term.region, side)]
            if not feasible(term.region | {gap.tight(), (-gap).tight()}):
                continue
            if apart:
                return [term.within(gap, -gap), *(term.within(side) for side in apart)]
            kept = tuple(item for number, item in enumerate(term.items) if number not in (one, two))
            return [replace(term, items=kept)]
    return None
