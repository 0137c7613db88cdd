"""Averages over vectors of independent entries: a sum over the ways in which their indices can coincide.

For independent entries with cumulants kappa_1 = 1, kappa_2, ...,

    E[e_i1 ... e_ik] = sum over partitions of {1..k} of the product over blocks B of kappa_|B| [all indices in B equal],

because joint cumulants of independent variables vanish (Leonov and Shiryaev 1959). On diagrams a block of size one deletes
its atom and a larger block merges the indices of its atoms: exact for every size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import fmpq

from dlnproof.algebra.diagram import Diagram, Letter, Wiring, unwired
from dlnproof.algebra.polynomial import Polynomial, collect, constant, wired
from dlnproof.algebra.scalars import Monomial, times
from dlnproof.errors import UnsupportedError


def average(polynomial: Polynomial, letter: Letter, cumulants: Sequence[Polynomial]) -> Polynomial:
    """Return the expectation over a vector letter whose entries are independent with mean 1 and the given cumulants.

    `cumulants[0]` is kappa_2 (the variance), and so on, scalar polynomials. Raises UnsupportedError, naming the moment, when
    the degree in the letter exceeds the cumulants given.
    """

    def terms() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for monomial, diagram, coefficient in polynomial:
            wiring = unwired(diagram)
            noisy = [number for number, (own, _) in enumerate(wiring.atoms) if own == letter]
            if len(noisy) > len(cumulants) + 1:
                raise UnsupportedError(
                    f"the expression has degree {len(noisy)} in the noise {letter.name}: its central moment of order "
                    f"{len(cumulants) + 2} is needed; "
                    f"give {{{letter.name}: [variance, third, ...]}}; without it this is not supported yet"
                )
            rest = [atom for number, atom in enumerate(wiring.atoms) if number not in set(noisy)]
            indices = [wiring.atoms[number][1][0] for number in noisy]
            for blocks in partitions(len(noisy)):
                weight = constant(1)
                pairs = []
                for block in blocks:
                    if len(block) > 1:
                        weight = weight.times_scalar(cumulants[len(block) - 2])
                        pairs += [(indices[block[0]], indices[other]) for other in block[1:]]
                bare = Wiring(wiring.sizes, rest, wiring.rows, wiring.columns)
                for own, scalar, factor in weight:
                    yield _with(wired(times(monomial, own), bare.identified(pairs), coefficient * factor), scalar)

    return collect(terms())


def _with(term: tuple[Monomial, Diagram, fmpq], scalar: Diagram) -> tuple[Monomial, Diagram, fmpq]:
    monomial, diagram, coefficient = term
    return monomial, diagram._replace(closed=tuple(sorted(diagram.closed + scalar.closed))), coefficient


def partitions(count: int) -> Iterator[list[list[int]]]:
    """Yield all partitions of 0, ..., count - 1 into blocks."""
    if count == 0:
        yield []
        return
    last = count - 1
    for smaller in partitions(last):
        yield [*smaller, [last]]
        for place in range(len(smaller)):
            yield [*smaller[:place], [*smaller[place], last], *smaller[place + 1 :]]
