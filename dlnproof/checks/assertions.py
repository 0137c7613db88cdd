"""The asserts of a theorem as written: which one failed, and whether any was reached at all."""

from __future__ import annotations

import ast
import linecache
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any

# where partial calls, caches, bound methods, static methods and properties keep their functions
_HOLDERS = ("func", "args", "keywords", "__wrapped__", "__func__", "__self__", "fget")


@dataclass(frozen=True, slots=True)
class Assert:
    """One assert of a source file: its lines, its text as written, and line and column where its message starts.

    `of_all`: it is `assert all(...)` or `assert not any(...)`, which holds of nothing.
    """

    first: int
    last: int
    text: str
    message: tuple[int, int] | None = None
    of_all: bool = False

    def holds_line(self, line: int) -> bool:
        """Return whether the line belongs to this assert."""
        return self.first <= line <= self.last

    def in_message(self, place: tuple[int, int]) -> bool:
        """Return whether line and column belong to the message, which is made only after the assert has failed."""
        return self.message is not None and self.message <= place < (self.last + 1, 0)


@lru_cache(maxsize=64)
def asserts_of(file: str) -> tuple[Assert, ...]:
    """Return the asserts of a Python file (calls of functions named assert... count); empty if its source cannot be read."""
    source = "".join(linecache.getlines(file))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()
    return tuple(sorted(_read(tree, source), key=lambda item: (item.first, -item.last)))


def _read(tree: ast.AST, source: str) -> Iterator[Assert]:
    for node in ast.walk(tree):
        message, of_all = None, False
        if isinstance(node, ast.Assert):
            of_all = _is_of_all(node.test)
            message = None if node.msg is None else (node.msg.lineno, node.msg.col_offset)
        elif isinstance(node, ast.Raise):
            raised = node.exc
            target = raised.func if isinstance(raised, ast.Call) else raised
            if not (isinstance(target, ast.Name) and target.id == "AssertionError"):
                continue
        elif not (isinstance(node, ast.Expr) and called_name(node.value).startswith("assert")):
            continue
        text = ast.get_source_segment(source, node, padded=True) or ""
        yield Assert(node.lineno, node.end_lineno or node.lineno, _on_one_line(text), message, of_all)


def called_name(node: ast.expr) -> str:
    """Return the last part of the name of the function that is called, empty if nothing is called by a name."""
    called = node.func if isinstance(node, ast.Call) else None
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _is_of_all(test: ast.expr) -> bool:
    name = "all"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        name, test = "any", test.operand
    return isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == name


def _on_one_line(text: str) -> str:
    return " ".join(line.strip() for line in textwrap.dedent(text).splitlines())


def failed_assert(trace: TracebackType | None, file: str) -> Assert | None:
    """Return the assert of `file` whose failure the traceback shows, None if an assert elsewhere failed."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    if trace.tb_frame.f_code.co_filename != file:
        return None
    line = trace.tb_lineno
    inside = [item for item in asserts_of(file) if item.holds_line(line)]
    if inside:
        return inside[-1]  # the innermost
    return Assert(line, line, linecache.getline(file, line).strip() or f"assert at line {line}")


def functions_of(body: Callable[..., Any]) -> list[FunctionType]:
    """Return the function and the functions, of its file or another in the folder, that it can reach.

    By name or closure, as a default, in a container, a class or an object of one, a partial call, a cache, or a module of the
    folder.
    """
    found: dict[FunctionType, None] = {}
    folder = Path(body.__code__.co_filename).parent
    pending: list[Any] = [body]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if not isinstance(value, FunctionType):
            pending += _held_by(value, folder)
        elif Path(value.__code__.co_filename).parent == folder:
            found[value] = None
            pending += _reached_from(value, folder)
    return list(found)


def _reached_from(function: FunctionType, folder: Path) -> Iterator[Any]:
    names = {name for code in codes_of(function.__code__) for name in code.co_names}
    values = [function.__globals__[name] for name in names if name in function.__globals__]
    values += [sys.modules[name] for name in names if name in sys.modules]  # imported inside
    for value in values:
        if not isinstance(value, ModuleType):
            yield value
        elif in_folder(value, folder):
            yield from (getattr(value, name) for name in names if hasattr(value, name))
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # a cell that is not filled yet
            yield cell.cell_contents
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()


def _held_by(value: Any, folder: Path) -> list[Any]:
    """Return what a value that is no function holds, as far as functions of the folder may be among it."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    parts = [getattr(value, name, None) for name in _HOLDERS]
    if isinstance(value, type):
        return [*parts, *vars(value).values()] if in_folder(value, folder) else parts
    if in_folder(type(value), folder):
        parts += [type(value), *getattr(value, "__dict__", {}).values()]
    return parts


def in_folder(value: Any, folder: Path) -> bool:
    """Return whether a module or a class is one of the files of a folder."""
    name = value.__name__ if isinstance(value, ModuleType) else str(value.__module__)
    return (folder / f"{name.rpartition('.')[2]}.py").is_file()


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and those of the functions, lambdas and comprehensions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_of(constant)


def asserts_reached_by(body: Callable[..., Any]) -> tuple[Assert, ...]:
    """Return the asserts in the function and in the functions of its file that it can reach."""
    ranges = []
    file = body.__code__.co_filename
    for function in (item for item in functions_of(body) if item.__code__.co_filename == file):
        lines = [line for code in codes_of(function.__code__) for _, _, line in code.co_lines() if line]
        ranges.append((min(lines), max(lines)))
    return tuple(item for item in asserts_of(file) if any(first <= item.first <= last for first, last in ranges))


@contextmanager
def watched_lines(file: str) -> Iterator[set[int]]:
    """Collect the lines of `file` that are executed inside the block; another tracer is put back afterwards."""
    lines: set[int] = set()

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add(frame.f_lineno)
        return local

    def enter(frame: FrameType, _event: str, _: Any) -> Any:
        return local if frame.f_code.co_filename == file else None

    previous = sys.gettrace()
    sys.settrace(enter)
    try:
        yield lines
    finally:
        sys.settrace(previous)
