"""Exact weights of a problem as a Hypothesis strategy, degenerate ones on purpose."""

from __future__ import annotations

from enum import StrEnum

from flint import fmpq_mat
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.strategies.structure import Entries
from dlnproof.errors import bad
from dlnproof.landscape.problem import Problem
from dlnproof.rings.rational import Rows, rectangular_identity, to_rows

_SEEDS = 2**16 - 1


class LayerKind(StrEnum):
    """What one weight matrix is on purpose."""

    ZERO = "zero"
    IDENTITY = "identity"
    INTEGERS = "integers"
    RATIONALS = "rationals"
    DEFICIENT = "rank-deficient"
    ORTHONORMAL = "orthonormal"


# whole points first: all layers alike; then one layer of a kind of its own inside a generic point
ALIKE = (
    LayerKind.ZERO,
    LayerKind.IDENTITY,
    LayerKind.INTEGERS,
    LayerKind.INTEGERS,
    LayerKind.RATIONALS,
    LayerKind.RATIONALS,
)
ODD_ONE = (None, None, LayerKind.ZERO, LayerKind.DEFICIENT, LayerKind.IDENTITY, LayerKind.ORTHONORMAL)


def weights(problem: Problem) -> SearchStrategy[list[Rows]]:
    """Return a strategy of exact weights [W_1, ..., W_H], W_k: d_k x d_{k-1}, as nested lists of fractions.

    A third of the points have a zero, rank-deficient, identity-like or orthonormal layer among generic ones; some are zero
    or identity-like throughout. They shrink to zero weights.  Raises InputError if `problem` is no problem.
    """
    if not isinstance(problem, Problem):
        raise bad("problem", problem, "weights belong to a problem", "write dp.problems(...).flatmap(dp.weights)")
    return _draw(tuple(problem.shapes))


@st.composite
def _draw(draw: DrawFn, shapes: tuple[tuple[int, int], ...]) -> list[Rows]:
    alike, odd = draw(st.sampled_from(ALIKE)), draw(st.sampled_from(ODD_ONE))
    place = draw(st.integers(0, len(shapes) - 1)) if odd is not None else -1
    entries = Entries(draw(st.integers(0, _SEEDS)), draw(st.sampled_from((0, 1, 2))))
    kinds = [odd if odd is not None and k == place else alike for k in range(len(shapes))]
    return [to_rows(make_layer(entries, kind, *shape)) for kind, shape in zip(kinds, shapes, strict=True)]


def make_layer(entries: Entries, kind: LayerKind, rows: int, columns: int) -> fmpq_mat:
    """Return a rows x columns matrix of that kind."""
    match kind:
        case LayerKind.ZERO:
            return fmpq_mat(rows, columns)
        case LayerKind.IDENTITY:
            return rectangular_identity(rows, columns)
        case LayerKind.INTEGERS:
            return entries.integers(rows, columns)
        case LayerKind.RATIONALS:
            return entries.rationals(rows, columns)
        case LayerKind.DEFICIENT:
            return entries.of_rank(min(rows, columns) - 1, rows, columns)
        case LayerKind.ORTHONORMAL:
            return entries.orthonormal(rows, columns)
