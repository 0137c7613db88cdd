"""A diagram as a matrix formula: indices are eliminated one by one, each a matrix product, a diag or an entrywise product.

An index between two matrices is a product A B, with a vector v on it A diag(v) B; an index of one matrix makes A v; a matrix
whose legs meet is a trace or a diagonal; parallel matrices between the same indices are multiplied entry by entry. Every
diagram that the operations of the language make is series-parallel, so this ends; another one has no such formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

from dlnproof.algebra.diagram import Index
from dlnproof.errors import UnsupportedError
from dlnproof.language.printing.words import flipped, hadamard, inner_product, short_trace
from dlnproof.language.terms import product


class Edge(NamedTuple):
    """A matrix with its row and its column index."""

    matrix: Any
    row: Index
    column: Index


class Network:
    """Matrices and column vectors on indices; `kept` are the outputs, which are not eliminated."""

    def __init__(self, sizes: Sequence[Any], kept: frozenset[Index], symmetric: frozenset[str]) -> None:
        self.sizes, self.kept, self._symmetric = sizes, kept, symmetric
        self.edges: list[Edge] = []
        self.vectors: dict[Index, list[Any]] = {}
        self.scalars: list[Any] = []

    def reduce(self) -> None:
        """Eliminate every index that is no output; raise UnsupportedError where no matrix formula exists."""
        while self._close_loop() or self._eliminate():
            pass
        if any(index not in self.kept for edge in self.edges for index in edge[1:]):
            raise UnsupportedError(
                "printing a diagram that is no matrix formula (not series-parallel) is not supported yet"
            )

    def vector(self, index: Index) -> Any:
        """Return the entrywise product of the vectors on an index, or None."""
        found = self.vectors.pop(index, [])
        return hadamard(found) if found else None

    def between(self, row: Index, column: Index) -> Any:
        """Return the entrywise product of the matrices between two outputs, or None."""
        found = [self._turned(edge, row) for edge in self.edges if {edge.row, edge.column} == {row, column}]
        self.edges = [edge for edge in self.edges if {edge.row, edge.column} != {row, column}]
        return hadamard(found) if found else None

    def _turned(self, edge: Edge, row: Index) -> Any:
        return edge.matrix if edge.row == row else flipped(edge.matrix, self._symmetric)

    def _close_loop(self) -> bool:
        for edge in self.edges:
            if edge.row == edge.column:
                self.edges.remove(edge)
                index = edge.row
                alone = index not in self.kept and not self.vectors.get(index) and not self._at(index)
                if alone:
                    self.scalars.append(short_trace(edge.matrix, self._symmetric))
                else:
                    self.vectors.setdefault(index, []).append(DiagonalOf(edge.matrix))
                return True
        return False

    def _at(self, index: Index) -> list[Edge]:
        return [edge for edge in self.edges if index in edge[1:]]

    def _eliminate(self) -> bool:
        """Eliminate one index, plain products first; where none goes, join two parallel matrices."""
        inner = sorted({index for edge in self.edges for index in edge[1:]} | set(self.vectors))
        inner = [index for index in inner if index not in self.kept]
        steps: list[Callable[[Index], bool]] = [
            self._as_product,
            self._as_vector,
            self._as_number,
            self._as_scaled_product,
        ]
        return any(step(index) for step in steps for index in inner) or self._join_parallel()

    def _as_product(self, index: Index) -> bool:
        edges = self._at(index)
        if len(edges) != 2 or self.vectors.get(index):
            return False
        self._contract(index, edges, [])
        return True

    def _contract(self, index: Index, edges: list[Edge], middle: list[Any]) -> None:
        first, second = edges
        start, end = (edge.row if edge.column == index else edge.column for edge in edges)
        self.edges = [edge for edge in self.edges if edge is not first and edge is not second]
        self.edges.append(Edge(product([self._turned(first, start), *middle, self._turned(second, index)]), start, end))

    def _as_vector(self, index: Index) -> bool:
        edges = self._at(index)
        if len(edges) != 1:
            return False
        (edge,) = edges
        self.edges.remove(edge)
        end = edge.row if edge.column == index else edge.column
        vector = self.vector(index)
        if vector is None:
            vector = sympy.OneMatrix(self.sizes[index], 1)
        self.vectors.setdefault(end, []).append(product([self._turned(edge, end), vector]))
        return True

    def _as_number(self, index: Index) -> bool:
        if self._at(index) or not self.vectors.get(index):
            return False
        self.scalars.append(inner_product(self.vectors.pop(index), self.sizes[index], self._symmetric))
        return True

    def _as_scaled_product(self, index: Index) -> bool:
        edges = self._at(index)
        if len(edges) != 2:
            return False
        self._contract(index, edges, [DiagMatrix(self.vector(index))])
        return True

    def _join_parallel(self) -> bool:
        for place, first in enumerate(self.edges):
            for second in self.edges[place + 1 :]:
                if {first.row, first.column} == {second.row, second.column} and not {
                    first.row,
                    first.column,
                } <= self.kept:
                    self.edges = [edge for edge in self.edges if edge is not first and edge is not second]
                    self.edges.append(
                        Edge(hadamard([first.matrix, self._turned(second, first.row)]), first.row, first.column)
                    )
                    return True
        return False
