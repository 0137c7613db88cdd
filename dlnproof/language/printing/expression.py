"""Diagram polynomials back into SymPy expressions: longest products, traces and norms, common ends pulled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from flint import fmpq
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

from dlnproof.algebra.diagram import Component, Diagram, Index, Letter
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.scalars import Exponent, Monomial
from dlnproof.errors import UnsupportedError
from dlnproof.language.chain import PartialProduct
from dlnproof.language.from_sympy import Reader
from dlnproof.language.printing.elimination import Edge, Network
from dlnproof.language.printing.recognise import structure
from dlnproof.language.printing.words import factored, flipped
from dlnproof.language.terms import product, transposed
from dlnproof.language.vec import Vec


def to_sympy(polynomial: Polynomial, reader: Reader, shape: tuple[Any, Any] | None = None) -> Any:
    """Return a SymPy expression that the reader reads as this polynomial, for every size.

    `reader` is the one that made the polynomial: it knows what letters, sizes, roots and inverses mean; `shape` is needed
    for a zero matrix only. Raises UnsupportedError for a diagram that is no matrix formula.
    """
    return _Writer(reader).polynomial(polynomial, shape)


class _Writer:
    def __init__(self, reader: Reader) -> None:
        self._vocabulary, self._relations = reader.vocabulary, reader.relations
        self._sizes_of = reader.sizes_of
        self._segments, self._partial_products = reader.segments, reader.partial_products
        self._layer_values = reader.layer_values
        self._inverses = {inverse.letter: inverse for inverse in reader.inverses.values()}
        self._symmetric = reader.vocabulary.symmetric

    def polynomial(self, polynomial: Polynomial, shape: tuple[Any, Any] | None) -> Any:
        if not polynomial:
            return sympy.Integer(0) if shape is None else sympy.ZeroMatrix(*shape)
        coefficients: dict[Any, Any] = {}
        for monomial, diagram, coefficient in polynomial:
            scalar, matrix = self._term(monomial, diagram, coefficient)
            coefficients[matrix] = coefficients.get(matrix, 0) + scalar
        if set(coefficients) == {None}:
            return coefficients[None]
        if None in coefficients:
            # outputs of size 1: a scalar beside vectors cannot be
            raise UnsupportedError("printing a sum of a scalar and a matrix is not supported yet")
        terms = sorted(((c, m) for m, c in coefficients.items() if c != 0), key=lambda pair: structure(pair[1]))
        return factored(terms, shape or next(iter(coefficients)).shape)

    def _term(self, monomial: Monomial, diagram: Diagram, coefficient: fmpq) -> tuple[Any, Any]:
        scalar = sympy.Rational(int(coefficient.p), int(coefficient.q))
        for name, exponent in monomial:
            scalar = scalar * self._generator(name, exponent)
        for part in diagram.closed:
            scalar = scalar * self._number(part)
        if not diagram.rows and not diagram.columns:
            if diagram.open.atoms:
                scalar = scalar * self._number(diagram.open)
            return scalar, None
        factors, matrix = self._open(diagram)
        return scalar * factors, matrix

    def _generator(self, name: str, exponent: Exponent) -> Any:
        power = sympy.Rational(exponent.numerator, exponent.denominator)
        if name[0] == "#":
            return sympy.Integer(name[1:]) ** power
        if name.startswith(("@cos:", "@sin:")):
            function = sympy.cos if name[1] == "c" else sympy.sin
            return function(self._vocabulary.scalars[name[5:]]) ** power
        if name in self._relations.powers:
            degree, base = self._relations.powers[name]
            return self.polynomial(base, None) ** (power / degree)
        if name in self._relations.reciprocals:
            return self.polynomial(self._relations.reciprocals[name], None) ** -power
        if name in self._vocabulary.scalars:
            return self._vocabulary.scalars[name] ** power
        if name in self._vocabulary.sizes:
            return self._vocabulary.sizes[name] ** power
        if name in self._layer_values:
            return self._layer_values[name] ** power
        raise UnsupportedError(f"printing the scalar {name} is not supported yet")

    def _sizes(self, part: Component) -> list[Any]:
        return [sympy.Integer(size) if size.isdigit() else self._vocabulary.sizes[size] for size in part.sizes]

    def _letter(self, letter: Letter) -> Any:
        if letter in self._inverses:
            found = self._inverses[letter]
            (size,) = found.sizes
            side = self._vocabulary.sizes[size]
            return sympy.Inverse(self.polynomial(found.denominator, (side, side)))
        if letter.name in self._segments.known:
            return self._partial_product(letter.name)
        inverse = letter.name.endswith("^-1")
        symbol = self._vocabulary.letters.get(letter.name.removesuffix("^-1"))
        if symbol is None:
            raise UnsupportedError(f"printing {letter.name} is not supported yet")
        if any(len(self._sizes_of(dimension)) > 1 for dimension in symbol.shape):
            raise UnsupportedError(
                f"printing {letter.name}, whose size a Kronecker product stacks, is not supported yet"
            )
        return sympy.Inverse(symbol) if inverse else symbol

    def _partial_product(self, name: str) -> Any:
        """Return the partial product of a segment, which may have come from joining two that were read."""
        segment = self._segments.known[name]
        read = [part for part in self._partial_products.values() if part.name == segment.name]
        top = next(part for part in read if str(part.top) == segment.top)
        bottom = next(part for part in read if str(part.bottom) == segment.bottom)
        return PartialProduct(top.args[0], top.depth, top.top, bottom.bottom, top.widths)

    def _network(self, part: Component, kept: frozenset[Index]) -> Network:
        network = Network(self._sizes(part), kept, self._symmetric)
        for letter, legs in part.atoms:
            matrix = self._letter(letter)
            if len(legs) == 2:
                network.edges.append(Edge(matrix, *legs))
            elif len(legs) == 1:
                network.vectors.setdefault(legs[0], []).append(_column(matrix))
            else:
                network.scalars.append(sympy.Trace(matrix))
        network.reduce()
        return network

    def _number(self, part: Component) -> Any:
        return sympy.Mul(*self._network(part, frozenset()).scalars)

    def _open(self, diagram: Diagram) -> tuple[Any, Any]:
        """Return (scalar, matrix) of the open part: the Kronecker product of what hangs together."""
        network = self._network(diagram.open, frozenset((*diagram.rows, *diagram.columns)))
        sides = [side for side in (diagram.rows, diagram.columns) if side]
        stacked = all(len(side) == 2 and _linked(network, *side) for side in sides)
        if stacked and diagram.rows == diagram.columns:
            column, row = diagram.rows
            matrix = DiagMatrix(Vec(self._matrices(network, [(row, column)])[0]))
        elif stacked:
            groups: list[tuple[Index | None, Index | None]] = [(row, column) for column, row in sides]
            columns = [Vec(matrix) for matrix in self._matrices(network, groups)]
            last = [sympy.Transpose(columns[-1])] if diagram.columns else []
            matrix = product([*columns[: len(columns) - len(last)], *last])
        else:
            groups = list(_paired(network, diagram.rows, diagram.columns))
            factors = self._matrices(network, groups)
            matrix = factors[0] if len(factors) == 1 else sympy.KroneckerProduct(*factors)
        return sympy.Mul(*network.scalars), matrix

    def _matrices(self, network: Network, groups: Sequence[tuple[Index | None, Index | None]]) -> list[Any]:
        """Return the matrix of each pair of outputs; raise UnsupportedError where pairs hang together."""
        ends = [{index for index in group if index is not None} for group in groups]
        shared = sum(map(len, ends)) > len(set().union(*ends))
        matrices = [self._matrix(network, *group) for group in groups]
        if shared or network.edges or network.vectors:
            raise UnsupportedError("printing a Kronecker product with exchanged factors is not supported yet")
        return matrices

    def _matrix(self, network: Network, row: Index | None, column: Index | None) -> Any:
        if row is None or column is None:
            place = row if column is None else column
            assert place is not None
            vector = network.vector(place)
            vector = sympy.OneMatrix(network.sizes[place], 1) if vector is None else vector
            return vector if column is None else flipped(vector, self._symmetric)
        left = network.vector(row)
        if row == column:
            return sympy.Identity(network.sizes[row]) if left is None else DiagMatrix(left)
        right = network.vector(column)
        matrix = network.between(row, column)
        if matrix is None:
            ends = [sympy.OneMatrix(network.sizes[i], 1) if v is None else v for i, v in ((row, left), (column, right))]
            if left is None and right is None:
                return sympy.OneMatrix(network.sizes[row], network.sizes[column])
            return product([ends[0], flipped(ends[1], self._symmetric)])
        scaling = [[DiagMatrix(vector)] if vector is not None else [] for vector in (left, right)]
        return product([*scaling[0], matrix, *scaling[1]])


def _linked(network: Network, first: Index, second: Index) -> bool:
    return first == second or any({edge.row, edge.column} == {first, second} for edge in network.edges)


def _column(matrix: Any) -> Any:
    """Return what stands on one index as a column: a vector, or the diagonal of a matrix that is assumed to be diagonal."""
    rows, columns = matrix.shape
    return matrix if columns == 1 else transposed(matrix) if rows == 1 else DiagonalOf(matrix)


def _paired(
    network: Network, rows: Sequence[Index], columns: Sequence[Index]
) -> Iterator[tuple[Index | None, Index | None]]:
    """Yield the row and the column of each factor of a Kronecker product; one of them is None for a vector.

    A row goes with the column that it hangs together with; where neither has such a partner they make an outer product.
    """

    left, right = list(rows), list(columns)
    while left or right:
        row_is_alone = bool(left) and not any(_linked(network, left[0], column) for column in columns)
        column_is_alone = bool(right) and not any(_linked(network, row, right[0]) for row in rows)
        both = bool(left and right) and (_linked(network, left[0], right[0]) or (row_is_alone and column_is_alone))
        if both:
            yield left.pop(0), right.pop(0)
        elif row_is_alone or not right:
            yield left.pop(0), None
        elif column_is_alone or not left:
            yield None, right.pop(0)
        else:
            raise UnsupportedError("printing a Kronecker product with exchanged factors is not supported yet")
