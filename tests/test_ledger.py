"""A ledger is believed only when it is whole, of this format and unchanged; whatever else is there is moved aside."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import pytest

from dlnproof.claims.claim import Expectation
from dlnproof.ledger import FORMAT, Entry, Ledger
from dlnproof.record import ClaimRecord, Ending
from dlnproof.verdict import Verdict


def entry(claim_id="p/a", *, kind="identity", verdict=Verdict.PROVED, ending=Ending.COMPLETE, budget=60.0):
    record = ClaimRecord(
        id=claim_id,
        kind=kind,
        file="a.py",
        label=claim_id.partition("/")[2],
        verdict=verdict,
        expect=Expectation.HOLDS,
        as_expected=True,
        scope="all sizes",
        uses=(),
        conditional_on=(),
        evidence=(),
        counterexample={"left": [["-3/4"]]},
        seconds=0.5,
        own_verdict=verdict,
    )
    return Entry(key="k", seed=0, budget=budget, ending=ending, record=record, path="a.py")


def written(folder, *entries):
    ledger = Ledger.open(folder)
    for item in entries or (entry(),):
        ledger.put(item)
    ledger.save()
    assert not ledger.messages
    return Path(folder) / ".dlnproof" / "ledger.json"


def test_what_was_saved_is_found_again(tmp_path):
    written(tmp_path)
    ledger = Ledger.open(tmp_path)
    assert not ledger.messages
    assert ledger.find("p/a", key="k", seed=0, budget=60.0) == entry()


def test_a_missing_ledger_is_empty_and_no_message(tmp_path):
    ledger = Ledger.open(tmp_path)
    assert (dict(ledger.entries), ledger.messages) == ({}, [])
    ledger.save()
    assert not (tmp_path / ".dlnproof").exists()


MISFITS = [
    (entry(), {"key": "other"}, False),
    (entry(), {"seed": 1}, False),
    (entry(), {"budget": 1.0}, True),
    (entry(), {"budget": 600.0}, True),
    (entry(kind="theorem", verdict=Verdict.VERIFIED), {"budget": 60.0}, True),
    (entry(kind="theorem", verdict=Verdict.VERIFIED), {"budget": 600.0}, False),
    (entry(verdict=Verdict.UNDECIDED), {"budget": 60.0}, True),
    (entry(verdict=Verdict.UNDECIDED), {"budget": 61.0}, False),
    (entry(ending=Ending.OUT_OF_TIME), {}, False),
    (entry(ending=Ending.OUT_OF_MEMORY), {}, False),
    (entry(ending=Ending.FAILED), {}, False),
]


@pytest.mark.parametrize(("kept", "asked", "found"), MISFITS)
def test_an_entry_stands_for_a_check_only_where_the_check_would_repeat_it(kept, asked, found):
    ledger = Ledger(None, {"p/a": kept})
    assert (ledger.find("p/a", **{"key": "k", "seed": 0, "budget": 60.0, **asked}) is not None) == found


def forged():
    """A forger who also fixes the checksum, but writes claims that have no verdicts at all."""
    content = b'{"claims":{"p/a":{"key":"k"}},"files":{}}'
    checksum = hashlib.sha256(content).hexdigest().encode()
    return b'{"format":"%s","checksum":"%s","content":%s}' % (FORMAT.encode(), checksum, content)


CHANGED = "this ledger was changed outside dlnproof (its checksum does not fit)"
TRUNCATED = "this ledger is truncated or no JSON"
FOREIGN = f"this is not a ledger of this version of dlnproof ({FORMAT})"
DAMAGES = [
    (lambda data: data[:0], TRUNCATED),
    (lambda data: data[: len(data) // 2], TRUNCATED),
    (lambda data: data[:-1], TRUNCATED),
    (lambda data: b"\xff\xfe\x00" + data, TRUNCATED),
    (lambda data: b"[" + data + b"]", FOREIGN),
    (lambda data: data.replace(b'"format"', b'"schema"'), FOREIGN),
    (lambda data: data.replace(b"ledger/1", b"ledger/9"), FOREIGN),
    (lambda data: data.replace(b'"proved"', b'"tested"'), CHANGED),
    (lambda data: forged() if data else data, f"this ledger does not have the form of {FORMAT}"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_a_damaged_ledger_is_named_moved_aside_and_rebuilt(tmp_path, damage, message):
    path = written(tmp_path)
    bad = damage(path.read_bytes())
    path.write_bytes(bad)
    ledger = Ledger.open(tmp_path)
    assert not ledger.entries
    moved = "it was moved to ledger-unreadable-1.json, every claim is checked again"
    assert ledger.messages == [f"{path}: {message}; {moved}"]
    assert path.with_name("ledger-unreadable-1.json").read_bytes() == bad
    ledger.put(entry("p/b"))
    ledger.save()
    assert set(Ledger.open(tmp_path).entries) == {"p/b"}


def test_every_truncation_is_refused(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert not Ledger.open(tmp_path).entries


def test_a_second_damaged_ledger_does_not_replace_the_first(tmp_path):
    for number in (1, 2):
        path = tmp_path / ".dlnproof" / "ledger.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"damage {number}")
        Ledger.open(tmp_path)
    assert (path.with_name("ledger-unreadable-1.json")).read_text() == "damage 1"
    assert (path.with_name("ledger-unreadable-2.json")).read_text() == "damage 2"


def test_a_folder_that_cannot_be_written_costs_a_message_and_not_the_run(tmp_path):
    (tmp_path / ".dlnproof").write_text("a file where the folder should be")
    ledger = Ledger.open(tmp_path)
    ledger.put(entry())
    ledger.save()
    assert any("cannot be written" in message for message in ledger.messages)
    assert set(ledger.entries) == {"p/a"}


def test_a_save_that_fails_half_way_leaves_the_old_ledger_and_no_rubbish(tmp_path, monkeypatch):
    path = written(tmp_path)
    before = path.read_bytes()
    ledger = Ledger.open(tmp_path)
    ledger.put(entry("p/b"))

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    ledger.save()
    reason = "cannot be written (No space left on device)"
    assert ledger.messages == [f"{path}: {reason}; the next check starts from nothing"]
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["ledger.json"]


def test_two_runs_at_once_keep_each_others_results(tmp_path):
    first, second = Ledger.open(tmp_path), Ledger.open(tmp_path)
    first.put(entry("p/a"))
    second.put(entry("p/b"))
    first.save()
    second.save()
    assert set(Ledger.open(tmp_path).entries) == {"p/a", "p/b"}


def test_nothing_is_written_when_nothing_changed(tmp_path):
    path = written(tmp_path)
    before = path.stat().st_mtime_ns, path.stat().st_ino
    ledger = Ledger.open(tmp_path)
    ledger.put(entry())
    ledger.save()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_the_ledger_is_plain_json(tmp_path):
    data = msgspec.json.decode(written(tmp_path).read_bytes())
    assert data["format"] == FORMAT
    assert data["content"]["claims"]["p/a"]["record"]["verdict"] == "proved"


def test_files_that_were_loaded_without_harm_are_remembered_by_digest(tmp_path):
    ledger = Ledger.open(tmp_path)
    ledger.put_file("a.py", "digest")
    ledger.save()
    again = Ledger.open(tmp_path)
    assert again.has_loaded("a.py", "digest")
    assert not again.has_loaded("a.py", "another digest")
    assert not again.has_loaded("b.py", "digest")
