"""Exact critical points of a problem as a Hypothesis strategy, of every kind that the problem has."""

from __future__ import annotations

from random import Random

from hypothesis import currently_in_test_context, reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.strategies.structure import Entries
from dlnproof.claims.strategies.weights import LayerKind, make_layer
from dlnproof.errors import bad
from dlnproof.landscape.classification import Kind
from dlnproof.landscape.critical_point import (
    CriticalPoint,
    critical_point,
    ridge_point,
    sample_critical_point,
    sample_in_stratum,
)
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.strata import Stratum

_SEEDS = 2**16 - 1
# how many choices of the construction are random before the rest are plain; the last stands for all of them
_CHOICES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, *(10**6,) * 10)
_PATIENCE = 60


def critical_points(
    problem: Problem, *, kind: str | None = None, rank: int | None = None
) -> SearchStrategy[CriticalPoint]:
    """Return a strategy of exact rational critical points (weights, loss, kind, inertia) of `problem`.

    Without decay and noise: any rational invariant subspace of Sigma, any rank pattern, in random bases, so that every stratum
    with rational points and every kind in it is reached; `kind` and `rank` keep to the strata, and the points in them, of that
    kind and of that rank of R X. With decay or noise and two layers or more: at least two zero layers, all that have decay among
    them, and anything in the others; one layer: its one critical point. They shrink to
    plain points.
    A drawn problem that has no rational critical point of that kind and rank is rejected, as by `hypothesis.assume`.
    Raises InputError if `problem` is no problem, `kind` is none, or the problem was not drawn and has no such point;
    UnsupportedError for a kind or a rank with decay or noise.
    """
    if not isinstance(problem, Problem):
        raise bad(
            "problem",
            problem,
            "critical points belong to a problem",
            "write dp.problems(...).flatmap(dp.critical_points)",
        )
    if kind is not None or rank is not None:
        return _draw_in_strata(problem, _fitting(problem, kind, rank))
    if problem.is_plain:
        return _draw_plain(problem)
    if problem.layers == 1:
        return st.just(ridge_point(problem))
    return _draw_with_zero_layers(problem)


def _fitting(problem: Problem, kind: str | None, rank: int | None) -> list[tuple[Stratum, str]]:
    """Return the strata with rational points, and the kinds in them, that were asked for."""
    if kind is not None and kind not in set(Kind):
        raise bad("kind", kind, "not a kind of point", f"choose one of {[item.value for item in Kind]}")
    strata = problem.strata()
    found = [
        (stratum, name)
        for stratum in strata
        if stratum.has_rational_points and rank in (None, stratum.rank)
        for name in stratum.kinds
        if kind in (None, name)
    ]
    if not found and currently_in_test_context():
        reject()
    if not found:
        known = sorted({(s.rank, name) for s in strata if s.has_rational_points for name in s.kinds})
        step = f"choose one of (rank, kind) = {', '.join(f'({r}, {name!r})' for r, name in known)}"
        raise bad(
            "kind, rank", (kind, rank), "no rational critical point of the problem is of that kind and rank", step
        )
    return found


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
def _draw_in_strata(draw: DrawFn, problem: Problem, choices: list[tuple[Stratum, str]]) -> CriticalPoint:
    stratum, name = draw(st.sampled_from(choices))
    choices_left, seed = draw(st.sampled_from(_CHOICES)), draw(st.integers(0, _SEEDS))
    return sample_in_stratum(problem, stratum, name, _Fading(seed, choices_left))


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
