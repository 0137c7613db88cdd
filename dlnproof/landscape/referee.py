"""The referee: a problem whose exact methods go by the second road, to confirm what the first one says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any

from flint import arb, fmpq, fmpq_mat

from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.landscape import second_road
from dlnproof.landscape.classification import Classification, Kind, not_critical
from dlnproof.landscape.classify import compare_with_known
from dlnproof.landscape.classify_regularised import classify_regularised
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.referee_minimum import (
    least_plain_loss,
    least_scalar_loss,
    least_white_loss,
    zero_is_best,
)
from dlnproof.landscape.second_road import PlainForm, Rows
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.rational import to_fraction, to_rows
from dlnproof.rings.real_roots import RealRoot, ascending, rational_root, real_roots

REFEREE_BITS = 256
_LARGEST_COMPOUND = 70


@dataclass(frozen=True, init=False, eq=False, repr=False)
class RefereeProblem(Problem):
    """A problem, equal to the one it was made from, whose exact methods are answered by independent code.

    Loss, gradient and Hessian by Fraction loops over hyper-dual numbers; inertia by rational congruence; the global
    minimum at 256 bits from another Gram matrix; the kind of a point without decay from inertia, an exact comparison
    of its loss with the global minimum, and the theorem that every local minimum is global (Lu and Kawaguchi 2017,
    Theorem 2.3).
    """

    @classmethod
    def of(cls, problem: Problem) -> RefereeProblem:
        """Return the referee of a problem."""
        referee = cls.__new__(cls)
        for name in ("widths", "scale", "decay", "noise", "form", "_data"):
            object.__setattr__(referee, name, getattr(problem, name))
        return referee

    @cached_property
    def plain_form(self) -> PlainForm:
        """The second moments as lists of Fractions, computed anew from the data where there are any."""
        if self._data is None:
            form = self.form
            moments = (to_rows(form.input_moment), to_rows(form.cross_moment), to_fraction(form.output_moment))
        else:
            inputs, outputs = to_rows(self._data[0]), to_rows(self._data[1])
            total = sum((entry * entry for row in outputs for entry in row), Fraction(0))
            transposed = second_road.transpose(inputs)
            moments = (second_road.multiply(inputs, transposed), second_road.multiply(outputs, transposed), total)
        noise = tuple(tuple(map(to_fraction, layer)) for layer in self.form.noise)
        return PlainForm(*moments, self.scale, self.decay, noise)

    def loss_number(self, weights: Sequence[fmpq_mat]) -> fmpq:
        """Return the loss by Fraction loops."""
        return _number(second_road.loss(self.plain_form, [to_rows(weight) for weight in weights]))

    def gradient_matrices(self, weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
        """Return the gradient by dual numbers."""
        entries = [_number(value) for value in second_road.gradient(self.plain_form, [to_rows(w) for w in weights])]
        result, start = [], 0
        for rows, columns in self.shapes:
            result.append(fmpq_mat(rows, columns, entries[start : start + rows * columns]))
            start += rows * columns
        return result

    def hessian_matrix(self, weights: Sequence[fmpq_mat]) -> fmpq_mat:
        """Return the Hessian by hyper-dual numbers."""
        return _matrix(second_road.hessian(self.plain_form, [to_rows(weight) for weight in weights]))

    def inertia(self, weights: Any) -> tuple[int, int, int]:
        """Return the inertia by rational congruence."""
        return self._inertia_of(self.hessian_matrix(self.read_weights(weights)))

    @staticmethod
    def _inertia_of(matrix: fmpq_mat) -> tuple[int, int, int]:
        return second_road.inertia(to_rows(matrix))

    def classify(self, weights: Any) -> Classification:
        """Return the kind of the point by the second road."""
        matrices = self.read_weights(weights)
        if not self.is_critical(matrices):
            return not_critical()
        signs = self.inertia(matrices)
        if not self.is_plain:
            kind = classify_regularised(self.form, matrices, signs, self._inertia_of)
            return self._confirm(compare_with_known(self, matrices, kind), self.loss_number(matrices))
        if signs[1]:
            return Classification(Kind.STRICT_SADDLE, signs, "the Hessian has a negative eigenvalue")
        if self.layers == 1 or self._attains_minimum(self.loss_number(matrices)):
            strict = self.layers == 1 and signs[2] == 0
            reason = "the loss is the global minimum"
            return Classification(Kind.GLOBAL_MINIMUM, signs, reason, strict=strict, is_global=True)
        reason = "no negative curvature, above the global minimum, and every local minimum is global"
        return Classification(Kind.NON_STRICT_SADDLE, signs, reason)

    def _confirm(self, kind: Classification, loss: fmpq) -> Classification:
        """Return `kind` if what it says of the global minimum fits the referee's own ball around it.

        Raises: DisagreementError where it does not.
        """
        if kind.is_global is None:
            return kind
        try:
            least = self.global_minimum()
        except UnsupportedError:
            return kind
        if (kind.is_global and arb(loss) > least) or arb(loss) < least:
            raise DisagreementError(f"called {kind.name}, but the second road finds the global minimum {least.str(20)}")
        return kind

    def _attains_minimum(self, loss: fmpq) -> bool:
        """Return whether `loss` is the global minimum: t - loss / scale is the largest sum of r_max eigenvalues of
        Sigma.
        """
        explained = self.plain_form.output_moment - to_fraction(loss) / self.scale
        sigma, limit = self._sigma()
        order = min(limit, len(sigma))
        if comb(len(sigma), order) > _LARGEST_COMPOUND:
            least = self.global_minimum()
            if arb(loss) > least:
                return False
            raise UnsupportedError("the referee cannot compare this loss with the global minimum: too many outputs")
        compound = second_road.additive_compound(sigma, order)
        size = len(compound)
        gap = [[(explained if i == j else 0) - compound[i][j] for j in range(size)] for i in range(size)]
        _, negative, zero = second_road.inertia(gap)
        if not negative and not zero:
            raise DisagreementError("a loss below the global minimum: the second road contradicts itself")
        return negative == 0

    def _sigma(self) -> tuple[Rows, int]:
        """Return Sigma = C S^+ C^T and r_max."""
        form = self.plain_form
        solution = second_road.solve_consistent(form.input_moment, second_road.transpose(form.cross_moment))
        if solution is None:
            raise DisagreementError("the cross moment is not in the range of the input moment")
        limit = min(second_road.rank(form.input_moment), *self.widths[1:])
        return second_road.multiply(form.cross_moment, solution), limit

    def critical_values(self) -> list[Any]:
        """Return the critical values from the characteristic polynomials of additive compounds of Sigma."""
        if not self.is_plain:
            return super().critical_values()
        sigma, limit = self._sigma()
        orders = [len(sigma)] if self.layers == 1 else range(min(limit, len(sigma)) + 1)
        values: set[RealRoot] = set()
        for order in orders:
            if comb(len(sigma), order) > _LARGEST_COMPOUND:
                raise UnsupportedError("critical_values: too many for the referee; reduce the widths")
            polynomial = _matrix(second_road.additive_compound(sigma, order)).charpoly()
            shift = self.form.scale * self.form.output_moment
            values.update(root.after(-self.form.scale, shift) for root, _ in real_roots(polynomial))
        return [root.exact() for root in ascending(values or {rational_root(fmpq(0))})]

    def global_minimum(self, bits: int = REFEREE_BITS) -> arb:
        """Return the global minimum by the second road, at 256 bits unless said."""
        if self.is_plain:
            return Enclosure.of(least_plain_loss(self.plain_form, self.widths, bits), self._rational_minimum())
        if self.layers > 1 and self.widths[-1] == 1 and all(self.decay) and any(self.form.cross_moment.entries()):
            form = self.plain_form
            origin = _number(form.scale * form.output_moment) if zero_is_best(form, self.widths, bits // 2) else None
            return Enclosure.of(least_scalar_loss(form, self.widths, bits // 2), origin)
        level = self._white_level()
        if self.layers > 1 and level and all(self.decay) and not any(self.noise):
            return Enclosure(least_white_loss(self.plain_form, self.widths, level, bits // 2))
        return super().global_minimum(bits)

    def _rational_minimum(self) -> fmpq | None:
        """Return the least critical value if it is rational: it comes from the additive compounds of Sigma."""
        sigma, limit = self._sigma()
        if comb(len(sigma), min(limit, len(sigma))) > _LARGEST_COMPOUND:
            return None
        least = self.critical_values()[0]
        return _number(least) if isinstance(least, Fraction) else None

    def _white_level(self) -> Fraction | None:
        """Return c with S^2 = c S, entry by entry, or None."""
        moment = self.plain_form.input_moment
        square = second_road.multiply(moment, moment)
        place = next((i for i, row in enumerate(moment) if row[i]), None)
        if place is None:
            return None
        level = Fraction(square[place][place] / moment[place][place])
        return level if square == [[level * entry for entry in row] for row in moment] else None

    def referee(self) -> Problem:
        """Return this referee itself."""
        return self


def _number(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _matrix(rows: Rows) -> fmpq_mat:
    return fmpq_mat([[_number(Fraction(entry)) for entry in row] for row in rows])
