"""`dlnproof landscape`: what it prints, what it writes, and every way to refuse; exit status 2 and never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flint import arb, fmpq

from dlnproof.cli.landscape import Request, show_landscape
from dlnproof.errors import InputError

ROOT = Path(__file__).parents[2]
IRIS = ROOT / "derivations" / "data" / "iris.csv"
SMALL = "a,b,y,z\n1,2,3,1\n4,5,3,0\n1,0,2,2\n-1,3,1/3,7\n"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(SMALL, encoding="utf-8")


def printed(capsys, **options):
    assert show_landscape(Request(**{"data": Path("small.csv"), "target": "y", "widths": "3,2,1"} | options)) == 0
    return capsys.readouterr().out


def command(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "dlnproof.cli.main", "landscape", *map(str, arguments)],
        capture_output=True, encoding="utf-8", env=environment, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_iris_from_the_shell():
    done = command(IRIS, "--target", "species", "--widths", "4,2,3", "--json", "out.json", "--figure", "out.svg")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "iris.csv: 150 rows, decimals read exactly, second moments exact"
    assert "network 4 -> 2 -> 3: 2 layers, 14 weights" in lines
    assert "1 25.95347391 0 2 1,2 global minimum 0 4" in lines
    assert "4 50.17015946 24.21668555 1 1 strict saddles 2 4" in lines
    assert "7 75 49.04652609 0 none strict saddles 6 2" in lines
    assert "values: all exact" in lines
    assert "wrote out.svg" in lines
    assert Path("out.svg").read_text(encoding="utf-8").startswith("<?xml")
    values = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert values["schema"] == "dlnproof-landscape/1"
    assert [len(values["strata"]), values["strata_in_all"], values["order_certain"]] == [7, 7, True]
    assert values["strata"][-1]["exact"] == "75"
    root = values["strata"][0]["exact"]
    ball = arb(values["strata"][0]["loss"])
    assert sum(int(c) * ball**k for k, c in enumerate(root["polynomial"])).contains(0)
    assert not values["global_minimum"]["end_to_end_exact"]
    assert values["data"]["moments"] == "exact"


def test_a_bad_table_from_the_shell_is_exit_status_2():
    Path("bad.csv").write_text("a,y\n1,\n", encoding="utf-8")
    done = command("bad.csv", "--target", "y", "--widths", "1,1,1")
    assert (done.returncode, done.stdout) == (2, "")
    expected = "dlnproof: path='bad.csv': line 2, column 'y': the value is missing; fill it in or remove the row\n"
    assert done.stderr == expected


def test_non_strict_saddles_appear_from_three_layers_on(capsys):
    out = printed(capsys, target="y,z", widths="2,2,2,2", intercept=False)
    assert "strict saddles, non-strict saddles" in out
    assert "varies" in out


def test_an_exact_regression_is_written_exactly(capsys):
    out = printed(capsys, widths="3,1", json=Path("out.json"))
    assert "exact rational numbers" in out
    values = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert values["global_minimum"]["end_to_end"] == [["18854/16017", "-3604/16017", "100/281"]]
    assert values["global_minimum"]["exact"] == "198025/96102"


def test_decay_with_one_output_has_a_closed_form(capsys):
    out = printed(capsys, widths="3,2,2,1", decay="1/10", json=Path("out.json"), figure=Path("out.png"))
    assert "global minimum 2.401707754" in out
    assert "non-trivial (closed form)" in out
    assert "all stationary points (closed form" in out
    assert "not known" not in out
    values = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert arb(values["global_minimum"]["loss"]).overlaps(arb(values["local_minima"][0]["loss"]))
    kinds = [family["kind"] for family in values["stationary_points"]]
    assert kinds == ["global minimum", "local minimum", "strict saddle"]  # z22.deep: two roots, and the origin between them
    assert Path("out.png").read_bytes().startswith(b"\x89PNG")


def test_an_equation_that_is_too_large_is_said_to_be(capsys):
    rows = "\n".join(",".join(str((7 * i * j + i * i + j) % 23) for j in range(1, 32)) for i in range(1, 40))
    Path("wide.csv").write_text(",".join(f"c{j}" for j in range(1, 32)) + "\n" + rows, encoding="utf-8")
    out = printed(capsys, data=Path("wide.csv"), target="c31", widths="30,2,2,2,1", decay="1/10", starts=0)
    assert "not known: global_minimum: the closed form is an equation of degree" in out


def test_strong_decay_is_trivial(capsys):
    assert "trivial: zero weights are the only global minimum" in printed(capsys, decay="100", starts=2)


def test_decay_with_several_outputs_says_what_is_not_known_and_certifies_minima(capsys):
    out = printed(capsys, target="y,z", widths="2,1,2", decay="1/10,1/5", starts=3)
    assert "not known: global_minimum: not known in closed form" in out
    assert "certified local minima from 3 random starts (there may be more)" in out


def test_decay_in_one_layer_only_is_not_attained(capsys):
    assert "is not attained: not every layer has decay" in printed(capsys, decay="1,0", starts=0)


def test_noise_shrinks_the_minimum(capsys):
    # 1/2 (t - explained / (1 + 1/2)), t = 199/9, explained = 864436/48051: z22.reduce with no decay
    assert str(arb(fmpq(1, 2) * (fmpq(199, 9) - fmpq(864436, 48051) / fmpq(3, 2))).str(10, radius=False)) in printed(
        capsys, noise="1", starts=0
    )


def test_few_of_many_values_are_said_to_be_few(capsys):
    rows = "\n".join(",".join(str((3 * i * j + i + j * j) % 11) for j in range(1, 9)) for i in range(1, 15))
    Path("wide.csv").write_text("a,b,c,d,p,q,r,s\n" + rows, encoding="utf-8")
    out = printed(capsys, data=Path("wide.csv"), target="p,q,r,s", widths="4,4,4", most=5)
    assert "the 5 lowest of 16 strata (1 of rank 0, 4 of rank 1, 6 of rank 2, 4 of rank 3, 1 of rank 4)" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"widths": "3,x,1"}, "--widths='3,x,1': widths are at least two positive integers"),
        ({"widths": "3"}, "--widths='3': widths are at least two positive integers"),
        ({"widths": ""}, "--widths='': widths are at least two positive integers"),
        ({"widths": "4,2,1"}, "small.csv has 3 input columns for target 'y', widths[0] is 4; write --widths 3,2,1"),
        ({"widths": "3,2,2"}, "small.csv has 1 outputs for target 'y', widths[2] is 2; write --widths 3,2,1"),
        ({"target": "q"}, "target='q': small.csv has no such column; choose one of a, b, y, z"),
        ({"decay": "x"}, "--decay='x': not an exact number"),
        ({"decay": "-1"}, "--decay='-1': --decay is nonnegative"),
        ({"decay": "1,2,3"}, "--decay has one number for each of the 2 layers, or is one number; give 2, not 3"),
        ({"noise": "1,2"}, "--noise has one number for each of the 1 hidden layers"),
        ({"scale": "0"}, "scale=0: the scale of the loss is positive"),
        ({"figure": Path("a.gif")}, "--figure='a.gif': a figure is a .pdf, .png or .svg file"),
        ({"figure": Path("no/a.pdf")}, "there is no such folder; create it first"),
        ({"json": Path("no/a.json")}, "there is no such folder; create it first"),
        ({"json": Path(".")}, "path='.': cannot be written (Is a directory); choose another file"),
        (
            {"data": Path("no.csv")},
            "path='no.csv': the file cannot be read (No such file or directory); check the path",
        ),
        ({"data": Path(".")}, "path='.': the file cannot be read (Is a directory)"),
        ({"plane": "1", "figure": Path("a.pdf")}, "--plane='1': two numbers of critical values in the table"),
        ({"plane": "1,9", "figure": Path("a.pdf")}, "--plane='1,9': the table has 2 critical values"),
        ({"widths": "3,200,1", "decay": "1"}, "the search for minima takes networks of at most 400 weights"),
    ],
)
def test_bad_requests_are_refused(options, message):
    with pytest.raises(InputError) as caught:
        show_landscape(Request(**{"data": Path("small.csv"), "target": "y", "widths": "3,2,1"} | options))
    assert message in str(caught.value)
    assert "; " in str(caught.value)
