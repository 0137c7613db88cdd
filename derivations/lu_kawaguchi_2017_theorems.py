"""Lu and Kawaguchi (2017), Section 2: the theorems on exact problems and on the iris data, against optimisers.

d_p = min_k d_k, R = W_H ... W_1. A point found by an optimiser is certified before it counts; critical points are exact. The
refuted claims are negative controls: a condition left out, a statement made stronger.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017 import paper
from lu_kawaguchi_2017_products import forward
from sympy import Rational, symbols

import dlnproof as dp

DATA = Path(__file__).parent / "data"
IRIS = [
    dp.read_problem(DATA / "iris.csv", target="species", widths=(4, *hidden, 3))
    for hidden in ((1,), (2,), (3,), (4,), (1, 2), (2, 2), (3, 2), (2, 3), (4, 4))
]
networks = dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3))
shallow = dp.problems(layers=2, widths=st.integers(1, 3))
critical_points = networks.flatmap(dp.critical_points)
decay = dp.rationals(min_value=0, max_value=1, exclude_min=True)


@paper.theorem(
    "theorem-2.1",
    r"A local minimum of $L$ has the value of a local minimum of (2): that of the least $\tfrac12\|RX-Y\|_F^2$ over"
    r" $\operatorname{rank}R\leq d_p$. (True for any data.)",
    source="Lu and Kawaguchi (2017), Theorem 2.1",
    uses=["eckart-young", "eq-2", "theorem-3.1"],
)
@settings(max_examples=100, deadline=None)
@given(networks)
def depth_makes_no_local_minima(problem):
    constrained = dp.Problem((problem.widths[0], min(problem.widths), problem.widths[-1]), problem.X, problem.Y)
    best = constrained.global_minimum()
    for point in problem.local_minima(starts=2):
        assert not point.loss > best
        assert not point.loss < best


@paper.theorem(
    "theorem-2.1-mutant",
    r"Negative control: a critical point of $L$ has the value of a local minimum of (2).",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.1",
    expect="refuted",
    twin_of="theorem-2.1",
)
@given(critical_points)
def critical_points_are_as_good(point):
    assert not dp.enclose(point.loss) > point.problem.global_minimum()


@paper.twin("theorem-2.1", "the bottleneck left out")
@given(networks)
def depth_and_width_make_no_local_minima(problem):
    unconstrained = dp.Problem((problem.widths[0], problem.widths[-1]), problem.X, problem.Y)
    for point in problem.local_minima(starts=2):
        assert not point.loss > unconstrained.global_minimum()


@paper.theorem(
    "theorem-2.2",
    r"A local minimum of $\|RX-Y\|_F^2$ over $\operatorname{rank}R\leq k$ is global: with $R=W_2W_1$, $W_1$ with $k$ rows, a"
    r" critical point of larger value has a direction of negative curvature. (True for any $X$.)",
    source="Lu and Kawaguchi (2017), Theorem 2.2",
    uses=["eq-4", "eq-5", "eq-6", "H-T-star", "rotation", "eckart-young"],
)
@given(shallow.flatmap(dp.critical_points))
def rank_constrained_minima_are_global(point):
    _, negative, _ = point.inertia
    assert negative > 0 or not dp.enclose(point.loss) > point.problem.global_minimum()


@paper.twin("theorem-2.2", "in more than two layers")
@given(critical_points)
def deep_minima_are_global(point):
    _, negative, _ = point.inertia
    assert negative > 0 or not dp.enclose(point.loss) > point.problem.global_minimum()


@paper.theorem(
    "theorem-2.2-unique",
    r"Negative control: the minimiser $RX$ of the rank-constrained problem is unique. (Not so for $X=Y=I_2$, $k=1$.)",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.2",
    expect="refuted",
    twin_of="theorem-2.2",
)
@given(
    st.just(dp.Problem((2, 1, 2), X=[[1, 0], [0, 1]], Y=[[1, 0], [0, 1]])).flatmap(
        lambda problem: st.tuples(dp.critical_points(problem), dp.critical_points(problem))
    )
)
def minimisers_are_unique(points):
    first, second = points
    if first.kind.is_global_minimum and second.kind.is_global_minimum:
        assert forward(first.problem, first.weights, 2) == forward(second.problem, second.weights, 2)


@paper.theorem(
    "theorem-2.3",
    r"For the square loss every local minimum is a global minimum. (True for any data and any widths.)",
    source="Lu and Kawaguchi (2017), Theorem 2.3",
    uses=["theorem-2.1", "theorem-2.2"],
)
@settings(max_examples=150, deadline=None)
@given(networks)
def local_minima_are_global(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=4):
        assert not point.loss > best


@paper.theorem(
    "theorem-2.3-iris",
    r"Theorem 2.3 on the iris data (150 flowers, 4 measurements, 3 species) with one or two hidden layers of widths 1 to 4.",
    source="Lu and Kawaguchi (2017), Theorem 2.3; data of Fisher (1936)",
    uses=["theorem-2.3"],
)
@settings(deadline=None)
@given(st.sampled_from(IRIS))
def local_minima_are_global_on_iris(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=4):
        assert not point.loss > best


@paper.twin("theorem-2.3-iris", "every critical point")
@given(st.sampled_from(IRIS).flatmap(dp.critical_points))
def critical_points_of_iris_are_global(point):
    assert not dp.enclose(point.loss) > point.problem.global_minimum()


@paper.twin("theorem-2.3", "every saddle has negative curvature")
@given(critical_points)
def no_non_strict_saddles(point):
    assert not point.kind.is_non_strict_saddle


@paper.theorem(
    "theorem-2.3-decay",
    r"Negative control: Theorem 2.3 with weight decay, all local minima have the same value.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.3",
    expect="refuted",
    twin_of="theorem-2.3",
)
@given(dp.problems(layers=3, widths=st.integers(1, 2), decay=decay))
def local_minima_with_decay_are_global(problem):
    points = problem.local_minima(starts=8)
    for first in points:
        for second in points:
            assert not first.loss > second.loss


@paper.theorem(
    "theorem-2.3-second-order",
    r"Negative control: a critical point without negative curvature is a global minimum, at any depth.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.3",
    expect="refuted",
    twin_of="theorem-2.3",
)
@given(critical_points)
def second_order_points_are_global(point):
    assert point.inertia[1] > 0 or point.kind.is_global_minimum


# another loss: where a hidden layer is narrow, the square loss is needed

a, c = symbols("a c", real=True)
gap = symbols("gap", positive=True)
b, half = Rational(1, 3) + gap, Rational(1, 2)

paper.derivation(
    "theorem-2.3-weighted",
    [
        b * ((a * c - 1) ** 2 + (b - half) ** 2 + 3 * (a * b) ** 2 + 3 * c**2),
        dp.ge(
            b,
            "sum of squares",
            squares=[(b, b - half), (b, a * c), (3 * gap, a * b), (3 * gap, c), a * b - c],
        ),
    ],
    r"Let $2\ell(R)=(r_{11}-1)^2+(r_{22}-\frac12)^2+3r_{12}^2+3r_{21}^2$, $R=W_2W_1$, $W_2=(a,1)^\top$, $W_1=(c,b)$. Then"
    r" $2b\,\ell\geq b$ for $b>\frac13$. So $\ell=\frac12$ at $R=\operatorname{diag}(0,\frac12)$ is a local minimum (up to"
    r" the scaling of the hidden neuron), while $\ell=\frac18$ at $\operatorname{diag}(1,0)$.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.3: the Frobenius norm made a weighted one",
)
