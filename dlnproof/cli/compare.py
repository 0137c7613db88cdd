"""`dlnproof compare EXPR EXPR`: equal for all sizes, or a counterexample and the smallest edit that makes it true."""

from __future__ import annotations

import typer

from dlnproof.checks.compare import Comparison, compare
from dlnproof.checks.context import Context
from dlnproof.cli.counterexample import describe
from dlnproof.cli.formula import Notation, Options, or_undecided, shapes_line, tell
from dlnproof.language.parser.formulas import parse_together
from dlnproof.verdict import Finding, Verdict

STATUS = {Verdict.PROVED: 0, Verdict.VERIFIED: 3, Verdict.REFUTED: 1, Verdict.CONFLICT: 1}


def print_comparison(left: str, right: str, options: Options, notation: Notation, seed: int) -> int:
    """Print what was found and return the exit status: 0 equal, 1 different, 3 undecided."""
    return or_undecided(lambda: _print(left, right, options, notation, seed))


def _print(left: str, right: str, options: Options, notation: Notation, seed: int) -> int:
    formulas = parse_together([left, right], options.declared(), equal=True, assuming=options.assume)
    first, second = formulas.expressions
    found = compare(first, second, formulas.assuming, Context(seed=seed))
    for line in lines_of(found, notation):
        typer.echo(line)
    shapes = shapes_line(formulas)
    if shapes:
        tell(shapes)
    return STATUS.get(found.verdict, 3)


def lines_of(found: Comparison, notation: Notation) -> list[str]:
    """Return the lines that say what was found."""
    if found.verdict is Verdict.PROVED:
        roads = " and ".join(item.method for item in found.evidence if item.finding is Finding.PROOF)
        return [f"equal for {found.scope} (proved: {roads})"]
    if found.verdict is not Verdict.REFUTED:
        return [f"{found.verdict}: {found.reason}".rstrip(": ")]
    bound = next(
        (
            item.details["false_for_all_sizes_at_least"]
            for item in found.evidence
            if "false_for_all_sizes_at_least" in item.details
        ),
        None,
    )
    lines = [f"different{f' for all sizes from {bound} on' if bound else ''}; a counterexample:"]
    lines += [f"  {line}" for line in describe(found.counterexample or {})]
    if found.suggestion is None:
        return [*lines, "no small edit of the second formula makes them equal"]
    return [*lines, f"did you mean: {notation.writer()(found.suggestion.formula)}", f"  {found.suggestion.words}"]
