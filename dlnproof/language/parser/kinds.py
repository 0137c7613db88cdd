"""Which small letters of a formula are vectors: those declared so, and those that are used as only a vector can be.

By convention a capital letter is a matrix and a small one a scalar. A small letter is a vector where it is transposed, stands
in a norm, in diag(...), in an entrywise or inner product, or is averaged over; and a single small Latin letter also where it is
the last factor after a matrix, or is added to one; u, v, w, x, y, z and h also beside a transposed vector and in a
Kronecker product. What is guessed wrongly meets sizes that do
not fit, and the message says how to declare it: a capital letter is never taken for a vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TypeAlias

from dlnproof.language.parser import syntax
from dlnproof.language.parser.declarations import Declarations
from dlnproof.language.parser.names import is_capital, is_single_letter
from dlnproof.language.parser.syntax import Tree, bare, walk

# (has one row, has one column) as far as the letters say; None for a scalar
Outline: TypeAlias = tuple[bool, bool] | None
_VECTOR_LETTERS = frozenset("uvwxyzh")


class Kinds:
    """What every name of some formulas is; `vectors` are column vectors that no shape was declared for."""

    def __init__(self, trees: Sequence[Tree], declared: Declarations) -> None:
        self._declared = declared
        self.sizes = {size for tree in trees for node in walk(tree) for size in _sizes(node) if not size.isdigit()}
        self.sizes |= {size for pair in declared.shapes.values() for size in pair if not size.isdigit()}
        self.vectors: set[str] = set(declared.vectors)
        self.noises = {
            name for tree in trees for node in walk(tree) if isinstance(node, syntax.Expected) for name in node.noises
        }
        nodes = [node for tree in trees for node in walk(tree)][::-1]  # inner pieces first
        sums = [node for node in nodes if isinstance(node, syntax.Sum)]
        self._settle(nodes)
        for number in range(len(sums)):
            # what a sum says counts only once everything inside it is known
            if self._look_at_sum(sums[number]):
                self._settle(nodes)

    def _settle(self, nodes: Sequence[Tree]) -> None:
        while True:
            before = len(self.vectors)
            for node in nodes:
                self._look(node)
            if len(self.vectors) == before:
                return

    def _look_at_sum(self, tree: syntax.Sum) -> bool:
        before = len(self.vectors)
        if self.outline(tree) is not None:
            for _, term in tree.terms:
                self._use(term, latin_only=True)
        return len(self.vectors) > before

    def is_matrix(self, name: str) -> bool:
        """Return whether the name is a matrix or a vector."""
        if self._declared.is_scalar(name) or name in self.sizes:
            return False
        return self._declared.is_matrix(name) or name in self.vectors or is_capital(name)

    def outline(self, tree: Tree) -> Outline:
        """Return what the letters of a formula say about its shape."""
        match tree:
            case syntax.Name(name=name):
                return self._outline_of_name(name)
            case syntax.IdentityMatrix():
                return False, False
            case syntax.Ones(rows=rows, columns=columns):
                return rows == "1", columns == "1"
            case syntax.Sum(terms=terms):
                return reduce(_union, (self.outline(term) for _, term in terms))
            case syntax.Product(factors=factors):
                return self._outline_of_product([self.outline(factor) for _, factor in factors])
            case syntax.Entrywise(factors=parts):
                return reduce(_union, map(self.outline, parts))
            case syntax.Kronecker(factors=parts):
                outlines = [outline for outline in map(self.outline, parts) if outline]
                return (all(o[0] for o in outlines), all(o[1] for o in outlines)) if outlines else None
            case syntax.Transposed(inner=inner):
                outline = self.outline(inner)
                return outline and (outline[1], outline[0])
            case syntax.Power(base=base) | syntax.EntryPower(base=base):
                return self.outline(base)
            case syntax.Group(inner=inner) | syntax.Expected(inner=inner):
                return self.outline(inner)
            case syntax.Call(function="diag", arguments=(argument,)):
                outline = self.outline(argument)
                return (False, False) if outline and True in outline else (False, True)
            case syntax.Call(function="diagonal" | "vec"):
                return False, True
            case syntax.Call(function="inv"):
                return False, False
            case syntax.Call(function="kron", arguments=parts):
                return self.outline(syntax.Kronecker(tree.start, tree.end, parts))
        return None

    def _outline_of_name(self, name: str) -> Outline:
        if not self.is_matrix(name):
            return None
        if name in self._declared.symbols:
            rows, columns = self._declared.symbols[name].shape
            return rows == 1, columns == 1
        if name in self._declared.shapes:
            rows, columns = self._declared.shapes[name]
            return rows == "1", columns == "1"
        return False, name in self.vectors

    def _outline_of_product(self, outlines: list[Outline]) -> Outline:
        matrices = [outline for outline in outlines if outline is not None]
        if not matrices:
            return None
        first, last = matrices[0][0], matrices[-1][1]
        return None if first and last else (first, last)

    def _look(self, node: Tree) -> None:
        match node:
            case syntax.Transposed(inner=inner):
                self._use(inner)
            case syntax.Norm(inner=inner):
                self._use(inner)
            case syntax.Call(function=("diag" | "diagonal" | "vec" | "inv"), arguments=(argument,)):
                self._use(argument)
            case syntax.Inner(left=left, right=right):
                self._use(left)
                self._use(right)
            case syntax.EntryPower(base=base):
                self._use(base)
            case syntax.Entrywise(factors=parts):
                for part in parts:
                    self._use(part)
            case syntax.Kronecker(factors=parts) | syntax.Call(function="kron", arguments=parts):
                for part in parts:
                    if isinstance(part, syntax.Name) and part.name[0] in _VECTOR_LETTERS:
                        self._use(part, latin_only=True)
            case syntax.Expected(noises=noises):
                self.vectors |= {name for name in noises if self._may_be_vector(name)}
            case syntax.Product(factors=factors):
                self._look_at_product([factor for divided, factor in factors if not divided])

    def _look_at_product(self, factors: list[Tree]) -> None:
        after_matrix = after_row = False
        for place, factor in enumerate(factors):
            following = factors[place + 1] if place + 1 < len(factors) else None
            before_row = following is not None and _is_transposed_letter(following, self)
            if (after_matrix and (following is None or before_row)) or (
                (after_row or before_row) and isinstance(factor, syntax.Name) and factor.name[0] in _VECTOR_LETTERS
            ):
                self._use(factor, latin_only=True)
            outline = self.outline(factor)
            after_matrix = outline is not None and not outline[1]
            after_row = _is_transposed_letter(factor, self)

    def _use(self, tree: Tree, latin_only: bool = False) -> None:
        """Take note that the piece is used as a vector or matrix; a scalar in front of a product stays one."""
        tree = bare(tree)
        if isinstance(tree, syntax.Name):
            if self._may_be_vector(tree.name) and (not latin_only or is_single_letter(tree.name)):
                self.vectors.add(tree.name)
        elif isinstance(tree, syntax.Sum):
            for _, term in tree.terms:
                self._use(term, latin_only=True)

    def _may_be_vector(self, name: str) -> bool:
        return not (
            is_capital(name) or self._declared.is_scalar(name) or self._declared.is_matrix(name) or name in self.sizes
        )


def _is_transposed_letter(tree: Tree, kinds: Kinds) -> bool:
    return (
        isinstance(tree, syntax.Transposed)
        and isinstance(tree.inner, syntax.Name)
        and not is_capital(tree.inner.name)
        and kinds.is_matrix(tree.inner.name)
    )


def _union(first: Outline, second: Outline) -> Outline:
    if first is None or second is None:
        return first or second
    return first[0] or second[0], first[1] or second[1]


def _sizes(node: Tree) -> list[str]:
    written = (
        (node.size,)
        if isinstance(node, syntax.IdentityMatrix)
        else (node.rows, node.columns)
        if isinstance(node, syntax.Ones)
        else ()
    )
    return [part for size in written if size for part in size.split("*")]
