"""The referee of the random formulas: their values at random matrices modulo a prime, by nothing of dlnproof and of SymPy.

Sizes are at least 4, letters that stand for symmetric, orthogonal or invertible matrices are drawn as such (orthogonal ones
as products of Householder reflections). Two formulas that agree at several random instances are taken to be equal.
"""

from __future__ import annotations

import random
from functools import reduce

from formula_trees import POSITIVE, REAL, SIZES, is_scalar, letters

PRIME = 2**80 - 65  # = 23 (mod 24), so that 2 and 3 are squares


class Instance:
    """One random instance; `value` evaluates trees there."""

    def __init__(self, seed, shapes, turned=0):
        self.random = random.Random(seed)
        self.turned = turned  # 0 or 1: which component of the orthogonal group
        sizes = self.random.sample(range(4, 8), 3)
        self.sizes = dict(zip(SIZES, sizes, strict=True))
        self.roots = {name: self.residue() for name in POSITIVE}
        self.numbers = {name: self.residue() for name in REAL}
        self.surds = {k: pow(k, (PRIME + 1) // 4, PRIME) for k in (2, 3)}
        self.matrices = {name: self.draw(name, *shaped) for name, shaped in sorted(shapes.items())}

    def residue(self):
        return self.random.randrange(1, PRIME)

    def length(self, dimension):
        return reduce(lambda a, b: a * b, (int(part) if part.isdigit() else self.sizes[part] for part in dimension), 1)

    def draw(self, name, rows, columns):
        p, q = self.length(rows), self.length(columns)
        free = [[self.residue() for _ in range(q)] for _ in range(p)]
        if name.startswith("S_"):
            return [[free[min(i, j)][max(i, j)] for j in range(p)] for i in range(p)]
        if name.startswith("O_"):
            return reduce(_product, (self.reflection(p) for _ in range(p + (p + self.turned) % 2)))
        return free

    def reflection(self, size):
        vector = [self.residue() for _ in range(size)]
        over = 2 * pow(sum(v * v for v in vector), -1, PRIME)
        return [[(int(i == j) - over * v * w) % PRIME for j, w in enumerate(vector)] for i, v in enumerate(vector)]

    def value(self, tree):
        """Return the value of a scalar tree as a residue, of a matrix tree as rows of residues."""
        return getattr(self, "_" + tree[0])(tree)

    def _letter(self, tree):
        return self.matrices[tree[1]]

    def _inverse(self, tree):
        return _inverted(self.matrices[tree[1]])

    def _one(self, tree):
        size = self.length(tree[1])
        return [[int(i == j) for j in range(size)] for i in range(size)]

    def _zero(self, tree):
        return [[0] * self.length(tree[2]) for _ in range(self.length(tree[1]))]

    def _ones(self, tree):
        return [[1] * self.length(tree[2]) for _ in range(self.length(tree[1]))]

    def _add(self, tree):
        return reduce(lambda a, b: _entrywise(a, b, lambda x, y: x + y), map(self.value, tree[1:]))

    def _had(self, tree):
        return reduce(lambda a, b: _entrywise(a, b, lambda x, y: x * y), map(self.value, tree[1:]))

    def _mul(self, tree):
        return reduce(_product, map(self.value, tree[1:]))

    def _T(self, tree):
        return [list(row) for row in zip(*self.value(tree[1]), strict=True)]

    def _scale(self, tree):
        factor = self.value(tree[1])
        return [[factor * entry % PRIME for entry in row] for row in self.value(tree[2])]

    def _kron(self, tree):
        left, right = self.value(tree[1]), self.value(tree[2])
        return [[a * b % PRIME for a in first for b in second] for first in left for second in right]

    def _diag(self, tree):
        vector = [row[0] for row in self.value(tree[1])]
        return [[v if i == j else 0 for j in range(len(vector))] for i, v in enumerate(vector)]

    def _diagonal(self, tree):
        return [[row[i]] for i, row in enumerate(self.value(tree[1]))]

    def _trace(self, tree):
        return sum(row[i] for i, row in enumerate(self.value(tree[1]))) % PRIME

    def _plus(self, tree):
        return sum(map(self.value, tree[1:])) % PRIME

    def _times(self, tree):
        return reduce(lambda a, b: a * b % PRIME, map(self.value, tree[1:]))

    def _over(self, tree):
        return pow(sum(map(self.value, tree[1:])), -1, PRIME)

    def _number(self, tree):
        return tree[1].numerator * pow(tree[1].denominator, -1, PRIME) % PRIME

    def _symbol(self, tree):
        name = tree[1]
        return self.roots[name] ** 2 % PRIME if name in self.roots else self.numbers[name]

    def _power(self, tree):
        return pow(self.roots[tree[1]], int(2 * tree[2]), PRIME)

    def _surd(self, tree):
        return self.surds[tree[1]]

    def _size(self, tree):
        return self.sizes[tree[1]]


def equal(first, second, seed, instances=3):
    """Return whether two trees of one shape agree at random instances of sizes from 4 on."""
    shapes = {**letters(first), **letters(second)}
    for number in range(instances):
        instance = Instance(f"{seed}/{number}", shapes, number % 2)
        left, right = instance.value(first), instance.value(second)
        if is_scalar(first):
            left, right = [[left]], [[right]]
        if any((a - b) % PRIME for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)):
            return False
    return True


def _product(left, right):
    columns = list(zip(*right, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True)) % PRIME for column in columns] for row in left]


def _entrywise(left, right, operation):
    return [
        [operation(a, b) % PRIME for a, b in zip(first, second, strict=True)]
        for first, second in zip(left, right, strict=True)
    ]


def _inverted(matrix):
    size = len(matrix)
    work = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next(i for i in range(column, size) if work[i][column])
        work[column], work[pivot] = work[pivot], work[column]
        over = pow(work[column][column], -1, PRIME)
        work[column] = [over * entry % PRIME for entry in work[column]]
        for i in range(size):
            if i != column:
                weight = work[i][column]
                work[i] = [(a - weight * b) % PRIME for a, b in zip(work[i], work[column], strict=True)]
    return [row[size:] for row in work]
