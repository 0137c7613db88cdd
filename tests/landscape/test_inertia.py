"""Inertia by Descartes' signs and by congruence, on matrices of known inertia and on random ones."""

import pytest
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import DisagreementError
from dlnproof.landscape import second_road
from dlnproof.landscape.inertia import inertia
from dlnproof.rings.rational import to_rows

ENTRY = st.sampled_from([0, 0, 0, 1, -1, 2, -3])


def both(matrix):
    first = inertia(matrix)
    assert second_road.inertia(to_rows(matrix)) == first
    return first


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[0]], (0, 0, 1)),
        ([[0, 1], [1, 0]], (1, 1, 0)),  # no pivot on the diagonal
        ([[0, 1, 0], [1, 0, 0], [0, 0, 0]], (1, 1, 1)),
        ([[2, 1, 1], [1, 2, 1], [1, 1, 2]], (3, 0, 0)),
        ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], (1, 0, 2)),
        ([[-1, 0, 0], [0, -1, 0], [0, 0, -1]], (0, 3, 0)),  # a threefold root
        ([[0, 0, 1, 2], [0, 0, 3, 4], [1, 3, 0, 0], [2, 4, 0, 0]], (2, 2, 0)),
    ],
)
def test_known_inertia(rows, expected):
    assert both(fmpq_mat(rows)) == expected


@settings(max_examples=100)
@given(st.integers(1, 6), st.data())
def test_congruence_keeps_the_inertia_of_a_diagonal_matrix(size, data):
    signs = data.draw(st.lists(st.sampled_from([-2, -1, 0, 1, 3]), min_size=size, max_size=size))
    diagonal = fmpq_mat(size, size)
    for i, value in enumerate(signs):
        diagonal[i, i] = value
    change = fmpq_mat(size, size, data.draw(st.lists(ENTRY, min_size=size * size, max_size=size * size)))
    expected = (sum(v > 0 for v in signs), sum(v < 0 for v in signs), sum(v == 0 for v in signs))
    found = both(change.transpose() * diagonal * change)
    if change.det():
        assert found == expected
    else:
        assert found[0] <= expected[0]
        assert found[1] <= expected[1]


def test_a_matrix_with_complex_eigenvalues_is_not_believed():
    with pytest.raises(DisagreementError, match="is not symmetric"):
        inertia(fmpq_mat([[0, 1], [-1, 0]]))
