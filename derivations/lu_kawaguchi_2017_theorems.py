"""Lu and Kawaguchi (2017), Section 2: the theorems on exact problems and on the iris data, against optimisers.

d_p = min_k d_k, R = W_H ... W_1. A point found by an optimiser is certified before it counts, its loss known as a ball; critical
points are exact. The refuted claims are negative controls: a condition left out, a statement made stronger.
"""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lu_kawaguchi_2017 import paper
from lu_kawaguchi_2017_errata import critical_points
from lu_kawaguchi_2017_minima import constrained
from lu_kawaguchi_2017_products import end_to_end, networks
from sympy import Rational

import dlnproof as dp

DATA = Path(__file__).parent / "data"
IRIS = [
    dp.read_problem(DATA / "iris.csv", target="species", widths=(4, *hidden, 3))
    for hidden in ((1,), (2,), (3,), (4,), (1, 2), (2, 2), (3, 2), (2, 3), (4, 4))
]
DECAY = dp.bound(0, "no weight decay", otherwise=dp.rationals(min_value=0, max_value=1, exclude_min=True))
PRINTED = [dp.full_row_rank("X"), dp.full_row_rank("Y")]
plain_or_not = dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 3), decay=DECAY)


@paper.theorem(
    "theorem-2.1",
    r"The local minima of $L$ that descents from two random starts find have, up to the width of certified balls ($10^{-25}$"
    r" relatively), the value of a local minimum of (2): that of the least $\tfrac12\|RX-Y\|_F^2$ over"
    r" $\operatorname{rank}R\leq d_p$.",
    remark=r"The conditions on the data are the printed ones. theorem-2.1-plus needs none of them.",
    source="Lu and Kawaguchi (2017), Theorem 2.1",
    assuming=PRINTED,
    uses=["eckart-young", "eq-2", "claim-a", "theorem-3.1", "theorem-2.1-plus"],
    twins=["without no weight decay"],
)
@settings(max_examples=60, deadline=None)
@given(plain_or_not)
def depth_makes_no_local_minima(problem):
    best = constrained(problem).global_minimum()
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


factors = dp.problems(layers=dp.bound(2, "two factors", otherwise=3), widths=st.integers(1, 3))


@paper.theorem(
    "theorem-2.2",
    r"For $R=W_2W_1$, $W_1$ with $k$ rows: a critical point whose $\|RX-Y\|_F^2$ is larger than the least over"
    r" $\operatorname{rank}R\leq k$ has a direction of negative curvature.",
    remark=r"So a local minimum over $\operatorname{rank}R\leq k$ is global: with $X$ of full row rank, as printed, by the proof"
    r" of the paper, for any $X$ by theorem-2.1-plus.",
    source="Lu and Kawaguchi (2017), Theorem 2.2",
    assuming=PRINTED[:1],
    uses=["eq-4", "eq-5", "eq-6", "H-T-star", "rotation", "eckart-young"],
    twins=["without two factors", "strict"],
)
@settings(max_examples=80, deadline=None)
@given(factors.flatmap(dp.critical_points))
def rank_constrained_minima_are_global(point):
    _, negative, _ = point.inertia
    assert negative > 0 or dp.enclose(point.loss) <= point.problem.global_minimum()


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
        assert end_to_end(first) == end_to_end(second)


@paper.theorem(
    "theorem-2.3",
    r"For the square loss the local minima that descents from four random starts find are global minima, of one value, up to"
    r" the width of certified balls ($10^{-25}$ relatively).",
    remark=r"The conditions on the data are the printed ones. theorem-2.1-plus needs none of them.",
    source="Lu and Kawaguchi (2017), Theorem 2.3",
    assuming=PRINTED,
    uses=["theorem-2.1", "theorem-2.2", "theorem-2.1-plus"],
    twins=["without no weight decay"],
)
@settings(max_examples=80, deadline=None)
@given(plain_or_not)
def local_minima_are_global(problem):
    points = problem.local_minima(starts=4)
    for first in points:
        for second in points:
            assert not first.loss > second.loss
        assert any(problem.decay) or not first.loss > problem.global_minimum()


@paper.theorem(
    "theorem-2.3-iris",
    r"Theorem 2.3 on the iris data (150 flowers, 4 measurements, 3 species), three random starts each, with hidden layers of"
    r" widths (1), (2), (3), (4), (1, 2), (2, 2), (3, 2), (2, 3) and (4, 4).",
    source="Lu and Kawaguchi (2017), Theorem 2.3; data of Fisher (1936)",
    uses=["theorem-2.3"],
)
@settings(deadline=None)
@given(st.sampled_from(IRIS))
def local_minima_are_global_on_iris(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=3):
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
@given(dp.problems(layers=3, widths=st.integers(1, 2), decay=dp.rationals(0, 1, exclude_min=True)))
def local_minima_with_decay_are_global(problem):
    points = problem.local_minima(starts=8)
    for first in points:
        for second in points:
            assert not first.loss > second.loss


@paper.theorem(
    "C5",
    r"Negative control: with weight decay a strict local minimum is global. $H=3$, $x=y=1$, $L+\frac1{20}\sum_kw_k^2$: if the"
    r" Hessian at the origin is positive definite, the loss there is at most that of $(1,1,1)$ (C5: $\frac12$ and $\frac3{20}$).",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.3: with weight decay",
    expect="refuted",
    twin_of="theorem-2.3",
)
@given(st.just(dp.Problem((1, 1, 1, 1), X=[[1]], Y=[[1]], decay="1/20")))
def strict_minima_with_decay_are_global(problem):
    strict = problem.is_critical(problem.origin) and problem.inertia(problem.origin) == (3, 0, 0)
    assert not (strict and problem.loss(problem.origin) > problem.loss([[[1]], [[1]], [[1]]]))


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


def weighted(r11, r12, r21, r22):
    """Return 2 l(R) = (r11 - 1)^2 + (r22 - 1/2)^2 + 3 r12^2 + 3 r21^2."""
    return (r11 - 1) ** 2 + (r22 - Rational(1, 2)) ** 2 + 3 * r12**2 + 3 * r21**2


paper.inequality(
    "theorem-2.3-weighted",
    weighted(1, 0, 0, 0),
    dp.lt(weighted(0, 0, 0, Rational(1, 2))),
    statement=r"For $2\ell(R)=(r_{11}-1)^2+(r_{22}-\frac12)^2+3r_{12}^2+3r_{21}^2$:"
    r" $\ell(\operatorname{diag}(1,0))<\ell(\operatorname{diag}(0,\frac12))$, that is $\frac18<\frac12$.",
    remark=r"At $d=(2,1,2)$, $X=I$, $R=\operatorname{diag}(0,\frac12)$ is a local minimum of this $\ell$ (C1 of"
    r" laurent-von-brecht-2018), so Theorems 2.2 and 2.3 are false for a weighted Frobenius norm.",
    source="this project's counterexample beside Lu and Kawaguchi (2017), Theorems 2.2 and 2.3: a weighted norm (C1)",
    uses=["laurent-von-brecht-2018/C1", "laurent-von-brecht-2018/C1-scaling"],
)
paper.inequality(
    "theorem-2.3-weighted-mutant",
    weighted(1, 0, 0, 0),
    dp.ge(weighted(0, 0, 0, Rational(1, 2))),
    statement=r"Negative control: Theorem 2.3 for that norm, $\operatorname{diag}(0,\frac12)$ has no larger loss than"
    r" $\operatorname{diag}(1,0)$.",
    source="planted beside Lu and Kawaguchi (2017), Theorem 2.3: the Frobenius norm made a weighted one",
    expect="refuted",
)
