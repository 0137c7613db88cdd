"""The least loss by the second road: Taylor shifts and sign counts without decay, a certified one-variable search
with it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from flint import arb, arb_mat, ctx, fmpq

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.second_road import (
    PlainForm,
    Rows,
    characteristic_polynomial,
    multiply,
    rank,
    solve_consistent,
    transpose,
)

_MOST_PIECES = 4000


def roots_above(coefficients: list[Fraction], point: Fraction) -> int:
    """Return how many roots of a real-rooted polynomial exceed `point`: Descartes' signs after a Taylor shift."""
    shifted = list(coefficients)
    for start in range(len(shifted) - 1):
        for k in range(len(shifted) - 2, start - 1, -1):
            shifted[k] += point * shifted[k + 1]
    signs = [value > 0 for value in shifted if value]
    return sum(a != b for a, b in pairwise(signs))


def largest_roots(coefficients: list[Fraction], count: int, bits: int) -> list[tuple[Fraction, Fraction]]:
    """Return brackets [low, high], of width 2^-bits times the root bound, of the `count` largest roots
    (multiplicities count).
    """
    bound = 1 + max((abs(value) for value in coefficients), default=Fraction(0))
    top = Fraction(1 << (int(bound).bit_length() + 1))
    brackets = []
    for place in range(1, count + 1):
        low, high = -top, top
        for _ in range(bits + 2):
            middle = (low + high) / 2
            low, high = (middle, high) if roots_above(coefficients, middle) >= place else (low, middle)
        brackets.append((low, high))
    return brackets


def least_plain_loss(form: PlainForm, widths: tuple[int, ...], bits: int) -> arb:
    """Return a ball around scale (t - sum of the r_max largest eigenvalues) from the d_0 x d_0 matrix C^T Z, S Z^T =
    C^T.

    It has the nonzero eigenvalues of Sigma = Z C^T, all of them real and nonnegative.
    """
    solution = solve_consistent(form.input_moment, transpose(form.cross_moment))
    if solution is None:
        raise UnsupportedError("global_minimum: the cross moment is not in the range of the input moment")
    gram = multiply(solution, form.cross_moment)
    limit = min(rank(form.input_moment), *widths[1:])
    brackets = largest_roots(characteristic_polynomial(gram), limit, bits + 8)
    low = form.scale * (form.output_moment - sum((bracket[1] for bracket in brackets), Fraction(0)))
    high = form.scale * (form.output_moment - sum((bracket[0] for bracket in brackets), Fraction(0)))
    return _hull(low, high, bits)


def _hull(low: Fraction, high: Fraction, bits: int) -> arb:
    with ctx.workprec(bits + 32):
        left, right = arb(fmpq(low.numerator, low.denominator)), arb(fmpq(high.numerator, high.denominator))
        return left.union(right)


def least_scalar_loss(form: PlainForm, widths: tuple[int, ...], bits: int) -> arb:
    """Return a ball around the least loss with decay in every layer and one output, by search over w in the reduction."""
    search = _scalar_search(form, widths, bits)
    with ctx.workprec(2 * bits + 64):
        value = (search.least(bits) + _ball(form.output_moment)) * _ball(form.scale)
    with ctx.workprec(bits):
        return value + 0


def zero_is_best(form: PlainForm, widths: tuple[int, ...], bits: int) -> bool:
    """Return whether no weights are certainly better than zero weights: g >= 0 on w > 0. False where that stays open."""
    search = _scalar_search(form, widths, bits)
    square = sum((entry * entry for entry in form.cross_moment[0]), Fraction(0))
    if search.hidden == 1:
        return bool(square <= search.product)  # g = w (Gamma - r), and r falls from r(0) = ||b||^2
    return search.is_positive(square, bits)


def _scalar_search(form: PlainForm, widths: tuple[int, ...], bits: int) -> _Search:
    vector = form.cross_moment[0]
    factor = Fraction(1)
    for layer in form.noise:
        precisions = [1 / variance for variance in layer if variance]
        factor *= 1 + (1 / sum(precisions, Fraction(0)) if len(precisions) == len(layer) else 0)
    solution = solve_consistent(form.input_moment, [[entry] for entry in vector])
    if solution is None:
        raise UnsupportedError("global_minimum: the cross moment is not in the range of the input moment")
    explained = sum((row[0] * b for row, b in zip(solution, vector, strict=True)), Fraction(0)) / factor

    def solved(w: Fraction) -> tuple[arb, arb]:
        """Return b^T M^{-1} b and b^T M^{-2} b with M = I + s w A, by elimination in balls."""
        size = len(vector)
        rows: Rows = [
            [factor * w * entry + (1 if i == j else 0) for j, entry in enumerate(row)]
            for i, row in enumerate(form.input_moment)
        ]
        matrix = arb_mat([[_ball(x) for x in row] for row in rows])
        right = arb_mat([[_ball(x)] for x in vector])
        column = matrix.solve(right)
        first = sum((right[i, 0] * column[i, 0] for i in range(size)), arb(0))
        return first, sum((column[i, 0] * column[i, 0] for i in range(size)), arb(0))

    return _Search(_decay_product(form), len(widths) - 2, solved, explained, 2 * bits + 64)


def least_white_loss(form: PlainForm, widths: tuple[int, ...], level: Fraction, bits: int) -> arb:
    """Return a ball around the least loss for white inputs, S^2 = level S, no noise and decay in every layer.

    The largest eigenvalues of C^T C are bracketed by Taylor shifts; the least of g for one input and one output is a search,
    and decreases as the eigenvalue grows: the ends of a bracket give the ends of the ball.
    """
    gram = multiply(transpose(form.cross_moment), form.cross_moment)
    brackets = largest_roots(characteristic_polynomial(gram), min(widths), bits + 8)
    precision = 2 * bits + 64
    with ctx.workprec(precision):
        total = _ball(form.output_moment)
        for low, high in brackets:
            ends = [_least_for(form, widths, level, max(end, Fraction(0)), bits) for end in (low, high)]
            total += ends[0].union(ends[1])
        value = total * _ball(form.scale)
    with ctx.workprec(bits):
        return value + 0


def _least_for(form: PlainForm, widths: tuple[int, ...], level: Fraction, eigenvalue: Fraction, bits: int) -> arb:
    if not eigenvalue:
        return arb(0)

    def solved(w: Fraction) -> tuple[arb, arb]:
        return _ball(eigenvalue / (1 + level * w)), _ball(eigenvalue / (1 + level * w) ** 2)

    search = _Search(_decay_product(form), len(widths) - 2, solved, eigenvalue / level, 2 * bits + 64)
    return search.least(bits)


def _decay_product(form: PlainForm) -> Fraction:
    product = Fraction(1)
    for decay in form.decay:
        product *= decay / form.scale
    return product


class _Search:
    """The least of g(w) = -w r(w) + D (Gamma w)^{1/D}, w >= 0, in balls; pieces are pairs of Fractions.

    The derivative -h(w) + Gamma^{1/D} w^{1/D - 1} is a difference of two decreasing functions: pieces on which its sign is
    certain hold no interior minimum, the others are halved. `solved` gives r and h; g >= D (Gamma w)^{1/D} - explained.
    """

    def __init__(
        self,
        product: Fraction,
        hidden: int,
        solved: Callable[[Fraction], tuple[arb, arb]],
        explained: Fraction,
        precision: int,
    ) -> None:
        self.product, self.hidden, self._solved = product, hidden, solved
        self.explained, self.precision = explained, precision

    def value(self, low: Fraction, high: Fraction) -> arb:
        """Return a ball around g on [low, high]: both terms of the difference increase with w."""
        least, most = self._terms(low), self._terms(high)
        return (least[1] - most[0]).union(most[1] - least[0])

    def _terms(self, w: Fraction) -> tuple[arb, arb]:
        if not w:
            return arb(0), arb(0)
        root = (_ball(self.product) * _ball(w)).root(self.hidden)
        return _ball(w) * self._solved(w)[0], self.hidden * root

    def slope_sign(self, low: Fraction, high: Fraction) -> int:
        """Return 1 or -1 if the derivative certainly has that sign on [low, high], low > 0; else 0."""
        fall_low, rise_low = self._slopes(low)
        fall_high, rise_high = self._slopes(high)
        if rise_high > fall_low:
            return 1
        return -1 if rise_low < fall_high else 0

    def _slopes(self, w: Fraction) -> tuple[arb, arb]:
        point = _ball(w)
        return self._solved(w)[1], (_ball(self.product) * point).root(self.hidden) / point

    def least(self, bits: int) -> arb:
        """Return a ball around the least value of g, at most g(0) = 0."""
        with ctx.workprec(self.precision):
            bottom, top = self._ends(bits)
            pieces, least = self._undecided(bottom, top, bits), self.value(Fraction(0), bottom)
            least = least.min(arb(0))
            for low, high in pieces:
                least = least.min(self.value(low, high))
            return least

    def is_positive(self, square: Fraction, bits: int) -> bool:
        """Return whether g is certainly positive on w > 0, for two or more hidden layers, r(0) = `square`."""
        with ctx.workprec(self.precision):
            bottom, top = self._ends(bits)
            # on (0, bottom]: g >= w^{1/D} (D Gamma^{1/D} - square w^{1 - 1/D}), and the bracket falls
            first = self.hidden * (_ball(self.product) * _ball(bottom)).root(self.hidden) > _ball(square * bottom)
            return bool(first) and not self._undecided(bottom, top, bits)

    def _ends(self, bits: int) -> tuple[Fraction, Fraction]:
        """Return bottom and top: g is positive above, and [0, bottom] is bounded as it stands."""
        with ctx.workprec(self.precision):
            # beyond `top` g is positive, since it is at least D (Gamma w)^{1/D} - explained
            top = max((self.explained / self.hidden) ** self.hidden / self.product, Fraction(1, 1 << bits))
            return top / (1 << (2 * bits)), top

    def _undecided(self, bottom: Fraction, top: Fraction, bits: int) -> list[tuple[Fraction, Fraction]]:
        """Return small pieces that hold every stationary w of [bottom, top] at which g can be negative."""
        edges = [bottom]
        while edges[-1] < top:
            edges.append(min(edges[-1] * 16, top))
        pieces, done = [*pairwise(edges)], list[tuple[Fraction, Fraction]]()
        while pieces:
            if len(pieces) + len(done) > _MOST_PIECES:
                return pieces + done
            halves = []
            for low, high in pieces:
                if self.slope_sign(low, high) or self.value(low, high) > 0:
                    continue
                if high - low <= high / (1 << bits):
                    done.append((low, high))
                    continue
                middle = (low + high) / 2
                halves += [(low, middle), (middle, high)]
            pieces = halves
        return done


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
