"""Workers are really bounded: time, memory, crashes and noise of one claim cost no other claim anything."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from planted import by_label, goes

from dlnproof.claims.paper import Paper
from dlnproof.record import Ending
from dlnproof.running import pool
from dlnproof.running.load import LoadedFile
from dlnproof.running.pool import Job, run_jobs
from dlnproof.running.worker import derive_seed, import_what_was_missing, make_job, read_outcome
from dlnproof.verdict import Finding

MEBIBYTE = 1 << 20


def jobs(*labels, seconds=20.0, memory=1024 * MEBIBYTE):
    paper = Paper("p", title="t", authors=["a"], year=2026)
    file = LoadedFile(Path(__file__))
    return [
        make_job(
            paper.identity(label, 1, 1), loaded=file, check=by_label, seed=0, seconds=seconds, memory=memory, fork=True
        )
        for label in labels
    ]


def outcomes(*labels, at_once=2, **limits):
    return {ended.job.name[2:]: read_outcome(ended) for ended in run_jobs(jobs(*labels, **limits), at_once=at_once)}


def test_a_check_that_never_ends_is_killed_and_its_earlier_evidence_is_kept():
    found = outcomes("forever", "proved", seconds=1.0)
    assert found["forever"].ending is Ending.OUT_OF_TIME
    assert found["forever"].reason == "out of time after 1 s"
    assert [item.method for item in found["forever"].evidence] == ["canonical form", "worker"]
    assert found["proved"].ending is Ending.COMPLETE
    assert len(found["proved"].evidence) == 2


def test_a_check_that_ignores_every_polite_signal_is_killed():
    assert outcomes("deaf", seconds=0.5)["deaf"].ending is Ending.OUT_OF_TIME


def test_a_check_that_never_stops_sending_does_not_keep_the_parent_from_its_clock():
    assert outcomes("flood", seconds=0.5)["flood"].ending is Ending.OUT_OF_TIME


def test_a_check_that_sends_without_measure_is_stopped(monkeypatch):
    monkeypatch.setattr(pool, "MESSAGES_KEPT", 3000)
    outcome = outcomes("flood")["flood"]
    assert (outcome.ending, outcome.reason) == (Ending.FAILED, "the worker sent more than 3000 messages")


@pytest.mark.parametrize("label", ["hoard", "huge"])
def test_a_check_that_takes_too_much_memory_is_stopped(label):
    found = outcomes(label, "proved", memory=512 * MEBIBYTE)
    assert found[label].ending is Ending.OUT_OF_MEMORY
    assert found[label].reason == "out of memory: more than 512 MiB"
    assert found["proved"].ending is Ending.COMPLETE


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("segfault", "the worker process died of SIGSEGV"),
        ("vanish", "the worker process left with exit status 7 before it was done"),
        ("exit", "SystemExit: 0"),
        ("raise", "ValueError: a defect"),
        ("disagree", "DisagreementError: canonical form says equal, evaluation mod p says different"),
    ],
)
def test_a_worker_that_fails_says_how_in_one_line(label, reason):
    found = outcomes(label, "proved")
    assert found[label].ending is Ending.FAILED
    assert found[label].reason == reason
    assert found["proved"].ending is Ending.COMPLETE


def test_an_exception_keeps_the_evidence_before_it_and_names_the_last_frames():
    evidence = outcomes("raise")["raise"].evidence
    assert evidence[0].method == "canonical form"
    assert any(frame.startswith("planted.py:") and "by_label" in frame for frame in evidence[-1].details["last frames"])


def test_what_is_not_supported_yet_is_inconclusive_and_no_failure():
    outcome = outcomes("unsupported")["unsupported"]
    assert outcome.ending is Ending.COMPLETE
    assert outcome.evidence[0].finding is Finding.INCONCLUSIVE
    assert outcome.evidence[0].outcome == "DiagMatrix(v): not supported yet; write it entry by entry"


def test_a_claim_that_makes_no_sense_is_bad_input_and_no_failure():
    outcome = outcomes("senseless")["senseless"]
    assert (outcome.ending, outcome.reason) == (Ending.BAD_INPUT, "W1=(2, 3): shapes do not fit; transpose one factor")


def test_workers_make_no_noise(capfd):
    outcome = outcomes("loud")["loud"]
    assert outcome.ending is Ending.COMPLETE
    assert capfd.readouterr() == ("", "")


def test_what_a_worker_of_dlnproof_had_to_import_the_next_ones_inherit(monkeypatch):
    monkeypatch.delitem(sys.modules, "dlnproof.claims.steps")
    (ended,) = run_jobs(jobs("imports"), at_once=1)
    assert len(read_outcome(ended).evidence) == 1
    import_what_was_missing(ended)
    assert "dlnproof.claims.steps" in sys.modules
    assert "a_module_of_the_user" not in sys.modules


def test_values_that_json_does_not_know_arrive_as_text():
    assert outcomes("odd")["odd"].evidence[0].details == {"ratio": "1/3"}


def test_processes_that_a_check_started_die_with_it():
    outcome = outcomes("family", seconds=2.0)["family"]
    assert outcome.ending is Ending.OUT_OF_TIME
    assert goes(outcome.evidence[0].details["pid"])


def children_of_this_process():
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def test_leaving_early_kills_the_workers_that_still_run():
    running, before = [], children_of_this_process()  # other tests may have left a process of multiprocessing's own
    results = run_jobs(jobs("forever-1", "proved", "forever-2"), at_once=3, watch=running.extend)
    assert next(results).job.name == "p/proved"
    children = children_of_this_process() - before
    assert len(children) == 2
    results.close()
    assert all(goes(pid) for pid in children)
    assert {"p/forever-1", "p/forever-2"} <= set(running)


def test_no_more_than_the_asked_number_of_workers_runs_at_once():
    seen = []
    for _ in run_jobs(jobs(*(f"proved-{n}" for n in range(5))), at_once=2, watch=lambda names: seen.append(len(names))):
        pass
    assert max(seen) <= 2


def test_a_worker_has_one_numerical_thread():
    (ended,) = run_jobs([Job("threads", send_threads, (), 20.0)], at_once=1)
    assert ended.messages == (b"1 1 1",)


def test_spawned_workers_do_the_same_without_fork():
    (ended,) = run_jobs([Job("threads", send_threads, (), 20.0)], at_once=1, fork=False)
    assert (ended.messages, ended.ending) == ((b"1 1 1",), Ending.COMPLETE)


def test_the_seed_of_a_claim_depends_on_run_seed_and_id_only():
    # the first four bytes of: printf '0:p/a' | sha256sum
    assert derive_seed(0, "p/a") == 0x081E7C26
    assert len({derive_seed(seed, name) for seed in (0, 1) for name in ("p/a", "p/b")}) == 4


def send_threads(send):
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    send(" ".join(os.environ[name] for name in names).encode())
