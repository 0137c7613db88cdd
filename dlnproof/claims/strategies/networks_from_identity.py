"""Square networks that start at a multiple of the identity, with a target of a chosen kind: for theorems about descent."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flint import fmpq, fmpq_mat
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.strategies.arguments import read_rational, sizes
from dlnproof.claims.strategies.structure import Entries
from dlnproof.errors import bad
from dlnproof.landscape.problem import Problem
from dlnproof.rings.rational import Rows, identity, to_rows

_SEEDS = 2**16 - 1


class Target(StrEnum):
    """What the target Phi (d x d) is on purpose; they shrink to the first."""

    SCALAR = "scalar"  # a multiple of the identity
    POSITIVE = "positive definite"
    NEAR = "near identity"  # ||Phi - I||_F <= 1/5
    SYMMETRIC = "symmetric"  # eigenvalues of both signs, 0 among them
    NEGATIVE = "negative eigenvalue"  # symmetric, with at least one
    NORMAL = "normal"  # commutes with its transpose
    ROTATION = "rotation"  # orthogonal, determinant 1
    GENERIC = "generic"


def networks_from_identity(
    layers: Any, size: Any, *, target: Any = None, start: Any = 1
) -> SearchStrategy[tuple[Problem, list[Rows]]]:
    """Return a strategy of pairs (problem, start): L = 1/2 ||W_H ... W_1 - Phi||_F^2, W_k: d x d, and W_k = c I for every k.

    `layers` (H) and `size` (d) are integers or strategies of them; `target` names a kind of Phi or a list of kinds ("scalar",
    "positive definite", "near identity", "symmetric", "negative eigenvalue", "normal", "rotation", "generic"; all unless
    given); `start` (c) is an exact number or a strategy of them. The problem has X = I, Y = Phi.
    Raises InputError for other arguments.  Source: Bartlett, Helmbold and Long (2018).
    """
    scale = start if isinstance(start, SearchStrategy) else st.just(read_rational("start", start))
    return _draw(sizes("layers", layers), sizes("size", size), _read_kinds(target), scale)


def _read_kinds(target: Any) -> tuple[Target, ...]:
    if target is None:
        return tuple(Target)
    named = [target] if isinstance(target, str) else list(target) if isinstance(target, Sequence) else []
    kinds = tuple(Target(name) for name in named if name in set(Target))
    if not kinds or len(kinds) != len(named):
        names = ", ".join(repr(kind.value) for kind in Target)
        raise bad("target", target, f"a target is one of {names}, or a list of them", "write target='symmetric'")
    return kinds


@st.composite
def _draw(
    draw: DrawFn,
    layers: SearchStrategy[int],
    size: SearchStrategy[int],
    kinds: tuple[Target, ...],
    start: SearchStrategy[Any],
) -> tuple[Problem, list[Rows]]:
    depth, d, kind = draw(layers), draw(size), draw(st.sampled_from(kinds))
    entries = Entries(draw(st.integers(0, _SEEDS)), draw(st.sampled_from((0, 1))))
    factor = read_rational("start", draw(start))
    problem = Problem([d] * (depth + 1), identity(d), make_target(kind, d, entries))
    first = to_rows(identity(d) * fmpq(factor.numerator, factor.denominator))
    return problem, [[list(row) for row in first] for _ in range(depth)]


def make_target(kind: Target, size: int, entries: Entries) -> fmpq_mat:
    """Return a target of that kind (size x size)."""
    match kind:
        case Target.SCALAR:
            return identity(size) * entries.positive()
        case Target.POSITIVE | Target.SYMMETRIC | Target.NEGATIVE:
            values = [entries.positive() for _ in range(size)]
            if kind is Target.SYMMETRIC:
                values = [value * entries.sign() for value in values]
            if kind is Target.NEGATIVE:
                values = [-values[0], *(value * entries.sign() for value in values[1:])]
            return _conjugated(_diagonal(values), entries)
        case Target.NEAR:
            spread = entries.integers(size, size)
            longest = max(abs(entry) for entry in spread.entries())
            return identity(size) + spread / (longest * 5 * size)
        case Target.NORMAL:
            blocks = _diagonal([entries.positive() * entries.sign() for _ in range(size)])
            for i in range(0, size - 1, 2):
                blocks[i + 1, i + 1] = blocks[i, i]
                blocks[i, i + 1] = entries.positive()
                blocks[i + 1, i] = -blocks[i, i + 1]
            return _conjugated(blocks, entries)
        case Target.ROTATION:
            return entries.orthogonal(size)
        case Target.GENERIC:
            return entries.rationals(size, size)


def _diagonal(values: Sequence[fmpq]) -> fmpq_mat:
    result = fmpq_mat(len(values), len(values))
    for i, value in enumerate(values):
        result[i, i] = value
    return result


def _conjugated(matrix: fmpq_mat, entries: Entries) -> fmpq_mat:
    turn = entries.orthogonal(matrix.nrows())
    return turn * matrix * turn.transpose()
