"""True theorems as users write them: none of them may be refuted. The source of each is beside it."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dlnproof as dp

paper = dp.Paper("true", title="True theorems", authors=["dlnproof"], year=2026)

small = dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3))
networks = dp.problems(layers=st.integers(2, 3), widths=st.integers(1, 2))
shallow = dp.problems(layers=2, widths=st.integers(1, 3))
deep = dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 2))
positive = dp.rationals(min_value=0, max_value=2, exclude_min=True)
with_decay = dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 2), decay=positive)
noisy = dp.problems(layers=st.integers(2, 3), widths=st.integers(1, 2), noise=positive)
at_weights = networks.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem)))
points = networks.flatmap(dp.critical_points)
scalar_output = dp.problems(layers=2, widths=[st.integers(1, 2), st.integers(1, 2), 1], decay=positive)


def product(problem, weights):
    """W_H ... W_1."""
    result = None
    for matrix in problem.read_weights(weights):
        result = matrix if result is None else matrix * result
    return result


def square_norm(matrix):
    return sum(entry * entry for entry in matrix.entries())


def scaled(weights, factor):
    return [[[factor * entry for entry in row] for row in layer] for layer in weights]


# values and minima (Lu and Kawaguchi 2017; Kawaguchi 2016; landscape.md, sections 0 and 3)


@paper.theorem("local-minima-are-global")
@settings(max_examples=60)
@given(networks)
def local_minima_are_global(problem):
    best = problem.global_minimum()
    for point in problem.local_minima(starts=4):
        assert not point.loss > best


@paper.theorem("local-minima-have-one-value")
@settings(max_examples=40)
@given(shallow)
def one_value(problem):
    found = problem.local_minima(starts=6)
    for p in found:
        for q in found:
            assert not p.loss > q.loss


@paper.theorem("local-minima-have-no-negative-curvature")
@settings(max_examples=40)
@given(networks)
def no_negative_curvature(problem):
    assert all(point.inertia[1] == 0 for point in problem.local_minima(starts=3))


@paper.theorem("nothing-is-below-the-global-minimum")
@given(at_weights)
def nothing_below(drawn):
    problem, weights = drawn
    assert not dp.enclose(problem.loss(weights)) < problem.global_minimum()


@paper.theorem("critical-values-contain-critical-losses")
@given(points)
def critical_losses(point):
    loss = dp.enclose(point.loss)
    assert any(dp.enclose(value).overlaps(loss) for value in point.problem.critical_values())


@paper.theorem("the-least-critical-value-is-the-global-minimum")
@given(networks)
def least_critical_value(problem):
    assert dp.enclose(problem.critical_values()[0]).overlaps(problem.global_minimum())


@paper.theorem("critical-losses-are-at-most-that-of-zero")
@given(points)
def at_most_zero(point):
    assert point.loss <= point.problem.loss(point.problem.origin)


@paper.theorem("one-hidden-unit-has-one-value-for-each-eigenvalue-and-zero")
@given(dp.problems(layers=2, widths=[st.integers(1, 3), 1, st.integers(1, 3)]))
def one_hidden_unit(problem):
    assert len(problem.critical_values()) == len(problem.spectrum.positive) + 1


@paper.theorem("only-the-least-width-counts")
@given(shallow)
def least_width(problem):
    first, hidden, last = problem.widths
    deeper = dp.Problem((first, hidden + 1, hidden, last), problem.X, problem.Y)
    assert deeper.global_minimum().overlaps(problem.global_minimum())


@paper.theorem("wide-networks-reach-linear-regression", assuming=[dp.no_bottleneck()])
@given(networks)
def wide_networks(problem):
    regression = dp.Problem((problem.widths[0], problem.widths[-1]), problem.X, problem.Y)
    assert problem.global_minimum().overlaps(regression.global_minimum())


@paper.theorem("scaling-the-outputs-scales-the-minimum")
@given(networks, dp.rationals(1, 4))
def scaling(problem, factor):
    Y = [[factor * Fraction(str(entry)) for entry in row] for row in problem.Y.tolist()]
    other = dp.Problem(problem.widths, problem.X, Y)
    assert other.global_minimum().overlaps(dp.enclose(factor * factor) * problem.global_minimum())


@paper.theorem("zero-outputs-have-minimum-zero-at-the-origin")
@given(networks)
def zero_outputs(problem):
    rows, columns = problem.Y_shape
    other = dp.Problem(problem.widths, problem.X, [[0] * columns for _ in range(rows)])
    assert other.classify(other.origin).is_global_minimum


# critical points and inertia


@paper.theorem("two-layers-have-strict-saddles", source="Kawaguchi (2016), Corollary 2.4")
@given(shallow.flatmap(dp.critical_points))
def strict_saddles(point):
    assert point.kind.is_global_minimum or point.kind.is_strict_saddle


@paper.theorem("the-gradient-vanishes-at-critical-points")
@given(points)
def gradient_vanishes(point):
    assert all(entry == 0 for layer in point.problem.gradient(point.weights) for row in layer for entry in row)


@paper.theorem("inertia-adds-up")
@given(at_weights)
def inertia_adds_up(drawn):
    problem, weights = drawn
    assert sum(problem.inertia(weights)) == problem.parameters


@paper.theorem("the-hessian-is-symmetric-with-a-nonnegative-diagonal", source="landscape.md, k16.T2.3 (iii)")
@given(at_weights)
def hessian_diagonal(drawn):
    problem, weights = drawn
    hessian = problem.hessian(weights)
    for i, row in enumerate(hessian):
        assert row[i] >= 0
        for j, entry in enumerate(row):
            assert entry == hessian[j][i]


@paper.theorem("two-layers-at-zero", source="landscape.md, V4")
@given(shallow)
def two_layers_at_zero(problem):
    rank = problem.widths[1] * problem.cross_moment.rank()
    assert problem.inertia(problem.origin)[:2] == (rank, rank)


@paper.theorem("one-layer-inertia")
@given(dp.problems(layers=1, widths=st.integers(1, 3)))
def one_layer(problem):
    inputs, outputs = problem.widths
    rank = problem.input_moment.rank()
    assert problem.inertia(problem.origin) == (outputs * rank, 0, outputs * (inputs - rank))


@paper.theorem("one-layer-is-convex")
@given(dp.problems(layers=1, widths=st.integers(1, 2)).flatmap(dp.critical_points))
def one_layer_convex(point):
    assert point.kind.is_global_minimum


@paper.theorem("non-strict-saddles-have-no-negative-curvature")
@given(deep.flatmap(dp.critical_points))
def non_strict(point):
    if point.kind.is_non_strict_saddle:
        assert point.inertia[1] == 0
        assert dp.enclose(point.loss) > point.problem.global_minimum()


@paper.theorem("deep-origin", assuming=[dp.nonzero("YX^T")])
@given(deep)
def deep_origin(problem):
    assert problem.classify(problem.origin).is_non_strict_saddle


@paper.theorem("rank-at-critical-points")
@given(points)
def rank_at_critical_points(point):
    problem = point.problem
    assert (product(problem, point.weights) * problem.X).rank() <= min(problem.widths)


@paper.theorem("without-inputs-everything-is-critical")
@given(at_weights)
def without_inputs(drawn):
    problem, weights = drawn
    rows, columns = problem.X_shape
    other = dp.Problem(problem.widths, [[0] * columns for _ in range(rows)], problem.Y)
    assert other.is_critical(weights)


# invariance


@paper.theorem("the-loss-depends-on-the-product-only")
@given(at_weights)
def product_only(drawn):
    problem, weights = drawn
    linear = dp.Problem((problem.widths[0], problem.widths[-1]), problem.X, problem.Y)
    assert linear.loss([product(problem, weights)]) == problem.loss(weights)


@paper.theorem("rescaling-neighbouring-layers-changes-nothing")
@given(at_weights, dp.rationals(1, 5))
def rescaling(drawn, factor):
    problem, weights = drawn
    first, second, *rest = weights
    other = [scaled([first], factor)[0], scaled([second], 1 / factor)[0], *rest]
    assert problem.loss(other) == problem.loss(weights)


@paper.theorem("the-loss-is-convex-in-each-layer")
@given(networks.flatmap(lambda p: st.tuples(st.just(p), dp.weights(p), dp.weights(p))), st.data())
def convex_in_each_layer(drawn, data):
    problem, weights, others = drawn
    layer = data.draw(st.integers(0, problem.layers - 1))
    moved = [others[k] if k == layer else weights[k] for k in range(problem.layers)]
    middle = [
        [[(a + b) / 2 for a, b in zip(*rows, strict=True)] for rows in zip(u, v, strict=True)]
        for u, v in zip(weights, moved, strict=True)
    ]
    assert 2 * problem.loss(middle) <= problem.loss(weights) + problem.loss(moved)


@paper.theorem("two-signs-make-no-difference")
@given(at_weights)
def two_signs(drawn):
    problem, weights = drawn
    assert problem.loss([*scaled(weights[:2], -1), *weights[2:]]) == problem.loss(weights)


# decay (Ziyin, Li and Meng 2022)


@paper.theorem("origin-with-decay", source="weight_decay_and_noise.md, z22.origin")
@given(dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 2), decay=positive))
def origin_with_decay(problem):
    kind = problem.classify(problem.origin)
    assert kind.is_local_minimum
    assert kind.is_strict


@paper.theorem("origin-of-two-layers-with-one-output", source="z22.d1")
@given(scalar_output)
def origin_of_two_layers(problem):
    norm = square_norm(problem.cross_moment)
    threshold = 4 * problem.decay[0] * problem.decay[1]  # the loss has a factor 1/2, the decay has none
    kind = problem.classify(problem.origin)
    if norm <= int(threshold.numerator) * type(norm)(1) / threshold.denominator:
        assert kind.is_global_minimum
    else:
        assert kind.is_strict_saddle


@paper.theorem("decay-raises-the-loss")
@given(at_weights, positive)
def decay_raises(drawn, decay):
    problem, weights = drawn
    other = dp.Problem(problem.widths, problem.X, problem.Y, decay=decay)
    assert other.loss(weights) >= problem.loss(weights)


@paper.theorem("balance-at-local-minima-with-decay", source="z22.balance")
@settings(max_examples=40)
@given(dp.problems(layers=2, widths=st.integers(1, 2), decay=[positive, positive]))
def balance(problem):
    first, second = map(dp.enclose, problem.decay)
    for point in problem.local_minima(starts=4):
        W1, W2 = point.weights
        assert (first * square_norm(W1)).overlaps(second * square_norm(W2))


@paper.theorem("with-decay-one-layer-has-one-minimum")
@settings(max_examples=40)
@given(dp.problems(layers=1, widths=st.integers(1, 2), decay=positive))
def one_layer_with_decay(problem):
    assert problem.inertia(problem.origin) == (problem.parameters, 0, 0)


@paper.theorem("local-minima-with-decay-are-at-least-the-global-one")
@settings(max_examples=30)
@given(scalar_output)
def at_least_the_global_one(problem):
    for point in problem.local_minima(starts=3):
        assert not point.loss < problem.global_minimum()


# noise


@paper.theorem("noise-raises-the-loss", source="z22.avg")
@given(noisy.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem))))
def noise_raises(drawn):
    problem, weights = drawn
    silent = dp.Problem(problem.widths, problem.X, problem.Y)
    assert problem.loss(weights) >= silent.loss(weights)


@paper.theorem("noise-never-lowers-the-minimum", source="z22.reduce")
@given(dp.problems(layers=2, widths=[st.integers(1, 2), st.integers(1, 2), 1], decay=positive, noise=positive))
def noise_never_lowers(problem):
    silent = dp.Problem(problem.widths, problem.X, problem.Y, decay=problem.decay)
    assert not problem.global_minimum() < silent.global_minimum()


@paper.theorem("noise-does-not-matter-at-zero")
@given(noisy)
def noise_at_zero(problem):
    silent = dp.Problem(problem.widths, problem.X, problem.Y)
    assert problem.loss(problem.origin) == silent.loss(silent.origin)


# descent (Bartlett, Helmbold and Long 2018)


@paper.theorem("near-identity-targets-are-learnt", source="gradient_descent.md, bhl18.c1")
@settings(max_examples=40)
@given(dp.networks_from_identity(st.integers(1, 3), st.integers(1, 2), target="near identity"))
def near_identity(drawn):
    problem, start = drawn
    rate = Fraction(1, 8 * problem.layers)
    path = dp.gradient_descent(problem, start, rate, 3)
    for before, after in pairwise(path):
        assert problem.loss(after) <= (1 - rate * problem.layers / 2) * problem.loss(before)


@paper.theorem("normal-targets-keep-the-layers-equal", source="bhl18.d1")
@settings(max_examples=40)
@given(dp.networks_from_identity(st.integers(2, 3), st.integers(1, 2), target=["normal", "symmetric", "rotation"]))
def layers_stay_equal(drawn):
    problem, start = drawn
    last = dp.gradient_descent(problem, start, Fraction(1, 10), 2)[-1]
    assert all(layer == last[0] for layer in last)


@paper.theorem("even-depth-cannot-learn-a-negative-eigenvalue", source="bhl18.e1")
@settings(max_examples=40)
@given(dp.networks_from_identity(2, 1, target="negative eigenvalue"), dp.rationals(0, 1, exclude_min=True))
def negative_eigenvalue(drawn, rate):
    problem, start = drawn
    (entry,) = problem.Y.entries()
    for weights in dp.gradient_descent(problem, start, rate, 3):
        assert 2 * problem.loss(weights) >= Fraction(str(entry)) ** 2


@paper.theorem("one-layer-descends-at-a-small-rate")
@given(dp.problems(layers=1, widths=st.integers(1, 2)).flatmap(lambda p: st.tuples(st.just(p), dp.weights(p))))
def one_layer_descends(drawn):
    problem, weights = drawn
    trace = sum(problem.input_moment[i, i] for i in range(problem.widths[0]))
    assume(trace != 0)
    path = dp.gradient_descent(problem, weights, Fraction(str(1 / trace)), 2)
    assert problem.loss(path[2]) <= problem.loss(path[1]) <= problem.loss(path[0])


@paper.theorem("positive-targets-descend-without-crossing", source="bhl18.d2")
@settings(max_examples=40)
@given(dp.networks_from_identity(st.integers(2, 3), 1, target="positive definite"))
def no_crossing(drawn):
    problem, start = drawn
    (target,) = (Fraction(str(entry)) for entry in problem.Y.entries())
    rate = 1 / (problem.layers * max(Fraction(1), target) ** 2)
    path = dp.gradient_descent(problem, start, rate, 3)
    assert all(problem.loss(after) <= problem.loss(before) for before, after in pairwise(path))


@paper.theorem("a-critical-start-does-not-move")
@given(points, dp.rationals(0, 1, exclude_min=True))
def critical_start(point, rate):
    first, second = dp.gradient_descent(point.problem, point.weights, rate, 1)
    assert first == second
