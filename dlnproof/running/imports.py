"""Derivation files import their siblings: their folder is importable for a while, and leaves no module behind.

Siblings are loaded like the files themselves, with the hooks by which a theorem is watched.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from dlnproof.checks.instrument import NAMES, instrumented_code


def package_parts(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the folder from which `folder` is imported as a package, and its dotted name in parts.

    A folder without `__init__.py` counts as a namespace package, so that `from . import sibling` works everywhere.
    """
    top = folder
    names = [folder.name]
    while (top / "__init__.py").is_file() and (top.parent / "__init__.py").is_file() and top.parent != top:
        top = top.parent
        names.insert(0, top.name)
    return top.parent, tuple(names)


@contextlib.contextmanager
def importing_from(folder: Path, keep: dict[str, ModuleType]) -> Iterator[None]:
    """Make the modules of `folder` importable inside the block; they end up in `keep`, not in sys.modules.

    `keep` may hold modules from an earlier block: they are there again inside this one.
    """
    folder = folder.resolve()
    parent, _ = package_parts(folder)
    path_before = list(sys.path)
    names_before = {name.partition(".")[0] for name in sys.modules}
    hidden = _put_in_place(keep)
    sys.path[:] = [str(folder), *path_before, str(parent)]
    finder = _Siblings(folder)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.path[:] = path_before
        for name, module in list(sys.modules.items()):
            if name in keep or (name.partition(".")[0] not in names_before and _is_below(module, folder, parent)):
                keep[name] = module
                del sys.modules[name]
        sys.modules.update(hidden)


class _Siblings:
    """Finds the modules of a folder, to be loaded with hooks; every other module is left to the finders that follow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """Return the spec of a source file below the folder, None for anything else."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or not spec.origin:
            return None
        if self._folder not in Path(spec.origin).resolve().parents or "site-packages" in spec.origin:
            return None
        spec.loader = _WithHooks(name, spec.origin)
        return spec


class _WithHooks(SourceFileLoader):
    """Loads a module from its source; bytecode on disk has no hooks, and gets none."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return instrumented_code(self.get_data(path), path)

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(NAMES)
        super().exec_module(module)


def _put_in_place(modules: Mapping[str, ModuleType]) -> dict[str, ModuleType]:
    hidden = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    return hidden


def _is_below(module: ModuleType, folder: Path, parent: Path) -> bool:
    """Return whether `module`, whose top-level name is new, was found in `folder`, or in `parent` as that package."""
    name = module.__name__.partition(".")[0]
    file = getattr(module, "__file__", None)
    places = [file] if file else list(getattr(module, "__path__", []))
    for place in places:
        where = Path(place).resolve()
        if where in (folder, folder / f"{name}.py") or (folder / name) in (where, *where.parents):
            return True
        if name == package_parts(folder)[1][0] and (parent / name) in (where, *where.parents):
            return True
    return False
