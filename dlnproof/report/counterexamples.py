"""The counterexample of a refuted claim: small exact matrices and both sides, or problem, points and failed assert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlnproof.report.escape import Latex, escape_code, escape_text
from dlnproof.report.names import symbol_latex
from dlnproof.report.values import is_matrix, value_latex, value_math

EMPTY: tuple[Any, ...] = (None, [], {}, "")
SIDES: Mapping[str, str] = {"left": "left side", "right": "right side", "difference": "difference"}


def counterexample_latex(counterexample: Mapping[str, Any]) -> Latex:
    """Return the counterexample, a line each: values, both sides, points, what else is known, the failed assert."""
    rest = {key: value for key, value in counterexample.items() if key != "python"}
    step = rest.pop("step", None)
    values = [f"step {value_latex(step)} is wrong"] if step is not None else []
    for key in ("sizes", "values"):
        if isinstance(rest.get(key), Mapping):
            values += [_named(name, value) for name, value in rest.pop(key).items()]
    if isinstance(rest.get("problem"), Mapping):
        values += _problem(rest.pop("problem"))
    points = [_point(point, number) for number, point in enumerate(_points(rest.pop("points", None)), 1)]
    sides = [f"{word} {value_latex(rest.pop(key))}" for key, word in SIDES.items() if rest.get(key) is not None]
    failed = rest.pop("failed", None)
    others = [
        f"{escape_text(key.replace('_', ' '))}: {value_latex(value)}"
        for key, value in rest.items()
        if value not in EMPTY
    ]
    code = f"fails: {escape_code(str(failed))}" if failed else ""
    lines = [", ".join(values), ", ".join(sides), *points, *others, code]
    return Latex(";\n\\newline ".join(line for line in lines if line) + ".")


def _named(name: str, value: Any) -> str:
    math = value_math(value)
    label = symbol_latex(name)
    return f"${label} = {math}$" if math is not None else f"${label}$: {value_latex(value)}"


def _problem(problem: Mapping[str, Any]) -> list[str]:
    parts = []
    for key, value in problem.items():
        if key in ("decay", "noise") and _is_zero(value):
            continue
        if key == "scale" and str(value) == "1/2":
            continue
        math = value_math(value)
        if key in ("X", "Y") and math is not None:
            parts.append(f"${key} = {math}$")
        else:
            parts.append(f"{escape_text(key.replace('_', ' '))} {value_latex(value)}")
    return parts


def _is_zero(value: Any) -> bool:
    return all(str(entry) == "0" for entry in value) if isinstance(value, list | tuple) else str(value) == "0"


def _points(points: Any) -> list[Any]:
    return list(points) if isinstance(points, list | tuple) else [] if points is None else [points]


def _point(point: Any, number: int) -> str:
    """Return one point: its weights as matrices, then what else is said of it."""
    if not isinstance(point, Mapping):
        return f"point {number}: {_weights(point)}"
    said = {key: value for key, value in point.items() if key != "problem" and value not in EMPTY}
    shown = [_weights(said.pop("weights"))] if "weights" in said else []
    way = _way_down(said)
    for key, value in said.items():
        name = "" if key == "kind" else escape_text(key.replace("_", " ")) + " "
        shown.append(name + value_latex(value))
    return f"point {number}: " + ", ".join([*shown, *way])


def _way_down(said: dict[str, Any]) -> list[str]:
    """Take the way down from a saddle out of what is said of a point, and return it in words."""
    step, drop = said.pop("step", None), said.pop("loss drop", None)
    if "escape direction" in said:
        along = _weights(said.pop("escape direction"), "D")
        return [f"the loss at $W + tD$ is smaller by {value_latex(drop)} for $t =$ {value_latex(step)}, {along}"]
    if "escape to" in said:
        return [f"smaller by {value_latex(drop)} is the loss at {_weights(said.pop('escape to'), 'V')}"]
    return []


def _weights(weights: Any, letter: str = "W") -> str:
    if isinstance(weights, list | tuple) and weights and all(is_matrix(layer) for layer in weights):
        return ", ".join(f"${letter}_{{{k}}} = {value_math(layer)}$" for k, layer in enumerate(weights, 1))
    return str(value_latex(weights))
