"""Which files a path stands for, and what a derivation file consists of: itself, the siblings it imports, its data."""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import dlnproof
from dlnproof.record import InputProblem


def default_path() -> Path | None:
    """Return where `check` looks without a path: ./derivations, else the catalogue (in a checkout: its source)."""
    package = Path(dlnproof.__file__).parent
    beside = package.parent / "derivations"
    for folder in (Path("derivations"), package / "catalogue"):
        if folder.is_dir():
            return folder
    return beside if beside.is_dir() and (package.parent / "pyproject.toml").is_file() else None


def find_files(paths: Sequence[str | Path]) -> tuple[list[Path], list[InputProblem]]:
    """Return the derivation files that `paths` stand for, each once, a folder's files together; and the bad paths.

    A folder stands for its `*.py` files, recursively, without those whose name or folder starts with `_` or `.`.
    """
    found: dict[Path, Path] = {}
    problems = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(_walk(path), key=lambda file: (file.parent.parts, file.name))
            if not inside:
                rule = "no derivation file in this folder (names that start with '_' are skipped)"
                problems.append(InputProblem(file=str(path), message=f"{rule}; write one with: dlnproof new KEY"))
            for file in inside:
                found.setdefault(file.resolve(), file)
        elif not path.exists():
            problems.append(InputProblem(file=str(path), message=f"no such file or folder; {_suggest_path(path)}"))
        elif path.suffix != ".py":
            message = "a derivation file ends in .py; give its name, or a folder"
            problems.append(InputProblem(file=str(path), message=message))
        else:
            found.setdefault(path.resolve(), path)
    return list(found.values()), problems


def _walk(folder: Path) -> Iterable[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith(("_", ".")):
            continue
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.suffix == ".py":
            yield entry


def _suggest_path(path: Path) -> str:
    if path.parent.is_dir():
        near = difflib.get_close_matches(path.name, [entry.name for entry in path.parent.iterdir()], n=1)
        if near:
            return f"did you mean {path.parent / near[0]}?"
    return "check the spelling and the current folder"


def digest_file(path: Path) -> str:
    """Return the SHA-256 of what the results of a file may depend on: it, siblings it imports, its folder `data/`."""
    digest = hashlib.sha256()
    data = path.parent / "data"
    numbers = sorted(item for item in data.rglob("*") if item.is_file()) if data.is_dir() else []
    for part in [*with_siblings(path), *numbers]:
        try:
            content = part.read_bytes()
        except OSError:
            content = b""
        name = part.relative_to(path.parent).as_posix() if part.is_relative_to(path.parent) else part.name
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()


def with_siblings(path: Path) -> list[Path]:
    """Return the file and, transitively, the modules and packages of its folder whose names its imports mention."""
    seen: dict[Path, None] = {}
    ahead = [path]
    while ahead:
        file = ahead.pop()
        if file in seen:
            continue
        seen[file] = None
        for name in _imported_names(file):
            module = file.parent / f"{name}.py"
            package = file.parent / name
            if module.is_file():
                ahead.append(module)
            if package.is_dir():
                ahead.extend(package.rglob("*.py"))
    first, *rest = seen
    return [first, *sorted(rest)]


def _imported_names(file: Path) -> set[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names.update(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            names.update((node.module or "").split("."))
            names.update(alias.name for alias in node.names)
            if node.level:
                names.add("__init__")
    return names - {""}
