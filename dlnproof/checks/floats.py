"""Whether a theorem touches floating point: then passing is only `tested`, and a failure refutes nothing.

Read from the code: float constants, `float(...)`, and names of modules that compute in floats, in the function and in the
functions of its file that it reaches. What happens to balls at run time is in the journal.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import CodeType, ModuleType
from typing import Any

from dlnproof.checks.assertions import Assert, asserts_of, codes_of, functions_of

_MODULES = ("numpy", "scipy", "math", "cmath", "mpmath", "random", "statistics", "time", "jax", "torch")
_OWN = ("dlnproof.landscape.minimise", "dlnproof.landscape.descent.explore", "dlnproof.rings.double")
_EXACT = {"prod", "gcd", "lcm", "comb", "perm", "factorial", "isqrt", "floor", "ceil", "sumprod", "choice", "Fraction"}
_METHODS = {"evalf", "n", "as_float", "astype"}


def float_uses(body: Callable[..., Any]) -> tuple[str, ...]:
    """Return what in the code of `body` computes in floating point, as it is written; empty if nothing does."""
    found: dict[str, None] = {}
    asserts = [item for item in asserts_of(body.__code__.co_filename) if item.message is not None]
    for function in functions_of(body):
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=False))
        names = {**function.__globals__, **{name: cell.cell_contents for name, cell in cells.items() if _filled(cell)}}
        for code in codes_of(function.__code__):
            found.update(dict.fromkeys(_uses(code, names, asserts)))
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


def _uses(code: CodeType, names: Mapping[str, Any], asserts: Sequence[Assert]) -> Iterator[str]:
    chain: Any = None  # the object that the instructions before have loaded by name
    for instruction in dis.get_instructions(code):
        operation, name, place = instruction.opname, instruction.argval, instruction.positions
        if place is not None and any(item.in_message((place.lineno or 0, place.col_offset or 0)) for item in asserts):
            continue  # a message is made after the assert has failed: it may print floats
        if operation in ("LOAD_CONST", "RETURN_CONST") and floats_in(name):
            yield repr(name)
        if operation in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_FROM_DICT_OR_GLOBALS"):
            chain = names.get(name, getattr(builtins, str(name), None))
            if chain is float or chain is complex or _is_float(chain, name):
                yield str(name)
        elif operation in ("LOAD_ATTR", "LOAD_METHOD"):
            if name in _METHODS:
                yield str(name)
            home, chain = chain, getattr(chain, name, None) if isinstance(chain, ModuleType) else None
            if chain is not None and (_is_float(chain, name) or _is_float_module(home, name)):
                yield str(name)
        elif operation == "IMPORT_NAME":
            if str(name).split(".")[0] in _MODULES:
                yield str(name)
        elif operation not in ("PRECALL", "PUSH_NULL", "CACHE", "EXTENDED_ARG"):
            chain = None


def _is_float_module(module: ModuleType, name: object) -> bool:
    return module.__name__.split(".")[0] in _MODULES and name not in _EXACT


def _is_float(value: object, name: object) -> bool:
    """Return whether what a name stands for computes in floats (a module itself is judged by what is taken from it)."""
    if isinstance(value, ModuleType) or value is None:
        return False
    module = str(getattr(value, "__module__", None) or type(value).__module__)
    if module in _OWN:
        return True
    return module.split(".")[0] in _MODULES and name not in _EXACT
