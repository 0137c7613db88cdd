"""The shape of every piece of a formula, by comparing sizes: `W2*W1*X - Y` says that Y has as many columns as X.

A conflict is a message in the words of the formula: cannot multiply W2 (n2 x n1) by X (n0 x m): n1 != n0.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import sympy

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.parser import syntax
from dlnproof.language.parser.declarations import Declarations
from dlnproof.language.parser.dimensions import Dimension, Shape, one, product_of, shown_size, size_symbol
from dlnproof.language.parser.kinds import Kinds
from dlnproof.language.parser.misread import Misread, located
from dlnproof.language.parser.names import is_capital, is_noise
from dlnproof.language.parser.runs import runs_of
from dlnproof.language.parser.syntax import Tree, bare


class Shapes:
    """The shapes of the nodes of several formulas that share their names."""

    def __init__(self, kinds: Kinds, declared: Declarations) -> None:
        self.kinds, self._declared = kinds, declared
        self.names: dict[str, tuple[Dimension, Dimension]] = {}
        self.sizes: dict[str, Dimension] = {}
        self.segments: dict[syntax.Product, list[list[Tree]]] = {}
        self.identities: dict[syntax.IdentityMatrix | syntax.Ones, tuple[Dimension, Dimension]] = {}
        self._known: dict[Tree, Shape] = {}
        self._waiting: list[tuple[Tree, Tree, str]] = []
        self._text = ""

    def add(self, text: str, tree: Tree) -> Shape:
        """Compare all sizes inside one formula and return its shape; raise InputError where they conflict."""
        self._text = text
        shape = self.of(tree)
        for scalar, matrix, action in self._waiting:
            self._must_be_one_by_one(scalar, matrix, action)
        self._waiting.clear()
        return shape

    def same(self, left: tuple[str, Tree], right: tuple[str, Tree], action: str) -> None:
        """Compare the shapes of two formulas that are set equal."""
        first, second = self.of(left[1]), self.of(right[1])
        if first is not None and second is not None:
            if not all(a.join(b) for a, b in zip(first, second, strict=True)):
                raise InputError(
                    f"cannot {action} {self._named(left[1], left[0])} with {self._named(right[1], right[0])}; transpose one side?"
                )
        elif (first is None) != (second is None):
            scalar, matrix = (left, right) if first is None else (right, left)
            shape = self.of(matrix[1])
            assert shape is not None
            if not is_zero(scalar[1]) and not all(size.is_one() for size in shape):
                shown = self._named(matrix[1], matrix[0]), _words(scalar[1], scalar[0])
                raise InputError(f"cannot {action} {shown[0]} with the scalar {shown[1]}; is a tr(...) missing?")

    def of(self, tree: Tree) -> Shape:
        """Return the shape of a piece."""
        if tree not in self._known:
            self._known[tree] = self._new(tree)
        return self._known[tree]

    def size(self, name: str) -> Dimension:
        """Return the size of that name, or of that number."""
        if "*" in name:
            return product_of(map(self.size, name.split("*")))
        if name.isdigit():
            return Dimension(sympy.Integer(int(name)))
        if name not in self.sizes:
            declared = self._declared.symbols.get(name)
            self.sizes[name] = Dimension(declared if declared is not None else size_symbol(name))
        return self.sizes[name]

    def letter(self, name: str) -> tuple[Dimension, Dimension]:
        """Return the sizes of a matrix or vector."""
        if name not in self.names:
            if name in self._declared.symbols:
                rows, columns = self._declared.symbols[name].shape
                self.names[name] = Dimension(rows), Dimension(columns)
            elif name in self._declared.shapes:
                rows, columns = self._declared.shapes[name]
                self.names[name] = self.size(rows), self.size(columns)
            else:
                is_vector = name in self.kinds.vectors
                self.names[name] = (
                    Dimension(letter=(name, "rows")),
                    one() if is_vector else Dimension(letter=(name, "columns")),
                )
        return self.names[name]

    def _new(self, tree: Tree) -> Shape:
        match tree:
            case syntax.Number():
                return None
            case syntax.Name(name=name):
                return self.letter(name) if self.kinds.is_matrix(name) else None
            case syntax.IdentityMatrix(size=size):
                side = self.size(size) if size else Dimension()
                self.identities[tree] = (side, side)
                return side, side
            case syntax.Ones(rows=rows, columns=columns):
                self.identities[tree] = tuple(self.size(size) if size else Dimension() for size in (rows, columns))  # type: ignore[assignment]
                return self.identities[tree]
            case syntax.Sum(terms=terms):
                return self._sum([term for _, term in terms])
            case syntax.Product():
                return self._product(tree)
            case syntax.Entrywise(factors=parts):
                return self._entrywise(parts)
            case syntax.Kronecker(factors=parts):
                return self._kronecker(parts)
            case syntax.Transposed(inner=inner):
                shape = self.of(inner)
                return shape and (shape[1], shape[0])
            case syntax.Power():
                return self._power(tree)
            case syntax.EntryPower(base=base) | syntax.Group(inner=base):
                return self.of(base)
            case syntax.Norm():
                return self._norm(tree)
            case syntax.Inner(left=left, right=right):
                self._equal_shapes(left, right, "take the inner product of")
                return None
            case syntax.Call():
                return self._call(tree)
            case syntax.Expected(noises=noises, inner=inner):
                for noise in noises:
                    if not self.kinds.is_matrix(noise):
                        raise self._misread(tree, f"{noise} is no vector", "declare it with --vector")
                    if noise not in self._declared.noise and not is_noise(noise):
                        rule = f"an expectation is over multiplicative noise of mean one, and {noise} is not said to be that"
                        raise self._misread(tree, rule, f"declare its variance with --noise {noise}=sigma2")
                    self.letter(noise)
                return self.of(inner)

    def _sum(self, terms: list[Tree]) -> Shape:
        matrices = [term for term in terms if self.of(term) is not None]
        if not matrices:
            return None
        for term in matrices[1:]:
            self._equal_shapes(matrices[0], term, "add")
        self._waiting += [(term, matrices[0], "add") for term in terms if self.of(term) is None and not is_zero(term)]
        return self.of(matrices[0])

    def _equal_shapes(self, first: Tree, second: Tree, action: str) -> None:
        left, right = self.of(first), self.of(second)
        if left is None or right is None:
            if left is not right:
                scalar, matrix = (first, second) if left is None else (second, first)
                self._waiting.append((scalar, matrix, action))
            return
        shown = self._named(first), self._named(second)
        if not all(a.join(b) for a, b in zip(left, right, strict=True)):
            raise self._misread(second, f"cannot {action} {shown[0]} and {shown[1]}", "transpose one of them?")

    def _product(self, tree: syntax.Product) -> Shape:
        matrices = []
        for divided, factor in tree.factors:
            shape = self.of(factor)
            if shape is None:
                continue
            if divided and not all(size.is_one() for size in shape):
                raise self._misread(factor, f"cannot divide by the matrix {self._named(factor)}", "write inv(...)")
            if not divided:
                matrices.append(factor)
        for factor in matrices if len(matrices) > 1 else []:
            if isinstance(factor, syntax.Entrywise | syntax.Kronecker):
                rule = f"{_words(factor, self._text)} beside another matrix can be read in two ways"
                raise self._misread(factor, rule, "write brackets")
        runs = runs_of([(factor, self.of(factor)) for factor in matrices])
        self.segments[tree] = runs
        for run in runs:
            for left, right in pairwise(run):
                self._meet(left, right)
        main = [run for run in runs if not self._is_number(run)]
        if not main:
            return None
        first, last = self.of(main[0][0]), self.of(main[0][-1])
        assert first is not None
        assert last is not None
        return first[0], last[1]

    def _meet(self, left: Tree, right: Tree) -> None:
        first, second = self.of(left), self.of(right)
        assert first is not None
        assert second is not None
        shown, sizes = (self._named(left), self._named(right)), (shown_size(first[1]), shown_size(second[0]))
        if not first[1].join(second[0]):
            rule = f"cannot multiply {shown[0]} by {shown[1]}: {sizes[0]} != {sizes[1]}"
            raise self._misread(right, rule, "transpose one factor?")

    def _is_number(self, run: list[Tree]) -> bool:
        first, last = self.of(run[0]), self.of(run[-1])
        return first is not None and last is not None and first[0].is_one() and last[1].is_one()

    def _entrywise(self, parts: Iterable[Tree]) -> Shape:
        first, *others = parts
        for part in (first, *others):
            if isinstance(part, syntax.Entrywise | syntax.Kronecker):
                raise self._misread(
                    part, "two different products without brackets can be read in two ways", "write brackets"
                )
        for part in others:
            self._equal_shapes(first, part, "multiply entry by entry")
        return self.of(first)

    def _kronecker(self, parts: Iterable[Tree]) -> Shape:
        shapes = [shape for shape in map(self.of, parts) if shape is not None]
        if not shapes:
            return None
        return product_of(shape[0] for shape in shapes), product_of(shape[1] for shape in shapes)

    def _power(self, tree: syntax.Power) -> Shape:
        if isinstance(bare(tree.base), syntax.Norm):
            return self.of(tree.base)
        shape = self.of(tree.base)
        if shape is None or all(size.is_one() for size in shape):
            return None
        if tree.exponent.denominator != 1:
            raise UnsupportedError(
                f"the power {tree.exponent} of the matrix {self._named(tree.base)} is not supported yet"
            )
        self._square(tree.base, "invert" if tree.exponent < 0 else "raise to a power")
        return shape

    def _square(self, tree: Tree, action: str) -> None:
        shape = self.of(tree)
        if shape is not None:
            shown = self._named(tree)
            if not shape[0].join(shape[1]):
                raise self._misread(tree, f"cannot {action} {shown}, which is not square", "is a factor transposed?")

    def _norm(self, tree: syntax.Norm) -> Shape:
        shape = self.of(tree.inner)
        if tree.kind == "2" and shape is not None and not any(size.is_one() for size in shape):
            raise UnsupportedError(
                f"the spectral norm of {self._named(tree.inner)} is not supported yet; for the Frobenius norm write |...|^2"
            )
        return None

    def _call(self, tree: syntax.Call) -> Shape:
        if tree.function == "kron":
            return self._kronecker(tree.arguments)
        (argument,) = tree.arguments
        shape = self.of(argument)
        if tree.function == "sqrt":
            if shape is not None and not all(size.is_one() for size in shape):
                raise UnsupportedError(f"a square root of the matrix {self._named(argument)} is not supported yet")
            return None
        if shape is None:
            if tree.function == "tr":
                return None
            rule = f"{tree.function} is of a matrix, {_words(argument, self._text)} is a scalar"
            raise self._misread(argument, rule, "declare it with --vector or --shape")
        if tree.function == "vec":
            return product_of((shape[1], shape[0])), one()
        if tree.function == "diag" and any(size.is_one() for size in shape):
            side = shape[0] if shape[1].is_one() else shape[1]
            return side, side
        self._square(argument, {"tr": "take the trace of", "inv": "invert"}.get(tree.function, "take the diagonal of"))
        return {"tr": None, "inv": shape}.get(tree.function, (shape[0], one()))

    def _must_be_one_by_one(self, scalar: Tree, matrix: Tree, action: str) -> None:
        shape = self.of(matrix)
        if shape is not None and not all(size.is_one() for size in shape):
            number = _words(scalar, self._text)
            advice = f"write {number}*I, or declare {number} a matrix"
            if isinstance(bare(scalar), syntax.Number) and action.startswith("multiply"):
                advice = "write '*' for the product with a number"
            raise self._misread(scalar, f"cannot {action} the scalar {number} and {self._named(matrix)}", advice)

    def narrowed_by_accident(self) -> list[str]:
        """Return the undeclared capital letters that the formulas would make vectors, and vectors of length 1."""
        return [
            name
            for name, (rows, columns) in self.names.items()
            if not self._declared.is_matrix(name) and (rows.is_one() or (is_capital(name) and columns.is_one()))
        ]

    def _misread(self, tree: Tree, rule: str, next_step: str) -> InputError:
        return located(self._text, Misread(tree.start, rule, next_step))

    def _named(self, tree: Tree, text: str | None = None) -> str:
        shape = self.of(tree)
        words = _words(tree, self._text if text is None else text)
        return words if shape is None else f"{words} ({shown_size(shape[0])} x {shown_size(shape[1])})"


def is_zero(tree: Tree) -> bool:
    """Return whether a piece is the number 0, which has every shape."""
    tree = bare(tree)
    return isinstance(tree, syntax.Number) and tree.value == 0


def _words(tree: Tree, text: str) -> str:
    words = " ".join(text[tree.start : tree.end].split())
    return words if len(words) <= 60 else f"{words[:57]}..."
