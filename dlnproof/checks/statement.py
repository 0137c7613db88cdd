"""An equation made ready for its checks: both sides read, subtracted and rewritten by the assumptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import sympy

from dlnproof.algebra.polynomial import ZERO, Polynomial, constant
from dlnproof.algebra.rules import Use
from dlnproof.checks.rewriting import Effort, Multiplier, normal_form
from dlnproof.errors import InputError, UnsupportedError, bad
from dlnproof.language.assumptions import Assumptions, read_assumptions
from dlnproof.language.chain import PartialProduct, is_width
from dlnproof.language.composite import factorisations
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.focus import Focus
from dlnproof.language.from_sympy import Reader
from dlnproof.language.sampling import concrete, definitions, size_symbols
from dlnproof.language.sides import alike, as_expression
from dlnproof.language.symbolic_powers import offsets


@dataclass(frozen=True, slots=True)
class Statement:
    """`left = right` under assumptions; `normal_form` of the difference, `uses` of the equations that led there.

    `left_form` and `right_form` are the polynomials of the two sides before any rewriting; `multipliers` the invertible
    factors by which their difference was multiplied to clear denominators, in order.
    """

    left: Any
    right: Any
    assumptions: Assumptions
    reader: Reader
    left_form: Polynomial
    right_form: Polynomial
    normal_form: Polynomial
    uses: tuple[Use, ...]
    multipliers: tuple[Multiplier, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the canonical form of the difference is zero."""
        return not self.normal_form

    @property
    def is_concrete(self) -> bool:
        """Whether no size is a symbol."""
        return concrete(self.reader.vocabulary)

    @property
    def has_chain(self) -> bool:
        """Whether a chain of layers with symbolic depth or layer index occurs."""
        return bool(self.reader.segments.known) or any(map(is_width, self.reader.vocabulary.sizes.values()))

    @property
    def scope(self) -> str:
        """What a proof of this statement covers."""
        if self.has_chain:
            return "all sizes, all depths"
        if not self.reader.vocabulary.letters:
            return "all values"
        return "these sizes" if self.is_concrete else "all sizes"

    @property
    def certified_by_uses(self) -> bool:
        """Whether instances cannot simply be drawn: some equation is not a definition, so the certificate is checked instead."""
        return len(definitions(self.assumptions)) < len(self.assumptions.equations)


def prepare(left: Any, right: Any, assuming: Iterable[Any] = (), *, effort: Effort = Effort.THOROUGH) -> Statement:
    """Return the statement `left = right` under the assumptions, with as much effort as asked to see that it holds.

    Raises InputError for sides of different shapes, UnsupportedError for what the language lacks.
    """
    left, right = alike(as_expression(left), as_expression(right))
    assumptions = read_assumptions(assuming)
    sides = [left, right, *(side for pair in assumptions.equations for side in pair)]
    reader = Reader(
        focus=_layers_in_focus(left, right, assumptions), splits=factorisations(sides), least=offsets(sides)
    )
    reader.vocabulary.symmetric = assumptions.having("symmetric")
    reader.vocabulary.orthogonal = assumptions.having("orthogonal")
    reader.vocabulary.antisymmetric = assumptions.having("antisymmetric")
    reader.vocabulary.diagonal = assumptions.having("diagonal")
    left_form, right_form = _read_sides(reader, left, right)
    differences = [_difference(reader, pair) for pair in assumptions.equations]
    reader.refuse_plain_angles()
    _refuse_free_noise(reader, left, right, *(side for pair in assumptions.equations for side in pair))
    assumptions = replace(assumptions, fixed=size_symbols(reader.vocabulary))
    difference = reader.expanded_sizes(left_form - right_form)
    found = normal_form(reader, difference, differences, assumptions, effort=effort)
    return Statement(left, right, assumptions, reader, left_form, right_form, *found)


def _layers_in_focus(left: Any, right: Any, assumptions: Assumptions) -> Focus | None:
    """Return the layers of chains that the equations speak of: partial products are split around them."""
    sides = [side for pair in assumptions.equations for side in pair]
    layers = {part for side in sides for part in side.atoms(PartialProduct) if part.is_layer}
    if not layers:
        return None
    return Focus(sorted(layers, key=str), sympy.Tuple(left, right, *sides), assumptions.order)


def unread(left: Any, right: Any, assuming: Iterable[Any] = ()) -> Statement:
    """Return a statement that is good for evaluation only: its symbols and sizes are known, its canonical form is not.

    Raises UnsupportedError where even that is impossible.
    """
    left, right = alike(as_expression(left), as_expression(right))
    assumptions = read_assumptions(assuming)
    reader = Reader()
    for expression in (left, right, *(side for pair in assumptions.equations for side in pair)):
        if expression.has(PartialProduct, ScalarExpectation, MatrixExpectation, sympy.cos, sympy.sin):
            raise UnsupportedError("a chain, an angle or an expectation inside a construct that is not supported yet")
        for power in expression.atoms(sympy.Pow, sympy.MatPow):
            for symbol in power.exp.free_symbols:  # an integer that is chosen, like a size
                if not (symbol.is_integer and symbol.is_nonnegative):
                    raise UnsupportedError(f"the exponent {power.exp} is not supported yet")
                reader.vocabulary.size(symbol)
        for constant_matrix in expression.atoms(sympy.Identity, sympy.ZeroMatrix, sympy.OneMatrix):
            reader.indices(constant_matrix.shape)
        for symbol in expression.free_symbols:
            if isinstance(symbol, sympy.MatrixSymbol):
                reader.vocabulary.letter(symbol)
                reader.indices(symbol.shape)
            else:
                reader.vocabulary.scalar(symbol)
    return Statement(left, right, assumptions, reader, ZERO, ZERO, constant(1), ())


def normaliser(statement: Statement) -> Callable[[Polynomial], Polynomial]:
    """Return the rewriting of scalar forms under the assumptions of a statement; without any, forms stay as they are."""
    reader, assumptions = statement.reader, statement.assumptions
    if not (assumptions.equations or reader.inverses or reader.vocabulary.inverted or reader.vocabulary.orthogonal):
        return lambda form: form
    differences = [_difference(reader, pair) for pair in assumptions.equations]
    return lambda form: normal_form(reader, form, differences, assumptions, effort=Effort.REWRITING).form


def _refuse_free_noise(reader: Reader, *sides: Any) -> None:
    """Raise InputError when a noise vector that is averaged away also stands outside its expectation."""
    for side in sides:
        for symbol in side.free_symbols:
            if getattr(symbol, "name", None) in reader.vocabulary.bound:
                raise bad(
                    "noise", symbol, "this noise is averaged away and also stands outside", "rename one of the two"
                )


def _read_sides(reader: Reader, left: Any, right: Any) -> tuple[Polynomial, Polynomial]:
    left, right = alike(left, right)
    read_shapes(reader, left, right)
    return _read_side(reader, left, right), _read_side(reader, right, left)


def _read_side(reader: Reader, side: Any, other: Any) -> Polynomial:
    """Return the form of a side; a plain 0 beside a matrix is the zero matrix."""
    return ZERO if side == 0 and getattr(other, "is_Matrix", False) else reader.read(side)


def read_shapes(reader: Reader, left: Any, right: Any) -> None:
    """Raise InputError unless the two sides can be compared: matrices of one shape, two scalars, or a matrix and 0."""
    matrices = [getattr(side, "is_Matrix", False) for side in (left, right)]
    if matrices in ([True, False], [False, True]) and (right if matrices[0] else left) == 0:
        return
    if matrices[0] != matrices[1]:
        scalar, matrix = (right, left) if matrices[0] else (left, right)
        shape = " x ".join(map(str, matrix.shape))
        raise InputError(f"cannot compare {matrix} ({shape}) with the scalar {scalar}; is a Trace(...) missing?")
    if matrices[0]:
        reader.same_shape(left, right, "compare")


def _difference(reader: Reader, sides: tuple[Any, Any]) -> Polynomial:
    left, right = _read_sides(reader, *sides)
    return reader.relations.reduced(left - right)
