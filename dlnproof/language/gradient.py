"""The gradient of a scalar formula as a formula: reverse accumulation over the expression, so that factors stay factored.

SymPy's own matrix derivative is not used (SymPy 1.14 answers 0 for the gradient of a sum of traces). What is returned has been
compared, for all sizes, with the derivative of the diagram polynomial (`algebra.calculus`): a disagreement is an error. Around
vec and Kronecker products of the weight the gradient is read off the diagrams alone; the checks confirm it by a series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Any, TypeAlias

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf

from dlnproof.algebra import calculus
from dlnproof.errors import DisagreementError, UnsupportedError, bad
from dlnproof.language.agreement import agree
from dlnproof.language.all_layers import small_depths
from dlnproof.language.chain import PartialProduct
from dlnproof.language.composite import factorisations
from dlnproof.language.depth import at_depth
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation, of_linear
from dlnproof.language.focus import Focus, split_around
from dlnproof.language.from_sympy import Reader
from dlnproof.language.layer_gradient import gradient_under_sums
from dlnproof.language.printing.expression import to_sympy
from dlnproof.language.sides import as_expression, number_in
from dlnproof.language.sum_terms import needs_sums
from dlnproof.language.terms import Combination, product, transposed
from dlnproof.language.vec import Vec

_Push: TypeAlias = Iterator[tuple[Any, Any, Any]]
_Depends: TypeAlias = Callable[[Any], bool]


def gradient(expression: Any, symbol: Any, assuming: Iterable[Any] = ()) -> Any:
    """Return the gradient of a scalar expression with respect to a matrix symbol W or a layer W[i], as a SymPy expression.

    `gradient[i, j] = d expression / d W[i, j]`, of the shape of W, for all sizes (and depths). `assuming` may order layer
    indices, such as `[i < j]`.
    Raises InputError when the expression is not scalar or `symbol` is no matrix symbol, UnsupportedError for constructs
    without a rule.
    """
    check_symbol("symbol", symbol)
    expression = as_scalar(expression)
    if needs_sums(expression):
        return _with_sums(expression, symbol, tuple(assuming))
    focus = Focus([symbol], expression, assuming)
    reader = Reader(focus=focus, splits=factorisations([expression]))
    stacked = any(focus.in_(part) for part in expression.atoms(sympy.KroneckerProduct, Vec))
    result = None if stacked else _accumulated(expression, symbol, focus)
    letter = reader.letter(symbol)
    _, rows, columns = reader.indices(symbol.shape)
    value = reader.read(expression)
    expected = calculus.gradient(value, letter, row=bool(rows), column=bool(columns), inverses=reader.all_inverses())
    if result is None:  # the adjoint of a stacked matrix has no name: the gradient is read off the diagrams
        return to_sympy(expected, reader, symbol.shape)
    if not agree(reader, expected, reader.read(result)):
        raise DisagreementError(
            f"two derivations of the gradient of {expression} in {symbol} differ; please report this"
        )
    return result


def _with_sums(expression: Any, symbol: Any, assuming: tuple[Any, ...]) -> Any:
    def depends(part: Any) -> bool:
        return symbol in part.free_symbols or part.has(PartialProduct)

    result = gradient_under_sums(
        expression, symbol, assuming, lambda node, adjoint: _rule(node)(node, adjoint, depends)
    )
    for chosen in small_depths([expression, result, symbol], assuming):
        there = at_depth(expression, chosen)
        reader = Reader()
        expected = reader.read(gradient(there, at_depth(symbol, chosen)))
        if not agree(reader, expected, reader.read(at_depth(result, chosen))):
            raise DisagreementError(
                f"two derivations of the gradient of {expression} in {symbol} differ; please report this"
            )
    return result


def check_symbol(name: str, symbol: Any) -> None:
    """Raise InputError unless `symbol` is a matrix symbol or a layer of a chain."""
    if not isinstance(symbol, sympy.MatrixSymbol) and not (isinstance(symbol, PartialProduct) and symbol.is_layer):
        raise bad(
            name, symbol, "derivatives are taken with respect to a MatrixSymbol or a layer", "name one of the weights"
        )


def as_scalar(expression: Any) -> Any:
    """Return a scalar expression, the number in a 1 x 1 matrix; raise InputError for text and for any other matrix."""
    expression = number_in(as_expression(expression))
    if getattr(expression, "is_Matrix", False):
        shape = " x ".join(map(str, expression.shape))
        raise bad("expression", expression, f"a gradient is of a scalar, this is {shape}", "wrap it in Trace(...)")
    return expression


def _accumulated(expression: Any, symbol: Any, focus: Focus, start: Any = 1) -> Any:
    """Return the gradient of <start, expression>: `start` has the shape of the expression."""
    shape = expression.shape if getattr(expression, "is_Matrix", False) else None
    adjoints: dict[Any, Combination] = {expression: Combination(shape, [(sympy.Integer(1), sympy.sympify(start))])}
    for node in reversed(_in_order(expression, symbol, focus)):
        total = adjoints.get(node)
        if not total or node == symbol:
            continue
        coefficient, adjoint = total.factored()
        if isinstance(node, PartialProduct):
            pushed = _layer_of(node, adjoint, symbol)
        elif isinstance(node, ScalarExpectation | MatrixExpectation):
            pushed = _averaged(node, adjoint, symbol, focus)
        else:
            pushed = _rule(node)(node, adjoint, focus.in_)
        for child, weight, share in pushed:
            shape = child.shape if getattr(child, "is_Matrix", False) else None
            adjoints.setdefault(child, Combination(shape)).add(coefficient * weight, share)
    found = adjoints.get(symbol, Combination(symbol.shape))
    return found.expression()


def _in_order(expression: Any, symbol: Any, focus: Focus) -> list[Any]:
    """Return the sub-expressions that contain the symbol, children first."""
    order: list[Any] = []
    seen: set[Any] = set()
    stack: list[tuple[Any, bool]] = [(expression, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            if focus.in_(node):
                stack.append((node, True))
                if node != symbol and not isinstance(node, PartialProduct | ScalarExpectation | MatrixExpectation):
                    stack.extend((child, False) for child in node.args)
    # a partial product and an expectation are inner nodes whose only child, the symbol, comes before them
    return [symbol, *(node for node in order if node != symbol)]


def _layer_of(product_: PartialProduct, adjoint: Any, layer: PartialProduct) -> _Push:
    """Split W_a ... W_b at layer i: its share is P(a, i+1)^T adjoint P(i-1, b)^T."""
    left, right = split_around(product_, layer)
    yield layer, sympy.Integer(1), product([*map(transposed, left), adjoint, *map(transposed, right)])


def _averaged(node: Any, adjoint: Any, symbol: Any, focus: Focus) -> _Push:
    """The gradient of an average is the average of the gradient: the adjoint is free of the noise that the node binds."""
    if any(focus.in_(cumulant) for noise in node.noises for cumulant in noise.cumulants):
        raise UnsupportedError("a derivative of the variance of a noise is not supported yet")
    yield symbol, sympy.Integer(1), of_linear(_accumulated(node.expression, symbol, focus, adjoint), node.noises)


def _others(items: Iterable[Any], place: int) -> list[Any]:
    return [item for number, item in enumerate(items) if number != place]


def _scalar_product(node: Any, adjoint: Any, depends: _Depends) -> _Push:
    for place, factor in enumerate(node.args):
        if depends(factor):
            yield factor, sympy.Integer(1), adjoint * sympy.Mul(*_others(node.args, place))


def _sum(node: Any, adjoint: Any, depends: _Depends) -> _Push:
    for term in node.args:
        if depends(term):
            yield term, sympy.Integer(1), adjoint


def _power(node: Any, adjoint: Any, depends: _Depends) -> _Push:
    base, exponent = node.args
    if depends(exponent):
        raise UnsupportedError(f"a derivative of the exponent in {node} is not supported yet")
    yield base, exponent, adjoint * base ** (exponent - 1)


def _scalar_factors(node: Any, depends: _Depends) -> Iterator[tuple[Any, Any]]:
    """Yield the scalar factors of a matrix product that depend on the symbol, each with the product of the others."""
    scalars = [
        factor for factor in node.args if not factor.is_Matrix
    ]  # several where SymPy left the product unevaluated
    for place, factor in enumerate(scalars):
        if depends(factor):
            yield factor, sympy.Mul(*_others(scalars, place))


def _trace(node: Any, adjoint: Any, depends: _Depends) -> _Push:
    matrix = node.arg
    if not isinstance(matrix, sympy.MatMul):
        yield matrix, adjoint, sympy.Identity(matrix.shape[0])
        return
    scalars, matrices = matrix.as_coeff_matrices()
    for factor, others in _scalar_factors(matrix, depends):
        yield factor, sympy.Integer(1), adjoint * others * sympy.Trace(product(matrices))
    for place, factor in enumerate(matrices):
        if depends(factor):
            rest = [*matrices[place + 1 :], *matrices[:place]]
            share = transposed(product(rest)) if rest else sympy.Identity(factor.shape[0])
            yield factor, adjoint * scalars, share


def _matrix_product(node: Any, adjoint: Any, depends: _Depends) -> _Push:
    scalars, matrices = node.as_coeff_matrices()
    for factor, others in _scalar_factors(node, depends):
        yield factor, sympy.Integer(1), others * sympy.Trace(product([transposed(adjoint), *matrices]))
    for place, factor in enumerate(matrices):
        if depends(factor):
            before = [transposed(item) for item in reversed(matrices[:place])]
            after = [transposed(item) for item in reversed(matrices[place + 1 :])]
            yield factor, scalars, product([*before, adjoint, *after])


def _matrix_power(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    base, exponent = node.args
    if not exponent.is_Integer:
        raise UnsupportedError(f"a derivative of {node} is not supported yet")
    count = abs(int(exponent))
    if exponent > 0:
        mirror, first, sign = transposed(base), 0, 1
    else:  # d(A^-2) = -A^-1 dA A^-2 - A^-2 dA A^-1
        mirror, first, sign = transposed(sympy.Inverse(base)), 1, -1
    for place in range(count):
        around = [mirror] * (place + first), [mirror] * (count - 1 - place + first)
        yield base, sympy.Integer(sign), product([*around[0], adjoint, *around[1]])


def _transpose(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    yield node.arg, sympy.Integer(1), transposed(adjoint)


def _hadamard(node: Any, adjoint: Any, depends: _Depends) -> _Push:
    for place, factor in enumerate(node.args):
        if depends(factor):
            yield factor, sympy.Integer(1), sympy.HadamardProduct(adjoint, *_others(node.args, place))


def _hadamard_power(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    base, exponent = node.args
    if not exponent.is_Integer or exponent < 0:
        raise UnsupportedError(f"a derivative of {node} is not supported yet")
    if exponent == 0:
        return
    rest = [base] * (int(exponent) - 1)
    yield base, exponent, reduce(sympy.HadamardProduct, rest, adjoint)


def _diagonal_matrix(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    vector = node.args[0]
    share = DiagonalOf(adjoint)
    yield vector, sympy.Integer(1), share if vector.shape[1] == 1 else transposed(share)


def _diagonal_of(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    yield node.arg, sympy.Integer(1), DiagMatrix(adjoint)


def _masked_diagonal(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    yield node.arg, sympy.Integer(1), DiagMatrix(DiagonalOf(adjoint))


def _inverse(node: Any, adjoint: Any, depends: _Depends) -> _Push:  # noqa: ARG001
    mirror = transposed(node)
    yield node.arg, sympy.Integer(-1), product([mirror, adjoint, mirror])


_RULES: dict[type, Callable[[Any, Any, _Depends], _Push]] = {
    sympy.Mul: _scalar_product,
    sympy.Add: _sum,
    sympy.Pow: _power,
    sympy.Trace: _trace,
    sympy.MatMul: _matrix_product,
    sympy.MatAdd: _sum,
    sympy.MatPow: _matrix_power,
    sympy.Transpose: _transpose,
    sympy.HadamardProduct: _hadamard,
    sympy.HadamardPower: _hadamard_power,
    sympy.Inverse: _inverse,
    DiagMatrix: _diagonal_matrix,
    DiagonalOf: _diagonal_of,
    DiagonalMatrix: _masked_diagonal,
}


def _rule(node: Any) -> Callable[[Any, Any, _Depends], _Push]:
    rule = next((_RULES[kind] for kind in type(node).__mro__ if kind in _RULES), None)
    if rule is None:
        raise UnsupportedError(f"a derivative of {type(node).__name__} is not supported yet")
    return rule
