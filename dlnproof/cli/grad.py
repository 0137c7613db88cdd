"""`dlnproof grad EXPR --wrt W1`: the gradient as a formula, for all sizes."""

from __future__ import annotations

import typer

from dlnproof.checks.confirmed_derivatives import confirmed_gradient
from dlnproof.cli.formula import Notation, Options, names_in, or_undecided, shapes_line, tell
from dlnproof.language.parser.formulas import parse_together
from dlnproof.language.printing.averaged import averaged


def print_gradient(text: str, wrt: str, options: Options, notation: Notation) -> int:
    """Print the gradient in every weight named in `wrt`; what was taken for granted goes to standard error."""
    return or_undecided(lambda: _print(text, wrt, options, notation))


def _print(text: str, wrt: str, options: Options, notation: Notation) -> int:
    formulas = parse_together([text], options.declared())
    (loss,) = formulas.expressions
    weights = [formulas.matrix(name) for name in names_in(wrt)]
    write = notation.writer(formulas.matrices.values())
    for weight in weights:
        formula = write(averaged(confirmed_gradient(loss, weight)))
        typer.echo(f"{weight.name}: {formula}" if len(weights) > 1 else formula)
    tell(f"for all sizes, confirmed on two roads; {shapes_line(formulas)}")
    return 0
