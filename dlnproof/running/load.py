"""Load derivation files into papers: one bad file, or one bad claim in it, costs no other claim."""

from __future__ import annotations
import __future__

import ast
import contextlib
import importlib.util
import io
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from dlnproof.checks.instrument import NAMES, instrumented, modules_of
from dlnproof.claims.claim import Claim
from dlnproof.claims.paper import Paper
from dlnproof.errors import InputError
from dlnproof.record import Ending, InputProblem, full_id
from dlnproof.running.imports import importing_from, package_parts
from dlnproof.running.limits import DEFAULT_MEMORY, DEFAULT_SECONDS
from dlnproof.running.pool import FORK, Ended, Watch, describe_error
from dlnproof.running.sources import find_files, with_siblings
from dlnproof.running.trials import failed_trials

Note = Callable[[Path, int], None]
# statements of these forms bind nothing that a later statement could read, so one that fails can be stepped over
CLAIM_METHODS = frozenset(
    {"identity", "derivation", "gradient", "hessian", "induction", "minimum", "inequality", "cite", "theorem", "twin"}
    | {"figure"}
)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A derivation file: its papers (module-level `Paper`s), what was bad in it, the sibling modules it imported, itself."""

    path: Path
    papers: tuple[Paper, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    modules: dict[str, ModuleType] = field(default_factory=dict, repr=False, compare=False)
    module: ModuleType | None = field(default=None, repr=False, compare=False)

    @contextlib.contextmanager
    def importable(self) -> Iterator[None]:
        """Make the file's siblings importable again, as they were while it was loaded."""
        if not self.modules:
            yield
            return
        with importing_from(self.path.parent, self.modules):
            yield


@dataclass(frozen=True, slots=True)
class Collection:
    """Everything that was loaded: the files in order, each paper once, and all bad input so far.

    `linked` are files beside them with claims that theirs use: nobody asked for these, they are there to be used.
    """

    files: tuple[LoadedFile, ...]
    problems: tuple[InputProblem, ...] = ()
    linked: tuple[LoadedFile, ...] = ()

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers that were asked for, in the order of their files."""
        return tuple(paper for file in self.files for paper in file.papers)

    @property
    def places(self) -> tuple[tuple[Claim, LoadedFile], ...]:
        """Every claim, once, with the file that holds it; those of linked files last."""
        found: dict[str, tuple[Claim, LoadedFile]] = {}
        for file in (*self.files, *self.linked):
            for claim in (claim for paper in file.papers for claim in paper.claims):
                found.setdefault(claim.id, (claim, file))
        return tuple(found.values())


def load(
    paths: Sequence[str | Path],
    *,
    seconds: float = DEFAULT_SECONDS,
    memory: int = DEFAULT_MEMORY,
    at_once: int = 1,
    known: Callable[[Path], bool] = lambda _: False,
    watch: Watch | None = None,
    fork: bool = FORK,
) -> Collection:
    """Load the derivation files that `paths` stand for.

    Each is first loaded in a child process under the budget (see `trials`), so that one that never ends (or kills its process) is
    reported instead of stopping the run; `known(path)` spares a file this trial that passed it unchanged before.
    Where their claims use claims that are written elsewhere, the rest of their folders is loaded too.
    """
    asked = _load(paths, seconds, memory, at_once, known, watch, fork)
    claims = [claim for claim, _ in asked.places]
    loaded = {claim.id for claim in claims}
    named = {full_id(claim.paper, name) for claim in claims for name in (*claim.uses, claim.corrects) if name}
    if named <= loaded:
        return asked
    folders = list(dict.fromkeys(file.path.parent for file in asked.files))
    # without trials: nobody asked for these files, and trying a whole folder takes longer than most checks
    return replace(asked, linked=_load(folders, seconds, memory, at_once, lambda _: True, watch, fork).files)


def _load(
    paths: Sequence[str | Path],
    seconds: float,
    memory: int,
    at_once: int,
    known: Callable[[Path], bool],
    watch: Watch | None,
    fork: bool,
) -> Collection:
    files, problems = find_files(paths)
    doubtful = [path for path in files if not known(path)]
    for module in ("sympy", "hypothesis"):
        if any(module.encode() in _read(path) for path in doubtful):
            importlib.import_module(module)  # once here instead of once in every trial
    failed = failed_trials(load_here, doubtful, seconds, memory, at_once, watch, fork)
    bad = {path: _judge_trial(path, ended) for path, ended in failed.items()}
    loaded = load_here([path for path in files if path not in bad])
    return _join(files, loaded, bad, problems)


def load_here(paths: Sequence[str | Path], note: Note = lambda _, __: None) -> tuple[LoadedFile, ...]:
    """Load files in this process, without any budget; `note` gets each file and line before it runs."""
    folders: dict[Path, list[Path]] = {}
    for path in map(Path, paths):
        folders.setdefault(path.resolve().parent, []).append(path)
    loaded: dict[Path, LoadedFile] = {}
    for folder, members in folders.items():
        modules: dict[str, ModuleType] = {}
        with importing_from(folder, modules):
            for path in members:
                loaded[path] = _load_file(path, modules, note)
    return tuple(loaded[path] for path in map(Path, paths))


def _judge_trial(path: Path, ended: Ended) -> InputProblem:
    line = int(ended.messages[-1]) if ended.messages else None
    if ended.ending is Ending.OUT_OF_TIME:
        rule = f"still not loaded after {ended.job.seconds:g} s"
        message = f"{rule}; move long computations into a theorem, or raise --budget"
    elif ended.ending is Ending.OUT_OF_MEMORY:
        message = f"loading it took more than {ended.job.memory >> 20} MiB; move large computations into a theorem"
    else:
        message = f"loading it failed: {ended.reason}; run it by itself with python to see why"
    return InputProblem(file=_shown(path), line=line, message=message)


def _join(
    files: Sequence[Path],
    loaded: Sequence[LoadedFile],
    bad: dict[Path, InputProblem],
    problems: Sequence[InputProblem],
) -> Collection:
    """Give each paper to the first file that holds it, refuse a second paper of its key, list every problem once."""
    everything = list(problems)
    by_path = {item.path: item for item in loaded}
    seen: dict[str, tuple[Paper, Path]] = {}
    kept = []
    helpers = {part for path in files for part in with_siblings(path.resolve())[1:]}
    for path in files:
        if path in bad:
            everything.append(bad[path])
            continue
        item = by_path[path]
        everything.extend(item.problems)
        mine = []
        for paper in item.papers:
            first = seen.setdefault(paper.key, (paper, path))
            if first[0] is not paper:
                rule = f"{_shown(first[1])} has a paper with this key already"
                message = f"key={paper.key!r}: {rule}; choose another key, its {len(paper.claims)} claims were left out"
                everything.append(InputProblem(file=_shown(path), message=message))
            elif first[1] == path and paper not in mine:
                mine.append(paper)
        if not item.papers and not item.problems and path.resolve() not in helpers:
            message = "no paper in this file; make one at module level with dp.Paper(...), or start its name with '_'"
            everything.append(InputProblem(file=_shown(path), message=message))
        kept.append(LoadedFile(item.path, tuple(mine), item.problems, item.modules, item.module))
    return Collection(tuple(kept), tuple(dict.fromkeys(everything)))


def _load_file(path: Path, modules: dict[str, ModuleType], note: Note) -> LoadedFile:
    full = path.resolve()
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == str(full):
            # a sibling imported it already: executing it twice would make its papers twice
            return LoadedFile(path, _papers_of(module), (), modules, module)
    try:
        source = path.read_bytes()
        tree, hooked = ast.parse(source, str(full)), ast.parse(source, str(full))
    except (SyntaxError, ValueError, OSError) as error:
        line = getattr(error, "lineno", None)
        return LoadedFile(path, (), (InputProblem(file=_shown(path), line=line, message=_say(error)),), modules)
    module = _make_module(full, modules)
    problems = _execute(tree, hooked, module, path, note)
    return LoadedFile(path, _papers_of(module), tuple(problems), modules, module)


def _make_module(full: Path, modules: dict[str, ModuleType]) -> ModuleType:
    """Return an empty module for the file, importable by its siblings under its plain and its dotted name."""
    _, parts = package_parts(full.parent)
    names = [full.stem, ".".join([*parts, full.stem])]
    spec = importlib.util.spec_from_file_location(names[1], full)
    if spec is None:
        raise InputError(f"{full.name}: not a Python file; rename it to end in .py")
    module = importlib.util.module_from_spec(spec)
    vars(module).update(NAMES)
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = modules[name] = module
    return module


def _execute(tree: ast.Module, hooked: ast.Module, module: ModuleType, path: Path, note: Note) -> list[InputProblem]:
    """Run the module statement by statement; `hooked` is the same tree once more, which gets the hooks of `instrument`.

    A bad claim is stepped over, a failed assignment leaves its names undefined; any other failure ends the file.
    """
    module.__doc__ = ast.get_docstring(tree)
    problems = []
    flags = 0
    modules = modules_of(tree)
    for statement, same in zip(tree.body, hooked.body, strict=True):
        note(path, statement.lineno)
        flags |= _future_flags(statement)
        try:
            written = ast.Module(instrumented(same, modules), [])
            code = compile(written, str(path.resolve()), "exec", flags=flags, dont_inherit=True)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                exec(code, vars(module))
        except MemoryError:
            raise  # the trial's answer, not the file's
        except (Exception, SystemExit) as error:
            left_undefined = [] if isinstance(error, SystemExit) else _assigned_names(statement)
            for name in left_undefined:  # so that no later line computes with an older value of the name
                vars(module).pop(name, None)
            goes_on = bool(left_undefined) or _only_makes_a_claim(statement, module)
            problems.append(_locate(error, statement, path, goes_on))
            if not goes_on:
                break
    return problems


def _future_flags(statement: ast.stmt) -> int:
    """Return what a `from __future__ import ...` switches on for the statements that follow."""
    flags = 0
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        for alias in statement.names:
            feature = getattr(__future__, alias.name, None)
            flags |= feature.compiler_flag if feature is not None else 0
    return flags


def _assigned_names(statement: ast.stmt) -> list[str]:
    """Return the names that an assignment binds, if it does nothing else than bind plain names to one expression."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if not all(isinstance(target, ast.Name) for target in targets):
        return []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _only_makes_a_claim(statement: ast.stmt, module: ModuleType) -> bool:
    if isinstance(statement, ast.Expr):
        return _is_claim_call(statement.value, module)
    if isinstance(statement, ast.FunctionDef):
        return any(_is_claim_call(decorator, module) for decorator in statement.decorator_list)
    return False


def _is_claim_call(node: ast.expr, module: ModuleType) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLAIM_METHODS
        and isinstance(node.func.value, ast.Name)
        and isinstance(vars(module).get(node.func.value.id), Paper)
        and not any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))
    )


def _locate(error: BaseException, statement: ast.stmt, path: Path, goes_on: bool) -> InputProblem:
    """Say where the file is wrong: the last frame of the traceback that lies in its folder."""
    folder = path.resolve().parent
    file, line = path, statement.lineno
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(folder) and "site-packages" not in frame.filename:
            file, line = path.parent / Path(frame.filename).relative_to(folder), frame.lineno or line
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(folder):
        file, line = path.parent / Path(error.filename).relative_to(folder), error.lineno or line
    rest = "" if goes_on else " (what comes after it in the file was not read)"
    return InputProblem(file=_shown(file), line=line, message=_say(error) + rest)


def _say(error: BaseException) -> str:
    if isinstance(error, InputError):
        return " ".join(str(error).split())
    if isinstance(error, SystemExit):
        return f"the file calls exit ({error.code!r}); a derivation file only makes papers and claims: remove the call"
    return f"{describe_error(error)}; correct this line, or leave the file out"


def _papers_of(module: ModuleType) -> tuple[Paper, ...]:
    return tuple({id(value): value for value in vars(module).values() if isinstance(value, Paper)}.values())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _shown(path: Path) -> str:
    """Return the path as the user would write it: relative to the current folder where it lies below."""
    full = path.resolve()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(path)
