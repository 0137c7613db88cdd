"""What the commands on formulas share: the declarations of their options, the line that tells the shapes, the notation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import typer

from dlnproof.errors import UnsupportedError
from dlnproof.language.parser.declarations import Declarations, declare
from dlnproof.language.parser.formulas import Formulas


@dataclass(frozen=True, slots=True)
class Options:
    """The options that say what the names of a formula are."""

    vector: Sequence[str] = ()
    scalar: Sequence[str] = ()
    shape: Sequence[str] = ()
    noise: Sequence[str] = ()
    assume: Sequence[str] = ()

    def declared(self) -> Declarations:
        """Return the declarations; raise InputError for one that cannot be read."""
        return declare(self.shape, self.vector, self.scalar, self.noise)


@dataclass(frozen=True, slots=True)
class Notation:
    """How formulas are printed: plain text unless one of the two is asked for."""

    latex: bool = False
    numpy: bool = False

    def writer(self, arrays: Iterable[Any] = ()) -> Callable[[Any], str]:
        """Return the function that writes an expression; `arrays` are the matrices that NumPy code may read sizes off."""
        if self.latex:
            from dlnproof.language.printing.latex import to_latex

            return to_latex
        if self.numpy:
            from dlnproof.language.printing.numpy_code import to_numpy

            return partial(to_numpy, arrays=tuple(arrays))
        from dlnproof.language.printing.text import to_text

        return to_text


def tell(line: str) -> None:
    """Print a remark to standard error, so that standard output holds the formula alone."""
    typer.echo(line, err=True)


def or_undecided(work: Callable[[], int]) -> int:
    """Return the exit status of the work; what the engine does not support yet is undecided, exit status 3."""
    try:
        return work()
    except UnsupportedError as error:
        tell(f"undecided: {error}")
        return 3


def shapes_line(formulas: Formulas) -> str:
    """Return what was taken for granted: the shape of every matrix, and what the formulas imply."""
    shapes = [f"{name} {' x '.join(map(str, matrix.shape))}" for name, matrix in sorted(formulas.matrices.items())]
    return ", ".join([*shapes, *formulas.implied])


def names_in(option: str) -> list[str]:
    """Return the names of an option such as `W1,W2`; commas inside braces do not count."""
    names, depth, name = [], 0, ""
    for sign in option:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and not depth:
            names.append(name.strip())
            name = ""
        else:
            name += sign
    return [*names, name.strip()]
