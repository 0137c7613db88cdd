"""A counterexample as a few lines of Python that fail by themselves: the exact values, and the theorem's function on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from dlnproof.checks.replay import DATA, Instance
from dlnproof.landscape.critical_point import CriticalPoint
from dlnproof.landscape.problem import Problem

_WIDTH = 100


class _NoSnippetError(ValueError):
    """A value that these lines cannot write."""


def snippet(body: Callable[..., None], instance: Instance) -> str | None:
    """Return the lines, to be run beside the theorem's file; None where a value, or the function, has no name to call it by."""
    name, path = body.__name__, Path(body.__code__.co_filename)
    held = body.__globals__.get(name)
    inner = getattr(getattr(held, "hypothesis", None), "inner_test", None)
    reached = {inner, getattr(inner, "__wrapped__", None), getattr(inner, "_dlnproof_body", None)}
    if body not in reached:
        return None
    writer = _Writer()
    try:
        positional = [writer.write(value) for value in instance.args]
        called = [f"{key}={writer.write(value)}" for key, value in instance.kwargs.items()]
        writer.write_draws(instance.draws)
    except _NoSnippetError:
        return None
    arguments = ", ".join([*positional, *called])
    lines = [
        "import runpy",
        *sorted(writer.imports),
        "",
        "import dlnproof as dp",
        "from dlnproof.claims.theorem import body_of",
        *(["from dlnproof.landscape.critical_point import critical_point"] if writer.uses_points else []),
        "",
        *writer.lines,
        f'theorem = runpy.run_path("{path.name}")["{name}"]',
        f"body_of(theorem)({arguments})",
    ]
    return "\n".join(lines) + "\n"


class _Writer:
    """Writes values as Python; problems get a line and a name of their own."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.imports: set[str] = set()
        self.uses_points = False
        self._problems: dict[Problem, str] = {}

    def write(self, value: Any) -> str:
        """Return an expression for a drawn value."""
        if isinstance(value, str) and value is DATA:
            return "data"
        if isinstance(value, Problem):
            return self._problem(value)
        if isinstance(value, CriticalPoint):
            self.uses_points = True
            return f"critical_point({self._problem(value.problem)}, {self._weights(value.weights)})"
        if isinstance(value, (Fraction, fmpq)):
            self.imports.add(
                "from fractions import Fraction" if isinstance(value, Fraction) else "from flint import fmpq"
            )
            return f'Fraction("{value}")' if isinstance(value, Fraction) else f"fmpq({value.p}, {value.q})"
        if value is None or type(value) in (bool, int, str):
            return repr(value)
        if isinstance(value, fmpz):
            return str(int(value))
        if type(value) is list:
            return f"[{', '.join(map(self.write, value))}]"
        if type(value) is tuple:
            return f"({', '.join(map(self.write, value))}{',' if len(value) == 1 else ''})"
        if type(value) is dict:
            return f"{{{', '.join(f'{self.write(key)}: {self.write(item)}' for key, item in value.items())}}}"
        if isinstance(value, fmpq_mat):
            self.imports |= {"from flint import fmpq, fmpq_mat"}
            return f"fmpq_mat({value.nrows()}, {value.ncols()}, [{', '.join(map(self.write, value.entries()))}])"
        raise _NoSnippetError

    def write_draws(self, draws: Sequence[Any]) -> None:
        """Write a `data` object that hands out what the body drew inside itself."""
        if not draws:
            return
        self.imports.add("from types import SimpleNamespace")
        self.lines += [
            f"drawn = iter({self.write(list(draws))})",
            "data = SimpleNamespace(draw=lambda *_, **__: next(drawn))",
        ]

    def _weights(self, weights: Any) -> str:
        return repr([[[_plain(entry) for entry in row] for row in matrix] for matrix in weights])

    def _problem(self, problem: Problem) -> str:
        if problem not in self._problems:
            name = "problem" if not self._problems else f"problem_{len(self._problems) + 1}"
            self._problems[problem] = name
            values: Mapping[str, Any] = problem.to_json()
            maker = "dp.Problem" if problem.X is not None else "dp.Problem.from_moments"
            options = [f"{key}={_plain(value)!r}" for key, value in values.items()]
            line = f"{name} = {maker}({', '.join(options)})"
            if len(line) > _WIDTH:
                line = "\n".join([f"{name} = {maker}(", *(f"    {option}," for option in options), ")"])
            self.lines.append(line)
        return self._problems[problem]


def _plain(value: Any) -> Any:
    """Return exact numbers as ints where they are whole, else as the strings "p/q" that a problem reads."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text
