"""Contracted index diagrams: products of tensors that share indices, the one data structure of the engine.

A diagram is a set of *indices* (vertices, each with a size) and of *atoms*: a letter and the indices on its legs. A matrix
W of shape m x n is an atom with two legs (row, column); a vector has one leg, a scalar none: an index of size 1 is dropped.
Every index that is not an output is summed. So

    A B        atoms A(i,j) B(j,k), rows (i), columns (k)      A^T      the outputs of A swapped
    tr(A B)    atoms A(i,j) B(j,i), no outputs                  I_n      no atom, rows (i), columns (i)
    ones       no atom, rows (i), columns (j)                   A o B    atoms A(i,j) B(i,j): an index on three ends or more
                                                                        is a hyperedge
The part that hangs together with the outputs is `open`; what does not is a multiset of `closed` scalar components.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from dlnproof.errors import UnsupportedError

Size: TypeAlias = str
Index: TypeAlias = int


class Letter(NamedTuple):
    """The name of a tensor; the legs of a symmetric letter may be exchanged."""

    name: str
    symmetric: bool = False


Atom: TypeAlias = tuple[Letter, tuple[Index, ...]]


class Component(NamedTuple):
    """Atoms on the indices 0, 1, ..., of the given sizes."""

    atoms: tuple[Atom, ...]
    sizes: tuple[Size, ...]


class Diagram(NamedTuple):
    """A diagram in canonical form: equal diagrams are isomorphic diagrams (see `canonical`).

    `rows` and `columns` are tuples of indices of the open part: empty for an output of size 1, longer than one for a
    Kronecker product. `closed` is sorted.
    """

    open: Component
    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    closed: tuple[Component, ...] = ()

    @property
    def transposed_outputs(self) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
        """The outputs of the transpose: columns, rows."""
        return self.columns, self.rows

    def letters(self) -> Iterable[Letter]:
        """Yield the letter of every atom, with repetition."""
        for part in (self.open, *self.closed):
            for letter, _ in part.atoms:
                yield letter

    def index_count(self) -> int:
        """Return the number of indices, summed or not."""
        return sum(len(part.sizes) for part in (self.open, *self.closed))


UNIT = Diagram(Component((), ()), (), ())


def shift(atoms: Iterable[Atom], by: int) -> list[Atom]:
    """Return the atoms with every index moved up by `by`."""
    return [(letter, tuple(leg + by for leg in legs)) for letter, legs in atoms]


def merge(count: int, pairs: Iterable[tuple[Index, Index]]) -> list[Index]:
    """Return for each of `count` indices the index that stands for it once each pair has been identified."""
    parent = list(range(count))

    def root(index: Index) -> Index:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return [root(index) for index in range(count)]


class Wiring(NamedTuple):
    """A diagram under construction: any labelling, closed components and isolated indices allowed."""

    sizes: Sequence[Size]
    atoms: Sequence[Atom]
    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    closed: tuple[Component, ...] = ()

    def identified(self, pairs: Iterable[tuple[Index, Index]]) -> Wiring:
        """Return the wiring with the two indices of each pair made one."""
        stands_for = merge(len(self.sizes), pairs)
        kept = [index for index, root in enumerate(stands_for) if index == root]
        place = {index: number for number, index in enumerate(kept)}
        new = [place[root] for root in stands_for]
        return Wiring(
            [self.sizes[index] for index in kept],
            [(letter, tuple([new[leg] for leg in legs])) for letter, legs in self.atoms],
            tuple([new[index] for index in self.rows]),
            tuple([new[index] for index in self.columns]),
            self.closed,
        )


def unwired(diagram: Diagram) -> Wiring:
    """Return a wiring of the diagram, its open part first, in which closed components are ordinary atoms."""
    sizes = list(diagram.open.sizes)
    atoms = list(diagram.open.atoms)
    for part in diagram.closed:
        atoms += shift(part.atoms, len(sizes))
        sizes += part.sizes
    return Wiring(sizes, atoms, diagram.rows, diagram.columns)


def unlike_factors() -> UnsupportedError:
    """Return the error of two indices that are made one although they are of different sizes."""
    return UnsupportedError(
        "two indices of one length that are composed of different sizes (a Kronecker product against another "
        "factorisation of its size) are not supported yet; write both as Kronecker products or vec of the same factors"
    )
