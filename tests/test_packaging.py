"""What a user installs: the wheel has the catalogue, its data and the templates; the top level is what the README says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"),
    *("dlnproof", "tests", "derivations", "benchmarks"),
}


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder with additions to the environment."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def files_under(folder: Path) -> set[str]:
    """Return the files that belong into a distribution, relative to the folder."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".hypothesis", ".dlnproof"} & set(path.parts)
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel without network, from a copy of what it is made of."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("dlnproof", "derivations"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    done = run(source, sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target))
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Unpack the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_has_the_whole_package_and_nothing_else(installed):
    assert files_under(installed / "dlnproof") - {
        f"catalogue/{name}" for name in files_under(ROOT / "derivations")
    } == files_under(ROOT / "dlnproof")
    assert {path.name for path in installed.iterdir()} == {"dlnproof", f"dlnproof-{version()}.dist-info"}


def test_the_wheel_has_the_catalogue_with_its_data(installed):
    assert files_under(installed / "dlnproof" / "catalogue") == files_under(ROOT / "derivations")
    for name in files_under(ROOT / "derivations"):
        assert (installed / "dlnproof" / "catalogue" / name).read_bytes() == (ROOT / "derivations" / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["catalogue/data/iris.csv", "cli/skeleton.py.txt", "report/templates/appendix.tex.j2", "py.typed"]
)
def test_the_wheel_has_the_files_that_are_not_code(installed, name):
    assert (installed / "dlnproof" / name).is_file()


def test_the_wheel_has_no_compiled_files_of_the_checkout(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "__pycache__" in name or name.endswith(".pyc")]


def test_the_installed_catalogue_is_checked_from_any_folder(installed, tmp_path):
    command = (sys.executable, "-m", "dlnproof.cli.main", "check", "--only", "lu-kawaguchi-2017/eq-2*")
    done = run(tmp_path, *command, PYTHONPATH=str(installed))
    assert done.returncode == 0, done.stderr
    assert "lu-kawaguchi-2017/eq-2-printed" in done.stdout
    assert "2 claims: 1 proved, 1 refuted (as expected)" in done.stdout


def test_a_folder_with_its_own_derivations_is_checked_instead(installed, tmp_path):
    made = run(tmp_path, sys.executable, "-m", "dlnproof.cli.main", "new", "mine", PYTHONPATH=str(installed))
    assert made.returncode == 0, made.stderr
    command = (sys.executable, "-m", "dlnproof.cli.main", "check", "--only", "expansion")
    done = run(tmp_path, *command, PYTHONPATH=str(installed))
    assert done.returncode == 0, done.stderr
    assert "mine/expansion" in done.stdout
    assert "kawaguchi" not in done.stdout


def test_the_version_is_written_the_same_twice():
    import dlnproof

    assert dlnproof.__version__ == version()


def test_the_core_dependencies_are_those_of_the_design():
    names = {text.split(">")[0] for text in project()["dependencies"]}
    assert {
        "sympy",
        "mpmath",
        "numpy",
        "scipy",
        "python-flint",
        "hypothesis",
        "typer",
        "rich",
        "jinja2",
        "msgspec",
    } <= names
    assert not names & {"pytest", "ruff", "mypy"}


def test_the_top_level_is_the_one_of_the_design():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: other files may lie here")
    listed = run(ROOT, "git", "ls-files", "-z").stdout.split("\0")
    top = {name.partition("/")[0] for name in listed if name and not name.startswith(".")}
    assert top <= TOP_LEVEL
    assert {path.name for path in map(ROOT.joinpath, TOP_LEVEL) if path.exists()} == TOP_LEVEL


def test_the_ci_script_is_executable_and_names_no_place_of_one_machine():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert "set -euo pipefail" in text
    assert "://" not in text
    assert "/home/" not in text


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def version() -> str:
    return project()["version"]
