"""All stationary points of a problem with one output and decay in every layer: flat points of sub-networks, exactly counted.

theta != 0 is stationary exactly if, with a nonempty set K_k of active neurons in each hidden layer with noise and a root w of the
equation of `scalar_output` for s_K = prod_k (1 + noise_k / |K_k|), it is a minimiser's form on the active neurons (signs there,
zeros elsewhere; any unit vector p_k in a layer without noise). So there are 1 + sum_K 2^{sum |K_k|} N(s_K) of them if every
hidden layer has noise, N the number of roots; for D = 1 that is 3^d if ||b||^2 > gamma_1 gamma_2, else 1.

Kinds. An inactive neuron in a layer with noise makes a strict saddle. With all neurons active a root at which G has a local
minimum is a local minimum, one at which it has a simple maximum a strict saddle, and a root of even multiplicity a saddle. The
origin is a local minimum for D >= 2; for D = 1 exactly if ||b||^2 <= gamma_1 gamma_2, else a strict saddle.
Source: Ziyin, Li and Meng (2022), z22.crit and z22.origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import comb, prod
from typing import TYPE_CHECKING

from flint import arb

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.classification import Kind
from dlnproof.landscape.scalar_output import ScalarReduction, StationaryRoot
from dlnproof.landscape.variances import is_uniform
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.rational import inner_product, is_zero
from dlnproof.rings.real_roots import RealRoot

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

_MOST_FAMILIES = 20_000


@dataclass(frozen=True)
class StationaryFamily:
    """The stationary points with given numbers of active neurons and one root w (None: the origin).

    `active` counts the active neurons of each hidden layer (in a layer without noise: its width, for any unit vector), `value`
    encloses the loss, `points` is how many points the family has, None for a continuum, `dimension` its dimension.
    """

    active: tuple[int, ...]
    root: RealRoot | None
    value: arb
    kind: str
    points: int | None
    dimension: int


def stationary_families(problem: Problem, bits: int = 128) -> list[StationaryFamily]:
    """Return all stationary points, the origin first.

    Raises: UnsupportedError for other problems, and where there are too many families.
    """
    form, hidden = problem.form, problem.widths[1:-1]
    if problem.widths[-1] != 1 or not hidden or not all(form.decay):
        raise UnsupportedError(
            "stationary_points: known for one output, two layers or more and decay in every layer; use local_minima"
        )
    if not all(map(is_uniform, form.noise)):
        raise UnsupportedError(
            "stationary_points: known where all neurons of a hidden layer have the same variance of noise; "
            "global_minimisers takes different ones"
        )
    origin = form.scale * form.output_moment
    square = inner_product(form.cross_moment, form.cross_moment) * form.scale**2
    stays = len(hidden) > 1 or square <= prod(form.decay, start=form.scale * 0 + 1)
    kind = Kind.LOCAL_MINIMUM if stays else Kind.STRICT_SADDLE
    families = [StationaryFamily((0,) * len(hidden), None, Enclosure(arb(origin)), kind.value, 1, 0)]
    if is_zero(form.cross_moment):
        return [StationaryFamily((0,) * len(hidden), None, Enclosure(arb(origin)), Kind.GLOBAL_MINIMUM.value, 1, 0)]
    least = {None if item is None else item.root for item in ScalarReduction.of(form).minima()}
    if None in least:
        families[0] = StationaryFamily(
            (0,) * len(hidden), None, Enclosure(arb(origin)), Kind.GLOBAL_MINIMUM.value, 1, 0
        )
    choices = [range(1, width + 1) if any(layer) else (width,) for width, layer in zip(hidden, form.noise, strict=True)]
    if prod(len(choice) for choice in choices) > _MOST_FAMILIES:
        raise UnsupportedError(
            f"stationary_points: more than {_MOST_FAMILIES} sets of active neurons; reduce the widths"
        )
    for active in product(*choices):
        variances = tuple(layer[:count] for layer, count in zip(form.noise, active, strict=True))
        reduction = ScalarReduction.of(form, variances)
        points, dimension = _size(problem, active)
        for item in reduction.stationary():
            full = active == hidden
            name = _kind(item, full, full and item.root in least)
            value = Enclosure(reduction.loss(item.root, bits))
            families.append(StationaryFamily(active, item.root, value, name, points, dimension))
    return families


def _kind(item: StationaryRoot, full: bool, is_least: bool) -> str:
    if is_least:
        return Kind.GLOBAL_MINIMUM.value
    if not full or (item.multiplicity == 1 and item.change > 0):
        return Kind.STRICT_SADDLE.value
    # elsewhere J >= G(t) with G' = G'' = 0 there: the Hessian has no negative eigenvalue, and G falls on one side or both
    return (Kind.LOCAL_MINIMUM if item.is_local_minimum else Kind.NON_STRICT_SADDLE).value


def _size(problem: Problem, active: tuple[int, ...]) -> tuple[int | None, int]:
    """Return the number of points of a family (None for a continuum) and its dimension."""
    hidden, noise = problem.widths[1:-1], problem.form.noise
    number, dimension = 1, 0
    for width, count, layer in zip(hidden, active, noise, strict=True):
        if any(layer):
            number *= comb(width, count) * 2**count
        else:
            number *= 2 if width == 1 else 1
            dimension += width - 1
    return (None if dimension else number), dimension


def count_stationary(families: list[StationaryFamily]) -> int | None:
    """Return the number of stationary points, None for a continuum."""
    if any(family.points is None for family in families):
        return None
    return sum(family.points or 0 for family in families)
