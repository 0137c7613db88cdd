"""`dlnproof hessian EXPR --wrt W1,W2`: the quadratic form of the Hessian along D1, D2, and its blocks, for all sizes."""

from __future__ import annotations

from typing import Any

import sympy
import typer

from dlnproof.checks.confirmed_derivatives import confirmed_hessian_form, fresh_name
from dlnproof.cli.formula import Notation, Options, names_in, or_undecided, shapes_line, tell
from dlnproof.errors import UnsupportedError
from dlnproof.language.commutation import Commutation
from dlnproof.language.parser.formulas import parse_together
from dlnproof.language.printing.averaged import averaged
from dlnproof.language.printing.blocks import hessian_blocks

LAYOUT = "vec stacks columns: form = sum of vec(D_a)' * H[a, b] * vec(D_b), and H[b, a] = H[a, b]'"


def print_hessian(text: str, wrt: str, options: Options, notation: Notation) -> int:
    """Print the form and the blocks; what was taken for granted goes to standard error."""
    return or_undecided(lambda: _print(text, wrt, options, notation))


def _print(text: str, wrt: str, options: Options, notation: Notation) -> int:
    formulas = parse_together([text], options.declared())
    (loss,) = formulas.expressions
    weights = [formulas.matrix(name) for name in names_in(wrt)]
    directions = {weight: _direction(weight, loss) for weight in weights}
    write = notation.writer(formulas.matrices.values())
    form = confirmed_hessian_form(loss, directions)
    typer.echo(f"form = {write(averaged(form))}")
    try:
        blocks = hessian_blocks(loss, directions, form)
        lines = [f"H[{a.name}, {b.name}] = {write(block)}" for (a, b), block in blocks.items()]
    except UnsupportedError as error:
        tell(f"blocks: {error}")
    else:
        for line in lines:
            typer.echo(line)
        tell(LAYOUT)
        if any(block.has(Commutation) for block in blocks.values()):
            tell("K(m, n) exchanges: K(m, n) * vec(A) = vec(A') for A of shape m x n")
    pairs = ", ".join(
        f"{weight.name} -> {weight.name} + t*{direction.name}" for weight, direction in directions.items()
    )
    tell(f"for all sizes, confirmed on two roads; along {pairs}; {shapes_line(formulas)}")
    return 0


def _direction(weight: Any, loss: Any) -> Any:
    """Return the direction symbol: D1 for W1, D_A for A."""
    layer = weight.name[1:] if weight.name[1:].isdigit() else f"_{weight.name}"
    return sympy.MatrixSymbol(fresh_name(f"D{layer}", loss), *weight.shape)
