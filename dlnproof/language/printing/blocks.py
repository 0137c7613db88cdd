"""The blocks of a Hessian as matrices: vec stacks columns, so that the form is the sum of vec(D_a)^T H_ab vec(D_b).

A term in which the weights are joined crosswise needs the commutation matrix K(m, n), K(m, n) vec(A) = vec(A^T) for A of
shape m x n. Source: Magnus and Neudecker, Matrix Differential Calculus (3rd ed.), chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sympy
from flint import fmpq

from dlnproof.algebra.diagram import Diagram, Letter, Wiring, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, wired
from dlnproof.algebra.scalars import Monomial
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.commutation import Commutation
from dlnproof.language.from_sympy import Reader
from dlnproof.language.printing.expression import to_sympy
from dlnproof.language.terms import product, scaled, total


def hessian_blocks(loss: Any, directions: Mapping[Any, Any], form: Any) -> dict[tuple[Any, Any], Any]:
    """Return H_ab = d^2 loss / d vec(a) d vec(b)^T for every pair of weights a, b, vec stacking columns.

    `form` is the Hessian form along the direction symbols `directions`; the sum of vec(D_a)^T H_ab vec(D_b) is compared with
    it for all sizes. Raises UnsupportedError for an inverse of a weight and for a block that is no sum of Kronecker products,
    DisagreementError where form and blocks differ.
    """
    reader = Reader()
    value = reader.read(loss)
    for inverse in reader.all_inverses():
        if any(
            letter.name in {weight.name for weight in directions}
            for _, d, _ in inverse.denominator
            for letter in d.letters()
        ):
            raise UnsupportedError("the blocks of a Hessian of an inverse are not supported yet; its form is")
    letters = {weight: reader.vocabulary.letter(weight) for weight in directions}
    blocks = {(a, b): _block(value, letters[a], letters[b]) for a in directions for b in directions}
    again = collect(
        term
        for (a, b), block in blocks.items()
        for term in _along(block, reader.vocabulary.letter(directions[a]), reader.vocabulary.letter(directions[b]))
    )
    if not reader.relations and again != reader.read(form):
        raise DisagreementError(f"the blocks of the Hessian of {loss} and its form differ; please report this")
    return {
        (a, b): _printed(block, reader, a, b)
        for (a, b), block in blocks.items()
        if list(directions).index(a) <= list(directions).index(b)
    }


def _block(value: Polynomial, first: Letter, second: Letter) -> Polynomial:
    """Delete one atom of each letter in every way; the legs left open are (column, row) of each."""

    def cut() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, diagram, coefficient in value:
            wiring = unwired(diagram)
            for one, (letter, legs) in enumerate(wiring.atoms):
                for two, (other, ends) in enumerate(wiring.atoms):
                    if one != two and (letter, other) == (first, second):
                        rest = [atom for number, atom in enumerate(wiring.atoms) if number not in (one, two)]
                        yield wired(monomial, Wiring(wiring.sizes, rest, legs[::-1], ends[::-1]), coefficient)

    return collect(cut())


def _along(block: Polynomial, first: Letter, second: Letter) -> Iterator[tuple[Monomial, Diagram, fmpq]]:
    for monomial, diagram, coefficient in block:
        wiring = unwired(diagram)
        atoms = [*wiring.atoms, (first, wiring.rows[::-1]), (second, wiring.columns[::-1])]
        yield wired(monomial, Wiring(wiring.sizes, atoms, (), ()), coefficient)


def _printed(block: Polynomial, reader: Reader, first: Any, second: Any) -> Any:
    shape = first.shape[0] * first.shape[1], second.shape[0] * second.shape[1]
    if not block:
        return sympy.ZeroMatrix(*shape)
    straight: list[Any] = []
    crossed: list[Any] = []
    for term in block:
        one = collect([term])
        try:
            straight.append(to_sympy(one, reader, shape))
        except UnsupportedError:
            turned = one._rewired(lambda wiring: wiring._replace(columns=wiring.columns[::-1]))
            crossed.append(to_sympy(turned, reader, shape))
    if crossed:
        exchange = Commutation(*second.shape)
        straight += [_times(term, exchange) for term in crossed]
    return total(straight) if len(straight) > 1 else straight[0]


def _times(term: Any, exchange: Any) -> Any:
    coefficient, factors = term.as_coeff_matrices() if isinstance(term, sympy.MatMul) else (sympy.Integer(1), [term])
    return scaled(coefficient, product([*factors, exchange]))
