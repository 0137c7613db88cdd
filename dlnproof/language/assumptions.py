"""The assumptions of an identity: predicates of matrices (`Q.symmetric(S)`) and equations (`Eq(X*X.T, Identity(n))`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.assumptions import AppliedPredicate, Q

from dlnproof.errors import UnsupportedError, bad
from dlnproof.language.every_layer import EveryLayer

# what each predicate says of a matrix, in terms of the three properties that the engine uses
_PROPERTIES: dict[Any, frozenset[str]] = {
    Q.symmetric: frozenset({"symmetric"}),
    Q.orthogonal: frozenset({"orthogonal", "invertible"}),
    Q.invertible: frozenset({"invertible"}),
    Q.fullrank: frozenset({"invertible"}),
    Q.positive_definite: frozenset({"symmetric", "invertible", "positive definite"}),
    Q.diagonal: frozenset({"symmetric", "diagonal"}),
    Q.square: frozenset(),
    Q.real_elements: frozenset(),
}
_SCALAR_PREDICATES = {
    Q.positive: "positive",
    Q.nonnegative: "nonnegative",
    Q.negative: "negative",
    Q.nonzero: "nonzero",
    Q.real: "real",
    Q.integer: "integer",
}


_INEQUALITIES = (sympy.StrictLessThan, sympy.LessThan, sympy.StrictGreaterThan, sympy.GreaterThan)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions sorted by use: `properties[name]` of matrix symbols, `equations` as pairs of expressions, `order` of indices.

    `fixed` holds the names of sizes, which are chosen and never defined by an equation.

    A predicate of a scalar must repeat what its symbol declares (`symbols("g", positive=True)`), so that every tool sees it.
    """

    properties: dict[str, frozenset[str]]
    equations: tuple[tuple[Any, Any], ...]
    order: tuple[Any, ...] = ()
    fixed: frozenset[str] = frozenset()

    def having(self, wanted: str) -> frozenset[str]:
        """Return the names of the matrices with the given property."""
        return frozenset(name for name, owned in self.properties.items() if wanted in owned)


NONE = Assumptions({}, ())


def read_assumptions(assuming: Iterable[Any]) -> Assumptions:
    """Return the assumptions, sorted; raise InputError for what is none and UnsupportedError for an unknown predicate."""
    properties: dict[str, frozenset[str]] = {}
    equations: list[tuple[Any, Any]] = []
    order: list[Any] = []
    for item in assuming:
        if isinstance(item, sympy.Eq):
            named = _property_of(item)
            if named is None:
                equations.append(_inverse_of(item) or (item.lhs, item.rhs))
            else:
                name, owned = named
                properties[name] = properties.get(name, frozenset()) | owned
        elif isinstance(item, _INEQUALITIES):
            order.append(_index_order(item))
        elif isinstance(item, AppliedPredicate):
            predicate, argument = item.function, item.arguments[0]
            if predicate in _SCALAR_PREDICATES and not getattr(argument, "is_Matrix", False):
                _check_declared(argument, _SCALAR_PREDICATES[predicate])
            elif predicate in _PROPERTIES and isinstance(argument, sympy.MatrixSymbol):
                _check_square(argument, predicate)
                properties[argument.name] = properties.get(argument.name, frozenset()) | _PROPERTIES[predicate]
            else:
                raise UnsupportedError(f"the assumption {item} is not supported yet")
        elif isinstance(item, EveryLayer):
            raise UnsupportedError(
                f"the assumption {item} holds for every layer; outside identities, derivations and inductions that is not "
                "supported yet"
            )
        elif item is sympy.true or item is True:
            continue
        elif item is sympy.false or item is False:
            raise bad(
                "assuming",
                item,
                "an assumption that is false makes the claim empty",
                "check both sides of the equation",
            )
        else:
            raise bad(
                "assuming", item, "an assumption is Eq(left, right) or a predicate", "write Eq(...) or Q.symmetric(S)"
            )
    return Assumptions(properties, tuple(equations), tuple(order))


def _property_of(equation: Any) -> tuple[str, frozenset[str]] | None:
    """Return the property that an equation states of one square matrix symbol: S^T = S, S^T = -S, Q^T Q = I or Q Q^T = I."""
    for left, right in ((equation.lhs, equation.rhs), (equation.rhs, equation.lhs)):
        mirrored = isinstance(left, sympy.Transpose) and isinstance(left.arg, sympy.MatrixSymbol)
        if mirrored and right == left.arg:
            return left.arg.name, frozenset({"symmetric"})
        if mirrored and right == -left.arg:
            return left.arg.name, frozenset({"antisymmetric"})
        if isinstance(right, sympy.Identity) and isinstance(left, sympy.MatMul) and len(left.args) == 2:
            first, second = left.args
            symbol = second if isinstance(first, sympy.Transpose) else first
            is_square = isinstance(symbol, sympy.MatrixSymbol) and symbol.shape[0] == symbol.shape[1]
            if is_square and first == second.T:
                return symbol.name, frozenset({"orthogonal", "invertible"})
    return None


def _inverse_of(equation: Any) -> tuple[Any, Any] | None:
    """Return B = A^{-1} for an equation B A = I between two square symbols: then A B = I too."""
    for left, right in ((equation.lhs, equation.rhs), (equation.rhs, equation.lhs)):
        if isinstance(right, sympy.Identity) and isinstance(left, sympy.MatMul) and len(left.args) == 2:
            first, second = left.args
            symbols = isinstance(first, sympy.MatrixSymbol) and isinstance(second, sympy.MatrixSymbol)
            if symbols and first != second and first.shape[0] == first.shape[1]:
                return first, sympy.Inverse(second)
    return None


def _index_order(relation: Any) -> Any:
    """Return an inequality between layer indices; other inequalities are not used by the engine and refused."""
    if not (relation.lhs.is_integer and relation.rhs.is_integer):
        raise UnsupportedError(
            f"the assumption {relation} (an inequality that is not between layer indices) is not supported yet"
        )
    return relation


def _check_declared(symbol: Any, wanted: str) -> None:
    if getattr(symbol, f"is_{wanted}", None) is not True:
        raise bad(
            str(symbol), wanted, "a scalar carries its assumptions itself", f'write symbols("{symbol}", {wanted}=True)'
        )


def _check_square(matrix: Any, predicate: Any) -> None:
    rows, columns = matrix.shape
    if rows != columns and predicate is not Q.real_elements:
        raise bad(
            f"Q.{predicate.name}",
            f"{matrix} ({rows} x {columns})",
            "only a square matrix can have this property",
            "for orthonormal columns write Eq(A.T*A, Identity(n))",
        )
