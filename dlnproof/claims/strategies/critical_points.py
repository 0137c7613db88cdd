"""Exact critical points of a problem as a Hypothesis strategy, of every kind that the problem has."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.strategies.structure import Entries
from dlnproof.claims.strategies.weights import LayerKind, make_layer
from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.critical_point import CriticalPoint, critical_point, sample_critical_point
from dlnproof.landscape.problem import Problem

_SEEDS = 2**16 - 1
# how many choices of the construction are random before the rest are plain; the last stands for all of them
_CHOICES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, *(10**6,) * 10)
_PATIENCE = 60


def critical_points(problem: Problem) -> SearchStrategy[CriticalPoint]:
    """Return a strategy of exact rational critical points (weights, loss, kind, inertia) of `problem`.

    Without decay and noise: any rational invariant subspace of Sigma, with junk blocks and gauges, so that global minima,
    strict and non-strict saddles are all reached where they exist. With decay or noise and two layers or more: at least two
    zero layers, all that have decay among them, and anything in the others. They shrink to plain points.
    Raises InputError if `problem` is no problem, UnsupportedError for one layer with decay.
    """
    if not isinstance(problem, Problem):
        raise bad(
            "problem",
            problem,
            "critical points belong to a problem",
            "write dp.problems(...).flatmap(dp.critical_points)",
        )
    if problem.is_plain:
        return _draw_plain(problem)
    if problem.layers == 1:
        raise UnsupportedError("critical_points: not built for one layer with decay, use local_minima")
    return _draw_with_zero_layers(problem)


class _Fading(Random):
    """Random integers for the first `choices` calls, after that the plainest: the number of the range nearest to zero.

    A construction that tries again until a draw fits would try the plainest for ever: after `_PATIENCE` calls it is random again.
    """

    def __init__(self, seed: int, choices: int) -> None:
        super().__init__(seed)
        self._left = choices

    def randint(self, a: int, b: int) -> int:
        """Return a random or the plainest integer between a and b."""
        self._left -= 1
        return min(max(0, a), b) if -_PATIENCE <= self._left < 0 else super().randint(a, b)


@st.composite
def _draw_plain(draw: DrawFn, problem: Problem) -> CriticalPoint:
    choices, seed = draw(st.sampled_from(_CHOICES)), draw(st.integers(0, _SEEDS))
    return sample_critical_point(problem, _Fading(seed, choices))


@st.composite
def _draw_with_zero_layers(draw: DrawFn, problem: Problem) -> CriticalPoint:
    """Draw weights with two zero layers: then every product with one layer left out vanishes, and so does the gradient."""
    zero = {k for k, decay in enumerate(problem.decay) if decay}
    free = [k for k in range(problem.layers) if k not in zero]
    while len(zero) < 2:
        zero.add(free.pop(draw(st.integers(0, len(free) - 1))))
    entries = Entries(draw(st.integers(0, _SEEDS)), draw(st.sampled_from((0, 1, 2)))) if free else None
    kinds = [LayerKind.ZERO if k in zero else draw(st.sampled_from(list(LayerKind))) for k in range(problem.layers)]
    entries = entries or Entries(0, 0)
    weights = [make_layer(entries, kind, *shape) for kind, shape in zip(kinds, problem.shapes, strict=True)]
    point = critical_point(problem, weights)
    assert point is not None  # the sentence above
    return point
