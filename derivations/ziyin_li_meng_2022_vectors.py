r"""Ziyin, Li and Meng (2022): exact solutions with all numbers, and problems with several roots of F(z) = 1.

Loss: E(f(x) - y)^2 with decay, less its value at zero, J = L - E y^2. At the weights given the full gradient is zero, exactly.
Second moments A0, b0; no data are needed. A root has z = |v|^{2/(D+1)}.
"""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Poly, Rational, oo, symbols
from ziyin_li_meng_2022 import paper
from ziyin_li_meng_2022_bounds import moment_problem
from ziyin_li_meng_2022_deep import DEEP
from ziyin_li_meng_2022_one import ONE
from ziyin_li_meng_2022_thresholds import THRESHOLDS

import dlnproof as dp

SOLVED = "Ziyin, Li and Meng (2022), exact solutions (restated)"
ROOTS = "Ziyin, Li and Meng (2022), roots of the scalar equation (restated)"
FALSE = {
    "source": "a version in circulation of Ziyin, Li and Meng (2022), two hidden layers or more",
    "expect": "refuted",
}


def diagonal(entries):
    """Return the diagonal matrix of exact numbers."""
    return [[entry if i == j else 0 for j in range(len(entries))] for i, entry in enumerate(entries)]


def solved(hidden, eigenvalues, target, decay, noise=0):
    """Return the problem with these hidden widths and A0 = diag(eigenvalues), b0 = target."""
    return moment_problem((len(target), *hidden, 1), diagonal(eigenvalues), list(target), decay=decay, noise=noise)


def variance_of(problem, weights):
    """Return tr(A0 S_0) - v^T A0 v exactly: the loss without target and decay, with the noise less without it."""
    inputs = problem.input_moment.tolist()
    nothing = [[0] * len(inputs)]
    noisy, quiet = (
        dp.Problem.from_moments(problem.widths, inputs, nothing, scale=1, noise=noise) for noise in (problem.noise, 0)
    )
    return noisy.loss(weights) - quiet.loss(weights)


# one hidden layer: the 2^d minima

first = solved((2,), (1, 2), (Fraction(21, 2), 20), [16, Fraction(25, 4)], 1)


@paper.theorem(
    "vector-one",
    r"$D=1$, $d=2$, $\sigma^2=1$, $A_0=\operatorname{diag}(1,2)$, $b_0=(\frac{21}2,20)$, $\gamma_u=\frac{25}4$, $\gamma_w=16$: the global minima are"
    r" the four points $u=2r$, $W=r(\frac34,1)$, $r\in\{\pm1\}^2$, with zero gradient, $J=-\frac{123}2$, $v=(3,4)$ and prediction variance"
    r" $\frac{41}2$.",
    source=ONE,
    uses=["global-one"],
)
@settings(deadline=None)
@given(st.just(first), st.tuples(*[st.sampled_from((-1, 1))] * 2))
def the_four_minima_of_one_hidden_layer(problem, signs):
    weights = [[[sign * Fraction(3, 4), sign] for sign in signs], [[2 * sign for sign in signs]]]
    assert problem.is_critical(weights)
    assert problem.loss(weights) == Fraction(-123, 2)
    best = problem.global_minimisers()
    assert best.exact_value == Fraction(-123, 2)
    assert best.count == 4
    assert [sum(u * row[k] for u, row in zip(weights[1][0], weights[0], strict=True)) for k in (0, 1)] == [3, 4]
    assert variance_of(problem, weights) == Fraction(41, 2)


@paper.theorem(
    "vector-one-variance",
    r"Circulating version: $V=\frac{\sigma^2}dv_1^\top A_0v_1$ for $D=1$, with $v_1=sv$. The same solution has $V=\frac{41}2$, and this is $\frac{369}8$.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(first))
def the_variance_forgets_the_shrinkage(problem):
    weights = [[[Fraction(3, 4), 1]] * 2, [[2, 2]]]
    s = Fraction(3, 2)
    assert not problem.is_critical(weights) or variance_of(problem, weights) == Fraction(1, 2) * s**2 * (9 + 2 * 16)


# two hidden layers: the second root of two

second = solved((4, 4), (1, 2), (Fraction(78, 5), Fraction(176, 5)), 16, 2)
best_second = [[[Fraction(3, 5), Fraction(4, 5)]] * 4, [[Fraction(1, 2)] * 4] * 4, [[1] * 4]]


@paper.theorem(
    "vector-two",
    r"$D=2$, widths 4, $\sigma^2=2$, $A_0=\operatorname{diag}(1,2)$, $b_0=(\frac{78}5,\frac{176}5)$, $\gamma=16$: $b_u=1$, $b_2=\frac12$,"
    r" $w=(\frac35,\frac45)$ has zero gradient and is a global minimum with $J=-\frac{4304}{25}$, $V=\frac{656}5$; of the two roots"
    r" with all neurons active it is the larger, the other has $J=2.78486\ldots$ and is a strict saddle.",
    source=DEEP,
    uses=["attained-two"],
)
@settings(deadline=None)
@given(st.just(second))
def the_minimum_of_two_hidden_layers(problem):
    assert problem.is_critical(best_second)
    assert problem.loss(best_second) == problem.global_minimisers().exact_value == Fraction(-4304, 25)
    assert variance_of(problem, best_second) == Fraction(656, 5)
    smaller, larger = (item for item in problem.stationary_points() if item.active == (4, 4))
    assert larger.kind == "global minimum"
    assert smaller.kind == "strict saddle"
    assert Fraction(278486, 10**5) < smaller.value < Fraction(278487, 10**5)


@paper.theorem(
    "vector-two-variance",
    r"Circulating version: $s-1=D\sigma^2/d$. The same solution has $V=\frac{656}5=\frac54v^\top A_0v$, and $D\sigma^2/d=1$.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(second))
def the_variance_adds_up_over_the_layers(problem):
    squares = Fraction(24, 5) ** 2 + 2 * Fraction(32, 5) ** 2
    assert not problem.is_critical(best_second) or variance_of(problem, best_second) == squares


# several roots, D = 2, no noise, kappa = 1

wide = (1, Fraction(1, 10**4))
fifth = solved((1, 1), wide, (3, Fraction(3, 16)), 1)
z = symbols("z")


def exact(number):
    """Return a Fraction or an integer as a SymPy number."""
    return Rational(Fraction(number).numerator, Fraction(number).denominator)


def equation(eigenvalues, target, depth=2, gamma=1):
    """Return F(z) - 1 over its common denominator, kappa = gamma, s = 1, as a polynomial in z."""
    pairs = list(zip(map(exact, eigenvalues), map(exact, target), strict=True))
    factors = [value * z**depth + exact(gamma) for value, _ in pairs]
    whole = Poly(1, z)
    for factor in factors:
        whole *= Poly(factor**2, z)
    parts = Poly(0, z)
    for place, (_, entry) in enumerate(pairs):
        part = Poly(entry**2 * z ** (depth - 1), z)
        for other, factor in enumerate(factors):
            part *= Poly(factor**2 if other != place else 1, z)
        parts += part
    return parts - whole


def with_multiplicity(polynomial):
    """Return the number of positive roots with multiplicity, by Sturm's theorem on the squarefree factors."""
    return sum(count * factor.count_roots(0, oo) for factor, count in polynomial.sqf_list()[1])


FOUR = (
    ("0.113539258685122", "0.112081447304494", "strict saddle"),
    ("1.765005863394555", "-3.392484810963430", "global minimum"),
    ("36.54081343459840", "22.67613491565644", "strict saddle"),
    ("85.88918082325043", "13.53248899409500", "local minimum"),
)


@paper.theorem(
    "vector-four-roots",
    r"$D=2$, $\kappa=s=1$, $A_0=\operatorname{diag}(1,\frac1{10000})$, $b_0=(3,\frac3{16})$: $F(z)=1$ has exactly four positive roots (Sturm), $z="
    r"0.1135\ldots,1.7650\ldots,36.5408\ldots,85.8891\ldots$ with $J=0.1120\ldots,-3.3924\ldots,22.6761\ldots,13.5324\ldots$: strict saddle,"
    r" global minimum, strict saddle, local minimum that is neither zero nor global.",
    source=ROOTS,
    uses=["sphere"],
)
@settings(deadline=None)
@given(st.just(fifth), st.sampled_from(range(4)))
def the_second_of_four_roots_is_the_global_minimum(problem, place):
    polynomial = equation(wide, (3, Fraction(3, 16)))
    assert with_multiplicity(polynomial) == 4
    origin, *items = problem.stationary_points()
    assert origin.kind == "local minimum"
    assert len(items) == 4
    printed, value, kind = FOUR[place]
    digits = len(printed.partition(".")[2])
    # the root lies within one unit of the last digit, by the signs of the polynomial there
    ends = (exact(Fraction(printed) + step * Fraction(1, 10**digits)) for step in (-1, 1))
    assert polynomial.eval(next(ends)) * polynomial.eval(next(ends)) < 0
    assert items[place].kind == kind
    digits = len(value.partition(".")[2])
    assert abs(items[place].value - dp.enclose(value)) < dp.enclose(Fraction(1, 10**digits))


@paper.theorem(
    "vector-largest-root",
    r"With $b_0=(3,\frac15)$ instead the largest of four roots is the global minimum: $z=100.00089\ldots$, $J=-8.99910\ldots$; the second has"
    r" $J=-3.40764\ldots$.",
    source=ROOTS,
    uses=["sphere"],
)
@settings(deadline=None)
@given(st.just(solved((1, 1), wide, (3, Fraction(1, 5)), 1)))
def the_last_of_four_roots_is_the_global_minimum(problem):
    polynomial = equation(wide, (3, Fraction(1, 5)))
    assert with_multiplicity(polynomial) == 4
    assert polynomial.eval(Rational(10000089, 10**5)) * polynomial.eval(Rational(10000090, 10**5)) < 0
    _, _, other, _, largest = problem.stationary_points()
    assert largest.kind == "global minimum"
    assert other.kind == "local minimum"
    assert Fraction(-899911, 10**5) < largest.value < Fraction(-899910, 10**5)
    assert Fraction(-340765, 10**5) < other.value < Fraction(-340764, 10**5)


TIE = Fraction(1971405790959557094011754886071, 10**31)


@paper.theorem(
    "vector-tie",
    r"$A_0$ as before, $b_0=(3,\beta)$: at $\beta=0.1971405790959557094011754886071$ the global minimum has $z<2$, at the next decimal number of"
    r" 31 digits $z>97$, and at both the values of the second and of the fourth root agree with $-3.4040743321155474$ to $10^{-15}$.",
    remark=r"As the two values are continuous in $\beta$, two different nonzero $v$ tie in between.",
    source=ROOTS,
    uses=["sphere"],
)
@settings(deadline=None)
@given(st.sampled_from((0, 1)))
def two_nonzero_minima_tie(step):
    problem = solved((1, 1), wide, (3, TIE + Fraction(step, 10**31)), 1)
    (family,) = problem.global_minimisers().families
    square = family.predictor[0] ** 2 + family.predictor[1] ** 2  # z^3
    assert square > 97**3 if step else square < 8
    _, _, second, _, fourth = problem.stationary_points()
    for item in (second, fourth):
        assert abs(item.value + dp.enclose("3.4040743321155474")) < dp.enclose("1/1000000000000000")


@paper.theorem(
    "vector-six-roots",
    r"Three eigenvalues, $A_0=\operatorname{diag}(1,10^{-4},10^{-8})$, $b_0=(3,\frac3{16},\frac1{40})$, $D=2$, $\kappa=s=1$: $F(z)=1$ has six"
    r" positive roots (Sturm).",
    source=ROOTS,
)
@settings(deadline=None)
@given(st.just((*wide, Fraction(1, 10**8))))
def three_eigenvalues_have_six_roots(eigenvalues):
    target = (3, Fraction(3, 16), Fraction(1, 40))
    assert with_multiplicity(equation(eigenvalues, target)) == 6
    assert len(solved((1, 1), eigenvalues, target, 1).stationary_points()) == 7


@paper.theorem(
    "roots-even",
    r"On drawn problems, $s=1$, $D\leq4$, $m\leq3$ different eigenvalues, all positive and seen by $b_0$: the number of positive roots of"
    r" $F(z)=1$, with multiplicity (Sturm), is even and at most $2m$ for $D=2,3,4$, at most 1 for $D=1$.",
    remark=r"For $m=1$ and $D\geq2$ this leaves 0 or 2.",
    source=ROOTS,
)
@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 4),
    st.lists(dp.rationals(min_value=0, max_value=4, max_denominator=9), min_size=1, max_size=3, unique=True),
    st.tuples(*[st.sampled_from((Fraction(3), Fraction(1), Fraction(1, 2), Fraction(1, 5)))] * 3),
    st.sampled_from((Fraction(1), Fraction(1, 4), Fraction(1, 20))),
)
def the_number_of_roots_is_even(depth, eigenvalues, target, gamma):
    pairs = [(value**4, entry) for value, entry in zip(eigenvalues, target, strict=False) if value]
    assume(pairs)
    count = with_multiplicity(equation(*zip(*pairs, strict=True), depth, gamma))
    if depth == 1:
        # at z = 0 for |b0| = kappa
        assert count <= 1
    else:
        assert count % 2 == 0
        assert count <= 2 * len(pairs)


# all widths 1, A0 = gamma = 1, two hidden layers


@paper.theorem(
    "vector-tie-with-zero",
    r"$D=2$, all widths 1, $A_0=\gamma=1$, $b_0=2$: all weights 1 have zero gradient and $J=0$, a tie with zero, both global minima. There"
    r" $\rho^{D-1}|b_0|^2=D^2\prod\gamma_k$: the lower bound at global minima is attained.",
    source=THRESHOLDS,
    uses=["threshold-P", "bounds-global"],
)
@settings(deadline=None)
@given(st.just(solved((1, 1), (1,), (2,), 1)))
def zero_ties_with_another_minimum(problem):
    weights = [[[1]]] * 3
    assert problem.is_critical(weights)
    assert problem.loss(weights) == problem.loss(problem.origin) == problem.global_minimisers().exact_value == 0
    assert sorted(family.is_origin for family in problem.global_minimisers().families) == [False, True]
    rho, depth = weights[1][0][0] ** 2, 2
    assert rho ** (depth - 1) * 2**2 == depth**2


bad = solved((1, 1), (1,), (Fraction(16561, 9000),), 1)


@paper.theorem(
    "vector-bad-minimum",
    r"$D=2$, all widths 1, $A_0=\gamma=1$, $b_0=\frac{16561}{9000}$: all weights $\frac9{10}$ have zero gradient and $J=\frac{278559}{10^6}>0$: a"
    r" local minimum that is not global and not zero; zero is the global minimum.",
    source=SOLVED,
    uses=["sphere"],
)
@settings(deadline=None)
@given(st.just(bad))
def a_nonzero_minimum_is_bad(problem):
    weights = [[[Fraction(9, 10)]]] * 3
    kind = problem.classify(weights)
    assert problem.is_critical(weights)
    assert problem.loss(weights) == Fraction(278559, 10**6)
    assert kind.is_local_minimum
    assert not kind.is_global_minimum
    assert problem.global_minimisers().is_trivial


# circulating versions


@paper.theorem(
    "roots-two",
    r"Circulating version: $F(z)=1$ has no or exactly two positive roots for $D\geq2$. Here four, $b_0=(3,\frac3{16})$ as above.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(fifth))
def there_are_two_roots(problem):
    assert len(problem.stationary_points()) in (1, 3)


@paper.theorem(
    "roots-largest",
    r"Circulating version: the largest root of $F(z)=1$ is the global minimum, or zero is. Here it is the second of four, $b_0=(3,\frac3{16})$.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(fifth))
def the_largest_root_is_the_global_minimum(problem):
    origin, *_, largest = problem.stationary_points()
    assert "global minimum" in (origin.kind, largest.kind)


@paper.theorem(
    "roots-global",
    r"Circulating version: if $F(z)=1$ has a root, a nonzero solution is a global minimum. Here $b_0=\frac{16561}{9000}$ as above, all weights"
    r" $\frac9{10}$ stationary, zero the only global minimum.",
    **FALSE,
)
@settings(deadline=None)
@given(st.just(bad))
def a_root_is_a_global_minimum(problem):
    assert not problem.is_critical([[[Fraction(9, 10)]]] * 3) or not problem.global_minimisers().is_trivial
