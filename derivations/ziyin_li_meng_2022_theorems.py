r"""Ziyin, Li and Meng (2022): minima and thresholds on exact problems, the origin at every depth, and versions that are false.

Loss: |f(x) - y|^2 with decay gamma_k |W_k|^2, one output (scale 1). An optimiser's point is certified before it counts.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from ziyin_li_meng_2022 import paper

import dlnproof as dp

SETTLED = "Ziyin, Li and Meng (2022), {} (restated)"
FALSE = {"source": "a version in circulation of Ziyin, Li and Meng (2022)", "expect": "refuted"}
decay = dp.rationals(min_value=Fraction(1, 8), max_value=2)
noise = dp.rationals(min_value=0, max_value=2)


def networks(layers, widths=2):
    """Return problems with one output, decay in every layer and some noise."""
    sizes = [st.integers(1, 2)] + [st.integers(1, widths)] * (layers - 1) + [st.just(1)]
    return dp.problems(layers=layers, widths=sizes, decay=decay, noise=noise)


def chain(b, decay, a=1):
    """Return the problem of three weights in a row, E x^2 = a and E xy = b, without noise."""
    return dp.Problem.from_moments((1, 1, 1, 1), [[a]], [[b]], scale=1, decay=decay)


@paper.theorem(
    "minimum-one-tested",
    "One hidden layer: no local minimum that an optimiser finds lies above or below the closed form.",
    source=SETTLED.format("one hidden layer"),
    uses=["global-one", "trivial-one"],
)
@settings(max_examples=15, deadline=None)
@given(networks(2, 3))
def one_hidden_layer_has_one_value(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=2):
        assert not point.loss < best
        assert not point.loss > best


@paper.theorem(
    "minimum-deep-tested",
    "Two hidden layers: no optimiser gets below the least value over the roots of $F$ and zero.",
    source=SETTLED.format("two hidden layers or more"),
    uses=["global-two", "attained-two"],
)
@settings(max_examples=12, deadline=None)
@given(networks(3))
def nothing_lies_below_the_closed_form(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=2):
        assert not point.loss < best


@paper.theorem(
    "minimum-deep-mutant",
    "Circulating version: with two hidden layers or more only zero can be a bad local minimum.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(chain(Fraction(16561, 9000), 1)))
def only_zero_is_bad(problem):
    kind = problem.classify([[[Fraction(9, 10)]]] * 3)
    assert not (kind.is_local_minimum and not kind.is_global_minimum)


@paper.theorem(
    "minimum-flat-mutant",
    r"Circulating version: all global minima are on a hypercube, $|u_j|$ the same for all $j$, without noise too."
    r" (The least value here is $-625$.)",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(dp.Problem.from_moments((1, 2, 1), [[1]], [[26]], scale=1, decay=1)))
def minima_without_noise_are_flat(problem):
    point = [[[3], [4]], [[3, 4]]]
    assert problem.loss(point) > -625 or abs(point[1][0][0]) == abs(point[1][0][1])


@paper.theorem(
    "origin-deep-tested",
    "Two or three hidden layers, decay in every layer: zero is a strict local minimum, whatever the data and the noise.",
    source=SETTLED.format("the origin"),
    uses=["origin-minimum-two", "origin-minimum-three"],
)
@settings(max_examples=25, deadline=None)
@given(st.integers(3, 4).flatmap(networks))
def zero_is_a_local_minimum(problem):
    kind = problem.classify(problem.origin)
    assert kind.is_local_minimum
    assert kind.is_strict


@paper.theorem(
    "origin-shallow-mutant",
    "Circulating version: zero is a local minimum with one hidden layer too.",
    **FALSE,
)
@settings(deadline=None)
@given(networks(2))
def zero_is_a_local_minimum_of_one_hidden_layer(problem):
    assert problem.classify(problem.origin).is_local_minimum
