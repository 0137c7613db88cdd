"""Which classification applies to a point of a problem: the dispatch, and the comparisons that use the whole
problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flint import fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.classification import Classification, Kind, not_critical
from dlnproof.landscape.classify_plain import classify_plain
from dlnproof.landscape.classify_regularised import classify_regularised, settle_globally
from dlnproof.landscape.classify_scalar import settle_scalar
from dlnproof.landscape.inertia import inertia
from dlnproof.landscape.whitened import rational_least_loss, white_level
from dlnproof.rings.rational import is_zero

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem


def classify(problem: Problem, weights: Sequence[fmpq_mat]) -> Classification:
    """Return the kind of a point with exact weights."""
    if not all(is_zero(matrix) for matrix in problem.gradient_matrices(weights)):
        return not_critical()
    signs = inertia(problem.hessian_matrix(weights))
    if problem.is_plain:
        return classify_plain(problem.form, problem.spectrum, weights, signs)
    kind = classify_regularised(problem.form, weights, signs, inertia)
    return compare_with_known(problem, weights, kind)


def compare_with_known(problem: Problem, weights: Sequence[fmpq_mat], kind: Classification) -> Classification:
    """Return `kind` with the question settled whether a local minimum is global, if a known value settles it."""
    form = problem.form
    kind = settle_scalar(form, weights, kind)
    if kind.name not in (Kind.LOCAL_MINIMUM, Kind.UNDECIDED) or kind.is_global is not None:
        return kind
    value, others = problem.loss_number(weights), [form.scale * form.output_moment]
    exact = _exact_least(problem)
    if exact is not None:
        if exact == value:
            reason = f"{kind.reason}; its loss is the global minimum, exactly"
            return replace(kind, name=Kind.GLOBAL_MINIMUM, is_global=True, reason=reason)
        others.append(exact)
    try:
        least = problem.global_minimum()
    except UnsupportedError:
        least = None
    return settle_globally(kind, value, others, least)


def _exact_least(problem: Problem) -> fmpq | None:
    """Return the least loss with decay for white inputs where it is known to be rational."""
    form = problem.form
    level = white_level(form)
    if level is None or problem.layers == 1 or form.is_noisy or not all(form.decay):
        return None
    return rational_least_loss(form, problem.widths, level)
