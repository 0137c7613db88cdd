"""Whether a theorem touches floating point: then passing is only `tested`, and a failure refutes nothing.

Read from the code: float constants, `float(...)`, and names of modules that compute in floats or are not known to be exact, in
the function and in the functions of its folder that it reaches. What happens at run time to balls and floats is in the journal.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from dlnproof.checks.assertions import Assert, asserts_of, codes_of, functions_of, in_folder

_EXACT_MODULES = frozenset(
    {
        "__future__",
        "abc",
        "builtins",
        "collections",
        "_collections_abc",
        "contextlib",
        "copy",
        "dataclasses",
        "dlnproof",
        "enum",
    }
    | {
        "flint",
        "fractions",
        "functools",
        "_functools",
        "hypothesis",
        "itertools",
        "numbers",
        "operator",
        "_operator",
        "pathlib",
    }
    | {"pytest", "_pytest", "re", "string", "sympy", "types", "typing", "warnings"}
)  # any other is taken to round, or to go round the watch over balls
_OWN = ("dlnproof.landscape.minimise", "dlnproof.landscape.descent.explore", "dlnproof.rings.double")
_EXACT = {"prod", "gcd", "lcm", "comb", "perm", "factorial", "isqrt", "floor", "ceil", "sumprod", "choice", "Fraction"}
_ROUNDING = {
    "operator": {"truediv", "itruediv", "pow", "ipow", "attrgetter", "methodcaller"},
    "sympy": {"N", "Float", "RealNumber", "nfloat", "nsolve", "lambdify"},
}
_METHODS = {"evalf", "n", "as_float", "astype"}


def float_uses(body: Callable[..., Any]) -> tuple[str, ...]:
    """Return what in the code of `body` computes in floating point, as it is written; empty if nothing does."""
    found: dict[str, None] = {}
    asserts = [item for item in asserts_of(body.__code__.co_filename) if item.message is not None]
    folder = Path(body.__code__.co_filename).parent
    for function in functions_of(body):
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=False))
        names = {**function.__globals__, **{name: cell.cell_contents for name, cell in cells.items() if _filled(cell)}}
        for code in codes_of(function.__code__):
            found.update(dict.fromkeys(_uses(code, names, asserts, folder)))
    return tuple(found)


def own_balls(body: Callable[..., Any]) -> bool:
    """Return whether the code makes or opens balls by python-flint itself, whose comparisons are not watched."""
    for function in functions_of(body):
        for code in codes_of(function.__code__):
            for name in code.co_names:
                value = function.__globals__.get(name)
                module = value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
                if name in ("arb", "acb", "arb_mat", "acb_mat") or (
                    module.split(".")[0] == "flint" and name not in _EXACT_FLINT
                ):
                    return True
    return False


_EXACT_FLINT = {"fmpq", "fmpz", "fmpq_mat", "fmpz_mat", "fmpq_poly", "fmpz_poly"}


def floats_in(value: object) -> bool:
    """Return whether drawn values contain a float, or an array of them."""
    if type(value) in (Fraction, int, str):
        return False
    if isinstance(value, (float, complex)) or getattr(getattr(value, "dtype", None), "kind", "") in ("f", "c"):
        return True
    if isinstance(value, Mapping):
        return any(floats_in(item) for pair in value.items() for item in pair)
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(floats_in(item) for item in value)
    return False


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _uses(code: CodeType, names: Mapping[str, Any], asserts: Sequence[Assert], folder: Path) -> Iterator[str]:
    chain: Any = None  # the object that the instructions before have loaded by name
    for instruction in dis.get_instructions(code):
        operation, name, place = instruction.opname, instruction.argval, instruction.positions
        if place is not None and any(item.in_message((place.lineno or 0, place.col_offset or 0)) for item in asserts):
            continue  # a message is made after the assert has failed: it may print floats
        if operation in ("LOAD_CONST", "RETURN_CONST") and floats_in(name):
            yield repr(name)
        if operation in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_FROM_DICT_OR_GLOBALS"):
            chain = names.get(name, getattr(builtins, str(name), None))
            if _may_round(chain, name, folder):
                yield str(name)
        elif operation in ("LOAD_ATTR", "LOAD_METHOD"):
            if name in _METHODS:
                yield str(name)
            home, chain = chain, getattr(chain, name, None) if isinstance(chain, ModuleType) else None
            if chain is not None and (_may_round(chain, name, folder) or not _is_exact(home, name, folder)):
                yield str(name)
        elif operation == "IMPORT_NAME":
            module = str(name).partition(".")[0]
            if module not in (*_EXACT_MODULES, "math") and not (folder / f"{module}.py").is_file():
                yield str(name)
        elif operation not in ("PRECALL", "PUSH_NULL", "CACHE", "EXTENDED_ARG"):
            chain = None


def _is_exact(module: ModuleType, name: object, folder: Path) -> bool:
    top = module.__name__.partition(".")[0]
    if name in _ROUNDING.get(top.strip("_"), ()):
        return False
    return top in _EXACT_MODULES or name in _EXACT or in_folder(module, folder)


def _may_round(value: object, name: object, folder: Path) -> bool:
    """Return whether what a name stands for computes in floats (a module itself is judged by what is taken from it)."""
    if isinstance(value, ModuleType) or value is None:
        return False
    if value is float or value is complex or floats_in(value):
        return True
    module = str(getattr(value, "__module__", None) or type(value).__module__)
    top = module.partition(".")[0]
    if module in _OWN or name in _ROUNDING.get(top.strip("_"), ()):
        return True
    known = top in _EXACT_MODULES or name in _EXACT or (folder / f"{module.rpartition('.')[2]}.py").is_file()
    return not known
