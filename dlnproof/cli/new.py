"""`dlnproof new KEY`: a derivation file to start from, with one working claim of each kind."""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console

from dlnproof.errors import InputError, bad

FOLDER = Path("derivations")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")


def write_new(key: str) -> int:
    """Write derivations/KEY.py (in the file's name `-` and `.` become `_`); an existing file is never touched."""
    if not _KEY.match(key):
        raise bad("KEY", key, "a paper's key is letters, digits, '-', '_' or '.'", "choose one like lu-kawaguchi-2017")
    path = FOLDER / f"{re.sub('[-.]', '_', key)}.py"
    try:
        FOLDER.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(skeleton(key))
    except FileExistsError as error:
        raise bad("KEY", key, f"{path} exists already", "choose another key, or edit that file") from error
    except OSError as error:
        raise InputError(f"KEY={key!r}: {path} cannot be written ({error.strerror}); check the folder") from error
    console = Console(highlight=False)
    console.print(f"wrote {path}; check it with: dlnproof check {path}", markup=False, soft_wrap=True)
    return 0


def skeleton(key: str) -> str:
    """Return the text of a derivation file for the paper `key`: an example of every kind of claim."""
    template = Path(__file__).with_name("skeleton.py.txt").read_text(encoding="utf-8")
    return template.replace("PAPER_KEY", key)
