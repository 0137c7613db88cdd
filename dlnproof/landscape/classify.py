"""Which classification applies to a point of a problem: the dispatch, and the comparisons that use the whole
problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flint import fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.classification import Classification, Kind, not_critical
from dlnproof.landscape.classify_plain import classify_plain
from dlnproof.landscape.classify_regularised import classify_regularised, settle_globally
from dlnproof.landscape.classify_scalar import settle_scalar
from dlnproof.landscape.inertia import inertia
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
    if kind.name != Kind.LOCAL_MINIMUM or kind.is_global is not None:
        return kind
    origin = form.scale * form.output_moment
    try:
        least = problem.global_minimum()
    except UnsupportedError:
        least = None
    return settle_globally(kind, problem.loss_number(weights), [origin], least)
