"""The README is true: its code runs, its commands exist, its pictures are there, its verdicts are the program's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from dlnproof.cli.main import app
from dlnproof.verdict import Verdict

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:<!-- ([^\n]*) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
FIELDS = ("evidence", "counterexample")
SECONDS = re.compile(r"\s+\d+(\.\d+)? s\b")


def blocks(language: str, note: str | None = None) -> list[str]:
    """Return the README's code blocks in a language, those with this note before them where one is named."""
    return [text for mark, kind, text in BLOCK.findall(README) if kind == language and (note is None or mark == note)]


def dlnproof(folder: Path, *arguments: str) -> str:
    """Run the command line and return what it prints; it must end in exit status 0."""
    command = [sys.executable, "-m", "dlnproof.cli.main", *arguments]
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def untimed(text: str) -> list[str]:
    """Return the lines without durations, line numbers and how many different instances were drawn."""
    text = re.sub(r"\d+ instances", "N instances", re.sub(r"\.py:\d+", ".py:N", text))
    return [SECONDS.sub("", line).rstrip() for line in text.strip().splitlines()]


def test_the_two_commands_are_there_verbatim():
    assert blocks("sh") == ["pip install . && dlnproof check\n", "pip install '.[test]' && pytest\n"]


def test_the_derivation_file_is_checked_with_the_output_that_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONUTF8", "1")
    (tmp_path / "my_paper.py").write_text(*blocks("python", "file: my_paper.py"), encoding="utf-8")
    (shown,) = blocks("console", "run")
    command, _, output = shown.partition("\n")
    assert command == "$ dlnproof check my_paper.py"
    assert untimed(dlnproof(tmp_path, "check", "my_paper.py")) == untimed(output)


def test_the_derivation_file_runs_under_pytest_claim_by_claim(tmp_path):
    (tmp_path / "my_paper.py").write_text(*blocks("python", "file: my_paper.py"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "my_paper.py"]
    done = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_refuted_claim_is_shown_as_the_program_shows_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONUTF8", "1")
    (shown,) = blocks("console", "show")
    command, _, output = shown.partition("\n")
    label = command.removeprefix("$ dlnproof show ")
    dlnproof(tmp_path, "check", str(ROOT / "derivations"), "--only", f"*/{label}*")
    assert settled(dlnproof(tmp_path, "show", label)) == settled(output)


def settled(text: str) -> list[str]:
    """Return the lines that no version of Hypothesis changes: all but what was drawn."""
    lines = untimed(text)
    evidence, found = (next(n for n, line in enumerate(lines) if line.split()[:1] == [name]) for name in FIELDS)
    return [*lines[:evidence], *(line for line in lines[found:] if line.split()[0] == "failed:")]


@pytest.mark.parametrize("code", [text for text in blocks("python") if "dp.Paper" not in text])
def test_other_python_blocks_run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr


def test_every_picture_is_there():
    names = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert len(names) == 3
    for name in names:
        assert (ROOT / name).stat().st_size > 5_000, name


def test_every_verdict_has_its_words():
    table = re.findall(r"^\| `(\w+)` \| ", README, re.MULTILINE)
    assert table == ["proved", "verified", "tested", "undecided", "refuted"]
    for verdict in Verdict:
        assert f"`{verdict}`" in README


def test_the_command_table_has_every_command_and_no_other():
    section = README.partition("## Commands")[2].partition("\n## ")[0]
    table = re.findall(r"^\| `dlnproof (\w+)", section, re.MULTILINE)
    assert sorted(table) == sorted(get_command(app).commands)


def test_the_options_of_check_are_the_ones_in_the_table():
    (row,) = re.findall(r"^\| `dlnproof check \[.*$", README, re.MULTILINE)
    options = {name for parameter in get_command(app).commands["check"].params for name in parameter.opts}
    named = set(re.findall(r"--[\w-]+", row))
    assert named == {name for name in options if name.startswith("--") and name != "--help"}


def test_every_file_that_the_readme_names_exists():
    for name in re.findall(r"`((?:tests|benchmarks|\.ci)(?:/[\w./]+)?)`", README):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`python ((?:tests|benchmarks)[\w./]*)`", README):
        assert (ROOT / name).exists(), name


def test_the_catalogue_table_has_every_paper():
    table = re.findall(r"^\| `([\w-]+-\d{4})` \| ", README, re.MULTILINE)
    files = (ROOT / "derivations").glob("*.py")
    keys = {
        key for file in files for key in re.findall(r"dp\.Paper\(\s*\"([^\"]+)\"", file.read_text(encoding="utf-8"))
    }
    assert sorted(table) == sorted(keys)
