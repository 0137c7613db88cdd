"""`dlnproof grad`, `hessian` and `compare` as a user meets them, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dlnproof

LOSS = "1/2*|W2*W1*X - Y|^2 + g*|W1|^2"
GRADIENT = "W2'*(W2*W1*X - Y)*X' + 2*g*W1"


def dln(*args, status=0):
    environment = {**os.environ, "PYTHONPATH": str(Path(dlnproof.__file__).parent.parent), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "dlnproof.cli.main", *args],
        capture_output=True,
        text=True,
        env=environment,
        encoding="utf-8",
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


def test_grad_prints_the_formula_alone_and_says_what_it_took_for_granted():
    done = dln("grad", LOSS, "--wrt", "W1")
    assert done.stdout == f"{GRADIENT}\n"
    assert done.stderr.startswith("for all sizes, confirmed on two roads; W1 d1 x d0, W2 d2 x d1, X d0 x m, Y d2 x m")


def test_grad_writes_latex_of_latex_and_numpy():
    latex = dln("grad", r"\frac12\|W_2W_1X-Y\|_F^2", "--wrt", "W_{1},W_2", "--latex").stdout.splitlines()
    assert latex == [
        r"W1: W_{2}^{\top} (W_{2} W_{1} X - Y) X^{\top}",
        r"W2: (W_{2} W_{1} X - Y) X^{\top} W_{1}^{\top}",
    ]
    assert dln("grad", LOSS, "--wrt", "W1", "--numpy").stdout == "W2.T @ (W2 @ W1 @ X - Y) @ X.T + 2 * g * W1\n"


def test_grad_of_a_quotient_is_confirmed_on_a_second_road_too():
    assert dln("grad", "|A*X|^2/(1 + |W|^2)", "--wrt", "W").stdout == "-2*|A*X|^2/(|W|^2 + 1)^2*W\n"


def test_hessian_prints_the_form_its_blocks_and_the_layout():
    done = dln("hessian", "1/2*|W2*W1*X - Y|^2", "--wrt", "W1,W2")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("form = |D2*W1*X + W2*D1*X|^2 + 2*tr(")
    assert lines[1] == "H[W1, W1] = kron(X*X', W2'*W2)"
    assert lines[3] == "H[W2, W2] = kron(W1*X*X'*W1', I_d2)"
    assert "vec stacks columns" in done.stderr
    assert "K(m, n) * vec(A) = vec(A')" in done.stderr


def test_compare_says_equal_with_both_roads():
    done = dln("compare", "|A + B|^2", r"\|A\|_F^2 + 2\langle A, B\rangle + \|B\|_F^2")
    assert done.stdout == "equal for all sizes (proved: canonical form and modular evaluation)\n"


def test_a_formula_may_begin_with_a_minus_sign():
    dln("compare", "-A - B", "-(A + B)")
    assert dln("grad", "-tr(A*B)", "--wrt", "A").stdout == "-B'\n"


def test_compare_shows_a_counterexample_and_names_the_slip():
    done = dln("compare", GRADIENT, "W2'*(W2*W1*X - Y)*X' + g*W1", status=1)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("different")
    assert any(line.strip() == "sizes: d0 = 1, d1 = 1, d2 = 1, m = 1" for line in lines)
    assert lines[-2:] == [f"did you mean: {GRADIENT}", "  the factor 2 of g*W1 is missing: write 2*g*W1"]


def test_compare_takes_assumptions_and_declarations():
    assert scope_of("tr(Q'*A*Q)", "tr(A)", "--assume", "orthogonal(Q)") == "all sizes"
    assert scope_of("|W*X|^2", "|W|^2", "--assume", "X*X' = I") == "all sizes"
    assert scope_of("K*A", "A*K", "--scalar", "K") == "all sizes"
    assert scope_of("A*B", "B*A", "--shape", "A=1,1", "--shape", "B=1,1") == "these sizes"
    for different in (("tr(Q'*A*Q)", "tr(A)"), ("|W*X|^2", "|W|^2"), ("K*A", "A*K")):
        assert dln("compare", *different, status=1).stdout.startswith("different")


def scope_of(*args):
    said = dln("compare", *args).stdout
    return said.removeprefix("equal for ").removesuffix(" (proved: canonical form and modular evaluation)\n")


WRONG = [
    (("grad", "|W*", "--wrt", "W"), "is never closed"),
    (("grad", LOSS, "--wrt", "V"), "--wrt='V': the formula has no matrix of this name; its matrices are W1, W2, X, Y"),
    (("grad", "W1*X", "--wrt", "W1"), "a gradient is of a scalar"),
    (
        ("grad", "|W2*X|^2", "--wrt", "X", "--shape", "W2=n2,n1", "--shape", "X=n0,m"),
        "cannot multiply W2 (n2 x n1) by X (n0 x m)",
    ),
    (("compare", "A", "tr(A)"), "is a tr(...) missing?"),
    (("compare", "A", "A", "--assume", "nice(A)"), "formula='nice(A)'"),
    (("compare", "A", "A", "--shape", "A"), "--shape='A': a shape is a name and two sizes"),
]


@pytest.mark.parametrize(("args", "message"), WRONG)
def test_bad_input_is_one_message_and_exit_status_2(args, message):
    done = dln(*args, status=2)
    assert done.stdout == ""
    assert done.stderr.startswith("dlnproof: ")
    assert message in done.stderr


def test_what_the_engine_lacks_is_undecided_with_exit_status_3():
    assert dln("grad", "|A|", "--wrt", "A", status=3).stderr.startswith("undecided: ")


def test_grad_imports_nothing_that_it_does_not_need():
    program = (
        f"import sys; sys.argv = ['dlnproof', 'grad', {LOSS!r}, '--wrt', 'W1']\n"
        "from dlnproof.cli.main import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'scipy', 'matplotlib', 'hypothesis', 'numpy', 'jinja2'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(dlnproof.__file__).parent.parent)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.splitlines() == [GRADIENT, "[]"]
