"""SymPy expressions into polynomials of diagrams.

The language: what `_READERS` lists, rationals, roots, cosines and sines of one angle; else UnsupportedError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import sympy
from flint import fmpq
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.special import GenericIdentity, GenericZeroMatrix

from dlnproof.algebra import word_sums
from dlnproof.algebra.diagram import Index, Letter, Size, Wiring
from dlnproof.algebra.inverses import Inverse
from dlnproof.algebra.polynomial import ZERO, Polynomial, constant, scalar, single, total
from dlnproof.algebra.relations import Relations, replaced_generator
from dlnproof.algebra.scalars import power_of, raised
from dlnproof.algebra.segments import Segment, Segments
from dlnproof.errors import InputError, UnsupportedError, bad
from dlnproof.language.average import average_of
from dlnproof.language.chain import PartialProduct, is_width
from dlnproof.language.commutation import Commutation, read_commutation
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.focus import Focus
from dlnproof.language.inverse_formula import inverted
from dlnproof.language.layer_sum import LayerValue
from dlnproof.language.refusals import misfit, named, outside, unsupported
from dlnproof.language.roots import root_of
from dlnproof.language.spelling import SPELLED, Spelling
from dlnproof.language.symbolic_powers import Offsets, Power, layer_power, matrix_power, scalar_power
from dlnproof.language.vec import Vec
from dlnproof.language.vocabulary import Vocabulary, inverse_of

Shape: TypeAlias = tuple[Any, Any]


class Reader:
    """Reads the formulas of one claim into one vocabulary; `relations` collects what opaque scalars mean."""

    def __init__(
        self,
        vocabulary: Vocabulary | None = None,
        focus: Focus | None = None,
        splits: Mapping[Any, tuple[Any, ...]] | None = None,
        least: Offsets | None = None,
    ) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self.relations = Relations()
        self.segments = Segments()
        self.inverses: dict[str, Inverse] = {}
        self.partial_products: dict[str, PartialProduct] = {}
        self.layer_values: dict[str, LayerValue] = {}
        self._focus = focus
        self._splits = splits or {}  # factors of composite sizes that Kronecker products stack
        self._least = least  # None where powers with symbolic exponents are refused
        self.powers: dict[str, Power] = {}
        self.scalar_powers: dict[str, Any] = {}
        self._plain: set[str] = set()  # scalars that occur outside cosines and sines
        self._known: dict[Any, Polynomial] = {}
        self._spelling = Spelling(self.vocabulary)

    def read(self, expression: Any) -> Polynomial:
        """Return the polynomial of a scalar or matrix expression.

        Raises InputError for shapes that do not fit and floats, UnsupportedError for what the language lacks.
        """
        known = self._known.get(expression)
        if known is None:
            kind = type(expression)
            words = self._words(expression) if kind in SPELLED else None
            if words is not None:
                known = word_sums.polynomial(words)
            else:
                known = (_READERS.get(kind) or _inherited(expression))(self, expression)
            self._known[expression] = known
        return known

    def _words(self, expression: Any) -> Any:
        """Return a formula as sums of words, or None; a letter with several legs at one end belongs to no word."""
        return None if self._splits else self._spelling.words(expression)

    def letter(self, weight: Any) -> Letter:
        """Return the letter of a matrix symbol or of a layer of a chain."""
        return self._segment(weight) if isinstance(weight, PartialProduct) else self.vocabulary.letter(weight)

    def refuse_plain_angles(self) -> None:
        """Raise UnsupportedError when an angle also occurs outside its cosine and sine."""
        mixed = sorted(self.relations.angles & self._plain)
        if mixed:
            raise UnsupportedError(f"the angle {mixed[0]} outside cos and sin is not supported yet")

    def joined(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial with the partial products of chains joined as far as they go."""
        return self.segments.joined(polynomial)

    def all_inverses(self) -> list[Inverse]:
        """Return the inverses that were read, of formulas and of single symbols."""
        found = list(self.inverses.values())
        for name in sorted(self.vocabulary.inverted):
            symbol = self.vocabulary.letters[name]
            letter = inverse_of(self.vocabulary.letter(symbol))
            sizes, diagonal = tuple(self.sizes_of(symbol.shape[0])), name in self.vocabulary.diagonal
            found.append(Inverse(letter, self.read(symbol), sizes, diagonal))
        return found

    def expanded_sizes(self, polynomial: Polynomial) -> Polynomial:
        """Return the polynomial with compound sizes, such as the trace of an identity of size n + 1, written in their symbols."""
        compound = {
            text: size for text, size in self.vocabulary.sizes.items() if not size.is_Atom and not is_width(size)
        }
        for text, size in compound.items():
            polynomial = replaced_generator(polynomial, text, self.read(size))
        return polynomial

    # sizes and shapes

    def indices(self, shape: Shape) -> tuple[list[Size], tuple[Index, ...], tuple[Index, ...]]:
        """Return sizes, row indices and column indices of a matrix of this shape; a dimension 1 has no index."""
        sizes: list[Size] = []
        ends: list[tuple[Index, ...]] = []
        for dimension in shape:
            own = self.sizes_of(dimension)
            ends.append(tuple(range(len(sizes), len(sizes) + len(own))))
            sizes += own
        return sizes, ends[0], ends[1]

    def sizes_of(self, dimension: Any) -> list[Size]:
        """Return the sizes of the indices of one dimension: none for 1, several for a size that Kronecker products stack."""
        size = self.vocabulary.size(dimension)
        if size == "1":
            return []
        factors = self._splits.get(self.vocabulary.sizes[size]) if self._splits else None
        return [size] if factors is None else [self.vocabulary.size(factor) for factor in factors]

    def same_shape(self, first: Any, second: Any, action: str) -> None:
        """Raise unless the two matrices have equal shapes."""
        for one, two in zip(first.shape, second.shape, strict=True):
            if one is not two:
                left, right = self.vocabulary.size(one), self.vocabulary.size(two)
                if left != right:
                    raise misfit(action, first, second, left, right)

    # matrices

    def _matrix_symbol(self, symbol: Any) -> Polynomial:
        letter = self.vocabulary.letter(symbol)
        sizes, rows, columns = self.indices(symbol.shape)
        if len(rows) > 1 or len(columns) > 1:
            return self._composite_symbol(symbol, Wiring(sizes, [(Letter(letter.name), rows + columns)], rows, columns))
        if letter.name in self.vocabulary.diagonal and rows:  # the diagonal as a vector, spread over rows and columns
            return single(Wiring(sizes[:1], [(Letter(letter.name), rows)], rows, rows))
        value = single(Wiring(sizes, [(letter, rows + columns)], rows, columns))
        if letter.name in self.vocabulary.antisymmetric:  # the antisymmetric matrices are exactly the (T - T^T)/2
            return (value - value.transpose()).scaled(fmpq(1, 2))
        return value

    def _composite_symbol(self, symbol: Any, wiring: Wiring) -> Polynomial:
        """Return a symbol whose size Kronecker products stack: one letter with several legs at each end."""
        vocabulary, value = self.vocabulary, single(wiring)
        if symbol.name in vocabulary.diagonal | vocabulary.orthogonal:
            raise unsupported("a diagonal or orthogonal symbol of the size of a Kronecker product", symbol)
        if symbol.name in vocabulary.symmetric:
            return (value + value.transpose()).scaled(fmpq(1, 2))
        if symbol.name in vocabulary.antisymmetric:
            return (value - value.transpose()).scaled(fmpq(1, 2))
        return value

    def _partial_product(self, part: Any) -> Polynomial:
        factors = self._focus.layers(part) if self._focus is not None else [part]
        if factors != [part]:
            return reduce(Polynomial.matmul, map(self.read, factors))
        sizes, rows, columns = self.indices(part.shape)
        return single(Wiring(sizes, [(self._segment(part), rows + columns)], rows, columns))

    def _segment(self, part: PartialProduct) -> Letter:
        below = sympy.expand(part.bottom - 1)
        letter = self.segments.letter(Segment(part.name, str(part.top), str(part.bottom), str(below)))
        self.partial_products[letter.name] = part
        return letter

    def _sum(self, expression: Any) -> Polynomial:
        terms = expression.args
        for term in terms[1:]:
            self.same_shape(terms[0], term, "add")
        return total([self.read(term) for term in terms])

    def _product(self, expression: Any) -> Polynomial:
        scalars: list[Any] = []
        matrices: list[Any] = []
        for factor in expression.args:
            (matrices if getattr(factor, "is_Matrix", False) else scalars).append(factor)
        shapes = [factor.shape for factor in matrices]
        for place in range(len(matrices) - 1):
            left, right = shapes[place][1], shapes[place + 1][0]
            if left is not right and self.vocabulary.size(left) != self.vocabulary.size(right):
                sizes = self.vocabulary.size(left), self.vocabulary.size(right)
                raise misfit("multiply", matrices[place], matrices[place + 1], *sizes)
        product = reduce(Polynomial.matmul, map(self.read, matrices)) if matrices else constant(1)
        return reduce(Polynomial.times_scalar, map(self.read, scalars), product)

    def _matrix_power(self, expression: Any) -> Polynomial:
        base, exponent = expression.args
        self.require_square(base, "raise to a power")
        if not exponent.is_Integer:
            if self._least is None:
                return layer_power(self, expression)
            return matrix_power(self, expression, self._least)
        if exponent == 0:
            self.read(base)
            return self._identity(base)
        value = self.read(base) if exponent > 0 else inverted(self, base, expression)
        return value.power(abs(int(exponent)), Polynomial.matmul)

    def _inverse(self, expression: Any) -> Polynomial:
        return inverted(self, expression.arg, expression)

    def _transpose(self, expression: Any) -> Polynomial:
        return self.read(expression.arg).transpose()

    def _trace(self, expression: Any) -> Polynomial:
        words = self._words(expression.arg)
        if words is None or not word_sums.is_square(words):
            self.require_square(expression.arg, "take the trace of")
        return self.read(expression.arg).trace() if words is None else word_sums.trace(words)

    def is_square(self, matrix: Any) -> bool:
        """Return whether both dimensions are equal."""
        rows, columns = matrix.shape
        return rows is columns or self.vocabulary.size(rows) == self.vocabulary.size(columns)

    def require_square(self, matrix: Any, action: str) -> None:
        """Raise InputError for a matrix that is not square."""
        if matrix.shape[0] is matrix.shape[1]:
            return
        rows, columns = (self.vocabulary.size(item) for item in matrix.shape)
        if rows != columns:
            raise InputError(f"cannot {action} {named(matrix)}: {rows} != {columns}; is a factor transposed?")

    def _identity(self, expression: Any) -> Polynomial:
        sizes = self.sizes_of(expression.shape[0])
        ends = tuple(range(len(sizes)))
        return single(Wiring(sizes, [], ends, ends))

    def _zero(self, expression: Any) -> Polynomial:
        self.indices(expression.shape)
        return ZERO

    def _ones(self, expression: Any) -> Polynomial:
        sizes, rows, columns = self.indices(expression.shape)
        return single(Wiring(sizes, [], rows, columns))

    def _hadamard(self, expression: Any) -> Polynomial:
        factors = expression.args
        for factor in factors[1:]:
            self.same_shape(factors[0], factor, "multiply entry by entry")
        return reduce(Polynomial.hadamard, map(self.read, factors))

    def _hadamard_power(self, expression: Any) -> Polynomial:
        base, exponent = expression.args
        if not exponent.is_Integer or exponent < 0:
            raise unsupported(f"the entrywise power {exponent}", expression)
        self.read(base)  # its letters belong to the claim whatever the exponent
        if exponent == 0:
            return self._ones(expression)
        return self.read(base).power(int(exponent), Polynomial.hadamard)

    def _diagonal_matrix(self, expression: Any) -> Polynomial:
        vector = expression.args[0]
        if 1 not in vector.shape:
            raise bad("DiagMatrix", vector, "the diagonal is given by a vector", "give an n x 1 matrix")
        return self.read(vector).diagonal_matrix()

    def _diagonal_of(self, expression: Any) -> Polynomial:
        self.require_square(expression.arg, "take the diagonal of")
        return self.read(expression.arg).diagonal_part()

    def _masked_diagonal(self, expression: Any) -> Polynomial:
        self.require_square(expression.arg, "keep the diagonal of")
        return self.read(expression.arg).diagonal_part().diagonal_matrix()

    def _kronecker(self, expression: Any) -> Polynomial:
        return reduce(Polynomial.kronecker, map(self.read, expression.args))

    def _vec(self, expression: Any) -> Polynomial:
        return self.read(expression.arg).stacked()

    # scalars

    def _rational(self, number: Any) -> Polynomial:
        return constant(fmpq(int(number.p), int(number.q)))

    def _float(self, number: Any) -> Polynomial:
        raise bad("number", number, "a float where an exact number is needed", "write Rational(1, 10) for 0.1")

    def _scalar_symbol(self, symbol: Any) -> Polynomial:
        name = self.vocabulary.scalar(symbol)
        self._plain.add(name)
        return scalar({power_of(name): fmpq(1)})

    def _layer_value(self, value: LayerValue) -> Polynomial:
        self.layer_values[str(value)] = value
        return scalar({power_of(str(value)): fmpq(1)})

    def _width(self, size: Any) -> Polynomial:
        if not is_width(size):
            raise unsupported(f"the function {size.func}", size)
        return scalar({power_of(self.vocabulary.size(size)): fmpq(1)})

    def _scalar_sum(self, expression: Any) -> Polynomial:
        return total([self.read(term) for term in expression.args])

    def _scalar_product(self, expression: Any) -> Polynomial:
        return reduce(Polynomial.times_scalar, map(self.read, expression.args))

    def _power(self, expression: Any) -> Polynomial:
        base, exponent = expression.args
        if not exponent.is_Rational:
            if self._least is None or not exponent.is_integer:
                raise unsupported(f"the exponent {exponent}", expression)
            return scalar_power(self, expression)
        if exponent.is_Integer:
            value = self.read(base)
            if exponent < 0:
                value, exponent = self.reciprocal(value, expression), -exponent
            return value.power(int(exponent), Polynomial.times_scalar) if exponent else constant(1)
        return root_of(self, base, Fraction(int(exponent.p), int(exponent.q)), expression)

    def reciprocal(self, value: Polynomial, expression: Any) -> Polynomial:
        """Return 1 / value for a scalar: a monomial, or an opaque generator with its relation."""
        if not value:
            raise bad("denominator", expression, "division by zero", "check the denominator")
        if len(value.terms) == 1:
            ((monomial, diagram, coefficient),) = value
            if not diagram.open.sizes and not diagram.closed:
                return scalar({raised(monomial, -1): 1 / coefficient})
        return scalar({power_of(self.relations.reciprocal(value)): fmpq(1)})

    def _circular(self, expression: Any) -> Polynomial:
        angle = expression.args[0]
        if not angle.is_Symbol:
            raise unsupported(f"the angle {angle}, which is not a single symbol,", expression)
        name = self.vocabulary.scalar(angle)
        cosine, sine = self.relations.circle(name)
        return scalar({power_of(cosine if isinstance(expression, sympy.cos) else sine): fmpq(1)})


def _inherited(expression: Any) -> Callable[[Reader, Any], Polynomial]:
    for kind in type(expression).__mro__:
        if kind in _READERS:
            return _READERS[kind]
    if isinstance(expression, int) or (hasattr(expression, "numerator") and not hasattr(expression, "free_symbols")):
        return lambda reader, number: reader._rational(sympy.Rational(number.numerator, number.denominator))
    if isinstance(expression, float):
        return Reader._float
    raise outside(expression)


_READERS: dict[type, Callable[[Reader, Any], Polynomial]] = {
    sympy.MatrixSymbol: Reader._matrix_symbol,
    PartialProduct: Reader._partial_product,
    sympy.MatAdd: Reader._sum,
    sympy.MatMul: Reader._product,
    sympy.MatPow: Reader._matrix_power,
    sympy.Inverse: Reader._inverse,
    sympy.Transpose: Reader._transpose,
    sympy.Trace: Reader._trace,
    sympy.Identity: Reader._identity,
    sympy.ZeroMatrix: Reader._zero,
    sympy.OneMatrix: Reader._ones,
    sympy.HadamardProduct: Reader._hadamard,
    sympy.HadamardPower: Reader._hadamard_power,
    DiagMatrix: Reader._diagonal_matrix,
    DiagonalOf: Reader._diagonal_of,
    DiagonalMatrix: Reader._masked_diagonal,
    sympy.KroneckerProduct: Reader._kronecker,
    Vec: Reader._vec,
    Commutation: read_commutation,
    GenericIdentity: lambda reader, expression: constant(1),  # noqa: ARG005
    GenericZeroMatrix: lambda reader, expression: ZERO,  # noqa: ARG005
    sympy.Rational: Reader._rational,
    sympy.Float: Reader._float,
    sympy.Symbol: Reader._scalar_symbol,
    AppliedUndef: Reader._width,
    LayerValue: Reader._layer_value,
    sympy.Add: Reader._scalar_sum,
    sympy.Mul: Reader._scalar_product,
    sympy.Pow: Reader._power,
    sympy.cos: Reader._circular,
    sympy.sin: Reader._circular,
    ScalarExpectation: average_of,
    MatrixExpectation: average_of,
}
