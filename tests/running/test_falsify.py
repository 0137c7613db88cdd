"""A long search keeps a diary: killed in the middle it has lost no finished instance, and the next one goes on from there."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from dlnproof.checks.context import Context
from dlnproof.checks.falsify import Effort, falsify
from dlnproof.diary import Diary, Line, diary_path, read_diary, totals
from dlnproof.running.load import load_here
from dlnproof.verdict import Finding

SOURCE = """
from hypothesis import given, strategies as st
import dlnproof as dp

paper = dp.Paper("far", title="Far", authors=["A"], year=2026)
small = dp.problems(layers=2, widths=st.integers(1, 2))

@paper.theorem("true")
@given(small)
def true(problem):
    assert problem.loss(problem.identity) >= 0

@paper.theorem("rarely-false", "no two samples of one input give a loss above 400")
@given(dp.problems(layers=2, widths=1, samples=st.integers(1, 2)))
def rarely_false(problem):
    assert problem.loss(problem.identity) <= 400

@paper.theorem("raises")
@given(small)
def raises(problem):
    assert problem.no_such_thing
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "far.py"
    path.write_text(SOURCE)
    return path


def command(*arguments):
    return [sys.executable, "-m", "dlnproof.cli.main", *arguments]


def lines_of(path):
    return path.read_bytes().split(b"\n")[1:] if path.exists() else []


def finished(path):
    return [json.loads(line)["answer"] for line in lines_of(path) if line.endswith(b"}")]


@pytest.mark.usefixtures("file")
def test_killing_the_processes_in_the_middle_loses_no_finished_instance():
    path = diary_path("far/true")
    session = subprocess.Popen(
        command("falsify", "far.py::true", "--budget", "60"), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while len(finished(path)) < 40:
            assert session.poll() is None, "it ended before it was killed"
        worker = next(
            int(pid.name) for pid in Path("/proc").iterdir() if pid.name.isdigit() and _parent_of(pid) == session.pid
        )
    finally:
        session.kill()
        session.wait()
    os.kill(worker, signal.SIGKILL)
    while _is_alive(worker):
        time.sleep(0.01)
    kept = finished(path)
    assert kept[0] == "started"
    assert len(kept) > 40
    done = subprocess.run(
        command("falsify", "far.py::true", "--budget", "2", "--json", "out.json"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert finished(path)[: len(kept)] == kept  # what was there is still there, and more has come
    diary = json.loads(Path("out.json").read_text())["diary"]
    assert diary["sessions"] == 2
    assert diary["instances"] > sum(answer == "passed" for answer in kept)
    assert f"{diary['instances']} instances in" in done.stdout


def _parent_of(folder):
    try:
        return int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def _is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.usefixtures("file")
def test_a_rare_counterexample_is_found_and_stays_one_for_every_later_check():
    first = subprocess.run(command("check", "far.py", "--only", "rarely*"), capture_output=True, text=True, check=False)
    done = subprocess.run(
        command("falsify", "far.py::rarely-false", "--budget", "20"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "far/rarely-false  refuted" in done.stdout
    assert "failed: assert problem.loss(problem.identity) <= 400" in done.stdout
    for arguments in ([], ["--fresh"]):
        again = subprocess.run(
            command("check", "far.py", "--only", "rarely*", *arguments), capture_output=True, text=True, check=False
        )
        assert again.returncode == 1, first.stdout
        assert "refuted    far/rarely-false against expectation" in again.stdout


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("far.py", "falsify attacks one claim; write far.py::true"),
        ("far.py::tru", "LABEL='tru': far.py has no such claim; did you mean \"true\"?"),
        ("far.py::raises", "claim='far/raises': the theorem raised AttributeError"),
        ("none.py::true", "none.py: there is no claim in it"),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_target_that_makes_no_sense_is_bad_input(target, message):
    done = subprocess.run(command("falsify", target, "--budget", "2"), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())


def test_near_misses_are_varied_and_the_search_repeats_itself(file):
    (loaded,) = load_here([file])
    claim = loaded.papers[0].claims[0]

    def session(seed):
        notes = []

        def note(*line):
            notes.append(line)

        found = falsify(claim, Context(seconds=60.0, seed=seed), note, effort=Effort(turns=2, examples=60))
        assert found.finding is Finding.INCONCLUSIVE
        assert "no counterexample in" in found.outcome
        return notes

    notes = session(3)
    assert notes == session(3)
    assert {way for way, *_ in notes} == {"aimed", "varied"}
    near = [(margin, choices) for _, answer, margin, choices in notes if choices is not None and answer == "passed"]
    assert all(margin is not None for margin, _ in near)
    assert near


# the diary


def test_a_diary_adds_up_over_sessions_and_drops_a_line_that_was_cut_short(tmp_path):
    path = tmp_path / "diary.jsonl"
    for seed in (1, 2):
        diary = Diary(path, "p/l", "key")
        diary.write(Line(way="", answer="started", at=0.0, seed=seed))
        diary.write(Line(way="varied", answer="passed", at=0.5, margin=0.25 / seed, choices=f"0{seed}"))
        diary.write(Line(way="aimed", answer="rejected", at=1.5))
        diary.close()
        with path.open("ab") as file:
            file.write(b'{"way":"aimed","answ')
    found = totals(read_diary(path, "key"))
    assert (found.sessions, found.seconds, found.instances, found.rejected) == (2, 3.0, 2, 2)
    assert found.margin == 0.125
    assert found.near_misses == ((0.125, "02"), (0.25, "01"))


def test_a_diary_of_another_state_of_the_claim_is_set_aside(tmp_path):
    path = tmp_path / "diary.jsonl"
    Diary(path, "p/l", "old").close()
    assert read_diary(path, "new") is None
    Diary(path, "p/l", "new").close()
    assert read_diary(path, "new") == []
    assert msgspec.json.decode(path.with_suffix(".old.jsonl").read_bytes())["key"] == "old"
