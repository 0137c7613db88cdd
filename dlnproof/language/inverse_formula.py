"""Reading the inverse of a sum or product: one opaque letter for a formula, its multiples and its transpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sympy

from dlnproof.algebra.diagram import Letter
from dlnproof.algebra.inverses import Inverse, scale_of
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.relations import key_of
from dlnproof.errors import bad

if TYPE_CHECKING:
    from dlnproof.language.from_sympy import Reader


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
        symmetric = len(sizes) == 1 and base == base.transpose()
        reader.inverses[key] = Inverse(Letter(name, symmetric), base, sizes)
    inverse = reader.inverses[key].matrix()
    if is_turned:  # F^{-1} = ((F^T)^{-1})^T, and the scale of F^T may differ from that of F
        factor = scale_of(denominator.transpose())
        inverse = inverse.transpose()
    return inverse.scaled(1 / factor)
