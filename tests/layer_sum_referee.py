"""A referee for formulas with sums over layers that shares no code with the engine: loops over indices, residues in NumPy."""

from __future__ import annotations

import random

import numpy as np
import sympy

from dlnproof.language.chain import PartialProduct
from dlnproof.language.layer_sum import LayerValue, is_layer_sum

PRIME = 2_147_483_647
WIDTHS = (3, 5, 4, 6, 2, 7)  # pairwise different, so that no wrong product fits


class Referee:
    """Evaluates formulas at one depth and one draw of residues; letters are drawn when they are first met."""

    def __init__(self, depth: int, seed: int) -> None:
        self.depth, self.source, self.known = depth, random.Random(f"{depth} {seed}"), {}

    def value(self, node, indices):
        if is_layer_sum(node):
            return self.total(node.summand, list(node.ranges), indices, node)
        if isinstance(node, PartialProduct):
            result = np.array(np.eye(self.size(node.shape[0], indices), dtype=object))
            for layer in range(self.integer(node.top, indices), self.integer(node.bottom, indices) - 1, -1):
                result = result.dot(self.layer(node.name, layer)) % PRIME
            return result
        if isinstance(node, LayerValue):
            return self.drawn((str(node.symbol), self.integer(node.index, indices)), None)
        if isinstance(node, sympy.MatrixSymbol):
            return self.drawn(node.name, tuple(self.size(size, indices) for size in node.shape))
        if isinstance(node, sympy.Trace):
            return int(self.value(node.arg, indices).trace()) % PRIME
        if isinstance(node, sympy.Transpose):
            return self.value(node.arg, indices).T
        if isinstance(node, sympy.Add | sympy.MatAdd):
            return sum(self.value(part, indices) for part in node.args) % PRIME
        if isinstance(node, sympy.Mul | sympy.MatMul):
            result = 1
            for part in node.args:
                factor = self.value(part, indices)
                both = isinstance(result, np.ndarray) and isinstance(factor, np.ndarray)
                result = (result.dot(factor) if both else result * factor) % PRIME
            return result
        if isinstance(node, sympy.Pow):
            return pow(self.value(node.base, indices), int(node.exp), PRIME)
        if isinstance(node, sympy.Rational):
            return int(node.p) * pow(int(node.q), -1, PRIME) % PRIME
        return self.integer(node, indices) % PRIME

    def total(self, summand, ranges, indices, node):
        if not ranges:
            return self.value(summand, indices)
        (index, first, last), *rest = ranges
        zero = 0
        if getattr(node, "is_Matrix", False):
            zero = np.zeros(tuple(self.size(size, indices) for size in node.shape), dtype=object)
        for number in range(self.integer(first, indices), self.integer(last, indices) + 1):
            zero = (zero + self.total(summand, rest, {**indices, index: number}, node)) % PRIME
        return zero

    def layer(self, name, number):
        return self.drawn((name, number), (WIDTHS[number], WIDTHS[number - 1]))

    def drawn(self, name, shape):
        if name not in self.known:
            count = 1 if shape is None else shape[0] * shape[1]
            entries = [self.source.randrange(PRIME) for _ in range(count)]
            self.known[name] = entries[0] if shape is None else np.array(entries, dtype=object).reshape(shape)
        return self.known[name]

    def integer(self, index, indices):
        return int(index.subs({**indices, sympy.Symbol("H", integer=True, positive=True): self.depth}))

    def size(self, size, indices):
        return WIDTHS[self.integer(size.args[0], indices)] if size.args else self.integer(size, indices)


def differ_at(left, right, depths=(1, 2, 3, 4), seed=0):
    """Return the depths at which two formulas without free layer indices differ."""
    found = []
    for depth in depths:
        referee = Referee(depth, seed)
        if np.any((np.asarray(referee.value(left, {})) - np.asarray(referee.value(right, {}))) % PRIME):
            found.append(depth)
    return found
