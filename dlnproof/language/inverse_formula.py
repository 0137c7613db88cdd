"""Reading the inverse of a sum or product: one opaque letter for a formula, its multiples and its transpose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import sympy

from dlnproof.algebra.diagram import Letter
from dlnproof.algebra.inverses import Inverse, scale_of
from dlnproof.algebra.polynomial import ZERO, Polynomial
from dlnproof.algebra.relations import key_of
from dlnproof.errors import bad
from dlnproof.language.refusals import unsupported

if TYPE_CHECKING:
    from dlnproof.language.from_sympy import Reader


def inverted(reader: Reader, matrix: Any, expression: Any) -> Polynomial:
    """Return the inverse: of a symbol a letter of its own, of a product of square matrices the product of inverses."""
    reader.require_square(matrix, "invert")
    if isinstance(matrix, sympy.Transpose):
        return inverted(reader, matrix.arg, expression).transpose()
    if isinstance(matrix, sympy.Identity):
        return reader.read(matrix)
    if isinstance(matrix, sympy.Inverse):
        return reader.read(matrix.arg)
    if isinstance(matrix, sympy.MatPow) and matrix.exp.is_Integer and matrix.exp:
        return reader.read(matrix.base**-matrix.exp)
    if isinstance(matrix, sympy.KroneckerProduct) and all(map(reader.is_square, matrix.args)):
        return reduce(Polynomial.kronecker, (inverted(reader, item, expression) for item in matrix.args))
    if isinstance(matrix, sympy.MatMul):
        scalars, matrices = matrix.as_coeff_matrices()
        factors = square_factors(matrices)
        if len(factors) > 1 or scalars != 1:
            product = reduce(Polynomial.matmul, (inverted(reader, item, expression) for item in reversed(factors)))
            return product.times_scalar(reader.reciprocal(reader.read(scalars), expression))
    is_plain = isinstance(matrix, sympy.MatrixSymbol) and matrix.name not in reader.vocabulary.antisymmetric
    if not is_plain or len(reader.sizes_of(matrix.shape[0])) > 1:
        return inverse_of_formula(reader, matrix, expression)
    if matrix.name in reader.vocabulary.orthogonal:
        return reader.read(matrix).transpose()
    letter = reader.vocabulary.inverse_letter(matrix)
    sizes = tuple(reader.sizes_of(matrix.shape[0]))
    if not sizes:
        raise unsupported("the inverse of a 1 x 1 matrix", expression)
    return Inverse(letter, ZERO, sizes, matrix.name in reader.vocabulary.diagonal).matrix()


def square_factors(matrices: Sequence[Any]) -> list[Any]:
    """Return the factors of a square product grouped into the shortest square ones, all of the same size.

    A product of square matrices is invertible iff each is, so that A^T (X^T X) A may be inverted factor by factor.
    """
    grouped: list[Any] = []
    group: list[Any] = []
    for matrix in matrices:
        group.append(matrix)
        if group[0].shape[0] == matrix.shape[1] == matrices[0].shape[0]:
            grouped.append(sympy.MatMul(*group) if len(group) > 1 else matrix)
            group = []
    return grouped if not group else [sympy.MatMul(*matrices)]


def inverse_of_formula(reader: Reader, matrix: Any, expression: Any) -> Polynomial:
    """Return the inverse of a sum or product: an opaque letter, one for F, cF and F^T together."""
    denominator = reader.relations.reduced(reader.joined(reader.read(matrix)))
    sizes = tuple(reader.sizes_of(matrix.shape[0]))
    if not sizes:
        return reader.reciprocal(denominator, expression)
    if not denominator:
        raise bad("inverse", expression, "the matrix that is inverted is zero", "check the formula")
    factor = scale_of(denominator)
    monic = denominator.scaled(1 / factor)
    turned = monic.transpose()
    turned = turned.scaled(1 / scale_of(turned))
    keys = sorted((key_of(form), form is turned) for form in (monic, turned))
    key, is_turned = keys[0]
    if key not in reader.inverses:
        name = f"@inverse{len(reader.inverses)}"
        base = turned if is_turned else monic
        diagonal = len(sizes) == 1 and all(diagram.rows == diagram.columns for _, diagram, _ in base)
        symmetric = len(sizes) == 1 and not diagonal and base == base.transpose()
        reader.inverses[key] = Inverse(Letter(name, symmetric), base, sizes, diagonal)
    inverse = reader.inverses[key].matrix()
    if is_turned:  # F^{-1} = ((F^T)^{-1})^T, and the scale of F^T may differ from that of F
        factor = scale_of(denominator.transpose())
        inverse = inverse.transpose()
    return inverse.scaled(1 / factor)
