"""Drawn problems: every structure is hit on purpose, arguments are obeyed, failures shrink to plain problems."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st

from dlnproof.checks.regions import facts_of
from dlnproof.claims.assumptions import full_row_rank
from dlnproof.claims.strategies.problems import problems
from dlnproof.claims.strategies.rationals import rationals
from dlnproof.claims.strategies.structure import GENERIC, SHARES, Shape, Structure, make_data, off_rows
from dlnproof.errors import InputError
from dlnproof.landscape.problem import Problem

QUIET = settings(
    max_examples=300, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def visited(strategy) -> Counter:
    seen: Counter = Counter()

    @seed(1)
    @QUIET
    @given(strategy)
    def look(problem):
        seen.update(facts_of(problem))
        seen.update([f"layers {problem.layers}", f"X {problem.X_shape}"])
        seen["problems"] += 1

    look()
    return seen


def test_three_hundred_draws_visit_every_region():
    seen = visited(problems(layers=st.integers(1, 3), widths=st.integers(1, 3), decay=rationals(0, 1)))
    regions = {
        "bottleneck", "no bottleneck", "m < d_0", "X = 0", "X without full row rank", "Y = 0", "Y X^T = 0",
        "Y X^T without full rank", "repeated eigenvalue of Sigma", "no decay", "decay in every layer", "decay in some layers",
        "different decays", "layers 1", "layers 2", "layers 3", "X (2, 1)", "X (2, 3)",
    }  # fmt: skip
    assert regions <= set(seen), regions - set(seen)
    assert min(seen[region] for region in regions) >= 3


def test_generic_data_have_at_least_two_draws_in_five():
    assert sum(item in GENERIC for item in SHARES) >= 0.4 * len(SHARES)
    assert set(SHARES) == set(Structure)


@given(
    st.sampled_from(list(Structure)),
    st.builds(Shape, st.integers(1, 4), st.integers(1, 4), st.integers(1, 5)),
    st.sampled_from((0, 1, 2)),
    st.integers(0, 10**4),
)
def test_data_have_the_structure_that_was_asked_for(structure, shape, height, seed):
    X, Y = make_data(structure, shape, height, seed)
    inputs, outputs, samples = shape
    assert (X.nrows(), X.ncols(), Y.nrows(), Y.ncols()) == (inputs, samples, outputs, samples)
    assert make_data(structure, shape, height, seed) == (X, Y)
    gram, cross = X * X.transpose(), Y * X.transpose()
    match structure:
        case Structure.WHITENED | Structure.DISTINCT | Structure.REPEATED | Structure.ZERO_VALUES if samples >= inputs:
            assert all(gram[i, j] == (i == j) for i in range(inputs) for j in range(inputs))
        case Structure.X_DEFICIENT:
            assert X.rank() < min(inputs, samples)
        case Structure.Y_DEFICIENT:
            assert Y.rank() < min(outputs, samples)
        case Structure.UNCORRELATED:
            assert cross.rank() == 0
            assert samples == 1 or X.rank() < samples
        case Structure.X_EQUAL_ROWS | Structure.Y_EQUAL_ROWS:
            rows = (X if structure is Structure.X_EQUAL_ROWS else Y).tolist()
            assert all(row == rows[0] for row in rows)
        case Structure.X_ZERO:
            assert X.rank() == 0
        case Structure.Y_ZERO:
            assert Y.rank() == 0
    if structure is Structure.REPEATED and samples >= inputs and min(inputs, outputs) >= 2:
        polynomial = (cross * cross.transpose()).charpoly()  # Sigma, as X X^T = I
        assert polynomial.gcd(polynomial.derivative()).degree() > 0
    if structure is Structure.ZERO_VALUES and samples >= inputs:
        assert cross.rank() < min(inputs, outputs)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_the_complement_of_the_rows_is_orthogonal_to_them_and_complete(rows, columns, seed):
    X, _ = make_data(Structure.INTEGERS, Shape(rows, 1, columns), 1, seed)
    N = off_rows(X)
    assert (X * N.transpose()).rank() == 0
    assert N.rank() == columns - X.rank()


@given(problems(layers=3, widths=[2, st.integers(3, 4), 5, 1], samples=4, decay=[0, "1/2", rationals(1, 2)]))
def test_a_list_gives_each_layer_its_own(problem):
    assert (problem.widths[0], problem.widths[2:]) == (2, (5, 1))
    assert problem.widths[1] in (3, 4)
    assert problem.X_shape == (2, 4)
    assert problem.decay[:2] == (0, Fraction(1, 2))
    assert 1 <= problem.decay[2] <= 2


@given(problems(layers=st.integers(1, 4), widths=2, decay=rationals(min_value=0, exclude_min=True)))
def test_every_layer_has_positive_decay_when_the_strategy_excludes_zero(problem):
    assert len(problem.decay) == problem.layers
    assert all(decay > 0 for decay in problem.decay)


@given(problems(layers=2, widths=st.integers(1, 3), assuming=[full_row_rank("X")]))
def test_assumptions_filter_the_problems(problem):
    assert problem.X.rank() == problem.widths[0]


DATA = Problem(
    (3, 5, 2), [[1, 2, 3, 4], [0, 1, 0, 1], [1, 1, 2, 1]], [[1, 0, 0, 1], [0, 1, 1, 0]], scale=1, decay="1/10"
)
MOMENTS = Problem.from_moments((2, 1, 1), [[2, 1], [1, 1]], [[1, 1]], 3)


@given(problems(layers=st.integers(1, 3), widths=st.integers(1, 3), data=[DATA, MOMENTS]))
def test_with_data_only_the_hidden_widths_are_drawn(problem):
    source = DATA if problem.X is not None else MOMENTS
    assert (problem.widths[0], problem.widths[-1]) == (source.widths[0], source.widths[-1])
    assert all(width <= 3 for width in problem.widths[1:-1])
    assert (problem.input_moment, problem.cross_moment, problem.scale) == (
        source.input_moment,
        source.cross_moment,
        source.scale,
    )
    assert set(problem.decay) == set(source.decay)
    assert problem.X == source.X


@given(problems(layers=2, widths=2, data=DATA, decay=0))
def test_with_data_the_decay_can_be_replaced(problem):
    assert problem.decay == (0, 0)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (lambda p: p.loss(p.origin) != 0, Problem((1, 1), [[1]], [[1]])),
        (
            lambda p: p.layers >= 2 and p.cross_moment.rank() == 2,
            Problem((2, 1, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]]),
        ),
        (lambda p: p.layers == 3 and p.widths[1] == 2, None),
    ],
)
def test_failures_shrink_to_small_plain_problems(condition, expected):
    strategy = problems(layers=st.integers(1, 3), widths=st.integers(1, 3))
    options = settings(max_examples=2000, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    found = find(strategy, condition, settings=options)
    if expected is not None:
        assert found == expected
    else:
        assert found.widths == (1, 2, 1, 1)
        assert found.X_shape == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": 0, "widths": 2}, "layers=0: layers must be at least 1; write layers=st.integers(1, 3)"),
        ({"layers": 2, "widths": 0}, "widths=0: widths must be at least 1; write widths=st.integers(1, 3)"),
        (
            {"layers": 1.5, "widths": 2},
            "layers=1.5: a positive integer or a strategy of them is needed; write layers=3 or layers=st.integers(1, 3)",
        ),
        (
            {"layers": 2, "widths": [2, 2]},
            "widths=[2, 2]: a list of widths has one for each of d_0, ..., d_H, and layers=2; "
            "give layers + 1 widths, or one strategy for all of them",
        ),
        (
            {"layers": 2, "widths": 2, "decay": 0.1},
            "decay=0.1: float where an exact number is needed; write Fraction(1, 3) or '0.1'",
        ),
        ({"layers": 2, "widths": 2, "decay": -1}, "decay=-1: decay is nonnegative; write dp.rationals(min_value=0)"),
        (
            {"layers": 2, "widths": 2, "samples": 0},
            "samples=0: samples must be at least 1; write samples=st.integers(1, 3)",
        ),
        (
            {"layers": 2, "widths": 2, "samples": 3, "data": DATA},
            "samples=3: the samples are those of data; leave samples or data out",
        ),
        (
            {"layers": 2, "widths": 2, "data": "iris"},
            "data='iris': data is a problem or a list of problems; read one with dp.read_problem(...)",
        ),
        (
            {"layers": 2, "widths": 2, "assuming": ["full rank"]},
            "assuming='full rank': dp.problems is tested on problems, so its assumptions are conditions on a problem; "
            "use dp.full_row_rank('X') or one of its neighbours",
        ),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(InputError) as caught:
        problems(**arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": 2, "widths": st.integers(0, 0)}, "widths=0: widths must be at least 1"),
        ({"layers": 2, "widths": 2, "decay": st.floats(0, 1)}, "float where an exact number is needed"),
        ({"layers": 2, "widths": 2, "decay": [1, 2, 3]}, "a list of decay needs 2 entries here"),
    ],
)
def test_bad_draws_are_named_when_they_are_drawn(arguments, message):
    @settings(max_examples=5, database=None)
    @given(problems(**arguments))
    def look(problem):
        assert problem

    with pytest.raises(InputError, match=message):
        look()


def test_some_distinct_spectra_have_equal_sums_of_different_length() -> None:
    # 25 = 16 + 9: one critical value that two strata of different rank share
    found = False
    for number in range(1, 20):
        X, Y = make_data(Structure.DISTINCT, Shape(3, 3, 3), 1, number)
        ranks: dict[object, set[int]] = {}
        for stratum in Problem((3, 3, 3), X, Y).strata():
            ranks.setdefault(stratum.value, set()).add(stratum.rank)
        found = found or {1, 2} in ranks.values()
    assert found
