"""The shape of the package: imports point downwards, files are short, nothing evaluates text, the public names are complete."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import dlnproof

ROOT = Path(dlnproof.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "catalogue" not in path.parts)
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
# a module may import its own layer and those above it in this list; one line is one layer
LAYERS = [
    {"errors", "verdict"},
    {"algebra", "rings"},
    {"language"},
    {"landscape"},
    {"claims"},
    {"checks"},
    {"record", "ledger", "diary"},
    {"running"},
    {"report"},
    {"cli"},
    {"pytest_plugin"},
]
RANK = {name: place for place, layer in enumerate(LAYERS) for name in layer}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def part(path):
    """The layer name of a file: its folder, or its own name at the top."""
    inside = path.relative_to(ROOT)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports(path, *, lazy=True):
    """Yield the modules that a file imports; without `lazy` only those that importing the file imports."""
    parsed = tree(path)
    skipped = set()
    if not lazy:
        for node in ast.walk(parsed):
            guarded = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            if guarded or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                skipped.update(id(inner) for child in node.body for inner in ast.walk(child))
    for node in ast.walk(parsed):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield ("dlnproof." if node.level else "") + (node.module or "")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_downwards_only(path):
    own = part(path)
    if own == "__init__":
        return  # the public names, imported on first use
    assert own in RANK, f"{own} is in no layer"
    for module in imports(path):
        if module.startswith("dlnproof."):
            other = module.split(".")[1]
            assert other in RANK, f"{module} is in no layer"
            assert RANK[other] <= RANK[own], f"{path.relative_to(ROOT)} imports {module} from a layer above"


def test_algebra_and_rings_do_not_know_the_language_of_sympy():
    for path in FILES:
        if part(path) == "algebra":
            assert not any(module.split(".")[0] == "sympy" for module in imports(path)), path


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_file_is_long_and_none_is_a_drawer(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400
    assert path.stem not in {"utils", "util", "helpers", "common", "misc"}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_file_says_what_it_is(path):
    if path.name != "__init__.py" or path.read_text(encoding="utf-8").strip():
        assert ast.get_docstring(tree(path)), "a module docstring is missing"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_star_import_and_nothing_that_evaluates_text(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names)
            assert not {"parse_expr", "parse_latex"} & {alias.name for alias in node.names}
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            plain = isinstance(node.func, ast.Name)
            runs_a_file = (
                name == "exec" and path.relative_to(ROOT).as_posix() == "running/load.py"
            )  # a derivation file is code
            assert runs_a_file or not (plain and name in {"eval", "exec", "__import__"}), f"line {node.lineno}: {name}"
            assert name not in {"parse_expr", "parse_latex"}, f"line {node.lineno}: {name}"
            if name in {"sympify", "S"} and node.args:
                text = isinstance(node.args[0], (ast.JoinedStr, ast.Constant)) and not (
                    isinstance(node.args[0], ast.Constant) and not isinstance(node.args[0].value, str)
                )
                assert not text, f"line {node.lineno}: sympify of text"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_set_globally_or_printed_as_a_log(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                text = ast.unparse(target) if target is not None else ""
                assert text not in {
                    "ctx.prec",
                    "flint.ctx.prec",
                    "mp.dps",
                    "mp.prec",
                    "mpmath.mp.dps",
                    "mpmath.mp.prec",
                }
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            assert part(path) == "cli", f"line {node.lineno} prints"


# public names


def test_the_public_names_are_exactly_those_of_the_lazy_table():
    assert sorted(dlnproof.__all__) == sorted(dlnproof._HOME)
    assert list(dlnproof.__all__) == sorted(dlnproof.__all__)


@pytest.mark.parametrize("name", sorted(dlnproof._HOME))
def test_every_public_name_imports_from_its_home(name):
    assert getattr(dlnproof, name) is getattr(importlib.import_module(dlnproof._HOME[name]), name)
    assert name in dir(dlnproof)


def test_the_names_for_type_checkers_are_those_of_the_lazy_table():
    guarded = {}
    for node in tree(ROOT / "__init__.py").body:
        if isinstance(node, ast.If):
            for inner in node.body:
                assert isinstance(inner, ast.ImportFrom)
                guarded.update({alias.name: inner.module for alias in inner.names})
    assert guarded == dlnproof._HOME


def test_an_unknown_name_is_an_attribute_error_that_names_the_list():
    with pytest.raises(AttributeError, match=r"no attribute 'Papers'; the public names are in dlnproof\.__all__"):
        dlnproof.Papers  # noqa: B018


def _loaded_by(statement):
    code = f"{statement}; import sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_slow():
    assert not _loaded_by("import dlnproof") & {
        "sympy",
        "scipy",
        "hypothesis",
        "numpy",
        "mpmath",
        "typer",
        "rich",
        "jinja2",
    }


def test_a_gradient_costs_no_scipy_no_hypothesis_and_no_plotting():
    loaded = _loaded_by("import dlnproof; dlnproof.gradient")
    assert "sympy" in loaded
    assert not loaded & {"scipy", "hypothesis", "matplotlib", "typer", "rich", "jinja2"}


def test_the_modules_that_a_check_of_an_identity_needs_are_free_of_hypothesis():
    assert "hypothesis" not in _loaded_by("from dlnproof.checks import equality, derivatives, chain, minimum, plan")
