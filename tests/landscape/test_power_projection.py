"""The power projection algorithm: published factors and iterates, the projection against its definition, the promised rate."""

from fractions import Fraction as F  # noqa: N817

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.descent.power_projection import balanced_factors, power_projection, project_positive
from dlnproof.landscape.problem import Problem


def whitened(target, layers):
    size = len(target)
    return Problem((size,) * (layers + 1), X=[[int(i == j) for j in range(size)] for i in range(size)], Y=target)


def over(rows, denominator):
    return [[F(entry, denominator) for entry in row] for row in rows]


# gradient descent from the identity, section f: exact factors for the rotation with cosine 12/13 and P^(1/L) = diag(1, 2)
FIRST, SECOND = over([[12, -10], [5, 24]], 13), over([[2628, -2285], [250, 3456]], 2197)
THIRD = over([[586932, -384970], [43445, 441264]], 371293)


@pytest.mark.parametrize(
    ("product", "factors"),
    [
        (over([[119, -480], [120, 476]], 169), [FIRST, SECOND]),
        (over([[828, -16280], [2035, 6624]], 2197), [FIRST, SECOND, THIRD]),
    ],
)
def test_the_balanced_factors_of_a_published_product(product, factors):
    found = balanced_factors(product, len(factors))
    for ball, exact in zip(found, factors, strict=True):
        for entry, value in zip(ball.entries(), [x for row in exact for x in row], strict=True):
            assert abs(entry.mid().fmpq() - fmpq(value.numerator, value.denominator)) <= entry.rad().fmpq()
            assert entry.rad() < 2.0**-90


def test_factors_with_one_principal_root_each_are_not_the_factors():
    # the mutant W_i = R^(1/L) P^(1/L) for every i gives another product: [[94, -360], [180, 526]] / 169
    first = balanced_factors(over([[119, -480], [120, 476]], 169), 2)[0]
    assert not (first * first)[0, 0].overlaps(arb(fmpq(119, 169)))


def test_the_projection_clips_the_symmetric_part_and_keeps_the_rest():
    projected = project_positive([[1, 4], [0, 1]], F(1, 2))
    assert [
        entry.contains(arb(value)) for entry, value in zip(projected.entries(), (1.75, 3.25, -0.75, 1.75), strict=True)
    ] == [True] * 4


@pytest.mark.parametrize("matrix", [[[1, 4, 0], [0, -2, 1], [3, 0, 1]], [[-1, 0, 2], [1, -3, 0], [0, 5, -2]]])
def test_the_projection_satisfies_the_variational_inequality(matrix):
    # Z is the projection of B iff <B - Z, A - Z> <= 0 for all A in the set: A = g I + v v^T, and antisymmetric changes
    margin = F(1, 3)
    with ctx.workprec(128):
        projected = project_positive(matrix, margin)
        gap = arb_mat(fmpq_mat([[fmpq(x) for x in row] for row in matrix])) - projected
        for v in ([1, 0, 0], [0, 1, 0], [1, -1, 2], [3, 1, -1]):
            member = arb_mat(
                fmpq_mat([[fmpq(v[i] * v[j]) + (fmpq(1, 3) if i == j else 0) for j in range(3)] for i in range(3)])
            )
            inner = sum((a * b for a, b in zip(gap.entries(), (member - projected).entries(), strict=True)), arb(0))
            assert not inner > 0
        assert all((gap - gap.transpose())[i, j].contains(0) for i in range(3) for j in range(3))


def test_three_iterates_with_an_active_projection():
    # the same source, section f: Phi = [[1, -3], [3, 2]], margin 1, rate 1/20
    path = power_projection(whitened([[1, -3], [3, 2]], 2), 1, F(1, 20), 3)
    first = [entry.str(20, radius=False) for entry in path.end_to_end(1).entries()]
    assert [float(x) for x in first] == [1, -123 / 400, 123 / 400, 27 / 25]
    assert path.losses[1].contains(F(767275625, 100_000_000))
    assert path.end_to_end(2)[1, 0].str(29, radius=False) == "0.61228658905662322326700872905"
    assert path.end_to_end(3)[1, 1].str(29, radius=False) == "1.2876163881849488994201483299"
    assert path.losses[3].str(15, radius=False) == "4.55319580394986"


def test_the_promised_rate_holds_at_every_step():
    # target positive with margin 1: rate 1/(4 L M^(2-2/L)), M = ||Phi|| + ||Phi - I||_F <= 8
    layers, rate = 3, F(1, 4 * 3 * 16)
    path = power_projection(whitened([[1, -3], [3, 2]], layers), 1, rate, 6)
    for before, after in zip(path.losses, path.losses[1:], strict=False):
        assert after < before * (1 - F(layers) * rate).numerator / (1 - F(layers) * rate).denominator
    assert all(entry.contains(0) and entry.rad() < 2.0**-30 for part in path.imbalance(6) for entry in part.entries())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: power_projection(Problem((2, 1, 2), X=[[1], [1]], Y=[[1], [1]]), 1, 1, 1),
            InputError,
            "square layers",
        ),
        (lambda: power_projection(whitened([[1]], 2), 0, 1, 1), InputError, "margin=0: a positive number is needed"),
        (lambda: balanced_factors([[-1]], 2), UnsupportedError, "may have the eigenvalue -1"),
        (lambda: balanced_factors([[1, 1], [1, 1]], 2), UnsupportedError, "not certainly positive definite"),
    ],
)
def test_what_has_no_power_projection_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_rational_factors_and_projections_are_exact_without_bits():
    for product, factors in ((over([[119, -480], [120, 476]], 169), [FIRST, SECOND]),
                             (over([[828, -16280], [2035, 6624]], 2197), [FIRST, SECOND, THIRD])):  # fmt: skip
        found = balanced_factors(product, len(factors), bits=None)
        assert [[[F(int(x.p), int(x.q)) for x in row] for row in matrix.tolist()] for matrix in found] == factors
    assert project_positive([[1, 4], [0, 1]], F(1, 2), bits=None) == fmpq_mat([[7, 13], [-3, 7]]) / 4
    with pytest.raises(UnsupportedError, match="not known to be rational; use balls: bits=128"):
        balanced_factors([[2, 1], [0, 1]], 2, bits=None)
    with pytest.raises(UnsupportedError, match="the projection of a matrix is not known to be rational"):
        project_positive([[1, 1], [1, 0]], 1, bits=None)


def test_equal_eigenvalues_do_not_stop_the_algorithm():
    path = power_projection(whitened([[3, 0, 0], [0, 3, 0], [0, 0, 1]], 3), 1, F(1, 40), 2)
    first, second, third = (path.end_to_end(2)[k, k] for k in range(3))
    assert first.overlaps(second)
    assert third.overlaps(arb(1))
    assert first > 1
