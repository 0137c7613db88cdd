"""The command line as a user meets it: lines, messages and exit statuses, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import dlnproof
from dlnproof.ledger import Ledger

DRIVEN = Path(__file__).with_name("driven.py")
PAPER = """from dlnproof.claims.paper import Paper
paper = Paper("{key}", title="t", authors=["a"], year=2026)
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, *claims, key="p"):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [claim if "(" in claim else f"paper.identity({claim!r}, 1, 1)" for claim in claims]
    path.write_text(PAPER.format(key=key) + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def command(*args):
    return [sys.executable, str(DRIVEN), *map(str, args)]


def environment():
    root = str(Path(dlnproof.__file__).parent.parent)
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "NO_COLOR", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}


def dln(*args, status=0):
    done = subprocess.run(
        command(*args), capture_output=True, text=True, env=environment(), encoding="utf-8", timeout=60
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


STATUS = [
    (["proved", "paper.identity('refuted', 1, 2, expect='refuted')"], 0),
    (["proved", "half"], 3),
    (["half", "refuted"], 1),
    (["raise"], 1),
    (["paper.identity('proved', 1, 1, expect='refuted')"], 1),
    (["refuted", "paper.identity('proved', 1, 1, uses=['nothing'])"], 2),
    (["proved", "undefined()"], 2),
]


@pytest.mark.parametrize(("claims", "status"), STATUS)
def test_the_exit_status_is_the_one_of_the_contract(claims, status):
    dln("check", write("a.py", *claims), status=status)


def test_one_line_a_claim_with_verdict_id_scope_and_seconds_then_a_summary():
    write("a.py", "proved", "verified", "half", "paper.identity('refuted', 1, 2, expect='refuted')")
    lines = dln("check", "a.py", status=3).stdout.splitlines()
    words = [line.split() for line in lines]
    assert words[0][:5] == ["✓", "proved", "p/proved", "all", "sizes"]
    assert words[0][-1] == "s"
    assert words[1][:5] == ["✓", "verified", "p/verified", "20", "instances"]
    assert words[2][:5] == ["?", "undecided", "p/half", "only", "one"]
    assert words[3][:5] == ["✓", "refuted", "p/refuted", "expected", "refuted"]
    assert lines[4] == "4 claims: 1 proved, 1 verified, 1 undecided, 1 refuted (as expected)"
    assert lines[5].startswith("3 of 4 as expected; 0 from the ledger; ")
    assert len(lines) == 6


def test_an_open_question_is_no_result_until_it_is_refuted_which_is_news():
    question = "paper.identity('verified', 1, 1, expect='open')"
    user = "paper.identity('proved', 1, 1, uses=['verified'])"
    lines = dln(
        "check", write("a.py", question, "paper.identity('half', 1, 1, expect='open')", user)
    ).stdout.splitlines()
    words = [line.split() for line in lines]
    assert words[0][:5] == ["○", "verified", "p/verified", "open,", "20"]
    assert words[1][:5] == ["○", "undecided", "p/half", "open,", "only"]
    assert " ".join(words[2][:-2]) == "✓ verified p/proved all sizes, conditional on p/verified"
    assert lines[3] == "3 claims: 1 verified, 2 open"
    shown = " ".join(dln("show", "proved").stdout.split())
    assert "conditional on p/verified (open, verified)" in shown
    assert "p/half undecided, an open question" in dln("show", "half").stdout.replace("  ", " ")
    answered = dln("check", write("a.py", "paper.identity('refuted', 1, 2, expect='open')"), status=1).stdout
    assert answered.split()[:7] == ["✗", "refuted", "p/refuted", "open", "question,", "now", "refuted"]
    assert "sizes: n = 2" in answered


def test_output_into_a_pipe_has_no_control_characters():
    done = dln("check", write("a.py", "proved", "refuted", "raise"), status=1)
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout


def test_a_terminal_that_knows_ascii_only_still_gets_every_line():
    path = write("a.py", "proved", "raise", "paper.cite('fact', 'x', source='Erd\u0151s')")
    env = {**environment(), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command("check", path), capture_output=True, env=env, timeout=60)
    assert [line[:1] for line in done.stdout.splitlines()[:3]] == [b"+", b"!", b"+"]
    assert b"Erd?s" in done.stdout


def test_a_refutation_against_expectation_prints_its_counterexample_readably():
    out = dln("check", write("a.py", "steps"), status=1).stdout
    wanted = ["step: 2", "sizes: n = 2", "values:", "  A = [   1   0]", "      [-3/4  12]", "left = [1]", "right = [2]"]
    assert [line[6:] for line in out.splitlines()[1:8]] == wanted


def test_the_json_has_the_claims_in_the_order_of_the_file():
    dln("check", write("a.py", "proved", "half", "refuted"), "--json", "out.json", "--seed", "5", status=1)
    data = msgspec.json.decode(Path("out.json").read_bytes())
    assert data["schema"] == "dlnproof/1"
    assert [claim["label"] for claim in data["claims"]] == ["proved", "half", "refuted"]
    assert {claim["file"] for claim in data["claims"]} == {"a.py"}
    assert data["environment"]["seed"] == 5
    assert {"dlnproof", "python", "python-flint"} <= set(data["environment"])


def test_the_second_check_comes_from_the_ledger_unless_fresh():
    write("a.py", "proved", "verified")
    dln("check", "a.py")
    assert "2 from the ledger" in dln("check", "a.py").stdout
    assert "0 from the ledger" in dln("check", "a.py", "--fresh").stdout


def test_a_damaged_ledger_is_named_and_rebuilt():
    write("a.py", "proved")
    dln("check", "a.py")
    path = Path(".dlnproof/ledger.json")
    path.write_bytes(path.read_bytes()[:-20])
    done = dln("check", "a.py")
    assert "warning: .dlnproof/ledger.json: this ledger is truncated or no JSON; it was moved to" in done.stderr
    assert "0 from the ledger" in done.stdout
    assert "1 from the ledger" in dln("check", "a.py").stdout


def test_without_a_path_the_derivations_of_this_folder_are_checked():
    write("derivations/a.py", "proved")
    write("derivations/sub/b.py", "proved", key="q")
    assert "2 claims: 2 proved" in dln("check").stdout


def test_only_selects_and_a_pattern_that_matches_nothing_is_bad_input():
    write("a.py", "proved-1", "verified-1", "verified-2")
    assert "2 claims: 2 verified" in dln("check", "a.py", "--only", "verified*").stdout
    assert "bad input: --only='verifed-1': no claim has such an id or label; did you mean \"verified-1\"?" in (
        dln("check", "a.py", "--only", "verifed-1", status=2).stderr
    )


def test_bad_input_is_one_message_each_and_no_other_result_is_lost():
    write("a.py", "proved", "paper.identity('proved', 1, 1)", "verified")
    write("b.py", "raise ValueError('bad')", key="q")
    done = dln("check", "a.py", "b.py", "none.py", status=2)
    assert done.stderr.splitlines() == [
        "bad input: none.py: no such file or folder; check the spelling and the current folder",
        "bad input: a.py:4: label='proved': paper 'p' already has this label (line 3); choose another label",
        "bad input: b.py:3: ValueError: bad; correct this line, or leave the file out "
        "(what comes after it in the file was not read)",
    ]
    assert "2 claims: 1 proved, 1 verified" in done.stdout
    assert "3 bad inputs, see above" in done.stdout


def test_a_runaway_check_and_a_runaway_file_are_stopped_and_the_rest_goes_on():
    write("a.py", "forever", "proved")
    write("b.py", "while id(1): pass", key="q")
    done = dln("check", "a.py", "b.py", "--budget", "1", status=2)
    assert "undecided  p/forever out of time after 1 s" in done.stdout
    assert "proved     p/proved" in done.stdout
    assert "bad input: b.py:3: still not loaded after 1 s" in done.stderr


USAGE = [
    ["check", "--jobs", "0"],
    ["check", "--budget", "nonsense"],
    ["check", "--budget", "-1"],
    ["check", "--nonsense"],
    ["nonsense"],
    ["show"],
    ["new"],
    ["check", "a.py", "--json", "no/such/folder/out.json"],
    ["show", "p/none"],
    ["new", "two words"],
    ["appendix", "a.py", "-o", "out.html"],
    ["appendix", "a.py", "-o", "out.docx"],
    ["appendix", "a.py", "-o", "no/such/folder/out.tex"],
]


@pytest.mark.parametrize("args", USAGE)
def test_a_usage_error_is_a_message_and_exit_status_2(args):
    write("a.py", "proved")
    assert dln(*args, status=2).stderr.strip()


def test_ctrl_c_kills_the_workers_and_keeps_the_results_so_far():
    write("a.py", "proved", "family")
    args = command("check", "a.py", "--json", "out.json")
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert b"p/proved" in process.stdout.readline()
        workers = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert b"interrupted: 1 of 1 as expected" in rest
    assert not any(Path(f"/proc/{pid}/status").exists() for pid in workers)
    assert [claim["label"] for claim in msgspec.json.decode(Path("out.json").read_bytes())["claims"]] == ["proved"]
    ledger = Ledger.open(".")
    assert (set(ledger.entries), ledger.messages) == ({"p/proved"}, [])


def children_of(pid):
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_show_prints_what_is_known_of_a_claim_and_its_links():
    write(
        "a.py",
        "paper.cite('fact', 'x', source='someone')",
        "paper.identity('tested', 1, 1, 'the statement', remark='so', uses=['fact'], assuming=['full rank'])",
        "paper.identity('proved', 1, 1, source='Lemma 4.1', uses=['tested'])",
        "paper.identity('refuted', 1, 2, expect='refuted')",
        "paper.identity('proved-correction', 1, 1, corrects='refuted')",
    )
    dln("check", "a.py")
    shown = " ".join(dln("show", "p/tested").stdout.split())
    for text in (
        "p/tested tested (20 samples)",
        "statement the statement",
        "remark (not checked) so",
        "written in a.py:4",
        "assuming full rank",
        "uses p/fact (cited)",
        "used by p/proved (tested)",
        "conditional on p/fact (cited)",
        "evidence floating point: agrees [agrees, 20 samples]",
    ):
        assert text in shown
    by_itself = " ".join(dln("show", "proved").stdout.split())
    assert "p/proved tested" in by_itself
    assert "by itself proved (all sizes)" in by_itself
    assert "source Lemma 4.1" in by_itself
    misprint = " ".join(dln("show", "refuted").stdout.split())
    assert "corrected by p/proved-correction (proved)" in misprint
    assert "counterexample sizes: n = 2" in misprint


def test_show_names_the_nearest_claim_and_refuses_an_ambiguous_label():
    assert "no check has been run in this folder; run dlnproof check first" in dln("show", "x", status=2).stderr
    write("a.py", "proved", "verified")
    write("b.py", "proved", key="q")
    dln("check", "a.py", "b.py")
    assert 'did you mean "verified"?' in dln("show", "verifed", status=2).stderr
    message = "more than one claim has this label; write one of p/proved, q/proved"
    assert message in dln("show", "proved", status=2).stderr


def test_new_writes_a_file_once_and_never_over_another():
    assert "wrote derivations/lu_2017.py" in dln("new", "lu-2017").stdout
    text = Path("derivations/lu_2017.py").read_text(encoding="utf-8")
    assert 'dp.Paper("lu-2017"' in text
    for method in ("identity", "gradient", "hessian", "derivation", "minimum", "theorem", "cite"):
        assert f"paper.{method}(" in text
    compile(text, "lu_2017.py", "exec")
    Path("derivations/lu_2017.py").write_text("mine", encoding="utf-8")
    assert "derivations/lu_2017.py exists already; choose another key" in dln("new", "lu-2017", status=2).stderr
    assert Path("derivations/lu_2017.py").read_text(encoding="utf-8") == "mine"


def test_doctor_fails_when_a_planted_falsehood_is_not_refuted():
    # the stand-in engine knows none of the self-test's labels
    out = dln("doctor", status=1).stdout
    assert "FAILED: a planted falsehood is refuted" in out
    assert "the self-test failed" in out
    assert "python-flint" in out


def test_help_names_the_commands_and_no_other():
    out = dln("--help").stdout
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()]
    names = [
        "ablate",
        "appendix",
        "check",
        "compare",
        "doctor",
        "falsify",
        "grad",
        "hessian",
        "landscape",
        "new",
        "show",
    ]
    assert sorted(listed) == names
