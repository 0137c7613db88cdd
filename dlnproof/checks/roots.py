"""Candidate roots of a sum of squares: the tensors that come out when the diagrams of a difference are cut in two.

A term tr(u^T u) shows its half u. Cut at other indices, |u|^2 |v|^2 shows u_i v_j and its turned copies u_j v_i, whose
difference is Lagrange's; n |u|^2 shows u_i 1_j (Jensen) and u_i delta_jk (the trace against the identity); with indices
identified it shows diagonals. What is found here is only proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import NamedTuple

from flint import fmpq

from dlnproof.algebra.diagram import Atom, Diagram, Index, Wiring, shift, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, single, wired
from dlnproof.algebra.scalars import Monomial, raised, times

_MOST_ATOMS = 8
_MOST_LEGS = 4
_SMALLEST_SPLIT = 5  # total degree up to which a monomial is split in every way

Term = tuple[Monomial, Diagram]


class Root(NamedTuple):
    """A scalar monomial times a tensor; `wiring.rows` are its legs, none for a scalar."""

    monomial: Monomial
    wiring: Wiring

    @property
    def legs(self) -> tuple[str, ...]:
        """The sizes of the legs in order."""
        return tuple(self.wiring.sizes[leg] for leg in self.wiring.rows)

    def polynomial(self, rows: tuple[Index, ...], columns: tuple[Index, ...]) -> Polynomial:
        """Return the root as a matrix: the legs of the given places are its rows and its columns."""
        own = self.wiring.rows
        arranged = self.wiring._replace(rows=tuple(own[k] for k in rows), columns=tuple(own[k] for k in columns))
        return collect([wired(self.monomial, arranged, fmpq(1))])


def inner(first: Root, second: Root) -> Polynomial:
    """Return the sum over all legs of the product of two roots of the same legs."""
    count = len(first.wiring.sizes)
    atoms = [*first.wiring.atoms, *shift(second.wiring.atoms, count)]
    both = Wiring([*first.wiring.sizes, *second.wiring.sizes], atoms, (), ())
    pairs = [(a, b + count) for a, b in zip(first.wiring.rows, second.wiring.rows, strict=True)]
    return collect([wired(times(first.monomial, second.monomial), both.identified(pairs), fmpq(1))])


def halves(terms: Iterable[Term], is_positive: Callable[[str], bool], is_size: Callable[[str], bool]) -> list[Root]:
    """Return the roots whose squares are terms, with spare legs for a factor that is a size."""
    found: dict[object, Root] = {}
    for monomial, diagram in terms:
        wiring = unwired(diagram)
        spare = [name for name, exponent in monomial if is_size(name) and exponent == 1]
        for root in _cuts(monomial, wiring, is_positive, mirrored=True):
            _add(found, root)
        for name in spare:
            rest = tuple(item for item in monomial if item[0] != name)
            for root in _cuts(rest, wiring, is_positive, mirrored=True):
                leg = len(root.wiring.sizes)
                sizes = [*root.wiring.sizes, name]
                for legs in ((leg,), (leg, leg)):
                    _add(found, Root(root.monomial, root.wiring._replace(sizes=sizes, rows=root.wiring.rows + legs)))
    return list(found.values())


def parts(terms: Iterable[Term], is_positive: Callable[[str], bool]) -> list[Root]:
    """Return the two parts of every cut of every term, whether they mirror each other or not."""
    found: dict[object, Root] = {}
    for monomial, diagram in terms:
        for root in _cuts(monomial, unwired(diagram), is_positive, mirrored=False):
            _add(found, root)
    return list(found.values())


def turned(roots: Iterable[Root]) -> list[Root]:
    """Return the roots with their legs of equal size exchanged in every way."""
    found: dict[object, Root] = {}
    for root in roots:
        legs = root.wiring.rows
        for order in permutations(range(len(legs))):
            if tuple(root.legs[k] for k in order) == tuple(sorted(root.legs)):
                _add(found, Root(root.monomial, root.wiring._replace(rows=tuple(legs[k] for k in order))))
    return list(found.values())


def with_diagonals(roots: Iterable[Root]) -> list[Root]:
    """Return the roots, and each with pairs of its legs of equal size made one index."""
    found: dict[object, Root] = {}
    for root in roots:
        _add(found, root)
        legs = root.wiring.rows
        pairs = [
            (a, b) for a, b in combinations(dict.fromkeys(legs), 2) if root.wiring.sizes[a] == root.wiring.sizes[b]
        ]
        for count in (1, 2):
            for chosen in combinations(pairs, count):
                _add(found, Root(root.monomial, root.wiring.identified(chosen)))
    return list(found.values())


def _add(found: dict[object, Root], root: Root) -> None:
    if len(root.wiring.rows) <= _MOST_LEGS:
        found.setdefault((root.monomial, tuple(single(root.wiring).terms)), root)


def _cuts(monomial: Monomial, wiring: Wiring, is_positive: Callable[[str], bool], *, mirrored: bool) -> Iterator[Root]:
    atoms = wiring.atoms
    count = len(atoms)
    if count > _MOST_ATOMS:
        return
    scalars = list(_splits(monomial, is_positive, mirrored=mirrored, alone=not count))
    chosen_sizes = [count // 2] if mirrored else range(1, count)
    if mirrored and count % 2:
        return
    if not count:
        yield from (Root(scalar, Wiring([], [], (), ())) for scalar in scalars)
        return
    for size in chosen_sizes:
        for chosen in combinations(range(count), size):
            own = [atoms[k] for k in chosen]
            other = [atoms[k] for k in range(count) if k not in chosen]
            if mirrored and sorted(a[0] for a in own) != sorted(a[0] for a in other):
                continue
            ends = [{leg for _, legs in half for leg in legs} for half in (own, other)]
            for legs in dict.fromkeys((tuple(sorted(ends[0] & ends[1])), tuple(sorted(ends[0] | ends[1])))):
                root = _part(wiring, own, legs)
                if mirrored and single(root).terms != single(_part(wiring, other, legs)).terms:
                    continue
                yield from (Root(scalar, root) for scalar in scalars)


def _part(wiring: Wiring, atoms: Sequence[Atom], legs: tuple[Index, ...]) -> Wiring:
    used = sorted({leg for _, ends in atoms for leg in ends} | set(legs))
    place = {index: number for number, index in enumerate(used)}
    moved = [(letter, tuple(place[leg] for leg in ends)) for letter, ends in atoms]
    return Wiring([wiring.sizes[index] for index in used], moved, tuple(place[leg] for leg in legs), ())


def _splits(
    monomial: Monomial, is_positive: Callable[[str], bool], *, mirrored: bool, alone: bool
) -> Iterator[Monomial]:
    """Yield monomials: the real square root, and where no square is asked for the divisors too."""
    if all(exponent % 2 == 0 or is_positive(name) for name, exponent in monomial):
        yield raised(monomial, Fraction(1, 2))
    if mirrored or any(exponent < 0 or Fraction(exponent).denominator > 1 for _, exponent in monomial):
        return
    if sum(int(exponent) for _, exponent in monomial) > _SMALLEST_SPLIT:
        return
    ranges = [range(int(exponent) + 1) for _, exponent in monomial]
    for powers in product(*ranges) if alone else [tuple(r[-1] for r in ranges), (0,) * len(ranges)]:
        yield tuple((name, power) for (name, _), power in zip(monomial, powers, strict=True) if power)
