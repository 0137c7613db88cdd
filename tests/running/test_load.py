"""Derivation files become papers; what is bad in them is told with file, line and next step, and costs nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dlnproof.ledger import Ledger
from dlnproof.running.load import load, load_here
from dlnproof.running.session import Settings, check_collection
from dlnproof.running.sources import default_path, digest_file, find_files
from dlnproof.verdict import Verdict

HEAD = "from dlnproof.claims.paper import Paper\n"
PAPER = HEAD + 'paper = Paper("{key}", title="t", authors=["a"], year=2026)\n'


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, text, key="p"):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("PAPER\n", PAPER.format(key=key)), encoding="utf-8")
    return path


def labels(collection):
    return [claim.id for paper in collection.papers for claim in paper.claims]


def messages(collection):
    return [str(problem) for problem in collection.problems]


def test_a_folder_stands_for_its_files_without_underscore_or_dot():
    for name in ("d/b.py", "d/a.py", "d/_helper.py", "d/.hidden.py", "d/sub/c.py", "d/__pycache__/x.py", "d/notes.txt"):
        write(name, "")
    files, problems = find_files(["d"])
    assert [path.as_posix() for path in files] == ["d/a.py", "d/b.py", "d/sub/c.py"]
    assert not problems


def test_a_file_named_twice_is_loaded_once():
    write("d/a.py", "PAPER\npaper.identity('one', 1, 1)\n")
    assert labels(load(["d", "d/a.py", "d/../d/a.py"])) == ["p/one"]


BAD_FILES = [
    ("PAPER\nundefined\n", "a.py:3: NameError: name 'undefined' is not defined; correct this line, or leave"),
    ("PAPER\nx = (1,\n", "a.py:3: SyntaxError: '(' was never closed (a.py, line 3); correct this line"),
    ("PAPER\nreturn\n", "a.py:3: SyntaxError: 'return' outside function (a.py, line 3); correct this line"),
    ("PAPER\nraise SystemExit(5)\n", "a.py:3: the file calls exit (5); a derivation file only makes papers and claims"),
    ("import no_such_part\n", "a.py:1: ModuleNotFoundError: No module named 'no_such_part'; correct this line"),
    ("x = 1\n", "a.py: no paper in this file; make one at module level with dp.Paper(...), or start its name with '_'"),
    (
        "PAPER\npaper.identity('eq-1', 1, 1)\npaper.identity('eq-1', 2, 2)\n",
        "a.py:4: label='eq-1': paper 'p' already has this label (line 3); choose another label",
    ),
    (
        "PAPER\npaper.identity('eq 1', 1, 1)\n",
        "a.py:3: label='eq 1': a label is letters, digits, '-', '_' or '.'; choose one like 'eq-3' or 'T2.3'",
    ),
    (
        "PAPER\npaper.cite('fact', source='')\n",
        "a.py:3: source='': the cited fact 'fact' needs its source; name paper and theorem number",
    ),
    (
        "PAPER\ndef broken():\n    raise ValueError('two\\nlines')\nbroken()\n",
        "a.py:4: ValueError: two; correct this line, or leave the file out "
        "(what comes after it in the file was not read)",
    ),
    ("PAPER\nimport os\nos._exit(3)\n", "a.py:4: loading it failed: the worker process left with exit status 3"),
    ("PAPER\nheld = bytearray(1 << 44)\n", "a.py:3: loading it took more than 1024 MiB; move large computations"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES)
def test_a_bad_file_is_told_with_line_rule_and_next_step_and_the_other_file_is_loaded(text, message):
    write("a.py", text)
    write("b.py", "PAPER\npaper.identity('good', 1, 1)\n", key="q")
    collection = load(["a.py", "b.py"], memory=1 << 30)
    assert len(messages(collection)) == 1
    assert messages(collection)[0].startswith(message)
    assert "q/good" in labels(collection)


BAD_PATHS = [
    ("no.py", "no.py: no such file or folder; check the spelling and the current folder"),
    ("lu_2017.py", "lu_2017.py: no such file or folder; did you mean lu_2016.py?"),
    ("notes.txt", "notes.txt: a derivation file ends in .py; give its name, or a folder"),
    ("empty", "empty: no derivation file in this folder (names that start with '_' are skipped); write one with"),
]


@pytest.mark.parametrize(("path", "message"), BAD_PATHS)
def test_a_bad_path_is_told_and_the_other_file_is_loaded(path, message):
    write("lu_2016.py", "PAPER\npaper.identity('good', 1, 1)\n")
    write("notes.txt", "")
    Path("empty").mkdir()
    collection = load([path, "lu_2016.py"])
    assert len(messages(collection)) == 1
    assert messages(collection)[0].startswith(message)
    assert labels(collection) == ["p/good"]


def test_a_file_that_never_ends_is_stopped_at_its_line():
    write("a.py", "PAPER\npaper.identity('one', 1, 1)\nwhile True:\n    pass\n")
    write("b.py", "PAPER\npaper.identity('good', 1, 1)\n", key="q")
    collection = load(["a.py", "b.py"], seconds=1.0, at_once=2)
    assert messages(collection) == [
        "a.py:4: still not loaded after 1 s; move long computations into a theorem, or raise --budget"
    ]
    assert labels(collection) == ["q/good"]


def test_a_bad_claim_is_stepped_over_and_the_claims_after_it_are_kept():
    claims = ("'a', 1, 1", "'a', 2, 2", "'b', 1 / 0, 1", "'c', 1, 1")
    write("a.py", "PAPER\n" + "".join(f"paper.identity({claim})\n" for claim in claims))
    collection = load(["a.py"])
    assert labels(collection) == ["p/a", "p/c"]
    assert [message.partition(": ")[0] for message in messages(collection)] == ["a.py:4", "a.py:5"]


def test_after_a_failed_assignment_no_claim_uses_the_stale_name_and_the_others_are_read():
    # the second claim would be about x = 1, which the author did not mean
    lines = [
        "x = 1",
        "paper.identity('before', x, x)",
        "x = 1 / 0",
        "paper.identity('after', x, x)",
        "paper.identity('other', 2, 2)",
    ]
    write("a.py", "PAPER\n" + "\n".join(lines) + "\n")
    collection = load(["a.py"])
    assert labels(collection) == ["p/before", "p/other"]
    assert [("ZeroDivisionError" in text, "NameError" in text) for text in messages(collection)] == [
        (True, False),
        (False, True),
    ]


def test_two_papers_of_one_key_are_told_and_the_first_is_kept():
    write("a.py", "PAPER\npaper.identity('one', 1, 1)\n")
    write("b.py", "PAPER\npaper.identity('two', 1, 1)\n")
    collection = load(["a.py", "b.py"])
    assert labels(collection) == ["p/one"]
    assert messages(collection) == [
        "b.py: key='p': a.py has a paper with this key already; choose another key, its 1 claims were left out"
    ]


HOW = ["from _common import paper", "from ._common import paper", "import _common\npaper = _common.paper"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("package", [True, False])
def test_the_files_of_a_folder_may_share_one_paper(how, package):
    write("d/_common.py", "PAPER\n")
    write("d/part1.py", f"{how}\npaper.identity('one', 1, 1)\n")
    write("d/part2.py", f"{how}\npaper.identity('two', 1, 1)\n")
    if package:
        write("d/__init__.py", "")
    collection = load(["d"])
    assert not collection.problems
    assert labels(collection) == ["p/one", "p/two"]


def test_a_paper_imported_by_a_sibling_is_not_made_twice():
    write("d/a.py", "from b import paper as other\nPAPER\npaper.identity('one', 1, 1, uses=['q/two'])\n")
    write("d/b.py", "PAPER\npaper.identity('two', 1, 1)\n", key="q")
    collection = load(["d"])
    assert not collection.problems
    assert sorted(labels(collection)) == ["p/one", "q/two"]


def test_files_that_share_a_paper_are_tried_together_and_one_that_never_ends_costs_only_itself():
    count = 'import pathlib\nwith pathlib.Path("runs").open("a") as file:\n    file.write("x")\n'
    write("base.py", f"PAPER\n{count}")
    for name in ("one", "three", "two"):
        write(f"{name}.py", f'from base import paper\n\npaper.cite("{name}", "s", source="b")\n')
    assert labels(load(["."])) == ["p/one", "p/three", "p/two"]
    assert Path("runs").read_text(encoding="utf-8") == "xx"
    write("three.py", "while True:\n    pass\n")
    collection = load(["."], seconds=2.0)
    assert labels(collection) == ["p/one", "p/two"]
    assert [problem.line for problem in collection.problems] == [1]


def test_the_paper_that_a_claim_uses_is_found_beside_its_file_and_only_used():
    a = write("d/a.py", "PAPER\npaper.identity('one', 1, 1, uses=['q/two'])\n")
    write("d/b.py", "PAPER\npaper.identity('two', 1, 1)\n", key="q")
    write("d/c.py", "PAPER\npaper.identity('three', 1, 1)\n", key="r")
    collection = load([a])
    assert not collection.problems
    assert labels(collection) == ["p/one"]
    assert [claim.id for claim, _ in collection.places] == ["p/one", "q/two", "r/three"]
    run = check_collection(collection, Settings(jobs=1), Ledger(None))
    assert [(record.id, record.verdict) for record in run.claims] == [("p/one", Verdict.PROVED)]


def test_a_helper_that_a_sibling_imports_needs_no_paper():
    write("d/algebra.py", "two = 2\n")
    write("d/paper.py", "from algebra import two\nPAPER\npaper.identity('one', two, two)\n")
    collection = load(["d"])
    assert not collection.problems
    assert labels(collection) == ["p/one"]


def test_helpers_of_the_same_name_in_two_folders_do_not_mix():
    for folder, value in (("d", 1), ("e", 2)):
        write(f"{folder}/helper.py", f"value = {value}\n")
        text = "from helper import value\nPAPER\npaper.identity('one', value, value)\n"
        write(f"{folder}/paper.py", text, key=folder)
    collection = load(["d", "e"])
    assert [paper.claims[0].body.left for paper in collection.papers] == [1, 2]


def test_loading_leaves_neither_modules_nor_paths_nor_output_behind(capfd):
    write("d/_common.py", "PAPER\n")
    imports = "from _common import paper\nfrom . import _common\n"
    write("d/part.py", f"print('noise')\n{imports}paper.identity('one', 1, 1)\n")
    modules, path = set(sys.modules), list(sys.path)
    collection = load(["d"])
    assert labels(collection) == ["p/one"]
    assert {name for name in set(sys.modules) - modules if name.partition(".")[0] in ("d", "part", "_common")} == set()
    assert sys.path == path
    assert capfd.readouterr() == ("", "")


def test_siblings_are_importable_again_when_a_claim_is_checked():
    write("d/_late.py", "value = 5\n")
    write("d/part.py", "PAPER\nimport _late\ndef look():\n    import _late as again\n    return again.value\n")
    (loaded,) = load_here([Path("d/part.py")])
    assert "_late" not in sys.modules
    with loaded.importable():
        assert sys.modules["_late"].value == 5
    assert "_late" not in sys.modules


def test_future_annotations_and_docstring_of_the_file_are_honoured():
    start = '"""About it."""\nfrom __future__ import annotations\n'
    write("a.py", f'{start}PAPER\ndef f(x: nothing): ...\nassert __doc__ == "About it."\n')
    assert not load(["a.py"]).problems


def test_the_digest_counts_siblings_and_data_and_nothing_else():
    path = write("d/a.py", "from helper import x\n").resolve()
    write("d/helper.py", "import deeper\n")
    write("d/deeper.py", "x = 1\n")
    write("d/stranger.py", "x = 1\n")
    write("d/data/numbers.csv", "1,2\n")
    before = digest_file(path)
    write("d/stranger.py", "x = 2\n")
    assert digest_file(path) == before
    for name in ("d/a.py", "d/helper.py", "d/deeper.py", "d/data/numbers.csv"):
        old = Path(name).read_text(encoding="utf-8")
        write(name, old + "\n")
        assert digest_file(path) != before, name
        write(name, old)
    assert digest_file(path) == before


def test_derivations_of_the_current_folder_come_before_the_catalogue():
    assert default_path() != Path("derivations")
    Path("derivations").mkdir()
    assert default_path() == Path("derivations")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_told():
    write("a.py", "PAPER\n").chmod(0)
    assert messages(load(["a.py"]))[0].startswith("a.py: PermissionError")
