"""The Hessian of a depth-3, width-3 net in all 27 x 27 entries, checked against the closed formula, against `sympy.hessian`.

Loss = 1/2 ||W_3 W_2 W_1 - Y||_F^2 in 36 symbols. Closed formula of a block, with P_k = W_3 ... W_{k+1}, Q_k = W_{k-1} ... W_1,
residual E and M = W_{j-1} ... W_{k+1} for k < j:
H[(k,a,b), (j,c,d)] = (P_k^T P_j)[a,c] (Q_k Q_j^T)[b,d] + [k < j] (P_j^T E Q_k^T)[c,b] M[d,a].
dlnproof evaluates the SymPy loss to one polynomial in the entries (python-flint `fmpq_mpoly`), differentiates it in every pair
and compares polynomials. Peer: `sympy.hessian` of the same loss; alone, then with the same comparison by `expand`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import mul
from typing import Any

import sympy

from clock import least_seconds, print_ratio
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.rings.polynomials import EntryPolynomials
from nets import Net, make_net

LAYERS = WIDTH = 3
PLACES = list(product(range(WIDTH), repeat=2))
WEIGHTS = [(k, a, b) for k in range(LAYERS) for a, b in PLACES]
UPPER = [(first, second) for place, first in enumerate(WEIGHTS) for second in WEIGHTS[place:]]


@dataclass(frozen=True)
class Blocks:
    """The matrices that the closed formula is made of, as SymPy expressions, by pairs of layers."""

    left: dict[tuple[int, int], Any]
    right: dict[tuple[int, int], Any]
    crossed: dict[tuple[int, int], Any]
    between: dict[tuple[int, int], Any]

    def read(self, rows: Callable[[Any], Any]) -> Callable[[int, int, int, int, int, int], Any]:
        """Return the closed formula of one entry of the Hessian; `rows` gives the entries of an expression."""
        left, right, crossed, between = (
            {pair: rows(matrix) for pair, matrix in part.items()}
            for part in (self.left, self.right, self.crossed, self.between)
        )

        def entry(k: int, a: int, b: int, j: int, c: int, d: int) -> Any:
            value = left[k, j][a][c] * right[k, j][b][d]
            return value + crossed[k, j][c][b] * between[k, j][d][a] if k < j else value

        return entry


def make_blocks(net: Net) -> Blocks:
    """Return the parts of the closed formula for the net."""
    one = sympy.Identity(WIDTH)
    above = [reduce(mul, reversed(net.weights[k + 1 :]), one) for k in range(LAYERS)]
    below = [reduce(mul, reversed(net.weights[:k]), one) for k in range(LAYERS)]
    pairs = [(k, j) for k in range(LAYERS) for j in range(k, LAYERS)]
    return Blocks(
        {(k, j): above[k].T * above[j] for k, j in pairs},
        {(k, j): below[k] * below[j].T for k, j in pairs},
        {(k, j): above[j].T * net.residual * below[k].T for k, j in pairs if k < j},
        {(k, j): reduce(mul, reversed(net.weights[k + 1 : j]), one) for k, j in pairs if k < j},
    )


def check(given: tuple[Net, Blocks]) -> None:
    """Compare the Hessian of the loss with the closed formula, exactly."""
    net, blocks = given
    symbols = [*net.weights, net.target]
    names = tuple(f"{symbol.name}_{i}_{j}" for symbol in symbols for i, j in PLACES)
    ring = EntryPolynomials(names)
    entries = iter(ring.generators.values())
    values = {symbol.name: ring.generate(WIDTH, WIDTH, lambda i, j: next(entries)) for symbol in symbols}  # noqa: ARG005
    evaluator = Evaluator(ring, Values({}, values))
    slopes = [evaluator.evaluate(net.loss).derivative(place) for place in range(len(WEIGHTS))]
    closed = blocks.read(lambda matrix: ring.rows(evaluator.evaluate(matrix)))
    position = {weight: place for place, weight in enumerate(WEIGHTS)}
    for first, second in UPPER:
        assert slopes[position[first]].derivative(position[second]) == closed(*first, *second)


def differentiate(given: tuple[Net, Blocks]) -> Any:
    """Return `sympy.hessian` of the loss in its entries."""
    net, _ = given
    loss = sum(entry**2 for entry in net.residual.as_explicit()) / 2
    return sympy.hessian(loss, [net.weights[k][a, b] for k, a, b in WEIGHTS])


def differentiate_and_compare(given: tuple[Net, Blocks]) -> None:
    """Compare `sympy.hessian` with the closed formula by `expand`."""
    hessian = differentiate(given)
    closed = given[1].read(lambda matrix: matrix.as_explicit().tolist())
    position = {weight: place for place, weight in enumerate(WEIGHTS)}
    for first, second in UPPER:
        assert sympy.expand(hessian[position[first], position[second]] - closed(*first, *second)) == 0


def _given() -> tuple[Net, Blocks]:
    net = make_net(LAYERS, [WIDTH] * (LAYERS + 1), whitened=True)
    return net, make_blocks(net)


def run() -> None:
    """Print the ratios."""
    print("the Hessian of a depth-3, width-3 net in every entry, against the closed formula")
    check(_given())
    own = least_seconds(_given, check, 10)
    print_ratio("checked", own, "sympy.hessian alone", least_seconds(_given, differentiate, 1))
    print_ratio(
        "checked", own, "sympy.hessian, compared by expand", least_seconds(_given, differentiate_and_compare, 1)
    )


if __name__ == "__main__":
    run()
