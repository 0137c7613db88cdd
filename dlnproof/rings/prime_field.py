"""The field of integers modulo a large prime: where a second, independent look at an identity is cheap and exact."""

from __future__ import annotations

import random
from struct import unpack
from typing import Any

from flint import fmpq, fmpz_mat, nmod, nmod_mat

from dlnproof.rings.matrices import FlintMatrixRing, NotExactError

# p and (p - 1)/2 are both prime, p = 3 (mod 4), and the primes up to 23 are squares modulo p. So in the group of squares,
# of prime order, every element has exactly one root of every degree, and these roots multiply as real roots of positive
# numbers do: sqrt(2) sqrt(3) = sqrt(6).
SAFE_PRIME = 2**62 - 308_225


class PrimeField(FlintMatrixRing):
    """Arithmetic modulo a prime p for which (p - 1)/2 is an odd prime too."""

    def __init__(self, modulus: int = SAFE_PRIME) -> None:
        self.modulus = modulus

    def number(self, value: fmpq) -> Any:
        """Return the residue of a rational; raise ZeroDivisionError where p divides the denominator."""
        numerator = nmod(int(value.p) % self.modulus, self.modulus)
        return numerator if value.q == 1 else numerator / nmod(int(value.q) % self.modulus, self.modulus)

    def flat(self, rows: int, columns: int, entries: list[Any]) -> Any:
        """Return the matrix of residues, row by row."""
        return nmod_mat(fmpz_mat(rows, columns, [int(entry) for entry in entries]), self.modulus)  # the shorter way

    def trace(self, matrix: Any) -> Any:
        """Return the trace of a square matrix."""
        return sum([matrix[i, i] for i in range(matrix.nrows())], nmod(0, self.modulus))

    def draw(self, source: random.Random, rows: int, columns: int) -> Any:
        """Return a matrix of independent uniformly random nonzero residues."""
        highest, count = self.modulus - 1, rows * columns
        unused = 64 - highest.bit_length()
        entries: list[int] = []
        while missing := count - len(entries):
            drawn = [word >> unused for word in unpack(f"<{missing}Q", source.randbytes(8 * missing))]
            entries += [number + 1 for number in drawn if number < highest]
        return nmod_mat(fmpz_mat(rows, columns, entries), self.modulus)

    def root(self, value: Any, degree: int) -> Any:
        """Return the root that is itself a square; raise NotExactError for a value that is not a square."""
        residue, order = int(value), (self.modulus - 1) // 2
        if residue and pow(residue, order, self.modulus) != 1:
            raise NotExactError(f"value={residue} is not a square modulo {self.modulus}")
        return nmod(pow(residue, pow(degree, -1, order), self.modulus), self.modulus)
