r"""Ziyin, Li and Meng (2022): versions that circulate and are false, each on its smallest exact instance, with the truth there.

The formula of each version stands in its assert; the problem in `@given` is the one on which it fails. Loss: |f(x) - y|^2 with
decay gamma_k |W_k|^2, one output (scale 1), less its value at zero.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from ziyin_li_meng_2022 import paper

import dlnproof as dp


def false_on(label, statement, section, problem):
    """Return a decorator: the version `statement`, expected to be refuted on `problem`, beside the claims of `section`."""

    def register(function):
        test = settings(deadline=None)(given(st.just(problem))(function))
        source = f"a version in circulation of Ziyin, Li and Meng (2022), {section}"
        return paper.theorem(label, statement, source=source, expect="refuted")(test)

    return register


def net(widths, A, b, **options):
    """Return the problem with the moments A0 and b0 and one output."""
    return dp.Problem.from_moments((len(b), *widths, 1), A, [b], scale=1, **options)


ones = lambda *shapes: [[[1] * columns for _ in range(rows)] for rows, columns in shapes]
norm = lambda matrix: sum(Fraction(entry) ** 2 for row in matrix for entry in row)

# the averaged loss: U = (1, 1), W = (1; -1), x = 1, y = 0, sigma^2 = 1 has J = 2; three weights 1 in a row, sigma^2 = 1 have J = 4

pair, chain = net((2,), [[1]], [0], noise=1), net((1, 1), [[1]], [0], noise=1)


@false_on(
    "average-instance-square",
    r"$J=\sigma^2(\sum_ju_jw_j^\top x)^2$ without decay and target.",
    "the averaged loss",
    pair,
)
def variance_of_the_sum(problem):
    assert problem.loss([[[1], [-1]], [[1, 1]]]) == 1 * (1 * 1 + 1 * -1) ** 2


@false_on(
    "average-instance-shared", r"One noise for the layer: $J=(1+\sigma^2)(u^\top Wx)^2$.", "the averaged loss", pair
)
def shared_noise(problem):
    assert problem.loss([[[1], [-1]], [[1, 1]]]) == (1 + 1) * (1 * 1 + 1 * -1) ** 2


@false_on(
    "average-instance-sum",
    r"The noise of $D=2$ layers of width one adds up, $J=1+D\sigma^2$.",
    "the averaged loss",
    chain,
)
def noise_adds_up(problem):
    assert problem.loss(ones((1, 1), (1, 1), (1, 1))) == 1 + 2 * 1


@false_on(
    "average-instance-last", r"Only the noise of the last layer counts, $J=1+\sigma^2$.", "the averaged loss", chain
)
def last_noise(problem):
    assert problem.loss(ones((1, 1), (1, 1), (1, 1))) == 1 + 1


# balance, at the exact minima of two problems: u = 2 r, W = r (3/4, 1); and b_u = 1, b_2 = 1/2, w = (3/5, 4/5)

first = net((2,), [[1, 0], [0, 2]], [Fraction(21, 2), 20], decay=[16, Fraction(25, 4)], noise=1)
first_point = [[[Fraction(3, 4), 1]] * 2, [[2, 2]]]
second = net((4, 4), [[1, 0], [0, 2]], [Fraction(78, 5), Fraction(176, 5)], decay=16, noise=2)


@false_on("balance-instance-swapped", r"$\gamma_u\|w_j\|^2=\gamma_wu_j^2$ at a stationary point.", "balance", first)
def decays_exchanged(problem):
    assert not problem.is_critical(first_point) or Fraction(25, 4) * norm([first_point[0][0]]) == 16 * 2**2


@false_on(
    "balance-instance-norms", r"$\|u\|^2=\|W\|_F^2$ at a stationary point, whatever the decays.", "balance", first
)
def equal_norms(problem):
    assert not problem.is_critical(first_point) or norm(first_point[1]) == norm(first_point[0])


@false_on("balance-instance-equal", r"Equal widths and decays: $b_u=b_2$ at the global minimum.", "balance", second)
def equal_entries(problem):
    weights = problem.global_minimisers().families[0].exact_weights
    assert weights[2][0][0] == weights[1][0][0]


# the reduced objective: D = 2, weights in a row, A0 = 1, b0 = 2 has the minimum 0; decays (8, 1, 1), b0 = 9 has -56

tie = net((1, 1), [[1]], [2], decay=1)


@false_on(
    "reduce-instance-factor", r"$g$ with $D\kappa|v|^{2/(D+1)}$, $-1$ at $v=1$: $\min J\leq-1$.", "the lower bound", tie
)
def one_layer_too_few(problem):
    assert not problem.global_minimum() > 1 - 4 + 2


@false_on(
    "reduce-instance-exponent",
    r"$g$ with $|v|^{2/D}$, $-\frac14$ at $v=\frac12$: $\min J\leq-\frac14$.",
    "the lower bound",
    tie,
)
def exponent_of_fewer_layers(problem):
    assert not problem.global_minimum() > Fraction(1, 4) - 2 + Fraction(3, 2)


@false_on(
    "reduce-instance-mean",
    r"$\kappa=(\gamma_1\cdots\gamma_{D+1})^{1/D}$: $\min J>-47$ where $\gamma=(8,1,1)$. (It is $-56$.)",
    "the lower bound",
    net((1, 1), [[1]], [9], decay=[8, 1, 1]),
)
def another_mean_of_the_decays(problem):
    assert not problem.global_minimum() < -47


# one hidden layer


@false_on(
    "one-instance-threshold",
    r"Zero is a global minimum if $\|b_0\|\leq\gamma_u\gamma_w$. (Here $u=w=\frac7{10}$ has $J=-\frac{2499}{10000}$.)",
    "one hidden layer",
    net((1,), [[1]], [2], decay=Fraction(3, 2)),
)
def norm_against_the_product(problem):
    assert problem.loss([[[Fraction(7, 10)]], [[Fraction(7, 10)]]]) >= 0 or Fraction(3, 2) ** 2 < 2


@false_on(
    "one-instance-ratio",
    r"$\|[b^2(\sigma^2+d)A_0+\gamma_wI]^{-1}b_0\|^2=\gamma_w/\gamma_u$ at the minimum.",
    "one hidden layer",
    first,
)
def inverse_ratio(problem):
    # b = 2: the vector is (21/2, 20) over (4 * 3 * (1, 2) + 16)
    vector = [Fraction(21, 2) / (12 + 16), Fraction(20) / (24 + 16)]
    assert not problem.is_critical(first_point) or norm([vector]) == 16 / Fraction(25, 4)


@false_on(
    "one-instance-factor",
    r"$(1+\sigma^2)d$ in the place of $\sigma^2+d$ in the closed form of $W$, $u=br$, $b=2$.",
    "one hidden layer",
    first,
)
def noise_of_every_neuron(problem):
    row = [2 * Fraction(21, 2) / (4 * 4 + 16), 2 * Fraction(20) / (4 * 4 * 2 + 16)]
    assert problem.is_critical([[row, row], [[2, 2]]])


@false_on(
    "one-instance-strict",
    r"Zero is the only stationary point exactly if $\|b_0\|^2<\gamma_u\gamma_w$, strictly.",
    "one hidden layer",
    net((1,), [[1]], [1], decay=1),
)
def strict_threshold(problem):
    assert (len(problem.stationary_points()) == 1) == (1 < 1)


# the origin; and a nonzero local minimum above zero

bad = net((1, 1), [[1]], [Fraction(16561, 9000)], decay=1)
bad_point = [[[Fraction(9, 10)]]] * 3


@false_on(
    "origin-instance-shallow", r"$D\geq1$: zero is a local minimum.", "the origin", net((1,), [[1]], [2], decay=1)
)
def local_minimum_at_any_depth(problem):
    assert problem.classify(problem.origin).is_local_minimum


@false_on(
    "origin-instance-all",
    r"$D=2$: zero is a local minimum only if all decays are positive.",
    "the origin",
    net((1, 1), [[1]], [1], decay=[1, 1, 0]),
)
def all_decays_needed(problem):
    assert not problem.classify(problem.origin).is_local_minimum


@false_on(
    "origin-instance-one",
    r"$D=2$: zero is a local minimum if one decay is positive. (Here $J=-9999/10^8$ at $(\frac1{100},\frac1{10},\frac1{10})$.)",
    "the origin",
    net((1, 1), [[1]], [1], decay=[1, 0, 0]),
)
def one_decay_suffices(problem):
    point = [[[Fraction(1, 100)]], [[Fraction(1, 10)]], [[Fraction(1, 10)]]]
    assert problem.loss(point) != Fraction(-9999, 10**8) or problem.classify(problem.origin).is_local_minimum


@false_on(
    "origin-instance-none",
    r"$D=2$: zero is a local minimum without decay. (Here $J=-1999/10^6$ where all weights are $\frac1{10}$.)",
    "the origin",
    net((1, 1), [[1]], [1], decay=0),
)
def no_decay_needed(problem):
    point = [[[Fraction(1, 10)]]] * 3
    assert problem.loss(point) != Fraction(-1999, 10**6) or problem.classify(problem.origin).is_local_minimum


@false_on(
    "origin-instance-bad",
    r"Zero is a bad local minimum wherever there is a nonzero stationary point. (Here $J=278559/10^6$ there.)",
    "the origin",
    bad,
)
def bad_if_another_point_is_stationary(problem):
    stationary = problem.is_critical(bad_point) and problem.loss(bad_point) == Fraction(278559, 10**6)
    assert not (stationary and problem.global_minimisers().is_trivial)
