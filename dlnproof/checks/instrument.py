"""Derivation code rewritten as it is loaded: where it looks into a value, the value goes through a hook first.

`a == b` becomes `equated(a) == equated(b)`, `a.b` `watched(a).b`, `a / b` `watched(a / b)`, `min(a)` `min(weighed(a))`: every
answer is the same, and none about a ball or a float goes unseen. Comparisons in asserts go through `margin.compare` as well, and
before an assert stands a note that it is reached.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, TypeVar

from dlnproof.checks.assertions import called_name
from dlnproof.checks.hooks import HOOKS, equated, reached, watched, weighed
from dlnproof.checks.margin import EACH, NAME, SIGNS, compare, each

Node = TypeVar("Node", bound=ast.AST)
_TELLING = frozenset({"min", "max", "sorted", "sum", "pow", "str", "repr", "int", "format", "round", "hash", "bool"})
_SAME = ast.Is | ast.IsNot
_ROUNDS = ast.Div | ast.Pow
REACHED = "__dlnproof_reached__"
NAMES: Mapping[str, Callable[..., Any]] = {**HOOKS, REACHED: reached, NAME: compare, EACH: each}


def instrumented(statement: ast.stmt, modules: frozenset[str]) -> list[ast.stmt]:
    """Return the statements that stand for one of a derivation file, which is changed; `modules` as `modules_of` gives them."""
    changed = _Hooks(modules).visit(statement)
    return [ast.fix_missing_locations(item) for item in (changed if isinstance(changed, list) else [changed])]


def instrumented_code(source: bytes, path: str) -> CodeType:
    """Return the code of a whole module with the hooks in it; the module must be given `NAMES`."""
    tree = ast.parse(source, path)
    modules = modules_of(tree)
    tree.body = [part for statement in tree.body for part in instrumented(statement, modules)]
    code: CodeType = compile(tree, path, "exec", dont_inherit=True)
    return code


def modules_of(tree: ast.AST) -> frozenset[str]:
    """Return the names that `import` binds in a file and nothing else does: what is taken from a module needs no hook."""
    imported: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            bound |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
    return frozenset(imported - bound)


class _Hooks(ast.NodeTransformer):
    def __init__(self, modules: frozenset[str]) -> None:
        self._modules = modules
        self._in_assert = False
        self._negated = False

    def visit_Assert(self, node: ast.Assert) -> Any:
        self._in_assert, before = True, self._in_assert
        node.test = self.visit(node.test)
        self._in_assert = before
        node.msg = None if node.msg is None else self.visit(node.msg)
        return [_reaching(node), node]

    def visit_Raise(self, node: ast.Raise) -> Any:
        self.generic_visit(node)
        return [_reaching(node), node]

    def visit_Expr(self, node: ast.Expr) -> Any:
        self.generic_visit(node)
        return [_reaching(node), node] if called_name(node.value).startswith("assert") else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        turns = isinstance(node.op, ast.Not)
        self._negated ^= turns
        self.generic_visit(node)
        self._negated ^= turns
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if all(isinstance(op, _SAME) for op in node.ops):
            return node
        hook = equated if any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops) else weighed
        node.left = _through(hook, node.left)
        node.comparators = [_through(hook, side) for side in node.comparators]
        sign = SIGNS.get(type(node.ops[0])) if len(node.ops) == 1 and self._in_assert else None
        if sign is None:
            return node
        arguments = [node.left, ast.Constant(sign), node.comparators[0], ast.Constant(self._negated)]
        return _located(ast.Call(ast.Name(NAME, ast.Load()), arguments, []), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not self._is_of_module(node.value):
            node.value = _through(watched, node.value)
        return node

    def _is_of_module(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self._modules

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _through(watched, node) if isinstance(node.op, _ROUNDS) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        if not isinstance(node.op, _ROUNDS):
            return node
        target = copy.deepcopy(node.target)
        target.ctx = ast.Load()
        return [node, _located(ast.Expr(_through(watched, target)), node)]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = called_name(node) if isinstance(node.func, ast.Name) else ""
        if name in ("all", "any") and len(node.args) == 1 and self._in_assert:
            node.args = [_located(ast.Call(ast.Name(EACH, ast.Load()), node.args, []), node.args[0])]
        elif name in _TELLING:
            node.args = [arg if isinstance(arg, ast.Starred) else _through(weighed, arg) for arg in node.args]
            return _through(watched, node) if name == "pow" else node
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        self.generic_visit(node)
        node.value = _through(weighed, node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        node.guard = None if node.guard is None else self.visit(node.guard)
        node.body = [part for statement in node.body for part in _listed(self.visit(statement))]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node  # an annotation is no computation

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.value = None if node.value is None else self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        returns, node.returns = node.returns, None
        self.generic_visit(node)
        node.returns = returns
        return node


def _reaching(node: ast.stmt) -> ast.stmt:
    """Return the statement that tells that this one is reached."""
    call = ast.Call(ast.Name(REACHED, ast.Load()), [ast.Name("__file__", ast.Load()), ast.Constant(node.lineno)], [])
    return _located(ast.Expr(call), node)


def _listed(changed: Any) -> list[Any]:
    return changed if isinstance(changed, list) else [changed]


def _through(hook: Callable[[Any], Any], node: ast.expr) -> ast.expr:
    name = f"__dlnproof_{hook.__name__}__"
    return _located(ast.Call(ast.Name(name, ast.Load()), [node], []), node)


def _located(made: Node, place: ast.AST) -> Node:
    """Give the new parts of a node the place of the old one: tracebacks and journals tell line and column."""
    for part in ast.walk(made):
        if "lineno" in part._attributes and not hasattr(part, "lineno"):
            ast.copy_location(part, place)
    return made
