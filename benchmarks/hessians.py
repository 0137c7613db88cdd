"""The Hessian of a depth-3, width-3 net in all 27 x 27 entries, checked against the closed formula, against `sympy.hessian`.

dlnproof: the SymPy loss evaluated to one polynomial in the entries (python-flint `fmpq_mpoly`), differentiated twice in every
pair of entries, and sum of H_ij d_i d_j compared, as a polynomial, with the closed quadratic form. Peer: `sympy.hessian` of
the same loss, written out in the same entries; the first figure is for `sympy.hessian` alone, which compares nothing, the
second for `sympy.hessian` and the same comparison by `expand`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import mul
from typing import Any

import sympy
from clock import median_seconds, print_ratio
from nets import Net, make_net
from sympy import Trace

from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.rings.polynomials import EntryPolynomials

LAYERS = WIDTH = 3


def closed_form(net: Net) -> Any:
    """Return ||sum of W..D_k..W X||_F^2 + 2 sum over k < l of <residual, W..D_l..D_k..W X>, the second differential."""
    data = next(symbol for symbol in net.residual.free_symbols if symbol.name.startswith("X"))

    def replaced(*places: int) -> Any:
        return reduce(mul, [net.directions[k] if k in places else net.weights[k] for k in reversed(range(LAYERS))]) * data

    first = sum((replaced(k) for k in range(1, LAYERS)), replaced(0))
    mixed = [Trace(net.residual.T * replaced(k, l)) for k in range(LAYERS) for l in range(k + 1, LAYERS)]  # noqa: E741
    return Trace(first.T * first) + 2 * sum(mixed[1:], mixed[0])


def check(given: tuple[Net, Any]) -> None:
    """Compare the Hessian of the loss with the closed formula, exactly."""
    net, formula = given
    symbols = sorted(formula.free_symbols, key=str)
    names = [f"{symbol.name}_{i}_{j}" for symbol in symbols for i, j in _places()]
    ring = EntryPolynomials(tuple(names))
    matrices = {
        symbol.name: ring.generate(WIDTH, WIDTH, lambda i, j, name=symbol.name: ring.generators[f"{name}_{i}_{j}"])  # type: ignore[misc]
        for symbol in symbols
    }
    evaluator = Evaluator(ring, Values({}, matrices))
    loss, claimed = evaluator.evaluate(net.loss), evaluator.evaluate(formula)
    place = {name: number for number, name in enumerate(names)}
    weights = [f"{w.name}_{i}_{j}" for w in net.weights for i, j in _places()]
    directions = [ring.generators[f"{d.name}_{i}_{j}"] for d in net.directions for i, j in _places()]
    total = ring.number(0)
    for row, first in enumerate(weights):
        slope = loss.derivative(place[first])
        for column in range(row, len(weights)):
            second = slope.derivative(place[weights[column]])
            total += second * directions[row] * directions[column] * (1 if row == column else 2)
    assert total == claimed


def differentiate(net: Net) -> tuple[Any, list[Any]]:
    """Return `sympy.hessian` of the loss in its entries, and the entries of the weights."""
    entries = [w[i, j] for w in net.weights for i, j in _places()]
    loss = sum(entry**2 for entry in net.residual.as_explicit()) / 2
    return sympy.hessian(loss, entries), entries


def differentiate_and_compare(given: tuple[Net, Any]) -> None:
    """Compare `sympy.hessian` with the closed formula by `expand`."""
    net, formula = given
    hessian, _ = differentiate(net)
    moves = [d[i, j] for d in net.directions for i, j in _places()]
    # compare entry by entry: the coefficient of d_i d_j in the closed form, by SymPy's polynomials
    claimed = sympy.Poly(_explicit(formula), *moves)
    for row in range(len(moves)):
        for column in range(row, len(moves)):
            coefficient = claimed.coeff_monomial(moves[row] * moves[column]) / (1 if row == column else 2)
            assert sympy.expand(hessian[row, column] - coefficient) == 0


def _explicit(formula: Any) -> Any:
    """Return a sum of traces written out in entries."""
    terms = []
    for term in sympy.Add.make_args(formula):
        weight, trace = term.as_coeff_Mul()
        terms.append(weight * trace.arg.as_explicit().trace())
    return sympy.Add(*terms)


def _places() -> Iterable[tuple[int, int]]:
    return [(i, j) for i in range(WIDTH) for j in range(WIDTH)]


def _given() -> tuple[Net, Any]:
    net = make_net(LAYERS, [WIDTH] * (LAYERS + 1))
    return net, closed_form(net)


def run() -> None:
    """Print the ratios."""
    print("the Hessian of a depth-3, width-3 net in every entry, against the closed formula")
    check(_given())
    own = median_seconds(_given, check, 10)
    print_ratio("checked", own, "sympy.hessian alone", median_seconds(lambda: _given()[0], differentiate, 1))
    print_ratio("checked", own, "sympy.hessian, compared by expand", median_seconds(_given, differentiate_and_compare, 1))


if __name__ == "__main__":
    run()
