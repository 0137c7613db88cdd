"""CSV data: exact decimals, one-hot classes, and messages that name line and column."""

from fractions import Fraction as F  # noqa: N817
from pathlib import Path

import pytest
from flint import fmpq

from dlnproof.errors import InputError
from dlnproof.landscape.read_problem import read_problem
from dlnproof.rings.ball import enclose

IRIS = Path(__file__).parents[2] / "derivations" / "data" / "iris.csv"


def write(folder, text):
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_iris_data_are_read_exactly():
    iris = read_problem(IRIS, target="species", widths=(4, 2, 3))
    assert (iris.X_shape, iris.Y_shape) == ((4, 150), (3, 150))
    assert iris.X[0, 0] == fmpq(51, 10)
    assert iris.output_moment == 150
    values = iris.critical_values()
    assert len(values) == 7  # subsets of at most 2 of the 3 eigenvalues
    assert iris.global_minimum().overlaps(enclose(values[0]))
    assert iris.referee().critical_values() == values
    assert iris.referee().global_minimum().overlaps(iris.global_minimum())
    assert iris.loss(iris.origin) == 75


def test_a_numeric_target_stays_one_row(tmp_path):
    path = write(tmp_path, "a,y,b\n0.1,2,3\n-4,5e-1,6\n")
    problem = read_problem(str(path), "y", (2, 1), scale=1, decay="0.5")
    assert problem.X.tolist() == [[fmpq(1, 10), fmpq(-4)], [fmpq(3), fmpq(6)]]
    assert problem.Y.tolist() == [[fmpq(2), fmpq(1, 2)]]
    assert (problem.scale, problem.decay) == (1, (F(1, 2),))


def test_classes_come_in_sorted_order_whatever_the_order_of_the_rows(tmp_path):
    path = write(tmp_path, "x,kind\n1,pear\n2,apple\n3,fig\n")
    assert read_problem(path, "kind", (1, 3)).Y.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("text", "target", "message"),
    [
        ("a,y\n1,2\n", "z", "target='z': data.csv has no such column; choose one of a, y"),
        ("a,y\n1,\n", "y", "line 2, column 'y': the value is missing; fill it in or remove the row"),
        ("a,y\n1,2\nnan,3\n", "y", "value='nan': line 3, column 'a': not a finite number"),
        ("a,y\n1,2\ninf,3\n", "y", "value='inf': line 3, column 'a': not a finite number"),
        ("a,y\n1,2\n1,NaN\n", "y", "value='NaN': line 3, column 'y': not a finite number or a class"),
        ("a,y\n1,2\n1,2,3\n", "y", "line 3 has 3 cells, the header has 2; give every sample the same columns"),
        ("a,y\nred,2\n", "y", "value='red': line 2, column 'a': an input column must hold numbers; encode or remove"),
        ("a,y\n1,2\n1,red\n", "y", "line 3, column 'y': the target mixes numbers and class names"),
        ("a,y\n1,red\n1,2\n", "y", "line 3, column 'y': the target mixes numbers and class names"),
        ("y\n1\n", "y", "the file has one column only; separate inputs and target by commas"),
        ("a,a,y\n1,2,3\n", "y", "the column name 'a' appears 2 times in the header; give every column its own name"),
        ("a,,y\n1,2,3\n", "y", "a column has no name"),
        ("a,y\n", "y", "the file needs a header line and at least one sample"),
        ("", "y", "the file needs a header line and at least one sample"),
    ],
)
def test_bad_data_are_refused_with_line_and_column(tmp_path, text, target, message):
    with pytest.raises(InputError) as caught:
        read_problem(write(tmp_path, text), target, (1, 1))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("widths", "message"),
    [
        ((3, 2, 3), "iris.csv has 4 input columns for target 'species', widths[0] is 3; write widths=(4, 2, 3)"),
        ((4, 2, 2), "iris.csv has 3 outputs for target 'species', widths[2] is 2; write widths=(4, 2, 3)"),
        ((4, 0, 3), "every width is a positive integer, widths[1]=0 is not"),
    ],
)
def test_widths_that_do_not_fit_the_data_are_refused(widths, message):
    with pytest.raises(InputError) as caught:
        read_problem(IRIS, "species", widths)
    assert message in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"path='.*nothing.csv': the file cannot be read \(No such file"):
        read_problem(tmp_path / "nothing.csv", "y", (1, 1))


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,y\n\xff\xfe,1\n")
    with pytest.raises(InputError, match="not a CSV file in UTF-8"):
        read_problem(path, "y", (1, 1))
