"""The counterexamples to weakened assumptions and the mutants, as exact numbers and polynomial identities.

Source of all of them: project notes on the landscape without decay, C1-C4, X1, the mutants and errata of Lu and Kawaguchi (2017),
Kawaguchi (2016) and Baldi and Hornik (1989).
"""

from fractions import Fraction as F  # noqa: N817

import pytest
import sympy
from flint import fmpq_mat
from sympy import Rational, symbols
from sympy.polys.domains import QQ
from sympy.polys.groebnertools import groebner
from sympy.polys.orderings import grevlex
from sympy.polys.rings import ring
from test_vectors import I2, problem_of

from dlnproof.landscape.derivatives import products_above, products_below
from dlnproof.landscape.problem import Problem
from dlnproof.rings.groebner import standard_monomials
from dlnproof.rings.rational import identity
from dlnproof.rings.real_roots import real_roots

# C1: a strongly convex quadratic other than the Frobenius norm has a bad local minimum with a narrow hidden layer


def test_c1_the_certificate_is_two_squares_and_an_inequality():
    r11, r12, r21, r22, sign = symbols("r11 r12 r21 r22 s")
    loss = ((r11 - 1) ** 2 + (r22 - Rational(1, 2)) ** 2 + 3 * r12**2 + 3 * r21**2) / 2
    # 3 (r12^2 + r21^2) = 3 (r12 - s r21)^2 + 6 s r12 r21 with s = +-1, and r12 r21 = r11 r22 on rank one
    bound = (r22 - Rational(1, 2)) ** 2 + r11**2 - 2 * r11 + 6 * sign * r12 * r21
    rest = sympy.expand(2 * loss - 1 - bound - 3 * (r12 - sign * r21) ** 2)
    assert sympy.expand(rest - 3 * r21**2 * (1 - sign**2)) == 0
    # with s the sign of r11: r11^2 - 2 r11 + 6 |r11| r22 >= r11^2 + 2 |r11| (3 r22 - 1) >= 0 for r22 >= 1/3


def test_c1_value_and_hessian():
    a1, a2, b1, b2 = symbols("a1 a2 b1 b2")
    r11, r12, r21, r22 = a1 * b1, a1 * b2, a2 * b1, a2 * b2
    loss = ((r11 - 1) ** 2 + (r22 - Rational(1, 2)) ** 2 + 3 * r12**2 + 3 * r21**2) / 2
    local = {a1: 0, a2: 1, b1: 0, b2: Rational(1, 2)}
    assert loss.subs(local) == Rational(1, 2)
    assert loss.subs({a1: 1, a2: 0, b1: 1, b2: 0}) == Rational(1, 8)
    variables = (a1, a2, b1, b2)
    assert all(loss.diff(v).subs(local) == 0 for v in variables)
    values = sympy.hessian(loss, variables).subs(local).eigenvals()
    root = sympy.sqrt(145)
    assert set(values) == {0, (15 - root) / 8, (15 + root) / 8, Rational(5, 4)}


def test_c2_and_c4_the_polynomial_identity_forbids_small_moves():
    al, a, b, c, d, e, f, be = symbols("al a b c d e f be")
    W2, W1 = sympy.Matrix([[al, a], [b, c]]), sympy.Matrix([[d, e], [f, be]])
    R = W2 * W1
    assert sympy.expand(al * be * R[1, 0] - (be * b * R[0, 0] + al * f * R[1, 1] - b * f * R[0, 1])) == 0
    # C2: |b|, |f| <= 1/4 and al, be >= 1/2 give |r21| <= |r11| / 2 + |r22| / 2 + |r12| / 4, so l = sum |r - E21| >= 1
    # C4: R' = e E21 needs al be e = 0, but al and be are near 1
    start = R.subs({al: 1, a: 0, b: 0, c: 0, d: 0, e: 0, f: 0, be: 1})
    assert start == sympy.zeros(2, 2)


def test_c3_a_non_convex_loss_of_one_number():
    r = symbols("r")
    loss = 3 * r**4 - 4 * r**3 - 12 * r**2
    assert (loss.subs(r, -1), loss.diff(r).subs(r, -1), loss.diff(r, 2).subs(r, -1)) == (-5, 0, 36)
    assert (loss.subs(r, 2), loss.diff(r).subs(r, 2)) == (-32, 0)


# mcth18.X1: a bad strict minimum with one hidden layer and a Hadamard regulariser


def spurious():
    polynomials, u1, u2, v1, v2 = ring("u1 u2 v1 v2", QQ, grevlex)
    loss = ((v1 * u1 - 1) ** 2 + (v2 * u2 - QQ(1, 2)) ** 2 + (v1 * u2) ** 2 + (v2 * u1) ** 2) * QQ(1, 2)
    loss += (u1**2 + u2**2 * QQ(1, 100) + v1**2 * QQ(1, 100) + v2**2) * QQ(1, 2)
    return polynomials, (u1, u2, v1, v2), loss


def minors(loss, variables, point):
    values = list(zip(variables, point, strict=True))
    assert all(loss.diff(x).evaluate(values) == 0 for x in variables)
    hessian = sympy.Matrix(
        4, 4, lambda i, j: Rational(str(loss.diff(variables[i]).diff(variables[j]).evaluate(values)))
    )
    return loss.evaluate(values), [hessian[:k, :k].det() for k in range(1, 5)]


def test_x1_both_minima_are_exact_and_positive_definite():
    _, variables, loss = spurious()
    value, dets = minors(loss, variables, (QQ(3, 10), 0, 3, 0))
    assert value == QQ(11, 50)
    assert dets == [10, Rational(901, 10), Rational(8109, 2500), Rational(861381, 250000)]
    value, dets = minors(loss, variables, (0, 2, 0, QQ(1, 5)))
    assert value == QQ(109, 200)
    assert dets == [Rational(26, 25), Rational(13, 250), Rational(3963, 25000), Rational(7926, 15625)]
    assert loss.evaluate([(x, 0) for x in variables]) == QQ(5, 8)


def test_x1_has_seventeen_critical_points_of_which_nine_are_real():
    polynomials, variables, loss = spurious()
    basis = groebner([loss.diff(x) for x in variables], polynomials)
    leads = [tuple(g.LM) for g in basis]
    assert standard_monomials(leads) == 17
    standard = [m for m in _monomials(4, 6) if not any(all(map(int.__le__, lead, m)) for lead in leads)]
    assert len(standard) == 17
    # the characteristic polynomial of multiplication by a linear form: squarefree, so it separates the points and all are simple
    form = variables[0] + 3 * variables[1] + 7 * variables[2] + 19 * variables[3]
    rows = []
    for monomial in standard:
        image = (form * polynomials.from_dict({monomial: QQ(1)})).rem(basis)
        rows.append([image.get(m, QQ(0)) for m in standard])
    matrix = fmpq_mat([[_fmpq(x) for x in row] for row in rows])
    roots = real_roots(matrix.charpoly())
    assert all(multiplicity == 1 for _, multiplicity in roots)
    assert len(roots) == 9


def _fmpq(value):
    from flint import fmpq

    return fmpq(int(value.numerator), int(value.denominator))


def _monomials(variables, degree):
    if not variables:
        yield ()
        return
    for first in range(degree + 1):
        for rest in _monomials(variables - 1, degree - first):
            yield (first, *rest)


# Lu and Kawaguchi (2017): mutants and errata


def test_no_equal_loss_minimum_of_full_rank_and_no_full_rank_factor():
    # T2.1 m1, E3: X = (1, 0), Y = (0, 1): L = 1/2 ((w2 w1)^2 + 1), so every minimum has w2 w1 = 0
    problem = Problem((1, 1, 1), [[1, 0]], [[0, 1]])
    for w1, w2 in ((0, 3), (1, 0), (F(2, 3), F(1, 5))):
        assert problem.loss([[[w1]], [[w2]]]) == F(1, 2) * ((w1 * w2) ** 2 + 1)
    assert problem.classify([[[1]], [[0]]]).is_global_minimum
    (stratum,) = problem.strata()
    assert (stratum.rank, stratum.value) == (0, F(1, 2))
    # E4: d = (1, 2, 1), full-rank factors, product 0
    wide = Problem((1, 2, 1), [[1, 0]], [[0, 1]])
    assert wide.classify([[[1], [0]], [[0, 1]]]).is_global_minimum
    assert [s.rank for s in wide.strata()] == [0]


def test_a_local_minimum_of_the_rank_constraint_is_not_a_critical_point_condition():
    # T2.1 m2: V2 is critical with R = E22 and L = 2, but the best rank one has 1/2
    problem, weights, *_ = problem_of("V2")
    assert problem.is_critical(weights)
    assert problem.loss(weights) == 2
    assert problem.critical_values()[0] == F(1, 2)


def test_the_minimiser_of_a_rank_constraint_is_not_unique():
    # T2.2 m2: Y = I, k = 1: E11 and E22 both have F = 2 L = 1
    problem = Problem((2, 1, 2), I2, I2)
    for weights in ([[[1, 0]], [[1], [0]]], [[[0, 1]], [[0], [1]]]):
        assert 2 * problem.loss(weights) == 1
        assert problem.classify(weights).is_global_minimum


def test_moving_the_first_layer_alone_does_not_reach_every_nearby_product():
    # T3.1 m2: d = (2, 1, 2), W_2 = (1, 0)^T: R' = (1, e)^T (1, 0) has a column outside the span of W_2
    e = F(1, 1000)
    outer, product = [[1], [0]], [[1, 0], [e, 0]]
    joined = [outer[i] + product[i] for i in range(2)]
    assert fmpq_mat([[_fmpq(F(x)) for x in row] for row in joined]).rank() == 2 > fmpq_mat(outer).rank()


@pytest.mark.parametrize(
    ("X", "Y", "claimed"), [([[1, 0]], [[0, 1]], 1), ([[1, 0, 0, 0], [0, 1, 0, 0]], [[0, 0, 1, 0], [0, 0, 0, 1]], 2)]
)
def test_full_rank_data_can_be_uncorrelated(X, Y, claimed):
    # E2: the claimed rank of Y X^+ fails; the correct bound is s1 + s2 - m
    assert fmpq_mat(X).rank() == fmpq_mat(Y).rank() == claimed
    assert (fmpq_mat(Y) * fmpq_mat(X).transpose()).rank() == 0 >= 2 * claimed - len(X[0])


def test_singular_vectors_are_not_continuous():
    # E5: [[1, e], [e, 1]] has the singular values 1 +- e with the vectors (1, +-1) only, however small e is
    e = symbols("e", positive=True)
    M = sympy.Matrix([[1, e], [e, 1]])
    assert M * sympy.Matrix([1, 1]) == (1 + e) * sympy.Matrix([1, 1])
    assert sympy.expand(M * sympy.Matrix([1, -1]) - (1 - e) * sympy.Matrix([1, -1])) == sympy.zeros(2, 1)


# Kawaguchi (2016) and Baldi and Hornik (1989)


def test_the_gradient_is_stacked_by_rows():
    # L4.1 mutant: d = (2, 2), Y = E12, W = 0: row-major (0, -1, 0, 0), column-major -(0, 0, 1, 0)
    gradient = Problem((2, 2), I2, [[0, 1], [0, 0]]).gradient([[[0, 0], [0, 0]]])[0]
    assert [x for row in gradient for x in row] == [0, -1, 0, 0]
    assert [x for column in zip(*gradient, strict=True) for x in column] == [0, 0, -1, 0]


def test_zero_inputs_make_the_loss_constant():
    # T2.3 (i) needs X != 0
    problem = Problem((2, 2, 2), [[0], [0]], [[1], [2]])
    assert problem.loss(problem.identity) == problem.loss(problem.origin) == F(5, 2)
    assert problem.inertia(problem.identity) == (0, 0, 8)
    assert [s.kinds for s in problem.strata()] == [("global minimum",)]


def test_a_repeated_eigenvalue_lets_the_projector_be_no_coordinate_one():
    # L4.6, V13: P_C = [[9, 12], [12, 16]] / 25 commutes with Sigma = I
    problem, weights, *_ = problem_of("V13")
    C = fmpq_mat([[_fmpq(F(x)) for x in row] for row in weights[1]])
    P = C * (C.transpose() * C).inv() * C.transpose()
    assert fmpq_mat([[9, 12], [12, 16]]) == P * 25
    assert P * problem.spectrum.sigma == problem.spectrum.sigma * P


def test_without_inverse_of_the_inputs_the_projection_formula_fails():
    # L4.2 dropped, V14: R = diag(0, 5), but P_C Y X^T (X X^T)^+ = 0
    problem, weights, *_ = problem_of("V14")
    matrices = problem.read_weights(weights)
    assert products_below(matrices)[-1] == fmpq_mat([[0, 0], [0, 5]])
    C = matrices[1]
    P = C * (C.transpose() * C).inv() * C.transpose()
    assert not any((P * problem.cross_moment).entries())


def test_the_two_layer_equations_need_a_factor_of_full_rank():
    # bh89.F3 mutant: x = y = 1, A = 0, B = 1 satisfies W = P_A ..., but dE/dA = -2 (E = 2 L)
    gradient = Problem((1, 1, 1), [[1]], [[1]]).gradient([[[1]], [[0]]])
    assert 2 * gradient[1][0][0] == -2


# the ranks of the blocks of each pivot, section 3


@pytest.mark.parametrize(
    ("name", "ranks"),
    [("V6", {(2, 1): (2, 1), (3, 1): (1, 2), (3, 2): (2, 1)}), ("V7", {(3, 1): (2, 2)}), ("V8", None)],
)
def test_the_ranks_of_the_pivot_blocks(name, ranks):
    problem, weights, *_ = problem_of(name)
    matrices = problem.read_weights(weights)
    above, below = products_above(matrices), products_below(matrices)
    crossed = problem.cross_moment.transpose()
    found = {}
    for j in range(1, 4):
        for i in range(j + 1, 4):
            inner = identity(matrices[j - 1].nrows())
            for weight in matrices[j : i - 1]:
                inner = weight * inner
            found[i, j] = (inner.rank(), (below[j - 1] * crossed * above[i]).rank())
    rank = (below[-1] * problem.input_moment).rank()
    if ranks is None:
        assert all(rank in pair for pair in found.values())
    else:
        assert ranks.items() <= found.items()
