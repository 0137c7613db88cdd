"""Problems as a Hypothesis strategy: a shape, four small integers for structured data, and the decay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from dlnproof.claims.assumptions import read_assumptions
from dlnproof.claims.strategies.arguments import read_rational, read_size, sizes
from dlnproof.claims.strategies.bound import edits_entries, replaced, required
from dlnproof.claims.strategies.structure import SHARES, Shape, default_samples, make_data
from dlnproof.errors import bad
from dlnproof.landscape.problem import Problem

_SEEDS = 2**16 - 1
_PerLayer = Callable[[DrawFn, int], Any]
_Widths = Callable[[DrawFn, int], list[int]]


def problems(
    layers: Any,
    widths: Any,
    *,
    samples: Any = None,
    decay: Any = None,
    noise: Any = None,
    data: Problem | Sequence[Problem] | None = None,
    assuming: Iterable[Any] = (),
) -> SearchStrategy[Problem]:
    """Return a strategy of exact problems `L = 1/2 ||W_H ... W_1 X - Y||_F^2 + sum_k decay_k ||W_k||_F^2`.

    `layers` (H), `widths` (each d_0, ..., d_H, or a list of H + 1 of them) and `samples` are integers or strategies of
    integers; `decay` (one a layer) and `noise` (one a hidden layer) are exact numbers, strategies, or a list of them; what
    is drawn is the same in every layer about half of the time. Data have a structure on purpose in more than half of the
    draws (rank, repeated and zero singular values, few samples, white inputs, ...), see `structure.Structure`.
    With `data`, a problem or a list of them, X, Y and the loss scale are those of `data` and only the hidden widths are drawn
    (decay and noise too, where given). `assuming` keeps the problems that satisfy the assumptions. A bound that is an
    assumption is marked by `dp.bound`.
    Draws shrink to fewer layers, then smaller widths, fewer samples, plainer structure, smaller entries.
    Raises InputError for bad arguments, UnsupportedError where an assumption cannot be decided.
    """
    depth = sizes("layers", layers)
    draw_widths = _read_widths(widths, layers)
    draw_decay, draw_noise = _read_per_layer("decay", decay), _read_per_layer("noise", noise)
    assumptions = read_assumptions(assuming, "dp.problems")
    if data is None:
        draw_samples = None if samples is None else sizes("samples", samples)
        drawn = _draw_problem(depth, draw_widths, draw_samples, draw_decay, draw_noise)
    else:
        if samples is not None:
            raise bad("samples", samples, "the samples are those of data", "leave samples or data out")
        drawn = _draw_network(depth, draw_widths, _read_data(data), draw_decay, draw_noise)
    if not assumptions:
        return drawn
    return drawn.filter(lambda problem: all(item.holds(problem) for item in assumptions if required(item)))


@st.composite
def _draw_problem(
    draw: DrawFn,
    layers: SearchStrategy[int],
    widths: _Widths,
    samples: SearchStrategy[int] | None,
    decay: _PerLayer,
    noise: _PerLayer,
) -> Problem:
    depth = draw(layers)
    sizes = widths(draw, depth)
    extra = draw(st.integers(0, 2)) if samples is None else draw(samples)
    structure = draw(st.sampled_from(SHARES))
    columns = default_samples(structure, sizes[0], extra) if samples is None else extra
    height, seed = draw(st.sampled_from((0, 1, 2))), draw(st.integers(0, _SEEDS))
    X, Y = make_data(structure, Shape(sizes[0], sizes[-1], columns), height, seed)
    if edits_entries():
        _edit(draw, X)
        _edit(draw, Y)
    X, Y = replaced(X, Y, any_samples=samples is None)
    return Problem(sizes, X, Y, decay=decay(draw, depth) or 0, noise=noise(draw, depth - 1) or 0)


def _edit(draw: DrawFn, matrix: fmpq_mat) -> None:
    """Replace up to two entries by small fractions: any data are data of the theorem."""
    rows, columns = matrix.nrows(), matrix.ncols()
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, rows * columns - 1))
        matrix[place // columns, place % columns] = fmpq(draw(st.integers(-12, 12)), draw(st.integers(1, 4)))


@st.composite
def _draw_network(
    draw: DrawFn,
    layers: SearchStrategy[int],
    widths: _Widths,
    data: tuple[Problem, ...],
    decay: _PerLayer,
    noise: _PerLayer,
) -> Problem:
    depth = draw(layers)
    source = draw(st.sampled_from(data))
    sizes = widths(draw, depth)
    sizes[0], sizes[-1] = source.widths[0], source.widths[-1]
    options = {
        "scale": source.scale,
        "decay": _kept("decay", decay(draw, depth), source.decay, depth),
        "noise": _kept("noise", noise(draw, depth - 1), source.noise, depth - 1),
    }
    if source.X is not None:
        return Problem(sizes, source.X, source.Y, **options)
    return Problem.from_moments(sizes, source.input_moment, source.cross_moment, source.output_moment, **options)


def _kept(name: str, drawn: Any, given: tuple[Fraction, ...], count: int) -> Any:
    """Return what was drawn, else what the data's problem has, if that fits the drawn depth."""
    if drawn is not None:
        return drawn
    if len(given) == count:
        return given
    if len(set(given)) <= 1:
        return given[0] if given else 0
    raise bad(
        name, given, f"the data's problem has its own {name} in each layer, but not {count} of them", f"give {name}=..."
    )


def _read_data(data: Any) -> tuple[Problem, ...]:
    items = (data,) if isinstance(data, Problem) else tuple(data) if isinstance(data, Sequence) else ()
    if not items or not all(isinstance(item, Problem) for item in items):
        raise bad("data", data, "data is a problem or a list of problems", "read one with dp.read_problem(...)")
    return items


def _read_widths(widths: Any, layers: Any) -> _Widths:
    """Return how to draw d_0, ..., d_H: each by itself from a list, or all from one strategy, arranged on purpose."""
    if isinstance(widths, Sequence) and not isinstance(widths, str):
        each = [sizes("widths", item) for item in widths]
        if isinstance(layers, SearchStrategy) or len(each) != layers + 1:
            rule = f"a list of widths has one for each of d_0, ..., d_H, and layers={layers!r}"
            raise bad("widths", list(widths), rule, "give layers + 1 widths, or one strategy for all of them")
        return lambda draw, _: [draw(item) for item in each]
    if not isinstance(widths, SearchStrategy):
        size = read_size("widths", widths)
        return lambda _, depth: [size] * (depth + 1)

    def arranged(draw: DrawFn, depth: int) -> list[int]:
        roomy, arrangement = draw(st.sampled_from(_ARRANGEMENTS))
        # Hypothesis draws the least integer most of the time: a roomy shape takes the larger of two draws for each width
        drawn = [max(read_size("widths", draw(widths)) for _ in range(2 if roomy else 1)) for _ in range(depth + 1)]
        # permutations, so that every width stays allowed
        if arrangement == "bottleneck":  # the hidden layers are the narrowest
            inside = sorted(sorted(range(depth + 1), key=drawn.__getitem__)[: depth - 1])
            first, last = (k for k in range(depth + 1) if k not in inside)
            drawn = [drawn[k] for k in (first, *inside, last)]
        elif arrangement == "wide" and depth > 1:  # a narrowest layer at an end
            least = drawn.index(min(drawn))
            drawn[0], drawn[least] = drawn[least], drawn[0]
        return drawn

    return arranged


_ARRANGEMENTS = ((False, ""), (True, ""), (True, "bottleneck"), (True, "wide"))


def _read_per_layer(name: str, value: Any) -> _PerLayer:
    """Return how to draw a number for each layer; `None` when the author left it out."""
    if value is None:
        return lambda _draw, _count: None
    if isinstance(value, SearchStrategy):
        checked = value.map(lambda drawn: _nonnegative(name, drawn))

        def drawn_numbers(draw: DrawFn, count: int) -> list[Fraction]:
            if count == 0 or not draw(st.booleans()):
                return [draw(checked)] * count
            return [draw(checked) for _ in range(count)]

        return drawn_numbers
    if isinstance(value, Sequence) and not isinstance(value, str):
        each = [item if isinstance(item, SearchStrategy) else st.just(_nonnegative(name, item)) for item in value]

        def listed_numbers(draw: DrawFn, count: int) -> list[Fraction]:
            if len(each) != count:
                raise bad(
                    name, list(value), f"a list of {name} needs {count} entries here", "give one number for all layers"
                )
            return [_nonnegative(name, draw(item)) for item in each]

        return listed_numbers
    number = _nonnegative(name, value)
    return lambda _draw, count: [number] * count


def _nonnegative(name: str, value: Any) -> Fraction:
    number = read_rational(name, value)
    if number < 0:
        raise bad(name, value, f"{name} is nonnegative", "write dp.rationals(min_value=0)")
    return number
