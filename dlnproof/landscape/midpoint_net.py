"""The Hessian of a problem over float64 balls (`rings.midpoint`): enclosures on stacks of boxes of weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dlnproof.landscape.reduction import Reduction
from dlnproof.rings import stacks
from dlnproof.rings.double import assemble, layer_slices, split
from dlnproof.rings.midpoint import Balls, concatenate, enclose_rationals


@dataclass(frozen=True, eq=False)
class MidpointNet:
    """The data of one problem in balls: 2c S, 2c C, 2 g_k (None where zero) and v_k (d_k balls)."""

    widths: tuple[int, ...]
    moment: Balls
    cross: Balls
    decay: tuple[Balls | None, ...]
    noise: tuple[Balls, ...]
    is_noisy: bool

    def split(self, points: Balls) -> list[Balls]:
        """Return the weight matrices of a stack of points (points x n)."""
        pairs = zip(split(self.widths, points.mid), split(self.widths, points.rad), strict=True)
        return [Balls(mid, rad) for mid, rad in pairs]

    def gradient(self, points: Balls) -> Balls:
        """Return enclosures of the gradient, shape (points, n)."""
        weights = self.split(points)
        if self.is_noisy:
            parts = stacks.noisy_gradient(weights, self.moment, self.cross, self.noise, self.decay)
        else:
            parts = stacks.gradient(weights, self._residual_gradient, self.decay)
        return concatenate([part.reshape(points.shape[0], -1) for part in parts], axis=1)

    def hessian(self, points: Balls) -> Balls:
        """Return enclosures of the Hessian, shape (points, n, n)."""
        weights = self.split(points)
        if self.is_noisy:
            _, blocks = stacks.noisy_derivatives(weights, self.moment, self.cross, self.noise, self.decay)
        else:
            _, blocks = stacks.derivatives(weights, self._residual_gradient, self.moment, self.decay)
        places, count = layer_slices(self.widths), points.shape[0]
        mid = assemble(places, {place: block.mid for place, block in blocks.items()}, count)
        return Balls(mid, assemble(places, {place: block.rad for place, block in blocks.items()}, count))

    def _residual_gradient(self, product: Balls) -> Balls:
        """Return 2c (R S - C)."""
        return product @ self.moment - self.cross


@lru_cache(maxsize=16)
def midpoint_net(reduction: Reduction) -> MidpointNet:
    """Return the data of a problem in balls; each of 2c S, 2c C, 2 g_k and v_k is rounded once, from exact rationals."""
    twice = 2 * reduction.scale
    moment, cross = reduction.problem.input_moment, reduction.problem.cross_moment
    return MidpointNet(
        reduction.widths,
        enclose_rationals([twice * value for value in moment.entries()], (moment.nrows(), moment.ncols())),
        enclose_rationals([twice * value for value in cross.entries()], (cross.nrows(), cross.ncols())),
        tuple(enclose_rationals([2 * value], ()) if value else None for value in reduction.decay),
        tuple(enclose_rationals(layer, (len(layer),)) for layer in reduction.noise),
        reduction.has_noise,
    )
