"""Canonical labelling of any component: individualisation and refinement, pruned by automorphisms.

Source: B. D. McKay and A. Piperno, Practical graph isomorphism II, J. Symbolic Computation 60 (2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from dlnproof.algebra.diagram import Atom, Component, Index, Size
from dlnproof.errors import UnsupportedError

_Colours: TypeAlias = dict[Index, int]
_LEAF_LIMIT = 20_000


def least_code(
    sizes: Sequence[Size], atoms: Sequence[Atom], members: Sequence[Index], roots: Sequence[Index]
) -> tuple[Component, dict[Index, int]]:
    """Return (component, label): the least relabelled form of `atoms` on `members`, roots first in their order.

    Raises UnsupportedError when the symmetry of the diagram is too large to search.
    """
    search = _Search(sizes, atoms, members, roots)
    search.descend(search.refine(search.start), ())
    assert search.best is not None
    return search.best, search.best_label


class _Search:
    """The search tree: `best` is the least leaf so far, `automorphisms` the symmetries that equal leaves revealed."""

    def __init__(
        self, sizes: Sequence[Size], atoms: Sequence[Atom], members: Sequence[Index], roots: Sequence[Index]
    ) -> None:
        self.sizes, self.atoms, self.members = sizes, atoms, list(members)
        self.ends: dict[Index, list[tuple[Atom, int]]] = {index: [] for index in members}
        for atom in atoms:
            for place, leg in enumerate(atom[1]):
                self.ends[leg].append((atom, 0 if atom[0].symmetric else place))
        rank = {index: place for place, index in enumerate(roots)}
        last = len(roots)
        self.start = _ranked({index: (rank.get(index, last), sizes[index]) for index in members})
        self.best: Component | None = None
        self.best_label: dict[Index, int] = {}
        self.automorphisms: list[dict[Index, Index]] = []
        self.leaves = 0

    def refine(self, colours: _Colours) -> _Colours:
        """Split colours by what the atoms at each index see until nothing splits."""
        count = len(set(colours.values()))
        while True:
            views = {}
            for index in self.members:
                seen = []
                for (letter, legs), place in self.ends[index]:
                    around = [colours[leg] for leg in legs]
                    seen.append((letter, place, tuple(sorted(around) if letter.symmetric else around)))
                views[index] = (colours[index], tuple(sorted(seen)))
            colours = _ranked(views)
            new_count = len(set(colours.values()))
            if new_count == count:
                return colours
            count = new_count

    def descend(self, colours: _Colours, prefix: tuple[Index, ...]) -> None:
        """Visit the leaves below a node whose individualised indices are `prefix`."""
        cells: dict[int, list[Index]] = {}
        for index, colour in colours.items():
            cells.setdefault(colour, []).append(index)
        split = min((colour for colour, cell in cells.items() if len(cell) > 1), default=None)
        if split is None:
            self.leaf(colours)
            return
        tried: list[Index] = []
        for index in cells[split]:
            if any(other in self.orbit(index, prefix) for other in tried):
                continue
            tried.append(index)
            # the individualised index comes before the rest of its cell
            own = {other: (colour, other != index) for other, colour in colours.items()}
            self.descend(self.refine(_ranked(own)), (*prefix, index))

    def leaf(self, colours: _Colours) -> None:
        self.leaves += 1
        if self.leaves > _LEAF_LIMIT:
            raise UnsupportedError(
                f"a diagram with {len(self.members)} indices and {len(self.atoms)} atoms has more than {_LEAF_LIMIT} "
                "readings: too symmetric a formula is not supported yet; expand it into smaller claims"
            )
        code = []
        for letter, legs in self.atoms:
            new = tuple(colours[leg] for leg in legs)
            code.append((letter, tuple(sorted(new)) if letter.symmetric else new))
        place = sorted(self.members, key=colours.__getitem__)
        component = Component(tuple(sorted(code)), tuple(self.sizes[index] for index in place))
        if self.best is None or component < self.best:
            self.best, self.best_label = component, dict(colours)
        elif component == self.best:
            at = {label: index for index, label in self.best_label.items()}
            self.automorphisms.append({index: at[label] for index, label in colours.items()})

    def orbit(self, index: Index, prefix: tuple[Index, ...]) -> set[Index]:
        """Return the orbit of `index` under the known automorphisms that fix `prefix` point by point."""
        fixing = [auto for auto in self.automorphisms if all(auto[point] == point for point in prefix)]
        orbit, queue = {index}, [index]
        inverse = [{image: point for point, image in auto.items()} for auto in fixing]
        while queue:
            point = queue.pop()
            for auto in (*fixing, *inverse):
                if auto[point] not in orbit:
                    orbit.add(auto[point])
                    queue.append(auto[point])
        return orbit


def _ranked(views: dict[Index, Any]) -> _Colours:
    """Return the rank of each view among the distinct ones: a colouring that does not depend on the labelling."""
    rank = {view: place for place, view in enumerate(sorted(set(views.values())))}
    return {index: rank[view] for index, view in views.items()}
