"""Expectation over independent multiplicative noise of mean one, as a SymPy expression that the engine reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from dlnproof.errors import UnsupportedError, bad


class Noise(sympy.Basic):  # type: ignore[misc]
    """A noise vector and the cumulants of its entries from the second on: variance, third, fourth, ..."""

    def __new__(cls, vector: Any, cumulants: Any) -> Noise:
        return sympy.Basic.__new__(cls, vector, sympy.Tuple(*cumulants))  # type: ignore[no-any-return]

    @property
    def vector(self) -> Any:
        """The noise vector, an n x 1 or 1 x n matrix symbol."""
        return self.args[0]

    @property
    def cumulants(self) -> tuple[Any, ...]:
        """The cumulants kappa_2, kappa_3, ... of every entry."""
        return tuple(self.args[1].args)


class ScalarExpectation(sympy.Expr):  # type: ignore[misc]
    """The expectation of a scalar expression over some noise vectors."""

    is_commutative = True
    is_real = True

    @property
    def expression(self) -> Any:
        """What the expectation is of."""
        return self.args[0]

    @property
    def noises(self) -> tuple[Noise, ...]:
        """The noise vectors, each with its cumulants."""
        return tuple(self.args[1:])

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the expression and of the cumulants, without the noise."""
        bound = {noise.vector for noise in self.noises}
        own = set(self.expression.free_symbols)
        return (own | {s for noise in self.noises for k in noise.cumulants for s in k.free_symbols}) - bound

    def _sympystr(self, printer: Any) -> str:
        names = ", ".join(str(noise.vector) for noise in self.noises)
        return f"E[{names}]({printer.doprint(self.expression)})"

    def _latex(self, printer: Any) -> str:
        names = ",".join(printer.doprint(noise.vector) for noise in self.noises)
        return rf"\mathbb{{E}}_{{{names}}}\left[{printer.doprint(self.expression)}\right]"


class MatrixExpectation(sympy.MatrixExpr):  # type: ignore[misc]
    """The expectation of a matrix expression over some noise vectors."""

    expression = ScalarExpectation.expression
    noises = ScalarExpectation.noises
    free_symbols = ScalarExpectation.free_symbols
    _sympystr = ScalarExpectation._sympystr
    _latex = ScalarExpectation._latex

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of the expression."""
        rows, columns = self.args[0].shape
        return rows, columns

    def _eval_transpose(self) -> MatrixExpectation:
        return MatrixExpectation(sympy.Transpose(self.args[0]).doit(), *self.args[1:])


def expectation(expression: Any, noise: Mapping[Any, Any]) -> Any:
    """Return E[expression] over independent noise vectors whose entries are independent with mean one.

    `noise` maps a vector symbol epsilon (n x 1 or 1 x n) to the variance sigma^2 of its entries, or to a list of their
    central moments [mu_2, mu_3, ...] where the expression is of higher degree in it: E f depends on moments up to the degree.
    The expression is polynomial in the noise. Raises InputError for a noise that is no vector symbol, for an empty list and for
    moments that no law has or that depend on the noise; a moment that is needed and not given is refused by name when the
    claim is checked.
    """
    if not noise:
        raise bad("noise", noise, "an expectation is over at least one noise vector", "write {epsilon: sigma2}")
    sources = []
    for vector, given in noise.items():
        if not isinstance(vector, sympy.MatrixSymbol) or 1 not in vector.shape:
            raise bad("noise", vector, "the noise is a vector symbol", 'write MatrixSymbol("epsilon", n, 1)')
        moments = list(given) if isinstance(given, Sequence) else [given]
        if not moments:
            raise bad("noise", given, f"the variance of {vector} is missing", "write {epsilon: sigma2}")
        _refuse_moments(vector, [sympy.sympify(moment) for moment in moments], set(noise))
        sources.append(Noise(vector, [sympy.sympify(cumulant) for cumulant in cumulants_of(moments)]))
    kind = MatrixExpectation if getattr(expression, "is_Matrix", False) else ScalarExpectation
    return kind(sympy.sympify(expression), *sorted(sources, key=lambda source: source.vector.name))


def of_linear(expression: Any, noises: Sequence[Noise]) -> Any:
    """Return the expectation, over these noises, of what was derived from an expression under an expectation."""
    kind = MatrixExpectation if getattr(expression, "is_Matrix", False) else ScalarExpectation
    return kind(expression, *noises)


def refuse_what_is_not_polynomial(expression: Any, noises: Sequence[Noise]) -> None:
    """Raise UnsupportedError where a noise stands under a root, in a denominator, an inverse, an exponent or a function."""
    vectors = {noise.vector for noise in noises}
    for node in sympy.preorder_traversal(expression):
        free: set[Any] = getattr(node, "free_symbols", set())
        if not vectors & free or isinstance(node, ScalarExpectation | MatrixExpectation):
            continue
        is_power = isinstance(node, sympy.Pow | sympy.MatPow | sympy.HadamardPower)
        if is_power and (vectors & node.args[1].free_symbols or not _is_natural(node.args[1])):
            _refuse(node)
        if isinstance(node, sympy.Inverse | sympy.Function):
            _refuse(node)


def _is_natural(exponent: Any) -> bool:
    return bool(exponent.is_Integer and exponent >= 0)


def _refuse(node: Any) -> None:
    raise UnsupportedError(
        f"the expectation of {str(node)[:80]}, which is no polynomial in the noise, is not supported yet; "
        "multiply the denominator out, or average by hand and claim the rest"
    )


def _refuse_moments(vector: Any, moments: Sequence[Any], vectors: set[Any]) -> None:
    """Raise InputError for moments that depend on a noise, and for an even one that is certainly too small."""
    for order, moment in enumerate(moments, 2):
        if vectors & moment.free_symbols:
            raise bad(
                f"moment of order {order} of {vector}", moment, "moments do not depend on the noise", "name a variance"
            )
        least = moments[0] ** (order // 2) if order > 2 else sympy.Integer(0)
        if order % 2 == 0 and (moment - least).is_negative:
            rule = (
                "a variance is not negative" if order == 2 else f"it is at least the variance to the power {order // 2}"
            )
            raise bad(f"moment of order {order} of {vector}", moment, rule, "correct the moment")


def cumulants_of(central: Sequence[Any]) -> list[Any]:
    """Return kappa_2, kappa_3, ... from the central moments: mu_n = sum over k of binomial(n-1, k-1) kappa_k mu_{n-k}."""
    moments = [sympy.Integer(1), sympy.Integer(0), *map(sympy.sympify, central)]
    kappa: list[Any] = [sympy.Integer(0), sympy.Integer(0)]
    for n in range(2, len(moments)):
        rest = sum(sympy.binomial(n - 1, k - 1) * kappa[k] * moments[n - k] for k in range(2, n))
        kappa.append(sympy.expand(moments[n] - rest))
    return kappa[2:]
