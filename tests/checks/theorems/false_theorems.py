"""False theorems as users write them: each must be refuted, with the default settings, within a minute."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

import dlnproof as dp

paper = dp.Paper("false", title="False theorems", authors=["dlnproof"], year=2026)

small = dp.problems(layers=st.integers(1, 3), widths=st.integers(1, 3))
networks = dp.problems(layers=st.integers(2, 3), widths=st.integers(1, 2))
shallow = dp.problems(layers=2, widths=st.integers(1, 3))
deep = dp.problems(layers=st.integers(3, 4), widths=st.integers(1, 2))
positive = dp.rationals(min_value=0, max_value=2, exclude_min=True)
at_weights = networks.flatmap(lambda problem: st.tuples(st.just(problem), dp.weights(problem)))
points = networks.flatmap(dp.critical_points)
shallow_points = shallow.flatmap(dp.critical_points)
deep_points = deep.flatmap(dp.critical_points)
scalar_output = dp.problems(layers=2, widths=[st.integers(1, 2), st.integers(1, 2), 1], decay=positive)
two_points = networks.flatmap(lambda p: st.tuples(dp.critical_points(p), dp.critical_points(p)))


def false(label, *drawn, **options):
    """Add a false theorem about the drawn values."""

    def register(function):
        return paper.theorem(label, expect="refuted", **options)(given(*drawn)(function))

    return register


def product(problem, weights):
    """W_H ... W_1."""
    result = None
    for matrix in problem.read_weights(weights):
        result = matrix if result is None else matrix * result
    return result


def square_norm(matrix):
    return sum(entry * entry for entry in matrix.entries())


def norms(point):
    return [sum(entry * entry for row in layer for entry in row) for layer in point.weights]


def with_inputs_zero(problem):
    rows, columns = problem.X_shape
    return dp.Problem(problem.widths, [[0] * columns for _ in range(rows)], problem.Y)


# values and minima


@false("every-critical-point-is-global", points)
def every_critical_point(point):
    assert point.kind.is_global_minimum


@false("second-order-points-are-global", deep_points)
def second_order(point):
    assert point.inertia[1] > 0 or point.kind.is_global_minimum


@false("decay-makes-no-bad-minima", dp.problems(layers=3, widths=1, decay=positive))
def decay_no_bad_minima(problem):
    found = problem.local_minima(starts=8)
    assert not any(p.loss > q.loss for p in found for q in found)


@false("the-minimum-is-zero", networks)
def minimum_is_zero(problem):
    assert not problem.global_minimum() > 0


@false("the-minimum-is-zero-without-bottleneck", networks, assuming=[dp.no_bottleneck()])
def minimum_is_zero_when_wide(problem):
    assert not problem.global_minimum() > 0


@false("few-samples-are-fitted", dp.problems(layers=2, widths=st.integers(1, 3), samples=1))
def few_samples(problem):
    assert not problem.global_minimum() > 0


@false("the-minimum-is-below-the-loss-at-zero", networks)
def minimum_below_zero_weights(problem):
    assert not problem.global_minimum() >= dp.enclose(problem.loss(problem.origin))


@false("at-most-three-critical-values", shallow)
def three_values(problem):
    assert len(problem.critical_values()) <= 3


@false("critical-values-are-rational", shallow)
def rational_values(problem):
    assert all(isinstance(value, Fraction) for value in problem.critical_values())


@false("one-value-more-than-the-rank", shallow)
def one_value_more(problem):
    assert len(problem.critical_values()) == problem.cross_moment.rank() + 1


@false("the-bottleneck-does-not-count", shallow)
def bottleneck_does_not_count(problem):
    linear = dp.Problem((problem.widths[0], problem.widths[-1]), problem.X, problem.Y)
    assert not problem.global_minimum() > linear.global_minimum()


@false("a-narrower-network-is-worse", shallow)
def narrower_is_worse(problem):
    first, hidden, last = problem.widths
    wider = dp.Problem((first, hidden + 1, last), problem.X, problem.Y)
    assert not dp.enclose(wider.critical_values()[0]) >= problem.critical_values()[0] or hidden >= min(first, last)


@false("critical-losses-are-below-that-of-zero", points)
def below_zero(point):
    assert point.loss < point.problem.loss(point.problem.origin)


@false("equal-losses-mean-equal-weights", two_points)
def equal_losses(drawn):
    first, second = drawn
    if first.loss == second.loss:
        assert first.weights == second.weights


@false("global-minima-have-one-product", two_points)
def one_product(drawn):
    first, second = drawn
    if first.kind.is_global_minimum and second.kind.is_global_minimum:
        problem = first.problem
        assert product(problem, first.weights) == product(problem, second.weights)


@false("the-identity-beats-zero", networks)
def identity_beats_zero(problem):
    assert problem.loss(problem.identity) <= problem.loss(problem.origin)


@false("scaling-the-outputs-scales-linearly", networks)
def scales_linearly(problem):
    Y = [[2 * Fraction(str(entry)) for entry in row] for row in problem.Y.tolist()]
    other = dp.Problem(problem.widths, problem.X, Y)
    assert other.loss(other.origin) == 2 * problem.loss(problem.origin)


# critical points and inertia


@false("saddles-are-strict", deep_points)
def saddles_are_strict(point):
    assert not point.kind.is_non_strict_saddle


@false("non-strict-saddles-are-at-zero", deep_points)
def only_zero(point):
    if point.kind.is_non_strict_saddle:
        assert all(entry == 0 for layer in point.weights for row in layer for entry in row)


@false("non-strict-saddles-have-the-loss-of-zero", deep_points)
def loss_of_zero(point):
    if point.kind.is_non_strict_saddle:
        assert point.loss == point.problem.loss(point.problem.origin)


@false("one-negative-direction-at-most", shallow_points)
def one_negative(point):
    assert point.inertia[1] <= 1


@false("negative-directions-at-most-the-hidden-width", shallow_points)
def at_most_hidden(point):
    assert point.inertia[1] <= point.problem.widths[1]


@false("minima-are-isolated", points)
def isolated(point):
    if point.kind.is_global_minimum:
        assert point.inertia[2] == 0


@false("saddles-are-nondegenerate", shallow_points)
def nondegenerate(point):
    if point.kind.is_strict_saddle:
        assert point.inertia[2] == 0


@false("saddles-are-degenerate", shallow_points)
def degenerate(point):
    if point.kind.is_strict_saddle:
        assert point.inertia[2] > 0


@false("the-hessian-is-positive-semidefinite", at_weights)
def semidefinite(drawn):
    problem, weights = drawn
    assert problem.inertia(weights)[1] == 0


@false("the-hessian-is-singular", at_weights)
def singular(drawn):
    problem, weights = drawn
    assert problem.inertia(weights)[2] > 0


@false("the-hessian-has-a-positive-trace", at_weights)
def positive_trace(drawn):
    problem, weights = drawn
    hessian = problem.hessian(weights)
    assert sum(row[i] for i, row in enumerate(hessian)) > 0


@false("the-hessian-vanishes-at-zero", networks)
def hessian_vanishes(problem):
    assert problem.inertia(problem.origin) == (0, 0, problem.parameters)


@false("zero-is-a-saddle-of-two-layers", shallow)
def zero_is_a_saddle(problem):
    assert problem.classify(problem.origin).is_saddle


@false("one-layer-has-one-minimum", dp.problems(layers=1, widths=st.integers(1, 3)))
def one_minimum(problem):
    assert problem.inertia(problem.origin)[2] == 0


@false("one-layer-of-enough-samples-has-one-minimum", dp.problems(layers=1, widths=st.integers(1, 3), samples=3))
def enough_samples(problem):
    assert problem.inertia(problem.origin)[2] == 0


@false("minima-have-the-largest-rank", points)
def largest_rank(point):
    if point.kind.is_global_minimum:
        assert product(point.problem, point.weights).rank() == min(point.problem.widths)


@false("minima-have-layers-of-full-rank", points)
def full_rank_layers(point):
    if point.kind.is_global_minimum:
        matrices = point.problem.read_weights(point.weights)
        assert all(matrix.rank() == min(matrix.nrows(), matrix.ncols()) for matrix in matrices)


@false("rank-zero-only-at-zero", points)
def rank_zero(point):
    if product(point.problem, point.weights).rank() == 0:
        assert all(entry == 0 for layer in point.weights for row in layer for entry in row)


@false("layers-have-equal-rank", points)
def equal_rank(point):
    ranks = {matrix.rank() for matrix in point.problem.read_weights(point.weights)}
    assert len(ranks) == 1


@false("critical-points-are-balanced", points)
def balanced(point):
    assert len(set(norms(point))) == 1


@false("full-rank-saddles-are-strict", deep_points, assuming=[dp.full_rank("YX^T"), dp.distinct_eigenvalues()])
def full_rank_saddles(point):
    assert point.kind.is_global_minimum or point.kind.is_strict_saddle


# gradients and invariance


@false("only-critical-points-have-small-loss", at_weights)
def small_loss(drawn):
    problem, weights = drawn
    if problem.loss(weights) <= problem.loss(problem.origin):
        assert problem.is_critical(weights)


@false("the-loss-is-convex", networks.flatmap(lambda p: st.tuples(st.just(p), dp.weights(p), dp.weights(p))))
def convex(drawn):
    problem, first, second = drawn
    middle = [
        [[(a + b) / 2 for a, b in zip(*rows, strict=True)] for rows in zip(u, v, strict=True)]
        for u, v in zip(first, second, strict=True)
    ]
    assert 2 * problem.loss(middle) <= problem.loss(first) + problem.loss(second)


@false("all-signs-make-no-difference", at_weights)
def all_signs(drawn):
    problem, weights = drawn
    assert problem.loss([[[-e for e in row] for row in layer] for layer in weights]) == problem.loss(weights)


@false("larger-weights-have-larger-loss", at_weights)
def larger_weights(drawn):
    problem, weights = drawn
    assert problem.loss([[[2 * e for e in row] for row in layer] for layer in weights]) >= problem.loss(weights)


@false("the-gradient-vanishes-only-at-minima", networks)
def vanishes_only_at_minima(problem):
    if problem.is_critical(problem.origin):
        assert problem.classify(problem.origin).is_local_minimum


@false("the-identity-is-not-critical", networks)
def identity_not_critical(problem):
    assert not problem.is_critical(problem.identity)


@false("everything-is-critical-without-correlation", networks)
def uncorrelated(problem):
    if problem.cross_moment.rank() == 0:
        assert problem.is_critical(problem.identity)


# decay


@false("zero-is-a-local-minimum-with-decay", dp.problems(st.integers(1, 4), st.integers(1, 2), decay=positive))
def zero_with_decay(problem):
    assert problem.classify(problem.origin).is_local_minimum


@false("zero-is-the-global-minimum-with-decay", scalar_output)
def zero_is_global_with_decay(problem):
    assert not problem.global_minimum() < dp.enclose(problem.loss(problem.origin))


@false("threshold-four-times-too-high", scalar_output)
def threshold_too_high(problem):
    bound = dp.enclose(16 * problem.decay[0] * problem.decay[1])
    if dp.enclose(Fraction(str(square_norm(problem.cross_moment)))) <= bound:
        assert not problem.global_minimum() < dp.enclose(problem.loss(problem.origin))


@false("threshold-four-times-too-low", scalar_output)
def threshold_too_low(problem):
    if Fraction(str(square_norm(problem.cross_moment))) > problem.decay[0] * problem.decay[1]:
        assert problem.classify(problem.origin).is_strict_saddle


@false("unweighted-balance", dp.problems(layers=2, widths=st.integers(1, 2), decay=[positive, positive]))
def unweighted_balance(problem):
    for point in problem.local_minima(starts=4):
        first, second = point.weights
        assert square_norm(first).overlaps(square_norm(second))


@false("decay-raises-the-minimum", dp.problems(layers=2, widths=[1, 1, 1], decay=positive))
def decay_raises_the_minimum(problem):
    plain = dp.Problem(problem.widths, problem.X, problem.Y)
    assert not problem.loss(problem.origin) <= plain.critical_values()[0]


@false("decay-makes-minima-isolated", dp.problems(layers=2, widths=2, decay=positive))
def decay_isolates(problem):
    for point in problem.local_minima(starts=4):
        assert point.inertia[2] == 0


@false("two-minima-with-decay-at-two-layers", dp.problems(layers=2, widths=1, decay=positive))
def always_two(problem):
    assert not problem.classify(problem.origin).is_global_minimum


# noise


@false("noise-does-not-matter", dp.problems(layers=2, widths=st.integers(1, 2), noise=positive))
def noise_does_not_matter(problem):
    silent = dp.Problem(problem.widths, problem.X, problem.Y)
    assert problem.loss(problem.identity) == silent.loss(silent.identity)


@false("noise-raises-the-minimum", dp.problems(layers=2, widths=[1, 1, 1], decay=positive, noise=positive))
def noise_raises_the_minimum(problem):
    silent = dp.Problem(problem.widths, problem.X, problem.Y, decay=problem.decay)
    if silent.classify(silent.origin).is_global_minimum:
        assert dp.enclose(problem.loss(problem.origin)) != dp.enclose(silent.loss(silent.origin))


@false("noise-is-an-average-of-the-square", dp.problems(layers=2, widths=[1, 2, 1], noise=1))
def noise_inside_the_square(problem):
    ones = [[[1], [1]], [[1, 1]]]
    silent = dp.Problem(problem.widths, problem.X, problem.Y)
    extra = problem.loss(ones) - silent.loss(ones)
    assert extra == Fraction(str(problem.input_moment[0, 0])) * 2


# descent


@false("descent-at-any-rate", dp.networks_from_identity(st.integers(1, 3), 1), dp.rationals(0, 2, exclude_min=True))
def any_rate(drawn, rate):
    problem, start = drawn
    first, second = dp.gradient_descent(problem, start, rate, 1)
    assert problem.loss(second) <= problem.loss(first)


@false("layers-stay-equal-for-every-target", dp.networks_from_identity(2, 2))
def layers_stay_equal(drawn):
    problem, start = drawn
    first, second = dp.gradient_descent(problem, start, Fraction(1, 4), 2)[-1]
    assert first == second


@false("symmetric-targets-are-learnt", dp.networks_from_identity(2, st.integers(1, 2), target="symmetric"))
def symmetric_targets(drawn):
    problem, start = drawn
    last = dp.gradient_descent(problem, start, Fraction(1, 10), 4)[-1]
    assert 20 * problem.loss(last) <= problem.loss(start)


@false("one-step-halves-the-loss", dp.networks_from_identity(st.integers(1, 3), 1, target="near identity"))
def halves(drawn):
    problem, start = drawn
    last = dp.gradient_descent(problem, start, Fraction(1, 8 * problem.layers), 1)[-1]
    assert 2 * problem.loss(last) <= problem.loss(start)


@false("negative-targets-are-escaped", dp.networks_from_identity(st.integers(2, 3), 1, target="negative eigenvalue"))
def escaped(drawn):
    problem, start = drawn
    last = dp.gradient_descent(problem, start, Fraction(1, 4), 4)[-1]
    (entry,) = problem.Y.entries()
    assert 2 * problem.loss(last) < Fraction(str(entry)) ** 2


@false("descent-conserves-the-balance", dp.networks_from_identity(2, 2, target="generic"))
def conserves(drawn):
    problem, start = drawn
    W1, W2 = problem.read_weights(dp.gradient_descent(problem, start, Fraction(1, 8), 1)[-1])
    assert W2.transpose() * W2 == W1 * W1.transpose()


@false("a-start-of-half-the-identity-descends-as-fast", dp.networks_from_identity(2, 1, start=Fraction(1, 2)))
def half_start(drawn):
    problem, start = drawn
    assume(problem.loss(start) != 0)
    last = dp.gradient_descent(problem, start, Fraction(1, 16), 1)[-1]
    assert 16 * problem.loss(last) <= 15 * problem.loss(start)
