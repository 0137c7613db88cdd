"""The content address of a claim: equal keys mean that checking again would find the same."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Mapping
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import dlnproof
from dlnproof.claims.claim import Claim, Theorem
from dlnproof.running.sources import digest_file

PARTS = ("sympy", "python-flint", "hypothesis", "numpy", "scipy", "mpmath")
# what is only shown or run does not change what a check finds
NOT_ENGINE = frozenset({"cli", "report", "running", "catalogue", "__pycache__"})


class _OpaqueError(Exception):
    """A value whose content cannot be read off: the whole file stands for it."""


@functools.cache
def engine_version() -> str:
    """Return the digest of what decides verdicts: dlnproof's own sources, Python and the libraries it computes with."""
    digest = hashlib.sha256()
    package = Path(dlnproof.__file__).parent
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package)
        if name.parts[0] not in NOT_ENGINE:
            content = file.read_bytes()
            digest.update(f"{name.as_posix()} {len(content)} ".encode() + content)
    lines = [f"python {platform.python_version()} {platform.machine()}"]
    lines += [f"{part} {version}" for part, version in versions().items()]
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


@functools.cache
def versions() -> Mapping[str, str]:
    """Return the versions of the libraries that dlnproof computes with."""
    found = {}
    for part in PARTS:
        try:
            found[part] = importlib.metadata.version(part)
        except importlib.metadata.PackageNotFoundError:
            found[part] = "missing"
    return found


def file_key(path: Path) -> str:
    """Return the content address of a derivation file: of it, what it imports, its data, and the engine version."""
    return hashlib.sha256(f"{engine_version()} {digest_file(path.resolve())}".encode()).hexdigest()


def claim_keys(claims: Iterable[Claim], uses: Mapping[str, tuple[str, ...]], order: Iterable[str]) -> dict[str, str]:
    """Return the key of every claim: of its id, kind, content, assumptions, what it uses and the engine version.

    Statement, remark, source and expectation stay outside. A theorem, and anything whose content cannot be read off, counts its
    whole file with the siblings it imports and the folder `data/` beside it.
    """
    by_id = {claim.id: claim for claim in claims}
    digests: dict[str, str] = {}
    keys: dict[str, str] = {}
    for name in order:
        claim = by_id[name]
        digest = hashlib.sha256()
        ancestors = [keys[used] for used in uses[name]]
        for piece in (engine_version(), name, claim.kind, _content(claim, digests), *ancestors):
            digest.update(f"{len(piece)} {piece} ".encode())
        keys[name] = digest.hexdigest()
    return keys


def _content(claim: Claim, digests: dict[str, str]) -> str:
    if not isinstance(claim.body, Theorem):
        try:
            return f"{_write(claim.body)} assuming {_write(claim.assuming)}"
        except _OpaqueError:
            pass
    if claim.file not in digests:
        digests[claim.file] = digest_file(Path(claim.file))
    return f"file {digests[claim.file]}"


def _write(value: Any) -> str:
    """Write a value so that equal texts mean equal content."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if value is None or isinstance(value, (bool, int, str, Fraction)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_write, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_write(key)}: {_write(item)}' for key, item in value.items())}}}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ", ".join(f"{item.name}={_write(getattr(value, item.name))}" for item in dataclasses.fields(value))
        return f"{type(value).__name__}({fields})"
    from sympy import Basic, MatrixBase, srepr  # here: a run without SymPy claims need not load it

    if isinstance(value, (Basic, MatrixBase)):
        return str(srepr(value))
    raise _OpaqueError
