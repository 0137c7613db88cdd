"""The pytest plugin: which files are derivation files, and the options; everything else is imported when one is collected.

A derivation file adds claims to a `dlnproof.Paper` at module level. It is collected when it is named on the command line, lies
below a folder `derivations`, or fits the ini option `dlnproof_files`; files named as tests are always left to pytest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dlnproof.pytest_plugin.collect import DerivationFile

FOLDER = "derivations"
TEST_FILES = ("test_*.py", "*_test.py", "conftest.py")
CLAIMS = frozenset(
    {"identity", "derivation", "induction", "gradient", "hessian", "minimum", "inequality", "theorem", "cite"}
)
MARKER = "dlnproof(kind, expect, budget): a claim of a derivation file; on a theorem, budget=SECONDS is its wall time"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin."""
    group = parser.getgroup("dlnproof", "claims of derivation files")
    group.addoption(
        "--dlnproof-budget",
        metavar="SECONDS",
        type=_seconds,
        default=60.0,
        help="wall time of each claim of a derivation file (default: 60)",
    )
    group.addoption(
        "--dlnproof-seed",
        metavar="N",
        type=int,
        default=0,
        help="seed of the run; each claim derives its own (default: 0)",
    )
    parser.addini("dlnproof_files", "glob patterns of derivation files outside folders named derivations", "args", [])


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and make `--hypothesis-profile=ci` repeat itself exactly."""
    config.addinivalue_line("markers", MARKER)
    if config.getoption("--hypothesis-profile", default=None) == "ci":
        from hypothesis import settings

        settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DerivationFile | None:
    """Collect a derivation file that pytest itself would not look at."""
    named = parent.session.isinitpath(file_path)
    if named or _matches(file_path, parent.config.getini("python_files")):
        return None  # `pytest_pycollect_makemodule` is asked for it
    return _make(file_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> DerivationFile | None:
    """Take a derivation file in place of the module that pytest would make of it."""
    return _make(module_path, parent)


def _make(path: Path, parent: pytest.Collector) -> DerivationFile | None:
    config = parent.config
    chosen = _matches(path, config.getini("dlnproof_files"))
    if not chosen:
        below = (
            FOLDER in path.parent.relative_to(config.rootpath).parts if path.is_relative_to(config.rootpath) else False
        )
        if _matches(path, TEST_FILES) or path.name.startswith("_"):
            return None
        if not (below or path.parent.name == FOLDER or parent.session.isinitpath(path)):
            return None
    if path.suffix != ".py" or not makes_claims(path):
        return None
    from dlnproof.pytest_plugin.collect import DerivationFile

    return DerivationFile.from_parent(parent, path=path)


def makes_claims(path: Path) -> bool:
    """Return whether a file imports dlnproof and makes a paper or a claim at module level; it is read, not run."""
    try:
        source = path.read_bytes()
        if b"dlnproof" not in source:
            return False
        statements = ast.parse(source).body
    except (OSError, SyntaxError, ValueError):
        return False
    return any(map(_imports_dlnproof, statements)) and any(_makes_claim(call) for call in _calls(statements))


def _imports_dlnproof(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "dlnproof" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "dlnproof"


def _calls(statements: list[ast.stmt]) -> Iterator[ast.Call]:
    """Yield the calls that running the file makes: those inside functions and classes are not among them."""
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from (node for node in statement.decorator_list if isinstance(node, ast.Call))
        else:
            yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))


def _makes_claim(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id == "Paper"
    return isinstance(function, ast.Attribute) and (
        function.attr == "Paper" or (function.attr in CLAIMS and isinstance(function.value, ast.Name))
    )


def _matches(path: Path, patterns: list[str] | tuple[str, ...]) -> bool:
    """Return whether the name, or for a pattern with folders the end of the path, fits one of the patterns."""
    return any(path.match(pattern) for pattern in patterns)


def _seconds(text: str) -> float:
    seconds = float(text.removesuffix("s"))
    if not seconds > 0:
        raise ValueError
    return seconds
