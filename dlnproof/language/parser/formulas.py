"""Formulas and assumptions as people type them, read together so that one name has one meaning and one shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Q

from dlnproof.errors import InputError, bad
from dlnproof.language.parser import syntax
from dlnproof.language.parser.build import Builder
from dlnproof.language.parser.declarations import NOTHING, Declarations
from dlnproof.language.parser.kinds import Kinds
from dlnproof.language.parser.names import is_capital, is_joined, latex_name, text_name
from dlnproof.language.parser.reading import is_latex, read
from dlnproof.language.parser.shapes import Shapes
from dlnproof.language.parser.sizes import name_sizes
from dlnproof.language.parser.syntax import Tree, walk

_PREDICATES = {
    "symmetric": Q.symmetric,
    "orthogonal": Q.orthogonal,
    "invertible": Q.invertible,
    "positive_definite": Q.positive_definite,
    "diagonal": Q.diagonal,
}
_ONE_NAME = "is read as one name: if a product is meant, write {product}"
_PREDICATE = re.compile(rf"\s*({'|'.join(_PREDICATES)})\s*\(\s*([^\s()]+)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class Formulas:
    """What was read: `expressions` in the order of the texts, the symbols of all names, and the assumptions.

    `implied` says in words what the formulas take for granted (a name under a root is positive, noise has mean one).
    """

    expressions: tuple[Any, ...]
    matrices: Mapping[str, Any]
    scalars: Mapping[str, Any]
    assuming: tuple[Any, ...] = ()
    implied: tuple[str, ...] = ()

    def matrix(self, name: str) -> Any:
        """Return the matrix of that name, in any spelling; raise InputError where there is none."""
        found = self.matrices.get(name) or self.matrices.get(_as_name(name))
        if found is None:
            near = ", ".join(sorted(self.matrices)) or "none"
            raise bad("--wrt", name, "the formula has no matrix of this name", f"its matrices are {near}")
        return found


def parse(text: str, declared: Declarations = NOTHING) -> Any:
    """Return the SymPy expression that a formula in plain text or LaTeX means, its sizes inferred.

    `1/2*|W2*W1*X - Y|^2 + g*|W1|^2`, `A'` or `A^T`, `A^-1`, `tr(A)`, `A .* B`, `kron(A, B)`, `diag(v)`, `I`, `ones(n)`; or
    `\\frac12\\|W_2W_1X-Y\\|_F^2`. Raises InputError with the position for what is outside the grammar and for sizes that do
    not fit, UnsupportedError for what the engine lacks.
    """
    return parse_together([text], declared).expressions[0]


def parse_together(
    texts: Sequence[str], declared: Declarations = NOTHING, *, equal: bool = False, assuming: Iterable[str] = ()
) -> Formulas:
    """Return several formulas read with one meaning for each name; with `equal` they have one shape.

    `assuming` holds equations such as `X*X' = I` and predicates such as `symmetric(S)`.
    """
    trees = [_one(text) for text in texts]
    predicates, equations = _read_assumptions(assuming)
    everything = [*trees, *(side for _, pair in equations for side in pair)]
    names = {node.name for tree in everything for node in walk(tree) if isinstance(node, syntax.Name)}
    joined = sorted(name for name in names if is_joined(name) and not declared.is_matrix(name))
    for name in joined:
        if set(name) <= names:
            raise InputError(
                f"{name} {_ONE_NAME.format(name=name, product='*'.join(name))}, or declare {name} with --shape"
            )
    try:
        return _parse_together(texts, trees, declared, equal, predicates, equations)
    except InputError as error:
        if not joined:
            raise
        told = f"{joined[0]} {_ONE_NAME.format(name=joined[0], product='*'.join(joined[0]))}"
        raise InputError(f"{error}\n{told}") from None


def _parse_together(
    texts: Sequence[str],
    trees: Sequence[Tree],
    declared: Declarations,
    equal: bool,
    predicates: Mapping[str, str],
    equations: Sequence[tuple[str, tuple[Tree, Tree]]],
) -> Formulas:
    sides = [(text, side) for text, pair in equations for side in pair]
    everything = [*trees, *(side for _, side in sides)]
    kinds = Kinds(everything, declared)
    shapes = Shapes(kinds, declared)
    for text, tree in [*zip(texts, trees, strict=True), *sides]:
        shapes.add(text, tree)
    pairs = [((text, left), (text, right)) for text, (left, right) in equations]
    if equal:
        pairs += [((texts[0], trees[0]), (text, tree)) for text, tree in zip(texts[1:], trees[1:], strict=True)]
    for left_side, right_side in pairs:
        shapes.same(left_side, right_side, "compare")
    for name in predicates:
        _square(shapes, name, declared)
    _refuse_accidents(shapes)
    dimensions = [size for sizes in shapes.names.values() for size in sizes]
    dimensions += [size for sizes in shapes.identities.values() for size in sizes]
    names = {node.name for tree in everything for node in walk(tree) if isinstance(node, syntax.Name)}
    name_sizes(dimensions, names | set(shapes.sizes) | _given(dimensions))
    positive = _under_roots(everything) | set(declared.noise.values())
    builder = Builder(shapes, declared, frozenset(positive))
    expressions = tuple(builder.build(tree) for tree in trees)
    facts = [_PREDICATES[predicate](builder.matrices[name]) for name, predicate in predicates.items()]
    facts += [_equation(builder.build(left[1]), builder.build(right[1])) for left, right in pairs[: len(equations)]]
    return Formulas(
        expressions, builder.matrices, builder.scalars, tuple(facts), tuple(_implied(builder, positive, kinds))
    )


def _one(text: str) -> Tree:
    tree = read(text)
    if isinstance(tree, tuple):
        raise InputError(
            f"formula={text!r}: an equation where one formula is expected; give its two sides to dlnproof compare"
        )
    return tree


def _read_assumptions(assuming: Iterable[str]) -> tuple[dict[str, str], list[tuple[str, tuple[Tree, Tree]]]]:
    predicates: dict[str, str] = {}
    equations = []
    for text in assuming:
        predicate = _PREDICATE.fullmatch(text)
        if predicate:
            predicates[_as_name(predicate[2])] = predicate[1]
            continue
        tree = read(text)
        if not isinstance(tree, tuple):
            raise bad(
                "--assume", text, "an assumption is an equation or a predicate", 'write "X*X\' = I" or symmetric(S)'
            )
        equations.append((text, tree))
    return predicates, equations


def _square(shapes: Shapes, name: str, declared: Declarations) -> None:
    if name not in shapes.names and not declared.is_matrix(name):
        raise bad("--assume", name, "the formulas have no matrix of this name", "check its spelling")
    rows, columns = shapes.letter(name)
    if not rows.join(columns):
        raise bad(
            "--assume", name, "only a square matrix can have this property", "for orthonormal columns write A'*A = I"
        )


def _refuse_accidents(shapes: Shapes) -> None:
    for name in shapes.narrowed_by_accident():
        if is_capital(name):
            raise InputError(
                f"{name}: the sizes fit only if {name} is a vector, and a capital letter is taken for a matrix; declare it with "
                f"--vector {name} or --shape {name}=n,1, or the small letter beside it with --scalar"
            )
        raise InputError(
            f"{name}: the sizes fit only if the vector {name} has length 1; declare it with --scalar {name}, "
            "or transpose a factor?"
        )


def _given(dimensions: Iterable[Any]) -> set[str]:
    known = (size.root().given for size in dimensions)
    return {str(symbol) for given in known if given is not None for symbol in sympy.sympify(given).free_symbols}


def _under_roots(trees: Iterable[Tree]) -> set[str]:
    """Return the scalars that stand directly under a root: they are taken to be positive."""
    found: set[str] = set()
    for tree in trees:
        for node in walk(tree):
            is_root = isinstance(node, syntax.Call) and node.function == "sqrt"
            if is_root or (isinstance(node, syntax.Power) and node.exponent.denominator != 1):
                found |= {part.name for part in walk(node) if isinstance(part, syntax.Name)}
    return found


def _equation(left: Any, right: Any) -> Any:
    # SymPy compares a matrix with the number 0 only as a zero matrix
    if getattr(left, "is_Matrix", False) and right == 0:
        right = sympy.ZeroMatrix(*left.shape)
    if getattr(right, "is_Matrix", False) and left == 0:
        left = sympy.ZeroMatrix(*right.shape)
    return sympy.Eq(left, right)


def _implied(builder: Builder, positive: set[str], kinds: Kinds) -> Iterable[str]:
    yield from (
        f"{name} > 0" for name in sorted(positive) if name in builder.scalars and builder.scalars[name].is_positive
    )
    if kinds.noises:
        names = ", ".join(sorted(kinds.noises))
        yield f"the entries of {names} are independent with mean 1"


def _as_name(written: str) -> str:
    return latex_name(written) if is_latex(written) else text_name(written)
