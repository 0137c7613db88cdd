"""dlnproof: check derivations about deep linear networks for all widths, property-test theorems, print the appendix.

Write `import dlnproof as dp`; the names below are the whole public interface. Each is imported when it is first used, so that
a formula costs no SciPy and a start of the command line no SymPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlnproof.claims.assumptions import (
        distinct_eigenvalues,
        full_column_rank,
        full_rank,
        full_row_rank,
        invertible_gram,
        no_bottleneck,
        no_decay,
        nonzero,
        positive_decay,
        whitened,
    )
    from dlnproof.claims.claim import Claim
    from dlnproof.claims.paper import Paper
    from dlnproof.claims.steps import eq, ge, gt, le, lt
    from dlnproof.claims.strategies.bound import bound
    from dlnproof.claims.strategies.critical_points import critical_points
    from dlnproof.claims.strategies.networks_from_identity import networks_from_identity
    from dlnproof.claims.strategies.problems import problems
    from dlnproof.claims.strategies.rationals import rationals
    from dlnproof.claims.strategies.weights import weights
    from dlnproof.errors import DisagreementError, DlnproofError, InputError, UnsupportedError
    from dlnproof.landscape.descent.explore import explore_descent
    from dlnproof.landscape.descent.flow import gradient_flow, two_layer_flow
    from dlnproof.landscape.descent.layerwise import ball_around_identity, toward_identity
    from dlnproof.landscape.descent.normal_flow import normal_flow
    from dlnproof.landscape.descent.power_projection import balanced_factors, power_projection, project_positive
    from dlnproof.landscape.descent.steps import gradient_descent
    from dlnproof.landscape.descent.trajectory import Trajectory
    from dlnproof.landscape.problem import Problem
    from dlnproof.landscape.read_problem import read_problem
    from dlnproof.language.chain import Chain
    from dlnproof.language.commutation import commutation
    from dlnproof.language.differential import differential, hessian_form
    from dlnproof.language.every_layer import every
    from dlnproof.language.expectation import expectation
    from dlnproof.language.gradient import gradient
    from dlnproof.language.layer_sum import layer_scalar, layer_sum
    from dlnproof.language.vec import vec
    from dlnproof.rings.ball import enclose
    from dlnproof.verdict import Evidence, Verdict

__version__ = "0.1.0"

_HOME: dict[str, str] = {
    "Chain": "dlnproof.language.chain",
    "Claim": "dlnproof.claims.claim",
    "DisagreementError": "dlnproof.errors",
    "DlnproofError": "dlnproof.errors",
    "Evidence": "dlnproof.verdict",
    "InputError": "dlnproof.errors",
    "Paper": "dlnproof.claims.paper",
    "Problem": "dlnproof.landscape.problem",
    "UnsupportedError": "dlnproof.errors",
    "Verdict": "dlnproof.verdict",
    "bound": "dlnproof.claims.strategies.bound",
    "commutation": "dlnproof.language.commutation",
    "critical_points": "dlnproof.claims.strategies.critical_points",
    "differential": "dlnproof.language.differential",
    "distinct_eigenvalues": "dlnproof.claims.assumptions",
    "enclose": "dlnproof.rings.ball",
    "eq": "dlnproof.claims.steps",
    "every": "dlnproof.language.every_layer",
    "expectation": "dlnproof.language.expectation",
    "full_rank": "dlnproof.claims.assumptions",
    "full_column_rank": "dlnproof.claims.assumptions",
    "full_row_rank": "dlnproof.claims.assumptions",
    "ge": "dlnproof.claims.steps",
    "gradient": "dlnproof.language.gradient",
    "gradient_descent": "dlnproof.landscape.descent.steps",
    "gradient_flow": "dlnproof.landscape.descent.flow",
    "normal_flow": "dlnproof.landscape.descent.normal_flow",
    "two_layer_flow": "dlnproof.landscape.descent.flow",
    "explore_descent": "dlnproof.landscape.descent.explore",
    "balanced_factors": "dlnproof.landscape.descent.power_projection",
    "power_projection": "dlnproof.landscape.descent.power_projection",
    "project_positive": "dlnproof.landscape.descent.power_projection",
    "ball_around_identity": "dlnproof.landscape.descent.layerwise",
    "toward_identity": "dlnproof.landscape.descent.layerwise",
    "Trajectory": "dlnproof.landscape.descent.trajectory",
    "gt": "dlnproof.claims.steps",
    "hessian_form": "dlnproof.language.differential",
    "invertible_gram": "dlnproof.claims.assumptions",
    "layer_scalar": "dlnproof.language.layer_sum",
    "layer_sum": "dlnproof.language.layer_sum",
    "le": "dlnproof.claims.steps",
    "lt": "dlnproof.claims.steps",
    "networks_from_identity": "dlnproof.claims.strategies.networks_from_identity",
    "no_decay": "dlnproof.claims.assumptions",
    "no_bottleneck": "dlnproof.claims.assumptions",
    "nonzero": "dlnproof.claims.assumptions",
    "positive_decay": "dlnproof.claims.assumptions",
    "problems": "dlnproof.claims.strategies.problems",
    "rationals": "dlnproof.claims.strategies.rationals",
    "read_problem": "dlnproof.landscape.read_problem",
    "vec": "dlnproof.language.vec",
    "weights": "dlnproof.claims.strategies.weights",
    "whitened": "dlnproof.claims.assumptions",
}

__all__ = [
    "Chain",
    "Claim",
    "DisagreementError",
    "DlnproofError",
    "Evidence",
    "InputError",
    "Paper",
    "Problem",
    "Trajectory",
    "UnsupportedError",
    "Verdict",
    "balanced_factors",
    "ball_around_identity",
    "bound",
    "commutation",
    "critical_points",
    "differential",
    "distinct_eigenvalues",
    "enclose",
    "eq",
    "every",
    "expectation",
    "explore_descent",
    "full_column_rank",
    "full_rank",
    "full_row_rank",
    "ge",
    "gradient",
    "gradient_descent",
    "gradient_flow",
    "gt",
    "hessian_form",
    "invertible_gram",
    "layer_scalar",
    "layer_sum",
    "le",
    "lt",
    "networks_from_identity",
    "no_bottleneck",
    "no_decay",
    "nonzero",
    "normal_flow",
    "positive_decay",
    "power_projection",
    "problems",
    "project_positive",
    "rationals",
    "read_problem",
    "toward_identity",
    "two_layer_flow",
    "vec",
    "weights",
    "whitened",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'dlnproof' has no attribute {name!r}; the public names are in dlnproof.__all__")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
