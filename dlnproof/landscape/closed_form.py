"""The least loss with decay or noise, where a closed form is known: one layer, and one output at any depth.

One layer: ridge regression. One output (d_H = 1), H layers, D = H - 1 hidden ones: with gamma_k = decay_k / scale,
s = prod_k (1 + noise_k / d_k), b the cross moment and A the input moment, the loss is at least scale (g(v) + E y^2),
g(v) = s v^T A v - 2 b^T v + H (gamma_1 ... gamma_H)^{1/H} ||v||^{2/H}, with equality attained for every v. With
Gamma = prod_k gamma_k and v = w (I + s w A)^{-1} b the stationary points v != 0 of g are the positive roots w of

    w^{D-1} h(w)^D = Gamma,   h(w) = b^T (I + s w A)^{-2} b,   with   g = -w b^T (I + s w A)^{-1} b + D (Gamma w)^{1/D}.

A rational equation in w, whatever root of Gamma is irrational: its roots are isolated exactly, and the least of the
values there and of g(0) = 0 is the minimum. Source: Ziyin, Li and Meng (2022), the exact reduction for any widths,
decay and noise.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.data import explained_moment, regression
from dlnproof.landscape.derivatives import Form
from dlnproof.rings.rational import identity, is_zero, trace
from dlnproof.rings.real_roots import RealRoot, real_roots

_GUARD_BITS = 64


def least_regularised_loss(form: Form, widths: tuple[int, ...], bits: int) -> arb:
    """Return a ball around the least loss with decay or noise; raises UnsupportedError where no closed form is
    known.
    """
    if is_zero(form.cross_moment):
        return _ball(form.scale * form.output_moment, bits)
    if len(widths) == 2:
        return _ball(least_ridge_loss(form), bits)
    if widths[-1] != 1:
        raise UnsupportedError(
            "global_minimum: not known in closed form with decay or noise and more than one output; use local_minima"
        )
    positive = sum(bool(decay) for decay in form.decay)
    if positive == 0:
        explained = trace(explained_moment(regression(form.input_moment, form.cross_moment), form.cross_moment))
        return _ball(form.scale * (form.output_moment - explained / shrinkage(form, widths)), bits)
    if positive < len(form.decay):
        raise UnsupportedError(
            "global_minimum: the infimum is not attained, some but not all layers have decay; "
            "give every layer decay or none"
        )
    return Reduction.of(form, widths).least_loss(bits)


def _ball(value: fmpq, bits: int) -> arb:
    with ctx.workprec(bits):
        return arb(value)


def least_ridge_loss(form: Form) -> fmpq:
    """Return the least loss of one layer: scale (t - tr(C (S + decay / scale I)^{-1} C^T)), by convexity."""
    regularised = form.input_moment + identity(form.input_moment.nrows()) * (form.decay[0] / form.scale)
    solved = regularised.solve(form.cross_moment.transpose())
    return form.scale * (form.output_moment - trace(form.cross_moment * solved))


def shrinkage(form: Form, widths: tuple[int, ...]) -> fmpq:
    """Return s = prod_k (1 + noise_k / d_k) over the hidden layers."""
    result = fmpq(1)
    for variance, width in zip(form.noise, widths[1:-1], strict=True):
        result *= 1 + variance / width
    return result


@dataclass(frozen=True, slots=True)
class Reduction:
    """The one-variable problem in w: r(w) = b^T (I + s w A)^{-1} b = p / q, h = (w r)', Gamma, D, and the constants
    of the loss.
    """

    numerator: fmpq_poly
    denominator: fmpq_poly
    decay_product: fmpq
    hidden: int
    scale: fmpq
    output_moment: fmpq

    @classmethod
    def of(cls, form: Form, widths: tuple[int, ...]) -> Reduction:
        """Return the reduction of a problem with one output, a nonzero cross moment and decay in every layer."""
        product = fmpq(1)
        for decay in form.decay:
            product *= decay / form.scale
        numerator, denominator = resolvent(form.input_moment, form.cross_moment.transpose(), shrinkage(form, widths))
        return cls(numerator, denominator, product, len(form.noise), form.scale, form.output_moment)

    def equation(self) -> fmpq_poly:
        """Return w^{D-1} N^D - Gamma q^{2D}, where h = N / q^2 and N = (w p)' q - w p q'."""
        w = fmpq_poly([0, 1])
        p, q = self.numerator, self.denominator
        slope = (w * p).derivative() * q - w * p * q.derivative()
        return w ** (self.hidden - 1) * slope**self.hidden - self.decay_product * q ** (2 * self.hidden)

    def stationary(self) -> list[RealRoot]:
        """Return the positive roots w, ascending; each is a value of the loss at stationary weights."""
        with ctx.workprec(_GUARD_BITS):
            return [root for root, _ in real_roots(self.equation()) if root.enclose(_GUARD_BITS) > 0]

    def value(self, root: RealRoot, bits: int) -> arb:
        """Return a ball around scale (g + E y^2) at a stationary w."""
        with ctx.workprec(bits):
            w = root.enclose(bits)
            ratio = _evaluate(self.numerator, w) / _evaluate(self.denominator, w)
            decay = self.hidden * (arb(self.decay_product) * w).root(self.hidden)
            return arb(self.scale) * (arb(self.output_moment) - w * ratio + decay)

    def least_loss(self, bits: int) -> arb:
        """Return a ball around the least of the values at w = 0 and at every stationary w."""
        precision = bits + _GUARD_BITS
        with ctx.workprec(precision):
            least = arb(self.scale * self.output_moment)
            for root in self.stationary():
                least = least.min(self.value(root, precision))
        with ctx.workprec(bits):
            return least + 0


def resolvent(matrix: fmpq_mat, vector: fmpq_mat, factor: fmpq) -> tuple[fmpq_poly, fmpq_poly]:
    """Return polynomials (p, q) with p(w) / q(w) = b^T (I + factor w A)^{-1} b, for A symmetric (n x n), b: n x 1, b
    != 0.

    With m the degree of the minimal polynomial of A on b, q(w) = det(I + factor w A) on the Krylov space of b, and p
    is the product of q with the series sum_j b^T (-factor w A)^j b up to degree m - 1.
    """
    krylov = [vector]
    while True:
        columns = [column.entries() for column in krylov]
        if fmpq_mat(columns).rank() < len(krylov):
            break
        krylov.append(matrix * krylov[-1])
    size = len(krylov) - 1
    basis = fmpq_mat([column.entries() for column in krylov[:size]]).transpose()
    relation = (basis.transpose() * basis).solve(basis.transpose() * krylov[size])
    # A^m b = sum_j relation_j A^j b: the minimal polynomial is mu = x^m - sum_j relation_j x^j, and
    # q(w) = (-f w)^m mu(-1 / (f w))
    minimal = [-relation[j, 0] for j in range(size)] + [fmpq(1)]
    denominator = fmpq_poly([minimal[size - j] * (-factor) ** j for j in range(size + 1)])
    transposed = vector.transpose()
    series = fmpq_poly([(transposed * krylov[j])[0, 0] * (-factor) ** j for j in range(size)])
    return (denominator * series).truncate(size), denominator


def _evaluate(polynomial: fmpq_poly, point: arb) -> arb:
    value = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = value * point + arb(coefficient)
    return value
