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
    from dlnproof.landscape.descent import gradient_descent
    from dlnproof.landscape.problem import Problem
    from dlnproof.landscape.read_problem import read_problem
    from dlnproof.language.chain import Chain
    from dlnproof.language.differential import differential, hessian_form
    from dlnproof.language.expectation import expectation
    from dlnproof.language.gradient import gradient
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
    "critical_points": "dlnproof.claims.strategies.critical_points",
    "differential": "dlnproof.language.differential",
    "distinct_eigenvalues": "dlnproof.claims.assumptions",
    "enclose": "dlnproof.rings.ball",
    "eq": "dlnproof.claims.steps",
    "expectation": "dlnproof.language.expectation",
    "full_rank": "dlnproof.claims.assumptions",
    "full_column_rank": "dlnproof.claims.assumptions",
    "full_row_rank": "dlnproof.claims.assumptions",
    "ge": "dlnproof.claims.steps",
    "gradient": "dlnproof.language.gradient",
    "gradient_descent": "dlnproof.landscape.descent",
    "gt": "dlnproof.claims.steps",
    "hessian_form": "dlnproof.language.differential",
    "invertible_gram": "dlnproof.claims.assumptions",
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
    "UnsupportedError",
    "Verdict",
    "bound",
    "critical_points",
    "differential",
    "distinct_eigenvalues",
    "enclose",
    "eq",
    "expectation",
    "full_column_rank",
    "full_rank",
    "full_row_rank",
    "ge",
    "gradient",
    "gradient_descent",
    "gt",
    "hessian_form",
    "invertible_gram",
    "le",
    "lt",
    "networks_from_identity",
    "no_bottleneck",
    "no_decay",
    "nonzero",
    "positive_decay",
    "problems",
    "rationals",
    "read_problem",
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
