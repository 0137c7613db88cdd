"""All global minimisers of a problem with one output and decay: hypercubes of signs, spheres of rotations, and the origin.

At a minimum of the reduced objective v != 0 (`scalar_output`), with t = ||v|| and rho = w h, equality holds exactly for

    W_k = (rho / gamma_k)^{1/2} p_k p_{k-1}^T,   p_0 = v / t,   p_H = 1,   ||p_k|| = 1,

where p_k has the entries +-(h_k / v_ki)^{1/2} in a hidden layer with noise on every neuron (`variances`; +-d_k^{-1/2} if it is
equal: 2^{d_k} choices), and is any unit vector on the e_k neurons without noise where there are some (the sphere S^{e_k - 1}; two
points for e_k = 1). Different choices give different weights, because W_k and p_{k-1} determine p_k.
Source: Ziyin, Li and Meng (2022), z22.reduce, z22.d1 and z22.deep, with the correction for layers without noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.closed_form import infimum, is_attained
from dlnproof.landscape.scalar_output import ScalarReduction
from dlnproof.landscape.variances import least_spread
from dlnproof.rings.algebraic import square_root
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.rational import Rows, identity, is_zero, to_fraction, to_rows
from dlnproof.rings.real_roots import RealRoot

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

Balls = list[list[arb]]
_GUARD_BITS = 64


@dataclass(frozen=True)
class MinimiserFamily:
    """The global minimisers of one end-to-end vector v, up to the choice of the unit vectors p_k.

    `root` is w (None for zero weights and for one layer); `exact_weights` is one of the minimisers, where it is rational, and
    `weights` balls around it; `predictor` encloses v; `signs` is the number of sign choices in the layers with noise, `spheres`
    the dimensions e_k - 1 of the spheres in those with e_k > 0 neurons without; `prediction_variance` encloses the variance over
    the noise, summed over the data.
    """

    root: RealRoot | None
    predictor: list[arb]
    weights: list[Balls]
    exact_weights: list[Rows] | None
    signs: int
    spheres: tuple[int, ...]
    prediction_variance: arb

    @property
    def is_origin(self) -> bool:
        """Whether all weights are zero."""
        return self.exact_weights is not None and not any(x for W in self.exact_weights for row in W for x in row)

    @property
    def dimension(self) -> int:
        """The dimension of the family."""
        return sum(self.spheres)

    @property
    def count(self) -> int | None:
        """The number of minimisers in the family, None for a continuum."""
        return None if self.dimension else self.signs * 2 ** len(self.spheres)


@dataclass(frozen=True)
class GlobalMinimisers:
    """The infimum of the loss, whether it is attained, and all minimisers in families of one end-to-end vector each.

    `value` encloses the infimum; several families are a tie, decided exactly.
    """

    value: arb
    is_attained: bool
    families: tuple[MinimiserFamily, ...]
    rational_value: Fraction | None = None
    reduction: ScalarReduction | None = None

    @property
    def exact_value(self) -> Any:
        """The least loss as a Fraction or, where irrational, a SymPy number; None where the infimum is not attained."""
        root = self.families[-1].root if self.families else None
        if root is None or self.reduction is None:
            return self.rational_value
        return self.reduction.exact_loss(root).exact()

    @property
    def count(self) -> int | None:
        """The number of all global minimisers, None for a continuum."""
        counts = [family.count for family in self.families]
        return None if None in counts else sum(count for count in counts if count is not None)

    @property
    def is_trivial(self) -> bool:
        """Whether zero weights are the only global minimiser."""
        return len(self.families) == 1 and self.families[0].is_origin


def minimisers_of(problem: Problem, bits: int) -> GlobalMinimisers:
    """Return all global minimisers, or the infimum with the word that it is not attained.

    Raises: UnsupportedError for problems without decay (see `strata`) and for several outputs, one layer and C = 0 excepted.
    """
    form, widths = problem.form, problem.widths
    if not is_attained(form):
        value = infimum(form, widths, bits)
        if value is None:
            raise UnsupportedError(
                "global_minimisers: the infimum is not attained, and with noise and several outputs open"
            )
        return GlobalMinimisers(Enclosure(value), False, ())
    if not any(form.decay):
        raise UnsupportedError(
            "global_minimisers: without decay they are the strata of kind 'global minimum'; see strata"
        )
    if is_zero(form.cross_moment):
        if not all(form.decay):
            raise UnsupportedError(
                "global_minimisers: with C = 0 the layers without decay are free; every such point is one"
            )
        return _of(form.scale * form.output_moment, (_origin(problem),))
    if problem.layers == 1:
        return _ridge(problem)
    if widths[-1] != 1:
        raise UnsupportedError("global_minimisers: described for one output only; global_minimum may know the value")
    reduction = ScalarReduction.of(form)
    minima = reduction.minima()
    families = tuple(
        _origin(problem) if item is None else _family(problem, reduction, item.root, bits) for item in minima
    )
    origin = to_fraction(reduction.loss_at_origin())
    return GlobalMinimisers(Enclosure(reduction.least_loss(bits)), True, families, origin, reduction)


def _of(value: fmpq, families: tuple[MinimiserFamily, ...]) -> GlobalMinimisers:
    return GlobalMinimisers(Enclosure(arb(value)), True, families, to_fraction(value))


def _origin(problem: Problem) -> MinimiserFamily:
    zero = [to_rows(fmpq_mat(*shape)) for shape in problem.shapes]
    balls = [[[arb(0)] * columns for _ in range(rows)] for rows, columns in problem.shapes]
    return MinimiserFamily(None, [arb(0)] * problem.widths[0], balls, zero, 1, (), arb(0))


def _ridge(problem: Problem) -> GlobalMinimisers:
    form = problem.form
    regularised = form.input_moment + identity(problem.widths[0]) * (form.decay[0] / form.scale)
    solution = regularised.solve(form.cross_moment.transpose()).transpose()
    balls = [[arb(entry) for entry in row] for row in solution.tolist()]
    family = MinimiserFamily(None, balls[0], [balls], [to_rows(solution)], 1, (), arb(0))
    return _of(problem.loss_number([solution]), (family,))


def _family(problem: Problem, reduction: ScalarReduction, root: RealRoot, bits: int) -> MinimiserFamily:
    """Return the family of one root: positive signs where every neuron has noise, else the first neuron without it alone."""
    form = problem.form
    signs = 2 ** sum(len(layer) for layer in form.noise if all(layer))
    spheres = tuple(sum(not variance for variance in layer) - 1 for layer in form.noise if not all(layer))
    shares = [_shares(layer) for layer in form.noise]
    with ctx.workprec(bits + _GUARD_BITS):
        w = root.enclose(bits + _GUARD_BITS)
        size = problem.widths[0]
        matrix = arb_mat(identity(size)) + arb_mat(form.input_moment) * (arb(reduction.shrinkage) * w)
        solved = matrix.solve(arb_mat(form.cross_moment.transpose()))
        predictor = [w * solved[i, 0] for i in range(size)]
        share = reduction.decay_share().enclose(w)
        length = reduction.squared_norm().enclose(w).sqrt()
        weights = _flat(shares, [(share * arb(form.scale) / arb(g)).sqrt() for g in form.decay],
                        [entry / length for entry in predictor])  # fmt: skip
        variance = reduction.variance().enclose(w)
    return MinimiserFamily(
        root, predictor, weights, _exact(problem, reduction, root, shares), signs, spheres, Enclosure(variance)
    )


def _shares(layer: Sequence[fmpq]) -> list[fmpq]:
    """Return the squares p_i^2 = h / v_i of one minimal unit vector of a layer."""
    if all(layer):
        least = least_spread(layer)
        return [least / variance for variance in layer]
    first = layer.index(fmpq(0))
    return [fmpq(int(i == first)) for i in range(len(layer))]


def _flat(shares: list[list[fmpq]], sizes: list[arb], direction: list[arb]) -> list[Balls]:
    """Return W_k = size_k p_k p_{k-1}^T in balls."""
    units = [direction, *([arb(share).sqrt() for share in layer] for layer in shares), [arb(1)]]
    return [[[size * a * b for b in units[k]] for a in units[k + 1]] for k, size in enumerate(sizes)]


def _exact(problem: Problem, reduction: ScalarReduction, root: RealRoot, shares: list[list[fmpq]]) -> list[Rows] | None:
    """Return the same weights as Fractions where all of them are rational, else None."""
    if not root.is_rational:
        return None
    form, w = problem.form, root.rational()
    regularised = identity(problem.widths[0]) + form.input_moment * (reduction.shrinkage * w)
    predictor = (regularised.solve(form.cross_moment.transpose()) * w).entries()
    share = reduction.decay_share().at(root).rational()
    squared = reduction.squared_norm().at(root).rational()
    # p_k = e_k / sqrt(m_k) with a rational vector e_k: the ratios of its entries have to be rational first
    units = [_commensurable(layer) for layer in shares]
    below = [(squared, predictor), *units]
    above = [*units, (fmpq(1), [fmpq(1)])]
    weights = []
    for decay, (lower, inner), (upper, outer) in zip(form.decay, below, above, strict=True):
        factor = square_root(share * form.scale / (decay * lower * upper)) if inner and outer else None
        if factor is None:
            return None
        weights.append([[to_fraction(factor * a * b) for b in inner] for a in outer])
    return weights


def _commensurable(shares: list[fmpq]) -> tuple[fmpq, list[fmpq]]:
    """Return (m, e) with p = e / sqrt(m) rational up to that root, p_i^2 the shares; e is empty where there is none."""
    largest = max(shares)
    entries = [square_root(share / largest) for share in shares]
    rational = [entry for entry in entries if entry is not None]
    return 1 / largest, rational if len(rational) == len(entries) else []
