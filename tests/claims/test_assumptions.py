"""Assumptions are decided exactly, on full-rank and on degenerate data alike."""

from fractions import Fraction

import pytest
from flint import fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.claims import assumptions as a
from dlnproof.claims.strategies.problems import problems
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.landscape.problem import Problem

I2 = [[1, 0], [0, 1]]
PLAIN = Problem((2, 1, 2), I2, [[2, 0], [0, 1]])
# the third input is the sum of the others; the outputs do not see the samples' differences
DEFICIENT = Problem((3, 2, 2), [[1, 0, 0], [0, 1, 0], [1, 1, 0]], [[0, 0, 1], [0, 0, 2]], decay=(1, 0))
REPEATED = Problem((2, 3, 2), [["3/5", "-4/5"], ["4/5", "3/5"]], [[2, 0], [0, 2]], decay=Fraction(1, 3))
TALL = Problem((3, 4, 2), [[1, 0], [0, 1], [0, 0]], [[1, 2], [0, 1]])


@pytest.mark.parametrize(
    ("assumption", "holds", "fails"),
    [
        (a.full_row_rank("X"), [PLAIN, REPEATED], [DEFICIENT, TALL]),
        (a.full_row_rank("Y"), [PLAIN, REPEATED, TALL], [DEFICIENT]),
        (a.full_column_rank("X"), [PLAIN, REPEATED, TALL], [DEFICIENT]),
        (a.full_column_rank("Y"), [PLAIN, TALL], [DEFICIENT]),
        (a.full_rank("X"), [PLAIN, TALL], [DEFICIENT]),
        (a.full_rank("Y"), [PLAIN, TALL], [DEFICIENT]),
        (a.full_rank("YX^T"), [PLAIN, TALL], [DEFICIENT]),
        (a.invertible_gram(), [PLAIN, REPEATED], [DEFICIENT, TALL]),
        (a.nonzero("X"), [PLAIN, DEFICIENT], [Problem((2, 2), [[0], [0]], [[1], [0]])]),
        (a.nonzero("Y"), [PLAIN, DEFICIENT], [Problem((2, 2), [[1], [0]], [[0], [0]])]),
        (a.nonzero("YX^T"), [PLAIN], [DEFICIENT]),  # Y is not zero there, Y X^T is
        (a.whitened(), [PLAIN, REPEATED], [DEFICIENT, TALL]),
        (a.distinct_eigenvalues(), [PLAIN, TALL], [REPEATED, DEFICIENT]),
        (a.no_bottleneck(), [TALL, REPEATED, DEFICIENT], [PLAIN]),
        (a.positive_decay(), [REPEATED], [PLAIN, DEFICIENT]),
        (a.no_decay(), [PLAIN, TALL], [REPEATED, DEFICIENT]),
    ],
    ids=str,
)
def test_an_assumption_holds_exactly_where_it_should(assumption, holds, fails):
    assert all(assumption.holds(problem) for problem in holds)
    assert not any(assumption.holds(problem) for problem in fails)


@given(problems(layers=2, widths=st.integers(1, 3)))
def test_the_row_rank_of_x_is_read_off_its_gram_matrix(problem):
    assert (
        a.full_row_rank("X").holds(problem)
        == (problem.X.rank() == problem.widths[0])
        == a.invertible_gram().holds(problem)
    )


@given(problems(layers=2, widths=st.integers(1, 3)))
def test_the_fitted_moment_is_the_moment_of_the_projected_outputs(problem):
    # Sigma = (Y P)(Y P)^T with P the projector onto the rows of X: P from a basis of the row space
    rows, rank = problem.X.rref()
    if rank == 0:
        expected = fmpq_mat(problem.widths[-1], problem.widths[-1])
    else:
        basis = fmpq_mat([rows.tolist()[i] for i in range(rank)])
        projector = basis.transpose() * (basis * basis.transpose()).inv() * basis
        expected = problem.Y * projector * problem.Y.transpose()
    assert a.fitted_moment(problem) == expected


def test_assumptions_are_values_with_a_name_and_a_formula():
    assert a.full_row_rank("X") == a.full_row_rank("X") != a.full_row_rank("Y")
    assert str(a.full_row_rank("X")) == "full_row_rank('X')"
    assert a.full_row_rank("X").latex == r"\operatorname{rank} X = d_0"
    makers = [item() if item.__code__.co_argcount == 0 else item("X") for item in a._MAKERS]
    assert all(item.name and item.latex for item in makers)
    assert len({item.name for item in makers}) == len(makers)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: a.full_row_rank("Z"), "matrix='Z': the data matrix is named by one of 'X', 'Y'; write 'X'"),
        (lambda: a.full_row_rank(3), "matrix=3: the data matrix is named by one of 'X', 'Y'; write 'X'"),
        (lambda: a.nonzero("W"), "matrix='W': the data matrix is named by one of 'X', 'Y', 'YX^T'; write 'X'"),
        (
            lambda: a.read_assumptions(a.whitened(), "theorem 't'"),
            "assuming=Assumption(name='whitened()', latex='X X^\\\\top = I'): the assumptions of theorem 't' are a list; "
            "write assuming=[dp.whitened()]",
        ),
        (
            lambda: a.read_assumptions(7, "theorem 't'"),
            "assuming=7: the assumptions of theorem 't' are a list; write assuming=[...]",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message


def test_an_assumption_that_is_not_called_is_named_with_the_call():
    with pytest.raises(InputError, match=r"lists the function, not the assumption; call it: dp\.whitened\(\.\.\.\)"):
        a.read_assumptions([a.whitened], "theorem 't'")


def test_second_moments_alone_do_not_decide_the_rank_of_y():
    moments = Problem.from_moments((2, 2, 1), I2, [[1, 2]], 5)
    assert a.full_row_rank("X").holds(moments)
    with pytest.raises(UnsupportedError, match="the rank of Y cannot be decided for a problem given by second moments"):
        a.full_row_rank("Y").holds(moments)
