"""Data with a structure on purpose: the measure-zero cases that random numbers never hit.

Data are a pure function of (structure, shape, height, seed), so that Hypothesis draws four small integers instead of lists
of fractions (measured 44 times cheaper) and shrinks them: a plainer structure first, then smaller entries.
"""

from __future__ import annotations

from enum import StrEnum
from random import Random
from typing import NamedTuple

from flint import fmpq, fmpq_mat

from dlnproof.rings.rational import identity, rectangular_identity


class Structure(StrEnum):
    """What the data X (d_0 x m), Y (d_H x m) have on purpose; the shape may not allow it (a 1 x 1 matrix has one rank)."""

    PLAIN = "plain"  # X = I, Y diagonal
    INTEGERS = "integers"  # generic
    RATIONALS = "rationals"  # generic
    WHITENED = "whitened inputs"
    DISTINCT = "rational spectrum"
    REPEATED = "repeated singular values"
    ZERO_VALUES = "zero singular values"
    FEW_SAMPLES = "fewer samples than inputs"
    X_DEFICIENT = "rank-deficient inputs"
    Y_DEFICIENT = "rank-deficient outputs"
    UNCORRELATED = "uncorrelated"  # Y X^T = 0
    X_EQUAL_ROWS = "equal rows of inputs"
    Y_EQUAL_ROWS = "equal rows of outputs"
    Y_ZERO = "zero outputs"
    X_ZERO = "zero inputs"


GENERIC = (Structure.INTEGERS, Structure.RATIONALS)
# generic data have 11 shares of 27; white inputs, a repeated spectrum and few samples (which need d_0 >= 2) two, the others one
SHARES: tuple[Structure, ...] = (
    Structure.PLAIN,
    *(Structure.INTEGERS,) * 6,
    *(Structure.RATIONALS,) * 5,
    *(Structure.WHITENED,) * 2,
    Structure.DISTINCT,
    *(Structure.REPEATED,) * 2,
    Structure.FEW_SAMPLES,
    *list(Structure)[list(Structure).index(Structure.ZERO_VALUES) :],
)
REACH = (1, 3, 9)  # the largest entry at heights 0, 1, 2


class Shape(NamedTuple):
    """Rows of X, rows of Y, columns of both."""

    inputs: int
    outputs: int
    samples: int


def default_samples(structure: Structure, inputs: int, extra: int) -> int:
    """Return how many samples to draw when the author leaves it open: d_0 + extra, or fewer than d_0 on purpose."""
    if structure is Structure.FEW_SAMPLES:
        return max(1, inputs - 1 - extra)
    return inputs + extra


def make_data(structure: Structure, shape: Shape, height: int, seed: int) -> tuple[fmpq_mat, fmpq_mat]:
    """Return X and Y with the structure; equal arguments give equal data; seed 0 gives the plainest."""
    draw = Entries(seed, height)
    inputs, outputs, samples = shape
    if seed == 0 and structure in (*GENERIC, Structure.WHITENED, Structure.FEW_SAMPLES):
        structure = Structure.PLAIN
    match structure:
        case Structure.PLAIN:
            return rectangular_identity(inputs, samples), draw.diagonal(outputs, samples)
        case Structure.RATIONALS:
            return draw.rationals(inputs, samples), draw.rationals(outputs, samples)
        case Structure.WHITENED:
            return draw.orthonormal(inputs, samples), draw.integers(outputs, samples)
        case Structure.DISTINCT | Structure.REPEATED | Structure.ZERO_VALUES:
            # Sigma = Y X^T X Y^T = U s^2 U^T up to the samples that X does not see: every eigenspace is rational
            X = draw.orthonormal(inputs, samples)
            spread = draw.spectrum(structure, outputs, inputs)
            return X, draw.orthogonal(outputs) * spread * draw.orthogonal(inputs) * X
        case Structure.X_DEFICIENT:
            return draw.of_rank(min(inputs, samples) - 1, inputs, samples), draw.integers(outputs, samples)
        case Structure.Y_DEFICIENT:
            return draw.integers(inputs, samples), draw.of_rank(min(outputs, samples) - 1, outputs, samples)
        case Structure.UNCORRELATED:
            X = draw.of_rank(min(inputs, samples - 1), inputs, samples)
            return X, draw.integers(outputs, samples) * off_rows(X)
        case Structure.X_EQUAL_ROWS:
            return draw.equal_rows(inputs, samples), draw.integers(outputs, samples)
        case Structure.Y_EQUAL_ROWS:
            return draw.integers(inputs, samples), draw.equal_rows(outputs, samples)
        case Structure.Y_ZERO:
            return draw.integers(inputs, samples), fmpq_mat(outputs, samples)
        case Structure.X_ZERO:
            return fmpq_mat(inputs, samples), draw.integers(outputs, samples)
        case _:
            return draw.integers(inputs, samples), draw.integers(outputs, samples)


class Entries:
    """Matrices of small exact numbers from one seed; `height` 0, 1, 2 bounds their entries by 1, 3, 9."""

    def __init__(self, seed: int, height: int) -> None:
        self._random = Random(seed)
        self._plain = seed == 0
        self._reach = REACH[height]

    def integers(self, rows: int, columns: int) -> fmpq_mat:
        """Return a matrix of integers, at least one of them not zero."""
        reach, below = self._reach, self._random.randrange
        entries = [below(2 * reach + 1) - reach for _ in range(rows * columns)]
        if not any(entries):
            entries[0] = 1
        return fmpq_mat(rows, columns, entries)

    def rationals(self, rows: int, columns: int) -> fmpq_mat:
        """Return a matrix of fractions with denominators 1 to 4."""
        reach, below = self._reach, self._random.randrange
        return fmpq_mat(
            rows, columns, [fmpq(below(2 * reach + 1) - reach, below(4) + 1) for _ in range(rows * columns)]
        )

    def positive(self) -> fmpq:
        """Return a fraction between 1/4 and 4; 1 for seed 0."""
        if self._plain:
            return fmpq(1)
        return fmpq(self._random.randrange(1, 5), self._random.randrange(1, 5))

    def sign(self) -> int:
        """Return -1, 1 or, less often, 0; 1 for seed 0."""
        return 1 if self._plain else (-1, -1, 0, 1, 1)[self._random.randrange(5)]

    def diagonal(self, rows: int, columns: int) -> fmpq_mat:
        """Return a rectangular diagonal matrix: k, ..., 2, 1 for seed 0, else random integers."""
        result = fmpq_mat(rows, columns)
        size = min(rows, columns)
        for i in range(size):
            result[i, i] = size - i if self._plain else self._random.randrange(-self._reach, self._reach + 1)
        return result

    def orthogonal(self, size: int) -> fmpq_mat:
        """Return a rational orthogonal matrix: (I - A)(I + A)^{-1} with A skew (Cayley), I for seed 0."""
        if self._plain or size == 1:
            return identity(size)
        A = fmpq_mat(size, size)
        for i in range(size):
            for j in range(i):
                A[i, j] = self._random.randrange(-2, 3)
                A[j, i] = -A[i, j]
        return (identity(size) - A) * (identity(size) + A).inv()

    def orthonormal(self, rows: int, columns: int) -> fmpq_mat:
        """Return a matrix with orthonormal rows (columns, when they are fewer)."""
        full = self.orthogonal(max(rows, columns))
        return fmpq_mat([[full[i, j] for j in range(columns)] for i in range(rows)])

    def spectrum(self, structure: Structure, rows: int, columns: int) -> fmpq_mat:
        """Return a rectangular diagonal matrix of singular values: distinct, with a repeated one, or with zeros."""
        size = min(rows, columns)
        values = [fmpq(size - i) for i in range(size)]
        if not self._plain:
            pool = self._random.sample(range(1, size + 4), size)
            values = [fmpq(value, self._random.randrange(1, 3)) for value in sorted(pool, reverse=True)]
            if len(set(values)) < size:
                values = [fmpq(value) for value in sorted(pool, reverse=True)]
        if structure is Structure.DISTINCT and size > 2 and not self._plain and self._random.randrange(2):
            # 3^2 + 4^2 = 5^2: different sets of distinct eigenvalues have the same sum, at different ranks
            values = [fmpq(value) for value in sorted({5, 4, 3, *range(6, 3 + size)}, reverse=True)]
        if structure is Structure.REPEATED:
            first = self._random.randrange(max(1, size - 1))
            values[first:] = (
                [values[first]] * (size - first)
                if self._plain or self._random.randrange(2)
                else ([values[first]] * min(2, size - first) + values[first + 2 :])
            )
        if structure is Structure.ZERO_VALUES:
            values[self._random.randrange(size) :] = []
        result = fmpq_mat(rows, columns)
        for i, value in enumerate(values):
            result[i, i] = value
        return result

    def of_rank(self, rank: int, rows: int, columns: int) -> fmpq_mat:
        """Return a product of factors with inner dimension `rank` (at least 0)."""
        if rank < 1:
            return fmpq_mat(rows, columns)
        return self.integers(rows, rank) * self.integers(rank, columns)

    def equal_rows(self, rows: int, columns: int) -> fmpq_mat:
        """Return a matrix all of whose rows are the same."""
        row = self.integers(1, columns).tolist()[0]
        return fmpq_mat([row] * rows)


def off_rows(matrix: fmpq_mat) -> fmpq_mat:
    """Return a square matrix whose rows span the vectors orthogonal to the rows of `matrix`: N with matrix * N^T = 0."""
    reduced, rank = matrix.rref()
    columns = matrix.ncols()
    pivots = [next(j for j in range(columns) if reduced[i, j] != 0) for i in range(rank)]
    result = fmpq_mat(columns, columns)
    for free in (j for j in range(columns) if j not in pivots):
        result[free, free] = 1
        for row, pivot in enumerate(pivots):
            result[free, pivot] = -reduced[row, free]
    return result
