"""What a formula says before its sizes are known: a small tree, every node with its place in the text.

Nodes compare by identity, because a matrix that is written twice has two places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A piece of a formula; `start` and `end` say where it stands."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Number(Node):
    """An exact number."""

    value: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """A matrix, a vector or a scalar."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class IdentityMatrix(Node):
    """I, or I_n with the text of its size."""

    size: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Ones(Node):
    """A vector or a matrix of ones, of sizes that are named or (None) to be found."""

    rows: str | None
    columns: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Sum(Node):
    """Terms with their signs, +1 or -1."""

    terms: tuple[tuple[int, Tree], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Product(Node):
    """Factors in their order; those with True are divided by."""

    factors: tuple[tuple[bool, Tree], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Entrywise(Node):
    """The Hadamard product."""

    factors: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Kronecker(Node):
    """The Kronecker product."""

    factors: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Transposed(Node):
    """The transpose."""

    inner: Tree


@dataclass(frozen=True, slots=True, eq=False)
class Power(Node):
    """A power with a rational exponent; -1 inverts."""

    base: Tree
    exponent: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class EntryPower(Node):
    """A power of every entry."""

    base: Tree
    exponent: int


@dataclass(frozen=True, slots=True, eq=False)
class Group(Node):
    """What stands in brackets."""

    inner: Tree


@dataclass(frozen=True, slots=True, eq=False)
class Norm(Node):
    """|A|, the Frobenius norm of a matrix and the length of a vector; `kind` is "2" where it says so."""

    inner: Tree
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Inner(Node):
    """<A, B> = tr(A^T B)."""

    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """A function of matrices."""

    function: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Expected(Node):
    """The expectation over the named noise vectors."""

    noises: tuple[str, ...]
    inner: Tree


Tree: TypeAlias = (
    Number
    | Name
    | IdentityMatrix
    | Ones
    | Sum
    | Product
    | Entrywise
    | Kronecker
    | Transposed
    | Power
    | EntryPower
    | Group
    | Norm
    | Inner
    | Call
    | Expected
)


def children(tree: Tree) -> Iterator[Tree]:
    """Yield the parts of a node, from left to right."""
    match tree:
        case Sum(terms=items) | Product(factors=items):
            for _, part in items:
                yield part
        case Entrywise(factors=parts) | Kronecker(factors=parts) | Call(arguments=parts):
            yield from parts
        case Inner():
            yield tree.left
            yield tree.right
        case Power() | EntryPower():
            yield tree.base
        case Transposed() | Group() | Norm() | Expected():
            yield tree.inner


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield the node and everything in it, outer nodes first."""
    yield tree
    for part in children(tree):
        yield from walk(part)


def bare(tree: Tree) -> Tree:
    """Return the node without the brackets around it."""
    while isinstance(tree, Group):
        tree = tree.inner
    return tree
