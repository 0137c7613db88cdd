"""What is known about the landscape of a data set, computed once: the command prints it, the JSON and the figure show it.

Without decay and noise: the critical values, the strata and the reduced-rank regression of the global minimum. With
them: the least loss and its end-to-end matrix where a closed form is known, and whether zero weights attain it; and the
certified local minima that random starts lead to, which need not be all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.dataset import Dataset
from dlnproof.landscape.listing import CriticalValue, Listing, list_critical_values
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduced_rank import ReducedRank, reduced_rank
from dlnproof.landscape.variances import as_text
from dlnproof.rings.rational import to_text
from dlnproof.rings.real_roots import RealRoot

if TYPE_CHECKING:
    from dlnproof.landscape.local_minima import LocalMinima
    from dlnproof.landscape.minimisers import GlobalMinimisers
    from dlnproof.landscape.stationary import StationaryFamily

SCHEMA = "dlnproof-landscape/1"
_DIGITS = 30
# isolating the roots of the scalar equation takes minutes beyond this degree
_MOST_DEGREE = 120
# one equation for every number of active neurons in the layers with noise
_MOST_SETS = 64


@dataclass(frozen=True)
class Overview:
    """The facts; None where they do not apply or are not known, and `open_questions` says in words what is not known.

    `minimum` encloses the least loss; `minimisers` are known with decay and one output or one layer; `stationary` holds all
    stationary points, the lowest first, with decay in every layer and one output.
    """

    dataset: Dataset
    problem: Problem
    listing: Listing | None
    regression: ReducedRank | None
    minimum: arb | None
    minimisers: GlobalMinimisers | None
    local_minima: LocalMinima | None
    stationary: tuple[StationaryFamily, ...] | None
    open_questions: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON values: exact numbers as exact strings, enclosed ones as balls that hold them."""
        data, problem = self.dataset, self.problem
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "data": {
                "name": data.name,
                "rows": data.rows,
                "inputs": list(data.inputs),
                "targets": list(data.targets),
                "outputs": list(data.outputs),
                "moments": "exact",
            },
            "widths": list(problem.widths),
            "scale": to_text(problem.form.scale),
            "decay": [to_text(number) for number in problem.form.decay],
            "noise": as_text(problem.form.noise),
            "global_minimum": None if self.minimum is None else {"loss": ball_text(self.minimum)},
            "open_questions": list(self.open_questions),
        }
        if self.listing is not None and self.regression is not None:
            values |= _plain_json(problem, self.listing, self.regression)
        if self.minimisers is not None:
            values["global_minimum"] = _regularised_json(self.minimisers)
        if self.stationary is not None:
            values["stationary_points"] = [_family_json(family) for family in self.stationary]
        if self.local_minima is not None:
            values["local_minima"] = [
                {"loss": ball_text(point.loss), "inertia": list(point.inertia)} for point in self.local_minima
            ]
            values["uncertified_starts"] = len(self.local_minima.uncertified)
        return values


def overview(dataset: Dataset, problem: Problem, most: int = 100, starts: int = 8, seed: int = 0) -> Overview:
    """Return the facts about a problem on a data set, at most `most` critical values among them."""
    if problem.is_plain:
        listing = list_critical_values(problem, most)
        regression = reduced_rank(problem.form, problem.spectrum, problem.layers)
        return Overview(dataset, problem, listing, regression, problem.global_minimum(), None, None, None, ())
    stationary = _stationary(problem)
    unknown = []
    if stationary is None and problem.layers > 1:
        unknown.append("critical values, strata and saddles: not known in closed form with decay or noise")
    minimum, minimisers, found = None, None, None
    try:
        _refuse_large_equation(problem)
        minimisers = problem.global_minimisers()
        minimum = minimisers.value if minimisers.is_attained else None
    except UnsupportedError:
        try:
            _refuse_large_equation(problem)
            minimum = problem.global_minimum()
        except UnsupportedError as error:
            unknown.append(str(error))
    if starts:
        try:
            found = problem.local_minima(starts, seed)
        except UnsupportedError as error:
            unknown.append(str(error))
    return Overview(dataset, problem, None, None, minimum, minimisers, found, stationary, tuple(unknown))


def _stationary(problem: Problem) -> tuple[StationaryFamily, ...] | None:
    """Return all stationary points, the lowest first, where they are known and not too many to solve for."""
    sets = 1
    for layer in problem.form.noise:
        sets *= len(layer) if any(layer) else 1
    if sets > _MOST_SETS:
        return None
    try:
        _refuse_large_equation(problem)
        return tuple(sorted(problem.stationary_points(), key=lambda family: float(family.value)))
    except UnsupportedError:
        return None


def _refuse_large_equation(problem: Problem) -> None:
    """Raise UnsupportedError where the equation of one output with decay in every layer is too large to solve."""
    if problem.widths[-1] == 1 and all(problem.form.decay):
        degree = 2 * (problem.layers - 1) * problem.spectrum.input_rank
        if degree > _MOST_DEGREE:
            rule = f"the closed form is an equation of degree {degree}, too large to solve exactly"
            raise UnsupportedError(f"global_minimum: {rule}; take fewer inputs or layers")


def ball_text(ball: arb) -> str:
    """Return a decimal ball that certainly holds the number."""
    return str(ball.str(_DIGITS))


def root_json(root: RealRoot) -> Any:
    """Return an algebraic number as its exact string, or its polynomial (constant first) and which real root it is."""
    if root.is_rational:
        return to_text(root.rational())
    return {"polynomial": [str(number) for number in root.coefficients], "real_root": root.index}


def _plain_json(problem: Problem, listing: Listing, regression: ReducedRank) -> dict[str, Any]:
    spectrum = problem.spectrum
    matrix: Any = [[ball_text(entry) for entry in row] for row in regression.balls]
    if regression.exact is not None:
        matrix = [[to_text(entry) for entry in row] for row in regression.exact.tolist()]
    least = listing.values[0]
    return {
        "rank_inputs": spectrum.input_rank,
        "rank_limit": spectrum.rank_limit,
        "eigenvalues": [
            {"exact": root_json(root), "ball": ball_text(root.enclose(128)), "multiplicity": multiplicity}
            for root, multiplicity in spectrum.positive
        ],
        "strata": [_value_json(value) for value in listing.values],
        "strata_in_all": listing.total,
        "strata_by_rank": list(listing.by_rank),
        "order_certain": listing.ordered,
        "global_minimum": {
            "loss": ball_text(least.loss),
            "exact": None if least.exact is None else root_json(least.exact),
            "end_to_end": matrix,
            "end_to_end_exact": regression.exact is not None,
            "unique_on_data": regression.unique,
            "inputs_independent": regression.inputs_seen,
        },
    }


def _regularised_json(minimisers: GlobalMinimisers) -> dict[str, Any]:
    families = []
    for family in minimisers.families:
        matrix = [[ball_text(entry) for entry in family.predictor]]
        if family.root is None and family.exact_weights is not None and len(family.exact_weights) == 1:
            matrix = [[str(entry) for entry in row] for row in family.exact_weights[0]]
        families.append({"end_to_end": matrix, "origin": family.is_origin, "points": family.count})
    return {
        "loss": ball_text(minimisers.value),
        "attained": minimisers.is_attained,
        "trivial": minimisers.is_trivial,
        "minimisers": families,
    }


def _family_json(family: StationaryFamily) -> dict[str, Any]:
    return {
        "loss": ball_text(family.value),
        "kind": family.kind,
        "active": list(family.active),
        "points": family.points,
        "dimension": family.dimension,
    }


def _value_json(value: CriticalValue) -> dict[str, Any]:
    return {
        "rank": value.stratum.rank,
        "eigenvalues": list(value.eigenvalues),
        "loss": ball_text(value.loss),
        "exact": None if value.exact is None else root_json(value.exact),
        "above_minimum": ball_text(value.gap),
        "kinds": list(value.stratum.kinds),
        "index": value.index,
        "dimension": value.stratum.dimension,
    }
