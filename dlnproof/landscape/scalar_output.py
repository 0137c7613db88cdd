"""One output with decay in every layer, any widths, noise and data: the landscape reduces to one rational equation.

With gamma_k = decay_k / scale, D = H - 1 hidden layers, Gamma = prod_k gamma_k, s = prod_k (1 + h_k), h_k = 1 / sum_i 1 / v_ki of
the variances in layer k (`variances`: noise_k / d_k if they are equal), A = X X^T and b = X y: for all weights J := loss / scale
- ||y||^2 >= g(v), v = (W_H ... W_1)^T, with equality for some weights of every v,

    g(v) = s v^T A v - 2 b^T v + H Gamma^{1/H} ||v||^{2/H}.

The stationary points v != 0 of g are v = w (I + s w A)^{-1} b with w > 0 a root of

    w^{D-1} h(w)^D = Gamma,   r(w) = b^T (I + s w A)^{-1} b,   h = (w r)' = b^T (I + s w A)^{-2} b:

with mu = 1/w = kap t^{-2D/H}, t = ||v||, kap = Gamma^{1/H}, z = t^{2/H} it is the D-th power of F(z) = 1, and Gamma is rational
where kap is not, so its roots are isolated exactly. Every number at a root is a rational function of w, because Gamma w =
(w h)^D: rho := decay_k / scale ||W_k||_F^2 = w h for all k, t^2 = w^2 h, b^T v = w r, s v^T A v = w (r - h), and

    J = w (D h - r),   prediction variance (s - 1) v^T A v = (s - 1) / s w (r - h).

On the sphere ||v|| = t the least value G(t) of g has a derivative of the sign of Gamma - w^{D-1} h^D: so a root is a local
minimum of G exactly if w^{D-1} h^D falls through Gamma there. Since loss / scale - ||y||^2 >= G, with equality along flat
weights that depend continuously on t, those and only those roots are local minima of the loss; a simple root where it rises
has G'' < 0 and is a strict saddle. Source: Ziyin, Li and Meng (2022), the exact reduction (z22.reduce, z22.crit).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly, nmod_mat

from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.variances import Variances, least_spread
from dlnproof.rings.algebraic import RationalFunction
from dlnproof.rings.real_roots import RealRoot, ascending, rational_root, real_roots

_GUARD_BITS = 64
_EXACT_BITS = 512
_PRIME = (1 << 61) - 1


def shrinkage(noise: Variances) -> fmpq:
    """Return s = prod_k (1 + h_k) over the hidden layers."""
    result = fmpq(1)
    for layer in noise:
        result *= 1 + least_spread(layer)
    return result


@dataclass(frozen=True, slots=True)
class StationaryRoot:
    """A root w of the equation; `change` is the sign change of w^{D-1} h^D - Gamma there: 1, -1, or 0 if it keeps its sign."""

    root: RealRoot
    multiplicity: int
    change: int

    @property
    def is_local_minimum(self) -> bool:
        """Whether the reduced objective has a local minimum there."""
        return self.change < 0


@dataclass(frozen=True, slots=True)
class ScalarReduction:
    """r(w) = p / q, h = n / q^2 with n = (w p)' q - w p q', and Gamma, D, s and the constants of the loss."""

    p: fmpq_poly
    q: fmpq_poly
    decay_product: fmpq
    hidden: int
    shrinkage: fmpq
    scale: fmpq
    output_moment: fmpq

    @classmethod
    def of(cls, form: Form, active: Variances | None = None) -> ScalarReduction:
        """Return the reduction, or that of the sub-network whose hidden neurons have the variances `active`.

        For one output, a nonzero cross moment, at least two layers and decay in every layer.
        """
        product = fmpq(1)
        for decay in form.decay:
            product *= decay / form.scale
        factor = shrinkage(form.noise if active is None else active)
        p, q = resolvent(form.input_moment, form.cross_moment.transpose(), factor)
        return cls(p, q, product, len(form.noise), factor, form.scale, form.output_moment)

    @property
    def n(self) -> fmpq_poly:
        """The numerator of h over q^2."""
        w = fmpq_poly([0, 1])
        return (w * self.p).derivative() * self.q - w * self.p * self.q.derivative()

    def equation(self) -> fmpq_poly:
        """Return w^{D-1} n^D - Gamma q^{2D}, of the sign of w^{D-1} h^D - Gamma."""
        w = fmpq_poly([0, 1])
        return w ** (self.hidden - 1) * self.n**self.hidden - self.decay_product * self.q ** (2 * self.hidden)

    def stationary(self) -> list[StationaryRoot]:
        """Return the positive roots w, ascending, each a stationary value of the loss."""
        polynomial = self.equation()
        # the sign just right of w = 0
        sign = 1 if next(coefficient for coefficient in polynomial.coeffs() if coefficient) > 0 else -1
        found = []
        for root, multiplicity in real_roots(polynomial):
            if not is_positive(root):
                continue
            after = -sign if multiplicity % 2 else sign
            found.append(StationaryRoot(root, multiplicity, (after - sign) // 2))
            sign = after
        return found

    def per_output(self) -> RationalFunction:
        """Return J = w (D h - r)."""
        w = fmpq_poly([0, 1])
        return RationalFunction(w * (self.hidden * self.n - self.p * self.q), self.q * self.q)

    def decay_share(self) -> RationalFunction:
        """Return rho = w h."""
        return RationalFunction(fmpq_poly([0, 1]) * self.n, self.q * self.q)

    def squared_norm(self) -> RationalFunction:
        """Return t^2 = w^2 h."""
        return RationalFunction(fmpq_poly([0, 0, 1]) * self.n, self.q * self.q)

    def variance(self) -> RationalFunction:
        """Return (s - 1) / s w (r - h)."""
        w = fmpq_poly([0, 1])
        factor = (self.shrinkage - 1) / self.shrinkage
        return RationalFunction(factor * w * (self.p * self.q - self.n), self.q * self.q)

    def loss(self, root: RealRoot, bits: int) -> arb:
        """Return a ball around the loss scale (J + ||y||^2) at a root."""
        with ctx.workprec(bits):
            value = self.per_output().enclose(root.enclose(bits))
            return arb(self.scale) * (arb(self.output_moment) + value)

    def exact_loss(self, root: RealRoot) -> RealRoot:
        """Return the loss at a root as a canonical algebraic number."""
        return self.per_output().at(root).after(self.scale, self.scale * self.output_moment)

    def loss_at_origin(self) -> fmpq:
        """Return the loss of zero weights."""
        return self.scale * self.output_moment

    def minima(self) -> list[StationaryRoot | None]:
        """Return the roots at which the least loss is attained, None for the origin; ties are decided exactly.

        Balls of 512 bits leave the candidates that are equal or cannot be told apart; those are compared as algebraic numbers.
        """
        candidates: list[StationaryRoot | None] = [None, *(item for item in self.stationary() if item.is_local_minimum)]
        precision = _EXACT_BITS + _GUARD_BITS
        with ctx.workprec(precision):
            balls = [self._candidate(item, precision) for item in candidates]
            near = [
                item for item, ball in zip(candidates, balls, strict=True) if not any(other < ball for other in balls)
            ]
        if len(near) == 1:
            return near
        exact = [(self._exact_candidate(item), item) for item in near]
        lowest = ascending({value for value, _ in exact})[0]
        return [item for value, item in exact if value == lowest]

    def _candidate(self, item: StationaryRoot | None, bits: int) -> arb:
        return arb(self.loss_at_origin()) if item is None else self.loss(item.root, bits)

    def _exact_candidate(self, item: StationaryRoot | None) -> RealRoot:
        return rational_root(self.loss_at_origin()) if item is None else self.exact_loss(item.root)

    def least_loss(self, bits: int) -> arb:
        """Return a ball around the least loss: of the values at w = 0 and at every stationary w."""
        precision = bits + _GUARD_BITS
        with ctx.workprec(precision):
            value = arb(self.loss_at_origin())
            for item in self.stationary():
                value = value.min(self.loss(item.root, precision))
        with ctx.workprec(bits):
            return value + 0


def is_positive(root: RealRoot) -> bool:
    """Return whether an algebraic number is positive; the only one that is zero has the polynomial x."""
    if root.is_rational:
        return root.rational() > 0
    with ctx.workprec(_GUARD_BITS):
        return bool(root.enclose(_GUARD_BITS) > 0)


def resolvent(matrix: fmpq_mat, vector: fmpq_mat, factor: fmpq) -> tuple[fmpq_poly, fmpq_poly]:
    """Return coprime polynomials (p, q) with p(w) / q(w) = b^T (I + factor w A)^{-1} b, A symmetric (n x n), b: n x 1, b != 0.

    With m the degree of the minimal polynomial of A on b, q(w) = det(I + factor w A) on the Krylov space of b, and p is the
    product of q with the series sum_j b^T (-factor w A)^j b up to degree m - 1.
    """
    minimal, krylov = minimal_polynomial(matrix, vector)
    size = len(minimal) - 1
    # q(w) = (-f w)^m mu(-1 / (f w)) for the minimal polynomial mu
    denominator = fmpq_poly([minimal[size - j] * (-factor) ** j for j in range(size + 1)])
    transposed = vector.transpose()
    series = fmpq_poly([(transposed * krylov[j])[0, 0] * (-factor) ** j for j in range(size)])
    return (denominator * series).truncate(size), denominator


def minimal_polynomial(matrix: fmpq_mat, vector: fmpq_mat) -> tuple[list[fmpq], list[fmpq_mat]]:
    """Return the coefficients (monic, constant first) of the minimal polynomial of A on b, and b, A b, ..., A^m b."""
    krylov = [vector]
    while _are_independent(krylov):
        krylov.append(matrix * krylov[-1])
    size = len(krylov) - 1
    if size == matrix.nrows():
        return matrix.charpoly().coeffs(), krylov
    basis = fmpq_mat([column.entries() for column in krylov[:size]]).transpose()
    relation = (basis.transpose() * basis).solve(basis.transpose() * krylov[size])
    return [-relation[j, 0] for j in range(size)] + [fmpq(1)], krylov


def _are_independent(columns: Sequence[fmpq_mat]) -> bool:
    """Return whether the columns are linearly independent; a full rank modulo a prime proves it, and is quick to find."""
    integral, _ = fmpq_mat([column.entries() for column in columns]).numer_denom()
    return nmod_mat(integral, _PRIME).rank() == len(columns) or integral.rank() == len(columns)
