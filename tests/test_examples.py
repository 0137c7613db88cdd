"""The contract: the shared examples, as users write them, get exactly the verdicts that they were promised."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "examples"
EXPECTED = json.loads((EXAMPLES / "expected.json").read_text())


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder, without a terminal."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], dict]:
    """Check both files once, in a folder of their own, and return the process and its JSON."""
    folder = tmp_path_factory.mktemp("examples")
    for name in EXPECTED:
        shutil.copy(EXAMPLES / name, folder)
    done = run(folder, "-m", "dlnproof.cli.main", "check", *EXPECTED, "--jobs", "2", "--json", "result.json")
    assert done.returncode in (0, 1, 3), done.stderr
    return done, json.loads((folder / "result.json").read_text())


def test_the_examples_are_the_two_files_that_have_expected_verdicts():
    assert set(EXPECTED) == {"size_free.py", "theorems.py"}


@pytest.mark.parametrize(("file", "label"), [(file, label) for file in EXPECTED for label in EXPECTED[file]])
def test_every_example_gets_its_verdict(checked, file, label):
    (claim,) = [claim for claim in checked[1]["claims"] if (claim["file"], claim["label"]) == (file, label)]
    assert claim["verdict"] == EXPECTED[file][label], claim.get("reason")
    assert claim["as_expected"]


def test_the_examples_have_no_other_claims_and_end_in_status_0(checked):
    done, result = checked
    found = sorted((claim["file"], claim["label"]) for claim in result["claims"])
    assert found == sorted((file, label) for file in EXPECTED for label in EXPECTED[file])
    assert done.returncode == 0, done.stdout


def test_the_json_has_every_entry_of_the_schema(checked):
    result = checked[1]
    assert result["schema"] == "dlnproof/1"
    claim_entries = {
        *("id", "kind", "file", "label", "verdict", "expect", "as_expected", "scope", "uses", "conditional_on"),
        *("evidence", "counterexample", "seconds"),
    }
    for claim in result["claims"]:
        assert claim_entries <= set(claim)
        assert all({"method", "outcome", "seconds", "details"} <= set(item) for item in claim["evidence"])
    verdicts = ["proved", "verified", "tested", "undecided", "refuted", "conflict", "error"]
    assert set(verdicts) <= set(result["summary"])
    assert sum(result["summary"][verdict] for verdict in verdicts) == len(result["claims"])
    assert {"dlnproof", "python", "python-flint", "seed"} <= set(result["environment"])


def test_every_refuted_example_shows_its_counterexample_in_exact_strings(checked):
    for claim in checked[1]["claims"]:
        assert (claim["counterexample"] is not None) == (claim["verdict"] == "refuted"), claim["id"]
        assert not list(floats_in(claim["counterexample"])), claim["id"]


def floats_in(value):
    """Yield every float in a JSON value."""
    if isinstance(value, float):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from floats_in(item)


def test_a_wrong_derivation_names_its_first_wrong_step(checked):
    (claim,) = [claim for claim in checked[1]["claims"] if claim["label"] == "wrong-step"]
    assert claim["counterexample"]["step"] == 2


def test_the_exact_instances_agree(tmp_path):
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    done = run(tmp_path, "examples/instances.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "all instances agree\n"


def test_an_example_theorem_runs_as_a_plain_function_too(tmp_path):
    shutil.copy(EXAMPLES / "theorems.py", tmp_path)
    done = run(tmp_path, "-c", "import theorems; theorems.surjective_gradient(); print('ran')")
    assert done.stdout == "ran\n", done.stderr
