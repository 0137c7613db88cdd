"""`dlnproof landscape DATA.csv --target COLUMN --widths 4,2,3`: the landscape of a deep linear network on a data set."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flint import arb, fmpq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dlnproof.errors import InputError, bad
from dlnproof.landscape.data import read_per_layer, read_widths
from dlnproof.landscape.dataset import Dataset, read_dataset
from dlnproof.landscape.listing import CriticalValue, Listing
from dlnproof.landscape.overview import Overview, overview
from dlnproof.rings.rational import read_number, to_text

_DIGITS = 10
_LONGEST_FRACTION = 12
_MOST_NAMES = 8
_LEAST_WIDTH = 160
_MOST_COLUMNS = 8
_MOST_WEIGHTS = 400
KIND_COLOURS = {"global minimum": "green", "strict saddle": "yellow", "non-strict saddle": "red"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the command was asked for; numbers as they were written."""

    data: Path
    target: str
    widths: str
    decay: str = "0"
    noise: str = "0"
    scale: str = "1/2"
    intercept: bool = False
    most: int = 20
    starts: int = 8
    seed: int = 0
    plane: str | None = None
    json: Path | None = None
    figure: Path | None = None


def show_landscape(request: Request) -> int:
    """Print the landscape, write the JSON and the figure; exit status 0."""
    for path in (request.json, request.figure):
        if path is not None and not path.parent.is_dir():
            raise bad("path", str(path), "there is no such folder", "create it first")
    _refuse_other_formats(request.figure)
    widths = _widths(request.widths)
    depth = len(widths) - 1
    options = {
        "scale": read_number(request.scale, "--scale"),
        "decay": _numbers(request.decay, "--decay", depth, "layers"),
        "noise": _numbers(request.noise, "--noise", depth - 1, "hidden layers"),
    }
    dataset = read_dataset(request.data, request.target, intercept=request.intercept)
    misfit = dataset.misfit(widths)
    if misfit:
        fitting = ",".join(map(str, dataset.fitting(widths)))
        raise bad("--widths", request.widths, misfit, f"write --widths {fitting}")
    problem = dataset.problem(widths, **options)
    if not problem.is_plain and problem.parameters > _MOST_WEIGHTS and request.starts:
        rule = f"the search for minima takes networks of at most {_MOST_WEIGHTS} weights, this one has {problem.parameters}"
        raise bad("--widths", request.widths, rule, "write --starts 0, or choose smaller widths")
    facts = overview(dataset, problem, request.most, request.starts, request.seed)
    drawn = None if request.figure is None else _drawn(facts, request.plane, request.seed, request.figure)
    console = Console(highlight=False, soft_wrap=True)
    console.width = max(console.width, _LEAST_WIDTH)  # a table is never cropped, in a pipe or on a narrow terminal
    for line in _lines(facts, request.most):
        console.print(line)
    if request.json is not None:
        _write(request.json, (json.dumps(facts.to_json(), indent=1, ensure_ascii=False) + "\n").encode())
        console.print(f"wrote {request.json}", markup=False)
    if drawn is not None and request.figure is not None:
        _write(request.figure, drawn)
        console.print(f"wrote {request.figure}", markup=False)
    return 0


def _widths(text: str) -> tuple[int, ...]:
    try:
        return read_widths([_whole(part) for part in text.split(",")])
    except InputError:
        rule = "widths are at least two positive integers: inputs, hidden widths, outputs"
        raise bad("--widths", text, rule, "write --widths 4,2,3") from None


def _whole(text: str) -> int | str:
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 10 else text


def _numbers(text: str, name: str, count: int, what: str) -> tuple[fmpq, ...]:
    """Return one number for each layer from `G` or `G1,G2,...`."""
    parts = [part.strip() for part in text.split(",")]
    return read_per_layer(parts if len(parts) > 1 else parts[0], name, count, what)


def _refuse_other_formats(figure: Path | None) -> None:
    if figure is not None and figure.suffix.lower() not in (".pdf", ".png", ".svg"):
        raise bad("--figure", str(figure), "a figure is a .pdf, .png or .svg file", "write --figure landscape.pdf")


def _lines(facts: Overview, most: int) -> list[Text | Table | str]:
    lines: list[Text | Table | str] = [Text(line) for line in _data_lines(facts.dataset)]
    lines += [Text(line) for line in _network_lines(facts)]
    if facts.listing is not None:
        lines += _eigenvalue_lines(facts)
        lines += _stratum_lines(facts.listing)
    if facts.stationary is not None:
        lines += _stationary_lines(facts, most)
    lines += _minimum_lines(facts)
    lines += [Text(f"not known: {question}", "yellow") for question in facts.open_questions]
    return lines


def _data_lines(data: Dataset) -> list[str]:
    kept = "" if data.samples is not None else "; read in blocks, only the second moments are kept"
    classes = [name for name in data.outputs if "=" in name]
    outputs = f"{len(data.outputs)} {'output' if len(data.outputs) == 1 else 'outputs'}"
    if classes:
        outputs += f", one-hot: {_some(classes)}"
    return [
        f"{data.name}: {data.rows} {'row' if data.rows == 1 else 'rows'}, decimals read exactly, second moments exact{kept}",
        f"inputs   {len(data.inputs)}: {_some(data.inputs)}",
        f"target   {', '.join(data.targets)}: {outputs}",
    ]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(islice(names, _MOST_NAMES)) + (f" and {more} more" if more > 0 else "")


def _network_lines(facts: Overview) -> list[str]:
    problem, spectrum = facts.problem, facts.problem.spectrum
    layers = "1 layer" if problem.layers == 1 else f"{problem.layers} layers"
    loss = f"{to_text(problem.form.scale)} |{' '.join(f'W_{k}' for k in range(problem.layers, 0, -1))} X - Y|^2"
    if any(problem.form.decay):
        loss += " + " + " + ".join(f"{to_text(g)} |W_{k}|^2" for k, g in enumerate(problem.form.decay, 1) if g)
    if problem.is_noisy:
        loss += f", noise of variance {', '.join(map(str, problem.noise))} on the hidden layers"
    return [
        f"network  {' -> '.join(map(str, problem.widths))}: {layers}, {problem.parameters} weights",
        f"loss     {loss}; at zero weights {_fraction(problem.form.scale * problem.form.output_moment)}",
        f"ranks    X {spectrum.input_rank} of {problem.widths[0]}, Y X^T {spectrum.rank}, "
        f"largest rank of the network on the data {spectrum.rank_limit}",
        "",
    ]


def _eigenvalue_lines(facts: Overview) -> list[Text | Table | str]:
    spectrum = facts.problem.spectrum
    shown = spectrum.positive[:_MOST_NAMES]
    if not shown:
        return [Text("Y X^T = 0: no input explains anything, the loss of zero weights is the least"), ""]
    table = _table("no.", "eigenvalue of Y X^T (X X^T)^+ X Y^T", "times", "known as")
    for place, (root, multiplicity) in enumerate(shown, 1):
        degree = len(root.coefficients) - 1
        how = "rational" if degree == 1 else f"algebraic of degree {degree}, exact"
        table.add_row(str(place), _number(root.enclose(128), root.rational() if degree == 1 else None),
                      str(multiplicity), how)  # fmt: skip
    more = len(spectrum.positive) - len(shown)
    return [table, *([Text(f"and {more} smaller ones")] if more > 0 else []), ""]


def _stratum_lines(listing: Listing) -> list[Text | Table | str]:
    table = _table("no.", "critical value", "above minimum", "rank", "eigenvalues", "critical points", "index", "dim")
    for place, value in enumerate(listing.values, 1):
        kinds = Text()
        for kind in value.stratum.kinds:
            kinds.append(", " if kinds else "").append(_plural(kind), KIND_COLOURS.get(kind, ""))
        dimension = value.stratum.dimension
        table.add_row(
            str(place),
            _number(value.loss, _rational(value)),
            "0" if place == 1 else _number(value.gap),
            str(value.stratum.rank),
            ",".join(map(str, value.eigenvalues)) or "none",
            kinds,
            "varies" if value.index is None else str(value.index),
            "?" if dimension is None else str(dimension),
        )
    exact = sum(value.exact is not None for value in listing.values)
    count = len(listing.values)
    what = "all exact" if exact == count else f"{exact} exact, {count - exact} enclosed in balls"
    lines: list[Text | Table | str] = [table]
    if listing.total > count:
        ranks = ", ".join(f"{number} of rank {rank}" for rank, number in enumerate(listing.by_rank) if number)
        lines.append(Text(f"the {count} lowest of {listing.total} strata ({ranks}); --most N lists more"))
    order = "" if listing.ordered else "; neighbours closer than their balls may be in the other order"
    lines += [Text(f"values: {what}{order}"), ""]
    return lines


def _stationary_lines(facts: Overview, most: int) -> list[Text | Table | str]:
    families = facts.stationary or ()
    table = _table("no.", "stationary value", "above minimum", "active neurons", "points", "kind", "dim")
    for place, family in enumerate(families[:most], 1):
        is_least = place == 1 or family.value.overlaps(families[0].value)
        table.add_row(
            str(place),
            _number(family.value),
            "0" if is_least else _number(family.value - families[0].value),
            ",".join(map(str, family.active)),
            "continuum" if family.points is None else str(family.points),
            Text(family.kind, KIND_COLOURS.get(family.kind, "")),
            str(family.dimension),
        )
    lines: list[Text | Table | str] = [table]
    if len(families) > most:
        lines.append(Text(f"the {most} lowest of {len(families)} families; --most N lists more"))
    return [*lines, Text("all stationary points (closed form; neurons without noise are all active)"), ""]


def _rational(value: CriticalValue) -> fmpq | None:
    return value.exact.rational() if value.exact is not None and value.exact.is_rational else None


def _plural(kind: str) -> str:
    return kind if kind.endswith("minimum") else f"{kind}s"


def _minimum_lines(facts: Overview) -> list[Text | Table | str]:
    lines: list[Text | Table | str] = []
    if facts.minimum is not None:
        line = Text("global minimum ")
        value = facts.listing.values[0] if facts.listing is not None else None
        line.append(_number(facts.minimum, None if value is None else _rational(value)), "bold green")
        lines.append(line)
    if facts.regression is not None:
        lines += _regression_lines(facts)
    if facts.minimisers is not None:
        lines += _closed_form_lines(facts)
    if facts.local_minima is not None:
        lines += _local_lines(facts)
    return lines


def _regression_lines(facts: Overview) -> list[Text | Table | str]:
    regression, data = facts.regression, facts.dataset
    assert regression is not None
    how = "exact rational numbers" if regression.exact is not None else "certified to every digit shown"
    lines: list[Text | Table | str] = [
        Text(f"its end-to-end matrix is the regression of rank {regression.rank} ({how}):")
    ]
    shown = data.inputs[:_MOST_COLUMNS]
    table = _table("", *shown)
    for place, name in enumerate(data.outputs[: 2 * _MOST_COLUMNS]):
        exact = None if regression.exact is None else regression.exact.tolist()[place]
        cells = [_number(regression.balls[place][j], None if exact is None else exact[j], 6) for j in range(len(shown))]
        table.add_row(name, *cells)
    lines.append(table)
    if len(shown) < len(data.inputs) or len(data.outputs) > 2 * _MOST_COLUMNS:
        lines.append(Text(f"({len(data.outputs)} x {len(data.inputs)} in all; --json has every entry)"))
    if not regression.unique:
        lines.append(Text("not unique: the next eigenvalue is equal, other eigenvectors give the same loss"))
    if not regression.inputs_seen:
        lines.append(Text("inputs that depend linearly on earlier ones have coefficient 0; others fit as well"))
    return lines


def _closed_form_lines(facts: Overview) -> list[Text | Table | str]:
    minimisers, data = facts.minimisers, facts.dataset
    assert minimisers is not None
    if not minimisers.is_attained:
        return [Text(f"the infimum {_number(minimisers.value)} is not attained: not every layer has decay")]
    if minimisers.is_trivial:
        return [Text("trivial: zero weights are the only global minimum (closed form)")]
    families = [family for family in minimisers.families if not family.is_origin]
    tie = ", tied with zero weights" if len(families) < len(minimisers.families) else ""
    lines: list[Text | Table | str] = [
        Text(f"non-trivial{tie} (closed form); its end-to-end matrix, certified digits:")
    ]
    table = _table("", *data.inputs[:_MOST_COLUMNS])
    for family in families:
        if family.root is None and family.exact_weights is not None:  # one layer: ridge regression, rational
            for name, row in zip(data.outputs[: 2 * _MOST_COLUMNS], family.exact_weights[0], strict=False):
                table.add_row(name, *(_fraction(read_number(entry), 6) for entry in row[:_MOST_COLUMNS]))
            continue
        points = "a continuum" if family.count is None else f"{family.count} minimisers"
        table.add_row(points, *(_number(entry, None, 6) for entry in family.predictor[:_MOST_COLUMNS]))
    lines.append(table)
    if len(data.inputs) > _MOST_COLUMNS or len(data.outputs) > 2 * _MOST_COLUMNS:
        lines.append(Text(f"({len(data.outputs)} x {len(data.inputs)} in all; --json has every entry)"))
    return lines


def _local_lines(facts: Overview) -> list[Text | Table | str]:
    found = facts.local_minima
    assert found is not None
    groups: list[tuple[arb, int, tuple[int, int, int]]] = []
    for point in sorted(found, key=lambda point: float(point.loss)):
        if groups and groups[-1][0].overlaps(point.loss):
            groups[-1] = (groups[-1][0], groups[-1][1] + 1, groups[-1][2])
        else:
            groups.append((point.loss, 1, point.inertia))
    starts = len(found) + len(found.uncertified)
    lines: list[Text | Table | str] = [
        "",
        Text(f"certified local minima from {starts} random starts (there may be more):"),
    ]
    table = _table("loss", "starts", "inertia (+, -, 0)")
    for loss, count, inertia in groups:
        table.add_row(_number(loss), str(count), ", ".join(map(str, inertia)))
    lines.append(table if groups else Text("none"))
    if found.uncertified:
        lines.append(
            Text(f"{len(found.uncertified)} starts led to no certified minimum: {found.uncertified[0].reason}")
        )
    return lines


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(name, no_wrap=True, overflow="ignore")
    return table


def _number(ball: arb, exact: fmpq | None = None, digits: int = _DIGITS) -> str:
    """Return a short exact fraction as it is, else the digits that are certain."""
    if exact is not None:
        return _fraction(exact, digits)
    return str(ball.str(digits, radius=False))


def _fraction(number: fmpq, digits: int = _DIGITS) -> str:
    text = to_text(number)
    return text if len(text) <= _LONGEST_FRACTION else str(arb(number).str(digits, radius=False))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"path={os.fspath(path)!r}: cannot be written ({error.strerror}); choose another file"
        ) from None


def _drawn(facts: Overview, plane: str | None, seed: int, figure: Path) -> bytes:
    from dlnproof.report.figures import render  # slow to import, and only a figure needs it
    from dlnproof.report.landscape_figure import picture_of

    chosen = None if plane is None else _chosen(plane)
    return render(picture_of(facts, chosen, seed), figure.suffix[1:].lower())


def _chosen(plane: str) -> tuple[int, int]:
    """Return the two numbers of `--plane 1,3`."""
    numbers = [_whole(part) for part in plane.split(",")]
    if len(numbers) != 2 or not all(isinstance(number, int) and number >= 1 for number in numbers):
        raise bad("--plane", plane, "two numbers of critical values in the table", "write --plane 1,2")
    return int(numbers[0]), int(numbers[1])
