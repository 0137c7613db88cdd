"""Inverses: letters with the relations Z F = F Z = I, and denominators cleared from the ends.

An inverse of a polynomial F is an opaque letter Z. Its two relations are rewrite rules (the leading word of F next to Z), whose
consequences `completion` finds: from (I + AB)^{-1} and (I + BA)^{-1} comes the push-through rule. A matrix equation whose
terms still begin (or end) with an inverse is multiplied by its F, which loses nothing because F is invertible. All of this is
exact for every size; that the inverses exist is an assumption of any formula that contains them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import fmpq

from dlnproof.algebra.diagram import Letter, Size, Wiring
from dlnproof.algebra.polynomial import Polynomial, single
from dlnproof.algebra.rules import Equation, orient


class Inverse(NamedTuple):
    """A letter Z with Z F = F Z = I; Z is a symmetric letter when F = F^T, and a vector on the diagonal when F is diagonal.

    `sizes` has one entry, more for the size of a Kronecker product: then Z has as many legs at each end.
    """

    letter: Letter
    denominator: Polynomial
    sizes: tuple[Size, ...]
    diagonal: bool = False

    def matrix(self) -> Polynomial:
        """Return Z as a polynomial."""
        count = len(self.sizes)
        rows, columns = tuple(range(count)), tuple(range(count, 2 * count))
        if self.diagonal:
            return single(Wiring(self.sizes, [(self.letter, rows)], rows, rows))
        return single(Wiring(self.sizes * 2, [(self.letter, rows + columns)], rows, columns))

    def unit(self) -> Polynomial:
        """Return the identity of this size."""
        ends = tuple(range(len(self.sizes)))
        return single(Wiring(self.sizes, [], ends, ends))


def relations(inverses: Sequence[Inverse], units: frozenset[str]) -> list[Equation]:
    """Return the equations F Z = I and Z F = I, numbered -1, -2, ...

    Where a term of F begins or ends with a matrix A whose inverse Y is there too, Y F Z = Y and Z F Y = Y are added: they
    lead with other terms.
    """
    differences: list[Polynomial] = []
    for inverse in inverses:
        if inverse.denominator.letters() and not _is_plain(inverse):
            Z, F = inverse.matrix(), inverse.denominator
            differences += [F.matmul(Z) - inverse.unit(), Z.matmul(F) - inverse.unit()]
            for other in inverses:
                if _is_plain(other) and other.sizes == inverse.sizes and other.denominator.letters() & F.letters():
                    Y = other.matrix()
                    differences += [Y.matmul(F).matmul(Z) - Y, Z.matmul(F).matmul(Y) - Y]
        elif inverse.diagonal:
            differences.append(inverse.denominator.matmul(inverse.matrix()) - inverse.unit())
    return [orient(-1 - place, difference, units=units) for place, difference in enumerate(filter(None, differences))]


def _is_plain(inverse: Inverse) -> bool:
    """Return whether it is the inverse of a single letter, which cancels with it."""
    terms = list(inverse.denominator)
    return len(inverse.sizes) == len(terms) == 1 and len(list(terms[0][1].letters())) == 1


class End(NamedTuple):
    """An inverse with which terms begin (or, `on_right`, end); `transposed` when it stands there as Z^T."""

    inverse: Inverse
    on_right: bool
    transposed: bool


def end_to_clear(polynomial: Polynomial, inverses: Sequence[Inverse]) -> End | None:
    """Return an inverse at an end of some term, the one with the most inverses inside its own F first."""
    by_name = {inverse.letter.name: inverse for inverse in inverses if not inverse.diagonal}
    found: list[End] = []
    for _, diagram, _ in polynomial:
        for on_right, outputs in ((False, diagram.rows), (True, diagram.columns)):
            if not outputs or diagram.rows == diagram.columns:
                continue
            meeting = [atom for atom in diagram.open.atoms if outputs[0] in atom[1]]
            if len(meeting) == 1 and meeting[0][0].name in by_name:
                letter, legs = meeting[0]
                ends = (legs[: len(legs) // 2], legs[len(legs) // 2 :])
                if outputs in ends or (letter.symmetric and outputs[0] in legs):
                    natural = ends[on_right] == outputs
                    found.append(End(by_name[letter.name], on_right, not natural and not letter.symmetric))

    def nesting(end: End) -> int:
        return len(end.inverse.denominator.letters() & set(by_name))

    return max(found, key=nesting, default=None)


def scale_of(denominator: Polynomial) -> fmpq:
    """Return the rational that makes the first coefficient of a denominator 1, so that (2F)^{-1} and F^{-1} share a letter."""
    return min(denominator, key=lambda term: (term[0], term[1]))[2]
