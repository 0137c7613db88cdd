"""A counterexample as JSON values: numbers are exact strings, certified points are midpoints with radii; and back again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat, fmpz

from dlnproof.checks.assertions import Assert
from dlnproof.checks.replay import DATA, Instance
from dlnproof.checks.snippet import snippet
from dlnproof.errors import DlnproofError
from dlnproof.landscape.critical_point import CriticalPoint, critical_point
from dlnproof.landscape.problem import Problem

_DIGITS = 15
_SHORT = 10**6


class NotExactError(ValueError):
    """A drawn value cannot be written exactly, so that it cannot be rebuilt independently."""


def rebuild(value: Any) -> Any:
    """Return a drawn value read back from exact strings; problems and points go by the second road.

    Raises NotExactError for values that cannot be written exactly.
    """
    if isinstance(value, Problem):
        return Problem.from_json(json.loads(json.dumps(value.to_json()))).referee()
    if isinstance(value, CriticalPoint):
        point = critical_point(rebuild(value.problem), rebuild(value.weights))
        if point is None:
            raise NotExactError("a critical point is not critical by the second road")
        return point
    if isinstance(value, Fraction):
        return Fraction(str(value))
    if value is None or type(value) in (bool, int, str, fmpq, fmpz):
        return value
    if isinstance(value, fmpq_mat):
        return fmpq_mat(value)
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(rebuild(item) for item in value)
    if type(value) is dict:
        return {rebuild(key): rebuild(item) for key, item in value.items()}
    raise NotExactError(f"a drawn value of type {type(value).__name__} cannot be written exactly")


def card(body: Callable[..., None], instance: Instance, minima: Sequence[Any], failed: Assert) -> dict[str, Any]:
    """Return the counterexample: its first problem, its points, the failed assert as written, other drawn values by name.

    `python` holds lines that make the assert fail again.
    """
    problems: list[Problem] = []
    points: list[dict[str, Any]] = []
    others: dict[str, Any] = {}
    named = [(f"argument {place}", value) for place, value in enumerate(instance.args, 1)]
    named += [*instance.kwargs.items(), *((f"draw {place}", value) for place, value in enumerate(instance.draws, 1))]
    for name, value in named:
        if isinstance(value, str) and value is DATA:
            continue
        other = _sort(value, problems, points)
        if other is not None:
            others[name] = other
    for point in minima:
        points.append(write_point(point))
        problems.append(point.problem)
    distinct = list(dict.fromkeys(problems))
    result: dict[str, Any] = {
        "problem": distinct[0].to_json() if distinct else None,
        "points": points,
        "failed": failed.text,
    }
    if len(distinct) > 1:
        result["problems"] = [problem.to_json() for problem in distinct]
    if others:
        result["values"] = others
    code = snippet(body, instance)
    if code is not None:
        result["python"] = code
    return result


def _sort(value: Any, problems: list[Problem], points: list[dict[str, Any]]) -> Any:
    """Put problems and points where they belong; return what is left of the value, None if nothing is."""
    if isinstance(value, Problem):
        problems.append(value)
        return None
    if isinstance(getattr(value, "problem", None), Problem):
        problems.append(value.problem)
        points.append(write_point(value))
        return None
    if type(value) in (list, tuple):
        if problems and _shapes(value) == problems[-1].shapes:
            return {f"W{k}": write_value(layer) for k, layer in enumerate(value, 1)}
        left = [item for item in (_sort(item, problems, points) for item in value) if item is not None]
        return left[0] if len(left) == 1 and len(value) > 1 else left or None
    return write_value(value)


def _shapes(value: Sequence[Any]) -> list[tuple[int, int]]:
    """Return rows and columns of the matrices in a list, empty where an item is no matrix in nested lists."""
    shapes = []
    for layer in value:
        if type(layer) not in (list, tuple) or not layer or any(type(row) not in (list, tuple) for row in layer):
            return []
        shapes.append((len(layer), len(layer[0])))
    return shapes


def write_point(point: Any) -> dict[str, Any]:
    """Return a point: weights and loss (exact strings, or midpoint and radius), its kind and its inertia."""
    result: dict[str, Any] = {"weights": write_value(point.weights), "loss": write_value(point.loss)}
    kind, inertia = getattr(point, "kind", None), getattr(point, "inertia", None)
    if kind is not None:
        result["kind"] = str(getattr(kind, "name", kind))
    if inertia is not None:
        result["inertia"] = [int(count) for count in inertia]
    return {**result, **_escape(point)}


def _escape(point: Any) -> dict[str, Any]:
    """Return the way down from an exact saddle: D with a smaller loss at W + t D, or (for a curve) smaller weights themselves.

    `loss drop` is the exact fall of the loss there. Empty at minima and where no way is known.
    """
    if not isinstance(point, CriticalPoint):
        return {}
    try:
        escape = point.problem.escape_direction(point.weights)
    # a minimum, an undecided kind, or an unconfirmed point whose kind is in dispute
    except (DlnproofError, ValueError, ZeroDivisionError):
        return {}
    drop = write_value(escape.drop)
    if list(escape.directions) == [1]:
        return {
            "escape direction": write_value(escape.direction),
            "step": write_value(escape.step),
            "loss drop": drop,
        }
    return {"escape to": write_value(escape.weights), "loss drop": drop}


def write_value(value: Any) -> Any:
    """Return a value as JSON: exact numbers as strings, balls as "midpoint +/- radius", anything unknown by its repr."""
    if isinstance(value, arb):
        return _write_ball(value)
    if isinstance(value, (fmpq_mat, arb_mat)):
        return [[write_value(entry) for entry in row] for row in value.tolist()]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, Fraction, fmpq, fmpz)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): write_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [write_value(item) for item in value]
    return value if isinstance(value, str) else repr(value)


def _write_ball(value: arb) -> str:
    """Return "midpoint +/- radius", or the one number in the ball where that is a short fraction."""
    if arb.is_exact(value):
        number = arb.fmpq(value)
        if number.q < _SHORT and abs(number.p) < _SHORT:
            return str(number)
    return str(arb.str(value, _DIGITS).strip("[]"))
