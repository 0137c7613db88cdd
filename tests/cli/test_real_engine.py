"""With the real engine: the file that `new` writes checks as expected, and `doctor` refutes its planted falsehoods."""

from __future__ import annotations

import subprocess
import sys

import pytest
from test_commands import environment


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def dln(*args):
    command = [sys.executable, "-m", "dlnproof.cli.main", *args]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), encoding="utf-8", timeout=300)


def test_a_new_file_has_a_working_claim_of_each_kind_and_its_appendix_is_complete():
    assert dln("new", "lu-2017").returncode == 0
    done = dln("check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    again = dln("appendix", "-o", "out.tex")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "wrote out.tex: 9 claims\n"


def test_doctor_passes_where_the_engine_works():
    done = dln("doctor")
    assert done.returncode == 0, done.stdout
    assert "passed: a planted falsehood is refuted: refuted" in done.stdout
    assert "everything needed is there" in done.stdout
