r"""Ziyin, Li and Meng (2022): stationary points, the origin and the averaged loss on exact problems, counted and classified.

Loss: |f(x) - y|^2 with decay gamma_k |W_k|^2, one output (scale 1), b0 and A0 the moments of the problem. Points are written down
with rational entries and b0 and the decays are solved for, so that every stationary point here is exact.
"""

from fractions import Fraction
from itertools import combinations, product
from math import isqrt, prod

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Matrix, Poly, Rational, Symbol
from ziyin_li_meng_2022 import paper

import dlnproof as dp

EXACT = "Ziyin, Li and Meng (2022), {} (restated)"
PLANTED = {"source": "planted beside Ziyin, Li and Meng (2022)", "expect": "refuted"}
positive = dp.rationals(min_value=Fraction(1, 4), max_value=2)
nonnegative = dp.rationals(min_value=0, max_value=2)

# the averaged loss, summed over all patterns of two-point noise


def over_patterns(problem, weights, factor=lambda variance: variance):
    """Return the loss by summing over every pattern of noise 1 + sigma, 1 - sigma of the neurons; the variances are squares."""
    deviations = [Fraction(isqrt(s.numerator), isqrt(s.denominator)) for s in map(factor, problem.noise)]
    numbers = lambda matrix: [[Fraction(str(entry)) for entry in row] for row in matrix.tolist()]
    samples, targets = (list(zip(*numbers(matrix), strict=True)) for matrix in (problem.X, problem.Y))
    patterns = list(product(*(product((1, -1), repeat=width) for width in problem.widths[1:-1])))
    total = Fraction(0)
    for pattern, (sample, target) in product(patterns, zip(samples, targets, strict=True)):
        signal = list(sample)
        for k, layer in enumerate(weights):
            signal = [sum(a * b for a, b in zip(row, signal, strict=True)) for row in layer]
            if k < len(pattern):
                signal = [(1 + sign * deviations[k]) * z for sign, z in zip(pattern[k], signal, strict=True)]
        total += sum((a - b) ** 2 for a, b in zip(signal, target, strict=True))
    decay = sum(g * entry**2 for g, layer in zip(problem.decay, weights, strict=True) for row in layer for entry in row)
    return problem.scale * total / len(patterns) + decay


squares = dp.rationals(min_value=0, max_value=1).map(lambda number: number**2)
noisy = dp.problems(layers=st.integers(2, 4), widths=st.integers(1, 2), samples=2, decay=nonnegative, noise=squares)
noisy_points = noisy.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem)))


@paper.theorem(
    "average-enumerated",
    "The averaged loss of the recursion is the mean of the loss over all patterns of two-point noise, $1\\pm\\sigma_k$ for each neuron"
    " ($D\\leq3$, widths at most 2).",
    source=EXACT.format("the averaged loss"),
    uses=["average-one", "average-two", "average-three"],
)
@settings(max_examples=20, deadline=None)
@given(noisy_points)
def recursion_is_the_mean_over_patterns(drawn):
    problem, weights = drawn
    assert problem.loss(weights) == over_patterns(problem, weights)


@paper.theorem(
    "average-enumerated-mutant",
    r"Negative control: the same with $\sigma^4$ for $\sigma^2$ in the patterns.",
    twin_of="average-enumerated",
    **PLANTED,
)
@settings(max_examples=60, deadline=None)
@given(noisy_points)
def recursion_is_the_mean_with_other_noise(drawn):
    problem, weights = drawn
    assert problem.loss(weights) == over_patterns(problem, weights, lambda variance: variance**2)


# one hidden layer: a point with given active neurons, b0 and gamma_u solved for


def second_moment(a, b, c):
    """Return the positive definite A0 = (a, c; c, b) with a, b >= 1 and |c| <= 1/2."""
    return [[a, c], [c, b]]


@st.composite
def flat_points(draw, noise=positive):
    """Draw a problem with one hidden layer, its flat stationary point with some neurons active, and how many."""
    width, size = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    signs = draw(st.lists(st.sampled_from((-1, 0, 1)), min_size=width, max_size=width).filter(any))
    count = sum(map(abs, signs))
    sigma2, beta, decay = draw(noise), draw(positive), draw(positive)
    w = draw(st.lists(dp.rationals(min_value=-2, max_value=2), min_size=size, max_size=size).filter(any))
    entries = st.sampled_from((Fraction(1), Fraction(2), Fraction(3)))
    A = second_moment(draw(entries), draw(entries), draw(st.sampled_from((Fraction(0), Fraction(1, 2)))))
    A = [row[:size] for row in A[:size]]
    b0 = [
        beta * (sigma2 + count) * sum(a * x for a, x in zip(row, w, strict=True)) + decay / beta * x
        for row, x in zip(A, w, strict=True)
    ]
    decays = [decay, decay * sum(x * x for x in w) / beta**2]
    problem = dp.Problem.from_moments((size, width, 1), A, [b0], scale=1, decay=decays, noise=sigma2)
    point = [[[sign * x for x in w] for sign in signs], [[beta * sign for sign in signs]]]
    return problem, point, count


@paper.theorem(
    "crit-classified",
    r"One hidden layer, noise and decay: a flat point with $k$ active neurons is stationary with the value $-\frac k{k+\sigma^2}v_1^\top A_0v_1$,"
    r" $v_1=(1+\sigma^2/k)v$; it is a global minimum if $k=d$, a strict saddle if $k<d$, where its value is larger ($d\leq3$, at most 2"
    r" inputs).",
    source=EXACT.format("stationary points"),
    uses=["crit-flat-w", "crit-flat-u", "crit-value", "crit-inactive", "crit-inactive-strict", "global-one"],
    twins=["without sigma > 0"],
)
@settings(max_examples=30, deadline=None)
@given(flat_points(dp.bound(positive, "sigma > 0", otherwise=0)))
def sub_networks_are_saddles(drawn):
    problem, point, count = drawn
    kind = problem.classify(point)
    assert kind.is_critical
    noise, ((rows, (u,)), A) = problem.noise[0], (point, problem.input_moment.tolist())
    v = [sum(a * x for a, x in zip(u, column, strict=True)) for column in zip(*rows, strict=True)]
    form = sum(x * Fraction(str(a)) * y for x, row in zip(v, A, strict=True) for y, a in zip(v, row, strict=True))
    assert problem.loss(point) == -Fraction(count) / (count + noise) * (1 + noise / count) ** 2 * form
    if count == problem.widths[1]:
        assert kind.is_global_minimum
    else:
        assert kind.is_strict_saddle
        assert dp.enclose(problem.loss(point)) > problem.global_minimum()


@paper.theorem(
    "crit-classified-mutant",
    "Circulating version: every nonzero stationary point of one hidden layer is a minimum.",
    twin_of="crit-classified",
    **PLANTED,
)
@settings(max_examples=60, deadline=None)
@given(flat_points())
def sub_networks_are_minima(drawn):
    problem, point, _ = drawn
    assert problem.classify(point).is_local_minimum


# the count 3^d for one input: balance leaves w_j = +-rho u_j, and the u_j^2 of active neurons solve a linear system


@st.composite
def one_input(draw, most=3):
    """Draw a problem with one input and one hidden layer, gamma_u = rho^2 gamma_w with a rational rho."""
    width, a, decay, rho = draw(st.integers(1, most)), draw(positive), draw(positive), draw(positive)
    b = draw(dp.rationals(min_value=-4, max_value=4))
    return dp.Problem.from_moments(
        (1, width, 1), [[a]], [[b]], scale=1, decay=[decay, decay * rho**2], noise=draw(positive)
    ), rho


def counted(problem, rho):
    """Return the number of stationary points: for every set of active neurons and signs of w_j/u_j, the positive solutions."""
    (decay, _), (sigma2,), width = problem.decay, problem.noise, problem.widths[1]
    a, b = (Fraction(str(matrix[0, 0])) for matrix in (problem.input_moment, problem.cross_moment))
    a, b, decay, sigma2, rho = (Rational(x.numerator, x.denominator) for x in (a, b, decay, sigma2, rho))
    total = 1
    for size in range(1, width + 1):
        sets = len(list(combinations(range(width), size)))
        for signs in product((1, -1), repeat=size):
            # gamma_w w_j + sigma^2 a u_j^2 w_j = u_j (b - a v), v = rho sum_i sign_i u_i^2, over rho u_j
            rows = [
                [s * (sigma2 * a if i == j else 0) + a * signs[i] for i in range(size)] for j, s in enumerate(signs)
            ]
            found = Matrix(rows).LUsolve(Matrix([b / rho - s * decay for s in signs]))
            total += sets * 2**size * all(level > 0 for level in found)
    return total


@paper.theorem(
    "crit-count",
    r"One hidden layer, $d\leq3$, one input, noise and decay, $\sqrt{\gamma_u/\gamma_w}$ rational: by enumeration of all active sets and signs,"
    r" $w_j=\pm\sqrt{\gamma_u/\gamma_w}\,u_j$, there are $3^d$ stationary points if $b_0^2>\gamma_u\gamma_w$, and one otherwise.",
    source=EXACT.format("stationary points"),
    uses=["crit-equations", "balance", "crit-decreasing", "crit-existence"],
)
@settings(max_examples=30, deadline=None)
@given(one_input())
def powers_of_three(drawn):
    problem, rho = drawn
    above = dp.enclose(Fraction(str(problem.cross_moment[0, 0])) ** 2) > problem.decay[0] * problem.decay[1]
    expected = 3 ** problem.widths[1] if above else 1
    assert counted(problem, rho) == expected
    assert sum(family.points for family in problem.stationary_points()) == expected


@paper.theorem(
    "crit-count-mutant",
    r"Negative control: $2^d+1$ stationary points, those of the closed form and zero.",
    twin_of="crit-count",
    **PLANTED,
)
@settings(max_examples=60, deadline=None)
@given(one_input())
def powers_of_two(drawn):
    problem, rho = drawn
    assert counted(problem, rho) in (1, 2 ** problem.widths[1] + 1)


def values_of_one_neuron(problem, rho):
    """Return -(|b0| + kappa)^2 / (s A0) and -(|b0| - kappa)^2 / (s A0), kappa = rho gamma_w."""
    a, b = (Fraction(str(matrix[0, 0])) for matrix in (problem.input_moment, problem.cross_moment))
    kappa, s = problem.decay[0] * rho, 1 + problem.noise[0]
    return tuple(-((abs(b) + sign * kappa) ** 2) / (s * a) for sign in (1, -1))


@paper.theorem(
    "crit-eliminated",
    r"One input, one neuron, $\kappa=\sqrt{\gamma_u\gamma_w}$ rational: the real values of $J$ at all complex stationary points (a Groebner basis)"
    r" are $0$ and $-(|b_0|\pm\kappa)^2/(sA_0)$, exactly; if $|b_0|>\kappa$, that with the minus is the least value.",
    source=EXACT.format("stationary points"),
    uses=["crit-value"],
)
@settings(max_examples=10, deadline=None)
@given(one_input(1))
def elimination_finds_the_values(drawn):
    problem, rho = drawn
    below, above = values_of_one_neuron(problem, rho)
    assert {Fraction(str(value)) for value in problem.eliminated_values()} == {0, below, above}
    if abs(Fraction(str(problem.cross_moment[0, 0]))) > problem.decay[0] * rho:
        assert problem.global_minimisers().exact_value == above


@paper.twin("crit-eliminated", "one sign only")
@settings(max_examples=60, deadline=None)
@given(one_input(1))
def elimination_finds_one_value(drawn):
    problem, rho = drawn
    _, above = values_of_one_neuron(problem, rho)
    assert {Fraction(str(value)) for value in problem.eliminated_values()} == {0, above}


def row_and_roots(depth, a, b, decay, sigma2):
    """Return the problem of one neuron a layer and the number of positive roots x of its equation."""
    widths = (1,) * (depth + 2)
    problem = dp.Problem.from_moments(widths, [[a]], [[b]], scale=1, decay=decay, noise=sigma2)
    x, exact = Symbol("x"), lambda number: Rational(number.numerator, number.denominator)
    equation = exact(a * (1 + sigma2) ** depth) * x ** (2 * depth) - exact(abs(b)) * x ** (depth - 1) + exact(decay)
    return problem, Poly(equation, x).count_roots(0)


@paper.theorem(
    "crit-count-chain",
    r"Two or three hidden layers of one neuron, one input, equal decays, $b_0\neq0$: $sax^{2D}-|b_0|x^{D-1}+\gamma=0$ has $N\leq2$ positive"
    r" roots (Sturm), and there are $1+2^DN$ stationary points.",
    remark=r"By balance all weights are $\pm x$.",
    source=EXACT.format("stationary points"),
    uses=["balance", "crit-fold"],
)
@settings(max_examples=20, deadline=None)
@given(st.integers(2, 3), positive, dp.rationals(min_value=-8, max_value=8).filter(bool), positive, nonnegative)
def weights_in_a_row(depth, a, b, decay, sigma2):
    problem, roots = row_and_roots(depth, a, b, decay, sigma2)
    assert roots <= 2
    assert sum(family.points for family in problem.stationary_points()) == 1 + 2**depth * roots


@paper.twin("crit-count-chain", "the signs of one layer less")
@settings(max_examples=60, deadline=None)
@given(st.integers(2, 3), positive, dp.rationals(min_value=-8, max_value=8).filter(bool), positive, nonnegative)
def weights_in_a_shorter_row(depth, a, b, decay, sigma2):
    problem, roots = row_and_roots(depth, a, b, decay, sigma2)
    assert sum(family.points for family in problem.stationary_points()) == 1 + 2 ** (depth - 1) * roots


# two or three hidden layers: all neurons active, b_u, b_i, w and gamma_1 free


@st.composite
def deep_points(draw, noise=nonnegative):
    """Draw a problem with two or three hidden layers, A0 diagonal, and its flat stationary point with positive entries."""
    depth = draw(st.integers(2, 3))
    widths = [draw(st.integers(1, 2)) for _ in range(depth)]
    noises = [draw(noise) for _ in widths]
    factors = [draw(positive) for _ in widths]  # b_2, ..., b_D, b_u
    a = [draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(1, 4)))) for _ in range(draw(st.integers(1, 2)))]
    w, decay = [draw(positive) for _ in a], draw(positive)
    scale = prod(factors) * prod(widths[1:])
    shrinkage = prod(1 + s / d for s, d in zip(noises, widths, strict=True))
    rho = decay * widths[0] * sum(x * x for x in w)
    decays = [decay, *(rho / (b**2 * d * e) for b, d, e in zip(factors, [*widths[1:], 1], widths, strict=True))]
    b0 = [shrinkage * scale * widths[0] * x * y + decay / scale * y for x, y in zip(a, w, strict=True)]
    A = [[x if i == j else 0 for j in range(len(a))] for i, x in enumerate(a)]
    problem = dp.Problem.from_moments((len(a), *widths, 1), A, [b0], scale=1, decay=decays, noise=noises)
    point = [[list(w)] * widths[0]]
    point += [[[b] * e] * d for b, d, e in zip(factors, [*widths[1:], 1], widths, strict=True)]
    v = [scale * widths[0] * y for y in w]
    mu = rho / sum(x * x for x in v)
    bent = sum(2 * depth * shrinkage * x * y * y / (shrinkage * x + mu) for x, y in zip(a, v, strict=True))
    return problem, point, bent - (depth - 1) * sum(x * x for x in v)


@paper.theorem(
    "crit-deep",
    r"Two or three hidden layers, all neurons active, $A_0$ diagonal, widths at most 2: a flat stationary point is a local minimum if $F$"
    r" falls through $1$ at its root, $(D-1)|v|^2<2Ds\,v^\top A_0(sA_0+\mu I)^{-1}v$, and a strict saddle if $F$ rises.",
    source=EXACT.format("stationary points"),
    uses=["global-two", "global-three", "root-slope", "attained-two", "attained-three"],
)
@settings(max_examples=25, deadline=None)
@given(deep_points())
def roots_where_the_equation_falls_are_minima(drawn):
    problem, point, falling = drawn
    kind = problem.classify(point)
    assert kind.is_critical
    assume(falling)
    assert kind.is_local_minimum if falling > 0 else kind.is_strict_saddle


@paper.theorem(
    "crit-deep-mutant",
    "Circulating version: every stationary point with all neurons active is a local minimum.",
    twin_of="crit-deep",
    **PLANTED,
)
@settings(max_examples=100, deadline=None)
@given(deep_points())
def full_points_are_minima(drawn):
    problem, point, _ = drawn
    assert problem.classify(point).is_local_minimum


# the origin: how many decays are positive

some_zero = st.one_of(st.just(Fraction(0)), positive)
few_zero = st.integers(3, 4).flatmap(
    lambda layers: dp.problems(
        layers=layers, widths=[st.integers(1, 2)] * layers + [1], decay=[some_zero] * layers, noise=nonnegative
    )
)


@paper.theorem(
    "origin-decays",
    r"Two or three hidden layers, $b_0\neq0$, no decay negative: zero is a local minimum exactly if at least two decays are positive, a"
    r" strict one exactly if all are, and a saddle without negative curvature otherwise.",
    source=EXACT.format("the origin"),
    assuming=[dp.nonzero("YX^T")],
    uses=["origin-deep", "origin-two-decays", "origin-one-decay-down"],
    twins=["without nonzero('YX^T')"],
)
@settings(max_examples=40, deadline=None)
@given(few_zero)
def two_decays_make_a_minimum(problem):
    kind, count = problem.classify(problem.origin), sum(map(bool, problem.decay))
    assert kind.is_local_minimum == (count >= 2)
    if count >= 2:
        assert kind.is_strict == (count == problem.layers)
    else:
        assert kind.is_non_strict_saddle
        assert problem.escape_direction(problem.origin).drop > 0


@paper.theorem(
    "origin-decays-mutant",
    "Circulating version: zero is a local minimum exactly if all decays are positive.",
    twin_of="origin-decays",
    **PLANTED,
)
@settings(max_examples=60, deadline=None)
@given(few_zero)
def all_decays_make_a_minimum(problem):
    assert problem.classify(problem.origin).is_local_minimum == all(problem.decay)
