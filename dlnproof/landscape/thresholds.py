"""When zero weights are the best, or the only, stationary point of a problem with one output: exact thresholds of the decay.

With Gamma = prod_k decay_k / scale^H, D = H - 1 hidden layers, s of `scalar_output` and an eigenvalue a of A = X X^T,

    P(a) = ||b||^{2D} (D-1)^{D-1} / (D^{2D} (s a)^{D-1}),    E(a) = ||b||^{2D} (D+1)^{D+1} (D-1)^{D-1} / ((2D)^{2D} (s a)^{D-1})

(0^0 = 1, and E = P for D = 1). If A b = a b, a nonzero global minimum exists exactly if Gamma <= P(a) (a tie with zero at
equality; for D = 1 exactly if Gamma < P), and a nonzero point that is stationary with all neurons active exactly if Gamma <=
E(a) (D >= 2). For any A, with a the least eigenvalue seen by b and a_b = b^T A b / ||b||^2: Gamma > E(a): zero is the only
stationary point; Gamma > P(a): zero is the only global minimiser; Gamma < P(a_b): the global minimum is not at zero; the
equation of `scalar_output` decides in between. Every nonzero stationary v has, for D >= 2 and with kap = Gamma^{1/H},
(kap / ||b||)^{(D+1)/(D-1)} <= ||v|| <= ||b|| / (s a).
Source: Ziyin, Li and Meng (2022), z22.deep and z22.bounds, for any widths, decays and noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq, fmpq_poly

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.scalar_output import minimal_polynomial, shrinkage
from dlnproof.rings.algebraic import RationalFunction
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.rational import inner_product, is_zero, to_fraction
from dlnproof.rings.real_roots import RealRoot, ascending, rational_root, real_roots

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem


@dataclass(frozen=True)
class Thresholds:
    """Where the product of the decays stands against the thresholds; every comparison is exact.

    `decay_product` is Gamma; `trivial`, `only_zero` are P and E at the least eigenvalue a seen by b, `sure` is P at a_b
    (Fractions or SymPy numbers); `is_isotropic` says whether A b = a b. The three answers are True where the comparison proves
    them, and None where it leaves the question open. `least_norm`, `largest_norm` bound ||v|| at nonzero stationary points.
    """

    decay_product: Any
    trivial: Any
    only_zero: Any
    sure: Any
    is_isotropic: bool
    zero_is_only_stationary_point: bool | None
    zero_is_only_minimiser: bool | None
    minimum_is_nonzero: bool | None
    least_norm: arb | None
    largest_norm: arb


def thresholds_of(problem: Problem, bits: int) -> Thresholds:
    """Return the thresholds. Raises: UnsupportedError unless there are one output, two layers or more, decay and C != 0."""
    form, hidden = problem.form, problem.widths[1:-1]
    if problem.widths[-1] != 1 or not hidden or not all(form.decay) or is_zero(form.cross_moment):
        raise UnsupportedError(
            "thresholds: known for one output that correlates with the inputs, two layers or more, and decay in every layer"
        )
    depth = len(hidden)
    gamma = fmpq(1)
    for decay in form.decay:
        gamma *= decay / form.scale
    square = inner_product(form.cross_moment, form.cross_moment)
    factor = shrinkage(form.noise)
    minimal, _ = minimal_polynomial(form.input_moment, form.cross_moment.transpose())
    seen = real_roots(fmpq_poly(minimal))[0][0]
    mean = inner_product(form.cross_moment * form.input_moment, form.cross_moment) / square
    trivial = square**depth * fmpq(max(depth - 1, 1)) ** (depth - 1) / fmpq(depth) ** (2 * depth)
    growth = fmpq(depth + 1) ** (depth + 1) * fmpq(depth) ** (2 * depth) / fmpq(2 * depth) ** (2 * depth)
    low = _over_power(trivial, factor, seen, depth - 1)
    only = low if depth == 1 else _over_power(trivial * growth, factor, seen, depth - 1)
    sure = _over_power(trivial, factor, rational_root(mean), depth - 1)
    product = rational_root(gamma)
    # one hidden layer: zero stays the only stationary point at equality
    strict = depth == 1
    return Thresholds(
        to_fraction(gamma),
        low.exact(),
        only.exact(),
        sure.exact(),
        len(minimal) == 2,
        True if _exceeds(product, only, strict) else None,
        True if _exceeds(product, low, strict) else None,
        True if _exceeds(sure, product, False) else None,
        *_norms(gamma, square, factor, seen, depth, bits),
    )


def _over_power(numerator: fmpq, factor: fmpq, eigenvalue: RealRoot, power: int) -> RealRoot:
    """Return numerator / (factor * eigenvalue)^power."""
    denominator = fmpq_poly([0] * power + [factor**power])
    return RationalFunction(fmpq_poly([numerator]), denominator).at(eigenvalue)


def _exceeds(left: RealRoot, right: RealRoot, or_equal: bool) -> bool:
    return or_equal if left == right else ascending([left, right])[1] == left


def _norms(gamma: fmpq, square: fmpq, factor: fmpq, seen: RealRoot, depth: int, bits: int) -> tuple[arb | None, arb]:
    """Return balls around the bounds on ||v|| at a nonzero stationary point; the lower one for D >= 2 only."""
    with ctx.workprec(bits):
        length = arb(square).sqrt()
        high = length / (arb(factor) * seen.enclose(bits))
        if depth == 1:
            return None, Enclosure(high)
        ratio = arb(gamma).root(depth + 1) / length
        return Enclosure((ratio ** (depth + 1)).root(depth - 1)), Enclosure(high)
