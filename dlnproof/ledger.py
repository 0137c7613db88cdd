"""The ledger: the results of earlier checks by claim, believed only where their content address still fits.

The one module that keeps anything on disk. A ledger that is truncated, foreign or changed by hand is named, moved aside
and rebuilt.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dlnproof.record import ClaimRecord, Ending, Study
from dlnproof.verdict import Verdict

FOLDER = ".dlnproof"
NAME = "ledger.json"
FORMAT = "dlnproof-ledger/1"
Value = TypeVar("Value")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The last result of one claim: content address, seed and budget of the run, how its worker ended, the record."""

    key: str
    seed: int
    budget: float
    ending: Ending
    record: ClaimRecord
    path: str = ""

    def fits(self, key: str, seed: int, budget: float) -> bool:
        """Return whether checking again with this key, seed and budget would only repeat the result.

        What was stopped or failed is tried again. The budget counts where it may have limited what was found: for a
        theorem (how many instances) it must be the same, for an undecided claim at least as large as now.
        """
        if self.ending is not Ending.COMPLETE or self.key != key or self.seed != seed:
            return False
        if self.record.kind == "theorem":
            return self.budget == budget
        return self.record.own_verdict is not Verdict.UNDECIDED or self.budget >= budget


class StudyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The last study of one kind of one claim, with the content address, seed and budget of its run."""

    key: str
    seed: int
    budget: float
    study: Study

    def fits(self, key: str, seed: int, budget: float) -> bool:
        """Return whether the same study would only repeat the result."""
        return (self.key, self.seed, self.budget) == (key, seed, budget)


_RUNS_KEPT = 40


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    claims: dict[str, Entry]
    files: dict[str, str]
    runs: dict[str, dict[str, str]] = {}
    studies: dict[str, StudyEntry] = {}


class _File(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    checksum: str
    content: msgspec.Raw


class Ledger:
    """The entries by claim id, and the file they are kept in (`path=None`: only in memory).

    Beside them stand the digests of the derivation files that were loaded without harm. `messages` collects what the
    user should know about the ledger's file.
    """

    def __init__(self, path: Path | None, entries: Mapping[str, Entry] | None = None) -> None:
        self.path = path
        self.messages: list[str] = []
        self._entries = dict(entries or {})
        self._files: dict[str, str] = {}
        self._changed: set[str] = set()
        self._changed_files: set[str] = set()
        self._runs: dict[str, dict[str, str]] = {}
        self._changed_runs: set[str] = set()
        self._studies: dict[str, StudyEntry] = {}
        self._changed_studies: set[str] = set()

    @classmethod
    def open(cls, folder: Path | str = ".") -> Ledger:
        """Open the ledger of `folder`; one that cannot be believed is moved aside, and an empty one takes its place."""
        path = Path(folder) / FOLDER / NAME
        ledger = cls(path)
        try:
            content = _read(path.read_bytes())
            ledger._entries, ledger._files, ledger._runs = content.claims, content.files, content.runs
            ledger._studies = content.studies
        except FileNotFoundError:
            pass
        except OSError as error:
            ledger.messages.append(f"{path}: cannot be read ({error.strerror}); every claim is checked again")
        except ValueError as error:
            ledger.messages.append(f"{path}: {error}; {_move_aside(path)}, every claim is checked again")
        return ledger

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The entries by claim id."""
        return self._entries

    def find(self, claim_id: str, *, key: str, seed: int, budget: float) -> Entry | None:
        """Return the entry of the claim if it may stand for a new check."""
        entry = self._entries.get(claim_id)
        return entry if entry is not None and entry.fits(key, seed, budget) else None

    def put(self, entry: Entry) -> None:
        """Keep `entry` as the last result of its claim."""
        if self._entries.get(entry.record.id) != entry:
            self._entries[entry.record.id] = entry
            self._changed.add(entry.record.id)

    def has_loaded(self, file: str, digest: str) -> bool:
        """Return whether the file was loaded before with this digest, in time and without killing its process."""
        return self._files.get(file) == digest

    def put_file(self, file: str, digest: str) -> None:
        """Remember that the file with this digest was loaded without harm."""
        if not self.has_loaded(file, digest):
            self._files[file] = digest
            self._changed_files.add(file)

    def find_run(self, fingerprint: str) -> Sequence[Entry] | None:
        """Return the entries of a complete run, in its order, if each of them is still the one that the run ended with."""
        keys = self._runs.get(fingerprint)
        if keys is None:
            return None
        entries = [self._entries.get(name) for name in keys]
        if any(entry is None or entry.key != key for entry, key in zip(entries, keys.values(), strict=True)):
            return None
        return [entry for entry in entries if entry is not None]

    def put_run(self, fingerprint: str, names: Iterable[str]) -> None:
        """Remember which entries a complete run ended with."""
        keys = {name: self._entries[name].key for name in names if name in self._entries}
        if self._runs.get(fingerprint) != keys:
            self._runs[fingerprint] = keys
            self._changed_runs.add(fingerprint)

    def find_study(self, kind: str, claim_id: str) -> StudyEntry | None:
        """Return the last study of this kind of the claim."""
        return self._studies.get(f"{kind} {claim_id}")

    def put_study(self, entry: StudyEntry) -> None:
        """Keep `entry` as the last study of its kind of its claim."""
        name = f"{entry.study.kind} {entry.study.id}"
        self._studies[name] = entry
        self._changed_studies.add(name)

    def save(self) -> None:
        """Write the ledger atomically if anything changed; not being able to is a message, not a failure."""
        changed = self._changed or self._changed_files or self._changed_runs or self._changed_studies
        if self.path is None or not changed:
            return
        others = _Content(claims={}, files={})
        with contextlib.suppress(OSError, ValueError):
            others = _read(self.path.read_bytes())  # another run may have written in the meantime
        merged = _Content(
            claims=_sorted({**others.claims, **{name: self._entries[name] for name in self._changed}}),
            files=_sorted({**others.files, **{name: self._files[name] for name in self._changed_files}}),
            runs=dict(
                list({**others.runs, **{name: self._runs[name] for name in self._changed_runs}}.items())[-_RUNS_KEPT:]
            ),
            studies=_sorted({**others.studies, **{name: self._studies[name] for name in self._changed_studies}}),
        )
        try:
            _write(self.path, merged)
        except OSError as error:
            reason = f"cannot be written ({error.strerror})"
            self.messages.append(f"{self.path}: {reason}; the next check starts from nothing")
            self.path = None
            return
        self._entries = {**self._entries, **merged.claims}
        self._changed, self._changed_files, self._changed_runs = set(), set(), set()
        self._changed_studies = set()


def _read(data: bytes) -> _Content:
    """Return the content of a ledger file.

    Raises: ValueError saying why the file is not believed.
    """
    try:
        raw: Any = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise ValueError("this ledger is truncated or no JSON") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise ValueError(f"this is not a ledger of this version of dlnproof ({FORMAT})")
    try:
        file = msgspec.json.decode(data, type=_File)
        if file.checksum != _checksum(bytes(file.content)):
            raise ValueError("this ledger was changed outside dlnproof (its checksum does not fit)")
        return msgspec.json.decode(file.content, type=_Content)
    except msgspec.DecodeError as error:
        raise ValueError(f"this ledger does not have the form of {FORMAT}") from error


def _write(path: Path, content: _Content) -> None:
    text = msgspec.json.encode(content, enc_hook=str)
    data = msgspec.json.encode(_File(format=FORMAT, checksum=_checksum(text), content=msgspec.Raw(text)))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="ledger-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _sorted(items: Mapping[str, Value]) -> dict[str, Value]:
    return dict(sorted(items.items()))


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _move_aside(path: Path) -> str:
    for number in range(1, 1000):
        aside = path.with_name(f"ledger-unreadable-{number}.json")
        if not aside.exists():
            break
    try:
        os.replace(path, aside)
    except OSError as error:
        return f"it could not be moved aside ({error.strerror})"
    return f"it was moved to {aside.name}"
