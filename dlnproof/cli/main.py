"""The command line `dlnproof`: its commands and their options; the work of each is imported only when it is called."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from dlnproof.cli.startup import unsearched_imports


def read_seconds(text: object) -> float:
    """Return a wall time written as seconds, with `s`, or with `m` for minutes.  Raises: BadParameter below 0.1 s."""
    written = str(text).strip()
    factor = 60.0 if written.endswith("m") else 1.0
    try:
        seconds = float(written.rstrip("sm")) * factor
    except ValueError:
        raise typer.BadParameter(f"{written!r} is not a time; write 60, 60s or 5m") from None
    if not 0.1 <= seconds < float("inf"):
        raise typer.BadParameter(f"{written!r} is not at least 0.1 s")
    return seconds


app = typer.Typer(
    name="dlnproof",
    help="Check derivations about deep linear networks for all widths, property-test theorems, print the appendix.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

PATHS_HELP = "Files or folders (default: ./derivations, else the shipped catalogue)."
JOBS_HELP = "Worker processes (default: one a core)."
JSON_HELP = "Write the results as JSON (schema dlnproof/1)."
ONLY_HELP = "Only claims whose id or label matches, e.g. 'gradient*'."

Paths = Annotated[list[Path] | None, Argument(metavar="[PATH]...", help=PATHS_HELP, show_default=False)]
Budget = Annotated[
    float,
    Option(
        metavar="SECONDS", parser=read_seconds, help="Wall time of each claim and of loading each file: 60, 60s, 5m."
    ),
]
Jobs = Annotated[int | None, Option(metavar="N", min=1, help=JOBS_HELP, show_default=False)]
Seed = Annotated[int, Option(metavar="N", help="Seed of the run; each claim derives its own from it.")]
Only = Annotated[str | None, Option(metavar="PATTERN", help=ONLY_HELP, show_default=False)]
Json = Annotated[Path | None, Option(metavar="FILE", help=JSON_HELP, show_default=False)]
Fresh = Annotated[bool, Option("--fresh", help="Check everything again, whatever the ledger says.")]
KILL_HELP = "Attack the false twins of every theorem and print how many are refuted."
KillRate = Annotated[bool, Option("--kill-rate", help=KILL_HELP)]
TARGET_HELP = "A derivation file, or one of its claims."
Target = Annotated[str, Argument(metavar="FILE[::LABEL]", help=TARGET_HELP, show_default=False)]
Output = Annotated[Path, Option("-o", "--output", metavar="FILE", help="FILE.tex, or FILE.pdf with pdflatex.")]
Expression = Annotated[str, Argument(metavar="EXPR", help="A formula in plain text or LaTeX.", show_default=False)]
Weights = Annotated[
    str, Option("--wrt", metavar="W1[,W2]", help="The weights, separated by commas.", show_default=False)
]
Vectors = Annotated[list[str] | None, Option(metavar="u,x", help="Names that are column vectors.", show_default=False)]
Scalars = Annotated[list[str] | None, Option(metavar="c,g", help="Names that are scalars.", show_default=False)]
Shapes = Annotated[list[str] | None, Option(metavar="W1=n1,n0", help="The shape of a matrix.", show_default=False)]
NOISE_HELP = "The variance of a noise vector of mean one."
Noises = Annotated[list[str] | None, Option(metavar="epsilon=sigma2", help=NOISE_HELP, show_default=False)]
ASSUME_HELP = 'An equation such as "X*X\' = I", or symmetric(S), orthogonal(Q), invertible(A).'
Assume = Annotated[list[str] | None, Option(metavar="ASSUMPTION", help=ASSUME_HELP, show_default=False)]
Latex = Annotated[bool, Option("--latex", help="Print LaTeX.")]
Numpy = Annotated[bool, Option("--numpy", help="Print NumPy code.")]
COLUMN_HELP = "The column to predict, or several: a,b. Text becomes one-hot classes."
Column = Annotated[str, Option("--target", metavar="COLUMN", help=COLUMN_HELP, show_default=False)]
WIDTHS_HELP = "Inputs, hidden widths, outputs, e.g. 4,2,3."
Widths = Annotated[str, Option(metavar="d0,...,dH", help=WIDTHS_HELP, show_default=False)]
Decay = Annotated[str, Option(metavar="G", help="Weight decay, one number or one a layer; exact, e.g. 1/10.")]
Variance = Annotated[str, Option("--noise", metavar="V", help="Variance of noise, one number or one a hidden layer.")]
Scale = Annotated[str, Option(metavar="C", help="The factor of the square loss.")]
Intercept = Annotated[bool, Option("--intercept", help="One more input that is always 1.")]
Most = Annotated[int, Option(metavar="N", min=1, max=1000, help="List the N lowest critical values.")]
Starts = Annotated[int, Option(metavar="N", min=0, max=1000, help="Random starts for minima with decay; 0 for none.")]
PLANE_HELP = "Numbers of the two critical values whose plane is drawn (default: minimum and lowest saddle)."
Plane = Annotated[str | None, Option(metavar="I,J", help=PLANE_HELP, show_default=False)]
LANDSCAPE_JSON_HELP = "Write everything as JSON (schema dlnproof-landscape/1)."
LandscapeJson = Annotated[Path | None, Option("--json", metavar="FILE", help=LANDSCAPE_JSON_HELP, show_default=False)]
Figure = Annotated[Path | None, Option(metavar="FILE", help="Draw: FILE.pdf, .png or .svg.", show_default=False)]
CheckFirst = Annotated[bool, Option("--check", help="Check first (else: the results of the last check).")]


# a formula may begin with a minus sign: what is no option is an argument
FORMULAS = {"ignore_unknown_options": True}


@app.command()
def check(
    paths: Paths = None,
    only: Only = None,
    budget: Budget = 60.0,
    jobs: Jobs = None,
    seed: Seed = 0,
    json: Json = None,
    fresh: Fresh = False,
    kill_rate: KillRate = False,
) -> None:
    """Check every claim in the files or folders: one line a claim, then a summary.

    Exit status: 0 all as expected; 1 a claim refuted, in conflict or in error against expectation;
    2 usage or bad input; 3 nothing worse than undecided.
    """
    from dlnproof.cli.check import check_paths

    raise typer.Exit(
        check_paths(
            paths or [], only=only, budget=budget, jobs=jobs, seed=seed, json=json, fresh=fresh, kill_rate=kill_rate
        )
    )


@app.command()
def falsify(target: Target, budget: Budget = 60.0, seed: Seed = 0, json: Json = None, fresh: Fresh = False) -> None:
    """Search for a counterexample of one theorem as hard as the budget allows; a later run goes on where this one stopped.

    Exit status: 0 as expected; 1 refuted against expectation; 2 usage or bad input; 3 undecided.
    """
    from dlnproof.cli.falsify import falsify_claim

    raise typer.Exit(falsify_claim(target, budget=budget, seed=seed, json=json, fresh=fresh))


@app.command()
def ablate(
    target: Target,
    budget: Budget = 60.0,
    jobs: Jobs = None,
    seed: Seed = 0,
    json: Json = None,
    fresh: Fresh = False,
) -> None:
    """Drop each assumption and marked bound in turn: needed (with a counterexample), or no counterexample in N instances.

    Exit status: 0 all answered; 1 refuted with all its assumptions; 2 usage or bad input; 3 something undecided.
    """
    from dlnproof.cli.ablate import print_ablation

    raise typer.Exit(print_ablation(target, budget=budget, jobs=jobs, seed=seed, json=json, fresh=fresh))


@app.command()
def show(
    claim: Annotated[str, Argument(metavar="ID", help="paper/label, or a label that is unique.")],
    latex: Annotated[bool, Option("--latex", help="Print its counterexample as LaTeX.")] = False,
    python: Annotated[bool, Option("--python", help="Print lines of Python that make its assert fail.")] = False,
) -> None:
    """Show one claim: statement, source, assumptions, evidence, counterexample, what it uses and what uses it."""
    from dlnproof.cli.show import show_claim

    raise typer.Exit(show_claim(claim, latex=latex, python=python))


@app.command()
def new(key: Annotated[str, Argument(metavar="KEY", help="The paper's key, e.g. lu-kawaguchi-2017.")]) -> None:
    """Write derivations/KEY.py with one working claim of each kind."""
    from dlnproof.cli.new import write_new

    raise typer.Exit(write_new(key))


@app.command()
def appendix(
    paths: Paths = None,
    output: Output = Path("appendix.tex"),
    check_first: CheckFirst = False,
    budget: Budget = 60.0,
    jobs: Jobs = None,
    seed: Seed = 0,
) -> None:
    """Print the appendix, with a computed verdict beside every claim, from the last check."""
    from dlnproof.cli.appendix import write_appendix

    raise typer.Exit(
        write_appendix(paths or [], output=output, check_first=check_first, budget=budget, jobs=jobs, seed=seed)
    )


@app.command(context_settings=FORMULAS)
def grad(
    expression: Expression,
    wrt: Weights,
    latex: Latex = False,
    numpy: Numpy = False,
    vector: Vectors = None,
    scalar: Scalars = None,
    shape: Shapes = None,
    noise: Noises = None,
) -> None:
    """Print the gradient of a scalar formula for all sizes, e.g. dlnproof grad "1/2*|W2*W1*X - Y|^2" --wrt W1."""
    with unsearched_imports():
        from dlnproof.cli.formula import Notation, Options
        from dlnproof.cli.grad import print_gradient

    options = Options(vector or (), scalar or (), shape or (), noise or ())
    raise typer.Exit(print_gradient(expression, wrt, options, Notation(latex, numpy)))


@app.command(context_settings=FORMULAS)
def hessian(
    expression: Expression,
    wrt: Weights,
    latex: Latex = False,
    numpy: Numpy = False,
    vector: Vectors = None,
    scalar: Scalars = None,
    shape: Shapes = None,
    noise: Noises = None,
) -> None:
    """Print the Hessian of a scalar formula for all sizes: its quadratic form and its blocks (vec stacks columns)."""
    with unsearched_imports():
        from dlnproof.cli.formula import Notation, Options
        from dlnproof.cli.hessian import print_hessian

    options = Options(vector or (), scalar or (), shape or (), noise or ())
    raise typer.Exit(print_hessian(expression, wrt, options, Notation(latex, numpy)))


@app.command(context_settings=FORMULAS)
def compare(
    left: Expression,
    right: Expression,
    latex: Latex = False,
    vector: Vectors = None,
    scalar: Scalars = None,
    shape: Shapes = None,
    noise: Noises = None,
    assume: Assume = None,
    seed: Seed = 0,
) -> None:
    """Say whether two formulas are equal for all sizes; if not, give a counterexample and what was probably meant.

    Exit status: 0 equal; 1 different; 2 bad input; 3 undecided.
    """
    with unsearched_imports():
        from dlnproof.cli.compare import print_comparison
        from dlnproof.cli.formula import Notation, Options

    options = Options(vector or (), scalar or (), shape or (), noise or (), assume or ())
    raise typer.Exit(print_comparison(left, right, options, Notation(latex), seed))


@app.command()
def landscape(
    data: Annotated[Path, Argument(metavar="DATA.csv", help="A header line, then one sample a line.")],
    target: Column,
    widths: Widths,
    decay: Decay = "0",
    noise: Variance = "0",
    scale: Scale = "1/2",
    intercept: Intercept = False,
    most: Most = 20,
    starts: Starts = 8,
    seed: Seed = 0,
    plane: Plane = None,
    json: LandscapeJson = None,
    figure: Figure = None,
) -> None:
    """Print the landscape of a deep linear network on data: critical values, strata, saddles, the global minimum."""
    with unsearched_imports():
        from dlnproof.cli.landscape import Request, show_landscape

    request = Request(data, target, widths, decay, noise, scale, intercept, most, starts, seed, plane, json, figure)
    raise typer.Exit(show_landscape(request))


@app.command()
def doctor() -> None:
    """Show versions and optional programs, and run a self-test that must refute a planted falsehood."""
    from dlnproof.cli.doctor import examine

    raise typer.Exit(examine())


def run() -> None:
    """Run the command line; bad input ends in one message and exit status 2, Ctrl-C in exit status 130."""
    from dlnproof.errors import InputError
    from dlnproof.running.limits import use_one_thread

    use_one_thread()  # before anything imports NumPy
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows ASCII only still gets every line
    try:
        app()
    except InputError as error:
        typer.echo(f"dlnproof: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # the reader (head, less) has seen enough; the flush at exit must stay silent too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    run()
