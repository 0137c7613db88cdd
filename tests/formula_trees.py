"""Random formulas as plain trees, a language of their own that nothing simplifies, and their SymPy form.

A tree is a tuple `(kind, ...)`. Shapes are pairs of *dimensions*; a dimension is a tuple of size names or numbers, more than
one for a Kronecker product, none for 1. `formula_referee` evaluates trees, `formula_edits` rewrites and breaks them.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

SIZES = ("n", "m", "r")
POSITIVE = ("g", "h")
REAL = ("a", "b")


class Source:
    """Draws trees; `kinds` of letters with an assumption are `S` symmetric, `O` orthogonal, `G` invertible."""

    def __init__(self, seed, *, stated=False, special=True):
        self.random = random.Random(seed)
        self.dimensions = [("n",), ("n",), ("m",), ("m",), ("r",), ()] + ([("2",), ("3",)] if stated else [])
        self.special = special

    def chance(self, probability):
        return self.random.random() < probability

    def dimension(self):
        return self.random.choice(self.dimensions)

    def letter(self, rows, columns):
        """Return a letter of that shape; the shape is part of its name, so that one name has one shape."""
        if self.special and rows == columns and len(rows) == 1 and self.chance(0.4):
            return ("letter", self.random.choice("SOG") + "_" + rows[0], rows, columns)
        name = self.random.choice("ABC") + "_" + ("".join(rows) or "1") + "x" + ("".join(columns) or "1")
        return ("letter", name, rows, columns)

    def matrix(self, rows, columns, depth):
        """Return a tree of a matrix of that shape."""
        if len(rows) > 1 or len(columns) > 1:
            return self._composite(rows, columns, depth)
        if depth <= 0 or self.chance(0.15):
            return self._leaf(rows, columns)
        kind = self.random.choices(("mul", "add", "T", "scale", "had", "diag", "scalarless"), (8, 5, 3, 2, 2, 1, 1))[0]
        if kind == "mul":
            inner = [self.dimension() for _ in range(self.random.randint(1, 2))]
            ends = [rows, *inner, columns]
            return ("mul", *(self.matrix(p, q, depth - 1) for p, q in pairwise(ends)))
        if kind == "add":
            return ("add", *(self.matrix(rows, columns, depth - 1) for _ in range(self.random.randint(2, 3))))
        if kind == "T":
            return ("T", self.matrix(columns, rows, depth - 1))
        if kind == "scale":
            return ("scale", self.scalar(depth - 2), self.matrix(rows, columns, depth - 1))
        if kind == "had":
            return ("had", self.matrix(rows, columns, depth - 1), self.matrix(rows, columns, depth - 1))
        if kind == "diag" and rows == columns and rows:
            return ("diag", self.matrix(rows, (), depth - 1))
        if kind == "diag" and columns == () and rows:
            return ("diagonal", self.matrix(rows, rows, depth - 1))
        return self._leaf(rows, columns)

    def _composite(self, rows, columns, depth):
        if depth > 0 and self.chance(0.3):
            return ("add", self._composite(rows, columns, depth - 1), self._composite(rows, columns, depth - 1))
        if depth > 0 and self.chance(0.3):
            middle = (self.random.choice(SIZES), self.random.choice(SIZES))
            return ("mul", self._composite(rows, middle, depth - 1), self._composite(middle, columns, depth - 1))
        return ("kron", *(self.matrix((p,), (q,), depth - 1) for p, q in zip(rows, columns, strict=True)))

    def _leaf(self, rows, columns):
        if rows == columns and rows and self.chance(0.15):
            return ("one", rows)
        if (rows or columns) and self.chance(0.1):
            return ("ones", rows, columns)
        return self.letter(rows, columns)

    def scalar(self, depth):
        """Return a tree of a scalar."""
        if depth <= 0 or self.chance(0.1):
            return self._scalar_leaf()
        kind = self.random.choices(("trace", "plus", "times", "leaf", "over"), (7, 3, 3, 2, 0.5))[0]
        if kind == "trace":
            rows = (self.random.choice(SIZES), self.random.choice(SIZES)) if self.chance(0.1) else self.dimension()
            return ("trace", self.matrix(rows, rows, depth - 1))
        if kind in ("plus", "times"):
            return (kind, *(self.scalar(depth - 1) for _ in range(self.random.randint(2, 3))))
        if kind == "over":
            return ("over", ("symbol", self.random.choice(POSITIVE)), ("number", Fraction(self.random.randint(1, 3))))
        return self._scalar_leaf()

    def _scalar_leaf(self):
        kind = self.random.choices(("number", "symbol", "power", "surd", "size"), (3, 3, 2, 1, 2))[0]
        if kind == "number":
            return ("number", Fraction(self.random.choice((-3, -2, -1, 1, 2, 3, 5)), self.random.choice((1, 1, 2, 3))))
        if kind == "symbol":
            return ("symbol", self.random.choice(POSITIVE + REAL))
        if kind == "power":
            return ("power", self.random.choice(POSITIVE), Fraction(self.random.choice((1, 3, -1, -2)), 2))
        return ("surd", self.random.choice((2, 3))) if kind == "surd" else ("size", self.random.choice(SIZES))


def shape(tree):
    """Return (rows, columns) of a matrix tree."""
    kind = tree[0]
    if kind in ("letter",):
        return tree[2], tree[3]
    if kind in ("inverse", "one", "zero", "ones"):
        return {"inverse": lambda: (tree[2], tree[2]), "one": lambda: (tree[1], tree[1])}.get(kind, lambda: tree[1:3])()
    if kind in ("add", "had"):
        return shape(tree[1])
    if kind == "mul":
        return shape(tree[1])[0], shape(tree[-1])[1]
    if kind == "T":
        return shape(tree[1])[::-1]
    if kind == "scale":
        return shape(tree[2])
    if kind == "diag":
        return shape(tree[1])[0], shape(tree[1])[0]
    if kind == "diagonal":
        return shape(tree[1])[0], ()
    (p, q), (s, t) = shape(tree[1]), shape(tree[2])
    return p + s, q + t


SCALARS = frozenset({"trace", "plus", "times", "over", "number", "symbol", "power", "surd", "size"})


def is_scalar(tree):
    return tree[0] in SCALARS


def places(tree):
    """Return the positions of the parts of a tree that are trees themselves."""
    return [i for i, part in enumerate(tree) if i and isinstance(part, tuple) and part and part[0] in _KINDS]


def letters(tree):
    """Return the names of the letters with their shapes."""
    found = {}
    stack = [tree]
    while stack:
        node = stack.pop()
        if node[0] in ("letter", "inverse"):
            found[node[1]] = (node[2], node[-1])
        stack.extend(node[i] for i in places(node))
    return found


# the SymPy form

_SYMBOLS = {name: sympy.Symbol(name, integer=True, positive=True) for name in SIZES}
_SYMBOLS.update({name: sympy.Symbol(name, positive=True) for name in POSITIVE})
_SYMBOLS.update({name: sympy.Symbol(name, real=True) for name in REAL})


def _size(dimension):
    return sympy.Mul(*(_SYMBOLS.get(part, sympy.Integer(part) if part.isdigit() else None) for part in dimension))


def assumptions(*trees):
    """Return the SymPy assumptions that the letters of the trees carry by their names."""
    names = {name: shaped for tree in trees for name, shaped in letters(tree).items()}
    stated = {"S_": sympy.Q.symmetric, "O_": sympy.Q.orthogonal, "G_": sympy.Q.invertible}
    return tuple(
        stated[name[:2]](sympy.MatrixSymbol(name, _size(rows), _size(columns)))
        for name, (rows, columns) in sorted(names.items())
        if name[:2] in stated and "x" not in name
    )


def to_sympy(tree):
    """Return the SymPy expression of a tree (SymPy may simplify it on the way, which is part of the trial)."""
    kind = tree[0]
    if kind in ("letter", "inverse"):
        symbol = sympy.MatrixSymbol(tree[1], _size(tree[2]), _size(tree[-1]))
        return symbol if kind == "letter" else symbol.inverse()
    parts = [to_sympy(tree[i]) for i in places(tree)]
    return _KINDS[kind](tree, parts)


def _product(tree, parts):  # noqa: ARG001
    result = parts[0]
    for part in parts[1:]:
        result = result * part
    return result


def _sum(tree, parts):  # noqa: ARG001
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


_KINDS = {
    "letter": None,
    "inverse": None,
    "one": lambda tree, parts: sympy.Identity(_size(tree[1])),  # noqa: ARG005
    "zero": lambda tree, parts: sympy.ZeroMatrix(_size(tree[1]), _size(tree[2])),  # noqa: ARG005
    "ones": lambda tree, parts: sympy.OneMatrix(_size(tree[1]), _size(tree[2])),  # noqa: ARG005
    "add": _sum,
    "mul": _product,
    "T": lambda tree, parts: parts[0].T,  # noqa: ARG005
    "scale": _product,
    "had": lambda tree, parts: sympy.HadamardProduct(*parts),  # noqa: ARG005
    "kron": lambda tree, parts: sympy.KroneckerProduct(*parts),  # noqa: ARG005
    "diag": lambda tree, parts: DiagMatrix(parts[0]),  # noqa: ARG005
    "diagonal": lambda tree, parts: DiagonalOf(parts[0]),  # noqa: ARG005
    "trace": lambda tree, parts: sympy.Trace(parts[0]),  # noqa: ARG005
    "plus": _sum,
    "times": _product,
    "over": lambda tree, parts: 1 / (parts[0] + parts[1]),  # noqa: ARG005
    "number": lambda tree, parts: sympy.Rational(tree[1].numerator, tree[1].denominator),  # noqa: ARG005
    "symbol": lambda tree, parts: _SYMBOLS[tree[1]],  # noqa: ARG005
    "power": lambda tree, parts: _SYMBOLS[tree[1]] ** sympy.Rational(tree[2].numerator, tree[2].denominator),  # noqa: ARG005
    "surd": lambda tree, parts: sympy.sqrt(tree[1]),  # noqa: ARG005
    "size": lambda tree, parts: _SYMBOLS[tree[1]],  # noqa: ARG005
}
