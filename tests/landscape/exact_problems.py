"""Hypothesis strategies of the landscape tests: exact problems of unequal widths and data of every rank, and weights."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from dlnproof.landscape.problem import Problem

UP_TO_THREE = st.integers(1, 3)
SMALL = st.integers(-3, 3)
RATIONAL = st.fractions(-2, 2, max_denominator=3)
POSITIVE = st.fractions(Fraction(1, 4), 3, max_denominator=4)


def matrices(rows, columns, entries=SMALL):
    return st.lists(st.lists(entries, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


@st.composite
def problems(draw, layers=UP_TO_THREE, widths=UP_TO_THREE, decay=None, noise=None, outputs=None):
    depth = draw(layers)
    sizes = [draw(widths) for _ in range(depth + 1)]
    if outputs is not None:
        sizes[-1] = outputs
    samples = draw(st.integers(1, 3))
    X, Y = draw(matrices(sizes[0], samples)), draw(matrices(sizes[-1], samples))
    decays = draw(st.lists(decay, min_size=depth, max_size=depth)) if decay is not None else 0
    noises = draw(st.lists(noise, min_size=depth - 1, max_size=depth - 1)) if noise is not None else 0
    return Problem(sizes, X, Y, scale=draw(POSITIVE), decay=decays, noise=noises)


def weights(problem, entries=RATIONAL):
    return st.tuples(*(matrices(rows, columns, entries) for rows, columns in problem.shapes)).map(list)


@st.composite
def problems_with_weights(draw, **options):
    problem = draw(problems(**options))
    return problem, draw(weights(problem))


# pairwise different, none smaller than 3: here no two transposes fit by accident
UNEQUAL = (3, 4, 5)
