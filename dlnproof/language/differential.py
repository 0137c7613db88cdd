"""First and second derivatives of a formula along a direction: jets (value, first, second) through the expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

from dlnproof.algebra import calculus
from dlnproof.algebra.diagram import Letter
from dlnproof.errors import DisagreementError, UnsupportedError, bad
from dlnproof.language.agreement import agree
from dlnproof.language.all_layers import Variation, directions_at, small_depths, variations
from dlnproof.language.chain import Chain, PartialProduct
from dlnproof.language.composite import factorisations
from dlnproof.language.depth import at_depth
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation, of_linear
from dlnproof.language.focus import Focus
from dlnproof.language.from_sympy import Reader
from dlnproof.language.gradient import as_scalar, check_symbol
from dlnproof.language.layer_sum import MatrixLayerSum, ScalarLayerSum, rebuilt
from dlnproof.language.sides import as_expression
from dlnproof.language.sum_terms import needs_sums
from dlnproof.language.terms import Combination, product, scaled, times, trace_key, transposed
from dlnproof.language.vec import Vec


class Jet(NamedTuple):
    """An expression and its first two derivatives in t along W -> W + t D."""

    value: Any
    first: Combination
    second: Combination


def differential(expression: Any, directions: Mapping[Any, Any], assuming: Iterable[Any] = ()) -> Any:
    """Return d/dt at t = 0 of a scalar or matrix expression along W -> W + t D for every pair W: D, as a SymPy expression.

    W is a matrix symbol, a layer of a chain, or a whole chain; the direction of a chain is a chain of the same depth and widths
    or a function of the layer, and the result is a sum over layers: for E = W_H ... W_1 - Y, 1/2 |E|^2 gives
    tr E^T sum_i W_{H:i+1} D_i W_{i-1:1}. For all sizes and depths.
    Raises InputError for a direction of another shape, UnsupportedError for constructs without a rule.
    """
    return _derived(expression, directions, 1, assuming)


def hessian_form(expression: Any, directions: Mapping[Any, Any], assuming: Iterable[Any] = ()) -> Any:
    """Return d^2/dt^2 at t = 0 of a scalar expression along W -> W + t D for every pair W: D, as a SymPy expression.

    This is the quadratic form of the Hessian at the direction D, so `hessian_form(tr(W^T W)/2, {W: D}) = tr(D^T D)`.
    W may be a whole chain, as in `differential`. For all sizes and depths.
    Raises InputError for a direction of another shape, UnsupportedError for constructs without a rule.
    """
    return _derived(as_scalar(expression), directions, 2, assuming)


def _derived(expression: Any, directions: Mapping[Any, Any], order: int, assuming: Iterable[Any]) -> Any:
    if not directions:
        raise bad("directions", directions, "a differential needs a direction", "write {W1: D1, ...}")
    expression = as_expression(expression)
    varied = variations(directions, expression)
    for symbol, direction in directions.items():
        if symbol in varied:
            continue
        check_symbol("directions", symbol)
        if not isinstance(direction, (sympy.MatrixSymbol, sympy.MatrixExpr)):
            raise bad(
                "directions", direction, "a direction is a matrix", "give a MatrixSymbol of the shape of the weight"
            )
        if symbol.shape != direction.shape:
            wanted, got = (" x ".join(map(str, item.shape)) for item in (symbol, direction))
            raise bad(
                str(direction), got, f"the direction of {symbol} must be {wanted}", "give it the shape of the symbol"
            )
    focus = Focus(list(directions), expression, assuming)
    result = _Jets(directions, focus, varied).of(expression)[order].expression()
    if not varied and not needs_sums(expression):
        _confirm(expression, result, directions, order, focus)
        return result
    for chosen in small_depths([expression, result, *(chain.product(chain.depth, 1) for chain in varied)], assuming):
        there = directions_at(directions, expression, chosen)
        placed = at_depth(expression, chosen)
        _confirm(placed, at_depth(result, chosen), there, order, Focus(list(there), placed))
    return result


def _confirm(expression: Any, result: Any, directions: Mapping[Any, Any], order: int, focus: Focus) -> None:
    """Compare with the derivative of the diagram polynomial, for all sizes; fresh letters stand for the directions."""
    reader = Reader(focus=focus, splits=factorisations([expression, result]))
    letters = {reader.letter(symbol): Letter(f"@direction {symbol}") for symbol in directions}
    expected = reader.read(expression)
    for _ in range(order):
        expected = calculus.differential(expected, letters, reader.all_inverses())
    formulas = {letters[reader.letter(symbol)]: reader.read(direction) for symbol, direction in directions.items()}
    expected = calculus.substituted(expected, formulas)
    if not agree(reader, expected, reader.read(result)):
        raise DisagreementError(f"two derivations of the differential of {expression} differ; please report this")


class _Jets:
    def __init__(self, directions: Mapping[Any, Any], focus: Focus, varied: Mapping[Chain, Variation]) -> None:
        self.directions, self.focus, self.varied = directions, focus, varied
        self._known: dict[Any, Jet] = {}

    def of(self, node: Any) -> Jet:
        """Return the jet of an expression."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._new(node)
        return known

    def _new(self, node: Any) -> Jet:
        shape = node.shape if getattr(node, "is_Matrix", False) else None
        if node in self.directions:
            return Jet(node, Combination(shape, [(sympy.Integer(1), self.directions[node])]), Combination(shape))
        if not self.focus.in_(node):
            return Jet(node, Combination(shape), Combination(shape))
        if isinstance(node, PartialProduct) and node.chain in self.varied:
            variation = self.varied[node.chain]
            bend = variation.second(node)
            return Jet(
                node,
                Combination(shape, [(sympy.Integer(1), variation.first(node))]),
                Combination(shape, [(sympy.Integer(2), bend)] if bend is not None else []),
            )
        if isinstance(node, PartialProduct):
            first, second = _multilinear(self, self.focus.layers(node), product)
            return Jet(node, Combination(shape, first), Combination(shape, second))
        rule = next((_RULES[kind] for kind in type(node).__mro__ if kind in _RULES), None)
        if rule is None:
            raise UnsupportedError(f"a differential of {type(node).__name__} is not supported yet")
        first, second = rule(self, node)
        return Jet(node, Combination(shape, first), Combination(shape, second))


_Terms = list[tuple[Any, Any]]


def _linear(jets: _Jets, wrap: Callable[[Any], Any], part: Any) -> tuple[_Terms, _Terms]:
    jet = jets.of(part)
    return [(c, wrap(e)) for c, e in jet.first], [(c, wrap(e)) for c, e in jet.second]


def _sum(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    parts = [jets.of(term) for term in node.args]
    return [pair for part in parts for pair in part.first], [pair for part in parts for pair in part.second]


def _multilinear(jets: _Jets, factors: list[Any], build: Callable[[list[Any]], Any]) -> tuple[_Terms, _Terms]:
    parts = [jets.of(factor) for factor in factors]
    one: _Terms = []
    two: _Terms = []

    def put(*replaced: tuple[int, Any]) -> Any:
        new = list(factors)
        for place, value in replaced:
            new[place] = value
        return build(new)

    for i, part in enumerate(parts):
        if part.first:
            one.append(_put(put, (i, part.first)))
        if part.second:
            two.append(_put(put, (i, part.second)))
    for i, j in combinations(range(len(parts)), 2):
        if parts[i].first and parts[j].first:
            coefficient, expression = _put(put, (i, parts[i].first), (j, parts[j].first))
            two.append((2 * coefficient, expression))
    return one, two


def _put(put: Callable[..., Any], *items: tuple[int, Combination]) -> tuple[Any, Any]:
    """Insert combinations as factors; the coefficient of a single term moves to the front."""
    front = sympy.Integer(1)
    filled = []
    for place, combination in items:
        coefficient, expression = combination.factored()
        front = front * coefficient
        filled.append((place, expression))
    return front, put(*filled)


def _matrix_product(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    scalars, matrices = node.as_coeff_matrices()
    if jets.focus.in_(scalars):

        def build(parts: list[Any]) -> Any:
            return scaled(parts[0], product(parts[1:]))

        return _multilinear(jets, [scalars, *matrices], build)
    one, two = _multilinear(jets, list(matrices), product)
    return [(scalars * c, e) for c, e in one], [(scalars * c, e) for c, e in two]


def _scalar_product(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    return _multilinear(jets, list(node.args), lambda parts: sympy.Mul(*parts))


def _power(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    base, exponent = node.args
    if jets.focus.in_(exponent):
        raise UnsupportedError(f"a differential of the exponent in {node} is not supported yet")
    jet = jets.of(base)
    slope, bend = jet.first.expression(), jet.second.expression()
    outer = exponent * base ** (exponent - 1)
    return (
        [(sympy.Integer(1), outer * slope)],
        [
            (sympy.Integer(1), outer * bend),
            (sympy.Integer(1), exponent * (exponent - 1) * base ** (exponent - 2) * slope**2),
        ],
    )


def _trace(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    return _linear(jets, lambda matrix: sympy.Trace(trace_key(matrix)), node.arg)


def _transpose(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    return _linear(jets, transposed, node.arg)


def _matrix_power(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    base, exponent = node.args
    if not exponent.is_Integer:
        raise UnsupportedError(f"a differential of {node} is not supported yet")
    factor = base if exponent > 0 else sympy.Inverse(base)
    return _multilinear(jets, [factor] * abs(int(exponent)), product)


def _hadamard(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    return _multilinear(jets, list(node.args), lambda parts: sympy.HadamardProduct(*parts))


def _hadamard_power(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    base, exponent = node.args
    if not exponent.is_Integer or exponent < 0:
        raise UnsupportedError(f"a differential of {node} is not supported yet")
    return _multilinear(jets, [base] * int(exponent), lambda parts: sympy.HadamardProduct(*parts))


def _kronecker(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    return _multilinear(jets, list(node.args), lambda parts: sympy.KroneckerProduct(*parts))


def _expectation(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    """The derivative of an average is the average of the derivative; coefficients may hold the noise and stay inside."""
    if any(jets.focus.in_(cumulant) for noise in node.noises for cumulant in noise.cumulants):
        raise UnsupportedError("a differential of the variance of a noise is not supported yet")
    jet = jets.of(node.expression)
    one, two = ([of_linear(part.expression(), node.noises)] if part else [] for part in (jet.first, jet.second))
    return [(sympy.Integer(1), term) for term in one], [(sympy.Integer(1), term) for term in two]


def _inverse(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    jet = jets.of(node.arg)
    one = [(-c, product([node, e, node])) for c, e in jet.first]
    slope = jet.first.expression()
    two = [(-c, product([node, e, node])) for c, e in jet.second]
    return one, [*two, (sympy.Integer(2), product([node, slope, node, slope, node]))]


def _layer_sum(jets: _Jets, node: Any) -> tuple[_Terms, _Terms]:
    if any(jets.focus.inside_some(part) for part in node.atoms(PartialProduct)):
        raise UnsupportedError(
            f"a differential along one layer inside {node} is not supported yet; vary all layers, {{W: D}} with a chain D"
        )
    jet = jets.of(node.summand)

    def outside(terms: Combination) -> _Terms:
        return [(sympy.Integer(1), rebuilt(times(c, e), node.ranges)) for c, e in terms]

    return outside(jet.first), outside(jet.second)


_RULES: dict[type, Callable[[_Jets, Any], tuple[_Terms, _Terms]]] = {
    ScalarLayerSum: _layer_sum,
    MatrixLayerSum: _layer_sum,
    sympy.MatAdd: _sum,
    sympy.Add: _sum,
    sympy.MatMul: _matrix_product,
    sympy.Mul: _scalar_product,
    sympy.Pow: _power,
    sympy.Trace: _trace,
    sympy.Transpose: _transpose,
    sympy.MatPow: _matrix_power,
    sympy.HadamardProduct: _hadamard,
    sympy.HadamardPower: _hadamard_power,
    sympy.KroneckerProduct: _kronecker,
    sympy.Inverse: _inverse,
    ScalarExpectation: _expectation,
    MatrixExpectation: _expectation,
    Vec: lambda jets, node: _linear(jets, Vec, node.arg),
    DiagMatrix: lambda jets, node: _linear(jets, DiagMatrix, node.args[0]),
    DiagonalOf: lambda jets, node: _linear(jets, DiagonalOf, node.args[0]),
    DiagonalMatrix: lambda jets, node: _linear(jets, DiagonalMatrix, node.args[0]),
}
