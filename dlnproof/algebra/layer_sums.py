"""Whether a sum of terms over layers vanishes for every depth: the canonical form of sums over layers.

The indices on the runs of a settled diagram are its parameters q. A term contributes its weight to every q that its bound
indices reach, which makes it a function of (free indices, q): a polynomial on a region; a bound index that the diagram does
not show is summed in closed form. Distinct diagrams, and one diagram with distinct parameters up to its symmetries, are
linearly independent functions of the matrices once sizes are large enough, so a sum vanishes iff for every anonymous diagram
its functions, averaged over the symmetries, add up to zero on all integer points. That is decided by splitting at every
constraint that is open.

This does away with the names of bound indices, shifts, reversals (i -> H + 1 - i), the place where a range is split and the
order of summation. It is sound always. It is complete where all ranges and indices compare two indices up to a constant
(x - y >= c), without assumed equations: then a form that is not zero is different from zero at some depth. For other affine
indices (reversed and plain ones in one diagram) an empty region may go unnoticed, and "not zero" decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dlnproof.algebra.affine import Affine, Region, feasible, implied, region, variable
from dlnproof.algebra.canonical import canonical
from dlnproof.algebra.diagram import Diagram, Index, Wiring, unwired
from dlnproof.algebra.index_polynomial import plus, substituted, summed
from dlnproof.algebra.layer_terms import Run, Term, Width, settled, without_isolated
from dlnproof.algebra.scalars import Monomial, ScalarPolynomial
from dlnproof.errors import UnsupportedError

_MOST_SYMMETRIES = 1_000
_THIN = 6
Piece: TypeAlias = tuple[Region, ScalarPolynomial]
Shape: TypeAlias = tuple[Monomial, Diagram]


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is left of a sum: the shapes whose terms do not cancel, and their number; empty when it vanishes."""

    shapes: tuple[Shape, ...]

    def __bool__(self) -> bool:
        return bool(self.shapes)


def remainder(terms: Iterable[Term], roots: Sequence[Region]) -> Remainder:
    """Return the shapes whose terms do not add up to zero on some of the root regions."""
    left = [without_isolated(term) for term in terms]
    found: dict[Shape, None] = {}
    for root in roots:
        groups: dict[Shape, list[Piece]] = {}
        for term in _uncancelled([term.within(*root) for term in left], root):
            for part in settled(term):
                shape, orbit = _orbit(part)
                groups.setdefault(shape, []).extend(piece for pieces in orbit for piece in _shared(pieces, len(orbit)))
        for shape, pieces in groups.items():
            if shape not in found and not _vanish(_collected(pieces, root), root):
                found[shape] = None
    return Remainder(tuple(found))


def _shared(pieces: Sequence[Piece], count: int) -> Iterator[Piece]:
    for where, weight in pieces:
        yield where, {monomial: coefficient / count for monomial, coefficient in weight.items()}


def _collected(pieces: Iterable[Piece], root: Region) -> list[Piece]:
    total: dict[Region, ScalarPolynomial] = {}
    for where, weight in pieces:
        lean = _lean(where, root)
        total[lean] = plus(total.get(lean, {}), weight)
    return [(where, weight) for where, weight in total.items() if weight]


def _uncancelled(terms: list[Term], root: Region) -> Iterator[Term]:
    """Yield the terms without those that cancel as they stand, before anything is split."""
    total: dict[object, ScalarPolynomial] = {}
    members: list[tuple[object, Term]] = []
    for term in terms:
        if not feasible(term.region):
            continue
        shape, orbit = _orbit(term)
        candidates = [(tuple(sorted(_lean(pieces[0][0], root))), pieces[0][1]) for pieces in orbit if len(pieces) == 1]
        if len(candidates) < len(orbit):
            yield term
            continue
        where, weight = min(candidates, key=lambda item: item[0])
        key = (shape, where)
        total[key] = plus(total.get(key, {}), weight)
        members.append((key, term))
    yield from (term for key, term in members if total[key])


def _lean(where: Region, root: Region) -> Region:
    """Return the region without constraints that follow from the others and the root."""
    kept = set(where - root)
    for g in sorted(kept, key=lambda form: (-len(form.terms), form)):
        kept.discard(g)
        if not implied(root | kept, g):
            kept.add(g)
    return frozenset(kept)


# a term as a function of its parameters


def _orbit(term: Term) -> tuple[Shape, list[list[Piece]]]:
    """Return the anonymous shape of a term and, for each symmetry, its weight as a function of the parameters q."""
    anonymous = Wiring(
        [f"width {size.name}" if isinstance(size, Width) else size for size in term.sizes],
        [(item.anonymous if isinstance(item, Run) else item, legs) for item, legs in term.items],
        term.rows,
        term.columns,
    )
    diagram = canonical(anonymous)[1]
    orbit = []
    for matching in _isomorphisms(unwired(diagram), anonymous):
        parameters = [end for number in matching if isinstance(run := term.items[number][0], Run) for end in run.ends]
        orbit.append(list(_function(term, parameters)))
    return (term.scalars, diagram), orbit


def _isomorphisms(pattern: Wiring, host: Wiring) -> Iterator[list[int]]:
    """Yield for every isomorphism the atom of `host` that corresponds to each atom of `pattern`."""
    image: dict[Index, Index] = {}
    for one, two in zip((*pattern.rows, *pattern.columns), (*host.rows, *host.columns), strict=True):
        image[one] = two

    def extend(place: int, used: list[int], image: dict[Index, Index]) -> Iterator[list[int]]:
        if place == len(pattern.atoms):
            yield list(used)
            return
        letter, legs = pattern.atoms[place]
        for number, (other, targets) in enumerate(host.atoms):
            if number in used or other != letter or len(legs) != len(targets):
                continue
            for order in {targets, targets[::-1]} if letter.symmetric else {targets}:
                new = dict(image)
                taken = set(new.values())
                fits = True
                for leg, to in zip(legs, order, strict=True):
                    if leg in new:
                        fits = new[leg] == to
                    else:
                        fits = to not in taken and pattern.sizes[leg] == host.sizes[to]
                        new[leg] = to
                        taken.add(to)
                    if not fits:
                        break
                if fits:
                    yield from extend(place + 1, [*used, number], new)

    for found, matching in enumerate(extend(0, [], image)):
        if found >= _MOST_SYMMETRIES:
            raise UnsupportedError("a product of so many equal sums over layers is not supported yet")
        yield matching


def _function(term: Term, parameters: Sequence[Affine]) -> Iterator[Piece]:
    equations = [variable(f"?{place}") - end for place, end in enumerate(parameters)]
    constraints, weight = list(term.region), term.weight
    open_names = set(term.bound)
    while True:
        solvable = [
            (name, equation)
            for equation in equations
            for name in sorted(equation.names() & open_names)
            if abs(equation.coefficient(name)) == 1
        ]
        if not solvable:
            break
        name, equation = solvable[0]
        sign = equation.coefficient(name)
        value = (equation - variable(name).scaled(sign)).scaled(-sign)
        equations = [item.replaced(name, value) for item in equations if item != equation]
        constraints = [g.replaced(name, value) for g in constraints]
        weight = substituted(weight, name, value)
        open_names.discard(name)
    if any(equation.names() & open_names for equation in equations):
        raise UnsupportedError("a bound layer index with a factor, such as W[2*i], is not supported yet")
    constraints += [side for equation in equations for side in (equation, -equation)]
    yield from _counted(region(constraints), weight, sorted(open_names))


def _counted(where: Region, weight: ScalarPolynomial, names: Sequence[str]) -> Iterator[Piece]:
    """Yield (region, weight) with the variables that no run shows summed in closed form."""
    if not names:
        if feasible(where):
            yield where, weight
        return
    name, rest = names[0], names[1:]
    lows: list[Affine] = []
    highs: list[Affine] = []
    others: list[Affine] = []
    for g in where:
        coefficient = g.coefficient(name)
        if abs(coefficient) > 1:
            raise UnsupportedError("a bound layer index with a factor, such as W[2*i], is not supported yet")
        if coefficient:
            bound = (g - variable(name).scaled(coefficient)).scaled(-coefficient)
            (lows if coefficient > 0 else highs).append(bound)
        else:
            others.append(g)
    if not (lows and highs):
        raise UnsupportedError("a sum over a layer index without a range is not supported yet")
    for k, low in enumerate(lows):
        lowest = [low - other - (m < k) for m, other in enumerate(lows) if m != k]
        for n, high in enumerate(highs):
            highest = [other - high - (m < n) for m, other in enumerate(highs) if m != n]
            inside = region([*others, *lowest, *highest, high - low])
            if feasible(inside):
                yield from _counted(inside, summed(weight, name, low, high), rest)


# zero or not


def _vanish(pieces: Sequence[Piece], context: Region) -> bool:
    """Return whether the weights add up to zero at all integer points of the context."""
    alive = []
    for where, weight in pieces:
        open_part = frozenset(g for g in where if not implied(context, g))
        if feasible(context | open_part):
            alive.append((open_part, weight))
    if not alive:
        return True
    chosen = _most_telling(alive)
    if chosen is None:
        total: ScalarPolynomial = {}
        for _, weight in alive:
            total = plus(total, weight)
        return _is_zero(total, context)
    return _vanish(alive, context | {chosen}) and _vanish(alive, context | {(-chosen - 1).tight()})


def _most_telling(alive: Sequence[Piece]) -> Affine | None:
    """Return an open constraint: one half of an equation if there is one, else one that most pieces share."""
    counts: dict[Affine, int] = {}
    for where, _ in alive:
        for g in where:
            counts[g] = counts.get(g, 0) + 1 + (1_000 if (-g).tight() in where else 0)
    return max(sorted(counts), key=lambda g: counts[g], default=None)


def _is_zero(total: ScalarPolynomial, context: Region) -> bool:
    """Return whether a polynomial vanishes at all integer points of a nonempty region.

    Equations of the region are used up first, thin ranges are split into their values; what is left of the region then holds
    a cone of full dimension, on which only the zero polynomial vanishes.
    """
    while total:
        solved = next(
            (
                (name, g)
                for g in sorted(context)
                for name, coefficient in g.terms
                if abs(coefficient) == 1 and implied(context, -g)
            ),
            None,
        )
        if solved is None:
            break
        name, g = solved
        sign = g.coefficient(name)
        value = (g - variable(name).scaled(sign)).scaled(-sign)
        total = substituted(total, name, value)
        context = region(form.replaced(name, value) for form in context)
    if not total:
        return True
    for g in sorted(context):
        if implied(context, -g + _THIN):
            cases = [context | {(g - k).tight(), (-g + k).tight()} for k in range(_THIN + 1)]
            return all(_is_zero(total, case) for case in cases if feasible(case))
    return False
