"""Bharadwaj and Hosten (2023): numbers of critical points at exact data, and the entries of the paper's tables.

A count is exact for its data: the standard monomials of a Groebner basis over the rationals, and for the number of different or
of real points the characteristic polynomial of multiplication by a linear form. Entries of the tables as restated in this
catalogue (m = 1 sample; d hidden neurons, d_y outputs).
"""

from functools import lru_cache
from math import comb

from bharadwaj_hosten_2023 import CHAIN, GENERIC, LAYER, X1, example, paper, weights
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Poly, Rational, Symbol, diff, groebner, zeros

TABLE = "Bharadwaj and Hosten (2023), table of one hidden layer (restated)"
DEEP = "Bharadwaj and Hosten (2023), table of two hidden layers and beyond (restated)"
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


def one_hidden_layer(hidden, outputs):
    """Return sum_r C(d, r) C(d_y, r) 4^r."""
    return sum(comb(hidden, r) * comb(outputs, r) * 4**r for r in range(hidden + 1))


def chain(widths):
    """Return 1 + (H - 1) 2^H, H the number of layers."""
    depth = len(widths) - 1
    return 1 + (depth - 1) * 2**depth


def energy_at_data(widths, samples, equal=False):
    """Return L at data of different primes and the weights, each with a decay of its own, or all with the same one."""
    primes = iter(PRIMES)
    inputs = [[Rational(next(primes)) for _ in range(samples)] for _ in range(widths[0])]
    outputs, energy, names = inputs, Rational(0), []
    for k in range(1, len(widths)):
        rows = []
        for i in range(widths[k]):
            row = [Symbol(f"w{k}_{i}_{j}") for j in range(widths[k - 1])]
            energy += sum(Rational(5 if equal else next(primes), 7) * name**2 for name in row) / 2
            rows.append([sum(w * value[s] for w, value in zip(row, outputs, strict=True)) for s in range(samples)])
            names += row
        outputs = rows
    misfit = [
        value - Rational(3 + 2 * k + s * s, 5 + k + 3 * s)
        for k, row in enumerate(outputs)
        for s, value in enumerate(row)
    ]
    return energy + sum(value**2 for value in misfit) / 2, names


def standard_monomials(basis, names):
    """Return the monomials that no leading term divides, those of low degree first."""
    leading = [poly.monoms(order="grevlex")[0] for poly in basis.polys]
    found, front = {}, [(0,) * len(names)]
    while front:
        monomial = front.pop(0)
        if monomial in found or any(all(a >= b for a, b in zip(monomial, lead, strict=True)) for lead in leading):
            continue
        found[monomial] = None
        front += [tuple(e + (i == k) for i, e in enumerate(monomial)) for k in range(len(names))]
    return list(found)


@lru_cache(maxsize=64)
def number_of_critical_points(widths, samples=1, equal=False):
    """Return the number of complex critical points, with multiplicity, at the data of `energy_at_data`."""
    energy, names = energy_at_data(widths, samples, equal)
    basis = groebner([diff(energy, name) for name in names], *names, order="grevlex")
    return len(standard_monomials(basis, names))


def eliminant(equations, names):
    """Return the characteristic polynomial of multiplication by x_1 + 2 x_2 + 3 x_3 + ... modulo the equations."""
    basis = groebner(equations, *names, order="grevlex")
    monomials = standard_monomials(basis, names)
    place = {monomial: number for number, monomial in enumerate(monomials)}
    form = sum((k + 1) * name for k, name in enumerate(names))
    table = zeros(len(monomials), len(monomials))
    for column, monomial in enumerate(monomials):
        product = form
        for name, power in zip(names, monomial, strict=True):
            product *= name**power
        for term, value in Poly(basis.reduce(product)[1], *names).terms():
            if value:
                table[place[term], column] = value
    unknown = Symbol("t")
    return Poly(table.charpoly(unknown).as_expr(unknown), unknown)


# chains, and one hidden layer

CHAINS = [(1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1, 1)]
LAYERS = [(1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 2, 1), (1, 2, 2), (2, 1, 1), (2, 1, 2)]


@paper.theorem(
    "chain-counts",
    "Chains with $H=2,3,4$ weights have $1+(H-1)2^H=5,17,49$ complex critical points, counted with multiplicity at"
    " one set of data each.",
    source=CHAIN,
    uses=["chain-count"],
)
@settings(max_examples=10, deadline=None)
@given(st.sampled_from(CHAINS))
def chains(widths):
    assert number_of_critical_points(widths) == chain(widths)


@paper.twin("chain-counts", "as many as the Bezout number of the gradient")
@given(st.sampled_from(CHAINS[:2]))
def chains_reach_bezout(widths):
    depth = len(widths) - 1
    assert number_of_critical_points(widths) == (2 * depth - 1) ** depth


@paper.theorem(
    "layer-counts",
    r"One hidden layer, one sample: $\sum_r\binom dr\binom{d_y}r4^r$ complex critical points with multiplicity, at"
    r" one set of data each, for $(d_x,d,d_y)=(1,1,1)$, $(1,1,2)$, $(1,1,3)$, $(1,2,1)$, $(1,2,2)$, $(2,1,1)$,"
    r" $(2,1,2)$.",
    source=LAYER,
    uses=["layer-formula"],
)
@settings(max_examples=20, deadline=None)
@given(st.sampled_from(LAYERS))
def layers(widths):
    assert number_of_critical_points(widths) == one_hidden_layer(*widths[1:])


@paper.twin("layer-counts", "the bound (1 + 4 d_y)^d is reached")
@given(st.sampled_from([(1, 2, 2), (1, 2, 1)]))
def layers_reach_the_bound(widths):
    assert number_of_critical_points(widths) == (1 + 4 * widths[2]) ** widths[1]


ACTIVE = [(1, 1), (1, 2), (1, 3), (1, 4), (2, 2), (2, 3)]


def active_system(neurons, outputs):
    """Return the equations of r active neurons in e and b = a^2 at data of small primes, and the unknowns."""
    errors = [Symbol(f"e{k}") for k in range(outputs)]
    squares = [Symbol(f"b{i}") for i in range(neurons)]
    c = [[Rational(1, PRIMES[3 * i + k]) for k in range(outputs)] for i in range(neurons)]
    quadrics = [sum(c[i][k] * errors[k] ** 2 for k in range(outputs)) - Rational(i + 2, 3) for i in range(neurons)]
    residuals = [
        errors[k] * (1 + sum(squares[i] * c[i][k] for i in range(neurons))) + Rational(k + 2, 5) for k in range(outputs)
    ]
    return quadrics + residuals, [*errors, *squares]


@paper.theorem(
    "layer-active",
    r"The equations of $r$ active neurons, $\sum_ke_k^2/q_{ki}=1/s_i$, $e_k(1+\sum_ib_i/q_{ki})=-y_k$, have"
    r" $2^r\binom{d_y}r$ complex solutions, all different, at one set of data each, for"
    r" $(r,d_y)=(1,1),\dots,(1,4),(2,2),(2,3)$.",
    remark="Simple solutions persist, so at these sizes generic data have at least as many.",
    source=GENERIC,
    uses=["layer-simple"],
)
@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ACTIVE))
def active_neurons(sizes):
    polynomial = eliminant(*active_system(*sizes))
    assert polynomial.degree() == 2 ** sizes[0] * comb(sizes[1], sizes[0])
    assert polynomial.gcd(polynomial.diff()).degree() == 0


@paper.twin("layer-active", "as many as the product of the degrees")
@given(st.sampled_from(ACTIVE))
def active_neurons_reach_bezout(sizes):
    assert eliminant(*active_system(*sizes)).degree() == 2 ** sum(sizes)


# the tables

TABLE_1 = {
    (1, 1): (5, 4),
    (1, 2): (9, 8),
    (1, 3): (13, 12),
    (2, 1): (9, 0),
    (2, 2): (33, 16),
    (2, 3): (73, 48),
    (3, 1): (13, 0),
    (3, 2): (73, 0),
    (3, 3): (245, 64),
}
BEYOND = {(2, 4): 129, (4, 2): 129, (4, 1): 17, (4, 3): 593, (3, 4): 593}


@paper.theorem(
    "layer-table",
    r"The formula gives the $N_{\mathbb C}=5,9,13;9,33,73;13,73,245$ of the paper's table for $d,d_y=1,2,3$, and"
    r" $4^d\binom{d_y}d$ its $N^*_{\mathbb C}=4,8,12;0,16,48;0,0,64$; at $(d,d_y)=(2,4),(4,2),(4,1),(4,3),(3,4)$ it"
    r" gives $129,129,17,593,593$; it is at most $(1+4d_y)^d$.",
    remark=r"$N^*_{\mathbb C}$ counts the points with all neurons active. The five other numbers were counted modulo"
    r" $32003$ in this project, and $(1+4d_y)^d$ is the paper's bound.",
    source=TABLE,
    uses=["layer-formula"],
)
@settings(max_examples=40, deadline=None)
@given(st.sampled_from([*TABLE_1, *BEYOND]))
def table_of_one_hidden_layer(sizes):
    hidden, outputs = sizes
    assert one_hidden_layer(*sizes) == (TABLE_1[sizes][0] if sizes in TABLE_1 else BEYOND[sizes])
    assert sizes not in TABLE_1 or TABLE_1[sizes][1] == 4**hidden * comb(outputs, hidden)
    assert one_hidden_layer(*sizes) <= (1 + 4 * outputs) ** hidden


@paper.twin("layer-table", "the bound in the place of the number")
@given(st.sampled_from(list(TABLE_1)))
def table_of_bounds(sizes):
    assert TABLE_1[sizes][0] == (1 + 4 * sizes[1]) ** sizes[0]


COUNTS = {
    ((1, 1, 1, 2), 1): 33,
    ((1, 1, 2, 1), 1): 33,
    ((1, 2, 1, 1), 1): 33,
    ((2, 1, 1), 2): 9,
    ((2, 1, 2), 2): 17,
    ((3, 1, 1), 3): 13,
    ((2, 2, 1), 2): 33,
}


@paper.theorem(
    "deep-counts",
    "Numbers of complex critical points with multiplicity at one set of data each: $(1,1,1,2)$, $(1,1,2,1)$,"
    " $(1,2,1,1)$, one sample: $33$; with as many samples as inputs $(2,1,1)$: $9$, $(2,1,2)$: $17$, $(3,1,1)$:"
    " $13$, $(2,2,1)$: $33$.",
    remark="$(a,1,b)$ has $1+4ab$ here. No proof of these numbers is known here.",
    source=DEEP,
)
@settings(max_examples=20, deadline=None)
@given(st.sampled_from(list(COUNTS)))
def deeper_networks(case):
    assert number_of_critical_points(*case) == COUNTS[case]


@paper.twin("deep-counts", "as many as a chain of that depth")
@given(st.sampled_from(list(COUNTS)))
def deeper_networks_like_chains(case):
    assert number_of_critical_points(*case) == chain(case[0])


EQUAL = {((1, 1, 1), 1): 5, ((2, 1, 1), 2): 9, ((1, 1, 1, 1), 1): 17, ((2, 1, 2), 2): 13}


@paper.theorem(
    "equal-decay-counts",
    "With the same decay for all weights, numbers with multiplicity at one set of data each: $(1,1,1)$: $5$,"
    " $(1,1,1,1)$: $17$; two samples, $(2,1,1)$: $9$, $(2,1,2)$: $13$.",
    remark="For $(2,1,2)$ this is fewer than the $17$ of different decays (deep-counts).",
    source=DEEP,
)
@settings(max_examples=10, deadline=None)
@given(st.sampled_from(list(EQUAL)))
def networks_with_one_decay(case):
    assert number_of_critical_points(*case, equal=True) == EQUAL[case]


@paper.twin("equal-decay-counts", "as many as with different decays")
@given(st.sampled_from(list(EQUAL)))
def networks_with_one_decay_like_others(case):
    assert number_of_critical_points(*case, equal=True) == number_of_critical_points(*case)


REAL = [(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 1, 1, 1)]


@paper.theorem(
    "real-counts",
    r"At one set of data each the critical points of $(1,1,1)$, $(1,1,2)$, $(1,2,1)$, $(1,1,1,1)$ are all different, and the"
    r" number of real ones is odd.",
    source="this project's remark beside Bharadwaj and Hosten (2023), numbers of real critical points",
    uses=["parity"],
)
@settings(max_examples=10, deadline=None)
@given(st.sampled_from(REAL))
def real_points_are_odd_in_number(widths):
    energy, names = energy_at_data(widths, 1)
    polynomial = eliminant([diff(energy, name) for name in names], names)
    assert polynomial.gcd(polynomial.diff()).degree() == 0
    assert polynomial.count_roots() % 2 == 1


@paper.twin("real-counts", "all are real")
@given(st.sampled_from(REAL))
def all_points_are_real(widths):
    energy, names = energy_at_data(widths, 1)
    polynomial = eliminant([diff(energy, name) for name in names], names)
    assert polynomial.count_roots() == polynomial.degree()


# the spurious minimum: all critical points


@paper.theorem(
    "X1-count",
    "The loss of X1-critical has 17 complex critical points, all different, 9 of them real.",
    remark=r"Besides the origin and the pairs $\pm$ of the two minima there are four.",
    source=X1,
    uses=["X1", "parity"],
)
@settings(max_examples=1, deadline=None)
@given(st.just(17))
def points_of_the_example(number):
    polynomial = eliminant([diff(example, name) for name in weights], list(weights))
    assert polynomial.degree() == number
    assert polynomial.gcd(polynomial.diff()).degree() == 0
    assert polynomial.count_roots() == 9


@paper.twin("X1-count", "all of them are real")
@given(st.just(17))
def points_of_the_example_are_real(number):
    assert eliminant([diff(example, name) for name in weights], list(weights)).count_roots() == number
