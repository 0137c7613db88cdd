"""Tables of any size: streamed moments are those of the rows, whatever the notation, the separator and the block size."""

import random
from fractions import Fraction as F  # noqa: N817

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnproof.errors import InputError
from dlnproof.landscape import table
from dlnproof.landscape.cells import read_column
from dlnproof.landscape.dataset import read_dataset
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.read_problem import read_problem

ROW = ["7", "-0.25", "+3.", ".5", "1e3", "-2.5E-4", "1/3", "0", "12345678901234567890.123456789", "1e-30"]


def write(folder, text, name="data.csv"):
    path = folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(*[st.sampled_from(ROW)] * 3, st.sampled_from(["red", "green", "blue"])), min_size=1, max_size=9),
    st.integers(1, 11),
)
def test_a_problem_from_streamed_moments_is_the_problem_of_the_rows(tmp_path_factory, rows, block):
    text = "a,b,y,kind\n" + "".join(",".join(row) + "\n" for row in rows)
    path = write(tmp_path_factory.mktemp("rows"), text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "BLOCK_CELLS", 4 * block)
        data = read_dataset(path, ["y", "kind"])
    exact = {name: fmpq(*F(name).as_integer_ratio()) for name in ROW}
    kinds = sorted({row[3] for row in rows})
    X = [[exact[row[j]] for row in rows] for j in (0, 1)]
    Y = [[exact[row[2]] for row in rows], *([int(row[3] == kind) for row in rows] for kind in kinds)]
    widths = (2, 2, len(Y))
    by_rows = Problem(widths, X, Y)
    assert (data.input_moment, data.cross_moment) == (by_rows.input_moment, by_rows.cross_moment)
    assert data.output_moment == by_rows.output_moment
    assert data.outputs == ("y", *(f"kind={kind}" for kind in kinds))
    assert (data.samples is None) == (len(rows) > block)
    streamed = data.problem(widths)
    assert streamed.global_minimum().overlaps(by_rows.global_minimum())
    assert streamed.spectrum.positive == by_rows.spectrum.positive
    if len(Y) <= 2:
        assert streamed.critical_values() == by_rows.critical_values()


def test_a_large_file_gives_moments_only_with_the_same_critical_values(tmp_path, monkeypatch):
    draw = random.Random(5)
    lines = [f"{draw.randint(-999, 999) / 100},{draw.randint(-9, 9)},{draw.choice('pqr')}" for _ in range(60)]
    path = write(tmp_path, "a,b,kind\n" + "\n".join(lines))
    whole = read_problem(path, "kind", (2, 2, 3))
    monkeypatch.setattr(table, "BLOCK_CELLS", 30)
    parts = read_problem(path, "kind", (2, 2, 3))
    assert (whole.X_shape, parts.X) == ((2, 60), None)
    assert parts.critical_values() == whole.critical_values()


PLAIN = "a,b,y\n1,2,3\n-4,0.5,6\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        "\ufeff" + PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("2", '"2"').replace("a,b", '"a","b"'),
        PLAIN.replace(",", " , "),
        PLAIN.replace("\n", "\n\n"),
        PLAIN.replace("0.5", "5e-1"),
        PLAIN.replace("0.5", "1/2"),
    ],
)
def test_the_same_table_in_any_notation_is_the_same_problem(tmp_path, text):
    expected = Problem((2, 1), [[1, -4], [2, F(1, 2)]], [[3, 6]])
    assert read_problem(write(tmp_path, text), "y", (2, 1)) == expected


def test_an_intercept_is_one_more_input_that_is_one(tmp_path):
    problem = read_problem(write(tmp_path, PLAIN), "y", (3, 1), intercept=True)
    assert problem.X.tolist()[2] == [1, 1]


def test_a_huge_power_of_ten_is_exact(tmp_path):
    problem = read_problem(write(tmp_path, "a,y\n1e400,1\n1e-400,2\n"), "y", (1, 1))
    assert problem.X.tolist() == [[fmpq(10) ** 400, fmpq(10) ** -400]]


def test_a_column_with_a_comma_in_a_cell_is_never_split():
    with pytest.raises(InputError, match=r"line 2, column 'a': a comma inside a number; write a decimal point"):
        read_column(["1,5", "2"], "a", [2, 3])


BAD = [
    ("", "the file needs a header line and at least one sample"),
    ("\n\n", "the file needs a header line and at least one sample"),
    ("a,y\n", "the file needs a header line and at least one sample"),
    ("y\n1\n", "the file has one column only; separate inputs and target by commas"),
    ("a,a,y\n1,2,3\n", "the column name 'a' appears 2 times in the header; give every column its own name"),
    ("a,,y\n1,2,3\n", "a column has no name"),
    (",".join(f"c{i}" for i in range(1200)) + ",y\n", "the file has 1201 columns, at most 1000 are read"),
    ("a,y\n1,2\n1\n", "line 3 has 1 cells, the header has 2; give every sample the same columns"),
    ("a,y\n1,2\n,\n", "line 3, column 'a': the value is missing; fill it in or remove the row"),
    ("a,y\n1,2\n3, \n", "line 3, column 'y': the value is missing"),
    ("a,y\n1,2\n\n\n?,3\n", "value='?': line 5, column 'a': not a finite number"),
    ("a,y\n-inf,2\n", "value='-inf': line 2, column 'a': not a finite number; fill it in or remove the row"),
    ("a,y\nNA,2\n", "value='NA': line 2, column 'a': not a finite number"),
    ("a,y\n1,nan\n", "value='nan': line 2, column 'y': not a finite number or a class"),
    (
        "a,y\nred,2\n",
        "value='red': line 2, column 'a': an input column must hold numbers; encode or remove this column",
    ),
    ("a,y\n1_000,2\n", "value='1_000': line 2, column 'a': an input column must hold numbers"),
    ("a,y\n0x1F,2\n", "value='0x1F': line 2, column 'a': an input column must hold numbers"),
    ("a,y\n٣,2\n", "value='٣': line 2, column 'a': an input column must hold numbers"),
    ("a,y\n1/0,2\n", "value='1/0': line 2, column 'a': an input column must hold numbers"),
    ("a;y\n1,5;2\n", "value='1,5': line 2, column 'a': a comma inside a number; write a decimal point, no separators"),
    (
        "a,y\n1e1001,2\n",
        "line 2, column 'a': the power of ten of a number is at most 1000 in size; rescale this column",
    ),
    ("a,y\n1,1e9999\n", "line 2, column 'y': the power of ten of a number is at most 1000 in size"),
    ("a,y\n1e" + "9" * 5000 + ",2\n", "line 2, column 'a': a number has at most 1000 characters; round it"),
    ("a,y\n1/" + "9" * 5000 + ",2\n", "line 2, column 'a': a number has at most 1000 characters; round it"),
    ("a,y\n1,2\n2,red\n", "value='red': line 3, column 'y': the target mixes numbers and class names"),
    ("a,y\n1,red\n2,2\n", "value='2': line 3, column 'y': the target mixes numbers and class names"),
    ('a,y\n"1"2,3\n', "not a CSV file in UTF-8"),
    ('a,y\n"1,3\n', "not a CSV file in UTF-8"),
    (b"a,y\n\xff\xfe,1\n", "not a CSV file in UTF-8"),
    ("a,y\n1,2\n".encode("utf-16"), "not a CSV file in UTF-8"),
    ("a,y\n" + "".join(f"1,c{i}\n" for i in range(1100)), "column 'y' has more than 1000 classes"),
    ("a,y\n" + "1," + "x" * 200_000 + "\n", "not a CSV file in UTF-8 (field larger than field limit"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_bad_data_are_refused_with_line_and_column(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read_problem(write(tmp_path, text), "y", (1, 1))
    assert message in str(caught.value)
    assert "; " in str(caught.value)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("z", "target='z': data.csv has no such column; choose one of a, b, y"),
        ("y,z", "target='z': data.csv has no such column"),
        ("y,y", "target='y,y': the column 'y' is named twice; name every target once"),
        ("a,b,y", "target='a,b,y': no input column is left"),
        ([], "target=[]: a problem needs a target"),
    ],
)
def test_bad_targets_are_refused(tmp_path, target, message):
    with pytest.raises(InputError) as caught:
        read_dataset(write(tmp_path, PLAIN), target)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("a,b,y\n1,2,3\n", 0),  # one row
        ("a,b,y\n1,1,1\n1,2,2\n1,3,2\n", F(1, 12)),  # a constant column is an intercept: residuals 1/6, -1/3, 1/6
        ("a,b,y\n1,2,1\n2,4,1\n3,6,1\n", F(3, 14)),  # collinear: 1/2 (3 - 6^2 / 14)
        ("a,b,y\n0,0,1\n0,0,2\n", F(5, 2)),  # no input at all
        ("a,b,y\n1,2,0\n3,4,0\n", 0),  # a target that is zero
    ],
)
def test_degenerate_tables_have_a_correct_answer(tmp_path, text, least):
    problem = read_problem(write(tmp_path, text), "y", (2, 2, 1))
    assert problem.critical_values()[0] == least
    assert problem.global_minimum().contains(least)
