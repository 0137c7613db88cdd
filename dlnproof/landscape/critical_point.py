"""Exact rational critical points without decay and noise, built rather than searched for, from every stratum and pattern.

A stratum says which eigenvalues of Sigma are selected, a rank pattern how the weights pass them on and what else they do; a
random subspace, a random pattern and random bases (`canonical_form`) give the point, in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from flint import fmpq_mat

from dlnproof.errors import DisagreementError, UnsupportedError, bad
from dlnproof.landscape.canonical_form import random_subspace, weights_of_pattern
from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.data import regression
from dlnproof.landscape.rank_patterns import RankPattern, random_pattern
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.landscape.symmetry import null_space
from dlnproof.rings.rational import Rows, identity, to_fraction, to_rows

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem
    from dlnproof.landscape.strata import Stratum


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """An exact critical point of a problem: weights, loss, kind and the inertia of its Hessian."""

    problem: Problem
    weights: tuple[Rows, ...]
    loss: Fraction
    kind: Classification
    inertia: tuple[int, int, int]

    def to_json(self) -> dict[str, Any]:
        """Return weights, loss, kind and inertia as JSON values, numbers as exact strings."""
        weights = [[[str(entry) for entry in row] for row in weight] for weight in self.weights]
        return {"weights": weights, "loss": str(self.loss), "kind": self.kind.name, "inertia": list(self.inertia)}


def critical_point(problem: Problem, weights: Any) -> CriticalPoint | None:
    """Return the critical point with the given exact weights, or None where the gradient is not exactly zero."""
    matrices = problem.read_weights(weights)
    kind = problem.classify(matrices)
    if not kind.is_critical or kind.inertia is None:
        return None
    rows = tuple(to_rows(matrix) for matrix in matrices)
    return CriticalPoint(problem, rows, to_fraction(problem.loss_number(matrices)), kind, kind.inertia)


def sample_critical_point(problem: Problem, random: Random) -> CriticalPoint:
    """Return a random exact critical point; small draws of `random` give simple points, so Hypothesis can shrink them.

    Every stratum that has rational points and every rank pattern in it is reached. Raises: UnsupportedError with decay or
    noise, where no such construction is known.
    """
    if not problem.is_plain:
        raise UnsupportedError(
            "critical_points: exact critical points are built without decay and noise only; use local_minima"
        )
    counts = _random_counts(problem.spectrum, random)
    return build_critical_point(problem, counts, None, random)


def ridge_point(problem: Problem) -> CriticalPoint:
    """Return the one critical point of one layer with decay, C (S + decay / scale I)^{-1} (noise has no layer to be on)."""
    form = problem.form
    regularised = form.input_moment + identity(problem.widths[0]) * (form.decay[0] / form.scale)
    point = critical_point(problem, [regularised.solve(form.cross_moment.transpose()).transpose()])
    if point is None:
        raise DisagreementError("the ridge regression is not critical")
    return point


def sample_in_stratum(problem: Problem, stratum: Stratum, kind: str, random: Random) -> CriticalPoint:
    """Return a random exact critical point of that kind in a stratum that has rational points.

    Raises: InputError for a kind that the stratum does not have, or if it has no rational points.
    """
    if kind not in stratum.kinds:
        raise bad("kind", kind, f"the points of {stratum!r} are of other kinds", f"choose one of {list(stratum.kinds)}")
    if not stratum.has_rational_points:
        rule = "conjugate irrational eigenvalues are not selected alike, so no critical point of it is rational"
        raise bad("stratum", stratum, rule, "choose one with has_rational_points")
    pattern = None
    if len(stratum.kinds) == 2:
        tight = kind == Kind.NON_STRICT_SADDLE
        pattern = random_pattern(stratum.sizes, stratum.rank, stratum.residual_rank, random, tight)
    return build_critical_point(problem, stratum.counts, pattern, random)


def build_critical_point(
    problem: Problem, counts: Sequence[int], pattern: RankPattern | None, random: Random
) -> CriticalPoint:
    """Return an exact critical point that selects `counts` of the positive eigenvalues and has the rank pattern.

    Without a pattern one is drawn, tightened on purpose now and then. Criticality and the kind are decided exactly.
    Raises: DisagreementError if the construction fails.
    """
    spectrum = problem.spectrum
    if problem.layers == 1:
        weights = [regression(problem.form.input_moment, problem.form.cross_moment)]
    else:
        selected = random_subspace(spectrum, counts, random)
        if pattern is None:
            sizes = (spectrum.input_rank, *problem.widths[1:])
            rank = len(selected)
            tight = True if not random.randint(0, 2) else None
            pattern = random_pattern(sizes, rank, spectrum.rank - rank, random, tight)
        weights = weights_of_pattern(problem, selected, pattern, random)
    weights[0] = weights[0] + _free_rows(problem, random)
    point = critical_point(problem, weights)
    if point is None:
        raise DisagreementError(f"the canonical form of {pattern} is not critical")
    return point


def _random_counts(spectrum: Spectrum, random: Random) -> tuple[int, ...]:
    """Return random counts of the positive eigenvalues, equal for conjugates, with a sum of at most r_max.

    Any of them, or (on the way to global minima and non-strict saddles) the largest.
    """
    largest = random.randint(0, 1)
    limit = random.randint(0, spectrum.rank_limit) if largest else spectrum.rank_limit
    counts: dict[tuple[int, ...], int] = {}
    left = limit
    for root, multiplicity in spectrum.positive:
        if root.coefficients not in counts:
            degree = len(root.coefficients) - 1
            fitting = min(multiplicity, left // degree)
            counts[root.coefficients] = fitting if largest else random.randint(0, fitting)
            left -= degree * counts[root.coefficients]
    return tuple(counts[root.coefficients] for root, _ in spectrum.positive)


def _free_rows(problem: Problem, random: Random) -> fmpq_mat:
    """Return a random N with N S = 0, of the shape of W_1."""
    rows, columns = problem.shapes[0]
    result = fmpq_mat(rows, columns)
    directions = null_space(problem.form.input_moment)
    if directions and random.randint(0, 1):
        for i in range(rows):
            for direction in directions:
                factor = random.randint(-1, 1)
                for j, value in enumerate(direction):
                    result[i, j] += factor * value
    return result
