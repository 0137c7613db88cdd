"""Networks that start at the identity: every kind of target is what its name says, exactly."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import find, given, settings
from hypothesis import strategies as st

import dlnproof as dp
from dlnproof.claims.strategies.networks_from_identity import Target
from dlnproof.errors import InputError
from dlnproof.rings.rational import identity

SIZES = st.integers(1, 4)


def is_kind(kind, Phi):
    """Decide exactly whether a matrix is of the kind."""
    turned, size = Phi.transpose(), Phi.nrows()
    signs = leading_minors(Phi)
    match kind:
        case Target.SCALAR:
            return Phi == identity(size) * Phi[0, 0]
        case Target.POSITIVE:
            return turned == Phi and all(minor > 0 for minor in signs)
        case Target.NEAR:
            return sum(entry * entry for entry in (Phi - identity(size)).entries()) <= fmpq(1, 25)
        case Target.SYMMETRIC:
            return turned == Phi
        case Target.NEGATIVE:
            return turned == Phi and not all(minor >= 0 for minor in all_principal_minors(Phi))
        case Target.NORMAL:
            return turned * Phi == Phi * turned
        case Target.ROTATION:
            return turned * Phi == identity(size) and Phi.det() == 1
    return True


def leading_minors(matrix):
    return [corner(matrix, range(k)).det() for k in range(1, matrix.nrows() + 1)]


def all_principal_minors(matrix):
    size = matrix.nrows()
    chosen = [[i for i in range(size) if mask >> i & 1] for mask in range(1, 2**size)]
    return [corner(matrix, rows).det() for rows in chosen]


def corner(matrix, rows):
    rows = list(rows)
    return fmpq_mat([[matrix[i, j] for j in rows] for i in rows])


@pytest.mark.parametrize("kind", list(Target))
def test_a_target_is_of_its_kind(kind):
    @settings(max_examples=40, database=None)
    @given(
        dp.networks_from_identity(
            st.integers(1, 3), SIZES, target=kind.value, start=st.sampled_from([1, Fraction(1, 2)])
        )
    )
    def check(drawn):
        problem, start = drawn
        assert is_kind(kind, problem.Y)
        assert identity(problem.widths[0]) == problem.X
        assert len(set(problem.widths)) == 1
        factor = start[0][0][0]
        assert start == [[[factor * entry for entry in row] for row in layer] for layer in problem.identity]

    check()


def test_networks_shrink_to_one_layer_and_a_multiple_of_the_identity():
    problem, start = find(
        dp.networks_from_identity(st.integers(1, 3), SIZES), lambda drawn: drawn is not None, settings=settings(database=None)
    )
    assert (problem.widths, start) == ((1, 1), [[[1]]])
    assert problem.Y[0, 0] == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "symetric"}, "target='symetric': a target is one of 'scalar', 'positive definite'"),
        ({"target": []}, r"target=\[\]: a target is one of"),
        ({"start": 0.5}, "start=0.5: "),
        ({"size": 0}, "size=0: size must be at least 1"),
    ],
)
def test_other_arguments_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        dp.networks_from_identity(**{"layers": 2, "size": 2} | options)
