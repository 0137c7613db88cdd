"""Polynomials of diagrams: linear combinations of (scalar monomial, diagram), the normal form of a matrix formula.

Operations keep every term in canonical form, so that without further relations two formulas are equal for all sizes iff
their polynomials are equal: distinct canonical diagrams are linearly independent functions of the entries once every size
is at least the number of indices of a diagram (place matrix units along one diagram: no other non-isomorphic diagram of the
polynomial takes the same monomial in these entries).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from flint import fmpq

from dlnproof.algebra import words
from dlnproof.algebra.canonical import canonical
from dlnproof.algebra.diagram import UNIT, Diagram, Index, Size, Wiring, shift, unlike_factors
from dlnproof.algebra.scalars import ONE, Monomial, ScalarPolynomial, power_of, split_primes, times
from dlnproof.errors import UnsupportedError

Term: TypeAlias = tuple[Monomial, Diagram]
TERM_LIMIT = 200_000


class Polynomial:
    """A frozen map from (monomial, diagram) to a nonzero rational coefficient."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Term, fmpq]) -> None:
        self.terms = terms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Monomial, Diagram, fmpq]]:
        for (monomial, diagram), coefficient in self.terms.items():
            yield monomial, diagram, coefficient

    def __repr__(self) -> str:
        return f"Polynomial({len(self.terms)} terms)"

    def __add__(self, other: Polynomial) -> Polynomial:
        return total([self, other])

    def __sub__(self, other: Polynomial) -> Polynomial:
        return total([self, Polynomial({term: -coefficient for term, coefficient in other.terms.items()})])

    def scaled(self, factor: fmpq, monomial: Monomial = ONE) -> Polynomial:
        """Return `factor * monomial * self`."""
        if not monomial and factor:
            return Polynomial({term: coefficient * factor for term, coefficient in self.terms.items()})
        return collect((times(monomial, own), diagram, factor * coefficient) for own, diagram, coefficient in self)

    def transpose(self) -> Polynomial:
        """Return the transpose: rows and columns of every diagram swapped."""
        if all(words.is_word(diagram) for _, diagram in self.terms):
            turned = {(own, words.transposed(diagram)): weight for (own, diagram), weight in self.terms.items()}
            return Polynomial(turned)
        return self._rewired(lambda wiring: wiring._replace(rows=wiring.columns, columns=wiring.rows))

    def trace(self) -> Polynomial:
        """Return the trace: row and column indices identified and summed."""

        def close(wiring: Wiring) -> Wiring:
            joined = wiring.identified(_paired(wiring.rows, wiring.columns))
            return joined._replace(rows=(), columns=())

        return collect(
            [
                (own, words.traced(diagram), weight)
                if diagram.open.atoms and words.is_word(diagram)
                else _rewired(own, diagram, weight, close)
                for (own, diagram), weight in self.terms.items()
            ]
        )

    def diagonal_matrix(self) -> Polynomial:
        """Return Diag(v) of a vector v: its index becomes row and column at once."""

        def spread(wiring: Wiring) -> Wiring:
            index = wiring.rows or wiring.columns
            return wiring._replace(rows=index, columns=index)

        return self._rewired(spread)

    def diagonal_part(self) -> Polynomial:
        """Return the diagonal of a square matrix as a column vector."""

        def gather(wiring: Wiring) -> Wiring:
            return wiring.identified(_paired(wiring.rows, wiring.columns))._replace(columns=())

        return self._rewired(lambda wiring: gather(wiring)._replace(columns=()))

    def stacked(self) -> Polynomial:
        """Return vec of a matrix: one composite row index, the column index slow."""
        return self._rewired(lambda wiring: wiring._replace(rows=wiring.columns + wiring.rows, columns=()))

    def matmul(self, other: Polynomial) -> Polynomial:
        """Return the matrix product: columns of the left identified with rows of the right."""
        if all(words.is_word(diagram) for form in (self, other) for _, diagram in form.terms):
            guard(len(self.terms) * len(other.terms))
            return collect(
                (times(one, two), words.joined(left, right), coefficient * weight)
                for one, left, coefficient in self
                for two, right, weight in other
            )
        return self._joined(other, lambda a, b: (_paired(a.columns, b.rows), a.rows, b.columns))

    def hadamard(self, other: Polynomial) -> Polynomial:
        """Return the entrywise product: rows with rows and columns with columns identified, and left open."""
        return self._joined(
            other,
            lambda a, b: (
                _paired(a.rows, b.rows) + _paired(a.columns, b.columns),
                a.rows,
                a.columns,
            ),
        )

    def kronecker(self, other: Polynomial) -> Polynomial:
        """Return the Kronecker product: composite row and column indices, left factor slow."""
        return self._joined(other, lambda a, b: ([], a.rows + b.rows, a.columns + b.columns))

    def times_scalar(self, scalar: Polynomial) -> Polynomial:
        """Return the product with a scalar (a polynomial whose diagrams have no outputs)."""
        for number, other in ((scalar, self), (self, scalar)):
            if len(number.terms) == 1 and _NUMBER in number.terms:
                return other.scaled(number.terms[_NUMBER])
        guard(len(self.terms) * len(scalar.terms))
        return collect(
            (
                times(own, factor),
                diagram._replace(closed=tuple(sorted(diagram.closed + closed.closed))) if closed.closed else diagram,
                coefficient * weight,
            )
            for own, diagram, coefficient in self
            for factor, closed, weight in scalar
        )

    def power(self, exponent: int, product: Callable[[Polynomial, Polynomial], Polynomial]) -> Polynomial:
        """Return the power with a positive exponent under the given product, by repeated squaring."""
        result, square = None, self
        while exponent:
            if exponent & 1:
                result = square if result is None else product(result, square)
            exponent >>= 1
            if exponent:
                square = product(square, square)
        assert result is not None
        return result

    def letters(self) -> frozenset[str]:
        """Return the names of the letters that occur."""
        return frozenset(letter.name for _, diagram, _ in self for letter in diagram.letters())

    def index_bound(self) -> int:
        """Return the largest number of indices of a diagram: at sizes from there on, diagrams are independent."""
        return max((diagram.index_count() for _, diagram, _ in self), default=0)

    def _rewired(self, change: Callable[[Wiring], Wiring]) -> Polynomial:
        return collect(_rewired(own, diagram, weight, change) for own, diagram, weight in self)

    def _joined(
        self,
        other: Polynomial,
        wire: Callable[[_Ends, _Ends], tuple[list[tuple[Index, Index]], tuple[Index, ...], tuple[Index, ...]]],
    ) -> Polynomial:
        guard(len(self.terms) * len(other.terms))

        def join() -> Iterator[tuple[Monomial, Diagram, fmpq]]:
            for left_monomial, left, left_coefficient in self:
                offset = len(left.open.sizes)
                for right_monomial, right, right_coefficient in other:
                    moved = _Ends(tuple([i + offset for i in right.rows]), tuple([i + offset for i in right.columns]))
                    pairs, rows, columns = wire(_Ends(left.rows, left.columns), moved)
                    wiring = Wiring(
                        left.open.sizes + right.open.sizes,
                        [*left.open.atoms, *shift(right.open.atoms, offset)],
                        rows,
                        columns,
                        left.closed + right.closed,
                    )
                    if any(wiring.sizes[one] != wiring.sizes[two] for one, two in pairs):
                        raise unlike_factors()
                    yield wired(
                        times(left_monomial, right_monomial),
                        wiring.identified(pairs),
                        left_coefficient * right_coefficient,
                    )

        return collect(join())


def _rewired(
    monomial: Monomial, diagram: Diagram, coefficient: fmpq, change: Callable[[Wiring], Wiring]
) -> tuple[Monomial, Diagram, fmpq]:
    part = diagram.open
    wiring = Wiring(part.sizes, part.atoms, diagram.rows, diagram.columns, diagram.closed)
    return wired(monomial, change(wiring), coefficient)


def _paired(first: Sequence[Index], second: Sequence[Index]) -> list[tuple[Index, Index]]:
    """Return the pairs of two (composite) indices that are made one."""
    if len(first) != len(second):
        raise unlike_factors()
    return list(zip(first, second, strict=True))


class _Ends:
    __slots__ = ("columns", "rows")

    def __init__(self, rows: tuple[Index, ...], columns: tuple[Index, ...]) -> None:
        self.rows, self.columns = rows, columns


def wired(monomial: Monomial, wiring: Wiring, coefficient: fmpq) -> tuple[Monomial, Diagram, fmpq]:
    """Return the canonical term of a wiring; a summed index without atoms contributes its size as a factor."""
    isolated, diagram = canonical(wiring)
    for size in isolated:
        factor, own = size_factor(size)
        coefficient, monomial = coefficient * factor, times(monomial, own)
    return monomial, diagram, coefficient


def size_factor(size: Size) -> tuple[fmpq, Monomial]:
    """Return a size as (rational, monomial): a number, or a generator of its name."""
    return (fmpq(int(size)), ONE) if size.isdigit() else (fmpq(1), power_of(size))


def collect(terms: Iterable[tuple[Monomial, Diagram, fmpq]]) -> Polynomial:
    """Return the polynomial of the given canonical terms, equal ones added up."""
    summed: dict[Term, fmpq] = {}
    for monomial, diagram, coefficient in terms:
        if monomial and any(name[0] == "#" for name, _ in monomial):
            factor, monomial = split_primes(monomial)
            coefficient = coefficient * factor
        key = (monomial, diagram)
        old = summed.get(key)
        summed[key] = coefficient if old is None else old + coefficient
    return Polynomial({key: coefficient for key, coefficient in summed.items() if coefficient})


def total(polynomials: Sequence[Polynomial]) -> Polynomial:
    """Return the sum of one or more polynomials."""
    terms = dict(polynomials[0].terms)
    for polynomial in polynomials[1:]:
        for key, coefficient in polynomial.terms.items():
            old = terms.get(key)
            terms[key] = coefficient if old is None else old + coefficient
    return Polynomial({key: coefficient for key, coefficient in terms.items() if coefficient})


def scalar(value: ScalarPolynomial) -> Polynomial:
    """Return a scalar polynomial as a polynomial of diagrams."""
    return collect((monomial, UNIT, coefficient) for monomial, coefficient in value.items())


def constant(value: fmpq | int) -> Polynomial:
    """Return a rational number as a polynomial."""
    return Polynomial({(ONE, UNIT): fmpq(value)}) if value else ZERO


def single(wiring: Wiring, coefficient: fmpq | int = 1) -> Polynomial:
    """Return the polynomial of one wiring."""
    return collect([wired(ONE, wiring, fmpq(coefficient))])


ZERO = Polynomial({})
_NUMBER: Term = (ONE, UNIT)


def guard(count: int) -> None:
    """Raise UnsupportedError for a product of too many terms."""
    if count > TERM_LIMIT:
        raise UnsupportedError(
            f"the expanded formula has more than {TERM_LIMIT} terms: too large a product is not supported yet; "
            "name its factors and claim smaller identities"
        )
