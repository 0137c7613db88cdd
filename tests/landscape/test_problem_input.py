"""What `Problem` accepts, and the exact words with which it refuses: one table."""

from decimal import Decimal
from fractions import Fraction as F  # noqa: N817

import numpy as np
import pytest
import sympy
from exact_problems import POSITIVE, problems
from flint import fmpq, fmpq_mat, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import InputError
from dlnproof.landscape.problem import Problem

I2 = [[1, 0], [0, 1]]

REFUSED = [
    (
        {"X": [[1], [2]], "widths": (3, 2, 1)},
        "X=[[1], [2]]: X must have d_0=3 rows, has 2; transpose X (one column a sample) or change widths[0]",
    ),
    (
        {"Y": [[1, 2]]},
        "Y=[[1, 2]]: Y must have d_2=2 rows, has 1; transpose Y (one column a sample) or change widths[2]",
    ),
    (
        {"Y": [[1], [2]]},
        "Y=[[1], [2]]: Y must have one column for each of the 2 columns of X, has 1; give X and Y the same samples",
    ),
    (
        {"X": [[1, 2], [3]]},
        "X=[[1, 2], [3]]: ragged rows: row 0 has 2 entries, row 1 has 1; give every row the same length",
    ),
    ({"X": [[0.5, 0], [0, 1]]}, "X[0][0]=0.5: float where an exact number is needed; write Fraction(1, 3) or '0.1'"),
    ({"X": [[float("nan"), 0], [0, 1]]}, "X[0][0]=nan: float where an exact number is needed"),
    ({"X": np.eye(2)}, "a NumPy array of floats where exact numbers are needed; write Fraction(1, 3) or '0.1'"),
    ({"X": [["nan", 0], [0, 1]]}, "X[0][0]='nan': not an exact number; give an int, a Fraction, a decimal string"),
    ({"X": [[None, 0], [0, 1]]}, "X[0][0]=None: not an exact number"),
    ({"X": [[True, 0], [0, 1]]}, "X[0][0]=True: a truth value where an exact number is needed; write 0 or 1"),
    ({"X": [["1/0", 0], [0, 1]]}, "X[0][0]='1/0': a fraction needs a nonzero denominator"),
    ({"X": [["1e9999999", 0], [0, 1]]}, "the exponent of a decimal is at most 5000 in size; rescale the data"),
    ({"X": [1, 2]}, "X=[1, 2]: a matrix is a list of rows of equal length; write [[1, 2], [3, 4]]"),
    ({"X": []}, "X=[]: a matrix needs at least one row and one column"),
    ({"X": [[], []]}, "X=[[], []]: a matrix needs at least one row and one column"),
    (
        {"widths": (2, 0, 2)},
        "widths=(2, 0, 2): every width is a positive integer, widths[1]=0 is not; write widths=(3, 2, 1)",
    ),
    ({"widths": (2, 1.5, 2)}, "widths=(2, 1.5, 2): every width is a positive integer, widths[1]=1.5 is not"),
    (
        {"widths": (2,)},
        "widths=(2,): widths are at least two positive integers (d_0, ..., d_H); write widths=(3, 2, 1)",
    ),
    ({"widths": 2}, "widths=2: widths are at least two positive integers"),
    ({"scale": 0}, "scale=0: the scale of the loss is positive; write scale=Fraction(1, 2)"),
    ({"scale": 0.5}, "scale=0.5: float where an exact number is needed"),
    ({"decay": -1}, "decay=-1: decay is nonnegative; write decay=0 for none"),
    (
        {"decay": (1, 2, 3)},
        "decay=(1, 2, 3): decay has one number for each of the 2 layers, or is one number; give 2, not 3",
    ),
    ({"noise": (1, 2)}, "noise=(1, 2): noise has one number for each of the 1 hidden layers, or is one number"),
    ({"noise": -1}, "noise=-1: noise is nonnegative"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_bad_input_is_refused_with_the_value_the_rule_and_the_next_step(change, message):
    arguments = {"widths": (2, 2, 2), "X": I2, "Y": I2} | change
    with pytest.raises(InputError) as caught:
        Problem(**arguments)
    assert message in str(caught.value)
    assert str(caught.value).count("; ") >= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"input_moment": [[1]]}, "input_moment must be d_0 x d_0 = 2 x 2, is 1 x 1; check widths"),
        ({"cross_moment": [[1]]}, "cross_moment must be d_2 x d_0 = 1 x 2, is 1 x 1; check widths"),
        ({"input_moment": [[1, 1], [0, 1]]}, "a second moment E xx^T is symmetric"),
        ({"input_moment": [[1, 2], [2, 1]]}, "is positive semidefinite, this one has a negative eigenvalue"),
        (
            {"input_moment": [[1, 0], [0, 0]]},
            "a row of cross_moment is not in the range of input_moment (Cauchy-Schwarz)",
        ),
        ({"output_moment": 1}, "no data have these moments: E ||y||^2 is at least tr(C S^+ C^T) = 5"),
    ],
)
def test_moments_that_no_data_have_are_refused(change, message):
    arguments = {"widths": (2, 2, 1), "input_moment": I2, "cross_moment": [[1, 2]], "decay": 1} | change
    with pytest.raises(InputError) as caught:
        Problem.from_moments(**arguments)
    assert message in str(caught.value)


def test_singular_moments_of_real_data_are_accepted():
    problem = Problem.from_moments((2, 2, 1), [[1, 1], [1, 1]], [[3, 3]], 9)
    assert problem.global_minimum().contains(0)
    assert problem.X is None
    assert problem.X_shape is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([I2], "weights=[[[1, 0], [0, 1]]]: weights are a list of H=2 matrices, has 1; give one matrix a layer"),
        (
            [I2, [[1, 2]]],
            "weights[1]=[[1, 2]]: W_2 must be 2 x 2, is 1 x 2; give the layers in order, first layer first",
        ),
        ([I2, [[1, 2.0], [0, 1]]], "weights[1][0][1]=2.0: float where an exact number is needed"),
        ("W", "weights='W': weights are a list of H=2 matrices; write [W_1, ..., W_H]"),
        (3, "weights=3: weights are a list of H=2 matrices"),
    ],
)
def test_bad_weights_are_refused(weights, message):
    with pytest.raises(InputError) as caught:
        Problem((2, 2, 2), I2, I2).loss(weights)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "half",
    [F(1, 2), "1/2", "0.5", "5e-1", " .5 ", fmpq(1, 2), sympy.Rational(1, 2), Decimal("0.5")],
)
def test_every_exact_way_to_write_a_half_is_the_same_number(half):
    reference = Problem((1, 1), [[F(1, 2)]], [[1]])
    assert Problem((1, 1), [[half]], [[1]]) == reference
    assert Problem((1, 1), [[1]], [[1]], scale=half) == Problem((1, 1), [[1]], [[1]])


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 2], [3, 4]],
        ((1, 2), (3, 4)),
        np.array([[1, 2], [3, 4]]),
        np.array([[1, F(2)], [3, "4"]], dtype=object),
        sympy.Matrix([[1, 2], [3, 4]]),
        sympy.ImmutableMatrix([[1, 2], [3, 4]]),
        fmpq_mat(2, 2, [1, 2, 3, 4]),
        [[fmpz(1), np.int64(2)], [sympy.Integer(3), "4.0"]],
    ],
)
def test_every_exact_kind_of_matrix_is_accepted(matrix):
    problem = Problem((2, 2), [[1, 2], [3, 4]], I2)
    assert Problem((2, 2), matrix, I2) == problem
    assert problem.loss([matrix]) == problem.loss([[[1, 2], [3, 4]]])


@settings(max_examples=25, deadline=None)
@given(problems(decay=st.one_of(st.just(0), POSITIVE), noise=st.sampled_from([0, F(1, 3)])))
def test_json_is_lossless_and_equality_is_by_content(problem):
    again = Problem.from_json(problem.to_json())
    assert again == problem
    assert hash(again) == hash(problem)
    assert again.to_json() == problem.to_json()
    assert problem.referee() == problem
    assert problem != Problem((1, 1), [[7]], [[1]])


def test_json_with_a_missing_or_unknown_key_is_refused():
    values = Problem((1, 1), [[1]], [[1]]).to_json()
    with pytest.raises(InputError, match="the key 'widths' is missing"):
        Problem.from_json({key: value for key, value in values.items() if key != "widths"})
    with pytest.raises(InputError, match="the key 'colour' is unknown"):
        Problem.from_json(values | {"colour": "red"})
    with pytest.raises(InputError, match="a problem is a JSON object"):
        Problem.from_json([1])


def test_a_problem_is_frozen_and_its_matrices_are_copies():
    problem = Problem((2, 3, 2), I2, I2)
    with pytest.raises(AttributeError):
        problem.scale = F(1)
    X = problem.X
    X[0, 0] = 5
    assert fmpq_mat(2, 2, [1, 0, 0, 1]) == problem.X
    assert [problem.layers, problem.parameters, problem.shapes] == [2, 12, [(3, 2), (2, 3)]]
    assert (problem.X_shape, problem.Y_shape) == ((2, 2), (2, 2))
    assert problem.identity == [[[1, 0], [0, 1], [0, 0]], [[1, 0, 0], [0, 1, 0]]]
    assert problem.loss(problem.identity) == 0
