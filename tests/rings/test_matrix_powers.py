"""Fractional powers of ball matrices: they multiply up to what they are powers of, equal eigenvalues included."""

from fractions import Fraction as F  # noqa: N817

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.errors import UnsupportedError
from dlnproof.rings.matrix_powers import definite_power, polar, rotation_power
from dlnproof.rings.spectral import square_root


def product(factors):
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def holds(ball, exact, width=2.0**-60):
    pairs = list(zip(ball.entries(), arb_mat(exact).entries(), strict=True))
    return all(entry.contains(value) and entry.rad() < width for entry, value in pairs)


entries = st.lists(st.integers(-4, 4), min_size=9, max_size=9)


@given(entries, st.integers(2, 5))
def test_the_root_of_a_definite_matrix_to_its_degree_is_the_matrix(numbers, degree):
    lower = fmpq_mat(3, 3, numbers)
    matrix = lower * lower.transpose() + fmpq_mat(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1])
    with ctx.workprec(160):
        root = definite_power(arb_mat(matrix), F(1, degree))
        assert holds(product([root] * degree), matrix)


@pytest.mark.parametrize("diagonal", [[2, 2, 2], [1, 1, 5], [1, 10_000, 10_000]])
def test_equal_eigenvalues_and_bad_conditioning_do_no_harm(diagonal):
    matrix = fmpq_mat(3, 3, [diagonal[i] if i == j else 0 for i in range(3) for j in range(3)])
    with ctx.workprec(128):
        inverse_root = definite_power(arb_mat(matrix), F(-1, 2))
        assert holds(inverse_root * inverse_root, matrix.inv())


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.integers(1, 7), st.integers(1, 7))
def test_powers_of_a_rotation_add_up(numbers, top, bottom):
    # Cayley: (I - S)(I + S)^-1 is a rotation without eigenvalue -1 for every antisymmetric S
    a, b, c = numbers
    skew = fmpq_mat(3, 3, [0, a, b, -a, 0, c, -b, -c, 0])
    unit = fmpq_mat(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1])
    rotation = (unit - skew) * (unit + skew).inv()
    with ctx.workprec(192):
        first = rotation_power(arb_mat(rotation), F(1, top + bottom))
        assert holds(product([first] * (top + bottom)), rotation)
        part = rotation_power(arb_mat(rotation), F(top, top + bottom))
        rest = rotation_power(arb_mat(rotation), F(bottom, top + bottom))
        assert holds(part * rest, rotation)
        assert part.trace() > arb_mat(rotation).trace() - 1  # the short way round


def test_the_polar_factors_multiply_to_the_matrix_and_the_first_is_orthogonal():
    matrix = fmpq_mat(3, 3, [1, 20, 0, 0, 3, 1, 2, 0, -1])
    with ctx.workprec(128):
        rotation, stretch = polar(arb_mat(matrix))
        assert holds(rotation * stretch, matrix)
        assert holds(rotation.transpose() * rotation, fmpq_mat(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1]))


def test_the_radius_of_the_input_is_carried_into_the_root():
    with ctx.workprec(128):
        wide = arb_mat([[arb(2, 0.01), 0], [0, arb(3, 0.01)]])
        root = definite_power(wide, F(1, 2))
        for low, high in ((fmpq(199, 100), fmpq(299, 100)), (fmpq(201, 100), fmpq(301, 100))):
            assert root[0, 0].contains(arb(low).sqrt())
            assert root[1, 1].contains(arb(high).sqrt())


def test_what_has_no_principal_root_is_refused():
    with ctx.workprec(128):
        with pytest.raises(UnsupportedError, match="may have the eigenvalue -1"):
            rotation_power(arb_mat([[-1, 0], [0, -1]]), F(1, 2))
        with pytest.raises(UnsupportedError, match="not certainly positive definite"):
            definite_power(arb_mat([[1, 2], [2, 1]]), F(1, 2))


def test_the_square_root_of_a_ball_around_zero_starts_at_zero():
    assert square_root(arb(0, 0.25)).contains(arb(fmpq(1, 4)).sqrt() - arb(2) ** -20)
    assert square_root(arb(0, 0.25)).contains(0)
